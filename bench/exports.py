"""How long does a deck of seven take to leave, in each form, and how large is it?

python -m bench.exports: the ready deck on the real figures, in Kazakh, whose words are the longest. A first picture is
drawn by a Chromium that has yet to start; all after it by that one, kept warm.
"""

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from components import store
from components.chart import View
from components.deck import Card, Deck, seven
from components.exports.brief import brief_bytes
from components.exports.chromium import close, find_chromium
from components.exports.package import package_bytes
from components.exports.page import page_bytes
from components.exports.pictures import png_pictures
from components.exports.pptx import pptx_bytes
from components.handouts import hand_out
from components.text import LANGUAGES
from data.store import open_store

UN = Card(View("un_decisions", {"country": "KZ", "scope": "all"}))
AGAIN = 3


def seconds(work: Callable[[], bytes], times: int) -> tuple[float, int]:
    """The median of several runs, and the size of what was made."""
    spent = []
    for _ in range(times):
        start = perf_counter()
        made = work()
        spent.append(perf_counter() - start)
    return sorted(spent)[len(spent) // 2], len(made)


def main() -> None:
    """Print a line for each form."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        opened = open_store(Path(folder) / "store")
        store.store = lambda: opened  # type: ignore[assignment]
        deck = hand_out(seven(), "kk")[0]
        every = [hand_out(seven(), language)[0] for language in LANGUAGES]
        one = hand_out(Deck((UN,)), "kk")[0]
        rows: list[tuple[str, Callable[[], bytes], int]] = [
            ("deck of seven to PPTX", lambda: pptx_bytes(deck), AGAIN),
            ("deck of seven to HTML, three languages", lambda: page_bytes(every), AGAIN),
            ("deck of seven to ZIP", lambda: package_bytes(deck), AGAIN),
        ]
        if find_chromium():
            rows += [
                ("one PNG, cold", lambda: png_pictures(one, one.exhibits[0])[0], 1),
                ("one PNG, warm", lambda: png_pictures(one, one.exhibits[0])[0], AGAIN),
            ]
        rows += [("deck of seven to PDF", lambda: brief_bytes(deck), AGAIN)]
        for what, work, times in rows:
            spent, size = seconds(work, times)
            print(f"{what:<40}{spent:7.2f} s {size / 1e6:8.3f} MB")
        close()
        opened.close()


if __name__ == "__main__":
    main()
