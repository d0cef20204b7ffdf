"""The deck: its order, titles and notes; full screen, as files, and as an address."""

from dataclasses import replace

import streamlit as st

from components import blocks, decks
from components.deck import LARGEST, LONGEST, Deck, DeckRefused, seven
from components.errors import explain_error, say_error
from components.filters import escape, reader
from components.handouts import hand_out
from components.small_file import small_file
from components.store import pinned, version
from components.take_away import show_files
from data.uploads import UnknownVersion

who = reader()
text = who.text
refused_address = decks.read_address()
deck = decks.current()

st.title(escape(deck.title) or text("page.present"), anchor=False)
st.markdown(text("deck.about"))
if refused_address:
    say_error(refused_address, text)

with st.container(horizontal=True):
    if st.button(text("deck.seven"), icon=":material/auto_stories:", key="deck_seven"):
        decks.keep(seven())
        st.rerun()
    back = st.container()
opened = small_file(text("deck.open"), ending="toml", limit_bytes=LARGEST, key="deck_file")
if opened is not None:
    try:
        decks.keep(Deck.from_toml(opened))
    except DeckRefused as refused:
        say_error(refused, text)
    else:
        st.rerun()

if not deck.cards:
    st.info(text("deck.empty"), icon=":material/playlist_add:")
else:
    try:
        # A deck without a version of its own shows the one that the page is pinned to.
        made, missing = hand_out(replace(deck, version=deck.version or pinned()), text.language)
    except UnknownVersion as unknown:
        st.warning(text("address.latest_instead", why=" ".join(explain_error(unknown, text))))
        deck = Deck(deck.cards, deck.title)
        made, missing = hand_out(replace(deck, version=pinned()), text.language)
    gone = dict(missing)
    shown = iter(made.exhibits)
    # Drawn first and filled last: with the words that stand in the boxes now.
    top = st.container()
    edition = st.session_state.get("deck_edition", 0)
    titled = st.text_input(
        text("deck.title"), deck.title, max_chars=LONGEST["title"], placeholder=made.title, key=f"deck_title_{edition}"
    )
    changed = deck
    try:
        changed = changed.with_title(titled)
    except DeckRefused:
        st.warning(text("deck.no_room"), icon=":material/inventory_2:")
    for place, card in enumerate(deck.cards):
        exhibit = None if place in gone else next(shown)
        with st.container(border=True, key=f"card_{place}"):
            if exhibit is None:
                st.warning(f"{place + 1}. {escape(gone[place])}")
            else:
                st.markdown(f"**{place + 1}.** {escape(exhibit.block.finding)}")
            title = st.text_input(
                text("deck.card_title"), card.title, max_chars=LONGEST["title"], key=f"title_{edition}_{place}"
            )
            note = st.text_area(
                text("deck.card_note"), card.note, max_chars=LONGEST["note"], height=68, key=f"note_{edition}_{place}"
            )
            try:
                changed = changed.said(place, title, note)
            except DeckRefused:
                st.warning(text("deck.no_room"), icon=":material/inventory_2:")
            with st.container(horizontal=True, vertical_alignment="center"):
                if place and st.button(text("deck.up"), icon=":material/arrow_upward:", key=f"up_{place}"):
                    decks.keep(changed.moved(place, place - 1))
                    st.rerun()
                if place < len(deck.cards) - 1 and st.button(
                    text("deck.down"), icon=":material/arrow_downward:", key=f"down_{place}"
                ):
                    decks.keep(changed.moved(place, place + 1))
                    st.rerun()
                if exhibit is not None:
                    st.page_link(
                        "components/pages/chart.py",
                        label=text("deck.alone"),
                        icon=":material/open_in_full:",
                        query_params={key: value for key, value in card.view.address.items() if key in blocks.KEYS}
                        | {"language": text.language},
                    )
                if st.button(text("deck.remove"), icon=":material/close:", key=f"remove_{place}"):
                    decks.keep(changed.without(place))
                    st.rerun()
    pin = text("export.pin", version=deck.version or version())
    is_pinned = st.toggle(pin, value=bool(deck.version), key=f"deck_pin_{edition}")
    decks.reword(Deck(changed.cards, changed.title, (deck.version or version()) if is_pinned else ""))
    if decks.current().version != deck.version:  # what stands above is of the other version
        st.rerun()
    if made.exhibits:
        with top:
            # What leaves is of the version that stands here, whatever is published before a button is pressed.
            shown_here = replace(decks.current(), version=made.version)
            if st.button(text("present.start"), icon=":material/present_to_all:", type="primary", key="deck_present"):
                decks.present(shown_here, "deck_present")
                st.rerun()
            st.caption(text("present.keys"))
            show_files(shown_here, text, f"deck_{text.language}_{made.version}", key="deck")
    st.download_button(
        text("deck.save"),
        decks.current().to_toml().encode(),
        file_name="deck.toml",
        mime="application/toml",
        on_click="ignore",
        icon=":material/save:",
        key="deck_save",
    )
    st.caption(text("deck.address_help"))
if decks.is_changed():  # by the words in the boxes above too
    back.button(text("deck.take_back"), icon=":material/undo:", key="deck_back", on_click=decks.take_back)
decks.write_address()
