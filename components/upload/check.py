"""What came of the rows: each is published, rejected with how to mend it, or left out."""

from datetime import date

import pandas as pd
import streamlit as st

from components.filters import escape
from components.html_table import show_table as table
from components.intake_files import report
from components.text import Text
from components.upload.state import asked
from components.upload.templates import name_code
from components.upload.values import mend_values
from data.intake.checking import Checked, as_understood, faults, rejected_rows
from data.intake.fields import fields
from data.intake.session import Intake
from data.intake.typed import LONGEST

ROWS_SHOWN = 8
FAULTS_SHOWN = 200
# Warnings that are answered by a code or by a question, and not by a reason.
ASKED_ELSEWHERE = {"outcome_uncoded", "outcome_blank"}


def show_result(intake: Intake, text: Text) -> None:
    """Draw what came of the rows, and where a value without a code can be mended in place."""
    recipe, checked = intake.understood
    rejected = sum(checked.rejected.values())
    st.html(
        '<p class="finding">'
        + text(
            "upload.sum",
            rows=text.number(checked.in_file),
            published=text.number(checked.published),
            rejected=text.number(rejected),
            left=text.number(sum(checked.left_out.values())),
        )
        + "</p>"
    )
    _show_ways(checked, text)
    if "unknown_value" in checked.rejected or "outcome_uncoded" in checked.warnings:
        about = fields(recipe.shape)
        for header, name in recipe.columns.items():
            if about[name].type == "code":
                mend_values(intake, recipe, about[name], header, text)
    for rule in [rule for rule in checked.warnings if rule not in ASKED_ELSEWHERE]:
        if said := st.text_input(
            f"{text.cap(text(f'rule.{rule}'))}: {text('upload.accept')}",
            key=asked(f"accept_{rule}"),
            max_chars=LONGEST["reason"],
        ):
            st.caption(text("upload.accepted", reason=escape(said)))
    _show_faults(intake, checked, text)
    if checked.not_shown:
        lines = [text("upload.not_shown"), "", *(f"- {text(f'without.{code}')}" for code in checked.not_shown)]
        st.markdown("\n".join(lines))
    with st.expander(text("upload.as_understood"), icon=":material/fact_check:"):
        table(_list_understood(intake, checked.shape, text), links=False)


def _show_ways(checked: Checked, text: Text) -> None:
    """Each way that rows went, with how many, and of rejections how to mend them."""
    ways = [
        *(("rejected", f"rule.{rule}", f"mend.{rule}", n) for rule, n in checked.rejected.items()),
        *(("left_out", f"row_left_out.{reason}", "", n) for reason, n in checked.left_out.items()),
        *(("warning", f"rule.{rule}", f"mend.{rule}", n) for rule, n in checked.warnings.items()),
    ]
    if not ways:
        return
    table(
        pd.DataFrame(
            [
                {
                    text("upload.what_came"): text(f"way.{way}"),
                    text("upload.rows"): text.number(n),
                    text("ui.reason"): text.cap(text(key)),
                    text("upload.mend"): text(mend) if mend and text.has(mend) else "–",
                }
                for way, key, mend, n in ways
            ]
        )
    )


def _show_faults(intake: Intake, checked: Checked, text: Text) -> None:
    rows = faults(intake.con, FAULTS_SHOWN)
    if not rows:
        return
    with st.expander(text("upload.fault_rows"), expanded=len(rows) <= 12, icon=":material/format_list_numbered:"):
        table(
            pd.DataFrame(
                [
                    {
                        text("upload.row"): str(row["row"]),
                        text("upload.column"): row["column"] or "–",
                        text("ui.reason"): text.cap(text(f"rule.{row['rule']}")),
                        text("upload.what_came"): text.cap(text(f"severity.{row['severity']}")),
                    }
                    for row in rows
                ]
            )
        )
        left, right = st.columns(2)
        left.download_button(
            text("upload.report_download"),
            report(checked, faults(intake.con, 1_000_000), text),
            file_name="report.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="report_download",
        )
        if checked.rejected:
            right.download_button(
                text("upload.rejected_download"),
                rejected_rows(intake.con, intake.staged, intake.left_out | {f.column for f in intake.open_findings}),
                file_name="rejected.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key="rejected_download",
            )


def _list_understood(intake: Intake, shape: str, text: Text) -> pd.DataFrame:
    """The first rows as they are understood, in words."""
    about = fields(shape)
    rows = []
    for row in as_understood(intake.con, shape, ROWS_SHOWN):
        shown = {text("upload.row"): str(row.pop("row"))}
        if "qualifier" in row:
            low, high, qualifier = row.pop("value_low"), row.pop("value_high"), row.pop("qualifier")
            percent = row["unit"] == "percent"
            shown[text("field.value")] = text.bound(low, high, qualifier, percent=percent)
        for name, value in row.items():
            if value is None or value == "":
                continue
            field = about.get(name)
            label = text(f"field.{name}") if text.has(f"field.{name}") else text(f"stored.{name}")
            if isinstance(value, date):
                shown[label] = text.day(value)
            elif field and field.words:
                shown[label] = name_code(field, str(value), text)
            else:
                shown[label] = text.number(value) if isinstance(value, int) else str(value)
        rows.append(shown)
    return pd.DataFrame(rows).fillna("–")
