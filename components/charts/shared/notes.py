"""What is said beside charts: n, the limits of what they show, and what is missing."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from components.chart import Ask, Block, Empty, Reader
from components.charts.shared.values import list_ids, name_compiler, name_compilers
from components.text import DASH, Text


def build_block(
    reader: Reader,
    frame: pd.DataFrame,
    list_marks: Callable[[pd.DataFrame, Text], list[tuple[str, tuple[str, ...]]]],
    tabulate: Callable[[pd.DataFrame, Text], pd.DataFrame],
    question: str,
    **own: Any,
) -> Block:
    """The block of a chart: its name, marks, table and n line are made the same way for all; own: what differs."""
    text = reader.text
    shared = {
        "name": question,
        "frame": frame,
        "marks": list_marks(frame, text),
        "draw_table": partial(tabulate, frame, text),
        "n_line": write_n_line(frame, text),
    }
    return Block(question=question, text=text, country=reader.country, **shared | own)


def write_n_line(frame: pd.DataFrame, text: Text) -> str:
    """«Kazakhstan · n = 22 figures; 2009–2024; Ombudsman; …»: what stands under every chart, wherever it goes.

    The country is named where all rows are of one: a slide or a picture that left its page says of whom it speaks.
    """
    rows = frame.to_dict("records")
    ids = {each for row in rows for each in (list_ids(row) if "numerator_id" in row else (row["figure_id"],)) if each}
    start, end = frame["period_start"].min().date(), frame["period_end"].max().date()
    names = dict.fromkeys(
        name_compilers(row, text) if "denominator_compiler" in row else name_compiler(row, text) for row in rows
    )
    key = "sentence.n_line_one" if len(ids) == 1 else "sentence.n_line"
    line = text(key, n=text.number(len(ids)), period=text.period(start, end), compilers="; ".join(names))
    countries = {row["country"] for row in rows}
    return f"{text('country.' + countries.pop())} · {line}" if len(countries) == 1 else line


def note_inferred(frame: pd.DataFrame, text: Text) -> list[str]:
    """Say how many periods we inferred."""
    n = int((frame["period_kind"] == "window_inferred").sum())
    return [text("caveat.inferred", n=n)] if n else []


def note_withheld(frame: pd.DataFrame, text: Text) -> list[str]:
    """Say what «fewer than 5» stands for, where a number of a strict list is drawn."""
    qualifiers = [column for column in frame.columns if column.endswith("qualifier")]
    return [text("caveat.withheld")] if frame[qualifiers].eq("withheld").any(axis=None) else []


def note_site_only(figure_ids: pd.Series, text: Text, ask: Ask) -> list[str]:
    """Name the documents of which only the publisher's site is known: said beside their figures."""
    rows = ask("evidence", figure_ids=sorted(set(figure_ids.dropna())))
    own = rows[(rows["relation"] == "itself") & (rows["address"] == "site only")]
    return [text("caveat.site_only", title=title) for title in dict.fromkeys(own["title"])]


def note_press_only(frame: pd.DataFrame, text: Text, ask: Ask) -> list[str]:
    """Say of a long official line whose counter is not named that it rests on one document of the press."""
    own = frame[frame["compiler"].str.endswith("_unspecified") & (frame["stage"] == "registered_offence")]
    notes = []
    for source, rows in own.groupby("source_id"):
        if len(rows) > 2 and (rows["confidence"] == "press").all():
            evidence = ask("evidence", figure_ids=[rows["figure_id"].iloc[0]])
            title = evidence.loc[evidence["source_id"] == source, "title"].iloc[0]
            notes.append(text("caveat.press_only", title=f"«{title}»"))
    return notes


def describe_absence(what: str, reader: Reader) -> Empty:
    """Say what is missing, what to try and whom to ask."""
    text = reader.text
    ask_whom = "empty.ask" if reader.country == "KZ" else "empty.ask_elsewhere"
    parts = [text("empty.no_figures", what=what), text("empty.widen"), text(ask_whom), text("caveat.absence")]
    return Empty(" ".join(parts), text)


def name_request(reader: Reader, *stages: str) -> str:
    """What was asked for, in words: country, stages, years, what is covered."""
    text = reader.text
    parts = [text.low(text(f"stage.{stage}")) for stage in stages]
    years = f"{reader.year_from}{DASH}{reader.year_to}"
    return ", ".join([text(f"country.{reader.country}"), *parts, years, text.scope(reader.scope, reader.scope_detail)])
