"""Countries, and the regions, districts and cities within some of them, by their names.

The countries are those of ISO 3166-1 (data/reference/countries.csv). The locales name those that have figures, in the
forms that sentences need; the Unicode CLDR names the others. What is within a country stands in the gazetteer
(data/reference/gazetteer.csv): regions under their codes of ISO 3166-2, in three languages and by other names.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

REFERENCE = Path(__file__).parent / "reference"
# As official texts write: no ё, and the dash of the locales.
PLAIN = str.maketrans("Ёё—", "Ее–")
LOCALES = REFERENCE.parent.parent / "components" / "locales"
# The languages of the dashboard, English first: its words stand for what another has no column for.
LANGUAGES = ("en", "ru", "kk")


# What may stand away from the name of a region: «Bukhara Region» is Bukhara where all are regions.
KINDS_AFTER = (
    *(" область", " облысы", " облусу", " край", " өлкесі", " район", " Республикасы", " viloyati", " вилояти"),
    *(" Region", " Oblast", " Krai", " Province", " Republic", " oblast", " Республика"),
)
KINDS_BEFORE = ("Республика ", "Republic of ", "город ", "вилояти ", "raionul ")


@dataclass(frozen=True)
class Place:
    """A region, district or city: `code` is that of ISO 3166-2 for a region; `parent` is the region of the others.

    `level`: region, district or city; `others`: names beside those of the three languages, older ones too.
    """

    code: str
    level: str
    country: str
    parent: str
    en: str
    ru: str
    kk: str
    others: tuple[str, ...]

    def name(self, language: str) -> str:
        """Its name in a language of the dashboard; in English where the gazetteer has no column for it."""
        return {"en": self.en, "ru": self.ru, "kk": self.kk}.get(language, self.en)

    @property
    def written(self) -> tuple[str, ...]:
        """Every name that the gazetteer writes out, once."""
        return tuple(dict.fromkeys((self.en, self.ru, self.kk, *self.others)))

    @property
    def bare(self) -> tuple[str, ...]:
        """A region's names without the word for what it is, and with a short one: «Bukhara», «Бухарская обл.»."""
        if self.level != "region":
            return ()
        names = self.written
        bare = [name.removesuffix(kind) for name in names for kind in KINDS_AFTER if name.endswith(kind)]
        bare += [name.removeprefix(kind) for name in names for kind in KINDS_BEFORE if name.startswith(kind)]
        short = [f"{name.removesuffix(' область')} обл" for name in names if name.endswith(" область")]
        return tuple(dict.fromkeys((*bare, *short, *(f"{name}." for name in short))))


@cache
def gazetteer() -> tuple[Place, ...]:
    """Every place of the gazetteer, regions before what is in them."""
    return tuple(
        Place(
            row["place"],
            row["level"],
            row["country"],
            row["parent"],
            row["en"],
            row["ru"],
            row["kk"],
            tuple(filter(None, row["names"].split("|"))),
        )
        for row in read_reference("gazetteer")
    )


@cache
def countries_with_regions() -> tuple[str, ...]:
    """The countries whose regions the gazetteer knows."""
    return tuple(dict.fromkeys(place.country for place in gazetteer() if place.level == "region"))


@cache
def countries() -> tuple[str, ...]:
    """Codes of ISO 3166-1 alpha-2, in the order of their table."""
    return tuple(row["country"] for row in read_reference("countries"))


@cache
def place_words(language: str) -> dict[str, str]:
    """The words for places that no locale has: `region.KG-O`, `country.BD` and, in a sentence, `country.BD.in`."""
    said = tomllib.loads((LOCALES / language / "codes.toml").read_text("utf8"))
    names = Locale(language).territories
    regions = {place.code: place.name(language) for place in gazetteer() if place.level == "region"}
    found = {f"region.{code}": name for code, name in regions.items() if code not in said["region"]}
    for code in countries():
        if code not in said["country"]:
            name = names[code].translate(PLAIN)
            found[f"country.{code}"] = name
            found[f"country.{code}.in"] = said["place"]["in_country"].format(name=name)
    return found


def names_of_places() -> set[str]:
    """Every name of a country, region, district or city that is known here."""
    found = {name for place in gazetteer() for name in (*place.written, *place.bare)}
    for language in LANGUAGES:
        names = Locale(language).territories
        found |= {names[code] for code in countries()}
    return found


def read_reference(name: str) -> list[dict[str, str]]:
    """The rows of a table of data/reference."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))
