"""The reader's deck: kept in the session, carried by the address of the page «Present», with one step back."""

import streamlit as st

from components.deck import Card, Deck, DeckRefused
from components.views import View


def current() -> Deck:
    """The deck of this session; an empty one at first."""
    found: Deck = st.session_state.get("deck", Deck())
    return found


def keep(deck: Deck) -> None:
    """Take a changed deck; the one before it can be had back."""
    state = st.session_state
    if deck != current():
        state["deck_before"] = current()
        state["deck"] = deck
        # Its boxes of words are told anew, or they would show those of the place, not of the chart.
        state["deck_edition"] = state.get("deck_edition", 0) + 1


def reword(deck: Deck) -> None:
    """Take other words; the boxes already show them."""
    st.session_state["deck"] = deck


def add(view: View) -> None:
    """Add a chart at the end."""
    keep(current().with_card(Card(view)))


def take_back() -> None:
    """The deck as it was before the last change."""
    if "deck_before" in st.session_state:
        keep(st.session_state["deck_before"])


def read_address() -> str:
    """Take the deck that the address holds, once; returns why it can't be read, a key of «deck», or ''."""
    asked = st.session_state["address"].pop("deck", "")
    if not asked:
        return ""
    try:
        keep(Deck.from_address(asked))
    except DeckRefused as refused:
        return refused.code
    return ""


def write_address() -> None:
    """Let the address hold the deck."""
    if current().cards:
        st.session_state["chosen"]["deck"] = current().to_address()


def present(deck: Deck) -> None:
    """Show a deck full screen from the next run on."""
    st.session_state["stage"] = deck


def on_stage() -> Deck | None:
    """The deck that is being shown full screen."""
    found: Deck | None = st.session_state.get("stage")
    return found


def leave() -> None:
    """Back to the page."""
    st.session_state.pop("stage", None)
