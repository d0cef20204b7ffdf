"""Is a cell read as the person who typed it meant it, or refused with a reason?

A bound is read before any number and keeps its side. A number is read only in the marks of its file, a date only when
there is one way to read it. Nothing is guessed, and no word counts by a part of it.
"""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, strategies

from data import datasets
from data.intake import values
from data.intake.values import Bound, Fault, Period, are_serials, bound, is_nothing, period, weight

TODAY = date(2026, 11, 24)


def read(cell: str, percent: bool = False) -> Bound | Fault:
    """As a file of Kazakhstan writes it: a decimal comma, spaces between thousands."""
    return bound(cell, ",", " ", percent)


def days(cell: str, order: str = "dmy", **how: bool) -> Period | Fault:
    return period(cell, order, TODAY, **how)


def span(start: str, end: str) -> tuple[date, date]:
    return date.fromisoformat(start), date.fromisoformat(end)


def ends(read: Period | Fault) -> tuple[date, date]:
    assert isinstance(read, Period), read
    return read.start, read.end


# ---------------------------------------------------------------- nothing


@pytest.mark.parametrize(
    "cell",
    [
        *(None, "", "  ", "\u00a0", "н/д", "Н/Д", "нет данных", "Нет  данных", "NULL", "NA", "n/a", "#N/A", "#Н/Д"),
        *(
            "-",
            "–",
            "—",
            "--",
            "…",
            "..",
            "...",
            "мәлімет жоқ",
            "деректер жоқ",
            "малимет жок",
            "неизвестно",
            "белгісіз",
        ),
    ],
)
def test_nothing_is_nothing_in_every_language(cell):
    assert is_nothing(cell)
    assert read(cell) == "missing"
    assert days(cell) == "missing"


@pytest.mark.parametrize("cell", ["0", "нет", "no", "нет данных о деле 5", "-5", "x" * 10_000])
def test_nought_and_no_are_not_nothing(cell):
    assert not is_nothing(cell)


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    "cell",
    [
        *("более 70", "Более 70", "свыше 70", "больше 70", "больше чем 70", "70 с лишним", ">70", "> 70"),
        *("70-тен астам", "70 тен астам", "70-тен көп", "70-тен коп"),
        *("over 70", "more than 70", "более\u00a070 жалоб", "70 шағымнан астам", "70-тен астам шағым"),
    ],
)
def test_more_than_70_is_a_low_and_no_high(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (70, None, "more_than")


@pytest.mark.parametrize(
    "cell",
    [
        *("не менее 70", "не меньше 70", "от 70", "70 и более", "≥70", ">= 70", "70+", "кемінде 70", "70-тен кем емес"),
        *("at least 70", "no fewer than 70", "70 or more", "не менее 70 человек", "70 дел и более"),
    ],
)
def test_at_least_70_is_a_low_that_counts(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (70, None, "at_least")


@pytest.mark.parametrize(
    "cell", ["менее 70", "меньше 70", "<70", "70-тен кем", "70-тен аз", "fewer than 70", "less than 70", "under 70"]
)
def test_less_than_70_is_a_high_and_no_low(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (None, 70, "less_than")


@pytest.mark.parametrize(
    "cell",
    [
        *("не более 70", "не больше 70", "до 70", "≤70", "70 и менее", "ең көбі 70", "70-ке дейін", "70-тен аспайды"),
        *("at most 70", "up to 70", "no more than 70", "70-тен көп емес"),
    ],
)
def test_at_most_70_is_a_high_that_counts(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (None, 70, "at_most")


@pytest.mark.parametrize(
    "cell",
    [
        *("около 200", "примерно 200", "~200", "≈ 200", "шамамен 200", "200-ге жуық", "200-дей", "200 шамасында"),
        *("about 200", "nearly 200", "approx. 200"),
    ],
)
def test_about_keeps_its_number_and_gets_no_margin(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (200, 200, "about")


@pytest.mark.parametrize(
    "cell",
    [
        *("350–400", "350-400", "350 — 400", "350…400", "от 350 до 400", "от 350 до 400 жалоб", "350-400 арасында"),
        *("350 мен 400 арасында", "350-ден 400-ге дейін", "between 350 and 400", "from 350 to 400", "350 to 400"),
    ],
)
def test_a_range_has_both_sides(cell):
    found = read(cell)
    assert (found.low, found.high, found.qualifier) == (350, 400, "range")


def test_a_range_of_one_number_is_that_number_and_one_turned_round_is_refused():
    assert read("70–70") == Bound(70, 70, "exact")
    assert read("400–350") == "low_above_high"


def test_a_per_cent_says_so_and_may_have_decimals():
    assert read("<2 %") == Bound(None, 2, "less_than", "percent")
    assert read("2%-дан кем").is_percent
    assert read("2 пайыздан кем") == Bound(None, 2, "less_than", "percent")
    assert read("3,5 процента") == Bound(3.5, 3.5, "exact", "percent")
    assert read("5%–10%") == Bound(5, 10, "range", "percent")
    assert read("3,5", percent=True) == Bound(3.5, 3.5, "exact", "percent")


def test_a_count_is_whole():
    assert read("3,5") == "not_whole"
    assert isinstance(read("70,00").low, int)


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        *(("70 жалоб", "complaints"), ("12 дел", "cases"), ("15 адам", "persons"), ("15 чел.", "persons")),
        *(("7 қылмыстық іс", "cases"), ("3 cases", "cases"), ("2 эпизода", "episodes"), ("70", "")),
    ],
)
def test_a_word_after_the_number_is_a_unit_and_names_it(cell, unit):
    assert read(cell).unit == unit


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "70 жалобщиков",
            "70 сотрудников",
            "70 делопроизводств",
            "70 тыс.",
            "2 млн",
            "ст146",
            "№5",
            "70 лицеев",
        ),
        *(
            "7 дел, 12 лиц",
            "от 7 дел до 12 лиц",
            "около более 70",
            "более 70 менее 90",
            "не 70",
            "70 не более",
            "примерно 350–400",
            "70 70 70",
        ),
    ],
)
def test_words_beside_a_number_that_are_not_known_whole_are_refused(cell):
    assert read(cell) in {"words_not_understood", "not_a_number"}


@pytest.mark.parametrize("cell", ["-5", "−5", "–5", "более -5", "- 5"])
def test_a_minus_is_said_to_be_one(cell):
    assert read(cell) == "negative"


@pytest.mark.parametrize(
    "cell", ["007", "12 34", "1 2345", "1E+05", "семьдесят", "70,", "1,234,567", "=1+1", "9" * 500]
)
def test_what_the_marks_of_the_file_cannot_read_is_no_number(cell):
    assert isinstance(read(cell), Fault)


def test_a_mark_is_what_the_file_makes_of_it():
    assert bound("1.234", ".", "") == "not_whole"
    assert bound("1.234", ",", ".") == Bound(1234, 1234, "exact")
    assert bound("1,234", ".", ",") == Bound(1234, 1234, "exact")
    assert bound("1.234", ",", " ") == "not_a_number"
    assert bound("1.234,5 %", ",", ".") == Bound(1234.5, 1234.5, "exact", "percent")


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009", "'", "’"])
def test_spaces_and_apostrophes_always_part_thousands(space):
    assert bound(f"1{space}234{space}567", ".", ",") == Bound(1234567, 1234567, "exact")


def test_a_count_beyond_belief_is_refused():
    assert read("1" + "0" * 12).low == 10**12
    assert read("1" + "0" * 13) == "too_large"


def test_every_qualifier_is_one_of_the_data_and_fills_its_sides():
    with (datasets.ROOT / "reference" / "qualifiers.csv").open(encoding="utf8", newline="") as file:
        sides = {row["qualifier"]: (row["low"] == "yes", row["high"] == "yes") for row in csv.DictReader(file)}
    assert values.BOUNDS.keys() == sides.keys() - {"withheld"}, "what is withheld is no cell's to say"
    for qualifier, sayings in values.BOUNDS.items():
        for words in sayings:
            found = read(saying(words, "350", "400"))
            assert isinstance(found, Bound), (words, found)
            assert found.qualifier == qualifier, words
            assert (found.low is not None, found.high is not None) == sides[qualifier], words


def test_no_words_say_two_bounds_and_no_word_names_two_units():
    sayings = [values.folded(words) for said in values.BOUNDS.values() for words in said]
    units = [values.folded(word) for words in values.UNITS.values() for word in words]
    assert len(sayings) == len(set(sayings))
    assert len(units) == len(set(units))


def saying(words: str, *numbers: str) -> str:
    """A pattern of values.BOUNDS with numbers in it, and with Kazakh endings."""
    for number in numbers[: words.count("#")]:
        words = words.replace("#", number, 1)
    for mark, ending in {" &": "-ден", " @": "-ге", " ^": "-дей"}.items():
        words = words.replace(mark, ending)
    return words


def test_every_bound_of_the_shipped_figures_reads_back():
    words = {"exact": "{a}", "more_than": "более {a}", "at_least": "не менее {a}", "less_than": "менее {b}"}
    words |= {"at_most": "не более {b}", "about": "около {a}", "range": "от {a} до {b}"}
    for name in ("official", "ngo", "international", "media"):
        with (datasets.ROOT / name / f"{name}_figures.csv").open(encoding="utf8", newline="") as file:
            for row in csv.DictReader(file):
                cell = words[row["qualifier"]].format(a=row["value_low"], b=row["value_high"])
                found = bound(cell, ".", "", row["unit"] == "percent")
                given = [None if side == "" else float(side) for side in (row["value_low"], row["value_high"])]
                assert [found.low, found.high] == given, (cell, found)
                assert found.qualifier == row["qualifier"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        *(("3", 3), ("1 000", 1000), ("0", 0), ("2,5", "not_whole"), ("более 3", "not_exact")),
        *(("-1", "negative"), ("", "missing"), ("5 %", "not_exact"), ("12 дел", 12)),
    ],
)
def test_a_weight_is_one_whole_number_or_nought(cell, found):
    assert weight(cell, ",", " ") == found


# ---------------------------------------------------------------- for every number and every bound

COUNTS = strategies.integers(0, 10**9)
MARKS = strategies.sampled_from([(",", " "), (",", "."), (".", ","), (".", " "), (",", ""), (".", "")])
SPACES = strategies.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])


def written(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark) if mark else str(number)


@given(COUNTS, MARKS, SPACES, strategies.integers(0, 999))
def test_a_number_written_in_the_marks_of_a_file_reads_back(number, marks, space, thousandths):
    decimal, thousands = marks
    mark = space if thousands == " " else thousands
    assert bound(written(number, mark), decimal, thousands) == Bound(number, number, "exact")
    cell = f"{written(number, mark)}{decimal}{thousandths:03} %"
    found = bound(cell, decimal, thousands)
    assert found.is_percent
    assert round(found.low * 1000) == number * 1000 + thousandths


@given(COUNTS, MARKS)
def test_a_number_in_the_marks_of_another_file_is_never_read_as_another_number(number, marks):
    other = ("." if marks[0] == "," else ",", {".": ",", ",": "."}.get(marks[1], marks[1]))
    found = bound(written(number, marks[1]), *other)
    assert isinstance(found, Fault) or found.low == number


SAYINGS = [(qualifier, words) for qualifier, said in values.BOUNDS.items() for words in said]


@given(strategies.sampled_from(SAYINGS), COUNTS, COUNTS, SPACES, strategies.booleans())
def test_the_words_of_a_bound_never_lose_their_side(said, one, other, space, capital):
    qualifier, words = said
    low, high = sorted((one, other))
    assume(low < high)
    cell = saying(words, written(low, " "), written(high, " ")).replace(" ", space)
    found = read(cell.upper() if capital else cell)
    assert isinstance(found, Bound), (cell, found)
    assert found.qualifier == qualifier
    only = low if words.count("#") == 1 else None
    assert found.low == (None if qualifier in {"less_than", "at_most"} else low)
    assert found.high == (None if qualifier in {"more_than", "at_least"} else only if only is not None else high)


@given(strategies.sampled_from(SAYINGS), COUNTS, strategies.text("жзийклмнпэюяdfghqwәқңө", min_size=1, max_size=8))
@example(("exact", "#"), 70, "тыс")
def test_a_word_that_is_not_known_is_never_left_unread(said, number, word):
    plain = saying(said[1], str(number), str(number + 1))
    known = {values.folded(unit) for words in values.UNITS.values() for unit in words}
    assume(values.folded(word) not in known and isinstance(read(plain), Bound))
    for cell in (f"{plain} {word}{word}{word}", f"{word}{word}{word} {plain}", f"{plain}{word}{word}{word}"):
        assert isinstance(read(cell), Fault), cell


@given(strategies.text(max_size=60))
def test_no_text_makes_the_reading_fail(text):
    assert isinstance(read(text), Bound | Fault)
    for order in ("dmy", "mdy", "ymd", ""):
        assert isinstance(days(text, order, serials=True), Period | Fault)


@given(strategies.text("0123456789.-/ ", max_size=12), strategies.sampled_from(["dmy", "mdy", "ymd", ""]))
def test_no_row_of_digits_makes_a_date_outside_the_years_that_are_believed(text, order):
    found = days(text, order, serials=True)
    if isinstance(found, Period):
        assert 1991 <= found.start.year <= found.end.year <= 2026
        assert found.start <= found.end
        assert found.start <= TODAY


# ---------------------------------------------------------------- days


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "16.05.2012",
            "16/05/2012",
            "16-05-2012",
            "16.05.12",
            "16.5.2012",
            "16.05.2012 г.",
            "16-MAY-12",
            "16-May-2012",
        ),
        *(
            "16 мая 2012 г.",
            "16 мая 2012 года",
            "«16» мая 2012 г.",
            "16 май 2012",
            "2012 жылғы 16 мамыр",
            "16 May 2012",
        ),
        *("2012 ж. 16 мамыр", "16 мамыр 2012 ж.", "2012 жылгы 16 мамыр", "May 16, 2012", "2012-05-16", "20120516"),
        *("2012-05-16T10:22:00", "2012-05-16 10:22:00.000", "16.05.2012 10:22", "2012/05/16", "16th of May 2012"),
    ],
)
def test_a_day_is_read_in_every_form(cell):
    assert ends(days(cell)) == span("2012-05-16", "2012-05-16")


def test_5_16_12_is_a_day_where_months_come_first():
    assert ends(days("5/16/12", "mdy")) == span("2012-05-16", "2012-05-16")
    assert ends(days("5/16/12", "")) == span("2012-05-16", "2012-05-16")


def test_the_order_of_a_file_is_not_given_up_for_one_cell():
    assert days("5/16/12", "dmy") == "other_date_order"
    assert days("16/5/12", "mdy") == "other_date_order"


@pytest.mark.parametrize("cell", ["05/06/2015", "05.06.2015", "5-6-15", "май 12", "May-12"])
def test_two_readings_are_asked_about_and_not_chosen_between(cell):
    assert days(cell, "") == "ambiguous_date"


def test_the_same_day_in_both_readings_is_one_reading():
    assert ends(days("05/05/2015", "")) == span("2015-05-05", "2015-05-05")


@pytest.mark.parametrize("cell", ["202", "1019", "2099", "1990", "16.05.202", "16.05.2099", "16.05.1019", "май 202"])
def test_a_year_that_cannot_be_is_said_to_be_junk(cell):
    assert days(cell) == "junk_year"


@pytest.mark.parametrize(
    "cell",
    [
        *("01.01.1900", "1900-01-01", "00.00.0000", "0000-00-00", "1970-01-01", "01.01.1970 00:00", "1899-12-30", "0"),
        *("31.12.9999", "99.99.9999", "01.01.0001"),
    ],
)
def test_what_a_program_writes_for_no_date_is_not_a_date(cell):
    assert days(cell) == "placeholder_date"


@pytest.mark.parametrize(
    "cell",
    ["30.02.2012", "2012-13-05", "32 мая 2012", "16 мая", "мая 2012 около", "майский 2012", "70", "5 квартал 2019"],
)
def test_what_is_no_date_is_no_date(cell):
    assert days(cell) == "not_a_date"


def test_a_day_that_has_not_come_is_no_day_of_a_list():
    assert days("25.11.2026") == "in_future"
    assert ends(days("24.11.2026")) == (TODAY, TODAY)


def test_a_year_of_two_digits_is_of_this_century_unless_it_has_not_come():
    assert ends(days("16.05.26"))[0].year == 2026
    assert ends(days("16.05.98"))[0].year == 1998
    assert days("16.05.45") == "junk_year"


def test_a_number_of_excel_is_a_date_only_when_that_is_said():
    assert days("41045") == "excel_serial"
    assert ends(days("41045", serials=True)) == span("2012-05-16", "2012-05-16")
    assert ends(days("41045.75", serials=True)) == span("2012-05-16", "2012-05-16")


def test_a_column_is_of_excel_numbers_when_no_plain_year_stands_in_it():
    assert are_serials(["41045", "", "43000,5", "н/д"], TODAY)
    assert not are_serials(["41045", "2012"], TODAY)
    assert not are_serials(["41045", "70"], TODAY)
    assert not are_serials(["16.05.2012"], TODAY)


@given(
    strategies.dates(date(1991, 1, 1), TODAY),
    strategies.sampled_from(["dmy", "mdy", "ymd"]),
    strategies.sampled_from("./-"),
)
def test_a_day_written_in_the_order_of_its_file_reads_back(day, order, mark):
    forms = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}
    assert ends(days(day.strftime(forms[order].format(mark)), order)) == (day, day)
    assert ends(days(str((day - date(1899, 12, 30)).days), order, serials=True)) == (day, day)
    read = days(day.strftime(forms[order].format(mark)), "")
    assert read == "ambiguous_date" or ends(read) == (day, day)


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        (
            ["2012", "2012 г.", "2012 год", "за 2012 год", "2012 жыл", "2012 ж.", "2012 жылы"],
            "2012-01-01",
            "2012-12-31",
        ),
        (["2012-02", "02.2012", "2/2012", "февраль 2012", "фев. 2012 г.", "ақпан 2012"], "2012-02-01", "2012-02-29"),
        (["2012 жылғы ақпан", "2012 жылдың ақпан айы", "Feb 2012", "в феврале 2012 года"], "2012-02-01", "2012-02-29"),
        (["I квартал 2019", "1 квартал 2019 г.", "1-й квартал 2019", "1 кв. 2019"], "2019-01-01", "2019-03-31"),
        (
            ["Q1 2019", "2019 Q1", "\u0406 тоқсан 2019", "2019 жылғы 1-тоқсан", "первый квартал 2019"],
            "2019-01-01",
            "2019-03-31",
        ),
        (["IV квартал 2019", "2019 жылғы \u0406V тоқсан", "4th quarter of 2019"], "2019-10-01", "2019-12-31"),
        (["1 полугодие 2019", "I полугодие 2019 года", "2019 жылғы бірінші жартыжылдық"], "2019-01-01", "2019-06-30"),
        (["II полугодие 2019", "H2 2019"], "2019-07-01", "2019-12-31"),
        (["9 месяцев 2019", "за 9 месяцев 2019 г.", "9 мес. 2019", "2019 жылғы 9 ай"], "2019-01-01", "2019-09-30"),
        (["first 9 months of 2019", "девять месяцев 2019 года"], "2019-01-01", "2019-09-30"),
        (["январь–май 2019", "январь - май 2019 г.", "2019 жылғы қаңтар–мамыр"], "2019-01-01", "2019-05-31"),
        (["с января по май 2019", "January to May 2019", "I–II квартал 2012"][:2], "2019-01-01", "2019-05-31"),
        (["с 1 января по 15 октября 2015 года", "1 января – 15 октября 2015"], "2015-01-01", "2015-10-15"),
        (["2015 жылғы 1 қаңтар – 15 қазан аралығында", "01.01.2015–15.10.2015"], "2015-01-01", "2015-10-15"),
        (["01.01–15.10.2015", "between 1 January and 15 October 2015"], "2015-01-01", "2015-10-15"),
        (["2016–2017", "2016-2017 гг.", "2016–2017 годы", "2016–2017 жылдар"], "2016-01-01", "2017-12-31"),
        (["1–15 октября 2015"], "2015-10-01", "2015-10-15"),
        (["I–III квартал 2019"], "2019-01-01", "2019-09-30"),
    ],
)
def test_a_period_is_read_from_its_first_day_to_its_last(cells, start, end):
    for cell in cells:
        assert ends(days(cell)) == span(start, end), cell


def test_a_period_that_ends_before_it_starts_is_refused():
    assert days("май–январь 2019") == "ends_before_start"


@pytest.mark.parametrize(
    "cell",
    [
        *("до 15 октября 2015", "2012-2013-05", "2015/2016 уч", "январь 2019 – 2020", "January and May 2019"),
        *("январь и май 2019", "январь, май 2019"),
    ],
)
def test_a_period_with_an_end_that_is_not_said_is_refused(cell):
    assert isinstance(days(cell), Fault)


@given(strategies.dates(date(1991, 1, 1), TODAY), strategies.integers(0, 900))
def test_a_span_of_days_reads_back_in_russian_and_kazakh(first, length):
    last = first + timedelta(days=length)
    assume(last <= TODAY)
    russian = [months.split()[1] for months in values.MONTHS]
    genitive = [f"{day.day} {russian[day.month - 1]} {day.year}" for day in (first, last)]
    turned = [f"{day.year} жылғы {day.day} {kazakh_month(day)}" for day in (first, last)]
    assert ends(days(f"с {genitive[0]} по {genitive[1]} года")) == (first, last)
    assert ends(days(f"{turned[0]} – {turned[1]} аралығында")) == (first, last)
    assert ends(days(f"{first:%d.%m.%Y}–{last:%d.%m.%Y}")) == (first, last)


def kazakh_month(day: date) -> str:
    months = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
    return months.split()[day.month - 1]
