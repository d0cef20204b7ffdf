"""Under which names this server may be asked: a page of another site must not read it through a name of its own.

A site may let its name lead to 127.0.0.1 (DNS rebinding): the browser then takes our pages for that site's, which may
read them. The only sign of it is the `Host` that the browser sends. Behind a proxy `TCP_ADDRESS` says that others may
read.
"""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from components.gate import key, origin
from components.gate.routes import refuse


class HostFilter:
    """Answer 403 to a request or socket for a host that is not this machine, unless others are meant to read.

    A request without a Host is passed on: no browser sends one, but health checks of proxies do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for this machine."""
        if scope["type"] not in {"http", "websocket"} or key.is_hosted() or is_local(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            words = "Open this at http://localhost, or set TCP_ADDRESS: docs/behind-a-proxy.md"
            await refuse(403, words, scope, receive, send)


def is_local(scope: Scope) -> bool:
    """Tell whether a request names this machine as its host, or none."""
    host = HTTPConnection(scope).headers.get("host", "")
    parts = origin.parse_origin(f"http://{host}")
    return not host or (parts is not None and (key.is_loopback(parts[0]) or parts[0].endswith(".localhost")))
