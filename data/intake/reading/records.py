"""The rows of a file one by one, as Excel shows them: exact, whatever stands in it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from data.intake.reading import workbook
from data.intake.reading.encoding import BOMS
from data.intake.reading.file import SAMPLE_ROWS, Dialect, Source, Unreadable
from data.intake.reading.marks import YEAR
from data.intake.reading.mending import mend

COLUMNS_MOST = workbook.COLUMNS_MOST
CELL_MOST = workbook.CELL_MOST
LINE_MOST = 10_000_000


class Record(NamedTuple):
    """One row as Excel shows it; `rule` says why it can't be read, and `detail` a number with it."""

    row: int
    cells: list[str]
    lines: int
    rule: str = ""
    detail: int = 0


class Undecodable(Exception):
    """Bytes that are no text in this encoding, or a NUL, or a line without end; told with its row by `read_records`."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def cut_pieces(source: Source, encoding: str, size: int = 0, begin: int = 0) -> Iterator[bytes]:
    """The bytes from `begin` on in pieces of whole lines, whose ends may be CR, LF and CRLF, without the BOM.

    Nothing follows a line that is too long: it comes as a piece of its own, which `decode_piece` refuses.
    """
    encoding = encoding.partition("+")[0]
    bom = b"" if begin else BOMS.get(encoding, b"")
    lf, cr = "\n".encode(encoding), "\r".encode(encoding)
    rest = b""
    for chunk in source.chunks(size, begin):
        chunk, bom = chunk.removeprefix(bom), b""
        # A CR at the very end may be half of a CRLF.
        cut = max(_end_of_last(lf, chunk, len(chunk)), _end_of_last(cr, chunk, len(chunk) - len(cr)))
        if cut:
            yield rest + chunk[:cut]
            rest = b""
        rest += chunk[cut:]
        if len(rest) > LINE_MOST * len(lf):
            break
    if rest:
        yield rest


def _end_of_last(mark: bytes, chunk: bytes, until: int) -> int:
    """Where the last such mark ends, 0 when there is none; a mark of two bytes stands at an even place."""
    at = chunk.rfind(mark, 0, max(until, 0))
    while at > 0 and at % len(mark):
        at = chunk.rfind(mark, 0, at + len(mark) - 1)
    return at + len(mark) if at >= 0 else 0


def decode_piece(piece: bytes, encoding: str) -> tuple[str, str]:
    """The lines of a piece in one text, and its fault or ''; of a piece with a fault only the lines above it."""
    encoding, sign, broken = encoding.partition("+")
    fault = ""
    try:
        text = piece.decode(encoding)
    except UnicodeDecodeError as error:
        text, fault = piece[: error.start].decode(encoding), "undecodable"
    if broken:
        text = mend(text, sign + broken)
    if (nul := text.find("\0")) >= 0:
        text, fault = text[:nul], "nul_bytes"
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    if not fault and not end and len(text) > LINE_MOST:
        fault = "line_too_long"
    return (text[:end] if fault else text), fault


class Lines:
    """Lines with their ends, out of what `decode_piece` makes of one piece after the other. Raises Undecodable."""

    def __init__(self, texts: Iterator[tuple[str, str]]):
        self.texts = texts
        self.lines: Iterator[str] = iter(())
        self.left = 0
        self.fault = ""

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        while not self.left:
            if self.fault:
                raise Undecodable(self.fault)
            text, self.fault = next(self.texts)
            self.lines, self.left = io.StringIO(text, newline=""), len(text)
        line = next(self.lines)
        self.left -= len(line)
        return line

    @property
    def is_at_end(self) -> bool:
        """Every line of the pieces taken so far has been read, and none of them has a fault."""
        return not self.left and not self.fault


def read_lines(source: Source, encoding: str) -> Lines:
    """The lines of a text file. Raises Undecodable."""
    return Lines(decode_piece(piece, encoding) for piece in cut_pieces(source, encoding))


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
    def is_between_pieces(self) -> bool:
        """Every line of the pieces taken so far has been read."""
        return isinstance(self.lines, Lines) and self.lines.is_at_end and not self.waiting

    def back_to_second(self) -> None:
        """Give back all lines of the record but its first."""
        self.waiting.extend(reversed(self.held[1:]))
        del self.held[1:]


def read_records(
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
        except Undecodable as fault:
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
        if above is not None and consumed.is_between_pieces:
            return


def read_all_records(source: Source, dialect: Dialect, first: int = 0) -> Iterator[Record]:
    """Every row of a text file or of a sheet. Raises Unreadable."""
    if dialect.kind != "xlsx":
        yield from read_records(read_lines(source, dialect.encoding), dialect.delimiter, dialect.quote)
        return
    try:
        leave_out = dialect.hidden == "leave_out"
        for start, batch in workbook.rows(source.place, dialect.sheet, dialect.decimal, first, leave_out=leave_out):
            for row, cells in enumerate(batch, start):
                if column := workbook.unread(cells):
                    yield Record(row, [], 1, "formula_without_value", column)
                elif "+" in dialect.encoding:
                    yield Record(row, [mend(cell, dialect.encoding) for cell in cells], 1)
                else:
                    yield Record(row, cells, 1)
    except workbook.Refused as refused:
        raise Unreadable(refused.code, refused.row, refused.detail) from None


def trim_cells(cells: list[str]) -> list[str]:
    """The cells without those of blanks behind the last filled one."""
    filled = len(cells)
    while filled and not cells[filled - 1].strip():
        filled -= 1
    return cells[:filled]


DAY = re.compile(r"(?:(01|31)[./-](01|12)[./-]((?:19|20)\d\d)|((?:19|20)\d\d)[./-](01|12)[./-](01|31))(?:[ T]00:00.*)?")


def years_of_days(header: Sequence[str]) -> dict[int, tuple[int, bool]]:
    """Of a header of which two cells or more are the first days of years, or the last ones, and none is another date:
    place -> year, and whether it is its first day. Else nothing."""
    days = {}
    for place, cell in enumerate(header):
        if match := DAY.fullmatch(cell.strip()):
            day, month = match[1] or match[6], match[2] or match[5]
            if (day, month) in {("01", "01"), ("31", "12")}:
                days[place] = (int(match[3] or match[4]), day == "01")
    is_alike = len({is_first for _, is_first in days.values()}) == 1
    return days if is_alike and len({year for year, _ in days.values()}) == len(days) > 1 else {}


def _name_years(header: list[str], dialect: Dialect) -> list[str]:
    """The header with the years that its days stand for, once that is known."""
    days = years_of_days(header) if dialect.header_dates else {}
    before = dialect.header_dates == "year_before"
    return [str(days[place][0] - before) if place in days else cell for place, cell in enumerate(header)]


def is_blank(cells: list[str]) -> bool:
    return not any(cells)


def usual_width(filled: list[Record]) -> int:
    """The number of cells that most rows have; title lines, of one cell, don't count where there are wider rows."""
    counts = Counter(len(record.cells) for record in filled)
    wide = {cells: rows for cells, rows in counts.items() if cells > 1}
    counted = wide if sum(wide.values()) > 1 else counts
    return max(counted, key=lambda cells: (counted[cells], cells))


def join_grouped_header(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The names of columns under years: «2021 received»; where no year stands above, the one name that there is."""
    names, year = [], ""
    for place in range(max(len(above), len(below))):
        over = above[place].strip() if place < len(above) else ""
        own = below[place].strip() if place < len(below) else ""
        year = over if YEAR.fullmatch(over) else "" if over else year
        names.append(f"{year} {own}".strip() if year else own or over)
    return names


def read_header(source: Source, dialect: Dialect) -> tuple[list[str], int]:
    """The cells of the header row, and at which byte of a text file the rows below it begin.

    Without a header as many '' as there are columns. Raises Unreadable.
    """
    if not dialect.header_row:
        sample = [
            record
            for record in islice(read_all_records(source, dialect, SAMPLE_ROWS), SAMPLE_ROWS)
            if not record.rule and not is_blank(record.cells)
        ]
        if not sample:
            raise Unreadable("empty")
        return [""] * usual_width(sample), 0
    lines, above = 0, [""]
    for record in read_all_records(source, dialect, dialect.header_row):
        lines += record.lines
        if record.row == dialect.header_row:
            if record.rule or is_blank(record.cells):
                raise Unreadable("header_unreadable", record.row)
            cells = join_grouped_header(above, record.cells) if dialect.header_lines == 2 else record.cells
            return _name_years(cells, dialect), _measure(source, dialect, lines) if dialect.kind == "csv" else 0
        above = record.cells
    raise Unreadable("header_unreadable", dialect.header_row)


def _measure(source: Source, dialect: Dialect, lines: int) -> int:
    """How many bytes the first so many lines take, with the BOM."""
    encoding = dialect.encoding.partition("+")[0]  # the letters as they stand in the file, mended or not
    bom = BOMS.get(encoding, b"")
    begin = len(bom) if source.head().startswith(bom) else 0
    return begin + sum(len(line.encode(encoding)) for line in islice(read_lines(source, encoding), lines))


def headers(source: Source, dialect: Dialect) -> list[str]:
    """The names that `stage` will list, without staging. Raises Unreadable."""
    return number_repeats(read_header(source, dialect)[0])


def number_repeats(header: list[str]) -> list[str]:
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
