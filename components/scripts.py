"""Scripts that stand inside a page. A browser runs these and no others: it is told their hashes (`gate.headers`).

So a script is the same on every page and for every reader, and what it is to do is said beside it, in attributes.
"""

from html import escape
from pathlib import Path

import streamlit as st

TEXTS = {path.stem: path.read_text("utf8") for path in sorted((Path(__file__).parent / "inline").glob("*.js"))}


def run(name: str, **said: str) -> None:
    """Let the browser run a script of `inline/`; it finds what is said in the `dataset` of `[data-script=name]`."""
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in said.items())
    html = f'<div data-script="{name}"{attributes} hidden></div><script>{TEXTS[name]}</script>'
    st.html(html, unsafe_allow_javascript=True)
