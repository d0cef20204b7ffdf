"""The start of the server: the key is made, its address printed once, and opened in the browser of who started it."""

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
PAGE = """<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}"><title>{title}</title>"""


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Everything before the first request, and after the last."""
    framework.keep_uploads_in_memory()
    framework.ask_nobody_for_an_address()
    made = key.make()
    address = own_address()
    print(f"\n  The figures: {address}", flush=True)
    if made is None:
        print("  For reading only: others reach this server, and nobody can sign in yet.\n", flush=True)
        yield
        return
    with_key = f"{address}/?{key.PARAMETER}={made.token}"
    print(f"  To publish, on this machine only, and for nobody else: {with_key}\n", flush=True)
    if not (os.environ.get(OPEN) and has_desktop()):
        yield
        return
    page = open_browser(with_key)
    try:
        yield
    finally:
        page.unlink(missing_ok=True)


def own_address() -> str:
    """The address of this server on this machine."""
    scheme = "https" if config.get_option("server.sslCertFile") else "http"
    host = config.get_option("server.address") or "localhost"
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{host}:{config.get_option('server.port')}"


def has_desktop() -> bool:
    """A browser with windows can be shown here."""
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> Path:
    """Open an address that holds a secret: by way of a page that its owner alone can read.

    What a browser is started with stands in the list of processes, which every account of the machine reads.
    """
    # Beside the app and not in a folder for temporary files: a browser that is shut in a box of its own sees only
    # plain folders of its user's.
    folder = ROOT if os.access(ROOT, os.W_OK) else None
    handle, name = tempfile.mkstemp(prefix="open-", suffix=".html", dir=folder)  # readable by its owner alone
    page = Path(name)
    with os.fdopen(handle, "w", encoding="utf8") as file:
        file.write(PAGE.format(address=escape(address), title="…"))
    threading.Thread(target=_open, args=(page.as_uri(),), daemon=True).start()
    return page


def _open(address: str) -> None:
    try:
        webbrowser.open(address)
    except Exception as error:  # a browser that does not open is no reason for a server not to serve
        print(f"  No browser could be opened ({type(error).__name__}).", flush=True)
