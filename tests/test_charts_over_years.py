"""Does a line join only what may be joined, and does each mark stand where it can be read?"""

from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from components.charts import (
    coverage,
    rival_claims,
)
from tests.drawn import (
    EN,
    PART,
    PUBLISHED,
    RATE,
    RIVALS,
    RU,
    YEARS,
    answer,
    draw,
    hits,
    labels,
    lines,
    pieces,
)

# Lines --------------------------------------------------------------------------------

BREAK = {"starts_on": "2014-12-31"}


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
    figure = draw(coverage, frame, EN, "KZ")
    marked = {(trace.marker.symbol, *trace.x) for trace in figure.data if trace.customdata is None}
    assert marked == {("square", 2009, 2011), ("square-open", 2010)}
    assert "2010: no published figure was found" in " ".join(hits(figure).hovertext)


def test_states_of_a_year_are_told_apart_by_shape_too(given):
    frame = answer(given, [YEARS[0], PART, RATE, PUBLISHED], "coverage")
    symbols = {trace.marker.symbol for trace in draw(coverage, frame, EN, "KZ").data if trace.customdata is None}
    assert {"square", "triangle-up", "diamond-open", "x-thin", "square-open"} == symbols


def test_rival_claims_stand_one_below_the_other_with_the_one_taken_named(given):
    figure = draw(rival_claims, answer(given, RIVALS, "rival_claims"), EN)
    assert sorted(length for _, length, _ in pieces(figure)) == [500, 602]
    assert [said for said in labels(figure) if "taken by the rule" in said] != []
    assert next(said for said in labels(figure) if "taken by the rule" in said).startswith("500")


def test_who_made_a_rival_claim_is_named_whole(given):
    rivals = [
        {**row, "compiler": name} for row, name in zip(RIVALS, ("committee_legal_statistics", "mvd"), strict=True)
    ]
    said = labels(draw(rival_claims, answer(given, rivals, "rival_claims"), RU))
    for row in rivals:
        assert any(RU.compiler("KZ", row["compiler"]) in label for label in said)
