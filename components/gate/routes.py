"""What may be requested: the routes that the product needs, and no other that Streamlit serves.

Streamlit also serves metrics, an HTTP interface for programs that runs pages without a socket (`_stcore/agent/…`),
sign-in routes, a script health check, files of custom components, and CORS preflights. All of these answer 404 here.
"""

import re
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from components.gate.rights import FRAME_DESTINATIONS

PAGES = sorted(path.stem for path in (Path(__file__).parents[1] / "pages").glob("*.py"))
PAGE = re.compile(rf"/(?:(?:{'|'.join(PAGES)})/?)?")
UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)")
HOST_CONFIG = "/_stcore/host-config"
STREAM = "/_stcore/stream"
READ, WRITE = {"GET", "HEAD"}, {"PUT", "DELETE"}
ALLOWED_ROUTES = (
    (PAGE, READ),
    (re.compile(r"/static/.+|/app/static/.+|/favicon\.png"), READ),
    (re.compile(r"/media/[^/]+"), READ),
    (re.compile(r"/_stcore/health"), READ),
    (re.compile(HOST_CONFIG), READ),
    (UPLOAD, WRITE),
)
# By default Streamlit lets pages of *.streamlit.app and others control the app by messages from a parent frame. An
# empty list makes the browser ignore all such messages.
HOST_CONFIG_ANSWER = {
    "allowedOrigins": [],
    "useExternalAuthToken": False,
    "enableCustomParentMessages": False,
    "enforceDownloadInNewTab": False,
    "metricsUrl": "",
    "blockErrorDialogs": False,
    "resourceCrossOriginMode": None,
}


class RouteAllowList:
    """Answer 404 to every request that is not on the list, and 403 to a framed page without `?embed=true`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is on the list."""
        if scope["type"] == "websocket" and scope["path"] != STREAM:
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not is_allowed(scope["method"], scope["path"]):
            await refuse(404, "Not found.", scope, receive, send)
        elif scope["path"] == HOST_CONFIG:
            response = JSONResponse(HOST_CONFIG_ANSWER, headers={"Cache-Control": "no-cache"})
            await response(scope, receive, send)
        elif PAGE.fullmatch(scope["path"]) and _is_framed(scope) and not is_embed(scope):
            await refuse(403, "A page can be framed only with ?embed=true.", scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_allowed(method: str, path: str) -> bool:
    """Tell whether a request is on the list."""
    return any(method in methods and pattern.fullmatch(path) for pattern, methods in ALLOWED_ROUTES)


def is_embed(scope: Scope) -> bool:
    """Tell whether a request asks for the view that other sites may frame.

    Stricter than Streamlit, which ignores case: what counts here also counts there, so no framed page has rights.
    """
    return b"embed=true" in scope["query_string"].split(b"&")


def _is_framed(scope: Scope) -> bool:
    return HTTPConnection(scope).headers.get("sec-fetch-dest") in FRAME_DESTINATIONS


async def refuse(status: int, words: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in plain text. Nothing of the request is repeated in it."""
    response = PlainTextResponse(words + "\n", status, headers={"Cache-Control": "no-store"})
    await response(scope, receive, send)
