"""Publishing: the shipped figures, and uploads beside them; each publish is one snapshot."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data import datasets, self_check
from data.store.lake import copy_tables, quote_path, transaction
from data.store.tables import (
    EMPTY,
    JOINED,
    TableChange,
    change_table,
    create_missing_tables,
    derive_tables,
    discarded_changes,
    insert_rows,
    write_change,
)
from data.store.versions import annotate_snapshot, last_shipped_hash
from data.uploads import Changes, Publication, Upload, UploadRefused, changes_of_counts, changes_of_ratios
from queries.catalog import names, query

# So many cases stand in one group of a file.
ROWS_PER_GROUP = 1_000_000


# What an upload says of itself, by the columns of `uploads`.
UPLOAD_SAYS = (
    "upload_id",
    "country",
    "compiler",
    "kind",
    "organisation",
    "author",
    "message",
    "language",
    "shape",
    "file_rows",
    "rejected_rows",
    "left_out_rows",
    "has_outcomes",
    "has_repeats",
    "covers_from",
    "covers_to",
    "recipe",
    "content_hash",
)


FIGURE_NEEDS = ("stage", "unit", "value_low", "value_high", "qualifier", "period_start", "period_end")


# The rows of an upload's own table, in the columns of ours and no other: what is not mapped is not stored.
READY_CASES = """
    create or replace temp view ready as
    select * replace (getvariable('ready_id') as upload_id)
    from (
        (from no_cases)
        union all by name
        select columns(lambda name: list_contains([
            'case_id', 'allegation_start', 'allegation_end', 'region', 'place_kind', 'agency', 'legal_basis',
            'outcome', 'decided_start', 'decided_end', 'sex', 'age_band', 'weight'
        ], name))
        from query_table(getvariable('ready_table'))
    )
"""


READY_FIGURES = """
    create or replace temp view ready as
    (from no_figures)
    union all by name
    select columns(lambda name: list_contains([
        'country', 'region', 'compiler', 'stage', 'unit', 'value_low', 'value_high', 'qualifier', 'period_start',
        'period_end', 'period_kind', 'legal_basis', 'scope', 'scope_detail', 'denominator_stage', 'source_url'
    ], name))
    from query_table(getvariable('ready_table'))
"""


# Numbered in an order of their own, so that every machine gives a figure the same id.
UPLOADED_FIGURES = """
    select * replace (
        $upload_id as dataset,
        $upload_id || '-' || lpad((row_number() over (
            order by period_start, period_end, stage, unit, compiler, region, scope, scope_detail, qualifier,
            value_low, value_high, legal_basis, source_url
        ))::varchar, 5, '0') as figure_id,
        coalesce(country, $country) as country,
        nullif(region, '') as region,
        coalesce(nullif(compiler, ''), $compiler) as compiler,
        coalesce(period_kind, 'counted') as period_kind,
        coalesce(scope, 'all') as scope,
        nullif(scope_detail, '') as scope_detail,
        nullif(denominator_stage, '') as denominator_stage,
        $upload_id as source_id,
        case when coalesce(nullif(compiler, ''), $compiler) = $compiler then 'primary' else 'secondary' end
            as confidence,
        'yes' as wording_kept
    )
    from ready
"""


UNKNOWN_CODES = """
    with asked as (
        select
            unnest([
                { 'code': figures.stage, 'known': stages.stage },
                { 'code': figures.unit, 'known': units.unit },
                { 'code': figures.qualifier, 'known': qualifiers.qualifier },
                { 'code': figures.period_kind, 'known': period_kinds.period_kind },
                { 'code': figures.scope, 'known': scopes.scope },
                { 'code': figures.compiler, 'known': compilers.compiler },
                { 'code': figures.region, 'known': regions.region }
            ]) as each
        from figures
        left join stages on figures.stage = stages.stage
        left join units on figures.unit = units.unit
        left join qualifiers on figures.qualifier = qualifiers.qualifier
        left join period_kinds on figures.period_kind = period_kinds.period_kind
        left join scopes on figures.scope = scopes.scope
        left join compilers on figures.country = compilers.country and figures.compiler = compilers.compiler
        left join regions on figures.region = regions.region
        where figures.dataset = $1
    )

    select distinct each.code
    from asked
    where each.code is not null and each.known is null
"""


RIVALS = """
    select
        count(*),
        count(*) filter (where exists (
            select 1
            from counts as other
            where
                other.dataset != own.dataset
                and other.country = own.country
                and other.region = own.region
                and other.compiler = own.compiler
                and other.stage = own.stage
                and other.unit = own.unit
                and other.scope = own.scope
                and other.scope_detail = own.scope_detail
                and other.period_start <= own.period_end
                and other.period_end >= own.period_start
        ))
    from counts as own
    where own.dataset = $1
"""


def publish_shipped(con: duckdb.DuckDBPyConnection, tables: dict[str, Any], about: dict[str, str]) -> bool:
    """One snapshot: rows that went are deleted, rows that came are inserted, what follows from them is made anew.

    False when another process was faster.
    """
    if last_shipped_hash(con) == about["shipped"]:
        return False
    with transaction(con), closing(copy_tables(con)) as mem:
        create_missing_tables(con, mem, tables["figures"])
        shipped = {f"shipped_{name}" if name in JOINED else name: table for name, table in tables.items()}
        changes = [change_table(mem, name, table) for name, table in shipped.items()]
        if con.execute("select count(*) from lake.cases").fetchone() != (0,):
            cohorts = con.execute(query("cohorts", "staging").sql).to_arrow_table()
            changes.append(change_table(mem, "cohorts", cohorts))
        changes += derive_tables(mem)
        if faults := self_check.marts(mem):
            raise datasets.DataRefused(
                [datasets.Refusal("counts", 0, "", fault.rule, f"{fault.id} {fault.value}") for fault in faults]
            )
        for change in changes:
            write_change(con, change)
        changed = list(dict.fromkeys(change.name.removeprefix("shipped_") for change in changes if change))
        message = "Shipped figures: " + (", ".join(changed) or "no row changed")
        if not changed:  # a snapshot all the same, or the files would be read and compared at every start
            con.execute(f"comment on table lake.figures is '{quote_path(about['shipped'])}'")
        annotate_snapshot(con, "build", message, {**about, "kind": "build", "upload_id": ""})
    return True


def count_upload(
    lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload: Upload
) -> dict[str, pa.Table]:
    """What an upload brings to `uploads`, `cohorts` and `uploaded_figures`, by table.

    Counted on the upload's own table, under the names that the queries know, before anything is written.
    """
    with now.cursor() as mem, lake.cursor() as con:  # what is registered there takes the names of the lake's tables
        con.register("stages", mem.execute("from stages").to_arrow_table())
        for table, name in EMPTY.items():
            con.register(name, mem.execute("from query_table($1) limit 0", [table]).to_arrow_table())
        return _count_rows(con, upload)


def _count_rows(con: duckdb.DuckDBPyConnection, upload: Upload) -> dict[str, pa.Table]:
    table = _register_rows(con, upload)
    columns = {column[0] for column in con.execute("from query_table($1) limit 0", [table]).description}
    needed = ("outcome", "weight") if upload.shape == "cases" else FIGURE_NEEDS
    if missing := [column for column in needed if column not in columns]:
        raise UploadRefused("incomplete", ", ".join(missing))
    rows = con.execute("select count(*) from query_table($1)", [table]).fetchall()[0][0]
    if not rows:
        raise UploadRefused("no_rows")
    con.execute("create temp table uploads as from no_uploads")
    values = {
        **{column: getattr(upload, column) for column in UPLOAD_SAYS},
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "published_rows": rows,
    }
    con.execute("insert into temp.uploads by name select unnest($1)", [values])
    brought = {"uploads": con.execute("from temp.uploads").to_arrow_table()}
    _create_ready_view(con, upload)
    if upload.shape == "figures":
        given = {"upload_id": upload.upload_id, "country": upload.country, "compiler": upload.compiler}
        return brought | {"uploaded_figures": con.execute(UPLOADED_FIGURES, given).to_arrow_table()}
    con.execute("create temp view cases as from ready")
    if con.execute("select count(*) from cases where weight is null or weight < 1").fetchall() != [(0,)]:
        raise UploadRefused("incomplete", "weight")
    cohorts = con.execute(query("cohorts", "staging").sql).to_arrow_table()
    if cohorts["stage"].null_count:
        raise UploadRefused("unknown_stage")
    return brought | {"cohorts": cohorts}


def _create_ready_view(con: duckdb.DuckDBPyConnection, upload: Upload) -> None:
    """A view `ready` of an upload's rows, in the columns that are kept of them; what it lacks is null."""
    con.execute("set variable ready_table = $1", [_register_rows(con, upload)])
    con.execute("set variable ready_id = $1", [upload.upload_id])
    con.execute(READY_CASES if upload.shape == "cases" else READY_FIGURES)


def add_upload(mem: duckdb.DuckDBPyConnection, upload: Upload, brought: dict[str, pa.Table]) -> list[TableChange]:
    """Add, in memory, what an upload brings and what follows from it; UploadRefused if it may not stand.

    Returns what the lake is to be told beside the rows of `brought`.
    """
    if mem.execute("select 1 from uploads where upload_id = $1", [upload.upload_id]).fetchall():
        raise UploadRefused("already_published", upload.upload_id)
    known = mem.execute(
        "select kind from compilers where country = $1 and compiler = $2", [upload.country, upload.compiler]
    ).fetchall()
    if known not in ([], [(upload.kind,)]):
        raise UploadRefused("kind_differs", known[0][0])
    insert_rows(mem, brought)
    changes = derive_tables(mem)
    codes = mem.execute(UNKNOWN_CODES, [upload.upload_id]).fetchall()
    if codes:
        raise UploadRefused("unknown_code", ", ".join(sorted(code for (code,) in codes)))
    faults = [f"{fault.rule}: {fault.id} {fault.value}" for fault in self_check.marts(mem)]
    for name in names("checks"):
        for fault in query(name, "checks").frame(mem).to_dict("records"):
            if fault["id"].startswith(f"{upload.upload_id}-"):
                faults.append(f"{name}: {fault['id']} {fault['value']}")
    if faults:
        raise UploadRefused("rules_broken", "\n".join(faults))
    return changes


def publish_upload(
    lake: duckdb.DuckDBPyConnection, latest: Callable[[], duckdb.DuckDBPyConnection], upload: Upload, data: Path
) -> Publication:
    # The copy in memory may have to be made first: the cases are being written meanwhile.
    with transaction(lake), _write_cases_files(lake, upload, data), discarded_changes(now := latest()) as mem:
        brought = count_upload(lake, now, upload)
        changes = add_upload(mem, upload, brought)
        insert_rows(lake, brought)
        for change in changes:
            write_change(lake, change)
        figures, rivals = mem.execute(RIVALS, [upload.upload_id]).fetchall()[0]
        about = {"kind": "publish", "upload_id": upload.upload_id}
        version = annotate_snapshot(lake, upload.author, upload.message, about)
    undated = 0
    if "cohorts" in brought:
        cases = brought["cohorts"].filter(pc.field("year").is_null())["cases"]
        undated = int(pc.sum(cases, min_count=0).as_py())
    snapshot = lake.execute("select id from lake.current_snapshot()").fetchall()[0][0]
    rows = brought["uploads"]["published_rows"][0].as_py()
    return Publication(upload.upload_id, version, snapshot, rows, figures, undated, rivals)


@contextmanager
def _write_cases_files(lake: duckdb.DuckDBPyConnection, upload: Upload, data: Path) -> Iterator[None]:
    """The cases in a file of the lake, millions in one for each core; they go again when the publish fails.

    They are written beside what else is done, and made known to the lake at the end.
    """
    if upload.shape != "cases":
        yield
        return
    folder = data / "main" / "cases"
    folder.mkdir(parents=True, exist_ok=True)
    parts = _split_for_cores(upload)
    files = [folder / f"cases-{secrets.token_hex(16)}.parquet" for _ in parts]
    kinds = dict(row[:2] for row in lake.execute("describe lake.cases").fetchall())
    try:
        with lake.cursor() as apart, ThreadPoolExecutor(len(parts)) as others:
            write = partial(_write_cases_file, apart, kinds=kinds)
            written = [others.submit(write, part, file=file) for part, file in zip(parts, files, strict=True)]
            yield
            for each in written:
                each.result()
        for file in files:
            lake.execute("call ducklake_add_data_files('lake', 'cases', $1)", [str(file)])
    except BaseException:
        for file in files:
            file.unlink(missing_ok=True)
        raise


def _split_for_cores(upload: Upload) -> list[Upload]:
    """The upload in as many parts as cores can write at once, each worth a file; a table of the engine is one part."""
    rows = upload.rows
    if rows is None:
        return [upload]
    most = max(1, min(os.cpu_count() or 1, len(rows) // ROWS_PER_GROUP))
    each = max(1, -(-len(rows) // most))
    return [replace(upload, rows=rows.slice(start, each)) for start in range(0, max(1, len(rows)), each)]


def _write_cases_file(con: duckdb.DuckDBPyConnection, upload: Upload, kinds: dict[str, str], file: Path) -> None:
    """Write an upload's rows in the columns of `cases`, of these kinds; what it lacks is null.

    Its codes stay codes: a column of them is written in a fifth of the time that its words would take.
    """
    groups: Iterable[pa.Table]
    if upload.rows is not None:
        starts = range(0, len(upload.rows), ROWS_PER_GROUP)
        groups = (upload.rows.slice(start, ROWS_PER_GROUP) for start in starts)
        filled = {name for name in kinds if name in upload.rows.column_names and _is_filled(upload.rows[name])}
    else:
        given = con.execute("from query_table($1)", [upload.table]).to_arrow_reader(ROWS_PER_GROUP)
        groups = (pa.Table.from_batches([batch]) for batch in given)
        filled = set()
    of_ours = {"VARCHAR": pa.string(), "DATE": pa.date32(), "INTEGER": pa.int32()}
    with ExitStack() as opened:
        writer: pq.ParquetWriter | None = None
        for group in groups:
            columns = {}
            for name, kind in kinds.items():
                if name == "upload_id":
                    codes = pa.array(np.zeros(len(group), np.uint8))
                    columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array([upload.upload_id]))
                elif name not in group.column_names:
                    columns[name] = pa.nulls(len(group), of_ours[kind])
                else:
                    cells = group[name]
                    is_word = pa.types.is_dictionary(cells.type) and kind == "VARCHAR"
                    columns[name] = cells if is_word else cells.cast(of_ours[kind])
            schema = pa.schema([pa.field(name, cells.type, name not in filled) for name, cells in columns.items()])
            if writer is None:
                # What is always there needs no note of it, and of ids, all different, there are no repeats to save.
                # Least and greatest values are kept of the upload's own id alone, by which files are passed over.
                repeated = [name for name in kinds if name != "case_id"]
                writer = opened.enter_context(
                    pq.ParquetWriter(
                        file, schema, use_dictionary=repeated, write_statistics=["upload_id"], store_schema=False
                    )
                )
            writer.write_table(pa.table(columns, schema), row_group_size=ROWS_PER_GROUP)


def _is_filled(cells: pa.ChunkedArray) -> bool:
    """No cell is empty, nor what a code stands for."""
    lists = cells.chunks[:1] if pa.types.is_dictionary(cells.type) else []  # all pieces have one list
    return not cells.null_count and not any(piece.dictionary.null_count for piece in lists)


def _register_rows(con: duckdb.DuckDBPyConnection, upload: Upload) -> str:
    """The table of an upload's rows, as this connection knows it."""
    if upload.rows is None:
        return upload.table
    con.register("listed", upload.rows)
    return "listed"


def preview_upload(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload: Upload) -> Changes:
    brought = count_upload(lake, now, upload)
    with discarded_changes(now) as mem:
        counts, ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
        add_upload(mem, upload, brought)
        later_counts, later_ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
    return Changes(changes_of_counts(counts, later_counts), changes_of_ratios(ratios, later_ratios))
