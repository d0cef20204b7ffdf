"""The reader's deck: kept in the session, carried by the address of the page «Present», with steps back."""

import streamlit as st

from components.chart import View
from components.deck import Card, Deck, DeckRefused

STEPS = 50  # that can be taken back


def current() -> Deck:
    """The deck of this session; an empty one at first."""
    found: Deck = st.session_state.get("deck", Deck())
    return found


def keep(deck: Deck) -> None:
    """Take a changed deck. Its boxes of words are made anew: they would show those of the place, not of the chart."""
    if deck != current():
        reword(deck)
        _new_boxes()


def reword(deck: Deck) -> None:
    """Take other words, which the boxes already show; the decks before can be had back, one by one."""
    state = st.session_state
    if deck != current():
        state["decks_before"] = [*state.get("decks_before", []), current()][-STEPS:]
        state["deck"] = deck


def add(view: View) -> None:
    """Add a chart at the end."""
    keep(current().with_card(Card(view)))


def is_changed() -> bool:
    """There is a deck before this one."""
    return bool(st.session_state.get("decks_before"))


def take_back() -> None:
    """The deck as it was before the last change."""
    *before, last = st.session_state["decks_before"]
    st.session_state.update(deck=last, decks_before=before)
    _new_boxes()


def _new_boxes() -> None:
    st.session_state["deck_edition"] = st.session_state.get("deck_edition", 0) + 1


def read_address() -> DeckRefused | None:
    """Take the deck that the address holds, once; returns why it can't be read, if it can't."""
    asked = st.session_state["address"].pop("deck", "")
    if not asked:
        return None
    try:
        keep(Deck.from_address(asked))
    except DeckRefused as refused:
        return refused
    return None


def write_address() -> None:
    """Let the address hold the deck."""
    if current().cards:
        st.session_state["chosen"]["deck"] = current().to_address()


def present(deck: Deck, button: str) -> None:
    """Show a deck full screen from the next run on. button: the key of the one that was pressed for it."""
    st.session_state.update(stage=deck, stage_from=button)


def on_stage() -> Deck | None:
    """The deck that is being shown full screen."""
    found: Deck | None = st.session_state.get("stage")
    return found


def leave() -> None:
    """Back to the page."""
    state = st.session_state
    state.pop("stage", None)
    state["came_back_to"] = state.pop("stage_from", "")


def came_back_to() -> str:
    """The key of the button that led to the room, said once after leaving it; else ''."""
    return str(st.session_state.pop("came_back_to", ""))
