"""A deck as one file: opened by a double click, read and presented with the network off, in three languages.

Every word stands in the file as HTML, for readers without scripts and for screen readers; a script draws the charts
with the library that stands in the file too, once. The app presents with the same page, so that what was shown in the
room is what is handed over.
"""

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

import pandas as pd
import plotly.graph_objects as go
import plotly.io
from plotly.offline import get_plotlyjs

from components.drawing.model import Rows
from components.drawing.plotly import draw_pages
from components.drawing.sheet import without_hits
from components.exports.exhibit import Exhibit, Handout, strip_markdown
from components.exports.font import write_font_face
from components.text import LANGUAGES, Text
from components.theme import SLIDE, keep_numbers_whole, read_style_sheet, wrap

HERE = Path(__file__).parent
# Charts are drawn in the pixels of a page and enlarged, so that their smallest letters of 12 pixels (11 on the charts
# with axes) are as large as the back row needs.
ROOM = SLIDE["width"] - 72
ENLARGED, ENLARGED_AXES = 1.5, 1.64
ROW = 19  # a row of a slide stands closer than one of a page, where fingers press
# A title's type by its letters: the longer the finding, the smaller, never under 18 points.
TITLE_TYPE = ((80, 32), (150, 26), (230, 22), (10_000, 18))
LETTER = 0.55  # the width of a letter as a share of its height
FOOT_ROOM = SLIDE["width"] - 132  # the number of the slide stands beside the foot
LEAST = 150  # a chart is never lower than this


def page_bytes(handouts: Sequence[Handout], *, presenting: bool = False) -> bytes:
    """The page of a handout in each of its languages, the reader's first.

    presenting: it opens full of the first slide, and leaving it presses the button of the app around it.
    """
    first = handouts[0]
    slides = [[_draw_slides(exhibit, each) for exhibit in each.exhibits] for each in handouts]
    figures = {
        each.text.language: [
            _write_figures(exhibit, pages, presenting=presenting)
            for exhibit, pages in zip(each.exhibits, own, strict=True)
        ]
        for each, own in zip(handouts, slides, strict=True)
    }
    data = {"template": _read_json(plotly.io.templates["plotly"].to_plotly_json()), "figures": figures}
    words = {
        "title": _escape(first.title or first.exhibits[0].headline),
        "language": first.text.language,
        "presenting": "yes" if presenting else "no",
        "style": write_font_face() + read_style_sheet(HERE / "page.css"),
        "switch": "".join(
            _write_switch(each.text) for each in sorted(handouts, key=lambda each: LANGUAGES.index(each.text.language))
        ),
        "parts": "".join(
            _write_part(each, [len(pages) for pages in own], hidden=each is not first, presenting=presenting)
            for each, own in zip(handouts, slides, strict=True)
        ),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        **read_scripts(),
    }
    page = (HERE / "page.html").read_text("utf8")
    # In one pass: what a word holds is never looked through again.
    return "".join(words.get(part, part) for part in page.split("§")).encode()


def read_scripts() -> dict[str, str]:
    """Return the scripts of every such page: the library that draws charts, and our own."""
    return {"library": get_plotlyjs(), "script": (HERE / "page.js").read_text("utf8")}


def _write_switch(text: Text) -> str:
    """The button of a language, in that language."""
    language = text.language
    return (
        f'<button type="button" data-to="{language}" lang="{language}">{_escape(text("language." + language))}</button>'
    )


def _escape(words: str) -> str:
    """Words as HTML; without the control characters that no document may hold."""
    return html.escape("".join(letter for letter in words if category(letter) not in {"Cc", "Cs"} or letter in "\n\t"))


def _write_part(handout: Handout, pages: list[int], *, hidden: bool, presenting: bool) -> str:
    """Everything in one language; in the room the slides alone."""
    text = handout.text
    slides = "".join(
        _write_slides(exhibit, handout, number, of)
        for number, (exhibit, of) in enumerate(zip(handout.exhibits, pages, strict=True))
    )
    return (
        f'<section class="part" lang="{text.language}" data-language="{text.language}"{" hidden" if hidden else ""}>'
        f'{"" if presenting else _write_document(handout)}<div class="slides" aria-live="polite">{slides}</div>'
        f'<button type="button" class="leave" aria-label="{_escape(text("present.leave"))}">&times;</button></section>'
    )


def _write_document(handout: Handout) -> str:
    text = handout.text
    articles = "".join(_write_article(exhibit, number) for number, exhibit in enumerate(handout.exhibits))
    title = f"<h1>{_escape(handout.title)}</h1>" if handout.title else ""
    return (
        f'<div class="document"><header>{title}<p class="data">{_escape(handout.data_line)}</p>'
        f'<button type="button" class="present">{_escape(text("present.start"))}</button>'
        f'<p class="keys">{_escape(text("present.keys"))}</p></header>{articles}'
        f"<footer><p>{_escape(text('ui.licence'))}</p></footer></div>"
    )


def _write_article(exhibit: Exhibit, number: int) -> str:
    block, text = exhibit.block, exhibit.block.text
    lines = [f"<article><h2>{keep_numbers_whole(_escape(exhibit.headline))}</h2>"]
    if exhibit.title:
        lines.append(f'<p class="finding">{keep_numbers_whole(_escape(block.finding))}</p>')
    lines.append(f'<div class="chart" role="img" aria-label="{_escape(block.alt_text)}" data-chart="{number}"></div>')
    lines.append(f'<p class="n">{_escape(block.n_line)}</p>')
    if block.key:
        lines.append(f'<p class="n">{"<br>".join(map(_escape, block.key))}</p>')
    lines.append(f"<ul>{''.join(f'<li>{_escape(caveat)}</li>' for caveat in block.caveats)}</ul>")
    lines.append(_write_details(text("ui.sources"), _list_documents(exhibit)))
    lines.append(_write_details(text("ui.table"), _write_table(block.table)))
    method = "".join(f"<p>{_escape(strip_markdown(paragraph))}</p>" for paragraph in block.method)
    lines.append(_write_details(text("ui.method"), method))
    if exhibit.address:
        lines.append(f'<p class="n"><a href="{_escape(exhibit.address)}">{_escape(text("export.live"))}</a></p>')
    return "".join([*lines, "</article>"])


def _write_details(summary: str, inside: str) -> str:
    return f"<details><summary>{_escape(summary)}</summary>{inside}</details>"


def _list_documents(exhibit: Exhibit) -> str:
    items = [
        f'<li><a href="{_escape(each.url)}" rel="noreferrer">{_escape(each.words)}</a></li>'
        if each.url
        else f"<li>{_escape(each.words)}</li>"
        for each in exhibit.documents
    ]
    return f"<ul>{''.join(items)}</ul>"


def _write_table(table: pd.DataFrame) -> str:
    head = "".join(f'<th scope="col">{_escape(str(column))}</th>' for column in table.columns)
    rows = [
        "".join(f"<td>{_escape('–' if cell is None or cell != cell else str(cell))}</td>" for cell in row)
        for row in table.to_numpy().tolist()
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


# Slides -----------------------------------------------------------------------------------


def _write_slides(exhibit: Exhibit, handout: Handout, number: int, pages: int) -> str:
    """The slides of one chart: nothing but the finding, the chart, its n and its source."""
    text, block = handout.text, exhibit.block
    foot = f'<p class="foot">{_escape(block.n_line)}<br>{_escape(handout.source_line(exhibit))}</p>'
    slides = []
    for place in range(pages):
        count = f" ({place + 1}/{pages})" if pages > 1 else ""
        subtitle = f'<p class="sub">{keep_numbers_whole(_escape(block.finding))}</p>' if exhibit.title else ""
        size, title = _choose_type(exhibit.headline), keep_numbers_whole(_escape(exhibit.headline))
        slides.append(
            f'<div class="slide" hidden><h2 style="font-size:{size}px">{title}{count}</h2>{subtitle}'
            f'<div class="chart" role="img" aria-label="{_escape(block.alt_text)}" data-chart="{number}" '
            f'data-page="{place}"></div>'
            f"{foot}</div>"
        )
    if block.key:
        lines = "".join(f"<li>{_escape(line)}</li>" for line in block.key)
        slides.append(
            f'<div class="slide" hidden><h2 style="font-size:26px">{_escape(text("present.key"))}</h2>'
            f'<ul class="key">{lines}</ul>'
            f"{foot}</div>"
        )
    return "".join(slides)


def _choose_type(headline: str) -> int:
    return next(size for letters, size in TITLE_TYPE if len(headline) <= letters)


def _measure_room(exhibit: Exhibit, handout: Handout) -> float:
    """The height that titles and foot leave for a chart, in points."""

    def lines(words: str, size: float, width: float = ROOM) -> int:
        return len(wrap(words, int(width / (size * LETTER))))

    size = _choose_type(exhibit.headline)
    taken = lines(exhibit.headline + " (1/3)", size) * size * 1.25
    if exhibit.title:
        taken += 6 + lines(exhibit.block.finding, 18) * 18 * 1.3
    foot = (exhibit.block.n_line, handout.source_line(exhibit))
    taken += sum(lines(words, SLIDE["foot"], FOOT_ROOM) for words in foot) * SLIDE["foot"] * 1.35
    return max(LEAST, SLIDE["height"] - 24 - 16 - 10 - taken)


def _draw_slides(exhibit: Exhibit, handout: Handout) -> list[go.Figure]:
    """The chart in as many parts as stand on a slide each, in the pixels of a page."""
    drawing, enlarged = exhibit.block.drawing, _enlarge(exhibit)
    return draw_pages(drawing, handout.text, _measure_room(exhibit, handout) / enlarged, ROOM / enlarged, ROW)


def _enlarge(exhibit: Exhibit) -> float:
    return ENLARGED if isinstance(exhibit.block.drawing, Rows) else ENLARGED_AXES


def _write_figures(exhibit: Exhibit, pages: list[go.Figure], *, presenting: bool) -> dict[str, Any]:
    """The chart as it stands in the document, and its slides with how much they are enlarged.

    Nothing on a slide is pointed at: the marks that only a pointer finds stay away.
    """
    slides = {
        "slides": [_write_figure(without_hits(figure)) for figure in pages],
        "enlarged": _enlarge(exhibit),
    }
    return slides if presenting else slides | {"page": _write_figure(exhibit.block.figure)}


def _write_figure(figure: go.Figure | dict[str, Any]) -> Any:
    """A figure as JSON, without the template that all share and what only a click in the app would use."""
    written = _read_json(figure)
    written["layout"].pop("template", None)
    for trace in written["data"]:
        trace.pop("customdata", None)
    return written


def _read_json(figure: go.Figure | dict[str, Any]) -> Any:
    return json.loads(plotly.io.json.to_json_plotly(figure))
