"""Does each layer know only those below it? One way only: queries <- data <- components <- app.

A chart is frame and words to figure: no Streamlit, no store, no SQL in it. SQL lives in files.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = {"queries", "data", "components", "app", "serve", "tests", "bench"}
# What a folder must not import: of ours, and of what others wrote. The first pattern that fits a file holds.
FORBIDDEN = {
    "queries/**/*.py": OURS - {"queries"} | {"streamlit", "plotly"},
    "data/**/*.py": OURS - {"queries", "data"} | {"streamlit", "plotly"},
    "components/charts/**/*.py": OURS - {"components", "queries"} | {"streamlit", "duckdb"},
    "components/exports/**/*.py": OURS - {"components", "queries"} | {"streamlit", "duckdb"},
    "components/**/*.py": {"app", "serve", "tests", "bench"},
    "app.py": {"serve", "tests", "bench"},
    "serve.py": {"tests", "bench"},
}
STATEMENT = re.compile(r"\bselect\b.+\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bcreate\s+table\b", re.I | re.S)


def modules(source: str, package: str = "") -> set[str]:
    """Modules that a file imports, wherever in it, by their full names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*parts, *([node.module] if node.module else [])])
            found |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "import_module",
            "__import__",
        }:
            found |= {ast.unparse(node.args[0]).strip("f'\"") if node.args else ""}
    return found


def roots(source: str, package: str = "") -> set[str]:
    """The first names of those modules."""
    return {name.split(".")[0] for name in modules(source, package)}


def files(root: Path, pattern: str) -> list[Path]:
    return sorted(path for path in root.glob(pattern) if "__pycache__" not in path.parts)


def wrong_imports(root: Path) -> list[str]:
    """`file imports module`, for each that its layer forbids."""
    found = []
    for pattern, forbidden in FORBIDDEN.items():
        for path in files(root, pattern):
            package = ".".join(path.relative_to(root).parent.parts)
            for name in sorted(roots(path.read_text("utf8"), package) & forbidden):
                found.append(f"{path.relative_to(root).as_posix()} imports {name}")
    return sorted(set(found))


def leans_on(root: Path, pattern: str) -> dict[str, set[str]]:
    """For each file: the first names of all that it brings in, through other files of ours too."""

    def reach(path: Path, seen: set[Path]) -> set[str]:
        seen.add(path)
        package = ".".join(path.relative_to(root).parent.parts)
        names = modules(path.read_text("utf8"), package)
        found = {name.split(".")[0] for name in names}
        for name in names:
            place = root.joinpath(*name.split("."))
            for other in (place.with_suffix(".py"), place / "__init__.py"):
                if other.is_file() and other not in seen:
                    found |= reach(other, seen)
        return found

    return {path.relative_to(root).as_posix(): reach(path, set()) for path in files(root, pattern)}


def statements_in_python(root: Path) -> list[str]:
    """`file:line`, for each string of the pages' code that holds SQL; a docstring may name the words."""
    found = []
    for path in [*files(root, "components/**/*.py"), *files(root, "app.py")]:
        tree = ast.parse(path.read_text("utf8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                text = ast.unparse(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                text = node.value
            else:
                continue
            if STATEMENT.search(text):
                found.append(f"{path.relative_to(root).as_posix()}:{node.lineno}")
    return sorted(set(found))


def test_each_layer_imports_only_those_below_it():
    assert wrong_imports(ROOT) == []


@pytest.mark.parametrize("folder", ["charts", "exports"])
def test_a_chart_and_an_export_need_no_app_and_no_store_even_through_others(folder):
    for file, reached in leans_on(ROOT, f"components/{folder}/**/*.py").items():
        assert not reached & {"streamlit", "duckdb", "data"}, file


def test_a_planted_way_round_is_caught(tmp_path):
    chart, helper = tmp_path / "components" / "charts" / "planted.py", tmp_path / "components" / "helper.py"
    chart.parent.mkdir(parents=True)
    chart.write_text("from components.helper import ask", "utf8")
    helper.write_text("import streamlit", "utf8")
    assert "streamlit" in leans_on(tmp_path, "components/charts/**/*.py")["components/charts/planted.py"]


def test_no_page_or_chart_holds_sql():
    assert statements_in_python(ROOT) == []


def test_there_is_something_to_look_at():
    looked_at = {pattern: len(files(ROOT, pattern)) for pattern in FORBIDDEN}
    assert looked_at["queries/**/*.py"] > 5
    assert looked_at["data/**/*.py"] > 2
    assert looked_at["components/**/*.py"] > 0


def test_every_query_is_a_file_of_a_known_folder():
    folders = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("queries/**/*.sql")}
    known = {"staging", "marts", "questions", "checks", "store_checks", "upload_checks"}
    assert folders <= {f"queries/{folder}" for folder in known}
    elsewhere = [path for folder in ("data", "components") for path in ROOT.glob(f"{folder}/**/*.sql")]
    assert elsewhere == []


@pytest.mark.parametrize(
    ("file", "line", "caught"),
    [
        ("queries/measures/planted.py", "from data import store", "data"),
        ("queries/measures/planted.py", "import components.text", "components"),
        ("queries/planted.py", "def f():\n    import streamlit", "streamlit"),
        ("queries/planted.py", "from importlib import import_module\nimport_module('data.store')", "data"),
        ("queries/measures/planted.py", "from ...data import store", "data"),
        ("data/planted.py", "from components.text import Text", "components"),
        ("data/planted.py", "import app", "app"),
        ("components/planted.py", "from app import main", "app"),
        ("components/pages/planted.py", "import app", "app"),
        ("components/charts/planted.py", "import streamlit as st", "streamlit"),
        ("components/charts/planted.py", "from data.store import open_store", "data"),
        ("components/charts/deeper/planted.py", "import duckdb", "duckdb"),
        ("components/exports/planted.py", "def f():\n    from streamlit import cache_data", "streamlit"),
        ("app.py", "from tests.conftest import given", "tests"),
    ],
)
def test_a_planted_import_is_caught(tmp_path, file, line, caught):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(line, "utf8")
    assert wrong_imports(tmp_path) == [f"{file} imports {caught}"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("components/pages/planted.py", "import streamlit as st\nfrom components.text import Text\nimport data.store"),
        (
            "components/charts/planted.py",
            "import plotly.graph_objects as go\nfrom queries.measures.bounds import Bound",
        ),
        ("data/planted.py", "import duckdb\nfrom queries.catalog import query"),
        ("queries/planted.py", "from queries.measures import bounds\nimport pandas"),
        ("app.py", "import streamlit\nfrom components.text import Text"),
    ],
)
def test_what_a_layer_may_import_is_not_caught(tmp_path, file, line):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(line, "utf8")
    assert wrong_imports(tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [
        "ask('select * from counts')",
        "ask('''SELECT year\nFROM counts''')",
        "ask(f'select {column} from counts')",
        "SQL = 'insert into counts values (1)'",
        "def f():\n    return 'delete from counts'",
    ],
)
@pytest.mark.parametrize("file", ["components/pages/planted.py", "components/charts/planted.py", "app.py"])
def test_planted_sql_is_caught(tmp_path, file, line):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(line, "utf8")
    assert len(statements_in_python(tmp_path)) == 1


def test_words_that_only_sound_like_sql_are_not_caught(tmp_path):
    planted = tmp_path / "components" / "planted.py"
    planted.parent.mkdir()
    planted.write_text('"""What readers select from a list."""\nwords = "Selected years, from 2012"\n', "utf8")
    assert statements_in_python(tmp_path) == []
