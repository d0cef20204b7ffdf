"""Forget an upload: erase it from tables, files and catalogue for good, and leave every other upload as it is.

The versions since the upload came are published again without it, in their order, each with its own author, message
and date. This is done on a copy of the catalogue. The copy then replaces the catalogue in a single transaction of
SQLite: a reader sees the state before or the state after, and a process that is killed leaves one of the two.

No file of the upload is read: the catalogue tells which files are its own, and the copy drops them first.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data import datasets
from data.store import lake
from data.store.lake import (
    CATALOGUE,
    attach_lake,
    connect,
    list_columns,
    run_apart,
    sync_folder,
    transaction,
    write_durably,
)
from data.store.tables import (
    JOINED,
    NAMES_UPLOAD,
    TableChange,
    change_table,
    derive_tables,
    write_change,
)
from data.store.versions import Line, version_of

# The note of a forget that has begun. If its process dies, the next start or the next writer finishes it.
FORGETTING = "forgetting.json"
# The copy of the catalogue on which a forget works.
WORKING_COPY = "forgetting.sqlite"

# Copies one SQLite file into another, in one transaction.
COPY = """
import sqlite3, sys
source, target, patience = sys.argv[1:]
source, target = (sqlite3.connect(each, uri=True, timeout=float(patience)) for each in (source, target))
source.backup(target)
target.close()
source.close()
"""

# Files with rows of one upload and of no other, by the least and greatest value that the catalogue notes per column.
OWN_FILES = """
    create temp table own_files as
    select distinct file_stats.data_file_id
    from ducklake_file_column_stats as file_stats
    inner join ducklake_column as col on file_stats.table_id = col.table_id and file_stats.column_id = col.column_id
    inner join ducklake_table as tab on file_stats.table_id = tab.table_id
    inner join names_upload on tab.table_name = names_upload.table_name and col.column_name = names_upload.column_name
    where file_stats.min_value = :upload_id and file_stats.max_value = :upload_id
"""
# No snapshot sees these files any more, so the engine schedules them for deletion when it expires snapshots.
DROP_OWN_FILES = (
    "update ducklake_data_file set end_snapshot = begin_snapshot where data_file_id in (select * from own_files)",
    "update ducklake_delete_file set end_snapshot = begin_snapshot where data_file_id in (select * from own_files)",
)
# Every table is empty when the first version is published again, also one that this app does not know.
EMPTY_TABLES = tuple(
    f"update {files} set end_snapshot = :next where end_snapshot is null"
    for files in ("ducklake_data_file", "ducklake_delete_file")
)
# Least and greatest values outlive their rows in the catalogue. Without them a query only reads a little more.
CLEAR_STATISTICS = "update ducklake_table_column_stats set min_value = null, max_value = null"


class NoteUnreadable(Exception):
    """The note of a forget can't be read, or names no upload that was ever in the store."""


@dataclass(frozen=True)
class Note:
    """A forget that has begun: of which upload, and who asked for it."""

    upload_id: str
    author: str


def read_note(path: Path) -> Note | None:
    """Return the forget that has begun and is not finished, None if there is none. Raises NoteUnreadable."""
    try:
        content = json.loads((path / FORGETTING).read_text("utf8"))
        note = Note(content["upload_id"], content["author"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoteUnreadable from error
    if not all(isinstance(value, str) for value in asdict(note).values()) or not note.upload_id:
        raise NoteUnreadable
    return note


def write_note(path: Path, note: Note) -> None:
    """Write the note whole or not at all."""
    write_durably(path / FORGETTING, json.dumps(asdict(note)).encode())


def remove_note(path: Path) -> None:
    """Remove the note, once every deletion before it is on disk: none may come back after a power cut."""
    for folder, _, _ in os.walk(path):
        sync_folder(Path(folder))
    (path / FORGETTING).unlink(missing_ok=True)
    sync_folder(path)


@dataclass(frozen=True)
class History:
    """The log as it becomes without an upload."""

    upload_id: str
    old: list[Line]  # the log since the upload came
    new: dict[int, Line]  # old snapshot -> the line published again for it; the upload's own lines have none
    replacements: dict[str, str]  # version that is gone -> version that replaces it, of this forget and earlier ones
    last_snapshot: int  # the latest of the old ones

    @property
    def forget_snapshot(self) -> int:
        """The snapshot that records the forget, the latest of the new ones."""
        return self.last_snapshot + len(self.new) + 1


def plan_history(log: list[Line], last_snapshot: int, upload_id: str) -> History:
    """Work out the log without an upload that it holds. `last_snapshot`: the latest, whether it has a line or not."""
    since = min(line.snapshot for line in log if upload_id in line.uploads)
    old = [line for line in log if line.snapshot >= since]
    new: dict[int, Line] = {}
    replacements = {}
    for line in old:
        uploads = [each for each in line.uploads if each != upload_id]
        version = version_of(line.about["content"], uploads)
        if upload_id in line.uploads:
            replacements[str(line.about["version"])] = version
        if line.about.get("upload_id") == upload_id:
            continue  # published, undone or brought back: without the upload it changes nothing
        about = {
            **line.about,
            "version": version,
            "uploads": uploads,
            "published_at": line.published_at.isoformat(),
            "forgotten": {},
        }
        snapshot = last_snapshot + len(new) + 1
        new[line.snapshot] = Line(snapshot, line.published_at, line.author, line.message, about)
    versions = {line.about["version"] for line in (*log[: -len(old)], *new.values())}
    replacements = {gone: see for gone, see in replacements.items() if gone not in versions}
    earlier = {gone: see for line in log for gone, see in line.forgotten.items()}
    replacements = {gone: replacements.get(see, see) for gone, see in earlier.items()} | replacements
    return History(upload_id, old, new, replacements, last_snapshot)


def rewrite_history(path: Path, data: Path, history: History, note: Note) -> None:
    """Replace the catalogue by one in which the upload never came; its files stay, scheduled for deletion.

    The caller holds the lock of writers. Can be called again after it was interrupted anywhere.
    """
    remove_working_copy(path)
    try:
        _copy_catalogue(path, CATALOGUE, WORKING_COPY)
        with _open_working_copy(path) as con:
            _edit_files(con, history)
        with closing(attach_lake(path, data, WORKING_COPY)) as engine:
            _publish_again(engine, history, note)
            _expire_snapshots(engine, history)
        with _open_working_copy(path) as con:
            con.execute(CLEAR_STATISTICS)
            con.commit()
            con.execute("vacuum")
        _copy_catalogue(path, WORKING_COPY, CATALOGUE)
    finally:
        remove_working_copy(path)


def remove_working_copy(path: Path) -> None:
    """Remove the copy of the catalogue, and what SQLite keeps beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        (path / f"{WORKING_COPY}{suffix}").unlink(missing_ok=True)


def delete_scheduled_files(con: duckdb.DuckDBPyConnection) -> None:
    """Delete the files that no snapshot needs any more."""
    con.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)")


def _copy_catalogue(path: Path, source: str, target: str) -> None:
    uris = [f"{(path / source).absolute().as_uri()}?mode=rw", f"{(path / target).absolute().as_uri()}?mode=rwc"]
    run_apart(path, COPY, *uris, str(lake.PATIENCE))


@contextmanager
def _open_working_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """The copy of the catalogue as a database of SQLite; the engine must not have it attached meanwhile."""
    with closing(sqlite3.connect(path / WORKING_COPY)) as con:
        yield con


def _edit_files(con: sqlite3.Connection, history: History) -> None:
    """Drop the upload's own files, and end all others, so that every table is empty for the first new snapshot."""
    con.execute("create temp table names_upload (table_name text, column_name text)")
    con.executemany("insert into names_upload values (?, ?)", (NAMES_UPLOAD | {"figures": "dataset"}).items())
    con.execute(OWN_FILES, {"upload_id": history.upload_id})
    for statement in DROP_OWN_FILES:
        con.execute(statement)
    for statement in EMPTY_TABLES:
        con.execute(statement, {"next": history.last_snapshot + 1})
    con.commit()


def _publish_again(engine: duckdb.DuckDBPyConnection, history: History, note: Note) -> None:
    """Publish each line as a snapshot of its own, then the forget; all tables get new files."""
    shipped = {f"shipped_{table.name}" if table.name in JOINED else table.name for table in datasets.described()}
    columns = {name: [column for column, _ in typed] for name, typed in list_columns(engine).items()}
    lines = [(line.snapshot, history.new[line.snapshot]) for line in history.old if line.snapshot in history.new]
    current = None  # the shipped files whose rows the tables hold
    with closing(connect()) as mem:  # empty at first, like the tables of the lake
        mem.execute("set threads = 1")
        for snapshot, line in [*lines, (history.last_snapshot, _describe_forget(history, note))]:
            names = set() if line.about["shipped"] == current else shipped & columns.keys()
            tables = {name: _read_table(engine, name, snapshot, columns[name]) for name in sorted(names)}
            tables |= _read_uploads(engine, snapshot, columns, history.upload_id)
            changes = [change_table(mem, name, rows) for name, rows in tables.items()]
            if any(changes):
                changes += derive_tables(mem)
            if current is None:
                changes = [_insert_all(change, columns.get(change.name, [])) for change in changes]
            current = line.about["shipped"]
            _publish_line(engine, [change for change in changes if change], line)


def _insert_all(change: TableChange, columns: list[str]) -> TableChange:
    """The change of an empty table as an insert, where it has these columns: then it need not be created again."""
    return replace(change, went=change.came.slice(0, 0)) if change.came.column_names == columns else change


def _describe_forget(history: History, note: Note) -> Line:
    """The line that records the forget: the state of the last line, without the upload."""
    last = history.old[-1]
    uploads = [each for each in last.uploads if each != note.upload_id]
    about = {
        "version": version_of(last.about["content"], uploads),
        "content": last.about["content"],
        "shipped": last.about["shipped"],
        "kind": "forget",
        "upload_id": note.upload_id,
        "uploads": uploads,
        "forgotten": history.replacements,
    }
    return Line(history.forget_snapshot, datetime.now(UTC), note.author, f"Forget: {note.upload_id}", about)


def _read_table(engine: duckdb.DuckDBPyConnection, name: str, snapshot: int, columns: list[str]) -> pa.Table:
    """Read a table as of a snapshot, in its columns of today."""
    table = f'lake."{name}"'
    try:
        rows = engine.execute(f"(from {table} limit 0) union all by name from {table} at (version => {snapshot})")
    except duckdb.CatalogException:  # the table is younger than the snapshot; what it says holds for that time too
        rows = engine.execute(f"from {table}")
    return rows.to_arrow_table().select(columns)


def _read_uploads(
    engine: duckdb.DuckDBPyConnection, snapshot: int, columns: dict[str, list[str]], upload_id: str
) -> dict[str, pa.Table]:
    """Read what uploads fill as of a snapshot, without the rows of one upload, by table.

    The figures of a list of cases are in `figures` alone where a program of before 0.2 published it.
    """
    tables = {}
    for name, column in NAMES_UPLOAD.items():
        rows = _read_table(engine, name, snapshot, columns[name])
        tables[name] = rows.filter(pc.field(column) != upload_id)
    without = set(tables["uploads"]["upload_id"].to_pylist()) - set(tables["uploaded_figures"]["dataset"].to_pylist())
    if without:
        rows = _read_table(engine, "figures", snapshot, columns["uploaded_figures"])
        older = rows.filter(pc.field("dataset").isin(sorted(without))).cast(tables["uploaded_figures"].schema)
        tables["uploaded_figures"] = pa.concat_tables([tables["uploaded_figures"], older])
    return tables


def _publish_line(engine: duckdb.DuckDBPyConnection, changes: list[TableChange], line: Line) -> None:
    with transaction(engine):
        for change in changes:
            write_change(engine, change)
        if not changes:  # the engine makes no snapshot of nothing
            engine.execute("comment on table lake.uploads is ''")
        about = json.dumps(line.about)
        engine.execute("call lake.set_commit_message($1, $2, extra_info => $3)", [line.author, line.message, about])
    snapshot = engine.execute("select id from lake.current_snapshot()").fetchall()
    if snapshot != [(line.snapshot,)]:
        raise RuntimeError(f"snapshot {snapshot} was made, {line.snapshot} was planned")


def _expire_snapshots(engine: duckdb.DuckDBPyConnection, history: History) -> None:
    """Expire the old snapshots since the upload came; files that only they need are scheduled for deletion."""
    old = engine.execute(
        "select list(snapshot_id) from lake.snapshots() where snapshot_id between $1 and $2",
        [history.old[0].snapshot, history.last_snapshot],
    ).fetchall()[0][0]
    engine.execute("call ducklake_expire_snapshots('lake', versions => $1)", [old])
