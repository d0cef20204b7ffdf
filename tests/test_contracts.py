"""Where we rely on what a library does not promise: each of these fails at an upgrade that moves it.

docs/handover.md lists the places. What the gate reaches for inside Streamlit is in test_framework.py.
"""

import inspect
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import kaleido
import plotly.io
import pytest
import streamlit as st
import typst
from plotly.offline import get_plotlyjs
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

from data.store import cleaning, forgetting, leftovers, repairing
from data.store.lake import CATALOGUE, DATA, attach_lake

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(st.__file__).parent / "static" / "static" / "js"
# What our style sheets and scripts ask the framework's page for.
ASKING = [
    *(ROOT / "components").glob("*.css"),
    *(ROOT / "components").glob("*.js"),
    *(ROOT / "components" / "inline").glob("*.js"),
]


# Streamlit's page -----------------------------------------------------------------------------


def read_page_scripts() -> str:
    return "\n".join(path.read_text("utf8", errors="replace") for path in SCRIPTS.glob("*.js"))


def list_asked() -> set[str]:
    """The test ids and classes of the framework that our style sheets and scripts name."""
    text = "\n".join(path.read_text("utf8") for path in ASKING)
    ids = re.findall(r"data-testid=[\"']?(\w+(?:-\w+)?)", text)
    return {*ids, *re.findall(r"\.(st[A-Z]\w+)", text)}


def test_the_page_of_the_framework_has_every_id_and_class_that_we_ask_for():
    asked, scripts = list_asked(), read_page_scripts()
    assert len(asked) > 10
    # Of a button the kind stands apart: `stBaseButton-${kind}`.
    lost = [name for name in sorted(asked) if not all(part in scripts for part in name.split("-"))]
    assert lost == []


def test_the_key_of_an_element_is_a_class_of_it():
    assert "st-key-" in read_page_scripts()


def test_the_framework_takes_what_we_give_it():
    wanted = {
        st.App: {"lifespan", "middleware"},
        st.html: {"unsafe_allow_javascript"},
        st.plotly_chart: {"alt", "on_select", "selection_mode", "theme"},
        st.selectbox: {"persist_state"},
        st.toggle: {"persist_state"},
        st.segmented_control: {"persist_state", "required"},
        st.Page: {"visibility"},
        st.components.v2.component: {"js", "isolate_styles"},
    }
    lost = {name.__name__: asked - {*inspect.signature(name).parameters} for name, asked in wanted.items()}
    assert {name: missing for name, missing in lost.items() if missing} == {}


# Plotly ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawn_by", ["the pages", "the one-file page"])
def test_a_chart_has_the_layers_that_a_picture_is_made_of(drawn_by):
    if drawn_by == "the pages":
        library = "\n".join(path.read_text("utf8", errors="replace") for path in SCRIPTS.glob("PlotlyChart.*.js"))
    else:
        library = get_plotlyjs()
    script = (ROOT / "components" / "browser_picture.js").read_text("utf8")
    layers = re.findall(r"[\" ]\.([a-z]+-[a-z-]+|[a-z]+layer)\b", script)
    assert set(layers) == {"js-plotly-plot", "main-svg", "hoverlayer", "draglayer"}
    assert [layer for layer in layers if layer not in library] == []


def test_a_figure_is_written_as_the_library_in_the_page_reads_it():
    assert "newPlot" in get_plotlyjs()
    assert plotly.io.templates["plotly"].to_plotly_json()["layout"]
    assert plotly.io.json.to_json_plotly({"data": [], "layout": {}}) == '{"data":[],"layout":{}}'


def test_kaleido_draws_in_a_page_of_ours_in_a_chromium_that_we_name():
    assert {"n", "timeout", "page_generator"} <= {*inspect.signature(kaleido.Kaleido).parameters}
    assert callable(kaleido.Kaleido.calc_fig)
    page = kaleido.PageGenerator(mathjax=False).generate_index()
    assert page.count("</head>") == 1
    assert "mathjax" not in page.lower()


# What sets words, and slides --------------------------------------------------------------------


def test_typst_sets_a_page_by_the_data_and_the_clock_that_it_is_given():
    page = b"#set page(width: 90pt, height: 30pt)\n#set document(title: sys.inputs.words)\n#sys.inputs.words"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ROOT / "static/fonts"])
    given = {"font_paths": fonts, "sys_inputs": {"words": "Жалобы"}, "timestamp": 0, "pdf_standards": ["ua-1"]}
    one = typst.compile(page, format="pdf", **given)
    assert one == typst.compile(page, format="pdf", **given)
    assert typst.compile(page, format="png", font_paths=fonts, sys_inputs={"words": "1"}, ppi=72)[:4] == b"\x89PNG"


def test_a_slide_asks_a_chart_for_its_xml_and_its_workbook_and_nothing_else():
    asked = []

    class Chart:
        def __getattr__(self, name):
            asked.append(name)
            return {"xml_bytes": lambda _: b"<c:chartSpace %s/>" % SPACE, "xlsx_blob": b"PK"}[name]

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Pt(1), Pt(1), Pt(9), Pt(9), Chart())
    assert set(asked) == {"xml_bytes", "xlsx_blob"}


SPACE = (
    b'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


# DuckLake -------------------------------------------------------------------------------------


@pytest.fixture
def lake(tmp_path):
    """A lake with a table of two rows, one of them gone."""
    con = attach_lake(tmp_path)
    con.execute("create table lake.uploads as select unnest(['u1', 'u2']) as upload_id")
    con.execute("create table lake.cases as select 1 as case_id")
    yield tmp_path, con
    con.close()


def test_a_data_file_lies_and_is_named_where_and_as_leftovers_look_for_it(lake):
    path, con = lake
    files = {file.relative_to(path / DATA).as_posix() for file in (path / DATA).rglob("*.parquet")}
    assert {file.rpartition("/")[0] for file in files} == {"main/uploads", "main/cases"}
    assert leftovers.list_files(path / DATA) == {path / DATA / file for file in files}
    assert leftovers.find_unknown(con, path / DATA) == set()
    assert cleaning.holds_cases(con)


def test_even_one_row_is_a_file_and_not_a_row_of_the_catalogue(lake):
    path, con = lake
    con.execute("insert into lake.uploads values ('u3')")
    assert len(list((path / DATA / "main" / "uploads").glob("*.parquet"))) == 2


def test_each_write_and_each_comment_is_the_next_snapshot_with_what_we_say_of_it(lake):
    _, con = lake

    def latest():
        return con.execute("select id from lake.current_snapshot()").fetchall()[0][0]

    before = latest()
    con.execute("begin")
    con.execute("comment on table lake.uploads is ''")
    con.execute("call lake.set_commit_message('who', 'why', extra_info => '{}')")
    con.execute("commit")
    assert latest() == before + 1
    said = con.execute(
        "select author, commit_message, commit_extra_info from lake.snapshots() where snapshot_id = $1", [latest()]
    ).fetchall()
    assert said == [("who", "why", "{}")]
    assert con.execute(f"select count(*) from lake.uploads at (version => {before})").fetchall() == [(2,)]
    assert ("uploads", 1) in con.execute("select table_name, file_count from ducklake_table_info('lake')").fetchall()


def test_a_delete_says_how_many_rows_it_took_and_what_expires_is_deleted(lake):
    path, con = lake
    assert con.execute("delete from lake.cases").fetchall() == [(1,)]
    con.execute("drop table lake.cases")
    now = con.execute("select id from lake.current_snapshot()").fetchall()[0][0]
    con.execute("call ducklake_expire_snapshots('lake', versions => $1)", [list(range(now))])
    con.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)")
    assert {file.parent.name for file in (path / DATA).rglob("*.parquet")} == {"uploads"}


def test_the_catalogue_has_the_tables_and_columns_that_our_statements_name(lake):
    path, con = lake
    con.close()
    with closing(sqlite3.connect(path / CATALOGUE)) as catalogue:
        assert len(catalogue.execute(repairing.FILES).fetchall()) == 2
        catalogue.execute(repairing.VERSIONS)
        catalogue.execute("create temp table names_upload (table_name text, column_name text)")
        catalogue.execute("insert into names_upload values ('uploads', 'upload_id')")
        catalogue.execute(forgetting.OWN_FILES, {"upload_id": "u1"})
        for statement in (*forgetting.DROP_OWN_FILES, forgetting.CLEAR_STATISTICS):
            catalogue.execute(statement)
        for statement in forgetting.EMPTY_TABLES:
            catalogue.execute(statement, {"next": 9})


def test_the_catalogue_notes_the_least_and_the_greatest_id_of_each_file(tmp_path):
    with closing(attach_lake(tmp_path)) as con:
        con.execute("create table lake.uploads as select 'u1' as upload_id")
        con.execute("insert into lake.uploads values ('u2')")
    with closing(sqlite3.connect(tmp_path / CATALOGUE)) as catalogue:
        catalogue.execute(
            "create temp table names_upload as select 'uploads' as table_name, 'upload_id' as column_name"
        )
        catalogue.execute(forgetting.OWN_FILES, {"upload_id": "u2"})
        assert len(catalogue.execute("select * from own_files").fetchall()) == 1


def test_a_catalogue_is_known_as_ours_by_the_folder_that_it_names(lake):
    path, con = lake
    con.close()
    with closing(sqlite3.connect(path / CATALOGUE)) as catalogue:
        from data.store.layout import name_data

        assert name_data(catalogue) == DATA
