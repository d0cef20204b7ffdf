"""What can't be done, said on a page: in the sentences that a shell says."""

from pathlib import Path
from typing import Any

import streamlit as st

from components.markdown import escape
from components.text import Text
from data.errors import DashboardError, Detail, word_error

ICONS = {
    "closed": ":material/lock:",
    "error": ":material/database_off:",
    "gate": ":material/lock:",
    "recipe": ":material/rule:",
    "unmappable": ":material/rule:",
}
# The page goes on without what is at fault.
WARNINGS = {"recipe", "unmappable", "view"}
MOST = 50  # places that are at fault


def say_error(error: DashboardError, text: Text, place: Any = st) -> None:
    """Draw what is wrong, and below it what to do or where."""
    sentence, *more = explain_error(error, text)
    say = place.warning if error.section in WARNINGS else place.error
    say(sentence, icon=ICONS.get(error.section, ":material/block:"))
    for line in more[:MOST]:
        place.markdown(line if len(more) == 1 else f"- {line}")


def explain_error(error: DashboardError, text: Text) -> list[str]:
    """The sentences of an error as Markdown; what comes from a file or an address is no markup in them."""
    return word_error(error, text, _show)


def _show(detail: Detail) -> Detail:
    if isinstance(detail, Path):
        return f"`{detail}`"
    return detail if isinstance(detail, int) else escape(str(detail))
