"""Is one upload erased to the last byte, and no other touched, whatever was done between and whoever is killed?

Every list here is synthetic. Four of them: `first` comes before the one that is erased (`gone`), `second` and `third`
after it. Each has an organisation, an author and a message of its own, and a number of complaints of its own.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from data.store import Store, StoreUnwritable, build, forgetting, lake, open_store
from data.store import store as opening
from data.store.forgetting import plan_history
from data.store.lake import copy_tables
from data.store.versions import Line, read_log, version_of
from data.uploads import CallRefused, UnknownVersion, Upload
from tests.conftest import Shipped
from tests.test_datasets import COMPLAINTS_2012, OFFICIAL
from tests.test_store import finished, python
from tests.test_uploads import at_fault, bytes_with, cases, counted, figures

FIRST, GONE, SECOND, THIRD = "aaaaaaaaaaaa", "abababababab", "bbbbbbbbbbbb", "cccccccccccc"
NUMBER = {FIRST: 3, GONE: 5, SECOND: 7, THIRD: 11}
OF_AN_OLDER_APP = "a_mart_that_nobody_makes_any_more"
MARKER = "PLANTED-SYNTHETIC-MARKER"
# A word in every place where one can stand. The hash of the content is a word too; its first letters name the upload.
HASH = "5e" * 26


def make_upload(store: Store, content: str) -> Upload:
    """A list of so many complaints of 2019; the third one is a table of figures."""
    marked = MARKER if content == GONE else content
    says = {name: f"{marked} {name}" for name in ("organisation", "author", "message", "recipe")}
    says |= {"compiler": f"synthetic_{marked.lower()}", "content_hash": content + HASH}
    if content == THIRD:
        return figures(store, [{"value_low": 11.0, "value_high": 11.0}], content, **says)
    rows = [{"case_id": f"{marked}-{i}", "region": marked, "year": 2019} for i in range(NUMBER[content])]
    return cases(store, rows, content, **says)


def publish(store: Store, content: str) -> None:
    store.publish(make_upload(store, content))


def words_of(content: str) -> tuple[str, ...]:
    marked = MARKER if content == GONE else content
    return (*(f"{marked} {name}" for name in ("organisation", "author", "message", "recipe")), f"{content}{HASH}")


def ask_numbers(store: Store, version: str | None = None) -> dict[str, float]:
    """What a question answers of the lists, of a version or the latest: upload -> number of complaints."""
    rows = store.ask("allegations_by_year", country="KZ", version=version)
    rows = rows[rows["compiler"].str.startswith("synthetic_")]
    return dict(zip(rows["source_id"], rows["low"], strict=True))


def count_complaints(store: Store, snapshot: int) -> dict[str, float]:
    """The same, as the lake counts it as of a snapshot."""
    rows = store.con.execute(
        f"select dataset, low from lake.counts at (version => {snapshot}) "
        "where stage = 'complaint' and compiler like 'synthetic_%'"
    )
    return dict(rows.fetchall())


def describe_line(version: dict[str, Any]) -> tuple[Any, ...]:
    """What a line of the log says of what was done, when and by whom."""
    return tuple(version[name] for name in ("kind", "upload_id", "author", "message", "published_at", "dated"))


def parquet_files(path: Path) -> set[str]:
    return {file.name for file in path.rglob("*.parquet")}


def known_files(path: Path) -> set[str]:
    """Data files that the catalogue knows."""
    known = "select path from ducklake_data_file union all select path from ducklake_delete_file"
    with closing(sqlite3.connect(path / lake.CATALOGUE)) as con:
        return {Path(file).name for (file,) in con.execute(known).fetchall()}


def contents(store: Store, snapshot: int) -> dict[str, list[str]]:
    """Every row of every table as of a snapshot; when an upload came is its log's to say."""
    with store.con.cursor() as con, closing(copy_tables(con, snapshot)) as copy:
        names = [name for (name,) in copy.execute("select table_name from duckdb_tables()").fetchall()]
        found = {name: copy.execute("from query_table($1)", [name]).df() for name in names}
    found["uploads"] = found["uploads"].drop(columns="published_at")
    found["sources"]["published_on"] = found["sources"]["published_on"].str[:10]  # of an upload its second
    found.pop(OF_AN_OLDER_APP, None)
    return {name: sorted(map(repr, rows.to_dict("records"))) for name, rows in found.items()}


@pytest.fixture(scope="module")
def planted_path(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that nobody holds, to be copied: all four lists, the last one undone and brought back."""
    path = tmp_path_factory.mktemp("planted") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    for content in (FIRST, GONE, SECOND, THIRD):
        store.publish(make_upload(store, content))
    store.undo("Synthetic undoer")
    store.undo("Synthetic undoer")
    store.close()
    assert bytes_with(path, *words_of(GONE)), "or the search would prove nothing"
    return path


@pytest.fixture
def path(planted_path: Path, tmp_path: Path) -> Path:
    shutil.copytree(planted_path, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


@dataclass(frozen=True)
class Forgotten:
    """A store in which the list was forgotten, to be looked at only; its log before, and what the forget returned."""

    store: Store
    before: list[dict[str, Any]]
    gone: list[str]

    @property
    def after(self) -> list[dict[str, Any]]:
        return self.store.versions()


@pytest.fixture(scope="module")
def forgotten(planted_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forgotten]:
    path = tmp_path_factory.mktemp("forgotten") / "store"
    shutil.copytree(planted_path, path)
    store = open_store(path)
    before = store.versions()
    store.con.execute(f"create table lake.{OF_AN_OLDER_APP} as select * from lake.sources")
    yield Forgotten(store, before, store.forget(GONE, "Synthetic eraser"))
    store.close()


@pytest.fixture
def erased(forgotten: Forgotten, tmp_path: Path) -> Iterator[Store]:
    """A copy of that store, to be changed."""
    shutil.copytree(forgotten.store.path, tmp_path / "erased")
    opened = open_store(tmp_path / "erased")
    yield opened
    opened.close()


def assert_forgotten(path: Path, store: Store) -> None:
    """No byte, no version and no number of the list is left; its neighbours are all there."""
    assert bytes_with(path, MARKER, MARKER.lower(), GONE + HASH) == []
    assert parquet_files(path) == known_files(path)
    assert {file.name for file in path.iterdir() if file.is_file()} == {lake.CATALOGUE, lake.WRITING}
    versions = store.versions()
    kinds = ["build", "publish", "publish", "publish", "undo", "undo", "forget"]
    assert [version["kind"] for version in versions] == kinds
    both, all_three = {FIRST: 3, SECOND: 7}, {FIRST: 3, SECOND: 7, THIRD: 11}
    told_numbers = [{}, {FIRST: 3}, both, all_three, both, all_three, all_three]
    assert [count_complaints(store, version["snapshot"]) for version in versions] == told_numbers


# ---------------------------------------------------------------- nothing of it stays


def test_what_is_forgotten_is_in_no_byte_of_the_store(forgotten):
    """Nor in a table that an older app made and nobody makes any more, nor beside the catalogue."""
    assert_forgotten(forgotten.store.path, forgotten.store)


def test_the_catalogue_is_whole_after_a_forget(forgotten):
    with closing(sqlite3.connect(forgotten.store.path / lake.CATALOGUE)) as con:
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)
    assert at_fault(forgotten.store) == []


# ---------------------------------------------------------------- its neighbours stay


def test_every_other_line_keeps_its_author_its_message_its_date_and_its_number(forgotten):
    before, after = forgotten.before, forgotten.after
    assert list(map(describe_line, after[:-1])) == [describe_line(line) for line in before if line["upload_id"] != GONE]
    assert after[:2] == before[:2], "what came before it is as it was"
    assert (after[-1]["kind"], after[-1]["upload_id"], after[-1]["author"]) == ("forget", GONE, "Synthetic eraser")
    uploads = [set(), {FIRST}, {FIRST, SECOND}, {FIRST, SECOND, THIRD}, {FIRST, SECOND}, *[{FIRST, SECOND, THIRD}] * 2]
    assert [set(line["uploads"]) for line in after] == uploads
    assert [line["version"] for line in after] == [version_of(before[0]["version"], sorted(held)) for held in uploads]
    for line in after[1:4]:
        assert ask_numbers(forgotten.store, line["version"]) == {upload: NUMBER[upload] for upload in line["uploads"]}


def test_the_store_is_what_it_would_be_if_the_list_had_never_come(forgotten, built, tmp_path):
    shutil.copytree(built, tmp_path / "other")
    other = open_store(tmp_path / "other")
    for content in (FIRST, SECOND, THIRD):
        other.publish(make_upload(other, content))
    for ours, theirs in zip(forgotten.after[1:], other.versions()[1:], strict=False):
        assert contents(forgotten.store, ours["snapshot"]) == contents(other, theirs["snapshot"])
    assert contents(forgotten.store, forgotten.store.snapshot()) == contents(other, other.snapshot())
    other.close()


@pytest.mark.long
def test_a_list_between_shipped_figures_may_be_any_of_them(built, tmp_path, shipped):
    """Shipped files change after each list, and each list in turn is forgotten."""
    shutil.copytree(built, tmp_path / "before")
    store = open_store(tmp_path / "before")
    for number, content in enumerate((FIRST, GONE, THIRD)):
        store.publish(make_upload(store, content))
        shipped.change(OFFICIAL, COMPLAINTS_2012, value_low=f"{603 + number}", value_high=f"{603 + number}")
        build(store, shipped.root)
    store.close()
    for content in (FIRST, GONE, THIRD):
        shutil.copytree(tmp_path / "before", tmp_path / content)
        store = open_store(tmp_path / content, shipped.root)
        store.forget(content, "Synthetic eraser")
        assert [line["upload_id"] for line in store.versions() if line["kind"] == "publish"] == [
            other for other in (FIRST, GONE, THIRD) if other != content
        ]
        assert sum(line["kind"] == "build" for line in store.versions()) == 4
        assert bytes_with(tmp_path / content, *words_of(content)) == []
        for line in store.versions():
            assert count_complaints(store, line["snapshot"]) == {upload: NUMBER[upload] for upload in line["uploads"]}
        assert at_fault(store) == []
        store.close()


def test_a_list_that_an_older_program_published_keeps_its_figures(store):
    """Those of a list of cases were not in `uploaded_figures` then; and `uploads` had columns that are gone."""
    with store.con.cursor() as con:
        con.execute("delete from lake.uploaded_figures where dataset = $1", [SECOND])
        con.execute("alter table lake.uploads add column covers_from date")
        con.execute("begin")
        con.execute("comment on table lake.uploads is ''")
        about = {**store._read(read_log)[-1].about, "kind": "build", "upload_id": ""}
        con.execute("call lake.set_commit_message('build', 'x', extra_info => $1)", [json.dumps(about)])
        con.execute("commit")
        con.execute("alter table lake.uploads drop column covers_from")
    store.forget(GONE, "Synthetic eraser")
    older = store.versions()[-2]
    assert older["kind"] == "build"
    assert count_complaints(store, older["snapshot"]) == ask_numbers(store) == {FIRST: 3, SECOND: 7, THIRD: 11}
    columns = store.con.execute(f"from lake.uploads at (version => {older['snapshot']})").df().columns
    assert "covers_from" not in columns
    assert bytes_with(store.path, MARKER, MARKER.lower(), GONE + HASH) == []


def test_shipped_figures_that_were_published_in_between_keep_their_versions(built, tmp_path, shipped):
    shutil.copytree(built, tmp_path / "store")
    store = open_store(tmp_path / "store")
    store.publish(make_upload(store, GONE))
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    build(store, shipped.root)
    store.publish(make_upload(store, SECOND))
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="604", value_high="604")
    build(store, shipped.root)
    before = store.versions()
    store.forget(GONE, "Synthetic eraser")
    after = store.versions()
    assert [line["kind"] for line in after] == ["build", "build", "publish", "build", "forget"]
    assert [describe_line(line) for line in after[1:-1]] == [describe_line(line) for line in before[2:]]
    for line, value in zip(after, (602, 603, 603, 604, 604), strict=True):
        rows = store.ask("evidence", figure_ids=[COMPLAINTS_2012], version=line["version"])
        assert set(rows.loc[rows["relation"] == "itself", "low"]) == {value}
    assert ask_numbers(store, after[2]["version"]) == {SECOND: 7}
    changes = store.compare(after[1]["version"], after[2]["version"])
    assert changes.summary["counts"] == {"added": len(counted(store, SECOND)), "changed": 0, "gone": 0}
    assert bytes_with(tmp_path, MARKER, MARKER.lower(), GONE + HASH) == []
    store.close()


def test_versions_published_anew_are_compared(forgotten):
    first, second, third = (line["version"] for line in forgotten.after[1:4])
    rows = forgotten.store.compare(first, second).counts
    assert set(rows["change"]) == {"added"}
    assert set(rows["compiler"]) == {f"synthetic_{SECOND}"}
    assert forgotten.store.compare(third, second).summary["counts"] == {"added": 0, "changed": 0, "gone": 1}


# ---------------------------------------------------------------- the old versions answer


def ask_erased(store: Store, version: str) -> tuple[str, str]:
    """What a version that is gone answers: its code, and the version to see instead."""
    with pytest.raises(UnknownVersion) as unknown:
        store.ask("countries_known", version=version)
    return unknown.value.code, unknown.value.see


def test_a_version_that_is_gone_names_the_one_that_replaces_it(forgotten):
    before, after = ([line["version"] for line in lines] for lines in (forgotten.before, forgotten.after))
    assert forgotten.gone == sorted(set(before[2:]))
    assert ask_erased(forgotten.store, before[2]) == ("version_forgotten", after[1])
    assert ask_erased(forgotten.store, before[3]) == ("version_forgotten", after[2])
    assert ask_erased(forgotten.store, before[4]) == ("version_forgotten", after[3])
    assert ask_erased(forgotten.store, "000000000000") == ("version_unknown", "")


def test_a_second_forget_forgets_nothing_that_the_first_one_told(forgotten, erased):
    before, between = ([line["version"] for line in lines] for lines in (forgotten.before, erased.versions()))
    erased.forget(FIRST, "Synthetic eraser")
    after = erased.versions()
    assert [line["kind"] for line in after] == ["build", "publish", "publish", "undo", "undo", "forget", "forget"]
    assert ask_erased(erased, before[3]) == ask_erased(erased, between[2]) == ("version_forgotten", after[1]["version"])
    assert ask_erased(erased, before[2]) == ask_erased(erased, between[1]) == ("version_forgotten", after[0]["version"])
    assert count_complaints(erased, after[2]["snapshot"]) == {SECOND: 7, THIRD: 11}


def test_a_store_that_noted_only_which_versions_are_gone_still_says_so():
    """As before 0.2."""
    line = Line(1, datetime.now(UTC), "", "", {"version": "v", "forgotten": ["0123456789ab"]})
    assert line.forgotten == {"0123456789ab": ""}
    later = Line(2, datetime.now(UTC), "", "", {"version": "w", "content": "c", "uploads": [GONE]})
    assert plan_history([line, later], 2, GONE).replacements == {"0123456789ab": "", "w": "c"}


# ---------------------------------------------------------------- undo


def test_a_forget_is_not_undone_and_what_comes_after_it_is(erased):
    before = erased.version()
    with pytest.raises(CallRefused) as refused:
        erased.undo("Synthetic undoer")
    assert refused.value.code == "nothing_to_undo"
    with_it = erased.publish(make_upload(erased, GONE)).version  # it may come again
    assert erased.undo("Synthetic undoer") == before
    assert erased.undo("Synthetic undoer") == with_it
    assert ask_numbers(erased) == {FIRST: 3, GONE: 5, SECOND: 7, THIRD: 11}


@pytest.mark.long
def test_a_list_that_is_undone_at_the_time_is_forgotten_too(built, tmp_path):
    shutil.copytree(built, tmp_path / "store")
    store = open_store(tmp_path / "store")
    store.publish(make_upload(store, SECOND))
    store.publish(make_upload(store, GONE))
    store.undo("Synthetic undoer")
    store.undo("Synthetic undoer")
    store.undo("Synthetic undoer")
    version = store.version()
    store.forget(GONE, "Synthetic eraser")
    assert bytes_with(tmp_path, MARKER, MARKER.lower(), GONE + HASH) == []
    assert [line["kind"] for line in store.versions()] == ["build", "publish", "forget"]
    assert store.version() == version, "it was in none of its rows"
    store.close()


def test_an_unknown_upload_can_not_be_forgotten(forgotten):
    for unknown in ("000000000000", "", GONE):
        with pytest.raises(CallRefused) as refused:
            forgotten.store.forget(unknown, "Synthetic eraser")
        assert refused.value.code == "unknown_upload"
    assert not (forgotten.store.path / forgetting.FORGETTING).exists()


# ---------------------------------------------------------------- any sequence


class Model:
    """What the log must be, by sets alone."""

    def __init__(self, content: str):
        self.content = content
        self.lines: list[tuple[str, str, frozenset[str]]] = [("build", "", frozenset())]
        self.forgotten: dict[str, str] = {}

    def version(self, held: frozenset[str]) -> str:
        return version_of(self.content, sorted(held))

    def publish(self, upload: str) -> bool:
        held = self.lines[-1][2]
        if upload in held:
            return False
        self.lines.append(("publish", upload, held | {upload}))
        return True

    def undo(self) -> bool:
        last = max((i for i, line in enumerate(self.lines) if line[0] != "build"), default=0)
        if not last or self.lines[last][0] == "forget":
            return False
        self.lines.append(("undo", self.lines[last][1], self.lines[last - 1][2]))
        return True

    def forget(self, upload: str) -> bool:
        if not any(upload in held for _, _, held in self.lines):
            return False
        since = min(i for i, line in enumerate(self.lines) if upload in line[2])
        gone = {self.version(held): self.version(held - {upload}) for _, _, held in self.lines if upload in held}
        after = [line for line in self.lines[since:] if line[1] != upload]
        self.forgotten = {old: gone.get(see, see) for old, see in self.forgotten.items()} | gone
        held = self.lines[-1][2] - {upload}
        self.lines = [
            *self.lines[:since],
            *((kind, of, uploads - {upload}) for kind, of, uploads in after),
            ("forget", upload, held),
        ]
        return True


def assert_like(store: Store, model: Model, path: Path, erased: set[str]) -> None:
    lines = [(line["kind"], line["upload_id"], frozenset(line["uploads"])) for line in store.versions()]
    assert lines == model.lines
    standing = set()
    for line, (kind, upload, held) in zip(store.versions(), model.lines, strict=True):
        assert line["version"] == model.version(held)
        standing.add(line["version"])
        if kind == "publish":
            assert (line["author"], line["message"]) == words_of(upload)[1:3]
        assert count_complaints(store, line["snapshot"]) == {upload: NUMBER[upload] for upload in held}
    for gone, see in model.forgotten.items():
        if gone not in standing:
            assert ask_erased(store, gone) == ("version_forgotten", see)
            assert see in standing
    assert bytes_with(path, *(word for upload in erased for word in words_of(upload))) == []
    assert parquet_files(path) == known_files(path)


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 25))]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_sequence_of_publish_undo_and_forget_leaves_the_log_that_sets_say(seed, built, tmp_path):
    path = tmp_path / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    model = Model(store.version())
    chosen, steps = random.Random(seed), 8 if seed else 7
    names, erased = (GONE, SECOND, THIRD), set()
    for step in range(steps):
        act = "publish" if step < 2 else chosen.choice(("publish", "publish", "undo", "undo", "forget", "forget"))
        upload = chosen.choice(names)
        if act == "publish":
            missing = [name for name in names if name not in model.lines[-1][2]]
            upload = chosen.choice(missing) if missing else upload
        does = {
            "publish": (partial(model.publish, upload), partial(publish, store, upload)),
            "undo": (model.undo, partial(store.undo, "Synthetic undoer")),
            "forget": (partial(model.forget, upload), partial(store.forget, upload, "Synthetic eraser")),
        }
        in_model, in_store = does[act]
        if in_model():
            in_store()
            erased = (erased | {upload}) if act == "forget" else erased - {upload} if act == "publish" else erased
        else:
            with pytest.raises(CallRefused):
                in_store()
        if act == "forget" or step == steps - 1:
            assert_like(store, model, path, erased)
    store.close()


# ---------------------------------------------------------------- no file of it is read


def test_damaged_files_of_the_list_do_not_keep_it_from_being_forgotten(store, path):
    own = sorted(filter(is_own, path.rglob("*.parquet")))
    assert {file.parent.name for file in own} >= {"uploads", "uploaded_figures"}
    for number, file in enumerate(own):
        if number % 3 == 0:
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-40] if number % 3 == 1 else b"")
    store.forget(GONE, "Synthetic eraser")
    assert_forgotten(path, store)


@pytest.mark.long
@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing else"])
def test_a_file_of_its_figures_that_is_none_does_not_either(content, store, path):
    for file in filter(is_own, path.rglob("uploaded_figures/*.parquet")):
        file.write_bytes(content)
    store.forget(GONE, "Synthetic eraser")
    assert_forgotten(path, store)


def is_own(file: Path) -> bool:
    """The list's id stands in the file, and no other's."""
    seen = file.read_bytes()
    return GONE.encode() in seen and not any(other.encode() in seen for other in (FIRST, SECOND, THIRD))


# ---------------------------------------------------------------- killed


# What a process does that is killed in a forget: the function before or after whose n-th call it dies.
KILLED = {
    "the note is written": ("store.write_note", 1, "after"),
    "the copy is made": ("forgetting._copy_catalogue", 1, "after"),
    "its files are let go": ("forgetting._edit_files", 1, "after"),
    "one of three versions is published anew": ("forgetting._publish_line", 1, "after"),
    "all are published anew": ("forgetting._publish_again", 1, "after"),
    "old snapshots are expired": ("forgetting._expire_snapshots", 1, "after"),
    "the copy is whole": ("forgetting._copy_catalogue", 2, "before"),
    "the copy is half taken over": ("half", 0, ""),
    "the copy is taken over": ("forgetting._copy_catalogue", 2, "after"),
    "one file is deleted": ("one", 0, ""),
    "the files are deleted": ("store.delete_scheduled_files", 1, "after"),
    "the note is to go": ("store.remove_note", 1, "before"),
}
OFTEN = {"the copy is half taken over"}  # the next test has another
DIE = """
import os, signal, sys
from pathlib import Path
from data.store import forgetting, open_store
from data.store import store as store_module

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying(work, number, when):
    calls = []
    def call(*given, **named):
        calls.append(1)
        if len(calls) == number and when == "before":
            die()
        done = work(*given, **named)
        if len(calls) == number:
            die()
        return done
    return call

path, name, number, when, upload = sys.argv[1:]
store = open_store(Path(path))
if name == "half":
    forgetting.COPY = forgetting.COPY.replace("source.backup(target)", '''
import os, signal
if "forgetting.sqlite" in sys.argv[1]:
    target.execute("pragma cache_size = 1")
    done = []
    def stop(*_):
        done.append(1)
        if len(done) == 20:
            os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
    source.backup(target, pages=1, progress=stop)
else:
    source.backup(target)
''')
elif name == "one":
    def delete_one(con):
        given_away = "select path from __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion"
        (found,) = Path(path).rglob(Path(con.execute(given_away).fetchall()[0][0]).name)
        found.unlink()
        die()
    store_module.delete_scheduled_files = delete_one
else:
    module, function = name.split(".")
    module = {"store": store_module, "forgetting": forgetting}[module]
    setattr(module, function, dying(getattr(module, function), int(number), when))
store.forget(upload, "Synthetic eraser")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process is killed")
@pytest.mark.parametrize(
    "moment", [pytest.param(name, marks=[] if name in OFTEN else pytest.mark.long) for name in KILLED]
)
def test_a_forget_that_is_killed_is_finished_at_the_next_start(moment, path):
    name, number, when = KILLED[moment]
    process = python(DIE, path, name, str(number), when, GONE)
    process.communicate(timeout=300)
    assert process.returncode == -signal.SIGKILL
    assert (path / forgetting.FORGETTING).exists()
    again = open_store(path)
    assert again.unfinished_forget() is None
    assert_forgotten(path, again)
    assert again.versions()[-1]["author"] == "Synthetic eraser"
    assert again.publish(make_upload(again, GONE)).version == again.version()
    again.close()


def test_an_open_store_finishes_what_another_left_before_it_writes_anything(store, path):
    process = python(DIE, path, "forgetting._publish_line", "1", "after", GONE)
    process.communicate(timeout=300)
    assert store.unfinished_forget() == GONE
    assert ask_numbers(store)[GONE] == 5, "until then all can be read"
    with pytest.raises(CallRefused) as refused:
        store.undo("Synthetic undoer")
    assert refused.value.code == "nothing_to_undo", "for by then it is forgotten"
    assert_forgotten(path, store)


READ = """
import sys
from pathlib import Path
from data.store import open_store
from data.uploads import UnknownVersion
store = open_store(Path(sys.argv[1]))
first = store.versions()[1]["version"]
print("ready", flush=True)
seen = set()
for line in sys.stdin:
    for _ in range(int(line)):
        rows = store.ask("allegations_by_year", country="KZ")
        seen.add(tuple(sorted(rows.loc[rows["compiler"].str.startswith("synthetic_"), "low"])))
        store.ask("countries_known", version=first)
        try:
            store.ask("countries_known", version=store.version())
        except UnknownVersion as unknown:  # erased between the two calls
            assert unknown.code == "version_forgotten"
    print(sorted(seen), flush=True)
"""


def test_who_reads_meanwhile_sees_all_that_was_before_or_all_that_is_after(store, path):
    other = python(READ, path)
    assert other.stdout.readline() == "ready\n"
    other.stdin.write("60\n")
    other.stdin.flush()
    store.forget(GONE, "Synthetic eraser")
    other.stdin.write("1\n")
    seen = finished(other).splitlines()[-1]
    assert eval(seen) == [(3.0, 5.0, 7.0, 11.0), (3.0, 7.0, 11.0)]


# ---------------------------------------------------------------- what can't be finished


UNREADABLE = {
    "empty": b"",
    "cut off": b'{"upload_id": "ababab',
    "no JSON": b"\xff\xfe\x00 not a note",
    "a list": b"[]",
    "nothing in it": b"{}",
    "wrong types": b'{"upload_id": 5, "author": null}',
    "names none": b'{"upload_id": "", "author": "x"}',
    "nested": b"[" * 100_000,
}


@pytest.mark.parametrize("note", UNREADABLE)
def test_a_note_that_says_nothing_is_not_taken_for_one(note, tmp_path):
    (tmp_path / forgetting.FORGETTING).write_bytes(UNREADABLE[note])
    with pytest.raises(forgetting.NoteUnreadable):
        forgetting.read_note(tmp_path)


@pytest.mark.parametrize("note", [b"", b'{"upload_id": "000000000000", "author": "no such upload"}'])
def test_a_note_that_names_no_upload_keeps_the_store_open_for_reading(note, path):
    (path / forgetting.FORGETTING).write_bytes(note)
    store = open_store(path)
    before = store.versions()
    assert_unfinished(store, "")
    assert store.versions() == before
    store.close()


def assert_unfinished(store: Store, upload: str) -> None:
    """It is said, all can be read, and nothing is written."""
    assert store.unfinished_forget() == upload
    assert ask_numbers(store) == NUMBER
    for change in (partial(publish, store, GONE), partial(store.undo, "Synthetic undoer")):
        with pytest.raises(CallRefused) as refused:
            change()
        assert refused.value.code == "forget_unfinished"


def test_whoever_asks_again_says_which_upload_it_was_also_if_it_is_erased_by_now(erased):
    (erased.path / forgetting.FORGETTING).write_bytes(b"")
    assert erased.unfinished_forget() == ""
    with pytest.raises(CallRefused):
        erased.forget("000000000000", "Synthetic eraser")
    assert erased.unfinished_forget() == ""
    erased.forget(GONE, "Synthetic eraser")
    assert erased.unfinished_forget() is None
    assert_forgotten(erased.path, erased)


def test_a_note_in_a_store_without_uploads_is_about_nothing(built, tmp_path):
    shutil.copytree(built, tmp_path / "store")
    (tmp_path / "store" / forgetting.FORGETTING).write_bytes(b"")
    store = open_store(tmp_path / "store")
    assert store.unfinished_forget() is None
    with pytest.raises(CallRefused) as refused:
        store.undo("Synthetic undoer")
    assert refused.value.code == "nothing_to_undo", "as without a note"
    store.close()


def test_a_forget_that_fails_again_keeps_the_store_open_for_reading(path, monkeypatch):
    forgetting.write_note(path, forgetting.Note(GONE, "Synthetic eraser"))

    def fails(*_):
        raise StoreUnwritable(path, "no room")

    monkeypatch.setattr(opening, "rewrite_history", fails)
    store = open_store(path)
    assert_unfinished(store, GONE)
    with pytest.raises(StoreUnwritable):
        store.forget(SECOND, "Synthetic eraser")
    assert store.unfinished_forget() == GONE, "another's forget does not take its place"
    store.close()


def test_a_note_is_whole_or_not_there(path, monkeypatch):
    def fails(*_):
        raise OSError(28, "No space left on device")

    forgetting.write_note(path, forgetting.Note(GONE, "Synthetic eraser"))
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="space"):
        forgetting.write_note(path, forgetting.Note(SECOND, "x" * 5000))
    assert forgetting.read_note(path) == forgetting.Note(GONE, "Synthetic eraser")
    assert [file.name for file in path.iterdir() if "forgetting" in file.name] == [forgetting.FORGETTING]


def test_while_somebody_is_at_it_a_forget_is_not_said_to_be_unfinished(store, path):
    forgetting.write_note(path, forgetting.Note(GONE, "Synthetic eraser"))
    with lake.lock_for_writing(path):
        assert store.unfinished_forget() is None
    assert store.unfinished_forget() == GONE


@pytest.mark.long
def test_a_shipped_file_at_fault_keeps_nothing_from_being_erased(path, shipped: Shipped):
    forgetting.write_note(path, forgetting.Note(GONE, "Synthetic eraser"))
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="six")
    with pytest.raises(opening.datasets.DataRefused):
        open_store(path, shipped.root)
    assert bytes_with(path, MARKER, MARKER.lower(), GONE + HASH) == []
