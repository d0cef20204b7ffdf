"""A deck as slides that PowerPoint and LibreOffice can edit: native charts, sources in the foot, all else in the notes.

The same handout is the same bytes: whatever a file of slides has of its own (times, the order of its parts) is settled.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import segno
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Length, Pt

from components.exports.archive import zip_files
from components.exports.arial import lines
from components.exports.exhibit import Exhibit, Handout, fit_names, strip_markdown
from components.exports.slides.drawing_ml import FONT, LANGUAGE, NO_LINE, SIZE, clean, fill, line, set_type
from components.exports.slides.layout import Box, Chart, Page, Table, Tiles, Words
from components.exports.slides.pages import lay_out_pages
from components.text import Text
from components.theme import FAINT, INK, QUIET, SLIDE

WIDE, HIGH, EDGE = float(SLIDE["width"]), float(SLIDE["height"]), 40.0  # 16:9, and what stays free at its sides
ROOM = WIDE - 2 * EDGE
TOP, BOTTOM = 26.0, 16.0
TYPES = (28, 24, 20)  # of a finding: the largest in which it takes few lines, else SIZE
LEADING = 1.19  # from line to line, in sizes
FOOT, FOOT_LINE = SLIDE["foot"], 14.5
SOURCES = 3  # the most lines of the foot that name who published
CODE = 72.0  # side of the QR code
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # a table without colours and lines of its own
# What the file format asks a field of text to be known by; the same on every slide.
NUMBER_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"


def pptx_bytes(handout: Handout) -> bytes:
    """The handout as a PPTX: one slide or more for each chart, after a first one with the title if it has one."""
    deck = _open_deck(handout)
    if handout.title:
        _add_first_slide(deck, handout)
    for exhibit in handout.exhibits:
        _add_slides(deck, exhibit, handout)
    file = io.BytesIO()
    deck.save(file)
    return _settle(file.getvalue())


# The deck ---------------------------------------------------------------------------------


def _open_deck(handout: Handout) -> Deck:
    """A deck of 16:9 with one layout, a title and a number on it; nothing is left of the template's own."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDE), Pt(HIGH)
    for layout in list(deck.slide_layouts):
        if layout.name != "Title Only":
            deck.slide_layouts.remove(layout)
    places = {"title": Box(EDGE, TOP, ROOM, 70), "body": Box(EDGE, 120, ROOM, 300), "sldNum": _place_number()}
    for page in (deck.slide_master, *deck.slide_layouts):
        for shape in list(page.placeholders):
            kind = shape.element.find(f".//{qn('p:ph')}").get("type")
            if kind in places:
                _place(shape, places[kind])
            else:
                shape.element.getparent().remove(shape.element)
    package = deck.part.package
    for relation in list(package.iter_rels()):  # a picture of another deck, a printer, counts of another deck
        if relation.reltype in {RT.THUMBNAIL, RT.EXTENDED_PROPERTIES}:
            package.drop_rel(relation.rId)
        elif relation.reltype == RT.PRINTER_SETTINGS:
            deck.part.drop_rel(relation.rId)
    core, text = deck.core_properties, handout.text
    first = handout.exhibits[0].headline if handout.exhibits else ""
    core.title = clean(handout.title or first)[:255]
    core.author = core.last_modified_by = text("ui.title")
    core.language = LANGUAGE[text.language]
    core.created = core.modified = datetime(handout.day.year, handout.day.month, handout.day.day)
    core.revision = 1
    core.version = handout.version
    core.subject = handout.data_line
    core.keywords = core.comments = core.category = ""
    return deck


def _settle(content: bytes) -> bytes:
    """The file with its parts in one order and of one time, and Arial as the type of its themes."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as given:
        # Office programs look for the list of parts first.
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            parts[name] = given.read(name)
            if name.startswith("ppt/theme/"):
                face = rb"\g<1>" + FONT.encode() + b'"'
                parts[name] = re.sub(rb'(<a:latin typeface=")[^"]*"', face, parts[name])
    return zip_files(parts)


# Slides -------------------------------------------------------------------------------------


def _add_first_slide(deck: Deck, handout: Handout) -> None:
    text = handout.text
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    title, about = Look(44, text, bold=True), Look(20, text, colour=QUIET, gap=8)
    high = _measure([handout.title], title, ROOM)
    middle = HIGH * 0.46
    _write(slide.shapes.title, Box(EDGE, middle - high, ROOM, high), [handout.title], title)
    words = [text("slides.charts", n=text.number(len(handout.exhibits))), handout.data_line]
    _add_words(slide, Box(EDGE, middle + 18, ROOM, _measure(words, about, ROOM)), words, about)
    _add_number(slide, len(deck.slides), text)


@dataclass(frozen=True)
class Head:
    """What stands above a chart: words and their look, from the top of the slide downwards."""

    words: str
    look: "Look"
    box: Box


def _add_slides(deck: Deck, exhibit: Exhibit, handout: Handout) -> None:
    text = handout.text
    pages: list[Page] = []
    # What stands above and below leaves the room for the chart; how many pages it takes decides what stands there.
    for counted, most in (("", 1), *((text("slides.page", page=9, pages=9), most) for most in range(1, SOURCES + 1))):
        heads = _set_heads(exhibit, text, counted)
        top = heads[-1].box.y + heads[-1].box.high
        bottom = _place_foot(exhibit, handout, [""] * most).y - 10
        pages = lay_out_pages(exhibit, handout, Box(EDGE, top, ROOM, bottom - top))
        feet = [_name_sources(exhibit, text, page.ids) for page in pages]
        if max(map(len, feet)) <= most and (counted or len(pages) == 1):
            break
    for number, (page, sources) in enumerate(zip(pages, feet, strict=True), 1):
        counted = text("slides.page", page=number, pages=len(pages)) if len(pages) > 1 else ""
        slide = deck.slides.add_slide(deck.slide_layouts[0])
        title, *others = _set_heads(exhibit, text, counted)
        _write(slide.shapes.title, title.box, [title.words], title.look)
        for head in others:
            _add_words(slide, head.box, [head.words], head.look)
        _add_pieces(slide, page, exhibit, text)
        _add_foot(slide, exhibit, handout, sources)
        _add_number(slide, len(deck.slides), text)
        _add_notes(slide, exhibit, text)


def _set_heads(exhibit: Exhibit, text: Text, counted: str) -> list[Head]:
    """Her title and under it the finding; without one the finding. The first says which of several pages it is."""
    heads: list[Head] = []
    y = TOP
    for words in [exhibit.title, exhibit.block.finding] if exhibit.title.strip() else [exhibit.block.finding]:
        is_title = not heads
        words = clean(words) + (f"\u00a0{counted}" if counted and is_title else "")
        look = Look(SIZE, text, bold=is_title)
        for size in TYPES if is_title else TYPES[-1:]:
            few = 3 if size == TYPES[-1] and is_title else 2
            if len(lines(words, size, ROOM, bold=is_title)) <= few:
                look = replace(look, size=size)
                break
        box = Box(EDGE, y, ROOM, _measure([words], look, ROOM))
        heads.append(Head(words, look, box))
        y += box.high + 4
    return heads


def _add_pieces(slide: Slide, page: Page, exhibit: Exhibit, text: Text) -> None:
    for piece in page.pieces:
        if isinstance(piece, Words):
            _add_words(slide, piece.box, piece.paragraphs, Look(SIZE, text, piece.colour, piece.bold, gap=6))
            continue
        if isinstance(piece, Tiles):
            _add_tiles(slide, piece, exhibit)
            continue
        if isinstance(piece, Chart):
            native: Any = piece.native  # what kind of chart it is stands in its own XML
            frame: Any = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *_lengths(piece.box), native)
            _describe(frame, exhibit.block.alt_text, name=piece.name)
        else:
            frame = slide.shapes.add_table(1, 1, *_lengths(piece.box))
            table = frame.element.find(f".//{qn('a:tbl')}")
            table.getparent().replace(table, parse_xml(_write_table(piece, text)))
            _describe(frame, exhibit.block.alt_text)


def _add_tiles(slide: Slide, piece: Tiles, exhibit: Exhibit) -> None:
    """One group of squares, told as the chart is."""
    group = slide.shapes.add_group_shape()
    for tile in piece.tiles:
        shape: Any = group.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_lengths(tile.box))
        own = shape._element
        own.remove(own.find(qn("p:style")))  # it would cast a shadow
        outline = line(tile.outline, 1.5, dash="sysDash") if tile.outline else NO_LINE
        for look in (fill(tile.fill), outline):
            own.spPr.append(parse_xml(re.sub(r"^<(a:\w+)", rf"<\1 {nsdecls('a')}", look)))
        _describe(shape, "")
    _describe(group, exhibit.block.alt_text, name=exhibit.block.name)


# Foot ---------------------------------------------------------------------------------------


def _name_sources(exhibit: Exhibit, text: Text, ids: Sequence[str]) -> list[str]:
    """Who published the figures of a page, in lines; those for whom there is no room are counted."""
    own = exhibit.evidence[(exhibit.evidence["relation"] == "itself") & exhibit.evidence["figure_id"].isin(ids)]
    named = dict.fromkeys(exhibit.block.text.publisher(each) for each in own["publisher"])
    publishers = [clean(each) for each in named] or [clean(each) for each in exhibit.publishers]

    def sources(names: Sequence[str], left_out: int) -> Sequence[str]:
        more = [text("slides.more", n=left_out)] if left_out else []
        line = text("slides.sources", publishers="; ".join([*names, *more]))
        return lines(line, FOOT, _measure_foot(exhibit), bold=False)

    return list(fit_names(publishers, SOURCES, sources))


def _measure_foot(exhibit: Exhibit) -> float:
    return ROOM - (CODE + 20 if exhibit.address else 44)


def _write_live(exhibit: Exhibit, text: Text) -> str:
    return text("slides.live", host=clean(urlsplit(exhibit.address).netloc)) if exhibit.address else ""


def _place_foot(exhibit: Exhibit, handout: Handout, sources: Sequence[str]) -> Box:
    wide = _measure_foot(exhibit)
    others = exhibit.block.n_line, f"{handout.data_line} {_write_live(exhibit, handout.text)}"
    count = len(sources) + sum(len(lines(clean(words), FOOT, wide, bold=False)) for words in others)
    high = max(FOOT_LINE * count + 2, CODE + FOOT_LINE + 4 if exhibit.address else 0)
    return Box(EDGE, HIGH - BOTTOM - high, wide, high)


def _add_foot(slide: Slide, exhibit: Exhibit, handout: Handout, sources: Sequence[str]) -> None:
    text = handout.text
    box, look = _place_foot(exhibit, handout, sources), Look(FOOT, text, QUIET)
    ends = Pt(EDGE), Pt(box.y - 5), Pt(WIDE - EDGE), Pt(box.y - 5)
    rule = slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
    own: Any = rule._element
    own.remove(own.find(qn("p:style")))  # it would cast a shadow
    own.spPr.append(parse_xml(line(FAINT, 1).replace("<a:ln", f"<a:ln {nsdecls('a')}", 1)))
    _describe(rule, "")
    words = [exhibit.block.n_line, " ".join(sources), handout.data_line]
    if not exhibit.address:
        _add_words(slide, box, words, look)
        return
    # The address is long: its site is printed, the whole of it is followed, and read by a telephone.
    link = slide.part.relate_to(exhibit.address, RT.HYPERLINK, is_external=True)
    words[-1] += " "
    _add_words(slide, box, words, look, after=_write_run(_write_live(exhibit, text), look, link))
    picture = io.BytesIO()
    segno.make(exhibit.address, error="m", micro=False).save(picture, kind="png", scale=6, border=0, dark=INK)
    code = slide.shapes.add_picture(picture, *_lengths(Box(WIDE - EDGE - CODE, box.y, CODE, CODE)))
    code.click_action.hyperlink.address = exhibit.address
    _describe(code, text("slides.code", address=exhibit.address))


def _place_number() -> Box:
    return Box(WIDE - EDGE - 40, HIGH - BOTTOM - FOOT_LINE, 40, FOOT_LINE)


def _add_number(slide: Slide, number: int, text: Text) -> None:
    """The slide's own number, as a field: it follows when slides are moved."""
    look = Look(FOOT, text, QUIET, align="r")
    run = _write_run(str(number), look).removeprefix("<a:r>").removesuffix("</a:r>")
    field = f'<a:fld id="{NUMBER_FIELD}" type="slidenum">{run}</a:fld>'
    shape: Any = slide.shapes.add_textbox(*_lengths(_place_number()))
    _write(shape, _place_number(), [""], look, after=field)
    place = shape._element.find(f".//{qn('p:nvPr')}")
    place.append(parse_xml(f'<p:ph {nsdecls("p")} type="sldNum" sz="quarter" idx="12"/>'))


# Notes --------------------------------------------------------------------------------------


def _add_notes(slide: Slide, exhibit: Exhibit, text: Text) -> None:
    """Her note first, then the caveats, every document with its address, how the numbers are made, the live view."""
    block = exhibit.block
    parts = [
        ("", exhibit.note.splitlines()),
        ("slides.caveats", list(block.caveats)),
        ("slides.key", list(block.key)),
        ("slides.documents", [f"{each.words}{f' – {each.url}' if each.url else ''}" for each in exhibit.documents]),
        ("slides.method", [strip_markdown(each) for each in block.method]),
        ("slides.address", [exhibit.address]),
    ]
    notes: list[str] = []
    for heading, words in parts:
        if any(words):
            notes += [*([""] if notes else []), *([text(heading)] if heading else []), *words]
    _fill_frame(slide.notes_slide.notes_text_frame, notes, Look(FOOT, text))


# Words and tables -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """How words are set. gap: between paragraphs, in points."""

    size: float
    text: Text
    colour: str = INK
    bold: bool = False
    gap: float = 0.0
    align: str = "l"


def _measure(words: Sequence[str], look: Look, room: float) -> float:
    """How high paragraphs stand."""
    count = sum(len(lines(clean(each), look.size, room, bold=look.bold)) for each in words)
    return count * look.size * LEADING + look.gap * (len(words) - 1) + 2


def _write_run(words: str, look: Look, link: str = "") -> str:
    followed = f'<a:hlinkClick r:id="{link}"/>' if link else ""
    # A tab or a new line would be taken for more than a word.
    written = escape(" ".join(clean(words).splitlines()).replace("\t", " "))
    return (
        f'<a:r><a:rPr lang="{LANGUAGE[look.text.language]}" sz="{round(look.size * 100)}" b="{int(look.bold)}">'
        f"{set_type(look.colour)}{followed}</a:rPr>"
        f"<a:t>{written}</a:t></a:r>"
    )


def _write_paragraphs(words: Sequence[str], look: Look, after: str = "") -> str:
    """Paragraphs as DrawingML, no word taken for markup; `after`: runs that the last one ends in."""
    written = ""
    for place, each in enumerate(words):
        gap = f'<a:spcBef><a:spcPts val="{round(look.gap * 100) if place else 0}"/></a:spcBef>'
        runs = (_write_run(each, look) if each else "") + (after if place == len(words) - 1 else "")
        end = f'<a:endParaRPr lang="{LANGUAGE[look.text.language]}" sz="{round(look.size * 100)}"/>'
        written += f'<a:p><a:pPr algn="{look.align}">{gap}<a:buNone/></a:pPr>{runs}{end}</a:p>'
    return written


def _fill_frame(frame: Any, words: Sequence[str], look: Look, after: str = "") -> None:
    body = frame._txBody
    for paragraph in body.findall(qn("a:p")):
        body.remove(paragraph)
    for paragraph in parse_xml(f"<a:txBody {nsdecls('a', 'r')}>{_write_paragraphs(words, look, after)}</a:txBody>"):
        body.append(paragraph)


def _add_words(slide: Slide, box: Box, words: Sequence[str], look: Look, after: str = "") -> None:
    _write(slide.shapes.add_textbox(*_lengths(box)), box, words, look, after)


def _write(shape: Any, box: Box, words: Sequence[str], look: Look, after: str = "") -> None:
    """Words at the top of a place that is theirs to the edge."""
    _place(shape, box)
    own = shape.text_frame._txBody.find(qn("a:bodyPr"))
    for name, value in {"wrap": "square", "anchor": "t", "lIns": "0", "tIns": "0", "rIns": "0", "bIns": "0"}.items():
        own.set(name, value)
    for child in list(own):
        own.remove(child)
    _fill_frame(shape.text_frame, words, look, after)


def _write_table(piece: Table, text: Text) -> str:
    """A table as DrawingML: a cell at a time would take python-pptx seconds."""
    columns = "".join(f'<a:gridCol w="{Pt(wide)}"/>' for wide in piece.widths)
    rows = ""
    for y, (cells, high) in enumerate(zip(piece.rows, piece.heights, strict=True)):
        written = ""
        for x, cell in enumerate(cells):
            look = Look(SIZE, text, cell.colour, cell.bold, align="ctr" if x else "l")
            span = f' gridSpan="{len(piece.widths)}"' if cell.across else ""
            turned = ' vert="vert270"' if x and not y else ""
            written += (
                f"<a:tc{span}><a:txBody><a:bodyPr/><a:lstStyle/>{_write_paragraphs([cell.words], look)}</a:txBody>"
                f'<a:tcPr marL="0" marR="0" marT="0" marB="0" anchor="ctr"{turned}><a:noFill/></a:tcPr></a:tc>'
            )
        covered = "<a:txBody><a:bodyPr/><a:lstStyle/><a:p/></a:txBody><a:tcPr/>"
        written += f'<a:tc hMerge="1">{covered}</a:tc>' * (len(piece.widths) - len(cells))
        rows += f'<a:tr h="{Pt(high)}">{written}</a:tr>'
    style = f'<a:tblPr firstRow="1"><a:tableStyleId>{NO_STYLE}</a:tableStyleId></a:tblPr>'
    return f"<a:tbl {nsdecls('a')}>{style}<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl>"


def _lengths(box: Box) -> tuple[Length, Length, Length, Length]:
    return Pt(box.x), Pt(box.y), Pt(box.wide), Pt(box.high)


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = _lengths(box)


def _describe(shape: Any, words: str, name: str = "") -> None:
    """Alternative text, for whoever hears the slide, and a name of its own."""
    own = shape._element.find(f".//{qn('p:cNvPr')}")
    own.set("descr", clean(words))
    if name:
        own.set("name", clean(name))
