"""Versions: the content hash and the annotation of each snapshot, and the way back."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from data import datasets
from data.store.lake import transaction
from data.store.tables import remove_upload, rewrite_derived_tables
from data.uploads import Edition
from queries.catalog import names, query

CHANGES_UPLOADS = ("publish", "undo", "forget")


UPLOADS_OF = "from lake.uploads at (version => $snapshot) where compiler = $compiler"
FIGURES_OF = """
    select stage, period_start, period_end, value_low, value_high
    from lake.figures at (version => $snapshot)
    where dataset = $upload_id
"""
# Out of `figures`, which held the counts of a list also when its cases were stored and counted anew each time.
BRING_BACK = (
    "insert into lake.uploads by name from lake.uploads at (version => $snapshot) where upload_id = $upload_id",
    "insert into lake.uploaded_figures by name from lake.figures at (version => $snapshot) where dataset = $upload_id",
)


@dataclass(frozen=True)
class Line:
    """A line of the log: a snapshot with its annotation (`about`)."""

    snapshot: int
    published_at: datetime  # UTC; the first time, if a forget published it again
    author: str
    message: str
    about: dict[str, Any]

    @property
    def uploads(self) -> list[str]:
        """Ids of the uploads in this version."""
        return list(self.about.get("uploads", []))

    @property
    def forgotten(self) -> dict[str, str]:
        """Version erased until then -> version that replaces it; '' in stores of before 0.2, which noted none."""
        versions = self.about.get("forgotten", {})
        return dict(versions) if isinstance(versions, dict) else dict.fromkeys(versions, "")


def read_log(con: duckdb.DuckDBPyConnection) -> list[Line]:
    """Read the log: every annotated snapshot, oldest first."""
    rows = con.execute(
        "select snapshot_id, snapshot_time, author, commit_message, commit_extra_info "
        "from lake.snapshots() where commit_extra_info is not null order by snapshot_id"
    ).fetchall()
    return [_read_line(*row) for row in rows]


def _read_line(snapshot: int, at: datetime, author: str | None, message: str | None, extra: str) -> Line:
    about = json.loads(extra)
    if first := about.get("published_at"):
        at = datetime.fromisoformat(first)
    return Line(snapshot, at.astimezone(UTC), author or "", message or "", about)


def read_editions(con: duckdb.DuckDBPyConnection, compiler: str, versions: list[dict[str, Any]]) -> list[Edition]:
    """Every list of an organisation that one version or another still holds, in the order in which they came."""
    held = {upload: version["snapshot"] for version in versions for upload in version["uploads"]}
    found: dict[str, Edition] = {}
    for snapshot in set(held.values()):
        given = {"snapshot": snapshot, "compiler": compiler}
        for row in con.execute(UPLOADS_OF, given).df().to_dict("records"):
            figures = con.execute(FIGURES_OF, {"snapshot": snapshot, "upload_id": row["upload_id"]}).df()
            # A list from before there was a choice was not published strictly.
            found[row["upload_id"]] = Edition(row["upload_id"], row.get("is_strict") is True, figures)
    return [found[upload] for upload in held if upload in found]


def hash_shipped(root: Path) -> str:
    """Content of the shipped files and of the queries that go on from them: either may call for a new snapshot."""
    made = "".join(query(name, folder).sql for folder in ("staging", "marts") for name in names(folder))
    return datasets.content_hash(root) + "-" + hashlib.sha256(made.encode()).hexdigest()[:8]


def version_of(content: str, uploads: list[str]) -> str:
    """The content hash of the shipped files and the uploads together; without uploads that of the files."""
    return hashlib.sha256("-".join([content, *sorted(uploads)]).encode()).hexdigest()[:12] if uploads else content


def read_annotations(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What was noted of each version, latest first."""
    rows = con.execute(
        "select commit_extra_info from lake.snapshots() where commit_extra_info is not null order by snapshot_id desc"
    ).fetchall()
    return [json.loads(row[0]) for row in rows]


def last_shipped_hash(con: duckdb.DuckDBPyConnection) -> str | None:
    return next((about["shipped"] for about in read_annotations(con) if "shipped" in about), None)


def annotate_snapshot(con: duckdb.DuckDBPyConnection, author: str, message: str, about: dict[str, Any]) -> str:
    """Put author, message and what a version is onto the snapshot that is about to be; returns the version.

    What is not said of it is taken from the version before: the shipped files, the versions forgotten so far.
    """
    last = next(iter(read_annotations(con)), {})
    uploads = [row[0] for row in con.execute("select upload_id from lake.uploads order by upload_id").fetchall()]
    content = str(about.get("content", last.get("content")))
    about = {
        "version": version_of(content, uploads),
        "content": content,
        "shipped": last.get("shipped"),
        "uploads": uploads,
        "forgotten": last.get("forgotten", {}),
        **about,
    }
    con.execute("call lake.set_commit_message($1, $2, extra_info => $3)", [author, message, json.dumps(about)])
    return str(about["version"])


def undo_last_change(
    con: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, author: str, before: dict[str, Any], upload_id: str
) -> str:
    with transaction(con):
        held = {row[0] for row in con.execute("select upload_id from lake.uploads").fetchall()}
        for each in sorted(held - set(before["uploads"])):
            remove_upload(con, each)
        for each in sorted(set(before["uploads"]) - held):
            for statement in BRING_BACK:
                con.execute(statement, {"snapshot": before["snapshot"], "upload_id": each})
        rewrite_derived_tables(con, now)
        return annotate_snapshot(con, author, f"Undo: {upload_id}", {"kind": "undo", "upload_id": upload_id})
