"""Are the recipes of CONTRIBUTING.md enough for a question, a page and a language? They are done to a copy of the tree.

A chart is test_adding_a_chart.py. Of the other recipes every file that they name must exist.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.places import LANGUAGES
from data.store import Store

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf8")
RECIPES = {
    heading.lower(): text for heading, text in re.findall(r"^## (Add an? [\w ]+)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
}
# Of the languages that nobody has written yet.
NEW = next(code for code in ("de", "fr", "tr") if code not in LANGUAGES)
CODE = ("components", "queries", "data", "static", ".streamlit")
# In the copy: one question asked, one page shown in a language that nobody has yet, and that language in two files.
USE = """
import json, sys
from streamlit.testing.v1 import AppTest
from components.deck import Deck, seven
from components.take_away import FORMS, defer_file
from data import datasets
from data.store import open_store

datasets.load()
asked = open_store().ask("documents_of_year", country="KZ")
app = AppTest.from_file("app.py", default_timeout=300)
app.query_params.update({"country": "KZ", "language": sys.argv[1]})
app.switch_page("components/pages/planted.py")
app.run()
charts = [each.proto.alt for each in app.get("plotly_chart") if "chart_" in each.proto.id]
deck = Deck(seven().cards[:1])
made = {form.code: len(defer_file(form, deck, sys.argv[1])()) for form in FORMS if form.code in {"pptx", "html"}}
shown = {"errors": [error.value for error in app.exception], "title": [each.value for each in app.title]}
print(json.dumps(shown | {"charts": charts, "columns": list(asked), "rows": len(asked), "made": made}))
"""


def list_files(recipe: str) -> list[str]:
    """The files in the first column of a recipe's table, or in its second where the first says what for."""
    rows = re.findall(r"^\| (.+) \|$", RECIPES[recipe], re.M)
    cells = [cell for row in rows for cell in row.split(" | ")]
    return [path for cell in cells for path in re.findall(r"`([\w./{},<>-]+/[\w./{},<>-]*|\w+\.(?:py|md))`", cell)]


def expand(path: str) -> list[str]:
    """`a/{en,ru}/b` is two paths; of a path with a gap the folder above it is meant."""
    braces = re.search(r"\{([^}]+)\}", path)
    if braces:
        return [each for word in braces[1].split(",") for each in expand(path.replace(braces[0], word, 1))]
    return [path.partition("<")[0].rpartition("/")[0] if "<" in path else path]


def test_there_is_a_recipe_for_each_thing_that_one_adds():
    things = ("chart", "question", "export", "page", "figure", "source", "language", "upload rule")
    assert set(RECIPES) == {f"add {'an' if each[0] in 'aeu' else 'a'} {each}" for each in things}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_file_that_a_recipe_needs_exists(recipe):
    files = [each for path in list_files(recipe) for each in expand(path)]
    assert len(files) > 0
    assert [path for path in files if not (ROOT / path).exists()] == []


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf8")
    assert old in text, f"{path.name}: {old}"
    path.write_text(text.replace(old, new, 1), "utf8")


def add_question(copy: Path) -> None:
    """By «Add a question»: its example, as it stands there."""
    [(path, sql)] = re.findall(r"^`([^`\n]+)`\n\n```sql\n(.*?)^```$", RECIPES["add a question"], re.M | re.S)
    (copy / path).write_text(sql, "utf8")


def add_page(copy: Path) -> None:
    """By «Add a page»: a script, its name in the menu, its words."""
    script = "import streamlit as st\n\nfrom components import blocks\nfrom components.chart_panel import show\n"
    script += "from components.filters import reader\n\nwho = reader()\n"
    script += 'st.title(who.text("page.planted"), anchor=False)\nshow(blocks.answer(who, "coverage"))\n'
    (copy / "components" / "pages" / "planted.py").write_text(script, "utf8")
    change(copy / "app.py", '    "versions",\n', '    "versions",\n    "planted",\n')
    for language in LANGUAGES:
        app = copy / "components" / "locales" / language / "app.toml"
        change(app, "\n[page]\n", '\n[page]\nplanted = "Planted"\n')


def add_language(copy: Path) -> None:
    """By «Add a language»: the rows of its table, and step 1."""
    locales = copy / "components" / "locales"
    for language in LANGUAGES:
        change(locales / language / "app.toml", "\n[language]\n", f'\n[language]\n{NEW} = "{NEW.upper()}"\n')
    shutil.copytree(locales / "en", locales / NEW)
    for name in ("notes.csv", "sources.csv"):
        shutil.copy(locales / "ru" / name, locales / NEW / name)
    change(copy / "data" / "places.py", '"kk"', f'"kk", "{NEW}"')
    change(
        copy / "components/exports/slides/drawing_ml.py",
        "LANGUAGE = {",
        f'LANGUAGE = {{"{NEW}": "{NEW}-{NEW.upper()}", ',
    )


@pytest.fixture(scope="module")
def used(store: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the copy says, asks and makes after the three recipes."""
    copy = tmp_path_factory.mktemp("copy")
    for name in CODE:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", copy)
    for add in (add_question, add_page, add_language):
        add(copy)
    (copy / "use.py").write_text(USE, "utf8")
    environment = {**os.environ, "TCP_STORE": str(store.path), "PYTHONPATH": str(copy)}
    command = [sys.executable, "use.py", NEW]
    run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-3000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_a_question_is_its_file_and_is_answered(used):
    assert used["columns"] == ["source_id", "publisher", "figures"]
    assert used["rows"] > 0


def test_the_example_of_a_question_passes_lint():
    [sql] = re.findall(r"^```sql\n(.*?)^```$", RECIPES["add a question"], re.M | re.S)
    command = [sys.executable, "-m", "sqlfluff", "lint", "-", "--dialect", "duckdb"]
    run = subprocess.run(command, input=sql, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_a_page_is_its_script_its_place_in_the_menu_and_its_words(used):
    assert used["errors"] == []
    assert used["title"] == ["Planted"]
    assert len(used["charts"]) == 1


def test_a_language_is_its_folder_and_its_code_and_everything_speaks_it(used):
    assert used["made"].keys() == {"pptx", "html"}
    assert min(used["made"].values()) > 10_000


def test_the_languages_are_listed_once():
    lists = [
        path.relative_to(ROOT).as_posix()
        for folder in ("components", "data", "queries")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"[(\[]\s*\"en\",\s*\"ru\",\s*\"kk\"", path.read_text("utf8"))
    ]
    assert lists == ["data/places.py"]


def test_the_notes_that_a_language_translates_are_those_of_the_others():
    def read(language: str, name: str) -> set[str]:
        with (ROOT / "components" / "locales" / language / name).open(encoding="utf8", newline="") as file:
            return {row["en"] for row in csv.DictReader(file)}

    others = [language for language in LANGUAGES if language != "en"]
    for name in ("notes.csv", "sources.csv"):
        assert len({frozenset(read(language, name)) for language in others}) == 1
