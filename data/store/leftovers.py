"""What a write that broke off left behind: data files that no snapshot knows. They go by name, one by one.

Before a write the names of all data files are written to a journal, which goes when the write is done. Who finds a
journal removes what has come since, is named as the engine names data files, lies where they lie, and is unknown to the
catalogue. Without a journal nothing is removed: a file of somebody else's, of a backup or of another version of
the catalogue, is none of ours to judge.
"""

import json
import logging
import re
from json import JSONDecodeError
from pathlib import Path

import duckdb

from data.store.lake import sync_folder, write_durably

JOURNAL = "writing.json"
# DuckLake's own names: a UUID of version 7.
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
NAMED_BY_US = re.compile(rf"ducklake-{UUID}(-delete)?\.parquet")
KNOWN = """
    select path from __ducklake_metadata_lake.ducklake_data_file
    union all
    select path from __ducklake_metadata_lake.ducklake_delete_file
    union all
    select path from __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion
"""

log = logging.getLogger(__name__)


def list_files(data: Path) -> set[Path]:
    """The data files below the folder that are named as ours are; nothing that a link leads to."""
    home = data.parent.resolve() / data.name / "main"
    if not home.is_dir() or home.resolve() != home:
        return set()
    return {
        file
        for table in home.iterdir()
        if table.is_dir() and not table.is_symlink()
        for file in table.iterdir()
        if NAMED_BY_US.fullmatch(file.name) and file.is_file() and not file.is_symlink()
    }


def find_unknown(con: duckdb.DuckDBPyConnection, data: Path) -> set[Path]:
    """Those that no snapshot of the lake knows. To be asked by who holds the lock of writers."""
    known = {name_of(path) for (path,) in con.execute(KNOWN).fetchall()}
    return {file for file in list_files(data) if file.name not in known}


def remove_unknown(con: duckdb.DuckDBPyConnection, data: Path) -> None:
    """Take away every data file of ours that no snapshot knows, however it came to be: for a forget."""
    for file in find_unknown(con, data):
        file.unlink(missing_ok=True)


def name_of(path: str) -> str:
    """The name of a file that the catalogue knows by this path."""
    return re.split(r"[\\/]", path)[-1]


def begin(path: Path, data: Path) -> None:
    """Note what is there before a write."""
    there = sorted(file.name for file in list_files(data))
    write_durably(path / JOURNAL, json.dumps({"there_before": there}).encode())


def remove_leftovers(con: duckdb.DuckDBPyConnection, path: Path, data: Path) -> None:
    """Take away what the write of the journal left, and the journal; nothing without one.

    To be called by who holds the lock of writers: nobody else is about to make a file known.
    """
    journal = path / JOURNAL
    if not journal.exists():
        return
    try:
        before = json.loads(journal.read_text("utf8"))["there_before"]
        if not isinstance(before, list):
            raise TypeError(before)
    except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
        log.warning("store %s: %s says nothing; what a write left, if it did, stays", path, JOURNAL)
    else:
        there = set(map(str, before))
        for file in find_unknown(con, data):
            if file.name not in there:
                file.unlink(missing_ok=True)
    journal.unlink()
    sync_folder(path)
