"""Rows on a page: labelled bars or dots in titled panels, readable on a phone and on a projector alike.

Rows are placed by hand, in pixels, because titles of three languages differ in length.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from components.drawing.labels import PART, TAG, axis_end, break_label
from components.drawing.model import Mark, Panel, Rows
from components.drawing.pages import split_panels
from components.drawing.sheet import Sheet
from components.text import Text
from components.theme import (
    FAINT,
    GROUND,
    INK,
    KIND,
    LETTER,
    LINE,
    PAPER,
    PHONE,
    QUIET,
    ROW,
    TITLE,
    TYPE,
    WRAP,
    tint,
    wrap,
)

MOST = 0.8  # the most of a phone's plot that a label may take; the rest is the mark's
ROOMY = 420  # on narrower paper names beside the bars of a ladder would leave its labels no room
# Where there is room: what the longest mark keeps of the plot, and what a label beside it may take at least.
MARK_OF_WIDE, LEAST_OF_WIDE = 0.5, 0.3
BESIDE = 30  # letters of a title that stands beside its row
GAP, UNDER = 8, 4  # above a panel's title, and below it
ASIDE = 9  # from the axis, or the end of a mark, to its words
LABEL = 14  # what a label takes beside its words
AROUND = 20  # what the height of a figure adds to that of its rows
FADE = 0.12  # how far a bar fades beyond a bound, as a share of the largest value
BAR = ROW * 0.62  # thickness of a bar
INNER = 0.5  # of it: the bar of what came of the longer one
SCALE = 18  # what the numbers of the axis take, above the first panel


def draw_rows(rows: Rows, text: Text) -> go.Figure:
    """Draw the rows as pages show them."""
    return _draw(layout := _Layout.of(rows, rows.panels, ROW, PHONE), layout.panels, text, is_ratio=rows.is_ratio)


def draw_row_pages(rows: Rows, text: Text, most: float, width: float = PHONE, row: float = ROW) -> list[go.Figure]:
    """Draw the rows in as few figures as are at most `most` high, for `width`, all on one scale; in pixels."""
    panels = _name_beside_bars(rows) if rows.is_ladder and width > ROOMY else rows.panels
    layout = _Layout.of(rows, panels, row, width)
    pages = split_panels(layout.panels, most - AROUND - layout.scale_height, layout.title_height, layout.row_height)
    return [_draw(layout, page, text, is_ratio=rows.is_ratio) for page in pages]


def _name_beside_bars(rows: Rows) -> list[Panel]:
    """A ladder as one panel, titles as places of its rows: it stands on one slide."""
    named = []
    for panel in rows.panels:
        place = "<br>".join(wrap(panel.title, BESIDE))
        row = panel.rows[0]
        missing = Mark("", row, row, (), "official", None, None) if isinstance(row, str) else row
        named.append(replace(missing, place=place))
    return [Panel("", named)]


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
    scale: tuple[float, ...] = ()

    @classmethod
    def of(cls, rows: Rows, panels: Sequence[Panel], row: float, width: float) -> "_Layout":
        marks = Rows(panels).marks
        places = [line for mark in marks for line in mark.place.split("<br>")]
        left = 12 + LETTER * max(map(len, places), default=0)
        top = max([side for mark in marks for side in mark.sides] + [*rows.scale[-1:]], default=1.0) or 1.0
        bare = cls(left, width - left - 8, int(WRAP * width / PHONE), row, width > PHONE, top, scale=rows.scale)
        fitted = [replace(panel, rows=[bare.fit(each) for each in panel.rows]) for panel in panels]
        marks = Rows(fitted).marks
        row_of_all = 0 if bare.is_wide else max(map(bare.row_height, marks), default=row)
        labels = [(_end(mark, top), LABEL + LETTER * max(map(_letters, mark.label.split("<br>")))) for mark in marks]
        reach = axis_end(top, labels, bare.plot, 1 - MOST)
        return replace(bare, panels=fitted, reach=reach, row_of_all=row_of_all)

    @property
    def scale_height(self) -> float:
        return SCALE if self.scale else 0

    def title_height(self, panel: Panel) -> float:
        return GAP + TITLE * len(wrap(panel.title, self.wrap)) + UNDER if panel.title else 0

    def row_height(self, row: Mark | str) -> float:
        if isinstance(row, str):
            return self.row + LINE * row.count("<br>")
        breaks = max(words.count("<br>") for words in (row.label, row.place))
        return max(self.row_of_all, self.row + LINE * breaks)

    def fit(self, row: Mark | str) -> Mark | str:
        """Break the label of a mark so that it stands whole; words alone are broken into lines.

        Where there is room a label stays on one line, if the bar of the longest would not have to shrink much for it.
        """
        if isinstance(row, str):
            return "<br>".join(wrap(row, int((self.plot - ASIDE) / LETTER)))
        most = MOST
        if self.is_wide:
            most = max(LEAST_OF_WIDE, 1 - MARK_OF_WIDE * _end(row, self.top) / self.top)
        longest = int((most * self.plot - LABEL) / LETTER)
        if self.is_wide and _letters(line := row.label.replace("<br>", PART)) <= longest:
            return replace(row, label=line)
        lines = break_label(row.label, longest, _letters, lambda words, room: wrap(words, int(room)))
        return replace(row, label="<br>".join(lines))


def _letters(line: str) -> int:
    return len(TAG.sub("", line))


def _end(mark: Mark, top: float) -> float:
    """Where the label of a mark starts, at most."""
    sides = mark.sides
    return max(sides) + top * FADE if sides and (mark.high is None or mark.low is None) else max(sides, default=0.0)


def _draw(layout: _Layout, panels: Sequence[Panel], text: Text, *, is_ratio: bool) -> go.Figure:
    sheet = Sheet()
    y = -layout.scale_height
    inner: list[tuple[Mark, float]] = []
    for panel in panels:
        if panel.title:
            title = "<br>".join(wrap(panel.title, layout.wrap))
            _write(sheet, f"<b>{title}</b>", y - GAP, in_margin=layout.left, size=TYPE["title"], yanchor="top")
        y -= layout.title_height(panel)
        foot = y
        for row in panel.rows:
            height = layout.row_height(row)
            middle = y - height / 2
            if isinstance(row, str):
                _write(sheet, row, middle, colour=QUIET, in_margin=-ASIDE)
            else:
                _draw_mark(sheet, row, middle, layout, is_ratio=is_ratio)
                inner += [(row.inner, middle)] if row.inner else []
            y -= height
        sheet.add_shape(x0=0, x1=0, y0=foot, y1=y, line={"color": INK, "width": 1})
        for tick in layout.scale[1:]:
            sheet.add_shape(x0=tick, x1=tick, y0=foot, y1=y, layer="below", line={"color": FAINT, "width": 1})
    for mark, middle in inner:  # after all long bars: what a browser draws later lies on top
        _draw_bar(sheet, mark, middle, layout.top, BAR * INNER)
    for tick in layout.scale:
        _write(sheet, text.number(tick), -SCALE / 2, x=tick, in_margin=-1, colour=QUIET, xref="x", xanchor="center")
    axis = {"showgrid": False, "zeroline": False, "showticklabels": False, "fixedrange": True}
    sheet.update_xaxes(range=[0, layout.reach], **axis)
    sheet.update_yaxes(range=[y - 2, 2], **axis)
    return sheet.finish(text, height=-y + AROUND, left=layout.left)


def _write(
    sheet: Sheet,
    words: str,
    y: float,
    *,
    x: float = 0,
    in_margin: float = 0,
    size: int = TYPE["label"],
    colour: str = INK,
    **anchors: Any,
) -> None:
    look = {"xref": "paper", "xanchor": "left", "yanchor": "middle", "align": "left"} | anchors
    sheet.add_annotation(x=x, y=y, text=words, xshift=-in_margin, font={"size": size, "color": colour}, **look)


def _draw_mark(sheet: Sheet, mark: Mark, y: float, layout: _Layout, *, is_ratio: bool) -> None:
    _write(sheet, mark.place, y, in_margin=8, xanchor="right", align="right")
    end = (_draw_dot if is_ratio else _draw_bar)(sheet, mark, y, layout.top)
    if mark.inner:
        end = max(end, *mark.inner.sides)
    # Paper behind the words: no line of the scale runs through them.
    paper: dict[str, Any] = {"bgcolor": PAPER, "borderpad": 0} if layout.scale else {}
    _write(sheet, mark.label, y, x=end, in_margin=-ASIDE, xref="x", **paper)
    for x in _spread(end, layout.reach):
        sheet.add_hit(x, y, mark.ids, mark.hover)


def _spread(end: float, reach: float) -> list[float]:
    """Places along a row where a click counts: the whole bar, not its tip alone."""
    step = reach / 24
    places = [0.0]
    while places[-1] + step < end:
        places.append(places[-1] + step)
    return [*places, end]


def _draw_bar(sheet: Sheet, mark: Mark, y: float, top: float, bar: float = BAR) -> float:
    """Draw one bar: bounds fade, part-years are hatched, no number is no bar; where its label starts."""
    colour = GROUND[mark.ground] if mark.ground else KIND[mark.kind]
    outline = {"color": colour, "width": 1}
    solid = mark.low or 0.0
    if mark.low is not None:
        hatched = {"shape": "/", "fgcolor": colour, "bgcolor": tint(colour, 0.12), "size": 6, "solidity": 0.35}
        pattern = {"pattern": hatched} if mark.is_part_year else {}
        sheet.add_bar(x=[solid], y=[y], width=bar, marker={"color": colour, "line": outline, **pattern})
    if mark.low == mark.high:
        return solid
    if mark.high is None:  # the upper side is unknown: the bar fades out
        return _draw_fade(sheet, colour, y, solid, solid + top * FADE, bar)
    # Between the sides the bar is thin; up to a bound whose lower side is unknown, thinner still.
    base, opacity = (0.0, 0.12) if mark.low is None else (solid, 0.3)
    pale = {"color": tint(colour, opacity), "line": outline}
    sheet.add_bar(x=[mark.high - base], base=[base], y=[y], width=bar, marker=pale)
    return mark.high


def _draw_dot(sheet: Sheet, mark: Mark, y: float, top: float) -> float:
    """Draw one ratio with its interval, a bound as a fading bar from its known side; where its label starts."""
    colour = KIND[mark.kind]
    if mark.low is None and mark.high is None:
        return 0.0
    if mark.low is None and mark.high is not None:  # «less than 2 %»
        return _draw_fade(sheet, colour, y, mark.high, 0.0)
    if mark.high is None and mark.low is not None:
        return _draw_fade(sheet, colour, y, mark.low, mark.low + top * FADE)
    low, high = mark.low or 0.0, mark.high or 0.0
    line = {"color": colour, "width": 2}
    if ends := mark.interval or ((low, high) if low != high else None):
        tick = {"symbol": "line-ns", "size": 9, "line": line}
        sheet.add_scatter(x=list(ends), y=[y, y], mode="lines+markers", line=line, marker=tick)
    sides = [(low + high) / 2] if low == high else [low, high]
    symbol = "circle-open" if mark.is_hollow else "circle"
    dot = {"symbol": symbol, "size": 11, "color": colour, "line": line}
    sheet.add_scatter(x=sides, y=[y] * len(sides), mode="markers", marker=dot, cliponaxis=False)
    return max(high, ends[1] if ends else 0.0)


def _draw_fade(sheet: Sheet, colour: str, y: float, start: float, end: float, bar: float = BAR) -> float:
    """Draw a bar that fades from its known side towards the unknown one; a line stands at the known side."""
    steps = 6
    step = (end - start) / steps
    for number in range(steps):
        paler = {"color": tint(colour, 0.62 * (1 - number / steps)), "line": {"width": 0}}
        base = start + step * (number + (end < start))
        sheet.add_bar(x=[abs(step)], base=[base], y=[y], width=bar, marker=paler)
    ends = [y - ROW * 0.34, y + ROW * 0.34]
    sheet.add_scatter(x=[start, start], y=ends, mode="lines", line={"color": colour, "width": 2})
    return max(start, end)
