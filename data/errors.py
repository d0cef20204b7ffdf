"""What keeps the dashboard from doing what it was asked, told in the same sentence on a page and in a shell.

Whatever may reach a person is a `DashboardError`. What the layers below tell each other, and translate, is none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Words:
    """A detail that is told by the words of a key of the locales («field.stage»), not as it stands."""

    key: str


# What fills a gap of a sentence: a value, the words of a key, or several of these.
Detail = object


class DashboardError(Exception):
    """Something can't be done, and what there was stands. Its words are `<section>.<code>` of the locales.

    `details`: what fills the gaps of the words, each a value as it stands, Words, or a tuple of these. A class has
    one `code`, or names in `codes` all that it may have, so that a test finds their words. `exit_status` of a shell: 1
    when the data, the store or the file is at fault, 2 when the call is.
    """

    section: ClassVar[str]
    code: str = ""
    codes: ClassVar[frozenset[str]] = frozenset()
    exit_status: ClassVar[int] = 1

    def __init__(self, code: str = "", **details: Detail) -> None:
        self.code = code or self.code
        super().__init__(": ".join([self.code, *(str(each) for each in details.values() if each not in ("", 0))]))
        self.details: dict[str, Detail] = details

    @property
    def sentences(self) -> Sequence[tuple[str, dict[str, Detail]]]:
        """Keys of the words and what fills their gaps: what is wrong, then what to do or every place that is at
        fault."""
        return [(f"{self.section}.{self.code}", self.details)]


def word_error(error: DashboardError, fill: Callable[..., str], show: Callable[[Detail], Detail] = str) -> list[str]:
    """The sentences of an error, first what is wrong.

    `fill`: the words of a key with its gaps filled; `show`: how a value stands in them (a page lets none be markup).
    """

    def word(detail: Detail) -> Detail:
        if isinstance(detail, tuple):
            return "; ".join(str(word(each)) for each in detail)
        return fill(detail.key) if isinstance(detail, Words) else show(detail)

    return [fill(key, **{name: word(detail) for name, detail in details.items()}) for key, details in error.sentences]
