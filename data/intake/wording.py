"""The open questions of a file in English sentences, each with the line of a recipe that answers it: for the shell."""

from collections.abc import Mapping, Sequence

from data.intake.meaning import Question
from data.words import fill_words

# Question -> the table of the recipe that its answer stands in, '' for none.
TABLES = {"country": "constants", "period": "constants", "implies": "implies", "values": "values.outcome"}
# What stands for an answer where there is no proposal.
EXAMPLES = {"country": "KZ", "period": "2015–2019"}


def word_questions(questions: Sequence[Question], totals: Mapping[str, Sequence[tuple[int, str]]]) -> list[str]:
    """A line for each question that is open, and one for those that the file answers by itself.

    `totals`: kind -> rows that seem to be such, with their numbers (Intake.find_totals).
    """
    certain = [question for question in questions if question.is_certain and question.proposal]
    lines = []
    for question in [question for question in questions if question not in certain]:
        code = question.code if question.code != "totals" else f"totals_{question.about}"
        rows = totals.get(question.about, ()) if question.code == "totals" else ()
        about = ", ".join(f"{row} ({numbers})" if numbers else str(row) for row, numbers in rows) or question.about
        key = "values_wait" if code == "values" and question.is_certain else code
        told = {"n": question.rows, "about": about, "field": "", "constant": "", "others": ""}
        if code == "contradicts":
            told["field"], _, told["about"] = question.about.partition(":")
            told["constant"] = question.constant or "–"
            told["others"] = ", ".join(f"{code} ({rows})" for code, rows in question.said[:10])
        lines.append(f"{fill_words(f'question.{key}', **told)} Recipe: {recipe_line(question)}")
    if certain:
        lines.append(f"Taken as certain: {'; '.join(map(recipe_line, certain))}.")
    return lines


def recipe_line(question: Question) -> str:
    """What of a recipe answers a question as it is proposed, with the other answers that there are."""
    code, about, answer = question.code, question.about, question.proposal or EXAMPLES.get(question.code, "…")
    others = [option for option in question.options if option != question.proposal]
    if code == "values":
        return '[values.outcome] "…" = a stage or "no_outcome"'
    if code == "totals":
        return f'totals = ["{about}"], or kept_totals = ["{about}"]'
    if code == "implies":
        return f"[implies] {about} = true, or false"
    if code == "contradicts":
        name, _, header = about.partition(":")
        keep = f'[unrelated] "{header}" = ["{name}"]'
        if "map" in question.options:
            return f'[columns] "{header}" = "{name}" without [constants] {name}, or {keep}'
        own = f' = "{question.said[0][0]}"' if "only" in question.options else ", to be taken away"
        return f"[constants] {name}{own}, or {keep}"
    if code == "blank_below":
        return f'carry_down = ["{about}"], or leave_blank = ["{about}"]'
    if code == "unit":
        return f'[units] "{about}" = "{answer}", or {", ".join(others)}'
    key = {"period": "allegation_date"}.get(code, code)
    table = f"[{TABLES[code]}] " if code in TABLES else ""
    return f'{table}{key} = "{answer}"' + (f", or {', '.join(others)}" if others and not question.is_certain else "")
