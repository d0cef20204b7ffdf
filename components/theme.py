"""How everything looks: print first, few colours with one meaning each, one font, zero baselines.

Colours and sizes stand once, in theme.toml. Charts and slides read them here; style sheets, the brief and the scripts
get them as data.
"""

import re
import textwrap
import tomllib
from functools import cache
from pathlib import Path
from string import Template

TOKENS = tomllib.loads(Path(__file__).with_name("theme.toml").read_text("utf8"))
COLOUR: dict[str, str] = TOKENS["colour"]
TYPE: dict[str, int] = TOKENS["type"]  # of a chart on a page, in pixels
SLIDE: dict[str, int] = TOKENS["slide"]  # in points
FONT: str = TOKENS["font"]["page"]
INK, QUIET, FAINT = COLOUR["ink"], COLOUR["quiet"], COLOUR["faint"]
PAPER, CLEAR, BREAK = COLOUR["paper"], COLOUR["clear"], COLOUR["break"]
KIND = {kind: COLOUR[kind] for kind in ("official", "international", "media", "ngo")}  # who counted

GROUND = {stage: COLOUR[stage] for stage in ("complaint", "registered_offence")}  # what a pair of counts stands on

ROW = 26  # height of one row of marks with a label of one line, in pixels
LINE = 15  # what each further line of a label adds
PHONE = 350  # width of a chart on a phone: labels are kept whole down to it
LETTER = 7.3  # width of a letter of a label; those of Kazakh are the widest
TITLE = 19  # height of one line of a panel's title
WRAP = 42  # letters of a panel's title in one line of a phone


def wrap(words: str, width: int = WRAP) -> list[str]:
    """Break a title into lines that fit a phone."""
    return textwrap.wrap(words, width, break_long_words=False) or [words]


def keep_numbers_whole(escaped: str) -> str:
    """Mark numbers in HTML so that a line does not end between one and its ending or what it counts: «2%-дан»."""
    return re.sub(
        r"[\d%]+-\w{1,4}\b|\w{1,20} – \d+", lambda number: f'<span class="unbroken">{number[0]}</span>', escaped
    )


def tint(colour: str, opacity: float) -> str:
    """Thin a colour out on paper."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


@cache
def read_style_sheet(path: Path) -> str:
    """Read a style sheet, its `$colour_ink` and the like filled in from the theme. Raises KeyError for another name."""
    tokens = {f"{section}_{name}": value for section, own in TOKENS.items() for name, value in own.items()}
    return Template(path.read_text("utf8")).substitute(tokens)
