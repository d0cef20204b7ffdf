"""What a chart is, the view that asks for one, and the block that answers it. Nothing here knows of the app or the
store.

A chart is one file of `components/charts`, which ends in `CHART`. It asks its question, draws the answer, says its
finding and its caveats. Pages show the block, exports take it away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go

from components.drawing.model import Drawing
from components.drawing.plotly import draw_figure
from components.text import Text
from data.errors import DashboardError

Ask = Callable[..., pd.DataFrame]  # a question and its parameters; the answer


@dataclass(frozen=True)
class Reader:
    """Who reads: the language, in the words for the country's figures, and what was chosen for all charts."""

    text: Text
    country: str
    year_from: int
    year_to: int
    compilers: tuple[str, ...]
    scope: str
    scope_detail: str
    is_narrowed: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.of(self.country))

    @property
    def params(self) -> dict[str, Any]:
        """The choice as parameters of questions."""
        return {
            "country": self.country,
            "year_from": self.year_from,
            "year_to": self.year_to,
            "compilers": list(self.compilers),
            "scope": self.scope,
            "scope_detail": self.scope_detail,
        }

    @property
    def address(self) -> dict[str, str]:
        """The choice as parameters of an address, without the language."""
        return {
            "country": self.country,
            "from": str(self.year_from),
            "to": str(self.year_to),
            "compilers": ",".join(self.compilers),
            "scope": f"{self.scope}/{self.scope_detail}" if self.scope_detail else self.scope,
        }


class ViewRefused(DashboardError):
    """A view names something that is not known here: `value`."""

    section = "view"
    codes = frozenset({"chart", "country", "years", "choice", "missing"})

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code, value=value)
        self.value = value


@dataclass(frozen=True)
class View:
    """A chart and what was chosen for it, in the codes of an address: language and version are not part of it.

    chart: a name of CHARTS; given: country, from, to, compilers, scope, and the chart's own choices, as strings.
    """

    chart: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        """The view as parameters of an address."""
        return {"chart": self.chart, **self.given}


@dataclass(frozen=True)
class Subject:
    """What a chart is about beside the choices of its view: a citation names it.

    compiler: the only one; stages: of the one ratio, numerator and denominator; spans_countries: it is not about the
    view's country; has_own_period: its time is that of what it shows, not that of the filter.
    """

    compiler: str = ""
    stages: tuple[str, str] | None = None
    spans_countries: bool = False
    has_own_period: bool = False


@dataclass(frozen=True)
class Block:
    """A view answered: what one chart shows and stands on.

    name: unique on the page; question: the query drawn; drawing: the chart; frame: the rows drawn; marks: (words,
    figure ids) of every mark, for the keyboard; draw_table: the table, words in every cell; key: what the letters and
    numbers on the chart stand for; draw_method_table: what the method panel shows beside its words (intervals, trend
    models); method_parts: keys of «method» in the locales. Tables are made when they are opened: nobody sees them
    before, and the chart need not wait. subtitle: unit, body and period, under the finding on a page.
    alt: what a reader who hears the chart is told of it, '' for the finding.
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
    subject: Subject = Subject()
    alt: str = ""
    subtitle: str = ""
    method_parts: Sequence[str] = ()
    view: View = View("")

    @cached_property
    def figure(self) -> go.Figure:
        """The chart as pages draw it."""
        return draw_figure(self.drawing, self.text)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The marks in words."""
        return self.draw_table()

    @property
    def alt_text(self) -> str:
        """The chart in words, for a reader who hears it."""
        return self.alt or self.finding

    @property
    def figure_ids(self) -> list[str]:
        """The figures that the chart stands on, in the order of its marks."""
        return list(dict.fromkeys(each for _, ids in self.marks for each in ids))

    @property
    def method(self) -> list[str]:
        """How the chart's numbers are made, a paragraph each, as Markdown."""
        text = self.text
        return [text(f"method.{part}") for part in self.method_parts]


@dataclass(frozen=True)
class Empty:
    """A view with nothing to show: what is missing, what to try and whom to ask.

    table: what is known instead; is_aside: the chart would only have added to another, so a word in passing is enough.
    """

    said: str
    text: Text
    heading: str = ""
    table: pd.DataFrame | None = None
    is_aside: bool = False
    view: View = View("")


Outcome = Block | Empty


@dataclass(frozen=True)
class Choice:
    """A choice of a chart's own, a parameter of its address.

    codes: what may be chosen, None where the chart looks it up itself; default: None where it must be given; form: one
    code, many of them, or a switch of yes and no.
    """

    codes: frozenset[str] | None = None
    default: Any = None
    form: Literal["one", "many", "switch"] = "one"

    def read(self, word: str) -> Any:
        """Read it from an address. Raises ViewRefused for a code that is not known."""
        values = split_codes(word) if self.form == "many" else [word]
        codes = {"yes", "no"} if self.form == "switch" else self.codes
        if codes is not None and (unknown := [each for each in values if each not in codes]):
            raise ViewRefused("choice", unknown[0])
        return {"one": word, "many": tuple(values), "switch": word == "yes"}[self.form]

    def write(self, value: Any) -> str:
        """Write it for an address."""
        if self.form == "switch":
            return "yes" if value else "no"
        return ",".join(value) if self.form == "many" else str(value)


def split_codes(word: str) -> list[str]:
    """Split codes, each once: a view said in few words is the same chart, and its address still fits a QR code."""
    return list(dict.fromkeys(each for each in word.split(",") if each))


@dataclass(frozen=True)
class Chart:
    """A chart: its name, how it answers a reader, its own choices, and what its numbers stand on.

    build: from a reader, a way to ask and the choices by name to a block, to an Empty, or to None where nothing need be
    said; method: keys of «method» in the locales.
    """

    name: str
    build: Callable[..., Outcome | None]
    method: tuple[str, ...]
    choices: Mapping[str, Choice] = field(default_factory=dict)

    def make(self, reader: Reader, ask: Ask, heading: str = "", **chosen: Any) -> Outcome | None:
        """Answer a reader. The block holds the view that would make it again."""
        defaults = {name: choice.default for name, choice in self.choices.items() if choice.default is not None}
        chosen = defaults | chosen
        outcome = self.build(reader, ask, **chosen)
        if outcome is None or outcome.view.chart:  # another chart stands for this one
            return outcome and replace(outcome, heading=heading)
        codes = {name: choice.write(chosen[name]) for name, choice in self.choices.items()}
        view = View(self.name, reader.address | codes)
        if isinstance(outcome, Block):
            return replace(outcome, heading=heading, view=view, method_parts=self.method)
        return replace(outcome, heading=heading, view=view)

    def read_choices(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Read the chart's own choices from a view. Raises ViewRefused for one that lacks or is not known."""
        if missing := [name for name, each in self.choices.items() if each.default is None and name not in given]:
            raise ViewRefused("missing", missing[0])
        return {name: choice.read(given[name]) for name, choice in self.choices.items() if name in given}
