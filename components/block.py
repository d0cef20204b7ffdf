"""The chart block, the same for every chart: finding, chart, n line, caveats, sources, table, method."""

import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd
import streamlit as st

from components.exports.csv import csv_bytes
from components.exports.exhibit import own_documents
from components.filters import escape, worded
from components.handouts import of_block, view_query
from components.store import ask, pinned, version
from components.take_away import here, take_away
from components.text import Text
from components.theme import unbroken
from components.views import Block, Empty, Made
from queries.catalog import query

CONFIG = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False, "responsive": True}
VIEWS = ("sources", "table", "method", "take_away")


def show(made: Made | None) -> None:
    """Draw a chart block, or say what is missing. A click on a mark opens its sources; so does choosing it from the
    list."""
    if isinstance(made, Block):
        with st.container(key=f"block_{made.name}"):
            _block(made)
    elif made is not None:
        _empty(made)


@st.fragment
def _block(made: Block) -> None:
    text = made.text
    if made.heading:
        st.subheader(made.heading, anchor=False)
    st.html(f'<p class="finding">{unbroken(html.escape(made.finding))}</p>')
    if st.context.is_embedded:
        with st.container(key="framed"):
            _framed(made)
        return
    event = st.plotly_chart(
        made.figure,
        theme=None,
        config=CONFIG,
        key=f"chart_{made.name}",
        on_select="rerun",
        selection_mode="points",
        alt=made.finding,
    )
    shown = set(made.figure_ids)
    # A click outlives a change of filter: only a mark that is still drawn opens.
    if (clicked := _clicked(event)) and shown.issuperset(clicked):
        with st.container(border=True, key=f"clicked_{made.name}"):
            st.markdown(f"**{text('ui.source_of_mark')}**")
            evidence(clicked, text)
    st.html(f'<p class="nline">{html.escape(made.n_line)}</p>')
    if made.key:
        st.html('<p class="nline">' + "<br>".join(html.escape(line) for line in made.key) + "</p>")
    if made.caveats:
        st.markdown("\n".join(f"- {escape(caveat)}" for caveat in made.caveats))
    view = st.segmented_control(
        text("ui.details"),
        VIEWS,
        format_func=lambda code: text(f"ui.{code}"),
        key=worded(f"view_{made.name}"),
        label_visibility="collapsed",
        persist_state="page",
    )
    if view == "sources":
        _sources(made, text)
    elif view == "table":
        table(made.table)
        st.download_button(
            text("ui.download_csv"),
            csv_bytes(made.table),
            file_name=f"{made.name}_{made.country or 'all'}_{version()}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"csv_{made.name}",
        )
    elif view == "method":
        method(made, text)
    elif view == "take_away":
        take_away(made)


def _framed(made: Block) -> None:
    """The chart on another organisation's page: with its n and its source line, and the way to all that is behind."""
    text = made.text
    st.plotly_chart(made.figure, theme=None, config=CONFIG, key=f"chart_{made.name}", alt=made.finding)
    leaving = of_block(made)
    lines = [made.n_line, *made.key, leaving.source_line(leaving.exhibits[0])]
    st.html(f'<p class="nline">{"<br>".join(map(html.escape, lines))}</p>')
    if made.caveats:
        st.markdown("\n".join(f"- {escape(caveat)}" for caveat in made.caveats))
    address = f"{here()}/chart?{view_query(made.view, text.language, pinned())}"
    st.markdown(f"[{text('export.live')}]({_safe_url(address)})")


def _empty(made: Empty) -> None:
    if made.heading:
        st.subheader(made.heading, anchor=False)
    if made.table is not None:
        st.markdown(escape(made.said))
        table(made.table)
    elif made.is_aside:
        st.caption(escape(made.said))
    else:
        st.info(escape(made.said))


def _clicked(event: Any) -> tuple[str, ...]:
    """The figure ids of the mark that was clicked last."""
    points = event.selection.points if event else []
    for point in points:
        ids = point.get("customdata")
        if ids:
            return tuple(ids.values()) if isinstance(ids, dict) else tuple(each for each in ids if each)
    return ()


def _sources(made: Block, text: Text) -> None:
    labels = [words for words, _ in made.marks]
    picked = st.selectbox(
        text("ui.choose_mark"),
        range(-1, len(labels)),
        format_func=lambda i: text("ui.all_documents") if i < 0 else labels[i],
        key=worded(f"mark_{made.name}"),
    )
    if picked is not None and picked >= 0:
        evidence(made.marks[picked][1], text)
        return
    documents(ask("evidence", figure_ids=made.figure_ids), text)


def documents(rows: pd.DataFrame, text: Text) -> None:
    """A list of documents with their addresses, one line each."""
    st.markdown("\n".join(f"- {document(row, text)}" for row in own_documents(rows)))


def document(row: dict[str, Any], text: Text) -> str:
    """One document as Markdown: its title as a link, publisher, date, language, and whether only the site is known."""
    is_upload = row["address"] == "upload"
    title = escape(row["title"]) if is_upload else f"[{escape(text.title(row['title']))}]({_safe_url(row['url'])})"
    parts = [
        title,
        escape(text.publisher(row["publisher"])),
        escape(text.published_on(row["published_on"])),
        escape(text.tongue(row["language"])),
    ]
    if is_upload:
        parts.append(text("upload.document", upload=row["source_id"]))
    if is_upload and (url := _safe_url(row.get("source_url") or "")):
        site = urlsplit(url).hostname or ""
        parts.append(f"[{text('upload.source_url', site=escape(site))}]({url})")
    if row["address"] == "site only":
        parts.append(f"**{text('ui.site_only')}**")
    return " · ".join(parts)


def evidence(ids: Sequence[str], text: Text) -> None:
    """Who counted, what exactly, over which period, and the document: for each figure and its rivals and repeats."""
    rows = ask("evidence", figure_ids=list(ids)).to_dict("records")
    for row in rows:
        itself = row["relation"] == "itself"
        words = figure_words(row, text)
        lead = f"**{escape(words)}**" if itself else f"{text('relation.' + row['relation'])}: {escape(words)}"
        details = [
            (text("ui.compiler"), text.compiler(row["country"], row["compiler"])),
            (text("ui.scope"), text.scope(row["scope"], row["scope_detail"])),
            (text("ui.confidence"), text(f"confidence.{row['confidence']}")),
        ]
        if row["period_kind"] != "counted":
            details.append((text("ui.period"), text(f"period_kind.{row['period_kind']}")))
        if row["region"]:
            details.append((text("ui.region"), text(f"region.{row['region']}")))
        if itself and row["legal_basis"]:
            basis = f"legal_basis.{row['legal_basis']}"  # a code in an upload, the words of its source else
            details.append((text("ui.legal_basis"), text(basis) if text.has(basis) else text.note(row["legal_basis"])))
        if row["locator"]:
            details.append((text("ui.locator"), text.note(row["locator"])))
        lines = [lead, *(f"{label}: {escape(value)}" for label, value in details)]
        if row["note"]:
            lines.append(f"{text('ui.note')}: {escape(text.note(row['note']))}")
        lines.append(document(row, text))
        st.markdown("  \n".join(lines))


def figure_words(row: dict[str, Any], text: Text) -> str:
    """A figure in one line: stage, number with unit, period."""
    text = text.of(row["country"])
    low, high = row["low"], row["high"]
    low, high = (None if side != side else side for side in (low, high))
    period = text.period(row["period_start"].date(), row["period_end"].date())
    if row["unit"] == "percent":
        share = text(
            "sentence.ratio_of",
            numerator=text(f"stage.{row['stage']}"),
            denominator=text.low(text(f"stage.{row['denominator_stage']}")),
        )
        return f"{share}: {text.bound(low, high, row['qualifier'], percent=True)} · {period}"
    label = text.stage_count(row["stage"], row["unit"], row["kind"])
    return f"{label}: {text.bound(low, high, row['qualifier'])} · {period}"


def table(frame: pd.DataFrame, links: bool = True) -> None:
    """A table of words as HTML, every cell escaped; wide ones scroll inside their own box.

    `links`: addresses can be clicked; those of a file that nobody has looked at can not.
    """
    body = frame.to_html(index=False, escape=True, border=0, na_rep="–", render_links=links)
    st.html(f'<div class="tcp-table" tabindex="0">{body}</div>')


def method(made: Block, text: Text) -> None:
    """How the chart's numbers are made, with the source of each formula, and the SQL that ran."""
    st.markdown("\n\n".join(made.method))
    if made.draw_method_table and len(numbers := made.draw_method_table()):
        table(numbers)
    with st.expander(text("ui.sql")):
        st.code(query(made.question).sql, language="sql", wrap_lines=True)


def _safe_url(url: str) -> str:
    """An address that can stand in a Markdown link: http and https only, nothing in it that would end the link."""
    if not url.startswith(("https://", "http://")):
        return ""
    return quote(url, safe="%/:?#@!$&'*+,;=-._~")
