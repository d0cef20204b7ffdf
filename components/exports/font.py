"""Inter as the browser loads it, in letters that a document can hold: no file has to lie beside it."""

import base64
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / "static" / "fonts" / "Inter.woff2"


@cache
def read_font() -> str:
    """The font file in base64."""
    return base64.b64encode(FILE.read_bytes()).decode()


def write_font_face() -> str:
    """The font as a rule of a style sheet."""
    source = f"url(data:font/woff2;base64,{read_font()}) format('woff2')"
    return f"@font-face{{font-family:Inter;font-weight:100 900;src:{source}}}"
