"""The rows of a file in the engine: the tables `file` and `broken`."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from data.intake.reading.cells import Cells, CodedCells, TextCells, coded, shaped
from data.intake.reading.file import SAMPLE_ROWS, Dialect, Source, Unreadable
from data.intake.reading.header import is_header_again
from data.intake.reading.pieces import read_body
from data.intake.reading.records import COLUMNS_MOST, Record, number_repeats, read_all_records, read_header

# A file of so many bytes, read by a recipe, is kept as codes of its words.
LARGE = 32 << 20
# How many rows that were read one by one go on together.
BATCH = 50_000
# A file with more rows than this whose quotes are wrong is quoted in some other way.
MISQUOTED_MOST = 10_000


@dataclass(frozen=True)
class Staged:
    """What `stage` read: `rows` are in `file`, `broken` in `broken`; `first_row` is the Excel row of the first row."""

    headers: list[str]
    rows: int
    broken: int
    first_row: int
    # What `coded_cells` shows, of a file that is kept as codes.
    cells: pa.Table | None = field(default=None, repr=False, compare=False)


def stage(con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, columns: list[int] | None = None) -> Staged:
    """Create `file` and `broken` in the current schema of `con`; of the cells only `columns` are read in, or all.

    file: row INTEGER, c<n> VARCHAR for each column; broken: row INTEGER, rule VARCHAR, detail INTEGER; beside: row
    INTEGER, reason VARCHAR, of the rows of `file` that are none of its table: headers once more, a second table.
    Rows stand in the order of the file. Raises Unreadable; then neither table is there.
    """
    header, begin = read_header(source, dialect)
    width = len(header)
    if width > COLUMNS_MOST:
        raise Unreadable("too_many_columns", dialect.header_row, COLUMNS_MOST)
    wanted = list(range(width)) if columns is None else columns
    if any(not 0 <= place < width for place in wanted):
        raise ValueError("a column that the file does not have")
    _drop_tables(con)
    try:
        con.execute("create table broken (row integer, rule varchar, detail integer)")
        is_large = dialect.kind == "csv" and columns is not None and source.size >= LARGE
        cells: Cells = CodedCells(con, wanted) if is_large else TextCells(con, wanted)
        parts: Generator[Record | pa.Table, None, None]
        if dialect.kind == "csv":
            parts = read_body(source, dialect, width, lambda: cells.types(), begin)
        else:
            parts = (record for record in read_all_records(source, dialect) if record.row > dialect.header_row)
        with closing(parts):
            for table in _gather(con, parts, width, wanted):
                cells = cells.add(table)
        kept = cells.finish()
        _set_beside(con, dialect, header, wanted)
        rows, first = con.execute("select count(*), coalesce(min(row), 0) from file").fetchall()[0]
        broken = con.execute("select count(*) from broken").fetchall()[0][0]
        if not rows and not broken:
            raise Unreadable("header_only")
    except duckdb.OutOfMemoryException:
        _drop_tables(con)
        raise Unreadable("too_large_for_memory") from None
    except BaseException:
        _drop_tables(con)
        raise
    return Staged(number_repeats(header), rows, broken, first, kept)


def _drop_tables(con: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())
    if "file_as_read" in kinds:  # its cells were carried down
        con.execute(f"drop {'view' if kinds['file_as_read'] == 'VIEW' else 'table'} file_as_read")
        con.execute("drop table if exists file")
    con.execute("drop view if exists temp.main.file")
    con.execute("drop table if exists file")
    con.execute("drop table if exists broken")
    con.execute("drop table if exists beside")
    con.unregister("coded_cells")
    for tables, places in (("words", coded(con)), ("shapes", shaped(con))):
        for place in places:
            con.execute(f"drop table {tables}_{place}")


def _set_beside(con: duckdb.DuckDBPyConnection, dialect: Dialect, header: list[str], wanted: list[int]) -> None:
    con.execute("create table beside (row integer, reason varchar)")
    if dialect.tables == "first" and dialect.second_table:
        con.execute("insert into beside select row, 'second_table' from file where row >= $1", [dialect.second_table])
    named = [place for place in wanted if header[place].strip()] if dialect.header_row else []
    if not named:
        return
    # One column tells nearly every row that it is none; the others are looked at where it does not.
    names = ", ".join(f"c{place}" for place in wanted)
    like = f"select row, {names} from file where trim(c{named[0]}) = $1 limit {SAMPLE_ROWS}"
    found = con.execute(like, [header[named[0]].strip()]).fetchall()
    again = [row for row, *cells in found if is_header_again(cells, [header[place] for place in wanted])]
    for row in again:
        con.execute("insert into beside select $1, 'header_again' where $1 not in (select row from beside)", [row])


def _gather(
    con: duckdb.DuckDBPyConnection, parts: Iterator[Record | pa.Table], width: int, wanted: list[int]
) -> Iterator[pa.Table]:
    """Tables of rows in their order; what is broken goes into `broken`, and a blank row nowhere.

    A row with fewer cells than the header has no value in the others; one with more is broken if any of them is filled.
    """
    rows: list[int] = []
    filled: list[list[str] | list[str | None]] = []
    broken: list[tuple[int, str, int]] = []
    misquoted = 0

    def flush() -> Iterator[pa.Table]:
        if broken:
            faults = pa.table(list(map(pa.array, zip(*broken, strict=True))), names=["row", "rule", "detail"])
            con.register("intake_batch", faults)
            con.execute("insert into broken from intake_batch")
            con.unregister("intake_batch")
        if rows:
            cells = list(zip(*filled, strict=True))
            columns = {f"c{place}": pa.array(cells[place], pa.string()) for place in wanted}
            yield pa.table({"row": pa.array(rows, pa.int32()), **columns})
        for gathered in (rows, filled, broken):
            gathered.clear()

    for part in parts:
        if isinstance(part, pa.Table):
            yield from flush()
            yield part
            continue
        cells = part.cells
        if part.rule:
            broken.append((part.row, part.rule, part.detail))
            misquoted += part.rule.startswith("quote")
            if misquoted > MISQUOTED_MOST:
                raise Unreadable("quotes_differ", part.row)
        elif any(cell.strip() for cell in cells[width:]):
            broken.append((part.row, "cells_differ", len(cells)))
        elif any(cells):
            rows.append(part.row)
            filled.append(cells[:width] if len(cells) >= width else [*cells, *[None] * (width - len(cells))])
        if len(rows) + len(broken) >= BATCH:
            yield from flush()
    yield from flush()
