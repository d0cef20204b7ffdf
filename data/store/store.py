"""The store: a DuckLake that the app and the shell share. Opened, built, published to and asked here and nowhere else.

A publish is one snapshot with an author and a message; versions and time travel are the engine's.
`TCP_STORE` names the folder; without it the user's own data folder is taken, outside the code.

What is kept: the shipped tables (figures, sources and compilers as `shipped_…`), `uploads`, and the figures that they
brought (`uploaded_figures`); of a list of cases its counts, and no case. What follows from it, made anew by each
publish: queries/staging (figures, sources and compilers, shipped and uploaded) and queries/marts. Questions read these.

All of it is small and lies in memory too. Whatever is asked, tried or made anew is reckoned there, and the lake is told
what came and what went: a lake reads its catalogue and its files anew at each look at a table.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import duckdb
import pandas as pd
import pyarrow as pa

from data import datasets, self_check
from data.intake.typed import guard_upload, guard_words
from data.store import leftovers
from data.store.cleaning import erase_cases, holds_cases
from data.store.copies import has_copy, keep_copy, replace_copies
from data.store.errors import StoreDamaged, StoreError, StoreLocked, StoreUnwritable, translated_errors
from data.store.forgetting import (
    FORGETTING,
    Note,
    NoteUnreadable,
    delete_scheduled_files,
    plan_history,
    read_note,
    remove_note,
    remove_working_copy,
    rewrite_history,
    write_note,
)
from data.store.lake import (
    CATALOGUE,
    DATA,
    T,
    attach_catalogue,
    attach_lake,
    copy_tables,
    folder,
    lock_for_writing,
    retry_while_busy,
)
from data.store.layout import find_data, has_bytes, look
from data.store.publishing import preview_upload, publish_shipped, publish_upload, refuse_unfit
from data.store.versions import (
    CHANGES_UPLOADS,
    hash_shipped,
    last_shipped_hash,
    read_editions,
    read_log,
    undo_last_change,
)
from data.uploads import (
    CallRefused,
    Changes,
    Edition,
    Publication,
    UnknownUpload,
    UnknownVersion,
    Upload,
    VersionErased,
    changes_of_counts,
    changes_of_ratios,
)
from queries.catalog import query

# Versions other than the latest that are kept in memory for questions.
VERSIONS_IN_MEMORY = 4

P = ParamSpec("P")

log = logging.getLogger(__name__)


def _translated(call: "Callable[Concatenate[Store, P], T]") -> "Callable[Concatenate[Store, P], T]":
    """A call of the store that raises no error of the system, of SQLite or of JSON, but a StoreError."""

    @wraps(call)
    def translated(self: "Store", *args: P.args, **kwargs: P.kwargs) -> T:
        with translated_errors(self.path):
            return call(self, *args, **kwargs)

    return translated


class Store:
    """An open store, for any number of threads. Questions are answered from a copy of the latest snapshot in memory,
    which is why one costs a few milliseconds.

    `attached` counts how often the catalogue was another file than before, as a repair leaves it: the numbers of
    snapshots begin to count anew from there.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, path: Path, data: Path):
        self.con = con
        self.path = path
        self.data = data
        self.attached = 0
        self._catalogue = _identify(path)
        self._lock = threading.RLock()
        self._copy: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._old: OrderedDict[int, duckdb.DuckDBPyConnection] = OrderedDict()
        self._known: tuple[int, list[dict[str, Any]]] | None = None

    @_translated
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

    @_translated
    def check(self) -> list[self_check.Fault]:
        """Every published number that must not be, in the marts and in the answers to questions; none is right."""
        with self._latest().cursor() as con:
            return [*self_check.marts(con), *self_check.answers(con)]

    @_translated
    def snapshot(self) -> int:
        """The number of the latest snapshot on this machine: what a cache may be keyed by."""
        rows = self._read(lambda con: con.execute("select id from lake.current_snapshot()").fetchall())
        return int(rows[0][0])

    @_translated
    def version(self) -> str:
        """The content hash of the data published last: the same on every machine."""
        return str(self.versions()[-1]["version"])

    @_translated
    def versions(self) -> list[dict[str, Any]]:
        """Every version that can still be asked, oldest first.

        Each has snapshot, published_at, dated (of shipped files the month they were compiled, the same on every
        machine; of anything else the day it was published), author, message, version, kind (build, publish, undo,
        forget), upload_id (the upload that was published, undone, brought back or forgotten; '' of a build), uploads
        (ids of all it holds) and forgotten (each version erased by it or before -> the version that replaces it).
        """
        return [
            {
                "snapshot": line.snapshot,
                "published_at": line.published_at.isoformat(timespec="seconds"),
                "dated": line.about.get("dated") or f"{line.published_at:%Y-%m-%d}",
                "author": line.author,
                "message": line.message,
                "version": line.about["version"],
                "kind": line.about.get("kind", "build"),
                "upload_id": line.about.get("upload_id", ""),
                "uploads": line.uploads,
                "forgotten": line.forgotten,
            }
            for line in self._read(read_log)
        ]

    @_translated
    def uploads(self) -> list[dict[str, Any]]:
        """The uploads that the latest version holds, oldest first: all columns of the table `uploads`."""
        with self._latest().cursor() as con:
            return con.execute("from uploads order by published_at, upload_id").df().to_dict("records")

    @_translated
    def publish(self, upload: Upload) -> Publication:
        """Publish an upload as one snapshot, its author and message on it.

        Another who publishes at the same time is waited for. Raises UploadRefused when it can't be published,
        WordsRefused when what was typed can't stand, CallRefused (forget_unfinished), StoreError when the store can't
        serve; in any case the store is as it was.
        """
        upload = guard_upload(upload)
        with self._writing():
            self._require_finished_forget()
            refuse_unfit(upload, self.editions(upload.compiler))
            now = self._latest()
            return self._write(lambda con: publish_upload(con, now, upload))

    @_translated
    def preview(self, upload: Upload) -> Changes:
        """What publishing an upload would change; the store is not written to. Raises what `publish` does."""
        upload = guard_upload(upload)
        with lock_for_writing(self.path):
            refuse_unfit(upload, self.editions(upload.compiler))
            return preview_upload(self._latest(), upload)

    @_translated
    def stages(self) -> pa.Table:
        """The table of stages in the latest version, by which cases are counted."""
        with self._latest().cursor() as con:
            return con.execute("from stages").to_arrow_table()

    @_translated
    def editions(self, compiler: str) -> list[Edition]:
        """Every list of an organisation that can still be read here, in one version or another, oldest first."""
        versions = self.versions()
        return self._read(lambda con: read_editions(con, compiler, versions))

    @_translated
    def compare(self, before: str, after: str) -> Changes:
        """What differs between two versions. Raises UnknownVersion."""
        frames = []
        for version in (before, after):
            with self._as_of(version).cursor() as con:
                frames.append((con.execute("from counts").df(), con.execute("from ratios").df()))
        (counts, ratios), (later_counts, later_ratios) = frames
        return Changes(changes_of_counts(counts, later_counts), changes_of_ratios(ratios, later_ratios))

    @_translated
    def undo(self, author: str, seen: int | None = None) -> str:
        """Take back the last publish, or the last undo: a new snapshot whose uploads are those before it.

        `seen`: the snapshot that was the latest for who asks. Returns the new version. The history is kept, and the
        shipped figures stay those shipped last.
        Raises CallRefused: changed_since, when somebody else has written since then; nothing_to_undo, also after a
        forget, which is for good, until something is published again; forget_unfinished. WordsRefused when the author
        can't stand.
        """
        author = guard_words("author", author)
        with self._writing():
            self._require_finished_forget()
            versions = self.versions()
            if seen not in {None, versions[-1]["snapshot"]}:
                raise CallRefused("changed_since")
            last = max((i for i, version in enumerate(versions) if version["kind"] in CHANGES_UPLOADS), default=0)
            if last == 0 or versions[last]["kind"] == "forget":
                raise CallRefused("nothing_to_undo")
            now, before, undone = self._latest(), versions[last - 1], versions[last]["upload_id"]
            return self._write(lambda con: undo_last_change(con, now, author, before, undone))

    @_translated
    def forget(self, upload_id: str, author: str) -> list[str]:
        """Erase an upload for good, also an undone one, from every version and every file of the store.

        The versions that held it are published again without it, each with its own author, message and date. Returns
        the versions that are gone: asking for one raises UnknownVersion (version_forgotten) with the version that
        replaces it. A forget that was interrupted is finished at the next opening, by the next writer, or by calling
        this again. Raises CallRefused: unknown_upload; WordsRefused when the author can't stand.
        """
        author = guard_words("author", author)
        with self._writing():
            try:
                note = self._read_forget_note()
            except NoteUnreadable:
                note = Note(upload_id, author)  # the caller tells which upload it was
            if note and note.upload_id != upload_id:
                self._erase(note)
                note = None
            versions = self.versions()
            is_held = any(upload_id in version["uploads"] for version in versions)
            is_erased = note is not None and any(upload_id == version["upload_id"] for version in versions)
            if not is_held and not is_erased:
                raise UnknownUpload(upload_id)
            self._erase(Note(upload_id, author))
            versions = self.versions()
            return sorted(versions[-1]["forgotten"].keys() - {version["version"] for version in versions})

    @_translated
    def unfinished_forget(self) -> str | None:
        """Return the upload whose forget was interrupted, None if there is none or somebody is finishing it.

        '' when its note can't be read or names no upload that was ever in this store.
        """
        if not (self.path / FORGETTING).exists():
            return None
        try:
            with lock_for_writing(self.path, 0):
                pass
        except StoreLocked:
            return None
        except StoreUnwritable:
            pass  # then nobody else can be finishing it either
        try:
            note = self._read_forget_note()
        except NoteUnreadable:
            return ""
        return note.upload_id if note else None

    @_translated
    def finish_forget(self) -> None:
        """Finish a forget that was interrupted, if there is one.

        Raises CallRefused (forget_unfinished) when the note does not tell which upload it was, StoreError when it
        fails again.
        """
        if (self.path / FORGETTING).exists():
            with self._writing():
                self._finish_forget()

    def _require_finished_forget(self) -> None:
        """Finish an interrupted forget before anything else is written. Raises CallRefused: forget_unfinished."""
        try:
            self._finish_forget()
        except CallRefused:
            raise
        except Exception as error:
            log.warning("store %s: a forget could not be finished: %s", self.path, error)
            raise CallRefused("forget_unfinished") from error

    def _finish_forget(self) -> None:
        try:
            if note := self._read_forget_note():
                self._erase(note)
        except NoteUnreadable as error:
            self._clean_up()
            if any(version["uploads"] for version in self.versions()):
                raise CallRefused("forget_unfinished") from error
            replace_copies(self.path)
            remove_note(self.path)  # the store holds no upload that it could be about

    def _read_forget_note(self) -> Note | None:
        """Return the note of an unfinished forget. Raises NoteUnreadable, also when it names an unknown upload."""
        note = read_note(self.path)
        if note and not any(note.upload_id in (*v["uploads"], v["upload_id"]) for v in self.versions()):
            raise NoteUnreadable
        return note

    def _erase(self, note: Note) -> None:
        """Do every step of a forget that is not done yet. The caller holds the lock of writers."""
        write_note(self.path, note)
        if any(note.upload_id in version["uploads"] for version in self.versions()):
            self._write(lambda con: leftovers.remove_unknown(con, self.data))
            history = plan_history(self._read(read_log), self.snapshot(), note.upload_id)
            self._write(lambda _: rewrite_history(self.path, self.data, history, note))
        self._clean_up()
        replace_copies(self.path)
        remove_note(self.path)

    def _clean_up(self) -> None:
        """Delete the files that a forget leaves, and what memory holds of them."""
        remove_working_copy(self.path)
        self._write(delete_scheduled_files)
        with self._lock:
            self._copy = self._known = None
            self._old.clear()

    def close(self) -> None:
        """Let go of the files."""
        self.con.close()

    def _as_of(self, version: str, known: int | None = None) -> duckdb.DuckDBPyConnection:
        """The copy of the latest snapshot with that content; the last few are kept."""
        snapshot = self.snapshot() if known is None else known
        if self._known is None or self._known[0] != snapshot:
            self._known = (snapshot, self.versions())
            with self._lock:  # another process may have erased some
                for gone in self._old.keys() - {each["snapshot"] for each in self._known[1]}:
                    del self._old[gone]
        versions = self._known[1]
        found = [each["snapshot"] for each in versions if each["version"] == version]
        if not found:
            forgotten = versions[-1]["forgotten"]
            raise VersionErased(version, forgotten[version]) if version in forgotten else UnknownVersion(version)
        if found[-1] == versions[-1]["snapshot"]:
            return self._latest(known)
        with self._lock:
            if found[-1] not in self._old:
                try:
                    self._old[found[-1]] = self._read(lambda con: copy_tables(con, found[-1]))
                except StoreDamaged:
                    if self.snapshot() == snapshot:
                        raise
                while len(self._old) > VERSIONS_IN_MEMORY:
                    self._old.popitem(last=False)
            if found[-1] in self._old:
                self._old.move_to_end(found[-1])
                return self._old[found[-1]]
        return self._as_of(version)  # somebody has just forgotten an upload: the version has a new snapshot, or none

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

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile. What breaks off leaves no file; what is done leaves a copy of the catalogue."""
        with lock_for_writing(self.path):
            self._read(self._remove_leftovers)
            with translated_errors(self.path, StoreUnwritable):
                leftovers.begin(self.path, self.data)
            try:
                yield
            finally:
                # What was done is done, whether or not this can be: who writes next, or opens the store, does it then.
                with _noted(self.path):
                    self._read(self._remove_leftovers)
            with _noted(self.path):
                keep_copy(self.path)

    def _remove_leftovers(self, con: duckdb.DuckDBPyConnection) -> None:
        leftovers.remove_leftovers(con, self.path, self.data)

    def _write(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """As `_read`, for work that writes: if it fails and nobody knows why, what can be read is not damaged."""
        return self._read(work, StoreUnwritable)

    def _read(self, work: Callable[[duckdb.DuckDBPyConnection], T], otherwise: type[StoreError] = StoreDamaged) -> T:
        def attempt() -> T:
            self._follow_catalogue()
            with self.con.cursor() as con:
                con.execute("use lake")
                return work(con)

        return retry_while_busy(attempt, self.path, otherwise)

    def _follow_catalogue(self) -> None:
        """Read the catalogue that lies in the folder now, if it was restored since; StoreDamaged without one.

        The engine would make a new one, empty, where it finds none.
        """
        if not has_bytes(self.path / CATALOGUE):
            raise StoreDamaged(self.path, "no catalogue")
        if _identify(self.path) == self._catalogue:
            return
        with self._lock:
            if _identify(self.path) != self._catalogue:
                attach_catalogue(self.con, self.path / CATALOGUE, self.data)
                self._catalogue = _identify(self.path)
                self.attached += 1
                self._copy = self._known = None
                self._old.clear()


def _identify(path: Path) -> tuple[int, int]:
    """Which file the catalogue is, whatever it holds."""
    found = (path / CATALOGUE).stat()
    return found.st_dev, found.st_ino


@contextmanager
def _noted(path: Path) -> Iterator[None]:
    """A fault that may pass is noted in the log."""
    try:
        yield
    except StoreError as error:
        log.warning("store %s: %s %s", path, error.code, error.detail)


def open_store(path: Path | None = None, root: Path = datasets.ROOT) -> Store:
    """Open the store, building it at first and publishing shipped files that changed as a new snapshot.

    Raises datasets.DataRefused when a shipped file is at fault (the store stays as it was), StoreError when
    the store can't be opened or built.
    """
    path = (path or folder()).absolute()
    with translated_errors(path):
        store = _open(path)
        try:
            try:
                build(store, root)
            finally:  # also when a shipped file is at fault
                try:
                    store.finish_forget()
                except Exception as error:  # the store opens for reading; unfinished_forget tells
                    log.warning("store %s: a forget could not be finished: %s", path, error)
            # Whoever writes just now does it himself, and a store that can't be written to has nothing new in it.
            with suppress(StoreLocked, StoreUnwritable), lock_for_writing(path, 0):
                store._read(store._remove_leftovers)
                if not has_copy(path, store.snapshot()):
                    with _noted(path):
                        keep_copy(path)
        except BaseException:
            store.close()
            raise
        return store


def _open(path: Path) -> Store:
    """The store at `path`, new where there is none: then without a table."""
    with translated_errors(path, StoreUnwritable):
        path.mkdir(parents=True, exist_ok=True)
    data = find_data(path)
    if data is None:
        with lock_for_writing(path):
            data = look(path)  # another may have been faster
            con = retry_while_busy(
                lambda: attach_lake(path, data), path, StoreUnwritable if data is None else StoreDamaged
            )
    else:
        con = retry_while_busy(lambda: attach_lake(path, data), path)
    return Store(con, path, data or path / DATA)


def build(store: Store, root: Path = datasets.ROOT) -> bool:
    """Publish the shipped files if their content is not the last that was published; True if it was done.

    Raises what `open_store` does.
    """
    with translated_errors(store.path):
        if store._read(holds_cases):
            with store._writing():
                store._write(lambda con: erase_cases(con, store.path, store.data))
                replace_copies(store.path)  # what was copied before says which days there were
        shipped = hash_shipped(root)
        if store._read(last_shipped_hash) == shipped:
            return False
        tables = datasets.load(root)
        about = {"content": datasets.content_hash(root), "shipped": shipped, "dated": datasets.compiled(root)}
        with store._writing():
            return store._write(lambda con: publish_shipped(con, tables, about))
