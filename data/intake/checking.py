"""Rows of a file become cases or figures by a recipe; what is at fault is named by its row, and nothing gets lost.

Each cell is read once for each distinct value of its column, by the pure functions of values.py, and joined back: so
one rule reads ten rows and ten million. The checks over whole rows are the queries of queries/upload_checks.
"""

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.counting import UNCODED
from data.errors import DashboardError, Detail, Words
from data.intake.blocks import carry_down, find_blanks
from data.intake.contradictions import find_contradictions
from data.intake.fields import Field, fields, lacking, not_shown
from data.intake.lexicon import is_no_id
from data.intake.meaning import Facts, count_outcomes
from data.intake.reading import Dialect, Staged, coded, shaped
from data.intake.recipe import Recipe
from data.intake.suggesting import unit_named
from data.intake.totals import find_totals as totals_among
from data.intake.values import (
    Bound,
    Fault,
    are_serials,
    bound,
    folded,
    is_nothing,
    month,
    period,
    weight,
    year_of,
    year_within,
)
from queries.catalog import names, query

# A column with more different values is no column of dates, codes or weights.
DISTINCT_MOST = 200_000
# A table of figures with more rows is a list of cases, or none of ours.
FIGURES_MOST = 100_000
# A longer list with a column of counts is none of a few totals and their parts.
COUNTS_MOST = 20_000
# Rows at the start and at the end of a list of cases that may be totals of the others.
ENDS = 1_000
# What stands in `cases` and `figures`, in order, with the row of the file: name and type. Figures are stored so; cases
# are only counted (data/counting.py).
COLUMNS = {
    "cases": {
        "case_id": "VARCHAR",
        "country": "VARCHAR",
        "allegation_start": "DATE",
        "allegation_end": "DATE",
        "outcome": "VARCHAR",
        "decided_start": "DATE",
        "decided_end": "DATE",
        "weight": "INTEGER",
    },
    "figures": {
        "country": "VARCHAR",
        "region": "VARCHAR",
        "stage": "VARCHAR",
        "unit": "VARCHAR",
        "qualifier": "VARCHAR",
        "value_low": "DOUBLE",
        "value_high": "DOUBLE",
        "period_start": "DATE",
        "period_end": "DATE",
        "legal_basis": "VARCHAR",
        "scope": "VARCHAR",
        "scope_detail": "VARCHAR",
        "source_url": "VARCHAR",
    },
}
STOPPED = "select row from faults where severity = 'error'"
# A cell that says nothing is no fault in these: the row says the less.
MAY_BE_EMPTY = {"case_id", "legal_basis", "decided_on", "scope", "scope_detail", "source_url", "period_end"}
MAY_BE_EMPTY |= {"allegation_date", "outcome"}
# Stages of which a number counts persons or cases, and never complaints.
OF_PERSONS = {"convicted", "acquitted", "imprisoned", "disciplined", "compensated", "death_in_custody", "detained"}
# A value of a place that stands for the country as a whole.
WHOLE_COUNTRY = "whole_country"
# What can't be read in these leaves the field empty and the row in; elsewhere it stops the row.
WARNED_OF = {"legal_basis", "decided_on", "source_url"}


class Unmappable(DashboardError):
    """The recipe does not make rows of this file.

    `where`: the field or header that is meant; never a cell.
    """

    section = "unmappable"
    codes = frozenset({
        *("nothing_mapped", "field_missing", "column_missing", "too_many_values", "too_many_figures"),
        *("constant_not_read", "recipe_too_large"),
    })  # fmt: skip
    exit_status = 2

    def __init__(self, code: str, where: str = "") -> None:
        is_field = code in {"field_missing", "constant_not_read"}
        super().__init__(code, where=Words(f"field.{where}") if is_field else where)
        self.where = where

    @property
    def sentences(self) -> list[tuple[str, dict[str, Detail]]]:
        """What does not fit; a fault of the recipe itself in its own words."""
        return [(f"{self.section if self.code in self.codes else 'recipe'}.{self.code}", self.details)]


@dataclass(frozen=True)
class Checked:
    """What came of the rows: `in_file` = `published` + all of `rejected` + all of `left_out`.

    `rejected`: rule -> rows that it stopped, each row under its first; `left_out`: reason -> rows; `warnings`: rule ->
    rows that are in all the same; `not_shown`: codes for what the file can't say; `lines`: cases or figures made;
    `has_repeats`: a case may have several rows.
    """

    shape: str
    in_file: int
    published: int
    rejected: dict[str, int]
    left_out: dict[str, int]
    warnings: dict[str, int]
    not_shown: list[str]
    lines: int
    has_repeats: bool = False
    # What the file says of its own meaning, for the questions that are left.
    facts: Facts = field(default_factory=lambda: Facts({}))
    # The cases of a file that is kept as codes: what `cases` shows.
    rows: pa.Table | None = field(default=None, repr=False, compare=False)

    @property
    def sum(self) -> int:
        """Of all ways that a row can go; always `in_file`."""
        return self.published + sum(self.rejected.values()) + sum(self.left_out.values())


def check(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    dialect: Dialect,
    recipe: Recipe,
    today: date,
    without: Iterable[int] = (),
) -> Checked:
    """Make `cases` or `figures`, `faults` and `left_out` out of `file` and `broken` in the current database of `con`.

    `without`: columns that the personal-data gate left out; they are read for nothing.
    `cases` is a view of rows that are kept outside the engine where the file is kept as codes of its words.
    faults: row, "column" (header in the file), rule, severity. left_out: row, reason.
    Raises Unmappable when the recipe does not fit, so that nothing is half done.
    """
    dropped = set(without)
    places = {place: name for place, name in recipe.places(staged.headers).items() if place not in dropped}
    years = {place: year for place, year in year_columns(staged, recipe, today).items() if place not in dropped}
    counts = {place: stage for place, stage in recipe.count_places(staged.headers).items() if place not in dropped}
    has_years = bool(years) or (bool(counts) and all(count_year(staged, place) for place in counts))
    _refuse_unfit(recipe, set(places.values()), has_years=has_years, has_counts=bool(counts))
    con.unregister("cases")
    for table in ("faults", "left_out", "understood", "cases", "figures"):
        con.execute(f"drop table if exists {table}")
    con.execute('create table faults (row integer, "column" varchar, rule varchar, severity varchar)')
    con.execute("insert into faults select row, '', rule, 'error' from broken")
    is_carried = carry_down(con, staged.headers, recipe)
    open_totals = _leave_out(con, staged, dialect, recipe, today)
    reader = _Reader(con, staged, dialect, recipe, today, places, set() if is_carried else coded(con))
    numbers = number_columns(staged, recipe, today)
    blanks = find_blanks(con, staged.headers, recipe, places, numbers, reader.coded, staged.rows)
    rows, telling = None, []
    _refuse_shortened_ids(con, reader)
    if recipe.shape == "cases":
        rows = _cases(con, reader)
    else:
        telling = _figures(con, reader, years, counts)
    has_repeats = recipe.shape == "cases" and _has_repeats(con, rows)
    if has_repeats and (none := _placeholder_ids(con)):
        rows = _without_ids(con, rows, none)
        has_repeats = _has_repeats(con, rows)
    # Ten million rows are not looked through for what is known not to be among them.
    idle = set() if has_repeats else {"case_disagrees"}
    if rows is not None and not rows["case_id"].null_count:
        idle.add("case_id_missing")
    elif recipe.shape == "cases":
        _find_repeats(con, reader)
    if "sum_group" in recipe.kept_totals:  # somebody has said that it is none
        idle.add("total_of_all")
    _whole_rows(con, recipe.shape, {name: staged.headers[place] for place, name in places.items()}, idle)
    if _some(con, "faults", "severity = 'error'"):
        if rows is None:
            con.execute(f"delete from {recipe.shape} where row in ({STOPPED})")
        else:
            rows = _without(con, rows, STOPPED)
            con.register("cases", rows)
    begin_anew = has_repeats and _do_ids_begin_anew(con)
    named = {*places.values(), *recipe.constants}
    several = con.execute("select count(distinct row) from faults where rule = 'several_rows'").fetchall()[0][0]
    facts = Facts(
        count_outcomes(con) if recipe.shape == "cases" else {},
        has_outcomes="outcome" in named,
        has_repeats=has_repeats,
        do_ids_begin_anew=begin_anew,
        has_dates="allegation_date" in named,
        has_decisions="decided_on" in named,
        has_numbers=bool(numbers),
        has_country="country" in named,
        totals=open_totals,
        several_rows=int(several),
        telling=tuple(telling),
        blanks=tuple(blanks),
        contradictions=tuple(find_contradictions(con, staged.headers, recipe, dialect.date_order, today)),
        units=_find_units(recipe),
    )
    summed = _summed(con, staged, recipe, set(places.values()))
    if "outcome" in places.values() and (blank := facts.outcomes.get("")):
        # Millions of rows may have no outcome: they are told as one number, and none by its own.
        summed = replace(summed, warnings=dict(sorted((summed.warnings | {"outcome_blank": blank}).items())))
    return replace(summed, has_repeats=has_repeats, rows=rows, facts=facts)


def _find_units(recipe: Recipe) -> dict[str, str]:
    """Columns of counts that can't have the unit of the file: convicted persons are no complaints."""
    unit = recipe.constants.get("unit", "")
    found = {}
    for header, stage in recipe.counts.items():
        own = unit_named(header) or ("persons" if unit == "complaints" and stage in OF_PERSONS else unit)
        if unit and header not in recipe.units and own != unit:
            found[header] = own
    return found


def year_columns(staged: Staged, recipe: Recipe, today: date) -> dict[int, int]:
    """Column -> year, of the headers that are years in a table with years across."""
    if not recipe.years_across:
        return {}
    taken = {*recipe.places(staged.headers)}
    found = {place: year_of(header, today) for place, header in enumerate(staged.headers) if place not in taken}
    return {place: year for place, year in found.items() if year}


def count_year(staged: Staged, place: int) -> int:
    """The year that the header of a column of counts names, 0 when it names none."""
    return year_within(staged.headers[place]) or 0


def _refuse_unfit(recipe: Recipe, given: set[str], *, has_years: bool, has_counts: bool) -> None:
    if not given and not has_years and not has_counts:
        raise Unmappable("nothing_mapped")
    known = given | (recipe.constants.keys() & fields(recipe.shape).keys())
    if has_counts:  # their headers say the stage, and their cells the value
        known |= {"stage", "value"} | ({"unit"} if recipe.units.keys() == recipe.counts.keys() else set())
    if missing := lacking(recipe.shape, known, has_years):
        raise Unmappable("field_missing", missing[0])


# ---------------------------------------------------------------- totals


def _leave_out(
    con: duckdb.DuckDBPyConnection, staged: Staged, dialect: Dialect, recipe: Recipe, today: date
) -> dict[str, int]:
    """Leave out the rows that the analyst leaves out: those with certain values, and totals of others.

    They are not rejected. Returns the kinds of totals of which nobody has said anything, and how many rows are such.
    """
    con.execute("create table left_out (row integer, reason varchar)")
    place = {folded(header): f"c{place}" for place, header in enumerate(staged.headers)}
    there = set(_stored(con))
    for header, values in recipe.leave_out.items():
        column = place.get(folded(header), "")
        if column not in there:
            raise Unmappable("column_missing", header)
        wanted = {folded(value) for value in values}
        cells = [
            cell
            for (cell,) in con.execute(f"select distinct {column} from file").fetchall()
            if (folded(cell) if cell is not None else "") in wanted
        ]
        con.execute(
            f"insert into left_out select row, 'value' from file where {column} in (select unnest($1::varchar[])) "
            f"or ($2 and {column} is null)",
            [[cell for cell in cells if cell is not None], None in cells],
        )
    con.execute("insert into left_out select row, reason from beside where row not in (select row from left_out)")
    chosen = find_totals(con, staged, dialect, recipe, today)
    rows = [(row, f"total_{kind}") for row, kind in chosen.items() if kind in recipe.dropped_totals]
    if rows:
        con.executemany(
            "insert into left_out select $1, $2 where $1 not in (select row from left_out)",
            rows,
        )
    return dict(Counter(kind for kind in chosen.values() if kind not in {*recipe.dropped_totals, *recipe.kept_totals}))


def find_totals(
    con: duckdb.DuckDBPyConnection, staged: Staged, dialect: Dialect, recipe: Recipe, today: date
) -> dict[int, str]:
    """Rows of `file` that seem to be totals of others, and how they show it: a kind of totals.TOTALS.

    In a list of cases without a column of counts only its first and last thousand rows are looked at, and for the
    word alone.
    """
    numbers = number_columns(staged, recipe, today)
    cells = _stored(con)
    is_long = staged.rows > (COUNTS_MOST if numbers else 2 * ENDS)
    if is_long and staged.cells is not None:
        ends = (staged.cells.slice(0, ENDS), staged.cells.slice(staged.rows - ENDS))
        found = [row for end in ends for row in zip(*(end[name].to_pylist() for name in ("row", *cells)), strict=True)]
    else:
        where = f"limit {FIGURES_MOST}"
        if is_long:
            last = con.execute("select max(row) from file").fetchall()[0][0]
            where = f"where row < {staged.first_row + ENDS} or row > {last - ENDS}"
        found = con.execute(f"select row, {', '.join(cells)} from file {where}").fetchall()
    beside = {row for (row,) in con.execute("select row from beside").fetchall()}
    rows = [(row, said) for row, *said in found if row not in beside]
    rows.sort(key=lambda one: one[0])
    numbers = [] if is_long else numbers
    places = [cells.index(f"c{place}") for place in numbers if f"c{place}" in cells]
    is_table = recipe.shape == "figures"
    # The whole country is no total of its regions, once somebody has said that a row is of the whole country.
    whole = WHOLE_COUNTRY in recipe.values.get("region", {}).values()
    coded_names = ("stage", "unit", "region") if whole else ("stage", "unit")
    codes = [
        cells.index(f"c{place}")
        for place, name in recipe.places(staged.headers).items()
        if is_table and name in coded_names and f"c{place}" in cells
    ]
    if codes:  # «Total complaints» are complaints: cells of what is counted stand for their codes
        words = [recipe.values.get(name, {}) for name in ("stage", "unit", "region")]
        known = {folded(word): code for said in words for word, code in said.items()}
        rows = [
            (row, [known.get(folded(cell or ""), cell) if i in codes else cell for i, cell in enumerate(said)])
            for row, said in rows
        ]
    return totals_among(rows, dialect.decimal, dialect.thousands, today, numbers=places, is_table=is_table, codes=codes)


def number_columns(staged: Staged, recipe: Recipe, today: date) -> list[int]:
    """The columns whose cells are counts by the recipe: of a table its values, of a list its weights."""
    named = recipe.places(staged.headers)
    columns = [place for place, name in named.items() if name in {"value", "weight"}]
    columns += recipe.count_places(staged.headers)
    if recipe.years_across:
        columns += year_columns(staged, recipe, today)
    return sorted(set(columns))


def _stored(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns of `file` that were read in, in the order of the file."""
    names = [column[0] for column in con.execute("select * from file limit 0").description]
    return sorted((name for name in names if name != "row"), key=lambda name: int(name[1:]))


# ---------------------------------------------------------------- cells


@dataclass(frozen=True)
class _Reader:
    """Reads columns of `file` into tables `known_<field>`: cell, what it means, and what is wrong with it."""

    con: duckdb.DuckDBPyConnection
    staged: Staged
    dialect: Dialect
    recipe: Recipe
    today: date
    places: Mapping[int, str]
    coded: set[int]
    # Field -> the codes that its cells mean.
    codes: dict[str, set[str]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Where the cells are: `file`, or the codes of which it is a view."""
        return "coded_cells" if self.coded else "file"

    def coded_cells(self) -> pa.Table:
        """The codes themselves, of a file that is kept as codes."""
        if self.staged.cells is None:
            raise ValueError("the file is not kept as codes")
        return self.staged.cells

    def column(self, place: int) -> str:
        """The column as it is joined to what was learned of it."""
        return f"k{place}" if place in self.coded else f"c{place}"

    def place(self, name: str) -> int | None:
        """The column of a field."""
        return next((place for place, field in self.places.items() if field == name), None)

    def distinct(self, place: int) -> list[str | None]:
        """The different cells of a column."""
        kept = _kept(self.con)
        sql = f"select distinct {self.column(place)} from {self.table} where {kept}"
        if place in self.coded:
            sql = f"select cell from words_{place}" + (f" where k in ({sql})" if kept != "true" else "")
        rows = self.con.execute(f"{sql} limit {DISTINCT_MOST + 1}").fetchall()
        if len(rows) > DISTINCT_MOST:
            raise Unmappable("too_many_values", self.staged.headers[place])
        return [row[0] for row in rows]

    def learn(self, name: str, place: int, columns: dict[str, pa.DataType], read: Callable[[Any], Any]) -> None:
        """Make `known_<name>`: for each cell the values that `read` gives, or the fault that it is."""
        self.learn_cells(name, place, self.distinct(place), columns, read)

    def learn_cells(
        self,
        name: str,
        place: int,
        cells: list[str | None],
        columns: dict[str, pa.DataType],
        read: Callable[[Any], Any],
    ) -> None:
        """As `learn`, of cells that were asked for already."""
        told: list[Any] = [read(cell) for cell in cells]
        is_fault = [isinstance(value, Fault) for value in told]
        arrays = {"cell": pa.array(cells, pa.string())}
        for i, (column, kind) in enumerate(columns.items()):
            values = [None if wrong else value[i] for value, wrong in zip(told, is_fault, strict=True)]
            arrays[column] = pa.array(values, kind)
        rules = [str(value) if wrong else None for value, wrong in zip(told, is_fault, strict=True)]
        arrays["fault"] = pa.array(rules, pa.string())
        severity = "warning" if name in WARNED_OF else "error"
        self.con.register("learned", pa.table(arrays))
        said = "*"
        if self.recipe.shape == "cases" and columns.get("code") == pa.string():
            self.codes[name] = {value[0] for value, wrong in zip(told, is_fault, strict=True) if not wrong} - {None}
            said = f"* replace (code::{self.enum(name)} as code)"
        words = f"right join words_{place} using (cell)" if self.is_looked_up(name) else ""
        self.con.execute(f"create or replace temp table known_{name} as select {said} from learned {words}")
        self.con.unregister("learned")
        if any(is_fault):
            self.con.execute(
                f"insert into faults select file.row, $1, known_{name}.fault, $2 "
                f"from {self.table} as file {self.join(name, place)} "
                f"where known_{name}.fault is not null and {_kept(self.con)}",
                [self.staged.headers[place], severity],
            )

    def enum(self, name: str) -> str:
        """SQL of the type of a field's codes in `cases`: one byte each, and their words are written once."""
        constant = self.recipe.constants.get(name, "")
        every = self.codes.get(name, set()) | ({constant} if constant else set()) | {""}
        return "enum (" + ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(every)) + ")"

    def field(self, name: str) -> Field:
        """The field as fields.toml says it."""
        return fields(self.recipe.shape)[name]

    def code(self, name: str) -> Callable[[str | None], tuple[str | None] | Fault]:
        """Reads a cell as a code, by the words of the recipe, whole.

        An outcome that nobody has coded is no fault: the row is a case all the same. A place that is not known is
        one: the row's number is not the whole country's.
        """
        known = {folded(word): code for word, code in self.recipe.values.get(name, {}).items()}
        codes = {folded(code): code for code in self.field(name).codes(self.recipe.country)}

        def read(cell: str | None) -> tuple[str | None] | Fault:
            word = folded(cell or "")
            if word in known or word in codes:
                code = known.get(word) or codes[word]
                return (None,) if code == WHOLE_COUNTRY else (code,)
            if is_nothing(cell):
                return (None,) if name in MAY_BE_EMPTY else Fault("missing")
            return (UNCODED,) if name == "outcome" else Fault("unknown_value")

        return read

    def period(self, name: str, cells: Iterable[str | None]) -> Callable[[str | None], Any]:
        """Reads a cell as days from the first to the last; `cells`: all of them."""
        serials = are_serials(cells, self.today)

        def read(cell: str | None) -> Any:
            if is_nothing(cell) and name in MAY_BE_EMPTY:
                return (None, None)
            said = period(cell, self.dialect.date_order, self.today, serials=serials)
            return said if isinstance(said, Fault) else (said.start, said.end)

        return read

    def value(self, name: str, column: str) -> str:
        """SQL of a field's value: of its column, else its constant, else nothing."""
        if self.place("month") is not None and name in {"allegation_date", "period"}:
            return self._in_month(name, column)
        return self._value(name, column)

    def _in_month(self, name: str, column: str) -> str:
        """SQL of a day of a year whose month stands in a column of its own."""
        first = f"make_date(year({self._value(name, 'start')}), known_month.code, 1)"
        day = first if column == "start" else f"last_day({first})"
        return f"case when known_month.code is null then {self._value(name, column)} else {day} end"

    def _value(self, name: str, column: str) -> str:
        if self.place(name) is not None:
            return f"known_{name}.{column}"
        constant = self.recipe.constants.get(name, "")
        if constant and self.field(name).type == "period":
            said = period(constant, self.dialect.date_order, self.today)
            if isinstance(said, Fault):
                raise Unmappable("constant_not_read", name)
            day = said.start if column == "start" else said.end
            return f"date '{day.isoformat()}'"
        if constant and self.field(name).type == "url" and isinstance(_address(constant), Fault):
            raise Unmappable("constant_not_read", name)
        # A constant is one of our codes, or an address: a parameter could not stand in a table that is made.
        return "'" + constant.replace("'", "''") + "'" if constant else "null"

    def is_looked_up(self, name: str) -> bool:
        """What its cells mean is known by their codes."""
        return self.place(name) in self.coded

    def joins(self, learned: Iterable[str]) -> str:
        """SQL that joins to `file` what was learned of its cells."""
        return " ".join(f"left {self.join(name)}" for name in learned)

    def join(self, name: str, place: int | None = None) -> str:
        """SQL that joins one learned table to `file`, by the column of its field or, of years across, by `place`."""
        place = self.place(name) if place is None else place
        if self.is_looked_up(name):
            return f"join known_{name} on file.k{place} = known_{name}.k"
        return f"join known_{name} on file.c{place} is not distinct from known_{name}.cell"


def _some(con: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> bool:
    return bool(con.execute(f"select 1 from {table} where {where} limit 1").fetchall())


def _kept(con: duckdb.DuckDBPyConnection) -> str:
    """SQL that is true of rows that are not left out; the engine would look for each of millions among none."""
    return "row not in (select row from left_out)" if _some(con, "left_out") else "true"


def _learn(reader: _Reader, names: Iterable[str]) -> list[str]:
    """Read the columns of these fields; returns those that there are."""
    learned = []
    for name in names:
        place = reader.place(name)
        if place is None:
            continue
        kind = reader.field(name).type
        if kind == "code":
            reader.learn(name, place, {"code": pa.string()}, reader.code(name))
        elif kind == "period":
            cells = reader.distinct(place)
            dates = {"start": pa.date32(), "end": pa.date32()}
            reader.learn_cells(name, place, cells, dates, reader.period(name, cells))
        elif kind == "month":
            reader.learn(name, place, {"code": pa.int32()}, _month(reader.recipe.shape))
        elif kind == "weight":
            reader.learn(name, place, {"code": pa.int32()}, _weight(reader.dialect))
        elif kind == "url":
            reader.learn(name, place, {"code": pa.string()}, _address)
        else:
            continue
        learned.append(name)
    return learned


def _one(read: Callable[[str | None], Any]) -> Callable[[str | None], Any]:
    def told(cell: str | None) -> Any:
        said = read(cell)
        return said if isinstance(said, Fault) else (said,)

    return told


def _month(shape: str) -> Callable[[str | None], Any]:
    """Reads a cell as a month. A number without one among numbers of months may be that of the year."""
    return _one(lambda cell: None if shape == "cases" and is_nothing(cell) else month(cell))


def _weight(dialect: Dialect) -> Callable[[str | None], Any]:
    return _one(lambda cell: weight(cell, dialect.decimal, dialect.thousands))


# A document, not a site alone; no one's password, and nothing that would end a link.
ADDRESS = re.compile(r"https?://[^\s/?#@\[\]<>\"'`\\]+[/?#][^\s\[\]<>\"'`\\]+")


def _address(cell: str | None) -> Any:
    if is_nothing(cell):
        return (None,)
    text = (cell or "").strip()
    return (text,) if ADDRESS.fullmatch(text) and len(text) < 2_000 else Fault("not_an_address")


# An id that Excel wrote as 2,21951E+14: of its digits only some are left, and no case is told from another by it.
# So are «7,89E11», as other programs write it, and the signs of a column that was too narrow for its numbers.
SHORTENED = r"^\s*(\d([.,]\d+)?\s?[eEеЕ]\s?\+\s?\d{1,3}|\d[.,]\d+\s?[eEеЕ]\s?\d{1,3}|#{3,})\s*$"


def _refuse_shortened_ids(con: duckdb.DuckDBPyConnection, reader: _Reader) -> None:
    """Name the rows whose id Excel has shortened; ten million are not looked through when their words show none."""
    place = reader.place("case_id")
    if place is None:
        return
    for known, table in ((reader.coded, "words"), (shaped(con), "shapes")):
        looked = f"select 1 from {table}_{place} where regexp_matches(cell, $1) limit 1"
        if place in known and not con.execute(looked, [SHORTENED]).fetchall():
            return
    con.execute(
        f"insert into faults select row, $1, 'id_shortened', 'error' from {reader.table} "
        f"where regexp_matches(c{place}, $2) and {_kept(con)}",
        [reader.staged.headers[place], SHORTENED],
    )


# ---------------------------------------------------------------- cases and figures


def _cases(con: duckdb.DuckDBPyConnection, reader: _Reader) -> pa.Table | None:
    """Make `cases`: rows without an error, in the order of the file. Returned too where the file is kept as codes."""
    learned = _learn(reader, fields("cases"))
    place = reader.place("case_id")
    # The field that a column comes from, and how.
    dated_by = "decided_on" if reader.recipe.counted_by == "decision" else "allegation_date"
    given = {
        "case_id": ("case_id", f"nullif(trim(file.c{place}), '')" if place is not None else "null"),
        "country": ("country", reader.value("country", "code")),
        "allegation_start": (dated_by, reader.value(dated_by, "start")),
        "allegation_end": (dated_by, reader.value(dated_by, '"end"')),
        "outcome": ("outcome", reader.value("outcome", "code")),
        "decided_start": ("decided_on", reader.value("decided_on", "start")),
        "decided_end": ("decided_on", reader.value("decided_on", '"end"')),
        "weight": ("weight", f"coalesce({reader.value('weight', 'code')}, 1)"),
    }
    types = COLUMNS["cases"] | {name: reader.enum(name) for name in ("outcome", "country")}
    columns = {name: (given[name][0], f"({given[name][1]})::{kind}") for name, kind in types.items()}
    rows = None
    if reader.coded and "month" not in learned and all(map(reader.is_looked_up, learned)):
        rows = _coded_cases(con, reader, columns)
        con.register("cases", rows)
    else:
        said = ", ".join(f"{sql} as {name}" for name, (_, sql) in columns.items())
        stopped = f"file.row not in ({STOPPED})" if _some(con, "faults", "severity = 'error'") else "true"
        con.execute(
            f"create table cases as select file.row as row, {said} from {reader.table} as file {reader.joins(learned)} "
            f"where {stopped} and {_kept(con).replace('row not', 'file.row not')}"
        )
    undated = "allegation_start is null"
    if reader.place("weight") is not None:  # a count without a date would silently leave the sum
        undated += (
            " and (case_id is null or case_id not in "
            "(select case_id from cases where case_id is not null and allegation_start is not null))"
        )
    for name, column, rule, severity in (
        (dated_by, undated, "date_missing", "error" if reader.place("weight") is not None else "warning"),
        ("outcome", f"outcome = '{UNCODED}'", "outcome_uncoded", "warning"),
    ):
        at = reader.place(name)
        if at is not None and (rule != "outcome_uncoded" or UNCODED in reader.codes.get("outcome", ())):
            con.execute(
                f"insert into faults select row, $1, $2, $3 from cases where {column}",
                [reader.staged.headers[at], rule, severity],
            )
    return rows


def _coded_cases(con: duckdb.DuckDBPyConnection, reader: _Reader, columns: Mapping[str, tuple[str, str]]) -> pa.Table:
    """The cases of a file that is kept as codes: each column is its codes, taken from a list of what they mean.

    Piece by piece as they were read, so that the engine goes on with each on whichever core is free.
    """
    cells = _without(con, reader.coded_cells(), f"{STOPPED} union select row from left_out")
    made = {"row": cells["row"]}
    with ThreadPoolExecutor(os.cpu_count()) as others:
        for name, (told, sql) in columns.items():
            place = reader.place(told)
            if name == "case_id" and place is not None and place not in reader.coded:
                ids = others.map(partial(_id, con, sql, place), cells[f"c{place}"].chunks)
                made[name] = pa.chunked_array(list(ids), pa.string())
                continue
            if place is None:
                known = "(select 0 as k)"
                codes = [pa.array(np.zeros(len(piece), np.uint8)) for piece in cells["row"].chunks]
            else:
                known = (
                    f"(select k, cell as c{place} from words_{place}) as file" if name == "case_id" else f"known_{told}"
                )
                codes = cells[f"k{place}"].chunks
            found = con.execute(f"select {sql} as value from {known} order by k").to_arrow_table()
            meant = found["value"].combine_chunks()
            made[name] = pa.chunked_array(list(others.map(partial(_meant, meant), codes)))
    return pa.table(made)


def _meant(meant: pa.Array, codes: pa.Array) -> pa.Array:
    """What the codes of a piece mean: of dates and numbers the codes stay; of words each stands in the list once."""
    if pa.types.is_dictionary(meant.type):
        return pa.DictionaryArray.from_arrays(pc.take(meant.indices, codes), meant.dictionary, safe=False)
    if pa.types.is_string(meant.type):
        return pc.take(meant, codes)
    return pa.DictionaryArray.from_arrays(codes, meant, safe=False)


def _id(con: duckdb.DuckDBPyConnection, sql: str, place: int, cells: pa.StringArray) -> pa.StringArray:
    """The ids of a piece; the engine is asked only where a cell is empty, or does not begin and end with a sign."""
    _, offsets, letters = cells.buffers()
    ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    signs = np.frombuffer(letters, np.uint8)
    if len(cells) and (ends[1:] > ends[:-1]).all():
        edges = signs[ends[:-1]], signs[ends[1:] - 1]
        if all(edge.min() > ord(" ") and edge.max() < 0x7F for edge in edges):
            return cells
    with con.cursor() as own:  # of this thread alone
        own.register("intake_piece", pa.table({f"c{place}": cells}))
        return (
            own.execute(f"select {sql} as value from intake_piece as file").to_arrow_table()["value"].combine_chunks()
        )


def _without(con: duckdb.DuckDBPyConnection, rows: pa.Table, stopped: str) -> pa.Table:
    """The rows whose number is not among those that this SQL finds."""
    found = con.execute(stopped).to_arrow_table()["row"]
    return rows.filter(pc.invert(pc.is_in(rows["row"], value_set=found))) if len(found) else rows


def _placeholder_ids(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Ids in several rows that name no case, «no number»: their rows are cases of their own, and not one."""
    found = con.execute(
        "select case_id from cases where length(case_id) <= 30 and not regexp_matches(case_id, '\\d') "
        "group by case_id having count(*) > 1 limit 10000"
    ).fetchall()
    return [case_id for (case_id,) in found if is_no_id(case_id)]


def _without_ids(con: duckdb.DuckDBPyConnection, rows: pa.Table | None, none: list[str]) -> pa.Table | None:
    """Empty these ids in `cases`; the rows are returned where they are kept outside the engine."""
    if rows is None:
        con.execute("update cases set case_id = null where case_id in (select unnest($1::varchar[]))", [none])
        return None
    place = rows.schema.get_field_index("case_id")
    ids = rows["case_id"]
    kept = pc.if_else(pc.is_in(ids, value_set=pa.array(none, pa.string())), pa.scalar(None, pa.string()), ids)
    rows = rows.set_column(place, "case_id", kept)
    con.register("cases", rows)
    return rows


def _do_ids_begin_anew(con: duckdb.DuckDBPyConnection) -> bool:
    """Several ids stand in several years and none twice in one: numbers that begin anew each year."""
    if not _some(con, "faults", "rule = 'case_disagrees'"):
        return False
    found = con.execute(
        "with own as (select count(*) as lines, count(distinct year(allegation_start)) as years from cases "
        "where case_id is not null group by case_id having count(*) > 1) "
        "select count(*) >= 2 and bool_and(lines = years) from own"
    ).fetchall()
    return bool(found[0][0])


def _has_repeats(con: duckdb.DuckDBPyConnection, rows: pa.Table | None) -> bool:
    """Whether an id stands in two rows; of two ids with one hash it may say so too. Ten million take 80 MB."""
    if rows is not None and _is_numbered(rows["case_id"]):
        return False
    hashes = con.execute("select hash(case_id) as hash from cases where case_id is not null").fetchnumpy()["hash"]
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())


def _is_numbered(ids: pa.ChunkedArray) -> bool:
    """Each id is longer than the one above it, or as long and behind it in order: a list numbered so repeats none."""
    last = pa.array([""])
    for piece in ids.chunks:
        above = pa.concat_arrays([last, piece])
        long, longer = pc.binary_length(above[:-1]), pc.binary_length(above[1:])
        rises = pc.or_(pc.less(long, longer), pc.and_(pc.equal(long, longer), pc.less(above[:-1], above[1:])))
        if not pc.all(rises, skip_nulls=False).as_py():
            return False
        last = piece[-1:]
    return True


def _figures(
    con: duckdb.DuckDBPyConnection, reader: _Reader, years: Mapping[int, int], counts: Mapping[int, str]
) -> list[str]:
    """Make `figures`: each row's numbers, one a value column, without those at fault; a figure told by several rows
    is a sum, rival claims, or nothing, as the recipe says. Returns the headers of columns that tell such rows apart.
    """
    if reader.staged.rows > FIGURES_MOST:
        raise Unmappable("too_many_figures")
    names = [name for name in fields("figures") if name not in {"period_start", "period_end"} or not years]
    learned = _learn(reader, names)
    value = reader.place("value")
    if years:
        values = [(place, year, "") for place, year in years.items()]
    elif counts:
        values = [(place, count_year(reader.staged, place), stage) for place, stage in counts.items()]
    else:
        values = [] if value is None else [(value, 0, "")]
    figures = {"value_low": pa.float64(), "value_high": pa.float64(), "qualifier": pa.string(), "unit": pa.string()}
    parts = []
    own_units = {
        place: unit for place, header in enumerate(reader.staged.headers) if (unit := reader.recipe.units.get(header))
    }
    for place, year, stage in values:
        reader.learn("value", place, figures, _figure(reader, bool(years or counts)))
        con.execute(f"create or replace temp table value_{place} as from known_value")
        given = {
            "value_low": f"value_{place}.value_low",
            "value_high": f"value_{place}.value_high",
            "qualifier": f"value_{place}.qualifier",
            "unit": f"coalesce({reader.value('unit', 'code')}, value_{place}.unit)",
            "scope": f"coalesce({reader.value('scope', 'code')}, 'all')",
            **_period(reader, year),
        }
        for name in ("country", "region", "stage", "legal_basis", "scope_detail", "source_url"):
            given[name] = reader.value(name, "code")
        if stage:
            given["stage"] = f"'{stage}'"  # codes of ours, as the recipe was judged
        if unit := own_units.get(place):
            given["unit"] = f"'{unit}'"
        columns = ", ".join(f"({given[name]})::{kind} as {name}" for name, kind in COLUMNS["figures"].items())
        parts.append(
            f"select file.row as row, {place} as place, {columns}, value_{place}.unit as told_unit "
            f"from {reader.table} as file {reader.joins(learned)} "
            f"left join value_{place} on file.c{place} is not distinct from value_{place}.cell "
            f"where file.row not in (select row from left_out) and value_{place}.qualifier is not null"
        )
    con.execute("create table understood as " + " union all ".join(parts))
    header = reader.staged.headers[values[0][0]]
    for rule, wrong in {
        "unit_differs": "told_unit is not null and told_unit != '' and told_unit != unit",
        "percent_is_no_count": "unit = 'percent'",
        "unit_missing": "unit is null or unit = ''",
        "ends_before_start": "period_end < period_start",
        "not_whole": "unit != 'percent' and (value_low != floor(value_low) or value_high != floor(value_high))",
    }.items():
        con.execute(
            f"insert into faults select distinct row, $1, $2, 'error' from understood where {wrong}", [header, rule]
        )
    con.execute(f"delete from understood where row in ({STOPPED})")
    _leave_out_repeats(con, reader)
    telling = _refuse_several(con, reader, header)
    is_sum = reader.recipe.same_figure == "sum"
    con.execute(f"create table figures as {query('summed_figures', 'counting').sql}", {"is_sum": is_sum})
    return telling


SAME_FIGURE = "country, region, stage, unit, scope, scope_detail, period_start, period_end"


def _leave_out_repeats(con: duckdb.DuckDBPyConnection, reader: _Reader) -> None:
    """Leave out rows that are the same as one above them, cell for cell: they tell nothing again."""
    cells = ", ".join(_stored(con))
    con.execute(
        f"insert into left_out select row, 'repeated_row' from file "
        "where row in (select row from understood) "
        f"qualify row_number() over (partition by {cells} order by row) > 1"
    )
    con.execute("delete from understood where row in (select row from left_out)")


def _refuse_several(con: duckdb.DuckDBPyConnection, reader: _Reader, header: str) -> list[str]:
    """Refuse all rows that tell one figure, where nobody has said what they are: never the first of them.

    Returns the headers of unmapped columns in which such rows differ.
    """
    if reader.recipe.same_figure:
        return []
    con.execute(
        "create or replace temp table several as "
        f"select row, dense_rank() over (order by {SAME_FIGURE}) as figure from understood "
        f"qualify count(*) over (partition by {SAME_FIGURE}) > 1"
    )
    con.execute("insert into faults select row, $1, 'several_rows', 'error' from several", [header])
    mapped = {f"c{place}" for place in (*reader.places, *reader.recipe.count_places(reader.staged.headers))}
    telling = []
    for cell in [cell for cell in _stored(con) if cell not in mapped]:
        differ = f"from several inner join file using (row) group by figure having count(distinct {cell}) > 1"
        if con.execute(f"select 1 {differ} limit 1").fetchall():
            telling.append(reader.staged.headers[int(cell[1:])])
    con.execute(f"delete from understood where row in ({STOPPED})")
    return telling


def _figure(reader: _Reader, across: bool) -> Callable[[str | None], Any]:
    """Reads a cell as a number with its bounds; in a table with years across an empty one is no figure."""
    percent = reader.recipe.constants.get("unit") == "percent"

    def read(cell: str | None) -> Any:
        if across and is_nothing(cell):
            return (None, None, None, None)
        said = bound(cell, reader.dialect.decimal, reader.dialect.thousands, percent)
        if isinstance(said, Bound):
            return (said.low, said.high, said.qualifier, said.unit or None)
        return said

    return read


def _period(reader: _Reader, year: int) -> dict[str, str]:
    if year and reader.place("month") is not None:
        first = f"make_date({year}, known_month.code, 1)"
        return {"period_start": first, "period_end": f"last_day({first})"}
    if year:
        return {"period_start": f"date '{year}-01-01'", "period_end": f"date '{year}-12-31'"}
    start, end = reader.value("period", "start"), reader.value("period", '"end"')
    if reader.place("period_start") is not None:
        start = reader.value("period_start", "start")
    if reader.place("period_end") is not None:
        end = reader.value("period_end", '"end"')
    return {"period_start": start, "period_end": end}


def _find_repeats(con: duckdb.DuckDBPyConnection, reader: _Reader) -> None:
    """Name the cases without an id whose rows are, in all that was read of the file, the same as one above them.

    Two people of one day may be two true cases: it is for the analyst to say.
    """
    cells = ", ".join(
        column[0] for column in con.execute(f"from {reader.table} limit 0").description if column[0] != "row"
    )
    rule = "repeated_row" if len(_stored(con)) == len(reader.staged.headers) else "repeated_as_read"
    con.execute(
        f"with kept as (select row, hash({cells}) as cells from {reader.table} "
        "where row in (select row from cases where case_id is null and allegation_start is not null)), "
        "first as (select cells, min(row) as row from kept group by cells having count(*) > 1) "
        "insert into faults select kept.row, '', $1, 'warning' from kept "
        "inner join first on kept.cells = first.cells and kept.row != first.row",
        [rule],
    )


def _whole_rows(con: duckdb.DuckDBPyConnection, shape: str, headers: Mapping[str, str], idle: set[str]) -> None:
    """What the queries of queries/upload_checks find, but for the idle ones, which can find nothing."""
    for name in names("upload_checks"):
        asked = query(name, "upload_checks")
        if asked.inputs != {shape} or name in idle:
            continue
        con.execute(f"create or replace temp table found as {asked.sql}")
        for (at_fault,) in con.execute("select distinct field from found").fetchall():
            con.execute(
                "insert into faults select row, $1, $2, severity from found where field = $3",
                [headers.get(at_fault, ""), name, at_fault],
            )


def _summed(con: duckdb.DuckDBPyConnection, staged: Staged, recipe: Recipe, given: set[str]) -> Checked:
    def counted(sql: str) -> dict[str, int]:
        return dict(con.execute(sql).fetchall())

    lines = con.execute(f"select count(*) from {recipe.shape}").fetchall()[0][0]
    published = lines
    if recipe.shape == "figures":  # a row may tell several figures, and several rows one
        published = con.execute("select count(distinct row) from understood").fetchall()[0][0]
    rejected = counted(
        "with first as (select row, coalesce(min(rule) filter (where rule != 'date_missing'), 'date_missing') as rule "
        "from faults where severity = 'error' group by row) "
        "select rule, count(*) from first where row not in (select row from left_out) group by rule order by rule"
    )
    left = counted("select reason, count(*) from left_out group by reason order by reason")
    silent = staged.rows + staged.broken - published - sum(rejected.values()) - sum(left.values())
    if silent:  # a table with years across may have a row without a single number
        left["empty_row"] = silent
    warnings = counted(
        "select rule, count(distinct row) from faults where severity = 'warning' "
        f"and row in (select row from {recipe.shape}) group by rule order by rule"
    )
    known = given | (recipe.constants.keys() & fields(recipe.shape).keys())
    return Checked(
        recipe.shape,
        staged.rows + staged.broken,
        int(published),
        rejected,
        left,
        warnings,
        not_shown(recipe.shape, known),
        int(lines),
    )


# ---------------------------------------------------------------- the report


def faults(con: duckdb.DuckDBPyConnection, limit: int = 1_000) -> list[dict[str, Any]]:
    """The first faults by row: row, column (header), rule, severity. No cell of the file stands in them."""
    found = con.execute(f'select row, "column", rule, severity from faults order by row, rule limit {int(limit)}')
    return [dict(zip(("row", "column", "rule", "severity"), one, strict=True)) for one in found.fetchall()]


def rejected_rows(con: duckdb.DuckDBPyConnection, staged: Staged, without: Iterable[int] = ()) -> bytes:
    """The rows that an error stopped, as a CSV that Excel opens: row, rule, then their cells.

    Columns that the gate left out are not in it; a cell that Excel could take for a formula begins with an apostrophe.
    """
    dropped = set(without)
    places = [int(name[1:]) for name in _stored(con) if int(name[1:]) not in dropped]
    cells = "".join(f", c{place}" for place in places)
    rows = con.execute(
        f"with wrong as (select row, string_agg(distinct rule, ', ' order by rule) as rules from faults "
        f"where severity = 'error' group by row) select wrong.row, rules{cells} from wrong left join file using (row) "
        "order by wrong.row limit 1000000"
    ).fetchall()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["row", "rule", *(safe(staged.headers[place]) for place in places)])
    writer.writerows([row, rules, *map(safe, said)] for row, rules, *said in rows)
    return out.getvalue().encode("utf-8-sig")


def safe(cell: str | None) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = cell or ""
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) else text


def as_understood(con: duckdb.DuckDBPyConnection, shape: str, count: int = 10) -> list[dict[str, Any]]:
    """The first rows of `cases` or `figures` as they are understood."""
    found = con.execute(f"select row, {', '.join(COLUMNS[shape])} from {shape} order by row limit {int(count)}")
    names_ = ["row", *COLUMNS[shape]]
    return [dict(zip(names_, one, strict=True)) for one in found.fetchall()]


def samples(con: duckdb.DuckDBPyConnection, headers: Sequence[str], count: int = 200) -> dict[str, list[str]]:
    """Some distinct cells of each column by its header, the most frequent first: what suggestions are made from."""
    found = {}
    for name in _stored(con):
        rows = con.execute(
            f"select {name} from (from file limit 100000) where {name} is not null "
            f"group by {name} order by count(*) desc, {name} limit {int(count)}"
        ).fetchall()
        found[headers[int(name[1:])]] = [row[0] for row in rows]
    return found


def count_values(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], header: str, limit: int = 200
) -> dict[str, int]:
    """Cell -> rows of a column, '' for those without one; the most frequent first. Of none that was not read."""
    column = f"c{list(headers).index(header)}"
    if column not in _stored(con):
        return {}
    sql = f"select coalesce({column}, ''), count(*) from file group by all order by 2 desc, 1 limit {int(limit)}"
    return dict(con.execute(sql).fetchall())


def read_cells(con: duckdb.DuckDBPyConnection, rows: Sequence[int], columns: Sequence[int]) -> dict[int, list[str]]:
    """Row -> its cells in these columns, without those that are empty."""
    there = [f"c{place}" for place in columns if f"c{place}" in _stored(con)]
    if not there or not rows:
        return {}
    found = con.execute(
        f"select row, {', '.join(there)} from file where row in (select unnest($1::integer[]))", [list(rows)]
    ).fetchall()
    return {row: [cell for cell in cells if cell] for row, *cells in found}
