"""How many are left at each rung from complaint to imprisonment?"""

from functools import partial
from typing import Any

import pandas as pd

from components.chart import Ask, Block, Chart, Choice, Outcome, Reader, Subject
from components.charts.shared import rungs
from components.charts.shared.notes import describe_absence, name_request, note_inferred, note_withheld, write_n_line
from components.charts.shared.values import Row, add_scope, name_compiler, read_day, write_number
from components.drawing.model import Mark, Panel, Rows
from components.text import Text

OF_LADDER = ("compiler", "document", "scope", "scope_detail")


def build(reader: Reader, ask: Ask, which: str) -> Outcome:
    """One ladder; `which`: a key of `list_ladders`."""
    text, chosen = reader.text, list_ladders(reader, ask).get(which)
    if chosen is None:
        return describe_absence(name_request(reader), reader)
    frame = ask(
        "ladder",
        country=reader.country,
        **{name: chosen[name] for name in OF_LADDER},
        **{day: f"{chosen[day]:%Y-%m-%d}" for day in ("period_start", "period_end")},
    )
    known = frame[frame["figure_id"].notna()].assign(country=reader.country, compiler=chosen["compiler"])
    told = frame.assign(country=reader.country, **{name: chosen[name] for name in OF_LADDER if name != "document"})
    is_event = bool(chosen["is_event"])
    return Block(
        name="ladder",
        question="ladder",
        frame=known,
        text=text,
        finding=write_finding(told, text, is_event=is_event),
        drawing=draw(frame, text, is_event=is_event),
        marks=rungs.list_marks(frame, text),
        draw_table=partial(rungs.tabulate, frame, text),
        n_line=write_n_line(known, text),
        caveats=_list_caveats(frame, known, text, is_event=is_event),
        country=reader.country,
        subject=Subject(compiler=str(chosen["compiler"]), has_own_period=True),
    )


def list_ladders(reader: Reader, ask: Ask) -> dict[str, dict[str, Any]]:
    """The ladders that can be drawn, by a key that an address can hold: rows of the question `ladders`.

    The coverage that was chosen first, then the others; within it the ladder with the most rungs.
    """
    rows = sorted(
        ask("ladders", **reader.params).to_dict("records"),
        key=lambda row: (row["scope"], row["scope_detail"]) != (reader.scope, reader.scope_detail),
    )
    days = ("period_start", "period_end")
    return {
        "~".join([*(str(row[name]) for name in OF_LADDER), *(f"{row[day]:%Y-%m-%d}" for day in days)]): row
        for row in rows
    }


def _list_caveats(frame: pd.DataFrame, known: pd.DataFrame, text: Text, *, is_event: bool) -> list[str]:
    caveats = [text("caveat.cumulative" if is_event else "caveat.same_period"), text("caveat.several_complaints")]
    caveats.append(text("caveat.earlier_year"))
    if frame["is_merged"].any():
        caveats.append(text("caveat.merged"))
    document = dict(zip(known["figure_id"], known["source_id"], strict=True))
    apart = known[known["of_first_claim"].notna() & (known["first_id"].map(document) != known["source_id"])]
    if len(apart):
        caveats.append(text("caveat.two_documents", n=len(apart)))
    return caveats + note_inferred(known, text) + note_withheld(known, text)


def draw(frame: pd.DataFrame, text: Text, *, is_event: bool) -> Rows:
    """A panel for each rung, unknown rungs said and not skipped.

    `is_event`: each rung shows its latest figure with its date, since the figures are cumulative.
    """
    rows = frame.to_dict("records")
    return Rows([Panel(rungs.title_rung(row, text), [_draw_rung(row, text, is_event=is_event)]) for row in rows])


def _draw_rung(row: Row, text: Text, *, is_event: bool) -> Mark | str:
    if not rungs.is_known(row):
        return text("ui.not_found")
    date = f" · {text.day_short(read_day(row['period_end']))}" if is_event else ""
    more = "".join(f"<br>{share}" for share in rungs.list_shares(row, text))
    return rungs.draw_rung(row, text, rungs.title_rung(row, text), date + more)


def write_finding(frame: pd.DataFrame, text: Text, *, is_event: bool) -> str:
    """The known rungs, one after the other; of an event with the date of each."""
    rows = [row for row in frame.to_dict("records") if rungs.is_known(row)]
    known = [row for row in rows if row["role"] == "ladder"] or rows
    start = min(read_day(row["period_start"]) for row in known)
    end = max(read_day(row["period_end"]) for row in known)
    return text(
        "finding.ladder",
        compiler=name_compiler(known[0], text),
        period=add_scope(text.period(start, end), known[0], text),
        rungs=text.listed(_write_rung(row, text, is_event=is_event) for row in known),
    )


def _write_rung(row: Row, text: Text, *, is_event: bool) -> str:
    label, number = text.low(rungs.title_rung(row, text)), write_number(row, text)
    if is_event:
        return text(
            "finding.ladder_rung_dated", label=label, n=number, date=text.day_short(read_day(row["period_end"]))
        )
    return text("finding.ladder_rung", label=label, n=number)


CHART = Chart("ladder", build, method=("ratio", "events", "interval"), choices={"which": Choice()})
