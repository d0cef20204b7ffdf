"""Does every chart speak its language, open its figures and fit a phone, in three languages?"""

import re
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest

from components.chart import Reader
from components.charts import (
    counts_over_years,
    coverage,
    event_figures,
    funnel,
    lag_check,
    ratio_by_country,
    rival_claims,
    un_decisions,
)
from components.drawing.labels import TAG
from components.text import LANGUAGES, Text, words
from components.theme import FONT, LETTER, PAPER, PHONE, WRAP
from queries.measures.funnel import funnel as measured
from tests.drawn import (
    DAYS,
    EN,
    FEW,
    GRADE_A,
    GRADE_B,
    GRADE_C,
    OVER,
    PART,
    PUBLISHED,
    RANGE,
    RATE,
    RIVALS,
    RU,
    UNDER,
    WHOLE,
    YEARS,
    allegations,
    answer,
    draw,
    hits,
    ids,
    lines,
    ratios,
    rungs,
)
from tests.test_colours import contrast

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
    return draw(counts_over_years, answer(given, figures, "counts_over_years"), text)


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
    return draw(coverage, frame, text, "KZ")


def _countries(given: Any, text: Text) -> go.Figure:
    frame = answer(given, [*GRADE_A, *FEW], "ratio_by_country", denominators=["registered_offence"])
    return draw(ratio_by_country, frame, text)


def _funnel(given: Any, text: Text) -> go.Figure:
    found = measured(answer(given, FUNNEL, "stage_ratio"))
    assert found is not None
    return draw(funnel, found, "official", text)


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
    "un_decisions": lambda given, text: draw(
        un_decisions,
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
    "event_figures": lambda given, text: draw(
        event_figures, answer(given, EVENT_FIGURES, "event_figures", scope_detail="january_2022"), text
    ),
    "rival_claims": lambda given, text: draw(rival_claims, answer(given, RIVALS, "rival_claims"), text),
    "lag_check": lambda given, text: draw(
        lag_check,
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
@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_a_chart_speaks_its_language_in_its_font_with_its_separators(given, chart, text):
    figure = drawn(given, chart, text)
    assert figure.layout.separators == text.separators
    families = re.findall(r'"family":\s*"([^"]*)"', figure.layout.to_plotly_json().__repr__().replace("'", '"'))
    assert families
    assert set(families) == {FONT}
    said = visible(figure)
    assert said
    assert not [each for each in said if re.search(r"[{}]|\bNone\b|\bnan\b|\bNaT\b", each)]
    if text.language != "en":
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
@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_the_words_of_a_chart_can_be_read_on_paper(given, chart, text):
    layout = drawn(given, chart, text).layout.to_plotly_json()
    colours = [note["font"]["color"] for note in layout.get("annotations", [])] + [layout["font"]["color"]]
    assert {colour for colour in colours if contrast(colour, PAPER) < 4.5} == set()


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
@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
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


@pytest.mark.parametrize(("country", "words"), [("KZ", "правонарушений"), ("KG", "преступлений")])
def test_a_chart_names_a_stage_as_the_law_of_its_country_does(country, words):
    """The register of one State is not that of another: whoever makes a reader need not think of it."""
    reader = Reader(RU, country, 2012, 2013, (), "all", "")
    assert words in reader.text.stage_count("registered_offence", "cases")
