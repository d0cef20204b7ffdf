"""The workbook behind a chart of a slide: every number of the chart is a cell of it."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from components.exports.slides.drawing_ml import clean

Value = float | str | None


@dataclass(frozen=True)
class Column:
    """A column of the workbook, or a part of one: where it stands, what heads it, what is in it."""

    sheet: str
    letter: str
    heading: str
    values: tuple[Value, ...]
    first: int = 0

    def part(self, start: int, stop: int) -> "Column":
        """The rows from `start` on, `stop` not included."""
        return Column(self.sheet, self.letter, self.heading, self.values[start:stop], self.first + start)

    @property
    def cells(self) -> str:
        """The values as a formula names them; the heading stands in row 1."""
        start = self.first + 2
        return f"{self._quoted}!${self.letter}${start}:${self.letter}${start + len(self.values) - 1}"

    @property
    def head(self) -> str:
        """The heading as a formula names it."""
        return f"{self._quoted}!${self.letter}$1"

    def cell(self, row: int) -> str:
        """One value as a formula names it."""
        return f"{self._quoted}!${self.letter}${self.first + row + 2}"

    @property
    def _quoted(self) -> str:
        return "'" + self.sheet.replace("'", "''") + "'"


@dataclass
class Sheet:
    """A sheet of the workbook, filled column by column."""

    name: str
    columns: list[Column] = field(default_factory=list)

    def add(self, heading: str, values: Iterable[Value]) -> Column:
        """Add a further column."""
        cells = tuple(clean(value) if isinstance(value, str) else value for value in values)
        column = Column(self.name, xl_col_to_name(len(self.columns)), clean(heading), cells)
        self.columns.append(column)
        return column


def write_workbook(sheets: Sequence[Sheet], day: date) -> bytes:
    """Write the sheets as an XLSX. A word stays a word: nothing in it is a formula or a link."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for number, column in enumerate(sheet.columns):
            page.write_string(0, number, column.heading)
            widest = max((len(str(value)) for value in column.values if isinstance(value, str)), default=0)
            page.set_column(number, number, min(60, max(14, widest + 2)))
            for row, value in enumerate(column.values, 1):
                if isinstance(value, str):
                    page.write_string(row, number, value)
                elif value is not None:
                    page.write_number(row, number, value)
    book.close()
    return file.getvalue()


@dataclass(frozen=True)
class Native:
    """A chart and its workbook, in the two forms that python-pptx asks a chart for."""

    xml: str
    sheets: tuple[Sheet, ...]
    day: date

    def xml_bytes(self, _kind: object) -> bytes:
        """The chart as DrawingML; of what kind it is stands in it."""
        return self.xml.encode()

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook: made only for a chart that comes to stand on a slide."""
        return write_workbook(self.sheets, self.day)
