"""Of the complaints and offences of one body and one period, what was counted of what came of them?"""

from functools import partial

import pandas as pd

from components.chart import Ask, Block, Chart, Reader
from components.charts.shared import counts, ratios
from components.charts.shared.ratios import write_rate
from components.charts.shared.values import (
    Row,
    add_scope,
    list_ids,
    name_compiler,
    read_bounds,
    read_days,
    write_period,
    write_period_kind,
)
from components.drawing.model import Mark, Panel, Rows
from components.text import DASH, Text

TICKS = (1, 2, 5)  # of each power of ten
PANEL = ("denominator_stage", "denominator_unit", "numerator_stage", "numerator_unit", "compiler", "kind")


def build(reader: Reader, ask: Ask) -> Block | None:
    """The pairs of counts by year. Draws nothing where there are none."""
    text = reader.text
    frame = ask("complaints_and_outcomes", **reader.params)
    if frame.empty:
        return None
    return ratios.build_block(
        reader,
        frame,
        question="complaints_and_outcomes",
        finding=write_finding(frame, text),
        subtitle=text("pairs.subtitle"),
        drawing=draw(frame, text),
        caveats=[text("caveat.pairs"), text("caveat.more_trust")],
        draw_method_table=partial(ratios.tabulate_intervals, frame, text),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each pair of stages, units and body, a pair of bars for each period, the oldest on top."""
    groups = counts.group_rows(frame, *PANEL)
    panels = [Panel(_title(rows[0], text), _draw_years(rows, text)) for rows in groups]
    largest = max((side for mark in Rows(panels).marks for side in mark.sides), default=1.0)
    return Rows(panels, scale=list_ticks(largest))


def _title(row: Row, text: Text) -> str:
    later = text.stage_count(row["numerator_stage"], row["numerator_unit"], row["kind"])
    earlier = text.stage_count(row["denominator_stage"], row["denominator_unit"], row["kind"])
    return f"{later} · {text.low(earlier)} {DASH} {name_compiler(row, text)}"


def list_ticks(largest: float) -> tuple[float, ...]:
    """Zero and at most four round numbers up to the largest count."""
    power = 1.0
    while True:
        for step in (tick * power for tick in TICKS):
            if largest / step < 5:
                return tuple(number * step for number in range(int(largest / step) + 1))
        power *= 10


def _draw_years(rows: list[Row], text: Text) -> list[Mark | str]:
    """The pairs of one panel, with a line of words for the years between them that have none."""
    drawn: list[Mark | str] = []
    last: int | None = None
    for row in rows:
        first_year, last_year = (day.year for day in read_days(row))
        if last is not None and first_year > last + 1:
            years = str(last + 1) if first_year == last + 2 else f"{last + 1}{DASH}{first_year - 1}"
            drawn.append(text("pairs.missing_years", years=years))
        drawn.append(draw_pair(row, text))
        last = max(last or last_year, last_year)
    return drawn


def draw_pair(row: Row, text: Text) -> Mark:
    """One pair: the earlier stage as a long bar, the later as a short one inside it, both counts in words."""
    start, end = read_days(row)
    label = write_pair(row, text)
    if row["is_part_year"]:
        label += f" · {text.part_short(start, end)}"
    low, high = read_bounds(row, "denominator_")
    inner_low, inner_high = read_bounds(row, "numerator_")
    ids = list_ids(row)
    return Mark(
        place=str(start.year) if start.year == end.year else f"{start.year}{DASH}{end.year}",
        label=label,
        hover=_write_hover(row, text),
        ids=ids,
        kind=row["kind"],
        low=low,
        high=high,
        is_part_year=bool(row["is_part_year"]),
        ground=row["denominator_stage"],
        inner=Mark("", "", "", ids[:1], row["kind"], inner_low, inner_high),
    )


def write_pair(row: Row, text: Text) -> str:
    """«18 investigations · 602 complaints»; «of these» only where the source followed the same ones."""
    later, earlier = (_count(row, side, text) for side in ("numerator", "denominator"))
    # Words with markup are never broken: a count without a noun of its own is a long label, and stays plain.
    bold = later if DASH in later else f"<b>{later}</b>"
    return text("pairs.followed" if row["is_followed"] else "pairs.beside", n=bold, of=earlier)


def write_pair_in_bold(row: Row, text: Text) -> str:
    """The pair as Markdown for a large line: «**602** complaints · **18** investigations», the earlier stage first."""
    later, earlier = (_count(row, side, text) for side in ("numerator", "denominator"))
    words = text("pairs.followed" if row["is_followed"] else "pairs.beside", n=later, of=earlier)
    return words if row["is_followed"] else text("pairs.beside", n=earlier, of=later)


def _count(row: Row, side: str, text: Text, *, in_words: bool = False) -> str:
    sides = read_bounds(row, f"{side}_")
    qualifier, stage, unit = (row[f"{side}_{what}"] for what in ("qualifier", "stage", "unit"))
    return text.counted_stage(sides, qualifier, stage, unit, row["kind"], in_words=in_words)


def _write_hover(row: Row, text: Text) -> str:
    lines = [
        write_pair(row, text),
        write_rate(row, text),
        text.cap(write_period_kind(row, text)),
        name_compiler(row, text),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return "<br>".join(lines)


def describe_pair(row: Row, text: Text) -> str:
    """A pair as a sentence: «2012: 602 complaints, 18 investigations.», with what it covers."""
    key = "pairs.sentence_followed" if row["is_followed"] else "pairs.sentence"
    earlier, later = (_count(row, side, text, in_words=True) for side in ("denominator", "numerator"))
    words = text(key, period=text.cap(write_period(row, text)), of=earlier, n=later)
    return f"{add_scope(words, row, text)}."


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The pair whose two counts lie farthest apart: of complaints before offences, of whole years before parts."""
    return describe_pair(max(frame.to_dict("records"), key=lambda row: _weigh(row, text)), text)


def _weigh(row: Row, text: Text) -> tuple[bool, bool, bool, float]:
    is_record = row["compiler"] not in text.organisations
    apart = (read_bounds(row, "denominator_")[0] or 0.0) - (read_bounds(row, "numerator_")[1] or 0.0)
    return is_record, row["denominator_stage"] == "complaint", not row["is_part_year"], apart


def list_latest(frame: pd.DataFrame) -> list[Row]:
    """The latest pair with investigations, and with prosecutions or courts, of complaints alone; a whole year first."""
    rows = [row for row in frame.to_dict("records") if row["denominator_stage"] == "complaint"]
    latest = []
    for stages in ({"investigation_opened"}, {"prosecuted", "sent_to_court"}):
        if own := [row for row in rows if row["numerator_stage"] in stages]:
            latest.append(max(own, key=lambda row: (not row["is_part_year"], row["period_end"])))
    return latest


CHART = Chart("complaints_and_outcomes", build, method=("pairs", "bounds", "claims"))
