"""What only a person can say of the rows: each question is one sentence with a proposal, and its answer is kept."""

from dataclasses import replace

import streamlit as st

from components.filters import escape, worded
from components.text import Text
from components.upload.columns import column_key
from components.upload.rows import propose_row
from components.upload.state import answers, asked, cut, find_index
from data.intake.meaning import Question, answer
from data.intake.recipe import Recipe
from data.intake.session import Intake
from data.intake.values import Fault, period

# Asked in the third step, or by their values.
ASKED_ELSEWHERE = {"row", "country", "values"}
# What else may be answered than the proposals: the rows of empty cells can be left out, a list can be told its period.
MORE_OPTIONS = {"blank_outcome": ("leave_out",), "counted_by": ("period",)}
ROWS_NAMED = 10
# Questions on one column or kind of rows each, and answers that hold for cases and figures alike.
BY_ABOUT = {"implies", "totals", "contradicts", "blank_below", "unit"}
ALWAYS_APPLIED = {"row", "same_figure", "totals", "contradicts", "blank_below", "unit"}


def apply_answers(recipe: Recipe) -> Recipe:
    """The recipe with what was answered."""
    said = answers()
    is_cases = recipe.shape == "cases"
    for key, chosen in said.items():
        code, _, about = key.partition(":")
        if code in ALWAYS_APPLIED and (is_cases or code != "row"):
            if code != "unit" or about in recipe.counts:
                recipe = answer(recipe, Question(code, about), chosen)
        elif is_cases and code in {"all_complaints", "blank_outcome", "implies", "counted_by"}:
            if code == "all_complaints" and said.get("row") == "complaint":
                continue  # said by the row
            if chosen != "period" and not (chosen == "leave_out" and "outcome" not in recipe.columns.values()):
                recipe = answer(recipe, Question(code, about), chosen)
    if is_cases and said.get("period") and "allegation_date" not in recipe.columns.values():
        recipe = replace(recipe, constants=recipe.constants | {"allegation_date": said["period"]})
    return recipe


def find_questions(intake: Intake) -> dict[str, Question]:
    """The questions on the meaning of the rows by their key, with those that were asked before and are answered."""
    known: dict[str, Question] = st.session_state.setdefault("intake_questions", {})
    found = {_key(question): question for question in intake.questions if question.code not in ASKED_ELSEWHERE}
    if not answers().get("row"):
        return {}
    found |= {
        key: Question("totals", kind, ("leave_out", "keep"), "leave_out", kind, len(rows))
        for kind, rows in _list_totals(intake).items()
        if (key := f"totals:{kind}") in answers()
    }
    kept = {key: question for key, question in known.items() if key in answers() and _still_holds(intake, question)}
    known.clear()
    known |= kept | found
    return known


def _key(question: Question) -> str:
    return f"{question.code}:{question.about}" if question.code in BY_ABOUT else question.code


def _still_holds(intake: Intake, question: Question) -> bool:
    """An answered question is still one: the columns and values that it hangs on are there."""
    recipe, checked = intake.understood
    if question.code == "totals":
        return question.about in _list_totals(intake)
    if question.code == "same_figure":
        return recipe.shape == "figures"
    if question.code == "contradicts":
        return question.about.partition(":")[2] not in recipe.columns
    if question.code == "blank_below":
        return question.about in recipe.columns
    if question.code == "unit":
        return question.about in recipe.counts
    if recipe.shape != "cases":
        return False
    if question.code == "implies":
        return question.about in checked.facts.stages
    if question.code == "all_complaints":
        return recipe.row != "complaint"
    if question.code in {"period", "counted_by"}:
        return "allegation_date" not in recipe.columns.values()
    return "outcome" in recipe.columns.values()


def list_open(intake: Intake) -> list[Question]:
    """The questions of this step that nobody has answered and that the file does not answer either."""
    return [
        question
        for key, question in find_questions(intake).items()
        if key not in answers() and not (question.is_certain and question.proposal)
    ]


def take_proposals(intake: Intake, row: str) -> None:
    """Answer every open question as it is proposed, what a row stands for among them."""
    said = answers()
    recipe = intake.recipe
    if not said.get("row"):
        said["row"] = row
        st.session_state[worded(asked("answer_row"))] = row
        if recipe is not None and recipe.shape == "cases":
            recipe = replace(recipe, row=row)
    if recipe is None or intake.checked is None:
        return
    for question in intake.propose(recipe)[1]:
        if question.code not in ASKED_ELSEWHERE:
            key = _key(question)
            if _takes_column(intake, question, question.proposal):
                continue
            said[key] = question.proposal
            st.session_state.setdefault("intake_questions", {})[key] = question
            st.session_state[_widget(key)] = question.proposal


def _takes_column(intake: Intake, question: Question, chosen: str) -> bool:
    """Follow the answer to a contradiction that changes what was said above; returns whether it does."""
    if question.code != "contradicts" or chosen == "keep":
        return False
    said = answers()
    name, _, header = question.about.partition(":")
    constant = {"allegation_date": "period"}.get(name, name)
    said.pop(constant, None)
    if name == "country":
        said.pop("region", None)
    if chosen == "only":
        said["region"] = question.said[0][0]
    if chosen == "map":
        st.session_state[column_key(intake.staged.headers.index(header))] = name
    for widget in (worded(asked(f"answer_{constant}")), worded(asked(f"constant_{name}"))):
        st.session_state.pop(widget, None)
    return True


def offer_proposals(intake: Intake, text: Text) -> None:
    """Offer to take all proposals at once, while one is open."""
    count = len([one for one in list_open(intake) if one.proposal]) if intake.checked is not None else 0
    if answers().get("row") and not count:
        return
    st.button(
        text("upload.take_proposals"),
        type="primary",
        icon=":material/done_all:",
        key="take_proposals" if not answers().get("row") else "take_proposals_left",
        on_click=take_proposals,
        args=(intake, propose_row(intake, text)),
    )


def ask_questions(intake: Intake, text: Text) -> None:
    """Draw every question with its options, the proposal and its reason."""
    for key, question in find_questions(intake).items():
        with st.container(border=True, key=f"question_{key.replace(':', '_')}"):
            _ask(intake, key, question, text)
    for question in intake.questions:
        if question.code == "values":
            st.warning(
                text("question.values", n=text.number(question.rows))
                if not question.is_certain
                else text("question.values_wait", n=text.number(question.rows)),
                icon=":material/translate:",
            )


def _widget(key: str) -> str:
    return worded(asked(f"answer_{key}"))


def _ask(intake: Intake, key: str, question: Question, text: Text) -> None:
    said = answers()
    recipe, _ = intake.understood
    if question.code == "period":
        st.markdown(_say_question(intake, question, text))
        _ask_period(intake, text)
        return
    options = (*question.options, *MORE_OPTIONS.get(question.code, ()))
    if question.code == "blank_outcome" and "outcome" not in recipe.columns.values():
        options = question.options
    chosen = said.get(key) or (question.proposal if question.is_certain else "")
    st.radio(
        _say_question(intake, question, text),
        options,
        index=find_index(options, chosen, _widget(key)),
        format_func=lambda option: text(
            f"unit.{option}" if question.code == "unit" else f"answer.{question.code}_{option}"
        ),
        captions=[_say_reason(question, text) if option == question.proposal else "" for option in options],
        key=_widget(key),
        on_change=_keep,
        args=(intake, question, key, _widget(key)),
    )
    if question.code == "counted_by" and said.get("counted_by") == "period":
        _ask_period(intake, text)


def _keep(intake: Intake, question: Question, key: str, widget: str) -> None:
    said = st.session_state[widget]
    if said and not _takes_column(intake, question, str(said)):
        answers()[key] = str(said)


def _ask_period(intake: Intake, text: Text) -> None:
    said, key = answers(), worded(asked("answer_period"))
    typed = st.text_input(text("upload.period"), said.get("period", ""), key=key, max_chars=40)
    if typed.strip() == said.get("period", ""):
        return
    if typed.strip() and isinstance(period(typed, intake.dialect.date_order, intake.today), Fault):
        st.error(text("upload.period_not_read"), icon=":material/event_busy:")
        return
    if typed.strip():
        said["period"] = typed.strip()
    else:
        said.pop("period", None)
    st.rerun()


def _say_reason(question: Question, text: Text) -> str:
    told = text(f"question_reason.{question.reason}", names="", numbers="", rows=text.number(question.rows), years="")
    return f"{text('upload.proposed')}: {told}"


def _say_question(intake: Intake, question: Question, text: Text) -> str:
    about = question.about
    if question.code == "contradicts":
        return _say_contradiction(question, text)
    if question.code == "implies":
        about = text(f"stage.{about}")
    elif question.code == "totals":
        about = _say_totals(_list_totals(intake).get(about, []), text)
    else:
        about = escape(cut(about))
    key = f"question.totals_{question.about}" if question.code == "totals" else f"question.{question.code}"
    return f"**{text(key, n=text.number(question.rows), about=about)}**"


def _say_contradiction(question: Question, text: Text) -> str:
    """«… Kazakhstan. The column «X» says otherwise: Kyrgyzstan – 12.»: codes in words, years as they are."""
    name, _, header = question.about.partition(":")
    sections = {"kind": "counted_by_kind", "outcome": "stage", "unit": "unit"}

    def word(code: str) -> str:
        key = f"{sections.get(name, name)}.{code}"
        return text(key) if text.has(key) else code

    others = text.listed(f"{word(code)} – {text.number(rows)}" for code, rows in question.said[:ROWS_NAMED])
    label = "upload.kind" if name == "kind" else f"field.{name}"
    told = text(
        "question.contradicts",
        field=text.low(text(label)),
        constant=word(question.constant) if question.constant else text.low(text("upload.whole_country")),
        about=escape(cut(header)),
        others=others,
    )
    return f"**{told}**"


def _say_totals(rows: list[tuple[int, str]], text: Text) -> str:
    """«5 (20), 9 (20)»: the rows, and the numbers in them."""
    named = [f"{row} ({escape(cut(numbers))})" if numbers else str(row) for row, numbers in rows[:ROWS_NAMED]]
    return ", ".join(named) + (f" … {text('upload.more_rows', n=len(rows) - ROWS_NAMED)}" if rows[ROWS_NAMED:] else "")


def _list_totals(intake: Intake) -> dict[str, list[tuple[int, str]]]:
    """Found once for what the columns say; not for each touch of the page."""
    state = st.session_state
    recipe = intake.understood[0]
    of = (recipe.shape, recipe.years_across, tuple(recipe.columns.items()), tuple(recipe.counts))
    if state.get("map_totals_of") != of:
        state["map_totals"], state["map_totals_of"] = intake.find_totals(), of
    found: dict[str, list[tuple[int, str]]] = state["map_totals"]
    return found
