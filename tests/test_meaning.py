"""Does each file of tests/files/meaning become true figures, or a clear question, and never a wrong number?

Its values are invented. Each stands for a kind of public list that was once read right and understood wrong.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from data import __main__ as shell
from data.counting import Ladder
from data.intake import checking, session
from data.intake.meaning import Question, answer
from data.intake.reading import Source
from data.intake.recipe import Recipe
from data.intake.session import Intake, NotReady
from data.store import Store, open_store
from data.uploads import UploadRefused

FILES = Path(__file__).parent / "files" / "meaning"
TODAY = date(2026, 11, 24)
SAID = {"organisation": "Synthetic", "author": "tester", "message": "synthetic", "language": "en"}

Numbers = dict[tuple[str, int], float]

# What each list says by its recipe: (stage, year) -> number.
TOLD: dict[str, Numbers] = {
    "a_country": {("complaint", 2019): 11, ("complaint", 2020): 5},
    "b_zeros": {("complaint", 2019): 11, ("refused", 2019): 8, ("disciplined", 2019): 3},
    "c_closed": {("complaint", 2019): 30, ("terminated", 2019): 15},
    "d_charged": {("complaint", 2019): 30, ("prosecuted", 2019): 20, ("convicted", 2019): 8},
    "g_total_inside": {("complaint", 2018): 40, ("complaint", 2019): 40},
    "g_total_it": {("complaint", 2019): 27},
    "j_no_repeats": {("complaint", 2019): 4},
    "n_deaths": {("death_in_custody", 2018): 31, ("death_in_custody", 2019): 27},
    "p_zero_year": {("complaint", 2017): 5, ("complaint", 2018): 0, ("complaint", 2019): 2},
}
# What others leave open, and what they say once a person has answered.
ASKED: dict[str, tuple[set[str], dict[str, object], Numbers]] = {
    "e_zeros_first": (
        {"same_figure"},
        {"same_figure": "sum"},
        {("registered_offence", 2018): 19, ("registered_offence", 2019): 19},
    ),
    "h_blank_flag": (
        {"all_complaints", "values"},
        {"row": "count", "all_complaints": "no", "leave_out": {"ill_treated": ("N",)}},
        {("complaint", 2019): 12, ("complaint", 2020): 15},
    ),
    "l_no_date": (
        {"period"},
        {"constants": {"country": "BD", "allegation_date": "2015-2019"}},
        {("complaint", 2015): 12, ("refused", 2015): 8, ("disciplined", 2015): 4},
    ),
}


@pytest.fixture(scope="module")
def lake(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("meaning") / "store"
    shutil.copytree(built, path)
    opened = open_store(path)
    yield opened
    opened.close()


def recipe_of(name: str) -> Recipe:
    return Recipe.from_toml((FILES / f"{name}.toml").read_bytes())


def by_shell(lake: Store, name: str, recipe: Recipe) -> Intake:
    """The file as the shell takes it: by its recipe."""
    made = Intake(lake, Source.at(FILES / f"{name}.csv"), today=TODAY, recipe=recipe)
    made.check(recipe)
    return made


def by_page(lake: Store, name: str, recipe: Recipe) -> Intake:
    """The file as the page takes it: read as a whole, and then understood."""
    made = Intake(lake, Source.at(FILES / f"{name}.csv"), today=TODAY)
    made.leave_all_out()
    made.check(recipe)
    return made


WAYS = pytest.mark.parametrize("way", [by_page, by_shell])


def numbers(rows: pa.Table) -> Numbers:
    """(stage, first year) -> number, of figures."""
    return {(row["stage"], row["period_start"].year): row["value_low"] for row in rows.to_pylist()}


@WAYS
@pytest.mark.parametrize("name", TOLD)
def test_a_list_that_leaves_nothing_open_becomes_its_true_figures(lake, name, way):
    made = way(lake, name, recipe_of(name))
    assert (made.open_questions, made.closed_because) == ([], "")
    upload = made.upload(**SAID)
    assert numbers(upload.rows) == TOLD[name]
    assert upload.country == ("RU" if name == "a_country" else "BD")
    assert all(row["qualifier"] == "exact" for row in upload.rows.to_pylist())
    made.close()


@WAYS
@pytest.mark.parametrize("name", ASKED)
def test_a_list_that_leaves_something_open_is_asked_and_then_becomes_its_true_figures(lake, name, way):
    open_, answer, told = ASKED[name]
    recipe = recipe_of(name)
    made = way(lake, name, recipe)
    assert {question.code for question in made.open_questions} == open_
    assert made.closed_because == "questions"
    with pytest.raises(NotReady):
        made.upload(**SAID)
    made.check(replace(recipe, **answer))
    assert numbers(made.upload(**SAID).rows) == told
    made.close()


def test_an_undated_list_is_one_figure_of_the_period_that_was_asked(lake):
    made = by_page(lake, "l_no_date", replace(recipe_of("l_no_date"), **ASKED["l_no_date"][1]))
    ends = {(row["period_start"], row["period_end"]) for row in made.upload(**SAID).rows.to_pylist()}
    assert ends == {(date(2015, 1, 1), date(2019, 12, 31))}
    made.close()


@WAYS
def test_a_place_that_is_not_known_is_not_the_whole_country(lake, way):
    made = way(lake, "f_first_wins", recipe_of("f_first_wins"))
    assert made.checked is not None
    assert (made.checked.published, made.checked.rejected) == (0, {"unknown_value": 6})
    # Without the column of places its rows are parts of one figure, once somebody says so.
    recipe = recipe_of("f_first_wins")
    made.check(replace(recipe, columns={"year": "period", "complaints": "value"}, same_figure="sum"))
    assert numbers(made.upload(**SAID).rows) == {("complaint", 2018): 633, ("complaint", 2019): 655}
    made.close()


def test_a_table_with_a_column_for_each_stage_is_suggested_as_counts_and_not_as_cases(lake):
    made = Intake(lake, Source.at(FILES / "i_counts_as_rows.csv"), today=TODAY)
    recipe = made.suggested()
    assert (recipe.shape, recipe.counts["Complaints_Received"]) == ("figures", "complaint")
    recipe = replace(recipe, constants=recipe.constants | {"country": "BD", "unit": "cases"})
    made.check(recipe)
    assert {(question.code, question.about) for question in made.open_questions} == {("same_figure", "Area_Name")}
    made.check(replace(recipe, same_figure="sum"))
    told = numbers(made.upload(**SAID).rows)
    assert {year: told["complaint", year] for year in (2017, 2018, 2019)} == {2017: 2142, 2018: 2148, 2019: 2154}
    made.close()


def test_a_value_without_a_code_keeps_its_row_and_no_share_is_told_before_it_has_one(lake):
    made = Intake(lake, Source.at(FILES / "o_unknown_outcome.csv"), today=TODAY)
    recipe = replace(
        made.suggested(), constants={"country": "BD"}, row="complaint", values={"outcome": {"Sustained": "sustained"}}
    )
    made.check(recipe)
    assert numbers(made.upload(**SAID).rows) == {("complaint", 2019): 24}
    others = dict.fromkeys(("Unfounded", "Exonerated", "Not Sustained"), "refused")
    made.check(replace(recipe, values={"outcome": recipe.values["outcome"] | others}))
    assert numbers(made.upload(**SAID).rows)["complaint", 2019] == 24
    made.close()


def test_a_later_release_replaces_the_earlier_one_or_stands_before_it(built, tmp_path):
    shutil.copytree(built, tmp_path / "store")
    store = open_store(tmp_path / "store")
    recipe = recipe_of("m_release")

    def publish(n: int, **more: str) -> str:
        made = Intake(store, Source.at(FILES / f"m_release_{n}.csv"), today=TODAY, recipe=recipe)
        made.check(recipe)
        upload = store.publish(made.upload(**SAID, **more)).upload_id
        made.close()
        return upload

    def told() -> list[tuple[int, float]]:
        frame = store.ask("allegations_by_year", country="BD", compilers=[session.compiler_of("Synthetic")])
        frame = frame[frame["claim_rank"] == 1] if "claim_rank" in frame else frame
        return sorted(zip(frame["year"], frame["low"], strict=True))

    first = publish(1)
    assert [number for _, number in told()][:1] == [20.0]
    second = publish(2, replaces=first)
    assert [upload["upload_id"] for upload in store.uploads()] == [second]
    assert told() == [(2018, 21.0), (2019, 18.0)]
    store.undo("tester")
    assert [upload["upload_id"] for upload in store.uploads()] == [first]
    store.undo("tester")
    store.forget(first, "tester")
    assert [upload["upload_id"] for upload in store.uploads()] == [second]
    assert told() == [(2018, 21.0), (2019, 18.0)]
    store.close()


def test_only_a_list_of_one_s_own_can_be_replaced(lake):
    made = by_page(lake, "p_zero_year", recipe_of("p_zero_year"))
    with pytest.raises(UploadRefused) as refused:
        lake.preview(made.upload(**SAID, replaces="0" * 12))
    assert refused.value.code == "replaces_unknown"
    made.close()


# ---------------------------------------------------------------- other layouts

LAYOUTS = FILES.parent / "layouts"
KZ = {"country": "KZ"}
# What is suggested for each file, what is asked, what a person answers, and what it then says:
# (stage, region, first day) -> number.
USUAL: dict[str, tuple[set[str], dict[str, object], dict[tuple[str, str, str], float]]] = {
    "01_ombudsman_regions_by_year": (
        set(),
        {"constants": KZ | {"stage": "complaint", "unit": "complaints"}},
        {
            **{
                ("complaint", "KZ-75", "2020"): 12,
                ("complaint", "KZ-75", "2021"): 15,
                ("complaint", "KZ-75", "2022"): 9,
            },
            **{
                ("complaint", "KZ-71", "2020"): 7,
                ("complaint", "KZ-71", "2021"): 8,
                ("complaint", "KZ-71", "2022"): 11,
            },
            **{("complaint", "KZ-79", "2020"): 3, ("complaint", "KZ-79", "2021"): 0, ("complaint", "KZ-79", "2022"): 4},
        },
    ),
    "02_prosecutor_form_stages_by_year": (
        {"country"},
        {"constants": KZ},
        {
            **{("registered_offence", "", year): n for year, n in (("2021", 88), ("2022", 120), ("2023", 97))},
            **{("sent_to_court", "", year): n for year, n in (("2021", 6), ("2022", 9), ("2023", 8))},
            **{("convicted", "", year): n for year, n in (("2021", 4), ("2022", 11), ("2023", 5))},
        },
    ),
    "03_allegations_inside_complaints": (
        {"country"},
        {"constants": {"country": "BD"}, "row": "decision", "all_complaints": "yes"},
        {
            **{("complaint", "", "2019"): 3, ("complaint", "", "2020"): 1},
            **{("sustained", "", "2019"): 1, ("sustained", "", "2020"): 1},
            **{("refused", "", "2019"): 3, ("refused", "", "2020"): 0},
        },
    ),
    "04_deaths_in_custody_register": (
        {"country", "period"},
        {
            "columns": {"Ref": "case_id", "Date of death": "allegation_date"},
            "constants": KZ | {"outcome": "death_in_custody"},
        },
        {("death_in_custody", "", "2021"): 2, ("death_in_custody", "", "2022"): 2},
    ),
    "05_hotline_kobo_export": (
        {"country", "all_complaints"},
        {"constants": KZ, "row": "complaint", "leave_out": {"group_case/complaint_filed": ("no",)}},
        {
            **{("complaint", "", "2021"): 1, ("complaint", "", "2022"): 2},
            **{("refused", "", "2021"): 1, ("refused", "", "2022"): 1},
            **{("sent_to_court", "", "2021"): 0, ("sent_to_court", "", "2022"): 1},
        },
    ),
    "06_verdicts_one_row_a_defendant": (
        {"country", "counted_by", "all_complaints"},
        {"constants": KZ, "row": "person", "all_complaints": "no", "counted_by": "decision"},
        {
            **{("convicted", "", "2021"): 2, ("convicted", "", "2022"): 1},
            **{("acquitted", "", "2021"): 1, ("acquitted", "", "2022"): 0},
        },
    ),
    "07_months_down_years_across": (
        {"country"},
        {"constants": KZ | {"stage": "complaint", "unit": "complaints"}},
        {
            **{
                ("complaint", "", "2021-01-01"): 5,
                ("complaint", "", "2021-02-01"): 4,
                ("complaint", "", "2021-03-01"): 6,
            },
            **{
                ("complaint", "", "2022-01-01"): 7,
                ("complaint", "", "2022-02-01"): 6,
                ("complaint", "", "2022-03-01"): 2,
            },
        },
    ),
    "08_two_header_lines": (
        set(),
        {"constants": KZ | {"unit": "complaints"}},
        {
            **{("complaint", "KZ-75", "2021"): 12, ("sustained", "KZ-75", "2021"): 2},
            **{("complaint", "KZ-75", "2022"): 15, ("sustained", "KZ-75", "2022"): 3},
            **{("complaint", "KZ-71", "2021"): 7, ("sustained", "KZ-71", "2021"): 1},
            **{("complaint", "KZ-71", "2022"): 8, ("sustained", "KZ-71", "2022"): 0},
        },
    ),
    "09_long_table_of_countries": (
        set(),
        {"constants": {"unit": "cases"}},
        {
            **{("complaint", "KZ", "2020"): 225, ("convicted", "KZ", "2020"): 6},
            **{("complaint", "KG", "2020"): 112, ("convicted", "KG", "2020"): 1, ("complaint", "KG", "2021"): 95},
        },
    ),
    "11_cumulative_quarters": (
        {"country"},
        {"constants": KZ | {"stage": "complaint", "unit": "complaints"}},
        {("complaint", "", "2023-03-31"): 21, ("complaint", "", "2023-06-30"): 40, ("complaint", "", "2023-09-30"): 66}
        | {("complaint", "", "2023-12-31"): 93},
    ),
}


@pytest.mark.parametrize("name", USUAL)
def test_a_list_in_a_usual_layout_is_suggested_asked_about_and_counted_right(lake, name):
    asked, answer, told = USUAL[name]
    made = Intake(lake, Source.at(LAYOUTS / f"{name}.csv"), today=TODAY)
    made.leave_all_out()
    suggested = made.suggested()
    assert made.doubts == []
    unit = {"unit": "cases"} if suggested.shape == "figures" else {}  # what a table can't be read without
    stage = {"stage": "complaint"} if suggested.shape == "figures" and not suggested.counts else {}
    lacking = {name: code for name, code in (unit | stage).items() if name not in suggested.columns.values()}
    made.check(replace(suggested, constants=lacking | suggested.constants))
    assert {question.code for question in made.open_questions} == asked
    made.check(replace(suggested, **answer))
    assert (made.open_questions, made.closed_because) == ([], "")
    found = {}
    for row in made.upload(**SAID).rows.to_pylist():
        place = row.get("region") or (row["country"] if name.startswith("09") else "")
        day = {"07": row["period_start"], "11": row["period_end"]}.get(name[:2], row["period_start"].year)
        found[row["stage"], place, str(day)] = row["value_low"]
    assert found == told
    made.close()


def test_small_numbers_that_are_suppressed_are_bounds(lake):
    made = Intake(lake, Source.at(LAYOUTS / "10_small_numbers_suppressed.csv"), today=TODAY)
    made.check(replace(made.suggested(), constants=KZ | {"unit": "cases"}))
    rows = made.upload(**SAID).rows.to_pylist()
    told = {(row["stage"], row["period_start"].year): (row["value_low"], row["value_high"]) for row in rows}
    assert told["prosecuted", 2018] == (None, 5)
    assert told["complaint", 2020] == (90, None)
    assert told["prosecuted", 2019] == (7, 7)
    made.close()


def test_a_region_that_is_written_once_over_its_rows_is_not_the_country_below(lake):
    made = Intake(lake, Source.at(LAYOUTS / "12_region_written_once.csv"), today=TODAY)
    recipe = replace(made.suggested(), constants=KZ | {"stage": "complaint", "unit": "complaints"})
    made.check(recipe)
    (question,) = made.open_questions
    assert (question.code, question.rows) == ("blank_below", 2)
    made.check(answer(recipe, question, "refuse"))
    assert made.checked is not None
    assert (made.checked.published, made.checked.rejected) == (2, {"missing": 2})
    made.check(answer(recipe, question, "carry"))
    assert (made.checked.published, made.checked.rejected) == (4, {})
    made.close()


def taken(lake: Store, rows: list[str], recipe: Recipe) -> Intake:
    made = Intake(lake, Source.held("list.csv", "\n".join(rows).encode()), today=TODAY, recipe=recipe)
    made.check(recipe)
    return made


def test_year_and_month_in_two_columns_are_one_date(lake):
    rows = ["year,month,received", "2019,1,3", "2019,март,4", "2019,XII,5", "2020,02,6", "2020,,6"]
    recipe = Recipe(
        "figures",
        columns={"year": "period", "month": "month", "received": "value"},
        constants={"country": "KZ", "stage": "complaint", "unit": "complaints"},
    )
    made = taken(lake, rows, recipe)
    found = made.upload(**SAID).rows.select(["period_start", "period_end", "value_low"]).to_pylist()
    assert [(str(row["period_start"]), str(row["period_end"]), row["value_low"]) for row in found] == [
        ("2019-01-01", "2019-01-31", 3),
        ("2019-03-01", "2019-03-31", 4),
        ("2020-02-01", "2020-02-29", 6),
    ]
    assert made.checked is not None
    assert made.checked.rejected == {"not_a_month": 1, "missing": 1}
    made.close()
    cases = ["year,month,result", "2019,5,x", "2019,,x"]
    made = taken(lake, cases, Recipe("cases", columns={"year": "allegation_date", "month": "month"}, **OF_CASES))
    days = made.con.execute(
        "select allegation_start::varchar, allegation_end::varchar from cases order by row"
    ).fetchall()
    assert days == [("2019-05-01", "2019-05-31"), ("2019-01-01", "2019-12-31")]
    made.close()


OF_CASES = {"constants": {"country": "KZ"}, "row": "complaint"}


def test_cases_can_be_counted_by_the_year_of_the_decision_and_make_no_complaints_then(lake):
    rows = ["id,closed,result", "1,2019-03-01,refused", "2,2020-04-01,convicted", "3,2020-05-01,refused"]
    recipe = Recipe(
        "cases",
        columns={"id": "case_id", "closed": "decided_on", "result": "outcome"},
        values={"outcome": {"refused": "refused", "convicted": "convicted"}},
        **OF_CASES,
    )
    made = taken(lake, rows, recipe)
    assert {question.code for question in made.open_questions} == {"counted_by"}
    made.check(replace(recipe, counted_by="decision"))
    upload = made.upload(**SAID)
    assert numbers(upload.rows) == {
        **{("refused", 2019): 1, ("refused", 2020): 1, ("convicted", 2019): 0, ("convicted", 2020): 1}
    }
    assert {(row["scope"], row["scope_detail"]) for row in upload.rows.to_pylist()} == {("subset", "decided_in_period")}
    made.close()


def test_several_countries_in_one_file_stand_each_for_itself(lake):
    rows = ["country,received", "Kazakhstan,2019", "Кыргызстан,2019", "Kazakhstan,2019", "Nowhere,2019"]
    recipe = Recipe(
        "cases",
        columns={"country": "country", "received": "allegation_date"},
        values={"country": {"Kazakhstan": "KZ", "Кыргызстан": "KG"}},
        row="complaint",
    )
    made = taken(lake, rows, recipe)
    assert made.checked is not None
    assert made.checked.rejected == {"unknown_value": 1}
    told = {row["country"]: row["value_low"] for row in made.upload(**SAID).rows.to_pylist()}
    assert told == {"KZ": 2, "KG": 1}
    made.close()


def test_a_list_of_a_region_is_no_list_of_the_country(lake):
    recipe = Recipe(
        "cases",
        columns={"received": "allegation_date"},
        row="complaint",
        constants={"country": "KZ", "region": "KZ-75"},
    )
    made = taken(lake, ["received,x", "2019,a", "2019,b"], recipe)
    assert [row["region"] for row in made.upload(**SAID).rows.to_pylist()] == ["KZ-75"]
    made.close()


def test_a_country_that_nobody_said_is_asked(lake):
    made = taken(lake, ["received", "2019"], Recipe("cases", columns={"received": "allegation_date"}, row="complaint"))
    assert [question.code for question in made.open_questions] == ["country"]
    made.close()


def test_rows_left_out_by_a_value_of_any_column_are_not_rejected(lake):
    recipe = Recipe("cases", columns={"received": "allegation_date"}, leave_out={"kind": ("dup", "")}, **OF_CASES)
    made = taken(lake, ["received,a,b,c,kind", "2019,,,,x", "2019,,,,dup", "2019,,,,"], recipe)
    assert made.checked is not None
    assert (made.checked.published, made.checked.left_out, made.checked.rejected) == (1, {"value": 2}, {})
    made.close()


# ---------------------------------------------------------------- ids


def as_cases(columns: dict[str, str], **more: object) -> Recipe:
    return Recipe("cases", columns=columns, constants={"country": "KE"}, **more)  # type: ignore[arg-type]


def told_by(made: Intake) -> Numbers:
    """What is published of a list, once each question is answered as it is proposed."""
    assert made.recipe is not None
    made.check(made.propose(made.recipe)[0])
    found = numbers(made.upload(**SAID).rows)
    made.close()
    return found


@pytest.mark.parametrize("word", ["б/н", "n/a", "-", "sem número", "нөмірсіз"])  # noqa: RUF001
def test_cases_without_a_number_are_not_one_case(lake, word):
    rows = ["no;year", f"{word};2020", f"{word};2020", "12;2020", "12;2020"]
    made = taken(lake, rows, as_cases({"no": "case_id", "year": "allegation_date"}))
    assert told_by(made) == {("complaint", 2020): 3}


@pytest.mark.parametrize("word", ["########", "1,23 E+11", "7.89E11"])
def test_numbers_that_a_program_has_shortened_or_hidden_merge_no_cases(lake, word):
    rows = ["no;year", f"{word};2020", f"{word};2020"]
    made = taken(lake, rows, as_cases({"no": "case_id", "year": "allegation_date"}))
    assert made.checked is not None
    assert made.checked.rejected == {"id_shortened": 2}
    made.close()


def test_of_numbers_that_begin_anew_each_year_it_is_asked_what_a_row_is(lake):
    columns = {"no": "case_id", "year": "allegation_date"}
    rows = ["no;year", "1;2019", "2;2019", "1;2020", "2;2020", "3;2020"]
    made = taken(lake, rows, as_cases(columns))
    assert [(question.code, question.proposal) for question in made.open_questions] == [("row", "complaint")]
    assert told_by(made) == {("complaint", 2019): 2, ("complaint", 2020): 3}
    made = taken(lake, rows, as_cases(columns, row="decision"))
    assert numbers(made.upload(**SAID).rows) == {("complaint", 2019): 2, ("complaint", 2020): 1}
    made.close()
    # A case whose history goes into another year, among others that do not.
    made = taken(lake, ["no;year", "1;2019", "1;2019", "2;2019", "2;2020"], as_cases(columns))
    assert made.open_questions == []
    made.close()


# ---------------------------------------------------------------- flags and totals


def test_a_flag_whose_other_value_is_no_outcome_is_asked_about(lake):
    rows = ["day,torture", "2020-01-01,Y", "2020-01-02,N", "2020-01-03,N"]
    values = {"outcome": {"Y": "complaint", "N": "no_outcome"}}
    made = taken(lake, rows, as_cases({"day": "allegation_date", "torture": "outcome"}, values=values))
    assert {question.code for question in made.open_questions} == {"all_complaints"}
    assert told_by(made) == {("complaint", 2020): 1}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["Anzeigen;2018;50", "davon Nötigung;2018;30"], 50),
        (["Skargi;2018;50", "w tym na policję;2018;30"], 50),
        (["men;2018;7", "women;2018;4", "everyone;2018;11"], 11),
        (["Country;2018;11", "North;2018;7", "South;2018;4"], 11),
        (["Всего;2018;50", "из них на СИЗО;2018;20"], 50),
    ],
)
def test_a_list_with_weights_does_not_tell_its_sum_or_a_part_of_a_row_twice(lake, rows, told):
    made = taken(lake, ["kind;year;n", *rows], as_cases({"year": "allegation_date", "n": "weight"}))
    assert told_by(made) == {("complaint", 2018): told}


def test_a_row_that_is_the_sum_of_the_others_can_be_kept(lake):
    rows = ["kind;year;n", "a;2018;7", "b;2018;4", "c;2018;1", "d;2018;12"]
    columns = {"year": "allegation_date", "n": "weight"}
    made = taken(lake, rows, as_cases(columns, kept_totals=("sum_group",)))
    assert told_by(made) == {("complaint", 2018): 24}


def test_a_stage_that_is_the_sum_of_two_others_and_the_country_of_its_regions_are_no_totals(lake):
    head = "year;stage;place;n"
    rows = ["Total received;All;18", "refused;All;11", "convicted;All;7"]
    rows += ["refused;Almaty;6", "refused;Astana;3", "refused;Shymkent;2"]
    places = {"Almaty": "KZ-75", "Astana": "KZ-71", "Shymkent": "KZ-79"}
    recipe = Recipe(
        "figures",
        columns={"year": "period", "stage": "stage", "place": "region", "n": "value"},
        values={"stage": {"Total received": "complaint"}, "region": places | {"All": "whole_country"}},
        constants={"country": "KZ", "unit": "cases"},
        totals=("word",),
    )
    made = taken(lake, [head, *[f"{year};{row}" for year in (2018, 2019) for row in rows]], recipe)
    assert made.open_questions == []
    told = made.upload(**SAID).rows.to_pylist()
    found = {(row["stage"], row["region"]): row["value_low"] for row in told if row["period_start"].year == 2018}
    assert (found["complaint", None], found["refused", None], found["refused", "KZ-75"], len(told)) == (18, 11, 6, 12)
    made.close()


# ---------------------------------------------------------------- the second count


def test_weights_with_decimals_that_say_nothing_are_counted_alike(lake):
    rows = ["year;n", "2018;12,0", "2019;7,00", "2020;1 200"]
    made = taken(lake, rows, as_cases({"year": "allegation_date", "n": "weight"}))
    assert told_by(made) == {("complaint", 2018): 12, ("complaint", 2019): 7, ("complaint", 2020): 1200}


@pytest.mark.parametrize("quarters", [("1 квартал 2019", "2 квартал 2019"), ("3 кв. 2019", "4 кв. 2019")])
def test_a_quarter_of_a_year_is_no_flat(lake, quarters):
    rows = ["when;n", *[f"{quarter};5" for quarter in quarters]]
    made = taken(lake, rows, as_cases({"when": "allegation_date", "n": "weight"}))
    assert made.open_findings == []
    assert told_by(made) == {("complaint", 2019): 10}


def counts_only_the_last_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ladder, "implied", lambda self, outcome, implies: frozenset({outcome}))


def takes_the_first_of_several_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_first(con, reader, header):
        con.execute(
            "insert into faults select row, '', 'several_rows', 'error' from understood "
            f"qualify row_number() over (partition by {checking.SAME_FIGURE} order by row) > 1"
        )
        con.execute(f"delete from understood where row in ({checking.STOPPED})")
        return []

    def ask_nothing(recipe, facts, ladder):
        return []

    monkeypatch.setattr(checking, "_refuse_several", keep_first)
    monkeypatch.setattr(session, "find_questions", ask_nothing)


def takes_an_unknown_place_for_the_country(monkeypatch: pytest.MonkeyPatch) -> None:
    known = checking._Reader.code

    def code(self, name):
        return (lambda cell: (None,)) if name == "region" else known(self, name)

    monkeypatch.setattr(checking._Reader, "code", code)
    takes_the_first_of_several_rows(monkeypatch)


def sees_no_totals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "find_totals", lambda *_: {})


@WAYS
@pytest.mark.parametrize(
    ("name", "break_rule"),
    [
        ("d_charged", counts_only_the_last_stage),
        ("e_zeros_first", takes_the_first_of_several_rows),
        ("f_first_wins", takes_an_unknown_place_for_the_country),
        ("g_total_inside", sees_no_totals),
        ("g_total_it", sees_no_totals),
    ],
)
def test_where_a_rule_fails_a_second_count_of_the_file_finds_it(lake, monkeypatch, name, break_rule, way):
    break_rule(monkeypatch)
    made = way(lake, name, recipe_of(name))
    assert made.closed_because == "", "the rule that asks is switched off too"
    with pytest.raises(UploadRefused) as refused:
        made.upload(**SAID)
    assert refused.value.code == "recount_differs"
    made.close()


# ---------------------------------------------------------------- the shell


def test_the_shell_says_what_is_open_and_publishes_nothing(lake, monkeypatch, capsys):
    monkeypatch.setattr(shell, "open_store", lambda: lake)
    before = lake.version()
    file, recipe = (str(FILES / f"e_zeros_first.{ending}") for ending in ("csv", "toml"))
    said = ["publish", file, "--recipe", recipe, "--organisation", "Synthetic", "--author", "tester"]
    assert shell.main(said) == 1
    assert "same_figure" in "".join(capsys.readouterr())
    assert lake.version() == before


def test_the_shell_suggests_a_recipe_that_the_shell_understands(lake, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(shell, "open_store", lambda: lake)
    assert shell.main(["suggest", str(FILES / "o_unknown_outcome.csv"), "--country", "BD"]) == 0
    said = capsys.readouterr()
    recipe = Recipe.from_toml(said.out)
    assert recipe.columns == {"received": "allegation_date", "finding": "outcome"}
    assert "row" in said.err


def test_rows_without_an_outcome_are_one_warning_and_not_a_fault_each(lake):
    rows = ["year,result", *["2019,"] * 40, "2019,refused"]
    columns = {"year": "allegation_date", "result": "outcome"}
    made = taken(lake, rows, Recipe("cases", columns=columns, **OF_CASES, values={"outcome": {"refused": "refused"}}))
    assert made.checked is not None
    assert made.checked.warnings["outcome_blank"] == 40
    assert [one for one in checking.faults(made.con) if one["rule"] == "outcome_blank"] == []
    made.close()


# ---------------------------------------------------------------- what a column says against the whole file


def open_of(lake: Store, rows: list[str], recipe: Recipe) -> tuple[Intake, list[Question]]:
    """The list as the page takes it, all its columns read, and its open questions; nothing can be published yet."""
    made = Intake(lake, Source.held("list.csv", "\n".join(rows).encode()), today=TODAY)
    made.check(recipe)
    asked = made.open_questions
    if asked:
        with pytest.raises(NotReady):
            made.upload(**SAID)
    return made, asked


COUNTRIES = [
    "received,result,note,more,state",
    *["2019,refused,a,b,Kazakhstan"] * 3,
    *["2019,refused,a,b,Кыргызстан"] * 12,
    *["2019,refused,a,b,Dushanbe"] * 2,
]
OF_TWO = Recipe(
    "cases",
    columns={"received": "allegation_date", "result": "outcome"},
    values={"outcome": {"refused": "refused"}},
    **OF_CASES,
)


@pytest.mark.parametrize("is_by_shell", [False, True])
def test_a_country_that_a_column_beside_contradicts_is_asked_about(lake, is_by_shell):
    if is_by_shell:  # the column stands where a recipe reads nothing
        made = taken(lake, COUNTRIES, OF_TWO)
        asked = made.open_questions
    else:
        made, asked = open_of(lake, COUNTRIES, OF_TWO)
    (question,) = asked
    assert (question.code, question.about) == ("contradicts", "country:state")
    assert question.said == (("KG", 12), ("TJ", 2))
    assert made.closed_because == "questions"
    mapped = answer(OF_TWO, question, "map")
    if is_by_shell:  # which reads what its recipe names
        made.close()
        made = taken(lake, COUNTRIES, mapped)
    made.check(mapped)
    assert made.open_questions == []
    told = {(row["country"], row["stage"]): row["value_low"] for row in made.upload(**SAID).rows.to_pylist()}
    assert (told["KZ", "complaint"], told["KG", "complaint"], told["TJ", "complaint"]) == (3, 12, 2)
    kept = answer(OF_TWO, question, "keep")
    made.check(kept)
    assert numbers(made.upload(**SAID).rows)["complaint", 2019] == 17
    assert Recipe.from_toml(kept.to_toml()) == kept
    made.close()


@pytest.mark.parametrize(
    ("rows", "recipe", "about", "said"),
    [
        (
            ["n,when", *["3,12.05.2019", "4,13.05.2020"]],
            Recipe(
                "figures",
                columns={"n": "value"},
                constants={"country": "KZ", "stage": "complaint", "unit": "cases", "period": "2020"},
                same_figure="sum",
            ),
            "period:when",
            (("2019", 1),),
        ),
        (
            ["year,place", *["2019,г. Шымкент"] * 3, *["2020,Карагандинская область"] * 2],
            Recipe(
                "cases",
                columns={"year": "allegation_date"},
                row="complaint",
                constants={"country": "KZ", "region": "KZ-79"},
            ),
            "region:place",
            (("KZ-35", 2),),
        ),
        (
            ["year,place,n", "2019,Шымкент,7", "2020,Астана,9"],
            Recipe(
                "figures",
                columns={"year": "period", "n": "value"},
                constants={"country": "KZ", "stage": "complaint", "unit": "cases"},
            ),
            "region:place",
            (("KZ-71", 1), ("KZ-79", 1)),
        ),
        (
            ["year,что,n", "2019,осужден,7", "2020,жалоба,9"],
            Recipe(
                "figures",
                columns={"year": "period", "n": "value"},
                constants={"country": "KZ", "stage": "complaint", "unit": "cases"},
            ),
            "stage:что",
            (("convicted", 1),),
        ),
        (
            ["year,who,n", "2019,НПО,7", "2020,госорган,9"],
            Recipe(
                "figures",
                columns={"year": "period", "n": "value"},
                constants={"country": "KZ", "stage": "complaint", "unit": "cases", "kind": "official"},
            ),
            "kind:who",
            (("ngo", 1),),
        ),
    ],
)
def test_a_constant_that_a_column_beside_contradicts_is_asked_about(lake, rows, recipe, about, said):
    made, asked = open_of(lake, rows, recipe)
    (question,) = [one for one in asked if one.code == "contradicts"]
    assert (question.about, question.said) == (about, said)
    made.check(answer(recipe, question, "keep"))
    assert [one for one in made.open_questions if one.code == "contradicts"] == []
    made.close()


def test_a_column_of_yes_and_no_and_one_that_agrees_contradict_nothing(lake):
    rows = [
        "received,result,jailed,where,filed",
        *["2019,refused,no,Астана,12.05.2019"] * 9,
        "2019,refused,yes,Шымкент,",
    ]
    made, asked = open_of(lake, rows, OF_TWO)
    assert asked == []
    made.close()


# ---------------------------------------------------------------- what stands once per block

BLOCKS = ["year,result,n", "2018,refused,3", ",convicted,2", ",refused,2", "2019,refused,4", ",convicted,1"]
BY_YEAR = Recipe(
    "cases",
    columns={"year": "allegation_date", "result": "outcome", "n": "weight"},
    values={"outcome": {"refused": "refused", "convicted": "convicted"}},
    row="count",
    all_complaints="yes",
    constants={"country": "KZ"},
)


@pytest.mark.parametrize("is_by_shell", [False, True])
def test_a_year_that_stands_once_over_its_rows_is_asked_about_and_carried_down(lake, is_by_shell):
    made = taken(lake, BLOCKS, BY_YEAR) if is_by_shell else open_of(lake, BLOCKS, BY_YEAR)[0]
    (question,) = made.open_questions
    assert (question.code, question.about, question.proposal, question.rows) == ("blank_below", "year", "carry", 3)
    assert made.closed_because == "questions"
    carried = answer(BY_YEAR, question, "carry")
    made.check(carried)
    assert numbers(made.upload(**SAID).rows)["complaint", 2018] == 7
    assert numbers(made.upload(**SAID).rows)["complaint", 2019] == 5
    assert Recipe.from_toml(carried.to_toml()) == carried
    made.check(answer(BY_YEAR, question, "refuse"))
    assert made.checked is not None
    assert made.checked.rejected == {"date_missing": 3}, "refused in the open, and by number"
    made.check(carried)
    assert numbers(made.upload(**SAID).rows)["complaint", 2018] == 7
    made.close()


@pytest.mark.parametrize(
    ("rows", "recipe", "header"),
    [
        (
            ["place,year,n", "Астана,2019,3", ",2020,4", "Шымкент,2019,1", ",2020,2"],
            Recipe(
                "figures",
                columns={"place": "region", "year": "period", "n": "value"},
                values={"region": {"Астана": "KZ-71", "Шымкент": "KZ-79"}},
                constants={"country": "KZ", "stage": "complaint", "unit": "cases"},
            ),
            "place",
        ),
        (
            ["what,year,n", "жалоба,2019,3", ",2020,4", "осужден,2019,1", ",2020,2"],
            Recipe(
                "figures",
                columns={"what": "stage", "year": "period", "n": "value"},
                values={"stage": {"жалоба": "complaint", "осужден": "convicted"}},
                constants={"country": "KZ", "unit": "cases"},
            ),
            "what",
        ),
        (
            ["year,result", "2019,refused", ",refused", ",refused", "2020,refused", ",refused"],
            Recipe(
                "cases",
                columns={"year": "allegation_date", "result": "outcome"},
                values={"outcome": {"refused": "refused"}},
                **OF_CASES,
            ),
            "year",
        ),
    ],
)
def test_any_column_that_stands_once_over_its_rows_is_asked_about(lake, rows, recipe, header):
    made, asked = open_of(lake, rows, recipe)
    (question,) = asked
    assert (question.code, question.about) == ("blank_below", header)
    made.check(answer(recipe, question, "carry"))
    assert (made.open_questions, made.checked.rejected) == ([], {})
    made.close()


def test_each_column_of_counts_has_its_own_unit(lake):
    rows = ["year,Поступило жалоб,Осуждено", "2019,120,4", "2020,131,5"]
    recipe = Recipe(
        "figures",
        columns={"year": "period"},
        counts={"Поступило жалоб": "complaint", "Осуждено": "convicted"},
        constants={"country": "KZ", "unit": "complaints"},
    )
    made, asked = open_of(lake, rows, recipe)
    (question,) = asked
    assert (question.code, question.about, question.proposal) == ("unit", "Осуждено", "persons")
    made.check(answer(recipe, question, "persons"))
    told = {(row["stage"], row["unit"]) for row in made.upload(**SAID).rows.to_pylist()}
    assert told == {("complaint", "complaints"), ("convicted", "persons")}
    made.close()
