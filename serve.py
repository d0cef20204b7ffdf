"""The dashboard as `make run` serves it: app.py behind the gate, and a hint to the browser to fetch the chart library.

Streamlit's page names that library, the largest file of all, only once a chart has arrived over the socket: a second
after the browser could have begun.
"""

from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components import gate

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
PRELOAD = ", ".join(f"<./static/js/{path.name}>; rel=modulepreload" for path in SCRIPTS.glob("PlotlyChart.*.js"))
if not PRELOAD:
    raise FileNotFoundError(f"No PlotlyChart.*.js in {SCRIPTS}: this Streamlit names its chart library otherwise.")


class PreloadCharts:
    """Name the chart library in the header of every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = PRELOAD
            await send(message)

        await self.app(scope, receive, send_with_link)


app = streamlit.App("app.py", lifespan=gate.lifespan, middleware=[*gate.build_middleware(), Middleware(PreloadCharts)])
