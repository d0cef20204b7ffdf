"""How many allegations were registered each year, and by whom?"""

import pandas as pd

from components.chart import Ask, Chart, Choice, Outcome, Reader
from components.charts import event_figures
from components.charts.shared import counts
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import Row, name_compiler_short, read_bounds, write_whole_period
from components.drawing.model import Mark, Panel, Rows
from components.text import DASH, Text

UNITS = ("complaints", "persons", "cases", "episodes")


def build(reader: Reader, ask: Ask, stage: str, claim: str) -> Outcome | None:
    """The counts of a stage by year. An event is shown as the weeks passed instead."""
    if reader.scope == "event":
        return event_figures.CHART.make(reader, ask)
    text = reader.text
    frame = ask("allegations_by_year", **reader.params, stage=stage)
    if frame.empty:
        return describe_absence(name_request(reader, stage), reader)
    return counts.build_block(
        reader,
        frame,
        question="allegations_by_year",
        name=f"allegations_by_year_{stage}",
        finding=write_finding(frame, text, claim),
        drawing=draw(frame, text),
        caveats=counts.list_caveats(frame, text, stage, ask),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each compiler and unit, a bar for each count."""
    groups = counts.group_rows(frame, "country", "compiler", "unit", "kind")
    return Rows([Panel(counts.title_compiler(rows[0], text), _say_gaps(rows, text)) for rows in groups])


def _say_gaps(rows: list[Row], text: Text) -> list[Mark | str]:
    """The rows of one compiler, with a line of words for the years between them that nobody reported."""
    drawn: list[Mark | str] = []
    last: int | None = None
    for row in rows:
        year = int(row["year"])
        if last is not None and year > last + 1:
            years = str(last + 1) if year == last + 2 else f"{last + 1}{DASH}{year - 1}"
            drawn.append(text("chart.missing_years", years=years))
        drawn.append(counts.draw_mark(row, text, place=str(year)))
        last = year
    return drawn


def write_finding(frame: pd.DataFrame, text: Text, claim: str = "rule") -> str:
    """The latest whole-year count of each kind of compiler and of each list that was uploaded, else that of a part.

    `claim`: which of several claims for the year is taken: by the rule, the lowest or the highest.
    """
    frame = frame[~frame["is_doubted"]]
    if frame.empty:
        return text("finding.allegations_doubted")
    counted = frame[frame["period_kind"] != "yearly_rate"]
    whole = counted[~counted["is_part_year"]]
    if whole.empty:
        latest = frame if counted.empty else counted.sort_values("period_end")
        return text("finding.allegations_parts", item=_write_item(latest.to_dict("records")[-1], text))
    # A list that was uploaded never speaks for the record: it is said beside it, each by itself.
    uploaded = whole["compiler"].where(whole["compiler"].isin(list(text.organisations)), "")
    latest_of = pd.DataFrame([_choose_claim(own, claim) for _, own in whole.groupby(["kind", uploaded], sort=False)])
    order = {"official": 0, "ngo": 1}
    rows = latest_of.to_dict("records")
    rows.sort(key=lambda row: (row["compiler"] in text.organisations, order.get(row["kind"], 2)))
    return text("finding.allegations", items=text.listed(_write_item(row, text) for row in rows))


def _choose_claim(own: pd.DataFrame, claim: str) -> pd.Series:
    """The latest whole year's claim by the rule, or the lowest or highest of the claims in its unit."""
    latest = own[own["year"] == own["year"].max()]
    unit = min(latest["unit"], key=UNITS.index)
    rivals = latest[latest["unit"] == unit].sort_values(["claim_rank", "figure_id"])
    column = {"lowest": "low", "highest": "high"}.get(claim)
    if column is None or rivals[column].isna().all():
        return rivals.iloc[0]
    return rivals.loc[rivals[column].idxmin() if claim == "lowest" else rivals[column].idxmax()]


def _write_item(row: Row, text: Text) -> str:
    is_unnamed = row["compiler"].endswith("_unspecified")  # its kind is said already
    return text(
        "finding.allegations_item",
        kind=text.low(text(f"kind.{row['kind']}")),
        count=text.counted_bound(*read_bounds(row), row["qualifier"], row["unit"], row["kind"]),
        compiler=text(f"kind.{row['kind']}.unnamed") if is_unnamed else name_compiler_short(row, text),
        period=write_whole_period(row, text),
    )


CHART = Chart(
    "allegations_by_year",
    build,
    method=("bounds", "claims", "never_added"),
    choices={"stage": counts.COMPLAINT, "claim": Choice(frozenset({"rule", "lowest", "highest"}), "rule")},
)
