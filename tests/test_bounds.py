"""Does a bound stay a bound through every sum, difference and ratio?

«Over 70» is low 70, the 70 itself excluded, and no high. What is unknown stays unknown, and nothing inside the
inputs can give a result outside the answer.
"""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies

from queries.measures.bounds import Bound, known

OVER_70 = Bound.read(70, None, "more_than")
BELOW_2 = Bound.read(None, 2, "less_than")
AT_LEAST_6 = Bound.read(6, None, "at_least")
RANGE = Bound.read(350, 400, "range")
ABOUT_700 = Bound.read(700, 700, "about")
NOTHING = Bound(None, None)


def exact(number: float) -> Bound:
    return Bound.read(number, number, "exact")


def holds(bound: Bound, value: Fraction | float) -> bool:
    """The value is one that the bound allows; the rounding of a float is not held against it."""

    def beyond(side: float, other: Fraction | float, is_open: bool) -> bool:
        if math.isclose(side, other, rel_tol=1e-9):
            return is_open and side == other
        return side > other

    if bound.low is not None and beyond(bound.low, value, bound.low_open):
        return False
    return bound.high is None or not beyond(-bound.high, -value, bound.high_open)


# ---------------------------------------------------------------- what a source says


def test_more_than_is_a_low_without_its_number_and_without_a_high():
    assert Bound(70, None, low_open=True) == OVER_70
    assert not holds(OVER_70, 70)
    assert holds(OVER_70, 71)


def test_less_than_is_a_high_without_its_number_and_without_a_low():
    assert Bound(None, 2, high_open=True) == BELOW_2
    assert not holds(BELOW_2, 2)


def test_at_least_holds_its_number():
    assert holds(AT_LEAST_6, 6)
    assert Bound.read(None, 600, "at_most") == Bound(None, 600)


def test_about_keeps_its_value_gets_no_margin_and_is_not_exact():
    assert (ABOUT_700.low, ABOUT_700.high, ABOUT_700.about) == (700, 700, True)
    assert not ABOUT_700.is_exact


def test_only_one_number_that_was_counted_is_exact():
    assert exact(0).is_exact
    assert not any(bound.is_exact for bound in (OVER_70, BELOW_2, RANGE, ABOUT_700, NOTHING))


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA, pd.NaT])
def test_what_is_missing_in_a_frame_is_an_unknown_side(missing):
    assert known(missing) is None
    assert not Bound.read(missing, missing, "exact").is_known


@pytest.mark.parametrize("number", [3, 3.0, np.int64(3), np.float64(3), np.int32(3)])
def test_a_number_out_of_any_column_is_known(number):
    assert known(number) == 3.0


# ---------------------------------------------------------------- sums, differences, ratios


def test_over_70_and_5_are_over_75():
    assert OVER_70 + exact(5) == Bound(75, None, low_open=True)


def test_a_sum_with_an_unknown_side_has_an_unknown_side():
    assert (RANGE + OVER_70).high is None
    assert (RANGE + OVER_70).low == 420


def test_350_to_400_less_70_to_100_is_250_to_330():
    assert RANGE - Bound(70, 100) == Bound(250, 330)


def test_a_difference_from_over_70_is_open_below():
    assert exact(100) - OVER_70 == Bound(None, 30, high_open=True)


def test_a_sum_with_about_is_about():
    assert (ABOUT_700 + exact(1)).about
    assert (exact(900) - ABOUT_700).about
    assert exact(7).over(ABOUT_700).about


def test_18_over_602_is_299_per_100():
    per_100 = exact(18).over(exact(602)).times(100)
    assert per_100.low == per_100.high
    assert round(per_100.low, 2) == 2.99


def test_the_lowest_stands_over_the_highest_and_the_highest_over_the_lowest():
    assert Bound(10, 20).over(Bound(100, 200)) == Bound(0.05, 0.2)


def test_5_over_more_than_70_is_less_than_its_ratio_to_70():
    ratio = exact(5).over(OVER_70)
    assert ratio == Bound(None, 5 / 70, high_open=True)


def test_more_than_5_over_70_is_more_than_its_ratio():
    assert Bound.read(5, None, "more_than").over(exact(70)) == Bound(5 / 70, None, low_open=True)


def test_none_over_more_than_70_is_none_and_not_less_than_none():
    ratio = exact(0).over(OVER_70)
    assert ratio.high == 0
    assert holds(ratio, 0)


def test_none_over_less_than_100_is_none_and_not_more_than_none():
    ratio = exact(0).over(Bound.read(None, 100, "less_than"))
    assert ratio.low == 0
    assert holds(ratio, 0)


def test_over_a_denominator_that_may_be_zero_there_is_no_highest_ratio():
    assert exact(5).over(Bound(0, 20)) == Bound(0.25, None)


def test_over_zero_there_is_no_ratio():
    with pytest.raises(ZeroDivisionError):
        exact(5).over(exact(0))


@pytest.mark.parametrize(("n", "of"), [(-1, 20), (1, -20)])
def test_a_negative_count_is_refused(n, of):
    with pytest.raises(ValueError, match="not negative"):
        Bound(n, n).over(Bound(of, of))


@pytest.mark.parametrize("side", [float("inf"), float("-inf"), float("nan")])
def test_a_side_is_finite_or_unknown(side):
    with pytest.raises(ValueError, match="finite or unknown"):
        Bound(side, None)


def test_a_low_above_its_high_is_refused():
    with pytest.raises(ValueError, match="low above high"):
        Bound(2, 1)


# ---------------------------------------------------------------- for every bound there can be

COUNTS = strategies.integers(0, 2000)


@strategies.composite
def bounds(draw: strategies.DrawFn) -> Bound:
    """Any bound on a count, as any source could put it."""
    low, high = sorted((draw(COUNTS), draw(COUNTS)))
    said = draw(strategies.sampled_from(["exact", "range", "more_than", "at_least", "less_than", "at_most", "none"]))
    if said == "none":
        return NOTHING
    if said == "exact":
        return exact(low)
    return Bound.read(
        low if said in {"range", "more_than", "at_least"} else None,
        high if said in {"range", "less_than", "at_most"} else None,
        said,
    )


def inside(bound: Bound) -> list[int]:
    """Whole numbers that the bound allows: those next to its sides, and one in the middle."""
    low = 0 if bound.low is None else int(bound.low) + bound.low_open
    high = low + 3000 if bound.high is None else int(bound.high) - bound.high_open
    return sorted({number for number in (low, low + 1, (low + high) // 2, high - 1, high) if low <= number <= high})


def tightened(bound: Bound) -> list[Bound]:
    """Bounds that allow some of the same values and no others."""
    numbers = inside(bound)
    return [Bound(low, high) for low, high in product(numbers, numbers) if low <= high] + [bound]


def is_within(inner: Bound, outer: Bound) -> bool:
    """Nothing that `inner` allows does `outer` forbid."""
    low = outer.low is None or (inner.low is not None and (inner.low > outer.low or math.isclose(inner.low, outer.low)))
    high = outer.high is None or (
        inner.high is not None and (inner.high < outer.high or math.isclose(inner.high, outer.high))
    )
    return low and high


@given(bounds(), bounds())
def test_a_sum_holds_every_sum_of_values_inside(one, other):
    for a, b in product(inside(one), inside(other)):
        assert holds(one + other, a + b)


@given(bounds(), bounds())
def test_a_difference_holds_every_difference_of_values_inside(one, other):
    for a, b in product(inside(one), inside(other)):
        assert holds(one - other, a - b)


@given(bounds(), bounds())
def test_a_ratio_holds_every_ratio_of_values_inside(one, other):
    if other.high == 0:
        return
    ratio = one.over(other)
    for a, b in product(inside(one), inside(other)):
        if b:
            assert holds(ratio, Fraction(a, b)), (one, other, ratio, a, b)


@given(bounds(), strategies.sampled_from([0.5, 1, 100]))
def test_a_bound_in_another_measure_holds_every_value_in_it(bound, factor):
    for value in inside(bound):
        assert holds(bound.times(factor), value * factor)


@given(bounds(), bounds())
def test_tightening_an_input_never_widens_the_result(one, other):
    for tighter in tightened(one):
        assert is_within(tighter + other, one + other)
        assert is_within(other + tighter, other + one)
        assert is_within(tighter - other, one - other)
        assert is_within(other - tighter, other - one)
        if other.high != 0:
            assert is_within(tighter.over(other), one.over(other))
        if one.high != 0 and tighter.high != 0:
            assert is_within(other.over(tighter), other.over(one))


@given(bounds(), bounds())
def test_an_unknown_side_never_becomes_known(one, other):
    total, change = one + other, one - other
    assert (total.low is None) == (one.low is None or other.low is None)
    assert (total.high is None) == (one.high is None or other.high is None)
    assert (change.low is None) == (one.low is None or other.high is None)
    assert (change.high is None) == (one.high is None or other.low is None)
    if other.high != 0:
        ratio = one.over(other)
        assert ratio.low is None or (one.low is not None and other.high is not None)
        assert ratio.high is None or (one.high is not None and other.low is not None)


@given(bounds(), bounds())
def test_an_open_side_never_closes_by_itself(one, other):
    if one.low_open and other.low is not None:
        assert (one + other).low_open
    if one.high_open and other.high is not None:
        assert (one + other).high_open
    if one.low_open and other.high:
        assert one.over(other).low_open
    if one.high_open and other.low:
        assert one.over(other).high_open


@given(bounds(), bounds())
def test_no_result_is_a_nan(one, other):
    results = [one + other, one - other, *([] if other.high == 0 else [one.over(other)])]
    assert all(side is None or math.isfinite(side) for result in results for side in (result.low, result.high))
