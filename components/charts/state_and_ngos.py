"""Of which years do both the State and NGOs give a number of complaints, and how far apart are they?"""

from dataclasses import replace

import pandas as pd

from components.chart import Ask, Chart, Outcome, Reader
from components.charts.shared import counts
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import Row, name_compiler, name_compiler_short, read_bounds, write_period_kind
from components.drawing.model import Mark, Panel, Rows
from components.text import Text


def build(reader: Reader, ask: Ask, stage: str) -> Outcome:
    """The counts of both for each year that has both."""
    text = reader.text
    frame = ask(
        "state_and_ngos",
        country=reader.country,
        stage=stage,
        year_from=reader.year_from,
        year_to=reader.year_to,
        compilers=list(reader.compilers),
    )
    if frame.empty:
        return describe_absence(name_request(reader, stage), reader)
    return counts.build_block(
        reader,
        frame,
        question="state_and_ngos",
        name=f"state_and_ngos_{stage}",
        finding=write_finding(frame, text),
        subtitle=text("state_and_ngos.subtitle"),
        drawing=draw(frame, text),
        caveats=[text("caveat.state_and_ngos"), *counts.list_caveats(frame, text, stage, ask)],
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each year, the latest first; a bar for each count, who counted beside it."""
    return Rows(
        [
            Panel(text.year(int(rows[0]["year"])), [_draw_count(row, text) for row in rows])
            for rows in counts.group_rows(frame, "country", "year")
        ]
    )


def _draw_count(row: Row, text: Text) -> Mark:
    mark = counts.draw_mark(row, text, place="")
    unit = text.unit_many(row["unit"], row["kind"])
    return replace(mark, label=f"{mark.label} · {unit}<br>{name_compiler(row, text)}")


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The latest year that has both: the first number of each, with its part of the year; never a sum."""
    latest = frame[frame["year"] == frame["year"].max()].to_dict("records")
    state, ngo = (next(row for row in latest if row["kind"] == kind) for kind in ("official", "ngo"))
    return text("finding.state_and_ngos", state=_write_item(state, text), ngo=_write_item(ngo, text))


def _write_item(row: Row, text: Text) -> str:
    is_unnamed = row["compiler"].endswith("_unspecified")
    return text(
        "state_and_ngos.item",
        count=text.counted_bound(*read_bounds(row), row["qualifier"], row["unit"], row["kind"]),
        compiler=text(f"kind.{row['kind']}.unnamed") if is_unnamed else name_compiler_short(row, text),
        period=write_period_kind(row, text),
    )


CHART = Chart(
    "state_and_ngos",
    build,
    method=("bounds", "never_added"),
    choices={"stage": counts.COMPLAINT},
)
