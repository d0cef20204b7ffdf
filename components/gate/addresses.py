"""What may be asked for: the addresses that the product needs, and no other that the framework answers.

Not on the list, and therefore closed: its metrics (`_stcore/metrics`), its interface for programs (`_stcore/agent/…`,
which draws pages without a socket), its sign-in (`auth/…`, `oauth2callback`), its check of the script, the files of
components that have none here, and every request that asks for leave from another site (OPTIONS).
"""

import re
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from components.gate.answers import refuse
from components.gate.rights import FRAMES

PAGES = sorted(path.stem for path in (Path(__file__).parents[1] / "pages").glob("*.py"))
PAGE = re.compile(rf"/(?:(?:{'|'.join(PAGES)})/?)?")
HOST_CONFIG = "/_stcore/host-config"
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)")
READ, WRITE = {"GET", "HEAD"}, {"PUT", "DELETE"}
OPEN = (
    (PAGE, READ),
    (re.compile(r"/static/.+|/app/static/.+|/favicon\.png"), READ),
    (re.compile(r"/media/[^/]+"), READ),
    (re.compile(r"/_stcore/health"), READ),
    (re.compile(HOST_CONFIG), READ),
    (UPLOAD, WRITE),
)
STREAM = "/_stcore/stream"
# The framework trusts pages of its makers' hosts, wherever they frame it, to steer it by messages. Here nobody's.
NOBODY_TRUSTED = {
    "allowedOrigins": [],
    "useExternalAuthToken": False,
    "enableCustomParentMessages": False,
    "enforceDownloadInNewTab": False,
    "metricsUrl": "",
    "blockErrorDialogs": False,
    "resourceCrossOriginMode": None,
}


def is_embed(scope: Scope) -> bool:
    """The address asks for the view that may stand in a frame on another site."""
    return b"embed=true" in scope["query_string"].split(b"&")


class Addresses:
    """Answers 404 to what is not on the list, and 403 to a page in a frame that is not the view for one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is on the list."""
        if scope["type"] == "websocket" and scope["path"] != STREAM:
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not is_open(scope["method"], scope["path"]):
            await refuse(404, "There is nothing here.", scope, receive, send)
        elif scope["path"] == HOST_CONFIG:
            response = JSONResponse(NOBODY_TRUSTED, headers={"Cache-Control": "no-cache"})
            await response(scope, receive, send)
        elif PAGE.fullmatch(scope["path"]) and _is_framed(scope) and not is_embed(scope):
            await refuse(403, "In a frame only with ?embed=true.", scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_open(method: str, path: str) -> bool:
    """A request of this kind is on the list."""
    return any(method in methods and pattern.fullmatch(path) for pattern, methods in OPEN)


def _is_framed(scope: Scope) -> bool:
    return HTTPConnection(scope).headers.get("sec-fetch-dest") in FRAMES
