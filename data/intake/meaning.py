"""What the rows of a file mean: the questions that only a person can answer, each with a proposal.

A question is open until the recipe answers it. Where the file leaves one answer only, a shell goes on with the proposal
and says so; the page shows it. Nothing is published while another is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from data.counting import COMPLAINT, NO_OUTCOME, UNCODED, Ladder
from data.intake.blocks import Blanks
from data.intake.contradictions import Contradiction
from data.intake.fields import fields
from data.intake.recipe import ROWS, Recipe

# Stages that are counts of their own: of a list of these alone nobody knows whether anyone complained.
OWN_COUNTS = {"sustained", "disciplined", "compensated", "death_in_custody", "detained"}
# Outcomes that are said of complaints alone.
OF_COMPLAINTS = {COMPLAINT, "refused"}


@dataclass(frozen=True)
class Question:
    """Something that the file does not say: `code` is what of the recipe answers it (words: `question.<code>`).

    `about`: the stage, header or kind that is asked about; `options`: possible answers, none where a word or a column
    is needed; `proposal` ('' for none) and its `reason` (`question_reason.<code>`); `rows` that it is about;
    `is_certain`: the file leaves no other answer.
    """

    code: str
    about: str = ""
    options: tuple[str, ...] = ()
    proposal: str = ""
    reason: str = ""
    rows: int = 0
    is_certain: bool = False
    # Of a contradiction: what the column names instead, with its rows, and the code of each of its cells.
    constant: str = ""
    said: tuple[tuple[str, int], ...] = ()
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Facts:
    """What a file says, as far as its recipe understands it.

    `outcomes`: code -> rows, with '' for none; `has_outcomes`: a column or a constant says them; `totals`: kind ->
    rows, of those that are neither left out nor kept; `several_rows`: rows that tell one figure; `telling`: headers
    that tell these apart; `blanks`: columns that are empty below a filled cell; `contradictions`: columns that name
    something else than a constant; `units`: header of a column of counts -> the unit that it seems to have, where that
    of the file can't be its own.
    """

    outcomes: Mapping[str, int]
    has_outcomes: bool = False
    has_repeats: bool = False
    do_ids_begin_anew: bool = False
    has_dates: bool = True
    has_decisions: bool = False
    has_numbers: bool = False
    has_country: bool = True
    totals: Mapping[str, int] | None = None
    several_rows: int = 0
    telling: tuple[str, ...] = ()
    blanks: tuple[Blanks, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    units: Mapping[str, str] | None = None

    @property
    def stages(self) -> set[str]:
        """The stages to which a value of the list was mapped."""
        return {code for code in self.outcomes if code} - {NO_OUTCOME, UNCODED}


def count_outcomes(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Code -> rows of `cases`, '' for those without an outcome."""
    return dict(con.execute("select coalesce(outcome::varchar, ''), count(*) from cases group by all").fetchall())


def find_questions(recipe: Recipe, facts: Facts, ladder: Ladder) -> list[Question]:
    """The questions that the recipe leaves open, in the order in which they are asked."""
    found = [] if facts.has_country else [Question("country")]
    found += [_ask_contradiction(recipe, one) for one in facts.contradictions]
    found += [
        Question(
            "blank_below", one.header, ("carry", "refuse"), "carry" if one.is_block else "", "written_once", one.rows
        )
        for one in facts.blanks
    ]
    if recipe.shape == "figures":
        codes, units = fields("figures")["unit"].codes(), facts.units or {}
        found += [Question("unit", header, codes, unit, "unit_of_stage") for header, unit in units.items()]
    if recipe.shape == "cases":
        found += _questions_of_cases(recipe, facts, ladder)
    elif facts.several_rows and not recipe.same_figure:
        found.append(
            Question("same_figure", ", ".join(facts.telling), ("sum", "rivals"), "sum", "telling", facts.several_rows)
        )
    if facts.has_numbers:
        found += [
            Question("totals", kind, ("leave_out", "keep"), "leave_out", kind, n)
            for kind, n in (facts.totals or {}).items()
        ]
    return found


def _ask_contradiction(recipe: Recipe, one: Contradiction) -> Question:
    """Of a column that names something else than a constant: map it, drop the constant, or keep it all the same.

    Of a list of cases without a region that names one region alone: is it the list of that region?
    """
    is_field = one.field in fields(recipe.shape) and one.field not in recipe.columns.values()
    other = "map" if is_field else "only" if one.is_implied else "drop"
    return Question(
        "contradicts",
        f"{one.field}:{one.header}",
        (other, "keep"),
        other if one.is_named else "",
        "column_says",
        sum(rows for _, rows in one.said),
        constant=recipe.constants.get(one.field, ""),
        said=one.said,
        words=one.words,
    )


def _answer_contradiction(recipe: Recipe, question: Question, said: str) -> Recipe:
    name, _, header = question.about.partition(":")
    constants = {field: constant for field, constant in recipe.constants.items() if field != name}
    if name == "country":  # its regions are no others' regions
        constants.pop("region", None)
    if said == "keep":
        unrelated = tuple(dict.fromkeys((*recipe.unrelated.get(header, ()), name)))
        return replace(recipe, unrelated=recipe.unrelated | {header: unrelated})
    if said == "only":
        return replace(recipe, constants=constants | {name: question.said[0][0]})
    if said == "drop":
        return replace(recipe, constants=constants)
    values = recipe.values | ({name: dict(question.words)} if fields(recipe.shape)[name].type == "code" else {})
    return replace(recipe, columns=recipe.columns | {header: name}, constants=constants, values=values)


def _questions_of_cases(recipe: Recipe, facts: Facts, ladder: Ladder) -> list[Question]:
    found = []
    if not recipe.row:
        row, why = _propose_row(recipe, facts)
        # Numbers that begin anew each year tell no case from another: then only a person knows what a row is.
        found.append(Question("row", "", ROWS, row, why, is_certain=not facts.do_ids_begin_anew))
    if not recipe.all_complaints and recipe.row != "complaint":
        answer, why, is_certain = _propose_complaints(facts)
        found.append(Question("all_complaints", "", ("yes", "no"), answer, why, is_certain=is_certain))
    if not facts.has_dates:
        if facts.has_decisions and not recipe.counted_by:
            found.append(Question("counted_by", "", ("decision",), "decision", "no_dates"))
        elif recipe.counted_by != "decision":
            found.append(Question("period"))
    found += [
        Question("implies", stage, ("yes", "no"), "yes", "hangs_on", facts.outcomes[stage])
        for stage in ladder.open_implications(facts.stages, recipe.implies)
    ]
    blank = facts.outcomes.get("", 0)
    if facts.has_outcomes and facts.stages and blank and not recipe.blank_outcome:
        found.append(Question("blank_outcome", "", ("unknown", "none"), "unknown", "blank", blank, is_certain=True))
    if uncoded := facts.outcomes.get(UNCODED, 0):
        everyone = answer_certain(recipe, found).all_complaints == "yes"
        found.append(Question("values", "outcome", rows=uncoded, reason="uncoded", is_certain=everyone))
    return found


def _propose_row(recipe: Recipe, facts: Facts) -> tuple[str, str]:
    if facts.do_ids_begin_anew:
        return "complaint", "ids_begin_anew"
    if "weight" in recipe.columns.values():
        return "count", "weight"
    if facts.has_repeats:
        return "decision", "repeats"
    if facts.stages and facts.stages <= {"death_in_custody", "detained"}:
        return "person", "persons"
    return "complaint", "no_repeats"


def _propose_complaints(facts: Facts) -> tuple[str, str, bool]:
    """Whether every case is a complaint, why, and whether the file leaves no other answer."""
    if not facts.has_outcomes:
        return "yes", "no_outcomes", True
    is_coded = not facts.outcomes.keys() & {"", UNCODED}
    if COMPLAINT in facts.stages and not (is_coded and NO_OUTCOME not in facts.outcomes):
        return "no", "some_complain", False  # the column may tell complaints from other rows
    if facts.stages & OF_COMPLAINTS:
        return "yes", "outcomes_of_complaints", is_coded
    if facts.stages and facts.stages <= OWN_COUNTS:
        return "no", "counts_of_their_own", is_coded
    return "yes", "stages_only", False


def answer_certain(recipe: Recipe, questions: list[Question]) -> Recipe:
    """The recipe with the proposals of these questions that are certain."""
    said: dict[str, str] = {}
    for question in questions:
        if question.is_certain and question.code in {"row", "all_complaints", "blank_outcome"}:
            said[question.code] = question.proposal
    if recipe.row == "complaint" and not recipe.all_complaints:
        said["all_complaints"] = "yes"
    return replace(recipe, **said)  # type: ignore[arg-type]


def answer(recipe: Recipe, question: Question, said: str) -> Recipe:
    """The recipe with the answer to a question. Of `period` it is the period, as a cell would say it."""
    code, about = question.code, question.about
    if code == "contradicts":
        return _answer_contradiction(recipe, question, said)
    if code == "blank_below":
        carried, refused = ({*recipe.carry_down} - {about}, {*recipe.leave_blank} - {about})
        chosen = carried if said == "carry" else refused
        chosen.add(about)
        return replace(recipe, carry_down=tuple(sorted(carried)), leave_blank=tuple(sorted(refused)))
    if code == "unit":
        return replace(recipe, units=recipe.units | {about: said})
    if code == "implies":
        return replace(recipe, implies=recipe.implies | {about: said == "yes"})
    if code == "totals":
        gone, kept = ({*recipe.totals} | {*recipe.kept_totals}) - {about}, {*recipe.kept_totals} - {about}
        if said == "keep":
            return replace(recipe, totals=tuple(sorted(gone - kept)), kept_totals=tuple(sorted(kept | {about})))
        return replace(recipe, totals=tuple(sorted((gone - kept) | {about})), kept_totals=tuple(sorted(kept)))
    if code == "blank_outcome" and said == "leave_out":
        header = next(header for header, name in recipe.columns.items() if name == "outcome")
        values = (*recipe.leave_out.get(header, ()), "")
        return replace(recipe, leave_out=recipe.leave_out | {header: tuple(dict.fromkeys(values))})
    if code == "period":
        return replace(recipe, constants=recipe.constants | {"allegation_date": said})
    if code == "country":
        return replace(recipe, constants=recipe.constants | {"country": said})
    return replace(recipe, **{code: said})  # type: ignore[arg-type]
