"""A file from outside: what it is, and its cells as they stand in it, in the table `file`.

`find` tells encoding, delimiter, header row, decimal marks and date order, and what of them must be asked; `stage`
reads. Nothing of the file is written to disk, and no message holds a cell.
"""

from data.intake.reading.cells import coded, shaped
from data.intake.reading.dialect import find, first_rows, look_again, sheets
from data.intake.reading.encoding import ENCODINGS
from data.intake.reading.file import SAMPLE_ROWS, SIZE_MOST, Dialect, Doubt, Source, Unreadable
from data.intake.reading.loading import Staged, stage
from data.intake.reading.records import headers

__all__ = [
    "ENCODINGS",
    "SAMPLE_ROWS",
    "SIZE_MOST",
    "Dialect",
    "Doubt",
    "Source",
    "Staged",
    "Unreadable",
    "coded",
    "find",
    "first_rows",
    "headers",
    "look_again",
    "shaped",
    "sheets",
    "stage",
]
