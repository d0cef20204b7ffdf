"""A full disk, a read-only one, a quota, rights, too many files: each is said in its own words, and nothing is lost.

First by errors raised where the system would raise them, at each call of the store; then by a real full disk, a real
read-only one, another account and the limits of a process. All that is published is synthetic.
"""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

import data.store as stores
from components.text import LANGUAGES, Text
from data import __main__ as shell
from data.store import (
    Store,
    StoreDamaged,
    StoreDenied,
    StoreDiskFailing,
    StoreError,
    StoreFull,
    StoreIrreparable,
    StoreLocked,
    StoreOutOfMemory,
    StoreQuota,
    StoreReadOnly,
    StoreTooManyFiles,
    StoreUnwritable,
    build,
    errors,
    lake,
    layout,
    open_store,
    repair,
)
from data.uploads import CallRefused
from tests.test_kill import files_known, files_of_figures, listed
from tests.test_store import CODE, bytes_of, complaints

NUMBERS = {
    errno.ENOSPC: StoreFull,
    errno.EDQUOT: StoreQuota,
    errno.EFBIG: StoreQuota,
    errno.EROFS: StoreReadOnly,
    errno.EACCES: StoreDenied,
    errno.EPERM: StoreDenied,
    errno.EMFILE: StoreTooManyFiles,
    errno.ENFILE: StoreTooManyFiles,
    errno.ENOMEM: StoreOutOfMemory,
    errno.EIO: StoreDiskFailing,
    errno.ESTALE: StoreDiskFailing,
    errno.ENOENT: StoreDamaged,
}


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/store/catalog.sqlite")


def engine(number: int) -> duckdb.IOException:
    return duckdb.IOException(f'IO Error: Could not write file "/store/x.parquet": {os.strerror(number)}')


ERRORS: dict[str, tuple[Callable[[], BaseException], type[StoreError]]] = {
    **{f"system: {os.strerror(n)}": (lambda n=n: system(n), kind) for n, kind in NUMBERS.items()},
    **{f"engine: {os.strerror(n)}": (lambda n=n: engine(n), kind) for n, kind in NUMBERS.items()},
    "sqlite full": (lambda: sqlite3.OperationalError("database or disk is full"), StoreFull),
    "sqlite locked": (lambda: sqlite3.OperationalError("database is locked"), StoreLocked),
    "sqlite read-only": (lambda: sqlite3.OperationalError("attempt to write a readonly database"), StoreReadOnly),
    "sqlite can't open": (lambda: sqlite3.OperationalError("unable to open database file"), StoreUnwritable),
    "sqlite can't write": (lambda: sqlite3.OperationalError("disk I/O error"), StoreUnwritable),
    "sqlite malformed": (lambda: sqlite3.DatabaseError("database disk image is malformed"), StoreDamaged),
    "sqlite no database": (lambda: sqlite3.DatabaseError("file is not a database"), StoreDamaged),
    "sqlite memory": (lambda: sqlite3.OperationalError("out of memory"), StoreOutOfMemory),
    "engine memory": (lambda: duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"), StoreOutOfMemory),
    "python memory": (MemoryError, StoreOutOfMemory),
    "json": (lambda: json.JSONDecodeError("Expecting value", "", 0), StoreDamaged),
    "letters": (lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), StoreDamaged),
    "rows": (lambda: errors.RowsMissing("counts: 3 of 4 rows were found"), StoreDamaged),
}


@pytest.mark.parametrize(("error", "kind"), ERRORS.values(), ids=ERRORS)
def test_each_error_of_a_machine_or_a_file_has_a_meaning(error, kind, tmp_path):
    meant = errors.translate_error(error(), tmp_path)
    assert (type(meant), meant.path) == (kind, tmp_path)


def test_what_a_folder_is_called_means_nothing(tmp_path):
    path = tmp_path / os.strerror(errno.ENOSPC)
    path.mkdir()
    said = duckdb.IOException(f'IO Error: No files found that match the pattern "{path}/x.parquet"')
    assert type(errors.translate_error(said, path)) is StoreDamaged
    assert type(errors.translate_error(said, path, StoreUnwritable)) is StoreUnwritable


@pytest.mark.parametrize("said", errors.UNTOLD)
@pytest.mark.parametrize(("number", "kind"), [(n, k) for n, k in NUMBERS.items() if k is not StoreDamaged])
def test_what_sqlite_does_not_tell_is_tried(said, number, kind, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise system(number)

    monkeypatch.setattr(errors.tempfile, "TemporaryFile", refused)
    assert type(errors.translate_error(duckdb.IOException(said), tmp_path)) is kind


# ---------------------------------------------------------------- at each call


@pytest.fixture(scope="module")
def shared(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with one upload, which no call of these tests changes."""
    path = tmp_path_factory.mktemp("faults") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    store.publish(listed(store, "ab" * 32))
    yield store
    store.close()


@pytest.fixture(scope="module")
def ready(shared: Store) -> Any:
    """A synthetic list for that store."""
    return listed(shared, "cd" * 32)


CALLS: dict[str, Callable[[Store, Any], Any]] = {
    "ask": lambda store, _: store.ask("countries_known"),
    "check": lambda store, _: store.check(),
    "snapshot": lambda store, _: store.snapshot(),
    "version": lambda store, _: store.version(),
    "versions": lambda store, _: store.versions(),
    "uploads": lambda store, _: store.uploads(),
    "stages": lambda store, _: store.stages(),
    "editions": lambda store, _: store.editions("synthetic_ngo"),
    "publish": lambda store, upload: store.publish(upload),
    "preview": lambda store, upload: store.preview(upload),
    "compare": lambda store, _: store.compare("a", "b"),
    "undo": lambda store, _: store.undo("Synthetic author"),
    "forget": lambda store, _: store.forget("abababababab", "Synthetic author"),
    "build": lambda store, _: build(store),
    "open": lambda store, _: open_store(store.path).close(),
    "repair": lambda store, _: repair(store.path),
}


def test_every_call_of_the_store_is_among_these():
    said = {name for name, call in vars(Store).items() if callable(call) and not name.startswith("_")}
    of_a_note = {"unfinished_forget", "finish_forget"}  # they ask nothing where no forget has begun
    assert said - {"close"} - of_a_note | {"build", "open", "repair"} == CALLS.keys()


class Raising:
    """Raises this error at whatever is asked of it."""

    def __init__(self, error: Callable[[], BaseException]):
        self.error = error

    def __getattr__(self, name: str) -> Any:
        if name == "close":
            return lambda: None
        raise self.error()

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise self.error()


FEW = ["system: No space left on device", "system: Too many open files", "engine: Read-only file system"]
FEW += ["engine: Disk quota exceeded", "system: Permission denied", "sqlite malformed", "sqlite full", "json"]


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("call", CALLS)
def test_an_error_of_the_engine_is_told_by_each_call_as_what_it_means(call, name, shared, ready, monkeypatch):
    error, kind = ERRORS[name]
    before = bytes_of(shared.path)
    with monkeypatch.context() as broken:
        broken.setattr(shared, "con", Raising(error))
        broken.setattr(lake.duckdb, "connect", Raising(error))
        broken.setattr(lake, "PATIENCE", 0.1)
        with pytest.raises(StoreError) as told:
            CALLS[call](shared, ready)
    irreparable = {StoreIrreparable} if call == "repair" and kind is StoreDamaged else set()
    assert type(told.value) in {kind} | irreparable
    assert bytes_of(shared.path) == before


# Where else a call meets the machine: the lock, the catalogue's own reader, the journal, a copy's process, a folder.
PLACES: dict[str, tuple[Any, str]] = {
    "lock": (lake.sqlite3, "connect"),
    "sync": (lake.os, "fsync"),
    "rename": (Path, "replace"),
    "copy": (lake.subprocess, "run"),
    "json": (layout.lake, "copy_tables"),
    "folder": (Path, "iterdir"),
    "remove": (Path, "unlink"),
    "room": (errors.tempfile, "TemporaryFile"),
    "look": (Path, "is_file"),
    "make": (Path, "mkdir"),
}


WRITING = {"publish", "undo", "forget"}  # these change the store where they do not fail: below
FEW_PLACES = {"lock", "remove", "copy"}


def in_part(names: Iterable[str], few: set[str]) -> list[Any]:
    """All of them, but a few in long runs only."""
    return [pytest.param(name, marks=() if name in few else pytest.mark.long) for name in names]


@pytest.mark.parametrize("name", ["system: No space left on device", "sqlite full"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.long
def test_no_call_lets_an_error_through_wherever_the_machine_fails(place, name, shared, monkeypatch):
    error, _ = ERRORS[name]
    versions = shared.versions()
    for call in CALLS.keys() - WRITING:
        with monkeypatch.context() as broken, suppress(StoreError, CallRefused):
            broken.setattr(*PLACES[place], Raising(error))
            broken.setattr(lake, "PATIENCE", 0.1)
            CALLS[call](shared, listed(shared, "cd" * 32))
    assert shared.versions() == versions


@pytest.mark.parametrize("place", in_part(PLACES, FEW_PLACES))
def test_a_write_during_which_the_machine_fails_is_done_or_not_and_the_next_works(place, path, monkeypatch):
    store = open_store(path)
    upload = listed(store, "cd" * 32)
    with monkeypatch.context() as broken:
        broken.setattr(*PLACES[place], Raising(lambda: system(errno.ENOSPC)))
        failed = None
        try:
            store.publish(upload)
        except StoreError as error:
            failed = error.code
    assert failed in {None, "store_full"}
    assert len(store.versions()) == 1 + (failed is None)
    with suppress(CallRefused):
        store.publish(upload)
    assert [row["upload_id"] for row in store.uploads()] == ["cdcdcdcdcdcd"]
    assert files_of_figures(path) == files_known(store)
    store.undo("Synthetic author")
    store.close()


# ---------------------------------------------------------------- what people read

KINDS = [
    kind for kind in map(vars(stores).get, stores.__all__) if isinstance(kind, type) and issubclass(kind, StoreError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_page_and_shell_say_the_same_sentence_with_the_folder_in_it(kind, monkeypatch, capsys):
    def failing():
        raise kind(Path("/my/store"))

    monkeypatch.setattr(shell, "open_store", failing)
    assert shell.main(["versions"]) == 1
    said = capsys.readouterr().err
    text = Text("en")
    code = f"error.{kind.code}"
    assert said == f"{text(code)}\n{text(f'{code}_advice', path='/my/store')}\n"
    for language in LANGUAGES:
        assert "/my/store" in Text(language)(f"{code}_advice", path="/my/store")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_tells_people_to_move_a_store_away_and_each_has_its_own(language):
    text = Text(language)
    said = [text(f"error.{kind.code}") for kind in KINDS if kind is not StoreError]
    assert len(set(said)) == len(said)
    advice = " ".join(text(f"error.{kind.code}_advice") for kind in KINDS).lower()
    for word in ("move the folder", "переместите папку", "басқа жерге көшіріп"):
        assert word not in advice


# ---------------------------------------------------------------- real ones

# Opens the store, then does what it is told to on this machine, and says what came of each call.
CHILD = """
import json, os, sys
from pathlib import Path
from data.store import StoreError, lake, open_store, repair
from data.uploads import CallRefused
from tests.test_kill import listed

lake.PATIENCE = 2.0
path = Path(sys.argv[1])
told = {}

def call(name, work):
    try:
        work()
        told[name] = "done"
    except (StoreError, CallRefused) as error:
        told[name] = error.code
    except BaseException as error:
        told[name] = repr(error)

def all_calls(store):
    call("ask", lambda: store.ask("countries_known"))
    call("versions", store.versions)
    call("uploads", store.uploads)
    call("compare", lambda: store.compare(*[each["version"] for each in store.versions()][:2]))
    call("publish", lambda: store.publish(upload))
    call("undo", lambda: store.undo("Synthetic author"))
    call("forget", lambda: store.forget("abababababab", "Synthetic author"))

def opened():
    global store, upload
    store = open_store(path)
    upload = listed(store, "cd" * 32)
"""
SAY = "\nprint(json.dumps(told))"


def child(code: str, *words: object, through: tuple[str, ...] = ()) -> dict[str, str]:
    """What another process says of its calls, started through other commands."""
    command = [*through, sys.executable, "-c", f"__file__ = 'test'\n{CHILD}{code}{SAY}", *map(str, words)]
    ended = subprocess.run(command, cwd=CODE, capture_output=True, text=True, check=False, timeout=1500)
    assert ended.returncode == 0, ended.stderr
    said: dict[str, str] = json.loads(ended.stdout.splitlines()[-1])
    return said


@pytest.fixture(scope="module")
def mounts() -> tuple[str, ...]:
    """What lets a command mount something for itself alone: the superuser may, others as superusers of their own."""
    found = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-Urm")
    may = subprocess.run([*found, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    if may.returncode:
        pytest.skip(f"nobody may mount here ({may.stderr.decode().strip()}): full and read-only disks are only played")
    return found


@pytest.fixture
def two(shared: Store, tmp_path: Path) -> Path:
    """A store with an upload, that nobody holds."""
    shutil.copytree(shared.path, tmp_path / "store")
    return tmp_path / "store"


READ_ONLY = ("sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"')
READ = {"ask": "done", "versions": "done", "uploads": "done", "compare": "done"}


def test_a_store_on_a_read_only_disk_is_read_and_every_write_to_it_is_refused_as_such(two, mounts):
    before = bytes_of(two)
    told = child("call('open', opened)\nall_calls(store)", two, through=(*mounts, *READ_ONLY, str(two)))
    refused = dict.fromkeys(("publish", "undo", "forget"), "store_read_only")
    assert told == {"open": "done"} | READ | refused
    assert bytes_of(two) == before


def test_a_new_store_and_a_damaged_one_on_a_read_only_disk_are_told_as_what_they_are(two, tmp_path, mounts):
    (tmp_path / "new").mkdir()
    (two / lake.CATALOGUE).unlink()
    before = bytes_of(tmp_path)
    through = (*mounts, *READ_ONLY, str(tmp_path))
    code = "call('open', opened)\ncall('repair', lambda: repair(path))"
    assert child(code, tmp_path / "new", through=through) == {"open": "store_read_only", "repair": "store_irreparable"}
    assert child(code, two, through=through) == {"open": "store_damaged", "repair": "store_read_only"}
    assert bytes_of(tmp_path) == before


# The store on a disk of its own, filled but for so many kilobytes; emptied again for the last publish.
FULL = """
import shutil
from data.store import leftovers
home = path
seen = []
for free in map(int, sys.argv[2:]):
    path = Path("/mnt") / f"store-{free}"
    shutil.copytree(home, path)
    call("open", opened)
    before = store.versions()
    with open("/mnt/filler", "wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, max(shutil.disk_usage("/mnt").free - free * 1024, 1))
    call("publish", lambda: store.publish(upload))
    assert len(store.versions()) == len(before) + (told["publish"] == "done"), told
    call("ask", lambda: store.ask("countries_known"))
    call("undo", lambda: store.undo("Synthetic author"))
    call("forget", lambda: store.forget("abababababab", "Synthetic author"))
    full = dict(told)
    os.unlink("/mnt/filler")
    store.close()
    call("open", opened)
    call("ask", lambda: store.ask("countries_known"))
    call("publish", lambda: store.publish(listed(store, "ef" * 32)))
    if "abababababab" in {row["upload_id"] for row in store.uploads()}:
        call("forget", lambda: store.forget("abababababab", "Synthetic author"))
    held = {row["upload_id"] for row in store.uploads()}
    assert "efefefefefef" in held and "abababababab" not in held, held
    assert store._read(lambda con: leftovers.find_unknown(con, store.data)) == set()
    store.close()
    shutil.rmtree(path)
    seen.append([full, dict(told)])
told = seen
"""
TMPFS = ("sh", "-c", 'mount -t tmpfs -o size=64m none /mnt && exec "$@"', "sh")
STEPS = int(os.environ.get("TCP_FULL_DISKS", "2"))


def test_a_disk_that_is_full_at_any_moment_loses_nothing_and_is_told_as_such(two, mounts):
    free = [round(4096 * step / STEPS) for step in range(STEPS)]  # kilobytes: from none to what a publish needs
    for kilobytes, (full, later) in zip(free, child(FULL, two, *free, through=(*mounts, *TMPFS)), strict=True):
        print(kilobytes, full)
        assert {full["publish"], full["undo"], full["forget"]} <= {"store_full", "done"}
        assert (full["open"], full["ask"]) == ("done", "done")
        assert {later["open"], later["ask"], later["publish"]} == {"done"}
        if kilobytes == 0:
            assert full["publish"] == full["undo"] == "store_full"


def test_a_limit_of_the_size_of_a_file_is_a_quota(two):
    """As the superuser or not, everywhere: the limit is the process's own."""
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))"
    told = child(f"import resource\ncall('open', opened)\n{limit}\nall_calls(store)", two)
    assert told == {"open": "done"} | READ | dict.fromkeys(("publish", "undo", "forget"), "store_quota")
    store = open_store(two)  # which finishes a forget that had begun
    assert {row["upload_id"] for row in store.uploads()} <= {"abababababab"}
    assert complaints(store) == [602]
    store.close()


def test_too_many_open_files_are_told_as_such(two):
    code = """
import resource
call("open", opened)
used = len(os.listdir("/proc/self/fd")) - 1 if os.path.isdir("/proc/self/fd") else 64
resource.setrlimit(resource.RLIMIT_NOFILE, (used, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
all_calls(store)
call("open again", opened)
"""
    told = child(code, two)
    assert told.pop("open") == "done"
    assert set(told.values()) <= {"done", "store_too_many_files"}
    assert told["publish"] == told["forget"] == told["open again"] == "store_too_many_files"
    store = open_store(two)
    assert complaints(store) == [602]
    store.close()


# The superuser may read and write everything, whatever the modes of the files: he gives that right up first.
AS_ANYBODY = () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def only(path: Path, mode: int) -> Iterator[None]:
    """A store whose files its account may only read, or not even that."""
    kept = {file: file.stat().st_mode for file in [path, *path.rglob("*")]}
    for file in sorted(kept, reverse=True):
        file.chmod(mode if file.is_dir() else mode & 0o666)
    try:
        yield
    finally:
        for file in sorted(kept):
            file.chmod(kept[file])


def test_a_store_that_the_account_may_only_read_is_read_and_writing_is_denied(two):
    before = bytes_of(two)
    with only(two, 0o555):
        told = child("call('open', opened)\nall_calls(store)", two, through=AS_ANYBODY)
    assert told == {"open": "done"} | READ | dict.fromkeys(("publish", "undo", "forget"), "store_denied")
    assert bytes_of(two) == before


def test_a_store_that_the_account_may_not_even_read_is_denied(two):
    with only(two, 0o000):
        told = child("call('open', opened)\ncall('repair', lambda: repair(path))", two, through=AS_ANYBODY)
    assert told == {"open": "store_denied", "repair": "store_denied"}
