"""The room: a deck full screen, by the same page that is handed over, in all three languages at once."""

import streamlit as st

from components import decks
from components.deck import Deck
from components.exports.page import page_bytes
from components.handouts import hand_out_all
from components.text import Text


def show(deck: Deck, text: Text) -> None:
    """Draw nothing but the room. Escape presses the button that leaves it."""
    page = page_bytes(hand_out_all(deck, text.language), presenting=True).decode()
    with st.container(key="stage"):
        st.iframe(page, height=600, alt=text("present.start"))
    with st.container(key="leave"):
        st.button(text("present.leave"), on_click=decks.leave)
