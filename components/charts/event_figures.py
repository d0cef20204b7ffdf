"""How did the cumulative counts of an event grow as the weeks passed?"""

from dataclasses import replace

import pandas as pd

from components.chart import Ask, Chart, Outcome, Reader
from components.charts.shared import counts
from components.charts.shared.notes import describe_absence, name_request, note_inferred
from components.charts.shared.values import Row, mark_number, name_compiler, name_compiler_short, read_day, write_number
from components.drawing.model import Mark, Panel, Rows
from components.text import Text

SERIES = ("country", "compiler", "stage", "unit", "kind")  # what one series of an event has in common


def build(reader: Reader, ask: Ask) -> Outcome:
    """The counts of an event."""
    text = reader.text
    frame = ask("event_figures", **reader.params)
    if frame.empty:
        return describe_absence(name_request(reader), reader)
    return counts.build_block(
        reader,
        frame,
        question="event_figures",
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        caveats=[text("caveat.cumulative"), text("caveat.not_added"), *note_inferred(frame, text)],
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each compiler, stage and unit, a bar for each date."""
    panels = []
    for rows in counts.group_rows(frame, *SERIES):
        compiler = name_compiler(rows[0], text)
        title = f"{counts.label_count(rows[0], text)} – {compiler}"
        panels.append(Panel(title, [_draw_mark(row, text) for row in rows]))
    return Rows(panels)


def _draw_mark(row: Row, text: Text) -> Mark:
    mark = counts.draw_mark(row, text, place=text.day_short(read_day(row["period_end"])))
    return replace(mark, label=f"<b>{mark_number(row, text)}</b>", is_part_year=False)


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The cumulative complaints in the order of their dates, else the longest series; with its first and last date.

    One number has one date and is not said to accumulate.
    """
    groups = [rows for _, rows in frame.groupby(list(SERIES), sort=False)]
    rows = max(groups, key=lambda own: (len(own) > 1, own["stage"].iloc[0] == "complaint", len(own))).to_dict("records")
    many = "" if len(rows) > 1 else "_one"
    item = text(
        f"finding.event_item{many}",
        label=text.low(counts.label_count(rows[0], text)),
        compiler=name_compiler_short(rows[0], text),
        numbers=" → ".join(write_number(row, text) for row in rows),
        first=text.day_short(read_day(rows[0]["period_end"])),
        last=text.day_short(read_day(rows[-1]["period_end"])),
    )
    event = text.scope(frame["scope"].iloc[0], frame["scope_detail"].iloc[0])
    return text(f"finding.event{many}", event=text.cap(event), items=item)


CHART = Chart("event_figures", build, method=("events", "bounds", "never_added"))
