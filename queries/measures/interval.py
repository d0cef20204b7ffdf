"""The 95 % interval of a share: Wilson by default, Clopper-Pearson as the strict choice.

Formulas: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212;
C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404-413; computed by scipy.
"""

from functools import lru_cache
from typing import Literal

from queries.measures.bounds import Bound

Method = Literal["wilson", "exact"]


def interval(numerator: Bound, denominator: Bound, method: Method = "wilson") -> tuple[float, float] | None:
    """Lower and upper end, 0 to 100, of the 95 % interval of numerator / denominator.

    For bounds it is the union over every pair of counts inside them. None when a side of either is
    unknown, a value is «about», the denominator may be zero or the numerator may exceed it.
    """
    sides = (numerator.low, numerator.high, denominator.low, denominator.high)
    if numerator.about or denominator.about or any(side is None for side in sides):
        return None
    n_low, n_high, of_low, of_high = (round(side) for side in sides)  # type: ignore[arg-type]
    if of_low < 1 or n_high > of_low:
        return None
    # Both ends rise with the numerator and fall with the denominator, so the corners hold the union.
    return _share(n_low, of_high, method)[0], _share(n_high, of_low, method)[1]


@lru_cache(maxsize=10_000)  # a page asks for the same shares at every filter
def _share(n: int, of: int, method: Method) -> tuple[float, float]:
    # A slow import that pages without ratios do not need.
    from scipy.stats import beta
    from scipy.stats._result_classes import BinomTestResult

    if method == "exact":  # as quantiles: binomtest searches for the same ends, to 11 digits only
        low, high = beta.ppf(0.025, n, of - n + 1) if n else 0, beta.ppf(0.975, n + 1, of - n) if n < of else 1
        return 100 * float(low), 100 * float(high)
    # What binomtest returns, without the test: its p-value is not asked for, and costs a hundred times the interval.
    ends = BinomTestResult(k=n, n=of, alternative="two-sided", statistic=n / of, pvalue=1.0).proportion_ci(
        0.95, method=method
    )
    return 100 * float(ends.low), 100 * float(ends.high)
