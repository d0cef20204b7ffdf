"""Blocks for readers: charts bound to the store and to what an address may say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.chart import Outcome, View, ViewRefused, split_codes
from components.charts import CHARTS, CHOICES
from components.charts.shared.notes import describe_absence, name_request
from components.filters import Choices, Reader
from components.store import ask
from components.text import DASH, Text

# What an address, or a deck, says of a chart: nothing else of it is followed.
KEYS = ("chart", "country", "from", "to", "compilers", "scope", *CHOICES)


def answer(reader: Reader, chart: str, heading: str = "", **chosen: Any) -> Outcome | None:
    """The block of a chart for a reader; None where nothing need be said."""
    return CHARTS[chart].make(reader, ask, heading, **chosen)


def make(view: View, text: Text) -> Outcome:
    """The block of a view. Raises ViewRefused for a chart, a country, a year or a choice that is not known."""
    if view.chart not in CHARTS:
        raise ViewRefused("chart", view.chart)
    reader = read_reader(view.given, text)
    outcome = answer(reader, view.chart, **CHARTS[view.chart].read_choices(view.given))
    return outcome or replace(describe_absence(name_request(reader), reader), view=view)


def read_reader(given: Mapping[str, str], text: Text) -> Reader:
    """Read what was chosen for all charts. Raises ViewRefused for what is not known."""
    country = given.get("country", "")
    if country not in set(ask("countries_known")["country"]):
        raise ViewRefused("country", country)
    choices = Choices.of(country)
    try:
        year_from, year_to = int(given.get("from") or choices.first_year), int(given.get("to") or choices.last_year)
    except ValueError:
        year_from, year_to = 0, 0
    if not 1000 <= year_from <= year_to <= 9999:
        asked = DASH.join(given[end] for end in ("from", "to") if given.get(end))
        raise ViewRefused("years", asked[:80])
    scope = given.get("scope") or choices.scopes[0]
    if scope not in choices.scopes:
        raise ViewRefused("choice", scope)
    compilers = tuple(split_codes(given.get("compilers", "")))
    if unknown := [each for each in compilers if each not in choices.compilers]:
        raise ViewRefused("choice", unknown[0])
    is_narrowed = (year_from, year_to) != (choices.first_year, choices.last_year)
    scope, _, detail = scope.partition("/")
    return Reader(text, country, year_from, year_to, compilers, scope, detail, is_narrowed)
