"""Does a deck leave as slides that can be edited, where every number is the page's and every bound still a bound?

The slides are read back: the charts' own XML, the workbooks behind them, the words, the notes.
"""

import io
import zipfile
from collections import Counter
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from components.charts import funnel
from components.drawing.model import Mark, Panel, Points, Rows
from components.exports.pptx import pptx_bytes
from components.text import LANGUAGES, Text
from queries.measures.funnel import funnel as measured
from tests.slides import (
    BOTH,
    NS,
    by_ids,
    charts,
    charts_of,
    content,
    exhibits,
    handed,
    known,
    misplaced,
    opened,
    shown,
)
from tests.test_funnel import FIVE, years

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
                    assert a - number.errors("minus").get(row, 0) == pytest.approx(left)
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
    assert {each.values[0] for each in arrows} == {70.0, 110.0}
    assert 600.0 in {each.values[0] for each in downward}
    (ends,) = {(each.values[0], each.errors("minus")[0], each.errors("plus")[0]) for each in downward if each.has_caps}
    assert ends == (375.0, 25.0, 25.0)


def test_part_years_are_hatched_and_statements_without_a_count_are_no_marks():
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
    assert not [label for label in looks if "typical year" in str(label)], "a statement without a count is no mark"
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


# Drawings that the real figures have none of -----------------------------------------------------------


def test_a_funnel_has_its_points_its_limits_and_the_words_of_its_axes():
    found = measured(years(*FIVE))
    deck = shown(funnel.draw(found, "official", Text("en")))
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
    (chart,) = charts(shown(Rows([Panel("A share", rows)], is_ratio=True)))
    text = Text("en")
    number, below = chart.named(text("slides.number")), chart.named(text("slides.lower_bound"))
    assert (number.values, below.values) == ({2: 17.5, 3: 0.0}, {0: 11.7})
    assert number.errors("plus") == {2: pytest.approx(11.1), 3: 8.8}
    assert number.errors("minus") == {2: 7.5, 3: 0.0}
    assert below.is_arrow
    assert 1 not in number.values | below.values
    assert chart.named(text("slides.label_at")).labels[1] == "3/7\nno per cent: N &lt; 10"


def test_panels_without_a_row_and_marks_of_zero_alone():
    deck = shown(Rows([Panel("nothing", []), Panel("zero", [Mark("", "<b>0</b>", "", (), "ngo", 0.0, 0.0)])]))
    (chart,) = charts(deck)
    assert chart.named("Number").values == {0: 0.0}
    assert misplaced(deck) == []


@pytest.mark.parametrize("rows", [1, 2, 9, 40, 150])
def test_any_number_of_rows_goes_on_over_slides_in_order(rows):
    marks = [Mark(str(1900 + i), f"<b>{i}</b>", "", (), "official", float(i), float(i)) for i in range(rows)]
    deck = shown(Rows([Panel("A very long title of a panel, " * 5, marks)]))
    written = [
        label
        for chart in charts(deck)
        for label in chart.named("Only drawn, not a number: where the label stands").labels.values()
    ]
    assert written == [str(i) for i in range(rows)]
    assert misplaced(deck) == []
