"""Exchange the token of the printed address for a cookie, so that the token stays in no address, history or log."""

from urllib.parse import quote, unquote_plus

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from components.gate import key
from components.gate.routes import PAGE


class TokenExchange:
    """Redirect a page address with a token to the same address without it; set the cookie if the token is right.

    A wrong token is removed in the same way: an old bookmark must not carry secrets around either.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on every request without a token."""
        if scope["type"] != "http" or not PAGE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        tokens, rest = _split_query(scope["query_string"].decode("latin-1"))
        if not tokens:
            await self.app(scope, receive, send)
            return
        # Relative to the page: right behind a proxy that cuts off a prefix, and never the address of another host.
        location = "./" + quote(scope["path"].rsplit("/", 1)[1]) + (f"?{rest}" if rest else "")
        response = Response(status_code=303, headers={"Location": location, "Cache-Control": "no-store"})
        current = key.current_key()
        if current is not None and any(current.matches_token(token) for token in tokens):
            response.set_cookie(
                key.cookie_name(),
                current.cookie,
                httponly=True,
                samesite="strict",
                secure=HTTPConnection(scope).url.scheme == "https",
            )
        await response(scope, receive, send)


def _split_query(query: str) -> tuple[list[str], str]:
    """Return the tokens of a query string, and the rest of it unchanged."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    tokens = [unquote_plus(value) for name, _, value in pairs if unquote_plus(name) == key.PARAMETER]
    rest = [name + sign + value for name, sign, value in pairs if unquote_plus(name) != key.PARAMETER]
    return tokens, "&".join(rest)
