"""How words are written in a TOML file: Python reads TOML, and writes none."""

import json


def quoted(words: str) -> str:
    """A basic string of TOML: JSON's, but for the one control character that JSON lets stand."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
