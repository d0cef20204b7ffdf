# The letters of two alphabets are the subject here.
# ruff: noqa: RUF001
"""What DuckDB looks for first: conditions on a cell that are wider than the rules and made of the same patterns.

A column of ten million ids must cost nothing but one pass for the gate; Python judges only what comes through.
"""

import re
from dataclasses import dataclass
from functools import cache

from data.intake import rules
from data.intake.letters import CAP, LETTER
from data.intake.names import beginnings, town_names


@dataclass(frozen=True)
class Conditions:
    """SQL over `cell`. `gate`: what all others need, and cheap; `signs`: what hangs on its digits; `people`: names,
    places and what else cells that differ in digits alone share; `numbers`: those that a check digit alone tells.
    """

    gate: str
    signs: str
    people: str
    numbers: str

    @property
    def any(self) -> str:
        """Whether a cell may hold anything that no other cell of its column tells."""
        return f"{self.gate} and ({self.signs} or {self.people})"


PEOPLE = [
    rf"(?i:[{LETTER}]{{3}}(?:[ое]вич|[ое]вн|ичн[аыеу]|ильич|[уұ]лы|[кқ]ызы|оглы|углы))",
    rf"(?i:[{LETTER}]{{3}}(?:[oey]vich|[oe]v[iy]c|[oey]vna|ovitch|ully?|uly|k[iy]zy|q[iy]zy|ogl[yu]))",
    rf"(?i:[{LETTER}] (?:[уұ]лы|уулу|угли|[кқ]ызы|огл[ыу]|uly|uulu|ugli|k[iy]zy|q[iy]zy|ogly))",
    rf"(?:[{CAP}]|Zh|Sh|Ch|Kh|Ts|Yu|Ya|Ye|Дж)\. ?[{CAP}]|[{LETTER}]{{2}}[ ,]+[{CAP}](?:\.| ?[{CAP}]\.?$|$)",
    rf"(?:^|[^{LETTER}])[{CAP}][{LETTER}]*(?i:[ое]в(?:а|у|ым|е|ой|ых)?|[oe]va?)(?:[^{LETTER}]|$)",
    rf"(?i:(?:^|[^{LETTER}])(?:гр-|гр\.|граждан|г-[нж]|азаматша|mr|mrs|ms|потерп|постра|заявит|осужд|задерж|подозр"
    rf"|следов|адвокат|судь|полков|майор|капит|тергеуші|жәбірл|сотталған|ұсталған|арыз"
    rf"|брат|сестр|сын|доч|мат[ье]|отец|отц|муж|жен[аыу]|супруг|внук|внучк|дяд|т[её]т|племян|ағасы|інісі|әпкесі|қарындас|анасы"
    rf"|әкесі|күйеуі|жұбайы|баласы|son|daughter|brother|sister|mother|father|wife|husband"
    rf"|victim|lawyer|investi|judge|detain|convict)[{LETTER}.]* )",
    r"(?i:бек|жан|гүл|гул|[ғг]али|[қк]али|м[ұу]рат|[ғг]азы|герей|керей|болат|м[ұу]хам|берген|с[ұу]лтан|тілек|тилек|байрам)",
    r"(?i:bek|zhan|jan|gul|gali|kali|murat|gazy|gerey|bolat|mukham|bergen|sultan)",
]
# The cell as `letters.folded` makes it.
FOLDED = "replace(translate(lower(cell), 'әғқңөұүһіёьъ', 'агкноуухие'), 'дж', 'ж')"


S = r"[\s.,;·•|/\\_*–—-]{0,3}"
DAY = f"(?:0{S}[1-9]|[12]{S}[0-9]|3{S}[01])"
MONTH = f"(?:0{S}[1-9]|1{S}[0-2])"
IIN = f"(?:^|[^0-9])[0-9]{S}[0-9]{S}{MONTH}{S}{DAY}{S}[1-6](?:{S}[0-9]){{5}}(?:[^0-9]|$)"
PIN = f"(?:^|[^0-9])[12]{S}{DAY}{S}{MONTH}{S}(?:1{S}9|2{S}0){S}[0-9]{S}[0-9](?:{S}[0-9]){{5}}(?:[^0-9]|$)"
ODD = r"[^\t\n\r -~Ѐ-ӿ«»№–—−…“”„’]|[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]|[Ѐ-ӿ][03][Ѐ-ӿ]"
# A letter in the place of a digit, and the length of a number that is somebody's.
LETTER_FOR_DIGIT = "[0-9][OoОоIlІіiЗзБбВBSsZz]|[OoОоIlІі][0-9]"
LONG_NUMBER = r"(?:[0-9OoОоIlІіiЗзБбВBSsZz][ ().\-–—_/]{0,3}){9}"
DICTATED = "(?i:восемь|восемьсот|семьсот|девятьсот|пятьсот|ноль|нуль|плюс семь|сегіз|сегиз|жеті жүз|eight|seven|zero)"


@cache
def conditions() -> Conditions:
    """The conditions, made once. RE2 takes one pass for a pattern of many branches."""
    number_signs = [
        *(ODD, "@", IIN, PIN, rules.PHONE, f"{LETTER_FOR_DIGIT}", "[0-9]{6}[XxХх*•_?]"),
        *map(_wide, (rules.SNILS, rules.DOCUMENT, rules.PLATE)),
        f"(?:^|[^0-9.,/-]){widen(rules.EARLY_DAY)}(?:[^0-9/-]|$)",
    ]
    told_signs = [
        *map(_wide, (rules.IIN_TOLD, rules.STATE_TOLD, rules.TOLD, rules.EMAIL, rules.ONLINE, rules.PLATE_TOLD)),
        *map(_wide, (rules.EARLY_IN_WORDS, rules.WORDED)),
        f"{_wide(rules.TOLD_DOCUMENT)}(?s:.*)[0-9]",
        f"{_wide(rules.BORN)}(?s:.*)[0-9]{{2}}|[0-9]{{2}}(?s:.*){_wide(rules.BORN)}",
        DICTATED,
    ]
    other = [
        *map(_wide, (rules.STREET, rules.INDEX, rules.HOMESTEAD, rules.CELL, rules.ONE_OF_ITS_KIND, rules.SCHOOL)),
        *map(_wide, (rules.CASE_TOLD, rules.CASE_NUMBER)),
        rf"(?i:{town_names()})[^\n]{{1,3}}[{CAP}][^\n]*[0-9]",
    ]
    gate = _any_of(
        [
            *number_signs,
            _wide(rules.CASE_NUMBER),
            f"[{LETTER}]{{3}}",
            f"[{LETTER}][./]",
            f"[{LETTER}]{{2}}(?:[ ,0-9]|$)",
        ]
    )
    disguised = f"({_any_of([LETTER_FOR_DIGIT])} and {_any_of([LONG_NUMBER])})"
    exact = [part for part in number_signs if part != LETTER_FOR_DIGIT]
    return Conditions(
        gate,
        f"({_any_of(exact)} or {_any_of(told_signs)} or {disguised})",
        f"({_any_of(PEOPLE)} or {_any_of(other)} or {_is_given()})",
        _any_of(
            [
                *("^[^0-9]{0,3}[0-9]{10,12}[^0-9]{0,3}$", "(?:^|[^0-9])[0-9]{11,12}(?:[^0-9]|$)"),
                *(f"[0-9]{{{size}}}(?:[ .-][0-9]{{{size}}}){{{12 // size - 1}}}" for size in (3, 4, 6)),
            ]
        ),
    )


def _is_given() -> str:
    cyrillic, latin = beginnings()
    return (
        f"regexp_matches({FOLDED}, '(?:^|[^a-zа-я])(?:{cyrillic})') "
        f"or regexp_matches(lower(cell), '(?:^|[^{LETTER}])(?:{latin})')"
    )


def _wide(pattern: re.Pattern[str]) -> str:
    return widen(pattern.pattern)


def _any_of(branches: list[str]) -> str:
    return "regexp_matches(replace(cell, '№', ' # '), '" + "|".join(branches).replace("'", "''") + "')"


NAMED = re.compile(r"\(\?P<\w+>")
LOOKAROUND = re.compile(r"\(\?<?[=!]")
IN_CLASS = {r"\d": "0-9", r"\w": f"0-9{LETTER}_", r"\s": r"\s"}
ALONE = {r"\d": "[0-9]", r"\w": f"[0-9{LETTER}_]", r"\W": f"[^0-9{LETTER}_]"}
WHOLE_CLASS = {r"[^\W_]": f"[0-9{LETTER}]", r"[^\W\d_]": f"[{LETTER}]", r"[^\W\d]": f"[{LETTER}_]"}
PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[0-9,]+\}|.", re.DOTALL)
LONG = 6


def widen(pattern: str) -> str:
    """A pattern for RE2 that matches wherever the Python one does: without what looks around and goes back.

    RE2 knows \\w for ASCII alone; long counted repeats make its automaton large. «#» stands for «№» too.
    """
    is_small = pattern.startswith("(?i)")
    pattern = _without_lookarounds(NAMED.sub("(?:", pattern.removeprefix("(?i)")))
    wide: list[str] = []
    for part in PART.findall(pattern):
        if part in WHOLE_CLASS:
            wide.append(WHOLE_CLASS[part])
        elif part[0] == "[" and len(part) > 1:
            wide.append(re.sub(r"\\[dws]", lambda match: IN_CLASS[match[0]], part))
        elif part in ALONE:
            wide.append(ALONE[part])
        elif re.fullmatch(r"\\[1-9]", part):
            wide.append("[./-]")  # the mark of a date again
        elif part == "#":
            wide.append(r"(?:\s*#\s*)")
        elif part[0] == "{" and len(part) > 1:
            low, _, high = part[1:-1].partition(",")
            wide.append(part if not high or int(high) < LONG else "*" if low == "0" else "+")
        elif part == "+" and wide and wide[-1][-1] in "+*?}" and wide[-1] not in {r"\+", r"\*", r"\?"}:
            continue  # possessive
        else:
            wide.append(part)
    return f"(?i:{''.join(wide)})" if is_small else f"(?:{''.join(wide)})"


def _without_lookarounds(pattern: str) -> str:
    parts, kept, depth, gone_at = PART.findall(pattern), [], 0, 0
    for at, part in enumerate(parts):
        if part == "(":
            depth += 1
            if not gone_at and LOOKAROUND.match("".join(parts[at : at + 4])):
                gone_at = depth
        if not gone_at:
            kept.append(part)
        if part == ")":
            if gone_at == depth:
                gone_at = 0
            depth -= 1
    return "".join(kept)


DIGIT_IN_PATTERN = re.compile(r"\\.|\{[0-9,]+\}|\[\^?(?:\\.|[^\]\\])*\]|[0-9]")


def any_digit(pattern: str) -> str:
    """The pattern for texts whose digits were all made 0: what finds the text as it was finds it still."""

    def wider(match: re.Match[str]) -> str:
        part = match[0]
        if part.startswith("[") and not part.startswith("[^") and re.search("[0-9]", part):
            return "[0" + part[1:]
        return "0" if len(part) == 1 else part

    return DIGIT_IN_PATTERN.sub(wider, pattern)
