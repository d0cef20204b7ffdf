"""What has changed on a chart since a version, in a sentence and a small table."""

from typing import Any

import pandas as pd

from components.text import Text

MOST = 3  # changes named in the sentence; the table tells all


def write_sentence(changes: pd.DataFrame, text: Text) -> str:
    """«Since this version, on this chart: changed – 1 (602 → 604); added – 2; gone – 0.» `changes`: of the measure
    `since`."""
    if changes.empty:
        return text("since.nothing")
    number = {change: int((changes["change"] == change).sum()) for change in ("changed", "added", "gone", "restated")}
    changed = changes[changes["change"] == "changed"].to_dict("records")
    each = [
        text("since.each", before=write_number(row, "before", text), after=write_number(row, "after", text))
        for row in changed
    ]
    parts = [
        text("since.changed_each", n=text.number(number["changed"]), each=text.listed(each))
        if 0 < len(each) <= MOST
        else text("since.changed", n=text.number(number["changed"])),
        text("since.added", n=text.number(number["added"])),
        text("since.gone", n=text.number(number["gone"])),
    ]
    if number["restated"]:
        parts.append(text("since.restated", n=text.number(number["restated"])))
    return text("since.sentence", parts=text.listed(parts))


def tabulate(changes: pd.DataFrame, text: Text, country: str) -> pd.DataFrame:
    """One row a change: where the number stands, what it was and what it is. country: of the chart, for questions whose
    rows do not name it. `text` knows the organisations of both versions."""
    return pd.DataFrame(
        [
            {
                text("since.what"): _describe_place(row, text, row["country"] or country),
                text("since.change"): text(f"since.change.{row['change']}"),
                text("since.before"): write_number(row, "before", text),
                text("since.after"): write_number(row, "after", text),
                text("ui.figure_id"): "" if row["state_before"] or row["state_after"] else row["figure_id"],
            }
            for row in changes.to_dict("records")
        ]
    )


def write_number(row: dict[str, Any], side: str, text: Text) -> str:
    """The number, or the state of the year, as it was `before` or is `after`; '' where there is none."""
    if state := row[f"state_{side}"]:
        return text(f"state.{state}")
    if not row[f"qualifier_{side}"]:
        return ""
    low, high = (None if row[f"{end}_{side}"] == "" else row[f"{end}_{side}"] for end in ("low", "high"))
    return text.bound(low, high, row[f"qualifier_{side}"], percent=row["unit"] == "percent")


def _describe_place(row: dict[str, Any], text: Text, country: str) -> str:
    """Who counted what, and when."""
    is_count = row["unit"] not in ("", "percent")
    stage = text.stage_count(row["stage"], row["unit"], row["kind"]) if is_count else text(f"stage.{row['stage']}")
    if isinstance(row["period_start"], pd.Timestamp):
        period = text.period(row["period_start"].date(), row["period_end"].date())
    else:
        period = text.year(row["year"])
    return f"{stage} · {period} · {text.compiler(country, row['compiler'])}"
