"""Does the ratio change when the later stage is taken from the following year?"""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from components.chart import Ask, Chart, Empty, Outcome, Reader
from components.charts.shared import ratios
from components.charts.shared.lines import LETTERS, list_runs
from components.charts.shared.ratios import label_pair, write_counts, write_rate
from components.charts.shared.values import Row, list_ids, name_compilers, number_or_none
from components.drawing.model import Axis, Point, Points, Series, Style
from components.text import DASH, Text

SERIES = ["compiler", "numerator_stage", "numerator_unit", "denominator_stage", "denominator_unit", "lag"]
STYLE = Style(sides=("right",), keeps_labels=True, names_each=True, steps_aside=False, has_own_outline=False, line=2)


def build(reader: Reader, ask: Ask, numerators: Sequence[str], denominators: Sequence[str]) -> Outcome | None:
    """The ratios of a year and of the following year. Draws nothing where none is known."""
    text = reader.text
    if reader.scope != "all":
        return None
    asked = {"numerators": list(numerators), "denominators": list(denominators)}
    frame = ask("lag_check", **reader.params, **asked)
    if frame.empty:
        return Empty(text("finding.lag_none"), text, is_aside=True)
    return ratios.build_block(
        reader,
        frame,
        question="lag_check",
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        draw_table=partial(tabulate, frame, text),
        key=[f"{letter} – {title}" for title, letter in _assign_letters(frame, text).items()],
        caveats=[text("caveat.lag"), text("caveat.several_complaints")],
    )


def draw(frame: pd.DataFrame, text: Text) -> Points:
    """The same year solid, the following year dashed and hollow; a line joins only years that follow each other."""
    known = frame[frame["ratio_low"].notna() & (frame["ratio_low"] == frame["ratio_high"])]
    letters = _assign_letters(frame, text)
    series = [_draw_series(rows.to_dict("records"), letters, text) for _, rows in known.groupby(SERIES, sort=False)]
    top = max(known["ratio_high"].max() if len(known) else 1.0, 1.0)
    first, last = int(frame["year"].min()), int(frame["year"].max())
    across = Axis(first - 0.7, last + 1.1, "year")
    return Points(tuple(series), across, Axis(0, top * 1.2, "rate"), top, height=300, style=STYLE)


def _assign_letters(frame: pd.DataFrame, text: Text) -> dict[str, str]:
    """A letter for each pair of stages and compiler, by the words it stands for."""
    titles = dict.fromkeys(_title(row, text) for row in frame.to_dict("records"))
    return {title: LETTERS[i % len(LETTERS)] for i, title in enumerate(titles)}


def _title(row: Row, text: Text) -> str:
    return f"{label_pair(row, text)} {DASH} {name_compilers(row, text)}"


def _draw_series(rows: list[Row], letters: dict[str, str], text: Text) -> Series:
    lag, title = int(rows[0]["lag"]), _title(rows[0], text)
    return Series(
        name=f"{title} (+{lag})" if lag else title,
        kind=str(rows[0]["kind"]),
        points=tuple(_draw_point(row, text) for row in rows),
        letter=letters[title],
        runs=list_runs(rows),
        dash="dash" if lag else "solid",
    )


def _draw_point(row: Row, text: Text) -> Point:
    value = number_or_none(row["ratio_low"]) or 0.0
    lines = [
        f"<b>{label_pair(row, text)}</b>",
        f"{write_counts(row, text)} · {write_rate(row, text)}",
        f"{row['year']} → {row['year'] + row['lag']}",
        name_compilers(row, text),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return Point(
        x=row["year"],
        y=value,
        label=write_rate(row, text),
        short=text.number(value, 1),
        hover="<br>".join(lines),
        ids=list_ids(row),
        is_hollow=bool(row["lag"]),
    )


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The ratios with the later stage of the following year."""
    items = [
        text(
            "finding.lag_item",
            pair=text.low(label_pair(row, text)),
            year=row["year"],
            next=row["year"] + 1,
            rate=write_rate(row, text),
            n=write_counts(row, text),
        )
        for row in frame[frame["lag"] == 1].to_dict("records")
    ]
    return text("finding.lag", items=text.listed(items))


def tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a ratio, with the year of each stage."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): name_compilers(row, text),
                text("sentence.both_stages"): label_pair(row, text),
                text("ui.denominator"): row["year"],
                text("ui.numerator"): row["year"] + row["lag"],
                text("sentence.n_of_n"): write_counts(row, text),
                text("ui.ratio"): write_rate(row, text),
                text("ui.figure_id"): " ".join(list_ids(row)),
            }
            for row in frame.to_dict("records")
        ]
    )


CHART = Chart("lag_check", build, method=("lag", "ratio"), choices=ratios.choose_stages())
