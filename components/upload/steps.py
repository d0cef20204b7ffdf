"""The five steps at the head of the page: what is done, where the reader is, and what is missing."""

import html

import streamlit as st

from components.text import Text

STEPS = ("file", "people", "columns", "meaning", "publish")
MARKS = {"done": "✓", "now": "▸", "missing": "!", "later": ""}


class Steps:
    """The list of steps. Each says its state while it is drawn; the list is drawn last, at the head."""

    def __init__(self, text: Text):
        self.text = text
        self.place = st.empty()
        self.states: dict[str, tuple[str, str]] = {}

    def finish(self, step: str, words: str = "") -> None:
        """The step is done."""
        self.states[step] = ("done", words)

    def wait(self, step: str, words: str = "") -> None:
        """Something is missing in the step."""
        self.states[step] = ("missing", words)

    def begin(self, step: str, words: str = "") -> None:
        """The reader is at the step, and nothing is wrong."""
        self.states[step] = ("now", words)

    def draw(self) -> None:
        """Draw the list."""
        text, items = self.text, []
        for number, step in enumerate(STEPS, 1):
            state, words = self.states.get(step, ("later", ""))
            name = f"{number}. {html.escape(text(f'step.{step}'))}"
            told = html.escape(f"{text(f'step_state.{state}')}{': ' if words else ''}{words}")
            label = f'<span class="mark" aria-hidden="true">{MARKS[state]}</span>'
            label += f'<span class="name">{name}</span><small>{told}</small>'
            here = ' aria-current="step"' if state in {"now", "missing"} else ""
            link = f'<a href="#step-{step}">{label}</a>' if state != "later" else f"<span>{label}</span>"
            items.append(f'<li class="{state}"{here}>{link}</li>')
        title = html.escape(text("step.all"))
        self.place.html(f'<nav class="steps" aria-label="{title}"><ol>{"".join(items)}</ol></nav>')


def draw_heading(step: str, text: Text) -> None:
    """The heading of a step, to which the list leads."""
    st.subheader(f"{STEPS.index(step) + 1}. {text(f'step.{step}')}", anchor=f"step-{step}")
