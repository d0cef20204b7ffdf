"""Points on a page: marks and lines over two axes, with direct labels that lie on nothing.

On a phone marks are too near each other to keep words off them: words are kept apart from words there, from marks on a
desk. Marks of one year step aside from each other; those of a line stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from components.drawing.labels import Wanted, place_labels
from components.drawing.model import Axis, Break, Point, Points, Series
from components.drawing.sheet import Sheet
from components.text import Text
from components.theme import BREAK, FAINT, INK, KIND, LETTER, PHONE, QUIET, TYPE, tint

PLOT = 290  # height of the lines themselves, in pixels
DESK = 960  # width of a chart on a desk, in pixels
ASIDE = 0.25  # of a year: how far marks of one year step apart that would lie on each other
ARROW = 0.12  # length of an open side, as a share of the largest value
HEAD = 1.14  # how high breaks reach, against the largest value
NEAR = 16  # pixels: the numbers of breaks nearer than this would read as one
WORDS = 13  # pixels from a mark to the middle of words above, below or beside it

Key = tuple[int, int]  # of a point: its series and its place there


def draw_points(drawing: Points, text: Text) -> go.Figure:
    """Draw the points as pages show them."""
    sheet = Sheet()
    _draw_breaks(sheet, drawing)
    layout = _Layout.of(drawing)
    for series in drawing.series:
        if not series.kind:
            _draw_reference(sheet, series)
    for number, series in enumerate(drawing.series):
        if series.kind:
            _draw_series(sheet, series, number, drawing, layout)
    sheet.update_xaxes(**_across(drawing.across))
    sheet.update_yaxes(**_upward(drawing.upward))
    return sheet.finish(text, height=drawing.height)


def keep_written_numbers(drawing: Points) -> Points:
    """The drawing with those numbers alone that a page has room for: on paper it says no more."""
    labels = _Layout.of(drawing).labels
    kept = [
        replace(
            series,
            points=tuple(
                point if not series.kind or (number, place) in labels else replace(point, label="")
                for place, point in enumerate(series.points)
            ),
        )
        for number, series in enumerate(drawing.series)
    ]
    return replace(drawing, series=tuple(kept))


# Where things stand -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Area:
    """A place: its middle, and half of what it is wide and high."""

    x: float
    y: float
    half_width: float
    half_height: float

    def is_free(self, others: Iterable["_Area"]) -> bool:
        """Nothing of these lies here."""
        return all(
            abs(self.x - other.x) >= self.half_width + other.half_width
            or abs(self.y - other.y) >= self.half_height + other.half_height
            for other in others
        )


@dataclass(frozen=True)
class _Spot:
    """A place where a label may stand: the room that it takes among words on a phone, and among marks on a desk."""

    side: str
    phone: _Area
    desk: _Area


@dataclass
class _Layout:
    """Where marks, their numbers and the letters of lines stand without lying on each other.

    across: where each mark stands, its year or a little aside; labels: what is written where of the numbers, letters:
    of the letters of lines. phone, desk: how far along the axis a pixel reaches.
    """

    drawing: Points
    phone: float
    desk: float
    across: dict[Key, float] = field(default_factory=dict)
    labels: dict[Key, str] = field(default_factory=dict)
    letters: dict[Key, str] = field(default_factory=dict)

    @classmethod
    def of(cls, drawing: Points) -> "_Layout":
        """Whole years first: they are on the lines, and a line's marks never step aside."""
        phone, desk = ((drawing.across.last - drawing.across.first) / (wide - 50) for wide in (PHONE, DESK))
        layout = cls(drawing, phone, desk)
        marks, words = list(layout._place_marks()), list[_Area]()

        def weigh(spot: _Spot, _others: Sequence[_Spot]) -> float:
            return 0.0 if spot.phone.is_free(words) and spot.desk.is_free(marks) else 1.0

        for label in [*layout._numbers(), *layout._letters()]:  # one after the other: none gives way to a later one
            for (is_letter, point), (_, spot) in place_labels([label], weigh, weigh).items():
                (layout.letters if is_letter else layout.labels)[point] = spot.side
                words.append(spot.phone)
        return layout

    def _points(self) -> list[tuple[Key, Point]]:
        return [
            ((number, place), point)
            for number, series in enumerate(self.drawing.series)
            if series.kind
            for place, point in enumerate(series.points)
        ]

    def _pixels(self, value: float) -> float:
        """How high above the axis a value stands."""
        return value / self.drawing.upward.last * PLOT

    def _place_marks(self) -> Iterator[_Area]:
        """Place marks, a bound as long as it is drawn, in their year or in the first free place aside."""
        on_line = {
            (number, place) for number, series in enumerate(self.drawing.series) for run in series.runs for place in run
        }
        taken: list[_Area] = []
        for key, point in sorted(self._points(), key=lambda item: item[0] not in on_line):
            lower, upper = map(self._pixels, _ends(point, self.drawing.top))
            wide = min(6 * self.desk, ASIDE / 2 - 0.01)  # two that step apart are always free
            asides = (0.0,) if key in on_line or not self.drawing.style.steps_aside else (0.0, ASIDE, -ASIDE)
            areas = [_Area(point.x + aside, (lower + upper) / 2, wide, (upper - lower) / 2 + 6) for aside in asides]
            area = next((each for each in areas if each.is_free(taken)), areas[0])
            self.across[key] = area.x
            taken.append(area)
            yield area

    def _spot(self, key: Key, side: str, right: float, y: float, half: float) -> _Spot:
        """A spot so many pixels right of a mark and above the axis; half: of the width of its words."""
        x = self.across[key]
        phone, desk = (_Area(x + right * pixel, y, half * pixel, 6) for pixel in (self.phone, self.desk))
        return _Spot(side, phone, desk)

    def _numbers(self) -> Iterator[Wanted[tuple[bool, Key], _Spot]]:
        """Numbers stand above their marks, else below: a bound's at its end."""
        style = self.drawing.style
        for key, point in sorted(self._points(), key=lambda item: item[1].rank):
            lower, upper = map(self._pixels, _ends(point, self.drawing.top))
            half = len(point.label) * LETTER / 2
            beside = (lower + upper) / 2
            heights = {"top": upper + WORDS, "bottom": lower - WORDS, "left": beside, "right": beside}
            rights = {"left": -WORDS - half, "right": WORDS + half}
            spots = [self._spot(key, side, rights.get(side, 0), heights[side], half) for side in style.sides]
            inside = tuple(spot for spot in spots if spot.phone.y >= 0)
            if inside:
                yield Wanted((False, key), (inside,), style.keeps_labels)

    def _letters(self) -> Iterator[Wanted[tuple[bool, Key], _Spot]]:
        """A line's letter stands beside its last mark where it lies on nothing, else right of it."""
        if self.drawing.style.names_each:
            return
        places = ((1, 0), (-1, 0), (1, 15), (-1, 15), (1, -15), (-1, -15), (0, -15), (0, 15))
        for number, series in enumerate(self.drawing.series):
            if series.letter:
                key = number, len(series.points) - 1
                at = self._pixels(series.points[-1].y)
                spots = [self._spot(key, f"{side} {up}", side * WORDS, at + up, 5) for side, up in places]
                inside = tuple(spot for spot in spots if spot.phone.y >= 0)
                yield Wanted((True, key), (inside,), is_kept=True)


def _ends(point: Point, top: float) -> tuple[float, float]:
    """From where to where a mark is drawn: a bound between its sides, or an arrow towards the unknown one."""
    if not point.is_bounded:
        return point.y, point.y
    lower = point.low if point.low is not None else max(0.0, point.y - top * ARROW)
    return lower, point.high if point.high is not None else point.y + top * ARROW


# Marks and words ----------------------------------------------------------------------------


def _draw_series(sheet: Sheet, series: Series, number: int, drawing: Points, layout: _Layout) -> None:
    colour, style = KIND[series.kind], drawing.style
    line = {"color": colour, "width": style.line} | ({"dash": series.dash} if series.dash != "solid" else {})
    for run in series.runs:
        points = [series.points[place] for place in run]
        sheet.add_scatter(x=[point.x for point in points], y=[point.y for point in points], mode="lines", line=line)
    for place, point in enumerate(series.points):
        key = number, place
        x = layout.across[key]
        _draw_mark(sheet, point, x, colour, drawing)
        if side := layout.labels.get(key):
            letter = series.letter if style.names_each else ""
            _write_number(sheet, point, x, side, letter, drawing)
        sheet.add_hit(x, point.y, point.ids, point.hover)
        if spot := layout.letters.get(key):
            side_of, up = map(int, spot.split())
            sheet.add_annotation(
                x=x,
                y=point.y,
                text=f"<b>{series.letter}</b>",
                xanchor={1: "left", -1: "right"}.get(side_of, "center"),
                xshift=8 * side_of,
                yshift=up,
                font={"size": TYPE["label"], "color": INK},
            )


def _draw_mark(sheet: Sheet, point: Point, x: float, colour: str, drawing: Points) -> None:
    symbol, style = str(point.symbol), drawing.style
    if point.is_bounded:
        line = {"color": tint(colour, 0.55), "width": 5}
        sheet.add_scatter(x=[x, x], y=_ends(point, drawing.top), mode="lines", line=line)
        symbol = "triangle-up" if point.high is None else "triangle-down" if point.low is None else symbol
    look = {"symbol": f"{symbol}-open" if point.is_hollow else symbol, "size": style.mark, "color": colour}
    outline = {"width": style.outline} | ({"color": colour} if style.has_own_outline else {})
    sheet.add_scatter(x=[x], y=[point.y], mode="markers", marker=look | {"line": outline}, cliponaxis=False)


def _write_number(sheet: Sheet, point: Point, x: float, side: str, letter: str, drawing: Points) -> None:
    """Above or below a mark as its text, which keeps off the mark by itself; beside it as words of their own."""
    words = point.short or point.label
    font = {"size": drawing.style.label, "color": INK}
    if side in {"top", "bottom"}:
        lower, upper = _ends(point, drawing.top)
        sheet.add_scatter(
            x=[x],
            y=[upper if side == "top" else lower],
            mode="markers+text",
            text=[words],
            textposition=f"{side} center",
            textfont=font,
            marker={"size": drawing.style.mark, "opacity": 0},
            cliponaxis=False,
        )
    else:
        anchor, shift = ("left", 8) if side == "right" else ("right", -8)
        lead = f"<b>{letter}</b> " if letter else ""
        sheet.add_annotation(x=x, y=point.y, text=lead + words, xanchor=anchor, xshift=shift, font=font)


def _draw_reference(sheet: Sheet, series: Series) -> None:
    """Draw a line that is no count: a level across the plot, or a curve with its words at the end."""
    first, last = series.points[0], series.points[-1]
    if series.spans:
        line = {"color": INK, "width": 1}
        sheet.add_shape(xref="x domain", x0=0, x1=1, y0=first.y, y1=first.y, line=line)
        return
    line = {"color": QUIET, "width": 1, "dash": series.dash}
    x, y = ([getattr(point, axis) for point in series.points] for axis in "xy")
    sheet.add_scatter(x=x, y=y, mode="lines", line=line)
    if last.label:
        font = {"size": TYPE["small"], "color": QUIET}
        sheet.add_annotation(x=last.x, y=last.y, text=last.label, xanchor="right", yanchor="bottom", font=font)


def _draw_breaks(sheet: Sheet, drawing: Points) -> None:
    """Draw each break with its number; «2» and «3» close together would read as «23»: they step apart."""
    near_by = NEAR * (drawing.across.last - drawing.across.first) / (PHONE - 50)
    near = [after.place - each.place < near_by for each, after in pairwise(drawing.breaks)]
    for each, is_near_next, is_near_last in zip(drawing.breaks, [*near, False], [False, *near], strict=False):
        anchor = {(True, False): "right", (False, True): "left"}.get((is_near_next, is_near_last), "center")
        _draw_break(sheet, each, drawing.top * HEAD, anchor)


def _draw_break(sheet: Sheet, own: Break, top: float, anchor: str) -> None:
    colour = BREAK if own.is_cut else QUIET
    width, dash = (1.6, "solid") if own.is_cut else (1, "dot")
    line = {"color": colour, "width": width, "dash": dash}
    sheet.add_shape(x0=own.place, x1=own.place, y0=0, y1=top, line=line, layer="below")
    font = {"size": TYPE["small"], "color": colour}
    sheet.add_annotation(x=own.place, y=top, text=own.number, yanchor="bottom", xanchor=anchor, font=font)


# Axes ---------------------------------------------------------------------------------------

SHARED: dict[str, Any] = {"fixedrange": True, "automargin": True}


def _title(axis: Axis) -> dict[str, Any]:
    return {"title": {"text": axis.title, "font": {"size": TYPE["label"]}}} if axis.title else {}


def _across(axis: Axis) -> dict[str, Any]:
    if axis.unit == "size":
        return _title(axis) | SHARED | {"rangemode": "tozero", "gridcolor": FAINT}
    years = {
        "range": [axis.first, axis.last],
        "tickformat": "d",
        "dtick": 1 if axis.last - axis.first < 8.5 else None,
        "nticks": 9,
        "showgrid": False,
        "linecolor": INK,
    }
    return SHARED | years | ({"ticks": "outside", "tickcolor": FAINT} if axis.has_ticks else {})


def _upward(axis: Axis) -> dict[str, Any]:
    shared = _title(axis) | SHARED | {"range": [axis.first, axis.last], "gridcolor": FAINT}
    if axis.unit == "count":
        zero = {"rangemode": "tozero", "zeroline": True, "zerolinecolor": INK, "tickformat": ","}
        return shared | zero | {"nticks": 5}
    return shared | ({"nticks": 5} if not axis.title else {})
