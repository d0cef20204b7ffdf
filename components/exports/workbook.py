"""A chart as a workbook of Excel: its table, its rows, its sources and what there is to say of it."""

import io
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from components.exports.columns import Cell, clean, read_table
from components.exports.csv_text import is_formula
from components.text import Text

WIDEST = 60  # letters of a column
LABELS, SAID = 32, 100  # letters of the two columns of the last sheet
WIDE = 1.2  # a Cyrillic letter against the digit that widths are measured by
LINE, TALLEST = 15, 409  # points of a line, and of the tallest row that Excel has
LONGEST = 32_767  # letters of a cell, Excel's own limit


def workbook_bytes(sheets: dict[str, pd.DataFrame], about: Sequence[tuple[str, str]], made: date, text: Text) -> bytes:
    """A workbook with a sheet for each frame, then one of (label, words) as the last.

    sheets: the name of a sheet (31 letters at most) -> its frame; the first is the table of the page, in words.
    Numbers are numbers and days are days; words are always words, never a formula or a link. made: the day that the
    file bears, so that the same chart gives the same bytes.
    """
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"title": clean(text("ui.title")), "created": datetime.combine(made, time())})
    formats = _Formats(book)
    for place, (name, frame) in enumerate(sheets.items()):
        _fill_sheet(book.add_worksheet(name), frame, formats, text if place == 0 else None)
    last = book.add_worksheet(text("package.sheet_about"))
    last.set_column(0, 0, LABELS)
    last.set_column(1, 1, SAID)
    _set_print(last)
    for number, (label, words) in enumerate(about):
        _set_height(last, number, [(label, LABELS), (words, SAID)])
        _write_words(last, number, 0, label, formats.head, formats.head_kept)
        _write_words(last, number, 1, words, formats.words, formats.words_kept)
    book.close()
    return held.getvalue()


class _Formats:
    """The few formats; `kept` ones show Excel's own mark that a cell is words even when it is typed over."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        top: dict[str, Any] = {"valign": "top"}
        self.head = book.add_format(top | {"bold": True, "text_wrap": True})
        self.head_kept = book.add_format(top | {"bold": True, "text_wrap": True, "quote_prefix": True})
        self.words = book.add_format(top | {"text_wrap": True})
        self.words_kept = book.add_format(top | {"text_wrap": True, "quote_prefix": True})
        self.plain = book.add_format(top)
        self.thousands = book.add_format(top | {"num_format": "#,##0", "align": "left"})
        self.day = book.add_format(top | {"num_format": "yyyy-mm-dd"})


def _fill_sheet(sheet: Worksheet, frame: pd.DataFrame, formats: _Formats, text: Text | None) -> None:
    """A header that stays in sight, the rows, columns as wide as their words. text: its words may be numbers."""
    names, _, rows = read_table(frame)
    widths = []
    for column, name in enumerate(names):
        _write_words(sheet, 0, column, name, formats.head, formats.head_kept)
        longest = max((len(line) for row in rows for line in str(row[column] or "").split("\n")), default=0)
        widths.append(min(max(WIDE * longest, len(name) // 2, 8) + 2, WIDEST))
        sheet.set_column(column, column, widths[-1])
    _set_print(sheet)
    sheet.repeat_rows(0)
    _set_height(sheet, 0, zip(names, widths, strict=True))
    for number, row in enumerate(rows, 1):
        _set_height(sheet, number, ((str(cell or ""), width) for cell, width in zip(row, widths, strict=True)))
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats, text)
    sheet.freeze_panes(1, 0)


def _set_print(sheet: Worksheet) -> None:
    """A4, across, all columns on one page."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _set_height(sheet: Worksheet, row: int, cells: Iterable[tuple[str, float]]) -> None:
    """As many lines as the fullest of (words, width of its column) takes: not every program finds it out by itself."""
    lines = max(
        sum(max(1, math.ceil(WIDE * len(line) / width)) for line in words.split("\n")) for words, width in cells
    )
    if lines > 1:
        sheet.set_row(row, min(LINE * lines, TALLEST))


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: _Formats, text: Text | None) -> None:
    match cell:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, column, cell, formats.plain)
        case int() | float():
            sheet.write_number(row, column, cell, formats.plain)
        case date():
            sheet.write_datetime(row, column, datetime.combine(cell, time()), formats.day)
        case str() if text and (count := _read_count(cell, text)) is not None:
            sheet.write_number(row, column, count, formats.thousands)
        case _:
            _write_words(sheet, row, column, cell, formats.words, formats.words_kept)


def _write_words(sheet: Worksheet, row: int, column: int, words: str, usual: Format, kept: Format) -> None:
    """Words as a string, whatever they look like; too long ones are cut where Excel would refuse them."""
    words = clean(words)
    sheet.write_string(row, column, words[:LONGEST], kept if is_formula(words) else usual)


def _read_count(words: str, text: Text) -> int | None:
    """The whole number that the words are, written as the language writes numbers; None for any other words."""
    digits = "".join(letter for letter in words if letter in "0123456789")
    return int(digits) if 0 < len(digits) < 16 and words == text.number(int(digits)) else None
