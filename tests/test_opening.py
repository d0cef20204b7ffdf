"""Which folder is a store, and what happens to files in it that are not the store's? Nothing, whatever they are named.

All that is planted here is synthetic.
"""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from data.store import Store, StoreDamaged, StoreForeign, lake, leftovers, open_store
from data.store.layout import COPIES, OLD_DATA
from tests.test_kill import listed
from tests.test_store import bytes_of, complaints

# As DuckLake names its files.
DUCKLAKE = "ducklake-01a22177-eb42-7937-b041-1bd0f3db1913.parquet"
DELETES = "ducklake-01a22177-eb42-7937-b041-1bd0f3db1914-delete.parquet"
OTHER = "ducklake-01a22177-eb42-7937-b041-1bd0f3db1915.parquet"


def plant(*files: Path) -> None:
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"somebody's work")


def upload_once(store: Store) -> str:
    """A small synthetic list, published; its id."""
    return store.publish(listed(store, "ab" * 32)).upload_id


# ---------------------------------------------------------------- a folder that is no store


def foreign_database(path: Path) -> None:
    with sqlite3.connect(path / lake.CATALOGUE) as con:
        con.execute("create table letters as select 'somebody''s work' as words")


# Its cache is too small for what it writes, so that some of it stands in the file when it is killed.
KILLED = """
import os, signal, sqlite3, sys
con = sqlite3.connect(sys.argv[1], isolation_level=None)
con.execute("create table letters as with recursive n(i) as (select 1 union all select i + 1 from n where i < 999) "
            "select hex(randomblob(99)) as words from n")
con.execute("pragma cache_size = 1")
con.execute("begin immediate")
con.execute("update letters set words = hex(randomblob(99))")
os.kill(os.getpid(), signal.SIGKILL)
"""


def foreign_database_half_written(path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(path / lake.CATALOGUE)], check=False)
    assert (path / f"{lake.CATALOGUE}-journal").stat().st_size > 512


def foreign_lake(path: Path) -> None:
    con = lake.attach_lake(path, path / "their-lake")
    con.execute("create table letters as select 'somebody''s work' as words")
    con.close()


def foreign_lake_in_a_folder_of_the_old_name(path: Path) -> None:
    con = lake.attach_lake(path, path / OLD_DATA)
    con.execute("create table figures as select 'somebody''s work' as words")
    con.close()


def linked_catalogue(path: Path) -> None:
    (path / lake.CATALOGUE).symlink_to(path.parent / "elsewhere.sqlite")


def linked_data(path: Path) -> None:
    (path.parent / "elsewhere").mkdir()
    (path / lake.DATA).symlink_to(path.parent / "elsewhere")


@pytest.mark.parametrize(
    "theirs",
    [
        lambda path: plant(path / "data" / "interviews" / "2025.parquet"),
        lambda path: plant(path / "data" / "main" / "figures" / DUCKLAKE),
        lambda path: plant(path / "letter.docx"),
        lambda path: plant(path / ".hidden"),
        lambda path: (path / "empty folder").mkdir(),
        foreign_database,
        foreign_database_half_written,
        foreign_lake,
        foreign_lake_in_a_folder_of_the_old_name,
        linked_catalogue,
        linked_data,
    ],
    ids=[
        *("their data folder", "their lake's files", "a letter", "a hidden file", "an empty folder", "their database"),
        "their database, half written",
        *("their lake", "their lake in data", "a link for a catalogue", "a link for the data"),
    ],
)
def test_nothing_is_built_in_a_folder_that_is_not_empty_and_not_ours(theirs, tmp_path):
    path = tmp_path / "store"
    path.mkdir()
    theirs(path)
    before, names = bytes_of(tmp_path), sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreForeign) as refused:
        open_store(path)
    assert (refused.value.code, refused.value.path) == ("store_foreign", path)
    assert (bytes_of(tmp_path), sorted(tmp_path.rglob("*"))) == (before, names)


@pytest.mark.parametrize("name", ["readonly database", "database is locked", "No space left on device", "conflict"])
def test_a_folder_whose_name_sounds_like_a_fault_is_no_fault(path, tmp_path, name):
    path.rename(tmp_path / name)
    shutil.rmtree(tmp_path / name / lake.DATA)
    store = open_store(tmp_path / name)
    with pytest.raises(StoreDamaged) as error:
        complaints(store)
    assert error.value.code == "store_damaged"
    store.close()


# ---------------------------------------------------------------- files of others in a store


def planted_beside(path: Path) -> list[Path]:
    """Files that nobody but their owner may remove, some named nearly or just as ours are."""
    home = path / lake.DATA
    return [
        path / "notes.txt",
        path / "data" / "interviews.parquet",
        home / "interviews.parquet",
        home / DUCKLAKE,
        home / "main" / DUCKLAKE,
        home / "main" / "figures" / "interviews.parquet",
        home / "main" / "figures" / "ducklake-of-mine.parquet",
        home / "main" / "figures" / f"{DUCKLAKE}.bak",
        home / "main" / "cases" / f"{'ab' * 16}.parquet",
        home / "main" / "cases" / "cases-2025.parquet",
        home / "main" / "cases" / "deeper" / OTHER,
        home / "other" / "cases" / OTHER,
        path / COPIES / "my-own.sqlite",
        path / COPIES / "catalog-2025.sqlite",
    ]


def link_out(path: Path) -> Path:
    """A folder elsewhere with files named as ours are, to which links in the store lead."""
    elsewhere = path.parent / "elsewhere"
    plant(elsewhere / DUCKLAKE, elsewhere / OTHER)
    (path / lake.DATA / "main" / "linked").symlink_to(elsewhere)
    (path / lake.DATA / "main" / "figures" / OTHER).symlink_to(elsewhere / OTHER)
    return elsewhere


def break_off(path: Path) -> list[Path]:
    """A journal, and what the write of it left when it was killed; the files that came by it."""
    leftovers.begin(path, path / lake.DATA)
    left = [path / lake.DATA / "main" / "figures" / name for name in (DUCKLAKE, DELETES)]
    left.append(path / lake.DATA / "main" / "cases" / OTHER)
    plant(*left)
    return left


def test_files_of_others_outlive_an_opening_a_publish_an_undo_and_a_forget_and_a_write_that_broke_off(path):
    theirs = planted_beside(path)
    plant(*theirs)
    elsewhere = link_out(path)
    left = break_off(path)
    plant(*theirs)
    store = open_store(path)
    assert [file for file in left if file.exists()] == []
    upload = upload_once(store)
    store.undo("Synthetic author")
    store.forget(upload, "Synthetic author")
    store.close()
    assert [file for file in theirs if not file.exists()] == []
    assert len(bytes_of(elsewhere)) == 2


def test_a_data_file_that_came_otherwise_than_by_a_write_that_broke_off_stays_until_a_forget(path):
    """As from a backup of the files without their catalogue: another catalogue may know it."""
    known_elsewhere = path / lake.DATA / "main" / "figures" / DUCKLAKE
    plant(known_elsewhere)
    left = [file for file in break_off(path) if file != known_elsewhere]
    store = open_store(path)
    upload = upload_once(store)
    assert known_elsewhere.exists()
    assert [file for file in left if file.exists()] == []
    store.forget(upload, "Synthetic author")
    assert not known_elsewhere.exists(), "it may hold what was forgotten"
    store.close()


def test_a_data_folder_that_is_a_link_is_read_and_never_swept(path, tmp_path):
    (path / lake.DATA).rename(tmp_path / "bigger disk")
    (path / lake.DATA).symlink_to(tmp_path / "bigger disk")
    left = break_off(path)
    store = open_store(path)
    assert complaints(store) == [602]
    assert all(file.exists() for file in left)
    store.close()


@pytest.mark.parametrize("journal", [b"", b"{", b"[]", b'{"there_before": "all"}', b"\xff\xfe"])
def test_a_journal_that_says_nothing_removes_nothing(path, journal):
    left = break_off(path)
    (path / leftovers.JOURNAL).write_bytes(journal)
    store = open_store(path)
    assert all(file.exists() for file in left)
    assert not (path / leftovers.JOURNAL).exists()
    store.close()


def test_what_a_write_left_goes_at_the_next_opening_or_write_unless_somebody_writes(path):
    left = break_off(path)
    with lake.lock_for_writing(path):
        open_store(path).close()
        assert all(file.exists() for file in left)
    store = open_store(path)
    assert [file for file in left if file.exists()] == []
    left = break_off(path)
    upload_once(store)
    assert [file for file in left if file.exists()] == []
    assert not (path / leftovers.JOURNAL).exists()
    store.close()


def test_a_publish_that_fails_leaves_no_file_and_no_journal(path, monkeypatch):
    store = open_store(path)
    before = bytes_of(path / lake.DATA)

    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("data.store.publishing.annotate_snapshot", broken)
    with pytest.raises(KeyboardInterrupt):
        upload_once(store)
    assert bytes_of(path / lake.DATA) == before
    assert not (path / leftovers.JOURNAL).exists()
    store.close()


# ---------------------------------------------------------------- a store of before


@pytest.fixture
def old(path: Path) -> Path:
    """A store whose files lie in `data`, as all did once."""
    (path / lake.DATA).rename(path / OLD_DATA)
    with sqlite3.connect(path / lake.CATALOGUE) as con:
        con.execute("update ducklake_metadata set value = replace(value, $1, $2)", [lake.DATA, OLD_DATA])
    shutil.rmtree(path / COPIES)
    return path


def test_a_store_with_its_files_in_data_is_read_and_written_there(old):
    plant(old / OLD_DATA / "interviews.parquet")
    store = open_store(old)
    assert complaints(store) == [602]
    upload = upload_once(store)
    assert list((old / OLD_DATA / "main" / "uploaded_figures").glob("*.parquet"))
    store.undo("Synthetic author")
    store.forget(upload, "Synthetic author")
    assert complaints(store) == [602]
    store.close()
    assert not (old / lake.DATA).exists()
    assert (old / OLD_DATA / "interviews.parquet").exists()


def test_an_old_store_without_its_catalogue_is_damaged(old):
    (old / lake.CATALOGUE).unlink()
    before = bytes_of(old)
    with pytest.raises(StoreDamaged):
        open_store(old)
    assert bytes_of(old) == before


# ---------------------------------------------------------------- a store without a catalogue


def other_database(catalogue: Path) -> None:
    catalogue.unlink()
    foreign_database(catalogue.parent)


SPOILED = {
    "deleted": lambda catalogue: catalogue.unlink(),
    "empty": lambda catalogue: catalogue.write_bytes(b""),
    "another's": other_database,
    "zeros": lambda catalogue: catalogue.write_bytes(bytes(8192)),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_data_without_their_catalogue_are_a_damaged_store_and_nothing_is_built_or_swept(path, spoil):
    break_off(path)
    spoil(path / lake.CATALOGUE)
    before, names = bytes_of(path), sorted(path.rglob("*"))
    with pytest.raises(StoreDamaged) as error:
        open_store(path)
    assert error.value.code == "store_damaged"
    assert (bytes_of(path), sorted(path.rglob("*"))) == (before, names)


def test_a_copy_of_the_catalogue_alone_is_a_damaged_store_too(path):
    (path / lake.CATALOGUE).unlink()
    shutil.rmtree(path / lake.DATA)
    with pytest.raises(StoreDamaged):
        open_store(path)
    assert not (path / lake.CATALOGUE).exists()


@pytest.mark.parametrize("spoil", [SPOILED["deleted"], SPOILED["empty"]], ids=["deleted", "empty"])
def test_an_open_store_whose_catalogue_went_makes_no_new_one(path, spoil):
    store = open_store(path)
    upload = listed(store, "ab" * 32)
    spoil(path / lake.CATALOGUE)
    before = bytes_of(path)
    for call in (lambda: complaints(store), store.versions, lambda: store.publish(upload), lambda: store.undo("–")):
        with pytest.raises(StoreDamaged):
            call()
    assert bytes_of(path) == before
    store.close()


def test_an_empty_catalogue_that_a_killed_first_start_left_is_built_on(tmp_path):
    plant(tmp_path / "store" / lake.CATALOGUE)
    (tmp_path / "store" / lake.CATALOGUE).write_bytes(b"")
    (tmp_path / "store" / lake.WRITING).write_bytes(b"")
    (tmp_path / "store" / lake.DATA / "main").mkdir(parents=True)
    store = open_store(tmp_path / "store")
    assert complaints(store) == [602]
    store.close()


def test_a_data_folder_has_a_name_that_nobody_else_gives(path):
    assert "torture-complaints" in lake.DATA
    assert not (path / "data").exists()
    assert list((path / lake.DATA / "main" / "figures").glob("*.parquet"))
