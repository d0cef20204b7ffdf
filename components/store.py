"""The cached door to the store: every page asks here, and nowhere else."""

from typing import Any

import pandas as pd
import streamlit as st

from data.store import Store, open_store
from queries.catalog import query


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The open store; built from the shipped figures at first start."""
    return open_store()


def ask(question: str, **given: Any) -> pd.DataFrame:
    """The answer to a question, from the latest snapshot. Of `given` it takes what the question has parameters for."""
    wanted = query(question).params
    return _answer(
        question, _snapshot(str(store().path)), {name: value for name, value in given.items() if name in wanted}
    )


def version() -> str:
    """The content hash of the data shown."""
    return _version(_snapshot(str(store().path)))


@st.cache_data(ttl=1, max_entries=20, show_spinner=False)
def _snapshot(path: str) -> int:
    """The latest snapshot, looked up once a second at most: looking costs more than most answers do."""
    return store().snapshot()


@st.cache_data(max_entries=500, show_spinner=False)
def _answer(question: str, snapshot: int, given: dict[str, Any]) -> pd.DataFrame:
    return store().ask(question, known_snapshot=snapshot, **given)


@st.cache_data(max_entries=20, show_spinner=False)
def _version(snapshot: int) -> str:
    return store().version()
