"""A hundred squares on a slide, as shapes that its reader can colour anew, with words beside them."""

from components.drawing.model import Square, Squares
from components.exports.arial import lines
from components.exports.slides.drawing_ml import SIZE
from components.exports.slides.layout import LINE, SPACE, Box, Page, Piece, Tile, Tiles, Words
from components.theme import BREAK, GROUND, INK, KIND, PAPER, QUIET

ACROSS = 10  # squares in a row, and rows
GAP = 0.09  # between squares, as a share of their pitch
MOST = 0.5  # of the slide's width
ASIDE = 32.0  # from the squares to the words


def lay_out_squares(squares: Squares, room: Box) -> list[Page]:
    """Lay the squares out on one slide: what is marked and what not on top of the words, who says so below."""
    side = min(room.high - SPACE, MOST * room.wide)
    box = Box(room.x, room.y + SPACE, side, side)
    tiles = [tile for place, square in enumerate(squares.squares) for tile in _draw_square(square, place, box, squares)]
    is_open = any(square.is_open for square in squares.squares)
    words = [(squares.reached, BREAK if is_open else KIND[squares.kind], True), (squares.rest, INK, False)]
    words += [(note, QUIET, False) for note in squares.notes]
    x = box.x + side + ASIDE
    y, wide = box.y, room.x + room.wide - x
    pieces: list[Piece] = [Tiles(box, tuple(tiles))]
    for said, colour, is_bold in words:
        high = LINE * len(lines(said, SIZE, wide, bold=is_bold))
        pieces.append(Words(Box(x, y, wide, high), (said,), bold=is_bold, colour=colour))
        y += high + SPACE
    return [Page(tuple(pieces), squares.ids)]


def _draw_square(square: Square, place: int, box: Box, squares: Squares) -> list[Tile]:
    pitch = box.wide / ACROSS
    side = pitch * (1 - 2 * GAP)
    x, y = box.x + pitch * (place % ACROSS + GAP), box.y + pitch * (place // ACROSS + GAP)
    tiles = []
    if square.is_open:
        tiles.append(Tile(Box(x, y, side, side), PAPER, BREAK))
    elif square.share < 1:
        tiles.append(Tile(Box(x, y, side, side), GROUND["complaint"]))
    if square.share:
        tiles.append(Tile(Box(x, y, side * square.share, side), KIND[squares.kind]))
    return tiles
