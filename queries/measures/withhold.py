"""Disclosure control: which counts of a list are withheld, so that none of 1 to 4 persons is shown or can be computed.

Primary suppression: a cell of 1 to 4 is published as that bound. Complementary suppression: of the cells around it
enough are published as «at least 1» alone. For each protected cell the measure looks for whole tables that fit all that
is published, now and earlier, and have another value in that cell; where none fits, it withholds the cells that the
nearest such table changes (the least change of L. H. Cox, J. Amer. Statist. Assoc. 75 (1980), 377-385, solved by
scipy's HiGHS). These tables are the proof that no reader can pin the cell, whatever he solves: what is withheld later
only lets more of them fit.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack

# Cells of 1 to SMALL persons are withheld (design §3).
SMALL = 4
# To hide that a withheld cell is small costs more than to withhold any other: it is done last.
COST_OF_SMALL = 1_000.0

ADDED = {
    "low": "lowest value published",
    "high": "highest value published; null when none is",
    "withheld": "'' when the value is published; primary: published as 1 to 4; complementary: as at least 1",
}


@dataclass(frozen=True)
class Relation:
    """The sum of `terms`, cell -> coefficient, is 0; when not `is_equal`, at least 0."""

    terms: Mapping[Hashable, int]
    is_equal: bool = True

    @classmethod
    def total(cls, whole: Hashable, parts: Iterable[Hashable]) -> "Relation":
        """The whole is the sum of its parts: a margin."""
        return cls({whole: 1, **dict.fromkeys(parts, -1)})

    @classmethod
    def within(cls, outer: Hashable, inner: Hashable) -> "Relation":
        """The inner cell is no greater than the outer one."""
        return cls({outer: 1, inner: -1}, is_equal=False)


def withhold(
    frame: pd.DataFrame, relations: Sequence[Relation], assumptions: Sequence[Sequence[Relation]] = ()
) -> pd.DataFrame:
    """Add the columns of ADDED to cells: `cell` (a name), `role`, `value` in persons, `low`, `high`, `cost`.

    role: published, a cell to be published now, with its true `value`; derived, a true `value` that is not published
    but follows from those that are; earlier, a cell published before with the bounds `low` and `high`; latent, one that
    only the relations name. All are 0 or more. `cost`: of withholding a published cell; the cheapest are withheld.
    `relations` hold among true values. `assumptions` are further relations that a reader may believe: the first of them
    that the published cells do not contradict counts.

    Every published cell that is withheld, and every derived one of 1 to 4, keeps at least two possible values; one of 1
    to 4 keeps all four where the cells within it and around it allow it. An earlier cell that had two keeps two. Raises
    ValueError when a cell is named twice or the relations contradict the values.
    """
    if frame["cell"].duplicated().any():
        raise ValueError("a cell is named twice")
    tables = (_Table(frame, [*relations, *more]) for more in [*assumptions, ()])
    table = next((table for table in tables if table.is_consistent), None)
    if table is None:
        raise ValueError("the relations contradict the values")
    small = [place for place in table.list_places("published", "derived") if 0 < table.value[place] <= SMALL]
    for place in small:
        if table.role[place] == "published":
            table.withheld[place] = "primary"
    for place in small:
        _protect(table, place)
    for place in table.list_places("earlier"):
        _protect_earlier(table, place)
    high = np.where(np.isinf(table.compute_high()), np.nan, table.compute_high())
    return frame.assign(low=table.compute_low(), high=high, withheld=table.withheld)


def _protect(table: "_Table", place: int) -> None:
    """Make both 4 and 1 possible in the cell, else what comes nearest to them; another value in any case."""
    value = round(table.value[place])
    for others in (range(SMALL, value, -1), range(1, value)):
        for other in others:
            if other in table.possible[place] or table.find_fit(place, other, other, may_withhold=True):
                break
    if len(table.possible[place]) < 2 and not table.find_fit(place, value + 1, np.inf, may_withhold=True):
        raise ValueError("a cell can't be withheld")


def _protect_earlier(table: "_Table", place: int) -> None:
    """Keep what was withheld earlier from being computed with what is published now."""
    known = min(table.possible[place])
    for may_withhold in (False, True):
        for low, high in ((known + 1, np.inf), (0, known - 1)):
            if len(table.possible[place]) > 1 or table.low[place] == table.high[place]:
                return
            table.find_fit(place, low, high, may_withhold)


class _Table:
    """The cells, what is withheld so far, and the values that each has in the tables that were found to fit."""

    def __init__(self, frame: pd.DataFrame, relations: Sequence[Relation]):
        self.role = frame["role"].tolist()
        self.value = frame["value"].to_numpy(float, na_value=0.0)
        self.low = frame["low"].to_numpy(float, na_value=0.0)
        self.high = frame["high"].to_numpy(float, na_value=np.inf)
        # No two cost the same, so that every machine withholds the same cells.
        self.cost = frame["cost"].to_numpy(float) + np.arange(len(frame)) / (1_000 * max(len(frame), 1))
        self.withheld = [""] * len(frame)
        self.possible: list[set[int]] = [set() for _ in self.role]
        places = {cell: place for place, cell in enumerate(frame["cell"])}
        terms = [(row, places[cell], times) for row, one in enumerate(relations) for cell, times in one.terms.items()]
        rows, columns, times = zip(*terms, strict=True) if terms else ((), (), ())
        self.sums = coo_array((times, (rows, columns)), shape=(len(relations), len(frame)))
        self.highest_sum = np.array([0.0 if relation.is_equal else np.inf for relation in relations])
        self.is_consistent = self.find_fit(0, -np.inf, np.inf, may_withhold=False)

    def list_places(self, *roles: str) -> list[int]:
        """Numbers of the cells of these roles, in their order."""
        return [place for place, role in enumerate(self.role) if role in roles]

    def compute_low(self) -> NDArray[np.float64]:
        """The lowest value of each cell that a reader thinks possible at first sight."""
        value = np.where([role == "published" for role in self.role], self.value, self.low)
        return np.where([bool(withheld) for withheld in self.withheld], 1.0, value)

    def compute_high(self) -> NDArray[np.float64]:
        """The highest such value; infinite when there is none."""
        value = np.where([role == "published" for role in self.role], self.value, self.high)
        value = np.where([withheld == "primary" for withheld in self.withheld], float(SMALL), value)
        return np.where([withheld == "complementary" for withheld in self.withheld], np.inf, value)

    def find_fit(self, place: int, low: float, high: float, may_withhold: bool) -> bool:
        """Find a table that fits everything published, with a value from low to high in one cell; whether there is one.

        With `may_withhold` more cells may be withheld for it, at the least cost; then they are.
        """
        count = len(self.role)
        least, most = self.compute_low(), self.compute_high()
        is_open = np.array([withheld == "complementary" for withheld in self.withheld])
        can_open = np.array([role == "published" for role in self.role]) & (self.value > 0) & ~is_open & may_withhold
        lower, upper = np.where(can_open, 1.0, least), np.where(can_open, np.inf, most)
        lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
        if lower[place] > upper[place]:
            return False
        # Variables: the cells, then for each that can be withheld its distance from what is published of it.
        opened = np.flatnonzero(can_open)
        cost = self.cost * np.where([withheld == "primary" for withheld in self.withheld], COST_OF_SMALL, 1.0)
        cells, distance = eye_array(count).tocsr()[opened], eye_array(len(opened))
        no_distance = coo_array((self.sums.shape[0], len(opened)))
        fit = milp(
            np.concatenate([np.zeros(count), cost[opened]]),
            integrality=1,
            bounds=Bounds(
                np.concatenate([lower, np.zeros(len(opened))]), np.concatenate([upper, np.full(len(opened), np.inf)])
            ),
            constraints=[
                LinearConstraint(hstack([self.sums, no_distance]), 0, self.highest_sum),
                LinearConstraint(hstack([cells, distance]), least[opened], np.inf),
                LinearConstraint(hstack([cells, -distance]), -np.inf, most[opened]),
            ],
        )
        if not fit.success:
            return False
        for each, value in enumerate(fit.x[:count].round().astype(int).tolist()):
            self.possible[each].add(value)
            if can_open[each] and not least[each] <= value <= most[each]:
                self.withheld[each] = "complementary"
        return True
