"""A grid of years on slides, as tables."""

import math
from collections.abc import Sequence

from components.drawing.model import SIGN, Grid, GridRow, Mark, Panel
from components.drawing.pages import split_panels
from components.exports.arial import lines
from components.exports.slides.drawing_ml import SIZE
from components.exports.slides.layout import CELL_PAD, LINE, SPACE, Box, Cell, Page, Table
from components.theme import KIND, QUIET

HEAD = 54.0  # height of the row of years, which stand upright
YEAR = 27.0  # the narrowest column of a year
WIDEST, SHARE = 44.0, 0.6  # the widest, and what the years take of the slide at most
NAMES = 200.0  # the narrowest column of names: more years than stand beside it go on over further slides


def lay_out_grid(grid: Grid, room: Box) -> list[Page]:
    """Lay the grid out, its years above each page of it. Years for which there is no room go on over further pages."""
    room = Box(room.x, room.y + SPACE, room.wide, room.high - SPACE)
    parts = math.ceil(len(grid.years) * YEAR / (room.wide - NAMES))
    most = math.ceil(len(grid.years) / parts)
    return [
        page
        for start in range(0, len(grid.years), most)
        for page in _lay_out_years(grid, grid.years[start : start + most], room)
    ]


def _lay_out_years(grid: Grid, years: Sequence[int], room: Box) -> list[Page]:
    year = max(YEAR, min(WIDEST, room.wide * SHARE / len(years)))
    first = room.wide - year * len(years)
    panels: dict[str, list[Mark | str]] = {}
    rows: dict[int, GridRow] = {}
    for row in grid.rows:
        # A row is split by its place, not by its words: two compilers may have a stage of the same name.
        mark = Mark(row.label, "", "", (), row.kind, None, None)
        panels.setdefault(row.group, []).append(mark)
        rows[id(mark)] = row

    def title_height(panel: Panel) -> float:
        return CELL_PAD + LINE * len(lines(panel.title, SIZE, room.wide - CELL_PAD))

    def row_height(mark: Mark | str) -> float:
        return 5 + LINE * len(lines(rows[id(mark)].label, SIZE, first - CELL_PAD, bold=False))

    pages = []
    head = (Cell(""), *(Cell(str(each)) for each in years))
    for page in split_panels(
        [Panel(group, own) for group, own in panels.items()], room.high - HEAD, title_height, row_height
    ):
        cells: list[tuple[Cell, ...]] = [head]
        heights = [HEAD]
        for panel in page:
            cells += [
                (Cell(panel.title, bold=True, across=True),),
                *(_write_row(rows[id(row)], years) for row in panel.rows),
            ]
            heights += [title_height(panel), *map(row_height, panel.rows)]
        box = Box(room.x, room.y, room.wide, sum(heights))
        widths = (first, *([year] * len(years)))
        pages.append(Page((Table(box, widths, tuple(heights), tuple(cells)),)))
    return pages


def _write_row(row: GridRow, years: Sequence[int]) -> tuple[Cell, ...]:
    """A sign for each year; a year without a cell has nothing."""
    states = {cell.year: cell.state for cell in row.cells}
    signs = (states.get(year, "none") for year in years)
    return Cell(row.label), *(Cell(SIGN[each], colour=QUIET if each == "none" else KIND[row.kind]) for each in signs)
