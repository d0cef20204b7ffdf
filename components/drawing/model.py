"""A drawing as data: rows of marks, points over two axes, a grid of years, or a hundred squares.

It holds what is shown – numbers, bounds, labels, axes, breaks, the figures behind each mark – and nothing of how: a
page draws it with Plotly (`components.drawing.plotly`), a slide as a chart that its reader can edit
(`components.exports.slides`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["top", "bottom", "left", "right"]


@dataclass(frozen=True)
class Mark:
    """One row: its place label, its value as bounds, its direct label and what a click opens.

    ground: the earlier stage that a pair of counts stands on, '' for a mark that is no pair; inner: the later stage,
    drawn as a short bar inside the long one, with neither place nor label of its own.
    """

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
    is_hollow: bool = False
    ground: Literal["", "complaint", "registered_offence"] = ""
    inner: "Mark | None" = None

    @property
    def sides(self) -> list[float]:
        """Every known number of it: its bounds, the ends of its interval, those of the mark inside it."""
        own = [side for side in (self.low, self.high, *(self.interval or ())) if side is not None]
        return own + (self.inner.sides if self.inner else [])


@dataclass(frozen=True)
class Panel:
    """A titled group of rows; a row that is a string says what is missing."""

    title: str
    rows: Sequence[Mark | str] = ()


@dataclass(frozen=True)
class Rows:
    """Panels on one scale: counts as bars from zero, or ratios per 100 as dots with their interval.

    Each panel is one compiler and unit, or one ratio, so that unlike things never share a scale by accident and nothing
    is added up.

    scale: the numbers of the axis; where it is given the axis runs to the last of them at least, so that no mark is as
    long as the axis because it alone stands there.
    """

    panels: Sequence[Panel]
    is_ratio: bool = False
    scale: tuple[float, ...] = ()

    @property
    def marks(self) -> list[Mark]:
        """The rows that are marks, in their order."""
        return [row for panel in self.panels for row in panel.rows if isinstance(row, Mark)]

    @property
    def is_ladder(self) -> bool:
        """Every panel is one row without a place of its own: a title over each would part the bars from each other."""
        return all(len(panel.rows) == 1 and not getattr(panel.rows[0], "place", "") for panel in self.panels)


@dataclass(frozen=True)
class Point:
    """One mark over two axes.

    label: its number in words; short: the same where there is little room; rank: labels of a lower rank are placed
    first; ids: the figures that a click opens, none where there is nothing to open.
    """

    x: float
    y: float
    label: str = ""
    low: float | None = None
    high: float | None = None
    short: str = ""
    hover: str = ""
    ids: tuple[str, ...] = ()
    is_hollow: bool = False
    symbol: Literal["circle", "diamond"] = "circle"
    rank: int = 0

    @property
    def is_bounded(self) -> bool:
        """It is not one exact number."""
        return self.low != self.high


@dataclass(frozen=True)
class Series:
    """Points of one meaning. Marks of what was counted, or with no `kind` a line of reference.

    name: what it is, in words; kind: who counted, a key of theme.KIND; letter: how the chart names it; runs: the places
    of points that a line joins, in order; spans: a level that runs across the whole plot.
    """

    name: str
    kind: str
    points: tuple[Point, ...]
    letter: str = ""
    runs: tuple[tuple[int, ...], ...] = ()
    dash: Literal["solid", "dash", "dot"] = "solid"
    spans: bool = False


@dataclass(frozen=True)
class Axis:
    """What an axis shows, and its words (none for years and counts). has_ticks: short lines stand at its numbers."""

    first: float
    last: float
    unit: Literal["year", "count", "rate", "size"]
    title: str = ""
    has_ticks: bool = False


@dataclass(frozen=True)
class Break:
    """A line across the years at a place, by its number; `is_cut`: no line may cross it."""

    place: float
    number: str
    is_cut: bool


@dataclass(frozen=True)
class Style:
    """How a page draws points, where charts differ; lengths in pixels.

    sides: where labels may stand, the best first; keeps_labels: even over other things; names_each: each label begins
    with the letter of its series, else the letter stands once, beside the last point; steps_aside: marks that would lie
    on each other stand apart; has_own_outline: marks are outlined in their own colour, else in the library's.
    """

    sides: tuple[Side, ...] = ("top", "bottom")
    label: int = 11
    keeps_labels: bool = False
    names_each: bool = False
    steps_aside: bool = True
    mark: int = 9
    outline: int = 2
    has_own_outline: bool = True
    line: float = 2.5


@dataclass(frozen=True)
class Points:
    """Series over two axes, with the breaks that cross the years.

    top: the largest number drawn, which open sides and breaks are measured by; height: on a page, in pixels.
    """

    series: tuple[Series, ...]
    across: Axis
    upward: Axis
    top: float
    height: int
    breaks: tuple[Break, ...] = ()
    style: Style = Style()


@dataclass(frozen=True)
class Cell:
    """A year in a grid: its state, a key of `SYMBOL`, and the figures that it stands for."""

    year: int
    state: str
    hover: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class GridRow:
    """A line of a grid, in the group of one compiler (its code, its name, its kind)."""

    code: str
    group: str
    kind: str
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """A line for each compiler and stage, a cell for each year."""

    years: tuple[int, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class Square:
    """One of a hundred. share: how much of it is known to belong; is_open: more of it may."""

    share: float
    is_open: bool


@dataclass(frozen=True)
class Squares:
    """A hundred squares, of which so many belong together. A bound, and an «about», is never filled.

    low, high: of 100; None where unknown; reached, rest: words for those that belong and for the others; notes: who
    says so and of when, for whoever sees the drawing without its page.
    """

    low: float | None
    high: float | None
    is_about: bool
    kind: str
    reached: str
    rest: str
    hover: str
    ids: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def squares(self) -> list[Square]:
        """All hundred in their order."""
        least = 0.0 if self.low is None or self.is_about else self.low
        most = 100.0 if self.high is None else self.high
        shares = [(min(1.0, max(0.0, least - place)), min(1.0, max(0.0, most - place))) for place in range(100)]
        return [Square(least, most > least) for least, most in shares]


Drawing = Rows | Points | Grid | Squares

# The states of a year: a shape for each, so that the grid reads in grey too, and the same shape as a letter that every
# font holds, for a line of words and for a table.
SYMBOL = {
    "whole_year": "square",
    "part_year": "triangle-up",
    "several_years": "line-ew",
    "some_places": "circle-open",
    "yearly_rate": "diamond-open",
    "published_percent": "x-thin",
    "none": "square-open",
}
SIGN = {
    "whole_year": "■",
    "part_year": "▲",
    "several_years": "–",
    "some_places": "○",
    "yearly_rate": "◊",
    "published_percent": "\u00d7",
    "none": "·",
}
