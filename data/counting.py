"""The cases of a list become its figures, counted in memory. Nothing of a case itself goes any further.

So what is stored of a list is what is shown of it: how many cases reached each stage, year by year. Which stages there
are is what the list says: a stage to which none of its values was mapped has no figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.uploads import UploadRefused
from queries.catalog import query

COMPLAINT = "complaint"
# What an outcome of a case may be beside a stage: something that is no outcome, or a value that nobody has coded.
NO_OUTCOME = "no_outcome"
UNCODED = "uncoded"
# Ways out that say by their own meaning that the stages before them were reached. Of the others a person says.
IMPLIES_BY_MEANING = {"refused", "acquitted"}


@dataclass(frozen=True)
class CountedStage:
    """A stage of which a list has counts: `reached_by` the outcomes that reach it (None: every case does), `ended_by`
    those that went further, for a way out is where a case ended."""

    stage: str
    reached_by: frozenset[str] | None
    ended_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ladder:
    """The stages of data/reference/stages.csv and what one of them says of the others."""

    about: Mapping[str, Mapping[str, object]]

    @classmethod
    def from_table(cls, stages: pa.Table) -> "Ladder":
        """Make it of the table `stages` of the store: stage, role, rung, hangs_on."""
        return cls({row["stage"]: row for row in stages.to_pylist()})

    def place(self, stage: str) -> float | None:
        """The place on the ladder, half a rung below the stage that a way out hangs on; None beside the ladder."""
        about = self.about[stage]
        if about["role"] == "way_out":
            return float(self.about[str(about["hangs_on"])]["rung"]) + 0.5  # type: ignore[arg-type]
        return float(about["rung"]) if about["rung"] is not None else None  # type: ignore[arg-type]

    def earlier(self, stage: str) -> frozenset[str]:
        """The rungs that lie before a stage. Who was sent to court was prosecuted, and not the other way round."""
        place = self.place(stage)
        if place is None:
            return frozenset()
        found = {
            other
            for other, about in self.about.items()
            if about["role"] == "ladder" and (there := self.place(other)) is not None and there < place
        }
        return frozenset(found | ({"prosecuted"} if stage == "sent_to_court" else set()))

    def implied(self, outcome: str, implies: Mapping[str, bool]) -> frozenset[str]:
        """The stages that an outcome says were reached: itself, and those before it unless a person says otherwise."""
        by_default = self.about[outcome]["role"] == "ladder" or outcome in IMPLIES_BY_MEANING
        return frozenset({outcome}) | (self.earlier(outcome) if implies.get(outcome, by_default) else frozenset())

    def open_implications(self, outcomes: Iterable[str], implies: Mapping[str, bool]) -> list[str]:
        """Ways out of which somebody has to say whether the stages before were reached, since the list counts those."""
        named = {*outcomes} & self.about.keys()
        return sorted(
            outcome
            for outcome in named
            if self.about[outcome]["role"] == "way_out"
            and outcome not in IMPLIES_BY_MEANING
            and outcome not in implies
            and (self.earlier(outcome) & named) - {COMPLAINT}
        )

    def counted_stages(
        self, outcomes: Iterable[str], *, all_complaints: bool, implies: Mapping[str, bool]
    ) -> list[CountedStage]:
        """The stages of which a list with these outcomes has counts, and what is counted at each."""
        named = sorted({*outcomes} & self.about.keys())
        reached = {outcome: self.implied(outcome, implies) for outcome in named}
        found = [CountedStage(COMPLAINT, None)] if all_complaints else []
        for stage in named:
            if stage == COMPLAINT and all_complaints:
                continue
            by = frozenset(outcome for outcome in named if stage in reached[outcome])
            ended = frozenset(self._beyond(stage, named)) if self.about[stage]["role"] == "way_out" else frozenset()
            found.append(CountedStage(stage, by, ended))
        return found

    def _beyond(self, stage: str, named: Sequence[str]) -> Iterable[str]:
        """Outcomes further than a way out; of two at one place the last by name ended the case."""
        own = (self.place(stage), stage)
        for other in named:
            place = self.place(other)
            ends = self.about[other]["role"] == "way_out"
            if place is not None and (place > own[0] or (ends and place == own[0] and other > stage)):  # type: ignore[operator]
                yield other


@dataclass(frozen=True)
class Counted:
    """What a list counts: the rows of queries/counting/case_figures, in their order, and the cases of no year.

    `classes`: country and year -> the outcomes of a case -> how many cases have just these; they add up to the counts.
    """

    figures: pa.Table
    undated: int
    stages: tuple[CountedStage, ...] = ()
    classes: Mapping[tuple[str | None, int], Mapping[frozenset[str], int]] = field(default_factory=dict)


def count_cases(
    con: duckdb.DuckDBPyConnection,
    stages: pa.Table,
    *,
    outcomes: Iterable[str] | None = None,
    all_complaints: bool = True,
    implies: Mapping[str, bool] | None = None,
    is_blank_unknown: bool = True,
    has_repeats: bool = True,
    keeps_spans: bool = False,
    is_strict: bool = False,
    covers_from: date | None = None,
    covers_to: date | None = None,
    unit: str = "cases",
) -> Counted:
    """Count the table `cases` that `con` sees: case_id, country, allegation_start, allegation_end, outcome, weight.

    An outcome is null where the list says nothing, NO_OUTCOME where it says something else, UNCODED where nobody knows
    what its value means: then nothing but complaints is counted.

    `stages`: the table of reference. `outcomes`: the stages to count, None: all that are in `cases`. `all_complaints`:
    every case is a complaint. `implies`: way out -> whether the stages before it were reached. `is_blank_unknown`:
    where the list says nothing of the outcome there may be one. `has_repeats`: an id may stand in several rows.
    `keeps_spans`: a date of several years is the period of the list. `unit`: cases or persons. Raises UploadRefused:
    no_rows, incomplete (a weight), unknown_stage, no_figures (no case says in which year it was, or it counts nothing).
    """
    about = con.execute("select count(*), count(*) filter (where weight is null or weight < 0) from cases").fetchall()
    if not about[0][0]:
        raise UploadRefused("no_rows")
    if about[0][1]:
        raise UploadRefused("incomplete", "weight")
    found = {row[0] for row in con.execute("select distinct outcome::varchar from cases").fetchall()} - {None}
    ladder = Ladder.from_table(stages)
    if unknown := found - {NO_OUTCOME, UNCODED} - ladder.about.keys():
        raise UploadRefused("unknown_stage", ", ".join(sorted(unknown)))
    named = (found if outcomes is None else found & {*outcomes}) - {NO_OUTCOME, UNCODED}
    if UNCODED in found:
        named = set()
    counted = ladder.counted_stages(named, all_complaints=all_complaints, implies=implies or {})
    bits = {code: 1 << place for place, code in enumerate(sorted(found - {UNCODED}))}
    tables = {
        "outcomes": pa.table({"outcome": pa.array(bits, pa.string()), "bit": pa.array(bits.values(), pa.uint64())}),
        "counted_stages": _stage_table(counted, bits),
    }
    for name, table in tables.items():
        con.register(name, table)
    try:
        cohorts = con.execute(
            query("cohorts", "counting").sql, {"has_repeats": has_repeats, "keeps_spans": keeps_spans}
        ).to_arrow_table()
        con.register("cohorts", cohorts)
        says = {
            "is_blank_unknown": is_blank_unknown,
            "is_strict": is_strict,
            "covers_from": covers_from,
            "covers_to": covers_to,
            "unit": unit,
        }
        figures = con.execute(query("case_figures", "counting").sql, says).to_arrow_table()
    finally:
        for name in (*tables, "cohorts"):
            con.unregister(name)
    if not len(figures):
        raise UploadRefused("no_figures")
    undated = pc.sum(
        cohorts.filter(pc.and_(pc.is_null(cohorts["year"]), pc.is_null(cohorts["span_start"])))["cases"], min_count=0
    ).as_py()
    order = [(column, "ascending") for column in ("country", "period_start", "stage")]
    return Counted(figures.sort_by(order), int(undated), tuple(counted), _classes(cohorts, bits))


def _classes(cohorts: pa.Table, bits: Mapping[str, int]) -> dict[tuple[str | None, int], dict[frozenset[str], int]]:
    found: dict[tuple[str | None, int], dict[frozenset[str], int]] = {}
    for row in cohorts.select(["country", "year", "codes", "cases"]).to_pylist():
        if row["year"] is not None:
            codes = frozenset(code for code, bit in bits.items() if row["codes"] & bit)
            found.setdefault((row["country"], row["year"]), {})[codes] = row["cases"]
    return found


def _stage_table(counted: Sequence[CountedStage], bits: Mapping[str, int]) -> pa.Table:
    def mask(codes: frozenset[str] | None) -> int | None:
        return None if codes is None else sum(bits[code] for code in codes if code in bits)

    return pa.table(
        {
            "stage": pa.array([one.stage for one in counted], pa.string()),
            "reached_by": pa.array([mask(one.reached_by) for one in counted], pa.uint64()),
            "ended_by": pa.array([mask(one.ended_by) for one in counted], pa.uint64()),
        }
    )


def are_lower_bounds(counted: Counted) -> list[bool]:
    """For each figure whether its number is «at least» so many: the list is silent on what came of some of its cases.

    One rule for exact and for strict publishing. The count of complaints holds whatever came of them.
    """
    every = {one.stage for one in counted.stages if one.reached_by is None}
    rows = counted.figures.select(["stage", "unknown"]).to_pylist()
    return [row["unknown"] > 0 and row["stage"] not in every for row in rows]


def state_counts(counted: Counted) -> pa.Table:
    """Make figures of counted cases: each exactly, or «at least» where the list is silent on what came of some."""
    table = counted.figures
    open_above = are_lower_bounds(counted)
    value = table["cases"].cast(pa.float64())
    high = [None if is_open else number for is_open, number in zip(open_above, value.to_pylist(), strict=True)]
    qualifier = ["at_least" if is_open else "exact" for is_open in open_above]
    return make_figures(
        table, value_low=value, value_high=pa.array(high, pa.float64()), qualifier=pa.array(qualifier, pa.string())
    )


def make_figures(counted: pa.Table, **columns: pa.Array) -> pa.Table:
    """Make figures of counted cases, with these columns for their number."""
    told = [name for name in counted.column_names if name not in {"cases", "unknown"}]
    return pa.table({name: counted[name] for name in told} | columns)
