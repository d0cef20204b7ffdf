"""Security headers: what a browser must not load, run, send or allow on our pages."""

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
from components.gate.routes import is_embed

STREAMLIT_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
# Browser features that pages use, and those that they never may. A name that a browser does not know is an error there.
ALLOWED_FEATURES = ("clipboard-write", "fullscreen")
DENIED_FEATURES = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "picture-in-picture"),
    *("publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)


def read_inline_scripts() -> list[str]:
    """Return every script that stands inside a page: Streamlit's own, ours, and those of the presenting page."""
    streamlit_scripts = re.findall(r"<script>(.*?)</script>", STREAMLIT_INDEX.read_text("utf8"), re.S)
    return [*streamlit_scripts, *scripts.INLINE_SCRIPTS.values(), *page.read_scripts().values()]


def hash_source(script: str) -> str:
    """Return the source expression that allows exactly this inline script."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


# Determined in a browser with every page, export and dialog: nothing from other hosts, no eval, and inline scripts only
# by their hashes. `blob:` because Streamlit loads the code of a component (browser_picture.js) from one; wasm because
# its protobuf library computes 64-bit integers by it (which allows no eval of scripts); inline styles because Streamlit
# and Plotly set them everywhere; `data:` for the font of the presenting page.
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *map(hash_source, read_inline_scripts())]),
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
HEADERS = {
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: some browsers would then send `Origin: null` with an upload.
    "referrer-policy": "same-origin",
    "permissions-policy": ", ".join(
        [*(f"{feature}=()" for feature in DENIED_FEATURES), *(f"{feature}=(self)" for feature in ALLOWED_FEATURES)]
    ),
}


class SecurityHeaders:
    """Add the headers to every response, also to that of an unhandled exception."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        directives = CONTENT_SECURITY_POLICY | {"frame-ancestors": "*" if is_embed(scope) else "'self'"}
        policy = "; ".join(f"{name} {sources}" for name, sources in directives.items())
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                MutableHeaders(scope=message).update({"content-security-policy": policy, **HEADERS})
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            if not has_started:
                await PlainTextResponse("Internal error.\n", 500)(scope, receive, send_with_headers)
            raise
