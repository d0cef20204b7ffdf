"""The address opens exactly the view it was copied from, and says in words what it does not understand.

What is `long` here tests/test_address.py asks of the app without a browser.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Dialog, Page, WebSocketRoute

from components.text import Text
from tests.browser.app import Served, go, settle
from tests.browser.conftest import Opened

# What a reader sees: the findings, what each chart is drawn from, and the filters.
VIEW = """() => ({
    title: document.querySelector('h1').innerText,
    findings: [...document.querySelectorAll('.finding')].map(one => one.innerText),
    charts: [...document.querySelectorAll('[class*=st-key-block_] .js-plotly-plot')]
        .map(chart => JSON.stringify(chart.data)),
    selects: [...document.querySelectorAll('[data-testid=stSelectbox] input')].map(one => one.value),
    tags: [...document.querySelectorAll('[data-testid=stMultiSelectTagsContainer]')].map(one => one.innerText),
    years: [...document.querySelectorAll('[data-testid=stSlider] input')].map(one => one.value),
    switches: [...document.querySelectorAll('[role=switch]')].map(one => one.checked),
    language: document.documentElement.lang})"""
RU = Text("ru")
ODD = quote("<script>alert(1)</script>**x**")


def choose(page: Page, label: str, words: str) -> None:
    """Take the option that holds the words, as a reader does: type, then click it."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option").filter(has_text=words).first.click()


def asked(page: Page) -> dict[str, str]:
    """What the address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, keep_blank_values=True).items()}


def wait_for_address(page: Page, **wanted: str) -> None:
    """Wait until the address holds these values and the page stands."""
    page.wait_for_function(
        "wanted => Object.entries(wanted).every(([name, value]) => new URLSearchParams(location.search).get(name) === value)",  # noqa: E501
        arg=wanted,
    )
    settle(page)


def test_a_copied_address_opens_the_same_view_in_another_browser(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("prosecutions", language="ru"))
    choose(page, RU("ui.compilers"), RU("compiler.KZ.official_unspecified"))
    wait_for_address(page, compilers="official_unspecified")
    page.keyboard.press("Escape")
    page.locator("[data-testid=stSlider] input").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for_address(page, **{"from": "2010"})
    choose(page, RU("ui.to_stage"), RU("stage.investigation_opened"))
    wait_for_address(page, reached="investigation_opened")
    page.get_by_text(RU("ui.with_c")).click()
    wait_for_address(page, grade_c="yes")
    there = opened()
    go(there, page.url)
    assert there.evaluate(VIEW) == page.evaluate(VIEW)
    assert asked(there) == asked(page)
    assert there.evaluate(VIEW)["years"][0] == "2010"


@pytest.mark.long
def test_another_country_and_scope_are_restored_too(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("allegations", language="en"))
    choose(page, "Country", "Kyrgyzstan")
    wait_for_address(page, country="KG")
    there = opened()
    go(there, page.url)
    assert there.evaluate(VIEW) == page.evaluate(VIEW)
    go(page, app.at("allegations", language="en", country="KZ", scope="event/january_2022"))
    go(there, page.url)
    assert asked(there)["scope"] == "event/january_2022"
    assert there.evaluate(VIEW) == page.evaluate(VIEW)


@pytest.mark.long
def test_the_language_switch_keeps_the_filters(app: Served, opened: Opened) -> None:
    page = opened()
    kept = {"country": "KZ", "from": "2012", "to": "2020", "compilers": "official_unspecified", "scope": "all"}
    go(page, app.at("allegations", language="en", **kept))
    for words, language in (("Қазақша", "kk"), ("Русский", "ru"), ("English", "en")):
        page.get_by_role("radio", name=words).click()
        wait_for_address(page, language=language, **kept)
        assert page.evaluate(VIEW)["years"] == ["2012", "2020"]


def test_another_page_keeps_the_filters_and_back_returns(app: Served, opened: Opened) -> None:
    page = opened()
    kept = {"language": "ru", "country": "KZ", "from": "2012", "to": "2020"}
    go(page, app.at(**kept))
    before = page.evaluate(VIEW)
    page.get_by_role("link", name="Тенденции").click()
    page.get_by_role("heading", level=1).filter(has_text="Тенденции").wait_for()
    wait_for_address(page, **kept)
    page.go_back()  # Streamlit puts two steps into the browser's history: the page, then its filters
    page.wait_for_timeout(500)
    settle(page)
    page.go_back()
    page.get_by_role("heading", level=1).filter(has_text="Жалобы на пытки").wait_for()
    wait_for_address(page, **kept)
    assert page.evaluate(VIEW) == before


@pytest.mark.long
def test_a_page_without_filters_shows_none_and_keeps_them_for_the_next(app: Served, opened: Opened) -> None:
    page = opened()
    kept = {"language": "ru", "country": "MD", "from": "2012", "to": "2020", "compilers": "prosecutor_general"}
    go(page, app.at(**kept))
    for name in ("upload", "versions", "present"):
        page.get_by_role("link", name=RU(f"page.{name}"), exact=True).click()
        page.get_by_role("heading", level=1).filter(has_text=RU(f"page.{name}")).wait_for()
        wait_for_address(page, **kept)
        assert page.locator("[data-testid=stSidebar]").get_by_role("combobox").count() == 0
    page.get_by_role("radio", name="English").click()
    wait_for_address(page, **kept | {"language": "en"})
    page.get_by_role("radio", name="Русский").click()
    wait_for_address(page, **kept)
    page.get_by_role("link", name=RU("page.trends"), exact=True).click()
    page.get_by_role("heading", level=1).filter(has_text="Тенденции: Молдова").wait_for()
    wait_for_address(page, **kept)
    assert page.evaluate(VIEW)["years"] == ["2012", "2020"]


@pytest.mark.long
@pytest.mark.parametrize(("locale", "language"), [("ru-RU", "ru"), ("kk-KZ", "kk"), ("de-DE", "en")])
def test_the_browser_decides_the_language_until_an_address_does(
    app: Served, opened: Opened, locale: str, language: str
) -> None:
    page = opened(locale=locale)
    go(page, app.at())
    assert page.evaluate(VIEW)["language"] == language
    assert asked(page)["language"] == language
    other = "kk" if language == "ru" else "ru"
    go(page, app.at(language=other))
    assert page.evaluate(VIEW)["language"] == other


@pytest.mark.long
def test_a_changed_address_in_the_same_tab_is_followed(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at(language="en", country="KZ"))
    go(page, app.at(language="en", country="MD"))
    assert "Moldova" in page.evaluate(VIEW)["title"]
    page.evaluate("history.pushState({}, '', location.href.replace('country=MD', 'country=KG')); location.reload()")
    page.get_by_role("heading", level=1).filter(has_text="Kyrgyzstan").wait_for()


def test_what_the_address_gets_wrong_is_said_in_a_sentence(app: Served, opened: Opened) -> None:
    page = opened()
    dialogs: list[Dialog] = []

    def hear(dialog: Dialog) -> None:
        dialogs.append(dialog)

    page.on("dialog", hear)
    go(page, app.at("prosecutions", language="en", country=ODD, ladder=ODD, **{"from": "2020", "to": "2010"}))
    for sentence in (
        "The address names a country without figures: «<script>alert(1)</script>**x**».",
        "The address names years without figures: «2020–2010».",
        "The address names a choice that does not exist here: «<script>alert(1)</script>**x**».",
    ):
        page.locator("[data-testid=stAlert]").filter(has_text=sentence).wait_for()
    assert page.locator("[class*=st-key-block_] .js-plotly-plot").count() > 0
    page.remove_listener("dialog", hear)
    assert dialogs == [], "markup of the address ran"


@pytest.mark.long
def test_a_wrong_address_is_told_in_the_readers_language(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at(language="kk", country="XX"))
    page.locator("[data-testid=stAlert]").filter(has_text="«XX»").wait_for()
    assert "address" not in page.inner_text("[data-testid=stMain]")


def test_a_click_made_before_the_new_language_was_heard_of_keeps_every_choice(app: Served, opened: Opened) -> None:
    """The browser's boxes still hold the words of the old language when the next page is asked for."""
    page = opened(is_new=True)
    held: list[str | bytes] = []
    is_holding = False

    def carry(there: WebSocketRoute) -> None:
        server = there.connect_to_server()
        server.on_message(lambda said: held.append(said) if is_holding else there.send(said))
        release.append(lambda: [there.send(said) for said in held])

    release: list[Callable[[], object]] = []
    page.route_web_socket(lambda _: True, carry)
    go(page, app.at(language="en", country="MD", scope="all", compilers="prosecutor_general"))
    is_holding = True
    page.get_by_role("radio", name="Русский").click()
    heard = -1
    while heard < len(held):  # until the server has said all of its answer
        heard = len(held)
        page.wait_for_timeout(1500)
    page.get_by_role("link", name=Text("en")("page.trends")).click()
    page.wait_for_timeout(500)
    is_holding = False
    release[-1]()
    wait_for_address(page, language="ru", country="MD", compilers="prosecutor_general")
    assert page.get_by_role("heading", level=1).inner_text() == "Тенденции: Молдова"
