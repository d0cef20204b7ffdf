"""Of an earlier stage, how many stand beside it at a later stage, and how sure is the ratio?"""

from typing import Any

import pandas as pd

from components.charts.drawing import Mark, Panel
from components.charts.rows import Rows, dots
from components.text import DASH, Text

# The order of the ladder: panels follow it, and so do the choices of a page.
LADDER = (
    "complaint",
    "registered_offence",
    "investigation_opened",
    "prosecuted",
    "sent_to_court",
    "convicted",
    "imprisoned",
)
# Why a ratio is printed without its per cent.
WITHOUT = {
    "withheld": "chart.withheld",
    "above_100": "chart.above_100",
    "unknown": "chart.unknown_ratio",
    "no_denominator": "chart.no_denominator",
}


def stage_ratio(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/stage_ratio.sql`: a panel for each pair of stages and compiler, a dot for each period.

    Interval only where it is a share (followed, or grade A); grade C stands in panels of its own, hollow, last.
    """
    return dots(_panels(frame, text, by_country=False))


def ratio_by_country(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/ratio_by_country.sql`: a panel for each country, pair and compiler."""
    return dots(_panels(frame, text, by_country=True))


def _panels(frame: pd.DataFrame, text: Text, *, by_country: bool) -> list[Panel]:
    panels: dict[str, list[Mark | str]] = {}
    rows = frame.to_dict("records")
    for row in sorted(rows, key=lambda row: _place(row, by_country=by_country)):
        panels.setdefault(panel_title(row, text, by_country=by_country), []).append(_mark(row, text))
    return [Panel(title, marks) for title, marks in panels.items()]


def _place(row: dict[str, Any], *, by_country: bool) -> tuple[object, ...]:
    """Where a ratio stands: two compilers last, then down the ladder; the order of the frame within a panel."""
    order = [
        LADDER.index(stage) if stage in LADDER else len(LADDER)
        for stage in (row["denominator_stage"], row["numerator_stage"])
    ]
    return (row["grade"] == "C", row["country"] if by_country else "", *order)


def panel_title(row: dict[str, Any], text: Text, *, by_country: bool) -> str:
    """Both stages named, and who counted them."""
    title = f"{pair(row, text)} {DASH} {who(row, text)}"
    return f"{text('country.' + row['country'])}: {text.low(title)}" if by_country else title


def pair(row: dict[str, Any], text: Text) -> str:
    """The later stage and the earlier one, as labels of counts."""
    text = text.of(row["country"])
    if row["grade"] is None or row["grade"] != row["grade"]:
        numerator, denominator = text(f"stage.{row['numerator_stage']}"), text(f"stage.{row['denominator_stage']}")
    else:
        numerator = text.stage_count(row["numerator_stage"], row["numerator_unit"], row["kind"])
        denominator = text.stage_count(row["denominator_stage"], row["denominator_unit"], row["kind"])
    return text("sentence.ratio_of", numerator=numerator, denominator=text.low(denominator))


def who(row: dict[str, Any], text: Text) -> str:
    """Who counted; both, when two did."""
    first = text.compiler(row["country"], row["compiler"])
    if row["compiler"] == row["denominator_compiler"]:
        return first
    return f"{first} / {text.compiler(row['country'], row['denominator_compiler'])}"


def rate(row: dict[str, Any], text: Text) -> str:
    """The ratio in words as it may be claimed: «3.0 per 100», «17.5%», «<2%», or why there is no per cent."""
    claim = row["claim"]
    if claim in WITHOUT:
        return text(WITHOUT[claim])
    low, high = side(row["ratio_low"]), side(row["ratio_high"])
    if claim == "published":
        return text.mark(low, high, row["published_qualifier"], percent=True)
    value = per_100(row, text)
    return value + text.per_cent(0, 0).lstrip("0") if claim == "share" else text("chart.rate", rate=value)


def per_100(row: dict[str, Any], text: Text) -> str:
    """The number of a computed ratio, bounds as bounds: «3.0», «≥11.7», «4.2–5.1», «≈3.0»."""
    low, high = side(row["ratio_low"]), side(row["ratio_high"])
    if low is None or high is None:
        sign = ("<" if row["ratio_high_open"] else "≤") if low is None else (">" if row["ratio_low_open"] else "≥")
        return sign + text.number(high or 0.0 if low is None else low, 1)
    about = "≈" if row["ratio_about"] else ""
    return about + (text.number(low, 1) if low == high else f"{text.number(low, 1)}{DASH}{text.number(high, 1)}")


def n_of_n(row: dict[str, Any], text: Text) -> str:
    """Both counts: «11/63», or «n not published»."""
    if row["claim"] == "published":
        return text("chart.n_not_published")
    numerator = text.mark(side(row["numerator_low"]), side(row["numerator_high"]), row["numerator_qualifier"])
    denominator = text.mark(side(row["denominator_low"]), side(row["denominator_high"]), row["denominator_qualifier"])
    return f"{numerator}/{denominator}"


def interval(row: dict[str, Any], text: Text, which: str = "interval") -> str:
    """The 95 % interval as people write it, «10.0–28.6%»; `which`: interval (Wilson) or exact; empty without one."""
    low, high = side(row[f"{which}_low"]), side(row[f"{which}_high"])
    if low is None or high is None:
        return ""
    return f"{text.number(low, 1)}{DASH}{text.per_cent(high)}"


def period(row: dict[str, Any], text: Text) -> str:
    """The time counted, and that we inferred it when the source does not say it."""
    start, end = row["period_start"].date(), row["period_end"].date()
    words = text.period(start, end)
    # A part of a year has the days of the whole one where it is not told which part it is.
    if row.get("is_part_year") and words == text.year(start.year):
        return text("date.of_part", period=words)
    inferred = row.get("has_inferred_window") or row.get("period_kind") == "window_inferred"
    return text("date.inferred", period=words) if inferred else words


def side(value: object) -> float | None:
    """A number, or None for a missing one."""
    return None if value is None or value != value else float(value)  # type: ignore[arg-type]


def _mark(row: dict[str, Any], text: Text) -> Mark:
    start, end = row["period_start"].date(), row["period_end"].date()
    grade = row["grade"] if isinstance(row["grade"], str) else "published"
    is_share = row["interval_kind"] == "share"
    ends = (float(row["interval_low"]), float(row["interval_high"])) if is_share else None
    within = start.year == end.year
    place = str(start.year) if within else f"{start.year}{DASH}{end.year}"
    rated = row["claim"] in {"share", "side_by_side", "published", "above_100"}
    first = n_of_n(row, text) if row["claim"] in WITHOUT else rate(row, text)
    reason = text("chart.withheld_short") if row["claim"] == "withheld" else rate(row, text)
    second = [reason if row["claim"] in WITHOUT else n_of_n(row, text)]
    if grade != "published":
        second.append(grade)
    if row["is_part_year"]:
        second.append(text.part_short(start, end))
    lines = [
        f"<b>{pair(row, text)}</b>",
        f"{n_of_n(row, text)} · {rate(row, text)}",
        *([f"{text('ui.interval')}: {interval(row, text)}"] if is_share else []),
        text.cap(period(row, text)),
        who(row, text),
        text(f"grade.{grade}"),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return Mark(
        place=place,
        label=f"<b>{first}</b><br>{' · '.join(second)}",
        hover="<br>".join(lines),
        ids=tuple(each for each in (row["numerator_id"], row["denominator_id"]) if isinstance(each, str)),
        kind=row["kind"],
        low=side(row["ratio_low"]) if rated and row["claim"] != "above_100" else None,
        high=side(row["ratio_high"]) if rated and row["claim"] != "above_100" else None,
        interval=ends,
        hollow=grade in {"B", "C"},
    )
