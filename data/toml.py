"""How words are written in a TOML file, and the one door by which a TOML text from outside comes in.

Python reads TOML and writes none; and its reader takes time that grows with the square of a key's parts and more, so
that a text of 2 kB can occupy a server for hours. `parse_untrusted` looks at the shape of a text first, in one pass.
"""

import json
import re
import tomllib
from itertools import accumulate
from typing import Any

LARGEST = 64 << 10  # bytes of a text
LONGEST_LINE = 32_000  # letters: a speaker's note of 5,000, each of them written as an escape
PARTS = 4  # of a key with dots
DEEPEST = 8  # brackets within brackets
LONGEST_WORD = 128  # letters of a number, or of a key without quotes

# What the reader takes for a string or a comment; last a quote that opens neither, which is an error to it as well.
STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+""""?+"?+'
    r"|'''(?:[^']|'(?!''))*+''''?+'?+"
    r'|"(?!"")(?:[^"\\\n]|\\[^\n])*+"'
    r"|'(?!'')[^'\n]*+'"
    r"|\#[^\n]*+"
    r"|(?P<unclosed>[\"'])",
    re.DOTALL,
)
DOTTED = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{PARTS}}}")
WORD = re.compile(rf"[\w.+:-]{{{LONGEST_WORD + 1}}}")
BRACKET = re.compile(r"[][{}]")


class TomlRefused(ValueError):
    """A text is not read: `code` is too_large, not_toml, or too_complex (a line, key or nest beyond its bound)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def quoted(words: str) -> str:
    """A basic string of TOML: JSON's, but for the one control character that JSON lets stand."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse_untrusted(content: bytes | str) -> dict[str, Any]:
    """Read a TOML text that came from outside. Raises TomlRefused.

    Whatever stands in it, reading takes a time that grows as its length does.
    """
    text = _text(content)
    look_over(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TomlRefused("not_toml") from error


def look_over(text: str) -> None:
    """Raise TomlRefused for a text that `parse_untrusted` would not begin to read; what we write is looked at too."""
    if len(text) > LARGEST or len(text.encode("utf8", "replace")) > LARGEST:
        raise TomlRefused("too_large")
    if any(len(line) > LONGEST_LINE for line in text.split("\n")):
        raise TomlRefused("too_complex")
    # Every string is a word of one letter from here on: none can hide a key, or be taken for one.
    bare = STRING.sub(_bare, text)
    if DOTTED.search(bare):
        raise TomlRefused("too_complex")
    if WORD.search(bare):
        raise TomlRefused("not_toml")
    depths = list(accumulate((1 if bracket in "[{" else -1 for bracket in BRACKET.findall(bare)), initial=0))
    if depths[-1]:
        raise TomlRefused("not_toml")
    if max(depths) > DEEPEST:
        raise TomlRefused("too_complex")


def _bare(string: re.Match[str]) -> str:
    if string["unclosed"]:
        raise TomlRefused("not_toml")
    return "" if string[0][0] == "#" else "k"


def _text(content: bytes | str) -> str:
    if len(content) > LARGEST:
        raise TomlRefused("too_large")
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf8")
    except UnicodeDecodeError as error:
        raise TomlRefused("not_toml") from error
