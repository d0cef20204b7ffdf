"""Do two counts differ? «Rose» and «fell» are said only when chance alone would hardly do it.

Given their sum the later count is binomial, so the exact interval of the share decides (Przyborowski and
Wilenski, Biometrika 31 (1940), 313-323).
"""

import pytest
from hypothesis import given, strategies
from scipy.stats import beta

from queries.measures.bounds import Bound
from queries.measures.difference import difference

COUNTS = strategies.integers(0, 400)


def exact(number: float) -> Bound:
    return Bound.read(number, number, "exact")


def test_from_850_to_766_complaints_they_fell():
    assert difference(exact(850), exact(766)) == "fell"
    assert difference(exact(766), exact(850)) == "rose"


@pytest.mark.parametrize(("before", "after"), [(10, 15), (15, 18), (3, 10), (0, 5), (0, 0), (63, 63), (1, 0)])
def test_counts_that_chance_alone_could_part_show_no_clear_difference(before, after):
    assert difference(exact(before), exact(after)) == "none"
    assert difference(exact(after), exact(before)) == "none"


def test_from_none_it_takes_six_to_rise():
    """Of n all on one side, the exact interval leaves one half when (1/2)^n is under 0.025: from six on."""
    assert difference(exact(0), exact(5)) == "none"
    assert difference(exact(0), exact(6)) == "rose"


def test_what_holds_for_every_count_inside_the_bounds_is_said():
    assert difference(exact(20), Bound.read(70, None, "more_than")) == "rose"
    assert difference(Bound.read(70, None, "more_than"), exact(20)) == "fell"
    assert difference(Bound(350, 400), exact(283)) == "fell"


def test_what_holds_only_for_some_is_not():
    assert difference(Bound(300, 400), exact(283)) == "unknown"
    assert difference(exact(100), Bound.read(70, None, "more_than")) == "unknown"
    assert difference(Bound.read(None, 600, "at_most"), exact(20)) == "unknown"
    assert difference(Bound(None, None), exact(20)) == "unknown"


def test_about_decides_nothing():
    assert difference(exact(2), Bound.read(700, 700, "about")) == "unknown"
    assert difference(Bound.read(700, 700, "about"), exact(2)) == "unknown"


@given(COUNTS, COUNTS)
def test_it_is_the_exact_interval_of_the_share_against_one_half(before, after):
    said = difference(exact(before), exact(after))
    total = before + after
    low = beta.ppf(0.025, after, before + 1) if after else 0
    high = beta.ppf(0.975, after + 1, before) if before else 1
    assert said == ("rose" if low > 0.5 else "fell" if high < 0.5 and total else "none")


@given(COUNTS, COUNTS)
def test_the_way_back_is_the_other_way(before, after):
    opposite = {"rose": "fell", "fell": "rose", "none": "none"}
    assert difference(exact(after), exact(before)) == opposite[difference(exact(before), exact(after))]


@given(COUNTS, COUNTS, COUNTS, COUNTS, strategies.data())
def test_what_is_said_of_bounds_holds_for_every_pair_inside(a, b, c, d, data):
    before, after = Bound(min(a, b), max(a, b)), Bound(min(c, d), max(c, d))
    said = difference(before, after)
    if said != "unknown":
        one = exact(data.draw(strategies.integers(int(before.low), int(before.high))))
        other = exact(data.draw(strategies.integers(int(after.low), int(after.high))))
        assert difference(one, other) == said
