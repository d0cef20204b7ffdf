"""An upload beside the shipped figures: what it brings, what came of it, and what it changes.

Plain data, and one comparison of two frames; the store publishes and asks, and nothing here touches it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pyarrow as pa

from data.errors import DashboardError, Detail
from queries.measures import ratio

# What is compared of a count: where it stands, and what stands there.
COUNT_GRAIN = [
    "country",
    "region",
    "compiler",
    "kind",
    "stage",
    "unit",
    "scope",
    "scope_detail",
    "period_start",
    "period_end",
]
COUNT_VALUES = ["low", "high", "qualifier"]
RATIO_GRAIN = [
    "country",
    "region",
    "compiler",
    "denominator_compiler",
    "kind",
    "numerator_stage",
    "denominator_stage",
    "numerator_unit",
    "denominator_unit",
    "scope",
    "scope_detail",
    "period_start",
    "period_end",
    "grade",
]
RATIO_VALUES = [
    "numerator_low",
    "numerator_high",
    "numerator_qualifier",
    "denominator_low",
    "denominator_high",
    "denominator_qualifier",
    "ratio_low",
    "ratio_high",
    "claim",
    "is_headline_claim",
]


class CallRefused(DashboardError):
    """The store stays as it was, and the caller keeps his work."""

    section = "refused"
    codes = frozenset({"changed_since", "nothing_to_undo", "forget_unfinished"})

    def __init__(self, code: str = "", detail: str = "", **details: Detail) -> None:
        super().__init__(code, detail=detail, **details)
        self.detail = detail


class UploadRefused(CallRefused):
    """The upload can't be published; `detail` names what is at fault."""

    codes = frozenset({
        *("already_published", "kind_differs", "strict_differs", "strict_of_cases_only", "unknown_stage"),
        *("unknown_code", "no_rows", "no_figures", "incomplete", "recount_differs", "replaces_unknown"),
        *("rules_broken", "changed_since"),
    })  # fmt: skip


class UnknownUpload(CallRefused):
    """No upload of this number is here."""

    code = "unknown_upload"
    exit_status = 2

    def __init__(self, upload_id: str) -> None:
        super().__init__(detail=upload_id)


class UnknownVersion(CallRefused):
    """No version of this name was ever here.

    `see`: the version that replaces one that was erased, '' where none does.
    """

    code = "version_unknown"
    exit_status = 2

    def __init__(self, version: str, see: str = "") -> None:
        super().__init__(detail=version, see=see)
        self.see = see


class VersionErased(UnknownVersion):
    """The version was erased for good; where another one holds the rest of it, `see` names that."""

    code = "version_forgotten"
    exit_status = 1

    def __init__(self, version: str, see: str = "") -> None:
        super().__init__(version, see=see)

    @property
    def sentences(self) -> list[tuple[str, dict[str, Detail]]]:
        """That it is gone, and which version holds the rest of it."""
        return [("refused.version_replaced" if self.see else "refused.version_forgotten", self.details)]


@dataclass(frozen=True)
class Upload:
    """A list that is ready to publish: its numbers, and who publishes them. No row of it is about a person.

    `rows`: its figures in columns of data/figures.toml, among them stage, unit, qualifier, value_low, value_high,
    period_start and period_end; other columns are not kept. Of the shape `cases` they are counts by year and stage.
    """

    rows: pa.Table = field(repr=False, compare=False)
    shape: str  # cases or figures
    country: str
    compiler: str  # the code of the organisation among those who count
    kind: str  # of compiler: official, ngo, international, media
    organisation: str
    author: str
    message: str
    language: str  # of the list: en, ru, kk
    content_hash: str  # hex: of what is published and whose it is, so it tells no more; the same on every machine
    recipe: str = ""  # TOML
    file_rows: int = 0
    published_rows: int = 0
    rejected_rows: int = 0
    left_out_rows: int = 0
    undated_cases: int = 0
    is_strict: bool = False  # no number of it that stands for 1 to 4 persons is told
    earlier_lists: tuple[str, ...] = ()  # of a strict list: ids of those beside which it was protected
    replaces: str = ""  # id of the earlier edition of this list, which goes out of the latest version

    @property
    def upload_id(self) -> str:
        """Its name in the store, in addresses and in citations."""
        return self.content_hash[:12]


@dataclass(frozen=True)
class Edition:
    """A list that can still be read here, in the latest version or an older one: what was told of it."""

    upload_id: str
    is_strict: bool
    figures: pd.DataFrame = field(repr=False)  # stage, period_start, period_end, value_low, value_high

    @property
    def years(self) -> set[int]:
        """The years that its figures touch."""
        return list_years(self.figures["period_start"], self.figures["period_end"])


def list_years(starts: Iterable[date], ends: Iterable[date]) -> set[int]:
    """The years that some periods touch."""
    return {year for start, end in zip(starts, ends, strict=True) for year in range(start.year, end.year + 1)}


@dataclass(frozen=True)
class Publication:
    """What came of a publish."""

    upload_id: str
    version: str
    snapshot: int
    published_rows: int
    figures: int  # figures made of the rows
    undated_cases: int  # cases that stand in no year, so in no figure
    rival_figures: int  # figures for which the same compiler had told a number before, of the same period


@dataclass(frozen=True)
class Changes:
    """What differs between two versions, a row a change: `change` is added, changed or gone.

    counts: COUNT_GRAIN, then low, high and qualifier as `…_before` and `…_after`, and the figure ids.
    ratios: RATIO_GRAIN, then both counts, the ratio per 100 and its claim; grades A and B and published ones only.
    """

    counts: pd.DataFrame
    ratios: pd.DataFrame

    @property
    def summary(self) -> dict[str, dict[str, int]]:
        """How many counts and ratios were added, changed and gone."""
        return {
            name: {change: int((frame["change"] == change).sum()) for change in ("added", "changed", "gone")}
            for name, frame in (("counts", self.counts), ("ratios", self.ratios))
        }


def changes_of_counts(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What differs between two frames of the mart `counts`."""
    return _changes(before, after, ["figure_id"], COUNT_GRAIN, COUNT_VALUES)


def changes_of_ratios(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """What differs between two frames of the mart `ratios`; ratios over two compilers (grade C) are left out."""
    ids = ["numerator_id", "denominator_id"]
    before, after = (frame[frame["grade"] != "C"].fillna({"denominator_id": ""}) for frame in (before, after))
    counted = [column for column in before.columns if column not in ids]
    same = before.merge(after, on=ids, suffixes=("", "_after"))
    same = same[_equal(same, [(column, f"{column}_after") for column in counted])][ids]
    # Only what differs is measured: an interval costs more than all the rest.
    before, after = (ratio.measure(_without(frame, same, ids)) for frame in (before, after))
    return _changes(before, after, ids, RATIO_GRAIN, RATIO_VALUES)


def _changes(
    before: pd.DataFrame, after: pd.DataFrame, ids: list[str], grain: list[str], values: list[str]
) -> pd.DataFrame:
    """Rows by their own id first; of the others, one that went and one that came at one place are a change."""
    columns = [*ids, *grain, *values]
    pairs = []
    known = before[columns].merge(after[columns], on=[*ids, *grain], suffixes=("_before", "_after"))
    for column in ids:
        known[f"{column}_before"] = known[f"{column}_after"] = known[column]
    pairs.append(known.drop(columns=ids).assign(change="changed"))
    left, right = (_without(frame[columns], known, [*ids, *grain]) for frame in (before, after))
    left, right = (
        frame.sort_values(ids).assign(nth=lambda rows: rows.groupby(grain, dropna=False).cumcount())
        for frame in (left, right)
    )
    others = left.merge(right, on=[*grain, "nth"], how="outer", suffixes=("_before", "_after"), indicator="change")
    others["change"] = others["change"].astype(str).map({"left_only": "gone", "right_only": "added", "both": "changed"})
    pairs.append(others.drop(columns="nth"))
    found = pd.concat([pair for pair in pairs if len(pair)] or pairs[:1], ignore_index=True)
    same = _equal(found, [(f"{value}_before", f"{value}_after") for value in values])
    found = found[~(same & (found["change"] == "changed"))]
    order = [*grain, *(f"{name}_{side}" for name in [*values, *ids] for side in ("before", "after")), "change"]
    return found[order].sort_values(grain, na_position="first").reset_index(drop=True)


def _without(frame: pd.DataFrame, known: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The rows whose keys are not among the known."""
    marked = frame.merge(known[keys].drop_duplicates(), on=keys, how="left", indicator="known")
    return marked[marked["known"] == "left_only"].drop(columns="known").reset_index(drop=True)


def _equal(frame: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.Series:
    """For each row whether all pairs of columns hold the same, nothing being the same as nothing."""
    same = pd.Series(True, index=frame.index)
    for a, b in pairs:
        same &= (frame[a] == frame[b]).fillna(False).astype(bool) | (frame[a].isna() & frame[b].isna())
    return same
