"""Charts that PowerPoint and LibreOffice can edit, each with the workbook that it draws.

Both parts are made here: the chart as DrawingML, since error bars from cells are beyond python-pptx, and the workbook,
so that the same chart is the same bytes. Every number of the chart is a cell of the workbook.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from components.theme import FAINT, INK, PAPER, QUIET

FONT = "Arial"  # on every Windows and Mac, and it holds the letters of Kazakh
SIZE = 18  # points: the smallest type that the back row reads
EMU = 12700  # the unit of DrawingML, in a point
NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# What XML can't hold: control characters, halves of surrogate pairs, the two non-characters.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NEW_LINE = re.compile("\r\n?")
MARKUP = re.compile(r"(</?[bi]>|<br>)")

Value = float | str | None


def clean(words: str) -> str:
    """Words without the characters that no office file can hold, their lines ended in one way."""
    return UNWRITABLE.sub("", NEW_LINE.sub("\n", words))


@dataclass(frozen=True)
class Column:
    """A column of the workbook, or a part of one: where it stands, what heads it, what is in it."""

    sheet: str
    letter: str
    heading: str
    values: tuple[Value, ...]
    first: int = 0

    def part(self, start: int, stop: int) -> "Column":
        """The rows from `start` on, `stop` not included."""
        return Column(self.sheet, self.letter, self.heading, self.values[start:stop], self.first + start)

    @property
    def cells(self) -> str:
        """The values as a formula names them; the heading stands in row 1."""
        start = self.first + 2
        return f"{self._quoted}!${self.letter}${start}:${self.letter}${start + len(self.values) - 1}"

    @property
    def head(self) -> str:
        """The heading as a formula names it."""
        return f"{self._quoted}!${self.letter}$1"

    def cell(self, row: int) -> str:
        """One value as a formula names it."""
        return f"{self._quoted}!${self.letter}${self.first + row + 2}"

    @property
    def _quoted(self) -> str:
        return "'" + self.sheet.replace("'", "''") + "'"


@dataclass
class Sheet:
    """A sheet of the workbook, filled column by column."""

    name: str
    columns: list[Column] = field(default_factory=list)

    def add(self, heading: str, values: Iterable[Value]) -> Column:
        """A further column."""
        held = tuple(clean(value) if isinstance(value, str) else value for value in values)
        column = Column(self.name, xl_col_to_name(len(self.columns)), clean(heading), held)
        self.columns.append(column)
        return column


def workbook(sheets: Sequence[Sheet], day: date) -> bytes:
    """The sheets as an XLSX. A word stays a word: nothing in it is a formula or a link."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": datetime(day.year, day.month, day.day)})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 0)
        for number, column in enumerate(sheet.columns):
            page.write_string(0, number, column.heading)
            widest = max((len(str(value)) for value in column.values if isinstance(value, str)), default=0)
            page.set_column(number, number, min(60, max(14, widest + 2)))
            for row, value in enumerate(column.values, 1):
                if isinstance(value, str):
                    page.write_string(row, number, value)
                elif value is not None:
                    page.write_number(row, number, value)
    book.close()
    return held.getvalue()


@dataclass(frozen=True)
class Native:
    """A chart and its workbook, in the two forms that python-pptx asks a chart for."""

    xml: str
    sheets: tuple[Sheet, ...]
    day: date

    def xml_bytes(self, _kind: object) -> bytes:
        """The chart as DrawingML; of what kind it is stands in it."""
        return self.xml.encode()

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook: made only for a chart that comes to stand on a slide."""
        return workbook(self.sheets, self.day)


# Looks ----------------------------------------------------------------------------------


def mixed(colour: str, share: float) -> str:
    """So much of a colour on paper, as a colour of its own: what shines through prints badly."""
    parts = [(int(colour[i : i + 2], 16), int(PAPER[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(ink * share + paper * (1 - share)):02x}" for ink, paper in parts)


def filled(colour: str) -> str:
    """One colour."""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'


def hatched(colour: str) -> str:
    """Stripes of a colour on paper."""
    ground = f'<a:bgClr><a:srgbClr val="{PAPER[1:]}"/></a:bgClr>'
    return f'<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="{colour[1:]}"/></a:fgClr>{ground}</a:pattFill>'


EMPTY = "<a:noFill/>"
NO_LINE = "<a:ln><a:noFill/></a:ln>"


def line(colour: str, points: float, *, dash: str = "solid", arrow: bool = False) -> str:
    """A line; `arrow`: its far end is open."""
    dashed = f'<a:prstDash val="{dash}"/>' if dash != "solid" else ""
    tail = '<a:tailEnd type="arrow" w="lg" len="med"/>' if arrow else ""
    return f'<a:ln w="{round(points * EMU)}">{filled(colour)}{dashed}<a:round/>{tail}</a:ln>'


# Words ----------------------------------------------------------------------------------


def runs(label: str, *, lead: str = "") -> list[list[tuple[str, bool]]]:
    """A direct label as lines of (words, bold), its markup read and nothing else taken for markup.

    lead: bold words before the first line.
    """
    found: list[list[tuple[str, bool]]] = [[(lead, True)] if lead else []]
    bold = False
    for part in MARKUP.split(label):
        if part in {"<b>", "</b>"}:
            bold = part == "<b>"
        elif part == "<br>":
            found.append([])
        elif part and not MARKUP.fullmatch(part):
            found[-1].append((clean(part), bold))
    return found


def said(label: str) -> str:
    """A direct label as plain words, a line each."""
    return "\n".join("".join(words for words, _ in each) for each in runs(label))


def _text_look(language: str, colour: str = INK) -> str:
    """The type of whatever has none of its own."""
    look = f'<a:defRPr sz="{SIZE * 100}" b="0">{filled(colour)}<a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/>'
    return (
        f'<c:txPr><a:bodyPr rot="0" wrap="none"/><a:lstStyle/><a:p><a:pPr>{look}</a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="{language}"/></a:p></c:txPr>'
    )


def _rich(said: list[list[tuple[str, bool]]], language: str, colour: str, align: str, rotation: int = 0) -> str:
    paragraphs = ""
    for each in said:
        written = "".join(
            f'<a:r><a:rPr lang="{language}" sz="{SIZE * 100}" b="{int(bold)}">{filled(colour)}'
            f'<a:latin typeface="{FONT}"/><a:cs typeface="{FONT}"/></a:rPr><a:t>{escape(words)}</a:t></a:r>'
            for words, bold in each
        )
        paragraphs += f'<a:p><a:pPr algn="{align}"><a:defRPr sz="{SIZE * 100}"/></a:pPr>{written}</a:p>'
    body = f'<a:bodyPr rot="{rotation}" wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/>'
    return f"<c:tx><c:rich>{body}<a:lstStyle/>{paragraphs}</c:rich></c:tx>"


def _shown(value: bool) -> str:
    names = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    return "".join(f'<c:show{name} val="{int(value and name == "Val")}"/>' for name in names)


@dataclass(frozen=True)
class Label:
    """The direct label of a point: its lines, and on which side of the point they stand."""

    lines: list[list[tuple[str, bool]]]
    side: str = "outEnd"
    colour: str = INK


def _labels(labels: dict[int, Label], language: str) -> str:
    if not labels:
        return ""
    each = "".join(
        f'<c:dLbl><c:idx val="{row}"/>{_rich(label.lines, language, label.colour, "l" if label.side != "t" else "ctr")}'
        f'<c:dLblPos val="{label.side}"/>{_shown(True)}</c:dLbl>'
        for row, label in sorted(labels.items())
    )
    return f"<c:dLbls>{each}<c:spPr>{EMPTY}{NO_LINE}</c:spPr>{_text_look(language)}{_shown(False)}</c:dLbls>"


# Numbers --------------------------------------------------------------------------------


def _numbers(column: Column) -> str:
    points = "".join(
        f'<c:pt idx="{row}"><c:v>{value:.17g}</c:v></c:pt>'
        for row, value in enumerate(column.values)
        if isinstance(value, float)
    )
    cache = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(column.values)}"/>{points}'
    return f"<c:numRef><c:f>{escape(column.cells)}</c:f><c:numCache>{cache}</c:numCache></c:numRef>"


def _words(column: Column) -> str:
    points = "".join(
        f'<c:pt idx="{row}"><c:v>{escape(str(value))}</c:v></c:pt>' for row, value in enumerate(column.values)
    )
    cache = f'<c:ptCount val="{len(column.values)}"/>{points}'
    return f"<c:strRef><c:f>{escape(column.cells)}</c:f><c:strCache>{cache}</c:strCache></c:strRef>"


def _name(words: str, reference: str) -> str:
    cache = f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(words)}</c:v></c:pt>'
    return f"<c:tx><c:strRef><c:f>{escape(reference)}</c:f><c:strCache>{cache}</c:strCache></c:strRef></c:tx>"


@dataclass(frozen=True)
class Errors:
    """Error bars out of cells: how far down and how far up. `arrow`: the upper side is unknown, its end is open."""

    down: Column | None
    up: Column | None
    colour: str
    arrow: bool = False

    def xml(self, direction: str = "") -> str:
        """The error bars of one series; `direction`: x or y, where a chart has both."""
        sides = "both" if self.down and self.up else "plus" if self.up else "minus"
        given = {"plus": self.up, "minus": self.down}
        values = "".join(f"<c:{side}>{_numbers(column)}</c:{side}>" for side, column in given.items() if column)
        head = f'<c:errDir val="{direction}"/>' if direction else ""
        head += f'<c:errBarType val="{sides}"/><c:errValType val="cust"/>'
        # A cap says «here it ends»: none where it does not.
        cap = f'<c:noEndCap val="{int(self.arrow or not self.up)}"/>'
        look = line(self.colour, 2, dash="sysDash" if self.arrow else "solid", arrow=self.arrow)
        return f"<c:errBars>{head}{cap}{values}<c:spPr>{look}</c:spPr></c:errBars>"


# Charts ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bars:
    """A series of bars. looks: the fill and the outline of each row that has a bar."""

    values: Column
    looks: dict[int, str]
    errors: Errors | None = None
    labels: dict[int, Label] = field(default_factory=dict)


def bar_chart(
    places: Column,
    series: Sequence[Bars],
    *,
    inner: tuple[float, float, float, float],
    top: float,
    gap: int,
    lang: str,
    has_places: bool,
) -> str:
    """Horizontal bars from zero, the first row on top; series lie over each other.

    inner: x, y, width and height of the bars' own area, as shares of the chart; top: the end of the axis; gap: between
    rows, in per cent of a bar; has_places: the rows' places are written beside them.
    """
    written = ""
    for number, each in enumerate(series):
        points = "".join(
            f'<c:dPt><c:idx val="{row}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
            f"<c:spPr>{look}</c:spPr></c:dPt>"
            for row, look in sorted(each.looks.items())
        )
        written += (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>{_name(each.values.heading, each.values.head)}'
            f'<c:spPr>{EMPTY}{NO_LINE}</c:spPr><c:invertIfNegative val="0"/>{points}{_labels(each.labels, lang)}'
            f"{each.errors.xml() if each.errors else ''}<c:cat>{_words(places)}</c:cat>"
            f"<c:val>{_numbers(each.values)}</c:val></c:ser>"
        )
    plot = (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{written}<c:gapWidth val="{gap}"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"low" if has_places else "none"}"/>'
        f'<c:spPr>{line(INK, 1)}</c:spPr>{_text_look(lang)}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/>{_scaling(0, top)}<c:delete val="1"/><c:axPos val="t"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="autoZero"/>'
        '<c:crossBetween val="between"/></c:valAx>'
    )
    return _chart_space(plot, inner, lang)


@dataclass(frozen=True)
class Dots:
    """A series of points over both axes. joined: a line runs through them; symbol: '' for none."""

    name: str
    named_at: str
    x: Column
    y: Column
    colour: str
    labels: dict[int, Label]
    line: str
    symbol: str = ""
    hollow: bool = False
    errors: Errors | None = None

    def marks(self) -> list[tuple[str, int, bool]]:
        """Look and size of the marks, and which carries labels and lines. LibreOffice fills every mark and lays the
        first on top, so a hollow one has a smaller mark of paper before it, which no other program shows.
        """
        if not self.hollow:
            return [(filled(self.colour) + line(self.colour, 0.75), 11, True)]
        return [(filled(PAPER) + line(PAPER, 0.75), 6, False), (EMPTY + line(self.colour, 2.25), 11, True)]


@dataclass(frozen=True)
class Axis:
    """What an axis shows, how far its numbers stand apart, and its words."""

    first: float
    last: float
    step: float
    pattern: str
    title: str = ""


def scatter_chart(
    series: Sequence[Dots], across: Axis, upward: Axis, *, inner: tuple[float, float, float, float], lang: str
) -> str:
    """Points over two axes; `inner` as in bar_chart."""
    written, number = "", 0
    # LibreOffice leaves out a series that stands before a longer one.
    for each in sorted(series, key=lambda each: -len(each.x.values)):
        for look, size, is_whole in each.marks():
            marker = (
                f'<c:marker><c:symbol val="{each.symbol}"/><c:size val="{size}"/><c:spPr>{look}</c:spPr></c:marker>'
                if each.symbol
                else '<c:marker><c:symbol val="none"/></c:marker>'
            )
            said = _labels(each.labels, lang) + (each.errors.xml("y") if each.errors else "")
            written += (
                f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>{_name(each.name, each.named_at)}'
                f"<c:spPr>{each.line if is_whole else NO_LINE}</c:spPr>{marker}{said if is_whole else ''}"
                f"<c:xVal>{_numbers(each.x)}</c:xVal><c:yVal>{_numbers(each.y)}</c:yVal>"
                '<c:smooth val="0"/></c:ser>'
            )
            number += 1
    plot = (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{written}'
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        f"{_value_axis(1, 2, 'b', across, '', line(INK, 1), lang)}"
        f"{_value_axis(2, 1, 'l', upward, f'<c:majorGridlines><c:spPr>{line(FAINT, 0.75)}</c:spPr></c:majorGridlines>', NO_LINE, lang)}"  # noqa: E501
    )
    return _chart_space(plot, inner, lang)


def _value_axis(own: int, other: int, at: str, axis: Axis, grid: str, look: str, lang: str) -> str:
    turned = -5_400_000 if at == "l" else 0
    title = (
        f'<c:title>{_rich([[(axis.title, False)]], lang, QUIET, "ctr", turned)}<c:overlay val="0"/></c:title>'
        if axis.title
        else ""
    )
    return (
        f'<c:valAx><c:axId val="{own}"/>{_scaling(axis.first, axis.last)}<c:delete val="0"/><c:axPos val="{at}"/>{grid}'
        f'{title}<c:numFmt formatCode={quoteattr(axis.pattern)} sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{look}</c:spPr>{_text_look(lang)}'
        f'<c:crossAx val="{other}"/><c:crosses val="min"/><c:crossBetween val="midCat"/>'
        f'<c:majorUnit val="{axis.step:.17g}"/></c:valAx>'
    )


def _scaling(first: float, last: float) -> str:
    ends = f'<c:max val="{last:.17g}"/><c:min val="{first:.17g}"/>'
    return f'<c:scaling><c:orientation val="minMax"/>{ends}</c:scaling>'


def _chart_space(plot: str, inner: tuple[float, float, float, float], lang: str) -> str:
    place = "".join(f'<c:{name} val="{share:.6f}"/>' for name, share in zip("xywh", inner, strict=True))
    layout = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{place}</c:manualLayout></c:layout>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {NAMESPACES}>'
        f'<c:date1904 val="0"/><c:lang val="{lang}"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f'<c:plotArea>{layout}{plot}</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr>{EMPTY}{NO_LINE}</c:spPr>{_text_look(lang)}</c:chartSpace>"
    )
