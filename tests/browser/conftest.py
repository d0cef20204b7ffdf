"""One app, one Chromium and one window for all tests in a browser, and pages that remember what went wrong.

A page that is open has read and compiled the app's scripts, which takes most of the time that a new one needs: it goes
from test to test, and each begins by opening an address, as a reader does.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

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


# Of the folder, not of the session: Playwright's event loop must not outlive it into tests that have their own.
@pytest.fixture(scope="package")
def app(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on the real figures, its store in a temporary folder."""
    folder = tmp_path_factory.mktemp("app")
    shutil.copytree(built, folder / "store")
    with served(folder) as running:
        yield running
    assert "Traceback" not in running.said()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@dataclass
class Reader:
    """A context, and its pages that no test has at the moment."""

    context: BrowserContext
    idle: list[Page] = field(default_factory=list)

    def take_page(self, is_new: bool = False) -> Page:
        """A page with nothing in it."""
        page = self.idle.pop() if self.idle and not is_new else watch(self.context.new_page())
        page.faults.clear()  # type: ignore[attr-defined]
        return page

    def give_back(self, page: Page) -> None:
        """Let the next test have it, without what this one left in it."""
        if LOOPBACK.match(page.url):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.goto("about:blank")  # and away from a server that may end
        self.idle.append(page)


Readers = Callable[..., Reader]


@pytest.fixture(scope="package")
def reader(browser: Browser) -> Readers:
    """Who reads, by language and whatever else tells readers apart; a screen does not, for a page can be resized."""
    met: dict[str, Reader] = {}

    def find(locale: str = "en-US", **more: Any) -> Reader:
        who = json.dumps([locale, more])
        if who not in met:
            met[who] = Reader(browser.new_context(locale=locale, **more))
        return met[who]

    return find


@pytest.fixture
def opened(reader: Readers) -> Iterator[Opened]:
    """A page for a reader of this language and screen; at the end nothing must have gone wrong in it.

    is_new: nobody has used it, nor will: for a test that puts something of its own into it. A new page costs as much as
    two addresses opened, and a `locale` of its own (of a browser that speaks something else) as much as three.
    """
    given: list[tuple[Reader, Page, bool]] = []

    def open_page(*, width: int = 1400, is_new: bool = False, **who: Any) -> Page:
        page = reader(**who).take_page(is_new)
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        given.append((reader(**who), page, is_new))
        return page

    yield open_page
    faults = [fault for _, page, _ in given for fault in faults_of(page)]
    for whose, page, is_new in given:
        if not page.is_closed():
            if is_new or faults:
                page.close()
            else:
                whose.give_back(page)
        whose.context.clear_cookies()
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
