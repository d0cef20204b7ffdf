"""Does the ZIP hold exactly what the charts show, say where it comes from, and do no harm wherever it is opened?

On the ready deck of seven, in three languages; every number is read back out of the files.
"""

import hashlib
import io
import re
import tomllib
import zipfile
from dataclasses import replace
from datetime import datetime
from functools import cache

import openpyxl
import pandas as pd
import pytest

from components import blocks
from components.chart import View
from components.charts import CHARTS
from components.charts.funnel import list_funnels
from components.deck import Card, Deck, seven
from components.exports.csv_text import csv_bytes, data_bytes
from components.exports.exhibit import Exhibit, Handout
from components.exports.package import OF, describe_column, list_sections, package_bytes
from components.handouts import hand_out
from components.store import ask
from components.text import LANGUAGES, LOCALES, Text
from queries.catalog import names, query
from tests.packages import (
    FILES,
    HOSTILE,
    NO_LETTER,
    SHEETS,
    assert_frame,
    charts,
    deck,
    descriptor,
    expected,
    meant,
    one,
    opened,
    package,
    ratio_files,
    resources,
    rows,
    sheet_rows,
    taken,
    workbook,
)

# What is in it ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_chart_of_a_deck_has_a_folder_of_its_own_in_the_order_of_the_deck(language):
    paths = list(taken(language))
    assert paths[0] == "datapackage.json"
    folders = list(dict.fromkeys(path.split("/")[0] for path in paths[1:]))
    assert [folder.split("_")[0] for folder in folders] == [f"{place:02}" for place in range(1, 8)]
    assert paths[1:] == [f"{folder}/{name}" for folder in folders for name in FILES]


def test_one_chart_lies_at_the_root():
    files = opened(package_bytes(replace(deck("en"), exhibits=deck("en").exhibits[:1])))
    assert list(files) == ["datapackage.json", *FILES]


def test_without_a_chart_there_is_nothing_to_take_away():
    with pytest.raises(ValueError, match="no chart"):
        package_bytes(replace(deck("en"), exhibits=()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_are_the_rows_that_the_chart_draws(language):
    described = resources(taken(language))
    paths = [path for path in described if path.endswith("data.csv")]
    for (exhibit, files), path in zip(charts(language), paths, strict=True):
        assert len(exhibit.block.frame)
        assert_frame(files["data.csv"], exhibit.block.frame, described[path]["schema"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_is_that_of_the_page_word_for_word(language):
    for exhibit, files in charts(language):
        header, *body = rows(files["table.csv"])
        assert header == list(exhibit.block.table.columns)
        assert [[meant(cell) for cell in row] for row in body] == exhibit.block.table.astype(str).values.tolist()
        assert files["table.csv"] == csv_bytes(exhibit.block.table)  # what the page itself offers


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sources_are_the_answer_of_evidence(language):
    described = resources(taken(language))
    paths = [path for path in described if path.endswith("sources.csv")]
    for (exhibit, files), path in zip(charts(language), paths, strict=True):
        assert_frame(files["sources.csv"], exhibit.evidence, described[path]["schema"])
        header, *body = rows(files["sources.csv"])
        asked = {row[header.index("asked_id")] for row in body}
        assert asked == set(exhibit.block.figure_ids)


def test_the_sheet_of_sources_has_the_same_columns_in_every_language():
    # Two headings of the same words would be one column.
    found = [
        [len(sheet_rows(files["chart.xlsx"], "sheet_sources", language)[0]) for _, files in charts(language)]
        for language in LANGUAGES
    ]
    assert found == [found[0]] * len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_of_the_chart_is_named_everywhere(language):
    named = {source["title"] for source in descriptor(taken(language))["sources"]}
    for exhibit, files in charts(language):
        titles, urls = set(exhibit.evidence["title"]), set(exhibit.evidence["url"])
        assert titles <= named
        for where in (rows(files["sources.csv"]), sheet_rows(files["chart.xlsx"], "sheet_sources", language)):
            cells = {cell for row in where for cell in row}
            assert titles | urls <= cells
        readme = files["README.txt"].decode("utf-8-sig")
        assert all(each.words in readme and each.url in readme for each in exhibit.documents)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_same_numbers_as_numbers_and_days_as_days(language):
    for exhibit, files in charts(language):
        header, *body = sheet_rows(files["chart.xlsx"], "sheet_data", language)
        assert header == list(exhibit.block.frame.columns)
        back = [[cell.date() if isinstance(cell, datetime) else cell for cell in row] for row in body]
        wanted = [[expected(value) for value in row] for row in exhibit.block.frame.itertuples(index=False, name=None)]
        for got, told in zip(back, wanted, strict=True):
            # Excel keeps sixteen digits of a number, one less than a float may need.
            assert got == [pytest.approx(cell, rel=1e-15) if isinstance(cell, float) else cell for cell in told]
            assert [isinstance(cell, bool) for cell in got] == [isinstance(cell, bool) for cell in told]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_shows_the_table_of_the_page_and_its_whole_numbers_as_numbers(language):
    text, numbers = Text(language), 0
    for exhibit, files in charts(language):
        header, *body = sheet_rows(files["chart.xlsx"], "sheet_table", language)
        assert header == list(exhibit.block.table.columns)
        back = [[text.number(cell) if isinstance(cell, int) else cell or "" for cell in row] for row in body]
        assert back == exhibit.block.table.values.tolist()
        numbers += sum(isinstance(cell, int) for row in body for cell in row)
    assert numbers > 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_keeps_its_header_in_sight_and_the_last_says_what_it_is(language):
    for exhibit, files in charts(language):
        book = workbook(files["chart.xlsx"])
        assert book.sheetnames == [Text(language)(f"package.{key}") for key in SHEETS]
        assert [sheet.freeze_panes for sheet in book][:3] == ["A2"] * 3
        said = {cell for row in book.worksheets[3].iter_rows(values_only=True) for cell in row}
        assert {exhibit.block.finding, exhibit.block.n_line, *exhibit.block.caveats} <= said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readme_says_what_it_shows_how_to_cite_and_what_each_column_means(language):
    text = Text(language)
    for exhibit, files in charts(language):
        content = files["README.txt"].decode("utf-8-sig")
        assert content.count("\n") == content.count("\r\n")
        lines = content.split("\r\n")
        block = exhibit.block
        assert {block.finding, block.n_line, *block.caveats, *block.key} <= set(lines)
        assert {deck(language).data_line, text("package.licence_words")} <= set(lines)
        assert sum(deck(language).version in line for line in lines) >= 4  # three citations and the data line
        for name in (*block.frame.columns, *exhibit.evidence.columns):
            assert f"{name}: {describe_column(name, text)}" in lines


def test_a_title_of_her_own_stands_in_the_readme_and_the_speakers_note_nowhere():
    given = one(deck("en").exhibits[0], Text("en"), title="Only three in a hundred", note="Pause here, look up")
    files = opened(package_bytes(given))
    assert "Only three in a hundred" in files["README.txt"].decode("utf-8-sig")
    everything = [*files.values(), *opened(files["chart.xlsx"]).values()]
    assert not any(b"Pause here" in content for content in everything)


def test_an_open_bound_has_its_number_in_one_column_and_nothing_in_the_other():
    header, *body = rows(ratio_files()["data.csv"])
    [told] = [dict(zip(header, row, strict=True)) for row in body if "kz-0305" in row]
    assert (told["published_low"], told["published_high"], told["published_qualifier"]) == ("", "2", "less_than")


def test_several_figures_of_one_cell_are_divided_by_a_bar():
    block = blocks.make(View("coverage", {"country": "KZ"}), Text("en"))
    files = opened(package_bytes(one(Exhibit(block, ask("evidence", figure_ids=block.figure_ids)), Text("en"))))
    schema = resources(files)["data.csv"]["schema"]
    assert_frame(files["data.csv"], block.frame, schema)
    assert schema["primaryKey"] == ["kind", "compiler", "stage", "year"]
    header, *body = rows(files["data.csv"])
    cells = [row[header.index("figure_ids")] for row in body]
    assert any(re.fullmatch(r"[a-z]{2}-\d{4}(\|[a-z]{2}-\d{4})+", cell) for cell in cells)


@pytest.mark.parametrize(
    "name", ["counts_over_years", "rival_claims", "event_figures", "ratio_by_country", "lag_check", "funnel"]
)
def test_every_other_chart_can_be_taken_away_too(name):
    asked = {
        "counts_over_years": {"country": "KZ"},
        "rival_claims": {"country": "KZ"},
        "event_figures": {"country": "KZ", "scope": "event/january_2022"},
        "ratio_by_country": {
            "country": "KZ",
            "kind": "official",
            "numerators": "investigation_opened",
            "denominators": "complaint",
        },
        "lag_check": {"country": "KG", "numerators": "prosecuted,convicted", "denominators": "registered_offence"},
        "funnel": {
            "country": "KG",
            "which": next(iter(list_funnels(blocks.read_reader({"country": "KG"}, Text("en")), ask))),
        },
    }
    found, missing = hand_out(Deck((Card(View(name, asked[name])),)), "kk")
    if missing:  # a chart that has nothing to show is no chart to take away
        assert name in {"lag_check", "funnel"}
        return
    files = opened(package_bytes(found))
    assert_frame(files["data.csv"], found.exhibits[0].block.frame, resources(files)["data.csv"]["schema"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_chart_has_words(language):
    for name in {*CHARTS, "evidence"} - {"funnel"}:
        for column in query(name).described:
            assert describe_column(column, Text(language))


# What describes it ----------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptor_lists_every_file_with_its_size_and_checksum(language):
    files = taken(language)
    described = resources(files)
    assert [*described] == [path for path in files if path != "datapackage.json"]
    for path, resource in described.items():
        assert resource["bytes"] == len(files[path])
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        # Told, so that no program guesses the semicolons inside the words.
        assert resource.get("dialect") == ({"delimiter": ","} if path.endswith(".csv") else None)
    assert len({resource["name"] for resource in described.values()}) == len(described)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_descriptor_says_what_it_is_and_how_it_may_be_used(language):
    package = descriptor(taken(language))
    given = deck(language)
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    assert (package["title"], package["version"]) == (given.title, given.version)
    assert [each["name"] for each in package["licenses"]] == ["CC-BY-4.0"]
    assert package["created"] == "2026-11-01T00:00:00Z"
    assert all(exhibit.block.finding in package["description"] for exhibit in given.exhibits)
    assert not any(".." in source.get("path", "") for source in package["sources"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_is_described_as_the_header_of_its_question_does_and_named_in_the_language(language):
    described = resources(taken(language))
    paths = [path for path in described if path.endswith("data.csv")]
    for exhibit, path in zip(deck(language).exhibits, paths, strict=True):
        told = query(exhibit.block.question).described
        for field in described[path]["schema"]["fields"]:
            assert field["title"] == describe_column(field["name"], Text(language))
            assert field["description"] == told.get(field["name"], describe_column(field["name"], Text("en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_primary_key_is_named_where_the_grain_is_one_and_nowhere_else(language):
    files = taken(language)
    described, keyed = resources(files), 0
    for path, exhibit in zip(
        (path for path in described if path.endswith("data.csv")), deck(language).exhibits, strict=True
    ):
        for name, asked in ((path, exhibit.block.question), (path.replace("data.csv", "sources.csv"), "evidence")):
            header, *body = rows(files[name])
            keys = [tuple(row[header.index(column)] for column in query(asked).grain) for row in body]
            is_key = len(set(keys)) == len(keys) and all(all(key) for key in keys)
            assert described[name]["schema"].get("primaryKey") == (query(asked).grain if is_key else None)
            keyed += is_key
        assert "primaryKey" not in described[path.replace("data.csv", "table.csv")]["schema"]
    assert keyed > 7


def test_a_per_cent_without_a_figure_of_the_earlier_stage_leaves_no_primary_key():
    assert "primaryKey" not in resources(ratio_files())["data.csv"]["schema"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_question_has_words(language):
    text, told = Text(language), set()
    for name in {block for block in CHARTS if block in names()} | {"evidence"}:
        for column in query(name).described:
            assert describe_column(column, text)
            told.add(column)
    own = {key.removeprefix("column.") for key in toml("en")["package"] if key.startswith("column.")}
    bases = {column.removeprefix(f"{prefix}_") for column in told for prefix in OF}
    assert own - told - bases == {"document"}  # what the funnel adds, where who counted is not named


def toml(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((LOCALES / language / "package.toml").read_text("utf8"))


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_word_is_left_in_english(language):
    english = toml("en")
    for section, entries in toml(language).items():
        same = {key for key, word in entries.items() if word == english[section][key]}
        assert same <= {"where", "each"}


# The same bytes -------------------------------------------------------------------------


def test_the_same_charts_give_the_same_bytes_twice():
    for language in LANGUAGES:
        again = hand_out(seven(), language)[0]
        assert package_bytes(again) == package(language)


def test_no_file_bears_the_time_of_its_making():
    with zipfile.ZipFile(io.BytesIO(package("en"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = opened(taken("en")[next(path for path in taken("en") if path.endswith("chart.xlsx"))])[
        "docProps/core.xml"
    ].decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2026-11-01T"}


# Words that would do harm ------------------------------------------------------------------


@cache
def last() -> Exhibit:
    return hand_out(Deck(seven().cards[-1:]), "ru")[0].exhibits[0]


@cache
def spoiled_files(words: str) -> dict[str, bytes]:
    return opened(package_bytes(spoiled(words)))


def spoiled(words: str) -> Handout:
    """One chart with the words wherever a person's words can stand: title, organisation, document, note, heading."""
    text = Text("ru", {"iphr_kibhr_omct": words})
    exhibit = last()
    table = exhibit.block.table.rename(columns={exhibit.block.table.columns[0]: words}).assign(**{"Кто": words})
    frame = exhibit.block.frame.assign(compiler=words)
    block = replace(
        exhibit.block, text=text, draw_table=lambda: table, frame=frame, finding=words, n_line=words, caveats=[words]
    )
    evidence = exhibit.evidence.assign(title=words, publisher=words, url=words, note=words, locator=words)
    return Handout((Exhibit(block, evidence, words, words, ""),), text, "b779a4af653f", "2026-11", words)


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_only_words(words):
    files = spoiled_files(words)
    assert list(files) == ["datapackage.json", *FILES]
    [exhibit] = spoiled(words).exhibits
    described = resources(files)
    for name, frame in (("data", exhibit.block.frame), ("table", exhibit.block.table), ("sources", exhibit.evidence)):
        assert_frame(files[f"{name}.csv"], frame, described[f"{name}.csv"]["schema"])
        for row in rows(files[f"{name}.csv"]):
            assert not [cell for cell in row if re.match(r"\s*[=+\-@\uff1d]", cell)]
    assert {source["title"] for source in descriptor(files)["sources"]} == {expected(words)}
    assert "path" not in descriptor(files)["sources"][0]
    assert str(expected(words)).replace("\n", "\r\n") in files["README.txt"].decode("utf-8-sig")


@pytest.mark.parametrize("words", HOSTILE)
def test_no_cell_of_the_workbook_is_a_formula_or_a_link(words):
    content = spoiled_files(words)["chart.xlsx"]
    seen = set()
    for sheet in workbook(content):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                seen.add(cell.value)
                if isinstance(cell.value, str) and re.match(r"\s*[=+\-@\uff1d]", cell.value):
                    assert cell.quotePrefix  # words they stay, even when the cell is edited
    assert openpyxl.utils.escape.unescape(str(expected(words))) in {
        openpyxl.utils.escape.unescape(value) for value in seen if isinstance(value, str)
    }
    assert not [name for name in opened(content) if "xternal" in name or "hyperlink" in name.lower()]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_code_of_a_chart_is_never_a_path(words):
    given = spoiled("harmless")
    [exhibit] = given.exhibits
    bad = replace(exhibit, block=replace(exhibit.block, name=words))
    for path in opened(package_bytes(replace(given, exhibits=(bad, bad)))):
        assert re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z.]+)?", path)
        assert ".." not in path


def test_half_a_letter_in_a_title_is_shown_as_no_letter():
    words = "half of a pair \ud800"
    files = opened(package_bytes(one(last(), Text("ru"), title=words)))
    assert f"half of a pair {NO_LETTER}" in files["README.txt"].decode("utf-8-sig")
    assert f"half of a pair {NO_LETTER}" in [row[1] for row in sheet_rows(files["chart.xlsx"], "sheet_about", "ru")]


def test_a_negative_number_stays_a_number():
    frame = pd.DataFrame({"low": [-3.5, -2.0, None], "n": [-1, 0, 7], "words": ["-3.5", "+1", "–"]})
    assert rows(data_bytes(frame))[1:] == [["-3.5", "-1", "'-3.5"], ["-2", "0", "'+1"], ["", "7", "–"]]


def test_a_column_that_holds_nothing_has_the_type_of_its_name():
    given = spoiled("harmless")
    [exhibit] = given.exhibits
    frame = exhibit.block.frame.assign(of_above_low=None, of_above_low_open=None, of_above_claim=None)
    files = opened(package_bytes(one(replace(exhibit, block=replace(exhibit.block, frame=frame)), Text("ru"))))
    kinds = {field["name"]: field["type"] for field in resources(files)["data.csv"]["schema"]["fields"]}
    assert [kinds[f"of_above_{name}"] for name in ("low", "low_open", "claim")] == ["number", "boolean", "string"]


def test_pandas_reads_the_data_without_being_told_anything():
    for exhibit, files in charts("kk"):
        back = pd.read_csv(io.BytesIO(files["data.csv"]))
        assert list(back.columns) == list(exhibit.block.frame.columns)
        for name in exhibit.block.frame.select_dtypes("number").columns:
            assert back[name].fillna(-1).tolist() == exhibit.block.frame[name].fillna(-1).tolist()


def test_what_the_readme_says_is_what_the_workbook_says():
    exhibit = deck("en").exhibits[0]
    said = {line for _, lines in list_sections(exhibit, deck("en")) for line in lines}
    cells = {
        row[1]
        for row in sheet_rows(
            taken("en")[next(path for path in taken("en") if path.endswith("chart.xlsx"))], "sheet_about", "en"
        )
    }
    assert said <= cells
