"""A strict list: no number of it that stands for 1 to 4 persons is told, nor comes out of those that are.

Here is what everybody knows who knows the rule of counting: its figures are sums of the cases that got so far and no
further. The measure `withhold` does the rest.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import pyarrow as pa

from data.counting import as_figures
from data.uploads import UploadRefused
from queries.measures.withhold import Relation, withhold

# The note of a withheld figure; its words in other languages are in components/locales/*/notes.csv.
WITHHELD = (
    "Withheld: the organisation publishes this list strictly. A number that stands for 1 to 4 persons is told as fewer "
    "than 5, and a number from which such a one could be worked out as at least 1"
)
QUALIFIER = {"": "exact", "small": "withheld", "beside": "at_least"}
# The total of complaints is withheld last: all else is said beside it.
WORTH = {"complaint": 4.0}

Cell = tuple[Any, ...]
Told = dict[str, tuple[float, float]]


def protect_counts(counted: pa.Table, stages: pa.Table, editions: Sequence[pd.DataFrame] = ()) -> pa.Table:
    """The rows of queries/counting/case_figures in the columns of figures, withheld where they must be.

    `editions`: what was told of earlier lists of the same organisation in the same way, in their order: stage,
    period_start, value_low, value_high. A reader may have them, and suppose that cases were only added since. Raises
    UploadRefused: rules_broken.
    """
    about = _Counting(stages)
    rows = counted.to_pylist()
    low: list[float] = []
    high: list[float | None] = []
    how: list[str] = []
    for start in dict.fromkeys(row["period_start"] for row in rows):
        now = {row["stage"]: row["cases"] for row in rows if row["period_start"] == start}
        earlier = [told for edition in editions if (told := _of_year(edition, start.year))]
        try:
            told = withhold(*about.cells(now, earlier)).head(len(now))
        except ValueError as fault:
            raise UploadRefused("rules_broken", f"{start.year}: {fault}") from fault
        low += told["low"].tolist()
        high += [None if pd.isna(value) else value for value in told["high"]]
        how += told["withheld"].tolist()
    return as_figures(
        counted,
        {
            "value_low": pa.array(low, pa.float64()),
            "value_high": pa.array(high, pa.float64()),
            "qualifier": pa.array([QUALIFIER[each] for each in how]),
            "note": pa.array([WITHHELD if each else None for each in how], pa.string()),
        },
    )


def _of_year(edition: pd.DataFrame, year: int) -> Told:
    """Stage -> low and high of what an edition told of a year."""
    own = edition[[start.year == year for start in edition["period_start"]]]
    return {row["stage"]: (row["value_low"], row["value_high"]) for row in own.to_dict("records")}


class _Counting:
    """The rule of queries/counting/case_figures as relations among the numbers of a year; tests hold both together."""

    def __init__(self, stages: pa.Table):
        about = {row["stage"]: row for row in stages.to_pylist()}
        place = {
            stage: row["rung"] if row["rung"] is not None else about[row["hangs_on"]]["rung"] + 0.5
            for stage, row in about.items()
            if row["role"] != "other"
        }
        # Of each stage: the cases that it counts, by the furthest stage that they reached.
        self.counts = {
            stage: {stage}
            | {other for other in place if about[stage]["role"] == "ladder" and place[other] > place[stage]}
            - ({*place} if stage == "prosecuted" else set())
            for stage in place
        }
        self.beside = {stage for stage in about if stage not in place}

    def is_part(self, inner: str, outer: str) -> bool:
        """Whoever is counted at the one is counted at the other too."""
        if inner in self.beside:
            return outer == "complaint"
        return outer not in self.beside and self.counts[inner] < self.counts[outer]

    def furthest(self, now: dict[str, int]) -> dict[str, int]:
        """How many cases reached each stage and no further."""
        found: dict[str, int] = {}
        for stage, cases in sorted(self.counts.items(), key=lambda each: len(each[1])):
            found[stage] = now.get(stage, 0) - sum(found[other] for other in cases - {stage})
        return found

    def cells(
        self, now: dict[str, int], earlier: Sequence[Told]
    ) -> tuple[pd.DataFrame, list[Relation], list[list[Relation]]]:
        """What `withhold` takes: cells, those of now first, relations, and what may be supposed, the boldest first.

        What an earlier list told may have been counted by another rule: that it was not is supposed too.
        """
        rows = [_cell(("now", stage), "now", value=cases, worth=WORTH.get(stage, 1.0)) for stage, cases in now.items()]
        rows += [_cell((n, stage), "before", *told[stage]) for n, told in enumerate(earlier) for stage in told]
        more, relations = self._ladder("now", {*now}, self.furthest(now))
        rows += more
        of_earlier: list[Relation] = []
        for n, told in enumerate(earlier):
            more, sums = self._ladder(n, {*told}, {})
            rows += more
            of_earlier += sums
        supposed = _only_added([row["cell"] for row in rows], [*range(len(earlier)), "now"])
        for whole, part, value in self._differences(now, earlier):
            rest = ("rest", whole, part)
            rows.append(_cell(rest, "derived", value=value))
            relations.append(Relation.total(whole, [part, rest]))
        return pd.DataFrame(rows), relations, [of_earlier + more for more in [*supposed, []]]

    def _ladder(
        self, name: Any, kept: set[str], furthest: dict[str, int]
    ) -> tuple[list[dict[str, Any]], list[Relation]]:
        """How the numbers of a list hang together, by the cases that got so far and no more; `furthest`: how many."""
        rows: list[dict[str, Any]] = []
        relations = [Relation.within((name, "complaint"), (name, stage)) for stage in sorted(self.beside & kept)]
        if kept - self.beside == {"complaint"}:  # such a list says nothing of outcomes
            return rows, relations
        for stage, cases in self.counts.items():
            own = (name, "only", stage)
            rows.append(_cell(own, "derived", value=furthest[stage]) if furthest else _cell(own, "never"))
            if stage not in kept:  # nobody got there, in any year
                rows.append(_cell((name, stage), "before", 0, 0))
            relations.append(Relation.total((name, stage), [(name, "only", each) for each in sorted(cases)]))
        return rows, relations

    def _differences(self, now: dict[str, int], earlier: Sequence[Told]) -> list[tuple[Cell, Cell, float]]:
        """Numbers that come out of two that are told: who of one stage is not at another, and who came since a list."""
        found: list[tuple[Cell, Cell, float]] = [
            (("now", outer), ("now", inner), now[outer] - now[inner])
            for outer in now
            for inner in now
            if self.is_part(inner, outer)
        ]
        for n, told in enumerate(earlier):
            for stage in [stage for stage in now if stage in told and told[stage][0] == told[stage][1]]:
                here, there, since = ("now", stage), (n, stage), now[stage] - told[stage][0]
                found.append((here, there, since) if since >= 0 else (there, here, -since))
        return found


def _only_added(cells: Sequence[Cell], tables: Sequence[Any]) -> list[list[Relation]]:
    """What a reader may suppose of lists that follow each other: each case of the one stands in the next, just as it
    was; or it may have got further since."""
    known = set(cells)
    pairs = [
        (later, cell)
        for before, after in pairwise(tables)
        for cell in cells
        if cell[0] == before and (later := (after, *cell[1:])) in known
    ]
    if not pairs:
        return []
    as_it_was = [Relation.within(later, sooner) for later, sooner in pairs]
    further = [Relation.within(later, sooner) for later, sooner in pairs if sooner[1] != "only"]
    return [as_it_was, further]


def _cell(
    name: Cell, told: str, low: float = 0.0, high: float | None = None, value: float | None = None, worth: float = 1.0
) -> dict[str, Any]:
    return {"cell": name, "told": told, "value": value, "low": low, "high": high, "worth": worth}
