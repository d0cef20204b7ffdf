"""Does the ratio change when the later stage is taken from the following year?"""

import pandas as pd
import plotly.graph_objects as go

from components.charts.drawing import Point, Points, Series
from components.charts.stage_ratio import n_of_n, pair, rate, side, who
from components.charts.yearly_lines import LETTERS
from components.text import DASH, Text
from components.theme import FAINT, INK, KIND, Sheet, add_hits, finish

DASHES = {0: "solid", 1: "dash"}
KEYS = ["compiler", "numerator_stage", "numerator_unit", "denominator_stage", "denominator_unit", "lag"]


def lag_letters(frame: pd.DataFrame, text: Text) -> dict[str, str]:
    """A letter for each compiler and pair of stages, and the words it stands for."""
    titles = dict.fromkeys(f"{pair(row, text)} {DASH} {who(row, text)}" for row in frame.to_dict("records"))
    return {title: LETTERS[i % len(LETTERS)] for i, title in enumerate(titles)}


def lag_check(frame: pd.DataFrame, text: Text) -> Points:
    """Draw `queries/questions/lag_check.sql`: the same year solid, the following year dashed and hollow.

    A line joins only years that follow each other.
    """
    known = _known(frame)
    letter = lag_letters(frame, text)
    series = []
    for key, rows in known.groupby(KEYS, sort=False):
        lag = int(key[-1])
        for _, run in rows.groupby(rows["year"].diff().ne(1).cumsum()):
            records = run.to_dict("records")
            name = f"{pair(records[0], text)} {DASH} {who(records[0], text)}"
            points = [Point(float(row["year"]), side(row["ratio_low"]) or 0.0, rate(row, text)) for row in records]
            series.append(
                Series(
                    name=f"{name} (+{lag})" if lag else name,
                    kind=str(records[0]["kind"]),
                    points=tuple(points),
                    letter=letter[name],
                    joined=len(records) > 1,
                    dash=DASHES[lag],
                    hollow=bool(lag),
                )
            )
    first, last, top = _extent(frame, known)
    return Points(
        draw=lambda text: _figure(frame, text),
        series=tuple(series),
        x_range=(first - 0.7, last + 1.1),
        y_range=(0, top * 1.2),
    )


def _known(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["ratio_low"].notna() & (frame["ratio_low"] == frame["ratio_high"])]


def _extent(frame: pd.DataFrame, known: pd.DataFrame) -> tuple[int, int, float]:
    """The first and the last year, the highest ratio."""
    top = max(known["ratio_high"].max() if len(known) else 1.0, 1.0)
    return int(frame["year"].min()), int(frame["year"].max()), top


def _figure(frame: pd.DataFrame, text: Text) -> go.Figure:
    figure = Sheet()
    known = _known(frame)
    letter = lag_letters(frame, text)
    hits: tuple[list[float], list[float], list[tuple[str, ...]], list[str]] = ([], [], [], [])
    for key, rows in known.groupby(KEYS, sort=False):
        lag = int(key[-1])
        colour = KIND[rows["kind"].iloc[0]]
        for _, run in rows.groupby(rows["year"].diff().ne(1).cumsum()):
            figure.add_scatter(
                x=run["year"],
                y=run["ratio_low"],
                mode="lines+markers",
                hoverinfo="skip",
                line={"color": colour, "width": 2, "dash": DASHES[lag]},
                marker={"symbol": "circle-open" if lag else "circle", "size": 9, "color": colour, "line": {"width": 2}},
                cliponaxis=False,
            )
        for row in rows.to_dict("records"):
            year, value = float(row["year"]), side(row["ratio_low"]) or 0.0
            sign = letter[f"{pair(row, text)} {DASH} {who(row, text)}"]
            figure.add_annotation(
                x=year,
                y=value,
                text=f"<b>{sign}</b> {text.number(value, 1)}",
                xanchor="left",
                xshift=8,
                font={"size": 11, "color": INK},
            )
            hits[0].append(year)
            hits[1].append(value)
            hits[2].append((row["numerator_id"], row["denominator_id"]))
            hits[3].append(
                f"<b>{pair(row, text)}</b><br>{n_of_n(row, text)} · {rate(row, text)}<br>"
                f"{row['year']} → {row['year'] + lag}<br>{who(row, text)}<br><i>{text('ui.click_source')}</i>"
            )
    add_hits(figure, *hits)
    first, last, top = _extent(frame, known)
    figure.update_xaxes(
        range=[first - 0.7, last + 1.1],
        tickformat="d",
        nticks=9,
        dtick=1 if last - first < 7 else None,
        showgrid=False,
        fixedrange=True,
        linecolor=INK,
        automargin=True,
    )
    figure.update_yaxes(range=[0, top * 1.2], gridcolor=FAINT, fixedrange=True, automargin=True, nticks=5)
    return finish(figure, text, height=300)
