"""What differs between two versions, in words."""

from typing import Any

import pandas as pd

from components.text import Text

ROWS_SHOWN = 200


def list_changed_counts(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Counts before and after, in words."""
    return pd.DataFrame(
        [
            {
                text("upload.change"): text(f"change.{row['change']}"),
                text("ui.compiler"): _name_organisation(row, text),
                text("field.stage"): text.of(row["country"]).stage_count(row["stage"], row["unit"], row["kind"]),
                text("ui.period"): text.period(row["period_start"].date(), row["period_end"].date()),
                text("upload.before"): _say_bound(_side(row, "before"), text),
                text("upload.after"): _say_bound(_side(row, "after"), text),
            }
            for row in frame.head(ROWS_SHOWN).to_dict("records")
        ]
    )


def list_changed_ratios(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Both counts of a ratio, before and after, in words; the ratio itself is on its page, with its grade."""

    def pair(row: dict[str, Any], when: str) -> str:
        sides = [_say_bound(_side(row, when, f"{part}_"), text) for part in ("numerator", "denominator")]
        return " / ".join(sides) if set(sides) != {"–"} else "–"

    return pd.DataFrame(
        [
            {
                text("upload.change"): text(f"change.{row['change']}"),
                text("ui.compiler"): _name_organisation(row, text),
                text("upload.ratio"): text(
                    "sentence.ratio_of",
                    numerator=text.of(row["country"])(f"stage.{row['numerator_stage']}"),
                    denominator=text.low(text.of(row["country"])(f"stage.{row['denominator_stage']}")),
                ),
                text("ui.period"): text.period(row["period_start"].date(), row["period_end"].date()),
                text("upload.before"): pair(row, "before"),
                text("upload.after"): pair(row, "after"),
            }
            for row in frame.head(ROWS_SHOWN).to_dict("records")
        ]
    )


def _name_organisation(row: dict[str, Any], text: Text) -> str:
    """Who counted; the organisation of an upload that is not yet published is the reader's own."""
    code = row["compiler"]
    if text.has(f"compiler.{row['country']}.{code}") or code in text.organisations:
        return text.compiler(row["country"], code)
    return text("upload.this_upload")


def _side(row: dict[str, Any], when: str, part: str = "") -> dict[str, Any]:
    return {name: row[f"{part}{name}_{when}"] for name in ("low", "high", "qualifier")}


def _say_bound(side: dict[str, Any], text: Text) -> str:
    """A number in words; a dash where there is none."""
    low, high = (None if side[name] != side[name] else side[name] for name in ("low", "high"))
    return "–" if low is None and high is None else text.bound(low, high, side["qualifier"])
