"""Does the ratio change when the later stage is taken from the following year?"""

import pandas as pd
import plotly.graph_objects as go

from components.charts.stage_ratio import n_of_n, pair, rate, side, who
from components.charts.yearly_lines import LETTERS
from components.text import DASH, Text
from components.theme import FAINT, INK, KIND, add_hits, finish

DASHES = {0: "solid", 1: "dash"}


def lag_letters(frame: pd.DataFrame, text: Text) -> dict[str, str]:
    """A letter for each compiler and pair of stages, and the words it stands for."""
    titles = dict.fromkeys(f"{pair(row, text)} {DASH} {who(row, text)}" for row in frame.to_dict("records"))
    return {title: LETTERS[i % len(LETTERS)] for i, title in enumerate(titles)}


def lag_check(frame: pd.DataFrame, text: Text) -> go.Figure:
    """Draw `queries/questions/lag_check.sql`: the same year solid, the following year dashed and hollow.

    A line joins only years that follow each other.
    """
    figure = go.Figure()
    known = frame[frame["ratio_low"].notna() & (frame["ratio_low"] == frame["ratio_high"])]
    keys = ["compiler", "numerator_stage", "numerator_unit", "denominator_stage", "denominator_unit", "lag"]
    letter = lag_letters(frame, text)
    hits: tuple[list[float], list[float], list[tuple[str, ...]], list[str]] = ([], [], [], [])
    for key, rows in known.groupby(keys, sort=False):
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
                showarrow=False,
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
    first, last = int(frame["year"].min()), int(frame["year"].max())
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
    top = max(known["ratio_high"].max() if len(known) else 1.0, 1.0)
    figure.update_yaxes(range=[0, top * 1.2], gridcolor=FAINT, fixedrange=True, automargin=True, nticks=5)
    return finish(figure, text, height=300)
