"""A figure of Plotly while it grows, and what all figures share."""

import json
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from components.text import Text
from components.theme import FAINT, FONT, INK, PAPER, TYPE, tint


class Sheet:
    """What a figure shows: plain data until `finish`, since Plotly checks a figure anew with each thing that is put on
    it.

    Marks of one look are one trace: a browser draws few traces sooner than many.
    """

    def __init__(self) -> None:
        self.traces: dict[str, dict[str, Any]] = {}
        self.layout: dict[str, Any] = {"annotations": [], "shapes": [], "xaxis": {}, "yaxis": {}}
        self.hits: list[tuple[float, float, Sequence[str], str]] = []

    def add_bar(self, **trace: Any) -> None:
        """Add a bar that lies, as Plotly names its parts."""
        shared = {"orientation": "h", "hoverinfo": "skip", "type": "bar", "unselected": {"marker": {"opacity": 1}}}
        self._add(trace | shared)

    def add_scatter(self, **trace: Any) -> None:
        """Add points or lines, as Plotly names their parts."""
        look = {"type": "scatter", "unselected": {"marker": {"opacity": 1}, "textfont": {"color": INK}}}
        self._add({"hoverinfo": "skip"} | trace | look)

    def add_annotation(self, **note: Any) -> None:
        """Add words."""
        self.layout["annotations"].append({"showarrow": False} | note)

    def add_shape(self, **shape: Any) -> None:
        """Add a line that is no data."""
        self.layout["shapes"].append({"type": "line"} | shape)

    def add_hit(self, x: float, y: float, ids: Sequence[str], hover: str) -> None:
        """Let a click at a place open figures."""
        self.hits.append((x, y, ids, hover))

    def update_xaxes(self, **axis: Any) -> None:
        """Set how the axis across looks."""
        self.layout["xaxis"] |= axis

    def update_yaxes(self, **axis: Any) -> None:
        """Set how the upward axis looks."""
        self.layout["yaxis"] |= axis

    def _add(self, trace: dict[str, Any]) -> None:
        points = {name: trace.pop(name) for name in ("x", "y", "base", "text") if name in trace}
        kept = self.traces.setdefault(json.dumps([trace, list(points)], sort_keys=True), trace)
        for name, own in points.items():
            if name in kept and "lines" in trace.get("mode", ""):
                kept[name].append(None)  # a line does not run on to the next one of its look
            kept.setdefault(name, []).extend(own)

    def _add_hits(self) -> None:
        """Add the marks that only a click finds, over all others: ids in `customdata`, words in the hover."""
        x, y, ids, hover = zip(*self.hits, strict=True)
        self.add_scatter(
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

    def finish(self, text: Text, *, height: float, left: float = 8) -> go.Figure:
        """The figure with what all share: font, paper, the language's separators, no legend, margins for whole labels.

        left: the margin for labels on that side. A click must not pale the other marks: they stay evidence.
        """
        if self.hits:
            self._add_hits()
        font = {"family": FONT, "size": TYPE["title"], "color": INK}
        shared = {
            "height": round(height),
            "font": font,
            "hoverlabel": {"font": font, "bgcolor": PAPER, "bordercolor": FAINT, "align": "left"},
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
        return go.Figure(list(self.traces.values()), self.layout | shared)


def without_hits(figure: go.Figure) -> dict[str, Any]:
    """The figure as data, without the marks that only a click would find: on paper they would lie over it as a haze."""
    chart: dict[str, Any] = figure.to_dict()
    return chart | {"data": [trace for trace in chart["data"] if "customdata" not in trace]}
