"""Does every published count of a generated list equal the count by an independent model, or is the list refused?

The lists are invented: cases and counts, with repeated ids, blanks, values without a code, totals, places that are not
known, columns that are not mapped, in one long table or with a column for each stage or year.
"""

import csv
import io
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.reading import Source
from data.intake.recipe import Recipe
from data.intake.session import Intake
from data.store import Store, open_store
from data.uploads import UploadRefused
from tests.profiles import examples

TODAY = date(2026, 11, 24)
SAID = {"organisation": "Synthetic", "author": "tester", "message": "synthetic", "language": "en"}
YEARS = (2018, 2019, 2020)
# Word of the list -> the stage that it means; the last means none, and one is an outcome that nobody has coded.
WORDS = {
    "filed": "complaint",
    "opened": "investigation_opened",
    "charged": "prosecuted",
    "tried": "sent_to_court",
    "convicted": "convicted",
    "closed": "terminated",
    "rejected": "refused",
    "reprimand": "disciplined",
    "died": "death_in_custody",
    "note": "no_outcome",
}
# The model's own words for the ladder: what was passed by whoever is found at a stage.
PASSED = {
    "complaint": {"complaint"},
    "investigation_opened": {"complaint", "investigation_opened"},
    "prosecuted": {"complaint", "investigation_opened", "prosecuted"},
    "sent_to_court": {"complaint", "investigation_opened", "prosecuted", "sent_to_court"},
    "convicted": {"complaint", "investigation_opened", "prosecuted", "sent_to_court", "convicted"},
    "refused": {"complaint", "refused"},
    "disciplined": {"disciplined"},
    "death_in_custody": {"death_in_custody"},
    "no_outcome": set(),
}
FURTHER_THAN = {"terminated": {"prosecuted", "sent_to_court", "convicted"}, "refused": {*PASSED, "terminated"}}
FURTHER_THAN["refused"] -= {"complaint", "refused", "disciplined", "death_in_custody", "no_outcome"}
PLACES = {"Almaty": "KZ-75", "Astana": "KZ-71", "Shymkent": "KZ-79", "Nowhere": "", "Elsewhere": ""}


@pytest.fixture(scope="module")
def lake(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("model") / "store"
    shutil.copytree(built, path)
    opened = open_store(path)
    yield opened
    opened.close()


def take(lake: Store, head: list[str], rows: list[list[str]], recipe: Recipe, *, by_recipe: bool) -> Intake:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    given_recipe = {"recipe": recipe} if by_recipe else {}
    made = Intake(lake, Source.held("list.csv", out.getvalue().encode()), today=TODAY, **given_recipe)
    made.check(recipe)
    return made


def published(made: Intake) -> dict[tuple[str, str, int], tuple[float, float | None]] | None:
    """(stage, place, year) -> bounds; None when the list is refused, which has to have a reason."""
    try:
        if made.closed_because:
            return None
        rows = made.upload(**SAID).rows.to_pylist()
    except UploadRefused as refused:
        if refused.code in {"no_figures", "no_rows"}:
            return None
        raise
    finally:
        made.close()
    found = {}
    for row in rows:
        key = (row["stage"], row.get("region") or "", row["period_start"].year)
        assert key not in found, f"{key} is told twice"
        found[key] = (row["value_low"], row["value_high"])
    return found


# ---------------------------------------------------------------- lists of cases

CASE = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["", "A", "B", "C", "D", "E", "F"]),
        "year": st.sampled_from([*map(str, YEARS), ""]),
        "word": st.sampled_from([*WORDS, "", "?? unclear"]),
        "n": st.sampled_from(["0", "1", "2", "7"]),
        "beside": st.sampled_from(["north", "south", ""]),
    }
)


@settings(max_examples=examples(0.6, long=5_000))
@given(
    st.lists(CASE, min_size=1, max_size=9),
    st.sampled_from(["yes", "no"]),
    st.sampled_from(["unknown", "none"]),
    st.sampled_from([None, True, False]),
    *[st.booleans()] * 4,
)
def test_cases_are_counted_as_by_a_model(
    lake, rows, all_complaints, blank_outcome, closing, has_ids, is_weighted, is_by_recipe, leaves_out
):
    head = ["beside", "id", "year", "word", "n"]
    columns = {"year": "allegation_date", "word": "outcome"}
    columns |= {"id": "case_id"} if has_ids else {}
    columns |= {"n": "weight"} if is_weighted else {}
    recipe = Recipe(
        "cases",
        columns=columns,
        values={"outcome": WORDS},
        constants={"country": "KZ"},
        row="decision",
        all_complaints=all_complaints,
        blank_outcome=blank_outcome,
        implies={} if closing is None else {"terminated": closing},
        leave_out={"word": ("reprimand",)} if leaves_out else {},
        leave_blank=("year", "word"),
        kept_totals=("sum_group", "word", "of_which"),
    )
    made = take(lake, head, [[row[name] for name in head] for row in rows], recipe, by_recipe=is_by_recipe)
    kept = [row for row in rows if not (leaves_out and row["word"] == "reprimand")]
    if is_weighted:  # a count without a date is refused
        dated = {row["id"] for row in kept if row["year"] and row["id"] and has_ids}
        kept = [row for row in kept if row["year"] or row["id"] in dated]
    named = {WORDS[row["word"]] for row in kept if row["word"] in WORDS} - {"no_outcome"}
    asks = closing is None and "terminated" in named and named & {"investigation_opened"}
    assert (made.closed_because == "questions") == bool(
        asks or (all_complaints == "no" and any(row["word"] == "?? unclear" for row in kept))
    )
    found = published(made)
    if found is None:
        return
    assert found == count_by_model(kept, named, all_complaints, blank_outcome, bool(closing), has_ids, is_weighted)


def count_by_model(rows, named, all_complaints, blank_outcome, closing, has_ids, is_weighted):
    """The counts of a list, case by case."""
    cases = defaultdict(list)
    for number, row in enumerate(rows):
        cases[row["id"] if has_ids and row["id"] else number].append(row)
    is_coded = all(row["word"] != "?? unclear" for row in rows)
    totals, silent, known = Counter(), Counter(), set()
    for own in cases.values():
        years = [int(row["year"]) for row in own if row["year"]]
        if not years:
            continue
        year, weight = min(years), max(int(row["n"]) for row in own) if is_weighted else 1
        outcomes = {WORDS[row["word"]] for row in own if row["word"] in WORDS}
        known |= {year} if outcomes else set()
        silent[year] += weight if not outcomes else 0
        if all_complaints == "yes":
            totals["complaint", year] += weight
        passed = PASSED | {"terminated": {"terminated"} | (PASSED["investigation_opened"] if closing else set())}
        for stage in named if is_coded else ():
            if stage == "complaint" and all_complaints == "yes":
                continue
            here = any(stage in passed[outcome] for outcome in outcomes)
            if here and not FURTHER_THAN.get(stage, set()) & outcomes:
                totals[stage, year] += weight
            else:
                totals[stage, year] += 0
    found = {}
    for (stage, year), number in totals.items():
        is_open = blank_outcome == "unknown" and silent[year] > 0
        if stage == "complaint" and all_complaints == "yes":
            found[stage, "", year] = (number, number)
        elif year in known or blank_outcome == "none":
            found[stage, "", year] = (number, None if is_open else number)
    return found


# ---------------------------------------------------------------- tables of counts

CELL = st.sampled_from(["0", "1", "3", "12", "1200", ""])


@settings(max_examples=examples(0.3, long=3_000))
@given(
    st.lists(
        st.tuples(st.sampled_from([*PLACES]), st.sampled_from(YEARS), st.sampled_from(["a", "b"]), CELL, CELL),
        min_size=1,
        max_size=9,
        unique_by=lambda row: row[:3],
    ),
    st.sampled_from(["", "sum"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_tables_are_counted_as_by_a_model(lake, rows, same_figure, has_places, has_total, is_by_recipe):
    head = ["place", "year", "kind", "received", "convicted"]
    table = [list(map(str, row)) for row in rows]
    if has_total:
        table.append(["Total", "2019", "", "9999", "9999"])
    recipe = Recipe(
        "figures",
        columns={"year": "period"} | ({"place": "region"} if has_places else {}),
        counts={"received": "complaint", "convicted": "convicted"},
        values={"region": {name: code for name, code in PLACES.items() if code}} if has_places else {},
        constants={"country": "KZ", "unit": "cases"},
        totals=("word",),
        kept_totals=("sum_above", "sum_below", "sum_group", "of_which"),
        unrelated={} if has_places else {"place": ("region",)},
        same_figure=same_figure,
    )
    made = take(lake, head, table, recipe, by_recipe=is_by_recipe)
    known = [row for row in rows if not has_places or PLACES[row[0]]]
    sums: Counter = Counter()
    parts: Counter = Counter()
    for place, year, _, *cells in known:
        for stage, cell in zip(("complaint", "convicted"), cells, strict=True):
            if cell:
                key = (stage, PLACES[place] if has_places else "", year)
                sums[key] += int(cell)
                parts[key] += 1
    found = published(made)
    if found is None:
        assert not sums or (not same_figure and max(parts.values()) > 1)
    else:
        assert found == {key: (number, number) for key, number in sums.items()}


@settings(max_examples=examples(0.3, long=2_000))
@given(
    st.lists(
        st.tuples(st.sampled_from([*PLACES]), CELL, CELL, CELL), min_size=1, max_size=5, unique_by=lambda row: row[0]
    ),
    st.booleans(),
    st.booleans(),
)
def test_tables_with_years_across_are_counted_as_by_a_model(lake, rows, has_places, is_by_recipe):
    head = ["place", *map(str, YEARS)]
    recipe = Recipe(
        "figures",
        columns={"place": "region"} if has_places else {},
        values={"region": {name: code for name, code in PLACES.items() if code}} if has_places else {},
        constants={"country": "KZ", "unit": "cases", "stage": "registered_offence"},
        years_across=True,
        kept_totals=("sum_above", "sum_below", "sum_group"),
        same_figure="sum",
    )
    made = take(lake, head, [list(row) for row in rows], recipe, by_recipe=is_by_recipe)
    sums: Counter = Counter()
    for place, *cells in rows:
        for year, cell in zip(YEARS, cells, strict=True):
            if cell and (not has_places or PLACES[place]):
                sums["registered_offence", PLACES[place] if has_places else "", year] += int(cell)
    found = published(made)
    assert found == ({key: (number, number) for key, number in sums.items()} or None)
