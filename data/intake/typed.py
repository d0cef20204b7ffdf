"""What people type is stored and shown, and so is what a recipe holds: one guard for both, on page and shell alike.

A name may stand where somebody says who he is; what identifies a person stands nowhere. The screen is a help and no
proof (see screen.py), so a recipe keeps of a file only what it needs: headers and words that mean a code of ours.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.errors import Words
from data.intake import screen
from data.intake.fields import fields
from data.intake.letters import normal
from data.intake.recipe import Recipe
from data.intake.values import folded
from data.uploads import CallRefused, Upload

# Letters at most, by what is typed.
LONGEST = {"organisation": 120, "author": 80, "message": 200, "reason": 200}
NEEDED = {"organisation", "author"}
MAY_BE_NAMED = {"organisation", "author"}
# Signs that can't be seen, turn the words around them, or belong to no script.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me"}
# Those that Unicode counts among letters and marks: variation selectors, fillers, an empty pattern of Braille; and more
# marks on one letter than any language writes.
UNSEEN_LETTERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
    "|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3}"
)
# No words about a list need so long a number. Many of those by which people are written down no rule finds: a slip in
# the check digit is enough. Hashes of versions and uploads are no such numbers.
LONG_NUMBER = re.compile(r"\d{7}")
APOSTROPHE = re.compile("['`\u00b4\u02bc\u2019]")
WORD = re.compile(r"[^\W_]+")
HASH = re.compile(r"(?=[0-9a-f]*[a-f])[0-9a-f]{12}")


class WordsRefused(CallRefused):
    """Words can't stand where they were typed: `where` is a key of LONGEST, `fault` missing, too_long, unseen or
    personal, `kinds` those of the screen."""

    codes = frozenset({"typed_missing", "typed_too_long", "typed_unseen", "typed_personal"})
    exit_status = 2

    def __init__(self, where: str, fault: str, kinds: Sequence[str] = ()) -> None:
        what = tuple(Words(f"finding_kind.{kind}") for kind in kinds)
        super().__init__(f"typed_{fault}", where=Words(f"typed_where.{where}"), what=what, n=LONGEST[where])
        self.where, self.fault, self.kinds = where, fault, tuple(kinds)


def guard_words(where: str, words: str) -> str:
    """The words as they are kept, on one line and with single spaces. Raises WordsRefused."""
    kept = re.sub(r"[ \t\r\n\u00a0]+", " ", words).strip()
    if not kept and where in NEEDED:
        raise WordsRefused(where, "missing")
    if len(kept) > LONGEST[where]:
        raise WordsRefused(where, "too_long")
    if UNSEEN_LETTERS.search(kept) or any(unicodedata.category(letter) in UNSEEN for letter in kept):
        raise WordsRefused(where, "unseen")
    kinds = [kind for kind in find_kinds(kept) if kind != "name" or where not in MAY_BE_NAMED]
    if kinds:
        raise WordsRefused(where, "personal", kinds)
    return kept


def find_kinds(words: str) -> list[str]:
    """What in these words could point to a person: kinds of the screen, else `long_number`."""
    if kinds := list(screen.kinds(words)):
        return kinds
    seen = APOSTROPHE.sub("", normal(words))
    is_long = any(LONG_NUMBER.search(word) and not HASH.fullmatch(word) for word in WORD.findall(seen))
    return ["long_number"] if is_long else []


def guard_upload(upload: Upload) -> Upload:
    """The upload with the words that were typed as they are kept. Raises WordsRefused."""
    return replace(
        upload,
        organisation=guard_words("organisation", upload.organisation),
        author=guard_words("author", upload.author),
        message=guard_words("message", upload.message),
    )


def trim_recipe(recipe: Recipe, headers: Iterable[str], warnings: Iterable[str]) -> Recipe:
    """The recipe as it is stored: for the columns that this file has and the warnings that it gave rise to, without any
    header or word in which the screen sees a person. Raises WordsRefused for a reason that can't stand.
    """
    headers = list(headers)
    names = recipe.places(headers).values()
    columns = {header: name for header, name in recipe.columns.items() if name in names and not find_kinds(header)}
    there = {folded(header) for header in headers}
    coded = {*columns.values(), *recipe.constants}
    with_codes = {name for name, field in fields(recipe.shape).items() if field.type == "code"}
    return replace(
        recipe,
        dialect={key: said for key, said in recipe.dialect.items() if key != "sheet"},  # nobody reads it again
        columns=columns,
        values={
            name: {word: code for word, code in codes.items() if not find_kinds(word)}
            for name, codes in recipe.values.items()
            if name in coded
        },
        counts={
            header: stage
            for header, stage in recipe.counts.items()
            if folded(header) in there and not find_kinds(header)
        },
        units={
            header: unit for header, unit in recipe.units.items() if folded(header) in there and not find_kinds(header)
        },
        carry_down=tuple(header for header in recipe.carry_down if header in columns),
        leave_blank=tuple(header for header in recipe.leave_blank if header in columns),
        unrelated={
            header: names
            for header, names in recipe.unrelated.items()
            if folded(header) in there and not find_kinds(header)
        },
        # Of a column without codes, words may be anybody's: they are said anew with the next file.
        leave_out={
            header: kept
            for header, words in recipe.leave_out.items()
            if columns.get(header) in with_codes and (kept := tuple(word for word in words if not find_kinds(word)))
        },
        accepted={rule: guard_words("reason", why) for rule, why in recipe.accepted.items() if rule in set(warnings)},
    )
