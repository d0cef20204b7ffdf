"""A field for a small file that any reader may open: a deck.

The browser reads it and sends it over the socket of the page. Streamlit's own field sends files to the upload route,
which is open only to the person at the machine (`gate.uploads`).
"""

from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

SCRIPT = Path(__file__).parent / "small_file.js"


@cache
def _component() -> Any:
    return st.components.v2.component("small_file", js=SCRIPT.read_text("utf8"), isolate_styles=False)


def small_file(label: str, *, ending: str, limit_bytes: int, key: str) -> bytes | None:
    """Draw the field; return the content of a file that was just chosen, cut off one byte after the limit."""
    data = {"label": label, "accept": f".{ending}", "limit_bytes": limit_bytes}
    content = _component()(key=key, data=data, on_content_change=lambda: None).content
    return b64decode(content) if content else None
