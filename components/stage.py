"""The room: a deck full screen, by the same page that is handed over, in all three languages at once."""

import streamlit as st

from components import decks
from components.deck import Deck
from components.exports.page import page_bytes
from components.handouts import handout
from components.text import LANGUAGES, Text


def show(deck: Deck, text: Text) -> None:
    """Draw nothing but the room. Escape presses the button that leaves it."""
    made = _page(deck, text.language)
    with st.container(key="stage"):
        st.iframe(made, height=600, alt=text("present.start"))
    with st.container(key="leave"):
        st.button(text("present.leave"), on_click=decks.leave)


def _page(deck: Deck, language: str) -> str:
    """The page of the deck, the reader's language first."""
    languages = sorted(LANGUAGES, key=lambda each: each != language)
    handouts = [handout(deck, each)[0] for each in languages]
    return page_bytes(handouts, presenting=True).decode()
