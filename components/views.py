"""What one chart shows and stands on, and the view that it answers: made by `blocks.py`, shown by pages, taken away
by exports. Nothing here knows of the app or the store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import plotly.graph_objects as go

from components.charts.drawing import Drawing
from components.text import Text

# Which parts of the method each chart stands on; the page «Sources and gaps» shows them all.
METHOD = {
    "allegations_by_year": ("bounds", "claims", "never_added"),
    "counts_over_years": ("bounds", "claims", "never_added"),
    "event_figures": ("events", "bounds", "never_added"),
    "stage_ratio": ("ratio", "bounds", "interval", "strict", "claims"),
    "ratio_by_country": ("ratio", "bounds", "interval", "strict"),
    "rival_claims": ("claims",),
    "lag_check": ("lag", "ratio"),
    "funnel": ("funnel",),
    "ladder": ("ratio", "events", "interval"),
    "un_decisions": ("events",),
    "yearly_lines": ("trend", "bounds"),
    "coverage": ("coverage",),
}


@dataclass(frozen=True)
class View:
    """A chart and what was chosen for it, in the codes of an address: language and version are not part of it.

    chart: a name of METHOD; given: country, from, to, compilers, scope, and the chart's own choices, as strings.
    """

    chart: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        """The view as parameters of an address."""
        return {"chart": self.chart, **self.given}


@dataclass(frozen=True)
class Block:
    """What one chart shows and stands on.

    name: unique on the page; question: the query drawn; drawing: the chart; frame: the rows drawn; marks: (words,
    figure ids) of every mark, for the keyboard; draw_table: the table, words in every cell; key: what the letters and
    numbers on the chart stand for; draw_method_table: what the method panel shows beside its words (intervals, trend
    models). Tables are made when they are opened: nobody sees them before, and the chart need not wait.
    """

    name: str
    question: str
    finding: str
    drawing: Drawing
    frame: pd.DataFrame
    marks: Sequence[tuple[str, tuple[str, ...]]]
    draw_table: Callable[[], pd.DataFrame]
    n_line: str
    text: Text
    caveats: Sequence[str] = field(default_factory=list)
    key: Sequence[str] = field(default_factory=list)
    country: str = ""
    heading: str = ""
    draw_method_table: Callable[[], pd.DataFrame] | None = None
    view: View = View("")

    @cached_property
    def figure(self) -> go.Figure:
        """The chart as pages draw it."""
        return self.drawing.figure(self.text)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The marks in words."""
        return self.draw_table()

    @property
    def figure_ids(self) -> list[str]:
        """The figures that the chart stands on, in the order of its marks."""
        return list(dict.fromkeys(each for _, ids in self.marks for each in ids))

    @property
    def method(self) -> list[str]:
        """How the chart's numbers are made, a paragraph each, as Markdown."""
        text = self.text
        return [text(f"method.{part}") for part in METHOD[self.view.chart]]


@dataclass(frozen=True)
class Empty:
    """A chart with nothing to show: what is missing, what to try and whom to ask.

    table: what is known instead; is_aside: the chart would only have added to another, so a word in passing is enough.
    """

    said: str
    text: Text
    heading: str = ""
    table: pd.DataFrame | None = None
    is_aside: bool = False
    view: View = View("")


Made = Block | Empty
