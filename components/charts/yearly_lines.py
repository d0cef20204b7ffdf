"""How did one compiler's count move over the years, and where may it not be compared with itself?"""

from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from components.charts.allegations_by_year import hover
from components.charts.drawing import Point, Points, Series
from components.charts.stage_ratio import side
from components.text import DASH, Text
from components.theme import BREAK, FAINT, INK, KIND, LETTER, PHONE, QUIET, Sheet, add_hits, finish, tint

PLOT = 290  # height of the lines themselves, in pixels
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """A letter for each compiler and unit, in the order of the frame: the chart writes it at the line, the page
    beside the name. Lines of one compiler out of several documents share the letter and are not joined."""
    series = list(dict.fromkeys(zip(frame["compiler"], frame["unit"], strict=True)))
    return {each: LETTERS[i] if i < len(LETTERS) else str(i + 1) for i, each in enumerate(series)}


def yearly_lines(frame: pd.DataFrame, breaks: pd.DataFrame, text: Text) -> Points:
    """Draw `queries/questions/yearly_lines.sql` of one stage, with `breaks_and_events.sql` as vertical lines.

    A line joins whole years that follow each other within one segment; it never crosses a break or a gap.
    Part-years and typical yearly numbers are hollow and on no line. Breaks are numbered as the page lists them.
    """
    label = letters(frame)
    rows = frame.to_dict("records")
    top, first, last = _extent(rows)
    labelled = _labelled(rows, top, _years_a_pixel(first, last), text)
    series = []
    for line in dict.fromkeys(frame["line"]):
        own = [row for row in rows if row["line"] == line]
        letter = label[own[0]["compiler"], own[0]["unit"]]
        who = text.compiler(own[0]["country"], own[0]["compiler"])
        runs = _runs(own)
        on_line = {row["figure_id"] for run in runs for row in run}
        apart = [row for row in own if row["figure_id"] not in on_line]
        for run in [*runs, *([row] for row in apart)]:
            series.append(
                Series(
                    name=f"{letter} {DASH} {who}",
                    kind=own[0]["kind"],
                    points=tuple(_native(row, text, has_label=row["figure_id"] in labelled) for row in run),
                    letter=letter,
                    joined=len(run) > 1,
                    hollow=len(run) == 1 and _is_hollow(run[0]),
                    symbol="diamond" if run[0]["period_kind"] == "yearly_rate" else "circle",
                )
            )
    return Points(
        draw=lambda text: _figure(frame, breaks, text),
        series=tuple(series),
        x_range=(first - 0.8, last + 0.9),
        y_range=(0, top * 1.22),
        breaks=tuple(
            (_day_of_break(event), str(number), bool(event["breaks_series"]))
            for number, event in enumerate(breaks.to_dict("records"), 1)
        ),
    )


def _native(row: dict[str, Any], text: Text, *, has_label: bool) -> Point:
    low, high = side(row["low"]), side(row["high"])
    words = text.mark(low, high, row["qualifier"]) if has_label else ""
    return Point(_x(row), _height(row), words, low, high)


def _is_hollow(row: dict[str, Any]) -> bool:
    return bool(row["is_part_year"]) or row["period_kind"] == "yearly_rate"


def _extent(rows: list[dict[str, Any]]) -> tuple[float, int, int]:
    """The highest value, the first and the last year."""
    tops = [value for row in rows for value in (side(row["low"]), side(row["high"])) if value is not None]
    years = [int(row["year"]) for row in rows]
    return max(tops, default=1) or 1, min(years, default=2012), max(years, default=2012)


def _years_a_pixel(first: int, last: int) -> float:
    return (last - first + 1.7) / (PHONE - 50)


def _figure(frame: pd.DataFrame, breaks: pd.DataFrame, text: Text) -> go.Figure:
    figure = Sheet()
    label = letters(frame)
    rows = frame.to_dict("records")
    top, first, last = _extent(rows)
    days = [_day_of_break(event) for event in breaks.to_dict("records")]
    near = [after - day < 16 * _years_a_pixel(first, last) for day, after in pairwise(days)]
    for number, event in enumerate(breaks.to_dict("records"), 1):
        # «2» and «3» close together would read as «23»: they step apart.
        to_next, to_last = near[number - 1 : number] == [True], number > 1 and near[number - 2]
        _break(
            figure,
            event,
            number,
            top,
            {(True, False): "right", (False, True): "left"}.get((to_next, to_last), "center"),
        )
    hits: tuple[list[float], list[float], list[tuple[str, ...]], list[str]] = ([], [], [], [])
    years_a_pixel = _years_a_pixel(first, last)
    labelled = _labelled(rows, top, years_a_pixel, text)
    written: list[tuple[float, float]] = []
    for line in dict.fromkeys(frame["line"]):
        own = [row for row in rows if row["line"] == line]
        letter = label[own[0]["compiler"], own[0]["unit"]]
        colour = KIND[own[0]["kind"]]
        for run in _runs(own):
            figure.add_scatter(
                x=[row["year"] for row in run],
                y=[_height(row) for row in run],
                mode="lines",
                hoverinfo="skip",
                line={"color": colour, "width": 2.5},
            )
        for row in own:
            _point(figure, row, colour, top, text, has_label=row["figure_id"] in labelled)
            hits[0].append(_x(row))
            hits[1].append(_height(row))
            hits[2].append((row["figure_id"],))
            hits[3].append(hover(row, text))
        end = own[-1]
        side_of, shift = _free(_x(end), _height(end) / (top * 1.22) * PLOT, written, 14 * years_a_pixel)
        figure.add_annotation(
            x=_x(end),
            y=_height(end),
            text=f"<b>{letter}</b>",
            xanchor="left" if side_of > 0 else "right",
            xshift=8 * side_of,
            yshift=shift,
            font={"size": 12, "color": INK},
        )
    add_hits(figure, *hits)
    figure.update_xaxes(
        range=[first - 0.8, last + 0.9],
        tickformat="d",
        dtick=1 if last - first < 7 else None,
        nticks=9,
        showgrid=False,
        fixedrange=True,
        linecolor=INK,
        ticks="outside",
        tickcolor=FAINT,
        automargin=True,
    )
    figure.update_yaxes(
        range=[0, top * 1.22],
        rangemode="tozero",
        gridcolor=FAINT,
        fixedrange=True,
        zeroline=True,
        zerolinecolor=INK,
        nticks=5,
        tickformat=",",
        automargin=True,
    )
    return finish(figure, text, height=330)


def _runs(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Whole, exact-enough years that follow each other within one segment."""
    runs: list[list[dict[str, Any]]] = []
    for row in rows:
        on_line = (
            not row["is_part_year"]
            and row["period_kind"] != "yearly_rate"
            and row["segment"] == row["segment"]
            and row["segment"] is not None
            and row["low"] == row["high"]
        )
        if not on_line:
            continue
        last = runs[-1][-1] if runs else None
        if last and row["year"] == last["year"] + 1 and row["segment"] == last["segment"]:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [run for run in runs if len(run) > 1]


def _x(row: dict[str, Any]) -> float:
    return float(row["year"])


def _height(row: dict[str, Any]) -> float:
    low, high = side(row["low"]), side(row["high"])
    if low is not None and high is not None:
        return (low + high) / 2
    return low if low is not None else high or 0.0


def _free(x: float, y: float, written: list[tuple[float, float]], wide: float) -> tuple[int, int]:
    """Where a line's letter lies on no other letter: right (1) or left (-1) of its mark, and how many pixels up."""
    for side_of, up in ((1, 0), (-1, 0), (1, 15), (-1, 15), (1, 30)):
        at = (x + side_of * wide, y + up)
        if all(abs(at[0] - a) >= wide or abs(at[1] - b) >= 15 for a, b in written):
            break
    written.append(at)
    return side_of, up


def _labelled(rows: list[dict[str, Any]], top: float, years_a_pixel: float, text: Text) -> set[str]:
    """Figures whose number fits beside its mark on a phone: whole years first; the others say it when pointed at."""
    placed: list[tuple[float, float, float]] = []
    chosen = set()
    for row in sorted(rows, key=lambda row: (bool(row["is_part_year"]), row["period_kind"] == "yearly_rate")):
        x, y = _x(row), _height(row)
        words = text.mark(side(row["low"]), side(row["high"]), row["qualifier"])
        half = len(words) * LETTER * years_a_pixel / 2
        if all(abs(x - a) >= half + other or abs(y - b) >= top * 0.085 for a, b, other in placed):
            placed.append((x, y, half))
            chosen.add(str(row["figure_id"]))
    return chosen


def _point(figure: Sheet, row: dict[str, Any], colour: str, top: float, text: Text, *, has_label: bool) -> None:
    low, high = side(row["low"]), side(row["high"])
    is_hollow = _is_hollow(row)
    symbol = "diamond" if row["period_kind"] == "yearly_rate" else "circle"
    x = _x(row)
    if low != high:  # a bound: a bar between its sides, or an arrow towards the unknown one
        upper = high if high is not None else (low or 0.0) + top * 0.12
        lower = low if low is not None else max(0.0, (high or 0.0) - top * 0.12)
        figure.add_scatter(
            x=[x, x], y=[lower, upper], mode="lines", hoverinfo="skip", line={"color": tint(colour, 0.55), "width": 5}
        )
        symbol = "triangle-up" if high is None else "triangle-down" if low is None else symbol
    figure.add_scatter(
        x=[x],
        y=[_height(row)],
        mode="markers+text",
        hoverinfo="skip",
        text=[text.mark(low, high, row["qualifier"]) if has_label else ""],
        textposition="top center",
        textfont={"size": 11, "color": INK},
        marker={
            "symbol": f"{symbol}-open" if is_hollow else symbol,
            "size": 9,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        cliponaxis=False,
    )


def _day_of_break(event: dict[str, Any]) -> float:
    """Where a day stands: a year's count stands at the year itself, so the first of January half a year before it."""
    day: date = event["starts_on"]
    return day.year - 0.5 + (day.timetuple().tm_yday - 1) / 365


def _break(figure: Sheet, event: dict[str, Any], number: int, top: float, xanchor: str) -> None:
    at = _day_of_break(event)
    cuts = bool(event["breaks_series"])
    figure.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=0,
        y1=top * 1.14,
        line={"color": BREAK if cuts else QUIET, "width": 1.6 if cuts else 1, "dash": "solid" if cuts else "dot"},
        layer="below",
    )
    figure.add_annotation(
        x=at,
        y=top * 1.14,
        text=str(number),
        yanchor="bottom",
        xanchor=xanchor,
        font={"size": 11, "color": BREAK if cuts else QUIET},
    )
