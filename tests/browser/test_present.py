"""The room: a deck full screen, by keys alone, in three languages, black on white and white on black.

What is `long` here tests/test_pages.py asks of the pages without a browser.
"""

import html
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from components.browser_picture import SCRIPT
from components.chart import View
from components.deck import LARGEST, Card, Deck, seven
from components.exports.page import ENLARGED, ENLARGED_AXES, page_bytes
from components.handouts import hand_out
from components.text import LANGUAGES, Text
from tests.browser.app import Served, go, settle
from tests.browser.conftest import Opened, watch

KK, RU = Text("kk"), Text("ru")
UN = View("un_decisions", {"country": "KZ", "scope": "all"})


def stage(page: Page) -> FrameLocator:
    return page.frame_locator(".st-key-stage iframe")


def shown(page: Page | FrameLocator) -> str:
    """The title of the slide that is seen, once its chart is drawn."""
    slide = page.locator(".slide:visible")
    slide.locator(".main-svg, .key").first.wait_for()
    return slide.locator("h2").inner_text()


def test_the_ready_deck_is_presented_by_keys_alone(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("present", language="kk"))
    page.get_by_role("button", name=KK("deck.seven")).focus()
    page.keyboard.press("Enter")
    start = page.get_by_role("button", name=KK("present.start"))
    start.wait_for()
    start.focus()
    page.keyboard.press("Enter")
    made = hand_out(seven(), "kk")[0]
    assert shown(stage(page)).startswith(made.exhibits[0].block.finding)
    page.keyboard.press("PageDown")  # the first chart goes over two slides
    page.keyboard.press("PageDown")
    assert shown(stage(page)).startswith(made.exhibits[1].block.finding)
    # The language of the room changes, the place does not.
    page.keyboard.press("l")
    other = (stage(page).locator("html").get_attribute("lang"), shown(stage(page)))
    assert other[0] in {*LANGUAGES} - {"kk"}
    there = hand_out(seven(), other[0])[0].exhibits
    assert other[1].startswith(there[1].block.finding)
    page.keyboard.press("b")
    assert "dark" in stage(page).locator("body").get_attribute("class")
    page.keyboard.press("w")
    assert "dark" not in stage(page).locator("body").get_attribute("class")
    page.keyboard.press("PageUp")
    assert shown(stage(page)).startswith(there[0].block.finding[:40])
    page.keyboard.press("Escape")
    page.locator(".st-key-stage").wait_for(state="detached")
    settle(page)
    assert page.get_by_role("heading", level=1).inner_text() == KK("page.present")
    assert page.locator("[class*=st-key-card_]").count() == 7
    page.wait_for_function("document.activeElement.closest('.st-key-deck_present')")  # the keyboard goes on from there


@pytest.mark.long
def test_one_chart_is_presented_from_its_own_page_and_the_filters_stay(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("prosecutions", language="ru", country="KG"))
    block = page.locator(".st-key-block_stage_ratio")
    block.get_by_role("radio").filter(has_text=RU("ui.take_away")).click()
    finding = block.locator(".finding").inner_text()
    page.locator(".st-key-present_stage_ratio button").click()
    assert shown(stage(page)).startswith(finding)
    page.keyboard.press("Escape")
    page.locator(".st-key-stage").wait_for(state="detached")
    settle(page)
    assert "country=KG" in page.url
    assert page.locator(".st-key-block_stage_ratio .finding").inner_text() == finding
    page.wait_for_function("document.activeElement.closest('.st-key-present_stage_ratio')")


@pytest.mark.long
def test_a_deck_is_ordered_titled_undone_and_opened_again_by_its_address(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("present", language="ru", deck=Deck((seven().cards[0], Card(UN))).to_address()))
    cards = page.locator("[class*=st-key-card_]")
    assert cards.count() == 2
    first = cards.nth(0).locator("p").first.inner_text()
    page.locator(".st-key-down_0 button").click()
    moved = "words => !document.querySelector('.st-key-card_0 p').innerText.endsWith(words)"
    page.wait_for_function(moved, arg=first[2:])
    settle(page)
    assert cards.nth(1).locator("p").first.inner_text()[2:] == first[2:]
    title = page.locator(".st-key-card_0").get_by_label(RU("deck.card_title"))
    title.fill("Двое из всех <b>")
    untitled = page.url
    title.press("Tab")
    page.wait_for_function("untitled => location.href !== untitled", arg=untitled)
    settle(page)
    page.locator(".st-key-remove_1 button").click()
    page.locator(".st-key-card_1").wait_for(state="detached")
    settle(page)
    there = opened()
    go(there, page.url)
    assert there.locator("[class*=st-key-card_]").count() == 1
    assert there.locator(".st-key-card_0").get_by_label(RU("deck.card_title")).input_value() == "Двое из всех <b>"
    page.get_by_role("button", name=RU("deck.take_back")).click()
    page.locator(".st-key-card_1").wait_for()
    settle(page)
    assert title.input_value() == "Двое из всех <b>"
    titled = page.url
    page.get_by_role("button", name=RU("deck.take_back")).click()  # one step further: the words
    page.wait_for_function("titled => location.href !== titled", arg=titled)
    settle(page)
    assert title.input_value() == ""
    assert cards.count() == 2


BROKEN = {"cut.toml": "deck = 1\n[[char", "other.toml": "deck = 9", "recipe.toml": 'shape = "cases"'}


@pytest.mark.long
@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_deck_file_is_told_and_the_deck_stays(app: Served, opened: Opened, tmp_path: Path, name: str) -> None:
    page = opened()
    go(page, app.at("present", language="ru", deck=Deck((Card(UN),)).to_address()))
    (tmp_path / name).write_text(BROKEN[name], "utf8")
    page.locator("input[type=file]").set_input_files(tmp_path / name)
    page.locator("[data-testid=stAlert]").first.wait_for()
    settle(page)
    assert page.locator("[class*=st-key-card_]").count() == 1
    assert "Traceback" not in page.inner_text("body")


def test_any_reader_opens_a_deck_file_and_a_file_that_is_too_large_is_told(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("present", language="ru"))
    choose = page.locator(".st-key-deck_file input")
    long = {"name": "long.toml", "mimeType": "application/toml", "buffer": b"#" * (4 * LARGEST + 2)}
    choose.set_input_files(long)
    page.get_by_text(RU("deck.too_large")).wait_for()
    deck = Deck((Card(UN, "Свое <b>"), seven().cards[0])).to_toml().encode()
    choose.set_input_files({"name": "deck.toml", "mimeType": "application/toml", "buffer": deck})
    page.locator(".st-key-card_1").wait_for()
    settle(page)
    assert page.locator(".st-key-card_0").get_by_label(RU("deck.card_title")).input_value() == "Свое <b>"


@pytest.mark.long
def test_a_chart_that_is_gone_and_a_version_that_nobody_knows_are_told(app: Served, opened: Opened) -> None:
    deck = Deck((Card(View("pie_chart", {"country": "KZ"})), Card(UN)), version="0123456789ab")
    page = opened()
    go(page, app.at("present", language="ru", deck=deck.to_address()))
    said = " ".join(page.locator("[data-testid=stAlert]").all_inner_texts())
    assert "pie_chart" in said
    assert "0123456789ab" in said
    assert page.locator("[class*=st-key-card_]").count() == 2


@pytest.mark.long
def test_one_chart_stands_in_a_frame_with_its_source_line(app: Served, opened: Opened) -> None:
    page = opened(width=390)
    page.goto(app.at("chart", chart="un_decisions", country="KZ", scope="all", language="ru", embed="true"))
    line = page.locator(".nline")
    line.wait_for()
    exhibit = hand_out(Deck((Card(UN),)), "ru")[0].exhibits[0]
    assert page.locator(".finding").inner_text() == exhibit.block.finding
    assert exhibit.publishers[0] in line.inner_text()
    assert page.locator("[data-testid=stSidebarNavLink], [data-testid=stRadio]").count() == 0
    assert re.search(r"chart=un_decisions", page.get_by_role("link", name=RU("export.live")).get_attribute("href"))


def test_the_frame_that_is_offered_shows_the_chart_down_to_its_source_line(app: Served, opened: Opened) -> None:
    page = opened()
    view = {"chart": "yearly_lines", "country": "KZ", "scope": "all", "stage": "registered_offence"}
    go(page, app.at("chart", language="ru", **view))
    page.get_by_role("radio").filter(has_text=RU("ui.take_away")).click()
    frame = page.locator("[data-testid=stCode]").filter(has_text="<iframe")
    frame.wait_for()
    said = re.search(r'src="([^"]+)".*height="(\d+)"', frame.inner_text(), re.DOTALL)
    assert said
    there = opened()
    there.set_viewport_size({"width": 800, "height": 900})
    there.goto(html.unescape(said[1]).replace("\n", ""))
    line = there.locator(".nline")
    line.wait_for()
    there.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert "Казахстан" in line.inner_text()
    bottom = line.evaluate("line => line.getBoundingClientRect().bottom")
    assert bottom <= int(said[2])
    top = there.locator(".finding").evaluate("finding => finding.getBoundingClientRect().top")
    assert top < 40


def test_an_address_longer_than_a_picture_is_broken_and_never_cut(browser: Browser) -> None:
    page = browser.new_page()
    words = f"Источники: KIBHR. https://figures.example.org/chart?{'which=kz-' * 40}"
    told = page.evaluate(
        """async ([script, words]) => {
            const { lines } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(script));
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = "12px sans-serif";
            return lines(words, 300, pen.font).map((line) => [line, pen.measureText(line).width]);
        }""",
        [SCRIPT.read_text("utf8") + "\nexport { lines };", words],
    )
    page.context.close()
    assert max(width for _, width in told) <= 300
    assert "".join(line for line, _ in told) == words.replace(" https", "https")


@pytest.mark.long
@pytest.mark.parametrize("query", [{"chart": "pie"}, {}, {"chart": "yearly_lines", "stage": "<script>"}])
def test_a_chart_that_is_not_known_is_a_sentence(app: Served, opened: Opened, query: dict[str, str]) -> None:
    page = opened()
    go(page, app.at("chart", country="KZ", language="ru", **query))
    assert page.locator("[data-testid=stAlert]").count() == 1


def test_the_one_file_page_opens_and_presents_with_the_network_off(browser: Browser, store, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "deck.html"
    file.write_bytes(page_bytes([hand_out(seven(), each)[0] for each in LANGUAGES]))
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 720})
    page = watch(context.new_page())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator("article:visible .main-svg").first.wait_for()
    assert asked == [file.as_uri(), *[each for each in asked if each.startswith("data:")]]
    page.get_by_role("button", name=Text("kk")("language.kk")).click()
    assert page.locator("html").get_attribute("lang") == "kk"
    page.get_by_role("button", name=KK("present.start")).click()
    made = hand_out(seven(), "kk")[0]
    slides = page.locator(".part:not([hidden]) .slide").count()
    titles = []
    for _ in range(slides):
        titles.append(shown(page))
        box = page.locator(".slide:visible").evaluate(
            "slide => [slide.scrollWidth - slide.clientWidth, slide.scrollHeight - slide.clientHeight]"
        )
        assert max(box) <= 0
        # The room that was kept for the chart is there: it was not made smaller to fit.
        for inside in page.locator(".slide:visible .chart > div").all():
            scale = re.search(r"scale\(([\d.]+)\)", inside.get_attribute("style") or "")
            assert scale
            assert float(scale[1]) in {ENLARGED, ENLARGED_AXES}
        page.keyboard.press("ArrowRight")
    assert {exhibit.block.finding for exhibit in made.exhibits} <= {re.sub(r" \(\d/\d\)$", "", each) for each in titles}
    faults = [each for each in page.faults if not each.startswith("asked for: file:")]  # type: ignore[attr-defined]
    context.close()
    assert faults == []
