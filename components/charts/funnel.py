"""Do one compiler's years differ more than chance alone would have it?"""

import plotly.graph_objects as go

from components.text import DASH, Text
from components.theme import FAINT, INK, KIND, QUIET, finish
from queries.measures.funnel import Funnel


def funnel(found: Funnel, kind: str, text: Text) -> go.Figure:
    """Draw `queries/measures/funnel.py`: a point a year, the pooled ratio, and 95 and 99.8 % limits."""
    figure = go.Figure()
    dashes = {95.0: "dash", 99.8: "dot"}
    for level, rows in found.limits.items():
        for side in (1, 2):
            figure.add_scatter(
                x=[row[0] for row in rows],
                y=[row[side] for row in rows],
                mode="lines",
                hoverinfo="skip",
                line={"color": QUIET, "width": 1, "dash": dashes[level]},
            )
        figure.add_annotation(
            x=rows[-1][0],
            y=rows[-1][2],
            text=text.per_cent(level, 0 if level == round(level) else 1),
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            font={"size": 11, "color": QUIET},
        )
    figure.add_hline(y=found.pooled, line={"color": INK, "width": 1})
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
    top = max(value for _, _, value in found.points)
    high = max(row[2] for rows in found.limits.values() for row in rows[len(rows) // 3 :])
    figure.update_xaxes(
        title={"text": text("chart.denominator_axis"), "font": {"size": 12}},
        rangemode="tozero",
        gridcolor=FAINT,
        fixedrange=True,
        automargin=True,
    )
    figure.update_yaxes(
        title={"text": text("chart.per_100_axis"), "font": {"size": 12}},
        range=[0, 1.2 * max(top, high)],
        gridcolor=FAINT,
        fixedrange=True,
        automargin=True,
    )
    return finish(figure, text, height=340)
