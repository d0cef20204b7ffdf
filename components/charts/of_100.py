"""Of every 100 complaints, how many led to prosecution or to court, and who says so?"""

from collections.abc import Sequence

from components.chart import Ask, Chart, Empty, Outcome, Reader
from components.charts import complaints_and_outcomes
from components.charts.shared import ratios
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import (
    Row,
    add_scope,
    list_ids,
    name_compiler,
    number_or_none,
    read_bounds,
    read_days,
    write_period_kind,
)
from components.drawing.model import Drawing, Panel, Rows, Squares
from components.text import Text


def build(reader: Reader, ask: Ask) -> Outcome:
    """The one pair that speaks for a country, or the plain word that nobody has published one."""
    text = reader.text
    frame = ask("of_100", **reader.params)
    if frame.empty:
        if reader.is_narrowed or reader.compilers or reader.scope != "all":
            return describe_absence(name_request(reader, "prosecuted"), reader)
        none = text("of_hundred.none", country=text(f"country.{reader.country}"))
        return Empty(f"{none} {text('caveat.absence')}", text)
    row = frame.to_dict("records")[0]
    return ratios.build_block(
        reader,
        frame,
        question="of_100",
        finding=write_finding(row, text),
        subtitle=text.cap(", ".join(list_notes(row, text))) + ".",
        drawing=draw(row, text),
        caveats=list_caveats(row, text),
    )


def draw(row: Row, text: Text) -> Drawing:
    """A hundred squares where a share may be said; else both counts as bars, since neither is a part of the other."""
    if row["reached_qualifier"] is None:
        return Rows([Panel(name_compiler(row, text), [complaints_and_outcomes.draw_pair(row, text)])])
    is_of = row["claim"] == "published" or row["is_followed"]
    reached, rest = write_bound(row, "reached", text), write_bound(row, "rest", text)
    label = text.low(text(f"of_hundred.{row['numerator_stage']}_label"))
    notes = list_notes(row, text)
    words = text("of_hundred.reached", n=reached, label=label)
    return Squares(
        low=number_or_none(row["reached_low"]),
        high=number_or_none(row["reached_high"]),
        is_about=row["reached_qualifier"] == "about",
        kind=row["kind"],
        reached=words,
        rest=text(f"of_hundred.{row['numerator_stage']}_rest", n=rest) if is_of else text("of_hundred.others"),
        hover="<br>".join([f"<b>{words}</b>", *notes, f"<i>{text('ui.click_source')}</i>"]),
        ids=list_ids(row),
        notes=tuple(text.cap(note) for note in notes),
    )


def write_bound(row: Row, of: str, text: Text) -> str:
    """So many of 100, in words: «fewer than 2», «3», «about 3»."""
    low, high = read_bounds(row, f"{of}_")
    qualifier = row[f"{of}_qualifier"]
    low, high = (None if side is None else round(side, 1) for side in (low, high))
    if qualifier == "range":
        return text.bound(low, high, qualifier)
    value = low if low is not None else high or 0.0
    digits = None if value == round(value) else 1
    return text(f"of_hundred.{qualifier}", n=text.number(value, digits), abl=text.suffix(value, "abl"))


def write_finding(row: Row, text: Text) -> str:
    """«Of every 100 complaints, fewer than 2 led to prosecution» where a source says so; two counts else."""
    if row["claim"] != "published":
        return complaints_and_outcomes.describe_pair(row, text)
    words = text(f"of_hundred.{row['numerator_stage']}", n=write_bound(row, "reached", text))
    return f"{add_scope(words, row, text)}."


def list_notes(row: Row, text: Text) -> Sequence[str]:
    """Who says so, on whose data, for when, and whether the counts themselves are known."""
    start, end = read_days(row)
    when = write_period_kind(row, text)
    if row["period_kind"] == "window_inferred" and start.year != end.year:
        when = text("of_hundred.about_years", first=start.year, last=end.year)
    notes = [name_compiler(row, text), when]
    if row["rests_on_official"]:
        notes.insert(1, text("of_hundred.on_official"))
    return [*notes, text("chart.n_not_published")] if row["claim"] == "published" else notes


def list_caveats(row: Row, text: Text) -> list[str]:
    """The two that limit this one pair most."""
    caveats = []
    if row["period_kind"] == "window_inferred":
        caveats.append(text("of_hundred.why_about"))
    if row["grade"] == "B":
        caveats.append(text("caveat.several_complaints"))
    if not row["is_followed"] and row["claim"] != "published":
        caveats.append(text("caveat.same_period"))
    return [*caveats, text("caveat.earlier_year")][:2]


CHART = Chart("of_100", build, method=("of_100", "bounds", "claims"))
