"""How a file is written: encoding, delimiter, header row, marks, date order; and what of it must be asked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import duckdb

from data.intake.reading import workbook
from data.intake.reading.cells import coded
from data.intake.reading.encoding import detect_encoding
from data.intake.reading.file import HEAD, SAMPLE_ROWS, SIZE_MOST, Dialect, Doubt, Source, Unreadable
from data.intake.reading.marks import (
    DATE_LIKE,
    DATE_SEEN,
    MARK_SEEN,
    NUMBER_SEEN,
    SEEN_MOST,
    SPACES,
    decide_marks,
    marks_of,
)
from data.intake.reading.records import (
    COLUMNS_MOST,
    Record,
    Undecodable,
    is_blank,
    read_all_records,
    read_lines,
    read_records,
    usual_width,
)

# From how many of the first rows a person may choose the header when it is in doubt.
HEADERS_OFFERED = 5
DELIMITERS = (";", "\t", ",", "|")
# Stands for the decimal mark of a workbook's own numbers while its texts are looked at; for private use in Unicode.
NUMBER_OF_WORKBOOK = "\ue000"
NUMBER_LIKE = re.compile(rf"[<>≤≥~≈±−+-]?[{SPACES}]*\d[\d.,{SPACES}]*%?")
YEAR = re.compile(r"(19|20)\d\d")


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
    encoding, doubts = detect_encoding(source, head, str(chosen.get("encoding", "")))
    lines, fault = _read_sample(source, encoding)
    quote = str(chosen.get("quote", '"'))
    records, delimiter, asked = _find_delimiter(lines, quote, str(chosen.get("delimiter", "")))
    _raise_fault(fault, records)
    dialect = Dialect(encoding=encoding, delimiter=delimiter, quote=quote)
    return _understand(dialect, records, [*doubts, *asked], chosen)


def sheets(source: Source) -> list[str]:
    """Names of the sheets, the visible first; none for a text file. Raises Unreadable."""
    if not _is_workbook(source.head()):
        return []
    return [name for name, _ in sorted(_list_sheets(source), key=lambda about: about[1])]


def first_rows(source: Source, dialect: Dialect, count: int = 20) -> list[Record]:
    """The first rows as they stand in the file, title lines and header included. Raises Unreadable."""
    return list(islice(read_all_records(source, dialect, count), count))


def _understand(
    dialect: Dialect,
    records: list[Record],
    doubts: list[Doubt],
    chosen: Mapping[str, str | int],
    later: Sequence[Iterable[str]] = (),
) -> tuple[Dialect, list[Doubt]]:
    """Header row, marks and date order out of the first records; `later`: what later ones say, by column."""
    filled = [record for record in records if not record.rule and not is_blank(record.cells)]
    if not filled:
        raise Unreadable("no_rows" if any(record.rule for record in records) else "empty")
    width = usual_width(filled)
    if width > COLUMNS_MOST:
        raise Unreadable("too_many_columns", filled[0].row, COLUMNS_MOST)
    if "header_row" in chosen:
        header_row = int(chosen["header_row"])
    else:
        header_row, asked = _find_header_row(filled, width)
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
    decimal, thousands, order, asked = decide_marks(written, columns, dialect.delimiter, chosen)
    doubts += asked
    return (
        replace(dialect, header_row=header_row, decimal=decimal, thousands=thousands, date_order=order),
        doubts,
    )


# ---------------------------------------------------------------- delimiter and header


def _read_sample(source: Source, encoding: str) -> tuple[list[str], "Undecodable | None"]:
    """Lines of the first megabyte, and the fault that ends them; the last line, which may be cut, is left out."""
    lines: list[str] = []
    taken = 0
    try:
        for line in read_lines(source, encoding):
            if taken > HEAD:
                return lines[:-1], None
            taken += len(line)
            lines.append(line)
    except Undecodable as fault:
        return lines, fault
    return lines, None


def _raise_fault(fault: "Undecodable | None", records: list[Record]) -> None:
    """Tell a fault of the sample by its row; one below the records that were looked at is left to the reader."""
    if fault and len(records) < SAMPLE_ROWS:
        raise Unreadable(fault.code, len(records) + 1)


def _find_delimiter(sample: list[str], quote: str, chosen: str) -> tuple[list[Record], str, list[Doubt]]:
    """The sample's records by the delimiter that cuts them alike, and a doubt when two do."""

    def read(delimiter: str, is_trial: bool = False) -> list[Record]:
        return list(islice(read_records(iter(sample), delimiter, quote, is_trial=is_trial), SAMPLE_ROWS))

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
        if not sound or (width := usual_width(sound)) < 2:
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


def _look_of(cell: str) -> str:
    cell = cell.strip()
    if NUMBER_LIKE.fullmatch(cell) or DATE_LIKE.fullmatch(cell):
        return "number"
    return "text" if cell else ""


def _find_header_row(filled: list[Record], width: int) -> tuple[int, list[Doubt]]:
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
    numbers = [cell for cell in header.cells if _look_of(cell) == "number"]
    if numbers:
        years = [cell.strip() for cell in numbers]
        across = len(set(years)) == len(years) and all(YEAR.fullmatch(year) for year in years)
        if not (across and any(_look_of(cell) == "text" for cell in header.cells) and len(years) > 1):
            return header.row, doubt
        return header.row, []
    for place, name in enumerate(header.cells):
        below = [cells[place] for cells in body if place < len(cells) and cells[place]]
        if (
            name
            and below
            and sum(_look_of(cell) == "number" or marks_of(cell) is not None for cell in below) > 0.5 * len(below)
        ):
            return header.row, []
        values = set(below)
        if name and len(below) >= 4 and len(values) <= 0.5 * len(below) and name not in values:
            return header.row, []
    return header.row, doubt


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
    decimal, thousands, order, asked = decide_marks(numbers, dates, dialect.delimiter, chosen)
    left += asked
    return replace(dialect, decimal=decimal, thousands=thousands, date_order=order), left


# ---------------------------------------------------------------- workbooks


def _is_workbook(head: bytes) -> bool:
    return head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}


def _list_sheets(source: Source) -> list[tuple[str, bool]]:
    try:
        return workbook.sheets(source.place)
    except workbook.Refused as refused:
        raise Unreadable(refused.code, refused.row, refused.detail) from None


def _find_in_workbook(source: Source, chosen: Mapping[str, str | int]) -> tuple[Dialect, list[Doubt]]:
    """The sheet chosen; else the only visible one that holds anything, or the first of them and a doubt."""
    about = _list_sheets(source)
    names = [str(chosen["sheet"])] if "sheet" in chosen else [name for name, hidden in about if not hidden]
    held: dict[str, list[Record]] = {}
    for name in names:
        dialect = Dialect("xlsx", "", "", "", name, decimal=NUMBER_OF_WORKBOOK)
        records = list(islice(read_all_records(source, dialect, SAMPLE_ROWS), SAMPLE_ROWS))
        if any(record.rule or not is_blank(record.cells) for record in records):
            held[name] = records
    if not held:
        raise Unreadable("empty")
    name = next(iter(held))
    doubts = [Doubt("sheet", "sheet", tuple(held))] if len(held) > 1 else []
    later = _read_later_cells(source, name) if len(held[name]) == SAMPLE_ROWS else []
    return _understand(Dialect("xlsx", "", "", "", name), held[name], doubts, chosen, later)


def _read_later_cells(source: Source, sheet: str) -> list[list[str]]:
    """Of the rows below the first ones, the different cells that may say something of marks and dates, by column."""
    tells = re.compile(f"{MARK_SEEN}|{DATE_SEEN}")
    seen: dict[int, dict[str, None]] = {}
    dialect = Dialect("xlsx", "", "", "", sheet, decimal=NUMBER_OF_WORKBOOK)
    for record in islice(read_all_records(source, dialect), SAMPLE_ROWS, None):
        for at, cell in enumerate(record.cells):
            if cell and NUMBER_OF_WORKBOOK not in cell and tells.search(cell):
                seen.setdefault(at, {})[cell] = None
    return [list(islice(seen.get(at, ()), SEEN_MOST)) for at in range(max(seen, default=-1) + 1)]
