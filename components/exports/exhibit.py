"""A chart as it leaves the room: its block, the documents it stands on, and what a person added to it.

Every export is made of a `Handout` and computes no number: what it writes is what the block holds.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from components.chart import Block
from components.text import Text

T = TypeVar("T")


@dataclass(frozen=True)
class Document:
    """A document that figures stand on, in words, and its address ('' where none is known)."""

    words: str
    url: str


@dataclass(frozen=True)
class Exhibit:
    """One chart: its block, the answer to `evidence` for its figures, and the address of its live view ('': none).

    title: her own, above the finding; note: for the speaker; both may be empty.
    """

    block: Block
    evidence: pd.DataFrame
    title: str = ""
    note: str = ""
    address: str = ""

    @property
    def headline(self) -> str:
        """Her own title, else the finding."""
        return self.title or self.block.finding

    @cached_property
    def documents(self) -> list[Document]:
        """The documents of the chart's figures, each once, in the order of its marks."""
        return [_describe(row, self.block.text) for row in own_documents(self.evidence)]

    @cached_property
    def publishers(self) -> list[str]:
        """Who published those documents, each once."""
        return list(dict.fromkeys(self.block.text.publisher(row["publisher"]) for row in own_documents(self.evidence)))


@dataclass(frozen=True)
class Handout:
    """A deck, or one chart, in one language.

    version: content hash of the data; dated: when that data was compiled or published, as ISO 8601 knows it (a month
    or a day); it dates every export, so that the same view and version give the same bytes.
    """

    exhibits: Sequence[Exhibit]
    text: Text
    version: str
    dated: str
    title: str = ""

    @property
    def day(self) -> date:
        """The first day that `dated` can mean: for what needs a whole date."""
        year, month, day = ([int(part) for part in self.dated.split("-")] + [1, 1])[:3]
        return date(year, month, day)

    @property
    def data_line(self) -> str:
        """«Data: November 2026, version b779a4af653f. CC BY 4.0.»"""
        text = self.text
        return text("export.data_line", date=text.published_on(self.dated), version=self.version)

    def source_line(self, exhibit: Exhibit) -> str:
        """Who published the documents, and which data: the line that every picture and slide carries."""
        text = self.text
        return f"{text('export.sources', sources='; '.join(exhibit.publishers))} {self.data_line}"

    def file_name(self, ending: str) -> str:
        """The name of a file of this handout: chart and country, or the deck; language and version."""
        first = self.exhibits[0].block
        stem = f"{first.name}_{first.country or 'all'}" if len(self.exhibits) == 1 else "deck"
        return f"{stem}_{self.text.language}_{self.version}.{ending}"


def own_documents(evidence: pd.DataFrame) -> list[dict[str, Any]]:
    """A row of the answer to `evidence` for each document of the figures themselves, each once."""
    own = evidence[evidence["relation"] == "itself"]
    return own.drop_duplicates(["source_id", "source_url"]).to_dict("records")


def _describe(row: dict[str, Any], text: Text) -> Document:
    title, publisher = text.title(row["title"]), text.publisher(row["publisher"])
    parts = [title, publisher, text.published_on(row["published_on"]), text.tongue(row["language"])]
    if row["address"] == "upload":
        return Document(
            " · ".join([*parts, text("upload.document", upload=row["source_id"])]), _web_address(row["source_url"])
        )
    if row["address"] == "site only":
        parts.append(text("ui.site_only"))
    return Document(" · ".join(parts), _web_address(row["url"]))


def _web_address(address: Any) -> str:
    """An address that a reader may be led to, else ''."""
    return address if isinstance(address, str) and address.startswith(("https://", "http://")) else ""


def fit_names(names: Sequence[str], most: int, lines: Callable[[Sequence[str], int], Sequence[T]]) -> Sequence[T]:
    """The lines of as many of the names as `most` lines hold, of one at least.

    lines: what the first names, and the number of those left out, take.
    """
    fitting: Sequence[T] = ()
    for shown in range(len(names), 0, -1):
        fitting = lines(names[:shown], len(names) - shown)
        if len(fitting) <= most:
            break
    return fitting


def strip_markdown(markdown: str) -> str:
    """A paragraph of the locales without its Markdown."""
    return re.sub(r"\*\*(.+?)\*\*", r"\1", markdown)
