"""The gate between the network and the pages: who may come in, what they may ask for, and who may change something.

`middleware` stands before the framework, in the order in which a request meets it; `rights` is the same question asked
by the pages. The framework's own doors that the product does not use are shut in `framework`.
"""

from starlette.middleware import Middleware

from components.gate.addresses import Addresses
from components.gate.exchange import Exchange
from components.gate.headers import Headers
from components.gate.opening import lifespan
from components.gate.sockets import Sockets
from components.gate.uploads import Uploads

__all__ = ["lifespan", "middleware"]


def middleware() -> list[Middleware]:
    """What stands before the framework, outermost first."""
    return [Middleware(each) for each in (Headers, Addresses, Exchange, Sockets, Uploads)]
