"""What columns and values of a file may be, in the words of three languages, and the recipe that says what they are.

Suggestions only: a person decides. A value is taken whole, never by a part of it, and a misspelt one never when it
denies what the known one says. A header of personal data is suggested for nothing.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from data import datasets
from data.intake.fields import SHAPES, Field, fields, never_read
from data.intake.values import Bound, Fault, Period, bound, folded, is_nothing, period, weight
from data.toml import TomlRefused, look_over, parse_untrusted, quoted

WORDS = Path(__file__).parent / "words.toml"
# From which score on something is suggested, and how far the second one must stay behind.
SUGGESTED = 80.0
APART = 1.0
# How alike a misspelt header, and a misspelt value, must be to a known one.
NEAR_HEADER = 88.0
NEAR_VALUE = 90.0
# A shorter value may be another word and not a misspelt one.
SHORTEST = 8
# Letters of a header that are looked at; a longer one names no field.
LONGEST_HEADER = 500
# Values of a column that are looked at for a suggestion.
LOOKED_AT = 200
# Words of the locales that stand for a code under another name.
ALIASES = {("unit", "people"): "persons", ("unit", "cases_reported"): "cases"}
SECTIONS = {"stage": "outcome"}
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
    words = _header(header[:LONGEST_HEADER]).split()
    personal, alone = _personal()
    if words and all(word in alone for word in words):
        return True
    return any(_begins(words[start:], phrase) for phrase in personal for start in range(len(words)))


def year_of(header: str, today: date) -> int | None:
    """The year that a header is, in a table with years across."""
    read = period(header, "", today)
    return read.start.year if isinstance(read, Period) and read.part == "year" else None


def shape(headers: Sequence[str], samples: Mapping[str, Sequence[str]], today: date) -> str:
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
        for said in {_header(part) for part in [header, *re.split(r"[/|\n(),;:]", header)]} - {""}:
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


def _share(cells: Sequence[str], holds: Any) -> float:
    return sum(map(bool, map(holds, cells))) / len(cells) if cells else 0.0


def _is_bound(cell: str) -> bool:
    return any(isinstance(bound(cell, *marks, percent=True), Bound) for marks in ((",", " "), (".", ","), (",", ".")))


def _without_doubles(chosen: list[Suggestion]) -> list[Suggestion]:
    """Of fields that fill one column, the surer: both ends of a period before its name."""
    names = {one.field for one in chosen}
    ends = {"period_start", "period_end"}
    dropped = {"period"} if ends <= names else ends if names & ends and "period" in names else set()
    return [one for one in chosen if one.field not in dropped]


def _header(text: str) -> str:
    return " ".join(re.sub(r"[^\w№]+", " ", folded(text)).replace("_", " ").split())


@cache
def _header_words(section: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(_header(words) for words in said) for name, said in _words()[section].items()}


@cache
def _personal() -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    said = _words()["personal"]
    phrases = tuple(tuple(folded(words).split()) for words in said["words"])
    return phrases, frozenset(word for words in said["alone"] for word in _header(words).split())


def _begins(words: list[str], phrase: tuple[str, ...]) -> bool:
    """The words begin with the phrase; the last of it may be the beginning of a word (name*)."""
    if len(words) < len(phrase):
        return False
    *first, last = phrase
    end = words[len(first)]
    return words[: len(first)] == first and (end.startswith(last[:-1]) if last.endswith("*") else end == last)


PERSONAL = re.compile(
    r"^\d{12}$|\S@\S{1,60}\.\S|^\+?[78][\s(-]{0,5}7\d\d\D|(?:вич|вна|ұлы|қызы|улы|кызы|овна|евна)$", re.IGNORECASE
)


def _looks_personal(cells: Sequence[str]) -> bool:
    """Every fifth of the values has the form of an IIN, an address of mail, a telephone or a patronymic."""
    cells = [cell.strip() for cell in list(cells)[:LOOKED_AT] if not is_nothing(cell)]
    return bool(cells) and _share(cells, PERSONAL.search) >= 0.2


# ---------------------------------------------------------------- values


def suggest_values(about: Field, values: Iterable[str], country: str = "KZ") -> dict[str, tuple[str, float]]:
    """The code, and the score from 90 to 100, of each value that is a known word for it, or that word misspelt.

    A value is compared whole. What is not in the answer is for a person to say.
    """
    words = _lexicon(about, country)
    found = {value: code for value in values if not is_nothing(value) and (code := _code(_value(value), words))}
    if about.name == "region":
        # In Kazakh Алматы is the city and the short name of the region; beside «Алматы қаласы» it can't be told.
        bare = {value for value in found if _value(value) in {"алматы", "almaty"}}
        named = {code for value, (code, _) in found.items() if value not in bare}
        if named & {"KZ-75"}:
            found = {value: code for value, code in found.items() if value not in bare}
    return found


def _code(value: str, words: dict[str, frozenset[str]]) -> tuple[str, float] | None:
    if codes := words.get(value):
        return (next(iter(codes)), 100.0) if len(codes) == 1 else None
    if "?" in value or len(value) < SHORTEST:
        return None
    near = [
        (known, score)
        for known, score, _ in process.extract(value, words.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_VALUE, limit=5)
        if _is_misspelt(value, known)
    ]
    codes = frozenset(code for known, _ in near for code in words[known])
    return (next(iter(codes)), min(near[0][1], 99.0)) if len(codes) == 1 else None


def _is_misspelt(value: str, known: str) -> bool:
    """Word for word the same but for a letter or two in a long one; none is added, lost or begins otherwise."""
    ours, theirs = value.split(), known.split()
    if len(ours) != len(theirs) or denials(value) != denials(known):
        return False
    for one, other in zip(ours, theirs, strict=True):
        allowed = 0 if len(other) < 5 or re.search(r"\d", one + other) else 1 if len(other) < 9 else 2
        if one[0] != other[0] or OSA.distance(one, other) > allowed:
            return False
    return True


def denials(text: str) -> int:
    """How many words of a text deny: «не», not, -мады …"""
    said = _words()["negation"]
    words = _value(text).split()
    phrases = [tuple(folded(phrase).split()) for phrase in said["words"]]
    joined, endings = tuple(map(folded, said["joined"])), tuple(map(folded, said["endings"]))
    return sum(
        any(_begins(words[place:], phrase) for phrase in phrases)
        or (len(word) > 4 and word.startswith(joined))
        or word.endswith(endings)
        for place, word in enumerate(words)
    )


def _value(text: str) -> str:
    return folded(text).strip(" .,;:«»\"'“”„!")


@cache
def _lexicon(about: Field, country: str) -> dict[str, frozenset[str]]:
    """Every known word for a code of the field -> the codes that it stands for."""
    codes = set(about.codes(country))
    found: dict[str, set[str]] = {_value(code): {code} for code in codes}
    section = about.words.split(".")[0]
    inner = f"{country}." if "{country}" in about.words else ""
    for key, text in _locale_words(section):
        root = key.removeprefix(inner)
        if inner and root == key:
            continue
        root = root if root in codes else root.split(".")[0]
        code = ALIASES.get((section, root), root)
        if code in codes and not key.endswith(".in"):
            found.setdefault(_value(text), set()).add(code)
    for code, said in _words().get(SECTIONS.get(section, section), {}).items():
        for words in said if code in codes else ():
            found.setdefault(_value(words), set()).add(code)
    return {words: frozenset(of) for words, of in found.items()}


@cache
def _locale_words(section: str) -> list[tuple[str, str]]:
    """Key and word of every language for one section of the locales."""
    return [
        (key, text)
        for path in sorted(datasets.LOCALES.glob("*/*.toml"))
        for key, text in tomllib.loads(path.read_text("utf8")).get(section, {}).items()
        if isinstance(text, str) and "{" not in text
    ]


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text("utf8"))


# ---------------------------------------------------------------- totals

TOTALS = ("word", "sum_above", "sum_below")


def totals(
    rows: Sequence[tuple[int, Sequence[str | None]]], decimal: str, thousands: str, today: date, sums: bool = True
) -> dict[int, str]:
    """Rows that seem to be totals of others, by their number: word, sum_above or sum_below. To be offered, not done.

    `rows`: number and cells. `sums`: look for equal sums too, which is for tables of figures only: in a list of cases
    with weights three ones above a three are no total.
    """
    found = {number: "word" for number, cells in rows if is_total(cells)}
    return found | (_sums([row for row in rows if row[0] not in found], decimal, thousands, today) if sums else {})


def is_total(cells: Iterable[str | None]) -> bool:
    """The first cell that is no number says «Итого», «Барлығы», Total."""
    words, first = _words_of_totals()
    for cell in cells:
        if cell is None or is_nothing(cell) or re.fullmatch(r"[\d\s.,№]+", cell):
            continue
        said = _value(cell[:LOOKED_AT])
        return said in words or (bool(said) and said.split()[0].strip(":.,") in first)
    return False


@cache
def _words_of_totals() -> tuple[frozenset[str], frozenset[str]]:
    """What a row of totals says as a whole, and what it may begin with."""
    whole, first = (frozenset(map(_value, _words()["total"][key])) for key in ("words", "first"))
    return whole, first


def _sums(
    rows: Sequence[tuple[int, Sequence[str | None]]], decimal: str, thousands: str, today: date
) -> dict[int, str]:
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[cells[i] if i < len(cells) else None for _, cells in rows] for i in range(width)]
    dated = [
        i for i, cells in enumerate(columns) if _mostly(cells, lambda cell: isinstance(period(cell, "", today), Period))
    ]
    counts = {i: _counts(cells, decimal, thousands) for i, cells in enumerate(columns) if i not in dated}
    counts = {i: numbers for i, numbers in counts.items() if numbers and not _is_numbering(numbers)}
    groups: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(rows)):
        groups.setdefault(tuple(folded(columns[i][place] or "") for i in dated), []).append(place)
    found = {}
    for places in groups.values():
        if _is_sum_of_others(places[::-1], counts):
            found[rows[places[0]][0]] = "sum_below"
        elif _is_sum_of_others(places, counts):
            found[rows[places[-1]][0]] = "sum_above"
    return found


def _is_sum_of_others(places: list[int], counts: Mapping[int, list[float | None]]) -> bool:
    """Each number of the last place is the sum of at least three others."""
    *others, last = places
    compared = [numbers for numbers in counts.values() if numbers[last] is not None]
    sums = [sum(numbers[i] or 0 for i in others) for numbers in compared]
    parts = [sum(numbers[i] is not None for i in others) for numbers in compared]
    if not compared or min(parts) < 3 or not any(sums):
        return False
    return all(numbers[last] == total for numbers, total in zip(compared, sums, strict=True))


def _mostly(cells: Sequence[str | None], holds: Any) -> bool:
    said = [cell for cell in cells if not is_nothing(cell)]
    return bool(said) and sum(map(bool, map(holds, said))) / len(said) >= 0.8


def _counts(cells: Sequence[str | None], decimal: str, thousands: str) -> list[float | None]:
    """The exact counts of a column, or [] when it is not one of counts."""
    read = [None if is_nothing(cell) else bound(cell, decimal, thousands) for cell in cells]
    if not _mostly(cells, lambda cell: isinstance(bound(cell, decimal, thousands), Bound)):
        return []
    if any(isinstance(one, Bound) and one.is_percent for one in read):
        return []
    return [one.low if isinstance(one, Bound) and one.qualifier == "exact" else None for one in read]


def _is_numbering(numbers: Sequence[float | None]) -> bool:
    """1, 2, 3 … down the column."""
    said = [number for number in numbers if number is not None]
    return len(said) > 2 and all(after - before == 1 for before, after in pairwise(said))


# ---------------------------------------------------------------- the recipe

DIALECT: dict[str, tuple[type, tuple[Any, ...]]] = {
    "kind": (str, ("csv", "xlsx")),
    "encoding": (str, ()),
    "delimiter": (str, (",", ";", "\t", "|", "")),
    "quote": (str, ('"', "'", "")),
    "sheet": (str, ()),
    "header_row": (int, ()),
    "decimal": (str, (",", ".")),
    "thousands": (str, (" ", ".", ",", "'", "")),
    "date_order": (str, ("dmy", "mdy", "ymd", "")),
}
# What may be said once for the file without being a field of its shape.
BESIDE = {"country": "countries.country"}


class RecipeError(Exception):
    """A recipe is at fault: `code` has words in the locales (`recipe.<code>`), `where` is its key."""

    def __init__(self, code: str, where: str):
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is understood.

    `columns`: header -> field; `values`: field -> value -> code; `constants`: field -> what holds for every row;
    `totals`: kinds of totals that are left out; `accepted`: warning -> why it is accepted. `years_across`: the headers
    that are years hold values. Raises RecipeError for what there is not.
    """

    shape: str
    dialect: dict[str, str | int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    accepted: dict[str, str] = field(default_factory=dict)
    years_across: bool = False

    def __post_init__(self) -> None:
        _judge(self)

    def fits(self, headers: Sequence[str], today: date) -> bool:
        """A file with these headers has every column that the recipe names, and years across if it needs them."""
        there = {folded(header) for header in headers}
        years = not self.years_across or any(year_of(header, today) for header in headers)
        return bool(self.columns) and {folded(header) for header in self.columns} <= there and years

    def places(self, headers: Sequence[str]) -> dict[int, str]:
        """Number of the column, from 0 -> field, in a file that the recipe fits."""
        known = {folded(header): name for header, name in self.columns.items()}
        return {place: known[folded(header)] for place, header in enumerate(headers) if folded(header) in known}

    def to_toml(self) -> str:
        """The recipe as a file; from_toml reads it back equal. Raises RecipeError: recipe_too_large."""
        lines = [f"shape = {quoted(self.shape)}", f"years_across = {str(self.years_across).lower()}"]
        lines.append(f"totals = [{', '.join(map(quoted, self.totals))}]")
        tables: dict[str, Mapping[str, str | int]] = {
            "dialect": self.dialect,
            "constants": self.constants,
            "columns": self.columns,
            "accepted": self.accepted,
            **{f"values.{quoted(name)}": codes for name, codes in self.values.items()},
        }
        for name, table in tables.items():
            lines += ["", f"[{name}]"]
            lines += [
                f"{quoted(key)} = {value if isinstance(value, int) else quoted(value)}" for key, value in table.items()
            ]
        file = "\n".join(lines) + "\n"
        try:
            look_over(file)
        except TomlRefused as refused:
            raise RecipeError("recipe_too_large", "") from refused
        return file

    @classmethod
    def from_toml(cls, content: bytes | str) -> "Recipe":
        """Read a recipe file. Raises RecipeError: recipe_too_large, too_complex, not_toml, unknown_key, wrong_type, and
        what Recipe itself refuses."""
        try:
            said = parse_untrusted(content)
        except TomlRefused as refused:
            code = "recipe_too_large" if refused.code == "too_large" else refused.code
            raise RecipeError(code, "") from refused
        kinds: dict[str, type] = {"shape": str, "years_across": bool, "totals": list}
        tables = ("dialect", "columns", "values", "constants", "accepted", "coarsen")  # the last of older recipes
        for key, value in said.items():
            if key not in kinds and key not in tables:
                raise RecipeError("unknown_key", key)
            if not isinstance(value, kinds.get(key, dict)):
                raise RecipeError("wrong_type", key)
        if "shape" not in said:
            raise RecipeError("missing_key", "shape")
        said.pop("coarsen", None)
        given: dict[str, Any] = {**said, "totals": tuple(said.get("totals", ()))}
        return cls(**_without_never_read(given))


def _without_never_read(said: dict[str, Any]) -> dict[str, Any]:
    """An older recipe without what was read of a file then, and is not now."""
    gone = never_read(said["shape"])
    return said | {
        "columns": {header: name for header, name in said.get("columns", {}).items() if name not in gone},
        **{
            table: {name: of for name, of in said.get(table, {}).items() if name not in gone}
            for table in ("values", "constants")
        },
    }


def _judge(recipe: Recipe) -> None:
    """Raise RecipeError for the first thing in it that there is not."""
    if recipe.shape not in SHAPES:
        raise RecipeError("unknown_shape", "shape")
    if recipe.years_across and recipe.shape != "figures":
        raise RecipeError("years_across_of_figures_only", "years_across")
    known = fields(recipe.shape)
    for table in ("columns", "constants", "accepted"):
        for key, value in getattr(recipe, table).items():
            if not isinstance(value, str):
                raise RecipeError("wrong_type", f"{table}.{key}")
    for kind in recipe.totals:
        if kind not in TOTALS:
            raise RecipeError("unknown_code", "totals")
    _judge_dialect(recipe.dialect)
    _judge_columns(recipe, known)
    country = recipe.constants.get("country", "KZ")
    for name, codes in recipe.values.items():
        if name not in known or known[name].type != "code":
            raise RecipeError("unknown_field", f"values.{name}")
        if not isinstance(codes, dict):
            raise RecipeError("wrong_type", f"values.{name}")
        for value, code in codes.items():
            if code not in known[name].codes(country):
                raise RecipeError("unknown_code", f"values.{name}.{value}")
    for name, value in recipe.constants.items():
        if name in BESIDE:
            if value not in datasets.catalogue()["country"]:
                raise RecipeError("unknown_code", f"constants.{name}")
        elif name not in known or not known[name].constant:
            raise RecipeError("unknown_field", f"constants.{name}")
        elif known[name].type == "code" and value not in known[name].codes(country):
            raise RecipeError("unknown_code", f"constants.{name}")
    for rule, reason in recipe.accepted.items():
        if not reason.strip():
            raise RecipeError("reason_missing", f"accepted.{rule}")


def _judge_dialect(dialect: Mapping[str, Any]) -> None:
    for key, value in dialect.items():
        if key not in DIALECT:
            raise RecipeError("unknown_key", f"dialect.{key}")
        kind, allowed = DIALECT[key]
        if type(value) is not kind:
            raise RecipeError("wrong_type", f"dialect.{key}")
        if (allowed and value not in allowed) or (isinstance(value, int) and value < 0):
            raise RecipeError("unknown_code", f"dialect.{key}")


def _judge_columns(recipe: Recipe, known: Mapping[str, Field]) -> None:
    used: set[str] = set()
    seen: set[str] = set()
    for header, name in recipe.columns.items():
        if name not in known:
            raise RecipeError("unknown_field", f"columns.{header}")
        if name in used:
            raise RecipeError("field_twice", f"columns.{header}")
        if folded(header) in seen:
            raise RecipeError("header_twice", f"columns.{header}")
        if name in recipe.constants:
            raise RecipeError("field_twice", f"constants.{name}")
        used.add(name)
        seen.add(folded(header))
