"""The body of a text file piece by piece: a plain piece as a table, the rows of an odd one each by itself.

A piece is plain when Arrow's reader sees in it what the exact reader would.
"""

import os
import re
from collections import deque
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.intake.reading.file import Dialect, Source
from data.intake.reading.records import CELL_MOST, Lines, Record, cut_pieces, decode_piece, read_records

PIECE = 8 << 20

Types = Mapping[str, pa.DataType]


def read_body(
    source: Source, dialect: Dialect, width: int, types: Callable[[], Types], begin: int
) -> Generator[Record | pa.Table, None, None]:
    """What stands below the header, from the byte `begin` on, in the order of the file.

    A table has the columns row and those of `types`, by name, in the types that are wanted at that moment. One odd row
    in ten million costs a piece read row by row, and not the whole file. Raises Unreadable.
    """
    row = dialect.header_row
    with closing(_parse_ahead(source, dialect, width, types, begin)) as pieces:
        for piece, table in pieces:
            if table is not None:
                rows = np.arange(row + 1, row + 1 + table.num_rows, dtype=np.int32)
                yield table.add_column(0, "row", pa.array(rows))
                row += table.num_rows
                continue
            # A row that goes on behind the piece takes the next ones with it.
            taken = chain([piece], (following for following, _ in pieces))
            lines = Lines(decode_piece(odd, dialect.encoding) for odd in taken)
            for record in read_records(lines, dialect.delimiter, dialect.quote, width, above=row):
                yield record
                row = record.row


def _parse_ahead(
    source: Source, dialect: Dialect, width: int, types: Callable[[], Types], begin: int
) -> Generator[tuple[bytes, pa.Table | None], None, None]:
    """Each piece, and its table if it is plain: those that follow are parsed meanwhile, on all cores."""
    cores = os.cpu_count() or 1
    waiting: deque[tuple[bytes, Future[pa.Table | None]]] = deque()
    with ThreadPoolExecutor(cores) as others:
        try:
            for piece in cut_pieces(source, dialect.encoding, PIECE, begin):
                waiting.append((piece, others.submit(parse_piece, piece, dialect, width, types)))
                if len(waiting) > cores + 1:
                    first, parsed = waiting.popleft()
                    yield first, parsed.result()
            while waiting:
                first, parsed = waiting.popleft()
                yield first, parsed.result()
        finally:
            others.shutdown(cancel_futures=True)


def parse_piece(piece: bytes, dialect: Dialect, width: int, types: Callable[[], Types]) -> pa.Table | None:
    """The columns wanted of whole lines; None when there is anything in them that only the exact reader may judge."""
    wanted = types()
    if width < 2 or not wanted or not dialect.delimiter.isascii() or dialect.quote not in {'"', ""}:
        return None
    content = piece
    if dialect.encoding != "utf-8":
        text, fault = decode_piece(piece, dialect.encoding)
        if fault:
            return None
        content = text.encode()
    if not content.endswith((b"\n", b"\r")):  # the last line of the file
        content += b"\r\n" if b"\r\n" in content else b"\n"
    letters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    if _is_bare(content, dialect.quote):
        table = _parse_table(content, dialect, width, wanted, "")
        # A line of nothing but marks is a blank one, which leaves no column without an empty cell.
        if table is None or (table.num_rows == len(ends) and not all(map(_has_empty, table.columns))):
            return table
    if not _is_plain(content, dialect) or np.diff(ends, prepend=-1).max(initial=0) > CELL_MOST:
        return None
    table = _parse_table(content, dialect, width, wanted, dialect.quote)
    return table if table is not None and table.num_rows == len(ends) else None


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


def _is_plain(content: bytes, dialect: Dialect) -> bool:
    """Lines end all alike, none is blank, and quotes stand where they belong."""
    text = b"\n" + content
    letters = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    returns, quote = text.count(b"\r"), dialect.quote.encode()
    begins = letters[ends[:-1] + 1]
    is_quoted = bool(quote) and quote in text
    # The pattern is slow: only where a line begins as a blank one may.
    is_suspect = bool(np.isin(begins, [ord(dialect.delimiter), 10, 13]).any()) or (
        is_quoted and b"\n" + quote * 2 in text
    )
    return (
        b"\0" not in text
        and text.endswith(b"\n")
        and (not returns or (returns == len(ends) - 1 and bool(np.all(letters[ends[1:] - 1] == ord("\r")))))
        and (not is_quoted or _is_quoted_well(letters, dialect))
        and not (is_suspect and _blank_line(dialect.delimiter, dialect.quote).search(text))
    )


@cache
def _blank_line(delimiter: str, quote: str) -> re.Pattern[bytes]:
    mark = re.escape(delimiter.encode())
    empty = b"(?:" + re.escape(quote.encode() * 2) + b")?" if quote else b""
    return re.compile(rb"\n(?:" + empty + mark + rb")*" + empty + rb"\r?\n")


def _is_quoted_well(letters: np.ndarray, dialect: Dialect) -> bool:
    """Each quote opens a cell at its very start, closes it at its very end, or is one of two."""
    places = np.flatnonzero(letters == ord(dialect.quote))
    if len(places) % 2:
        return False
    opening, closes = places[0::2], places[1::2]
    follows = np.zeros(len(opening), bool)
    follows[1:] = opening[1:] == closes[:-1] + 1
    if not np.all(follows | np.isin(letters[opening - 1], [ord(dialect.delimiter), 10])):
        return False
    followed = np.append(follows[1:], False)
    return bool(np.all(followed | np.isin(letters[closes + 1], [ord(dialect.delimiter), 10, 13])))


def _parse_table(content: bytes, dialect: Dialect, width: int, types: Types, quote: str) -> pa.Table | None:
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
