"""The shipped datasets: a CSV and its dataset.toml, read and refused with file, row, column and rule in hand."""

import csv
import hashlib
import io
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.errors import DashboardError, Detail, Words
from data.places import LANGUAGES, LOCALES, place_words
from queries.catalog import names, query

ROOT = Path(__file__).parent
# Every dataset of figures fills one table, so that a question does not care who counted.
FIGURES = "figures"
# Columns whose values a call may name.
CALLABLE = ("country", "compiler", "stage", "unit", "scope", "scope_detail", "kind", "figure_id", "source_id")


@dataclass(frozen=True)
class Refusal:
    """One fault of a shipped file: where it stands, which rule it breaks, and what stands there.

    `rule` is a code with words in the locales (`rule.<code>`), or the name of a file in queries/checks.
    """

    file: str
    row: int
    column: str
    rule: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.rule} ({self.value})"


class DataRefused(DashboardError):
    """The data is at fault; `refusals` names every place."""

    section = "error"
    code = "data_refused"

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__()
        self.refusals = refusals

    def __str__(self) -> str:
        return "\n".join(map(str, self.refusals))

    @property
    def sentences(self) -> list[tuple[str, dict[str, Detail]]]:
        """What is wrong, and a line for each place."""
        rows = [
            {
                "file": refusal.file,
                "row": refusal.row,
                "column": refusal.column or "–",
                "rule": Words(f"rule.{refusal.rule}"),
                "value": refusal.value or "–",
            }
            for refusal in self.refusals
        ]
        return [("error.data_refused", {}), *(("error.data_refused_row", row) for row in rows)]


@dataclass(frozen=True)
class Table:
    """A table of a dataset.toml: its file, its grain, its columns and what is expected of it."""

    dataset: str
    name: str
    path: Path
    grain: list[str]
    columns: dict[str, dict[str, Any]]
    expect: dict[str, Any]

    @property
    def file(self) -> str:
        """Folder and name of the file, as a refusal says it."""
        return f"{self.path.parent.name}/{self.path.name}"


@dataclass(frozen=True)
class Row:
    """One line of a file: its number as an editor shows it, and its cells as they stand."""

    table: Table
    number: int
    cells: dict[str, str]

    def refuse(self, column: str, rule: str, value: object) -> Refusal:
        """A Refusal of one cell of this row."""
        return Refusal(self.table.file, self.number, column, rule, str(value))


def described(root: Path = ROOT) -> list[Table]:
    """Every table that a dataset.toml below `root` describes, reference tables first."""
    tables = []
    for path in sorted(root.glob("*/dataset.toml"), key=lambda p: (p.parent.name != "reference", p)):
        description = tomllib.loads(path.read_text("utf8"))
        for name, table in description["tables"].items():
            columns = table["columns"]
            if isinstance(columns, str):
                columns = tomllib.loads((path.parent / columns).resolve().read_text("utf8"))
            tables.append(
                Table(
                    path.parent.name,
                    name,
                    path.parent / table["file"],
                    table["grain"],
                    columns,
                    table.get("expect", {}),
                )
            )
    return tables


def content_hash(root: Path = ROOT) -> str:
    """The version of the shipped data: the same on every machine for the same bytes."""
    digest = hashlib.sha256()
    for table in described(root):
        digest.update(table.file.encode())
        digest.update(table.path.read_bytes())
    return digest.hexdigest()[:12]


def compiled(root: Path = ROOT) -> str:
    """The latest month in which shipped figures were compiled, as their dataset.toml say it: «2026-11»."""
    said = [tomllib.loads(path.read_text("utf8")) for path in root.glob("*/dataset.toml")]
    return max(str(each["origin"]["compiled"]) for each in said)


def load(root: Path = ROOT, locales: Path = LOCALES) -> dict[str, pa.Table]:
    """The shipped tables by name, typed as declared; `figures` holds every dataset and a column `dataset`.

    Raises DataRefused with every fault found.
    """
    tables = described(root)
    faults: list[Refusal] = []
    rows: list[Row] = []
    for table in tables:
        read, refused = _read(table)
        rows += read
        faults += refused
    if not faults:
        faults = _correct(rows)
    if not faults:
        faults = [*_cells(rows, _words(locales)), *_grains(rows), *_expected(tables, rows)]
    if faults:
        raise DataRefused(faults)
    con = _typed(tables, rows)
    if faults := _checked(con, rows):
        raise DataRefused(faults)
    return {name: con.table(name).to_arrow_table() for name in dict.fromkeys(table.name for table in tables)}


def _read(table: Table) -> tuple[list[Row], list[Refusal]]:
    """The rows of one file, or the reasons why it can't be read."""
    try:
        text = table.path.read_text("utf-8-sig")
    except FileNotFoundError:
        return [], [Refusal(table.file, 1, "", "file_missing", table.path.name)]
    except UnicodeDecodeError as error:
        line = table.path.read_bytes()[: error.start].count(b"\n") + 1
        return [], [Refusal(table.file, line, "", "not_utf8", "")]
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[Row] = []
    faults: list[Refusal] = []
    try:
        header = next(reader, [])
        if header != list(table.columns):
            place = next((i for i, (a, b) in enumerate(zip(header, table.columns, strict=False)) if a != b), None)
            at = min(len(header), len(table.columns)) if place is None else place
            wanted = list(table.columns)[at] if at < len(table.columns) else ""
            found = header[at] if at < len(header) else ""
            return [], [Refusal(table.file, 1, wanted, "header_differs", found)]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                faults.append(Refusal(table.file, line, "", "cells_differ", str(len(cells))))
            else:
                rows.append(Row(table, line, dict(zip(header, cells, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        faults.append(Refusal(table.file, reader.line_num, "", "not_csv", str(error)))
    return rows, faults


def _correct(rows: list[Row]) -> list[Refusal]:
    """Put what reference/corrections.csv says in place of what the files of figures hold, and name what can't be.

    A correction names the cell as it `was`: one that no longer holds it has been corrected in its file, or was never
    so, and has to be looked at again.
    """
    figures = {row.cells["figure_id"]: row.cells for row in rows if row.table.name == FIGURES}
    faults = []
    for row in (row for row in rows if row.table.name == "corrections"):
        figure, field, was = figures.get(row.cells["figure_id"], {}), row.cells["field"], row.cells["was"]
        if field not in figure or field == "figure_id":
            faults.append(row.refuse("field", "unknown_code", field))
        elif figure[field] != was:
            faults.append(row.refuse("was", "correction_outdated", figure[field]))
        elif (row.cells["status"] == "kept") != (was == row.cells["value"]):
            faults.append(row.refuse("value", "correction_changes_nothing", row.cells["value"]))
        else:
            figure[field] = row.cells["value"]
    return faults


def _words(locales: Path) -> dict[str, set[str]]:
    """The keys that each language has words for; a translated text is a key of its own."""
    words = {}
    for language in LANGUAGES:
        keys = set(place_words(language))
        for path in (locales / language).glob("*.toml"):
            for section, entries in tomllib.loads(path.read_text("utf8")).items():
                keys |= {f"{section}.{key}" for key, word in entries.items() if word}
        notes = locales / language / "notes.csv"
        if notes.exists():
            with notes.open(encoding="utf8", newline="") as file:
                keys |= {row["en"] for row in csv.DictReader(file) if row["text"]}
        words[language] = keys
    return words


def _cells(rows: list[Row], words: dict[str, set[str]]) -> Iterator[Refusal]:
    """Faults that one cell shows: missing, of the wrong type, an unknown code, a code without words."""
    known: dict[str, set[Any]] = {}

    def codes(reference: str, within: str | None) -> set[Any]:
        name, column = reference.split(".")
        if (key := f"{reference} {within}") not in known:
            known[key] = {
                (row.cells[within], row.cells[column]) if within else row.cells[column]
                for row in rows
                if row.table.name == name
            }
        return known[key]

    for row in rows:
        for column, about in row.table.columns.items():
            cell = row.cells[column]
            if cell == "":
                if about.get("required"):
                    yield row.refuse(column, "missing", "")
                continue
            if cell != cell.strip():
                yield row.refuse(column, "space_around", repr(cell))
            if any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in cell.replace("\n", " ")):
                yield row.refuse(column, "control_character", repr(cell))
            if (shape := about.get("pattern")) and not re.fullmatch(shape, cell):
                yield row.refuse(column, "malformed_id", cell)
            if not _is_of_type(cell, about["type"]):
                yield row.refuse(column, {"DATE": "not_a_date"}.get(about["type"], "not_a_number"), cell)
            if about.get("date_prefix") and not _is_date_prefix(cell):
                yield row.refuse(column, "not_a_date", cell)
            if "values" in about and cell not in about["values"]:
                yield row.refuse(column, "unknown_code", cell)
            if reference := about.get("codes"):
                within = about.get("within")
                for code in cell.split("|") if about.get("many") else [cell]:
                    if ((row.cells[within], code) if within else code) not in codes(reference, within):
                        rule = "source_not_listed" if reference == "sources.source_id" else "unknown_code"
                        yield row.refuse(column, rule, code)
            if pattern := about.get("words"):
                key = pattern.format(**row.cells)
                for language in (language for language in LANGUAGES if key not in words[language]):
                    yield row.refuse(column, "code_without_words", f"{key} ({language})")
            if about.get("translated"):
                for language in (language for language in LANGUAGES[1:] if cell not in words[language]):
                    yield row.refuse(column, "text_without_translation", f"{cell} ({language})")


def _is_of_type(cell: str, kind: str) -> bool:
    try:
        if kind == "DATE":
            return is_date(cell)
        if kind == "INTEGER":
            return bool(re.fullmatch(r"-?\d+", cell, re.ASCII))
        if kind == "DOUBLE":
            return bool(re.fullmatch(r"-?\d+(\.\d+)?", cell, re.ASCII)) and math.isfinite(float(cell))
    except ValueError:
        return False
    return True


def is_date(cell: str) -> bool:
    """A day as the files write it, 2012-12-31; no other of the ISO forms."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", cell, re.ASCII)) and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _is_date_prefix(cell: str) -> bool:
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", cell, re.ASCII)) and _is_of_type(
        (cell + "-01-01")[:10] if len(cell) != 7 else cell + "-01", "DATE"
    )


def _grains(rows: list[Row]) -> Iterator[Refusal]:
    """Rows that repeat the grain of their table, across all datasets that fill it."""
    keys = Counter((row.table.name, tuple(row.cells[column] for column in row.table.grain)) for row in rows)
    for row in rows:
        key = tuple(row.cells[column] for column in row.table.grain)
        if keys[row.table.name, key] > 1:
            yield row.refuse(row.table.grain[-1], "repeated_id", " ".join(key))


def _expected(tables: list[Table], rows: list[Row]) -> Iterator[Refusal]:
    """Counts of a file that are not what its dataset.toml expects."""
    for table in tables:
        own = [row for row in rows if row.table == table]
        expect = table.expect
        if (wanted := expect.get("rows")) is not None and len(own) != wanted:
            yield Refusal(table.file, 1, "", "rows_expected", f"{len(own)}, {wanted}")
        found = Counter(row.cells.get("country", "") for row in own)
        if "countries" in expect and found != Counter(expect["countries"]):
            for country in sorted(found.keys() | expect["countries"].keys()):
                if found[country] != (wanted := expect["countries"].get(country, 0)):
                    yield Refusal(table.file, 1, "country", "rows_expected", f"{country}: {found[country]}, {wanted}")
        if "years" in expect:
            first, last = expect["years"]
            for row in own:
                for column in ("period_start", "period_end"):
                    cell = row.cells[column]
                    if is_date(cell) and not first <= int(cell[:4]) <= last:
                        yield row.refuse(column, "year_unexpected", cell)


def _typed(tables: list[Table], rows: list[Row]) -> duckdb.DuckDBPyConnection:
    """The rows in an engine of their own, in columns of their declared types."""
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    for table in tables:
        own = [row.cells for row in rows if row.table == table]
        columns = list(table.columns)
        raw = pa.table({column: pa.array([row[column] for row in own], pa.string()) for column in columns})
        con.register("raw", raw)
        # Names and types come from our own dataset.toml, never from a file of a user.
        typed = ", ".join(f'nullif("{c}", \'\')::{about["type"]} as "{c}"' for c, about in table.columns.items())
        dataset = f"'{table.dataset}' as dataset, " if table.name == FIGURES else ""
        select = f"select {dataset}{typed} from raw"
        if con.execute("select count(*) from duckdb_tables() where table_name = $1", [table.name]).fetchone() == (0,):
            con.execute(f'create table "{table.name}" as {select}')
        else:
            con.execute(f'insert into "{table.name}" {select}')
        con.unregister("raw")
    return con


def _checked(con: duckdb.DuckDBPyConnection, rows: list[Row]) -> list[Refusal]:
    """What the queries of queries/checks find, at its file and row."""
    places = _places(rows)
    faults = []
    for name in names("checks"):
        for fault in query(name, "checks").frame(con).to_dict("records"):
            faults.append(places[fault["id"]].refuse(fault["column"], name, fault["value"]))
    return faults


def _places(rows: list[Row]) -> dict[str, Row]:
    return {row.cells[row.table.grain[0]]: row for row in rows if row.table.name in {FIGURES, "sources", "breaks"}}


@cache
def catalogue(root: Path = ROOT) -> dict[str, set[str]]:
    """The codes that a call may use, by parameter: country, compilers, stages, scope, kind …"""
    found: dict[str, set[str]] = {}
    for table in described(root):
        with table.path.open(encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                for column in CALLABLE:
                    if row.get(column) and (column != "kind" or table.name == "kinds"):
                        found.setdefault(column, set()).add(row[column])
    return found
