"""The trend of one line between two breaks: a quasi-Poisson model, and a rank test beside it.

Model: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), chapter 9 (dispersion from
Pearson's chi-square), computed by statsmodels, with t on n - 2 degrees of freedom. A dispersion under 1 is taken
as 1: of so few years a smooth run is luck, and no count is surer than its own chance. Rank test: H. B. Mann,
Econometrica 13 (1945), 245-259 (Kendall's tau against time), computed by scipy.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

FEWEST_YEARS = 4
RANK_TEST_REQUIRED_FROM = 6

Direction = Literal["rose", "fell", "none", "undecided", "too_few", "not_reviewed", "zeros"]


@dataclass(frozen=True)
class Trend:
    """What one segment of a line did: `change_*` in per cent a year, None unless a model was fitted.

    direction: rose, fell, none («no clear trend»), undecided (a bound could turn it), too_few (under four whole
    years), not_reviewed (nobody has reviewed the country's breaks), zeros (nothing was counted). Where only the
    first or only the last year counted anything no slope can be fitted: none, without numbers.
    `dispersion` is as found.
    """

    line: str
    year_from: int
    year_to: int
    years: int
    missing_years: int
    direction: Direction
    change_low: float | None = None
    change_high: float | None = None
    change: float | None = None
    dispersion: float | None = None
    rank_p: float | None = None


def trends(frame: pd.DataFrame) -> list[Trend]:
    """One Trend for each segment of each line of `yearly_lines`; part-years and yearly rates are left out.

    Columns read: line, segment, year, low, high, qualifier, is_part_year, period_kind, is_reviewed.
    """
    usable = frame[~frame["is_part_year"] & (frame["period_kind"] != "yearly_rate") & frame["segment"].notna()]
    return [
        trend(str(line), rows.sort_values("year"))
        for (line, _), rows in usable.groupby(["line", "segment"], sort=False)
    ]


def trend(line: str, rows: pd.DataFrame) -> Trend:
    """The trend of one segment; see Trend for what it says when none can be fitted.

    Raises ValueError on a negative or infinite count.
    """
    years = rows["year"].astype(int).tolist()
    first, last = years[0], years[-1]
    known = Trend(line, first, last, len(years), last - first + 1 - len(set(years)), "too_few")

    if not rows["is_reviewed"].all():
        return replace(known, direction="not_reviewed")
    if len(set(years)) < FEWEST_YEARS or len(set(years)) != len(years):
        return known
    if rows[["low", "high"]].isna().any(axis=None) or (rows["qualifier"] == "about").any():
        return replace(known, direction="undecided")
    lows, highs = rows["low"].astype(float).tolist(), rows["high"].astype(float).tolist()
    if not all(0 <= count < math.inf for count in [*lows, *highs]):
        raise ValueError("counts are finite and not negative")
    if lows != highs:
        return _bounded(known, years, lows, highs)
    return _fitted(known, years, lows)


def _bounded(known: Trend, years: list[int], lows: list[float], highs: list[float]) -> Trend:
    """The trend over bounds: told only when the flattest, the steepest and the middle reading agree."""
    middle = len(years) / 2
    readings = [
        [high if i < middle else low for i, (low, high) in enumerate(zip(lows, highs, strict=True))],
        [low if i < middle else high for i, (low, high) in enumerate(zip(lows, highs, strict=True))],
        [(low + high) / 2 for low, high in zip(lows, highs, strict=True)],
    ]
    found = [_fitted(known, years, counts) for counts in readings]
    if len({each.direction for each in found}) > 1 or any(each.change is None for each in found):
        return replace(known, direction="undecided")
    ends = [side for each in found for side in (each.change_low, each.change_high) if side is not None]
    return replace(found[2], change_low=min(ends), change_high=max(ends))


def _fitted(known: Trend, years: list[int], counts: list[float]) -> Trend:
    if sum(counts) == 0:
        return replace(known, direction="zeros")
    if not any(counts[1:]) or not any(counts[:-1]):
        return replace(known, direction="none")
    low, change, high, dispersion = _quasi_poisson(years, counts)
    rank_p = _rank_p(years, counts)
    agrees = len(years) < RANK_TEST_REQUIRED_FROM or rank_p < 0.05
    direction: Direction = "none"
    if agrees and low > 0:
        direction = "rose"
    if agrees and high < 0:
        direction = "fell"
    return replace(
        known,
        direction=direction,
        change_low=low,
        change_high=high,
        change=change,
        dispersion=dispersion,
        rank_p=rank_p,
    )


def _quasi_poisson(years: list[int], counts: list[float]) -> tuple[float, float, float, float]:
    """Low, estimate and high of the change in per cent a year, and the dispersion."""
    import numpy as np
    import statsmodels.api as sm  # a slow import, needed only where a trend is asked for
    from scipy.stats import t

    time = np.asarray(years, dtype=float) - float(np.mean(years))
    fit = sm.GLM(np.asarray(counts), sm.add_constant(time), family=sm.families.Poisson()).fit()
    dispersion = float(fit.pearson_chi2) / (len(years) - 2)
    slope, error = float(fit.params[1]), float(fit.bse[1]) * math.sqrt(max(1.0, dispersion))
    reach = float(t.ppf(0.975, len(years) - 2)) * error
    low, change, high = (100 * float(np.expm1(value)) for value in (slope - reach, slope, slope + reach))
    return low, change, high, dispersion


def _rank_p(years: list[int], counts: list[float]) -> float:
    from scipy.stats import kendalltau  # a slow import, needed only where a trend is asked for

    p = float(kendalltau(years, counts).pvalue)
    return 1.0 if p != p else p
