"""A screenshot of every page, in three languages and two widths, in shots/: to be looked at.

make shots                                       all of them
.venv/bin/python -m tests.shots page=trends lang=kk,ru width=390
"""

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.app import LANGUAGES, PAGES, ROOT, WIDTHS, go, launch, served

SHOTS = ROOT / "shots"
# As tall as what is in it: Streamlit scrolls inside the window, so the window must grow.
HEIGHT = """() => Math.ceil(Math.max(
    document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect().bottom,
    (document.querySelector('[data-testid=stSidebar][data-collapsed=false] [data-testid=stSidebarContent]') || document.body)
        .scrollHeight))"""  # noqa: E501


def main(arguments: list[str]) -> int:
    """Write the screenshots that the arguments ask for and print their paths."""
    wanted = {"page": list(PAGES), "lang": list(LANGUAGES), "width": [str(width) for width in WIDTHS]}
    for argument in arguments:
        name, _, values = argument.partition("=")
        unknown = set(values.split(",")) - set(wanted.get(name, []))
        if name not in wanted or unknown:
            print(f"{argument}: say page=, lang= or width= of {wanted}", file=sys.stderr)
            return 2
        wanted[name] = values.split(",")
    SHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as app, sync_playwright() as playwright:
        browser = launch(playwright)
        for language, width in product(wanted["lang"], wanted["width"]):
            page = browser.new_page(viewport={"width": int(width), "height": WIDTHS[int(width)]})
            for name in wanted["page"]:
                go(page, app.at(name, language=language))
                path = SHOTS / f"{name}-{language}-{width}.png"
                shoot(page, path)
                print(path.relative_to(ROOT), flush=True)
            page.context.close()
        browser.close()
    return 0


def shoot(page: Page, path: Path) -> None:
    """The whole page, from its top to its foot."""
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], page.evaluate(HEIGHT))})
    page.wait_for_timeout(300)  # charts follow the window
    page.screenshot(path=path)
    page.set_viewport_size(size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
