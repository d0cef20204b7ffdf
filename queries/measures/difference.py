"""Do two counts differ? The exact conditional Poisson 95 % interval of their ratio, against 1.

Given their sum, the second of two Poisson counts over times of equal length is binomial, so the exact
interval of the share (Clopper-Pearson) gives that of the ratio: J. Przyborowski and H. Wilenski,
Biometrika 31 (1940), 313-323.
"""

from typing import Literal

import pandas as pd

from queries.measures.bounds import Bound

Direction = Literal["rose", "fell", "none", "unknown"]


def differences(frame: pd.DataFrame) -> list[Direction | None]:
    """For each row of `yearly_lines`, how it differs from the whole year before it on the same line and segment.

    None where there is no such year: across a gap, a break, another document, from or to a part-year, and in a country
    whose breaks nobody has reviewed.
    """
    rows = frame.to_dict("records")
    usable = [row["is_reviewed"] and not row["is_part_year"] and row["period_kind"] != "yearly_rate" for row in rows]
    whole = {
        (row["line"], row["segment"], row["year"]): Bound.read(row["low"], row["high"], row["qualifier"])
        for row, is_usable in zip(rows, usable, strict=True)
        if is_usable and row["segment"] == row["segment"]
    }
    found: list[Direction | None] = []
    for row, is_usable in zip(rows, usable, strict=True):
        here, before = (whole.get((row["line"], row["segment"], row["year"] - lag)) for lag in (0, 1))
        found.append(difference(before, here) if is_usable and here and before else None)
    return found


def difference(before: Bound, after: Bound) -> Direction:
    """How the count moved; over bounds, only what holds for every pair of counts inside them.

    «none» is «no clear difference»; «unknown» when a side that decides is unknown or «about».
    """
    if before.about or after.about:
        return "unknown"
    if before.high is not None and after.low is not None and _above_one(before.high, after.low):
        return "rose"
    if before.low is not None and after.high is not None and _above_one(after.high, before.low):
        return "fell"
    return "none" if before.is_exact and after.is_exact else "unknown"


def _above_one(low_count: float, high_count: float) -> bool:
    if high_count <= low_count:
        return False
    from scipy.stats import binomtest  # a slow import, needed only here

    ends = binomtest(round(high_count), round(low_count) + round(high_count)).proportion_ci(0.95, method="exact")
    return float(ends.low) > 0.5
