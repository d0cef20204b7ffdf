"""What was published here and when, what changed between two versions, and the way back."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components.filters import escape, open_version, reader, worded
from components.gate.rights import session_closed_reason
from components.html_table import show_table as table
from components.store import organisations, pinned, store, uploads, versions
from components.text import Text
from components.upload import confirm
from components.upload.changes import list_changed_counts, list_changed_ratios

who = reader()
text = who.text
known = versions()


def named(version: dict[str, Any]) -> str:
    """A version as it fits a phone: when it was published, in the time of Greenwich, and its hash."""
    return f"{datetime.fromisoformat(version['published_at']):%d.%m.%Y %H:%M} · {version['version']}"


def news(version: dict[str, Any]) -> str:
    """What is new in a version: of an upload in its author's words, else in ours."""
    if version["kind"] == "publish":
        return str(version["message"])
    if version["kind"] == "build":
        return text("versions.shipped")
    return text("versions.of_upload", upload=version["upload_id"])


def name_upload(code: str) -> str:
    """An upload as one who is to erase it must know it: its number, whose or what it was, and when it came.

    One that was undone has no organisation in the latest version; its author's words are left, in the list above.
    """
    came = next((version for version in known if (version["kind"], version["upload_id"]) == ("publish", code)), None)
    if came is None:
        return code
    whose = {upload["upload_id"]: upload["organisation"] for upload in uploads()}.get(code, came["message"])
    return f"{code} · {whose} · {datetime.fromisoformat(came['published_at']):%d.%m.%Y %H:%M}"


def one_of_each() -> list[dict[str, Any]]:
    """The versions newest first; a content that came back is listed at its latest date."""
    latest: dict[str, dict[str, Any]] = {}
    for version in known[::-1]:
        latest.setdefault(version["version"], version)
    return list(latest.values())


def erase(do: Callable[[str], object]) -> None:
    """Erase an upload for good, by the author's name; a refusal is shown on the page."""
    with st.spinner(text("versions.forgetting")):
        confirm.change_data(text, "versions_who", "forget_refused", do)


st.title(text("page.versions"), anchor=False)
st.markdown(text("versions.about"))
table(
    pd.DataFrame(
        [
            {
                text("versions.published_at"): named(version),
                text("versions.kind"): text(f"version_kind.{version['kind']}"),
                text("versions.author"): version["author"] if version["kind"] != "build" else "–",
                text("versions.message"): news(version),
            }
            for version in known[::-1]
        ]
    )
)
listed = one_of_each()
names = {version["version"]: named(version) for version in listed}
for gone, see in known[-1]["forgotten"].items():
    if gone not in names:  # what was erased may have been published again
        st.caption(text("versions.replaced", version=gone, see=see) if see else text("versions.gone", version=gone))

seen = known[-1]["snapshot"]  # what is chosen among the versions is chosen anew when there is another
with st.container(border=True, key="open_version"):
    st.subheader(text("versions.open_title"), anchor=False)
    chosen = st.selectbox(
        text("versions.version"), list(names), format_func=lambda code: names[code], key=worded(f"version_open_{seen}")
    )
    left, right = st.columns(2)
    if left.button(text("versions.open"), icon=":material/history:", key="version_open_button"):
        open_version(chosen if chosen != known[-1]["version"] else "")
    if pinned() and right.button(text("versions.open_latest"), icon=":material/update:", key="version_latest"):
        open_version("")

if len(listed) > 1:
    st.subheader(text("versions.compare_title"), anchor=False)
    left, right = st.columns(2)
    codes = list(names)
    before = left.selectbox(
        text("versions.before"),
        codes,
        index=1,
        format_func=lambda code: names[code],
        key=worded(f"version_before_{seen}"),
    )
    after = right.selectbox(
        text("versions.after"),
        codes,
        index=0,
        format_func=lambda code: names[code],
        key=worded(f"version_after_{seen}"),
    )
    if before != after:
        with st.spinner(text("upload.previewing")):
            changes = store().compare(before, after)
        named_too = Text(text.language, organisations(before, after))
        counts = changes.summary["counts"]
        st.markdown(text("versions.changes", added=counts["added"], changed=counts["changed"], gone=counts["gone"]))
        if len(changes.counts) or len(changes.ratios):
            # Folded, so that undo and forget are not a dozen screens below on a phone.
            with st.expander(text("upload.changes_each"), icon=":material/difference:"):
                if len(changes.counts):
                    table(list_changed_counts(changes.counts, named_too))
                if len(changes.ratios):
                    table(list_changed_ratios(changes.ratios, named_too))

if why := session_closed_reason():
    st.info(text(f"gate.{why}"), icon=":material/visibility:")
elif any(version["kind"] != "build" for version in known):
    st.text_input(text("versions.who"), st.session_state.get("intake_author", ""), key="versions_who", max_chars=80)
    if not confirm.read_author("versions_who"):
        st.caption(text("versions.who_needed"))
    st.subheader(text("versions.undo_title"), anchor=False)
    st.markdown(text("versions.undo_about"))
    confirm.undo_button(text, "versions_who", seen, "undo")
    unfinished = store().unfinished_forget()
    here = {upload: None for version in known for upload in version["uploads"]}  # undone ones too
    if unfinished == "":  # nobody knows which: it may have been erased, only the note is left
        here |= {version["upload_id"]: None for version in known if version["kind"] == "forget"}
    if here or unfinished is not None:
        st.subheader(text("versions.forget_title"), anchor=False)
        st.markdown(text("versions.forget_about"))
    if unfinished:
        st.button(
            text("versions.finish"),
            icon=":material/delete_forever:",
            key="forget_finish",
            disabled=not confirm.read_author("versions_who"),
            on_click=erase,
            args=(lambda _: store().finish_forget(),),
        )
    if here:
        erased = st.selectbox(
            text("versions.upload"),
            list(here),
            index=None,
            placeholder=text("upload.choose_one"),
            format_func=name_upload,
            key="forget_upload",
        )
        typed = st.text_input(text("versions.forget_type"), key="forget_typed")
        confirm.confirm_button(
            text,
            "forget",
            str(erased),
            label=text("versions.forget"),
            icon=":material/delete_forever:",
            sure=text("versions.forget_sure", upload=escape(name_upload(str(erased)))),
            yes=text("versions.forget_yes"),
            is_ready=bool(confirm.read_author("versions_who") and erased and typed.strip() == erased),
            do=partial(erase, partial(store().forget, str(erased))),
        )
    confirm.say_refusal("forget_refused", text)
