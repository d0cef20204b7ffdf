"""Charts of rungs: a bar for each stage, its table."""

import pandas as pd

from components.charts.shared.counts import label_count
from components.charts.shared.ratios import WITHOUT, write_per_100
from components.charts.shared.values import (
    Row,
    mark_number,
    read_bounds,
    write_number,
    write_period,
)
from components.drawing.model import Mark
from components.text import Text


def is_known(row: Row) -> bool:
    """The rung has a figure."""
    return isinstance(row["figure_id"], str)


def title_rung(row: Row, text: Text) -> str:
    """The stage and its unit; a stage without a figure by its plain name.

    What came of the cases that UN bodies decided is named as their sentence names it.
    """
    if "role" not in row and text.has(key := f"finding.un_{row['stage']}"):
        return text(key)
    has_unit = row["unit"] is not None and row["unit"] == row["unit"]
    return label_count(row, text) if has_unit else text(f"stage.{row['stage']}")


def list_shares(row: Row, text: Text) -> list[str]:
    """What the rung is of the complaints and of the rung above, where each may be said."""
    shares = []
    for of in ("first", "above"):
        claim = row.get(f"of_{of}_claim")
        if not isinstance(claim, str) or (of == "above" and row["above_id"] == row["first_id"]):
            continue
        if claim in WITHOUT:
            shares.append(text("chart.withheld_short") if claim == "withheld" else text(WITHOUT[claim]))
            continue
        own = {
            f"ratio_{part}": row.get(f"of_{of}_{part}") for part in ("low", "high", "low_open", "high_open", "about")
        }
        sign = text.per_cent(0, 0).lstrip("0") if claim == "share" else ""
        rate = text(f"chart.of_{of}_{claim}", n=write_per_100(own, text) + sign)
        shares.append(f"{rate} · {row[f'{of}_grade']}")
    return shares


def draw_rung(row: Row, text: Text, title: str, more: str = "") -> Mark:
    """One known rung as a bar; more: what its label says after the number."""
    low, high = read_bounds(row)
    lines = [
        f"<b>{title}: {write_number(row, text)}</b>",
        text.cap(write_period(row, text)),
        *([text(f"period_kind.{row['period_kind']}")] if row["period_kind"] != "counted" else []),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return Mark(
        place="",
        label=f"<b>{mark_number(row, text)}</b>{more}",
        hover="<br>".join(lines),
        ids=(row["figure_id"],),
        kind=row["kind"],
        low=low,
        high=high,
    )


def tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a rung, unknown ones said."""
    return pd.DataFrame(
        [
            {
                text("ui.stage"): title_rung(row, text),
                text("ui.number"): write_number(row, text) if is_known(row) else text("ui.not_found"),
                text("ui.ratio"): text.listed(list_shares(row, text)),
                text("ui.period"): write_period(row, text) if is_known(row) else "",
                text("ui.figure_id"): row["figure_id"] if is_known(row) else "",
            }
            for row in frame.to_dict("records")
        ]
    )


def list_marks(frame: pd.DataFrame, text: Text) -> list[tuple[str, tuple[str, ...]]]:
    """The known rungs in words, each with its figure."""
    return [
        (f"{title_rung(row, text)}: {write_number(row, text)} · {write_period(row, text)}", (row["figure_id"],))
        for row in frame.to_dict("records")
        if is_known(row)
    ]
