"""A table as a CSV that Excel opens in any language, and the rows of a chart as one that programs read too."""

import csv
import io
import re
from datetime import date

import pandas as pd

from components.exports.columns import Cell, read_table

# What makes a cell a formula, with what a program may skip before it; full-width signs count in some languages of
# Excel. The list and the apostrophe: OWASP, «CSV Injection».
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table in UTF-8 with a mark at its start, so that Excel shows Cyrillic; no cell can run as a formula."""
    return (
        table.map(_make_inert)
        .rename(columns=_make_inert)
        .to_csv(index=False, lineterminator="\r\n")
        .encode("utf-8-sig")
    )


def data_bytes(frame: pd.DataFrame) -> bytes:
    """The rows of a chart: numbers with a point, true and false, days as ISO 8601, nothing for what is missing.

    RFC 4180, in UTF-8 with a mark at its start: without it Excel reads Cyrillic as another encoding, while pandas and
    Frictionless skip it. A number keeps its minus sign: only words are kept from running as a formula.
    """
    names, _, rows = read_table(frame)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(map(make_inert, names))
    writer.writerows([_write_cell(cell) for cell in row] for row in rows)
    return lines.getvalue().encode("utf-8-sig")


def is_formula(words: str) -> bool:
    """A spreadsheet could take the words for a formula."""
    return _FORMULA.match(words) is not None


def _write_cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case date():
            return cell.isoformat()
        case str():
            return make_inert(cell)
        case _:
            return str(cell)


def make_inert(words: str) -> str:
    """Words that a spreadsheet takes for words."""
    return f"'{words}" if is_formula(words) else words


def _make_inert(cell: object) -> object:
    return make_inert(cell) if isinstance(cell, str) else cell
