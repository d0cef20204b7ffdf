"""A chart on a page, the same for every chart: finding, chart, n line, caveats, sources, table, method."""

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.chart import Block, Empty, Outcome
from components.evidence import safe_url, show_documents, show_evidence
from components.exports.csv_text import csv_bytes
from components.filters import escape, worded
from components.handouts import hand_out_block, write_query
from components.html_table import show_table
from components.store import ask, pinned, version
from components.take_away import current_root, show_take_away
from components.theme import keep_numbers_whole
from queries.catalog import query

CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False, "responsive": True}
CAVEATS = 2  # that stand at a chart
VIEWS = ("sources", "table", "method", "take_away")


def show(outcome: Outcome | None) -> None:
    """Show a chart, or say what is missing. A click on a mark opens its sources; so does choosing it from the list."""
    if isinstance(outcome, Block):
        with st.container(key=f"block_{outcome.name}"):
            _show_block(outcome)
    elif outcome is not None:
        _show_empty(outcome)


@st.fragment
def _show_block(block: Block) -> None:
    text = block.text
    if block.heading:
        st.subheader(block.heading, anchor=False)
    st.html(f'<p class="finding">{keep_numbers_whole(html.escape(block.finding))}</p>')
    if block.subtitle:
        _show_lines([block.subtitle])
    if st.context.is_embedded:
        with st.container(key="framed"):
            _show_framed(block)
        return
    if clicked := draw_chart(block):
        with st.container(border=True, key=f"clicked_{block.name}"):
            st.markdown(f"**{text('ui.source_of_mark')}**")
            show_evidence(clicked, text)
    show_behind(block)


def draw_chart(block: Block) -> tuple[str, ...]:
    """Draw the chart; returns the figure ids of the mark that was clicked.

    A click outlives a change of filter: of a mark that is drawn no more there are none.
    """
    event = st.plotly_chart(
        block.figure,
        theme=None,
        config=CONFIG,
        key=f"chart_{block.name}",
        on_select="rerun",
        selection_mode="points",
        alt=block.alt_text,
    )
    clicked = read_click(event)
    return clicked if set(block.figure_ids).issuperset(clicked) else ()


def show_behind(block: Block) -> None:
    """What stands behind a chart: n and who counted, its key, its caveats, sources, table, method, download."""
    _show_lines([block.n_line])
    if block.key:
        _show_lines(block.key)
    _show_caveats(block)
    _show_details(block)


def _show_details(block: Block) -> None:
    text = block.text
    view = st.segmented_control(
        text("ui.details"),
        VIEWS,
        format_func=lambda code: text(f"ui.{code}"),
        key=worded(f"view_{block.name}"),
        label_visibility="collapsed",
        persist_state="page",
    )
    if view == "sources":
        _show_sources(block)
    elif view == "table":
        show_table(block.table)
        st.download_button(
            text("ui.download_csv"),
            csv_bytes(block.table),
            file_name=f"{block.name}_{block.country or 'all'}_{version()}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"csv_{block.name}",
        )
    elif view == "method":
        _show_method(block)
    elif view == "take_away":
        show_take_away(block)


def _show_framed(block: Block) -> None:
    """Show the chart on another organisation's page: with its n and its source line, and the way to all behind it."""
    text = block.text
    st.plotly_chart(block.figure, theme=None, config=CONFIG, key=f"chart_{block.name}", alt=block.alt_text)
    handout = hand_out_block(block)
    _show_lines([block.n_line, *block.key, handout.source_line(handout.exhibits[0])])
    _show_caveats(block)
    address = f"{current_root()}/chart?{write_query(block.view, text.language, pinned())}"
    st.markdown(f"[{text('export.live')}]({safe_url(address)})")


def _show_lines(lines: Sequence[str]) -> None:
    st.html(f'<p class="nline">{"<br>".join(map(html.escape, lines))}</p>')


def _show_caveats(block: Block) -> None:
    """Two caveats at the chart; the others one press away."""
    text, lines = block.text, [f"- {escape(caveat)}" for caveat in block.caveats]
    if lines:
        st.markdown("\n".join(lines[:CAVEATS]))
    if lines[CAVEATS:]:
        with st.expander(text("first.how_to_read")):
            st.markdown("\n".join(lines[CAVEATS:]))


def _show_empty(empty: Empty) -> None:
    if empty.heading:
        st.subheader(empty.heading, anchor=False)
    if empty.table is not None:
        st.markdown(escape(empty.said))
        show_table(empty.table)
    elif empty.is_aside:
        st.caption(escape(empty.said))
    else:
        st.info(escape(empty.said))


def read_click(event: Any) -> tuple[str, ...]:
    """The figure ids of the mark that was clicked last."""
    points = event.selection.points if event else []
    for point in points:
        ids = point.get("customdata")
        if ids:
            return tuple(ids.values()) if isinstance(ids, dict) else tuple(each for each in ids if each)
    return ()


def _show_sources(block: Block) -> None:
    text, labels = block.text, [words for words, _ in block.marks]
    picked = st.selectbox(
        text("ui.choose_mark"),
        range(-1, len(labels)),
        format_func=lambda i: text("ui.all_documents") if i < 0 else labels[i],
        key=worded(f"mark_{block.name}"),
    )
    if picked is not None and picked >= 0:
        show_evidence(block.marks[picked][1], text)
    else:
        show_documents(ask("evidence", figure_ids=block.figure_ids), text)


def _show_method(block: Block) -> None:
    """Show how the chart's numbers are made, with the source of each formula, and the SQL that ran."""
    text = block.text
    st.markdown("\n\n".join(block.method))
    if block.draw_method_table and len(numbers := block.draw_method_table()):
        show_table(numbers)
    with st.expander(text("ui.sql")):
        st.code(query(block.question).sql, language="sql", wrap_lines=True)
