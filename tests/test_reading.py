"""Is a file from outside read as it stands, or refused with a reason, and never changed in silence?

tests/files holds ugly files, and expected.toml beside them what must come of each. All content is synthetic.
"""

import hashlib
import io
import threading
import tomllib
import traceback
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from data.intake import reading
from data.intake.reading import Dialect, Source, Staged, Unreadable, cells, file, loading, pieces, workbook
from tests.profiles import examples

FILES = Path(__file__).parent / "files"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FILES / "expected.toml").read_text("utf8"))
TABLE = "№;Дата;Регион;Пострадавших\n1;16.05.2012;Алматы;более 70\n2;17.05.2012;Шымкент;1\n"
# No cell of TABLE may be found in words meant for a log.
WORDS = ("Алматы", "Шымкент", "более", "16.05.2012")

Rows = list[tuple[Any, ...]]


@dataclass
class Read:
    """What `stage` left: the headers, the rows with their numbers, and the broken rows."""

    staged: Staged
    rows: Rows
    broken: Rows


def engine() -> duckdb.DuckDBPyConnection:
    """An engine as the store has it, an empty database for one intake attached."""
    con = duckdb.connect(config={"temp_directory": ""})
    con.execute("attach ':memory:' as intake_test (compress)")
    con.execute("use intake_test")
    return con


@cache
def one_engine() -> duckdb.DuckDBPyConnection:
    """An engine for all readings of this file: each takes the place of the one before."""
    return engine()


def staged(source: Source, dialect: Dialect, columns: list[int] | None = None) -> Read:
    con = one_engine()
    done = reading.stage(con, source, dialect, columns)
    rows = con.execute("from file order by row").fetchall()
    assert rows == con.execute("from file").fetchall(), "rows stand in the order of the file"
    broken = con.execute("from broken order by row").fetchall()
    assert (done.rows, done.broken) == (len(rows), len(broken))
    assert done.first_row == (rows[0][0] if rows else 0)
    return Read(done, rows, broken)


def held(content: bytes | str, name: str = "list.csv") -> Source:
    return Source.held(name, content.encode() if isinstance(content, str) else content)


def read(content: bytes | str, **chosen: str | int) -> Read:
    """Found, then staged; fails when something was asked that is not `chosen`."""
    dialect, doubts = reading.find(held(content), chosen)
    assert doubts == []
    return staged(held(content), dialect)


def refusal(source: Source, dialect: Dialect | None = None) -> Unreadable:
    """Why a source is refused, on finding or on staging; fails when it is not."""
    try:
        staged(source, dialect or reading.find(source)[0])
    except Unreadable as fault:
        return fault
    pytest.fail("not refused")


def refused(content: bytes | str, dialect: Dialect | None = None) -> Unreadable:
    return refusal(held(content), dialect)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def book_of(rows: list[list[Any]]) -> bytes:
    """A workbook of one sheet; a text stays a text, whatever it looks like."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for row in rows:
        cells = [openpyxl.cell.WriteOnlyCell(sheet, value) for value in row]
        for cell, value in zip(cells, row, strict=True):
            if isinstance(value, str):
                cell.data_type = "s"
        sheet.append(cells)
    return saved(book)


# ---------------------------------------------------------------- ugly files, one by one


def padded(row: list[Any], width: int) -> tuple[Any, ...]:
    return (*row, *[None] * (width + 1 - len(row)))


def test_every_file_says_what_must_come_of_it():
    assert EXPECTED.keys() == {path.name for path in FILES.iterdir() if path.is_file()} - {
        "expected.toml",
        ".gitattributes",
    }
    assert len(EXPECTED) >= 60


# Every file as a browser sends it; as it lies on a disk every fourth of them, and all when there is time.
PLACES = [
    *((name, "in memory") for name in EXPECTED),
    *((name, "on disk") for name in [*EXPECTED][::4]),
    *(pytest.param(name, "on disk", marks=pytest.mark.long) for n, name in enumerate(EXPECTED) if n % 4),
]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_an_ugly_file_is_read_as_written_or_refused_with_its_reason(name, place):
    expected = EXPECTED[name]
    path = FILES / name
    source = Source.at(path) if place == "on disk" else Source.held(name, path.read_bytes())
    if "unreadable" in expected:
        fault = refusal(source)
        assert (fault.code, fault.row) == (expected["unreadable"], expected.get("row", 0))
        return
    dialect, doubts = reading.find(source)
    assert [doubt.code for doubt in doubts] == expected.get("doubts", [])
    for name, value in expected["dialect"].items():
        assert getattr(dialect, name) == value, name
    if answers := expected.get("answers"):
        assert all(answers[doubt.asks] in doubt.options for doubt in doubts)
        dialect, doubts = reading.find(source, answers)
        assert doubts == []
    result = staged(source, dialect)
    assert result.staged.headers == expected["headers"]
    assert result.rows == [padded(row, len(expected["headers"])) for row in expected["rows"]]
    assert result.broken == [tuple(row) for row in expected.get("broken", [])]


def test_one_table_in_any_encoding_and_as_a_workbook_is_one_table():
    table = [line.split(";") for line in TABLE.splitlines()]
    books = [held(book_of(table))]
    texts = [held(TABLE.encode(name)) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1251")]
    texts += [held(TABLE.replace("\n", "\r\n").encode("windows-1251")), held(TABLE.replace(";", "\t"))]
    found = [staged(source, reading.find(source)[0]) for source in books + texts]
    assert all(result.rows == found[0].rows for result in found)
    assert all(result.staged == found[0].staged for result in found)
    assert found[0].rows[0] == (2, "1", "16.05.2012", "Алматы", "более 70")


# ---------------------------------------------------------------- what is asked, and what an answer does


def test_a_doubt_shows_the_cell_that_it_is_about_to_a_person_and_to_nobody_else():
    _, (doubt,) = reading.find(held("id;decided\n1;05/06/2015\n2;06/07/2015\n"))
    assert (doubt.code, doubt.column, doubt.example) == ("date_order", 1, "05/06/2015")
    assert "05/06/2015" not in repr(doubt)


def test_what_a_person_has_chosen_holds_and_the_rest_is_found_under_it():
    content = TABLE.replace("№", "id").encode("koi8-r")
    dialect, doubts = reading.find(held(content), {"encoding": "koi8-r"})
    assert doubts == []
    assert (dialect.encoding, dialect.delimiter, dialect.date_order) == ("koi8-r", ";", "dmy")
    assert reading.find(held(TABLE), {"delimiter": ","})[0].delimiter == ","
    assert reading.find(held(TABLE), {"date_order": "mdy"})[0].date_order == "mdy"
    assert reading.find(held(TABLE), {"header_row": "2"})[0].header_row == 2


@pytest.mark.parametrize(("decimal", "thousands"), [(",", "."), (".", "")])
def test_the_answer_to_1_234_settles_the_thousands_too(decimal, thousands):
    content = "id;n\n1;1.234\n2;5.678\n"
    _, (doubt,) = reading.find(held(content))
    assert decimal in doubt.options
    dialect, doubts = reading.find(held(content), {"decimal": decimal})
    assert (dialect.decimal, dialect.thousands, doubts) == (decimal, thousands, [])


def test_quotes_may_be_chosen_to_be_letters():
    content = 'id;note;n\n1;"open;3\n2;x;4\n'
    assert read(content, quote="").rows == [(2, "1", '"open', "3"), (3, "2", "x", "4")]


def test_letters_that_only_begin_beyond_the_first_megabyte_still_tell_the_encoding():
    rows = "".join(f"{n};CASE-{n:06};closed\n" for n in range(60_000))
    content = f"id;case;outcome\n{rows}1;Иванова;закрыто\n2;Алматы;отказано\n".encode("windows-1251")
    dialect, doubts = reading.find(held(content))
    assert (dialect.encoding, doubts) == ("windows-1251", [])
    assert staged(held(content), dialect).rows[-1] == (60_003, "2", "Алматы", "отказано")


def test_the_first_rows_are_shown_as_they_stand_with_titles_and_header():
    source = held("Сведения за год\n\n" + TABLE)
    records = reading.first_rows(source, reading.find(source)[0], 4)
    assert [record.cells for record in records[:3]] == [
        ["Сведения за год"],
        [],
        ["№", "Дата", "Регион", "Пострадавших"],
    ]
    assert [record.row for record in records] == [1, 2, 3, 4]


def test_sheets_are_listed_with_the_visible_first():
    book = openpyxl.Workbook()
    book.active.title = "скрытый"
    book.active.sheet_state = "hidden"
    book.create_sheet("видимый")
    assert reading.sheets(held(saved(book))) == ["видимый", "скрытый"]
    assert reading.sheets(held(TABLE)) == []


def test_a_name_is_a_name_whatever_folders_it_came_with():
    assert Source.held("../../etc/passwd", b"").name == "passwd"
    assert Source.held("C:\\Users\\a\\list.csv", b"").name == "list.csv"


def test_the_hash_is_that_of_the_bytes_wherever_they_are(tmp_path):
    (tmp_path / "list.csv").write_bytes(TABLE.encode())
    assert Source.at(tmp_path / "list.csv").sha256 == held(TABLE).sha256
    assert len(held(TABLE).sha256) == 64


# ---------------------------------------------------------------- rows and columns


def test_only_the_columns_asked_for_are_kept():
    source = held(TABLE)
    result = staged(source, reading.find(source)[0], [0, 2])
    assert result.rows == [(2, "1", "Алматы"), (3, "2", "Шымкент")]
    assert len(result.staged.headers) == 4


def test_a_column_that_the_file_does_not_have_is_the_callers_mistake():
    with pytest.raises(ValueError, match="column"):
        staged(held(TABLE), Dialect(delimiter=";"), [4])


def test_a_file_staged_again_takes_the_place_of_the_first():
    with engine() as con:
        for content in (TABLE, 'id;n\n1;"a\nb"\n', TABLE):
            reading.stage(con, held(content), Dialect(delimiter=";"))
        assert con.execute("select count(*) from file").fetchall() == [(2,)]


def test_a_file_that_is_refused_leaves_no_table():
    with engine() as con:
        with pytest.raises(Unreadable):
            reading.stage(con, held(TABLE.encode() + b"\xff;1\n"), Dialect(delimiter=";"))
        assert con.execute("select count(*) from duckdb_tables() where table_name in ('file', 'cells')").fetchall() == [
            (0,)
        ]


def test_one_broken_row_in_ten_thousand_changes_none_of_the_others():
    lines = [f"{n};Алматы;{n % 7}" for n in range(10_000)]
    whole = read("id;Регион;n\n" + "\n".join(lines) + "\n")
    for spoiled in ('5000;"Алматы;1', "5000;Алматы;1;2", '5000;"Ал"маты;1'):
        some = read("id;Регион;n\n" + "\n".join([*lines[:5000], spoiled, *lines[5001:]]) + "\n")
        assert [row[0] for row in some.broken] == [5002]
        assert some.rows == [row for row in whole.rows if row[0] != 5002]


def test_a_file_whose_quotes_hardly_ever_close_is_refused_and_not_read_for_hours():
    lines = "".join(f'{n};"open;x\n' for n in range(loading.MISQUOTED_MOST + 2))
    fault = refused(f"id;note;n\n{lines}", Dialect(delimiter=";"))
    assert fault.code == "quotes_differ"


# ---------------------------------------------------------------- the hostile ones that are too large to keep


def test_ten_thousand_columns_are_too_many():
    wide = ";".join(f"c{n}" for n in range(10_000))
    assert refused(f"{wide}\n{wide}\n").code == "too_many_columns"
    assert refused(book_of([[f"c{n}" for n in range(1_200)]] * 2)).code == "too_many_columns"


@pytest.mark.parametrize("cell", ["x" * 1_000_000, '"' + "x" * 1_000_000 + '"', "x" * 100_001])
def test_a_cell_of_a_million_letters_is_refused_by_its_row(cell):
    fault = refused(f"id;note\n1;a\n2;{cell}\n3;b\n")
    assert (fault.code, fault.row) == ("cell_too_long", 3)


def test_a_cell_as_long_as_a_cell_may_be_is_read():
    assert read(f"id;note;n\n1;{'x' * 100_000};2\n2;y;3\n").rows[0][2] == "x" * 100_000


def test_a_line_without_end_is_refused_before_it_fills_the_memory():
    fault = refused(b"a;b\n1;2\n" + b"x;" * 12_000_000, Dialect(delimiter=";"))
    assert (fault.code, fault.row) in {("line_too_long", 3), ("cell_too_long", 3)}


def test_a_file_over_the_limit_is_refused_unread(monkeypatch):
    monkeypatch.setattr(file, "SIZE_MOST", 10)
    with pytest.raises(Unreadable) as caught:
        reading.find(held(TABLE), size_most=10)
    assert caught.value.code == "too_large"
    assert reading.find(held(TABLE), size_most=None)


def test_a_file_that_is_not_there_is_a_clear_refusal(tmp_path):
    with pytest.raises(Unreadable) as caught:
        reading.find(Source.at(tmp_path / "list.csv"))
    assert caught.value.code == "not_opened"


def test_a_file_that_the_engine_has_no_room_for_is_refused_and_its_room_is_free_again():
    # What the engine can't pack: no two notes are alike.
    notes = (hashlib.sha256(bytes(n.to_bytes(4))).hexdigest() for n in range(300_000))
    content = "id;note;n\n" + "".join(f"{n};{note}{note};1\n" for n, note in enumerate(notes))
    with engine() as con:
        con.execute("set memory_limit = '40MB'")
        for spoiled in ("", '1;"x;2\n'):
            with pytest.raises(Unreadable) as caught:
                reading.stage(con, held(content + spoiled), Dialect(delimiter=";"))
            assert caught.value.code == "too_large_for_memory"
        assert reading.stage(con, held(TABLE), Dialect(delimiter=";")).rows == 2


def bomb(size: int, declared: int | None = None) -> bytes:
    """A workbook that unpacks to `size` bytes; `declared` is what its directory says instead."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book_of([["id"], [1]]))) as book, zipfile.ZipFile(out, "w") as archive:
        for info in book.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(info.filename, book.read(info))
        with archive.open(zipfile.ZipInfo("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as part:
            part._compressor = __import__("zlib").compressobj(9, 8, -15)
            part._zinfo.compress_type = zipfile.ZIP_DEFLATED
            for _ in range(size >> 20):
                part.write(b" " * (1 << 20))
    content = bytearray(out.getvalue())
    if declared is not None:
        start = content.rindex(b"xl/worksheets/sheet1.xml") - 46
        content[start + 24 : start + 28] = declared.to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize("declared", [None, 1_000])
@pytest.mark.long
def test_a_small_workbook_that_unpacks_large_is_refused_whatever_it_says_of_itself(declared):
    content = bomb(1_200 << 20, declared)
    assert len(content) < 3 << 20
    with pytest.raises(Unreadable) as caught:
        reading.find(held(content))
    assert caught.value.code == "unpacks_too_large"
    tracemalloc.start()
    with pytest.raises(workbook.Refused):
        workbook._guarded(io.BytesIO(content), len(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20


def test_two_cells_at_the_far_corners_of_a_sheet_do_not_fill_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["ALL1048576"] = "id", "x"
    fault = refused(saved(book))
    assert fault.code in {"unpacks_too_large", "too_many_columns"}


def test_a_sheet_with_a_name_as_long_as_a_book_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book_of([["id"], ["1"]]))) as book, zipfile.ZipFile(out, "w") as archive:
        for info in book.infolist():
            archive.writestr(info, book.read(info).replace(b'name="Sheet"', b'name="%s"' % (b"S" * 100_000)))
    assert refused(out.getvalue()).code == "workbook_damaged"


def test_a_workbook_with_a_part_missing_is_damaged():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book_of([["id"], ["1"]]))) as book, zipfile.ZipFile(out, "w") as archive:
        for info in book.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                archive.writestr(info, book.read(info))
    assert refused(out.getvalue()).code == "workbook_damaged"


def test_a_workbooks_dates_numbers_and_flags_are_text_as_excel_shows_them():
    rows = [["id", "day", "n", "flag"], [1, date(2012, 5, 16), 1.5, True], [2, date(2012, 5, 17), 12.0, False]]
    assert read(book_of(rows)).rows == [(2, "1", "2012-05-16", "1.5", "TRUE"), (3, "2", "2012-05-17", "12", "FALSE")]


# ---------------------------------------------------------------- nothing of the file leaves the memory


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of the test's own, which must be empty again at the end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8"])
def test_reading_writes_nothing_to_disk_and_leaves_no_thread(watched, encoding):
    before = threading.active_count()
    result = staged(held(TABLE.encode(encoding)), Dialect(encoding=encoding, delimiter=";"))
    assert len(result.rows) == 2
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "content",
    [
        TABLE + '3;"Алматы;Шымкент;1\n',
        TABLE + '3;"Алматы"x;Шымкент;1\n',
        TABLE + "3;Алматы\0;Шымкент;1\n",
        TABLE.encode() + b"3;\xd0;1;1\n",
        TABLE + f"3;{'Алматы' * 20_000};Шымкент;1\n",
    ],
)
def test_what_is_said_of_a_fault_holds_no_cell(watched, capfd, caplog, content):
    source = held(content)
    try:
        said = repr(staged(source, reading.find(source)[0]).broken)
    except Unreadable as fault:
        said = "".join(traceback.format_exception(fault)) + repr(fault.args) + str(fault.detail)
    out = capfd.readouterr()
    assert not any(word in text for word in WORDS for text in (said, out.out, out.err, caplog.text))


def test_an_engine_that_fails_leaves_no_thread(watched, monkeypatch):
    def fails(*_: Any) -> None:
        raise duckdb.InvalidInputException("synthetic")

    monkeypatch.setattr(cells.TextCells, "add", fails)
    before = threading.active_count()
    with pytest.raises(duckdb.InvalidInputException):
        staged(held(TABLE), Dialect(delimiter=";"))
    assert threading.active_count() == before


def test_a_source_that_fails_half_way_leaves_no_thread(watched, monkeypatch):
    content = "id;n\n" + "1;2\n" * 300_000 + "3;Алматы\n"
    before = threading.active_count()
    fault = refused(content.encode("windows-1251")[:-3] + b"\x98\n", Dialect(encoding="windows-1251", delimiter=";"))
    assert (fault.code, fault.row) == ("undecodable", 300_002)
    assert threading.active_count() == before


# ---------------------------------------------------------------- all readers see the same

SCRAPS = st.lists(
    st.sampled_from(
        ["a", "ж", " ", ";", ";", '"', '"', '""', "\n", "\n", "\r\n", "\r", "1;2;3\n", '4;"5";6\n', ";;\n"]
    ),
    max_size=30,
).map("".join)


def by_each_reader(monkeypatch: pytest.MonkeyPatch, source: Source, dialect: Dialect, piece: int) -> list[Any]:
    """What comes of a source: as it is read, by pieces of `piece` bytes, as codes of its words, as codes until there is
    too much text, and row by row."""

    def outcome(columns: list[int] | None = None) -> Any:
        try:
            result = staged(source, dialect, columns)
        except Unreadable as fault:
            return fault.code, fault.row
        return replace(result.staged, cells=None), result.rows, result.broken

    came = [outcome()]
    with monkeypatch.context() as patched:
        patched.setattr(pieces, "PIECE", piece)
        came.append(outcome())
        every = [*range(len(reading.headers(source, dialect)))]
        patched.setattr(loading, "LARGE", 0)
        came.append(outcome(every))
        patched.setattr(cells, "TEXT_MOST", 30)
        came.append(outcome(every))
        patched.setattr(pieces, "parse_piece", lambda *_: None)
        came.append(outcome())
    return came


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scraps=SCRAPS, quote=st.sampled_from(['"', ""]))
@example(scraps='1;"2" ;3\n', quote='"')
@example(scraps='1; "2";3\n', quote='"')
@example(scraps='1;2;3\n"";"";""\n4;5;6\n', quote='"')
@example(scraps='1;"2\n";3\n', quote='"')
@example(scraps="1;2;3\n\n\n", quote='"')
@example(scraps="1;2;3\r\n4;5;6\n", quote='"')
@example(scraps="1;2;3;\n4;5;6\n", quote='"')
@example(scraps="1;2;3;;\n", quote='"')
@example(scraps="1;2\n", quote='"')
@pytest.mark.long
def test_any_scraps_of_text_are_the_same_to_every_reader(monkeypatch, scraps, quote):
    source = held("x;y;z\n" + scraps)
    dialect = Dialect(delimiter=";", quote=quote)
    *came, by_rows = by_each_reader(monkeypatch, source, dialect, 20)
    event("refused" if isinstance(by_rows[0], str) else "broken" if by_rows[2] else "read")
    assert came == [by_rows] * 4


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
@pytest.mark.long
def test_a_large_plain_file_is_the_same_to_every_reader(monkeypatch, tmp_path, encoding):
    lines = "".join(f'{n};Алматы;"{n % 97};""{n % 5}""";{"" if n % 3 else n}\r\n' for n in range(150_000))
    path = tmp_path / "list.csv"
    path.write_bytes(("id;Регион;Примечание;n\r\n" + lines).encode(encoding))
    dialect = Dialect(encoding=encoding, delimiter=";")
    for source in (Source.at(path), held(path.read_bytes())):
        *came, by_rows = by_each_reader(monkeypatch, source, dialect, 1 << 20)
        assert came == [by_rows] * 4


# ---------------------------------------------------------------- any table in any dialect

LATIN = "abcxyzABCXYZ"
RUSSIAN = "абвгджзийклмнопрстухцчшщъыьэюяёАБВГДСРНТЯЁ"
KAZAKH = RUSSIAN + "әғқңөұүһіӘҒҚҢӨҰҮҺ\u0406"
SIGNS = "0123456789 .,;|-–—«»№%<>=+@'’()\t/_&"
ENCODINGS = {
    # Python's name, our name, the letters of its words, and signs that stand between them.
    "utf-8": ("utf-8", [LATIN, KAZAKH], SIGNS + "€→"),
    "utf-8-sig": ("utf-8", [LATIN, KAZAKH], SIGNS + "€→"),
    "utf-16": ("utf-16-le", [LATIN, KAZAKH], SIGNS),
    "utf-16-le": ("utf-16-le", [LATIN, KAZAKH], SIGNS),
    "utf-16-be": ("utf-16-be", [LATIN, KAZAKH], SIGNS),
    "windows-1251": ("windows-1251", [LATIN, RUSSIAN], SIGNS),
    "latin-1": ("latin-1", [LATIN], SIGNS.translate({ord(sign): None for sign in "–—№’"})),
}


@dataclass(frozen=True)
class Written:
    """A table, the bytes that it was written as, and what is true of them."""

    header: list[str]
    rows: list[list[str]]
    content: bytes
    truth: dict[str, str]


def word_of(letters: str) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=1, max_size=8)


# As in the languages that use Latin-1: accents stand among plain letters.
ACCENTED = st.tuples(word_of("abcdrstABC"), word_of("éèêàçöüñß"), word_of("abcdrst")).map("".join)


@st.composite
def tables(draw: st.DrawFn) -> Written:
    """Any table, written in any dialect by rules that are not those of the reader."""
    name = draw(st.sampled_from(sorted(ENCODINGS)))
    encoding, alphabets, signs = ENCODINGS[name]
    delimiter = draw(st.sampled_from([";", ",", "\t", "|"]))
    width = draw(st.integers(1, 6))
    # A word is of one script, as words are; words stand apart.
    words = st.one_of(*map(word_of, alphabets), *([ACCENTED] if name == "latin-1" else []))
    gaps = st.text(signs + '"\n\r', min_size=1, max_size=4)
    numbers = st.sampled_from(["0", "12", "3,5", "1.5", "1 234", "1.234", "2012", "16.05.2012", "05/06/2015", "", ""])
    texts = st.tuples(words, gaps, st.one_of(words, st.just(""))).map("".join)
    cells = st.one_of(words, numbers, texts)
    names = st.one_of(words, words, words, texts.filter(lambda text: len(text) < 20), st.just(""), st.just("2012"))
    if width == 1:
        # One column with a delimiter in its cells is another table, and no reader can tell.
        cells = cells.filter(lambda cell: not set(cell) & set(";,\t|"))
        names = names.filter(lambda cell: cell and not set(cell) & set(";,\t|"))
    header = draw(st.lists(names, min_size=width, max_size=width))
    assume(any(header))
    rows = draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=7))
    quotes_all = draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))

    def written(cell: str) -> str:
        is_plain = not set(cell) & set(f'{delimiter}\r\n"')
        # People leave quotes inside a cell as they are.
        is_bare = not set(cell) & set(f"{delimiter}\r\n") and not cell.startswith('"') and draw(st.booleans())
        return cell if not quotes_all and (is_plain or is_bare) else '"' + cell.replace('"', '""') + '"'

    titles = draw(st.lists(st.sampled_from(["", "Report of the year", "A list of complaints"]), max_size=2))
    lines = titles + [delimiter.join(map(written, row)) for row in [header, *rows]]
    text = end.join(lines) + draw(st.sampled_from([end, "", end + end]))
    truth = {"encoding": encoding, "delimiter": delimiter, "header_row": str(len(titles) + 1)}
    return Written(header, rows, text.encode(name), truth)


def names_of(header: list[str]) -> list[str]:
    """Headers as `stage` lists them, by a rule of its own: trimmed, repeats numbered past all names there are."""
    stripped = [name.strip() for name in header]
    found: list[str] = []
    for name in stripped:
        free = (f"{name} ({number})" for number in range(2, 99))
        taken = {*stripped, *found}
        found.append(name if not name or name not in found else next(new for new in free if new not in taken))
    return found


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(tables())
@example(Written(["A", ""], [["", ""]], b"A;\n;\n", {"encoding": "utf-8", "delimiter": ";", "header_row": "1"}))
@example(Written(["A", ""], [["", ""]], b'"A",""\n"",""\n', {"encoding": "utf-8", "delimiter": ",", "header_row": "1"}))
@example(
    Written(["", "A"], [["A", ""]], b"Title\n;A\nA;\n", {"encoding": "utf-8", "delimiter": ";", "header_row": "2"})
)
@example(
    Written(["A\r", ""], [["A", "A"]], b'"A\r";\nA;A\n', {"encoding": "utf-8", "delimiter": ";", "header_row": "1"})
)
def test_any_table_in_any_dialect_is_read_back_equal_or_refused_with_a_reason(table):
    source = held(table.content)
    chosen: dict[str, str | int] = {}
    try:
        # Encoding first, delimiter next, header last: an answer changes what is asked below it.
        for _ in range(4):
            dialect, doubts = reading.find(source, chosen)
            asked = [doubt for doubt in doubts if doubt.asks in table.truth]
            if not asked:
                break
            assert table.truth[asked[0].asks] in asked[0].options, asked[0]
            chosen[asked[0].asks] = table.truth[asked[0].asks]
        result = staged(source, dialect)
    except Unreadable as fault:
        event(f"refused: {fault.code}")
        # A table that is whole is only refused when it is empty below its header, or hardly a text.
        if fault.code not in ({"binary"} if any(map(any, table.rows)) else {"header_only"}):
            raise
        return
    event(f"read: {'asked' if chosen else 'found'}")
    first = int(table.truth["header_row"]) + 1
    rows = [(number, *row) for number, row in enumerate(table.rows, first) if any(row)]
    named = {row: rule for row, rule, _ in result.broken}
    assert set(named.values()) <= {"quote_doubtful"}
    assert result.rows == [row for row in rows if row[0] not in named]
    assert result.staged.headers == names_of(table.header)


# A cell of spaces alone is left out: the writer of the test does not mark its spaces as kept, as Excel does.
CELLS_OF_WORKBOOK = st.text(LATIN + KAZAKH + SIGNS + '"\n', max_size=12).filter(lambda cell: not cell or cell.strip())


@settings(max_examples=examples(1 / 5), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS_OF_WORKBOOK, min_size=3, max_size=3), min_size=1, max_size=5))
def test_any_table_in_a_workbook_is_read_back_equal(rows):
    assume(any(map(any, rows)))
    header = ["id", "Регион", "Құрбандар"]
    result = staged(held(book_of([header, *rows])), Dialect("xlsx", "", "", "", "Sheet"))
    assert result.rows == [(number, *row) for number, row in enumerate(rows, 2) if any(row)]
    assert result.staged.headers == header
