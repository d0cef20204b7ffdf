"""The table beneath a chart can be taken away as it stands, and fits a phone."""

import csv
import io
from pathlib import Path

import pytest

from tests.browser.app import Served, go
from tests.browser.conftest import Opened

ROWS = "table => [...table.querySelectorAll('tr')].map(row => [...row.cells].map(cell => cell.innerText.trim()))"


@pytest.mark.parametrize(
    ("name", "block", "language", "width"),
    [
        pytest.param("prosecutions", "stage_ratio", "ru", 390, marks=pytest.mark.long),
        ("sources_and_gaps", "coverage", "kk", 1400),
    ],
)
def test_the_csv_holds_the_rows_of_the_table(
    app: Served, opened: Opened, tmp_path: Path, name: str, block: str, language: str, width: int
) -> None:
    page = opened(width=width)
    go(page, app.at(name, language=language))
    whole = page.locator(f".st-key-block_{block}")
    whole.get_by_role("radio").nth(1).click()
    table = whole.locator(".tcp-table table")
    table.wait_for()
    with page.expect_download() as taken:
        whole.get_by_role("button").filter(has_text="CSV").click()
    assert taken.value.suggested_filename.startswith(f"{block}_KZ_")
    taken.value.save_as(tmp_path / "taken.csv")
    raw = (tmp_path / "taken.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Cyrillic"
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    shown = table.evaluate(ROWS)
    assert len(rows) > 2
    assert [[_plain(cell) for cell in row] for row in rows] == [[_plain(cell) for cell in row] for row in shown]


def test_a_wide_table_scrolls_in_its_own_box_on_a_phone(app: Served, opened: Opened) -> None:
    page = opened(width=390)
    go(page, app.at("sources_and_gaps", language="kk"))
    block = page.locator(".st-key-block_coverage")
    block.get_by_role("radio").nth(1).click()
    box = block.locator(".tcp-table")
    box.wait_for()
    assert box.evaluate("box => box.scrollWidth > box.clientWidth"), "this table was meant to be too wide for a phone"
    assert page.evaluate(
        "() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]"
        ".every(box => box.scrollWidth <= box.clientWidth)"
    )
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.st-key-block_coverage .tcp-table').scrollLeft > 0")


def _plain(cell: str) -> str:
    """A cell without what only one of the two has: the mark against formulas, runs of space."""
    return " ".join(cell.removeprefix("'").split())
