"""The start of the server: create the key, print its address once, and open it in the browser of who started it."""

import os
import sys
import tempfile
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from typing import Any

from streamlit import config

from components.gate import framework, key

ROOT = Path(__file__).parents[2]
OPEN = "TCP_OPEN"  # set by `make run`
REDIRECT_PAGE = """<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}"><title>…</title>"""


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Prepare the server before the first request, and clean up after the last."""
    framework.keep_uploads_in_memory()
    framework.disable_address_lookup()
    current = key.create_key()
    address = format_local_address()
    print(f"\n  Dashboard: {address}", flush=True)
    if current is None:
        print("  For reading only: other machines reach this server, and there is no sign-in yet.\n", flush=True)
        yield
        return
    secret_address = f"{address}/?{key.PARAMETER}={current.token}"
    print(f"  To publish, on this machine only (keep it to yourself): {secret_address}\n", flush=True)
    page = open_browser(secret_address) if os.environ.get(OPEN) and has_desktop() else None
    try:
        yield
    finally:
        if page is not None:
            page.unlink(missing_ok=True)


def format_local_address() -> str:
    """Return the address of this server on this machine."""
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    host = config.get_option("server.address") or "localhost"
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{host}:{config.get_option('server.port')}"


def has_desktop() -> bool:
    """Tell whether a browser window can be shown here."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> Path:
    """Open an address that holds a secret, by a page that redirects to it; return the file of that page.

    Not directly: the command line of a browser is visible to every account of the machine.
    """
    # Beside the app rather than in a temporary folder: a sandboxed browser (snap) reads only the home of its user.
    folder = ROOT if os.access(ROOT, os.W_OK) else None
    handle, name = tempfile.mkstemp(prefix="open-", suffix=".html", dir=folder)  # readable by its owner only
    with os.fdopen(handle, "w", encoding="utf8") as file:
        file.write(REDIRECT_PAGE.format(address=escape(address)))
    threading.Thread(target=_open_in_browser, args=(Path(name).as_uri(),), daemon=True).start()
    return Path(name)


def _open_in_browser(address: str) -> None:
    try:
        webbrowser.open(address)
    except Exception as error:  # a server must serve whether or not a browser opens
        print(f"  No browser could be opened ({type(error).__name__}).", flush=True)
