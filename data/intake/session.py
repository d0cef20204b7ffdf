"""One file on its way in: read, screened, understood, checked, and ready to publish. The page and the shell use it.

The rows live in a database in memory that is this intake's own, inside the store's engine, so that a publish moves
them without another copy. It goes with `close`; nothing of the file is ever written to disk.
"""

import hashlib
import secrets
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import duckdb

from data.intake import checking, mapping, reading, screen
from data.intake.checking import COLUMNS, Checked, Unmappable
from data.intake.fields import fields
from data.intake.mapping import Recipe, RecipeError
from data.intake.reading import SIZE_MOST, Dialect, Doubt, Source, Staged
from data.intake.screen import Finding, Settlement
from data.intake.values import Period, are_serials, is_nothing, period
from data.store import Store
from data.uploads import Upload

TOTALS_STAND_IN = 3  # columns from the left
LAST_LOOK = 200_000  # cases that are looked at once more before they are published


class NotReady(Exception):
    """Publishing is closed: `code` has words in the locales (`closed.<code>`)."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Intake:
    """A file that was given, and what has been understood of it so far. Raises reading.Unreadable at once.

    `recipe`: what is already known of such files; then only the columns that it names are read in.
    """

    def __init__(
        self,
        store: Store,
        source: Source,
        *,
        today: date,
        recipe: Recipe | None = None,
        size_most: int | None = SIZE_MOST,
    ):
        self.store = store
        self.source = source
        self.today = today
        self.name = f"intake_{secrets.token_hex(8)}"
        self.size_most = size_most
        self.chosen: dict[str, str | int] = {}
        self.dialect: Dialect
        self.doubts: list[Doubt] = []
        self.staged: Staged
        self.unread: set[int] = set()
        self.findings: list[Finding] = []
        self.settlements: list[Settlement] = []
        self._days: list[int] | None = None
        self.recipe: Recipe | None = None
        self.checked: Checked | None = None
        self.con: duckdb.DuckDBPyConnection = store.con.cursor()
        self.con.execute(f"attach ':memory:' as {self.name} (compress)")
        try:
            self._gone = weakref.finalize(self, _forget, self.con, self.name)  # also when a browser just goes away
            self.con.execute(f"use {self.name}")
            self._read(recipe)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of everything that was read."""
        self._gone()

    # ------------------------------------------------------------ reading

    def read_as(self, **chosen: str | int) -> None:
        """Read the file again as the analyst says it is written: fields of Dialect, answers to doubts among them.

        Raises reading.Unreadable; then all is as before.
        """
        before = dict(self.chosen)
        self.chosen |= chosen
        try:
            self._read(None)
        except reading.Unreadable:
            self.chosen = before
            self._read(None)
            raise

    def _read(self, recipe: Recipe | None) -> None:
        headers = self.staged.headers if hasattr(self, "staged") else []
        self.dialect, self.doubts = reading.find(self.source, self.chosen, self.size_most)
        if recipe is not None:
            # A recipe says what such a file leaves open; what the file says by itself stands.
            self.chosen = {
                doubt.asks: recipe.dialect[doubt.asks] for doubt in self.doubts if doubt.asks in recipe.dialect
            }
            if self.chosen:
                self.dialect, self.doubts = reading.find(self.source, self.chosen, self.size_most)
        mapped = read = None
        if recipe is not None and not recipe.years_across:
            names = reading.headers(self.source, self.dialect)
            mapped = sorted(recipe.places(names)) or None
        if mapped is not None:
            # The word «total» stands in one of the first columns, mapped or not; a row of totals is no case.
            read = sorted({*mapped, *range(min(TOTALS_STAND_IN, len(names)))})
        self.staged = reading.stage(self.con, self.source, self.dialect, read)
        self._look_again(recipe, mapped)
        self.findings = screen.findings(self.con, self.staged.headers, mapped)
        self.unread = set() if mapped is None else set(range(len(self.staged.headers))) - set(mapped)
        if self.staged.headers != headers:
            self.settlements = []
        self._days, self.recipe, self.checked = None, None, None

    def _look_again(self, recipe: Recipe | None, mapped: list[int] | None) -> None:
        """What the rows below the first thousands say of marks and dates, in the columns that have any."""
        if self.dialect.kind != "csv" or self.staged.rows + self.staged.broken <= reading.SAMPLE_ROWS:
            return
        columns = list(range(len(self.staged.headers))) if mapped is None else mapped
        if recipe is not None and mapped is not None:
            about, named = fields(recipe.shape), recipe.places(self.staged.headers)
            columns = [place for place in mapped if about[named[place]].type not in {"text", "code", "url"}]
        for _ in range(2):
            self.dialect, self.doubts = reading.look_again(self.con, self.dialect, self.doubts, self.chosen, columns)
            told = {} if recipe is None else recipe.dialect
            said = {doubt.asks: told[doubt.asks] for doubt in self.doubts if doubt.asks in told}
            if not said:
                return
            self.chosen |= said

    # ------------------------------------------------------------ the gate

    @property
    def open_findings(self) -> list[Finding]:
        """Personal data that nothing settles yet."""
        return screen.open(self.findings, self.settlements)

    @property
    def left_out(self) -> set[int]:
        """Columns of which nothing is kept or shown: those of personal data, and those that a recipe does not name."""
        return {settled.column for settled in self.settlements if settled.how == "leave_out"} | self.unread

    def settle(self, finding: Finding, how: str, into: str = "", reason: str = "") -> None:
        """Decide about one finding; a decision made before about it is gone. ValueError as of screen.settle."""
        settled = screen.settle(finding, how, into, reason)
        self.settlements = [one for one in self.settlements if (one.column, one.kind) != (finding.column, finding.kind)]
        self.settlements.append(settled)
        self.checked = None

    @property
    def days(self) -> list[int]:
        """Columns most of whose cells say a day, of which the month or the year may be kept alone.

        A day is no finding and nothing waits for it; but beside a place and an age it may point to a person.
        """
        if self._days is None:
            gone = {finding.column for finding in self.findings} | self.unread
            place = {header: place for place, header in enumerate(self.staged.headers)}
            self._days = [
                place[header]
                for header, cells in checking.samples(self.con, self.staged.headers).items()
                if place[header] not in gone and self._are_days(cells)
            ]
        return self._days

    def _are_days(self, cells: Sequence[str]) -> bool:
        said = [cell for cell in cells if not is_nothing(cell)]
        serials = are_serials(said, self.today)
        read = [period(cell, self.dialect.date_order, self.today, serials=serials) for cell in said]
        return 2 * sum(isinstance(one, Period) and one.start == one.end for one in read) > len(said)

    def coarsen_days(self, column: int, into: str) -> None:
        """Keep the month or the year alone of the days of a column; '' keeps the days. ValueError: not_offered."""
        if into not in {"", *screen.COARSER["date"]}:
            raise ValueError("not_offered")
        self.settlements = [one for one in self.settlements if (one.column, one.kind) != (column, "date")]
        if into:
            self.settlements.append(Settlement(column, "date", "coarsen", into))
        self.checked = None

    def leave_all_out(self) -> None:
        """Leave out every column with an open finding."""
        for finding in self.open_findings:
            self.settle(finding, "leave_out")

    # ------------------------------------------------------------ understanding

    def samples(self) -> dict[str, list[str]]:
        """Distinct cells of each column that is not left out, by header."""
        found = checking.samples(self.con, self.staged.headers)
        gone = {self.staged.headers[place] for place in self.left_out}
        return {header: cells for header, cells in found.items() if header not in gone}

    def suggested(self, shape: str = "", known: Iterable[Recipe] = ()) -> Recipe:
        """What the file seems to be. A known recipe that fits its headers is taken before any guess."""
        for recipe in known:
            if recipe.fits(self.staged.headers, self.today) and shape in {"", recipe.shape}:
                return recipe
        samples = self.samples()
        headers = [header for header in self.staged.headers if header in samples]
        found = shape or mapping.shape(self.staged.headers, samples, self.today)
        across = found == "figures_across"
        of = "figures" if across else found
        columns = {
            one.header: one.field for one in mapping.suggest_columns(headers, samples, of, self.today) if one.field
        }
        if across:
            taken = {header for header in headers if mapping.year_of(header, self.today)}
            columns = {
                header: name
                for header, name in columns.items()
                if header not in taken and name not in {"value", "period", "period_start", "period_end"}
            }
        values = {
            name: suggested
            for header, name in columns.items()
            if (suggested := self.suggested_values(of, name, samples[header]))
        }
        return Recipe(
            of,
            dialect=asdict(self.dialect),
            columns=columns,
            values=values,
            totals=("word",),
            years_across=across,
            coarsen=self.coarsened,
        )

    def suggested_values(self, shape: str, name: str, cells: Sequence[str]) -> dict[str, str]:
        """Cell -> code, for those that are a known word as a whole."""
        field = fields(shape)[name]
        if field.type != "code":
            return {}
        return {cell: code for cell, (code, _) in mapping.suggest_values(field, cells).items()}

    @property
    def coarsened(self) -> dict[str, str]:
        """Header -> what its cells are coarsened into."""
        return {self.staged.headers[one.column]: one.into for one in self.settlements if one.how == "coarsen"}

    def check(self, recipe: Recipe) -> Checked:
        """Understand the rows by the recipe. Raises checking.Unmappable when it does not fit."""
        recipe = replace(recipe, dialect=asdict(self.dialect), coarsen=recipe.coarsen | self.coarsened)
        try:
            recipe.to_toml()
        except RecipeError as fault:
            raise Unmappable(fault.code) from fault
        self.recipe = recipe
        self.checked = checking.check(self.con, self.staged, self.dialect, self.recipe, self.today, self.left_out)
        return self.checked

    # ------------------------------------------------------------ publishing

    @property
    def closed_because(self) -> str:
        """Why it can't be published yet: doubts, findings, unchecked, no_rows; '' when it can."""
        if self.doubts:
            return "doubts"
        if self.open_findings:
            return "findings"
        if self.checked is None:
            return "unchecked"
        return "" if self.checked.lines else "no_rows"

    def upload(self, *, country: str, organisation: str, author: str, message: str, language: str) -> Upload:
        """What is published: the rows as understood, with who publishes them and why.

        Raises NotReady while something is open, and when the last look finds personal data in the rows.
        """
        if closed := self.closed_because:
            raise NotReady(closed)
        assert self.checked is not None
        assert self.recipe is not None
        if self._persons_left():
            raise NotReady("personal_data_left")
        return Upload(
            table=f"{self.name}.main.{self.recipe.shape}",
            shape=self.recipe.shape,
            country=country,
            compiler=compiler_of(organisation),
            kind="ngo",
            organisation=" ".join(organisation.split()),
            author=" ".join(author.split()),
            message=" ".join(message.split()),
            language=language,
            content_hash=self._content_hash(country, organisation),
            recipe=self.recipe.to_toml(),
            file_rows=self.checked.in_file,
            rejected_rows=sum(self.checked.rejected.values()),
            left_out_rows=sum(self.checked.left_out.values()),
            has_outcomes="outcome" in self.recipe.columns.values() or "outcome" in self.recipe.constants,
            has_repeats=self.checked.has_repeats,
            rows=self.checked.rows,
        )

    def _persons_left(self) -> list[tuple[str, str]]:
        """What the last look finds in the columns that hold text of the file, beside what a reason was given for.

        In a long list the ids were screened one and all when they were read, and nothing has changed them since.
        """
        assert self.checked is not None
        assert self.recipe is not None
        if self.checked.lines > LAST_LOOK:
            return []
        place = {name: place for place, name in self.recipe.places(self.staged.headers).items()}
        reasoned = {(one.column, one.kind) for one in self.settlements if one.how == "not_personal"}
        texts = [name for name, field in fields(self.recipe.shape).items() if field.type in {"text", "url"}]
        return [
            (name, kind)
            for name, kind in screen.guard(self.con, self.recipe.shape, texts)
            if (place.get(name), kind) not in reasoned
        ]

    def _content_hash(self, country: str, organisation: str) -> str:
        """The rows as understood, in any order, and whose they are: the same for the same rows of any file."""
        assert self.recipe is not None
        # As text: the number of a code in its enum hangs on the other rows.
        columns = ", ".join(f"{name}::{kind}" for name, kind in COLUMNS[self.recipe.shape].items())
        about: Any = self.con.execute(
            f"select count(*), sum(hash({columns}))::varchar from {self.recipe.shape}"
        ).fetchall()[0]
        said = "|".join(map(str, (self.recipe.shape, country, compiler_of(organisation), *about)))
        return hashlib.sha256(said.encode()).hexdigest()


def _forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Detach the database in memory, and with it all that was read."""
    with suppress(duckdb.Error):  # the store was closed before
        con.execute("use memory")
        con.execute(f"detach database if exists {name}")
        con.close()


def compiler_of(organisation: str) -> str:
    """The code of an organisation that uploads: the same for the same name, and no code of the shipped figures."""
    name = " ".join(organisation.casefold().split())
    return "upload_" + hashlib.sha256(name.encode()).hexdigest()[:8]


__all__ = ["Checked", "Intake", "NotReady", "Unmappable", "compiler_of"]
