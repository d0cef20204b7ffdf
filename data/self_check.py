"""The store checks itself: no published number mixes what it may not, leads nowhere, or lies outside its bounds."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from queries.catalog import names, query

# Questions whose rows are counts, and those whose rows are ratios: what the pages publish.
COUNTS = ("allegations_by_year", "counts_over_years", "yearly_lines")
RATIOS = ("stage_ratio", "headline_ratio")


@dataclass(frozen=True)
class Fault:
    """A published number that must not be: the rule it breaks (`rule.<code>`), where, and what stands there."""

    rule: str
    id: str
    value: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.id} ({self.value})"


def marts(con: duckdb.DuckDBPyConnection) -> list[Fault]:
    """What the queries of queries/store_checks find in the marts that `con` sees."""
    return [
        Fault(name, str(row["id"]), str(row["value"]))
        for name in names("store_checks")
        for row in query(name, "store_checks").frame(con).to_dict("records")
    ]


def answers(con: duckdb.DuckDBPyConnection, countries: Iterable[str] = ()) -> list[Fault]:
    """What is wrong with the answers themselves: every country, or these, every coverage, every question of numbers."""
    faults: list[Fault] = []
    counts = con.execute("select figure_id, low, high from counts").df().set_index("figure_id")
    known = {
        row[0]
        for row in con.execute(
            "select figure_id from figures inner join sources using (source_id) "
            "where url like 'http%' or address = 'upload'"
        ).fetchall()
    }
    choices = con.execute("select distinct country, scope, scope_detail from counts order by all").fetchall()
    wanted = set(countries) or {country for country, _, _ in choices}
    for country, scope, detail in (choice for choice in choices if choice[0] in wanted):
        for name in COUNTS:
            frame = query(name).frame(con, country=country, scope=scope, scope_detail=detail)
            faults += _count_faults(name, frame, counts, known)
        for name in RATIOS:
            more = {"with_c": True} if "with_c" in query(name).params else {}
            frame = query(name).frame(con, country=country, scope=scope, scope_detail=detail, **more)
            for row in frame.to_dict("records"):
                faults += _ratio_faults(name, row, known)
    return faults


def _count_faults(name: str, frame: pd.DataFrame, counts: pd.DataFrame, known: set[str]) -> list[Fault]:
    faults = []
    for row in frame.to_dict("records"):
        figure = counts.loc[row["figure_id"]]
        for side in ("low", "high"):
            if not _same(row[side], figure[side]):
                faults.append(Fault("count_is_its_figure", row["figure_id"], f"{name}: {row[side]}"))
        if row["figure_id"] not in known:
            faults.append(Fault("every_count_leads_to_a_source", row["figure_id"], name))
    return faults


def _ratio_faults(name: str, row: dict[str, Any], known: set[str]) -> list[Fault]:
    ids = [each for each in (row["numerator_id"], row["denominator_id"]) if isinstance(each, str)]
    faults = [Fault("every_count_leads_to_a_source", each, name) for each in ids if each not in known]
    numbers = {key: row[key] for key in ("ratio_low", "ratio_high", "interval_low", "interval_high")}
    held = {key: value for key, value in numbers.items() if value is not None and value == value}
    ordered = [held[key] for key in ("interval_low", "ratio_low", "ratio_high", "interval_high") if key in held]
    if ordered != sorted(ordered) or not all(math.isfinite(value) and value >= 0 for value in held.values()):
        faults.append(Fault("ratio_is_inside_its_bounds", " / ".join(ids), str(numbers)))
    if row["claim"] in {"withheld", "no_denominator", "unknown"} and held:
        faults.append(Fault("ratio_is_inside_its_bounds", " / ".join(ids), row["claim"]))
    if row["claim"] == "share" and held.get("ratio_high", 0) > 100:
        faults.append(Fault("ratio_is_inside_its_bounds", " / ".join(ids), row["claim"]))
    return faults


def _same(a: Any, b: Any) -> bool:
    return bool(a == b or ((a is None or a != a) and (b is None or b != b)))
