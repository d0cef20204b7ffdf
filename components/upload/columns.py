"""Whose list it is, of which country, and what its columns say.

Whose list it is comes first: a recipe is offered to the organisation that kept it, and to no other.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from components.errors import say_error
from components.filters import escape, worded
from components.store import uploads
from components.text import Text
from components.upload.state import answers, ask_words, asked, begin, cut, find_index, make_grid
from components.upload.steps import Steps
from components.upload.templates import name_code
from components.upload.values import ask_left_out_rows, ask_values
from data.errors import word_error
from data.intake.fields import Field, fields
from data.intake.recipe import Recipe, RecipeError
from data.intake.session import Intake, compiler_of
from data.intake.values import year_of
from data.places import countries

KINDS = ("official", "ngo", "international", "media")
# A column that is counted by its own: what follows is the stage.
COUNTS = "count:"
# So many codes stand side by side, one click away.
FEW = 6


def ask_whose(intake: Intake, text: Text) -> bool:
    """Ask whose list it is, who counted and of which country. Returns whether a recipe of theirs answered the rest."""
    state, said = st.session_state, answers()
    left, right = st.columns(2)
    organisation = ask_words(left, "organisation", text("upload.organisation"))
    if state.get("map_organisation", "") != organisation:
        state["map_organisation"] = organisation
        if own := _find_kept_recipe(intake, organisation):
            begin(intake, own, "upload.recipe_known")
            state["map_organisation"] = organisation
            return True
    if "country" in state["map_recipe"].columns.values():
        right.caption(text("upload.country_in_column"))
    else:
        names = {text(f"country.{code}"): code for code in countries()}
        codes = [names[name] for name in text.alphabetical(names)]
        right.selectbox(
            text("upload.country"),
            codes,
            index=find_index(codes, said.get("country", ""), worded(asked("answer_country"))),
            placeholder=text("upload.choose_one"),
            format_func=lambda code: text(f"country.{code}"),
            key=worded(asked("answer_country")),
            on_change=_keep_answer,
            args=("country", worded(asked("answer_country"))),
        )
    st.segmented_control(
        text("upload.kind"),
        KINDS,
        default=said.get("kind"),
        format_func=lambda code: text(f"counted_by_kind.{code}"),
        key=worded(asked("answer_kind")),
        on_change=_keep_answer,
        args=("kind", worded(asked("answer_kind"))),
    )
    if regions := _regions_of(said.get("country", "")):
        st.selectbox(
            text("upload.region"),
            ["", *regions],
            index=find_index(["", *regions], said.get("region", ""), worded(asked("answer_region"))) or 0,
            format_func=lambda code: text(f"region.{code}") if code else text("upload.whole_country"),
            key=worded(asked("answer_region")),
            on_change=_keep_answer,
            args=("region", worded(asked("answer_region"))),
        )
    return False


def _regions_of(country: str) -> tuple[str, ...]:
    if not country or "region" in st.session_state["map_recipe"].columns.values():
        return ()
    return fields("figures")["region"].codes(country)


def _keep_answer(name: str, key: str) -> None:
    said = st.session_state[key]
    if said:
        answers()[name] = str(said)
    else:
        answers().pop(name, None)
    if name == "country":
        answers().pop("region", None)


def _find_kept_recipe(intake: Intake, organisation: str) -> Recipe | None:
    """The last recipe that this very organisation kept for such a file."""
    return next((recipe for _, recipe in find_own_lists(intake, organisation)), None)


def find_own_lists(intake: Intake, organisation: str) -> list[tuple[dict[str, Any], Recipe]]:
    """The lists of this organisation whose recipe fits the file, and their recipes, the newest first."""
    own = [upload for upload in reversed(uploads()) if upload["compiler"] == compiler_of(organisation)]
    kept = [(upload, _read_recipe(upload["recipe"])) for upload in own]
    return [(upload, recipe) for upload, recipe in kept if recipe and recipe.fits(intake.staged.headers, intake.today)]


def _read_recipe(toml: str) -> Recipe | None:
    try:
        return Recipe.from_toml(toml)
    except RecipeError:
        return None


def ask_columns(intake: Intake, text: Text, steps: Steps) -> Recipe | None:
    """Ask what each column and each value is. None while the recipe can't stand."""
    state = st.session_state
    recipe: Recipe = state["map_recipe"]
    if whose := state["map_whose"]:
        st.markdown(text(whose))
    samples: dict[str, list[str]] = state["map_samples"]
    about = fields(recipe.shape)
    given = {header: name for header, name in _ask_fields(intake, recipe, samples, text).items() if name}
    counts = {header: name.removeprefix(COUNTS) for header, name in given.items() if name.startswith(COUNTS)}
    columns = {header: name for header, name in given.items() if header not in counts}
    if twice := {name for name in columns.values() if list(columns.values()).count(name) > 1}:
        st.warning(text("upload.field_twice", field=text(f"field.{min(twice)}")), icon=":material/rule:")
        steps.wait("columns", text(f"field.{min(twice)}"))
        return None
    values: dict[str, dict[str, str]] = {}
    left_out: dict[str, tuple[str, ...]] = {}
    for header, name in columns.items():
        if about[name].type == "code":
            codes, gone = ask_values(intake, recipe, header, about[name], text)
            values |= {name: codes} if codes else {}
            left_out |= {header: gone} if gone else {}
    left_out |= ask_left_out_rows(intake, recipe, {*columns, *counts}, text)
    units = {header: unit for header, unit in recipe.units.items() if header in counts}
    laid_out = ({"stage", "value"} if counts else set()) | (
        {"unit"} if counts and units.keys() == counts.keys() else set()
    )
    constants = _ask_constants(recipe, {*columns.values()} | laid_out, text)
    try:
        recipe = replace(
            recipe,
            columns=columns,
            values=values,
            constants=constants,
            counts=counts,
            units=units,
            leave_out=left_out,
            accepted=_list_accepted(),
        )
        recipe.to_toml()
    except RecipeError as fault:
        say_error(fault, text)
        steps.wait("columns", " ".join(word_error(fault, text)))
        return None
    return recipe


def list_missing(recipe: Recipe, text: Text) -> list[str]:
    """What of the third step is not said yet, in words."""
    said = answers()
    missing = []
    if not said.get("row"):
        missing.append(text("step.row"))
    elif said["row"] == "decision" and "case_id" not in recipe.columns.values():
        missing.append(text("upload.which_case"))
    if not str(st.session_state.get("intake_said_organisation", "")).strip():
        missing.append(text("upload.organisation"))
    if not recipe.country and "country" not in recipe.columns.values():
        missing.append(text("upload.country"))
    if not recipe.constants.get("kind"):
        missing.append(text("upload.kind"))
    return missing


def _list_accepted() -> dict[str, str]:
    """Warning -> why it is accepted, as it was typed below the report."""
    said = {
        str(key).removeprefix("accept_").removesuffix(asked("")): str(reason).strip()
        for key, reason in st.session_state.items()
        if str(key).startswith("accept_") and str(key).endswith(asked(""))
    }
    return {rule: reason for rule, reason in said.items() if reason}


def column_key(place: int) -> str:
    """The key of the question on a column."""
    return worded(asked(f"column_{place}"))


def _ask_fields(intake: Intake, recipe: Recipe, samples: Mapping[str, list[str]], text: Text) -> dict[str, str]:
    about = ["", *fields(recipe.shape)]
    if recipe.shape == "figures" and (recipe.counts or answers().get("form") == "columns"):
        stages = fields("figures")["stage"].codes()
        about = ["", *(COUNTS + stage for stage in stages), *(name for name in about[1:] if name not in LAID_OUT)]
    given = {}
    shown = [
        (place, header)
        for place, header in enumerate(intake.staged.headers)
        if header in samples
        and place not in intake.left_out
        and not (recipe.years_across and header not in recipe.columns and year_of(header, intake.today))
    ]
    for (place, header), cell in zip(shown, make_grid(len(shown)), strict=True):
        now = COUNTS + recipe.counts[header] if header in recipe.counts else recipe.columns.get(header, "")
        given[header] = cell.selectbox(
            escape(cut(header)) or text("upload.column_number", n=place + 1),
            about,
            index=find_index(about, now, column_key(place)) or 0,
            format_func=partial(_name_field, text),
            key=column_key(place),
        )
    return given


# Fields that have no place in a table with a column for each stage: its headers say them.
LAID_OUT = ("stage", "value")


def _name_field(text: Text, name: str) -> str:
    if name.startswith(COUNTS):
        return text("upload.count_of", stage=text.low(text(f"stage.{name.removeprefix(COUNTS)}")))
    return text(f"field.{name}") if name else text("upload.not_stored")


def _ask_constants(recipe: Recipe, given: set[str], text: Text) -> dict[str, str]:
    """What holds for the whole file, where no column says it."""
    said = answers()
    constants = {name: said[name] for name in ("country", "kind", "region") if said.get(name) and name not in given}
    wanted = [
        field
        for name, field in fields(recipe.shape).items()
        if field.constant
        and (field.required or field.type == "url")
        and name not in given
        and not (recipe.years_across and name == "period")
    ]
    for field, place in zip(wanted, make_grid(len(wanted), 2), strict=True):
        if chosen := _ask_constant(recipe, field, place, text):
            constants[field.name] = chosen
    return constants


def _ask_constant(recipe: Recipe, field: Field, place: Any, text: Text) -> str:
    key = worded(asked(f"constant_{field.name}"))
    now = recipe.constants.get(field.name, "")
    label = text("upload.for_whole_file", field=text(f"field.{field.name}"))
    if field.type != "code":
        return str(place.text_input(label, now, key=key) or "")
    codes = field.codes(recipe.country)
    choose = place.segmented_control if len(codes) <= FEW else place.selectbox
    first = {"default": now or None} if len(codes) <= FEW else {"index": codes.index(now) if now in codes else None}
    chosen = choose(label, codes, format_func=lambda code: name_code(field, code, text), key=key, **first)
    return str(chosen or "")


def offer_recipe(intake: Intake, recipe: Recipe, text: Text) -> None:
    """Offer the recipe as a file, and take one."""
    left, right = st.columns(2)
    left.download_button(
        text("upload.recipe_download"),
        recipe.to_toml(),
        file_name="recipe.toml",
        mime="application/toml",
        on_click="ignore",
        icon=":material/receipt_long:",
        key="recipe_download",
    )
    with right.popover(text("upload.recipe_use"), icon=":material/upload_file:", key=asked("recipe_use")):
        given = st.file_uploader(
            text("upload.recipe_choose"), type=["toml"], key=asked("recipe_file"), max_upload_size=1
        )
    if given is None:
        return
    try:
        used = Recipe.from_toml(given.getvalue())
    except RecipeError as fault:
        say_error(fault, text)
        return
    organisation = st.session_state.get("map_organisation", "")
    begin(intake, used, "upload.recipe_used")
    st.session_state["map_organisation"] = organisation
    st.rerun()
