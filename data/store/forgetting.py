"""Forgetting: an upload erased for good, from tables, files and catalogue."""

import subprocess
import sys
from pathlib import Path

import duckdb

from data.store import lake
from data.store.errors import StoreDamaged, StoreLocked
from data.store.lake import CATALOGUE, transaction
from data.store.tables import remove_upload, rewrite_derived_tables
from data.store.versions import annotate_snapshot

# A forget that has begun: it is finished at the next start if its process died.
FORGETTING = "forgetting.json"


# Least and greatest values outlive their rows in the catalogue; without them a query only reads a little more.
SCRUB = """
import sqlite3, sys
con = sqlite3.connect(sys.argv[1], timeout=float(sys.argv[2]), isolation_level=None)
con.execute("pragma secure_delete = on")
con.execute("update ducklake_table_column_stats set min_value = null, max_value = null")
con.execute("vacuum")
con.execute("pragma wal_checkpoint(truncate)")
con.close()
"""


def remove_forgotten_upload(
    con: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload_id: str, author: str, gone: list[str]
) -> None:
    """The rows are removed, and every small table is written anew, so that no file holds a row of it beside others."""
    with transaction(con):
        remove_upload(con, upload_id)
        rewrite_derived_tables(con, now, anew=True)
        about = {"kind": "forget", "upload_id": upload_id, "forgotten": gone}
        annotate_snapshot(con, author, f"Forget: {upload_id}", about)


def erase_snapshots(con: duckdb.DuckDBPyConnection, since: int, forget: int) -> None:
    """No snapshot since the upload came, and no file that only they need."""
    between = con.execute(
        "select snapshot_id from lake.snapshots() where snapshot_id >= $1 and snapshot_id < $2", [since, forget]
    ).fetchall()
    if between:
        con.execute("call ducklake_expire_snapshots('lake', versions => $1)", [[row[0] for row in between]])
    con.execute("call ducklake_cleanup_old_files('lake', cleanup_all => true)")
    delete_orphaned_files(con)


def delete_orphaned_files(con: duckdb.DuckDBPyConnection) -> None:
    """Take away the files of whoever was killed while he published: no snapshot knows them.

    To be called by who holds the lock of writers: nobody else is about to make a file known.
    """
    con.execute("call ducklake_delete_orphaned_files('lake', cleanup_all => true)")


def scrub_catalogue(path: Path) -> None:
    """Take the least and greatest values of gone rows out of the catalogue, and its free pages with them.

    In a process of its own: SQLite's locks are the process's, and the engine has a SQLite of its own in ours.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRUB, str(path / CATALOGUE), str(lake.PATIENCE)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise (StoreLocked if "locked" in done.stderr else StoreDamaged)(path, done.stderr.strip()[-500:])
