"""An Excel workbook, opened in a process of its own: what swells while it is unpacked can't take the app with it.

The parent calls `sheets` and `rows`; run as a program this file is the child, which reads the workbook from a path
or from its standard input and answers in marshalled frames. Nothing is written to disk, and no cell to a log.
"""

import io
import marshal
import re
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, cast

COLUMNS_MOST = 1_000
CELL_MOST = 100_000
NAME_MOST = 1_000  # letters of the name of a sheet: Excel allows 31, and none writes a longer one than some hundred
# What a workbook may unpack to, and how much larger than its file that may be once it is more than RATIO_FROM.
UNPACKED_MOST = 1 << 30
RATIO_MOST = 250
RATIO_FROM = 64 << 20
PARTS_MOST = 10_000
# What the child may take: memory in bytes, processor time in seconds.
MEMORY_MOST = 3 << 30
SECONDS_MOST = 600
BATCH = 5_000

Frame = tuple[Any, ...]


class Refused(Exception):
    """The workbook can't be read: `code`, `row` as Excel shows it (0: none), `detail` a number or ''."""

    def __init__(self, code: str, row: int = 0, detail: int | str = ""):
        super().__init__(code)
        self.code, self.row, self.detail = code, row, detail


def sheets(source: Path | bytes) -> list[tuple[str, bool]]:
    """The sheets in their order: name, and whether it is hidden. Raises Refused."""
    return [(name, hidden) for name, hidden in next(_asked(source, "sheets", "", ".", 0))[0]]


def rows(source: Path | bytes, sheet: str, decimal: str = ".", first: int = 0) -> Iterator[tuple[int, list[list[str]]]]:
    """Rows of a sheet in batches: the Excel row of the first of them, and the cells as text from column A on.

    Only the `first` rows, unless 0. A number is written with `decimal`, a date as 2012-05-16, an empty cell as ''.
    A row with a formula that was saved without its result holds NUL and the number of its column alone: see `unread`.
    Raises Refused.
    """
    yield from ((start, batch) for start, batch in _asked(source, "rows", sheet, decimal, first))


def unread(row: list[str]) -> int:
    """The number of the column whose formula was saved without its result; 0 for a row that can be read."""
    return int(row[0][1:]) if row and row[0][:1] == "\0" else 0


def _asked(source: Path | bytes, what: str, sheet: str, decimal: str, first: int) -> Iterator[Frame]:
    """The frames that the child answers with."""
    place = str(source) if isinstance(source, Path) else ""
    child = subprocess.Popen(
        # Isolated: neither the folder it is called from nor the environment chooses what it imports.
        [sys.executable, "-I", __file__, what, sheet.encode().hex() or "-", decimal, str(first), place.encode().hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    to_child, from_child = (cast(IO[bytes], pipe) for pipe in (child.stdin, child.stdout))
    writer = threading.Thread(target=_sent, args=(to_child, b"" if isinstance(source, Path) else source))
    writer.start()
    try:
        while True:
            try:
                frame = marshal.load(from_child)
            except (EOFError, ValueError, TypeError):
                # The child was stopped by one of its limits: it never ends without a last frame.
                raise Refused("unpacks_too_large") from None
            if frame[0] == "end":
                return
            if frame[0] == "refused":
                raise Refused(*frame[1:])
            yield frame[1:]
    finally:
        child.kill()
        from_child.close()
        child.wait()
        writer.join()


def _sent(pipe: IO[bytes], content: bytes) -> None:
    with suppress(OSError):
        if content:
            pipe.write(content)
        pipe.close()


# ---------------------------------------------------------------- the child

CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
REFERENCE = re.compile(rb'\br\s*=\s*["\']([A-Z]+)(\d+)["\']')
KIND = re.compile(rb'\bt\s*=\s*["\'](\w+)["\']')
VALUE = re.compile(rb"<(?:\w+:)?v\b[^>/]*>([^<]+)</")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of one part, whatever the directory says of their number."""
    if (file := archive.fp) is None:
        raise ValueError("the archive is closed")
    file.seek(info.header_offset + 26)
    lengths = file.read(4)
    file.seek(info.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"))
    left = info.compress_size
    inflate = zlib.decompressobj(-15)
    while left > 0 and (packed := file.read(min(left, 1 << 16))):
        left -= len(packed)
        if info.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, 1 << 20)
            packed = inflate.unconsumed_tail


def _guarded(file: IO[bytes], size: int) -> None:
    """Refuse what is no workbook, is encrypted, or unpacks to more than it may."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused("not_a_workbook") from None
    parts = archive.infolist()
    names = {info.filename for info in parts}
    if any(info.flag_bits & 1 for info in parts):
        raise Refused("encrypted")
    if "xl/workbook.bin" in names:
        raise Refused("old_workbook")
    if "xl/workbook.xml" not in {name.lower() for name in names}:
        raise Refused("not_a_workbook")
    if len(parts) > PARTS_MOST or sum(info.file_size for info in parts) > UNPACKED_MOST:
        raise Refused("unpacks_too_large")
    total = 0
    for info in parts:
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Refused("not_a_workbook")
        try:
            for piece in _unpacked(archive, info):
                total += len(piece)
                if total > UNPACKED_MOST or (total > RATIO_FROM and total > RATIO_MOST * size):
                    raise Refused("unpacks_too_large")
        except (zlib.error, OSError, ValueError):
            raise Refused("workbook_damaged") from None


def _part(file: IO[bytes], sheet: str) -> tuple[zipfile.ZipFile, zipfile.ZipInfo] | None:
    """The part of the workbook that holds a sheet; None when it isn't where it should be."""
    import xml.etree.ElementTree as tree

    archive = zipfile.ZipFile(file)
    with suppress(KeyError, tree.ParseError, ValueError):
        links = {
            link.get("Id"): link.get("Target", "")
            for link in tree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
        for node in tree.fromstring(archive.read("xl/workbook.xml")).iter():
            if node.tag.rpartition("}")[2] == "sheet" and node.get("name") == sheet:
                link = next(value for key, value in node.attrib.items() if key.rpartition("}")[2] == "id")
                target = links[link]
                name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return archive, archive.getinfo(name)
    return None


def _special(file: IO[bytes], sheet: str) -> dict[tuple[int, int], str]:
    """Cells that the library hands over as empty: errors such as #DIV/0!, and formulas saved without a result.

    By Excel row and column, both from 1; the text of the error, or NUL and the number of the column.
    """
    found: dict[tuple[int, int], str] = {}
    place = _part(file, sheet)
    if place is None:
        return found
    rest = b""
    for piece in _unpacked(*place):
        text = rest + piece
        end = text.rfind(b"</c>") + 4 if b"</c>" in text else text.rfind(b">") + 1
        text, rest = text[:end], text[end:]
        if b'"e"' not in text and b"'e'" not in text and b"<f" not in text and b":f" not in text:
            continue
        for attributes, content in CELL.findall(text):
            kind = KIND.search(attributes)
            value = VALUE.search(content)
            is_error = kind is not None and kind[1] == b"e" and value is not None
            is_unread = kind is None and value is None and FORMULA.search(content) is not None
            reference = REFERENCE.search(attributes)
            if reference is None or not (is_error or is_unread):
                continue
            column = 0
            for letter in reference[1]:
                column = column * 26 + letter - 64
            said = value[1].decode("utf8", "replace") if value is not None else f"\0{column}"
            found[int(reference[2]), column] = said
    return found


def _text(value: Any, decimal: str) -> str:
    """A cell as Excel shows it without a format: 3 and not 3.0, 15 digits, TRUE, 2012-05-16, 30:00:00."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
        return format(value, ".15g").replace(".", decimal)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "" if value is None else str(value)


def _answers(file: IO[bytes], what: str, sheet: str, decimal: str, first: int) -> Iterator[Frame]:
    import python_calamine

    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    _guarded(file, size)
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        if what == "sheets":
            if any(len(name) > NAME_MOST for name in book.sheet_names):
                raise Refused("workbook_damaged")
            yield (
                "sheets",
                [
                    (about.name, about.visible != python_calamine.SheetVisibleEnum.Visible)
                    for about in book.sheets_metadata
                    if about.typ == python_calamine.SheetTypeEnum.WorkSheet
                ],
            )
            return
        if sheet not in book.sheet_names:
            raise Refused("no_such_sheet")
        found = book.get_sheet_by_name(sheet)
    except python_calamine.PasswordError:
        raise Refused("encrypted") from None
    except python_calamine.CalamineError:
        raise Refused("workbook_damaged") from None
    special = _special(file, sheet)
    if max([found.total_width, *(column for _, column in special)]) > COLUMNS_MOST:
        raise Refused("too_many_columns", 0, COLUMNS_MOST)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), said in special.items():
        by_row.setdefault(row, {})[column] = said
    width = max([found.total_width, *(column for _, column in special)])
    # `start` is None for a sheet with nothing in it; leading rows come as rows of empty cells, leading columns do not.
    left = [""] * (found.start[1] if found.start else 0)
    batch: list[list[str]] = []
    number = 0

    def row_of(cells: list[Any], number: int) -> list[str]:
        row = left + [_text(value, decimal) for value in cells]
        row += [""] * (width - len(row))
        for column, said in by_row.pop(number, {}).items():
            if said[0] == "\0":
                return [said]
            row[column - 1] = said
        if sum(map(len, row)) > CELL_MOST and max(map(len, row)) > CELL_MOST:
            raise Refused("cell_too_long", number, CELL_MOST)
        return row

    for cells in found.iter_rows():
        number += 1
        batch.append(row_of(cells, number))
        if len(batch) == BATCH or number == first:
            yield "rows", number - len(batch) + 1, batch
            batch = []
        if number == first:
            return
    while by_row and (not first or number < first):
        number += 1
        batch.append(row_of([], number))
    if batch:
        yield "rows", number - len(batch) + 1, batch


def main() -> None:
    """The child: limits first, then the answer, frame by frame."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MOST, SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    what, sheet, decimal, first, place = sys.argv[1:]
    out = sys.stdout.buffer
    try:
        asked = bytes.fromhex("" if sheet == "-" else sheet).decode()
        path = Path(bytes.fromhex(place).decode())
        with path.open("rb") if place else io.BytesIO(sys.stdin.buffer.read()) as file:
            for frame in _answers(file, what, asked, decimal, int(first)):
                marshal.dump(frame, out)
        marshal.dump(("end",), out)
    except Refused as refused:
        marshal.dump(("refused", refused.code, refused.row, refused.detail), out)
    except MemoryError:
        marshal.dump(("refused", "unpacks_too_large"), out)
    out.flush()


if __name__ == "__main__":
    main()
