"""What libraries that were not taken make of the files of tests/files: docs/handover.md states the result.

python -m bench.rejected        to be run again when one of them has a new release

The files are our own, and our reader was written beside them: it is right in all of them by construction, and the
comparison says only what a library would have to learn.
"""

import csv
import sys
import tomllib
import warnings
from importlib.metadata import version
from pathlib import Path

import chardet
from charset_normalizer import from_bytes

from data.intake.reading import Source, find

FILES = Path(__file__).parents[1] / "tests" / "files"


def decode(raw: bytes, encoding: str | None) -> str | None:
    """The text without its mark of order; None where there is no such encoding."""
    try:
        return raw.decode(encoding, "replace").lstrip("\ufeff") if encoding else None
    except LookupError:
        return None


def sniff(text: str) -> str:
    """The delimiter that the standard library finds, '' for none."""
    try:
        return csv.Sniffer().sniff(text).delimiter
    except csv.Error:
        return ""


def main() -> int:
    """Count, for each library, the files that it reads as the person who made them did."""
    expected = tomllib.loads((FILES / "expected.toml").read_text("utf8"))
    texts = {
        name: (FILES / name).read_bytes()
        for name, about in expected.items()
        if "encoding" in about.get("dialect", {}) and not name.endswith((".xlsx", ".xls"))
    }
    wrong: dict[str, list[str]] = {"charset-normalizer": [], "chardet": [], "ours": []}
    beyond = {name: raw for name, raw in texts.items() if not raw.isascii()}
    for name, raw in beyond.items():
        right = decode(raw, expected[name]["dialect"]["encoding"])
        best = from_bytes(raw).best()
        told = {
            "charset-normalizer": best.encoding if best else None,
            "chardet": chardet.detect(raw)["encoding"],
            "ours": find(Source.at(FILES / name))[0].encoding,
        }
        for library, encoding in told.items():
            if decode(raw, encoding) != right:
                wrong[library].append(f"{name} as {encoding}")
    for library, files in wrong.items():
        of = "" if library == "ours" else f" {version(library)}"
        print(
            f"{library}{of}: right in {len(beyond) - len(files)} of {len(beyond)} files beyond ASCII",
            *files,
            sep="\n  ",
        )
    delimited = {name: about["dialect"] for name, about in expected.items() if name in texts}
    delimited = {name: dialect for name, dialect in delimited.items() if dialect.get("delimiter")}
    sniffed = {name: sniff(decode(texts[name], dialect["encoding"]) or "") for name, dialect in delimited.items()}
    missed = [
        f"{name} as {found or 'none'}" for name, found in sniffed.items() if found != delimited[name]["delimiter"]
    ]
    print(f"csv.Sniffer: right in {len(delimited) - len(missed)} of {len(delimited)} files", *missed, sep="\n  ")
    return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
