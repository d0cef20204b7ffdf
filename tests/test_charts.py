"""Does each chart draw what its rows say and no more, in three languages?

The frames are the questions' own answers to a few synthetic figures.
"""

import json
import re
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest

from components.charts import (
    counts_over_years,
    ratio_by_country,
)
from components.drawing.labels import TAG
from components.text import Text
from tests.drawn import (
    EN,
    FEW,
    GRADE_A,
    GRADE_B,
    GRADE_C,
    KK,
    OVER,
    PART,
    PUBLISHED,
    RANGE,
    RATE,
    RU,
    UNDER,
    WHOLE,
    allegations,
    answer,
    bars,
    draw,
    hits,
    ids,
    labels,
    opacity,
    pieces,
    ratios,
    rungs,
    spec,
)

# Counts ------------------------------------------------------------------------------


def test_a_bar_starts_at_zero(given):
    figure = allegations(given, [WHOLE])
    (bar,) = bars(figure)
    assert (bar.base, list(bar.x)) == (None, [602])
    assert figure.layout.xaxis.range[0] == 0


def test_two_compilers_stand_in_panels_of_their_own_and_are_never_added(given):
    figure = allegations(
        given, [WHOLE, {"id": "ngo", "dataset": "ngo", "compiler": "kibhr", "value": 50, "year": 2012}]
    )
    assert sorted(bar.x[0] for bar in bars(figure)) == [50, 602]
    assert ids(figure) == [("whole",), ("ngo",)]
    assert "652" not in json.dumps(spec(figure))


def test_more_than_70_is_solid_to_70_and_fades_beyond(given):
    figure = allegations(given, [OVER])
    solid, *fading = pieces(figure)
    assert solid[:2] == (0, 70)
    assert opacity(solid[2]) == 1
    assert min(base for base, _, _ in fading) == 70
    shades = [opacity(colour) for _, _, colour in fading]
    assert shades == sorted(shades, reverse=True)
    assert shades[0] < 1
    assert shades[-1] < 0.15


def test_less_than_600_has_no_solid_bar(given):
    figure = allegations(given, [UNDER])
    (bar,) = bars(figure)
    assert list(bar.x) == [600]
    assert opacity(bar.marker.color) < 0.2


def test_a_range_is_solid_to_its_low_and_pale_to_its_high(given):
    solid, pale = bars(allegations(given, [RANGE]))
    assert list(solid.x) == [350]
    assert (list(pale.base), list(pale.x)) == ([350], [50])
    assert opacity(pale.marker.color) < 0.5


WITHHELD = {**OVER, "id": "withheld", "low": 1, "high": 4, "qualifier": "withheld"}


@pytest.mark.parametrize(("row", "label"), [(OVER, ">70"), (UNDER, "<600"), (RANGE, "350–400"), (WITHHELD, "<5")])
def test_a_bound_is_labelled_as_a_bound_and_never_as_its_number(given, row, label):
    assert [said for said in labels(allegations(given, [row])) if re.search(r"^\W?\d+\W?\d*$", said)] == [
        str(row["year"]),
        label,
    ]


def test_a_part_of_a_year_is_hatched_and_named_and_a_whole_year_is_not(given):
    figure = allegations(given, [WHOLE, PART])
    whole, part = bars(figure)
    assert whole.marker.pattern.shape is None
    assert part.marker.pattern.shape == "/"
    assert "304 · Jan–May" in labels(figure)
    assert "602" in labels(figure)


def test_a_part_of_a_year_that_is_not_told_is_hatched_and_called_so(given):
    untold = {"id": "untold", "value": 7, "year": 2013, "period_kind": "part_of_year"}
    figure = allegations(given, [untold])
    assert bars(figure)[0].marker.pattern.shape == "/"
    assert "7 · part of the year" in labels(figure)


def test_a_typical_yearly_number_is_no_bar(given):
    figure = allegations(given, [RATE])
    assert bars(figure) == []
    assert [trace for trace in figure.data if trace.customdata is None] == [], "a saying is words, never a mark"
    assert "≈200 · typical year" in labels(figure)


def test_years_that_nobody_reported_are_said_between_the_bars(given):
    figure = allegations(given, [WHOLE, {**WHOLE, "id": "later", "year": 2016}, {**WHOLE, "id": "last", "year": 2018}])
    assert "2013–2015 · no published figure found" in labels(figure)
    assert "2017 · no published figure found" in labels(figure)


def test_a_count_over_several_years_is_named_by_them(given):
    long = {"id": "long", "value": 9, "period_start": "2013-11-01", "period_end": "2015-10-15"}
    frame = answer(given, [long], "counts_over_years")
    assert "2013–2015" in labels(draw(counts_over_years, frame, EN))


def test_a_click_on_any_part_of_a_bar_opens_its_figure(given):
    figure = allegations(given, [WHOLE, PART])
    places = [
        x for x, opened in zip(hits(figure).x, hits(figure).customdata, strict=True) if tuple(opened) == ("whole",)
    ]
    assert places[0] == 0
    assert places[-1] == 602
    assert max(b - a for a, b in pairwise(places)) < 40
    assert ids(figure) == [("whole",), ("part",)]
    assert hits(figure).hoverinfo == "text"


def test_the_hover_says_the_bound_its_period_and_who_counted(given):
    figure = allegations(given, [OVER], RU)
    hover = hits(figure).hovertext[0]
    assert "более 70\u00a0жалоб" in hover  # noqa: RUF001
    assert "2015\u00a0год" in hover
    assert RU.compiler("KZ", "kibhr") in hover
    assert RU("ui.click_source") in hover


def test_an_official_case_and_a_case_of_an_ngo_are_two_words_on_the_chart_too(given):
    figures = [
        {"id": "official", "unit": "cases", "value": 5, "year": 2012},
        {"id": "ngo", "dataset": "ngo", "compiler": "kibhr", "unit": "cases", "value": 5, "year": 2012},
    ]
    hover = hits(allegations(given, figures, KK)).hovertext
    assert any("5\u00a0іс" in each for each in hover)
    assert any("5\u00a0жағдай" in each for each in hover)


# Ratios ------------------------------------------------------------------------------


def dots_of(figure: go.Figure) -> list[str]:
    scatters = [trace for trace in figure.data if trace.type == "scatter"]
    return [trace.marker.symbol for trace in scatters if str(trace.marker.symbol).startswith("circle")]


def intervals_of(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines+markers"]


def test_a_share_is_a_full_dot_with_its_interval_and_both_counts(given):
    figure = ratios(given, GRADE_A)
    assert dots_of(figure) == ["circle"]
    (interval,) = intervals_of(figure)
    assert [round(x, 1) for x in interval.x] == [10.0, 28.6]
    assert "17.5% 11/63 · A" in labels(figure)
    assert ids(figure) == [("a-n", "a-of")]


def test_two_units_make_a_hollow_dot_without_interval_said_per_100(given):
    figure = ratios(given, GRADE_B)
    assert dots_of(figure) == ["circle-open"]
    assert intervals_of(figure) == []
    assert "3.0 per 100 18/602 · B" in labels(figure)
    assert not any("%" in said for said in labels(figure))


def test_two_compilers_stand_hollow_in_a_panel_of_their_own_and_last_only_when_asked_for(given):
    figures = [*GRADE_A, *GRADE_C]
    asked = ratios(given, figures, with_c=True)
    assert dots_of(asked) == ["circle", "circle-open"]
    assert ids(asked)[-1] == ("c-n", "a-of")
    assert "Prosecutor General's Office / Committee on Legal Statistics" in " ".join(labels(asked))
    assert ids(ratios(given, figures)) == [("a-n", "a-of")]


def test_a_published_per_cent_is_the_bound_it_is_without_n_and_without_interval(given):
    figure = ratios(given, [PUBLISHED])
    assert "<2% counts not published" in labels(figure)
    assert dots_of(figure) == []
    assert intervals_of(figure) == []
    assert min(base for base, _, _ in pieces(figure)) == pytest.approx(0)
    assert max(base + length for base, length, _ in pieces(figure)) == 2
    darkest = max(pieces(figure), key=lambda piece: opacity(piece[2]))
    assert darkest[0] + darkest[1] == 2
    assert ids(figure) == [("published",)]


def test_under_ten_in_the_denominator_both_counts_stand_and_no_ratio(given):
    figure = ratios(given, FEW)
    assert "2/7 no per cent: N < 10 · A" in labels(figure)
    assert dots_of(figure) == []
    assert "28.6" not in json.dumps(spec(figure))
    assert "no per cent: denominator under 10" in hits(figure).hovertext[0]


def test_above_100_per_cent_no_share_is_drawn(given):
    figure = ratios(given, [GRADE_A[0], {**GRADE_A[1], "value": 70}])
    assert dots_of(figure) == []
    assert any(said.startswith("70/63 no share: numerator above denominator") for said in labels(figure))


def test_a_bound_in_a_count_makes_a_bar_that_fades_on_its_open_side(given):
    figure = ratios(given, [GRADE_A[0], {**GRADE_A[1], "value": None, "low": 11, "qualifier": "at_least"}])
    assert any(said.startswith("≥17.5% ≥11/63") for said in labels(figure))
    assert min(base for base, _, _ in pieces(figure)) == pytest.approx(100 * 11 / 63)


def test_each_country_stands_in_a_panel_of_its_own(given):
    other = [{**row, "id": f"kg-{row['id']}", "country": "KG", "compiler": "prosecutor_general"} for row in GRADE_A]
    frame = answer(given, [*GRADE_A, *other], "ratio_by_country", denominators=["registered_offence"])
    titles = " ".join(labels(draw(ratio_by_country, frame, EN)))
    assert "Kazakhstan: cases sent to court / offences registered" in titles
    assert "Kyrgyzstan: cases sent to court / offences registered" in titles


# The ladder ---------------------------------------------------------------------------


def test_a_rung_without_a_figure_is_said_and_not_skipped(given):
    figure = rungs(
        given,
        [*GRADE_B, {"id": "end", "stage": "convicted", "unit": "persons", "value": 2, "year": 2012}],
        compiler="official_unspecified",
        document="synthetic-document",
        period_start="2012-01-01",
        period_end="2012-12-31",
    )
    said = labels(figure)
    assert said.count("no published figure was found") >= 3
    assert ids(figure) == [("whole",), ("b-n",), ("end",)]
    assert said.index("Complaints received") < said.index("Investigations opened") < said.index("Persons convicted")


def test_a_rung_of_an_event_shows_its_date_and_no_share_of_another_date(given):
    event = {"compiler": "prosecutor_general", "scope": "event", "scope_detail": "january_2022"}
    figure = rungs(
        given,
        [
            {"id": "first", "value": 301, "period_start": "2022-01-05", "period_end": "2022-03-14", **event},
            {
                "id": "second",
                "stage": "investigation_opened",
                "unit": "cases",
                "value": 243,
                "period_start": "2022-01-05",
                "period_end": "2022-06-30",
                **event,
            },
        ],
        is_event=True,
        compiler="prosecutor_general",
        scope="event",
        scope_detail="january_2022",
    )
    assert "301 · 14 Mar 2022" in labels(figure)
    assert "243 · 30 Jun 2022" in labels(figure)
    assert not any("per 100" in said or "%" in said for said in labels(figure))


def test_a_rung_says_what_it_is_of_the_complaints_per_100(given):
    figure = rungs(
        given,
        GRADE_B,
        RU,
        compiler="official_unspecified",
        document="synthetic-document",
        period_start="2012-01-01",
        period_end="2012-12-31",
    )
    assert "18 3,0 на 100\u00a0жалоб · B" in labels(figure)  # noqa: RUF001


def test_a_grade_stands_on_one_line_with_its_number_however_long_the_words_before(given):
    stages = [("sent_to_court", "cases", 11), ("convicted", "persons", 5)]
    more = [{"id": stage, "stage": stage, "unit": unit, "value": n, "year": 2012} for stage, unit, n in stages]
    figures = [WHOLE, *more]
    asked = {"compiler": "official_unspecified", "document": "synthetic-document"}
    figure = rungs(given, figures, Text("kk"), **asked, period_start="2012-01-01", period_end="2012-12-31")
    lines = [TAG.sub("", line) for note in figure.layout.annotations for line in note.text.split("<br>")]
    assert "45,5 · B" in lines
