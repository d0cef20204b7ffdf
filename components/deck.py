"""A deck: charts in an order, each with a title and a note of her own; one small file, and an address.

A deck holds views and words, never a number: its charts are asked again for the version of the data that it names.
"""

import base64
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from components.views import View
from data.toml import quoted

FORMAT = 1
LARGEST = 1_200_000  # letters of a deck file: MOST charts with titles and notes as long as they may be
MOST = 100  # charts
LONGEST = {"title": 200, "note": 5_000}
SEVEN = Path(__file__).parent / "seven.toml"


class DeckRefused(ValueError):
    """A file or an address is no deck: `code` is a key of «deck» in the locales, `value` the part that is at fault."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code} {value}".strip())
        self.code, self.value = code, value


@dataclass(frozen=True)
class Card:
    """One chart of a deck: its view, a title of her own beside the generated finding, a note for the speaker."""

    view: View
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Deck:
    """Charts in their order; `version`: the data they show, '' for the latest."""

    cards: tuple[Card, ...] = ()
    title: str = ""
    version: str = ""

    def with_card(self, card: Card) -> "Deck":
        """The deck with one chart more, at its end, as long as it may hold one more."""
        return replace(self, cards=(*self.cards, card)) if len(self.cards) < MOST else self

    def without(self, place: int) -> "Deck":
        """The deck without the chart at `place`."""
        return replace(self, cards=self.cards[:place] + self.cards[place + 1 :])

    def moved(self, place: int, to: int) -> "Deck":
        """The deck with the chart at `place` moved to `to`."""
        cards = list(self.cards)
        cards.insert(to, cards.pop(place))
        return replace(self, cards=tuple(cards))

    def said(self, place: int, title: str, note: str) -> "Deck":
        """The deck with another title and note at the chart at `place`."""
        cards = list(self.cards)
        cards[place] = replace(cards[place], title=title[: LONGEST["title"]], note=note[: LONGEST["note"]])
        return replace(self, cards=tuple(cards))

    def to_toml(self) -> str:
        """The deck as a file; from_toml reads it back equal."""
        lines = [f"deck = {FORMAT}", f"title = {quoted(self.title)}", f"version = {quoted(self.version)}"]
        for card in self.cards:
            lines += ["", "[[charts]]", f"title = {quoted(card.title)}", f"note = {quoted(card.note)}"]
            lines += ["[charts.view]", *(f"{key} = {quoted(value)}" for key, value in card.view.address.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, words: str) -> "Deck":
        """Read a deck file. Raises DeckRefused: too_large, not_toml, not_a_deck, other_format, too_many, wrong_part.

        What its charts name is not looked up here: a chart that is gone is said where it would stand.
        """
        if len(words) > LARGEST:
            raise DeckRefused("too_large")
        try:
            said = tomllib.loads(words)
        except (ValueError, RecursionError) as error:
            raise DeckRefused("not_toml") from error
        if "deck" not in said:
            raise DeckRefused("not_a_deck")
        if said["deck"] != FORMAT:
            raise DeckRefused("other_format", str(said["deck"])[:20])
        charts = said.get("charts", [])
        if not isinstance(charts, list) or len(charts) > MOST:
            raise DeckRefused("too_many", str(MOST))
        cards = tuple(_card(number, chart) for number, chart in enumerate(charts, 1))
        return cls(cards, _words(said, "title", "title"), _words(said, "version", "version")[:64])

    def to_address(self) -> str:
        """The deck as one parameter of an address; from_address reads it back equal."""
        return base64.urlsafe_b64encode(zlib.compress(self.to_toml().encode(), 9)).decode().rstrip("=")

    @classmethod
    def from_address(cls, parameter: str) -> "Deck":
        """Read the parameter of an address. Raises DeckRefused as from_toml does, and broken_address."""
        try:
            packed = base64.urlsafe_b64decode(parameter + "=" * (-len(parameter) % 4))
            unpacking = zlib.decompressobj()
            words = unpacking.decompress(packed, LARGEST * 4)
            if unpacking.unconsumed_tail or not unpacking.eof:
                raise DeckRefused("broken_address")
            return cls.from_toml(words.decode())
        except (ValueError, zlib.error) as error:
            if isinstance(error, DeckRefused):
                raise
            raise DeckRefused("broken_address") from error


def _card(number: int, chart: Any) -> Card:
    if not isinstance(chart, dict) or not isinstance(view := chart.get("view"), dict):
        raise DeckRefused("wrong_part", str(number))
    given = {str(key): value for key, value in view.items()}
    # A key stands bare in the file, and TOML takes only these letters for one.
    if "chart" not in given or not all(
        key.isascii() and key.isidentifier() and isinstance(value, str) for key, value in given.items()
    ):
        raise DeckRefused("wrong_part", str(number))
    name = given.pop("chart")
    return Card(View(name, given), _words(chart, "title", str(number)), _words(chart, "note", str(number)))


def _words(said: Mapping[str, Any], key: str, part: str) -> str:
    found = said.get(key, "")
    if not isinstance(found, str):
        raise DeckRefused("wrong_part", part)
    return found[: LONGEST.get(key, LARGEST)]


@cache
def seven() -> Deck:
    """«Kazakhstan in seven charts»: the ready deck, on the figures that are shipped."""
    return Deck.from_toml(SEVEN.read_text("utf8"))
