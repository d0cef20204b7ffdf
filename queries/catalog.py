"""A .sql file becomes a Query: its comment header is its contract, and a test holds the two together."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

FOLDER = Path(__file__).parent
HEADER = re.compile(r"^--\s(?:(\w+):)?\s*(.*)$")
# A line that goes on with the description of the one above has no two spaces after its first word.
COLUMN = re.compile(r"^(\w+)\s{2,}\S")
PARAMETER = re.compile(r"^(\w+)\s+([\w\[\]]+)(?:\s+=\s+(\S+))?(?:\s{2,}(.*))?$")


class Connection(Protocol):
    """What a query is asked of: DuckDB, which an export that only reads headers needs not to have."""

    def execute(self, query: str, parameters: Any) -> Any:
        """Run the SQL; what comes back has `df()`."""


@dataclass(frozen=True)
class Parameter:
    """One `$name` of a query, its SQL type, and its default (None: the caller must give it)."""

    name: str
    type: str
    default: str | None
    description: str

    def read(self, value: object) -> Any:
        """Turn a word from the shell, or the default, into the value DuckDB is given.

        Raises ValueError when the word is not of the parameter's type.
        """
        if value == "''":
            value = ""
        if self.type.endswith("[]"):
            return [v for v in (value.split(",") if isinstance(value, str) else list(value)) if v]  # type: ignore[call-overload]
        if self.type == "integer":
            number = int(value)  # type: ignore[call-overload]
            if not -(2**31) <= number < 2**31:
                raise ValueError(value)
            return number
        if self.type == "boolean":
            if str(value).lower() not in {"true", "false"}:
                raise ValueError(value)
            return str(value).lower() == "true"
        return str(value)


@dataclass(frozen=True)
class Query:
    """A question, a mart or a check: its name, its SQL and its header."""

    name: str
    sql: str
    header: dict[str, list[str]]

    @property
    def question(self) -> str:
        """The plain sentence that the query answers."""
        return " ".join(self.header["question"])

    @property
    def columns(self) -> list[str]:
        """Names of the columns that the SQL returns, in order."""
        return [match[1] for line in self.header["columns"] if (match := COLUMN.match(line))]

    @property
    def described(self) -> dict[str, str]:
        """What each column means, by its name: those of the SQL, then those that the measures add."""
        found: dict[str, str] = {}
        name = ""
        for line in self.header["columns"]:
            if match := COLUMN.match(line):
                name = match[1]
                found[name] = line[len(name) :].strip()
            else:
                found[name] += f" {line}"
        for measure in self.measures:
            found |= import_module(f"queries.measures.{measure}").ADDED
        return found

    @property
    def grain(self) -> list[str]:
        """Columns whose values name a row and no other."""
        return re.split(r",\s*", " ".join(self.header["grain"]))

    @property
    def inputs(self) -> set[str]:
        """Tables that the SQL reads."""
        return set(re.split(r",\s*", " ".join(self.header["inputs"])))

    @property
    def params(self) -> dict[str, Parameter]:
        """The declared parameters by name; ValueError on a line that does not read."""
        found = {}
        for line in self.header.get("params", []):
            if line == "none":
                continue
            if not (match := PARAMETER.match(line)):
                raise ValueError(f"{self.name}: parameter line not understood: {line}")
            found[match[1]] = Parameter(match[1], match[2], match[3], match[4] or "")
        return found

    @property
    def measures(self) -> list[str]:
        """Names of the modules of `queries.measures` applied to the rows, in order."""
        return re.split(r",\s*", " ".join(self.header["measures"])) if "measures" in self.header else []

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """The given values and the defaults of the others, as DuckDB wants them.

        Raises KeyError for a name the query does not have or a value it misses,
        ValueError for a value of the wrong type.
        """
        if surplus := given.keys() - self.params.keys():
            raise KeyError(sorted(surplus)[0])
        values = {}
        for name, parameter in self.params.items():
            value = given.get(name, parameter.default)
            if value is None:
                raise KeyError(name)
            values[name] = parameter.read(value)
        return values

    def frame(self, con: Connection, **given: Any) -> pd.DataFrame:
        """Ask, and apply the measures: the columns of the header, then those the measures add."""
        frame = con.execute(self.sql, self.values(given)).df()
        for name in self.measures:
            frame = import_module(f"queries.measures.{name}").measure(frame)
        return frame


def parse(name: str, sql: str) -> Query:
    """Read the comment header of a SQL text."""
    header: dict[str, list[str]] = {}
    field = ""
    for line in sql.splitlines():
        if not (match := HEADER.match(line)):
            break
        field = match[1] or field
        header.setdefault(field, []).append(match[2])
    return Query(name, sql, header)


@cache
def query(name: str, folder: str = "questions") -> Query:
    """The query of `queries/<folder>/<name>.sql`; KeyError when there is none of that name."""
    if name not in names(folder):
        raise KeyError(name)
    return parse(name, (FOLDER / folder / f"{name}.sql").read_text("utf8"))


@cache
def names(folder: str = "questions") -> tuple[str, ...]:
    """All query names of a folder, in alphabetical order."""
    return tuple(sorted(path.stem for path in (FOLDER / folder).glob("*.sql")))
