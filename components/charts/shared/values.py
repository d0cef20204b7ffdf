"""Values of a row as they are written: missing numbers, bounds, days, periods, what a row covers."""

from datetime import date
from typing import Any

from components.text import Text

Row = dict[str, Any]
UNNAMED = "official_unspecified"  # an official body that no source names


def number_or_none(value: object) -> float | None:
    """A number, or None for a missing one."""
    return None if value is None or value != value else float(value)  # type: ignore[arg-type]


def read_bounds(row: Row, of: str = "") -> tuple[float | None, float | None]:
    """The two sides of a count, each None where it is unknown; of: what the names of the columns begin with."""
    return number_or_none(row[f"{of}low"]), number_or_none(row[f"{of}high"])


def write_number(row: Row, text: Text, of: str = "") -> str:
    """A count in words: «more than 70»."""
    return text.bound(*read_bounds(row, of), row[f"{of}qualifier"])


def mark_number(row: Row, text: Text, of: str = "") -> str:
    """A count beside a mark: «>70»."""
    return text.mark(*read_bounds(row, of), row[f"{of}qualifier"])


def read_day(value: Any) -> date:
    """A day of a frame as a date."""
    return value.date() if hasattr(value, "date") else value


def read_days(row: Row) -> tuple[date, date]:
    """The first and the last day counted."""
    return row["period_start"].date(), row["period_end"].date()


def write_period(row: Row, text: Text) -> str:
    """The time counted."""
    return text.period(*read_days(row))


def write_period_kind(row: Row, text: Text) -> str:
    """The time counted, and that we inferred it when the source does not say it."""
    words = write_period(row, text)
    # A part of a year has the days of the whole one where it is not told which part it is.
    if row.get("is_part_year") and words == text.year(row["period_start"].year):
        return text("date.of_part", period=words)
    is_inferred = row.get("has_inferred_window") or row.get("period_kind") == "window_inferred"
    return text("date.inferred", period=words) if is_inferred else words


def add_scope(words: str, row: Row, text: Text) -> str:
    """Add to words what the row covers, unless it is all cases: a sentence that is quoted alone must say it."""
    return text.covering(words, row.get("scope", "all"), row.get("scope_detail", ""))


def write_whole_period(row: Row, text: Text) -> str:
    """The time counted, how it is known, and what it covers."""
    return add_scope(write_period_kind(row, text), row, text)


def name_compiler(row: Row, text: Text) -> str:
    """Who counted; where nobody names the official body, the document that quotes it."""
    return _name_quoted(row, text, "quoted.by") or text.compiler(row["country"], row["compiler"])


def name_compiler_short(row: Row, text: Text) -> str:
    """Who counted, as it stands inside brackets."""
    return _name_quoted(row, text, "quoted.by_short") or text.compiler_short(row["country"], row["compiler"])


def _name_quoted(row: Row, text: Text, key: str) -> str:
    """A series of an official body that no source names, by the document that quotes it; else nothing."""
    source = row.get("source_id")
    is_quoted = row["compiler"] == UNNAMED and isinstance(source, str) and text.has(f"quoted_by.{source}")
    return text(key, who=text(f"quoted_by.{source}")) if is_quoted else ""


def name_compilers(row: Row, text: Text) -> str:
    """Who counted the two sides of a ratio; both, when two did."""
    first = name_compiler(row, text)
    if row["compiler"] == row["denominator_compiler"]:
        return first
    return f"{first} / {text.compiler(row['country'], row['denominator_compiler'])}"


def list_ids(row: Row) -> tuple[str, ...]:
    """The figures of a ratio: of a published one there is but one."""
    return tuple(each for each in (row["numerator_id"], row["denominator_id"]) if isinstance(each, str))
