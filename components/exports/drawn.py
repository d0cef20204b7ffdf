"""A drawing laid out on slides: its pages, and on each the native charts, tables and words with their places.

Nothing here knows of python-pptx; lengths are points. What does not fit one page goes on over the next.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from components.charts.coverage import SIGN
from components.charts.drawing import Drawing, Grid, Mark, Panel, Point, Points, Series, split
from components.charts.rows import Rows
from components.exports import native
from components.exports.exhibit import Exhibit, Handout
from components.exports.letters import lines, width
from components.exports.native import SIZE, Column, Errors, Label, Native, Sheet
from components.text import Text
from components.theme import BREAK, INK, KIND, QUIET

LANGUAGE = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
ROW = 29.0  # height of a row whose label has one line
LINE = 21.5  # what each further line of a label adds, and the height of a line of words
BAR = 32.0  # the thickest bar
APART = 6.0  # more between single bars with their titles beside them
SPACE = 12.0  # above a panel's title
STRETCH = 1.7  # how far rows move apart on a page with room to spare
SHORTEST = 0.4  # of the plot: the longest bar's due, however long its label
BESIDE = 8.0  # between a bar and its label
LABEL = 2 * BESIDE + 6  # what a label takes beside its words
LADDER = 0.34  # the most of a slide that the titles of single bars take
ARROW = 0.09  # length of an open side, as a share of the largest value: drawn only
CLOSE = 16.0  # nearer than this, the numbers above two breaks would read as one
COVERED = 0.1  # the share of a label that may lie on others: what stands around its letters
SWEEPS = 3  # how often the labels of points are placed anew beside each other
ON_MARK, ON_WORDS = 8.0, 4.0  # how much worse a label lies on a mark or on words than on a line
DASHES = {"solid": "solid", "dash": "dash", "dot": "sysDot"}

Lines = list[list[tuple[str, bool]]]


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True)
class Words:
    """Lines of words, a paragraph each."""

    box: Box
    paragraphs: tuple[str, ...]
    bold: bool = False
    colour: str = INK


@dataclass(frozen=True)
class Chart:
    """A native chart and its name."""

    box: Box
    native: Native
    name: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `across`: it takes the whole row."""

    words: str
    bold: bool = False
    colour: str = INK
    across: bool = False


@dataclass(frozen=True)
class Table:
    """A native table: the first column is for words, the others are centred."""

    box: Box
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


Piece = Words | Chart | Table


@dataclass(frozen=True)
class Page:
    """What stands on one slide, and the figures it shows: none where they can't be told apart."""

    pieces: tuple[Piece, ...]
    ids: tuple[str, ...] = ()


def pages(exhibit: Exhibit, handout: Handout, room: Box) -> list[Page]:
    """The exhibit's drawing over as few pages as hold it."""
    drawing: Drawing = exhibit.block.drawing
    if isinstance(drawing, Rows):
        return list(_rows(drawing, handout, room))
    if isinstance(drawing, Points):
        return list(_points(drawing, exhibit, handout, room))
    if isinstance(drawing, Grid):
        return list(_grid(drawing, room))
    raise TypeError(f"no slide is made of {type(drawing).__name__}")


# Rows of bars ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """What all panels of a chart share, on every page: where zero is, and how far the axis reaches.

    left: where zero stands in a chart, in points; wide: of a chart; largest: the largest number drawn.
    """

    left: float
    wide: float
    reach: float
    largest: float


def _rows(drawing: Rows, handout: Handout, room: Box) -> Iterator[Page]:
    places = [row.place for panel in drawing.panels for row in panel.rows if isinstance(row, Mark)]
    is_ladder = drawing.is_ladder
    beside = (
        min(LADDER * room.wide, max(width(panel.title, SIZE) for panel in drawing.panels) + 9) if is_ladder else 0.0
    )
    chart = Box(room.x + beside, room.y, room.wide - beside, room.high)
    left = max((width(place, SIZE, bold=False) + 14 for place in places if place), default=4.0)
    plot = chart.wide - left
    every = [row for panel in drawing.panels for row in panel.rows]
    largest = max((side for row in every if isinstance(row, Mark) for side in _sides(row)), default=0.0) or 1.0
    labels = {id(row): _label(row, plot, largest) for row in every}
    scale = Scale(left, chart.wide, _reach(every, labels, largest, plot), largest)

    def title(panel: Panel) -> float:
        return 0.0 if is_ladder else SPACE + LINE * len(lines(panel.title, SIZE, room.wide))

    def pitch(panel: Panel) -> float:
        high = max((len(labels[id(row)]) for row in panel.rows), default=1)
        if is_ladder:
            high = max(high, len(lines(panel.title, SIZE, beside - 8)))
        return ROW + LINE * (high - 1) + (APART if is_ladder else 0.0)

    # Rows of one chart are of one height; words that several panels share stand as high as the highest needs.
    highest: dict[int, float] = {}
    for panel in drawing.panels:
        for row in panel.rows:
            highest[id(row)] = max(highest.get(id(row), 0.0), pitch(panel))
    most = room.high - (SPACE / 2 if is_ladder else 0.0)
    for page in _even(drawing.panels, most, title, lambda row: highest[id(row)]):
        titles, rows = sum(map(title, page)), sum(pitch(panel) * len(panel.rows) for panel in page)
        stretch = max(1.0, min(STRETCH, (most - titles) / rows)) if rows else 1.0
        pieces: list[Piece] = []
        y = room.y + SPACE / 2
        for panel in page:
            each = pitch(panel) * stretch
            high = each * len(panel.rows)
            if is_ladder:
                pieces.append(_beside_bar(panel, Box(room.x, y, beside - 8, each)))
            else:
                above = title(panel) - SPACE
                pieces.append(Words(Box(room.x, y, room.wide, above), (panel.title,), bold=True))
                y += above + SPACE / 4
            if any(isinstance(row, Mark) for row in panel.rows):
                made = _bars(panel, labels, scale, each, handout)
                pieces.append(Chart(Box(chart.x, y, chart.wide, high), made, panel.title))
            elif panel.rows:  # no number at all: no chart
                top = y + (high - LINE * len(panel.rows)) / 2
                box = Box(chart.x + left + BESIDE, top, plot - BESIDE, LINE * len(panel.rows))
                pieces.append(Words(box, tuple(native.said(str(row)) for row in panel.rows), colour=QUIET))
            y += high + (0.0 if is_ladder else 0.75 * SPACE)
        shown = [row for panel in page for row in panel.rows if isinstance(row, Mark)]
        yield Page(tuple(pieces), tuple(each for mark in shown for each in mark.ids))


def _beside_bar(panel: Panel, row: Box) -> Words:
    """The title of a single bar, at its own height."""
    high = LINE * len(lines(panel.title, SIZE, row.wide))
    return Words(Box(row.x, row.y + (row.high - high) / 2, row.wide, high), (panel.title,), bold=True)


def _even(
    panels: Sequence[Panel], most: float, title: Callable[[Panel], float], row: Callable[[Mark | str], float]
) -> list[list[Panel]]:
    """As few pages as hold the panels, as few panels cut as may be, none much fuller than another."""
    tried = [split(panels, most * share / 20, title, row) for share in range(8, 21)]
    return min(tried, key=lambda pages: (len(pages), sum(map(len, pages))))


def _label(row: Mark | str, plot: float, largest: float) -> Lines:
    """The lines of a row's label, broken between words where they leave the longest bar less than its due."""
    bar = SHORTEST * _end(row, largest) / largest if isinstance(row, Mark) else 0.0
    most = plot * (1 - bar) - LABEL
    return [part for line in native.runs(row.label if isinstance(row, Mark) else row) for part in _fitted(line, most)]


def _fitted(line: list[tuple[str, bool]], most: float) -> Lines:
    found: Lines = [[]]
    for words, bold in line:
        for word in re.findall("[^ ]+ *| +", words):
            if found[-1] and _wide([*found[-1], (word.rstrip(), bold)]) > most:
                found.append([])
            if found[-1] and found[-1][-1][1] == bold:
                found[-1][-1] = (found[-1][-1][0] + word, bold)
            else:
                found[-1].append((word, bold))
    return found


def _wide(line: Sequence[tuple[str, bool]]) -> float:
    return sum(width(words, SIZE, bold=bold) for words, bold in line)


def _sides(mark: Mark) -> list[float]:
    return [side for side in (mark.low, mark.high, *(mark.interval or ())) if side is not None]


def _is_open(mark: Mark) -> bool:
    return mark.high is None and mark.low is not None


def _end(mark: Mark, largest: float) -> float:
    """Where a mark ends, its arrow included."""
    return max(_sides(mark), default=0.0) + (ARROW * largest if _is_open(mark) else 0.0)


def _reach(rows: Sequence[Mark | str], labels: dict[int, Lines], largest: float, plot: float) -> float:
    """The end of the axis: far enough that the label of every mark stands whole beside it."""
    reach = largest
    for row in rows:
        if isinstance(row, Mark):
            label = max(map(_wide, labels[id(row)]), default=0.0) + LABEL
            reach = max(reach, _end(row, largest) / (1 - label / plot))
    return reach


def _bars(panel: Panel, labels: dict[int, Lines], scale: Scale, pitch: float, handout: Handout) -> Native:
    """One panel as a chart: numbers, bounds of either kind, and the labels, each a series of its own."""
    rows = panel.rows
    text, language = handout.text, LANGUAGE[handout.text.language]
    marks = [row if isinstance(row, Mark) else None for row in rows]
    sheet = Sheet(text("slides.sheet"))

    def add(key: str, values: Sequence[float | str | None]) -> Column:
        return sheet.add(text(f"slides.{key}"), values)

    has_places = any(mark and mark.place for mark in marks)
    places = add("place", [mark.place if mark and has_places else "" if has_places else panel.title for mark in marks])
    add("label", [native.said(row.label if isinstance(row, Mark) else row) for row in rows])
    add("low", [mark.low if mark else None for mark in marks])
    add("high", [mark.high if mark else None for mark in marks])
    if any(mark and mark.interval for mark in marks):
        for side, key in enumerate(("interval_low", "interval_high")):
            add(key, [mark.interval[side] if mark and mark.interval else None for mark in marks])
    add("figures", [" ".join(mark.ids) if mark else "" for mark in marks])

    series: list[native.Bars] = []
    kinds = [mark.kind for mark in marks if mark]
    colour = KIND[kinds[0]]

    def chosen(wanted: Sequence[bool]) -> dict[int, str]:
        return {row: _look(mark) for row, mark in enumerate(marks) if mark and wanted[row]}

    known = [bool(mark and mark.low is not None and mark.high is not None) for mark in marks]
    if any(known):
        numbers = add("number", [mark.low if mark and known[row] else None for row, mark in enumerate(marks)])
        reaches = [_reaches(mark) if mark and known[row] else (None, None) for row, mark in enumerate(marks)]
        errors = None
        if any(up is not None for _, up in reaches):
            down, up = add("down", [each for each, _ in reaches]), add("up", [each for _, each in reaches])
            errors = Errors(down if any(down.values) else None, up, colour)
        series.append(native.Bars(numbers, chosen(known), errors))
    above = [bool(mark and mark.low is None and mark.high is not None) for mark in marks]
    if any(above):
        bounds = [mark.high if mark and above[row] else None for row, mark in enumerate(marks)]
        column = add("upper_bound", bounds)
        series.append(native.Bars(column, chosen(above), Errors(add("to_zero", bounds), None, colour)))
    below = [bool(mark and _is_open(mark)) for mark in marks]
    if any(below):
        column = add("lower_bound", [mark.low if mark and below[row] else None for row, mark in enumerate(marks)])
        arrow = add("arrow", [ARROW * scale.largest if each else None for each in below])
        series.append(native.Bars(column, chosen(below), Errors(None, arrow, colour, arrow=True)))
    beside = BESIDE / (scale.wide - scale.left) * scale.reach
    stands = add("label_at", [(_end(mark, scale.largest) if mark else 0.0) + beside for mark in marks])
    written = {
        row: Label(labels[id(each)], colour=INK if isinstance(each, Mark) else QUIET) for row, each in enumerate(rows)
    }
    series.append(native.Bars(stands, {}, labels=written))
    inner = (scale.left / scale.wide, 0.0, 1 - scale.left / scale.wide, 1.0)
    gap = round((pitch / min(BAR, 0.62 * pitch) - 1) * 100)
    xml = native.bar_chart(
        places, series, inner=inner, top=scale.reach, gap=min(gap, 500), lang=language, has_places=has_places
    )
    return Native(xml, (sheet,), handout.day)


def _reaches(mark: Mark) -> tuple[float | None, float | None]:
    """How far the interval, or else the other side, lies below and above the number drawn."""
    if mark.low is None or mark.high is None:
        return None, None
    if mark.interval:
        return mark.low - mark.interval[0], mark.interval[1] - mark.low
    return None, mark.high - mark.low if mark.high != mark.low else None


def _look(mark: Mark) -> str:
    """Fill and outline of a bar: hatched a part of a year, hollow a rate or a lower grade, pale what is uncertain."""
    colour = KIND[mark.kind]
    if not (mark.low or mark.high):  # a zero is nothing but its label
        return native.EMPTY + native.NO_LINE
    if mark.is_part_year:
        return native.hatched(colour) + native.line(colour, 1.25)
    if (mark.is_rate or mark.hollow) and mark.low is not None:
        return native.filled(native.PAPER) + native.line(colour, 2.25)
    if mark.low is None or mark.interval:  # the error bar runs over the bar: it must be seen on it
        return native.filled(native.mixed(colour, 0.25)) + native.line(colour, 1.25)
    return native.filled(colour) + native.NO_LINE


# Points over axes ------------------------------------------------------------------------

KEYS = (260.0, 300.0, 340.0, 380.0, 420.0)  # how wide the key beside a chart may be
TICK = 30.0  # below the plot, for the numbers of the axis; the same again for its words
CELL_PAD = 6.0


@dataclass(frozen=True)
class Plot:
    """The area of the points themselves, in points of the slide, and what its axes show."""

    box: Box
    across: native.Axis
    upward: native.Axis

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a value stands, from the upper left."""
        right = (x - self.across.first) / (self.across.last - self.across.first)
        up = (y - self.upward.first) / (self.upward.last - self.upward.first)
        return self.box.x + right * self.box.wide, self.box.y + (1 - up) * self.box.high


def _points(drawing: Points, exhibit: Exhibit, handout: Handout, room: Box) -> Iterator[Page]:
    room = Box(room.x, room.y + SPACE, room.wide, room.high - SPACE)
    key = list(exhibit.block.key)
    beside, wide = _beside(key, room.high)
    chart = Box(room.x, room.y, room.wide - (wide + 28 if beside else 0), room.high)
    made = _scatter(drawing, exhibit, handout, chart)
    pieces: list[Piece] = [Chart(chart, made, exhibit.block.name)]
    if beside:
        pieces.append(Words(Box(chart.x + chart.wide + 28, room.y, wide, room.high), tuple(beside)))
    yield Page(tuple(pieces))
    rest = key[len(beside) :]
    while rest:
        some = _leading(rest, room.wide, room.high) or rest[:1]
        yield Page((Words(room, tuple(some)),))
        rest = rest[len(some) :]


def _beside(key: list[str], high: float) -> tuple[list[str], float]:
    """The lines of the key that stand beside the chart, and how wide: all where they fit, else the first ones."""
    found = {wide: _leading(key, wide, high) for wide in KEYS}
    wide = max(KEYS, key=lambda wide: (len(found[wide]), -wide))
    return found[wide], wide


def _leading(key: list[str], wide: float, high: float) -> list[str]:
    found, y = [], 0.0
    for words in key:
        y += LINE * len(lines(words, SIZE, wide, bold=False)) + CELL_PAD
        if y > high:
            break
        found.append(words)
    return found


def _scatter(drawing: Points, exhibit: Exhibit, handout: Handout, chart: Box) -> Native:
    text, language = handout.text, LANGUAGE[handout.text.language]
    plot = _plot(drawing, chart, text)
    sheet = Sheet(text("slides.sheet"))

    def add(key: str, values: Sequence[float | str | None]) -> Column:
        return sheet.add(text(f"slides.{key}"), values)

    points = [(series, point) for series in drawing.series for point in series.points]
    top = plot.upward.last
    names = add("series", [series.name for series, _ in points])
    xs = add("across", [point.x for _, point in points])
    ys = add("upward", [point.y for _, point in points])
    add("label", [point.label for _, point in points])
    bounded = [point for _, point in points if _is_bounded(point)]
    if bounded:
        add("low", [point.low for _, point in points])
        add("high", [point.high for _, point in points])
        down = add("down", [_down(point) for _, point in points])
        up = add("up", [point.high - point.y if _is_bounded(point) and point.high else None for _, point in points])
        arrows = [ARROW * top if _is_bounded(point) and point.high is None else None for _, point in points]
        arrow = add("arrow", arrows)
    labels = _placed(drawing, plot)
    dots: list[native.Dots] = []
    place = 0
    for number, series in enumerate(drawing.series):
        start, place = place, place + len(series.points)
        errors = None
        if any(map(_is_bounded, series.points)):
            colour = KIND[series.kind]
            if any(arrow.part(start, place).values):
                errors = Errors(None, arrow.part(start, place), colour, arrow=True)
            else:
                above = up.part(start, place)
                errors = Errors(down.part(start, place), above if any(above.values) else None, colour)
        colour = KIND[series.kind] if series.kind else INK if series.dash == "solid" else QUIET
        drawn = native.line(colour, 2.5 if series.kind else 1.25, dash=DASHES[series.dash])
        dots.append(
            native.Dots(
                name=native.clean(series.name),
                named_at=names.cell(start),
                x=xs.part(start, place),
                y=ys.part(start, place),
                colour=colour,
                labels={row: label for (own, row), label in labels.items() if own == number},
                line=drawn if series.joined else native.NO_LINE,
                symbol=series.symbol if series.kind else "",
                hollow=series.hollow,
                errors=errors,
            )
        )
    dots += _breaks(drawing, exhibit, sheet, plot, text)
    inner = (
        (plot.box.x - chart.x) / chart.wide,
        (plot.box.y - chart.y) / chart.high,
        plot.box.wide / chart.wide,
        plot.box.high / chart.high,
    )
    xml = native.scatter_chart(dots, plot.across, plot.upward, inner=inner, lang=language)
    # The points of a line name no figure: the table behind the chart does.
    table = Sheet(text("slides.table"))
    for heading, cells in exhibit.block.table.items():
        table.add(str(heading), [str(cell) for cell in cells])
    return Native(xml, (sheet, table), handout.day)


def _is_bounded(point: Point) -> bool:
    return point.low != point.high


def _down(point: Point) -> float | None:
    """How far the lower side lies below the point; to zero where it is unknown."""
    if not _is_bounded(point) or point.high is None:
        return None
    return point.y - (point.low or 0.0)


def _plot(drawing: Points, chart: Box, text: Text) -> Plot:
    step = _step(drawing.y_range[1] / 4)
    pattern = _pattern(text) if step == round(step) else "0.0"
    tick = width(text.number(drawing.y_range[1]), SIZE, bold=False)
    left = tick + 12 + (TICK if drawing.y_title else 0)
    wide = chart.wide - left - 26
    box = Box(chart.x + left, chart.y + 12, wide, chart.high - 12 - TICK - (TICK if drawing.x_title else 0))
    first, last = drawing.x_range
    if drawing.x_title:
        across = native.Axis(first, last, _step((last - first) / 6), _pattern(text), drawing.x_title)
    else:  # years: the axis begins and ends with whole ones, so that its numbers stand at them
        first, last = math.floor(first), math.ceil(last)
        most = max(1, int(wide / (width("2000", SIZE, bold=False) + 8)))
        across = native.Axis(first, last, float(math.ceil((last - first) / most)), "0")
    return Plot(box, across, native.Axis(*drawing.y_range, step, pattern, drawing.y_title))


def _pattern(text: Text) -> str:
    """Whole numbers with the language's thousands, whatever the language of the office program."""
    group = f'"{text.separators[1]}"'
    return f"[>=1000000]#{group}000{group}000;[>=1000]#{group}000;0"


def _step(about: float) -> float:
    """A round number near `about`: 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(about))
    return min((factor * power for factor in (1.0, 2.0, 5.0, 10.0)), key=lambda step: abs(step - about))


def _placed(drawing: Points, plot: Plot) -> dict[tuple[int, int], Label]:
    """The label of each point that has one, by its series and place in it, where it lies on nothing else if it can.

    The last point of a series says the series' letter too. A number that would lie on other words, or on the mark of
    another, is left to the sheet behind the chart: nobody could read it, or it would be taken for the other's.
    """
    marks = [_around(*plot.at(point.x, point.y), 16, 16) for each in drawing.series for point in each.points]
    # A label on another's mark would be taken for that mark's own; on a line it can still be read.
    fixed = [(mark, ON_MARK) for mark in marks]
    for at, _, _ in drawing.breaks:
        x, _ = plot.at(at, 0)
        fixed += [(Box(x - 7, plot.box.y - 12, 14, 36), ON_WORDS), (Box(x - 2, plot.box.y, 4, plot.box.high), 1.0)]
    fixed += [(box, 1.0) for series in drawing.series if series.joined for box in _along(series, plot)]
    words: dict[tuple[int, int], Lines] = {}
    sides: dict[tuple[int, int], dict[str, Box]] = {}
    numbered: set[tuple[int, int]] = set()

    def say(key: tuple[int, int], number: str) -> None:
        series, row = drawing.series[key[0]], key[1]
        lead = series.letter if row == len(series.points) - 1 else ""
        for known in (words, sides, chosen):
            known.pop(key, None)
        if number or lead:
            words[key] = native.runs(f" {number}" if lead and number else number, lead=lead)
            point = series.points[row]
            sides[key] = _around_point(*plot.at(point.x, point.y), max(map(_wide, words[key])))
        (numbered.add if number else numbered.discard)(key)

    def place(key: tuple[int, int]) -> None:
        own = sides[key]
        others = fixed + [(sides[other][side], ON_WORDS) for other, side in chosen.items() if other != key]
        chosen[key] = min(own, key=lambda side: (_crossed(own[side], others, plot), list(own).index(side)))

    def covered(key: tuple[int, int]) -> float:
        box = sides[key][chosen[key]]
        others = [*marks, *(sides[other][side] for other, side in chosen.items() if other != key)]
        return sum(_shared(box, other) for other in others) / (box.wide * box.high)

    chosen: dict[tuple[int, int], str] = {}
    for number, series in enumerate(drawing.series):
        for row, point in enumerate(series.points):
            say((number, row), point.label)
    while True:
        for _ in range(SWEEPS):  # each time around, a label gives way to those that were placed after it
            for key in sides:
                place(key)
        worst = max(numbered, key=lambda key: (covered(key), key), default=None)
        if worst is None or covered(worst) <= COVERED:
            break
        say(worst, "")
    colour = [INK if series.kind else QUIET for series in drawing.series]
    return {key: Label(words[key], side, colour[key[0]]) for key, side in sorted(chosen.items())}


def _crossed(box: Box, others: Sequence[tuple[Box, float]], plot: Plot) -> float:
    """How much of other things a label would lie on; it never stands off the plot where another side is free."""
    return sum(weight * _shared(box, other) for other, weight in others) + 1e6 * (not _is_within(box, plot.box))


def _along(series: Series, plot: Plot) -> Iterator[Box]:
    """Small boxes on a line that runs through points: no label may lie on it."""
    for one, other in zip(series.points, series.points[1:], strict=False):
        (x, y), (to_x, to_y) = plot.at(one.x, one.y), plot.at(other.x, other.y)
        steps = max(2, int(abs(to_x - x) / 8))
        for step in range(1, steps):
            yield _around(x + (to_x - x) * step / steps, y + (to_y - y) * step / steps, 6, 6)


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return Box(x - wide / 2, y - high / 2, wide, high)


def _around_point(x: float, y: float, wide: float) -> dict[str, Box]:
    away = 9.0
    return {
        "t": Box(x - wide / 2, y - away - LINE, wide, LINE),
        "r": Box(x + away, y - LINE / 2, wide, LINE),
        "b": Box(x - wide / 2, y + away, wide, LINE),
        "l": Box(x - away - wide, y - LINE / 2, wide, LINE),
    }


def _shared(one: Box, other: Box) -> float:
    """The area that both cover."""
    wide = min(one.x + one.wide, other.x + other.wide) - max(one.x, other.x)
    high = min(one.y + one.high, other.y + other.high) - max(one.y, other.y)
    return max(wide, 0.0) * max(high, 0.0)


def _is_within(box: Box, other: Box) -> bool:
    return (
        box.x >= other.x - 9
        and box.x + box.wide <= other.x + other.wide + 26
        and box.y >= other.y - 12
        and box.y + box.high <= other.y + other.high + 2
    )


def _breaks(drawing: Points, exhibit: Exhibit, sheet: Sheet, plot: Plot, text: Text) -> list[native.Dots]:
    """Each break as a line from the foot of the plot to its number; in the workbook, by the words of the key."""
    if not drawing.breaks:
        return []
    spoken = {line.partition(". ")[0]: line for line in exhibit.block.key}
    twice = [each for each in drawing.breaks for _ in range(2)]
    names = sheet.add(text("slides.break"), [spoken.get(number, number) for _, number, _ in twice])
    xs = sheet.add(text("slides.break_at"), [float(at) for at, _, _ in twice])
    top = plot.upward.last * 0.93
    ys = sheet.add(text("slides.break_height"), [0.0, top] * len(drawing.breaks))
    lines = [plot.at(at, 0)[0] for at, _, _ in drawing.breaks]
    found = []
    for place, (_, number, cuts) in enumerate(drawing.breaks):
        colour = BREAK if cuts else QUIET
        start, stop = 2 * place, 2 * place + 2
        drawn = native.line(colour, 2 if cuts else 1.5, dash="solid" if cuts else "sysDot")
        label = {1: Label([[(number, True)]], _away(lines[place], lines), colour)}
        name = str(names.values[start])
        found.append(
            native.Dots(name, names.cell(start), xs.part(start, stop), ys.part(start, stop), colour, label, drawn)
        )
    return found


def _away(x: float, lines: Sequence[float]) -> str:
    """The side of a break's number: two that stand close would read as one, so each turns away from the other."""
    if any(0 < other - x < CLOSE for other in lines):
        return "l"
    return "r" if any(0 < x - other < CLOSE for other in lines) else "t"


# A grid of years ---------------------------------------------------------------------------

HEAD = 54.0  # height of the row of years, which stand upright
CELL = 26.0  # height of a row
YEAR = 27.0  # the narrowest column of a year


def _grid(drawing: Grid, room: Box) -> Iterator[Page]:
    room = Box(room.x, room.y + SPACE, room.wide, room.high - SPACE)
    year = max(YEAR, min(44.0, room.wide * 0.6 / len(drawing.years)))
    first = room.wide - year * len(drawing.years)
    panels: dict[str, list[Mark | str]] = {}
    cells: dict[int, tuple[Cell, ...]] = {}
    high: dict[int, float] = {}
    for group, kind, label, states in drawing.rows:
        # A row is split by its place, not by its words: two compilers may have a stage of the same name.
        row = Mark(label, "", "", (), kind, None, None)
        panels.setdefault(group, []).append(row)
        signs = (Cell(SIGN[state], colour=QUIET if state == "none" else KIND[kind]) for state in states)
        cells[id(row)] = (Cell(label), *signs)
        high[id(row)] = 5 + LINE * len(lines(label, SIZE, first - CELL_PAD, bold=False))

    def title(panel: Panel) -> float:
        return CELL_PAD + LINE * len(lines(panel.title, SIZE, room.wide - CELL_PAD))

    given = [Panel(group, rows) for group, rows in panels.items()]
    head = (Cell(""), *(Cell(str(year)) for year in drawing.years))
    for page in split(given, room.high - HEAD, title, lambda row: high[id(row)]):
        rows: list[tuple[Cell, ...]] = [head]
        heights = [HEAD]
        for panel in page:
            rows.append((Cell(panel.title, bold=True, across=True),))
            heights.append(title(panel))
            rows += [cells[id(row)] for row in panel.rows]
            heights += [high[id(row)] for row in panel.rows]
        box = Box(room.x, room.y, room.wide, sum(heights))
        yield Page((Table(box, (first, *([year] * len(drawing.years))), tuple(heights), tuple(rows)),))
