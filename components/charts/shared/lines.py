"""Charts over the years: the letters of lines, and which years a line joins."""

from collections.abc import Callable, Sequence

from components.charts.shared.values import Row

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def list_runs(
    rows: Sequence[Row],
    *,
    may_join: Callable[[Row], bool] = lambda row: True,
    is_same: Callable[[Row, Row], bool] = lambda last, row: True,
) -> tuple[tuple[int, ...], ...]:
    """The places of rows that a line joins: years that follow each other, two or more.

    may_join: whether a row may be on a line at all; is_same: whether two of them may be on the same one.
    """
    runs: list[list[int]] = []
    for place, row in enumerate(rows):
        if not may_join(row):
            continue
        last = rows[runs[-1][-1]] if runs else None
        if last and row["year"] == last["year"] + 1 and is_same(last, row):
            runs[-1].append(place)
        else:
            runs.append([place])
    return tuple(tuple(run) for run in runs if len(run) > 1)
