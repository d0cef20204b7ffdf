# The letters of two alphabets are the subject here.
"""Names of persons in a text, by what common knowledge says (names.toml): a rare one within a text may be missed."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from data.datasets import LOCALES
from data.intake.letters import CAP, HAS_CYRILLIC, LETTER, folded, normal
from data.places import names_of_places

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
    r"|[а-я]{3,}(?:у?улы|уулу|кызы)(?:н[а-я]{0,3}|м[а-я]{0,2}|г[а-я]|д[а-я]{0,2})?|[а-я]{3,}(?:оглы|оглу|углы)"
    r"|[a-z]{3,}(?:[oe]vich|[oe]v[iy]c|yevich|[oe]vna|yevna|ovitch|uly|ully|uulu|kyzy|kizi|qyzy|qizi|ogly|oglu)"
)
NOT_PATRONYMIC = re.compile(
    "(?:форм|капс|каник|стим|ак|амп|мод|а|пос|тит|разг|прог|патр|ск|пун?кт|к|карт|шк)улы.*|(?:ц|кор)[а-я]*(?:рев|олев)на|july|duly|fully|unruly|bully|[a-z]+fully|truly"
)
# «Кім» («who» in Kazakh) folds to «Ким»: a word of ours does not hide one of these.
KOREAN = "ли|ким|пак|цой|тен|югай|нам|хван|шин"
SURNAME = re.compile(
    r"[а-я]{2,}(?:[ое]в|[ое]в(?:а|ой|у|ым|е|ых|ы)|[иы]н|[иы]н(?:а|ой|у|ым|е)|[сц]к(?:ий|ая|ого|ой|ому|им)|енко|чук|юк|ян|бек|бай|бая|хан|дзе|швили)"
    rf"|{KOREAN}"
    r"|[a-z]{2,}(?:[oey]v|[oey]va|off|eff|[iy]n|[iy]na|sk(?:y|iy|ii|yi|aya|aia)|enko|chuk|yuk|yan|bek|bay|bai|khan|dze|shvili)|kim|li|pak|tsoy"
)
OV = re.compile(r"[а-я]{2,}[ое]ва?|[a-z]{3,}(?:[oe]v|[oe]va|yev|yeva)")
FULL = rf"[{CAP}][{LETTER}]++(?:-[{CAP}][{LETTER}]++)?"
INITIAL = rf"(?:[{CAP}]|Zh|Sh|Ch|Kh|Ts|Yu|Ya|Ye|Дж)"
INITIALS = re.compile(
    rf"(?<![{LETTER}.]){INITIAL}\.\s?{INITIAL}\.\s?(?P<a>{FULL})"
    rf"|(?<![{LETTER}])(?P<b>{FULL})[\s,]{{1,3}}{INITIAL}\.\s?{INITIAL}\.?(?![{LETTER}])"
    rf"|(?<![{LETTER}.]){INITIAL}\.\s?(?P<c>{FULL})"
    rf"|(?<![{LETTER}])(?P<d>{FULL})[\s,]{{1,3}}{INITIAL}(?:\.|\s?[{CAP}]\.?$|$)"
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
# Whose brother he is, and a capital letter behind it.
RELATIVE = re.compile(
    rf"(?:^|[^{LETTER}])(?i:брат|сестр[аы]|сын|доч[ьи]|дочер[ьи]|мат[ьи]|матер[ьи]|от[е]?ц[ау]?|муж|жен[аыу]|супруг[аи]?|внук|внучк[аи]|дяд[яи]"
    rf"|т[её]т[яи]|племянник|племянниц[аы]|ағасы|інісі|әпкесі|қарындасы|анасы|әкесі|күйеуі|жұбайы|баласы|son|daughter|brother|sister"
    rf"|mother|father|wife|husband)(?:\s(?i:заявител[а-я]{{1,3}}|потерпевш[а-я]{{1,4}}|осужд[её]нн[а-я]{{1,3}}|задержанн[а-я]{{1,3}}|of))?"
    rf"\s(?:[–-]\s)?(?P<a>{FULL})"
)
# What stands before a place that has the form of a surname: г. Саратов.
BEFORE_PLACE = frozenset(
    [
        *("г", "гор", "город", "города", "с", "село", "села", "п", "пос", "поселок", "поселка", "аул", "аула"),
        *("им", "имени", "ул", "улица", "улице", "улицы", "пр", "проспект", "район"),
    ]
)
FAMILY = re.compile(r"([а-я]{3,}[ое]в)(?:а|у|ым|е|ой|ых)?|([a-z]{3,}(?:[oe]v|yev))a?")
# Whom or what there are many of: журналистов, отделов.
MANY = re.compile(r".*(?:ник|ист|тор|ент|ант|чик|щик|тель|лог)ов")
# The second halves that Kazakh given names are put together with: beside a surname they make a name.
CHILD_OF = frozenset(
    [
        *("улы", "уулу", "угли", "кызы", "оглы", "оглу"),
        *("uly", "uulu", "ugli", "kyzy", "kizi", "qyzy", "qizi", "ogly"),
    ]
)
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
    towns: re.Pattern[str]
    town_names: str
    headers: dict[str, tuple[frozenset[str], re.Pattern[str]]]
    beginnings: tuple[str, str]
    place_headers: frozenset[str]
    beside_place: frozenset[str]
    place_kinds: frozenset[str]
    place_names: frozenset[str]


def _latin(word: str) -> str:
    """A Latin spelling of a name with the ways of spelling it made one: Zhanar, Janar; Aygul, Aigul."""
    word = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn").replace(
        "\u0131", "i"
    )
    word = LATIN.sub(lambda match: LATIN_TO[match[0]], word)
    return re.sub(r"(.)\1+", r"\1", re.sub("i(?=[aeuo])", "", word))


def _spelled(word: str, sounds: dict[str, str]) -> str:
    return "".join(sounds.get(letter, letter) for letter in folded(word))


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
# The engine gives a pattern 8 MB; one of all names to their ends, in all spellings, needs more: fifty times slower.
BEGINNING = 6


def known_words() -> frozenset[str]:
    """Whole cells, folded, that are codes of ours in words: they point to nobody."""
    return _words().known


def headers() -> dict[str, tuple[frozenset[str], re.Pattern[str]]]:
    """Kind -> headers that say it, folded: whole ones, and what stands in one."""
    return _words().headers


def is_place_header(header: str) -> bool:
    """A folded header says that its column holds places, and nothing else: «City or county», «Населенный пункт»."""
    said = header.split()
    words = _words()
    return any(word in words.place_headers for word in said) and all(
        word in words.place_headers or word in words.beside_place for word in said
    )


def is_place(cell: str) -> bool:
    """The whole cell is the name of a known place, or says itself that it is a city, a district or the like."""
    words = _words()
    said = folded(cell).strip(" .,;")
    return said in words.place_names or any(word in words.place_kinds for word in WORD.findall(said))


def beginnings() -> tuple[str, str]:
    """How given names begin, as branches of patterns: Russian and Kazakh ones, folded; Latin ones, in small letters."""
    return _words().beginnings


def town_names() -> str:
    """The towns as branches of a pattern."""
    return _words().town_names


def towns() -> re.Pattern[str]:
    """A town of Kazakhstan or its neighbours, by name."""
    return _words().towns


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
    common = {word for text in known for word in WORD.findall(text)} - given - set(KOREAN.split("|"))
    common |= {folded(word) for word in told["not_surnames"].split()}

    def stems(words: list[str]) -> re.Pattern[str]:
        parts = [re.escape(folded(word)).replace(r"\*", "[^ ]*") for word in words]
        return re.compile(f"(?:^| )(?:{'|'.join(parts) or '(?!)'})(?: |$)")

    headers = {
        kind: (frozenset(folded(word) for word in words["whole"]), stems(words["holds"]))
        for kind, words in told["headers"].items()
    }
    # The last vowel changes with the case: Мария, Марии.
    cyrillic = {(name[:-1] if name[-1] in "ая" else name)[:BEGINNING] for name in given}
    roman = {"".join(ROMAN_WAYS.get(letter, letter) for letter in _spelled(name, SOUNDS)[:4]) for name in given}
    roman |= {name[:4] for name in western}
    towns = "|".join(sorted(map(re.escape, told["towns"].split()), key=len, reverse=True))
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
        re.compile(rf"(?<![{LETTER}])(?:{towns})(?: (?:қ\.|қаласы|г\.|ш\.|шаары))?(?![{LETTER}])", re.I),
        towns,
        headers,
        ("|".join(sorted(cyrillic)), "|".join(sorted(roman))),
        frozenset(map(folded, told["place_headers"].split())),
        frozenset(map(folded, told["beside_place"].split())),
        frozenset(map(folded, told["place_kinds"].split())),
        frozenset(folded(normal(name)) for name in names_of_places()),
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


@dataclass(frozen=True)
class _Told:
    """A text by its words: how each is folded, the given name that it is, and whether it is large or a surname."""

    text: str
    found: list[re.Match[str]]
    plain: list[str]
    fold: list[str]
    given: list[str]
    sure: list[bool]
    big: list[bool]
    surname: list[bool]


def _tell(text: str) -> _Told:
    words = _words()
    text = words.places.sub(" ; ", text)
    found = list(WORD.finditer(text))
    plain = [match[0].lower() for match in found]
    fold = [folded(word) for word in plain]
    given = [_is_given(f, p) if len(f) > 1 else "" for f, p in zip(fold, plain, strict=True)]
    sure = [(g in words.given or g in words.plain) and g not in words.also for g in given]
    big = [match[0][0].isupper() for match in found]
    surname = [f not in words.common and bool(SURNAME.fullmatch(f.split("-")[-1])) for f in fold]
    return _Told(text, found, plain, fold, given, sure, big, surname)


def is_person(text: str) -> bool:
    """A name of a person: a patronymic, a given name beside a surname, initials, or one alone in its cell."""
    told = _tell(text)
    return _is_full(told) or _is_name_like(told)


def is_full_name(text: str) -> bool:
    """A name that no place has: a patronymic, a given name beside a surname, initials, a form of address."""
    return _is_full(_tell(text))


def _is_full(told: _Told) -> bool:
    text, found, fold = told.text, told.found, told.fold
    given, sure, big, surname = told.given, told.sure, told.big, told.surname
    for place, word in enumerate(fold):
        for part in word.split("-"):
            if PATRONYMIC.fullmatch(part) and not NOT_PATRONYMIC.fullmatch(part):
                return True
        if place and word in CHILD_OF and (given[place - 1] or big[place - 1]):
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
    words = _words()
    for match in chain(ADDRESSED.finditer(text), RELATIVE.finditer(text)):
        if len(match["a"]) > 2 and not match["a"].isupper() and folded(match["a"]) not in words.common:
            return True
    for match in ROLE.finditer(text):
        word = folded(match["a"])
        if len(word) > 4 and word not in words.common and SURNAME.fullmatch(word.split("-")[-1]):
            return True
    return False


def _is_name_like(told: _Told) -> bool:
    """One word in the form of a name, or several of which one is: a place may be called so too."""
    text, found, plain, fold = told.text, told.found, told.plain, told.fold
    given, sure, big = told.given, told.sure, told.big
    words = _words()
    if _has_family(text, found, fold):
        return True
    if len(found) == 1 and len(text.strip(" .,;«»\"'()")) == len(found[0][0]):
        return sure[0] or (
            big[0] and len(fold[0]) > 4 and fold[0] not in words.common and bool(OV.fullmatch(fold[0].split("-")[-1]))
        )
    if len(found) in {2, 3} and all(big) and sum(map(len, plain)) + 6 > len(text):
        # A surname of the commonest form, or a given name, and nothing beside it but words that are no code of ours.
        ours = any(f in words.common or len(f) < 2 for f, g in zip(fold, given, strict=True) if not g)
        compound = any(len(f) > 6 and f not in words.common and COMPOUND.fullmatch(f) for f in fold)
        family = any(len(f) > 4 and f not in words.common and OV.fullmatch(f.split("-")[-1]) for f in fold)
        if not ours and (family or compound or any(sure) or any(p in words.western for p in plain)):
            return True
    return any(sure[place] and big[place] for place in range(len(found)))


def _has_family(text: str, found: list[re.Match[str]], fold: list[str]) -> bool:
    """A word in the commonest form of a surname, in any case, written large in the middle of a text."""
    for place, (match, word) in enumerate(zip(found, fold, strict=True)):
        if not place or not match[0][0].isupper() or match[0].isupper() or fold[place - 1] in BEFORE_PLACE:
            continue
        end = text[: match.start()].rstrip()[-1:]
        part = FAMILY.fullmatch(word.split("-")[-1])
        if part is None or len(word) < 6 or end in {*'.!?«"'} or MANY.fullmatch(word):
            continue
        if not {word, part[1], part[2]} & _words().common:
            return True
    return False


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
