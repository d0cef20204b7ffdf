"""Scripts that stand inside a page. The browser gets their hashes (`gate.headers`) and runs no others.

So each is the same text on every page and for every reader; what varies stands beside it, in data attributes.
"""

from html import escape
from pathlib import Path

import streamlit as st

INLINE_SCRIPTS = {path.stem: path.read_text("utf8") for path in sorted((Path(__file__).parent / "inline").glob("*.js"))}


def run_script(name: str, **data: str) -> None:
    """Run `inline/<name>.js` in the browser; it reads `data` from the dataset of `[data-script=<name>]`."""
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    html = f'<div data-script="{name}"{attributes} hidden></div><script>{INLINE_SCRIPTS[name]}</script>'
    st.html(html, unsafe_allow_javascript=True)
