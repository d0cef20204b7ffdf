"""How many for every 100,000 inhabitants or 1,000 prisoners, with the interval of a count.

The exact interval of a Poisson count: F. Garwood, Biometrika 28 (1936), 437-442, by the quantiles of chi-squared.
"""

from typing import Any

import pandas as pd

from queries.measures.bounds import Bound

PER = {"population": 100_000, "prison_population": 1_000}

ADDED = {
    "per": "for how many inhabitants or prisoners the rate is",
    "rate_low": "lowest rate; null when unknown",
    "rate_high": "highest rate; null when unknown",
    "rate_low_open": "the low itself is excluded",
    "rate_high_open": "the high itself is excluded",
    "rate_about": "the count or the denominator is «about»",
    "claim": "rate, unknown (no side is known), or no_denominator (none of that year)",
    "rate_interval_low": "lower end of the 95 % interval of a Poisson count (Garwood); null when there is none",
    "rate_interval_high": "upper end of it",
}


def measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of ADDED to rows of the question `rates`."""
    rows = [_row(row) for row in frame.to_dict("records")]
    return frame.assign(**{name: [row[name] for row in rows] for name in ADDED})


def _row(row: dict[str, Any]) -> dict[str, Any]:
    count = Bound.read(row["low"], row["high"], row["qualifier"])
    of = Bound.read(row["denominator_low"], row["denominator_high"], "about" if row["denominator_about"] else None)
    return rate(count, of, PER[row["basis"]])


def rate(count: Bound, of: Bound, per: int) -> dict[str, Any]:
    """The columns of ADDED for a count and its denominator, each with its bounds."""
    nothing = dict.fromkeys(ADDED) | {
        "per": per,
        "rate_low_open": False,
        "rate_high_open": False,
        "rate_about": False,
    }
    if not of.is_known or of.high == 0:
        return nothing | {"claim": "no_denominator"}
    found = count.over(of).times(per)
    if not found.is_known:
        return nothing | {"claim": "unknown"}
    low, high = _interval(count, of) or (None, None)
    return {
        "per": per,
        "rate_low": found.low,
        "rate_high": found.high,
        "rate_low_open": found.low_open,
        "rate_high_open": found.high_open,
        "rate_about": found.about,
        "claim": "rate",
        "rate_interval_low": None if low is None else low * per,
        "rate_interval_high": None if high is None else high * per,
    }


def _interval(count: Bound, of: Bound) -> tuple[float, float] | None:
    """The union of the intervals of every count and denominator inside the bounds; None where a side is unknown.

    A count that is «about» has none; a denominator that is «about» widens nothing by an invented margin.
    """
    if count.about or count.low is None or count.high is None or not of.low or not of.high:
        return None
    from scipy.stats import chi2  # a slow import that pages without rates do not need

    least = float(chi2.ppf(0.025, 2 * count.low)) / 2 if count.low else 0.0
    most = float(chi2.ppf(0.975, 2 * count.high + 2)) / 2
    return least / of.high, most / of.low
