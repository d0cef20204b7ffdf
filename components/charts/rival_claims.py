"""On which facts do sources disagree, and which claim does the rule take?"""

from dataclasses import replace
from itertools import groupby

import pandas as pd

from components.charts.allegations_by_year import mark
from components.charts.drawing import Panel
from components.charts.rows import Rows, bars
from components.charts.stage_ratio import side
from components.text import DASH, Text


def rival_claims(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/rival_claims.sql`: a panel for each fact and its spread, a bar a claim."""
    panels = []
    for _, group in groupby(
        frame.to_dict("records"), key=lambda row: (row["stage"], row["unit"], row["kind"], row["period_start"])
    ):
        own = list(group)
        low, high = side(own[0]["spread_low"]), side(own[0]["spread_high"])
        spread = f" ({text.number(low)}{DASH}{text.number(high)})" if low is not None and high is not None else ""
        period = text.period(own[0]["period_start"].date(), own[0]["period_end"].date())
        title = f"{text.stage_count(own[0]['stage'], own[0]['unit'], own[0]['kind'])}, {period}{spread}"
        rows = []
        for row in own:
            drawn = mark(row, text, place="")
            taken = f" · {text('chart.taken')}" if row["claim_rank"] == 1 else ""
            name = text.compiler(row["country"], row["compiler"])
            rows.append(replace(drawn, label=f"{drawn.label}{taken}<br>{name}"))
        panels.append(Panel(title, rows))
    return bars(panels)
