"""Which counts cover a time longer than one calendar year?"""

from itertools import groupby

import pandas as pd

from components.charts.allegations_by_year import mark
from components.charts.drawing import Panel
from components.charts.rows import Rows, bars
from components.text import DASH, Text


def counts_over_years(frame: pd.DataFrame, text: Text) -> Rows:
    """Draw `queries/questions/counts_over_years.sql`: a panel for each compiler and unit, a bar for each count."""
    panels = []
    for (country, compiler, unit, kind), group in groupby(
        frame.to_dict("records"), key=lambda row: (row["country"], row["compiler"], row["unit"], row["kind"])
    ):
        own = list(group)
        title = f"{text.compiler(country, compiler)}: {text.low(text.stage_count(own[0]['stage'], unit, kind))}"
        panels.append(
            Panel(
                title,
                [mark(row, text, f"{row['period_start'].year}{DASH}{row['period_end'].year}") for row in own],
            )
        )
    return bars(panels)
