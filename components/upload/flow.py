"""The steps one after the other: the next one opens when the one before is done."""

from typing import Any

import streamlit as st

from components.errors import say_error
from components.filters import Reader, worded
from components.text import Text
from components.upload import check, columns, file, meaning, people, publish, rows
from components.upload.state import answers, asked, begin
from components.upload.steps import Steps, draw_heading
from data.intake.checking import Unmappable
from data.intake.fields import fields
from data.intake.recipe import Recipe, RecipeError
from data.intake.session import Intake


def show(who: Reader) -> None:
    """Draw the list of steps, and those that can be taken by now."""
    text = who.text
    steps = Steps(text)
    try:
        _walk(who, steps)
    finally:
        steps.draw()


def _walk(who: Reader, steps: Steps) -> None:
    state, text = st.session_state, who.text
    if published := state.get("intake_published"):
        publish.show_published(published, text)
    if "intake" not in state:
        steps.begin("file", text("upload.choose_button"))
        if not file.take_in(text):
            return
    intake: Intake = state["intake"]
    file.show_reading(intake, text, steps)
    if intake.doubts:
        return
    people.show_people(intake, text, steps)
    if intake.open_findings:
        return
    if not _understand(intake, text, steps):
        return
    publish.ask_publish(intake, who, steps)


def _understand(intake: Intake, text: Text, steps: Steps) -> bool:
    """Ask what rows, columns and values stand for, and check the rows. Returns whether they could be checked."""
    state = st.session_state
    draw_heading("columns", text)
    if "map_recipe" not in state:
        with st.spinner(text("upload.checking")):
            begin(intake, rows.suggest(intake))
    # Back from another page: the answers as they were.
    if "map_said" in state and worded(asked("answer_row")) not in state:
        state["map_recipe"] = state["map_said"]
    if rows.follow_answer(intake):
        st.rerun()
    row_place = st.container(border=True, key="question_row")
    if columns.ask_whose(intake, text):
        st.rerun()
    recipe = columns.ask_columns(intake, text, steps)
    fault: Unmappable | RecipeError | None = None
    if recipe is not None:
        state["map_said"] = recipe
        try:
            recipe = meaning.apply_answers(recipe)
            _check(intake, recipe, text)
        except (Unmappable, RecipeError) as unfit:
            fault = unfit
        columns.offer_recipe(intake, recipe, text)
    is_checked = recipe is not None and fault is None
    with row_place:
        rows.ask_row(intake, recipe, text)
        if is_checked and recipe is not None:
            rows.show_foreseen(_foresee(intake, recipe), text, recipe.country)
        if is_checked:
            meaning.offer_proposals(intake, text)
    if recipe is None:
        return False
    if fault is not None:
        say_error(fault, text)
        is_field = fault.where in fields(recipe.shape)
        steps.wait("columns", text(f"field.{fault.where}" if is_field else "step.columns"))
        return False
    if missing := columns.list_missing(recipe, text):
        steps.wait("columns", text.listed(missing))
    else:
        steps.finish("columns", text.low(text(f"answer_row.{answers()['row']}")))
    _show_meaning(intake, text, steps)
    return True


def _check(intake: Intake, recipe: Recipe, text: Text) -> None:
    state = st.session_state
    if intake.checked is None or state.get("map_checked") != recipe:
        with st.spinner(text("upload.checking")):
            intake.check(recipe)
        state["map_checked"] = recipe


def _foresee(intake: Intake, recipe: Recipe) -> Any:
    state = st.session_state
    if state.get("map_foreseen_of") != recipe:
        state["map_foreseen"], state["map_foreseen_of"] = intake.foresee(), recipe
    return state["map_foreseen"]


def _show_meaning(intake: Intake, text: Text, steps: Steps) -> None:
    draw_heading("meaning", text)
    meaning.ask_questions(intake, text)
    _, checked = intake.understood
    check.show_result(intake, text)
    waiting = len(meaning.list_open(intake))
    if waiting or not answers().get("row"):
        steps.wait("meaning", text("step.questions", n=waiting) if waiting else text("step.row"))
    else:
        steps.finish(
            "meaning",
            text("step.rows", published=text.number(checked.published), rows=text.number(checked.in_file)),
        )
