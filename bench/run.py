"""`make bench`: how long the first chart, a changed filter and each question take, beside the bars of design §8.

Nothing fails here: the numbers are for a person to read. Own page and bare page alternate in one run on one machine.
`make bench-quick` leaves out the questions and takes fewer looks at the rest, to be run while working.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from data.store import open_store
from queries.catalog import names, query
from tests.browser.app import go, launch, served

SESSIONS, QUICK_SESSIONS = 11, 5
CHANGES, QUICK_CHANGES = 24, 8
ASKED = 30
FIRST_CHART = """() => [...document.querySelectorAll('.js-plotly-plot .trace path')].some(mark => {
    const box = mark.getBoundingClientRect(); return box.width + box.height > 2; })"""
# From the moment the reader lets go of the key or the button to the frame in which the charts are drawn anew.
CHANGED = """(act) => new Promise(done => {
    const charts = () => [...document.querySelectorAll('[class*=st-key-block_] .js-plotly-plot')]
        .map(one => JSON.stringify(one.data)).join();
    const app = document.querySelector('[data-testid=stApp]'), before = charts();
    let began = 0;
    document.addEventListener(act, () => { began = performance.now(); }, {once: true, capture: true});
    const look = () => began && app.dataset.testScriptState === 'notRunning' && charts() !== before
        && !document.querySelector('[data-stale=true]')
        ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
    look();
})"""
# What a question needs beyond the choice of a reader: a ladder and the figures of a mark are of the shipped data.
GIVEN = {
    "country": "KZ",
    "year_from": 2007,
    "year_to": 2024,
    "compilers": [],
    "scope": "all",
    "scope_detail": "",
    "stage": "complaint",
}


def main(arguments: list[str]) -> int:
    """Measure and print."""
    is_quick = arguments == ["quick"]
    if arguments and not is_quick:
        print("usage: python -m bench.run [quick]", file=sys.stderr)
        return 2
    sessions, changes = (QUICK_SESSIONS, QUICK_CHANGES) if is_quick else (SESSIONS, CHANGES)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        with served(Path(folder) / "own") as own, served(Path(folder) / "bare", script="bench/bare.py") as bare:
            first_chart(browser, sessions, own.at(language="en"), bare.at())
            pages = own.at(language="en", country="KZ"), own.at("trends", language="en", country="KZ")
            changed(browser, changes, *pages)
        browser.close()
        if not is_quick:
            questions(Path(folder) / "own" / "store")
    return 0


def first_chart(browser: Browser, sessions: int, own: str, bare: str) -> None:
    """A browser that has never been here: navigation to the first chart with drawn marks."""
    took: dict[str, list[float]] = {own: [], bare: []}
    for round_number in range(sessions + 1):
        for address in (own, bare):
            seconds = _first_chart(browser, address)
            if round_number:  # the first warms the server up
                took[address].append(seconds)
    ours, theirs = statistics.median(took[own]), statistics.median(took[bare])
    print(f"First chart in a fresh session, median of {sessions}")
    print(f"  the Overview                {ours * 1000:7.0f} ms  ({_spread(took[own])})")
    print(f"  a bare page, one chart      {theirs * 1000:7.0f} ms  ({_spread(took[bare])})")
    print(f"  ratio                       {ours / theirs:7.2f}     bar: at most 1.30", flush=True)


def _first_chart(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(FIRST_CHART, polling="raf", timeout=120_000)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def changed(browser: Browser, number: int, *addresses: str) -> None:
    """A filter changed: the last key or click to every chart drawn anew."""
    print(f"Filter changed to charts redrawn, {number} changes                 bars: median 500 ms, 95th 1000 ms")
    for address in addresses:
        page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-US")
        name = address.split("?")[0].rsplit("/", 1)[1] or "overview"
        for filter_name, act in (("country", _country), ("years", _years)):
            go(page, address)
            changes = act(page)
            next(changes)  # the first fills the cache of answers
            took = sorted(next(changes) for _ in range(number))
            middle, last = statistics.median(took), took[int(len(took) * 0.95)]
            words = f"{name}, {filter_name}"
            print(f"  {words:28}{middle:7.0f} ms  95th {last:5.0f} ms  ({took[0]:.0f}–{took[-1]:.0f})", flush=True)
        page.context.close()


def _country(page: Page) -> Iterator[float]:
    while True:
        for country in ("Kyrgyzstan", "Kazakhstan"):
            page.get_by_role("combobox", name="Country").click()
            option = page.get_by_role("option").filter(has_text=country)
            option.wait_for()
            yield _timed(page, "pointerup", option.click)


def _years(page: Page) -> Iterator[float]:
    while True:
        for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
            page.locator("[data-testid=stSlider] input").last.focus()
            yield _timed(page, "keyup", lambda key=key: page.keyboard.press(key))  # type: ignore[misc]


def _timed(page: Page, event: str, act: Callable[[], None]) -> float:
    page.evaluate(f"window.redrawn = ({CHANGED})('{event}'); 0")
    act()
    return float(page.evaluate("window.redrawn"))


def questions(store_folder: Path) -> None:
    """Each question on the real figures, once asked."""
    store = open_store(store_folder)
    ladder = store.ask("ladders", **_fitting("ladders", GIVEN)).to_dict("records")[0]
    given = GIVEN | {name: ladder[name] for name in ("compiler", "document", "scope", "scope_detail")}
    given |= {f"period_{side}": f"{ladder[f'period_{side}']:%Y-%m-%d}" for side in ("start", "end")}
    given["figure_ids"] = store.ask("allegations_by_year", **_fitting("allegations_by_year", GIVEN))[
        "figure_id"
    ].tolist()
    print(f"Each question on the real figures, median of {ASKED}                    bar: 50 ms for a page's questions")
    for name in names("questions"):
        about = given if name == "ladder" else given | GIVEN
        took = []
        for _ in range(ASKED):
            began = time.perf_counter()
            store.ask(name, **_fitting(name, about))
            took.append((time.perf_counter() - began) * 1000)
        print(f"  {name:28}{statistics.median(took):7.1f} ms")
    store.close()


def _fitting(question: str, given: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if name in query(question).params}


def _spread(took: list[float]) -> str:
    return f"{min(took) * 1000:.0f}–{max(took) * 1000:.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
