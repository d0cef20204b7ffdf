"""Does the README tell the truth?"""

import re
import tomllib
from pathlib import Path

import pytest

from data.__main__ import _parser
from queries.catalog import names, query

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf8")
MAKEFILE = (ROOT / "Makefile").read_text("utf8")


def test_the_table_of_datasets_says_what_the_datasets_expect():
    table = README.split("<!-- /datasets -->")[0].split("<!-- datasets")[1]
    for kind in ("official", "ngo", "international", "media"):
        described = tomllib.loads((ROOT / "data" / kind / "dataset.toml").read_text("utf8"))
        expect = described["tables"]["figures"]["expect"]
        first, last = expect["years"]
        assert f"| `data/{kind}` | {expect['rows']} | {first}–{last} | {described['title']} |" in table


def test_every_make_word_of_the_readme_exists():
    for word in re.findall(r"\bmake (\w+)", README):
        assert re.search(rf"^{word}:", MAKEFILE, re.M), word
    for word in ("run", "test", "lint", "check", "bench", "shots", "help"):
        assert re.search(rf"^{word}:.*## \w", MAKEFILE, re.M), word


def test_every_shell_call_of_the_readme_parses():
    for line in re.findall(r"^python -m data (.*?)(?:\s+#.*)?$", README, re.M):
        assert _parser().parse_args(line.split()).run


def test_every_pinned_dependency_that_we_chose_is_explained():
    chosen = [
        line.split("==")[0].replace("_", "-")
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (ROOT / name).read_text("utf8").splitlines()
        if "==" in line and "#" in line
    ]
    assert len(chosen) > 15
    for package in chosen:
        assert package in README, package


def test_every_dependency_is_pinned():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text("utf8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.match(r"[\w.-]+==[\w.]+(\s+#|$)", line), line


@pytest.mark.parametrize("picture", re.findall(r"\]\((docs/[^)]+)\)", README))
def test_what_the_readme_links_to_exists(picture):
    assert (ROOT / picture).exists()


@pytest.mark.parametrize("name", names())
def test_every_question_has_a_sentence_that_ends_in_a_question_mark(name):
    assert query(name).question.endswith("?")


def test_the_makefile_and_the_ci_call_the_command_of_the_readme():
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf8")
