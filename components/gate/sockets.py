"""The socket between a page and the server: which pages may open one, and what they may say."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.gate import framework, origin


class Sockets:
    """Answers 403 to a page of another site, and lets through only the messages that the product needs.

    A program that says no page may read, as `curl` may; it may change nothing (`origin.is_own`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the sockets of our own pages."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        headers = HTTPConnection(scope).headers
        if origin.is_foreign(headers):
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: 403
            return
        if "origin" in headers:
            # Where a proxy asks in a name of its own, the framework would look its public address up to compare.
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = urlsplit(headers["origin"]).netloc

        async def needed() -> Message:
            while True:
                message = await receive()
                if not framework.is_unwanted(message.get("bytes") or b""):
                    return message

        await self.app(scope, needed, send)
