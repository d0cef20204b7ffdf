"""Does every language have every word, and only words of its own?"""

import ast
import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from components.chart_panel import VIEWS
from components.charts import CHARTS
from components.drawing.model import SYMBOL
from components.text import LANGUAGES, LOCALES, Text, notes, words
from data import datasets
from data.strict import WITHHELD_NOTE
from queries.catalog import names
from queries.measures.trend import Direction
from tests.test_errors import error_keys

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.stem for path in (ROOT / "components" / "pages").glob("*.py"))
CODE = [ROOT / "app.py", *sorted((ROOT / "components").rglob("*.py"))]
FILES = tuple(sorted(path.name for path in (LOCALES / "en").glob("*.toml")))
# The words that the code names, and not the data.
WRITTEN = tuple(name for name in FILES if name not in {"codes.toml", "reference.toml"})
# The names of a language and of two styles are the same everywhere.
AS_THEY_ARE = {"export.style_apa", "export.style_bibtex"}
ONLY_KAZAKH = re.compile(r"suffix_")
# Placeholders that only a language with suffixes, or with its own order of a date, needs.
OF_ONE_LANGUAGE = {"abl", "gen", "dat", "loc", "pos"}
LATIN, CYRILLIC = re.compile(r"[A-Za-z]"), re.compile(r"[Ѐ-ӿ]")
# The name of a language is in its own words in every other.
AS_THEY_ARE |= {key for code in LANGUAGES if LATIN.search(words(code)[key := f"language.{code}"])}
SENTENCES = [(language, key) for language in LANGUAGES for key in words(language)]


def sections(language: str, file: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((LOCALES / language / file).read_text("utf8"))


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def figures() -> list[tuple[str, dict[str, str]]]:
    """(kind of dataset, row) of every shipped figure."""
    return [
        (table.dataset, row)
        for table in datasets.described()
        if table.name == datasets.FIGURES
        for row in rows(table.path)
    ]


def reference(name: str) -> list[dict[str, str]]:
    return rows(datasets.ROOT / "reference" / f"{name}.csv")


# The same keys, the same gaps to fill ---------------------------------------------


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language, file):
    ours = {(section, key) for section, entries in sections(language, file).items() for key in entries}
    english = {(section, key) for section, entries in sections("en", file).items() for key in entries}
    assert ours == english


def test_only_kazakh_has_a_file_of_suffixes():
    assert {path.name for path in (LOCALES / "kk").glob("*.toml")} == {*FILES, "suffixes.toml"}
    assert all(ONLY_KAZAKH.match(section) for section in sections("kk", "suffixes.toml"))
    for language in ("en", "ru"):
        assert {path.name for path in (LOCALES / language).glob("*.toml")} == set(FILES)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_sentence_leaves_the_same_gaps_in_every_language(language):
    english = words("en")
    wrong = {
        key: placeholders(sentence) ^ placeholders(english[key])
        for key, sentence in words(language).items()
        if key in english
        and key != "date.short"
        and placeholders(sentence) - OF_ONE_LANGUAGE != placeholders(english[key]) - OF_ONE_LANGUAGE
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_has_space_around_it(language):
    assert [key for key, word in words(language).items() if not word or word != word.strip()] == []


# Words for everything ----------------------------------------------------------------


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf8"))):
        if isinstance(node, ast.Call):
            yield node


def named_keys() -> dict[str, list[ast.Call]]:
    """Keys that the code names literally, with the calls that do."""
    found: dict[str, list[ast.Call]] = {}
    for path in CODE:
        for call in calls(path):
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if not call.args or not (name in {"text", "self", "_problem"} or isinstance(call.func, ast.Call)):
                continue
            key = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
            if isinstance(key, str) and re.fullmatch(r"[a-z_]+\.[\w.]+", key):
                found.setdefault(key, []).append(call)
    return found


def test_every_key_that_the_code_names_has_words():
    assert len(named_keys()) > 50
    assert {key for key in named_keys() if key not in words("en")} == set()


def test_every_sentence_is_given_what_it_asks_for():
    wrong = {}
    for key, named in named_keys().items():
        for call in named:
            given = {keyword.arg for keyword in call.keywords}
            if None not in given and given:
                missing = set().union(*(placeholders(words(language)[key]) for language in LANGUAGES)) - given
                if missing:
                    wrong[key] = missing
            elif not given and placeholders(words("en")[key]):
                wrong[key] = placeholders(words("en")[key])
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_in_the_data_has_words(language):
    text = Text(language)
    wanted = set()
    for kind, row in figures():
        wanted |= {
            f"compiler.{row['country']}.{row['compiler']}",
            f"country.{row['country']}",
            f"stage.{row['stage']}",
            f"scope.{row['scope']}",
            f"qualifier.{row['qualifier']}",
            f"period_kind.{row['period_kind']}",
            f"confidence.{row['confidence']}",
            f"kind.{kind}",
        }
        wanted |= {f"scope_detail.{row['scope_detail']}"} if row["scope_detail"] else set()
        wanted |= {f"region.{row['region']}"} if row["region"] else set()
        wanted |= {f"stage.{row['denominator_stage']}"} if row["denominator_stage"] else set()
        unit = "cases_reported" if row["unit"] == "cases" and kind != "official" else row["unit"]
        wanted |= {f"unit.{unit}"} | {f"unit.{unit}.{form}" for form in ("one", "few", "many")}
        assert text.stage_count(row["stage"], row["unit"], kind)
    wanted |= {f"stage.{row['stage']}{form}" for row in reference("stages") for form in ("", ".count", ".bare")}
    wanted |= {f"break.{row['break_id']}" for row in reference("breaks")}
    wanted |= {f"break_kind.{row['kind']}" for row in reference("breaks")}
    wanted |= {f"source_kind.{row['kind']}" for row in reference("sources")}
    wanted |= {f"region.{row['region']}" for row in reference("regions")}
    wanted |= {f"country.{row['country']}" for row in reference("countries")}
    assert sorted(wanted - words(language).keys()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_the_code_makes_has_words(language):
    codes = {f"page.{page}" for page in PAGES}
    codes |= {f"ui.{view}" for view in VIEWS}
    codes |= {f"state.{state}" for state in SYMBOL}
    codes |= {f"method.{part}" for chart in CHARTS.values() for part in chart.method}
    codes |= {f"finding.trend_{direction}" for direction in get_args(Direction)}
    codes |= {f"month.{month:02}{form}" for month in range(1, 13) for form in ("", ".gen")}
    codes |= {f"rule.{name}" for name in names("checks")}
    assert sorted(codes - words(language).keys()) == []


def test_every_rule_that_refuses_a_file_has_words():
    said = set()
    for call in calls(ROOT / "data" / "datasets.py"):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        rule = call.args[1:2] if name == "refuse" else call.args[3:4] if name == "Refusal" else []
        said |= {node.value for part in rule for node in ast.walk(part) if isinstance(node, ast.Constant)}
    assert len(said) > 10
    assert sorted(rule for rule in said if "_" in rule and f"rule.{rule}" not in words("en")) == []


def test_every_fault_of_a_row_says_how_it_is_mended():
    """A rule of an uploaded file has a sentence beside it; those of the shipped data are for their developers."""
    said = {name for name in names("upload_checks")}
    for path in sorted((ROOT / "data" / "intake").rglob("*.py")):
        for call in calls(path):
            if getattr(call.func, "id", "") == "Fault" and call.args and isinstance(call.args[0], ast.Constant):
                said.add(str(call.args[0].value))
    said |= {
        "several_rows",
        "outcome_uncoded",
        "outcome_blank",
        "date_missing",
        "repeated_row",
        "repeated_as_read",
        "footnote",
        "id_shortened",
    }
    said |= {key.removeprefix("rule.") for key in words("en") if key.startswith(("rule.quote_", "rule.unit_"))}
    assert len(said) > 30
    assert sorted(rule for rule in said if not {f"rule.{rule}", f"mend.{rule}"} <= words("en").keys()) == []


# Translations of the data -------------------------------------------------------------


def digits(sentence: str) -> Counter[str]:
    """The numbers in a sentence, without the marks of thousands and decimals."""
    plain = re.sub(r"(?<=\d)[,.\u00a0\u202f ](?=\d{3}(?!\d))", "", sentence)
    return Counter(re.findall(r"\d+", plain))


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_note_of_the_data_is_translated(language):
    told = notes(language)
    asked = {row[column] for _, row in figures() for column in ("note", "legal_basis", "locator") if row[column]}
    assert sorted((asked | {WITHHELD_NOTE}) - told.keys()) == []
    assert [english for english, translated in told.items() if not translated.strip()] == []


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_translated_note_holds_the_same_numbers(language):
    wrong = {
        english: (digits(english) - digits(told), digits(told) - digits(english))
        for english, told in notes(language).items()
        if digits(english) != digits(told)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_translation_is_kept_for_a_note_that_is_gone(language):
    asked = {
        cell
        for table in datasets.described()
        for row in rows(table.path)
        for column, cell in row.items()
        if table.columns[column].get("translated")
    }
    corrected = {row["value"] for row in reference("corrections") if row["field"] == "note"}
    assert sorted(notes(language).keys() - asked - corrected - {WITHHELD_NOTE}) == []


ENGLISH_OF_A_PUBLISHER = re.compile(
    r"\b(?:citing|quoting|via|after|from|reprint|mirror|copy|page|column|translation|service|and|of|in the)\b"
)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_publisher_that_the_data_describe_in_english_is_described_in_every_language(language):
    told = notes(language, "sources.csv")
    publishers = {row["publisher"] for row in reference("sources")}
    titles = {row["title"] for row in reference("sources")}
    described = {name for name in publishers if ENGLISH_OF_A_PUBLISHER.search(name)}
    assert len(described) > 20
    assert described - told.keys() == set()
    assert {name for name in told if not name.startswith("(")} - publishers == set()
    assert [added for added in told if added.startswith("(") and not any(each.endswith(added) for each in titles)] == []
    assert [each for each in told.values() if ENGLISH_OF_A_PUBLISHER.search(each.replace("Atlas of Torture", ""))] == []


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_words_of_a_break_hold_the_same_numbers(language):
    english = sections("en", "reference.toml")["break"]
    ours = sections(language, "reference.toml")["break"]
    assert {key: digits(word) for key, word in ours.items()} == {key: digits(word) for key, word in english.items()}


# Grammar that a rule can see ------------------------------------------------------------


def labels() -> set[tuple[str, str, str]]:
    """Every stage, unit and kind of compiler that the data count."""
    return {(row["stage"], row["unit"], kind) for kind, row in figures() if row["unit"] != "percent"}


@pytest.mark.parametrize("country", ["KZ", "KG"])
def test_a_russian_label_before_a_number_is_no_table_head_and_has_no_open_clause(country):
    text = Text("ru").of(country)
    said = {text.stage_count(*label) for label in labels()}
    assert len(said) > 25
    assert [label for label in said if "," in label or "котор" in label] == []


def test_no_kazakh_person_or_incident_is_stopped_sent_or_convicted_in_place_of_a_case():
    said = {Text("kk").stage_count(*label) for label in labels()}
    wrong = re.compile(r"^(?:Тоқтатылған|Сотқа жолданған) (?!іс)|^Сотталған (?!адам)")
    assert [label for label in said if wrong.search(label)] == []


def test_no_kazakh_ending_is_fixed_to_a_number_that_the_code_fills_in():
    """The ending follows the number: only {abl} and its like, or an ordinal («3-жол»), can stand behind a gap."""
    endings = {word for key, word in words("kk").items() if key.startswith("suffix_")}
    fixed = {
        key: ending
        for key, word in words("kk").items()
        for ending in re.findall(r"\{\w+\}[-\u2011]([а-яәғқңөұүһі]+)", word)
        if ending in endings
    }
    # A share ends in its sign, which is read as a word whatever the digits.
    assert fixed == {"chart.of_first_share": "ы", "chart.of_above_share": "ы"}


def test_kazakh_counts_no_numbers_by_the_word_for_a_number():
    """«Жарияланған сан: 13» says that the number is 13."""
    assert [key for key, word in words("kk").items() if re.search(r"(?<!\w)сан(?:дар саны)?: \{", word)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_begins_small_since_all_stand_in_one_column(language):
    said = [word for key, word in words(language).items() if key.startswith("rule.")]
    assert [word for word in said if Text(language).low(word) != word] == []


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_line_can_end_between_a_number_and_its_noun(language):
    loose = re.compile(
        r"\d [а-яәғқңөұүһі]|\{(?:n|day|year|detail|years)\} (?:жал|лет|год|знак|МБ|столбц|жыл|таңба|баған)"
    )
    assert [sentence for sentence in every_text(language) if loose.search(sentence)] == []


# The words that a review found, each the only one for its thing; what it was called before.
GONE = {
    "ru": (
        *("показател", "цифр(?!ы)", "диаграмм", "пунктир", "рецепт", "[Вв]зять с собой", "стер(?:т|еть)", "убрано"),
        *("лица \\(", "Сообщено", "сообщено случаев", "Гринвич", "понят", "МППЧ", "ВОПП", "нагрузк"),
    ),
    "kk": (
        *(
            "көрсеткіш",
            "тақта",
            "рецепт",
            "түсініл",
            "[Аа]лып кету",
            "болдырмау",
            "(?<![кК])өшір",
            "алынды\\b",
            "Гринвич",
        ),
        *("СДТБТ-да", "бағдарша", "деректер жинағы", "Қазақстан халықаралық бюросы(?! \\(KIBHR)"),
    ),
}


@pytest.mark.parametrize(("language", "word"), [(language, word) for language, gone in GONE.items() for word in gone])
def test_one_thing_has_one_name(language, word):
    found = [each for each in [*words(language).values(), *notes(language).values()] if re.search(word, each)]
    assert found == []


# Letters ------------------------------------------------------------------------------


def every_text(language: str) -> list[str]:
    prose = [path.read_text("utf8") for path in (LOCALES / language).glob("*.md")]
    return [*words(language).values(), *notes(language).values(), *prose]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_mixes_latin_and_cyrillic_letters(language):
    mixed = {
        word
        for sentence in every_text(language)
        for word in re.findall(r"[^\W\d_]+", re.sub(r"\{[^}]*\}", " ", sentence))
        if LATIN.search(word) and CYRILLIC.search(word)
    }
    assert mixed == set()


def test_english_has_no_cyrillic_letter_but_in_the_names_of_languages():
    found = {key for key, word in words("en").items() if CYRILLIC.search(word)}
    assert found == {"language.ru", "language.kk"}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_letter_yo_as_in_official_texts(language):
    wrong = [sentence for sentence in every_text(language) if "ё" in sentence.lower()]
    assert wrong == [words(language)["alphabet.letters"]]


def test_russian_has_no_letter_of_kazakh_but_in_names():
    found = {key for key, word in words("ru").items() if re.search("[әғқңөұүһі]", word, re.I)}
    assert {key.split(".")[0] for key in found} <= {"language", "compiler", "region"}


@pytest.mark.parametrize("file", WRITTEN)
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_russian_and_kazakh_word_of_the_pages_is_in_cyrillic(language, file):
    untranslated = [
        key
        for section, entries in sections(language, file).items()
        for name, word in entries.items()
        if (key := f"{section}.{name}") not in AS_THEY_ARE
        and LATIN.search(re.sub(r"\{[^}]*\}", "", word))
        and not CYRILLIC.search(word)
    ]
    assert untranslated == []


@pytest.mark.parametrize("file", WRITTEN)
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_sentence_of_the_pages_is_left_in_english(language, file):
    english = words("en")
    same = [
        key
        for section, entries in sections(language, file).items()
        for name, word in entries.items()
        if (key := f"{section}.{name}") and word == english[key] and LATIN.search(re.sub(r"\{[^}]*\}", "", word))
    ]
    assert set(same) == (AS_THEY_ARE if file == "app.toml" else set())


# Nothing dead, nothing in the code --------------------------------------------------------


def made_keys() -> list[re.Pattern[str]]:
    """Keys that the code puts together, as patterns; a pattern that would take a whole section of app.toml is named."""
    patterns = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            parts: list[str | None] = []
            if isinstance(node, ast.JoinedStr):
                parts = [str(p.value) if isinstance(p, ast.Constant) else None for p in node.values]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, ast.Constant):
                parts = [str(node.left.value), None]
            if parts and parts[0] and re.match(r"[a-z_]+\.", parts[0]):
                if parts == ["ui.", None]:
                    patterns.append(re.compile("ui\\.(" + "|".join(VIEWS) + ")"))
                    continue
                patterns.append(re.compile("".join(".+" if part is None else re.escape(part) for part in parts)))
    return patterns


@pytest.mark.parametrize("file", WRITTEN)
def test_no_word_of_the_pages_is_dead(file):
    constants = {
        node.value
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    made, said = made_keys(), constants | error_keys()
    dead = [
        key
        for section, entries in sections("en", file).items()
        for name in entries
        if (key := f"{section}.{name}") not in said and not any(pattern.fullmatch(key) for pattern in made)
    ]
    assert dead == []


SHOWN = {
    *("title", "header", "subheader", "markdown", "write", "html", "caption", "text", "error", "warning", "info"),
    *("success", "button", "toggle", "checkbox", "selectbox", "multiselect", "slider", "select_slider", "radio"),
    *("segmented_control", "pills", "popover", "expander", "download_button", "link_button", "metric", "toast"),
    *("spinner", "status", "tabs", "text_input", "file_uploader", "Page", "add_annotation", "choice", "switch"),
}
SHOWN_BY_NAME = {"label", "help", "placeholder", "title", "text", "hovertext", "name", "ticktext", "title_text", "alt"}


def literals(node: ast.expr) -> Iterator[str]:
    """The strings that an expression shows as they stand: not the keys inside a call of text()."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        yield from literals(node.right)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, (ast.List, ast.Tuple)):
        for part in node.elts:
            yield from literals(part)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "join":
        for argument in node.args:
            yield from literals(argument)


def shown_literals(source: str) -> list[str]:
    """Words for people that stand in the code."""
    found = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name not in SHOWN or (name == "text" and isinstance(call.func, ast.Name)):  # text("a.key") is ours
            continue
        if isinstance(call.func, ast.Attribute) and name == "html" and isinstance(call.args[0], ast.BinOp):
            continue  # st.html(a path)
        first = call.args[:1] if name not in {"choice", "switch", "Page"} else call.args[1:2]
        by_name = [keyword.value for keyword in call.keywords if keyword.arg in SHOWN_BY_NAME]
        for expression in [*first, *by_name]:
            for literal in literals(expression):
                plain = re.sub(r"<[^>]*>?|[\w-]+=\"[^\"]*\"|&\w+;", "", literal)
                if re.search(r"[^\W\d_]{2,}", plain) and not re.fullmatch(r"[a-z]+_", plain):
                    found.append(literal)
    return found


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_for_people_stands_in_the_code(path):
    found = [word for word in shown_literals(path.read_text("utf8")) if "document.documentElement.lang" not in word]
    assert found == []


def test_a_word_for_people_in_the_code_would_be_seen():
    assert shown_literals('st.title("Overview")') == ["Overview"]
    assert shown_literals("st.markdown(f\"**{text('ui.note')}** Source\")") == ["** Source"]
    assert shown_literals('figure.add_annotation(x=0, text="Нет данных")') == ["Нет данных"]
    assert shown_literals("st.title(f\"{text('page.compare')}: {name}\")") == []
