"""Is a new chart its SQL, its file and its words in three languages, and nothing else?

The example of CONTRIBUTING.md is added to a copy of the tree by its recipe alone, and must then stand on a page of the
menu, on a page of its own, in a deck and in every export.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
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
NAME = "complaints_of_year"
RECIPE = (ROOT / "CONTRIBUTING.md").read_text("utf8").partition("\n## Add a chart\n")[2].partition("\n## ")[0]
EXAMPLE = dict(re.findall(r"^`([^`\n]+)`\n\n```\w+\n(.*?)^```$", RECIPE, re.M | re.S))
WORDS = {
    language: tomllib.loads(EXAMPLE.get(f"components/locales/{language}/{NAME}.toml", "")) for language in LANGUAGES
}
# What a user of the copy does: take the chart away in every form, open a page of the menu and the chart's own.
USE = """
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from components.chart import View
from components.deck import Card, Deck
from components.take_away import FORMS, defer_file
from components.exports.chromium import close

name, folder = sys.argv[1], Path(sys.argv[2])
deck = Deck((Card(View(name, {"country": "KZ"})), Card(View(name, {"country": "KZ", "year": "2013"}))))
for form in FORMS:
    if not form.needs_chromium or sys.argv[3] == "chromium":
        (folder / f"deck.{form.ending}").write_bytes(defer_file(form, deck, "kk")())
close()
shown = {}
for page, chosen in (("compare", {}), ("chart", {"chart": name, "year": "2013"})):
    app = AppTest.from_file("app.py", default_timeout=300)
    app.query_params.update({"country": "KZ", "language": "ru", **chosen})
    app.switch_page(f"components/pages/{page}.py")
    app.run()
    charts = [each.proto for each in app.get("plotly_chart") if "chart_" in each.proto.id]
    address = {each: "".join(app.query_params[each]) for each in chosen}
    shown[page] = [[error.value for error in app.exception], [chart.alt for chart in charts], address]
print(json.dumps(shown))
"""


@pytest.fixture(scope="module")
def used(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder with the exports of the example, and what each page shows: its errors, alt texts and address."""
    copy, folder = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("exports")
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", copy)
    for path, content in EXAMPLE.items():
        (copy / path).write_text(content, "utf8")
    [line] = re.findall(r"`(show\(blocks\.answer\(.*?\)\))`", RECIPE)
    with (copy / "components" / "pages" / "compare.py").open("a", encoding="utf8") as page:
        page.write(line.replace("<name>", NAME) + "\n")
    environment = {**os.environ, "TCP_STORE": str(store.path), "PYTHONPATH": str(copy)}
    command = [sys.executable, "-c", USE, NAME, str(folder), "chromium" if find_chromium() else ""]
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return folder, json.loads(run.stdout.splitlines()[-1])


def expect(language: str, year: str) -> re.Pattern[str]:
    """The finding, whatever the number of counts."""
    finding = WORDS[language]["finding"][NAME].format(year=year, n="§")
    return re.compile(re.escape(finding).replace("§", r"\d+"))


def test_the_recipe_names_every_file_of_its_example():
    named = re.findall(r"^\| `([^`]+)` \|", RECIPE, re.M)
    paths = [path.replace("{en,ru,kk}", language) for path in named for language in LANGUAGES]
    assert {path.replace("<name>", NAME) for path in paths} == set(EXAMPLE)
    others = set(re.findall(r"`((?:tests|components)/[\w/]+(?:\.\w+)?)`", RECIPE)) - set(EXAMPLE)
    assert [path for path in others if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "-"], ["ruff", "format", "--check", "-"], ["sqlfluff", "lint", "-", "--dialect", "duckdb"]],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_example_passes_lint(command):
    [source] = [own for path, own in EXAMPLE.items() if path.endswith(".sql" if command[0] == "sqlfluff" else ".py")]
    run = subprocess.run(
        [sys.executable, "-m", *command], input=source, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_it_stands_on_a_page_of_the_menu_by_the_line_of_the_recipe(used):
    errors, alts, _ = used[1]["compare"]
    assert errors == []
    assert any(expect("ru", "2012").fullmatch(alt) for alt in alts)


def test_it_stands_on_its_own_page_with_its_finding_and_its_choice_in_the_address(used):
    errors, alts, address = used[1]["chart"]
    assert errors == []
    assert [bool(expect("ru", "2013").fullmatch(alt)) for alt in alts] == [True]
    assert address == {"chart": NAME, "year": "2013"}


def test_it_stands_in_a_deck_of_slides_with_its_numbers_in_a_workbook(used):
    deck = Presentation(used[0] / "deck.pptx")
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert any(expect("kk", "2012").match(title) for title in titles)
    assert any(expect("kk", "2013").match(title) for title in titles)
    assert any(shape.has_chart for slide in deck.slides for shape in slide.shapes)
    method = WORDS["kk"]["method"]["one_year"].replace("**", "")
    assert method in deck.slides[0].notes_slide.notes_text_frame.text


def test_it_stands_in_every_other_export(used):
    folder = used[0]
    words = " ".join(each.extract_text() for each in pypdf.PdfReader(folder / "deck.pdf").pages)
    assert "2012" in words
    html = (folder / "deck.html").read_text("utf8")
    assert all(expect(language, year).search(html) for language in LANGUAGES for year in ("2012", "2013"))
    with zipfile.ZipFile(folder / "deck.zip") as archive:
        readme = archive.read(f"01_{NAME}_KZ/README.txt").decode("utf-8-sig")
        described = json.loads(archive.read("datapackage.json"))
    assert expect("kk", "2012").search(readme)
    assert WORDS["kk"]["cite"][f"chart.{NAME}"] in readme
    assert described["resources"][0]["schema"]["primaryKey"] == ["figure_id"]
    if find_chromium():
        with zipfile.ZipFile(BytesIO((folder / "deck.pictures.zip").read_bytes())) as pictures:
            assert all(name.startswith((f"01_{NAME}_", f"02_{NAME}_")) for name in pictures.namelist())


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
