"""How many are left at each rung from complaint to imprisonment?"""

from typing import Any

import pandas as pd

from components.charts.drawing import Mark, Panel
from components.charts.rows import Rows, bars
from components.charts.stage_ratio import WITHOUT, per_100, side
from components.text import Text


def ladder(frame: pd.DataFrame, text: Text, *, is_event: bool) -> Rows:
    """Draw `queries/questions/ladder.sql`: a panel for each rung, unknown rungs said and not skipped.

    `is_event`: each rung shows its latest figure with its date, since the figures are cumulative.
    """
    panels = [Panel(rung_title(row, text), [_row(row, text, is_event)]) for row in frame.to_dict("records")]
    return bars(panels)


def un_decisions(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/un_decisions.sql`: victims compensated, perpetrators punished."""
    panels = []
    for row in frame.to_dict("records"):
        low, high = side(row["low"]), side(row["high"])
        title = rung_title(row, text)
        panels.append(Panel(title, [_mark(row, text, f"<b>{text.mark(low, high, row['qualifier'])}</b>", title)]))
    return bars(panels)


def rung_title(row: dict[str, Any], text: Text) -> str:
    """The stage and its unit; a stage without a figure by its plain name.

    What came of the cases that UN bodies decided is named as their sentence names it.
    """
    if "role" not in row and text.has(key := f"finding.un_{row['stage']}"):
        return text(key)
    if row["unit"] is None or row["unit"] != row["unit"]:
        return text(f"stage.{row['stage']}")
    return text.stage_count(row["stage"], row["unit"], row["kind"])


def _row(row: dict[str, Any], text: Text, is_event: bool) -> Mark | str:
    if row["figure_id"] is None or row["figure_id"] != row["figure_id"]:
        return text("ui.not_found")
    low, high = side(row["low"]), side(row["high"])
    first = f"<b>{text.mark(low, high, row['qualifier'])}</b>"
    if is_event:
        first += f" · {text.day_short(row['period_end'].date())}"
    return _mark(row, text, "<br>".join([first, *shares(row, text)]), rung_title(row, text))


def shares(row: dict[str, Any], text: Text) -> list[str]:
    """What the rung is of the complaints and of the rung above, where each may be said."""
    said = []
    for of in ("first", "above"):
        claim = row.get(f"of_{of}_claim")
        if not isinstance(claim, str) or (of == "above" and row["above_id"] == row["first_id"]):
            continue
        if claim in WITHOUT:
            said.append(text("chart.withheld_short") if claim == "withheld" else text(WITHOUT[claim]))
            continue
        own = {
            f"ratio_{part}": row.get(f"of_{of}_{part}") for part in ("low", "high", "low_open", "high_open", "about")
        }
        sign = text.per_cent(0, 0).lstrip("0") if claim == "share" else ""
        said.append(f"{text(f'chart.of_{of}_{claim}', n=per_100(own, text) + sign)} · {row[f'{of}_grade']}")
    return said


def _mark(row: dict[str, Any], text: Text, label: str, title: str) -> Mark:
    low, high = side(row["low"]), side(row["high"])
    start, end = row["period_start"].date(), row["period_end"].date()
    lines = [
        f"<b>{title}: {text.bound(low, high, row['qualifier'])}</b>",
        text.cap(text.period(start, end)),
        *([text(f"period_kind.{row['period_kind']}")] if row["period_kind"] != "counted" else []),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return Mark(
        place="",
        label=label,
        hover="<br>".join(lines),
        ids=(row["figure_id"],),
        kind=row["kind"],
        low=low,
        high=high,
    )
