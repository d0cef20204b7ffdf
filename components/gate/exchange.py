"""The address with the token, exchanged for a cookie: it is opened once, and stands nowhere afterwards."""

from urllib.parse import quote, unquote_plus

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.gate import key
from components.gate.addresses import PAGE


class Exchange:
    """Leads an address with a token to the same address without it; a right token leaves the cookie behind.

    A wrong one is led away too: an old bookmark must not carry a secret about, even one that opens nothing any more.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on every address without a token."""
        if scope["type"] != "http" or not PAGE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        tokens, rest = _parted(scope["query_string"].decode("latin-1"))
        if not tokens:
            await self.app(scope, receive, send)
            return
        # Said from where the page is, whatever a proxy calls it; and never the address of another host.
        place = "./" + quote(scope["path"].rsplit("/", 1)[1]) + (f"?{rest}" if rest else "")
        response = Response(status_code=303, headers={"Location": place, "Cache-Control": "no-store"})
        made = key.made()
        if made is not None and any(made.fits(token) for token in tokens):
            response.set_cookie(
                key.cookie_name(),
                made.session,
                httponly=True,
                samesite="strict",
                secure=HTTPConnection(scope).url.scheme == "https",
            )
        await response(scope, receive, send)


def _parted(query: str) -> tuple[list[str], str]:
    """The tokens of a query, and the rest of it as it was written."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    tokens = [unquote_plus(value) for name, _, value in pairs if unquote_plus(name) == key.PARAMETER]
    rest = [name + sign + value for name, sign, value in pairs if unquote_plus(name) != key.PARAMETER]
    return tokens, "&".join(rest)
