"""Does each chart draw what its rows say and no more, in three languages?

The frames are the questions' own answers to a few synthetic figures.
"""

import json
import re
from collections.abc import Callable
from itertools import groupby, pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from components.charts.allegations_by_year import allegations_by_year
from components.charts.counts_over_years import counts_over_years
from components.charts.coverage import coverage
from components.charts.event_figures import event_figures
from components.charts.funnel import funnel
from components.charts.ladder import ladder, un_decisions
from components.charts.lag_check import lag_check
from components.charts.rival_claims import rival_claims
from components.charts.rows import TAG
from components.charts.stage_ratio import ratio_by_country, stage_ratio
from components.charts.yearly_lines import yearly_lines
from components.text import LANGUAGES, Text, words
from components.theme import FONT, LETTER, PHONE, WRAP
from queries.catalog import query
from queries.measures.funnel import funnel as measured
from tests.test_colours import contrast


def drawn(chart: Callable[..., Any]) -> Callable[..., go.Figure]:
    """A chart as a page draws it: the last that it is given are the words."""
    return lambda *given, **more: chart(*given, **more).figure(given[-1])


allegations_by_year, counts_over_years, coverage, event_figures = map(
    drawn, (allegations_by_year, counts_over_years, coverage, event_figures)
)
funnel, ladder, un_decisions, lag_check = map(drawn, (funnel, ladder, un_decisions, lag_check))
rival_claims, ratio_by_country, stage_ratio, yearly_lines = map(
    drawn, (rival_claims, ratio_by_country, stage_ratio, yearly_lines)
)
EN, RU, KK = (Text(language) for language in LANGUAGES)
Row = dict[str, Any]

# Synthetic figures, one of each shape that a chart must draw differently.
PART = {"id": "part", "value": 304, "period_start": "2013-01-01", "period_end": "2013-05-31"}
OVER = {"id": "over", "dataset": "ngo", "compiler": "kibhr", "low": 70, "qualifier": "more_than", "year": 2015}
UNDER = {"id": "under", "dataset": "ngo", "compiler": "kibhr", "high": 600, "qualifier": "less_than", "year": 2016}
RANGE = {
    "id": "range",
    "dataset": "ngo",
    "compiler": "kibhr",
    "low": 350,
    "high": 400,
    "qualifier": "range",
    "year": 2017,
}
RATE = {"id": "rate", "dataset": "ngo", "compiler": "kibhr", "value": 200, "qualifier": "about", "year": 2018}
RATE |= {"period_kind": "yearly_rate"}
WHOLE = {"id": "whole", "value": 602, "year": 2012}

COMMITTEE = {"compiler": "committee_legal_statistics", "unit": "cases", "year": 2013}
GRADE_A = [
    {"id": "a-of", "stage": "registered_offence", "value": 63, **COMMITTEE},
    {"id": "a-n", "stage": "sent_to_court", "value": 11, **COMMITTEE},
]
GRADE_B = [WHOLE, {"id": "b-n", "stage": "investigation_opened", "unit": "cases", "value": 18, "year": 2012}]
GRADE_C = [{"id": "c-n", "compiler": "prosecutor_general", "stage": "sent_to_court", "unit": "cases", "value": 9}]
DAYS = {"period_start": "2014-01-01", "period_end": "2014-12-10"}
GRADE_C[0] |= {"year": 2013}
PUBLISHED = {"id": "published", "dataset": "international", "compiler": "cat", "stage": "prosecuted", "unit": "percent"}
PUBLISHED |= {"high": 2, "qualifier": "less_than", "denominator_stage": "complaint", "year": 2014}
FEW = [
    {"id": "few-of", "stage": "registered_offence", "value": 7, **COMMITTEE},
    {"id": "few-n", "stage": "sent_to_court", "value": 2, **COMMITTEE},
]


FRAMES: dict[str, pd.DataFrame] = {}


def answer(given: Any, figures: list[Row], question: str, others: dict[str, list[Row]] | None = None, **asked: Any):
    """The question's answer to the figures; the same one is worked out once."""
    if "country" in query(question).params:
        asked = {"country": "KZ", **asked}
    key = json.dumps([figures, question, others, asked])
    if key not in FRAMES:
        FRAMES[key] = query(question).frame(given(figures, **(others or {})), **asked)
    return FRAMES[key].copy()


def spec(figure: go.Figure) -> dict[str, Any]:
    return json.loads(figure.to_json())


def bars(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "bar"]


def pieces(figure: go.Figure) -> list[tuple[float, float, str]]:
    """Every bar on its own: where it starts, how long it is, its colour."""
    found = []
    for trace in bars(figure):
        colours = trace.marker.color
        for number, length in enumerate(trace.x):
            base = 0 if trace.base is None else trace.base[number]
            found.append((base, length, colours if isinstance(colours, str) else colours[number]))
    return found


def hits(figure: go.Figure) -> Any:
    (found,) = [trace for trace in figure.data if trace.customdata is not None]
    return found


def ids(figure: go.Figure) -> list[tuple[str, ...]]:
    """The figures that a click opens, mark by mark, in the order drawn."""
    return list(dict.fromkeys(tuple(each for each in opened if each) for opened in hits(figure).customdata))


def labels(figure: go.Figure) -> list[str]:
    """The words on the figure, without markup."""
    return [TAG.sub("", note.text.replace("<br>", " ")) for note in figure.layout.annotations]


def opacity(colour: str) -> float:
    found = re.fullmatch(r"rgba\(.+,([\d.]+)\)", colour)
    return float(found[1]) if found else 1.0


def allegations(given: Any, figures: list[dict[str, Any]], text: Text = EN) -> go.Figure:
    return allegations_by_year(answer(given, figures, "allegations_by_year"), text)


def ratios(given: Any, figures: list[dict[str, Any]], text: Text = EN, **asked: Any) -> go.Figure:
    return stage_ratio(answer(given, figures, "stage_ratio", **asked), text)


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
    assert [trace.marker.symbol for trace in figure.data if trace.customdata is None] == ["diamond-open"]
    assert "≈200 · typical year" in labels(figure)


def test_years_that_nobody_reported_are_said_between_the_bars(given):
    figure = allegations(given, [WHOLE, {**WHOLE, "id": "later", "year": 2016}, {**WHOLE, "id": "last", "year": 2018}])
    assert "2013–2015 · no published figure found" in labels(figure)
    assert "2017 · no published figure found" in labels(figure)


def test_a_count_over_several_years_is_named_by_them(given):
    long = {"id": "long", "value": 9, "period_start": "2013-11-01", "period_end": "2015-10-15"}
    frame = answer(given, [long], "counts_over_years")
    assert "2013–2015" in labels(counts_over_years(frame, EN))


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
    assert "<2% n not published" in labels(figure)
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
    titles = " ".join(labels(ratio_by_country(frame, EN)))
    assert "Kazakhstan: cases sent to court / offences registered" in titles
    assert "Kyrgyzstan: cases sent to court / offences registered" in titles


# The ladder ---------------------------------------------------------------------------


def rungs(
    given: Any, figures: list[dict[str, Any]], text: Text = EN, *, is_event: bool = False, **asked: Any
) -> go.Figure:
    return ladder(answer(given, figures, "ladder", **asked), text, is_event=is_event)


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


# Lines --------------------------------------------------------------------------------

YEARS = [{"id": f"y{year}", "value": value, "year": year} for year, value in [(2009, 14), (2010, 36), (2011, 52)]]
YEARS += [
    {"id": f"y{year}", "value": value, "year": year} for year, value in [(2013, 40), (2014, 41), (2016, 43), (2017, 9)]
]
BREAK = {"starts_on": "2014-12-31"}


def lines(given: Any, figures: list[dict[str, Any]], text: Text = EN, **others: Any) -> go.Figure:
    others = {"breaks": [], **others}
    breaks = answer(given, figures, "breaks_and_events", others, year_from=2009, year_to=2017)
    return yearly_lines(answer(given, figures, "yearly_lines", others), breaks, text)


def joined(figure: go.Figure) -> list[list[int]]:
    """The years that each line joins."""
    runs = [
        list(run)
        for trace in figure.data
        if trace.mode == "lines"
        for is_gap, run in groupby(trace.x, key=lambda x: x is None)
        if not is_gap
    ]
    return [[int(x) for x in run] for run in runs if len(set(run)) > 1]


def is_drawn(trace: Any) -> bool:
    """A trace of marks that are seen."""
    return trace.mode == "markers" and trace.marker.symbol != "square"


def at(figure: go.Figure) -> dict[str, tuple[float, float]]:
    """Where each figure is pointed at; its mark is drawn there too."""
    (hits,) = [trace for trace in figure.data if trace.customdata is not None]
    found = {ids[0]: (x, y) for ids, x, y in zip(hits.customdata, hits.x, hits.y, strict=True)}
    assert set(found.values()) == {
        place for trace in figure.data if is_drawn(trace) for place in zip(trace.x, trace.y, strict=True)
    }
    return found


def written(figure: go.Figure) -> list[tuple[str, str, float]]:
    """Each number beside a mark: its words, on which side of which height."""
    return [
        (words, trace.textposition, y)
        for trace in figure.data
        if trace.mode == "markers+text"
        for words, y in zip(trace.text, trace.y, strict=True)
    ]


def test_a_line_joins_only_years_that_follow_each_other(given):
    assert joined(lines(given, YEARS)) == [[2009, 2010, 2011], [2013, 2014], [2016, 2017]]


def test_a_line_never_crosses_a_break_and_a_year_with_one_belongs_to_neither_side(given):
    figure = lines(given, YEARS, breaks=[{"starts_on": "2010-06-01"}, {"starts_on": "2017-01-01"}])
    assert joined(figure) == [[2013, 2014]]


def test_a_line_never_joins_two_documents_of_a_compiler_that_is_not_named(given):
    other = {"source_id": "synthetic-second"}
    figures = [*YEARS[:2], {**YEARS[2], **other}]
    assert joined(lines(given, figures, sources=[other])) == [[2009, 2010]]


def test_a_line_never_joins_two_compilers_or_two_units(given):
    figures = [YEARS[0], {**YEARS[1], "compiler": "ombudsman"}, {**YEARS[2], "unit": "persons"}]
    assert joined(lines(given, figures)) == []


def test_a_part_of_a_year_and_a_typical_number_stand_hollow_on_no_line(given):
    figures = [*YEARS[:3], {**PART, "period_start": "2012-01-01", "period_end": "2012-05-31"}, {**RATE, "year": 2013}]
    figure = lines(given, figures)
    assert joined(figure) == [[2009, 2010, 2011]]
    symbols = [trace.marker.symbol for trace in figure.data if is_drawn(trace) for _ in trace.x]
    assert symbols == ["circle", "circle", "circle", "circle-open", "diamond-open"]


def test_a_bound_stands_on_no_line_and_points_to_its_open_side(given):
    figures = [YEARS[0], {"id": "over", "low": 70, "qualifier": "more_than", "year": 2010}, YEARS[2]]
    figures += [{"id": "under", "high": 9, "qualifier": "at_most", "year": 2012}]
    figure = lines(given, figures)
    assert joined(figure) == []
    assert {"triangle-up", "triangle-down"} <= {trace.marker.symbol for trace in figure.data if is_drawn(trace)}
    assert {">70", "≤9"} <= {words for words, _, _ in written(figure)}


def test_marks_of_one_year_that_would_lie_on_each_other_stand_apart_and_those_of_a_line_stay(given):
    near = [{"id": "ngo", "value": 35, "year": 2010, "compiler": "ngo_coalition", "dataset": "ngo"}]
    far = [{"id": "far", "value": 400, "year": 2011, "compiler": "kibhr", "dataset": "ngo"}]
    figure = lines(given, [*YEARS[:3], *near, *far, {"id": "over", "low": 50, "qualifier": "more_than", "year": 2011}])
    assert at(figure) == {
        **{"y2009": (2009, 14), "y2010": (2010, 36), "y2011": (2011, 52)},
        **{"ngo": (2010.25, 35), "far": (2011, 400), "over": (2011.25, 50)},
    }


def test_a_number_stands_above_its_mark_or_where_that_is_taken_below_it_and_a_bounds_at_its_end(given):
    figures = [{"id": "low", "value": 280, "year": 2012}]
    figures += [{"id": "high", "value": 312, "period_start": "2012-01-01", "period_end": "2012-09-30"}]
    figures += [{"id": "range", "low": 300, "high": 400, "qualifier": "range", "year": 2015}]
    assert sorted(written(lines(given, figures))) == [
        ("280", "bottom center", 280),
        ("300–400", "top center", 400),
        ("312", "top center", 312),
    ]


def test_the_axis_of_a_line_chart_starts_at_zero(given):
    assert lines(given, YEARS).layout.yaxis.range[0] == 0


def test_a_break_is_a_solid_line_where_the_year_begins_and_an_event_a_dotted_one(given):
    figure = lines(
        given, YEARS, breaks=[{"starts_on": "2015-01-01"}, {"starts_on": "2016-07-02", "breaks_series": "no"}]
    )
    cut, event = figure.layout.shapes
    assert (cut.x0, cut.line.dash) == (2014.5, "solid")
    assert (round(event.x0, 2), event.line.dash) == (2016.0, "dot")
    assert {"1", "2"} <= set(labels(figure))


# The grid, and what came with the claims ------------------------------------------------


def test_a_year_without_a_figure_is_an_empty_cell_of_the_grid(given):
    frame = answer(given, [YEARS[0], YEARS[2]], "coverage", year_from=2009, year_to=2011)
    frame.attrs["country"] = "KZ"
    figure = coverage(frame, EN)
    marked = {(trace.marker.symbol, *trace.x) for trace in figure.data if trace.customdata is None}
    assert marked == {("square", 2009, 2011), ("square-open", 2010)}
    assert "2010: no published figure was found" in " ".join(hits(figure).hovertext)


def test_states_of_a_year_are_told_apart_by_shape_too(given):
    frame = answer(given, [YEARS[0], PART, RATE, PUBLISHED], "coverage")
    frame.attrs["country"] = "KZ"
    symbols = {trace.marker.symbol for trace in coverage(frame, EN).data if trace.customdata is None}
    assert {"square", "triangle-up", "diamond-open", "x-thin", "square-open"} == symbols


RIVALS = [
    {"id": "r1", "stage": "registered_offence", "unit": "cases", "value": 602, "year": 2012},
    {"id": "r2", "stage": "registered_offence", "unit": "cases", "value": 500, "year": 2012, "confidence": "primary"},
]
RIVALS[1] |= {"compiler": "committee_legal_statistics"}


def test_rival_claims_stand_one_below_the_other_with_the_one_taken_named(given):
    figure = rival_claims(answer(given, RIVALS, "rival_claims"), EN)
    assert sorted(length for _, length, _ in pieces(figure)) == [500, 602]
    assert [said for said in labels(figure) if "taken by the rule" in said] != []
    assert next(said for said in labels(figure) if "taken by the rule" in said).startswith("500")


def test_who_made_a_rival_claim_is_named_whole(given):
    rivals = [
        {**row, "compiler": name} for row, name in zip(RIVALS, ("committee_legal_statistics", "mvd"), strict=True)
    ]
    said = labels(rival_claims(answer(given, rivals, "rival_claims"), RU))
    for row in rivals:
        assert any(RU.compiler("KZ", row["compiler"]) in label for label in said)


# Every chart, every language --------------------------------------------------------------

EVENT = {"compiler": "prosecutor_general", "scope": "event", "scope_detail": "january_2022"}
EVENT_FIGURES = [
    {"id": "e1", "value": 91, "period_start": "2022-01-05", "period_end": "2022-01-31", **EVENT},
    {"id": "e2", "value": 301, "period_start": "2022-01-05", "period_end": "2022-03-14", **EVENT},
]
NAMED = {"compiler": "prosecutor_general"}
FUNNEL = [
    {"id": f"{stage}-{year}", "stage": stage, "unit": "cases", "value": value + year % 3, "year": year, **NAMED}
    for year in range(2008, 2014)
    for stage, value in (("registered_offence", 60), ("sent_to_court", 11))
]
UN = {"dataset": "ngo", "compiler": "kibhr", "scope": "event", "scope_detail": "un_decisions", "unit": "persons"}
UN |= {"period_start": "2013-11-01", "period_end": "2015-10-15"}


def _windows(given: Any, text: Text) -> go.Figure:
    figures = [
        {"id": "long", "low": 9, "qualifier": "at_least", "period_start": "2013-11-01", "period_end": "2015-10-15"}
    ]
    return counts_over_years(answer(given, figures, "counts_over_years"), text)


def _ladder(given: Any, text: Text) -> go.Figure:
    return rungs(
        given,
        GRADE_B,
        text,
        compiler="official_unspecified",
        document="synthetic-document",
        period_start="2012-01-01",
        period_end="2012-12-31",
    )


def _coverage(given: Any, text: Text) -> go.Figure:
    frame = answer(given, [YEARS[0], PART, RATE, PUBLISHED, *EVENT_FIGURES], "coverage")
    frame.attrs["country"] = "KZ"
    return coverage(frame, text)


def _countries(given: Any, text: Text) -> go.Figure:
    frame = answer(given, [*GRADE_A, *FEW], "ratio_by_country", denominators=["registered_offence"])
    return ratio_by_country(frame, text)


def _funnel(given: Any, text: Text) -> go.Figure:
    found = measured(answer(given, FUNNEL, "stage_ratio"))
    assert found is not None
    return funnel(found, "official", text)


CHARTS: dict[str, Callable[[Any, Text], go.Figure]] = {
    "allegations_by_year": lambda given, text: allegations(given, [WHOLE, PART, OVER, UNDER, RANGE, RATE], text),
    "counts_over_years": _windows,
    "stage_ratio": lambda given, text: ratios(given, [*GRADE_A, *GRADE_B, *GRADE_C, PUBLISHED], text, with_c=True),
    "stage_ratio_above_100": lambda given, text: ratios(given, [GRADE_A[0], {**GRADE_A[1], "value": 70}], text),
    "stage_ratio_of_a_part": lambda given, text: ratios(given, [{**PUBLISHED, **DAYS}], text),
    "stage_ratio_withheld": lambda given, text: ratios(given, FEW, text),
    "ratio_by_country": _countries,
    "ladder": _ladder,
    "ladder_of_an_event": lambda given, text: rungs(
        given,
        EVENT_FIGURES,
        text,
        is_event=True,
        compiler="prosecutor_general",
        scope="event",
        scope_detail="january_2022",
    ),
    "un_decisions": lambda given, text: un_decisions(
        answer(
            given,
            [
                {"id": "u1", "stage": "compensated", "value": 2, **UN},
                {"id": "u2", "stage": "convicted", "value": 0, **UN},
            ],
            "un_decisions",
        ),
        text,
    ),
    "yearly_lines": lambda given, text: lines(
        given, [*YEARS, PART, OVER, RATE], text, breaks=[{"starts_on": "2015-01-01"}]
    ),
    "coverage": _coverage,
    "event_figures": lambda given, text: event_figures(
        answer(given, EVENT_FIGURES, "event_figures", scope_detail="january_2022"), text
    ),
    "rival_claims": lambda given, text: rival_claims(answer(given, RIVALS, "rival_claims"), text),
    "lag_check": lambda given, text: lag_check(
        answer(given, FUNNEL, "lag_check"),
        text,
    ),
    "funnel": _funnel,
}


DRAWN: dict[tuple[str, str], go.Figure] = {}


def drawn(given: Any, chart: str, text: Text) -> go.Figure:
    """The chart in a language, to be looked at only."""
    if (chart, text.language) not in DRAWN:
        DRAWN[chart, text.language] = CHARTS[chart](given, text)
    return DRAWN[chart, text.language]


def visible(figure: go.Figure) -> list[str]:
    """Every word that the figure can show."""
    said = [note.text for note in figure.layout.annotations]
    said += [axis.title.text for axis in (figure.layout.xaxis, figure.layout.yaxis) if axis.title.text]
    for trace in figure.data:
        for words_of in (trace.text, trace.hovertext):
            said += [words_of] if isinstance(words_of, str) else list(words_of if words_of is not None else [])
        assert trace.hovertemplate is None
    return [TAG.sub(" ", each) for each in said if each]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("text", [EN, RU, KK], ids=LANGUAGES)
def test_a_chart_speaks_its_language_in_its_font_with_its_separators(given, chart, text):
    figure = drawn(given, chart, text)
    assert figure.layout.separators == text.separators
    families = re.findall(r'"family":\s*"([^"]*)"', figure.layout.to_plotly_json().__repr__().replace("'", '"'))
    assert families
    assert set(families) == {FONT}
    said = visible(figure)
    assert said
    assert not [each for each in said if re.search(r"[{}]|\bNone\b|\bnan\b|\bNaT\b", each)]
    if text is not EN:
        own = {latin for word in words(text.language).values() for latin in re.findall(r"[A-Za-z]{2,}", word)}
        latin = {found for each in said for found in re.findall(r"[A-Za-z]{2,}", each)}
        assert latin - own == set()
        english = {each for word in words("en").values() for each in re.findall(r"[a-z]{4,}", word)}
        assert {each for each in latin if each in english} == set()


@pytest.mark.parametrize("chart", [chart for chart in CHARTS if chart != "funnel"])
def test_every_mark_of_a_chart_opens_a_figure_that_it_was_given(given, chart):
    figure = drawn(given, chart, EN)
    opened = {each for mark in ids(figure) for each in mark}
    assert opened
    assert all(isinstance(each, str) and each for each in opened)
    assert len(hits(figure).customdata) == len(hits(figure).hovertext) == len(hits(figure).x)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("text", [EN, RU, KK], ids=LANGUAGES)
def test_the_words_of_a_chart_can_be_read_on_paper(given, chart, text):
    layout = drawn(given, chart, text).layout.to_plotly_json()
    colours = [note["font"]["color"] for note in layout.get("annotations", [])] + [layout["font"]["color"]]
    assert {colour for colour in colours if contrast(colour, "#ffffff") < 4.5} == set()


ROWS = ["allegations_by_year", "counts_over_years", "stage_ratio", "ratio_by_country"]
ROWS += ["stage_ratio_withheld", "stage_ratio_above_100", "stage_ratio_of_a_part"]
ROWS += ["ladder", "ladder_of_an_event", "un_decisions", "event_figures", "rival_claims"]


def overflow(figure: go.Figure) -> dict[str, float]:
    """Labels that are wider than a phone leaves room for, by how many pixels."""
    left = figure.layout.margin.l
    plot, reach = PHONE - left - figure.layout.margin.r, figure.layout.xaxis.range[1]
    found = {}
    for note in figure.layout.annotations:
        width = LETTER * max(len(TAG.sub("", line)) for line in note.text.split("<br>"))
        start = left + note.xshift + (note.x / reach * plot if note.xref == "x" else 0)
        end = start + (width if note.xanchor == "left" else 0)
        if end > PHONE - (figure.layout.margin.r if note.xref == "x" else 0) + 1:
            found[note.text] = end - PHONE
        if note.xanchor == "right" and start - width < -1:
            found[note.text] = width - start
    return found


@pytest.mark.parametrize("chart", ROWS)
@pytest.mark.parametrize("text", [EN, RU, KK], ids=LANGUAGES)
def test_every_label_of_a_row_fits_a_phone(given, chart, text):
    figure = drawn(given, chart, text)
    assert overflow(figure) == {}
    titles = [note.text for note in figure.layout.annotations if note.yanchor == "top"]
    assert titles
    assert all(len(line) <= WRAP for title in titles for line in TAG.sub("", title.replace("<br>", "\n")).split("\n"))


def test_a_label_that_does_not_fit_a_phone_would_be_seen(given):
    figure = allegations(given, [WHOLE])
    figure.layout.xaxis.range = [0, 610]
    assert overflow(figure)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_has_no_legend_no_second_axis_and_no_zoom(given, chart):
    layout = drawn(given, chart, EN).layout
    assert layout.showlegend is False
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert "yaxis2" not in layout.to_plotly_json()
