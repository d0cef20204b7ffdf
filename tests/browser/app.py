"""The app on loopback and a real Chromium before it: what browser tests, screenshots and the benchmark stand on."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

ROOT = Path(__file__).parents[2]
PAGES = (
    *("overview", "allegations", "prosecutions", "trends", "compare", "sources_and_gaps", "present", "upload"),
    "versions",
)
CHARTLESS = ("present", "upload", "versions")
LANGUAGES = ("en", "ru", "kk")
WIDTHS = {1400: 900, 390: 844}  # a desk or a projector, and a phone
FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--font-render-hinting=none",
)
# Streamlit's command line, the patience with a locked store shortened, and every address that is not this machine's
# written down: a test can't wait as long as a person does, nor see what a server asks the network for.
START = """
import os, sys
import data.store.lake
from streamlit.web import cli

def note(event, arguments):
    if event == "socket.getaddrinfo":
        address = arguments[0]
    elif event == "socket.connect":
        address = arguments[1][0] if isinstance(arguments[1], tuple) else None
    else:
        return
    address = address.decode() if isinstance(address, bytes) else address
    if address and address not in ("localhost", "127.0.0.1", "::1"):
        print(f"ASKED THE NETWORK FOR {address}", flush=True)

sys.addaudithook(note)
if "TEST_PATIENCE" in os.environ:
    data.store.lake.PATIENCE = float(os.environ["TEST_PATIENCE"])
cli.main()
"""
# A slow machine is no fault: nothing is waited for by the clock, and what never comes is given up after this long.
PATIENCE = 300_000
# The page stands: the script has ended, nothing is old, every chart has marks, and all that is still so a moment later;
# where a script starts itself anew it has ended for an instant too.
SETTLED = """asked => {
    const app = document.querySelector('[data-testid=stApp]');
    const stands = app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
        && document.querySelector('.st-key-foot, [data-testid=stAlert]')
        && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
        && [...document.querySelectorAll('[class*=st-key-block_] .stPlotlyChart')].every(chart => chart.querySelector('.js-plotly-plot .main-svg'))
        && document.fonts.status === 'loaded';
    const since = window.standing?.asked === asked ? window.standing.since : performance.now();
    window.standing = stands ? {asked, since} : undefined;
    return stands && performance.now() - since > 80;
}"""  # noqa: E501


# Where the mark stands inside its chart.
MARK = """(chart, words) => {
    const trace = chart._fullData.find(one => Array.isArray(one.hovertext) && one.hovertext.some(said => said.includes(words)));
    if (!trace) return null;
    const i = trace.hovertext.findIndex(said => said.includes(words)), {xaxis, yaxis} = chart._fullLayout;
    return {x: xaxis._offset + xaxis.l2p(trace.x[i]), y: yaxis._offset + yaxis.l2p(trace.y[i])};
}"""  # noqa: E501


@dataclass(frozen=True)
class Served:
    """A running app: its address, the folder of its store, and what it has said."""

    url: str
    store: Path
    log: Path
    pid: int = 0

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.rsplit(":", 1)[1])

    def at(self, page: str = "", **query: str) -> str:
        """The address of a page; the overview is the front door."""
        path = "" if page == PAGES[0] else page
        return f"{self.url}/{path}" + (
            "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        )

    @property
    def secret_address(self) -> str:
        """The address with the token, printed at start for the person at the machine."""
        match = re.search(r"http://\S+\?token=\S+", self.said())
        assert match, f"the app printed no address with a token:\n{self.said()}"
        return match[0]

    def unlock(self, context: BrowserContext) -> None:
        """Make a browser context that of the person at the machine: exchange the token for the cookie."""
        context.request.get(self.secret_address)

    def said(self) -> str:
        """Everything the server wrote."""
        return self.log.read_text("utf8", errors="replace")


@contextmanager
def served(
    folder: Path,
    *,
    store: Path | None = None,
    root: Path = ROOT,
    script: str = "serve.py",
    patience: float | None = None,
) -> Iterator[Served]:
    """Serve `script` of `root` on a free port of loopback, its store and log in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    app = Served(f"http://localhost:{free_port()}", store or folder / "store", folder / "app.log")
    environment = os.environ | {"TCP_STORE": str(app.store), "PYTHONPATH": str(root)}
    if patience is not None:
        environment["TEST_PATIENCE"] = str(patience)
    command = [sys.executable, "-c", START, "run", script, "--server.port", str(app.port)]
    with app.log.open("w", encoding="utf8") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_it_answers(app, process)
        yield replace(app, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def launch(playwright: Playwright) -> Browser:
    """The machine's own Chromium, never a downloaded one; without its sandbox where root forbids it."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return playwright.chromium.launch(executable_path=chromium(), args=flags)


def chromium() -> str:
    """The Chromium that `make test` found, or the one on the path."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "No Chromium was found: name one, CHROMIUM=/path/to/chromium"
    return found


def go(page: Page, address: str) -> None:
    """Open an address and wait until the page stands."""
    page.goto(address, wait_until="commit")
    settle(page)


def arrive(page: Page, name: str, language: str) -> None:
    """Wait until the page stands that a link in the sidebar led to."""
    path = "/" if name == PAGES[0] else f"/{name}"
    page.wait_for_function(f"location.pathname === '{path}' && location.search.includes('language={language}')")
    settle(page)


def click_mark(page: Page, block: str, words: str) -> None:
    """Click the mark of a chart whose hover holds the words: where a reader would point at it."""
    at = page.locator(f".st-key-block_{block} .js-plotly-plot").evaluate(MARK, words)
    assert at, f"no mark of {block} says «{words}»"
    chart = page.locator(f".st-key-block_{block} .js-plotly-plot")
    chart.scroll_into_view_if_needed()
    chart.click(position=at)


def settle(page: Page) -> None:
    """Wait until the page stands: no script runs, nothing is old, every chart is drawn."""
    page.wait_for_function(SETTLED, arg=time.monotonic_ns() % 10**9, polling=50, timeout=PATIENCE)


def free_port() -> int:
    """A port of loopback at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(app: Served, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the app ended by itself:\n{app.said()}"
        connection = HTTPConnection("localhost", app.port, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"the app did not answer:\n{app.said()}")
