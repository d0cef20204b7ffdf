"""The cached door to the store: every page asks here, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pandas as pd
import streamlit as st

from data.store import Store, open_store
from queries.catalog import query

_meanwhile: ContextVar[str | None] = ContextVar("version", default=None)


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The open store; built from the shipped figures at first start."""
    return open_store()


def ask(question: str, **given: Any) -> pd.DataFrame:
    """The answer to a question, from the version that the reader opened, else from the latest.

    Of `given` it takes what the question has parameters for.
    """
    wanted = query(question).params
    return _answer(
        question,
        *_state(),
        pinned(),
        {name: value for name, value in given.items() if name in wanted},
    )


def pinned() -> str:
    """The version that is asked: the one that the address asks for, '' for the latest."""
    meanwhile = _meanwhile.get()
    return str(st.session_state.get("version", "")) if meanwhile is None else meanwhile


@contextmanager
def as_of(version: str) -> Iterator[None]:
    """Ask another version than the address does, for a while; '' is the latest. Raises UnknownVersion."""
    if version and version not in {str(each["version"]) for each in versions()}:
        store().ask("countries_known", version=version)
    before = _meanwhile.set(version)
    try:
        yield
    finally:
        _meanwhile.reset(before)


def version() -> str:
    """The content hash of the data shown."""
    return pinned() or str(versions()[-1]["version"])


def versions() -> list[dict[str, Any]]:
    """Every version that can still be asked, oldest first, as Store.versions gives them."""
    return _versions(*_state())


def organisations(*versions: str) -> dict[str, str]:
    """Code -> name of every organisation with a list of its own in these versions; without any, in the one shown."""
    found: dict[str, str] = {}
    for version in versions or (pinned(),):
        rows = _answer("organisations", *_state(), version, {})
        found |= dict(zip(rows["compiler"], rows["organisation"], strict=True))
    return found


def uploads() -> list[dict[str, Any]]:
    """The uploads that the latest version holds, as Store.uploads gives them."""
    return _uploads(*_state())


def snapshot() -> int:
    """The latest snapshot."""
    return _snapshot(str(store().path))


def _state() -> tuple[int, int]:
    """What an answer hangs on beside its question: the latest snapshot, of the catalogue that is read now."""
    latest = snapshot()
    return latest, store().attached


def look_again() -> None:
    """Forget which snapshot was the latest: this reader has just published."""
    _snapshot.clear()


@st.cache_data(ttl=1, max_entries=20, show_spinner=False)
def _snapshot(path: str) -> int:
    """Looked up once a second at most: looking costs more than most answers do."""
    return store().snapshot()


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(question: str, snapshot: int, attached: int, version: str, given: dict[str, Any]) -> pd.DataFrame:
    if version:
        return store().ask(question, version=version, **given)
    return store().ask(question, known_snapshot=snapshot, **given)


@st.cache_data(max_entries=20, show_spinner=False)
def _versions(snapshot: int, attached: int) -> list[dict[str, Any]]:
    return store().versions()


@st.cache_data(max_entries=20, show_spinner=False)
def _uploads(snapshot: int, attached: int) -> list[dict[str, Any]]:
    return store().uploads()
