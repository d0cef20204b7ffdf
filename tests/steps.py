"""How many steps a backtracking matcher takes for a pattern: counted, so that no other program disturbs it.

Python's own matcher can't be counted. This one walks the same parsed pattern in the same order, a step for each letter
that is looked at; it knows what our patterns use, and says so when it meets anything else.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Then = Callable[[int], int]  # where the match ends, -1 for none
Matcher = Callable[[int, Then], int]
IGNORED = re.IGNORECASE


@contextmanager
def deep() -> Iterator[None]:
    """The matcher calls itself for each part of a match."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


class Counter:
    """One pattern; `search` and `fullmatch` give the number of steps that they take."""

    def __init__(self, pattern: re.Pattern[str]):
        self.steps = 0
        self.text = ""
        self.groups: dict[int, str] = {}
        self.matcher = self._sequence(parser.parse(pattern.pattern, pattern.flags), pattern.flags)

    def search(self, text: str) -> int:
        """Steps to find every match, as finditer and sub do."""
        self.text, self.steps, place = text, 0, 0
        with deep():
            while place <= len(text):
                end = self.matcher(place, lambda end: end)
                place = max(end, place + 1)
        return self.steps

    def fullmatch(self, text: str) -> int:
        """Steps to match the whole text, or not."""
        return self.match(text, lambda end: end if end == len(text) else -1)

    def match(self, text: str, then: Then = lambda end: end) -> int:
        """Steps to match the beginning of the text, or not."""
        self.text, self.steps = text, 0
        with deep():
            self.matcher(0, then)
        return self.steps

    def _sequence(self, nodes: Any, flags: int) -> Matcher:
        matchers = [self._node(kind, about, flags) for kind, about in nodes]

        def run(at: int, place: int, then: Then) -> int:
            if at == len(matchers):
                return then(place)
            return matchers[at](place, lambda end: run(at + 1, end, then))

        return lambda place, then: run(0, place, then)

    def _node(self, kind: Any, about: Any, flags: int) -> Matcher:
        if kind in {op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN}:
            return self._letter(kind, about, flags)
        if kind is op.BRANCH:
            branches = [self._sequence(branch, flags) for branch in about[1]]
            return lambda place, then: next((end for branch in branches if (end := branch(place, then)) >= 0), -1)
        if kind is op.SUBPATTERN:
            group, added, removed, inner = about
            return self._group(group, self._sequence(inner, (flags | added) & ~removed))
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            return self._repeat(kind, about, flags)
        if kind is op.ATOMIC_GROUP:
            atom = self._sequence(about, flags)
            return lambda place, then: then(end) if (end := atom(place, lambda end: end)) >= 0 else -1
        if kind in {op.ASSERT, op.ASSERT_NOT}:
            return self._looked_around(kind, about, flags)
        if kind is op.AT:
            return self._edge(about)
        if kind is op.GROUPREF:
            return self._again(about)
        raise NotImplementedError(kind)

    def _letter(self, kind: Any, about: Any, flags: int) -> Matcher:
        known: dict[str, bool] = {}

        def holds(letter: str) -> bool:
            self.steps += 1
            if letter not in known:
                known[letter] = _is_letter(kind, about, letter, flags)
            return known[letter]

        def matched(place: int, then: Then) -> int:
            return then(place + 1) if place < len(self.text) and holds(self.text[place]) else -1

        matched.holds = holds  # type: ignore[attr-defined]
        return matched

    def _group(self, group: int | None, inner: Matcher) -> Matcher:
        def matched(place: int, then: Then) -> int:
            def kept(end: int) -> int:
                if group:
                    self.groups[group] = self.text[place:end]
                return then(end)

            return inner(place, kept)

        return matched

    def _repeat(self, kind: Any, about: Any, flags: int) -> Matcher:
        low, high, (item,) = about[0], about[1], [about[2]]
        matcher = self._sequence(item, flags)
        one = self._node(*item[0], flags) if len(item) == 1 else None
        if one is not None and hasattr(one, "holds"):
            return self._letters(kind, low, int(high), one.holds)

        def again(place: int, times: int, then: Then) -> int:
            self.steps += 1
            more = times < int(high)
            if kind is op.MIN_REPEAT and times >= low and (end := then(place)) >= 0:
                return end
            if more:
                end = matcher(place, lambda end: again(end, times + 1, then) if end > place or times < low else -1)
                if end >= 0:
                    return end
            return then(place) if times >= low and kind is not op.MIN_REPEAT else -1

        if kind is op.POSSESSIVE_REPEAT:
            return lambda place, then: then(end) if (end := again(place, 0, lambda end: end)) >= 0 else -1
        return lambda place, then: again(place, 0, then)

    def _letters(self, kind: Any, low: int, high: int, holds: Callable[[str], bool]) -> Matcher:
        def matched(place: int, then: Then) -> int:
            most = place
            while most < len(self.text) and most - place < high and holds(self.text[most]):
                most += 1
            if most - place < low:
                return -1
            if kind is op.POSSESSIVE_REPEAT:
                return then(most)
            ends: Iterator[int] = iter(range(most, place + low - 1, -1))
            if kind is op.MIN_REPEAT:
                ends = iter(range(place + low, most + 1))
            for end in ends:
                self.steps += 1
                if (found := then(end)) >= 0:
                    return found
            return -1

        return matched

    def _looked_around(self, kind: Any, about: Any, flags: int) -> Matcher:
        direction, inner = about
        matcher, (low, high) = self._sequence(inner, flags), inner.getwidth()
        wanted = kind is op.ASSERT

        def matched(place: int, then: Then) -> int:
            if direction > 0:
                held = matcher(place, lambda end: end) >= 0
            else:
                assert low == high
                held = place >= low and matcher(place - low, lambda end: end if end == place else -1) >= 0
            return then(place) if held is wanted else -1

        return matched

    def _edge(self, about: Any) -> Matcher:
        def matched(place: int, then: Then) -> int:
            self.steps += 1
            if about in {op.AT_BEGINNING, op.AT_BEGINNING_STRING}:
                holds = place == 0
            elif about is op.AT_END:
                holds = place == len(self.text) or self.text[place:] == "\n"
            elif about is op.AT_END_STRING:
                holds = place == len(self.text)
            else:
                sides = [self.text[at : at + 1] for at in (place - 1, place) if at >= 0]
                is_boundary = len({bool(re.match(r"\w", side)) for side in sides}) == 2
                holds = is_boundary is (about is op.AT_BOUNDARY)
            return then(place) if holds else -1

        return matched

    def _again(self, group: int) -> Matcher:
        def matched(place: int, then: Then) -> int:
            words = self.groups.get(group, "")
            self.steps += len(words) + 1
            return then(place + len(words)) if self.text.startswith(words, place) else -1

        return matched


def _is_letter(kind: Any, about: Any, letter: str, flags: int) -> bool:
    letters = {letter, letter.lower(), letter.upper()} if flags & IGNORED else {letter}
    if kind is op.ANY:
        return letter != "\n" or bool(flags & re.DOTALL)
    if kind is op.LITERAL:
        return any(ord(one) == about for one in letters if len(one) == 1)
    if kind is op.NOT_LITERAL:
        return not any(ord(one) == about for one in letters if len(one) == 1)
    wanted = not (about and about[0][0] is op.NEGATE)
    return any(_is_in(part, value, one) for part, value in about for one in letters if len(one) == 1) is wanted


CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _is_in(part: Any, value: Any, letter: str) -> bool:
    if part is op.NEGATE:
        return False
    if part is op.LITERAL:
        return ord(letter) == value
    if part is op.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return bool(re.match(CATEGORIES[value], letter))


EXAMPLES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_WORD: ".",
}


def words_of(pattern: re.Pattern[str]) -> list[str]:
    """Letters, and words, that the pattern speaks of: what a text to make it slow is made of."""
    found: dict[str, None] = {}

    def look(nodes: Any) -> None:
        word = ""
        for kind, about in nodes:
            if kind is op.LITERAL:
                word += chr(about)
                continue
            if word:
                found.setdefault(word)
                found.setdefault(word[0])
                word = ""
            if kind is op.IN:
                for part, value in about:
                    if part is op.LITERAL:
                        found.setdefault(chr(value))
                    elif part is op.RANGE:
                        found.setdefault(chr(value[0]))
                    elif part is op.CATEGORY:
                        found.setdefault(EXAMPLES[value])
            for inner in _inner(kind, about):
                look(inner)
        if word:
            found.setdefault(word)
            found.setdefault(word[0])

    look(parser.parse(pattern.pattern, pattern.flags))
    return list(found)


def _inner(kind: Any, about: Any) -> list[Any]:
    if kind is op.BRANCH:
        return list(about[1])
    if kind is op.SUBPATTERN:
        return [about[3]]
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        return [about[2]]
    if kind is op.ATOMIC_GROUP:
        return [about]
    return [about[1]] if kind in {op.ASSERT, op.ASSERT_NOT} else []
