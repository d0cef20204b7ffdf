"""Per cent and interval of a ratio of two counts, or the bound that a source itself states."""

from typing import Any

import pandas as pd

from queries.measures.bounds import Bound
from queries.measures.interval import interval

SMALL_DENOMINATOR = 10

ADDED = {
    "ratio_low": "lowest value per 100; null when unknown or withheld",
    "ratio_high": "highest value per 100; null when unknown or withheld",
    "ratio_low_open": "the low itself is excluded",
    "ratio_high_open": "the high itself is excluded",
    "ratio_about": "a count is «about»",
    "claim": "share (grade A), side_by_side (per 100), withheld (denominator under 10), "
    "above_100, unknown, no_denominator, published (n not published)",
    "interval_low": "lower end of the 95 % Wilson interval, 0 to 100; null when there is none",
    "interval_high": "upper end of it",
    "exact_low": "lower end of the 95 % Clopper-Pearson interval, the strict choice",
    "exact_high": "upper end of it",
    "interval_kind": "share, or as_if each later count answered one earlier one (method panel only)",
}


def measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of ADDED to rows of the `ratios` mart.

    Rules, all of design §3: bounds pass through as intervals; under 10 in the denominator the per cent is
    withheld; above 100 no share is claimed; a published per cent is the bound it is, without interval.
    """
    rows = [_row(row) for row in frame.to_dict("records")]
    return frame.assign(**{name: [row[name] for row in rows] for name in ADDED})


def ratio(numerator: Bound, denominator: Bound, *, is_share: bool) -> dict[str, Any]:
    """The columns of ADDED for two counts.

    `is_share`: grade A, and its outcomes do not add to more than the denominator. A followed pair of other units
    keeps its n of N but no share: persons are no part of cases.
    """
    nothing = dict.fromkeys(ADDED) | {"ratio_low_open": False, "ratio_high_open": False, "ratio_about": False}
    if denominator.high == 0:
        return nothing | {"claim": "no_denominator"}
    if not numerator.is_known or not denominator.is_known:
        return nothing | {"claim": "unknown"}
    smallest = denominator.high if denominator.low is None else denominator.low
    if smallest is not None and smallest < SMALL_DENOMINATOR:
        return nothing | {"claim": "withheld"}
    per_100 = numerator.over(denominator).times(100)
    if not per_100.is_known:
        return nothing | {"claim": "unknown"}
    above = (per_100.high is not None and per_100.high > 100) or (per_100.low is not None and per_100.low > 100)
    ends = None if above else interval(numerator, denominator)
    strict = None if above else interval(numerator, denominator, "exact")
    return {
        "ratio_low": per_100.low,
        "ratio_high": per_100.high,
        "ratio_low_open": per_100.low_open,
        "ratio_high_open": per_100.high_open,
        "ratio_about": per_100.about,
        "claim": "above_100" if above else "share" if is_share else "side_by_side",
        "interval_low": ends[0] if ends else None,
        "interval_high": ends[1] if ends else None,
        "exact_low": strict[0] if strict else None,
        "exact_high": strict[1] if strict else None,
        "interval_kind": ("share" if is_share else "as_if") if ends else None,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    if row["grade"] is None or row["grade"] != row["grade"]:
        stated = Bound.read(row["published_low"], row["published_high"], row["published_qualifier"])
        return {
            "ratio_low": stated.low,
            "ratio_high": stated.high,
            "ratio_low_open": stated.low_open,
            "ratio_high_open": stated.high_open,
            "ratio_about": stated.about,
            "claim": "published",
            "interval_low": None,
            "interval_high": None,
            "exact_low": None,
            "exact_high": None,
            "interval_kind": None,
        }
    return ratio(
        Bound.read(row["numerator_low"], row["numerator_high"], row["numerator_qualifier"]),
        Bound.read(row["denominator_low"], row["denominator_high"], row["denominator_qualifier"]),
        is_share=row["grade"] == "A" and not row.get("outcomes_exceed"),
    )
