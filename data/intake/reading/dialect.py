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
from data.intake.reading.header import find_grouped_header, find_header_dates, find_header_row, find_second_table
from data.intake.reading.marks import (
    DATE_SEEN,
    MARK_SEEN,
    NUMBER_SEEN,
    SEEN_MOST,
    decide_marks,
)
from data.intake.reading.mending import ask_letters, mend
from data.intake.reading.records import (
    COLUMNS_MOST,
    Record,
    Undecodable,
    is_blank,
    read_all_records,
    read_lines,
    read_records,
    trim_cells,
    usual_width,
)

DELIMITERS = (";", "\t", ",", "|")
# Stands for the decimal mark of a workbook's own numbers while its texts are looked at; for private use in Unicode.
NUMBER_OF_WORKBOOK = "\ue000"


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
    encoding, asked = ask_letters("".join(lines), encoding, str(chosen.get("letters", "")))
    doubts += asked
    if "+" in encoding:
        lines, fault = _read_sample(source, encoding)
    quote = str(chosen.get("quote", '"'))
    records, delimiter, asked = _find_delimiter(lines, quote, str(chosen.get("delimiter", "")))
    _raise_fault(fault, records)
    dialect = Dialect(encoding=encoding, delimiter=delimiter, quote=quote, letters=str(chosen.get("letters", "")))
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
    if usual_width(filled) > COLUMNS_MOST:
        raise Unreadable("too_many_columns", filled[0].row, COLUMNS_MOST)
    # Cells of blanks behind the last filled one are none, whatever program put them there.
    width = usual_width([record._replace(cells=trim_cells(record.cells)) for record in filled])
    if "header_row" in chosen:
        header_row = int(chosen["header_row"])
    else:
        header_row, asked = find_header_row(filled, width)
        doubts += asked
    header_row, header_lines = find_grouped_header(filled, header_row)
    header = next((record.cells for record in filled if record.row == header_row), [])
    header_dates, asked = find_header_dates(header, str(chosen.get("header_dates", "")))
    doubts += asked
    below = [record for record in filled if record.row > header_row]
    tables = str(chosen.get("tables", ""))
    second = find_second_table(below, header) if header else 0
    if second and not tables:
        doubts.append(Doubt("second_table", "tables", ("first", "all"), details=(("row", second),)))
    body = [record.cells for record in below]
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
        replace(
            dialect,
            header_row=header_row,
            header_lines=header_lines,
            decimal=decimal,
            thousands=thousands,
            date_order=order,
            header_dates=header_dates,
            tables=tables,
            second_table=second,
        ),
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
    widths: dict[str, int] = {}
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
            widths[delimiter] = usual_width([record._replace(cells=trim_cells(record.cells)) for record in sound])
            found[delimiter] = (alike / (len(filled) - start), start)
    if max(widths.values(), default=0) > 1:
        # A mark with nothing but blanks behind it parts no cells where another one does.
        found = {delimiter: said for delimiter, said in found.items() if widths[delimiter] > 1}
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
    said = {key: str(chosen.get(key, "")) for key in ("letters", "hidden")}
    about = _list_sheets(source)
    held: dict[str, list[Record]] = {}
    unseen: dict[str, list[Record]] = {}
    for name, is_hidden in about:
        if name != chosen.get("sheet", name):
            continue
        dialect = Dialect("xlsx", "", "", "", name, decimal=NUMBER_OF_WORKBOOK, hidden=said["hidden"])
        records = list(islice(read_all_records(source, dialect, SAMPLE_ROWS), SAMPLE_ROWS))
        if any(record.rule or not is_blank(record.cells) for record in records):
            (unseen if is_hidden and "sheet" not in chosen else held)[name] = records
    if not held:
        raise Unreadable("empty")
    name = next(iter(held))
    doubts = [Doubt("sheet", "sheet", tuple(held))] if len(held) > 1 else []
    tables = [sheet for sheet, records in unseen.items() if _may_be_table(records)]
    if tables and not doubts:
        # Lists to choose from are hidden too, but they have one column.
        details = (("sheets", len(tables)),)
        doubts = [Doubt("hidden_sheets", "sheet", (name, *tables), details=details)]
    rows, columns = _count_hidden(source, name)
    if (rows or columns) and not said["hidden"]:
        doubts.append(Doubt("hidden", "hidden", ("keep", "leave_out"), details=(("rows", rows), ("columns", columns))))
    text = "\n".join(cell for record in held[name] for cell in record.cells if cell)
    encoding, asked = ask_letters(text, "", said["letters"])
    dialect = Dialect("xlsx", encoding, "", "", name, letters=said["letters"], hidden=said["hidden"])
    if encoding:
        held[name] = [record._replace(cells=[mend(cell, encoding) for cell in record.cells]) for record in held[name]]
    later = _read_later_cells(source, dialect) if len(held[name]) == SAMPLE_ROWS else []
    return _understand(dialect, held[name], [*doubts, *asked], chosen, later)


def _may_be_table(records: list[Record]) -> bool:
    """Two rows or more with two cells or more."""
    return sum(sum(map(bool, record.cells)) > 1 for record in records) > 1


def _count_hidden(source: Source, sheet: str) -> tuple[int, int]:
    try:
        return workbook.count_hidden(source.place, sheet)
    except workbook.Refused as refused:
        raise Unreadable(refused.code, refused.row, refused.detail) from None


def _read_later_cells(source: Source, dialect: Dialect) -> list[list[str]]:
    """Of the rows below the first ones, the different cells that may say something of marks and dates, by column."""
    tells = re.compile(f"{MARK_SEEN}|{DATE_SEEN}")
    seen: dict[int, dict[str, None]] = {}
    dialect = replace(dialect, decimal=NUMBER_OF_WORKBOOK)
    for record in islice(read_all_records(source, dialect), SAMPLE_ROWS, None):
        for at, cell in enumerate(record.cells):
            if cell and NUMBER_OF_WORKBOOK not in cell and tells.search(cell):
                seen.setdefault(at, {})[cell] = None
    return [list(islice(seen.get(at, ()), SEEN_MOST)) for at in range(max(seen, default=-1) + 1)]
