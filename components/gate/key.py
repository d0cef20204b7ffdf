"""The right to change what is stored is a secret: made anew at each start, printed once, held by one browser.

As Jupyter does it: the address printed at start holds a token, which is exchanged for a cookie. Headers, hosts and
addresses prove nothing, since whoever connects chooses them; this must have been read off the machine itself.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address

from streamlit import config

PARAMETER = "token"  # in the printed address
BYTES = 32


@dataclass(frozen=True)
class Key:
    """Two secrets that are not each other: the token opens a browser, the cookie keeps it open.

    `repr` shows neither.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(BYTES), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(BYTES), repr=False)

    def fits(self, token: str) -> bool:
        """The token is the printed one."""
        return compare_digest(token.encode(), self.token.encode())

    def is_held(self, cookies: Mapping[str, str]) -> bool:
        """These cookies are of a browser that was opened with the token."""
        return compare_digest(cookies.get(cookie_name(), "").encode(), self.session.encode())


_made: Key | None = None


def make() -> Key | None:
    """The key of this start; None where nothing can be changed over the network, and then nothing opens it."""
    global _made
    _made = None if is_hosted() else Key()
    return _made


def made() -> Key | None:
    """The key that `make` made."""
    return _made


def cookie_name() -> str:
    """Of this port: to a browser all ports of a host are one, and two servers must not take each other's cookie."""
    return f"tcp_key_{config.get_option('server.port')}"


def is_hosted() -> bool:
    """Others reach this server, and until they can sign in nobody may change anything on it."""
    return bool(os.environ.get("TCP_ADDRESS", "").strip()) or not _is_loopback(config.get_option("server.address"))


def _is_loopback(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
