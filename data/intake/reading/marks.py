"""Decimal and thousands marks and the order of dates, as the cells of a file say them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from data.intake.reading.file import Doubt

SPACES = " \u00a0\u202f\u2009"
# What may stand behind a date: « г.», « года», « ж.», «жылы».
YEAR_WORD = r"(?:\s?(?i:гг?|год[ау]?|ж|жыл[ыі]?|жыл[гғ]ы|жылдың)\b\.?)?"
YEAR = re.compile(r"(19|20)\d\d" + YEAR_WORD)
TIME = r"(?:,?[ T]\d{1,2}:\d\d.*)?"
DATE_LIKE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}" + YEAR_WORD + TIME + r"|\d{1,2}-[A-Za-z]{3}-\d{2,4}")


def find_marks(columns: Iterable[Sequence[str]], delimiter: str = "", chosen: str = "") -> tuple[str, str, list[Doubt]]:
    """Decimal and thousands mark of the cells of each column, and what must be asked; nothing if one was chosen.

    1,5 and 0,125 say a decimal comma, 1.234.567 a dot between thousands; 1.234 alone says neither.
    """
    seen: Counter[str] = Counter()
    where: dict[str, tuple[int, str]] = {}
    for column, cells in enumerate(columns):
        each = {cell: marks_of(cell) for cell in set(cells)}
        told = [(cell, each[cell]) for cell in cells]
        # A column of texts may hold «146.1» in passing.
        if not told or sum(what is not None for _, what in told) < 0.5 * len(told):
            continue
        for cell, what in told:
            for word in what or ():
                seen[word] += 1
                where.setdefault(word, (column, cell))
    spaces = " " if seen["thousands  "] else ""
    usual = "," if delimiter == ";" or spaces else "."
    said = {
        mark
        for mark, other in ((",", "."), (".", ","))
        if (chosen or mark) == mark and (chosen or seen[f"decimal {mark}"] + seen[f"thousands {other}"])
    }
    if len(said) == 2:
        against = ("decimal .", "thousands ,") if usual == "," else ("decimal ,", "thousands .")
        place = next(where[word] for word in against if word in where)
        return usual, spaces, [Doubt("marks_mixed", "decimal", (",", "."), *place)]
    unsure = [word for word in ("unsure ,", "unsure .") if seen[word]]
    if not said:
        doubts = [Doubt("number_ambiguous", "decimal", (",", "."), *where[unsure[0]])] if unsure else []
        return usual, spaces, doubts
    decimal = said.pop()
    other = "." if decimal == "," else ","
    return decimal, spaces or (other if seen[f"thousands {other}"] + seen[f"unsure {other}"] else ""), []


def marks_of(cell: str) -> tuple[str, ...] | None:
    """What a cell says of the marks; () for a number without any, None for what is no number."""
    core = re.sub(r"^\D+|(?<!\D)\D+$", "", cell)
    if not core or len(cell) - len(core) > 25 or not re.fullmatch(rf"\d[\d.,{SPACES}]*", core):
        return None
    if DATE_LIKE.fullmatch(core) or re.fullmatch(r"\d{1,2}\.(19|20)\d\d|(19|20)\d\d\.\d{1,2}", core):
        return None
    if re.fullmatch(r"\d+", core):
        return ()
    if spaced := re.fullmatch(rf"\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:([.,])\d+)?", core):
        return ("thousands  ", f"decimal {spaced[1]}") if spaced[1] else ("thousands  ",)
    if single := re.fullmatch(r"(\d+)([.,])(\d+)", core):
        whole, mark, rest = single.groups()
        unsure = len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0")
        return (f"{'unsure' if unsure else 'decimal'} {mark}",)
    if grouped := re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)([.,])(\d+))?", core):
        return (f"thousands {grouped[1]}",)
    return None


ORDERED = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})" + YEAR_WORD + TIME)


def decide_marks(
    written: Sequence[Sequence[str]], days: Sequence[Sequence[str]], delimiter: str, chosen: Mapping[str, str | int]
) -> tuple[str, str, str, list[Doubt]]:
    """Decimal and thousands mark, date order, and what must be asked: as chosen, else as the cells say."""
    decimal, thousands, doubts = find_marks(written, delimiter, str(chosen.get("decimal", "")))
    order, asked = find_date_order(days)
    if "date_order" in chosen:
        order, asked = str(chosen["date_order"]), []
    return decimal, str(chosen.get("thousands", thousands)), order, [*doubts, *asked]


def find_date_order(columns: Iterable[Sequence[str]]) -> tuple[str, list[Doubt]]:
    """The order of day, month and year in dates written in numbers, and what must be asked.

    16/05/2012 says the day is first; 05/06/2015 says nothing. With dots the day is first: no month is written so.
    """
    dotted: set[str] = set()
    left = {"dmy", "mdy", "ymd"}
    is_year_first = is_written = is_same_both_ways = False
    unsure = against = None
    for column, cells in enumerate(columns):
        for cell in dict.fromkeys(cells):
            if not (match := ORDERED.fullmatch(cell.strip())):
                continue
            one, sign, two, three = match.groups()
            if len(one) > 2:
                is_year_first = is_year_first or (len(one) == 4 and int(two) <= 12)
                continue
            orders = {order for order, month, day in (("dmy", two, one), ("mdy", one, two)) if _is_day(month, day)}
            if sign == ".":
                # A dotted date that only an American order allows is still one.
                dotted |= {"dmy"} if "dmy" in orders else orders
                continue
            if len(one) == len(three) == 2 and _is_day(two, three):
                orders.add("ymd")
            if not orders:
                continue
            is_written = True
            if len(orders) > 1 and (unsure is None or (is_same_both_ways and one != two)):
                unsure, is_same_both_ways = (column, cell), one == two
            if against is None and not left & orders:
                against = (column, cell)
            left &= orders
    if against or len(dotted) > 1 or (is_written and dotted and not left & dotted):
        return "", [Doubt("date_order_mixed", "date_order", ("dmy", "mdy", "ymd"), *(against or unsure or (None, "")))]
    if is_written and unsure and len(left) > 1:
        options = tuple(order for order in ("dmy", "mdy", "ymd") if order in left)
        return "", [Doubt("date_order", "date_order", options, *unsure)]
    if is_written:
        return left.pop(), []
    return next(iter(dotted), "ymd" if is_year_first else ""), []


# Cells that may say something of marks and of the order of dates, for the engine: wider than the rules above.
NUMBER_SEEN = rf"^\D{{0,25}}\d[\d.,{SPACES}]*\D{{0,25}}$"
MARK_SEEN = rf"\d[.,{SPACES}]\d"
DATE_SEEN = r"^\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\D|$)"
SEEN_MOST = 100_000


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and 1 <= int(day) <= (
        29 if int(month) == 2 else 30 + (int(month) in {1, 3, 5, 7, 8, 10, 12})
    )
