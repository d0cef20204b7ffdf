"""A chart of labelled rows in titled panels: readable on a phone and on a projector alike.

Each panel is one compiler and unit (or one ratio), so that unlike things never share a scale by accident and
nothing is added up. Rows are placed by hand, in pixels, because titles of three languages differ in length.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import plotly.graph_objects as go

from components.charts.drawing import Mark, Panel, split
from components.text import Text
from components.theme import (
    FAINT,
    INK,
    KIND,
    LETTER,
    LINE,
    PHONE,
    QUIET,
    ROW,
    TITLE,
    WRAP,
    Sheet,
    add_hits,
    finish,
    tint,
    wrapped,
)

TAG = re.compile(r"<[^<>]+>")  # as Plotly reads them: «<2%</b>» holds one tag
MOST = 0.8  # the most of a phone's plot that a label may take; the rest is the mark's
ROOMY = 420  # on narrower paper names beside the bars of a ladder would leave its labels no room
# Where there is room: what the longest mark keeps of the plot, and what a label beside it may take at least.
MARK_OF_WIDE, LEAST_OF_WIDE = 0.5, 0.3
BESIDE = 30  # letters of a title that stands beside its row
GAP, UNDER = 8, 4  # above a panel's title, and below it
ASIDE = 9  # from the axis, or the end of a mark, to its words
AROUND = 20  # what the height of a figure adds to that of its rows
FADE = 0.12  # how far a bar fades beyond a bound, as a share of the largest value


Shape = Callable[[Sheet, Mark, float, float], float]


@dataclass(frozen=True)
class Rows:
    """A chart of panels: counts as bars from zero, or ratios per 100 as dots with their interval."""

    panels: Sequence[Panel]
    is_ratio: bool = False

    def figure(self, text: Text) -> go.Figure:
        """The chart as pages draw it."""
        layout = _Layout.of(self.panels, ROW, PHONE)
        return _draw(layout.panels, text, layout, is_ratio=self.is_ratio)

    @property
    def is_ladder(self) -> bool:
        """Every panel is one row without a place of its own: a title over each would part the bars from each other."""
        return all(len(panel.rows) == 1 and not getattr(panel.rows[0], "place", "") for panel in self.panels)

    def compact(self) -> "Rows":
        """A chart of panels of one row each (a ladder), its rows beside their titles: it stands on one slide."""
        if not self.is_ladder:
            return self
        rows = []
        for panel in self.panels:
            place = "<br>".join(wrapped(panel.title, BESIDE))
            row = panel.rows[0]
            missing = Mark("", row, row, (), "official", None, None) if isinstance(row, str) else row
            rows.append(replace(missing, place=place))
        return replace(self, panels=[Panel("", rows)])

    def pages(self, text: Text, most: float, width: float = PHONE, row: float = ROW) -> list[go.Figure]:
        """The chart in as few figures as are at most `most` high, drawn for `width`, all on one scale; in pixels."""
        whole = self.compact() if width > ROOMY else self
        layout = _Layout.of(whole.panels, row, width)
        parts = split(layout.panels, most - AROUND, layout.height_of_title, layout.height_of)
        return [_draw(part, text, layout, is_ratio=self.is_ratio) for part in parts]


def bars(panels: Sequence[Panel]) -> Rows:
    """Counts as bars from zero: bounds fade, part-years are hatched, a typical yearly number is a diamond."""
    return Rows(panels)


def dots(panels: Sequence[Panel]) -> Rows:
    """Ratios per 100 as dots with their interval; a bound is a fading bar from its known side."""
    return Rows(panels, is_ratio=True)


@dataclass(frozen=True)
class _Layout:
    """Where things stand, in pixels; `top` and `reach` are the largest value and the end of the axis, in its unit.

    panels: all rows, with labels broken to fit: what stands on several pages shares one scale. On a page of the app all
    rows are as high as the highest; where there is room, each is as high as its own words.
    """

    left: float
    plot: float
    wrap: int
    row: float
    is_wide: bool
    top: float
    panels: Sequence[Panel] = ()
    reach: float = 0.0
    row_of_all: float = 0.0

    @classmethod
    def of(cls, panels: Sequence[Panel], row: float, width: float) -> "_Layout":
        every = [each for panel in panels for each in panel.rows if isinstance(each, Mark)]
        places = [line for mark in every for line in mark.place.split("<br>")]
        left = 12 + LETTER * max(map(len, places), default=0)
        sides = [side for mark in every for side in (mark.low, mark.high, *(mark.interval or ())) if side is not None]
        wrap = int(WRAP * width / PHONE)
        bare = cls(left, width - left - 8, wrap, row, width > PHONE, max(sides, default=1.0) or 1.0)
        fitted = [replace(panel, rows=[bare.fitted(each) for each in panel.rows]) for panel in panels]
        marks = [each for panel in fitted for each in panel.rows if isinstance(each, Mark)]
        row_of_all = 0 if bare.is_wide else max(map(bare.height_of, marks), default=row)
        return replace(bare, panels=fitted, reach=_reach(marks, bare.top, bare.plot), row_of_all=row_of_all)

    def height_of_title(self, panel: Panel) -> float:
        return GAP + TITLE * len(wrapped(panel.title, self.wrap)) + UNDER if panel.title else 0

    def height_of(self, row: Mark | str) -> float:
        if isinstance(row, str):
            return self.row + LINE * row.count("<br>")
        breaks = max(words.count("<br>") for words in (row.label, row.place))
        return max(self.row_of_all, self.row + LINE * breaks)

    def fitted(self, mark: Mark | str) -> Mark | str:
        """The mark with a label that stands whole: broken between its parts, else between words; where there is room
        on one line, if the bar of the longest would not have to shrink much for it. Of words alone the lines."""
        if isinstance(mark, str):
            return "<br>".join(wrapped(mark, int((self.plot - ASIDE) / LETTER)))
        most = MOST
        if self.is_wide:
            most = max(LEAST_OF_WIDE, 1 - MARK_OF_WIDE * _end(mark, self.top) / self.top)
        longest = int((most * self.plot - 14) / LETTER)
        if self.is_wide and _letters(line := mark.label.replace("<br>", " · ")) <= longest:
            return replace(mark, label=line)
        return _broken(mark, longest)


def _draw(panels: Sequence[Panel], text: Text, layout: _Layout, *, is_ratio: bool) -> go.Figure:
    figure = Sheet()
    shape: Shape = _dot if is_ratio else _bar
    left, top, reach = layout.left, layout.top, layout.reach
    y = 0.0
    hits: tuple[list[float], list[float], list[tuple[str, ...]], list[str]] = ([], [], [], [])

    def write(words: str, at: float, *, x: float = 0, in_margin: float = 0, size: int = 12, **more: object) -> None:
        look = {"xref": "paper", "xanchor": "left", "yanchor": "middle", "align": "left"}
        colour = more.pop("color", INK)
        note = {"x": x, "y": at, "text": words, "xshift": -in_margin, "font": {"size": size, "color": colour}}
        figure.add_annotation(**note | look | more)

    for panel in panels:
        if panel.title:
            title = "<br>".join(wrapped(panel.title, layout.wrap))
            write(f"<b>{title}</b>", y - GAP, in_margin=left, size=13, yanchor="top")
        y -= layout.height_of_title(panel)
        foot = y
        for row in panel.rows:
            height = layout.height_of(row)
            middle = y - height / 2
            if isinstance(row, str):
                write(row, middle, color=QUIET, in_margin=-ASIDE)
            else:
                write(row.place, middle, in_margin=8, xanchor="right", align="right")
                if shape is _dot:
                    guide = {"type": "line", "x0": 0, "x1": top, "y0": middle, "y1": middle, "layer": "below"}
                    figure.add_shape(**guide, line={"color": FAINT, "width": 1})
                end = shape(figure, row, middle, top)
                write(row.label, middle, x=end, in_margin=-ASIDE, xref="x")
                for at in _spread(end, reach):
                    hits[0].append(at)
                    hits[1].append(middle)
                    hits[2].append(row.ids)
                    hits[3].append(row.hover)
            y -= height
        figure.add_shape(type="line", x0=0, x1=0, y0=foot, y1=y, line={"color": INK, "width": 1})
    add_hits(figure, *hits)
    figure.update_xaxes(
        range=[0, reach],
        showgrid=False,
        zeroline=False,
        showticklabels=False,
        fixedrange=True,
    )
    figure.update_yaxes(range=[y - 2, 2], showgrid=False, zeroline=False, fixedrange=True, showticklabels=False)
    return finish(figure, text, height=-y + AROUND, left=left)


def _reach(marks: list[Mark], top: float, plot: float) -> float:
    """The end of the axis: far enough that every label stands whole to the right of its mark on a phone."""
    reach = top
    for mark in marks:
        end = _end(mark, top)
        letters = max(map(_letters, mark.label.split("<br>")))
        room = 1 - (14 + LETTER * letters) / plot
        reach = max(reach, end / max(room, 1 - MOST))
    return reach


def _end(mark: Mark, top: float) -> float:
    """Where the label of a mark starts, at most."""
    end = max((side for side in (mark.low, mark.high, *(mark.interval or ())) if side is not None), default=0.0)
    return end + top * FADE if mark.high is None or mark.low is None else end


def _letters(line: str) -> int:
    return len(TAG.sub("", line))


def _broken(row: Mark, longest: int) -> Mark:
    """A mark whose label has no line longer than `longest` letters: broken between its parts, else between words."""

    def pieces(part: str) -> list[str]:
        return wrapped(part, longest) if _letters(part) > longest and not TAG.search(part) else [part]

    lines: list[str] = []
    for line in row.label.split("<br>"):
        first, *parts = line.split(" · ")
        lines += pieces(first)
        for part in parts:
            if _letters(joined := f"{lines[-1]} · {part}") > longest:
                lines += pieces(part)
            else:
                lines[-1] = joined
    return replace(row, label="<br>".join(lines))


def _spread(end: float, reach: float) -> list[float]:
    """Places along a row where a click counts: the whole bar, not its tip alone."""
    step = reach / 24
    places = [0.0]
    while places[-1] + step < end:
        places.append(places[-1] + step)
    return [*places, end]


def _bar(figure: Sheet, mark: Mark, y: float, top: float) -> float:
    """Draw one bar; returns where its label starts."""
    colour = KIND[mark.kind]
    if mark.is_rate:
        value = mark.low if mark.low is not None else mark.high or 0.0
        figure.add_scatter(
            x=[value],
            y=[y],
            mode="markers",
            hoverinfo="skip",
            marker={"symbol": "diamond-open", "size": 12, "color": colour, "line": {"width": 2}},
        )
        return value + top * 0.012
    solid = mark.low or 0.0
    pattern = {"shape": "/", "fgcolor": colour, "bgcolor": tint(colour, 0.12), "size": 6, "solidity": 0.35}
    if mark.low is not None:
        figure.add_bar(
            x=[solid],
            y=[y],
            orientation="h",
            width=ROW * 0.62,
            hoverinfo="skip",
            marker={
                "color": colour,
                "line": {"color": colour, "width": 1},
                **({"pattern": pattern} if mark.is_part_year else {}),
            },
        )
    if mark.low == mark.high:
        return solid
    if mark.high is None:  # the upper side is unknown: the bar fades out
        return _fade(figure, colour, y, solid, solid + top * FADE)
    # Between the sides the bar is thin; up to a bound whose lower side is unknown, thinner still.
    base, opacity = (0.0, 0.12) if mark.low is None else (solid, 0.3)
    figure.add_bar(
        x=[mark.high - base],
        base=[base],
        y=[y],
        orientation="h",
        width=ROW * 0.62,
        hoverinfo="skip",
        marker={"color": tint(colour, opacity), "line": {"color": colour, "width": 1}},
    )
    return mark.high


def _dot(figure: Sheet, mark: Mark, y: float, top: float) -> float:
    """Draw one ratio; returns where its label starts."""
    colour = KIND[mark.kind]
    if mark.low is None and mark.high is None:
        return 0.0
    if mark.low is None and mark.high is not None:  # «less than 2 %»
        return _fade(figure, colour, y, mark.high, 0.0)
    if mark.high is None and mark.low is not None:
        return _fade(figure, colour, y, mark.low, mark.low + top * FADE)
    low, high = mark.low or 0.0, mark.high or 0.0
    ends = mark.interval or ((low, high) if low != high else None)
    if ends:
        figure.add_scatter(
            x=list(ends),
            y=[y, y],
            mode="lines+markers",
            hoverinfo="skip",
            line={"color": colour, "width": 2},
            marker={"symbol": "line-ns", "size": 9, "line": {"width": 2, "color": colour}},
        )
    figure.add_scatter(
        x=[(low + high) / 2] if low == high else [low, high],
        y=[y] if low == high else [y, y],
        mode="markers",
        hoverinfo="skip",
        marker={
            "symbol": "circle-open" if mark.hollow else "circle",
            "size": 11,
            "color": colour,
            "line": {"width": 2, "color": colour},
        },
        cliponaxis=False,
    )
    return max(high, ends[1] if ends else 0.0)


def _fade(figure: Sheet, colour: str, y: float, start: float, end: float) -> float:
    """A bar that fades from its known side towards the unknown one; a line stands at the known side."""
    steps = 6
    step = (end - start) / steps
    for number in range(steps):
        figure.add_bar(
            x=[abs(step)],
            base=[start + step * (number + (end < start))],
            y=[y],
            orientation="h",
            width=ROW * 0.62,
            hoverinfo="skip",
            marker={"color": tint(colour, 0.62 * (1 - number / steps)), "line": {"width": 0}},
        )
    figure.add_scatter(
        x=[start, start],
        y=[y - ROW * 0.34, y + ROW * 0.34],
        mode="lines",
        hoverinfo="skip",
        line={"color": colour, "width": 2},
    )
    return max(start, end)
