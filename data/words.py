"""The words of the three languages, as the locales hold them: pages, exports and shells say the same."""

import re
import tomllib
from functools import cache

from data.places import LOCALES, place_words

NBSP = "\u00a0"
# In Russian and Kazakh a number keeps what it counts beside it at the end of a line, and its ending; so does an
# abbreviation. The locales are typed with plain spaces and hyphens and set here; gaps for numbers have theirs by hand.
LOOSE_SPACE = re.compile(r"(?<=\d) (?=[^\W\d_]|%|\d{3}(?!\d))|(?<=№) (?=\d)")
LOOSE_HYPHEN = re.compile(r"(?<=[\d%)}A-Za-zА-ЯЁӘҒҚҢӨҰҮҺІ])-(?=[а-яәғқңөұүһі])")


def typeset(sentence: str, language: str) -> str:
    """The sentence with spaces and hyphens that do not break where the language forbids it."""
    if language == "en":
        return sentence
    return LOOSE_HYPHEN.sub("\N{NON-BREAKING HYPHEN}", LOOSE_SPACE.sub(NBSP, sentence))


@cache
def words(language: str) -> dict[str, str]:
    """Every `section.key` of a language and its words."""
    found: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.toml")):
        for section, entries in tomllib.loads(path.read_text("utf8")).items():
            for key, word in entries.items():
                if f"{section}.{key}" in found:
                    raise ValueError(f"{path.name} says {section}.{key} again")
                found[f"{section}.{key}"] = typeset(word, language)
    return {key: typeset(word, language) for key, word in place_words(language).items()} | found


def fill_words(key: str, **values: object) -> str:
    """The English words of `section.key`, as shells say them, `{names}` filled in."""
    return words("en")[key].format(**values) if values else words("en")[key]
