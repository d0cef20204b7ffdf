"""The cases of a list become its figures, counted in memory. Nothing of a case itself goes any further.

So what is stored of a list is what is shown of it: how many cases reached each stage, year by year.
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.uploads import UploadRefused
from queries.catalog import query


@dataclass(frozen=True)
class Counted:
    """What a list counts: the rows of queries/counting/case_figures, in their order, and the cases of no year."""

    figures: pa.Table
    undated: int


def count_cases(
    con: duckdb.DuckDBPyConnection,
    stages: pa.Table,
    *,
    has_outcomes: bool = True,
    has_repeats: bool = True,
    is_strict: bool = False,
    covers_from: date | None = None,
    covers_to: date | None = None,
) -> Counted:
    """Count the table `cases` that `con` sees: case_id, allegation_start, allegation_end, outcome, weight.

    `stages`: the table of reference. Raises UploadRefused: no_rows, incomplete (a weight), unknown_stage, no_figures
    (no case says in which year it was).
    """
    about = con.execute("select count(*), count(*) filter (where weight is null or weight < 1) from cases").fetchall()
    if not about[0][0]:
        raise UploadRefused("no_rows")
    if about[0][1]:
        raise UploadRefused("incomplete", "weight")
    con.register("stages", stages)
    try:
        cohorts = con.execute(query("cohorts", "counting").sql, {"has_repeats": has_repeats}).to_arrow_table()
        if cohorts["stage"].null_count:
            raise UploadRefused("unknown_stage")
        con.register("cohorts", cohorts)
        says = {
            "has_outcomes": has_outcomes,
            "is_strict": is_strict,
            "covers_from": covers_from,
            "covers_to": covers_to,
        }
        figures = con.execute(query("case_figures", "counting").sql, says).to_arrow_table()
    finally:
        con.unregister("stages")
        con.unregister("cohorts")
    if not len(figures):
        raise UploadRefused("no_figures")
    undated = pc.sum(cohorts.filter(pc.field("year").is_null())["cases"], min_count=0).as_py()
    return Counted(figures.sort_by([("period_start", "ascending"), ("stage", "ascending")]), int(undated))


def state_exactly(counted: pa.Table) -> pa.Table:
    """Make figures of counted cases, each stated as it is."""
    value = counted["cases"].cast(pa.float64())
    return make_figures(
        counted, value_low=value, value_high=value, qualifier=pa.array(["exact"] * len(counted), pa.string())
    )


def make_figures(counted: pa.Table, **columns: pa.Array) -> pa.Table:
    """Make figures of counted cases, with these columns for their number."""
    return pa.table({name: counted[name] for name in counted.column_names if name != "cases"} | columns)
