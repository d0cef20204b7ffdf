"""Does a table leave as a CSV that Excel opens, in any language, with nothing in it that could run?"""

import csv
import io

import pandas as pd
import pytest

from components.exports.csv_text import csv_bytes


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_mark_at_the_start_tells_excel_that_it_is_utf_8():
    content = csv_bytes(pd.DataFrame({"n": ["1"]}))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_lines_end_as_excel_writes_them():
    content = csv_bytes(pd.DataFrame({"n": ["1", "2"]}))
    assert content == b"\xef\xbb\xbfn\r\n1\r\n2\r\n"


def test_cyrillic_and_kazakh_letters_survive():
    table = pd.DataFrame({"Кім есептеген": ["Бас прокуратура"], "Сан": ["70-тен астам, ә ғ қ ң ө ұ ү һ і «Ә»"]})  # noqa: RUF001
    assert rows(csv_bytes(table)) == [list(table.columns), list(table.iloc[0])]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://example.org";"x")', "=cmd|' /C calc'!A0"],
)
def test_no_cell_runs_as_a_formula(cell):
    (_, [written]) = rows(csv_bytes(pd.DataFrame({"note": [cell]})))
    assert written == f"'{cell}"


def test_no_heading_runs_as_a_formula():
    heading, _ = rows(csv_bytes(pd.DataFrame({"=1+1": ["x"]})))
    assert heading == ["'=1+1"]


def test_words_and_bounds_stay_as_they_are():
    cells = ["602", "более 70", "350–400", ">70", "≥70", "a, b; c", 'he said "no"', "two\nlines", ""]
    (_, *written) = rows(csv_bytes(pd.DataFrame({"first": cells, "second": "x"})))
    assert [row[0] for row in written] == cells


def test_the_table_on_the_page_is_not_changed():
    table = pd.DataFrame({"note": ["=1"]})
    csv_bytes(table)
    assert table["note"].tolist() == ["=1"]


def test_a_missing_cell_is_empty():
    assert rows(csv_bytes(pd.DataFrame({"a": ["x", None], "b": ["y", "z"]})))[2] == ["", "z"]
