"""Which site a request comes from: a page of this server, or of another site open in the same browser."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Tell whether the requesting page was served by the host that it requests. False without an Origin."""
    origin = parse_origin(headers.get("origin", ""))
    return origin is not None and origin in {
        parse_origin(f"{scheme}://{headers.get('host', '')}") for scheme in DEFAULT_PORTS
    }


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Tell whether the request names an Origin that is neither its Host nor `TCP_ADDRESS`.

    A client without an Origin is no browser, and is not foreign: it may read.
    """
    if "origin" not in headers:
        return False
    origin = parse_origin(headers["origin"])
    return origin is None or (not is_same_origin(headers) and origin != parse_origin(os.environ.get("TCP_ADDRESS", "")))


def parse_origin(address: str) -> tuple[str, int] | None:
    """Return host and port of an http(s) address, or None if it is not one.

    The scheme is dropped because TLS may end at a proxy; the default port keeps `https://host` and `http://host` apart.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.hostname.lower().rstrip("."), DEFAULT_PORTS[parts.scheme] if port is None else port
