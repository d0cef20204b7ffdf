"""What kind of value a column of a frame holds, and each of its cells as a plain value: the same for CSV and XLSX."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import pandas as pd

# Types of Table Schema: what datapackage.json says of a column.
Kind = Literal["boolean", "integer", "number", "date", "string"]
Cell = bool | int | float | date | str | None

# A measure that has nothing to say of any row leaves a column with no type of its own.
_NUMBER, _BOOLEAN = re.compile(r"(^|_)(low|high)$"), re.compile(r"^is_|_(open|about)$")
# Control characters, halves of surrogate pairs and non-characters: in no word, and not allowed in XML.
_NO_LETTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def find_kind(column: pd.Series) -> Kind:
    """The type of a column; of one that holds nothing at all, by its name."""
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_float_dtype(column):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    held = [value for value in column if not _is_missing(value)]
    if not held:
        name = str(column.name)
        return "number" if _NUMBER.search(name) else "boolean" if _BOOLEAN.search(name) else "string"
    if all(isinstance(value, bool) for value in held):
        return "boolean"
    return "number" if all(isinstance(value, int | float) for value in held) else "string"


def read_cells(column: pd.Series) -> list[Cell]:
    """The values of a column as its kind says, None for what is missing; several ids in one cell as `a|b`."""
    read = READ[find_kind(column)]
    return [None if _is_missing(value) else read(value) for value in column]


def clean(words: str) -> str:
    """Words with only letters in them: lines end alike, what is no letter shows as U+FFFD."""
    return _NO_LETTER.sub("\N{REPLACEMENT CHARACTER}", words.replace("\r\n", "\n").replace("\r", "\n"))


def _write_words(value: Any) -> str:
    return clean(value if isinstance(value, str) else "|".join(map(str, value)) if _is_list(value) else str(value))


READ: dict[Kind, Callable[[Any], Cell]] = {
    "boolean": bool,
    "integer": int,
    "number": float,
    "date": lambda value: value.date(),
    "string": _write_words,
}


def _is_list(value: Any) -> bool:
    return pd.api.types.is_list_like(value)


def _is_missing(value: Any) -> bool:
    return not _is_list(value) and bool(pd.isna(value))


def read_table(frame: pd.DataFrame) -> tuple[list[str], list[Kind], list[tuple[Cell, ...]]]:
    """Names, kinds and rows of a frame; a name is words too."""
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    rows = list(zip(*(read_cells(column) for column in columns), strict=True))
    return [clean(str(column.name)) for column in columns], [find_kind(column) for column in columns], rows
