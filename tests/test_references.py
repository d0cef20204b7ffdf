"""Does what code and documents refer to exist: sections of the design, files, headings?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# What may hold a reference; files that tests give to the intake are content.
TEXTS = {".css", ".html", ".js", ".md", ".py", ".sh", ".sql", ".toml", ".typ"}
FOLDERS = ("app.py", "serve.py", "Makefile", "bench", "components", "data", "docs", "queries", "tests", ".streamlit")
SECTION = re.compile(r"(\w*)(?:\.md)? ?§ ?(\d+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def list_texts(root: Path) -> Iterator[Path]:
    """Every text of ours, this one left out: it breaks references on purpose."""
    for name in FOLDERS:
        for path in [root / name] if (root / name).is_file() else sorted((root / name).rglob("*")):
            is_ours = path.suffix in TEXTS or path.name == "Makefile"
            if is_ours and path != Path(__file__) and "tests/files" not in path.as_posix():
                yield path
    yield from root.glob("*.md")


def read_headings(document: Path) -> set[str]:
    """The anchors of a document's headings, as they are made of their words on code hosts."""
    words = re.findall(r"^#+ (.+)$", document.read_text("utf8"), re.M)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in words}


def find_lost_sections(text: str, sections: set[str]) -> list[str]:
    """References to a section that no design has, or that do not say whose section it is."""
    return [found[0] for found in SECTION.finditer(text) if found[1].lower() != "design" or found[2] not in sections]


def find_lost_links(document: Path, text: str) -> list[str]:
    """Links of a document that lead to no file of the repository, or to no heading of it."""
    lost = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        target = (document.parent / file).resolve() if file else document
        if not target.exists() or (heading and heading not in read_headings(target)):
            lost.append(link)
    return lost


def read_sections() -> set[str]:
    return set(re.findall(r"^## (\d+)\. ", (ROOT / "docs" / "design.md").read_text("utf8"), re.M))


def test_every_section_of_the_design_that_is_referred_to_exists():
    sections = read_sections()
    assert sections == {str(number) for number in range(1, len(sections) + 1)}
    lost = {
        path.relative_to(ROOT).as_posix(): find_lost_sections(path.read_text("utf8"), sections)
        for path in list_texts(ROOT)
    }
    assert {path: found for path, found in lost.items() if found} == {}
    referring = [path for path in list_texts(ROOT) if "design §" in path.read_text("utf8").lower()]
    assert len(referring) > 5


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("as design §3 has it; design §99", ["design §99"]),
        ("the bars of §8", ["of §8"]),
        ("notes, §4", ["§4"]),
        ("design.md §8 and Design §2", []),
        ("«design §N»", []),
    ],
)
def test_a_reference_to_what_there_is_not_is_caught(text, lost):
    assert [each.strip() for each in find_lost_sections(text, read_sections())] == lost


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(document):
    assert find_lost_links(document, document.read_text("utf8")) == []


def test_a_link_that_leads_nowhere_is_caught():
    readme = ROOT / "README.md"
    assert find_lost_links(readme, "[a](docs/nothing.md) [b](README.md#no-such) [c](#run-it) [d](https://x.org)") == [
        "docs/nothing.md",
        "README.md#no-such",
    ]


def test_every_document_is_reached_from_the_readme():
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        if document in reached or document.suffix != ".md":
            continue
        reached.add(document)
        links = (link.partition("#")[0] for link in LINK.findall(document.read_text("utf8")) if ":" not in link)
        ahead += [(document.parent / link).resolve() for link in links if link]
    assert {path for path in DOCUMENTS if path.name != "CHANGELOG.md"} <= reached


# Documents that describe the code by the names of its files and functions.
DESCRIBING = ("CONTRIBUTING.md", "docs/architecture.md", "docs/handover.md", "docs/settings.md")
FILE = re.compile(r"(?<![\w:/.*>}(-])[\w.-]+(?:/[\w.-]+)*\.(?:py|sql|toml|css|js|typ|sh|md|csv|txt|html|woff2|ttf)\b")
NAME = re.compile(r"(?<![\w./-])_?[a-z]+(?:_[a-z0-9]+)+(?![\w./])")
# Names of others, and of what stands in a store or comes from outside.
NOT_OURS = {"list.csv", "recipe.toml", "extra_info", "plotly.js", "ws_max_size"}


def find_lost_names(text: str, files: list[str], code: str) -> set[str]:
    """Files and functions that a text names and the tree does not have; of a path its end is enough."""
    files_named = {name for name in FILE.findall(text) if not any(f"/{file}".endswith(f"/{name}") for file in files)}
    names = {name for name in NAME.findall(text) if not re.search(rf"\b{name}\b", code)}
    return (files_named | names) - NOT_OURS


def read_tree() -> tuple[list[str], str]:
    """Every file of the tree by its path, and all code as one text."""
    own = ("app.py", "serve.py", "Makefile", "pyproject.toml", "requirements.txt", "requirements-dev.txt")
    folders = ("bench", "components", "data", "docs", "queries", "static", "tests", ".streamlit")
    paths = [ROOT / name for name in own] + [path for name in folders for path in (ROOT / name).rglob("*")]
    paths = [path for path in [*paths, *ROOT.glob("*.md")] if path.is_file() and "__pycache__" not in path.parts]
    code = (path for path in paths if path.suffix in TEXTS - {".md"} and path != Path(__file__))
    return [path.relative_to(ROOT).as_posix() for path in paths], "\n".join(path.read_text("utf8") for path in code)


@pytest.fixture(scope="module")
def tree() -> tuple[list[str], str]:
    return read_tree()


@pytest.mark.parametrize("document", DESCRIBING)
def test_every_file_and_function_that_a_document_names_exists(document, tree):
    text = (ROOT / document).read_text("utf8")
    if document == "CONTRIBUTING.md":  # its examples are made of what is not there yet
        text = re.sub(r"^(?:`[^`\n]+`\n\n)?```.*?^```$", "", text, flags=re.M | re.S)
    assert find_lost_names(text, *tree) == set()


def test_a_name_that_is_gone_is_caught(tree):
    text = "`data/nothing.py`, lake.py, `publish_upload`, gone_with_the_wind, `components/{en,ru}/x.toml`"
    assert find_lost_names(text, *tree) == {"data/nothing.py", "gone_with_the_wind"}


def test_what_carries_the_house_on_is_named_in_the_readme_itself():
    part = (ROOT / "README.md").read_text("utf8").partition("\n## Carry it on\n")[2].partition("\n## ")[0]
    for name in ("architecture", "design", "glossary", "writing", "settings", "handover"):
        assert f"docs/{name}.md" in part
