"""The WebSocket between a page and the server: which sites may open one, and which messages they may send."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.gate import framework, origin


class SocketFilter:
    """Answer 403 to a socket from a foreign Origin, and drop messages that the product does not need.

    A client without an Origin is a program: it may read, as `curl` may, but never change data (`rights`).
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
            await send({"type": "websocket.close", "code": 1008})  # before the handshake is accepted: 403
            return
        if "origin" in headers:
            # A proxy may request another Host than the browser did (TCP_ADDRESS). Streamlit would then look up its
            # public address on the internet to compare, and block the event loop for seconds.
            scope = {**scope, "headers": list(scope["headers"])}
            MutableHeaders(scope=scope)["host"] = urlsplit(headers["origin"]).netloc

        async def receive_needed() -> Message:
            while True:
                message = await receive()
                if not framework.is_unneeded_message(message.get("bytes") or b""):
                    return message

        await self.app(scope, receive_needed, send)
