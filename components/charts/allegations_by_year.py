"""How many allegations were registered each year, and by whom?"""

from itertools import groupby
from typing import Any

import pandas as pd

from components.charts.drawing import Mark, Panel
from components.charts.rows import Rows, bars
from components.text import DASH, Text


def allegations_by_year(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/allegations_by_year.sql`: a panel for each compiler and unit, a bar for each count."""
    rows = frame.to_dict("records")
    panels = []
    for (country, compiler, unit, kind), group in groupby(
        rows, key=lambda row: (row["country"], row["compiler"], row["unit"], row["kind"])
    ):
        own = list(group)
        title = f"{text.compiler(country, compiler)}: {text.low(text.stage_count(own[0]['stage'], unit, kind))}"
        panels.append(Panel(title, _with_gaps(own, text)))
    return bars(panels)


def _with_gaps(rows: list[dict[str, Any]], text: Text) -> list[Mark | str]:
    """The rows of one compiler, with a line of words for the years between them that nobody reported."""
    drawn: list[Mark | str] = []
    last: int | None = None
    for row in rows:
        year = int(row["year"])
        if last is not None and year > last + 1:
            years = str(last + 1) if year == last + 2 else f"{last + 1}{DASH}{year - 1}"
            drawn.append(text("chart.missing_years", years=years))
        drawn.append(mark(row, text, place=str(year)))
        last = year
    return drawn


def mark(row: dict[str, Any], text: Text, place: str) -> Mark:
    """One count as a row: its bounds, its label and its hover."""
    low, high = _side(row["low"]), _side(row["high"])
    is_rate = row["period_kind"] == "yearly_rate"
    is_part = bool(row.get("is_part_year")) and not is_rate
    start, end = row["period_start"].date(), row["period_end"].date()
    label = f"<b>{text.mark(low, high, row['qualifier'])}</b>"
    if is_rate:
        label += f" · {text('chart.typical_year')}"
    elif is_part:
        label += f" · {text.part_short(start, end)}"
    return Mark(
        place=place,
        label=label,
        hover=hover(row, text),
        ids=(row["figure_id"],),
        kind=row["kind"],
        low=low,
        high=high,
        is_part_year=is_part,
        is_rate=is_rate,
    )


def hover(row: dict[str, Any], text: Text) -> str:
    """What a mark says when pointed at: the number in words, its period, who counted, and that a click opens more."""
    low, high = _side(row["low"]), _side(row["high"])
    start, end = row["period_start"].date(), row["period_end"].date()
    count = text.counted_bound(low, high, row["qualifier"], row["unit"], row["kind"])
    lines = [f"<b>{count}</b>", text.cap(text.period(start, end))]
    if row["period_kind"] != "counted":
        lines.append(text(f"period_kind.{row['period_kind']}"))
    lines += [text.compiler(row["country"], row["compiler"]), text.scope(row["scope"], row["scope_detail"])]
    return "<br>".join([*lines, f"<i>{text('ui.click_source')}</i>"])


def _side(value: object) -> float | None:
    return None if value is None or value != value else float(value)  # type: ignore[arg-type]
