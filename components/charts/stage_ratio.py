"""Of an earlier stage, how many stand beside it at a later stage, and how sure is the ratio?"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from components.chart import Ask, Chart, Choice, Outcome, Reader
from components.charts.shared import ratios
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.ratios import WITHOUT, write_interval, write_per_100, write_rate
from components.charts.shared.values import Row, name_compiler_short, read_bounds, write_number, write_whole_period
from components.drawing.model import Rows
from components.text import Text


def build(reader: Reader, ask: Ask, numerators: Sequence[str], denominators: Sequence[str], with_c: bool) -> Outcome:
    """The ratios of later to earlier stages; with_c: those over two compilers too."""
    text = reader.text
    asked = {"numerators": list(numerators), "denominators": list(denominators), "with_c": with_c}
    frame = ask("stage_ratio", **reader.params, **asked)
    if frame.empty:
        return describe_absence(name_request(reader, *numerators), reader)
    return ratios.build_block(
        reader,
        frame,
        question="stage_ratio",
        finding=write_finding(frame, text),
        drawing=draw(frame, text),
        caveats=ratios.list_caveats(frame, text, ask),
        draw_method_table=partial(ratios.tabulate_intervals, frame, text),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each pair of stages and compiler, a dot for each period.

    Interval only where it is a share (followed, or grade A); grade C stands in panels of its own, hollow, last.
    """
    return ratios.draw_panels(frame, text, by_country=False)


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The headline: the latest share or pair, and what an international body states. A list that an organisation
    uploaded is drawn beside the record and speaks only where the record has no ratio."""
    rows = frame.to_dict("records")
    own = [row for row in rows if row["claim"] != "published" and row["grade"] != "C"]
    published = [row for row in rows if row["claim"] == "published"]
    sentences = []
    if own:
        of_record = [row for row in own if row["compiler"] not in text.organisations]
        best = max(
            of_record or own,
            key=lambda row: (_rank(row), not row["is_part_year"], row["period_end"], row["grade"] == "A"),
        )
        sentences.append(describe_ratio(best, text))
    sentences += [describe_ratio(row, text) for row in published if row["kind"] == "international"][:1]
    # Two compilers are never in a headline; what a national body states is, when nothing else is known.
    sentences = sentences or [describe_ratio(row, text) for row in published[-1:]]
    return " ".join(sentences) or text("finding.ratio_none")


def _rank(row: Row) -> int:
    """Prosecuted or sent to court per complaint first, then per registered offence, then the others (design §3)."""
    if row["numerator_stage"] in {"prosecuted", "sent_to_court"}:
        return {"complaint": 3, "registered_offence": 2}.get(row["denominator_stage"], -1)
    return 0


def describe_ratio(row: Row, text: Text) -> str:
    """One ratio as a sentence: followed, a share, side by side, bare, or as the source states it.

    «Of these» stands only where the source followed the same complaints; no per cent where it is withheld.
    """
    if row["claim"] == "published":
        return _describe_published(row, text)
    parts: dict[str, Any] = {
        "period": text.cap(write_whole_period(row, text)),
        "of_label": text.low(text.stage_count(row["denominator_stage"], row["denominator_unit"], row["kind"])),
        "of": write_number(row, text, "denominator_"),
        "label": text.low(text.stage_count(row["numerator_stage"], row["numerator_unit"], row["kind"])),
        "n": write_number(row, text, "numerator_"),
    }
    if row["claim"] in WITHOUT:
        return text("finding.side_by_side_bare", **parts, reason=write_rate(row, text))
    if row["claim"] == "share" and (ends := write_interval(row, text)):
        key = "finding.followed" if row["is_followed"] else "finding.share"
        return text(key, **parts, rate=write_rate(row, text), interval=ends)
    if row["claim"] == "share":
        return text("finding.side_by_side_bare", **parts, reason=write_rate(row, text))
    if row["is_followed"]:
        return text("finding.followed_bare", **parts, rate=write_rate(row, text))
    return text("finding.side_by_side", **parts, rate=write_per_100(row, text))


def _describe_published(row: Row, text: Text) -> str:
    """The ratio that a source itself states, as the bound or value it is."""
    return text(
        "finding.published",
        compiler=name_compiler_short(row, text),
        label=text.low(_name_share(row["numerator_stage"], row["denominator_stage"], text)),
        bound=text.bound(*read_bounds(row, "published_"), row["published_qualifier"], percent=True),
        period=write_whole_period(row, text),
        n_not_published=text("chart.n_not_published"),
    )


def _name_share(numerator: str, denominator: str, text: Text) -> str:
    """What a stated per cent is a share of; by the names of its stages where nobody has worded the pair."""
    if text.has(key := f"stat.share_{numerator}_{denominator}"):
        return text(key)
    stages = {"numerator": numerator, "denominator": denominator}
    return text("stat.share", **{side: text.low(text(f"stage.{stage}")) for side, stage in stages.items()})


CHART = Chart(
    "stage_ratio",
    build,
    method=("ratio", "bounds", "interval", "strict", "claims"),
    choices=ratios.choose_stages(default=()) | {"with_c": Choice(form="switch", default=False)},
)
