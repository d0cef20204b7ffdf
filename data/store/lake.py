"""The lake itself: where it lies, how it is opened, copied to memory, locked for a writer, and retried while busy.

A DuckLake: Parquet files beside a SQLite catalogue. Its SQL lives here and in the modules beside it, and nowhere else.
"""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import duckdb
import platformdirs

from data.store.errors import (
    FOREIGN_ERRORS,
    ROOM,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreUnwritable,
    require_room,
    translate_error,
    translated_errors,
    words_of,
)

EXTENSIONS = ("ducklake", "sqlite_scanner")


CATALOGUE = "catalog.sqlite"


# The folder of the data files, beside the catalogue: a name that nobody else gives.
DATA = "torture-complaints-lake"


# The engine reports these when two processes meet; they pass, so they are waited for and not shown.
BUSY = ("database is locked", "database table is locked", "conflict", "snapshot_id", "constraint failed")


PATIENCE = 20.0


# Whoever writes holds this file's lock: an empty SQLite file, for a lock of SQLite's dies with its process everywhere.
WRITING = "writing.sqlite"


COLUMNS = """
    select table_name, column_name, data_type
    from information_schema.columns
    where table_catalog = 'lake'
    order by table_name, ordinal_position
"""


T = TypeVar("T")


def folder() -> Path:
    """Where the store lies: `TCP_STORE`, or the user's data folder."""
    named = os.environ.get("TCP_STORE")
    return Path(named) if named else Path(platformdirs.user_data_path("torture-complaints")) / "store"


def connect() -> duckdb.DuckDBPyConnection:
    """An engine that fetches nothing by itself, and draws no progress bar into an answer that waited for a lock."""
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("set enable_progress_bar = false")
    con.execute("set temp_directory = ''")  # rows of a file on its way in are never spilt to disk
    return con


def attach_lake(
    path: Path, data: Path | None = None, name: str = CATALOGUE, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """An engine with the lake of a folder attached, by the catalogue of that name in it; its files lie in `data`."""
    con = connect()
    try:
        version = duckdb.__version__
        for each in EXTENSIONS:
            shipped = files(f"duckdb_extension_{each}") / "extensions" / f"v{version}" / f"{each}.duckdb_extension"
            con.execute(f"load '{quote_path(str(shipped))}'")
        attach_catalogue(con, path / name, data or path / DATA, read_only)
    except BaseException:
        con.close()
        raise
    return con


def attach_catalogue(con: duckdb.DuckDBPyConnection, catalogue: Path, data: Path, read_only: bool = False) -> None:
    """Make a catalogue and its data files the `lake` of an engine, instead of the one it had."""
    con.execute("use memory")
    con.execute("detach database if exists lake")
    # The files lie beside the catalogue, wherever somebody has moved the folder or however it is named today.
    options = f"data_path '{quote_path(str(data))}', override_data_path true, data_inlining_row_limit 0"
    if read_only:
        options += ", read_only"
    con.execute(f"attach 'ducklake:sqlite:{quote_path(str(catalogue))}' as lake ({options})")
    con.execute("use lake")


def quote_path(text: str) -> str:
    """A path as it stands between single quotes: ATTACH and LOAD take no parameters."""
    return text.replace("'", "''")


def retry_while_busy(work: Callable[[], T], path: Path, otherwise: type[StoreError] = StoreDamaged) -> T:
    """Do the work; wait and try again while another process holds the store.

    `otherwise`: what an error means that nobody knows (translate_error).
    """
    deadline = time.monotonic() + PATIENCE
    pause = 0.05
    while True:
        try:
            return work()
        except (duckdb.BinderException, duckdb.ParserException):
            raise  # a fault of ours, not of the store
        except (duckdb.Error, *FOREIGN_ERRORS) as error:
            words = words_of(error, path)
            if not any(word in words for word in BUSY):
                raise translate_error(error, path, otherwise) from error
            if time.monotonic() > deadline:
                raise StoreLocked(path, str(error)) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


@contextmanager
def lock_for_writing(path: Path, patience: float | None = None) -> Iterator[None]:
    """Nobody else writes to the store meanwhile, in this process or another; StoreLocked if somebody goes on doing."""
    wait = PATIENCE if patience is None else patience
    with translated_errors(path):
        lock = sqlite3.connect(path / WRITING, timeout=wait, isolation_level=None, check_same_thread=False)
    with closing(lock):
        with translated_errors(path):
            lock.execute("begin exclusive")
        yield


def run_apart(path: Path, script: str, *words: str) -> bytes:
    """What a script of ours prints that works on the catalogue, in a process of its own.

    SQLite's locks are the process's, and the engine has a SQLite of its own in ours: whatever of ours closed the file
    would take the engine's lock away. Raises StoreError.
    """
    with translated_errors(path, StoreUnwritable):
        command = [sys.executable, "-I", "-S", "-c", script, *words]
        try:
            ended = subprocess.run(command, capture_output=True, check=False, timeout=3 * PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise StoreLocked(path, str(error)) from error
        if ended.returncode:
            raise sqlite3.OperationalError(ended.stderr.decode(errors="replace").strip()[-500:])
        return ended.stdout


def write_durably(file: Path, content: bytes) -> None:
    """The file holds this content or what it held before, whenever the process or the machine dies."""
    new = file.with_name(f"{file.name}.new")
    try:
        with new.open("wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        new.replace(file)
        sync_folder(file.parent)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in the folder stays so when the machine dies."""
    if os.name == "posix":  # elsewhere a folder can't be opened
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or nothing.

    Whether there is room for the catalogue to grow is tried before it is committed: the engine would not say that
    there was none.
    """
    con.execute("begin")
    try:
        yield
        for (lies,) in con.execute("select path from duckdb_databases() where database_name = 'lake'").fetchall():
            catalogue = Path(lies.removeprefix("sqlite:"))
            require_room(catalogue.parent, catalogue.stat().st_size + ROOM)
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise


def list_columns(lake: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Of each table in the lake its columns and their types."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for name, column, kind in lake.execute(COLUMNS).fetchall():
        columns.setdefault(name, []).append((column, kind))
    return columns


def create_empty_table(con: duckdb.DuckDBPyConnection, name: str, columns: Iterable[tuple[str, str]]) -> None:
    """A table of these columns and types, where there is none."""
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    con.execute(f'create table if not exists "{name}" ({typed})')


def copy_tables(lake: duckdb.DuckDBPyConnection, snapshot: int | None = None) -> duckdb.DuckDBPyConnection:
    """The tables in memory, as of a snapshot or the latest."""
    copy = connect()
    copy.execute("set threads = 1")  # so little is read sooner by one than shared out
    columns = list_columns(lake)
    # A lake takes a tenth of a second to find nothing in a table without a file.
    filled = lake.execute("select table_name from ducklake_table_info('lake') where file_count > 0").fetchall()
    for name in columns:
        if snapshot is None and (name,) not in filled:
            create_empty_table(copy, name, columns[name])
            continue
        of_it = f'lake."{name}"'
        if snapshot is not None:  # with the columns that came later, empty, for the questions of today
            of_it = f"(from {of_it} limit 0) union all by name from {of_it} at (version => {snapshot})"
        try:
            rows = lake.execute(f"from {of_it}").to_arrow_table()
        except duckdb.CatalogException:
            if snapshot is None:
                raise
            create_empty_table(copy, name, columns[name])  # a table that came later
            continue
        copy.register("incoming", rows)
        copy.execute(f'create table "{name}" as from incoming')
        copy.unregister("incoming")
    return copy
