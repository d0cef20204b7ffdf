# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""A text as a reader sees it: signs that look alike made one, and words and digits that hide behind others shown.

What is given here is short: rules.py cuts a long cell into pieces first.
"""

import re
import unicodedata
from collections.abc import Iterator

CAP = "A-ZА-ЯЁІӘҒҚҢӨҰҮҺ"
LETTER = "A-Za-zЀ-ӿ"
# Letters of two scripts that look the same; only within words that hold both, or beside Cyrillic ones.
ALIKE_LETTERS = "AaBCcEeHiIKkMOoPpTXxYyəƏhöüñğ\u013103"
ALIKE = str.maketrans(ALIKE_LETTERS, "АаВСсЕеНіІКкМОоРрТХхУуәӘһөүңғыоз")
MIXED = re.compile(rf"[{LETTER}əƏöüñğ\u013103]++(?!\.[a-z])")  # ok.ru stays Latin
TWO_DIGITS = re.compile("[03]{2}")
OTHER_SCRIPT = re.compile("[A-Za-zəƏöüñğ\u013103]")
PLAIN_SIGNS = re.compile(rf"[\t\n\r -~{CAP}а-яёіәғқңөұүһ«»–—−…“”„]*")
NUMBER_SIGN = re.compile(r"\s?№\s?")
HAS_CYRILLIC = re.compile("[Ѐ-ӿ]")
KAZAKH = str.maketrans("әғқңөұүһіё", "агкноуухие", "ьъ")


def normal(text: str) -> str:
    """The text as a reader sees it: full-width signs plain, invisible ones gone, alike letters of one script."""
    if text.isascii():
        return text.strip()
    text = NUMBER_SIGN.sub(" # ", text)
    if not PLAIN_SIGNS.fullmatch(text):
        letters = unicodedata.normalize("NFKC", text)
        text = "".join(
            str(unicodedata.digit(letter, letter)) if letter.isdigit() else letter
            for letter in letters
            if letter in "\n\t" or unicodedata.category(letter) not in {"Cf", "Mn", "Cc"}
        )
    if HAS_CYRILLIC.search(text) and OTHER_SCRIPT.search(text):
        text = MIXED.sub(_one_script, text)
    return text.strip()


def _one_script(match: re.Match[str]) -> str:
    word = match[0]
    if TWO_DIGITS.search(word):  # a number of a car, no letters
        return word
    letters = [letter for letter in word if letter not in "03"]
    latin = [letter for letter in letters if not HAS_CYRILLIC.match(letter)]
    if not letters or len(letters) < 2 or word[0] in "03" or word[-1] in "03":
        return word
    if latin and (len(latin) < len(letters) or all(letter in ALIKE_LETTERS for letter in latin)):
        return word.translate(ALIKE) if all(letter in ALIKE_LETTERS for letter in latin) else word
    return word.translate(ALIKE) if not latin else word


def folded(text: str) -> str:
    """Small letters, Kazakh ones as Russian ones, no soft signs, single spaces: how words are compared."""
    return " ".join(text.lower().translate(KAZAKH).replace("дж", "ж").split())


# Letters that stand for a digit, inside a number only.
DISGUISED = str.maketrans("OoОоIlІіiЗзБбВBSsZz", "0000111113366885522")
ROUND = frozenset("OoОоIlІі")
TOKEN = re.compile(r"[^\W_]+")


def show_digits(text: str) -> str:
    """The text with the letters that stand for digits in its numbers made those: 87О1 234 56 7I."""

    def shown(match: re.Match[str]) -> str:
        word = match[0]
        if word.isdigit() or not any(letter.isdigit() for letter in word):
            return word
        letters = [letter for letter in word if not letter.isdigit()]
        # A short one must be round or a stroke («О1»): «2Б», «5В» are an article, a house, a form.
        is_number = set(letters) <= ROUND if len(word) < 6 else 3 * len(letters) <= len(word)
        plain = word.translate(DISGUISED)
        return plain if is_number and plain.isdigit() else word

    return TOKEN.sub(shown, text)


# Numbers in words, as they are dictated.
UNITS = {
    "ноль нуль нөл нол zero oh": 0,
    "один бір бир one": 1,
    "два екі эки two": 2,
    "три үш уч three": 3,
    "четыре төрт торт four": 4,
    "пять бес беш five": 5,
    "шесть алты six": 6,
    "семь жеті жети seven": 7,
    "восемь сегіз сегиз eight": 8,
    "девять тоғыз тогуз nine": 9,
    "десять он": 10,
    "одиннадцать": 11,
    "двенадцать": 12,
    "тринадцать": 13,
    "четырнадцать": 14,
    "пятнадцать": 15,
    "шестнадцать": 16,
    "семнадцать": 17,
    "восемнадцать": 18,
    "девятнадцать": 19,
    "двадцать жиырма жыйырма": 20,
    "тридцать отыз отуз": 30,
    "сорок қырық кырк": 40,
    "пятьдесят елу элүү": 50,
    "шестьдесят алпыс алтымыш": 60,
    "семьдесят жетпіс жетимиш": 70,
    "восемьдесят сексен": 80,
    "девяносто тоқсан токсон": 90,
    "сто": 100,
    "двести": 200,
    "триста": 300,
    "четыреста": 400,
    "пятьсот": 500,
    "шестьсот": 600,
    "семьсот": 700,
    "восемьсот": 800,
    "девятьсот": 900,
    "жүз жуз": -100,  # times what stands before it
}
NUMBERS = {word: value for words, value in UNITS.items() for word in words.split()}
WORDS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+")


def show_numbers(text: str) -> str:
    """The text with numbers in words as digits: «восемь семьсот один 123» is «8 701 123»; '' when it has not two."""
    words = WORDS.findall(text.lower())
    if sum(word in NUMBERS for word in words) < 2:
        return ""
    return " ".join(_dictated(words)).replace("+ ", "+")


def _dictated(words: list[str]) -> Iterator[str]:
    number: int | None = None
    for word in words:
        value = NUMBERS.get(word)
        if word in {",", ";"}:
            continue
        if value == -100 and number is not None and 0 < number < 10:
            number *= 100
        elif value is not None and value >= 0 and number is not None and _goes_on(number, value):
            number += value
        else:
            if number is not None:
                yield str(number)
            number = value if value is not None and value >= 0 else None
            if number is None:
                yield "+" if word in {"плюс", "plus", "плюсь"} else word
    if number is not None:
        yield str(number)


def _goes_on(number: int, value: int) -> bool:
    """«семьсот» goes on with «один», «двадцать» with «три»."""
    return value > 0 and (
        (number >= 100 and number % 100 == 0 and value < 100)
        or (number % 100 >= 20 and number % 10 == 0 and value < 10)
    )
