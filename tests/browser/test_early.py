"""The browser fetches the chart library, the largest file of all, with the page itself and not after it."""

from urllib.parse import urljoin

import pytest

from tests.browser.app import Served, settle
from tests.browser.conftest import Opened


@pytest.mark.parametrize("name", ["", "trends"])
def test_a_page_names_the_chart_library_and_it_is_fetched_once_and_first(
    app: Served, opened: Opened, name: str
) -> None:
    page, asked = opened(is_new=True), []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(app.at(name, language="en"), wait_until="commit")
    assert answer is not None
    address, _, how = answer.headers["link"].partition(">; ")
    settle(page)
    library = urljoin(answer.url, address.removeprefix("<"))
    assert how == "rel=modulepreload"
    assert [url for url in asked if "/PlotlyChart." in url] == [library]
    shell = next(number for number, url in enumerate(asked) if "/_stcore/" in url)
    assert asked.index(library) < shell
