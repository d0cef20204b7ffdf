"""Can the colours be read: on paper, in grey, and by people who see fewer of them?

Contrast: WCAG 2.2, relative luminance. Lightness and difference: CIELAB under D65, CIEDE2000 (G. Sharma, W. Wu and
E. N. Dalal, Color Research and Application 30, 2005). Fewer colours: G. M. Machado, M. M. Oliveira and
L. A. F. Fernandes, IEEE Transactions on Visualization and Computer Graphics 15 (2009), matrices of severity 1.0.
"""

import math
import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from components import theme
from components.text import Text
from components.theme import BREAK, FAINT, INK, KIND, PAPER, QUIET, read_style_sheet

COMPONENTS = Path(__file__).parent.parent / "components"
MACHADO = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
PAIRS = list(combinations(KIND, 2))


def linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(colour: str) -> float:
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(light: tuple[float, float, float]) -> tuple[float, float, float]:
    matrix = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    xyz = [sum(m * part for m, part in zip(row, light, strict=True)) / w for row, w in zip(matrix, white, strict=True)]
    x, y, z = (v ** (1 / 3) if v > (6 / 29) ** 3 else v / (3 * (6 / 29) ** 2) + 4 / 29 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: str, eyes: str) -> tuple[float, float, float]:
    """A colour as such eyes see it, as light."""
    light = linear(colour)
    if eyes == "all three":
        return light
    return tuple(min(1, max(0, sum(m * part for m, part in zip(row, light, strict=True)))) for row in MACHADO[eyes])


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, other
    c_mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 if (a or b) else 0.0 for a, b in ((a1, b1), (a2, b2)))
    turn = h2 - h1
    if c1 * c2 == 0:
        turn = 0.0
    elif abs(turn) > 180:
        turn -= math.copysign(360, turn)
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn) / 2)
    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    h_mean = h1 + h2
    if c1 * c2 != 0:
        h_mean = (h1 + h2) / 2 if abs(h1 - h2) <= 180 else (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(h_mean - 30))
        + 0.24 * math.cos(math.radians(2 * h_mean))
        + 0.32 * math.cos(math.radians(3 * h_mean + 6))
        - 0.20 * math.cos(math.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    rotation = (
        -2
        * math.sqrt(c_mean**7 / (c_mean**7 + 25**7))
        * math.sin(math.radians(60 * math.exp(-(((h_mean - 275) / 25) ** 2))))
    )
    parts = d_l / s_l, d_c / s_c, d_h / s_h
    return math.sqrt(sum(part**2 for part in parts) + rotation * parts[1] * parts[2])


def test_the_difference_of_colours_equals_the_published_examples():
    # Sharma, Wu and Dalal 2005, table 1, pairs 1, 4, 10, 17, 25 and 34.
    examples = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 2.4900, -0.0010), (50, -2.4900, 0.0010), 7.1792),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    assert [round(ciede2000(one, other), 4) for one, other, _ in examples] == [expected for *_, expected in examples]


@pytest.mark.parametrize("kind", KIND)
def test_a_mark_stands_out_from_the_paper(kind):
    assert contrast(KIND[kind], PAPER) >= 3


def test_a_break_and_an_axis_stand_out_from_the_paper():
    assert contrast(BREAK, PAPER) >= 3
    assert contrast(INK, PAPER) >= 3


@pytest.mark.parametrize("colour", [INK, QUIET, BREAK])
def test_words_can_be_read_on_the_paper(colour):
    assert contrast(colour, PAPER) >= 4.5


def test_the_words_of_the_page_and_of_the_charts_share_their_colours():
    used = set(re.findall(r"[^-]color: (#[0-9a-f]{6})", read_style_sheet(COMPONENTS / "style.css")))
    assert used == {INK, QUIET}


# A colour as style sheets, scripts and code write it; not a character reference (&#8211;).
LITERAL = re.compile(
    r"(?<![&\w])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\brgba?\(\d|\bhsla?\("
    r"|(?:color|background|fill|stroke)\w*[\"']?\s*[:=]\s*[\"']?(?:white|black|red|gr[ae]y|blue|green|orange)\b"
)
ENDINGS = {".py", ".css", ".js", ".html", ".typ", ".toml"}


def literal_colours(root: Path) -> list[str]:
    """`file:line` of each colour that does not come from the theme."""
    paths = [path for path in root.rglob("*") if path.suffix in ENDINGS and path.name != "theme.toml"]
    return [
        f"{path.name}:{number}"
        for path in sorted(paths)
        for number, line in enumerate(path.read_text("utf8").splitlines(), 1)
        if LITERAL.search(line)
    ]


def test_no_colour_stands_anywhere_but_in_the_theme():
    assert literal_colours(COMPONENTS) == []
    assert LITERAL.search((COMPONENTS.parent / "app.py").read_text("utf8")) is None


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("chart.py", 'marker={"color": "#1a1f27"}'),
        ("page.css", ".note { color: #abc; }"),
        ("page.css", ".note { background: white }"),
        ("picture.js", 'fill("rgba(255,255,255,0.5)")'),
        ("brief.typ", '#let ink = rgb("#1a1f27")'),
    ],
)
def test_a_planted_colour_is_caught(tmp_path, file, line):
    (tmp_path / file).write_text(f"first line\n{line}\n", "utf8")
    assert literal_colours(tmp_path) == [f"{file}:2"]


def test_what_the_framework_reads_by_itself_repeats_the_theme():
    own = tomllib.loads((COMPONENTS.parent / ".streamlit" / "config.toml").read_text("utf8"))["theme"]
    assert {name: value for name, value in own.items() if name.endswith("Color")} == {
        "primaryColor": KIND["official"],
        "backgroundColor": PAPER,
        "secondaryBackgroundColor": theme.COLOUR["shade"],
        "textColor": INK,
        "borderColor": FAINT,
    }


@pytest.mark.parametrize("file", ["style.css", "exports/page.css"])
def test_a_style_sheet_is_filled_from_the_theme_and_an_unknown_name_is_refused(tmp_path, file):
    assert "$" not in read_style_sheet(COMPONENTS / file)
    (tmp_path / "own.css").write_text("a { color: $colour_nobody_knows }", "utf8")
    with pytest.raises(KeyError):
        read_style_sheet(tmp_path / "own.css")


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_who_counted_can_be_told_in_grey(one, other):
    lightness = [lab(linear(KIND[kind]))[0] for kind in (one, other)]
    assert abs(lightness[0] - lightness[1]) >= 10


@pytest.mark.parametrize("eyes", ["all three", *MACHADO])
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_who_counted_can_be_told_by_those_who_see_fewer_colours(one, other, eyes):
    assert ciede2000(lab(seen(KIND[one], eyes)), lab(seen(KIND[other], eyes))) >= 15


def test_every_kind_of_compiler_has_a_colour_of_its_own():
    assert all(Text("en").has(f"kind.{kind}") for kind in KIND)
    assert len({*KIND.values(), BREAK, INK, FAINT}) == len(KIND) + 3


def test_a_tint_is_the_colour_thinned_out():
    assert theme.tint("#123f6d", 0.5) == "rgba(18,63,109,0.5)"
