"""Charts that PowerPoint and LibreOffice can edit, as DrawingML.

Written here, since neither python-pptx nor XlsxWriter can write them: error bars out of cells with an open end, and
labels with several runs of type, each on a side of its own point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from components.exports.slides.drawing_ml import EMPTY, NO_LINE, SIZE, Line, fill, line, set_type
from components.exports.slides.sheets import Column
from components.theme import FAINT, INK, PAPER, QUIET

NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


# Words and numbers --------------------------------------------------------------------------


def _write_type(language: str) -> str:
    """The type of whatever has none of its own."""
    return (
        '<c:txPr><a:bodyPr rot="0" wrap="none"/><a:lstStyle/><a:p><a:pPr>'
        f'<a:defRPr sz="{SIZE * 100}" b="0">{set_type()}</a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="{language}"/></a:p></c:txPr>'
    )


def _write_rich(lines: Sequence[Line], language: str, colour: str, align: str, rotation: int = 0) -> str:
    paragraphs = ""
    for runs in lines:
        written = "".join(
            f'<a:r><a:rPr lang="{language}" sz="{SIZE * 100}" b="{int(bold)}">{set_type(colour)}</a:rPr>'
            f"<a:t>{escape(words)}</a:t></a:r>"
            for words, bold in runs
        )
        paragraphs += f'<a:p><a:pPr algn="{align}"><a:defRPr sz="{SIZE * 100}"/></a:pPr>{written}</a:p>'
    body = f'<a:bodyPr rot="{rotation}" wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/>'
    return f"<c:tx><c:rich>{body}<a:lstStyle/>{paragraphs}</c:rich></c:tx>"


def _show_values(shown: bool) -> str:
    names = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    return "".join(f'<c:show{name} val="{int(shown and name == "Val")}"/>' for name in names)


@dataclass(frozen=True)
class Label:
    """The direct label of a point: its lines, and on which side of the point they stand."""

    lines: Sequence[Line]
    side: str = "outEnd"
    colour: str = INK


def _write_labels(labels: dict[int, Label], language: str) -> str:
    if not labels:
        return ""
    each = "".join(
        f'<c:dLbl><c:idx val="{row}"/>'
        f"{_write_rich(label.lines, language, label.colour, 'l' if label.side != 't' else 'ctr')}"
        f'<c:dLblPos val="{label.side}"/>{_show_values(True)}</c:dLbl>'
        for row, label in sorted(labels.items())
    )
    look = f"<c:spPr>{EMPTY}{NO_LINE}</c:spPr>{_write_type(language)}"
    return f"<c:dLbls>{each}{look}{_show_values(False)}</c:dLbls>"


def _write_numbers(column: Column) -> str:
    points = "".join(
        f'<c:pt idx="{row}"><c:v>{value:.17g}</c:v></c:pt>'
        for row, value in enumerate(column.values)
        if isinstance(value, float)
    )
    cache = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(column.values)}"/>{points}'
    return f"<c:numRef><c:f>{escape(column.cells)}</c:f><c:numCache>{cache}</c:numCache></c:numRef>"


def _write_strings(reference: str, values: Sequence[object]) -> str:
    points = "".join(f'<c:pt idx="{row}"><c:v>{escape(str(value))}</c:v></c:pt>' for row, value in enumerate(values))
    cache = f'<c:ptCount val="{len(values)}"/>{points}'
    return f"<c:strRef><c:f>{escape(reference)}</c:f><c:strCache>{cache}</c:strCache></c:strRef>"


@dataclass(frozen=True)
class Errors:
    """Error bars out of cells: how far down and how far up. `arrow`: the upper side is unknown, its end is open."""

    down: Column | None
    up: Column | None
    colour: str
    arrow: bool = False

    def write(self, direction: str = "") -> str:
        """Write the error bars of one series; `direction`: x or y, where a chart has both."""
        sides = "both" if self.down and self.up else "plus" if self.up else "minus"
        given = {"plus": self.up, "minus": self.down}
        values = "".join(f"<c:{side}>{_write_numbers(column)}</c:{side}>" for side, column in given.items() if column)
        head = f'<c:errDir val="{direction}"/>' if direction else ""
        head += f'<c:errBarType val="{sides}"/><c:errValType val="cust"/>'
        # A cap says «here it ends»: none where it does not.
        cap = f'<c:noEndCap val="{int(self.arrow or not self.up)}"/>'
        look = line(self.colour, 2, dash="sysDash" if self.arrow else "solid", arrow=self.arrow)
        return f"<c:errBars>{head}{cap}{values}<c:spPr>{look}</c:spPr></c:errBars>"


# Bars ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bars:
    """A series of bars. looks: the fill and the outline of each row that has a bar."""

    values: Column
    looks: dict[int, str]
    errors: Errors | None = None
    labels: dict[int, Label] = field(default_factory=dict)

    def write(self, number: int, places: Column, language: str) -> str:
        """Write the series, the number so many of its chart."""
        points = "".join(
            f'<c:dPt><c:idx val="{row}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
            f"<c:spPr>{look}</c:spPr></c:dPt>"
            for row, look in sorted(self.looks.items())
        )
        return (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
            f"<c:tx>{_write_strings(self.values.head, [self.values.heading])}</c:tx>"
            f'<c:spPr>{EMPTY}{NO_LINE}</c:spPr><c:invertIfNegative val="0"/>{points}'
            f"{_write_labels(self.labels, language)}{self.errors.write() if self.errors else ''}"
            f"<c:cat>{_write_strings(places.cells, places.values)}</c:cat>"
            f"<c:val>{_write_numbers(self.values)}</c:val></c:ser>"
        )


def write_bar_chart(
    places: Column,
    series: Sequence[Bars],
    *,
    inner: tuple[float, float, float, float],
    top: float,
    gap: int,
    language: str,
    has_places: bool,
) -> str:
    """Write horizontal bars from zero, the first row on top; series lie over each other.

    inner: x, y, width and height of the bars' own area, as shares of the chart; top: the end of the axis; gap: between
    rows, in per cent of a bar; has_places: the rows' places are written beside them.
    """
    written = "".join(each.write(number, places, language) for number, each in enumerate(series))
    plot = (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{written}<c:gapWidth val="{gap}"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"low" if has_places else "none"}"/>'
        f'<c:spPr>{line(INK, 1)}</c:spPr>{_write_type(language)}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="2"/>{_write_scaling(0, top)}<c:delete val="1"/><c:axPos val="t"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="autoZero"/>'
        '<c:crossBetween val="between"/></c:valAx>'
    )
    return _write_chart_space(plot, inner, language)


# Points -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dots:
    """A series of points over both axes. line: what runs through them; symbol: '' for none."""

    name: str
    named_at: str
    x: Column
    y: Column
    colour: str
    labels: dict[int, Label]
    line: str
    symbol: str = ""
    is_hollow: bool = False
    errors: Errors | None = None

    @property
    def layers(self) -> list[tuple[str, int, bool]]:
        """Look and size of the marks, and which carries labels and lines. LibreOffice fills every mark and lays the
        first on top, so a hollow one has a smaller mark of paper before it, which no other program shows.
        """
        if not self.is_hollow:
            return [(fill(self.colour) + line(self.colour, 0.75), 11, True)]
        return [(fill(PAPER) + line(PAPER, 0.75), 6, False), (EMPTY + line(self.colour, 2.25), 11, True)]

    def write(self, number: int, layer: tuple[str, int, bool], language: str) -> str:
        """Write one layer of the series, the number so many of its chart."""
        look, size, is_whole = layer
        marker = '<c:symbol val="none"/>'
        if self.symbol:
            marker = f'<c:symbol val="{self.symbol}"/><c:size val="{size}"/><c:spPr>{look}</c:spPr>'
        more = _write_labels(self.labels, language) + (self.errors.write("y") if self.errors else "")
        return (
            f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
            f"<c:tx>{_write_strings(self.named_at, [self.name])}</c:tx>"
            f"<c:spPr>{self.line if is_whole else NO_LINE}</c:spPr><c:marker>{marker}</c:marker>"
            f"{more if is_whole else ''}<c:xVal>{_write_numbers(self.x)}</c:xVal>"
            f'<c:yVal>{_write_numbers(self.y)}</c:yVal><c:smooth val="0"/></c:ser>'
        )


@dataclass(frozen=True)
class ValueAxis:
    """What an axis shows, how far its numbers stand apart, and its words."""

    first: float
    last: float
    step: float
    pattern: str
    title: str = ""


def write_scatter_chart(
    series: Sequence[Dots],
    across: ValueAxis,
    upward: ValueAxis,
    *,
    inner: tuple[float, float, float, float],
    language: str,
) -> str:
    """Write points over two axes; `inner` as in write_bar_chart."""
    # LibreOffice leaves out a series that stands before a longer one.
    ordered = sorted(series, key=lambda each: -len(each.x.values))
    layers = [(each, layer) for each in ordered for layer in each.layers]
    written = "".join(each.write(number, layer, language) for number, (each, layer) in enumerate(layers))
    grid = f"<c:majorGridlines><c:spPr>{line(FAINT, 0.75)}</c:spPr></c:majorGridlines>"
    plot = (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{written}'
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        f"{_write_value_axis(1, 2, 'b', across, '', line(INK, 1), language)}"
        f"{_write_value_axis(2, 1, 'l', upward, grid, NO_LINE, language)}"
    )
    return _write_chart_space(plot, inner, language)


def _write_value_axis(own: int, other: int, at: str, axis: ValueAxis, grid: str, look: str, language: str) -> str:
    turned = -5_400_000 if at == "l" else 0
    title = ""
    if axis.title:
        words = _write_rich([[(axis.title, False)]], language, QUIET, "ctr", turned)
        title = f'<c:title>{words}<c:overlay val="0"/></c:title>'
    return (
        f'<c:valAx><c:axId val="{own}"/>{_write_scaling(axis.first, axis.last)}<c:delete val="0"/>'
        f'<c:axPos val="{at}"/>{grid}'
        f'{title}<c:numFmt formatCode={quoteattr(axis.pattern)} sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{look}</c:spPr>{_write_type(language)}'
        f'<c:crossAx val="{other}"/><c:crosses val="min"/><c:crossBetween val="midCat"/>'
        f'<c:majorUnit val="{axis.step:.17g}"/></c:valAx>'
    )


def _write_scaling(first: float, last: float) -> str:
    ends = f'<c:max val="{last:.17g}"/><c:min val="{first:.17g}"/>'
    return f'<c:scaling><c:orientation val="minMax"/>{ends}</c:scaling>'


def _write_chart_space(plot: str, inner: tuple[float, float, float, float], language: str) -> str:
    place = "".join(f'<c:{name} val="{share:.6f}"/>' for name, share in zip("xywh", inner, strict=True))
    layout = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f"{place}</c:manualLayout></c:layout>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {NAMESPACES}>'
        f'<c:date1904 val="0"/><c:lang val="{language}"/><c:roundedCorners val="0"/><c:chart>'
        f'<c:autoTitleDeleted val="1"/><c:plotArea>{layout}{plot}</c:plotArea><c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:spPr>{EMPTY}{NO_LINE}</c:spPr>{_write_type(language)}</c:chartSpace>'
    )
