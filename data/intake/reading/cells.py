"""Cells of a file as they are kept: as text in the engine, or, of a large file, as codes of its words beside it.

Millions of cells of a few thousand words are counted, joined and kept as numbers. Either way the engine sees the
table `file`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Arrow's own pool gives the memory of a piece back at once, and its pages are cleared anew for the next.
pa.set_memory_pool(pa.system_memory_pool())
# How many pieces of a file go into the engine at once.
TOGETHER = 32
# A column with more words is kept as text; a file with more bytes of text is kept in the engine.
WORDS_MOST = 60_000
TEXT_MOST = 1 << 30


class Cells(Protocol):
    """Where the rows of a file go, in their order: row INTEGER and c<n> for each column that is read in."""

    def types(self) -> Mapping[str, pa.DataType]:
        """In which types the next cells are best handed over; any of text are taken."""

    def add(self, table: pa.Table) -> "Cells":
        """Keep the next rows; returns where those after them go."""

    def finish(self) -> pa.Table | None:
        """Let the engine see `file`; what of it lies outside the engine is returned, and must be held."""


class TextCells:
    """The cells as text, in the engine."""

    def __init__(self, con: duckdb.DuckDBPyConnection, wanted: Sequence[int]):
        self.con = con
        self.names = [f"c{place}" for place in wanted]
        self.schema = pa.schema([("row", pa.int32()), *((name, pa.string()) for name in self.names)])
        self.waiting: list[pa.Table] = []
        con.execute(f"create table file ({', '.join(['row integer', *(f'{name} varchar' for name in self.names)])})")

    def types(self) -> Mapping[str, pa.DataType]:
        return dict.fromkeys(self.names, pa.string())

    def add(self, table: pa.Table) -> Cells:
        self.waiting.append(table.cast(self.schema))
        if len(self.waiting) == TOGETHER:
            self._insert()
        return self

    def finish(self) -> None:
        self._insert()

    def _insert(self) -> None:
        if not self.waiting:
            return
        self.con.register("intake_batch", pa.concat_tables(self.waiting))
        self.waiting.clear()
        try:
            self.con.execute("insert into file from intake_batch")
        finally:
            self.con.unregister("intake_batch")


class CodedCells:
    """The cells as codes of their words, column by column, outside the engine."""

    def __init__(self, con: duckdb.DuckDBPyConnection, wanted: Sequence[int]):
        self.con, self.wanted = con, wanted
        self.rows: list[pa.Array] = []
        self.words = {place: Words() for place in wanted}

    def types(self) -> Mapping[str, pa.DataType]:
        coded = pa.dictionary(pa.int32(), pa.string())
        return {f"c{place}": coded if words.texts is None else pa.string() for place, words in self.words.items()}

    def add(self, table: pa.Table) -> Cells:
        self.rows.append(table["row"].combine_chunks())
        for place, words in self.words.items():
            words.add(table[f"c{place}"].combine_chunks())
        return self if sum(words.text for words in self.words.values()) <= TEXT_MOST else self._move()

    def finish(self) -> pa.Table:
        for place, words in self.words.items():
            if (table := words.table(place)) is not None:
                name, rows = table
                self.con.register("intake_batch", rows)
                self.con.execute(f"create table {name} as from intake_batch")
                self.con.unregister("intake_batch")
        # In pieces as they were read: the engine takes each to whichever core is free.
        columns = {"row": pa.chunked_array(self.rows, pa.int32())}
        for place, words in self.words.items():
            columns |= words.columns(place)
        cells = pa.table(columns)
        self.con.register("coded_cells", cells)
        names = ", ".join(f"c{place}" for place in self.wanted)
        self.con.execute(f"create temp view file as select row, {names} from coded_cells")
        return cells

    def _move(self) -> TextCells:
        """Too much text to hold it outside the engine, which packs it: let go piece by piece."""
        moved = TextCells(self.con, self.wanted)
        for rows in self.rows:
            pieces = {f"c{place}": words.take_first() for place, words in self.words.items()}
            moved.add(pa.table({"row": rows, **pieces}))
        return moved


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
        # Bytes that are held as text.
        self.text = 0

    def add(self, cells: pa.Array) -> None:
        """The next piece, as a dictionary or as texts; a column with a missing cell is kept as text."""
        if self.texts is None and cells.null_count:
            self._become_text()
        if self.texts is not None:
            texts = cells.cast(pa.string())
            self.texts.append(texts)
            self.text += texts.nbytes
            self._shape(texts)
            return
        if not pa.types.is_dictionary(cells.type):
            cells = cells.dictionary_encode()
        places = pc.index_in(cells.dictionary, value_set=self.known)
        if places.null_count:
            self.known = pa.concat_arrays([self.known, cells.dictionary.filter(places.is_null())])
            places = pc.index_in(cells.dictionary, value_set=self.known)
        if len(self.known) <= WORDS_MOST:
            codes = pc.take(places.cast(pa.uint16()), cells.indices)
            self.codes.append(codes)
            counts = np.bincount(codes.to_numpy(), minlength=len(self.known))
            counts[: len(self.counts)] += self.counts
            self.counts, self.text = counts, self.known.nbytes
            return
        self._become_text()
        self.add(cells)

    def take_first(self) -> pa.Array:
        """Let go of the first piece that is held, and return it as text."""
        return self.known.take(self.codes.pop(0)) if self.texts is None else self.texts.pop(0)

    def _become_text(self) -> None:
        self.texts = [self.known.take(codes) for codes in self.codes]
        self.text = sum(texts.nbytes for texts in self.texts)
        self.shapes = _find_shapes(self.known)
        self.codes.clear()

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
