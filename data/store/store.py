"""The store: a DuckLake that the app and the shell share. Opened, built, published to and asked here and nowhere else.

A publish is one snapshot with an author and a message; versions and time travel are the engine's.
`TCP_STORE` names the folder; without it the user's own data folder is taken, outside the code.

What is kept: the shipped tables (figures, sources and compilers as `shipped_…`), `uploads`, and the figures that they
brought (`uploaded_figures`); of a list of cases its counts, and no case. What follows from it, made anew by each
publish: queries/staging (figures, sources and compilers, shipped and uploaded) and queries/marts. Questions read these.

All of it is small and lies in memory too. Whatever is asked, tried or made anew is reckoned there, and the lake is told
what came and what went: a lake reads its catalogue and its files anew at each look at a table.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from data import datasets, self_check
from data.intake.typed import guard_upload, guard_words
from data.store.cleaning import erase_cases, holds_cases
from data.store.errors import StoreDamaged, StoreLocked, StoreUnwritable
from data.store.forgetting import (
    FORGETTING,
    delete_orphaned_files,
    erase_snapshots,
    remove_forgotten_upload,
    scrub_catalogue,
)
from data.store.lake import (
    T,
    attach_lake,
    copy_tables,
    folder,
    lock_for_writing,
    refuse_damaged_catalogue,
    retry_while_busy,
)
from data.store.publishing import preview_upload, publish_shipped, publish_upload, refuse_unfit
from data.store.versions import CHANGES_UPLOADS, hash_shipped, last_shipped_hash, read_editions, undo_last_change
from data.uploads import (
    CallRefused,
    Changes,
    Edition,
    Publication,
    UnknownVersion,
    Upload,
    changes_of_counts,
    changes_of_ratios,
)
from queries.catalog import query

# Versions other than the latest that are kept in memory for questions.
VERSIONS_IN_MEMORY = 4


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
        WordsRefused when what was typed can't stand, StoreError when the store can't serve; in any case the store is as
        it was.
        """
        upload = guard_upload(upload)
        with lock_for_writing(self.path):
            self._read(delete_orphaned_files)
            refuse_unfit(upload, self.editions(upload.compiler))
            now = self._latest()
            return self._read(lambda con: publish_upload(con, now, upload))

    def preview(self, upload: Upload) -> Changes:
        """What publishing an upload would change; the store is not written to. Raises what `publish` does."""
        upload = guard_upload(upload)
        with lock_for_writing(self.path):
            refuse_unfit(upload, self.editions(upload.compiler))
            return preview_upload(self._latest(), upload)

    def stages(self) -> pa.Table:
        """The table of stages in the latest version, by which cases are counted."""
        with self._latest().cursor() as con:
            return con.execute("from stages").to_arrow_table()

    def editions(self, compiler: str) -> list[Edition]:
        """Every list of an organisation that can still be read here, in one version or another, oldest first."""
        versions = self.versions()
        return self._read(lambda con: read_editions(con, compiler, versions))

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
        forget, which is for good. WordsRefused when the author can't stand.
        """
        author = guard_words("author", author)
        with lock_for_writing(self.path):
            versions = self.versions()
            if seen not in {None, versions[-1]["snapshot"]}:
                raise CallRefused("changed_since")
            last = max((i for i, version in enumerate(versions) if version["kind"] in CHANGES_UPLOADS), default=0)
            if last == 0 or versions[last]["kind"] == "forget":
                raise CallRefused("nothing_to_undo")
            now, before, undone = self._latest(), versions[last - 1], versions[last]["upload_id"]
            return self._read(lambda con: undo_last_change(con, now, author, before, undone))

    def forget(self, upload_id: str, author: str) -> list[str]:
        """Erase an upload for good, also an undone one: its rows, every version since it came, every file of them.

        Returns the versions that are gone; asked for, they raise UnknownVersion (version_forgotten). A forget that
        breaks off is finished when the store is opened again. Raises CallRefused: unknown_upload; WordsRefused when the
        author can't stand.
        """
        author = guard_words("author", author)
        marker = self.path / FORGETTING
        with lock_for_writing(self.path):
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
                self._read(lambda con: remove_forgotten_upload(con, now, upload_id, author, sorted(gone)))
            self._read(lambda con: erase_snapshots(con, since, last_forget()))
            scrub_catalogue(self.path)
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
                self._old[found[-1]] = self._read(lambda con: copy_tables(con, found[-1]))
                while len(self._old) > VERSIONS_IN_MEMORY:
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
                    self._copy = (snapshot, self._read(copy_tables))
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

        return retry_while_busy(attempt, self.path)


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
    refuse_damaged_catalogue(path)
    store = Store(retry_while_busy(lambda: attach_lake(path), path), path)
    try:
        build(store, root)
        if (path / FORGETTING).exists():
            begun = json.loads((path / FORGETTING).read_text("utf8"))
            store.forget(begun["upload_id"], begun["author"])
        # Whoever writes just now sweeps himself, and a store that can't be written to has nothing new in it.
        with suppress(StoreLocked, StoreUnwritable), lock_for_writing(path, 0):
            store._read(delete_orphaned_files)
    except BaseException:
        store.close()
        raise
    return store


def build(store: Store, root: Path = datasets.ROOT) -> bool:
    """Publish the shipped files if their content is not the last that was published; True if it was done."""
    if store._read(holds_cases):
        with lock_for_writing(store.path):
            store._read(lambda con: erase_cases(con, store.path))
    shipped = hash_shipped(root)
    if retry_while_busy(lambda: last_shipped_hash(store.con), store.path) == shipped:
        return False
    tables = datasets.load(root)

    about = {"content": datasets.content_hash(root), "shipped": shipped, "dated": datasets.compiled(root)}
    with lock_for_writing(store.path):
        return retry_while_busy(lambda: publish_shipped(store.con, tables, about), store.path)
