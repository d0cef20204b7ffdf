"""Countries and their names in the languages of the dashboard.

The countries are those of ISO 3166-1 (data/reference/countries.csv). The locales name those that have figures, in the
forms that sentences need; the Unicode CLDR names the others.
"""

import csv
import tomllib
from functools import cache
from pathlib import Path

from babel import Locale

REFERENCE = Path(__file__).parent / "reference"
# As official texts write: no ё, and the dash of the locales.
PLAIN = str.maketrans("Ёё—", "Ее–")
LOCALES = REFERENCE.parent.parent / "components" / "locales"


@cache
def countries() -> tuple[str, ...]:
    """Codes of ISO 3166-1 alpha-2, in the order of their table."""
    return tuple(row["country"] for row in read_reference("countries"))


@cache
def place_words(language: str) -> dict[str, str]:
    """The words for places that no locale has: `country.BD` and, as it stands in a sentence, `country.BD.in`."""
    said = tomllib.loads((LOCALES / language / "codes.toml").read_text("utf8"))
    names = Locale(language).territories
    found = {}
    for code in countries():
        if code not in said["country"]:
            name = names[code].translate(PLAIN)
            found[f"country.{code}"] = name
            found[f"country.{code}.in"] = said["place"]["in_country"].format(name=name)
    return found


def read_reference(name: str) -> list[dict[str, str]]:
    """The rows of a table of data/reference."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))
