"""The fields that a column of a file may be mapped to, for lists of cases and for tables of figures, and their codes.

They are said in fields.toml. What is mapped to no field is not read.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data import datasets

HERE = Path(__file__).parent
SHAPES = ("cases", "figures")
TYPES = ("text", "code", "period", "bound", "weight", "url")


@dataclass(frozen=True)
class Field:
    """One field of a shape, as fields.toml says it.

    `gives` is the column that it fills; `words` the locale key of a code ('' when it has no codes); `without` a code
    for what can't be shown when nothing fills it ('' when nothing is lost).
    """

    shape: str
    name: str
    type: str
    gives: str
    words: str
    without: str
    constant: bool
    required: bool
    listed: tuple[str, ...]
    reference: str
    locale: str

    def codes(self, country: str = "KZ") -> tuple[str, ...]:
        """The codes that it may hold, in the order of their table; those of a country where they are a country's."""
        if self.listed:
            return self.listed
        if self.reference:
            return _of_reference(self.reference, country)
        return _of_locale(self.locale) if self.locale else ()


@cache
def fields(shape: str) -> dict[str, Field]:
    """The fields of a shape by name, in the order of fields.toml. KeyError for a shape that there is not."""
    return {name: _field(shape, name, about) for name, about in _said()[shape].items()}


def never_read(shape: str) -> tuple[str, ...]:
    """Names of what a column may be beside the fields: known by its header, and taken for nothing."""
    return tuple(_said()["never_read"].get(shape, ()))


def lacking(shape: str, given: set[str], years_across: bool = False) -> list[str]:
    """Required fields that neither a column nor a constant fills; `given` holds field names, of both.

    Years across the headers fill the period and, in their cells, the value.
    """
    filled = {fields(shape)[name].gives for name in given} | ({"period", "value"} if years_across else set())
    half = {"period_start", "period_end"} & given
    if len(half) == 1 and "period" not in given and not years_across:
        filled.discard("period")
    return [name for name, field in fields(shape).items() if field.required and name not in filled]


def not_shown(shape: str, given: set[str]) -> list[str]:
    """Codes for what can't be shown, since nothing fills the fields that it is made from."""
    filled = {fields(shape)[name].gives for name in given}
    lost = [field.without for field in fields(shape).values() if field.without and field.gives not in filled]
    return list(dict.fromkeys(lost))


@cache
def _said() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads((HERE / "fields.toml").read_text("utf8"))


def _field(shape: str, name: str, about: dict[str, Any]) -> Field:
    return Field(
        shape,
        name,
        about["type"],
        about.get("gives", name),
        about.get("words", ""),
        about.get("without", ""),
        about.get("constant", False),
        about.get("required", False),
        tuple(about.get("list", ())),
        about.get("codes", ""),
        about.get("locale", ""),
    )


@cache
def _of_reference(reference: str, country: str) -> tuple[str, ...]:
    name, column = reference.split(".")
    with (datasets.ROOT / "reference" / f"{name}.csv").open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    if column == "country":
        return tuple(row[column] for row in rows)
    return tuple(row[column] for row in rows if row.get("country", country) == country)


@cache
def _of_locale(section: str) -> tuple[str, ...]:
    words = tomllib.loads((datasets.LOCALES / datasets.LANGUAGES[0] / "codes.toml").read_text("utf8"))
    return tuple(words[section])
