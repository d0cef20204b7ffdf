"""One app for the whole run, one Chromium for each file of tests, and pages that remember what went wrong.

A page that is open has read and compiled the app's scripts, which takes most of the time that a new one needs: it goes
from test to test, and each begins by opening an address, as a reader does.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from tests.browser.app import PAGES, PATIENCE, WIDTHS, Served, launch, served

# Streamlit looks for its server beneath the page's own path first; that it is not there is how it finds the root.
PROBE = re.compile(rf"http://localhost:\d+/({'|'.join(PAGES)}|chart)/_stcore/(health|host-config)")
LOOPBACK = re.compile(r"(https?|wss?)://localhost:\d+/|data:|blob:http://localhost:\d+/")

# What the security policy refuses is an error, also where the browser itself tells it nobody.
REPORT_REFUSED = """addEventListener("securitypolicyviolation",
    event => console.error(`refused: ${event.effectiveDirective} ${event.blockedURI}`))"""

FUNCTION = re.compile(r"\s*(async\s+)?(\([^()]*\)|\w+)\s*=>")

Opened = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on the real figures, its store in a temporary folder."""
    with served(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, ended with the file: its event loop must not outlive it into tests that have their own."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@dataclass
class Reader:
    """A context of a file's tests, and its pages that no test has at the moment."""

    context: BrowserContext
    idle: list[Page] = field(default_factory=list)


@pytest.fixture(scope="module")
def readers(browser: Browser) -> dict[str, Reader]:
    """By language, screen and whatever else tells readers apart."""
    return {}


@pytest.fixture
def opened(browser: Browser, readers: dict[str, Reader]) -> Iterator[Opened]:
    """A page for a reader of this language and screen; at the end nothing must have gone wrong in it.

    is_new: nobody has used it, nor will: for a test that puts something of its own into it.
    """
    given: list[tuple[Reader, Page, bool]] = []

    def open_page(*, width: int = 1400, locale: str = "en-US", is_new: bool = False, **more: Any) -> Page:
        who = json.dumps([width, locale, more])
        if who not in readers:
            screen: ViewportSize = {"width": width, "height": WIDTHS[width]}
            readers[who] = Reader(browser.new_context(viewport=screen, locale=locale, **more))
        reader = readers[who]
        page = reader.idle.pop() if reader.idle and not is_new else watch(reader.context.new_page())
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        page.faults.clear()  # type: ignore[attr-defined]
        given.append((reader, page, is_new))
        return page

    yield open_page
    faults = [fault for _, page, _ in given for fault in faults_of(page)]
    for reader, page, is_new in given:
        if page.is_closed():
            continue
        if LOOPBACK.match(page.url):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        if is_new or faults:
            page.close()
        else:
            page.goto("about:blank")  # and away from a server that may end
            reader.idle.append(page)
        reader.context.clear_cookies()
    assert not faults


def watch(page: Page) -> Page:
    """Let a page remember its errors and every address that is not on this machine."""
    faults: list[str] = []
    page.set_default_timeout(PATIENCE)
    page.add_init_script(REPORT_REFUSED)
    wait = page.wait_for_function
    # The security policy forbids eval, which Playwright needs to wait for an expression that is no function.
    page.wait_for_function = lambda words, **more: wait(  # type: ignore[method-assign]
        words if FUNCTION.match(words) else f"() => {words}", **more
    )

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.fullmatch(message.location["url"]):
            faults.append(f"console: {message.text} {message.location['url']}")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("request", lambda asked: None if LOOPBACK.match(asked.url) else faults.append(f"asked for: {asked.url}"))
    page.on("websocket", lambda met: None if LOOPBACK.match(met.url) else faults.append(f"asked for: {met.url}"))
    page.faults = faults  # type: ignore[attr-defined]
    return page


def faults_of(page: Page) -> list[str]:
    """What went wrong in a watched page: errors of scripts, of the console, of the app, and foreign addresses."""
    shown = page.locator("[data-testid=stException]").all_inner_texts() if not page.is_closed() else []
    return [*page.faults, *(f"exception: {words}" for words in shown)]  # type: ignore[attr-defined]
