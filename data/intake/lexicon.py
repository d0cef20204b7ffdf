"""The words of headers and values that are known, and the codes that values mean.

A value is taken whole, never by a part of it, and a misspelt one never when it denies what the known one says.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from data import datasets
from data.intake.fields import Field
from data.intake.values import folded, is_nothing
from data.places import Place, gazetteer, place_words

WORDS = Path(__file__).parent / "words.toml"
# How alike a misspelt value must be to a known one.
NEAR_VALUE = 90.0
# A shorter value may be another word and not a misspelt one.
SHORTEST = 8
# Words of the locales that stand for a code under another name.
ALIASES = {("unit", "people"): "persons", ("unit", "cases_reported"): "cases"}
SECTIONS = {"stage": "outcome"}
ACCENTS = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")
SMALL, LARGE = "a-zа-яёәғқңөұүһіїєґ", "A-ZА-ЯЁӘҒҚҢӨҰҮҺІЇЄҐ"
CAMEL = re.compile(f"(?<=[{SMALL}])(?=[{LARGE}])|(?<=[{LARGE}])(?=[{LARGE}][{SMALL}])")


def suggest_values(about: Field, values: Iterable[str], country: str = "KZ") -> dict[str, tuple[str, float]]:
    """The code, and the score from 90 to 100, of each value that is a known word for it, or that word misspelt.

    A value is compared whole. What is not in the answer is for a person to say.
    """
    words = _lexicon(about, country)
    found = {value: code for value in values if not is_nothing(value) and (code := _code(fold_value(value), words))}
    if about.name == "region":
        # In Kazakh Алматы is the city and the short name of the region; beside «Алматы қаласы» it can't be told.
        shared = _shared_names(country)
        told = {code for value, (code, _) in found.items() if fold_value(value) not in shared}
        found = {
            value: (code, score)
            for value, (code, score) in found.items()
            if fold_value(value) not in shared or code not in told
        }
    return found


def _code(value: str, words: dict[str, frozenset[str]]) -> tuple[str, float] | None:
    if codes := words.get(value):
        return (next(iter(codes)), 100.0) if len(codes) == 1 else None
    if "?" in value or len(value) < SHORTEST:
        return None
    near = [
        (known, score)
        for known, score, _ in process.extract(value, words.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_VALUE, limit=5)
        if _is_misspelt(value, known)
    ]
    codes = frozenset(code for known, _ in near for code in words[known])
    return (next(iter(codes)), min(near[0][1], 99.0)) if len(codes) == 1 else None


def _is_misspelt(value: str, known: str) -> bool:
    """Word for word the same but for a letter or two in a long one; none is added, lost or begins otherwise."""
    ours, theirs = value.split(), known.split()
    if len(ours) != len(theirs) or denials(value) != denials(known):
        return False
    for one, other in zip(ours, theirs, strict=True):
        allowed = 0 if len(other) < 5 or re.search(r"\d", one + other) else 1 if len(other) < 9 else 2
        if one[0] != other[0] or OSA.distance(one, other) > allowed:
            return False
    return True


def denials(text: str) -> int:
    """How many words of a text deny: «не», not, -мады …"""
    said = load_words()["negation"]
    words = fold_value(text).split()
    phrases = [tuple(folded(phrase).split()) for phrase in said["words"]]
    joined, endings = tuple(map(folded, said["joined"])), tuple(map(folded, said["endings"]))
    return sum(
        any(begins_with(words[place:], phrase) for phrase in phrases)
        or (len(word) > 4 and word.startswith(joined))
        or word.endswith(endings)
        for place, word in enumerate(words)
    )


def fold_value(text: str) -> str:
    return folded(text).strip(" .,;:«»\"'“”„!")


def known_values(about: Field, country: str = "KZ") -> dict[str, str]:
    """Every known word for a code of the field, folded as values are -> the code."""
    return {word: next(iter(codes)) for word, codes in _lexicon(about, country).items() if len(codes) == 1}


@cache
def _lexicon(about: Field, country: str) -> dict[str, frozenset[str]]:
    """Every known word for a code of the field -> the codes that it stands for."""
    codes = set(about.codes(country))
    found: dict[str, set[str]] = {fold_value(code): {code} for code in codes}
    section = about.words.split(".")[0]
    inner = f"{country}." if "{country}" in about.words else ""
    for key, text in _locale_words(section):
        root = key.removeprefix(inner)
        if inner and root == key:
            continue
        root = root if root in codes else root.split(".")[0]
        code = ALIASES.get((section, root), root)
        if code in codes and not key.endswith(".in"):
            found.setdefault(fold_value(text), set()).add(code)
    for code, said in load_words().get(SECTIONS.get(section, section), {}).items():
        for words in said if code in codes else ():
            found.setdefault(fold_value(words), set()).add(code)
    if section == "region":
        places = [place for place in gazetteer() if place.code in codes]
        for place in places:
            for name in place.written:
                found.setdefault(fold_value(name), set()).add(place.code)
        written = frozenset(found)
        for place in places:
            for name in map(fold_value, place.bare):
                if name not in written:
                    found.setdefault(name, set()).add(place.code)
    return {words: frozenset(of) for words, of in found.items()}


@cache
def _shared_names(country: str) -> frozenset[str]:
    """Names of one region that are the short name of another: Алматы, Tashkent, Moscow."""
    regions = [place for place in gazetteer() if place.level == "region" and place.country == country]
    written = {fold_value(name): place.code for place in regions for name in place.written}
    bare = {(fold_value(name), place.code) for place in regions for name in place.bare}
    return frozenset(name for name, code in bare if written.get(name, code) != code)


def find_places(text: str, country: str = "") -> list[Place]:
    """The places, of every level and every country or of one, whose whole name the text is; none for a part of one."""
    found = _places_by_name().get(fold_value(text), ())
    return [place for place in found if country in ("", place.country)]


@cache
def _places_by_name() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for place in gazetteer():
        for name in dict.fromkeys(map(fold_value, (*place.written, *place.bare))):
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


@cache
def _locale_words(section: str) -> list[tuple[str, str]]:
    """Key and word of every language for one section of the locales, and for the places that stand in none."""
    found = [
        (key, text)
        for path in sorted(datasets.LOCALES.glob("*/*.toml"))
        for key, text in tomllib.loads(path.read_text("utf8")).get(section, {}).items()
        if isinstance(text, str) and "{" not in text
    ]
    places = [item for language in datasets.LANGUAGES for item in place_words(language).items()]
    return found + [(key.partition(".")[2], text) for key, text in places if key.startswith(f"{section}.")]


def is_no_id(cell: str | None) -> bool:
    """The cell of a column of ids names no case: it is empty, or says that there is no number."""
    return is_nothing(cell) or folded(cell or "") in _words_of_no_number()


@cache
def _words_of_no_number() -> frozenset[str]:
    return frozenset(map(folded, load_words()["no_number"]["words"]))


@cache
def load_words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text("utf8"))


def fold_header(text: str) -> str:
    """A header as it is compared: folded, without accents of Latin letters, «#» as «№», words apart by one space."""
    plain = unicodedata.normalize("NFD", folded(text).replace("#", " № "))
    plain = unicodedata.normalize("NFC", ACCENTS.sub("", plain))
    return " ".join(re.sub(r"[^\w№]+", " ", plain).replace("_", " ").split())


def spellings(header: str) -> set[str]:
    """A header folded as it stands, and with the words of CamelCase apart."""
    return {fold_header(header), fold_header(CAMEL.sub(" ", header))} - {""}


def begins_with(words: list[str], phrase: tuple[str, ...]) -> bool:
    """The words begin with the phrase; the last of it may be the beginning of a word (name*)."""
    if len(words) < len(phrase):
        return False
    *first, last = phrase
    end = words[len(first)]
    return words[: len(first)] == first and (end.startswith(last[:-1]) if last.endswith("*") else end == last)
