"""How do countries stand side by side in the same ratio, each by its own compilers of one kind?"""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from components.chart import Ask, Chart, Choice, Outcome, Reader, Subject
from components.charts.shared import ratios
from components.charts.shared.notes import describe_absence
from components.drawing.model import Rows
from components.text import Text
from components.theme import KIND


def build(reader: Reader, ask: Ask, kind: str, numerators: Sequence[str], denominators: Sequence[str]) -> Outcome:
    """The ratios of all countries by compilers of one kind."""
    text = reader.text
    # The years of the filter are those of one country: they narrow the others only when they were narrowed.
    years = {"year_from": reader.year_from, "year_to": reader.year_to} if reader.is_narrowed else {}
    asked = {"kind": kind, "numerators": list(numerators), "denominators": list(denominators)}
    frame = ask("ratio_by_country", **asked, **years)
    if frame.empty:
        return describe_absence(", ".join(text.low(text(f"stage.{stage}")) for stage in numerators), reader)
    return ratios.build_block(
        reader,
        frame,
        question="ratio_by_country",
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        caveats=[text("caveat.not_ranked"), text("caveat.more_trust"), *ratios.list_caveats(frame, text, ask)],
        draw_method_table=partial(ratios.tabulate_intervals, frame, text),
        subject=Subject(spans_countries=True),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each country, pair of stages and compiler."""
    return ratios.draw_panels(frame, text, by_country=True)


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """How many countries have the ratio, by name and in alphabetical order: never a ranking."""
    countries = text.alphabetical(text(f"country.{country}") for country in set(frame["country"]))
    return text("finding.compare", n=len(countries), list=", ".join(countries))


CHART = Chart(
    "ratio_by_country",
    build,
    method=("ratio", "bounds", "interval", "strict"),
    choices={"kind": Choice(frozenset(KIND))} | ratios.choose_stages(),
)
