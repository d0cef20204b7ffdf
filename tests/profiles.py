"""How many examples Hypothesis tries, chosen by one setting: `pytest --hypothesis-profile=dev`, `ci` or `long`.

`ci`, the usual one, and `long` try the same examples on every machine; `dev` tries others each time. How long an
example takes says nothing about whether it holds.
"""

from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=20)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True, database=None)
settings.register_profile("long", deadline=None, max_examples=1000, derandomize=True, database=None)


def examples(share: float = 1, long: int = 0) -> int:
    """So much of the examples of the profile that was chosen: less for what costs more.

    `long`: how many the long profile tries, where that is promised.
    """
    if long and settings.default.max_examples >= 1000:
        return long
    return max(5, round(settings.default.max_examples * share))
