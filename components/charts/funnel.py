"""Do one compiler's years differ more than chance alone would have it?"""

import plotly.graph_objects as go

from components.charts.drawing import Point, Points, Series
from components.text import DASH, Text
from components.theme import FAINT, INK, KIND, QUIET, Sheet, finish
from queries.measures.funnel import Funnel

DASHES = {95.0: "dash", 99.8: "dot"}


def funnel(found: Funnel, kind: str, text: Text) -> Points:
    """Draw `queries/measures/funnel.py`: a point a year, the pooled ratio, and 95 and 99.8 % limits."""
    years = tuple(Point(float(size), value, str(year)) for year, size, value in found.points)
    series = [Series(text("chart.per_100_axis"), kind, years)]
    ends = [rows[side][0] for rows in found.limits.values() for side in (0, -1)]
    series.append(
        Series(
            text("chart.pooled"),
            "",
            (Point(min(ends), found.pooled), Point(max(ends), found.pooled, text.number(found.pooled, 1))),
            joined=True,
        )
    )
    for level, rows in found.limits.items():
        words = _level(level, text)
        for side in (1, 2):
            line = [Point(float(row[0]), float(row[side])) for row in rows]
            line[-1] = Point(line[-1].x, line[-1].y, words if side == 2 else "")
            series.append(Series(words, "", tuple(line), joined=True, dash=DASHES[level]))
    return Points(
        draw=lambda text: _figure(found, kind, text),
        series=tuple(series),
        x_range=(0, max(ends)),
        y_range=(0, _top(found)),
        x_title=text("chart.denominator_axis"),
        y_title=text("chart.per_100_axis"),
    )


def _level(level: float, text: Text) -> str:
    return text.per_cent(level, 0 if level == round(level) else 1)


def _top(found: Funnel) -> float:
    """The end of the upward axis: above every point, and above the limits but where they run off near zero."""
    top = max(value for _, _, value in found.points)
    high = max(row[2] for rows in found.limits.values() for row in rows[len(rows) // 3 :])
    return 1.2 * max(top, high)


def _figure(found: Funnel, kind: str, text: Text) -> go.Figure:
    figure = Sheet()
    for level, rows in found.limits.items():
        for side in (1, 2):
            figure.add_scatter(
                x=[row[0] for row in rows],
                y=[row[side] for row in rows],
                mode="lines",
                hoverinfo="skip",
                line={"color": QUIET, "width": 1, "dash": DASHES[level]},
            )
        figure.add_annotation(
            x=rows[-1][0],
            y=rows[-1][2],
            text=_level(level, text),
            xanchor="right",
            yanchor="bottom",
            font={"size": 11, "color": QUIET},
        )
    figure.add_shape(
        type="line", xref="x domain", x0=0, x1=1, y0=found.pooled, y1=found.pooled, line={"color": INK, "width": 1}
    )
    figure.add_scatter(
        x=[size for _, size, _ in found.points],
        y=[value for _, _, value in found.points],
        mode="markers+text",
        text=[str(year) for year, _, _ in found.points],
        textposition="top center",
        hovertext=[
            f"{year} {DASH} {text('chart.rate', rate=text.number(value, 1))}, N = {text.number(size)}"
            for year, size, value in found.points
        ],
        hoverinfo="text",
        marker={"size": 10, "color": KIND[kind]},
        cliponaxis=False,
    )
    figure.update_xaxes(
        title={"text": text("chart.denominator_axis"), "font": {"size": 12}},
        rangemode="tozero",
        gridcolor=FAINT,
        fixedrange=True,
        automargin=True,
    )
    figure.update_yaxes(
        title={"text": text("chart.per_100_axis"), "font": {"size": 12}},
        range=[0, _top(found)],
        gridcolor=FAINT,
        fixedrange=True,
        automargin=True,
    )
    return finish(figure, text, height=340)
