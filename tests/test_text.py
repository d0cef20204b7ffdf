"""Do numbers, dates, counted nouns and bounds read as people write them in English, Russian and Kazakh?"""

# ruff: noqa: RUF001 – the words are Russian and Kazakh

import re
from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from components.text import LANGUAGES, Text, typeset, words

EN, RU, KK = map(Text, ("en", "ru", "kk"))
SPACE = "\u00a0"  # the no-break space of Russian and Kazakh numbers; «~» in what is expected below
HYPHEN = "\u2011"  # the hyphen before a Kazakh ending, which no line breaks
UNITS = ("complaints", "cases", "persons", "episodes", "percent")
KINDS = ("official", "ngo", "international", "media")
QUALIFIERS = ("exact", "more_than", "at_least", "less_than", "at_most", "about", "range")
UNSAID = re.compile(r"[{}]|\bNone\b|\bnan\b|\bNaT\b", re.I)


def bounds(text: Text, n: int) -> dict[str, str]:
    return {
        "exact": text.bound(n, n, "exact"),
        "more_than": text.bound(n, None, "more_than"),
        "at_least": text.bound(n, None, "at_least"),
        "less_than": text.bound(None, n, "less_than"),
        "at_most": text.bound(None, n, "at_most"),
        "about": text.bound(n, n, "about"),
    }


# Numbers and per cents --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "large", "small", "share", "whole_share", "decimal_and_thousands"),
    [
        (EN, "4,055", "3.0", "3.0%", "2%", ".,"),
        (RU, f"4{SPACE}055", "3,0", f"3,0{SPACE}%", f"2{SPACE}%", f",{SPACE}"),
        (KK, f"4{SPACE}055", "3,0", "3,0%", "2%", f",{SPACE}"),
    ],
    ids=["en", "ru", "kk"],
)
def test_numbers_and_per_cents_are_written_as_the_language_writes_them(
    text, large, small, share, whole_share, decimal_and_thousands
):
    assert text.number(4055) == large
    assert text.number(3, 1) == small
    assert text.per_cent(3) == share
    assert text.per_cent(2, 0) == whole_share
    assert text.separators == decimal_and_thousands


def test_no_digit_after_the_point_means_a_whole_number():
    assert EN.number(11.6, 0) == "12"
    assert RU.number(1234567) == f"1{SPACE}234{SPACE}567"


# Dates and periods ------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "en", "ru", "kk"),
    [
        ("2012-01-01", "2012-12-31", "2012", "2012~год", "2012~жыл"),
        ("2016-01-01", "2017-12-31", "2016–2017", "2016–2017~годы", "2016–2017~жылдар"),
        (
            "2013-01-01",
            "2013-09-30",
            "January–September 2013",
            "январь–сентябрь 2013~года",
            "2013~жылғы қаңтар–қыркүйек",
        ),
        ("2020-02-01", "2020-02-29", "February 2020", "февраль 2020~года", "2020~жылғы ақпан"),
        ("2014-12-10", "2014-12-10", "10 December 2014", "10~декабря 2014~года", "2014~жылғы 10~желтоқсан"),
        (
            "2015-01-01",
            "2015-10-15",
            "1 January – 15 October 2015",
            "1~января – 15~октября 2015~года",
            "2015~жылғы 1~қаңтар – 15~қазан",
        ),
        (
            "2019-09-01",
            "2022-05-31",
            "September 2019 – May 2022",
            "сентябрь 2019~года – май 2022~года",
            "2019~жылғы қыркүйек – 2022~жылғы мамыр",
        ),
        (
            "2013-11-01",
            "2015-10-15",
            "1 November 2013 – 15 October 2015",
            "1~ноября 2013~года – 15~октября 2015~года",
            "2013~жылғы 1~қараша – 2015~жылғы 15~қазан",
        ),
        # One day short of a year, and one of February: no whole months, so the days are said.
        (
            "2012-01-01",
            "2012-12-30",
            "1 January – 30 December 2012",
            "1~января – 30~декабря 2012~года",
            "2012~жылғы 1~қаңтар – 30~желтоқсан",
        ),
        (
            "2020-01-01",
            "2020-02-28",
            "1 January – 28 February 2020",
            "1~января – 28~февраля 2020~года",
            "2020~жылғы 1~қаңтар – 28~ақпан",
        ),
        # Days of one month name it once.
        ("2022-01-05", "2022-01-22", "5–22 January 2022", "5–22~января 2022~года", "2022~жылғы 5–22~қаңтар"),
        ("2022-01-02", "2022-01-31", "2–31 January 2022", "2–31~января 2022~года", "2022~жылғы 2–31~қаңтар"),
        ("2015-05-30", "2015-05-31", "30–31 May 2015", "30–31~мая 2015~года", "2015~жылғы 30–31~мамыр"),
        # The same month of two years does not.
        (
            "2021-01-05",
            "2022-01-22",
            "5 January 2021 – 22 January 2022",
            "5~января 2021~года – 22~января 2022~года",
            "2021~жылғы 5~қаңтар – 2022~жылғы 22~қаңтар",
        ),
    ],
)
def test_a_period_is_said_as_precisely_as_it_is_known(start, end, en, ru, kk):
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert [text.period(*days).replace(SPACE, "~") for text in (EN, RU, KK)] == [en, ru, kk]


@pytest.mark.parametrize(
    ("known", "en", "ru", "kk"),
    [
        ("2015", "2015", "2015~год", "2015~жыл"),
        ("2015-10", "October 2015", "октябрь 2015~года", "2015~жылғы қазан"),
        ("2015-10-15", "15 October 2015", "15~октября 2015~года", "2015~жылғы 15~қазан"),
        (None, "undated", "без даты", "күні көрсетілмеген"),
        (float("nan"), "undated", "без даты", "күні көрсетілмеген"),
        ("", "undated", "без даты", "күні көрсетілмеген"),
    ],
)
def test_a_date_of_publication_is_said_to_the_year_month_or_day_or_as_undated(known, en, ru, kk):
    assert [text.published_on(known).replace(SPACE, "~") for text in (EN, RU, KK)] == [en, ru, kk]


def test_a_day_beside_a_mark_is_short():
    day = date(2022, 3, 14)
    assert [text.day_short(day) for text in (EN, RU, KK)] == ["14 Mar 2022", "14.03.2022", "14.03.2022"]


@pytest.mark.parametrize(
    ("start", "end", "en", "ru", "kk"),
    [
        # Without a day a Russian month is in the nominative.
        ("2013-01-01", "2013-05-31", "Jan–May", "янв.–май", "қаң.–мам."),
        ("2015-01-01", "2015-03-31", "Jan–Mar", "янв.–март", "қаң.–нау."),
        ("2015-01-01", "2015-06-30", "Jan–Jun", "янв.–июнь", "қаң.–мау."),
        ("2014-05-01", "2014-05-31", "May", "май", "мам."),
        # After a day it is in the genitive.
        ("2015-05-01", "2015-10-15", "1 May – 15 Oct", "1~мая – 15~окт.", "1~мам. – 15~қаз."),
        ("2015-01-01", "2015-03-05", "1 Jan – 5 Mar", "1~янв. – 5~мар.", "1~қаң. – 5~нау."),
        ("2015-05-01", "2015-05-01", "1 May", "1~мая", "1~мам."),
        ("2022-01-05", "2022-01-22", "5–22 Jan", "5–22~янв.", "5–22~қаң."),
        ("2022-05-02", "2022-05-19", "2–19 May", "2–19~мая", "2–19~мам."),
    ],
)
def test_the_months_beside_a_mark_are_short(start, end, en, ru, kk):
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert [text.part_short(*days).replace(SPACE, "~") for text in (EN, RU, KK)] == [en, ru, kk]


# Counted nouns ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "noun"),
    [
        (0, "жалоб"),
        (1, "жалоба"),
        (2, "жалобы"),
        (4, "жалобы"),
        (5, "жалоб"),
        (11, "жалоб"),
        (12, "жалоб"),
        (14, "жалоб"),
        (21, "жалоба"),
        (22, "жалобы"),
        (25, "жалоб"),
        (101, "жалоба"),
        (111, "жалоб"),
        (112, "жалоб"),
        (602, "жалобы"),
        (1000, "жалоб"),
    ],
)
def test_a_russian_noun_follows_its_number(n, noun):
    assert RU.counted(n, "complaints") == f"{RU.number(n)}{SPACE}{noun}"


@pytest.mark.parametrize(
    ("n", "noun"),
    [
        (1, "жалобы"),
        (2, "жалоб"),
        (5, "жалоб"),
        (11, "жалоб"),
        (21, "жалобы"),
        (70, "жалоб"),
        (111, "жалоб"),
        (601, "жалобы"),
        (602, "жалоб"),
    ],
)
def test_after_more_less_and_about_a_russian_noun_is_genitive(n, noun):
    assert RU.counted_bound(n, None, "more_than", "complaints", "official") == f"более {n}{SPACE}{noun}"
    assert RU.counted_bound(n, None, "at_least", "complaints", "official") == f"не менее {n}{SPACE}{noun}"
    assert RU.counted_bound(None, n, "less_than", "complaints", "official") == f"менее {n}{SPACE}{noun}"
    assert RU.counted_bound(None, n, "at_most", "complaints", "official") == f"не более {n}{SPACE}{noun}"
    assert RU.counted_bound(n, n, "about", "complaints", "official") == f"около {n}{SPACE}{noun}"


def test_a_kazakh_noun_has_no_plural_after_a_number():
    assert [KK.counted(n, "complaints") for n in (1, 2, 5, 602)] == [f"{n}{SPACE}шағым" for n in (1, 2, 5, 602)]
    assert KK.counted_bound(70, None, "more_than", "persons", "ngo") == f"70{HYPHEN}тен астам адам"


def test_an_english_noun_is_singular_for_one_only():
    assert [EN.counted(n, "complaints") for n in (0, 1, 2, 21)] == [
        "0 complaints",
        "1 complaint",
        "2 complaints",
        "21 complaints",
    ]


def test_a_russian_person_is_a_human_after_a_number_and_a_face_only_in_a_label():
    said = [RU.counted(n, "persons") for n in (0, 1, 2, 5, 21, 23, 781)]
    assert said == [
        f"{n}{SPACE}{noun}"
        for n, noun in zip(
            (0, 1, 2, 5, 21, 23, 781),
            ("человек", "человек", "человека", "человек", "человек", "человека", "человек"),
            strict=True,
        )
    ]
    assert RU.counted_bound(21, None, "more_than", "persons", "official") == f"более 21{SPACE}человека"
    assert RU.counted_bound(2500, 2500, "about", "persons", "ngo") == f"около 2{SPACE}500{SPACE}человек"
    assert [RU.unit("persons"), RU.stage_count("convicted", "persons")] == ["лица", "Осуждено лиц"]


def test_a_number_keeps_to_its_noun_only_where_it_stands_beside_it():
    assert KK.counted_bound(350, 400, "range", "persons", "ngo") == f"350–400{SPACE}адам"
    assert KK.counted_bound(None, 600, "at_most", "persons", "ngo") == f"ең көбі 600{SPACE}адам"
    assert KK.counted_bound(None, 600, "less_than", "persons", "ngo") == f"600{HYPHEN}ден кем адам"


def test_a_range_takes_the_noun_of_its_upper_number():
    assert EN.counted_bound(350, 400, "range", "complaints", "official") == "350–400 complaints"
    assert RU.counted_bound(350, 401, "range", "complaints", "official") == f"350–401{SPACE}жалоба"
    assert KK.counted_bound(350, 400, "range", "complaints", "official") == f"350–400{SPACE}шағым"


def test_the_thousands_of_a_counted_number_stay_with_it():
    assert RU.counted(4055, "complaints") == f"4{SPACE}055{SPACE}жалоб"
    assert KK.counted_bound(4055, None, "more_than", "complaints", "ngo") == f"4{SPACE}055{HYPHEN}тен астам шағым"


def test_cases_of_the_state_and_cases_of_an_ngo_are_two_words():
    assert [RU.counted(5, "cases", "official"), RU.counted(5, "cases", "ngo")] == [f"5{SPACE}дел", f"5{SPACE}случаев"]
    assert [KK.counted(5, "cases", "official"), KK.counted(5, "cases", "ngo")] == [f"5{SPACE}іс", f"5{SPACE}жағдай"]
    assert [EN.counted(1, "cases", "official"), EN.counted(1, "cases", "media")] == ["1 case", "1 reported case"]
    assert [RU.unit("cases"), RU.unit("cases", "ngo")] == ["дела", "случаи"]


@pytest.mark.parametrize(
    ("stage", "unit", "kind", "en", "ru", "kk"),
    [
        ("complaint", "complaints", "official", "Complaints received", "Поступило жалоб", "Түскен шағым"),
        ("complaint", "cases", "ngo", "Cases reported", "Учтено случаев", "Хабарланған жағдай"),
        ("convicted", "persons", "official", "Persons convicted", "Осуждено лиц", "Сотталған адам"),
        (
            "convicted",
            "cases",
            "official",
            "Cases that ended in conviction",
            "Дел с обвинительным приговором",
            "Айыптау үкімі шыққан іс",
        ),
        (
            "sent_to_court",
            "persons",
            "official",
            "Sent to court, persons",
            "Направлены в суд дела в отношении лиц",
            "Ісі сотқа жолданған адам",
        ),
    ],
)
def test_a_stage_before_a_number_says_its_unit_unless_it_is_the_usual_one(stage, unit, kind, en, ru, kk):
    assert [text.stage_count(stage, unit, kind) for text in (EN, RU, KK)] == [en, ru, kk]


@pytest.mark.parametrize(
    ("stage", "unit", "kind", "ru", "kk"),
    [
        # It is the case that is closed or sent to court, and not the person; an incident is not convicted.
        ("terminated", "persons", "official", "Прекращены дела в отношении лиц", "Ісі тоқтатылған адам"),
        ("terminated", "complaints", "media", "Прекращены дела по жалобам", "Ісі тоқтатылған шағым"),
        ("terminated", "episodes", "official", "Прекращены дела по эпизодам", "Ісі тоқтатылған эпизод"),
        ("convicted", "cases", "ngo", "Случаев с обвинительным приговором", "Айыптау үкімі шыққан жағдай"),
        ("refused", "complaints", "official", "Отклонено или не подтвердилось жалоб", None),
        ("investigation_opened", "complaints", "official", "Начато расследование по жалобам", None),
        (
            "investigation_opened",
            "persons",
            "official",
            "Начато расследование в отношении лиц",
            "Өзіне қатысты тергеп-тексеру басталған адам",
        ),
        ("prosecuted", "cases", "official", "Начато уголовное преследование по делам", None),
        ("complaint", "persons", "ngo", "Заявило о пытках лиц", "Азаптау туралы шағым берген адам"),
        ("compensated", "persons", "ngo", "Получило компенсацию лиц", None),
    ],
)
def test_a_label_says_what_was_done_to_what(stage, unit, kind, ru, kk):
    assert RU.stage_count(stage, unit, kind) == ru
    assert kk is None or KK.stage_count(stage, unit, kind) == kk


# The law of another State ----------------------------------------------------------


def test_the_register_and_the_code_of_kazakhstan_are_named_for_kazakhstan_only():
    for stage, home, elsewhere in (
        ("registered_offence", "Зарегистрировано в ЕРДР", "Зарегистрировано преступление"),
        ("investigation_opened", "Начато досудебное расследование", "Возбуждено уголовное дело"),
        ("suspended", "Сроки прерваны (до 2015 года: приостановлено)", "Производство приостановлено"),
    ):
        assert RU(f"stage.{stage}") == RU.of("KZ")(f"stage.{stage}") == home.replace("2015 ", f"2015{SPACE}")
        assert {RU.of(country)(f"stage.{stage}") for country in ("AM", "KG", "MX", "")} == {elsewhere}
    assert KK("stage.registered_offence") == "Бірыңғай тізілімде тіркелген"
    assert KK.of("BD")("stage.registered_offence") == "Тіркелген қылмыс"
    assert RU.of("KG").stage_count("suspended", "cases") == "Приостановлено дел"
    assert RU.of("AM").stage_heading("registered_offence") == "Зарегистрированные преступления"


def test_a_stage_over_a_section_is_many():
    assert [text.stage_heading("complaint") for text in (EN, RU, KK)] == [
        *("Complaints", "Жалобы на пытки", "Азаптау туралы шағымдар")
    ]
    assert RU.stage_heading("convicted") == RU("stage.convicted")


# Inside a sentence -----------------------------------------------------------------


def test_who_counted_has_no_brackets_inside_brackets():
    assert RU.compiler_short("KZ", "ombudsman") == "Уполномоченный по правам человека"
    assert RU.compiler_short("KZ", "official_unspecified") == "официальные данные из других источников"
    assert RU.compiler_short("KZ", "prosecutor_general") == "Генеральная прокуратура"
    for language in LANGUAGES:
        text = Text(language, {"own": "Our (old) list"})
        names = [key.split(".")[1:3] for key in words(language) if key.startswith("compiler.")]
        assert [pair for pair in names if "(" in text.compiler_short(*pair)] == []
        assert text.compiler_short("KZ", "own").startswith("Our (old) list, ")


def test_what_a_sentence_covers_is_said_in_words_and_proper_names_keep_their_capital():
    assert RU.covering("2016", "all", "") == "2016"
    assert RU.covering("2016", "institution", "police") == "2016; охват – полиция"
    assert RU.covering("2016", "subset", "citizens_complaints") == "2016; охват – жалобы граждан"
    assert KK.covering("2016", "institution", "police") == "2016; қамту аясы – полиция"
    assert RU.covering("2016", "region", "mordovia") == "2016; охват – Мордовия"
    assert EN.covering("2016", "region", "basque_country") == "2016; coverage – Basque Country"
    assert EN.covering("2022", "event", "january_2022") == "2022; coverage – January 2022 events"


# Bounds in words ----------------------------------------------------------------


def test_every_bound_reads_as_the_notes_to_the_glossary_write_it():
    assert bounds(EN, 70) == {
        "exact": "70",
        "more_than": "more than 70",
        "at_least": "at least 70",
        "less_than": "less than 70",
        "at_most": "at most 70",
        "about": "about 70",
    }
    assert bounds(RU, 70) == {
        "exact": "70",
        "more_than": "более 70",
        "at_least": "не менее 70",
        "less_than": "менее 70",
        "at_most": "не более 70",
        "about": "около 70",
    }
    assert bounds(KK, 70) == {
        "exact": "70",
        "more_than": f"70{HYPHEN}тен астам",
        "at_least": "кемінде 70",
        "less_than": f"70{HYPHEN}тен кем",
        "at_most": "ең көбі 70",
        "about": "шамамен 70",
    }


def test_kazakh_bounds_seen_in_the_notes_read_the_same():
    assert KK.bound(None, 10, "less_than") == f"10{HYPHEN}нан кем"
    assert KK.bound(9, None, "at_least") == "кемінде 9"
    assert KK.bound(None, 600, "at_most") == "ең көбі 600"
    assert KK.bound(200, 200, "about") == "шамамен 200"
    assert KK.bound(350, 400, "range") == "350–400"


def test_a_bound_on_a_per_cent_keeps_its_sign():
    assert EN.bound(None, 2, "less_than", percent=True) == "less than 2%"
    assert RU.bound(None, 2, "less_than", percent=True) == f"менее 2{SPACE}%"
    assert KK.bound(None, 2, "less_than", percent=True) == f"2%{HYPHEN}дан кем"
    assert RU.bound(1.5, 2.5, "range", percent=True) == f"1,5–2,5{SPACE}%"


def test_a_bound_without_any_side_says_that_there_are_no_data():
    assert [text.bound(None, None, "exact") for text in (EN, RU, KK)] == ["No data", "Нет данных", "Дерек жоқ"]
    assert RU.counted_bound(None, None, "exact", "complaints", "official") == "Нет данных"


@pytest.mark.parametrize(
    ("low", "high", "qualifier", "mark"),
    [
        (602, 602, "exact", "602"),
        (70, None, "more_than", ">70"),
        (70, None, "at_least", "≥70"),
        (None, 600, "less_than", "<600"),
        (None, 600, "at_most", "≤600"),
        (200, 200, "about", "≈200"),
        (350, 400, "range", "350–400"),
        (None, None, "exact", "?"),
    ],
)
def test_a_short_label_keeps_the_bound(low, high, qualifier, mark):
    assert [text.mark(low, high, qualifier) for text in (EN, RU, KK)] == [mark, mark, mark]


# Kazakh suffixes ------------------------------------------------------------------

CASES = ("abl", "gen", "dat", "loc", "pos")
# Endings of numbers in Kazakh: the numbers of a row, then from, of, to, in, its.
TABLE = [
    ((1, 8, 50, 100, 0), ("ден", "дің", "ге", "де", "і")),
    ((2, 7), ("ден", "нің", "ге", "де", "сі")),
    ((3, 4, 5, 70), ("тен", "тің", "ке", "те", "і")),
    ((80,), ("нен", "нің", "ге", "де", "і")),
    ((6, 20), ("дан", "ның", "ға", "да", "сы")),
    ((9, 30), ("дан", "дың", "ға", "да", "ы")),
    ((10, 90, 1000, 1_000_000), ("нан", "ның", "ға", "да", "ы")),
    ((40, 60, 1_000_000_000), ("тан", "тың", "қа", "та", "ы")),
]


@pytest.mark.parametrize(
    ("n", "suffixes"), [(n, suffixes) for numbers, suffixes in TABLE for n in numbers], ids=lambda value: str(value)
)
def test_a_kazakh_suffix_is_that_of_the_table(n, suffixes):
    assert tuple(KK.suffix(n, case) for case in CASES) == suffixes


@pytest.mark.parametrize(
    ("n", "like"),
    [
        (602, 2),
        (120, 20),
        (700, 100),
        (7000, 1000),
        (70_000, 1000),
        (71, 1),
        (110, 10),
        (1_040, 40),
        (2_000_000, 1_000_000),
        (3_000_000_000, 1_000_000_000),
        (1_000_100, 100),
    ],
)
def test_a_kazakh_suffix_follows_the_last_word_that_is_spoken(n, like):
    assert [KK.suffix(n, case) for case in CASES] == [KK.suffix(like, case) for case in CASES]


@pytest.mark.parametrize(
    ("n", "case", "seen"),
    [
        (40, "abl", "40-тан"),
        (90, "abl", "90-нан"),
        (100, "abl", "100-ден"),
        (219, "pos", "219-ы"),
        (113, "pos", "113-і"),
        (6, "pos", "6-сы"),
        (44, "pos", "44-і"),
        (8, "pos", "8-і"),
        (18, "pos", "18-і"),
        (20, "pos", "20-сы"),
        (602, "abl", "602-ден"),
    ],
)
def test_suffixes_that_were_seen_in_print_are_the_same_here(n, case, seen):
    assert f"{n}-{KK.suffix(n, case)}" == seen


@pytest.mark.parametrize("n", [2, 3, 10, 40, 1.5, 31])
def test_a_per_cent_sign_is_read_as_a_word_whatever_the_digits(n):
    assert [KK.suffix(n, case, percent=True) for case in CASES] == ["дан", "дың", "ға", "да", "ы"]


def test_english_and_russian_have_no_suffix_after_digits():
    assert [text.suffix(70, case) for text in (EN, RU) for case in CASES] == [""] * 10


def test_a_decimal_takes_the_suffix_of_its_last_digit():
    assert KK.suffix(3.5, "abl") == "тен"


# Ends of lines ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "typed", "set_so"),
    [
        ("ru", "статья 146 УК от 17 марта 2023 года № 212-VII", "статья 146~УК от 17~марта 2023~года №~212-VII"),
        ("ru", "менее 2 %, 4 055 жалоб", "менее 2~%, 4~055~жалоб"),
        ("ru", "95-процентный интервал", "95_процентный интервал"),
        ("ru", "из-за статьи 347-1", "из-за статьи 347-1"),
        ("kk", "БҰҰ-ның 70-тен астам, 2%-дан кем", "БҰҰ_ның 70_тен астам, 2%_дан кем"),
        ("kk", "{row}-жол, Excel-ден, ҚК 143(1)-бабы", "{row}_жол, Excel_ден, ҚК 143(1)_бабы"),
        ("kk", "тергеп-тексеру 2015 жылы", "тергеп-тексеру 2015~жылы"),
        ("en", "article 146 of 17 March, 95-per-cent", "article 146 of 17 March, 95-per-cent"),
    ],
)
def test_no_line_ends_between_a_number_and_what_belongs_to_it(language, typed, set_so):
    assert typeset(typed, language) == set_so.replace("~", SPACE).replace("_", HYPHEN)


# Letters ------------------------------------------------------------------------


def test_kazakh_names_stand_in_the_order_of_the_kazakh_alphabet():
    names = ["Украина", "Қазақстан", "Өзбекстан", "Қырғызстан", "Лаос", "Кения", "Ұлыбритания", "Армения", "Әзербайжан"]
    assert KK.alphabetical(names) == [
        "Армения",
        "Әзербайжан",
        "Кения",
        "Қазақстан",
        "Қырғызстан",
        "Лаос",
        "Өзбекстан",
        "Украина",
        "Ұлыбритания",
    ]


def test_russian_and_english_names_stand_in_the_order_of_theirs():
    assert RU.alphabetical(["Украина", "Армения", "Казахстан"]) == ["Армения", "Казахстан", "Украина"]
    assert EN.alphabetical(["Ukraine", "Armenia", "Kazakhstan"]) == ["Armenia", "Kazakhstan", "Ukraine"]


def test_a_label_inside_a_sentence_starts_small_unless_it_is_an_abbreviation():
    assert EN.low("Complaints received") == "complaints received"
    assert RU.low("СМИ") == "СМИ"
    assert RU.low("В ячейке") == "в ячейке"
    assert KK.low("Түскен шағым") == "түскен шағым"
    assert KK.low("БАҚ хабары") == "БАҚ хабары"


def test_items_are_divided_by_semicolons_because_a_comma_divides_decimals():
    assert RU.listed(["3,0", "4,7"]) == "3,0; 4,7"


def test_a_missing_word_is_an_error_and_never_english():
    with pytest.raises(KeyError):
        KK("ui.no_such_word")


def test_a_publisher_is_described_in_the_readers_language_and_a_name_stays():
    assert RU.publisher("Polisia.kz, as printed by informburo.kz") == "Polisia.kz, в изложении informburo.kz"
    assert KK.publisher("bbabo.net (machine translation)") == "bbabo.net (машиналық аударма)"
    assert [text.publisher("24.kg") for text in (EN, RU, KK)] == ["24.kg"] * 3


def test_a_title_keeps_its_language_and_what_we_add_to_it_has_ours():
    title = "Пытки в Таджикистане продолжаются (title from the address)"
    assert RU.title(title) == "Пытки в Таджикистане продолжаются (название – по адресу)"
    assert EN.title(title) == title
    assert RU.title("Report (2016)") == "Report (2016)"


def test_a_note_without_a_translation_stays_as_it_is():
    assert RU.note("a note that nobody wrote") == "a note that nobody wrote"


# Every number and every day -------------------------------------------------------

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@for_all(st.integers(0, 10**9), st.sampled_from(UNITS), st.sampled_from(KINDS))
def test_every_count_has_words_in_every_language(n, unit, kind):
    for text in (EN, RU, KK):
        said = [
            text.counted(n, unit, kind),
            text.counted(n, unit, kind, after_bound=True),
            text.stage_count("convicted", unit, kind),
        ]
        for qualifier in QUALIFIERS:
            low = None if qualifier in {"less_than", "at_most"} else n
            high = None if qualifier in {"more_than", "at_least"} else n
            said += [
                text.bound(low, high, qualifier),
                text.mark(low, high, qualifier),
                text.counted_bound(low, high, qualifier, unit, kind),
            ]
        for words_said in said:
            assert words_said.strip()
            assert not UNSAID.search(words_said)
            assert "  " not in words_said
        assert text.number(n) in text.counted_bound(n, None, "more_than", "persons", kind)


@for_all(days, st.integers(0, 6000))
def test_every_period_has_words_in_every_language(start, length):
    end = min(start + timedelta(days=length), date(2100, 12, 31))
    for text in (EN, RU, KK):
        said = text.period(start, end)
        assert not UNSAID.search(said)
        assert str(start.year) in said
        assert str(end.year) in said
        if start.year == end.year:
            assert not UNSAID.search(text.part_short(start, end))


@for_all(st.integers(0, 10**9), st.sampled_from(CASES))
def test_every_count_has_a_kazakh_suffix(n, case):
    assert KK.suffix(n, case) in {word for key, word in words("kk").items() if key.startswith("suffix_")}


@pytest.mark.parametrize(
    ("language", "words", "counted"),
    [
        ("en", "fewer than 5", "fewer than 5 reported cases"),
        ("ru", "менее 5", "менее 5\u00a0случаев"),
        ("kk", "5-тен аз", "5-тен аз жағдай"),
    ],
)
def test_one_to_four_persons_of_a_strict_list_are_fewer_than_five(language, words, counted):
    text = Text(language)
    assert text.bound(1, 4, "withheld") == words
    assert text.counted_bound(1, 4, "withheld", "cases", "ngo") == counted
    assert text.mark(1, 4, "withheld") == "<5"
