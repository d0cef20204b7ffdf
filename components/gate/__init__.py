"""The gate between the network and the pages: who may connect, what may be requested, and who may change data.

`build_middleware` gives the ASGI middleware that runs before Streamlit; `rights` answers the same question for the
pages. Everything that depends on Streamlit's internals is in `framework`.
"""

from starlette.middleware import Middleware

from components.gate.headers import SecurityHeaders
from components.gate.hosts import HostFilter
from components.gate.routes import RouteAllowList
from components.gate.sockets import SocketFilter
from components.gate.startup import lifespan
from components.gate.token_exchange import TokenExchange
from components.gate.uploads import UploadGuard

__all__ = ["build_middleware", "lifespan"]


def build_middleware() -> list[Middleware]:
    """List the middleware that runs before Streamlit, outermost first."""
    gates = (SecurityHeaders, HostFilter, RouteAllowList, TokenExchange, SocketFilter, UploadGuard)
    return [Middleware(each) for each in gates]
