"""Is the header of every query true?

A header is what the page shows as «Method» and what the shell offers as its options, so it is held to the SQL:
its parameters, the tables it reads, the columns it returns, and what one row is.
"""

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data import datasets
from data.__main__ import CODES
from data.intake.checking import COLUMNS
from data.store import Store
from queries import catalog
from queries.catalog import FOLDER, Query, names, parse, query
from tests.conftest import Given, required

FOLDERS = sorted({path.parent.name for path in FOLDER.rglob("*.sql")})
EVERY = [(folder, name) for folder in FOLDERS for name in names(folder)]
QUESTIONS = names("questions")
# How a list is counted.
COUNTED: dict[str, dict[str, Any]] = {
    "cohorts": {"has_repeats": True, "keeps_spans": False},
    "case_figures": {
        **{"is_blank_unknown": True, "is_strict": False, "covers_from": None, "covers_to": None, "unit": "cases"},
    },
    "summed_figures": {"is_sum": True},
    "recount_cases": {
        "has_repeats": True,
        "has_dates": True,
        "counts_all": True,
        "implied_ways": [],
        "no_ids": [],
        "nought": ",0+$",
    },
    "recount_figures": {"day": None, "stage": None, "marks": " "},
}


# Tables that a list meets on its way in, beside those of the rows.
COMING = (
    "create table outcomes (outcome varchar, bit ubigint)",
    "create table counted_stages (stage varchar, reached_by ubigint, ended_by ubigint)",
    "create table understood as select *, 0 as place, '' as told_unit from figures",
    "create table recounted (case_id varchar, day varchar, outcome varchar, weight varchar, stage varchar, "
    "stage_code varchar, place varchar, number varchar)",
    "create table outcome_words (word varchar, code varchar)",
    "create table codes (field varchar, word varchar, code varchar)",
)


def each(*folders: str) -> pytest.MarkDecorator:
    """One test for each query of the folders."""
    found = [(folder, name) for folder, name in EVERY if folder in folders]
    return pytest.mark.parametrize(("folder", "name"), found, ids=[f"{folder}/{name}" for folder, name in found])


def tables_read(con: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """As the engine itself says; it takes no parameters here, and stumbles over `using`: neither names a table."""
    plain = re.sub(r"\busing\s*\([^)]*\)", "on true", re.sub(r"\$\w+", "null", sql))
    return set(con.get_table_names(plain))


def named_parameters(sql: str) -> set[str]:
    """As the engine itself says."""
    (statement,) = duckdb.extract_statements(sql)
    return set(statement.named_parameters)


def calls(asked: Query, store: Store) -> list[dict[str, Any]]:
    """Enough calls to meet every kind of row: each country, an event of one, each ladder that can be drawn."""
    countries = ["KZ", *sorted(set(store.ask("countries_known")["country"]) - {"KZ"})]
    if asked.name == "ladder":
        return [
            {
                "country": country,
                **{name: row[name] for name in ("compiler", "document", "scope", "scope_detail")},
                **{name: row[name].date().isoformat() for name in ("period_start", "period_end")},
            }
            for country in countries
            for row in store.ask("ladders", country=country).to_dict("records")
        ]
    if "figure_ids" in asked.params:
        return [{"figure_ids": sorted(datasets.catalogue()["figure_id"])}]
    if "kind" in asked.params:
        return [{"kind": kind} for kind in sorted(datasets.catalogue()["kind"])]
    if "country" not in asked.params:
        return [{}]
    found = [{**required(asked.name), "country": country} for country in countries]
    if "scope" in asked.params:
        found.append(found[0] | {"scope": "event", "scope_detail": "january_2022"})
    return found


@pytest.fixture
def con(request: pytest.FixtureRequest, store: Store) -> duckdb.DuckDBPyConnection:
    """The tables that a query meets: those of the store, or of a file on its way in."""
    if not {"upload_checks", "counting"} & set(re.split(r"[\[/]", request.node.name)):
        return store._latest().cursor()
    coming = duckdb.connect()
    for shape, columns in COLUMNS.items():
        coming.execute(f"create table {shape} (row integer, {', '.join(map(' '.join, columns.items()))})")
    stages = store.stages()  # noqa: F841 - read by the engine
    coming.execute("create table stages as from stages")
    for statement in COMING:
        coming.execute(statement)
    cohorts = coming.execute(query("cohorts", "counting").sql, COUNTED["cohorts"]).to_arrow_table()  # noqa: F841
    coming.execute("create table cohorts as from cohorts")
    return coming


@each(*FOLDERS)
def test_a_query_opens_with_the_plain_question_that_it_answers(folder, name):
    asked = query(name, folder)
    assert asked.question.endswith("?")
    assert asked.question[0].isupper()


@each(*FOLDERS)
def test_the_parameters_of_the_header_are_those_of_the_sql(folder, name):
    asked = query(name, folder)
    assert named_parameters(asked.sql) == set(asked.params)


@each(*FOLDERS)
def test_the_inputs_of_the_header_are_the_tables_read(folder, name, con):
    asked = query(name, folder)
    assert tables_read(con, asked.sql) == asked.inputs


@each(*FOLDERS)
def test_the_columns_of_the_header_are_the_columns_returned(folder, name, con, store):
    asked = query(name, folder)
    values = asked.values(calls(asked, store)[0]) if folder == "questions" else COUNTED.get(name, {})
    returned = [column[0] for column in con.execute(asked.sql, values).description]
    assert returned == asked.columns


@each("marts", "questions")
def test_the_grain_names_one_row_and_no_other(folder, name, store, con):
    asked = query(name, folder)
    seen = 0
    for values in calls(asked, store) if folder == "questions" else [{}]:
        frame = asked.frame(con, **values)
        seen += len(frame)
        assert set(asked.grain) <= set(frame.columns)
        assert not frame.duplicated(asked.grain).any(), f"{name}({values}) repeats {asked.grain}"
    # Nothing shipped is an upload: tests/browser/test_upload.py shows an organisation by its name.
    assert seen or name == "organisations", "a grain that no row shows is not shown"


@each("checks")
def test_a_check_finds_nothing_in_the_shipped_figures(folder, name, con):
    asked = query(name, folder)
    assert asked.columns == ["id", "column", "value"], "so that a refusal can name the place"
    assert asked.frame(con).to_dict("records") == []


@pytest.mark.parametrize("name", [name for name in QUESTIONS if query(name).measures])
def test_a_measure_adds_the_columns_it_declares_and_changes_no_other(name, store, con):
    asked = query(name)
    values = calls(asked, store)[0]
    wanted = list(asked.columns)
    frame = con.execute(asked.sql, asked.values(values)).df()
    for measure in asked.measures:
        module = import_module(f"queries.measures.{measure}")
        before = frame.copy()
        frame = module.measure(frame)
        wanted += list(module.ADDED)
        assert list(frame.columns) == wanted
        pd.testing.assert_frame_equal(frame[before.columns], before)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_default_is_a_value_of_its_type_and_a_code_that_is_known(name):
    for parameter in query(name).params.values():
        if parameter.default is not None:
            value = parameter.read(parameter.default)
            known = datasets.catalogue().get(CODES.get(parameter.name, parameter.name))
            assert not known or set(value if isinstance(value, list) else [value]) <= known | {""}
        assert parameter.description, f"{parameter.name} is offered by the shell without a word on it"


@pytest.fixture(scope="module")
def nothing(given_module: Given) -> duckdb.DuckDBPyConnection:
    """A store without a figure."""
    return given_module([], breaks=[])


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_asked_of_nothing_answers_nothing(name, nothing, store):
    asked = query(name)
    frame = asked.frame(nothing, **calls(asked, store)[0])
    known = frame["figure_id"].notna() if name == "ladder" else frame.index >= 0
    assert not known.any()


def test_a_parameter_in_the_sql_alone_is_caught():
    spoiled = parse("x", "-- question: Q?\n-- params: none\nselect $hidden")
    assert named_parameters(spoiled.sql) != set(spoiled.params)


def test_a_table_in_the_sql_alone_is_caught(con):
    spoiled = parse("x", "-- question: Q?\n-- inputs: counts\nselect * from counts, stages where $a = 1")
    assert tables_read(con, spoiled.sql) == {"counts", "stages"} != spoiled.inputs


def test_a_line_that_goes_on_with_a_description_is_no_column():
    header = "-- columns: one    first word\n--          and the rest of it\n--          two    second\nselect 1"
    assert parse("x", header).columns == ["one", "two"]


def test_a_parameter_line_that_does_not_read_is_refused():
    with pytest.raises(ValueError, match="parameter line not understood"):
        _ = parse("x", "-- params: country\nselect $country").params


@pytest.mark.parametrize(
    ("given_values", "refused"),
    [({"country": "KZ", "planet": "Mars"}, "planet"), ({}, "country")],
    ids=["a name it does not have", "a value it misses"],
)
def test_a_wrong_call_is_refused_by_name(given_values, refused):
    with pytest.raises(KeyError, match=refused):
        query("allegations_by_year").values(given_values)


@pytest.mark.parametrize("values", [{"year_from": "soon"}, {"year_from": "2012.5"}])
def test_a_value_of_the_wrong_type_is_refused(values):
    with pytest.raises(ValueError, match="invalid literal"):
        query("allegations_by_year").values({"country": "KZ", **values})


def test_a_question_that_does_not_exist_has_no_query():
    with pytest.raises(KeyError, match="no_such_question"):
        query("no_such_question")


def test_a_name_can_not_climb_out_of_its_folder():
    with pytest.raises(KeyError):
        query("../checks/low_is_not_above_high")


# Where a name of our own (a table, a column, a mart, a path) has to stand in SQL, which takes no parameter there.
ALLOWED = {
    "data/datasets.py": {"_typed"},
    "data/store/forgetting.py": {"_read_table"},
    "data/store/lake.py": {"copy_tables", "create_empty_table", "attach_lake", "attach_catalogue"},
    "data/store/publishing.py": {"publish_shipped"},
    "data/store/tables.py": {"change_table", "write_change"},
    # Columns of a file are c0, c1 …, its tables have names of ours: no cell and no header is among them.
    "data/intake/checking.py": {
        *("check", "find_totals", "_stored", "distinct", "learn_cells", "_cases", "_coded_cases", "_id"),
        *(
            "_find_repeats",
            "_leave_out",
            "read_cells",
            "_leave_out_repeats",
            "_refuse_several",
            "_figures",
            "_whole_rows",
            "_summed",
        ),
        *("_some", "_refuse_shortened_ids", "faults", "rejected_rows", "as_understood", "samples"),
    },
    "data/intake/blocks.py": {"carry_down", "_is_block"},
    "data/intake/recount.py": {"find_missed_totals", "_code_words", "_recounted"},
    "data/intake/reading/dialect.py": {"look_again"},
    "data/intake/reading/cells.py": {"__init__", "finish"},
    "data/intake/reading/loading.py": {"_drop_tables", "_set_beside"},
    "data/intake/screen.py": {"guard", "_look", "_judged", "_judged_at_once", "_looked", "_is_suspect_shape"},
    "data/intake/session.py": {"__init__", "_forget"},
}


def formatted_sql(path: Path) -> set[str]:
    """Functions of a file that put values into the text of a statement."""
    verb = re.compile(r"\b(select|insert|delete|update|create|attach|load|from|describe|where)\b", re.I)
    found = set()
    for outer in ast.walk(ast.parse(path.read_text("utf8"))):
        if not isinstance(outer, ast.FunctionDef):
            continue
        for call in ast.walk(outer):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"execute", "sql", "query"}:
                for text in (arg for arg in call.args if isinstance(arg, ast.JoinedStr | ast.BinOp)):
                    if verb.search(ast.unparse(text)):
                        found.add(outer.name)
    return found


def test_no_sql_is_put_together_but_where_a_name_of_ours_must_stand():
    root = FOLDER.parent
    for folder in ("queries", "data"):
        for path in (root / folder).rglob("*.py"):
            file = path.relative_to(root).as_posix()
            assert formatted_sql(path) <= ALLOWED.get(file, set()), file


def test_sql_put_together_from_a_value_is_caught(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("def ask(con, year):\n    con.execute(f'select * from counts where year = {year}')\n", "utf8")
    assert formatted_sql(planted) == {"ask"}


def test_the_catalogue_of_queries_reads_every_file():
    files = {(path.parent.name, path.stem) for path in FOLDER.rglob("*.sql")}
    assert files == set(EVERY)
    assert catalog.names() == tuple(sorted(name for folder, name in EVERY if folder == "questions"))
