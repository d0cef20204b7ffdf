"""Do one compiler's years differ more than chance alone would have it?"""

import pandas as pd

from components.chart import Ask, Chart, Choice, Empty, Outcome, Reader, Subject
from components.charts.shared import ratios
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import Row, name_compiler_short
from components.drawing.model import Axis, Point, Points, Series, Style
from components.text import DASH, Text
from queries.measures.funnel import Funnel
from queries.measures.funnel import funnel as measure_funnel

DASHES = {95.0: "dash", 99.8: "dot"}
STYLE = Style(sides=("top",), label=13, keeps_labels=True, steps_aside=False, mark=10, outline=0)


def build(reader: Reader, ask: Ask, which: str) -> Outcome:
    """One compiler's years; `which`: a key of `list_funnels`."""
    text, chosen = reader.text, list_funnels(reader, ask).get(which)
    if chosen is None:
        return describe_absence(name_request(reader), reader)
    row, funnel = chosen.to_dict("records")[0], measure_funnel(chosen)
    if funnel is None:
        return Empty(text("finding.funnel_none"), text, table=ratios.tabulate(chosen, text))
    return ratios.build_block(
        reader,
        chosen,
        question="stage_ratio",
        name="funnel",
        finding=write_finding(funnel, row, text),
        drawing=draw(funnel, str(row["kind"]), text),
        caveats=[text("caveat.funnel"), *ratios.list_caveats(chosen, text, ask)],
        subject=Subject(str(row["compiler"]), (row["numerator_stage"], row["denominator_stage"])),
    )


def list_funnels(reader: Reader, ask: Ask) -> dict[str, pd.DataFrame]:
    """The rows of `stage_ratio` for one compiler and pair of stages, by a key that an address can hold.

    The compiler with the most years first: the funnel is about one compiler's years.
    """
    own = ask("stage_ratio", **reader.params)
    own = own[own["claim"] != "published"]
    # A compiler that is not named is the same only within one document.
    unnamed = own["compiler"].str.endswith(("_unspecified", "_unnamed"))
    own = own.assign(document=own["source_id"].where(unnamed, ""))
    keys = ["compiler", "document", "numerator_stage", "numerator_unit", "denominator_stage"]
    groups = {"~".join(key): rows for key, rows in own.groupby(keys, sort=False)}
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def draw(funnel: Funnel, kind: str, text: Text) -> Points:
    """A point a year, the pooled ratio, and 95 and 99.8 % limits."""
    ends = [rows[end][0] for rows in funnel.limits.values() for end in (0, -1)]
    points = tuple(_draw_year(*point, text) for point in funnel.points)
    pooled = (
        Point(min(ends), funnel.pooled),
        Point(max(ends), funnel.pooled, text.number(funnel.pooled, 1)),
    )
    limits = [_draw_limit(level, side, funnel, text) for level in funnel.limits for side in (1, 2)]
    top = _find_top(funnel)
    return Points(
        (
            Series(text("chart.per_100_axis"), kind, points),
            Series(text("chart.pooled"), "", pooled, runs=((0, 1),), spans=True),
            *limits,
        ),
        Axis(0, max(ends), "size", text("chart.denominator_axis")),
        Axis(0, top, "rate", text("chart.per_100_axis")),
        top,
        height=340,
        style=STYLE,
    )


def _draw_year(year: int, size: float, value: float, text: Text) -> Point:
    hover = f"{year} {DASH} {text('chart.rate', rate=text.number(value, 1))}, N = {text.number(size)}"
    return Point(float(size), value, str(year), hover=hover)


def _draw_limit(level: float, side: int, funnel: Funnel, text: Text) -> Series:
    """One side of the limits of a level (1 the lower, 2 the upper), which bears the level's name."""
    words = text.per_cent(level, 0 if level == round(level) else 1)
    rows = funnel.limits[level]
    points = [Point(float(row[0]), float(row[side])) for row in rows[:-1]]
    points.append(Point(float(rows[-1][0]), float(rows[-1][side]), words if side == 2 else ""))
    return Series(words, "", tuple(points), runs=(tuple(range(len(points))),), dash=DASHES[level])  # type: ignore[arg-type]


def _find_top(funnel: Funnel) -> float:
    """The end of the upward axis: above every point, and above the limits but where they run off near zero."""
    top = max(value for _, _, value in funnel.points)
    high = max(row[2] for rows in funnel.limits.values() for row in rows[len(rows) // 3 :])
    return 1.2 * max(top, high)


def write_finding(funnel: Funnel, row: Row, text: Text) -> str:
    """Whether one compiler's years differ more than chance."""
    return text(
        "finding.funnel",
        pair=ratios.label_pair(row, text),
        compiler=name_compiler_short(row, text),
        dispersion=text.number(funnel.dispersion, 1),
        verdict=text("finding.funnel_more" if funnel.differs else "finding.funnel_chance"),
    )


CHART = Chart("funnel", build, method=("funnel",), choices={"which": Choice()})
