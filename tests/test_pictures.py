"""Does a picture of a chart say where it comes from, show every row, and come out the same each time?"""

import re
import xml.etree.ElementTree as Xml
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from fontTools.ttLib import TTFont
from kaleido.errors import KaleidoError
from PIL import Image

from components.chart import View
from components.deck import Card, Deck
from components.drawing.model import Mark, Rows
from components.drawing.plotly import draw_pages
from components.exports import chromium
from components.exports.chromium import NoChromium, draw_svgs
from components.exports.pictures import SQUARE, WIDE, Form, png_pictures, svg_pictures
from components.exports.typesetting import FONTS, INTER, clean, measure_words, wrap_words
from components.handouts import hand_out
from components.text import Text
from tests.test_brief import HOSTILE, one, ready, squeezed

ROOT = Path(__file__).parent.parent
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _real_store(store: Any) -> None:
    """The real figures are there."""


@cache
def svgs(language: str, place: int) -> list[str]:
    return [each.decode() for each in svg_pictures(ready(language), ready(language).exhibits[place])]


def texts(svg: str) -> Iterator[tuple[str, float]]:
    """Every run of words of a picture with its size on the page, in the picture's units."""

    def under(node: Xml.Element, scale: float, size: float) -> Iterator[tuple[str, float]]:
        if node.tag == f"{SVG}svg" and node.get("viewBox"):
            scale *= float(node.get("width", "1")) / float(node.get("viewBox", "").split()[2])
        told = re.search(r"font-size: ([\d.]+)px", node.get("style", ""))
        size = float(told[1]) if told else float(node.get("font-size", size))
        if node.tag in {f"{SVG}text", f"{SVG}tspan"} and node.text:
            yield node.text, size * scale
        for each in node:
            if each.tag not in {f"{SVG}title", f"{SVG}desc"}:
                yield from under(each, scale, size)
            if each.tail:
                yield each.tail, size * scale

    return under(Xml.fromstring(svg), 1, 0)


def said(svg: str) -> str:
    return squeezed("".join(words for words, _ in texts(svg)))


# All seven in the language of the longest words; `long`: in the others a chart of rows and one of lines.
@pytest.mark.parametrize(
    ("language", "place"),
    [
        *(("kk", n) for n in range(7)),
        *(pytest.param(*each, marks=pytest.mark.long) for each in (("en", 6), ("en", 2), ("ru", 4), ("ru", 2))),
    ],
)
def test_the_parts_of_a_chart_show_every_row_and_each_says_where_it_comes_from(language, place):
    exhibit, text = ready(language).exhibits[place], Text(language)
    parts = svgs(language, place)
    for number, part in enumerate(parts, 1):
        assert squeezed(exhibit.block.finding) in said(part)
        assert squeezed(exhibit.block.n_line) in said(part)
        assert squeezed(ready(language).data_line) in said(part)
        assert squeezed(exhibit.publishers[0]) in said(part)
        if len(parts) > 1:
            assert squeezed(text("picture.part", number=number, all=len(parts))) in said(part)
    whole = "".join(map(said, parts))
    if isinstance(exhibit.block.drawing, Rows):
        for panel in exhibit.block.drawing.panels:
            assert squeezed(panel.title) in whole
            for row in panel.rows:
                words = re.sub("<[^<>]+>", " ", row.label if isinstance(row, Mark) else row)
                # A label is broken between its parts: the point between them stands only inside a line.
                assert all(squeezed(word) in whole for word in words.replace("·", " ").split())
    for words in exhibit.block.key:
        assert squeezed(words) in whole


def test_what_is_read_from_afar_is_large_enough_and_all_is_inter():
    for place in range(7):
        for part in svgs("kk", place):
            assert {font.strip() for font in re.findall(r'font-family[:=]\s*"?([^;",}]+)', part)} == {"Inter"}
            assert "@font-face" in part
            assert Xml.fromstring(part).get("viewBox") == "0 0 960 540"
            sizes = {round(size, 2) for _, size in texts(part)}
            assert 12 in sizes
            assert min(sizes - {12}) >= 18


def test_all_parts_of_a_chart_have_one_scale():
    rows = ready("en").exhibits[2].block.drawing
    parts = draw_pages(rows, Text("en"), 250, 355, 20)
    assert len(parts) > 2
    assert len({tuple(part.layout.xaxis.range) for part in parts}) == 1
    assert all(part.layout.height <= 250 for part in parts)


def test_a_grid_is_cut_between_its_lines_and_loses_none():
    made, _ = hand_out(Deck((Card(View("coverage", {"country": "KZ", "scope": "all"})),)), "kk")
    grid = made.exhibits[0].block.drawing
    parts = draw_pages(grid, made.text, 600, 500, 20)
    assert len(parts) > 3
    assert all(part.layout.height <= 600 for part in parts)
    cells = [sum(len(trace.x) for trace in part.data if trace.customdata is not None) for part in parts]
    assert sum(cells) == len(grid.rows) * len(grid.years)


def test_a_chart_that_would_need_the_network_is_at_fault_and_not_the_browser():
    world = go.Figure(go.Scattergeo(lon=[0], lat=[0]))  # plotly.js asks its makers for the map
    with pytest.raises(KaleidoError, match="525"):
        draw_svgs([world], 500)


@pytest.mark.parametrize(("form", "size"), [(WIDE, (1920, 1080)), (SQUARE, (1080, 1080))])
def test_a_png_has_the_size_of_its_form_and_nothing_runs_into_its_margin(form: Form, size):
    for png in png_pictures(ready("kk"), ready("kk").exhibits[4], form):
        picture = Image.open(BytesIO(png)).convert("L")
        assert picture.size == size
        margin = round(form.pad * form.pixels / form.width * 0.6)
        inner = picture.crop((margin, margin, size[0] - margin, size[1] - margin // 2))
        assert picture.point(lambda light: light < 200 and 255).getbbox() == tuple(
            side + shift
            for side, shift in zip(inner.point(lambda light: light < 200 and 255).getbbox(), (margin,) * 4, strict=True)
        )


def test_an_address_is_written_out_and_is_a_link():
    address = "https://figures.example.org/chart?language=en&chart=un_decisions&version=abc"
    handout = one("un_decisions", address=address)
    (part,) = [each.decode() for each in svg_pictures(handout, handout.exhibits[0])]
    assert squeezed(address) in said(part)
    assert Xml.fromstring(part).find(f"{SVG}a").get("href") == address


def test_her_own_title_stands_above_the_finding():
    handout = one("un_decisions", "ru", title="Никто не наказан")
    (part,) = [each.decode() for each in svg_pictures(handout, handout.exhibits[0])]
    assert said(part).startswith(squeezed("Никто не наказан"))
    assert squeezed(handout.exhibits[0].block.finding) in said(part)


@pytest.mark.parametrize(
    "title",
    [
        HOSTILE,
        *(pytest.param(each, marks=pytest.mark.long) for each in ("ы" * 5_000, "word " * 1_000, "\x00🙂 שלום")),
    ],
    ids=["markup", "no space", "long", "other scripts"],
)
def test_hostile_words_are_only_words(title):
    handout = one("un_decisions", title=title)
    for part in svg_pictures(handout, handout.exhibits[0]):
        tree = Xml.fromstring(part.decode())
        assert {each.tag for each in tree.iter()} & {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"} == set()
    if title == HOSTILE:
        assert squeezed(HOSTILE) in said(part.decode())
    for form in (WIDE, SQUARE):
        assert len(png_pictures(handout, handout.exhibits[0], form)) == 1


# The browser that draws ---------------------------------------------------------------------


def test_the_page_that_draws_asks_for_nothing_but_files():
    page = chromium._write_page().generate_index()
    addresses = re.findall(r'src="([^"]+)"', page)
    assert len(addresses) == 2
    assert all(address.startswith("file:///") for address in addresses)
    assert "mathjax" not in "".join(addresses).lower()


def test_chromium_is_the_one_that_is_named_else_on_the_path_else_none(monkeypatch, tmp_path):
    own = tmp_path / "my-browser"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(own))
    assert chromium.find_chromium() == str(own)
    monkeypatch.setenv("CHROMIUM", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.find_chromium() is None
    own.rename(tmp_path / "google-chrome")
    assert chromium.find_chromium() == str(tmp_path / "google-chrome")


@pytest.mark.parametrize("browser", ["", "/bin/false"])
def test_without_a_chromium_that_starts_it_says_so(monkeypatch, browser):
    monkeypatch.setattr(chromium, "_kept", [])
    monkeypatch.setenv("CHROMIUM", browser)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoChromium):
        png_pictures(one("un_decisions"), one("un_decisions").exhibits[0])


def test_many_sessions_at_once_share_one_chromium_and_each_gets_its_own_chart():
    figures = [each.block.figure for each in ready("en").exhibits[3:]]
    alone = [draw_svgs([figure], 500) for figure in figures]
    with ThreadPoolExecutor(4) as sessions:
        assert list(sessions.map(lambda figure: draw_svgs([figure], 500), figures)) == alone
    assert len(chromium._kept) == 1


def test_a_chromium_that_is_killed_is_replaced():
    figures = [ready("en").exhibits[6].block.figure]
    before = draw_svgs(figures, 500)
    chromium._kept[0].kaleido.subprocess.kill()
    assert draw_svgs(figures, 500) == before


# Words as they are set ------------------------------------------------------------------------


def test_the_letters_that_are_let_through_are_those_of_the_font():
    font = TTFont(FONTS / "Inter.ttf")
    ours = {number for number in range(0x2800) if re.fullmatch(f"[{INTER}]", chr(number))}
    assert ours == {number for number in font.getBestCmap() if number < 0x2800}
    web = TTFont(FONTS / "Inter.woff2")
    assert web.getBestCmap() == font.getBestCmap()


def test_letters_that_inter_lacks_are_told_in_latin_ones_and_pictures_go():
    assert clean("Հանրային կենտրոն, ә ғ қ → ≥") == "Hanrayin kentron, ә ғ қ → ≥"
    assert clean("საქართველო 2.7") == "sakartvelo 2.7"
    assert clean("Центр 🙂") == "Центр"
    assert clean("a\x00b\u200bc\n d\ud800") == "abc d"


def test_a_line_is_never_too_long_and_never_begins_with_a_dash():
    words = "Қазақстан – " * 20 + "ы" * 90 + " – соңы"
    lines = wrap_words(words, 18, 200)
    assert all(measure_words(line) * 18 <= 200 for line in lines)
    assert not any(line.startswith("–") for line in lines)
    assert squeezed("".join(lines)) == squeezed(words)
