"""The dashboard as `make run` serves it: app.py behind the gate, and with every page a word to the browser to fetch
what draws charts.

The framework's page names that library, the largest file of all, only once a chart has come through the socket: a
second after the browser could have begun.
"""

from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components import gate

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
EARLY = ", ".join(f"<./static/js/{path.name}>; rel=modulepreload" for path in SCRIPTS.glob("PlotlyChart.*.js"))
if not EARLY:
    raise FileNotFoundError(f"PlotlyChart.*.js is no longer in {SCRIPTS}: name the file that draws charts")


class FetchEarly:
    """Says so in the header of every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = EARLY
            await send(message)

        await self.app(scope, receive, with_link)


app = streamlit.App("app.py", lifespan=gate.lifespan, middleware=[*gate.middleware(), Middleware(FetchEarly)])
