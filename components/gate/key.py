"""The right to change data is a secret: created at each start, printed once, held by one browser.

As in Jupyter, the address printed at start carries a token, which is exchanged for a cookie. Host, Origin and other
headers prove nothing, because the client chooses them; the token can only have been read on the machine itself.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address

from streamlit import config

PARAMETER = "token"  # the query parameter of the printed address
SECRET_BYTES = 32


@dataclass(frozen=True)
class Key:
    """Two independent secrets: the token of the printed address, and the value of the cookie that it is exchanged for.

    Neither is in `repr`, so neither can reach a log by accident.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(SECRET_BYTES), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(SECRET_BYTES), repr=False)

    def matches_token(self, token: str) -> bool:
        """Tell whether this is the printed token, in constant time."""
        return compare_digest(token.encode(), self.token.encode())

    def is_in(self, cookies: Mapping[str, str]) -> bool:
        """Tell whether a browser with these cookies was opened with the token, in constant time."""
        return compare_digest(cookies.get(cookie_name(), "").encode(), self.cookie.encode())


_current: Key | None = None


def create_key() -> Key | None:
    """Create the key of this start; None on a hosted server, where nothing opens publishing."""
    global _current
    _current = None if is_hosted() else Key()
    return _current


def current_key() -> Key | None:
    """Return the key that `create_key` created."""
    return _current


def cookie_name() -> str:
    """Name the cookie after the port: browsers share cookies between ports, and two servers must not collide."""
    return f"tcp_key_{config.get_option('server.port')}"


def is_hosted() -> bool:
    """Tell whether other machines reach this server; until there is a sign-in, nobody may change data on it."""
    return bool(os.environ.get("TCP_ADDRESS", "").strip()) or not is_loopback(config.get_option("server.address"))


def is_loopback(address: str | None) -> bool:
    """Tell whether an address or a host can only be this machine's own."""
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
