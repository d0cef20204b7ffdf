"""What the specification stands on: a few synthetic figures one can hold in one's head, and the real store.

Nothing here, and nothing that a test starts, writes to the store of the person who runs the tests.
"""

import csv
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from xdist.scheduler import LoadScopeScheduling

import tests.profiles  # noqa: F401 (Hypothesis must know them before it is told which one to load)
from data import datasets
from data.store import Store, open_store
from data.store.tables import UPLOAD_TABLES, order_marts
from queries.catalog import query

Row = dict[str, Any]
Given = Callable[..., duckdb.DuckDBPyConnection]

# A real value for each parameter that a question has no default for; a new question may need one more.
ASKED: dict[str, str] = {
    "country": "KZ",
    "stage": "complaint",
    "kind": "official",
    "scope": "event",
    "scope_detail": "january_2022",
    "compiler": "prosecutor_general",
    "figure_ids": "kz-0025,kz-0045",
    "numerator_id": "kz-0026",
    "denominator_id": "kz-0025",
}


def required(name: str) -> dict[str, str]:
    """The smallest call of a question."""
    return {
        parameter.name: ASKED[parameter.name] for parameter in query(name).params.values() if parameter.default is None
    }


SYNTHETIC_SOURCE: Row = {
    "source_id": "synthetic-document",
    "title": "A synthetic document, for tests",
    "publisher": "Synthetic publisher",
    "published_on": None,
    "language": "en",
    "url": "https://example.org/synthetic-document",
    "address": "document",
    "kind": "ngo",
}
# Six official complaints of 2012, in Kazakhstan, nobody says who counted: a test names only what differs.
SYNTHETIC_FIGURE: Row = {
    "dataset": "official",
    "country": "KZ",
    "compiler": "official_unspecified",
    "stage": "complaint",
    "unit": "complaints",
    "value_low": 6,
    "value_high": 6,
    "qualifier": "exact",
    "period_start": "2012-01-01",
    "period_end": "2012-12-31",
    "period_kind": "counted",
    "scope": "all",
    "note": "Synthetic",
    "source_id": "synthetic-document",
    "confidence": "secondary",
    "wording_kept": "yes",
}
SYNTHETIC_BREAK: Row = {
    "country": "KZ",
    "starts_on": "2013-03-17",
    "date_precision": "day",
    "kind": "law",
    "breaks_series": "yes",
    "what": "Synthetic",
    "source_title": "A synthetic document, for tests",
    "source_url": "https://example.org/synthetic-document",
    "address": "document",
}


# Files that stay in one process together, for what they share is made once: a browser, pages, decks. Every other file
# is a group of its own. Longest first: whoever has nothing left to do takes the next group, and the last is short.
GROUPS = {
    "browser": ("browser",),
    "exports": (
        "test_brief",
        "test_pictures",
        "test_pptx",
        "test_pptx_words",
        "test_pptx_looks",
        "test_package",
        "test_page",
    ),
    "pages": ("test_pages", "test_address", "test_sentences", "test_upload_page"),
    "uploads": ("test_uploads",),
    "store": ("test_store",),
    "intake": ("test_intake",),
}
GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def group(path: Path) -> str:
    """The group of a file of tests."""
    return GROUP_OF.get(path.parent.name) or GROUP_OF.get(path.stem) or path.stem


class ByGroup(LoadScopeScheduling):
    """Hands out whole groups.

    `--dist loadgroup` of pytest-xdist 3.8 does not: it notes the group where pytest 9.2 no longer looks.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(Path(nodeid.split("::")[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup:
    """How tests are shared out among processes."""
    config.option.loadscopereorder = False  # but by the order of GROUPS
    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest groups first."""
    order = [*GROUPS]
    items.sort(key=lambda item: order.index(found) if (found := group(item.path)) in order else len(order))


@pytest.fixture(scope="session", autouse=True)
def _quick_engine() -> Iterator[None]:
    """An engine that works as ours does, and spares half of its time on figures as few as these.

    At each opening it would read 67 MB of extensions for their signatures, 0.4 s of a core: that these are good every
    test sees that starts a process of its own, here they are taken on trust. And one thread is sooner done than two.
    """
    connect = duckdb.connect

    def quick(*given: Any, config: dict[str, Any] | None = None, **more: Any) -> duckdb.DuckDBPyConnection:
        return connect(*given, config={**(config or {}), "allow_unsigned_extensions": True, "threads": 1}, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", quick)
        yield


@pytest.fixture(scope="session", autouse=True)
def nobodys_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that TCP_STORE names for the whole run, shells included."""
    home = tmp_path_factory.mktemp("nobody")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TCP_STORE", str(home / "store"))
        patch.setenv("XDG_DATA_HOME", str(home / "share"))
        yield home / "store"


@pytest.fixture(scope="session")
def store(nobodys_store: Path, built: Path) -> Iterator[Store]:
    """The real figures, in the folder that TCP_STORE names."""
    if not nobodys_store.exists():
        shutil.copytree(built, nobodys_store)
    opened = open_store(nobodys_store)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the shipped figures, made once for all processes of a run: to be copied, never to be opened."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    with (run / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (run / "built").exists():
            open_store(making := tmp_path_factory.mktemp("making") / "store").close()
            making.rename(run / "built")
    return run / "built"


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    """A store of the shipped figures, to be opened or spoiled."""
    shutil.copytree(built, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="session")
def shipped_tables() -> dict[str, Any]:
    """The shipped tables as the build reads them."""
    return datasets.load()


@pytest.fixture
def given(shipped_tables: dict[str, Any]) -> Iterator[Given]:
    """Synthetic figures, anew for each test: see `_made`."""
    yield from _made(shipped_tables)


@pytest.fixture(scope="module")
def given_module(shipped_tables: dict[str, Any]) -> Iterator[Given]:
    """The same, kept for a whole module: for many figures, which a test leaves as it found them."""
    yield from _made(shipped_tables)


def _made(shipped_tables: dict[str, Any]) -> Iterator[Given]:
    """Synthetic figures beside the real reference tables, the marts made of them: ready for any question.

    A figure may say `id` for figure_id, `value` for an exact number, `low` and `high` for a bound, `year` for a
    whole year; what it leaves out is SYNTHETIC_FIGURE's. `breaks` and `stage_merges` stand instead of the real
    ones, every other list is added to them.
    """
    opened: list[duckdb.DuckDBPyConnection] = []

    def make(figures: list[Row], **others: list[Row]) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        opened.append(con)
        for name, table in shipped_tables.items():
            con.register("incoming", table)
            con.execute(f'create table "{name}" as from incoming')
            con.unregister("incoming")
        con.execute("alter table figures add column source_url varchar")  # as an upload has it
        for name in {"figures", *({"breaks", "stage_merges"} & others.keys())}:
            con.execute(f'delete from "{name}"')
        _insert(con, "figures", [_figure(number, row) for number, row in enumerate(figures, 1)])
        _insert(con, "sources", [SYNTHETIC_SOURCE, *({**SYNTHETIC_SOURCE, **s} for s in others.pop("sources", []))])
        for name, rows in others.items():
            if name == "breaks":
                rows = [
                    {**SYNTHETIC_BREAK, "break_id": f"synthetic-break-{number}", **row}
                    for number, row in enumerate(rows, 1)
                ]
            _insert(con, name, rows)
        for statement in UPLOAD_TABLES:
            con.execute(statement.replace("lake.", ""))
        for name in order_marts():
            con.execute(f'create table "{name}" as {query(name, "marts").sql}')
        return con

    yield make
    for con in opened:
        con.close()


def _figure(number: int, row: Row) -> Row:
    row = dict(row)
    figure = {**SYNTHETIC_FIGURE, "figure_id": row.pop("id", f"synthetic-{number}")}
    if "value" in row:
        row["value_low"] = row["value_high"] = row.pop("value")
    if {"low", "high"} & row.keys():
        row |= {"value_low": row.pop("low", None), "value_high": row.pop("high", None)}
    if "year" in row:
        year = row.pop("year")
        row |= {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return figure | row


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if rows:
        con.register("incoming", pa.table({column: [row.get(column) for row in rows] for column in columns}))
        con.execute(f'insert into "{table}" by name from incoming')
        con.unregister("incoming")


@dataclass(frozen=True)
class Shipped:
    """A copy of the shipped files that a test may spoil."""

    root: Path
    locales: Path

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of `official/official_figures.csv` and the like."""
        with (self.root / file).open(encoding="utf8", newline="") as lines:
            return list(csv.DictReader(lines))

    def line(self, file: str, key: str) -> int:
        """The line on which an editor shows the row that begins with `key` (the header is line 1)."""
        lines = (self.root / file).read_text("utf8").split("\n")
        return next(number for number, line in enumerate(lines, 1) if line.startswith(f"{key},"))

    def write(self, file: str, rows: list[dict[str, str]], columns: list[str] | None = None) -> None:
        """Write the rows back, a header above them."""
        with (self.root / file).open("w", encoding="utf8", newline="") as lines:
            writer = csv.DictWriter(lines, columns or list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, key: str, **cells: str) -> None:
        """Put other words into the cells of the row whose first cell is `key`."""
        rows = self.rows(file)
        first = next(iter(rows[0]))
        found = [row for row in rows if row[first] == key]
        assert len(found) == 1, f"{file} has {len(found)} rows {key}"
        assert cells.keys() <= found[0].keys()
        found[0].update(cells)
        self.write(file, rows)

    def load(self) -> dict[str, Any]:
        """Read the copy as the build would."""
        return datasets.load(self.root, self.locales)


def copy_shipped(folder: Path) -> Shipped:
    """A copy of data/ and of the words in a folder, to be spoiled."""
    spoiled = Shipped(folder / "data", folder / "locales")
    shutil.copytree(datasets.ROOT, spoiled.root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(datasets.LOCALES, spoiled.locales)
    return spoiled


@pytest.fixture
def shipped(tmp_path: Path) -> Shipped:
    """A copy of data/ and of the words, to be spoiled."""
    return copy_shipped(tmp_path)
