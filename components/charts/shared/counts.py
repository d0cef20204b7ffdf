"""Charts of counts: a bar for each, its table, its caveats."""

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd

from components.chart import Ask, Block, Choice, Reader
from components.charts.shared import notes
from components.charts.shared.values import (
    UNNAMED,
    Row,
    mark_number,
    name_compiler,
    read_bounds,
    read_days,
    write_number,
    write_period,
)
from components.drawing.model import Mark
from components.text import USUAL_UNIT, Text

STAGES = frozenset(USUAL_UNIT)
COMPLAINT = Choice(STAGES, "complaint")


def build_block(reader: Reader, frame: pd.DataFrame, question: str, **own: Any) -> Block:
    """The block of a chart of counts; own: what differs from the others."""
    return notes.build_block(reader, frame, list_marks, tabulate, question, **own)


def list_caveats(frame: pd.DataFrame, text: Text, stage: str, ask: Ask) -> list[str]:
    """What limits counts of a stage by year."""
    caveats = [text("caveat.not_added")]
    if stage == "complaint":
        caveats.append(text("caveat.more_trust"))
    if "is_part_year" in frame and (frame["is_part_year"] & (frame["period_kind"] != "yearly_rate")).any():
        caveats.append(text("caveat.part_year"))
    if (frame["low"].isna() | frame["high"].isna()).any():
        caveats.append(text("caveat.bounds"))
    if (frame["period_kind"] == "yearly_rate").any():
        caveats.append(text("caveat.yearly_rate"))
    caveats += notes.note_inferred(frame, text) + notes.note_withheld(frame, text)
    return caveats + notes.note_press_only(frame, text, ask) + notes.note_site_only(frame["figure_id"], text, ask)


def tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a count: who, what, how many, when, how near to the compiler, and the figure."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): name_compiler(row, text),
                text("ui.stage"): text(f"stage.{row['stage']}"),
                text("ui.number"): write_number(row, text),
                text("ui.unit"): text.unit(row["unit"], row["kind"]),
                text("ui.period"): write_period(row, text),
                text("ui.kind"): text(f"period_kind.{row['period_kind']}"),
                text("ui.scope"): text.scope(row["scope"], row["scope_detail"]),
                text("ui.confidence"): text(f"confidence.{row['confidence']}"),
                text("ui.figure_id"): row["figure_id"],
            }
            for row in frame.to_dict("records")
        ]
    )


def list_marks(frame: pd.DataFrame, text: Text) -> list[tuple[str, tuple[str, ...]]]:
    """The marks in words, each with its figure."""
    parts = (write_period, write_number, name_compiler)
    return [(" · ".join(write(row, text) for write in parts), (row["figure_id"],)) for row in frame.to_dict("records")]


def label_count(row: Row, text: Text) -> str:
    """A stage with its unit, as a label before a number."""
    return text.stage_count(row["stage"], row["unit"], row["kind"])


def group_rows(frame: pd.DataFrame, *columns: str) -> Iterator[list[Row]]:
    """Rows that agree in the columns, in the order of the first of each group.

    Official figures of a body that no source names are one series only within the document that quotes them.
    """
    groups: dict[tuple[Hashable, ...], list[Row]] = {}
    for row in frame.to_dict("records"):
        quoted = row.get("source_id") if row.get("compiler") == UNNAMED and "compiler" in columns else ""
        groups.setdefault((*(row[column] for column in columns), quoted), []).append(row)
    yield from groups.values()


def title_compiler(row: Row, text: Text) -> str:
    """The title of a panel of counts: who counted, and what."""
    return f"{name_compiler(row, text)}: {text.low(label_count(row, text))}"


def draw_mark(row: Row, text: Text, place: str) -> Mark:
    """One count as a row: its bounds, its label and its hover."""
    is_rate = row["period_kind"] == "yearly_rate"
    low, high = (None, None) if is_rate else read_bounds(row)  # what nobody counted is said, and never drawn
    is_part = bool(row.get("is_part_year")) and not is_rate
    label = f"<b>{mark_number(row, text)}</b>"
    if is_rate:
        label += f" · {text('chart.typical_year')}"
    elif is_part:
        label += f" · {text.part_short(*read_days(row))}"
    return Mark(
        place=place,
        label=label,
        hover=write_hover(row, text),
        ids=(row["figure_id"],),
        kind=row["kind"],
        low=low,
        high=high,
        is_part_year=is_part,
        is_rate=is_rate,
    )


def write_hover(row: Row, text: Text) -> str:
    """What a mark says when pointed at: the number in words, its period, who counted, and that a click opens more."""
    lines = [
        f"<b>{text.counted_bound(*read_bounds(row), row['qualifier'], row['unit'], row['kind'])}</b>",
        text.cap(write_period(row, text)),
        *([text(f"period_kind.{row['period_kind']}")] if row["period_kind"] != "counted" else []),
        name_compiler(row, text),
        text.scope(row["scope"], row["scope_detail"]),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return "<br>".join(lines)
