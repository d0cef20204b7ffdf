"""A picture of a chart made by the reader's own browser: with title, source, date and version, with no help of the
server's."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from components.exports.exhibit import Handout
from components.views import Block

SCRIPT = Path(__file__).parent / "browser_picture.js"


@cache
def _component() -> Any:
    return st.components.v2.component("browser_picture", js=SCRIPT.read_text("utf8"), isolate_styles=False)


def browser_picture(made: Block, handout: Handout) -> None:
    """Two buttons, PNG and SVG, under the chart whose block they stand in."""
    text, exhibit = made.text, handout.exhibits[0]
    _component()(
        key=f"picture_{made.name}",
        data={
            "block": made.name,
            "title": exhibit.headline,
            "lines": [made.n_line, *made.key, handout.source_line(exhibit), *filter(None, [exhibit.address])],
            "name": handout.file_name(""),
            "png": text("export.browser_png"),
            "svg": text("export.browser_svg"),
        },
    )
