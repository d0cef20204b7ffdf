"""Does a rate divide like by like, of the same year, and keep every bound?

The interval's examples: F. Garwood, Biometrika 28 (1936), the 95 % limits of a Poisson count of 0, 1, 10 and 100.
"""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.charts import CHARTS
from components.filters import Reader
from components.text import Text
from queries.measures.bounds import Bound
from queries.measures.rate import PER, rate


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0, 3.689), (1, 0.025, 5.572), (10, 4.795, 18.390), (100, 81.364, 121.627)]
)
def test_the_interval_is_the_exact_one_of_a_poisson_count(n, low, high):
    told = rate(Bound(n, n), Bound(1000, 1000), 1000)
    assert told["rate_low"] == told["rate_high"] == n
    assert (round(told["rate_interval_low"], 3), round(told["rate_interval_high"], 3)) == pytest.approx(
        (low, high), abs=0.001
    )


def test_a_bound_stays_a_bound_and_has_no_interval():
    told = rate(Bound(70, None, low_open=True), Bound(18_000_000, 18_000_000), 100_000)
    assert (round(told["rate_low"], 3), told["rate_low_open"], told["rate_high"]) == (0.389, True, None)
    assert told["rate_interval_low"] is None


def test_several_numbers_of_prisoners_make_a_range_and_about_stays_about():
    told = rate(Bound(100, 100), Bound(57_000, 63_000, about=True), 1_000)
    assert (round(told["rate_low"], 3), round(told["rate_high"], 3), told["rate_about"]) == (1.587, 1.754, True)


@pytest.mark.parametrize("of", [Bound(None, None), Bound(0, 0)])
def test_without_a_denominator_there_is_no_rate(of):
    told = rate(Bound(5, 5), of, 1_000)
    assert (told["claim"], told["rate_low"], told["rate_interval_high"]) == ("no_denominator", None, None)


@given(st.integers(0, 10_000), st.integers(0, 500), st.integers(1, 10**8), st.integers(0, 10**6))
def test_the_rate_holds_every_rate_inside_its_bounds(low, more, of_low, of_more):
    told = rate(Bound(low, low + more), Bound(of_low, of_low + of_more), 100_000)
    for count in (low, low + more):
        for of in (of_low, of_low + of_more):
            inside = count / of * 100_000
            assert told["rate_low"] <= inside * (1 + 1e-12)
            assert told["rate_high"] >= inside * (1 - 1e-12)
            assert told["rate_interval_low"] <= inside <= told["rate_interval_high"] or math.isclose(inside, 0)


# The real figures ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def denominators(store) -> pd.DataFrame:
    with store._latest().cursor() as con:
        return con.execute("from denominators").df()


def ask_all(store) -> pd.DataFrame:
    """Every rate that can be asked for: all stages and both denominators."""
    with store._latest().cursor() as con:
        stages = [stage for (stage,) in con.execute("select stage from stages").fetchall()]
    return pd.concat([store.ask("rates", stage=stage, basis=basis) for stage in stages for basis in PER])


def test_602_complaints_of_2012_are_35_in_a_million_inhabitants(store):
    row = store.ask("rates", countries=["KZ"]).set_index("figure_id").loc["kz-0025"]
    assert (row["denominator_low"], row["per"], round(row["rate_low"], 2)) == (17_306_106, 100_000, 3.48)


def test_no_rate_divides_by_a_rate_by_a_part_or_by_another_year(store, denominators):
    usable = denominators[denominators["kind"].isin(list(PER)) & (denominators["is_partial"] != "yes")]
    known = {(row.kind, row.country, row.year) for row in usable.itertuples()}
    rates = ask_all(store)
    divided = rates[rates["claim"] == "rate"]
    assert len(divided) > 100
    assert {(row.basis, row.country, row.year) for row in divided.itertuples()} <= known
    assert set(denominators["kind"]) > set(PER), "rates are in the file, and divide nothing"
    for row in divided.itertuples():
        of_it = usable[
            (usable["kind"] == row.basis) & (usable["country"] == row.country) & (usable["year"] == row.year)
        ]
        assert row.denominator_low in set(of_it["value_low"])
        assert row.denominator_high in set(of_it["value_high"])


def test_like_is_divided_by_like(store):
    rates = ask_all(store)
    of_all, of_prisons = rates[rates["basis"] == "population"], rates[rates["basis"] == "prison_population"]
    assert set(of_all["scope"]) == {"all"}
    assert set(of_prisons["scope_detail"]) == {"penal_institutions"}


def test_a_year_without_a_denominator_has_no_rate_and_says_so(store):
    """Russia 2015: the World Prison Brief of 2017 knows 2014 and 2016, and neither is taken for 2015."""
    row = store.ask("rates", countries=["RU"], basis="prison_population").set_index("year").loc[2015]
    assert (row["claim"], row["low"]) == ("no_denominator", 1590)
    assert pd.isna(row["denominator_low"])


def test_the_national_number_of_prisoners_comes_before_the_world_prison_brief(store):
    """Kazakhstan 2020: about 30,000 of the Ministry; 17 convicted."""
    row = store.ask("rates", countries=["KZ"], basis="prison_population", stage="convicted").iloc[0]
    assert (row["year"], row["low"], row["denominator_low"], row["rate_about"]) == (2020, 17, 30_000, True)
    assert list(row["denominator_source_ids"]) == ["kz-zonakz-2020"]
    assert not row["is_lagging"]


def test_a_doubted_count_has_no_rate(store):
    assert "lk-0301" not in set(ask_all(store)["figure_id"])
    assert "kz-0087" not in set(ask_all(store)["figure_id"])


# The charts ------------------------------------------------------------------------------------


def make(store, chart: str, language: str = "en", **given: str):
    reader = Reader(Text(language), "KZ", 2007, 2026, (), "all", "")
    return CHARTS[chart].make(reader, store.ask, **given)


def test_the_chart_of_rates_says_its_denominator_and_that_it_ranks_nobody(store):
    block = make(store, "rates")
    assert "For every 100,000 inhabitants" in block.finding
    assert any("World Bank" in line for line in block.caveats)
    assert Text("en")("caveat.rates") in block.caveats
    labels = [mark.label for mark in block.drawing.marks]
    assert "<b>3.5</b> · complaints: 602" in labels
    assert "<b>more than 0.39</b> · reported cases: more than 70" in labels
    assert list(block.draw_table()["Document of the denominator"].unique()) == ["wb-population"]


def test_what_is_about_is_said_about(store):
    block = make(store, "rates", stage="convicted", basis="prison_population")
    assert [mark.label for mark in block.drawing.marks] == ["<b>about 0.57</b> · persons: 17"]


def test_the_state_and_ngos_stand_side_by_side_and_are_never_added(store):
    """2023: 315 to the Ombudsman in eight months, 283 to the Coalition in the year."""
    block = make(store, "state_and_ngos")
    (year,) = [panel for panel in block.drawing.panels if panel.title == "2023"]
    assert [(mark.low, mark.is_part_year, mark.kind) for mark in year.rows] == [
        (315, True, "official"),
        (283, False, "ngo"),
    ]
    assert Text("en")("caveat.state_and_ngos") in block.caveats
    assert "598" not in block.finding
    assert block.finding == (
        "The State: 219 complaints (Ombudsman, January–August 2024); NGOs: 55 complaints (Coalition of NGOs of"
        " Kazakhstan against Torture, 1 January – 15 September 2024)."
    )


def test_a_year_of_one_kind_alone_is_not_set_side_by_side(store):
    asked = store.ask("state_and_ngos", country="KZ")
    assert set(asked.groupby("year")["kind"].nunique()) == {2}
    assert 2012 not in set(asked["year"])
