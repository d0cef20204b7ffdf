"""What became of the cases that UN treaty bodies decided?"""

from functools import partial

import pandas as pd

from components.chart import Ask, Block, Chart, Reader, Subject
from components.charts.shared import rungs
from components.charts.shared.notes import note_site_only, write_n_line
from components.charts.shared.values import write_number, write_whole_period
from components.drawing.model import Panel, Rows
from components.text import Text


def build(reader: Reader, ask: Ask) -> Block | None:
    """Victims compensated, perpetrators punished. Draws nothing where there are none."""
    text = reader.text
    frame = ask("un_decisions", country=reader.country)
    if frame.empty:
        return None
    return Block(
        name="un_decisions",
        question="un_decisions",
        frame=frame,
        text=text,
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        marks=rungs.list_marks(frame, text),
        draw_table=partial(rungs.tabulate, frame, text),
        n_line=write_n_line(frame.assign(country=reader.country), text),
        caveats=[text("caveat.un_cumulative"), *note_site_only(frame["figure_id"], text, ask)],
        country=reader.country,
        subject=Subject(has_own_period=True),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each outcome."""
    panels = []
    for row in frame.to_dict("records"):
        title = rungs.title_rung(row, text)
        panels.append(Panel(title, [rungs.draw_rung(row, text, title)]))
    return Rows(panels)


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """Victims compensated and perpetrators punished in the cases that UN bodies decided; empty without both."""
    rows = {row["stage"]: row for row in frame.to_dict("records")}
    if not {"compensated", "convicted"} <= rows.keys():
        return ""
    numbers = {stage: write_number(rows[stage], text) for stage in ("compensated", "convicted")}
    return text("finding.un_decisions", period=write_whole_period(rows["compensated"], text), **numbers)


CHART = Chart("un_decisions", build, method=("events",))
