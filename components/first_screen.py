"""The first screen: the one sentence, its hundred squares, who says so, and three numbers that stand beside it."""

import html

import streamlit as st

from components.chart import Block, Empty, Outcome, Reader
from components.chart_panel import draw_chart, show_behind
from components.charts import complaints_and_outcomes, coverage
from components.charts.shared.values import Row, list_ids, name_compiler_short, write_period_kind
from components.evidence import safe_url, show_evidence
from components.filters import escape
from components.store import ask
from components.text import Text
from components.theme import keep_numbers_whole


def show_first_screen(reader: Reader, outcome: Outcome | None) -> None:
    """Show the sentence of the country, or the plain word that it has none, and the numbers beside it."""
    if isinstance(outcome, Block):
        _show_sentence(outcome)
    elif isinstance(outcome, Empty):
        st.html(f'<p class="sentence small">{html.escape(outcome.said)}</p>')
    _show_numbers(reader, set(outcome.figure_ids) if isinstance(outcome, Block) else set())


@st.fragment
def _show_sentence(block: Block) -> None:
    text, row = block.text, block.frame.to_dict("records")[0]
    with st.container(key=f"block_{block.name}"):
        words, picture = st.columns([55, 45], gap="medium")
    with words:
        st.html(f'<p class="sentence">{keep_numbers_whole(html.escape(block.finding))}</p>')
        st.html(f'<p class="whence">{html.escape(block.subtitle)}<br>{_link_source(row, text)}</p>')
    with picture:
        clicked = draw_chart(block)
    if clicked:
        with st.container(border=True, key=f"clicked_{block.name}"):
            show_evidence(clicked, text)


def _link_source(row: Row, text: Text) -> str:
    """The document that says so, as a link that opens it."""
    date = text.published_on(row["document_published_on"])
    words = text("first.source", publisher=text.publisher(row["document_publisher"]), date=date)
    url = safe_url(row["document_url"] or "")
    return f'<a href="{html.escape(url)}" target="_blank">{html.escape(words)}</a>' if url else html.escape(words)


def _show_numbers(reader: Reader, told: set[str]) -> None:
    """The latest pairs of counts that the sentence does not tell, each opens its source, and the years not counted."""
    text = reader.text
    pairs = ask("complaints_and_outcomes", **reader.params)
    latest = [row for row in complaints_and_outcomes.list_latest(pairs) if not told.issuperset(list_ids(row))]
    missing, years = coverage.list_missing(ask("coverage", **(reader.params | {"compilers": []})))
    with st.container(key="first_numbers"):
        places = st.columns(len(latest) + 1)
    for number, (place, row) in enumerate(zip(places, latest, strict=False)):
        with place:
            words = complaints_and_outcomes.write_pair_in_bold(row, text)
            with st.popover(words, type="tertiary", key=f"first_{number}"):
                show_evidence(list_ids(row), text)
            st.caption(escape(f"{text.cap(write_period_kind(row, text))} · {name_compiler_short(row, text)}"))
    with places[-1]:
        words = text("first.missing", missing=text.number(len(missing)), years=text.number(len(years)))
        st.container(key="first_missing").markdown(words)
        st.caption(f"{years[0]}–{years[-1]}" if years else "")


def show_behind_sentence(outcome: Outcome | None) -> None:
    """What stands behind the sentence: how to read it, sources, table, method, download."""
    if isinstance(outcome, Block):
        with st.container(key=f"behind_{outcome.name}"):
            show_behind(outcome)
