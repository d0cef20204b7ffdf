"""What every answer tells the browser not to do."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components import scripts
from components.exports import page
from components.gate.addresses import is_embed

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


def _inline() -> list[str]:
    """Every script that stands inside a page: the framework's own, ours, and those of the room."""
    framework = re.findall(r"<script>(.*?)</script>", INDEX.read_text("utf8"), re.S)
    return [*framework, *scripts.TEXTS.values(), *page.scripts().values()]


def _source(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


POLICY = {
    "default-src": "'self'",
    "script-src": " ".join(["'self'", "blob:", *map(_source, _inline())]),
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
# What a page may ask a browser for: of all this the product needs to copy an address, and to fill the screen.
POWERS = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
FIXED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": ", ".join(
        [*(f"{power}=()" for power in POWERS), "clipboard-write=(self)", "fullscreen=(self)"]
    ),
}


class Headers:
    """Puts them on every answer, that of a failure too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ancestors = "*" if is_embed(scope) else "'self'"
        policy = "; ".join(f"{name} {value}" for name, value in {**POLICY, "frame-ancestors": ancestors}.items())
        is_begun = False

        async def with_headers(message: Message) -> None:
            nonlocal is_begun
            if message["type"] == "http.response.start":
                is_begun = True
                MutableHeaders(scope=message).update({"content-security-policy": policy, **FIXED})
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception:
            if not is_begun:
                await PlainTextResponse("Something went wrong.\n", 500)(scope, receive, with_headers)
            raise
