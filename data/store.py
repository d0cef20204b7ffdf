"""The store: a DuckLake that the app and the shell share. Opened, built, published to and asked here and nowhere else.

A publish is one snapshot with an author and a message; versions and time travel are the engine's.
`TCP_STORE` names the folder; without it the user's own data folder is taken, outside the code.
"""

import hashlib
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import platformdirs

from data import datasets, self_check
from queries.catalog import names, query

EXTENSIONS = ("ducklake", "sqlite_scanner")
CATALOGUE = "catalog.sqlite"
# The engine reports these when two processes meet; they pass, so they are waited for and not shown.
BUSY = ("database is locked", "database table is locked", "conflict", "snapshot_id", "constraint failed")
PATIENCE = 20.0

T = TypeVar("T")
log = logging.getLogger(__name__)


class StoreError(Exception):
    """The store can't serve: `code` has words in the locales (`error.<code>`), `path` is its folder."""

    code = "store_damaged"

    def __init__(self, path: Path, detail: str = ""):
        super().__init__(f"{self.code}: {path}")
        self.path = path
        self.detail = detail


class StoreDamaged(StoreError):
    """A file of the store is missing or is not what it should be; nothing was changed."""


class StoreLocked(StoreError):
    """Another program kept the store locked for longer than we wait."""

    code = "store_locked"


class StoreUnwritable(StoreError):
    """The folder can't be written to, so the store can't be built."""

    code = "store_unwritable"


def folder() -> Path:
    """Where the store lies: `TCP_STORE`, or the user's data folder."""
    named = os.environ.get("TCP_STORE")
    return Path(named) if named else Path(platformdirs.user_data_path("torture-complaints")) / "store"


class Store:
    """An open store, for any number of threads. Questions are answered from a copy of the latest snapshot in memory.

    The copy is why a question costs a few milliseconds: a lake reads its catalogue and its files anew each time
    (measured: 18 to 68 ms against 5 to 29 ms).
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path):
        self.con = con
        self.path = path
        self._lock = threading.Lock()
        self._copy: tuple[int, duckdb.DuckDBPyConnection] | None = None

    def ask(self, question: str, *, known_snapshot: int | None = None, **given: Any) -> pd.DataFrame:
        """The answer to a question of queries/questions, its measures applied.

        `known_snapshot`: who has just looked which snapshot is the latest spares looking again.
        Raises KeyError for an unknown question or parameter, ValueError for a value of the wrong type,
        StoreError when the store can't serve.
        """
        asked = query(question)
        values = asked.values(given)
        with self._latest(known_snapshot).cursor() as con:
            return asked.frame(con, **values)

    def check(self) -> list[self_check.Fault]:
        """Every published number that must not be, in the marts and in the answers to questions; none is right."""
        with self._latest().cursor() as con:
            return [*self_check.marts(con), *self_check.answers(con)]

    def snapshot(self) -> int:
        """The number of the latest snapshot on this machine: what a cache may be keyed by."""
        rows = self._read(lambda con: con.execute("select id from lake.current_snapshot()").fetchall())
        return int(rows[0][0])

    def version(self) -> str:
        """The content hash of the data published last: the same on every machine."""
        return str(self.versions()[-1]["version"])

    def versions(self) -> list[dict[str, Any]]:
        """Every publish, oldest first: snapshot, published_at, author, message, version."""
        rows = self._read(
            lambda con: con.execute(
                "select snapshot_id, snapshot_time, author, commit_message, commit_extra_info "
                "from lake.snapshots() where commit_extra_info is not null order by snapshot_id"
            ).fetchall()
        )
        return [
            {
                "snapshot": snapshot,
                "published_at": at.astimezone(UTC).isoformat(timespec="seconds"),
                "author": author,
                "message": message,
                "version": json.loads(extra)["version"],
            }
            for snapshot, at, author, message, extra in rows
        ]

    def close(self) -> None:
        """Let go of the files."""
        self.con.close()

    def _latest(self, known: int | None = None) -> duckdb.DuckDBPyConnection:
        """The copy of the latest snapshot, made anew when somebody has published."""
        copy = self._copy
        if copy is not None and copy[0] == known:
            return copy[1]
        snapshot = self.snapshot()
        with self._lock:
            while self._copy is None or self._copy[0] != snapshot:
                self._copy = (snapshot, self._read(_copied))
                snapshot = self.snapshot()  # another one: somebody published between two of the tables
            return self._copy[1]

    def _read(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        def attempt() -> T:
            with self.con.cursor() as con:
                con.execute("use lake")
                return work(con)

        return _patiently(attempt, self.path)


def open_store(path: Path | None = None, root: Path = datasets.ROOT) -> Store:
    """Open the store, building it at first and publishing shipped files that changed as a new snapshot.

    Raises datasets.DataRefused when a shipped file is at fault (the store stays as it was), StoreError when
    the store can't be opened or built.
    """
    path = path or folder()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnwritable(path, str(error)) from error
    _refuse_damaged(path)
    store = Store(_patiently(lambda: _attach(path), path), path)
    try:
        build(store, root)
    except BaseException:
        store.close()
        raise
    return store


def build(store: Store, root: Path = datasets.ROOT) -> bool:
    """Publish the shipped files if their content is not the last that was published; True if it was done."""
    shipped = _shipped_hash(root)
    if _patiently(lambda: _last_shipped(store.con), store.path) == shipped:
        return False
    tables = datasets.load(root)

    about = {"version": datasets.content_hash(root), "shipped": shipped}
    return _patiently(lambda: _publish(store.con, tables, about), store.path)


def _shipped_hash(root: Path) -> str:
    """Content of the shipped files and of the marts made from them: either may call for a new snapshot."""
    return (
        datasets.content_hash(root)
        + "-"
        + hashlib.sha256("".join(query(name, "marts").sql for name in names("marts")).encode()).hexdigest()[:8]
    )


def _last_shipped(con: duckdb.DuckDBPyConnection) -> str | None:
    rows = con.execute(
        "select commit_extra_info from lake.snapshots() where commit_extra_info is not null order by snapshot_id desc"
    ).fetchall()
    return next((json.loads(row[0])["shipped"] for row in rows if "shipped" in json.loads(row[0])), None)


def _publish(con: duckdb.DuckDBPyConnection, tables: dict[str, Any], about: dict[str, str]) -> bool:
    """One snapshot: rows that went are deleted, rows that came are inserted, the marts follow.

    False when another process was faster.
    """
    con.execute("begin")
    try:
        if _last_shipped(con) == about["shipped"]:
            con.execute("rollback")
            return False
        changed = [name for name, table in tables.items() if _replace(con, name, table)]
        for name in _mart_order():
            con.execute(f"create or replace temp table mart as {query(name, 'marts').sql}")
            if _replace(con, name, con.execute("from mart").to_arrow_table()):
                changed.append(name)
        if faults := self_check.marts(con):
            raise datasets.DataRefused(
                [datasets.Refusal("counts", 0, "", fault.rule, f"{fault.id} {fault.value}") for fault in faults]
            )
        message = "Shipped figures: " + (", ".join(changed) or "no row changed")
        if not changed:  # a snapshot all the same, or the files would be read and compared at every start
            con.execute(f"comment on table lake.figures is '{_quoted(about['shipped'])}'")
        con.execute("call lake.set_commit_message($1, $2, extra_info => $3)", ["build", message, json.dumps(about)])
        con.execute("commit")
        return True
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise


def _replace(con: duckdb.DuckDBPyConnection, name: str, table: Any) -> bool:
    """Make a table of the lake hold exactly these rows, touching only what differs; True if anything did."""
    con.register("incoming", table)
    try:
        exists = con.execute(
            "select count(*) from duckdb_tables() where database_name = 'lake' and table_name = $1", [name]
        ).fetchone()
        if exists == (0,):
            con.execute(f'create table lake."{name}" as from incoming')
            return True
        columns = [row[0] for row in con.execute(f'describe lake."{name}"').fetchall()]
        if columns != table.column_names:
            con.execute(f'create or replace table lake."{name}" as from incoming')
            return True
        went = con.execute(f'select count(*) from (from lake."{name}" except from incoming)').fetchone()
        came = con.execute(f'select count(*) from (from incoming except from lake."{name}")').fetchone()
        if went == came == (0,):
            return False
        con.execute(f'create or replace temp table arrived as (from incoming except from lake."{name}")')
        con.execute(
            f'delete from lake."{name}" as old where hash(old) in '
            f'(select hash(gone) from (from lake."{name}" except from incoming) as gone)'
        )
        con.execute(f'insert into lake."{name}" from arrived')
        return True
    finally:
        con.unregister("incoming")


def _mart_order() -> list[str]:
    """Marts in the order in which they build on each other, as their headers say."""
    marts = set(names("marts"))
    return list(TopologicalSorter({name: query(name, "marts").inputs & marts for name in sorted(marts)}).static_order())


def _copied(lake: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    copy = _connect()
    tables = lake.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
    for (name,) in tables:
        copy.register("incoming", lake.execute(f'from lake."{name}"').to_arrow_table())
        copy.execute(f'create table "{name}" as from incoming')
        copy.unregister("incoming")
    return copy


def _connect() -> duckdb.DuckDBPyConnection:
    """An engine that fetches nothing by itself, and draws no progress bar into an answer that waited for a lock."""
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("set enable_progress_bar = false")
    return con


def _attach(path: Path) -> duckdb.DuckDBPyConnection:
    con = _connect()
    try:
        version = duckdb.__version__
        for name in EXTENSIONS:
            shipped = files(f"duckdb_extension_{name}") / "extensions" / f"v{version}" / f"{name}.duckdb_extension"
            con.execute(f"load '{_quoted(str(shipped))}'")
        catalogue, data = _quoted(str(path / CATALOGUE)), _quoted(str(path / "data"))
        # The files lie beside the catalogue, wherever somebody has moved the folder or however it is named today.
        options = f"data_path '{data}', override_data_path true, data_inlining_row_limit 0"
        con.execute(f"attach 'ducklake:sqlite:{catalogue}' as lake ({options})")
        con.execute("use lake")
    except BaseException:
        con.close()
        raise
    return con


def _quoted(text: str) -> str:
    """A path as it stands between single quotes: ATTACH and LOAD take no parameters."""
    return text.replace("'", "''")


def _refuse_damaged(path: Path) -> None:
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
        raise StoreDamaged(path, str(error)) from error


def _patiently(work: Callable[[], T], path: Path) -> T:
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
