"""A drawing cut into pages: as few as hold it, none ending in a title alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from components.drawing.model import Mark, Panel

TitleHeight = Callable[[Panel], float]
RowHeight = Callable[[Mark | str], float]


def split_panels(
    panels: Sequence[Panel], most: float, title_height: TitleHeight, row_height: RowHeight
) -> list[list[Panel]]:
    """Split panels into as few pages as hold them in their order, each at most `most` high.

    A panel that breaks keeps its title on the next page, and none ends a page with its title alone. Heights are in the
    unit of `most`.
    """
    pages: list[list[Panel]] = []
    left = 0.0
    for panel in panels:
        rows: list[Mark | str] = []
        # A whole panel is moved on rather than cut, when it fits a page of its own.
        whole = title_height(panel) + sum(map(row_height, panel.rows))
        least = title_height(panel) + sum(map(row_height, panel.rows[:1]))
        if not pages or left < whole <= most or least > left:
            pages.append([])
            left = most
        left -= title_height(panel)
        for row in panel.rows:
            if row_height(row) > left and rows:
                pages[-1].append(replace(panel, rows=rows))
                pages.append([])
                rows, left = [], most - title_height(panel)
            rows.append(row)
            left -= row_height(row)
        pages[-1].append(replace(panel, rows=rows))
    return pages
