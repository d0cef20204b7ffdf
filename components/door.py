"""Who may publish: until there is a sign-in, only a person at this very machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

# Each of these says that somebody stands between the reader and this server.
FORWARDED = ("Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "Cf-Connecting-Ip", "True-Client-Ip")


def closed_because() -> str:
    """Why nothing can be published from here: bound_outside, asked_from_outside, forwarded; '' when it can.

    The server must be bound to loopback, the request must have been made to loopback, and nothing may have forwarded
    it: a page of another site that the same browser has open fails by its Host.
    """
    headers = st.context.headers
    if not _is_loopback(str(st.get_option("server.address") or "")):
        return "bound_outside"
    if any(name.lower().startswith("x-forwarded") or name.title() in FORWARDED for name in headers):
        return "forwarded"
    asked = (headers.get("Host", ""), urlsplit(headers.get("Origin", "")).netloc or headers.get("Host", ""))
    if not all(_is_loopback(urlsplit(f"//{host}").hostname or "") for host in asked):
        return "asked_from_outside"
    return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
