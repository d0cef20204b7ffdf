"""Do two counts differ? The exact conditional Poisson 95 % interval of their ratio, against 1.

Given their sum, the second of two Poisson counts over times of equal length is binomial, so the exact
interval of the share (Clopper-Pearson) gives that of the ratio: J. Przyborowski and H. Wilenski,
Biometrika 31 (1940), 313-323.
"""

from typing import Literal

from queries.measures.bounds import Bound

SMALL_BASE = 10


def difference(before: Bound, after: Bound) -> Literal["rose", "fell", "none", "unknown"]:
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
