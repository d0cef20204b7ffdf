"""The funnel: one compiler's years as ratio against denominator, inside the limits that chance alone would give.

D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202: exact binomial limits around the pooled ratio
(section 3 and appendix A), over-dispersion from winsorised Pearson residuals (section 4).
"""

import math
from dataclasses import dataclass

import pandas as pd

from queries.measures.ratio import SMALL_DENOMINATOR

FEWEST_POINTS = 5
LEVELS = (95.0, 99.8)
WINSORISED = 0.1


@dataclass(frozen=True)
class Funnel:
    """Points (year, denominator, per 100), the pooled ratio per 100, limits by level, and the dispersion.

    limits: level -> rows of (denominator, low per 100, high per 100). dispersion: 1 is chance alone;
    differs: the chi-square test of homogeneity rejects chance alone at 5 %.
    """

    points: list[tuple[int, float, float]]
    pooled: float
    limits: dict[float, list[tuple[float, float, float]]]
    dispersion: float
    differs: bool


def funnel(frame: pd.DataFrame) -> Funnel | None:
    """The funnel of rows of `stage_ratio`, all of one compiler and pair of stages; None under five usable years.

    A usable year is whole, a share (grade A) of exact counts, with a denominator of ten or more and a numerator not
    above it: limits of chance mean nothing for counts of different units.
    """
    exact = (frame["numerator_low"] == frame["numerator_high"]) & (
        frame["denominator_low"] == frame["denominator_high"]
    )
    usable = frame[
        exact
        & ~frame["is_part_year"].astype(bool)
        & frame["year"].notna()
        & (frame["numerator_qualifier"] == "exact")
        & (frame["denominator_qualifier"] == "exact")
        & (frame["grade"] == "A")
        & (frame["denominator_low"] >= SMALL_DENOMINATOR)
        & (frame["numerator_low"] <= frame["denominator_low"])
    ].drop_duplicates("year")
    if len(usable) < FEWEST_POINTS:
        return None
    years = [int(year) for year in usable["year"]]
    of = [float(value) for value in usable["denominator_low"]]
    n = [float(value) for value in usable["numerator_low"]]
    pooled = sum(n) / sum(of)
    grid = sorted(
        {round(math.exp(step)) for step in _steps(math.log(min(of)), math.log(max(of)), 60)} | set(map(round, of))
    )
    limits: dict[float, list[tuple[float, float, float]]] = {level: [] for level in LEVELS}
    for level, rows in limits.items():
        for size in grid:
            low, high = exact_limits(pooled, size, level)
            rows.append((float(size), 100 * low, 100 * high))
    points = [(year, size, 100 * count / size) for year, size, count in zip(years, of, n, strict=True)]
    residuals = _residuals(n, of, pooled)
    return Funnel(points, 100 * pooled, limits, _dispersion(residuals), _differs(residuals))


def exact_limits(p: float, size: int, level: float) -> tuple[float, float]:
    """Low and high limit of a ratio at `size`, interpolated between the counts of the binomial (appendix A)."""
    from scipy.stats import binom  # a slow import, needed only here

    def limit(tail: float) -> float:
        count = float(binom.ppf(tail, size, p))
        at, below = float(binom.cdf(count, size, p)), float(binom.cdf(count - 1, size, p))
        return (count - (at - tail) / (at - below)) / size if at > below else count / size

    low, high = limit((1 - level / 100) / 2), limit(1 - (1 - level / 100) / 2)
    return max(0.0, low), min(1.0, high)


def _steps(first: float, last: float, number: int) -> list[float]:
    return [first + (last - first) * i / (number - 1) for i in range(number)]


def _residuals(n: list[float], of: list[float], p: float) -> list[float]:
    """Pearson residuals of the counts; none differ when nothing or everything was reached."""
    if p in (0.0, 1.0):
        return [0.0] * len(n)
    return sorted((count / size - p) / math.sqrt(p * (1 - p) / size) for count, size in zip(n, of, strict=True))


def _dispersion(residuals: list[float]) -> float:
    cut = int(WINSORISED * len(residuals))
    low, high = residuals[cut], residuals[len(residuals) - 1 - cut]
    return sum(min(max(value, low), high) ** 2 for value in residuals) / len(residuals)


def _differs(residuals: list[float]) -> bool:
    from scipy.stats import chi2  # a slow import, needed only here

    return float(chi2.sf(sum(value * value for value in residuals), len(residuals) - 1)) < 0.05
