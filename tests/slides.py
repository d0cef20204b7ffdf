"""Slides read back: the charts' own XML, the workbooks behind them, the words, the notes."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Pt

from components import handouts
from components.chart import View
from components.deck import Card, Deck, seven
from components.drawing.model import Mark
from components.exports.arial import lines
from components.exports.exhibit import Exhibit, Handout
from components.exports.pptx import pptx_bytes
from components.text import LANGUAGES

ROOT = Path(__file__).parent.parent
NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
SPELLED = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
ADDRESS = "https://figures.example.org/chart?language=en&chart=ladder&country=KZ"
WIDE, HIGH, HAIR = Pt(960), Pt(540), Pt(0.01)
# Charts that the seven have none of: intervals, tables, a line of many compilers, a country that is not Kazakhstan.
OTHERS = Deck(
    (
        Card(
            View(
                "ratio_by_country",
                {
                    "country": "KZ",
                    "scope": "all",
                    "kind": "official",
                    "numerators": "prosecuted,sent_to_court",
                    "denominators": "complaint,registered_offence",
                },
            )
        ),
        Card(View("counts_over_years", {"country": "KZ", "scope": "all", "stage": "complaint"})),
        Card(View("event_figures", {"country": "KZ", "scope": "event/january_2022"})),
        Card(
            View(
                "lag_check",
                {
                    "country": "KG",
                    "scope": "all",
                    "numerators": "investigation_opened,prosecuted,sent_to_court,convicted",
                    "denominators": "complaint,registered_offence",
                },
            )
        ),
        Card(View("yearly_lines", {"country": "KZ", "scope": "all", "stage": "complaint"})),
        Card(View("coverage", {"country": "KZ", "scope": "all"})),
        Card(View("stage_ratio", {"country": "KG", "scope": "all", "with_c": "yes"})),
    ),
    "Other charts",
)


# What is read back ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """A series of a chart: its heading, its values by row, its labels by row, its error bars."""

    xml: Any
    name: str
    values: dict[int, float]
    across: dict[int, float]
    labels: dict[int, str]

    def errors(self, side: str) -> dict[int, float]:
        return points(self.xml.find(f"c:errBars/c:{side}", NS))

    @property
    def is_arrow(self) -> bool:
        tail = self.xml.find("c:errBars/c:spPr/a:ln/a:tailEnd", NS)
        cap = self.xml.find("c:errBars/c:noEndCap", NS)
        return tail is not None and tail.get("type") == "arrow" and cap.get("val") == "1"

    @property
    def has_caps(self) -> bool:
        cap = self.xml.find("c:errBars/c:noEndCap", NS)
        return cap is not None and cap.get("val") == "0" and self.xml.find(".//c:errBars//a:tailEnd", NS) is None

    def look(self, row: int) -> Any:
        (found,) = self.xml.xpath(f"c:dPt[c:idx/@val='{row}']/c:spPr", namespaces=NS)
        return found


@dataclass(frozen=True)
class Drawn:
    """A chart of a slide, and the sheets of its workbook as lists of rows."""

    slide: int
    shape: Any
    xml: Any
    book: Any

    @property
    def series(self) -> list[Series]:
        return [_series(each) for each in self.xml.iterfind(".//c:ser", NS)]

    def named(self, heading: str) -> Series | None:
        return next((each for each in self.series if each.name == heading), None)

    @property
    def sheet(self) -> dict[str, list[Any]]:
        """The first sheet: its columns by their headings."""
        first = self.book.worksheets[0]
        return {column[0].value: [cell.value for cell in column[1:]] for column in first.iter_cols()}


def points(parent: Any) -> dict[int, float]:
    if parent is None:
        return {}
    return {int(pt.get("idx")): float(pt.findtext("c:v", None, NS)) for pt in parent.iterfind(".//c:numCache/c:pt", NS)}


def _series(xml: Any) -> Series:
    labels = {}
    for label in xml.iterfind("c:dLbls/c:dLbl", NS):
        paragraphs = label.iterfind("c:tx/c:rich/a:p", NS)
        words = "\n".join("".join(run.text or "" for run in p.iterfind("a:r/a:t", NS)) for p in paragraphs)
        labels[int(label.find("c:idx", NS).get("val"))] = words
    values = xml.find("c:val", NS) if xml.find("c:val", NS) is not None else xml.find("c:yVal", NS)
    name = xml.findtext("c:tx//c:v", None, NS)
    return Series(xml, name, points(values), points(xml.find("c:xVal", NS)), labels)


@cache
def handed(language: str, others: bool = False) -> Handout:
    handout, missing = handouts.hand_out(OTHERS if others else seven(), language)
    assert missing == []
    return handout


@cache
def content(language: str, others: bool = False) -> bytes:
    return pptx_bytes(handed(language, others))


@cache
def opened(language: str, others: bool = False) -> Any:
    return Presentation(io.BytesIO(content(language, others)))


def shapes(deck: Any) -> Iterator[tuple[int, Any]]:
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            yield number, shape


def charts(deck: Any) -> list[Drawn]:
    found = []
    for number, shape in shapes(deck):
        if shape.has_chart:
            part = shape.chart.part
            book = openpyxl.load_workbook(io.BytesIO(part.chart_workbook.xlsx_part.blob))
            found.append(Drawn(number, shape, etree.fromstring(part.blob), book))
    return found


@cache
def charts_of(language: str, others: bool = False) -> list[Drawn]:
    return charts(opened(language, others))


def own_slides(deck: Any, exhibit: Exhibit) -> list[int]:
    """The slides of an exhibit, by their titles."""
    counted = re.compile(r"\u00a0\(\d+/\d+\)$")
    titles = [counted.sub("", slide.shapes.title.text_frame.text) for slide in deck.slides]
    return [number for number, title in enumerate(titles, 1) if title == exhibit.headline]


def exhibits(language: str, others: bool = False) -> Iterator[tuple[Exhibit, list[Drawn]]]:
    deck = opened(language, others)
    for exhibit in handed(language, others).exhibits:
        numbers = own_slides(deck, exhibit)
        yield exhibit, [each for each in charts_of(language, others) if each.slide in numbers]


def notes(deck: Any, number: int) -> str:
    return deck.slides[number - 1].notes_slide.notes_text_frame.text


def words_of(slide: Any) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def rows_of(exhibit: Exhibit) -> list[Mark | str]:
    return [row for panel in exhibit.block.drawing.panels for row in panel.rows]


def by_ids(exhibit: Exhibit) -> Counter[tuple[Any, ...]]:
    """(figure ids, lower and upper side, interval) of each mark, out of the frame that the page drew."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in exhibit.block.frame.to_dict("records"):
        if "ratio_low" in row:
            ids = " ".join(each for each in (row["numerator_id"], row["denominator_id"]) if isinstance(each, str))
            stated = row["claim"] in {"share", "side_by_side", "published"}
            sides = (known(row["ratio_low"]), known(row["ratio_high"])) if stated else (None, None)
            is_share = row["interval_kind"] == "share"
            interval = (known(row["interval_low"]), known(row["interval_high"])) if is_share else (None, None)
        elif isinstance(row["figure_id"], str):
            ids, sides, interval = row["figure_id"], (known(row["low"]), known(row["high"])), (None, None)
            if row.get("period_kind") == "yearly_rate":  # a statement without a count is words and no mark
                sides = (None, None)
        else:
            continue  # a rung without a figure
        found[(ids, *sides, *interval)] += 1
    return found


def known(value: Any) -> float | None:
    return None if value is None or value != value else round(float(value), 9)


# The ready deck in the language of the longest words, and other charts; `long`: in the other languages too.
BOTH = pytest.mark.parametrize(
    ("language", "others"),
    [
        pytest.param("kk", False, id="kk"),
        pytest.param("en", True, id="en-others"),
        *(pytest.param(each, False, id=each, marks=pytest.mark.long) for each in LANGUAGES if each != "kk"),
    ],
)


def flat(words: str) -> str:
    """Without line ends and the spaces that take their place."""
    return "".join(words.split())


def made_of(*shown: Exhibit, title: str = "") -> Any:
    handout = handed("en")
    return Presentation(io.BytesIO(pptx_bytes(replace(handout, exhibits=shown, title=title))))


def parts(data: bytes, prefix: str) -> Iterator[tuple[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            if name.startswith(prefix) and name.endswith(".xml"):
                yield name, etree.fromstring(file.read(name))


def edges(shape: Any) -> tuple[int, int, int, int]:
    return shape.left, shape.top, shape.left + shape.width, shape.top + shape.height


def misplaced(deck: Any) -> list[str]:
    """What lies outside its slide, on another thing, or is larger than its place."""
    found = []
    for number, slide in enumerate(deck.slides, 1):
        placed = list(slide.shapes)
        for place, shape in enumerate(placed):
            left, top, right, bottom = edges(shape)
            if left < 0 or top < 0 or right > WIDE or bottom > HIGH:
                found.append(f"{number}: {shape.name} is outside")
            for other in placed[place + 1 :]:
                a, b, c, d = edges(other)
                if left < c - HAIR and a < right - HAIR and top < d - HAIR and b < bottom - HAIR:
                    found.append(f"{number}: {shape.name} lies on {other.name}")
            if shape.has_text_frame and shape.text_frame.text.strip():
                needed = 0.0
                for paragraph in shape.text_frame.paragraphs:
                    sizes = [run.font.size.pt for run in paragraph.runs] or [12.0]
                    bold = bool(paragraph.runs and paragraph.runs[0].font.bold)
                    room = shape.width / Pt(1)
                    needed += max(sizes) * 1.15 * len(lines(paragraph.text, max(sizes), room, bold=bold))
                if needed > shape.height / Pt(1) + 1:
                    found.append(f"{number}: {shape.text_frame.text[:40]} needs {needed:.0f} points")
    return found


def mark(row: Mark | str) -> bool:
    return isinstance(row, Mark)


def shown(drawing: Any, key: tuple[str, ...] = ()) -> Any:
    exhibit = handed("en").exhibits[0]
    return made_of(replace(exhibit, block=replace(exhibit.block, drawing=drawing, key=key)))
