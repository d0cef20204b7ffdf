"""Stores of before 0.2 hold cases row by row. Their counts stay, as figures; the cases are erased from every version.

Old versions can be asked as before: no question ever read a case.
"""

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data.intake.recipe import Recipe, RecipeError
from data.store import lake
from data.store.copies import remove_copies
from data.store.lake import CATALOGUE, list_columns, run_apart, transaction
from data.store.leftovers import name_of

# Tables of cases, and of cases counted by day.
TABLES = ("cases", "cohorts")
KNOWN = """
    select count(*)
    from __ducklake_metadata_lake.ducklake_data_file as file
    inner join __ducklake_metadata_lake.ducklake_table as kept on file.table_id = kept.table_id
    where kept.table_name in ('cases', 'cohorts')
"""
# A figure of a list was counted from its first day to its last one: the months are kept.
KEEP_FIGURES = """
    insert into lake.uploaded_figures by name
    select * replace (date_trunc('month', period_start)::date as period_start, last_day(period_end) as period_end)
    from lake.figures
    where dataset in (select upload_id from lake.uploads where shape = 'cases')
"""
# How files of cases were named, and columns that they all had.
OLD_NAME = re.compile(r"[0-9a-f]{32}\.parquet")
OLD_COLUMNS = {"upload_id", "case_id", "allegation_start", "allegation_end", "outcome", "weight"}
DROPPED = ("has_outcomes", "has_repeats", "covers_from", "covers_to")

ERASE = """
import sqlite3, sys
con = sqlite3.connect(sys.argv[1], timeout=float(sys.argv[2]), isolation_level=None)
con.execute("pragma secure_delete = on")
con.execute("begin immediate")
names = "table_id in (select table_id from ducklake_table where table_name in ('cases', 'cohorts'))"
for table, in con.execute("select name from sqlite_master where type = 'table'").fetchall():
    columns = {row[1] for row in con.execute(f'pragma table_info("{table}")')}
    if table.startswith("ducklake_") and "stats" in table and "table_id" in columns:
        con.execute(f'delete from "{table}" where {names}')
for table in ("ducklake_data_file", "ducklake_delete_file"):
    for path, in con.execute(f"select path from {table} where {names}").fetchall():
        print(path)
    con.execute(f"delete from {table} where {names}")
con.execute("commit")
con.execute("vacuum")
con.execute("pragma wal_checkpoint(truncate)")
con.close()
"""


def holds_cases(con: duckdb.DuckDBPyConnection) -> bool:
    """A version of the store still holds cases, or counts of them by day."""
    return bool(con.execute(KNOWN).fetchall()[0][0])


def erase_cases(con: duckdb.DuckDBPyConnection, path: Path, data: Path) -> None:
    """Make figures of the cases that the store counts, and erase the cases. To be called by who holds the lock.

    When it breaks off it is done at the next opening. Raises StoreError.
    """
    if "cases" in list_columns(con):
        with transaction(con):
            con.execute(KEEP_FIGURES)
            for table in (*TABLES, "case_figures"):
                con.execute(f"drop table if exists lake.{table}")
            for column in DROPPED:
                con.execute(f"alter table lake.uploads drop column if exists {column}")
            con.execute("alter table lake.uploads add column if not exists is_strict boolean")
            for upload, recipe in con.execute("select upload_id, recipe from lake.uploads").fetchall():
                con.execute("update lake.uploads set recipe = $1 where upload_id = $2", [_read_again(recipe), upload])
    remove_copies(path)  # they hold the least and the greatest value of each column of cases
    known = run_apart(path, ERASE, str(path / CATALOGUE), str(lake.PATIENCE)).decode().split()
    for table in TABLES:
        folder = data / "main" / table
        for name in known:
            (folder / name_of(name)).unlink(missing_ok=True)
        for file in find_cases_without_version(folder):
            file.unlink()


def find_cases_without_version(folder: Path) -> list[Path]:
    """Files of cases that an older program left when it was killed while it published: no version knows them.

    Named as it named them, and with the columns that it wrote, or broken off before they were; a file that somebody
    else named so lacks these.
    """
    if folder.resolve() != folder.parent.resolve() / folder.name:  # a link leads out of the store
        return []
    found = []
    for file in folder.glob("*.parquet"):
        if OLD_NAME.fullmatch(file.name) and file.is_file() and not file.is_symlink():
            try:
                is_of_cases = set(pq.read_schema(file).names) >= OLD_COLUMNS
            except pa.ArrowInvalid:
                with file.open("rb") as begun:
                    is_of_cases = begun.read(4) == b"PAR1"
            if is_of_cases:
                found.append(file)
    return found


def _read_again(recipe: str) -> str:
    """A recipe as it is read today: without the columns that are no longer read, and the words in them."""
    try:
        return Recipe.from_toml(recipe).to_toml()
    except RecipeError:
        return ""
