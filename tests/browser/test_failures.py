"""A store or a file at fault is told in a sentence, in a real browser; nothing is lost.

Each needs a server of its own, so all are long; tests/test_pages.py asks the same of the app without a browser.
"""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page

from components.text import Text
from tests.browser.app import ROOT, served
from tests.browser.conftest import Opened


def bytes_of(folder: Path) -> dict[str, str]:
    """What lies in a folder, file by file."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def sentence_of(page: Page, address: str) -> str:
    """The words of the page once it says that something is wrong; no trace may be among them."""
    page.goto(address)
    page.locator("[data-testid=stAlert]").wait_for()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    said = page.inner_text("[data-testid=stMain]")
    for trace in ("Traceback", "Error", "duckdb", "sqlite3", 'File "'):
        assert trace not in said
    page.close()  # before its server goes
    return said


pytestmark = pytest.mark.long


@pytest.fixture
def whole(built: Path, tmp_path: Path) -> Path:
    """A store of the shipped figures that nobody has open."""
    shutil.copytree(built, tmp_path / "store")
    return tmp_path / "store"


def test_a_damaged_store_says_so_and_is_left_as_it_is(whole: Path, tmp_path: Path, opened: Opened) -> None:
    (whole / "catalog.sqlite").write_bytes(b"not a catalogue" * 100)
    before = bytes_of(whole)
    with served(tmp_path / "app", store=whole) as app:
        said = sentence_of(opened(), app.at(language="kk"))
        assert Text("kk")("error.store_damaged") in said
        assert str(whole) in said
    assert bytes_of(whole) == before


def test_a_locked_store_says_so_and_serves_once_it_is_free(whole: Path, tmp_path: Path, opened: Opened) -> None:
    before = bytes_of(whole)
    other = sqlite3.connect(whole / "catalog.sqlite", isolation_level=None)
    other.execute("begin exclusive")
    with served(tmp_path / "app", store=whole, patience=0.5) as app:
        said = sentence_of(opened(), app.at(language="en"))
        assert Text("en")("error.store_locked") in said
        other.execute("rollback")
        other.close()
        page = opened()
        page.goto(app.at(language="en"))
        page.locator("[class*=st-key-block_] .js-plotly-plot").first.wait_for()
        page.close()
    assert bytes_of(whole) == before


def test_one_wrong_cell_is_named_and_the_figures_published_before_stay(
    whole: Path, tmp_path: Path, opened: Opened
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "shots", "tests", "docs"))
    shutil.copytree(ROOT / ".streamlit", copy / ".streamlit")
    file = copy / "data/official/official_figures.csv"
    shipped = file.read_text("utf8")
    row = next(line for line in shipped.splitlines() if ",complaint," in line)
    file.write_text(shipped.replace(row, row.replace(",complaint,", ",complaimt,", 1)), "utf8")
    before = bytes_of(whole)
    with served(tmp_path / "app", store=whole, root=copy) as app:
        said = sentence_of(opened(), app.at(language="ru"))
        assert Text("ru")("error.data_refused") in said
        assert "official_figures.csv, строка " in said
        assert "столбец stage" in said
        assert "complaimt" in said
    assert bytes_of(whole) == before


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "file").write_text("not a folder")
    with served(tmp_path / "app", store=tmp_path / "file" / "store") as app:
        assert Text("en")("error.store_unwritable") in sentence_of(opened(), app.at(language="en"))
