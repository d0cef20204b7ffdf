"""How did the cumulative counts of an event grow as the weeks passed?"""

from dataclasses import replace
from itertools import groupby

import pandas as pd

from components.charts.allegations_by_year import mark
from components.charts.drawing import Panel
from components.charts.rows import Rows, bars
from components.charts.stage_ratio import side
from components.text import Text


def event_figures(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/event_figures.sql`: a panel for each compiler, stage and unit, a bar for each date."""
    panels = []
    for (country, compiler, stage, unit, kind), group in groupby(
        frame.to_dict("records"),
        key=lambda row: (row["country"], row["compiler"], row["stage"], row["unit"], row["kind"]),
    ):
        rows = []
        for row in group:
            number = text.mark(side(row["low"]), side(row["high"]), row["qualifier"])
            drawn = mark(row, text, place=text.day_short(row["period_end"].date()))
            rows.append(replace(drawn, label=f"<b>{number}</b>", is_part_year=False))
        panels.append(Panel(f"{text.stage_count(stage, unit, kind)} – {text.compiler(country, compiler)}", rows))
    return bars(panels)
