"""Copies of the catalogue: one after each write, the last few kept. A repair puts the newest whole one back.

A copy holds all that the catalogue does: after a forget none is kept that was made before it.
"""

import os
import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from data.store import lake
from data.store.errors import StoreError, StoreUnwritable, translated_errors
from data.store.lake import CATALOGUE, WRITING, run_apart, sync_folder, write_durably
from data.store.layout import COPIES
from data.store.leftovers import NAMED_BY_US

KEPT = 3
NAMED = re.compile(r"catalog-(\d{8})\.sqlite(\.new)?")
SET_ASIDE = re.compile(r"set-aside-\d{8}T\d{6}Z(-\d+)?")
# The catalogue and what SQLite lays beside it.
CATALOGUE_FILES = [CATALOGUE, *(f"{CATALOGUE}-{part}" for part in ("journal", "wal", "shm"))]

COPY = """
import sqlite3, sys
source = sqlite3.connect(sys.argv[1], uri=True, timeout=float(sys.argv[2]))
copy = sqlite3.connect(":memory:")
source.backup(copy)
if copy.execute("pragma quick_check").fetchall() != [("ok",)]:
    sys.exit("malformed")
sys.stdout.buffer.write(copy.serialize())
"""


def keep_copy(path: Path) -> None:
    """Copy the catalogue as it is now; the oldest copies go. To be called by who holds the lock of writers.

    Raises StoreDamaged when it is not whole: then the copies stay as they are.
    """
    catalogue = f"{(path / CATALOGUE).absolute().as_uri()}?mode=ro"
    made = run_apart(path, COPY, catalogue, str(lake.PATIENCE))
    with translated_errors(path), closing(open_copy(made)) as con:
        snapshot = con.execute("select max(snapshot_id) from ducklake_snapshot").fetchall()[0][0]
    folder = path / COPIES
    if folder.is_symlink():
        raise StoreUnwritable(path, f"{COPIES} is a link")
    with translated_errors(path, StoreUnwritable):
        folder.mkdir(exist_ok=True)
        write_durably(name_copy(path, snapshot), made)
        for old in list_copies(path)[KEPT:]:
            old.unlink()


def has_copy(path: Path, snapshot: int) -> bool:
    """The catalogue was copied as of this snapshot."""
    return name_copy(path, snapshot).is_file()


def name_copy(path: Path, snapshot: int) -> Path:
    return path / COPIES / f"catalog-{snapshot:08d}.sqlite"


def list_copies(path: Path) -> list[Path]:
    """The copies, latest first."""
    return sorted((file for file in _list_ours(path) if file.suffix == ".sqlite"), reverse=True)


def replace_copies(path: Path) -> None:
    """Copy the catalogue as it is now, and remove every copy made before, and what a repair had set aside.

    For a forget, once the catalogue holds nothing more of the upload. Raises StoreError; a copy made before is gone
    then too, if it can be removed at all.
    """
    older = _list_ours(path)
    newest: set[Path] = set()
    with suppress(StoreError):  # without a copy rather than with one that holds what is to be forgotten
        keep_copy(path)
        newest = {list_copies(path)[0]}
    with translated_errors(path):
        for file in [*older, *_list_set_aside(path)]:
            if file not in newest:
                file.unlink(missing_ok=True)
        if (path / COPIES).is_dir():
            sync_folder(path / COPIES)


def remove_copies(path: Path) -> None:
    """Remove every copy: the catalogue is about to lose what none may hold. Raises StoreError."""
    with translated_errors(path):
        for file in _list_ours(path):
            file.unlink(missing_ok=True)


def open_copy(catalogue: bytes) -> sqlite3.Connection:
    """A catalogue in memory, to be read. Raises sqlite3.Error when these bytes are no whole database."""
    if not catalogue:
        raise sqlite3.DatabaseError("not a database: it is empty")
    con = sqlite3.connect(":memory:")
    try:
        con.deserialize(catalogue)
        if (faults := con.execute("pragma quick_check").fetchall()) != [("ok",)]:
            raise sqlite3.DatabaseError(f"malformed: {faults[:1]}")
        return con
    except BaseException:
        con.close()
        raise


def name_set_aside(path: Path) -> Path:
    """A new folder for what a repair takes out of the way."""
    stamp = f"set-aside-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    free = (path / (f"{stamp}-{number}" if number else stamp) for number in count())
    return next(folder for folder in free if not folder.exists())


def _list_ours(path: Path) -> list[Path]:
    folder = path / COPIES
    if folder.is_symlink() or not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if NAMED.fullmatch(file.name) and _is_plain(file)]


def _list_set_aside(path: Path) -> list[Path]:
    """The files that repairs took out of the way; another's file beside them is none."""
    found = []
    for folder in path.iterdir():
        if SET_ASIDE.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            for at, _, names in os.walk(folder):
                found += [file for name in names if _is_set_aside(name) and _is_plain(file := Path(at) / name)]
    return found


def _is_set_aside(name: str) -> bool:
    return name in {*CATALOGUE_FILES, WRITING} or bool(NAMED.fullmatch(name) or NAMED_BY_US.fullmatch(name))


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()
