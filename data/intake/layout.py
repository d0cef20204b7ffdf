"""What the rows of a file seem to stand for, and where its numbers stand: a proposal with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from data.intake.fields import never_read
from data.intake.lexicon import fold_header
from data.intake.recipe import Recipe
from data.intake.suggesting import name_stage, suggest_columns, unit_named
from data.intake.totals import is_total
from data.intake.values import Fault, Period, is_nothing, period, weight, year_of

# Where the numbers of a file of counts stand: in one column, as so many cases of the outcome beside it or as finished
# figures; in several columns, one for each stage; in a column for each year.
FORMS = ("weights", "figures", "columns", "across")
# A larger number is an id or an amount of money.
COUNT_MOST = 10_000_000
# Cells of a column that are looked at.
LOOKED_AT = 200


@dataclass(frozen=True)
class Layout:
    """What a row seems to stand for: `row` of recipe.ROWS, '' where only a check of the rows can tell; `form` of FORMS.

    `reason` has words in the locales (`question_reason.<code>`), which name the counts: `numbers` columns of whole
    numbers (their headers), `rows` and `years`.
    """

    row: str = ""
    form: str = ""
    reason: str = ""
    numbers: tuple[str, ...] = ()
    rows: int = 0
    years: int = 0


def find_layout(
    con: duckdb.DuckDBPyConnection,
    headers: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    rows: int,
    suggested: Recipe,
    today: date,
) -> Layout:
    """Judge `file` by its headers, its cells and the recipe that is suggested for it."""
    across = sum(bool(year_of(header, today)) for header in headers)
    if suggested.years_across:
        return Layout("count", "across", "across", rows=rows, years=across)
    named = {name: header for header, name in suggested.columns.items()}
    numbers = find_number_columns(headers, samples, rows, today)
    days = next((named[name] for name in ("period", "allegation_date", "period_end") if name in named), None)
    years = _count_years(samples.get(days, ()), today) if days else 0
    told = {"numbers": tuple(numbers), "rows": rows, "years": years}
    if suggested.shape == "figures":
        form, reason = "columns" if suggested.counts else "figures", "numbers" if numbers and years else "figures"
        return Layout("count", form, reason, **told)  # type: ignore[arg-type]
    stages = {stage for header in numbers if (stage := name_stage(header))}
    if "weight" in named and len(stages) < 2:
        return Layout("count", "weights", "weight", **told)  # type: ignore[arg-type]
    if not numbers or not years or "case_id" in named:
        return Layout()
    if len(numbers) > 1 or _is_table(con, headers, samples, numbers, rows):
        return Layout("count", "columns" if len(numbers) > 1 else "weights", "numbers", **told)  # type: ignore[arg-type]
    return Layout()


def find_number_columns(
    headers: Sequence[str], samples: Mapping[str, Sequence[str]], rows: int, today: date
) -> list[str]:
    """Headers of columns that hold whole numbers only, and are no years, ids, flags, ages or numbering."""
    others = {one.header for one in suggest_columns(list(headers), samples, "cases", today) if one.field != "weight"}
    never = {name for name in never_read("cases")}
    found = []
    for header in headers:
        cells = [cell for cell in list(samples.get(header, ()))[:LOOKED_AT] if not is_nothing(cell)]
        read = [weight(cell, ",", " ") for cell in cells]
        if header in others or not read or any(isinstance(one, Fault) for one in read):
            continue
        said = sorted(int(one) for one in read if not isinstance(one, Fault))
        is_numbering = len(said) == min(rows, LOOKED_AT) > 2 and said[-1] - said[0] == len(said) - 1
        is_years = all(1900 <= one <= today.year for one in said)
        is_flag = {*said} <= {0, 1}
        words = fold_header(header)
        is_known = any(word in words.split() for word in ("id", "no", "age", "возраст", "жасы", *never))
        if not (is_numbering or is_years or is_flag or is_known or said[-1] > COUNT_MOST):
            found.append(header)
    return found


def suggest_form(recipe: Recipe, form: str, numbers: Sequence[str]) -> Recipe:
    """The recipe that is suggested for the shape of a form, with its columns of numbers."""
    columns = {header: name for header, name in recipe.columns.items() if header not in numbers}
    if form == "columns":
        columns = {header: name for header, name in columns.items() if name not in {"stage", "value"}}
        named = {header: name_stage(header) for header in numbers}
        told = [*named.values()]
        counts = {header: stage for header, stage in named.items() if stage and told.count(stage) == 1} | recipe.counts
        values = {name: said for name, said in recipe.values.items() if name in columns.values()}
        constants = {name: code for name, code in recipe.constants.items() if name != "stage"}
        units = {header: unit for header in counts if (unit := unit_named(header))}
        return replace(recipe, columns=columns, counts=counts, units=units, values=values, constants=constants)
    columns = {header: name for header, name in recipe.columns.items() if header not in recipe.counts}
    recipe = replace(recipe, counts={}, units={}, columns=columns)
    field = {"weights": "weight", "figures": "value"}.get(form)
    if field and field not in recipe.columns.values() and numbers:
        return replace(recipe, columns=columns | {numbers[0]: field})
    return recipe


def _count_years(cells: Sequence[str], today: date) -> int:
    """How many years a column names; 0 where most of its cells are days, for a table counts months or years."""
    read = [period(cell, "", today) for cell in list(cells)[:LOOKED_AT] if not is_nothing(cell)]
    known = [one for one in read if isinstance(one, Period)]
    if not known or len(known) < 0.8 * len(read) or sum(one.part == "day" for one in known) > 0.2 * len(known):
        return 0
    return len({one.start.year for one in known})


def _is_table(
    con: duckdb.DuckDBPyConnection,
    headers: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    numbers: Sequence[str],
    rows: int,
) -> bool:
    """Each row has another key: no two rows are the same but for their number; or a row of totals is among them."""
    places = [f"c{place}" for place, header in enumerate(headers) if header in samples and header not in numbers]
    if any(is_total([cell]) for header in samples for cell in samples[header]):
        return True
    if rows < 4 or not places:
        return False
    sql = f"select count(*) from (select distinct {', '.join(places)} from file)"  # names of our own columns
    return bool(con.execute(sql).fetchall()[0][0] == rows)
