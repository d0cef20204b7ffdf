"""Is the catalogue copied with each write, and does a repair put the newest whole copy back, and say what it could not?

All uploads are synthetic.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data import __main__ as shell
from data.store import (
    Store,
    StoreDamaged,
    StoreForeign,
    StoreFull,
    StoreIrreparable,
    StoreLocked,
    copies,
    lake,
    open_store,
    repair,
    repairing,
)
from data.store import store as opening
from data.store.layout import COPIES
from tests.test_kill import listed
from tests.test_opening import DUCKLAKE, OTHER, plant
from tests.test_store import bytes_of, complaints, held

FIRST, SECOND = "ab" * 32, "cd" * 32


def copied(path: Path) -> list[str]:
    return [file.name for file in copies.list_copies(path)]


def uploads_in(catalogue: Path) -> list[str]:
    """The uploads of the latest version that a catalogue knows."""
    with closing(copies.open_copy(catalogue.read_bytes())) as con:
        sql = "select commit_extra_info from ducklake_snapshot_changes where commit_extra_info is not null"
        return json.loads(con.execute(f"{sql} order by snapshot_id").fetchall()[-1][0])["uploads"]


def damage(catalogue: Path) -> None:
    """Its first page stands, what follows does not."""
    whole = catalogue.read_bytes()
    catalogue.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


@pytest.fixture(scope="module")
def published(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two uploads that nobody holds, to be copied."""
    path = tmp_path_factory.mktemp("published") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    store.publish(listed(store, FIRST))
    store.publish(listed(store, SECOND))
    store.close()
    return path


@pytest.fixture
def two(published: Path, tmp_path: Path) -> Path:
    """The store with two uploads, to be spoiled."""
    shutil.copytree(published, tmp_path / "two")
    return tmp_path / "two"


# ---------------------------------------------------------------- copies


def test_every_write_leaves_a_copy_of_what_it_wrote_and_the_last_few_are_kept(path):
    assert len(copied(path)) == 1
    store = open_store(path)
    store.publish(listed(store, FIRST))
    assert uploads_in(copies.list_copies(path)[0]) == [FIRST[:12]]
    store.undo("Synthetic author")
    assert uploads_in(copies.list_copies(path)[0]) == []
    store.undo("Synthetic author")
    assert uploads_in(copies.list_copies(path)[0]) == [FIRST[:12]]
    assert len(copied(path)) == copies.KEPT == 3
    assert copied(path) == sorted(copied(path), reverse=True)
    store.close()


def test_no_copy_and_nothing_set_aside_outlives_a_forget(two):
    (two / lake.CATALOGUE).unlink()
    plant(two / lake.DATA / "main" / "figures" / OTHER)
    aside = Path(repair(two).set_aside)
    shutil.copy(copies.list_copies(two)[0], aside / lake.CATALOGUE)
    shutil.copy(copies.list_copies(two)[0], two / COPIES / "catalog-00000099.sqlite.new")
    plant(aside / "notes of mine.txt")
    store = open_store(two)
    store.forget(FIRST[:12], "Synthetic author")
    store.close()
    (copy,) = [file for file in (two / COPIES).iterdir()]
    assert FIRST[:12] not in uploads_in(copy)
    assert b"Synthetic list" not in copy.read_bytes() or SECOND[:12] in uploads_in(copy)
    assert [file.name for file in aside.rglob("*") if file.is_file()] == ["notes of mine.txt"]


def test_a_forget_that_can_make_no_copy_keeps_none_of_before(two, monkeypatch):
    def full(path):
        raise StoreFull(path)

    store = open_store(two)
    monkeypatch.setattr(copies, "keep_copy", full)
    monkeypatch.setattr(opening, "keep_copy", full)
    store.forget(FIRST[:12], "Synthetic author")
    assert list((two / COPIES).iterdir()) == []
    store.close()
    monkeypatch.undo()
    open_store(two).close()
    assert len(copied(two)) == 1


def test_a_copy_that_can_not_be_made_takes_no_publish_back_and_is_made_at_the_next_start(path, monkeypatch):
    def full(path):
        raise StoreFull(path)

    store = open_store(path)
    monkeypatch.setattr(opening, "keep_copy", full)
    store.publish(listed(store, FIRST))
    assert len(copied(path)) == 1
    monkeypatch.undo()
    assert len(store.versions()) == 2
    store.close()
    open_store(path).close()
    assert uploads_in(copies.list_copies(path)[0]) == [FIRST[:12]]


def test_a_damaged_catalogue_drives_no_whole_copy_out(path):
    before = bytes_of(path / COPIES)
    damage(path / lake.CATALOGUE)
    with pytest.raises(StoreDamaged):
        copies.keep_copy(path)
    assert bytes_of(path / COPIES) == before


def test_no_copy_is_written_through_a_link(path, tmp_path):
    shutil.rmtree(path / COPIES)
    (tmp_path / "elsewhere").mkdir()
    (path / COPIES).symlink_to(tmp_path / "elsewhere")
    store = open_store(path)
    store.publish(listed(store, FIRST))
    store.close()
    assert bytes_of(tmp_path / "elsewhere") == {}


# ---------------------------------------------------------------- repair


SPOILED = {
    "deleted": lambda catalogue: catalogue.unlink(),
    "empty": lambda catalogue: catalogue.write_bytes(b""),
    "no database": lambda catalogue: catalogue.write_bytes(b"This is no catalogue." * 400),
    "half": damage,
    "cut short": lambda catalogue: catalogue.write_bytes(catalogue.read_bytes()[:50_000]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_the_newest_copy_comes_back_and_the_damaged_catalogue_is_kept_aside(two, spoil):
    before = open_store(two)
    versions = before.versions()
    before.close()
    spoil(two / lake.CATALOGUE)
    spoiled = (two / lake.CATALOGUE).read_bytes() if (two / lake.CATALOGUE).exists() else None
    done = repair(two)
    assert (done.is_restored, done.version) == (True, versions[-1]["version"])
    assert (done.broken_versions, done.missing_files, done.unusable_copies, done.unknown_files) == ([], [], [], 0)
    if spoiled is None:
        assert done.set_aside == ""
    else:
        assert (Path(done.set_aside) / lake.CATALOGUE).read_bytes() == spoiled
    store = open_store(two)
    assert store.versions() == versions
    assert complaints(store) == [602]
    assert {row["upload_id"] for row in store.uploads()} == {FIRST[:12], SECOND[:12]}
    store.undo("Synthetic author")
    store.close()


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_when_the_newest_copy_is_damaged_too_the_next_is_taken_and_what_is_lost_is_said(two, spoil):
    store = open_store(two)
    versions = [version["version"] for version in store.versions()]
    store.close()
    newest = copies.list_copies(two)[0]
    spoil(newest)
    (two / lake.CATALOGUE).unlink()
    done = repair(two)
    assert (done.is_restored, done.version) == (True, versions[1])
    assert done.unusable_copies == ([newest.name] if spoil is not SPOILED["deleted"] else [])
    assert (done.lost_versions, done.lost_uploads) == (None, None), "nothing that can be read tells"
    assert done.unknown_files > 3
    aside = Path(done.set_aside)
    assert len(list((aside / lake.DATA / "main" / "uploaded_figures").glob("*.parquet"))) == 1
    store = open_store(two)
    assert [row["upload_id"] for row in store.uploads()] == [FIRST[:12]]
    assert store.publish(listed(store, SECOND)).version == versions[2]
    store.close()


def test_a_copy_whose_data_files_are_gone_is_passed_over_and_the_damaged_catalogue_tells_what_is_lost(two):
    store = open_store(two)
    versions = [version["version"] for version in store.versions()]
    latest = store.con.execute("select data_file from ducklake_list_files('lake', 'uploads')").fetchall()
    store.close()
    Path(latest[-1][0]).unlink()
    done = repair(two)
    assert (done.is_restored, done.version, done.lost_versions) == (True, versions[1], versions[2:])
    assert done.lost_uploads == [SECOND[:12]]
    store = open_store(two)
    assert [row["upload_id"] for row in store.uploads()] == [FIRST[:12]]
    store.close()


def test_a_file_that_only_an_older_version_needs_is_named_and_the_store_is_served(two):
    store = open_store(two)
    store.undo("Synthetic author")
    versions = [version["version"] for version in store.versions()]
    ended = store.con.execute(
        "select file.path from __ducklake_metadata_lake.ducklake_data_file as file "
        "inner join __ducklake_metadata_lake.ducklake_table as kept using (table_id) "
        "where file.end_snapshot is not null and kept.table_name = 'uploaded_figures'"
    ).fetchall()
    assert len(ended) == 1
    store.close()
    gone = two / lake.DATA / "main" / "uploaded_figures" / ended[0][0]
    gone.unlink()
    for damaged in (False, True):
        if damaged:
            (two / lake.CATALOGUE).unlink()
        done = repair(two)
        assert done.is_restored is damaged
        assert [Path(name).name for name in done.missing_files] == [gone.name]
        assert done.broken_versions == [versions[2]]
    store = open_store(two)
    assert complaints(store) == [602]
    store.close()


def test_a_whole_store_is_left_as_it_is(two):
    before = bytes_of(two)
    done = repair(two)
    assert (done.is_restored, done.set_aside, done.lost_versions, done.lost_uploads) == (False, "", [], [])
    assert bytes_of(two) == before


def no_copies(path: Path) -> None:
    shutil.rmtree(path / COPIES)


def spoilt_copies(path: Path) -> None:
    for copy in copies.list_copies(path):
        damage(copy)


def no_data(path: Path) -> None:
    shutil.rmtree(path / lake.DATA)


@pytest.mark.parametrize("also", [no_copies, spoilt_copies, no_data])
def test_a_store_of_which_no_copy_can_be_used_is_said_to_be_irreparable_and_left_as_it_is(two, also):
    (two / lake.CATALOGUE).write_bytes(b"")
    also(two)
    before = bytes_of(two)
    with pytest.raises(StoreIrreparable) as error:
        repair(two)
    assert error.value.code == "store_irreparable"
    assert bytes_of(two) == before


def test_what_is_no_store_is_not_repaired(tmp_path):
    plant(tmp_path / "theirs" / "letter.docx")
    with pytest.raises(StoreForeign):
        repair(tmp_path / "theirs")
    (tmp_path / "empty").mkdir()
    for name in ("empty", "nowhere"):
        with pytest.raises(StoreIrreparable):
            repair(tmp_path / name)
    assert bytes_of(tmp_path) == {"theirs/letter.docx": b"somebody's work"}


def test_nobody_repairs_while_another_writes(two, monkeypatch):
    monkeypatch.setattr(lake, "PATIENCE", 0.1)
    (two / lake.CATALOGUE).unlink()
    before = bytes_of(two)
    with lake.lock_for_writing(two), pytest.raises(StoreLocked):
        repair(two)
    assert bytes_of(two) == before


def test_a_catalogue_that_another_keeps_to_itself_is_not_taken_for_damaged(two, monkeypatch):
    monkeypatch.setattr(lake, "PATIENCE", 0.1)
    before = bytes_of(two)
    with held(two), pytest.raises(StoreLocked):
        repair(two)
    assert bytes_of(two) == before


@pytest.mark.parametrize("step", [1, 12, "last"])
def test_a_repair_that_breaks_off_goes_on_when_it_is_repeated(step, two, monkeypatch):
    damage(two / lake.CATALOGUE)
    damage(copies.list_copies(two)[0])
    moves = iter(range(1000))

    def broken(*_):
        if step == "last" or next(moves) == step:
            raise KeyboardInterrupt

    monkeypatch.setattr(repairing, "write_durably" if step == "last" else "sync_folder", broken)
    with pytest.raises(KeyboardInterrupt):
        repair(two)
    monkeypatch.undo()
    with pytest.raises(StoreDamaged):
        open_store(two)
    assert repair(two).is_restored
    store = open_store(two)
    assert [row["upload_id"] for row in store.uploads()] == [FIRST[:12]]
    store.close()


def test_files_of_others_stay_where_they_are(two):
    home = two / lake.DATA / "main"
    theirs = [two / "notes.txt", home / "figures" / "mine.parquet", home / "figures" / "deeper" / DUCKLAKE]
    plant(*theirs)
    (two / lake.CATALOGUE).unlink()
    assert repair(two).unknown_files == 0
    assert all(file.exists() for file in theirs)


def test_a_spoiled_file_of_the_lock_is_set_aside(two):
    (two / lake.WRITING).write_bytes(b"no database " * 100)
    with pytest.raises(StoreDamaged):
        open_store(two)
    assert repair(two).is_restored is False
    store = open_store(two)
    assert store.undo("Synthetic author")
    store.close()


def test_an_app_that_holds_the_store_open_goes_on_with_the_restored_catalogue(two):
    app = open_store(two)
    assert len(app.uploads()) == 2
    damage(two / lake.CATALOGUE)
    copies.list_copies(two)[0].unlink()
    repair(two)
    assert [row["upload_id"] for row in app.uploads()] == [FIRST[:12]]
    assert app.attached == 1
    other = "ef" * 32
    app.publish(listed(app, other))  # its snapshot has the number of the one that was lost
    assert {row["upload_id"] for row in app.uploads()} == {FIRST[:12], other[:12]}
    app.close()
    again = open_store(two)
    assert {row["upload_id"] for row in again.uploads()} == {FIRST[:12], other[:12]}
    again.close()


# ---------------------------------------------------------------- from a shell


@pytest.fixture
def call(two, monkeypatch, capsys):
    """Call the shell on that store: (exit status, what it printed, what it said of a fault)."""
    monkeypatch.setenv("TCP_STORE", str(two))

    def called(*words: str) -> tuple[int, str, str]:
        status = shell.main(list(words))
        return status, *capsys.readouterr()

    return called


def test_the_shell_repairs_and_says_what_it_did(call, two):
    damage(two / lake.CATALOGUE)
    damage(copies.list_copies(two)[0])
    status, out, err = call("repair")
    assert (status, err) == (0, "")
    (aside,) = two.glob("set-aside-*")
    for said in (str(two), str(aside), "catalog-00000003.sqlite", "does not say what was published after"):
        assert said in out
    assert "None" not in out
    status, out, err = call("repair")
    assert (status, out, err) == (0, f"The store in {two} is whole; nothing was changed.\n", "")


def test_the_shell_says_it_to_programs_too(call, two):
    (two / lake.CATALOGUE).unlink()
    status, out, _ = call("repair", "--json")
    said = json.loads(out)
    assert (status, said["is_restored"], said["path"]) == (0, True, str(two))
    assert said.keys() == repairing.Repair.__dataclass_fields__.keys()


def test_the_shell_says_that_nothing_can_be_done(call, two):
    (two / lake.CATALOGUE).unlink()
    no_copies(two)
    status, out, err = call("repair")
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 2  # what is wrong, and what to do
    assert str(two) in err
    assert "Traceback" not in err


def test_a_copy_is_a_catalogue_that_any_sqlite_opens(two):
    with closing(sqlite3.connect(copies.list_copies(two)[0])) as con:
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
        assert con.execute("select count(*) > 0 from ducklake_data_file").fetchone() == (True,)


def test_a_store_says_how_often_its_catalogue_was_another_file(two):
    store: Store = open_store(two)
    store.versions()
    assert store.attached == 0
    store.close()
