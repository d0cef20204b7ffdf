"""How far may chance move a share? The 95 % interval: Wilson's by default, Clopper and Pearson's as the strict one.

Never the normal approximation, which says of 0 of 40 that it is 0 to 0 %.
"""

import pytest
from hypothesis import given, strategies
from statsmodels.stats.proportion import proportion_confint

from queries.measures.bounds import Bound
from queries.measures.interval import interval

LIBRARY = {"wilson": "wilson", "exact": "beta"}


def exact(number: float) -> Bound:
    return Bound.read(number, number, "exact")


# R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I: methods 3 (Wilson) and 5 (Clopper-Pearson).
@pytest.mark.parametrize(
    ("n", "of", "method", "low", "high"),
    [
        (81, 263, "wilson", 0.2553, 0.3662),
        (81, 263, "exact", 0.2527, 0.3676),
        (15, 148, "wilson", 0.0624, 0.1605),
        (15, 148, "exact", 0.0578, 0.1617),
        (0, 20, "wilson", 0.0000, 0.1611),
        (0, 20, "exact", 0.0000, 0.1684),
        (1, 29, "wilson", 0.0061, 0.1718),
        (1, 29, "exact", 0.0009, 0.1776),
    ],
)
def test_newcombes_worked_examples_to_the_digits_printed(n, of, method, low, high):
    ends = interval(exact(n), exact(of), method)
    assert (round(ends[0] / 100, 4), round(ends[1] / 100, 4)) == (low, high)


def test_0_of_40_may_be_up_to_88_per_cent():
    low, high = interval(exact(0), exact(40))
    assert low == 0
    assert round(high, 1) == 8.8


@pytest.mark.parametrize(
    ("n", "of", "low", "high"), [(18, 602, 1.90, 4.68), (11, 63, 10.04, 28.62)], ids=["2012", "2020"]
)
def test_the_two_ratios_of_the_headlines(n, of, low, high):
    assert tuple(round(end, 2) for end in interval(exact(n), exact(of))) == (low, high)


@pytest.mark.parametrize("method", LIBRARY)
@given(of=strategies.integers(1, 5000), part=strategies.floats(0, 1))
def test_equal_to_another_library_to_12_digits(method, of, part):
    n = round(of * part)
    ours = interval(exact(n), exact(of), method)
    theirs = proportion_confint(n, of, 0.05, LIBRARY[method])
    assert ours[0] / 100 == pytest.approx(theirs[0], rel=1e-12, abs=1e-14)
    assert ours[1] / 100 == pytest.approx(theirs[1], rel=1e-12, abs=1e-14)


def test_wilson_is_the_default():
    assert interval(exact(15), exact(148)) == interval(exact(15), exact(148), "wilson")
    assert interval(exact(15), exact(148)) != interval(exact(15), exact(148), "exact")


# ---------------------------------------------------------------- bounds


def test_over_a_range_it_is_the_union_over_every_pair():
    ends = interval(Bound(10, 12), Bound(100, 120))
    assert ends[0] == interval(exact(10), exact(120))[0]
    assert ends[1] == interval(exact(12), exact(100))[1]


@strategies.composite
def ranges(draw: strategies.DrawFn) -> tuple[Bound, Bound]:
    """Two ranges, no numerator above any denominator."""
    n_low, n_high, of_low, of_high = sorted(draw(strategies.integers(1, 60)) for _ in range(4))
    return Bound(n_low, n_high), Bound(of_low, of_high)


@pytest.mark.parametrize("method", LIBRARY)
@given(pair=ranges(), data=strategies.data())
def test_the_union_holds_the_interval_of_every_pair_inside(method, pair, data):
    n, of = pair
    low, high = interval(n, of, method)
    inner = interval(
        exact(data.draw(strategies.integers(int(n.low), int(n.high)))),
        exact(data.draw(strategies.integers(int(of.low), int(of.high)))),
        method,
    )
    assert low <= inner[0] <= inner[1] <= high


@given(pair=ranges())
def test_tightening_an_input_never_widens_the_interval(pair):
    n, of = pair
    low, high = interval(n, of)
    for tighter in (
        interval(Bound(n.low, n.low), of),
        interval(Bound(n.high, n.high), of),
        interval(n, Bound(of.low, of.low)),
        interval(n, Bound(of.high, of.high)),
    ):
        assert low <= tighter[0]
        assert tighter[1] <= high


# ---------------------------------------------------------------- where there is none


@pytest.mark.parametrize(
    ("n", "of"),
    [
        (Bound.read(5, None, "more_than"), exact(100)),
        (Bound.read(None, 5, "less_than"), exact(100)),
        (exact(5), Bound.read(70, None, "more_than")),
        (exact(5), Bound.read(None, 600, "at_most")),
        (Bound(None, None), exact(100)),
    ],
    ids=["more than 5", "less than 5", "of more than 70", "of at most 600", "of nothing known"],
)
def test_none_where_a_side_is_unknown(n, of):
    assert interval(n, of) is None


def test_none_for_about():
    assert interval(exact(23), Bound.read(700, 700, "about")) is None
    assert interval(Bound.read(23, 23, "about"), exact(700)) is None


@pytest.mark.parametrize("of", [exact(0), Bound(0, 10)])
def test_none_where_there_may_be_no_denominator(of):
    assert interval(exact(0), of) is None


def test_none_above_100_per_cent():
    assert interval(exact(11), exact(10)) is None
    assert interval(Bound(9, 11), Bound(10, 20)) is None


def test_10_of_10_is_still_a_share():
    low, high = interval(exact(10), exact(10))
    assert round(low, 1) == 72.2
    assert high == pytest.approx(100)
