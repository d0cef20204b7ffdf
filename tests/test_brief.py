"""Does the brief on paper hold all that the page says, in three languages, and nothing but Inter and words?"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pypdfium2
import pytest

from components.chart import View
from components.charts import CHARTS
from components.deck import Card, Deck, seven
from components.drawing.model import Mark, Rows
from components.exports import chromium
from components.exports.brief import brief_bytes, choose_method, set_table
from components.exports.exhibit import Handout
from components.handouts import ADDRESS, hand_out
from components.text import LANGUAGES, Text

ROOT = Path(__file__).parent.parent
# The language of the longest words; `long`: the others too.
EACH = pytest.mark.parametrize(
    "language", [each if each == "kk" else pytest.param(each, marks=pytest.mark.long) for each in LANGUAGES]
)
HOSTILE = '#panic() $x$ [a] *b* _c_ `d` @e <f> \\ #import "x" </script><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _real_store(store: Any) -> None:
    """The real figures are there."""


@cache
def ready(language: str) -> Handout:
    """The ready deck of seven."""
    made, missing = hand_out(seven(), language)
    assert missing == []
    return made


@cache
def brief(language: str) -> bytes:
    return brief_bytes(ready(language))


def one(name: str, language: str = "en", **more: Any) -> Handout:
    """A handout of the chart `name` alone."""
    whole = ready(language)
    found = next(each for each in whole.exhibits if each.block.view.chart == name)
    return replace(whole, exhibits=(replace(found, **more),), title="")


def squeezed(words: str) -> str:
    """Words without what a broken line adds or takes: spaces and hyphens."""
    return re.sub("[\\s\u200b\u00ad\u2010\u2011\ufffe\x02-]", "", words)


@cache
def pages(pdf: bytes) -> list[str]:
    return [squeezed(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def read(pdf: bytes) -> str:
    return "".join(pages(pdf))


def resources(pdf: bytes, kind: str) -> Iterator[Any]:
    """Every font or picture of a PDF, those inside charts too."""

    def within(own: Any, seen: set[int]) -> Iterator[Any]:
        yield from (each.get_object() for each in own.get("/Font", {}).values() if kind == "/Font")
        for each in own.get("/XObject", {}).values():
            inner = each.get_object()
            if kind == inner["/Subtype"]:
                yield inner
            if "/Resources" in inner and each.idnum not in seen:
                yield from within(inner["/Resources"].get_object(), seen | {each.idnum})

    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        yield from within(page["/Resources"].get_object(), set())


def links(pdf: bytes) -> set[str]:
    notes = (note.get_object() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages for note in page.get("/Annots", []))
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


# What it says ------------------------------------------------------------------------------


@EACH
def test_every_row_of_every_table_stands_in_the_brief(language):
    said = read(brief(language))
    for exhibit in ready(language).exhibits:
        own = set_table(exhibit.block.table)
        columns = {each["name"].replace("\u00a0", " "): each["value"] for each in own["same"]}
        codes = {each["value"]: each["name"] for each in own["codes"]}
        for name, value in columns.items():
            assert squeezed(f"{name}: {value}") in said
        for row in exhibit.block.table.drop(columns=list(columns)).to_dict("records"):
            cells = ["–" if pd.isna(cell) or cell == "" else codes.get(str(cell), str(cell)) for cell in row.values()]
            assert squeezed("".join(cells)) in said
        for cell, letter in codes.items():
            assert squeezed(f"{letter} – {cell}") in said
        for name in exhibit.block.table.columns:
            assert squeezed(name) in said


@EACH
def test_findings_caveats_key_method_and_n_stand_in_the_brief(language):
    said, text = read(brief(language)), Text(language)
    for exhibit in ready(language).exhibits:
        block = exhibit.block
        for words in (block.finding, block.n_line, *block.caveats, *block.key, *choose_method(exhibit, text)):
            assert squeezed(words) in said
    assert squeezed(ready(language).data_line) in said
    assert squeezed(text("deck.seven")) in said


@EACH
def test_every_label_of_a_chart_is_text_in_the_brief_and_no_chart_is_a_picture_of_dots(language):
    said = read(brief(language))
    for exhibit in ready(language).exhibits:
        if isinstance(exhibit.block.drawing, Rows):
            for panel in exhibit.block.drawing.panels:
                assert squeezed(panel.title) in said
                for row in panel.rows:
                    label = re.sub("<[^<>]+>", " ", row.label if isinstance(row, Mark) else row)
                    for word in label.split():
                        assert squeezed(word) in said
    assert list(resources(brief(language), "/Image")) == []


@EACH
def test_every_source_is_a_link(language):
    addresses = {each.url for exhibit in ready(language).exhibits for each in exhibit.documents} - {""}
    assert len(addresses) > 10
    assert addresses <= links(brief(language))


def test_the_live_view_is_a_link_and_a_qr_code(monkeypatch):
    monkeypatch.setenv(ADDRESS, "https://figures.example.org/")
    made, _ = hand_out(Deck(seven().cards[-1:]), "kk")
    pdf = brief_bytes(made)
    address = made.exhibits[0].address
    assert address in links(pdf)
    assert squeezed(Text("kk")("brief.live")) in read(pdf)
    assert "Figure" in structure(pdf)[1:]  # the chart, and then the code


def test_every_chart_has_its_method_in_at_most_three_lines():
    for language in LANGUAGES:
        text = Text(language)
        for chart in CHARTS.values():
            block = replace(one("un_decisions", language).exhibits[0].block, method_parts=chart.method)
            lines = choose_method(replace(one("un_decisions", language).exhibits[0], block=block), text)
            assert len(set(lines)) == len(lines) == 3


# How it is set -------------------------------------------------------------------------------


@EACH
def test_the_only_font_is_inter_and_it_is_in_the_file(language):
    fonts = list(resources(brief(language), "/Font"))
    assert {re.sub(r"[A-Z]{6}\+", "", font["/BaseFont"]) for font in fonts} == {"/InterVariable"}
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


@EACH
def test_nothing_lies_outside_the_margins(language):
    for page in pypdfium2.PdfDocument(brief(language)):
        width, height = page.get_size()
        words = page.get_textpage()
        for place in range(words.count_rects()):
            left, bottom, right, top = words.get_rect(place)
            assert 55 < left < right < width - 55
            assert 20 < bottom < top < height - 40


@EACH
def test_a_deck_of_seven_takes_few_pages_and_each_chart_begins_one(language):
    assert 8 <= len(pages(brief(language))) <= 16
    starts = [
        number
        for exhibit in ready(language).exhibits
        for number, words in enumerate(pages(brief(language)))
        if words.startswith(squeezed(exhibit.block.finding))
    ]
    assert len(starts) == 7


@EACH
def test_the_file_says_what_it_is_and_in_which_language_and_is_tagged_for_those_who_listen(language):
    reader = pypdf.PdfReader(io.BytesIO(brief(language)))
    assert reader.metadata is not None
    assert reader.metadata.title == Text(language)("deck.seven")
    assert reader.metadata.creation_date.date() == ready(language).day
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert {"Figure", "Table", "TH", "H1", "H2", "Link", "L"} <= set(structure(brief(language)))


def structure(pdf: bytes) -> list[str]:
    """The tags of a PDF in their order."""

    def under(node: Any) -> Iterator[str]:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                yield from under(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"])[1:]
            if "/K" in node:
                yield from under(node["/K"])

    return list(under(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_a_wide_table_is_coded_and_lies_on_its_side():
    made, _ = hand_out(Deck((Card(View("coverage", {"country": "KZ", "scope": "all"})),)), "ru")
    pdf = brief_bytes(made)
    assert any(page.mediabox.width > page.mediabox.height for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    said = read(pdf)
    for cell in set(made.exhibits[0].block.table.to_numpy().flatten()):
        assert squeezed(str(cell)) in said


# What may come ----------------------------------------------------------------------------


def test_without_chromium_the_tables_stand_in_place_of_the_charts_and_it_says_so(monkeypatch):
    monkeypatch.setattr(chromium, "_kept", [])
    monkeypatch.setenv("CHROMIUM", "")
    monkeypatch.setenv("PATH", "")
    for language in LANGUAGES:
        pdf = brief_bytes(one("un_decisions", language))
        assert squeezed(Text(language)("brief.no_chromium")) in read(pdf)
        assert squeezed(one("un_decisions", language).exhibits[0].block.table.iloc[0, 0]) in read(pdf)
        assert "Figure" not in structure(pdf)


@pytest.mark.parametrize(
    "title",
    [HOSTILE, "\x00\x07\ud800 nothing", "🙂 שלום مرحبا 漢字", "ы" * 5_000, "word " * 1_000, " "],
    ids=["markup", "no letters", "other scripts", "no space", "long", "blank"],
)
def test_hostile_words_are_only_words(monkeypatch, title):
    monkeypatch.setattr(chromium, "_find_browser", no_browser)
    plain = one("un_decisions")
    block = replace(plain.exhibits[0].block, caveats=[title], n_line=title)
    pdf = brief_bytes(replace(plain, exhibits=(replace(plain.exhibits[0], title=title, block=block),)))
    if title == HOSTILE:
        assert read(pdf).count(squeezed(HOSTILE)) == 3
    for page in pypdfium2.PdfDocument(pdf):
        words = page.get_textpage()
        for place in range(words.count_rects()):
            left, _, right, _ = words.get_rect(place)
            assert 55 < left < right < page.get_width() - 55


def no_browser() -> None:
    raise chromium.NoChromium


def test_the_same_handout_is_the_same_bytes():
    assert brief_bytes(ready("kk")) == brief("kk")


def test_her_own_title_stands_above_the_finding():
    said = read(brief_bytes(one("un_decisions", "ru", title="Никто не наказан")))
    finding = squeezed(one("un_decisions", "ru").exhibits[0].block.finding)
    assert -1 < said.index(squeezed("Никто не наказан")) < said.index(finding)
