"""Do two checkouts give the same answers, charts and exports?

    python tests/compare_checkouts.py dump CHECKOUT FOLDER [--parts answers charts exports pictures] [--countries KZ KG]
    python tests/compare_checkouts.py diff FOLDER FOLDER

`dump` runs the code of a checkout on its own shipped figures and writes, as files that can be looked at:

- answers/: each question for each country, with its defaults and with every call that the charts make;
- charts/: each chart with its choices for all countries in English and for Kazakhstan in three languages: the figure as
  JSON, on the page and on paper, and every word around it;
- exports/: the ready deck as PPTX, ZIP, HTML and (with a Chromium) PDF, in three languages; all charts of each
  country, in its first scope, as PPTX, ZIP and HTML in English;
- pictures/: the ready deck as pictures, which take a minute.

`diff` lists the files that differ and where: paths in JSON, members of archives, down to the parts of a slide. Its exit
status is 1 when anything differs. Times are not compared; nothing is written outside the folder.
"""

import argparse
import hashlib
import importlib
import io
import itertools
import json
import logging
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ru", "kk")
HOME = "KZ"
LATER = ("investigation_opened", "prosecuted", "sent_to_court", "convicted")
EARLIER = ("complaint", "registered_offence", *LATER)
PARTS = ("answers", "charts", "exports", "pictures")
SHOWN = 8  # differences printed of one file
# (most, width, row) of the paper that charts are drawn for, in pixels: a slide of the HTML page, a page of the brief.
PAPER = {"slide": (240.0, 592.0, 19.0), "brief": (800.0, 671.0, 21.0)}


# Dumping ------------------------------------------------------------------------------------


class Recorder:
    """A store that keeps every question it was asked, with its answer."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.asked: dict[str, tuple[str, dict[str, Any], Any]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def ask(self, question: str, **given: Any) -> Any:
        frame = self.store.ask(question, **given)
        told = {name: value for name, value in given.items() if name not in {"known_snapshot", "version"}}
        self.asked[json.dumps([question, told], sort_keys=True, default=str)] = question, told, frame
        return frame


def dump(folder: Path, parts: Sequence[str], only: Sequence[str]) -> None:
    """Write what the checkout on `sys.path` answers, draws and exports."""
    from components import store as door
    from data.store import open_store

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as place:
        opened = open_store(Path(place) / "store")
        recorder = Recorder(opened)
        door.store = lambda: recorder  # type: ignore[assignment]
        known = opened.ask("countries_known")["country"]
        countries = sorted(country for country in known if not only or country in only)
        views = {country: list(_views(country)) for country in countries}
        if "charts" in parts:
            for country, own in views.items():
                for language in LANGUAGES if country == HOME else LANGUAGES[:1]:
                    _dump_charts(folder / "charts" / language / country, own, language)
                print(f"{country}: {len(own)} charts", flush=True)
        if "answers" in parts:
            _dump_questions(recorder, countries)
            for address in itertools.chain(*views.values()):
                _make(address, LANGUAGES[0])
            _dump_answers(folder / "answers", recorder)
        if "exports" in parts:
            _dump_exports(folder / "exports")
            _dump_countries(folder / "exports" / "countries", views)
        if "pictures" in parts:
            _dump_pictures(folder / "pictures")
        opened.close()


def _dump_questions(recorder: Recorder, countries: list[str]) -> None:
    """Each question for each country, its other parameters at their defaults; one without a default in every value."""
    from queries.catalog import names, query

    stages = sorted(set(recorder.store.ask("coverage", country=HOME)["stage"]))
    figures = ",".join(sorted(set(recorder.store.ask("yearly_lines", country=HOME)["figure_id"])))
    values = {"country": countries, "stage": stages, "kind": ["official", "ngo"], "figure_ids": [figures]}
    for name in names():
        needed = [parameter.name for parameter in query(name).params.values() if parameter.default is None]
        if not set(needed) <= values.keys():
            continue  # asked by its chart, with what can be chosen there
        for given in itertools.product(*(values[each] for each in needed)):
            recorder.ask(name, **dict(zip(needed, given, strict=True)))


def _dump_answers(folder: Path, recorder: Recorder) -> None:
    for key, (question, given, frame) in recorder.asked.items():
        name = f"{question}.{hashlib.sha256(key.encode()).hexdigest()[:10]}.json"
        country = given.get("country") or "all"
        _write_json(folder / str(country) / name, {"asked": given, "answer": _rows(frame)})
    print(f"{len(recorder.asked)} answers", flush=True)


def _views(country: str) -> Iterator[dict[str, str]]:
    """The address of each chart of a country, as its pages offer them."""
    from components.store import ask

    rows = ask("filter_values", country=country)
    scopes = sorted(
        (
            f"{row['value']}/{row['detail']}" if row["detail"] else row["value"]
            for row in rows[rows["field"] == "scope"].to_dict("records")
        ),
        key=lambda code: code != "all",
    )
    years = {
        end: str(rows.loc[rows["field"] == f"{name}_year", "value"].iloc[0])
        for end, name in (("from", "first"), ("to", "last"))
    }
    all_pairs = {"numerators": ",".join((*EARLIER[1:], "imprisoned")), "denominators": ",".join(EARLIER)}
    overview = {"numerators": ",".join(LATER), "denominators": "complaint,registered_offence"}
    for number, code in enumerate(scopes):
        scope, _, detail = code.partition("/")
        frame = {"country": country, **years, "scope": code}
        counts = ask("yearly_lines", country=country, scope=scope, scope_detail=detail)
        for stage in dict.fromkeys(["complaint", *counts["stage"]]):
            for chart in ("allegations_by_year", "counts_over_years", "yearly_lines"):
                yield {"chart": chart, **frame, "stage": stage}
        yield {"chart": "stage_ratio", **frame, **all_pairs, "with_c": "yes"}
        yield {"chart": "lag_check", **frame, **all_pairs}
        for chart in ("rival_claims", "event_figures"):
            yield {"chart": chart, **frame}
        for which in _keys("funnel", frame):
            yield {"chart": "funnel", **frame, "which": which}
        if number == 0:
            for which in _keys("ladder", frame):  # the ladders of every scope
                yield {"chart": "ladder", **frame, "which": which}
            for claim in ("lowest", "highest"):
                yield {"chart": "allegations_by_year", **frame, "stage": "complaint", "claim": claim}
            yield {"chart": "stage_ratio", **frame, **all_pairs}
            yield {"chart": "stage_ratio", **frame, **overview}
            for chart in ("un_decisions", "coverage"):
                yield {"chart": chart, **frame}
    halved = {"country": country, "scope": scopes[0], "from": "2012", "to": "2020"}
    yield {"chart": "allegations_by_year", **halved, "stage": "complaint"}
    yield {"chart": "stage_ratio", **halved}
    if country == HOME:
        for kind, later, earlier in itertools.product(("official", "ngo", "international"), LATER, EARLIER[:3]):
            asked = {"kind": kind, "numerators": later, "denominators": earlier}
            yield {"chart": "ratio_by_country", "country": country, **years, "scope": "all", **asked}


def _dump_charts(folder: Path, views: list[dict[str, str]], language: str) -> None:
    for address in views:
        _write_json(folder / f"{_name(address)}.json", {"view": address, **_told(_make(address, language))})


def _told(made: Any) -> dict[str, Any]:
    """All that a page shows of a chart, or says in its place."""
    words = {name: getattr(made, name) for name in ("heading", "is_aside", "said") if hasattr(made, name)}
    if not hasattr(made, "finding"):
        return words | {"made_view": made.view.address, "table": _rows(made.table)}
    plain = ("name", "question", "finding", "n_line", "country", "method", "figure_ids")
    return {
        **words,
        **{name: getattr(made, name) for name in plain},
        **{name: list(getattr(made, name)) for name in ("caveats", "key", "marks")},
        "made_view": made.view.address,
        "frame": _rows(made.frame),
        "table": _rows(made.table),
        "method_table": _rows(made.draw_method_table()) if made.draw_method_table else None,
        "figure": _figure(made.figure),
        "paper": {name: [_figure(page) for page in _pages(made, *sizes)] for name, sizes in PAPER.items()},
    }


def _figure(figure: Any) -> Any:
    return json.loads(figure.to_json())


def _dump_exports(folder: Path) -> None:
    from components.exports.brief import brief_bytes
    from components.exports.package import package_bytes
    from components.exports.page import page_bytes
    from components.exports.pptx import pptx_bytes

    decks = {language: _ready_deck(language) for language in LANGUAGES}
    for language, deck in decks.items():
        _write(folder / language / "deck.pptx", pptx_bytes(deck))
        _write(folder / language / "deck.zip", package_bytes(deck))
        if _has_chromium():
            _write(folder / language / "deck.pdf", brief_bytes(deck))
    _write(folder / "deck.html", page_bytes(list(decks.values())))
    _write(folder / "room.html", page_bytes(list(decks.values()), presenting=True))
    print("the ready deck exported", flush=True)


def _dump_countries(folder: Path, views: dict[str, list[dict[str, str]]]) -> None:
    from components.exports.package import package_bytes
    from components.exports.page import page_bytes
    from components.exports.pptx import pptx_bytes

    for country, own in views.items():
        handout = _hand_out([_view(address) for address in own if address["scope"] == own[0]["scope"]], "en")
        if handout.exhibits:
            _write(folder / f"{country}.pptx", pptx_bytes(handout))
            _write(folder / f"{country}.html", page_bytes([handout]))
            _write(folder / f"{country}.zip", package_bytes(handout))
    print("all charts exported", flush=True)


def _dump_pictures(folder: Path) -> None:
    from components.exports.pictures import pictures_bytes

    for language in LANGUAGES:
        _write(folder / f"{language}.zip", pictures_bytes(_ready_deck(language)))
    print("the ready deck drawn", flush=True)


def _name(address: dict[str, str]) -> str:
    told = json.dumps(address, sort_keys=True)
    stage = address.get("stage", "")
    return f"{address['chart']}{f'_{stage}' if stage else ''}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _rows(frame: Any) -> Any:
    """A frame as lists: its columns, their types, its rows."""
    if frame is None:
        return None
    kinds = [str(kind) for kind in frame.dtypes]
    return {"columns": list(map(str, frame.columns)), "kinds": kinds, "rows": frame.to_numpy().tolist()}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _write_json(path: Path, told: Any) -> None:
    _write(path, json.dumps(told, ensure_ascii=False, indent=1, default=_plain).encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# What checkouts call by different names, the older name last ------------------------------------


def _view(address: dict[str, str]) -> Any:
    chart = import_first("components.chart", "components.views")
    return chart.View(address["chart"], {name: value for name, value in address.items() if name != "chart"})


def _make(address: dict[str, str], language: str) -> Any:
    from components import blocks
    from components.text import Text

    return blocks.make(_view(address), Text(language))


def _keys(chart: str, frame: dict[str, str]) -> list[str]:
    """What can be chosen for «which»."""
    from components import blocks, store
    from components.text import Text

    given = {name: value for name, value in frame.items() if name != "chart"}
    if hasattr(blocks, "ladders"):
        return list(getattr(blocks, f"{chart}s")(blocks._reader(given, Text("en"))))
    module = importlib.import_module(f"components.charts.{chart}")
    return list(getattr(module, f"list_{chart}s")(blocks.read_reader(given, Text("en")), store.ask))


def _pages(made: Any, most: float, width: float, row: float) -> list[Any]:
    if hasattr(made.drawing, "pages"):
        return list(made.drawing.pages(made.text, most, width, row))
    plotly = importlib.import_module("components.drawing.plotly")
    return list(plotly.draw_pages(made.drawing, made.text, most, width, row))


def _hand_out(views: list[Any], language: str) -> Any:
    from components import handouts
    from components.deck import Card, Deck

    hand_out = getattr(handouts, "hand_out", None) or handouts.handout
    return hand_out(Deck(tuple(map(Card, views))), language)[0]


def _ready_deck(language: str) -> Any:
    from components import handouts
    from components.deck import seven

    hand_out = getattr(handouts, "hand_out", None) or handouts.handout
    return hand_out(seven(), language)[0]


def _has_chromium() -> bool:
    from components.exports import chromium

    find = getattr(chromium, "find_chromium", None) or chromium.chromium
    return find() is not None


def import_first(*names: str) -> Any:
    """The first of these modules that the checkout has."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(names)


# Comparing ----------------------------------------------------------------------------------


def compare(old: Path, new: Path) -> int:
    """Print what differs; how many files do."""
    names = sorted(
        {path.relative_to(root).as_posix() for root in (old, new) for path in root.rglob("*") if path.is_file()}
    )
    differ, alone = 0, Counter[str]()
    for name in names:
        one, other = old / name, new / name
        if not one.exists() or not other.exists():
            alone["first" if one.exists() else "second"] += 1
            continue
        found = list(differences(name, one.read_bytes(), other.read_bytes()))
        if found:
            differ += 1
            print(f"{name}: {len(found)} difference{'s' if len(found) > 1 else ''}")
            for each in found[:SHOWN]:
                print(f"    {each}")
    for folder in {name.split("/")[0] for name in names}:
        print(f"{folder}: {sum(name.startswith(folder) for name in names)} files")
    print(f"{len(names)} files, {differ} differ", *(f"{n} only in the {which}" for which, n in alone.items()), sep=", ")
    return differ + alone.total()


def differences(name: str, one: bytes, other: bytes) -> Iterator[str]:
    """Where two files differ."""
    if one == other:
        return
    if name.endswith(".json"):
        yield from _differences_of_json("", json.loads(one), json.loads(other))
    elif one[:2] == other[:2] == b"PK":
        yield from _differences_of_archives(one, other)
    else:
        at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        cut = slice(max(0, at - 40), at + 60)
        yield f"at byte {at} of {len(one)}: {_shown(one[cut])} | {_shown(other[cut])}"


def _shown(content: bytes) -> str:
    return content.decode("utf8", "replace").replace("\n", "⏎")


def _differences_of_archives(one: bytes, other: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(one)) as first, zipfile.ZipFile(io.BytesIO(other)) as second:
        names = [set(archive.namelist()) for archive in (first, second)]
        yield from (f"{name}: only in the first" for name in sorted(names[0] - names[1]))
        yield from (f"{name}: only in the second" for name in sorted(names[1] - names[0]))
        found = False
        for name in sorted(names[0] & names[1]):
            for each in differences(name, first.read(name), second.read(name)):
                found = True
                yield f"{name}: {each}"
        if not found and names[0] == names[1]:
            yield "the same members, packed otherwise"


def _differences_of_json(path: str, one: Any, other: Any) -> Iterator[str]:
    if type(one) is not type(other):
        yield f"{path}: {str(one)[:80]} | {str(other)[:80]}"
    elif isinstance(one, dict):
        for key in sorted(one.keys() | other.keys()):
            if key not in one or key not in other:
                yield f"{path}/{key}: only in the {'first' if key in one else 'second'}"
            else:
                yield from _differences_of_json(f"{path}/{key}", one[key], other[key])
    elif isinstance(one, list):
        if len(one) != len(other):
            yield f"{path}: {len(one)} | {len(other)} items"
        for place, (a, b) in enumerate(zip(one, other, strict=False)):
            yield from _differences_of_json(f"{path}/{place}", a, b)
    elif one != other and (one == one or other == other):  # a missing number is like any other
        yield f"{path}: {str(one)[:80]} | {str(other)[:80]}"


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("dump", help="write all that a checkout answers, draws and exports")
    one.add_argument("checkout", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    one.add_argument("--countries", nargs="+", default=[], help="these alone, to look at one change quickly")
    two = commands.add_parser("diff", help="compare two such folders")
    two.add_argument("old", type=Path)
    two.add_argument("new", type=Path)
    given = parser.parse_args()
    if "old" in given:
        return 1 if compare(given.old, given.new) else 0
    sys.path[0] = str(given.checkout.resolve())
    dump(given.folder, given.parts, given.countries)
    return 0


if __name__ == "__main__":
    sys.exit(main())
