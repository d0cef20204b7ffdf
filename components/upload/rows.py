"""What one row stands for: asked in one sentence, with the first rows and what would follow beside it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from components.filters import escape, worded
from components.text import Text
from components.upload.columns import column_key
from components.upload.file import show_first_rows
from components.upload.state import answers, asked, begin, cut, find_index, form_of
from data.intake.foreseen import list_by_year
from data.intake.layout import FORMS, Layout
from data.intake.recipe import ROWS, Recipe
from data.intake.session import Intake

ROWS_SHOWN = 4
YEARS_SHOWN = 6


def suggest(intake: Intake) -> Recipe:
    """The recipe of what the file seems to be, its rows and numbers as they seem to stand."""
    layout = intake.layout()
    st.session_state["intake_layout"] = layout
    return intake.suggested_form(layout.form) if layout.form else intake.suggested("cases")


def follow_answer(intake: Intake) -> bool:
    """Begin the columns anew when what a row stands for asks for another shape of them. Returns whether it did."""
    state, said = st.session_state, answers()
    recipe: Recipe = state["map_recipe"]
    row = said.get("row")
    if row == "count" and not said.get("form"):
        said["form"] = form_of(recipe) or state["intake_layout"].form or "weights"
    form = said["form"] if row == "count" else ""
    if not row or form in {form_of(recipe), state.get("map_form")}:
        return False
    organisation = state.get("map_organisation", "")
    begin(intake, intake.suggested_form(form) if form else _suggest_cases(intake))
    state["map_organisation"], state["map_form"] = organisation, form
    return True


def _suggest_cases(intake: Intake) -> Recipe:
    """A list of cases without a column of numbers."""
    recipe = intake.suggested("cases")
    columns = {header: name for header, name in recipe.columns.items() if name != "weight"}
    return replace(recipe, columns=columns)


def ask_row(intake: Intake, recipe: Recipe | None, text: Text) -> None:
    """Ask what one row stands for. `recipe`: of the columns as they are said so far, None where they can't stand."""
    said = answers()
    proposal, reason = _propose(intake, text)
    left, right = st.columns([2, 3])
    with right:
        show_first_rows(intake, text, ROWS_SHOWN)
    with left:
        st.radio(
            f"**{text('question.row')}**",
            ROWS,
            index=find_index(ROWS, said.get("row", ""), worded(asked("answer_row"))),
            format_func=lambda row: text(f"answer_row.{row}"),
            captions=[f"{text('upload.proposed')}: {reason}" if row == proposal else "" for row in ROWS],
            key=worded(asked("answer_row")),
            on_change=keep_row,
            args=(worded(asked("answer_row")),),
        )
        if said.get("row") == "count":
            _ask_form(text)
    if recipe is not None and said.get("row") in {"decision", "count"}:
        _ask_column(intake, recipe, text)


def _propose(intake: Intake, text: Text) -> tuple[str, str]:
    """What a row seems to stand for, and why, in words."""
    layout: Layout = st.session_state["intake_layout"]
    row, reason = layout.row, layout.reason
    if not row and intake.checked is not None:
        checked_by = replace(intake.understood[0], row="")
        asks = next((one for one in intake.questions_of(checked_by) if one.code == "row"), None)
        row, reason = (asks.proposal, asks.reason) if asks else ("", "")
    if not row:
        row, reason = "complaint", "no_repeats"
    about = {
        "numbers": text.number(len(layout.numbers)),
        "names": text.listed(escape(cut(name)) for name in layout.numbers[:4]),
        "rows": text.number(intake.staged.rows),
        "years": text.number(layout.years),
    }
    return row, text(f"question_reason.{reason}", **about)


def propose_row(intake: Intake, text: Text) -> str:
    """The proposal alone."""
    return _propose(intake, text)[0]


def keep_row(key: str) -> None:
    """Keep what the reader chose."""
    said = st.session_state[key]
    if said:
        answers()["row"] = str(said)
        answers().pop("form", None)
        answers().pop("all_complaints", None)


def _ask_form(text: Text) -> None:
    said, key = answers(), worded(asked("answer_form"))
    st.radio(
        text("question.form"),
        FORMS,
        index=find_index(FORMS, said.get("form", ""), key),
        format_func=lambda form: text(f"answer_form.{form}"),
        key=key,
        on_change=_keep_form,
        args=(key,),
    )


def _keep_form(key: str) -> None:
    if said := st.session_state[key]:
        answers()["form"] = str(said)


def _ask_column(intake: Intake, recipe: Recipe, text: Text) -> None:
    """Ask which column is the case, or the number: the same as to choose its field below."""
    name = {"weights": "weight", "figures": "value"}.get(form_of(recipe) or answers().get("form", ""), "")
    name = "case_id" if answers().get("row") == "decision" else name
    if not name:
        return
    headers = [header for header in st.session_state["map_samples"] if header]
    now = next((header for header, field in recipe.columns.items() if field == name), None)
    key = asked(f"which_{name}_{headers.index(now) if now in headers else ''}")
    st.selectbox(
        text("upload.which_case" if name == "case_id" else "upload.which_number"),
        headers,
        index=headers.index(now) if now in headers else None,
        placeholder=text("upload.choose_one"),
        format_func=lambda header: cut(header),
        key=key,
        on_change=_keep_column,
        args=(key, name, list(intake.staged.headers)),
    )


def _keep_column(key: str, name: str, headers: Sequence[str]) -> None:
    state = st.session_state
    if state[key] is None:
        return
    for place in range(len(headers)):
        if state.get(column_key(place)) == name:
            state[column_key(place)] = ""
    state[column_key(list(headers).index(state[key]))] = name


def show_foreseen(figures: Any, text: Text, country: str) -> None:
    """Draw what would follow: the numbers of the first years."""
    years = list_by_year(figures) if figures is not None else []
    if not years:
        return
    told, kind = text.of(country or text.country), answers().get("kind", "ngo")
    lines = [f"**{text('upload.foreseen')}**", ""]
    for start, end, rows in years[:YEARS_SHOWN]:
        numbers = text.listed(
            f"{text.low(told.stage_count(row['stage'], row['unit'], kind))} – "
            f"{text.bound(row['value_low'], row['value_high'], row['qualifier'])}"
            for row in rows
        )
        lines.append(f"- {text.period(start, end)}: {escape(numbers)}")
    if len(years) > YEARS_SHOWN:
        lines.append(f"- {text('upload.more_years', n=len(years) - YEARS_SHOWN)}")
    st.markdown("\n".join(lines))
