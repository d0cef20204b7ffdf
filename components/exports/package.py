"""The data of a chart, or of a deck, in one ZIP: what the charts show, where it comes from, and how to read it.

It is a Data Package (https://datapackage.org/standard/, version 2), so that a program reads it without being told, and
its descriptor holds the SHA-256 of every file, so that a copy can be verified.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from components.charts.shared.values import name_compiler, number_or_none
from components.exports.archive import zip_files
from components.exports.cite import STYLES, Work, cite, write_chart_title
from components.exports.columns import clean, read_table
from components.exports.csv_text import data_bytes, make_inert
from components.exports.exhibit import Exhibit, Handout, strip_markdown
from components.exports.workbook import workbook_bytes
from components.text import DASH, Text
from queries.catalog import Query, query

STANDARD = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
MEDIA = {
    "csv": "text/csv",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a column says when its name begins so, beside what the rest of its name says; the longest first.
OF = (
    *("of_above", "of_first", "denominator", "published", "numerator"),
    *("interval", "spread", "ratio", "above", "first", "exact"),
)

Section = tuple[str, Sequence[str]]


def package_bytes(handout: Handout) -> bytes:
    """The ZIP. One chart lies at its root, each chart of a deck in a folder of its own, by its place and its name.

    For each chart: data.csv, table.csv, sources.csv, chart.xlsx and README.txt; at the root datapackage.json. A title
    of her own stands in the README; a note for the speaker is not for whoever gets the file, and stays out.
    Raises ValueError for a handout without a chart, which has nothing to take away.
    """
    if not handout.exhibits:
        raise ValueError("no chart")
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for place, exhibit in enumerate(handout.exhibits, 1):
        folder = "" if len(handout.exhibits) == 1 else f"{place:02}_{_name_folder(exhibit)}/"
        schemas = _write_schemas(exhibit)
        for name, content in _write_files(exhibit, handout).items():
            files[folder + name] = content
            resources.append(_write_resource(folder + name, content, exhibit, schemas.get(name)))
    descriptor = json.dumps(_write_descriptor(handout, resources), ensure_ascii=False, indent=2)
    return zip_files({"datapackage.json": descriptor.encode("utf8")} | files)


def list_sections(exhibit: Exhibit, handout: Handout) -> list[Section]:
    """What the README says of a chart, a heading and its lines each: the finding first, the columns last."""
    text, block = handout.text, exhibit.block
    one = Handout((exhibit,), text, handout.version, handout.dated)
    said: list[Section] = [
        (text("package.title"), [exhibit.title] if exhibit.title else []),
        (text("package.finding"), [block.finding]),
        (text("package.n"), [block.n_line]),
        (text("package.period"), [_write_period(block.frame, text)]),
        (text("package.key"), block.key),
        (text("package.caveats"), block.caveats),
        (text("package.documents"), [" ".join(filter(None, (each.words, each.url))) for each in exhibit.documents]),
        (text("package.method"), [strip_markdown(paragraph) for paragraph in block.method]),
        (text("package.cite"), [cite(Work.of(one), style) for style in STYLES]),
        (text("package.data"), [handout.data_line]),
        (text("package.address"), [exhibit.address] if exhibit.address else []),
        (text("package.licence"), [text("package.licence_words")]),
        (
            text("package.files"),
            [
                *(
                    text(f"package.file_{name}")
                    for name in ("data", "table", "sources", "workbook", "checksum", "excel")
                ),
                text("package.empty_cell"),
                text("package.apostrophe"),
            ],
        ),
    ]
    for file, frame in (("data.csv", block.frame), ("sources.csv", exhibit.evidence)):
        lines = [f"{name}: {describe_column(name, text)}" for name in map(str, frame.columns)]
        said.append((text("package.columns", file=file), lines))
    return [(heading, list(lines)) for heading, lines in said if lines]


def describe_column(name: str, text: Text) -> str:
    """What a column means, in the language: «earlier stage – lowest value …» for denominator_low."""
    if text.has(f"package.column.{name}"):
        return text(f"package.column.{name}")
    prefix = next(prefix for prefix in OF if name.startswith(f"{prefix}_"))
    return f"{text(f'package.of.{prefix}')} {DASH} {text('package.column.' + name.removeprefix(f'{prefix}_'))}"


def _write_files(exhibit: Exhibit, handout: Handout) -> dict[str, bytes]:
    text, block, said = handout.text, exhibit.block, list_sections(exhibit, handout)
    sheets = {
        text("package.sheet_table"): block.table,
        text("package.sheet_data"): block.frame,
        text("package.sheet_sources"): _tabulate_sources(exhibit),
    }
    title = write_chart_title(block)
    lines = [title, "=" * len(title), *(line for heading, lines in said for line in ("", heading, *lines))]
    about = [(heading if place == 0 else "", line) for heading, lines in said for place, line in enumerate(lines)]
    return {
        "data.csv": data_bytes(block.frame),
        "table.csv": data_bytes(block.table),
        "sources.csv": data_bytes(exhibit.evidence),
        "chart.xlsx": workbook_bytes(sheets, [("", title), *about], handout.day, text),
        # The mark and the ends of lines are for the editor that opens a text by double click on Windows.
        "README.txt": "".join(f"{clean(line)}\n" for line in lines).replace("\n", "\r\n").encode("utf-8-sig"),
    }


def _tabulate_sources(exhibit: Exhibit) -> pd.DataFrame:
    """The answer to `evidence` in words: a row for each figure, its repeats and its rivals."""
    text = exhibit.block.text
    return pd.DataFrame(
        [
            {
                text("package.figure"): row["asked_id"],
                text("package.relation"): text(f"relation.{row['relation']}"),
                text("ui.figure_id"): row["figure_id"],
                text("ui.compiler"): name_compiler(row, text),
                text("ui.stage"): text.of(row["country"])(f"stage.{row['stage']}"),
                text("ui.number"): text.bound(
                    number_or_none(row["low"]), number_or_none(row["high"]), row["qualifier"]
                ),
                text("ui.unit"): text.unit(row["unit"], row["kind"]),
                text("ui.period"): text.period(row["period_start"].date(), row["period_end"].date()),
                text("ui.confidence"): text(f"confidence.{row['confidence']}"),
                text("package.document"): text.title(row["title"]),
                text("package.publisher"): text.publisher(row["publisher"]),
                text("package.published_on"): text.published_on(row["published_on"]),
                text("package.language"): text.tongue(row["language"]),
                text("package.url"): row["url"],
                text("ui.locator"): text.note(row["locator"]),
                text("ui.note"): text.note(row["note"]),
            }
            for row in exhibit.evidence.to_dict("records")
        ]
    )


def _write_period(frame: pd.DataFrame, text: Text) -> str:
    """The time that the rows cover; of a chart of years without days, its years."""
    if "period_start" in frame:
        return text.period(frame["period_start"].min().date(), frame["period_end"].max().date())
    return f"{frame['year'].min()}{DASH}{frame['year'].max()}"


def _write_schemas(exhibit: Exhibit) -> dict[str, dict[str, Any]]:
    """The Table Schema of each CSV."""
    text, asked, evidence = exhibit.block.text, query(exhibit.block.question), query("evidence")
    return {
        "data.csv": _write_schema(exhibit.block.frame, text, asked),
        "table.csv": _write_schema(exhibit.block.table, text, None),
        "sources.csv": _write_schema(exhibit.evidence, text, evidence),
    }


def _write_schema(frame: pd.DataFrame, text: Text, asked: Query | None) -> dict[str, Any]:
    """Each column with its type; of the answer to a question also with what the question's header says of it, and the
    grain as the primary key where it is one: never empty and never twice."""
    names, kinds, rows = read_table(frame)
    described = asked.described if asked else {}
    fields: list[dict[str, Any]] = []
    for name, kind in zip(names, kinds, strict=True):
        field = {"name": make_inert(name), "type": kind}
        if asked:
            field |= {"title": describe_column(name, text)}
            field |= {"description": described.get(name) or describe_column(name, Text("en"))}
        fields.append(field)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if asked and set(asked.grain) <= set(names):
        keys = [tuple(row[names.index(name)] for name in asked.grain) for row in rows]
        if len(set(keys)) == len(keys) and all(cell not in (None, "") for key in keys for cell in key):
            schema["primaryKey"] = asked.grain
    return schema


def _write_resource(path: str, content: bytes, exhibit: Exhibit, schema: dict[str, Any] | None) -> dict[str, Any]:
    ending = path.rsplit(".", 1)[1]
    resource: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]", "-", path.removesuffix(f".{ending}").lower().replace("/", ".")),
        "path": path,
        "title": clean(write_chart_title(exhibit.block)),
        "format": ending,
        "mediatype": MEDIA[ending],
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if ending != "xlsx":
        resource["encoding"] = "utf-8"
    # The delimiter is said, since a program that guesses it can guess wrong where words hold semicolons.
    return resource | ({"type": "table", "dialect": {"delimiter": ","}, "schema": schema} if schema else {})


def _write_descriptor(handout: Handout, resources: list[dict[str, Any]]) -> dict[str, Any]:
    text, work = handout.text, Work.of(handout)
    descriptor: dict[str, Any] = {
        "$schema": STANDARD,
        "name": handout.file_name("zip").removesuffix(".zip").lower(),
        "title": clean(work.title),
        "description": clean("\n\n".join(exhibit.block.finding for exhibit in handout.exhibits)),
        "version": handout.version,
        "created": f"{handout.day.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": text("ui.title"), "roles": ["publisher"]}],
    }
    if work.address:
        descriptor["homepage"] = work.address
    documents = {row["source_id"]: row for each in handout.exhibits for row in _list_documents(each)}
    descriptor["sources"] = [_write_source(row) for row in documents.values()]
    return descriptor | {"resources": resources}


def _list_documents(exhibit: Exhibit) -> list[dict[str, Any]]:
    return exhibit.evidence.drop_duplicates("source_id").to_dict("records")


def _write_source(row: dict[str, Any]) -> dict[str, str]:
    """A document as the standard wants it; an address that is none of the web, or climbs out of a folder, is left to
    sources.csv."""
    url = str(row["url"])
    has_path = re.fullmatch(r"https?://\S+", url) and ".." not in url
    return {"title": clean(str(row["title"]))} | ({"path": url} if has_path else {})


def _name_folder(exhibit: Exhibit) -> str:
    """The name of a folder: of codes alone, never of words that a person gave."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", f"{exhibit.block.name}_{exhibit.block.country or 'all'}")
