"""What stands on a slide and where: native charts, tables and words. Lengths are points.

Nothing here knows of python-pptx. What does not fit one page goes on over the next.
"""

from dataclasses import dataclass

from components.exports.slides.sheets import Native
from components.theme import INK

ROW = 29.0  # height of a row whose label has one line
LINE = 21.5  # what each further line of a label adds, and the height of a line of words
SPACE = 12.0  # above a panel's title
CELL_PAD = 6.0  # around the words of a cell
ARROW = 0.09  # length of an open side, as a share of the largest value: drawn only


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


@dataclass(frozen=True)
class Tile:
    """A filled square; outline: the colour of its dashed outline, '' for none."""

    box: Box
    fill: str
    outline: str = ""


@dataclass(frozen=True)
class Tiles:
    """Squares that stand together and move as one."""

    box: Box
    tiles: tuple[Tile, ...]


Piece = Words | Chart | Table | Tiles


@dataclass(frozen=True)
class Page:
    """What stands on one slide, and the figures it shows: none where they can't be told apart."""

    pieces: tuple[Piece, ...]
    ids: tuple[str, ...] = ()
