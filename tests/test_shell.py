"""Can the same questions be asked from a shell, by people and by programs?

`python -m data build | versions | ask QUESTION`: exit status 0, 1 when the data or the store is at fault, 2 when the
call is; then one clear sentence on the error stream, never a trace, and nothing on the other.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data import __main__ as shell
from data import datasets
from data.datasets import DataRefused, Refusal
from data.errors import word_error
from data.intake.reading import loading
from data.intake.recipe import Recipe
from data.intake.typed import WordsRefused
from data.store import FORGETTING, StoreLocked, lake, open_store
from data.words import fill_words, words
from queries.catalog import names, query
from tests.conftest import required

CODE = Path(shell.__file__).parent.parent


@pytest.fixture
def call(store, capfd, monkeypatch):
    """Run one call here, on the real figures already open: exit status, output, errors."""
    monkeypatch.setattr(shell, "open_store", lambda: store)

    def run(*words: str) -> tuple[int, str, str]:
        capfd.readouterr()
        try:
            status = shell.main(list(words))
        except SystemExit as left:
            status = int(left.code or 0)
        out, err = capfd.readouterr()
        return status, out, err

    return run


def strict(text: str):
    """JSON as the standard has it: no NaN, no Infinity."""

    def refuse(word: str):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def process(*words: str, **env: str) -> subprocess.CompletedProcess:
    """The call as a person makes it."""
    return subprocess.run(
        [sys.executable, "-m", "data", *words],
        cwd=CODE,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


# ---------------------------------------------------------------- as a person calls it


def test_from_nothing_to_an_answer(tmp_path):
    done = process("ask", "allegations_by_year", "--country", "KZ", "--json", TCP_STORE=str(tmp_path / "store"))
    assert (done.returncode, done.stderr) == (0, "")
    answer = strict(done.stdout)
    assert answer["version"] == datasets.content_hash()
    assert 602 in {row["low"] for row in answer["rows"]}


def test_a_store_that_can_not_be_built_is_said_with_what_to_do_and_status_1(tmp_path):
    (tmp_path / "file").write_text("in the way", "utf8")
    done = process("build", TCP_STORE=str(tmp_path / "file" / "store"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 2
    assert str(tmp_path / "file" / "store") in done.stderr


def test_a_reader_that_goes_away_is_no_fault(store):
    code = f"{sys.executable} -m data ask evidence --figure-ids kz-0025 | head -c 1"
    done = subprocess.run(["sh", "-c", code], cwd=CODE, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")


# ---------------------------------------------------------------- build, versions


def test_build_says_which_version_stands_and_where(call, store):
    status, out, err = call("build")
    assert (status, err) == (0, "")
    assert datasets.content_hash() in out
    assert str(store.path) in out


def test_build_for_a_program(call):
    status, out, _ = call("build", "--json")
    assert status == 0
    told = {"snapshot", "published_at", "dated", "author", "message", "version", "kind"}
    told |= {"upload_id", "uploads", "forgotten"}
    assert strict(out).keys() == told


def test_versions_lists_every_publish(call, store):
    status, out, _ = call("versions", "--json")
    assert status == 0
    assert strict(out) == store.versions()
    status, out, _ = call("versions")
    assert status == 0
    assert datasets.content_hash() in out


# ---------------------------------------------------------------- ask


@pytest.mark.parametrize("name", names())
def test_every_question_can_be_asked_by_a_program(call, name):
    words = [word for key, value in required(name).items() for word in (f"--{key.replace('_', '-')}", value)]
    status, out, err = call("ask", name, *words, "--json")
    assert (status, err) == (0, "")
    answer = strict(out)
    assert answer.keys() == {"question", "params", "version", "rows"}
    assert answer["question"] == query(name).question
    assert all(set(row) >= set(query(name).columns) for row in answer["rows"])


def test_a_row_has_dates_numbers_and_nulls_as_json_has_them(call):
    _, out, _ = call("ask", "allegations_by_year", "--country", "KZ", "--compilers", "kibhr", "--json")
    (row,) = strict(out)["rows"]
    assert (row["low"], row["high"], row["is_open"]) == (70, None, True)
    assert (row["period_start"], row["period_end"]) == ("2015-01-01", "2015-10-15")
    assert isinstance(row["low"], int)


def test_the_ratio_of_2012_from_a_shell(call):
    _, out, _ = call("ask", "stage_ratio", "--country", "KZ", "--year-from", "2012", "--year-to", "2012", "--json")
    row = next(row for row in strict(out)["rows"] if row["claim"] == "side_by_side")
    assert (row["numerator_low"], row["denominator_low"], round(row["ratio_low"], 2)) == (18, 602, 2.99)


def test_a_person_reads_the_question_and_a_table(call):
    status, out, _ = call("ask", "allegations_by_year", "--country", "KZ")
    assert status == 0
    assert out.startswith(query("allegations_by_year").question)
    assert "602" in out


def test_nothing_found_is_said_and_is_no_fault(call):
    status, out, _ = call("ask", "allegations_by_year", "--country", "KZ", "--year-from", "1950", "--year-to", "1960")
    assert status == 0
    assert "No figure was found" in out


def test_several_codes_are_separated_by_commas(call):
    _, out, _ = call("ask", "yearly_lines", "--country", "KZ", "--stages", "complaint,convicted", "--json")
    assert {row["stage"] for row in strict(out)["rows"]} == {"complaint", "convicted"}


# ---------------------------------------------------------------- a call that is wrong


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["allegations_by_year", "--country", "XX"], "XX"),
        (["allegations_by_year", "--country", "kz"], "kz"),
        (["allegations_by_year", "--country", "KZ", "--stage", "complained"], "complained"),
        (["allegations_by_year", "--country", "KZ", "--compilers", "kibhr,nobody"], "nobody"),
        (["allegations_by_year", "--country", "KZ", "--scope", "most"], "most"),
        (["allegations_by_year", "--country", "KZ", "--scope-detail", "january_1922"], "january_1922"),
        (["allegations_by_year", "--country", "KZ", "--year-from", "soon"], "soon"),
        (["allegations_by_year", "--country", "KZ", "--year-from", "2012.5"], "2012.5"),
        (["allegations_by_year", "--country", "KZ", "--year-from", "9" * 60], "year-from"),
        (["stage_ratio", "--country", "KZ", "--with-c", "perhaps"], "perhaps"),
        (["stage_ratio", "--country", "KZ", "--numerators", "prosecution"], "prosecution"),
        (["evidence", "--figure-ids", "kz-9999"], "kz-9999"),
        (["ratio_by_country", "--kind", "unofficial"], "unofficial"),
        (["ladder", "--country", "KZ", "--compiler", "nobody"], "nobody"),
        (["ladder", "--country", "KZ", "--compiler", "ombudsman", "--document", "rumour"], "rumour"),
        (["ladder", "--country", "KZ", "--compiler", "ombudsman", "--period-start", "1.1.2012"], "1.1.2012"),
        (["ladder", "--country", "KZ", "--compiler", "ombudsman", "--period-start", "20120101"], "20120101"),
        (["ladder", "--country", "KZ", "--compiler", "ombudsman", "--period-end", "2012-W01-1"], "2012-W01-1"),
        (["ladder", "--country", "KZ", "--compiler", "ombudsman", "--period-end", "2012-02-30"], "2012-02-30"),
        (["allegations_by_year"], "--country"),
        (["ladder", "--country", "KZ"], "--compiler"),
    ],
    ids=lambda value: "-".join(value)[:60] if isinstance(value, list) else value[:12],
)
def test_a_wrong_value_is_one_sentence_that_names_it_and_status_2(call, words, named):
    status, out, err = call("ask", *words)
    assert (status, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ask", "no_such_question"], "no_such_question"),
        (["ask", "allegations_by_year", "--country", "KZ", "--planet", "Mars"], "--planet"),
        (["publicise"], "publicise"),
        (["ask"], "QUESTION"),
        ([], "COMMAND"),
        (["ask", "allegations_by_year", "--country"], "--country"),
    ],
    ids=["question", "parameter", "command", "no question", "no command", "no value"],
)
def test_a_word_the_shell_does_not_know_is_named_and_status_2(call, words, named):
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert named in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_wrong_call_builds_no_store(tmp_path, monkeypatch, call):
    monkeypatch.setattr(shell, "open_store", open_store)
    monkeypatch.setenv("TCP_STORE", str(tmp_path / "store"))
    status, _, _ = call("ask", "allegations_by_year", "--country", "XX")
    assert status == 2
    assert not (tmp_path / "store").exists()


# ---------------------------------------------------------------- data or a store at fault


def test_refused_data_is_one_line_a_fault_and_status_1(call, monkeypatch):
    faults = [
        Refusal("official/official_figures.csv", 9, "value_low", "not_a_number", "6O2"),
        Refusal("official/official_figures.csv", 9, "stage", "unknown_code", "complained"),
    ]

    def refused(*_):
        raise DataRefused(faults)

    monkeypatch.setattr(shell, "open_store", refused)
    status, out, err = call("build")
    assert (status, out) == (1, "")
    first, *places = err.splitlines()
    assert first == words("en")["error.data_refused"]
    assert places == [
        f"official/official_figures.csv, row 9, column value_low: {words('en')['rule.not_a_number']} – 6O2",
        f"official/official_figures.csv, row 9, column stage: {words('en')['rule.unknown_code']} – complained",
    ]


@pytest.mark.parametrize("words", [["build"], ["versions"], ["ask", "countries_known", "--json"]])
def test_a_locked_store_is_said_with_what_to_do_and_status_1(call, monkeypatch, tmp_path, words):
    def locked(*_):
        raise StoreLocked(tmp_path)

    monkeypatch.setattr(shell, "open_store", locked)
    status, out, err = call(*words)
    assert (status, out) == (1, "")
    assert str(tmp_path) in err
    assert err.count("\n") == 2


def test_a_damaged_store_is_said_and_status_1(call, monkeypatch, tmp_path):
    monkeypatch.setattr(shell, "open_store", open_store)
    (tmp_path / lake.CATALOGUE).write_bytes(b"This is no catalogue." * 400)
    monkeypatch.setenv("TCP_STORE", str(tmp_path))
    status, out, err = call("versions")
    assert (status, out) == (1, "")
    assert str(tmp_path) in err
    assert "Traceback" not in err


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("words", [[], ["build"], ["versions"], ["ask"]], ids=["all", "build", "versions", "ask"])
def test_each_command_has_help(call, words):
    status, out, err = call(*words, "--help")
    assert (status, err) == (0, "")
    assert out.startswith("usage: python -m data")


@pytest.mark.parametrize("name", names())
def test_the_help_of_a_question_is_its_header(call, name):
    status, out, _ = call("ask", name, "--help")
    assert status == 0
    flat = " ".join(out.split())
    assert query(name).question in flat
    for parameter in query(name).params.values():
        assert f"--{parameter.name.replace('_', '-')}" in flat
        assert parameter.description in flat


# ---------------------------------------------------------------- a file from outside (synthetic)

RECIPE = """shape = "cases"
row = "complaint"
totals = ["word"]
[constants]
country = "KZ"
[columns]
"Дата обращения" = "allegation_date"
"Результат" = "outcome"
[values.outcome]
"осужден" = "convicted"
"жалоба" = "complaint"
"""
ROWS = ["№;ФИО;Дата обращения;Результат", "1;Синтетиков С.С.;16.05.2019;осужден", "2;;31.02.2019;жалоба"]
ROWS += ["3;;02.03.2020;жалоба", "Итого;;;"]
WHO = ("--organisation", "Synthetic Centre", "--author", "tester")


@pytest.fixture
def own(path, tmp_path, call, monkeypatch):
    """A store of one's own, a list in Windows-1251 and a recipe for it."""
    opened = open_store(path)
    monkeypatch.setattr(shell, "open_store", lambda: opened)
    (tmp_path / "list.csv").write_bytes("\r\n".join(ROWS).encode("windows-1251"))
    (tmp_path / "recipe.toml").write_text(RECIPE, "utf8")
    yield str(tmp_path / "list.csv"), "--recipe", str(tmp_path / "recipe.toml")
    opened.close()


def test_check_says_the_sum_and_names_the_row_and_keeps_nothing(call, own):
    status, out, err = call("check", *own)
    assert (status, err) == (1, "")
    assert out.startswith("4 rows in the file = 2 published + 1 rejected + 1 left out")
    assert "row 3, Дата обращения: not_a_date (error)" in out
    status, out, _ = call("check", *own, "--json")
    said = strict(out)
    assert (status, said["in_file"], said["rejected"], said["findings"]) == (1, 4, {"not_a_date": 1}, [])
    assert "Синтетиков" not in out
    assert len(strict(call("versions", "--json")[1])) == 1


def test_check_of_a_large_file_is_json_too(call, own, monkeypatch):
    monkeypatch.setattr(loading, "LARGE", 0)
    Path(own[0]).write_text("\n".join(ROWS[:2]) + "\n", "utf8")
    status, out, _ = call("check", *own, "--json")
    assert (status, strict(out)["published"]) == (0, 1)


def test_publish_compare_undo_and_forget(call, own):
    status, out, _ = call("publish", *own, *WHO, "--json")
    assert (status, strict(out)["published_rows"]) == (0, 2)
    upload = strict(out)["upload_id"]
    first, second = (version["version"] for version in strict(call("versions", "--json")[1]))
    status, out, _ = call("compare", first, second, "--json")
    assert status == 0
    assert {row["change"] for row in strict(out)["counts"]} == {"added"}
    status, _, err = call("publish", *own, *WHO)
    assert (status, upload in err) == (1, True)
    status, out, _ = call("undo", "--author", "tester", "--json")
    assert (status, strict(out)["version"]) == (0, first)
    status, out, _ = call("ask", "allegations_by_year", "--country", "KZ", "--version", second, "--json")
    assert upload in {row["source_id"] for row in strict(out)["rows"]}
    status, out, _ = call("forget", upload, "--author", "tester", "--json")
    assert (status, strict(out)["versions_gone"], strict(out)["see"]) == (0, [second], {second: first})
    status, _, err = call("ask", "countries_known", "--version", second)
    said = fill_words("refused.version_replaced", detail=second, see=first)
    assert (status, err) == (1, f"{said}\n")


def test_an_unfinished_forget_is_said_beside_an_answer_and_finished_when_asked_for_again(call, own):
    upload = strict(call("publish", *own, *WHO, "--json")[1])["upload_id"]
    note = shell.open_store().path / FORGETTING
    note.write_bytes(b"")
    status, out, err = call("versions", "--json")
    assert (status, len(strict(out))) == (0, 2)
    assert "is not finished" in err
    assert str(note) in err
    status, out, err = call("undo", "--author", "tester")
    assert (status, out) == (1, "")
    assert err.count("is not finished") == 2
    assert call("forget", upload, "--author", "tester")[0] == 0
    assert call("versions", "--json")[2] == ""


def test_a_strict_list_tells_no_small_number_in_any_answer(call, own):
    assert call("publish", *own, *WHO, "--strict")[0] == 0
    status, out, _ = call("ask", "yearly_lines", "--country", "KZ", "--stages", "complaint,convicted", "--json")
    uploaded = [row for row in strict(out)["rows"] if row["compiler"].startswith("upload_")]
    assert {(row["stage"], row["low"], row["high"], row["qualifier"]) for row in uploaded} == {
        ("complaint", 1, 4, "withheld"),
        ("convicted", 1, 4, "withheld"),
        ("convicted", 0, 0, "exact"),
    }
    status, _, err = call("publish", *own, *WHO)
    assert (status, err.splitlines()[-1].split(" of ")[0]) == (1, "This organisation has already published numbers")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (("--author", "tester 900101300126"), ("personal", "author", "iin")),
        (("--organisation", "Центр 8 701 234 56 78"), ("personal", "organisation", "phone")),
        (("--message", "Жалоба Иванова Ивана"), ("personal", "message", "name")),
        (("--message", "a\u202eb"), ("unseen", "message")),
        (("--message", "x" * 201), ("too_long", "message")),
        (("--author", " "), ("missing", "author")),
    ],
)
def test_what_is_typed_in_a_shell_is_guarded_as_on_the_page(call, own, words, refused):
    said = dict(zip(WHO[::2], WHO[1::2], strict=True)) | dict([words])
    status, out, err = call("publish", *own, *(word for pair in said.items() for word in pair))
    assert (status, out) == (2, "")
    fault, where, *kinds = refused
    assert err.splitlines()[-1] == word_error(WordsRefused(where, fault, kinds), fill_words)[0]
    if words[0] == "--author":
        assert call("undo", *words)[0] == call("forget", "abc", *words)[0] == 2
    assert len(strict(call("versions", "--json")[1])) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "no.csv"), "There is no file no.csv."),
        (("undo", "--author", "tester"), "There is nothing to undo."),
        (("forget", "abc", "--author", "tester"), "There is no upload abc here"),
        (("compare", "abc", "def"), "There is no version «abc» here"),
    ],
)
def test_a_call_that_can_not_be_done_is_one_sentence(call, own, words, said):
    more = own[1:] if words[0] == "check" else ()
    status, out, err = call(*words, *more)
    assert status in {1, 2}
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_a_recipe_that_is_none_is_a_fault_of_the_call(call, own, tmp_path):
    (tmp_path / "recipe.toml").write_text("shape = 5", "utf8")
    status, out, err = call("check", *own)
    assert (status, out) == (2, "")
    assert err == "Of the wrong type in the recipe: shape\n"


def test_check_says_each_open_question_as_a_sentence_with_the_line_that_answers_it(call, own, tmp_path):
    rows = ["16.05.2019;осужден", "17.05.2019;прекращено", "18.05.2019;начато досудебное расследование"]
    (tmp_path / "list.csv").write_text("Дата обращения;Результат\r\n" + "\r\n".join(rows) + "\r\n", "utf8")
    values = {
        "осужден": "convicted",
        "прекращено": "terminated",
        "начато досудебное расследование": "investigation_opened",
    }
    columns = {"Дата обращения": "allegation_date", "Результат": "outcome"}
    (tmp_path / "recipe.toml").write_text(
        Recipe("cases", columns=columns, values={"outcome": values}).to_toml(), "utf8"
    )
    status, out, err = call("check", str(tmp_path / "list.csv"), "--recipe", str(tmp_path / "recipe.toml"))
    assert status == 1
    assert 'Of which country is the list? Recipe: [constants] country = "KZ"' in out
    assert "reached too? Rows: 1. Recipe: [implies] terminated = true, or false" in out
    assert 'Taken as certain: row = "complaint".' in out
    assert fill_words("closed.questions") in err
