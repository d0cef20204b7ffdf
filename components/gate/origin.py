"""Which page asks: one of this very server, or one of another site that the same browser has open."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


def is_own(headers: Mapping[str, str]) -> bool:
    """The page that asks came from the address that it asks. A program that says no page is not one of ours."""
    asking = place(headers.get("origin", ""))
    return asking is not None and asking in {place(f"{scheme}://{headers.get('host', '')}") for scheme in PORTS}


def is_foreign(headers: Mapping[str, str]) -> bool:
    """A page asks that is neither of the address that it asks nor of the one at which others reach this server."""
    if "origin" not in headers:
        return False
    asking = place(headers["origin"])
    return asking is None or (not is_own(headers) and asking != place(os.environ.get("TCP_ADDRESS", "")))


def place(address: str) -> tuple[str, int] | None:
    """Host and port of an address; None where it is none. The scheme is left out: TLS may end at a proxy.

    So `https://host` and a request for `host` that reached us without TLS are both told by their ports.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.hostname.lower().rstrip("."), PORTS[parts.scheme] if port is None else port
