"""One cell of text becomes a value: a bound, a period, a weight. Pure functions; nothing is guessed.

What can't be read comes back as a Fault, whose code has words in the locales (`rule.<code>`). A bound is looked for
before any number is, and words count only as a whole. They are read in three languages, and Kazakh ones also as they
are typed without the Kazakh letters.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import product


class Fault(str):
    """Why a cell is no value: a code, told apart by its type from a code that is a value."""

    __slots__ = ()


# ---------------------------------------------------------------- text

# No value that we read is longer; what is, is text, and costs no time here.
LONGEST = 120
# A letter of Kazakh and the key of a Russian keyboard that stands in for it.
KAZAKH = str.maketrans("әғқңөұүһі", "агкноуухи")
# Latin letters that look like Cyrillic ones, inside a Cyrillic word; older Kazakh texts write the Latin i throughout.
ALIKE = str.maketrans("aceopxyikmtbh", "асеорхуикмтвн")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
DASH = re.compile("[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """The text as words are compared: composed letters, no case, no ё, spaces of every kind collapsed."""
    return " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", text)).casefold().replace("ё", "е").split())


def folded(text: str) -> str:
    """Plain text with the Kazakh letters as a Russian keyboard has them, and no Latin letter in a Cyrillic word."""
    return " ".join(
        word.translate(ALIKE).translate(KAZAKH) if CYRILLIC.search(word) else word for word in plain(text).split()
    )


NOTHING = frozenset(
    folded(words)
    for words in (
        *("", "н/д", "н.д.", "н. д.", "нд", "нет данных", "данных нет", "данные отсутствуют", "нет сведений"),
        *("сведений нет", "нет информации", "неизвестно", "не известно", "не указано", "не указан", "не указана"),
        *("мәлімет жоқ", "мәліметтер жоқ", "дерек жоқ", "деректер жоқ", "ақпарат жоқ", "белгісіз", "көрсетілмеген"),
        *("null", "none", "nan", "na", "n/a", "n.a.", "#n/a", "#н/д", "no data", "not available", "unknown"),
        *("not stated", "not specified", "missing"),
    )
)
# The mark of a footnote behind a number or a year: 12*, 12¹, 12₁, 12[1], 12 1), 2021 год¹.
SMALL = "\u00b9\u00b2\u00b3\u2070\u2074-\u207e\u2080-\u208e"
BRACKETED = r"(?:(?<=\s)\d{1,2}|(?<=[^\W\d_.])\d|\(\d|\*)\)|\[\d{1,2}\]"
FOOTNOTE = re.compile(rf"\s?(?:[*†‡§]{{1,3}}|[{SMALL}]+|{BRACKETED})$")
STROKES = re.compile(r"-{1,3}|\.{2,3}|…|\?{1,3}|/")


def strip_footnote(text: str) -> str:
    """The text without the mark of a footnote at its end."""
    return FOOTNOTE.sub("", text[:LONGEST].strip()).strip() if len(text) <= LONGEST else text


def is_nothing(cell: str | None) -> bool:
    """The cell holds no value: empty, a dash, «н/д», NULL."""
    if cell is None:
        return True
    if len(cell) > LONGEST:
        return not cell.strip()
    words = folded(cell)
    return words in NOTHING or bool(STROKES.fullmatch(DASH.sub("-", words)))


# ---------------------------------------------------------------- numbers and bounds

# As in queries/checks: no count beyond it is believed.
HIGHEST = 10**12
# Spaces and apostrophes can only part thousands; a point and a comma are what the file makes of them.
NEUTRAL = " '’\u02bc"
NUMBER = re.compile("[0-9](?:[0-9 .,'’\u02bc]*[0-9])?|(?<![0-9.,])[.,][0-9]+")

# The words around a number: # is the number, & its Kazakh ending of «from», @ of «to», ^ of «about so many».
BOUNDS = {
    "exact": ("#", "ровно #", "точно #", "всего #", "exactly #", "дәл #", "тура #"),
    "more_than": (
        *("более #", "более чем #", "больше #", "больше чем #", "свыше #", "выше #", "# с лишним", ">#"),
        *("over #", "more than #", "above #"),
        *("# & астам", "# & аса", "# & көп", "# & артық", "# астам"),
    ),
    "at_least": (
        *("не менее #", "не менее чем #", "не меньше #", "не меньше чем #", "не ниже #", "минимум #", "от #"),
        *("как минимум #", "по меньшей мере #", "по крайней мере #", "# и более", "# или более", "# и больше"),
        *("# и выше", "≥#", "⩾#", ">=#", "=>#", "#+"),
        *("at least #", "no fewer than #", "not fewer than #", "no less than #", "not less than #", "minimum #"),
        *("a minimum of #", "# or more", "# and more", "# and over"),
        *("кемінде #", "кем дегенде #", "ең аз дегенде #", "# & кем емес", "# & аз емес", "# & бастап"),
        *("# және одан көп", "# және одан да көп", "# және одан астам"),
    ),
    "less_than": (
        *("менее #", "менее чем #", "меньше #", "меньше чем #", "ниже #", "<#"),
        *("fewer than #", "less than #", "under #", "below #"),
        *("# & кем", "# & аз", "# & төмен"),
    ),
    "at_most": (
        *("не более #", "не более чем #", "не больше #", "не больше чем #", "не свыше #", "не выше #", "до #"),
        *("не превышает #", "максимум #", "# и менее", "# или менее", "# и меньше", "≤#", "⩽#", "<=#", "=<#"),
        *("at most #", "up to #", "no more than #", "not more than #", "maximum #", "a maximum of #"),
        *("# or fewer", "# or less"),
        *("ең көбі #", "ең көп дегенде #", "# & көп емес", "# & артық емес", "# & аспайды", "# @ дейін"),
    ),
    "about": (
        *(
            "около #",
            "примерно #",
            "приблизительно #",
            "ориентировочно #",
            "порядка #",
            "почти #",
            "~#",
            "≈#",
            "\u223c#",
        ),
        *("about #", "approximately #", "approx #", "approx. #", "around #", "nearly #", "almost #", "roughly #"),
        *("circa #", "ca. #"),
        *("шамамен #", "# шамасында", "# @ жуық", "# @ таяу", "# @ жақын", "# ^"),
    ),
    "range": (
        *("#-#", "от # до #", "между # и #", "в пределах #-#", "в пределах от # до #"),
        *("# to #", "from # to #", "between # and #", "between #-#"),
        *("#-# арасында", "#-# аралығында", "# және # арасында", "# & # @ дейін"),
        *(f"# {joined} # {words}" for joined in ("мен", "бен", "пен") for words in ("арасында", "аралығында")),
    ),
}
# What may stand beside the number, and the unit that it names. Perpetrators are not there: counting them is another
# count.
UNITS = {
    "complaints": (
        *("жалоба", "жалобы", "жалоб", "заявление", "заявления", "заявлений", "обращение", "обращения", "обращений"),
        *("сообщение", "сообщения", "сообщений", "шағым", "арыз", "өтініш", "мәлімдеме"),
        *("complaint", "complaints", "allegation", "allegations", "report", "reports"),
    ),
    "cases": (
        *("дело", "дела", "дел", "уголовное дело", "уголовных дела", "уголовных дел", "случай", "случая", "случаев"),
        *("факт", "факта", "фактов", "правонарушение", "правонарушения", "правонарушений"),
        *("іс", "қылмыстық іс", "жағдай", "факті", "құқық бұзушылық"),
        *("case", "cases", "criminal case", "criminal cases", "incident", "incidents", "offence", "offences"),
    ),
    "persons": (
        *("лицо", "лица", "лиц", "человек", "человека", "чел", "чел.", "люди", "людей", "адам", "тұлға"),
        *("person", "persons", "people"),
    ),
    "episodes": ("эпизод", "эпизода", "эпизодов", "episode", "episodes"),
    "percent": (
        *("%", "процент", "процента", "процентов", "пайыз", "per cent", "percent", "pct"),
        *("пайызы", "пайызын"),
    ),
}
# «70 шағымнан астам»: the ending stands on the unit and says the same as on the number.
ENDINGS = (("дан|ден|тан|тен|нан|нен", "&"), ("га|ге|ка|ке", "@"), ("дай|дей|тай|тей", "^"))


@dataclass(frozen=True)
class Bound:
    """What a cell says of a number; a side that it leaves open is None. `unit` is a code when the cell names one.

    `qualifier` is one of data/reference/qualifiers.csv. A count is an int; only a per cent may be a float.
    """

    low: float | None
    high: float | None
    qualifier: str
    unit: str = ""

    @property
    def is_percent(self) -> bool:
        """The cell itself says per cent."""
        return self.unit == "percent"


@cache
def _bounds() -> dict[str, str]:
    """Words around a number -> qualifier."""
    return {folded(words): qualifier for qualifier, sayings in BOUNDS.items() for words in sayings}


@cache
def _units() -> tuple[dict[str, str], re.Pattern[str]]:
    """Unit word -> unit, and what finds one behind a number or at the end, with its Kazakh ending."""
    units = {folded(word): unit for unit, words in UNITS.items() for word in words}
    words = "|".join(re.escape(word) for word in sorted(units, key=len, reverse=True))
    ending = f"(?:-?(?P<ending>{'|'.join(endings for endings, _ in ENDINGS)}))?"
    return units, re.compile(rf"(?:(?<=#) ?|(?<= ))(?P<unit>{words}){ending}(?![\w%])(?:(?=[ -])|\.?$)")


def number(text: str, decimal: str, thousands: str) -> Decimal | Fault:
    """A number in the marks that the file was found to use; spaces and apostrophes may always part thousands.

    `decimal` is ',' or '.'; `thousands` ' ', '.', ',' or ''. Thousands are parted all in threes by one mark or not
    at all, and no number of more digits begins with a nought: that is a code.
    """
    if len(text) > 40 or decimal == thousands:
        return Fault("not_a_number")
    whole, mark, fraction = text.partition(decimal)
    if mark and not _is_digits(fraction):
        return Fault("not_a_number")
    marks = {letter for letter in whole if not _is_digits(letter)}
    if marks:
        if len(marks) > 1 or not marks <= {thousands, *NEUTRAL}:
            return Fault("not_a_number")
        first, *rest = whole.split(marks.pop())
        if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest):
            return Fault("not_a_number")
        whole = first + "".join(rest)
    if (len(whole) > 1 and whole[0] == "0") or not (whole or mark):
        return Fault("not_a_number")
    return Decimal(f"{whole or 0}.{fraction or 0}")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def bound(cell: str | None, decimal: str, thousands: str, percent: bool = False) -> Bound | Fault:
    """What a cell says of a count, or of a per cent when it says so itself or `percent` does.

    Faults: missing, not_a_number, words_not_understood, negative, not_whole, too_large, low_above_high, and footnote
    where all but the mark of one is a number.
    """
    if cell is None or is_nothing(cell):
        return Fault("missing")
    if (bare := strip_footnote(cell)) != cell.strip():
        is_number = isinstance(bound(bare, decimal, thousands, percent), Bound)
        return Fault("footnote" if is_number else "not_a_number")
    if len(cell) > LONGEST or any(mark in cell for mark in "#&@^"):
        return Fault("not_a_number")
    text = folded(cell)
    numbers = NUMBER.findall(text)
    if not 1 <= len(numbers) <= 2:
        return Fault("not_a_number")
    words, unit = _without_unit(DASH.sub("-", NUMBER.sub("#", text)))
    qualifier = _bounds().get(words)
    if qualifier is None:
        return _not_understood(words, [number(one, decimal, thousands) for one in numbers])
    sides = []
    for one in numbers:
        side = _side(one, decimal, thousands, percent or unit == "percent")
        if isinstance(side, Fault):
            return side
        sides.append(side)
    if sides[0] > sides[-1]:
        return Fault("low_above_high")
    if qualifier == "range" and sides[0] == sides[-1]:
        qualifier = "exact"
    low = None if qualifier in {"less_than", "at_most"} else sides[0]
    high = None if qualifier in {"more_than", "at_least"} else sides[-1]
    return Bound(low, high, qualifier, unit or ("percent" if percent else ""))


def _without_unit(words: str) -> tuple[str, str]:
    """The words around the numbers without what they count, and what that is ('' when nothing is said of it)."""
    known, pattern = _units()
    found = {known[match["unit"]] for match in pattern.finditer(words)}
    if len(found) > 1:
        return words, ""

    def ending(match: re.Match[str]) -> str:
        said = match["ending"]
        return next((f" {mark}" for endings, mark in ENDINGS if said in endings.split("|")), "")

    words = pattern.sub(ending, words)
    for endings, mark in ENDINGS:
        words = re.sub(rf"# ?-? ?(?:{endings})(?= |$)", f"# {mark}", words)
    words = re.sub("(?<=[<>=≤≥⩽⩾~≈\u223c]) (?=#)|(?<=#) (?=[+])", "", words)
    words = re.sub("(?<=#) ?[-…] ?(?=#)", "-", words)
    return " ".join(words.split()), found.pop() if found else ""


def _not_understood(words: str, numbers: list[Decimal | Fault]) -> Fault:
    """Which fault it is that no bound is said in these words."""
    if any(isinstance(one, Fault) for one in numbers):
        return Fault("not_a_number")
    if _bounds().get(re.sub(r"(?:^|(?<=[ <>=≤≥~≈]))- ?#", "#", words)):
        return Fault("negative")
    return Fault("words_not_understood")


def _side(text: str, decimal: str, thousands: str, percent: bool) -> float | Fault:
    read = number(text, decimal, thousands)
    if isinstance(read, Fault):
        return read
    if read > HIGHEST:
        return Fault("too_large")
    if read == read.to_integral_value():
        return int(read)
    return float(read) if percent else Fault("not_whole")


def weight(cell: str | None, decimal: str, thousands: str) -> int | Fault:
    """How many cases a row stands for: whole, and 0 is a count. Faults as of `bound`, not_exact."""
    read = bound(cell, decimal, thousands)
    if isinstance(read, Fault):
        return read
    if read.qualifier != "exact" or read.low is None or read.is_percent:
        return Fault("not_exact")
    return int(read.low)


def month(cell: str | None) -> int | Fault:
    """A month by its number or its name in the three languages, 1 to 12. Faults: missing, not_a_month."""
    if cell is None or is_nothing(cell):
        return Fault("missing")
    word = folded(cell).strip(". ")
    if re.fullmatch(r"0?[1-9]|1[0-2]", word):
        return int(word)
    named = [i for i, words in enumerate(MONTHS, 1) if word in map(folded, words.split())]
    return named[0] if named else Fault("not_a_month")


# ---------------------------------------------------------------- periods

EARLIEST = 1991
# Day 0 of Excel's count, as it is right from March 1900 on.
EXCEL = date(1899, 12, 30)
# What programs write where there is no date.
PLACEHOLDERS = {
    *(date(1900, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1), date(1970, 1, 1), date(1, 1, 1)),
    *(date(1753, 1, 1), date(1111, 11, 11), date(2999, 12, 31), date(9999, 12, 31), date(9999, 9, 9)),
}
MONTHS = (
    "январь января январе янв january jan қаңтар қаңтарда қаңтары қаң",
    "февраль февраля феврале фев февр february feb ақпан ақпанда ақпаны ақп",
    "март марта марте мар march mar наурыз наурызда наурызы нау",
    "апрель апреля апреле апр april apr сәуір сәуірде сәуірі сәу",
    "май мая мае may мамыр мамырда мамыры мам",
    "июнь июня июне июн june jun маусым маусымда маусымы мау",
    "июль июля июле июл july jul шілде шілдеде шілдесі шіл",
    "август августа августе авг august aug тамыз тамызда тамызы там",
    "сентябрь сентября сентябре сен сент september sep sept қыркүйек қыркүйекте қыркүйегі қыр",
    "октябрь октября октябре окт october oct қазан қазанда қазаны қаз",
    "ноябрь ноября ноябре ноя нояб november nov қараша қарашада қарашасы қар",
    "декабрь декабря декабре дек december dec желтоқсан желтоқсанда желтоқсаны жел",
)
PARTS = {
    "q": "квартал квартала квартале кварталы кв тоқсан тоқсаны тоқсанда тоқсанында quarter q",
    "h": "полугодие полугодия полугодии жартыжылдық жартыжылдығы жартыжылдықта жартыжылдығында half h",
    "u": "месяц месяца месяцев месяцы мес months month ай айы айда айында айдың",
}
COUNTS = (
    "i первый первом первого first бірінші один one",
    "ii второй втором второго second екінші два two екі",
    "iii третий третьем третьего third үшінші три three үш",
    "iv четвертый четвертом четвертого fourth төртінші четыре four төрт",
    "пять five",
    "шесть six алты",
    "семь seven жеті",
    "восемь eight сегіз",
    "девять nine тоғыз",
    "десять ten он",
    "одиннадцать eleven",
    "двенадцать twelve",
)
# What may stand between the parts of a date and says nothing.
FILLING = frozenset(
    folded("за в во г год года году годы гг ж жыл жылы жылғы жылдың жылдар жылдары of in the for year years").split()
)
ORDINAL = frozenset(folded("й ый ой ий го е ое st nd rd th ші шы нші ншы інші").split())
TIME = r"(?:(?:,? |t)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[ap]m)?(?:z| ?[+-]\d\d:?\d\d)?)?"
YEAR_WORD = r"(?: ?(?:г|гг|год|года|году|ж|жыл|жылы|жылгы)\.?)?"
THREE = re.compile(rf"(\d{{1,4}})([./-])(\d{{1,2}})\2(\d{{1,4}}){YEAR_WORD}")
TWO = re.compile(rf"(\d{{1,4}})[./-](\d{{1,4}}){YEAR_WORD}")
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
SERIAL = re.compile(r"[2-5]\d{4}(?:[.,]\d+)?")
YEAR = re.compile(r"\b\d{4}\b")
TOKEN = re.compile(r"\d+|[^\W\d_]+")
BETWEEN = re.compile(r"[\s.,/()«»\"“”„'’-]*")
# A span of two dates has no more of either.
SPLITS_MOST, WORDS_MOST = 8, 16
SPLIT = re.compile(" ?- ?| по | to | through | until | till ")


@dataclass(frozen=True)
class Period:
    """From the first day counted to the last one. `part`: day, month, quarter, half, months, year or span."""

    start: date
    end: date
    part: str


@dataclass(frozen=True)
class _Calendar:
    """How dates are read in one column: their order, and the years that are believed."""

    order: str
    today: date
    serials: bool

    def year(self, year: int, digits: int) -> int | Fault:
        """The year of so many digits: two of them are of this century unless that has not come."""
        if digits == 2:
            year += 2000 if 2000 + year <= self.today.year else 1900
        return year if digits in {2, 4} and EARLIEST <= year <= self.today.year else Fault("junk_year")

    def span(self, year: int | Fault, first: int, last: int, part: str) -> Period | Fault:
        """Months `first` to `last` of a year."""
        if isinstance(year, Fault):
            return year
        if not 1 <= first <= last <= 12:
            return Fault("not_a_date")
        return self.past(Period(date(year, first, 1), _month_end(year, last), part))

    def day(self, year: int | Fault, month: int, day: int) -> Period | Fault:
        """One day."""
        if isinstance(year, Fault):
            return year
        try:
            found = date(year, month, day)
        except ValueError:
            return Fault("not_a_date")
        return self.past(Period(found, found, "day"))

    def past(self, period: Period) -> Period | Fault:
        """The period, unless it has not begun."""
        return Fault("in_future") if period.start > self.today else period


def period(cell: str | None, date_order: str, today: date, *, serials: bool = False) -> Period | Fault:
    """The days that a cell names: a day, a month, a quarter, the first months of a year, a year, or a span of them.

    `date_order`: dmy, mdy, ymd, or '' when the file does not tell. `serials`: day numbers of Excel are dates.
    Faults: missing, not_a_date, ambiguous_date, other_date_order, excel_serial, junk_year, placeholder_date, in_future,
    ends_before_start.
    """
    if cell is None or is_nothing(cell):
        return Fault("missing")
    if len(cell) > LONGEST:
        return Fault("not_a_date")
    calendar = _Calendar(date_order, today, serials)
    text = DASH.sub("-", folded(cell)).strip(" .,;")
    one = _one(text, calendar)
    return one if one is not None else _from_to(text, calendar) or Fault("not_a_date")


def are_serials(cells: Iterable[str | None], today: date) -> bool:
    """A column of dates holds day numbers of Excel: all its numbers lie between 1991 and today, none is a year."""
    numbers = [text for cell in cells if cell and re.fullmatch(r"\d+(?:[.,]\d+)?", text := plain(cell))]
    first, last = (date(EARLIEST, 1, 1) - EXCEL).days, (today - EXCEL).days
    return bool(numbers) and all(
        SERIAL.fullmatch(text) and first <= int(re.split("[.,]", text)[0]) <= last for text in numbers
    )


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _one(text: str, calendar: _Calendar) -> Period | Fault | None:
    """One date or part of a year; None when it has the form of neither."""
    if _is_digits(text) or SERIAL.fullmatch(text):
        return _of_digits(text, calendar)
    text = re.sub(rf"(?<=\d){TIME}$", "", text)
    if match := THREE.fullmatch(text):
        return _of_three(match[1], match[3], match[4], match[2] == "-", calendar)
    if match := TWO.fullmatch(text):
        return _of_two(match[1], match[2], calendar)
    return _of_words(text, calendar)


def _of_digits(text: str, calendar: _Calendar) -> Period | Fault:
    if set(text) == {"0"}:
        return Fault("placeholder_date")
    if len(text) in {3, 4}:
        return calendar.span(calendar.year(int(text), len(text)), 1, 12, "year")
    if SERIAL.fullmatch(text):
        if not calendar.serials:
            return Fault("excel_serial")
        found = EXCEL + timedelta(days=int(text[:5]))
        return calendar.day(calendar.year(found.year, 4), found.month, found.day)
    if match := COMPACT.fullmatch(text):
        return _day_or_placeholder(match[1], int(match[2]), int(match[3]), calendar)
    return Fault("not_a_date")


def _of_three(first: str, second: str, third: str, hyphens: bool, calendar: _Calendar) -> Period | Fault:
    """16.05.2012 and the like: the order is the file's, and without one both readings must be the same."""
    if not (int(first) or int(second) or int(third)):
        return Fault("placeholder_date")
    if len(first) >= 3:
        return _day_or_placeholder(first, int(second), int(third), calendar)
    if len(third) == 1:
        return Fault("not_a_date")
    # A year of two digits stands in front when the file says so; between hyphens it may when nothing is said.
    in_front = len(third) == 2 and (calendar.order == "ymd" or (calendar.order == "" and hyphens))
    orders = {"dmy", "mdy"} | ({"ymd"} if in_front else set())
    places = {"dmy": (third, second, first), "mdy": (third, first, second), "ymd": (first, second, third)}

    def read(order: str) -> Period | Fault:
        year, month, day = places[order]
        return _day_or_placeholder(year, int(month), int(day), calendar)

    if calendar.order in orders:
        own = read(calendar.order)
        others = own == "not_a_date" and any(isinstance(read(order), Period) for order in orders)
        return Fault("other_date_order") if others else own
    possible = {read(order) for order in orders} - {Fault("not_a_date")}
    if len(possible) > 1:
        return Fault("ambiguous_date")
    return possible.pop() if possible else Fault("not_a_date")


def _day_or_placeholder(year: str, month: int, day: int, calendar: _Calendar) -> Period | Fault:
    if int(year) == month == 99 or int(year) == 9999 or int(year) == month == day == 0:
        return Fault("placeholder_date")
    try:
        found = date(int(year), month, day) if len(year) != 2 else None
    except ValueError:
        return Fault("not_a_date")
    if found in PLACEHOLDERS:
        return Fault("placeholder_date")
    return calendar.day(calendar.year(int(year), len(year)), month, day)


def _of_two(first: str, second: str, calendar: _Calendar) -> Period | Fault | None:
    """2012-05 and 05.2012; two years are from one to the other."""
    if len(first) == 4 and len(second) <= 2:
        return calendar.span(calendar.year(int(first), 4), int(second), int(second), "month")
    if len(second) == 4 and len(first) <= 2:
        return calendar.span(calendar.year(int(second), 4), int(first), int(first), "month")
    return None


@cache
def _kinds() -> dict[str, tuple[str, int]]:
    """A word of a date -> what it is (m month, q quarter, h half, u months, n a count) and which."""
    found = {folded(word): ("m", i) for i, words in enumerate(MONTHS, 1) for word in words.split()}
    found |= {folded(word): (kind, 0) for kind, words in PARTS.items() for word in words.split()}
    found |= {folded(word): ("n", i) for i, words in enumerate(COUNTS, 1) for word in words.split()}
    # The Kazakh і for the Roman I, in every mixture with V.
    return found | {"и": ("n", 1), "ии": ("n", 2), "иии": ("n", 3), "иv": ("n", 4)}


def _tokens(text: str) -> list[tuple[str, int, int]] | None:
    """Kind, value and number of digits of every word and number of a date; None when one is not of a date."""
    rest = TOKEN.sub(" ", text)
    if not BETWEEN.fullmatch(rest):
        return None
    found: list[tuple[str, int, int]] = []
    for word in TOKEN.findall(text):
        if word.isdigit():
            if not word.isascii() or len(word) > 4:
                return None
            found.append(("Y" if len(word) > 2 else "n", int(word), len(word)))
        elif word in _kinds():
            found.append((*_kinds()[word], 0))
        elif word in ORDINAL and found and found[-1][0] == "n":
            continue
        elif word not in FILLING:
            return None
    # «мамыр айы», «в мае месяце»: the word beside a named month says nothing.
    return [one for one in found if one[0] != "u"] if any(one[0] == "m" for one in found) else found


def _of_words(text: str, calendar: _Calendar) -> Period | Fault | None:
    """16 мая 2012 г., май 2012, I квартал 2019, 9 месяцев 2019."""
    tokens = _tokens(text)
    if not tokens:
        return None
    form = "".join(kind for kind, _, _ in tokens)
    by_kind = {kind: (value, digits) for kind, value, digits in tokens}
    if form == "nmn" and tokens[0][2] and tokens[2][2]:
        return calendar.day(calendar.year(tokens[2][1], tokens[2][2]), tokens[1][1], tokens[0][1])
    if form == "mn":  # «май 12»: Excel writes so May of 2012 and the 12th of May alike
        return Fault("ambiguous_date") if tokens[1][2] == 2 else None
    if form.count("Y") != 1:
        return None
    year = calendar.year(*by_kind["Y"])
    n = by_kind.get("n", (0, 0))[0]
    form = form.replace("Y", "")
    if form in {"nm", "mn"}:
        return calendar.day(year, by_kind["m"][0], n)
    if form == "m":
        return calendar.span(year, by_kind["m"][0], by_kind["m"][0], "month")
    if form in {"nq", "qn"}:
        return calendar.span(year, 3 * n - 2, 3 * n, "quarter")
    if form in {"nh", "hn"}:
        return calendar.span(year, 6 * n - 5, 6 * n, "half")
    if form in {"nu", "nnu"}:  # «first 9 months»
        return calendar.span(year, 1, n, "months") if form == "nu" or tokens[0][1] == 1 else None
    return calendar.span(year, 1, 12, "year") if form == "" else None


def _from_to(text: str, calendar: _Calendar) -> Period | Fault | None:
    """From one date to another of the same part; what the one leaves out, the other says: «1 января – 15 мая 2019»."""
    text = re.sub("^between (.+) and ", r"\1 - ", text)
    text = re.sub("^(?:с|со|from|between) | аралыг(?:ы|ында)$", "", text)
    splits = list(SPLIT.finditer(text))
    # Each split is tried with each word that one side may owe the other.
    if len(splits) > SPLITS_MOST or len(text.split()) > WORDS_MOST:
        return None
    for match in splits:
        left, right = text[: match.start()], text[match.end() :]
        for one, other in product(_completed(left, right), _completed_after(left, right)):
            first, last = _one(one, calendar), _one(other, calendar)
            if first is None or last is None:
                continue
            if isinstance(first, Fault) or isinstance(last, Fault):
                if "not_a_date" in (first, last):
                    continue
                return first if isinstance(first, Fault) else last
            if first.part != last.part:
                continue
            return Fault("ends_before_start") if first.start > last.end else Period(first.start, last.end, "span")
    return None


def _completed(left: str, right: str) -> Iterator[str]:
    """The left part, and what it may be with the end of the right one."""
    yield left
    if YEAR.search(left):
        return
    if match := re.search(r"([./-])\d{4}(?: ?г\.?)?$", right):
        yield left + match[0]
    words = right.split()
    yield from (f"{left} {' '.join(words[skip:])}" for skip in range(1, len(words)))


def _completed_after(left: str, right: str) -> Iterator[str]:
    """The right part, and what it may be with the beginning of the left one (Kazakh names the year first)."""
    yield right
    words = left.split()
    if words and YEAR.fullmatch(words[0]) and not YEAR.search(right):
        yield from (f"{' '.join(words[:keep])} {right}" for keep in range(1, len(words)))


def year_within(header: str) -> int | None:
    """The one year that stands in a header beside other words: «2021 received»."""
    years = {int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", header)}
    return years.pop() if len(years) == 1 and not re.fullmatch(r"\W*\d+\W*", header) else None


def year_of(header: str, today: date) -> int | None:
    """The year that a header is, in a table with years across: 2021, «2021 год», «за 2021 г.», «2021*»."""
    read = period(strip_footnote(header), "", today)
    return read.start.year if isinstance(read, Period) and read.part == "year" else None
