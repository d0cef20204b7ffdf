"""Can anybody work out a count of 1 to 4 persons from all that is told? An adversary who solves the whole system tries.

He is written apart from the measure: he knows only what is told and how cells add up, and asks a solver for the least
and the greatest value of each cell.
"""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as strategies
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from queries.measures.withhold import Relation, withhold
from tests.profiles import examples


def cells(values: dict[Hashable, int], **cost: float) -> pd.DataFrame:
    """Cells of now, by their true values."""
    return pd.DataFrame(
        [
            {
                "cell": cell,
                "role": "published",
                "value": value,
                "low": None,
                "high": None,
                "cost": cost.get(str(cell), 1.0),
            }
            for cell, value in values.items()
        ]
    )


def told(frame: pd.DataFrame) -> dict[Hashable, tuple[float, float | None]]:
    """Cell -> what is told of it."""
    return {
        row["cell"]: (row["low"], None if pd.isna(row["high"]) else row["high"]) for row in frame.to_dict("records")
    }


def ends(
    known: dict[Hashable, tuple[float, float | None]], sums: list[dict[Hashable, int]], cell: Hashable
) -> tuple[float, float]:
    """The least and the greatest whole value of a cell that fits what is told and how cells add up (each sum is 0)."""
    names = list(known)
    weights = np.array([[one.get(name, 0) for name in names] for one in sums]) if sums else np.zeros((1, len(names)))
    found = []
    for sign in (1, -1):
        answer = milp(
            sign * np.array([float(name == cell) for name in names]),
            integrality=np.ones(len(names)),
            bounds=Bounds(
                [known[name][0] for name in names],
                [np.inf if known[name][1] is None else known[name][1] for name in names],
            ),
            constraints=LinearConstraint(weights, 0, 0),
        )
        found.append(np.inf * sign * -1 if answer.status == 3 else round(sign * answer.fun))
    return found[0], found[1]


def two_way(values: list[list[int]]) -> tuple[pd.DataFrame, list[Relation], list[dict[Hashable, int]]]:
    """A table of regions by years with its totals: cells, relations, and the sums as the adversary writes them."""
    height, width = len(values), len(values[0])
    named: dict[Hashable, int] = {(i, j): values[i][j] for i in range(height) for j in range(width)}
    named |= {(i, "all"): sum(values[i]) for i in range(height)}
    named |= {("all", j): sum(row[j] for row in values) for j in range(width)}
    named["all", "all"] = sum(map(sum, values))
    relations = [Relation.total((i, "all"), [(i, j) for j in range(width)]) for i in range(height)]
    relations += [Relation.total(("all", j), [(i, j) for i in range(height)]) for j in range(width)]
    relations += [Relation.total(("all", "all"), [(i, "all") for i in range(height)])]
    return cells(named), relations, [dict(relation.terms) for relation in relations]


@settings(max_examples=examples(0.8))
@given(
    strategies.integers(2, 4).flatmap(
        lambda width: strategies.lists(
            strategies.lists(strategies.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=width, max_size=width),
            min_size=2,
            max_size=4,
        )
    )
)
def test_no_withheld_cell_of_a_two_way_table_can_be_pinned(values):
    frame, relations, sums = two_way(values)
    out = withhold(frame, relations)
    known = told(out)
    for row in out.to_dict("records"):
        low, high = known[row["cell"]]
        assert low <= row["value"] <= (np.inf if high is None else high), "what is told is true"
        if 1 <= row["value"] <= 4:
            assert row["withheld"], "a small cell is never told"
        if row["value"] == 0:
            assert not row["withheld"], "nobody is hidden where nobody is"
        if row["withheld"]:
            least, most = ends(known, sums, row["cell"])
            assert least < most, (row["cell"], known)


def test_where_nothing_is_small_nothing_is_withheld():
    frame, relations, _ = two_way([[5, 0], [7, 30]])
    assert set(withhold(frame, relations)["withheld"]) == {""}


def test_one_small_cell_takes_a_rectangle_with_it():
    """In a table with totals a single withheld cell would be a subtraction."""
    frame, relations, sums = two_way([[2, 10, 10], [10, 10, 10], [10, 10, 10]])
    out = withhold(frame, relations)
    assert (out["withheld"] == "primary").sum() == 1
    assert (out["withheld"] == "complementary").sum() == 3
    assert ends(told(out), sums, (0, 0)) == (1, 4)


def test_nested_counts_need_nothing_beside_where_there_is_room():
    nested = [Relation.within("complaints", "courts"), Relation.within("courts", "convictions")]
    out = withhold(cells({"complaints": 40, "courts": 11, "convictions": 3}), nested)
    assert out["withheld"].tolist() == ["", "", "primary"]
    assert out[["low", "high"]].values.tolist() == [[40, 40], [11, 11], [1, 4]]


def test_what_a_neighbour_would_give_away_is_told_as_at_least_one():
    """6 complaints, 5 of them refused: one went on, and everybody could subtract."""
    values = cells({"complaints": 6, "refused": 5, "went_on": 1}, complaints=4.0)
    out = withhold(values, [Relation({"complaints": 1, "refused": -1, "went_on": -1}, is_equal=False)])
    assert out["withheld"].tolist() == ["", "complementary", "primary"]
    assert out["low"].tolist() == [6, 1, 1]
    assert out["high"].isna().tolist() == [False, True, False]


def test_a_small_total_of_as_many_small_parts_is_no_longer_told_as_small():
    """Four ones within a four: told as «fewer than 5» each would be a one."""
    parts = ["a", "b", "c", "d"]
    out = withhold(cells({"all": 4, **dict.fromkeys(parts, 1)}), [Relation.total("all", parts)])
    known = told(out)
    sums: list[dict[Hashable, int]] = [{"all": 1, **dict.fromkeys(parts, -1)}]
    for cell in known:
        least, most = ends(known, sums, cell)
        assert least < most


def test_a_cell_that_only_comes_out_of_others_is_protected_too():
    """10 sent to court and 9 convicted: one was not."""
    frame = cells({"courts": 10, "convictions": 9})
    rest = {"cell": "rest", "role": "derived", "value": 1, "low": 0, "high": None, "cost": 1.0}
    frame = pd.concat([frame, pd.DataFrame([rest])], ignore_index=True)
    out = withhold(frame, [Relation.total("courts", ["convictions", "rest"])])
    assert (out["withheld"] == "complementary").sum() == 1


def earlier(cell: Hashable, low: float, high: float | None) -> dict[str, Any]:
    return {"cell": cell, "role": "earlier", "value": None, "low": low, "high": high, "cost": 1.0}


def test_what_was_withheld_earlier_is_not_given_away_by_what_is_told_now():
    """An earlier list told «at least 1» of its complaints, 5 refused and «fewer than 5» that went on: told 6 complaints
    now, and supposing that none went away, everybody would know that one went on then."""
    sums = [Relation({name + n: 1 if name == "all" else -1 for name in ("all", "refused", "on")}) for n in "01"]
    then = [earlier("all0", 1, None), earlier("refused0", 5, 5), earlier("on0", 1, 4)]
    now = cells({"all1": 6, "refused1": 5, "on1": 1})
    additions = [Relation.within(name + "1", name + "0") for name in ("all", "refused", "on")]
    out = withhold(pd.concat([now, pd.DataFrame(then)], ignore_index=True), sums, [additions])
    assert "complementary" in out["withheld"].tolist()
    equal = [dict(one.terms) for one in sums]
    known = told(out)
    for name in ("all", "refused", "on"):  # what came since is no less than nothing
        known[name + "more"] = (0, None)
        equal.append({name + "1": 1, name + "0": -1, name + "more": -1})
    for cell in ("on0", "on1", "all0"):
        least, most = ends(known, equal, cell)
        assert least < most, cell


def test_a_total_alone_gives_nothing_away_of_an_earlier_list():
    """As above, but the list of now says nothing of outcomes: its 6 complaints would pin the one who went on then."""
    sums = [Relation({"all0": 1, "refused0": -1, "on0": -1})]
    then = [earlier("all0", 1, None), earlier("refused0", 5, 5), earlier("on0", 1, 4)]
    out = withhold(
        pd.concat([cells({"all1": 6}), pd.DataFrame(then)], ignore_index=True),
        sums,
        [[Relation.within("all1", "all0")]],
    )
    assert out["withheld"].tolist() == ["complementary", "", "", ""]


def test_an_assumption_that_the_cells_contradict_is_not_made():
    now = cells({"n1": 5})
    out = withhold(
        pd.concat([now, pd.DataFrame([earlier("n0", 9, 9)])], ignore_index=True), [], [[Relation.within("n1", "n0")]]
    )
    assert out["withheld"].tolist() == ["", ""]


def test_relations_that_do_not_hold_and_names_that_repeat_are_refused():
    with pytest.raises(ValueError, match="contradict"):
        withhold(cells({"all": 5, "part": 6}), [Relation.within("all", "part")])
    with pytest.raises(ValueError, match="named twice"):
        withhold(pd.concat([cells({"a": 5}), cells({"a": 6})], ignore_index=True), [])


@pytest.mark.long
def test_a_table_of_every_region_and_twenty_years_is_done_and_can_not_be_solved():
    dice = np.random.default_rng(1)
    frame, relations, sums = two_way(dice.poisson(6, (20, 20)).tolist())
    out = withhold(frame, relations)
    known = told(out)
    withheld = [row["cell"] for row in out.to_dict("records") if row["withheld"]]
    names = list(known)
    weights = np.array([[one.get(name, 0) for name in names] for one in sums])
    limits = [(known[name][0], known[name][1]) for name in names]
    for cell in withheld[:: max(1, len(withheld) // 40)]:
        # Sums of such a table are a network's: its corners are whole numbers, so that no integers need be asked for.
        goal = np.array([float(name == cell) for name in names])
        least = linprog(goal, A_eq=weights, b_eq=np.zeros(len(sums)), bounds=limits)
        most = linprog(-goal, A_eq=weights, b_eq=np.zeros(len(sums)), bounds=limits)
        assert most.status == 3 or -most.fun - least.fun > 0.5, cell
