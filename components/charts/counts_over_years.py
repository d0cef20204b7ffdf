"""Which counts cover a time longer than one calendar year?"""

import pandas as pd

from components.chart import Ask, Block, Chart, Reader
from components.charts.shared import counts
from components.charts.shared.values import Row
from components.drawing.model import Panel, Rows
from components.text import DASH, Text


def build(reader: Reader, ask: Ask, stage: str) -> Block | None:
    """The counts of a stage over more than a year. Draws nothing when there are none."""
    text = reader.text
    frame = ask("counts_over_years", **reader.params, stage=stage)
    if frame.empty:
        return None
    return counts.build_block(
        reader,
        frame,
        question="counts_over_years",
        name=f"counts_over_years_{stage}",
        finding=text("finding.counts_over_years", n=len(frame)),
        drawing=draw(frame, text),
        caveats=counts.list_caveats(frame, text, stage, ask),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each compiler and unit, a bar for each count."""
    groups = counts.group_rows(frame, "country", "compiler", "unit", "kind")
    return Rows(
        [
            Panel(counts.title_compiler(rows[0], text), [counts.draw_mark(row, text, _name_years(row)) for row in rows])
            for rows in groups
        ]
    )


def _name_years(row: Row) -> str:
    return f"{row['period_start'].year}{DASH}{row['period_end'].year}"


CHART = Chart(
    "counts_over_years", build, method=("bounds", "claims", "never_added"), choices={"stage": counts.COMPLAINT}
)
