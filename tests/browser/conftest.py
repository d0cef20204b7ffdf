"""One app for the whole run, one Chromium for each file of tests, and pages that remember what went wrong."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from tests.browser.app import PAGES, WIDTHS, Served, launch, served

# Streamlit looks for its server beneath the page's own path first; that it is not there is how it finds the root.
PROBE = re.compile(rf"http://localhost:\d+/({'|'.join(PAGES)}|chart)/_stcore/(health|host-config)")
LOOPBACK = re.compile(r"(https?|wss?)://localhost:\d+/|data:|blob:http://localhost:\d+/")

Opened = Callable[..., Page]


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


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> dict[str, BrowserContext]:
    """The contexts of a file's tests: what Streamlit keeps in one is cleared after each, and its scripts need not be
    fetched and read again."""
    return {}


@pytest.fixture
def opened(browser: Browser, contexts: dict[str, BrowserContext]) -> Iterator[Opened]:
    """Open a page for a reader of this language and screen; at the end nothing must have gone wrong in it."""
    pages: list[Page] = []

    def open_page(*, width: int = 1400, locale: str = "en-US", **more: Any) -> Page:
        reader = json.dumps([width, locale, more])
        if reader not in contexts:
            screen: ViewportSize = {"width": width, "height": WIDTHS[width]}
            contexts[reader] = browser.new_context(viewport=screen, locale=locale, **more)
        page = contexts[reader].new_page()
        watch(page)
        pages.append(page)
        return page

    yield open_page
    faults = [fault for page in pages for fault in faults_of(page)]
    for page in pages:
        if LOOPBACK.match(page.url) and not page.is_closed():
            page.evaluate("localStorage.clear()")
        page.close()
    for context in contexts.values():
        context.clear_cookies()
    assert not faults


def watch(page: Page) -> Page:
    """Let a page remember its errors and every address that is not on this machine."""
    faults: list[str] = []

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
