"""Does each layer know only those below it? One way only: queries <- data <- components <- app.

The contracts are import-linter's, in pyproject.toml; here they are held, and broken on purpose. What it passes over is
asked here: scripts outside packages, imports by name, and SQL, which lives in files.
"""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("queries", "data", "components")
# Scripts outside packages, which import-linter passes over, and what they must not import.
SCRIPTS = {
    "components/pages/*.py": {"app", "serve", "tests", "bench"},
    "app.py": {"serve", "tests", "bench"},
    "serve.py": {"tests", "bench"},
}
# Imports by name, and the package that each is kept to.
BY_NAME = {
    "queries/catalog.py": "queries.measures.",
    "components/take_away.py": "components.exports.",
    "components/charts/__init__.py": "components.charts.",
}
STATEMENT = re.compile(r"\bselect\b.+\bfrom\b|\binsert\s+into\b|\bdelete\s+from\b|\bcreate\s+table\b", re.I | re.S)


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the code of a folder."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    return subprocess.run(
        [*command, "--config", str(ROOT / "pyproject.toml")], cwd=root, capture_output=True, text=True, check=False
    )


def imported(source: str) -> set[str]:
    """The first names of all modules that a script imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def wrong_imports(root: Path) -> list[str]:
    """`file imports module`, for each that a script must not."""
    return [
        f"{path.relative_to(root).as_posix()} imports {name}"
        for pattern, forbidden in SCRIPTS.items()
        for path in sorted(root.glob(pattern))
        for name in sorted(imported(path.read_text("utf8")) & forbidden)
    ]


def imports_by_name(root: Path) -> list[str]:
    """`file: the name it imports by`, for each outside the package that this file is kept to."""
    found = []
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
                "import_module",
                "__import__",
            }:
                name = ast.unparse(node.args[0]).strip("f'\"") if node.args else ""
                if not name.startswith(BY_NAME.get(file, "\0")):
                    found.append(f"{file}: {name}")
    return found


def folders_passed_over(root: Path) -> set[str]:
    """Folders with modules that import-linter does not look into, for they are no packages."""
    return {
        folder.relative_to(root).as_posix()
        for package in PACKAGES
        for folder in {path.parent for path in (root / package).rglob("*.py")}
        if not (folder / "__init__.py").is_file()
    }


def files(root: Path, pattern: str) -> list[Path]:
    return sorted(path for path in root.glob(pattern) if "__pycache__" not in path.parts)


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


def asserts(root: Path) -> list[str]:
    """`file:line`, for each assert of the shipped code."""
    return [
        f"{path.relative_to(root).as_posix()}:{node.lineno}"
        for pattern in ("*.py", "data/**/*.py", "queries/**/*.py", "components/**/*.py")
        for path in files(root, pattern)
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.Assert)
    ]


def test_no_assert_stands_in_the_shipped_code_for_python_may_be_told_to_leave_them_out():
    assert asserts(ROOT) == []


@pytest.mark.parametrize("file", ["app.py", "data/store/planted.py", "queries/planted.py", "components/a/b/planted.py"])
def test_a_planted_assert_is_caught(tmp_path, file):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text("def f(x):\n    if x:\n        assert x > 1, 'guarded'\n", "utf8")
    assert asserts(tmp_path) == [f"{file}:3"]


def test_each_layer_imports_only_those_below_it():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert wrong_imports(ROOT) == []
    assert imports_by_name(ROOT) == []
    assert folders_passed_over(ROOT) == {"components/pages"}


PLANTED = {
    "queries/measures/planted.py": ("from data import store", "queries.measures.planted -> data.store"),
    "queries/planted.py": ("def f():\n    import streamlit", "queries.planted -> streamlit"),
    "data/planted.py": ("from components.text import Text", "data.planted -> components.text"),
    "data/intake/planted.py": ("import app", "data.intake.planted -> app"),
    "components/planted.py": ("from serve import app", "components.planted -> serve"),
    "components/charts/planted.py": ("import duckdb", "components.charts.planted -> duckdb"),
    "components/charts/asking.py": ("from data.store import open_store", "components.charts.asking -> data.store"),
    "components/exports/planted.py": (
        "def f():\n    from streamlit import cache_data",
        "components.exports.planted -> streamlit",
    ),
    "components/helper.py": ("import streamlit", "components.helper -> streamlit"),
    "components/charts/round.py": ("from components.helper import st", "components.charts.round -> components.helper"),
}


def test_planted_imports_are_caught_a_way_round_too(tmp_path):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=lambda _, names: [*_others(names)])
    for file, (line, _) in PLANTED.items():
        (tmp_path / file).write_text(line, "utf8")
    said = re.sub(r"\s+", " ", lint(tmp_path).stdout)
    assert [caught for _, caught in PLANTED.values() if caught not in said] == []


def _others(names: list[str]) -> list[str]:
    """What is no code."""
    return [name for name in names if Path(name).suffix not in {"", ".py"} or name == "__pycache__"]


@pytest.mark.parametrize(
    ("file", "line", "caught"),
    [
        ("components/pages/planted.py", "import app", ["components/pages/planted.py imports app"]),
        ("app.py", "def f():\n    from tests.conftest import given", ["app.py imports tests"]),
        ("serve.py", "import bench.run", ["serve.py imports bench"]),
        ("app.py", "import streamlit\nfrom components.text import Text", []),
        ("components/pages/planted.py", "import streamlit as st\nimport data.store", []),
    ],
)
def test_what_a_script_may_not_import_is_caught(tmp_path, file, line, caught):
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(line, "utf8")
    assert wrong_imports(tmp_path) == caught


@pytest.mark.parametrize("line", ["import_module('data.store')", "importlib.import_module(name)", "__import__('app')"])
def test_an_import_by_name_is_caught(tmp_path, line):
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "planted.py").write_text(line, "utf8")
    assert len(imports_by_name(tmp_path)) == 1


def test_a_folder_that_is_no_package_is_caught(tmp_path):
    (tmp_path / "components" / "charts" / "deeper").mkdir(parents=True)
    (tmp_path / "components" / "charts" / "deeper" / "planted.py").write_text("import duckdb", "utf8")
    assert folders_passed_over(tmp_path) == {"components/charts/deeper"}


def test_no_page_or_chart_holds_sql():
    assert statements_in_python(ROOT) == []


def test_every_query_is_a_file_of_a_known_folder():
    folders = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("queries/**/*.sql")}
    known = {"staging", "marts", "counting", "questions", "checks", "store_checks", "upload_checks"}
    assert folders <= {f"queries/{folder}" for folder in known}
    elsewhere = [path for folder in ("data", "components") for path in ROOT.glob(f"{folder}/**/*.sql")]
    assert elsewhere == []


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
