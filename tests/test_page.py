"""Does the one-file page say what the dashboard says, need nothing else, and stay words whatever a deck holds?"""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from components.chart import View
from components.deck import Card, Deck, seven
from components.exports.exhibit import Handout, strip_markdown
from components.exports.page import page_bytes
from components.handouts import hand_out
from components.text import LANGUAGES

LARGEST = 6_000_000
KZ = {"country": "KZ", "scope": "all"}


class Read(HTMLParser):
    """What a reader without scripts finds: the words of each language, its links, its tables, its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.language, self.inside, self.row = "", [], []
        self.words: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.tags: list[str] = []
        # A span only keeps a number and its ending on one line: it parts no words.
        self.feed(re.sub(r'<span class="unbroken">(.*?)</span>', r"\1", page))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.inside.append(tag)
        if "data-language" in given:
            self.language = given["data-language"]
        if tag == "a":
            self.links.append(given["href"])
        if tag == "tr":
            self.row = []
            self.rows.setdefault(self.language, []).append(self.row)
        if tag in {"meta", "br"}:
            self.inside.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, words: str) -> None:
        if self.inside and self.inside[-1] not in {"script", "style"}:
            self.words.setdefault(self.language, []).append(words)
            if self.inside[-1] in {"td", "th"}:
                self.row.append(words)


@pytest.fixture(scope="module")
def handouts(request: pytest.FixtureRequest) -> list[Handout]:
    request.getfixturevalue("store")
    return [hand_out(seven(), language)[0] for language in LANGUAGES]


@pytest.fixture(scope="module")
def page(handouts: list[Handout]) -> str:
    return page_bytes(handouts).decode()


def data(page: str) -> Any:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1])


def test_it_is_one_file_with_the_library_once_and_no_address_but_those_of_sources(handouts, page):
    assert page.count("plotly.js v") == 1
    assert len(page.encode()) <= LARGEST
    read = Read(page)
    assert not {"link", "img", "iframe", "object", "embed", "form"} & set(read.tags)
    assert "src" not in re.findall(r"<script ([a-z]+)", page)
    sources = {each.url for made in handouts for exhibit in made.exhibits for each in exhibit.documents}
    assert set(read.links) == sources - {""}
    styles = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    assert re.findall(r"url\((?!data:)", styles) == []


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_every_word_of_every_chart_stands_in_it(handouts, page, number):
    made, read = handouts[number], Read(page)
    said = "\n".join(read.words[made.text.language])
    for exhibit in made.exhibits:
        block = exhibit.block
        expected = [
            block.finding,
            block.n_line,
            *block.caveats,
            *block.key,
            *(each.words for each in exhibit.documents),
        ]
        for words in [*expected, *map(strip_markdown, block.method), made.data_line]:
            assert words in said


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_its_tables_are_those_of_the_page(handouts, page, number):
    made = handouts[number]
    rows = [list(map(str, row)) for row in Read(page).rows[made.text.language]]
    expected: list[list[str]] = []
    for exhibit in made.exhibits:
        table = exhibit.block.table
        expected.append([str(column) for column in table.columns])
        expected += [["–" if cell is None or cell != cell else str(cell) for cell in row] for row in table.to_numpy()]
    assert [[cell for cell in row if cell] for row in rows] == [[cell for cell in row if cell] for row in expected]


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_its_charts_are_those_of_the_page(handouts, page, number):
    made = handouts[number]
    for exhibit, drawn in zip(made.exhibits, data(page)["figures"][made.text.language], strict=True):
        figure = json.loads(exhibit.block.figure.to_json())
        for trace in figure["data"]:
            trace.pop("customdata", None)
        assert drawn["page"]["data"] == figure["data"]
        assert [each["text"] for each in drawn["page"]["layout"]["annotations"]] == [
            each["text"] for each in figure["layout"]["annotations"]
        ]


def labels(figure: dict[str, Any]) -> str:
    written = [each["text"] for each in figure["layout"]["annotations"]]
    written += [words for trace in figure["data"] for words in trace.get("text") or []]
    return re.sub(r"<br>| · |<[^<>]+>|\s+", " ", " ".join(written))


@pytest.mark.parametrize("number", range(len(LANGUAGES)), ids=LANGUAGES)
def test_its_slides_hold_every_label_of_the_page_and_no_other_number(handouts, page, number):
    for drawn in data(page)["figures"][handouts[number].text.language]:
        numbers = sorted(re.findall(r"\d+", labels(drawn["page"])))
        # A panel that goes on on the next slide is named again there.
        titles = {words for each in drawn["slides"] for words in re.findall(r"\d+", labels(each))}
        assert set(numbers) == titles
        assert len(numbers) <= sum(len(re.findall(r"\d+", labels(each))) for each in drawn["slides"])


def test_the_same_deck_and_version_give_the_same_bytes(handouts, page):
    assert page_bytes(handouts).decode() == page


HOSTILE = "</script><script>alert(1)</script>§library§<img src=x onerror=alert(1)>\x00\x0b«'\""


def test_script_in_a_title_is_only_words(store):
    deck = Deck((Card(View("un_decisions", KZ), HOSTILE, HOSTILE),), HOSTILE)
    page = page_bytes([hand_out(deck, "en")[0]]).decode()
    read = Read(page)
    assert "img" not in read.tags
    assert read.tags.count("script") == 3
    assert page.count("plotly.js v") == 1
    assert "alert(1)" in " ".join(read.words["en"])
    assert "\x00" not in page


def test_a_note_for_the_speaker_is_not_handed_over(store):
    deck = Deck((Card(View("un_decisions", KZ), "hers", "only for me"),))
    page = page_bytes([hand_out(deck, "en")[0]]).decode()
    assert "hers" in page
    assert "only for me" not in page


def test_the_room_holds_the_slides_and_nothing_else(handouts):
    page = page_bytes(handouts, presenting=True).decode()
    assert "<table" not in page
    assert "<details" not in page
    assert all("page" not in each for own in data(page)["figures"].values() for each in own)


def test_the_live_address_stands_in_it_when_there_is_one(store):
    made = hand_out(Deck((Card(View("un_decisions", KZ)),)), "en")[0]
    address = "https://figures.example.org/chart?chart=un_decisions&country=KZ"
    live = replace(made, exhibits=[replace(made.exhibits[0], address=address)])
    assert address in Read(page_bytes([live]).decode()).links
    assert html.escape(address) in page_bytes([live]).decode()
