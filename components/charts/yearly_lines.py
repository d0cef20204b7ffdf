"""How did one compiler's count move over the years, and where may it not be compared with itself?"""

from collections.abc import Sequence
from datetime import date
from functools import partial

import pandas as pd

from components.chart import Ask, Chart, Choice, Outcome, Reader
from components.charts.shared import counts
from components.charts.shared.lines import LETTERS, list_runs
from components.charts.shared.notes import describe_absence, name_request, note_press_only
from components.charts.shared.values import (
    Row,
    add_scope,
    mark_number,
    name_compiler,
    name_compiler_short,
    read_bounds,
    read_day,
)
from components.drawing.model import Axis, Break, Point, Points, Series
from components.text import DASH, Text
from queries.measures.difference import differences
from queries.measures.trend import Trend, trends

SMALL_BASE = 10  # no per cent change is stated from a base under this
HEAD = 1.22  # how far the upward axis reaches, against the largest number


def build(reader: Reader, ask: Ask, stage: str) -> Outcome:
    """The counts of a stage as lines, with the breaks that cut them."""
    text = reader.text
    frame = ask("yearly_lines", **reader.params, stages=[stage])
    if frame.empty:
        return describe_absence(name_request(reader, stage), reader)
    breaks, fitted = ask_breaks(reader, ask, stage, frame), trends(frame)
    return counts.build_block(
        reader,
        frame,
        question="yearly_lines",
        name=f"yearly_lines_{stage}",
        finding=write_finding(frame, fitted, breaks, text),
        drawing=draw(frame, breaks, text),
        draw_table=partial(tabulate, frame, text),
        key=[*_explain_letters(frame, text), *_explain_breaks(breaks, text)],
        caveats=[
            text("caveat.breaks"),
            text("caveat.part_year"),
            *([] if frame["is_reviewed"].all() else [text("caveat.breaks_not_reviewed")]),
            *note_press_only(frame, text, ask),
            *([text("caveat.more_trust")] if stage == "complaint" else []),
        ],
        draw_method_table=partial(tabulate_trends, fitted, frame, text),
    )


def ask_breaks(reader: Reader, ask: Ask, stage: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The breaks and events inside the years drawn that concern the stage and a kind of compiler drawn."""
    first, last = int(frame["year"].min()), int(frame["year"].max())
    breaks = ask("breaks_and_events", country=reader.country, year_from=first, year_to=last)
    kinds = set(frame["kind"])
    return breaks[
        [
            (not row["stages"] or stage in row["stages"].split("|"))
            and (not row["compiler_kinds"] or bool(kinds & set(row["compiler_kinds"].split("|"))))
            for row in breaks.to_dict("records")
        ]
    ].reset_index(drop=True)


# The drawing --------------------------------------------------------------------------------


def draw(frame: pd.DataFrame, breaks: pd.DataFrame, text: Text) -> Points:
    """A line for each compiler, unit and document, the breaks as vertical lines.

    A line joins whole years that follow each other within one segment; it never crosses a break or a gap. Part-years
    and yearly rates are hollow and on no line. Breaks are numbered as the key lists them.
    """
    letters, rows = _assign_letters(frame), frame.to_dict("records")
    lines = [[row for row in rows if row["line"] == line] for line in dict.fromkeys(frame["line"])]
    top = max((side for row in rows for side in read_bounds(row) if side is not None), default=1) or 1
    years = [int(row["year"]) for row in rows] or [2012]
    return Points(
        tuple(_draw_line(own, letters, text) for own in lines),
        Axis(min(years) - 0.8, max(years) + 0.9, "year", has_ticks=True),
        Axis(0, top * HEAD, "count"),
        top,
        height=330,
        breaks=tuple(
            Break(_place_day(event["starts_on"]), str(number), bool(event["breaks_series"]))
            for number, event in enumerate(breaks.to_dict("records"), 1)
        ),
    )


def _assign_letters(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """A letter for each compiler and unit, in the order of the frame: the chart writes it at the line, the page beside
    the name. Lines of one compiler out of several documents share the letter and are not joined."""
    series = list(dict.fromkeys(zip(frame["compiler"], frame["unit"], strict=True)))
    return {each: LETTERS[i] if i < len(LETTERS) else str(i + 1) for i, each in enumerate(series)}


def _draw_line(rows: Sequence[Row], letters: dict[tuple[str, str], str], text: Text) -> Series:
    letter = letters[rows[0]["compiler"], rows[0]["unit"]]
    return Series(
        name=f"{letter} {DASH} {name_compiler(rows[0], text)}",
        kind=rows[0]["kind"],
        points=tuple(_draw_point(row, text) for row in rows),
        letter=letter,
        runs=list_runs(rows, may_join=_may_join, is_same=lambda last, row: bool(row["segment"] == last["segment"])),
    )


def _may_join(row: Row) -> bool:
    """A whole, exact year of a known segment."""
    is_in_segment = row["segment"] is not None and row["segment"] == row["segment"]
    is_whole = not row["is_part_year"] and row["period_kind"] != "yearly_rate"
    return is_whole and is_in_segment and bool(row["low"] == row["high"])


def _draw_point(row: Row, text: Text) -> Point:
    """A range stands at its middle, a bound at its known side."""
    low, high = read_bounds(row)
    known = [side for side in (low, high) if side is not None]
    is_part, is_rate = bool(row["is_part_year"]), row["period_kind"] == "yearly_rate"
    return Point(
        x=row["year"],
        y=sum(known) / len(known) if known else 0.0,
        label=mark_number(row, text),
        low=low,
        high=high,
        hover=counts.write_hover(row, text),
        ids=(row["figure_id"],),
        is_hollow=is_part or is_rate,
        symbol="diamond" if is_rate else "circle",
        rank=2 * is_part + is_rate,
    )


def _place_day(day: date) -> float:
    """Where a day stands: a year's count stands at the year itself, so the first of January half a year before it."""
    return day.year - 0.5 + (day.timetuple().tm_yday - 1) / 365


# Words --------------------------------------------------------------------------------------


def _explain_letters(frame: pd.DataFrame, text: Text) -> list[str]:
    country, kinds = frame["country"].iloc[0], dict(zip(frame["compiler"], frame["kind"], strict=True))
    return [
        f"{letter} – {text.compiler(country, compiler)}, {text.unit(unit, kinds[compiler])}"
        for (compiler, unit), letter in _assign_letters(frame).items()
    ]


def _explain_breaks(breaks: pd.DataFrame, text: Text) -> list[str]:
    return [
        f"{number}. {_write_break_date(row, text)} – {text('break.' + row['break_id'])}"
        for number, row in enumerate(breaks.to_dict("records"), 1)
    ]


def _write_break_date(event: Row, text: Text) -> str:
    """The date of a break, as precisely as it is known."""
    day = read_day(event["starts_on"])
    return text.published_on(day.isoformat()[: {"year": 4, "month": 7}.get(event["date_precision"], 10)])


def write_finding(frame: pd.DataFrame, fitted: list[Trend], breaks: pd.DataFrame, text: Text) -> str:
    """The trend of each line that has one, and the breaks that cut the lines drawn; else why there is none.

    «Rose» and «fell» only where the trend measure says so.
    """
    first_of = {row["line"]: row for row in frame.to_dict("records")}
    sentences = [
        _describe_line(trend, first_of[trend.line], text)
        for trend in fitted
        if trend.direction not in {"too_few", "not_reviewed"}
    ]
    if not sentences:
        is_reviewed = bool(frame["is_reviewed"].all())
        sentences.append(text("finding.trend_too_few" if is_reviewed else "finding.trend_not_reviewed"))
    first, last = int(frame["year"].min()), int(frame["year"].max())
    for event in breaks.to_dict("records"):
        if event["breaks_series"] and first < read_day(event["starts_on"]).year <= last:
            what = text.low(text(f"break.{event['break_id']}"))
            sentences.append(text("finding.cut", date=_write_break_date(event, text), what=what))
    return " ".join(sentences)


def _describe_line(trend: Trend, row: Row, text: Text) -> str:
    years = text("date.years", a=trend.year_from, b=trend.year_to)
    if trend.missing_years:
        years = text("finding.trend_gaps", years=years, n=trend.missing_years)
    return text(
        "finding.trend_line",
        stage=text.cap(counts.label_count(row, text)),
        years=add_scope(years, row, text),
        compiler=name_compiler_short(row, text),
        trend=describe_trend(trend, text),
    )


def describe_trend(trend: Trend, text: Text) -> str:
    """«fell by 12 to 31% a year», «no clear trend», or why no trend is told; never a bare p-value."""
    if trend.direction in {"rose", "fell"} and trend.change_low is not None and trend.change_high is not None:
        near, far = sorted((abs(trend.change_low), abs(trend.change_high)))
        return text(
            f"finding.trend_{trend.direction}",
            a=text.number(near, 0),
            b=text.per_cent(far, 0),
            dat="\N{NON-BREAKING HYPHEN}" + text.suffix(far, "dat", percent=True),
        )
    return text(f"finding.trend_{trend.direction}")


# Tables -------------------------------------------------------------------------------------


def tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The counts, each beside the whole year before it on the same line, by the rule for two counts."""
    against = [text(f"difference.{difference}") if difference else "" for difference in differences(frame)]
    return counts.tabulate(frame, text).assign(**{text("ui.year_before"): against})


def tabulate_trends(fitted: list[Trend], frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The model behind each trend that was fitted: change with its interval, dispersion, rank test."""
    first_of = {row["line"]: row for row in frame.to_dict("records")}
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): text.compiler(first_of[each.line]["country"], first_of[each.line]["compiler"]),
                text("ui.years"): f"{each.year_from}{DASH}{each.year_to} (n\u00a0=\u00a0{each.years})",
                text("ui.trend"): describe_trend(each, text),
                text("ui.change"): _write_change(each, frame, text),
                text("ui.dispersion"): text.number(each.dispersion or 0.0, 2),
                text("ui.rank_p"): text.number(each.rank_p or 0.0, 3),
            }
            for each in fitted
            if each.change is not None
        ]
    )


def _write_change(each: Trend, frame: pd.DataFrame, text: Text) -> str:
    """The change in per cent a year; none from a base under 10, where a per cent says nothing."""
    base = frame.loc[(frame["line"] == each.line) & (frame["year"] == each.year_from), "low"].iloc[0]
    if base < SMALL_BASE:
        return text("ui.small_base")
    ends = f"{_write_signed(each.change_low, text)} … {_write_signed(each.change_high, text)}"
    return f"{_write_signed(each.change, text)} ({ends})"


def _write_signed(value: float | None, text: Text) -> str:
    if value is None:
        return ""
    return ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") + text.per_cent(abs(value))


CHART = Chart("yearly_lines", build, method=("trend", "bounds"), choices={"stage": Choice(counts.STAGES)})
