"""Charts drawn of a few synthetic figures, and what is read off them."""

import json
import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from components.charts import (
    allegations_by_year,
    ladder,
    stage_ratio,
    yearly_lines,
)
from components.drawing.labels import TAG
from components.drawing.plotly import draw_figure
from components.text import Text
from queries.catalog import query


def draw(chart: Any, *given: Any, **more: Any) -> go.Figure:
    """A chart as a page draws it, in the language that is among what it is given."""
    return draw_figure(chart.draw(*given, **more), next(each for each in given if isinstance(each, Text)))


EN, RU, KK = map(Text, ("en", "ru", "kk"))
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
    return draw(allegations_by_year, answer(given, figures, "allegations_by_year"), text)


def ratios(given: Any, figures: list[dict[str, Any]], text: Text = EN, **asked: Any) -> go.Figure:
    return draw(stage_ratio, answer(given, figures, "stage_ratio", **asked), text)


def rungs(
    given: Any, figures: list[dict[str, Any]], text: Text = EN, *, is_event: bool = False, **asked: Any
) -> go.Figure:
    return draw(ladder, answer(given, figures, "ladder", **asked), text, is_event=is_event)


YEARS = [{"id": f"y{year}", "value": value, "year": year} for year, value in [(2009, 14), (2010, 36), (2011, 52)]]
YEARS += [
    {"id": f"y{year}", "value": value, "year": year} for year, value in [(2013, 40), (2014, 41), (2016, 43), (2017, 9)]
]
RIVALS = [
    {"id": "r1", "stage": "registered_offence", "unit": "cases", "value": 602, "year": 2012},
    {"id": "r2", "stage": "registered_offence", "unit": "cases", "value": 500, "year": 2012, "confidence": "primary"},
]
RIVALS[1] |= {"compiler": "committee_legal_statistics"}


def lines(given: Any, figures: list[dict[str, Any]], text: Text = EN, **others: Any) -> go.Figure:
    others = {"breaks": [], **others}
    breaks = answer(given, figures, "breaks_and_events", others, year_from=2009, year_to=2017)
    return draw(yearly_lines, answer(given, figures, "yearly_lines", others), breaks, text)
