"""What does a pinned chart say has changed since its version, and is it always the whole of it?"""

# ruff: noqa: RUF001 – the sentences are Russian and Kazakh

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components import blocks, since
from components.chart import View
from components.deck import seven
from components.handouts import hand_out
from components.text import LANGUAGES, Text
from queries.catalog import query
from queries.measures.since import COLUMNS, PLACE, SAID, SHOWN, shown
from queries.measures.since import since as measured
from tests.profiles import examples

EN = Text("en")
COUNT: dict[str, Any] = {
    "figure_id": "kz-0001",
    "country": "KZ",
    "region": "",
    "kind": "official",
    "compiler": "prosecutor_general",
    "stage": "complaint",
    "unit": "complaints",
    "scope": "all",
    "scope_detail": "",
    "period_start": pd.Timestamp("2012-01-01"),
    "period_end": pd.Timestamp("2012-12-31"),
    "period_kind": "counted",
    "year": 2012,
    "low": 602.0,
    "high": 602.0,
    "qualifier": "exact",
    "confidence": "secondary",
    "source_id": "a-document",
}
RATIO: dict[str, Any] = {name: COUNT[name] for name in PLACE if name not in ("stage", "unit")} | {
    "numerator_id": "kz-0002",
    "numerator_stage": "investigation_opened",
    "numerator_unit": "cases",
    "numerator_low": 18.0,
    "numerator_high": 18.0,
    "numerator_qualifier": "exact",
    "denominator_id": "kz-0001",
    "denominator_compiler": "prosecutor_general",
    "denominator_stage": "complaint",
    "denominator_unit": "complaints",
    "denominator_low": 602.0,
    "denominator_high": 602.0,
    "denominator_qualifier": "exact",
    "published_low": None,
    "published_high": None,
    "published_qualifier": None,
    "grade": "B",
    "claim": "side_by_side",
    "source_id": "a-document",
}
BY_FIGURE, BY_PAIR = ["figure_id"], ["numerator_id", "denominator_id"]


def counts(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([COUNT | row for row in rows], columns=list(COUNT))


def ratios(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([RATIO | row for row in rows], columns=list(RATIO))


def told(changes: pd.DataFrame) -> dict[str, int]:
    return dict(Counter(changes["change"]))


# Counts ------------------------------------------------------------------------------


def test_nothing_has_changed_between_a_chart_and_itself():
    changes = measured(counts({}), counts({}), BY_FIGURE)
    assert changes.empty
    assert list(changes.columns) == COLUMNS
    assert since.write_sentence(changes, EN) == "Nothing on this chart has changed since this version."


def test_a_number_that_was_corrected_two_that_came_and_none_that_went():
    after = counts({"low": 604.0, "high": 604.0}, {"figure_id": "kz-0008", "year": 2013}, {"figure_id": "kz-0009"})
    changes = measured(counts({}), after, BY_FIGURE)
    assert told(changes) == {"changed": 1, "added": 2}
    assert (
        since.write_sentence(changes, EN)
        == "Since this version, on this chart: changed – 1 (602 → 604); added – 2; gone – 0."
    )


def test_an_exact_number_that_became_a_bound_has_changed():
    changes = measured(counts({}), counts({"high": None, "qualifier": "more_than"}), BY_FIGURE)
    [row] = changes.to_dict("records")
    assert (row["low_before"], row["high_before"], row["low_after"], row["high_after"]) == (602, 602, 602, "")
    assert "(602 → more than 602)" in since.write_sentence(changes, EN)


def test_the_same_number_with_another_period_or_document_is_told_otherwise_and_not_changed():
    for other in ({"source_id": "b"}, {"confidence": "primary"}, {"period_end": pd.Timestamp("2012-11-30")}):
        changes = measured(counts({}), counts(other), BY_FIGURE)
        assert told(changes) == {"restated": 1}
        assert since.write_sentence(changes, EN).endswith("gone – 0; same number, told otherwise – 1.")


def test_a_list_that_was_uploaded_again_changes_only_where_a_number_does():
    before = counts({"figure_id": "up1-2012", "source_id": "up1"}, {"figure_id": "up1-2013", "year": 2013})
    after = counts({"figure_id": "up2-2012", "source_id": "up2"}, {"figure_id": "up2-2013", "year": 2013, "low": 9.0})
    [row] = measured(before, after, BY_FIGURE).to_dict("records")
    assert (row["change"], row["year"], row["figure_id"]) == ("changed", 2013, "up2-2013")


def test_what_says_nothing_is_the_same_whatever_pandas_writes_for_it():
    before, after = counts({"low": None}), counts({"low": float("nan")}).assign(year=pd.array([2012], "Int32"))
    assert measured(before.astype({"low": object}), after, BY_FIGURE).empty


# Ratios, ladders, coverage --------------------------------------------------------------


def test_a_figure_of_several_ratios_counts_once():
    second = {"numerator_id": "kz-0003", "numerator_stage": "convicted", "numerator_low": 1.0, "numerator_high": 1.0}
    corrected = {"denominator_low": 604.0, "denominator_high": 604.0}
    changes = measured(ratios({}, second), ratios(corrected, second | corrected), BY_PAIR)
    assert told(changes) == {"changed": 1}
    assert changes["stage"].tolist() == ["complaint"]


def test_a_ratio_that_lost_its_grade_is_told_otherwise_with_both_grades():
    [row] = measured(ratios({"grade": "A", "claim": "share"}), ratios({}), BY_PAIR).to_dict("records")
    assert (row["change"], row["assessed_before"], row["assessed_after"]) == ("restated", "A share", "B side_by_side")


def test_every_ratio_of_a_figure_is_looked_at_not_only_its_first():
    more = {"denominator_id": "kz-0005", "denominator_stage": "registered_offence", "grade": "A", "claim": "share"}
    [row] = measured(ratios({}, more), ratios({}, more | {"claim": "withheld"}), BY_PAIR).to_dict("records")
    assert (row["change"], row["assessed_before"], row["assessed_after"]) == ("restated", "A share", "A withheld")


def test_a_ratio_that_is_gone_is_told_by_the_number_that_went_with_it():
    more = {"denominator_id": "kz-0005", "denominator_stage": "registered_offence", "grade": "A", "claim": "share"}
    [row] = measured(ratios({}, more), ratios({}), BY_PAIR).to_dict("records")
    assert (row["change"], row["figure_id"]) == ("gone", "kz-0005")


def test_a_second_ratio_of_a_figure_changes_nothing_of_the_first():
    more = {"denominator_id": "kz-0005", "denominator_stage": "registered_offence", "grade": "A", "claim": "share"}
    assert told(measured(ratios({}), ratios({}, more), BY_PAIR)) == {"added": 1}


def test_a_per_cent_that_a_source_states_is_compared_as_the_bound_it_is():
    stated = {"denominator_id": None, "published_qualifier": "less_than", "grade": None, "claim": "published"}
    before, after = ratios(stated | {"published_high": 2.0}), ratios(stated | {"published_high": 3.0})
    changes = measured(before, after, BY_PAIR)
    assert "(less than 2% → less than 3%)" in since.write_sentence(changes, EN)


def test_the_later_stage_of_the_following_year_stands_in_its_own_year():
    frame = ratios({"numerator_id": "kz-0009"}).assign(lag=1)
    found = shown(frame)
    assert (found["kz-0009"]["year"], found["kz-0001"]["year"]) == (2013, 2012)
    assert found["kz-0009"]["period_end"] == pd.Timestamp("2013-12-31")


def test_a_rung_that_takes_a_later_figure_of_an_event_has_changed():
    later = {"figure_id": "kz-0159", "low": 243.0, "high": 243.0, "period_end": pd.Timestamp("2012-12-30")}
    changes = measured(counts({"low": 91.0, "high": 91.0}), counts(later), ["stage", "unit"])
    assert since.write_sentence(changes, EN).startswith("Since this version, on this chart: changed – 1 (91 → 243);")


def test_a_year_of_the_coverage_is_compared_by_its_state():
    cell = {"kind": "ngo", "compiler": "ngo_coalition", "stage": "complaint", "figures": 1, "figure_ids": ["kz-0001"]}
    years = {2010: ("none", "none"), 2011: ("none", "part_year"), 2012: ("part_year", "whole_year")}
    before, after = (
        pd.DataFrame([cell | {"year": year, "state": states[side]} for year, states in years.items()])
        for side in (0, 1)
    )
    changes = measured(before, after, query("coverage").grain)
    assert told(changes) == {"added": 1, "changed": 1}
    assert "(part of a year → whole year)" in since.write_sentence(changes, EN)
    assert since.tabulate(changes, EN, "KZ")[EN("ui.figure_id")].tolist() == ["", ""]


# In words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Since this version, on this chart: changed – 1 (602 → 604); added – 1; gone – 1."),
        ("ru", "Со времени этой версии на графике: изменено – 1 (602 → 604); добавлено – 1; удалено – 1."),
        ("kk", "Осы нұсқадан бері диаграммада: өзгергені – 1 (602 → 604); қосылғаны – 1; жойылғаны – 1."),
    ],
)
def test_the_sentence_and_the_table_in_each_language(language, words):
    before = counts({}, {"figure_id": "kz-0002", "year": 2010})
    after = counts({"low": 604.0, "high": 604.0}, {"figure_id": "kz-0003", "year": 2011})
    changes, text = measured(before, after, BY_FIGURE), Text(language)
    assert since.write_sentence(changes, text) == words
    table = since.tabulate(changes, text, "KZ")
    assert table[text("since.before")].tolist() == ["602", "", "602"]
    assert table[text("since.after")].tolist() == ["604", "602", ""]
    assert table[text("since.change")].tolist() == [text(f"since.change.{c}") for c in ("changed", "added", "gone")]


def test_many_changes_are_counted_in_the_sentence_and_told_in_the_table():
    before = counts(*({"figure_id": f"kz-{n}"} for n in range(5)))
    changes = measured(before, before.assign(low=1.0), BY_FIGURE)
    assert since.write_sentence(changes, EN) == "Since this version, on this chart: changed – 5; added – 0; gone – 0."
    assert len(since.tabulate(changes, EN, "KZ")) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_of_the_deck_and_the_coverage_can_be_compared(language):
    text = Text(language)
    charts = [exhibit.block for exhibit in hand_out(seven(), language)[0].exhibits]
    for block in [*charts, blocks.make(View("coverage", {"country": "KZ"}), text)]:
        frame, grain = block.frame, query(block.question).grain
        assert measured(frame, frame.copy(), grain).empty
        numbers = len(shown(frame))
        every = measured(frame.iloc[:0], frame, grain)
        assert told(every) == {"added": numbers}
        assert told(measured(frame, frame.iloc[:0], grain)) == {"gone": numbers}
        table = since.tabulate(every, text, block.country)
        assert len(table) == numbers
        assert table[text("since.after")].ne("").all()


# What always holds ---------------------------------------------------------------------------

NUMBERS = st.one_of(st.none(), st.integers(0, 3).map(float))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "figure_id": st.sampled_from([f"kz-{n}" for n in range(6)]),
            "year": st.integers(2010, 2012),
            "low": NUMBERS,
            "high": NUMBERS,
            "qualifier": st.sampled_from(["exact", "more_than"]),
            "source_id": st.sampled_from(["a", "b"]),
        }
    ),
    max_size=6,
    unique_by=lambda row: row["figure_id"],
)
MIRROR = {"added": "gone", "gone": "added", "changed": "changed", "restated": "restated"}


@settings(max_examples=examples(1 / 2))
@given(ROWS)
def test_no_chart_differs_from_itself_in_whatever_order_its_rows_come(rows):
    assert measured(counts(*rows), counts(*rows[::-1]), BY_FIGURE).empty


@settings(max_examples=examples(1 / 2))
@given(ROWS, ROWS)
def test_what_was_less_what_went_and_with_what_came_is_what_is(before, after):
    changes = told(measured(counts(*before), counts(*after), BY_FIGURE))
    assert len(before) - changes.get("gone", 0) + changes.get("added", 0) == len(after)


@settings(max_examples=examples(1 / 2))
@given(ROWS, ROWS)
def test_looked_at_backwards_the_same_has_changed(before, after):
    forth = told(measured(counts(*before), counts(*after), BY_FIGURE))
    back = told(measured(counts(*after), counts(*before), BY_FIGURE))
    assert {MIRROR[change]: n for change, n in forth.items()} == back


@settings(max_examples=examples(1 / 2))
@given(ROWS, ROWS)
def test_the_changes_made_to_the_old_numbers_give_the_new_ones(before, after):
    changes = measured(counts(*before), counts(*after), BY_FIGURE).to_dict("records")
    old, new = shown(counts(*before)), shown(counts(*after))
    numbers = Counter(tuple(row[name] for name in ("year", *SHOWN)) for row in old.values())
    for row in changes:
        if row["change"] != "added":
            was = row["year"] if row["change"] == "gone" else old.get(row["figure_id"], row)["year"]
            numbers[(was, *(row[f"{name}_before"] for name in SHOWN))] -= 1
        if row["change"] != "gone":
            numbers[(row["year"], *(row[f"{name}_after"] for name in SHOWN))] += 1
    assert +numbers == Counter(tuple(row[name] for name in ("year", *SHOWN)) for row in new.values())
    assert all(count >= 0 for count in numbers.values())


@settings(max_examples=examples(1 / 2))
@given(ROWS, ROWS)
def test_only_what_differs_is_told(before, after):
    for row in measured(counts(*before), counts(*after), BY_FIGURE).to_dict("records"):
        same = all(row[f"{name}_before"] == row[f"{name}_after"] for name in SHOWN)
        assert same == (row["change"] == "restated")
        assert set(row) == {*COLUMNS}
    assert set(SAID) == {"period_kind", "confidence", "source_id"}
