"""The lake itself: where it lies, how it is opened, copied to memory, locked for a writer, and retried while busy.

A DuckLake: Parquet files beside a SQLite catalogue. Its SQL lives here and in the modules beside it, and nowhere else.
"""

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import duckdb
import platformdirs

from data.store.errors import StoreDamaged, StoreLocked, StoreUnwritable

EXTENSIONS = ("ducklake", "sqlite_scanner")


CATALOGUE = "catalog.sqlite"


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


log = logging.getLogger(__name__)


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


def attach_lake(path: Path, data: Path | None = None, name: str = CATALOGUE) -> duckdb.DuckDBPyConnection:
    """An engine with the lake of a folder attached, by the catalogue of that name in it; its files lie in `data`."""
    con = connect()
    try:
        version = duckdb.__version__
        for each in EXTENSIONS:
            shipped = files(f"duckdb_extension_{each}") / "extensions" / f"v{version}" / f"{each}.duckdb_extension"
            con.execute(f"load '{quote_path(str(shipped))}'")
        catalogue, lies = quote_path(str(path / name)), quote_path(str(data or path / "data"))
        # The files lie beside the catalogue, wherever somebody has moved the folder or however it is named today.
        options = f"data_path '{lies}', override_data_path true, data_inlining_row_limit 0"
        con.execute(f"attach 'ducklake:sqlite:{catalogue}' as lake ({options})")
        con.execute("use lake")
    except BaseException:
        con.close()
        raise
    return con


def quote_path(text: str) -> str:
    """A path as it stands between single quotes: ATTACH and LOAD take no parameters."""
    return text.replace("'", "''")


def refuse_damaged_catalogue(path: Path) -> None:
    """Tell a file that is no catalogue apart from one that is busy, before the engine meets it."""
    catalogue = path / CATALOGUE
    if not catalogue.exists():
        return
    try:
        with sqlite3.connect(f"file:{catalogue}?mode=ro", uri=True, timeout=PATIENCE) as con:
            con.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise StoreLocked(path, str(error)) from error
        if "readonly" in str(error):  # somebody was killed while he committed: the engine takes it back as it opens
            return
        raise StoreDamaged(path, str(error)) from error


def retry_while_busy(work: Callable[[], T], path: Path) -> T:
    """Do the work; wait and try again while another process holds the store."""
    deadline = time.monotonic() + PATIENCE
    pause = 0.05
    while True:
        try:
            return work()
        except (duckdb.BinderException, duckdb.ParserException):
            raise  # a fault of ours, not of the store
        except (duckdb.Error, OSError) as error:
            said = str(error)
            if isinstance(error, PermissionError) or "readonly" in said or "Permission denied" in said:
                raise StoreUnwritable(path, said) from error
            if not any(word in said.lower() for word in BUSY):
                log.warning("store %s: %s", path, said)
                raise StoreDamaged(path, said) from error
            if time.monotonic() > deadline:
                raise StoreLocked(path, said) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


@contextmanager
def lock_for_writing(path: Path, patience: float | None = None) -> Iterator[None]:
    """Nobody else writes to the store meanwhile, in this process or another; StoreLocked if somebody goes on doing."""
    wait = PATIENCE if patience is None else patience
    lock = sqlite3.connect(path / WRITING, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise (StoreLocked if "locked" in str(error) else StoreUnwritable)(path, str(error)) from error
        yield
    finally:
        lock.close()


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
    """All of it or nothing."""
    con.execute("begin")
    try:
        yield
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
            continue  # a table that came later
        copy.register("incoming", rows)
        copy.execute(f'create table "{name}" as from incoming')
        copy.unregister("incoming")
    return copy
