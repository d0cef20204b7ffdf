"""Points on slides: a native chart over two axes, with the key of its letters and numbers beside it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from components.drawing.labels import Wanted, place_labels
from components.drawing.model import Break, Point, Points, Series
from components.drawing.points import keep_written_numbers
from components.exports.arial import lines, width
from components.exports.exhibit import Exhibit, Handout
from components.exports.slides.chart_xml import Dots, Errors, Label, ValueAxis, write_scatter_chart
from components.exports.slides.drawing_ml import LANGUAGE, NO_LINE, SIZE, Line, clean, line, read_lines
from components.exports.slides.layout import ARROW, CELL_PAD, LINE, SPACE, Box, Chart, Page, Piece, Words
from components.exports.slides.sheets import Column, Native, Sheet
from components.text import Text
from components.theme import BREAK, INK, KIND, QUIET

KEYS = (260.0, 300.0, 340.0, 380.0, 420.0)  # how wide the key beside a chart may be
APART = 28.0  # between a chart and its key
TICK = 30.0  # below the plot, for the numbers of the axis; the same again for its words
HEAD = 0.93  # how high breaks reach on the upward axis
CLOSE = 16.0  # nearer than this, the numbers above two breaks would read as one
MARK = 16.0  # what a mark takes, and nothing else may cover
AWAY = 9.0  # from a point to the label beside it
COVERED = 0.1  # the share of a label that may lie on others: what stands around its letters
SWEEPS = 3  # how often labels are placed anew beside each other
ON_MARK, ON_WORDS, OFF_PLOT = 8.0, 4.0, 1e6  # how much worse a label lies there than on a line
DASHES = {"solid": "solid", "dash": "dash", "dot": "sysDot"}

Key = tuple[int, int]  # of a point: its part and its place there


def lay_out_points(drawing: Points, exhibit: Exhibit, handout: Handout, room: Box) -> list[Page]:
    """Lay points out on one slide; what does not fit of the key goes on over the next."""
    drawing = keep_written_numbers(drawing)
    room = Box(room.x, room.y + SPACE, room.wide, room.high - SPACE)
    key = list(exhibit.block.key)
    beside, wide = _fit_key(key, room.high)
    chart = Box(room.x, room.y, room.wide - (wide + APART if beside else 0), room.high)
    pieces: list[Piece] = [Chart(chart, _draw_chart(drawing, exhibit, handout, chart), exhibit.block.name)]
    if beside:
        pieces.append(Words(Box(chart.x + chart.wide + APART, room.y, wide, room.high), tuple(beside)))
    pages = [Page(tuple(pieces))]
    rest = key[len(beside) :]
    while rest:
        some = _take_lines(rest, room.wide, room.high) or rest[:1]
        pages.append(Page((Words(room, tuple(some)),)))
        rest = rest[len(some) :]
    return pages


def _fit_key(key: list[str], high: float) -> tuple[list[str], float]:
    """The lines of the key that stand beside the chart, and how wide: all where they fit, else the first ones."""
    fitting = {wide: _take_lines(key, wide, high) for wide in KEYS}
    wide = max(KEYS, key=lambda wide: (len(fitting[wide]), -wide))
    return fitting[wide], wide


def _take_lines(key: list[str], wide: float, high: float) -> list[str]:
    taken, y = [], 0.0
    for words in key:
        y += LINE * len(lines(words, SIZE, wide, bold=False)) + CELL_PAD
        if y > high:
            break
        taken.append(words)
    return taken


# The plot -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plot:
    """The area of the points themselves, in points of the slide, and what its axes show."""

    box: Box
    across: ValueAxis
    upward: ValueAxis

    @classmethod
    def of(cls, drawing: Points, chart: Box, text: Text) -> "Plot":
        """The plot of a chart, its axes and their words left room for."""
        upward, across = drawing.upward, drawing.across
        step = _round_step(upward.last / 4)
        pattern = _write_pattern(text) if step == round(step) else "0.0"
        left = width(text.number(upward.last), SIZE, bold=False) + 12 + (TICK if upward.title else 0)
        wide = chart.wide - left - 26
        high = chart.high - 12 - TICK - (TICK if across.title else 0)
        first, last = across.first, across.last
        if across.unit == "year":  # the axis begins and ends with whole ones, so that its numbers stand at them
            first, last = math.floor(first), math.ceil(last)
            most = max(1, int(wide / (width("2000", SIZE, bold=False) + 8)))
            shown = ValueAxis(first, last, float(math.ceil((last - first) / most)), "0")
        else:
            shown = ValueAxis(first, last, _round_step((last - first) / 6), _write_pattern(text), across.title)
        box = Box(chart.x + left, chart.y + 12, wide, high)
        return cls(box, shown, ValueAxis(upward.first, upward.last, step, pattern, upward.title))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a value stands, from the upper left."""
        right = (x - self.across.first) / (self.across.last - self.across.first)
        up = (y - self.upward.first) / (self.upward.last - self.upward.first)
        return self.box.x + right * self.box.wide, self.box.y + (1 - up) * self.box.high

    def holds(self, words: Box) -> bool:
        """Words stand on the plot, or so near it that nothing else is there."""
        return (
            words.x >= self.box.x - 9
            and words.x + words.wide <= self.box.x + self.box.wide + 26
            and words.y >= self.box.y - 12
            and words.y + words.high <= self.box.y + self.box.high + 2
        )


def _write_pattern(text: Text) -> str:
    """Whole numbers with the language's thousands, whatever the language of the office program."""
    group = f'"{text.separators[1]}"'
    return f"[>=1000000]#{group}000{group}000;[>=1000]#{group}000;0"


def _round_step(about: float) -> float:
    """A round number near `about`: 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(about))
    return min((factor * power for factor in (1.0, 2.0, 5.0, 10.0)), key=lambda step: abs(step - about))


# The chart ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """Points of a series that are one series of the native chart: joined by a line, or on none."""

    series: Series
    points: tuple[Point, ...]
    is_joined: bool

    @property
    def colour(self) -> str:
        """Of its marks and lines."""
        if self.series.kind:
            return KIND[self.series.kind]
        return INK if self.series.dash == "solid" else QUIET


def split_series(drawing: Points) -> list[Part]:
    """Split series into parts: runs that a line joins, then the other points, each alone where a letter names it."""
    parts = []
    for series in drawing.series:
        on_line = {place for run in series.runs for place in run}
        apart = [place for place in range(len(series.points)) if place not in on_line]
        groups = [(place,) for place in apart] if series.letter else [tuple(apart)] if apart else []
        for places, is_joined in [*((run, True) for run in series.runs), *((group, False) for group in groups)]:
            parts.append(Part(series, tuple(series.points[place] for place in places), is_joined))
    return parts


def _draw_chart(drawing: Points, exhibit: Exhibit, handout: Handout, chart: Box) -> Native:
    text = handout.text
    plot = Plot.of(drawing, chart, text)
    parts = split_series(drawing)
    sheet = Sheet(text("slides.sheet"))
    columns = _fill_sheet(sheet, parts, plot, text)
    labels = place_point_labels(drawing, parts, plot)
    dots, start = [], 0
    for number, part in enumerate(parts):
        own = {row: label for (place, row), label in labels.items() if place == number}
        dots.append(_draw_part(part, start, columns, own))
        start += len(part.points)
    dots += _draw_breaks(drawing.breaks, exhibit, sheet, plot, text)
    inner = (
        (plot.box.x - chart.x) / chart.wide,
        (plot.box.y - chart.y) / chart.high,
        plot.box.wide / chart.wide,
        plot.box.high / chart.high,
    )
    xml = write_scatter_chart(dots, plot.across, plot.upward, inner=inner, language=LANGUAGE[text.language])
    # The points of a line name no figure: the table behind the chart does.
    table = Sheet(text("slides.table"))
    for heading, cells in exhibit.block.table.items():
        table.add(str(heading), [str(cell) for cell in cells])
    return Native(xml, (sheet, table), handout.day)


def _fill_sheet(sheet: Sheet, parts: Sequence[Part], plot: Plot, text: Text) -> dict[str, Column]:
    """The columns behind the points, all parts below each other."""
    points = [point for part in parts for point in part.points]
    columns: dict[str, list[float | str | None]] = {
        "series": [part.series.name for part in parts for _ in part.points],
        "across": [float(point.x) for point in points],
        "upward": [point.y for point in points],
        "label": [point.label for point in points],
    }
    if any(point.is_bounded for point in points):
        arrow = ARROW * plot.upward.last
        columns |= {
            "low": [point.low for point in points],
            "high": [point.high for point in points],
            "down": [_reach_down(point) for point in points],
            "up": [point.high - point.y if point.is_bounded and point.high else None for point in points],
            "arrow": [arrow if point.is_bounded and point.high is None else None for point in points],
        }
    return {name: sheet.add(text(f"slides.{name}"), values) for name, values in columns.items()}


def _reach_down(point: Point) -> float | None:
    """How far the lower side lies below the point; to zero where it is unknown."""
    if not point.is_bounded or point.high is None:
        return None
    return point.y - (point.low or 0.0)


def _draw_part(part: Part, start: int, columns: dict[str, Column], labels: dict[int, Label]) -> Dots:
    """A series of the native chart, whose points begin at a row of the sheet."""
    series, stop = part.series, start + len(part.points)
    errors = None
    if any(point.is_bounded for point in part.points):
        down, up, arrow = (columns[name].part(start, stop) for name in ("down", "up", "arrow"))
        if any(arrow.values):
            errors = Errors(None, arrow, part.colour, arrow=True)
        else:
            errors = Errors(down, up if any(up.values) else None, part.colour)
    look = line(part.colour, 2.5 if series.kind else 1.25, dash=DASHES[series.dash])
    return Dots(
        name=clean(series.name),
        named_at=columns["series"].cell(start),
        x=columns["across"].part(start, stop),
        y=columns["upward"].part(start, stop),
        colour=part.colour,
        labels=labels,
        line=look if part.is_joined else NO_LINE,
        symbol=part.points[0].symbol if series.kind else "",
        is_hollow=part.points[0].is_hollow,
        errors=errors,
    )


def _draw_breaks(breaks: Sequence[Break], exhibit: Exhibit, sheet: Sheet, plot: Plot, text: Text) -> list[Dots]:
    """Each break as a line from the foot of the plot to its number; in the workbook, by the words of the key."""
    if not breaks:
        return []
    spoken = {words.partition(". ")[0]: words for words in exhibit.block.key}
    twice = [each for each in breaks for _ in range(2)]
    names = sheet.add(text("slides.break"), [spoken.get(each.number, each.number) for each in twice])
    xs = sheet.add(text("slides.break_at"), [float(each.place) for each in twice])
    ys = sheet.add(text("slides.break_height"), [0.0, plot.upward.last * HEAD] * len(breaks))
    places = [plot.at(each.place, 0)[0] for each in breaks]
    dots = []
    for place, each in enumerate(breaks):
        colour = BREAK if each.is_cut else QUIET
        start, stop = 2 * place, 2 * place + 2
        look = line(colour, 2 if each.is_cut else 1.5, dash="solid" if each.is_cut else "sysDot")
        label = {1: Label([[(each.number, True)]], _turn_away(places[place], places), colour)}
        name = str(names.values[start])
        dots.append(Dots(name, names.cell(start), xs.part(start, stop), ys.part(start, stop), colour, label, look))
    return dots


def _turn_away(x: float, places: Sequence[float]) -> str:
    """The side of a break's number: two that stand close would read as one, so each turns away from the other."""
    if any(0 < other - x < CLOSE for other in places):
        return "l"
    return "r" if any(0 < x - other < CLOSE for other in places) else "t"


# Labels -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spot:
    """A place where a label may stand, and its side of the point as the file format names it."""

    side: str
    box: Box


def place_point_labels(drawing: Points, parts: Sequence[Part], plot: Plot) -> dict[Key, Label]:
    """The label of each point that has one, by its part and place in it.

    The last point of a part says the series' letter too. A number that would lie on other words, or on another's mark,
    is left to the sheet behind the chart: nobody could read it, or it would be taken for the other's.
    """
    points = [((number, row), point) for number, part in enumerate(parts) for row, point in enumerate(part.points)]
    marks = [_surround(*plot.at(point.x, point.y), MARK, MARK) for _, point in points]
    fixed = [(mark, ON_MARK) for mark in marks]
    for each in drawing.breaks:
        x, _ = plot.at(each.place, 0)
        number_box, line_box = Box(x - 7, plot.box.y - 12, 14, 36), Box(x - 2, plot.box.y, 4, plot.box.high)
        fixed += [(number_box, ON_WORDS), (line_box, 1.0)]
    fixed += [(box, 1.0) for part in parts if part.is_joined for box in _follow_line(part.points, plot)]

    def weigh(spot: Spot, others: Sequence[Spot]) -> float:
        lies_on = [*fixed, *((other.box, ON_WORDS) for other in others)]
        weight = sum(each * _overlap(spot.box, box) for box, each in lies_on)
        return weight + OFF_PLOT * (not plot.holds(spot.box))

    def cover(spot: Spot, others: Sequence[Spot]) -> float:
        hidden = sum(_overlap(spot.box, other) for other in [*marks, *(other.box for other in others)])
        return hidden / (spot.box.wide * spot.box.high)

    wordings: dict[Key, list[list[Line]]] = {}
    wanted = []
    for key, point in points:
        part = parts[key[0]]
        letter = part.series.letter if key[1] == len(part.points) - 1 else ""
        wordings[key] = _word(letter, point.label)
        if spots := tuple(_list_spots(*plot.at(point.x, point.y), words) for words in wordings[key]):
            wanted.append(Wanted(key, spots, is_kept=bool(letter)))
    placed = place_labels(wanted, weigh, cover, most=COVERED, sweeps=SWEEPS)
    colour = {number: INK if part.series.kind else QUIET for number, part in enumerate(parts)}
    return {key: Label(wordings[key][-left], spot.side, colour[key[0]]) for key, (left, spot) in sorted(placed.items())}


def _word(letter: str, number: str) -> list[list[Line]]:
    """What a label may say, the fullest first: letter and number, the letter alone."""
    wordings = []
    if number:
        first, *rest = read_lines(f" {number}" if letter else number)
        wordings.append([[*([(letter, True)] if letter else []), *first], *rest])
    if letter:
        wordings.append([[(letter, True)]])
    return wordings


def _list_spots(x: float, y: float, words: Sequence[Line]) -> tuple[Spot, ...]:
    """The places beside a point, the best first: above, right, below, left."""
    wide = max(sum(width(run, SIZE, bold=bold) for run, bold in each) for each in words)
    corners = {
        "t": (x - wide / 2, y - AWAY - LINE),
        "r": (x + AWAY, y - LINE / 2),
        "b": (x - wide / 2, y + AWAY),
        "l": (x - AWAY - wide, y - LINE / 2),
    }
    return tuple(Spot(side, Box(*corner, wide, LINE)) for side, corner in corners.items())


def _follow_line(points: Sequence[Point], plot: Plot) -> Iterator[Box]:
    """Small boxes on a line that runs through points: a label lies on it only where it must."""
    for one, other in pairwise(points):
        (x, y), (to_x, to_y) = plot.at(one.x, one.y), plot.at(other.x, other.y)
        steps = max(2, int(abs(to_x - x) / 8))
        for step in range(1, steps):
            yield _surround(x + (to_x - x) * step / steps, y + (to_y - y) * step / steps, 6, 6)


def _surround(x: float, y: float, wide: float, high: float) -> Box:
    return Box(x - wide / 2, y - high / 2, wide, high)


def _overlap(one: Box, other: Box) -> float:
    """The area that both cover."""
    wide = min(one.x + one.wide, other.x + other.wide) - max(one.x, other.x)
    high = min(one.y + one.high, other.y + other.high) - max(one.y, other.y)
    return max(wide, 0.0) * max(high, 0.0)
