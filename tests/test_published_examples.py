"""Do our numbers come out as those that others printed?

Each example names who printed it. Where a book prints no number for what we do, that is said, and the number is
worked out by hand beside it: by summing the binomial, or by going through every order of four years.
"""

import math
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import poisson_means_test
from scipy.stats import t as student

from queries.measures.bounds import Bound
from queries.measures.difference import difference
from queries.measures.funnel import exact_limits
from queries.measures.interval import interval
from queries.measures.trend import Trend, trends


def exact(number: float) -> Bound:
    return Bound.read(number, number, "exact")


def trend(counts: list[int]) -> Trend:
    """The trend of counts of one line, the first of them in 2001."""
    rows = {
        "line": "example",
        "segment": 0,
        "year": range(2001, 2001 + len(counts)),
        "low": [float(count) for count in counts],
        "high": [float(count) for count in counts],
        "qualifier": "exact",
        "is_part_year": False,
        "period_kind": "counted",
        "is_reviewed": True,
    }
    (found,) = trends(pd.DataFrame(rows))
    return found


# ---------------------------------------------------------------- trend: deaths from AIDS in Australia

# B. Whyte, J. Gold, A. Dobson and D. Cooper, The Medical Journal of Australia 146 (1987), 65-69: deaths in each
# quarter from January 1983 to June 1986. The log-linear model: A. J. Dobson, An Introduction to Generalized Linear
# Models (1990), and the courses that follow it: intercept 0.3396, slope 0.2565, deviance 29.65 on 12 degrees of
# freedom.
DEATHS = [0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45]
INTERCEPT, SLOPE, DEVIANCE, FREEDOM = 0.3396, 0.2565, 29.65, 12


@pytest.fixture(scope="module")
def dobson():
    """The model as the book writes it: the quarters numbered from 1 to 14."""
    quarters = sm.add_constant(np.arange(1.0, 15.0))
    return sm.GLM(np.array(DEATHS, dtype=float), quarters, family=sm.families.Poisson()).fit()


def test_dobsons_digits_come_out_of_the_library_that_we_use(dobson):
    assert [round(float(value), 4) for value in dobson.params] == [INTERCEPT, SLOPE]
    assert (round(float(dobson.deviance), 2), int(dobson.df_resid)) == (DEVIANCE, FREEDOM)


def test_our_change_is_dobsons_slope_in_per_cent_to_the_digits_printed():
    found = trend(DEATHS)
    assert round(math.log1p(found.change / 100), 4) == SLOPE
    assert found.change == pytest.approx(100 * (math.exp(SLOPE) - 1), abs=100 * math.exp(SLOPE) * 0.00005)
    assert (found.direction, found.years) == ("rose", 14)


def test_our_interval_is_dobsons_slope_and_t_on_12_degrees_of_freedom_times_the_error_times_the_root_of_dispersion(
    dobson,
):
    """McCullagh and Nelder (1989): the error of the Poisson model, wider by the root of Pearson's statistic over 12."""
    found = trend(DEATHS)
    dispersion = float(dobson.pearson_chi2) / FREEDOM
    reach = float(student.ppf(0.975, FREEDOM)) * float(dobson.bse[1]) * math.sqrt(dispersion)
    assert dispersion > 1
    assert found.dispersion == pytest.approx(dispersion, rel=1e-8)
    ends = [math.log1p(end / 100) for end in (found.change_low, found.change_high)]
    assert ends == pytest.approx([float(dobson.params[1]) - reach, float(dobson.params[1]) + reach], rel=1e-6)


# ---------------------------------------------------------------- rank test: four years


def test_of_four_years_the_smallest_two_sided_p_is_2_of_24():
    """M. G. Kendall, Biometrika 30 (1938), 81-93: of the 24 orders of four, one only rises and one only falls."""

    def score(order: tuple[int, ...]) -> int:
        return sum(1 if later > earlier else -1 for earlier, later in combinations(order, 2))

    orders = [abs(score(order)) for order in permutations(range(4))]
    smallest = Fraction(orders.count(6), len(orders))
    assert smallest == Fraction(2, 24)
    assert round(trend([100, 110, 120, 130]).rank_p, 3) == round(float(smallest), 3) == 0.083
    assert trend([100, 110, 120, 130]).rank_p == pytest.approx(float(smallest), rel=1e-12)
    for counts in permutations([100, 110, 120, 130]):
        share = Fraction(sum(each >= abs(score(counts)) for each in orders), len(orders))
        assert trend(list(counts)).rank_p == pytest.approx(float(share), rel=1e-12)


# ---------------------------------------------------------------- two counts


def test_no_dodder_seed_and_three_are_no_clear_difference():
    """J. Przyborowski and H. Wilenski, Biometrika 31 (1940), 313-323: dodder in clover seed. The example of 0 and 3
    seeds in two samples of 100 grams stands in SciPy's manual (poisson_means_test), after K. Krishnamoorthy and
    J. Thomson, Journal of Statistical Planning and Inference 119 (2004), 23-35: p = 0.0884 by their test, «cannot be
    regarded as significant»; by the conditional test of 1940 p = 2 · (1/2)³.
    """
    assert round(float(poisson_means_test(0, 100, 3, 100).pvalue), 4) == 0.0884
    assert difference(exact(0), exact(3)) == difference(exact(3), exact(0)) == "none"
    conditional = Fraction(2, 2**3)
    ends = interval(exact(3), exact(3), "exact")
    assert conditional > Fraction(5, 100)
    assert ends[0] == pytest.approx(100 * 0.025 ** (1 / 3), rel=1e-12)
    assert ends[0] < 50 < ends[1]


def test_the_interval_under_it_is_that_of_rs_poisson_test():
    """R, help page of poisson.test (after the data eba1977 of the package ISwR): c(11, 6+8+7) lung cancers in
    c(800, 1083+1050+878) persons; rate ratio 1.971488, 95 % interval 0.8584264 to 4.2772659.

    Ours compares years of equal length; the interval of the share under it is the same one, and the ratio of rates
    is the odds of that share times the persons.
    """
    persons = (1083 + 1050 + 878) / 800
    ends = interval(exact(11), exact(11 + 21), "exact")
    low, high = (end / (100 - end) * persons for end in ends)
    assert (round(11 / 21 * persons, 6), round(low, 7), round(high, 7)) == (1.971488, 0.8584264, 4.2772659)


@pytest.mark.parametrize("before", range(0, 41, 8))
def test_two_counts_differ_where_the_conditional_binomial_says_so_by_direct_summation(before):
    """«Rose» when as many or more of the sum would fall to the later year less than once in forty, in fractions."""
    for after in range(before, 81, 2):
        total = before + after
        as_many_or_more = Fraction(sum(math.comb(total, count) for count in range(after, total + 1)), 2**total)
        said = difference(exact(before), exact(after))
        assert said == ("rose" if as_many_or_more < Fraction(1, 40) else "none")


# ---------------------------------------------------------------- funnel limits

# D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202, appendix A.1.1, gives the formula and prints no
# number; so do the packages that follow it and R. Wicklin's «Funnel plots for proportions» (SAS, The DO Loop, 2011).
# So the formula is worked out here anew, in fractions: r is the smallest count with P(X <= r) > tail, and the limit is
# (r - (P(X <= r) - tail) / P(X = r)) / n.
SIZES = [(10, "0.1"), (40, "0.1"), (63, "0.175"), (119, "0.092"), (602, "0.03"), (20, "0.5"), (17, "0.9")]
TAILS = {95.0: Fraction("0.025"), 99.8: Fraction("0.001")}


def by_direct_summation(p: Fraction, size: int, tail: Fraction) -> float:
    below = Fraction(0)
    for count in range(size + 1):
        here = math.comb(size, count) * p**count * (1 - p) ** (size - count)
        if below + here >= tail:
            return float((count - (below + here - tail) / here) / size)
        below += here
    raise AssertionError("the binomial adds up to one")


@pytest.mark.parametrize(("size", "ratio"), SIZES)
@pytest.mark.parametrize("level", TAILS)
def test_funnel_limits_are_those_of_the_formula_by_direct_summation(size, ratio, level):
    p, tail = Fraction(ratio), TAILS[level]
    low, high = exact_limits(float(p), size, level)
    assert low == pytest.approx(max(0.0, by_direct_summation(p, size, tail)), rel=1e-9, abs=1e-12)
    assert high == pytest.approx(min(1.0, by_direct_summation(p, size, 1 - tail)), rel=1e-9)


def test_funnel_limits_are_those_of_a_printed_table_of_the_binomial():
    """Any table of the cumulative binomial to four places prints, for n = 20 and p = 0.10, .1216 up to none,
    .9568 up to four and .9887 up to five: the upper 95 % limit lies between four and five of 20."""
    low, high = exact_limits(0.1, 20, 95.0)
    assert high == pytest.approx((5 - (0.9887 - 0.975) / (0.9887 - 0.9568)) / 20, abs=0.0002)
    assert low == 0.0, "none at all has a chance of .1216, more than one in forty"
