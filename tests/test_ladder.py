"""How many are left at each rung from complaint to imprisonment?

A rung without a figure is unknown, not skipped; bounds and grades are carried down; a ladder has one compiler, one
coverage and one period, and that of an event takes each rung's latest figure with its date.
"""

import pandas as pd
import pytest

from queries.catalog import query

WHOLE_YEAR = {"period_start": "2012-01-01", "period_end": "2012-12-31"}
COMPLAINTS = {"id": "complaints", "value": 200}
OPENED = {"id": "opened", "stage": "investigation_opened", "unit": "cases", "value": 50}
COURT = {"id": "court", "stage": "sent_to_court", "unit": "cases", "value": 20}
CONVICTED = {"id": "convicted", "stage": "convicted", "unit": "cases", "value": 5}
EVENT = {"scope": "event", "scope_detail": "january_2022", "period_start": "2022-01-05"}


def ladder(con, **params) -> pd.DataFrame:
    """The ladder of 2012 in Kazakhstan, by the compiler of the synthetic figures."""
    asked = {"country": "KZ", "compiler": "official_unspecified", **WHOLE_YEAR, **params}
    return query("ladder").frame(con, **asked).set_index("stage")


def test_each_rung_has_its_share_of_the_rung_above_and_of_the_complaints(given):
    rungs = ladder(given([COMPLAINTS, OPENED, COURT, CONVICTED]))
    assert rungs.loc["investigation_opened", "of_above_low"] == 25
    assert rungs.loc["sent_to_court", "of_above_low"] == 40
    assert rungs.loc["sent_to_court", "of_first_low"] == 10
    assert rungs.loc["convicted", "of_above_low"] == 25
    assert rungs.loc["convicted", "of_first_low"] == 2.5


def test_the_first_rung_is_a_share_of_nothing(given):
    rungs = ladder(given([COMPLAINTS, OPENED]))
    assert pd.isna(rungs.loc["complaint", "above_id"])
    assert pd.isna(rungs.loc["complaint", "of_above_low"])
    assert pd.isna(rungs.loc["complaint", "of_first_low"])


def test_the_grade_of_each_step_is_carried(given):
    rungs = ladder(given([COMPLAINTS, OPENED, COURT]))
    assert (rungs.loc["investigation_opened", "above_grade"], rungs.loc["sent_to_court", "above_grade"]) == ("B", "A")
    assert rungs.loc["investigation_opened", "of_above_claim"] == "side_by_side"
    assert rungs.loc["sent_to_court", "of_above_claim"] == "share"
    assert rungs.loc["sent_to_court", "first_grade"] == "B"


def test_a_rung_without_a_figure_is_unknown_and_not_skipped(given):
    rungs = ladder(given([COMPLAINTS, COURT]))
    assert list(rungs.index) == [
        "complaint",
        "registered_offence",
        "investigation_opened",
        "sent_to_court",
        "convicted",
        "imprisoned",
    ]
    unknown = rungs.loc["investigation_opened"]
    assert unknown[["low", "high", "figure_id"]].isna().all()
    assert rungs.loc["sent_to_court", "above_id"] == "complaints", "the nearest rung above with a figure"


def test_nothing_known_is_a_ladder_of_unknown_rungs(given):
    rungs = ladder(given([]))
    assert rungs["figure_id"].isna().all()
    assert len(rungs) == 5 + 1


def test_a_count_of_none_is_a_finding_and_not_unknown(given):
    rungs = ladder(given([COMPLAINTS, {**CONVICTED, "value": 0}]))
    assert (rungs.loc["convicted", "low"], rungs.loc["convicted", "of_first_low"]) == (0, 0)


def test_a_bound_is_carried_down_as_a_bound(given):
    over_50 = {"id": "opened", "stage": "investigation_opened", "unit": "cases", "low": 50, "qualifier": "more_than"}
    rungs = ladder(given([COMPLAINTS, over_50, COURT]))
    opened, court = rungs.loc["investigation_opened"], rungs.loc["sent_to_court"]
    assert (opened["of_above_low"], opened["of_above_low_open"]) == (25, True)
    assert pd.isna(opened["of_above_high"])
    assert pd.isna(court["of_above_low"])
    assert (court["of_above_high"], court["of_above_high_open"]) == (40, True)


@pytest.mark.parametrize("about", ["complaints", "opened"])
def test_about_keeps_its_tilde_down_the_ladder(given, about):
    figures = [{**row, "qualifier": "about"} if row["id"] == about else row for row in (COMPLAINTS, OPENED)]
    rungs = ladder(given(figures))
    assert rungs.loc["investigation_opened", "of_above_about"]
    assert rungs.loc["investigation_opened", "of_first_about"]


def test_an_exact_count_has_no_tilde(given):
    assert not ladder(given([COMPLAINTS, OPENED])).loc["investigation_opened", "of_above_about"]


def test_under_10_the_share_is_withheld(given):
    rungs = ladder(given([{**OPENED, "value": 9}, {**COURT, "value": 3}]))
    assert rungs.loc["sent_to_court", "of_above_claim"] == "withheld"
    assert pd.isna(rungs.loc["sent_to_court", "of_above_low"])
    assert rungs.loc["sent_to_court", "low"] == 3, "the count stays"


# ---------------------------------------------------------------- one compiler, one coverage, one period


@pytest.mark.parametrize(
    "apart",
    [
        {"compiler": "prosecutor_general"},
        {"scope": "institution", "scope_detail": "police"},
        {"region": "KZ-75"},
        {"year": 2013},
        {"period_end": "2012-11-30"},
        {"period_kind": "yearly_rate"},
        {"country": "KG", "compiler": "ombudsman"},
    ],
    ids=lambda apart: " ".join(apart),
)
def test_a_figure_of_another_kind_is_on_no_rung(given, apart):
    rungs = ladder(given([COMPLAINTS, {**COURT, **apart}]))
    assert set(rungs["figure_id"].dropna()) == {"complaints"}


def test_a_compiler_nobody_names_gives_a_ladder_within_one_document(given):
    con = given([COMPLAINTS, {**COURT, "source_id": "synthetic-other"}], sources=[{"source_id": "synthetic-other"}])
    assert set(ladder(con, document="synthetic-document")["figure_id"].dropna()) == {"complaints"}


def test_a_refused_step_has_no_share(given):
    """Two documents of a compiler nobody names, in two units: not the same compiler, not the same unit."""
    con = given([COMPLAINTS, {**COURT, "source_id": "synthetic-other"}], sources=[{"source_id": "synthetic-other"}])
    rungs = ladder(con)
    assert rungs.loc["sent_to_court", "above_id"] == "complaints"
    assert pd.isna(rungs.loc["sent_to_court", "above_grade"])
    assert pd.isna(rungs.loc["sent_to_court", "of_above_low"])


# ---------------------------------------------------------------- the law of a country, the ways out


def test_until_2014_registration_and_investigation_are_two_rungs(given):
    registered = {"id": "registered", "stage": "registered_offence", "unit": "cases", "value": 80}
    rungs = ladder(given([registered, OPENED]))
    assert rungs.loc["investigation_opened", "of_above_low"] == 62.5


def test_from_2015_registration_itself_opens_the_investigation(given):
    con = given([{**COMPLAINTS, "year": 2016}, {**COURT, "year": 2016}])
    rungs = ladder(con, period_start="2016-01-01", period_end="2016-12-31")
    assert "registered_offence" not in rungs.index
    assert rungs.loc["investigation_opened", "is_merged"]


def test_from_2015_no_step_is_drawn_between_the_two(given):
    registered = {"id": "registered", "stage": "registered_offence", "unit": "cases", "value": 80}
    con = given([{**row, "year": 2016} for row in (COMPLAINTS, registered, OPENED, COURT)])
    rungs = ladder(con, period_start="2016-01-01", period_end="2016-12-31")
    assert rungs.loc["investigation_opened", "above_id"] == "complaints"
    assert rungs.loc["registered_offence", "above_id"] == "complaints"
    assert rungs.loc["sent_to_court", "above_id"] == "opened"


def test_persons_prosecuted_and_cases_sent_to_court_share_a_rung(given):
    persons = {"id": "persons", "stage": "prosecuted", "unit": "persons", "value": 30}
    both = ladder(given([COMPLAINTS, persons, COURT]))
    assert both.loc["prosecuted", "rung"] == both.loc["sent_to_court", "rung"]
    one = ladder(given([COMPLAINTS, persons]))
    assert "sent_to_court" not in one.index, "the empty half of a rung that is known is no gap"
    assert one.loc["prosecuted", "low"] == 30


def test_a_way_out_hangs_on_its_rung(given):
    refused = {"id": "refused", "stage": "refused", "value": 120}
    closed = {"id": "closed", "stage": "terminated", "unit": "cases", "value": 15}
    rungs = ladder(given([COMPLAINTS, refused, OPENED, closed, COURT]))
    assert (rungs.loc["refused", "role"], rungs.loc["refused", "rung"]) == ("way_out", 1)
    assert (rungs.loc["refused", "above_id"], rungs.loc["refused", "of_above_low"]) == ("complaints", 60)
    assert (rungs.loc["terminated", "above_id"], rungs.loc["terminated", "of_above_low"]) == ("opened", 30)
    assert rungs.loc["sent_to_court", "above_id"] == "opened", "a way out is no rung above"


def test_a_way_out_nobody_counted_is_not_drawn(given):
    assert "refused" not in ladder(given([COMPLAINTS])).index


# ---------------------------------------------------------------- events


def event(con, **params) -> pd.DataFrame:
    asked = {"scope": "event", "scope_detail": "january_2022", "period_start": "2022-01-05", "period_end": "2100-12-31"}
    return ladder(con, **{**asked, **params})


def test_an_event_takes_each_rungs_latest_figure_with_its_date(given):
    con = given(
        [
            {**EVENT, "id": "91", "value": 91, "period_end": "2022-01-22"},
            {**EVENT, "id": "301", "value": 301, "period_end": "2022-03-14"},
            {**EVENT, "id": "148", "value": 148, "period_end": "2022-02-04"},
        ]
    )
    complaint = event(con).loc["complaint"]
    assert (complaint["figure_id"], complaint["period_end"].date().isoformat()) == ("301", "2022-03-14")
    assert event(con, period_end="2022-02-28").loc["complaint", "figure_id"] == "148", "as it stood on a day"


def test_an_event_has_no_share_between_rungs_of_different_dates(given):
    court = {**COURT, **EVENT, "unit": "complaints"}
    complaints = {**COMPLAINTS, **EVENT, "period_end": "2022-03-14"}
    apart = event(given([complaints, {**court, "period_end": "2022-12-31"}])).loc["sent_to_court"]
    assert (apart["low"], apart["above_id"]) == (20, "complaints")
    assert pd.isna(apart["of_above_low"])
    together = event(given([complaints, {**court, "period_end": "2022-03-14"}])).loc["sent_to_court"]
    assert together["of_above_low"] == 10


# ---------------------------------------------------------------- which ladders there are


def ladders(con) -> list[tuple]:
    frame = query("ladders").frame(con, country="KZ")
    return list(frame[["compiler", "document", "scope", "rungs"]].itertuples(index=False, name=None))


def test_a_ladder_needs_two_stages(given):
    assert ladders(given([COMPLAINTS])) == []
    assert ladders(given([COMPLAINTS, COURT])) == [("official_unspecified", "synthetic-document", "all", 2)]


def test_a_ladder_never_joins_two_compilers_scopes_or_periods(given):
    assert ladders(given([COMPLAINTS, {**COURT, "compiler": "ombudsman"}])) == []
    assert ladders(given([COMPLAINTS, {**COURT, "scope": "institution", "scope_detail": "police"}])) == []
    assert ladders(given([COMPLAINTS, {**COURT, "year": 2013}])) == []


def test_an_event_is_one_ladder_over_all_its_dates(given):
    con = given(
        [
            {**COMPLAINTS, **EVENT, "compiler": "ombudsman", "period_end": "2022-01-22"},
            {**COURT, **EVENT, "compiler": "ombudsman", "period_end": "2022-12-31"},
        ]
    )
    assert ladders(con) == [("ombudsman", "", "event", 2)]
