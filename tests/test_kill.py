"""Does a publish that is killed at any moment leave the whole old version or the whole new one?

All synthetic. Two kills in every run, eight in a long one; TCP_KILLS=200 for more.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from data import self_check
from data.counting import count_cases, state_counts
from data.store import Store, lake, leftovers, open_store
from data.uploads import Upload
from tests.test_store import python

KILLS = int(os.environ.get("TCP_KILLS", "8"))
USUAL = (KILLS // 2 - 1, KILLS // 2)  # half-way through its commit, and half-way through
ROWS = 3000

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a killed process is forked, so that it starts at once")


def listed(store: Store, content_hash: str) -> Upload:
    """A synthetic list, counted and ready to publish."""
    con = duckdb.connect()
    con.execute(
        "create table cases as select 'synthetic-' || i as case_id, null::varchar as country, "
        "date '2015-01-01' + (i % 2000)::integer "
        "as allegation_start, allegation_start as allegation_end, 'convicted' as outcome, 1 as weight "
        "from range($1) as t(i)",
        [ROWS],
    )
    return Upload(
        rows=state_counts(count_cases(con, store.stages())),
        shape="cases",
        country="KZ",
        compiler="synthetic_ngo",
        kind="ngo",
        organisation="Synthetic organisation",
        author="Synthetic author",
        message="Synthetic list",
        language="en",
        content_hash=content_hash,
    )


# Imports once and forks for each line it reads, which names a store: the child says when it begins, when all that is
# left is to commit, and when it is done, and waits to be killed, done or not.
NURSERY = """
import os, signal, sys
from pathlib import Path
from data.store import open_store, publishing
from tests.test_kill import listed
said = publishing.annotate_snapshot
def say(*words):
    version = said(*words)
    print("commits", flush=True)
    return version
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        store = open_store(Path(line.strip()))
        upload = listed(store, "ab" * 32)
        publishing.annotate_snapshot = say
        print("begins", os.getpid(), flush=True)
        store.publish(upload)
        print("done", flush=True)
        signal.pause()
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen]:
    process = python(NURSERY)
    yield process
    process.communicate(timeout=300)


def begun(nursery: subprocess.Popen, path: Path) -> int:
    """The process that is publishing to a store from now on."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{path}\n")
    nursery.stdin.flush()
    word, pid = nursery.stdout.readline().split()
    assert word == "begins"
    return int(pid)


def kill(nursery: subprocess.Popen, pid: int) -> None:
    """End a process as a power cut would, and wait until it is gone."""
    assert nursery.stdout is not None
    os.kill(pid, signal.SIGKILL)
    while (line := nursery.stdout.readline()) != "gone\n":
        assert line, "the process that forks them has ended"


@pytest.fixture(scope="module")
def seconds(built, nursery, tmp_path_factory) -> tuple[float, float]:
    """How long a publish that nobody kills takes, and its commit: the shorter of two."""
    took = []
    for number in range(2):
        path = tmp_path_factory.mktemp("whole") / f"store-{number}"
        shutil.copytree(built, path)
        pid = begun(nursery, path)
        times = [time.monotonic()]
        for word in ("commits", "done"):
            assert nursery.stdout.readline() == f"{word}\n"
            times.append(time.monotonic())
        took.append((times[2] - times[0], times[2] - times[1]))
        kill(nursery, pid)
    return min(whole for whole, _ in took), min(commit for _, commit in took)


@pytest.mark.parametrize(
    "number", [each if each in USUAL else pytest.param(each, marks=pytest.mark.long) for each in range(KILLS)]
)
def test_a_killed_publish_leaves_the_old_version_or_the_new_one_and_the_next_works(
    number, built, nursery, seconds, tmp_path
):
    path = tmp_path / "store"
    shutil.copytree(built, path)
    whole, commit = seconds
    pid = begun(nursery, path)
    # One moment in each slice of the time that a publish takes and a little after; every other one in its commit.
    moment = (number + random.Random(number).random()) / KILLS * 1.2
    if number % 2:
        assert nursery.stdout.readline() == "commits\n"
        time.sleep(commit * moment)
    else:
        time.sleep(whole * moment)
    kill(nursery, pid)

    store = open_store(path)
    versions = store.versions()
    held = [row[0] for row in store.con.execute("select upload_id from lake.uploads").fetchall()]
    # An upload, its figures and what is made of them: all of it or none.
    expected = {
        "lake.uploaded_figures": 12,
        "lake.uploads": 1,
        "(from lake.figures where dataset = 'abababababab')": 12,
        "(from lake.counts where dataset = 'abababababab')": 12,
        "(from lake.sources where source_id = 'abababababab')": 1,
        "(from lake.compilers where compiler = 'synthetic_ngo')": 1,
    }
    found = {name: store.con.execute("select count(*) from " + name).fetchall()[0][0] for name in expected}
    is_new = held == ["abababababab"]
    print("new" if is_new else "old", "in commit" if number % 2 else "anywhere", f"{moment:.2f}")
    assert found == (expected if is_new else dict.fromkeys(expected, 0))
    assert [version["uploads"] for version in versions] == [[], ["abababababab"]][: 1 + is_new]
    assert [fault for fault in self_check.marts(store._latest()) if "abababababab" not in fault.id] == []

    assert files_of_figures(path) == files_known(store)
    assert store._read(lambda con: leftovers.find_unknown(con, store.data)) == set()
    assert not (path / leftovers.JOURNAL).exists()

    upload = replace(listed(store, "cd" * 32), compiler="other_ngo")
    assert store.publish(upload).version == store.version()
    assert len(store.versions()) == len(versions) + 1
    assert store.con.execute("select count(*) from lake.uploaded_figures").fetchall() == [(12 * (1 + is_new),)]
    store.close()


def files_of_figures(path: Path) -> set[str]:
    return {file.name for file in (path / lake.DATA / "main" / "uploaded_figures").glob("*")}


def files_known(store: Store) -> set[str]:
    found = store.con.execute("select data_file from ducklake_list_files('lake', 'uploaded_figures')").fetchall()
    return {Path(file).name for (file,) in found}


# The same for the first start of all.
FIRST = """
import os, signal, sys
from pathlib import Path
from data.store import open_store
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        print("begins", os.getpid(), flush=True)
        open_store(Path(line.strip()))
        print("done", flush=True)
        signal.pause()
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen, float]]:
    """The process that forks them, and how long one that nobody kills takes."""
    process = python(FIRST)
    begins = time.monotonic()
    pid = begun(process, tmp_path_factory.mktemp("first") / "store")
    assert process.stdout.readline() == "done\n"
    took = time.monotonic() - begins
    kill(process, pid)
    yield process, took
    process.communicate(timeout=300)


@pytest.mark.parametrize("number", range(max(1, KILLS // 4)))
def test_a_first_start_that_is_killed_is_begun_again_by_the_next(number, first_start, tmp_path):
    process, took = first_start
    pid = begun(process, tmp_path / "store")
    time.sleep(took * (number + random.Random(number).random()) / max(1, KILLS // 4))
    kill(process, pid)
    store = open_store(tmp_path / "store")
    assert len(store.versions()) == 1
    assert not store.ask("countries_known").empty
    assert store._read(lambda con: leftovers.find_unknown(con, store.data)) == set()
    store.close()


# Writes more than its cache holds, so that the catalogue is half written and its journal says what stood there.
HALF_WRITTEN = """
import os, signal, sqlite3, sys
con = sqlite3.connect(sys.argv[1], isolation_level=None)
con.execute("pragma cache_size = 1")
con.execute("begin immediate")
con.execute("update ducklake_data_file set path = path || 'spoiled'")
con.execute("update ducklake_file_column_stats set min_value = hex(randomblob(200))")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_catalogue_left_half_written_is_taken_back_on_opening(built, tmp_path):
    path = tmp_path / "store"
    shutil.copytree(built, path)
    catalogue = path / lake.CATALOGUE
    whole = catalogue.read_bytes()
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, str(catalogue)], check=False)
    assert catalogue.read_bytes() != whole
    assert catalogue.with_name(f"{lake.CATALOGUE}-journal").stat().st_size > 512
    store = open_store(path)
    assert not store.ask("countries_known").empty
    assert store.publish(listed(store, "cd" * 32)).version == store.version()
    store.close()
