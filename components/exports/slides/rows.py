"""Rows on slides: a native chart of bars for each panel, all on one scale, their labels beside them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from components.drawing.labels import axis_end, break_label
from components.drawing.model import Mark, Panel, Rows
from components.drawing.pages import RowHeight, TitleHeight, split_panels
from components.exports.arial import lines, width
from components.exports.exhibit import Handout
from components.exports.slides.chart_xml import Bars, Errors, Label, write_bar_chart
from components.exports.slides.drawing_ml import (
    EMPTY,
    LANGUAGE,
    NO_LINE,
    SIZE,
    Line,
    fill,
    hatch,
    line,
    mix,
    read_lines,
    read_words,
)
from components.exports.slides.layout import ARROW, LINE, ROW, SPACE, Box, Chart, Page, Piece, Words
from components.exports.slides.sheets import Column, Native, Sheet, Value
from components.text import Text
from components.theme import GROUND, INK, KIND, PAPER, QUIET

BAR = 32.0  # the thickest bar
APART = 6.0  # more between single bars with their titles beside them
STRETCH = 1.7  # how far rows move apart on a page with room to spare
SHORTEST = 0.4  # of the plot: the longest bar's due, however long its label
BESIDE = 8.0  # between a bar and its label
LABEL = 2 * BESIDE + 6  # what a label takes beside its words
LADDER = 0.34  # the most of a slide that the titles of single bars take


@dataclass(frozen=True)
class Scale:
    """What all panels of a chart share, on every page: where zero is, how far the axis reaches, the labels.

    left: where zero stands in a chart, in points; wide: of a chart; largest: the largest number drawn; labels: of each
    row, in lines.
    """

    left: float
    wide: float
    reach: float
    largest: float
    labels: dict[int, list[Line]]

    @classmethod
    def of(cls, rows: Rows, wide: float) -> "Scale":
        """The scale of rows whose charts are so wide."""
        places = [mark.place for mark in rows.marks if mark.place]
        left = max((width(place, SIZE, bold=False) + 14 for place in places), default=4.0)
        plot = wide - left
        largest = max([side for mark in rows.marks for side in mark.sides] + [*rows.scale[-1:]], default=0.0) or 1.0
        every = [row for panel in rows.panels for row in panel.rows]
        labels = {id(row): _break_label(row, plot, largest) for row in every}
        ends = [
            (_end(mark, largest), max(map(_measure_line, labels[id(mark)]), default=0.0) + LABEL) for mark in rows.marks
        ]
        return cls(left, wide, axis_end(largest, ends, plot), largest, labels)


def lay_out_rows(rows: Rows, handout: Handout, room: Box) -> list[Page]:
    """Lay rows out: titles above their panels, or beside single bars."""
    beside = 0.0
    if rows.is_ladder:
        beside = min(LADDER * room.wide, max(width(panel.title, SIZE) for panel in rows.panels) + 9)
    scale = Scale.of(rows, room.wide - beside)
    layout = _Layout(handout, room, beside, scale, rows.scale)
    # Rows of one chart are of one height; words that several panels share stand as high as the highest needs.
    highest: dict[int, float] = {}
    for panel in rows.panels:
        for row in panel.rows:
            highest[id(row)] = max(highest.get(id(row), 0.0), layout.pitch(panel))
    most = room.high - (SPACE / 2 if beside else 0.0) - layout.scale_height
    pages = _split_evenly(rows.panels, most, layout.title_height, lambda row: highest[id(row)])
    return [layout.fill_page(page, most) for page in pages]


def _split_evenly(
    panels: Sequence[Panel], most: float, title_height: TitleHeight, row_height: RowHeight
) -> list[list[Panel]]:
    """As few pages as hold the panels, as few panels cut as may be, none much fuller than another."""
    choices = [split_panels(panels, most * share / 20, title_height, row_height) for share in range(8, 21)]
    return min(choices, key=lambda pages: (len(pages), sum(map(len, pages))))


@dataclass(frozen=True)
class _Layout:
    """How panels stand on pages. beside: the width of titles beside single bars, 0 where they stand above."""

    handout: Handout
    room: Box
    beside: float
    scale: Scale
    ticks: tuple[float, ...] = ()

    @property
    def scale_height(self) -> float:
        """What the numbers of the axis take above the first chart."""
        return LINE if self.ticks else 0.0

    def _number_scale(self, y: float) -> list[Piece]:
        """The numbers of the axis, each over its place."""
        pieces: list[Piece] = []
        for tick in self.ticks:
            words = self.handout.text.number(tick)
            wide = width(words, SIZE, bold=False) + 2
            at = self.room.x + self.beside + self.scale.left
            at += tick / self.scale.reach * (self.scale.wide - self.scale.left)
            pieces.append(Words(Box(at - wide / 2, y, wide, LINE), (words,), colour=QUIET))
        return pieces

    def title_height(self, panel: Panel) -> float:
        """The height of a panel's title above its chart."""
        return 0.0 if self.beside else SPACE + LINE * len(lines(panel.title, SIZE, self.room.wide))

    def pitch(self, panel: Panel) -> float:
        """The height of a row of a panel."""
        high = max((len(self.scale.labels[id(row)]) for row in panel.rows), default=1)
        if self.beside:
            high = max(high, len(lines(panel.title, SIZE, self.beside - 8)))
        return ROW + LINE * (high - 1) + (APART if self.beside else 0.0)

    def fill_page(self, panels: Sequence[Panel], most: float) -> Page:
        """A page with these panels, moved apart where there is room to spare."""
        titles, rows = sum(map(self.title_height, panels)), sum(self.pitch(each) * len(each.rows) for each in panels)
        stretch = max(1.0, min(STRETCH, (most - titles) / rows)) if rows else 1.0
        y = self.room.y + SPACE / 2
        pieces = self._number_scale(y)
        y += self.scale_height
        for panel in panels:
            pitch = self.pitch(panel) * stretch
            high = pitch * len(panel.rows)
            if self.beside:
                pieces.append(_name_bar(panel, Box(self.room.x, y, self.beside - 8, pitch)))
            else:
                above = self.title_height(panel) - SPACE
                pieces.append(Words(Box(self.room.x, y, self.room.wide, above), (panel.title,), bold=True))
                y += above + SPACE / 4
            if panel.rows:
                pieces.append(self._draw_panel(panel, Box(self.room.x + self.beside, y, self.scale.wide, high), pitch))
            y += high + (0.0 if self.beside else 0.75 * SPACE)
        return Page(tuple(pieces), tuple(each for mark in Rows(panels).marks for each in mark.ids))

    def _draw_panel(self, panel: Panel, box: Box, pitch: float) -> Piece:
        """The chart of a panel; of one without a number, its words."""
        if any(isinstance(row, Mark) for row in panel.rows):
            return Chart(box, _draw_bars(panel, self.scale, pitch, self.handout), panel.title)
        high = LINE * len(panel.rows)
        x, top = box.x + self.scale.left + BESIDE, box.y + (box.high - high) / 2
        words = Box(x, top, self.scale.wide - self.scale.left - BESIDE, high)
        return Words(words, tuple(read_words(str(row)) for row in panel.rows), colour=QUIET)


def _name_bar(panel: Panel, row: Box) -> Words:
    """The title of a single bar, at its own height."""
    high = LINE * len(lines(panel.title, SIZE, row.wide))
    return Words(Box(row.x, row.y + (row.high - high) / 2, row.wide, high), (panel.title,), bold=True)


# Labels -------------------------------------------------------------------------------------


def _break_label(row: Mark | str, plot: float, largest: float) -> list[Line]:
    """The lines of a row's label, broken where they leave the longest bar less than its due."""
    bar = SHORTEST * _end(row, largest) / largest if isinstance(row, Mark) else 0.0
    label = row.label if isinstance(row, Mark) else row
    broken = break_label(label, plot * (1 - bar) - LABEL, _measure_label, _wrap)
    return [line for each in broken for line in read_lines(each)]


def _wrap(words: str, room: float) -> list[str]:
    """Words in lines no wider than the room, broken between words only."""
    wrapped = [""]
    for word in re.findall("[^ ]+ *| +", words):
        if wrapped[-1] and width(wrapped[-1] + word.rstrip(), SIZE, bold=False) > room:
            wrapped.append("")
        wrapped[-1] += word
    return wrapped


def _measure_label(label: str) -> float:
    return max(map(_measure_line, read_lines(label)))


def _measure_line(line: Line) -> float:
    return sum(width(words, SIZE, bold=bold) for words, bold in line)


def _end(mark: Mark, largest: float) -> float:
    """Where a mark ends, its arrow included."""
    return max(mark.sides, default=0.0) + (ARROW * largest if _is_open(mark) else 0.0)


def _is_open(mark: Mark) -> bool:
    return mark.high is None and mark.low is not None


# Bars ---------------------------------------------------------------------------------------


def _draw_bars(panel: Panel, scale: Scale, pitch: float, handout: Handout) -> Native:
    """One panel as a chart: numbers, bounds of either kind, and the labels, each a series of its own."""
    text = handout.text
    marks = [row if isinstance(row, Mark) else None for row in panel.rows]
    sheet = Sheet(text("slides.sheet"))
    add = _Adder(sheet, text)
    has_places = any(mark and mark.place for mark in marks)
    places = add("place", [mark.place if mark and has_places else "" if has_places else panel.title for mark in marks])
    add("label", [read_words(row.label if isinstance(row, Mark) else row) for row in panel.rows])
    add.each("low", marks, lambda mark: mark.low)
    add.each("high", marks, lambda mark: mark.high)
    if any(mark and mark.inner for mark in marks):
        add.each("inner_low", marks, lambda mark: mark.inner.low if mark.inner else None)
        add.each("inner_high", marks, lambda mark: mark.inner.high if mark.inner else None)
    if any(mark and mark.interval for mark in marks):
        add.each("interval_low", marks, lambda mark: mark.interval and mark.interval[0])
        add.each("interval_high", marks, lambda mark: mark.interval and mark.interval[1])
    add("figures", [" ".join(mark.ids) if mark else "" for mark in marks])
    beside = BESIDE / (scale.wide - scale.left) * scale.reach
    series = _draw_numbers(marks, add, scale)
    inner = [mark.inner if mark else None for mark in marks]
    if any(inner):
        series += _draw_numbers(inner, add, scale, of="_inner")
    stands = add("label_at", [(_end(mark, scale.largest) if mark else 0.0) + beside for mark in marks])
    written = {
        place: Label(scale.labels[id(row)], colour=INK if isinstance(row, Mark) else QUIET)
        for place, row in enumerate(panel.rows)
    }
    series.append(Bars(stands, {}, labels=written))
    xml = write_bar_chart(
        places,
        series,
        inner=(scale.left / scale.wide, 0.0, 1 - scale.left / scale.wide, 1.0),
        top=scale.reach,
        gap=min(round((pitch / min(BAR, 0.62 * pitch) - 1) * 100), 500),
        language=LANGUAGE[text.language],
        has_places=has_places,
    )
    return Native(xml, (sheet,), handout.day)


@dataclass(frozen=True)
class _Adder:
    """Adds columns to a sheet under headings in words."""

    sheet: Sheet
    text: Text

    def __call__(self, key: str, values: Sequence[Value]) -> Column:
        text = self.text
        return self.sheet.add(text(f"slides.{key}"), values)

    def each(self, key: str, marks: Sequence[Mark | None], read: Callable[[Mark], float | None]) -> Column:
        """A column of what is read of each mark; nothing where there is none."""
        return self(key, [read(mark) if mark else None for mark in marks])


def _draw_numbers(marks: Sequence[Mark | None], add: _Adder, scale: Scale, of: str = "") -> list[Bars]:
    """The series of numbers, of upper and of lower bounds; none of a kind that is not there. of: of which columns."""
    colour = _colour(next(mark for mark in marks if mark))
    series = []

    def choose(is_wanted: Callable[[Mark], bool]) -> list[Mark | None]:
        return [mark if mark and is_wanted(mark) else None for mark in marks]

    def look(chosen: Sequence[Mark | None]) -> dict[int, str]:
        return {row: _write_look(mark) for row, mark in enumerate(chosen) if mark}

    if any(known := choose(lambda mark: mark.low is not None and mark.high is not None)):
        numbers = add.each(f"number{of}", known, lambda mark: mark.low)
        errors = None
        if any(mark and _reach(mark)[1] is not None for mark in known):
            down = add.each("down", known, lambda mark: _reach(mark)[0])
            up = add.each("up", known, lambda mark: _reach(mark)[1])
            errors = Errors(down if any(down.values) else None, up, colour)
        series.append(Bars(numbers, look(known), errors))
    if any(below := choose(lambda mark: mark.low is None and mark.high is not None)):
        column = add.each("upper_bound", below, lambda mark: mark.high)
        to_zero = add.each("to_zero", below, lambda mark: mark.high)
        series.append(Bars(column, look(below), Errors(to_zero, None, colour)))
    if any(above := choose(_is_open)):
        column = add.each("lower_bound", above, lambda mark: mark.low)
        arrow = add.each("arrow", above, lambda mark: ARROW * scale.largest)
        series.append(Bars(column, look(above), Errors(None, arrow, colour, arrow=True)))
    return series


def _colour(mark: Mark) -> str:
    """The colour of who counted; of the long bar of a pair that of what was counted."""
    return GROUND[mark.ground] if mark.ground else KIND[mark.kind]


def _reach(mark: Mark) -> tuple[float | None, float | None]:
    """How far the interval, or else the other side, lies below and above the number drawn."""
    if mark.low is None or mark.high is None:
        return None, None
    if mark.interval:
        return mark.low - mark.interval[0], mark.interval[1] - mark.low
    return None, mark.high - mark.low if mark.high != mark.low else None


def _write_look(mark: Mark) -> str:
    """Fill and outline of a bar: hatched a part of a year, hollow a rate or a lower grade, pale what is uncertain."""
    colour = _colour(mark)
    if not (mark.low or mark.high):  # a zero is nothing but its label
        return EMPTY + NO_LINE
    if mark.is_part_year:
        return hatch(colour) + line(colour, 1.25)
    if (mark.is_rate or mark.is_hollow) and mark.low is not None:
        return fill(PAPER) + line(colour, 2.25)
    if mark.low is None or mark.interval:  # the error bar runs over the bar: it must be seen on it
        return fill(mix(colour, 0.25)) + line(colour, 1.25)
    return fill(colour) + NO_LINE
