"""The renderer of pages: any drawing as a figure of Plotly, whole or cut for paper."""

import plotly.graph_objects as go

from components.drawing.grid import draw_grid, draw_grid_pages
from components.drawing.model import Drawing, Grid, Points, Rows, Squares
from components.drawing.points import draw_points
from components.drawing.rows import draw_row_pages, draw_rows
from components.drawing.squares import draw_square_page, draw_squares
from components.text import Text


def draw_figure(drawing: Drawing, text: Text) -> go.Figure:
    """Draw a chart as pages show it."""
    match drawing:
        case Rows():
            return draw_rows(drawing, text)
        case Points():
            return draw_points(drawing, text)
        case Grid():
            return draw_grid(drawing, text)
        case Squares():
            return draw_squares(drawing, text)


def draw_pages(drawing: Drawing, text: Text, most: float, width: float, row: float) -> list[go.Figure]:
    """Draw a chart for paper `width` wide, in as few figures as are at most `most` high; row: the height of a row.

    In pixels. Axes are not cut: points stand in one figure.
    """
    match drawing:
        case Rows():
            return draw_row_pages(drawing, text, most, width, row)
        case Grid():
            return draw_grid_pages(drawing, text, most)
        case Squares():
            return [draw_square_page(drawing, text, most, width)]
        case Points():
            figure = draw_points(drawing, text)
            return [figure.update_layout(height=min(figure.layout.height, most))]
