"""The browser fetches the chart library, the largest file of all, with the page itself and not after it."""

from urllib.parse import urljoin

from playwright.sync_api import Request

from tests.browser.app import Served, settle
from tests.browser.conftest import Opened


def test_a_page_names_the_chart_library_and_it_is_fetched_once_and_first(app: Served, opened: Opened) -> None:
    page, asked = opened(), list[str]()

    def hear(request: Request) -> None:
        asked.append(request.url)

    page.on("request", hear)
    for name in ("", "trends"):
        asked.clear()
        answer = page.goto(app.at(name, language="en"), wait_until="commit")
        assert answer is not None
        address, _, how = answer.headers["link"].partition(">; ")
        settle(page)
        library = urljoin(answer.url, address.removeprefix("<"))
        assert how == "rel=modulepreload"
        assert [url for url in asked if "/PlotlyChart." in url] == [library]
        shell = next(number for number, url in enumerate(asked) if "/_stcore/" in url)
        assert asked.index(library) < shell
    page.remove_listener("request", hear)
