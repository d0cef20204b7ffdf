"""Which row holds the headers, and what of them is written in another way."""

import re
from collections.abc import Sequence

from data.intake.reading.file import Doubt
from data.intake.reading.marks import DATE_LIKE, SPACES, YEAR, marks_of
from data.intake.reading.records import Record, trim_cells, years_of_days
from data.intake.values import is_nothing

# From how many of the first rows a person may choose the header when it is in doubt.
HEADERS_OFFERED = 5
NUMBER_LIKE = re.compile(rf"[<>≤≥~≈±−+-]?[{SPACES}]*\d[\d.,{SPACES}]*%?")


def find_header_row(filled: list[Record], width: int) -> tuple[int, list[Doubt]]:
    """The Excel row of the header, below title lines; a doubt when nothing tells it from the rows below.

    `filled`: rows that are not blank; `width`: how many cells most of them have.
    """
    if width == 1:
        # A title over one column looks as a header does.
        rows = [str(record.row) for record in filled[:HEADERS_OFFERED]]
        return filled[0].row, [Doubt("header_row", "header_row", (*rows, "0"))]
    at, is_doubtful = _choose_row(filled, width)
    header, body = filled[at], [record.cells for record in filled[at + 1 :]]
    others = [record for record in filled[: at + HEADERS_OFFERED] if record is not header]
    options = (*(str(record.row) for record in [header, *others[: 2 * HEADERS_OFFERED]]), "0")
    return header.row, [Doubt("header_row", "header_row", options)] if is_doubtful or not _names(header, body) else []


def _choose_row(filled: list[Record], width: int) -> tuple[int, bool]:
    """The place of the header among the filled rows, and whether a row above it may be the header too."""
    needed = 2 if width <= 3 else (width + 1) // 2
    wide = [n for n, record in enumerate(filled) if len(record.cells) >= width]
    named = [n for n, record in enumerate(filled) if sum(map(bool, map(str.strip, record.cells))) >= needed]
    at = named[0] if named else wide[0]
    full = next((n for n in named if len(trim_cells(filled[n].cells)) >= width), at)
    if full > at and not any(_look_of(cell) == "number" for cell in filled[full].cells):
        # Lines of a name and a value stand above the table; one such line alone may be a header with a name missing.
        lines = [cell for record in filled[at:full] for cell in record.cells[1:]]
        is_told = full - at > 1 or any(_look_of(cell) == "number" for cell in lines)
        return full, not is_told
    skipped = [
        record for record in filled[:at] if len(record.cells) >= width and not re.fullmatch(r"sep=.?", record.cells[0])
    ]
    for record in skipped:
        titles = [cell.strip() for cell in record.cells if cell]
        # One short word over empty cells may be a title, or the only name that the header has.
        if len(titles) > 1 or (len(titles[0]) <= 20 and " " not in titles[0]):
            return at, True
    return at, False


def _names(header: Record, body: list[list[str]]) -> bool:
    """The row holds names of what stands below it: words over numbers, or a word that is none of the few below."""
    numbers = [cell.strip() for cell in header.cells if _look_of(cell) == "number" and not YEAR.fullmatch(cell.strip())]
    years = [cell.strip() for cell in header.cells if YEAR.fullmatch(cell.strip())]
    if numbers and len(years_of_days(header.cells)) == len(numbers) and not years:
        years, numbers = numbers, []
    if numbers or years:
        across = not numbers and 1 < len(years) == len(set(years))
        return across and any(_look_of(cell) == "text" and not YEAR.fullmatch(cell.strip()) for cell in header.cells)
    for place, name in enumerate(header.cells):
        below = [cells[place] for cells in body if place < len(cells) and cells[place]]
        like = sum(_look_of(cell) == "number" or marks_of(cell) is not None for cell in below)
        if name and below and like > 0.5 * len(below):
            return True
        values = set(below)
        if name and len(below) >= 4 and len(values) <= 0.5 * len(below) and name not in values:
            return True
    return False


def _look_of(cell: str) -> str:
    cell = cell.strip()
    if NUMBER_LIKE.fullmatch(cell) or DATE_LIKE.fullmatch(cell):
        return "number"
    return "text" if cell else ""


def find_header_dates(header: Sequence[str], chosen: str) -> tuple[str, list[Doubt]]:
    """What headers stand for that are the last or the first days of years, and a doubt of the first: a count «as of
    1 January 2021» is mostly that of 2020. '' when the header holds no such days."""
    days = years_of_days(header)
    if not days:
        return "", []
    if chosen:
        return chosen, []
    if not any(is_first for _, is_first in days.values()):
        return "that_year", []
    place = min(days)
    return "", [Doubt("header_dates", "header_dates", ("that_year", "year_before"), place, header[place].strip())]


# ---------------------------------------------------------------- years above what was counted in them


def find_grouped_header(filled: Sequence[Record], header_row: int) -> tuple[int, int]:
    """The row of the header, and 2 when the line above it names the years of its columns, else 1.

    «2021, , 2022, » over «received, confirmed, received, confirmed»: either line may have been taken for the header.
    """
    at = next((n for n, record in enumerate(filled) if record.row == header_row), None)
    if at is None:
        return header_row, 1
    for above in (at - 1, at):
        if 0 <= above < len(filled) - 1 and _groups_columns(filled[above].cells, filled[above + 1].cells):
            return filled[above + 1].row, 2
    return header_row, 1


def _groups_columns(above: Sequence[str], below: Sequence[str]) -> bool:
    """The one line says years, each once, over empty cells; the other has words under all of them, and no number."""
    years = [place for place, cell in enumerate(above) if YEAR.fullmatch(cell.strip())]
    if len({above[place].strip() for place in years}) < 2 or len(years) != len(
        {above[place].strip() for place in years}
    ):
        return False
    under = [cell.strip() for cell in below[years[0] :]]
    is_carried = any(not cell.strip() for cell in above[years[0] : years[-1]])
    return is_carried and len(under) > len(years) and all(_look_of(cell) == "text" for cell in under)


# ---------------------------------------------------------------- headers below the first

# What stands above the header of the next page.
GOES_ON = re.compile(r"(?i)продолжение|оконч[аи]ние|жалғасы|continue|cont\.")


def is_header_again(cells: Sequence[str | None], header: Sequence[str]) -> bool:
    """Each filled cell is the name of its column, and so are half of the names or more, as on every printed page."""
    names = [name.strip().casefold() for name in header]
    said = [(cell or "").strip().casefold() for cell in cells[: len(names)]]
    same = sum(bool(cell) and cell == name for cell, name in zip(said, names, strict=False))
    return sum(map(bool, said)) == same > 0 and 2 * same >= sum(map(bool, names)) and not any(cells[len(names) :])


def find_second_table(body: Sequence[Record], header: list[str]) -> int:
    """The row from which another table stands below the first, with a title or a header of its own; 0 when none does.

    `body`: the filled rows below the header.
    """
    width = len(trim_cells(header))
    if width < 2 or len(body) < 3:
        return 0
    columns = [[_look_of(record.cells[at]) for record in body if at < len(record.cells)] for at in range(width)]
    numeric = {at for at, looks in enumerate(columns) if 2 * looks.count("number") > sum(map(bool, looks))}
    for above, record, below in zip(body, body[1:], body[2:], strict=False):
        is_titled = sum(map(bool, map(str.strip, above.cells))) == 1 and width > 1
        if not is_titled and record.row == above.row + 1:
            continue
        title = above.row if is_titled else record.row
        if is_titled and GOES_ON.search(" ".join(above.cells)):
            continue
        if is_header_again(record.cells, header):
            if is_titled:
                return title
        elif _is_other_header(record.cells, numeric) and any(
            _look_of(below.cells[at]) == "number" for at in numeric if at < len(below.cells)
        ):
            return title
    return 0


def _is_other_header(cells: list[str], numeric: set[int]) -> bool:
    """Words, or years, in all columns that hold numbers."""
    said = [cells[at].strip() for at in numeric if at < len(cells) and cells[at].strip()]
    if len(said) < max(1, (len(numeric) + 1) // 2) or sum(map(bool, map(str.strip, cells))) < 2:
        return False
    if all(YEAR.fullmatch(cell) for cell in said):
        return len(set(said)) == len(said) > 1
    return all(_look_of(cell) == "text" and not is_nothing(cell) for cell in said) and len(set(said)) == len(said)
