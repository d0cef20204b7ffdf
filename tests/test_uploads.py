"""Does a list stand beside the shipped figures: counted right, published once, taken back?

Every list here is synthetic.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from components.charts.stage_ratio import write_finding
from components.text import Text
from data import self_check
from data.counting import count_cases, state_counts
from data.store import Store, StoreLocked, build, cleaning, copies, lake, open_store, publishing, tables
from data.store import store as opening
from data.uploads import CallRefused, UnknownVersion, Upload, UploadRefused
from tests.test_datasets import COMPLAINTS_2012, OFFICIAL
from tests.test_store import finished, python

UPLOAD = "abababababab"
# How a list is counted, beside what it says of itself.
HOW = (
    "all_complaints",
    "implies",
    "is_blank_unknown",
    "has_repeats",
    "keeps_spans",
    "covers_from",
    "covers_to",
    "unit",
)
MARKER = "PLANTED-SYNTHETIC-MARKER"
COLUMNS = {
    "row": "integer",
    "case_id": "varchar",
    "country": "varchar",
    "allegation_start": "date",
    "allegation_end": "date",
    "outcome": "varchar",
    "weight": "integer",
}
FIGURE_COLUMNS = {
    "stage": "varchar",
    "unit": "varchar",
    "value_low": "double",
    "value_high": "double",
    "qualifier": "varchar",
    "period_start": "date",
    "period_end": "date",
    "compiler": "varchar",
    "legal_basis": "varchar",
    "source_url": "varchar",
}


def table(name: str, columns: dict[str, str], rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """An engine with a table of synthetic rows, as the intake leaves it."""
    con = duckdb.connect()
    con.register("incoming", pa.table({c: [row.get(c) for row in rows] for c in columns}))
    typed = ", ".join(f'"{c}"::{kind} as "{c}"' for c, kind in columns.items())
    con.execute(f'create table "{name}" as select {typed} from incoming')
    return con


def cases(store: Store, rows: list[dict[str, Any]], content: str = UPLOAD, **says: Any) -> Upload:
    """Synthetic cases, counted and ready to publish; a row may say `on` for an allegation of one day, `year` for one of
    a year. `says`: what an upload says, and how it is counted."""
    made = []
    for number, row in enumerate(rows, 1):
        row = {"row": number, "case_id": f"synthetic-{number}", "outcome": "complaint", "weight": 1, **row}
        if "on" in row:
            row["allegation_start"] = row["allegation_end"] = date.fromisoformat(row["on"])
        if "year" in row:
            row |= {"allegation_start": date(row["year"], 1, 1), "allegation_end": date(row["year"], 12, 31)}
        made.append(row)
    how = {name: says.pop(name) for name in HOW if name in says}
    counted = count_cases(table("cases", COLUMNS, made), store.stages(), **how)
    says = {"published_rows": len(rows), "undated_cases": counted.undated} | says
    return upload(state_counts(counted), content, **says)


def figures(store: Store, rows: list[dict[str, Any]], content: str = UPLOAD, **says: Any) -> Upload:
    """A synthetic table of figures, ready to publish: 2016, complaints, unless a row says otherwise."""
    usual = {
        "stage": "complaint",
        "unit": "complaints",
        "qualifier": "exact",
        "period_start": date(2016, 1, 1),
        "period_end": date(2016, 12, 31),
    }
    told = table("figures", FIGURE_COLUMNS, [usual | row for row in rows]).execute("from figures").to_arrow_table()
    return upload(told, content, **says | {"shape": "figures", "published_rows": len(rows)})


def upload(rows: pa.Table, content: str, **says: Any) -> Upload:
    return Upload(
        **{
            "rows": rows,
            "shape": "cases",
            "country": "KZ",
            "compiler": "synthetic_ngo",
            "kind": "ngo",
            "organisation": "Synthetic organisation",
            "author": "Synthetic author",
            "message": "Synthetic list",
            "language": "en",
            "content_hash": content + "0" * (64 - len(content)),
        }
        | says
    )


def counted(store: Store, content: str = UPLOAD) -> dict[tuple[int, str], float]:
    """What the counts say of an upload: (year, stage) -> number."""
    rows = store._latest().execute("select year, stage, low, high, unit from counts where dataset = $1", [content])
    found = {}
    for year, stage, low, high, unit in rows.fetchall():
        assert low == high
        assert unit == "cases"
        found[year, stage] = low
    return found


def ladder(store: Store, content: str = UPLOAD, year: int = 2019) -> dict[str, float]:
    """The stages of one year that are not 0."""
    return {stage: value for (at, stage), value in counted(store, content).items() if at == year and value}


def contents(store: Store) -> dict[str, list[tuple]]:
    """Every row of every table, so that two versions can be held to be the same."""
    found = {}
    for (name,) in store.con.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall():
        found[name] = sorted(map(repr, store.con.execute("from query_table($1)", [f"lake.{name}"]).fetchall()))
    return found


def at_fault(store: Store) -> list[self_check.Fault]:
    """What must not be in the marts."""
    with store._latest().cursor() as con:
        return self_check.marts(con)


def answered_wrongly(store: Store) -> list[self_check.Fault]:
    """What must not be in the answers about Kazakhstan, where an upload of these tests stands: two seconds' work."""
    with store._latest().cursor() as con:
        return self_check.answers(con, ["KZ"])


@pytest.fixture
def store(path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


# ---------------------------------------------------------------- cases become counts

RUNGS = ("complaint", "registered_offence", "investigation_opened", "prosecuted", "sent_to_court", "convicted")
# The stages at which a case of one outcome counts, in a list of complaints that has all of them.
LADDERS = {
    "complaint": {"complaint"},
    "registered_offence": {*RUNGS[:2]},
    "investigation_opened": {*RUNGS[:3]},
    "prosecuted": {*RUNGS[:4]},
    "sent_to_court": {*RUNGS[:5]},
    "convicted": {*RUNGS},
    "imprisoned": {*RUNGS, "imprisoned"},
    "refused": {"complaint", "refused"},
    "terminated": {"complaint", "terminated"},
    "suspended": {"complaint", "suspended"},
    "acquitted": {*RUNGS[:5], "acquitted"},
    "disciplined": {"complaint", "disciplined"},
    "compensated": {"complaint", "compensated"},
    "death_in_custody": {"complaint", "death_in_custody"},
    "sustained": {"complaint", "sustained"},
    "detained": {"complaint", "detained"},
}


def test_a_case_counts_once_on_each_rung_up_to_its_stage_and_a_way_out_once_as_itself(store):
    """Each outcome has its own year, so that one list shows all of them."""
    outcomes = list(LADDERS)
    store.publish(cases(store, [{"year": 2001 + i, "outcome": outcome} for i, outcome in enumerate(outcomes)]))
    for i, outcome in enumerate(outcomes):
        assert ladder(store, year=2001 + i) == dict.fromkeys(LADDERS[outcome], 1.0), outcome


def test_every_stage_of_the_store_has_a_ladder_above(store):
    assert LADDERS.keys() == {row[0] for row in store.con.execute("select stage from lake.stages").fetchall()}


def test_a_weight_is_that_many_cases(store):
    store.publish(cases(store, [{"year": 2019, "outcome": "convicted", "weight": 3}, {"year": 2019, "weight": 2}]))
    assert ladder(store)["complaint"] == 5
    assert ladder(store)["convicted"] == 3


def test_a_stage_that_no_value_means_has_no_figure_and_one_that_some_value_means_a_real_0(store):
    store.publish(cases(store, [{"year": 2019}, {"year": 2021, "outcome": "refused"}, {"year": 2021}]))
    assert counted(store) == {
        **{(2019, "complaint"): 1.0, (2019, "refused"): 0.0},
        **{(2021, "complaint"): 2.0, (2021, "refused"): 1.0},
    }


def test_a_list_without_outcomes_says_nothing_of_the_rungs_above_the_complaint(store):
    store.publish(cases(store, [{"year": 2019, "outcome": None}, {"year": 2020, "outcome": None}]))
    assert counted(store) == {(2019, "complaint"): 1.0, (2020, "complaint"): 1.0}


def test_a_year_of_which_no_outcome_is_known_has_no_figure_but_its_complaints(store):
    store.publish(cases(store, [{"year": 2019, "outcome": None}, {"year": 2020, "outcome": "refused"}]))
    assert counted(store) == {(2019, "complaint"): 1.0, (2020, "complaint"): 1.0, (2020, "refused"): 1.0}


def stated(store: Store, content: str = UPLOAD) -> dict[tuple[int, str], tuple[float, float | None]]:
    """(year, stage) -> the bounds that are told."""
    rows = store._latest().execute("select year, stage, low, high from counts where dataset = $1", [content])
    return {(year, stage): (low, high) for year, stage, low, high in rows.fetchall()}


def test_where_the_list_is_silent_on_some_outcomes_the_others_are_at_least_so_many(store):
    rows = [{"year": 2019, "outcome": outcome} for outcome in ("refused", "refused", None)]
    store.publish(cases(store, rows, "aaaaaaaaaaaa"))
    assert stated(store, "aaaaaaaaaaaa") == {(2019, "complaint"): (3.0, 3.0), (2019, "refused"): (2.0, None)}
    store.publish(cases(store, rows, "bbbbbbbbbbbb", is_blank_unknown=False))
    assert stated(store, "bbbbbbbbbbbb") == {(2019, "complaint"): (3.0, 3.0), (2019, "refused"): (2.0, 2.0)}
    rows[2]["outcome"] = "no_outcome"
    store.publish(cases(store, rows, "cccccccccccc"))
    assert stated(store, "cccccccccccc") == {(2019, "complaint"): (3.0, 3.0), (2019, "refused"): (2.0, 2.0)}


def test_while_a_value_has_no_code_nothing_but_complaints_is_counted(store):
    store.publish(cases(store, [{"year": 2019, "outcome": outcome} for outcome in ("refused", "uncoded")]))
    assert counted(store) == {(2019, "complaint"): 2.0}


def test_rows_that_are_no_complaints_make_none(store):
    rows = [{"year": 2019, "outcome": "death_in_custody"}, {"year": 2019, "outcome": "detained"}]
    store.publish(cases(store, rows, all_complaints=False))
    assert counted(store) == {(2019, "death_in_custody"): 1.0, (2019, "detained"): 1.0}


def test_who_went_further_stays_in_every_stage_that_is_counted(store):
    """Charged, and of these some convicted: 20 prosecuted, not 12."""
    outcomes = ["complaint"] * 10 + ["prosecuted"] * 12 + ["convicted"] * 8
    store.publish(cases(store, [{"year": 2019, "outcome": outcome} for outcome in outcomes]))
    assert ladder(store) == {"complaint": 30.0, "prosecuted": 20.0, "convicted": 8.0}


@pytest.mark.parametrize(("holds", "opened"), [(None, 3.0), (False, 3.0), (True, 5.0)])
def test_whether_a_closed_case_had_been_opened_is_for_a_person_to_say(store, holds, opened):
    outcomes = ["investigation_opened"] * 3 + ["terminated"] * 2
    implies = {} if holds is None else {"terminated": holds}
    store.publish(cases(store, [{"year": 2019, "outcome": outcome} for outcome in outcomes], implies=implies))
    assert ladder(store) == {"complaint": 5.0, "investigation_opened": opened, "terminated": 2.0}


def test_a_list_of_several_countries_has_figures_in_each(store):
    rows = [{"year": 2019, "country": country} for country in ("KZ", "KG", "KG")]
    store.publish(cases(store, rows))
    found = store._latest().execute("select country, low from counts where dataset = $1 order by 1", [UPLOAD])
    assert found.fetchall() == [("KG", 2.0), ("KZ", 1.0)]


def test_a_list_of_one_long_period_is_one_figure_of_it(store):
    row = {"allegation_start": date(2015, 1, 1), "allegation_end": date(2019, 12, 31), "outcome": "refused"}
    store.publish(cases(store, [row] * 3, keeps_spans=True))
    found = store._latest().execute(
        "select stage, low, period_start::varchar, period_end::varchar from counts where dataset = $1 order by 1",
        [UPLOAD],
    )
    assert found.fetchall() == [(stage, 3.0, "2015-01-01", "2019-12-31") for stage in ("complaint", "refused")]


def test_several_rows_of_one_case_are_one_furthest_stage_earliest_year_greatest_weight(store):
    rows = [
        {"case_id": "A", "on": "2020-02-01", "outcome": "convicted", "weight": 1},
        {"case_id": "A", "on": "2019-11-05", "outcome": "terminated", "weight": 4},
        {"case_id": "A", "outcome": "disciplined"},
        {"case_id": "B", "year": 2019, "outcome": "prosecuted"},
        {"case_id": "B", "year": 2019, "outcome": "sent_to_court"},
    ]
    store.publish(cases(store, rows))
    assert ladder(store) == {
        "complaint": 5.0,
        "prosecuted": 5.0,
        "sent_to_court": 5.0,
        "convicted": 4.0,
        "disciplined": 4.0,
    }
    assert ladder(store, year=2020) == {}


def test_rows_without_an_id_are_a_case_each(store):
    store.publish(cases(store, [{"case_id": None, "year": 2019}, {"case_id": None, "year": 2019}]))
    assert ladder(store) == {"complaint": 2.0}


@pytest.mark.long
def test_a_list_that_repeats_no_id_is_counted_the_same_way_told_so_or_not(store):
    rows = [{"year": 2018 + i % 3, "outcome": list(LADDERS)[i % len(LADDERS)], "weight": 1 + i % 2} for i in range(60)]
    store.publish(cases(store, rows, "aaaaaaaaaaaa", has_repeats=False))
    store.publish(cases(store, rows, "bbbbbbbbbbbb", has_repeats=True))
    assert counted(store, "aaaaaaaaaaaa") == counted(store, "bbbbbbbbbbbb") != {}


def periods(store: Store) -> list[tuple[str, str]]:
    rows = store._latest().execute(
        "select distinct period_start::varchar, period_end::varchar from counts where dataset = $1 order by 1", [UPLOAD]
    )
    return rows.fetchall()


def test_a_first_and_last_year_that_the_dates_do_not_fill_are_part_years_by_their_months(store):
    few = [{"on": day} for day in ("2019-03-05", "2020-06-01", "2021-09-12")]
    store.publish(cases(store, few * 5))
    assert periods(store) == [("2019-03-01", "2019-12-31"), ("2020-01-01", "2020-12-31"), ("2021-01-01", "2021-09-30")]


def test_of_a_year_with_fewer_than_five_cases_not_even_the_month_is_told(store):
    """A list that begins with one case in January tells no more than one that begins with one in March."""
    told = []
    for content, day in (("aaaaaaaaaaaa", "2019-01-07"), ("bbbbbbbbbbbb", "2019-03-05")):
        store.publish(cases(store, [{"on": day}] * 4 + [{"on": "2020-06-01"}] * 5, content, compiler=content))
        rows = store._latest().execute(
            "select year, period_start::varchar, period_end::varchar, period_kind, is_whole_year, stage, low "
            "from counts where dataset = $1 order by all",
            [content],
        )
        told.append(rows.fetchall())
    assert told[0] == told[1]
    ends = [row[:5] for row in told[0] if row[5] == "complaint"]
    assert ends == [
        (2019, "2019-01-01", "2019-12-31", "part_of_year", False),
        (2020, "2020-01-01", "2020-06-30", "counted", False),
    ]
    assert at_fault(store) == []


@pytest.mark.long
def test_a_list_of_years_is_of_whole_years(store):
    store.publish(cases(store, [{"year": 2019}, {"year": 2020}]))
    assert periods(store) == [("2019-01-01", "2019-12-31"), ("2020-01-01", "2020-12-31")]


@pytest.mark.long
def test_what_the_organisation_says_its_list_covers_widens_it_and_never_narrows_it(store):
    says = {"covers_from": date(2019, 1, 1), "covers_to": date(2020, 1, 31)}
    store.publish(cases(store, [{"on": "2019-03-05"}] * 5 + [{"on": "2020-06-01"}] * 5, **says))
    assert periods(store) == [("2019-01-01", "2019-12-31"), ("2020-01-01", "2020-06-30")]


def test_a_case_without_a_year_is_counted_nowhere_and_told(store):
    rows = [
        {"on": "2019-03-05"},
        {"outcome": "convicted", "weight": 2},
        {"allegation_start": date(2018, 12, 30), "allegation_end": date(2019, 1, 2)},
    ]
    publication = store.publish(cases(store, rows))
    assert publication.undated_cases == 3
    assert publication.published_rows == 3
    assert ladder(store) == {"complaint": 1.0}
    assert counted(store)[2019, "convicted"] == 0


# ---------------------------------------------------------------- the questions


@pytest.fixture(scope="module")
def built_published(built, tmp_path_factory) -> Path:
    """A store, to be copied: forty complaints of 2019, eleven sent to court, four of these convicted."""
    path = tmp_path_factory.mktemp("published") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    outcomes = ["convicted"] * 4 + ["sent_to_court"] * 7 + ["refused"] * 9 + ["complaint"] * 20
    store.publish(cases(store, [{"year": 2019, "outcome": outcome} for outcome in outcomes]))
    store.close()
    return path


@pytest.fixture
def published(built_published, path) -> Iterator[Store]:
    """Such a store, for a test that changes it."""
    shutil.rmtree(path)
    shutil.copytree(built_published, path)
    opened = open_store(path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def standing(built_published, tmp_path_factory) -> Iterator[Store]:
    """Such a store, for all tests that leave it as it is."""
    path = tmp_path_factory.mktemp("standing") / "store"
    shutil.copytree(built_published, path)
    opened = open_store(path)
    yield opened
    opened.close()


def test_no_published_number_is_at_fault(standing):
    assert at_fault(standing) == []
    assert answered_wrongly(standing) == []


@pytest.mark.long
def test_no_published_number_of_another_country_is_at_fault_either(standing):
    assert standing.check() == []


def test_a_ladder_of_cases_is_a_followed_cohort_of_grade_a(standing):
    rows = standing.ask(
        "ladder", country="KZ", compiler="synthetic_ngo", period_start="2019-01-01", period_end="2019-12-31"
    )
    court = rows[rows["stage"] == "sent_to_court"].iloc[0]
    assert (court["low"], court["first_low"], court["first_grade"], court["first_followed"]) == (11, 40, "A", True)
    share = standing.ask("headline_ratio", country="KZ", compilers=["synthetic_ngo"]).iloc[0]
    assert (share["claim"], share["numerator_low"], share["denominator_low"]) == ("share", 11, 40)
    assert share["ratio_low"] == share["ratio_high"] == pytest.approx(27.5)


def test_an_upload_stands_beside_the_record_and_speaks_in_no_headline_while_the_record_has_one(store):
    def headlines() -> tuple[str, str]:
        row = store.ask("headline_ratio", country="KZ").iloc[0]
        text = Text("en", organisations={"synthetic_ngo": "Synthetic organisation"})
        return row["numerator_id"], write_finding(store.ask("stage_ratio", country="KZ"), text)

    before = headlines()
    store.publish(cases(store, [{"year": 2019, "outcome": "sent_to_court"} for _ in range(40)]))
    assert "synthetic_ngo" in set(store.ask("stage_ratio", country="KZ")["compiler"])
    assert headlines() == before


def test_every_count_leads_to_the_organisation(standing):
    rows = standing.ask("evidence", figure_ids=[f"{UPLOAD}-2019-convicted"])
    itself = rows[rows["relation"] == "itself"].iloc[0]
    assert (itself["publisher"], itself["title"], itself["address"], itself["url"]) == (
        "Synthetic organisation",
        "Synthetic list",
        "upload",
        "",
    )
    assert (rows["figure_id"] == f"{UPLOAD}-2019-complaint").any()


def test_the_shipped_answers_are_the_same_beside_an_upload(standing):
    question = {"country": "KZ", "compilers": ["official_unspecified"]}
    before = standing.ask("allegations_by_year", version=standing.versions()[0]["version"], **question)
    assert len(before)
    assert standing.ask("allegations_by_year", **question).equals(before)


def test_a_second_list_of_the_same_years_is_a_rival_claim_and_nothing_is_added(published):
    publication = published.publish(cases(published, [{"year": 2019}] * 3, "cdcdcdcdcdcd"))
    assert publication.rival_figures == 1
    rows = published.ask("allegations_by_year", country="KZ", compilers=["synthetic_ngo"])
    assert sorted(rows["low"]) == [3, 40]
    assert sorted(rows["claim_rank"]) == [1, 2]
    rivals = published.ask("rival_claims", country="KZ", stages=["complaint"], year_from=2019, year_to=2019)
    assert {3, 40} <= set(rivals["low"])
    assert at_fault(published) == []
    assert answered_wrongly(published) == []


# ---------------------------------------------------------------- figures


def test_an_uploaded_figure_keeps_its_bounds_and_its_period(store):
    rows = [
        {"qualifier": "more_than", "value_low": 70.0},
        {"stage": "convicted", "unit": "persons", "value_low": 2.0, "value_high": 2.0},
    ]
    publication = store.publish(figures(store, rows))
    assert (publication.figures, publication.undated_cases) == (2, 0)
    row = store.ask("allegations_by_year", country="KZ", compilers=["synthetic_ngo"]).iloc[0]
    assert (row["low"], row["qualifier"], row["is_open"]) == (70, "more_than", True)
    assert row["high"] != row["high"]
    assert at_fault(store) == []


def told(store: Store, **more: Any) -> dict[str, Any]:
    """The evidence of the first figure of the upload."""
    rows = store.ask("evidence", figure_ids=[f"{UPLOAD}-00001"], **more)
    return rows[rows["relation"] == "itself"].iloc[0].to_dict()


DOCUMENTED = {"value_low": 7.0, "value_high": 7.0, "legal_basis": "kz_2014_146"}
DOCUMENTED["source_url"] = "https://example.org/report.pdf?year=2016"


def test_the_document_and_the_article_of_a_figure_are_kept_with_it(store):
    store.publish(figures(store, [DOCUMENTED]))
    store.undo("Synthetic author")
    store.undo("Synthetic author")
    row = told(store)
    assert (row["legal_basis"], row["source_url"]) == ("kz_2014_146", DOCUMENTED["source_url"])
    assert (row["address"], row["url"]) == ("upload", "")
    assert at_fault(store) == []


def test_a_store_from_before_documents_were_kept_takes_them_and_its_versions_are_still_asked(store, shipped):
    store.con.execute("alter table lake.uploaded_figures drop column source_url")
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store.con.execute("use lake")
    rows = store.con.execute("select * exclude source_url from figures").to_arrow_table()
    tables.write_change(store.con, tables.TableChange("figures", rows))
    build(store, shipped.root)
    before = store.version()
    store.publish(figures(store, [DOCUMENTED]))
    assert told(store)["source_url"] == DOCUMENTED["source_url"]
    assert len(store.ask("evidence", figure_ids=[COMPLAINTS_2012], version=before))
    first = store.versions()[0]["version"]
    assert store.ask("evidence", figure_ids=[COMPLAINTS_2012], version=first)["source_url"].unique().tolist() == [""]


@pytest.mark.long
def test_the_order_of_the_rows_gives_a_figure_no_other_id(store, built, tmp_path):
    rows = [
        {"value_low": n, "value_high": n, "period_start": date(int(n), 1, 1), "period_end": date(int(n), 12, 31)}
        for n in (2014.0, 2012.0, 2013.0)
    ]
    store.publish(figures(store, rows))
    shutil.copytree(built, tmp_path / "other")
    other = open_store(tmp_path / "other")
    other.publish(figures(other, rows[::-1]))
    assert contents(other)["figures"] == contents(store)["figures"]
    other.close()


def test_a_figure_of_another_compiler_is_quoted_and_its_compiler_must_be_known(store):
    rows = [
        {"value_low": 5.0, "value_high": 5.0, "compiler": "prosecutor_general"},
        {"value_low": 6.0, "value_high": 6.0},
    ]
    store.publish(figures(store, rows))
    found = store.con.execute(
        "select compiler, confidence from lake.figures where dataset = $1 order by all", [UPLOAD]
    ).fetchall()
    assert found == [("prosecutor_general", "secondary"), ("synthetic_ngo", "primary")]
    with pytest.raises(UploadRefused) as refused:
        store.publish(figures(store, [{"value_low": 5.0, "value_high": 5.0, "compiler": "nobody"}], "cdcdcdcdcdcd"))
    assert (refused.value.code, refused.value.detail) == ("unknown_code", "nobody")


# ---------------------------------------------------------------- published, or refused


def test_a_publish_is_one_snapshot_with_author_and_message(standing):
    first, last = standing.versions()
    assert last["snapshot"] == first["snapshot"] + 1
    assert (last["author"], last["message"]) == ("Synthetic author", "Synthetic list")
    assert (last["kind"], last["upload_id"], last["uploads"]) == ("publish", UPLOAD, [UPLOAD])
    (row,) = standing.uploads()
    assert (row["upload_id"], row["organisation"], row["published_rows"]) == (UPLOAD, "Synthetic organisation", 40)


def test_only_the_columns_that_are_kept_are_stored(store):
    more = cases(store, [{"year": 2019}])
    store.publish(replace(more, rows=more.rows.append_column("victim", pa.array([MARKER] * len(more.rows)))))
    assert MARKER not in repr(contents(store))


def test_what_is_stored_of_a_list_is_codes_dates_and_numbers_and_nothing_else(store, path):
    """Of each row that a list brings to any table of the lake, in its files themselves: every value is one of the codes
    of reference, a date, a number, or the number of the upload; words stand in what is told of the upload alone."""
    list_of = cases(store, [{"case_id": f"{MARKER}-{i}", "on": f"2019-03-{i + 1:02}"} for i in range(20)])
    files = set(path.rglob("*.parquet"))
    store.publish(list_of)
    known = {"synthetic_ngo"}
    con = duckdb.connect()
    for file in files:  # what the shipped tables say already: codes, their own ids and sources
        frame = con.execute("from read_parquet($1)", [str(file)]).df()
        known |= {value for name in frame for value in frame[name] if isinstance(value, str)}
    seen = 0
    for file in set(path.rglob("*.parquet")) - files:
        frame = con.execute("from read_parquet($1)", [str(file)]).df()
        if "organisation" in frame or "publisher" in frame:  # what the organisation says of itself
            continue
        own = frame[[UPLOAD in str(row) for row in frame.to_dict("records")]]
        for name, values in own.items():
            for value in values.dropna():
                if not isinstance(value, str):
                    assert isinstance(value, (int, float, bool, date, pd.Timestamp)), (name, value)
                    continue
                seen += 1
                assert value in known or value in ("", UPLOAD) or IDS.fullmatch(value), (file.parent.name, name, value)
    assert seen > 30
    assert bytes_with(path, MARKER) == []
    days = [str(value) for rows in contents(store).values() for value in rows if UPLOAD in str(value)]
    assert not [row for row in days if "2019, 3, 5" in row or "2019, 3, 20" in row], "no day of a case"


IDS = re.compile(rf"{UPLOAD}-2019-[a-z_]+")


YEAR = [{"year": 2019}]
REFUSED: dict[str, tuple[Callable[[Store], Upload], str]] = {
    "the same content again": (lambda store: cases(store, YEAR), "already_published"),
    "a compiler of another kind": (
        lambda store: cases(store, YEAR, "cdcdcdcdcdcd", compiler="prosecutor_general"),
        "kind_differs",
    ),
    "a list without its columns": (lambda store: upload(pa.table({"stage": ["complaint"]}), UPLOAD), "incomplete"),
    "a list without figures": (lambda store: figures(store, [], "cdcdcdcdcdcd"), "no_rows"),
    "a figure in an unknown unit": (
        lambda store: figures(store, [{"unit": "tons", "value_low": 1.0, "value_high": 1.0}], "cdcdcdcdcdcd"),
        "unknown_code",
    ),
    "a list in a language that there is not": (
        lambda store: replace(cases(store, YEAR, "cdcdcdcdcdcd"), language="Synthetic name"),
        "unknown_code",
    ),
    "figures of a country that there is not": (
        lambda store: replace(figures(store, [{"value_low": 5.0, "value_high": 5.0}], "cdcdcdcdcdcd"), country="XX"),
        "unknown_code",
    ),
    "a figure that contradicts its qualifier": (
        lambda store: figures(store, [{"value_low": 5.0, "value_high": 2.0}], "cdcdcdcdcdcd"),
        "rules_broken",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_is(case, standing):
    make, code = REFUSED[case]
    before = (standing.snapshot(), contents(standing))
    refused_upload = make(standing)
    for attempt in (standing.publish, standing.preview):
        with pytest.raises(UploadRefused) as refused:
            attempt(refused_upload)
        assert refused.value.code == code
    assert (standing.snapshot(), contents(standing)) == before


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "no_rows"),
        ([{"year": 2019, "outcome": "escaped"}], "unknown_stage"),
        ([{"year": 2019, "weight": None}], "incomplete"),
        ([{"outcome": "convicted"}], "no_figures"),
        ([{"allegation_start": date(2018, 12, 30), "allegation_end": date(2019, 1, 2)}], "no_figures"),
    ],
)
def test_cases_that_can_not_be_counted_are_refused(store, rows, code):
    with pytest.raises(UploadRefused) as refused:
        cases(store, rows)
    assert refused.value.code == code


def test_a_publish_that_breaks_off_changes_nothing_and_leaves_no_file(store, path, monkeypatch):
    list_of = cases(store, YEAR)
    before = (store.snapshot(), contents(store), sorted(path.rglob("*.parquet")))

    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "annotate_snapshot", broken)
    with pytest.raises(KeyboardInterrupt):
        store.publish(list_of)
    assert (store.snapshot(), contents(store), sorted(path.rglob("*.parquet"))) == before
    monkeypatch.undo()
    assert store.publish(list_of).figures == 1


def test_while_another_goes_on_writing_a_publish_is_told_and_the_work_is_kept(store, path, monkeypatch):
    list_of = cases(store, YEAR)
    monkeypatch.setattr(lake, "PATIENCE", 0.2)
    with lake.lock_for_writing(path), pytest.raises(StoreLocked):
        store.publish(list_of)
    assert store.publish(list_of).figures == 1


PUBLISH = """
import sys
from pathlib import Path
from data.store import open_store
from tests.test_uploads import cases
store = open_store(Path(sys.argv[1]))
upload = cases(store, [{"year": 2019}] * 3, sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
print(store.publish(upload).upload_id)
"""


def test_two_processes_that_publish_at_once_both_succeed_and_see_each_other(store, path):
    processes = [python(PUBLISH, path, content) for content in ("abababababab", "cdcdcdcdcdcd")]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [finished(process).strip() for process in processes] == ["abababababab", "cdcdcdcdcdcd"]
    assert [len(version["uploads"]) for version in store.versions()] == [0, 1, 2]
    ranks = store.ask("allegations_by_year", country="KZ", compilers=["synthetic_ngo"])["claim_rank"]
    assert sorted(ranks) == [1, 2], "whoever came second counted on what the first had published"
    assert at_fault(store) == []


# ---------------------------------------------------------------- what changes


def test_a_preview_says_what_a_publish_then_changes_and_leaves_no_trace(published, path):
    list_of = cases(published, [{"year": 2019}] * 3 + [{"year": 2020, "outcome": "convicted"}], "cdcdcdcdcdcd")
    before = (published.snapshot(), contents(published), sorted(path.rglob("*.parquet")))
    preview = published.preview(list_of)
    assert (published.snapshot(), contents(published), sorted(path.rglob("*.parquet"))) == before
    old = published.version()
    new = published.publish(list_of).version
    changes = published.compare(old, new)
    assert preview.counts.equals(changes.counts)
    assert preview.ratios.equals(changes.ratios)
    assert preview.summary["counts"] == {"added": 4, "changed": 0, "gone": 0}


def test_compare_shows_before_and_after(standing):
    first, second = (version["version"] for version in standing.versions())
    came, went = standing.compare(first, second), standing.compare(second, first)
    row = came.counts.set_index("stage").loc["sent_to_court"]
    assert (row["change"], row["low_after"], row["compiler"]) == ("added", 11, "synthetic_ngo")
    assert row["low_before"] != row["low_before"]
    row = went.counts.set_index("stage").loc["sent_to_court"]
    assert (row["change"], row["low_before"]) == ("gone", 11)
    share = came.ratios.set_index(["numerator_stage", "denominator_stage"]).loc[("sent_to_court", "complaint")]
    assert (share["ratio_low_after"], share["claim_after"], share["grade"]) == (pytest.approx(27.5), "share", "A")
    assert standing.compare(second, second).summary == {
        "counts": {"added": 0, "changed": 0, "gone": 0},
        "ratios": {"added": 0, "changed": 0, "gone": 0},
    }


def test_a_corrected_list_is_a_change_at_its_place_not_a_coming_and_a_going(published):
    wrong = published.version()
    published.undo("Synthetic author")
    published.publish(cases(published, [{"year": 2019}] * 41, "cdcdcdcdcdcd"))
    changed = published.compare(wrong, published.version()).counts
    row = changed[changed["stage"] == "complaint"].iloc[0]
    assert (row["change"], row["low_before"], row["low_after"]) == ("changed", 40, 41)


@pytest.mark.long
def test_a_changed_shipped_figure_is_compared_too(path, shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    store = open_store(path, shipped.root)
    old, new = (version["version"] for version in store.versions())
    (row,) = store.compare(old, new).counts.to_dict("records")
    assert (row["change"], row["low_before"], row["low_after"]) == ("changed", 602, 603)
    store.close()


# ---------------------------------------------------------------- versions


@pytest.mark.long
def test_a_version_is_the_same_on_every_machine_whatever_came_first(store, built, tmp_path):
    shutil.copytree(built, tmp_path / "other")
    other = open_store(tmp_path / "other")
    for each, order in ((store, ("aaaaaaaaaaaa", "bbbbbbbbbbbb")), (other, ("bbbbbbbbbbbb", "aaaaaaaaaaaa"))):
        for content in order:
            each.publish(cases(each, YEAR, content))
    assert store.version() == other.version()
    assert len({version["version"] for version in store.versions() + other.versions()}) == 4
    other.close()


def test_a_question_is_answered_as_of_a_version(standing):
    first, second = (version["version"] for version in standing.versions())
    question = {"country": "KZ", "compilers": ["synthetic_ngo"]}
    assert standing.ask("allegations_by_year", version=first, **question).empty
    assert standing.ask("allegations_by_year", version=second, **question)["low"].tolist() == [40]
    assert standing.ask("allegations_by_year", known_snapshot=standing.snapshot(), version=first, **question).empty


def test_an_unknown_version_says_so(standing):
    with pytest.raises(UnknownVersion) as unknown:
        standing.ask("countries_known", version="000000000000")
    assert unknown.value.code == "version_unknown"


@pytest.mark.long
def test_only_a_few_old_versions_are_kept_in_memory(store, monkeypatch):
    monkeypatch.setattr(opening, "VERSIONS_IN_MEMORY", 1)
    for content in ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"):
        store.publish(cases(store, YEAR, content))
    for version in store.versions():
        store.ask("countries_known", version=version["version"])
    assert len(store._old) == 1


# ---------------------------------------------------------------- undo


def test_an_undo_brings_back_the_version_before_and_an_undo_of_it_the_version_after(store):
    before = (store.version(), contents(store))
    store.publish(cases(store, [{"year": 2019, "outcome": "convicted"}]))
    after = (store.version(), contents(store))
    assert store.undo("Synthetic author") == before[0]
    assert (store.version(), contents(store)) == before
    assert store.undo("Synthetic author") == after[0]
    assert (store.version(), contents(store)) == after
    assert [version["kind"] for version in store.versions()] == ["build", "publish", "undo", "undo"]
    assert at_fault(store) == []


@pytest.mark.long
def test_figures_are_undone_and_brought_back_too(store):
    store.publish(figures(store, [{"qualifier": "more_than", "value_low": 70.0}]))
    after = contents(store)
    store.undo("Synthetic author")
    assert store.con.execute("select count(*) from lake.uploaded_figures").fetchall() == [(0,)]
    store.undo("Synthetic author")
    assert contents(store) == after


def test_an_undo_keeps_the_uploads_before_it_and_the_shipped_figures_of_today(published, shipped):
    published.publish(cases(published, YEAR, "cdcdcdcdcdcd"))
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    assert build(published, shipped.root)
    published.undo("Synthetic author")
    assert [row["upload_id"] for row in published.uploads()] == [UPLOAD]
    row = published.con.execute("select value_low from lake.figures where figure_id = $1", [COMPLAINTS_2012])
    assert row.fetchall() == [(603.0,)]
    assert ladder(published)["complaint"] == 40


def test_an_undo_of_what_is_no_longer_the_last_change_is_refused(published):
    seen = published.versions()[-1]["snapshot"]
    published.publish(cases(published, YEAR, "cdcdcdcdcdcd"))
    with pytest.raises(CallRefused) as refused:
        published.undo("Synthetic author", seen)
    assert refused.value.code == "changed_since"
    assert len(published.uploads()) == 2
    published.undo("Synthetic author", published.versions()[-1]["snapshot"])
    assert [row["upload_id"] for row in published.uploads()] == [UPLOAD]


def test_nothing_to_undo_says_so(store):
    with pytest.raises(CallRefused) as refused:
        store.undo("Synthetic author")
    assert refused.value.code == "nothing_to_undo"


def test_uploads_survive_shipped_files_that_change(published, shipped):
    before = counted(published)
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    build(published, shipped.root)
    assert counted(published) == before
    assert published.versions()[-1]["uploads"] == [UPLOAD]
    assert at_fault(published) == []


def bytes_with(path: Path, *words: str) -> list[str]:
    """Files below a folder in which a word stands: raw, in a row of a Parquet file, or in its statistics."""
    found = []
    con = duckdb.connect()
    for file in sorted(path.rglob("*")):
        if not file.is_file():
            continue
        seen = file.read_bytes().decode("latin-1")
        if file.suffix == ".parquet":
            seen += repr(con.execute("select * from read_parquet($1)", [str(file)]).fetchall())
            seen += repr(con.execute("select * from parquet_metadata($1)", [str(file)]).fetchall())
        found += [f"{file.name}: {word}" for word in words if word in seen]
    return found


# ---------------------------------------------------------------- stores of before 0.2

OLD_CASES = """
    create table lake.cases as
    select
        'abababababab' as upload_id, 'PLANTED-SYNTHETIC-MARKER-' || i as case_id, date '2019-03-05' as allegation_start,
        date '2019-03-05' as allegation_end, 'KZ-75' as region, 'complaint' as outcome, 'f' as sex, 1 as weight
    from range(7) as t(i)
"""
OLD_COHORTS = """
    create table lake.cohorts as
    select
        'abababababab' as upload_id, 2019 as year, 'complaint' as stage, '' as beside, date '2019-03-05' as first_day,
        date '2019-03-20' as last_day, 7::bigint as cases
"""
OLD_RECIPE = """shape = "cases"
[columns]
"Результат" = "outcome"
"Область" = "region"
[values.region]
"PLANTED-SYNTHETIC-MARKER" = "KZ-75"
"""


def make_old(store: Store) -> None:
    """Make the store what an older program left: cases row by row, counted by day, and a figure of each count."""
    store.publish(cases(store, [{"year": 2019}] * 7, recipe=OLD_RECIPE.replace(MARKER, "x")))
    for statement in (
        OLD_CASES,
        OLD_COHORTS,
        "update lake.figures set period_start = '2019-03-05', period_end = '2019-03-20' where dataset = 'abababababab'",
        "delete from lake.uploaded_figures",
        "alter table lake.uploads drop column is_strict",
        "alter table lake.uploads add column has_repeats boolean",
    ):
        store.con.execute(statement)
    store.con.execute("update lake.uploads set recipe = $1", [OLD_RECIPE])


def test_the_cases_of_an_older_store_are_erased_and_their_numbers_and_versions_stay(store, path, tmp_path, shipped):
    make_old(store)
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")  # a newer program makes the marts anew
    versions = [version["version"] for version in store.versions()]
    store.close()
    copies.keep_copy(path)
    folder = path / lake.DATA / "main" / "cases"
    left, broken_off, theirs = (folder / f"{sign * 16}.parquet" for sign in ("ab", "cd", "ef"))
    known = next(folder.iterdir())
    shutil.copy(known, left)  # by a publish that was killed
    broken_off.write_bytes(known.read_bytes()[:-8])
    duckdb.sql("select 'somebody''s work' as words").write_parquet(str(theirs))
    assert bytes_with(path / copies.COPIES, f"{MARKER}-0"), "or the search would prove nothing"
    broken_off.rename(tmp_path / "kept")
    assert bytes_with(path, f"{MARKER}-3"), "or the search would prove nothing"
    (tmp_path / "kept").rename(broken_off)
    again = open_store(path, shipped.root)
    assert bytes_with(path, f"{MARKER}-3", f"{MARKER}-0") == []
    assert list(folder.iterdir()) == [theirs]
    assert ladder(again) == {"complaint": 7.0}
    assert periods(again) == [("2019-03-01", "2019-03-31")]
    assert MARKER not in again.uploads()[0]["recipe"]
    assert [version["version"] for version in again.versions()][:-1] == versions
    for version in versions:
        assert not again.ask("countries_known", version=version).empty
    again.undo("Synthetic author")
    again.undo("Synthetic author")
    assert ladder(again) == {"complaint": 7.0}, "an upload comes back with its numbers"
    assert at_fault(again) == []
    again.close()


@pytest.mark.long
def test_an_erasure_that_breaks_off_is_done_at_the_next_opening(store, path, monkeypatch):
    make_old(store)
    store.close()

    def broken(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaning, "run_apart", broken)
    with pytest.raises(KeyboardInterrupt):
        open_store(path)
    monkeypatch.undo()
    assert bytes_with(path, f"{MARKER}-3")
    again = open_store(path)
    assert bytes_with(path, f"{MARKER}-3") == []
    assert ladder(again) == {"complaint": 7.0}
    again.close()
