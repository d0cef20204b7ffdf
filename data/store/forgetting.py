"""Forgetting: an upload erased for good, from tables, files and catalogue, and no other upload with it.

The versions since the upload came are published anew without it, in their order, with their own authors, messages and
dates. This is done on a copy of the catalogue, which then takes the place of the one in use in a single transaction of
SQLite: whoever reads sees all that was before or all that is after, and whoever is killed leaves one of the two.

No file of the upload is read: the catalogue says which files are its own, and the copy lets go of them first.
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

# A forget that has begun: it is finished at the next start, or by the next who writes, if its process died.
FORGETTING = "forgetting.json"
# The copy of the catalogue that is worked on meanwhile.
REWRITTEN = "forgetting.sqlite"

# One file of SQLite into another, in one transaction.
COPY = """
import sqlite3, sys
source, target, patience = sys.argv[1:]
source, target = (sqlite3.connect(each, uri=True, timeout=float(patience)) for each in (source, target))
source.backup(target)
target.close()
source.close()
"""

# The files that hold rows of one upload and of no other, by what the catalogue notes of each column of a file.
OWN_FILES = """
    create temp table own_files as
    select distinct file_stats.data_file_id
    from ducklake_file_column_stats as file_stats
    inner join ducklake_column as col on file_stats.table_id = col.table_id and file_stats.column_id = col.column_id
    inner join ducklake_table as tab on file_stats.table_id = tab.table_id
    inner join names_upload on tab.table_name = names_upload.table_name and col.column_name = names_upload.column_name
    where file_stats.min_value = :upload_id and file_stats.max_value = :upload_id
"""
# Seen by no snapshot: the engine gives such a file away when it lets go of the snapshots.
LET_GO = (
    "update ducklake_data_file set end_snapshot = begin_snapshot where data_file_id in (select * from own_files)",
    "update ducklake_delete_file set end_snapshot = begin_snapshot where data_file_id in (select * from own_files)",
)
# Every table is empty when the first version is published anew, also one that nobody makes any more.
EMPTY = tuple(
    f"update {files} set end_snapshot = :next where end_snapshot is null"
    for files in ("ducklake_data_file", "ducklake_delete_file")
)
# Least and greatest values outlive their rows in the catalogue; without them a query only reads a little more.
FORGET_EXTREMES = "update ducklake_table_column_stats set min_value = null, max_value = null"


class NoteUnreadable(Exception):
    """The note of a forget that has begun can't be read, or names no upload that was ever here."""


@dataclass(frozen=True)
class Begun:
    """A forget that has begun: which upload, and who asked for it."""

    upload_id: str
    author: str


def read_note(path: Path) -> Begun | None:
    """The forget that has begun and is not done; None without one. Raises NoteUnreadable."""
    try:
        noted = json.loads((path / FORGETTING).read_text("utf8"))
        begun = Begun(noted["upload_id"], noted["author"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoteUnreadable from error
    if not all(isinstance(word, str) for word in asdict(begun).values()) or not begun.upload_id:
        raise NoteUnreadable
    return begun


def write_note(path: Path, begun: Begun) -> None:
    write_durably(path / FORGETTING, json.dumps(asdict(begun)).encode())


def remove_note(path: Path) -> None:
    """All is done: first what was erased stays so even if the machine dies now, then the note goes."""
    for folder, _, _ in os.walk(path):
        sync_folder(Path(folder))
    (path / FORGETTING).unlink(missing_ok=True)
    sync_folder(path)


@dataclass(frozen=True)
class History:
    """What the log becomes without an upload."""

    upload_id: str
    lines: list[Line]  # those of today, since the upload came
    anew: dict[int, Line]  # snapshot of today -> what is published anew instead; the upload's own lines have none
    forgotten: dict[str, str]  # version that is gone -> the one that replaces it, of this forget and those before
    last: int  # the latest snapshot of today

    @property
    def forget(self) -> int:
        """The snapshot that says what was forgotten: the latest of all."""
        return self.last + len(self.anew) + 1


def plan_history(log: list[Line], last: int, upload_id: str) -> History:
    """What the log is to become; the upload stands in it."""
    since = min(line.snapshot for line in log if upload_id in line.uploads)
    lines = [line for line in log if line.snapshot >= since]
    anew: dict[int, Line] = {}
    replaced = {}
    for line in lines:
        uploads = [each for each in line.uploads if each != upload_id]
        version = version_of(line.about["content"], uploads)
        if upload_id in line.uploads:
            replaced[str(line.about["version"])] = version
        if line.about.get("upload_id") == upload_id:
            continue  # it came, was undone or brought back: without it nothing happened there
        about = {
            **line.about,
            "version": version,
            "uploads": uploads,
            "published_at": line.published_at.isoformat(),
            "forgotten": {},
        }
        anew[line.snapshot] = Line(last + len(anew) + 1, line.published_at, line.author, line.message, about)
    standing = {line.about["version"] for line in (*log[: -len(lines)], *anew.values())}
    replaced = {gone: see for gone, see in replaced.items() if gone not in standing}
    told = {gone: see for line in log for gone, see in line.forgotten.items()}
    forgotten = {gone: replaced.get(see, see) for gone, see in told.items()} | replaced
    return History(upload_id, lines, anew, forgotten, last)


def write_history(path: Path, data: Path, history: History, begun: Begun) -> None:
    """Let the catalogue be one in which the upload never came; its files are left, and given away.

    To be called by who holds the lock of writers. May be called again after it broke off anywhere.
    """
    remove_copy(path)
    try:
        _copy_catalogue(path, CATALOGUE, REWRITTEN)
        with _edited_catalogue(path) as edited:
            _let_go_of_files(edited, history)
        with closing(attach_lake(path, data, REWRITTEN)) as con:
            _publish_anew(con, history, begun)
            _expire_snapshots(con, history)
        with _edited_catalogue(path) as edited:
            edited.execute(FORGET_EXTREMES)
            edited.commit()
            edited.execute("vacuum")
        _copy_catalogue(path, REWRITTEN, CATALOGUE)
    finally:
        remove_copy(path)


def remove_copy(path: Path) -> None:
    """Take away the copy that is worked on, and what SQLite keeps beside it."""
    for beside in ("", "-journal", "-wal", "-shm"):
        (path / f"{REWRITTEN}{beside}").unlink(missing_ok=True)


def delete_given_away_files(con: duckdb.DuckDBPyConnection) -> None:
    """Delete the files that no snapshot knows any more."""
    con.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)")


def _copy_catalogue(path: Path, source: str, target: str) -> None:
    uris = [f"{(path / source).absolute().as_uri()}?mode=rw", f"{(path / target).absolute().as_uri()}?mode=rwc"]
    run_apart(path, COPY, *uris, str(lake.PATIENCE))


@contextmanager
def _edited_catalogue(path: Path) -> Iterator[sqlite3.Connection]:
    """The copy, open for SQLite, while the engine has it not."""
    with closing(sqlite3.connect(path / REWRITTEN)) as con:
        yield con


def _let_go_of_files(con: sqlite3.Connection, history: History) -> None:
    """Let no snapshot see the upload's own files, and leave every table empty for what is published anew."""
    con.execute("create temp table names_upload (table_name text, column_name text)")
    con.executemany("insert into names_upload values (?, ?)", NAMES_UPLOAD.items())
    con.execute(OWN_FILES, {"upload_id": history.upload_id})
    for statement in LET_GO:
        con.execute(statement)
    for statement in EMPTY:
        con.execute(statement, {"next": history.last + 1})
    con.commit()


def _publish_anew(con: duckdb.DuckDBPyConnection, history: History, begun: Begun) -> None:
    """Each line as a snapshot of its own, and the forget after them; all tables are in new files."""
    shipped = {f"shipped_{table.name}" if table.name in JOINED else table.name for table in datasets.described()}
    of_uploads = NAMES_UPLOAD.keys()
    columns = {name: [column for column, _ in typed] for name, typed in list_columns(con).items()}
    kept = (shipped | of_uploads) & columns.keys()
    anew = [(line.snapshot, history.anew[line.snapshot]) for line in history.lines if line.snapshot in history.anew]
    held = None  # the shipped files whose rows the tables hold by now
    with closing(connect()) as mem:  # holds nothing at first, so that all comes anew
        mem.execute("set threads = 1")
        for snapshot, line in [*anew, (history.last, _describe_forget(history, begun))]:
            names = of_uploads if line.about["shipped"] == held else kept
            changes = [
                change_table(mem, name, _read_rows(con, name, snapshot, history.upload_id)) for name in sorted(names)
            ]
            if any(changes):
                changes += derive_tables(mem)
            if held is None:  # they are empty
                changes = [_fill_table(change, columns.get(change.name, [])) for change in changes]
            held = line.about["shipped"]
            _publish_line(con, [change for change in changes if change], line)


def _fill_table(change: TableChange, columns: list[str]) -> TableChange:
    """All rows of a table as rows that come to it, where it is empty and has their columns."""
    return replace(change, went=change.came.slice(0, 0)) if change.came.column_names == columns else change


def _describe_forget(history: History, begun: Begun) -> Line:
    """The line that says what was forgotten: all is as it was after the last one, without the upload."""
    before = history.lines[-1]
    uploads = [each for each in before.uploads if each != begun.upload_id]
    about = {
        "version": version_of(before.about["content"], uploads),
        "content": before.about["content"],
        "shipped": before.about["shipped"],
        "kind": "forget",
        "upload_id": begun.upload_id,
        "uploads": uploads,
        "forgotten": history.forgotten,
    }
    return Line(history.forget, datetime.now(UTC), begun.author, f"Forget: {begun.upload_id}", about)


def _read_rows(con: duckdb.DuckDBPyConnection, name: str, snapshot: int, upload_id: str) -> pa.Table:
    """The rows of a table as of a snapshot, in the columns of today, without those of the upload."""
    table = f'lake."{name}"'
    then = f"from {table} at (version => {snapshot})"
    if name == "uploaded_figures":  # lists of before 0.2 were counted anew each time, from cases that are erased now
        held = f"select upload_id from lake.uploads at (version => {snapshot})"
        then = f"from lake.figures at (version => {snapshot}) where dataset in ({held})"
    try:
        rows = con.execute(f"(from {table} limit 0) union all by name ({then})")
    except duckdb.CatalogException:  # the table came later, and what it says holds for the time before it too
        rows = con.execute(f"from {table}")
    found = rows.to_arrow_table()
    if name in NAMES_UPLOAD:
        con.register("found", found)
        whose = NAMES_UPLOAD[name]
        found = con.execute(f'from found where "{whose}" is distinct from $1', [upload_id]).to_arrow_table()
        con.unregister("found")
    return found


def _publish_line(con: duckdb.DuckDBPyConnection, changes: list[TableChange], line: Line) -> None:
    with transaction(con):
        for change in changes:
            write_change(con, change)
        if not changes:  # a snapshot all the same, for what is noted of it
            con.execute("comment on table lake.uploads is ''")
        about = json.dumps(line.about)
        con.execute("call lake.set_commit_message($1, $2, extra_info => $3)", [line.author, line.message, about])
    made = con.execute("select id from lake.current_snapshot()").fetchall()
    if made != [(line.snapshot,)]:
        raise RuntimeError(f"snapshot {made} was made, {line.snapshot} was meant")


def _expire_snapshots(con: duckdb.DuckDBPyConnection, history: History) -> None:
    """No old snapshot since the upload came; the files that only they need are given away."""
    first, last = history.lines[0].snapshot, history.last
    old = con.execute(
        "select list(snapshot_id) from lake.snapshots() where snapshot_id between $1 and $2", [first, last]
    ).fetchall()[0][0]
    con.execute("call ducklake_expire_snapshots('lake', versions => $1)", [old])
