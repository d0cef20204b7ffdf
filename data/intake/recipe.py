"""The recipe: how one kind of file is understood, as a person said it. A TOML file, read back equal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from data import datasets
from data.errors import DashboardError
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
    "header_lines": (int, (1, 2)),
    "decimal": (str, (",", ".")),
    "thousands": (str, (" ", ".", ",", "'", "")),
    "date_order": (str, ("dmy", "mdy", "ymd", "")),
    "letters": (str, ("mend", "as_is", "")),
    "hidden": (str, ("keep", "leave_out", "")),
    "tables": (str, ("first", "all", "")),
    "second_table": (int, ()),
    "header_dates": (str, ("that_year", "year_before", "")),
}
# What may be said once for the file without being a field of its shape: which country, what kind of body counted, and
# of a list of cases the region that it covers.
BESIDE = ("country", "kind")
# What a row stands for: a complaint, a person, a decision or allegation inside a case, or a count.
ROWS = ("complaint", "person", "decision", "count")
# What several rows are that differ only in columns that are not mapped: parts of one figure, or rival claims of it.
SAME_FIGURE = ("sum", "rivals")
# What an empty outcome says: it is not known what came of the case, or nothing did.
BLANK_OUTCOME = ("unknown", "none")
# By which date cases are counted.
COUNTED_BY = ("allegation", "decision")
# What a value may mean beside the codes of its field: no outcome at all, the whole country.
EXTRA_CODES = {"outcome": ("no_outcome",), "region": ("whole_country",)}
# Answers to questions, by the key of the recipe: '' where nobody has said.
ANSWERS = {"row": ROWS, "same_figure": SAME_FIGURE, "blank_outcome": BLANK_OUTCOME, "counted_by": COUNTED_BY}


# Keys of the recipe that are lists, and tables of lists by header.
LISTS = ("totals", "kept_totals", "carry_down", "leave_blank")
LISTS_BY_HEADER = {"leave_out", "unrelated"}


class RecipeError(DashboardError):
    """A recipe is at fault; `where` is its key, '' for its beginning."""

    section = "recipe"
    codes = frozenset({
        *("recipe_too_large", "too_complex", "not_toml", "unknown_key", "wrong_type", "missing_key", "unknown_shape"),
        *("years_across_of_figures_only", "unknown_code", "unknown_field", "unknown_country", "reason_missing"),
        *("header_twice", "counts_of_figures_only", "field_twice"),
    })  # fmt: skip
    exit_status = 2

    def __init__(self, code: str, where: str) -> None:
        super().__init__(code, where=where)
        self.where = where


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is understood.

    `columns`: header -> field; `values`: field -> value -> code; `constants`: field -> what holds for every row;
    `totals`: kinds of totals that are left out; `kept_totals`: kinds that are none, as somebody said; `accepted`:
    warning -> why it is accepted. `years_across`: the headers that are years hold values. `counts`: header -> stage, of
    a table with a column of numbers for each stage. `units`: header -> what is counted in it, where that is not the
    unit of the others. `leave_out`: header -> values whose rows are left out. `carry_down`: headers whose empty cells
    mean the cell above; `leave_blank`: those whose empty cells mean nothing, so that their rows are refused.
    `unrelated`: header -> fields of which its column says nothing, though it seems to contradict what holds for every
    row.

    What the rows mean, '' or nothing where nobody has said: `row` what one stands for (ROWS); `all_complaints` whether
    every case is a complaint (yes, no); `implies`: way out -> whether the stages before it were reached;
    `blank_outcome`, `same_figure` and `counted_by` as BLANK_OUTCOME, SAME_FIGURE and COUNTED_BY.

    Raises RecipeError for what there is not.
    """

    shape: str
    dialect: dict[str, str | int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    totals: tuple[str, ...] = ()
    kept_totals: tuple[str, ...] = ()
    accepted: dict[str, str] = field(default_factory=dict)
    years_across: bool = False
    counts: dict[str, str] = field(default_factory=dict)
    leave_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    carry_down: tuple[str, ...] = ()
    leave_blank: tuple[str, ...] = ()
    unrelated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    row: str = ""
    all_complaints: str = ""
    implies: dict[str, bool] = field(default_factory=dict)
    blank_outcome: str = ""
    same_figure: str = ""
    counted_by: str = ""

    def __post_init__(self) -> None:
        _judge(self)

    def fits(self, headers: Sequence[str], today: date) -> bool:
        """A file with these headers has every column that the recipe names, and years across if it needs them."""
        there = {folded(header) for header in headers}
        years = not self.years_across or any(year_of(header, today) for header in headers)
        named = {folded(header) for header in (*self.columns, *self.counts)}
        return bool(named) and named <= there and years

    def places(self, headers: Sequence[str]) -> dict[int, str]:
        """Number of the column, from 0 -> field, in a file that the recipe fits."""
        known = {folded(header): name for header, name in self.columns.items()}
        return {place: known[folded(header)] for place, header in enumerate(headers) if folded(header) in known}

    def count_places(self, headers: Sequence[str]) -> dict[int, str]:
        """Number of the column, from 0 -> stage, of the columns of numbers that the recipe names."""
        known = {folded(header): stage for header, stage in self.counts.items()}
        return {place: known[folded(header)] for place, header in enumerate(headers) if folded(header) in known}

    @property
    def dropped_totals(self) -> frozenset[str]:
        """The kinds of totals whose rows are left out. Older recipes knew two kinds of sums, and name them both."""
        groups = {"sum_group"} if {"sum_above", "sum_below"} <= {*self.totals} else set()
        return frozenset({*self.totals, *groups} - {*self.kept_totals})

    @property
    def country(self) -> str:
        """The country that holds for every row, '' where a column says it or nobody has."""
        return self.constants.get("country", "")

    def to_toml(self) -> str:
        """The recipe as a file; from_toml reads it back equal. Raises RecipeError: recipe_too_large."""
        lines = [f"shape = {quoted(self.shape)}", f"years_across = {str(self.years_across).lower()}"]
        lines += [f"{name} = {quoted(said)}" for name in (*ANSWERS, "all_complaints") if (said := getattr(self, name))]
        lines.append(f"totals = {_list(self.totals)}")
        for name in ("kept_totals", "carry_down", "leave_blank"):
            if getattr(self, name):
                lines.append(f"{name} = {_list(getattr(self, name))}")
        tables: dict[str, Mapping[str, str | int | tuple[str, ...]]] = {
            "dialect": self.dialect,
            "constants": self.constants,
            "columns": self.columns,
            "counts": self.counts,
            "units": self.units,
            "leave_out": self.leave_out,
            "unrelated": self.unrelated,
            "implies": self.implies,
            "accepted": self.accepted,
            **{f"values.{quoted(name)}": codes for name, codes in self.values.items()},
        }
        for name, table in tables.items():
            if not table and name in {"counts", "units", "leave_out", "unrelated", "implies"}:
                continue
            lines += ["", f"[{name}]"]
            lines += [f"{quoted(key)} = {_word(value)}" for key, value in table.items()]
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
        kinds: dict[str, type] = {"shape": str, "years_across": bool, **dict.fromkeys(LISTS, list)}
        kinds |= dict.fromkeys((*ANSWERS, "all_complaints"), str)
        tables = {
            "dialect",
            "columns",
            "values",
            "constants",
            "accepted",
            "counts",
            "implies",
            "units",
            *LISTS_BY_HEADER,
        }
        tables |= {"coarsen"}  # of older recipes
        for key, value in said.items():
            if key not in kinds and key not in tables:
                raise RecipeError("unknown_key", key)
            if not isinstance(value, kinds.get(key, dict)):
                raise RecipeError("wrong_type", key)
        if "shape" not in said:
            raise RecipeError("missing_key", "shape")
        said.pop("coarsen", None)
        given: dict[str, Any] = {**said}
        given |= {name: tuple(said[name]) for name in LISTS if name in said}
        for name in LISTS_BY_HEADER & said.keys():
            given[name] = {
                header: tuple(values) if isinstance(values, list) else values for header, values in said[name].items()
            }
        return cls(**_without_never_read(_with_country_of_regions(given)))


def _with_country_of_regions(said: dict[str, Any]) -> dict[str, Any]:
    """An older recipe, which names no country, with that of its regions: KZ-75 says Kazakhstan."""
    constants, columns, values = (said.get(table, {}) for table in ("constants", "columns", "values"))
    regions = [*dict(values.get("region", {})).values(), constants.get("region", "")]
    named = {code.partition("-")[0] for code in regions if isinstance(code, str) and "-" in code}
    if "country" in constants or "country" in columns.values() or len(named) != 1:
        return said
    return said | {"constants": constants | {"country": named.pop()}}


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
    for name in ("totals", "kept_totals"):
        if any(kind not in TOTALS for kind in getattr(recipe, name)):
            raise RecipeError("unknown_code", name)
    for name, allowed in {**ANSWERS, "all_complaints": ("yes", "no")}.items():
        if getattr(recipe, name) not in ("", *allowed):
            raise RecipeError("unknown_code", name)
    _judge_dialect(recipe.dialect)
    _judge_columns(recipe, known)
    _judge_meaning(recipe)
    country = recipe.country
    for name, codes in recipe.values.items():
        if name not in known or known[name].type != "code":
            raise RecipeError("unknown_field", f"values.{name}")
        if not isinstance(codes, dict):
            raise RecipeError("wrong_type", f"values.{name}")
        for value, code in codes.items():
            if code not in (*known[name].codes(country), *EXTRA_CODES.get(name, ())):
                raise RecipeError("unknown_code", f"values.{name}.{value}")
    for name, value in recipe.constants.items():
        if name == "region" and recipe.shape == "cases":
            if value not in fields("figures")["region"].codes(country):
                raise RecipeError("unknown_code", "constants.region")
        elif name == "country":
            if value not in countries():
                raise RecipeError("unknown_country", value)
        elif name == "kind":
            if value not in datasets.catalogue()["kind"]:
                raise RecipeError("unknown_code", "constants.kind")
        elif name not in known or not known[name].constant:
            raise RecipeError("unknown_field", f"constants.{name}")
        elif known[name].type == "code" and value not in known[name].codes(country):
            raise RecipeError("unknown_code", f"constants.{name}")
    for rule, reason in recipe.accepted.items():
        if not reason.strip():
            raise RecipeError("reason_missing", f"accepted.{rule}")


def _judge_meaning(recipe: Recipe) -> None:
    """Raise RecipeError where what the rows mean can't be meant."""
    stages = datasets.catalogue()["stage"]
    for header, stage in recipe.counts.items():
        if stage not in stages:
            raise RecipeError("unknown_code", f"counts.{header}")
        if folded(header) in {folded(other) for other in recipe.columns}:
            raise RecipeError("header_twice", f"counts.{header}")
    if recipe.counts and (recipe.shape != "figures" or recipe.years_across or "value" in recipe.columns.values()):
        raise RecipeError("counts_of_figures_only", "counts")
    if recipe.counts and "stage" in {*recipe.columns.values(), *recipe.constants}:
        raise RecipeError("field_twice", "counts")
    if recipe.shape == "figures" and recipe.row not in ("", "count"):
        raise RecipeError("unknown_code", "row")
    for name in ("carry_down", "leave_blank"):
        if not all(isinstance(header, str) for header in getattr(recipe, name)):
            raise RecipeError("wrong_type", name)
    for name in sorted(LISTS_BY_HEADER):
        for header, values in getattr(recipe, name).items():
            if not isinstance(values, tuple) or not all(isinstance(value, str) for value in values):
                raise RecipeError("wrong_type", f"{name}.{header}")
    units = fields("figures")["unit"].codes()
    for header, unit in recipe.units.items():
        if unit not in units or header not in recipe.counts:
            raise RecipeError("unknown_code", f"units.{header}")
    for stage, holds in recipe.implies.items():
        if stage not in stages:
            raise RecipeError("unknown_code", f"implies.{stage}")
        if not isinstance(holds, bool):
            raise RecipeError("wrong_type", f"implies.{stage}")


def _list(words: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, words))}]"


def _word(value: str | int | bool | tuple[str, ...]) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return _list(value)
    return str(value) if isinstance(value, int) else quoted(value)


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
