"""Charts of ratios: a dot for each, in the words that it may be claimed in."""

from typing import Any

import pandas as pd

from components.chart import Ask, Block, Choice, Reader
from components.charts.shared import notes
from components.charts.shared.values import (
    Row,
    list_ids,
    mark_number,
    name_compilers,
    read_bounds,
    read_days,
    write_number,
    write_period,
    write_period_kind,
)
from components.drawing.model import Mark, Panel, Rows
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
STAGES = frozenset(LADDER)
# Why a ratio is printed without its per cent.
WITHOUT = {
    "withheld": "chart.withheld",
    "above_100": "chart.above_100",
    "unknown": "chart.unknown_ratio",
    "no_denominator": "chart.no_denominator",
}


def choose_stages(default: tuple[str, ...] | None = None) -> dict[str, Choice]:
    """The choice of later and earlier stages; by default it must be made."""
    return {name: Choice(STAGES, default, "many") for name in ("numerators", "denominators")}


def build_block(reader: Reader, frame: pd.DataFrame, question: str, **own: Any) -> Block:
    """The block of a chart of ratios; own: what differs from the others."""
    return notes.build_block(reader, frame, list_marks, tabulate, question, **own)


def list_caveats(frame: pd.DataFrame, text: Text, ask: Ask) -> list[str]:
    """What limits ratios of two stages."""
    caveats = [text("caveat.earlier_year")]
    if (frame["grade"] == "B").any():
        caveats += [text("caveat.several_complaints"), text("caveat.same_period")]
    if frame["outcomes_exceed"].any():
        caveats.append(text("caveat.outcomes_exceed"))
    if apart := int((~frame["same_document"].astype(bool)).sum()):
        caveats.append(text("caveat.two_documents", n=apart))
    if inferred := int(frame["has_inferred_window"].sum()):
        caveats.append(text("caveat.inferred", n=inferred))
    ids = pd.concat([frame["numerator_id"], frame["denominator_id"]])
    return caveats + notes.note_withheld(frame, text) + notes.note_site_only(ids, text, ask)


# Words --------------------------------------------------------------------------------------


def label_pair(row: Row, text: Text) -> str:
    """The later stage and the earlier one, as labels of counts."""
    text = text.of(row["country"])
    if row["grade"] is None or row["grade"] != row["grade"]:
        numerator, denominator = text(f"stage.{row['numerator_stage']}"), text(f"stage.{row['denominator_stage']}")
    else:
        numerator = text.stage_count(row["numerator_stage"], row["numerator_unit"], row["kind"])
        denominator = text.stage_count(row["denominator_stage"], row["denominator_unit"], row["kind"])
    return text("sentence.ratio_of", numerator=numerator, denominator=text.low(denominator))


def title_panel(row: Row, text: Text, *, by_country: bool) -> str:
    """Both stages named, and who counted them."""
    title = f"{label_pair(row, text)} {DASH} {name_compilers(row, text)}"
    return f"{text('country.' + row['country'])}: {text.low(title)}" if by_country else title


def write_rate(row: Row, text: Text) -> str:
    """The ratio in words as it may be claimed: «3.0 per 100», «17.5%», «<2%», or why there is no per cent."""
    claim = row["claim"]
    if claim in WITHOUT:
        return text(WITHOUT[claim])
    if claim == "published":
        return text.mark(*read_bounds(row, "ratio_"), row["published_qualifier"], percent=True)
    value = write_per_100(row, text)
    return value + text.per_cent(0, 0).lstrip("0") if claim == "share" else text("chart.rate", rate=value)


def write_per_100(row: Row, text: Text) -> str:
    """The number of a computed ratio, bounds as bounds: «3.0», «≥11.7», «4.2–5.1», «≈3.0»."""
    low, high = read_bounds(row, "ratio_")
    if low is None or high is None:
        sign = ("<" if row["ratio_high_open"] else "≤") if low is None else (">" if row["ratio_low_open"] else "≥")
        return sign + text.number(high or 0.0 if low is None else low, 1)
    about = "≈" if row["ratio_about"] else ""
    return about + (text.number(low, 1) if low == high else f"{text.number(low, 1)}{DASH}{text.number(high, 1)}")


def write_counts(row: Row, text: Text) -> str:
    """Both counts: «11/63», or «n not published»."""
    if row["claim"] == "published":
        return text("chart.n_not_published")
    return f"{mark_number(row, text, 'numerator_')}/{mark_number(row, text, 'denominator_')}"


def write_interval(row: Row, text: Text, which: str = "interval") -> str:
    """The 95 % interval as people write it, «10.0–28.6%»; `which`: interval (Wilson) or exact; empty without one."""
    low, high = read_bounds(row, f"{which}_")
    if low is None or high is None:
        return ""
    return f"{text.number(low, 1)}{DASH}{text.per_cent(high)}"


def read_grade(row: Row) -> str:
    """The grade, or that the source states the ratio itself."""
    return row["grade"] if isinstance(row["grade"], str) else "published"


# Marks --------------------------------------------------------------------------------------


def draw_panels(frame: pd.DataFrame, text: Text, *, by_country: bool) -> Rows:
    """A panel for each pair of stages and compiler, a dot for each period."""
    panels: dict[str, list[Mark | str]] = {}
    for row in sorted(frame.to_dict("records"), key=lambda row: _place(row, by_country=by_country)):
        panels.setdefault(title_panel(row, text, by_country=by_country), []).append(draw_mark(row, text))
    return Rows([Panel(title, marks) for title, marks in panels.items()], is_ratio=True)


def _place(row: Row, *, by_country: bool) -> tuple[object, ...]:
    """Where a ratio stands: two compilers last, then down the ladder; the order of the frame within a panel."""
    order = [
        LADDER.index(stage) if stage in LADDER else len(LADDER)
        for stage in (row["denominator_stage"], row["numerator_stage"])
    ]
    return (row["grade"] == "C", row["country"] if by_country else "", *order)


def draw_mark(row: Row, text: Text) -> Mark:
    """One ratio as a row: its number, both counts, its grade; an interval only where it is a share."""
    start, end = read_days(row)
    grade, claim = read_grade(row), row["claim"]
    is_rated = claim in {"share", "side_by_side", "published"}
    is_share = row["interval_kind"] == "share"
    low, high = read_bounds(row, "ratio_") if is_rated else (None, None)
    return Mark(
        place=str(start.year) if start.year == end.year else f"{start.year}{DASH}{end.year}",
        label=_write_label(row, text),
        hover=_write_hover(row, text),
        ids=list_ids(row),
        kind=row["kind"],
        low=low,
        high=high,
        interval=(float(row["interval_low"]), float(row["interval_high"])) if is_share else None,
        is_hollow=grade in {"B", "C"},
    )


def _write_label(row: Row, text: Text) -> str:
    grade, claim = read_grade(row), row["claim"]
    first, second = write_rate(row, text), [write_counts(row, text)]
    if claim in WITHOUT:
        reason = text("chart.withheld_short") if claim == "withheld" else first
        first, second = second[0], [reason]
    if grade != "published":
        second.append(grade)
    if row["is_part_year"]:
        second.append(text.part_short(*read_days(row)))
    return f"<b>{first}</b><br>{' · '.join(second)}"


def _write_hover(row: Row, text: Text) -> str:
    is_share = row["interval_kind"] == "share"
    lines = [
        f"<b>{label_pair(row, text)}</b>",
        f"{write_counts(row, text)} · {write_rate(row, text)}",
        *([f"{text('ui.interval')}: {write_interval(row, text)}"] if is_share else []),
        text.cap(write_period_kind(row, text)),
        name_compilers(row, text),
        text(f"grade.{read_grade(row)}"),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return "<br>".join(lines)


def list_marks(frame: pd.DataFrame, text: Text) -> list[tuple[str, tuple[str, ...]]]:
    """The marks in words, each with its figures."""
    parts = (write_period, label_pair, write_counts, name_compilers)
    return [(" · ".join(write(row, text) for write in parts), list_ids(row)) for row in frame.to_dict("records")]


# Tables -------------------------------------------------------------------------------------


def tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a ratio: both stages and counts, per 100, interval, grade, period, who."""
    return pd.DataFrame(
        [
            {
                text("ui.country"): text(f"country.{row['country']}"),
                text("ui.compiler"): name_compilers(row, text),
                text("sentence.both_stages"): label_pair(row, text),
                text("sentence.n_of_n"): write_counts(row, text),
                text("ui.ratio"): write_rate(row, text),
                text("ui.interval"): write_interval(row, text) if row["interval_kind"] == "share" else "",
                text("sentence.as_if"): write_interval(row, text) if row["interval_kind"] == "as_if" else "",
                text("ui.grade"): text(f"grade.{read_grade(row)}"),
                text("ui.period"): write_period(row, text),
                text("ui.figure_id"): " ".join(list_ids(row)),
            }
            for row in frame.to_dict("records")
        ]
    )


def tabulate_intervals(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Wilson and Clopper-Pearson of every ratio that has one; «as if» where the units differ."""
    return pd.DataFrame(
        [
            {
                text("sentence.both_stages"): label_pair(row, text),
                text("ui.period"): write_period(row, text),
                text("sentence.n_of_n"): write_counts(row, text),
                text("ui.wilson_interval"): write_interval(row, text),
                text("ui.exact_interval"): write_interval(row, text, "exact"),
                text("ui.grade"): row["grade"],
                text("ui.note"): text("sentence.as_if_note") if row["interval_kind"] == "as_if" else "",
            }
            for row in frame[frame["interval_kind"].notna()].to_dict("records")
        ]
    )


def tabulate_refused(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a reason: how many pairs it refuses, and the nearest miss in full."""
    return pd.DataFrame(
        [
            {
                text("ui.reason"): text.cap(text(f"refusal.{reason}")),
                text("ui.pairs"): text.number(len(pairs)),
                text("ui.nearest"): " / ".join(
                    _describe_side(pairs.to_dict("records")[0], side, text) for side in ("numerator", "denominator")
                ),
            }
            for reason, pairs in frame.groupby("refusal", sort=False)
        ]
    )


def _describe_side(row: Row, side: str, text: Text) -> str:
    label = text.stage_count(row[f"{side}_stage"], row[f"{side}_unit"], row[f"{side}_kind"])
    period = text.period(row[f"{side}_start"].date(), row[f"{side}_end"].date())
    compiler = text.compiler_short(row["country"], row[f"{side}_compiler"])
    return f"{label}: {write_number(row, text, f'{side}_')} ({compiler}, {period})"
