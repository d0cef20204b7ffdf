"""How many were counted for every 100,000 inhabitants, or for every 1,000 prisoners?"""

from functools import partial

import pandas as pd

from components.chart import Ask, Chart, Choice, Outcome, Reader
from components.charts.shared import counts, notes
from components.charts.shared.notes import describe_absence, name_request
from components.charts.shared.values import (
    Row,
    name_compiler,
    number_or_none,
    read_bounds,
    write_number,
    write_period,
    write_period_kind,
)
from components.drawing.model import Mark, Panel, Rows
from components.text import DASH, Text


def build(reader: Reader, ask: Ask, stage: str, basis: str) -> Outcome:
    """The rates of a stage by year, whole years of the country only."""
    text = reader.text
    frame = ask(
        "rates",
        countries=[reader.country],
        stage=stage,
        basis=basis,
        year_from=reader.year_from,
        year_to=reader.year_to,
        compilers=list(reader.compilers),
    )
    known = frame[frame["claim"] == "rate"]
    if known.empty:
        return describe_absence(name_request(reader, stage), reader)
    return notes.build_block(
        reader,
        known,
        list_marks,
        _tabulate,
        question="rates",
        name=f"rates_{stage}_{basis}",
        finding=write_finding(known, text),
        subtitle=text(f"rates.subtitle_{basis}"),
        drawing=draw(known, text),
        caveats=list_caveats(frame, text, stage, ask),
        draw_method_table=partial(_tabulate_intervals, known, text),
    )


def draw(frame: pd.DataFrame, text: Text) -> Rows:
    """A panel for each compiler and unit, a bar for each year."""
    return Rows(
        [
            Panel(
                f"{name_compiler(rows[0], text)}: {text.low(counts.label_count(rows[0], text))}",
                [_draw_rate(row, text) for row in rows],
            )
            for rows in counts.group_rows(frame, "country", "compiler", "unit", "kind")
        ]
    )


def _draw_rate(row: Row, text: Text) -> Mark:
    lines = [
        f"<b>{write_rate(row, text)}</b> {text('rates.per_' + row['basis'])}",
        f"{text.counted_bound(*read_bounds(row), row['qualifier'], row['unit'], row['kind'])} / {_write_of(row, text)}",
        write_period(row, text),
        name_compiler(row, text),
        f"<i>{text('ui.click_source')}</i>",
    ]
    return Mark(
        place=str(row["year"]),
        label=f"<b>{write_rate(row, text)}</b> · {text.unit(row['unit'], row['kind'])}: {write_number(row, text)}",
        hover="<br>".join(lines),
        ids=(row["figure_id"],),
        kind=row["kind"],
        low=number_or_none(row["rate_low"]),
        high=number_or_none(row["rate_high"]),
    )


def write_rate(row: Row, text: Text) -> str:
    """A rate in words, with two figures that matter: «3.5», «more than 0.39», «about 0.57»."""
    low, high = number_or_none(row["rate_low"]), number_or_none(row["rate_high"])
    if low is not None and high is not None:
        if f"{low:.2g}" != f"{high:.2g}":
            return f"{_write_side(low, text)}{DASH}{_write_side(high, text)}"
        words = _write_side(low, text)
        return text("rates.about", n=words) if row["rate_about"] else words
    if low is not None:
        return text("rates.more_than" if row["rate_low_open"] else "rates.at_least", n=_write_side(low, text))
    if high is not None:
        return text("rates.less_than" if row["rate_high_open"] else "rates.at_most", n=_write_side(high, text))
    return text("ui.no_data")


def _write_side(value: float, text: Text) -> str:
    """A number with two significant digits."""
    digits = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 or value == 0 else 3
    return text.number(value, digits if value else 0)


def _write_of(row: Row, text: Text) -> str:
    """The denominator in words."""
    low, high = number_or_none(row["denominator_low"]), number_or_none(row["denominator_high"])
    qualifier = "range" if low != high else "about" if row["denominator_about"] else "exact"
    return text("rates.of_" + row["basis"], n=text.bound(low, high, qualifier))


def write_finding(frame: pd.DataFrame, text: Text) -> str:
    """The latest rate of each kind of body."""
    latest = frame.sort_values("year").groupby("kind", sort=False).tail(1)
    rows = sorted(latest.to_dict("records"), key=lambda row: (row["kind"] != "official", -row["year"]))
    items = [
        text(
            "rates.item",
            label=counts.label_count(row, text),
            period=write_period_kind(row, text),
            rate=write_rate(row, text),
            compiler=name_compiler(row, text),
        )
        for row in rows
    ]
    return text(f"finding.rates_{rows[0]['basis']}", items="; ".join(items))


def list_caveats(frame: pd.DataFrame, text: Text, stage: str, ask: Ask) -> list[str]:
    """How rates are to be read, where the denominators come from, and which years have none."""
    caveats = [text("caveat.rates"), text("caveat.not_added")]
    known = frame[frame["claim"] == "rate"]
    publishers = dict.fromkeys(publisher for names in known["denominator_publishers"] for publisher in names)
    caveats.append(text("caveat.rates_denominator", documents="; ".join(map(text.publisher, publishers))))
    if known["is_lagging"].any():
        caveats.append(text("caveat.rates_lagging"))
    if years := sorted(set(frame.loc[frame["claim"] == "no_denominator", "year"])):
        caveats.append(text("caveat.rates_no_denominator", years=", ".join(map(str, years))))
    return caveats + notes.note_inferred(frame.assign(period_kind=frame["period_kind"]), text)


def list_marks(frame: pd.DataFrame, text: Text) -> list[tuple[str, tuple[str, ...]]]:
    """The marks in words, each with its figure."""
    return [
        (f"{write_period(row, text)} · {write_rate(row, text)} · {name_compiler(row, text)}", (row["figure_id"],))
        for row in frame.to_dict("records")
    ]


def _tabulate(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a rate: who, what, how many, of how many, and the documents of both."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): name_compiler(row, text),
                text("ui.stage"): text(f"stage.{row['stage']}"),
                text("ui.period"): write_period(row, text),
                text("ui.number"): write_number(row, text),
                text("ui.unit"): text.unit(row["unit"], row["kind"]),
                text("rates.of"): _write_of(row, text),
                text("rates.rate"): f"{write_rate(row, text)} {text('rates.per_' + row['basis'])}",
                text("rates.document"): "; ".join(row["denominator_source_ids"]),
                text("ui.figure_id"): row["figure_id"],
            }
            for row in frame.to_dict("records")
        ]
    )


def _tabulate_intervals(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The 95 % interval of each rate whose count is one exact number."""
    return pd.DataFrame(
        [
            {
                text("ui.compiler"): name_compiler(row, text),
                text("ui.period"): write_period(row, text),
                text("rates.rate"): write_rate(row, text),
                text("rates.interval"): f"{_write_side(row['rate_interval_low'], text)}{DASH}"
                f"{_write_side(row['rate_interval_high'], text)}",
            }
            for row in frame.to_dict("records")
            if number_or_none(row["rate_interval_low"]) is not None
        ]
    )


CHART = Chart(
    "rates",
    build,
    method=("rates", "bounds", "never_added"),
    choices={
        "stage": counts.COMPLAINT,
        "basis": Choice(frozenset({"population", "prison_population"}), "population"),
    },
)
