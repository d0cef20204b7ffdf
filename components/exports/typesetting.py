"""Words on paper and in pictures: set in Inter alone, measured as they will be printed, and never more than words."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import normalize

import typst
from anyascii import anyascii
from PIL import ImageFont

FONTS = Path(__file__).parents[2] / "static" / "fonts"
UNIT = 100  # pixels at which letters are measured
OPTICAL = 14  # the optical size of small print, which Typst sets at every size
LONG = 24  # letters without a space after which a line may break anywhere
LINE = 400  # more letters than any line holds
BREAK = "\u200b"
# The letters of `static/fonts/Inter.ttf`; others (an organisation's name in Armenian) are told in Latin ones.
INTER = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u0148\u014a-\u017f\u0192\u0218-\u021b\u02bb\u02bc\u0400-\u0479\u0480-\u049d\u04a0-\u04ff\u052f"
    "\u1e9e\u2010-\u2027\u202f-\u203a\u2070\u2071\u2074-\u208e\u2090-\u209c\u20ac\u20b8\u2116\u2122\u2190-\u2199\u2212\u2248\u2260"
    "\u2264\u2265\u25a0-\u25a2\u25aa\u25b2\u25b3\u25b6\u25b7\u25ba-\u25bd\u25c0\u25c1\u25c4-\u25c7\u25ca\u25cb\u25cf\u2713"
)
MISSING = "□"
OTHER = re.compile(rf"[^{INTER}]+")
NAME_OF_PICTURE = re.compile(r":[a-z0-9_+-]+:")  # what a transliteration makes of an emoji
SPACE = re.compile("[^\\S\u00a0\u202f]+")
# What is no letter and takes no room: control characters, marks of direction, halves of surrogates.
UNSET = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufe0f\ufeff\ufffe\uffff]"
)


def clean(words: str) -> str:
    """The words on one line, in letters that Inter has."""
    return SPACE.sub(" ", use_letters(UNSET.sub("", normalize("NFC", words)))).strip()


def use_letters(words: str) -> str:
    """The words in letters that Inter has: others are transliterated, so that a name can be read; pictures go."""
    return OTHER.sub(lambda run: NAME_OF_PICTURE.sub("", anyascii(run[0])) if anyascii(run[0]) else MISSING, words)


def add_breaks(words: str) -> str:
    """The words with places where a line may break inside those that are too long for one; none begins with a dash."""
    broken = re.sub(rf"\S{{{LONG},}}", lambda long: BREAK.join(re.findall(r".{1,6}", long[0])), clean(words))
    return broken.replace(" –", "\u00a0–")


def wrap_words(words: str, size: float, width: float, weight: int = 400) -> list[str]:
    """The words in lines of at most `width`; none begins with a dash; what has no space is broken between letters."""
    lines: list[str] = []
    for word in re.split(" (?!–)", clean(words)):
        if lines and measure_words(joined := f"{lines[-1]} {word}", weight) * size <= width:
            lines[-1] = joined
            continue
        while measure_words(start := word[:LINE], weight) * size > width:
            letters = bisect_right(range(1, len(start)), width, key=lambda n: measure_words(start[:n], weight) * size)
            lines.append(word[: max(1, letters)])
            word = word[max(1, letters) :]
        if word:
            lines.append(word)
    return lines


@lru_cache(maxsize=20_000)
def measure_words(words: str, weight: int = 400) -> float:
    """How wide the words are at size 1."""
    return float(_load_face(weight).getlength(words)) / UNIT


@cache
def _load_face(weight: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(FONTS / "Inter.ttf", UNIT)
    face.set_variation_by_axes([OPTICAL, weight])
    return face


def set_pdf(template: Path, inputs: Mapping[str, str], day: date) -> bytes:
    """A Typst template as PDF, tagged for readers who listen (PDF/UA-1), dated `day` and not by the clock."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())
    return bytes(
        typst.compile(
            template.read_bytes(),
            format="pdf",
            font_paths=_load_inter(),
            sys_inputs=dict(inputs),
            timestamp=noon,
            pdf_standards=["ua-1"],
        )
    )


def set_png(svg: str, width: float, height: float, pixels: int) -> bytes:
    """An SVG `width` by `height` as PNG, `pixels` wide. Typst draws it: no window, no graphics card, no other font."""
    page = f"#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 100%)"
    return bytes(
        typst.compile(
            page.encode(), format="png", font_paths=_load_inter(), sys_inputs={"svg": svg}, ppi=72 * pixels / width
        )
    )


@cache
def _load_inter() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
