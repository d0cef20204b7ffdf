# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""Does anything that could point to a person pass the gate, and does the gate let ordinary columns through?

Every person here is made up: common names put together, identification numbers computed here from days of birth and
running numbers, telephone numbers of digits in a row. A likeness to anybody is chance.
"""

import csv
import random
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake import screen, suspects
from data.intake.names import known_words
from data.intake.rules import RULES, is_iin, is_inn, is_pin, is_snils, kinds
from data.intake.screen import Finding, Settlement, findings, guard, mask, settle
from tests.profiles import examples


def number(born: date, sex_and_century: int, running: int) -> str:
    """A synthetic IIN, its check digit worked out here by the rule and not by the code that is tested; '' for none."""
    eleven = f"{born:%y%m%d}{sex_and_century}{running:04d}"
    for first in (1, 3):
        weights = [(first - 1 + place) % 11 + 1 for place in range(11)]
        rest = sum(int(digit) * weight for digit, weight in zip(eleven, weights, strict=True)) % 11
        if rest != 10:
            return eleven + str(rest)
    return ""


CELLS = Path(__file__).parent / "files" / "screen"
# Their kinds, as the lists of cells name them.
NAMED = {
    "inn_kg_ru": "state_number",
    "birth": "birth_date",
    "place_cell": "one_person",
    "case_no": "case_number",
}


def listed(name: str) -> list[tuple[str, str]]:
    """The cells of a list with the kind that each must be found as."""
    with (CELLS / name).open(encoding="utf8", newline="") as file:
        return [(NAMED.get(kind, kind), cell) for kind, cell in list(csv.reader(file))[1:]]


LISTED = [*listed("kinds.csv"), *listed("second.csv")]
# Where such a cell may stand: alone, and in a text.
WITHIN = (
    "{}",
    "Заявление: {}, рассмотрено",
    "по словам матери {} и далее",
    "{} – жалоба 16.05.2019",
    "жалоба; {}; нет",
)
with (CELLS / "ordinary.csv").open(encoding="utf8", newline="") as ordinary_cells:
    ORDINARY_CELLS = [cell for (cell,) in csv.reader(ordinary_cells)][1:]
IIN = number(date(1990, 1, 1), 3, 12)
FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}

PLANTED: dict[str, list[str]] = {
    "name": [
        # Russian
        "Иванов Иван Иванович",
        "Петрова Анна",
        "Анна Петрова",
        "ИВАНОВ ИВАН",
        "иванов иван",
        "Иванов А.Б.",
        "Иванов А. Б.",
        "А.Б. Иванов",
        "А. Иванов",
        "Иванов А.",
        "Ким В.Г.",
        "Ковальчук Ольга",
        "Сидоренко Павел",
        "Павловский Дмитрий",
        "Заявление Ивановой Марии Петровны рассмотрено",
        "жалоба гражданина Сидорова на действия полиции",
        "со слов гр. Кузнецова, избит",
        "избит Дмитрий, 34 года",
        "Цой Виктор",
        "Иванов-Петров Сергей",
        "Иванов, Иван",
        "Лев Николаевич",
        "Соколов",
        # Kazakh
        "Сәрсен Нұрланұлы",
        "Ахметов Серік Болатұлы",
        "Айгүл Сейітқызы",
        "Ахметова Айгуль Сериковна",
        "Нұрлан Ахмет",
        "Серик Ахметов",
        "СЕРІК АХМЕТОВ",
        "А. Сәрсенов",
        "Сәрсенов Ә.",
        "Ә.Қ. Төлеген",
        "Жұмабай Бекзат",
        "Бекзат Жумабаев",
        "Айгүл Серікбай қызы",
        "Ерлан Болат улы",
        "Серікке күш қолданылды",
        "Нұрланның шағымы",
        "Гульнара Омарова",
        "Дәурен Сейтқали",
        "Жансая",
        "Нургазиев Ерлан",
        "жәбірленуші Айгерім",
        # Latin
        "Akhmetov Serik",
        "Serik Akhmetov",
        "AKHMETOV SERIK",
        "Nurlan Zhumabayev",
        "Zhanar Omarova",
        "Janar Omarova",
        "Aigul Seitkyzy",
        "Serik Bolatuly",
        "S. Akhmetov",
        "Akhmetov S.B.",
        "Ivan Petrovich",
        "Elena Smirnova",
        "Yerlan Suleimenov",
        "complaint by Yerlan Suleimenov, 2014",
        "Mr Akhmetov",
        "Qairat Ibraev",
        "Sergey Ivanov",
        # hidden
        "Ивaнов Иван",  # a Latin a
        "Ив\u200bанов Ив\u00adан",
        "Иванов\u00a0Иван\u00a0Иванович",
        "Cepик Ахметов",
        "Сeрiк Ахметов",
        "Иван\u043e\u0301в Иван",
        "Ｓｅｒｉｋ Ａｋｈｍｅｔｏｖ",
        "Иван0в Иван",
    ],
    "iin": [
        IIN,
        f"ИИН {IIN}",
        f"ИИН:{IIN}, г. Алматы",
        f"{IIN[:6]} {IIN[6:]}",
        f"{IIN[:6]}-{IIN[6:]}",
        f"{IIN[:3]} {IIN[3:6]} {IIN[6:9]} {IIN[9:]}",
        f"{IIN[:6]}\u00a0{IIN[6:]}",
        f"12 {IIN}",
        f"ЖСН{IIN}",
        IIN.translate(FULL_WIDTH),
        f"{IIN[:5]}\u200b{IIN[5:]}",
        f"жалоба 16.05.2012, {IIN}",
    ],
    "document": [
        "N12345678",
        "паспорт N12345678 выдан",
        "удостоверение № 012345678",
        "Удостоверение личности №012345678 МВД РК",
        "уд. личности 012345678",
        "жеке куәлігі № 012345678",
        "паспорт 4510 123456",
        "passport no. 1234567",
        "KZ86 125K ZT50 0410 0100",
    ],
    "phone": [
        "+7 701 234 56 78",
        "8 (701) 234-56-78",
        "87012345678",
        "+77012345678",
        "7012345678",
        "тел. 8-701-234-56-78",
        "(727) 250-11-22",
        "8 7172 74-20-10",
        "тел: 250-11-22",
        "звонить +996 555 123 456",
        "\uff0b7 701 234 56 78",
        "моб.: 701 234 56 78, после 18",
    ],
    "email": [
        "a.ivanov@example.kz",
        "почта: ivanov_1980@mail.example.ru",
        "ivanov [at] example.kz",
        "ivanov (собака) example (точка) kz",
    ],
    "online": ["@serik_akhmetov", "https://www.instagram.com/serik.a", "t.me/serik_a", "facebook.com/serik.akhmetov"],
    "plate": ["123ABC02", "123 ABC 02", "автомобиль 777 AAA 01", "гос. номер A123BCD"],
    "address": [
        "ул. Абая, 10",
        "г. Алматы, ул. Сатпаева 22, кв. 5",
        "мкр Самал-2, дом 33",
        "Абай көшесі, 15 үй",
        "пр-т Достык 5",
        "проспект Абая 52",
        "улица Ленина",
        "дом 5, кв. 7",
        "Назарбаев даңғылы 12",
        "12 Abai Street",
        "Abay Avenue 12, apt. 5",
        "3 мкр. 25, пәтер 7",
    ],
}  # fmt: skip

ORDINARY = (
    """
формулы расчета|каникулы|July 2012|case N 17|дело на 12 листах|
МВД|КУИС МВД РК|ДП г. Алматы|ДВД Алматинской области|Алматинская область|область Абай|Абай облысы|Жамбыл облысы|
Жамбылская область|Шымкент|г. Шымкент|Нур-Султан|Zhanaozen|Жанаозен|Talgar|Almaty Region|Абайский район|
Район Магжана Жумабаева|Қазыбек би ауданы|Section 146|Әділет министрлігі|Бас прокуратура|Генеральная прокуратура|
Комитет национальной безопасности|U.S. State Department|Human Rights Watch|Amnesty International|КМБПЧ|
ст. 146 ч. 2 УК РК|ст.146 УК|ҚК 146-бабы|141-1|146|ч. 2 п. «а»|п. 3 ст. 24 УПК|Прекращено за отсутствием состава|
Отказано|Направлено в суд|Осужден|Осуждены|Женщина|Мужчина|женский|мужской|Ер|Әйел|male|female|18-25|26–35|35|да|
нет|н/д|-|NULL|более 70|70-тен астам|1 234|1 234 567|3,5|16.05.2012|2012-05-16|16.05.2012-18.05.2012|
16.05.2012 – 18.05.2012|16.05.2012 10:30|2012-05-16T10:30:00|2012|май 2012|январь–май 2019|16-MAY-12|
ЕРДР|2012, 2013, 2014|KZ-2012-000123|KZ-75|ЖТ-2012-0001|A-0001|case 17|0c9f5b7e-4a1d-4c55-9b51-0a3f0d4f2c11|№ 12|
и др. 2019|на уровне области|служебная собака|12345678901234567|123456789012345678|СИЗО|ИВС|РОВД|ЛА-155/8|УК-161/3|
учреждение ЕЦ-166/10|колония|полицейский участок|отделение полиции|следственный изолятор|школа-интернат|
военная часть|сотрудников|случаев|органов|фактов|полицейских|дело|дел|лиц|Органы|Условия|Готов|Украина|Магазин|
Причина|Основа|Глава|Жалоба подана адвокатом|сломаны ребра|следов нет|Ұлы Отан соғысы|Қылмыстық іс тоқтатылды|
азаматтар|тергеу изоляторы|полиция бөлімшесі|Костанай|Қостанай|Қызылорда|Ақтау|Семей|Петропавловск|
Investigation opened|Sent to court|Police station|National Guard|Dismissed|Main office|Begin|January 2022|
Zhambyl Region|prosecutor_general|all|event|https://example.org/report?id=17|На улице|в доме|дома|на дороге|
Жилой дом|Улица|спец. прокурор|и т.д.|т.е.|т.к.|и.о. прокурора|100 %|<2 %|>70|около 200|350–400|1.234|1,234|
100000000000|999999999999|Коалиция НПО Казахстана против пыток|Бюро по правам человека|Сарыарка|Алмалинский район|
Медеуский|Павлодар|Прокурор|Суд № 2|Суд №2 г. Караганды|Акмолинская|Восточно-Казахстанская
""".strip()
    .replace("|\n", "|")
    .split("|")
)


@pytest.fixture
def file() -> Iterator[Callable[[list[list[str | None]]], duckdb.DuckDBPyConnection]]:
    """Columns of cells -> a connection whose current database has them as table `file`, as the intake makes it."""
    opened = []

    def make(columns: list[list[str | None]]) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        opened.append(con)
        con.execute("attach ':memory:' as intake_test (compress)")
        con.execute("use intake_test")
        con.execute(f"create table file (row integer, {', '.join(f'c{i} varchar' for i in range(len(columns)))})")
        marks = ", ".join("?" * (len(columns) + 1))
        con.executemany(
            f"insert into file values ({marks})", [[n, *r] for n, r in enumerate(zip(*columns, strict=True), 2)]
        )
        return con

    yield make
    for con in opened:
        con.close()


def found(con: duckdb.DuckDBPyConnection, *headers: str) -> set[tuple[int, str, int]]:
    return {(f.column, f.kind, f.cells) for f in findings(con, headers)}


# One cell ---------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "cell"), [(kind, cell) for kind, cells in PLANTED.items() for cell in cells])
def test_what_points_to_a_person_is_found(kind, cell):
    assert kind in kinds(cell)


@pytest.mark.parametrize(("kind", "cell"), LISTED)
def test_every_listed_cell_is_found_alone_and_within_a_text(kind, cell):
    for words in WITHIN:
        assert kind in kinds(words.format(cell))


@pytest.mark.parametrize("cell", [*ORDINARY, *ORDINARY_CELLS])
def test_what_points_to_nobody_is_not_found(cell):
    assert kinds(cell) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_the_patterns_of_the_engine_let_every_planted_cell_through_to_the_rules(file, kind):
    cells = PLANTED[kind]
    con = file([[cell] * 3 for cell in cells])
    assert {(column, kind, 3) for column in range(len(cells))} <= found(con, *"x" * len(cells))


def test_the_engine_lets_every_listed_cell_through_to_the_rules():
    cells = [words.format(cell) for _, cell in LISTED for words in WITHIN]
    told = suspects.conditions()
    con = duckdb.connect()
    con.execute("create table listed as select unnest($1) as cell", [cells])
    assert con.execute(f"select cell from listed where not ({told.any} or {told.numbers})").fetchall() == []


def test_columns_of_ordinary_cells_hold_nothing(file):
    wide = [ORDINARY_CELLS[start : start + 50] for start in range(0, len(ORDINARY_CELLS), 50)]
    con = file([[*cells, *[""] * (50 - len(cells))] for cells in wide])
    assert len(ORDINARY_CELLS) > 250
    assert findings(con, ["x"] * len(wide)) == []


@pytest.mark.parametrize(
    "shape",
    [
        *(
            "K-0000000",
            "KZ-0000-000000",
            "A-0000",
            "0000/0000",
            "№ 00",
            "case-0000",
            "0000-000000",
            "0000000",
            "KZ0000",
        ),
        *("ЖТ-0000-0000", "КП-00-000", "ЛА-000/0", "0 000 000", "00000 00000"),
    ],
)
def test_an_ordinary_id_passes_the_engine_whatever_its_digits(shape):
    """Ten million of them must not come to be judged one by one."""
    sql = suspects.any_digit(suspects.conditions().any)
    assert duckdb.connect().execute(f"select {sql} from (select $1 as cell)", [shape]).fetchall() == [(False,)]


def test_what_the_patterns_of_the_engine_find_they_find_with_every_digit_made_nought():
    chance = random.Random(3)
    cells = [cell for cells in PLANTED.values() for cell in cells]
    cells += ["".join(chance.choice("0123456789") if sign.isdigit() else sign for sign in cell) for cell in cells * 20]
    signs = "00112233445566778899 .-()+/NKZабвАБВabcABC"
    cells += ["".join(chance.choices(signs, k=chance.randint(3, 24))) for _ in range(5_000)]
    con = duckdb.connect()
    con.execute("create table planted as select unnest($1) as cell", [cells])
    found = suspects.conditions().any
    assert con.execute(f"select count(*) > 1000 from planted where {found}").fetchall() == [(True,)]
    con.execute(
        f"create table suspect as select regexp_replace(cell, '[0-9]', '0', 'g') as cell from planted where {found}"
    )
    found = suspects.any_digit(found)
    assert con.execute(f"select cell from suspect where not ({found})").fetchall() == []


def test_every_word_of_ours_is_known_and_no_person():
    for word in known_words():
        assert kinds(word) == []


# Identification numbers ----------------------------------------------------------------

CENTURIES = [(date(1800, 1, 1), [1, 2]), (date(1900, 1, 1), [3, 4]), (date(2000, 1, 1), [5, 6])]
iins = st.one_of(
    st.builds(number, st.dates(first, date(first.year + 99, 12, 31)), st.sampled_from(signs), st.integers(0, 9999))
    for first, signs in CENTURIES
)
texts = st.text(max_size=30)


@settings(max_examples=examples(4))
@given(iins.filter(bool), texts, texts)
def test_any_valid_iin_is_found_in_any_text(iin, before, after):
    if re.search(r"\d\W*$", screen.normal(before)) or re.search(r"^\W*\d", screen.normal(after)):
        before, after = before + " a ", " a " + after
    assert "iin" in kinds(before + iin + after)


@settings(max_examples=examples(2))
@given(
    iins.filter(bool),
    st.sampled_from([(6, 6), (6, 1, 5), (3, 3, 3, 3), (4, 4, 4), (2, 2, 2, 6), (1,) * 12]),
    st.sampled_from(" -.\u00a0–"),
)
def test_any_valid_iin_is_found_in_parts(iin, sizes, mark):
    parts, rest = [], iin
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    # Three years in a row are years.
    if not all(re.fullmatch(r"(19|20)\d\d", part) for part in parts):
        assert "iin" in kinds(mark.join(parts))


@settings(max_examples=examples(4))
@given(iins.filter(bool), st.integers(1, 9), texts, texts)
def test_twelve_digits_with_a_wrong_check_digit_are_no_iin(iin, off, before, after):
    wrong = iin[:11] + str((int(iin[11]) + off) % 10)
    assert not is_iin(wrong)
    before, after = re.sub(r"\d", "", screen.normal(before)), re.sub(r"\d", "", screen.normal(after))
    assert "iin" not in kinds(before + wrong + after)


@pytest.mark.parametrize("digits", ["900230300123", "901301300123", "900101000123", "900101700123", "900101900123"])
def test_a_day_that_is_none_and_a_century_that_is_none_are_no_iin(digits):
    assert not any(is_iin(digits[:11] + str(last)) for last in range(10))


@pytest.mark.parametrize("dash", ["-", "–", " - ", " "])
def test_two_days_in_one_cell_are_no_iin(dash):
    for day in range(1, 28):
        for year in range(2010, 2024):
            assert kinds(f"{day:02d}.05.{year}{dash}{day + 1:02d}.06.{year}") == []
            assert kinds(f"{year}-05-{day:02d}{dash}{year}-06-{day + 1:02d}") == []


def test_a_longer_number_holds_no_iin():
    assert "iin" not in kinds("5" + IIN)
    assert "iin" not in kinds(IIN + "7")


@pytest.mark.parametrize(
    ("is_valid", "number"),
    [
        *((is_inn, "7704123450"), (is_inn, "770412345664"), (is_inn, "500100732259")),
        *((is_snils, "08765430200"), (is_snils, "11223344595"), (is_snils, "15678901211")),
    ],
)
def test_a_check_digit_tells_a_number_from_every_other(is_valid, number):
    assert is_valid(number)
    checked = 2 if is_valid is is_snils or len(number) == 12 else 1
    for other in range(10**checked):
        if (changed := number[:-checked] + f"{other:0{checked}d}") != number:
            assert not is_valid(changed)


def test_a_personal_number_of_kyrgyzstan_holds_a_day_that_was():
    assert is_pin("20101199001234")
    assert is_pin("12902200000001")
    assert not any(
        map(is_pin, ["30101199001234", "23201199001234", "22902200100001", "20101209901234", "2010119900123"])
    )


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        # The last digits crossed out, letters for digits, another alphabet's digits.
        *(
            ("iin", "93041540012*"),
            ("iin", "930415******"),
            ("iin", "ЖСН-і 021231501233"),
            ("iin", "85О71440З217 у матери"),
        ),
        *(("state_number", "5507 9988 7742"), ("phone", "8, семьсот один, 555 12 12"), ("phone", "0 (312) 55-12-12")),
        *(("document", "права AB 123456"), ("online", "ок.ру/profile/12345"), ("plate", "Е333КХ154")),
        *(("address", "общежитие №3, комната 12"), ("birth_date", "двухтысячного года рождения")),
        *(("one_person", "камера номер семь"), ("one_person", "председатель Жамбылского районного суда")),
        *(
            ("case_number", "в КУИ под № 4455"),
            ("name", "брат заявителя Арман"),
            ("name", "жалоба Мусабекова на бездействие"),
        ),
    ],
)
def test_a_disguise_hides_nothing(kind, cell):
    assert kind in kinds(cell)


@pytest.mark.parametrize("kind", RULES)
def test_each_kind_of_the_rules_is_a_kind_of_findings(kind):
    assert kind in screen.KINDS


# Columns and headers --------------------------------------------------------------------


# Names of towns in the form of a name of a person, as the rules of one cell judge them.
SOUND_LIKE_NAMES = ["Prince George", "Charles City", "Лермонтов", "Чехов"]


@pytest.mark.parametrize(
    "header", ["city", "County", "PROVINCE", "City or county", "Населенный пункт", "Ауданы", "Місто"]
)
@pytest.mark.parametrize("cell", SOUND_LIKE_NAMES)
def test_a_few_cells_of_a_column_of_places_that_sound_like_names_are_none(file, header, cell):
    cells = ["Springfield", "Оха", "Дальнее", "Cook", cell]
    assert (0, "name", 1) in found(file([cells]), "x"), "without the header it may be a person"
    assert findings(file([cells]), [header]) == []


@pytest.mark.parametrize(
    "known",
    [
        ["Талгарский район", "г. Семей", "Риддер", "Карасайский район"],
        ["Одеська область", "Харківська область", "Kharkiv Oblast", "Крым"],
        ["Казахстан", "Қырғызстан", "Senegal", "Kent County"],
    ],
)
def test_a_column_most_of_whose_cells_are_known_places_is_one_of_places(file, known):
    assert findings(file([[*known, "Лермонтов", None]]), ["x"]) == []
    assert found(file([[*known[:2], "Лермонтов", "Чехов", "да"]]), "x") == {(0, "name", 2)}, "not most of them"


@pytest.mark.parametrize("header", ["city", "Район", "x"])
@pytest.mark.parametrize(
    "person", ["Иванова Анна Петровна", "Серікұлы Асқар", "Akhmetov Serik", "Иванов И. И.", "гр. Лермонтов"]
)
def test_a_full_name_in_a_column_of_places_is_found(file, header, person):
    cells = ["Талгарский район", "г. Семей", "Риддер", "Карасайский район", person]
    assert found(file([cells]), header) == {(0, "name", 1)}


def test_a_header_of_places_over_a_column_of_names_says_nothing(file):
    assert found(file([["Лермонтов", "Чехов", "Ерлан", "Семей"]]), "Город") == {(0, "name", 3)}
    assert found(file([["Лермонтов", "да", "нет"]]), "District attorney") == {(0, "name", 1)}


def test_a_column_of_many_places_is_one_of_places_beyond_the_first_look(file):
    con = big(file([["x"]]), "'Kent County ' || i || chr((1072 + i % 32)::integer)")
    con.execute("update file set c0 = 'Лермонтов' where row = 30000")
    assert findings(con, ["county"]) == []
    con.execute("update file set c0 = 'Лермонтов Михаил Юрьевич' where row = 30000")
    assert found(con, "county") == {(0, "name", 1)}


def test_each_column_is_told_with_its_kind_its_cells_and_what_settles_it(file):
    con = file([["KZ-1", "KZ-2", "KZ-3"], ["Иванов Иван", None, ""], [IIN, "нет", "н/д"]])
    name, iin = findings(con, ["Номер", "Кто", "Код"])
    assert (name.column, name.header, name.kind, name.cells, name.about) == (1, "Кто", "name", 1, False)
    assert name.options == ("leave_out", "not_personal")
    assert (iin.column, iin.kind, iin.cells) == (2, "iin", 1)
    assert iin.options == ("leave_out",)


@pytest.mark.parametrize(
    ("header", "cell", "kind"),
    [
        ("ФИО", "Тлеубердин Оразхан", "name"),
        ("Ф.И.О. потерпевшего", "Зуфаров", "name"),
        ("Фамилия", "Дюсенби", "name"),
        ("Заявитель", "Кутман Жаппар", "name"),
        ("Потерпевший", "Дюсенби", "name"),
        ("Аты-жөні", "Қуанжар Өтеміс", "name"),
        ("Тегі", "Өтеміс", "name"),
        ("ЖӘБІРЛЕНУШІ", "Өтеміс", "name"),
        ("Victim", "Dyusenby", "name"),
        ("Name", "Dyusenby Otemis", "name"),
        ("Surname", "Otemis", "name"),
        ("ФИO", "Дюсенби", "name"),  # a Latin O
        ("ИИН", "900101300120", "iin"),
        ("ЖСН", "900101 300 120", "iin"),
        ("Дата рождения", "01.01.1990", "birth_date"),
        ("туған күні", "1990", "birth_date"),
        ("Д.Р.", "01.01.90", "birth_date"),
        ("ДР", "32874", "birth_date"),
        ("Date of birth", "1/1/1990", "birth_date"),
        ("Телефон", "25-01-12", "phone"),
        ("Мекенжайы", "Самал 12", "address"),
        ("Адрес", "Самал 12", "address"),
        ("Удостоверение личности", "0123456", "document"),
    ],
)
def test_a_header_says_what_its_column_holds(file, header, cell, kind):
    con = file([[cell, cell, "н/д"]])
    assert (0, kind, 2) in found(con, header)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Пол потерпевшего", ["муж", "жен"]),
        ("Количество потерпевших", ["1", "2"]),
        ("Потерпевший", ["да", "нет"]),
        ("Осужденный", ["Осуждены", "Оправданы"]),
        ("Возраст заявителя", ["18", "35"]),
        ("Потерпевшие", ["12", "3"]),
        ("Region name", ["Алматинская область", "Шымкент"]),
        ("Наименование органа", ["МВД", "КУИС"]),
        ("Дата обращения", ["16.05.2012", "17.05.2013"]),
        ("Victim", ["male", "female"]),
        ("Вес", ["1", "3,5"]),
        ("Номер дела", ["12", "13"]),
    ],
)
def test_a_header_that_only_speaks_of_persons_says_nothing_of_names(file, header, cells):
    con = file([cells])
    assert findings(con, [header]) == []


@pytest.mark.parametrize("header", ["Иванов Иван Иванович", "Akhmetov Serik", IIN, "+7 701 234 56 78"])
def test_a_header_that_holds_a_person_is_found_and_masked(file, header):
    con = file([["1", "2"]])
    (finding,) = findings(con, [header])
    assert finding.in_header
    assert finding.cells == 0
    assert not leaks(header, finding.header + " ".join(finding.examples))


def test_dates_whose_years_spread_like_those_of_people_are_birth_dates(file):
    draw = random.Random(1)
    born = [f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(1950, 2004)}" for _ in range(200)]
    happened = [f"{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.{draw.randint(2004, 2024)}" for _ in range(200)]
    long_ago = [day[:-4] + str(draw.randint(1990, 2024)) for day in happened]
    con = file([born, happened, long_ago])
    (finding,) = findings(con, ["a", "b", "c"])
    assert (finding.column, finding.kind) == (0, "birth_date")
    assert finding.options == ("leave_out",)


EARLY = ["02/01/1990", "14.07.1985", "1979-12-31", "01.02.90"]
LATER = [f"{day:02d}.05.{year}" for year in range(2015, 2024) for day in range(1, 6)]


@pytest.mark.parametrize("early", EARLY)
@pytest.mark.parametrize("among", [["нет", "Алматы", "жалоба"], ["16.05.2019", "нет", "отказано"], []])
def test_a_day_before_every_allegation_is_a_birth_date_where_days_are_not_the_column(file, early, among):
    con = file([[early, *among]])
    assert found(con, "x") == {(0, "birth_date", 1)}


def test_a_slip_of_the_year_among_the_days_of_allegations_is_no_birth_date(file):
    assert findings(file([[*LATER, "02/01/1919", "16.05.1990"]]), ["Дата обращения"]) == []
    early = [f"{day:02d}.05.{year}" for year in range(1960, 1991, 4) for day in (1, 2)]
    ((column, kind, cells),) = found(file([[*early, *LATER[:5]]]), "x")
    assert (column, kind, cells) == (0, "birth_date", len(early))


@pytest.mark.parametrize(
    "cell", ["01.01.1970", "Закон от 26.03.1990", "Конвенция 10.12.1984", "12.05.45.1", "1985", "1985-2019"]
)
def test_what_is_early_and_no_birthday_is_none(cell):
    assert "birth_date" not in kinds(cell)


def test_numbers_of_ten_digits_that_pass_by_chance_are_nobodys(file):
    chance = random.Random(5)
    ids = [f"{chance.randint(10**9, 10**10 - 1)}" for _ in range(200)]
    assert any(map(is_inn, ids))
    assert (
        findings(file([[number for number in ids if not kinds(number) or kinds(number) == ["state_number"]]]), ["x"])
        == []
    )
    assert found(file([[number for number in ids if is_inn(number)]]), "x") == {
        (0, "state_number", sum(map(is_inn, ids)))
    }


def test_long_cells_of_many_words_are_free_text_and_long_codes_are_not(file):
    story = "Задержан вечером у рынка номер {} и доставлен в отдел, где его били по ногам до самого утра"
    code = "Производство прекращено за отсутствием в деянии состава уголовного правонарушения по всем эпизодам"
    codes = [f"{code}, пункт {n % 6}" for n in range(40)]
    con = file([[story.format(n) for n in range(40)], [code] * 20 + ["Отказано"] * 20, codes])
    assert [(f.column, f.kind) for f in findings(con, ["a", "b", "c"])] == [(0, "free_text")]


def test_one_very_long_cell_is_free_text(file):
    con = file([["слово за словом " * 40, "нет", "нет"]])
    assert [f.kind for f in findings(con, ["a"])] == ["free_text"]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of a while")
def test_many_columns_cost_little_memory(file):
    """A thousand of them took 2.4 GB, which grew with the square of their number, and a minute."""
    con = file([["x", "y"]] * 300)

    def peak_mb() -> int:
        return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) >> 10

    Path("/proc/self/clear_refs").write_text("5")  # the peak is from now on
    before = peak_mb()
    assert findings(con, [f"c{place}" for place in range(300)]) == []
    assert peak_mb() - before < 100


def test_only_the_columns_asked_for_are_looked_at(file):
    con = file([["Иванов Иван"], [IIN]])
    assert [f.column for f in findings(con, ["a", "b"], columns=[1])] == [1]


def test_an_empty_file_and_empty_columns_hold_nothing(file):
    con = file([[None, ""], ["1", None]])
    assert findings(con, ["a", ""]) == []
    assert findings(con, ["a", "b"], columns=[]) == []


def big(con: duckdb.DuckDBPyConnection, cell: str, rows: int = 60_000) -> duckdb.DuckDBPyConnection:
    """A file of one column, too long to be judged cell by cell: `cell` is SQL over i."""
    con.execute(f"create or replace table file as select (i + 2)::integer as row, {cell} as c0 from range({rows}) t(i)")
    return con


@pytest.mark.parametrize(
    ("rare", "kind"),
    [
        (IIN, "iin"),
        (f"{IIN[:6]} {IIN[6:]}", "iin"),
        ("Иванов Иван", "name"),
        ("Ивaнов Иван", "name"),  # a Latin a
        ("8 701 234 56 78", "phone"),
        ("a@example.kz", "email"),
        ("N12345678", "document"),
    ],
)
def test_one_cell_among_many_ids_is_found(file, rare, kind):
    con = big(file([["x"]]), f"case when i = 41234 then '{rare}' else 'KZ-2012-' || lpad(i::varchar, 6, '0') end")
    assert found(con, "Номер") == {(0, kind, 1)}
    assert guard(con, "file", ["c0"]) == [("c0", kind)]


def test_many_different_ids_hold_nothing(file):
    con = big(file([["x"]]), "'KZ-2012-' || lpad(i::varchar, 6, '0')")
    assert findings(con, ["Номер"]) == []
    assert guard(con, "file", ["c0", "row"]) == []


def test_a_column_of_thousands_of_names_can_only_be_left_out(file):
    letters = "chr((1072 + i % 32)::integer) || chr((1072 + i // 32 % 32)::integer)"
    con = big(file([["x"]]), f"'Ахметов' || {letters} || ' Серик ' || chr((1040 + i // 1024)::integer) || '.'")
    (finding,) = findings(con, ["x"])
    assert (finding.kind, finding.cells, finding.about) == ("name", 60_000, True)
    assert finding.options == ("leave_out",)


def test_beyond_the_cells_that_are_judged_a_count_is_scaled_up_and_says_so(file, monkeypatch):
    monkeypatch.setattr(screen, "JUDGED", 10)
    con = file([[f"Ахметов {letter} Серик" for letter in "абвгдежзийклмнопрсту"]])
    (finding,) = findings(con, ["x"])
    assert (finding.kind, finding.cells, finding.about) == ("name", 20, True)


def test_a_name_behind_many_cells_without_any_is_found(file, monkeypatch):
    monkeypatch.setattr(screen, "JUDGED", 10)
    con = file([[f"Алматы-{n:03d}" for n in range(300)] + [f"{n}" for n in range(300)] + ["Иванов Иван"]])
    assert found(con, "x") == {(0, "name", 1)}


def test_beyond_the_cells_that_are_judged_numbers_are_still_looked_for(file, monkeypatch):
    monkeypatch.setattr(screen, "JUDGED", 0)
    con = file([[f"Алматы {letter}" for letter in "абвгдежзийклмнопрсту"] + [IIN]])
    assert {f.kind for f in findings(con, ["x"])} == {"iin"}


# Masks ----------------------------------------------------------------------------------


def leaks(text: str, shown: str) -> bool:
    """Three letters or digits in a row of the text stand in what is shown."""
    runs = re.findall(r"(?=([^\W_]{3}))", screen.normal(text)) + re.findall(r"(?=([^\W_]{3}))", text)
    return any(run in shown for run in runs)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Иванов Серик", "И••••• С••••"),
        ("Ли А.Б.", "•• •.•."),
        (IIN, "######"),
        ("8 (701) 234-56-78", "# (###) ###-##-##"),
        ("a.ivanov@example.kz", "•.i•••••@e•••••.••"),
        ("N12345678", "•######"),
        ("", ""),
    ],
)
def test_a_mask_shows_the_shape_only(cell, shown):
    assert mask(cell) == shown


@settings(max_examples=examples(4))
@given(st.text(max_size=80) | st.text(alphabet="Иван Серік.-0123456789abc\u200b\u0301①²ﬁ", max_size=60))
def test_a_mask_never_holds_three_signs_of_the_cell_in_a_row(cell):
    assert not leaks(cell, mask(cell))
    assert not any(letter.isdigit() for letter in mask(cell))
    assert len(mask(cell)) <= 41


def test_every_example_of_every_finding_is_masked(file):
    planted = [cell for cells in PLANTED.values() for cell in cells]
    con = file([planted, planted[::-1]])
    for finding in findings(con, ["a", "ФИО"]):
        assert finding.examples
        assert not any(leaks(cell, example) for cell in planted for example in finding.examples)


# What settles ------------------------------------------------------------------------------


def finding(kind: str, column: int = 0, header: str = "x") -> Finding:
    return Finding(column, header, kind, 3, ("И•••••",), screen._options(kind))


@pytest.mark.parametrize("kind", screen.KINDS)
def test_leaving_the_column_out_settles_whatever_it_holds(kind):
    both = [finding(kind), finding("iin"), finding("iin", 1)]
    assert screen.open(both, [settle(both[0], "leave_out")]) == [both[2]]


@pytest.mark.parametrize("kind", [kind for kind in screen.KINDS if kind not in screen.WEAK])
def test_no_reason_makes_a_number_or_a_birth_date_impersonal(kind):
    with pytest.raises(ValueError, match=r"^not_offered$"):
        settle(finding(kind), "not_personal", reason="нет людей")
    forced = Settlement(0, kind, "not_personal", "нет людей")
    assert screen.open([finding(kind)], [forced]) == [finding(kind)]


@pytest.mark.parametrize("kind", screen.WEAK)
def test_a_reason_settles_its_own_kind_alone_and_is_kept(kind):
    both = [finding(kind), finding("phone")]
    settled = settle(both[0], "not_personal", reason=" названия судов ")
    assert settled.reason == "названия судов"
    assert screen.open(both, [settled]) == [both[1]]


def test_a_reason_must_be_given_and_must_name_nobody():
    with pytest.raises(ValueError, match=r"^reason_missing$"):
        settle(finding("name"), "not_personal", reason="  ")
    with pytest.raises(ValueError, match=r"^reason_is_personal$") as refused:
        settle(finding("name"), "not_personal", reason="так сказал Иванов Иван")
    assert "Иван" not in str(refused.value)
    assert screen.open([finding("name")], [Settlement(0, "name", "not_personal")]) == [finding("name")]


def test_a_settlement_of_another_column_or_kind_settles_nothing():
    one = finding("name")
    others = [settle(finding("name", 1), "leave_out"), settle(finding("address"), "not_personal", reason="суды")]
    assert screen.open([one], others) == [one]
    assert screen.open([], others) == []


# Silence --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://example.org/%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2_%D0%9F%D1%91%D1%82%D1%80", "name"),
        (f"https://example.org/?q=%{ord(IIN[0]):x}{IIN[1:]}", "iin"),
        ("https://example.org/%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%20%D0%9F", "name"),
        ("https://example.org/%D0%94%D0%BE%D0%BA%D0%BB%D0%B0%D0%B4_2019", ""),
        ("https://example.org/a.pdf?part=100%25", ""),
        ("https://example.org/%D0", ""),
    ],
)
def test_the_last_look_reads_an_address_as_a_reader_does(file, address, kind):
    assert guard(file([[address]]), "file", ["c0"]) == ([("c0", kind)] if kind else [])


def test_a_failure_of_the_engine_says_nothing_of_the_file():
    con = duckdb.connect()
    for failing in (lambda: findings(con, ["Иванов"]), lambda: guard(con, "Иванов", ["c0"])):
        with pytest.raises(screen.ScreenFailed) as failed:
            failing()
        assert failed.value.code == str(failed.value) == "screen_failed"
        assert failed.value.__cause__ is None
        assert failed.value.__suppress_context__


def test_nothing_is_logged_or_printed(file, caplog, capsys):
    con = file([["Иванов Иван", IIN], ["8 701 234 56 78", "a@example.kz"]])
    assert findings(con, ["a", "b"])
    assert caplog.records == []
    assert capsys.readouterr() == ("", "")


# The last look ---------------------------------------------------------------------------------


def test_the_guard_finds_persons_in_typed_rows_and_passes_over_what_is_no_text():
    con = duckdb.connect()
    con.execute(
        "create table cases (row integer, case_id varchar, allegation_date date, region varchar, weight double)"
    )
    con.execute(
        "insert into cases values (1, 'KZ-1', date '2012-05-16', 'KZ-75', 1), (2, 'KZ-2', null, 'KZ-10', 900101300123)"
    )
    assert guard(con, "cases", ["case_id", "allegation_date", "region", "weight"]) == []
    con.execute(f"insert into cases values (3, '{IIN}', null, 'Иванов Иван', 1)")
    assert guard(con, "cases", ["case_id", "allegation_date", "region", "weight"]) == [
        ("case_id", "iin"),
        ("region", "name"),
    ]


def test_a_name_of_a_column_or_a_table_is_no_sql():
    con = duckdb.connect()
    con.execute('create table "ta""ble" (row integer, "co""l; drop" varchar)')
    con.execute("""insert into "ta""ble" values (1, 'a@example.kz')""")
    assert guard(con, 'ta"ble', ['co"l; drop']) == [('co"l; drop', "email")]
