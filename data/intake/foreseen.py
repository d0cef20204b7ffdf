"""What would be published, in one line: how many of what, of which years and places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa

from data.counting import COMPLAINT


@dataclass(frozen=True)
class Summary:
    """The figures in one line: `stage` the first that they count, with its `unit` and the sum of its numbers from
    `low` to `high`, both None where they can't be added up; `figures` how many there are; from `start` to `end`;
    `countries` and `regions` that they name."""

    figures: int
    stage: str
    unit: str
    low: float | None
    high: float | None
    start: date
    end: date
    countries: tuple[str, ...]
    regions: tuple[str, ...]


def sum_up(figures: pa.Table) -> Summary | None:
    """Sum up figures in columns of data/figures.toml; None where there are none.

    Numbers of one stage and unit are added up when no two of them are of the same place and time; those of the whole
    country alone where there are any.
    """
    rows = [_with_places(row) for row in figures.to_pylist()]
    if not rows:
        return None
    counted = [row for row in rows if row["unit"] != "percent"] or rows
    stages = list(dict.fromkeys(row["stage"] for row in counted))
    stage = COMPLAINT if COMPLAINT in stages else max(stages, key=lambda one: _size(counted, one))
    of_stage = [row for row in counted if row["stage"] == stage]
    national = [row for row in of_stage if not row["region"]]
    added = national or of_stage
    is_sum = len({row["unit"] for row in added}) == 1 and not _overlap(added)
    low = sum(row["value_low"] for row in added) if is_sum and _known(added, "value_low") else None
    high = sum(row["value_high"] for row in added) if is_sum and _known(added, "value_high") else None
    return Summary(
        len(rows),
        stage,
        added[0]["unit"],
        low,
        high,
        min(row["period_start"] for row in rows),
        max(row["period_end"] for row in rows),
        tuple(sorted({row["country"] for row in rows if row["country"]})),
        tuple(sorted({row["region"] for row in rows if row["region"]})),
    )


def _with_places(row: dict[str, Any]) -> dict[str, Any]:
    return {"country": None, "region": None, "scope": "all", "scope_detail": ""} | row


def _size(rows: Sequence[dict[str, Any]], stage: str) -> float:
    return sum(row["value_low"] or 0 for row in rows if row["stage"] == stage)


def _known(rows: Sequence[dict[str, Any]], side: str) -> bool:
    return all(row[side] is not None for row in rows)


def _overlap(rows: Sequence[dict[str, Any]]) -> bool:
    """Two of the figures are of one place and coverage, and of days that both cover."""
    places: dict[tuple[Any, ...], list[tuple[date, date]]] = {}
    for row in rows:
        place = (row["country"], row["region"], row["scope"], row["scope_detail"])
        places.setdefault(place, []).append((row["period_start"], row["period_end"]))
    if len({place[2:] for place in places}) > 1:  # a part beside its total
        return True
    return any(before[1] >= after[0] for periods in places.values() for before, after in pairwise(sorted(periods)))


def list_by_year(figures: pa.Table) -> list[tuple[date, date, list[dict[str, Any]]]]:
    """The figures of each period in order: (first day, last day, rows); those of the whole country where there are any,
    else of one place alone, else none."""
    rows = [_with_places(row) for row in figures.to_pylist()]
    places = {(row["country"], row["region"]) for row in rows}
    shown = [row for row in rows if not row["region"]] or (rows if len(places) == 1 else [])
    if len({row["country"] for row in shown}) > 1:
        return []
    periods: dict[tuple[date, date], list[dict[str, Any]]] = {}
    for row in shown:
        periods.setdefault((row["period_start"], row["period_end"]), []).append(row)
    return [(start, end, told) for (start, end), told in sorted(periods.items())]
