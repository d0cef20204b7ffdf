"""Is what people and programs do to a table seen, asked about or refused, and never read as another number?

Each kind is tried with three inputs that look different. All content is synthetic.
"""

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from data.intake import reading
from data.intake.reading import Source
from data.intake.recipe import Recipe
from data.intake.session import Intake
from data.store import Store, open_store

TODAY = date(2026, 11, 24)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ACROSS = Recipe(
    "figures",
    years_across=True,
    columns={"Область": "region"},
    values={"region": {"Алматы": "KZ-75", "Астана": "KZ-71", "Шымкент": "KZ-79"}},
    constants={"stage": "complaint", "unit": "complaints", "country": "KZ"},
)
CASES = Recipe(
    "cases",
    columns={"№": "case_id", "Дата": "allegation_date"},
    constants={"country": "KZ"},
)


@pytest.fixture(scope="module")
def lake(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("written") / "store"
    shutil.copytree(built, path)
    opened = open_store(path)
    yield opened
    opened.close()


def held(content: bytes | str) -> Source:
    return Source.held("list.csv", content.encode() if isinstance(content, str) else content)


def asked(content: bytes | str, **chosen: str | int) -> dict[str, tuple[str, ...]]:
    """What is asked of a file: code -> options."""
    return {doubt.code: doubt.options for doubt in reading.find(held(content), chosen)[1]}


def staged(content: bytes | str, **chosen: str | int) -> tuple[list[str], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Headers, rows without their numbers, and the broken rows."""
    with duckdb.connect() as con:
        dialect, _ = reading.find(held(content), chosen)
        found = reading.stage(con, held(content), dialect)
        return (
            found.headers,
            con.execute("select * exclude (row) from file").fetchall(),
            con.execute("from broken").fetchall(),
        )


def checked(lake: Store, content: bytes | str, recipe: Recipe, **chosen: str) -> Intake:
    made = Intake(lake, held(content), today=TODAY)
    if chosen:
        made.read_as(**chosen)
    made.check(recipe)
    return made


def rejected(made: Intake) -> dict[int, set[str]]:
    said: dict[int, set[str]] = {}
    for row, rule in made.con.execute("select row, rule from faults where severity = 'error'").fetchall():
        said.setdefault(row, set()).add(rule)
    return said


def book(sheet: str, shared: str = "", styles: str = "") -> bytes:
    """A workbook of one sheet out of its own XML."""
    out = io.BytesIO()
    plain = openpyxl.Workbook()
    plain.active.title = "Sheet"
    plain.save(out)
    parts = {"xl/worksheets/sheet1.xml": sheet} | ({"xl/styles.xml": styles} if styles else {})
    made = io.BytesIO()
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w") as new:
        names = set(old.namelist())
        for name in names - parts.keys() - {"xl/sharedStrings.xml"}:
            new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
        new.writestr("xl/sharedStrings.xml", shared or f'<sst xmlns="{MAIN}"/>')
    return made.getvalue()


def sheet_of(rows: list[list[str]], before: str = "", addresses: bool = True) -> str:
    """A sheet of cells given as XML without their address: «<c><v>1</v></c>»."""
    lines = []
    for number, cells in enumerate(rows, 1):
        placed = [
            cell.replace("<c", f'<c r="{chr(65 + place)}{number}"', 1) if addresses else cell
            for place, cell in enumerate(cells)
        ]
        lines.append(f'<row r="{number}">{"".join(placed)}</row>' if addresses else f"<row>{''.join(placed)}</row>")
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData></worksheet>'


def word(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def number(value: int, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


# ---------------------------------------------------------------- words and marks in tables with years across


@pytest.mark.parametrize(
    ("cell", "rule"),
    [("на ремонте", "not_a_number"), ("12*", "footnote"), ("нет", "not_a_number"), ("12¹", "footnote")],
)
def test_a_cell_that_is_no_number_among_years_rejects_its_row_alone(lake, cell, rule):
    made = checked(lake, f"Область;2021;2022\nАлматы;12;15\nАстана;{cell};5\nШымкент;1;2\n", ACROSS)
    assert rejected(made) == {3: {rule}}
    assert made.con.execute("select count(*) from figures").fetchall() == [(4,)]
    made.close()


@pytest.mark.parametrize("header", ["2021 год¹", "2021*", "за 2021 год 1)", "2021[2]"])
def test_a_year_with_a_footnote_is_a_year(lake, header):
    made = checked(lake, f"Область;2020;{header};2022\nАлматы;12;15;1\n", ACROSS)
    found = made.con.execute("select year(period_start), value_low from figures order by all").fetchall()
    assert found == [(2020, 12), (2021, 15), (2022, 1)]
    made.close()


# ---------------------------------------------------------------- workbooks: small letters, years, what is hidden

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy"/>'
    '<numFmt numFmtId="165" formatCode="[$-419]yyyy\\ &quot;год&quot;"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><vertAlign val="superscript"/></font></fonts>'
    "<fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    '<cellXfs count="4"><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="0"/>'
    '<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
)
RAISED = '<r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r>'


@pytest.mark.parametrize(
    ("cell", "shared"),
    [
        (f'<c t="inlineStr"><is>{RAISED}</is></c>', ""),
        ('<c t="s"><v>1</v></c>', f'<sst xmlns="{MAIN}"><si><t>x</t></si><si>{RAISED}</si></sst>'),
        (
            '<c t="inlineStr" s="3"><is><r><rPr><sz val="9"/></rPr><t>12</t></r><r><t>1</t></r></is></c>',
            "",
        ),
        (word("12¹"), ""),
    ],
)
def test_a_small_figure_beside_a_number_makes_no_larger_number(lake, cell, shared):
    content = book(
        sheet_of([[word("Область"), number(2020), number(2021)], [word("Алматы"), cell, number(4)]]), shared, STYLES
    )
    assert staged(content)[1] == [("Алматы", "12¹", "4")]
    made = checked(lake, content, ACROSS)
    assert rejected(made) == {2: {"footnote"}}
    made.close()


def test_a_number_that_is_small_as_a_whole_is_a_footnote_and_no_number():
    rows = [[word("Область"), word("n")], [word("Алматы"), number(12, style=3)], [word("Астана"), number(3)]]
    assert staged(book(sheet_of(rows), styles=STYLES))[1] == [("Алматы", "¹²"), ("Астана", "3")]


@pytest.mark.parametrize(("style", "days"), [(1, (43100, 43465)), (2, (43101, 43466)), (1, (43252, 43600))])
def test_days_shown_as_years_are_years(style, days):
    header = [word("Область"), *(number(day, style) for day in days)]
    content = book(sheet_of([header, [word("Алматы"), number(5), number(6)]]), styles=STYLES)
    years = [str(date(1899, 12, 30).toordinal() + day) for day in days]
    years = [str(date.fromordinal(int(year)).year) for year in years]
    assert asked(content) == {}
    assert staged(content)[0] == ["Область", *years]


def test_headers_that_are_last_days_of_years_are_years_and_first_days_are_asked_about():
    assert staged("Область;31.12.2019;31.12.2020\nАлматы;1;2\n")[0] == ["Область", "2019", "2020"]
    content = "Область;01.01.2020;01.01.2021\nАлматы;1;2\n"
    assert asked(content) == {"header_dates": ("that_year", "year_before")}
    assert staged(content, header_dates="that_year")[0] == ["Область", "2020", "2021"]
    assert staged(content, header_dates="year_before")[0] == ["Область", "2019", "2020"]
    assert asked("Область;2020-01-01;2021-01-01\nАлматы;1;2\n") == asked(content)
    assert "header_dates" not in asked("Область;01.01.2020;01.02.2020\nАлматы;1;2\n")


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_cells_without_addresses_are_seen_as_those_with(prefix):
    rows = [
        [word("id"), word("Исход"), word("n")],
        [number(1), '<c t="e"><v>#N/A</v></c>', number(2)],
        [number(2), word("x"), "<c><f>B2</f></c>"],
        [number(3), word("y"), number(4)],
    ]
    found = []
    for addresses in (True, False):
        sheet = sheet_of(rows, addresses=addresses)
        if prefix:
            sheet = (
                sheet.replace("</", "</~").replace("<", "<x:").replace("<x:/~", "</x:").replace("xmlns=", "xmlns:x=")
            )
        found.append(staged(book(sheet))[1:])
    assert found[0] == found[1] == ([("1", "#N/A", "2"), ("3", "y", "4")], [(3, "formula_without_value", 3)])


@pytest.mark.parametrize(
    ("rows", "columns", "left"),
    [((3,), (), [("1", "a"), ("3", "c")]), ((), (2,), [("1",), ("2",), ("3",)]), ((2, 4), (2,), [("2",)])],
)
def test_what_is_hidden_is_counted_and_asked_about(rows, columns, left):
    made = openpyxl.Workbook()
    for cells in (["id", "n"], [1, "a"], [2, "b"], [3, "c"]):
        made.active.append(cells)
    for row in rows:
        made.active.row_dimensions[row].hidden = True
    for column in columns:
        made.active.column_dimensions[chr(64 + column)].hidden = True
    made.active.row_dimensions[40].hidden = True  # of nothing
    out = io.BytesIO()
    made.save(out)
    _, doubts = reading.find(held(out.getvalue()), {"header_row": 1})
    assert [(doubt.code, dict(doubt.details)) for doubt in doubts] == [
        ("hidden", {"rows": len(rows), "columns": len(columns)})
    ]
    assert len(staged(out.getvalue(), header_row=1, hidden="keep")[1]) == 3
    assert staged(out.getvalue(), header_row=1, hidden="leave_out")[1] == left


def test_a_hidden_sheet_with_a_table_is_asked_about_and_a_list_to_choose_from_is_not():
    made = openpyxl.Workbook()
    for cells in (["id", "n"], [1, 2], [2, 3]):
        made.active.append(cells)
    for name, table in (("list", [["a"], ["b"]]), ("old", [["id", "n"], [7, 8]])):
        made.create_sheet(name).sheet_state = "hidden"
        for cells in table:
            made[name].append(cells)
    out = io.BytesIO()
    made.save(out)
    assert asked(out.getvalue()) == {"hidden_sheets": ("Sheet", "old")}
    assert staged(out.getvalue(), sheet="old")[1] == [("7", "8")]


# ---------------------------------------------------------------- ids that Excel shortened


@pytest.mark.parametrize("shortened", ["2,21951E+14", "2.2E+17", "1E+15"])
def test_ids_that_excel_shortened_are_refused_and_no_case_is_merged(lake, shortened):
    made = checked(lake, f"№;Дата\n{shortened};03.02.2019\n{shortened};14.05.2019\n1E15;14.05.2019\n", CASES)
    assert rejected(made) == {2: {"id_shortened"}, 3: {"id_shortened"}}
    assert made.con.execute("select case_id from cases").fetchall() == [("1E15",)]
    made.close()


def test_a_number_of_more_digits_than_excel_keeps_is_shown_as_shortened():
    assert staged(book(sheet_of([[word("№"), word("n")], [number(221951000123456789), number(1)]])))[1] == [
        ("2.21951000123457E+17", "1")
    ]


# ---------------------------------------------------------------- tables of figures


@pytest.mark.parametrize(
    "counts",
    [
        ["Not Available", ">90", "<5", "-99", "120*", "н.р.", "0"],
        ["3-5", "05.мар", "5-Mar", "03.05.2026"],
        ["засекречено", "см. прил.", "12"],
    ],
)
def test_a_table_whose_counts_are_mostly_no_numbers_is_a_table(lake, counts):
    rows = "".join(f"{2015 + n};Осуждено;человек;{count}\n" for n, count in enumerate(counts))
    made = Intake(lake, held("Год;Показатель;Единица;Количество\n" + rows), today=TODAY)
    suggested = made.suggested()
    assert suggested.shape == "figures"
    assert suggested.columns["Количество"] == "value"
    made.close()


def test_a_second_table_with_a_title_is_asked_about_and_its_header_is_no_number(lake):
    content = "Область;2021;2022\nАлматы;12;15\nАстана;7;5\n\nОсуждено, человек\nОбласть;2021;2022\nАлматы;1;0\n"  # noqa: RUF001
    _, (doubt,) = reading.find(held(content))
    assert (doubt.code, dict(doubt.details), doubt.options) == ("second_table", {"row": 5}, ("first", "all"))
    made = checked(lake, content, ACROSS, tables="first")
    assert made.con.execute("select row, reason from left_out order by row").fetchall() == [
        (row, "second_table") for row in (5, 6, 7)
    ]
    assert made.con.execute("select max(value_low), count(*) from figures").fetchall() == [(15, 4)]
    made.close()


@pytest.mark.parametrize("between", ["", "\n", "Продолжение таблицы\n"])
def test_the_header_on_every_page_is_left_out_and_nothing_is_asked(lake, between):
    content = f"Область;2021;2022\nАлматы;12;15\n{between}Область;2021;2022\nАстана;7;5\n"
    assert asked(content) == {}
    made = checked(lake, content, ACROSS)
    assert made.con.execute("select max(value_low), count(*) from figures").fetchall() == [(15, 4)]
    assert ("header_again",) in made.con.execute("select reason from left_out").fetchall()
    made.close()


@pytest.mark.parametrize("second", ["\nОрган;2019;2020\nполиция;1;2\n", "Таблица 2\nСтатья;Мужчины;Женщины\n146;1;2\n"])
def test_a_table_with_another_header_below_is_asked_about(second):
    assert "second_table" in asked("Область;2021;2022\nАлматы;12;15\nАстана;7;5\nШымкент;1;1\n" + second)


def test_a_note_or_a_group_below_is_no_second_table():
    for content in (
        "Область;2021;2022\nАлматы;12;15\nАстана;7;5\n\nИсточник: отчет\n",
        "Область;2021;2022\nСевер\nАлматы;12;15\nАстана;7;5\n\nЮг\nШымкент;нет;нет\nТараз;1;2\n",
    ):
        assert "second_table" not in asked(content)


# ---------------------------------------------------------------- dates, lines above, letters


@pytest.mark.parametrize("tail", [" г.", "г.", " года", " ж.", " жылы", "\u00a0г."])
def test_dates_with_a_word_for_the_year_tell_their_order_or_are_asked_about(lake, tail):
    def listed(*days: str) -> str:
        return "№;Дата\n" + "".join(f"K{n};{day}{tail}\n" for n, day in enumerate(days))

    assert asked(listed("05/06/2015", "07/08/2015")) == {"date_order": ("dmy", "mdy")}
    assert asked(listed("12.03.2019", "04.05.2019")) == {}
    made = checked(lake, listed("12.03.2019", "04.05.2019", "21.06.2020"), CASES)
    assert made.con.execute("select allegation_start from cases").fetchall() == [
        (date(2019, 3, 12),),
        (date(2019, 5, 4),),
        (date(2020, 6, 21),),
    ]
    made.close()


@pytest.mark.parametrize("blank", ["", ";\t", "; ", ";;  ;"])
def test_lines_of_two_cells_above_are_no_header_and_blanks_behind_are_no_cells(blank):
    above = "Организация;Пример\nНачало;01.01.2019\nКонец;31.12.2019\n"
    rows = f"Дата;Область;Исход\n03.02.2019;Алматы;отказано{blank}\n14.05.2019;Астана;осужден{blank}\n"
    dialect, doubts = reading.find(held(above + rows))
    assert (dialect.header_row, doubts) == (4, [])
    _, found, broken = staged(above + rows)
    assert [row[:3] for row in found] == [("03.02.2019", "Алматы", "отказано"), ("14.05.2019", "Астана", "осужден")]
    assert broken == []


WHOLE = "Дата;Область;Исход\n03.02.2019;Алматы;отказано\n14.05.2019;Қостанай;осужден\n21.06.2020;Шымкент;прекращено\n"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("utf-8", "windows-1251"),
        ("utf-8", "latin-1"),
        ("utf-8", "koi8-r"),
        ("windows-1251", "windows-1252"),
    ],
)
@pytest.mark.parametrize("saved", ["utf-8", "utf-16"])
def test_letters_that_were_broken_before_are_put_right_when_it_is_agreed(right, wrong, saved):
    text = WHOLE.replace("Қ", "К") if right == "windows-1251" else WHOLE
    broken = text.encode(right).decode(wrong, "replace").encode(saved)
    assert asked(broken) == {"letters_broken": ("mend", "as_is")}
    assert staged(broken, letters="mend") == staged(text)
    assert asked(broken, letters="as_is") == {}
    assert staged(broken, letters="as_is")[1] != staged(text)[1]


def test_broken_letters_of_a_workbook_are_put_right_too():
    made, whole = openpyxl.Workbook(), [line.split(";") for line in WHOLE.splitlines()]
    for row in whole:
        made.active.append([cell.encode().decode("windows-1251", "replace") for cell in row])
    out = io.BytesIO()
    made.save(out)
    assert asked(out.getvalue()) == {"letters_broken": ("mend", "as_is")}
    assert [list(row) for row in staged(out.getvalue(), letters="mend")[1]] == whole[1:]


def test_letters_that_are_lost_are_said_to_be():
    for broken in (
        WHOLE.encode().decode("windows-1252", "replace"),
        WHOLE.encode("ascii", "replace").decode(),
    ):
        assert "letters_lost" in asked(broken)
    for sound in (WHOLE, "Município;Situação\nSão Paulo;não\nBrasília;é\n", "id;n\n1;??\n2;?\n"):
        assert not asked(sound).keys() & {"letters_lost", "letters_broken"}
