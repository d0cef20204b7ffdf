"""Words and looks of slides and their charts, as DrawingML."""

import re

from components.theme import INK, PAPER, SLIDE, TOKENS

FONT: str = TOKENS["font"]["slides"]
SIZE = SLIDE["words"]
EMU = 12700  # the unit of DrawingML, in a point
LANGUAGE = {"en": "en-GB", "ru": "ru-RU", "kk": "kk-KZ"}
# What XML can't hold: control characters, halves of surrogate pairs, the two non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NEW_LINE = re.compile("\r\n?")
MARKUP = re.compile(r"(</?[bi]>|<br>)")
EMPTY = "<a:noFill/>"
NO_LINE = "<a:ln><a:noFill/></a:ln>"

Line = list[tuple[str, bool]]  # words, and whether they are bold


def clean(words: str) -> str:
    """Words without the characters that no office file can hold, their lines ended in one way."""
    return UNWRITABLE.sub("", NEW_LINE.sub("\n", words))


def read_lines(label: str) -> list[Line]:
    """A direct label as lines, its markup read and nothing else taken for markup."""
    lines: list[Line] = [[]]
    bold = False
    for part in MARKUP.split(label):
        if part in {"<b>", "</b>"}:
            bold = part == "<b>"
        elif part == "<br>":
            lines.append([])
        elif part and not MARKUP.fullmatch(part):
            lines[-1].append((clean(part), bold))
    return lines


def read_words(label: str) -> str:
    """A direct label as plain words, a line each."""
    return "\n".join("".join(words for words, _ in line) for line in read_lines(label))


def mix(colour: str, share: float) -> str:
    """So much of a colour on paper, as a colour of its own: what shines through prints badly."""
    parts = [(int(colour[i : i + 2], 16), int(PAPER[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(ink * share + paper * (1 - share)):02x}" for ink, paper in parts)


def fill(colour: str) -> str:
    """One colour."""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'


def hatch(colour: str) -> str:
    """Stripes of a colour on paper."""
    ground = f'<a:bgClr><a:srgbClr val="{PAPER[1:]}"/></a:bgClr>'
    return f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{colour[1:]}"/></a:fgClr>{ground}</a:pattFill>'


def line(colour: str, points: float, *, dash: str = "solid", arrow: bool = False) -> str:
    """A line; `arrow`: its far end is open."""
    dashed = f'<a:prstDash val="{dash}"/>' if dash != "solid" else ""
    tail = '<a:tailEnd type="arrow" w="lg" len="med"/>' if arrow else ""
    return f'<a:ln w="{round(points * EMU)}">{fill(colour)}{dashed}<a:round/>{tail}</a:ln>'


def set_type(colour: str = INK) -> str:
    """The colour and the face of words."""
    return f'{fill(colour)}<a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/>'
