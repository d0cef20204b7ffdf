"""The file: choosing it, how it is read, and what only a person can say of that.

Everything that is shown of a column with personal data is masked until the column is settled.
"""

import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components.errors import say_error
from components.filters import escape, worded
from components.html_table import show_table as table
from components.store import store
from components.text import Text
from components.upload.state import ask_anew, asked, cut, let_go
from components.upload.steps import Steps, draw_heading
from components.upload.templates import show_templates
from data.intake import reading, screen
from data.intake.reading import Doubt, Source, Unreadable
from data.intake.session import Intake

DELIMITERS = (";", ",", "\t", "|")
ROWS_SHOWN = 8


def take_in(text: Text) -> bool:
    """Ask for a file and read it; it is held until it is published or let go, whatever page is opened meanwhile."""
    state = st.session_state
    draw_heading("file", text)
    given = st.file_uploader(
        text("upload.choose"), type=["csv", "tsv", "txt", "xlsx"], key=f"file_{state.setdefault('intake_round', 0)}"
    )
    if given is None:
        show_templates(text)
        return False
    let_go()
    try:
        with st.spinner(text("upload.reading")):
            state["intake"] = Intake(store(), Source.held(given.name, given.getvalue()), today=date.today())
    except Unreadable as fault:
        _say_unreadable(fault, text)
        return False
    except screen.ScreenFailed as failed:
        say_error(failed, text)
        return False
    st.rerun()


def _say_unreadable(fault: Unreadable, text: Text) -> None:
    say_error(fault, text)
    st.markdown(text("upload.nothing_changed"))


def show_reading(intake: Intake, text: Text, steps: Steps) -> None:
    """Draw how the file is read, ask what it leaves open, and offer to read it otherwise."""
    draw_heading("file", text)
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(f"**{escape(intake.source.name)}**")
    right.button(text("upload.another_file"), icon=":material/swap_horiz:", key="another_file", on_click=let_go)
    dialect, headers = intake.dialect, intake.staged.headers
    open_asks = {doubt.asks for doubt in intake.doubts}
    st.markdown(
        text(
            "upload.read_as_workbook" if dialect.kind == "xlsx" else "upload.read_as",
            sheet=escape(dialect.sheet),
            encoding=dialect.encoding.upper(),
            delimiter=text(f"delimiter.{_name_mark(dialect.delimiter)}"),
            header=text("upload.header_row", row=dialect.header_row)
            if dialect.header_row
            else text("upload.no_header"),
            decimal=text(f"decimal.{'asked' if 'decimal' in open_asks else _name_mark(dialect.decimal)}"),
            dates=text(f"date_order.{'asked' if 'date_order' in open_asks else dialect.date_order or 'none'}"),
            rows=text.number(intake.staged.rows + intake.staged.broken),
            columns=text.number(len(headers)),
        )
    )
    for number, doubt in enumerate(list(intake.doubts)):
        said = st.radio(
            text(
                f"doubt.{doubt.code}",
                example=escape(cut(_mask_example(intake, doubt))),
                column=escape(cut(headers[doubt.column])) if doubt.column is not None else "",
                **dict(doubt.details),
            ),
            doubt.options,
            index=None,
            format_func=partial(_say_thousands_or_fraction, text, doubt.example)
            if doubt.code == "number_ambiguous"
            else partial(_say_option, text, doubt.asks),
            key=worded(asked(f"doubt_{doubt.code}_{number}")),
        )
        if said is not None:
            _read_again(intake, text, **{doubt.asks: int(said) if doubt.asks == "header_row" else said})
    with st.expander(text("upload.change_reading"), icon=":material/tune:"):
        _choose_reading(intake, text)
    if intake.doubts:
        steps.wait("file", text("step.questions", n=len(intake.doubts)))
        show_first_rows(intake, text, ROWS_SHOWN)
    else:
        steps.finish("file", cut(intake.source.name))


def _choose_reading(intake: Intake, text: Text) -> None:
    dialect = intake.dialect
    left, right = st.columns(2)
    chosen: dict[str, str | int] = {}

    def pick(place: Any, asks: str, options: Sequence[str], now: str) -> None:
        said = place.selectbox(
            text(f"reading.{asks}"),
            list(dict.fromkeys([*options, now])),
            index=list(dict.fromkeys([*options, now])).index(now),
            format_func=partial(_say_option, text, asks),
            key=worded(asked(f"reading_{asks}")),
        )
        if said != now:
            chosen[asks] = said

    if dialect.kind == "xlsx":
        pick(left, "sheet", reading.sheets(intake.source), dialect.sheet)
    else:
        pick(left, "encoding", reading.ENCODINGS, dialect.encoding)
        pick(right, "delimiter", DELIMITERS, dialect.delimiter)
        pick(left, "decimal", (",", "."), dialect.decimal)
    pick(right, "date_order", ("dmy", "mdy", "ymd"), dialect.date_order)
    row = left.number_input(text("reading.header_row"), 0, 1_000, dialect.header_row, key=asked("reading_header_row"))
    if row != dialect.header_row:
        chosen["header_row"] = int(row)
    if chosen and st.button(text("upload.read_again"), type="primary", key="read_again"):
        _read_again(intake, text, **chosen)


def _read_again(intake: Intake, text: Text, **chosen: str | int) -> None:
    """Read the file anew; what the analyst had said of its columns is asked anew too."""
    try:
        intake.read_as(**chosen)
    except Unreadable as fault:
        _say_unreadable(fault, text)
        return
    ask_anew()
    st.rerun()


def _name_mark(mark: str) -> str:
    """The key of a mark in the locales: TOML keys of punctuation are hard to read."""
    return {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar", ".": "point", "": "none"}[mark]


def _say_option(text: Text, asks: str, option: str) -> str:
    if asks in {"delimiter", "decimal", "thousands"}:
        return text(f"{'delimiter' if asks == 'delimiter' else 'decimal'}.{_name_mark(option)}")
    if asks == "encoding":
        return option.upper()
    if asks in {"letters", "hidden", "tables", "header_dates"}:
        return text(f"doubt_answer.{option}")
    if asks == "date_order":
        return text(f"date_order.{option or 'none'}")
    if asks == "header_row":
        return text("upload.header_row", row=option) if int(option) else text("upload.no_header")
    return option


def _mask_example(intake: Intake, doubt: Doubt) -> str:
    """The cell that a doubt is about; of a column with personal data without its year and its words."""
    if doubt.column not in {finding.column for finding in intake.findings}:
        return doubt.example
    return re.sub(r"\d{4,}|[^\W\d_]+", lambda run: screen.mask(run[0]), doubt.example)


def _say_thousands_or_fraction(text: Text, example: str, mark: str) -> str:
    return text("decimal.fraction" if mark in example else "decimal.thousands")


def show_first_rows(intake: Intake, text: Text, count: int) -> None:
    """Draw the first rows as they stand in the file; cells of columns with findings are masked."""
    masked = {finding.column for finding in intake.findings}
    records = reading.first_rows(intake.source, intake.dialect, intake.dialect.header_row + count)
    width = max((len(record.cells) for record in records), default=0)
    shown = []
    for record in records:
        cells = [*record.cells, *[""] * (width - len(record.cells))]
        is_head = record.row <= intake.dialect.header_row
        shown.append(
            {text("upload.row"): str(record.row)}
            | {
                " " * (place + 1): cut(cell) if is_head or place not in masked else cut(screen.mask(cell))
                for place, cell in enumerate(cells[:30])
            }
        )
    st.markdown(f"**{text('upload.as_in_file')}**")
    table(pd.DataFrame(shown), links=False)
