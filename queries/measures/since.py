"""What has changed on a chart since a version: the numbers that it drew then beside those that it draws now."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

# What a mark shows: the published number with its bounds, or the state of a year of the coverage.
SHOWN = ["low", "high", "qualifier", "state"]
# Where a number stands.
PLACE = [
    *("country", "region", "kind", "compiler", "stage", "unit"),
    *("scope", "scope_detail", "period_start", "period_end", "year"),
]
# What is said of it besides.
SAID = ["period_kind", "confidence", "source_id"]
COLUMNS = [
    *("change", "figure_id", *PLACE),
    *(f"{name}_{side}" for side in ("before", "after") for name in (*SHOWN, *SAID, "assessed")),
]

Row = dict[str, Any]


def since(before: pd.DataFrame, after: pd.DataFrame, grain: Sequence[str]) -> pd.DataFrame:
    """COLUMNS, a row for each number of the chart that is not as it was, the unchanged left out; '' for nothing.

    before, after: answers to one question for one view, at two versions; grain: the question's own. Any rows with
    figure_id, low, high and qualifier will do, with a numerator and a denominator (`stage_ratio` and its kin), or with
    a state (`coverage`).

    change: changed (other bounds or qualifier; of the coverage: another state), added, gone, or restated: the same
    number, told otherwise: another period, document, or grade or claim of its ratio (`assessed`). A figure that stands
    in several ratios counts once. It is known by its id, then by where it stands: an upload that comes again brings new
    ids, and a rung of a ladder may take a later figure. PLACE is where the number stands now, or stood when it is gone.
    """
    old, new = shown(before), shown(after)
    pairs = [(old.pop(key), new.pop(key), [*PLACE, *SAID]) for key in [*old] if key in new]
    # Where the grain is the figure itself, one that went and one that came are one only at the very same place.
    place = PLACE if any(name.endswith("_id") for name in grain) else list(grain)
    for key, now in [*new.items()]:
        at_place = [other for other, was in old.items() if all(was[name] == now[name] for name in place)]
        if at_place:
            pairs.append((old.pop(at_place[0]), new.pop(key), PLACE))
    found = [_change(was, now, told) for was, now, told in pairs]
    found += [_row("added", {}, now) for now in new.values()]
    found += [_row("gone", was, {}) for was in old.values()]
    return pd.DataFrame([row for row in found if row], columns=COLUMNS)


def shown(frame: pd.DataFrame) -> dict[str, Row]:
    """The numbers that the rows of a chart show, each once: figure_id, PLACE, SHOWN, SAID and assessed, by their id.

    assessed: grade and claim of each ratio whose later stage the figure is, by the figure of the earlier stage. A cell
    of the coverage has its place for an id, and none at all without a figure.
    """
    found: dict[str, Row] = {}
    for row in frame.to_dict("records"):
        for number in _numbers(row):
            known = found.setdefault(number["figure_id"], number)
            known["assessed"] |= number["assessed"]
    return found


def _numbers(row: Row) -> Iterator[Row]:
    if "numerator_id" in row:
        yield from _sides(row)
    elif "state" not in row:
        yield _number(row)
    elif row["state"] != "none":
        yield _number(row, figure_id=" ".join(str(row[name]) for name in ("kind", "compiler", "stage", "year")))


def _sides(row: Row) -> Iterator[Row]:
    """Both numbers of a ratio, or the per cent that a source itself states."""
    later: Row = {"figure_id": row["numerator_id"], "stage": row["numerator_stage"]}
    assessed = {str(row["denominator_id"]): " ".join(_known(row[name]) for name in ("grade", "claim")).strip()}
    if _known(row["denominator_id"]) == "":
        yield _number(row, **later, unit="percent", assessed=assessed, **_bound(row, "published"))
        return
    names = {"compiler": "denominator_compiler", "stage": "denominator_stage", "unit": "denominator_unit"}
    earlier = {name: row[column] for name, column in names.items()} | {"figure_id": row["denominator_id"]}
    # The document is that of the later stage.
    yield _number(row, **earlier, source_id="", **_bound(row, "denominator"))
    if lag := int(row.get("lag", 0)):
        years = pd.DateOffset(years=lag)
        later |= {name: row[name] + years for name in ("period_start", "period_end")} | {"year": row["year"] + lag}
    yield _number(row, **later, unit=row["numerator_unit"], assessed=assessed, **_bound(row, "numerator"))


def _bound(row: Row, part: str) -> Row:
    return {name: row[f"{part}_{name}"] for name in ("low", "high", "qualifier")}


def _number(row: Row, **own: Any) -> Row:
    """A number from the columns of its row, `own` instead where they are named otherwise."""
    told = row | own
    number = {name: _known(told.get(name, "")) for name in ("figure_id", *PLACE, *SHOWN, *SAID)}
    return number | {"assessed": own.get("assessed", {})}


def _known(value: Any) -> Any:
    """Nothing is the same as nothing, whatever pandas writes for it."""
    return "" if pd.isna(value) else value


def _change(was: Row, now: Row, told: Sequence[str]) -> Row | None:
    """The row of a number that stood then and stands now; None where nothing of it is other."""
    if any(was[name] != now[name] for name in SHOWN):
        return _row("changed", was, now)
    # Only ratios that stood then and stand now can be assessed otherwise.
    both = was["assessed"].keys() & now["assessed"].keys()
    other = sorted(key for key in both if was["assessed"][key] != now["assessed"][key])
    if other or any(was[name] != now[name] for name in told):
        assessed = {f"assessed_{side}": row["assessed"][other[0]] for side, row in _by_side(was, now) if other}
        return _row("restated", was, now) | assessed
    return None


def _row(change: str, was: Row, now: Row) -> Row:
    sides = {f"{name}_{side}": row.get(name, "") for side, row in _by_side(was, now) for name in (*SHOWN, *SAID)}
    nothing = {"assessed_before": "", "assessed_after": ""}
    return {"change": change} | {name: (now or was)[name] for name in ("figure_id", *PLACE)} | sides | nothing


def _by_side(was: Row, now: Row) -> tuple[tuple[str, Row], tuple[str, Row]]:
    return ("before", was), ("after", now)
