"""What a chart draws, apart from how: rows of marks, points over an axis, or a grid. A page draws it with Plotly, a
slide as a chart that its reader can edit; both from the same drawing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Protocol

import plotly.graph_objects as go

from components.text import Text


class Drawing(Protocol):
    """Anything that can be drawn on a page."""

    def figure(self, text: Text) -> go.Figure:
        """The chart as pages draw it."""

    def pages(self, text: Text, most: float, width: float, row: float) -> list[go.Figure]:
        """The chart for paper `width` wide, in as few figures as are at most `most` high; `row`: of its rows."""


@dataclass(frozen=True)
class Mark:
    """One row: its place label, its value as bounds, its direct label and what a click opens."""

    place: str
    label: str
    hover: str
    ids: tuple[str, ...]
    kind: str
    low: float | None
    high: float | None
    is_part_year: bool = False
    is_rate: bool = False
    interval: tuple[float, float] | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Panel:
    """A titled group of rows; a row that is a string says what is missing."""

    title: str
    rows: Sequence[Mark | str] = ()


@dataclass(frozen=True)
class Point:
    """One mark of a `Series`: where it stands, its bounds, and its direct label (empty: none fits)."""

    x: float
    y: float
    label: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """Points of one look; `joined`: a line runs through them.

    name: what it is, in words; letter: how the chart names it; kind: who counted, a key of theme.KIND, or '' for a
    line of reference.
    """

    name: str
    kind: str
    points: tuple[Point, ...]
    letter: str = ""
    joined: bool = False
    dash: str = "solid"
    hollow: bool = False
    symbol: str = "circle"


@dataclass(frozen=True)
class Points:
    """Series over one axis, with the numbered breaks that cross it: (place, number, whether it cuts the lines).

    x_range, y_range: what the axes show; x_title, y_title: their words, empty for years and counts.
    """

    draw: Callable[[Text], go.Figure]
    series: tuple[Series, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    breaks: tuple[tuple[float, str, bool], ...] = ()
    x_title: str = ""
    y_title: str = ""

    def figure(self, text: Text) -> go.Figure:
        """The chart as pages draw it."""
        return self.draw(text)

    def pages(self, text: Text, most: float, width: float, row: float) -> list[go.Figure]:
        """The chart in one figure, at most `most` pixels high: an axis is not cut."""
        figure = self.draw(text)
        return [figure.update_layout(height=min(figure.layout.height, most))]


@dataclass(frozen=True)
class Grid:
    """A line for each title, a cell for each year: `rows` holds (group, kind, label, state for each year).

    draw: the lines from the first number up to the second as a figure; title, row: heights as `split` takes them;
    around: what a figure is higher than they are.
    """

    draw: Callable[[Text, int, int], go.Figure]
    years: tuple[int, ...]
    title: Callable[[Panel], float]
    row: Callable[[Mark | str], float]
    around: float
    rows: tuple[tuple[str, str, str, tuple[str, ...]], ...] = field(default_factory=tuple)

    def figure(self, text: Text) -> go.Figure:
        """The chart as pages draw it."""
        return self.draw(text, 0, len(self.rows))

    def pages(self, text: Text, most: float, width: float, row: float) -> list[go.Figure]:
        """The grid in as few figures as are at most `most` pixels high, its years above each."""
        groups = groupby(self.rows, key=lambda each: each[:2])
        panels = [Panel(who, [label for _, _, label, _ in own]) for (who, _), own in groups]
        figures, first = [], 0
        for page in split(panels, most - self.around, self.title, self.row):
            last = first + sum(len(panel.rows) for panel in page)
            figures.append(self.draw(text, first, last))
            first = last
        return figures


def split(
    panels: Sequence[Panel], most: float, title: Callable[[Panel], float], row: Callable[[Mark | str], float]
) -> list[list[Panel]]:
    """Panels in as few pages as hold them in their order, each at most `most` high; a panel that breaks keeps its
    title on the next page, and none ends a page with its title alone.

    title, row: the height of a panel's title and of a row, in the unit of `most`.
    """
    pages: list[list[Panel]] = []
    left = 0.0
    for panel in panels:
        rows: list[Mark | str] = []
        # A whole panel is moved on rather than cut, when it fits a page of its own.
        whole = title(panel) + sum(row(each) for each in panel.rows)
        least = title(panel) + sum(row(each) for each in panel.rows[:1])
        if not pages or left < whole <= most or least > left:
            pages.append([])
            left = most
        left -= title(panel)
        for each in panel.rows:
            if row(each) > left and rows:
                pages[-1].append(replace(panel, rows=rows))
                pages.append([])
                rows, left = [], most - title(panel)
            rows.append(each)
            left -= row(each)
        pages[-1].append(replace(panel, rows=rows))
    return pages
