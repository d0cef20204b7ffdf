"""A picture of a chart made by the reader's own browser: with title, source, date and version, with no help of the
server's."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from components.chart import Block
from components.exports.exhibit import Handout
from components.theme import COLOUR

SCRIPT = Path(__file__).parent / "browser_picture.js"


@cache
def _load_component() -> Any:
    return st.components.v2.component("browser_picture", js=SCRIPT.read_text("utf8"), isolate_styles=False)


def show_browser_picture(block: Block, handout: Handout) -> None:
    """Show two buttons, PNG and SVG, under the chart whose block they stand in."""
    text, exhibit = block.text, handout.exhibits[0]
    _load_component()(
        key=f"picture_{block.name}",
        data={
            "block": block.name,
            "title": exhibit.headline,
            "lines": [block.n_line, *block.key, handout.source_line(exhibit), *filter(None, [exhibit.address])],
            "name": handout.file_name(""),
            "colour": COLOUR,
            "png": text("export.browser_png"),
            "svg": text("export.browser_svg"),
        },
    )
