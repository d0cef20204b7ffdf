"""Does the store say of the real figures what the sources say, and nothing that a hostile reader could break?

Every number below stands in a document that the store names. Where one changes, it was the figure that changed:
the changelog of the figures must say so.
"""

from datetime import date

import pandas as pd
import pytest

from queries.measures.bounds import Bound
from queries.measures.difference import difference
from queries.measures.trend import trends

INFORM = "official_unspecified kz-inform-2025 registered_offence cases"
COMMITTEE_2020 = "committee_legal_statistics kz-bureau-2021b registered_offence cases"
ODF = "official_unspecified kz-odf-2013 complaint complaints"


@pytest.fixture(scope="module")
def allegations(store) -> pd.DataFrame:
    """`allegations_by_year --country KZ`."""
    return store.ask("allegations_by_year", country="KZ")


@pytest.fixture(scope="module")
def ratios(store) -> pd.DataFrame:
    """`stage_ratio --country KZ`."""
    return store.ask("stage_ratio", country="KZ")


@pytest.fixture(scope="module")
def lines(store) -> pd.DataFrame:
    """`yearly_lines --country KZ`."""
    return store.ask("yearly_lines", country="KZ")


def one(frame: pd.DataFrame, **cells: object) -> pd.Series:
    """The one row that holds these values."""
    found = frame
    for column, value in cells.items():
        found = found[found[column] == value]
    assert len(found) == 1, f"{cells}: {len(found)} rows"
    return found.iloc[0]


def ends(row: pd.Series) -> tuple[date, date]:
    return row["period_start"].date(), row["period_end"].date()


# ---------------------------------------------------------------- how many allegations, and by whom


def test_602_official_complaints_in_2012(allegations):
    row = one(allegations, figure_id="kz-0025")
    assert (row["kind"], row["low"], row["high"], row["unit"]) == ("official", 602, 602, "complaints")
    assert row["year"] == 2012
    assert not row["is_part_year"]


def test_304_from_january_to_may_2013_are_a_part_year(allegations):
    row = one(allegations, low=304.0)
    assert ends(row) == (date(2013, 1, 1), date(2013, 5, 31))
    assert row["is_part_year"]


def test_kibhrs_over_70_of_2015_is_a_low_without_a_high(allegations):
    row = one(allegations, compiler="kibhr")
    assert (row["low"], row["is_open"], row["qualifier"]) == (70, True, "more_than")
    assert pd.isna(row["high"])
    assert ends(row) == (date(2015, 1, 1), date(2015, 10, 15))
    assert row["is_part_year"]


def test_the_statement_the_project_began_from_is_known_by_its_site_only(store):
    said = one(store.ask("evidence", figure_ids=["kz-0045"]), relation="itself")
    assert (said["url"], said["address"]) == ("https://www.iphronline.org", "site only")


def test_the_coalitions_350_to_400_is_a_range(allegations):
    row = one(allegations, figure_id="kz-0247")
    assert (row["low"], row["high"], row["qualifier"]) == (350, 400, "range")


def test_every_number_is_one_that_was_published_and_none_is_a_sum(store, shipped_tables):
    published = {
        row["figure_id"]: (row["value_low"], row["value_high"]) for row in shipped_tables["figures"].to_pylist()
    }
    asked = 0
    for country in sorted({row["country"] for row in shipped_tables["figures"].to_pylist()}):
        for stage in sorted({row["stage"] for row in shipped_tables["stages"].to_pylist()}):
            for row in store.ask("allegations_by_year", country=country, stage=stage).to_dict("records"):
                shown = tuple(None if pd.isna(row[side]) else row[side] for side in ("low", "high"))
                assert shown == published[row["figure_id"]]
                asked += 1
    assert asked > 100


def test_official_and_ngo_counts_stand_side_by_side(allegations):
    year = allegations[allegations["year"] == 2013]
    assert set(year["kind"]) == {"official", "ngo"}
    assert set(year["low"]) == {304, 201, 350}


def test_a_repeat_of_one_fact_is_counted_once(allegations, store):
    assert len(allegations[allegations["low"] == 201]) == 1
    told = store.ask("evidence", figure_ids=["kz-0033"])
    assert set(told[told["relation"].isin(["itself", "same_fact"])]["figure_id"]) == {"kz-0032", "kz-0033"}


def test_two_figures_that_disagree_are_both_kept(lines):
    """2020: 766 offences as the Ombudsman published them, 63 by the Committee on Legal Statistics."""
    of_2020 = lines[(lines["year"] == 2020) & (lines["stage"] == "registered_offence")]
    assert sorted(of_2020["low"]) == [63, 766]
    assert of_2020["line"].nunique() == 2


def test_each_telling_of_63_offences_opens_beside_its_rival(store):
    told = store.ask("evidence", figure_ids=["kz-0087"])
    assert set(told[told["relation"] == "same_fact"]["figure_id"]) == {"kz-0086"}
    assert set(told[told["relation"] == "rival"]["figure_id"]) == {"kz-0088"}


def test_every_figure_leads_to_a_document(store, shipped_tables):
    ids = shipped_tables["figures"]["figure_id"].to_pylist()
    told = store.ask("evidence", figure_ids=ids)
    itself = told[told["relation"] == "itself"]
    assert set(itself["figure_id"]) == set(ids)
    assert itself["url"].str.startswith("http").all()
    assert (itself["title"] != "").all()


def test_no_official_figure_on_kazakhstan_comes_from_the_states_own_document(store):
    known = one(store.ask("countries_known"), country="KZ")
    assert known["official"] == 105
    assert known["official_primary"] == 0


# ---------------------------------------------------------------- ratios


def test_2012_is_18_investigations_beside_602_complaints(ratios):
    row = one(ratios, year=2012)
    assert (row["numerator_stage"], row["denominator_stage"]) == ("investigation_opened", "complaint")
    assert (row["numerator_low"], row["denominator_low"]) == (18, 602)
    assert (row["grade"], row["claim"]) == ("B", "side_by_side")
    assert round(row["ratio_low"], 2) == round(row["ratio_high"], 2) == 2.99


def test_2012_has_an_interval_only_as_if_it_were_a_share(ratios):
    row = one(ratios, year=2012)
    assert row["interval_kind"] == "as_if"
    assert (round(row["interval_low"], 2), round(row["interval_high"], 2)) == (1.90, 4.68)


def test_2019_is_217_of_249_complaints_refused_and_followed(ratios):
    row = one(ratios, year=2019)
    assert row["compiler"] == row["denominator_compiler"] == "ombudsman"
    assert (row["numerator_stage"], row["denominator_stage"]) == ("refused", "complaint")
    assert (row["numerator_low"], row["denominator_low"]) == (217, 249)
    assert (row["grade"], row["is_followed"], row["claim"]) == ("A", True, "share")
    assert (row["interval_kind"], round(row["interval_low"], 1), round(row["interval_high"], 1)) == (
        "share",
        82.4,
        90.7,
    )


def test_63_offences_of_2020_divide_nothing_and_say_why(store, ratios):
    """The same Committee gives 88 for two months of 2021: what 63 counts is said in no source."""
    assert not {"kz-0086", "kz-0087"} & set(ratios["denominator_id"])
    refused = store.ask("refused_ratios", country="KZ", denominators=["registered_offence"])
    row = one(refused, numerator_id="kz-0089", denominator_id="kz-0087")
    assert row["refusal"] == "doubted"
    itself = one(store.ask("evidence", figure_ids=["kz-0087"]), relation="itself")
    assert "88 offences for January and February 2021" in itself["note"]
    assert set(store.ask("corrections", figure_ids=["kz-0087"])["field"]) == {"doubted", "note"}


@pytest.mark.parametrize("with_c", [False, True])
def test_23_convicted_never_stand_over_about_700_which_is_a_yearly_rate(store, with_c):
    shown = store.ask("stage_ratio", country="KZ", with_c=with_c)
    assert not {"kz-0083", "kz-0042", "kz-0071"} & {*shown["numerator_id"], *shown["denominator_id"]}
    assert "kz-0084" not in set(shown["numerator_id"])


def test_a_yearly_rate_is_refused_with_the_reason(store):
    with store._latest().cursor() as con:
        pair = con.execute(
            "select grade, refusal from pairs where numerator_id = 'kz-0084' and denominator_id = 'kz-0083'"
        ).fetchall()
    assert pair == [(None, "yearly_rate")]


def test_the_committees_ratio_is_published_and_below_2_per_cent(ratios):
    row = one(ratios, compiler="cat")
    assert row["claim"] == "published"
    assert (row["ratio_high"], row["ratio_high_open"]) == (2, True)
    assert pd.isna(row["ratio_low"])
    assert ends(row) == (date(2008, 11, 18), date(2014, 11, 27))


def test_a_published_ratio_has_no_n_no_grade_and_no_interval(ratios):
    published = ratios[ratios["claim"] == "published"]
    assert len(published) == 2
    for column in ("numerator_low", "denominator_low", "grade", "interval_low", "interval_high", "interval_kind"):
        assert published[column].isna().all()


def test_a_published_ratio_is_told_once(ratios):
    assert len(ratios[ratios["compiler"] == "cat"]) == 1, "three documents tell it"


def test_january_2022_is_never_mixed_into_a_year(store, allegations, ratios, lines):
    events = set(
        store.ask("allegations_by_year", country="KZ", scope="event", scope_detail="january_2022")["figure_id"]
    )
    assert {"kz-0134", "kz-0145", "kz-0158"} <= events
    assert not events & set(allegations["figure_id"])
    assert not events & {*ratios["numerator_id"], *ratios["denominator_id"]}
    assert not events & set(lines["figure_id"])
    assert not ((ratios["year"] == 2022) | (ratios["scope"] != "all")).any()


def test_a_ratio_of_january_2022_takes_both_counts_of_one_day(store):
    shown = store.ask("stage_ratio", country="KZ", scope="event", scope_detail="january_2022")
    found = {
        (row["denominator_low"], row["numerator_low"])
        for row in shown[(shown["numerator_stage"] == "investigation_opened")].to_dict("records")
        if row["compiler"] == "prosecutor_general"
    }
    assert found == {(91, 16), (148, 105), (301, 243)}


def test_2018_31_of_176_were_followed_by_the_preventive_mechanism(store):
    row = one(
        store.ask("stage_ratio", country="KZ", scope="subset", scope_detail="forwarded_by_npm"),
        numerator_id="kz-0252",
    )
    assert (row["numerator_low"], row["denominator_low"], row["year"]) == (31, 176, 2018)
    assert (row["grade"], row["is_followed"], row["claim"]) == ("A", True, "share")
    assert row["numerator_unit"] == row["denominator_unit"] == "episodes"


def test_no_ratio_mixes_places_scopes_or_periods(store):
    with store._latest().cursor() as con:
        mixed = con.execute(
            """
            select count(*)
            from ratios
            inner join counts as n on ratios.numerator_id = n.figure_id
            inner join counts as d on ratios.denominator_id = d.figure_id
            where
                n.country != d.country or n.region != d.region
                or n.scope != d.scope or n.scope_detail != d.scope_detail
                or ((n.period_start != d.period_start or n.period_end != d.period_end) and not ratios.is_followed)
                or (n.compiler != d.compiler and n.unit != d.unit)
                or (n.compiler != d.compiler and ratios.grade != 'C')
                or (n.unit != d.unit and ratios.grade != 'B')
                or n.period_kind = 'yearly_rate' or d.period_kind = 'yearly_rate'
                or n.unit = 'percent' or d.unit = 'percent'
                or n.is_repeat or d.is_repeat
            """
        ).fetchone()
    assert mixed == (0,)


def test_every_refused_pair_says_why_and_every_other_has_a_grade(store):
    with store._latest().cursor() as con:
        assert con.execute("select count(*) from pairs where (grade is null) != (refusal is not null)").fetchone() == (
            0,
        )
        reasons = {row[0] for row in con.execute("select distinct refusal from pairs").fetchall()}
    assert reasons >= {"yearly_rate", "place", "scope", "period", "compiler_and_unit"}


def test_over_two_compilers_only_when_asked_for(store, ratios):
    assert "C" not in set(ratios["grade"])
    asked = store.ask("stage_ratio", country="KZ", with_c=True)
    graded_c = asked[asked["grade"] == "C"]
    assert len(asked) - len(ratios) == len(graded_c) > 0


def test_the_headline_is_11_sent_to_court_beside_119_complaints_of_2015(store):
    row = one(store.ask("headline_ratio", country="KZ"))
    assert (row["numerator_stage"], row["denominator_stage"]) == ("sent_to_court", "complaint")
    assert (row["numerator_low"], row["denominator_low"], row["grade"]) == (11, 119, "B")
    assert row["claim"] == "side_by_side"
    assert row["is_part_year"], "eleven months, and the sentence has to say so"


@pytest.mark.parametrize("country", ["KZ", "KG", "MD", "TJ", "UA", "GE", "RU", "UZ", "AM"])
def test_an_investigation_is_never_a_prosecution_in_a_headline(store, country):
    headline = store.ask("headline_ratio", country=country)
    assert len(headline) <= 1
    assert set(headline["numerator_stage"]) <= {"prosecuted", "sent_to_court"}
    assert set(headline["denominator_stage"]) <= {"complaint", "registered_offence"}
    assert set(headline["grade"]) <= {"A", "B"}


def test_kyrgyz_convictions_contradict_each_other_and_stand_in_no_headline(store):
    assert "convicted" not in set(store.ask("headline_ratio", country="KG")["numerator_stage"])


def test_no_result_holds_an_infinite_number(store, shipped_tables):
    for country in sorted({row["country"] for row in shipped_tables["figures"].to_pylist()}):
        shown = store.ask("stage_ratio", country=country, with_c=True)
        numbers = shown[["ratio_low", "ratio_high", "interval_low", "interval_high"]].astype(float)
        assert not numbers.isin([float("inf"), float("-inf")]).any(axis=None)
        assert shown["claim"].notna().all(), "a ratio without a number has a reason"


# ---------------------------------------------------------------- lines, breaks and trends


def test_the_six_whole_years_are_one_line(lines):
    line = lines[lines["line"] == INFORM]
    assert dict(zip(line["year"], line["low"], strict=True)) == {
        2019: 850,
        2020: 766,
        2021: 685,
        2022: 920,
        2023: 462,
        2024: 193,
    }
    assert not line["is_part_year"].any()
    assert set(line["confidence"]) == {"press"}
    assert set(line["source_id"]) == {"kz-inform-2025"}


def test_the_committees_63_stand_on_a_line_of_their_own(lines):
    assert list(lines[lines["line"] == COMMITTEE_2020]["low"]) == [63]


def test_a_line_never_changes_its_compiler_document_stage_or_unit(lines):
    for _, line in lines.groupby("line"):
        assert (line[["compiler", "source_id", "stage", "unit"]].nunique() == 1).all()


def test_the_law_of_march_2023_cuts_the_line_and_2023_belongs_to_neither_side(lines):
    line = lines[lines["line"] == INFORM].set_index("year")["segment"]
    assert line.loc[[2019, 2020, 2021, 2022]].nunique() == 1
    assert pd.isna(line.loc[2023])
    assert line.loc[2024] != line.loc[2022]


def test_no_fall_from_920_to_193_is_spoken_of(lines):
    told = [trend for trend in trends(lines) if trend.line == INFORM]
    assert all(not (trend.year_from <= 2022 and trend.year_to >= 2024) for trend in told)
    assert {trend.direction for trend in told} == {"none", "too_few"}
    # Without the break the two counts would differ: it is the break that keeps us from saying so.
    assert difference(Bound(920, 920), Bound(193, 193)) == "fell"


def test_from_52_to_602_complaints_is_no_rise_for_2012_contains_a_break(lines):
    line = lines[lines["line"] == ODF].set_index("year")["segment"]
    assert line.loc[[2009, 2010, 2011]].nunique() == 1
    assert pd.isna(line.loc[2012])


def test_a_break_concerns_the_stages_and_compilers_it_names(store, lines):
    named = store.ask("breaks_and_events", country="KZ").set_index("break_id")
    assert named.loc["kz-2012-counting", "stages"] == "complaint"
    assert named.loc["kz-2012-counting", "compiler_kinds"] == "official"
    untouched = lines[(lines["year"] == 2012) & (lines["stage"] == "investigation_opened")]
    assert untouched["segment"].notna().all()
    ngo = lines[lines["kind"] == "ngo"]
    assert ngo["segment"].notna().all(), "no break of the State's counting cuts what NGOs count"


def test_an_event_stands_beside_the_lines_and_cuts_none(store, lines):
    named = store.ask("breaks_and_events", country="KZ").set_index("break_id")
    assert not named.loc["kz-2022-january", "breaks_series"]
    assert lines[(lines["line"] == INFORM) & (lines["year"] == 2022)]["segment"].notna().all()


def test_2019_to_2022_show_no_clear_trend(lines):
    (trend,) = [t for t in trends(lines) if (t.line, t.year_from) == (INFORM, 2019)]
    assert (trend.year_to, trend.years, trend.missing_years) == (2022, 4, 0)
    assert trend.direction == "none"
    assert trend.change_low is not None
    assert trend.change_high is not None
    assert trend.change_low < 0 < trend.change_high


def test_no_official_line_of_kazakhstan_rises_or_falls(lines):
    assert {trend.direction for trend in trends(lines)} <= {"none", "too_few", "undecided"}


@pytest.mark.parametrize("country", ["KG", "MD", "TJ", "UA", "ES", "TR"])
def test_a_country_whose_breaks_nobody_reviewed_shows_no_trend(store, country):
    told = trends(store.ask("yearly_lines", country=country))
    assert told
    assert {trend.direction for trend in told} == {"not_reviewed"}


# ---------------------------------------------------------------- ladders, gaps, UN decisions


def test_the_ladder_of_january_2022_takes_each_rungs_latest_figure(store):
    ladder = store.ask(
        "ladder", country="KZ", compiler="prosecutor_general", scope="event", scope_detail="january_2022"
    )
    latest = {row["stage"]: row for row in ladder[ladder["role"] == "ladder"].to_dict("records") if row["figure_id"]}
    assert (latest["complaint"]["low"], latest["complaint"]["period_end"].date()) == (301, date(2022, 3, 14))
    assert (latest["imprisoned"]["low"], latest["imprisoned"]["period_end"].date()) == (9, date(2023, 3, 31))
    for row in latest.values():
        if row["of_above_low"] == row["of_above_low"]:
            above = next(r for r in latest.values() if r["figure_id"] == row["above_id"])
            assert row["period_end"] == above["period_end"], "no share between rungs of different dates"


def test_the_ladder_of_two_months_of_2021_shows_the_rungs_nobody_counted(store):
    ladder = store.ask(
        "ladder",
        country="KZ",
        compiler="committee_legal_statistics",
        period_start="2021-01-01",
        period_end="2021-02-28",
    ).set_index("stage")
    rungs = ladder[ladder["role"] == "ladder"]
    assert list(rungs.index) == ["complaint", "registered_offence", "sent_to_court", "convicted", "imprisoned"]
    assert rungs.loc["registered_offence", "is_merged"], "registration itself opens the investigation since 2015"
    assert rungs["low"].dropna().to_dict() == {"registered_offence": 88, "sent_to_court": 1}
    assert round(rungs.loc["sent_to_court", "of_above_low"], 1) == 1.1
    assert pd.isna(rungs.loc["sent_to_court", "of_first_low"]), "nobody counted the complaints"


def test_of_the_cases_decided_by_un_bodies_two_were_compensated_and_nobody_punished(store):
    decided = store.ask("un_decisions", country="KZ").set_index("stage")
    assert decided.loc["compensated", "low"] == decided.loc["compensated", "high"] == 2
    assert decided.loc["convicted", "low"] == decided.loc["convicted", "high"] == 0


def test_the_years_nobody_reported_are_told(store):
    grid = store.ask("coverage", country="KZ")
    line = grid[(grid["compiler"] == "official_unspecified") & (grid["stage"] == "complaint")].set_index("year")
    assert line.loc[2012, "state"] == "whole_year"
    assert line.loc[2013, "state"] == "part_year"
    assert line.loc[2014, "state"] == "none"
    assert line.loc[2020, "state"] == "yearly_rate"


def test_countries_are_compared_each_within_itself(store):
    compared = store.ask("ratio_by_country", numerators=["convicted"], denominators=["complaint", "registered_offence"])
    assert compared["country"].nunique() > 1
    ours = compared[compared["claim"] != "published"]
    assert (ours["compiler"] == ours["denominator_compiler"]).all()
    assert "C" not in set(compared["grade"])
