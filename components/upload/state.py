"""What the session holds of the file that is on its way in, and small helpers that all steps use.

Keys of the session that begin with map_ go when the columns are asked anew; those that begin with intake_ when the file
is let go.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st

from data.intake.recipe import Recipe
from data.intake.session import Intake
from data.intake.typed import LONGEST

# Answers that go when the columns are asked about anew.
OF_COLUMNS = {"same_figure", "totals", "blank_outcome", "implies", "contradicts", "blank_below", "unit"}
LETTERS_SHOWN = 120  # of a cell


def let_go() -> None:
    """Forget the file and all that was said of it."""
    state = st.session_state
    intake: Intake | None = state.pop("intake", None)
    ask_anew()
    for key in ("intake_answers", "intake_questions"):
        state.pop(key, None)
    if intake is not None:
        intake.close()


def ask_anew() -> None:
    """Forget what was said of the columns; every question is a new one from here on.

    A browser keeps the answer of a question that stays where it is, whatever the server forgets.
    """
    state = st.session_state
    for key in [key for key in state if str(key).startswith("map_")]:
        state.pop(key)
    state["intake_asked"] = state.get("intake_asked", 0) + 1


def begin(intake: Intake, recipe: Recipe, whose: str = "") -> None:
    """Begin the questions on columns anew, answered as a recipe says.

    `whose`: the key of the words that say where the recipe is from; '' when it is a guess, which answers nothing.
    """
    ask_anew()
    state = st.session_state
    state["map_recipe"], state["map_whose"], state["map_samples"] = recipe, whose, intake.samples()
    state.pop("intake_questions", None)
    said = answers()
    for key in [key for key in said if key.partition(":")[0] in OF_COLUMNS]:
        said.pop(key)
    said |= {f"totals:{kind}": "leave_out" for kind in recipe.totals}
    if whose:
        said |= answers_of(recipe)
    elif recipe.country:  # the names of its places tell it
        said.setdefault("country", recipe.country)


def answers() -> dict[str, str]:
    """What was answered of the file, by the key of the question: its code, and after a colon what it is about."""
    found: dict[str, str] = st.session_state.setdefault("intake_answers", {})
    return found


def answers_of(recipe: Recipe) -> dict[str, str]:
    """The answers that a recipe holds."""
    said = {name: getattr(recipe, name) for name in ("row", "all_complaints", "blank_outcome", "same_figure")}
    said |= {"counted_by": recipe.counted_by, "form": form_of(recipe)}
    if said["form"] and recipe.shape == "figures":
        said["row"] = "count"
    said |= {f"implies:{stage}": "yes" if holds else "no" for stage, holds in recipe.implies.items()}
    said |= {f"totals:{kind}": "leave_out" for kind in recipe.totals}
    said |= {f"totals:{kind}": "keep" for kind in recipe.kept_totals}
    said |= {f"blank_below:{header}": "carry" for header in recipe.carry_down}
    said |= {f"blank_below:{header}": "refuse" for header in recipe.leave_blank}
    said |= {f"contradicts:{name}:{header}": "keep" for header, names in recipe.unrelated.items() for name in names}
    said |= {name: recipe.constants.get(name, "") for name in ("country", "kind", "region")}
    if recipe.shape == "cases":
        said["period"] = recipe.constants.get("allegation_date", "")
    return {key: answer for key, answer in said.items() if answer}


def form_of(recipe: Recipe) -> str:
    """Where the numbers of a recipe stand: a form of layout.FORMS, '' where it has none."""
    if recipe.years_across:
        return "across"
    if recipe.shape == "figures":
        return "columns" if recipe.counts else "figures"
    return "weights" if "weight" in recipe.columns.values() else ""


def asked(name: str) -> str:
    """The key of a question, until all are asked anew."""
    return f"{name}_{st.session_state.get('intake_asked', 0)}"


def find_index(options: Sequence[str], chosen: str, key: str) -> int | None:
    """The place of what was chosen, for a box that is drawn first; one that knows its answer is given none."""
    return None if key in st.session_state or chosen not in options else options.index(chosen)


def hash_cell(cell: str) -> str:
    """A name for a choice that does not hold the cell itself: names of widgets travel and are kept."""
    return hashlib.sha256(cell.encode()).hexdigest()[:16]


def cut(cell: str) -> str:
    """A cell or a header as far as a page shows it: one may be as long as a book."""
    return cell if len(cell) <= LETTERS_SHOWN else cell[:LETTERS_SHOWN] + "…"


def make_grid(count: int, width: int = 3) -> Iterator[Any]:
    """Places for so many questions, three in a row; below each other on a phone, in the same order."""
    for start in range(0, count, width):
        yield from st.columns(width)[: count - start]


def ask_words(place: Any, name: str, label: str) -> str:
    """What is typed into a field; it outlives a look at another page."""
    key, kept = f"upload_{name}", f"intake_said_{name}"
    said = place.text_input(label, st.session_state.get(kept, ""), key=key, max_chars=LONGEST[name])
    st.session_state[kept] = said
    return str(said or "")
