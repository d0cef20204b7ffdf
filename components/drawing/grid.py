"""A grid on a page: the years of each compiler and stage, a shape for each state."""

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from components.drawing.model import SYMBOL, Grid, GridRow, Mark, Panel
from components.drawing.pages import split_panels
from components.drawing.sheet import Sheet
from components.text import Text
from components.theme import FAINT, INK, KIND, QUIET, TITLE, TYPE, wrap

CELL = 20
GAP, UNDER = 10, 2  # above a title, and below it or a row
AROUND = 40  # what the height of a figure adds to that of its rows


def draw_grid(grid: Grid, text: Text) -> go.Figure:
    """Draw the grid as pages show it."""
    return _draw(grid.rows, grid.years, text)


def draw_grid_pages(grid: Grid, text: Text, most: float) -> list[go.Figure]:
    """Draw the grid in as few figures as are at most `most` pixels high, its years above each."""
    panels = [Panel(rows[0].group, [row.label for row in rows]) for rows in _groups(grid.rows)]
    figures, first = [], 0
    for page in split_panels(panels, most - AROUND, _title_height, _row_height):
        last = first + sum(len(panel.rows) for panel in page)
        figures.append(_draw(grid.rows[first:last], grid.years, text))
        first = last
    return figures


def _title_height(panel: Panel) -> float:
    return GAP + TITLE * len(wrap(panel.title)) + UNDER


def _row_height(label: Mark | str) -> float:
    return TITLE * len(wrap(str(label))) + CELL + UNDER


def _groups(rows: Sequence[GridRow]) -> list[list[GridRow]]:
    return [list(own) for _, own in groupby(rows, key=lambda row: (row.kind, row.code))]


def _draw(rows: Sequence[GridRow], years: Sequence[int], text: Text) -> go.Figure:
    sheet = Sheet()
    y = 0.0
    for group in _groups(rows):
        lines = wrap(group[0].group)
        y -= GAP
        _write(sheet, y, f"<b>{'<br>'.join(lines)}</b>", INK, TYPE["title"])
        y -= TITLE * len(lines) + UNDER
        for row in group:
            label = wrap(row.label)
            _write(sheet, y, "<br>".join(label), QUIET, TYPE["label"])
            y -= TITLE * len(label)
            _draw_cells(sheet, row, y - CELL / 2)
            y -= CELL + UNDER
    sheet.update_xaxes(
        range=[years[0] - 0.7, years[-1] + 0.7],
        tickformat="d",
        nticks=9,
        side="top",
        automargin=True,
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    sheet.update_yaxes(range=[y - 4, 4], visible=False, fixedrange=True)
    return sheet.finish(text, height=-y + AROUND)


def _draw_cells(sheet: Sheet, row: GridRow, y: float) -> None:
    for state in dict.fromkeys(cell.state for cell in row.cells):
        same = [cell.year for cell in row.cells if cell.state == state]
        missing = state == "none"
        colour = FAINT if missing else KIND[row.kind]
        look = {"symbol": SYMBOL[state], "size": 6 if missing else 12, "color": colour}
        outline = {"line": {"width": 1 if missing else 2, "color": colour}}
        sheet.add_scatter(x=same, y=[y] * len(same), mode="markers", marker=look | outline)
    for cell in row.cells:
        sheet.add_hit(cell.year, y, cell.ids, cell.hover)


def _write(sheet: Sheet, y: float, words: str, colour: str, size: int) -> None:
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "top", "align": "left"}
    sheet.add_annotation(y=y, text=words, font={"size": size, "color": colour}, **place)
