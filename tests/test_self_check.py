"""Does any published number mix what it may not, lead nowhere, or lie outside its bounds?"""

import random

import pytest

from data import self_check
from queries.catalog import names


def synthetic(number: int) -> list[dict]:
    """Generated figures, synthetic and only here: every stage, unit, qualifier, period and scope at random."""
    dice = random.Random(2026)
    sides = {
        "exact": lambda n: (n, n),
        "about": lambda n: (n, n),
        "range": lambda n: (n, n + 1 + dice.randrange(50)),
        "more_than": lambda n: (n, None),
        "at_least": lambda n: (n, None),
        "less_than": lambda n: (None, n),
        "at_most": lambda n: (None, n),
    }
    periods = [("01-01", "12-31"), ("01-01", "06-30"), ("03-05", "10-15")]
    scopes = [("all", None), ("event", "january_2022"), ("institution", "police"), ("subset", "torture_only")]
    stages = ["complaint", "registered_offence", "investigation_opened", "prosecuted", "sent_to_court", "convicted"]
    stages += ["imprisoned", "refused", "terminated", "acquitted", "compensated"]
    rows = []
    for i in range(number):
        qualifier = dice.choice(list(sides))
        low, high = sides[qualifier](dice.choice([0, 1, 5, 9, 10, 63, 602, 4055]))
        year = dice.randrange(2009, 2025)
        start, end = dice.choice(periods)
        scope, detail = dice.choice(scopes)
        rows.append(
            {
                "figure_id": f"synthetic-{i:05}",
                "compiler": dice.choice(["official_unspecified", "prosecutor_general", "ngo_coalition", "ombudsman"]),
                "stage": dice.choice(stages),
                "unit": dice.choice(["complaints", "cases", "persons"]),
                "qualifier": qualifier,
                "value_low": low,
                "value_high": high,
                "period_start": f"{year}-{start}",
                "period_end": f"{year}-{end}",
                "period_kind": dice.choice(["counted"] * 8 + ["window_inferred", "yearly_rate"]),
                "scope": scope,
                "scope_detail": detail,
            }
        )
    return rows


def test_no_published_number_of_the_real_figures_is_at_fault(store):
    assert store.check() == []


@pytest.fixture(scope="module")
def generated(given_module):
    return given_module(figures=synthetic(1_000))


def test_no_number_made_from_a_thousand_generated_figures_is_at_fault(generated):
    assert self_check.marts(generated) == []
    assert generated.execute("select count(*) from ratios").fetchone()[0] > 100
    assert self_check.answers(generated) == []


@pytest.mark.long
def test_no_number_made_from_ten_thousand_generated_figures_is_at_fault(given):
    many = given(figures=synthetic(10_000))
    assert self_check.marts(many) == []
    assert many.execute("select count(*) from ratios").fetchone()[0] > 1000
    assert self_check.answers(many) == []


BREAKS = {
    "no_ratio_mixes_what_it_may_not": "update ratios set grade = 'A' where grade = 'B'",
    "every_count_leads_to_a_source": "update sources set url = ''",
    "every_figure_is_counted_once": "update counts set low = low + 1, high = high + 1 where figure_id like '%0001'",
    "no_number_is_outside_its_bounds": "update counts set low = high + 1 where qualifier = 'range'",
    "no_ratio_runs_down_the_ladder": "update ratios set denominator_stage = 'imprisoned'",
    "one_claim_of_each_fact_is_first": "update counts set claim_rank = 1",
}


def test_every_rule_of_the_store_is_broken_on_purpose_below():
    assert BREAKS.keys() == set(names("store_checks"))


@pytest.mark.parametrize("rule", BREAKS)
def test_a_broken_store_is_caught_by(rule, generated):
    con = generated
    con.execute("begin")
    con.execute(BREAKS[rule])
    try:
        assert rule in {fault.rule for fault in self_check.marts(con)}
    finally:
        con.execute("rollback")
