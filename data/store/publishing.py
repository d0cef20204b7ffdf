"""Publishing: the shipped figures, and uploads beside them; each publish is one snapshot."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from data import datasets, self_check
from data.store.lake import copy_tables, quote_path, transaction
from data.store.tables import (
    JOINED,
    TableChange,
    change_table,
    create_missing_tables,
    derive_tables,
    discarded_changes,
    insert_rows,
    remove_upload,
    write_change,
)
from data.store.versions import annotate_snapshot, last_shipped_hash
from data.uploads import (
    Changes,
    Edition,
    Publication,
    Upload,
    UploadRefused,
    changes_of_counts,
    changes_of_ratios,
    list_years,
)
from queries.catalog import names, query

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
    "is_strict",
    "recipe",
    "content_hash",
)
# How its rows went. Of a strict list it is not kept: what was published is a total of numbers that are withheld.
ROWS_WENT = ("file_rows", "published_rows", "rejected_rows", "left_out_rows")


FIGURE_NEEDS = ("stage", "unit", "value_low", "value_high", "qualifier", "period_start", "period_end")


# The rows of an upload in the columns of ours and no other: what is not mapped is not stored.
READY = """
    create temp view ready as
    (from uploaded_figures limit 0)
    union all by name
    select columns(lambda name: list_contains([
        'country', 'region', 'compiler', 'stage', 'unit', 'value_low', 'value_high', 'qualifier', 'period_start',
        'period_end', 'period_kind', 'legal_basis', 'scope', 'scope_detail', 'denominator_stage', 'note', 'source_url'
    ], name))
    from brought
"""


# A list of cases has one figure for each year and stage; each follows the complaints of its year, whose cases they are.
# Other figures are numbered in an order of their own, so that every machine gives a figure the same id.
UPLOADED_FIGURES = """
    select * replace (
        $upload_id as dataset,
        case when $shape = 'cases'
            then concat_ws('-', $upload_id, nullif(country, $country), year(period_start), stage)
            else $upload_id || '-' || lpad((row_number() over (
                order by period_start, period_end, stage, unit, compiler, region, scope, scope_detail, qualifier,
                value_low, value_high, legal_basis, source_url
            ))::varchar, 5, '0')
        end as figure_id,
        case when $shape = 'cases' and stage != 'complaint' and exists (
            select 1
            from ready as complaints
            where
                complaints.stage = 'complaint'
                and complaints.country is not distinct from ready.country
                and complaints.period_start = ready.period_start
        )
            then concat_ws('-', $upload_id, nullif(country, $country), year(period_start), 'complaint')
        end as followed_from,
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
                { 'code': figures.country, 'known': countries.country },
                { 'code': figures.stage, 'known': stages.stage },
                { 'code': figures.unit, 'known': units.unit },
                { 'code': figures.qualifier, 'known': qualifiers.qualifier },
                { 'code': figures.period_kind, 'known': period_kinds.period_kind },
                { 'code': figures.scope, 'known': scopes.scope },
                { 'code': figures.compiler, 'known': compilers.compiler },
                { 'code': figures.region, 'known': regions.region }
            ]) as each
        from figures
        left join countries on figures.country = countries.country
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


def build_upload_rows(now: duckdb.DuckDBPyConnection, upload: Upload) -> dict[str, pa.Table]:
    """What an upload brings to `uploads` and `uploaded_figures`, by table."""
    says = {column: getattr(upload, column) for column in UPLOAD_SAYS}
    says["published_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    if not upload.is_strict:
        says |= {column: getattr(upload, column) for column in ROWS_WENT}
    given = {column: getattr(upload, column) for column in ("upload_id", "shape", "country", "compiler")}
    with now.cursor() as con:  # what is made there is its own
        con.execute("create temp table told as from uploads limit 0")
        con.execute("insert into told by name select unnest($1)", [says])
        con.register("brought", upload.rows)
        con.execute(READY)
        figures = con.execute(UPLOADED_FIGURES, given).to_arrow_table()
        return {"uploads": con.execute("from told").to_arrow_table(), "uploaded_figures": figures}


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
    if upload.replaces:
        own = "select 1 from uploads where upload_id = $1 and compiler = $2"
        if not mem.execute(own, [upload.replaces, upload.compiler]).fetchall():
            raise UploadRefused("replaces_unknown", upload.replaces)
        remove_upload(mem, upload.replaces)
    if upload.language not in datasets.LANGUAGES:
        raise UploadRefused("unknown_code", upload.language)
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


def refuse_unfit(upload: Upload, editions: Sequence[Edition]) -> None:
    """Refuse what can't stand by itself, or beside the other lists of its organisation.

    Numbers of one year are published strictly or not: those told exactly would undo the others. Raises UploadRefused:
    incomplete, no_rows, strict_differs; changed_since when the strict lists are not those that this one stands beside.
    """
    if missing := [column for column in FIGURE_NEEDS if column not in upload.rows.column_names]:
        raise UploadRefused("incomplete", ", ".join(missing))
    if not len(upload.rows):
        raise UploadRefused("no_rows")
    years = list_years(upload.rows["period_start"].to_pylist(), upload.rows["period_end"].to_pylist())
    for edition in editions:
        if edition.is_strict != upload.is_strict and edition.years & years:
            raise UploadRefused("strict_differs", edition.upload_id)
    if upload.is_strict and upload.earlier_lists != tuple(
        edition.upload_id for edition in editions if edition.is_strict
    ):
        raise UploadRefused("changed_since")


def publish_upload(lake: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, upload: Upload) -> Publication:
    brought = build_upload_rows(now, upload)
    with transaction(lake), discarded_changes(now) as mem:
        changes = add_upload(mem, upload, brought)
        if upload.replaces:
            remove_upload(lake, upload.replaces)
        insert_rows(lake, brought)
        for change in changes:
            write_change(lake, change)
        figures, rivals = mem.execute(RIVALS, [upload.upload_id]).fetchall()[0]
        about = {"kind": "publish", "upload_id": upload.upload_id, "replaces": upload.replaces}
        version = annotate_snapshot(lake, upload.author, upload.message, about)
    snapshot = lake.execute("select id from lake.current_snapshot()").fetchall()[0][0]
    return Publication(
        upload.upload_id, version, snapshot, upload.published_rows, figures, upload.undated_cases, rivals
    )


def preview_upload(now: duckdb.DuckDBPyConnection, upload: Upload) -> Changes:
    brought = build_upload_rows(now, upload)
    with discarded_changes(now) as mem:
        counts, ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
        add_upload(mem, upload, brought)
        later_counts, later_ratios = mem.execute("from counts").df(), mem.execute("from ratios").df()
    return Changes(changes_of_counts(counts, later_counts), changes_of_ratios(ratios, later_ratios))
