"""A file from outside: where its bytes are, how it is written, and what of that must be asked."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from data.errors import DashboardError

# What may come through the browser, in bytes; the shell says its own.
SIZE_MOST = 500 << 20
HEAD = 1 << 20
CHUNK = 1 << 20
# Rows that are looked at to tell how a file is written.
SAMPLE_ROWS = 5_000


class Unreadable(DashboardError):
    """The file can't be read.

    `row` is the row as Excel shows it, 0 where no row is at fault; `detail` a number that belongs to the words (a
    limit, a count) or ''.
    """

    section = "unreadable"
    codes = frozenset({
        *("archive", "binary", "cell_too_long", "empty", "encoding_unknown", "encrypted", "header_only"),
        *("header_unreadable", "line_too_long", "no_rows", "no_such_sheet", "not_a_workbook", "not_opened"),
        *("nul_bytes", "old_workbook", "pdf", "picture", "quotes_differ", "text_document", "too_large"),
        *("too_large_for_memory", "too_many_columns", "undecodable", "unpacks_too_large", "web_page"),
        *("workbook_damaged",),
    })  # fmt: skip

    def __init__(self, code: str, row: int = 0, detail: int | str = "") -> None:
        super().__init__(code, row=row, detail=detail)
        self.row, self.detail = row, detail


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    `header_row` is the Excel row of the header, 0 when there is none; `date_order` is '' when no dates were seen or
    when it must be asked; `header_lines` is 2 when the line above the header names the years of its columns;
    `thousands` ' ' stands for any of the spaces that Excel writes; `header_dates` says which
    year a header means that is the first or last day of one: that_year or year_before;
    `letters` what is done with broken ones: mend or as_is (then `encoding` says how, see mending.py);
    `hidden` what is done with rows and columns hidden in a workbook: keep or leave_out;
    `tables` whether the `first` table alone is read or all rows, where from row `second_table` on another one stands.
    """

    kind: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    header_row: int = 1
    header_lines: int = 1
    decimal: str = "."
    thousands: str = ""
    date_order: str = ""
    header_dates: str = ""
    letters: str = ""
    hidden: str = ""
    tables: str = ""
    second_table: int = 0


@dataclass(frozen=True)
class Doubt:
    """What the file does not say by itself: `code` has words in the locales (`doubt.<code>`).

    `asks` is the field of Dialect that the answer goes to, `options` what may be answered (see `answer`), `column` the
    place of the column from 0, or None for the whole file. `example` is a cell of it, for the person who answers, and
    `details` are numbers and names that its words hold.
    """

    code: str
    asks: str
    options: tuple[str, ...]
    column: int | None = None
    example: str = field(default="", repr=False, compare=False)
    details: tuple[tuple[str, int | str], ...] = ()


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

    def chunks(self, size: int = 0, begin: int = 0) -> Iterator[bytes]:
        """The bytes from `begin` on. Raises Unreadable when the file is not there or may not be read."""
        size = size or CHUNK
        if self.content is not None:
            for start in range(begin, len(self.content), size):
                yield self.content[start : start + size]
            return
        try:
            with self._path.open("rb", buffering=0) as file:
                file.seek(begin)
                while chunk := file.read(size):
                    yield chunk
        except OSError:
            raise Unreadable("not_opened") from None

    def head(self) -> bytes:
        """The first megabyte."""
        return next(self.chunks(HEAD), b"")
