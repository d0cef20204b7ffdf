"""Is the store built by itself, shared by all who ask, and never lost?

A publish is one snapshot; what was published stays readable; whoever meets a store that can't serve is told which
folder, why, and finds it as it was.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from data import datasets
from data.store import (
    Store,
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreUnwritable,
    build,
    folder,
    lake,
    open_store,
    publishing,
)
from data.store import store as opening
from tests.test_datasets import COMPLAINTS_2012, OFFICIAL

CODE = Path(lake.__file__).parents[2]
COMPLAINTS = {"country": "KZ", "year_from": 2012, "year_to": 2012, "compilers": ["official_unspecified"]}


def complaints(store: Store) -> list[float]:
    """The official complaints of 2012, as the store answers."""
    return store.ask("allegations_by_year", **COMPLAINTS)["low"].tolist()


def bytes_of(path: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def python(code: str, *words: object) -> subprocess.Popen:
    """Another process, in the folder of the code. Where Python runs no file, DuckDB would draw a bar of progress."""
    return subprocess.Popen(
        [sys.executable, "-c", f"__file__ = 'test'\n{code}", *map(str, words)],
        cwd=CODE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen) -> str:
    """What a process printed; its fault, if it had one, is ours."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out


PUBLISH = "import sys; from pathlib import Path; from data.store import open_store; " + (
    "print(open_store(Path(sys.argv[1]), Path(sys.argv[2])).version())"
)
HOLD = (
    "import sqlite3, sys; con = sqlite3.connect(sys.argv[1], isolation_level=None); "
    "con.execute('begin exclusive'); print('held', flush=True); sys.stdin.read()"
)


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Another process keeps the catalogue to itself."""
    process = python(HOLD, store / lake.CATALOGUE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.communicate(timeout=300)


@pytest.fixture
def impatient(monkeypatch):
    """Waiting for another process gives up at once."""
    monkeypatch.setattr(lake, "PATIENCE", 0.2)


# ---------------------------------------------------------------- built, and where


def test_it_is_built_at_first_start(tmp_path):
    store = open_store(tmp_path / "new" / "folder")
    assert complaints(store) == [602]
    (publish,) = store.versions()
    assert publish["author"] == "build"
    assert publish["message"].startswith("Shipped figures: ")
    assert publish["version"] == datasets.content_hash() == store.version()
    store.close()


def test_tcp_store_names_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TCP_STORE", str(tmp_path / "named"))
    assert folder() == tmp_path / "named"
    open_store().close()
    assert (tmp_path / "named" / lake.CATALOGUE).is_file()


def test_without_a_name_it_lies_in_the_users_data_folder_outside_the_code(monkeypatch, tmp_path):
    monkeypatch.delenv("TCP_STORE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert folder().is_relative_to(tmp_path)
    assert not folder().is_relative_to(CODE)


@pytest.mark.parametrize(
    "name",
    [
        "it's шағымдар: 100%25 #1 of 2?",
        *(pytest.param(each, marks=pytest.mark.long) for each in ("it's a store", "шағымдар", "with space")),
    ],
)
def test_its_folder_may_have_any_name(path, tmp_path, name):
    path.rename(tmp_path / name)
    store = open_store(tmp_path / name)
    assert complaints(store) == [602]
    store.close()


def test_a_folder_that_was_moved_is_the_same_store(path, tmp_path):
    path.rename(tmp_path / "backup")
    store = open_store(tmp_path / "backup")
    assert len(store.versions()) == 1
    assert complaints(store) == [602]
    store.close()


def test_a_relative_name_and_an_absolute_one_are_the_same_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_store(Path("store")).close()
    store = open_store(tmp_path / "store")
    assert len(store.versions()) == 1
    assert complaints(store) == [602]
    store.close()


def test_nothing_is_fetched_by_itself(store):
    for setting in ("autoinstall_known_extensions", "autoload_known_extensions"):
        for con in (store.con, store._latest()):
            assert con.execute("select current_setting($1)", [setting]).fetchone() == (False,)


# ---------------------------------------------------------------- snapshots


def test_nothing_changed_is_no_snapshot(path):
    before = open_store(path)
    snapshot, versions = before.snapshot(), before.versions()
    before.close()
    again = open_store(path)
    assert (again.snapshot(), again.versions()) == (snapshot, versions)
    assert build(again) is False
    again.close()


def test_a_changed_file_is_one_new_snapshot_and_the_old_stays_readable(path, shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path, shipped.root)
    old, new = store.versions()
    assert complaints(store) == [603]
    assert new["snapshot"] == old["snapshot"] + 1
    assert (old["version"], new["version"]) == (datasets.content_hash(), datasets.content_hash(shipped.root))
    then = store.con.execute(
        f"select value_low from lake.figures at (version => {old['snapshot']}) where figure_id = $1", [COMPLAINTS_2012]
    ).fetchall()
    assert then == [(602.0,)]
    store.close()


def test_a_snapshot_says_which_tables_it_changed(path, shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path, shipped.root)
    assert store.versions()[-1]["message"] == "Shipped figures: figures, counts, ratios"
    store.close()


def test_only_the_rows_that_changed_are_touched(path, shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path, shipped.root)
    new = store.versions()[-1]["snapshot"]
    changes = store.con.execute(
        "select distinct figure_id from ducklake_table_changes('lake', 'main', 'figures', $1, $1)", [new]
    ).fetchall()
    assert changes == [(COMPLAINTS_2012,)]
    assert store.con.execute("select count(*) from lake.figures").fetchone() == (530,)
    store.close()


def test_a_row_that_went_is_gone_and_one_that_came_is_there(path, shipped):
    text = (shipped.root / "ngo" / "dataset.toml").read_text("utf8")
    text = text.replace("rows = 141", "rows = 140").replace("KZ = 49", "KZ = 48")
    (shipped.root / "ngo" / "dataset.toml").write_text(text, "utf8")
    rows = [row for row in shipped.rows("ngo/ngo_figures.csv") if row["figure_id"] != "kz-0045"]
    shipped.write("ngo/ngo_figures.csv", rows)
    store = open_store(path, shipped.root)
    assert "kibhr" not in set(store.ask("allegations_by_year", country="KZ")["compiler"])
    build(store)
    assert "kibhr" in set(store.ask("allegations_by_year", country="KZ")["compiler"])
    assert len(store.versions()) == 3
    store.close()


def test_a_changed_column_list_is_published_too(path, shipped):
    about = shipped.root / "reference" / "dataset.toml"
    about.write_text(
        about.read_text("utf8")
        + '\n[tables.countries.columns.nickname]\ntype = "VARCHAR"\ndescription = "Synthetic"\n',
        "utf8",
    )
    shipped.write("reference/countries.csv", [{**r, "nickname": "x"} for r in shipped.rows("reference/countries.csv")])
    store = open_store(path, shipped.root)
    assert store.con.execute("select distinct nickname from lake.countries").fetchall() == [("x",)]
    store.close()


def test_changed_marts_are_published_though_no_figure_changed(path, monkeypatch):
    monkeypatch.setattr(opening, "hash_shipped", lambda root: "other-marts")
    store = open_store(path)
    assert [publish["version"] for publish in store.versions()] == [datasets.content_hash()] * 2
    assert store.versions()[-1]["message"] == "Shipped figures: no row changed"
    assert build(store) is False, "or every start would read and compare all files"
    store.close()


def test_the_same_rows_in_other_bytes_are_the_version_that_every_machine_gives_them(path, shipped):
    rows = shipped.rows(OFFICIAL)
    shipped.write(OFFICIAL, rows[::-1])
    store = open_store(path, shipped.root)
    assert store.version() == datasets.content_hash(shipped.root)
    assert complaints(store) == [602]
    store.close()


def test_a_publish_that_breaks_off_changes_nothing(path, shipped, monkeypatch):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path)
    before = store.snapshot()
    write = publishing.write_change

    def broken(lake, change):
        if change.name == "ratios":
            raise KeyboardInterrupt
        write(lake, change)

    monkeypatch.setattr(publishing, "write_change", broken)
    with pytest.raises(KeyboardInterrupt):
        build(store, shipped.root)
    assert store.snapshot() == before
    assert complaints(store) == [602]
    monkeypatch.undo()
    assert build(store, shipped.root) is True
    assert complaints(store) == [603]
    store.close()


def test_a_refused_file_leaves_the_store_as_it_was(path, shipped):
    before = bytes_of(path)
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="6O2")
    with pytest.raises(datasets.DataRefused, match="not_a_number"):
        open_store(path, shipped.root)
    assert bytes_of(path) == before
    store = open_store(path)
    assert complaints(store) == [602]
    store.close()


# ---------------------------------------------------------------- shared


def test_two_processes_that_build_at_once_both_succeed(tmp_path):
    path = tmp_path / "store"
    builders = [python(PUBLISH, path, datasets.ROOT) for _ in range(2)]
    assert [finished(builder).strip() for builder in builders] == [datasets.content_hash()] * 2
    store = open_store(path)
    assert len(store.versions()) == 1
    assert store.con.execute("select count(*) from lake.figures").fetchone() == (530,)
    store.close()


def test_an_open_store_sees_what_another_process_publishes(path, shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    app = open_store(path)
    before = app.snapshot()
    assert complaints(app) == [602]
    assert finished(python(PUBLISH, path, shipped.root)).strip() == datasets.content_hash(shipped.root)
    assert app.snapshot() > before
    assert complaints(app) == [603]
    assert app.version() == datasets.content_hash(shipped.root)
    app.close()


def test_the_shell_asks_while_the_app_has_it_open(path, monkeypatch):
    monkeypatch.setenv("TCP_STORE", str(path))
    app = open_store(path)
    assert complaints(app) == [602]
    ask = "import sys; from data.__main__ import main; sys.exit(main(sys.argv[1:]))"
    out = finished(python(ask, "ask", "allegations_by_year", "--country", "KZ", "--year-to", "2012", "--json"))
    assert '"low": 602' in out
    assert complaints(app) == [602]
    app.close()


def test_many_threads_ask_at_once(store):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: complaints(store), range(24)))
    assert answers == [[602]] * 24


def test_a_copy_is_of_one_snapshot_whoever_publishes_meanwhile(path, shipped, monkeypatch):
    """The tables are copied one by one: a publish between two of them must not be seen in the second alone."""
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store, other = open_store(path), open_store(path)
    copied = lake.copy_tables

    class Interrupted:
        """The lake, where somebody else publishes as soon as `figures` were read and the marts were not."""

        def __init__(self, con):
            self.con = con

        def execute(self, sql):
            if sql != 'from lake."figures"' or len(other.versions()) > 1:
                return self.con.execute(sql)
            table = self.con.execute(sql).to_arrow_table()
            monkeypatch.undo()
            build(other, shipped.root)
            self.con.register("before", table)
            return self.con.execute("from before")

    monkeypatch.setattr(opening, "copy_tables", lambda con: copied(Interrupted(con)))
    copy = store._latest()
    assert len(other.versions()) == 2
    figure = copy.execute("select value_low from figures where figure_id = $1", [COMPLAINTS_2012]).fetchone()
    count = copy.execute("select low from counts where figure_id = $1", [COMPLAINTS_2012]).fetchone()
    assert figure == count == (603.0,)
    store.close()
    other.close()


# ---------------------------------------------------------------- what can't serve, and what is kept


def test_a_file_that_is_no_catalogue_is_damaged_and_left_alone(path):
    catalogue = path / lake.CATALOGUE
    catalogue.write_bytes(b"This is no catalogue." * 400)
    before = bytes_of(path)
    with pytest.raises(StoreDamaged) as error:
        open_store(path)
    assert (error.value.path, error.value.code) == (path, "store_damaged")
    assert bytes_of(path) == before


def test_a_catalogue_damaged_further_inside_is_damaged_too(path):
    catalogue = path / lake.CATALOGUE
    whole = catalogue.read_bytes()
    catalogue.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreDamaged):
        open_store(path)
    catalogue.write_bytes(whole)
    store = open_store(path)
    assert complaints(store) == [602]
    store.close()


def test_a_catalogue_damaged_while_the_app_has_it_open_is_damaged(path):
    store = open_store(path)
    catalogue = path / lake.CATALOGUE
    whole = catalogue.read_bytes()
    catalogue.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(StoreError):
        complaints(store)
    store.close()


def test_a_missing_file_of_the_data_is_damaged_and_served_again_when_it_is_back(path, tmp_path):
    (path / lake.DATA).rename(tmp_path / "elsewhere")
    store = open_store(path)
    with pytest.raises(StoreDamaged):
        complaints(store)
    (tmp_path / "elsewhere").rename(path / lake.DATA)
    assert complaints(store) == [602]
    store.close()


def test_a_locked_catalogue_is_locked_and_opens_when_it_is_free(path, impatient):
    with held(path), pytest.raises(StoreLocked) as error:
        open_store(path)
    assert (error.value.path, error.value.code) == (path, "store_locked")
    store = open_store(path)
    assert complaints(store) == [602]
    store.close()


def test_a_catalogue_locked_while_the_app_has_it_open_is_locked(path, impatient):
    store = open_store(path)
    with held(path), ThreadPoolExecutor(2) as pool:
        for attempt in [pool.submit(complaints, store), pool.submit(build, store)]:
            with pytest.raises(StoreLocked):
                attempt.result()
    assert complaints(store) == [602]
    store.close()


def test_a_short_lock_is_waited_for_and_not_shown(path):
    store = open_store(path)
    process = python(HOLD, path / lake.CATALOGUE)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    free = threading.Timer(0.5, process.communicate)
    free.start()
    assert complaints(store) == [602]
    free.join()
    store.close()


def test_a_wait_draws_no_progress_bar_into_the_answer(path):
    """The engine draws one by itself where it takes the caller for a person, as `python -c` is."""
    code = "import sys; from pathlib import Path; from data.store import open_store; " + (
        "print(open_store(Path(sys.argv[1])).con.sql('select current_setting($$enable_progress_bar$$)').fetchall())"
    )
    assert finished(python(code, path)) == "[(False,)]\n"


def test_a_folder_that_can_not_be_made_is_unwritable(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf8")
    with pytest.raises(StoreUnwritable) as error:
        open_store(tmp_path / "file" / "store")
    assert (error.value.path, error.value.code) == (tmp_path / "file" / "store", "store_unwritable")
    assert (tmp_path / "file").read_text("utf8") == "in the way"


def test_a_catalogue_that_can_not_be_written_is_unwritable(path, shipped, monkeypatch):
    """As its engine says it, for a test that runs as root can write everywhere."""
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path)

    def refused(*_):
        raise lake.duckdb.IOException("attempt to write a readonly database")

    monkeypatch.setattr(opening, "publish_shipped", refused)
    with pytest.raises(StoreUnwritable):
        build(store, shipped.root)
    monkeypatch.undo()
    assert complaints(store) == [602]
    store.close()


def test_a_call_that_is_wrong_is_no_trouble_of_the_store(store):
    with pytest.raises(KeyError, match="no_such_question"):
        store.ask("no_such_question")
    with pytest.raises(KeyError, match="planet"):
        store.ask("allegations_by_year", country="KZ", planet="Mars")
    with pytest.raises(ValueError, match="soon"):
        store.ask("allegations_by_year", country="KZ", year_from="soon")
    assert complaints(store) == [602]


@pytest.mark.parametrize("hostile", ["KZ'; drop table counts; --", "$country", "KZ\x00", "🦊" * 1000])
def test_a_value_is_a_value_whatever_it_says(store, hostile):
    assert store.ask("allegations_by_year", country=hostile).empty
    assert complaints(store) == [602]
