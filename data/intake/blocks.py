"""Columns whose cell stands once over a block of rows, as merged cells of a spreadsheet do: the year, the place.

An empty cell below one may mean the same or nothing; only a person knows. Where the recipe says so the cells are
carried down before anything is understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from data.intake.recipe import Recipe
from data.intake.values import folded

# A longer list of single cases is nobody's spreadsheet of blocks.
CASES_MOST = 100_000
# What a number is of: without it a row of a table leaves its sum.
OF_A_NUMBER = {"allegation_date", "period", "period_start", "region", "country", "stage", "unit"}


@dataclass(frozen=True)
class Blanks:
    """Rows of a mapped column that are empty below a filled one. `is_block`: each filled cell begins a new value."""

    header: str
    rows: int
    is_block: bool


def carry_down(con: duckdb.DuckDBPyConnection, headers: Sequence[str], recipe: Recipe) -> bool:
    """Fill the empty cells of the columns that the recipe names with the cell above them, in `file`.

    `file_as_read` holds the cells as they were read; without such columns they are put back. Returns whether any column
    is carried down.
    """
    kinds = dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())
    if "file_as_read" in kinds:
        con.execute("drop table file")
        what = "view" if kinds["file_as_read"] == "VIEW" else "table"
        con.execute(f"alter {what} file_as_read rename to file")
        kinds["file"] = kinds["file_as_read"]
    named = {folded(header) for header in recipe.carry_down}
    there = {column[0] for column in con.execute("from file limit 0").description}
    columns = [f"c{place}" for place, header in enumerate(headers) if folded(header) in named]
    columns = [column for column in columns if column in there]
    if not columns:
        return False
    filled = ", ".join(
        f"last_value(nullif(trim({column}), '') ignore nulls) over (order by row) as {column}" for column in columns
    )
    con.execute(f"alter {'view' if kinds.get('file') == 'VIEW' else 'table'} file rename to file_as_read")
    con.execute(f"create table file as select * replace ({filled}) from file_as_read")
    return True


def find_blanks(
    con: duckdb.DuckDBPyConnection,
    headers: Sequence[str],
    recipe: Recipe,
    places: Mapping[int, str],
    numbers: Sequence[int],
    coded: set[int],
    rows: int,
) -> list[Blanks]:
    """The mapped columns that are empty in rows which go into a number, and of which the recipe says nothing yet.

    `numbers`: places of the columns of counts; in a list of single cases a column is named only where its filled cells
    begin blocks.
    """
    known = {folded(header) for header in (*recipe.carry_down, *recipe.leave_blank)}
    found = []
    for place, name in places.items():
        if folded(headers[place]) in known or (not numbers and rows > CASES_MOST):
            continue
        is_date = name == "allegation_date" or (name == "decided_on" and recipe.counted_by == "decision")
        if not (is_date or name in OF_A_NUMBER or name == "outcome") or _has_no_blank(con, place, coded):
            continue
        blank = _count_blanks(con, recipe, places, place, numbers)
        if not blank:
            continue
        # An outcome may well be unknown: there as many cells have to be empty as filled.
        is_block = rows <= CASES_MOST and _is_block(con, place, needs_half=not numbers or name == "outcome")
        if is_block or (numbers and name != "outcome"):
            found.append(Blanks(headers[place], blank, is_block))
    return found


KEPT = "row not in (select row from left_out)"


def _has_no_blank(con: duckdb.DuckDBPyConnection, place: int, coded: set[int]) -> bool:
    sql = f"select 1 from words_{place} where coalesce(trim(cell), '') = '' limit 1"
    return place in coded and not con.execute(sql).fetchall()


def _count_blanks(
    con: duckdb.DuckDBPyConnection, recipe: Recipe, places: Mapping[int, str], place: int, numbers: Sequence[int]
) -> int:
    counted = " or ".join(f"coalesce(trim(c{number}), '') != ''" for number in numbers) or "true"
    own = next((f"c{other}" for other, name in places.items() if name == "case_id"), None)
    # A case of several rows has its date when one of them has.
    alone = (
        f"and ({own} is null or {own} not in (select {own} from file where {own} is not null and trim(c{place}) != ''))"
        if own and recipe.shape == "cases"
        else ""
    )
    sql = f"select count(*) from file where coalesce(trim(c{place}), '') = '' and ({counted}) and {KEPT} {alone}"
    return int(con.execute(sql).fetchall()[0][0])


def _is_block(con: duckdb.DuckDBPyConnection, place: int, *, needs_half: bool) -> bool:
    """The first row is filled, each filled cell is another than the last one, and some, or as many, are empty."""
    found = con.execute(f"select trim(coalesce(c{place}, '')) from file where {KEPT} order by row").fetchall()
    cells = [cell for (cell,) in found]
    filled = [folded(cell) for cell in cells if cell]
    if not cells or not cells[0] or len(filled) == len(cells):
        return False
    are_blocks = all(one != other for one, other in pairwise(filled))
    return are_blocks and (not needs_half or len(cells) - len(filled) >= len(filled))
