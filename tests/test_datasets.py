"""Is a shipped file read as it stands, or refused with its file, row, column and rule in hand?

Each fault is made on purpose, in a copy, and in one cell: a person must be able to mend it within a minute.
"""

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from data import datasets
from data.datasets import DataRefused, Refusal

OFFICIAL = "official/official_figures.csv"
NGO = "ngo/ngo_figures.csv"
INTERNATIONAL = "international/international_figures.csv"
SOURCES = "reference/sources.csv"
BREAKS = "reference/breaks.csv"
CORRECTIONS = "reference/corrections.csv"
# The 602 official complaints of 2012, KIBHR's «over 70» of 2015, the Committee's «less than 2 %».
COMPLAINTS_2012, OVER_70, BELOW_2_PERCENT = "kz-0025", "kz-0045", "kz-0004"


def refusals(shipped) -> list[Refusal]:
    """What the build says of the copy; nothing at all is a failure."""
    with pytest.raises(DataRefused) as refused:
        shipped.load()
    return refused.value.refusals


def only(shipped) -> Refusal:
    """The one refusal of a copy with one fault."""
    found = refusals(shipped)
    assert len(found) == 1, [str(refusal) for refusal in found]
    return found[0]


def spoiled(shipped, file: str, key: str, column: str, cell: str, **also: str) -> Refusal:
    """Spoil one cell; the refusal must name that file and that row."""
    shipped.change(file, key, **{column: cell}, **also)
    refusal = only(shipped)
    assert (refusal.file, refusal.row) == (file, shipped.line(file, key))
    return refusal


# ---------------------------------------------------------------- what is shipped


def test_the_shipped_files_pass():
    tables = datasets.load()
    assert tables["figures"].num_rows == 530
    assert Counter(tables["figures"]["country"].to_pylist())["KZ"] == 161
    assert set(tables["figures"]["dataset"].to_pylist()) == {"official", "ngo", "international", "media"}


def test_an_untouched_copy_passes_and_has_the_same_version(shipped):
    assert shipped.load()["figures"].num_rows == 530
    assert datasets.content_hash(shipped.root) == datasets.content_hash()


def test_one_changed_byte_is_another_version(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="603", value_high="603")
    assert datasets.content_hash(shipped.root) != datasets.content_hash()


def test_values_arrive_typed_and_a_missing_side_stays_missing():
    figures = {row["figure_id"]: row for row in datasets.load()["figures"].to_pylist()}
    assert figures[OVER_70]["value_low"] == 70.0
    assert figures[OVER_70]["value_high"] is None
    assert figures[OVER_70]["period_end"] == date(2015, 10, 15)
    assert figures[OVER_70]["region"] is None


@pytest.mark.parametrize("table", datasets.described(), ids=lambda table: f"{table.dataset}-{table.name}")
def test_a_dataset_says_where_it_comes_from_and_what_is_expected(table):
    about = tomllib.loads((table.path.parent / "dataset.toml").read_text("utf8"))
    assert about["origin"].keys() >= {"producer", "compiled", "licence", "citation"}
    assert about["caveats"]
    assert about["tables"][table.name]["grain_in_words"]
    assert set(table.grain) <= table.columns.keys()
    assert all(column["description"] for column in table.columns.values())
    assert table.expect["rows"] > 0


def test_a_refusal_reads_as_one_line():
    assert (
        str(Refusal(OFFICIAL, 9, "stage", "unknown_code", "complained"))
        == "official/official_figures.csv, row 9, column stage: unknown_code (complained)"
    )


# ---------------------------------------------------------------- codes


@pytest.mark.parametrize(
    "column", ["country", "compiler", "stage", "unit", "qualifier", "period_kind", "scope", "confidence"]
)
def test_an_unknown_code_is_refused(shipped, column):
    shipped.change(OFFICIAL, COMPLAINTS_2012, **{column: "no_such_code"})
    found = [refusal for refusal in refusals(shipped) if refusal.rule == "unknown_code" and refusal.column == column]
    assert found == [Refusal(OFFICIAL, shipped.line(OFFICIAL, COMPLAINTS_2012), column, "unknown_code", "no_such_code")]


@pytest.mark.parametrize("column", ["region", "denominator_stage", "same_fact_as", "followed_from", "part_of"])
def test_an_unknown_code_is_refused_where_none_is_needed_too(shipped, column):
    shipped.change(OFFICIAL, COMPLAINTS_2012, **{column: "no_such_code"})
    assert ("unknown_code", column) in {(refusal.rule, refusal.column) for refusal in refusals(shipped)}


def test_a_compiler_is_known_within_its_country_only(shipped):
    shipped.change(NGO, OVER_70, compiler="pcati")  # which counts in Israel
    assert ("compiler", "unknown_code", "pcati") in {
        (refusal.column, refusal.rule, refusal.value) for refusal in refusals(shipped)
    }


def test_each_of_several_codes_in_a_cell_is_known(shipped):
    refusal = spoiled(shipped, BREAKS, "kz-2023-law", "stages", "complaint|complained")
    assert (refusal.column, refusal.rule, refusal.value) == ("stages", "unknown_code", "complained")


def test_a_word_out_of_a_closed_list_is_refused(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "wording_kept", "perhaps")
    assert (refusal.column, refusal.rule, refusal.value) == ("wording_kept", "unknown_code", "perhaps")


def test_a_source_that_is_not_listed_is_refused(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "source_id", "kz-rumour-2012")
    assert (refusal.column, refusal.rule, refusal.value) == ("source_id", "source_not_listed", "kz-rumour-2012")


def test_a_code_without_words_in_one_language_is_refused(shipped):
    words = shipped.locales / "kk" / "codes.toml"
    text = words.read_text("utf8")
    kept = re.sub(r'(?m)^"?death_in_custody"?\s*=.*\n', "", text, count=1)
    assert kept != text
    words.write_text(kept, "utf8")
    found = refusals(shipped)
    assert {refusal.rule for refusal in found} == {"code_without_words"}
    assert {refusal.value for refusal in found} == {"stage.death_in_custody (kk)"}
    assert Refusal(
        "reference/stages.csv",
        shipped.line("reference/stages.csv", "death_in_custody"),
        "stage",
        "code_without_words",
        "stage.death_in_custody (kk)",
    ) in (found)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_an_empty_word_is_no_word(shipped, language):
    words = shipped.locales / language / "codes.toml"
    text = words.read_text("utf8")
    kept = re.sub(r'(?m)^("?death_in_custody"?)\s*=.*$', r'\1 = ""', text, count=1)
    assert kept != text
    words.write_text(kept, "utf8")
    assert {refusal.value for refusal in refusals(shipped)} == {f"stage.death_in_custody ({language})"}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_note_without_a_translation_is_refused(shipped, language):
    refusal_values = set()
    shipped.change(OFFICIAL, COMPLAINTS_2012, note="A sentence that nobody has translated")
    for refusal in refusals(shipped):
        assert (refusal.file, refusal.row) == (OFFICIAL, shipped.line(OFFICIAL, COMPLAINTS_2012))
        assert (refusal.column, refusal.rule) == ("note", "text_without_translation")
        refusal_values.add(refusal.value)
    assert f"A sentence that nobody has translated ({language})" in refusal_values


# ---------------------------------------------------------------- numbers and dates


def test_a_low_above_its_high_is_refused(shipped):
    refusal = spoiled(shipped, NGO, "kz-0247", "value_low", "401")
    assert (refusal.column, refusal.rule, refusal.value) == ("value_low", "low_is_not_above_high", "401.0 > 400.0")


@pytest.mark.parametrize("number", ["6O2", "более 70", ">70", "1 234", "3,5", "1e3", "inf", "nan", "٣", "0x10", "--5"])
def test_a_letter_in_a_number_is_refused(shipped, number):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "value_low", number)
    assert (refusal.column, refusal.rule, refusal.value) == ("value_low", "not_a_number", number)


@pytest.mark.parametrize(
    "day", ["31.12.2012", "2012-02-30", "2012-13-01", "2012", "20121231", "2012-W01-1", "2012-12-31T00:00", "soon"]
)
def test_a_bad_date_is_refused(shipped, day):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "period_end", day)
    assert (refusal.column, refusal.rule, refusal.value) == ("period_end", "not_a_date", day)


@pytest.mark.parametrize("day", ["2013-13", "13", "2013-06-31", "June 2013"])
def test_a_bad_date_of_a_document_is_refused_but_a_year_is_enough(shipped, day):
    shipped.change(SOURCES, "kz-odf-2013", published_on="2013-06")
    shipped.load()
    refusal = spoiled(shipped, SOURCES, "kz-odf-2013", "published_on", day)
    assert (refusal.column, refusal.rule) == ("published_on", "not_a_date")


def test_a_period_that_ends_before_it_starts_is_refused(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "period_end", "2011-12-31")
    assert (refusal.column, refusal.rule) == ("period_end", "period_does_not_end_before_it_starts")


def test_a_negative_count_is_refused(shipped):
    found = None
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="-602", value_high="-602")
    for found in refusals(shipped):
        assert (found.file, found.row) == (OFFICIAL, shipped.line(OFFICIAL, COMPLAINTS_2012))
        assert found.rule == "count_is_whole_and_percent_within_100"
    assert found


def test_a_count_that_is_not_whole_is_refused(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_low="602.5", value_high="602.5")
    assert {(refusal.rule, refusal.column) for refusal in refusals(shipped)} == {
        ("count_is_whole_and_percent_within_100", "value_low"),
        ("count_is_whole_and_percent_within_100", "value_high"),
    }


def test_a_per_cent_above_100_is_refused(shipped):
    refusal = spoiled(shipped, INTERNATIONAL, BELOW_2_PERCENT, "value_high", "102")
    assert (refusal.column, refusal.rule) == ("value_high", "count_is_whole_and_percent_within_100")


# ---------------------------------------------------------------- bounds


def test_more_than_has_no_high(shipped):
    refusal = spoiled(shipped, NGO, OVER_70, "value_high", "90")
    assert (refusal.column, refusal.rule) == ("value_high", "bound_stands_on_its_side")


def test_less_than_stands_on_the_high_side(shipped):
    shipped.change(INTERNATIONAL, BELOW_2_PERCENT, value_low="2", value_high="")
    assert {(refusal.column, refusal.rule) for refusal in refusals(shipped)} == {
        ("value_low", "bound_stands_on_its_side"),
        ("value_high", "bound_stands_on_its_side"),
    }


def test_an_exact_number_has_both_sides(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "value_high", "")
    assert (refusal.column, refusal.rule) == ("value_high", "bound_stands_on_its_side")


def test_two_numbers_are_not_exact_and_one_is_no_range(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, value_high="700")
    shipped.change(NGO, "kz-0247", value_low="400")
    assert {(refusal.file, refusal.column, refusal.rule) for refusal in refusals(shipped)} == {
        (OFFICIAL, "qualifier", "exact_is_one_number_and_range_two"),
        (NGO, "qualifier", "exact_is_one_number_and_range_two"),
    }


# ---------------------------------------------------------------- identity


def test_a_repeated_id_is_refused_at_both_rows(shipped):
    rows = shipped.rows(OFFICIAL)
    place = next(number for number, row in enumerate(rows) if row["figure_id"] == COMPLAINTS_2012)
    rows[place + 1]["figure_id"] = COMPLAINTS_2012
    shipped.write(OFFICIAL, rows)
    found = [refusal for refusal in refusals(shipped) if refusal.rule == "repeated_id"]
    line = shipped.line(OFFICIAL, COMPLAINTS_2012)
    assert [(refusal.file, refusal.row, refusal.column, refusal.value) for refusal in found] == [
        (OFFICIAL, line, "figure_id", COMPLAINTS_2012),
        (OFFICIAL, line + 1, "figure_id", COMPLAINTS_2012),
    ]


def test_an_id_is_not_used_by_two_datasets(shipped):
    shipped.change(NGO, "kz-0001", figure_id=COMPLAINTS_2012)
    found = [refusal for refusal in refusals(shipped) if refusal.rule == "repeated_id"]
    assert {refusal.file for refusal in found} == {OFFICIAL, NGO}


@pytest.mark.parametrize(("file", "key"), [(SOURCES, "kz-odf-2013"), (BREAKS, "kz-2023-law")])
def test_a_repeated_source_or_break_is_refused(shipped, file, key):
    rows = shipped.rows(file)
    rows[0] |= {next(iter(rows[0])): key}
    shipped.write(file, rows)
    found = [refusal for refusal in refusals(shipped) if refusal.rule == "repeated_id"]
    assert {(refusal.file, refusal.value) for refusal in found} == {(file, key)}
    assert len(found) == 2


def test_a_compiler_is_of_the_kind_of_its_dataset(shipped):
    shipped.change(NGO, OVER_70, compiler="ombudsman")
    refusal = only(shipped)
    assert (refusal.file, refusal.column, refusal.rule, refusal.value) == (
        NGO,
        "compiler",
        "compiler_is_of_the_kind_of_its_dataset",
        "ombudsman: official",
    )


def test_a_per_cent_names_what_it_is_a_share_of(shipped):
    refusal = spoiled(shipped, INTERNATIONAL, BELOW_2_PERCENT, "denominator_stage", "")
    assert (refusal.column, refusal.rule) == ("denominator_stage", "percent_names_its_denominator")


def test_a_count_is_a_share_of_nothing(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "denominator_stage", "complaint")
    assert (refusal.column, refusal.rule) == ("denominator_stage", "percent_names_its_denominator")


def test_a_count_of_an_event_names_the_event(shipped):
    refusal = spoiled(shipped, OFFICIAL, "kz-0134", "scope_detail", "")
    assert (refusal.column, refusal.rule) == ("scope_detail", "scope_names_its_detail")


@pytest.mark.parametrize(
    "points_at", [COMPLAINTS_2012, "kz-0086", "kg-0001"], ids=["itself", "a repeat", "another country"]
)
def test_a_repeat_points_at_the_first_telling_of_its_own_fact(shipped, points_at):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "same_fact_as", points_at)
    assert (refusal.column, refusal.rule) == ("same_fact_as", "fact_is_told_by_its_first_source")


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize("bare", ["https://en.odfoundation.eu", "https://en.odfoundation.eu/"])
def test_a_source_with_a_bare_host_says_site_only(shipped, bare):
    refusal = spoiled(shipped, SOURCES, "kz-odf-2013", "url", bare)
    assert (refusal.column, refusal.rule, refusal.value) == ("url", "address_is_a_document", bare)
    shipped.change(SOURCES, "kz-odf-2013", address="site only")
    shipped.load()


def test_a_break_with_a_bare_host_says_site_only(shipped):
    refusal = spoiled(shipped, BREAKS, "kz-2014-npm", "source_url", "https://archiwum.hfhr.pl/")
    assert (refusal.column, refusal.rule) == ("source_url", "address_is_a_document")
    shipped.change(BREAKS, "kz-2014-npm", address="site only")
    shipped.load()


@pytest.mark.parametrize("url", ["in a drawer", "ftp://example.org/report", "https://", "javascript:alert(1)"])
def test_an_address_is_a_web_address(shipped, url):
    refusal = spoiled(shipped, SOURCES, "kz-odf-2013", "url", url)
    assert (refusal.column, refusal.rule) == ("url", "address_is_a_document")


def test_a_site_may_be_named_where_its_document_is_not_known():
    (source,) = [row for row in datasets.load()["sources"].to_pylist() if row["source_id"] == "kz-iphr-2015"]
    assert (source["url"], source["address"]) == ("https://www.iphronline.org", "site only")


# ---------------------------------------------------------------- the file


def columns_of(shipped, file: str) -> list[str]:
    """The header as it stands."""
    return list(shipped.rows(file)[0])


def test_a_renamed_column_is_refused(shipped):
    path = shipped.root / OFFICIAL
    path.write_text(path.read_text("utf8").replace("value_high", "value_hi", 1), "utf8")
    assert only(shipped) == Refusal(OFFICIAL, 1, "value_high", "header_differs", "value_hi")


def test_a_missing_column_is_refused(shipped):
    rows = [{k: v for k, v in row.items() if k != "locator"} for row in shipped.rows(OFFICIAL)]
    shipped.write(OFFICIAL, rows)
    assert only(shipped) == Refusal(OFFICIAL, 1, "locator", "header_differs", "confidence")


def test_a_missing_last_column_is_refused(shipped):
    rows = [{k: v for k, v in row.items() if k != "doubted"} for row in shipped.rows(OFFICIAL)]
    shipped.write(OFFICIAL, rows)
    assert only(shipped) == Refusal(OFFICIAL, 1, "doubted", "header_differs", "")


def test_an_extra_column_is_refused(shipped):
    shipped.write(OFFICIAL, [{**row, "mood": ""} for row in shipped.rows(OFFICIAL)])
    assert only(shipped) == Refusal(OFFICIAL, 1, "", "header_differs", "mood")


def test_two_columns_that_changed_places_are_refused(shipped):
    columns = columns_of(shipped, OFFICIAL)
    low, high = columns.index("value_low"), columns.index("value_high")
    columns[low], columns[high] = columns[high], columns[low]
    shipped.write(OFFICIAL, shipped.rows(OFFICIAL), columns)
    assert only(shipped) == Refusal(OFFICIAL, 1, "value_low", "header_differs", "value_high")


def test_a_row_with_too_few_cells_is_refused(shipped):
    path = shipped.root / OFFICIAL
    lines = path.read_text("utf8").splitlines()
    at = shipped.line(OFFICIAL, COMPLAINTS_2012)
    lines[at - 1] = lines[at - 1].rpartition(",")[0]
    path.write_text("\n".join(lines) + "\n", "utf8")
    assert only(shipped) == Refusal(OFFICIAL, at, "", "cells_differ", "24")


def test_a_quote_that_is_never_closed_is_refused(shipped):
    path = shipped.root / NGO
    path.write_text(path.read_text("utf8") + '"kz-9999,KZ\n', "utf8")
    refusal = only(shipped)
    assert (refusal.file, refusal.rule) == (NGO, "not_csv")


def test_a_row_stands_where_an_editor_shows_it_whatever_cells_above_it_hold(shipped):
    rows = shipped.rows(SOURCES)
    rows[0]["title"] = "Two\nlines"
    rows[1]["title"] = "A line separator\u2028is no new row"
    rows[2]["url"] = "nowhere"
    shipped.write(SOURCES, rows)
    refusal = only(shipped)
    assert (refusal.file, refusal.row, refusal.column) == (SOURCES, 5, "url")


def test_a_file_that_is_not_utf8_is_refused_at_its_line(shipped):
    path = shipped.root / OFFICIAL
    lines = path.read_bytes().split(b"\n")
    lines[4] = lines[4].replace(b"ODF", "Фонд".encode("cp1251"))
    path.write_bytes(b"\n".join(lines))
    assert b"\xd4" in lines[4]
    assert only(shipped) == Refusal(OFFICIAL, 5, "", "not_utf8", "")


def test_a_file_that_is_gone_is_refused(shipped):
    (shipped.root / NGO).unlink()
    assert only(shipped) == Refusal(NGO, 1, "", "file_missing", "ngo_figures.csv")


def test_a_cell_that_must_be_filled_is_refused_when_empty(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, confidence="")
    assert only(shipped) == Refusal(OFFICIAL, shipped.line(OFFICIAL, COMPLAINTS_2012), "confidence", "missing", "")


def test_a_space_around_a_code_is_named_as_what_it_is(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, stage="complaint ")
    assert ("stage", "space_around") in {(refusal.column, refusal.rule) for refusal in refusals(shipped)}


# ---------------------------------------------------------------- what is expected


def test_a_correction_of_a_cell_that_holds_something_else_is_refused(shipped):
    """Somebody mended the cell in its file: the correction has to be looked at again."""
    line = shipped.line(CORRECTIONS, "uz-0010")
    shipped.change(OFFICIAL, "uz-0010", note="The first of two groups")
    assert only(shipped) == Refusal(CORRECTIONS, line, "was", "correction_outdated", "The first of two groups")


def test_a_correction_that_corrects_nothing_is_refused(shipped):
    refusal = spoiled(shipped, CORRECTIONS, "uz-0010", "value", "")
    assert (refusal.column, refusal.rule) == ("value", "correction_changes_nothing")


def test_a_correction_of_a_column_that_no_figure_has_is_refused(shipped):
    refusal = spoiled(shipped, CORRECTIONS, "uz-0010", "field", "mood")
    assert (refusal.column, refusal.rule, refusal.value) == ("field", "unknown_code", "mood")


def test_what_a_correction_says_is_published_and_checked_like_a_cell(shipped):
    assert {row["figure_id"]: row for row in datasets.load()["figures"].to_pylist()}["ge-0014"]["unit"] == "persons"
    shipped.change(CORRECTIONS, "kg-0038", value="no_such_body")
    assert ("compiler", "unknown_code", "no_such_body") in {
        (refusal.column, refusal.rule, refusal.value) for refusal in refusals(shipped)
    }


def test_a_row_more_or_less_than_expected_is_refused(shipped):
    rows = shipped.rows(NGO)
    gone = next(row for row in rows if row["figure_id"] == "kz-0249")
    shipped.write(NGO, [row for row in rows if row is not gone])
    assert set(refusals(shipped)) == {
        Refusal(NGO, 1, "", "rows_expected", "140, 141"),
        Refusal(NGO, 1, "country", "rows_expected", "KZ: 48, 49"),
    }


def test_a_year_outside_those_expected_is_refused_at_its_row(shipped):
    refusal = spoiled(shipped, OFFICIAL, COMPLAINTS_2012, "period_end", "2102-12-31")
    assert (refusal.column, refusal.rule, refusal.value) == ("period_end", "year_unexpected", "2102-12-31")


def test_every_fault_of_a_file_is_told_at_once(shipped):
    shipped.change(OFFICIAL, COMPLAINTS_2012, stage="complained", value_low="6O2", source_id="kz-rumour-2012")
    assert {refusal.rule for refusal in refusals(shipped)} >= {"unknown_code", "not_a_number", "source_not_listed"}


def test_the_words_for_rules_are_the_same_in_three_languages():
    kept = {}
    for language in datasets.LANGUAGES:
        kept[language] = set()
        for path in (Path(datasets.LOCALES) / language).glob("*.toml"):
            kept[language] |= set(tomllib.loads(path.read_text("utf8")).get("rule", {}))
    assert kept["en"] == kept["ru"] == kept["kk"]
