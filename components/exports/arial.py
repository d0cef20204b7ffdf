"""How wide words are in Arial, on a machine that has no font: what a slide needs to know before it is laid out."""

# ruff: noqa: RUF001 – the letters of three alphabets

import re
from functools import lru_cache

# Letters of Latin, Cyrillic and Kazakh by their width in thousandths of the type's size, bold, rounded up to 20:
# what is measured errs to the wide side, and Liberation Sans is as wide. Any other letter is taken as the widest.
WIDE = {
    240: "'",
    280: " ,./I\\ijl|\xa0‘’Іі",
    340: "!()-:;[]`ft·",
    360: "•",
    400: "*r{}°",
    420: "гғ",
    480: '"',
    500: "z“”„зт",
    520: "кқ",
    560: "#$0123456789J_aceksvxy«»–≈≤≥аесухэәҰұҮү",
    580: "ГҒ",
    600: "+<=>^~×чя",
    620: "?FLTZbdghnopquКТбвийнопрцьҚңөһ",
    640: "ЗУдл",
    680: "EPSVXYЕРХ",
    720: "БДИЙЛПЧЬЭжҺ",
    740: "&ABCDHKNRUАВНСЦЯмъҢ",
    760: "Ә",
    780: "GOQwОӨ",
    840: "MМш",
    860: "Фщыю",
    880: "Ъф",
    900: "%m",
    940: "Ж",
    960: "W",
    980: "Ы",
    1000: "—…",
    1020: "@ШЩ",
    1040: "Ю",
    1120: "№",
}
WIDTH = {letter: width for width, letters in WIDE.items() for letter in letters}
BROAD = 1150
NOT_BOLD = 1 / 1.08  # how much narrower the same words are when not bold


def width(words: str, size: float, *, bold: bool = True) -> float:
    """The width of words of one line, in the unit of `size`."""
    return sum(WIDTH.get(letter, BROAD) for letter in words) / 1000 * size * (1 if bold else NOT_BOLD)


@lru_cache(maxsize=10_000)
def lines(words: str, size: float, room: float, *, bold: bool = True) -> tuple[str, ...]:
    """The words in lines no wider than `room`, as an office program breaks them: between words, else within one."""
    found: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in re.findall(r"[^ ]+ *| +", paragraph):
            if line and width((line + word).rstrip(), size, bold=bold) > room:
                found.append(line.rstrip())
                line = ""
            while word and width(word.rstrip(), size, bold=bold) > room:  # a letter a line where nothing fits
                fits = 1
                while width(word[: fits + 1], size, bold=bold) <= room:
                    fits += 1
                found.append(word[:fits])
                word = word[fits:]
            line += word
        found.append(line.rstrip())
    return tuple(found)
