"""Every mark leads to its source: by a click, and by the keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from components.text import Text
from tests.browser.app import PAGES, Served, click_mark, go, settle
from tests.browser.conftest import Opened

BLOCK = "allegations_by_year_complaint"
# Who has the focus: the label of a control, or its own words.
FOCUS = """() => {
    const of = document.activeElement;
    if (!of || of === document.body) return '';
    const icons = [...of.querySelectorAll('[data-testid=stIconMaterial]')];
    const words = icons.reduce((rest, icon) => rest.replace(icon.innerText, ''), of.innerText);
    const group = of.getAttribute('role') === 'radio' ? of.closest('[role=radiogroup]').getAttribute('aria-label') : '';
    const block = of.closest('[class*=st-key-block_]');
    const where = block ? /st-key-block_(\\w+)/.exec(block.className)[1] + ': ' : '';
    return where + (group || of.getAttribute('aria-label') || words || of.id).replace(' — ', ' ').trim();
}"""


def evidence_of(panel: Locator) -> str:
    """What a panel of evidence says, without the words around it."""
    return "\n".join(panel.locator("[data-testid=stMarkdown]").filter(has=panel.page.locator("a")).all_inner_texts())


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control has the focus."""
    passed = []
    for _ in range(80):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUS))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"Tab never came to «{name}», only to {passed}")


def test_a_click_on_the_602_of_2012_opens_who_counted_when_and_the_document(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("allegations", language="en", country="KZ"))
    click_mark(page, BLOCK, "<b>602 complaints</b>")
    panel = page.locator(f".st-key-clicked_{BLOCK}")
    panel.get_by_text("602 · 2012").wait_for()
    settle(page)
    said = panel.inner_text()
    assert "Complaints received: 602 · 2012" in said
    assert "Who counted: Official figures, quoted by Open Dialog Foundation" in said
    assert "Coverage: All cases" in said
    links = [link.get_attribute("href") or "" for link in panel.locator("a").all()]
    assert links
    assert all(link.startswith("http") for link in links)
    pale = page.locator(f".st-key-block_{BLOCK}").evaluate(
        "block => [...block.querySelectorAll('.trace .point')]"
        ".filter(mark => getComputedStyle(mark).opacity < 0.9).length"
    )
    assert pale == 0, "no other mark is paler for the click"


@pytest.mark.long
def test_a_click_on_another_bar_opens_that_bar(app: Served, opened: Opened) -> None:
    page = opened(width=390)
    go(page, app.at("allegations", language="ru", country="KZ"))
    panel = page.locator(f".st-key-clicked_{BLOCK}")
    click_mark(page, BLOCK, "<b>602\u00a0жалобы</b>")  # noqa: RUF001
    panel.get_by_text("602 · 2012 год").wait_for()
    settle(page)
    click_mark(page, BLOCK, "<b>283\u00a0жалобы</b>")  # noqa: RUF001
    panel.get_by_text("283 · 2023 год").wait_for()
    expect(panel.get_by_text("602 · 2012 год")).to_have_count(0)


def test_the_click_also_works_where_a_line_or_a_ratio_or_a_gap_is_drawn(app: Served, opened: Opened) -> None:
    page = opened()
    for name, block, words in (
        ("trends", "yearly_lines_registered_offence", "<b>766 cases</b>"),
        ("prosecutions", "stage_ratio", "18/602"),
        ("sources_and_gaps", "coverage", "<b>2012: whole year"),
    ):
        go(page, app.at(name, language="en", country="KZ"))
        click_mark(page, block, words)
        page.locator(f".st-key-clicked_{block} a").first.wait_for()


def test_tab_reaches_every_control(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("prosecutions", language="en"))
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
        if not reached[-1]:
            break
    words = Text("en")
    pages = [words(f"page.{name}") for name in PAGES]
    filters = ["country", "compilers", "scope", "reset", "language"]
    own = ["from_stage", "to_stage", "with_c", "which_ladder", "share_link"]
    details = [f"{name}: {words('ui.details')}" for name in ("stage_ratio", "ladder", "un_decisions")]
    years = [f"{words('ui.years')} start", f"{words('ui.years')} end"]
    for name in [*pages, *(words(f"ui.{name}") for name in [*filters, *own]), *years, *details]:
        assert name in reached


def test_the_keyboard_alone_opens_the_evidence_that_a_click_opens(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("allegations", language="en", country="KZ"))
    tab_to(page, f"{BLOCK}: {Text('en')('ui.details')}")
    page.keyboard.press("Space")
    page.locator(f".st-key-block_{BLOCK} [data-testid=stSelectbox]").wait_for()
    tab_to(page, f"{BLOCK}: {Text('en')('ui.choose_mark')}")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2012 · 602")
    page.get_by_role("option").filter(has_text="2012 · 602").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    block = page.locator(f".st-key-block_{BLOCK}")
    block.get_by_text("Complaints received: 602 · 2012").wait_for()
    settle(page)
    by_keyboard = evidence_of(block)
    block.get_by_role("radio").first.click()  # closed again: what is left is what the click opens
    block.locator("[data-testid=stSelectbox]").wait_for(state="detached")
    click_mark(page, BLOCK, "<b>602 complaints</b>")
    page.locator(f".st-key-clicked_{BLOCK}").get_by_text("Complaints received: 602 · 2012").wait_for()
    settle(page)
    assert evidence_of(page.locator(f".st-key-clicked_{BLOCK}")) == by_keyboard


def test_the_keyboard_alone_changes_the_language_and_the_page(app: Served, opened: Opened) -> None:
    page = opened()
    go(page, app.at("allegations", language="en", country="MD"))
    tab_to(page, "Language")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.get_by_role("heading", level=1).filter(has_text="Молдова").wait_for()
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "Тенденции")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text="Тенденции: Молдова").wait_for()
