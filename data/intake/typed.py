"""What people type is stored and shown, and so is what a recipe holds: one guard for both, on page and shell alike.

A name may stand where somebody says who he is; what identifies a person stands nowhere. The screen is a help and no
proof (see screen.py), so a recipe keeps of a file only what it needs: headers and words that mean a code of ours.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from data.intake import screen
from data.intake.recipe import Recipe
from data.uploads import CallRefused, Upload

# Letters at most, by what is typed.
LONGEST = {"organisation": 120, "author": 80, "message": 200, "reason": 200}
NEEDED = {"organisation", "author"}
MAY_BE_NAMED = {"organisation", "author"}
# Signs that can't be seen, turn the words around them, or belong to no script.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


class WordsRefused(CallRefused):
    """Words can't stand where they were typed: `where` is a key of LONGEST, `fault` missing, too_long, unseen or
    personal, `kinds` those of the screen."""

    def __init__(self, where: str, fault: str, kinds: Sequence[str] = ()):
        super().__init__(f"typed_{fault}", " ".join([where, *kinds]))
        self.where, self.fault, self.kinds = where, fault, tuple(kinds)


def guard_words(where: str, words: str) -> str:
    """The words as they are kept, on one line and with single spaces. Raises WordsRefused."""
    kept = re.sub(r"[ \t\r\n\u00a0]+", " ", words).strip()
    if not kept and where in NEEDED:
        raise WordsRefused(where, "missing")
    if len(kept) > LONGEST[where]:
        raise WordsRefused(where, "too_long")
    if any(unicodedata.category(letter) in UNSEEN for letter in kept):
        raise WordsRefused(where, "unseen")
    kinds = [kind for kind in screen.kinds(kept) if kind != "name" or where not in MAY_BE_NAMED]
    if kinds:
        raise WordsRefused(where, "personal", kinds)
    return kept


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
    names = recipe.places(list(headers)).values()
    columns = {header: name for header, name in recipe.columns.items() if name in names and not screen.kinds(header)}
    coded = {*columns.values(), *recipe.constants}
    return replace(
        recipe,
        dialect={key: said for key, said in recipe.dialect.items() if not (key == "sheet" and screen.kinds(str(said)))},
        columns=columns,
        values={
            name: {word: code for word, code in codes.items() if not screen.kinds(word)}
            for name, codes in recipe.values.items()
            if name in coded
        },
        counts={header: stage for header, stage in recipe.counts.items() if not screen.kinds(header)},
        leave_out={
            header: kept
            for header, words in recipe.leave_out.items()
            if not screen.kinds(header) and (kept := tuple(word for word in words if not screen.kinds(word)))
        },
        accepted={rule: guard_words("reason", why) for rule, why in recipe.accepted.items() if rule in set(warnings)},
    )
