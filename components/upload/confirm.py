"""Changes of the data: asked once more before they are made, and why one did not succeed."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from components.errors import say_error
from components.gate import rights
from components.store import look_again, store
from components.text import Text
from data.errors import DashboardError


def undo_button(text: Text, who: str, seen: int, key: str, place: Any = st) -> None:
    """Takes back the last change that stood when the page was drawn, and no other: another may publish meanwhile.

    `who`: the key of the session under which the name of who does it stands; `seen`: the snapshot that was the latest.
    """
    with place.container():
        confirm_button(
            text,
            key,
            f"{seen}",
            label=text("versions.undo"),
            icon=":material/undo:",
            sure=text("versions.undo_sure"),
            yes=text("versions.undo_yes"),
            is_ready=bool(read_author(who)),
            do=partial(undo_last, text, who, seen),
        )
    say_refusal("undo_refused", text)


def say_refusal(refused: str, text: Text) -> None:
    """Say once why a change of the data did not succeed, if one did not."""
    why = st.session_state.pop(refused, None)
    if isinstance(why, DashboardError):
        say_error(why, text)
    elif why:
        st.error(why, icon=":material/block:")


def read_author(who: str) -> str:
    """Return the name that was typed under this key of the session, '' if none was."""
    return str(st.session_state.get(who, "")).strip()


def confirm_button(
    text: Text,
    key: str,
    about: str,
    *,
    label: str,
    icon: str,
    sure: str,
    yes: str,
    is_ready: bool,
    do: Callable[[], None],
) -> None:
    """Draw a button that asks once more before it does anything.

    `about`: what the change is about; a first click on one thing confirms no other. `is_ready`: everything that the
    change needs was given.
    """
    state, asked = st.session_state, f"{key}_asked"
    if state.get(asked) != about or not is_ready:
        state.pop(asked, None)
        st.button(label, icon=icon, key=key, disabled=not is_ready, on_click=state.__setitem__, args=(asked, about))
        return
    st.markdown(sure)
    with st.container(horizontal=True):
        st.button(yes, icon=icon, key=f"{key}_yes", type="primary", on_click=_confirm, args=(asked, do))
        st.button(text("versions.keep"), key=f"{key}_no", on_click=state.pop, args=(asked, None))


def _confirm(asked: str, do: Callable[[], None]) -> None:
    st.session_state.pop(asked, None)
    do()


def undo_last(text: Text, who: str, seen: int) -> None:
    """Take the last change back, by the name typed under `who`."""
    if change_data(text, who, "undo_refused", lambda author: store().undo(author, seen)):
        st.toast(text("versions.undone"), icon=":material/undo:")
        st.session_state.pop("intake_published", None)


def change_data(text: Text, who: str, refused: str, change: Callable[[str], object]) -> bool:
    """Call `change` with the name typed under the key `who`; return whether it succeeded.

    Why it did not is put into the session under `refused`, for `say_refusal`.
    """
    state, author = st.session_state, read_author(who)
    try:
        rights.require_open_session()
        if author:
            change(author)
        else:
            state[refused] = text("versions.who_needed")
    except DashboardError as error:
        state[refused] = error
    look_again()
    return refused not in state
