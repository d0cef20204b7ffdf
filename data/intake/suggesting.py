"""What the columns of a file may be, and what the file may be as a whole. Suggestions only: a person decides.

A header of personal data is suggested for nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from rapidfuzz import fuzz, process

from data.intake.fields import Field, fields, never_read
from data.intake.lexicon import begins_with, fold_header, load_words, suggest_values
from data.intake.values import Bound, Fault, Period, bound, folded, is_nothing, period, weight, year_of

# From which score on something is suggested, and how far the second one must stay behind.
SUGGESTED = 80.0
APART = 1.0
# How alike a misspelt header must be to a known one.
NEAR_HEADER = 88.0
# Letters of a header that are looked at; a longer one names no field.
LONGEST_HEADER = 500
# Values of a column that are looked at for a suggestion.
LOOKED_AT = 200
# What only a list of single cases has, and only a table of counts.
OF_CASES = {"case_id", "outcome", "decided_on", "sex", "age_band", "birth_date", "place_kind", "agency"}
OF_FIGURES = {"value", "stage", "unit", "period_start", "period_end", "scope", "scope_detail"}


@dataclass(frozen=True)
class Suggestion:
    """A field that a column may be; `score` 80 to 100; `why`: name, near_name or values."""

    header: str
    field: str
    score: float
    why: str


# ---------------------------------------------------------------- headers


def suggest_columns(
    headers: Sequence[str], samples: Mapping[str, Sequence[str]], shape: str, today: date
) -> list[Suggestion]:
    """For each header at most one field of the shape, and for each field at most one header, in the order of headers.

    `samples`: distinct values of a column by its header. Where two are equally good none is suggested, nor where the
    header names what is never read.
    """
    pairs = [
        suggestion
        for header in headers
        if not is_personal(header) and not _looks_personal(samples.get(header, ()))
        for about in fields(shape).values()
        if (suggestion := _suggestion(header, about, list(samples.get(header, ()))[:LOOKED_AT], today))
    ]
    pairs += [
        Suggestion(header, name, score, why)
        for header in headers
        for name in never_read(shape)
        for score, why in [_name_score(header, name)]
        if score >= SUGGESTED
    ]
    chosen: list[Suggestion] = []
    while pairs:
        best = max(pairs, key=lambda pair: pair.score)
        close = [pair for pair in pairs if best.score - pair.score < APART]
        if any(pair.field == best.field and pair.header != best.header for pair in close):
            pairs = [pair for pair in pairs if pair.field != best.field]
        elif any(pair.header == best.header and pair.field != best.field for pair in close):
            pairs = [pair for pair in pairs if pair.header != best.header]
        else:
            chosen.append(best)
            pairs = [pair for pair in pairs if best.header != pair.header and best.field != pair.field]
    chosen = [one for one in chosen if one.field in fields(shape)]
    return sorted(_without_doubles(chosen), key=lambda one: list(headers).index(one.header))


def is_personal(header: str) -> bool:
    """The header names personal data: a name, an IIN, a telephone, an address."""
    words = fold_header(header[:LONGEST_HEADER]).split()
    personal, alone = _personal()
    if words and all(word in alone for word in words):
        return True
    return any(begins_with(words[start:], phrase) for phrase in personal for start in range(len(words)))


def suggest_shape(headers: Sequence[str], samples: Mapping[str, Sequence[str]], today: date) -> str:
    """What the file seems to be: cases, figures, or figures_across when its headers are years."""
    across = [header for header in headers if year_of(header, today)]
    others = [header for header in headers if header.strip() and header not in across]
    cells = [cell for header in across for cell in samples.get(header, ()) if not is_nothing(cell)]
    if len(across) >= 2 and len(across) >= len(others) and _share(cells, _is_bound) >= 0.5:
        return "figures_across"
    said = suggest_columns(headers, samples, "cases", today)
    as_cases = {one.field for one in said}
    days = [cell for one in said if one.field == "allegation_date" for cell in samples.get(one.header, ())]
    as_figures = {one.field for one in suggest_columns(headers, samples, "figures", today)}
    never = {name for name in never_read("cases") for header in others if _name_score(header, name)[0] >= SUGGESTED}
    single, counted = (as_cases | never) & OF_CASES, as_figures & OF_FIGURES
    if "outcome" in single and "stage" in counted:  # the same words: they decide nothing
        single, counted = single - {"outcome"}, counted - {"stage"}
    names = sum(is_personal(header) for header in headers)
    if days and _share(days[:LOOKED_AT], lambda cell: _is_day(cell, today)) >= 0.5:  # a table counts months or years
        single.add("day")
    return "figures" if "value" in counted and len(counted) >= len(single) + names else "cases"


def _is_day(cell: str, today: date) -> bool:
    read = period(cell, "", today)
    return read.part == "day" if isinstance(read, Period) else read in {"ambiguous_date", "other_date_order"}


def _suggestion(header: str, about: Field, cells: list[str], today: date) -> Suggestion | None:
    cells = [cell for cell in cells if not is_nothing(cell)]
    named, why = _name_score(header, about.name)
    fit = _fit(cells, about, today) if cells else None
    if named >= SUGGESTED:
        if fit is not None and about.type != "text":
            # A known header may have values in words that we don't know; a number or a date is one or is not.
            floor = 0.85 if about.type == "code" else 0.5
            named *= floor + (1 - floor) * fit
        return Suggestion(header, about.name, named, why) if named >= SUGGESTED else None
    telling = about.name in {"allegation_date", "period", "region", "outcome", "stage", "legal_basis"}
    if telling and fit is not None and len(cells) >= 2 and fit >= 0.9:
        return Suggestion(header, about.name, SUGGESTED + 2 * fit, "values")
    return None


def _name_score(header: str, name: str) -> tuple[float, str]:
    """How well a header names a field, 0 to 100, and whether to the letter."""
    best = (0.0, "near_name")
    if len(header) > LONGEST_HEADER:
        return best
    for words, full in ((_header_words("header").get(name, ()), 100.0), (_header_words("loose").get(name, ()), 90.0)):
        for said in {fold_header(part) for part in [header, *re.split(r"[/|\n(),;:]", header)]} - {""}:
            if said in words:
                best = max(best, (full, "name"))
                continue
            if len(said) >= 5 and (
                found := process.extractOne(said, words, scorer=fuzz.ratio, score_cutoff=NEAR_HEADER)
            ):
                best = max(best, (found[1] * full / 100 - 2, "near_name"))
            if any(len(phrase.split()) > 1 and f" {phrase} " in f" {said} " for phrase in words):
                best = max(best, (full * 0.86, "near_name"))
    return best


def _fit(cells: list[str], about: Field, today: date) -> float:
    """The share of cells that the field can hold."""
    if about.type == "code":
        return len(suggest_values(about, cells)) / len(cells)
    if about.type == "period":
        forms = {"ambiguous_date", "other_date_order", "placeholder_date", "excel_serial"}

        def is_date(cell: str) -> bool:
            read = period(cell, "", today)
            return isinstance(read, Period) or read in forms

        return _share(cells, is_date)
    if about.type == "bound":
        return _share(cells, _is_bound)
    if about.type == "weight":
        return _share(cells, lambda cell: not isinstance(weight(cell, ",", " "), Fault))
    if about.type == "url":
        return _share(cells, lambda cell: bool(re.match(r"(?i)\s*(https?://|www\.)\S", cell)))
    return 1.0


def _share(cells: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(map(bool, map(holds, cells))) / len(cells) if cells else 0.0


def _is_bound(cell: str) -> bool:
    return any(isinstance(bound(cell, *marks, percent=True), Bound) for marks in ((",", " "), (".", ","), (",", ".")))


def _without_doubles(chosen: list[Suggestion]) -> list[Suggestion]:
    """Of fields that fill one column, the surer: both ends of a period before its name."""
    names = {one.field for one in chosen}
    ends = {"period_start", "period_end"}
    dropped = {"period"} if ends <= names else ends if names & ends and "period" in names else set()
    return [one for one in chosen if one.field not in dropped]


@cache
def _header_words(section: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(fold_header(words) for words in said) for name, said in load_words()[section].items()}


@cache
def _personal() -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    said = load_words()["personal"]
    phrases = tuple(tuple(folded(words).split()) for words in said["words"])
    return phrases, frozenset(word for words in said["alone"] for word in fold_header(words).split())


PERSONAL = re.compile(
    r"^\d{12}$|\S@\S{1,60}\.\S|^\+?[78][\s(-]{0,5}7\d\d\D|(?:вич|вна|ұлы|қызы|улы|кызы|овна|евна)$", re.IGNORECASE
)


def _looks_personal(cells: Sequence[str]) -> bool:
    """Every fifth of the values has the form of an IIN, an address of mail, a telephone or a patronymic."""
    cells = [cell.strip() for cell in list(cells)[:LOOKED_AT] if not is_nothing(cell)]
    return bool(cells) and _share(cells, PERSONAL.search) >= 0.2
