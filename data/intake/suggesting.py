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
from data.intake.lexicon import begins_with, fold_header, known_values, load_words, spellings, suggest_values
from data.intake.values import (
    UNITS,
    Bound,
    Fault,
    Period,
    bound,
    is_nothing,
    month,
    period,
    weight,
    year_of,
    year_within,
)
from data.places import countries_with_regions

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
# How well a header says a field that it names outright, that yields to a better one, and that it may only stand for.
SURE, SECOND, LOOSE = 100.0, 95.0, 90.0
# What is asked of the person whose case it is: no column about an officer or an accused says it.
OF_THE_VICTIM = {"case_id", "allegation_date", "weight", "sex", "age_band", "birth_date", "place_kind"}
# Fields that values alone may tell, whatever the header is.
TOLD_BY_VALUES = {"allegation_date", "period", "region", "country", "outcome", "stage", "legal_basis"}
FORMATS = ("kobotoolbox", "odk", "uwazi")
WHOLE_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,’']\d{3})+|\d+")


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
    header names what is never read, nor for what KoboToolbox, ODK Central and Uwazi add to an export of their own.
    """
    technical, ids = _export_columns(headers)
    pairs = [
        suggestion
        for header in headers
        if header not in technical and not is_personal(header) and not _looks_personal(samples.get(header, ()))
        for about in fields(shape).values()
        if (suggestion := _suggestion(header, about, list(samples.get(header, ()))[:LOOKED_AT], today))
    ]
    if "case_id" in fields(shape):
        pairs += [Suggestion(header, "case_id", SECOND - APART * place, "name") for place, header in enumerate(ids)]
    pairs += [
        Suggestion(header, name, score, why)
        for header in headers
        if header not in technical
        for name in never_read(shape)
        for score, why in [score_name(header, name)]
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
    """The header names personal data: a name, an IIN, a telephone, an address; of «group/question» the question too."""
    personal, alone = _personal()
    for said in spellings(header[:LONGEST_HEADER]) | spellings(_last_part(header)):
        words = said.split()
        if words and all(word in alone for word in words):
            return True
        if any(begins_with(words[start:], phrase) for phrase in personal for start in range(len(words))):
            return True
    return False


def is_about_officer(header: str) -> bool:
    """The header speaks of an officer or an accused: `po_sex`, «Возраст сотрудника»."""
    phrases = _phrases("officer")
    for said in spellings(header[:LONGEST_HEADER]):
        words = said.split()
        if words[0] == "po" or any(begins_with(words[at:], one) for one in phrases for at in range(len(words))):
            return True
    return False


def suggest_counts(headers: Sequence[str], samples: Mapping[str, Sequence[str]], today: date) -> dict[str, str]:
    """Header -> stage, for each column of whole numbers whose header names one: «Charge_sheeted», «осуждено».

    A header that says more than a stage and what is counted is not there, nor are two that name one stage.
    """
    found: dict[str, str] = {}
    for header in headers:
        cells = [cell.strip() for cell in list(samples.get(header, ()))[:LOOKED_AT] if not is_nothing(cell)]
        are_years = all(year_of(cell, today) for cell in cells)
        are_counts = any(map(WHOLE_NUMBER.fullmatch, cells)) and all(map(_is_count, cells))
        is_counted = bool(cells) and not are_years and not year_of(header, today) and are_counts
        if is_counted and (stage := name_stage(header)):
            found[header] = stage
    told = [(stage, year_within(header)) for header, stage in found.items()]
    return {header: stage for header, stage in found.items() if told.count((stage, year_within(header))) == 1}


def name_stage(header: str) -> str:
    """The one stage that the words of a header name, '' for none, beside a year or not."""
    named = re.sub(rf"\b{year_within(header)}\b", " ", header)
    stages = {stage for said in spellings(named[:LONGEST_HEADER]) if (stage := _stage_named(said))}
    return stages.pop() if len(stages) == 1 and "%" not in header else ""


def unit_named(header: str) -> str:
    """The one unit that a word of a header names: «Осуждено лиц» counts persons; '' for none or two."""
    known = {fold_header(word): unit for unit, words in UNITS.items() for word in words if unit != "percent"}
    words = [word for said in spellings(header[:LONGEST_HEADER]) for word in said.split()]
    found = {known[word] for word in words if word in known}
    return found.pop() if len(found) == 1 else ""


def _stage_named(said: str) -> str | None:
    """The stage that a folded header names, without the words for a number and for what is counted."""
    known, words = _stages_by_header(), said.split()
    numbers, units = _phrases("counted", "numbers"), _phrases("counted", "units")
    without_numbers = [word for word in words if not _is_one_of(word, numbers)]
    without_units = [word for word in without_numbers if not _is_one_of(word, units)]
    ways = (" ".join(way) for way in (words, without_numbers, without_units))
    return next((known[way] for way in ways if way in known), None)


@cache
def _stages_by_header() -> dict[str, str]:
    """Folded words -> stage: those of its values, and those that a header alone has."""
    stage = fields("figures")["stage"]
    # A value such as «pending» says of a case that no more is known; a column of such counts no complaints received.
    found = {fold_header(word): code for word, code in known_values(stage).items() if code != "complaint"}
    return found | {fold_header(word): code for code, words in load_words()["counts"].items() for word in words}


def _export_columns(headers: Sequence[str]) -> tuple[set[str], list[str]]:
    """Columns that a system of forms adds to its export, and those of them that number its rows, the best first."""
    said = {header.strip().casefold(): header for header in headers}
    for name in FORMATS:
        words = load_words()[name]
        if said.keys() >= set(words["known_by"]):
            added = {
                header
                for key, header in said.items()
                if key in words["added"] or key.startswith(tuple(words["begin"])) or key in words["ids"]
            }
            return added, [said[key] for key in words["ids"] if key in said]
    return set(), []


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
    never = {name for name in never_read("cases") for header in others if score_name(header, name)[0] >= SUGGESTED}
    single, counted = (as_cases | never) & OF_CASES, as_figures & OF_FIGURES
    if "outcome" in single and "stage" in counted:  # the same words: they decide nothing
        single, counted = single - {"outcome"}, counted - {"stage"}
    names = sum(is_personal(header) for header in headers)
    if are_days(days, today):  # a table counts months or years
        single.add("day")
    return "figures" if "value" in counted and len(counted) >= len(single) + names else "cases"


def suggest_country(cells: Sequence[str]) -> str:
    """The country whose regions most of these places are, '' when none or two fit equally."""
    region = fields("figures")["region"]
    cells = [cell for cell in cells if not is_nothing(cell)][:LOOKED_AT]
    known = {country: len(suggest_values(region, cells, country)) for country in countries_with_regions()}
    best = max(known.values(), default=0)
    fit = [country for country, n in known.items() if n == best]
    return fit[0] if len(fit) == 1 and best * 2 > len(cells) else ""


def are_days(cells: Sequence[str], today: date) -> bool:
    """Half of the cells, or more, name a day."""
    return bool(cells) and _share(cells[:LOOKED_AT], lambda cell: _is_day(cell, today)) >= 0.5


def _is_day(cell: str, today: date) -> bool:
    read = period(cell, "", today)
    return read.part == "day" if isinstance(read, Period) else read in {"ambiguous_date", "other_date_order"}


def _suggestion(header: str, about: Field, cells: list[str], today: date) -> Suggestion | None:
    cells = [cell for cell in cells if not is_nothing(cell)]
    named, why = score_name(header, about.name)
    fit = _fit(cells, about, today) if cells else None
    if named >= SUGGESTED:
        if fit is not None and about.type != "text":
            # A known header may have values in words that we don't know, and most counts may be no numbers for us; a
            # date or a weight is one or is not.
            floor = 0.85 if about.type in {"code", "bound"} else 0.5
            if named == LOOSE and about.type in {"bound", "weight"} and all(year_of(cell, today) for cell in cells):
                return None  # «registered» over years says when, and not how many
            named *= floor + (1 - floor) * fit
        return Suggestion(header, about.name, named, why) if named >= SUGGESTED else None
    telling = about.name in TOLD_BY_VALUES and not is_about_officer(header) and not _is_other_date(header)
    if telling and fit is not None and len(cells) >= 2 and fit >= 0.9:
        return Suggestion(header, about.name, SUGGESTED + 2 * fit, "values")
    return None


def _is_other_date(header: str) -> bool:
    """The header says which date it is, and it is none that we know: its values alone tell nothing."""
    dates, filler = _phrases("dates"), _phrases("filler")
    for said in spellings(header[:LONGEST_HEADER]):
        words = [word for word in said.split() if not word.isdigit() and not _is_one_of(word, filler)]
        if any(_is_one_of(word, dates) for word in words) and not all(_is_one_of(word, dates) for word in words):
            return True
    return False


def _is_one_of(word: str, phrases: Sequence[tuple[str, ...]]) -> bool:
    return any(begins_with([word], phrase) for phrase in phrases)


def score_name(header: str, name: str) -> tuple[float, str]:
    """How well a header names a field, 0 to 100, and whether to the letter."""
    best = (0.0, "near_name")
    if len(header) > LONGEST_HEADER or (name in OF_THE_VICTIM and is_about_officer(header)):
        return best
    parts = {*re.split(r"[/|\n(),;:]", header), _last_part(header)}
    said_ways = {said for part in (header, *parts) for said in spellings(part)}
    for section, full in (("header", SURE), ("second", SECOND), ("loose", LOOSE)):
        words = _header_words(section).get(name, ())
        for said in said_ways:
            is_count = full == LOOSE and name in {"value", "weight"} and _stage_named(said)
            if said in words or is_count or _is_composed(said, name, section):
                best = max(best, (full, "name"))
                continue
            if len(said) >= 5 and (
                found := process.extractOne(said, words, scorer=fuzz.ratio, score_cutoff=NEAR_HEADER)
            ):
                best = max(best, (found[1] * full / 100 - 2, "near_name"))
            if any(len(phrase.split()) > 1 and f" {phrase} " in f" {said} " for phrase in words):
                best = max(best, (full * 0.86, "near_name"))
    return best


def _last_part(header: str) -> str:
    """The question of «group/question», also as ODK Central writes it: «group-question»."""
    return re.split(r"[/-]" if header and " " not in header.strip() else "/", header[:LONGEST_HEADER])[-1]


def _is_composed(said: str, name: str, section: str) -> bool:
    """A header that is put together of a word for the kind of column and one for what it is about: `case_ref`, INCNUM.

    «Date of the complaint»: a date, of a complaint; nothing but these and filling words may stand in it.
    """
    subjects = _phrases({"header": "subjects", "second": "second_subjects"}.get(section, ""), name)
    own_heads = _phrases("second_heads", name) if section == "second" else ()
    heads, filler = own_heads or _phrases("heads", name), _phrases("filler")
    if not subjects or not heads:
        return False
    words = [word for word in said.split() if not _is_one_of(word, filler)]
    if len(words) == 1:  # INCNUM, closedate
        ways = [(words[0][:at], words[0][at:]) for at in range(2, len(words[0]) - 1)]
        return any((one,) in subjects and (other,) in heads for way in ways for one, other in (way, way[::-1]))
    is_head, is_subject = ([_is_one_of(word, phrases) for word in words] for phrases in (heads, subjects))
    whole = all(head or subject for head, subject in zip(is_head, is_subject, strict=True))
    return whole and any(is_head) and any(is_subject) and len(words) > 1


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
    if about.type == "month":
        return _share(cells, lambda cell: not isinstance(month(cell), Fault))
    if about.type == "bound":
        return _share(cells, _is_bound)
    if about.type == "weight":
        return _share(cells, lambda cell: not isinstance(weight(cell, ",", " "), Fault))
    if about.type == "url":
        return _share(cells, lambda cell: bool(re.match(r"(?i)\s*(https?://|www\.)\S", cell)))
    return 1.0


def _share(cells: Sequence[str], holds: Callable[[str], object]) -> float:
    return sum(map(bool, map(holds, cells))) / len(cells) if cells else 0.0


def _is_count(cell: str) -> bool:
    """A whole number, or bounds of one: «more than 70», <5."""
    for marks in ((",", " "), (".", ",")):
        read = bound(cell, *marks)
        if isinstance(read, Bound) and not read.is_percent:
            return all(side is None or side == int(side) for side in (read.low, read.high))
    return False


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
def _phrases(section: str, name: str = "words") -> tuple[tuple[str, ...], ...]:
    """The folded words of one entry of the file of words, each as a tuple; none where there is no such entry."""
    said = load_words().get(section, {}).get(name, ())
    return tuple(tuple(_fold_phrase(words).split()) for words in said)


def _fold_phrase(words: str) -> str:
    """A phrase folded as a header is, with the star at its end that says that it begins a word."""
    return fold_header(words) + ("*" if words.endswith("*") else "")


@cache
def _personal() -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    alone = load_words()["personal"]["alone"]
    return _phrases("personal"), frozenset(word for words in alone for word in fold_header(words).split())


PERSONAL = re.compile(
    r"^\d{12}$|\S@\S{1,60}\.\S|^\+?[78][\s(-]{0,5}7\d\d\D|(?:вич|вна|ұлы|қызы|улы|кызы|овна|евна)$", re.IGNORECASE
)


def _looks_personal(cells: Sequence[str]) -> bool:
    """Every fifth of the values has the form of an IIN, an address of mail, a telephone or a patronymic."""
    cells = [cell.strip() for cell in list(cells)[:LOOKED_AT] if not is_nothing(cell)]
    return bool(cells) and _share(cells, PERSONAL.search) >= 0.2
