"""How a chart, or a deck, leaves the room: into the deck, full screen, as files, as a link, a citation, a frame."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from urllib.parse import urlsplit

import streamlit as st

from components import decks
from components.browser_picture import show_browser_picture
from components.chart import Block
from components.deck import MOST, Card, Deck
from components.exports.cite import STYLES, Work, cite
from components.exports.exhibit import Handout
from components.filters import worded
from components.handouts import hand_out, hand_out_all, hand_out_block, read_root, write_query
from components.store import version
from components.text import Text


@dataclass(frozen=True)
class Form:
    """A form of file: its code (words in «export»), ending, media type, and what of `components.exports` makes it of a
    handout: by name, since what only a file needs must not keep the first chart waiting.

    in_every_language: it is made of the handouts of all languages, the reader's first; needs_chromium: it can't be had
    where the server finds none.
    """

    code: str
    ending: str
    mime: str
    maker: str
    in_every_language: bool = False
    needs_chromium: bool = False


# Of a frame on another's page, in pixels: what the finding, the n and the source line take, and a line of the key.
AROUND, LINE = 400, 22
FORMS = (
    Form(
        "pptx", "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx.pptx_bytes"
    ),
    Form("pdf", "pdf", "application/pdf", "brief.brief_bytes"),
    Form("html", "html", "text/html", "page.page_bytes", in_every_language=True),
    Form("zip", "zip", "application/zip", "package.package_bytes"),
    Form("pictures", "pictures.zip", "application/zip", "pictures.pictures_bytes", needs_chromium=True),
)


def show_take_away(block: Block) -> None:
    """Show everything that can be done with one chart."""
    text = block.text
    # What leaves is of the version that stands here, whatever is published before a button is pressed.
    deck = Deck((Card(block.view),), version=version())
    with st.container(horizontal=True):
        current = decks.current()
        is_full, why = current.with_card(deck.cards[0]) == current, None
        if is_full:
            why = text("deck.too_many", value=MOST) if len(current.cards) >= MOST else text("deck.no_room")
        add = text("export.add")
        if st.button(add, icon=":material/playlist_add:", key=f"add_{block.name}", disabled=is_full, help=why):
            decks.add(block.view)
            st.rerun()
        if st.button(text("present.start"), icon=":material/present_to_all:", key=f"present_{block.name}"):
            decks.present(deck, f"present_{block.name}")
            st.rerun()
    if cards := current.cards:
        st.page_link("components/pages/present.py", label=text("export.deck_holds", n=len(cards)))
    stem = f"{block.name}_{block.country or 'all'}_{text.language}_{version()}"
    show_files(deck, text, stem, key=block.name)
    handout = hand_out_block(block)
    show_browser_picture(block, handout)
    show_citation(handout, key=block.name)
    show_links(block)


def show_files(deck: Deck, text: Text, stem: str, key: str) -> None:
    """Show a button for each form of file; the file is made when it is asked for."""
    st.markdown(f"**{text('export.files')}**")
    has_chromium = import_module("components.exports.chromium").find_chromium() is not None
    with st.container(horizontal=True):
        for form in FORMS:
            if form.needs_chromium and not has_chromium:
                continue
            st.download_button(
                text(f"export.{form.code}"),
                defer_file(form, deck, text.language),
                file_name=f"{stem}.{form.ending}",
                mime=form.mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{form.code}_{key}",
            )
    if not has_chromium:
        st.caption(text("export.no_chromium"))


def defer_file(form: Form, deck: Deck, language: str) -> Callable[[], bytes]:
    """What makes the file of a deck in a language, once it is called."""

    def make_file() -> bytes:
        module, name = form.maker.split(".")
        make = getattr(import_module(f"components.exports.{module}"), name)
        given = hand_out_all(deck, language) if form.in_every_language else hand_out(deck, language)[0]
        return bytes(make(given))

    return make_file


def show_citation(handout: Handout, key: str) -> None:
    """Show how to cite it, with the version of the data."""
    text = handout.text
    style = st.segmented_control(
        text("export.cite"),
        STYLES,
        default=STYLES[0],
        format_func=lambda code: text(f"export.style_{code}"),
        key=worded(f"style_{key}"),
        required=True,
    )
    st.code(cite(Work.of(handout), style, date.today()), language=None, wrap_lines=True)


def show_links(block: Block) -> None:
    """Show the address of the chart alone, pinned to this version of the data or not, and the frame for other pages."""
    text = block.text
    is_pinned = st.toggle(text("export.pin", version=version()), value=True, key=f"pin_{block.name}")
    address = f"{current_root()}/chart?{write_query(block.view, text.language, version() if is_pinned else '')}"
    st.markdown(f"**{text('export.link')}**")
    st.code(address, language=None, wrap_lines=True)
    st.markdown(f"**{text('export.embed')}**")
    st.caption(text("export.embed_help"))
    # As tall as the chart and what stands around it on a desk: the source line is seen without scrolling in the frame.
    height = block.figure.layout.height + AROUND + LINE * len(block.key)
    frame = (
        f'<iframe src="{html.escape(address)}&amp;embed=true" title="{html.escape(block.finding)}" '
        f'width="100%" height="{height}" loading="lazy"></iframe>'
    )
    st.code(frame, language="html", wrap_lines=True)


def current_root() -> str:
    """The address that others reach, else the one that the reader uses now."""
    if root := read_root():
        return root
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}"
