"""Of the sources that tell one fact, does the nearest speak, and is the original named before who printed it?"""

from typing import Any

import pytest

from components.charts.shared.values import name_compiler, name_compiler_short
from components.text import LANGUAGES, Text, words
from queries.catalog import query

SITE: dict[str, Any] = {"source_id": "a-site", "address": "site only", "published_on": "2014", "title": "Site"}
SITE |= {"publisher": "P", "language": "en", "url": "https://example.org", "kind": "ngo"}
LATE = SITE | {"source_id": "b-late", "address": "document", "published_on": "2016"}
EARLY = SITE | {"source_id": "c-early", "address": "document", "published_on": "2015"}
SOURCES = [SITE, LATE, EARLY]
TOLD = {"value": 602, "year": 2012}
ROOT = {"id": "root", "source_id": "a-site", **TOLD}
AGAIN = [
    {"id": "late", "source_id": "b-late", "same_fact_as": "root", **TOLD},
    {"id": "early", "source_id": "c-early", "same_fact_as": "root", **TOLD},
]


def spoken(given: Any, figures: list[dict[str, Any]]) -> list[str]:
    frame = query("allegations_by_year").frame(given(figures, sources=SOURCES), country="KZ", stage="complaint")
    return list(frame["figure_id"])


def test_a_document_that_can_be_opened_speaks_before_a_site_and_the_first_published_before_its_repeats(given):
    assert spoken(given, [ROOT, *AGAIN]) == ["early"]


def test_a_nearer_source_speaks_before_a_better_addressed_one(given):
    assert spoken(given, [ROOT | {"confidence": "primary"}, *AGAIN]) == ["root"]


def test_a_repeat_in_other_numbers_never_takes_the_place_of_the_fact(given):
    assert spoken(given, [ROOT, AGAIN[1] | {"value": 600}]) == ["root"]


def test_a_figure_that_others_follow_keeps_its_place(given):
    follows = {"id": "of", "stage": "sent_to_court", "unit": "cases", "value": 3, "year": 2012, "followed_from": "root"}
    assert spoken(given, [ROOT, *AGAIN, follows | {"source_id": "a-site"}]) == ["root"]


def test_every_source_of_a_fact_is_shown_beside_the_one_that_speaks(given):
    tables = given([ROOT, *AGAIN], sources=SOURCES)
    rows = query("evidence").frame(tables, figure_ids=["early"])
    told = dict(zip(rows["figure_id"], rows["relation"], strict=True))
    assert told == {"early": "itself", "late": "same_fact", "root": "same_fact"}


@pytest.mark.parametrize("text", [Text(language) for language in LANGUAGES], ids=LANGUAGES)
def test_official_figures_of_an_unnamed_body_are_called_by_the_document_that_quotes_them(text):
    row = {"country": "KZ", "compiler": "official_unspecified", "source_id": "kz-odf-2013"}
    assert text("quoted_by.kz-odf-2013") in name_compiler(row, text)
    assert text("quoted_by.kz-odf-2013") in name_compiler_short(row, text)
    other = row | {"source_id": "not-known"}
    assert name_compiler(other, text) == text.compiler("KZ", "official_unspecified")
    named = row | {"compiler": "ombudsman"}
    assert name_compiler(named, text) == text.compiler("KZ", "ombudsman")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_that_quotes_an_unnamed_official_body_has_a_name(language, shipped_tables):
    figures = shipped_tables["figures"].to_pylist()
    unnamed = {row["source_id"] for row in figures if row["compiler"] == "official_unspecified"}
    assert len(unnamed) > 10
    assert {f"quoted_by.{source}" for source in unnamed} - words(language).keys() == set()


@pytest.mark.parametrize("word", [" citing ", " quoting ", "reprint of"])
def test_the_original_is_named_before_who_printed_it(word, shipped_tables):
    publishers = [row["publisher"] for row in shipped_tables["sources"].to_pylist()]
    assert [name for name in publishers if word in name and "Agora" not in name] == []
