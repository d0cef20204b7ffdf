"""What each value of a column means: a code, no outcome at all, or that its rows are left out."""

from functools import partial

import streamlit as st

from components.filters import escape, worded
from components.text import Text
from components.upload.state import asked, cut, find_index, hash_cell, make_grid
from components.upload.templates import name_code
from data.intake.fields import Field
from data.intake.recipe import EXTRA_CODES, Recipe
from data.intake.session import Intake
from data.intake.totals import is_total
from data.intake.values import is_nothing

VALUES_SHOWN = 60
LEAVE_OUT = "leave_out"


def value_key(field: str, cell: str) -> str:
    """The key of the question on a value."""
    return worded(asked(f"value_{field}_{hash_cell(cell)}"))


def list_codes(field: Field, country: str) -> list[str]:
    """What a value of the field may mean, '' first: nobody has said."""
    return ["", *field.codes(country), *EXTRA_CODES.get(field.name, ()), LEAVE_OUT]


def ask_values(
    intake: Intake, recipe: Recipe, header: str, field: Field, text: Text
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Ask for each value of a column what it means. Returns cell -> code, and the cells whose rows are left out."""
    counted = intake.count_values(header)
    codes = list_codes(field, recipe.country)
    known = _list_known(intake, recipe, header, field, list(counted))
    cells = [cell for cell in counted if not is_nothing(cell) and cell not in codes and not is_total([cell])]
    unknown = [cell for cell in cells if known.get(cell) not in codes]
    said = {cell: known[cell] for cell in cells if cell not in unknown}
    label = text("upload.values_of", field=text(f"field.{field.name}"), n=len(unknown))
    if cells:
        with st.expander(label, expanded=bool(unknown), icon=":material/translate:"):
            if len(unknown) > VALUES_SHOWN:
                st.markdown(text("upload.values_more", n=len(unknown) - VALUES_SHOWN))
            shown = [*unknown[:VALUES_SHOWN], *(cell for cell in cells if cell in said)][: 2 * VALUES_SHOWN]
            for cell, place in zip(shown, make_grid(len(shown)), strict=True):
                code = place.selectbox(
                    f"{escape(cut(cell))} · {text.number(counted[cell])}",
                    codes,
                    index=find_index(codes, said.get(cell, ""), value_key(field.name, cell)) or 0,
                    format_func=partial(_name_meaning, field, text),
                    key=value_key(field.name, cell),
                )
                if code:
                    said[cell] = code
                else:
                    said.pop(cell, None)
    open_cells = st.session_state.setdefault("map_open_values", {})
    open_cells[header] = [cell for cell in cells if cell not in said]
    gone = tuple(cell for cell, code in said.items() if code == LEAVE_OUT)
    # Blank cells are left out by the answer to a question, and stay so.
    gone += tuple(cell for cell in recipe.leave_out.get(header, ()) if is_nothing(cell))
    return {cell: code for cell, code in said.items() if code != LEAVE_OUT}, gone


def _list_known(intake: Intake, recipe: Recipe, header: str, field: Field, cells: list[str]) -> dict[str, str]:
    """Cell -> what the recipe says of it; where it says nothing of the column, what is suggested."""
    known = dict(recipe.values.get(field.name, {}))
    gone = dict.fromkeys(recipe.leave_out.get(header, ()), LEAVE_OUT)
    return known | gone or intake.suggested_values(recipe.shape, field.name, cells)


def _name_meaning(field: Field, text: Text, code: str) -> str:
    if code == LEAVE_OUT:
        return text("upload.leave_rows_out")
    return name_code(field, code, text) if code else text("upload.no_code")


def ask_left_out_rows(intake: Intake, recipe: Recipe, mapped: set[str], text: Text) -> dict[str, tuple[str, ...]]:
    """Ask whether rows are left out by a column that is not stored, the number of rows by each value beside it."""
    samples: dict[str, list[str]] = st.session_state["map_samples"]
    others = [header for header in samples if header not in mapped]
    before = {header: cells for header, cells in recipe.leave_out.items() if header in others}
    if not others:
        return {}
    with st.expander(text("upload.leave_out_by"), expanded=bool(before), icon=":material/filter_alt:"):
        header = st.selectbox(
            text("upload.column"),
            others,
            index=others.index(next(iter(before))) if before else None,
            placeholder=text("upload.choose_one"),
            format_func=lambda name: cut(name),
            key=asked("leave_out_column"),
        )
        if header is None:
            return {}
        counted = intake.count_values(header)
        cells = st.multiselect(
            text("upload.leave_out_values"),
            list(counted),
            default=[cell for cell in before.get(header, ()) if cell in counted],
            format_func=lambda cell: f"{cut(cell) or text('upload.empty_cell')} · {text.number(counted[cell])}",
            placeholder=text("upload.choose_one"),
            key=asked(f"leave_out_values_{hash_cell(header)}"),
        )
    return {header: tuple(cells)} if cells else {}


def mend_values(intake: Intake, recipe: Recipe, field: Field, header: str, text: Text) -> None:
    """Ask for the values without a code again, where they stopped rows: the same answer in another place."""
    cells = st.session_state.get("map_open_values", {}).get(header, [])[:12]
    codes = list_codes(field, recipe.country)
    for cell, place in zip(cells, make_grid(len(cells)), strict=True):
        key = worded(asked(f"mend_{field.name}_{hash_cell(cell)}"))
        place.selectbox(
            text("upload.mend_value", value=escape(cut(cell))),
            codes,
            format_func=partial(_name_meaning, field, text),
            key=key,
            on_change=_keep_mend,
            args=(key, value_key(field.name, cell)),
        )


def _keep_mend(key: str, value: str) -> None:
    st.session_state[value] = st.session_state[key]
