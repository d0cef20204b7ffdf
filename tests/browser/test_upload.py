"""An analyst's ugly file, from choosing it to the changed chart and back, as it is clicked. The list is synthetic.

What is `long` here tests/test_upload_page.py asks of the page without a browser.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from components.text import Text
from data.store import open_store
from tests.browser.app import Served, go, settle
from tests.browser.conftest import Opened
from tests.test_intake import FORMS, IINS, NAMES

ORGANISATION = "Synthetic Centre"
CHART = "[class*=st-key-block_allegations_by_year] .js-plotly-plot"
CLICKS = "window.clicks = 0; addEventListener('click', event => { if (event.isTrusted) window.clicks += 1; }, true)"


@pytest.fixture(scope="module")
def own(app: Served) -> Iterator[Served]:
    """The app, in which things may be published: at the end they are forgotten, and in nobody else's charts."""
    yield app
    store = open_store(app.store)
    for upload in {version["upload_id"] for version in store.versions() if version["kind"] == "publish"}:
        store.forget(upload, "tester")
    store.close()


@pytest.fixture
def opened(own: Served, opened: Opened) -> Opened:
    """Pages of the person at the machine."""

    def open_page(**more: Any) -> Page:
        page = opened(**more)
        own.unlock(page.context)
        return page

    return open_page


def undo(page: Page, key: str) -> None:
    """Click the button, and confirm."""
    page.locator(f".st-key-{key} button").click()
    page.locator(f".st-key-{key}_yes button").click()


def choose(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def say(page: Page, key: str, words: str) -> None:
    page.locator(f".st-key-{key} input").fill(words)
    page.keyboard.press("Tab")


def screened(page: Page, app: Served) -> None:
    """Take the list in English, its columns of people left out."""
    go(page, app.at("upload", language="en"))
    choose(page, "list.csv", FORMS["utf-8.csv"])
    page.get_by_role("button", name=Text("en")("upload.leave_all_out")).click()


def test_from_the_file_to_the_changed_chart_and_back_in_eight_clicks(own: Served, opened: Opened) -> None:
    text = Text("ru")
    page = opened(is_new=True)
    page.add_init_script(CLICKS)
    go(page, own.at("upload", language="ru"))
    choose(page, "<b>list</b>.csv", FORMS["windows-1251.csv"])
    page.get_by_role("button", name=text("upload.leave_all_out")).click()
    page.locator(".st-key-upload_organisation input").wait_for()
    settle(page)
    total = text("upload.sum", rows="5", published="3", rejected="1", left="1")
    assert page.get_by_text(total).is_visible()
    # The row that is at fault, by its number in Excel.
    assert re.search(rf"6\s+Дата обращения\s+{re.escape(text.cap(text('rule.not_a_date')))}", page.inner_text("body"))
    seen = page.inner_text("body")
    assert not [name for name in (*NAMES, *IINS) if name in seen]
    page.locator(".st-key-upload_organisation input").click()
    say(page, "upload_organisation", ORGANISATION)
    answer(page, text)
    page.locator(".st-key-upload_author input").click()
    say(page, "upload_author", "tester")
    page.locator(".st-key-publish button").click()
    clicks = 1 + page.evaluate("window.clicks")  # choosing the file is one too
    page.locator(".st-key-publish_yes button").click()  # as a fifth of this list is rejected
    page.locator(".st-key-published").wait_for()
    page.locator(".st-key-published").get_by_role("link", name=text("page.allegations")).click()
    page.get_by_text(text("upload.by", organisation=ORGANISATION)).first.wait_for()
    assert clicks + 1 <= 8
    settle(page)
    chart = page.locator(CHART).first
    assert ORGANISATION in chart.inner_text()
    page.get_by_role("link", name=text("page.versions")).click()
    undo(page, "undo")
    page.get_by_role("cell", name=text("version_kind.undo"), exact=True).first.wait_for()
    page.get_by_role("link", name=text("page.allegations")).click()
    page.wait_for_function("location.pathname === '/allegations'")
    settle(page)
    assert ORGANISATION not in page.locator(CHART).first.inner_text()
    assert not [name for name in (*NAMES, *IINS) if name in own.said() or _holds(own.store, name)]
    # The version is still there for who has its address, and says that it is not the latest.
    published = next(version for version in versions_of(own) if version["kind"] == "publish")["version"]
    go(page, own.at("allegations", language="ru", version=published))
    assert ORGANISATION in page.locator(CHART).first.inner_text()
    assert text("versions.pinned", version=published, latest="").rstrip(" .:").split(".")[0] in page.inner_text("body")
    page.locator(".st-key-pinned_latest button").click()
    page.wait_for_function("!location.search.includes('version=')")
    settle(page)
    assert ORGANISATION not in page.locator(CHART).first.inner_text()


@pytest.mark.long
def test_a_recipe_is_offered_to_the_organisation_that_kept_it_and_to_no_other(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    ready(page, own, "16.05.2018;дело у министра\r\n", "Synthetic keeper")
    pick(page, "value_outcome", text("stage.suspended"))
    page.locator(".st-key-publish button").click()
    page.locator(".st-key-published").wait_for()
    other = opened()
    go(other, own.at("upload", language="en"))
    choose(other, "list.csv", "Дата обращения;Результат\r\n17.05.2018;дело у министра\r\n".encode())
    other.locator("[class*=st-key-value_outcome_]").wait_for()
    settle(other)
    known = other.get_by_text(text("upload.recipe_known"))
    assert known.count() == 0, "nobody has said yet whose list it is"
    say(other, "upload_organisation", "Synthetic stranger")
    settle(other)
    assert known.count() == 0
    say(other, "upload_organisation", "Synthetic keeper")
    known.wait_for()
    settle(other)
    box = other.locator("[class*=st-key-value_outcome_] input").first
    assert box.input_value() == text("stage.suspended")


@pytest.mark.long
def test_a_list_is_published_strictly_and_told_so_wherever_it_stands(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    ready(page, own, "2017;осужден\r\n" * 3, "Synthetic strict")
    page.locator("[class*=st-key-strict_] label").first.click()
    settle(page)
    page.get_by_text(text("upload.changes_each")).click()
    page.get_by_role("cell", name="fewer than 5", exact=True).first.wait_for()
    page.locator(".st-key-publish button").click()
    page.locator(".st-key-published").wait_for()
    go(page, own.at("allegations", language="en", compilers=""))
    page.get_by_text(text("caveat.withheld")).first.wait_for()
    assert "<5" in page.locator(CHART).first.inner_text()
    ready(page, own, "2017;осужден\r\n" * 4, "Synthetic strict")
    page.locator("[class*=st-key-strict_] label").first.click()
    page.get_by_text(text("refused.strict_differs").partition(" (")[0]).wait_for()


@pytest.mark.long
def test_what_identifies_a_person_is_refused_where_it_is_typed(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    ready(page, own, "16.05.2016;осужден\r\n", "Synthetic")
    say(page, "upload_author", f"tester {IINS[0]}")
    what = text("finding_kind.iin")
    page.get_by_text(text("refused.typed_personal", where=text("typed_where.author"), what=what)).wait_for()
    settle(page)
    assert page.locator(".st-key-publish button").count() == 0


def test_what_was_said_of_a_column_outlives_a_change_of_language(own: Served, opened: Opened) -> None:
    text, russian = Text("en"), Text("ru")
    page = opened()
    screened(page, own)
    page.locator(".st-key-upload_organisation input").wait_for()
    settle(page)
    assert page.locator("[class*=st-key-column_3_] input").input_value() == text("field.allegation_date")
    pick(page, "column_3", text("upload.not_stored"))
    settle(page)
    page.get_by_role("radio", name="Русский").click()
    page.locator(f"[class*=st-key-column_3_] input[value='{russian('upload.not_stored')}']").wait_for()
    say(page, "upload_organisation", ORGANISATION)  # the next word to the server carries what the boxes say
    say(page, "upload_author", "tester")
    settle(page)
    assert page.locator("[class*=st-key-column_3_] input").input_value() == russian("upload.not_stored")


def answer(page: Page, text: Text) -> None:
    """Say that the list is an NGO's of Kazakhstan, and take what is proposed for the rest."""
    settle(page)
    box = page.locator("[class*=st-key-answer_country]").get_by_role("combobox").first
    box.focus()
    page.keyboard.type(text("country.KZ"))
    page.keyboard.press("Enter")
    settle(page)
    page.locator("[class*=st-key-answer_kind]").get_by_text(text("counted_by_kind.ngo"), exact=True).click()
    settle(page)
    page.locator(".st-key-take_proposals button").click()
    settle(page)


def ready(page: Page, app: Served, rows: str, organisation: str) -> None:
    """Take a list in as far as its publish button."""
    go(page, app.at("upload", language="en"))
    choose(page, "list.csv", ("Дата обращения;Результат\r\n" + rows).encode())
    page.locator(".st-key-upload_organisation input").wait_for()
    say(page, "upload_organisation", organisation)
    if page.locator(".st-key-take_proposals").count():
        answer(page, Text("en"))
    say(page, "upload_author", organisation)
    settle(page)


@pytest.mark.long
def test_two_who_publish_at_once_both_succeed_and_neither_undoes_the_others(own: Served, opened: Opened) -> None:
    text = Text("en")
    pages = [opened(), opened()]
    for n, page in enumerate(pages):
        ready(page, own, f"1{n}.05.2019;осужден\r\n", f"Synthetic {n}")
    for page in pages:
        page.locator(".st-key-publish button").click(no_wait_after=True)
    for page in pages:
        page.locator(".st-key-published").wait_for()
        settle(page)
    last = [version for version in versions_of(own) if version["kind"] == "publish"][-2:]
    assert sorted(version["author"] for version in last) == ["Synthetic 0", "Synthetic 1"]
    first, second = sorted(
        pages, key=lambda page: last[-1]["version"] in page.locator(".st-key-published").inner_text()
    )
    undo(first, "undo_now")
    first.get_by_text(text("refused.changed_since")).wait_for()
    assert versions_of(own)[-1]["author"] == last[-1]["author"]
    undo(second, "undo_now")
    second.locator(".st-key-published").wait_for(state="detached")
    assert versions_of(own)[-1]["uploads"] == last[0]["uploads"]
    go(first, own.at("versions", language="en"))
    say(first, "versions_who", "Synthetic 0")
    settle(first)
    undo(first, "undo")
    first.get_by_role("cell", name=text("versions.of_upload", upload=last[1]["upload_id"])).nth(1).wait_for()


@pytest.mark.long
def test_a_new_file_in_the_place_of_another_is_asked_about_anew(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    ready(page, own, "16.05.2019;осужден\r\n17.05.2019;дело у министра\r\n", "Synthetic")
    pick(page, "column_0", text("upload.not_stored"))
    page.locator(".st-key-another_file button").click()
    page.get_by_text(text("upload.templates")).wait_for()
    choose(page, "other.csv", FORMS["utf-8.csv"])
    page.get_by_role("button", name=text("upload.leave_all_out")).wait_for()
    expect(page.locator(".st-key-publish")).to_have_count(0)
    page.get_by_role("button", name=text("upload.leave_all_out")).click()
    page.locator(f"[class*=st-key-column_3_] input[value='{text('field.allegation_date')}']").wait_for()


@pytest.mark.long
def test_what_was_said_of_a_file_outlives_a_look_at_another_page(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    ready(page, own, "16.05.2019;осужден\r\n17.05.2019;дело у министра\r\n", "Synthetic")
    pick(page, "value_outcome", text("stage.suspended"))
    total = text("upload.sum", rows="2", published="2", rejected="0", left="0")
    page.get_by_text(total).wait_for()
    page.get_by_role("link", name=text("page.versions")).click()
    page.wait_for_function("location.pathname === '/versions'")
    settle(page)
    page.get_by_role("link", name=text("page.upload")).click()
    page.get_by_text(total).wait_for()
    settle(page)
    assert page.locator(".st-key-upload_organisation input").input_value() == "Synthetic"
    page.get_by_text(text("upload.as_understood")).click()
    page.get_by_role("cell", name=text("stage.suspended"), exact=True).first.wait_for()


def pick(page: Page, key: str, words: str) -> None:
    """Choose in a select box by its words."""
    settle(page)
    box = page.locator(f"[class*=st-key-{key}_]").get_by_role("combobox").first
    box.focus()  # a click that closes a popover opens nothing
    box.click()
    page.get_by_role("option", name=words, exact=True).click()
    settle(page)


@pytest.mark.long
def test_an_address_of_a_version_that_is_not_known_says_so_and_shows_the_latest(own: Served, opened: Opened) -> None:
    page = opened()
    go(page, own.at("allegations", language="en", version="0123456789ab"))
    assert page.get_by_text(Text("en")("refused.version_unknown", detail="0123456789ab")).is_visible()
    assert page.locator(CHART).count()
    assert "version=" not in page.url


def versions_of(own: Served) -> list[dict[str, Any]]:
    store = open_store(own.store)
    try:
        return store.versions()
    finally:
        store.close()


def _holds(folder: Path, words: str) -> bool:
    return any(words.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


HOSTILE = [
    [
        "<img src=x onerror=window.hacked=1>",
        "Дата [x](javascript:alert(1))",
        "=HYPERLINK(www.e.x) http://e.x",
        "Область",
    ],
    ["<script>window.hacked=1</script>", "05.06.2015", "=1+1", "<b>за</b> [рекой](http://e.x)"],
    ["{0}{text}%s", "06.06.2015", "@SUM(A1)", ":material/delete: :smile: :red[x] $x^2$ ![i](http://e.x/i.png)"],
]


def test_words_of_a_file_and_its_name_are_words_and_nothing_else(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    go(page, own.at("upload", language="en"))
    name = "..\\\\**x** [y](javascript:alert(1)) <img src=x onerror=window.hacked=1>.csv"
    choose(page, name, "\r\n".join(";".join(row) for row in HOSTILE).encode())
    page.get_by_role("button", name=text("upload.leave_all_out")).click()
    page.locator(".st-key-upload_organisation input").wait_for()
    settle(page)
    said = page.inner_text("[data-testid=stMain]").replace("\u2060", "")
    assert all(words in said for words in (HOSTILE[0][0], HOSTILE[0][1], HOSTILE[0][2], HOSTILE[2][3]))
    assert page.evaluate("window.hacked") is None
    inside = page.locator("[data-testid=stMain]")
    links = [link.get_attribute("href") or "" for link in inside.locator("a").all()]
    assert not [link for link in links if "e.x" in link or "javascript" in link]
    made = inside.locator("img, b, .katex").evaluate_all("found => found.map(one => one.outerHTML)")
    assert made == []


@pytest.mark.long
def test_a_file_that_is_none_gets_a_sentence_and_changes_nothing(own: Served, opened: Opened) -> None:
    text = Text("en")
    page = opened()
    go(page, own.at("upload", language="en"))
    for name, content, code in (
        ("empty.csv", b"", "empty"),
        ("renamed.xlsx", b"PK\x03\x04 no workbook", "not_a_workbook"),
        ("binary.csv", bytes(range(256)) * 40, "binary"),
        ("header.csv", "Дата;Результат\r\n".encode(), "header_only"),
        ("<img src=x onerror=alert(1)>.csv", b"MZ\x00\x01\xff\xfe\x00" * 40, "binary"),
    ):
        choose(page, name, content)
        said = page.locator("[data-testid=stAlert]").first
        said.filter(has_text=text(f"unreadable.{code}")).wait_for()
        settle(page)
        assert page.get_by_text(text("upload.nothing_changed")).is_visible()
