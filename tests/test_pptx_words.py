"""Does every word of the slides stand where it can be read, and is it only a word?"""

import io
import re
import unicodedata
from collections import Counter
from dataclasses import replace

import pytest
import segno
from pptx import Presentation
from pptx.util import Pt

from components.drawing.model import SIGN, Axis, Cell, Grid, GridRow, Mark, Panel, Point, Points, Rows
from components.drawing.model import Series as Line
from components.exports.arial import lines, width
from components.exports.exhibit import strip_markdown
from components.exports.pptx import pptx_bytes
from components.exports.slides import points as slides
from components.exports.slides.drawing_ml import read_words
from components.exports.slides.grid import lay_out_grid
from components.exports.slides.layout import Box
from components.text import LANGUAGES, Text
from components.theme import INK
from tests.slides import (
    ADDRESS,
    BOTH,
    HIGH,
    NS,
    SPELLED,
    charts,
    charts_of,
    content,
    exhibits,
    flat,
    handed,
    made_of,
    mark,
    misplaced,
    notes,
    opened,
    own_slides,
    parts,
    rows_of,
    shapes,
    words_of,
)

# Words -------------------------------------------------------------------------------------------


@BOTH
def test_every_label_is_the_marks_and_a_row_without_a_number_says_so(language, others):
    text = Text(language)
    for exhibit, drawn in exhibits(language, others):
        drawing = exhibit.block.drawing
        if isinstance(drawing, Rows):
            written = [label for chart in drawn for label in chart.named(text("slides.label_at")).labels.values()]
            own = [
                opened(language, others).slides[number - 1] for number in own_slides(opened(language, others), exhibit)
            ]
            on_slides = [shape.text_frame.text for slide in own for shape in slide.shapes if shape.has_text_frame]
            for row in rows_of(exhibit):
                words = flat(read_words(row.label if isinstance(row, Mark) else row))
                assert words in [flat(each) for each in [*written, *([] if isinstance(row, Mark) else on_slides)]]
            assert len(written) + sum(len(p.rows) == 1 and isinstance(p.rows[0], str) for p in drawing.panels) == len(
                rows_of(exhibit)
            )
        elif isinstance(drawing, Points):
            (chart,) = drawn
            written = Counter(label for series in chart.series for label in series.labels.values())
            # What a page writes stands in the workbook, whether or not the slide has room for it.
            parts = slides.split_series(slides.keep_written_numbers(drawing))
            every = [read_words(point.label) for part in parts for point in part.points]
            assert [cell or "" for cell in chart.sheet[text("slides.label")][: len(every)]] == every
            for part in parts:
                for place, point in enumerate(part.points):
                    is_last = place == len(part.points) - 1
                    letter = part.series.letter if is_last else ""
                    expected = " ".join(filter(None, [letter, read_words(point.label)]))
                    # Where a chart is crowded its number may be left to the workbook; of the seven none is.
                    assert not expected or written[expected] > 0 or (others and (not letter or written[letter] > 0))
            for each in drawing.breaks:
                assert written[each.number] == 1
            # In the workbook a break is called by the words that explain its number.
            named = {name for name in chart.sheet.get(text("slides.break"), []) if name}
            assert named == {line for line in exhibit.block.key if line.partition(". ")[0].isdigit()}
            assert len(named) == len(drawing.breaks)


@pytest.mark.parametrize(("crowd", "read"), [(3, 3), (8, 0)])
def test_a_number_that_would_lie_on_other_words_or_marks_is_left_to_the_workbook(crowd, read):
    """Three labels stand around one place; of eight only the letters are left, so that one can still ask."""
    lines = [Line("who", "official", (Point(2015, 100.0, "1 234"),), letter="ABCDEFGH"[n]) for n in range(crowd)]
    alone = Line("who", "ngo", (Point(2010, 500.0, "500"),), letter="Z")
    axes = Axis(2008, 2020, "year"), Axis(0, 700, "count")
    drawing = Points((*lines, alone), *axes, top=600, height=300)
    plot = slides.Plot.of(drawing, Box(0, 0, 600, 300), Text("en"))
    placed = slides.place_point_labels(drawing, slides.split_series(drawing), plot)
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
                assert read_words(next(marks).label).count("\n") == 1


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
            assert all(strip_markdown(paragraph) in words for paragraph in exhibit.block.method)
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
    assert found == [(row.group, row.label, *(SIGN[cell.state] for cell in row.cells)) for row in rows]


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
    segno.make(ADDRESS, error="m", micro=False).save(expected, kind="png", scale=6, border=0, dark=INK)
    assert code.image.blob == expected.getvalue()
    assert code.click_action.hyperlink.address == ADDRESS
    assert ADDRESS in code._element.find(".//p:cNvPr", NS).get("descr")
    assert ADDRESS in notes(deck, 1)
    assert not [shape for _, shape in shapes(opened(language)) if shape.shape_type == 13]


# Type and place --------------------------------------------------------------------------------


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
    block = replace(handed("en").exhibits[1].block, finding=words, drawing=Rows([panel, Panel("next", ["x"])]))
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


# The measure of letters -----------------------------------------------------------------------------------


def test_lines_are_no_wider_than_their_room_and_lose_no_word():
    sentence = "Бас прокуратураның Құқықтық статистика комитеті: 1 234 шағым (2015–2016), " * 4
    for room in (40, 100, 333, 880):
        found = lines(sentence, 18, room)
        assert all(width(each, 18) <= room for each in found)
        assert "".join("".join(found).split()) == "".join(sentence.split())


@pytest.mark.parametrize(("first", "parts"), [(2007, 1), (2000, 1), (1990, 2), (1950, 3)])
def test_the_years_of_a_long_grid_go_on_over_further_slides_and_none_is_lost(first, parts):
    """Beside 34 years no room would be left for the names: their lines would be looked for without an end."""
    years = tuple(range(first, 2025))
    cells = tuple(Cell(year, "whole_year" if year % 2 else "none", "") for year in years)
    grid = Grid(years, (GridRow("code", "Ministry of Internal Affairs", "official", "Complaints received", cells),))
    pages = lay_out_grid(grid, Box(40, 100, 880, 380))
    assert len(pages) == parts
    tables = [piece for page in pages for piece in page.pieces]
    assert [int(cell.words) for table in tables for cell in table.rows[0][1:]] == list(years)
    signs = [cell.words for table in tables for cell in table.rows[2][1:]]
    assert signs == [SIGN["whole_year" if year % 2 else "none"] for year in years]
    for table in tables:
        assert sum(table.widths) == pytest.approx(880)
        assert table.widths[0] >= 200


@pytest.mark.parametrize("room", [0, -38, 5])
def test_words_without_room_end_a_letter_a_line(room):
    assert "".join(lines("two words", 18, room)).replace(" ", "") == "twowords"
