"""Which counts of a list are withheld, so that none that stands for 1 to 4 persons is told or can be worked out.

Primary and complementary suppression: a cell of 1 to 4 is told as that bound, and of the cells around it enough are
told as «at least 1» alone. For each withheld cell whole tables are found with other values in it that fit all that is
told, now and earlier; where none fits, the cells that the nearest such table changes are withheld too (the least change
of L. H. Cox, J. Amer. Statist. Assoc. 75 (1980), 377-385, solved by scipy's HiGHS). These tables are the proof that no
reader can pin the cell, whatever he solves: what is withheld later only lets more tables fit.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack

# Cells of 1 to SMALL persons are withheld.
SMALL = 4
# How much dearer it is to hide that a withheld cell is small than to withhold another: it is done last.
DEAR = 1_000.0

ADDED = {
    "low": "lowest value that is told",
    "high": "highest value that is told; null when none is",
    "withheld": "'' when the value is told; small: told as 1 to 4; beside: told as at least 1, for another's sake",
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
    frame: pd.DataFrame, relations: Sequence[Relation], supposed: Sequence[Sequence[Relation]] = ()
) -> pd.DataFrame:
    """Add the columns of ADDED to cells: `cell` (its name), `told`, `value`, `low`, `high`, `worth`.

    told: now, a cell of this table with its true `value`; derived, one with its true `value` that is not told but comes
    out of those that are; before, one that was told earlier with the bounds `low` and `high`, whatever it was; never,
    one that only the relations speak of. Everybody knows that none is negative. Of cells that will do as well those of
    the least `worth` are withheld. `relations` hold among true values; of `supposed`, what a reader may suppose too,
    the first counts that the cells of this table do not refute.

    Every cell of now that is withheld, and every derived one of 1 to 4, has at least two values that fit; one of 1 to 4
    all four, as far as its neighbours within it or around it leave them. One of before still has two, if it had. Raises
    ValueError when a cell is named twice or the relations do not hold.
    """
    if frame["cell"].duplicated().any():
        raise ValueError("a cell is named twice")
    tables = (_Table(frame, [*relations, *more]) for more in [*supposed, ()])
    table = next((table for table in tables if table.holds), None)
    if table is None:
        raise ValueError("the relations do not hold")
    small = [place for place in table.places("now", "derived") if 0 < table.value[place] <= SMALL]
    for place in small:
        table.state[place] = "small" if table.told[place] == "now" else ""
    for place in small:
        _protect(table, place)
    for place in table.places("before"):
        _protect_earlier(table, place)
    high = np.where(np.isinf(table.told_high()), np.nan, table.told_high())
    return frame.assign(low=table.told_low(), high=high, withheld=table.state)


def _protect(table: "_Table", place: int) -> None:
    """See to it that the cell may be 4 as well as 1, else what comes nearest; something else in any case."""
    value = round(table.value[place])
    for others in (range(SMALL, value, -1), range(1, value)):
        for other in others:
            if other in table.seen[place] or table.find(place, other, other, opening=True):
                break
    if len(table.seen[place]) < 2 and not table.find(place, value + 1, np.inf, opening=True):
        raise ValueError("a cell can't be withheld")


def _protect_earlier(table: "_Table", place: int) -> None:
    """See to it that what was withheld earlier is not worked out from what is told now."""
    known = min(table.seen[place])
    for opening in (False, True):
        for low, high in ((known + 1, np.inf), (0, known - 1)):
            if len(table.seen[place]) > 1 or table.low[place] == table.high[place]:
                return
            table.find(place, low, high, opening)


class _Table:
    """The cells, what is told of each so far, and the values that each was seen to have in tables that fit."""

    def __init__(self, frame: pd.DataFrame, relations: Sequence[Relation]):
        self.told = frame["told"].tolist()
        self.value = frame["value"].to_numpy(float, na_value=0.0)
        self.low = frame["low"].to_numpy(float, na_value=0.0)
        self.high = frame["high"].to_numpy(float, na_value=np.inf)
        # No two are of the same worth, so that every machine withholds the same.
        self.worth = frame["worth"].to_numpy(float) + np.arange(len(frame)) / (1_000 * max(len(frame), 1))
        self.state = [""] * len(frame)
        self.seen: list[set[int]] = [set() for _ in self.told]
        cells = {cell: place for place, cell in enumerate(frame["cell"])}
        terms = [(row, cells[cell], times) for row, one in enumerate(relations) for cell, times in one.terms.items()]
        rows, columns, times = zip(*terms, strict=True) if terms else ((), (), ())
        self.sums = coo_array((times, (rows, columns)), shape=(len(relations), len(frame)))
        self.most = np.array([0.0 if relation.is_equal else np.inf for relation in relations])
        self.holds = self.find(0, -np.inf, np.inf, opening=False)

    def places(self, *told: str) -> list[int]:
        """Numbers of the cells that are told so, in their order."""
        return [place for place, how in enumerate(self.told) if how in told]

    def told_low(self) -> NDArray[np.float64]:
        """The lowest value that is told of each cell."""
        value = np.where([how == "now" for how in self.told], self.value, self.low)
        return np.where([bool(state) for state in self.state], 1.0, value)

    def told_high(self) -> NDArray[np.float64]:
        """The highest value that is told of each cell; infinite when none is."""
        value = np.where([how == "now" for how in self.told], self.value, self.high)
        value = np.where([state == "small" for state in self.state], float(SMALL), value)
        return np.where([state == "beside" for state in self.state], np.inf, value)

    def find(self, place: int, low: float, high: float, opening: bool) -> bool:
        """Look for a table that fits, with a value from low to high in one cell; with `opening` also one that fits once
        more cells are withheld, the fewest and of the least worth, which they then are.
        """
        count = len(self.told)
        least, most = self.told_low(), self.told_high()
        may_open = np.array(
            [how == "now" and state != "beside" for how, state in zip(self.told, self.state, strict=True)]
        )
        may_open &= (self.value > 0) & opening
        lower, upper = np.where(may_open, 1.0, least), np.where(may_open, np.inf, most)
        lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
        if lower[place] > upper[place]:
            return False
        # Variables: the cells, and behind them how far each that may be withheld lies outside what is told of it.
        opened = np.flatnonzero(may_open)
        cost = self.worth * np.where([state == "small" for state in self.state], DEAR, 1.0)
        cells, outside = eye_array(count).tocsr()[opened], eye_array(len(opened))
        found = milp(
            np.concatenate([np.zeros(count), cost[opened]]),
            integrality=1,
            bounds=Bounds(
                np.concatenate([lower, np.zeros(len(opened))]), np.concatenate([upper, np.full(len(opened), np.inf)])
            ),
            constraints=[
                LinearConstraint(hstack([self.sums, coo_array((self.sums.shape[0], len(opened)))]), 0, self.most),
                LinearConstraint(hstack([cells, outside]), least[opened], np.inf),
                LinearConstraint(hstack([cells, -outside]), -np.inf, most[opened]),
            ],
        )
        if not found.success:
            return False
        for each, value in enumerate(found.x[:count].round().astype(int).tolist()):
            self.seen[each].add(value)
            if may_open[each] and not least[each] <= value <= most[each]:
                self.state[each] = "beside"
        return True
