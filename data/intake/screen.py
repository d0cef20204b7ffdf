# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""The personal-data gate: what in a file could point to a person, by column and kind, and what settles it.

Two steps. DuckDB finds the distinct cells that may hold something, by patterns wider than the rules; Python judges
only those, by `kinds`, the one place where the rules stand. A cell is normalised before it is judged: letters of
another script that look the same, invisible letters, full-width digits and no-break spaces hide nothing.

Names are found by what common knowledge says (names.toml), so a rare name in the middle of a text can be missed:
the gate is a help to the analyst and no proof. Nothing here logs a cell or puts one into an error.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb
import phonenumbers

from data.datasets import LOCALES
from data.intake import reading

# A settled column holds no cell of these: each names a person, and no reason makes it anything else.
STRONG = ("iin", "document", "phone", "email", "online", "plate")
WEAK = ("name", "address", "free_text")
KINDS = (*STRONG, "birth_date", *WEAK)
GUARDED = {"iin", "document", "phone", "email", "online", "plate", "name"}

# Distinct cells of one column that are judged one by one; beyond them a count is scaled up and says so.
JUDGED = 20_000
BATCH = 10_000  # rows fetched at a time
# Rows at the start, in the middle and at the end that show what kind of column it is.
WINDOW = 700
# With fewer rows, or a quarter as many different cells as rows, distinct cells are cheaper than all of them.
SMALL = 50_000
MOST = 0.5
LONG, VERY_LONG = 60, 400
EXAMPLES = 3


class ScreenFailed(Exception):
    """The screen could not be done; `code` has words in the locales (`error.<code>`). Nothing of the file is in it."""

    code = "screen_failed"

    def __init__(self) -> None:
        super().__init__(self.code)


@dataclass(frozen=True)
class Finding:
    """One kind of personal data in one column.

    `cells` counts them; `about` says that the count is scaled up, or is that of all filled cells of a column most of
    which hold it. `in_header`: the header itself holds it, `cells` is 0 and `header` is masked: it is shown and
    kept so. `examples` are masked. `options` are the ways that settle it.
    """

    column: int
    header: str
    kind: str
    cells: int
    examples: tuple[str, ...]
    options: tuple[str, ...]
    about: bool = False
    in_header: bool = False


@dataclass(frozen=True)
class Settlement:
    """What was decided about one kind in one column: how is `leave_out` or `not_personal`.

    Made by `settle`, which refuses what does not settle the finding.
    """

    column: int
    kind: str
    how: str
    reason: str = ""


def findings(
    con: duckdb.DuckDBPyConnection, headers: Sequence[str], columns: Iterable[int] | None = None
) -> list[Finding]:
    """Personal data in table `file` of the current database, and in its headers, by column and kind.

    `columns`: only these are looked at (the others are not read in). Raises ScreenFailed.
    """
    looked_at = list(range(len(headers)) if columns is None else columns)
    seen = _looked(con, "file", {f"c{column}": declared(headers[column]) for column in looked_at})
    found = []
    for column in looked_at:
        header, cells = headers[column], seen[f"c{column}"]
        held = kinds(header)
        shown = mask(header) if held else header
        found += [Finding(column, shown, kind, 0, (mask(header),), _options(kind), in_header=True) for kind in held]
        found += [
            Finding(column, shown, kind, n, cells.examples(kind), _options(kind, kind in cells.many), about)
            for kind, (n, about) in cells.counts().items()
        ]
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda finding: (finding.column, order[finding.kind], finding.in_header))


def guard(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The last look at rows about to be stored: (column, kind) of what must not be in them; none is right.

    Columns that are not text are passed over. Raises ScreenFailed.
    """
    try:
        types = {name: str(kind) for name, kind, *_ in con.execute(f"describe {_name(table)}").fetchall()}
    except duckdb.Error:
        raise ScreenFailed from None
    seen = _looked(con, table, {name: frozenset() for name in columns if types.get(name, "VARCHAR") == "VARCHAR"})
    held = {name: cells.counts().keys() & GUARDED for name, cells in seen.items()}
    return [(name, kind) for name in seen for kind in KINDS if kind in held[name]]


def settle(finding: Finding, how: str, reason: str = "") -> Settlement:
    """What settles a finding. Raises ValueError with a code: `not_offered`, `reason_missing`, `reason_is_personal`."""
    if how not in finding.options:
        raise ValueError("not_offered")
    if how == "not_personal":
        if not reason.strip():
            raise ValueError("reason_missing")
        if kinds(reason):
            raise ValueError("reason_is_personal")
    return Settlement(finding.column, finding.kind, how, reason.strip())


def open(found: Iterable[Finding], settlements: Iterable[Settlement]) -> list[Finding]:
    """The findings that nothing settles yet; publishing is closed until there are none.

    A column that is left out is settled whole; a reason settles its own kind. A settlement that its finding does not
    offer settles nothing.
    """
    found, settlements = list(found), list(settlements)
    offered = {(finding.column, finding.kind, option) for finding in found for option in finding.options}
    valid = [s for s in settlements if (s.column, s.kind, s.how) in offered]
    whole = {s.column for s in valid if s.how == "leave_out"}
    reasoned = {(s.column, s.kind) for s in valid if s.how == "not_personal" and s.reason.strip()}
    return [f for f in found if f.column not in whole and (f.column, f.kind) not in reasoned]


def _options(kind: str, many: bool = False) -> tuple[str, ...]:
    return ("leave_out", "not_personal") if kind in WEAK and not many else ("leave_out",)


def mask(text: str) -> str:
    """The shape of a cell: letters as •, digits as #, the first letter of a long word kept, at most 40 signs.

    Runs are cut to six signs, so that a length does not tell a name either.
    """

    def run(match: re.Match[str]) -> str:
        word = match[0]
        if word[0].isdigit():
            return "#" * min(len(word), 6)
        return (word[0] if len(word) > 2 else "•") + "•" * (min(len(word), 6) - 1)

    shape = re.sub(r"\d+|[^\W\d_]+", run, normal(text)[:200])
    shape = "".join(
        letter if letter in " .,;:–—-()[]«»@+/#№•'\"_" or letter.isalpha() else "•"
        for letter in shape.replace("\n", " ")
    )
    return shape[:40] + ("…" if len(shape) > 40 else "")


# What a cell is ---------------------------------------------------------------------

CAP = "A-ZА-ЯЁІӘҒҚҢӨҰҮҺ"
LETTER = "A-Za-zЀ-ӿ"
GAP = r"[ .\-–—_/]{1,2}"
# Letters of two scripts that look the same; only within words that hold both, or beside Cyrillic ones.
ALIKE_LETTERS = "AaBCcEeHiIKkMOoPpTXxYyəƏhöüñğ\u013103"
ALIKE = str.maketrans(ALIKE_LETTERS, "АаВСсЕеНіІКкМОоРрТХхУуәӘһөүңғыоз")
MIXED = re.compile(rf"[{LETTER}əƏöüñğ\u013103]+")
OTHER_SCRIPT = re.compile("[A-Za-zəƏöüñğ\u013103]")
PLAIN_SIGNS = re.compile(rf"[\t\n\r -~{CAP}а-яёіәғқңөұүһ«»–—−…“”„]*")
HAS_CYRILLIC = re.compile("[Ѐ-ӿ]")


def normal(text: str) -> str:
    """The text as a reader sees it: full-width signs plain, invisible ones gone, alike letters of one script."""
    if text.isascii():
        return text.strip()
    text = text.replace("№", " # ")
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
    letters = [letter for letter in word if letter not in "03"]
    latin = [letter for letter in letters if not HAS_CYRILLIC.match(letter)]
    if not letters or len(letters) < 2 or word[0] in "03" or word[-1] in "03":
        return word
    if latin and (len(latin) < len(letters) or all(letter in ALIKE_LETTERS for letter in latin)):
        return word.translate(ALIKE) if all(letter in ALIKE_LETTERS for letter in latin) else word
    return word.translate(ALIKE) if not latin else word


def kinds(text: str) -> list[str]:
    """The kinds of personal data that one cell or header holds by itself, in the order of KINDS.

    birth_date and free_text are seen only in a column.
    """
    text = normal(text)
    if len(text) < 3 or folded(text) in _words().known:
        return []
    return [kind for kind, holds in RULES.items() if holds(text)]


def is_iin(digits: str) -> bool:
    """Twelve digits that are an individual identification number: a day of birth, century and sex, the check digit.

    Rule: Resolution of the Government of Kazakhstan of 11 June 2003 No. 565 (adilet.zan.kz/rus/docs/P030000565_):
    YYMMDD; 1 and 2 born 1800–1899, 3 and 4 1900–1999, 5 and 6 2000–2099; four digits; then the remainder by 11 of the
    weighted sum, with a second row of weights when the first gives 10; a number whose second gives 10 too is not used.
    """
    if len(digits) != 12 or digits[6] not in "123456":
        return False
    century = 1800 + 100 * ((int(digits[6]) - 1) // 2)
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return check_digit(digits[:11]) == int(digits[11])


def check_digit(eleven: str) -> int:
    """The twelfth digit of an IIN; 10 when there is none."""
    numbers = [int(digit) for digit in eleven]
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(number * weight for number, weight in zip(numbers, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return 10


DAYS = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)")
DIGITS = re.compile(r"\d+")
BETWEEN = re.compile(GAP)
YEAR = re.compile(r"(?:19|20)\d\d")


def _iin(text: str) -> bool:
    """A number may stand in parts (900101-300123), but its ends are ends of parts: a longer number is another."""
    parts = list(DIGITS.finditer(DAYS.sub(" day ", text)))
    if sum(len(part[0]) for part in parts) < 12:
        return False
    for start, first in enumerate(parts):
        taken, digits = [first], first[0]
        for part in parts[start + 1 :]:
            if len(digits) >= 12 or not BETWEEN.fullmatch(part.string[taken[-1].end() : part.start()]):
                break
            taken.append(part)
            digits += part[0]
        if len(digits) == 12 and is_iin(digits) and not all(YEAR.fullmatch(part[0]) for part in taken):
            return True
    return False


DOCUMENT_WORD = (
    r"удостоверени|уд\.? ?личн|паспорт|куәлі|куали|төлқұжат|passport|identity (?:card|document)|id[ -]card|udostoveren"
)
DOCUMENT = re.compile(
    rf"(?<![{LETTER}\d])[NН]\d{{8}}(?!\d)|(?i:{DOCUMENT_WORD})[^\d\n]{{0,30}}\d[\d -]{{4,12}}\d"
    r"|(?<![A-Z0-9])KZ\d\d ?(?:[0-9A-ZА-Я] ?){16}(?![0-9A-ZА-Я])",
)
CASE_WORD = re.compile(r"(?:дел[аоуе]м?|іс|протокол\w*|приказ\w*|case|ердр|сдтбт|erdr)\W*$", re.I)


def _document(text: str) -> bool:
    return any(not CASE_WORD.search(text[: match.start()]) for match in DOCUMENT.finditer(text))


STEP = r"[ ().\-–—]{0,3}"
PHONE = (
    rf"(?:^|[^0-9])(?:(?:\+|00)[1-9](?:{STEP}[0-9]){{8,14}}|[78]{STEP}[0-9](?:{STEP}[0-9]){{9}}"
    r"|\(?7[0-9]{2}\)?[ .\-–—]{0,2}[0-9]{3}[ .\-–—]?[0-9]{2}[ .\-–—]?[0-9]{2})(?:[^0-9]|$)"
)
PHONES = re.compile(rf"(?={PHONE})")
TOLD = re.compile(r"(?i)(?:тел|моб|сот|ұялы|phone|mob|tel)[а-яa-zі]*[.:№ #]*\d[\d -]{3,12}\d")


def _phone(text: str) -> bool:
    if TOLD.search(text):
        return True
    text = DAYS.sub(" day ", text)
    for place in PHONES.finditer(text):
        match = re.compile(PHONE).match(text, place.start())
        if match is None:
            continue
        said = match[0].strip("".join({match[0][0], match[0][-1]} - set("0123456789+("))) if match[0] else ""
        try:
            number = phonenumbers.parse(re.sub(r"^00", "+", said), "KZ")
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        # Ten bare digits are also numbers of things: only those of a mobile are taken for a phone.
        if (
            not (said.isdigit() and len(said) == 10)
            or phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        ):
            return True
    return False


EMAIL = re.compile(
    r"(?i)[\w.+%-]+\s?(?:@|\[at\]|\(at\)|\[собака\]|\(собака\))\s?[\w-]+(?:\s?(?:\.|\[dot\]|\(dot\)|\(точка\))\s?[\w-]+)*"
    r"\s?(?:\.|\[dot\]|\(dot\)|\(точка\))\s?[^\W\d_]{2,}"
)
HOSTS = r"(?:t\.me|wa\.me|vk\.com|ok\.ru|instagram\.com|facebook\.com|fb\.com|tiktok\.com|twitter\.com|linkedin\.com)/"
ONLINE = re.compile(rf"(?i)(?:^|[^\w.])@\w[\w.]{{2,}}|(?:^|[^\w-]){HOSTS}[\w@.-]+|(?:^|[/.\s])x\.com/\w+")
# Letters beside Cyrillic words may have been made Cyrillic by `normal`.
PLATE = re.compile(r"(?<![A-ZА-Я0-9-])\d{3} ?[A-ZА-Я]{2,3} ?(?:0[1-9]|1\d|20)(?![A-ZА-Я0-9-])")
PLATE_TOLD = re.compile(r"(?i:гос\.? ?номер|номер авто|авто|plate)\W*[A-ZА-Я] ?\d{3} ?[A-ZА-Я]{2,3}(?!\w)")
STREET = re.compile(
    rf"(?:^|[^{LETTER}])(?:"
    rf"(?i:ул\.|улиц[аеыу]|мкрн?\.?|микрорайон[еа]?|пр-т\.?|просп\.|проспект[еа]?|переул[а-я]+|пер\.|б-р|бульвар[еа]?|шоссе)"
    rf"\s?[«\"#]?\s?(?:[{CAP}][{LETTER}]|\d)"
    rf"|[{CAP}][{LETTER}.-]+\s(?i:көшесі|көш\.|даңғылы|ықшам ?ауданы|тұйығы)"
    rf"|(?i:кв\.|квартир[аеы]|пәтер)\s?#?\s?\d|\d+[- ]?(?:үй|пәтер)(?:[^{LETTER}]|$)"
    rf"|(?i:(?:дом|д\.)\s?#?\s?\d+[^\d]{{1,6}}(?:кв|корп))"
    rf"|\d+\w?,? [{CAP}][{LETTER}]+ (?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?)(?:[^{LETTER}]|$)"
    rf"|(?:Street|Avenue|ulitsa) [{CAP}\d]|[{CAP}][{LETTER}]+ (?:Street|Avenue),? ?\d|(?i:apt\.?|apartment) ?#?\d)"
)


def _plate(text: str) -> bool:
    return bool(PLATE.search(text) or PLATE_TOLD.search(text))


# Names ------------------------------------------------------------------------------

KAZAKH = str.maketrans("әғқңөұүһіё", "агкноуухие", "ьъ")
# Two ways of spelling Russian letters in Latin ones: by sound, and as in passports.
SINGLE = "абвгдезийклмнопрстуфцыэ"
SOUNDS = dict(zip(SINGLE, "abvgdeziiklmnoprstufcie", strict=True)) | dict(
    х="h", ж="j", ч="ch", ш="sh", щ="sh", ю="u", я="a"
)
PLAIN = dict(zip(SINGLE, "abvgdeziyklmnoprstufcye", strict=True)) | dict(
    х="kh", ж="zh", ц="ts", ч="ch", ш="sh", щ="shch", ю="yu", я="ya"
)
LATIN = re.compile("shch|dzh|dj|zh|kh|gh|ck|ts|tc|oo|ee|ou|q|w|x|y")
LATIN_TO = {
    "shch": "sh",
    "dzh": "j",
    "dj": "j",
    "zh": "j",
    "kh": "h",
    "gh": "g",
    "ck": "k",
    "ts": "c",
    "tc": "c",
    "oo": "u",
    "ee": "i",
    "ou": "u",
    "q": "k",
    "w": "v",
    "x": "ks",
    "y": "i",
}
WORD = re.compile(r"[^\W\d_]+(?:[-'’`][^\W\d_]+)*")
BESIDE = re.compile(r"[\s,_.;/-]{1,3}")
PATRONYMIC = re.compile(
    r"[а-я]{3,}(?:[ое]вич(?:а|у|ем|е|и|ей)?|[ое]вн(?:а|ы|е|у|ой)|инична|инични|ильичн[аеуы]|ильич[ау]?|никитичн[аеуы]|кузьминичн[аеуы])"
    r"|[а-я]{3,}(?:улы|кызы)(?:н[а-я]{0,3}|м[а-я]{0,2}|г[а-я]|д[а-я]{0,2})?|[а-я]{3,}(?:оглы|оглу|углы)"
    r"|[a-z]{3,}(?:[oe]vich|[oe]v[iy]c|yevich|[oe]vna|yevna|ovitch|uly|ully|kyzy|kizi|qyzy|qizi|ogly|oglu)"
)
NOT_PATRONYMIC = re.compile(
    "(?:форм|капс|каник|стим|ак|амп|мод|а|пос|тит|разг|прог|патр|ск|пун?кт|к|карт|шк)улы.*|(?:ц|кор)[а-я]*(?:рев|олев)на|july|duly|fully|unruly|bully|[a-z]+fully|truly"
)
SURNAME = re.compile(
    r"[а-я]{2,}(?:[ое]в|[ое]в(?:а|ой|у|ым|е|ых|ы)|[иы]н|[иы]н(?:а|ой|у|ым|е)|[сц]к(?:ий|ая|ого|ой|ому|им)|енко|чук|юк|ян|бек|бай|бая|хан|дзе|швили)"
    r"|ли|ким|пак|цой|тен|югай|нам|хван|шин"
    r"|[a-z]{2,}(?:[oey]v|[oey]va|off|eff|[iy]n|[iy]na|sk(?:y|iy|ii|yi|aya|aia)|enko|chuk|yuk|yan|bek|bay|bai|khan|dze|shvili)|kim|li|pak|tsoy"
)
OV = re.compile(r"[а-я]{2,}[ое]ва?|[a-z]{3,}(?:[oe]v|[oe]va|yev|yeva)")
FULL = rf"[{CAP}][{LETTER}]+(?:-[{CAP}][{LETTER}]+)?"
INITIALS = re.compile(
    rf"(?<![{LETTER}.])(?P<two>[{CAP}]\.\s?[{CAP}]\.)\s?(?P<a>{FULL})|(?P<b>{FULL})[\s,]+(?P<pair>[{CAP}]\.\s?[{CAP}])\.?(?![{LETTER}])"
    rf"|(?<![{LETTER}.])[{CAP}]\.\s?(?P<c>{FULL})|(?P<d>{FULL})[\s,]+[{CAP}](?:\.|\s?[{CAP}]\.?$|$)"
)
ADDRESSED = re.compile(
    rf"(?:^|[^{LETTER}])(?i:гр-?н|гр-?ка|гр\.|гражданин[ауе]?|гражданк[аиуе]|г-н[ау]?|г-ж[аеиу]|азаматша|mr\.?|mrs\.?|ms\.?)"
    rf"\s(?P<a>{FULL})"
)
# A role, and a word in the form of a surname behind it.
ROLE = re.compile(
    rf"(?:^|[^{LETTER}])(?i:потерпевш[а-я]+|пострадавш[а-я]+|заявител[а-я]+|осужд[её]нн[а-я]+|задержанн[а-я]+|подозреваем[а-я]+"
    rf"|следовател[а-я]+|адвокат[а-я]*|судь[а-я]+|полковник[а-я]*|майор[а-я]*|капитан[а-я]*|тергеуші|адвокаты?|жәбірленуші|сотталған"
    rf"|ұсталған|арызданушы|victim|lawyer|investigator|judge|detainee|convict)\s(?P<a>{FULL})"
)
# The second halves that Kazakh given names are put together with: beside a surname they make a name.
COMPOUND = re.compile(
    r"[а-я]{2,}(?:бек|жан|гул|гали|кали|мурат|газы|[гк]ерей|болат|мухам[ме]*[дт]|мухамбет|берген|султан|тилек|байрам)"
    r"|[a-z]{3,}(?:bek|zhan|jan|gul|gali|kali|murat|gazy|gerey|bolat|mukhamed|mukhambet|bergen|sultan)"
)
KAZAKH_CASES = re.compile("(?:[тдн][ыи]н|[тдн][ыи]|[кг][ае]|[тдн][ае]н|[пбм]ен)$")


@dataclass(frozen=True)
class _Words:
    given: frozenset[str]
    plain: frozenset[str]  # Latin spellings as they are, for names that folding makes too short
    also: frozenset[str]
    western: frozenset[str]
    known: frozenset[str]  # whole cells that are codes of ours in words
    common: frozenset[str]  # words of those, and others that only look like a surname
    places: re.Pattern[str]
    headers: dict[str, tuple[frozenset[str], re.Pattern[str]]]
    given_sql: str


def folded(text: str) -> str:
    """Small letters, Kazakh ones as Russian ones, no soft signs, single spaces: how words are compared."""
    return " ".join(text.lower().translate(KAZAKH).replace("дж", "ж").split())


def _latin(word: str) -> str:
    """A Latin spelling of a name with the ways of spelling it made one: Zhanar, Janar; Aygul, Aigul."""
    word = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn").replace(
        "\u0131", "i"
    )
    word = LATIN.sub(lambda match: LATIN_TO[match[0]], word)
    return re.sub(r"(.)\1+", r"\1", re.sub("i(?=[aeuo])", "", word))


def _spelled(word: str, sounds: dict[str, str]) -> str:
    return "".join(sounds.get(letter, letter) for letter in folded(word))


# A letter of a folded name, and the Kazakh ones that it stands for.
KAZAKH_WAYS = {
    letter: f"[{letter}{ways}]"
    for letter, ways in zip("агкноухие", ("ә", "ғ", "қ", "ң", "ө", "ұү", "һ", "і", "ё"), strict=True)
}
# A letter of a name spelled by SOUNDS, and the ways of spelling it in Latin.
ROMAN_WAYS = {
    "j": "d?(?:zh|j)",
    "h": "k?h",
    "i": "[iy]",
    "k": "[kq]",
    "u": "[iy]?u",
    "a": "[iy]?a",
    "e": "y?e",
    "c": "t?[cs]",
    "v": "[vw]",
}
# The engine gives a pattern 8 MB; one of all names in all spellings needs more and is a hundred times slower.
BEGINNING = 6


@cache
def _words() -> _Words:
    """The words of names.toml and of the locales, read once."""
    told = tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf8"))
    given = {folded(name) for name in told["given"].split()}
    also = {folded(name) for name in told["also_words"].split()}
    western = frozenset(told["western"].split())
    latin = {_latin(_spelled(name, SOUNDS)) for name in given}
    latin = {name for name in latin if len(name) > 3}
    plain = {_spelled(name, PLAIN) for name in given} | {_spelled(name, SOUNDS) for name in given}
    also |= {_latin(_spelled(name, SOUNDS)) for name in also} | {_spelled(name, PLAIN) for name in also}
    known: set[str] = set()
    for path in sorted(LOCALES.glob("*/*.toml")):
        if path.name in {"codes.toml", "reference.toml"}:
            for entries in tomllib.loads(path.read_text("utf8")).values():
                known |= {folded(normal(word)) for word in entries.values() if isinstance(word, str)}
    common = {word for text in known for word in WORD.findall(text)} - given
    common |= {folded(word) for word in told["not_surnames"].split()}

    def stems(words: list[str]) -> re.Pattern[str]:
        parts = [re.escape(folded(word)).replace(r"\*", "[^ ]*") for word in words]
        return re.compile(f"(?:^| )(?:{'|'.join(parts) or '(?!)'})(?: |$)")

    headers = {
        kind: (frozenset(folded(word) for word in words["whole"]), stems(words["holds"]))
        for kind, words in told["headers"].items()
    }
    cyrillic = {"".join(KAZAKH_WAYS.get(letter, letter) for letter in name[:BEGINNING]) for name in given}
    cyrillic |= {name[:BEGINNING] for name in told["given"].split()}
    roman = {"".join(ROMAN_WAYS.get(letter, letter) for letter in _spelled(name, SOUNDS)[:4]) for name in given}
    roman |= {name[:4] for name in western}
    return _Words(
        frozenset(given | latin),
        frozenset(name for name in plain if len(name) > 3),
        frozenset(also),
        western,
        frozenset(known),
        frozenset(common),
        re.compile(
            "|".join(
                re.escape(place.strip()) for place in told["places"].replace("\n", "|").split("|") if place.strip()
            ),
            re.I,
        ),
        headers,
        "|".join(sorted(cyrillic | roman)),
    )


def _is_given(word: str, plain: str) -> str:
    """The given name that a word is, in any case of Russian or Kazakh; '' when it is none."""
    words = _words()
    if HAS_CYRILLIC.search(word):
        if word in words.given:
            return word
        stem = KAZAKH_CASES.sub("", word)
        for shorter in (
            stem,
            word[:-1] if word[-1] in "ауюыеия" else "",
            word[:-2] if word[-2:] in {"ом", "ем", "ой", "ей"} else "",
        ):
            if len(shorter) > 3 and shorter in words.given:
                return shorter
            if (
                len(shorter) > 3
                and word[-1] in "ыеуюий"
                and (shorter + "а" in words.given or shorter + "я" in words.given)
            ):
                return shorter + ("а" if shorter + "а" in words.given else "я")
        return word if COMPOUND.fullmatch(word) and word not in words.common else ""
    latin = _latin(plain)
    if latin in words.given:
        return latin
    if plain in words.plain or plain in words.western:
        return plain
    return latin if COMPOUND.fullmatch(plain) else ""


def _name(text: str) -> str:
    """A table's name as SQL takes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in text.split("."))


def _person(text: str) -> bool:
    """A name of a person: a patronymic, a given name beside a surname, initials, or one alone in its cell."""
    words = _words()
    text = words.places.sub(" ; ", text)
    found = list(WORD.finditer(text))
    if not found:
        return False
    plain = [match[0].lower() for match in found]
    fold = [folded(word) for word in plain]
    given = [_is_given(f, p) if len(f) > 1 else "" for f, p in zip(fold, plain, strict=True)]
    sure = [(g in words.given or g in words.plain) and g not in words.also for g in given]
    big = [match[0][0].isupper() for match in found]
    surname = [f not in words.common and bool(SURNAME.fullmatch(f.split("-")[-1])) for f in fold]
    for place, word in enumerate(fold):
        for part in word.split("-"):
            if PATRONYMIC.fullmatch(part) and not NOT_PATRONYMIC.fullmatch(part):
                return True
        if (
            place
            and word in {"улы", "кызы", "uly", "kyzy", "qyzy", "оглы"}
            and (given[place - 1] or (big[place - 1] and place == len(fold) - 1))
        ):
            return True
    for left in range(len(found) - 1):
        right = left + 1
        if not BESIDE.fullmatch(text[found[left].end() : found[right].start()]):
            continue
        if (given[left] and surname[right]) or (surname[left] and given[right]):
            return True
        if given[left] and given[right] and (sure[left] or sure[right]) and given[left] != given[right]:
            return True
    if _initialled(text):
        return True
    for match in ADDRESSED.finditer(text):
        if len(match["a"]) > 2 and not match["a"].isupper() and folded(match["a"]) not in words.common:
            return True
    for match in ROLE.finditer(text):
        word = folded(match["a"])
        if len(word) > 4 and word not in words.common and SURNAME.fullmatch(word.split("-")[-1]):
            return True
    if len(found) == 1 and len(text.strip(" .,;«»\"'()")) == len(found[0][0]):
        return sure[0] or (
            big[0] and len(fold[0]) > 4 and fold[0] not in words.common and bool(OV.fullmatch(fold[0].split("-")[-1]))
        )
    if len(found) in {2, 3} and all(big) and sum(map(len, plain)) + 6 > len(text):
        # A surname of the commonest form, or a given name, and nothing beside it but words that are no code of ours.
        ours = any(f in words.common or len(f) < 2 for f, g in zip(fold, given, strict=True) if not g)
        family = any(len(f) > 4 and f not in words.common and OV.fullmatch(f.split("-")[-1]) for f in fold)
        if not ours and (family or any(sure) or any(p in words.western for p in plain)):
            return True
    return any(sure[place] and big[place] for place in range(len(found)))


def _initialled(text: str) -> bool:
    words = _words()
    for match in INITIALS.finditer(text):
        word = match["a"] or match["b"] or match["c"] or match["d"]
        fold = folded(word)
        if fold in words.common or (word.isupper() and len(word) < 4 and not SURNAME.fullmatch(fold)):
            continue
        form = bool(SURNAME.fullmatch(fold.split("-")[-1])) or bool(_is_given(fold, word.lower()))
        if form or ((match["a"] or match["b"]) and HAS_CYRILLIC.match(word) and len(word) > 2):
            return True
    return False


RULES: dict[str, Callable[[str], bool]] = {
    "iin": _iin,
    "document": _document,
    "phone": _phone,
    "email": lambda text: bool(EMAIL.search(text)),
    "online": lambda text: bool(ONLINE.search(EMAIL.sub(" ", text))),
    "plate": _plate,
    "name": _person,
    "address": lambda text: bool(STREET.search(text)),
}


# Columns ----------------------------------------------------------------------------


def declared(header: str) -> frozenset[str]:
    """The kinds that a header says its column holds: ФИО, аты-жөні, date of birth …"""
    said = " ".join(re.findall(r"[^\W_]+", folded(normal(header))))
    return frozenset(
        kind for kind, (whole, holds) in _words().headers.items() if said in whole or (said and holds.search(said))
    )


def _told(kind: str, cell: str) -> bool:
    """A cell below a header that declares the kind holds it, by its mere shape."""
    cell = normal(cell)
    if folded(cell) in _words().known or len(cell) < 2:
        return False
    if kind in {"iin", "document", "phone"}:
        return sum(letter.isdigit() for letter in cell) >= 5
    if kind == "birth_date":
        return bool(re.search(r"\d{2}", cell))
    if kind == "free_text":
        return len(cell.split()) > 3
    if kind == "name":
        # «да», «нет», «муж.» below «Потерпевший» are no names; a small word is none either.
        return (
            not re.search(r"\d", cell) and any(len(word) > 1 and word[0].isupper() for word in WORD.findall(cell))
        ) or "name" in kinds(cell)
    return len(re.findall(r"\w", cell)) > 2


class _Seen:
    """What was found in one column: cells and masked examples by kind."""

    def __init__(self, says: frozenset[str]):
        self.says = says
        self.cells: Counter[str] = Counter()
        self.filled: dict[str, int] = {}  # kinds that the column as a whole holds, and the number of filled cells
        self.many: dict[str, int] = {}  # the same, where the different cells are too many to be vouched for
        self.scale = 1.0
        self._examples: dict[str, list[str]] = {}

    def judge(self, cell: str, cells: int, suspect: bool) -> list[str]:
        held = kinds(cell) if suspect else []
        held += [kind for kind in self.says if kind not in held and _told(kind, cell)]
        for kind in held:
            self.add(kind, cell, cells)
        return held

    def add(self, kind: str, cell: str, cells: int) -> None:
        self.cells[kind] += cells
        shown = self._examples.setdefault(kind, [])
        if len(shown) < EXAMPLES and (masked := mask(cell)) not in shown:
            shown.append(masked)

    def examples(self, kind: str) -> tuple[str, ...]:
        return tuple(self._examples.get(kind, ()))

    def counts(self) -> dict[str, tuple[int, bool]]:
        """Cells by kind, and whether that is about."""
        exact = {kind: (round(cells * self.scale), self.scale > 1) for kind, cells in self.cells.items()}
        return exact | {kind: (cells, True) for kind, cells in (self.filled | self.many).items()}


@cache
def _suspects() -> tuple[str, str, str]:
    """Conditions on `cell` for DuckDB, wider than the rules: what either needs; numbers and signs; names and addresses.

    RE2 knows \\w and \\b for ASCII alone, and takes one pass for a pattern with many branches. The first branch that
    every cell meets is the cheapest: an id such as KZ-2012-000123 passes no other.
    """
    s = r"[ .\-–—_/]{0,2}"
    day = f"(?:0{s}[1-9]|[12]{s}[0-9]|3{s}[01])"
    iin = f"(?:^|[^0-9])[0-9]{s}[0-9]{s}(?:0{s}[1-9]|1{s}[0-2]){s}{day}{s}[1-6](?:{s}[0-9]){{5}}(?:[^0-9]|$)"
    odd = r"[^\t\n\r -~Ѐ-ӿ«»№–—−…“”„’]|[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]|[Ѐ-ӿ][03][Ѐ-ӿ]"
    plate = "[0-9]{3} ?[A-ZА-Я]{2,3} ?[0-2][0-9]"
    bare = [odd, "@", iin, "[NН][0-9]{8}", PHONE, plate, "KZ[0-9]{2} ?[0-9A-Z]{4}"]
    told = [
        r"[\[(](?:at|собака)[\])]",
        rf"(?i:{HOSTS}|x\.com/|{DOCUMENT_WORD})",
        r"(?i:(?:гос\.? ?номер|авто|plate)[^0-9]{0,4}[0-9]{3})",
        r"(?i:(?:тел|моб|сот|ұялы|phone|mob|tel)[а-яa-zі]*[.:№ ]*[0-9])",
    ]
    people = [
        rf"(?i:[{LETTER}]{{3}}(?:[ое]вич|[ое]вн|ичн[аыеу]|ильич|[уұ]лы|[кқ]ызы|оглы|углы))",
        rf"(?i:[{LETTER}]{{3}}(?:[oey]vich|[oe]v[iy]c|[oey]vna|ovitch|ully?|uly|k[iy]zy|q[iy]zy|ogl[yu]))",
        rf"(?i:[{LETTER}] (?:[уұ]лы|[кқ]ызы|оглы|uly|kyzy|qyzy))",
        rf"[{CAP}]\. ?[{CAP}]|[{LETTER}]{{2}}[ ,]+[{CAP}](?:\.| ?[{CAP}]\.?$|$)",
        rf"(?:^|[ -])[{CAP}][{LETTER}]*(?i:[ое]ва?|[oe]va?)(?:[ ,-]|$)",
        rf"(?i:(?:^|[^{LETTER}])(?:гр-|гр\.|граждан|г-[нж]|азаматша|mr|mrs|ms|потерп|постра|заявит|осужд|задерж|подозр"
        rf"|следов|адвокат|судь|полков|майор|капит|тергеуші|жәбірл|сотталған|ұсталған|арыз"
        rf"|victim|lawyer|investi|judge|detain|convict)[{LETTER}.]* )",
        r"(?i:бек|жан|гүл|гул|[ғг]али|[қк]али|м[ұу]рат|[ғг]азы|герей|керей|болат|м[ұу]хам|берген|с[ұу]лтан|тілек|тилек|байрам)",
        r"(?i:bek|zhan|jan|gul|gali|kali|murat|gazy|gerey|bolat|mukham|bergen|sultan)",
        r"(?i:ул\.|улиц|мкр|микрорайон|пр-т|просп|переул|пер\.|б-р|бульвар|шоссе|көш|даңғыл|ықшам|тұйығы|кв\.)",
        r"(?i:квартир|пәтер)",
        r"(?i:[0-9][ -]?үй|дом |д\. ?[0-9]|street|st\.|avenue|ave|road|rd\.|ulitsa|apt|apartment)",
    ]
    given = rf"(?i:(?:^|[^{LETTER}])(?:{_words().given_sql}))"

    def any_of(branches: list[str]) -> str:
        return "regexp_matches(cell, '" + "|".join(branches).replace("'", "''") + "')"

    gate = any_of([*bare, f"[{LETTER}]{{3}}", rf"[{CAP}]\.", f"[{LETTER}]{{2}}[ ,]"])
    return gate, any_of(bare + told), f"({any_of(people)} or {any_of([given])})"


def _looked(con: duckdb.DuckDBPyConnection, table: str, says: dict[str, frozenset[str]]) -> dict[str, _Seen]:
    try:
        return _look(con, _name(table), says)
    except duckdb.Error:
        raise ScreenFailed from None


def _look(con: duckdb.DuckDBPyConnection, table: str, says: dict[str, frozenset[str]]) -> dict[str, _Seen]:
    """The columns of a table: by their distinct cells when they are few, else by a first look and one pass.

    The patterns take some 50 ms to compile, so one statement asks for all columns.
    """
    seen = {column: _Seen(kinds_said) for column, kinds_said in says.items()}
    if not seen:
        return seen
    known = {f"c{place}" for place in reading.coded(con)} & seen.keys() if table == _name("file") else set()
    texts = [column for column in seen if column not in known]
    totals = ", ".join(
        ["count(*)", "min(row)"]
        + [f"count({c}) filter ({c} <> ''), count(*) filter (strlen({c}) >= {VERY_LONG})" for c in map(_name, texts)]
    )
    rows, first, *numbers = con.execute(f"select {totals} from {table}").fetchall()[0]
    about = {c: (numbers[2 * i], numbers[2 * i + 1]) for i, c in enumerate(texts)}
    for column in known:
        about[column] = con.execute(
            "select coalesce(sum(n) filter (cell <> ''), 0)::bigint, "
            f"coalesce(sum(n) filter (strlen(cell) >= {VERY_LONG}), 0)::bigint from ({_tallied(column)})"
        ).fetchall()[0]
    shape = {column: about[column] for column in seen if about[column][0]}
    starts = (first, first + rows // 2, first + max(rows - WINDOW, 0)) if rows else ()
    where = " or ".join(f"row between {start} and {start + WINDOW - 1}" for start in starts) or "false"

    con.execute(f"create or replace temp table looked_at as from {table} where {where}")

    def counted(column: str, source: str) -> str:
        if column in known and source == table:
            return _tallied(column)
        return f"select {_name(column)} as cell, count(*) as n from {source} group by all"

    many = set()
    if rows > SMALL:
        for column in shape:
            sizes = [n for _, n in con.execute(counted(column, "looked_at")).fetchall()]
            if len(sizes) >= sum(sizes) / 4:
                many.add(column)
    judged = _judged(con, [(column, counted(column, "looked_at" if column in many else table)) for column in shape])
    for column, cells in judged:
        if column in many:
            _first_look(seen[column], cells, *shape[column])
        else:
            _judge(seen[column], cells, columnwise=shape[column])
    rest = [column for column in shape if column in many and not seen[column].many]
    gate, signs, people = _suspects()
    for column in rest:
        seen[column] = _Seen(says[column])
    shaped = {f"c{place}" for place in reading.shaped(con)} if known else set()
    rest = [column for column in rest if column not in shaped or _is_suspect_shape(con, column)]
    passes = [
        (c, f"select cell, sum(n)::bigint as n from ({_tallied(c) if c in known else _each(c, table)}) "
            f"where {gate} and ({signs} or {people}) group by all")
        for c in rest
    ]  # fmt: skip
    for column, cells in _judged(con, passes):
        _judge(seen[column], cells)
    con.execute("drop table looked_at")
    return seen


def _tallied(column: str) -> str:
    """SQL of the different cells of a column that is kept as codes, and of how many there are of each."""
    return f"select cell, n from words_{column.removeprefix('c')}"


def _is_suspect_shape(con: duckdb.DuckDBPyConnection, column: str) -> bool:
    """Whether cells of the column may hold anything, whatever their digits; if not, none need be looked at again."""
    gate, signs, people = map(any_digit, _suspects())
    found = con.execute(
        f"select 1 from shapes_{column.removeprefix('c')} where {gate} and ({signs} or {people}) limit 1"
    ).fetchall()
    return bool(found)


DIGIT_IN_PATTERN = re.compile(r"\\.|\{[0-9,]+\}|\[\^?(?:\\.|[^\]\\])*\]|[0-9]")


def any_digit(pattern: str) -> str:
    """The pattern for texts whose digits were all made 0: what finds the text as it was finds it still."""

    def wider(match: re.Match[str]) -> str:
        part = match[0]
        if part.startswith("[") and not part.startswith("[^") and re.search("[0-9]", part):
            return "[0" + part[1:]
        return "0" if len(part) == 1 else part

    return DIGIT_IN_PATTERN.sub(wider, pattern)


def _each(column: str, table: str) -> str:
    return f"select {_name(column)} as cell, 1 as n from {table}"


def _judged(
    con: duckdb.DuckDBPyConnection, cells: list[tuple[str, str]]
) -> Iterator[tuple[str, Iterator[tuple[str, int, int]]]]:
    """Each column's cells, their number, what they may hold: 2 numbers and signs, 1 names and addresses, 0 nothing."""
    if not cells:
        return
    gate, signs, people = _suspects()
    union = " union all ".join(f"select {place} as place, cell, n from ({sql})" for place, (_, sql) in enumerate(cells))
    found = con.execute(
        f"select place, cell, n, case when not {gate} then 0 when {signs} then 2 when {people} then 1 else 0 end "
        f"from ({union}) where cell <> '' order by place"
    )

    def rows() -> Iterator[tuple[int, str, int, int]]:
        while batch := found.fetchmany(BATCH):
            yield from batch

    for place, group in groupby(rows(), key=itemgetter(0)):
        yield cells[place][0], ((cell, n, suspect) for _, cell, n, suspect in group)


def _first_look(seen: _Seen, cells: Iterator[tuple[str, int, int]], filled: int, very_long: int) -> None:
    """What most cells of a column of many different ones hold, as a sample shows it.

    Of thousands of different cells nobody can say that none points to a person: the column goes, and what else it
    holds goes with it.
    """
    sample = list(cells)
    _columnwise(seen, sample, filled, very_long)
    if not seen.filled:
        for cell, n, suspect in sample:
            seen.judge(cell, n, suspect > 0)
    looked_at = sum(n for _, n, _ in sample)
    seen.many = {kind: filled for kind, n in seen.cells.items() if n >= MOST * looked_at} | seen.filled
    seen.cells.clear()


def _judge(seen: _Seen, cells: Iterator[tuple[str, int, int]], columnwise: tuple[int, int] | None = None) -> None:
    """Judge JUDGED different cells; beyond them numbers and signs alone, until one is found that no reason dismisses.

    Names and addresses do not hang on digits, so cells that differ in digits alone are one.
    """
    first: list[tuple[str, int, int]] = []
    alike: dict[str, list[str]] = {}
    judged = counted = rest = 0
    for cell, n, suspect in cells:
        if columnwise and len(first) < JUDGED:
            first.append((cell, n, suspect))
        if not suspect and not seen.says:
            continue
        shape = DIGITS.sub("0", cell) if suspect == 1 and not seen.says else ""
        if shape in alike:
            for kind in alike[shape]:
                seen.add(kind, cell, n)
        elif judged < JUDGED or (suspect == 2 and not seen.cells.keys() & set(STRONG)):
            held = seen.judge(cell, n, suspect > 0)
            judged += 1
            if shape:
                alike[shape] = held
        else:
            rest += n
            continue
        counted += n
    if columnwise:
        _columnwise(seen, first, *columnwise)
    if rest:
        seen.scale = (counted + rest) / counted


def _columnwise(seen: _Seen, cells: Sequence[tuple[str, int, int]], filled: int, very_long: int) -> None:
    """What only a column shows: dates that spread as birthdays do, and texts."""
    total = sum(n for _, n, _ in cells)
    dated = [(int(match[1] or match[2]), n) for cell, n, _ in cells if (match := DATED.match(cell))]
    years = sorted(year for year, _ in dated)
    if len(years) >= 20 and sum(n for _, n in dated) >= 0.8 * total and len(set(years)) >= 15:
        low, middle, high = (years[int(len(years) * part)] for part in (0.05, 0.5, 0.95))
        if high - low >= 25 and middle <= 2000:
            seen.filled["birth_date"] = filled
            seen._examples["birth_date"] = [mask(cell) for cell, _, _ in cells[:1]]
    texts = [
        (cell, n)
        for cell, n, _ in cells
        if len(cell) >= LONG and len(cell.split()) > 6 and folded(normal(cell)) not in _words().known
    ]
    repeated = sum(n for _, n in texts) / max(len(texts), 1)
    if very_long or (len(texts) >= 5 and len(texts) >= 0.2 * len(cells) and (repeated < 4 or len(texts) > 200)):
        seen.filled["free_text"] = filled
        shown = sorted(texts, key=lambda text: -len(text[0]))[:EXAMPLES]
        seen._examples["free_text"] = [mask(cell) for cell, _ in shown]


DATED = re.compile(r"\s*(?:\d{1,2}[./-]\d{1,2}[./-](\d{4})|(\d{4})-\d\d?-\d\d?)(?!\d)")
