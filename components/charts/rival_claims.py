"""On which facts do sources disagree, and which claim does the rule take?"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from components.chart import Ask, Block, Chart, Choice, Reader
from components.charts.shared import counts
from components.charts.shared.notes import note_inferred, note_withheld
from components.charts.shared.values import (
    Row,
    name_compiler,
    name_compiler_short,
    read_bounds,
    write_number,
    write_period,
    write_whole_period,
)
from components.drawing.model import Mark, Panel, Rows
from components.text import DASH, Text


def build(reader: Reader, ask: Ask, stages: Sequence[str]) -> Block | None:
    """The claims of each disputed fact. Draws nothing where none are."""
    text = reader.text
    frame = ask("rival_claims", **reader.params, stages=list(stages))
    if frame.empty:
        return None
    return counts.build_block(
        reader,
        frame,
        question="rival_claims",
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        caveats=[text("caveat.not_added"), *note_inferred(frame, text), *note_withheld(frame, text)],
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each fact and its spread, a bar a claim."""
    panels = []
    for rows in counts.group_rows(frame, "stage", "unit", "kind", "period_start"):
        low, high = read_bounds(rows[0], "spread_")
        spread = f" ({text.number(low)}{DASH}{text.number(high)})" if low is not None and high is not None else ""
        title = f"{counts.label_count(rows[0], text)}, {write_period(rows[0], text)}{spread}"
        panels.append(Panel(title, [_draw_claim(row, text) for row in rows]))
    return Rows(panels)


def _draw_claim(row: Row, text: Text) -> Mark:
    mark = counts.draw_mark(row, text, place="")
    taken = f" · {text('chart.taken')}" if row["claim_rank"] == 1 else ""
    return replace(mark, label=f"{mark.label}{taken}<br>{name_compiler(row, text)}")


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """How many facts are told differently, and the widest of them with both claims."""
    keys = ["stage", "unit", "kind", "period_start", "period_end"]
    groups = [rows for _, rows in frame.groupby(keys, sort=False)]
    widest = max(groups, key=lambda rows: (rows["high"].max() or 0) - (rows["low"].min() or 0)).to_dict("records")
    claims = (f"{write_number(row, text)} ({name_compiler_short(row, text)})" for row in widest)
    item = text(
        "finding.rivals_item",
        label=text.low(counts.label_count(widest[0], text)),
        period=write_whole_period(widest[0], text),
        claims="; ".join(claims),
    )
    return text("finding.rivals", n=len(groups), item=item)


CHART = Chart(
    "rival_claims", build, method=("claims",), choices={"stages": Choice(counts.STAGES, default=(), form="many")}
)
