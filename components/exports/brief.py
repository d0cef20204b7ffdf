"""A brief on paper: a chart, or the deck, on A4 with all that a reader needs who doubts it. Typst sets it.

Finding, chart as vector, n, what the letters on it stand for, table, caveats, method in three lines, sources as links,
date and version of the data, and a QR code of the live view. Words go to the template as data, never as markup.
"""

import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd
import segno

from components.drawing.plotly import draw_pages
from components.exports.chromium import NoChromium, draw_svgs
from components.exports.exhibit import Exhibit, Handout
from components.exports.typesetting import BREAK, add_breaks, clean, measure_words, set_pdf, wrap_words
from components.text import Text
from components.theme import COLOUR, INK

TEMPLATE = Path(__file__).with_name("brief.typ")
WIDTH, HEIGHT = 470, 715  # points of an A4 page inside its margins
SCALE = 0.7  # points to a pixel of a chart: its smallest letters are 8 points high
ROW = 21  # pixels: the height of a row of a chart on paper
HEADING = (14, 1.3)  # size and leading of a finding
CODE = 80  # points that the QR code takes beside it
UNDER = 90  # points kept under a chart for n and the key
WORDS = ("findings", "key", "caveats", "same", "codes", "live", "no_chromium")
METHOD_LINES = 3
ALWAYS = ("published", "absence")  # what any chart stands on, where its own method takes fewer lines
# A cell is coded that has more than LONG letters and comes more than OFTEN times in its column; where columns are more
# than MANY, one that has more than SHORT letters and comes in more columns than one.
OFTEN, LONG, SHORT, MANY = 3, 60, 5, 12
INSET = 5.5  # points that a cell adds to its words
STEPS = 40  # in which what is left of a page's width is given to columns
PAGES = (
    (8, WIDTH),
    (7.5, WIDTH),
    (7, WIDTH),
    (7.5, 715),
)  # size of a table's letters, width of its page: upright first


def brief_bytes(handout: Handout) -> bytes:
    """The handout as PDF. Where no Chromium is had, tables stand in place of the charts, and it says so."""
    text = handout.text
    charts = _draw_charts(handout.exhibits, text)
    title = handout.title or (handout.exhibits[0].headline if len(handout.exhibits) == 1 else text("ui.title"))
    exhibits = [
        _describe_exhibit(exhibit, own, number)
        for number, (exhibit, own) in enumerate(zip(handout.exhibits, charts, strict=True), 1)
    ]
    words = {key: text(f"brief.{key}") for key in WORDS}
    words |= {key: text(f"ui.{key}") for key in ("table", "method", "sources")}
    it = {
        "title": clean(title) or text("ui.title"),
        "kind": f"{text('brief.kind')} · {text.published_on(handout.dated)}",
        "author": text("ui.title"),
        "keywords": list(dict.fromkeys(clean(name) for each in handout.exhibits for name in each.publishers)),
        "language": text.language,
        "day": {"year": handout.day.year, "month": handout.day.month, "day": handout.day.day},
        "data_line": handout.data_line,
        "colour": COLOUR,
        "words": words,
        "exhibits": exhibits,
    }
    return set_pdf(TEMPLATE, {"it": json.dumps(it, ensure_ascii=False)}, handout.day)


def _draw_charts(exhibits: Sequence[Exhibit], text: Text) -> list[list[str]]:
    """The parts of each exhibit's chart as SVG, all drawn at once; none where there is no Chromium."""
    figures = [
        draw_pages(
            exhibit.block.drawing, text, (HEIGHT - UNDER - _measure_heading(exhibit)) / SCALE, WIDTH / SCALE, ROW
        )
        for exhibit in exhibits
    ]
    try:
        svgs = iter(draw_svgs([figure for own in figures for figure in own], WIDTH / SCALE))
    except NoChromium:
        return [[] for _ in exhibits]
    return [[next(svgs) for _ in own] for own in figures]


def _measure_heading(exhibit: Exhibit) -> float:
    """How much of the first page the heading takes, at most half of it."""
    size, leading = HEADING
    width = WIDTH - (CODE if exhibit.address else 0)
    lines = [*wrap_words(exhibit.title, size * 1.2, width, 600), *wrap_words(exhibit.block.finding, size, width, 600)]
    return min(HEIGHT / 2, max(len(lines) * size * leading, CODE if exhibit.address else 0) + 20)


def _describe_exhibit(exhibit: Exhibit, charts: Sequence[str], number: int) -> dict[str, Any]:
    block, text = exhibit.block, exhibit.block.text
    alts = [f"{block.alt_text} {block.n_line}"]
    alts += [text("picture.part", number=part, all=len(charts)) for part in range(2, len(charts) + 1)]
    return {
        "anchor": f"exhibit-{number}",
        "title": add_breaks(exhibit.title),
        "finding": add_breaks(block.finding),
        "charts": list(charts),
        "alts": [clean(each) for each in alts],
        "n_line": add_breaks(block.n_line),
        "key": [add_breaks(each) for each in block.key],
        "table": set_table(block.table),
        "caveats": [add_breaks(each) for each in block.caveats],
        "method": choose_method(exhibit, text),
        "documents": [
            {"words": add_breaks(each.words), "url": each.url, "shown": add_breaks(each.url)}
            for each in exhibit.documents
        ],
        "address": exhibit.address,
        "shown": add_breaks(exhibit.address),
        "qr": _write_qr(exhibit.address) if exhibit.address else "",
    }


def choose_method(exhibit: Exhibit, text: Text) -> list[str]:
    """How the chart's numbers are made, in three lines: a sentence for each of the first parts of its method."""
    parts = (*exhibit.block.method_parts, *ALWAYS)
    return [text(f"brief.method_{part}") for part in parts[:METHOD_LINES]]


def set_table(frame: pd.DataFrame) -> dict[str, Any]:
    """The table as the template sets it: every word of it, on a page that it fits.

    same: columns that say one thing in every row are said once, above; codes: long words that come again and again are
    letters, said once, below; widths: points, on a page turned on its side if need be.
    """
    words = frame.map(lambda cell: "–" if pd.isna(cell) else clean(str(cell)) or "–")
    same = [name for name in words if len(words) > 1 and words[name].nunique() == 1]
    rest = words.drop(columns=same)
    codes = dict(zip(_find_repeated(rest), ascii_lowercase, strict=False))
    rest = rest.replace(codes)
    columns = [[str(name), *map(str, rest[name])] for name in rest]
    size, width = next(
        (each for each in PAGES if sum(_measure_longest(column, each[0]) for column in columns) <= each[1]), PAGES[-1]
    )
    return {
        "same": [{"name": add_breaks(str(name)), "value": add_breaks(words[name].iloc[0])} for name in same],
        "codes": [{"name": letter, "value": cell} for cell, letter in codes.items()],
        "columns": [add_breaks(str(name)) for name in rest],
        "rows": [[add_breaks(str(cell)) for cell in row] for row in rest.itertuples(index=False)],
        "widths": _share_width(columns, size, width),
        "size": size,
        "landscape": width > WIDTH,
    }


def _find_repeated(words: pd.DataFrame) -> list[str]:
    """The cells that are worth a code, in the order of the table."""
    many = len(words.columns) > MANY
    found = {}
    for cell in words.to_numpy().flatten():
        times = (words == cell).sum()
        found[cell] = (times > 0).sum() > 1 and len(cell) > SHORT if many else times.max() > OFTEN and len(cell) > LONG
    return [cell for cell, is_worth in found.items() if is_worth]


def _share_width(columns: Sequence[Sequence[str]], size: float, width: float) -> list[float]:
    """Widths of columns in points: each holds its longest word; what is left goes where it makes the table shortest."""
    widths = np.array([_measure_longest(column, size) for column in columns])
    if widths.sum() > width:
        return list(widths * width / widths.sum())
    cells = np.array([[measure_words(cell, 500) * size for cell in column] for column in columns])
    room = np.maximum(widths, cells.max(axis=1) + INSET) - widths
    step = (width - widths.sum()) / STEPS
    for _ in range(STEPS):
        choices = [place for place in range(len(columns)) if room[place] > 0]
        if not choices:
            break
        best = min(
            choices, key=lambda place: _measure_height(cells, widths + step * (np.arange(len(columns)) == place))
        )
        widths[best] += step
        room[best] -= step
    return list(widths)


def _measure_height(cells: np.ndarray, widths: np.ndarray) -> float:
    """How tall a table is: its lines, and among tables of as many the one whose cells are filled most evenly."""
    shares = cells / (widths[:, None] - INSET)
    return float(np.ceil(shares * 1.04).max(axis=0).sum() + shares.sum() / 100)


def _measure_longest(column: Sequence[str], size: float) -> float:
    """The width of a column's longest word, where the longest of all are broken."""
    words = (word for cell in column for word in re.split(f"[ {BREAK}]", add_breaks(cell)))
    return max(measure_words(word, 600) for word in words) * size + INSET


def _write_qr(address: str) -> str:
    """The address as a QR code in SVG."""
    file = io.BytesIO()
    segno.make(address, error="m", micro=False).save(file, kind="svg", border=0, xmldecl=False, svgns=True, dark=INK)
    return file.getvalue().decode()
