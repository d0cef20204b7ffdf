"""Every page in three languages, on a desk and on a phone: whole, drawn, in one language and one font."""

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from components.deck import Deck, seven
from tests.browser.app import CHARTLESS, LANGUAGES, PAGES, ROOT, WIDTHS, Served, arrive, go, settle
from tests.browser.conftest import Opened, Readers, faults_of

# Every text that is seen, with the element it stands in.
TEXTS = """() => {
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, of = node.parentElement;
        if (!node.data.trim() || of.closest('script, style, template, noscript') || !of.checkVisibility()) continue;
        found.push({words: node.data.trim(), foreign: !!of.closest('a[href^=http], code, pre'),
                    icon: getComputedStyle(of).fontFamily.includes('Material Symbols'),
                    language: !!of.closest('[role=radiogroup]') && of.innerText.trim() === 'English'});
    }
    for (const box of document.querySelectorAll('input[type=text]')) if (box.checkVisibility()) {
        found.push({words: box.value || box.placeholder, foreign: false, icon: false, language: false});
    }
    return found;
}"""
# Words that don't fit: in a chart beyond its edge, elsewhere beyond the box that hides the rest.
CUT = """() => {
    const cut = [];
    for (const chart of document.querySelectorAll('[class*=st-key-block_] .js-plotly-plot')) {
        const whole = chart.querySelector('.svg-container').getBoundingClientRect();
        for (const words of chart.querySelectorAll('svg text')) {
            const box = words.getBoundingClientRect();
            if (words.textContent.trim() && (box.left < whole.left - 1 || box.right > whole.right + 1 ||
                box.top < whole.top - 1 || box.bottom > whole.bottom + 1)) cut.push('chart: ' + words.textContent);
        }
    }
    for (const of of document.querySelectorAll('[data-testid=stApp] *')) {
        if (of.closest('svg, .js-plotly-plot, [data-collapsed=true]') || !of.checkVisibility()) continue;
        // The words of a choice that does not fit its box stand whole beneath it on a phone.
        if (of.matches('input') && [...document.querySelectorAll('[class*=st-key-whole_]')]
            .some(whole => whole.checkVisibility() && whole.innerText.trim() === of.value)) continue;
        const own = [...of.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || of.matches('input[type=text]');
        const look = getComputedStyle(of), hides = look.overflowX !== 'visible' || of.matches('input');
        if (own && hides && of.clientWidth > 1 && of.scrollWidth > of.clientWidth + 1) cut.push((of.value || of.innerText).trim());
    }
    return cut;
}"""  # noqa: E501
# Words of a chart that lie on other words of it.
OVERLAPS = """() => [...document.querySelectorAll('[class*=st-key-block_] .js-plotly-plot')].flatMap(chart => {
    const texts = [...chart.querySelectorAll('svg text')].filter(one => one.textContent.trim() && one.checkVisibility())
        .map(one => [one.textContent, one.getBoundingClientRect()]);
    return texts.flatMap(([words, a], i) => texts.slice(i + 1).filter(([_, b]) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4).map(([others]) => words + ' on ' + others));
})"""
# Marks an element for each words and style of the page, whose letters are then looked at, and tells the words. A title
# in a script that Inter does not hold stands in the machine's own font for that script.
MARKED = """() => {
    const met = new Set(), words = [];
    for (const of of document.querySelectorAll('body *')) {
        of.removeAttribute('data-looked-at');
        const own = [...of.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('').trim();
        if (!own || /[\\u0590-\\u06ff]/.test(of.textContent) || of.closest('script, style, template, noscript, title')) continue;
        const look = getComputedStyle(of), all = [look.fontFamily, look.fontWeight, look.fontStyle, of.checkVisibility(), own].join();
        if (!met.has(all)) { met.add(all); words.push(own); of.setAttribute('data-looked-at', ''); }
    }
    return words;
}"""  # noqa: E501
SIDEWAYS = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]'),
    document.querySelector('[data-collapsed=false] [data-testid=stSidebarContent]')]
    .filter(box => box && box.scrollWidth > box.clientWidth).map(box => box.dataset.testid || box.tagName)"""
CHARTS = """() => [...document.querySelectorAll('[class*=st-key-block_] .stPlotlyChart')].map(chart => ({
    alt: chart.getAttribute('aria-label'), role: chart.getAttribute('role'),
    finding: (chart.closest('[class*=st-key-block_]').querySelector('.finding') || document.querySelector('.sentence')).innerText,
    marks: [...chart.querySelectorAll('.trace path, .shapelayer path')].filter(mark => {
        const box = mark.getBoundingClientRect(), look = getComputedStyle(mark);
        const alpha = colour => colour === 'none' ? 0 : +(/rgba\\(.*, ([\\d.]+)\\)/.exec(colour) || [0, 1])[1];
        return box.width + box.height > 2 && (alpha(look.fill) * look.fillOpacity > 0.05 || alpha(look.stroke) * look.strokeOpacity > 0.05);
    }).length}))"""  # noqa: E501
# What the page of the deck shows: two charts, the second of them with words of her own.
DECK = Deck((seven().cards[-1], replace(seven().cards[0], title="143", note="286"))).to_address()
# Latin letters that stand in every language: abbreviations, licences, grades, and the codes that the page explains.
SAME_EVERYWHERE = {
    *("TOML", "PPTX", "PDF", "HTML", "ZIP", "XLSX", "PNG", "SVG", "Page", "Up", "Down", "Esc"),
    "Excel",
    "CSV",
    "SQL",
    "CC",
    "BY",
    "IPHR",
    "ODF",
    "UTC",
    "token",
    "HFHR",
    "OMCT",
    "UTF",
    "KIBHR",
    "PDF",
    "Wilson",
    "Spiegelhalter",
    "Amnesty",
    "International",
}
# Sections of the locales whose keys the page on sources lists beside their meaning.
CODES = {"stage", "unit", "scope", "kind", "confidence", "period_kind", "grade"}
LATIN = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
VERSION = re.compile(r"\b[0-9a-f]{12}\b")


@dataclass(frozen=True)
class View:
    """A page that stands in the browser."""

    page: Page
    name: str
    language: str
    width: int

    def look(self, script: str) -> Any:
        return self.page.evaluate(script)


# Each page in each language, every other on a phone; `long`: the other way round too.
VIEWS = [
    pytest.param(
        (language, width, name),
        id=f"{language}-{width}-{name}",
        marks=[]
        if (LANGUAGES.index(language) + [*WIDTHS].index(width) + PAGES.index(name)) % 2 == 0
        else pytest.mark.long,
    )
    for language, width, name in product(LANGUAGES, WIDTHS, PAGES)
]


@pytest.fixture(scope="module")
def window(reader: Readers) -> Iterator[Page]:
    """The window of a reader who goes from page to page."""
    page = reader().take_page()
    yield page
    reader().give_back(page)


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, app: Served, window: Page) -> View:
    """Each page in each language, opened once for all the tests below: by its address where the language or the width
    is another, and the deck; the others by their links."""
    language, width, name = request.param
    window.faults.clear()  # type: ignore[attr-defined]
    of_same = window.viewport_size == {"width": width, "height": WIDTHS[width]} and f"language={language}" in window.url
    if not of_same or name == "present":
        window.set_viewport_size({"width": width, "height": WIDTHS[width]})
        go(window, app.at(name, language=language, **({"deck": DECK} if name == "present" else {})))
    else:
        left = window.locator("h1").inner_text()
        window.locator("[data-testid=stSidebarNavLink]").nth(PAGES.index(name)).evaluate("link => link.click()")
        window.wait_for_function(
            "left => ![left, undefined].includes(document.querySelector('h1')?.innerText)", arg=left
        )
        arrive(window, name, language)
    return View(window, name, language, width)


def test_nothing_goes_wrong(view: View) -> None:
    assert faults_of(view.page) == []
    assert view.page.locator("[data-testid=stAlertContentError], [data-testid=stAlertContentWarning]").count() == 0
    assert view.look("document.documentElement.lang") == view.language


def test_every_chart_has_marks_and_says_its_finding_to_who_cannot_see_it(view: View) -> None:
    charts = view.look(CHARTS)
    assert bool(charts) == (view.name not in CHARTLESS)
    for chart in charts:
        assert chart["marks"] > 0, chart
        assert chart["role"] == "figure"
        assert chart["alt"] == chart["finding"]


def test_no_label_is_cut_and_none_lies_on_another(view: View) -> None:
    assert view.look(CUT) == []
    assert view.look(OVERLAPS) == []
    assert view.look(SIDEWAYS) == []


def test_no_word_is_untranslated(view: View) -> None:
    assert left_in_english(view.page, view.language) == []


def test_every_letter_is_in_the_one_font(view: View) -> None:
    fonts = fonts_of(view.page)
    assert fonts["Inter"], "no letter was looked at"
    assert set(fonts) <= {"Inter", "Material Symbols Rounded"}, {
        font: words[:5] for font, words in fonts.items() if font not in {"Inter", "Material Symbols Rounded"}
    }


@pytest.mark.parametrize(
    ("language", "name"), [("kk", "overview"), pytest.param("ru", "allegations", marks=pytest.mark.long)]
)
def test_what_opens_beneath_a_chart_is_in_the_same_language_and_font(
    app: Served, opened: Opened, language: str, name: str
) -> None:
    page = opened(width=390)
    go(page, app.at(name, language=language))
    block = page.locator("[class*=st-key-block_]").filter(has=page.get_by_role("radio")).first
    radios = block.get_by_role("radio")
    seen = {
        0: block.locator("[data-testid=stSelectbox]"),
        1: block.locator(".tcp-table"),
        2: block.locator("[data-testid=stExpander]"),
    }
    for number, beneath in seen.items():
        radios.nth(number).click()
        beneath.wait_for()
        settle(page)
        assert left_in_english(page, language) == []
        assert set(fonts_of(page)) <= {"Inter", "Material Symbols Rounded"}
        assert page.evaluate(SIDEWAYS) == []


@pytest.mark.parametrize("language", ["ru", *(pytest.param(each, marks=pytest.mark.long) for each in ("en", "kk"))])
def test_the_filters_of_a_phone_are_whole_too(app: Served, opened: Opened, language: str) -> None:
    page = opened(width=390)
    go(page, app.at(language=language))
    page.locator("[data-testid=stExpandSidebarButton]").click()
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().left === 0 &&"
        "document.querySelector('[data-testid=stSidebar] input').clientWidth > 100"
    )
    assert page.evaluate(CUT) == []


def left_in_english(page: Page, language: str) -> list[str]:
    """Words in Latin letters on a Russian or Kazakh page that are neither a name, a title, a code nor a figure's id."""
    if language == "en":
        return []
    names = _names()
    left = []
    for text in page.evaluate(TEXTS):
        if text["foreign"] or text["icon"] or text["language"]:
            continue
        words = text["words"]
        for name in names:
            words = words.replace(name, " ")
        left += [f"{word}: {words}" for word in LATIN.findall(VERSION.sub("", words)) if word not in SAME_EVERYWHERE]
    return left


def fonts_of(page: Page) -> dict[str, list[str]]:
    """For each font that Chromium really drew with, what it drew: text of the page and of its charts, the same words in
    the same style once."""
    fonts: dict[str, list[str]] = {}
    words = page.evaluate(MARKED)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    marked = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-looked-at]"})["nodeIds"]
    assert len(marked) == len(words)
    for node, drawn in zip(marked, words, strict=True):
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            fonts.setdefault(font["familyName"].removesuffix(" Variable"), []).append(drawn)
    session.detach()
    return fonts


@cache
def _names() -> list[str]:
    """Titles, publishers, ids and codes of the data: what stands in its own language everywhere. Longest first."""
    names: set[str] = set()
    for file in sorted((ROOT / "data").glob("*/*.csv")):
        with file.open(encoding="utf8", newline="") as lines:
            for row in csv.DictReader(lines):
                for column in ("title", "publisher", "figure_id", "source_id", "source_title", "locator"):
                    names.add(row.get(column) or "")
    for file in (ROOT / "components/locales/en").glob("*.toml"):
        words = tomllib.loads(file.read_text("utf8"))
        names |= {code for section in CODES & words.keys() for code in words[section] if LATIN.fullmatch(code)}
    for language in LANGUAGES:  # names of bodies, of newspapers and of laws keep their letters in a translation
        folder = ROOT / "components/locales" / language
        codes = tomllib.loads((folder / "codes.toml").read_text("utf8"))
        named = [text for section in ("compiler", "legal_basis") for text in codes[section].values()]
        if (folder / "sources.csv").exists():
            with (folder / "sources.csv").open(encoding="utf8", newline="") as lines:
                named += [row["text"] for row in csv.DictReader(lines)]
        if language != "en":
            names |= {name for text in named for name in LATIN.findall(text)}
    return sorted(names - {""}, key=len, reverse=True)
