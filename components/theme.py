"""How every chart looks: print first, few colours with one meaning each, one font, zero baselines."""

import json
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.text import Text

FONT = "Inter"
INK = "#1a1f27"
QUIET = "#5b6470"
FAINT = "#d9dde3"
PAPER = "#ffffff"
# Who counted. Dark to light in this order, so that the kinds stay apart in grey and for colour-blind readers.
KIND = {"official": "#1d3d5c", "international": "#8039b7", "media": "#6a7887", "ngo": "#d97a12"}
BREAK = "#b3261e"

ROW = 26  # height of one row of marks with a label of one line, in pixels
LINE = 15  # what each further line of a label adds
PHONE = 350  # width of a chart on a phone: labels are kept whole down to it
LETTER = 7.3  # width of a letter of a label; those of Kazakh are the widest
TITLE = 19  # height of one line of a panel's title
WRAP = 42  # letters of a panel's title in one line of a phone


def wrapped(words: str, width: int = WRAP) -> list[str]:
    """A title in lines that fit a phone."""
    return textwrap.wrap(words, width, break_long_words=False) or [words]


def unbroken(escaped: str) -> str:
    """HTML whose numbers keep, at the end of a line, their ending and what they count: «2%-дан», «convicted – 1»."""
    return re.sub(
        r"[\d%]+-\w{1,4}\b|\w{1,20} – \d+", lambda number: f'<span class="unbroken">{number[0]}</span>', escaped
    )


def tint(colour: str, opacity: float) -> str:
    """A colour thinned out on paper."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


class Sheet:
    """What a figure shows while it grows: plain data until `finish`, since Plotly checks a figure anew with each thing
    that is put on it. Marks of one look are one trace: a browser draws few traces sooner than many.
    """

    def __init__(self) -> None:
        self.traces: dict[str, dict[str, Any]] = {}
        self.layout: dict[str, Any] = {"annotations": [], "shapes": [], "xaxis": {}, "yaxis": {}}

    def add_bar(self, **trace: Any) -> None:
        """Bars, as Plotly names their parts."""
        self._add(trace | {"type": "bar", "unselected": {"marker": {"opacity": 1}}})

    def add_scatter(self, **trace: Any) -> None:
        """Points or lines, as Plotly names their parts."""
        self._add(trace | {"type": "scatter", "unselected": {"marker": {"opacity": 1}, "textfont": {"color": INK}}})

    def add_annotation(self, **note: Any) -> None:
        """Words."""
        self.layout["annotations"].append({"showarrow": False} | note)

    def add_shape(self, **shape: Any) -> None:
        """A line that is no data."""
        self.layout["shapes"].append(shape)

    def update_xaxes(self, **axis: Any) -> None:
        """How the axis across looks."""
        self.layout["xaxis"] |= axis

    def update_yaxes(self, **axis: Any) -> None:
        """How the upward axis looks."""
        self.layout["yaxis"] |= axis

    def _add(self, trace: dict[str, Any]) -> None:
        points = {name: trace.pop(name) for name in ("x", "y", "base", "text") if name in trace}
        found = self.traces.setdefault(json.dumps([trace, list(points)], sort_keys=True), trace)
        for name, own in points.items():
            if name in found and "lines" in trace.get("mode", ""):
                found[name].append(None)  # a line does not run on to the next one of its look
            found.setdefault(name, []).extend(own)


def finish(sheet: Sheet, text: Text, *, height: float, left: float = 8) -> go.Figure:
    """What all charts share: font, paper, the language's separators, no legend, margins that keep labels whole.

    left: the margin for labels on that side. A click must not pale the other marks: they stay evidence.
    """
    shared = {
        "height": round(height),
        "font": {"family": FONT, "size": 13, "color": INK},
        "hoverlabel": {
            "font": {"family": FONT, "size": 13, "color": INK},
            "bgcolor": PAPER,
            "bordercolor": FAINT,
            "align": "left",
        },
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "margin": {"l": left, "r": 8, "t": 8, "b": 8},
        "separators": text.separators,
        "showlegend": False,
        "dragmode": False,
        "clickmode": "event+select",
        "bargap": 0,
        "barmode": "overlay",
        "hovermode": "closest",
    }
    return go.Figure(list(sheet.traces.values()), sheet.layout | shared)


def without_hits(figure: go.Figure) -> dict[str, Any]:
    """The figure as data, without the marks that only a click would find: on paper they would lie over it as a haze."""
    chart: dict[str, Any] = figure.to_dict()
    return chart | {"data": [trace for trace in chart["data"] if "customdata" not in trace]}


def add_hits(
    figure: Sheet, x: Sequence[float], y: Sequence[float], ids: Sequence[Sequence[str]], hover: Sequence[str]
) -> None:
    """The marks that a click opens: figure ids in `customdata`, words in the hover; drawn by the traces below them."""
    figure.add_scatter(
        x=list(x),
        y=list(y),
        mode="markers",
        marker={"size": 22, "color": tint(PAPER, 0.01), "symbol": "square"},
        customdata=[list(each) for each in ids],
        hovertext=list(hover),
        hoverinfo="text",
        showlegend=False,
        selected={"marker": {"opacity": 1}},
    )
