"""How did one compiler's count move over the years, and where may it not be compared with itself?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
MARK = 9  # pixels across
DESK = 960  # width of a chart on a desk, in pixels
ASIDE = 0.25  # of a year: how far marks of one year step apart that would lie on each other
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
    layout = _laid_out(frame, text)
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
                    points=tuple(_native(row, text, has_label=row["figure_id"] in layout.labels) for row in run),
                    letter=letter,
                    joined=len(run) > 1,
                    hollow=len(run) == 1 and _is_hollow(run[0]),
                    symbol="diamond" if run[0]["period_kind"] == "yearly_rate" else "circle",
                )
            )
    return Points(
        draw=lambda text: _figure(frame, breaks, text, layout),
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


def _years_a_pixel(first: int, last: int, wide: int = PHONE) -> float:
    return (last - first + 1.7) / (wide - 50)


def _figure(frame: pd.DataFrame, breaks: pd.DataFrame, text: Text, layout: "_Layout") -> go.Figure:
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
            _point(figure, row, colour, top, text, layout)
            hits[0].append(layout.across[row["figure_id"]])
            hits[1].append(_height(row))
            hits[2].append((row["figure_id"],))
            hits[3].append(hover(row, text))
        end = own[-1]
        side_of, shift = layout.letters[end["figure_id"]]
        figure.add_annotation(
            x=layout.across[end["figure_id"]],
            y=_height(end),
            text=f"<b>{letter}</b>",
            xanchor={1: "left", -1: "right"}.get(side_of, "center"),
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


@dataclass(frozen=True)
class _Box:
    """A place in the chart: its middle, in years and in pixels above the axis, and half of what it is wide and high."""

    x: float
    y: float
    wide: float
    high: float

    def is_free(self, others: Sequence["_Box"]) -> bool:
        """Nothing of these lies here."""
        return all(abs(self.x - o.x) >= self.wide + o.wide or abs(self.y - o.y) >= self.high + o.high for o in others)


@dataclass
class _Layout:
    """Where marks, their numbers and the letters of lines stand without lying on each other.

    across: figure -> where its mark stands, its year or a little aside; labels: figure -> where its number is written,
    above which height or below it, for those whose number fits; the others say it when pointed at; letters: the last
    figure of a line -> whether its letter stands right of it (1), left (-1) or at it (0), and how many pixels up. Words
    are kept apart from words on a phone too, from marks on a desk: on a phone these are too near each other to write
    anything. phone, desk: years a pixel.
    """

    top: float
    phone: float
    desk: float
    across: dict[str, float] = field(default_factory=dict)
    labels: dict[str, tuple[str, float]] = field(default_factory=dict)
    letters: dict[str, tuple[int, int]] = field(default_factory=dict)
    marks: list[_Box] = field(default_factory=list)
    words: list[_Box] = field(default_factory=list)

    def pixels(self, value: float) -> float:
        """How high above the axis a value stands."""
        return value / (self.top * 1.22) * PLOT

    def mark(self, row: dict[str, Any], asides: Sequence[float]) -> None:
        """Place a mark, a bound as long as it is drawn, in the first of these places that is free, else in its year."""
        lower, upper = (self.pixels(end) for end in _ends(row, self.top))
        wide = min(6 * self.desk, ASIDE / 2 - 0.01)  # two that step apart are always free
        boxes = [_Box(_x(row) + aside, (lower + upper) / 2, wide, (upper - lower) / 2 + 6) for aside in asides]
        taken = next((box for box in boxes if box.is_free(self.marks)), boxes[0])
        self.across[row["figure_id"]] = taken.x
        self.marks.append(taken)

    def label(self, row: dict[str, Any], words: str) -> None:
        """Write a number above its mark, else below it, where that is free."""
        lower, upper = _ends(row, self.top)
        for where, end, up in (("top center", upper, 13), ("bottom center", lower, -13)):
            if self._write(row, 0, self.pixels(end) + up, len(words) * LETTER / 2):
                self.labels[row["figure_id"]] = (where, end)
                return

    def letter(self, row: dict[str, Any]) -> None:
        """Write a line's letter beside its last mark where it lies on nothing, else right of it."""
        places = ((1, 0), (-1, 0), (1, 15), (-1, 15), (1, -15), (-1, -15), (0, -15), (0, 15))
        at = self.pixels(_height(row))
        free = (place for place in places if self._write(row, place[0] * 13, at + place[1], 5))
        self.letters[row["figure_id"]] = next(free, places[0])

    def _write(self, row: dict[str, Any], right: float, y: float, half: float) -> bool:
        """Whether words can stand so many pixels right of the mark and above the axis; then they do.

        half: of their width.
        """
        x = self.across[row["figure_id"]]
        phone, desk = (
            _Box(x + right * years_a_pixel, y, half * years_a_pixel, 6) for years_a_pixel in (self.phone, self.desk)
        )
        if y < 0 or not phone.is_free(self.words) or not desk.is_free(self.marks):
            return False
        self.words.append(phone)
        return True


def _laid_out(frame: pd.DataFrame, text: Text) -> _Layout:
    """Whole years first: they are on the lines, and a line's marks never step aside."""
    rows = frame.to_dict("records")
    top, first, last = _extent(rows)
    layout = _Layout(top, _years_a_pixel(first, last), _years_a_pixel(first, last, DESK))
    lines = [[row for row in rows if row["line"] == line] for line in dict.fromkeys(frame["line"])]
    on_line = {row["figure_id"] for own in lines for run in _runs(own) for row in run}
    for row in sorted(rows, key=lambda row: row["figure_id"] not in on_line):
        layout.mark(row, (0.0,) if row["figure_id"] in on_line else (0.0, ASIDE, -ASIDE))
    for row in sorted(rows, key=lambda row: (bool(row["is_part_year"]), row["period_kind"] == "yearly_rate")):
        layout.label(row, text.mark(side(row["low"]), side(row["high"]), row["qualifier"]))
    for own in lines:
        layout.letter(own[-1])
    return layout


def _ends(row: dict[str, Any], top: float) -> tuple[float, float]:
    """From where to where a mark is drawn: a bound between its sides, or an arrow towards the unknown one."""
    low, high = side(row["low"]), side(row["high"])
    lower = low if low is not None else max(0.0, (high or 0.0) - top * 0.12)
    return lower, high if high is not None else (low or 0.0) + top * 0.12


def _point(figure: Sheet, row: dict[str, Any], colour: str, top: float, text: Text, layout: _Layout) -> None:
    low, high = side(row["low"]), side(row["high"])
    is_hollow = _is_hollow(row)
    symbol = "diamond" if row["period_kind"] == "yearly_rate" else "circle"
    x = layout.across[row["figure_id"]]
    if low != high:
        figure.add_scatter(
            x=[x, x],
            y=_ends(row, top),
            mode="lines",
            hoverinfo="skip",
            line={"color": tint(colour, 0.55), "width": 5},
        )
        symbol = "triangle-up" if high is None else "triangle-down" if low is None else symbol
    figure.add_scatter(
        x=[x],
        y=[_height(row)],
        mode="markers",
        hoverinfo="skip",
        marker={
            "symbol": f"{symbol}-open" if is_hollow else symbol,
            "size": MARK,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        cliponaxis=False,
    )
    if row["figure_id"] in layout.labels:
        where, end = layout.labels[row["figure_id"]]
        figure.add_scatter(
            x=[x],
            y=[end],
            mode="markers+text",
            hoverinfo="skip",
            text=[text.mark(low, high, row["qualifier"])],
            textposition=where,
            textfont={"size": 11, "color": INK},
            marker={"size": MARK, "opacity": 0},  # keeps the words off the mark
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
