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
from dataclasses import dataclass, field
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


def count_hidden(source: Path | bytes, sheet: str) -> tuple[int, int]:
    """How many filled rows and how many columns are hidden, by a filter or by hand. Raises Refused."""
    rows_, columns = next(_asked(source, "hidden", sheet, ".", 0))
    return rows_, columns


def rows(
    source: Path | bytes, sheet: str, decimal: str = ".", first: int = 0, *, leave_out: bool = False
) -> Iterator[tuple[int, list[list[str]]]]:
    """Rows of a sheet in batches: the Excel row of the first of them, and the cells as text from column A on.

    Only the `first` rows, unless 0. A number is written with `decimal`, a date as 2012-05-16, an empty cell as ''.
    A row with a formula that was saved without its result holds NUL and the number of its column alone: see `unread`.
    `leave_out`: hidden rows come as empty ones, and hidden columns not at all. Raises Refused.
    """
    what = "visible" if leave_out else "rows"
    yield from ((start, batch) for start, batch in _asked(source, what, sheet, decimal, first))


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

TAG = rb"<(?:\w+:)?%s(?=[\s>/])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?%s>)"
ROW = re.compile(TAG % (b"row", b"row"), re.S)
CELL = re.compile(TAG % (b"c", b"c"), re.S)
STRING = re.compile(TAG % (b"si", b"si"), re.S)
COLUMN = re.compile(rb"<(?:\w+:)?col(?=[\s>/])([^>]*)>")
REFERENCE = re.compile(rb'\br\s*=\s*["\']([A-Z]*)(\d+)["\']')
ATTRIBUTE = re.compile(rb'\b(t|s|hidden|min|max|width|ht)\s*=\s*["\']([^"\']*)["\']')
VALUE = re.compile(rb"<(?:\w+:)?v\b[^>/]*>([^<]+)</")
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
FILLED = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
PREFIX = re.compile(rb"<(/?)\w+:")
# Small letters that stand above or below the line, as a text without formats has them.
RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
SMALL = {"superscript": RAISED, "subscript": LOWERED}
# What a format of a date holds beside its letters: texts, signs behind a backslash, languages and colours.
FORMAT_TEXT = re.compile(r'"[^"]{0,40}"|\\.|\[[^\]]{0,20}\]|_.|\*.')


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


@dataclass
class Look:
    """What the library does not say of a sheet; rows and columns count from 1.

    `cells`: texts of cells that it hands over as empty or without their formats: errors such as #DIV/0!, formulas
    saved without a result (NUL and the number of the column), footnotes. `styled`: how others are shown: year, month,
    superscript, subscript.
    """

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    styled: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filled_hidden_rows: int = 0
    width: int = 0


def _attributes(text: bytes) -> dict[str, str]:
    return {key.decode(): value.decode("utf8", "replace") for key, value in ATTRIBUTE.findall(text)}


def _parse(text: bytes) -> Any:
    """An element without the prefixes of its names."""
    import xml.etree.ElementTree as tree

    return tree.fromstring(PREFIX.sub(rb"<\1", text))


def _until(pieces: Iterator[bytes], end: bytes) -> Iterator[bytes]:
    """The bytes in pieces that end behind an element of this name."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(end) + len(end) if end in piece or end in text[-len(piece) - len(end) :] else 0
        if cut:
            yield text[:cut]
        rest = text[cut:]
    yield rest


def _text_of_runs(element: Any, base: str) -> str:
    """The text of a string with its small letters as such; `base`: how letters without a format of their own are."""
    texts = []
    for node in element:
        name = node.tag.rpartition("}")[2]
        if name == "t":
            texts.append((node.text or "").translate(SMALL.get(base, {})))
        elif name == "r":
            align = base
            if (format_ := next((n for n in node if n.tag.rpartition("}")[2] == "rPr"), None)) is not None:
                said = [n.get("val", "") for n in format_ if n.tag.rpartition("}")[2] == "vertAlign"]
                align = said[0] if said else ""
            text = "".join(n.text or "" for n in node if n.tag.rpartition("}")[2] == "t")
            texts.append(text.translate(SMALL.get(align, {})))
    return "".join(texts)


def _styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Number of a style -> year, month, superscript or subscript, for those that show a cell so."""
    import xml.etree.ElementTree as tree

    found: dict[str, str] = {}
    with suppress(KeyError, tree.ParseError, ValueError, IndexError):
        sheet = tree.fromstring(archive.read("xl/styles.xml"))
        parts = {node.tag.rpartition("}")[2]: node for node in sheet}
        aligned = [
            next((n.get("val", "") for n in font if n.tag.rpartition("}")[2] == "vertAlign"), "")
            for font in parts.get("fonts", ())
        ]
        formats = {node.get("numFmtId", ""): node.get("formatCode", "") for node in parts.get("numFmts", ())}
        formats.setdefault("17", "mmm-yy")
        for number, style in enumerate(parts.get("cellXfs", ())):
            font = int(style.get("fontId", "0"))
            shown = _shown(formats.get(style.get("numFmtId", ""), ""))
            if what := (aligned[font] if font < len(aligned) else "") or shown:
                found[str(number)] = what
    return {number: what for number, what in found.items() if what in {"year", "month", *SMALL}}


def _shown(code: str) -> str:
    """Whether a format of dates shows the year alone, or year and month, and neither day nor time."""
    letters = set(FORMAT_TEXT.sub("", code.partition(";")[0]).casefold()) & set("yгmмdдhчs0#")
    if letters in ({"y"}, {"г"}):
        return "year"
    return "month" if letters in ({"y", "m"}, {"г", "м"}) else ""


def _strings(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Number of a shared string -> its element, for those with letters above or below the line."""
    found: dict[str, Any] = {}
    with suppress(KeyError):
        number = 0
        for text in _until(_unpacked(archive, archive.getinfo("xl/sharedStrings.xml")), b"si>"):
            for match in STRING.finditer(text):
                if b"vertAlign" in match[0]:
                    found[str(number)] = _parse(match[0])
                number += 1
    return found


def _look(file: IO[bytes], sheet: str) -> Look:
    """Go through the part of a sheet; where nothing in it is worth a look, at the speed of a search for bytes."""
    look = Look()
    place = _part(file, sheet)
    if place is None:
        return look
    archive, info = place
    styles, strings = _styles(archive), _strings(archive)
    signs = [b'"e"', b"'e'", b"<f", b":f", b"vertAlign", b"hidden", b'ht="0"']
    signs += [b's="%b"' % number.encode() for number in styles] + [b"s='%b'" % number.encode() for number in styles]
    row = 0
    is_addressed = None
    for text in _until(_unpacked(archive, info), b"row>"):
        if is_addressed is None:
            for attributes in map(_attributes, COLUMN.findall(text)):
                if attributes.get("hidden") in {"1", "true"} or attributes.get("width") == "0":
                    first, last = int(attributes.get("min", 0)), int(attributes.get("max", 0))
                    look.hidden_columns |= set(range(first, min(last, COLUMNS_MOST) + 1))
            if look.hidden_columns:
                used = max((len(CELL.findall(match[2] or b"")) for match in ROW.finditer(text)), default=0)
                used = max([used, *(_number(match[1]) for match in REFERENCE.finditer(text))])
                look.hidden_columns &= set(range(1, used + 1))
            cell = CELL.search(text)
            is_addressed = cell is not None and REFERENCE.search(cell[1]) is not None
        if is_addressed and not strings and not any(sign in text for sign in signs):
            continue
        for match in ROW.finditer(text):
            said = REFERENCE.search(match[1])
            row = int(said[2]) if said else row + 1
            attributes = _attributes(match[1])
            if attributes.get("hidden") in {"1", "true"} or attributes.get("ht") == "0":
                look.hidden_rows.add(row)
                look.filled_hidden_rows += FILLED.search(match[2] or b"") is not None
            if match[2] and (not is_addressed or strings or any(sign in match[2] for sign in signs)):
                _look_at_cells(look, row, match[2], styles, strings)
    return look


def _number(letters: bytes) -> int:
    """The number of a column: 1 for A."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _look_at_cells(look: Look, row: int, text: bytes, styles: dict[str, str], strings: dict[str, Any]) -> None:
    column = 0
    for attributes, content in CELL.findall(text):
        reference = REFERENCE.search(attributes)
        column = _number(reference[1]) if reference and reference[1] else column + 1
        said = _attributes(attributes)
        kind, style = said.get("t", "n"), styles.get(said.get("s", ""), "")
        value = VALUE.search(content)
        if kind == "e" and value is not None:
            shown = value[1].decode("utf8", "replace")
        elif kind == "n" and value is None and FORMULA.search(content):
            shown = f"\0{column}"
        elif kind == "s" and value is not None and value[1].decode().strip() in strings:
            shown = _text_of_runs(strings[value[1].decode().strip()], style)
        elif kind == "inlineStr" and (b"vertAlign" in content or style in SMALL):
            shown = _text_of_runs(_parse(content), style)
        else:
            if style:
                look.styled.setdefault(row, {})[column] = style
            continue
        look.cells.setdefault(row, {})[column] = shown
        look.width = max(look.width, column)


def _text(value: Any, decimal: str, shown: str = "") -> str:
    """A cell as Excel shows it: 3 and not 3.0, 15 digits, TRUE, 2012-05-16, 30:00:00; of formats only those of `Look`.

    A number of more digits than Excel keeps is one of those that it shortens: 2.21951E+17.
    """
    if shown in SMALL and isinstance(value, str | int | float) and not isinstance(value, bool):
        return _text(value, decimal).translate(SMALL[shown])
    if shown in {"year", "month"} and isinstance(value, date):
        return f"{value.year:04}" if shown == "year" else f"{value.year:04}-{value.month:02}"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) <= 1e15:
            return str(int(value))
        return format(value, ".15G").replace(".", decimal)
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
    if what == "hidden":
        look = _look(file, sheet)
        yield "hidden", look.filled_hidden_rows, len(look.hidden_columns)
        return
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
        leave_out = what == "visible"
    except python_calamine.PasswordError:
        raise Refused("encrypted") from None
    except python_calamine.CalamineError:
        raise Refused("workbook_damaged") from None
    look = _look(file, sheet)
    width = max(found.total_width, look.width)
    if width > COLUMNS_MOST:
        raise Refused("too_many_columns", 0, COLUMNS_MOST)
    # `start` is None for a sheet with nothing in it; leading rows come as rows of empty cells, leading columns do not.
    left = [""] * (found.start[1] if found.start else 0)
    batch: list[list[str]] = []
    number = 0

    def row_of(cells: list[Any], number: int) -> list[str]:
        if leave_out and number in look.hidden_rows:
            return [""]
        shown = look.styled.pop(number, {})
        row = left + [_text(value, decimal, shown.get(column, "")) for column, value in enumerate(cells, len(left) + 1)]
        row += [""] * (width - len(row))
        for column, said in look.cells.pop(number, {}).items():
            row[column - 1] = said
        if leave_out:
            row = [cell for column, cell in enumerate(row, 1) if column not in look.hidden_columns]
        if unread := next((said for said in row if said[:1] == "\0"), ""):
            return [unread]
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
    while look.cells and (not first or number < first):
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
