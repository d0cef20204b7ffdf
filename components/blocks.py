"""Each chart block: ask, draw, explain. A page chooses which, and with what; so does a deck, by the block's View.

Every function here that is a chart takes a Reader and the chart's own choices, and returns what is to be shown.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial, wraps
from typing import Any

import pandas as pd

from components import sentences, tables
from components.charts.allegations_by_year import allegations_by_year as draw_allegations
from components.charts.counts_over_years import counts_over_years as draw_windows
from components.charts.coverage import SIGN
from components.charts.coverage import coverage as draw_coverage
from components.charts.event_figures import event_figures as draw_event
from components.charts.funnel import funnel as draw_funnel
from components.charts.ladder import ladder as draw_ladder
from components.charts.ladder import un_decisions as draw_un_decisions
from components.charts.lag_check import lag_check as draw_lag
from components.charts.lag_check import lag_letters
from components.charts.rival_claims import rival_claims as draw_rivals
from components.charts.stage_ratio import LADDER
from components.charts.stage_ratio import ratio_by_country as draw_ratio_by_country
from components.charts.stage_ratio import stage_ratio as draw_ratio
from components.charts.yearly_lines import letters
from components.charts.yearly_lines import yearly_lines as draw_lines
from components.filters import Choices, Reader
from components.store import ask
from components.text import DASH, USUAL_UNIT, Text
from components.views import Block, Empty, Made, View
from queries.measures.funnel import funnel as measured
from queries.measures.trend import trends

CHARTS: dict[str, Callable[..., Made | None]] = {}


def chart(build: Callable[..., Made | None]) -> Callable[..., Made | None]:
    """Keep the chart by its name, and give what it makes the heading and the View that would make it again."""

    @wraps(build)
    def made(reader: Reader, *given: Any, heading: str = "", **own: Any) -> Made | None:
        found = build(reader, *given, **own)
        if found is None or found.view.chart:
            return found and replace(found, heading=heading)
        bound = inspect.signature(build).bind(reader, *given, **own)
        bound.apply_defaults()
        codes = {name: _code(value) for name, value in list(bound.arguments.items())[1:]}
        return replace(found, heading=heading, view=View(build.__name__, reader.address | codes))

    CHARTS[build.__name__] = made
    return made


def _code(value: Any) -> str:
    """A choice as it stands in an address."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ",".join(value)


@chart
def allegations_by_year(reader: Reader, stage: str = "complaint", claim: str = "rule") -> Made | None:
    """How many allegations were registered each year, and by whom? An event is shown as the weeks passed instead."""
    if reader.scope == "event":
        return event_figures(reader)
    text, given = reader.text, reader.params | {"stage": stage}
    frame = ask("allegations_by_year", **given)
    if frame.empty:
        return _empty(_what(reader, stage), reader)
    return _counts(
        reader,
        frame,
        question="allegations_by_year",
        name=f"allegations_by_year_{stage}",
        finding=sentences.allegations_by_year(frame, text, claim),
        drawing=draw_allegations(frame, text),
        caveats=_count_caveats(frame, text, stage),
    )


@chart
def counts_over_years(reader: Reader, stage: str = "complaint") -> Made | None:
    """Which counts cover a time longer than one calendar year? Draws nothing when there are none."""
    text, given = reader.text, reader.params | {"stage": stage}
    frame = ask("counts_over_years", **given)
    if frame.empty:
        return None
    return _counts(
        reader,
        frame,
        question="counts_over_years",
        name=f"counts_over_years_{stage}",
        finding=sentences.counts_over_years(frame, text),
        drawing=draw_windows(frame, text),
        caveats=_count_caveats(frame, text, stage),
    )


@chart
def stage_ratio(
    reader: Reader,
    numerators: Sequence[str] = (),
    denominators: Sequence[str] = (),
    *,
    with_c: bool = False,
) -> Made | None:
    """Of an earlier stage, how many stand beside it at a later stage, and how sure is the ratio?"""
    text = reader.text
    given = reader.params | {"numerators": list(numerators), "denominators": list(denominators), "with_c": with_c}
    frame = ask("stage_ratio", **given)
    if frame.empty:
        return _empty(_what(reader, *numerators), reader)
    return _ratios(
        reader,
        frame,
        question="stage_ratio",
        finding=sentences.stage_ratio(frame, text),
        drawing=draw_ratio(frame, text),
        caveats=_ratio_caveats(frame, text),
        draw_method_table=partial(tables.intervals, frame, text),
    )


@chart
def rival_claims(reader: Reader, stages: Sequence[str] = ()) -> Made | None:
    """On which facts do sources disagree, and which claim does the rule take? Draws nothing where none do."""
    text = reader.text
    frame = ask("rival_claims", **reader.params, stages=list(stages))
    if frame.empty:
        return None
    return _counts(
        reader,
        frame,
        question="rival_claims",
        finding=sentences.rival_claims(frame, text),
        drawing=draw_rivals(frame, text),
        caveats=[text("caveat.not_added"), *_inferred(frame, text), *_withheld(frame, text)],
    )


@chart
def event_figures(reader: Reader) -> Made | None:
    """How did the cumulative counts of an event grow as the weeks passed?"""
    text = reader.text
    frame = ask("event_figures", **reader.params)
    if frame.empty:
        return _empty(_what(reader), reader)
    return _counts(
        reader,
        frame,
        question="event_figures",
        finding=sentences.event_figures(frame, text),
        drawing=draw_event(frame, text),
        caveats=[text("caveat.cumulative"), text("caveat.not_added"), *_inferred(frame, text)],
    )


@chart
def lag_check(reader: Reader, numerators: Sequence[str], denominators: Sequence[str]) -> Made | None:
    """Does the ratio change with the later stage of the following year? Draws nothing where none is known."""
    text = reader.text
    given = reader.params | {"numerators": list(numerators), "denominators": list(denominators)}
    frame = ask("lag_check", **given)
    if reader.scope != "all":
        return None
    if frame.empty:
        return Empty(sentences.lag_check(frame, text), text, is_aside=True)
    return _ratios(
        reader,
        frame,
        question="lag_check",
        finding=sentences.lag_check(frame, text),
        drawing=draw_lag(frame, text),
        draw_table=partial(tables.lagged, frame, text),
        key=[f"{letter} – {title}" for title, letter in lag_letters(frame, text).items()],
        caveats=[text("caveat.lag"), text("caveat.several_complaints")],
    )


@chart
def ladder(reader: Reader, which: str) -> Made | None:
    """How many are left at each rung from complaint to imprisonment? `which`: a key of `ladders`."""
    text, chosen = reader.text, ladders(reader).get(which)
    if chosen is None:
        return _empty(_what(reader), reader)
    is_event = bool(chosen["is_event"])
    frame = ask(
        "ladder",
        country=reader.country,
        **{name: chosen[name] for name in ("compiler", "document", "scope", "scope_detail")},
        period_start=f"{chosen['period_start']:%Y-%m-%d}",
        period_end=f"{chosen['period_end']:%Y-%m-%d}",
    )
    known = frame[frame["figure_id"].notna()].assign(country=reader.country, compiler=chosen["compiler"])
    caveats = [text("caveat.cumulative" if is_event else "caveat.same_period"), text("caveat.several_complaints")]
    caveats.append(text("caveat.earlier_year"))
    if frame["is_merged"].any():
        caveats.append(text("caveat.merged"))
    document = dict(zip(known["figure_id"], known["source_id"], strict=True))
    apart = known[known["of_first_claim"].notna() & (known["first_id"].map(document) != known["source_id"])]
    if len(apart):
        caveats.append(text("caveat.two_documents", n=len(apart)))
    caveats += _inferred(known, text) + _withheld(known, text)
    return Block(
        name="ladder",
        question="ladder",
        frame=known,
        text=text,
        finding=sentences.ladder(
            frame.assign(scope=chosen["scope"], scope_detail=chosen["scope_detail"]),
            text,
            str(chosen["compiler"]),
            reader.country,
            is_event=is_event,
        ),
        drawing=draw_ladder(frame, text, is_event=is_event),
        marks=tables.rung_marks(frame, text),
        draw_table=partial(tables.rungs, frame, text),
        n_line=tables.n_line(known, text),
        caveats=caveats,
        country=reader.country,
    )


@chart
def un_decisions(reader: Reader) -> Made | None:
    """What became of the cases that UN treaty bodies decided? Draws nothing where there are none."""
    text = reader.text
    frame = ask("un_decisions", country=reader.country)
    if frame.empty:
        return None
    return Block(
        name="un_decisions",
        question="un_decisions",
        frame=frame,
        text=text,
        finding=sentences.un_decisions(frame, text),
        drawing=draw_un_decisions(frame, text),
        marks=tables.rung_marks(frame, text),
        draw_table=partial(tables.rungs, frame, text),
        n_line=tables.n_line(frame.assign(country=reader.country), text),
        caveats=[text("caveat.un_cumulative"), *_site_only(frame["figure_id"], text)],
        country=reader.country,
    )


@chart
def yearly_lines(reader: Reader, stage: str) -> Made | None:
    """How did one compiler's count move over the years, and where may it not be compared with itself?"""
    text, given = reader.text, reader.params | {"stages": [stage]}
    frame = ask("yearly_lines", **given)
    if frame.empty:
        return _empty(_what(reader, stage), reader)
    breaks = _breaks_of(reader, stage, frame)
    lines_key, found = _lines_key(frame, text), trends(frame)
    return _counts(
        reader,
        frame,
        question="yearly_lines",
        name=f"yearly_lines_{stage}",
        finding=sentences.yearly_lines(frame, found, breaks, text),
        drawing=draw_lines(frame, breaks, text),
        draw_table=partial(tables.lines, frame, text),
        key=[*lines_key, *_breaks_key(breaks, text)],
        caveats=[
            text("caveat.breaks"),
            text("caveat.part_year"),
            *([] if frame["is_reviewed"].all() else [text("caveat.breaks_not_reviewed")]),
            *_unnamed(frame, text),
            *([text("caveat.more_trust")] if stage == "complaint" else []),
        ],
        draw_method_table=partial(tables.trend_models, found, frame, text),
    )


@chart
def ratio_by_country(reader: Reader, kind: str, numerators: Sequence[str], denominators: Sequence[str]) -> Made | None:
    """How do countries stand side by side in the same ratio, each by its own compilers of one kind?"""
    text = reader.text
    # The years of the filter are those of one country: they narrow the others only when they were narrowed.
    years = {"year_from": reader.year_from, "year_to": reader.year_to} if reader.is_narrowed else {}
    given = {"kind": kind, "numerators": list(numerators), "denominators": list(denominators)} | years
    frame = ask("ratio_by_country", **given)
    if frame.empty:
        return _empty(", ".join(text.low(text(f"stage.{stage}")) for stage in numerators), reader)
    return _ratios(
        reader,
        frame,
        question="ratio_by_country",
        finding=sentences.ratio_by_country(frame, text),
        drawing=draw_ratio_by_country(frame, text),
        caveats=[text("caveat.not_ranked"), text("caveat.more_trust"), *_ratio_caveats(frame, text)],
        draw_method_table=partial(tables.intervals, frame, text),
    )


@chart
def funnel(reader: Reader, which: str) -> Made | None:
    """Do one compiler's years differ more than chance? `which`: a key of `funnels`."""
    text, chosen = reader.text, funnels(reader).get(which)
    if chosen is None:
        return _empty(_what(reader), reader)
    row, found = chosen.to_dict("records")[0], measured(chosen)
    said = sentences.funnel(found, row, text)
    if found is None:
        return Empty(said, text, table=tables.ratios(chosen, text))
    return _ratios(
        reader,
        chosen,
        question="stage_ratio",
        name="funnel",
        finding=said,
        drawing=draw_funnel(found, str(row["kind"]), text),
        caveats=[text("caveat.funnel"), *_ratio_caveats(chosen, text)],
    )


@chart
def coverage(reader: Reader) -> Made | None:
    """Which years did nobody report?"""
    text = reader.text
    frame = ask("coverage", **reader.params)
    if frame.empty:
        return _empty(_what(reader), reader)
    frame.attrs["country"] = reader.country
    states = [state for state in SIGN if (frame["state"] == state).any()]
    return Block(
        name="coverage",
        question="coverage",
        frame=frame,
        text=text,
        # Whoever is chosen, the sentence is about every official compiler of these years.
        finding=sentences.coverage(ask("coverage", **(reader.params | {"compilers": []})), text),
        drawing=draw_coverage(frame, text),
        marks=tables.coverage_marks(frame, text, reader.country),
        draw_table=partial(tables.coverage, frame, text, reader.country),
        n_line=" · ".join(
            [text(f"country.{reader.country}"), *(f"{SIGN[state]} {text('state.' + state)}" for state in states)]
        ),
        caveats=[text("caveat.absence")],
        country=reader.country,
    )


def ladders(reader: Reader) -> dict[str, dict[str, Any]]:
    """The ladders that can be drawn, by a key that an address can hold: rows of the question `ladders`.

    The coverage that was chosen first, then the others; within it the ladder with the most rungs.
    """
    rows = sorted(
        ask("ladders", **reader.params).to_dict("records"),
        key=lambda row: (row["scope"], row["scope_detail"]) != (reader.scope, reader.scope_detail),
    )
    names, days = ("compiler", "document", "scope", "scope_detail"), ("period_start", "period_end")
    keys = ["~".join([*(str(row[name]) for name in names), *(f"{row[day]:%Y-%m-%d}" for day in days)]) for row in rows]
    return dict(zip(keys, rows, strict=True))


def funnels(reader: Reader) -> dict[str, pd.DataFrame]:
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


class ViewRefused(Exception):
    """A view names something that is not known here: `code` is a key of «view» in the locales, `value` what."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value}")
        self.code, self.value = code, value


STAGES = set(USUAL_UNIT)
# What the own choices of charts may be; `which` is looked up by its chart.
OWN = {
    "stage": STAGES,
    "stages": STAGES,
    "numerators": set(LADDER),
    "denominators": set(LADDER),
    "claim": {"rule", "lowest", "highest"},
    "kind": {"official", "ngo", "international", "media"},
    "with_c": {"yes", "no"},
    "which": None,
}
# What an address, or a deck, says of a chart: nothing else of it is followed.
KEYS = ("chart", "country", "from", "to", "compilers", "scope", *OWN)


def make(view: View, text: Text) -> Made:
    """The chart of a view. Raises ViewRefused for a chart, a country, a year or a choice that is not known."""
    build = CHARTS.get(view.chart)
    if build is None:
        raise ViewRefused("chart", view.chart)
    reader = _reader(view.given, text)
    own: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(build).parameters.items())[1:]:
        if name not in view.given:
            if parameter.default is parameter.empty:
                raise ViewRefused("missing", name)
            continue
        value = view.given[name]
        many = name in {"stages", "numerators", "denominators"}
        values = _split(value) if many else [value]
        if (known := OWN[name]) is not None and (unknown := [each for each in values if each not in known]):
            raise ViewRefused("choice", unknown[0])
        own[name] = tuple(values) if many else value == "yes" if name == "with_c" else value
    return build(reader, **own) or replace(_empty(_what(reader), reader), view=view)


def _split(codes: str) -> list[str]:
    """Codes, each once: a view said in few words is the same chart, and its address still fits a QR code."""
    return list(dict.fromkeys(each for each in codes.split(",") if each))


def _reader(given: Mapping[str, str], text: Text) -> Reader:
    country = given.get("country", "")
    if country not in set(ask("countries_known")["country"]):
        raise ViewRefused("country", country)
    choices = Choices.of(country)
    try:
        year_from, year_to = int(given.get("from") or choices.first_year), int(given.get("to") or choices.last_year)
    except ValueError:
        year_from, year_to = 0, 0
    if not 1000 <= year_from <= year_to <= 9999:
        asked = DASH.join(given[end] for end in ("from", "to") if given.get(end))
        raise ViewRefused("years", asked[:80])
    scope = given.get("scope") or choices.scopes[0]
    if scope not in choices.scopes:
        raise ViewRefused("choice", scope)
    compilers = tuple(_split(given.get("compilers", "")))
    if unknown := [each for each in compilers if each not in choices.compilers]:
        raise ViewRefused("choice", unknown[0])
    whole = (year_from, year_to) == (choices.first_year, choices.last_year)
    scope, _, detail = scope.partition("/")
    return Reader(text, country, year_from, year_to, compilers, scope, detail, not whole)


def _counts(reader: Reader, frame: pd.DataFrame, *, question: str, **own: Any) -> Block:
    """The block of a chart of counts: its marks, table and n line are made the same way for all."""
    text = reader.text
    table, marks = partial(tables.counts, frame, text), tables.count_marks(frame, text)
    made = {"name": question, "draw_table": table, "marks": marks} | own
    return _block(reader, frame, question=question, **made)


def _ratios(reader: Reader, frame: pd.DataFrame, *, question: str, **own: Any) -> Block:
    """The block of a chart of ratios: its marks, table and n line are made the same way for all."""
    text = reader.text
    table, marks = partial(tables.ratios, frame, text), tables.ratio_marks(frame, text)
    made = {"name": question, "draw_table": table, "marks": marks} | own
    return _block(reader, frame, question=question, **made)


def _block(reader: Reader, frame: pd.DataFrame, **own: Any) -> Block:
    n_line = tables.n_line(frame, reader.text)
    return Block(frame=frame, n_line=n_line, country=reader.country, text=reader.text, **own)


def _empty(what: str, reader: Reader) -> Empty:
    """What is missing, what to try and whom to ask."""
    text = reader.text
    ask_whom = "empty.ask" if reader.country == "KZ" else "empty.ask_elsewhere"
    parts = [text("empty.no_figures", what=what), text("empty.widen"), text(ask_whom), text("caveat.absence")]
    return Empty(" ".join(parts), text)


def _what(reader: Reader, *stages: str) -> str:
    """What was asked for, in words: for an empty view."""
    text = reader.text
    parts = [text.low(text(f"stage.{stage}")) for stage in stages]
    years = f"{reader.year_from}{DASH}{reader.year_to}"
    return ", ".join([text(f"country.{reader.country}"), *parts, years, text.scope(reader.scope, reader.scope_detail)])


def _count_caveats(frame: pd.DataFrame, text: Text, stage: str) -> list[str]:
    caveats = [text("caveat.not_added")]
    if stage == "complaint":
        caveats.append(text("caveat.more_trust"))
    if "is_part_year" in frame and (frame["is_part_year"] & (frame["period_kind"] != "yearly_rate")).any():
        caveats.append(text("caveat.part_year"))
    if (frame["low"].isna() | frame["high"].isna()).any():
        caveats.append(text("caveat.bounds"))
    if (frame["period_kind"] == "yearly_rate").any():
        caveats.append(text("caveat.yearly_rate"))
    return (
        caveats
        + _inferred(frame, text)
        + _withheld(frame, text)
        + _unnamed(frame, text)
        + _site_only(frame["figure_id"], text)
    )


def _ratio_caveats(frame: pd.DataFrame, text: Text) -> list[str]:
    caveats = [text("caveat.earlier_year")]
    if (frame["grade"] == "B").any():
        caveats += [text("caveat.several_complaints"), text("caveat.same_period")]
    if frame["outcomes_exceed"].any():
        caveats.append(text("caveat.outcomes_exceed"))
    if apart := int((~frame["same_document"].astype(bool)).sum()):
        caveats.append(text("caveat.two_documents", n=apart))
    if inferred := int(frame["has_inferred_window"].sum()):
        caveats.append(text("caveat.inferred", n=inferred))
    return (
        caveats + _withheld(frame, text) + _site_only(pd.concat([frame["numerator_id"], frame["denominator_id"]]), text)
    )


def _inferred(frame: pd.DataFrame, text: Text) -> list[str]:
    n = int((frame["period_kind"] == "window_inferred").sum())
    return [text("caveat.inferred", n=n)] if n else []


def _withheld(frame: pd.DataFrame, text: Text) -> list[str]:
    """What «fewer than 5» stands for, where a number of a strict list is drawn."""
    told = [column for column in frame.columns if column.endswith("qualifier")]
    return [text("caveat.withheld")] if frame[told].eq("withheld").any(axis=None) else []


def _site_only(figure_ids: pd.Series, text: Text) -> list[str]:
    """Documents of which only the publisher's site is known: said beside their figures."""
    rows = ask("evidence", figure_ids=sorted(set(figure_ids.dropna())))
    own = rows[(rows["relation"] == "itself") & (rows["address"] == "site only")]
    return [text("caveat.site_only", title=title) for title in dict.fromkeys(own["title"])]


def _unnamed(frame: pd.DataFrame, text: Text) -> list[str]:
    """A long official line of a counter who is not named, resting on one document, says both."""
    own = frame[frame["compiler"].str.endswith("_unspecified") & (frame["stage"] == "registered_offence")]
    said = []
    for source, rows in own.groupby("source_id"):
        if len(rows) > 2 and (rows["confidence"] == "press").all():
            title = ask("evidence", figure_ids=[rows["figure_id"].iloc[0]])
            words = title.loc[title["source_id"] == source, "title"].iloc[0]
            said.append(text("caveat.press_only", title=f"«{words}»"))
    return said


def _breaks_of(reader: Reader, stage: str, frame: pd.DataFrame) -> pd.DataFrame:
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


def _lines_key(frame: pd.DataFrame, text: Text) -> list[str]:
    country, kinds = frame["country"].iloc[0], dict(zip(frame["compiler"], frame["kind"], strict=True))
    return [
        f"{letter} – {text.compiler(country, compiler)}, {text.unit(unit, kinds[compiler])}"
        for (compiler, unit), letter in letters(frame).items()
    ]


def _breaks_key(breaks: pd.DataFrame, text: Text) -> list[str]:
    return [
        f"{number}. {sentences.break_date(row, text)} – {text('break.' + row['break_id'])}"
        for number, row in enumerate(breaks.to_dict("records"), 1)
    ]
