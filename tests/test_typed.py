"""Is what people type guarded wherever it is typed, and does a recipe keep no word of a file that it does not need?

Everybody here is made up, and so is every number.
"""

from dataclasses import replace

import pytest

from components.upload import columns
from data.intake.recipe import Recipe
from data.intake.typed import LONGEST, WordsRefused, guard_words, trim_recipe
from data.store import open_store
from tests.test_intake import IINS, LIST, SAID, meant, ready, taken
from tests.test_uploads import cases

NAME = "Планетов Егор Синтетикович"


@pytest.mark.parametrize("where", ["organisation", "author"])
@pytest.mark.parametrize("words", ["Synthetic Centre", NAME, "Центр имени Абая Құнанбайұлы", "tester", "«Пример», ОО"])
def test_a_name_may_stand_where_somebody_says_who_he_is(where, words):
    assert guard_words(where, f"  {words}\n") == words


@pytest.mark.parametrize("where", LONGEST)
@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (f"список {IINS[0]}", "iin"),
        ("звонить 8 701 234 56 78", "phone"),
        ("a.synthetic@example.kz", "email"),
        ("см. t.me/synthetic_person", "online"),
        ("паспорт N12345678", "document"),
        (f"список {IINS[0][:-1]}{(int(IINS[0][-1]) + 1) % 10}", "long_number"),  # its check digit is wrong
        (f"{IINS[0][:4]}'{IINS[0][4:8]}'{IINS[0][8:]}", "long_number"),
        ("запись \uff17\uff16\uff15\uff14\uff13\uff12\uff11", "long_number"),
    ],
)
def test_what_identifies_a_person_stands_nowhere(where, words, kind):
    with pytest.raises(WordsRefused) as refused:
        guard_words(where, words)
    assert (refused.value.where, refused.value.fault, refused.value.code) == (where, "personal", "typed_personal")
    assert kind in refused.value.kinds
    assert words not in str(refused.value), "a refusal does not say it again"


@pytest.mark.parametrize("where", ["message", "reason"])
def test_a_name_stands_in_no_message_and_no_reason(where):
    with pytest.raises(WordsRefused) as refused:
        guard_words(where, f"исправлено по просьбе: {NAME}")
    assert refused.value.kinds == ("name",)


@pytest.mark.parametrize(
    ("where", "words", "fault"),
    [
        ("organisation", "", "missing"),
        ("author", " \n\t", "missing"),
        ("organisation", "x" * 121, "too_long"),
        ("message", "x" * 201, "too_long"),
        ("author", "te\x00ster", "unseen"),
        ("author", "te\u200bster", "unseen"),
        ("organisation", "Centre \u202eertneC", "unseen"),
        ("message", "\x1b[31mred", "unseen"),
        ("reason", "a\u2028b", "unseen"),
        ("reason", "a\udc80b", "unseen"),
        ("author", "te\u3164ster", "unseen"),
        ("message", "a\u2800b", "unseen"),
        ("message", "te\ufe0fster", "unseen"),
        ("organisation", "Ц" + "\u0301" * 3 + "ентр", "unseen"),
    ],
)
def test_words_have_a_length_and_no_sign_that_can_not_be_seen(where, words, fault):
    with pytest.raises(WordsRefused) as refused:
        guard_words(where, words)
    assert refused.value.fault == fault


@pytest.mark.parametrize(
    "words",
    ["исправлены 01.01.2018–31.12.2021", "2019 2020 2021", "вместо версии 365e9784095c", "1 200 000 строк", "Ца́ца"],
)
def test_days_years_versions_and_stressed_letters_stand_in_a_message(words):
    assert guard_words("message", words) == words


def test_a_message_may_be_empty_and_lines_become_one():
    assert guard_words("message", "") == ""
    assert guard_words("message", " a\r\n\tb\u00a0 c ") == "a b c"


@pytest.mark.parametrize("call", ["publish", "preview", "undo", "forget"])
def test_the_store_takes_no_words_that_are_not_guarded(path, call):
    store = open_store(path)
    spoiled = cases(store, [{"year": 2019}], author=f"tester {IINS[0]}")
    calls = {
        "publish": lambda: store.publish(spoiled),
        "preview": lambda: store.preview(spoiled),
        "undo": lambda: store.undo(spoiled.author),
        "forget": lambda: store.forget(spoiled.upload_id, spoiled.author),
    }
    with pytest.raises(WordsRefused) as refused:
        calls[call]()
    assert refused.value.where == "author"
    assert len(store.versions()) == 1
    store.close()


# ---------------------------------------------------------------- the recipe


def test_a_recipe_keeps_the_columns_of_its_file_and_nothing_in_which_a_person_is_seen():
    recipe = Recipe(
        "cases",
        dialect={"kind": "xlsx", "sheet": "Абай, дело в Риддере", "header_row": 1},
        columns={"Дата": "allegation_date", "Исход": "outcome", f"Решение: {NAME}": "decided_on", "Вес": "weight"},
        values={
            "outcome": {"осужден": "convicted", f"осужден {NAME}": "convicted", "осужден, 0412345678": "convicted"}
        },
        constants={"country": "KZ"},
        accepted={"date_missing": "так в журнале", NAME: "не понадобилось"},
    )
    kept = trim_recipe(recipe, ["№", "дата", "Исход", f"Решение: {NAME}"], {"date_missing": 2})
    assert kept == Recipe(
        "cases",
        dialect={"kind": "xlsx", "header_row": 1},
        columns={"Дата": "allegation_date", "Исход": "outcome"},
        values={"outcome": {"осужден": "convicted"}},
        constants={"country": "KZ"},
        accepted={"date_missing": "так в журнале"},
    )
    assert "Планетов" not in kept.to_toml()
    assert "Риддер" not in kept.to_toml(), "of a workbook's own words nothing is needed"


def test_of_rows_that_are_left_out_a_recipe_keeps_no_word_of_a_column_without_codes():
    recipe = Recipe(
        "cases",
        columns={"Дата": "allegation_date", "Исход": "outcome"},
        leave_out={
            "Исход": ("жалоба не подана", f"{NAME}"),
            "Дата": ("без даты",),
            "Потерпевший": ("Абай из Риддера",),
        },
    )
    kept = trim_recipe(recipe, ["Дата", "Исход", "Потерпевший"], ())
    assert kept.leave_out == {"Исход": ("жалоба не подана",)}


def test_headers_of_counts_are_kept_that_the_file_has():
    counts = {"Жалоб": "complaint", "Осуждено по делу Абая": "convicted", f"Решение: {NAME}": "acquitted"}
    recipe = Recipe("figures", columns={"Год": "period"}, counts=counts)
    assert trim_recipe(recipe, ["Год", "Жалоб", f"Решение: {NAME}"], ()).counts == {"Жалоб": "complaint"}


def test_values_of_a_field_that_no_column_fills_are_not_kept():
    recipe = Recipe("cases", columns={"Дата": "allegation_date"}, values={"outcome": {"за рекой": "convicted"}})
    assert trim_recipe(recipe, ["Дата"], ()).values == {}


def test_a_reason_in_a_recipe_is_guarded_before_it_is_stored(path):
    store = open_store(path)
    made = taken(store, [LIST[2], ["1", "", "", "", "Шымкент", "осужден", "1"], *LIST[3:5]])
    made.leave_all_out()
    recipe = meant(made.suggested())  # of single cases: a count without a date is refused
    recipe = replace(recipe, columns={header: name for header, name in recipe.columns.items() if name != "weight"})
    for reason, fault in (("опечатки журнала", ""), (f"сказал {NAME}", "personal"), ("x" * 201, "too_long")):
        made.check(Recipe(**vars(recipe) | {"accepted": {"date_missing": reason}}))
        if not fault:
            assert reason in made.upload(**SAID).recipe
            continue
        with pytest.raises(WordsRefused) as refused:
            made.upload(**SAID)
        assert (refused.value.where, refused.value.fault) == ("reason", fault)
    made.close()
    store.close()


def test_a_stored_recipe_holds_no_cell_that_means_nothing(path):
    """What an unmapped column, a value without a code or a row that was rejected says is in no recipe."""
    store = open_store(path)
    made = ready(store, [*LIST[2:5], ["9", "", "", "31.02.2013", "за синей рекой", "дело у министра", "1"]])
    kept = made.upload(**SAID).recipe
    assert "осужден" in kept
    assert not [words for words in ("рекой", "министра", "Шымкент", "Область", "ФИО") if words in kept]
    made.close()
    store.close()


def test_a_stored_recipe_is_offered_to_the_organisation_that_kept_it_and_to_no_other(path, monkeypatch):
    store = open_store(path)
    made = ready(store, LIST)
    store.publish(made.upload(**SAID))
    monkeypatch.setattr(columns, "uploads", store.uploads)
    for organisation, is_offered in (
        (SAID["organisation"], True),
        (f"  {SAID['organisation'].upper()} ", True),
        ("Another Centre", False),
        (f"{SAID['organisation']} 2", False),
        ("", False),
    ):
        assert (bool(columns.find_own_lists(made, organisation))) == is_offered, organisation
    other_headers = taken(store, [["Год", "Итог"], ["2012", "осужден"]])
    assert columns.find_own_lists(other_headers, SAID["organisation"]) == []
    other_headers.close()
    made.close()
    store.close()
