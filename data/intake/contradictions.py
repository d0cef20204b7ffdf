"""What is said once for the whole file, and a column beside it that says otherwise.

A constant is somebody's word; a column that nobody mapped may hold the truth of each row. Of such a column only codes,
years and numbers of rows are told, never a cell.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb

from data.intake.fields import Field, fields
from data.intake.lexicon import find_places, fold_value, known_values, load_words
from data.intake.recipe import Recipe
from data.intake.suggesting import SUGGESTED, is_about_officer, is_personal, score_name
from data.intake.values import Period, folded, is_nothing, period, year_of

# Rows at the start that tell whether a column speaks of such things at all, and different cells that are counted.
LOOKED_AT, DISTINCT_MOST = 20_000, 2_000
# From which share of its filled cells on a column speaks of it; so many rows that name a country do it too.
SHARE, ROWS, FEW = 0.5, 3, 5
DATES = {"allegation_date", "period", "period_start", "period_end"}
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Contradiction:
    """A column that is not mapped and names something else than what holds for every row.

    `said`: other codes, or years, with their rows, the most frequent first; `words`: cell -> code of all that it names.
    `is_named`: the header names the field; `is_implied`: nobody said that every row is of the whole country.
    """

    header: str
    field: str
    said: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str], ...] = ()
    is_named: bool = False
    is_implied: bool = False


def find_speaking(
    headers: Sequence[str], rows: Sequence[Sequence[str]], recipe: Recipe, date_order: str, today: date
) -> set[int]:
    """The columns, of those that the recipe does not map, whose first cells speak of what it says once for the file."""
    found = set()
    for place in _list_unmapped(headers, recipe, today):
        cells = Counter(cells[place] for cells in rows if place < len(cells) and cells[place].strip())
        if any(_speaks(cells, *about) for about in _list_readers(headers[place], recipe, date_order, today)):
            found.add(place)
    return found


def find_contradictions(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], recipe: Recipe, date_order: str, today: date
) -> list[Contradiction]:
    """The columns of `file` that contradict a constant of the recipe, and of which it does not say that they don't."""
    there = {column[0] for column in con.execute("from file limit 0").description}
    unrelated = {folded(header): names for header, names in recipe.unrelated.items()}
    found = []
    for place in _list_unmapped(headers, recipe, today):
        readers = _list_readers(headers[place], recipe, date_order, today)
        if f"c{place}" not in there or not readers:
            continue
        first = _count_cells(con, place, f"limit {LOOKED_AT}")
        speaking = [about for about in readers if _speaks(first, *about)]
        cells = _count_cells(con, place, "") if speaking else first
        told = [
            one
            for name, read, constant in speaking
            if (one := _compare(headers[place], name, cells, read, constant, recipe))
        ]
        # «Complaint» is a stage and a unit: a column speaks of what most of its cells are.
        most = max((len(one.words) for one in told), default=0)
        said = unrelated.get(folded(headers[place]), ())
        found += [one for one in told if len(one.words) == most and one.field not in said]
    return found


Read = Callable[[str], str]


def _list_unmapped(headers: Sequence[str], recipe: Recipe, today: date) -> list[int]:
    mapped = {*recipe.places(headers), *recipe.count_places(headers)}
    across = {place for place, header in enumerate(headers) if recipe.years_across and year_of(header, today)}
    return [place for place in range(len(headers)) if place not in mapped | across]


def _list_readers(header: str, recipe: Recipe, date_order: str, today: date) -> list[tuple[str, Read, str]]:
    """(field, what a cell says of it, what the recipe says of it) for each constant that a column may contradict."""
    if is_personal(header) or is_about_officer(header) or score_name(header, "birth_date")[0] >= SUGGESTED:
        return []
    found: list[tuple[str, Read, str]] = []
    for name, constant in recipe.constants.items():
        if name in DATES:
            found.append((name, lambda cell: _read_year(cell, date_order, today), constant))
        elif name == "country":
            found.append((name, _read_country, constant))
        elif name == "kind":
            found.append((name, _read_kind, constant))
        elif name == "region" or fields(recipe.shape)[name].type == "code":
            about = fields("figures")["region"] if name == "region" else fields(recipe.shape)[name]
            found.append((name, _make_reader(about, recipe.country), constant))
    has_regions = "region" in {*recipe.columns.values(), *recipe.constants}
    if not has_regions and recipe.country and recipe.same_figure != "sum":
        found.append(("region", _make_reader(fields("figures")["region"], recipe.country), ""))
    return found


def _make_reader(about: Field, country: str) -> Read:
    known = known_values(about, country)

    def read(cell: str) -> str:
        if code := known.get(fold_value(cell)):
            return code
        if about.name != "region":
            return ""
        regions = {place.code if place.level == "region" else place.parent for place in find_places(cell, country)}
        return regions.pop() if len(regions) == 1 else ""

    return read


@cache
def _names_of_countries() -> dict[str, str]:
    return known_values(fields("cases")["country"])


def _read_country(cell: str) -> str:
    """The country that a cell names, or in which the place lies that it names."""
    if code := _names_of_countries().get(fold_value(cell)):
        return code
    countries = {place.country for place in find_places(cell)}
    return countries.pop() if len(countries) == 1 else ""


def _read_kind(cell: str) -> str:
    said = fold_value(cell)
    words = load_words()["kind"]
    return next((code for code, known in words.items() if said in map(fold_value, known)), "")


def _read_year(cell: str, date_order: str, today: date) -> str:
    read = period(cell, date_order, today)
    if isinstance(read, Period):
        return str(read.start.year) if read.start.year == read.end.year else ""
    years = set(YEAR.findall(cell))
    return years.pop() if read in {"ambiguous_date", "other_date_order"} and len(years) == 1 else ""


def _count_cells(con: duckdb.DuckDBPyConnection, place: int, limit: str) -> Counter[str]:
    kept = f"select c{place} from file where row not in (select row from left_out) {limit}"
    sql = f"select c{place}, count(*) from ({kept}) where c{place} is not null group by 1 order by 2 desc, 1"
    sql += f" limit {DISTINCT_MOST}"
    return Counter(dict(con.execute(sql).fetchall()))


def _read_cells(cells: Mapping[str, int], name: str, read: Read) -> dict[str, str]:
    """Cell -> what it says, for those that say something. «No» is Norway only among countries."""
    said = {cell: code for cell in cells if not is_nothing(cell) and (code := read(cell))}
    filled = [cell for cell in cells if not is_nothing(cell)]
    if name in {"country", "region"} and any(len(cell.strip()) <= 3 for cell in said) and len(said) < len(filled):
        said = {cell: code for cell, code in said.items() if len(cell.strip()) > 3}
    if name in {"country", "region"} and {*map(folded, said)} <= {"no", "нет", "да", "yes"}:
        return {}
    return said


def _speaks(cells: Mapping[str, int], name: str, read: Read, constant: str) -> bool:
    said = _read_cells(cells, name, read)
    filled = sum(rows for cell, rows in cells.items() if not is_nothing(cell))
    rows = sum(cells[cell] for cell in said)
    if not rows:
        return False
    is_apart = name == "country" and sum(cells[cell] for cell, code in said.items() if code != constant) >= ROWS
    return rows >= SHARE * filled or is_apart


def _compare(
    header: str, name: str, cells: Mapping[str, int], read: Read, constant: str, recipe: Recipe
) -> Contradiction | None:
    said = _read_cells(cells, name, read)
    rows: Counter[str] = Counter()
    for cell, code in said.items():
        rows[code] += cells[cell]
    is_implied = name == "region" and not constant
    if is_implied and recipe.shape == "cases" and (len(rows) > 1 or sum(rows.values()) < FEW):
        return None  # cases of several regions are those of the country, and a few tell nothing
    others = {code: n for code, n in rows.items() if not _holds(name, code, constant)}
    if not others:
        return None
    named = score_name(header, "allegation_date" if name in DATES else name)[0] >= SUGGESTED
    return Contradiction(
        header,
        name,
        tuple(sorted(others.items(), key=lambda one: (-one[1], one[0]))),
        tuple(said.items()),
        is_named=named,
        is_implied=is_implied,
    )


def _holds(name: str, code: str, constant: str) -> bool:
    if name not in DATES:
        return code == constant
    years = [int(year) for year in YEAR.findall(constant)]
    if not years:
        return True
    if name == "period_start":
        return int(code) >= min(years)
    if name == "period_end":
        return int(code) <= max(years)
    return min(years) <= int(code) <= max(years)
