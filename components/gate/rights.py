"""Who may upload, publish, undo and forget: the person at the machine, in a browser window that is not framed.

Checked twice: for each upload request before Streamlit sees it, and for a session at the moment of each change.
"""

from collections.abc import Mapping

import streamlit as st
from starlette.requests import HTTPConnection

from components.gate import key, origin
from data.errors import DashboardError

# Values of Sec-Fetch-Dest for a document that is loaded into another page.
FRAME_DESTINATIONS = {"iframe", "frame", "embed", "object", "fencedframe"}


class PublishingClosed(DashboardError):
    """This session may not change data."""

    section = "gate"
    codes = frozenset({"hosted", "unguarded", "framed", "locked"})


def session_closed_reason() -> str:
    """Return why this session may not change data: hosted, unguarded, framed, locked; '' if it may.

    Headers and cookies are those of the handshake of its socket. A browser reports with every run whether the page is
    embedded; a client that does not report it is no browser.
    """
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return _closed_reason(headers, st.context.cookies, is_framed=st.context.is_embedded is not False)


def require_open_session() -> None:
    """Raise PublishingClosed if this session may not change data."""
    if code := session_closed_reason():
        raise PublishingClosed(code)


def request_closed_reason(request: HTTPConnection) -> str:
    """Return why this request may not change data, with the codes of `session_closed_reason`; '' if it may."""
    is_framed = request.headers.get("sec-fetch-dest") in FRAME_DESTINATIONS
    return _closed_reason(request.headers, request.cookies, is_framed=is_framed)


def _closed_reason(headers: Mapping[str, str], cookies: Mapping[str, str], *, is_framed: bool) -> str:
    current = key.current_key()
    if key.is_hosted():
        return "hosted"
    if current is None:
        return "unguarded"
    if is_framed:
        return "framed"
    return "" if origin.is_same_origin(headers) and current.is_in(cookies) else "locked"
