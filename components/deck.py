"""A deck: charts in an order, each with a title and a note of her own; one small file, and an address.

A deck holds views and words, never a number: its charts are asked again for the version of the data that it names.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from components.chart import View
from data.errors import DashboardError
from data.toml import LARGEST, TomlRefused, look_over, parse_untrusted, quoted

FORMAT = 1
MOST = 100  # charts
LONGEST = {"title": 200, "note": 5_000, "version": 64, "key": 40}
# Letters of an address: a deck that no compression makes smaller, in base64.
LONGEST_ADDRESS = 90_000
KEYS = {"": {"deck", "title", "version", "charts"}, "chart": {"title", "note", "view"}}
SEVEN = Path(__file__).parent / "seven.toml"


class DeckRefused(DashboardError):
    """A file or an address is no deck: `value` is the part that is at fault."""

    section = "deck"
    codes = frozenset({
        *("too_large", "too_complex", "not_toml", "not_a_deck", "other_format", "too_many", "wrong_part"),
        "broken_address",
    })  # fmt: skip

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code, value=value)
        self.value = value


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

    @property
    def fits(self) -> bool:
        """Its file can be read again, whatever version it may name; a deck that does not fit is not to be kept."""
        try:
            look_over(replace(self, version="0" * LONGEST["version"]).to_toml())
        except TomlRefused:
            return False
        return len(self.cards) <= MOST

    def with_card(self, card: Card) -> "Deck":
        """The deck with one chart more, at its end; as it is, when it can hold no more."""
        more = replace(self, cards=(*self.cards, card))
        return more if more.fits else self

    def without(self, place: int) -> "Deck":
        """The deck without the chart at `place`."""
        return replace(self, cards=self.cards[:place] + self.cards[place + 1 :])

    def moved(self, place: int, to: int) -> "Deck":
        """The deck with the chart at `place` moved to `to`."""
        cards = list(self.cards)
        cards.insert(to, cards.pop(place))
        return replace(self, cards=tuple(cards))

    def with_title(self, title: str) -> "Deck":
        """The deck under another title. Raises DeckRefused: too_large, when its file could not be read again."""
        return replace(self, title=title[: LONGEST["title"]])._require_fit()

    def said(self, place: int, title: str, note: str) -> "Deck":
        """The deck with another title and note at the chart at `place`. Raises DeckRefused as `with_title` does."""
        cards = list(self.cards)
        cards[place] = replace(cards[place], title=title[: LONGEST["title"]], note=note[: LONGEST["note"]])
        return replace(self, cards=tuple(cards))._require_fit()

    def _require_fit(self) -> "Deck":
        if not self.fits:
            raise DeckRefused("too_large")
        return self

    def to_toml(self) -> str:
        """The deck as a file; from_toml reads it back equal."""
        lines = [f"deck = {FORMAT}", f"title = {quoted(self.title)}", f"version = {quoted(self.version)}"]
        for card in self.cards:
            lines += ["", "[[charts]]", f"title = {quoted(card.title)}", f"note = {quoted(card.note)}"]
            lines += ["[charts.view]", *(f"{key} = {quoted(value)}" for key, value in card.view.address.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, content: bytes | str) -> "Deck":
        """Read a deck file. Raises DeckRefused: too_large, too_complex, not_toml, not_a_deck, other_format, too_many,
        wrong_part.

        What its charts name is not looked up here: a chart that is gone is said where it would stand.
        """
        try:
            return cls._read(parse_untrusted(content))
        except TomlRefused as refused:
            raise DeckRefused(refused.code) from refused

    def to_address(self) -> str:
        """The deck as one parameter of an address; from_address reads it back equal."""
        charts = [{"title": card.title, "note": card.note, "view": card.view.address} for card in self.cards]
        said = {"deck": FORMAT, "title": self.title, "version": self.version, "charts": charts}
        words = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(zlib.compress(words.encode(), 9)).decode().rstrip("=")

    @classmethod
    def from_address(cls, parameter: str) -> "Deck":
        """Read the parameter of an address. Raises DeckRefused as from_toml does, and broken_address.

        Addresses that were handed out before November 2026 hold the deck's file: they are read as one.
        """
        words = _unpacked(parameter)
        return cls._read(_json(words)) if words.startswith("{") else cls.from_toml(words)

    @classmethod
    def _read(cls, said: Mapping[str, Any]) -> "Deck":
        if "deck" not in said:
            raise DeckRefused("not_a_deck")
        if type(said["deck"]) is not int or said["deck"] != FORMAT:
            raise DeckRefused("other_format", str(said["deck"])[:20])
        if unknown := said.keys() - KEYS[""]:
            raise DeckRefused("wrong_part", min(unknown)[: LONGEST["key"]])
        charts = said.get("charts", [])
        if not isinstance(charts, list) or len(charts) > MOST:
            raise DeckRefused("too_many", str(MOST))
        cards = tuple(_card(number, chart) for number, chart in enumerate(charts, 1))
        return cls(cards, _words(said, "title", "title"), _words(said, "version", "version"))._require_fit()


def _unpacked(parameter: str) -> str:
    if len(parameter) > LONGEST_ADDRESS:
        raise DeckRefused("too_large")
    try:
        packed = base64.b64decode(parameter + "=" * (-len(parameter) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        # Not a byte more than a deck may have comes out, whatever the address would unpack to.
        words = unpacking.decompress(packed, LARGEST + 1)
        if len(words) > LARGEST:
            raise DeckRefused("too_large")
        if not unpacking.eof or unpacking.unused_data:
            raise DeckRefused("broken_address")
        return words.decode()
    except (ValueError, zlib.error) as error:
        raise DeckRefused("broken_address") from error


def _json(words: str) -> dict[str, Any]:
    """An object of JSON in which no key stands twice, and no number but the format's."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise DeckRefused("broken_address")
        return found

    def number(digits: str) -> int:
        return int(digits[:20])

    def refused(digits: str) -> None:
        raise DeckRefused("broken_address")

    try:
        said = json.loads(words, parse_int=number, parse_float=refused, parse_constant=refused, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise DeckRefused("broken_address") from error
    if not isinstance(said, dict):
        raise DeckRefused("broken_address")
    return said


def _card(number: int, chart: Any) -> Card:
    if not isinstance(chart, dict) or chart.keys() - KEYS["chart"] or not isinstance(view := chart.get("view"), dict):
        raise DeckRefused("wrong_part", str(number))
    # A key stands bare in the file, and TOML takes only these letters for one.
    keys_stand = all(key.isascii() and key.isidentifier() and len(key) <= LONGEST["key"] for key in view)
    if "chart" not in view or not keys_stand or not all(map(_is_text, view.values())):
        raise DeckRefused("wrong_part", str(number))
    given = dict(view)
    name = given.pop("chart")
    return Card(View(name, given), _words(chart, "title", str(number)), _words(chart, "note", str(number)))


def _words(said: Mapping[str, Any], key: str, part: str) -> str:
    found = said.get(key, "")
    if not _is_text(found):
        raise DeckRefused("wrong_part", part)
    return found[: LONGEST[key]]


def _is_text(words: Any) -> TypeGuard[str]:
    """It can be written: JSON lets half a letter stand (\\ud800), no file and no address does."""
    return isinstance(words, str) and not any("\ud800" <= letter <= "\udfff" for letter in words)


@cache
def seven() -> Deck:
    """«Kazakhstan in seven charts»: the ready deck, on the figures that are shipped."""
    return Deck.from_toml(SEVEN.read_bytes())
