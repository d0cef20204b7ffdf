"""Charts drawn outside a browser window: by Kaleido, in one Chromium that is kept warm for the whole process.

Nothing is asked of the network: plotly.js comes from the plotly package, Inter from `static/fonts`, MathJax is off,
and Chromium is told of a proxy that is not there, so that what it would ask by itself goes nowhere either.
"""

import asyncio
import atexit
import os
import re
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache
from typing import Any

import plotly.graph_objects as go

from components.drawing.sheet import without_hits
from components.exports.font import read_font
from components.exports.typesetting import use_letters

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
NOWHERE = "http://127.0.0.1:9"  # the port of «discard»: nothing listens there
TABS = 2  # charts drawn at once
PATIENCE = 60  # seconds after which a Chromium counts as dead
TAG = re.compile(r"<[^>]+>")
WORDS = re.compile(r"(?<=>)[^<]+")
# In a tag: a name that Plotly makes up anew each time, where it is given and where it is used, and its classes.
NAME = re.compile(r'(?<= id=")[^"]+|(?<=url\(#)[^)]+|(?<=url\(\'#)[^\']+')
CLASS = re.compile(r' class="[^"]*"')


class NoChromium(RuntimeError):
    """There is no Chromium on this machine, or none that starts: charts can't be drawn as pictures."""


def find_chromium() -> str | None:
    """The path of a Chromium: what $CHROMIUM names, else one of the usual names on the PATH, else None."""
    return next(
        (path for name in (os.environ.get("CHROMIUM", ""), *NAMES) if name and (path := shutil.which(name))), None
    )


def draw_svgs(figures: Sequence[go.Figure], width: float) -> list[str]:
    """Each figure as SVG, `width` wide and as high as it says, its words in Inter; the same letters each time.

    Raises NoChromium. Threads may call it at once: they share the Chromium.
    """
    browser = _find_browser()
    from kaleido.errors import JavascriptError, KaleidoError

    try:
        svgs = browser.draw(figures, width)
    except (JavascriptError, KaleidoError):  # the chart is at fault, and would be with another Chromium
        raise
    except Exception:  # it died, was killed, or hangs: another one is started, once
        _forget(browser)
        browser = _find_browser()
        try:
            svgs = browser.draw(figures, width)
        except Exception as error:
            _forget(browser)
            raise NoChromium(str(error)) from error
    return [_settle(svg) for svg in svgs]


def _settle(svg: bytes) -> str:
    """The SVG without what chance puts in it: names are numbered in their order, classes, which nothing uses, go."""
    numbers: dict[str, str] = {}

    def rename(tag: re.Match[str]) -> str:
        return NAME.sub(lambda name: numbers.setdefault(name[0], f"n{len(numbers)}"), CLASS.sub("", tag[0]))

    return WORDS.sub(lambda words: use_letters(words[0]), TAG.sub(rename, svg.decode()))


class _Browser:
    """A Chromium with its thread: charts come in from any thread and are drawn `TABS` at once."""

    def __init__(self, path: str) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="chromium", daemon=True).start()
        try:
            self.kaleido = self._run(_open(path)).result(PATIENCE)
        except Exception as error:
            self.loop.call_soon_threadsafe(self.loop.stop)
            raise NoChromium(str(error)) from error

    def draw(self, figures: Sequence[go.Figure], width: float) -> list[bytes]:
        """The SVG of each figure."""
        charts = [self.kaleido.calc_fig(without_hits(figure), {"format": "svg", "width": width}) for figure in figures]
        return self._run(_gather(charts)).result(PATIENCE)

    def close(self) -> None:
        """End the Chromium and its thread."""
        try:
            self._run(self.kaleido.close()).result(10)
        except Exception:  # it is gone already, or hangs: its pipe closes with this process
            self.kaleido.subprocess.kill()
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self, work: Any) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self.loop)


async def _gather(charts: Sequence[Any]) -> list[bytes]:
    return list(await asyncio.gather(*charts))


async def _open(path: str) -> Any:
    # Imported here: a process that draws nothing need not wait for it.
    from kaleido import Kaleido

    return await Kaleido(n=TABS, timeout=PATIENCE, page_generator=_write_page(), path=path, proxy_server=NOWHERE)


@cache
def _write_page() -> Any:
    """Kaleido's page with Inter in it, loaded before anything is measured."""
    from kaleido import PageGenerator

    font = (
        f'<script>document.fonts.add(new FontFace("Inter", Uint8Array.from(atob("{read_font()}"), '
        'each => each.charCodeAt(0)).buffer, {weight: "100 900"}))</script>'
    )

    class Page(PageGenerator):
        """The page that Kaleido opens."""

        def generate_index(self) -> str:
            """Its HTML."""
            return str(super().generate_index()).replace("</head>", f"{font}</head>", 1)

    return Page(mathjax=False)


_lock = threading.Lock()
_kept: list[_Browser] = []


def _find_browser() -> _Browser:
    """The Chromium of this process, started at the first call."""
    with _lock:
        if not _kept:
            path = find_chromium()
            if path is None:
                raise NoChromium
            _kept.append(_Browser(path))
        return _kept[0]


def _forget(browser: _Browser) -> None:
    """Let a Chromium go that draws no more, if no other thread has done so."""
    with _lock:
        if browser in _kept:
            _kept.remove(browser)
            browser.close()


@atexit.register
def close() -> None:
    """End the Chromium of this process; the next chart would start another."""
    for browser in list(_kept):
        _forget(browser)
