"""The share that each rung of a ladder has of the rung above and of the complaints."""

from typing import Any

import pandas as pd

from queries.measures.bounds import Bound
from queries.measures.ratio import ratio

OF = {"above": "the nearest rung above with a figure", "first": "the complaints"}
PART = {
    "low": "lowest value per 100",
    "high": "highest value per 100",
    "low_open": "the low itself is excluded",
    "high_open": "the high itself is excluded",
    "about": "a count is «about»",
    "claim": "as the ratio measure says; null when refused",
}
ADDED = {f"of_{of}_{part}": f"{words}, of {whom}" for of, whom in OF.items() for part, words in PART.items()}


def measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of ADDED to the rows of the question `ladder`; refused pairs get none."""
    columns: dict[str, list[object]] = {name: [] for name in ADDED}
    for row in frame.to_dict("records"):
        for of in OF:
            grade = row[f"{of}_grade"]
            shares: dict[str, Any] = {}
            if isinstance(grade, str):
                shares = ratio(
                    Bound.read(row["low"], row["high"], row["qualifier"]),
                    Bound.read(row[f"{of}_low"], row[f"{of}_high"], row[f"{of}_qualifier"]),
                    is_share=grade == "A" and not row[f"{of}_outcomes_exceed"],
                )
            for part in PART:
                columns[f"of_{of}_{part}"].append(shares.get(part if part == "claim" else f"ratio_{part}"))
    return frame.assign(**columns)
