"""Publishing: one sentence says what will stand where, and what changes; then it is done, and can be undone."""

import html
from datetime import datetime

import streamlit as st

from components.errors import say_error
from components.filters import Reader, escape, worded
from components.gate import rights
from components.html_table import show_table as table
from components.store import look_again, store, uploads
from components.text import Text
from components.upload.changes import list_changed_counts, list_changed_ratios
from components.upload.columns import find_own_lists, list_missing
from components.upload.confirm import confirm_button, undo_button
from components.upload.meaning import list_open
from components.upload.state import ask_words, asked, hash_cell, let_go
from components.upload.steps import Steps, draw_heading
from data.errors import DashboardError
from data.intake.foreseen import Summary, sum_up
from data.intake.session import Intake, compiler_of
from data.uploads import Changes, Publication, Upload

# From this share of rejected rows on a publish is asked about once more.
REJECTED_MOST = 0.05


def ask_publish(intake: Intake, who: Reader, steps: Steps) -> None:
    """Ask who publishes, say what will stand where, and publish."""
    text = who.text
    draw_heading("publish", text)
    organisation = str(st.session_state.get("intake_said_organisation", ""))
    left, right = st.columns(2)
    author = ask_words(left, "author", text("upload.author"))
    message = ask_words(right, "message", text("upload.message"))
    is_strict = _ask_strict(intake, organisation, text)
    replaces = _ask_replaced(intake, organisation, text)
    missing = list_missing(intake.understood[0], text)
    if not author.strip():
        missing.append(text("upload.author"))
    if replaces is None:
        missing.append(text("upload.replaces"))
    if open_questions := len(list_open(intake)):
        missing.append(text("step.questions", n=open_questions))
    if missing:
        st.info(text("upload.still_missing", what=escape(text.listed(missing))), icon=":material/lock:")
        steps.wait("publish", text.listed(missing))
        return
    if closed := intake.closed_because:
        st.info(text(f"closed.{closed}"), icon=":material/lock:")
        steps.wait("publish", text("step.meaning"))
        return
    steps.begin("publish", text("step.ready"))
    said = {"organisation": organisation, "author": author, "message": message or "–", "language": text.language}
    try:
        upload = intake.upload(**said, is_strict=is_strict, replaces=replaces or "")
        if summary := sum_up(upload.rows):
            st.html(f'<p class="finding">{html.escape(say_summary(summary, upload, text))}</p>')
        with st.spinner(text("upload.previewing")):
            changes = _preview(upload)
        _show_changes(changes, text)
        _offer_publish(intake, upload, text)
    except DashboardError as error:
        say_error(error, text)


def _ask_strict(intake: Intake, organisation: str, text: Text) -> bool:
    """Whether the list is to be published strictly: as the organisation chose last, unless it is said otherwise."""
    if intake.checked is None or intake.checked.shape != "cases":
        return False
    own = [upload["is_strict"] is True for upload in uploads() if upload["compiler"] == compiler_of(organisation)]
    # A choice of its own for each name: what one organisation chose is nothing to another.
    key = asked(f"strict_{hash_cell(organisation)}")
    return st.toggle(text("upload.strict"), value=own[-1:] == [True], help=text("upload.strict_help"), key=key)


def _ask_replaced(intake: Intake, organisation: str, text: Text) -> str | None:
    """Which earlier list of the organisation this one replaces: '' for none, None while that is not said."""
    own = [upload for upload, _ in find_own_lists(intake, organisation)]
    if not own:
        return ""
    names = {
        upload["upload_id"]: text(
            "upload.replaces_list",
            date=text.day(datetime.fromisoformat(str(upload["published_at"])).date()),
            message=escape(str(upload["message"])),
        )
        for upload in own
    }
    names[""] = text("upload.replaces_none")
    chosen = st.radio(
        text("upload.replaces"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=worded(asked(f"replaces_{hash_cell(organisation)}")),
    )
    return None if chosen is None else str(chosen)


def say_summary(summary: Summary, upload: Upload, text: Text) -> str:
    """What will stand where, in one sentence: «12,480 complaints, 2004–2020, Ukraine, Kharkiv region …»."""
    countries = summary.countries or (upload.country,)
    told = text.of(countries[0])
    number = (
        text.counted_bound(summary.low, summary.high, _qualify(summary), summary.unit, upload.kind)
        if summary.low is not None and summary.stage == "complaint"
        else f"{told.stage_count(summary.stage, summary.unit, upload.kind)} – "
        f"{text.bound(summary.low, summary.high, _qualify(summary))}"
        if summary.low is not None
        else text("upload.summary_figures", n=text.number(summary.figures))
    )
    place = text.listed(text(f"country.{code}") for code in countries)
    if len(summary.regions) == 1:
        place = f"{place}, {text(f'region.{summary.regions[0]}')}"
    elif summary.regions:
        place = f"{place}, {text('upload.summary_regions', n=len(summary.regions))}"
    else:
        place = f"{place}, {text('upload.summary_whole')}"
    return text(
        "upload.summary",
        number=number,
        period=text.period(summary.start, summary.end),
        place=place,
        kind=text(f"counted_by_kind.{upload.kind}.by"),
    )


def _qualify(summary: Summary) -> str:
    if summary.high is None:
        return "at_least"
    return "exact" if summary.low == summary.high else "range"


def _preview(upload: Upload) -> Changes:
    """What would change; worked out once for the same rows and the same organisation."""
    state = st.session_state
    key = (upload, store().snapshot())
    if state.get("map_preview_of") != key:
        state["map_preview"] = store().preview(upload)
        state["map_preview_of"] = key
    changes: Changes = state["map_preview"]
    return changes


def _show_changes(changes: Changes, text: Text) -> None:
    counts = changes.summary["counts"]
    st.markdown(text("upload.changes", added=counts["added"], changed=counts["changed"], gone=counts["gone"]))
    with st.expander(text("upload.changes_each"), icon=":material/difference:"):
        table(list_changed_counts(changes.counts, text))
        if len(changes.ratios):
            table(list_changed_ratios(changes.ratios, text))


def _offer_publish(intake: Intake, upload: Upload, text: Text) -> None:
    """The button; with many rows rejected it says how many, and asks once more."""
    if upload.rejected_rows <= REJECTED_MOST * max(upload.file_rows, 1):
        if st.button(text("upload.publish"), type="primary", icon=":material/publish:", key="publish"):
            _publish(upload, text)
        return
    rejected = {
        "n": text.number(upload.rejected_rows),
        "rows": text.number(upload.file_rows),
        "share": text.per_cent(100 * upload.rejected_rows / upload.file_rows, 0),
    }
    confirm_button(
        text,
        "publish",
        upload.content_hash,
        label=text("upload.publish_without", **rejected),
        icon=":material/publish:",
        sure=text("upload.publish_sure", **rejected),
        yes=text("upload.publish_yes", **rejected),
        is_ready=True,
        do=lambda: st.session_state.__setitem__("intake_publishes", upload.content_hash),
    )
    if st.session_state.pop("intake_publishes", "") == upload.content_hash:
        _publish(upload, text)


def _publish(upload: Upload, text: Text) -> None:
    rights.require_open_session()
    with st.spinner(text("upload.publishing")):
        st.session_state["intake_published"] = store().publish(upload)
    st.session_state["intake_author"] = upload.author
    st.session_state["intake_round"] += 1
    look_again()
    let_go()
    st.rerun()


def show_published(published: Publication, text: Text) -> None:
    """Draw what was done, the way to the charts, and the way back."""
    with st.container(border=True, key="published"):
        st.success(
            text(
                "upload.published",
                rows=text.number(published.published_rows),
                figures=text.number(published.figures),
                version=published.version,
            ),
            icon=":material/check_circle:",
        )
        if published.undated_cases:
            st.markdown(text("upload.undated", n=text.number(published.undated_cases)))
        if published.rival_figures:
            st.markdown(text("upload.rival", n=text.number(published.rival_figures)))
        left, middle, right = st.columns(3)
        left.page_link("components/pages/allegations.py", label=text("page.allegations"), icon=":material/bar_chart:")
        middle.page_link("components/pages/versions.py", label=text("page.versions"), icon=":material/history:")
        undo_button(text, "intake_author", published.snapshot, "undo_now", right)
