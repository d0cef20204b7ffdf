"""Who may upload, publish, undo and forget: the person at the machine, in a window of its own.

Asked twice: of a request, before the framework sees it, and of a session, at the moment when it changes something.
"""

from collections.abc import Mapping

import streamlit as st
from starlette.requests import HTTPConnection

from components.gate import key, origin

# What a browser says that a page is loaded into, where it is not a window of its own.
FRAMES = {"iframe", "frame", "embed", "object", "fencedframe"}


class Closed(Exception):
    """This session may not change anything: `code` has words in the locales (`gate.<code>`)."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def closed_because() -> str:
    """Why this session may change nothing: hosted, unguarded, framed, locked; '' when it may.

    A browser says with every run whether its page is embedded; one that doesn't say is none of ours.
    """
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return _closed_to(headers, st.context.cookies, is_framed=st.context.is_embedded is not False)


def demand() -> None:
    """Raises Closed when this session may change nothing."""
    if code := closed_because():
        raise Closed(code)


def closed_to(asked: HTTPConnection) -> str:
    """Why this request may change nothing, as `closed_because` says it; '' when it may."""
    return _closed_to(asked.headers, asked.cookies, is_framed=asked.headers.get("sec-fetch-dest") in FRAMES)


def _closed_to(headers: Mapping[str, str], cookies: Mapping[str, str], *, is_framed: bool) -> str:
    made = key.made()
    if key.is_hosted():
        return "hosted"
    if made is None:
        return "unguarded"
    if is_framed:
        return "framed"
    return "" if origin.is_own(headers) and made.is_held(cookies) else "locked"
