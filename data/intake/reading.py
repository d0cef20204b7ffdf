"""A file from outside: what it is, and its cells as they stand in it, in the table `file`.

`find` tells encoding, delimiter, header row, decimal marks and date order, and what of them must be asked; `stage`
reads. A plain file goes through DuckDB's own reader; one with anything odd in it goes through an exact reader, record
by record. Both give the same table. Nothing of the file is written to disk, and no message holds a cell.
"""

import codecs
import csv
import hashlib
import io
import os
import re
import select
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, pairwise, repeat
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.intake import workbook

# Arrow's own pool gives the memory of a piece back at once, and its pages are cleared anew for the next.
pa.set_memory_pool(pa.system_memory_pool())
# What may come through the browser, in bytes; the shell says its own.
SIZE_MOST = 500 << 20
COLUMNS_MOST = workbook.COLUMNS_MOST
CELL_MOST = workbook.CELL_MOST
LINE_MOST = 10_000_000
# A file with more rows than this whose quotes are wrong is quoted in some other way.
MISQUOTED_MOST = 10_000
HEAD = 1 << 20
CHUNK = 1 << 20
SAMPLE_ROWS = 5_000
# From how many of the first rows a person may choose the header when it is in doubt.
HEADERS_OFFERED = 5
# How many rows, or pieces of a file, go into the engine at once.
BATCH = 50_000
TOGETHER = 32
# A file of so many bytes, read by a recipe, is kept as codes of its words; a column with more words is kept as text.
LARGE = 32 << 20
WORDS_MOST = 60_000
PIECE = 8 << 20
TEXT_MOST = 1 << 30
ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "windows-1251",
    "kz1048",
    "windows-1252",
    "latin-1",
    "koi8-r",
    "cp866",
)
DELIMITERS = (";", "\t", ",", "|")
BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
# First bytes of what people choose by mistake.
OTHER_FORMATS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"{\\rtf": "text_document",
    b"\x1f\x8b": "archive",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
}
# Stands for the decimal mark of a workbook's own numbers while its texts are looked at; for private use in Unicode.
NUMBER_OF_WORKBOOK = "\ue000"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SPACES = " \u00a0\u202f\u2009"


class Unreadable(Exception):
    """The file can't be read: `code` has words in the locales (`unreadable.<code>`).

    `row` is the row as Excel shows it, 0 where no row is at fault; `detail` a number that belongs to the words (a
    limit, a count) or ''.
    """

    def __init__(self, code: str, row: int = 0, detail: int | str = ""):
        super().__init__(f"{code} (row {row})" if row else code)
        self.code, self.row, self.detail = code, row, detail


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    `header_row` is the Excel row of the header, 0 when there is none; `date_order` is '' when no dates were seen or
    when it must be asked; `thousands` ' ' stands for any of the spaces that Excel writes.
    """

    kind: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    header_row: int = 1
    decimal: str = "."
    thousands: str = ""
    date_order: str = ""


@dataclass(frozen=True)
class Doubt:
    """What the file does not say by itself: `code` has words in the locales (`doubt.<code>`).

    `asks` is the field of Dialect that the answer goes to, `options` what may be answered (see `answer`), `column` the
    place of the column from 0, or None for the whole file. `example` is a cell of it, for the person who answers.
    """

    code: str
    asks: str
    options: tuple[str, ...]
    column: int | None = None
    example: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class Source:
    """A file of a user, on disk or in memory; `name` is what it is called, without its folders."""

    name: str
    path: Path | None = None
    content: bytes | None = field(default=None, repr=False)

    @classmethod
    def at(cls, path: Path) -> "Source":
        """A file on disk."""
        return cls(path.name, path=path)

    @classmethod
    def held(cls, name: str, content: bytes) -> "Source":
        """A file in memory, under the name that the browser gave: a name alone, whatever folders it came with."""
        return cls(re.split(r"[/\\]", name)[-1], content=content)

    @property
    def size(self) -> int:
        """Bytes. Raises Unreadable."""
        if self.content is not None:
            return len(self.content)
        try:
            return self._path.stat().st_size
        except OSError:
            raise Unreadable("not_opened") from None

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes, in hex."""
        digest = hashlib.sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def _path(self) -> Path:
        if self.path is None:
            raise ValueError("a source is a path or bytes")
        return self.path

    @property
    def place(self) -> Path | bytes:
        """What holds the bytes."""
        return self.content if self.content is not None else self._path

    def chunks(self, size: int = 0) -> Iterator[bytes]:
        """The bytes in their order. Raises Unreadable when the file is not there or may not be read."""
        size = size or CHUNK
        if self.content is not None:
            for start in range(0, len(self.content), size):
                yield self.content[start : start + size]
            return
        try:
            with self._path.open("rb", buffering=0) as file:
                while chunk := file.read(size):
                    yield chunk
        except OSError:
            raise Unreadable("not_opened") from None

    def head(self) -> bytes:
        """The first megabyte."""
        return next(self.chunks(HEAD), b"")


@dataclass(frozen=True)
class Staged:
    """What `stage` read: `rows` are in `file`, `broken` in `broken`; `first_row` is the Excel row of the first row."""

    headers: list[str]
    rows: int
    broken: int
    first_row: int
    # What `coded_cells` shows, of a file that is kept as codes.
    cells: pa.Table | None = field(default=None, repr=False, compare=False)


class Record(NamedTuple):
    """One row as Excel shows it; `rule` says why it can't be read, and `detail` a number with it."""

    row: int
    cells: list[str]
    lines: int
    rule: str = ""
    detail: int = 0


# ---------------------------------------------------------------- what the file is


def find(
    source: Source, chosen: Mapping[str, str | int] | None = None, size_most: int | None = SIZE_MOST
) -> tuple[Dialect, list[Doubt]]:
    """How the file is written, and what of it must be asked.

    `chosen` are fields of Dialect that a person has settled: answers to doubts, or changes of what was found. They
    hold, and the rest is found under them. Raises Unreadable.
    """
    chosen = chosen or {}
    if size_most is not None and source.size > size_most:
        raise Unreadable("too_large", 0, size_most >> 20)
    head = source.head()
    if _is_workbook(head):
        return _find_in_workbook(source, chosen)
    encoding, doubts = _encoding(source, head, str(chosen.get("encoding", "")))
    lines, fault = _sample(source, encoding)
    quote = str(chosen.get("quote", '"'))
    records, delimiter, asked = _delimiter(lines, quote, str(chosen.get("delimiter", "")))
    _raise(fault, records)
    dialect = Dialect(encoding=encoding, delimiter=delimiter, quote=quote)
    return _understood(dialect, records, [*doubts, *asked], chosen)


def sheets(source: Source) -> list[str]:
    """Names of the sheets, the visible first; none for a text file. Raises Unreadable."""
    if not _is_workbook(source.head()):
        return []
    return [name for name, _ in sorted(_sheets(source), key=lambda about: about[1])]


def first_rows(source: Source, dialect: Dialect, count: int = 20) -> list[Record]:
    """The first rows as they stand in the file, title lines and header included. Raises Unreadable."""
    return list(islice(_all_records(source, dialect, count), count))


def _understood(
    dialect: Dialect,
    records: list[Record],
    doubts: list[Doubt],
    chosen: Mapping[str, str | int],
    later: Sequence[Iterable[str]] = (),
) -> tuple[Dialect, list[Doubt]]:
    """Header row, marks and date order out of the first records; `later`: what later ones say, by column."""
    filled = [record for record in records if not record.rule and not _is_blank(record.cells)]
    if not filled:
        raise Unreadable("no_rows" if any(record.rule for record in records) else "empty")
    width = _width(filled)
    if width > COLUMNS_MOST:
        raise Unreadable("too_many_columns", filled[0].row, COLUMNS_MOST)
    if "header_row" in chosen:
        header_row = int(chosen["header_row"])
    else:
        header_row, asked = _header_row(filled, width)
        doubts += asked
    body = [record.cells for record in filled if record.row > header_row]
    # Where the header is in doubt there may be rows above the one that was taken for it.
    if not body and len(filled) == 1 and not any(record.rule for record in records):
        raise Unreadable("header_only")
    columns = [[cells[at] for cells in body if at < len(cells) and cells[at]] for at in range(width)]
    for column, cells in zip(columns, later, strict=False):
        column += cells
    # A number of a workbook is a number whatever its mark: only its texts say how people write.
    written = [[cell for cell in column if NUMBER_OF_WORKBOOK not in cell] for column in columns]
    decimal, thousands, order, asked = _decided(written, columns, dialect.delimiter, chosen)
    doubts += asked
    return (
        replace(dialect, header_row=header_row, decimal=decimal, thousands=thousands, date_order=order),
        doubts,
    )


def _is_blank(cells: list[str]) -> bool:
    return not any(cells)


def _width(filled: list[Record]) -> int:
    """The number of cells that most rows have; title lines, of one cell, don't count where there are wider rows."""
    counts = Counter(len(record.cells) for record in filled)
    wide = {cells: rows for cells, rows in counts.items() if cells > 1}
    counted = wide if sum(wide.values()) > 1 else counts
    return max(counted, key=lambda cells: (counted[cells], cells))


# ---------------------------------------------------------------- encoding


CYRILLIC = "а-яёА-ЯЁ"
WORD = re.compile(r"[^\W\d_]+")
# What a Windows-1251 text holds besides ASCII; other letters of that page are those of Kazakh read in the wrong one.
USUAL = rf"\x00-\x7f{CYRILLIC}\u0456\u0406№«»–—“”„…’\xa0°§"
USUAL_1251 = re.compile(f"[{USUAL}]*")
KAZAKH_IN_1251 = re.compile("[ЌќЎўЈјЅѕЄєґҐЇї]")


def _encoding(source: Source, head: bytes, chosen: str) -> tuple[str, list[Doubt]]:
    """The encoding of a text, and a doubt when its letters do not tell. Raises Unreadable for what is no text."""
    if not head.strip(b'\xef\xbb\xbf\xff\xfe \t\r\n\0;,|"'):
        raise Unreadable("empty")
    for start, code in OTHER_FORMATS.items():
        if head.startswith(start):
            raise Unreadable(code)
    if head.startswith(OLE):
        raise Unreadable("encrypted" if "EncryptedPackage".encode("utf-16-le") in head else "old_workbook")
    if head[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}:
        raise Unreadable("encoding_unknown")
    encoding = chosen or next((name for name, bom in BOMS.items() if head.startswith(bom)), "")
    doubts: list[Doubt] = []
    if not encoding and b"\0" in head:
        encoding = _utf16(head)
    if not encoding:
        encoding, doubts = _eight_bit(_first_letters(source, head))
    opening = _decoded(head, encoding)[:2000].lstrip().lower()
    if opening.startswith(("<!doctype", "<html", "<table", "<?xml", "<meta")):
        raise Unreadable("web_page")
    return encoding, doubts


def _decoded(head: bytes, encoding: str) -> str:
    """The head as text, for looking at: its last letter may be cut, and what can't be decoded is replaced."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _utf16(head: bytes) -> str:
    """Which UTF-16 a text without BOM is in: letters of ours have 00, 04, 20 or 21 in their upper byte."""
    pairs = np.frombuffer(head[: len(head) // 2 * 2], np.uint8).reshape(-1, 2)
    usual = {}
    for encoding, upper in (("utf-16-le", 1), ("utf-16-be", 0)):
        control = (pairs[:, upper] == 0) & (pairs[:, 1 - upper] < 9)
        usual[encoding] = 0.0 if control.any() else np.isin(pairs[:, upper], (0x00, 0x04, 0x20, 0x21)).mean()
    likely = max(usual, key=lambda encoding: usual[encoding])
    if usual[likely] > 0.9 and len(set(usual.values())) == 2:
        return likely
    share = head.count(b"\0") / len(head)
    if share > 0.01 or sum(head.count(bytes([code])) for code in range(1, 9)) > 0:
        raise Unreadable("binary")
    raise Unreadable("nul_bytes", head[: head.index(b"\0")].count(b"\n") + 1)


def _first_letters(source: Source, head: bytes) -> bytes:
    """The piece of the file where letters beyond ASCII begin: a header in English says nothing of names below."""
    if not head.isascii():
        return head
    for chunk in source.chunks():
        if not chunk.isascii():
            lines = chunk.find(b"\n")
            # From a line's start, so that no letter is cut in two.
            return chunk[lines + 1 :] if not chunk[: lines + 1].count(b"\n") or chunk[: lines + 1].isascii() else chunk
    return head


def _eight_bit(piece: bytes) -> tuple[str, list[Doubt]]:
    """UTF-8 when it is that; else told by words: Cyrillic ones are wholly beyond ASCII, accents stand among a-z."""
    if piece.isascii():
        return "utf-8", []
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(piece)
    except UnicodeDecodeError:
        lines = [line for line in piece.splitlines() if not line.isascii()]
        if sum(map(_is_utf8, lines)) > 0.6 * len(lines):
            # UTF-8 with a fault in it: the reader names its row.
            return "utf-8", []
    else:
        beyond = {letter for letter in set(text) if letter > "\x7f"}
        if len(beyond) <= 3 and USUAL_1251.fullmatch(piece.decode("windows-1251", "replace")):
            return "utf-8", [_asked_encoding("utf-8", "windows-1251")]
        return "utf-8", []
    control = sum(piece.count(bytes([code])) for code in (*range(1, 9), *range(14, 32)))
    if control > len(piece) * 0.01:
        raise Unreadable("binary")
    text = piece.decode("windows-1251", "replace")
    words = {word for word in WORD.findall(text) if len(word) > 1 and not word.isascii()}
    western = {word for word in words if re.search("[A-Za-z]", word)}
    cyrillic = words - western
    if len(cyrillic) > 3 * len(western):
        if KAZAKH_IN_1251.search(text):
            # The letters of Kazakh have a page of their own, KZ-1048, which Windows-1251 reads as Serbian ones.
            return "kz1048", [_asked_encoding("kz1048", "windows-1251")]
        pages = sorted(("windows-1251", "koi8-r", "cp866"), key=lambda page: -_usual(piece, page))
        if pages[0] != "windows-1251" or _usual(piece, pages[0]) < 0.8 or len(cyrillic) < 3:
            return pages[0], [_asked_encoding(*pages, "latin-1")]
        return "windows-1251", []
    latin = "windows-1252" if re.search(rb"[\x80-\x9f]", piece) else "latin-1"
    if len(western) >= 5 and not cyrillic:
        return latin, []
    return "windows-1251", [_asked_encoding("windows-1251", latin)]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _usual(piece: bytes, page: str) -> float:
    """How far a text read in this page is made of Russian words with their capitals where they belong, 0 to 1."""
    text = piece.decode(page, "replace")
    words = {word for word in WORD.findall(text) if re.search(f"[{CYRILLIC}]", word)}
    usual = sum(word in {word.lower(), word.upper(), word.capitalize()} for word in words)
    signs, letters = len(re.findall(f"[^{USUAL}]", text)), len(re.findall(f"[{CYRILLIC}]", text))
    return usual / len(words) * letters / (letters + signs) if words else 0.0


def _asked_encoding(*options: str) -> Doubt:
    return Doubt("encoding", "encoding", options)


# ---------------------------------------------------------------- delimiter and header


def _sample(source: Source, encoding: str) -> tuple[list[str], "_Undecodable | None"]:
    """Lines of the first megabyte, and the fault that ends them; the last line, which may be cut, is left out."""
    lines: list[str] = []
    taken = 0
    try:
        for line in _lines(source, encoding):
            if taken > HEAD:
                return lines[:-1], None
            taken += len(line)
            lines.append(line)
    except _Undecodable as fault:
        return lines, fault
    return lines, None


def _raise(fault: "_Undecodable | None", records: list[Record]) -> None:
    """Tell a fault of the sample by its row; one below the records that were looked at is left to the reader."""
    if fault and len(records) < SAMPLE_ROWS:
        raise Unreadable(fault.code, len(records) + 1)


def _delimiter(sample: list[str], quote: str, chosen: str) -> tuple[list[Record], str, list[Doubt]]:
    """The sample's records by the delimiter that cuts them alike, and a doubt when two do."""

    def read(delimiter: str, is_trial: bool = False) -> list[Record]:
        return list(islice(_records(iter(sample), delimiter, quote, is_trial=is_trial), SAMPLE_ROWS))

    if sample and (said := re.fullmatch(r"sep=([;,\t|])[\r\n]*", sample[0])) and not chosen:
        chosen = said[1]
    if chosen:
        return read(chosen), chosen, []
    found: dict[str, tuple[float, int]] = {}
    is_broken = False
    for delimiter in DELIMITERS:
        # A row of empty cells tells the delimiter as well as any.
        filled = [record for record in read(delimiter, True) if record.rule or record.cells]
        is_broken = is_broken or any(record.rule for record in filled)
        sound = [record for record in filled if not record.rule]
        if not sound or (width := _width(sound)) < 2:
            continue
        start = next(at for at, record in enumerate(filled) if len(record.cells) == width)
        alike = sum(len(record.cells) == width for record in filled[start:])
        if alike > 1:
            found[delimiter] = (alike / (len(filled) - start), start)
    if not found:
        # One column: any delimiter will do that no cell holds.
        unused = [mark for mark in DELIMITERS if not any(mark in line for line in sample)]
        if unused and not is_broken:
            return read(unused[0]), unused[0], []
        return read(DELIMITERS[0]), DELIMITERS[0], [Doubt("delimiter", "delimiter", DELIMITERS)]
    ranked = sorted(found, key=lambda mark: (-found[mark][0], found[mark][1]))
    best = ranked[0]
    share, start = found[best]
    others = [
        mark
        for mark in ranked[1:]
        # As even and as early is a rival; so is nearly as even when neither is quite.
        if (found[mark][0] == 1.0 and share == 1.0 and found[mark][1] == start)
        or (share < 1.0 and found[mark][0] > share - 0.15)
    ]
    if others or share < 0.5:
        options = tuple(ranked) if len(ranked) > 1 else DELIMITERS
        return read(best), best, [Doubt("delimiter", "delimiter", options)]
    return read(best), best, []


NUMBER_LIKE = re.compile(rf"[<>≤≥~≈±−+-]?[{SPACES}]*\d[\d.,{SPACES}]*%?")
DATE_LIKE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[ T]\d{1,2}:\d\d.*)?|\d{1,2}-[A-Za-z]{3}-\d{2,4}")
YEAR = re.compile(r"(19|20)\d\d")


def _looks(cell: str) -> str:
    cell = cell.strip()
    if NUMBER_LIKE.fullmatch(cell) or DATE_LIKE.fullmatch(cell):
        return "number"
    return "text" if cell else ""


def _header_row(filled: list[Record], width: int) -> tuple[int, list[Doubt]]:
    """The Excel row of the header, below title lines; a doubt when nothing tells it from the rows below."""
    if width == 1:
        # A title over one column looks as a header does.
        rows = [str(record.row) for record in filled[:HEADERS_OFFERED]]
        return filled[0].row, [Doubt("header_row", "header_row", (*rows, "0"))]
    needed = 2 if width <= 3 else (width + 1) // 2
    wide = [n for n, record in enumerate(filled) if len(record.cells) >= width]
    at = next((n for n, record in enumerate(filled) if sum(map(bool, record.cells)) >= needed), wide[0])
    header, body = filled[at], [record.cells for record in filled[at + 1 :]]
    skipped = [
        record for record in filled[:at] if len(record.cells) >= width and not re.fullmatch(r"sep=.?", record.cells[0])
    ]
    others = [record for record in filled[: at + HEADERS_OFFERED] if record is not header]
    options = (*(str(record.row) for record in [header, *others]), "0")
    doubt = [Doubt("header_row", "header_row", options)]
    for record in skipped:
        titles = [cell.strip() for cell in record.cells if cell]
        # One short word over empty cells may be a title, or the only name that the header has.
        if len(titles) > 1 or (len(titles[0]) <= 20 and " " not in titles[0]):
            return header.row, doubt
    numbers = [cell for cell in header.cells if _looks(cell) == "number"]
    if numbers:
        years = [cell.strip() for cell in numbers]
        across = len(set(years)) == len(years) and all(YEAR.fullmatch(year) for year in years)
        if not (across and any(_looks(cell) == "text" for cell in header.cells) and len(years) > 1):
            return header.row, doubt
        return header.row, []
    for place, name in enumerate(header.cells):
        below = [cells[place] for cells in body if place < len(cells) and cells[place]]
        if (
            name
            and below
            and sum(_looks(cell) == "number" or _told(cell) is not None for cell in below) > 0.5 * len(below)
        ):
            return header.row, []
        values = set(below)
        if name and len(below) >= 4 and len(values) <= 0.5 * len(below) and name not in values:
            return header.row, []
    return header.row, doubt


# ---------------------------------------------------------------- marks and dates


def marks(columns: Iterable[Sequence[str]], delimiter: str = "", chosen: str = "") -> tuple[str, str, list[Doubt]]:
    """Decimal and thousands mark of the cells of each column, and what must be asked; nothing if one was chosen.

    1,5 and 0,125 say a decimal comma, 1.234.567 a dot between thousands; 1.234 alone says neither.
    """
    seen: Counter[str] = Counter()
    where: dict[str, tuple[int, str]] = {}
    for column, cells in enumerate(columns):
        each = {cell: _told(cell) for cell in set(cells)}
        told = [(cell, each[cell]) for cell in cells]
        # A column of texts may hold «146.1» in passing.
        if not told or sum(what is not None for _, what in told) < 0.5 * len(told):
            continue
        for cell, what in told:
            for word in what or ():
                seen[word] += 1
                where.setdefault(word, (column, cell))
    spaces = " " if seen["thousands  "] else ""
    usual = "," if delimiter == ";" or spaces else "."
    said = {
        mark
        for mark, other in ((",", "."), (".", ","))
        if (chosen or mark) == mark and (chosen or seen[f"decimal {mark}"] + seen[f"thousands {other}"])
    }
    if len(said) == 2:
        against = ("decimal .", "thousands ,") if usual == "," else ("decimal ,", "thousands .")
        place = next(where[word] for word in against if word in where)
        return usual, spaces, [Doubt("marks_mixed", "decimal", (",", "."), *place)]
    unsure = [word for word in ("unsure ,", "unsure .") if seen[word]]
    if not said:
        doubts = [Doubt("number_ambiguous", "decimal", (",", "."), *where[unsure[0]])] if unsure else []
        return usual, spaces, doubts
    decimal = said.pop()
    other = "." if decimal == "," else ","
    return decimal, spaces or (other if seen[f"thousands {other}"] + seen[f"unsure {other}"] else ""), []


def _told(cell: str) -> tuple[str, ...] | None:
    """What a cell says of the marks; () for a number without any, None for what is no number."""
    core = re.sub(r"^\D+|(?<!\D)\D+$", "", cell)
    if not core or len(cell) - len(core) > 25 or not re.fullmatch(rf"\d[\d.,{SPACES}]*", core):
        return None
    if DATE_LIKE.fullmatch(core) or re.fullmatch(r"\d{1,2}\.(19|20)\d\d|(19|20)\d\d\.\d{1,2}", core):
        return None
    if re.fullmatch(r"\d+", core):
        return ()
    if spaced := re.fullmatch(rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:([.,])\d+)?", core):
        return ("thousands  ", f"decimal {spaced[1]}") if spaced[1] else ("thousands  ",)
    if single := re.fullmatch(r"(\d+)([.,])(\d+)", core):
        whole, mark, rest = single.groups()
        unsure = len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0")
        return (f"{'unsure' if unsure else 'decimal'} {mark}",)
    if grouped := re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)([.,])(\d+))?", core):
        return (f"thousands {grouped[1]}",)
    return None


ORDERED = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T]\d{1,2}:\d\d.*)?")


def _decided(
    written: Sequence[Sequence[str]], days: Sequence[Sequence[str]], delimiter: str, chosen: Mapping[str, str | int]
) -> tuple[str, str, str, list[Doubt]]:
    """Decimal and thousands mark, date order, and what must be asked: as chosen, else as the cells say."""
    decimal, thousands, doubts = marks(written, delimiter, str(chosen.get("decimal", "")))
    order, asked = date_order(days)
    if "date_order" in chosen:
        order, asked = str(chosen["date_order"]), []
    return decimal, str(chosen.get("thousands", thousands)), order, [*doubts, *asked]


def date_order(columns: Iterable[Sequence[str]]) -> tuple[str, list[Doubt]]:
    """The order of day, month and year in dates written in numbers, and what must be asked.

    16/05/2012 says the day is first; 05/06/2015 says nothing. With dots the day is first: no month is written so.
    """
    dotted: set[str] = set()
    left = {"dmy", "mdy", "ymd"}
    is_year_first = is_written = is_same_both_ways = False
    unsure = against = None
    for column, cells in enumerate(columns):
        for cell in dict.fromkeys(cells):
            if not (match := ORDERED.fullmatch(cell.strip())):
                continue
            one, sign, two, three = match.groups()
            if len(one) > 2:
                is_year_first = is_year_first or (len(one) == 4 and int(two) <= 12)
                continue
            orders = {order for order, month, day in (("dmy", two, one), ("mdy", one, two)) if _is_day(month, day)}
            if sign == ".":
                # A dotted date that only an American order allows is still one.
                dotted |= {"dmy"} if "dmy" in orders else orders
                continue
            if len(one) == len(three) == 2 and _is_day(two, three):
                orders.add("ymd")
            if not orders:
                continue
            is_written = True
            if len(orders) > 1 and (unsure is None or (is_same_both_ways and one != two)):
                unsure, is_same_both_ways = (column, cell), one == two
            if against is None and not left & orders:
                against = (column, cell)
            left &= orders
    if against or len(dotted) > 1 or (is_written and dotted and not left & dotted):
        return "", [Doubt("date_order_mixed", "date_order", ("dmy", "mdy", "ymd"), *(against or unsure or (None, "")))]
    if is_written and unsure and len(left) > 1:
        options = tuple(order for order in ("dmy", "mdy", "ymd") if order in left)
        return "", [Doubt("date_order", "date_order", options, *unsure)]
    if is_written:
        return left.pop(), []
    return next(iter(dotted), "ymd" if is_year_first else ""), []


# Cells that may say something of marks and of the order of dates, for the engine: wider than the rules above.
NUMBER_SEEN = rf"^\D{{0,25}}\d[\d.,{SPACES}]*\D{{0,25}}$"
MARK_SEEN = rf"\d[.,{SPACES}]\d"
DATE_SEEN = r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\D|$)"
SEEN_MOST = 100_000


def look_again(
    con: duckdb.DuckDBPyConnection,
    dialect: Dialect,
    doubts: Sequence[Doubt],
    chosen: Mapping[str, str | int],
    columns: Sequence[int],
) -> tuple[Dialect, list[Doubt]]:
    """Marks and date order by every row of `file`, where `find` saw the first ones only; the other doubts stay.

    For a text file: a workbook's own numbers can't be told from its texts any more, and `find` reads all of it.
    """
    known = coded(con)
    numbers: list[list[str]] = [[] for _ in range(max(columns, default=-1) + 1)]
    dates: list[list[str]] = [[] for _ in numbers]
    for place in columns:
        cells = f"select cell from words_{place}" if place in known else f"select c{place} as cell from file"
        filled, like, numbers[place], dates[place] = con.execute(
            "select count(cell) filter (cell <> ''), count(cell) filter (regexp_matches(cell, $1)), "
            "coalesce(list(distinct cell) filter (regexp_matches(cell, $1) and regexp_matches(cell, $2)), []), "
            f"coalesce(list(distinct cell) filter (regexp_matches(cell, $3)), []) from ({cells})",
            [NUMBER_SEEN, MARK_SEEN, DATE_SEEN],
        ).fetchall()[0]
        # A column of texts may hold «146.1» in passing.
        if 2 * like < filled:
            numbers[place] = []
    numbers, dates = ([sorted(cells)[:SEEN_MOST] for cells in seen] for seen in (numbers, dates))
    left = [doubt for doubt in doubts if doubt.asks not in {"decimal", "date_order"}]
    decimal, thousands, order, asked = _decided(numbers, dates, dialect.delimiter, chosen)
    left += asked
    return replace(dialect, decimal=decimal, thousands=thousands, date_order=order), left


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= (
        29 if int(month) == 2 else 30 + (int(month) in {1, 3, 5, 7, 8, 10, 12})
    )


# ---------------------------------------------------------------- workbooks


def _is_workbook(head: bytes) -> bool:
    return head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def _sheets(source: Source) -> list[tuple[str, bool]]:
    try:
        return workbook.sheets(source.place)
    except workbook.Refused as refused:
        raise Unreadable(refused.code, refused.row, refused.detail) from None


def _find_in_workbook(source: Source, chosen: Mapping[str, str | int]) -> tuple[Dialect, list[Doubt]]:
    """The sheet chosen; else the only visible one that holds anything, or the first of them and a doubt."""
    about = _sheets(source)
    names = [str(chosen["sheet"])] if "sheet" in chosen else [name for name, hidden in about if not hidden]
    held: dict[str, list[Record]] = {}
    for name in names:
        dialect = Dialect("xlsx", "", "", "", name, decimal=NUMBER_OF_WORKBOOK)
        records = list(islice(_all_records(source, dialect, SAMPLE_ROWS), SAMPLE_ROWS))
        if any(record.rule or not _is_blank(record.cells) for record in records):
            held[name] = records
    if not held:
        raise Unreadable("empty")
    name = next(iter(held))
    doubts = [Doubt("sheet", "sheet", tuple(held))] if len(held) > 1 else []
    later = _later(source, name) if len(held[name]) == SAMPLE_ROWS else []
    return _understood(Dialect("xlsx", "", "", "", name), held[name], doubts, chosen, later)


def _later(source: Source, sheet: str) -> list[list[str]]:
    """Of the rows below the first ones, the different cells that may say something of marks and dates, by column."""
    tells = re.compile(f"{MARK_SEEN}|{DATE_SEEN}")
    seen: dict[int, dict[str, None]] = {}
    dialect = Dialect("xlsx", "", "", "", sheet, decimal=NUMBER_OF_WORKBOOK)
    for record in islice(_all_records(source, dialect), SAMPLE_ROWS, None):
        for at, cell in enumerate(record.cells):
            if cell and NUMBER_OF_WORKBOOK not in cell and tells.search(cell):
                seen.setdefault(at, {})[cell] = None
    return [list(islice(seen.get(at, ()), SEEN_MOST)) for at in range(max(seen, default=-1) + 1)]


# ---------------------------------------------------------------- reading record by record


class _Undecodable(Exception):
    """Bytes that are no text in this encoding, or a NUL, or a line without end; told with its row by `_records`."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def _texts(source: Source, encoding: str) -> Iterator[str]:
    """The file as text, without its BOM. Raises _Undecodable, after the text before the fault."""
    decoder = codecs.getincrementaldecoder(encoding)()
    bom = BOMS.get(encoding, b"")
    is_start = True
    try:
        for chunk in source.chunks():
            if is_start and bom and chunk.startswith(bom):
                chunk = chunk[len(bom) :]
            is_start = False
            yield decoder.decode(chunk)
        yield decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        good = codecs.getincrementaldecoder(encoding)().decode(bytes(error.object[: error.start]))
        yield good
        raise _Undecodable("undecodable") from None


def _blocks(source: Source, encoding: str) -> Iterator[str]:
    """The file in pieces of whole lines, whose ends may be CR, LF and CRLF. Raises _Undecodable."""
    rest = ""
    for text in _texts(source, encoding):
        nul = text.find("\0")
        text = rest + (text if nul < 0 else text[:nul])
        # A CR at the very end may be half of a CRLF.
        cut = max(text.rfind("\n"), text.rfind("\r", 0, max(len(text) - 1, 0))) + 1
        if cut:
            yield text[:cut]
        rest = text[cut:]
        if nul >= 0:
            raise _Undecodable("nul_bytes")
        if len(rest) > LINE_MOST:
            raise _Undecodable("line_too_long")
    if rest:
        yield rest


class _Lines:
    """Lines with their ends out of pieces of a file; a whole piece may be taken instead. Raises _Undecodable."""

    def __init__(self, blocks: Iterator[str]):
        self.blocks = blocks
        self.block: Iterator[str] = iter(())
        self.left = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if not self.left:
            self.put_back(self.take())
        line = next(self.block)
        self.left -= len(line)
        return line

    def take(self) -> str:
        """The next piece; StopIteration at the end of the file."""
        return next(self.blocks)

    def put_back(self, block: str) -> None:
        """Hand out the lines of this piece next."""
        self.block = io.StringIO(block, newline="")
        self.left = len(block)


def _lines(source: Source, encoding: str) -> _Lines:
    return _Lines(_blocks(source, encoding))


class _Consumed:
    """Lines as the csv module takes them, with those of the record in hand kept, so that it can be begun again."""

    def __init__(self, lines: Iterator[str]):
        self.lines = lines
        self.waiting: list[str] = []
        self.held: list[str] = []

    def __iter__(self) -> "_Consumed":
        return self

    def __next__(self) -> str:
        line = self.waiting.pop() if self.waiting else next(self.lines)
        self.held.append(line)
        return line

    @property
    def is_between_blocks(self) -> bool:
        """Every line of the pieces taken so far has been read."""
        return isinstance(self.lines, _Lines) and not self.lines.left and not self.waiting

    def back_to_second(self) -> None:
        """Give back all lines of the record but its first."""
        self.waiting.extend(reversed(self.held[1:]))
        del self.held[1:]


def _records(
    lines: Iterator[str], delimiter: str, quote: str, width: int = 0, is_trial: bool = False, above: int | None = None
) -> Iterator[Record]:
    """Rows as Excel numbers them, blank ones included.

    A row whose quotes can't be right is broken alone: reading begins again on the line below it. Lines that would
    each be a whole row of `width` cells, but stand between two quotes, may be rows that a missing quote swallowed:
    when together they are no whole row, they are; when they are, the row is broken as doubtful, all its lines with
    it. Raises Unreadable, but not in a trial, where a long line may only mean that the delimiter is another.
    With `above`, the number of rows above, it ends where a row ends together with a piece of the file.
    """
    consumed = _Consumed(lines)
    csv.field_size_limit(max(csv.field_size_limit(), CELL_MOST + 1))
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE

    def reader() -> Iterator[list[str]]:
        return csv.reader(consumed, delimiter=delimiter, quotechar=quote or None, quoting=quoting, strict=True)

    rows = reader()
    number = above or 0
    held = consumed.held
    while True:
        number += 1
        rule, doubtful = "", 0
        try:
            cells = next(rows)
            if len(held) == 1:
                if len(held[0]) > CELL_MOST and max(map(len, cells), default=0) > CELL_MOST:
                    rule = "cell_too_long"
            elif max(map(len, cells)) > CELL_MOST:
                rule = "quote_unclosed"
            elif width > 1 and all(line.count(delimiter) + 1 == width for line in held[1:]):
                if len(cells) != width:
                    rule = "quote_unclosed"
                elif held[0].count(delimiter) + 1 == width:
                    doubtful = len(held)
        except StopIteration:
            return
        except _Undecodable as fault:
            raise Unreadable(fault.code, number) from None
        except csv.Error as error:
            if len(held) == 1 and str(error).startswith("field larger"):
                rule = "cell_too_long"
            elif len(held) > 1 or str(error).startswith("unexpected end"):
                rule = "quote_unclosed"
            else:
                rule = "quote_stray"
        if rule == "cell_too_long" and not is_trial:
            raise Unreadable(rule, number, CELL_MOST)
        if rule:
            consumed.back_to_second()
            yield Record(number, [], 1, rule)
            rows = reader()
        elif doubtful:
            yield Record(number, [], len(held), "quote_doubtful", doubtful)
        else:
            yield Record(number, cells, len(held))
        held.clear()
        if above is not None and consumed.is_between_blocks:
            return


def _all_records(source: Source, dialect: Dialect, first: int = 0, width: int = 0) -> Iterator[Record]:
    """Every row of a text file or of a sheet. Raises Unreadable."""
    if dialect.kind != "xlsx":
        yield from _records(_lines(source, dialect.encoding), dialect.delimiter, dialect.quote, width)
        return
    try:
        for start, batch in workbook.rows(source.place, dialect.sheet, dialect.decimal, first):
            for row, cells in enumerate(batch, start):
                if column := workbook.unread(cells):
                    yield Record(row, [], 1, "formula_without_value", column)
                else:
                    yield Record(row, cells, 1)
    except workbook.Refused as refused:
        raise Unreadable(refused.code, refused.row, refused.detail) from None


# ---------------------------------------------------------------- staging


def stage(con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, columns: list[int] | None = None) -> Staged:
    """Create `file` and `broken` in the current schema of `con`; of the cells only `columns` are read in, or all.

    file: row INTEGER, c<n> VARCHAR for each column; broken: row INTEGER, rule VARCHAR, detail INTEGER.
    Rows stand in the order of the file. Raises Unreadable; then neither table is there.
    """
    header, lines = _header(source, dialect)
    width = len(header)
    if width > COLUMNS_MOST:
        raise Unreadable("too_many_columns", dialect.header_row, COLUMNS_MOST)
    wanted = list(range(width)) if columns is None else columns
    if any(not 0 <= place < width for place in wanted):
        raise ValueError("a column that the file does not have")
    _drop(con)
    try:
        con.execute("create table broken (row integer, rule varchar, detail integer)")
        is_large = columns is not None and source.size >= LARGE
        cells = _stage_coded(con, source, dialect, width, wanted, lines) if is_large else None
        if cells is None and not _stage_plain(con, source, dialect, width, wanted, lines):
            _stage_exactly(con, source, dialect, width, wanted)
        rows, first = con.execute("select count(*), coalesce(min(row), 0) from file").fetchall()[0]
        broken = con.execute("select count(*) from broken").fetchall()[0][0]
        if not rows and not broken:
            raise Unreadable("header_only")
    except duckdb.OutOfMemoryException:
        _drop(con)
        raise Unreadable("too_large_for_memory") from None
    except BaseException:
        _drop(con)
        raise
    return Staged(_unique(header), rows, broken, first, cells)


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    for kind in ("view", "table"):  # a view over `cells` when the engine's own reader filled it
        with suppress(duckdb.CatalogException):
            con.execute(f"drop {kind} if exists file")
    con.execute("drop table if exists cells")
    con.execute("drop table if exists broken")
    con.execute("drop view if exists temp.main.file")
    con.unregister("coded_cells")
    for tables, places in (("words", coded(con)), ("shapes", shaped(con))):
        for place in places:
            con.execute(f"drop table {tables}_{place}")


def _header(source: Source, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of the header row, and the number of lines down to it; without a header as many '' as there are."""
    if not dialect.header_row:
        sample = [
            record
            for record in islice(_all_records(source, dialect, SAMPLE_ROWS), SAMPLE_ROWS)
            if not record.rule and not _is_blank(record.cells)
        ]
        if not sample:
            raise Unreadable("empty")
        return [""] * _width(sample), 0
    lines = 0
    for record in _all_records(source, dialect, dialect.header_row):
        lines += record.lines
        if record.row == dialect.header_row:
            if record.rule or _is_blank(record.cells):
                raise Unreadable("header_unreadable", record.row)
            return record.cells, lines
    raise Unreadable("header_unreadable", dialect.header_row)


def headers(source: Source, dialect: Dialect) -> list[str]:
    """The names that `stage` will list, without staging. Raises Unreadable."""
    return _unique(_header(source, dialect)[0])


def _unique(header: list[str]) -> list[str]:
    """Names trimmed; a name that was there before gets the next free number; a missing one stays ''."""
    names = [cell.strip() for cell in header]
    found: list[str] = []
    for name in names:
        unique, number = name, 1
        while name and (unique in found or (number > 1 and unique in names)):
            number += 1
            unique = f"{name} ({number})"
        found.append(unique)
    return found


def _stage_exactly(
    con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, width: int, wanted: list[int]
) -> None:
    """Record by record, but for the pieces of the file that are plain, in batches."""
    con.execute(f"create table file ({', '.join(['row integer', *(f'c{place} varchar' for place in wanted)])})")
    schema = pa.schema([("row", pa.int32()), *((f"c{place}", pa.string()) for place in wanted)])
    numbers: list[int] = []
    batch: list[list[str] | list[str | None]] = []
    broken: list[tuple[int, str, int]] = []
    tables: list[pa.Table] = []
    misquoted = 0

    def put() -> None:
        if tables:
            _insert(con, "file", pa.concat_tables(tables))
            tables.clear()
        if numbers:
            cells = list(zip(*batch, strict=True))
            arrays = [pa.array(numbers, pa.int32()), *(pa.array(cells[place], pa.string()) for place in wanted)]
            _insert(con, "file", pa.Table.from_arrays(arrays, schema=schema))
        if broken:
            arrays = [pa.array(column) for column in zip(*broken, strict=True)]
            _insert(con, "broken", pa.Table.from_arrays(arrays, names=["row", "rule", "detail"]))
        numbers.clear()
        batch.clear()
        broken.clear()

    for record in _pieces(source, dialect, width, wanted):
        if isinstance(record, pa.Table):
            if numbers or len(tables) == TOGETHER:
                put()
            tables.append(record)
            continue
        if record.row <= dialect.header_row:
            continue
        cells = record.cells
        if record.rule:
            broken.append((record.row, record.rule, record.detail))
            misquoted += record.rule.startswith("quote")
            if misquoted > MISQUOTED_MOST:
                raise Unreadable("quotes_differ", record.row)
        elif not any(cells):
            continue
        elif len(cells) == width:
            numbers.append(record.row)
            batch.append(cells)
        elif len(cells) < width:
            numbers.append(record.row)
            batch.append([*cells, *[None] * (width - len(cells))])
        elif any(cells[width:]):
            broken.append((record.row, "cells_differ", len(cells)))
        else:
            numbers.append(record.row)
            batch.append(cells[:width])
        if len(numbers) + len(broken) >= BATCH:
            put()
    put()


def _pieces(source: Source, dialect: Dialect, width: int, wanted: list[int]) -> Iterator[Record | pa.Table]:
    """Rows one by one, and, below the header, plain pieces of a text file as tables with the columns of `file`.

    One odd row in ten million then costs a piece of a megabyte read row by row, and not the whole file.
    """
    if dialect.kind != "csv" or not _may_be_plain(dialect, width, wanted):
        yield from _all_records(source, dialect, width=width)
        return
    lines = _lines(source, dialect.encoding)
    row = 0
    try:
        while True:
            block = lines.take()
            table = _plain_block(block, dialect, width, wanted, row) if row >= dialect.header_row else None
            if table is not None:
                yield table
                row += table.num_rows
                continue
            lines.put_back(block)
            for record in _records(lines, dialect.delimiter, dialect.quote, width, above=row):
                yield record
                row = record.row
    except StopIteration:
        return
    except _Undecodable as fault:
        raise Unreadable(fault.code, row + 1) from None


def _plain_block(text: str, dialect: Dialect, width: int, wanted: list[int], above: int) -> pa.Table | None:
    """A piece of a file as a table; None when there is anything in it that only the exact reader may judge."""
    types: dict[str, pa.DataType] = dict.fromkeys((f"c{place}" for place in wanted), pa.string())
    table = _parsed(text.encode(), dialect, width, types)
    if table is None:
        return None
    numbers = pa.array(np.arange(above + 1, above + 1 + table.num_rows, dtype=np.int32))
    return table.add_column(0, "row", numbers)


def _parsed(content: bytes, dialect: Dialect, width: int, types: Mapping[str, pa.DataType]) -> pa.Table | None:
    """The columns of `types` in whole lines of a file; None when only the exact reader may judge them."""
    letters = np.frombuffer(content, np.uint8)
    lines = int(np.count_nonzero(letters == ord("\n")))
    if _is_bare(content, dialect.quote):
        table = _as_table(content, dialect, width, types, "")
        # A line of nothing but marks is a blank one, which leaves no column without an empty cell.
        if table is None or (table.num_rows == lines and not all(map(_has_empty, table.columns))):
            return table
    survey = _Survey(dialect.delimiter, dialect.quote)
    survey.feed(content)
    survey.end()
    ends = np.flatnonzero(letters == ord("\n"))
    if not survey.is_plain or lines != survey.newlines or np.diff(ends, prepend=-1).max(initial=0) > CELL_MOST:
        return None
    table = _as_table(content, dialect, width, types, dialect.quote)
    return table if table is not None and table.num_rows == lines else None


def _is_bare(content: bytes, quote: str) -> bool:
    """No sign is more than a sign, lines end in LF alone, and none is long: then a glance is enough."""
    half = CELL_MOST // 2
    return (
        not any(sign in content for sign in (b"\0", b"\r", *([quote.encode()] if quote else [])))
        and content.endswith(b"\n")
        and all(content.find(b"\n", at, at + half) >= 0 for at in range(0, len(content) - half, half))
    )


def _has_empty(column: pa.ChunkedArray) -> bool:
    """Some cell of the column may be empty."""
    cells = column.combine_chunks()
    if pa.types.is_dictionary(cells.type):
        return bool(pc.any(pc.equal(cells.dictionary, "")).as_py())
    return bool(pc.any(pc.equal(pc.binary_length(cells), 0)).as_py())


def _as_table(
    content: bytes, dialect: Dialect, width: int, types: Mapping[str, pa.DataType], quote: str
) -> pa.Table | None:
    """What the reader of pyarrow makes of whole lines; None when they are uneven or no UTF-8."""
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(content),
            pyarrow.csv.ReadOptions(
                column_names=[f"c{place}" for place in range(width)], block_size=len(content) + 1, use_threads=False
            ),
            pyarrow.csv.ParseOptions(delimiter=dialect.delimiter, quote_char=quote or False),
            pyarrow.csv.ConvertOptions(
                column_types=types, include_columns=list(types), strings_can_be_null=False, check_utf8=False
            ),
        )
        for column in table.columns:
            for cells in column.chunks:  # each different cell once, in a fifth of the time
                (cells.dictionary if pa.types.is_dictionary(cells.type) else cells).validate(full=True)
    except pa.ArrowInvalid:
        return None
    return table


def _may_be_plain(dialect: Dialect, width: int, wanted: list[int]) -> bool:
    return width > 1 and bool(wanted) and dialect.delimiter.isascii() and dialect.quote in {'"', ""}


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    con.register("intake_batch", rows)
    try:
        con.execute(f"insert into {table} from intake_batch")
    finally:
        con.unregister("intake_batch")


# ---------------------------------------------------------------- reading with the engine


class _Survey:
    """What the bytes of a file must be for the engine's reader to see in them what the exact reader sees.

    Fed with the UTF-8 bytes of the body; `newlines` are those that end a line, without blank lines at the very end.
    """

    def __init__(self, delimiter: str, quote: str):
        self.quote = quote.encode()
        mark = re.escape(delimiter.encode())
        empty = b"(?:" + re.escape(self.quote * 2) + b")?" if quote else b""
        self.blank = re.compile(rb"\n(?:" + empty + mark + rb")*" + empty + rb"\r?\n")
        self.begins_blank = np.zeros(256, bool)
        self.begins_blank[[ord(delimiter), 10, 13]] = True
        self.opens = np.zeros(256, bool)
        self.opens[[ord(delimiter), 10]] = True
        self.closes = np.zeros(256, bool)
        self.closes[[ord(delimiter), 10, 13]] = True
        self.newlines = 0
        self.is_plain = True
        # Whether lines end in CRLF; None before the first has ended.
        self.is_crlf: bool | None = None
        # Not looked at yet; begins with the newline that ends the line before.
        self.rest = b"\n"

    def feed(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        if not self.is_plain:
            return
        text = self.rest + chunk
        last = len(text.rstrip(b"\r\n"))
        # Blank lines at the end of the chunk wait: at the end of the file they are nothing.
        cut = text.find(b"\n", last) + 1 or text.rfind(b"\n", 0, last) + 1
        self.rest = text[cut - 1 :]
        self.is_plain = len(self.rest) <= LINE_MOST
        if cut > 1:
            self._look(text[:cut])

    def end(self) -> None:
        """No more bytes come."""
        last = len(self.rest.rstrip(b"\r\n"))
        ends = self.rest[last:]
        if ends.count(b"\r") != ends.count(b"\r\n"):
            self.is_plain = False
        elif self.is_plain and last:
            self._look(self.rest[:last] + (b"\r\n" if self.is_crlf else b"\n"))

    def _look(self, text: bytes) -> None:
        letters = np.frombuffer(text, np.uint8)
        ends = np.flatnonzero(letters == ord("\n"))
        newlines = len(ends) - 1
        self.newlines += newlines
        returns = text.count(b"\r")
        if self.is_crlf is None:
            self.is_crlf = returns > 0
        begins = letters[ends[:-1] + 1]
        # The pattern is slow: only where a line begins as a blank one may.
        is_quoted = bool(self.quote) and self.quote in text
        is_suspect = bool(self.begins_blank[begins].any()) or (is_quoted and b"\n" + self.quote * 2 in text)
        self.is_plain = (
            b"\0" not in text
            and returns == (newlines if self.is_crlf else 0)
            and (not returns or bool(np.all(letters[ends[1:] - 1] == ord("\r"))))
            and (not is_quoted or self._is_quoted_well(text))
            and not (is_suspect and self.blank.search(text))
        )

    def _is_quoted_well(self, text: bytes) -> bool:
        """Each quote opens a cell at its very start, closes it at its very end, or is one of two."""
        letters = np.frombuffer(text, np.uint8)
        places = np.flatnonzero(letters == self.quote[0])
        if len(places) % 2:
            return False
        opening, closing = places[0::2], places[1::2]
        follows = np.zeros(len(opening), bool)
        follows[1:] = opening[1:] == closing[:-1] + 1
        if not np.all(follows | self.opens[letters[opening - 1]]):
            return False
        followed = np.append(follows[1:], False)
        return bool(np.all(followed | self.closes[letters[closing + 1]]))


def _stage_plain(
    con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, width: int, wanted: list[int], lines: int
) -> bool:
    """Read with the engine; False, and nothing left behind, when the file turns out not to be plain."""
    mark = dialect.delimiter
    if dialect.kind != "csv" or not _may_be_plain(dialect, width, wanted):
        return False
    survey = _Survey(mark, dialect.quote)
    try:
        if source.path is not None and dialect.encoding == "utf-8":
            with ThreadPoolExecutor(1) as other:
                looked = other.submit(_surveyed, source, survey, lines)
                try:
                    _read(con, str(source.path), mark, dialect.quote, width, wanted, lines)
                except BaseException:
                    survey.is_plain = False
                    raise
                looked.result()
        else:
            with _Pipe(source, dialect.encoding, lines, survey) as pipe:
                _read(con, str(pipe), mark, dialect.quote, width, wanted, 0)
        rows = con.execute("select count(*) from cells").fetchall()[0][0]
        if survey.is_plain and rows == survey.newlines:
            con.execute(
                f"create view file as select (rowid + {dialect.header_row + 1})::integer as row, "
                f"{', '.join(f'c{place}' for place in wanted)} from cells"
            )
            return True
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, _Undecodable):
        # The engine's words would quote the row. The exact reader says what is wrong with it, if anything is.
        pass
    con.execute("drop table if exists cells")
    return False


def _read(
    con: duckdb.DuckDBPyConnection, place: str, delimiter: str, quote: str, width: int, wanted: list[int], skip: int
) -> None:
    names = [f"c{place}" for place in range(width)]
    kept = ", ".join(f"c{place}" for place in wanted)
    con.execute(
        f"create table cells as select {kept} from read_csv($1, columns = {dict.fromkeys(names, 'VARCHAR')}, "
        "header = false, auto_detect = false, delim = $2, quote = $3, escape = $3, comment = '', skip = $4, "
        f"strict_mode = true, null_padding = false, max_line_size = {CELL_MOST}, buffer_size = {8 << 20}, "
        f"force_not_null = {names})",
        [place, delimiter, quote, skip],
    )


DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")


def _shapes(cells: pa.StringArray) -> pa.StringArray:
    """The different cells, were all digits the same."""
    _, offsets, letters = cells.buffers()
    alike = pa.py_buffer(letters.to_pybytes().translate(DIGITS_ALIKE) if letters else b"")
    return pa.StringArray.from_buffers(len(cells), offsets, alike, offset=cells.offset).unique()


class _Words:
    """A column, piece by piece: codes of its different cells while they are few, else the cells themselves.

    Of cells their shapes are kept too, while those are few: what no shape can be no cell is.
    """

    def __init__(self) -> None:
        self.known = pa.array([], pa.string())
        self.counts = np.zeros(0, np.int64)
        self.codes: list[pa.Array] = []
        self.texts: list[pa.Array] | None = None
        self.shapes: pa.Array | None = None

    def add(self, cells: pa.Array) -> None:
        """The next piece, as a dictionary or as texts."""
        if self.texts is not None:
            texts = cells.cast(pa.string())
            self.texts.append(texts)
            self._shape(texts)
            return
        places = pc.index_in(cells.dictionary, value_set=self.known)
        if places.null_count:
            self.known = pa.concat_arrays([self.known, cells.dictionary.filter(places.is_null())])
            places = pc.index_in(cells.dictionary, value_set=self.known)
        if len(self.known) <= WORDS_MOST:
            codes = pc.take(places.cast(pa.uint16()), cells.indices)
            self.codes.append(codes)
            counts = np.bincount(codes.to_numpy(), minlength=len(self.known))
            counts[: len(self.counts)] += self.counts
            self.counts = counts
            return
        self.texts = [self.known.take(codes) for codes in self.codes]
        self.shapes = _shapes(self.known)
        self.codes.clear()
        self.add(cells)

    def _shape(self, texts: pa.Array) -> None:
        if self.shapes is not None:
            self.shapes = pa.concat_arrays([self.shapes, _shapes(texts)]).unique()
            if len(self.shapes) > WORDS_MOST:
                self.shapes = None

    def columns(self, place: int) -> dict[str, pa.ChunkedArray]:
        """What stands in the table: c<n>, and k<n> where it has codes."""
        if self.texts is not None:
            return {f"c{place}": pa.chunked_array(self.texts, pa.string())}
        cells = [pa.DictionaryArray.from_arrays(codes, self.known, safe=False) for codes in self.codes]
        return {
            f"k{place}": pa.chunked_array(self.codes, pa.uint16()),
            f"c{place}": pa.chunked_array(cells, pa.dictionary(pa.uint16(), pa.string())),
        }

    def told(self, place: int) -> tuple[str, pa.Table] | None:
        """The table of its words with their numbers, or of the shapes of its cells; None when they are too many."""
        if self.texts is None:
            codes = pa.array(np.arange(len(self.known), dtype=np.uint16))
            return f"words_{place}", pa.table({"k": codes, "cell": self.known, "n": pa.array(self.counts)})
        return (f"shapes_{place}", pa.table({"cell": self.shapes})) if self.shapes is not None else None


def coded(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The columns of `file` that are kept as codes: `coded_cells` has row and k<n>, table `words_<n>` k, cell and n."""
    return _told_of(con, "words_")


def shaped(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The columns of `file` whose cells, were all digits 0, stand in tables `shapes_<n>`: cell."""
    return _told_of(con, "shapes_")


def _told_of(con: duckdb.DuckDBPyConnection, tables: str) -> set[int]:
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = current_database() "
        "and schema_name = current_schema() and starts_with(table_name, $1)",
        [tables],
    ).fetchall()
    return {int(name.removeprefix(tables)) for (name,) in found}


def _stage_coded(
    con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, width: int, wanted: list[int], lines: int
) -> pa.Table | None:
    """Read a plain file as codes of its words, on all cores; None, and nothing left behind, when it is not plain.

    Millions of cells of a few thousand words are counted, joined and kept as numbers; `file` shows the words.
    """
    if dialect.kind != "csv" or not _may_be_plain(dialect, width, wanted):
        return None
    words = {place: _Words() for place in wanted}
    dictionary = pa.dictionary(pa.int32(), pa.string())

    def parsed(content: bytes) -> pa.Table | None:
        types = {f"c{place}": pa.string() if words[place].texts is not None else dictionary for place in wanted}
        return _parsed(content, dialect, width, types)

    sizes: list[int] = []
    text = 0
    with ThreadPoolExecutor(os.cpu_count()) as others:
        waiting: deque[Future[pa.Table | None]] = deque()
        try:
            for content in chain(_whole_lines(source, dialect.encoding, lines), repeat(None)):
                if content is not None:
                    waiting.append(others.submit(parsed, content))
                    if len(waiting) <= (os.cpu_count() or 1) + 1:
                        continue
                if not waiting:
                    break
                table = waiting.popleft().result()
                if table is None or text > TEXT_MOST:
                    return None
                sizes.append(table.num_rows)
                for place in wanted:
                    cells = table.column(f"c{place}").combine_chunks()
                    words[place].add(cells)
                    text += cells.nbytes if words[place].texts is not None else 0
        except (_Undecodable, pa.ArrowInvalid):  # no text, or words too long for one list
            return None
        finally:
            others.shutdown(cancel_futures=True)
    # In pieces as they were read: the engine takes each to whichever core is free.
    ends = np.cumsum([dialect.header_row + 1, *sizes])
    rows = [pa.array(np.arange(start, end, dtype=np.int32)) for start, end in pairwise(ends)]
    columns = {"row": pa.chunked_array(rows, pa.int32())}
    for place, word in words.items():
        columns |= word.columns(place)
        if told := word.told(place):
            con.register("intake_batch", told[1])
            con.execute(f"create table {told[0]} as from intake_batch")
            con.unregister("intake_batch")
    cells = pa.table(columns)
    con.register("coded_cells", cells)
    con.execute(f"create temp view file as select row, {', '.join(f'c{place}' for place in wanted)} from coded_cells")
    return cells


def _whole_lines(source: Source, encoding: str, lines: int) -> Iterator[bytes]:
    """The body as UTF-8 in pieces of whole lines, without blank lines at its very end. Raises _Undecodable."""
    if encoding == "utf-8":
        chunks = _below(source.chunks(PIECE), lines, BOMS["utf-8"])
    else:
        chunks = _below((text.encode() for text in _texts(source, encoding)), lines)
    rest = b""
    for chunk in chunks:
        if len(rest) + len(chunk) < PIECE // 2:
            rest += chunk
            continue
        cut = chunk.rfind(b"\n") + 1
        if (len(chunk) - cut if cut else len(rest) + len(chunk)) > LINE_MOST:
            raise _Undecodable("line_too_long")
        # The last line waits: what follows may be the end of the file.
        if not cut or cut == len(chunk):
            rest += chunk
            continue
        yield b"".join((rest, memoryview(chunk)[:cut]))
        rest = chunk[cut:]
    if body := rest.rstrip(b"\r\n"):
        yield body + (b"\r\n" if b"\r\n" in rest else b"\n")


def _surveyed(source: Source, survey: _Survey, lines: int) -> None:
    """Survey the body of a UTF-8 file."""
    for body in _below(source.chunks(), lines, BOMS["utf-8"]):
        survey.feed(body)
        if not survey.is_plain:
            return
    survey.end()


def _below(chunks: Iterable[bytes], lines: int, bom: bytes = b"") -> Iterator[bytes]:
    """The bytes below the first `lines` lines, whose ends may be CR, LF or CRLF."""
    head = b""
    is_below = False
    for chunk in chunks:
        if is_below:
            yield chunk
            continue
        head += chunk
        begin = len(bom) if head.startswith(bom) else 0
        # One byte more is waited for, that of a CRLF.
        ends = [match.end() for match in islice(re.finditer(rb"\r\n|\r(?=.)|\n", head[begin:], re.S), lines)]
        if len(ends) == lines:
            is_below = True
            yield head[begin + ends[-1] :] if ends else head[begin:]


class _Pipe:
    """A named pipe that the engine reads as a file, and a thread that writes the body of the source into it as UTF-8.

    Neither can wait for the other for ever: the thread opens the pipe before anything may fail, so that the engine
    finds an end; and it gives up when the engine does.
    """

    def __init__(self, source: Source, encoding: str, lines: int, survey: _Survey):
        self.source, self.encoding, self.lines, self.survey = source, encoding, lines, survey
        self.stopped = threading.Event()
        self.fault: BaseException | None = None

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory(prefix="intake")
        self.path = Path(self.folder.name) / "pipe"
        os.mkfifo(self.path, 0o600)
        self.thread = threading.Thread(target=self._write, daemon=True)
        self.thread.start()
        return self.path

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        self.stopped.set()
        self.thread.join()
        self.folder.cleanup()
        if self.fault and kind is None:
            raise self.fault

    def _write(self) -> None:
        pipe = self._opened()
        if pipe is None:
            return
        try:
            with suppress(BrokenPipeError):
                for body in _below(self._utf8(), self.lines):
                    self.survey.feed(body)
                    # What is not plain is read again by the exact reader: the engine need not see the rest.
                    if not self.survey.is_plain or not self._sent(pipe, body):
                        break
                self.survey.end()
        except BaseException as fault:
            self.fault = fault
        finally:
            os.close(pipe)

    def _utf8(self) -> Iterator[bytes]:
        if self.encoding == "utf-8":
            bom = BOMS["utf-8"]
            for at, chunk in enumerate(self.source.chunks()):
                yield chunk[len(bom) :] if not at and chunk.startswith(bom) else chunk
        else:
            for text in _texts(self.source, self.encoding):
                yield text.encode()

    def _opened(self) -> int | None:
        while not self.stopped.is_set():
            try:
                return os.open(self.path, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                # Nobody reads yet.
                time.sleep(0.001)
        return None

    def _sent(self, pipe: int, body: bytes) -> bool:
        left = memoryview(body)
        while left and not self.stopped.is_set():
            if select.select([], [pipe], [], 0.1)[1]:
                with suppress(BlockingIOError):
                    left = left[os.write(pipe, left) :]
        return not left
