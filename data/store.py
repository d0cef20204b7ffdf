"""The store: a DuckLake that the app and the shell share. Opened, built, published to and asked here and nowhere else.

A publish is one snapshot with an author and a message; versions and time travel are the engine's.
`TCP_STORE` names the folder; without it the user's own data folder is taken, outside the code.

What is kept: the shipped tables (figures, sources and compilers as `shipped_…`), `uploads`, the rows they brought
(`cases`, `uploaded_figures`), and `cohorts`, the cases counted. What follows from it, made anew by each publish:
queries/staging (figures, sources and compilers, shipped and uploaded) and queries/marts. Questions read these.

All of it but the cases is small and lies in memory too. Whatever is asked, tried or made anew is reckoned there, and
the lake is told what came and what went: a lake reads its catalogue and its files anew at each look at a table.
"""

import hashlib
import json
import logging
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import pandas as pd
import platformdirs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data import datasets, self_check
from data.uploads import (
    CallRefused,
    Changes,
    Publication,
    UnknownVersion,
    Upload,
    UploadRefused,
    changes_of_counts,
    changes_of_ratios,
)
from queries.catalog import names, query

EXTENSIONS = ("ducklake", "sqlite_scanner")
CATALOGUE = "catalog.sqlite"
# The engine reports these when two processes meet; they pass, so they are waited for and not shown.
BUSY = ("database is locked", "database table is locked", "conflict", "snapshot_id", "constraint failed")
PATIENCE = 20.0
# Whoever writes holds this file's lock: an empty SQLite file, for a lock of SQLite's dies with its process everywhere.
WRITING = "writing.sqlite"
# A forget that has begun: it is finished at the next start if its process died.
FORGETTING = "forgetting.json"
# So many cases stand in one group of a file.
ROWS_TOGETHER = 1_000_000
# Versions other than the latest that are kept in memory for questions.
KEPT_VERSIONS = 4
# Shipped tables that uploads add to: kept under another name, and joined by queries/staging.
JOINED = ("figures", "sources", "compilers")
CHANGES_UPLOADS = ("publish", "undo", "forget")

UPLOAD_TABLES = (
    """
    create table if not exists lake.uploads (
        upload_id varchar, country varchar, compiler varchar, kind varchar, organisation varchar, author varchar,
        message varchar, language varchar, published_at varchar, shape varchar, file_rows bigint,
        published_rows bigint, rejected_rows bigint, left_out_rows bigint, has_outcomes boolean, has_repeats boolean,
        covers_from date, covers_to date, recipe varchar, content_hash varchar
    )
    """,
    """
    create table if not exists lake.cases (
        upload_id varchar not null, case_id varchar, allegation_start date, allegation_end date, region varchar,
        place_kind varchar, agency varchar, legal_basis varchar, outcome varchar not null, decided_start date,
        decided_end date, sex varchar, age_band varchar, weight integer not null
    )
    """,
    """
    create table if not exists lake.cohorts (
        upload_id varchar, year integer, stage varchar, beside varchar, first_day date, last_day date, cases bigint
    )
    """,
)
# What an upload says of itself, by the columns of `uploads`.
UPLOAD_SAYS = (
    "upload_id",
    "country",
    "compiler",
    "kind",
    "organisation",
    "author",
    "message",
    "language",
    "shape",
    "file_rows",
    "rejected_rows",
    "left_out_rows",
    "has_outcomes",
    "has_repeats",
    "covers_from",
    "covers_to",
    "recipe",
    "content_hash",
)
FIGURE_NEEDS = ("stage", "unit", "value_low", "value_high", "qualifier", "period_start", "period_end")
# The rows of an upload's own table, in the columns of ours and no other: what is not mapped is not stored.
READY_CASES = """
    create or replace temp view ready as
    select * replace (getvariable('ready_id') as upload_id)
    from (
        (from no_cases)
        union all by name
        select columns(lambda name: list_contains([
            'case_id', 'allegation_start', 'allegation_end', 'region', 'place_kind', 'agency', 'legal_basis',
            'outcome', 'decided_start', 'decided_end', 'sex', 'age_band', 'weight'
        ], name))
        from query_table(getvariable('ready_table'))
    )
"""
READY_FIGURES = """
    create or replace temp view ready as
    (from no_figures)
    union all by name
    select columns(lambda name: list_contains([
        'country', 'region', 'compiler', 'stage', 'unit', 'value_low', 'value_high', 'qualifier', 'period_start',
        'period_end', 'period_kind', 'legal_basis', 'scope', 'scope_detail', 'denominator_stage', 'source_url'
    ], name))
    from query_table(getvariable('ready_table'))
"""
# Numbered in an order of their own, so that every machine gives a figure the same id.
UPLOADED_FIGURES = """
    select * replace (
        $upload_id as dataset,
        $upload_id || '-' || lpad((row_number() over (
            order by period_start, period_end, stage, unit, compiler, region, scope, scope_detail, qualifier,
            value_low, value_high, legal_basis, source_url
        ))::varchar, 5, '0') as figure_id,
        coalesce(country, $country) as country,
        nullif(region, '') as region,
        coalesce(nullif(compiler, ''), $compiler) as compiler,
        coalesce(period_kind, 'counted') as period_kind,
        coalesce(scope, 'all') as scope,
        nullif(scope_detail, '') as scope_detail,
        nullif(denominator_stage, '') as denominator_stage,
        $upload_id as source_id,
        case when coalesce(nullif(compiler, ''), $compiler) = $compiler then 'primary' else 'secondary' end
            as confidence,
        'yes' as wording_kept
    )
    from ready
"""
# The tables that an upload's rows go to, but for its cases; in memory and in the lake, whichever is asked.
ADD = {
    "uploads": "insert into uploads by name from incoming",
    "cohorts": "insert into cohorts by name from incoming",
    "uploaded_figures": "insert into uploaded_figures by name from incoming",
}
# Without a row they say which columns an upload's rows are kept in.
EMPTY = {"uploads": "no_uploads", "cases": "no_cases", "uploaded_figures": "no_figures"}
REMOVE = (
    "delete from lake.uploads where upload_id = $1",
    "delete from lake.cases where upload_id = $1",
    "delete from lake.cohorts where upload_id = $1",
    "delete from lake.uploaded_figures where dataset = $1",
)
BRING_BACK = (
    "insert into lake.uploads by name from lake.uploads at (version => $snapshot) where upload_id = $upload_id",
    "insert into lake.cases by name from lake.cases at (version => $snapshot) where upload_id = $upload_id",
    "insert into lake.cohorts by name from lake.cohorts at (version => $snapshot) where upload_id = $upload_id",
    "insert into lake.uploaded_figures by name "
    "from lake.uploaded_figures at (version => $snapshot) where dataset = $upload_id",
)
UNKNOWN_CODES = """
    with asked as (
        select
            unnest([
                { 'code': figures.stage, 'known': stages.stage },
                { 'code': figures.unit, 'known': units.unit },
                { 'code': figures.qualifier, 'known': qualifiers.qualifier },
                { 'code': figures.period_kind, 'known': period_kinds.period_kind },
                { 'code': figures.scope, 'known': scopes.scope },
                { 'code': figures.compiler, 'known': compilers.compiler },
                { 'code': figures.region, 'known': regions.region }
            ]) as each
        from figures
        left join stages on figures.stage = stages.stage
        left join units on figures.unit = units.unit
        left join qualifiers on figures.qualifier = qualifiers.qualifier
        left join period_kinds on figures.period_kind = period_kinds.period_kind
        left join scopes on figures.scope = scopes.scope
        left join compilers on figures.country = compilers.country and figures.compiler = compilers.compiler
        left join regions on figures.region = regions.region
        where figures.dataset = $1
    )

    select distinct each.code
    from asked
    where each.code is not null and each.known is null
"""
RIVALS = """
    select
        count(*),
        count(*) filter (where exists (
            select 1
            from counts as other
            where
                other.dataset != own.dataset
                and other.country = own.country
                and other.region = own.region
                and other.compiler = own.compiler
                and other.stage = own.stage
                and other.unit = own.unit
                and other.scope = own.scope
                and other.scope_detail = own.scope_detail
                and other.period_start <= own.period_end
                and other.period_end >= own.period_start
        ))
    from counts as own
    where own.dataset = $1
"""
COLUMNS = """
    select table_name, column_name, data_type
    from information_schema.columns
    where table_catalog = 'lake'
    order by table_name, ordinal_position
"""
# Least and greatest values outlive their rows in the catalogue; without them a query only reads a little more.
SCRUB = """
import sqlite3, sys
con = sqlite3.connect(sys.argv[1], timeout=float(sys.argv[2]), isolation_level=None)
con.execute("pragma secure_delete = on")
con.execute("update ducklake_table_column_stats set min_value = null, max_value = null")
con.execute("vacuum")
con.execute("pragma wal_checkpoint(truncate)")
con.close()
"""

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
    """An open store, for any number of threads. Questions are answered from a copy of the latest snapshot in memory,
    which is why one costs a few milliseconds.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path):
        self.con = con
        self.path = path
        self._lock = threading.Lock()
        self._copy: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._old: OrderedDict[int, duckdb.DuckDBPyConnection] = OrderedDict()
        self._known: tuple[int, list[dict[str, Any]]] | None = None

    def ask(
        self, question: str, *, known_snapshot: int | None = None, version: str | None = None, **given: Any
    ) -> pd.DataFrame:
        """The answer to a question of queries/questions, its measures applied.

        `known_snapshot`: who has just looked which snapshot is the latest spares looking again.
        `version`: as of this version; None: the latest.
        Raises KeyError for an unknown question or parameter, ValueError for a value of the wrong type,
        UnknownVersion, StoreError when the store can't serve.
        """
        asked = query(question)
        values = asked.values(given)
        copy = self._latest(known_snapshot) if version is None else self._as_of(version, known_snapshot)
        with copy.cursor() as con:
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
        """Every version that can still be asked, oldest first.

        Each has snapshot, published_at, dated (of shipped files the month they were compiled, the same on every
        machine; of anything else the day it was published), author, message, version, kind (build, publish, undo,
        forget), upload_id (the upload that was published, undone, brought back or forgotten; '' of a build), uploads
        (ids of all it holds) and forgotten (versions erased by it or before).
        """
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
                "dated": about.get("dated") or f"{at.astimezone(UTC):%Y-%m-%d}",
                "author": author,
                "message": message,
                "version": about["version"],
                "kind": about.get("kind", "build"),
                "upload_id": about.get("upload_id", ""),
                "uploads": about.get("uploads", []),
                "forgotten": about.get("forgotten", []),
            }
            for snapshot, at, author, message, extra in rows
            for about in [json.loads(extra)]
        ]

    def uploads(self) -> list[dict[str, Any]]:
        """The uploads that the latest version holds, oldest first: all columns of the table `uploads`."""
        with self._latest().cursor() as con:
            return con.execute("from uploads order by published_at, upload_id").df().to_dict("records")

    def publish(self, upload: Upload) -> Publication:
        """Publish an upload as one snapshot, its author and message on it.

        Another who publishes at the same time is waited for. Raises UploadRefused when it can't be published,
        StoreError when the store can't serve; either way the store and the upload's table are as they were.
        """
        with _writing(self.path):
            self._read(_swept)
            return self._read(lambda con: _published(con, self._latest, upload, self.path))

    def preview(self, upload: Upload) -> Changes:
        """What publishing an upload would change; the store is not written to. Raises what `publish` does."""
        with _writing(self.path):
            now = self._latest()
            return self._read(lambda con: _previewed(con, now, upload))

    def compare(self, before: str, after: str) -> Changes:
        """What differs between two versions. Raises UnknownVersion."""
        frames = []
        for version in (before, after):
            with self._as_of(version).cursor() as con:
                frames.append((con.execute("from counts").df(), con.execute("from ratios").df()))
        (counts, ratios), (later_counts, later_ratios) = frames
        return Changes(changes_of_counts(counts, later_counts), changes_of_ratios(ratios, later_ratios))

    def undo(self, author: str, seen: int | None = None) -> str:
        """Take back the last publish, or the last undo: a new snapshot whose uploads are those before it.

        `seen`: the snapshot that was the latest for who asks. Returns the new version. The history is kept, and the
        shipped figures stay those shipped last.
        Raises CallRefused: changed_since, when somebody else has written since then; nothing_to_undo, also after a
        forget, which is for good.
        """
        with _writing(self.path):
            versions = self.versions()
            if seen not in {None, versions[-1]["snapshot"]}:
                raise CallRefused("changed_since")
            last = max((i for i, version in enumerate(versions) if version["kind"] in CHANGES_UPLOADS), default=0)
            if last == 0 or versions[last]["kind"] == "forget":
                raise CallRefused("nothing_to_undo")
            now, before, undone = self._latest(), versions[last - 1], versions[last]["upload_id"]
            return self._read(lambda con: _undone(con, now, author, before, undone))

    def forget(self, upload_id: str, author: str) -> list[str]:
        """Erase an upload for good, also an undone one: its rows, every version since it came, every file of them.

        Returns the versions that are gone; asked for, they raise UnknownVersion (version_forgotten). A forget that
        breaks off is finished when the store is opened again. Raises CallRefused: unknown_upload.
        """
        marker = self.path / FORGETTING
        with _writing(self.path):
            versions = self.versions()
            if marker.exists() and json.loads(marker.read_text("utf8"))["upload_id"] == upload_id:
                since = json.loads(marker.read_text("utf8"))["since"]
            else:
                since = min((v["snapshot"] for v in versions if upload_id in v["uploads"]), default=0)
                if not since:
                    raise CallRefused("unknown_upload", upload_id)
                marker.write_text(json.dumps({"upload_id": upload_id, "author": author, "since": since}), "utf8")

            def last_forget() -> int:
                return max((v["snapshot"] for v in self.versions() if v["upload_id"] == upload_id), default=0)

            is_done = any(
                v["kind"] == "forget" and v["upload_id"] == upload_id and v["snapshot"] > since for v in versions
            )
            if not is_done:
                gone = {v["version"] for v in versions if v["snapshot"] >= since} | set(versions[-1]["forgotten"])
                gone -= {v["version"] for v in versions if v["snapshot"] < since}
                now = self._latest()
                self._read(lambda con: _forgotten(con, now, upload_id, author, sorted(gone)))
            self._read(lambda con: _erased(con, since, last_forget()))
            _scrubbed(self.path)
            with self._lock:  # what memory holds of them
                self._copy = self._known = None
                self._old.clear()
            marker.unlink()
            versions = self.versions()
            return sorted(set(versions[-1]["forgotten"]) - {v["version"] for v in versions})

    def close(self) -> None:
        """Let go of the files."""
        self.con.close()

    def _as_of(self, version: str, known: int | None = None) -> duckdb.DuckDBPyConnection:
        """The copy of the latest snapshot with that content; the last few are kept."""
        snapshot = self.snapshot() if known is None else known
        if self._known is None or self._known[0] != snapshot:
            self._known = (snapshot, self.versions())
        versions = self._known[1]
        found = [each["snapshot"] for each in versions if each["version"] == version]
        if not found:
            forgotten = {gone for each in versions for gone in each["forgotten"]}
            raise UnknownVersion("version_forgotten" if version in forgotten else "version_unknown", version)
        if found[-1] == versions[-1]["snapshot"]:
            return self._latest(known)
        with self._lock:
            if found[-1] not in self._old:
                self._old[found[-1]] = self._read(lambda con: _copied(con, found[-1]))
                while len(self._old) > KEPT_VERSIONS:
                    self._old.popitem(last=False)
            self._old.move_to_end(found[-1])
            return self._old[found[-1]]

    def _latest(self, known: int | None = None) -> duckdb.DuckDBPyConnection:
        """The copy of the latest snapshot, made anew when somebody has published."""
        copy = self._copy
        if copy is not None and copy[0] == known:
            return copy[1]
        snapshot = self.snapshot()
        with self._lock:
            while self._copy is None or self._copy[0] != snapshot:
                try:
                    self._copy = (snapshot, self._read(_copied))
                except StoreDamaged:
                    if self.snapshot() == snapshot:
                        raise  # else somebody has just forgotten an upload, and its files are gone on purpose
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
        if (path / FORGETTING).exists():
            begun = json.loads((path / FORGETTING).read_text("utf8"))
            store.forget(begun["upload_id"], begun["author"])
        # Whoever writes just now sweeps himself, and a store that can't be written to has nothing new in it.
        with suppress(StoreLocked, StoreUnwritable), _writing(path, 0):
            store._read(_swept)
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

    about = {"content": datasets.content_hash(root), "shipped": shipped, "dated": datasets.compiled(root)}
    with _writing(store.path):
        return _patiently(lambda: _publish(store.con, tables, about), store.path)


def _shipped_hash(root: Path) -> str:
    """Content of the shipped files and of the queries that go on from them: either may call for a new snapshot."""
    made = "".join(query(name, folder).sql for folder in ("staging", "marts") for name in names(folder))
    return datasets.content_hash(root) + "-" + hashlib.sha256(made.encode()).hexdigest()[:8]


def _version(content: str, uploads: list[str]) -> str:
    """The content hash of the shipped files and the uploads together; without uploads that of the files."""
    return hashlib.sha256("-".join([content, *sorted(uploads)]).encode()).hexdigest()[:12] if uploads else content


def _abouts(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What was noted of each version, latest first."""
    rows = con.execute(
        "select commit_extra_info from lake.snapshots() where commit_extra_info is not null order by snapshot_id desc"
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


def _last_shipped(con: duckdb.DuckDBPyConnection) -> str | None:
    return next((about["shipped"] for about in _abouts(con) if "shipped" in about), None)


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or nothing."""
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):
            con.execute("rollback")
        raise


def _publish(con: duckdb.DuckDBPyConnection, tables: dict[str, Any], about: dict[str, str]) -> bool:
    """One snapshot: rows that went are deleted, rows that came are inserted, what follows from them is made anew.

    False when another process was faster.
    """
    if _last_shipped(con) == about["shipped"]:
        return False
    with _transaction(con), closing(_copied(con)) as mem:
        _create_missing(con, mem, tables["figures"])
        shipped = {f"shipped_{name}" if name in JOINED else name: table for name, table in tables.items()}
        changes = [_change(mem, name, table) for name, table in shipped.items()]
        if con.execute("select count(*) from lake.cases").fetchone() != (0,):
            cohorts = con.execute(query("cohorts", "staging").sql).to_arrow_table()
            changes.append(_change(mem, "cohorts", cohorts))
        changes += _followed(mem)
        if faults := self_check.marts(mem):
            raise datasets.DataRefused(
                [datasets.Refusal("counts", 0, "", fault.rule, f"{fault.id} {fault.value}") for fault in faults]
            )
        for change in changes:
            _write(con, change)
        changed = list(dict.fromkeys(change.name.removeprefix("shipped_") for change in changes if change))
        message = "Shipped figures: " + (", ".join(changed) or "no row changed")
        if not changed:  # a snapshot all the same, or the files would be read and compared at every start
            con.execute(f"comment on table lake.figures is '{_quoted(about['shipped'])}'")
        _say(con, "build", message, {**about, "kind": "build", "upload_id": ""})
    return True


def _say(con: duckdb.DuckDBPyConnection, author: str, message: str, about: dict[str, Any]) -> str:
    """Put author, message and what a version is onto the snapshot that is about to be; returns the version.

    What is not said of it is taken from the version before: the shipped files, the versions forgotten so far.
    """
    last = next(iter(_abouts(con)), {})
    uploads = [row[0] for row in con.execute("select upload_id from lake.uploads order by upload_id").fetchall()]
    content = str(about.get("content", last.get("content")))
    about = {
        "version": _version(content, uploads),
        "content": content,
        "shipped": last.get("shipped"),
        "uploads": uploads,
        "forgotten": last.get("forgotten", []),
        **about,
    }
    con.execute("call lake.set_commit_message($1, $2, extra_info => $3)", [author, message, json.dumps(about)])
    return str(about["version"])


def _create_missing(con: duckdb.DuckDBPyConnection, mem: duckdb.DuckDBPyConnection, figures: Any) -> None:
    """The tables that uploads fill, empty, in the lake and in memory; `figures` gives the columns of its own."""
    for statement in UPLOAD_TABLES:
        con.execute(statement)
    con.register("incoming", figures)
    con.execute("create table if not exists lake.uploaded_figures as from incoming limit 0")
    con.execute("alter table lake.uploaded_figures add column if not exists source_url varchar")
    con.unregister("incoming")
    columns = _columns(con)
    for name in ("cases", *ADD):
        _create_empty(mem, name, columns[name])


@dataclass(frozen=True)
class _Change:
    """What comes to a table and what goes from it; `went` is None: all of it comes, and is written to a new file."""

    name: str
    came: pa.Table
    went: pa.Table | None = None

    def __bool__(self) -> bool:
        return self.went is None or bool(len(self.came) or len(self.went))


def _change(mem: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, anew: bool = False) -> _Change:
    """Make a table in memory hold exactly these rows; what that changes."""
    mem.register("incoming", rows)
    try:
        known = mem.execute(
            "select column_name from duckdb_columns() where table_name = $1 order by column_index", [name]
        ).fetchall()
        if anew or [column for (column,) in known] != rows.column_names:
            change = _Change(name, rows)
        else:
            came = mem.execute(f'from incoming except from "{name}"').to_arrow_table()
            change = _Change(name, came, mem.execute(f'from "{name}" except from incoming').to_arrow_table())
        if change:
            mem.execute(f'create or replace table "{name}" as from incoming')
        return change
    finally:
        mem.unregister("incoming")


def _followed(mem: duckdb.DuckDBPyConnection, anew: bool = False) -> list[_Change]:
    """Make anew, in memory, what follows from the shipped tables and the uploads; what that changes."""
    order = [(folder, name) for folder in ("staging", "marts") for name in _order(folder)]
    # Cohorts are counted when their cases come and go, for these may be ten million.
    return [
        _change(mem, name, mem.execute(query(name, folder).sql).to_arrow_table(), anew)
        for folder, name in order
        if name != "cohorts"
    ]


def _write(lake: duckdb.DuckDBPyConnection, change: _Change) -> None:
    """Tell the lake of a change, touching only what differs."""
    if change.went is not None and len(change.went):
        lake.register("went", change.went)
        delete = f'delete from lake."{change.name}" as old where hash(old) in (select hash(went) from went)'
        deleted = lake.execute(delete).fetchall()[0][0]
        lake.unregister("went")
        assert deleted == len(change.went), f"{change.name}: {deleted} of {len(change.went)} rows were found"
    if change.went is None or len(change.came):
        to = "create or replace table {} as" if change.went is None else "insert into {}"
        lake.register("incoming", change.came)
        lake.execute(to.format(f'lake."{change.name}"') + " from incoming")
        lake.unregister("incoming")


@contextmanager
def _tried(now: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables in memory, to be changed for a while: nobody else sees it, and it is taken back."""
    with now.cursor() as mem:
        mem.execute("begin")
        try:
            yield mem
        finally:
            mem.execute("rollback")


def _brought(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload: Upload) -> dict[str, pa.Table]:
    """What an upload brings to `uploads`, `cohorts` and `uploaded_figures`, by table.

    Counted on the upload's own table, under the names that the queries know, before anything is written.
    """
    with now.cursor() as mem, lake.cursor() as con:  # what is registered there takes the names of the lake's tables
        con.register("stages", mem.execute("from stages").to_arrow_table())
        for table, name in EMPTY.items():
            con.register(name, mem.execute("from query_table($1) limit 0", [table]).to_arrow_table())
        return _counted(con, upload)


def _counted(con: duckdb.DuckDBPyConnection, upload: Upload) -> dict[str, pa.Table]:
    table = _listed(con, upload)
    columns = {column[0] for column in con.execute("from query_table($1) limit 0", [table]).description}
    needed = ("outcome", "weight") if upload.shape == "cases" else FIGURE_NEEDS
    if missing := [column for column in needed if column not in columns]:
        raise UploadRefused("incomplete", ", ".join(missing))
    rows = con.execute("select count(*) from query_table($1)", [table]).fetchall()[0][0]
    if not rows:
        raise UploadRefused("no_rows")
    con.execute("create temp table uploads as from no_uploads")
    values = {
        **{column: getattr(upload, column) for column in UPLOAD_SAYS},
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "published_rows": rows,
    }
    con.execute("insert into temp.uploads by name select unnest($1)", [values])
    brought = {"uploads": con.execute("from temp.uploads").to_arrow_table()}
    _ready(con, upload)
    if upload.shape == "figures":
        given = {"upload_id": upload.upload_id, "country": upload.country, "compiler": upload.compiler}
        return brought | {"uploaded_figures": con.execute(UPLOADED_FIGURES, given).to_arrow_table()}
    con.execute("create temp view cases as from ready")
    if con.execute("select count(*) from cases where weight is null or weight < 1").fetchall() != [(0,)]:
        raise UploadRefused("incomplete", "weight")
    cohorts = con.execute(query("cohorts", "staging").sql).to_arrow_table()
    if cohorts["stage"].null_count:
        raise UploadRefused("unknown_stage")
    return brought | {"cohorts": cohorts}


def _ready(con: duckdb.DuckDBPyConnection, upload: Upload) -> None:
    """A view `ready` of an upload's rows, in the columns that are kept of them; what it lacks is null."""
    con.execute("set variable ready_table = $1", [_listed(con, upload)])
    con.execute("set variable ready_id = $1", [upload.upload_id])
    con.execute(READY_CASES if upload.shape == "cases" else READY_FIGURES)


def _insert(con: duckdb.DuckDBPyConnection, brought: dict[str, pa.Table]) -> None:
    for name, rows in brought.items():
        con.register("incoming", rows)
        con.execute(ADD[name])
        con.unregister("incoming")


def _added(mem: duckdb.DuckDBPyConnection, upload: Upload, brought: dict[str, pa.Table]) -> list[_Change]:
    """Add, in memory, what an upload brings and what follows from it; UploadRefused if it may not stand.

    Returns what the lake is to be told beside the rows of `brought`.
    """
    if mem.execute("select 1 from uploads where upload_id = $1", [upload.upload_id]).fetchall():
        raise UploadRefused("already_published", upload.upload_id)
    known = mem.execute(
        "select kind from compilers where country = $1 and compiler = $2", [upload.country, upload.compiler]
    ).fetchall()
    if known not in ([], [(upload.kind,)]):
        raise UploadRefused("kind_differs", known[0][0])
    _insert(mem, brought)
    changes = _followed(mem)
    codes = mem.execute(UNKNOWN_CODES, [upload.upload_id]).fetchall()
    if codes:
        raise UploadRefused("unknown_code", ", ".join(sorted(code for (code,) in codes)))
    faults = [f"{fault.rule}: {fault.id} {fault.value}" for fault in self_check.marts(mem)]
    for name in names("checks"):
        for fault in query(name, "checks").frame(mem).to_dict("records"):
            if fault["id"].startswith(f"{upload.upload_id}-"):
                faults.append(f"{name}: {fault['id']} {fault['value']}")
    if faults:
        raise UploadRefused("rules_broken", "\n".join(faults))
    return changes


def _published(
    lake: duckdb.DuckDBPyConnection, latest: Callable[[], duckdb.DuckDBPyConnection], upload: Upload, path: Path
) -> Publication:
    # The copy in memory may have to be made first: the cases are being written meanwhile.
    with _transaction(lake), _cases_files(lake, upload, path), _tried(now := latest()) as mem:
        brought = _brought(lake, now, upload)
        changes = _added(mem, upload, brought)
        _insert(lake, brought)
        for change in changes:
            _write(lake, change)
        figures, rivals = mem.execute(RIVALS, [upload.upload_id]).fetchall()[0]
        about = {"kind": "publish", "upload_id": upload.upload_id}
        version = _say(lake, upload.author, upload.message, about)
    undated = 0
    if "cohorts" in brought:
        cases = brought["cohorts"].filter(pc.field("year").is_null())["cases"]
        undated = int(pc.sum(cases, min_count=0).as_py())
    snapshot = lake.execute("select id from lake.current_snapshot()").fetchall()[0][0]
    rows = brought["uploads"]["published_rows"][0].as_py()
    return Publication(upload.upload_id, version, snapshot, rows, figures, undated, rivals)


@contextmanager
def _cases_files(lake: duckdb.DuckDBPyConnection, upload: Upload, path: Path) -> Iterator[None]:
    """The cases in a file of the lake, millions in one for each core; they go again when the publish fails.

    They are written beside what else is done, and made known to the lake at the end.
    """
    if upload.shape != "cases":
        yield
        return
    folder = path / "data" / "main" / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    parts = _parts(upload)
    files = [folder / f"{secrets.token_hex(16)}.parquet" for _ in parts]
    kinds = dict(row[:2] for row in lake.execute("describe lake.cases").fetchall())
    try:
        with lake.cursor() as apart, ThreadPoolExecutor(len(parts)) as others:
            write = partial(_write_cases, apart, kinds=kinds)
            written = [others.submit(write, part, file=file) for part, file in zip(parts, files, strict=True)]
            yield
            for each in written:
                each.result()
        for file in files:
            lake.execute("call ducklake_add_data_files('lake', 'cases', $1)", [str(file)])
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def _parts(upload: Upload) -> list[Upload]:
    """The upload in as many parts as cores can write at once, each worth a file; a table of the engine is one part."""
    rows = upload.rows
    if rows is None:
        return [upload]
    most = max(1, min(os.cpu_count() or 1, len(rows) // ROWS_TOGETHER))
    each = max(1, -(-len(rows) // most))
    return [replace(upload, rows=rows.slice(start, each)) for start in range(0, max(1, len(rows)), each)]


def _write_cases(con: duckdb.DuckDBPyConnection, upload: Upload, kinds: dict[str, str], file: Path) -> None:
    """Write an upload's rows in the columns of `cases`, of these kinds; what it lacks is null.

    Its codes stay codes: a column of them is written in a fifth of the time that its words would take.
    """
    groups: Iterable[pa.Table]
    if upload.rows is not None:
        starts = range(0, len(upload.rows), ROWS_TOGETHER)
        groups = (upload.rows.slice(start, ROWS_TOGETHER) for start in starts)
        filled = {name for name in kinds if name in upload.rows.column_names and _is_filled(upload.rows[name])}
    else:
        given = con.execute("from query_table($1)", [upload.table]).to_arrow_reader(ROWS_TOGETHER)
        groups = (pa.Table.from_batches([batch]) for batch in given)
        filled = set()
    of_ours = {"VARCHAR": pa.string(), "DATE": pa.date32(), "INTEGER": pa.int32()}
    with ExitStack() as opened:
        writer: pq.ParquetWriter | None = None
        for group in groups:
            columns = {}
            for name, kind in kinds.items():
                if name == "upload_id":
                    codes = pa.array(np.zeros(len(group), np.uint8))
                    columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array([upload.upload_id]))
                elif name not in group.column_names:
                    columns[name] = pa.nulls(len(group), of_ours[kind])
                else:
                    cells = group[name]
                    is_word = pa.types.is_dictionary(cells.type) and kind == "VARCHAR"
                    columns[name] = cells if is_word else cells.cast(of_ours[kind])
            schema = pa.schema([pa.field(name, cells.type, name not in filled) for name, cells in columns.items()])
            if writer is None:
                # What is always there needs no note of it, and of ids, all different, there are no repeats to save.
                # Least and greatest values are kept of the upload's own id alone, by which files are passed over.
                repeated = [name for name in kinds if name != "case_id"]
                writer = opened.enter_context(
                    pq.ParquetWriter(
                        file, schema, use_dictionary=repeated, write_statistics=["upload_id"], store_schema=False
                    )
                )
            writer.write_table(pa.table(columns, schema), row_group_size=ROWS_TOGETHER)


def _is_filled(cells: pa.ChunkedArray) -> bool:
    """No cell is empty, nor what a code stands for."""
    lists = cells.chunks[:1] if pa.types.is_dictionary(cells.type) else []  # all pieces have one list
    return not cells.null_count and not any(piece.dictionary.null_count for piece in lists)


def _listed(con: duckdb.DuckDBPyConnection, upload: Upload) -> str:
    """The table of an upload's rows, as this connection knows it."""
    if upload.rows is None:
        return upload.table
    con.register("listed", upload.rows)
    return "listed"


def _previewed(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload: Upload) -> Changes:
    brought = _brought(lake, now, upload)
    with _tried(now) as mem:
        counts, ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
        _added(mem, upload, brought)
        later_counts, later_ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
    return Changes(changes_of_counts(counts, later_counts), changes_of_ratios(ratios, later_ratios))


def _undone(
    con: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, author: str, before: dict[str, Any], upload_id: str
) -> str:
    with _transaction(con):
        held = {row[0] for row in con.execute("select upload_id from lake.uploads").fetchall()}
        for each in sorted(held - set(before["uploads"])):
            _remove(con, each)
        for each in sorted(set(before["uploads"]) - held):
            for statement in BRING_BACK:
                con.execute(statement, {"snapshot": before["snapshot"], "upload_id": each})
        _follow(con, now)
        return _say(con, author, f"Undo: {upload_id}", {"kind": "undo", "upload_id": upload_id})


def _follow(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, anew: bool = False) -> None:
    """Write what follows from the rows of uploads that the lake holds by now; `anew`: those rows too, to new files."""
    with _tried(now) as mem:
        changes = [
            _change(mem, name, lake.execute("from query_table($1)", [f"lake.{name}"]).to_arrow_table(), anew)
            for name in ADD
        ]
        for change in [*(changes if anew else []), *_followed(mem, anew)]:
            _write(lake, change)


def _remove(con: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    for statement in REMOVE:
        con.execute(statement, [upload_id])


def _forgotten(
    con: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload_id: str, author: str, gone: list[str]
) -> None:
    """The rows are removed, and every small table is written anew, so that no file holds a row of it beside others."""
    with _transaction(con):
        _remove(con, upload_id)
        _follow(con, now, anew=True)
        about = {"kind": "forget", "upload_id": upload_id, "forgotten": gone}
        _say(con, author, f"Forget: {upload_id}", about)


def _erased(con: duckdb.DuckDBPyConnection, since: int, forget: int) -> None:
    """No snapshot since the upload came, and no file that only they need."""
    between = con.execute(
        "select snapshot_id from lake.snapshots() where snapshot_id >= $1 and snapshot_id < $2", [since, forget]
    ).fetchall()
    if between:
        con.execute("call ducklake_expire_snapshots('lake', versions => $1)", [[row[0] for row in between]])
    con.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)")
    _swept(con)


def _swept(con: duckdb.DuckDBPyConnection) -> None:
    """Take away the files of whoever was killed while he published: no snapshot knows them.

    To be called by who holds the lock of writers: nobody else is about to make a file known.
    """
    con.execute("call ducklake_delete_orphaned_files('lake', cleanup_all => true)")


def _scrubbed(path: Path) -> None:
    """Take the least and greatest values of gone rows out of the catalogue, and its free pages with them.

    In a process of its own: SQLite's locks are the process's, and the engine has a SQLite of its own in ours.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRUB, str(path / CATALOGUE), str(PATIENCE)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise (StoreLocked if "locked" in done.stderr else StoreDamaged)(path, done.stderr.strip()[-500:])


@contextmanager
def _writing(path: Path, patience: float | None = None) -> Iterator[None]:
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


def _mart_order() -> list[str]:
    """Marts in the order in which they build on each other, as their headers say."""
    return _order("marts")


def _order(folder: str) -> list[str]:
    made = set(names(folder))
    return list(TopologicalSorter({name: query(name, folder).inputs & made for name in sorted(made)}).static_order())


def _copied(lake: duckdb.DuckDBPyConnection, snapshot: int | None = None) -> duckdb.DuckDBPyConnection:
    """The tables in memory, as of a snapshot or the latest. No question reads a case: `cases` is copied empty."""
    copy = _connect()
    copy.execute("set threads = 1")  # so little is read sooner by one than shared out
    columns = _columns(lake)
    # A lake takes a tenth of a second to find nothing in a table without a file.
    filled = lake.execute("select table_name from ducklake_table_info('lake') where file_count > 0").fetchall()
    for name in columns:
        if name == "cases" or (snapshot is None and (name,) not in filled):
            _create_empty(copy, name, columns[name])
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


def _columns(lake: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Of each table in the lake its columns and their types."""
    columns: dict[str, list[tuple[str, str]]] = {}
    for name, column, kind in lake.execute(COLUMNS).fetchall():
        columns.setdefault(name, []).append((column, kind))
    return columns


def _create_empty(con: duckdb.DuckDBPyConnection, name: str, columns: Iterable[tuple[str, str]]) -> None:
    """A table of these columns and types, where there is none."""
    typed = ", ".join(f'"{column}" {kind}' for column, kind in columns)
    con.execute(f'create table if not exists "{name}" ({typed})')


def _connect() -> duckdb.DuckDBPyConnection:
    """An engine that fetches nothing by itself, and draws no progress bar into an answer that waited for a lock."""
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("set enable_progress_bar = false")
    con.execute("set temp_directory = ''")  # rows of a file on its way in are never spilt to disk
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
        if "readonly" in str(error):  # somebody was killed while he committed: the engine takes it back as it opens
            return
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
