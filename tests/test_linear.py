"""Does a cell, a header or a date cost a time that grows as its length does? Steps are counted, no clock is read."""

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from types import FrameType

import pytest

from data.intake import rules
from data.intake.suggesting import suggest_columns
from data.intake.values import period
from tests.steps import Counter, words_of

# Twice the length takes about twice the steps; a pattern that goes back over what it read takes four times as many.
LENGTH, MOST = 100, 2.9
TEXTS = 10
AROUND = (("", "\0"), ("a1", "a1"))
MODULES = (
    *("data.toml", "data.intake.letters", "data.intake.names", "data.intake.rules", "data.intake.screen"),
    *(
        *(
            f"data.intake.reading.{name}"
            for name in ("file", "encoding", "marks", "dialect", "records", "pieces", "workbook")
        ),
        "data.intake.suggesting",
        "data.intake.lexicon",
        "data.intake.totals",
        "data.intake.checking",
        "components.filters",
    ),
)


# The first quote that is not closed ends the search (test_toml.py).
ONE_MATCH = {("data.toml", "STRING")}


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Every pattern of these modules, and whether it is looked for within a text, or is to be the whole of it."""
    for module in map(importlib.import_module, MODULES):
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and f"\n{name} = " in source:
                if (module.__name__, name) in ONE_MATCH:
                    continue
                uses = "|".join(re.findall(rf"\b{name}\.(\w+)\(", source))
                yield (
                    f"{module.__name__}.{name}",
                    value,
                    bool(re.search("search|finditer|findall|sub|split", uses or "search")),
                )

    yield from within_functions()


def within_functions() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Patterns that stand where they are used; those put together of local names are bounded by their callers."""
    for module in map(importlib.import_module, MODULES):
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("re.") and call.args):
                continue
            use, words = ast.unparse(call.func)[3:], call.args[0]
            if use in {"sub", "search", "findall", "split", "match", "fullmatch", "finditer"}:
                try:
                    said = eval(compile(ast.Expression(words), "", "eval"), dict(vars(module)))
                except NameError:
                    continue
                if isinstance(said, str):
                    yield f"{module.__name__}:{call.lineno}", re.compile(said), "match" not in use


def slow_texts(pattern: re.Pattern[str]) -> list[Callable[[int], str]]:
    """Texts of any length of what the pattern speaks of: one word again and again, two in turn, one behind another."""
    words = words_of(pattern)
    pairs = [(one, other) for one in words for other in words if one != other]
    chosen = pairs[:: max(len(pairs) // TEXTS, 1)]
    made = [
        *(("", word) for word in words[:: max(len(words) // TEXTS, 1)]),
        *(("", one + other) for one, other in chosen),
        *chosen,
    ]

    def text(begin: str, again: str, end: str) -> Callable[[int], str]:
        return lambda length: begin + (again * length)[:length] + end

    return [text(before + begin, again, end) for begin, again in made for before, end in AROUND]


@pytest.mark.parametrize(("pattern", "is_searched"), [pytest.param(p, s, id=name) for name, p, s in patterns()])
def test_a_pattern_takes_steps_as_many_as_its_text_has_letters(pattern, is_searched):
    counter = Counter(pattern)
    count = counter.search if is_searched else counter.fullmatch
    for text in slow_texts(pattern):
        few, many = count(text(LENGTH)), count(text(2 * LENGTH))
        assert many <= MOST * max(few, LENGTH), text(12)


# A cell --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", ["а", "1", "а ", "Аа", "1 ", "(", "@", "А.", "a.", "1-", "\u0301", "ٱ", "Иванов Иван, "]
)
def test_a_long_cell_is_judged_in_pieces_as_many_as_it_is_long(monkeypatch, again):
    judged: list[int] = []
    for name in rules.RULES:
        monkeypatch.setitem(rules.RULES, name, lambda text: bool(judged.append(len(text))))
    whole = (again * 12_000)[:12_000]
    read = {}
    for length in (6_000, 12_000):
        judged.clear()
        assert rules.kinds(whole[:length]) == []
        read[length] = sum(judged)
        # A sign may become several when it is made plain; a piece is a piece all the same.
        assert max(judged, default=0) <= 4 * (rules.PIECE + rules.LAP)
    assert read[12_000] <= 2.1 * max(read[6_000], 1)


@pytest.mark.parametrize("place", [0, 400, 590, 600, 610, 640, 700, 759, 760, 1_190, 2_000])
@pytest.mark.parametrize(
    ("kind", "cell"), [("iin", "850714403217"), ("name", "Ахметов Серік Болатұлы"), ("phone", "+7 701 234 56 78")]
)
def test_what_stands_anywhere_in_a_long_cell_is_found(kind, cell, place):
    before = ("и так далее " * 300)[:place]
    assert kind in rules.kinds(f"{before} {cell} {'и тому подобное ' * 100}")


def test_the_cut_makes_no_number_out_of_a_longer_one():
    digits = "850714403217"
    for pad in range(700, 800, 7):
        assert "iin" not in rules.kinds("а " * (pad // 2) + "5" * (pad % 7) + digits * 4 + " и так далее" * 80)


# A date, a header ----------------------------------------------------------------------


def calls(do: Callable[[], object], of: str) -> int:
    """How often functions of a file are called meanwhile."""
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal counted
        counted += event == "call" and frame.f_code.co_filename.endswith(of)

    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("again", ["1 по ", "1-", "май - ", "по ", "2019 - ", "1 to ", "с по "])
def test_a_cell_that_may_be_a_span_of_dates_is_tried_in_few_ways(again):
    for length in range(0, 120, 7):
        cell = (again * 120)[:length]
        assert calls(lambda cell=cell: period(cell, "", date(2026, 11, 28)), "values.py") < 3_000


@pytest.mark.parametrize("again", ["имя ", "а,", "a b ", "№", "дата обращения "])
def test_a_header_costs_no_more_however_long_it_is(again):
    def suggest(length: int) -> int:
        header = (again * length)[:length]
        return calls(lambda: suggest_columns([header], {header: ["1"]}, "cases", date(2026, 11, 28)), "suggesting.py")

    suggest(100)  # words are read once
    assert suggest(40_000) <= suggest(20_000)
