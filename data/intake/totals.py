"""Rows of a file that are totals of others, by what they say or by their sums."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import pairwise

from data.intake.lexicon import fold_value, load_words
from data.intake.values import Bound, Period, bound, folded, is_nothing, period

# Letters of a cell that are looked at for the word of a total.
LOOKED_AT = 200
# How a total shows itself: by its words, as the sum of the rows above or below, as the sum of a group by another
# column, or as a part of the row above it.
TOTALS = ("word", "sum_above", "sum_below", "sum_group", "of_which")
NUMBERING = re.compile(r"^[\d\s.,)(№#*•–-]+")

Rows = Sequence[tuple[int, Sequence[str | None]]]


def find_totals(
    rows: Rows,
    decimal: str,
    thousands: str,
    today: date,
    *,
    numbers: Sequence[int] = (),
    is_table: bool = True,
    codes: Sequence[int] = (),
) -> dict[int, str]:
    """Rows that seem to be totals of others, by their number: a kind of TOTALS. To be offered, not done.

    `rows`: number and cells. `numbers`: places of the columns whose cells are counts; without any, the word alone tells
    a total. `is_table`: rows are a table of figures and not a list with weights, in which three ones above a three are
    no total. `codes`: places of the columns that say what is counted: complaints are no total of the refused and the
    registered, though they may be their sum.
    """
    found = {number: "word" for number, cells in rows if is_total(cells, anywhere=bool(numbers))}
    if numbers:
        found |= {number: "of_which" for number, cells in rows if number not in found and _is_part(cells)}
        if len(found) == len(rows):  # the totals of parts that are told below them are the only numbers of their own
            found = {number: kind for number, kind in found.items() if kind == "of_which"}
    left = [row for row in rows if row[0] not in found]
    if is_table and numbers:
        found |= _sums(left, decimal, thousands, today, numbers, codes)
    if numbers:
        # In a list with weights three ones above a three are no total: there two groups have to tell it.
        groups = _sums_of_groups(
            rows, {*found}, decimal, thousands, today, numbers, codes, groups_least=1 if is_table else 2
        )
        found |= dict.fromkeys(groups, "sum_group")
    return found


def is_total(cells: Iterable[str | None], *, anywhere: bool = False) -> bool:
    """The first cell that is no number, or any of them, says «Итого», «Барлығы», Total."""
    words, first = _words_of_totals()
    for cell in cells:
        said = _text(cell)
        if not said:
            continue
        if said in words or said.split()[0].strip(":.,") in first:
            return True
        if not anywhere:
            return False
    return False


def _text(cell: str | None) -> str:
    """The words of a cell without the number before them; '' for a number."""
    if cell is None or is_nothing(cell):
        return ""
    return fold_value(NUMBERING.sub("", cell[:LOOKED_AT]))


def _is_part(cells: Iterable[str | None]) -> bool:
    """The row counts some of those that the row above counts: «в том числе», of which."""
    phrases = tuple(map(fold_value, load_words()["total"]["of_which"]))
    return any(_text(cell).startswith(phrases) for cell in cells)


def _sums_of_groups(
    rows: Rows,
    known: set[int],
    decimal: str,
    thousands: str,
    today: date,
    numbers: Sequence[int],
    codes: Sequence[int],
    *,
    groups_least: int,
) -> list[int]:
    """Rows that equal the sum of the others that differ from them in one column alone, always at its same value.

    One group tells it when the total has three parts; two or more groups with the same value of that column tell it
    when each has two; so does a group that is the whole list, at its first or last row. A group whose total is known
    has no other: of its parts one may equal the rest by chance.
    """
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[cells[i] if i < len(cells) else None for _, cells in rows] for i in range(width)]
    counts = [_exact(columns[i], decimal, thousands) for i in numbers if i < width]
    others = [i for i in range(width) if i not in numbers and not _is_numbering(_exact(columns[i], decimal, thousands))]
    others = [i for i in others if len({columns[i][place] for place in range(len(rows))}) > 1]
    found: set[int] = set()
    for column in others:
        if column in codes or _mostly(columns[column], lambda cell: isinstance(period(cell, "", today), Period)):
            continue
        groups: dict[tuple[str, ...], list[int]] = {}
        for place in range(len(rows)):
            key = tuple(folded(columns[i][place] or "") for i in others if i != column)
            groups.setdefault(key, []).append(place)
        at_value: dict[str, list[tuple[int, list[int]]]] = {}
        for places in groups.values():
            if any(rows[place][0] in known for place in places):
                continue
            for place in places:
                parts = [other for other in places if other != place]
                at_value.setdefault(folded(columns[column][place] or ""), []).append((place, parts))
        for totals in at_value.values():
            ends = {0, len(rows) - 1} if len(groups) == 1 else set()
            if _are_totals(totals, counts, groups_least) or (
                len(totals) == 1 and totals[0][0] in ends and _are_totals(totals * 2, counts, 2)
            ):
                found |= {place for place, _ in totals}
    return sorted(rows[place][0] for place in found)


def _are_totals(
    totals: Sequence[tuple[int, list[int]]], counts: Sequence[list[float | None]], groups_least: int
) -> bool:
    telling = 0
    for place, parts in totals:
        for numbers in counts:
            own, those = numbers[place], [numbers[part] for part in parts]
            if own is None or any(number is None for number in those):
                return False
            if len(those) < 2 or own != sum(number or 0 for number in those):
                return False
        if counts and all(sum(bool(numbers[part]) for part in parts) >= 2 for numbers in counts):
            telling += 1
    if telling < groups_least:
        return False
    return telling >= 2 or (telling == 1 and min(len(parts) for _, parts in totals) >= 3)


def _exact(cells: Sequence[str | None], decimal: str, thousands: str) -> list[float | None]:
    read = [None if is_nothing(cell) else bound(cell, decimal, thousands) for cell in cells]
    return [one.low if isinstance(one, Bound) and one.qualifier == "exact" else None for one in read]


@cache
def _words_of_totals() -> tuple[frozenset[str], frozenset[str]]:
    """What a row of totals says as a whole, and what it may begin with."""
    whole, first = (frozenset(map(fold_value, load_words()["total"][key])) for key in ("words", "first"))
    return whole, first


def _sums(
    rows: Rows, decimal: str, thousands: str, today: date, numbers: Sequence[int], codes: Sequence[int]
) -> dict[int, str]:
    """Rows that equal the sum of all others of their date, the last or the first of them."""
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[cells[i] if i < len(cells) else None for _, cells in rows] for i in range(width)]
    dated = [
        i
        for i, cells in enumerate(columns)
        if i in codes or (i not in numbers and _mostly(cells, lambda cell: isinstance(period(cell, "", today), Period)))
    ]
    counts = [_exact(columns[i], decimal, thousands) for i in numbers if i < width]
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


def _is_sum_of_others(places: list[int], counts: Sequence[Sequence[float | None]]) -> bool:
    """Each number of the last place is the sum of at least three others."""
    *others, last = places
    compared = [numbers for numbers in counts if numbers[last] is not None]
    sums = [sum(numbers[i] or 0 for i in others) for numbers in compared]
    parts = [sum(numbers[i] is not None for i in others) for numbers in compared]
    if not compared or min(parts) < 3 or not any(sums):
        return False
    return all(numbers[last] == total for numbers, total in zip(compared, sums, strict=True))


def _mostly(cells: Sequence[str | None], holds: Callable[[str], object]) -> bool:
    said = [cell for cell in cells if cell is not None and not is_nothing(cell)]
    return bool(said) and sum(map(bool, map(holds, said))) / len(said) >= 0.8


def _is_numbering(numbers: Sequence[float | None]) -> bool:
    """1, 2, 3 … down the column."""
    said = [number for number in numbers if number is not None]
    return len(said) > 2 and all(after - before == 1 for before, after in pairwise(said))
