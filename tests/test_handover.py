"""Does docs/handover.md name every place that it promises to name?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "handover.md").read_text("utf8")
LONGEST = 500  # lines
# What relies on more than a library promises: its modules that are not for others, what it writes, what its page holds.
REACHING = {
    "Streamlit": r"streamlit\.(?:runtime|web|proto)\b|from streamlit import (?:config|net_util)\b|streamlit\.__file__",
    "its page": r"data-testid|\.st[A-Z]\w+|st-key-|stSkip",
    "Starlette": r"spool_max_size",
    "DuckLake": r"\bducklake_(?:\w+_)?(?:file|table|snapshot|metadata|column|schema|old_files|info)\w*",
    "Plotly": r"get_plotlyjs|to_json_plotly|js-plotly-plot|calc_fig",
    "Typst": r"typst\.(?:compile|Fonts)",
    "python-pptx": r"xml_bytes",
}


def list_code(root: Path) -> Iterator[Path]:
    """The shipped code: Python, scripts, style sheets and Typst."""
    yield from (root / name for name in ("app.py", "serve.py") if (root / name).is_file())
    for folder in ("components", "data", "queries"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".js", ".css", ".typ", ".sql"}:
                yield path


def find_reaching(root: Path) -> dict[str, str]:
    """File -> the library that it reaches into."""
    return {
        path.relative_to(root).as_posix(): library
        for path in list_code(root)
        for library, pattern in REACHING.items()
        if re.search(pattern, path.read_text("utf8"))
    }


def find_unnamed(root: Path, page: str) -> dict[str, str]:
    """Those of them that the page does not name by their path."""
    return {file: library for file, library in find_reaching(root).items() if f"`{file}`" not in page}


def test_every_file_that_reaches_into_a_library_is_named():
    assert len(find_reaching(ROOT)) > 12
    assert find_unnamed(ROOT, PAGE) == {}


@pytest.mark.parametrize(
    ("file", "line", "library"),
    [
        ("components/planted.py", "from streamlit.runtime.scriptrunner import get_script_run_ctx", "Streamlit"),
        ("components/planted.css", '[data-testid="stSpinner"] { display: none; }', "its page"),
        ("data/store/planted.py", 'SQL = "update ducklake_view set sql = null; from ducklake_table"', "DuckLake"),
        ("components/planted.py", "import streamlit as st\nst.write(1)", ""),
    ],
)
def test_a_planted_place_is_caught(tmp_path, file, line, library):
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line, "utf8")
    assert find_unnamed(tmp_path, PAGE) == ({file: library} if library else {})


def test_no_other_file_is_longer_than_500_lines():
    tests = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    lengths = {path: len(path.read_text("utf8").splitlines()) for path in [*list_code(ROOT), *tests]}
    long = {path.relative_to(ROOT).as_posix() for path, lines in lengths.items() if lines > LONGEST}
    assert {file for file in long if f"`{file}`" not in PAGE} == set()
