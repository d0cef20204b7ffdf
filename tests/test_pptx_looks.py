"""Does LibreOffice show every slide as it was made: nothing cut, nothing lost, no letter of another font?

The Kazakh deck, whose words are the longest; `long`: all others, converted in one go.
"""

import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.slides import charts_of, content, flat, opened

SOFFICE = os.environ.get("SOFFICE") or shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = pytest.mark.skipif(not SOFFICE, reason="no LibreOffice on this machine: tests/libreoffice.sh installs it")
USUAL, OTHERS = [("kk", False)], [("en", False), ("ru", False), ("en", True)]
BOTH = pytest.mark.parametrize(
    ("language", "others"), [*USUAL, *(pytest.param(*deck, marks=pytest.mark.long) for deck in OTHERS)]
)


@dataclass(frozen=True)
class Shown:
    """A page of the PDF: its words, the fonts of its letters, and the letters that reach over its edge."""

    words: str
    fonts: frozenset[str]
    cut: str


Convert = Callable[[str, bool], list[Shown]]


@pytest.fixture(scope="module")
def convert(store: Any, tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """The pages of a deck, as LibreOffice shows them, converted with those that go with it."""
    done: dict[tuple[str, bool], list[Shown]] = {}

    def find(language: str, others: bool) -> list[Shown]:
        if (language, others) not in done:
            done.update(_converted(USUAL if (language, others) in USUAL else OTHERS, tmp_path_factory.mktemp("slides")))
        return done[language, others]

    return find


@pytest.fixture
def shown(convert: Convert, language: str, others: bool) -> list[Shown]:
    """The pages of the deck."""
    return convert(language, others)


def _converted(decks: list[tuple[str, bool]], folder: Path) -> dict[tuple[str, bool], list[Shown]]:
    files = {deck: folder / f"{deck[0]}{'_others' if deck[1] else ''}.pptx" for deck in decks}
    for deck, file in files.items():
        file.write_bytes(content(*deck))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files.values())], check=True, capture_output=True, timeout=900)
    return {deck: list(_pages(file.with_suffix(".pdf"))) for deck, file in files.items()}


def _pages(file: Path) -> Iterator[Shown]:
    document = pypdfium2.PdfDocument(file)
    for page in document:
        text = page.get_textpage()
        wide, high = page.get_size()
        letters = text.get_text_range()
        cut = ""
        for place in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(place)
            if left < 0 or bottom < 0 or right > wide or top > high:
                cut += text.get_text_range(place, 1)
        yield Shown(letters, frozenset(_fonts(page)), cut)


def _fonts(page: Any) -> Iterator[str]:
    for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        font = pdfium.FPDFTextObj_GetFont(each.raw)
        room = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
        name = ctypes.create_string_buffer(room)
        pdfium.FPDFFont_GetBaseFontName(font, name, room)
        yield name.value.decode().rpartition("+")[2]


def even(words: str) -> str:
    """Without spaces, and without the hyphens that the reader of a PDF takes for the end of a line."""
    return re.sub(r"[-\u00ad\x02\ufffe]", "", flat(words))


@BOTH
def test_every_slide_is_a_page(shown, language, others):
    assert len(shown) == len(opened(language, others).slides)


@BOTH
def test_every_letter_is_of_the_font_that_is_as_wide_as_arial(shown, language, others):
    found = frozenset().union(*(page.fonts for page in shown))
    assert found == {"LiberationSans", "LiberationSans-Bold"}


@BOTH
def test_every_word_of_a_slide_stands_on_its_page(shown, language, others):
    for slide, page in zip(opened(language, others).slides, shown, strict=True):
        on_page = even(page.words)
        for shape in slide.shapes:
            if shape.has_text_frame:
                for paragraph in shape.text_frame.paragraphs:
                    assert even(paragraph.text) in on_page


@BOTH
def test_every_label_of_a_chart_stands_on_its_page(shown, language, others):
    looked_at = 0
    for chart in charts_of(language, others):
        on_page = even(shown[chart.slide - 1].words)
        for label in (label for series in chart.series for label in series.labels.values()):
            assert [line for line in label.split("\n") if even(line) not in on_page] == []
            looked_at += 1
    assert looked_at > 40


@BOTH
def test_no_letter_is_cut_by_the_edge(shown, language, others):
    assert [page.cut for page in shown if page.cut.strip()] == []
