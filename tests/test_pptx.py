"""Does a deck leave as slides that can be edited, where every number is the page's and every bound still a bound?

The slides are read back: the charts' own XML, the workbooks behind them, the words, the notes.
"""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import segno
from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Pt

from components import handouts
from components.charts.coverage import SIGN
from components.charts.drawing import Mark, Panel, Point, Points
from components.charts.drawing import Series as Line
from components.charts.funnel import funnel as draw_funnel
from components.charts.rows import Rows, bars, dots
from components.deck import Card, Deck, seven
from components.exports import drawn as slides
from components.exports.exhibit import Exhibit, Handout, plain
from components.exports.letters import lines, width
from components.exports.native import said
from components.exports.pptx import pptx_bytes
from components.text import LANGUAGES, Text
from components.views import View
from queries.measures.funnel import funnel as measured
from tests.test_funnel import FIVE, years

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
    handout, missing = handouts.handout(OTHERS if others else seven(), language)
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


# Numbers ---------------------------------------------------------------------------------------


@BOTH
def test_every_number_of_the_workbooks_is_the_frames_and_none_is_lost(language, others):
    text = Text(language)
    heads = [text(f"slides.{key}") for key in ("figures", "low", "high", "interval_low", "interval_high")]
    looked_at = 0
    for exhibit, drawn in exhibits(language, others):
        if not isinstance(exhibit.block.drawing, Rows):
            continue
        found: Counter[tuple[Any, ...]] = Counter()
        for chart in drawn:
            columns = [chart.sheet.get(head, [None] * chart.book.worksheets[0].max_row) for head in heads]
            for ids, *numbers in zip(*columns, strict=False):
                if ids:
                    found[(ids, *map(known, numbers))] += 1
        assert found == by_ids(exhibit), exhibit.block.name
        looked_at += sum(found.values())
    assert looked_at > 30


@BOTH
def test_every_number_and_word_of_a_chart_is_a_cell_of_its_workbook(language, others):
    looked_at = 0
    for chart in charts_of(language, others):
        for reference in chart.xml.iter(f"{{{NS['c']}}}numRef", f"{{{NS['c']}}}strRef"):
            sheet, cells = reference.findtext("c:f", None, NS).rsplit("!", 1)
            area = chart.book[sheet.strip("'")][cells.replace("$", "")]
            values = [cell.value for (cell,) in area] if isinstance(area, tuple) else [area.value]
            cached = {int(pt.get("idx")): pt.findtext("c:v", None, NS) for pt in reference.iter(f"{{{NS['c']}}}pt")}
            assert int(reference.find(".//c:ptCount", NS).get("val")) == len(values)
            for row, value in enumerate(values):
                if isinstance(value, int | float):
                    assert float(cached[row]) == pytest.approx(value, rel=1e-14)
                    looked_at += 1
                else:
                    assert (cached.get(row) or "") == (value or "")
    assert looked_at > 100


@BOTH
def test_a_bar_ends_at_the_number_or_the_known_side_and_nowhere_else(language, others):
    text = Text(language)
    for exhibit, drawn in exhibits(language, others):
        if not isinstance(exhibit.block.drawing, Rows):
            continue
        for chart in drawn:
            sheet = chart.sheet
            low, high = sheet[text("slides.low")], sheet[text("slides.high")]
            expected: dict[str, dict[int, float]] = {"number": {}, "upper_bound": {}, "lower_bound": {}}
            for row, (a, b) in enumerate(zip(low, high, strict=True)):
                if a is not None:
                    expected["lower_bound" if b is None else "number"][row] = a
                elif b is not None:
                    expected["upper_bound"][row] = b
            for key, rows in expected.items():
                series = chart.named(text(f"slides.{key}"))
                assert (series.values if series else {}) == pytest.approx(rows)
            # What is left are labels: no other bar stands there as if it were a number.
            others_drawn = {each.name for each in chart.series} - {text(f"slides.{key}") for key in expected}
            assert others_drawn == {text("slides.label_at")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_points_of_a_line_are_the_frames(language):
    for exhibit, drawn in exhibits(language):
        if isinstance(exhibit.block.drawing, Points):
            (chart,) = drawn
            found = {
                (x, series.values[row])
                for series in chart.series
                if series.name in {each.name for each in exhibit.block.drawing.series}
                for row, x in series.across.items()
            }
            frame = exhibit.block.frame
            assert (frame["low"] == frame["high"]).all()
            assert found == {(float(a), float(b)) for a, b in zip(frame["year"], frame["low"], strict=True)}
            ids = {cell for row in chart.book.worksheets[1].iter_rows(values_only=True) for cell in row}
            assert set(exhibit.block.figure_ids) <= ids


def test_the_points_of_a_ratio_of_the_following_year_are_the_frames():
    (pair,) = [pair for pair in exhibits("en", True) if pair[0].block.name == "lag_check"]
    exhibit, (chart,) = pair
    found = {(x, round(each.values[row], 9)) for each in chart.series for row, x in each.across.items()}
    frame = exhibit.block.frame[exhibit.block.frame["ratio_low"].notna()]
    assert found == {(float(a), round(b, 9)) for a, b in zip(frame["year"], frame["ratio_low"], strict=True)}


def test_a_number_drawn_only_is_headed_as_such():
    text = Text("en")
    drawn_only = {text(f"slides.{key}") for key in ("arrow", "label_at", "break_height")}
    assert all("not a number" in heading for heading in drawn_only)
    seen = {heading for chart in charts_of("en") for heading in chart.sheet}
    assert drawn_only <= seen


# Bounds and intervals ---------------------------------------------------------------------------


@BOTH
def test_bounds_and_intervals_are_error_bars_and_exact_numbers_have_none(language, others):
    text = Text(language)
    kinds: Counter[str] = Counter()
    for exhibit, drawn in exhibits(language, others):
        if not isinstance(exhibit.block.drawing, Rows):
            continue
        for chart in drawn:
            sheet = chart.sheet
            none = [None] * len(sheet[text("slides.low")])
            ends = [sheet.get(text(f"slides.interval_{side}"), none) for side in ("low", "high")]
            number, above, below = (
                chart.named(text(f"slides.{key}")) for key in ("number", "upper_bound", "lower_bound")
            )
            for row, (a, b, left, right) in enumerate(
                zip(sheet[text("slides.low")], sheet[text("slides.high")], *ends, strict=True)
            ):
                if a is None and b is None:
                    continue
                if a is not None and b is None:
                    kinds["open above"] += 1
                    assert below.is_arrow
                    assert below.errors("plus")[row] > 0
                elif a is None:
                    kinds["open below"] += 1
                    assert above.errors("minus")[row] == pytest.approx(b)
                    assert not above.errors("plus")
                    assert not above.is_arrow
                elif left is not None:
                    kinds["interval"] += 1
                    assert number.has_caps
                    assert a - number.errors("minus")[row] == pytest.approx(left)
                    assert a + number.errors("plus")[row] == pytest.approx(right)
                elif a != b:
                    kinds["range"] += 1
                    assert number.has_caps
                    assert a + number.errors("plus")[row] == pytest.approx(b)
                else:
                    kinds["exact"] += 1
                    assert row not in number.errors("plus") | number.errors("minus")
    assert set(kinds) >= ({"open above", "exact", "interval"} if others else {"open above", "open below", "range"})


def test_a_bound_on_a_line_is_an_error_bar_too():
    (chart,) = [c for exhibit, drawn in exhibits("en", True) if "yearly" in exhibit.block.name for c in drawn]
    arrows = [each for each in chart.series if each.is_arrow]
    downward = [each for each in chart.series if each.errors("minus") and not each.is_arrow]
    assert {each.values[0] for each in arrows} == {70.0}
    assert 600.0 in {each.values[0] for each in downward}
    (ends,) = {(each.values[0], each.errors("minus")[0], each.errors("plus")[0]) for each in downward if each.has_caps}
    assert ends == (375.0, 25.0, 25.0)


def test_part_years_are_hatched_rates_hollow_and_bounds_pale():
    text, looks = Text("en"), {}
    for exhibit, drawn in exhibits("en"):
        if not exhibit.block.name.startswith("allegations"):
            continue
        for chart in drawn:
            for series in chart.series:
                for row in series.values:
                    if series.name != text("slides.label_at"):
                        looks[chart.sheet[text("slides.label")][row]] = series.look(row)
    assert looks["304 · Jan–May"].find("a:pattFill", NS) is not None
    assert looks["602"].find("a:solidFill/a:srgbClr", NS).get("val") == "1d3d5c"
    assert looks["≈700 · typical year"].find("a:solidFill/a:srgbClr", NS).get("val") == "ffffff"
    assert looks["≈700 · typical year"].find("a:ln/a:solidFill", NS) is not None
    assert looks["≤600 · typical year"].find("a:solidFill/a:srgbClr", NS).get("val") not in {"1d3d5c", "ffffff"}
    assert looks["225"].find("a:solidFill/a:srgbClr", NS).get("val") == "d97a12"


@BOTH
def test_bars_of_one_chart_share_their_zero_and_their_scale_on_every_slide(language, others):
    for exhibit, drawn in exhibits(language, others):
        if not isinstance(exhibit.block.drawing, Rows):
            continue
        ends, zeros = set(), set()
        for chart in drawn:
            scaling = chart.xml.find(".//c:valAx/c:scaling", NS)
            assert scaling.find("c:min", NS).get("val") == "0"
            ends.add(scaling.find("c:max", NS).get("val"))
            layout = chart.xml.find(".//c:plotArea/c:layout/c:manualLayout", NS)
            assert layout.find("c:layoutTarget", NS).get("val") == "inner"
            x, wide = (float(layout.find(f"c:{name}", NS).get("val")) for name in "xw")
            zeros.add(round(chart.shape.left + x * chart.shape.width, -2))
            assert x + wide == pytest.approx(1)
        assert len(ends) == len(zeros) == 1


# Words -------------------------------------------------------------------------------------------


def flat(words: str) -> str:
    """Without line ends and the spaces that take their place."""
    return "".join(words.split())


@BOTH
def test_every_label_is_the_marks_and_a_row_without_a_number_says_so(language, others):
    text = Text(language)
    for exhibit, drawn in exhibits(language, others):
        drawing = exhibit.block.drawing
        if isinstance(drawing, Rows):
            written = [label for chart in drawn for label in chart.named(text("slides.label_at")).labels.values()]
            slides = [
                opened(language, others).slides[number - 1] for number in own_slides(opened(language, others), exhibit)
            ]
            on_slides = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
            for row in rows_of(exhibit):
                words = flat(said(row.label if isinstance(row, Mark) else row))
                assert words in [flat(each) for each in [*written, *([] if isinstance(row, Mark) else on_slides)]]
            assert len(written) + sum(len(p.rows) == 1 and isinstance(p.rows[0], str) for p in drawing.panels) == len(
                rows_of(exhibit)
            )
        elif isinstance(drawing, Points):
            (chart,) = drawn
            written = Counter(label for series in chart.series for label in series.labels.values())
            # Every number stands in the workbook, whether or not there is room for it on the slide.
            every = [said(point.label) for series in drawing.series for point in series.points]
            assert [cell or "" for cell in chart.sheet[text("slides.label")][: len(every)]] == every
            for series in drawing.series:
                for place, point in enumerate(series.points):
                    is_last = place == len(series.points) - 1
                    letter = series.letter if is_last else ""
                    expected = " ".join(filter(None, [letter, said(point.label)]))
                    # Where a chart is crowded its number may be left to the workbook; of the seven none is.
                    assert not expected or written[expected] > 0 or (others and (not letter or written[letter] > 0))
            for _, number, _ in drawing.breaks:
                assert written[number] == 1


@pytest.mark.parametrize(("crowd", "read"), [(3, 3), (8, 0)])
def test_a_number_that_would_lie_on_other_words_or_marks_is_left_to_the_workbook(crowd, read):
    """Three labels stand around one place; of eight only the letters are left, so that one can still ask."""
    lines = [Line("who", "official", (Point(2015, 100.0, "1 234"),), letter="ABCDEFGH"[n]) for n in range(crowd)]
    alone = Line("who", "ngo", (Point(2010, 500.0, "500"),), letter="Z")
    drawing = Points(lambda text: None, (*lines, alone), (2008, 2020), (0, 700))
    placed = slides._placed(drawing, slides._plot(drawing, slides.Box(0, 0, 600, 300), Text("en")))
    words = ["".join(run for run, _ in label.lines[0]) for label in placed.values()]
    assert words[-1] == "Z 500"
    assert [each[0] for each in words[:-1]] == list("ABCDEFGH"[:crowd])
    assert sum(each.endswith("1 234") for each in words) == read
    numbered = [label.side for label, said in zip(placed.values(), words[:-1], strict=False) if said.endswith("1 234")]
    assert len(set(numbered)) == read  # each on a side of its own


@BOTH
def test_a_label_keeps_its_lines_and_its_number_bold(language, others):
    text = Text(language)
    for exhibit, drawn in exhibits(language, others):
        if exhibit.block.question != "stage_ratio":
            continue
        marks = iter(row for row in rows_of(exhibit) if isinstance(row, Mark))
        for chart in drawn:
            for label in chart.named(text("slides.label_at")).xml.iterfind("c:dLbls/c:dLbl", NS):
                first, second = label.iterfind("c:tx/c:rich/a:p", NS)
                assert [run.find("a:rPr", NS).get("b") for run in first.iterfind("a:r", NS)] == ["1"]
                assert {run.find("a:rPr", NS).get("b") for run in second.iterfind("a:r", NS)} == {"0"}
                assert said(next(marks).label).count("\n") == 1


@BOTH
def test_the_finding_is_the_title_and_the_alternative_text_of_every_chart(language, others):
    deck = opened(language, others)
    for exhibit in handed(language, others).exhibits:
        numbers = own_slides(deck, exhibit)
        assert numbers
        for number, shape in shapes(deck):
            if number in numbers and (shape.has_chart or shape.has_table):
                assert shape._element.find(".//p:cNvPr", NS).get("descr") == exhibit.block.finding


def test_her_title_stands_above_and_the_finding_under_it():
    first = handed("en").exhibits[2]
    deck = made_of(replace(first, title="Three of six hundred"))
    for number, slide in enumerate(deck.slides, 1):
        assert slide.shapes.title.text_frame.text == f"Three of six hundred\u00a0({number}/{len(deck.slides)})"
        below = [
            shape for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text == first.block.finding
        ]
        assert len(below) == 1
        assert below[0].top >= slide.shapes.title.top + slide.shapes.title.height


def made_of(*shown: Exhibit, title: str = "") -> Any:
    handout = handed("en")
    return Presentation(io.BytesIO(pptx_bytes(replace(handout, exhibits=shown, title=title))))


@BOTH
def test_slides_of_one_chart_are_counted(language, others):
    deck = opened(language, others)
    numbers: list[int] = []
    for exhibit in handed(language, others).exhibits:
        own = own_slides(deck, exhibit)
        numbers += own
        ends = [deck.slides[number - 1].shapes.title.text_frame.text.rpartition("\u00a0")[2] for number in own]
        if len(own) > 1:
            assert ends == [f"({place}/{len(own)})" for place in range(1, len(own) + 1)]
    assert sorted(numbers) == list(range(2, len(deck.slides) + 1))


@BOTH
def test_the_foot_says_n_the_sources_and_the_version(language, others):
    deck, handout = opened(language, others), handed(language, others)
    for exhibit in handout.exhibits:
        named = ""
        for number in own_slides(deck, exhibit):
            words = words_of(deck.slides[number - 1])
            assert exhibit.block.n_line in words
            assert handout.data_line in words
            head = Text(language)("slides.sources", publishers="")
            (line,) = [each for each in words.splitlines() if each.startswith(head)]
            assert any(publisher in line for publisher in exhibit.publishers)
            named += line
        if exhibit.block.name != "coverage":
            assert [each for each in exhibit.publishers if each not in named] == []


def test_sources_without_room_are_counted_and_stand_in_the_notes():
    (exhibit,) = [each for each in handed("en", True).exhibits if each.block.name == "coverage"]
    deck = opened("en", True)
    for number in own_slides(deck, exhibit):
        (line,) = [each for each in words_of(deck.slides[number - 1]).splitlines() if each.startswith("Sources: ")]
        named = [each for each in exhibit.publishers if each in line]
        more = int(re.search(r"(\d+) more, all named in the notes$", line)[1])
        assert len(named) >= 5
        assert len(named) + more >= len(exhibit.publishers)
        assert all(each in notes(deck, number) for each in exhibit.publishers)


@BOTH
def test_the_notes_hold_caveats_documents_with_their_addresses_and_the_method(language, others):
    deck = opened(language, others)
    for exhibit in handed(language, others).exhibits:
        for number in own_slides(deck, exhibit):
            words = notes(deck, number)
            assert all(document.words in words and document.url in words for document in exhibit.documents)
            assert all(caveat in words for caveat in exhibit.block.caveats)
            assert all(plain(paragraph) in words for paragraph in exhibit.block.method)
            assert "**" not in words


def test_her_note_stands_first():
    deck = made_of(replace(handed("en").exhibits[1], note="Wait for the question.\nThen answer it."))
    assert notes(deck, 1).startswith("Wait for the question.\nThen answer it.\n\nCaveats\n")


def test_a_table_of_coverage_holds_every_year_of_every_compiler():
    (exhibit,) = [each for each in handed("en", True).exhibits if each.block.name == "coverage"]
    deck, found = opened("en", True), []
    for number in own_slides(deck, exhibit):
        for table in (shape.table for shape in deck.slides[number - 1].shapes if shape.has_table):
            head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
            assert head[1:] == [str(year) for year in exhibit.block.drawing.years]
            group = ""
            for cells in rows:
                if not any(cells[1:]):
                    group = cells[0]
                else:
                    found.append((group, cells[0], *cells[1:]))
    rows = exhibit.block.drawing.rows
    assert found == [(group, label, *(SIGN[state] for state in states)) for group, _, label, states in rows]


def test_the_letters_and_numbers_of_a_line_chart_are_explained_beside_it_or_on_the_next_slide():
    for language, others in [*((each, False) for each in LANGUAGES), ("en", True)]:
        deck = opened(language, others)
        for exhibit in handed(language, others).exhibits:
            if isinstance(exhibit.block.drawing, Points):
                words = "\n".join(words_of(deck.slides[number - 1]) for number in own_slides(deck, exhibit))
                assert all(line in words for line in exhibit.block.key)


def test_a_deck_with_a_title_begins_with_it():
    for language in LANGUAGES:
        first = words_of(opened(language).slides[0])
        assert handed(language).title in first
        assert handed(language).data_line in first
        assert "7" in first
    assert len(made_of(handed("en").exhibits[6]).slides) == 1


@BOTH
def test_every_slide_has_its_number_as_a_field(language, others):
    for number, slide in enumerate(opened(language, others).slides, 1):
        (field,) = slide._element.iterfind(".//a:fld", NS)
        assert field.get("type") == "slidenum"
        assert field.findtext("a:t", None, NS) == str(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_live_address_is_a_link_and_a_code_where_it_is_set_and_nothing_where_not(language):
    first = replace(handed(language).exhibits[4], address=ADDRESS)
    deck = Presentation(io.BytesIO(pptx_bytes(replace(handed(language), exhibits=(first,), title=""))))
    (slide,) = deck.slides
    linked = [
        run.hyperlink.address
        for shape in slide.shapes
        if shape.has_text_frame
        for p in shape.text_frame.paragraphs
        for run in p.runs
    ]
    assert linked.count(ADDRESS) == 1
    assert "figures.example.org" in words_of(slide)
    (code,) = [shape for shape in slide.shapes if shape.shape_type == 13]
    expected = io.BytesIO()
    segno.make(ADDRESS, error="m", micro=False).save(expected, kind="png", scale=6, border=0, dark="#1a1f27")
    assert code.image.blob == expected.getvalue()
    assert code.click_action.hyperlink.address == ADDRESS
    assert ADDRESS in code._element.find(".//p:cNvPr", NS).get("descr")
    assert ADDRESS in notes(deck, 1)
    assert not [shape for _, shape in shapes(opened(language)) if shape.shape_type == 13]


# Type and place --------------------------------------------------------------------------------


def parts(data: bytes, prefix: str) -> Iterator[tuple[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for name in file.namelist():
            if name.startswith(prefix) and name.endswith(".xml"):
                yield name, etree.fromstring(file.read(name))


@BOTH
def test_no_type_is_smaller_than_18_points_but_in_the_foot_12(language, others):
    deck = opened(language, others)
    for _, xml in parts(content(language, others), "ppt/charts/"):
        sizes = {int(each) for each in xml.xpath("//@sz", namespaces=NS)}
        assert min(sizes) == 1800
    for _, shape in shapes(deck):
        properties = shape._element.findall(".//a:rPr", NS)
        sizes = {int(each.get("sz")) for each in properties}  # each run says its own
        is_foot = shape.top > HIGH * 0.6 and sizes == {1200}
        assert is_foot or min(sizes, default=1800) >= 1800


@BOTH
def test_type_is_arial_and_every_word_is_in_its_language(language, others):
    data = content(language, others)
    for prefix in ("ppt/slides/", "ppt/charts/", "ppt/notesSlides/"):
        for name, xml in parts(data, prefix):
            assert {each for each in xml.xpath("//a:latin/@typeface", namespaces=NS)} <= {"Arial"}, name
            assert {each for each in xml.xpath("//@lang")} <= {SPELLED[language]}, name
            assert all(each.get("lang") for each in xml.iterfind(".//a:rPr", NS)), name
    for name, xml in parts(data, "ppt/theme/"):
        assert set(xml.xpath("//a:fontScheme//a:latin/@typeface", namespaces=NS)) == {"Arial"}, name


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


@BOTH
def test_nothing_is_outside_its_slide_or_on_another_thing(language, others):
    assert misplaced(opened(language, others)) == []


def test_with_a_code_and_titles_of_her_own_there_is_room_still():
    long = "What the State counted, what it did not count, and why the two can’t be set against each other at all: " * 2
    shown = [replace(each, address=ADDRESS + "&more=" * 20, title=long[:200]) for each in handed("ru").exhibits]
    deck = Presentation(io.BytesIO(pptx_bytes(replace(handed("ru"), exhibits=tuple(shown)))))
    assert misplaced(deck) == []


@BOTH
def test_the_label_of_every_bar_fits_beside_it(language, others):
    text = Text(language)
    for chart in charts_of(language, others):
        series = chart.named(text("slides.label_at"))
        if series is None:
            continue
        layout = chart.xml.find(".//c:plotArea/c:layout/c:manualLayout", NS)
        plot = float(layout.find("c:w", NS).get("val")) * chart.shape.width / Pt(1)
        reach = float(chart.xml.find(".//c:valAx/c:scaling/c:max", NS).get("val"))
        for label in series.xml.iterfind("c:dLbls/c:dLbl", NS):
            row = int(label.find("c:idx", NS).get("val"))
            wide = max(
                sum(
                    width(run.findtext("a:t", None, NS), 18, bold=run.find("a:rPr", NS).get("b") == "1")
                    for run in line.iterfind("a:r", NS)
                )
                for line in label.iterfind("c:tx/c:rich/a:p", NS)
            )
            assert series.values[row] / reach * plot + wide <= plot + 1, series.labels[row]


def test_no_page_ends_with_a_title_alone():
    for language in LANGUAGES:
        for exhibit, drawn in exhibits(language):
            if isinstance(exhibit.block.drawing, Rows):
                titles = {panel.title for panel in exhibit.block.drawing.panels if any(map(mark, panel.rows))}
                assert {chart.shape.name for chart in drawn} == titles


def mark(row: Mark | str) -> bool:
    return isinstance(row, Mark)


# The same file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_handout_is_the_same_bytes(language):
    assert pptx_bytes(handed(language)) == content(language)


def test_times_are_of_the_data_and_nothing_of_the_template_is_left():
    properties = opened("ru").core_properties
    assert (properties.created, properties.modified) == (datetime(2026, 11, 1), datetime(2026, 11, 1))
    assert handed("ru").day == date(2026, 11, 1)
    assert properties.title == "Казахстан в семи графиках"
    assert properties.language == "ru-RU"
    assert properties.author == Text("ru")("ui.title")
    with zipfile.ZipFile(io.BytesIO(content("ru"))) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in file.namelist() if "thumbnail" in name or "printer" in name or "app.xml" in name]
        embedded = [name for name in file.namelist() if name.endswith(".xlsx")]
        assert len(embedded) == len(charts_of("ru"))
        for name in embedded:
            book = openpyxl.load_workbook(io.BytesIO(file.read(name)))
            assert book.properties.created == datetime(2026, 11, 1)


@BOTH
def test_every_chart_can_be_edited_with_its_workbook(language, others):
    for chart in charts_of(language, others):
        part = chart.shape.chart.part
        external = chart.xml.find("c:externalData", NS)
        assert part.rels[external.get(f"{{{NS['r']}}}id")].reltype == RT.PACKAGE
        kinds = {cell.data_type for sheet in chart.book for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}  # words and numbers: no formula


# Hostile words --------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "=1+1",
    '=HYPERLINK("https://example.org";"x")',
    "a\x0bb\x00c\x1fd\ud800e\uffff",
    "&amp; &lt;b&gt; ]]> <a:t>",
    "😀 שלום \u202eabc",
    "_x0041_ {0} %s {names}",
    "tab\tand\rreturn",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(words):
    panel = Panel(words, [Mark(words, f"<b>5</b><br>{words}", "", ("kz-0025",), "ngo", 5.0, 5.0), words])
    block = replace(handed("en").exhibits[1].block, finding=words, drawing=bars([panel, Panel("next", ["x"])]))
    exhibit = replace(handed("en").exhibits[1], block=block, title=words, note=words)
    handout = replace(handed("en"), exhibits=(exhibit,), title=words)
    deck = Presentation(io.BytesIO(pptx_bytes(handout)))
    plain_words = "".join(each for each in words if unicodedata.category(each) not in {"Cc", "Cs", "Cn"})
    first, second = deck.slides
    shown = "".join(words_of(first).split())
    assert "".join(plain_words.split()) in shown
    assert "".join(plain_words.split()) in "".join(words_of(second).split())
    assert "".join(plain_words.split()) in "".join(notes(deck, 2).split())
    (chart,) = charts(deck)
    assert "".join(plain_words.split()) in "".join(str(chart.sheet["Label"][0]).split())
    assert {cell.data_type for sheet in chart.book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not chart.xml.findall(".//script")


def test_a_very_long_note_and_many_lines_stay_in_the_notes():
    note = "Слово " * 833 + "конец"
    deck = made_of(replace(handed("en").exhibits[6], note=note[-5_000:]))
    assert notes(deck, 1).startswith(note[-5_000:].strip()[:100])
    assert "конец" in notes(deck, 1)
    assert misplaced(deck) == []


# Drawings that the real figures have none of -----------------------------------------------------------


def shown(drawing: Any, key: tuple[str, ...] = ()) -> Any:
    exhibit = handed("en").exhibits[0]
    return made_of(replace(exhibit, block=replace(exhibit.block, drawing=drawing, key=key)))


def test_a_funnel_has_its_points_its_limits_and_the_words_of_its_axes():
    found = measured(years(*FIVE))
    deck = shown(draw_funnel(found, "official", Text("en")))
    (chart,) = charts(deck)
    dotted, *limits = sorted(
        chart.series, key=lambda each: "circle" not in etree.tostring(each.xml, encoding="unicode")
    )
    assert list(zip(dotted.across.values(), dotted.values.values(), strict=True)) == [
        (float(size), pytest.approx(value)) for _, size, value in found.points
    ]
    assert list(dotted.labels.values()) == ["2010", "2011", "2012", "2013", "2014"]
    assert len(limits) == 5
    titles = ["".join(each.itertext()) for each in chart.xml.iterfind(".//c:title", NS)]
    assert titles == [Text("en")("chart.denominator_axis"), Text("en")("chart.per_100_axis")]
    assert misplaced(deck) == []


def test_an_open_ratio_of_a_share_and_a_withheld_one():
    rows = [
        Mark("2019", "<b>≥11.7%</b><br>≥7/60", "", ("kz-0025",), "official", 11.7, None),
        Mark("2020", "<b>3/7</b><br>no per cent: N &lt; 10", "", ("kz-0026",), "official", None, None),
        Mark("2021", "<b>17.5%</b>", "", ("kz-0030",), "official", 17.5, 17.5, interval=(10.0, 28.6)),
        Mark("2022", "<b>0%</b>", "", ("kz-0031",), "official", 0.0, 0.0, interval=(0.0, 8.8)),
    ]
    (chart,) = charts(shown(dots([Panel("A share", rows)])))
    text = Text("en")
    number, below = chart.named(text("slides.number")), chart.named(text("slides.lower_bound"))
    assert (number.values, below.values) == ({2: 17.5, 3: 0.0}, {0: 11.7})
    assert number.errors("plus") == {2: pytest.approx(11.1), 3: 8.8}
    assert number.errors("minus") == {2: 7.5, 3: 0.0}
    assert below.is_arrow
    assert 1 not in number.values | below.values
    assert chart.named(text("slides.label_at")).labels[1] == "3/7\nno per cent: N &lt; 10"


def test_panels_without_a_row_and_marks_of_zero_alone():
    deck = shown(bars([Panel("nothing", []), Panel("zero", [Mark("", "<b>0</b>", "", (), "ngo", 0.0, 0.0)])]))
    (chart,) = charts(deck)
    assert chart.named("Number").values == {0: 0.0}
    assert misplaced(deck) == []


@pytest.mark.parametrize("rows", [1, 2, 9, 40, 150])
def test_any_number_of_rows_goes_on_over_slides_in_order(rows):
    marks = [Mark(str(1900 + i), f"<b>{i}</b>", "", (), "official", float(i), float(i)) for i in range(rows)]
    deck = shown(bars([Panel("A very long title of a panel, " * 5, marks)]))
    written = [
        label
        for chart in charts(deck)
        for label in chart.named("Only drawn, not a number: where the label stands").labels.values()
    ]
    assert written == [str(i) for i in range(rows)]
    assert misplaced(deck) == []


# The measure of letters -----------------------------------------------------------------------------------


def test_lines_are_no_wider_than_their_room_and_lose_no_word():
    sentence = "Бас прокуратураның Құқықтық статистика комитеті: 1 234 шағым (2015–2016), " * 4
    for room in (40, 100, 333, 880):
        found = lines(sentence, 18, room)
        assert all(width(each, 18) <= room for each in found)
        assert "".join("".join(found).split()) == "".join(sentence.split())
