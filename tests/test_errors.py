"""Does whatever can't be done have words in every language, the same on a page as in a shell?"""

import ast
import inspect
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from streamlit.testing.v1 import AppTest

import components
import data
import queries
from components.errors import explain_error
from components.text import LANGUAGES, Text
from data import __main__ as shell
from data.datasets import DataRefused, Refusal
from data.errors import DashboardError, Words, word_error
from data.intake.typed import LONGEST, WordsRefused
from data.store import StoreError
from data.uploads import UnknownUpload, VersionErased
from data.words import fill_words, words

ROOT = Path(__file__).parent.parent
# What the layers below tell each other, and who makes a sentence of it.
TRANSLATED = {
    "NoChromium": "the brief goes without pictures, and no picture is offered",
    "NoteUnreadable": "versions.unfinished_unknown",
    "Refused": "Unreadable",
    "RowsMissing": "StoreError",
    "TomlRefused": "RecipeError, DeckRefused",
    "Undecodable": "Unreadable",
}


def exceptions() -> list[type[Exception]]:
    """Every exception of ours, once."""
    found: dict[str, type[Exception]] = {}
    for package in (queries, data, components):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if ".pages." not in module.name:  # scripts, not modules
                for name, each in inspect.getmembers(import_module(module.name), inspect.isclass):
                    if issubclass(each, Exception) and each.__module__.partition(".")[0] == package.__name__:
                        found[f"{each.__module__}.{name}"] = each
    return list(dict.fromkeys(found.values()))


ERRORS = [each for each in exceptions() if issubclass(each, DashboardError) and each is not DashboardError]
CODES = [(each, code) for each in ERRORS for code in sorted(vars(each).get("codes", {each.code}))]


def make(kind: type[DashboardError], code: str) -> DashboardError:
    """An error of this code, with plain details."""
    if issubclass(kind, StoreError):
        return kind(Path("store"))
    if kind is DataRefused:
        return DataRefused([Refusal("ngo/cases", 7, "low", "not_a_number", "many")])
    if kind is WordsRefused:
        return WordsRefused("author", code.removeprefix("typed_"), ["iin", "phone"])
    if kind is UnknownUpload:
        return UnknownUpload("abc")
    if kind is VersionErased:
        return VersionErased("abc", "def")
    if kind is shell.WrongCall:
        gaps = ("path", "question", "option", "about", "value", "known")
        return shell.WrongCall(code, **dict.fromkeys(gaps, "x"))
    more = [name for name in inspect.signature(kind.__init__).parameters if name in {"value", "where", "detail", "row"}]
    return kind(code, **{name: 7 if name == "row" else "stage" for name in more})


def test_every_exception_has_words_or_is_translated_before_a_person_meets_it():
    others = {each.__name__ for each in exceptions() if not issubclass(each, DashboardError)}
    assert others == TRANSLATED.keys()
    assert len(ERRORS) > 20


def error_keys() -> set[str]:
    """The keys of all sentences of errors, for the test that looks for dead words."""
    found = {key for kind, code in CODES for key, _ in make(kind, code).sentences} | {"refused.version_forgotten"}
    return found | {f"typed_where.{where}" for where in LONGEST}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "code"), CODES)
def test_every_code_has_words_without_a_gap(kind, code, language):
    error = make(kind, code)
    assert error.code == code
    for sentence in explain_error(error, Text(language)):
        assert sentence
        assert "{" not in sentence


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_page_and_shell_say_the_same(kind, code, monkeypatch, capsys):
    error = make(kind, code)
    said = word_error(error, fill_words)
    on_page = [line.replace("\\", "").replace("`", "") for line in explain_error(error, Text("en"))]
    assert on_page == [line.replace("`", "") for line in said]

    def fail() -> None:
        raise error

    monkeypatch.setattr(shell, "open_store", fail)
    assert shell.main(["versions"]) == kind.exit_status
    assert capsys.readouterr().err == "\n".join(said) + "\n"


def test_the_exit_status_says_whether_the_call_or_the_data_is_at_fault():
    at_fault = {each.__name__ for each in ERRORS if each.exit_status == 2}
    assert at_fault == {"RecipeError", "UnknownUpload", "UnknownVersion", "Unmappable", "WordsRefused", "WrongCall"}
    assert {each.exit_status for each in ERRORS} == {1, 2}


def test_no_code_is_raised_that_its_class_does_not_name():
    kinds = {each.__name__: each for each in ERRORS}
    unknown, seen = [], set()
    for path in [*sorted((ROOT / "data").rglob("*.py")), *sorted((ROOT / "components").rglob("*.py"))]:
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf8"))) if isinstance(node, ast.Call)):
            kind = kinds.get(getattr(call.func, "id", ""))
            first = call.args[0] if call.args else None
            if kind and kind.codes and isinstance(first, ast.Constant) and kind is not WordsRefused:
                seen.add((kind.__name__, first.value))
                unknown += [(path.name, first.value)] if first.value not in kind.codes else []
    assert unknown == []
    assert len(seen) > 60


def test_a_detail_from_a_file_is_no_markup_and_a_code_is_told_in_words():
    class Wrong(DashboardError):
        section = "refused"
        code = "typed_personal"

    error = Wrong(where="[a](b)", what=(Words("finding_kind.iin"), Words("finding_kind.phone")))
    kinds = "; ".join(words("ru")[f"finding_kind.{kind}"] for kind in ("iin", "phone"))
    (said,) = explain_error(error, Text("ru"))
    assert said == Text("ru")("refused.typed_personal", where=r"\[a\]\(b\)", what=kinds)


def draw_refused_data() -> None:
    from components.errors import say_error
    from components.text import Text
    from data.datasets import DataRefused, Refusal

    say_error(
        DataRefused([Refusal("ngo/cases", row, "low", "not_a_number", "many") for row in range(2, 102)]), Text("en")
    )


def test_a_page_says_the_first_places_and_not_a_hundred():
    app = AppTest.from_function(draw_refused_data).run()
    assert app.error.values == [words("en")["error.data_refused"]]
    assert len(app.markdown.values) == 50
    assert all(
        line.startswith("- ngo/cases, row ") for line in (each.replace("\\", "") for each in app.markdown.values)
    )
