"""The ZIP of a deck read back, and words that could do harm in it."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from components.chart import View
from components.deck import Card, Deck, seven
from components.exports.exhibit import Exhibit, Handout
from components.exports.package import package_bytes
from components.handouts import hand_out
from components.text import Text

ROOT = Path(__file__).parent.parent
FILES = ["data.csv", "table.csv", "sources.csv", "chart.xlsx", "README.txt"]
SHEETS = ["sheet_table", "sheet_data", "sheet_sources", "sheet_about"]
NO_LETTER = "\N{REPLACEMENT CHARACTER}"
HOSTILE = [
    '=HYPERLINK("https://example.org";"x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\uff1d1+1",
    '"quoted", ; and\nbroken',
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "C:/con",
    "nul\x00bell\x07",
    "{title} {0} %s",
    "_x003D_1+1",
]


@cache
def deck(language: str) -> Handout:
    return hand_out(seven(), language)[0]


@cache
def package(language: str) -> bytes:
    return package_bytes(deck(language))


@cache
def taken(language: str) -> dict[str, bytes]:
    """The files of the deck of seven."""
    return opened(package(language))


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def ratio_files() -> dict[str, bytes]:
    """The files of every ratio of Kazakhstan, the per cents that sources themselves state among them."""
    return opened(package_bytes(hand_out(Deck((Card(View("stage_ratio", {"country": "KZ"})),)), "ru")[0]))


def charts(language: str) -> Iterator[tuple[Exhibit, dict[str, bytes]]]:
    """Each chart of the deck with the files of its folder."""
    files = taken(language)
    folders = list(dict.fromkeys(path.split("/")[0] for path in files if "/" in path))
    for exhibit, folder in zip(deck(language).exhibits, folders, strict=True):
        yield exhibit, {name: files[f"{folder}/{name}"] for name in FILES}


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def meant(cell: str) -> str:
    """A cell of words without the apostrophe that keeps it from running."""
    return cell[1:] if re.match(r"'\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|'[\t\n]", cell) else cell


def parsed(cell: str, kind: str) -> Any:
    """A cell as a program reads it by its declared type; raises ValueError when it is not of it."""
    if cell == "":
        return None
    if kind == "boolean":
        return {"true": True, "false": False}[cell]
    return {"integer": int, "number": float, "date": date.fromisoformat, "string": meant}[kind](cell)


def expected(value: Any) -> Any:
    """A value of a frame as it should come back."""
    if isinstance(value, str):
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", NO_LETTER, lines) or None
    if pd.api.types.is_list_like(value):
        return "|".join(value)
    if pd.isna(value):
        return None
    if pd.api.types.is_bool(value):
        return bool(value)
    return value.date() if isinstance(value, pd.Timestamp) else value


def descriptor(files: dict[str, bytes]) -> dict[str, Any]:
    return json.loads(files["datapackage.json"].decode("utf8"))


def resources(files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    return {each["path"]: each for each in descriptor(files)["resources"]}


def workbook(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_rows(content: bytes, key: str, language: str) -> list[list[Any]]:
    sheet = workbook(content)[Text(language)(f"package.{key}")]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def assert_frame(content: bytes, frame: pd.DataFrame, schema: dict[str, Any]) -> None:
    """The CSV, each cell read by its declared type, is the frame."""
    header, *body = rows(content)
    kinds = [field["type"] for field in schema["fields"]]
    assert [meant(name) for name in header] == [expected(str(name)) for name in frame.columns]
    assert header == [field["name"] for field in schema["fields"]]
    back = [[parsed(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in body]
    assert back == [[expected(value) for value in row] for row in frame.itertuples(index=False, name=None)]


def one(exhibit: Exhibit, text: Text, **own: Any) -> Handout:
    """A handout of one chart of our own."""
    return Handout((replace(exhibit, **own),), text, "b779a4af653f", "2026-11")
