"""Each chart block of the pages: ask, draw, explain. A page chooses which, and with what."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import sentences, tables
from components.block import Block, block, empty, table
from components.charts.allegations_by_year import allegations_by_year as draw_allegations
from components.charts.counts_over_years import counts_over_years as draw_windows
from components.charts.coverage import coverage as draw_coverage
from components.charts.event_figures import event_figures as draw_event
from components.charts.funnel import funnel as draw_funnel
from components.charts.ladder import ladder as draw_ladder
from components.charts.ladder import un_decisions as draw_un_decisions
from components.charts.lag_check import lag_check as draw_lag
from components.charts.lag_check import lag_letters
from components.charts.rival_claims import rival_claims as draw_rivals
from components.charts.stage_ratio import ratio_by_country as draw_ratio_by_country
from components.charts.stage_ratio import stage_ratio as draw_ratio
from components.charts.yearly_lines import letters
from components.charts.yearly_lines import yearly_lines as draw_lines
from components.filters import Reader
from components.store import ask
from components.text import DASH, Text
from queries.measures.funnel import funnel as measured
from queries.measures.trend import trends


def allegations_by_year(reader: Reader, stage: str = "complaint", heading: str = "", claim: str = "rule") -> None:
    """How many allegations were registered each year, and by whom? An event is shown as the weeks passed instead."""
    if reader.scope == "event":
        event_figures(reader, heading)
        return
    text, given = reader.text, reader.params | {"stage": stage}
    frame = ask("allegations_by_year", **given)
    if frame.empty:
        empty(heading, _what(reader, stage), text, country=reader.country)
        return
    _counts(
        reader,
        frame,
        question="allegations_by_year",
        name=f"allegations_by_year_{stage}",
        heading=heading,
        finding=sentences.allegations_by_year(frame, text, claim),
        figure=draw_allegations(frame, text),
        caveats=_count_caveats(frame, text, stage),
    )


def counts_over_years(reader: Reader, stage: str = "complaint") -> None:
    """Which counts cover a time longer than one calendar year? Draws nothing when there are none."""
    text, given = reader.text, reader.params | {"stage": stage}
    frame = ask("counts_over_years", **given)
    if frame.empty:
        return
    _counts(
        reader,
        frame,
        question="counts_over_years",
        name=f"counts_over_years_{stage}",
        finding=sentences.counts_over_years(frame, text),
        figure=draw_windows(frame, text),
        caveats=_count_caveats(frame, text, stage),
    )


def stage_ratio(
    reader: Reader,
    numerators: Sequence[str] = (),
    denominators: Sequence[str] = (),
    *,
    with_c: bool = False,
    heading: str = "",
) -> None:
    """Of an earlier stage, how many stand beside it at a later stage, and how sure is the ratio?"""
    text = reader.text
    given = reader.params | {"numerators": list(numerators), "denominators": list(denominators), "with_c": with_c}
    frame = ask("stage_ratio", **given)
    if frame.empty:
        empty(heading, _what(reader, *numerators), text, country=reader.country)
        return
    _ratios(
        reader,
        frame,
        question="stage_ratio",
        heading=heading,
        finding=sentences.stage_ratio(frame, text),
        figure=draw_ratio(frame, text),
        caveats=_ratio_caveats(frame, text),
        method_table=tables.intervals(frame, text),
    )


def refused_ratios(reader: Reader, numerators: Sequence[str] = (), denominators: Sequence[str] = ()) -> None:
    """Which pairs of counts are not compared, and why? Drawn when opened."""
    text = reader.text
    opened = st.expander(text("ui.not_compared"), key="refused_ratios", on_change="rerun")
    if not opened.open:
        return
    given = reader.params | {"numerators": list(numerators), "denominators": list(denominators)}
    frame = ask("refused_ratios", **given)
    with opened:
        st.markdown(text("finding.refused", n=text.number(len(frame))))
        if len(frame):
            table(tables.refused(frame, text))


def rival_claims(reader: Reader, stages: Sequence[str] = (), heading: str = "") -> None:
    """On which facts do sources disagree, and which claim does the rule take? Draws nothing where none do."""
    text = reader.text
    frame = ask("rival_claims", **reader.params, stages=list(stages))
    if frame.empty:
        return
    _counts(
        reader,
        frame,
        question="rival_claims",
        heading=heading,
        finding=sentences.rival_claims(frame, text),
        figure=draw_rivals(frame, text),
        caveats=[text("caveat.not_added"), *_inferred(frame, text)],
    )


def event_figures(reader: Reader, heading: str = "") -> None:
    """How did the cumulative counts of an event grow as the weeks passed?"""
    text = reader.text
    frame = ask("event_figures", **reader.params)
    if frame.empty:
        empty(heading, _what(reader), text, country=reader.country)
        return
    _counts(
        reader,
        frame,
        question="event_figures",
        heading=heading,
        finding=sentences.event_figures(frame, text),
        figure=draw_event(frame, text),
        caveats=[text("caveat.cumulative"), text("caveat.not_added"), *_inferred(frame, text)],
    )


def lag_check(reader: Reader, numerators: Sequence[str], denominators: Sequence[str], heading: str = "") -> None:
    """Does the ratio change with the later stage of the following year? Draws nothing where none is known."""
    text = reader.text
    given = reader.params | {"numerators": list(numerators), "denominators": list(denominators)}
    frame = ask("lag_check", **given)
    if reader.scope != "all":
        return
    if frame.empty:
        st.caption(sentences.lag_check(frame, text))
        return
    _ratios(
        reader,
        frame,
        question="lag_check",
        heading=heading,
        finding=sentences.lag_check(frame, text),
        figure=draw_lag(frame, text),
        table=tables.lagged(frame, text),
        key=[f"{letter} – {title}" for title, letter in lag_letters(frame, text).items()],
        caveats=[text("caveat.lag"), text("caveat.several_complaints")],
    )


def ladder(reader: Reader, chosen: dict[str, object], heading: str = "") -> None:
    """How many are left at each rung from complaint to imprisonment? `chosen`: a row of the question `ladders`."""
    text, is_event = reader.text, bool(chosen["is_event"])
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
    caveats += _inferred(known, text)
    block(
        Block(
            name="ladder",
            question="ladder",
            heading=heading,
            finding=sentences.ladder(
                frame.assign(scope=chosen["scope"], scope_detail=chosen["scope_detail"]),
                text,
                str(chosen["compiler"]),
                reader.country,
                is_event=is_event,
            ),
            figure=draw_ladder(frame, text, is_event=is_event),
            marks=tables.rung_marks(frame, text),
            table=tables.rungs(frame, text),
            n_line=tables.n_line(known, text),
            caveats=caveats,
            country=reader.country,
        ),
        text,
    )


def un_decisions(reader: Reader, heading: str = "") -> None:
    """What became of the cases that UN treaty bodies decided? Draws nothing where there are none."""
    text = reader.text
    frame = ask("un_decisions", country=reader.country)
    if frame.empty:
        return
    block(
        Block(
            name="un_decisions",
            question="un_decisions",
            heading=heading,
            finding=sentences.un_decisions(frame, text),
            figure=draw_un_decisions(frame, text),
            marks=tables.rung_marks(frame, text),
            table=tables.rungs(frame, text),
            n_line=tables.n_line(frame.assign(country=reader.country), text),
            caveats=[text("caveat.un_cumulative"), *_site_only(frame["figure_id"], text)],
            country=reader.country,
        ),
        text,
    )


def yearly_lines(reader: Reader, stage: str, heading: str = "") -> None:
    """How did one compiler's count move over the years, and where may it not be compared with itself?"""
    text, given = reader.text, reader.params | {"stages": [stage]}
    frame = ask("yearly_lines", **given)
    if frame.empty:
        empty(heading, _what(reader, stage), text, country=reader.country)
        return
    breaks = _breaks_of(reader, stage, frame)
    lines_key, found = _lines_key(frame, text), trends(frame)
    _counts(
        reader,
        frame,
        question="yearly_lines",
        name=f"yearly_lines_{stage}",
        heading=heading,
        finding=sentences.yearly_lines(frame, found, breaks, text),
        figure=draw_lines(frame, breaks, text),
        table=tables.lines(frame, text),
        key=[*lines_key, *_breaks_key(breaks, text)],
        caveats=[
            text("caveat.breaks"),
            text("caveat.part_year"),
            *([] if frame["is_reviewed"].all() else [text("caveat.breaks_not_reviewed")]),
            *_unnamed(frame, text),
            *([text("caveat.more_trust")] if stage == "complaint" else []),
        ],
        method_table=tables.trend_models(found, frame, text),
    )


def ratio_by_country(reader: Reader, kind: str, numerators: Sequence[str], denominators: Sequence[str]) -> None:
    """How do countries stand side by side in the same ratio, each by its own compilers of one kind?"""
    text = reader.text
    # The years of the filter are those of one country: they narrow the others only when they were narrowed.
    years = {"year_from": reader.year_from, "year_to": reader.year_to} if reader.is_narrowed else {}
    given = {"kind": kind, "numerators": list(numerators), "denominators": list(denominators)} | years
    frame = ask("ratio_by_country", **given)
    if frame.empty:
        empty("", ", ".join(text.low(text(f"stage.{stage}")) for stage in numerators), text, country="")
        return
    _ratios(
        reader,
        frame,
        question="ratio_by_country",
        finding=sentences.ratio_by_country(frame, text),
        figure=draw_ratio_by_country(frame, text),
        caveats=[text("caveat.not_ranked"), text("caveat.more_trust"), *_ratio_caveats(frame, text)],
        method_table=tables.intervals(frame, text),
    )


def funnel(reader: Reader, chosen: pd.DataFrame) -> None:
    """Do one compiler's years differ more than chance? `chosen`: its rows of `stage_ratio` for one pair of stages."""
    text = reader.text
    row, found = chosen.to_dict("records")[0], measured(chosen)
    said = sentences.funnel(found, row, text)
    if found is None:
        st.markdown(said)
        table(tables.ratios(chosen, text))
        return
    _ratios(
        reader,
        chosen,
        question="stage_ratio",
        name="funnel",
        finding=said,
        figure=draw_funnel(found, str(row["kind"]), text),
        caveats=[text("caveat.funnel"), *_ratio_caveats(chosen, text)],
    )


def coverage(reader: Reader, heading: str = "") -> None:
    """Which years did nobody report?"""
    text = reader.text
    frame = ask("coverage", **reader.params)
    if frame.empty:
        empty(heading, _what(reader), text, country=reader.country)
        return
    frame.attrs["country"] = reader.country
    states = [state for state in SYMBOL_WORDS if (frame["state"] == state).any()]
    block(
        Block(
            name="coverage",
            question="coverage",
            heading=heading,
            # Whoever is chosen, the sentence is about every official compiler of these years.
            finding=sentences.coverage(ask("coverage", **(reader.params | {"compilers": []})), text),
            figure=draw_coverage(frame, text),
            marks=tables.coverage_marks(frame, text, reader.country),
            table=tables.coverage(frame, text, reader.country),
            n_line=" · ".join(f"{SYMBOL_WORDS[state]} {text('state.' + state)}" for state in states),
            caveats=[text("caveat.absence")],
            country=reader.country,
        ),
        text,
    )


SYMBOL_WORDS = {
    "whole_year": "■",
    "part_year": "▲",
    "several_years": "–",
    "some_places": "○",
    "yearly_rate": "◇",
    "published_percent": "\u00d7",
    "none": "·",
}


def _counts(reader: Reader, frame: pd.DataFrame, *, question: str, **own: Any) -> None:
    """The block of a chart of counts: its marks, table and n line are made the same way for all."""
    text = reader.text
    made = {"name": question, "table": tables.counts(frame, text)} | own
    marks, n_line = tables.count_marks(frame, text), tables.n_line(frame, text)
    block(Block(question=question, marks=marks, n_line=n_line, country=reader.country, **made), text)


def _ratios(reader: Reader, frame: pd.DataFrame, *, question: str, **own: Any) -> None:
    """The block of a chart of ratios: its marks, table and n line are made the same way for all."""
    text = reader.text
    made = {"name": question, "table": tables.ratios(frame, text)} | own
    marks, n_line = tables.ratio_marks(frame, text), tables.n_line(frame, text)
    block(Block(question=question, marks=marks, n_line=n_line, country=reader.country, **made), text)


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
    return caveats + _inferred(frame, text) + _unnamed(frame, text) + _site_only(frame["figure_id"], text)


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
    return caveats + _site_only(pd.concat([frame["numerator_id"], frame["denominator_id"]]), text)


def _inferred(frame: pd.DataFrame, text: Text) -> list[str]:
    n = int((frame["period_kind"] == "window_inferred").sum())
    return [text("caveat.inferred", n=n)] if n else []


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
        f"{number} – {sentences.break_date(row, text)}: {text('break.' + row['break_id'])}"
        for number, row in enumerate(breaks.to_dict("records"), 1)
    ]


def reading_rules(text: Text) -> None:
    """The standing rules of reading, beside the charts they belong to."""
    st.subheader(text("ui.reading_rules"), anchor=False)
    st.markdown(
        "\n".join(f"- {text('caveat.' + rule)}" for rule in ("more_trust", "earlier_year", "absence", "not_added"))
    )
