"""Which years did nobody report?"""

import pandas as pd
import plotly.graph_objects as go

from components.charts.drawing import Grid
from components.text import Text
from components.theme import FAINT, INK, KIND, QUIET, TITLE, Sheet, add_hits, finish, wrapped

# A shape for each state, so that the grid reads in grey too.
SYMBOL = {
    "whole_year": "square",
    "part_year": "triangle-up",
    "several_years": "line-ew",
    "some_places": "circle-open",
    "yearly_rate": "diamond-open",
    "published_percent": "x-thin",
    "none": "square-open",
}
# The same shapes as letters that every font holds, for a line of words and for a table.
SIGN = {
    "whole_year": "■",
    "part_year": "▲",
    "several_years": "–",
    "some_places": "○",
    "yearly_rate": "◊",
    "published_percent": "\u00d7",
    "none": "·",
}
CELL = 20
GAP, UNDER = 10, 2  # above a title, and below it or a row
AROUND = 40  # what the height of a figure adds to that of its rows


def coverage(frame: pd.DataFrame, text: Text) -> Grid:
    """Draw `queries/questions/coverage.sql`: a line for each compiler and stage, a cell for each year.

    The country stands in `frame.attrs`: names of compilers are a country's.
    """
    country = str(frame.attrs.get("country", ""))
    years = sorted(int(year) for year in set(frame["year"]))
    rows, lines = [], []
    for (kind, compiler, stage), cells in frame.groupby(["kind", "compiler", "stage"], sort=False):
        states = dict(zip(cells["year"], cells["state"], strict=True))
        who = text.compiler(country, str(compiler))
        rows.append((who, str(kind), text(f"stage.{stage}"), tuple(str(states.get(year, "none")) for year in years)))
        lines.append(cells)
    return Grid(
        draw=lambda text, first, last: _figure(pd.concat(lines[first:last]), country, years, text),
        years=tuple(years),
        title=lambda panel: GAP + TITLE * len(wrapped(panel.title)) + UNDER,
        row=lambda label: TITLE * len(wrapped(str(label))) + CELL + UNDER,
        around=AROUND,
        rows=tuple(rows),
    )


def _figure(frame: pd.DataFrame, country: str, years: list[int], text: Text) -> go.Figure:
    figure = Sheet()
    y = 0.0
    hits: tuple[list[float], list[float], list[tuple[str, ...]], list[str]] = ([], [], [], [])
    for (kind, compiler), own in frame.groupby(["kind", "compiler"], sort=False):
        lines = wrapped(text.compiler(country, str(compiler)))
        y -= GAP
        _label(figure, y, f"<b>{'<br>'.join(lines)}</b>", INK, 13)
        y -= TITLE * len(lines) + UNDER
        for stage, cells in own.groupby("stage", sort=False):
            stage_lines = wrapped(text(f"stage.{stage}"))
            _label(figure, y, "<br>".join(stage_lines), QUIET, 12)
            y -= TITLE * len(stage_lines)
            middle = y - CELL / 2
            for state, same in cells.groupby("state", sort=False):
                missing = state == "none"
                figure.add_scatter(
                    x=same["year"],
                    y=[middle] * len(same),
                    mode="markers",
                    hoverinfo="skip",
                    marker={
                        "symbol": SYMBOL[str(state)],
                        "size": 6 if missing else 12,
                        "color": FAINT if missing else KIND[str(kind)],
                        "line": {"width": 1 if missing else 2, "color": FAINT if missing else KIND[str(kind)]},
                    },
                )
            for row in cells.to_dict("records"):
                hits[0].append(row["year"])
                hits[1].append(middle)
                ids = row["figure_ids"]
                hits[2].append(tuple(ids) if ids is not None and len(ids) else ())
                hits[3].append(
                    f"<b>{row['year']}: {text('state.' + row['state'])}</b><br>{text('stage.' + row['stage'])}"
                    f"<br>{text.compiler(country, row['compiler'])}"
                )
            y -= CELL + UNDER
    add_hits(figure, *hits)
    figure.update_xaxes(
        range=[years[0] - 0.7, years[-1] + 0.7],
        tickformat="d",
        nticks=9,
        side="top",
        automargin=True,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    figure.update_yaxes(range=[y - 4, 4], visible=False, fixedrange=True)
    return finish(figure, text, height=-y + AROUND)


def _label(figure: Sheet, y: float, words: str, colour: str, size: int) -> None:
    figure.add_annotation(
        x=0,
        xref="paper",
        y=y,
        text=words,
        xanchor="left",
        yanchor="top",
        align="left",
        font={"size": size, "color": colour},
    )
