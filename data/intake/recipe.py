"""The recipe: how one kind of file is understood, as a person said it. A TOML file, read back equal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data.intake.fields import SHAPES, Field, fields, never_read
from data.intake.totals import TOTALS
from data.intake.values import folded, year_of
from data.places import countries
from data.toml import TomlRefused, look_over, parse_untrusted, quoted

DIALECT: dict[str, tuple[type, tuple[Any, ...]]] = {
    "kind": (str, ("csv", "xlsx")),
    "encoding": (str, ()),
    "delimiter": (str, (",", ";", "\t", "|", "")),
    "quote": (str, ('"', "'", "")),
    "sheet": (str, ()),
    "header_row": (int, ()),
    "decimal": (str, (",", ".")),
    "thousands": (str, (" ", ".", ",", "'", "")),
    "date_order": (str, ("dmy", "mdy", "ymd", "")),
}
# What may be said once for the file without being a field of its shape.
BESIDE = {"country": "countries.country"}


class RecipeError(Exception):
    """A recipe is at fault: `code` has words in the locales (`recipe.<code>`), `where` is its key."""

    def __init__(self, code: str, where: str):
        super().__init__(f"{code}: {where}")
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is understood.

    `columns`: header -> field; `values`: field -> value -> code; `constants`: field -> what holds for every row;
    `totals`: kinds of totals that are left out; `accepted`: warning -> why it is accepted. `years_across`: the headers
    that are years hold values. Raises RecipeError for what there is not.
    """

    shape: str
    dialect: dict[str, str | int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    accepted: dict[str, str] = field(default_factory=dict)
    years_across: bool = False

    def __post_init__(self) -> None:
        _judge(self)

    def fits(self, headers: Sequence[str], today: date) -> bool:
        """A file with these headers has every column that the recipe names, and years across if it needs them."""
        there = {folded(header) for header in headers}
        years = not self.years_across or any(year_of(header, today) for header in headers)
        return bool(self.columns) and {folded(header) for header in self.columns} <= there and years

    def places(self, headers: Sequence[str]) -> dict[int, str]:
        """Number of the column, from 0 -> field, in a file that the recipe fits."""
        known = {folded(header): name for header, name in self.columns.items()}
        return {place: known[folded(header)] for place, header in enumerate(headers) if folded(header) in known}

    def to_toml(self) -> str:
        """The recipe as a file; from_toml reads it back equal. Raises RecipeError: recipe_too_large."""
        lines = [f"shape = {quoted(self.shape)}", f"years_across = {str(self.years_across).lower()}"]
        lines.append(f"totals = [{', '.join(map(quoted, self.totals))}]")
        tables: dict[str, Mapping[str, str | int]] = {
            "dialect": self.dialect,
            "constants": self.constants,
            "columns": self.columns,
            "accepted": self.accepted,
            **{f"values.{quoted(name)}": codes for name, codes in self.values.items()},
        }
        for name, table in tables.items():
            lines += ["", f"[{name}]"]
            lines += [
                f"{quoted(key)} = {value if isinstance(value, int) else quoted(value)}" for key, value in table.items()
            ]
        file = "\n".join(lines) + "\n"
        try:
            look_over(file)
        except TomlRefused as refused:
            raise RecipeError("recipe_too_large", "") from refused
        return file

    @classmethod
    def from_toml(cls, content: bytes | str) -> "Recipe":
        """Read a recipe file. Raises RecipeError: recipe_too_large, too_complex, not_toml, unknown_key, wrong_type, and
        what Recipe itself refuses."""
        try:
            said = parse_untrusted(content)
        except TomlRefused as refused:
            code = "recipe_too_large" if refused.code == "too_large" else refused.code
            raise RecipeError(code, "") from refused
        kinds: dict[str, type] = {"shape": str, "years_across": bool, "totals": list}
        tables = ("dialect", "columns", "values", "constants", "accepted", "coarsen")  # the last of older recipes
        for key, value in said.items():
            if key not in kinds and key not in tables:
                raise RecipeError("unknown_key", key)
            if not isinstance(value, kinds.get(key, dict)):
                raise RecipeError("wrong_type", key)
        if "shape" not in said:
            raise RecipeError("missing_key", "shape")
        said.pop("coarsen", None)
        given: dict[str, Any] = {**said, "totals": tuple(said.get("totals", ()))}
        return cls(**_without_never_read(given))


def _without_never_read(said: dict[str, Any]) -> dict[str, Any]:
    """An older recipe without what was read of a file then, and is not now."""
    gone = never_read(said["shape"])
    return said | {
        "columns": {header: name for header, name in said.get("columns", {}).items() if name not in gone},
        **{
            table: {name: of for name, of in said.get(table, {}).items() if name not in gone}
            for table in ("values", "constants")
        },
    }


def _judge(recipe: Recipe) -> None:
    """Raise RecipeError for the first thing in it that there is not."""
    if recipe.shape not in SHAPES:
        raise RecipeError("unknown_shape", "shape")
    if recipe.years_across and recipe.shape != "figures":
        raise RecipeError("years_across_of_figures_only", "years_across")
    known = fields(recipe.shape)
    for table in ("columns", "constants", "accepted"):
        for key, value in getattr(recipe, table).items():
            if not isinstance(value, str):
                raise RecipeError("wrong_type", f"{table}.{key}")
    for kind in recipe.totals:
        if kind not in TOTALS:
            raise RecipeError("unknown_code", "totals")
    _judge_dialect(recipe.dialect)
    _judge_columns(recipe, known)
    country = recipe.constants.get("country", "KZ")
    for name, codes in recipe.values.items():
        if name not in known or known[name].type != "code":
            raise RecipeError("unknown_field", f"values.{name}")
        if not isinstance(codes, dict):
            raise RecipeError("wrong_type", f"values.{name}")
        for value, code in codes.items():
            if code not in known[name].codes(country):
                raise RecipeError("unknown_code", f"values.{name}.{value}")
    for name, value in recipe.constants.items():
        if name in BESIDE:
            if value not in countries():
                raise RecipeError("unknown_country", value)
        elif name not in known or not known[name].constant:
            raise RecipeError("unknown_field", f"constants.{name}")
        elif known[name].type == "code" and value not in known[name].codes(country):
            raise RecipeError("unknown_code", f"constants.{name}")
    for rule, reason in recipe.accepted.items():
        if not reason.strip():
            raise RecipeError("reason_missing", f"accepted.{rule}")


def _judge_dialect(dialect: Mapping[str, Any]) -> None:
    for key, value in dialect.items():
        if key not in DIALECT:
            raise RecipeError("unknown_key", f"dialect.{key}")
        kind, allowed = DIALECT[key]
        if type(value) is not kind:
            raise RecipeError("wrong_type", f"dialect.{key}")
        if (allowed and value not in allowed) or (isinstance(value, int) and value < 0):
            raise RecipeError("unknown_code", f"dialect.{key}")


def _judge_columns(recipe: Recipe, known: Mapping[str, Field]) -> None:
    used: set[str] = set()
    seen: set[str] = set()
    for header, name in recipe.columns.items():
        if name not in known:
            raise RecipeError("unknown_field", f"columns.{header}")
        if name in used:
            raise RecipeError("field_twice", f"columns.{header}")
        if folded(header) in seen:
            raise RecipeError("header_twice", f"columns.{header}")
        if name in recipe.constants:
            raise RecipeError("field_twice", f"constants.{name}")
        used.add(name)
        seen.add(folded(header))
