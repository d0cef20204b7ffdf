"""Each frame as a table of words, and its marks as (words, figure ids): one row of the table for one mark."""

from typing import Any

import pandas as pd

from components.charts.ladder import rung_title, shares
from components.charts.stage_ratio import interval, n_of_n, pair, rate, side, who
from components.sentences import trend_words
from components.text import DASH, Text
from queries.measures.difference import differences
from queries.measures.trend import Trend

# No per cent change is stated from a base under this.
SMALL_BASE = 10

Marks = list[tuple[str, tuple[str, ...]]]


def counts(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a count: who, what, how many, when, how near to the compiler, and the figure."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): text.compiler(row["country"], row["compiler"]),
                text("ui.stage"): text(f"stage.{row['stage']}"),
                text("ui.number"): _number(row, text),
                text("ui.unit"): text.unit(row["unit"], row["kind"]),
                text("ui.period"): _period(row, text),
                text("ui.kind"): text(f"period_kind.{row['period_kind']}"),
                text("ui.scope"): text.scope(row["scope"], row["scope_detail"]),
                text("ui.confidence"): text(f"confidence.{row['confidence']}"),
                text("ui.figure_id"): row["figure_id"],
            }
            for row in frame.to_dict("records")
        ]
    )


def lines(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The counts of yearly lines, each beside the whole year before it on the same line, by the rule for two counts."""
    against = [text(f"difference.{found}") if found else "" for found in differences(frame)]
    return counts(frame, text).assign(**{text("ui.year_before"): against})


def count_marks(frame: pd.DataFrame, text: Text) -> Marks:
    """The marks of a chart of counts."""
    return [
        (
            f"{_period(row, text)} · {_number(row, text)} · {text.compiler(row['country'], row['compiler'])}",
            (row["figure_id"],),
        )
        for row in frame.to_dict("records")
    ]


def ratios(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a ratio: both stages and counts, per 100, interval, grade, period, who."""
    return pd.DataFrame(
        [
            {
                text("ui.country"): text(f"country.{row['country']}"),
                text("ui.compiler"): who(row, text),
                text("sentence.both_stages"): pair(row, text),
                text("sentence.n_of_n"): n_of_n(row, text),
                text("ui.ratio"): rate(row, text),
                text("ui.interval"): interval(row, text) if row["interval_kind"] == "share" else "",
                text("sentence.as_if"): interval(row, text) if row["interval_kind"] == "as_if" else "",
                text("ui.grade"): text(f"grade.{_grade(row)}"),
                text("ui.period"): _period(row, text),
                text("ui.figure_id"): " ".join(_ids(row)),
            }
            for row in frame.to_dict("records")
        ]
    )


def lagged(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a ratio of the lag check, with the year of each stage."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): who(row, text),
                text("sentence.both_stages"): pair(row, text),
                text("ui.denominator"): row["year"],
                text("ui.numerator"): row["year"] + row["lag"],
                text("sentence.n_of_n"): n_of_n(row, text),
                text("ui.ratio"): rate(row, text),
                text("ui.figure_id"): " ".join(_ids(row)),
            }
            for row in frame.to_dict("records")
        ]
    )


def ratio_marks(frame: pd.DataFrame, text: Text) -> Marks:
    """The marks of a chart of ratios."""
    return [
        (f"{_period(row, text)} · {pair(row, text)} · {n_of_n(row, text)} · {who(row, text)}", _ids(row))
        for row in frame.to_dict("records")
    ]


def rungs(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a rung, unknown ones said."""
    return pd.DataFrame(
        [
            {
                text("ui.stage"): rung_title(row, text),
                text("ui.number"): _number(row, text) if isinstance(row["figure_id"], str) else text("ui.not_found"),
                text("ui.ratio"): text.listed(shares(row, text)),
                text("ui.period"): _period(row, text) if isinstance(row["figure_id"], str) else "",
                text("ui.figure_id"): row["figure_id"] if isinstance(row["figure_id"], str) else "",
            }
            for row in frame.to_dict("records")
        ]
    )


def rung_marks(frame: pd.DataFrame, text: Text) -> Marks:
    """The known rungs."""
    return [
        (f"{rung_title(row, text)}: {_number(row, text)} · {_period(row, text)}", (row["figure_id"],))
        for row in frame.to_dict("records")
        if isinstance(row["figure_id"], str)
    ]


def coverage(frame: pd.DataFrame, text: Text, country: str) -> pd.DataFrame:
    """One row a compiler and stage, one column a year, the state in each cell."""
    words = frame.assign(
        compiler=[text.compiler(country, code) for code in frame["compiler"]],
        stage=[text(f"stage.{code}") for code in frame["stage"]],
        state=[text(f"state.{code}") if code != "none" else "" for code in frame["state"]],
    )
    grid = words.pivot(index=["compiler", "stage"], columns="year", values="state").reset_index()
    grid.columns = [{"compiler": text("ui.compiler"), "stage": text("ui.stage")}.get(c, str(c)) for c in grid.columns]
    return grid


def coverage_marks(frame: pd.DataFrame, text: Text, country: str) -> Marks:
    """The cells that have a figure."""
    return [
        (
            f"{row['year']} · {text('stage.' + row['stage'])} · {text.compiler(country, row['compiler'])}",
            tuple(row["figure_ids"]),
        )
        for row in frame[frame["state"] != "none"].to_dict("records")
    ]


def n_line(frame: pd.DataFrame, text: Text) -> str:
    """«Kazakhstan · n = 22 figures; 2009–2024; Ombudsman; …»: what stands under every chart, wherever it goes.

    The country is named where all rows are of one: a slide or a picture that left its page says of whom it speaks.
    """
    rows = frame.to_dict("records")
    ids = {each for row in rows for each in (_ids(row) if "numerator_id" in row else (row["figure_id"],)) if each}
    start, end = frame["period_start"].min().date(), frame["period_end"].max().date()
    names = dict.fromkeys(
        who(row, text) if "denominator_compiler" in row else text.compiler(row["country"], row["compiler"])
        for row in rows
    )
    key = "sentence.n_line_one" if len(ids) == 1 else "sentence.n_line"
    said = text(key, n=text.number(len(ids)), period=text.period(start, end), compilers="; ".join(names))
    countries = {row["country"] for row in rows}
    return f"{text('country.' + countries.pop())} · {said}" if len(countries) == 1 else said


def _grade(row: dict[str, Any]) -> str:
    return row["grade"] if isinstance(row["grade"], str) else "published"


def _ids(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(each for each in (row["numerator_id"], row["denominator_id"]) if isinstance(each, str))


def _number(row: dict[str, Any], text: Text) -> str:
    return text.bound(side(row["low"]), side(row["high"]), row["qualifier"])


def _period(row: dict[str, Any], text: Text) -> str:
    return text.period(row["period_start"].date(), row["period_end"].date())


def intervals(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Wilson and Clopper-Pearson of every ratio that has one; «as if» where the units differ."""
    return pd.DataFrame(
        [
            {
                text("sentence.both_stages"): pair(row, text),
                text("ui.period"): _period(row, text),
                text("sentence.n_of_n"): n_of_n(row, text),
                text("ui.wilson_interval"): interval(row, text),
                text("ui.exact_interval"): interval(row, text, "exact"),
                text("ui.grade"): row["grade"],
                text("ui.note"): text("sentence.as_if_note") if row["interval_kind"] == "as_if" else "",
            }
            for row in frame[frame["interval_kind"].notna()].to_dict("records")
        ]
    )


def trend_models(found: list[Trend], frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The model behind each trend that was fitted: change with its interval, dispersion, rank test."""
    first_of = {row["line"]: row for row in frame.to_dict("records")}
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): text.compiler(first_of[each.line]["country"], first_of[each.line]["compiler"]),
                text("ui.years"): f"{each.year_from}{DASH}{each.year_to} (n\u00a0=\u00a0{each.years})",
                text("ui.trend"): trend_words(each, text),
                text("ui.change"): _change(each, frame, text),
                text("ui.dispersion"): text.number(each.dispersion or 0.0, 2),
                text("ui.rank_p"): text.number(each.rank_p or 0.0, 3),
            }
            for each in found
            if each.change is not None
        ]
    )


def refused(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a reason: how many pairs it refuses, and the nearest miss in full."""
    rows = []
    for reason, pairs in frame.groupby("refusal", sort=False):
        near = pairs.to_dict("records")[0]
        sides = []
        for part in ("numerator", "denominator"):
            label = text.stage_count(near[f"{part}_stage"], near[f"{part}_unit"], near[f"{part}_kind"])
            number = text.bound(side(near[f"{part}_low"]), side(near[f"{part}_high"]), near[f"{part}_qualifier"])
            period = text.period(near[f"{part}_start"].date(), near[f"{part}_end"].date())
            sides.append(
                f"{label}: {number} ({text.compiler_short(near['country'], near[f'{part}_compiler'])}, {period})"
            )
        rows.append(
            {
                text("ui.reason"): text.cap(text(f"refusal.{reason}")),
                text("ui.pairs"): text.number(len(pairs)),
                text("ui.nearest"): " / ".join(sides),
            }
        )
    return pd.DataFrame(rows)


def _change(each: Trend, frame: pd.DataFrame, text: Text) -> str:
    """The change in per cent a year; none from a base under 10, where a per cent says nothing."""
    base = frame.loc[(frame["line"] == each.line) & (frame["year"] == each.year_from), "low"].iloc[0]
    if base < SMALL_BASE:
        return text("ui.small_base")
    ends = f"{_signed(each.change_low, text)} … {_signed(each.change_high, text)}"
    return f"{_signed(each.change, text)} ({ends})"


def _signed(value: float | None, text: Text) -> str:
    if value is None:
        return ""
    return ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") + text.per_cent(abs(value))
