"""The one sentence of a country: who says so, and never more than the source says."""

from typing import Any

import pytest

from components.chart import Block, Empty, Reader
from components.charts import CHARTS, complaints_and_outcomes, of_100
from components.drawing.model import Rows, Squares
from components.drawing.plotly import draw_figure
from components.exports.slides.layout import Box, Tiles
from components.exports.slides.squares import lay_out_squares
from components.text import LANGUAGES, Text
from components.theme import BREAK, GROUND, KIND, PAPER
from queries.catalog import query
from tests.conftest import Given
from tests.drawn import EN, answer

STATED = {"dataset": "international", "compiler": "cat", "stage": "prosecuted", "unit": "percent"}
STATED |= {"denominator_stage": "complaint", "period_start": "2008-11-18", "period_end": "2014-11-27"}
STATED |= {"period_kind": "window_inferred", "note": "it rests on official data"}
UNDER_2 = STATED | {"id": "under", "high": 2, "qualifier": "less_than"}


def pair(year: int, complaints: int, later: int, **more: Any) -> list[dict[str, Any]]:
    """Two counts of one official body: complaints, and those of them whose cases went to court."""
    unit = more.pop("unit", "complaints")
    body = {"compiler": "prosecutor_general", "year": year, **more}
    return [
        {"id": f"of-{year}", "stage": "complaint", "unit": "complaints", "value": complaints, **body},
        {"id": f"n-{year}", "stage": "sent_to_court", "unit": unit, "value": later, **body},
    ]


def make(given: Given, figures: list[dict[str, Any]], text: Text = EN, chart: str = "of_100", **reader: Any) -> Any:
    con = given(figures)
    asked = {"country": "KZ", "year_from": 2000, "year_to": 2030, "compilers": (), "scope": "all", "scope_detail": ""}

    def ask(question: str, **values: Any) -> Any:
        return query(question).frame(con, **values)

    return CHARTS[chart].make(Reader(text, **(asked | reader)), ask)


def test_a_bound_is_outlined_and_never_filled(given):
    made = make(given, [UNDER_2])
    assert made.finding == "Of every 100 torture complaints, fewer than 2 led to prosecution."
    squares = made.drawing.squares
    assert [place for place, square in enumerate(squares) if square.is_open] == [0, 1]
    assert sum(square.share for square in squares) == 0
    figure = draw_figure(made.drawing, EN)
    shapes = [(shape.fillcolor, shape.line.dash) for shape in figure.layout.shapes]
    assert [fill for fill, dash in shapes if dash] == [PAPER, PAPER]
    assert [fill for fill, dash in shapes if not dash] == [GROUND["complaint"]] * 98
    [page] = lay_out_squares(made.drawing, Box(0, 0, 880, 380))
    [tiles] = [piece for piece in page.pieces if isinstance(piece, Tiles)]
    assert [(tile.fill, tile.outline) for tile in tiles.tiles].count((PAPER, BREAK)) == 2
    assert len(tiles.tiles) == 100


@pytest.mark.parametrize(
    ("bound", "filled", "open_places", "words"),
    [
        ({"value": 3}, 3.0, 0, "3"),
        ({"low": 5, "qualifier": "at_least"}, 5.0, 95, "at least 5"),
        ({"low": 4, "high": 6, "qualifier": "range"}, 4.0, 2, "4–6"),
        ({"value": 3, "qualifier": "about"}, 0.0, 3, "about 3"),
        ({"high": 2, "qualifier": "at_most"}, 0.0, 2, "at most 2"),
        ({"value": 17.5}, 17.5, 0, "17.5"),
    ],
)
def test_squares_are_filled_for_what_is_known_alone(given, bound, filled, open_places, words):
    made = make(given, [STATED | {"id": "x"} | bound])
    squares = made.drawing.squares
    assert sum(square.share for square in squares) == pytest.approx(filled)
    assert sum(square.is_open for square in squares) == open_places
    assert f"complaints, {words} led" in made.finding


def test_it_is_said_who_said_so_on_whose_data_and_for_when(given):
    made = make(given, [UNDER_2])
    assert made.subtitle == "UN Committee against Torture, on official data, about 2008–2014, counts not published."
    assert make(given, [UNDER_2 | {"note": ""}]).subtitle.startswith("UN Committee against Torture, about")
    assert made.drawing.rest == "more than 98: not begun"
    assert made.drawing.notes[0] == "UN Committee against Torture"  # wherever the picture goes


def test_a_newer_whole_year_takes_its_place_and_a_part_of_a_year_does_not(given):
    part = {"period_start": "2016-01-01", "period_end": "2016-11-30"}
    newer_part = [figure | part for figure in pair(2016, 120, 9)]
    for figure in newer_part:
        del figure["year"]
    assert make(given, [UNDER_2, *newer_part]).figure_ids == ["under"]
    assert make(given, [UNDER_2, *pair(2013, 120, 9)]).figure_ids == ["under"]
    newer = make(given, [UNDER_2, *pair(2016, 300, 7)])
    assert set(newer.figure_ids) == {"of-2016", "n-2016"}
    stated = STATED | {"id": "new", "value": 4, "period_start": "2020-01-01", "period_end": "2020-12-31"}
    assert make(given, [UNDER_2, stated]).finding.startswith("Of every 100 torture complaints, 4 led")


def test_counts_that_were_not_followed_are_not_said_to_be_of_each_other(given):
    side_by_side = make(given, pair(2016, 300, 7, unit="cases"))
    assert side_by_side.finding == "2016: 300 complaints, 7 cases in court."
    assert isinstance(side_by_side.drawing, Rows)  # complaints and cases: no share, so no squares
    same_unit = make(given, pair(2016, 300, 6))
    assert isinstance(same_unit.drawing, Squares)
    assert "of these" not in same_unit.finding
    assert "led to" not in same_unit.alt_text
    followed = pair(2016, 300, 6)
    followed[1]["followed_from"] = "of-2016"
    assert "of these" in make(given, followed).finding


def test_an_organisation_or_an_event_never_speaks_for_the_country(given):
    ngo = [figure | {"dataset": "ngo", "compiler": "kibhr"} for figure in pair(2020, 50, 5)]
    assert make(given, [UNDER_2, *ngo]).figure_ids == ["under"]
    event = STATED | {"id": "event", "value": 9, "scope": "event", "scope_detail": "january_2022"}
    assert make(given, [UNDER_2, event]).figure_ids == ["under"]
    told = make(given, [UNDER_2, event], scope="event", scope_detail="january_2022")
    assert EN.covering("", "event", "january_2022") in told.finding


@pytest.mark.parametrize("text", [Text(language) for language in LANGUAGES], ids=LANGUAGES)
def test_a_country_without_the_pair_says_so(given, text):
    investigated = {"id": "i", "stage": "investigation_opened", "unit": "cases", "value": 3, "year": 2012}
    made = make(given, [investigated], text)
    assert isinstance(made, Empty)
    assert made.said.startswith(text("of_hundred.none", country=text("country.KZ")))


def test_the_best_addressed_document_of_a_fact_is_named(given):
    # kz-iphr-2015 is known by its site alone; the same fact stands in documents with addresses.
    first = UNDER_2 | {"source_id": "kz-iphr-2015"}
    again = UNDER_2 | {"id": "again", "same_fact_as": "under", "source_id": "kz-amnesty-2015"}
    [row] = answer(given, [first, again], "of_100").to_dict("records")
    assert (row["numerator_id"], row["document_id"]) == ("again", "kz-amnesty-2015")
    assert row["document_address"] == "document"


def test_titles_are_short_in_every_language(given):
    for language in LANGUAGES:
        made = make(given, [UNDER_2], Text(language))
        assert len(made.finding) <= 76
        assert len(made.finding.split()) <= 12
        assert len(made.caveats) <= 2


# Pairs by year -------------------------------------------------------------------------------

YEARS = [
    *({"id": f"c{year}", "value": n, "year": year} for year, n in ((2009, 14), (2012, 602))),
    *(
        {"id": f"i{year}", "stage": "investigation_opened", "unit": "cases", "value": n, "year": year}
        for year, n in ((2009, 3), (2012, 18))
    ),
]
PART = {"period_start": "2013-01-01", "period_end": "2013-05-31"}
YEARS += [
    {"id": "c2013", "value": 304, **PART},
    {"id": "i2013", "stage": "investigation_opened", "unit": "cases", "value": 19, **PART},
]


def test_each_pair_is_a_short_bar_in_a_long_one_with_both_counts_in_words(given):
    made = make(given, YEARS, chart="complaints_and_outcomes")
    assert isinstance(made, Block)
    assert made.finding == "2012: 602 complaints, 18 investigations."
    [panel] = made.drawing.panels
    rows = [row if isinstance(row, str) else row.label for row in panel.rows]
    assert rows == [
        "<b>3 investigations</b> · 14 complaints",
        "2010–2011 · not both counts found",
        "<b>18 investigations</b> · 602 complaints",
        "<b>19 investigations</b> · 304 complaints · Jan–May",
    ]
    marks = made.drawing.marks
    assert [(mark.high, mark.inner.high, mark.is_part_year) for mark in marks] == [
        (14, 3, False),
        (602, 18, False),
        (304, 19, True),
    ]
    colours = [bar.marker.color for bar in draw_figure(made.drawing, EN).data if bar.type == "bar"]
    assert colours[-1] == KIND["official"], "the short bars lie on top of every long one"
    assert set(colours) == {GROUND["complaint"], KIND["official"]}
    assert not any(" of " in row for row in rows)


def test_registered_offences_stand_in_a_block_of_their_own_and_followed_ones_say_so(given):
    committee = {"compiler": "committee_legal_statistics", "unit": "cases", "year": 2020}
    offences = [
        {"id": "o", "stage": "registered_offence", "value": 63, **committee},
        {"id": "t", "stage": "sent_to_court", "value": 11, "followed_from": "o", **committee},
    ]
    made = make(given, [*YEARS, *offences], chart="complaints_and_outcomes")
    first, second = made.drawing.panels
    assert "complaints" in first.title
    assert "offences" in second.title
    assert [mark.ground for mark in second.rows] == ["registered_offence"]
    assert second.rows[0].label == "63 offences registered · of these <b>11 cases in court</b>"


def test_two_bodies_never_make_a_pair(given):
    other = YEARS[2] | {"compiler": "prosecutor_general"}
    assert make(given, [YEARS[0], other], chart="complaints_and_outcomes") is None


@pytest.mark.parametrize(("largest", "ticks"), [(602, (0, 200, 400, 600)), (9, (0, 2, 4, 6, 8)), (1, None), (45, None)])
def test_the_scale_of_counts_has_few_round_numbers(largest, ticks):
    made = complaints_and_outcomes.list_ticks(largest)
    assert made == (ticks or made)
    assert 2 <= len(made) <= 6
    assert made[0] == 0
    assert made[-1] <= largest


def test_words_of_a_bound_are_those_of_its_number(given):
    [row] = answer(given, [UNDER_2], "of_100").to_dict("records")
    assert of_100.write_bound(row, "reached", Text("ru")) == "менее 2"
    assert of_100.write_bound(row, "rest", Text("kk")) == "98-ден көп"
