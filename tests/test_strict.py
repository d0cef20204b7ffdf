"""Does a list that is published strictly tell any number of 1 to 4 persons, or give one away?

Not in one version, not between two, not to a reader who knows how cases are counted and solves the system. All
lists are synthetic.
"""

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as strategies
from scipy.optimize import Bounds, LinearConstraint, milp

from components.charts.stage_ratio import describe_ratio
from components.text import LANGUAGES, Text
from components.upload.changes import list_changed_counts, list_changed_ratios
from data.counting import Counted, count_cases, state_counts
from data.store import Store, open_store
from data.strict import _Relations, protect_counts
from data.uploads import Publication, UploadRefused
from queries.catalog import names, query
from tests.profiles import examples
from tests.test_intake import SAID, ready
from tests.test_uploads import COLUMNS, LADDERS, cases, contents, figures, table

Told = dict[str, tuple[float, float | None]]


@pytest.fixture(scope="module")
def stages(shipped_tables) -> pa.Table:
    return shipped_tables["stages"]


def counted(outcomes: Sequence[str | None], stages: pa.Table) -> Counted:
    """Cases of 2019, counted; an outcome each, None where the list says nothing."""
    rows = [{"outcome": outcome, "weight": 1, "allegation_start": date(2019, 1, 1)} for outcome in outcomes]
    rows = [row | {"allegation_end": date(2019, 12, 31)} for row in rows]
    return count_cases(table("cases", COLUMNS, rows), stages, is_strict=True)


def told(figures: pa.Table) -> Told:
    """Stage -> what is told of it."""
    return {row["stage"]: (row["value_low"], row["value_high"]) for row in figures.to_pylist()}


# ---------------------------------------------------------------- what is told


def test_what_everybody_knows_of_the_ladder_is_the_rule_of_counting(stages):
    outcomes = [outcome for outcome in LADDERS if outcome != "complaint"]
    about = _Relations(counted(outcomes, stages).stages, [])
    for outcome in outcomes:
        at = {stage for stage, classes in about.counted_at.items() if frozenset({outcome}) in classes}
        assert at == LADDERS[outcome] or at | {"complaint"} == LADDERS[outcome]


def test_a_small_number_is_told_as_fewer_than_five_and_a_large_one_as_it_is(stages):
    outcomes = ["complaint"] * 20 + ["refused"] * 9 + ["sent_to_court"] * 7 + ["convicted"] * 4
    found = told(protect_counts(counted(outcomes, stages)))
    assert found == {
        "complaint": (40, 40),
        "sent_to_court": (11, 11),
        "convicted": (1, 4),
        "refused": (9, 9),
    }


def test_who_is_left_of_a_stage_is_no_more_told_than_who_reached_another(stages):
    """12 sent to court, 10 of them convicted: two were not, and a subtraction would say so."""
    found = told(protect_counts(counted(["complaint"] * 20 + ["sent_to_court"] * 2 + ["convicted"] * 10, stages)))
    assert (1, None) in (found["sent_to_court"], found["convicted"])


def test_where_the_list_is_silent_an_outcome_is_at_least_so_many_strictly_published_or_not(stages):
    """Of three cases nobody knows what came of them: 11 sent to court may be 14, and 4 convicted may be 7."""
    outcomes = [None] * 3 + ["complaint"] * 17 + ["refused"] * 9 + ["sent_to_court"] * 7 + ["convicted"] * 4
    cases_of_2019 = counted(outcomes, stages)
    assert told(state_counts(cases_of_2019)) == {
        **{"complaint": (40, 40), "sent_to_court": (11, None), "convicted": (4, None), "refused": (9, None)}
    }
    strictly = protect_counts(cases_of_2019)
    assert told(strictly) == {
        **{"complaint": (40, 40), "sent_to_court": (11, None), "convicted": (1, None), "refused": (9, None)}
    }
    assert set(strictly["qualifier"].to_pylist()) == {"exact", "at_least"}
    told_before = [strictly.to_pandas()]
    # A reader of both editions may subtract: «at least 11» says that the list counted 11.
    now = told(protect_counts(counted([*outcomes, "sent_to_court", "sent_to_court"], stages), told_before))
    assert now["sent_to_court"] == (1, None)


# ---------------------------------------------------------------- the adversary


class Adversary:
    """He knows what was told of each list, how cases are counted, and may suppose that cases were only added since."""

    def __init__(self, lists: Sequence[Told], *, supposes: bool):
        self.cells: dict[Any, tuple[float, float | None]] = {}
        self.sums: list[dict[Any, int]] = []
        furthest = [outcome for outcome in LADDERS if outcome not in ("disciplined", "compensated", "death_in_custody")]
        for n, known in enumerate(lists):
            for outcome in furthest:
                self.cells[n, "only", outcome] = (0, None)
            for stage in LADDERS:
                self.cells[n, stage] = known.get(stage, (0, 0))
                if stage in furthest:
                    parts = {(n, "only", outcome): -1 for outcome in furthest if stage in LADDERS[outcome]}
                    self.sums.append({(n, stage): 1, **parts})
                else:
                    self.at_most((n, "complaint"), (n, stage))
        for before, after in pairwise(range(len(lists))) if supposes else []:
            for outcome in furthest:
                self.at_most((after, "only", outcome), (before, "only", outcome))

    def at_most(self, greater: Any, less: Any) -> None:
        self.cells["rest", greater, less] = (0, None)
        self.sums.append({greater: 1, less: -1, ("rest", greater, less): -1})

    def ends(self, goal: dict[Any, int]) -> tuple[float, float] | None:
        """The least and the greatest value of a sum of cells; None when nothing fits what he supposes."""
        cells = list(self.cells)
        low, high = zip(*self.cells.values(), strict=True)
        weights = np.array([[one.get(cell, 0) for cell in cells] for one in self.sums])
        found = []
        for sign in (1, -1):
            answer = milp(
                sign * np.array([float(goal.get(cell, 0)) for cell in cells]),
                integrality=np.ones(len(cells)),
                bounds=Bounds(low, [np.inf if side is None else side for side in high]),
                constraints=LinearConstraint(weights, 0, 0),
            )
            if answer.status == 2:
                return None
            found.append(sign * answer.fun if answer.success else np.inf)
        return found[0], found[1]


OUTCOMES = ["complaint", "refused", "terminated", "sent_to_court", "convicted", "prosecuted", "disciplined"]
SIZES = strategies.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 6, 11])


@settings(max_examples=examples(0.3))
@given(
    strategies.lists(
        strategies.tuples(*[SIZES] * len(OUTCOMES)).filter(any),
        min_size=1,
        max_size=2,
    )
)
def test_nobody_who_solves_the_system_pins_a_number_of_one_to_four_persons(stages, lists):
    """One list, or a list and its next edition, which holds the cases of the first and more."""
    whole = [Counter(dict(zip(OUTCOMES, lists[0], strict=True)))]
    whole += [whole[0] + Counter(dict(zip(OUTCOMES, more, strict=True))) for more in lists[1:]]
    editions: list[pd.DataFrame] = []
    truth: list[dict[str, int]] = []
    for edition in whole:
        exact = counted(list(edition.elements()), stages)
        counts = exact.figures
        truth.append(dict(zip(counts["stage"].to_pylist(), counts["cases"].to_pylist(), strict=True)))
        editions.append(protect_counts(exact, editions).to_pandas())
    known = [told(pa.Table.from_pandas(edition)) for edition in editions]
    for n, (exact_counts, bounds) in enumerate(zip(truth, known, strict=True)):
        for stage, count in exact_counts.items():
            low, high = bounds[stage][0], bounds[stage][1]
            assert low <= count <= (np.inf if high is None or high != high else high)
            assert not (1 <= count <= 4 and low == high), f"{stage} of list {n} is told"
    clean = [{stage: (low, None if high != high else high) for stage, (low, high) in one.items()} for one in known]
    for supposes in (False, True):
        adversary = Adversary(clean, supposes=supposes)
        goals: list[dict[Any, int]] = []
        for n, bounds in enumerate(clean):
            goals += [{(n, stage): 1} for stage, (low, high) in bounds.items() if low != high]
            goals += [
                {(n, outer): 1, (n, inner): -1}
                for outer in bounds
                for inner in bounds
                if outer != inner
                and all(inner not in LADDERS[o] or outer in LADDERS[o] for o in LADDERS)
                and 1 <= truth[n][outer] - truth[n][inner] <= 4
            ]
        for goal in goals:
            found = adversary.ends(goal)
            assert found is None or found[0] < found[1], (goal, supposes, clean)


# ---------------------------------------------------------------- in a store


@pytest.fixture
def store(path):
    opened = open_store(path)
    yield opened
    opened.close()


WORDS = {
    "complaint": "жалоба",
    "refused": "не подтвердилось",
    "sent_to_court": "направлено в суд",
    "convicted": "осужден",
}


def publish(store: Store, outcomes: dict[str, int], **says: Any) -> Publication:
    """A list of 2019 by the intake, strictly."""
    rows = [["Год", "Результат"], *(["2019", WORDS[outcome]] for outcome, n in outcomes.items() for _ in range(n))]
    made = ready(store, rows)
    try:
        return store.publish(made.upload(**SAID | {"is_strict": True} | says))
    finally:
        made.close()


def test_two_lists_that_differ_in_a_withheld_number_alone_are_the_same_upload_to_the_last_byte(path, built, tmp_path):
    """The number of an upload, its versions and every table are made of what is told: no guess can be checked."""
    held = []
    for name, convicted in (("one", 2), ("other", 3)):
        shutil.copytree(built, tmp_path / name)
        own = open_store(tmp_path / name)
        publish(own, {"complaint": 20, "sent_to_court": 13 - convicted, "convicted": convicted})
        versions = [version["version"] for version in own.versions()]
        rows = [row | {"published_at": ""} for row in own.uploads()]
        held.append(
            (versions, rows, {name: at for name, at in contents(own).items() if name not in ("uploads", "sources")})
        )
        own.close()
    assert held[0] == held[1]


def test_no_answer_no_version_and_no_comparison_tells_a_number_that_is_withheld(store):
    first = publish(store, {"complaint": 20, "sent_to_court": 9, "convicted": 2})
    second = publish(store, {"complaint": 21, "sent_to_court": 9, "convicted": 4})
    exact = {20 + 9 + 2, 20, 9 + 2, 2, 21 + 9 + 4, 9 + 4, 4, 1}  # all that somebody could want to know
    small = exact & {1, 2, 4}
    asked = {"country": "KZ", "compiler": store.uploads()[0]["compiler"], "stage": "complaint", "kind": "ngo"}
    asked |= {"figure_ids": [f"{one.upload_id}-2019-convicted" for one in (first, second)]}
    asked |= {"period_start": "2019-01-01", "period_end": "2019-12-31"}
    seen = 0
    for version in store.versions():
        for name in names():
            params = query(name).params
            given_values = {key: value for key, value in asked.items() if key in params}
            if {key for key, one in params.items() if one.default is None} - given_values.keys():
                continue
            for row in store.ask(name, version=version["version"], **given_values).to_dict("records"):
                own = [part for part in ("", "numerator_", "denominator_", "above_", "first_") if f"{part}low" in row]
                for part in own:
                    if str(row.get(f"{part}id" if part else "figure_id", "")).startswith(
                        (first.upload_id, second.upload_id)
                    ):
                        seen += 1
                        low, high = row[f"{part}low"], row[f"{part}high"]
                        assert not (low == high and low in small), (name, row)
    assert seen > 20
    changes = store.compare(first.version, second.version)
    for frame in (changes.counts, changes.ratios):
        for row in frame.to_dict("records"):
            for side in ("before", "after"):
                for part in ("", "numerator_", "denominator_"):
                    low, high = row.get(f"{part}low_{side}"), row.get(f"{part}high_{side}")
                    assert not (low == high and low in small)
    for row in store.uploads():
        went = [row[name] for name in ("file_rows", "published_rows", "rejected_rows", "left_out_rows")]
        assert all(pd.isna(value) for value in went), "the rows are a total of the numbers"
    assert store.check() == []


def test_the_parts_of_a_year_at_the_ends_of_a_strict_list_are_not_told(store):
    rows = [["Дата обращения", "Результат"], *(["05.03.2019", "жалоба"] for _ in range(9)), ["07.06.2020", "жалоба"]]
    made = ready(store, rows)
    upload = made.upload(**SAID, is_strict=True)
    assert {(str(row["period_start"]), row["period_kind"]) for row in upload.rows.to_pylist()} == {
        ("2019-01-01", "part_of_year"),
        ("2020-01-01", "part_of_year"),
    }
    made.close()


def test_an_organisation_publishes_a_year_strictly_or_not_also_against_what_was_undone(store):
    publish(store, {"complaint": 9, "convicted": 2})
    with pytest.raises(UploadRefused) as refused:
        publish(store, {"complaint": 9, "convicted": 2}, is_strict=False)
    assert refused.value.code == "strict_differs"
    store.undo("tester")
    with pytest.raises(UploadRefused) as refused:
        publish(store, {"complaint": 9, "convicted": 2}, is_strict=False)
    assert refused.value.code == "strict_differs", "the version before the undo is still there to be asked"
    compiler = store.editions("synthetic_ngo")
    assert compiler == []
    publish(store, {"complaint": 9, "convicted": 2}, is_strict=False, organisation="Another Centre")


def test_a_table_of_figures_tells_no_year_that_is_told_strictly(store):
    strict = publish(store, {"complaint": 9, "convicted": 2})
    (own,) = store.uploads()
    made = figures(
        store,
        [{"value_low": 2.0, "value_high": 2.0, "period_start": date(2019, 1, 1), "period_end": date(2019, 12, 31)}],
        compiler=own["compiler"],
    )
    with pytest.raises(UploadRefused) as refused:
        store.publish(made)
    assert (refused.value.code, refused.value.detail) == ("strict_differs", strict.upload_id)
    other_year = figures(store, [{"value_low": 2.0, "value_high": 2.0}], compiler=own["compiler"])
    assert store.publish(other_year).figures == 1
    rows = [["Год", "Показатель", "Значение"], ["2019", "x", "5"]]
    constants = {"country": "KZ", "unit": "cases"}
    read = ready(store, rows, values={"stage": {"x": "complaint"}}, constants=constants)
    with pytest.raises(UploadRefused) as refused:
        read.upload(**SAID, is_strict=True)
    assert refused.value.code == "strict_of_cases_only"
    read.close()


def test_a_strict_list_that_another_overtook_is_withheld_beside_it_or_not_at_all(store):
    made = ready(store, [["Год", "Результат"], *[["2019", "жалоба"]] * 9])
    upload = made.upload(**SAID, is_strict=True)
    publish(store, {"complaint": 12, "convicted": 6})
    with pytest.raises(UploadRefused) as refused:
        store.publish(upload)
    assert refused.value.code == "changed_since"
    assert store.publish(made.upload(**SAID, is_strict=True)).figures
    made.close()


# ---------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("language", "words", "court"),
    [("en", "fewer than 5", "2.5–10.0%"), ("ru", "менее 5", "2,5–10,0\u00a0%"), ("kk", "5-тен аз", "2,5–10,0%")],
)
def test_fewer_than_five_is_said_in_words_and_a_ratio_of_it_is_an_interval(store, language, words, court):
    published = publish(store, {"complaint": 36, "sent_to_court": 4})
    text = Text(language, {row["compiler"]: row["organisation"] for row in store.uploads()})
    row = store.ask("stage_ratio", country="KZ", compilers=[store.uploads()[0]["compiler"]])
    row = row[(row["numerator_stage"] == "sent_to_court") & (row["denominator_stage"] == "complaint")].iloc[0].to_dict()
    assert (row["ratio_low"], row["ratio_high"]) == (2.5, 10.0)
    said = describe_ratio(row, text)
    assert words in said
    assert court in said
    changes = store.compare(store.versions()[0]["version"], published.version)
    assert words in list_changed_counts(changes.counts, text).to_string()
    assert words in list_changed_ratios(changes.ratios, text).to_string()
    assert text.mark(1, 4, "withheld") == "<5"
    assert text.counted_bound(1, 4, "withheld", "cases", "ngo").startswith(words)


def test_every_language_has_been_tried():
    assert {"en", "ru", "kk"} == set(LANGUAGES)


def test_a_list_that_is_not_strict_tells_its_numbers(store):
    store.publish(cases(store, [{"year": 2019, "outcome": "convicted"}]))
    assert store._latest().execute(
        "select distinct qualifier from counts where dataset = 'abababababab'"
    ).fetchall() == [("exact",)]
