"""Of an earlier stage, how many stand beside it at a later stage, and how sure is the ratio?

Unlike things are not divided; a bound stays a bound; a doubtful ratio is shown as doubtful or not at all, and the
reason stands beside it.
"""

import math

import pandas as pd
import pytest
from hypothesis import given as for_every
from hypothesis import strategies

from queries.catalog import query
from queries.measures.bounds import Bound
from queries.measures.interval import interval
from queries.measures.ratio import ADDED, ratio

CLAIMS = {"share", "side_by_side", "withheld", "above_100", "unknown", "no_denominator"}
COMPLAINTS = {"id": "complaints", "stage": "complaint", "unit": "complaints", "value": 100}
COURT = {"id": "court", "stage": "sent_to_court", "unit": "complaints", "value": 12}


def exact(number: float) -> Bound:
    return Bound.read(number, number, "exact")


def asked(con, **params) -> list[dict]:
    """`stage_ratio` of Kazakhstan."""
    return query("stage_ratio").frame(con, country="KZ", **params).to_dict("records")


def pair(con, numerator="court", denominator="complaints") -> tuple:
    """Grade and refusal of one pair; (None, None) when the pair is not even listed."""
    found = con.execute(
        "select grade, refusal from pairs where numerator_id = $1 and denominator_id = $2", [numerator, denominator]
    ).fetchall()
    return found[0] if found else (None, None)


# ---------------------------------------------------------------- grades and refusals


def test_one_compiler_one_unit_one_scope_one_period_is_a_share(given):
    (row,) = asked(given([COMPLAINTS, COURT]))
    assert (row["grade"], row["claim"], row["ratio_low"]) == ("A", "share", 12)
    assert row["interval_kind"] == "share"


def test_another_unit_stands_side_by_side(given):
    (row,) = asked(given([COMPLAINTS, {**COURT, "unit": "cases"}]))
    assert (row["grade"], row["claim"]) == ("B", "side_by_side")
    assert row["interval_kind"] == "as_if", "in the method panel only"


def test_led_to_is_said_where_the_source_followed_the_same_complaints(given):
    (row,) = asked(given([COMPLAINTS, {**COURT, "unit": "complaints", "followed_from": "complaints"}]))
    assert (row["is_followed"], row["claim"], row["interval_kind"]) == (True, "share", "share")


def test_a_followed_figure_of_another_unit_keeps_its_n_of_n_but_is_no_share(given):
    (row,) = asked(given([COMPLAINTS, {**COURT, "unit": "cases", "followed_from": "complaints"}]))
    assert (row["is_followed"], row["grade"], row["claim"]) == (True, "B", "side_by_side")
    assert row["interval_kind"] == "as_if", "in the method panel only"


def test_outcomes_that_add_to_more_than_they_come_from_are_no_share(given):
    """Moldova 2011: 108 cases opened, 92 closed and 36 sent to court."""
    opened = {"id": "opened", "compiler": "prosecutor_general", "stage": "investigation_opened", "unit": "cases"}
    outcomes = [
        {**opened, "id": "closed", "stage": "terminated", "value": 92},
        {**opened, "id": "court", "stage": "sent_to_court", "value": 36},
    ]
    rows = asked(given([{**opened, "value": 108}, *outcomes]))
    assert {(row["grade"], row["claim"]) for row in rows if row["denominator_id"] == "opened"} == {
        ("A", "side_by_side")
    }
    rows = asked(given([{**opened, "value": 130}, *outcomes]))
    assert {row["claim"] for row in rows if row["denominator_id"] == "opened"} == {"share"}


def test_a_followed_figure_takes_the_period_of_the_complaints_it_follows(given):
    (row,) = asked(given([COMPLAINTS, {**COURT, "year": 2013, "followed_from": "complaints"}]))
    assert (row["grade"], row["is_followed"]) == ("A", True)


def test_another_compiler_is_shown_only_when_asked_for(given):
    con = given([COMPLAINTS, {**COURT, "compiler": "prosecutor_general"}])
    assert asked(con) == []
    (row,) = asked(con, with_c=True)
    assert (row["grade"], row["claim"]) == ("C", "side_by_side")


def test_another_compiler_and_another_unit_are_refused(given):
    con = given([COMPLAINTS, {**COURT, "compiler": "prosecutor_general", "unit": "cases"}])
    assert pair(con) == (None, "compiler_and_unit")
    assert asked(con, with_c=True) == []


@pytest.mark.parametrize("compiler", ["official_unspecified", "human_rights_coalition_unnamed"])
def test_a_compiler_nobody_names_is_the_same_only_within_one_document(given, compiler):
    dataset = "official" if compiler == "official_unspecified" else "ngo"
    whose = {"compiler": compiler, "dataset": dataset}
    one_document = given([{**COMPLAINTS, **whose}, {**COURT, **whose}])
    assert pair(one_document) == ("A", None)
    two_documents = given(
        [{**COMPLAINTS, **whose}, {**COURT, **whose, "source_id": "synthetic-other"}],
        sources=[{"source_id": "synthetic-other"}],
    )
    assert pair(two_documents) == ("C", None)


def test_a_compiler_that_is_named_is_the_same_in_two_documents_and_the_ratio_says_so(given):
    whose = {"compiler": "ombudsman"}
    con = given(
        [{**COMPLAINTS, **whose}, {**COURT, **whose, "source_id": "synthetic-other"}],
        sources=[{"source_id": "synthetic-other"}],
    )
    (row,) = asked(con)
    assert (row["grade"], row["same_document"]) == ("A", False)


def test_another_period_is_refused(given):
    con = given([COMPLAINTS, {**COURT, "period_end": "2012-11-30"}])
    assert pair(con) == (None, "period")
    assert asked(con, with_c=True) == []


def test_another_year_is_not_even_a_pair(given):
    assert pair(given([COMPLAINTS, {**COURT, "year": 2013}])) == (None, None)


def test_another_scope_is_refused(given):
    con = given([COMPLAINTS, {**COURT, "scope": "institution", "scope_detail": "police"}])
    assert pair(con) == (None, "scope")


def test_a_subset_is_no_share_of_its_total(given):
    con = given([COMPLAINTS, {**COURT, "scope": "subset", "scope_detail": "women", "part_of": "complaints"}])
    assert pair(con) == (None, "scope")


def test_another_detail_of_the_same_scope_is_refused(given):
    where = {"scope": "institution", "scope_detail": "police"}
    con = given([{**COMPLAINTS, **where}, {**COURT, "scope": "institution", "scope_detail": "penal_institutions"}])
    assert pair(con) == (None, "scope")


def test_another_place_is_refused(given):
    con = given([COMPLAINTS, {**COURT, "region": "KZ-75"}])
    assert pair(con) == (None, "place")


def test_an_event_is_no_part_of_a_year(given):
    con = given([COMPLAINTS, {**COURT, "scope": "event", "scope_detail": "january_2022"}])
    assert pair(con) == (None, "scope")


def test_an_event_at_two_dates_is_two_periods(given):
    where = {"scope": "event", "scope_detail": "january_2022", "period_start": "2022-01-05"}
    con = given([{**COMPLAINTS, **where, "period_end": "2022-01-22"}, {**COURT, **where, "period_end": "2022-03-14"}])
    assert pair(con) == (None, "period")


@pytest.mark.parametrize("rate", ["complaints", "court"])
def test_a_yearly_rate_enters_no_ratio(given, rate):
    figures = [{**row, "period_kind": "yearly_rate"} if row["id"] == rate else row for row in (COMPLAINTS, COURT)]
    con = given(figures)
    assert pair(con) == (None, "yearly_rate")
    assert asked(con, with_c=True) == []


def test_an_inferred_window_matches_only_within_its_document(given):
    inferred = {**COURT, "compiler": "ombudsman", "period_kind": "window_inferred"}
    complaints = {**COMPLAINTS, "compiler": "ombudsman"}
    assert pair(given([complaints, inferred])) == ("A", None)
    con = given([complaints, {**inferred, "source_id": "synthetic-other"}], sources=[{"source_id": "synthetic-other"}])
    assert pair(con) == (None, "inferred_window")


def test_a_repeat_of_a_fact_enters_no_ratio(given):
    con = given([COMPLAINTS, {**COMPLAINTS, "id": "again", "same_fact_as": "complaints"}, COURT])
    assert [row["denominator_id"] for row in asked(con)] == ["complaints"]


def test_an_earlier_stage_is_never_divided_by_a_later_one(given):
    assert pair(given([COMPLAINTS, COURT]), "complaints", "court") == (None, None)


def test_what_stands_beside_the_ladder_enters_no_ratio(given):
    assert asked(given([COMPLAINTS, {**COURT, "stage": "death_in_custody"}])) == []


def test_the_ways_out_stand_over_the_stages_before_them_only(given):
    con = given([COMPLAINTS, COURT, {**COURT, "id": "closed", "stage": "terminated"}])
    assert {(row["numerator_id"], row["denominator_id"]) for row in asked(con)} == {
        ("court", "complaints"),
        ("closed", "complaints"),
    }


# ---------------------------------------------------------------- n of N


def test_n_and_n_stand_beside_every_ratio(given):
    (row,) = asked(given([COMPLAINTS, COURT]))
    assert (row["numerator_low"], row["denominator_low"]) == (12, 100)


def test_under_10_the_per_cent_is_withheld_and_n_of_n_remains(given):
    (row,) = asked(given([{**COMPLAINTS, "value": 9}, {**COURT, "value": 4}]))
    assert (row["claim"], row["numerator_low"], row["denominator_low"]) == ("withheld", 4, 9)
    assert pd.isna([row[name] for name in ("ratio_low", "ratio_high", "interval_low", "interval_high")]).all()


def test_10_are_enough():
    assert ratio(exact(4), exact(10), is_share=True)["claim"] == "share"
    assert ratio(exact(4), exact(9), is_share=True)["claim"] == "withheld"
    assert ratio(exact(4), Bound(9, 20), is_share=True)["claim"] == "withheld"
    assert ratio(exact(4), Bound.read(None, 9, "at_most"), is_share=True)["claim"] == "withheld"


def test_above_100_per_cent_no_share_is_claimed():
    found = ratio(exact(30), exact(20), is_share=True)
    assert (found["claim"], found["ratio_low"], found["interval_low"]) == ("above_100", 150, None)


def test_where_it_may_be_above_100_no_share_is_claimed_either():
    assert ratio(Bound(15, 25), exact(20), is_share=True)["claim"] == "above_100"


def test_100_per_cent_is_a_share():
    assert ratio(exact(20), exact(20), is_share=True)["claim"] == "share"


def test_no_denominator_no_ratio():
    assert ratio(exact(5), exact(0), is_share=True)["claim"] == "no_denominator"


def test_nothing_known_no_ratio():
    assert ratio(Bound(None, None), exact(20), is_share=True)["claim"] == "unknown"
    assert ratio(exact(5), Bound(None, None), is_share=True)["claim"] == "unknown"
    assert (
        ratio(Bound.read(5, None, "more_than"), Bound.read(70, None, "more_than"), is_share=True)["claim"] == "unknown"
    )


# ---------------------------------------------------------------- bounds


def test_5_of_over_70_is_less_than_7_per_cent(given):
    over_70 = {**COMPLAINTS, "low": 70, "qualifier": "more_than"}
    del over_70["value"]
    (row,) = asked(given([over_70, {**COURT, "value": 5}]))
    assert pd.isna(row["ratio_low"])
    assert round(row["ratio_high"], 2) == 7.14
    assert row["ratio_high_open"]
    assert pd.isna(row["interval_low"])


def test_a_range_gives_a_range():
    found = ratio(Bound(10, 20), Bound(100, 200), is_share=True)
    assert (found["ratio_low"], found["ratio_high"]) == (5, 20)
    assert (found["interval_low"], found["interval_high"]) == interval(Bound(10, 20), Bound(100, 200))


def test_about_stays_about_and_gets_no_interval():
    found = ratio(exact(23), Bound.read(700, 700, "about"), is_share=True)
    assert (found["ratio_about"], found["interval_low"]) == (True, None)
    assert round(found["ratio_low"], 2) == 3.29


# ---------------------------------------------------------------- published per cents

PUBLISHED = {
    "id": "published",
    "stage": "prosecuted",
    "unit": "percent",
    "denominator_stage": "complaint",
    "high": 2,
    "qualifier": "less_than",
}


def test_a_published_per_cent_is_the_bound_it_is(given):
    (row,) = asked(given([PUBLISHED]))
    assert (row["claim"], row["ratio_high"], row["ratio_high_open"]) == ("published", 2, True)
    assert pd.isna([row[name] for name in ("ratio_low", "numerator_low", "denominator_low", "grade")]).all()
    assert pd.isna([row[name] for name in ("interval_low", "interval_high", "interval_kind")]).all()


def test_a_published_per_cent_is_never_a_count(given):
    con = given([COMPLAINTS, PUBLISHED])
    for name in ("allegations_by_year", "yearly_lines", "counts_over_years"):
        shown = query(name).frame(con, country="KZ", **({"stage": "prosecuted"} if name != "yearly_lines" else {}))
        assert "published" not in set(shown["figure_id"])
    assert [row["numerator_id"] for row in asked(con)] == ["published"]


# ---------------------------------------------------------------- which of several claims


def claims(con) -> dict[str, tuple[int, int]]:
    return {row[0]: row[1:] for row in con.execute("select figure_id, claim_rank, claims from counts").fetchall()}


def rivals(given, one: dict, other: dict, **sources) -> list[str]:
    """The ids of two claims of one group, the one that a headline takes first."""
    con = given(
        [{"id": "b", "value": 63, **one}, {"id": "a", "value": 766, **other}],
        sources=[
            {"source_id": "synthetic-early", "published_on": "2013"},
            {"source_id": "synthetic-late", "published_on": "2013-06"},
        ],
    )
    ranks = claims(con)
    assert {found[1] for found in ranks.values()} == {2}
    return sorted(ranks, key=lambda figure: ranks[figure][0])


def test_of_sources_of_one_fact_the_nearest_comes_first(given):
    con = given([{"id": "b", "confidence": "press"}, {"id": "a", "same_fact_as": "b", "confidence": "primary"}])
    assert claims(con) == {"a": (1, 2), "b": (2, 2)}


@pytest.mark.parametrize(("better", "worse"), [("primary", "secondary"), ("secondary", "press")])
def test_then_the_one_nearest_to_the_compiler(given, better, worse):
    assert rivals(given, {"confidence": better}, {"confidence": worse}) == ["b", "a"]


def test_then_a_count_before_a_bound(given):
    assert rivals(given, {}, {"low": 70, "qualifier": "more_than", "value": 0} | {"low": 70}) == ["b", "a"]


def test_then_the_later_publication_an_undated_one_is_the_earliest(given):
    assert rivals(given, {"source_id": "synthetic-late"}, {"source_id": "synthetic-early"}) == ["b", "a"]
    assert rivals(given, {"source_id": "synthetic-early"}, {}) == ["b", "a"]


def test_then_the_lowest_id(given):
    assert rivals(given, {}, {}) == ["a", "b"]


def test_nearness_weighs_more_than_a_count_and_a_count_more_than_a_date(given):
    bound = {"confidence": "primary", "qualifier": "more_than", "low": 70, "high": None}
    con = given([{"id": "b", **bound}, {"id": "a", "confidence": "press", "value": 766}])
    assert claims(con)["b"] == (1, 2)


@pytest.mark.parametrize(
    "apart",
    [
        {"unit": "cases"},
        {"stage": "refused"},
        {"region": "KZ-75"},
        {"scope": "institution", "scope_detail": "police"},
        {"period_end": "2012-11-30"},
        {"compiler": "kibhr", "dataset": "ngo"},
        {"country": "KG", "compiler": "ombudsman"},
    ],
    ids=lambda apart: " ".join(apart),
)
def test_what_counts_something_else_is_no_rival(given, apart):
    assert claims(given([{"id": "b"}, {"id": "a", **apart}])) == {"b": (1, 1), "a": (1, 1)}


def test_two_compilers_of_one_kind_are_rivals(given):
    assert claims(given([{"id": "b"}, {"id": "a", "compiler": "ombudsman"}])) == {"b": (2, 2), "a": (1, 2)}


# ---------------------------------------------------------------- the headline


def headline(con) -> tuple | None:
    rows = query("headline_ratio").frame(con, country="KZ").to_dict("records")
    return (rows[0]["numerator_id"], rows[0]["denominator_id"]) if rows else None


def test_the_headline_is_per_complaint_before_per_registered_offence(given):
    offences = {"id": "offences", "stage": "registered_offence", "unit": "cases", "value": 90, "year": 2016}
    con = given(
        [COMPLAINTS, {**COURT, "unit": "cases"}, offences, {**COURT, "id": "later", "year": 2016, "unit": "cases"}]
    )
    assert headline(con) == ("court", "complaints")
    assert headline(given([offences, {**COURT, "id": "later", "year": 2016, "unit": "cases"}])) == ("later", "offences")


def test_an_investigation_a_conviction_or_a_grade_c_is_no_headline(given):
    assert headline(given([COMPLAINTS, {**COURT, "stage": "investigation_opened"}])) is None
    assert headline(given([COMPLAINTS, {**COURT, "stage": "convicted"}])) is None
    assert headline(given([COMPLAINTS, {**COURT, "compiler": "prosecutor_general"}])) is None


def test_the_latest_period_stands_in_the_headline(given):
    years = [{**row, "id": f"{row['id']}-{year}", "year": year} for year in (2012, 2013) for row in (COMPLAINTS, COURT)]
    assert headline(given(years)) == ("court-2013", "complaints-2013")


def test_a_claim_that_a_better_one_outranks_stands_in_no_headline(given):
    better = {**COURT, "id": "the better", "confidence": "primary", "value": 30}
    assert headline(given([COMPLAINTS, COURT, better])) == ("the better", "complaints")


# ---------------------------------------------------------------- for every pair there can be

NUMBERS = strategies.one_of(strategies.none(), strategies.integers(0, 500))
QUALIFIERS = strategies.sampled_from(["exact", "range", "more_than", "at_least", "less_than", "at_most", "about"])


@strategies.composite
def bounds(draw: strategies.DrawFn) -> Bound:
    low, high = draw(NUMBERS), draw(NUMBERS)
    if low is not None and high is not None:
        low, high = sorted((low, high))
    return Bound.read(low, high, draw(QUALIFIERS))


@for_every(bounds(), bounds(), strategies.booleans())
def test_every_pair_has_a_claim_and_no_number_that_is_not_one(numerator, denominator, is_share):
    found = ratio(numerator, denominator, is_share=is_share)
    assert found.keys() == ADDED.keys()
    assert found["claim"] in CLAIMS
    numbers = [found[name] for name in ("ratio_low", "ratio_high", "interval_low", "interval_high")]
    assert all(number is None or math.isfinite(number) for number in numbers)
    if found["claim"] in {"withheld", "unknown", "no_denominator"}:
        assert numbers == [None] * 4
    if found["interval_low"] is not None:
        assert 0 <= found["interval_low"] <= found["ratio_low"] <= found["ratio_high"] + 1e-9
        assert found["ratio_high"] <= found["interval_high"] + 1e-9 <= 100 + 1e-6
        assert found["interval_kind"] == ("share" if is_share else "as_if")
    else:
        assert found["interval_kind"] is None


@for_every(bounds(), bounds(), strategies.data())
def test_the_ratio_of_any_two_counts_inside_stands_between_its_ends(numerator, denominator, data):
    found = ratio(numerator, denominator, is_share=True)
    low = 0 if numerator.low is None else int(numerator.low)
    n = data.draw(strategies.integers(low, low + 500 if numerator.high is None else int(numerator.high)))
    low = 0 if denominator.low is None else int(denominator.low)
    of = data.draw(strategies.integers(low, low + 500 if denominator.high is None else int(denominator.high)))
    if of and found["ratio_low"] is not None:
        assert found["ratio_low"] <= 100 * n / of + 1e-9
    if of and found["ratio_high"] is not None:
        assert 100 * n / of <= found["ratio_high"] + 1e-9


ANY_FLOAT = strategies.one_of(
    strategies.floats(-1e12, 1e12), strategies.sampled_from([0.0, -0.0, float("inf"), float("-inf"), float("nan")])
)


def outcome(n: float, of: float, is_share: bool) -> dict:
    """The columns, or the reason why there are none."""
    try:
        return ratio(exact(n), exact(of), is_share=is_share)
    except ValueError as reason:
        return {"claim": str(reason)}


@for_every(ANY_FLOAT, ANY_FLOAT, strategies.booleans())
def test_zero_negative_and_endless_numbers_give_a_reason(n, of, is_share):
    found = outcome(n, of, is_share)
    assert found["claim"] in CLAIMS | {"a bound is finite or unknown", "counts are not negative"}
    assert all(value is None or value == value for value in found.values()), "no NaN"
