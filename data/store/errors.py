"""What can keep the store from serving, each with its code, and the one place where others' errors become ours.

Their words are `error.<code>` and, what to do, `error.<code>_advice`.
"""

import errno
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path

import duckdb

from data.errors import DashboardError, Detail

log = logging.getLogger(__name__)


class StoreError(DashboardError):
    """The store can't serve; `path` is its folder, `detail` what a library said of it."""

    section = "error"
    code = "store_damaged"

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(path=path)
        self.path = path
        self.detail = detail

    @property
    def sentences(self) -> list[tuple[str, dict[str, Detail]]]:
        """What is wrong, and what to do."""
        return [(f"error.{self.code}", {}), (f"error.{self.code}_advice", self.details)]


class StoreDamaged(StoreError):
    """A file of the store is missing or is not what it should be; nothing was changed."""


class StoreIrreparable(StoreError):
    """No copy of the catalogue is whole and has its data files; nothing was changed."""

    code = "store_irreparable"


class StoreForeign(StoreError):
    """The folder holds somebody's files and is not our store; nothing was changed."""

    code = "store_foreign"


class StoreLocked(StoreError):
    """Another program kept the store locked for longer than we wait."""

    code = "store_locked"


class StoreUnwritable(StoreError):
    """The store can't be written to, nobody says why; what was there stands."""

    code = "store_unwritable"


class StoreReadOnly(StoreUnwritable):
    """The store lies where nothing can be written; it can be read."""

    code = "store_read_only"


class StoreFull(StoreUnwritable):
    """The disk is full."""

    code = "store_full"


class StoreQuota(StoreUnwritable):
    """The disk has room, the account or the process may take no more of it."""

    code = "store_quota"


class StoreDenied(StoreUnwritable):
    """The account may not read the store or write to it."""

    code = "store_denied"


class StoreTooManyFiles(StoreError):
    """Too many files are open, in this process or on the machine."""

    code = "store_too_many_files"


class StoreOutOfMemory(StoreError):
    """The machine has too little memory for what was asked."""

    code = "store_out_of_memory"


class StoreDiskFailing(StoreError):
    """The disk, or the way to it, answers with errors."""

    code = "store_disk_failing"


class RowsMissing(Exception):
    """The store lacks rows that it was about to delete: what is kept in memory and what lies on disk differ."""


# What the engine, SQLite and Python raise when a call of the store meets a machine or a file at fault.
FOREIGN_ERRORS = (OSError, MemoryError, sqlite3.Error, JSONDecodeError, UnicodeDecodeError, RowsMissing)
ENGINE_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException)

BY_NUMBER: dict[int, type[StoreError]] = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreQuota,
    errno.EFBIG: StoreQuota,
    errno.EROFS: StoreReadOnly,
    errno.EACCES: StoreDenied,
    errno.EPERM: StoreDenied,
    errno.EMFILE: StoreTooManyFiles,
    errno.ENFILE: StoreTooManyFiles,
    errno.ENOMEM: StoreOutOfMemory,
    **dict.fromkeys((errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT), StoreDiskFailing),
}
# The engine passes the system's own words on; SQLite has its own.
BY_WORDS: list[tuple[str, type[StoreError]]] = [
    *((os.strerror(number).lower(), kind) for number, kind in BY_NUMBER.items()),
    ("database or disk is full", StoreFull),
    ("readonly database", StoreReadOnly),
    ("out of memory", StoreOutOfMemory),
    ("database is locked", StoreLocked),
    ("database table is locked", StoreLocked),
    ("malformed", StoreDamaged),
    ("not a database", StoreDamaged),
    (os.strerror(errno.ENOENT).lower(), StoreDamaged),
]
# SQLite says no more than that, whatever the cause, or the engine hides it behind a rollback that SQLite did before.
UNTOLD = ("unable to open database file", "disk i/o error", "cannot rollback", "readonly database")
ROOM = 1 << 20


def translate_error(error: BaseException, path: Path, otherwise: type[StoreError] = StoreDamaged) -> StoreError:
    """What an error of the system, of SQLite or of the engine means for the store at `path`.

    `otherwise`: what an error means that nobody knows; of a write that failed it is not that the store is damaged.
    """
    if isinstance(error, StoreError):
        return error
    words = words_of(error, path)
    if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
        kind: type[StoreError] | None = StoreOutOfMemory
    elif isinstance(error, OSError) and error.errno in BY_NUMBER:
        kind = BY_NUMBER[error.errno]
    else:
        kind = next((kind for told, kind in BY_WORDS if told in words), None)
    if any(untold in words for untold in UNTOLD):
        kind = _look_why(path) or kind or StoreUnwritable
    if kind is None:
        log.warning("store %s: %s", path, error)
    return (kind or otherwise)(path, str(error))


def words_of(error: BaseException, path: Path) -> str:
    """What an error says, in small letters, without the name of the folder: that may hold any word."""
    return str(error).replace(str(path.absolute()), "").lower()


def _look_why(path: Path) -> type[StoreError] | None:
    """What keeps a file from being written to the folder, found by trying it; None if nothing does."""
    try:
        require_room(path)
    except OSError as error:
        return BY_NUMBER.get(error.errno or 0)
    return None if all(os.access(file, os.R_OK) for file in path.glob("*.sqlite")) else StoreDenied


def require_room(path: Path, size: int = ROOM) -> None:
    """Raises the system's OSError when the folder can't take so many bytes more; nothing of them stays."""
    with tempfile.TemporaryFile(dir=path) as file:
        for start in range(0, size, ROOM):
            file.write(bytes(min(ROOM, size - start)))
        file.flush()


@contextmanager
def translated_errors(path: Path, otherwise: type[StoreError] = StoreDamaged) -> Iterator[None]:
    """Whatever the system, SQLite or the engine's files raise within is a StoreError: around each call of the store."""
    try:
        yield
    except (*FOREIGN_ERRORS, *ENGINE_ERRORS) as error:
        raise translate_error(error, path, otherwise) from error
