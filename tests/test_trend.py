"""What may be said of the way a count moves? One line, whole years, between two breaks, four points at least.

A quasi-Poisson model with t on n - 2 degrees of freedom, a rank test beside it; told with its interval or not at all.
"""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given as for_every
from hypothesis import settings, strategies
from scipy.stats import t as student

from queries.catalog import query
from queries.measures.trend import FEWEST_YEARS, trend, trends
from tests.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.PerfectSeparationWarning")


def line(counts, *, years=None, **columns) -> pd.DataFrame:
    """Rows of `yearly_lines` for one segment, synthetic."""
    years = years or range(2010, 2010 + len(counts))
    sides = [count if isinstance(count, tuple) else (count, count) for count in counts]
    rows = pd.DataFrame(
        {
            "line": "synthetic",
            "segment": 0,
            "year": list(years),
            "low": [low for low, _ in sides],
            "high": [high for _, high in sides],
            "qualifier": "exact",
            "is_part_year": False,
            "period_kind": "counted",
            "is_reviewed": True,
        }
    )
    return rows.astype({"low": float, "high": float}).assign(**columns)


def said(counts, **columns):
    """The one trend of one line."""
    (found,) = trends(line(counts, **columns))
    return found


# ---------------------------------------------------------------- what is said


def test_a_steady_fall_is_a_fall_told_with_its_interval():
    found = said([400, 320, 260, 205])
    assert found.direction == "fell"
    assert found.change_low < found.change < found.change_high < 0


def test_a_steady_rise_is_a_rise():
    found = said([205, 260, 320, 400])
    assert found.direction == "rose"
    assert 0 < found.change_low < found.change < found.change_high


def test_no_clear_trend_when_the_interval_holds_no_change():
    found = said([850, 766, 685, 920])
    assert found.direction == "none"
    assert found.change_low < 0 < found.change_high


def test_the_same_number_every_year_is_no_trend():
    found = said([5, 5, 5, 5])
    assert found.direction == "none"
    assert found.change == pytest.approx(0, abs=1e-6)


def test_a_run_of_few_small_counts_is_not_surer_than_chance_makes_each_of_them():
    assert said([10, 11, 12, 13]).direction == "none", "10 and 13 show no clear difference either"
    assert said([1, 2, 4, 8]).direction == "none"


def test_where_nothing_was_counted_zeros_are_said():
    found = said([0, 0, 0, 0])
    assert (found.direction, found.change) == ("zeros", None)


@pytest.mark.parametrize("counts", [[0, 0, 0, 1], [900, 0, 0, 0]])
def test_where_one_end_alone_was_counted_no_slope_is_told(counts):
    found = said(counts)
    assert (found.direction, found.change_low, found.change, found.change_high) == ("none", None, None, None)


@pytest.mark.parametrize("count", [-1, float("inf")])
def test_a_count_that_can_not_be_is_refused(count):
    with pytest.raises(ValueError, match="finite and not negative"):
        said([count, 20, 30, 40])


# ---------------------------------------------------------------- what is needed for it


def test_three_years_are_too_few():
    found = said([100, 50, 25])
    assert (found.direction, found.years, found.change) == ("too_few", 3, None)
    assert FEWEST_YEARS == 4


def test_one_year_is_too_few_and_no_year_is_no_line():
    assert said([7]).direction == "too_few"
    assert trends(line([7]).head(0)) == []


def test_two_figures_of_one_year_are_not_two_years():
    assert said([100, 50, 25, 12], years=[2010, 2011, 2012, 2012]).direction == "too_few"


def test_a_country_whose_breaks_nobody_reviewed_shows_no_trend():
    found = said([400, 320, 260, 205], is_reviewed=False)
    assert (found.direction, found.change) == ("not_reviewed", None)


def test_an_open_bound_leaves_the_trend_undecided():
    assert said([400, 320, 260, (205, None)]).direction == "undecided"
    assert said([400, 320, 260, (None, 205)]).direction == "undecided"


def test_a_range_that_could_turn_the_trend_leaves_it_undecided():
    assert said([400, 320, 260, (205, 400)]).direction == "undecided"
    assert said([(150, 400), (150, 320), 260, 205]).direction == "undecided"


def test_a_range_that_could_not_turn_it_widens_its_interval_only():
    exact, ranged = said([400, 320, 260, 205]), said([400, 320, 260, (200, 210)])
    assert ranged.direction == exact.direction == "fell"
    assert ranged.change_low < exact.change_low < exact.change_high < ranged.change_high < 0


def test_about_leaves_the_trend_undecided():
    assert said([400, 320, 260, 205], qualifier=["exact", "exact", "exact", "about"]).direction == "undecided"


def test_part_years_are_kept_out():
    found = said([400, 320, 260, 205, 20], is_part_year=[False] * 4 + [True])
    assert (found.year_to, found.years, found.direction) == (2013, 4, "fell")


def test_yearly_rates_are_kept_out():
    found = said([400, 320, 260, 205], period_kind=["counted"] * 3 + ["yearly_rate"])
    assert (found.years, found.direction) == (3, "too_few")


def test_a_year_that_contains_a_break_belongs_to_neither_side():
    found = trends(line([400, 320, 260, 205, 50, 40], segment=[0, 0, 0, None, 1, 1]))
    assert [(one.year_from, one.year_to, one.direction) for one in found] == [
        (2010, 2012, "too_few"),
        (2014, 2015, "too_few"),
    ]


def test_each_line_has_its_own_trend():
    both = pd.concat([line([400, 320, 260, 205]), line([1, 2, 3, 4], line="another")])
    assert [one.line for one in trends(both)] == ["synthetic", "another"]
    assert [one.direction for one in trends(both)] == ["fell", "none"]


def test_gaps_in_the_years_are_said_and_the_years_keep_their_distance():
    found = said([400, 320, 205, 105], years=[2010, 2011, 2013, 2016])
    assert (found.years, found.missing_years) == (4, 3)
    closed = said([400, 320, 205, 105])
    assert found.change > closed.change, "the same fall over more years is a slower one"


def test_the_order_of_the_rows_says_nothing():
    rows = line([400, 320, 260, 205])
    assert trends(rows.iloc[::-1]) == trends(rows)


def test_the_rank_test_stands_beside_four_years_and_is_not_required():
    """With four its smallest p is 0.083, so that it could never agree."""
    found = said([400, 320, 260, 205])
    assert round(found.rank_p, 3) == 0.083
    assert found.direction == "fell"


def test_the_rank_test_is_required_from_six_years_on():
    """A slope that a few high years carry, while half of the steps go the other way."""
    found = said([40, 20, 80, 20, 400, 400])
    assert found.change_low > 0
    assert found.rank_p > 0.05
    assert found.direction == "none"
    steady = said([100, 130, 170, 215, 280, 360])
    assert steady.rank_p < 0.05
    assert steady.direction == "rose"


# ---------------------------------------------------------------- the model


def independently(years, counts) -> tuple[float, float, float, float]:
    """Quasi-Poisson by statsmodels' own dispersion, years uncentred: low, change, high, dispersion."""
    years = np.asarray(years, dtype=float) - years[0]
    fit = sm.GLM(np.asarray(counts, dtype=float), sm.add_constant(years), family=sm.families.Poisson())
    fit = fit.fit(scale="X2", tol=1e-12)
    reach = student.ppf(0.975, len(counts) - 2) * fit.bse[1]
    slope = fit.params[1]
    return *(100 * math.expm1(value) for value in (slope - reach, slope, slope + reach)), fit.scale


@pytest.mark.parametrize(
    "counts", [[850, 766, 685, 920], [400, 300, 290, 205], [12, 40, 31, 77, 60, 91], [3, 0, 9, 4, 20]]
)
def test_the_model_is_the_librarys(counts):
    found = said(counts)
    low, change, high, dispersion = independently(range(2010, 2010 + len(counts)), counts)
    assert dispersion > 1, "or the interval would be the Poisson one"
    assert (found.change_low, found.change, found.change_high, found.dispersion) == pytest.approx(
        (low, change, high, dispersion), rel=1e-6
    )


def test_a_dispersion_under_one_is_reported_and_taken_as_one():
    found = said([400, 320, 260, 205])
    years = np.arange(4.0)
    fit = sm.GLM([400.0, 320, 260, 205], sm.add_constant(years), family=sm.families.Poisson()).fit()
    reach = student.ppf(0.975, 2) * fit.bse[1]
    assert found.dispersion < 1
    assert found.change_high == pytest.approx(100 * math.expm1(fit.params[1] + reach), rel=1e-6)


@settings(max_examples=examples(1 / 2))
@for_every(strategies.lists(strategies.integers(0, 1000), min_size=4, max_size=8))
def test_whatever_was_counted_the_answer_is_words_and_finite_numbers(counts):
    found = said(counts)
    numbers = [found.change_low, found.change, found.change_high, found.dispersion]
    if not any(counts[1:]) or not any(counts[:-1]):
        assert (found.direction, numbers) == ("none" if any(counts) else "zeros", [None] * 4)
        return
    assert found.direction in {"rose", "fell", "none"}
    assert all(math.isfinite(number) for number in numbers)
    assert found.change_low <= found.change <= found.change_high
    assert 0 <= found.rank_p <= 1
    if found.direction == "rose":
        assert found.change_low > 0
    if found.direction == "fell":
        assert found.change_high < 0


@settings(max_examples=examples(1 / 4))
@for_every(strategies.lists(strategies.integers(1, 1000), min_size=4, max_size=8))
def test_the_years_read_backwards_tell_the_opposite(counts):
    opposite = {"rose": "fell", "fell": "rose", "none": "none"}
    assert said(counts[::-1]).direction == opposite[said(counts).direction]


# ---------------------------------------------------------------- from figures to a trend


def yearly(con) -> list:
    return trends(query("yearly_lines").frame(con, country="KZ"))


def test_a_break_cuts_a_line_of_figures(given):
    figures = [
        {"year": year, "value": value, "stage": "registered_offence", "unit": "cases"}
        for year, value in zip(range(2010, 2018), [400, 320, 260, 205, 900, 700, 560, 450], strict=True)
    ]
    uncut = yearly(given(figures, breaks=[]))
    assert [(one.year_from, one.year_to) for one in uncut] == [(2010, 2017)]
    cut = yearly(given(figures, breaks=[{"starts_on": "2014-01-01"}]))
    assert [(one.year_from, one.year_to, one.direction) for one in cut] == [(2010, 2013, "fell"), (2014, 2017, "fell")]


def test_a_break_dated_to_a_day_within_a_year_takes_that_year_from_both_sides(given):
    figures = [{"year": year, "value": 100} for year in range(2010, 2019)]
    cut = yearly(given(figures, breaks=[{"starts_on": "2014-03-17"}]))
    assert [(one.year_from, one.year_to) for one in cut] == [(2010, 2013), (2015, 2018)]


@pytest.mark.parametrize("precision", ["month", "year"])
def test_a_break_whose_day_nobody_knows_takes_its_year_from_both_sides(given, precision):
    figures = [{"year": year, "value": 100} for year in range(2010, 2019)]
    cut = yearly(given(figures, breaks=[{"starts_on": "2014-01-01", "date_precision": precision}]))
    assert [(one.year_from, one.year_to) for one in cut] == [(2010, 2013), (2015, 2018)]


@pytest.mark.parametrize(
    "break_of_others",
    [
        {"stages": "convicted|imprisoned"},
        {"compiler_kinds": "ngo"},
        {"breaks_series": "no"},
        {"country": "KG"},
    ],
)
def test_a_break_that_does_not_concern_the_line_leaves_it_whole(given, break_of_others):
    figures = [{"year": year, "value": 100} for year in range(2010, 2016)]
    uncut = yearly(given(figures, breaks=[{"starts_on": "2013-03-17", **break_of_others}]))
    assert [(one.year_from, one.year_to) for one in uncut] == [(2010, 2015)]


def test_two_breaks_make_three_segments(given):
    figures = [{"year": year, "value": 100} for year in range(2010, 2022)]
    breaks = [{"starts_on": "2014-01-01"}, {"starts_on": "2018-01-01"}]
    cut = yearly(given(figures, breaks=breaks))
    assert [(one.year_from, one.year_to) for one in cut] == [(2010, 2013), (2014, 2017), (2018, 2021)]


def test_two_documents_of_one_compiler_are_two_lines(given):
    con = given(
        [{"year": 2010, "value": 5}, {"year": 2011, "value": 6, "source_id": "synthetic-other"}],
        sources=[{"source_id": "synthetic-other"}],
    )
    assert len(yearly(con)) == 2


def test_one_trend_is_asked_of_one_segment_only():
    assert trend("synthetic", line([400, 320, 260, 205])).direction == "fell"
