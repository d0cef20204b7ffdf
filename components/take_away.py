"""How a chart, or a deck, leaves the room: into the deck, full screen, as files, as a link, a citation, a frame."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from urllib.parse import urlsplit

import streamlit as st

from components import decks
from components.browser_picture import browser_picture
from components.deck import MOST, Card, Deck
from components.exports.cite import STYLES, Work, cite
from components.exports.exhibit import Handout
from components.filters import worded
from components.handouts import handout, handouts, of_block, root_address, view_query
from components.store import version
from components.text import Text
from components.views import Block


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


def take_away(made: Block) -> None:
    """Everything that can be done with one chart."""
    text = made.text
    # What leaves is of the version that stands here, whatever is published before a button is pressed.
    deck = Deck((Card(made.view),), version=version())
    with st.container(horizontal=True):
        current = decks.current()
        is_full, why = current.with_card(deck.cards[0]) == current, None
        if is_full:
            why = text("deck.too_many", value=MOST) if len(current.cards) >= MOST else text("deck.no_room")
        add = text("export.add")
        if st.button(add, icon=":material/playlist_add:", key=f"add_{made.name}", disabled=is_full, help=why):
            decks.add(made.view)
            st.rerun()
        if st.button(text("present.start"), icon=":material/present_to_all:", key=f"present_{made.name}"):
            decks.present(deck, f"present_{made.name}")
            st.rerun()
    if cards := current.cards:
        st.page_link("components/pages/present.py", label=text("export.deck_holds", n=len(cards)))
    stem = f"{made.name}_{made.country or 'all'}_{text.language}_{version()}"
    files(deck, text, stem, key=made.name)
    leaving = of_block(made)
    browser_picture(made, leaving)
    citation(leaving, key=made.name)
    links(made)


def files(deck: Deck, text: Text, stem: str, key: str) -> None:
    """A button for each form of file; the file is made when it is asked for."""
    st.markdown(f"**{text('export.files')}**")
    has_chromium = import_module("components.exports.chromium").chromium() is not None
    with st.container(horizontal=True):
        for form in FORMS:
            if form.needs_chromium and not has_chromium:
                continue
            st.download_button(
                text(f"export.{form.code}"),
                maker(form, deck, text.language),
                file_name=f"{stem}.{form.ending}",
                mime=form.mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"{form.code}_{key}",
            )
    if not has_chromium:
        st.caption(text("export.no_chromium"))


def maker(form: Form, deck: Deck, language: str) -> Callable[[], bytes]:
    """What makes the file of a deck in a language, when it is called."""

    def made() -> bytes:
        module, name = form.maker.split(".")
        make = getattr(import_module(f"components.exports.{module}"), name)
        given = handouts(deck, language) if form.in_every_language else handout(deck, language)[0]
        return bytes(make(given))

    return made


def citation(leaving: Handout, key: str) -> None:
    """How to cite it, with the version of the data."""
    text = leaving.text
    style = st.segmented_control(
        text("export.cite"),
        STYLES,
        default=STYLES[0],
        format_func=lambda code: text(f"export.style_{code}"),
        key=worded(f"style_{key}"),
        required=True,
    )
    st.code(cite(Work.of(leaving), style, date.today()), language=None, wrap_lines=True)


def links(made: Block) -> None:
    """The address of the chart alone, pinned to this version of the data or not, and the frame for another's page."""
    text = made.text
    is_pinned = st.toggle(text("export.pin", version=version()), value=True, key=f"pin_{made.name}")
    address = f"{here()}/chart?{view_query(made.view, text.language, version() if is_pinned else '')}"
    st.markdown(f"**{text('export.link')}**")
    st.code(address, language=None, wrap_lines=True)
    st.markdown(f"**{text('export.embed')}**")
    st.caption(text("export.embed_help"))
    # As tall as the chart and what stands around it on a desk: the source line is seen without scrolling in the frame.
    height = made.figure.layout.height + AROUND + LINE * len(made.key)
    frame = (
        f'<iframe src="{html.escape(address)}&amp;embed=true" title="{html.escape(made.finding)}" '
        f'width="100%" height="{height}" loading="lazy"></iframe>'
    )
    st.code(frame, language="html", wrap_lines=True)


def here() -> str:
    """The address that others reach, else the one that the reader uses now."""
    if root := root_address():
        return root
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}"
