"""The renderer of slides: any drawing as pages of native charts, tables and words."""

from components.drawing.model import Grid, Points, Rows, Squares
from components.exports.exhibit import Exhibit, Handout
from components.exports.slides.grid import lay_out_grid
from components.exports.slides.layout import Box, Page
from components.exports.slides.points import lay_out_points
from components.exports.slides.rows import lay_out_rows
from components.exports.slides.squares import lay_out_squares


def lay_out_pages(exhibit: Exhibit, handout: Handout, room: Box) -> list[Page]:
    """Lay an exhibit's drawing out over as few pages as hold it, each in `room`."""
    match exhibit.block.drawing:
        case Rows() as rows:
            return lay_out_rows(rows, handout, room)
        case Points() as points:
            return lay_out_points(points, exhibit, handout, room)
        case Grid() as grid:
            return lay_out_grid(grid, room)
        case Squares() as squares:
            return lay_out_squares(squares, room)
