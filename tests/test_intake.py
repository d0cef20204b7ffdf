"""Does an analyst's file come in right, counted row by row, and does nobody in it come to harm?

All lists here are synthetic: no row is about a person, and every IIN is made up.
"""

import io
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as strategies

from components.intake_files import EXAMPLES, report, template
from components.text import LANGUAGES, Text
from data.intake import checking, reading, screen, session
from data.intake.checking import Checked, Unmappable, faults, rejected_rows
from data.intake.reading import Source, cells, dialect, loading, pieces
from data.intake.recipe import Recipe
from data.intake.screen import check_digit
from data.intake.session import Intake, NotReady
from data.store import Store, open_store
from data.uploads import UploadRefused
from tests.profiles import examples
from tests.test_uploads import at_fault

TODAY = date(2026, 11, 24)
NAMES = ("Планетов Егор Синтетикович", "Үлгібаев Ерлан Тестұлы", "Sinteticova Proba")


def iin(eleven: str) -> str:
    return eleven + str(check_digit(eleven))


IINS = tuple(map(iin, ("85051630001", "90010130002", "77070740005")))
# What Excel in Almaty saves: title lines, semicolons, a total, names, one broken row.
LIST = [
    ["Список обращений за 2012–2013 годы", "", "", "", "", "", ""],
    ["", "", "", "", "", "", ""],
    ["№", "ФИО", "ИИН", "Дата обращения", "Область", "Результат", "Кол-во"],
    ["1", NAMES[0], IINS[0], "16.05.2012", "Карагандинская область", "осужден", "1"],
    ["2", NAMES[1], IINS[1], "03.07.2012", "г. Алматы", "направлено в суд", "2"],
    ["3", NAMES[2], IINS[2], "31.02.2013", "Шымкент", "не подтвердилось", "1"],
    ["4", "", "", "20.11.2013", "Шымкент", "не подтвердилось", "1"],
    ["Итого", "", "", "", "", "", "5"],
]


def text_of(rows: list[list[str]], delimiter: str = ";") -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell if cell else None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Kazakh letters are not in Windows-1251; Excel there writes what stands nearest.
PLAIN = str.maketrans("ҮұәғқңөұіҮ", "УуагкноуиУ")
FORMS = {
    "windows-1251.csv": text_of(LIST).translate(PLAIN).encode("windows-1251"),
    "utf-8.csv": text_of(LIST).encode("utf-8-sig"),
    "utf-16.csv": text_of(LIST, "\t").encode("utf-16"),
    "excel.xlsx": workbook(LIST),
}


@pytest.fixture(scope="module")
def lake(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("intake") / "store"
    shutil.copytree(built, path)
    opened = open_store(path)
    yield opened
    opened.close()


def taken(lake: Store, content: bytes | str | list[list[str]], name: str = "list.csv", **more: object) -> Intake:
    if isinstance(content, list):
        content = text_of(content)
    if isinstance(content, str):
        content = content.encode("utf8")
    return Intake(lake, Source.held(name, content), today=TODAY, **more)  # type: ignore[arg-type]


def ready(lake: Store, content: bytes | str | list[list[str]], name: str = "list.csv", **more: object) -> Intake:
    """Taken in, its people left out, understood as it was suggested."""
    made = taken(lake, content, name)
    made.leave_all_out()
    made.check(meant(made.suggested(), **more))
    return made


def meant(recipe: Recipe, **more: object) -> Recipe:
    """A recipe with what only a person can say: the country, and that every case is a complaint."""
    said: dict[str, object] = {"constants": recipe.constants | {"country": "KZ"}}
    if recipe.shape == "cases":
        said["all_complaints"] = "yes"
    return replace(recipe, **said | more)  # type: ignore[arg-type]


def came_of(made: Intake) -> Checked:
    assert made.checked is not None
    return made.checked


SAID = {
    "organisation": "Synthetic Centre",
    "author": "tester",
    "message": "synthetic",
    "language": "ru",
}


# What comes of the rows ------------------------------------------------------------------


def test_every_row_is_published_rejected_or_left_out_and_the_broken_one_is_named(lake):
    made = ready(lake, FORMS["windows-1251.csv"])
    came = came_of(made)
    assert (came.in_file, came.published, came.rejected, came.left_out) == (5, 3, {"not_a_date": 1}, {"total_word": 1})
    assert came.sum == came.in_file
    assert faults(made.con) == [{"row": 6, "column": "Дата обращения", "rule": "not_a_date", "severity": "error"}]
    made.close()


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_in_every_form_is_the_same_upload(lake, form):
    first, other = ready(lake, FORMS["utf-8.csv"]), ready(lake, FORMS[form], form)
    assert other.upload(**SAID).content_hash == first.upload(**SAID).content_hash
    first.close()
    other.close()


def test_a_word_that_denies_is_never_what_it_denies(lake):
    made = ready(lake, LIST)
    rows = made.con.execute("select row, outcome from cases order by row").fetchall()
    assert rows == [(4, "convicted"), (5, "sent_to_court"), (7, "refused")]
    made.close()


def test_an_outcome_without_a_code_keeps_its_row_among_the_complaints_and_no_outcome_is_counted(lake):
    rows = [*LIST[2:4], ["2", "", "", "03.07.2012", "г. Алматы", "дело у министра", "1"]]
    made = ready(lake, rows)
    came = came_of(made)
    assert (came.published, came.rejected, came.warnings) == (2, {}, {"outcome_uncoded": 1})
    assert [(question.code, question.rows, question.is_certain) for question in made.questions][-1] == (
        "values",
        1,
        True,
    )
    figures = made.upload(**SAID).rows.select(["stage", "value_low"]).to_pylist()
    assert figures == [{"stage": "complaint", "value_low": 2.0}]
    made.close()


def test_what_no_chart_shows_of_a_case_is_not_even_read(lake):
    """A region, an article, a sex and an age are known by their headers, and so taken for nothing else."""
    head = ["Дата обращения", "Область", "Статья", "Пол", "Возраст", "Дата рождения", "Место", "Орган", "Результат"]
    row = ["16.05.2012", "Шымкент", "146", "ж", "24", "1990", "СИЗО", "КНБ", "осужден"]
    made = ready(lake, [head, row])
    assert made.recipe is not None
    assert made.recipe.columns == {"Дата обращения": "allegation_date", "Результат": "outcome"}
    assert set(made.recipe.values) == {"outcome"}
    rows = made.upload(**SAID).rows.to_pylist()
    assert {row["stage"] for row in rows} >= {"complaint", "convicted"}
    assert not {"region", "legal_basis", "sex", "age_band"} & set(rows[0])
    made.close()


def test_a_row_that_repeats_another_in_every_cell_is_named_and_no_other(lake):
    head = ["Дата обращения", "Результат", "Область"]
    row = ["16.05.2012", "осужден", "Шымкент"]
    made = ready(lake, [head, row, [*row[:2], "Астана"], row, ["", *row[1:]], ["", *row[1:]]])
    assert came_of(made).warnings == {"date_missing": 2, "repeated_row": 1}
    assert [fault["row"] for fault in faults(made.con) if fault["rule"] == "repeated_row"] == [4]
    made.close()


def test_a_total_without_its_word_is_caught_by_its_number(lake):
    rows = [*LIST[2:5], LIST[6], ["", "", "", "", "", "", "4"]]
    made = ready(lake, rows)
    assert came_of(made).rejected == {"total_of_all": 1}
    made.close()


def test_rows_of_one_case_are_counted_once_and_their_disagreement_is_said(lake):
    head = ["case id", "Дата обращения", "Кол-во", "Результат"]
    rows = [head, ["K-1", "16.05.2012", "1", "жалоба"], ["K-1", "17.05.2013", "2", "осужден"]]
    made = ready(lake, rows)
    assert came_of(made).warnings == {"case_disagrees": 1}
    assert [fault["column"] for fault in faults(made.con)] == ["Дата обращения", "Кол-во"]
    published = lake.publish(made.upload(**SAID))
    counted = lake.ask("allegations_by_year", country="KZ", compilers=["upload_" + "0" * 8])
    assert counted.empty
    own = lake.ask("allegations_by_year", country="KZ", compilers=[made.upload(**SAID).compiler])
    assert own[["year", "low"]].values.tolist() == [[2012, 2]]
    assert published.published_rows == 2
    lake.undo("tester")
    made.close()


def test_years_across_are_figures_and_bounds_stay_bounds(lake):
    rows = [["Показатель", "2019", "2020", "2021"], ["Сообщения о пытках", "112", "более 70", "350–400"]]
    made = taken(lake, rows)
    recipe = made.suggested()
    assert (recipe.shape, recipe.years_across) == ("figures", True)
    values = {"stage": {"Сообщения о пытках": "complaint"}}
    recipe = replace(
        recipe, columns={"Показатель": "stage"}, values=values, constants={"country": "KZ", "unit": "cases"}
    )
    assert made.check(recipe).lines == 3
    found = made.con.execute("select year(period_start), value_low, value_high, qualifier from figures order by 1")
    assert found.fetchall() == [(2019, 112, 112, "exact"), (2020, 70, None, "more_than"), (2021, 350, 400, "range")]
    made.close()


ADDRESSES = {
    "https://example.org/report.pdf?year=2019": True,
    "http://example.org/#page=3": True,
    "javascript:alert(1)": False,
    "https://example.org": False,
    "https://": False,
    "https://a:b@example.org/x": False,
    "https://example.org/<script>": False,
    "https://example.org/a b": False,
    "отчет за 2019 год": False,
}


def test_the_document_and_the_article_of_a_figure_are_understood_and_no_address_is_anything_else(lake):
    rows = [[str(2010 + n), "x", "5", "ст. 146", address] for n, address in enumerate(ADDRESSES)]
    made = taken(lake, [["Год", "Показатель", "Значение", "Статья", "Ссылка"], *rows])
    columns = {"Год": "period", "Показатель": "stage", "Значение": "value", "Статья": "legal_basis"}
    values = {"stage": {"x": "complaint"}, "legal_basis": {"ст. 146": "kz_2014_146"}}
    recipe = Recipe("figures", columns=columns, values=values, constants={"country": "KZ", "unit": "cases"})
    came = made.check(replace(recipe, columns=columns | {"Ссылка": "source_url"}))
    assert (came.published, came.warnings) == (len(rows), {"not_an_address": len(rows) - 2})
    kept = made.con.execute("select source_url from figures where source_url is not null order by row").fetchall()
    assert [url for (url,) in kept] == [url for url, is_one in ADDRESSES.items() if is_one]
    assert made.con.execute("select distinct legal_basis from figures").fetchall() == [("kz_2014_146",)]
    for address, is_one in ADDRESSES.items():
        whole = replace(recipe, constants=recipe.constants | {"source_url": address})
        if is_one:
            assert made.check(whole).published == len(rows)
            continue
        with pytest.raises(Unmappable) as refused:
            made.check(whole)
        assert (refused.value.code, refused.value.where) == ("constant_not_read", "source_url")
    made.close()


TWICE = [
    ["Год", "Показатель", "Район", "Значение"],
    ["2019", "x", "А", "0"],
    ["2019", "x", "Б", "6"],
    ["2020", "x", "А", "5"],
]
OF_TABLE = Recipe(
    "figures",
    columns={"Год": "period", "Показатель": "stage", "Значение": "value"},
    values={"stage": {"x": "complaint"}},
    constants={"country": "KZ", "unit": "cases"},
)


def test_rows_that_tell_one_figure_are_refused_all_and_the_column_that_tells_them_apart_is_named(lake):
    made = taken(lake, TWICE)
    came = made.check(OF_TABLE)
    assert (came.published, came.rejected) == (1, {"several_rows": 2})
    (asked,) = made.open_questions
    assert (asked.code, asked.about, asked.rows) == ("same_figure", "Район", 2)
    assert made.closed_because == "questions"
    made.close()


@pytest.mark.parametrize(
    ("answer", "told"), [("sum", [(2019, 6.0), (2020, 5.0)]), ("rivals", [(2019, 0.0), (2019, 6.0), (2020, 5.0)])]
)
def test_rows_that_tell_one_figure_are_added_up_or_rival_claims_as_a_person_says(lake, answer, told):
    made = taken(lake, TWICE)
    came = made.check(replace(OF_TABLE, same_figure=answer))
    assert (came.published, came.rejected, made.closed_because) == (3, {}, "")
    rows = made.upload(**SAID).rows.select(["period_start", "value_low"]).to_pylist()
    assert sorted((row["period_start"].year, row["value_low"]) for row in rows) == told
    made.close()


def test_a_row_that_is_the_same_as_one_above_in_every_cell_tells_nothing_again(lake):
    made = taken(lake, [*TWICE[:2], TWICE[1], TWICE[3]])
    came = made.check(OF_TABLE)
    assert (came.published, came.left_out) == (2, {"repeated_row": 1})
    made.close()


def test_a_per_cent_is_no_count(lake):
    rows = [["Год", "Показатель", "Значение"], ["2019", "x", "2 %"], ["2020", "x", "5"], ["2021", "x", "7"]]
    made = taken(lake, rows)
    columns = {"Год": "period", "Показатель": "stage", "Значение": "value"}
    constants = {"country": "KZ", "unit": "cases"}
    recipe = Recipe("figures", columns=columns, values={"stage": {"x": "complaint"}}, constants=constants)
    assert made.check(recipe).rejected == {"unit_differs": 1}
    made.close()


def test_a_recipe_that_does_not_fit_says_what_is_missing(lake):
    made = taken(lake, LIST)
    with pytest.raises(Unmappable) as refused:
        made.check(Recipe("figures", columns={"Дата обращения": "period"}))
    assert (refused.value.code, refused.value.where) == ("field_missing", "stage")
    made.close()


def test_a_recipe_that_was_stored_fits_the_next_file_with_those_headers(lake):
    made = ready(lake, LIST)
    told = Recipe.from_toml(made.upload(**SAID).recipe)
    again = taken(lake, [*LIST[:3], ["9", "", "", "01.02.2014", "Астана", "осужден", "1"]])
    again.leave_all_out()
    assert told.fits(again.staged.headers, TODAY)
    assert again.check(told).published == 1
    made.close()
    again.close()


SAMPLE = 500  # rows that are looked at first, in these tests


def late(cells: dict[int, list[str]], usual: list[str]) -> list[list[str]]:
    """A list longer than what is looked at first, all rows of it usual but those of `cells`."""
    head = ["Дата обращения", "Кол-во", "Результат"]
    return [head, *([*cells.get(n, usual), "осужден"] for n in range(SAMPLE + 300))]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("cells", "usual", "asked"),
    [
        # No date is written with slashes in the rows that are looked at first; then one says nothing of its order.
        ({700: ["05/06/2015", "1"]}, ["16.05.2012", "1"], ["date_order"]),
        ({700: ["05/06/2015", "1"]}, ["", "1"], ["date_order"]),
        ({700: ["16/05/2012", "1"]}, ["05/06/2015", "1"], []),
        ({700: ["16/05/2012", "1"], 750: ["05/16/2012", "1"]}, ["2012", "1"], ["date_order_mixed"]),
        ({700: ["2012", "1.234"]}, ["2012", "1"], ["number_ambiguous"]),
        ({700: ["2012", "1.234"], 750: ["2012", "12,5"]}, ["2012", "1"], []),
        ({700: ["2012", "1,5"], 750: ["2012", "2.5"]}, ["2012", "1"], ["marks_mixed"]),
    ],
)
def test_what_only_a_late_row_says_of_dates_and_marks_is_asked_or_understood(
    lake, monkeypatch, form, cells, usual, asked
):
    monkeypatch.setattr(reading, "SAMPLE_ROWS", SAMPLE)
    monkeypatch.setattr(dialect, "SAMPLE_ROWS", SAMPLE)
    rows = late(cells, usual)
    made = taken(lake, rows) if form == "csv" else taken(lake, workbook(rows), "list.xlsx")
    assert [doubt.code for doubt in made.doubts] == asked
    for doubt in made.doubts:
        assert doubt.column is not None
        assert any(doubt.example == row[doubt.column] for row in cells.values()) or doubt.example == usual[0]
    for doubt in list(made.doubts):
        made.read_as(**{doubt.asks: doubt.options[0]})
    assert made.doubts == []
    assert made.dialect.date_order in ({"dmy"} if "/" in str(rows[701]) else {"", "ymd"})
    made.close()


def test_a_large_file_read_by_a_recipe_says_late_what_it_leaves_open_and_the_recipe_answers(lake, monkeypatch):
    monkeypatch.setattr(loading, "LARGE", 0)
    monkeypatch.setattr(reading, "SAMPLE_ROWS", SAMPLE)
    monkeypatch.setattr(dialect, "SAMPLE_ROWS", SAMPLE)
    rows = late({700: ["05/06/2015", "1.234"]}, ["", "1"])
    columns = {"Дата обращения": "allegation_date", "Кол-во": "weight", "Результат": "outcome"}
    recipe = Recipe("cases", columns=columns, values={"outcome": {"осужден": "convicted"}})
    made = taken(lake, rows, recipe=recipe)
    assert reading.coded(made.con)
    assert {doubt.code for doubt in made.doubts} == {"date_order", "number_ambiguous"}
    made.close()
    made = taken(lake, rows, recipe=replace(recipe, dialect={"date_order": "mdy", "decimal": ","}))
    assert made.doubts == []
    made.check(recipe)
    found = "select allegation_start, weight from cases where allegation_start is not null"
    assert made.con.execute(found).fetchall() == [(date(2015, 5, 6), 1234)]
    made.close()


@settings(max_examples=examples(1 / 4))
@given(
    strategies.lists(
        strategies.lists(
            strategies.sampled_from(["", "осужден", "16.05.2012", "2012", "1", "более 70", "x", "Итого", "-", "н/д"]),
            min_size=1,
            max_size=6,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_rows_in_are_always_rows_published_rejected_and_left_out(lake, rows):
    head = ["Дата обращения", "Результат", "Кол-во", "Дата решения"]
    made = taken(lake, [head, *rows, ["16.05.2012", "осужден", "1", ""]])
    fields = ("allegation_date", "outcome", "weight", "decided_on")
    came = made.check(Recipe("cases", columns=dict(zip(head, fields, strict=True)), totals=("word",)))
    assert came.sum == came.in_file
    made.close()


HEAD = ["№", "Дата обращения", "Результат", "Кол-во", "Дата решения", "Область", "Заметка"]
KNOWN = Recipe(
    "cases",
    columns=dict(zip(HEAD, ("case_id", "allegation_date", "outcome", "weight", "decided_on"), strict=False)),
    values={"outcome": {"осужден": "convicted", "жалоба": "complaint"}},
    constants={"country": "KZ"},
    totals=("word",),
    all_complaints="yes",
)


def all_of(lake: Store, content: str, recipe: Recipe, large: int) -> tuple[list[object], bool]:
    """Everything that comes of a file read by a recipe, and whether it was kept as codes of its words."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loading, "LARGE", large)
        patched.setattr(session, "SHORT_LIST", 0)
        made = taken(lake, content, recipe=recipe)
    came: list[object] = [made.check(recipe), made.findings, rejected_rows(made.con, made.staged, made.left_out)]
    came.append(made.con.execute('select row, "column", rule, severity from faults order by all').fetchall())
    for table in ("file", "cases", "left_out"):
        came.append(made.con.execute(f"from {table} order by row").fetchall())
    came.append(NotReady if made.closed_because else published_of(made))
    is_coded = bool(reading.coded(made.con))
    made.close()
    return came, is_coded


def published_of(made: Intake) -> object:
    """What would be published of it, or why not."""
    try:
        upload = made.upload(**SAID)
    except UploadRefused as refused:
        return refused.code
    return upload, upload.rows.to_pylist()


CELLS = {
    "№": strategies.sampled_from(["", "K-1", "K-2", " K-3", "Итого", IINS[0], "Планетов Егор Синтетикович"]),
    "Дата обращения": strategies.sampled_from(["16.05.2012", "03.07.2012", "31.02.2013", "", "н/д", "2013"]),
    "Результат": strategies.sampled_from(["осужден", "жалоба", "", "дело у министра"]),
    "Кол-во": strategies.sampled_from(["1", "2", "", "-1", "Итого"]),
    "Дата решения": strategies.sampled_from(["16.05.2011", "01.02.2014", "x", ""]),
    "Область": strategies.sampled_from(["Астана", "за рекой", ""]),
    "Заметка": strategies.sampled_from(["", "по заявлению"]),
}


@settings(max_examples=examples(1 / 8))
@given(
    strategies.lists(strategies.tuples(*CELLS.values()), min_size=1, max_size=8),
    strategies.sampled_from(["\n", "\r\n"]),
    strategies.integers(0, 2),
    strategies.booleans(),
)
def test_a_file_kept_as_codes_of_its_words_comes_out_as_any_other(lake, rows, ends, blank, is_ended):
    rows = [["9", "16.05.2012", "осужден", "1", "", "", "x"], *map(list, rows)]
    content = ends.join(";".join(row) for row in [HEAD, *rows])
    content += ends * blank if is_ended else ""
    plain, _ = all_of(lake, content, KNOWN, 1 << 40)
    coded, is_coded = all_of(lake, content, KNOWN, 0)
    assert coded == plain
    assert is_coded


@pytest.mark.parametrize("words", [20, 500])
def test_a_large_list_with_faults_totals_and_more_words_than_are_kept_as_codes(lake, monkeypatch, words):
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    monkeypatch.setattr(cells, "WORDS_MOST", words)
    chance = random.Random(2)
    rows = [
        [
            f"K-{n if n % 1000 else 7}",
            f"{chance.randint(1, 31):02}.02.{chance.randint(2015, 2020)}",
            chance.choice(["осужден", "жалоба", "x"] if n % 50 == 0 else ["осужден", "жалоба"]),
            "1",
            chance.choice(["01.01.2021", "x"]),
            "Астана",
            "",
        ]
        for n in range(4_000)
    ]
    content = text_of([HEAD, *rows, ["Итого", "", "", "4000", "", "", ""]]) + "\r\n\r\n"
    plain, _ = all_of(lake, content, KNOWN, 1 << 40)
    coded, is_coded = all_of(lake, content, KNOWN, 0)
    assert is_coded
    assert coded == plain
    came = coded[0]
    assert isinstance(came, Checked)
    assert came.sum == came.in_file == 4_001
    assert came.left_out == {"total_word": 1}
    assert {"not_a_date", "outcome_uncoded"} <= came.rejected.keys() | came.warnings.keys()


@pytest.mark.parametrize(
    "rare",
    [
        *("K-77", IINS[0], "Планетов Егор Синтетикович"),
        *(pytest.param(each, marks=pytest.mark.long) for each in ("", " K-4000", "8 701 234 56 78", "N12345678")),
    ],
)
def test_one_id_among_many_is_seen_in_a_large_list_and_comes_out_as_in_any_other(lake, monkeypatch, rare):
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    monkeypatch.setattr(cells, "WORDS_MOST", 500)
    monkeypatch.setattr(screen, "SMALL", 1_000)
    monkeypatch.setattr(screen, "WINDOW", 100)
    rows = [[f"K-{n}", "16.05.2012", "осужден", "1", "", ("Астана", "Шымкент")[n % 2], ""] for n in range(3_000)]
    rows[1_234][0] = rare
    content = text_of([HEAD, *rows])
    plain, _ = all_of(lake, content, KNOWN, 1 << 40)
    coded, is_coded = all_of(lake, content, KNOWN, 0)
    assert is_coded
    assert coded == plain
    assert (coded[-1] is NotReady) == (rare not in {"K-77", "", " K-4000"})


@given(strategies.lists(strategies.lists(strategies.text("K-019", max_size=3), min_size=1, max_size=4), max_size=4))
def test_a_numbered_list_repeats_no_id(pieces):
    ids = [cell for piece in pieces for cell in piece]
    assert not checking._is_numbered(pa.chunked_array(pieces, pa.string())) or len(set(ids)) == len(ids)
    numbered = [[f"K-{n}" for n in range(5, 12)], [f"K-{n}" for n in range(12, 1200, 7)]]
    assert checking._is_numbered(pa.chunked_array(numbered))


def test_a_large_list_is_published_as_any_other(lake, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 20_000)
    rows = [[f"K-{n % 2_400}", f"{n % 28 + 1:02}.02.2015", "осужден", "1", "", "", ""] for n in range(2_500)]
    rows += [["", "16.05.2012", "жалоба", "2", "", "", ""]]
    held = []
    for large in (1 << 40, 0):
        monkeypatch.setattr(loading, "LARGE", large)
        monkeypatch.setattr(session, "SHORT_LIST", 0)
        made = taken(lake, text_of([HEAD, *rows]), recipe=KNOWN)
        made.check(KNOWN)
        assert bool(reading.coded(made.con)) == (not large)
        version = lake.publish(made.upload(**SAID)).version
        held.append((version, lake.con.execute("from lake.uploaded_figures order by figure_id").fetchall()))
        lake.undo("test")
        made.close()
    assert held[0] == held[1]
    assert len(held[0][1]) == 2 * 2


def test_an_odd_row_in_a_large_file_changes_nothing_of_the_others(lake):
    content = text_of([HEAD, ["1", "16.05.2012", "осужден", "1", "", "", ""]]) + '2;"16.05\n2012;x\n'
    plain, _ = all_of(lake, content, KNOWN, 1 << 40)
    coded, is_coded = all_of(lake, content, KNOWN, 0)
    assert is_coded
    assert coded == plain


# The people in it ---------------------------------------------------------------------------


def test_nothing_is_published_while_a_column_with_people_is_open(lake):
    made = taken(lake, LIST)
    assert {(finding.header, finding.kind) for finding in made.open_findings} == {("ФИО", "name"), ("ИИН", "iin")}
    made.check(made.suggested())
    with pytest.raises(NotReady) as closed:
        made.upload(**SAID)
    assert closed.value.code == "findings"
    made.close()


def test_words_of_a_file_that_would_be_stored_are_looked_at_once_more(lake):
    """Of a table of figures the address of its document is kept as it stands."""
    rows = [["Год", "Показатель", "Значение", "Ссылка"], ["2019", "x", "5", "https://example.org/report.pdf"]]
    made = taken(lake, rows)
    columns = dict(zip(rows[0], ("period", "stage", "value", "source_url"), strict=True))
    constants = {"country": "KZ", "unit": "cases"}
    made.check(Recipe("figures", columns=columns, values={"stage": {"x": "complaint"}}, constants=constants))
    made.con.execute(f"update figures set source_url = 'https://example.org/{IINS[0]}'")
    with pytest.raises(NotReady) as closed:
        made.upload(**SAID)
    assert closed.value.code == "personal_data_left"
    made.close()


def test_what_was_screened_out_is_nowhere(built, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shutil.copytree(built, tmp_path / "store")
    own = open_store(tmp_path / "store")
    made = ready(own, FORMS["utf-8.csv"])
    upload = made.upload(**SAID)
    own.publish(upload)
    kept = rejected_rows(made.con, made.staged, made.left_out) + report(came_of(made), faults(made.con), Text("ru"))
    made.close()
    own.close()
    planted = [*NAMES, *IINS, "Планетов", "Үлгібаев", "Sinteticova"]
    everything = [kept, upload.recipe.encode(), caplog.text.encode(), repr(upload).encode()]
    everything += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    con = duckdb.connect()
    for path in tmp_path.rglob("*.parquet"):
        everything.append(repr(con.execute("from read_parquet($1)", [str(path)]).fetchall()).encode())
    for secret in planted:
        for form in (secret, secret.lower(), secret.upper()):
            assert not [1 for held in everything if form.encode() in held or form.encode("utf-16-le") in held]
    assert "refused" in upload.recipe, "what is searched holds what it should"


def test_an_intake_that_is_closed_leaves_nothing_in_the_engine(lake):
    made = taken(lake, LIST)
    name = made.name
    made.close()
    assert (name,) not in lake.con.execute("select database_name from duckdb_databases()").fetchall()


def test_an_intake_that_is_just_dropped_leaves_nothing_either(lake):
    made = taken(lake, LIST)
    name = made.name
    del made
    assert (name,) not in lake.con.execute("select database_name from duckdb_databases()").fetchall()


# Publishing and the way back -----------------------------------------------------------------


def test_a_published_list_is_drawn_as_its_organisations_own_and_undo_takes_it_back(lake):
    before = lake.version()
    made = ready(lake, LIST)
    upload = made.upload(**SAID)
    lake.publish(upload)
    counted = lake.ask("allegations_by_year", country="KZ", compilers=[upload.compiler])
    assert counted[["year", "low", "high"]].values.tolist() == [[2012, 3, 3], [2013, 1, 1]]
    assert at_fault(lake) == []
    again = ready(lake, LIST)
    with pytest.raises(UploadRefused):
        lake.publish(again.upload(**SAID))
    again.close()
    assert lake.undo("tester") == before
    assert lake.ask("allegations_by_year", country="KZ", compilers=[upload.compiler]).empty
    made.close()


# What the analyst takes away ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", EXAMPLES)
def test_a_template_passes_the_checks_as_it_stands(lake, shape, language):
    made = taken(lake, template(shape, Text(language)), f"{shape}.csv")
    assert made.doubts == []
    assert made.open_findings == []
    came = made.check(made.suggested())
    assert (came.shape, came.published, came.rejected) == (shape, 3, {})
    made.close()


def test_no_cell_of_a_file_to_take_away_is_a_formula(lake):
    made = taken(lake, [["День", "Место"], ["=2+3", "@SUM(A1)"], ["16.05.2012", "Астана"]])
    made.check(Recipe("cases", columns={"День": "allegation_date"}))
    cells = rejected_rows(made.con, made.staged).decode("utf-8-sig")
    assert "'=2+3" in cells
    assert "'@SUM(A1)" in cells
    made.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_the_sum_first_and_then_row_by_row(lake, language):
    text = Text(language)
    made = ready(lake, LIST)
    lines = report(came_of(made), faults(made.con), text).decode("utf-8-sig").splitlines()
    assert lines[0] == f"{text('upload.in_file')};5"
    assert lines[-1].startswith("6;Дата обращения;")
    made.close()


# Hostile files -----------------------------------------------------------------------------------


def test_words_of_a_file_are_never_sql(lake):
    head = ["Дата обращения'; drop table lake.figures; --", 'Результат"', "Дата обращения"]
    made = ready(lake, [head, ["x'); --", "осужден", "16.05.2012"], ["$1", "осужден'", "17.05.2012"]], name="a';--.csv")
    assert came_of(made).sum == 2
    assert lake.ask("countries_known").shape[0] > 1
    made.close()


def test_a_large_list_of_random_rows_is_summed_too(lake):
    chance = random.Random(1)
    rows = [
        [
            f"{chance.randint(1, 28):02}.{chance.randint(1, 12):02}.{chance.randint(2015, 2020)}",
            "осужден",
            "1",
            "Астана",
        ]
        for _ in range(3_000)
    ]
    made = ready(lake, [["Дата обращения", "Результат", "Кол-во", "Область"], *rows])
    assert came_of(made).published == 3_000
    made.close()


def test_the_engine_spills_nothing_to_disk(lake):
    assert lake.con.execute("select current_setting('temp_directory')").fetchall() == [("",)]


def test_an_organisation_is_the_same_however_its_name_is_punctuated():
    same = ("Synthetic Centre", "«Synthetic» Centre", " synthetic  CENTRE.", "Synthetic-Centre")
    assert len({session.compiler_of(name) for name in same}) == 1
    assert session.compiler_of("Synthetic Center") != session.compiler_of(same[0])
