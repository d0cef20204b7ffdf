"""Which years did nobody report?"""

from functools import partial

import pandas as pd

from components.chart import Ask, Block, Chart, Choice, Outcome, Reader
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import Row
from components.drawing.model import SIGN, Cell, Grid, GridRow
from components.text import DASH, Text

# The rows of the short grid, and the best state of a year first, as the question takes it within one compiler.
SHORT = ("complaint", "investigation_opened", "sent_to_court", "convicted")
BEST = ("whole_year", "part_year", "several_years", "some_places", "yearly_rate", "published_percent", "none")


def build(reader: Reader, ask: Ask, rows: str) -> Outcome:
    """The years of each compiler and stage; rows: all of them, or in short the official ones of four stages as one."""
    text, country = reader.text, reader.country
    frame = ask("coverage", **reader.params)
    if rows == "short":
        frame = shorten(frame)
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
        drawing=draw(frame, text, country, is_short=rows == "short"),
        marks=list_marks(frame, text, country),
        draw_table=partial(tabulate, frame, text, country),
        n_line=" · ".join([text(f"country.{country}"), *states]),
        caveats=[text("caveat.absence")],
        country=country,
    )


def shorten(frame: pd.DataFrame) -> pd.DataFrame:
    """One line for each of four stages: the best state of each year, whichever official compiler counted."""
    own = frame[(frame["kind"] == "official") & frame["stage"].isin(SHORT)]
    own = own.assign(rank=own["state"].map(BEST.index), place=own["stage"].map(SHORT.index))
    own = own.sort_values(["place", "year", "rank"], kind="stable")
    return own.drop_duplicates(["stage", "year"]).drop(columns=["rank", "place"]).reset_index(drop=True)


def draw(frame: pd.DataFrame, text: Text, country: str, *, is_short: bool = False) -> Grid:
    """A line for each compiler and stage, a cell for each year. country: names of compilers are a country's."""
    rows = []
    keys = ["kind", "stage"] if is_short else ["kind", "compiler", "stage"]
    for key, cells in frame.groupby(keys, sort=False):
        kind, compiler, stage = str(key[0]), "" if is_short else str(key[1]), str(key[-1])
        label = text(f"stage.{stage}")
        who = text(f"kind.{kind}") if is_short else text.compiler(country, compiler)
        names = [text.compiler(country, row["compiler"]) for row in cells.to_dict("records")]
        own = tuple(
            _draw_cell(row, name, label, text) for row, name in zip(cells.to_dict("records"), names, strict=True)
        )
        rows.append(GridRow(compiler, text.cap(who), kind, label, own))
    return Grid(tuple(sorted(int(year) for year in set(frame["year"]))), tuple(rows))


def _draw_cell(row: Row, who: str, label: str, text: Text) -> Cell:
    ids = row["figure_ids"]
    hover = f"<b>{row['year']}: {text('state.' + row['state'])}</b><br>{label}<br>{who}"
    return Cell(row["year"], row["state"], hover, tuple(ids) if ids is not None and len(ids) else ())


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The years without an official count of a whole year."""
    missing, years = list_missing(frame)
    span = {"first": years[0], "last": years[-1]}
    if not missing:
        return text("finding.coverage_full", **span)
    return text("finding.coverage", missing=len(missing), years=len(years), list=_write_spans(missing), **span)


def list_missing(frame: pd.DataFrame) -> tuple[list[int], list[int]]:
    """The years without an official count of a whole year, and all years asked for."""
    official = frame[frame["kind"] == "official"]
    years = sorted(int(year) for year in set(frame["year"]))
    whole = {int(year) for year in official.loc[official["state"] == "whole_year", "year"]}
    return [year for year in years if year not in whole], years


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


ROWS = Choice(frozenset({"all", "short"}), default="all")
CHART = Chart("coverage", build, method=("coverage",), choices={"rows": ROWS})
