"""A hundred squares on a page, with words beside them."""

from typing import Any

import plotly.graph_objects as go

from components.drawing.model import Square, Squares
from components.drawing.sheet import Sheet
from components.text import Text
from components.theme import BREAK, CLEAR, GROUND, INK, KIND, LETTER, LINE, PAPER, PHONE, QUIET, TYPE, wrap

ACROSS = 10  # squares in a row, and rows
SIDE = 200  # of all hundred on a page, in pixels
MOST = 0.55  # of the width that they take at most, so that words stand beside them
GAP = 0.09  # between squares, as a share of their pitch
ASIDE = 16  # pixels from the squares to the words
AROUND = 16  # what the height of a figure adds to the squares


def draw_squares(squares: Squares, text: Text) -> go.Figure:
    """Draw the squares as pages show them: who says so stands beside them on the page."""
    return _draw(squares, text, SIDE, PHONE - SIDE, notes=())


def draw_square_page(squares: Squares, text: Text, most: float, width: float) -> go.Figure:
    """Draw the squares for paper, as large as they may be, with who says so; in pixels."""
    side = min(most - AROUND, MOST * width)
    return _draw(squares, text, side, width - side, squares.notes)


def _draw(squares: Squares, text: Text, side: float, beside: float, notes: tuple[str, ...]) -> go.Figure:
    sheet = Sheet()
    for place, square in enumerate(squares.squares):
        x, y = place % ACROSS, -(place // ACROSS)
        _draw_square(sheet, square, x, y, KIND[squares.kind])
        sheet.add_hit(x + 0.5, y - 0.5, squares.ids, squares.hover)
    colour = BREAK if any(square.is_open for square in squares.squares) else KIND[squares.kind]
    letters = int((beside - ASIDE - AROUND) / LETTER)
    lines = [(f"<b>{words}</b>", colour, TYPE["title"]) for words in wrap(squares.reached, int(letters * 0.9))]
    lines += [("", INK, TYPE["title"])]
    lines += [(words, INK, TYPE["title"]) for words in wrap(squares.rest, int(letters * 0.9))]
    for note in notes:
        lines += [("", QUIET, TYPE["small"]), *((words, QUIET, TYPE["label"]) for words in wrap(note, letters))]
    down = 0.0
    for words, own, size in lines:
        anchors: dict[str, Any] = {
            "xanchor": "left",
            "yanchor": "top",
            "align": "left",
            "xshift": ASIDE,
            "yshift": -down,
        }
        if words:
            sheet.add_annotation(x=ACROSS, y=0, text=words, font={"size": size, "color": own}, **anchors)
        down += LINE + 2 if words else LINE / 2
    axis: dict[str, Any] = {"visible": False, "fixedrange": True, "constrain": "domain"}
    sheet.update_xaxes(range=[0, ACROSS], constraintoward="left", **axis)
    sheet.update_yaxes(range=[-ACROSS, 0], scaleanchor="x", scaleratio=1, constraintoward="top", **axis)
    return sheet.finish(text, height=max(side, down) + AROUND)


def _draw_square(sheet: Sheet, square: Square, x: float, y: float, colour: str) -> None:
    """Filled as far as it is known to belong, a dashed outline where more may, else pale."""

    def draw(left: float, right: float, fill: str, outline: dict[str, object]) -> None:
        ends = {"x0": x + GAP + left * (1 - 2 * GAP), "x1": x + GAP + right * (1 - 2 * GAP)}
        sheet.add_shape(type="rect", y0=y - GAP, y1=y - 1 + GAP, fillcolor=fill, line=outline, **ends)

    none = {"width": 0, "color": CLEAR}
    if square.is_open:
        draw(0, 1, PAPER, {"width": 1.5, "color": BREAK, "dash": "2px,2px"})
    elif square.share < 1:
        draw(0, 1, GROUND["complaint"], none)
    if square.share:
        draw(0, square.share, colour, none)
