"""Is a column, or a value, of a file suggested to be what it is, and nothing that it denies?

A value is mapped whole, never by a part of it; what names a person is suggested for nothing; where two are equally good
nobody chooses. A recipe says what was decided, and is refused where it names what there is not.
"""

import csv
import tomllib
from datetime import date

import pytest
from hypothesis import assume, given, strategies
from rapidfuzz.distance import OSA

from data import datasets
from data.intake import fields as described
from data.intake import lexicon
from data.intake.fields import SHAPES, TYPES, fields, lacking, not_shown
from data.intake.lexicon import denials, suggest_values
from data.intake.recipe import Recipe, RecipeError
from data.intake.suggesting import FORMATS, is_personal, suggest_columns, suggest_shape
from data.intake.totals import find_totals, is_total
from data.intake.values import year_of

TODAY = date(2026, 11, 24)
CASES, FIGURES = fields("cases"), fields("figures")
CODED = [about for kind in SHAPES for about in fields(kind).values() if about.type == "code"]


def codes(name: str, *values: str) -> list[str | None]:
    """The suggested code of each value, or None."""
    about = CASES.get(name) or FIGURES[name]
    found = suggest_values(about, values)
    return [found[value][0] if value in found else None for value in values]


def suggested(samples: dict[str, list[str]], kind: str = "cases") -> dict[str, str]:
    """Header -> field, for the headers that have a suggestion."""
    return {one.header: one.field for one in suggest_columns(list(samples), samples, kind, TODAY)}


# ---------------------------------------------------------------- fields


def test_every_field_is_of_a_type_and_what_it_leans_on_is_there():
    for kind in SHAPES:
        for name, about in fields(kind).items():
            assert about.type in TYPES
            assert about.gives in fields(kind)
            assert (about.type == "code") == bool(about.words), name
            assert about.type != "code" or about.codes(), name


def test_the_codes_of_a_field_are_those_of_the_data():
    def column(name: str, column: str) -> tuple[str, ...]:
        with (datasets.ROOT / "reference" / f"{name}.csv").open(encoding="utf8", newline="") as file:
            return tuple(row[column] for row in csv.DictReader(file))

    assert CASES["outcome"].codes() == FIGURES["stage"].codes() == column("stages", "stage")
    assert FIGURES["unit"].codes() == column("units", "unit")
    of_all = column("regions", "region")
    assert FIGURES["region"].codes() == tuple(code for code in of_all if code.startswith("KZ-"))
    assert FIGURES["region"].codes("KG") == tuple(code for code in of_all if code.startswith("KG-"))
    assert FIGURES["region"].codes("SN") == ()


def test_the_fields_of_the_file_of_fields_have_no_key_that_nobody_reads():
    known = {"type", "gives", "words", "without", "constant", "required", "list", "codes", "locale"}
    said = tomllib.loads((described.HERE / "fields.toml").read_text("utf8"))
    never = said.pop("never_read")
    assert {key for kind in said.values() for about in kind.values() for key in about} <= known
    for kind, names in never.items():
        assert not set(names) & fields(kind).keys()
        assert set(names) <= lexicon.load_words()["header"].keys(), "or nothing would be known by its header"


def test_a_list_without_dates_or_outcomes_is_told_what_it_cannot_show():
    assert not_shown("cases", {"weight", "case_id"}) == ["years", "ladder"]
    assert "ladder" in not_shown("cases", {"allegation_date"})
    assert lacking("cases", {"weight"}) == []


def test_a_figure_needs_its_period_one_way_or_another():
    rest = {"stage", "unit", "value"}
    assert lacking("figures", rest) == ["period"]
    assert lacking("figures", rest | {"period_start"}) == ["period"]
    assert lacking("figures", rest | {"period_start", "period_end"}) == []
    assert lacking("figures", rest | {"period"}) == []
    assert lacking("figures", rest - {"value"}, years_across=True) == []


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("Осуждён", "convicted"), ("осужден", "convicted"), ("СОТТАЛДЫ", "convicted"), ("Convicted.", "convicted")),
        *(("Отказано", "refused"), ("не подтвердилось", "refused"), ("расталмады", "refused")),
        *(("Not sustained", "refused"), ("Unsubstantiated", "refused"), ("Бас тартылды", "refused")),
        *(("Тоқтатылды", "terminated"), ("токтатылды", "terminated"), ("тоқтатыла тұрды", "suspended")),
        *(("Направлено в суд", "sent_to_court"), ("Сотқа жолданды", "sent_to_court"), ("оправдан", "acquitted")),
        *(("привлечён к дисциплинарной ответственности", "disciplined"), ("not guilty", "acquitted")),
        *(("Приговорены к лишению свободы", "imprisoned"), ("convicted", "convicted")),
    ],
)
def test_an_outcome_is_known_in_three_languages(value, code):
    assert codes("outcome", value) == [code]


@pytest.mark.parametrize(
    "value",
    [
        *("не привлечён", "Не привлечен к уголовной ответственности", "непривлечен", "not prosecuted", "тартылмады"),
        *("not convicted", "не осужден", "неосужден", "сотталмады", "сотталмаған", "не осуждён", "unconvicted"),
        *("дело не направлено в суд", "сотқа жолданбады", "іс сотқа жолданбады", "не оправдан", "ақталмады"),
        *("осужден?", "осужден / оправдан", "осужден условно, приговор отменен", "приговор отменён"),
        *("тоқтатылмады", "не прекращено", "not registered", "deregistered", "отменено: осуждены"),
    ],
)
def test_a_value_that_denies_or_doubts_a_known_word_is_not_that_word(value):
    assert codes("outcome", value) == [None]


def test_not_sustained_is_never_a_success_of_the_complaint():
    won = {"prosecuted", "sent_to_court", "convicted", "imprisoned", "registered_offence", "investigation_opened"}
    for value in (
        "Not sustained",
        "NOT SUSTAINED",
        "not  sustained",
        "Unsubstantiated",
        "не подтверждено",
        "расталмаған",
    ):
        assert not set(codes("outcome", value)) & won


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("Акмолинская область", "KZ-11"), ("Алматинская обл.", "KZ-19"), ("алматинская", "KZ-19")),
        *(("г. Алматы", "KZ-75"), ("Алматы облысы", "KZ-19"), ("Алматы", "KZ-75"), ("Нур-Султан", "KZ-71")),
        *(("Қарағанды облысы", "KZ-35"), ("Караганды облысы", "KZ-35"), ("ВКО", "KZ-63"), ("KZ-10", "KZ-10")),
        *(("West Kazakhstan Region", "KZ-27"), ("область Жетісу", "KZ-33"), ("Шымкент қаласы", "KZ-79")),
        *(("Мангистауская облась", "KZ-47"), ("Бишкек", None), ("Алматинская и Жетісу", None), ("область", None)),
    ],
)
def test_a_region_is_known_by_its_names(value, code):
    assert codes("region", value) == [code]


def test_almaty_beside_the_city_of_almaty_cannot_be_told():
    assert codes("region", "Алматы", "г. Алматы", "Астана") == [None, "KZ-75", "KZ-71"]


def test_units_are_known():
    assert codes("unit", "жалобы", "дела", "адам", "%", "люди (человек)") == [
        *("complaints", "cases", "persons", "percent", "persons"),
    ]


def test_an_article_is_never_taken_for_its_neighbour():
    assert codes("legal_basis", "ст. 146", "146-бап", "ч. 2 ст. 146 ук рк", "141-1") == [
        *("kz_2014_146", "kz_2014_146", "kz_2014_146", "kz_1997_141_1"),
    ]
    assert codes("legal_basis", "ст. 145", "ст. 147 ук рк", "146-1", "ст. 146, 362", "141") == [None] * 5


def test_no_word_stands_for_two_codes_of_a_field():
    for about in CODED:
        for word, meant in lexicon._lexicon(about, "KZ").items():
            assert len(meant) == 1, (about.name, word, meant)


OTHER_WORDS = {"personal", "total", "negation", "filler", "dates", "officer", "counted", "no_number", "kind"}


def test_every_word_of_the_file_of_words_is_of_a_code_or_a_field_that_there_is():
    known = {about.words.split(".")[0]: set(about.codes()) for about in CODED}
    said = lexicon.load_words()
    for section, entries in said.items():
        if section in {"header", "second", "loose", "heads", "subjects", "second_heads", "second_subjects"}:
            assert set(entries) <= set(CASES) | set(FIGURES) | set(described.never_read("cases"))
        elif section in {"outcome", "counts"}:
            assert set(entries) <= known["stage"]
        elif section in known:
            assert set(entries) <= known[section], section
        else:
            assert section in {*FORMATS, *OTHER_WORDS}


def test_every_word_of_the_locales_is_known():
    for about in CODED:
        for key, text in lexicon._locale_words(about.words.split(".")[0]):
            root = key.split(".")[0]
            if root in about.codes() and not key.endswith(".in"):
                assert codes(about.name, text) == [root]


WORDS = [(about, word) for about in CODED for word in sorted(lexicon._lexicon(about, "KZ"))]
LETTERS = "".join(map(chr, [*range(0x430, 0x450), *map(ord, "қңғө"), *range(0x61, 0x7B)]))


@given(strategies.sampled_from(WORDS), strategies.sampled_from(WORDS), strategies.text(LETTERS, min_size=1, max_size=9))
def test_a_value_is_never_mapped_by_a_part_of_it(known, other, word):
    about, said = known
    words = lexicon._lexicon(about, "KZ")
    for value in (f"{said} {word}", f"{word} {said}", f"{said}, {other[1]}", f"{said} / {other[1]}", f"{said}?"):
        found = suggest_values(about, [value]).get(value)
        # Only another whole known word, or that word misspelt, may be found: never the part.
        allowed = {code for one, meant in words.items() if len(one.split()) == len(value.split()) for code in meant}
        assert found is None or (found[0] in allowed and "?" not in value), (value, found)


@given(strategies.sampled_from(WORDS), strategies.data())
def test_a_known_word_with_its_beginning_or_an_end_cut_off_is_not_found_in_it(known, data):
    about, said = known
    cut = data.draw(strategies.integers(1, max(1, len(said) // 2)))
    for part in (said[:cut], said[-cut:]):
        assume(len(said) > 6 and part.strip() == part)
        found = suggest_values(about, [part]).get(part)
        if found is not None:  # it is a known word of its own, or one with a letter or two amiss
            near = [code for word, code in lexicon._lexicon(about, "KZ").items() if OSA.distance(part, word) <= 2]
            assert {found[0]} in near, (part, said)


DENIALS = [
    "не {}",
    "не было {}",
    "нет: {}",
    "не{}",
    "not {}",
    "non-{}",
    "un{}",
    "{} емес",
    "{} жоқ",
    "без {}",
    "отказ: {}",
]


@given(strategies.sampled_from(WORDS), strategies.sampled_from(DENIALS))
def test_a_denied_word_is_never_the_word(known, denial):
    about, said = known
    value = denial.format(said)
    assume(lexicon.fold_value(value) not in lexicon._lexicon(about, "KZ"))
    found = suggest_values(about, [value]).get(value)
    assert found is None or found[0] not in lexicon._lexicon(about, "KZ")[said], (value, found)


@given(strategies.sampled_from([one for one in WORDS if one[0].name in {"outcome", "stage"}]))
def test_a_kazakh_verb_turned_into_its_denial_is_not_the_verb(known):
    about, said = known
    for ending, denied in {"лды": "лмады", "лді": "лмеді", "нды": "нбады", "ған": "маған", "ген": "меген"}.items():
        value = said + " "
        if (turned := value.replace(f"{ending} ", f"{denied} ").strip()) != said:
            assert codes(about.name, turned) in ([None], [code_of(about, turned)]), turned


def code_of(about, word: str) -> str | None:
    """The code of a word that is itself a known one."""
    return next(iter(lexicon._lexicon(about, "KZ").get(word, [None])))


def test_denials_are_counted_in_every_language():
    for text in ("не привлечен", "расталмады", "not sustained", "отказано", "unfounded", "Бас тартылды"):
        assert denials(text) == 1, text
    assert denials("осужден") == denials("сотталды") == denials("convicted") == 0


# ---------------------------------------------------------------- headers

RUSSIAN = {
    "№": ["1", "2", "3"],
    "Дата обращения": ["16.05.2012", "17.05.2012"],
    "ФИО": ["Иванов Иван Иванович"],
    "ИИН": ["850101300123"],
    "Область": ["Алматинская область", "г. Астана"],
    "Пол": ["м", "ж"],
    "Возраст": ["17", "45"],
    "Место": ["СИЗО", "ИВС"],
    "Статья": ["146"],
    "Исход": ["осужден", "отказано"],
    "Количество": ["1", "2"],
}
KAZAKH = {
    "Өтініш күні": ["2012 жылғы 16 мамыр"],
    "Аты-жөні": ["Ахметов Асқар Серікұлы"],
    "ЖСН": ["850101300123"],
    "Облыс": ["Абай облысы"],
    "Нәтижесі": ["Сотталды"],
    "Шешім күні": ["01.02.2013"],
    "Жасы": ["17"],
    "Мекенжайы": ["Абай көшесі 5"],
}
FIGURES_DOWN = {
    "Год": ["2012", "2013"],
    "Показатель": ["Поступило жалоб", "Начато расследований"],
    "Количество": ["602", "более 70"],
    "Единица измерения": ["жалобы", "дела"],
    "Источник": ["https://example.kz/1"],
}
ACROSS = {"Показатель": ["Поступило жалоб"], "2012": ["602"], "2013 г.": ["более 70"], "2014 год": ["1 234", "н/д"]}


def test_a_list_of_cases_in_russian_is_understood():
    assert suggested(RUSSIAN) == {
        "Дата обращения": "allegation_date",
        "Исход": "outcome",
        "Количество": "weight",
    }


def test_a_list_of_cases_in_kazakh_is_understood():
    found = suggested(KAZAKH)
    assert found == {
        "Өтініш күні": "allegation_date",
        "Нәтижесі": "outcome",
        "Шешім күні": "decided_on",
    }


def test_a_header_typed_without_kazakh_letters_is_understood():
    assert suggested({"Отиниш куни": ["16.05.2012"], "Натижеси": ["сотталды"]}) == {
        "Отиниш куни": "allegation_date",
        "Натижеси": "outcome",
    }


def test_a_table_of_figures_is_understood():
    assert suggested(FIGURES_DOWN, "figures") == {
        "Год": "period",
        "Показатель": "stage",
        "Количество": "value",
        "Единица измерения": "unit",
        "Источник": "source_url",
    }


def test_a_header_that_says_nothing_is_known_by_its_values():
    assert suggested({"x": ["осужден", "отказано"], "z": ["какие-то", "слова"]}) == {"x": "outcome"}
    assert suggested({"y": ["г. Астана", "ВКО"], "q": ["5", "6"]}, "figures") == {"y": "region"}


def test_a_header_whose_values_are_something_else_is_not_believed():
    assert suggested({"Дата обращения": ["СИЗО", "ИВС"]}) == {}
    assert suggested({"Источник": ["прокуратура", "НПО"]}, "figures") == {}


def test_of_two_equally_good_headers_none_is_suggested():
    days = ["16.05.2012", "17.05.2012"]
    assert suggested({"Дата": days, "Дата (2)": days}) == {}
    assert suggested({"Дата обращения": days, "Дата": days}) == {"Дата обращения": "allegation_date"}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Дата рождения", ["16.05.1995", "17.05.2001"]),  # dates as an allegation has them
        ("Год рождения", ["1995", "2001"]),
        ("Возраст", ["17", "21"]),  # whole numbers as a weight has them
        ("Кодовый номер области", ["1", "2"]),
        ("Область", ["осужден", "отказано"]),
        ("Sex", ["m", "f"]),
    ],
)
def test_a_column_that_is_never_read_is_taken_for_nothing_else(header, cells):
    assert suggested({header: cells}) in ({}, {header: "case_id"} if header.startswith("Код") else {})


@pytest.mark.parametrize(
    "header",
    [
        *("ФИО", "Ф.И.О.", "Ф. И. О. потерпевшего", "Фамилия", "Имя", "ИИН", "иин заявителя", "Телефон", "№ тел."),
        *("Адрес", "Адрес проживания", "Место жительства", "E-mail", "Паспорт", "Номер документа", "Потерпевший"),
        *("Аты-жөні", "АТЫ ЖӨНІ", "Аты жони", "Тегі", "ЖСН", "Мекенжайы", "Ұялы телефон", "Жәбірленуші", "Т.А.Ә."),
        *("Name", "Full name", "Victim name", "name of the victim", "Phone", "Address", "Surname", "IIN", "Lawyer"),
        *("Индивидуальный идентификационный номер", "Контакты", "ФИО / Аты-жөні"),
    ],
)
@pytest.mark.parametrize("cells", [[], ["16.05.2012"], ["Абай облысы", "ВКО"], ["осужден"], ["602"]])
def test_a_header_of_personal_data_is_suggested_for_nothing(header, cells):
    assert is_personal(header)
    for kind in SHAPES:
        assert suggested({header: cells}, kind) == {}


@pytest.mark.parametrize(
    "header",
    ["Пол потерпевшего", "Возраст заявителя", "Наименование органа", "Region name", "Орган атауы", "Статья", "Дата"],
)
def test_a_header_about_a_person_that_names_nobody_is_not_personal(header):
    assert not is_personal(header)


@pytest.mark.parametrize(
    "cell", ["850101300123", "a@b.kz", "+7 701 123 45 67", "Серікұлы Асқар Ахметұлы", "Анна Петровна"]
)
@pytest.mark.parametrize("header", ["Номер дела", "Исход", "Регион", "Код"])
def test_a_column_of_personal_values_is_suggested_for_nothing_whatever_its_header(header, cell):
    assert suggested({header: [cell]}) == {}


# ---------------------------------------------------------------- shapes


def test_the_shape_of_a_file_is_seen():
    assert suggest_shape(list(RUSSIAN), RUSSIAN, TODAY) == "cases"
    assert suggest_shape(list(KAZAKH), KAZAKH, TODAY) == "cases"
    assert suggest_shape(list(FIGURES_DOWN), FIGURES_DOWN, TODAY) == "figures"
    assert suggest_shape(list(ACROSS), ACROSS, TODAY) == "figures_across"
    assert suggest_shape(["x"], {}, TODAY) == "cases"


def test_a_header_that_is_a_year_is_one_in_three_languages():
    assert [year_of(header, TODAY) for header in ("2012", "2012 г.", "2012 год", "2012 жыл")] == [2012] * 4
    assert [year_of(header, TODAY) for header in ("2099", "202", "Год", "12.2012", "")] == [None] * 5


# ---------------------------------------------------------------- totals


def found_totals(*rows: list[str], is_table: bool = True, numbers: int = 1) -> dict[int, str]:
    """The totals among rows; `numbers`: how many of the last cells are counts."""
    width = len(rows[0])
    places = range(width - numbers, width)
    return find_totals(list(enumerate(rows, 2)), ",", " ", TODAY, numbers=places, is_table=is_table)


@pytest.mark.parametrize(
    "word", ["Итого", "ИТОГО:", "Всего", "Итого по области", "Барлығы", "Барлыгы", "Жиыны", "Total"]
)
def test_a_row_that_says_total_is_one(word):
    assert is_total([word, "70"])
    assert is_total(["12", "", word, "70"])


@pytest.mark.parametrize(
    "cells", [["Абай облысы", "Всего"], ["Всеволод", "1"], ["", ""], ["Тоталитарный режим"], ["5"]]
)
def test_a_total_is_said_by_the_first_words_of_a_row(cells):
    assert not is_total(cells)


def test_a_row_that_is_the_sum_of_those_above_or_below_is_found():
    regions = [["Абай", "3", "6"], ["Алматы", "4", "8"], ["Астана", "5", "10"]]
    assert found_totals(*regions, ["Республика Казахстан", "12", "24"], numbers=2) == {5: "sum_above"}
    assert found_totals(["Республика Казахстан", "12", "24"], *regions, numbers=2) == {2: "sum_below"}
    assert found_totals(*regions, ["Республика Казахстан", "12", "25"], numbers=2) == {}


def test_each_year_has_its_own_total_and_totals_are_not_added_up():
    rows = [
        [year, region, n]
        for year in ("2012", "2013")
        for region, n in (("Абай", "3"), ("Алматы", "4"), ("Астана", "5"), ("РК", "12"))
    ]
    assert found_totals(*rows, ["Итого", "", "24"]) == {5: "sum_above", 9: "sum_above", 10: "word"}


def test_a_year_that_happens_to_equal_those_before_is_no_total():
    assert found_totals(["2012", "1"], ["2013", "2"], ["2014", "3"], ["2015", "6"]) == {}


def test_the_last_row_that_is_the_sum_of_all_others_is_asked_about_and_bounds_are_never_summed():
    rows = [["Абай", "1"], ["Алматы", "1"], ["Астана", "1"]]
    assert found_totals(*rows, ["РК", "3"], is_table=False) == {5: "sum_group"}
    assert found_totals(["РК", "2"], *rows, is_table=False) == {}
    assert found_totals(["Абай", "более 1"], ["Алматы", "1"], ["Астана", "1"], ["РК", "3"]) == {}


def test_a_total_that_says_so_is_not_added_to_another():
    rows = [["Абай", "3"], ["Алматы", "4"], ["Астана", "5"], ["Итого", "12"], ["Республика Казахстан", "12"]]
    assert found_totals(*rows) == {5: "word", 6: "sum_above"}


def test_a_row_between_others_and_noughts_make_no_total():
    assert found_totals(["Абай", "1"], ["Алматы", "3"], ["Астана", "2"]) == {}
    assert found_totals(*([region, "0"] for region in ("Абай", "Алматы", "Астана", "РК"))) == {}


@pytest.mark.parametrize("last", ["04. Total (Sum of 1-3 Above)", "TOTALE VOCI", "Барлығы", "04. Everything"])
def test_a_total_in_any_column_is_found_in_a_list_with_weights_too(last):
    parts = (("01. Beating", 4), ("02. Extortion", 6), ("03. Other", 10), (last, 20))
    rows = [[place, "2018", kind, str(n)] for place in ("North", "South") for kind, n in parts]
    how = "sum_group" if last == "04. Everything" else "word"
    assert found_totals(*rows, is_table=False) == {5: how, 9: how}


@pytest.mark.parametrize("part", ["в том числе дети", "of which: minors", "оның ішінде балалар"])
def test_a_row_that_is_a_part_of_the_row_above_is_found(part):
    assert found_totals(["Абай", "5"], [part, "2"], ["Астана", "4"]) == {3: "of_which"}


def test_a_total_of_totals_is_found_and_a_part_that_equals_the_rest_is_not():
    parts = (("A", 1), ("B", 2), ("C", 3), ("every", 6))
    rows = [[place, kind, str(n * by)] for place, by in (("N", 1), ("S", 2), ("N and S", 3)) for kind, n in parts]
    assert found_totals(*rows, is_table=False) == dict.fromkeys((5, 9, 10, 11, 12, 13), "sum_group")


def test_a_column_of_numbering_does_not_hide_a_total():
    assert found_totals(["1", "Абай", "3"], ["2", "Алматы", "4"], ["3", "Астана", "5"], ["4", "РК", "12"]) == {
        5: "sum_above"
    }


# ---------------------------------------------------------------- the recipe


def recipe(**other: object) -> Recipe:
    about = {
        "shape": "cases",
        "dialect": {"kind": "csv", "header_row": 3, "decimal": ",", "delimiter": ";", "date_order": "dmy"},
        "columns": {"Дата обращения": "allegation_date", "Исход": "outcome", "Шешім күні": "decided_on"},
        "values": {"outcome": {"Осуждён": "convicted", "не подтвердилось": "refused"}},
        "constants": {"country": "KZ"},
        "totals": ("word",),
        "accepted": {"junk_year": "опечатки журнала"},
    }
    return Recipe(**about | other)


TEXTS = strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=20)


def test_a_recipe_reads_back_equal():
    assert Recipe.from_toml(recipe().to_toml()) == recipe()
    across = Recipe("figures", columns={"Показатель": "stage"}, years_across=True)
    assert Recipe.from_toml(across.to_toml()) == across


@given(TEXTS, TEXTS, TEXTS)
def test_a_recipe_reads_back_whatever_the_headers_and_values_are(header, value, reason):
    assume(reason.strip())
    made = recipe(columns={header: "outcome"}, values={"outcome": {value: "convicted"}}, accepted={value: reason})
    assert Recipe.from_toml(made.to_toml()) == made


@pytest.mark.parametrize("value", ["я" * 40_000, "я" * 20_000 + "\x01" * 5_000, '"\n' * 9_000])
def test_a_recipe_that_could_not_be_read_again_is_not_written(value):
    with pytest.raises(RecipeError) as refused:
        recipe(columns={"a": "outcome"}, values={"outcome": {value: "convicted"}}).to_toml()
    assert refused.value.code == "recipe_too_large"


@pytest.mark.parametrize(
    ("other", "code", "where"),
    [
        ({"shape": "lists"}, "unknown_shape", "shape"),
        ({"columns": {"ФИО": "name"}}, "unknown_field", "columns.ФИО"),
        ({"columns": {"a": "outcome", "b": "outcome"}}, "field_twice", "columns.b"),
        ({"columns": {"a": "outcome", "A": "weight"}}, "header_twice", "columns.A"),
        ({"columns": {"a": "outcome"}, "constants": {"outcome": "convicted"}}, "field_twice", "constants.outcome"),
        ({"columns": {"a": 5}}, "wrong_type", "columns.a"),
        ({"values": {"outcome": {"x": "won"}}}, "unknown_code", "values.outcome.x"),
        ({"values": {"weight": {"x": "1"}}}, "unknown_field", "values.weight"),
        ({"values": {"outcome": "x"}}, "wrong_type", "values.outcome"),
        ({"constants": {"stage": "complaint"}}, "unknown_field", "constants.stage"),
        ({"columns": {}, "constants": {"outcome": "me"}}, "unknown_code", "constants.outcome"),
        ({"constants": {"country": "XX"}}, "unknown_country", "XX"),
        ({"constants": {"country": "Kazakhstan"}}, "unknown_country", "Kazakhstan"),
        ({"constants": {"country": "EU"}}, "unknown_country", "EU"),
        ({"totals": ("all",)}, "unknown_code", "totals"),
        ({"accepted": {"junk_year": " "}}, "reason_missing", "accepted.junk_year"),
        ({"dialect": {"speed": "1"}}, "unknown_key", "dialect.speed"),
        ({"dialect": {"decimal": ";"}}, "unknown_code", "dialect.decimal"),
        ({"dialect": {"header_row": -1}}, "unknown_code", "dialect.header_row"),
        ({"dialect": {"header_row": True}}, "wrong_type", "dialect.header_row"),
        ({"years_across": True}, "years_across_of_figures_only", "years_across"),
    ],
)
def test_a_recipe_that_names_what_there_is_not_is_refused_with_its_place(other, code, where):
    with pytest.raises(RecipeError) as refused:
        recipe(**other)
    assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("shape = ", "not_toml"), ("", "missing_key"), ('shape = "cases"\nrun = "rm"', "unknown_key")),
        *(('shape = "cases"\ncolumns = 5', "wrong_type"), ('shape = "cases"\ntotals = "word"', "wrong_type")),
        *(("x = " + "[" * 20_000, "not_toml"), ("#" * 70_000, "recipe_too_large")),
        *(("x" + ".x" * 30 + " = 1", "too_complex"), ("#" * 40_000, "too_complex"), (b"\xff", "not_toml")),
        *(('shape = "cases"\nx = ' + "9" * 9000, "not_toml"), ('shape = "cases"\nshape = "cases"', "not_toml")),
        *(('shape = "cases"\n[values.outcome]\nx = ["convicted"]', "unknown_code"), ("shape = 1", "wrong_type")),
    ],
)
def test_a_file_that_is_no_recipe_is_refused(text, code):
    with pytest.raises(RecipeError) as refused:
        Recipe.from_toml(text)
    assert refused.value.code == code


def test_an_older_recipe_is_read_without_what_is_no_longer_read_of_a_list():
    older = """shape = "cases"
[columns]
"Исход" = "outcome"
"Область" = "region"
"Возраст" = "age_band"
[values.outcome]
"осужден" = "convicted"
[values.region]
"Синтетика" = "KZ-75"
[constants]
agency = "police"
[coarsen]
"Дата обращения" = "month"
"""
    read = Recipe.from_toml(older)
    values = {"outcome": {"осужден": "convicted"}}
    assert read == Recipe("cases", columns={"Исход": "outcome"}, values=values, constants={"country": "KZ"})
    assert "Синтетика" not in read.to_toml()


def test_a_recipe_fits_a_file_that_has_all_its_columns():
    headers = ["№", "дата  обращения", "ФИО", "Исход", "Шешім күні"]
    assert recipe().fits(headers, TODAY)
    assert recipe().places(headers) == {1: "allegation_date", 3: "outcome", 4: "decided_on"}
    assert not recipe().fits(["Дата обращения", "Исход"], TODAY)
    assert not Recipe("cases").fits(headers, TODAY)


def test_a_recipe_of_years_across_fits_next_year_too():
    across = Recipe("figures", columns={"Показатель": "stage"}, years_across=True)
    assert across.fits(["Показатель", "2025", "2026"], TODAY)
    assert not across.fits(["Показатель", "Всего"], TODAY)


def test_an_older_recipe_that_names_regions_names_their_country():
    said = 'shape = "figures"\n[columns]\n"x" = "region"\n[values.region]\n'
    assert Recipe.from_toml(said + '"Алматы" = "KZ-75"\n"Астана" = "KZ-71"\n').country == "KZ"
    assert Recipe.from_toml('shape = "figures"\n[columns]\n"x" = "value"\n').country == ""
