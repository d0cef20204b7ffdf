"""The five steps of a file on its way in: the file, the people in it, its columns, what came of its rows, publishing.

Everything that is shown of a column with personal data is masked until the column is settled.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components.exports.csv_text import csv_bytes
from components.filters import Reader, escape, worded
from components.gate import rights
from components.html_table import show_table as table
from components.intake_files import report, template
from components.store import look_again, say_store_error, store, uploads
from components.text import Text
from data.intake import reading, screen
from data.intake.checking import Checked, Unmappable, as_understood, faults, find_totals, rejected_rows
from data.intake.fields import Field, fields
from data.intake.reading import Doubt, Source, Unreadable
from data.intake.recipe import Recipe, RecipeError
from data.intake.session import Intake, NotReady, compiler_of
from data.intake.totals import is_total
from data.intake.typed import LONGEST, WordsRefused
from data.intake.values import year_of
from data.store import StoreError
from data.uploads import CallRefused, Changes, Publication

DELIMITERS = (";", ",", "\t", "|")
SHAPES = ("cases", "figures", "figures_across")
ROWS_SHOWN = 8
VALUES_SHOWN = 60
LETTERS_SHOWN = 120  # of a cell
FAULTS_SHOWN = 200


def show(who: Reader) -> None:
    """Draw the steps that can be taken by now; the next one opens when the one before is done."""
    state, text = st.session_state, who.text
    if published := state.get("intake_published"):
        _after(published, text)
    if "intake" not in state and not _taken_in(text):
        return
    made: Intake = state["intake"]
    _how_read(made, text)
    if made.doubts:
        return
    _people(made, text)
    if made.open_findings:
        return
    recipe = _columns(made, text)
    if recipe is None:
        return
    try:
        if made.checked is None or state.get("map_checked") != recipe:
            with st.spinner(text("upload.checking")):
                made.check(recipe)
            state["map_checked"] = recipe
    except Unmappable as fault:
        st.warning(text(f"unmappable.{fault.code}", where=_where(fault.where, recipe, text)), icon=":material/rule:")
        return
    _came_of_it(made, made.understood[1], text)
    _publish(made, who)


def _taken_in(text: Text) -> bool:
    """Ask for a file and read it; it is held until it is published or let go, whatever page is opened meanwhile."""
    state = st.session_state
    given = st.file_uploader(
        text("upload.choose"), type=["csv", "tsv", "txt", "xlsx"], key=f"file_{state.setdefault('intake_round', 0)}"
    )
    if given is None:
        _templates(text)
        return False
    _let_go()
    try:
        with st.spinner(text("upload.reading")):
            state["intake"] = Intake(store(), Source.held(given.name, given.getvalue()), today=date.today())
    except Unreadable as fault:
        _unreadable(fault, text)
        return False
    except screen.ScreenFailed:
        st.error(text("error.screen_failed"), icon=":material/block:")
        return False
    st.rerun()


def _let_go() -> None:
    made: Intake | None = st.session_state.pop("intake", None)
    _ask_anew()
    if made is not None:
        made.close()


def _grid(count: int) -> Iterator[Any]:
    """Places for so many questions, three in a row; below each other on a phone, in the same order."""
    for start in range(0, count, 3):
        yield from st.columns(3)[: count - start]


def _ask_anew() -> None:
    """Forget what was said of the columns; every question is a new one from here on.

    A browser keeps the answer of a question that stays where it is, whatever the server forgets.
    """
    state = st.session_state
    for key in [key for key in state if str(key).startswith("map_")]:
        state.pop(key)
    state["intake_asked"] = state.get("intake_asked", 0) + 1


def _asked(name: str) -> str:
    """The key of a question, until all are asked anew."""
    return f"{name}_{st.session_state.get('intake_asked', 0)}"


def _templates(text: Text) -> None:
    with st.expander(text("upload.templates"), icon=":material/table:"):
        st.markdown(text("upload.templates_help"))
        columns = st.columns(2)
        for place, shape in zip(columns, ("cases", "figures"), strict=True):
            place.download_button(
                text(f"upload.template_{shape}"),
                template(shape, text),
                file_name=f"{shape}_{text.language}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key=f"template_{shape}",
            )
        for shape in ("cases", "figures"):
            st.markdown(f"**{text(f'shape.{shape}')}**")
            table(_codebook(shape, text))
            st.download_button(
                text("upload.codebook"),
                csv_bytes(_codebook(shape, text)),
                file_name=f"codebook_{shape}_{text.language}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key=f"codebook_{shape}",
            )


def _codebook(shape: str, text: Text) -> pd.DataFrame:
    """Each field of a shape: its name, what it takes, whether it must be there."""
    return pd.DataFrame(
        [
            {
                text("upload.field"): text(f"field.{name}"),
                text("upload.takes"): _takes(field, text),
                text("upload.needed"): text("ui.yes") if field.required else text("ui.no"),
            }
            for name, field in fields(shape).items()
        ]
    )


def _takes(field: Field, text: Text) -> str:
    if field.type == "code":
        return "; ".join(code_words(field, code, text) for code in field.codes())
    return text(f"takes.{field.type}")


def code_words(field: Field, code: str, text: Text) -> str:
    """The words of a code of a field."""
    return text(field.words.format(code=code, country="KZ")) if field.words else code


# ---------------------------------------------------------------- 1: the file


def _unreadable(fault: Unreadable, text: Text) -> None:
    st.error(text(f"unreadable.{fault.code}", row=fault.row, detail=fault.detail), icon=":material/block:")
    st.markdown(text("upload.nothing_changed"))


def _how_read(made: Intake, text: Text) -> None:
    st.subheader(text("upload.step_file"), anchor=False)
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.markdown(f"**{escape(made.source.name)}**")
    right.button(text("upload.another_file"), icon=":material/swap_horiz:", key="another_file", on_click=_let_go)
    dialect, headers = made.dialect, made.staged.headers
    asked = {doubt.asks for doubt in made.doubts}
    st.markdown(
        text(
            "upload.read_as_workbook" if dialect.kind == "xlsx" else "upload.read_as",
            sheet=escape(dialect.sheet),
            encoding=dialect.encoding.upper(),
            delimiter=text(f"delimiter.{_name_of(dialect.delimiter)}"),
            header=text("upload.header_row", row=dialect.header_row)
            if dialect.header_row
            else text("upload.no_header"),
            decimal=text(f"decimal.{'asked' if 'decimal' in asked else _name_of(dialect.decimal)}"),
            dates=text(f"date_order.{'asked' if 'date_order' in asked else dialect.date_order or 'none'}"),
            rows=text.number(made.staged.rows + made.staged.broken),
            columns=text.number(len(headers)),
        )
    )
    for number, doubt in enumerate(list(made.doubts)):
        said = st.radio(
            text(
                f"doubt.{doubt.code}",
                example=escape(_cut(_masked(made, doubt))),
                column=escape(_cut(headers[doubt.column])) if doubt.column is not None else "",
                **dict(doubt.details),
            ),
            doubt.options,
            index=None,
            format_func=partial(_thousands_or_fraction, text, doubt.example)
            if doubt.code == "number_ambiguous"
            else partial(_option, text, doubt.asks),
            key=worded(_asked(f"doubt_{doubt.code}_{number}")),
        )
        if said is not None:
            _again(made, text, **{doubt.asks: int(said) if doubt.asks == "header_row" else said})
    with st.expander(text("upload.change_reading"), icon=":material/tune:"):
        _change(made, text)
    _first_rows(made, text)


def _change(made: Intake, text: Text) -> None:
    dialect = made.dialect
    left, right = st.columns(2)
    chosen: dict[str, str | int] = {}

    def pick(place: Any, asks: str, options: Sequence[str], now: str) -> None:
        said = place.selectbox(
            text(f"reading.{asks}"),
            list(dict.fromkeys([*options, now])),
            index=list(dict.fromkeys([*options, now])).index(now),
            format_func=partial(_option, text, asks),
            key=worded(_asked(f"reading_{asks}")),
        )
        if said != now:
            chosen[asks] = said

    if dialect.kind == "xlsx":
        pick(left, "sheet", reading.sheets(made.source), dialect.sheet)
    else:
        pick(left, "encoding", reading.ENCODINGS, dialect.encoding)
        pick(right, "delimiter", DELIMITERS, dialect.delimiter)
        pick(left, "decimal", (",", "."), dialect.decimal)
    pick(right, "date_order", ("dmy", "mdy", "ymd"), dialect.date_order)
    row = left.number_input(text("reading.header_row"), 0, 1_000, dialect.header_row, key=_asked("reading_header_row"))
    if row != dialect.header_row:
        chosen["header_row"] = int(row)
    if chosen and st.button(text("upload.read_again"), type="primary", key="read_again"):
        _again(made, text, **chosen)


def _again(made: Intake, text: Text, **chosen: str | int) -> None:
    """Read the file anew; what the analyst had said of its columns is asked anew too."""
    try:
        made.read_as(**chosen)
    except Unreadable as fault:
        _unreadable(fault, text)
        return
    _ask_anew()
    st.rerun()


def _name_of(mark: str) -> str:
    """The key of a mark in the locales: TOML keys of punctuation are hard to read."""
    return {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar", ".": "point", "": "none"}[mark]


def _option(text: Text, asks: str, option: str) -> str:
    if asks in {"delimiter", "decimal", "thousands"}:
        return text(f"{'delimiter' if asks == 'delimiter' else 'decimal'}.{_name_of(option)}")
    if asks == "encoding":
        return option.upper()
    if asks in {"letters", "hidden", "tables", "header_dates"}:
        return text(f"answer.{option}")
    if asks == "date_order":
        return text(f"date_order.{option or 'none'}")
    if asks == "header_row":
        return text("upload.header_row", row=option) if int(option) else text("upload.no_header")
    return option


def _masked(made: Intake, doubt: Doubt) -> str:
    """The cell that a doubt is about; of a column with personal data without its year and its words."""
    if doubt.column not in {finding.column for finding in made.findings}:
        return doubt.example
    return re.sub(r"\d{4,}|[^\W\d_]+", lambda run: screen.mask(run[0]), doubt.example)


def _thousands_or_fraction(text: Text, example: str, mark: str) -> str:
    return text("decimal.fraction" if mark in example else "decimal.thousands")


def _first_rows(made: Intake, text: Text) -> None:
    """The first rows as they stand in the file; cells of columns with findings are masked."""
    masked = {finding.column for finding in made.findings}
    records = reading.first_rows(made.source, made.dialect, made.dialect.header_row + ROWS_SHOWN)
    width = max((len(record.cells) for record in records), default=0)
    shown = []
    for record in records:
        cells = [*record.cells, *[""] * (width - len(record.cells))]
        is_head = record.row <= made.dialect.header_row
        shown.append(
            {text("upload.row"): str(record.row)}
            | {
                " " * (place + 1): _cut(cell) if is_head or place not in masked else screen.mask(cell)
                for place, cell in enumerate(cells[:30])
            }
        )
    st.markdown(f"**{text('upload.as_in_file')}**")
    table(pd.DataFrame(shown), links=False)


def _cut(cell: str) -> str:
    """A cell or a header as far as a page shows it: one may be as long as a book."""
    return cell if len(cell) <= LETTERS_SHOWN else cell[:LETTERS_SHOWN] + "…"


# ---------------------------------------------------------------- 2: the people in it


def _people(made: Intake, text: Text) -> None:
    st.subheader(text("upload.step_people"), anchor=False)
    if made.findings:
        _findings(made, text)
    else:
        st.markdown(text("upload.no_findings"))


def _findings(made: Intake, text: Text) -> None:
    gone = sorted(made.left_out)
    if made.open_findings:
        st.warning(
            text("upload.findings", n=len({f.column for f in made.open_findings})), icon=":material/shield_person:"
        )
        if st.button(
            text("upload.leave_all_out"), type="primary", icon=":material/visibility_off:", key="leave_all_out"
        ):
            made.leave_all_out()
            _ask_anew()
            st.rerun()
    else:
        st.markdown(
            text(
                "upload.settled",
                columns=", ".join(escape(_cut(made.staged.headers[place]) or str(place + 1)) for place in gone),
            )
            if gone
            else text("upload.settled_all")
        )
    with st.expander(text("upload.findings_each"), expanded=bool(made.open_findings)):
        for number, finding in enumerate(made.findings):
            _one_finding(made, finding, number, text)


def _one_finding(made: Intake, finding: screen.Finding, number: int, text: Text) -> None:
    left, right = st.columns([3, 2])
    header = finding.header or text("upload.column_number", n=finding.column + 1)
    where = text("upload.in_header") if finding.in_header else text.number(finding.cells)
    left.markdown(
        f"**{escape(_cut(header))}** · {text(f'finding_kind.{finding.kind}')} · "
        f"{'≈' if finding.about else ''}{where}  \n{escape(', '.join(finding.examples))}"
    )
    now = next((one for one in made.settlements if (one.column, one.kind) == (finding.column, finding.kind)), None)
    how = right.selectbox(
        text("upload.settle"),
        finding.options,
        index=finding.options.index(now.how) if now else None,
        placeholder=text("upload.settle_choose"),
        format_func=lambda how: text(f"settle.{how}"),
        key=worded(_asked(f"settle_{number}")),
    )
    if how is None:
        return
    reason = ""
    if how == "not_personal":
        before = now.reason if now else ""
        key = _asked(f"settle_reason_{number}")
        reason = right.text_input(text("upload.reason"), before, key=key, max_chars=LONGEST["reason"]).strip()
    if now and (now.how, now.reason) == (how, reason):
        return
    try:
        made.settle(finding, how, reason)
        _ask_anew()
        st.rerun()
    except WordsRefused as fault:
        right.error(word_refusal(fault, text))
    except ValueError as fault:
        if reason or str(fault) != "reason_missing":
            right.error(text(f"settle.{fault}"))


# ---------------------------------------------------------------- 3: its columns


def _columns(made: Intake, text: Text) -> Recipe | None:
    """What each column and each value is; None while the recipe can't stand.

    Whose list it is comes first: a recipe is offered to the organisation that kept it, and to no other.
    """
    state = st.session_state
    st.subheader(text("upload.step_columns"), anchor=False)
    organisation = _said(st, "organisation", text("upload.organisation"))
    if "map_recipe" not in state:
        with st.spinner(text("upload.checking")):
            _begin(made, made.suggested())
    if state.get("map_organisation", "") != organisation:
        state["map_organisation"] = organisation
        if own := _kept_recipe(made, organisation):
            _begin(made, own, "upload.recipe_known")
            state["map_organisation"] = organisation
            st.rerun()
    if "map_said" in state and worded(_asked("shape")) not in state:  # back from another page: the answers as they were
        state["map_recipe"] = state["map_said"]
    if whose := state["map_whose"]:
        st.markdown(text(whose))
    recipe: Recipe = state["map_recipe"]
    now = "figures_across" if recipe.years_across else recipe.shape
    shape = st.segmented_control(
        text("upload.shape"),
        SHAPES,
        default=now,
        required=True,
        format_func=lambda code: text(f"shape.{code}"),
        key=worded(_asked("shape")),
    )
    if shape != now:
        _begin(made, made.suggested(str(shape)))
        state["map_organisation"] = organisation
        st.rerun()
    samples: dict[str, list[str]] = state["map_samples"]
    about = fields(recipe.shape)
    given = _fields_of(made, recipe, samples, text)
    columns = {header: name for header, name in given.items() if name}
    twice = {name for name in columns.values() if list(columns.values()).count(name) > 1}
    if twice:
        st.warning(text("upload.field_twice", field=text(f"field.{min(twice)}")), icon=":material/rule:")
        return None
    values = {
        name: _values_of(made, recipe, header, about[name], samples.get(header, []), text)
        for header, name in columns.items()
        if about[name].type == "code"
    }
    constants = _constants_of(recipe, set(columns.values()), text)
    totals = _totals_of(made, recipe, text)
    try:
        recipe = replace(
            recipe,
            columns=columns,
            values={name: codes for name, codes in values.items() if codes},
            constants=constants,
            totals=totals,
            accepted=_accepted(),
        )
        file = recipe.to_toml()
    except RecipeError as fault:
        st.warning(text(f"recipe.{fault.code}", where=escape(fault.where)), icon=":material/rule:")
        return None
    state["map_said"] = recipe
    _take_recipe(made, file, text)
    return recipe


def _begin(made: Intake, recipe: Recipe, whose: str = "") -> None:
    """Begin the questions on columns anew, answered as a recipe says.

    `whose`: the key of the words that say where the recipe is from; '' when it is a guess.
    """
    _ask_anew()
    state = st.session_state
    state["map_recipe"], state["map_whose"], state["map_samples"] = recipe, whose, made.samples()


def _kept_recipe(made: Intake, organisation: str) -> Recipe | None:
    """The last recipe that this very organisation kept for such a file."""
    own = [upload for upload in reversed(uploads()) if upload["compiler"] == compiler_of(organisation)]
    kept = (_recipe_of(upload["recipe"]) for upload in own)
    return next((recipe for recipe in kept if recipe and recipe.fits(made.staged.headers, made.today)), None)


def _accepted() -> dict[str, str]:
    """Warning -> why it is accepted, as it was typed below the report."""
    said = {
        str(key).removeprefix("accept_").removesuffix(_asked("")): str(reason).strip()
        for key, reason in st.session_state.items()
        if str(key).startswith("accept_") and str(key).endswith(_asked(""))
    }
    return {rule: reason for rule, reason in said.items() if reason}


def _recipe_of(toml: str) -> Recipe | None:
    try:
        return Recipe.from_toml(toml)
    except RecipeError:
        return None


def _fields_of(made: Intake, recipe: Recipe, samples: dict[str, list[str]], text: Text) -> dict[str, str]:
    about = ["", *fields(recipe.shape)]
    given = {}
    shown = [
        (place, header)
        for place, header in enumerate(made.staged.headers)
        if header in samples
        and place not in made.left_out
        and not (recipe.years_across and header not in recipe.columns and year_of(header, made.today))
    ]
    for (place, header), cell in zip(shown, _grid(len(shown)), strict=True):
        now = recipe.columns.get(header, "")
        given[header] = cell.selectbox(
            escape(_cut(header)) or text("upload.column_number", n=place + 1),
            about,
            index=about.index(now) if now in about else 0,
            format_func=lambda name: text(f"field.{name}") if name else text("upload.not_stored"),
            key=worded(_asked(f"column_{place}")),
        )
    return given


def _values_of(made: Intake, recipe: Recipe, header: str, field: Field, cells: list[str], text: Text) -> dict[str, str]:
    """Cell -> code for one column: what is known, and below what a person has to say."""
    known = dict(recipe.values.get(field.name, {})) or made.suggested_values(recipe.shape, field.name, cells)
    codes = list(field.codes())
    asked = [cell for cell in cells if cell.strip() and cell not in codes and not is_total([cell])]
    unknown = [cell for cell in asked if cell not in known]
    if not asked:
        return {}
    said = {cell: code for cell, code in known.items() if cell in asked}
    words = {code: code_words(field, code, text) for code in codes}
    label = text("upload.values_of", field=text(f"field.{field.name}"), n=len(unknown))
    with st.expander(label, expanded=bool(unknown), icon=":material/translate:"):
        if len(unknown) > VALUES_SHOWN:
            st.markdown(text("upload.values_more", n=len(unknown) - VALUES_SHOWN))
        shown = [*unknown[:VALUES_SHOWN], *(cell for cell in asked if cell in known)][: 2 * VALUES_SHOWN]
        for cell, place in zip(shown, _grid(len(shown)), strict=True):
            now = known.get(cell, "")
            code = place.selectbox(
                escape(_cut(cell)),
                ["", *codes],
                index=["", *codes].index(now) if now in codes else 0,
                format_func=lambda one: words[one] if one else text("upload.no_code"),
                key=worded(_asked(f"value_{field.name}_{_key(cell)}")),
            )
            if code:
                said[cell] = code
            else:
                said.pop(cell, None)
    return said


def _key(cell: str) -> str:
    """A name for a choice that does not hold the cell itself: names of widgets travel and are kept."""
    return hashlib.sha256(cell.encode()).hexdigest()[:16]


def _constants_of(recipe: Recipe, given: set[str], text: Text) -> dict[str, str]:
    """What holds for the whole file, where no column says it."""
    constants = {"country": "KZ"}
    wanted = [
        field
        for name, field in fields(recipe.shape).items()
        if field.constant
        and (field.required or field.type == "url")
        and name not in given
        and not (recipe.years_across and name == "period")
    ]
    if not wanted:
        return constants
    for field, place in zip(wanted, _grid(len(wanted)), strict=True):
        key = worded(_asked(f"constant_{field.name}"))
        now = recipe.constants.get(field.name, "")
        label = text("upload.for_whole_file", field=text(f"field.{field.name}"))
        if field.type == "code":
            codes: list[str] = ["", *field.codes()]
            said = place.selectbox(
                label,
                codes,
                index=codes.index(now) if now in codes else 0,
                format_func=partial(_chosen, text, field),
                key=key,
            )
        else:
            said = place.text_input(label, now, key=key)
        if said:
            constants[field.name] = said
    return constants


def _totals_of(made: Intake, recipe: Recipe, text: Text) -> tuple[str, ...]:
    """Rows that seem to be totals of others, offered for leaving out; those that say so themselves are out at first."""
    state = st.session_state
    if state.get("map_totals_of") != recipe.shape:
        state["map_totals"] = find_totals(made.con, made.staged, made.dialect, recipe, made.today)
        state["map_totals_of"] = recipe.shape
    found: dict[int, str] = state["map_totals"]
    chosen = []
    for kind in sorted(set(found.values())):
        rows = ", ".join(str(row) for row, how in found.items() if how == kind)
        label = text(f"total.{kind}", rows=rows[:120])
        if st.toggle(label, value=kind in recipe.totals, key=_asked(f"total_{kind}")):
            chosen.append(kind)
    return tuple(chosen)


def _chosen(text: Text, field: Field, code: str) -> str:
    return code_words(field, code, text) if code else text("upload.choose_one")


def _take_recipe(made: Intake, file: str, text: Text) -> None:
    left, right = st.columns(2)
    left.download_button(
        text("upload.recipe_download"),
        file,
        file_name="recipe.toml",
        mime="application/toml",
        on_click="ignore",
        icon=":material/receipt_long:",
        key="recipe_download",
    )
    with right.popover(text("upload.recipe_use"), icon=":material/upload_file:", key=_asked("recipe_use")):
        key = _asked("recipe_file")
        given = st.file_uploader(text("upload.recipe_choose"), type=["toml"], key=key, max_upload_size=1)
    if given is not None:
        try:
            used = Recipe.from_toml(given.getvalue())
        except RecipeError as fault:
            st.error(text(f"recipe.{fault.code}", where=escape(fault.where)), icon=":material/rule:")
            return
        said = st.session_state.get("map_organisation", "")
        _begin(made, used, "upload.recipe_used")
        st.session_state["map_organisation"] = said
        st.rerun()


def _where(where: str, recipe: Recipe, text: Text) -> str:
    return text(f"field.{where}") if where in fields(recipe.shape) else escape(where)


# ---------------------------------------------------------------- 4: what came of its rows


def _came_of_it(made: Intake, checked: Checked, text: Text) -> None:
    st.subheader(text("upload.step_check"), anchor=False)
    rejected, left = sum(checked.rejected.values()), sum(checked.left_out.values())
    st.html(
        '<p class="finding">'
        + text(
            "upload.sum",
            rows=text.number(checked.in_file),
            published=text.number(checked.published),
            rejected=text.number(rejected),
            left=text.number(left),
        )
        + "</p>"
    )
    ways = [
        *(("rejected", rule, f"rule.{rule}", n) for rule, n in checked.rejected.items()),
        *(("left_out", reason, f"row_left_out.{reason}", n) for reason, n in checked.left_out.items()),
        *(("warning", rule, f"rule.{rule}", n) for rule, n in checked.warnings.items()),
    ]
    if ways:
        table(
            pd.DataFrame(
                [
                    {
                        text("upload.what_came"): text(f"way.{way}"),
                        text("ui.reason"): text.cap(text(key)),
                        text("upload.rows"): text.number(n),
                    }
                    for way, _, key, n in ways
                ]
            )
        )
    rows = faults(made.con, FAULTS_SHOWN)
    for rule in checked.warnings:
        if said := st.text_input(
            f"{text.cap(text(f'rule.{rule}'))}: {text('upload.accept')}",
            key=_asked(f"accept_{rule}"),
            max_chars=LONGEST["reason"],
        ):
            st.caption(text("upload.accepted", reason=escape(said)))
    if rows:
        with st.expander(text("upload.fault_rows"), expanded=len(rows) <= 12, icon=":material/format_list_numbered:"):
            table(
                pd.DataFrame(
                    [
                        {
                            text("upload.row"): str(row["row"]),
                            text("upload.column"): row["column"] or "–",
                            text("ui.reason"): text.cap(text(f"rule.{row['rule']}")),
                            text("upload.what_came"): text.cap(text(f"severity.{row['severity']}")),
                        }
                        for row in rows
                    ]
                )
            )
            left_side, right_side = st.columns(2)
            left_side.download_button(
                text("upload.report_download"),
                report(checked, faults(made.con, 1_000_000), text),
                file_name="report.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key="report_download",
            )
            if rejected:
                right_side.download_button(
                    text("upload.rejected_download"),
                    rejected_rows(made.con, made.staged, made.left_out | {f.column for f in made.open_findings}),
                    file_name="rejected.csv",
                    mime="text/csv",
                    on_click="ignore",
                    icon=":material/download:",
                    key="rejected_download",
                )
    if checked.not_shown:
        lines = [text("upload.not_shown"), "", *(f"- {text(f'without.{code}')}" for code in checked.not_shown)]
        st.markdown("\n".join(lines))
    with st.expander(text("upload.as_understood"), icon=":material/fact_check:"):
        table(_understood(made, checked.shape, text), links=False)


def _understood(made: Intake, shape: str, text: Text) -> pd.DataFrame:
    """The first rows as they are understood, in words."""
    about = fields(shape)
    rows = []
    for row in as_understood(made.con, shape, ROWS_SHOWN):
        shown = {text("upload.row"): str(row.pop("row"))}
        if "qualifier" in row:
            low, high, qualifier = row.pop("value_low"), row.pop("value_high"), row.pop("qualifier")
            percent = row["unit"] == "percent"
            shown[text("field.value")] = text.bound(low, high, qualifier, percent=percent)
        for name, value in row.items():
            if value is None or value == "":
                continue
            field = about.get(name)
            label = text(f"field.{name}") if text.has(f"field.{name}") else text(f"stored.{name}")
            if isinstance(value, date):
                shown[label] = text.day(value)
            elif field and field.words:
                shown[label] = code_words(field, str(value), text)
            else:
                shown[label] = text.number(value) if isinstance(value, int) else str(value)
        rows.append(shown)
    return pd.DataFrame(rows).fillna("–")


# ---------------------------------------------------------------- 5: publishing


def _publish(made: Intake, who: Reader) -> None:
    text = who.text
    st.subheader(text("upload.step_publish"), anchor=False)
    organisation = str(st.session_state.get("intake_said_organisation", ""))
    left, right = st.columns(2)
    author = _said(left, "author", text("upload.author"))
    message = _said(right, "message", text("upload.message"))
    is_strict = _is_strict(made, organisation, text)
    if made.closed_because:
        st.info(text(f"closed.{made.closed_because}"), icon=":material/lock:")
        return
    if not (organisation.strip() and author.strip()):
        st.caption(text("upload.who_needed"))
        return
    try:
        upload = made.upload(
            organisation=organisation,
            author=author,
            message=message or "–",
            language=text.language,
            is_strict=is_strict,
        )
        with st.spinner(text("upload.previewing")):
            changes = _preview(upload)
        if changes is not None:
            _changes(changes, text)
        if st.button(text("upload.publish"), type="primary", icon=":material/publish:", key="publish"):
            rights.require_open_session()
            with st.spinner(text("upload.publishing")):
                st.session_state["intake_published"] = store().publish(upload)
            st.session_state["intake_author"] = author
            st.session_state["intake_round"] += 1
            look_again()
            _let_go()
            st.rerun()
    except rights.PublishingClosed as closed:
        st.error(text(f"gate.{closed.code}"), icon=":material/lock:")
    except NotReady as fault:
        st.error(text(f"closed.{fault.code}"), icon=":material/lock:")
    except WordsRefused as fault:
        st.warning(word_refusal(fault, text), icon=":material/shield_person:")
    except CallRefused as fault:
        st.error(text(f"refused.{fault.code}"), icon=":material/block:")
    except StoreError as error:
        say_store_error(error, text)


def _is_strict(made: Intake, organisation: str, text: Text) -> bool:
    """Whether the list is to be published strictly: as the organisation chose last, unless it is said otherwise."""
    if made.checked is None or made.checked.shape != "cases":
        return False
    own = [upload["is_strict"] is True for upload in uploads() if upload["compiler"] == compiler_of(organisation)]
    # A choice of its own for each name: what one organisation chose is nothing to another.
    key = _asked(f"strict_{_key(organisation)}")
    return st.toggle(text("upload.strict"), value=own[-1:] == [True], help=text("upload.strict_help"), key=key)


def word_refusal(fault: WordsRefused, text: Text) -> str:
    """Why words can't stand where they were typed: which field, and what is in it."""
    return text(
        f"typed.{fault.fault}",
        where=text(f"typed_where.{fault.where}"),
        what=text.listed(text(f"finding_kind.{kind}") for kind in fault.kinds),
        n=LONGEST[fault.where],
    )


def _said(place: Any, name: str, label: str) -> str:
    """What is typed into a field; it outlives a look at another page."""
    key, kept = f"upload_{name}", f"intake_said_{name}"
    said = place.text_input(label, st.session_state.get(kept, ""), key=key, max_chars=LONGEST[name])
    st.session_state[kept] = said
    return str(said or "")


def _preview(upload: Any) -> Changes | None:
    """What would change; worked out once for the same rows and the same organisation."""
    state = st.session_state
    key = (upload, store().snapshot())
    if state.get("map_preview_of") != key:
        state["map_preview"] = store().preview(upload)
        state["map_preview_of"] = key
    changes: Changes = state["map_preview"]
    return changes


def _changes(changes: Changes, text: Text) -> None:
    counts = changes.summary["counts"]
    st.markdown(text("upload.changes", added=counts["added"], changed=counts["changed"], gone=counts["gone"]))
    with st.expander(text("upload.changes_each"), icon=":material/difference:"):
        table(changed_counts(changes.counts, text))
        if len(changes.ratios):
            table(changed_ratios(changes.ratios, text))


def changed_counts(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Counts before and after, in words."""
    return pd.DataFrame(
        [
            {
                text("upload.change"): text(f"change.{row['change']}"),
                text("ui.compiler"): _organisation(row, text),
                text("field.stage"): text.of(row["country"]).stage_count(row["stage"], row["unit"], row["kind"]),
                text("ui.period"): text.period(row["period_start"].date(), row["period_end"].date()),
                text("upload.before"): _bound(_side(row, "before"), text),
                text("upload.after"): _bound(_side(row, "after"), text),
            }
            for row in frame.head(FAULTS_SHOWN).to_dict("records")
        ]
    )


def changed_ratios(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Both counts of a ratio, before and after, in words; the ratio itself is on its page, with its grade."""

    def pair(row: dict[str, Any], when: str) -> str:
        sides = [_bound(_side(row, when, f"{part}_"), text) for part in ("numerator", "denominator")]
        return " / ".join(sides) if set(sides) != {"–"} else "–"

    return pd.DataFrame(
        [
            {
                text("upload.change"): text(f"change.{row['change']}"),
                text("ui.compiler"): _organisation(row, text),
                text("upload.ratio"): text(
                    "sentence.ratio_of",
                    numerator=text.of(row["country"])(f"stage.{row['numerator_stage']}"),
                    denominator=text.low(text.of(row["country"])(f"stage.{row['denominator_stage']}")),
                ),
                text("ui.period"): text.period(row["period_start"].date(), row["period_end"].date()),
                text("upload.before"): pair(row, "before"),
                text("upload.after"): pair(row, "after"),
            }
            for row in frame.head(FAULTS_SHOWN).to_dict("records")
        ]
    )


def _organisation(row: dict[str, Any], text: Text) -> str:
    """Who counted; the organisation of an upload that is not yet published is the reader's own."""
    code = row["compiler"]
    if text.has(f"compiler.{row['country']}.{code}") or code in text.organisations:
        return text.compiler(row["country"], code)
    return text("upload.this_upload")


def _side(row: dict[str, Any], when: str, part: str = "") -> dict[str, Any]:
    return {name: row[f"{part}{name}_{when}"] for name in ("low", "high", "qualifier")}


def _bound(side: dict[str, Any], text: Text) -> str:
    """A number in words; a dash where there is none."""
    low, high = (None if side[name] != side[name] else side[name] for name in ("low", "high"))
    return "–" if low is None and high is None else text.bound(low, high, side["qualifier"])


def _after(published: Publication, text: Text) -> None:
    """What was done, the way to the charts, and the way back."""
    with st.container(border=True, key="published"):
        st.success(
            text(
                "upload.published",
                rows=text.number(published.published_rows),
                figures=text.number(published.figures),
                version=published.version,
            ),
            icon=":material/check_circle:",
        )
        if published.undated_cases:
            st.markdown(text("upload.undated", n=text.number(published.undated_cases)))
        if published.rival_figures:
            st.markdown(text("upload.rival", n=text.number(published.rival_figures)))
        left, middle, right = st.columns(3)
        left.page_link("components/pages/allegations.py", label=text("page.allegations"), icon=":material/bar_chart:")
        middle.page_link("components/pages/versions.py", label=text("page.versions"), icon=":material/history:")
        undo_button(text, "intake_author", published.snapshot, "undo_now", right)


def undo_button(text: Text, who: str, seen: int, key: str, place: Any = st) -> None:
    """Takes back the last change that stood when the page was drawn, and no other: another may publish meanwhile.

    `who`: the key of the session under which the name of who does it stands; `seen`: the snapshot that was the latest.
    """
    with place.container():
        confirm_button(
            text,
            key,
            f"{seen}",
            label=text("versions.undo"),
            icon=":material/undo:",
            sure=text("versions.undo_sure"),
            yes=text("versions.undo_yes"),
            is_ready=bool(read_author(who)),
            do=partial(_undo, text, who, seen),
        )
    say_refusal("undo_refused", text)


def say_refusal(refused: str, text: Text) -> None:
    """Say once why a change of the data did not succeed, if one did not."""
    why = st.session_state.pop(refused, "")
    if isinstance(why, StoreError):
        say_store_error(why, text)
    elif why:
        st.error(why, icon=":material/block:")


def read_author(who: str) -> str:
    """Return the name that was typed under this key of the session, '' if none was."""
    return str(st.session_state.get(who, "")).strip()


def confirm_button(
    text: Text,
    key: str,
    about: str,
    *,
    label: str,
    icon: str,
    sure: str,
    yes: str,
    is_ready: bool,
    do: Callable[[], None],
) -> None:
    """Draw a button that asks once more before it does anything.

    `about`: what the change is about; a first click on one thing confirms no other. `is_ready`: everything that the
    change needs was given.
    """
    state, asked = st.session_state, f"{key}_asked"
    if state.get(asked) != about or not is_ready:
        state.pop(asked, None)
        st.button(label, icon=icon, key=key, disabled=not is_ready, on_click=state.__setitem__, args=(asked, about))
        return
    st.markdown(sure)
    with st.container(horizontal=True):
        st.button(yes, icon=icon, key=f"{key}_yes", type="primary", on_click=_confirm, args=(asked, do))
        st.button(text("versions.keep"), key=f"{key}_no", on_click=state.pop, args=(asked, None))


def _confirm(asked: str, do: Callable[[], None]) -> None:
    st.session_state.pop(asked, None)
    do()


def _undo(text: Text, who: str, seen: int) -> None:
    if change_data(text, who, "undo_refused", lambda author: store().undo(author, seen)):
        st.toast(text("versions.undone"), icon=":material/undo:")
        st.session_state.pop("intake_published", None)


def change_data(text: Text, who: str, refused: str, change: Callable[[str], object]) -> bool:
    """Call `change` with the name typed under the key `who`; return whether it succeeded.

    Why it did not is put into the session under `refused`, for `say_refusal`.
    """
    state, author = st.session_state, read_author(who)
    try:
        rights.require_open_session()
        if author:
            change(author)
        else:
            state[refused] = text("versions.who_needed")
    except rights.PublishingClosed as closed:
        state[refused] = text(f"gate.{closed.code}")
    except WordsRefused as fault:
        state[refused] = word_refusal(fault, text)
    except CallRefused as fault:
        state[refused] = text(f"refused.{fault.code}")
    except StoreError as error:
        state[refused] = error
    look_again()
    return refused not in state
