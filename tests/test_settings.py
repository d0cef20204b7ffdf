"""Does docs/settings.md name every setting that the code reads, and no other?"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "settings.md").read_text("utf8")
SHIPPED = [path for name in ("components", "data", "queries") for path in sorted((ROOT / name).rglob("*.py"))]
SHIPPED += [ROOT / "app.py", ROOT / "serve.py"]
OTHERS = [path for name in ("tests", "bench") for path in sorted((ROOT / name).rglob("*.py"))]
SCRIPTS = sorted((ROOT / "tests").glob("*.sh"))
MAKEFILE = (ROOT / "Makefile").read_text("utf8")
# What a variable of a script may be beside one of the environment: its own, or what every shell has.
OF_SCRIPTS = re.compile(r"\$\{?([A-Z][A-Z_]+)\b")
OF_THE_SYSTEM = {"LD_LIBRARY_PATH", "PATH", "DEBIAN_FRONTEND"}


def list_rows(heading: str) -> dict[str, str]:
    """Name -> the second cell, of the table under a heading; a row may name several."""
    table = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| ([^|]*) \|", table, re.M)
    return {name: cell for names, cell in rows for name in re.findall(r"`([^`]+)`", names)}


def read_names(source: str) -> Iterator[str]:
    """Names of the environment that a module reads; '?' for one that is not written out in it.

    Read as `os.environ.get(x)`, `os.environ[x]`, `os.getenv(x)` or `x in os.environ`.
    """
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def name(node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        return str(constants.get(node.id, "?")) if isinstance(node, ast.Name) else "?"

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.get", "os.getenv", "os.environ.pop"}:
            yield name(node.args[0])
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield name(node.slice)
        elif isinstance(node, ast.Compare) and "os.environ" in map(ast.unparse, node.comparators):
            yield name(node.left)


def read_every_name(paths: list[Path]) -> set[str]:
    """Names that these modules read, in the scripts that they hold as text too, and every word that looks like ours."""
    texts = [path.read_text("utf8") for path in paths]
    found = {name for text in texts for name in read_names(text)}
    found |= {name for text in texts for name in re.findall(r"\bTCP_[A-Z_]+\b", text)}
    return found | {name for text in texts for name in re.findall(r"\benviron\[\"(\w+)\"\]", text)}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import os\nos.environ.get('TCP_A', '')", ["TCP_A"]),
        ("import os\nNAME = 'B'\ndef f():\n    return os.environ[NAME]", ["B"]),
        ("import os\nif 'C' in os.environ: pass", ["C"]),
        ("import os\nos.getenv('D' + x)", ["?"]),
        ("environment = {**os.environ}", []),
    ],
)
def test_a_name_is_found_however_it_is_read(source, names):
    assert list(read_names(source)) == names


def test_every_variable_of_the_environment_that_the_product_reads_is_in_the_table_and_no_other():
    assert read_every_name(SHIPPED) | {"TCP_OPEN"} == set(list_rows("Environment: the dashboard and the shell"))


def test_every_variable_that_tests_read_is_in_a_table_and_no_other():
    own = Path(__file__)
    read = read_every_name([path for path in OTHERS if path != own])
    read |= {name for path in SCRIPTS for name in OF_SCRIPTS.findall(path.read_text("utf8"))} - OF_THE_SYSTEM
    shipped = set(list_rows("Environment: the dashboard and the shell")) - {"CHROMIUM"}
    assert read - shipped == set(list_rows("Environment: tests and benchmarks"))


def test_no_other_document_or_word_names_a_variable_that_there_is_not():
    known = {name for heading in re.findall(r"^## (Env.*)$", PAGE, re.M) for name in list_rows(heading)}
    places = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "components" / "locales").rglob("*.toml")]
    named = {name for path in places for name in re.findall(r"\bTCP_[A-Z_]+\b", path.read_text("utf8"))}
    assert named <= known


def test_the_options_of_the_server_are_those_of_its_configuration_with_their_values():
    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf8"))
    configured.pop("theme")
    values = {f"{section}.{key}": value for section, keys in configured.items() for key, value in keys.items()}
    written = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}
    rows = list_rows("Options of the server")
    assert {name: cell.strip("`") for name, cell in rows.items() if name in written} == written
    asked = {
        name
        for path in SHIPPED
        for name in re.findall(r"config\.get_option\([\"']([\w.]+)[\"']\)", path.read_text("utf8"))
    }
    assert set(rows) == set(written) | asked


def test_the_variables_of_make_are_those_of_the_makefile():
    given = dict(re.findall(r"^(\w+) \?= (.*)$", MAKEFILE, re.M))
    fixed = set(re.findall(r"^(\w+) :?= ", MAKEFILE, re.M))
    used = set(re.findall(r"\$\((\w+)\)", MAKEFILE)) - fixed
    rows = list_rows("Variables of make")
    assert set(rows) == set(given) | used
    assert {name: cell.strip("`") for name, cell in rows.items() if name in given} == given
