# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""What of a person one cell holds, by kind: the one place where the rules stand.

A cell is normalised before it is judged (letters.py), and a long one is judged in pieces, so that a cell costs a time
that grows with its length alone. Patterns have no two repeats that could share the same letters.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

import phonenumbers

from data.intake.letters import CAP, LETTER, folded, normal, show_digits, show_numbers
from data.intake.names import is_person, known_words, towns

# A long cell is judged in pieces of PIECE letters and LAP more: what is no longer than LAP / 2 stands whole in one.
PIECE, LAP = 600, 160
# A piece begins and ends between two words, so that none of its numbers is part of a longer one.
EDGE = 40


def kinds(text: str) -> list[str]:
    """The kinds of personal data that one cell or header holds by itself, in the order of RULES.

    free_text is seen only in a column; of a plain day before 1991 the column says whether it is a birth date.
    """
    if len(text) <= PIECE + LAP:
        text = normal(text)
        if len(text) < 3 or folded(text) in known_words():
            return []
        return [kind for kind, holds in RULES.items() if holds(text)]
    held: set[str] = set()
    for piece in cut(text):
        piece = normal(piece)
        held.update(kind for kind, holds in RULES.items() if kind not in held and holds(piece))
    return [kind for kind in RULES if kind in held]


def cut(text: str) -> Iterator[str]:
    """The pieces of a long text, each of at most PIECE + LAP letters."""
    for start in range(0, max(len(text) - LAP, 1), PIECE):
        piece = text[start : start + PIECE + LAP]
        if start and (word := re.search(r"\s", piece[:EDGE])):
            piece = piece[word.end() :]
        if start + PIECE + LAP < len(text) and (word := re.search(r"\s\S*+$", piece[-EDGE:])):
            piece = piece[: len(piece) - EDGE + word.start()]
        yield piece


# Numbers of persons ---------------------------------------------------------------------


def is_iin(digits: str) -> bool:
    """Twelve digits that are an individual identification number: a day of birth, century and sex, the check digit.

    Rule: Resolution of the Government of Kazakhstan of 11 June 2003 No. 565 (adilet.zan.kz/rus/docs/P030000565_):
    YYMMDD; 1 and 2 born 1800–1899, 3 and 4 1900–1999, 5 and 6 2000–2099; four digits; then the remainder by 11 of the
    weighted sum, with a second row of weights when the first gives 10; a number whose second gives 10 too is not used.
    """
    return len(digits) == 12 and _is_born(digits) and check_digit(digits[:11]) == int(digits[11])


def _is_born(digits: str) -> bool:
    """The number begins as an IIN does: a day, and the digit of century and sex."""
    if digits[6] not in "123456":
        return False
    century = 1800 + 100 * ((int(digits[6]) - 1) // 2)
    return _is_day(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def check_digit(eleven: str) -> int:
    """The twelfth digit of an IIN; 10 when there is none."""
    for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = _weighted(eleven, weights) % 11
        if rest < 10:
            return rest
    return 10


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_inn(digits: str) -> bool:
    """Ten or twelve digits whose last ones are the check digits of a Russian taxpayer's number (INN).

    The weights are those of the Federal Tax Service; ten digits are of an organisation, twelve of a person.
    """
    rows: dict[int, tuple[tuple[int, ...], ...]] = {
        10: ((2, 4, 10, 3, 5, 9, 4, 6, 8),),
        12: ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)),
    }
    if len(digits) not in rows or _is_even(digits):
        return False
    return all(_weighted(digits, row) % 11 % 10 == int(digits[len(row)]) for row in rows[len(digits)])


def is_snils(digits: str) -> bool:
    """Eleven digits whose last two are the check number of a Russian insurance account (SNILS).

    The nine digits are weighted 9 to 1; the check number is the remainder of their sum by 101, 100 being 00.
    """
    return (
        len(digits) == 11
        and not _is_even(digits)
        and _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(digits[9:])
    )


def is_pin(digits: str) -> bool:
    """Fourteen digits that are a personal number of Kyrgyzstan: 1 or 2 for the sex, DDMMYYYY, five more."""
    year = digits[5:9]
    return (
        len(digits) == 14
        and digits[0] in "12"
        and "1900" <= year <= "2029"
        and _is_day(int(year), int(digits[3:5]), int(digits[1:3]))
    )


def _is_even(digits: str) -> bool:
    """All digits the same, or a round number: nobody's."""
    return len(set(digits)) < 3 or digits.endswith("000000")


DAYS = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)")
DIGITS = re.compile(r"\d+")
BETWEEN = re.compile(r"[\s.,;·•|/\\_*–—-]{1,3}")
YEAR = re.compile(r"(?:19|20)\d\d")
# The last digit crossed out, or all but the day of birth given.
MASKED = re.compile(r"(?<![\w*])(\d{11})[XxХх*_?](?![\w*])|(?<![\w*])(\d{6,7})[XxХх*•_?]{2,6}(?![\w*])")
IIN_TOLD = re.compile(
    r"(?i)(?<![^\W_])(?:иин|жсн|iin|jsn|зиин)(?:-?[а-яі]{1,3})?\W{0,3}(?:[#:]|no\.?|номер)?\W{0,3}\d[\d .–-]{5,20}"
)
STATE_TOLD = re.compile(
    r"(?i)(?<![^\W_])(?:инн|пин|снилс|inn|pin|snils|жеке (?:идентификациялык )?номер\w{0,3}"
    r"|персональн\w{2,3} номер\w{0,2})"
    r"[^\n]{0,30}?(?<!\d)(?:\d[ .–-]{0,2}){9}"
)
SNILS = re.compile(r"(?<![\d-])\d{3}[ -]\d{3}[ -]\d{3}[ -]\d\d(?![\d-])")


def _numbers(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every run of whole parts (900101-300123) of ten to fourteen digits: the digits, and the parts.

    The ends of a number are ends of parts: a longer one is another.
    """
    parts = list(DIGITS.finditer(DAYS.sub(" day ", text)))
    for start, first in enumerate(parts):
        digits = ""
        taken: list[re.Match[str]] = []
        for part in parts[start : start + 14]:
            if taken and not BETWEEN.fullmatch(first.string[taken[-1].end() : part.start()]):
                break
            digits += part[0]
            if len(digits) > 14:
                break
            taken.append(part)
            if len(digits) >= 10:
                yield digits, [one[0] for one in taken]


def _iin(text: str) -> bool:
    figures = show_digits(text)
    if IIN_TOLD.search(figures):
        return True
    if any(_is_born((match[1] or match[2] + "3")[:7]) for match in MASKED.finditer(text)):
        return True
    # Three years in a row are years.
    return any(
        is_iin(digits) and not all(map(YEAR.fullmatch, parts))
        for shown in {text, figures}
        for digits, parts in _numbers(shown)
    )


def _state_number(text: str) -> bool:
    text = show_digits(text)
    if STATE_TOLD.search(text) or SNILS.search(text):
        return True
    for digits, parts in _numbers(text):
        if is_pin(digits):
            return True
        if len(parts) == 1 and len(digits) > 10 and (is_inn(digits) or is_snils(digits)):
            return True
        if len(parts) in {2, 3, 4} and len(set(map(len, parts))) == 1 and len(digits) == 12 and is_inn(digits):
            return True
    # Of a text every eleventh number of ten digits would be one.
    return bool(BARE.fullmatch(text)) and is_inn(DIGITS.findall(text)[0])


# A number and nothing else, of which the check digit alone tells whether it is somebody's.
BARE = re.compile(r"\W{0,3}\d{10,12}\W{0,3}")

DOCUMENT_WORD = (
    r"удостоверени|уд(?:остов)?\.? ?лич|паспорт|загран|куәлі|куали|төлқұжат|толкужат|passport|pasport"
    r"|справк\w об освоб|identity (?:card|document)"
    r"|id[ -](?:card|карт)|udostoveren|военн\w{2,3} билет|военник|әскери билет|аскер билет|вид\w? на жительство"
    r"|свидетельств\w? о (?:рожд|брак|смерт)|свид\.? о (?:рожд|брак|смерт)|туу туралы|birth certificate"
    r"|водительск\w{2} прав"
    r"|(?<![^\W_])права (?=[A-ZА-Я]{2} |#|\d)"
)
TOLD_DOCUMENT = re.compile(rf"(?i)(?:{DOCUMENT_WORD})")
DOCUMENT = re.compile(
    rf"(?<![{LETTER}\d])[NН]\d{{8}}(?!\d)"
    # An identity card of Kazakhstan; of Kyrgyzstan; a Russian passport; a birth certificate; an account.
    r"|(?<![\w/-])0[1-9]\d{7}(?![\w/-])"
    r"|(?<![^\W_])(?:ID|AN|AC|АС|АN) ?#? ?\d{7}(?!\d)"
    r"|(?<![\d-])(?!(?:19|20)\d\d )\d\d ?\d\d (?:# ?)?\d{6}(?!\d)"
    r"|(?<![^\W_])[IVXІХ]{1,5}-[А-ЯӘҒҚҢӨҰҮҺІ]{2} ?#? ?\d{6}(?!\d)"
    r"|(?<![A-Z0-9])KZ\d\d ?(?:[0-9A-ZА-Я] ?){16}(?![0-9A-ZА-Я])",
)
IN_PARTS = re.compile(r"(?<=\d)[ #–-]{1,3}(?=\d)")
CASE_WORD = re.compile(
    r"(?:дел[аоуе]м?|іс(?:і|тің)?|протокол\w{0,3}|приказ\w{0,3}|case|ердр|сдтбт|erdr|куи|кузи|кусп)\W{0,5}$", re.I
)


def _document(text: str) -> bool:
    text = show_digits(text)
    for match in TOLD_DOCUMENT.finditer(text):
        beside = IN_PARTS.sub("", DAYS.sub(" day ", text[match.end() : match.end() + 60]))
        if re.search(r"\d{6}", beside):
            return True
    return any(
        not CASE_WORD.search(text[max(match.start() - 30, 0) : match.start()]) for match in DOCUMENT.finditer(text)
    )


# Ways to reach a person ------------------------------------------------------------------

STEP = r"[ ().\-–—/]{0,3}"
PHONE = (
    rf"(?:^|[^0-9])(?:(?:\+|00)[1-9](?:{STEP}[0-9]){{8,14}}|[78]{STEP}[0-9](?:{STEP}[0-9]){{9}}"
    r"|\(?7[0-9]{2}\)?[ .\-–—]{0,2}[0-9]{3}[ .\-–—]?[0-9]{2}[ .\-–—]?[0-9]{2}"
    # Of Kyrgyzstan, as it is dialled there: not every ten digits with a hyphen among them.
    r"|\(?0(?: ?\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}\)? ?)(?:[0-9]{6}|[0-9]{2}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{2} [0-9]{2} [0-9]{2}|[0-9]{3}[ -][0-9]{3})"
    r"|0[2-9][0-9]{2}-(?:[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{3}-[0-9]{3}))(?:[^0-9]|$)"
)
PHONES = re.compile(rf"(?={PHONE})")
PHONE_WORD = r"тел|моб|сот|ұялы|phone|mob|tel|факс|fax|whats|ватс|вотс|вацап|viber|вайбер"
CALLED = rf"(?:{PHONE_WORD})[а-яa-zі]{{0,12}}[.:№ #/]{{0,4}}"
TOLD = re.compile(rf"(?i)(?<![^\W\d_]){CALLED}(?:{CALLED})?\d[\d -]{{3,12}}\d")


def _phone(text: str) -> bool:
    figures = show_digits(text)
    if TOLD.search(figures) or _is_called(figures):
        return True
    dictated = show_numbers(text)
    return dictated != "" and _is_called(dictated)


def _is_called(text: str) -> bool:
    text = DAYS.sub(" day ", text)
    for place in PHONES.finditer(text):
        match = re.compile(PHONE).match(text, place.start())
        if match is None:
            continue
        number = match[0].strip("".join({match[0][0], match[0][-1]} - set("0123456789+(")))
        if _is_in_use(number):
            return True
    return False


def _is_in_use(said: str) -> bool:
    """The number can be called: in Kyrgyzstan when it begins with a nought, else in Kazakhstan or abroad."""
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", said), "KG" if re.match(r"\(?0(?!0)", said) else "KZ")
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_valid_number(number):
        return False
    # Ten bare digits are also numbers of things: only those of a mobile are taken for a phone.
    is_bare = said.isdigit() and len(said) == 10
    return not is_bare or phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


AT = r"(?:\(|\[|\{|<)\s?(?:@|at|ат|эт|собак[аи]|собачка)\s?(?:\)|\]|\}|>)"
DOT = r"\s?(?:\.|[\[({<]\s?(?:dot|точка|\.)\s?[\])}>])\s?|\s(?:точка|dot)\s"
POST = (
    r"(?:[gж]?e?mail|мейл|мэйл|майл|джи?мейл|джи?мэйл|гмейл|гмэйл|жимейл|яндекс|yandex|я|ya|инбокс|inbox|bk|бк"
    r"|list|лист"
    r"|рамблер|rambler|outlook|hotmail|хотмейл|icloud|proton|протон|yahoo|яху)"
)
ENDS = r"(?:ру|ком|кз|кг|нет|орг|ru|com|kz|kg|net|org|рф|me|uz)(?![^\W_])"
EMAIL = re.compile(
    rf"(?i)[\w+%-]@[\w-]|\w ?@ ?[\w-]{{1,40}}(?:{DOT})\w"
    rf"|\w ?{AT} ?\w"
    rf"|[\w-] (?:собак[аи]|собачка|эт|at|ат) (?:{POST}(?![^\W_])|[\w-]{{2,30}}(?:{DOT}){ENDS})"
    rf"|\w_(?:at|собака|sobaka)_[\w-]{{1,30}}(?:{DOT}|_dot_){ENDS}"
    rf"|[\w-]{{2}} (?:sobaka|собака) [\w-]{{2,30}} {ENDS}"
)

# A whole address of mail, which holds no handle.
MAILBOX = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}+@[\w.-]{1,60}")

HOSTS = (
    r"(?:t\.me|telegram\.me|wa\.me|vk\.com|vk\.ru|m\.vk\.com|ok\.ru|instagram\.com|instagr\.am|facebook\.com"
    r"|fb\.com|fb\.me"
    r"|tiktok\.com|twitter\.com|linkedin\.com|threads\.(?:net|com)|youtube\.com/(?:@|c/|channel/|user/)|youtu\.be"
    r"|ок\.ру|вк\.ком|инстаграм\.ком|my\.mail\.ru|snapchat\.com|discord\.gg)"
)
NETWORK = (
    r"телеграмм?|телега|telegram|инстаграмм?|инста|instagram|insta|inst|инст|тикток|tik ?tok|тик-ток|фейсбук|facebook"
    r"|вконтакте|vkontakte|одноклассник\w{0,3}|вайбер|viber|ватсап|вотсап|вацап|whatsapp|скайп|skype|твиттер"
    r"|twitter|тредс|threads"
    r"|дискорд|discord|ютуб|youtube"
)
ONLINE = re.compile(
    rf"(?i)(?:^|[^\w.])@\w[\w.]{{2}}|(?<![\w-]){HOSTS}/?[\w@+.?-]|(?:^|[/.\s])x\.com/\w"
    # A network by name, and what is no word behind it; behind a colon or a Russian name any Latin word is one.
    rf"|(?<![^\W_])(?:{NETWORK}|tg|тг|vk|вк|fb|ок|ig)[ :@#/–—-]{{1,3}}(?=[a-z0-9._]{{0,30}}[0-9_.][a-z0-9._]"
    rf"|[a-z0-9._]{{0,30}}[a-z][0-9_])"
    r"[a-z][a-z0-9._]{2}"
    rf"|(?<![^\W_])(?:{NETWORK}|tg|тг|vk|вк|fb|ig) ?: ?@?[a-z][a-z0-9._]{{2}}"
    r"|(?<![^\W_])(?:телеграмм?|инстаграмм?|инста|тикток|фейсбук|вконтакте|вайбер|ватсап|вотсап|скайп|твиттер|ютуб"
    r"|тг|вк) @?[a-z][a-z0-9._]{3}"
    r"|(?<![^\W_])(?:ник|никнейм|nick|nickname|аккаунт|логин|account|username)[ :–-]{1,3}@?[a-z][a-z0-9._]{2}"
)

# Letters beside Cyrillic words may have been made Cyrillic by `normal`.
REGION = r"(?:0[1-9]|1\d|20)"
PLATE = re.compile(
    rf"(?<![\w-])(?:\d{{3}}[ -]?(?!УК|ҚК|УПК|КК|НК)[A-ZА-Я]{{2,3}}[ -]?{REGION}"  # Kazakhstan
    rf"|\d{{3}}(?:[a-z]{{3}}|[а-я]{{3}}){REGION}"
    r"|[авекмнорстух]\d{3}[авекмнорстух]{2}\d{2,3}|[авекмнорстух] ?\d{3} ?[авекмнорстух]{2} ?\d{2,3} ?(?i:rus)"
    r"|[A-ZА-Я] ?\d{3} ?[A-ZА-Я]{2,3}"  # before 2012
    r"|[АВЕКМНОРСТУХABEKMHOPCTYX] ?\d{3} ?[АВЕКМНОРСТУХABEKMHOPCTYX]{2} ?\d{2,3}"  # Russia
    r"|(?:KG ?\d\d|\d\d ?KG) ?\d{3} ?[A-ZА-Я]{2,3}"  # Kyrgyzstan
    r"|\d\d ?[A-ZА-Я] ?\d{3} ?[A-ZА-Я]{2})"  # Uzbekistan
    r"(?![\w-])"
)
PLATE_TOLD = re.compile(
    r"(?i)(?<![^\W\d_])(?:гос\.? ?(?:рег\.? ?)?(?:номер|знак)\w{0,2}|г/н|г\.н\.|номер авто\w{0,6}"
    r"|авто(?:мобил\w{1,3}|машин\w{1,2})?|а/м"
    r"|машин[аеуы]|көлік\w{0,4}|plate)[^\n]{0,30}?(?<![^\W_])(?=[a-zа-я\d -]{0,10}\d{3})(?=[\d -]{0,10}[a-zа-я])"
    r"[a-zа-я\d]{1,3}[ -]?[a-zа-я\d]{2,3}[ -]?[a-zа-я\d]{2,3}"
)


def _plate(text: str) -> bool:
    return bool(PLATE.search(text) or PLATE_TOLD.search(text))


# Where a person lives ---------------------------------------------------------------------

NAME = rf"[{CAP}][{LETTER}.-]{{1,30}}"
HOUSE = r"\d{1,3}(?!\d)"
STREET = re.compile(
    rf"(?:^|[^{LETTER}])(?:"
    rf"(?i:ул\.|улиц[аеыу]|мкрн?\.?|микрорайон[еа]?|пр-т\.?|просп\.|проспект[еа]?|переул[а-я]{{1,4}}|пер\.|б-р"
    rf"|бульвар[еа]?|шоссе)"
    rf"\s?[«\"#]?\s?(?:[{CAP}][{LETTER}]|\d)"
    rf"|(?i:ул|пр|пер|мкр|бул)\.?\s[«\"]?[{CAP}][{LETTER}. -]{{1,40}}[«»\",\s]{{1,3}}(?i:д(?:ом|\.)?\s?)?\d"
    rf"|\d{{1,2}}(?:-?й)? ?(?i:мкрн?|микрорайон|квартал)\.?,?\s?(?i:д(?:ом|\.)?\s?)?\d"
    rf"|(?i:комнат[аеы]|ком\.)\s?#?\s?\d"
    rf"|{NAME}\s(?i:көшесі|көш\.|к-сі|даңғылы|д-лы|ықшам ?ауданы|тұйығы|көчөсү|көч\.|проспектиси)"
    rf"|(?i:кв\.?|квартир[аеы]|пәтер|батир)\s?#?\s?\d|\d{{1,4}}[- ]?(?:үй|пәтер|кв\.?)(?:[^{LETTER}]|$)"
    rf"|(?i:(?:дом|д\.)\s?#?\s?\d{{1,4}}[^\d]{{1,6}}(?:кв|корп))"
    rf"|\d{{1,5}}\w?,? [{CAP}][{LETTER}]{{1,30}} (?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?)(?:[^{LETTER}]|$)"
    rf"|(?:Street|Avenue|ulitsa|ul\.|pr\.) [{CAP}\d]|[{CAP}][{LETTER}]{{1,30}} (?i:street|avenue|st|str|ave|ul"
    rf"|pr)\.?,? ?\d"
    rf"|(?i:apt\.?|apartment) ?#?\d|\d kv\.? ?\d"
    rf")"
)
VILLAGE = (
    rf"(?i:сел[оае]|аул[ае]?|пос(?:[её]лок|\.)|пгт|деревн[яие]|ауыл[а-я]{{0,6}}|айыл[а-я]{{0,4}}|кент[а-я]{{0,3}}"
    rf"|village|(?<![{LETTER}])с\.)"
)
HOMESTEAD = re.compile(
    rf"(?i:(?<![{LETTER}])дом[аеу]?\s(?:от|у|возле|около|за|перед|рядом|напротив|позади|семьи|семей)\s)"
    rf"|(?<![{LETTER}])[Дд]ом[аеу]?\s[{CAP}][{LETTER}]{{2,20}}(?:ых|их)(?![{LETTER}])|(?<![{LETTER}])[Дд](?:ом"
    rf"|\.)\s?#?\s?\d"
    rf"|(?i:(?:перв|втор|трет|четв[её]рт|пят|крайн|последн)[а-я]{{1,3}}\sдом(?![{LETTER}]))"
)
IN_VILLAGE = re.compile(VILLAGE)
# Beside a town these are no streets.
NO_STREET = re.compile(
    r"(?i)школ|отдел|суд|интернат|лице|гимнази|больниц|колони|учрежд|пост|полк|дел[оа]|камер|статья|част|форма"
    r"|управлен|департ"
    r"|район|област|полиц|прокур|изолятор|центр|мектеп|сот|бөлім|колония|police|court|school|prison|article|case"
    r"|(?<![^\W_])(?:январ[ья]|феврал[ья]|марта?|апрел[ья]|ма[йя]|июн[ья]|июл[ья]|август|сентябр[ья]|октябр[ья]"
    r"|ноябр[ья]"
    r"|декабр[ья]|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан|january"
    r"|february|march"
    r"|april|may|june|july|august|september|october|november|december)(?![^\W_])"
)
BESIDE_TOWN = re.compile(
    rf"[\s,.;:]{{1,3}}(?P<street>[{CAP}][{LETTER}]{{2,25}}(?:[ -][{LETTER}]{{2,20}}){{0,2}}),? (?i:д(?:ом"
    rf"|\.)? ?)?{HOUSE}[{LETTER}]?(?=$|[\s,.;:/()-])"
)
INDEX = re.compile(rf"(?<!\d)\d{{6}},\s?(?:(?i:г\.|қ\.|гор\.)\s?)?[{CAP}]")


# The quarter of a year, and not of a town.
OF_A_YEAR = re.compile(r"(?i)(?<!\d)[1-4](?:-?[йя])?\s?(?:кв\.?|квартал\w{0,2})\s?(?:19|20)\d\d(?!\d)")


def _address(text: str) -> bool:
    text = OF_A_YEAR.sub(" ", text)
    if STREET.search(text) or INDEX.search(text):
        return True
    if HOMESTEAD.search(text) and IN_VILLAGE.search(text):
        return True
    for town in towns().finditer(text):
        if (street := BESIDE_TOWN.match(text, town.end())) and not NO_STREET.search(street["street"]):
            return True
    return False


# When a person was born --------------------------------------------------------------------

BORN = re.compile(
    r"(?i)(?<![^\W\d_])(?:г\.?\s?р(?:\.|(?![а-яё\w-]))|г/р|г\.\s?рожд|гр\.?(?=\s?\d\d\.)|(?:года|году|год|дата"
    r"|день)\s?рожд\w{0,4}"
    r"|д\.\s?р\.?(?![\w-])|(?<!и )др\.?[\s:]{1,2}(?=\d)|родил(?:ся|ась|ись)|рожд[её]н\w{0,2}|р(?:од)?\.\s?(?=\d)"
    r"|урожд|уроженец|уроженка"
    r"|туған|туылған|туулган|төрөлгөн|ж\.\s?т\.?(?![\w-])|т\.\s?ж\."
    r"|d\.?o\.?b\.?(?![a-z])|born|birth|b\.\s?(?=(?:19|20)\d\d))"
)
BIRTH_YEAR = re.compile(
    r"(?<!\d)(?:19[2-9]\d|20[0-2]\d|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}(?:[0-9]{2})?|[3-9]\d(?=\s?г\.?\s?р))(?!\d)"
)
TENTHS = (
    r"(?:первого|второго|третьего|четв[её]ртого|пятого|шестого|седьмого|восьмого|девятого|десятого|\w{3,9}надцатого"
    r"|\w{4,9}(?:сятого|дцатого)|сорокового|девяностого|\w{0,8}тысячного)"
)
WORDED = re.compile(
    rf"(?i)(?<![^\W_])(?:тысяча\s+девятьсот\s+(?:\w{{3,14}}\s+)?{TENTHS}|{TENTHS}\s+год[ау]\s+рожд\w{{0,4}}"
    r"|nineteen\s+(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)|бір мың тоғыз жүз\s+\w{3,9})"
)
# A day before the first of which an allegation is taken; no law, no convention, and not what programs write for none.
EARLY_DAY = (
    r"(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19[2-8]\d|1990|[3-8]\d|90|2[89])"
    r"|(?:19[2-8]\d|1990)([./-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))"
)
EARLY = re.compile(rf"(?<![\d.,/-]){EARLY_DAY}(?![\d/-]|[.,]\d)")
EARLY_IN_WORDS = re.compile(
    r"(?i)(?<!\d)(?:[1-9]|[012]\d|3[01])\s(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[а-яәіңғүұқөһa-z]{0,9}\.?,?\s(?:19[2-8]\d|1990)(?!\d)"
)
PLACEHOLDER = re.compile(r"0?1[./-]0?1[./-]1970|1970-01-01")
LAW = re.compile(
    r"(?i)закон|кодекс|указ|постановл|конвенц|пакт|декларац|протокол|приказ|резолюц|law|convention|act|code|заң|жарлық"
)


def _birth_date(text: str) -> bool:
    for match in BORN.finditer(text):
        if BIRTH_YEAR.search(text[max(match.start() - 25, 0) : match.end() + 30]):
            return True
    if WORDED.search(text):
        return True
    return any(
        not PLACEHOLDER.fullmatch(match[0]) and not LAW.search(text[max(match.start() - 60, 0) : match.start()])
        for early in (EARLY, EARLY_IN_WORDS)
        for match in early.finditer(text)
    )


def is_plain_early_day(text: str) -> bool:
    """A day before 1991 and nothing else: among the days of a column it is one of them."""
    return bool(EARLY.fullmatch(normal(text)))


# What fits one person only ------------------------------------------------------------------

COUNTED = r"один|одна|дв[ае]|три|четыре|пять|шесть|семь|восемь|девять|десять|перв\w{2}|втор\w{2}"
NUMBER = rf"[\s.:–-]{{0,3}}(?:#|no?\.?|номер|нөмірі)?[\s.:]{{0,2}}(?:\d{{1,3}}(?![\d/])|(?:{COUNTED})(?![^\W_]))"
CELL = re.compile(
    rf"(?i)(?<![^\W_])(?:камер(?:а|е|у|ы|ой|асы|асында|ада)|кам\.|барак[аеу]?|отряд[аеу]?|казарм[аеуы]|палат[аеуы]"
    rf"|бокс[аеу]?|жатақхана"
    rf"|cell|barracks?|ward|dormitory){NUMBER}"
    r"|(?<![\d/-])\d{1,3}(?:-?(?:й|я|ой|ей|ші|шы))?[ -](?:камер(?:а|е|у|ы|ой|асы)|барак[аеу]?|отряд[аеу]?)(?![^\W_])"
)
ROLES = (
    r"председател[ьяюе]|мэр[ауе]?|мэром|аким[ауе]?|акимом|судь(?:я|и|е|ю|[её]й)|прокурор[ауе]?|прокурором"
    r"|начальник[ауе]?|начальником|директор[ауе]?|директором"
    r"|заведующ\w{2,3}|глав[аеуы]|имам[ауе]?|депутат[ауе]?|участков(?:ый|ого|ому|ым)|главврач[ауе]?|врач[ауе]?"
    r"|фельдшер[ауе]?|учител[ьяюе]"
    r"|учительниц\w|психолог[ауе]?|завуч[ауе]?|воспитател[ьяюе]|командир[ауе]?|комендант[ауе]?|почтальон[ауе]?"
    r"|пастор[ауе]?|мулл[аеуы]"
    r"|mayor|akim|judge|prosecutor|head|director|headmaster|imam|teacher|doctor|chief|warden"
)
PLACE = (
    rf"(?:(?i:сел[ао]|аул[ае]?|пос[её]лк[ае]|город[ае]|районе?|р-на|области|сельского округа|станции|школы|колонии"
    rf"|гимназии|лицея|больницы|мечети|of|in)\s?"
    rf"(?:#\s?\d{{1,3}}|[«\"]?{NAME})"
    rf"|(?i:г\.|с\.|п\.|пос\.|пгт\.?|ст\.|а\.)\s?{NAME}"
    rf"|{NAME}(?:ого|ой|его)\s(?i:район|р-на|област|город|сельск|поселк|межрайон|специализ|гарнизон|военн|суд|аул|сел)"
    rf"|{NAME}\s(?i:район|р-на|област|district|region|village|city)"
    r"|[А-ЯA-Z]{2}-\d{2,3}(?:/\d{1,2})?)"
)
ONE_OF_ITS_KIND = re.compile(
    rf"(?<![^\W_])(?i:{ROLES})\s(?:[{LETTER}-]{{2,25}}\s){{0,2}}?{PLACE}"
    rf"|(?<![^\W_])(?i:{ROLES})\s(?:ИВС|СИЗО|СИ|ИК|РОВД|ГОВД|РОП|УП|ОП|ОВД|ДВД|ДП|УВД|КПП|ЦВИАРН|ЦАН|ЛА|ЕЦ|УК"
    rf"|АК)(?![^\W_])[\s,]{{1,2}}\S{{0,3}}\s?[{CAP}\d]"
    rf"|{NAME}\s(?i:ауыл|аудан|қала|облыс|мектеб|айыл|район|шаар)[а-яәіңғүұқөһ]{{0,8}}\s(?:[а-яәіңғүұқөһ]{{2,20}}\s)?"
    r"(?i:әкім|аким|прокурор|директор|судья|дәрігер|имам|мұғалім|басшы|бастығ|баш)[а-яәіңғүұқөһ]{0,6}"
    r"|(?i:(?<![^\W_])единственн\w{2,3}(?!\s(?:случа|эпизод|раз|факт|источник|способ|документ|вывод|доказ))\s\w"
    r"|(?<![^\W_])двойн[яюие]"
    r"|близнец|(?<![^\W_])тройн[яюи]|(?<![^\W_])the only [a-z]|жалғыз\s\w|жалгыз\s\w|егіз(?:дер)?(?![^\W_]))"
)
AGED = re.compile(
    r"(?i)(?<!\d)\d{1,2}(?:[- ]?(?:летн|лет(?![^\W_])|год|жас|year)|-?ти летн)|учени[кц]\w{0,2}|учащ[ие]"
    r"|школьни[кц]|оқушы"
)
SCHOOL = re.compile(
    r"(?i)(?:школ[аеуы]|мектеп|гимнази[яиюе]|лице[йяюе]|интернат[ае]?|колледж[ае]?|детск\w{2} сад\w?|детсад\w?"
    r"|school|балабақша|класс[ае]?)[\s.,:]{0,2}"
    r"(?:(?:#|n|no\.?)\s?)?\d{1,3}|(?<!\d)\d{1,3}[ -](?:школ[аеуы]|мектеп|сынып)"
)
VILLAGE_NAMED = re.compile(
    rf"{VILLAGE}\s?[«\"]?[{CAP}]|(?<![{LETTER}])(?:с|п|а)\.\s?[{CAP}][{LETTER}]{{2}}"
    rf"|[{CAP}][{LETTER}]{{2,20}}\s(?i:ауыл|айыл)"
)


def _one_person(text: str) -> bool:
    """A cell, a barrack, an office that one person holds, a child's age beside a school: all know who is meant."""
    if CELL.search(text) or ONE_OF_ITS_KIND.search(text):
        return True
    marks = [bool(pattern.search(text)) for pattern in (AGED, SCHOOL, VILLAGE_NAMED)]
    return marks[1] and (marks[0] or marks[2])


# The file on a person --------------------------------------------------------------------

BOOK = r"ердр|сдтбт|erdr|куи|жуи|кузи|кусп|кузсп|куис\s?(?=#)|жтз"
CASE_TOLD = re.compile(
    rf"(?i)(?<![^\W_])(?:{BOOK})[^\d\n]{{0,15}}\d{{3}}"
    r"|(?<![^\W_])(?:дел[оауе]м?|іс(?:і|тің)?|материал[аеу]?|case|приговор[ауе]?|протокол[ауе]?|постановлени[еяюи]"
    r"|file)\s"
    r"(?:no\.?\s?|n\s?|#\s{0,2}|номер\s)?(?:\d{1,2}[а-яa-z]?[-–]\d{1,6}[/–-]\d{2,4}|\d{5,18}|\d{1,6}/\d{2,4})(?!\d)"
)
# A court's own number; that of the register of investigations, which has fifteen digits.
CASE_NUMBER = re.compile(
    r"(?i)(?<![\d/-])\d{4}-\d\d-\d\d-\d{1,2}[а-яa-z]{0,2}/\d{1,6}(?!\d)"
    r"|(?<![\d/\w-])[1-9]\d?[а-яa-z]{0,2}-\d{1,5}/(?:20)?[012]\d(?![\d/.-])"
    r"|(?<![\d/.,-])\d{15}(?![\d/-])"
)


RULES: dict[str, Callable[[str], bool]] = {
    "iin": _iin,
    "state_number": _state_number,
    "document": _document,
    "phone": _phone,
    "email": lambda text: bool(EMAIL.search(text)),
    "online": lambda text: bool(ONLINE.search(MAILBOX.sub(" ", text))),
    "plate": _plate,
    "birth_date": _birth_date,
    "name": is_person,
    "address": _address,
    "one_person": _one_person,
    "case_number": lambda text: bool(CASE_TOLD.search(text) or CASE_NUMBER.search(text)),
}
