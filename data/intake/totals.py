"""Rows of a file that are totals of others, by what they say or by their sums."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise

from data.intake.lexicon import fold_value, load_words
from data.intake.values import Bound, Period, bound, folded, is_nothing, period

# Letters of a cell that are looked at for the word of a total.
LOOKED_AT = 200
TOTALS = ("word", "sum_above", "sum_below")


def find_totals(
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
        said = fold_value(cell[:LOOKED_AT])
        return said in words or (bool(said) and said.split()[0].strip(":.,") in first)
    return False


@cache
def _words_of_totals() -> tuple[frozenset[str], frozenset[str]]:
    """What a row of totals says as a whole, and what it may begin with."""
    whole, first = (frozenset(map(fold_value, load_words()["total"][key])) for key in ("words", "first"))
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


def _mostly(cells: Sequence[str | None], holds: Callable[[str], object]) -> bool:
    said = [cell for cell in cells if cell is not None and not is_nothing(cell)]
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
