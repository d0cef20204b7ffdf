"""Which years did nobody report?"""

from functools import partial

import pandas as pd

from components.chart import Ask, Block, Chart, Outcome, Reader
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import Row
from components.drawing.model import SIGN, Cell, Grid, GridRow
from components.text import DASH, Text


def build(reader: Reader, ask: Ask) -> Outcome:
    """The years of each compiler and stage."""
    text, country = reader.text, reader.country
    frame = ask("coverage", **reader.params)
    if frame.empty:
        return describe_absence(name_request(reader), reader)
    states = [f"{sign} {text('state.' + state)}" for state, sign in SIGN.items() if (frame["state"] == state).any()]
    return Block(
        name="coverage",
        question="coverage",
        frame=frame,
        text=text,
        # Whoever is chosen, the sentence is about every official compiler of these years.
        finding=write_finding(ask("coverage", **(reader.params | {"compilers": []})), text),
        drawing=draw(frame, text, country),
        marks=list_marks(frame, text, country),
        draw_table=partial(tabulate, frame, text, country),
        n_line=" · ".join([text(f"country.{country}"), *states]),
        caveats=[text("caveat.absence")],
        country=country,
    )


def draw(frame: pd.DataFrame, text: Text, country: str) -> Grid:
    """A line for each compiler and stage, a cell for each year. country: names of compilers are a country's."""
    rows = []
    for (kind, compiler, stage), cells in frame.groupby(["kind", "compiler", "stage"], sort=False):
        who, label = text.compiler(country, str(compiler)), text(f"stage.{stage}")
        own = tuple(_draw_cell(row, who, label, text) for row in cells.to_dict("records"))
        rows.append(GridRow(str(compiler), who, str(kind), label, own))
    return Grid(tuple(sorted(int(year) for year in set(frame["year"]))), tuple(rows))


def _draw_cell(row: Row, who: str, label: str, text: Text) -> Cell:
    ids = row["figure_ids"]
    hover = f"<b>{row['year']}: {text('state.' + row['state'])}</b><br>{label}<br>{who}"
    return Cell(row["year"], row["state"], hover, tuple(ids) if ids is not None and len(ids) else ())


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The years without an official count of a whole year."""
    official = frame[frame["kind"] == "official"]
    years = sorted(int(year) for year in set(frame["year"]))
    whole = {int(year) for year in official.loc[official["state"] == "whole_year", "year"]}
    missing = [year for year in years if year not in whole]
    span = {"first": years[0], "last": years[-1]}
    if not missing:
        return text("finding.coverage_full", **span)
    return text("finding.coverage", missing=len(missing), years=len(years), list=_write_spans(missing), **span)


def _write_spans(years: list[int]) -> str:
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}{DASH}{span[-1]}" for span in spans)


def list_marks(frame: pd.DataFrame, text: Text, country: str) -> list[tuple[str, tuple[str, ...]]]:
    """The cells that have a figure, in words."""
    return [
        (
            f"{row['year']} · {text('stage.' + row['stage'])} · {text.compiler(country, row['compiler'])}",
            tuple(row["figure_ids"]),
        )
        for row in frame[frame["state"] != "none"].to_dict("records")
    ]


def tabulate(frame: pd.DataFrame, text: Text, country: str) -> pd.DataFrame:
    """One row a compiler and stage, one column a year, the state in each cell."""
    words = frame.assign(
        compiler=[text.compiler(country, code) for code in frame["compiler"]],
        stage=[text(f"stage.{code}") for code in frame["stage"]],
        state=[text(f"state.{code}") if code != "none" else "" for code in frame["state"]],
    )
    grid = words.pivot(index=["compiler", "stage"], columns="year", values="state").reset_index()
    names = {"compiler": text("ui.compiler"), "stage": text("ui.stage")}
    grid.columns = [names.get(column, str(column)) for column in grid.columns]
    return grid


CHART = Chart("coverage", build, method=("coverage",))
