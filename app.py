"""The frame around every page: language, filters, the list of pages, and a clear word when the store can't serve."""

from pathlib import Path

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import decks, scripts, stage
from components.errors import say_error
from components.filters import Reader, choose, draw, keep_address, open_version, say_problems
from components.store import look_again, pinned, store, version, versions
from components.text import LANGUAGES, Text
from components.theme import read_style_sheet
from data.datasets import DataRefused
from data.store import FORGETTING, StoreError
from data.uploads import UnknownVersion

PAGES = (
    *("overview", "allegations", "prosecutions", "trends", "compare", "sources_and_gaps", "present", "upload"),
    "versions",
)
UNFILTERED = {"present", "upload", "versions"}  # nothing on these pages hangs on the filters
ALONE = "chart"  # the page of one chart: links lead there, the list of pages does not name it
COMPONENTS = Path(__file__).parent / "components"


def show() -> None:
    """Draw the frame and run the page that the address names."""
    st.set_page_config(layout="centered", menu_items={})
    st.html(f"<style>{read_style_sheet(COMPONENTS / 'style.css')}</style>")
    # Unseen: the browser asks for the chart library, the largest file it needs, before any other, while figures are
    # looked up. First in the sidebar, because that is drawn first.
    if not st.context.is_embedded:
        with st.sidebar.container(key="warm"):
            st.plotly_chart(go.Figure(), key="warm_chart")
    try:
        store()
        _show(st.container(), choose())
        st.session_state.pop("is_looking_again", None)
    except UnknownVersion:  # somebody has erased it since this page last looked: then its address is judged anew
        if st.session_state.get("is_looking_again"):
            raise
        st.session_state["is_looking_again"] = True
        look_again()
        st.rerun()
    except (StoreError, DataRefused) as error:
        text = _words()
        st.title(text("ui.title"))
        say_error(error, text)


def _show(top: DeltaGenerator, reader: Reader) -> None:
    text = reader.text
    # The framework's own first link and button for files speak English only.
    scripts.run_script("words", language=text.language, skip=text("ui.skip"), choose=text("upload.choose_button"))
    pages = [
        st.Page(
            COMPONENTS / "pages" / f"{name}.py", title=text(f"page.{name}"), url_path=name, default=name == PAGES[0]
        )
        for name in PAGES
    ]
    pages.append(
        st.Page(COMPONENTS / "pages" / f"{ALONE}.py", title=text("ui.title"), url_path=ALONE, visibility="hidden")
    )
    page = st.navigation(pages, position="hidden" if st.context.is_embedded else "sidebar", expanded=True)
    if deck := decks.on_stage():
        stage.show(deck, text)
        keep_address()
        return
    problems = st.container()
    if not st.context.is_embedded:
        _say_unfinished(text)
    if pinned() and not st.context.is_embedded:
        _say_pinned(text)
    page.run()  # a page has choices of its own in the address
    with problems:
        say_problems(text)
    if st.context.is_embedded:
        keep_address()
        return
    draw(top, has_filters=page.url_path not in UNFILTERED)
    _foot(text, keep_address())
    if button := decks.came_back_to():  # whoever goes on by keyboard goes on from there
        scripts.run_script("focus", button=f".st-key-{button} button")


def _say_unfinished(text: Text) -> None:
    """A forget that broke off and could not be finished at the start is said on every page, with what to do."""
    upload = store().unfinished_forget()
    if upload:
        st.error(text("versions.unfinished", upload=upload), icon=":material/delete_history:")
    elif upload is not None:
        st.error(text("versions.unfinished_unknown", note=f"`{FORGETTING}`"), icon=":material/delete_history:")


def _say_pinned(text: Text) -> None:
    """A pinned view says that it is one, whether newer data exist, and leads there."""
    latest = str(versions()[-1]["version"])
    words = "versions.pinned_is_latest" if latest == pinned() else "versions.pinned"
    with st.container(border=True, key="pinned"):
        st.markdown(text(words, version=pinned(), latest=latest))
        if st.button(text("versions.open_latest"), icon=":material/update:", key="pinned_latest"):
            open_version("")


def _foot(text: Text, query: str) -> None:
    with st.container(key="foot"):
        with st.popover(text("ui.share_link"), icon=":material/link:", type="tertiary"):
            st.write(text("ui.share_help"))
            st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)
        st.caption(f"{text('ui.version', version=version())} · {text('ui.licence')}")


def _words() -> Text:
    """The reader's language where no filter could be read yet."""
    asked = st.query_params.get("language") or (st.context.locale or "").split("-")[0].lower()
    return Text(asked if asked in LANGUAGES else "en")


if __name__ == "__main__":
    show()
