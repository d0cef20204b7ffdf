"""The tables of the store: which there are, what follows from which, and how a change of one is written.

All of it is small and is held in memory too. A change is computed there, and only the difference is written: a lake
reads its catalogue and its files anew at each look at a table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import duckdb
import pyarrow as pa

from data.store.errors import RowsMissing
from data.store.lake import create_empty_table, list_columns
from queries.catalog import names, query

# Shipped tables that uploads add to: kept under another name, and joined by queries/staging.
JOINED = ("figures", "sources", "compilers")


# What is told of an upload. Its numbers are in `uploaded_figures`, a list of cases counted: no table holds a case.
UPLOAD_TABLES = (
    """
    create table if not exists lake.uploads (
        upload_id varchar, country varchar, compiler varchar, kind varchar, organisation varchar, author varchar,
        message varchar, language varchar, published_at varchar, shape varchar, is_strict boolean, file_rows bigint,
        published_rows bigint, rejected_rows bigint, left_out_rows bigint, recipe varchar, content_hash varchar
    )
    """,
)


# The tables that an upload's rows go to; in memory and in the lake, whichever is asked.
ADD = {
    "uploads": "insert into uploads by name from incoming",
    "uploaded_figures": "insert into uploaded_figures by name from incoming",
}


# The column in which the rows of a table say whose they are, for each table that an upload's rows go to.
NAMES_UPLOAD = {"uploads": "upload_id", "uploaded_figures": "dataset"}


REMOVE = (
    "delete from uploads where upload_id = $1",
    "delete from uploaded_figures where dataset = $1",
)


def create_missing_tables(con: duckdb.DuckDBPyConnection, mem: duckdb.DuckDBPyConnection, figures: Any) -> None:
    """The tables that uploads fill, empty, in the lake and in memory; `figures` gives the columns of its own."""
    for statement in UPLOAD_TABLES:
        con.execute(statement)
    con.register("incoming", figures)
    con.execute("create table if not exists lake.uploaded_figures as from incoming limit 0")
    con.execute("alter table lake.uploaded_figures add column if not exists source_url varchar")
    con.unregister("incoming")
    columns = list_columns(con)
    for name in ADD:
        create_empty_table(mem, name, columns[name])


@dataclass(frozen=True)
class TableChange:
    """What comes to a table and what goes from it; `went` is None: all of it comes, and is written to a new file."""

    name: str
    came: pa.Table
    went: pa.Table | None = None

    def __bool__(self) -> bool:
        return self.went is None or bool(len(self.came) or len(self.went))


def change_table(mem: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> TableChange:
    """Make a table in memory hold exactly these rows; what that changes."""
    mem.register("incoming", rows)
    try:
        known = mem.execute(
            "select column_name from duckdb_columns() where table_name = $1 order by column_index", [name]
        ).fetchall()
        if [column for (column,) in known] != rows.column_names:
            change = TableChange(name, rows)
        else:
            came = mem.execute(f'from incoming except from "{name}"').to_arrow_table()
            change = TableChange(name, came, mem.execute(f'from "{name}" except from incoming').to_arrow_table())
        if change:
            mem.execute(f'create or replace table "{name}" as from incoming')
        return change
    finally:
        mem.unregister("incoming")


def derive_tables(mem: duckdb.DuckDBPyConnection) -> list[TableChange]:
    """Make anew, in memory, what follows from the shipped tables and the uploads; what that changes."""
    order = [(folder, name) for folder in ("staging", "marts") for name in order_queries(folder)]
    return [change_table(mem, name, mem.execute(query(name, folder).sql).to_arrow_table()) for folder, name in order]


def rewrite_derived_tables(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection) -> None:
    """Write what follows from the rows of uploads that the lake holds by now."""
    with discarded_changes(now) as mem:
        for name in ADD:
            change_table(mem, name, lake.execute("from query_table($1)", [f"lake.{name}"]).to_arrow_table())
        for change in derive_tables(mem):
            write_change(lake, change)


def write_change(lake: duckdb.DuckDBPyConnection, change: TableChange) -> None:
    """Tell the lake of a change, touching only what differs."""
    if change.went is not None and len(change.went):
        lake.register("went", change.went)
        delete = f'delete from lake."{change.name}" as old where hash(old) in (select hash(went) from went)'
        deleted = lake.execute(delete).fetchall()[0][0]
        lake.unregister("went")
        if deleted != len(change.went):
            raise RowsMissing(f"{change.name}: {deleted} of {len(change.went)} rows were found")
    if change.went is None or len(change.came):
        to = "create or replace table {} as" if change.went is None else "insert into {}"
        lake.register("incoming", change.came)
        lake.execute(to.format(f'lake."{change.name}"') + " from incoming")
        lake.unregister("incoming")


@contextmanager
def discarded_changes(now: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables in memory, to be changed for a while: nobody else sees it, and it is taken back."""
    with now.cursor() as mem:
        mem.execute("begin")
        try:
            yield mem
        finally:
            mem.execute("rollback")


def insert_rows(con: duckdb.DuckDBPyConnection, brought: dict[str, pa.Table]) -> None:
    for name, rows in brought.items():
        con.register("incoming", rows)
        con.execute(ADD[name])
        con.unregister("incoming")


def remove_upload(con: duckdb.DuckDBPyConnection, upload_id: str) -> None:
    for statement in REMOVE:
        con.execute(statement, [upload_id])


def order_marts() -> list[str]:
    """Marts in the order in which they build on each other, as their headers say."""
    return order_queries("marts")


def order_queries(folder: str) -> list[str]:
    made = set(names(folder))
    return list(TopologicalSorter({name: query(name, folder).inputs & made for name in sorted(made)}).static_order())
