"""Is a TOML text from outside read in a time that grows as it does, and refused by its shape before it is read?"""

import sys
import tomllib
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from data import toml
from data.toml import LARGEST, LONGEST_LINE, STRING, TomlRefused, parse_untrusted, quoted
from tests.steps import Counter


def refused(content: bytes | str) -> str:
    with pytest.raises(TomlRefused) as found:
        parse_untrusted(content)
    return found.value.code


def lines_run(text: str) -> int:
    """How many lines of Python's reader run for a text, were it let through."""
    counted = 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal counted
        if not frame.f_code.co_filename.endswith("tomllib/_parser.py"):
            return None
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        parse_untrusted(text)
    except TomlRefused:
        pass
    finally:
        sys.settrace(before)
    return counted


def numbered(line: str, length: int) -> str:
    """The line again and again, # being another number in each."""
    return "\n".join(line.replace("#", str(number)) for number in range(length // (len(line) + 3)))


# Shapes of a text, of any length: of each the reader must do twice the work for twice the length, or none at all.
SHAPES = {
    "dotted key": lambda n: "a" + ".a" * (n // 2) + " = 1",
    "dotted key, spaces": lambda n: "a" + " . a" * (n // 4) + " = 1",
    "dotted key, quotes": lambda n: "a" + ".'a'" * (n // 4) + " = 1",
    "dotted key of dots": lambda n: '"' + ".a" * (n // 2) + '" = 1',
    "dotted header": lambda n: "[a" + ".a" * (n // 2) + "]",
    "dotted list": lambda n: "[[a" + ".a" * (n // 2) + "]]",
    "dotted key in a table": lambda n: "x = {a" + ".a" * (n // 2) + " = 1}",
    "dotted key in an array": lambda n: "x = [{a" + ".a" * (n // 2) + " = 1}]",
    "dotted behind a string": lambda n: 'x = """\n"""\na' + ".a" * (n // 2) + " = 1",
    "dotted behind five quotes": lambda n: 'x = """"""\na' + ".a" * (n // 2) + " = 1",
    "dotted behind a quote": lambda n: "x = '\"'\na" + ".a" * (n // 2) + " = 1",
    "dotted behind a comment": lambda n: "# ' \"\na" + ".a" * (n // 2) + " = 1",
    "many dotted keys": lambda n: numbered("a#.b.c.d = 1", n),
    "dotted keys of one table": lambda n: numbered("a.b.c.d# = 1", n),
    "many headers": lambda n: numbered("[a.b.c.d#]", n),
    "many lists": lambda n: numbered("[[a.b]]", n),
    "lists and their tables": lambda n: numbered("[[a]]\n[a.b#]\nc.d = #", n),
    "inline tables": lambda n: "x = " + "{a = " * (n // 5) + "1" + "}" * (n // 5),
    "arrays": lambda n: "x = " + "[" * (n // 2) + "]" * (n // 2),
    "an array": lambda n: "x = [\n" + "1,\n" * (n // 3) + "]",
    "an inline table": lambda n: "x = {" + ", ".join(f"a{i} = 1" for i in range(n // 40)) + "}",
    "a number": lambda n: "x = " + "9" * n,
    "a hexadecimal number": lambda n: "x = 0x" + "f" * n,
    "a fraction": lambda n: "x = 0." + "9" * n,
    "a date": lambda n: "x = 2026-11-28T00:00:00." + "0" * n,
    "escapes": lambda n: numbered('a# = "' + "\\n" * 20 + '"', n),
    "long escapes": lambda n: numbered('a# = """\\\n\n\n x"""', n),
    "redefinitions": lambda n: "a = 1\n" * (n // 6),
    "blank lines": lambda n: "\n" * n,
    "comments": lambda n: "#\n" * (n // 2),
    "spaces": lambda n: (" " * 100 + "\n") * (n // 101),
    "quotes": lambda n: '"' * n,
    "escaped quotes": lambda n: '"' + '\\"' * (n // 2),
    "single quotes": lambda n: "'" * n,
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_of_twice_the_length_is_twice_the_work(shape):
    few, many = (lines_run(SHAPES[shape](length)) for length in (2_000, 4_000))
    assert many <= 2.2 * few + 200


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape.startswith("dotted") and "of" not in shape])
def test_a_key_of_many_parts_is_refused_before_it_is_read(shape, monkeypatch):
    monkeypatch.setattr(tomllib, "loads", lambda text: pytest.fail("read"))
    for length in (40, 1_600, 16_000):
        assert refused(SHAPES[shape](length)) == "too_complex"


def test_bounds():
    assert parse_untrusted("a.b.c.d = 1") == {"a": {"b": {"c": {"d": 1}}}}
    assert refused("a.b.c.d.e = 1") == "too_complex"
    assert parse_untrusted('x = "' + "a" * (LONGEST_LINE - 6) + '"')["x"]
    assert refused('x = "' + "a" * (LONGEST_LINE - 5) + '"') == "too_complex"
    assert parse_untrusted(("#" * 99 + "\n") * (LARGEST // 100)) == {}
    assert refused(("#" * 99 + "\n") * (LARGEST // 100 + 1)) == "too_large"
    assert refused("#\u0430\n" * (LARGEST // 3)) == "too_large"  # two bytes a letter
    assert refused(b"x" * (LARGEST + 1)) == "too_large"
    assert parse_untrusted("x = [[[[[[[[1]]]]]]]]")
    assert refused("x = [[[[[[[[[1]]]]]]]]]") == "too_complex"


@pytest.mark.parametrize(
    "text", ['x = "a.b.c.d.e.f"', "x = 'a.b.c.d.e.f'", 'x = """a.b.c.d.e.f"""', "x = 1 # a.b.c.d.e.f"]
)
def test_dots_in_words_are_no_key(text):
    assert parse_untrusted(text)["x"]


@pytest.mark.parametrize(
    "text", ['"', "'''", 'x = """', 'x = "\n"', "x = [", "x = ]", "\ud800", b"\xff", 'x = "\\x"', "x"]
)
def test_what_is_no_toml_is_refused_as_that(text):
    assert refused(text) == "not_toml"


def test_a_quote_that_is_not_closed_is_looked_for_once():
    """The first ends the search; else each quote of a run would be."""
    counter = Counter(STRING)
    for text in ('"' + '\\"' * 500, "'" + "a" * 1_000, '"""' + '""' * 500, '"' * 1_000):
        assert counter.match(text) <= 8 * len(text)
        if text.count(text[0]) % 2:
            assert refused(text) == "not_toml"


keys = some.text(max_size=8)
values = some.text(max_size=60) | some.integers(-(10**15), 10**15) | some.booleans()


@given(some.dictionaries(keys, values, max_size=6), some.dictionaries(keys, values, max_size=6))
def test_whatever_is_written_is_read(first, second):
    def written(table: dict[str, Any]) -> str:
        lines = [
            f"{quoted(key)} = {str(value).lower() if isinstance(value, (int, bool)) else quoted(value)}"
            for key, value in table.items()
        ]
        return "\n".join(lines)

    file = f"[one]\n{written(first)}\n[two.{quoted('three.four')}]\n{written(second)}\n"
    toml.look_over(file)
    assert parse_untrusted(file) == {"one": first, "two": {"three.four": second}}


@given(some.text(alphabet="a.\"'\\[]{}=#\n \t1", max_size=60))
def test_what_the_door_takes_for_a_string_the_reader_does_too(text):
    """Where it is wrong a key of many parts could pass: no text that is let through has one."""
    try:
        said = parse_untrusted(text)
    except TomlRefused:
        return
    assert said == tomllib.loads(text)
    assert depth(said) <= 2 * toml.PARTS + toml.DEEPEST * toml.PARTS


def depth(said: Any) -> int:
    inner = list(said.values()) if isinstance(said, dict) else said if isinstance(said, list) else []
    return 1 + max(map(depth, inner), default=0)
