"""Of 100, how many reached the later stage and how many did not: a bound stays a bound on both sides."""

from typing import Any

import pandas as pd

from queries.measures.bounds import Bound

ADDED = {
    "reached_low": "of 100, at least so many reached the later stage; null when unknown",
    "reached_high": "of 100, at most so many",
    "reached_qualifier": "exact, about, range or the bound it is; null where no share may be said",
    "rest_low": "of 100, at least so many did not",
    "rest_high": "of 100, at most so many did not",
    "rest_qualifier": "how sure that is: «less than 2» leaves «more than 98»",
}
# What 100 less a bound is.
OPPOSITE = {"less_than": "more_than", "more_than": "less_than", "at_most": "at_least", "at_least": "at_most"}


def measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of ADDED to rows that `ratio` has measured: of a share, or of what a source itself states."""
    rows = [_row(row) for row in frame.to_dict("records")]
    return frame.assign(**{name: [row[name] for row in rows] for name in ADDED})


def _row(row: dict[str, Any]) -> dict[str, Any]:
    if row["claim"] not in {"share", "published"}:
        return dict.fromkeys(ADDED)
    stated = row["published_qualifier"] if row["claim"] == "published" else None
    reached = Bound.read(row["ratio_low"], row["ratio_high"], stated)
    qualifier = stated or _qualify(reached, row)
    low, high = reached.low, reached.high
    return {
        "reached_low": low,
        "reached_high": high,
        "reached_qualifier": qualifier,
        "rest_low": None if high is None else 100 - high,
        "rest_high": None if low is None else 100 - low,
        "rest_qualifier": OPPOSITE.get(qualifier, qualifier),
    }


def _qualify(reached: Bound, row: dict[str, Any]) -> str:
    """The qualifier of a computed share."""
    if reached.low is None:
        return "less_than" if row["ratio_high_open"] else "at_most"
    if reached.high is None:
        return "more_than" if row["ratio_low_open"] else "at_least"
    if reached.low != reached.high:
        return "range"
    return "about" if row["ratio_about"] else "exact"
