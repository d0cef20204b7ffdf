"""A second count of what is published, by another path: plain SQL over the text of the file, written separately.

It shares with checking.py and counting.py the recipe, the table of stages and the rows that were left out, and no code.
It reads a year as four digits and a number as digits; what it can't read so it leaves undecided. Where the two paths
disagree nothing is published.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from data.intake.lexicon import is_no_id
from data.intake.recipe import Recipe
from data.intake.values import folded
from queries.catalog import query

# A row that a rule over several rows rejects is counted here all the same: it is the rule that is looked at.
SEVERAL_ROWS = "several_rows"
# Ways out that say by their own meaning that a complaint, or a trial, came before.
IMPLIED_WAYS = {"refused", "acquitted"}
NO_DATES = -1


@dataclass(frozen=True)
class Difference:
    """A published number that the second path does not find: `least` and `most` are what it allows."""

    year: int
    stage: str
    published: float
    least: float
    most: float

    def __str__(self) -> str:
        found = f"{self.least:g}" if self.least == self.most else f"{self.least:g}–{self.most:g}"
        return f"{self.stage} {self.year}: {self.published:g} ≠ {found}"


def recount_cases(
    con: duckdb.DuckDBPyConnection,
    headers: Sequence[str],
    recipe: Recipe,
    stages: pa.Table,
    figures: pa.Table,
    *,
    has_repeats: bool,
    decimal: str,
) -> list[Difference]:
    """Compare counted cases (stage, cases, period_start) with the rows of `file`; `recipe`: all questions answered."""
    columns = {name: f"c{number}" for number, name in recipe.places(headers).items()}
    day = columns.get("decided_on" if recipe.counted_by == "decision" else "allegation_date")
    outcome = columns.get("outcome")
    no_ids = _find_no_ids(con, columns["case_id"]) if has_repeats and "case_id" in columns else []
    texts = {
        "case_id": f"nullif(trim({columns['case_id']}), '')" if "case_id" in columns else "null::varchar",
        "day": day or "null::varchar",
        "outcome": outcome or "''",
        "weight": f"coalesce({columns['weight']}, '')" if "weight" in columns else "null::varchar",
    }
    words = _code_words(con, outcome, recipe.values.get("outcome", {}))
    if constant := recipe.constants.get("outcome"):
        words = {"": constant}
    ways = (IMPLIED_WAYS | {way for way, holds in recipe.implies.items() if holds}) - {
        way for way, holds in recipe.implies.items() if not holds
    }
    says = {
        "has_repeats": has_repeats,
        "has_dates": day is not None,
        "counts_all": recipe.all_complaints == "yes" and recipe.counted_by != "decision",
        "implied_ways": sorted(ways),
        "no_ids": no_ids,
        "nought": f"\\{decimal}0+\\s*$",
    }
    tables = {
        "stages": stages,
        "outcome_words": pa.table({"word": pa.array(words, pa.string()), "code": [*words.values()]}),
    }
    with _recounted(con, _select(texts), tables):
        found = con.execute(query("recount_cases", "counting").sql, says).fetchall()
    allowed = {(year, stage): (least, most) for year, stage, least, most in found if year is not None}
    published: dict[tuple[int, str], float] = {}
    for row in figures.select(["stage", "cases", "period_start"]).to_pylist():
        key = (row["period_start"].year if day else NO_DATES, row["stage"])
        published[key] = published.get(key, 0) + row["cases"]
    undecided = {stage: most - least for year, stage, least, most in found}
    return [
        Difference(year, stage, number, least, most)
        for (year, stage), number in published.items()
        for least, most in [allowed.get((year, stage), (0, undecided.get(stage, 0)))]
        if not least <= number <= most
    ]


def recount_figures(
    con: duckdb.DuckDBPyConnection,
    headers: Sequence[str],
    recipe: Recipe,
    years: Mapping[int, int],
    figures: pa.Table,
    thousands: str,
) -> list[Difference]:
    """Compare figures (stage, region, value_low, period_start, period_end) with the numbers of `file`.

    `years`: column -> year of a table with years across. Of rival claims none is the sum, and nothing is compared.
    """
    if recipe.same_figure == "rivals" or recipe.constants.get("unit") == "percent":
        return []
    columns = {name: f"c{number}" for number, name in recipe.places(headers).items()}
    numbers = [(f"c{number}", str(year), "") for number, year in years.items()]
    for number, stage in recipe.count_places(headers).items():
        named = re.search(r"(?:19|20)\d\d", headers[number])
        numbers.append((f"c{number}", named[0] if named else "", stage))
    if not numbers and "value" in columns:
        numbers = [(columns["value"], "", "")]
    parts = []
    for column, year, stage in numbers:
        day = columns.get("period") or columns.get("period_end") or columns.get("period_start")
        texts = {
            "day": f"'{int(year)}'" if year else day or "null::varchar",
            "stage": columns.get("stage", "null::varchar"),
            "stage_code": f"'{stage}'" if stage else "null::varchar",  # a code of ours, as the recipe was judged
            "place": columns.get("region", "null::varchar"),
            "number": column,
        }
        parts.append(_select(texts, f"{column} is not null and regexp_matches({column}, '\\d')"))
    codes = [
        (field, word, "" if code == "whole_country" else code)
        for field in ("stage", "region")
        for word, code in _code_words(con, columns.get(field), recipe.values.get(field, {})).items()
    ]
    tables = {
        "codes": pa.table(
            {name: pa.array([row[i] for row in codes], pa.string()) for i, name in enumerate(("field", "word", "code"))}
        )
    }
    says = {
        "day": recipe.constants.get("period"),
        "stage": recipe.constants.get("stage"),
        "marks": "[\\s\u00a0\u202f\u2009" + ("\\" + thousands if thousands.strip() else "") + "]",
    }
    with _recounted(con, " union all ".join(parts), tables):
        found = con.execute(query("recount_figures", "counting").sql, says).fetchall()
    region = recipe.constants.get("region", "")
    published: dict[tuple[int, str, str], float | None] = {}
    for row in figures.to_pylist():
        if row["unit"] == "percent" or row["period_start"].year != row["period_end"].year:
            continue
        key = (row["period_start"].year, row["stage"], row["region"] or "")
        exact = row["value_low"] if row["qualifier"] == "exact" else None
        before = published.get(key, 0.0)
        published[key] = None if exact is None or before is None else before + exact
    allowed = {
        (year, stage, place or region): (total, is_plain) for year, stage, place, total, is_plain in found if year
    }
    return [
        Difference(year, stage, number, total or 0, total or 0)
        for (year, stage, place), number in published.items()
        for total, is_plain in [allowed.get((year, stage, place), (0, True))]
        if number is not None and is_plain and number != total
    ]


def find_missed_totals(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], recipe: Recipe, numbers: Sequence[int]
) -> list[int]:
    """Rows of `file` that are half the sum of their group in every column of numbers, and were not left out.

    A group are rows that differ in one other column alone; one value of that column must be the half in each group that
    has it, in two groups at least.
    """
    if not numbers or recipe.kept_totals:
        return []
    there = {column[0] for column in con.execute("from file limit 0").description}
    others = [number for number in range(len(headers)) if number not in numbers and f"c{number}" in there]
    whole = {"region"} if "whole_country" in recipe.values.get("region", {}).values() else set()
    told = {number for number, name in recipe.places(headers).items() if name in {"stage", "unit"} | whole}
    found: set[int] = set()
    for column in set(others) - told:  # a stage may be the sum of others, and is no total of them
        rest = ", ".join(f"coalesce(c{other}, '')" for other in others if other != column) or "1"
        count = [f"try_cast(regexp_replace(c{number}, '\\s', '', 'g') as bigint)" for number in numbers]
        halves = " and ".join(f"coalesce(2 * {sql} = sum({sql}) over own and {sql} > 0, false)" for sql in count)
        noughts = " and ".join(f"coalesce({sql} = 0 and sum({sql}) over own = 0, false)" for sql in count)
        rows = con.execute(
            f"""
            with judged as (
                select row, c{column} as word, {halves} as is_half, {noughts} as is_nought, count(*) over own as lines
                from file
                window own as (partition by {rest})
            )
            select list(row) from judged where lines >= 3
            group by word having bool_and(is_half or is_nought) and count_if(is_half) >= 2
            """
        ).fetchall()
        found |= {row for (group,) in rows for row in group}
    gone = {row for (row,) in con.execute("select row from left_out").fetchall()}
    return sorted(found - gone) if not found & gone else []


def _code_words(con: duckdb.DuckDBPyConnection, column: str | None, said: Mapping[str, str]) -> dict[str, str]:
    """Each cell of a column -> the code that the recipe gives it, or itself."""
    if column is None:
        return {}
    known = {folded(word): code for word, code in said.items()}
    cells = con.execute(f"select distinct {column} from file where {column} is not null").fetchall()
    return {cell: known.get(folded(cell), folded(cell)) for (cell,) in cells}


def _find_no_ids(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    """Cells of a column of ids that name no case."""
    short = (
        f"select distinct trim({column}) from file where length({column}) <= 30 and not regexp_matches({column}, '\\d')"
    )
    return [cell for (cell,) in con.execute(short).fetchall() if is_no_id(cell)]


def _select(texts: Mapping[str, str], where: str = "true") -> str:
    columns = ", ".join(f"{sql} as {name}" for name, sql in texts.items())
    return (
        f"select {columns} from file where {where} and row not in (select row from left_out) and row not in "
        f"(select row from faults where severity = 'error' and rule != '{SEVERAL_ROWS}')"
    )


@contextmanager
def _recounted(con: duckdb.DuckDBPyConnection, select: str, tables: Mapping[str, pa.Table]) -> Iterator[None]:
    """Show the texts as `recounted`, beside these tables, for a while."""
    for name, table in tables.items():
        con.register(name, table)
    con.execute(f"create or replace temp view recounted as {select}")
    try:
        yield
    finally:
        con.execute("drop view recounted")
        for name in tables:
            con.unregister(name)
