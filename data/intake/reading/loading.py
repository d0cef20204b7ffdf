"""The rows of a file in the engine: the tables `file` and `broken`."""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, pairwise, repeat

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.intake.reading.file import Dialect, Source, Unreadable
from data.intake.reading.pieces import Survey, cut_whole_lines, may_be_plain, parse_piece, read_pieces
from data.intake.reading.pipe import Pipe, survey_source
from data.intake.reading.records import CELL_MOST, COLUMNS_MOST, Undecodable, number_repeats, read_header

# Arrow's own pool gives the memory of a piece back at once, and its pages are cleared anew for the next.
pa.set_memory_pool(pa.system_memory_pool())
# A file with more rows than this whose quotes are wrong is quoted in some other way.
MISQUOTED_MOST = 10_000
# How many rows, or pieces of a file, go into the engine at once.
BATCH = 50_000
TOGETHER = 32
# A file of so many bytes, read by a recipe, is kept as codes of its words; a column with more words is kept as text.
LARGE = 32 << 20
WORDS_MOST = 60_000
TEXT_MOST = 1 << 30


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

    file: row INTEGER, c<n> VARCHAR for each column; broken: row INTEGER, rule VARCHAR, detail INTEGER.
    Rows stand in the order of the file. Raises Unreadable; then neither table is there.
    """
    header, lines = read_header(source, dialect)
    width = len(header)
    if width > COLUMNS_MOST:
        raise Unreadable("too_many_columns", dialect.header_row, COLUMNS_MOST)
    wanted = list(range(width)) if columns is None else columns
    if any(not 0 <= place < width for place in wanted):
        raise ValueError("a column that the file does not have")
    _drop_tables(con)
    try:
        con.execute("create table broken (row integer, rule varchar, detail integer)")
        is_large = columns is not None and source.size >= LARGE
        cells = _load_coded(con, source, dialect, width, wanted, lines) if is_large else None
        if cells is None and not _load_plain(con, source, dialect, width, wanted, lines):
            _load_exactly(con, source, dialect, width, wanted)
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
    return Staged(number_repeats(header), rows, broken, first, cells)


def _drop_tables(con: duckdb.DuckDBPyConnection) -> None:
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


def _load_exactly(
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
            _insert_batch(con, "file", pa.concat_tables(tables))
            tables.clear()
        if numbers:
            cells = list(zip(*batch, strict=True))
            arrays = [pa.array(numbers, pa.int32()), *(pa.array(cells[place], pa.string()) for place in wanted)]
            _insert_batch(con, "file", pa.Table.from_arrays(arrays, schema=schema))
        if broken:
            arrays = [pa.array(column) for column in zip(*broken, strict=True)]
            _insert_batch(con, "broken", pa.Table.from_arrays(arrays, names=["row", "rule", "detail"]))
        numbers.clear()
        batch.clear()
        broken.clear()

    for record in read_pieces(source, dialect, width, wanted):
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


def _insert_batch(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    con.register("intake_batch", rows)
    try:
        con.execute(f"insert into {table} from intake_batch")
    finally:
        con.unregister("intake_batch")


def _load_plain(
    con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, width: int, wanted: list[int], lines: int
) -> bool:
    """Read with the engine; False, and nothing left behind, when the file turns out not to be plain."""
    mark = dialect.delimiter
    if dialect.kind != "csv" or not may_be_plain(dialect, width, wanted):
        return False
    survey = Survey(mark, dialect.quote)
    try:
        if source.path is not None and dialect.encoding == "utf-8":
            with ThreadPoolExecutor(1) as other:
                looked = other.submit(survey_source, source, survey, lines)
                try:
                    _read_with_engine(con, str(source.path), mark, dialect.quote, width, wanted, lines)
                except BaseException:
                    survey.is_plain = False
                    raise
                looked.result()
        else:
            with Pipe(source, dialect.encoding, lines, survey) as pipe:
                _read_with_engine(con, str(pipe), mark, dialect.quote, width, wanted, 0)
        rows = con.execute("select count(*) from cells").fetchall()[0][0]
        if survey.is_plain and rows == survey.newlines:
            con.execute(
                f"create view file as select (rowid + {dialect.header_row + 1})::integer as row, "
                f"{', '.join(f'c{place}' for place in wanted)} from cells"
            )
            return True
    except duckdb.OutOfMemoryException:
        raise
    except (duckdb.Error, Undecodable):
        # The engine's words would quote the row. The exact reader says what is wrong with it, if anything is.
        pass
    con.execute("drop table if exists cells")
    return False


def _read_with_engine(
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


def _find_shapes(cells: pa.StringArray) -> pa.StringArray:
    """The different cells, were all digits the same."""
    _, offsets, letters = cells.buffers()
    alike = pa.py_buffer(letters.to_pybytes().translate(DIGITS_ALIKE) if letters else b"")
    return pa.StringArray.from_buffers(len(cells), offsets, alike, offset=cells.offset).unique()


class Words:
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
        self.shapes = _find_shapes(self.known)
        self.codes.clear()
        self.add(cells)

    def _shape(self, texts: pa.Array) -> None:
        if self.shapes is not None:
            self.shapes = pa.concat_arrays([self.shapes, _find_shapes(texts)]).unique()
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

    def table(self, place: int) -> tuple[str, pa.Table] | None:
        """The table of its words with their numbers, or of the shapes of its cells; None when they are too many."""
        if self.texts is None:
            codes = pa.array(np.arange(len(self.known), dtype=np.uint16))
            return f"words_{place}", pa.table({"k": codes, "cell": self.known, "n": pa.array(self.counts)})
        return (f"shapes_{place}", pa.table({"cell": self.shapes})) if self.shapes is not None else None


def coded(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The columns of `file` that are kept as codes: `coded_cells` has row and k<n>, table `words_<n>` k, cell and n."""
    return _find_tables(con, "words_")


def shaped(con: duckdb.DuckDBPyConnection) -> set[int]:
    """The columns of `file` whose cells, were all digits 0, stand in tables `shapes_<n>`: cell."""
    return _find_tables(con, "shapes_")


def _find_tables(con: duckdb.DuckDBPyConnection, tables: str) -> set[int]:
    found = con.execute(
        "select table_name from duckdb_tables() where database_name = current_database() "
        "and schema_name = current_schema() and starts_with(table_name, $1)",
        [tables],
    ).fetchall()
    return {int(name.removeprefix(tables)) for (name,) in found}


def _load_coded(
    con: duckdb.DuckDBPyConnection, source: Source, dialect: Dialect, width: int, wanted: list[int], lines: int
) -> pa.Table | None:
    """Read a plain file as codes of its words, on all cores; None, and nothing left behind, when it is not plain.

    Millions of cells of a few thousand words are counted, joined and kept as numbers; `file` shows the words.
    """
    if dialect.kind != "csv" or not may_be_plain(dialect, width, wanted):
        return None
    words = {place: Words() for place in wanted}
    dictionary = pa.dictionary(pa.int32(), pa.string())

    def parsed(content: bytes) -> pa.Table | None:
        types = {f"c{place}": pa.string() if words[place].texts is not None else dictionary for place in wanted}
        return parse_piece(content, dialect, width, types)

    sizes: list[int] = []
    text = 0
    with ThreadPoolExecutor(os.cpu_count()) as others:
        waiting: deque[Future[pa.Table | None]] = deque()
        try:
            for content in chain(cut_whole_lines(source, dialect.encoding, lines), repeat(None)):
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
        except (Undecodable, pa.ArrowInvalid):  # no text, or words too long for one list
            return None
        finally:
            others.shutdown(cancel_futures=True)
    # In pieces as they were read: the engine takes each to whichever core is free.
    ends = np.cumsum([dialect.header_row + 1, *sizes])
    rows = [pa.array(np.arange(start, end, dtype=np.int32)) for start, end in pairwise(ends)]
    columns = {"row": pa.chunked_array(rows, pa.int32())}
    for place, word in words.items():
        columns |= word.columns(place)
        if told := word.table(place):
            con.register("intake_batch", told[1])
            con.execute(f"create table {told[0]} as from intake_batch")
            con.unregister("intake_batch")
    cells = pa.table(columns)
    con.register("coded_cells", cells)
    con.execute(f"create temp view file as select row, {', '.join(f'c{place}' for place in wanted)} from coded_cells")
    return cells
