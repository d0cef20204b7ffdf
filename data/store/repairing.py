"""Repair: the newest whole copy of the catalogue is put back, and what could not be is said.

Nothing is deleted: the damaged catalogue, copies that can't be used and data files that the restored catalogue does not
know are moved to a folder beside, `set-aside-…`, laid out as they were. A forget removes them (copies.replace_copies).
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.store.copies import CATALOGUE_FILES, list_copies, name_set_aside, open_copy
from data.store.errors import StoreDamaged, StoreIrreparable, translated_errors
from data.store.lake import (
    CATALOGUE,
    WRITING,
    attach_lake,
    copy_tables,
    folder,
    lock_for_writing,
    retry_while_busy,
    sync_folder,
    write_durably,
)
from data.store.layout import find_data, has_bytes, look, name_data
from data.store.leftovers import JOURNAL, list_files

# Every data file that a catalogue knows, below its folder of data files, and the snapshots that need it.
FILES = """
    select
        (case when files.path_is_relative then schemas.path || tables.path else '' end) || files.path,
        files.file_size_bytes, files.begin_snapshot, files.end_snapshot
    from (
        select table_id, path, path_is_relative, file_size_bytes, begin_snapshot, end_snapshot from ducklake_data_file
        union all
        select table_id, path, path_is_relative, file_size_bytes, begin_snapshot, end_snapshot from ducklake_delete_file
    ) as files
    inner join (select distinct table_id, schema_id, path from ducklake_table) as tables using (table_id)
    inner join (select distinct schema_id, path from ducklake_schema) as schemas using (schema_id)
"""
VERSIONS = """
    select snapshot_id, snapshot_time, commit_extra_info
    from ducklake_snapshot
    inner join ducklake_snapshot_changes using (snapshot_id)
    where commit_extra_info is not null
    order by snapshot_id
"""


@dataclass(frozen=True)
class Repair:
    """What a repair found and did."""

    path: Path
    is_restored: bool  # False: the store was whole, and nothing was changed
    version: str  # the latest that the store has now; '' before the first build
    published_at: str
    lost_versions: list[str] | None  # published after the copy was made; None: the damaged catalogue does not say
    lost_uploads: list[str] | None  # ids of uploads that only those held
    broken_versions: list[str]  # older versions that can't be opened, for a data file of theirs is missing
    missing_files: list[str]  # those files, below the folder of data files
    unusable_copies: list[str]  # copies of the catalogue that were tried before, in vain
    set_aside: str  # the folder of all that was taken out of the way; '' if nothing was
    unknown_files: int  # how many data files in it no version knows that the store has now


@dataclass(frozen=True)
class _Catalogue:
    """What a catalogue says of its store."""

    content: bytes
    data: Path
    versions: list[dict[str, Any]]  # snapshot, published_at, version, uploads; oldest first
    missing: list[tuple[str, int, int | None]]  # data files: name, first snapshot that needs it, first that does not
    known: set[str]  # the names of all its data files

    @property
    def is_served(self) -> bool:
        """The latest version lacks no file."""
        return all(until is not None for _, _, until in self.missing)

    @property
    def broken(self) -> list[str]:
        """The versions that lack a file."""
        return [
            each["version"]
            for each in self.versions
            if any(since <= each["snapshot"] < (until or each["snapshot"] + 1) for _, since, until in self.missing)
        ]


def repair(path: Path | None = None) -> Repair:
    """Put the newest copy of the catalogue back that is whole and whose data files are there.

    A store that is whole is left as it is. Raises StoreIrreparable when no copy can be used, StoreForeign when the
    folder is no store, StoreLocked while somebody writes, another StoreError when the folder can't be read or written
    to: then nothing is lost either, and repairing it again goes on.
    """
    path = (path or folder()).absolute()
    with translated_errors(path):
        with suppress(StoreDamaged):
            if not path.is_dir() or find_data(path) is None:
                raise StoreIrreparable(path, "there is no store")
        with _lock(path):
            return _repair(path)


def _repair(path: Path) -> Repair:
    damaged: _Catalogue | None = None
    try:
        look(path)
        damaged = _read(path, path / CATALOGUE)
        if damaged.is_served and _can_be_asked(path, path / CATALOGUE, damaged.data):
            return _report(path, damaged, None)
    except StoreDamaged:
        pass
    unusable: list[Path] = []
    told = damaged
    for copy in list_copies(path):
        try:
            found = _read(path, copy)
        except StoreDamaged:
            found = None
        if found and found.is_served and _can_be_asked(path, copy, found.data):
            aside = _set_aside(path, found, unusable)
            write_durably(path / CATALOGUE, found.content)
            (path / JOURNAL).unlink(missing_ok=True)
            return _report(path, found, told, aside, unusable)
        told = told or found
        unusable.append(copy)
    raise StoreIrreparable(path, ", ".join(copy.name for copy in unusable) or "there is no copy")


def _read(path: Path, file: Path) -> _Catalogue:
    """What a catalogue says, and which of its data files are there. Raises StoreDamaged when it is not whole."""
    content = file.read_bytes()
    try:
        with closing(open_copy(content)) as con:
            name = name_data(con)
            versions = [
                {
                    "snapshot": snapshot,
                    "published_at": datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="seconds"),
                    "version": about["version"],
                    "uploads": about.get("uploads", []),
                }
                for snapshot, at, extra in con.execute(VERSIONS).fetchall()
                for about in [json.loads(extra)]
            ]
            files = con.execute(FILES).fetchall()
    except (sqlite3.Error, ValueError, KeyError) as error:
        raise StoreDamaged(path, str(error)) from error
    if name is None:
        raise StoreDamaged(path, f"{file.name} is no catalogue of ours")
    data = path / name
    missing = [(name, since, until) for name, size, since, until in files if not _is_whole(data / name, size)]
    return _Catalogue(content, data, versions, missing, {Path(name).name for name, *_ in files})


def _is_whole(file: Path, size: int) -> bool:
    """A Parquet file of that size stands there."""
    if not file.is_file() or file.stat().st_size != size:
        return False
    with file.open("rb") as opened:
        begins = opened.read(4)
        opened.seek(-4, 2)
        return begins == opened.read(4) == b"PAR1"


def _can_be_asked(path: Path, catalogue: Path, data: Path) -> bool:
    """The engine can read all that questions are answered from."""

    def read() -> bool:
        name = str(catalogue.relative_to(path))
        with closing(attach_lake(path, data, name, read_only=True)) as con, closing(copy_tables(con)):
            return True

    try:
        return retry_while_busy(read, path)
    except StoreDamaged:
        return False


def _set_aside(path: Path, found: _Catalogue, unusable: list[Path]) -> Path | None:
    """Move out of the way what the catalogue to be restored does not know, and the damaged one last."""
    home = path.resolve()
    moved = [
        *(file for file in sorted(list_files(found.data)) if file.name not in found.known),
        *(home / copy.relative_to(path) for copy in unusable),
        *(file for name in CATALOGUE_FILES if (file := home / name).exists()),
    ]
    if not moved:
        return None
    aside = name_set_aside(home)
    for file in moved:
        to = aside / file.relative_to(home)
        to.parent.mkdir(parents=True, exist_ok=True)
        file.rename(to)
        sync_folder(to.parent)
        sync_folder(file.parent)
    return aside


def _report(
    path: Path,
    now: _Catalogue,
    told: _Catalogue | None,
    aside: Path | None = None,
    unusable: list[Path] | None = None,
) -> Repair:
    """What was done. `told`: a later catalogue that can be read, though not used."""
    last: dict[str, Any] = now.versions[-1] if now.versions else {"snapshot": 0, "version": "", "published_at": ""}
    later = [each for each in told.versions if each["snapshot"] > last["snapshot"]] if told else []
    held = {upload for each in now.versions for upload in each["uploads"]}
    uploads = dict.fromkeys(upload for each in later for upload in each["uploads"] if upload not in held)
    is_restored = unusable is not None
    is_told = told is not None or not is_restored
    return Repair(
        path,
        is_restored,
        last["version"],
        last["published_at"],
        [each["version"] for each in later] if is_told else None,
        list(uploads) if is_told else None,
        now.broken,
        sorted(name for name, _, _ in now.missing),
        [copy.name for copy in unusable or []],
        str(aside) if aside else "",
        sum(1 for file in list_files(aside / now.data.name)) if aside else 0,
    )


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """The lock of writers, made anew where its file is spoiled: it holds nothing."""
    lock = path / WRITING
    if has_bytes(lock) and not lock.read_bytes().startswith(b"SQLite format 3\0"):
        aside = name_set_aside(path)
        aside.mkdir()
        lock.rename(aside / WRITING)
    with lock_for_writing(path):
        yield
