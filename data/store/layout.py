"""What lies in the folder of a store, and whether a folder is one: nothing is built where somebody's files lie.

catalog.sqlite            the catalogue, of DuckLake: it says itself which folder its data files are in
torture-complaints-lake/  the data files; stores of before 0.2 keep theirs in `data/`, and are read there
catalog-copies/           the catalogue as it was after each of the last writes (copies.py)
writing.sqlite            whoever writes holds its lock
writing.json              what was there before the write that is going on (leftovers.py)
forgetting.json           the forget that is going on (forgetting.py)
set-aside-…/              what a repair took out of the way (repairing.py)
"""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from data.store import lake
from data.store.errors import StoreDamaged, StoreForeign, translated_errors
from data.store.lake import CATALOGUE, DATA, WRITING, lock_for_writing
from data.store.leftovers import JOURNAL

# Where stores had their data files before they had a folder with a name of its own.
OLD_DATA = "data"
COPIES = "catalog-copies"
# What a first build that was killed may leave, beside a data folder without a file.
BEGUN = {CATALOGUE, f"{CATALOGUE}-journal", WRITING, f"{WRITING}-journal", JOURNAL, f"{JOURNAL}.new", DATA}


def find_data(path: Path) -> Path | None:
    """As `look`, and once more while nobody writes when something is amiss: somebody may just be building it."""
    try:
        return look(path)
    except (StoreDamaged, StoreForeign):
        if not (path / WRITING).exists():
            raise
        with lock_for_writing(path):
            return look(path)


def look(path: Path) -> Path | None:
    """The folder of the data files of the store at `path`; None where there is no store yet and one may be built.

    Raises StoreDamaged when the catalogue of a store is missing, empty or no catalogue, StoreForeign when the folder
    holds files and is no store of ours, StoreLocked. Nothing is changed.
    """
    if has_bytes(path / CATALOGUE):
        name = _name_data(path)
        if name is not None:
            return path / name
        raise (StoreDamaged if _holds_a_file(path / DATA) else StoreForeign)(path, "no catalogue of ours")
    old = path / OLD_DATA / "main"
    if _holds_a_file(path / DATA) or _holds_a_file(path / COPIES) or (old.is_dir() and (path / WRITING).exists()):
        raise StoreDamaged(path, "no catalogue")
    # A link, also a broken one, may lead out of the folder: nothing is built through it.
    if others := sorted(file.name for file in path.iterdir() if file.name not in BEGUN or file.is_symlink()):
        raise StoreForeign(path, others[0])
    return None


def has_bytes(file: Path) -> bool:
    """There is such a file, and it is not empty."""
    return file.is_file() and file.stat().st_size > 0


def _holds_a_file(folder: Path) -> bool:
    """Somewhere below. Raises OSError when it can't be looked at: what nobody sees is not nothing."""

    def fail(error: OSError) -> None:
        raise error

    return folder.is_file() or (folder.exists() and any(names for _, _, names in os.walk(folder, onerror=fail)))


def _name_data(path: Path) -> str | None:
    """As `name_data`, of the catalogue of a store that others may have open."""

    def read(mode: str) -> str | None:
        uri = f"{(path / CATALOGUE).absolute().as_uri()}?mode={mode}"
        with closing(sqlite3.connect(uri, uri=True, timeout=lake.PATIENCE)) as con:
            return name_data(con)

    with translated_errors(path):
        try:
            return read("ro")
        except sqlite3.OperationalError as error:
            # Its writer was killed: what it began is taken back, if it may be ours. The lock is there before anything.
            if "readonly" not in str(error):
                raise
            if not (path / WRITING).exists():
                return None
            return read("rw")


def name_data(con: sqlite3.Connection) -> str | None:
    """The name of the folder of data files, as a catalogue has it; None when it is a database of somebody else's."""
    if not con.execute("select 1 from sqlite_master where name = 'ducklake_metadata'").fetchall():
        return None
    said = con.execute("select value from ducklake_metadata where key = 'data_path'").fetchall()
    name = re.split(r"[\\/]", str(said[0][0]).rstrip("\\/"))[-1] if said else ""
    published = "select 1 from ducklake_snapshot_changes where commit_extra_info like '%\"shipped\"%' limit 1"
    return name if name == DATA or (name == OLD_DATA and con.execute(published).fetchall()) else None
