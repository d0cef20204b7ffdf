"""Is a new chart its SQL, its file and its words in three languages, and nothing else?

A toy chart is added to a copy of the tree, and must then stand on a page, in a deck and in every export.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from pptx import Presentation

from components.charts import CHARTS
from components.exports.chromium import find_chromium
from components.text import LANGUAGES
from components.theme import KIND
from data.store import Store

ROOT = Path(__file__).parent.parent
CODE = ("components", "queries", "data", "static", ".streamlit")
SQL = """\
-- question: Which complaints were counted for one year?
-- inputs:   counts
-- grain:    figure_id
-- params:   country      varchar            country code (ISO 3166-1 alpha-2)
--           year         integer = 2012     the calendar year
-- columns:  kind           official, ngo, international or media
--           compiler       who counted
--           stage          the stage counted
--           unit           what was counted
--           low            lowest value
--           high           highest value
--           qualifier      how the source put it
--           period_start   first day counted
--           period_end     last day counted
--           period_kind    counted, window_inferred
--           confidence     primary, secondary, press
--           country        country code
--           scope          coverage
--           scope_detail   which event or part
--           figure_id      the figure
select
    kind, compiler, stage, unit, low, high, qualifier, period_start, period_end, period_kind, confidence, country,
    scope, scope_detail, figure_id
from counts
where country = $country and year(period_start) = $year and stage = 'complaint' and scope = 'all' and unit != 'percent'
order by figure_id
"""
CHART = '''\
"""Which complaints were counted for one year?"""

from components.chart import Ask, Block, Chart, Choice, Reader
from components.charts.shared import counts
from components.drawing.model import Panel, Rows


def build(reader: Reader, ask: Ask, year: str) -> Block | None:
    text = reader.text
    frame = ask("toy", country=reader.country, year=year)
    if frame.empty:
        return None
    rows = frame.to_dict("records")
    return counts.build_block(
        reader,
        frame,
        question="toy",
        finding=text("finding.toy", n=len(frame), year=year),
        drawing=Rows([Panel(counts.title_compiler(row, text), [counts.draw_mark(row, text, year)]) for row in rows]),
        caveats=[text("caveat.not_added")],
    )


CHART = Chart("toy", build, method=("toy",), choices={"year": Choice(frozenset({"2012", "2013"}), "2012")})
'''
FINDING = {
    "en": "Complaints of {year}, counts known: {n}.",
    "ru": "Жалобы за {year} год, известно чисел: {n}.",
    "kk": "{year} жылғы шағымдар, белгілі сандар: {n}.",
}
METHOD = {"en": "A toy.", "ru": "Пример.", "kk": "Мысал."}
WORDS = """\
[finding]
toy = "{finding}"

[method]
toy = "**Toy.** {method}"

[brief]
method_toy = "{method}"

[cite]
"chart.toy" = "Toy"
"""
# What a user of the copy does: open the chart on its page, and take it away in every form and language.
USE = """
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from components.chart import View
from components.deck import Card, Deck
from components.take_away import FORMS, defer_file
from components.exports.chromium import close

folder = Path(sys.argv[1])
deck = Deck((Card(View("toy", {"country": "KZ"})), Card(View("toy", {"country": "KZ", "year": "2013"}))))
for form in FORMS:
    if not form.needs_chromium or sys.argv[2] == "chromium":
        (folder / f"deck.{form.ending}").write_bytes(defer_file(form, deck, "kk")())
close()
app = AppTest.from_file("app.py", default_timeout=300)
app.query_params.update({"chart": "toy", "country": "KZ", "language": "ru", "year": "2013"})
app.switch_page("components/pages/chart.py")
app.run()
charts = [each for each in app.get("plotly_chart") if "chart_" in each.proto.id]
address = {name: "".join(app.query_params[name]) for name in ("chart", "year")}
print(json.dumps([[error.value for error in app.exception], [each.proto.alt for each in charts], address]))
"""


@pytest.fixture(scope="module")
def page(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The folder with the toy chart's exports, and what its page shows."""
    copy, folder = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("exports")
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", copy)
    (copy / "queries" / "questions" / "toy.sql").write_text(SQL, "utf8")
    (copy / "components" / "charts" / "toy.py").write_text(CHART, "utf8")
    for language in LANGUAGES:
        words = WORDS.format(finding=FINDING[language], method=METHOD[language])
        (copy / "components" / "locales" / language / "toy.toml").write_text(words, "utf8")
    environment = {**os.environ, "TCP_STORE": str(store.path), "PYTHONPATH": str(copy)}
    command = [sys.executable, "-c", USE, str(folder), "chromium" if find_chromium() else ""]
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return folder, json.loads(run.stdout.splitlines()[-1])


def expect(language: str, year: str) -> re.Pattern[str]:
    """The finding, whatever the number of counts."""
    return re.compile(re.escape(FINDING[language].format(year=year, n="§")).replace("§", r"\d+"))


def test_it_stands_on_its_page_with_its_finding_and_its_choice_in_the_address(page):
    errors, findings, address = page[1]
    assert errors == []
    assert [bool(expect("ru", "2013").fullmatch(finding)) for finding in findings] == [True]
    assert address == {"chart": "toy", "year": "2013"}


def test_it_stands_in_a_deck_of_slides_with_its_numbers_in_a_workbook(page):
    deck = Presentation(page[0] / "deck.pptx")
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert any(expect("kk", "2012").match(title) for title in titles)
    assert any(expect("kk", "2013").match(title) for title in titles)
    assert any(shape.has_chart for slide in deck.slides for shape in slide.shapes)
    assert METHOD["kk"] in deck.slides[0].notes_slide.notes_text_frame.text


def test_it_stands_in_every_other_export(page):
    folder = page[0]
    words = " ".join(each.extract_text() for each in pypdf.PdfReader(folder / "deck.pdf").pages)
    assert "2012" in words
    html = (folder / "deck.html").read_text("utf8")
    assert all(expect(language, year).search(html) for language in LANGUAGES for year in ("2012", "2013"))
    with zipfile.ZipFile(folder / "deck.zip") as archive:
        readme = archive.read("01_toy_KZ/README.txt").decode("utf-8-sig")
        described = json.loads(archive.read("datapackage.json"))
    assert expect("kk", "2012").search(readme)
    assert "Toy" in readme
    assert described["resources"][0]["schema"]["primaryKey"] == ["figure_id"]
    if find_chromium():
        with zipfile.ZipFile(BytesIO((folder / "deck.pictures.zip").read_bytes())) as pictures:
            assert {name.split("_")[1] for name in pictures.namelist()} == {"toy"}


def test_every_file_of_the_folder_is_a_chart_by_its_own_name():
    files = {path.stem for path in (ROOT / "components" / "charts").glob("*.py")} - {"__init__"}
    assert files == set(CHARTS) == {chart.name for chart in CHARTS.values()}


def test_the_choice_of_a_chart_is_a_known_code_by_default():
    for chart in CHARTS.values():
        for choice in chart.choices.values():
            if choice.default is not None:
                assert choice.read(choice.write(choice.default)) == choice.default


def test_a_kind_of_compiler_that_can_be_chosen_has_a_colour():
    assert CHARTS["ratio_by_country"].choices["kind"].codes == set(KIND)
