"""Does every rule of design §3 hold on the real figures, and does its test fail once the rule is taken away?

A rule is a function named as its sentence, in the order of the design, that asserts it on the figures that need it.
Above it stands what breaks it: a clause taken out of the SQL, a line of a measure rewritten. It is asked twice: of
the store, where it must hold, and of the same figures with the clause gone, where it must fail.
"""

import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pandas as pd
import pytest

from components.chart import Block, Chart, Outcome
from components.charts import CHARTS, allegations_by_year, ratio_by_country, stage_ratio
from components.charts import funnel as funnel_chart
from components.charts import ladder as ladder_chart
from components.charts.shared import counts as count_charts
from components.charts.shared import ratios as ratio_charts
from components.drawing.plotly import draw_figure
from components.filters import Reader
from components.text import Text
from components.theme import BREAK
from data.store import Store
from data.store.tables import order_marts
from queries.catalog import Query, query

# By module: a function that was rewritten must be the one that is called.
from queries.measures import difference as difference_measure
from queries.measures import funnel as funnel_measure
from queries.measures import interval as interval_measure
from queries.measures import trend as trend_measure
from queries.measures.bounds import Bound
from queries.measures.trend import Trend

EN = Text("en")
INFORM = "official_unspecified kz-inform-2025 registered_offence cases"
ODF_COMPLAINTS = "official_unspecified kz-odf-2013 complaint complaints"
ODF_INVESTIGATIONS = "official_unspecified kz-odf-2013 investigation_opened cases"
SCOPED = "and scope = $scope\n        and scope_detail = $scope_detail"
ANY_SCOPE = "and $scope != $scope_detail"
JANUARY = {"country": "KZ", "scope": "event", "scope_detail": "january_2022"}


# ---------------------------------------------------------------- what a rule is asked of, and how it is broken


@dataclass(frozen=True)
class World:
    """The figures as they are asked: the store's own, or the same figures under SQL that lost a clause."""

    con: duckdb.DuckDBPyConnection
    changed: dict[str, str] = field(default_factory=dict)
    remembered: dict[str, pd.DataFrame] = field(default_factory=dict)

    def ask(self, question: str, **given: Any) -> pd.DataFrame:
        """The answer to a question; what the question has no parameter for is left out, as the pages do."""
        asked = query(question)
        asked = Query(asked.name, self.changed.get(question, asked.sql), asked.header)
        return asked.frame(self.con, **{name: value for name, value in given.items() if name in asked.params})

    def pair(self, numerator: str, denominator: str) -> tuple[str | None, str | None]:
        """Grade and refusal of two figures."""
        found = self.con.execute(
            "select grade, refusal from pairs where numerator_id = $1 and denominator_id = $2", [numerator, denominator]
        ).fetchall()
        assert len(found) == 1, f"{numerator} / {denominator} is no pair"
        return found[0]

    def ratio(self, numerator: str, denominator: str | None, **asked: Any) -> dict[str, Any]:
        """The one ratio of two figures, or the per cent that a source states."""
        found = self.ask("stage_ratio", **({"country": "KZ"} | asked))
        found = found[found["numerator_id"] == numerator]
        found = found[found["denominator_id"].isna() if denominator is None else found["denominator_id"] == denominator]
        assert len(found) == 1, f"{numerator} / {denominator}: {len(found)} ratios"
        return found.to_dict("records")[0]

    def ratios(self) -> pd.DataFrame:
        """Every ratio of every country and coverage, those over two compilers too."""
        if "ratios" in self.remembered:
            return self.remembered["ratios"]
        choices = self.con.execute("select distinct country, scope, scope_detail from counts order by all").fetchall()
        found = [
            self.ask("stage_ratio", country=country, scope=scope, scope_detail=detail, with_c=True)
            for country, scope, detail in choices
        ]
        self.remembered["ratios"] = pd.concat([frame for frame in found if len(frame)], ignore_index=True)
        return self.remembered["ratios"]

    def line(self, name: str, country: str = "KZ") -> pd.DataFrame:
        """One of the yearly lines."""
        lines = self.ask("yearly_lines", country=country)
        found = lines[lines["line"] == name]
        assert len(found), f"there is no line {name}"
        return found

    def block(self, chart: str, country: str = "KZ", **chosen: Any) -> Block:
        """The block that a page would show: its sentence, its chart, its caveats."""
        outcome = CHARTS[chart].make(reader(country), self.ask, **chosen)
        assert isinstance(outcome, Block)
        return outcome


def reader(country: str) -> Reader:
    """Who asks for all years of a country."""
    return Reader(EN, country, 1900, 2100, (), "all", "")


@dataclass(frozen=True)
class Sql:
    """A break: in a mart or a question, a clause stands differently."""

    name: str
    clause: str
    instead: str


@dataclass(frozen=True)
class Code:
    """A break: a function of a measure, a sentence or a chart is rewritten (`module:function`)."""

    place: str
    words: str
    instead: str


@dataclass(frozen=True)
class Value:
    """A break: a constant stands at another value (`module.NAME`)."""

    place: str
    value: Any


Break = Sql | Code | Value
Holds = Callable[[World], None]


@dataclass(frozen=True)
class Rule:
    """One rule: the assertion, what breaks it, and figures that both are asked of where no real one needs the rule."""

    holds: Holds
    breaks: tuple[Break, ...]
    beside: str


RULES: list[Rule] = []


def rule(*breaks: Break, beside: str = "") -> Callable[[Holds], Holds]:
    """Enter a rule; `beside` is a statement that puts a synthetic figure among the real ones."""

    def entered(holds: Holds) -> Holds:
        RULES.append(Rule(holds, breaks, beside))
        return holds

    return entered


def without(caveat: str, **values: int) -> "Value":
    """A break: the blocks of every page lose one caveat."""
    words, make = EN(f"caveat.{caveat}", **values), Chart.make

    def make_without(chart: Chart, *given: Any, **chosen: Any) -> Outcome | None:
        outcome = make(chart, *given, **chosen)
        assert isinstance(outcome, Block)
        return replace(outcome, caveats=[each for each in outcome.caveats if each != words])

    return Value("components.chart.Chart.make", make_without)


@pytest.fixture(scope="module")
def real(store: Store) -> Iterator[World]:
    """The store's own answers."""
    with store._latest().cursor() as con:
        yield World(con)


@pytest.fixture(scope="module")
def figures(shipped_tables: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The real figures and their marts in a database of its own, which every test leaves as it found it."""
    con = duckdb.connect()
    for name, table in shipped_tables.items():
        con.register("incoming", table)
        con.execute(f'create table "{name}" as from incoming')
        con.unregister("incoming")
    con.execute("alter table figures add column source_url varchar")  # as an upload has it
    for name in order_marts():
        con.execute(f'create table "{name}" as {query(name, "marts").sql}')
    yield con
    con.close()


@contextmanager
def rebuilt(con: duckdb.DuckDBPyConnection, beside: str, broken: Sql | None = None) -> Iterator[World]:
    """The figures with `beside` among them and one clause different; afterwards as before."""
    changed = {}
    con.execute("begin")
    try:
        if beside:
            con.execute(beside)
        order = order_marts()
        if broken and broken.name not in order:
            changed[broken.name] = _sql(broken.name, "questions", broken)
        first = 0 if beside else order.index(broken.name) if broken and broken.name in order else len(order)
        for name in order[first:]:
            con.execute(f'create or replace table "{name}" as {_sql(name, "marts", broken)}')
        yield World(con, changed)
    finally:
        con.execute("rollback")


def _sql(name: str, folder: str, broken: Sql | None) -> str:
    sql = query(name, folder).sql
    if broken is None or broken.name != name:
        return sql
    assert broken.clause in sql, f"{name}.sql has no «{broken.clause}» any more"
    return sql.replace(broken.clause, broken.instead)


@contextmanager
def broken_world(con: duckdb.DuckDBPyConnection, beside: str, broken: Break) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        if isinstance(broken, Sql):
            with rebuilt(con, beside, broken) as world:
                yield world
            return
        if isinstance(broken, Value):
            patch.setattr(broken.place, broken.value)
        else:
            _rewrite(patch, broken)
        with rebuilt(con, beside) as world:
            yield world


def _rewrite(patch: pytest.MonkeyPatch, broken: Code) -> None:
    """The function anew, from its own source with other words in it."""
    module_name, _, path = broken.place.partition(":")
    module = importlib.import_module(module_name)
    *owners, name = path.split(".")
    owner: Any = module
    for each in owners:
        owner = getattr(owner, each)
    source = textwrap.dedent(inspect.getsource(getattr(owner, name)))
    assert broken.words in source, f"{broken.place} has no «{broken.words}» any more"
    made: dict[str, Any] = {}
    exec(source.replace(broken.words, broken.instead), vars(module), made)
    patch.setattr(owner, name, made[name])


def one(frame: pd.DataFrame, **cells: object) -> dict[str, Any]:
    """The one row that holds these values."""
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, f"{cells}: {len(frame)} rows"
    return frame.to_dict("records")[0]


def told(line: pd.DataFrame, **cells: object) -> Trend:
    """The trend that begins with the first year of a line."""
    return trend_measure.trends(line.assign(**cells))[0]


def unknown(value: object) -> bool:
    return value is None or value != value


# ---------------------------------------------------------------- bounds


@rule(Sql("counts", "value_high as high", "coalesce(value_high, value_low) as high"))
def over_70_is_low_70_open_with_no_high(world: World) -> None:
    row = one(world.ask("allegations_by_year", country="KZ"), figure_id="kz-0045")
    assert (row["low"], row["is_open"]) == (70, True)
    assert unknown(row["high"])


@rule(Sql("ratios", "low as published_low", "high as published_low"))
def less_than_2_per_cent_is_high_2_open_with_no_low(world: World) -> None:
    row = world.ratio("kz-0305", None)
    assert (row["ratio_high"], row["ratio_high_open"]) == (2, True)
    assert unknown(row["ratio_low"])


@rule(Sql("counts", "    is_open,\n    qualifier,\n", "    is_open,\n    'exact' as qualifier,\n"))
def about_700_keeps_its_value_and_its_tilde_and_gets_no_margin(world: World) -> None:
    row = one(world.ask("allegations_by_year", country="KZ"), figure_id="kz-0083")
    assert row["low"] == row["high"] == 700
    assert count_charts.draw_mark(row, EN, "2020").label.startswith("<b>≈700</b>")
    assert not Bound.read(row["low"], row["high"], row["qualifier"]).is_exact


@rule(
    Code(
        "queries.measures.bounds:Bound.over",
        "return Bound(",
        "return Bound(*[(self.low or self.high or 0) / (other.low or other.high)] * 2) if other else Bound(",
    )
)
def bounds_pass_through_a_ratio_as_intervals_and_an_unknown_side_stays_unknown(world: World) -> None:
    """Ukraine: 30 to 40 sent to court of about 1,500 cases; Israel: none of more than 700 complaints."""
    asked = {"country": "UA", "scope": "institution", "scope_detail": "police"}
    row = world.ratio("ua-0017", "ua-0016", **asked)
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((100 * 30 / 1500, 100 * 40 / 1500))
    assert row["ratio_about"]
    for row in world.ratios().to_dict("records"):
        if row["claim"] in {"share", "side_by_side", "above_100"}:
            for side, upper in (("low", "high"), ("high", "low")):
                parts = row[f"numerator_{side}"], row[f"denominator_{upper}"]
                if parts[0] != 0:
                    assert unknown(row[f"ratio_{side}"]) == (unknown(parts[0]) or unknown(parts[1]))


@rule(Value("components.drawing.rows._draw_fade", lambda sheet, colour, y, start, end, *_: end))
def an_unknown_side_is_drawn_open_as_a_bar_that_fades(world: World) -> None:
    shown = world.ask("allegations_by_year", country="KZ")
    kibhr = draw_figure(allegations_by_year.draw(shown[shown["figure_id"] == "kz-0045"], EN), EN)
    beyond = [trace for trace in kibhr.data if trace.type == "bar" and trace.base is not None and min(trace.base) >= 70]
    assert len({trace.marker.color for trace in beyond}) == len(beyond) > 1


@rule(
    Code(
        "components.charts.shared.ratios:write_rate",
        'text.mark(*read_bounds(row, "ratio_"), row',
        'text.mark(*read_bounds(row, "ratio_"), "exact" or row',
    )
)
def a_bound_is_spoken_as_a_bound_and_never_replaced_by_its_number(world: World) -> None:
    assert ratio_charts.write_rate(world.ratio("kz-0305", None), EN) == "<2%"
    assert "less than 2%" in stage_ratio.write_finding(world.ask("stage_ratio", country="KZ"), EN)


# ---------------------------------------------------------------- never added


@rule(
    Sql(
        "allegations_by_year",
        "    low,\n    high,\n    is_open",
        "    sum(low) over (partition by year) as low,\n    sum(high) over (partition by year) as high,\n    is_open",
    )
)
def compilers_are_never_added_to_each_other(world: World) -> None:
    """2013: the State counted 304 in five months, the Coalition 201 in six and 350 to 400 in twelve."""
    shown = world.ask("allegations_by_year", country="KZ")
    of_2013 = shown[shown["year"] == 2013].set_index("figure_id")
    assert of_2013["low"].to_dict() == {"kz-0030": 304, "kz-0033": 201, "kz-0247": 350}


@rule(
    Sql(
        "allegations_by_year",
        "and scope = $scope\n    and scope_detail = $scope_detail",
        "and scope in ($scope, 'subset') and $scope_detail = ''",
    ),
    Sql("pairs", "numerator.scope = denominator.scope and", "true or"),
)
def a_subset_is_never_added_to_its_total_nor_divided_by_it(world: World) -> None:
    """2023: of 283 complaints 165 of torture and 118 of ill-treatment; 2021: of 88 offences 50 were grave."""
    shown = world.ask("allegations_by_year", country="KZ", scope="all", scope_detail="")
    assert shown.loc[shown["year"] == 2023, "figure_id"].isin(["kz-0194", "kz-0197"]).all()
    assert not {"kz-0198", "kz-0199"} & set(shown["figure_id"])
    assert world.pair("kz-0098", "kz-0095") == (None, "scope")


@rule(
    Sql("yearly_lines", SCOPED, ANY_SCOPE),
    Sql("allegations_by_year", "and scope = $scope\n    and scope_detail = $scope_detail", ANY_SCOPE),
)
def an_event_is_never_added_to_a_year(world: World) -> None:
    """110 complaints to the Ombudsman and 301 to prosecutors about January 2022 stand beside no count of 2022."""
    for name in ("allegations_by_year", "yearly_lines", "counts_over_years"):
        shown = world.ask(name, country="KZ")
        assert set(shown["scope"]) <= {"all"}
        assert not {"kz-0131", "kz-0134", "kz-0158"} & set(shown["figure_id"])


@rule(
    Sql("pairs", "            when has_yearly_rate then 'yearly_rate'\n", ""),
    Sql("counts", "    period_kind,\n    calendar_year", "    'counted' as period_kind,\n    calendar_year"),
)
def a_yearly_rate_is_never_a_count(world: World) -> None:
    """About 700 complaints in a typical year, and 23 persons convicted in 2020: no 3.3 per 100."""
    assert world.pair("kz-0084", "kz-0083") == (None, "yearly_rate")
    shown = world.ask("allegations_by_year", country="KZ")
    assert count_charts.draw_mark(one(shown, figure_id="kz-0083"), EN, "2020").is_rate
    assert "700" not in allegations_by_year.write_finding(shown, EN)


@rule(Sql("allegations_by_year", "    and not is_repeat\n", ""), Sql("pairs", "not counts.is_repeat and", ""))
def repeats_of_one_fact_are_one_fact(world: World) -> None:
    """201 complaints told by two documents; 43 complaints of Kyrgyzstan told by three, and divided once."""
    shown = world.ask("allegations_by_year", country="KZ")
    assert list(shown.loc[shown["low"] == 201, "figure_id"]) == ["kz-0033"]
    asked = world.ratios()
    assert not {"kz-0032", "kg-0083", "kg-0084"} & {*asked["numerator_id"], *asked["denominator_id"]}


# ---------------------------------------------------------------- a ratio has a grade


@rule(
    Sql("pairs", "when same_compiler and same_unit then 'A'", "when same_unit then 'A'"),
    Sql("pairs", "when same_compiler and same_unit then 'A'", "when same_compiler then 'A'"),
)
def grade_A_is_one_compiler_unit_scope_and_period_and_is_a_share(world: World) -> None:
    """5 of 10 cases that reached court in 2015 ended in a conviction; 217 of 249 complaints of 2019 were refused."""
    assert world.pair("kz-0043", "kz-0044") == world.pair("kz-0074", "kz-0073") == ("A", None)
    assert world.ratio("kz-0043", "kz-0044")["claim"] == "share"
    graded = world.ratios()
    graded = graded[graded["grade"] == "A"]
    assert (graded["compiler"] == graded["denominator_compiler"]).all()
    assert (graded["numerator_unit"] == graded["denominator_unit"]).all()


@rule(
    Sql("pairs", "when same_compiler and same_unit then 'A'", "when same_compiler then 'A'"),
    without("several_complaints"),
)
def grade_B_is_another_unit_and_says_that_a_case_may_answer_several_complaints(world: World) -> None:
    row = world.ratio("kz-0026", "kz-0025")
    assert (row["grade"], row["claim"]) == ("B", "side_by_side")
    assert EN("caveat.several_complaints") in world.block("stage_ratio").caveats


@rule(
    Sql("stage_ratio", "and (grade is null or grade != 'C' or $with_c)", "and ($with_c or not $with_c)"),
    Code("components.charts.shared.ratios:_place", 'row["grade"] == "C"', "False"),
    Code("components.charts.stage_ratio:write_finding", 'and row["grade"] != "C"', ""),
)
def grade_C_is_shown_only_when_asked_for_drawn_apart_and_never_in_a_headline(world: World) -> None:
    """11 sent to court as the Committee counted them, of 766 offences that another body counted."""
    assert world.pair("kz-0089", "kz-0088") == ("C", None)
    assert "C" not in set(world.ask("stage_ratio", country="KZ")["grade"])
    asked = world.ask("stage_ratio", country="KZ", with_c=True)
    both = ratio_charts.name_compilers(one(asked, denominator_id="kz-0088"), EN)
    panels = ratio_charts.draw_panels(asked, EN, by_country=False).panels
    assert [panel.title.endswith(both) for panel in panels] == [False] * (len(panels) - 1) + [True]
    assert all(row.is_hollow for row in panels[-1].rows)
    # Even where nothing else is known of a prosecution.
    of_2020 = asked[asked["year"].isin([2019, 2020])]
    assert set(of_2020["grade"]) == {"A", "C"}
    assert "766" not in stage_ratio.write_finding(of_2020, EN)
    assert set(world.ask("headline_ratio", country="KZ", year_from=2016)["grade"]) == {"A"}


@rule(Sql("pairs", "(not numerator.is_unnamed or same_document)", "true"))
def a_compiler_that_nobody_names_is_the_same_only_within_one_document(world: World) -> None:
    """23 convicted and 766 offences of 2020 are both «official», out of two documents."""
    assert world.pair("kz-0084", "kz-0088") == (None, "compiler_and_unit")
    assert world.pair("kz-0047", "kz-0046") == ("B", None)


@rule(Sql("pairs", "            when has_inferred_window then 'inferred_window'\n", ""))
def an_inferred_window_matches_only_within_its_document(world: World) -> None:
    assert world.pair("kz-0156", "kz-0246") == (None, "inferred_window")
    assert world.pair("kz-0074", "kz-0073") == ("A", None)


@rule(Sql("pairs", "            when not same_place then 'place'\n", ""))
def another_place_is_refused_with_the_reason(world: World) -> None:
    assert_refused(world, "kz-0026", "kz-0024", "place")


@rule(Sql("pairs", "            when not same_scope then 'scope'\n", ""))
def another_scope_is_refused_with_the_reason(world: World) -> None:
    assert_refused(world, "kz-0098", "kz-0095", "scope")


@rule(Sql("pairs", "            when not same_period and not is_followed then 'period'\n", ""))
def another_period_is_refused_with_the_reason(world: World) -> None:
    assert_refused(world, "kz-0139", "kz-0145", "period", **JANUARY)


@rule(Sql("pairs", "            when not same_compiler and not same_unit then 'compiler_and_unit'\n", ""))
def another_compiler_and_another_unit_are_refused_with_the_reason(world: World) -> None:
    assert_refused(world, "kz-0006", "kz-0005", "compiler_and_unit")


def assert_refused(world: World, numerator: str, denominator: str, reason: str, **asked: Any) -> None:
    """Refused, listed among the refused pairs, and the reason has words."""
    assert world.pair(numerator, denominator) == (None, reason)
    listed = world.ask("refused_ratios", **({"country": "KZ"} | asked))
    assert one(listed, numerator_id=numerator, denominator_id=denominator)["refusal"] == reason
    assert EN.cap(EN(f"refusal.{reason}")) in set(ratio_charts.tabulate_refused(listed, EN)[EN("ui.reason")])


# ---------------------------------------------------------------- «led to» only where it was followed


@rule(
    Sql("pairs", "coalesce(numerator.followed_from = denominator.figure_id, false)", "true"),
    Code(
        "components.charts.stage_ratio:describe_ratio",
        'if row["is_followed"] else "finding.share"',
        'if row else "finding.share"',
    ),
)
def of_these_is_said_only_where_the_source_followed_the_same_complaints(world: World) -> None:
    followed = stage_ratio.describe_ratio(world.ratio("kz-0074", "kz-0073"), EN)
    assert followed.startswith("2019, period inferred by us: complaints received – 249; of these, ")
    beside = stage_ratio.describe_ratio(world.ratio("kz-0026", "kz-0025"), EN)
    assert beside == "2012: complaints received – 602; investigations opened – 18 (3.0 per 100)."
    assert "of these" not in stage_ratio.describe_ratio(world.ratio("kz-0043", "kz-0044"), EN)


@rule(
    Sql("pairs", "numerator.source_id = denominator.source_id as same_document", "true as same_document"),
    without("two_documents", n=1),
)
def a_ratio_out_of_two_documents_says_so(world: World) -> None:
    """Kyrgyzstan 2016: 35 investigations in one document, 435 complaints in another, of one prosecutor's office."""
    assert not world.ratio("kg-0024", "kg-0015", country="KG")["same_document"]
    assert EN("caveat.two_documents", n=1) in world.block("stage_ratio", country="KG").caveats


# ---------------------------------------------------------------- headlines


@rule(
    Sql("headline_ratio", "    denominator_stage != 'complaint',\n", ""),
    Code("components.charts.stage_ratio:_rank", '{"complaint": 3, "registered_offence": 2}', "{}"),
)
def the_headline_is_prosecuted_or_sent_to_court_per_complaint_then_per_registered_offence(world: World) -> None:
    """11 beside 119 complaints of 2015 come before 1 of 88 offences of 2021, which is later and of grade A."""
    row = one(world.ask("headline_ratio", country="KZ"))
    assert (row["numerator_id"], row["denominator_id"]) == ("kz-0050", "kz-0046")
    assert "complaints received – 119; cases sent to court – 11" in stage_ratio.write_finding(
        world.ask("stage_ratio", country="KZ"), EN
    )
    later = {"country": "KZ", "year_from": 2016}
    row = one(world.ask("headline_ratio", **later))
    assert (row["numerator_stage"], row["denominator_stage"]) == ("sent_to_court", "registered_offence")
    assert "offences registered – 88; cases sent to court – 1" in stage_ratio.write_finding(
        world.ask("stage_ratio", **later), EN
    )


@rule(
    Sql("headline_ratio", "in ('prosecuted', 'sent_to_court')", "in ('prosecuted', 'investigation_opened')"),
    Value("components.charts.shared.ratios.label_pair", lambda row, text: "prosecutions of complaints"),
)
def an_investigation_is_never_a_prosecution(world: World) -> None:
    """Until 2013 only investigations are known: there is no headline, and the chart and sentence name the stages."""
    until = {"country": "KZ", "year_to": 2013}
    assert world.ask("headline_ratio", **until).empty
    shown = world.ask("stage_ratio", **until)
    own = shown[shown["claim"] != "published"]
    said = stage_ratio.write_finding(own, EN) + " ".join(
        ratio_charts.draw_mark(row, EN).hover for row in own.to_dict("records")
    )
    assert "investigations opened" in said.lower()
    assert "prosecut" not in said.lower()


# ---------------------------------------------------------------- published per cents


@rule(
    Sql("allegations_by_year", "    and unit != 'percent'\n", ""),
    Sql("yearly_lines", "        and unit != 'percent'\n", ""),
    Sql("ladder", "        and unit != 'percent'\n", ""),
    Sql("pairs", "where counts.unit != 'percent' and", "where"),
    Code("components.charts.shared.ratios:write_counts", 'row["claim"] == "published"', "False"),
    Code("queries.measures.ratio:_row", '"interval_low": None', '"interval_low": 0.0'),
)
def a_published_per_cent_is_never_a_count_and_has_no_n_and_no_interval(world: World) -> None:
    """«Less than 2 %» of the Committee against Torture, and «2 %» of the Coalition."""
    stated = {"kz-0305", "kz-0041"}
    for stage in ("prosecuted", "investigation_opened"):
        assert not stated & set(world.ask("allegations_by_year", country="KZ", stage=stage)["figure_id"])
    assert not stated & set(world.ask("yearly_lines", country="KZ")["figure_id"])
    period = {"period_start": "2014-01-01", "period_end": "2014-12-10"}
    ladder = world.ask("ladder", country="KZ", compiler="ngo_coalition", **period)
    assert not stated & set(ladder["figure_id"])
    paired = world.con.execute("select count(*) from pairs where numerator_id in ('kz-0305', 'kz-0041')").fetchone()
    assert paired == (0,)
    for figure in stated:
        row = world.ratio(figure, None)
        assert ratio_charts.write_counts(row, EN) == "counts not published"
        assert unknown(row["interval_low"])
        assert ratio_charts.draw_mark(row, EN).interval is None


# ---------------------------------------------------------------- n of N, and the interval


@rule(
    Code("components.charts.shared.ratios:write_counts", """}/{mark_number(row, text, 'denominator_')}""", "}"),
    Code("components.charts.shared.ratios:_write_label", "[write_counts(row, text)]", "[grade]"),
)
def n_of_n_stands_next_to_every_per_cent(world: World) -> None:
    assert "217/249" in ratio_charts.draw_mark(world.ratio("kz-0074", "kz-0073"), EN).label
    for row in world.ratios().to_dict("records"):
        if row["claim"] != "published":
            n_of_n = f"{row['numerator_low']:,.0f}/{row['denominator_low']:,.0f}"
            if row["numerator_qualifier"] == row["denominator_qualifier"] == "exact":
                assert n_of_n.replace(",", "") in ratio_charts.draw_mark(row, EN).label.replace(",", "")


@rule(
    Code(
        "queries.measures.interval:_share",
        'ends = BinomTestResult(k=n, n=of, alternative="two-sided", statistic=n / of, pvalue=1.0).proportion_ci(\n'
        "        0.95, method=method\n    )\n    return",
        "wald = 1.959964 * (n / of * (1 - n / of) / of) ** 0.5\n"
        "    return 100 * (n / of - wald), 100 * (n / of + wald)\n    return",
    ),
    Code(
        "queries.measures.ratio:ratio",
        "(numerator, denominator)\n    strict",
        '(numerator, denominator, "exact")\n    strict',
    ),
)
def the_interval_is_wilsons_and_never_the_normal_approximation(world: World) -> None:
    """217 of 249 by the formula of 1927; 0 of 40, where the normal approximation says 0 to 0 %."""
    row = world.ratio("kz-0074", "kz-0073")
    z, p, n = 1.959963984540054, 217 / 249, 249
    middle, reach = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    ends = [100 * (middle + sign * reach) / (1 + z * z / n) for sign in (-1, 1)]
    assert [row["interval_low"], row["interval_high"]] == pytest.approx(ends, rel=1e-9)
    low, high = interval_measure.interval(Bound(0, 0), Bound(40, 40))
    assert (round(low, 1), round(high, 1)) == (0.0, 8.8)


@rule(
    Code("queries.measures.ratio:ratio", '("share" if is_share else "as_if")', '"share"'),
    Code(
        "components.charts.shared.ratios:draw_mark",
        'row["interval_kind"] == "share"',
        'row["interval_kind"] is not None',
    ),
    Code(
        "components.charts.stage_ratio:describe_ratio",
        "rate=write_per_100(",
        "rate=write_interval(row, text) + write_per_100(",
    ),
)
def two_counts_side_by_side_have_an_interval_in_the_method_panel_only(world: World) -> None:
    """18 investigations beside 602 complaints: 1.9 to 4.7, «as if each case answered one complaint»."""
    row = world.ratio("kz-0026", "kz-0025")
    ends = ratio_charts.write_interval(row, EN)
    assert ends == "1.9–4.7%"
    drawn = ratio_charts.draw_mark(row, EN)
    assert drawn.interval is None
    assert ends not in drawn.label + drawn.hover + stage_ratio.describe_ratio(row, EN)
    panel = world.block("stage_ratio").draw_method_table()
    assert list(panel.loc[panel[EN("ui.wilson_interval")] == ends, EN("ui.note")]) == [EN("sentence.as_if_note")]


@rule(
    Code("queries.measures.ratio:ratio", '"claim": "above_100" if above else', '"claim":'),
    Code("components.charts.shared.ratios:draw_mark", '"published"}', '"published", "above_100"}'),
)
def above_100_per_cent_no_share_is_claimed(world: World) -> None:
    """2,026 statements closed beside 500 cases of ten years; 35 officers charged in 11 cases."""
    for numerator, denominator, scope, detail in (
        ("kz-0014", "kz-0013", "institution", "penal_institutions"),
        ("kz-0114", "kz-0112", "subset", "special_prosecutors"),
    ):
        row = world.ratio(numerator, denominator, scope=scope, scope_detail=detail)
        assert row["claim"] == "above_100"
        assert unknown(row["interval_low"])
        drawn = ratio_charts.draw_mark(row, EN)
        assert (drawn.low, drawn.high) == (None, None)
        assert EN("chart.above_100") in stage_ratio.describe_ratio(row, EN)


@rule(
    Value("queries.measures.ratio.SMALL_DENOMINATOR", 0),
    Code("components.charts.shared.ratios:_write_label", 'text("chart.withheld_short")', '""'),
)
def under_10_in_the_denominator_n_of_n_is_printed_the_per_cent_withheld_and_the_reason_said(world: World) -> None:
    """One of the five convicted of 2015 was imprisoned."""
    row = world.ratio("kz-0048", "kz-0047")
    assert row["claim"] == "withheld"
    assert unknown(row["ratio_low"])
    label = ratio_charts.draw_mark(row, EN).label
    assert "1/5" in label
    assert EN("chart.withheld_short") in label
    assert "20" not in label + stage_ratio.describe_ratio(row, EN).replace("2015", "")


# ---------------------------------------------------------------- part-years


@rule(
    Code("components.drawing.rows:_draw_bar", "if mark.is_part_year else {}", "if False else {}"),
    Code("components.charts.shared.counts:draw_mark", "elif is_part:", "elif False:"),
    Code("queries.measures.trend:trends", '~frame["is_part_year"] &', 'frame["year"].notna() &'),
    Code("queries.measures.difference:differences", 'and not row["is_part_year"]', ""),
)
def a_part_of_a_year_is_hatched_named_and_in_no_trend_and_no_change(world: World) -> None:
    """304 complaints and 19 investigations from January to May 2013."""
    shown = world.ask("allegations_by_year", country="KZ")
    part = shown[shown["figure_id"] == "kz-0030"]
    assert "Jan–May" in count_charts.draw_mark(one(part), EN, "2013").label
    bars = [trace for trace in draw_figure(allegations_by_year.draw(part, EN), EN).data if trace.type == "bar"]
    assert [trace.marker.pattern.shape for trace in bars] == ["/"]
    line = world.line(ODF_INVESTIGATIONS)
    assert [(trend.year_from, trend.year_to) for trend in trend_measure.trends(line)] == [(2009, 2012)]
    assert difference_measure.differences(line)[-1] is None


@rule(
    Sql("allegations_by_year", "    low,\n", "    low * 365 / dayofyear(period_end) as low,\n"),
)
def a_part_of_a_year_is_never_annualised(world: World) -> None:
    """304 in five months are never 735 a year."""
    row = one(world.ask("allegations_by_year", country="KZ"), figure_id="kz-0030")
    assert (row["low"], row["high"]) == (304, 304)


# ---------------------------------------------------------------- breaks


@rule(
    Value("components.drawing.points._draw_break", lambda *_: None),
    Value(
        "components.charts.yearly_lines.ask_breaks",
        lambda reader, ask, *_: ask("breaks_and_events", country="KZ", year_to=1900),
    ),
)
def a_break_stands_as_a_line_on_the_axis_of_time(world: World) -> None:
    """The code of 2015, the laws of 2023: dates that cut the official line of offences."""
    made = world.block("yearly_lines", stage="registered_offence")
    solid = [shape for shape in made.figure.layout.shapes if shape.line.color == BREAK and shape.line.dash == "solid"]
    assert any(2022.5 < shape.x0 < 2023 for shape in solid), "17 March 2023, within the year's own place"
    assert any(EN("break.kz-2023-law") in line for line in made.key)


@rule(
    Sql("yearly_lines", "and counted.period_start < series_break.over_on", "and false"),
    Sql("yearly_lines", "count(series_break.country) filter (where counted.period_start >= series_break.over_on)", "0"),
    Code("queries.measures.difference:differences", 'row["segment"]', "0"),
)
def nothing_is_computed_across_a_break_and_its_year_belongs_to_neither_side(world: World) -> None:
    """920 in 2022, 462 in 2023, 193 in 2024: the law of March 2023 lies between; no fall is spoken of."""
    line = world.line(INFORM).set_index("year")
    assert pd.isna(line.loc[2023, "segment"])
    assert line.loc[2022, "segment"] != line.loc[2024, "segment"]
    changes = dict(zip(line.index, difference_measure.differences(line.reset_index()), strict=True))
    assert (changes[2022], changes[2023], changes[2024]) == ("rose", None, None)
    assert [(trend.year_from, trend.year_to) for trend in trend_measure.trends(line.reset_index())] == [
        (2019, 2022),
        (2024, 2024),
    ]


@rule(
    Sql(
        "yearly_lines",
        "(series_break.stages = '' or list_contains(string_split(series_break.stages, '|'), counted.stage))",
        "true",
    ),
    Sql("yearly_lines", "series_break.compiler_kinds = ''\n", "true\n"),
)
def a_break_cuts_only_the_stages_and_the_kinds_of_compiler_that_it_names(world: World) -> None:
    """The State's counting of complaints changed in 2012: investigations of 2012 and what NGOs count are not cut."""
    assert list(world.line(ODF_INVESTIGATIONS)["segment"].unique()) == [0]
    assert pd.isna(world.line(ODF_COMPLAINTS).set_index("year").loc[2012, "segment"])
    lines = world.ask("yearly_lines", country="KZ")
    assert set(lines.loc[lines["kind"] == "ngo", "segment"]) == {0}


@rule(
    Code("queries.measures.trend:trend", 'if not rows["is_reviewed"].all():', "if False:"),
    without("breaks_not_reviewed"),
)
def a_country_whose_breaks_nobody_reviewed_shows_no_trend_and_says_so(world: World) -> None:
    """Türkiye: six whole years of one foundation, out of one document."""
    found = told(world.line("hrft tr-duvar-2021 complaint persons", country="TR"))
    assert (found.direction, found.change) == ("not_reviewed", None)
    made = world.block("yearly_lines", stage="complaint", country="TR")
    assert made.finding.startswith(EN("finding.trend_not_reviewed"))
    assert EN("caveat.breaks_not_reviewed") in made.caveats
    assert made.draw_method_table().empty


# ---------------------------------------------------------------- trend


@rule(
    Sql("yearly_lines", "concat_ws(' ', counted.compiler, ", "concat_ws(' ', "),
    Sql("yearly_lines", "concat_ws(' ', counted.compiler, counted.source_id, ", "concat_ws(' ', counted.compiler, "),
)
def a_trend_keeps_to_one_compiler_one_document_one_stage_and_one_unit(world: World) -> None:
    """2020: 766 on the line of one document, 63 on another."""
    lines = world.ask("yearly_lines", country="KZ")
    line_of = dict(zip(lines["figure_id"], lines["line"], strict=True))
    assert line_of["kz-0088"] != line_of["kz-0087"]
    for _, own in lines.groupby("line"):
        assert own[["compiler", "source_id", "stage", "unit"]].drop_duplicates().shape[0] == 1


@rule(Sql("yearly_lines", SCOPED, ANY_SCOPE))
def a_trend_keeps_to_one_scope(world: World) -> None:
    """35 cases of 2013 all in all, and 31 officers of the police: two scopes of one prosecutor's office."""
    lines = world.ask("yearly_lines", country="KZ")
    assert lines[["scope", "scope_detail"]].drop_duplicates().to_records(index=False).tolist() == [("all", "")]


@rule(
    Code("queries.measures.trend:trends", ' & (frame["period_kind"] != "yearly_rate")', ""),
    Sql("counts", "month(period_end) = 12 and day(period_end) = 31", "true"),
)
def a_trend_is_made_of_whole_years_only(world: World) -> None:
    """Neither of the typical year of «about 700» nor of eleven months of 2015."""
    usable = {
        (trend.line, year)
        for trend in trend_measure.trends(world.ask("yearly_lines", country="KZ"))
        for year in _years(trend)
    }
    assert ("official_unspecified kz-bureau-2021 complaint complaints", 2020) not in usable
    shown = world.ask("yearly_lines", country="KZ")
    assert one(shown, figure_id="kz-0046")["is_part_year"]
    assert ("official_unspecified kz-tv5-2016 complaint complaints", 2015) not in usable


def _years(trend: Trend) -> range:
    return range(trend.year_from, trend.year_to + 1)


@rule(Value("queries.measures.trend.FEWEST_YEARS", 3))
def a_trend_needs_four_years(world: World) -> None:
    """14, 36 and 52 complaints of 2009 to 2011, before the break: three years, no trend."""
    found = told(world.line(ODF_COMPLAINTS))
    assert (found.years, found.direction, found.change) == (3, "too_few", None)


@rule(Code("queries.measures.trend:trend", "last - first + 1 - len(set(years))", "0"))
def a_trend_knows_the_gaps_in_its_years(world: World) -> None:
    """Russia's penal institutions: 2015 and 2018, and two years between them that nobody published."""
    prisons = {"country": "RU", "scope": "institution", "scope_detail": "penal_institutions"}
    lines = world.ask("yearly_lines", **prisons)
    found = [trend for trend in trend_measure.trends(lines) if trend.line.startswith("investigative_committee")]
    assert {(trend.year_from, trend.year_to, trend.missing_years) for trend in found} == {(2015, 2018, 2)}


@rule(
    Code("queries.measures.trend:_quasi_poisson", "t.ppf(0.975, len(years) - 2)", "1.959964"),
    Code("queries.measures.trend:_quasi_poisson", "math.sqrt(max(1.0, dispersion))", "1"),
)
def a_trend_is_quasi_poisson_with_t_on_n_minus_2_degrees_of_freedom(world: World) -> None:
    """850, 766, 685, 920: the library's own dispersion, and t on two degrees of freedom."""
    import numpy as np
    import statsmodels.api as sm
    from scipy.stats import t

    found = told(world.line(INFORM))
    years = np.arange(4.0)
    fit = sm.GLM([850, 766, 685, 920], sm.add_constant(years), family=sm.families.Poisson()).fit(scale="X2")
    ends = [100 * np.expm1(fit.params[1] + sign * t.ppf(0.975, 2) * fit.bse[1]) for sign in (-1, 1)]
    assert [found.change_low, found.change_high] == pytest.approx(ends, rel=1e-6)


@rule(
    Code("queries.measures.trend:_fitted", "agrees and low > 0", "agrees and change > 0"),
    Code(
        "components.charts.yearly_lines:describe_trend", 'f"finding.trend_{trend.direction}")', '"finding.trend_zeros")'
    ),
)
def no_clear_trend_is_said_where_the_interval_holds_no_change(world: World) -> None:
    """2019 to 2022: 1.6 % a year up, anywhere from 24 % down to 36 % up; never a bare p-value."""
    found = told(world.line(INFORM))
    assert found.change_low < 0 < found.change < found.change_high
    assert found.direction == "none"
    said = world.block("yearly_lines", stage="registered_offence").finding
    assert said.startswith("Offences registered, 2019–2022 (official figures, quoted by Kazinform): no clear trend.")


@rule(
    Value("queries.measures.trend.RANK_TEST_REQUIRED_FROM", 4),
    Value("queries.measures.trend.RANK_TEST_REQUIRED_FROM", 7),
    Code("queries.measures.trend:_fitted", "rank_p=rank_p", "rank_p=1.0"),
)
def the_rank_test_is_reported_beside_and_required_from_six_years_on(world: World) -> None:
    """Four real years that only rise have p = 0.083, its smallest. That six may disagree with a slope no real line
    shows yet, so two synthetic ones do: four years that fall, and six whose two last years carry the slope."""
    real = world.line(ODF_INVESTIGATIONS)
    assert round(told(real).rank_p, 3) == 0.083
    frame = pd.concat([real.head(4), real.head(2)], ignore_index=True).assign(year=range(2009, 2015))
    six = told(frame, low=[40.0, 20, 80, 20, 400, 400], high=[40.0, 20, 80, 20, 400, 400])
    assert (six.change_low > 0, six.rank_p > 0.05, six.direction) == (True, True, "none")
    four = told(frame.head(4), low=[400.0, 320, 260, 205], high=[400.0, 320, 260, 205])
    assert four.direction == "fell"


# ---------------------------------------------------------------- two counts differ


@rule(
    Code("queries.measures.difference:_above_one", "float(ends.low) > 0.5", "True"),
    Code("queries.measures.difference:_above_one", "float(ends.low) > 0.5", "False"),
)
def two_counts_differ_only_where_the_exact_interval_of_their_ratio_excludes_1(world: World) -> None:
    """850, 766, 685, 920 offences fell, fell and rose; 3, 10, 15, 18 investigations show no clear difference."""
    assert difference_measure.differences(world.line(INFORM))[:4] == [None, "fell", "fell", "rose"]
    assert difference_measure.differences(world.line(ODF_INVESTIGATIONS))[:4] == [None, "none", "none", "none"]
    assert difference_measure.difference(Bound(14, 14), Bound(36, 36)) == "rose"


# ---------------------------------------------------------------- events


def january(world: World) -> pd.DataFrame:
    return world.ask("ladder", compiler="prosecutor_general", **JANUARY)


@rule(
    Sql("ladder", "order by period_end desc, claim_rank", "order by period_end, claim_rank"),
    Code("components.charts.ladder:_draw_rung", 'if is_event else ""', 'if False else ""'),
    Code("components.charts.ladder:_write_rung", "if is_event:", "if False:"),
)
def a_ladder_of_an_event_shows_each_rungs_latest_figure_with_its_date(world: World) -> None:
    """91, then 148, then 301 complaints: the 301 of 14 March 2022."""
    ladder = january(world)
    row = one(ladder, stage="complaint")
    assert (row["low"], f"{row['period_end']:%Y-%m-%d}") == (301, "2022-03-14")
    drawn = " ".join(
        note.text for note in draw_figure(ladder_chart.draw(ladder, EN, is_event=True), EN).layout.annotations
    )
    assert "<b>301</b> · 14 Mar 2022" in drawn
    asked = {"country": "KZ", "compiler": "prosecutor_general", "scope": "event", "scope_detail": "january_2022"}
    assert "301 (14 Mar 2022)" in ladder_chart.write_finding(ladder.assign(**asked), EN, is_event=True)


@rule(Sql("pairs", "            when not same_period and not is_followed then 'period'\n", ""))
def no_share_stands_between_rungs_of_an_event_of_different_dates(world: World) -> None:
    """9 imprisoned by 31 March 2023 are no share of the 301 complaints of 14 March 2022."""
    ladder = january(world).set_index("figure_id")
    assert unknown(one(january(world), stage="imprisoned")["of_first_claim"])
    for row in january(world).to_dict("records"):
        for of in ("above", "first"):
            if not unknown(row[f"of_{of}_claim"]):
                assert row["period_end"] == ladder.loc[row[f"{of}_id"], "period_end"]


@rule(
    Sql("ladder", "        and compiler = $compiler\n", "        and compiler in ($compiler, 'ombudsman')\n"),
)
def no_ladder_of_an_event_runs_over_two_compilers(world: World) -> None:
    """The prosecutors' 301 complaints, the Ombudsman's 110, the Coalition's 188: each on a ladder of its own."""
    compiler = dict(world.con.execute("select figure_id, compiler from counts").fetchall())
    assert {compiler[each] for each in january(world)["figure_id"].dropna()} == {"prosecutor_general"}


# ---------------------------------------------------------------- countries


CONVICTED = {"numerators": ["convicted"], "denominators": ["complaint", "registered_offence"]}


@rule(
    Sql("pairs", "numerator.country = denominator.country\n", "true\n"),
    Sql("ratio_by_country", "and (grade is null or grade != 'C')", ""),
)
def each_ratio_of_a_country_is_within_its_own_country_and_compiler(world: World) -> None:
    every = {"numerators": list(ratio_charts.LADDER[1:]), "denominators": list(ratio_charts.LADDER[:-1])}
    shown = world.ask("ratio_by_country", **every)
    own = shown[shown["claim"] != "published"]
    assert own["country"].nunique() > 3
    assert (own["numerator_id"].str[:2] == own["denominator_id"].str[:2]).all()
    assert (own["compiler"] == own["denominator_compiler"]).all()


@rule(
    Sql("ratio_by_country", "order by country, period_start", "order by numerator_low, period_start"),
    Code("components.charts.shared.ratios:_place", 'row["country"] if', '-row["numerator_low"] if'),
    Code(
        "components.charts.ratio_by_country:write_finding",
        "text.alphabetical(",
        "(lambda names: sorted(names, reverse=True))(",
    ),
)
def countries_are_set_side_by_side_by_name_and_never_ranked(world: World) -> None:
    shown = world.ask("ratio_by_country", **CONVICTED)
    assert shown["country"].nunique() > 2
    assert shown["country"].is_monotonic_increasing
    titles = [panel.title.split(":")[0] for panel in ratio_charts.draw_panels(shown, EN, by_country=True).panels]
    assert list(dict.fromkeys(titles)) == [EN(f"country.{code}") for code in dict.fromkeys(shown["country"])]
    names = sorted(EN(f"country.{code}") for code in set(shown["country"]))
    assert ", ".join(names) in ratio_by_country.write_finding(shown, EN)


@rule(
    Value("queries.measures.funnel.FEWEST_POINTS", 4),
    Code("queries.measures.funnel:funnel", '& ~frame["is_part_year"].astype(bool)', ""),
)
def a_funnel_needs_five_whole_years_of_one_compiler_and_says_why_there_is_none(world: World) -> None:
    """3/14, 10/36, 15/52 and 18/602 are four years; the fifth, 19/304, is five months."""
    shown = world.ask("stage_ratio", country="KZ", denominators=["complaint"], numerators=["investigation_opened"])
    own = shown[shown["compiler"] == "official_unspecified"]
    assert len(own) == 5
    own = own.assign(grade="A")  # as if each case answered one complaint: their units alone would keep them out
    assert funnel_measure.funnel(own) is None
    asked = reader("KZ"), lambda *_, **__: own
    (which,) = funnel_chart.list_funnels(*asked)
    assert CHARTS["funnel"].make(*asked, which=which).said == EN("finding.funnel_none")


# ---------------------------------------------------------------- standing reading rules


@rule(without("more_trust"))
def more_complaints_may_mean_more_trust_stands_beside_complaints(world: World) -> None:
    made = [
        world.block("allegations_by_year"),
        world.block("counts_over_years"),
        world.block("yearly_lines", stage="complaint"),
        world.block("ratio_by_country", kind="official", **CONVICTED),
    ]
    assert all(EN("caveat.more_trust") in block.caveats for block in made)


@rule(without("earlier_year"))
def a_prosecution_may_answer_a_complaint_of_an_earlier_year_stands_beside_ratios(world: World) -> None:
    made = [
        world.block("stage_ratio"),
        world.block("ratio_by_country", kind="official", **CONVICTED),
    ]
    assert all(EN("caveat.earlier_year") in block.caveats for block in made)


@rule(without("absence"))
def an_absence_of_data_is_a_finding_stands_beside_the_gaps(world: World) -> None:
    made = world.block("coverage")
    assert EN("caveat.absence") in made.caveats
    assert "7 of 19 (2007–2025)" in made.finding


# ---------------------------------------------------------------- the claim rule (design §2)


def taken(world: World, *group: str) -> str:
    """The one figure of these that a headline takes."""
    (found,) = [each for each in group if one(world.con.execute("from counts").df(), figure_id=each)["claim_rank"] == 1]
    return found


@rule(Sql("counts", "is_repeat, confidence_rank, not is_count", "confidence_rank, not is_count"))
def a_headline_takes_a_claim_that_is_no_repeat(world: World) -> None:
    """Kyrgyzstan 2025: 43 complaints told by three items of the press, the repeats later than the first."""
    assert taken(world, "kg-0080", "kg-0083", "kg-0311") == "kg-0080"
    assert taken(world, "kz-0002", "kz-0003", "kz-0305") == "kz-0305"


@rule(
    Sql("counts", "is_repeat, confidence_rank, not is_count", "is_repeat, not is_count"),
    beside="""
        insert into figures
        select * replace (
            'kz-0000' as figure_id, 640 as value_low, 640 as value_high, 'press' as confidence,
            'kz-inform-2025' as source_id
        )
        from figures where figure_id = 'kz-0025'
    """,
)
def a_headline_takes_primary_before_secondary_before_press(world: World) -> None:
    """602 out of an NGO's report of 2013 before a synthetic 640 out of the press of 2025."""
    assert taken(world, "kz-0000", "kz-0025") == "kz-0025"


@rule(
    Sql("counts", "confidence_rank, not is_count, ", "confidence_rank, "),
    beside="""
        insert into figures
        select * replace (
            'kz-0000' as figure_id, 600 as value_low, null as value_high, 'more_than' as qualifier
        )
        from figures where figure_id = 'kz-0025'
    """,
)
def a_headline_takes_a_count_before_a_bound(world: World) -> None:
    """No real group needs it yet: a synthetic «more than 600» of the same document, with a lower id, beside the 602."""
    assert taken(world, "kz-0000", "kz-0025") == "kz-0025"


@rule(
    Sql("counts", "order by is_doubted, is_repeat", "order by is_repeat"),
    Sql("pairs", "when has_doubt then 'doubted'", "when false then 'doubted'"),
    Sql("ladders", "        and not coalesce(counts.is_doubted, false)\n", ""),
    Code("components.charts.allegations_by_year:write_finding", '~frame["is_doubted"]', 'frame["low"] > 0'),
)
def a_figure_of_which_it_is_in_doubt_what_it_counts_leads_nothing_and_enters_no_ratio(world: World) -> None:
    """63 offences of 2020, beside 88 of two months of 2021; 2,845 complaints of Sri Lanka beside 560."""
    assert taken(world, "kz-0086", "kz-0087", "kz-0088") == "kz-0088"
    assert world.pair("kz-0089", "kz-0087") == (None, "doubted")
    ladders = world.ask("ladders", country="KZ")
    assert "committee_legal_statistics 2020" not in {
        f"{row['compiler']} {row['period_end'].year}" for row in ladders.to_dict("records")
    }
    doubted = world.ask("allegations_by_year", country="KZ", stage="convicted").assign(is_doubted=True)
    assert allegations_by_year.write_finding(doubted, EN) == EN("finding.allegations_doubted")
    assert "lk-0303" in set(
        world.ask("counts_over_years", country="LK", scope="subset", scope_detail="torture_only")["figure_id"]
    )


@rule(Sql("counts", "not is_count, coalesce(published_on, '') desc, ", "not is_count, "))
def a_headline_takes_the_later_publication(world: World) -> None:
    """2009: three investigations in a document of 2013, two in one of 2011."""
    assert taken(world, "kz-0006", "kz-0007") == "kz-0007"


@rule(Sql("counts", "desc, figure_id\n", "desc, figure_id desc\n"))
def a_headline_takes_the_lowest_id_at_last(world: World) -> None:
    assert taken(world, "kg-0026", "kg-0028") == "kg-0026"


# ---------------------------------------------------------------- asked twice


def _name(each: Rule) -> str:
    return each.holds.__name__


@pytest.mark.parametrize("each", RULES, ids=_name)
def test_the_rule_holds_on_the_real_figures(each: Rule, real: World, figures: duckdb.DuckDBPyConnection) -> None:
    if not each.beside:
        each.holds(real)
        return
    with rebuilt(figures, each.beside) as world:
        each.holds(world)


BROKEN = [
    pytest.param(each, broken, id=_name(each) + (f"-{number}" if len(each.breaks) > 1 else ""))
    for each in RULES
    for number, broken in enumerate(each.breaks, 1)
]


@pytest.mark.parametrize(("each", "broken"), BROKEN)
def test_the_rule_broken_on_purpose_is_caught(each: Rule, broken: Break, figures: duckdb.DuckDBPyConnection) -> None:
    with broken_world(figures, each.beside, broken) as world, pytest.raises(AssertionError):
        each.holds(world)
