"""A published number with its bounds: «over 70» is low 70 (open), no high. A bound is never replaced by its number."""

import math
from dataclasses import dataclass, replace
from numbers import Real


@dataclass(frozen=True)
class Bound:
    """An interval of values that a source allows; None is an unknown side and stays unknown.

    `low_open`, `high_open`: the bound itself is excluded. `about`: the source said «about»;
    the value is kept and gets no invented margin. Raises ValueError when low exceeds high, or on a
    non-finite side; a difference may be negative, a count divided may not.
    """

    low: float | None
    high: float | None
    low_open: bool = False
    high_open: bool = False
    about: bool = False

    def __post_init__(self) -> None:
        for side in (self.low, self.high):
            if side is not None and not math.isfinite(side):
                raise ValueError("a bound is finite or unknown")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low above high")

    @classmethod
    def read(cls, low: float | None, high: float | None, qualifier: str | None) -> "Bound":
        """A bound from the columns of a count; NaN and None both mean an unknown side."""
        return cls(
            known(low),
            known(high),
            low_open=qualifier == "more_than",
            high_open=qualifier == "less_than",
            about=qualifier == "about",
        )

    @property
    def is_exact(self) -> bool:
        """One number, counted: no bound and no «about»."""
        return self.low is not None and self.low == self.high and not self.about

    @property
    def is_known(self) -> bool:
        """At least one side is known."""
        return self.low is not None or self.high is not None

    def __add__(self, other: "Bound") -> "Bound":
        """Sum of the intervals; an unknown side of either leaves that side unknown."""
        return Bound(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            self.low_open or other.low_open,
            self.high_open or other.high_open,
            self.about or other.about,
        )

    def __sub__(self, other: "Bound") -> "Bound":
        """Difference of the intervals: lowest less highest, highest less lowest."""
        return self + Bound(
            None if other.high is None else -other.high,
            None if other.low is None else -other.low,
            other.high_open,
            other.low_open,
            other.about,
        )

    def over(self, other: "Bound") -> "Bound":
        """Ratio of two counts: lowest over highest, highest over lowest.

        A side over an unknown or zero denominator is unknown, but none of whatever number is none. Raises
        ZeroDivisionError when the denominator can only be zero, ValueError when a side is negative.
        """
        if other.high == 0:
            raise ZeroDivisionError("no denominator")
        if any(side is not None and side < 0 for side in (self.low, self.high, other.low, other.high)):
            raise ValueError("counts are not negative")
        # None of whatever number is none: a zero on top stays zero however open the denominator.
        return Bound(
            0.0 if self.low == 0 else None if self.low is None or other.high is None else self.low / other.high,
            0.0 if self.high == 0 else None if self.high is None or not other.low else self.high / other.low,
            self.low_open or (other.high_open and self.low != 0),
            self.high_open or (other.low_open and self.high != 0),
            self.about or other.about,
        )

    def times(self, factor: float) -> "Bound":
        """The same bound in another measure (per 100: times 100)."""
        return replace(
            self,
            low=None if self.low is None else self.low * factor,
            high=None if self.high is None else self.high * factor,
        )


def known(side: float | None) -> float | None:
    """The side as a number, or None when it is missing (None, NaN or NA)."""
    if not isinstance(side, Real) or side != side:
        return None
    return float(side)
