"""Is everything that is shown made of pieces that can be read at once?"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Steps of one page, read from top to bottom: a debt (docs/handover.md).
UPLOAD_STEPS = tuple(f"components/upload/{step}.py" for step in ("columns", "file", "flow", "publish"))
LONGEST_FILE, LONGEST_FUNCTION = 500, 40  # lines
NOT_TAKEN_APART = {"components/filters.py", *UPLOAD_STEPS}


def too_long(root: Path) -> list[str]:
    """`file: lines`, and `file function: lines`, of what is longer than it may be."""
    found = []
    for path in sorted(root.glob("components/**/*.py")):
        name, source = path.relative_to(root).as_posix(), path.read_text("utf8")
        if (lines := len(source.splitlines())) > LONGEST_FILE:
            found.append(f"{name}: {lines}")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{name} {node.name}: {lines}")
    return [each for each in found if each.split(":")[0].split(" ")[0] not in NOT_TAKEN_APART]


def test_no_file_is_over_500_lines_and_no_function_over_40():
    assert too_long(ROOT) == []


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("x = 1\n" * 501, "components/planted.py: 501"),
        ("def f():\n" + "    x = 1\n" * 40, "components/planted.py f: 41"),
    ],
)
def test_what_is_too_long_is_caught(tmp_path, source, caught):
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "planted.py").write_text(source, "utf8")
    assert too_long(tmp_path) == [caught]
