"""A deck, or one chart, made ready to leave the room: its charts asked once more for the version that it names."""

import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd

from components import blocks
from components.deck import Card, Deck, seven
from components.exports.exhibit import Exhibit, Handout
from components.store import as_of, ask, organisations, pinned, versions
from components.text import LANGUAGES, Text
from components.views import Block, View
from queries.catalog import query
from queries.measures.since import since

# The address at which others reach this dashboard («https://figures.example.org/»): printed as a link and a QR code.
ADDRESS = "TCP_ADDRESS"


def handout(deck: Deck, language: str) -> tuple[Handout, list[tuple[int, str]]]:
    """The deck in one language, and (place, sentence) for each chart of it that can't be shown.

    Raises UnknownVersion when its version is not known here.
    """
    with as_of(deck.version):
        text = Text(language, organisations())
        known = _known(deck.version)
        exhibits, missing = [], []
        for place, card in enumerate(deck.cards):
            found = _exhibit(card, text, str(known["version"]))
            if isinstance(found, str):
                missing.append((place, found))
            else:
                exhibits.append(found)
        title = deck.title or (text("deck.seven") if deck.cards == seven().cards else "")
        return Handout(tuple(exhibits), text, str(known["version"]), str(known["dated"]), title), missing


def handouts(deck: Deck, language: str) -> list[Handout]:
    """The deck in every language, `language` first; without the charts that can't be shown."""
    return [handout(deck, each)[0] for each in sorted(LANGUAGES, key=lambda each: each != language)]


def of_block(made: Block) -> Handout:
    """One chart that stands on the page already, ready to leave it."""
    known = _known(pinned())
    version = str(known["version"])
    return Handout((_ready(made, version),), made.text, version, str(known["dated"]))


def changes_since(old: Block) -> tuple[pd.DataFrame, Text]:
    """What has changed on a chart of an older version, as the measure `since` has it, and words that know the
    organisations of both versions."""
    with as_of(""):
        text = replace(old.text, organisations=organisations("") | dict(old.text.organisations))
        try:
            now = blocks.make(old.view, text)
        except blocks.ViewRefused:
            now = None
    after = now.frame if isinstance(now, Block) else old.frame.iloc[:0]
    return since(old.frame, after, query(old.question).grain), text


def live_address(view: View, language: str, version: str = "") -> str:
    """The address of the view's own page, pinned to a version when one is given; '' where none is set."""
    root = root_address()
    return f"{root}/chart?{view_query(view, language, version)}" if root else ""


def root_address() -> str:
    """The address at which others reach this dashboard, without a stroke at its end; '' where none is set."""
    root = os.environ.get(ADDRESS, "").rstrip("/")
    try:
        return root if urlsplit(root).scheme in {"https", "http"} and urlsplit(root).hostname else ""
    except ValueError:
        return ""


def view_query(view: View, language: str, version: str = "") -> str:
    """The view as the query of an address."""
    return urlencode({"language": language, **view.address, **({"version": version} if version else {})})


def _exhibit(card: Card, text: Text, version: str) -> Exhibit | str:
    try:
        made = blocks.make(card.view, text)
    except blocks.ViewRefused as refused:
        return text(f"view.{refused.code}", value=refused.value)
    if not isinstance(made, Block):
        return made.said
    return _ready(made, version, card.title, card.note)


def _ready(made: Block, version: str, title: str = "", note: str = "") -> Exhibit:
    evidence = ask("evidence", figure_ids=made.figure_ids)
    return Exhibit(made, evidence, title, note, live_address(made.view, made.text.language, version))


def _known(version: str) -> dict[str, Any]:
    """What is known of a version, at its first publication; of the latest one, when none is named."""
    every = versions()
    wanted = version or every[-1]["version"]
    return next(each for each in every if each["version"] == wanted)
