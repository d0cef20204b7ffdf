"""Pieces of a text file that are plain: what Arrow reads in them is what the exact reader would."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.intake.reading.encoding import BOMS
from data.intake.reading.file import Dialect, Source, Unreadable
from data.intake.reading.records import (
    CELL_MOST,
    LINE_MOST,
    Record,
    Undecodable,
    decode_texts,
    read_all_records,
    read_lines,
    read_records,
)

PIECE = 8 << 20


def read_pieces(source: Source, dialect: Dialect, width: int, wanted: list[int]) -> Iterator[Record | pa.Table]:
    """Rows one by one, and, below the header, plain pieces of a text file as tables with the columns of `file`.

    One odd row in ten million then costs a piece of a megabyte read row by row, and not the whole file.
    """
    if dialect.kind != "csv" or not may_be_plain(dialect, width, wanted):
        yield from read_all_records(source, dialect, width=width)
        return
    lines = read_lines(source, dialect.encoding)
    row = 0
    try:
        while True:
            block = lines.take()
            table = _parse_block(block, dialect, width, wanted, row) if row >= dialect.header_row else None
            if table is not None:
                yield table
                row += table.num_rows
                continue
            lines.put_back(block)
            for record in read_records(lines, dialect.delimiter, dialect.quote, width, above=row):
                yield record
                row = record.row
    except StopIteration:
        return
    except Undecodable as fault:
        raise Unreadable(fault.code, row + 1) from None


def _parse_block(text: str, dialect: Dialect, width: int, wanted: list[int], above: int) -> pa.Table | None:
    """A piece of a file as a table; None when there is anything in it that only the exact reader may judge."""
    types: dict[str, pa.DataType] = dict.fromkeys((f"c{place}" for place in wanted), pa.string())
    table = parse_piece(text.encode(), dialect, width, types)
    if table is None:
        return None
    numbers = pa.array(np.arange(above + 1, above + 1 + table.num_rows, dtype=np.int32))
    return table.add_column(0, "row", numbers)


def parse_piece(content: bytes, dialect: Dialect, width: int, types: Mapping[str, pa.DataType]) -> pa.Table | None:
    """The columns of `types` in whole lines of a file; None when only the exact reader may judge them."""
    letters = np.frombuffer(content, np.uint8)
    lines = int(np.count_nonzero(letters == ord("\n")))
    if _is_bare(content, dialect.quote):
        table = _parse_table(content, dialect, width, types, "")
        # A line of nothing but marks is a blank one, which leaves no column without an empty cell.
        if table is None or (table.num_rows == lines and not all(map(_has_empty, table.columns))):
            return table
    survey = Survey(dialect.delimiter, dialect.quote)
    survey.feed(content)
    survey.end()
    ends = np.flatnonzero(letters == ord("\n"))
    if not survey.is_plain or lines != survey.newlines or np.diff(ends, prepend=-1).max(initial=0) > CELL_MOST:
        return None
    table = _parse_table(content, dialect, width, types, dialect.quote)
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


def _parse_table(
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


def may_be_plain(dialect: Dialect, width: int, wanted: list[int]) -> bool:
    return width > 1 and bool(wanted) and dialect.delimiter.isascii() and dialect.quote in {'"', ""}


class Survey:
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


def cut_whole_lines(source: Source, encoding: str, lines: int) -> Iterator[bytes]:
    """The body as UTF-8 in pieces of whole lines, without blank lines at its very end. Raises Undecodable."""
    if encoding == "utf-8":
        chunks = skip_lines(source.chunks(PIECE), lines, BOMS["utf-8"])
    else:
        chunks = skip_lines((text.encode() for text in decode_texts(source, encoding)), lines)
    rest = b""
    for chunk in chunks:
        if len(rest) + len(chunk) < PIECE // 2:
            rest += chunk
            continue
        cut = chunk.rfind(b"\n") + 1
        if (len(chunk) - cut if cut else len(rest) + len(chunk)) > LINE_MOST:
            raise Undecodable("line_too_long")
        # The last line waits: what follows may be the end of the file.
        if not cut or cut == len(chunk):
            rest += chunk
            continue
        yield b"".join((rest, memoryview(chunk)[:cut]))
        rest = chunk[cut:]
    if body := rest.rstrip(b"\r\n"):
        yield body + (b"\r\n" if b"\r\n" in rest else b"\n")


def survey_source(source: Source, survey: Survey, lines: int) -> None:
    """Survey the body of a UTF-8 file."""
    for body in skip_lines(source.chunks(), lines, BOMS["utf-8"]):
        survey.feed(body)
        if not survey.is_plain:
            return
    survey.end()


def skip_lines(chunks: Iterable[bytes], lines: int, bom: bytes = b"") -> Iterator[bytes]:
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
