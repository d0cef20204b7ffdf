"""Does a reader see what was corrected, what it was before, and why, at the number itself?"""

import pytest

from components.evidence import describe_correction
from components.text import Text
from data.places import LANGUAGES
from data.store import open_store
from data.store.lake import copy_tables


def describe(store, figure_id: str, language: str) -> list[str]:
    text = Text(language)
    told = store.ask("corrections", figure_ids=[figure_id]).to_dict("records")
    return [describe_correction(row, text.of(row["country"])) for row in told]


def test_a_corrected_unit_says_what_was_and_what_is(store):
    """Georgia, 319: persons, where complaints stood."""
    assert any("unit: was “complaints”, now “persons”" in line for line in describe(store, "ge-0014", "en"))
    assert any("единица учета – было «жалобы», стало «лица»" in line for line in describe(store, "ge-0014", "ru"))
    assert any("есепке алу бірлігі – бұрын «шағым», енді «адам»" in line for line in describe(store, "ge-0014", "kk"))


def test_a_doubted_number_says_why(store):
    (doubt,) = [line for line in describe(store, "kz-0087", "en") if line.startswith("In doubt")]
    assert "88 for January and February 2021" in doubt


def test_a_conflict_that_is_kept_says_so(store):
    assert [line.startswith("Kept") for line in describe(store, "kz-0194", "en")] == [True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_correction_is_told_in_words_of_the_language(store, language):
    told = store.ask("corrections")
    assert len(told) == 12
    for row in told.to_dict("records"):
        line = describe_correction(row, Text(language).of(row["country"]))
        assert "{" not in line
        assert row["value"] not in line or row["value"].isdecimal() or language == "en"
        assert language == "en" or row["reason"] not in line


def test_a_table_that_came_later_is_empty_in_an_older_version(tmp_path):
    """The questions of today ask a version that knew no corrections, and find none."""
    store = open_store(tmp_path / "store")
    before = store.snapshot()
    with store.con.cursor() as con:
        con.execute("use lake")
        con.execute("create table lake.later as select 'kz-0001' as figure_id")
        assert copy_tables(con, before).execute("select count(*) from later").fetchone() == (0,)
        assert copy_tables(con).execute("select count(*) from later").fetchone() == (1,)
    store.close()
