"""A deck, or one chart, made ready to leave the room: its charts asked once more for the version that it names."""

import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd

from components import blocks
from components.chart import Block, View, ViewRefused
from components.deck import Card, Deck, seven
from components.exports.exhibit import Exhibit, Handout
from components.store import as_of, ask, organisations, pinned, versions
from components.text import LANGUAGES, Text
from data.errors import word_error
from queries.catalog import query
from queries.measures.since import since

# The address at which others reach this dashboard («https://figures.example.org/»): printed as a link and a QR code.
ADDRESS = "TCP_ADDRESS"


def hand_out(deck: Deck, language: str) -> tuple[Handout, list[tuple[int, str]]]:
    """The deck in one language, and (place, sentence) for each chart of it that can't be shown.

    Raises UnknownVersion when its version is not known here.
    """
    with as_of(deck.version):
        text = Text(language, organisations())
        known = _find_version(deck.version)
        exhibits, missing = [], []
        for place, card in enumerate(deck.cards):
            exhibit = _exhibit_card(card, text, str(known["version"]))
            if isinstance(exhibit, str):
                missing.append((place, exhibit))
            else:
                exhibits.append(exhibit)
        title = deck.title or (text("deck.seven") if deck.cards == seven().cards else "")
        return Handout(tuple(exhibits), text, str(known["version"]), str(known["dated"]), title), missing


def hand_out_all(deck: Deck, language: str) -> list[Handout]:
    """The deck in every language, `language` first; without the charts that can't be shown."""
    return [hand_out(deck, each)[0] for each in sorted(LANGUAGES, key=lambda each: each != language)]


def hand_out_block(block: Block) -> Handout:
    """One chart that stands on the page already, ready to leave it."""
    known = _find_version(pinned())
    version = str(known["version"])
    return Handout((_exhibit_block(block, version),), block.text, version, str(known["dated"]))


def find_changes(old: Block) -> tuple[pd.DataFrame, Text]:
    """What has changed on a chart of an older version, as the measure `since` has it, and words that know the
    organisations of both versions."""
    with as_of(""):
        text = replace(old.text, organisations=organisations("") | dict(old.text.organisations))
        try:
            now = blocks.make(old.view, text)
        except ViewRefused:
            now = None
    after = now.frame if isinstance(now, Block) else old.frame.iloc[:0]
    return since(old.frame, after, query(old.question).grain), text


def write_live_address(view: View, language: str, version: str = "") -> str:
    """The address of the view's own page, pinned to a version when one is given; '' where none is set."""
    root = read_root()
    return f"{root}/chart?{write_query(view, language, version)}" if root else ""


def read_root() -> str:
    """The address at which others reach this dashboard, without a stroke at its end; '' where none is set."""
    root = os.environ.get(ADDRESS, "").rstrip("/")
    try:
        return root if urlsplit(root).scheme in {"https", "http"} and urlsplit(root).hostname else ""
    except ValueError:
        return ""


def write_query(view: View, language: str, version: str = "") -> str:
    """The view as the query of an address."""
    return urlencode({"language": language, **view.address, **({"version": version} if version else {})})


def _exhibit_card(card: Card, text: Text, version: str) -> Exhibit | str:
    try:
        outcome = blocks.make(card.view, text)
    except ViewRefused as refused:
        return " ".join(word_error(refused, text))
    if not isinstance(outcome, Block):
        return outcome.said
    return _exhibit_block(outcome, version, card.title, card.note)


def _exhibit_block(block: Block, version: str, title: str = "", note: str = "") -> Exhibit:
    evidence = ask("evidence", figure_ids=block.figure_ids)
    return Exhibit(block, evidence, title, note, write_live_address(block.view, block.text.language, version))


def _find_version(version: str) -> dict[str, Any]:
    """What is known of a version, at its first publication; of the latest one, when none is named."""
    every = versions()
    wanted = version or every[-1]["version"]
    return next(each for each in every if each["version"] == wanted)
