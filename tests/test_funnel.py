"""Do one compiler's years differ more than chance alone would have it?"""

import pandas as pd
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from scipy.stats import binom

from queries.measures.funnel import exact_limits, funnel


def years(*pairs: tuple[int, int], start: int = 2010, **more: object) -> pd.DataFrame:
    """Synthetic years of one compiler: (numerator, denominator) each."""
    return pd.DataFrame(
        [
            {
                "year": start + i,
                "is_part_year": False,
                "grade": "A",
                "numerator_low": n,
                "numerator_high": n,
                "numerator_qualifier": "exact",
                "denominator_low": of,
                "denominator_high": of,
                "denominator_qualifier": "exact",
            }
            | more
            for i, (n, of) in enumerate(pairs)
        ]
    )


FIVE = ((5, 50), (9, 100), (22, 200), (3, 40), (31, 300))


def test_five_whole_years_make_a_funnel_around_the_pooled_ratio():
    found = funnel(years(*FIVE))
    assert found is not None
    assert found.pooled == pytest.approx(100 * 70 / 690)
    assert [year for year, _, _ in found.points] == [2010, 2011, 2012, 2013, 2014]


def test_four_years_make_none():
    assert funnel(years(*FIVE[:4])) is None


def test_a_part_year_is_no_point():
    frame = years(*FIVE)
    frame.loc[0, "is_part_year"] = True
    assert funnel(frame) is None


def test_a_bound_or_an_about_is_no_point():
    bound, about = years(*FIVE), years(*FIVE)
    bound.loc[1, "numerator_high"] = None
    about.loc[1, "denominator_qualifier"] = "about"
    assert funnel(bound) is None
    assert funnel(about) is None


def test_a_ratio_of_two_units_is_no_point_and_neither_is_a_denominator_under_ten():
    other_unit, small = years(*FIVE), years(*FIVE)
    other_unit.loc[2, "grade"] = "B"
    small.loc[2, ["denominator_low", "denominator_high"]] = 9
    small.loc[2, ["numerator_low", "numerator_high"]] = 2
    assert funnel(other_unit) is None
    assert funnel(small) is None


def test_years_of_one_ratio_do_not_differ_and_a_wild_year_does():
    assert not funnel(years(*FIVE)).differs
    assert funnel(years((5, 50), (9, 100), (120, 200), (3, 40), (31, 300))).differs


def test_nothing_reached_in_any_year_is_no_dispersion_and_no_nan():
    found = funnel(years((0, 50), (0, 100), (0, 200), (0, 40), (0, 300)))
    assert not found.differs
    assert found.pooled == found.dispersion == 0


def test_the_limits_narrow_as_the_denominator_grows():
    widths = [exact_limits(0.1, size, 95.0)[1] - exact_limits(0.1, size, 95.0)[0] for size in (20, 200, 2000)]
    assert widths == sorted(widths, reverse=True)


@examples(st.floats(0.01, 0.99), st.integers(5, 2000), st.sampled_from([95.0, 99.8]))
def test_a_limit_lies_between_the_two_counts_around_its_tail(p, size, level):
    low, high = exact_limits(p, size, level)
    tail = (1 - level / 100) / 2
    for limit, at in ((low, tail), (high, 1 - tail)):
        count = binom.ppf(at, size, p)
        assert max(0.0, (count - 1) / size) - 1e-9 <= limit <= count / size + 1e-9
    assert 0 <= low <= high <= 1


def test_no_compiler_of_the_real_figures_has_five_whole_years_of_one_ratio(store):
    for country in store.ask("countries_known")["country"]:
        frame = store.ask("stage_ratio", country=country)
        own = frame[frame["claim"] != "published"]
        for _, rows in own.groupby(["compiler", "numerator_stage", "numerator_unit", "denominator_stage"]):
            assert funnel(rows) is None
