"""Strict publishing: no count of 1 to 4 persons is published, nor can be computed from those that are.

Here is what any reader knows who knows the rule of counting: each count is a sum of the cases that got so far and no
further. The measure `withhold` does the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import pyarrow as pa

from data.counting import COMPLAINT, Counted, CountedStage, are_lower_bounds, make_figures
from data.uploads import UploadRefused
from queries.measures.withhold import Relation, withhold

# The note of a withheld figure; its words in other languages are in components/locales/*/notes.csv.
WITHHELD_NOTE = (
    "Withheld: the organisation publishes this list strictly. A number that stands for 1 to 4 persons is told as fewer "
    "than 5, and a number from which such a one could be worked out as at least 1"
)
QUALIFIER = {"": "exact", "primary": "withheld", "complementary": "at_least"}
LEAST_WITHHELD = 1.0
# The total of complaints is withheld last: every other count is read beside it.
COST = {"complaint": 4.0}

Cell = tuple[Any, ...]
CellRow = dict[str, Any]
PublishedBounds = dict[str, tuple[float, float]]  # stage -> low and high of one year


def protect_counts(counted: Counted, editions: Sequence[pd.DataFrame] = ()) -> pa.Table:
    """Make figures of counted cases, withholding what design §3 asks for.

    `editions`: figures of earlier strict lists of the same organisation, in their order (stage, period_start,
    value_low, value_high). A reader may have them, and may believe that cases were only added since. Raises
    UploadRefused: rules_broken.
    """
    every = {codes for classes in counted.classes.values() for codes in classes}
    relations = _Relations(counted.stages, every)
    rows = counted.figures.to_pylist()
    low: list[float] = []
    high: list[float | None] = []
    withheld: list[str] = []
    for country, start in dict.fromkeys((row["country"], row["period_start"]) for row in rows):
        own = [row for row in rows if (row["country"], row["period_start"]) == (country, start)]
        counts = {row["stage"]: row["cases"] for row in own}
        earlier = [bounds for edition in editions if (bounds := _select_year(edition, start.year))]
        try:
            classes = counted.classes.get((country, start.year), {})
            published = withhold(*relations.describe(counts, classes, earlier)).head(len(counts))
        except ValueError as fault:
            raise UploadRefused("rules_broken", f"{start.year}: {fault}") from fault
        low += published["low"].tolist()
        high += [None if pd.isna(value) else value for value in published["high"]]
        withheld += published["withheld"].tolist()
    # Where the list is silent there may be more than it counts: «fewer than 5» would say too much.
    open_above = are_lower_bounds(counted)
    high = [None if is_open else side for side, is_open in zip(high, open_above, strict=True)]
    qualifier = ["at_least" if is_open else QUALIFIER[how] for how, is_open in zip(withheld, open_above, strict=True)]
    return make_figures(
        counted.figures,
        value_low=pa.array(low, pa.float64()),
        value_high=pa.array(high, pa.float64()),
        qualifier=pa.array(qualifier, pa.string()),
        note=pa.array([WITHHELD_NOTE if how else None for how in withheld], pa.string()),
    )


def _select_year(edition: pd.DataFrame, year: int) -> PublishedBounds:
    """What a reader knows of the counts of an earlier list.

    «At least 7» of a list that is silent on some of its cases says that it counts 7; a withheld number says 1 or more.
    """
    own = edition[[start.year == year for start in edition["period_start"]]]
    return {
        row["stage"]: (low, low if pd.isna(high) and low != LEAST_WITHHELD else high)
        for row in own.to_dict("records")
        for low, high in [(row["value_low"], row["value_high"])]
    }


class _Relations:
    """The rule of queries/counting/case_figures as relations among the counts of a year; a test holds them together.

    Each count is the sum of the cases whose outcomes it counts: of `classes`, sets of outcomes.
    """

    def __init__(self, stages: Sequence[CountedStage], classes: Iterable[frozenset[str]]):
        named = {outcome for one in stages if one.reached_by for outcome in one.reached_by}
        self.classes = sorted({*classes, frozenset(), *(frozenset({one}) for one in named)}, key=sorted)
        self.counted_at = {
            one.stage: {
                codes
                for codes in self.classes
                if one.reached_by is None or (codes & one.reached_by and not codes & one.ended_by)
            }
            for one in stages
        }

    def is_part(self, inner: str, outer: str) -> bool:
        """Whoever is counted at the one stage is counted at the other too."""
        return self.counted_at[inner] < self.counted_at[outer]

    def describe(
        self, counts: dict[str, int], classes: Mapping[frozenset[str], int], earlier: Sequence[PublishedBounds]
    ) -> tuple[pd.DataFrame, list[Relation], list[list[Relation]]]:
        """The arguments of `withhold` for the counts of one year: cells (the counts first), relations, assumptions.

        That earlier lists were counted by the same rule is an assumption too: rules change.
        """
        rows = [_cell(("now", stage), "published", value=n, cost=COST.get(stage, 1.0)) for stage, n in counts.items()]
        rows += [_cell((i, stage), "earlier", *bounds[stage]) for i, bounds in enumerate(earlier) for stage in bounds]
        more, relations = self._relate("now", {*counts}, classes)
        rows += more
        rule_then: list[Relation] = []
        for i, bounds in enumerate(earlier):
            more, sums = self._relate(i, {*bounds} & self.counted_at.keys(), None)
            rows += more
            rule_then += sums
        additions = _assume_additions([row["cell"] for row in rows], [*range(len(earlier)), "now"])
        for whole, part, value in self._list_differences(counts, earlier):
            rest = ("rest", whole, part)
            rows.append(_cell(rest, "derived", value=value))
            relations.append(Relation.total(whole, [part, rest]))
        return pd.DataFrame(rows), relations, [rule_then + assumed for assumed in [*additions, []]]

    def _relate(
        self, name: Any, kept: set[str], cases: Mapping[frozenset[str], int] | None
    ) -> tuple[list[CellRow], list[Relation]]:
        """Cells for who has just these outcomes, and how the counts of one list are made of them.

        `kept`: stages that the list has counts of; `cases`: how many have which outcomes, where that is known.
        """
        rows: list[CellRow] = []
        if kept <= {COMPLAINT}:  # such a list says nothing of outcomes
            return rows, []
        for codes in self.classes:
            own = (name, "only", *sorted(codes))
            rows.append(
                _cell(own, "latent") if cases is None else _cell(own, "derived", value=float(cases.get(codes, 0)))
            )
        return rows, [
            Relation.total((name, stage), [(name, "only", *sorted(codes)) for codes in self.counted_at[stage]])
            for stage in sorted(kept)
        ]

    def _list_differences(
        self, counts: dict[str, int], earlier: Sequence[PublishedBounds]
    ) -> list[tuple[Cell, Cell, float]]:
        """Counts that follow from two published ones: who is left of a stage without another, who came since a list."""
        differences: list[tuple[Cell, Cell, float]] = [
            (("now", outer), ("now", inner), counts[outer] - counts[inner])
            for outer in counts
            for inner in counts
            if self.is_part(inner, outer)
        ]
        for i, bounds in enumerate(earlier):
            for stage in [stage for stage in counts if stage in bounds and bounds[stage][0] == bounds[stage][1]]:
                now, then, since = ("now", stage), (i, stage), counts[stage] - bounds[stage][0]
                differences.append((now, then, since) if since >= 0 else (then, now, -since))
        return differences


def _assume_additions(cells: Sequence[Cell], lists: Sequence[Any]) -> list[list[Relation]]:
    """What a reader may believe of lists that follow each other, the boldest first.

    Each case of the one stands in the next just as it was; or it may have got further since.
    """
    known = set(cells)
    pairs = [
        (later, cell)
        for before, after in pairwise(lists)
        for cell in cells
        if cell[0] == before and (later := (after, *cell[1:])) in known
    ]
    if not pairs:
        return []
    unchanged = [Relation.within(later, sooner) for later, sooner in pairs]
    further = [Relation.within(later, sooner) for later, sooner in pairs if sooner[1] != "only"]
    return [unchanged, further]


def _cell(
    name: Cell, role: str, low: float = 0.0, high: float | None = None, value: float | None = None, cost: float = 1.0
) -> CellRow:
    return {"cell": name, "role": role, "value": value, "low": low, "high": high, "cost": cost}
