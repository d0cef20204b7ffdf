"""One file on its way in: read, screened, understood, checked, and ready to publish. The page and the shell use it.

The rows live in a database in memory that is this intake's own, inside the store's engine, so that a publish moves
them without another copy. It goes with `close`; nothing of the file is ever written to disk.
"""

import hashlib
import json
import re
import secrets
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from functools import cached_property

import duckdb
import pyarrow as pa

from data.counting import COMPLAINT, Counted, Ladder, count_cases, state_counts
from data.errors import DashboardError
from data.intake import checking, reading, screen
from data.intake.checking import Checked, Unmappable
from data.intake.contradictions import find_speaking
from data.intake.fields import fields
from data.intake.layout import Layout, find_layout, find_number_columns, suggest_form
from data.intake.lexicon import suggest_values
from data.intake.meaning import Question, answer, answer_certain, find_questions
from data.intake.reading import SIZE_MOST, Dialect, Doubt, Source, Staged, loading
from data.intake.recipe import Recipe, RecipeError
from data.intake.recount import find_missed_totals, recount_cases, recount_figures
from data.intake.screen import Finding, Settlement
from data.intake.suggesting import are_days, suggest_columns, suggest_country, suggest_counts, suggest_shape, unit_named
from data.intake.typed import guard_words, trim_recipe
from data.intake.values import folded, year_of
from data.store import Store
from data.uploads import Edition, Upload, UploadRefused

TOTALS_STAND_IN = 3  # columns from the left
SHORT_LIST = 4 << 20  # bytes
REREAD_MOST = 20_000  # rows that are read again for a look ahead


class NotReady(DashboardError):
    """Publishing is closed: something is open that a person has to say or settle."""

    section = "closed"
    codes = frozenset({"doubts", "findings", "unchecked", "no_rows", "personal_data_left", "questions"})


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
        self.recipe: Recipe | None = None
        self.checked: Checked | None = None
        self._published_figures: dict[tuple[str, ...] | None, tuple[pa.Table, int]] = {}
        self._samples: dict[str, list[str]] | None = None
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
            mapped = sorted({*recipe.places(names), *recipe.count_places(names)}) or None
        if mapped is not None and recipe is not None and not self._needs_all(recipe):
            # The word «total» stands in one of the first columns, mapped or not; a row of totals is no case.
            asked = {folded(header) for header in recipe.leave_out}
            beside = {place for place, header in enumerate(names) if folded(header) in asked}
            beside |= self._find_speaking(names, recipe)
            read = sorted({*mapped, *beside, *range(min(TOTALS_STAND_IN, len(names)))})
        self.staged = reading.stage(self.con, self.source, self.dialect, read)
        self._look_again(recipe, mapped)
        self.findings = screen.findings(self.con, self.staged.headers, mapped)
        self.unread = set() if mapped is None else set(range(len(self.staged.headers))) - set(mapped)
        if self.staged.headers != headers:
            self.settlements = []
        self.recipe, self.checked, self._samples = None, None, None

    def _find_speaking(self, headers: Sequence[str], recipe: Recipe) -> set[int]:
        """Columns that the recipe does not map and that seem to contradict what it says once for the file."""
        records = reading.first_rows(self.source, self.dialect, self.dialect.header_row + reading.SAMPLE_ROWS)
        rows = [record.cells for record in records if record.row > self.dialect.header_row]
        return find_speaking(headers, rows, recipe, self.dialect.date_order, self.today)

    def _needs_all(self, recipe: Recipe) -> bool:
        """Whether columns that are not mapped are read too: they tell rows apart, and totals from their parts.

        A long list of cases is none of a few counts.
        """
        if recipe.shape == "figures":
            return True
        return "weight" in recipe.columns.values() and self.source.size < min(SHORT_LIST, loading.LARGE)

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

    def settle(self, finding: Finding, how: str, reason: str = "") -> None:
        """Decide about one finding; a decision made before about it is gone.

        Raises ValueError as of screen.settle, WordsRefused for a reason that can't stand.
        """
        settled = screen.settle(finding, how, guard_words("reason", reason))
        self.settlements = [one for one in self.settlements if (one.column, one.kind) != (finding.column, finding.kind)]
        self.settlements.append(settled)
        self.checked, self._samples = None, None

    def leave_all_out(self) -> None:
        """Leave out every column with an open finding."""
        for finding in self.open_findings:
            self.settle(finding, "leave_out")

    # ------------------------------------------------------------ understanding

    def samples(self) -> dict[str, list[str]]:
        """Distinct cells of each column that is not left out, by header."""
        if self._samples is None:
            found = checking.samples(self.con, self.staged.headers)
            gone = {self.staged.headers[place] for place in self.left_out}
            self._samples = {header: cells for header, cells in found.items() if header not in gone}
        return self._samples

    def suggested(self, shape: str = "") -> Recipe:
        """What the file seems to be."""
        samples = self.samples()
        headers = [header for header in self.staged.headers if header in samples]
        found = shape or suggest_shape(self.staged.headers, samples, self.today)
        across = found == "figures_across"
        of = "figures" if across else found
        counts = {} if across else suggest_counts(headers, samples, self.today)
        columns = {one.header: one.field for one in suggest_columns(headers, samples, of, self.today) if one.field}
        if not shape and of == "cases" and counts and "case_id" not in columns.values():
            dated = [header for header, name in columns.items() if name == "allegation_date"]
            if not any(are_days(samples[header], self.today) for header in dated):  # a row of a year counts
                return self.suggested("figures")
        if of == "figures" and len(counts) > 1:
            own = ("value", "stage")
            columns = {header: name for header, name in columns.items() if name not in own and header not in counts}
        constants = {}
        if of == "figures" and len(counts) == 1 and "stage" not in columns.values():
            (header, stage), counts = next(iter(counts.items())), {}
            columns = {other: name for other, name in columns.items() if name != "value"} | {header: "value"}
            constants["stage"] = stage
        if across:
            taken = {header for header in headers if year_of(header, self.today)}
            columns = {
                header: name
                for header, name in columns.items()
                if header not in taken and name not in {"value", "period", "period_start", "period_end"}
            }
        places = [cell for header, name in columns.items() if name == "region" for cell in samples[header]]
        if places and "country" not in columns.values() and (country := suggest_country(places)):
            constants["country"] = country
        values = {
            name: suggested
            for header, name in columns.items()
            if (suggested := self.suggested_values(of, name, samples[header], constants.get("country", "")))
        }
        return Recipe(
            of,
            dialect=asdict(self.dialect),
            columns=columns,
            values=values,
            constants=constants,
            totals=("word",),
            years_across=across,
            counts=counts if of == "figures" else {},
            units={header: unit for header in counts if of == "figures" and (unit := unit_named(header))},
        )

    def layout(self) -> Layout:
        """What a row seems to stand for, and where the numbers stand."""
        samples = self.samples()
        headers = self.staged.headers
        return find_layout(self.con, headers, samples, self.staged.rows, self.suggested(), self.today)

    def suggested_form(self, form: str) -> Recipe:
        """What a file of counts seems to be when its numbers stand so: a form of layout.FORMS."""
        shape = {"weights": "cases", "across": "figures_across"}.get(form, "figures")
        numbers = find_number_columns(self.staged.headers, self.samples(), self.staged.rows, self.today)
        return suggest_form(self.suggested(shape), form, numbers)

    def count_values(self, header: str, limit: int = 200) -> dict[str, int]:
        """Cell -> rows that hold it, '' for those without one, of a column; the most frequent first."""
        return checking.count_values(self.con, self.staged.headers, header, limit)

    def suggested_values(self, shape: str, name: str, cells: Sequence[str], country: str = "") -> dict[str, str]:
        """Cell -> code, for those that are a known word as a whole; regions of a country are known once it is."""
        field = fields(shape)[name]
        if field.type != "code":
            return {}
        return {cell: code for cell, (code, _) in suggest_values(field, cells, country).items()}

    def check(self, recipe: Recipe) -> Checked:
        """Understand the rows by the recipe. Raises checking.Unmappable when it does not fit."""
        recipe = replace(recipe, dialect=asdict(self.dialect))
        try:
            recipe.to_toml()
        except RecipeError as fault:
            raise Unmappable(fault.code, fault.where) from fault
        before, self.recipe = self.recipe, recipe
        self._published_figures.clear()
        # What the rows mean is a matter of counting: they are read once, whatever is said of it.
        if self.checked is not None and before is not None and _read_alike(before, recipe):
            return self.checked
        self.checked = checking.check(self.con, self.staged, self.dialect, self.recipe, self.today, self.left_out)
        return self.checked

    # ------------------------------------------------------------ publishing

    @property
    def understood(self) -> tuple[Recipe, Checked]:
        """The recipe by which the rows were checked, and what came of them. Raises NotReady before that."""
        if self.recipe is None or self.checked is None:
            raise NotReady("unchecked")
        return self.recipe, self.checked

    @property
    def questions(self) -> list[Question]:
        """What the recipe leaves open of the meaning of the rows; those that are certain among them."""
        return self.questions_of(self.understood[0])

    def questions_of(self, recipe: Recipe) -> list[Question]:
        """What another recipe, that reads the same of the file, would leave open."""
        return find_questions(recipe, self.understood[1].facts, Ladder.from_table(self._stages))

    @property
    def open_questions(self) -> list[Question]:
        """The questions that nobody but a person can answer."""
        return [question for question in self.questions if not question.is_certain]

    def propose(self, recipe: Recipe) -> tuple[Recipe, list[Question]]:
        """The recipe with an answer to each of its questions that has a proposal, and these questions."""
        answered: list[Question] = []
        for _ in range(3):  # an answer may lead to another question
            asked = [one for one in self.questions_of(recipe) if one.proposal]
            for question in asked:
                recipe = answer(recipe, question, question.proposal)
            answered += asked
        return recipe, answered

    def foresee(self) -> pa.Table | None:
        """The figures that would be published if every open question were answered as it is proposed.

        None where there are none, and for a long file that would have to be read again.
        """
        recipe, _ = self.understood
        proposed, _ = self.propose(recipe)
        if _read_alike(recipe, proposed):
            return self._foresee(proposed)
        if self.staged.rows > REREAD_MOST:
            return None
        try:
            self.check(proposed)
            return self._foresee(self.propose(proposed)[0])
        except Unmappable:
            return None
        finally:
            self.check(recipe)

    def _foresee(self, recipe: Recipe) -> pa.Table | None:
        kept, self.recipe = self.recipe, recipe
        try:
            figures, _ = self._make_figures_once() if recipe == kept else self._make_figures()
        except UploadRefused:
            return None
        finally:
            self.recipe = kept
        return figures if len(figures) else None

    def find_totals(self) -> dict[str, list[tuple[int, str]]]:
        """Kind of total -> the rows that seem to be such, each with its numbers as they stand in the file."""
        recipe, _ = self.understood
        found = checking.find_totals(self.con, self.staged, self.dialect, recipe, self.today)
        numbers = checking.number_columns(self.staged, recipe, self.today)
        cells = checking.read_cells(self.con, list(found), numbers)
        kinds: dict[str, list[tuple[int, str]]] = {}
        for row, kind in sorted(found.items()):
            kinds.setdefault(kind, []).append((row, "; ".join(cells.get(row, []))))
        return kinds

    @cached_property
    def _stages(self) -> pa.Table:
        """The table of stages by which these cases are counted: it is asked for with every question."""
        return self.store.stages()

    @property
    def closed_because(self) -> str:
        """Why it can't be published yet: doubts, findings, unchecked, questions, no_rows; '' when it can."""
        if self.doubts:
            return "doubts"
        if self.open_findings:
            return "findings"
        if self.checked is None:
            return "unchecked"
        if self.open_questions:
            return "questions"
        return "" if self.checked.lines else "no_rows"

    def upload(
        self,
        *,
        organisation: str,
        author: str,
        message: str,
        language: str,
        kind: str = "",
        is_strict: bool = False,
        replaces: str = "",
    ) -> Upload:
        """What is published: the numbers that the rows make, with who publishes them and why.

        `kind`: of the body that counted, '' for that of the recipe (an organisation that says nothing is an NGO).
        `replaces`: id of the earlier edition of this list, which goes out of the latest version.

        `is_strict`: of a list of cases no number is told that stands for 1 to 4 persons, nor comes out of others.
        Raises NotReady while something is open, and when the last look finds personal data in what would be stored;
        UploadRefused when the rows make no numbers, WordsRefused for a reason in the recipe that can't stand.
        """
        if closed := self.closed_because:
            raise NotReady(closed)
        recipe, checked = self.understood
        if self._persons_left():
            raise NotReady("personal_data_left")
        compiler = compiler_of(organisation)
        beside = [edition for edition in self.store.editions(compiler) if edition.is_strict] if is_strict else None
        rows, undated = self._make_figures_once(beside)
        country = recipe.country or _most_frequent(rows["country"])
        return Upload(
            rows=rows,
            shape=recipe.shape,
            country=country,
            compiler=compiler,
            kind=kind or recipe.constants.get("kind", "ngo"),
            organisation=organisation,
            author=author,
            message=message,
            language=language,
            content_hash=hash_content(rows, recipe.shape, country, compiler),
            recipe=trim_recipe(recipe, self.staged.headers, checked.warnings).to_toml(),
            file_rows=checked.in_file,
            published_rows=checked.published,
            rejected_rows=sum(checked.rejected.values()),
            left_out_rows=sum(checked.left_out.values()),
            undated_cases=undated,
            is_strict=is_strict,
            earlier_lists=tuple(edition.upload_id for edition in beside or ()),
            replaces=replaces,
        )

    def _persons_left(self) -> list[tuple[str, str]]:
        """What the last look finds in the columns of figures that hold text of the file, beside what a reason was given
        for; of cases no text is stored."""
        recipe, _ = self.understood
        place = {name: place for place, name in recipe.places(self.staged.headers).items()}
        reasoned = {(one.column, one.kind) for one in self.settlements if one.how == "not_personal"}
        texts = [name for name, field in fields(recipe.shape).items() if field.type == "url"]
        found = screen.guard(self.con, recipe.shape, texts) if texts else []
        return [(name, kind) for name, kind in found if (place.get(name), kind) not in reasoned]

    def _make_figures_once(self, beside: Sequence[Edition] | None = None) -> tuple[pa.Table, int]:
        """As `_make_figures`, kept until the rows are checked again: a page asks each time that somebody touches it,
        and ten million cases are not counted in a moment."""
        asked = None if beside is None else tuple(edition.upload_id for edition in beside)
        if asked not in self._published_figures:
            self._published_figures[asked] = self._make_figures(beside)
        return self._published_figures[asked]

    def _make_figures(self, beside: Sequence[Edition] | None = None) -> tuple[pa.Table, int]:
        """The figures that are published, and how many cases stand in none of them for want of a year.

        `beside`: of a list that is published strictly the other strict lists, None of one that is not.
        """
        if self.understood[0].shape == "figures":
            if beside is not None:
                raise UploadRefused("strict_of_cases_only")
            figures = self.con.execute(
                "select * exclude (row, place) from figures order by row, place"
            ).to_arrow_table()
            self._refuse_different(figures)
            return figures, 0
        counted = self._count(is_strict=beside is not None)
        if beside is None:
            return state_counts(counted), counted.undated
        from data.strict import protect_counts  # slow to import, and seldom needed

        told = protect_counts(counted, [edition.figures for edition in beside])
        return told, counted.undated

    def _refuse_different(self, figures: pa.Table, meant: Recipe | None = None) -> None:
        """Raise UploadRefused, recount_differs, when a second count of the file by another path finds other numbers."""
        recipe, checked = self.understood
        headers = self.staged.headers
        numbers = checking.number_columns(self.staged, recipe, self.today)
        if meant is not None:
            stages, has_repeats = self._stages, _has_repeats(checked, meant)
            decimal = self.dialect.decimal
            found = recount_cases(self.con, headers, meant, stages, figures, has_repeats=has_repeats, decimal=decimal)
        else:
            years = checking.year_columns(self.staged, recipe, self.today)
            found = recount_figures(self.con, headers, recipe, years, figures, self.dialect.thousands)
        missed = find_missed_totals(self.con, headers, recipe, numbers)
        if found or missed:
            rows = [f"totals: {', '.join(map(str, missed[:10]))}"] if missed else []
            raise UploadRefused("recount_differs", "; ".join([*map(str, found[:10]), *rows]))

    def _count(self, *, is_strict: bool) -> Counted:
        """Count the cases as the recipe means them, with the answers that are certain."""
        recipe, checked = self.understood
        meant = answer_certain(recipe, self.questions)
        by_decision = meant.counted_by == "decision"
        counted = count_cases(
            self.con,
            self._stages,
            # A complaint is not received when it is decided.
            all_complaints=meant.all_complaints == "yes" and not by_decision,
            outcomes=checked.facts.stages - {COMPLAINT} if by_decision else None,
            implies=meant.implies,
            is_blank_unknown=meant.blank_outcome != "none",
            has_repeats=_has_repeats(checked, meant),
            keeps_spans="allegation_date" in meant.constants,
            is_strict=is_strict,
            unit="persons" if meant.row == "person" else "cases",
        )
        self._refuse_different(counted.figures, meant)
        figures = counted.figures
        if region := meant.constants.get("region"):
            figures = _fill(figures, region=region)
        if by_decision:
            figures = _fill(figures, scope="subset", scope_detail="decided_in_period")
        return replace(counted, figures=figures)


def _has_repeats(checked: Checked, meant: Recipe) -> bool:
    """Several rows of one id are one case, unless each row is a complaint and its number does not tell it."""
    by_row = checked.facts.do_ids_begin_anew and meant.row in {"complaint", "count"}
    return checked.has_repeats and not by_row


def _most_frequent(codes: pa.ChunkedArray) -> str:
    """The country that most figures are of."""
    found = codes.drop_null().value_counts().to_pylist()
    return str(max(found, key=lambda one: one["counts"])["values"]) if found else ""


def _fill(figures: pa.Table, **columns: str) -> pa.Table:
    """The figures with these words in every row."""
    for name, word in columns.items():
        filled = pa.array([word] * len(figures), pa.string())
        place = figures.schema.get_field_index(name)
        figures = figures.append_column(name, filled) if place < 0 else figures.set_column(place, name, filled)
    return figures


def _read_alike(one: Recipe, other: Recipe) -> bool:
    """Two recipes differ at most in what the rows mean, not in what is read of them."""
    return _without_meaning(one) == _without_meaning(other)


def _without_meaning(recipe: Recipe) -> Recipe:
    constants = {name: said for name, said in recipe.constants.items() if name != "kind"}
    return replace(recipe, row="", all_complaints="", implies={}, blank_outcome="", accepted={}, constants=constants)


def _forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Detach the database in memory, and with it all that was read."""
    with suppress(duckdb.Error):  # the store was closed before
        con.execute("use memory")
        con.execute(f"detach database if exists {name}")
        con.close()


def hash_content(rows: pa.Table, shape: str, country: str, compiler: str) -> str:
    """Of figures in any order and whose they are, and of nothing else: it tells no more than what is published."""
    said = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows.to_pylist())
    return hashlib.sha256("\n".join([shape, country, compiler, *said]).encode()).hexdigest()


def compiler_of(organisation: str) -> str:
    """The code of an organisation that uploads: the same for the same name, and no code of the shipped figures.

    Quotes, dots and spaces tell no two organisations apart: one may not publish exactly what it withheld as the other.
    """
    name = " ".join(re.findall(r"\w+", organisation.casefold()))
    return "upload_" + hashlib.sha256(name.encode()).hexdigest()[:8]


__all__ = ["Checked", "Intake", "NotReady", "Unmappable", "compiler_of"]
