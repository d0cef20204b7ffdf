"""The people in the file: each column with personal data is settled before anything else is asked."""

import streamlit as st

from components.errors import say_error
from components.filters import escape, worded
from components.text import Text
from components.upload.state import ask_anew, asked, cut
from components.upload.steps import Steps, draw_heading
from data.intake import screen
from data.intake.session import Intake
from data.intake.typed import LONGEST, WordsRefused


def show_people(intake: Intake, text: Text, steps: Steps) -> None:
    """Draw what was found, and how each finding is settled."""
    draw_heading("people", text)
    if intake.findings:
        _show_findings(intake, text)
    else:
        st.markdown(text("upload.no_findings"))
    if intake.open_findings:
        steps.wait("people", text("step.findings", n=len({finding.column for finding in intake.open_findings})))
    else:
        steps.finish("people", text("step.settled") if intake.findings else text("step.none_found"))


def _show_findings(intake: Intake, text: Text) -> None:
    gone = sorted(intake.left_out)
    if intake.open_findings:
        st.warning(
            text("upload.findings", n=len({f.column for f in intake.open_findings})), icon=":material/shield_person:"
        )
        if st.button(
            text("upload.leave_all_out"), type="primary", icon=":material/visibility_off:", key="leave_all_out"
        ):
            intake.leave_all_out()
            ask_anew()
            st.rerun()
    else:
        st.markdown(
            text(
                "upload.settled",
                columns=", ".join(escape(cut(intake.staged.headers[place]) or str(place + 1)) for place in gone),
            )
            if gone
            else text("upload.settled_all")
        )
    with st.expander(text("upload.findings_each"), expanded=bool(intake.open_findings)):
        for number, finding in enumerate(intake.findings):
            _settle_finding(intake, finding, number, text)


def _settle_finding(intake: Intake, finding: screen.Finding, number: int, text: Text) -> None:
    left, right = st.columns([3, 2])
    header = finding.header or text("upload.column_number", n=finding.column + 1)
    where = text("upload.in_header") if finding.in_header else text.number(finding.cells)
    left.markdown(
        f"**{escape(cut(header))}** · {text(f'finding_kind.{finding.kind}')} · "
        f"{'≈' if finding.about else ''}{where}  \n{escape(', '.join(finding.examples))}"
    )
    now = next((one for one in intake.settlements if (one.column, one.kind) == (finding.column, finding.kind)), None)
    how = right.selectbox(
        text("upload.settle"),
        finding.options,
        index=finding.options.index(now.how) if now else None,
        placeholder=text("upload.settle_choose"),
        format_func=lambda how: text(f"settle.{how}"),
        key=worded(asked(f"settle_{number}")),
    )
    if how is None:
        return
    reason = ""
    if how == "not_personal":
        before = now.reason if now else ""
        key = asked(f"settle_reason_{number}")
        reason = right.text_input(text("upload.reason"), before, key=key, max_chars=LONGEST["reason"]).strip()
    if now and (now.how, now.reason) == (how, reason):
        return
    try:
        intake.settle(finding, how, reason)
        ask_anew()
        st.rerun()
    except WordsRefused as fault:
        say_error(fault, text, right)
    except ValueError as fault:
        if reason or str(fault) != "reason_missing":
            right.error(text(f"settle.{fault}"))
