"""Pictures of one chart that say where they come from: PNG for a slide and for social media, and SVG.

Each carries its finding, chart, n, publishers, date and version of the data, and the address of the live view. A chart
too long for one picture becomes several, with one scale and «Part 1 of 3» on each; none leaves a row out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

import plotly.graph_objects as go

from components.drawing.plotly import draw_pages
from components.exports.archive import zip_files
from components.exports.chromium import draw_svgs
from components.exports.exhibit import Exhibit, Handout, fit_names
from components.exports.font import write_font_face
from components.exports.typesetting import clean, set_png, wrap_words
from components.text import Text
from components.theme import CLEAR, FAINT, INK, PAPER, QUIET, SLIDE, TYPE
from components.theme import FONT as FAMILY

SMALLEST = TYPE["label"]  # pixels of a chart's smallest letters, which `Form.scale` makes as large as they must be
ROWS = (30, 26, 23, 20)  # heights of a row, the roomiest first
LEADING = 1.3
AIR = 8  # pixels of nothing above a chart
MORE = "…"


@dataclass(frozen=True)
class Form:
    """The shape of a picture, in its own units.

    pixels: its width as PNG; pad: its margin; column: the width of the words beside the chart (0: they stand above);
    lead: sizes of the finding, the largest that fits is taken; words: size of what is to be read from afar, and of a
    chart's smallest letters; foot: size of the source lines.
    """

    width: float
    height: float
    pixels: int
    pad: float
    column: float
    lead: tuple[float, ...]
    words: float
    foot: float

    @property
    def scale(self) -> float:
        """Units to a pixel of the chart."""
        return self.words / SMALLEST


# On a page of 960 by 540 points nothing is smaller than 18 but the source lines: it is read from the back row.
WIDE = Form(pixels=2 * SLIDE["width"], pad=36, column=308, lead=(26, 24, 22, 20, 18), **SLIDE)
SQUARE = Form(width=1080, height=1080, pixels=1080, pad=56, column=0, lead=(44, 40, 36, 32, 29), words=24, foot=19)
FORMS = {"wide": WIDE, "square": SQUARE}


def png_pictures(handout: Handout, exhibit: Exhibit, form: Form = WIDE) -> list[bytes]:
    """The exhibit as PNG, in its parts. Raises NoChromium."""
    return [set_png(svg, form.width, form.height, form.pixels) for svg in _draw_pictures(handout, exhibit, form)]


def svg_pictures(handout: Handout, exhibit: Exhibit) -> list[bytes]:
    """The exhibit as wide SVG with Inter in it, in its parts. Raises NoChromium."""
    return [_embed_font(svg).encode() for svg in _draw_pictures(handout, exhibit, WIDE)]


def pictures_bytes(handout: Handout) -> bytes:
    """A ZIP of every exhibit as wide and as square PNG, and as SVG. Raises NoChromium."""
    files = {}
    for place, exhibit in enumerate(handout.exhibits, 1):
        made = {
            "wide.png": png_pictures(handout, exhibit),
            "square.png": png_pictures(handout, exhibit, SQUARE),
            "wide.svg": svg_pictures(handout, exhibit),
        }
        for ending, parts in made.items():
            for number, content in enumerate(parts, 1):
                part = f"_{number}of{len(parts)}" if len(parts) > 1 else ""
                files[f"{place:02}_{exhibit.block.view.chart}{part}_{ending}"] = content
    return zip_files(files)


@dataclass(frozen=True)
class Line:
    """One line of words; `address`: what it links to."""

    words: str
    size: float
    weight: int = 400
    colour: str = INK
    address: str = ""
    above: float = 0

    @property
    def height(self) -> float:
        """How much of the column it takes."""
        return self.above + self.size * LEADING


def _draw_pictures(handout: Handout, exhibit: Exhibit, form: Form) -> list[str]:
    text, foot = handout.text, _set_foot(handout, exhibit, form)
    foot_top = form.height - form.pad * 0.7 - _measure(foot)
    # Kept for «Part 1 of 3», and beside a chart for where its key is.
    part_line = form.words * (LEADING * (2 if form.column and exhibit.block.key else 1) + 0.9)
    low = foot_top - form.pad * 0.6
    head = _set_head(exhibit, form, low - form.pad - part_line if form.column else form.height * 0.28)
    left = form.pad + (form.column + form.pad * 2 / 3 if form.column else 0)
    top = form.pad + (0 if form.column else _measure(head) + part_line)
    width, height = form.width - form.pad - left, low - top
    figures = _draw_figures(exhibit, text, width / form.scale, height / form.scale)
    charts = [
        _place_chart(svg, figure.layout.height, left, top - (AIR * form.scale if form.column else 0), form.scale, width)
        for svg, figure in zip(draw_svgs(figures, width / form.scale), figures, strict=True)
    ]
    keys = ["".join(_write_lines(lines, left, top)) for lines in _split_key(exhibit.block.key, form, width, height)]
    made = []
    for number, body in enumerate([*charts, *keys], 1):
        said = [text("picture.part", number=number, all=len(charts) + len(keys))] if charts[1:] or keys else []
        if keys and number <= len(charts):
            said.append(text("picture.key_follows", number=len(charts) + 1))
        part = _set_lines(" · ".join(said), form.words, form.column or width, colour=QUIET, above=form.words * 0.5)
        made.append(_write_page(form, exhibit, text, [*head, *part], body, foot, foot_top))
    return made


def _place_chart(svg: str, height: float, x: float, y: float, scale: float, width: float) -> str:
    """The chart at its place, as large as it must be."""
    size = f'width="{_fmt(width)}" height="{_fmt(height * scale)}" viewBox="0 0 {_fmt(width / scale)} {_fmt(height)}"'
    return f'<svg x="{_fmt(x)}" y="{_fmt(y)}" {size}>{svg[svg.index(">") + 1 : svg.rindex("</svg>")]}</svg>'


def _set_head(exhibit: Exhibit, form: Form, room: float) -> list[Line]:
    """Her own title above the finding, else the finding alone: as large as there is room for.

    Words without end are cut, visibly; the whole finding stands in the description of the picture.
    """
    width = form.column or form.width - 2 * form.pad
    for size in form.lead:
        head = _set_lines(exhibit.headline, size, width, weight=600)
        if exhibit.title:
            head = _cut_lines(head, room / 2)
            head += _set_lines(exhibit.block.finding, max(form.words, size * 0.8), width, above=size * 0.4)
        if _measure(head) <= room:
            return head
    return _cut_lines(head, room)


def _cut_lines(lines: Sequence[Line], room: float) -> list[Line]:
    """As many of the lines as there is room for; the last one says that there were more."""
    kept = [line for number, line in enumerate(lines, 1) if number == 1 or _measure(lines[:number]) <= room]
    if len(kept) < len(lines):
        kept[-1] = replace(kept[-1], words=kept[-1].words[:-1] + MORE)
    return kept


def _measure(lines: Sequence[Line]) -> float:
    return sum(line.height for line in lines)


def _set_foot(handout: Handout, exhibit: Exhibit, form: Form) -> list[Line]:
    """n; publishers, as many as two lines hold; date and version of the data; the address."""
    text, width = handout.text, form.width - 2 * form.pad

    def sources(names: Sequence[str], left_out: int) -> list[Line]:
        rest = [text("picture.more", n=left_out)] if left_out else []
        return _set_lines(f"{text('ui.sources')}: {text.listed([*names, *rest])}", form.foot, width, colour=QUIET)

    named = fit_names(exhibit.publishers, 2, sources)
    lines = [*_set_lines(exhibit.block.n_line, form.foot, width, colour=QUIET), *named]
    lines += _set_lines(handout.data_line, form.foot, width, colour=QUIET)
    if exhibit.address:
        lines += _set_lines(exhibit.address, form.foot, width, colour=QUIET, address=exhibit.address)
    return lines


def _draw_figures(exhibit: Exhibit, text: Text, width: float, height: float) -> list[go.Figure]:
    """The chart in as few parts as can be, with rows as roomy as that allows; no letter smaller than SMALLEST."""
    choices = [draw_pages(exhibit.block.drawing, text, height, width, row) for row in ROWS]
    figures = min(choices, key=len)
    for figure in figures:
        figure.update_layout(paper_bgcolor=CLEAR)
        figure.for_each_annotation(lambda note: note.update(font_size=max(note.font.size or SMALLEST, SMALLEST)))
        figure.for_each_trace(
            lambda trace: trace.update(textfont_size=max(trace.textfont.size or SMALLEST, SMALLEST)),
            selector={"type": "scatter"},
        )
    return figures


def _split_key(key: Sequence[str], form: Form, width: float, height: float) -> Iterator[list[Line]]:
    """What the letters and numbers on the chart stand for, in pages of lines."""
    page: list[Line] = []
    for words in key:
        lines = _set_lines(words, form.words, width, above=form.words * 0.4)
        if page and _measure([*page, *lines]) > height:
            yield page
            page = []
        page += lines
    if page:
        yield page


def _set_lines(words: str, size: float, width: float, weight: int = 400, above: float = 0, **look: str) -> list[Line]:
    lines = wrap_words(words, size, width, weight) if words else []
    return [Line(line, size, weight, above=0 if number else above, **look) for number, line in enumerate(lines)]


def _write_lines(lines: Sequence[Line], x: float, y: float) -> Iterator[str]:
    """The lines as SVG, one under the other from `y` down."""
    for line in lines:
        y += line.height
        place = f'x="{_fmt(x)}" y="{_fmt(y - line.size * (LEADING - 1))}" xml:space="preserve"'
        look = f'font-family="{FAMILY}" font-size="{_fmt(line.size)}" font-weight="{line.weight}" fill="{line.colour}"'
        words = f"<text {place} {look}>{escape(line.words)}</text>"
        yield f'<a href="{escape(line.address)}">{words}</a>' if line.address else words


def _write_page(
    form: Form, exhibit: Exhibit, text: Text, head: Sequence[Line], body: str, foot: Sequence[Line], foot_top: float
) -> str:
    right, rule = form.width - form.pad, foot_top - form.foot * 0.5
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_fmt(form.width)}" height="{_fmt(form.height)}"'
        f' viewBox="0 0 {_fmt(form.width)} {_fmt(form.height)}" role="img" xml:lang="{text.language}">'
        f"<title>{escape(clean(exhibit.headline))}</title>"
        f"<desc>{escape(clean(f'{exhibit.block.alt_text} {exhibit.block.n_line}'))}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(_write_lines(head, form.pad, form.pad - 4))}{body}'
        f'<path d="M{_fmt(form.pad)} {_fmt(rule)}H{_fmt(right)}" stroke="{FAINT}"/>'
        f"{''.join(_write_lines(foot, form.pad, foot_top))}"
        "</svg>"
    )


def _embed_font(svg: str) -> str:
    """The SVG with Inter in it: it looks the same where Inter is not installed."""
    return svg.replace("<rect ", f"<style>{write_font_face()}</style><rect ", 1)


def _fmt(value: float) -> str:
    """A length as short as it can be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
