"""Who says so: the figures and the documents behind a mark, in words."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd
import streamlit as st

from components.charts.shared.values import name_compiler, number_or_none
from components.exports.exhibit import own_documents
from components.filters import escape
from components.store import ask
from components.text import Text


def show_documents(rows: pd.DataFrame, text: Text) -> None:
    """Show a list of documents with their addresses, one line each."""
    st.markdown("\n".join(f"- {describe_document(row, text)}" for row in own_documents(rows)))


def show_evidence(ids: Sequence[str], text: Text) -> None:
    """Show who counted, what exactly, over which period, and the document: for each figure, its rivals and repeats."""
    corrections = ask("corrections", figure_ids=list(ids)).to_dict("records") if ids else []
    for row in ask("evidence", figure_ids=list(ids)).to_dict("records"):
        of_it = [each for each in corrections if each["figure_id"] == row["figure_id"]]
        lines = [*_describe_evidence(row, text), *(escape(describe_correction(each, text)) for each in of_it)]
        st.markdown("  \n".join(lines))


def describe_correction(row: dict[str, Any], text: Text) -> str:
    """A correction in one line: which column, what was published, what is published now, why, and when."""
    field = text.low(text(f"figure_field.{row['field']}"))
    words = {side: _write_cell(row["field"], row[side], row["country"], text) for side in ("was", "value")}
    key = "correction.kept" if row["status"] == "kept" else "correction.changed"
    if row["field"] == "doubted":
        key = "correction.doubted"
    elif row["field"] in {"note", "source_id", "wording_kept"}:  # what it is today stands beside it
        key = "correction.told_beside"
    when = text.published_on(row["corrected_on"])
    return text(key, field=field, was=words["was"], now=words["value"], reason=text.note(row["reason"]), date=when)


def _write_cell(field: str, cell: str, country: str, text: Text) -> str:
    """A cell of a figure in words: a code as its word, a number as a number."""
    if not cell:
        return text("correction.nothing")
    if field == "compiler":
        return text.compiler(country, cell)
    if field.startswith("value_"):
        return text.number(float(cell))
    return text(key) if text.has(key := f"{field}.{cell}") else cell


def _describe_evidence(row: dict[str, Any], text: Text) -> list[str]:
    """A figure in lines of Markdown: its number, what there is to say of it, its document."""
    is_itself = row["relation"] == "itself"
    words = escape(describe_figure(row, text))
    lead = f"**{words}**" if is_itself else f"{text('relation.' + row['relation'])}: {words}"
    details = [
        (text("ui.compiler"), name_compiler(row, text)),
        (text("ui.scope"), text.scope(row["scope"], row["scope_detail"])),
        (text("ui.confidence"), text(f"confidence.{row['confidence']}")),
    ]
    if row["period_kind"] != "counted":
        details.append((text("ui.period"), text(f"period_kind.{row['period_kind']}")))
    if row["region"]:
        details.append((text("ui.region"), text(f"region.{row['region']}")))
    if is_itself and row["legal_basis"]:
        basis = f"legal_basis.{row['legal_basis']}"  # a code in an upload, the words of its source else
        details.append((text("ui.legal_basis"), text(basis) if text.has(basis) else text.note(row["legal_basis"])))
    if row["locator"]:
        details.append((text("ui.locator"), text.note(row["locator"])))
    lines = [lead, *(f"{label}: {escape(value)}" for label, value in details)]
    if row["note"]:
        lines.append(f"{text('ui.note')}: {escape(text.note(row['note']))}")
    return [*lines, describe_document(row, text)]


def describe_document(row: dict[str, Any], text: Text) -> str:
    """A document as Markdown: its title as a link, publisher, date, language, and whether only the site is known."""
    is_upload = row["address"] == "upload"
    title = escape(row["title"]) if is_upload else f"[{escape(text.title(row['title']))}]({safe_url(row['url'])})"
    parts = [
        title,
        escape(text.publisher(row["publisher"])),
        escape(text.published_on(row["published_on"])),
        escape(text.tongue(row["language"])),
    ]
    if is_upload:
        parts.append(text("upload.document", upload=row["source_id"]))
    if is_upload and (url := safe_url(row.get("source_url") or "")):
        site = urlsplit(url).hostname or ""
        parts.append(f"[{text('upload.source_url', site=escape(site))}]({url})")
    if row["address"] == "site only":
        parts.append(f"**{text('ui.site_only')}**")
    return " · ".join(parts)


def describe_figure(row: dict[str, Any], text: Text) -> str:
    """A figure in one line: stage, number with unit, period."""
    text = text.of(row["country"])
    low, high = number_or_none(row["low"]), number_or_none(row["high"])
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


def describe_official_documents(row: dict[str, Any], text: Text) -> str:
    """How many official figures of a country were read in the State's own document; '' where there are none."""
    if row["official"] == 0:
        return ""
    key = "finding.no_official_document" if row["official_primary"] == 0 else "finding.some_official_documents"
    return text(key, n=text.number(row["official"]), primary=text.number(row["official_primary"]))


def safe_url(url: str) -> str:
    """An address that can stand in a Markdown link: http and https only, nothing in it that would end the link."""
    if not url.startswith(("https://", "http://")):
        return ""
    return quote(url, safe="%/:?#@!$&'*+,;=-._~")
