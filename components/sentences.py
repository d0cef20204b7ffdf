"""The finding of each chart as a sentence made from its frame: what the numbers bear out, and no more.

Pure functions, frame and language in, words out. «Of these» stands only where the source followed the same
complaints; «rose» and «fell» only where the trend measure says so; no per cent where it is withheld.
"""

from datetime import date
from typing import Any

import pandas as pd

from components.charts.ladder import rung_title
from components.charts.stage_ratio import WITHOUT, interval, n_of_n, pair, per_100, period, rate, side
from components.text import DASH, Text
from queries.measures.funnel import Funnel
from queries.measures.trend import Trend


def allegations_by_year(frame: pd.DataFrame, text: Text, claim: str = "rule") -> str:
    """The latest whole-year count of each kind of compiler, else the latest of a part.

    `claim`: which of several claims for the year is taken: by the rule, the lowest or the highest.
    """
    counted = frame[frame["period_kind"] != "yearly_rate"]
    whole = counted[~counted["is_part_year"]]
    if whole.empty:
        if counted.empty:
            return text("finding.allegations_parts", item=_count_item(frame.to_dict("records")[-1], text))
        latest = counted.sort_values("period_end").to_dict("records")[-1]
        return text("finding.allegations_parts", item=_count_item(latest, text))
    latest_of = pd.DataFrame([_taken(own, claim) for _, own in whole.groupby("kind", sort=False)])
    order = {"official": 0, "ngo": 1}
    rows = sorted(latest_of.to_dict("records"), key=lambda row: order.get(row["kind"], 2))
    return text("finding.allegations", items=text.listed(_count_item(row, text) for row in rows))


UNITS = ("complaints", "persons", "cases", "episodes")


def _taken(own: pd.DataFrame, claim: str) -> pd.Series:
    """The latest whole year's claim by the rule, or the lowest or highest of the claims in its unit."""
    latest = own[own["year"] == own["year"].max()]
    unit = min(latest["unit"], key=UNITS.index)
    rivals = latest[latest["unit"] == unit].sort_values(["claim_rank", "figure_id"])
    column = {"lowest": "low", "highest": "high"}.get(claim)
    if column is None or rivals[column].isna().all():
        return rivals.iloc[0]
    return rivals.loc[rivals[column].idxmin() if claim == "lowest" else rivals[column].idxmax()]


def _count_item(row: dict[str, Any], text: Text) -> str:
    is_unnamed = row["compiler"].endswith("_unspecified")  # its kind is said already
    return text(
        "finding.allegations_item",
        kind=text.low(text(f"kind.{row['kind']}")),
        count=text.counted_bound(side(row["low"]), side(row["high"]), row["qualifier"], row["unit"], row["kind"]),
        compiler=text(f"kind.{row['kind']}.unnamed")
        if is_unnamed
        else text.compiler_short(row["country"], row["compiler"]),
        period=_period(row, text),
    )


def counts_over_years(frame: pd.DataFrame, text: Text) -> str:
    """How many counts cover more than a year."""
    return text("finding.counts_over_years", n=len(frame))


def ratio(row: dict[str, Any], text: Text) -> str:
    """One ratio as a sentence: followed, a share, side by side, bare, or as the source states it."""
    when = text.cap(_period(row, text))
    if row["claim"] == "published":
        return published(row, text)
    parts = {
        "period": when,
        "of_label": text.low(text.stage_count(row["denominator_stage"], row["denominator_unit"], row["kind"])),
        "of": text.bound(side(row["denominator_low"]), side(row["denominator_high"]), row["denominator_qualifier"]),
        "label": text.low(text.stage_count(row["numerator_stage"], row["numerator_unit"], row["kind"])),
        "n": text.bound(side(row["numerator_low"]), side(row["numerator_high"]), row["numerator_qualifier"]),
    }
    if row["claim"] in WITHOUT:
        return text("finding.side_by_side_bare", **parts, reason=rate(row, text))
    if row["claim"] == "share" and (ends := interval(row, text)):
        key = "finding.followed" if row["is_followed"] else "finding.share"
        return text(key, **parts, rate=rate(row, text), interval=ends)
    if row["claim"] == "share":
        return text("finding.side_by_side_bare", **parts, reason=rate(row, text))
    if row["is_followed"]:
        return text("finding.followed_bare", **parts, rate=rate(row, text))
    return text("finding.side_by_side", **parts, rate=per_100(row, text))


def published(row: dict[str, Any], text: Text) -> str:
    """The ratio that a source itself states, as the bound or value it is."""
    low, high = side(row["published_low"]), side(row["published_high"])
    return text(
        "finding.published",
        compiler=text.compiler_short(row["country"], row["compiler"]),
        label=text.low(_share_of(row["numerator_stage"], row["denominator_stage"], text)),
        bound=text.bound(low, high, row["published_qualifier"], percent=True),
        period=_period(row, text),
        n_not_published=text("chart.n_not_published"),
    )


def _share_of(numerator: str, denominator: str, text: Text) -> str:
    """What a stated per cent is a share of; by the names of its stages where nobody has worded the pair."""
    if text.has(key := f"stat.share_{numerator}_{denominator}"):
        return text(key)
    named = {"numerator": text.low(text(f"stage.{numerator}")), "denominator": text.low(text(f"stage.{denominator}"))}
    return text("stat.share", **named)


def stage_ratio(frame: pd.DataFrame, text: Text) -> str:
    """The headline of a page of ratios: the latest share or pair, and what an international body states. A list that an
    organisation uploaded is drawn beside the record and speaks only where the record has no ratio."""
    rows = frame.to_dict("records")
    if not rows:
        return text("finding.ratio_none")
    own = [row for row in rows if row["claim"] != "published" and row["grade"] != "C"]
    stated = [row for row in rows if row["claim"] == "published" and row["kind"] == "international"]
    said = []
    if own:
        of_record = [row for row in own if row["compiler"] not in text.organisations]
        best = max(
            of_record or own,
            key=lambda row: (_rank(row), not row["is_part_year"], row["period_end"], row["grade"] == "A"),
        )
        said.append(ratio(best, text))
    said += [published(row, text) for row in stated[:1]]
    if said:
        return " ".join(said)
    # Two compilers are never in a headline; what a national body states is, when nothing else is known.
    rest = [row for row in rows if row["claim"] == "published"]
    return ratio(rest[-1], text) if rest else text("finding.ratio_none")


def _rank(row: dict[str, Any]) -> int:
    """Prosecuted or sent to court per complaint first, then per registered offence, then the others (design §3)."""
    if row["numerator_stage"] in {"prosecuted", "sent_to_court"}:
        return {"complaint": 3, "registered_offence": 2}.get(row["denominator_stage"], -1)
    return 0


def ladder(frame: pd.DataFrame, text: Text, compiler: str, country: str, *, is_event: bool) -> str:
    """The known rungs of a ladder, one after the other; of an event with the date of each."""
    known = [row for row in frame.to_dict("records") if row["role"] == "ladder" and isinstance(row["figure_id"], str)]
    if not known:
        known = [row for row in frame.to_dict("records") if isinstance(row["figure_id"], str)]
    key = "finding.ladder_rung_dated" if is_event else "finding.ladder_rung"
    rungs = [
        text(
            key,
            label=text.low(rung_title(row, text)),
            n=text.bound(side(row["low"]), side(row["high"]), row["qualifier"]),
            **({"date": text.day_short(_day(row["period_end"]))} if is_event else {}),
        )
        for row in known
    ]
    start, end = min(_day(row["period_start"]) for row in known), max(_day(row["period_end"]) for row in known)
    return text(
        "finding.ladder",
        compiler=text.compiler(country, compiler),
        period=_covering(text.period(start, end), known[0], text),
        rungs=text.listed(rungs),
    )


def un_decisions(frame: pd.DataFrame, text: Text) -> str:
    """Victims compensated and perpetrators punished in the cases that UN bodies decided; empty without both."""
    rows = {row["stage"]: row for row in frame.to_dict("records")}
    if not {"compensated", "convicted"} <= rows.keys():
        return ""
    compensated, convicted = rows["compensated"], rows["convicted"]
    return text(
        "finding.un_decisions",
        period=_period(compensated, text),
        **{
            stage: text.bound(side(row["low"]), side(row["high"]), row["qualifier"])
            for stage, row in (("compensated", compensated), ("convicted", convicted))
        },
    )


def yearly_lines(frame: pd.DataFrame, trends: list[Trend], breaks: pd.DataFrame, text: Text) -> str:
    """The trend of each line that has one, and the breaks that cut the lines drawn; else why there is none."""
    first_of = {row["line"]: row for row in frame.to_dict("records")}
    said = []
    for trend in trends:
        if trend.direction in {"too_few", "not_reviewed"}:
            continue
        row = first_of[trend.line]
        said.append(
            text(
                "finding.trend_line",
                stage=text.cap(text.stage_count(row["stage"], row["unit"], row["kind"])),
                years=_covering(_trend_years(trend, text), row, text),
                compiler=text.compiler_short(row["country"], row["compiler"]),
                trend=trend_words(trend, text),
            )
        )
    if not said:
        reviewed = bool(frame["is_reviewed"].all())
        said.append(text("finding.trend_too_few" if reviewed else "finding.trend_not_reviewed"))
    first, last = int(frame["year"].min()), int(frame["year"].max())
    for event in breaks.to_dict("records"):
        day = _day(event["starts_on"])
        if event["breaks_series"] and first < day.year <= last:
            said.append(
                text(
                    "finding.cut",
                    date=break_date(event, text),
                    what=text.low(text(f"break.{event['break_id']}")),
                )
            )
    return " ".join(said)


def _trend_years(trend: Trend, text: Text) -> str:
    years = text("date.years", a=trend.year_from, b=trend.year_to)
    return text("finding.trend_gaps", years=years, n=trend.missing_years) if trend.missing_years else years


def trend_words(trend: Trend, text: Text) -> str:
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


def break_date(event: dict[str, Any], text: Text) -> str:
    """The date of a break, as precisely as it is known."""
    day = _day(event["starts_on"])
    return text.published_on(day.isoformat()[: {"year": 4, "month": 7}.get(event["date_precision"], 10)])


def coverage(frame: pd.DataFrame, text: Text) -> str:
    """The years without an official count of a whole year."""
    official = frame[frame["kind"] == "official"]
    every = sorted(int(year) for year in set(frame["year"]))
    whole = {int(year) for year in official.loc[official["state"] == "whole_year", "year"]}
    missing = [year for year in every if year not in whole]
    span = {"first": every[0], "last": every[-1]}
    if not missing:
        return text("finding.coverage_full", **span)
    return text("finding.coverage", missing=len(missing), years=len(every), list=_spans(missing), **span)


def _spans(years: list[int]) -> str:
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}{DASH}{span[-1]}" for span in spans)


def rival_claims(frame: pd.DataFrame, text: Text) -> str:
    """How many facts are told differently, and the widest of them with both claims."""
    keys = ["stage", "unit", "kind", "period_start", "period_end"]
    groups = [rows for _, rows in frame.groupby(keys, sort=False)]
    widest = max(groups, key=lambda rows: (rows["high"].max() or 0) - (rows["low"].min() or 0)).to_dict("records")
    claims = "; ".join(
        f"{text.bound(side(row['low']), side(row['high']), row['qualifier'])} "
        f"({text.compiler_short(row['country'], row['compiler'])})"
        for row in widest
    )
    item = text(
        "finding.rivals_item",
        label=text.low(text.stage_count(widest[0]["stage"], widest[0]["unit"], widest[0]["kind"])),
        period=_period(widest[0], text),
        claims=claims,
    )
    return text("finding.rivals", n=len(groups), item=item)


def event_figures(frame: pd.DataFrame, text: Text) -> str:
    """The cumulative complaints in the order of their dates, else the longest series; with its first and last date.

    One number has one date and is not said to accumulate.
    """
    keys = ["country", "compiler", "stage", "unit", "kind"]
    groups = [rows for _, rows in frame.groupby(keys, sort=False)]
    rows = max(groups, key=lambda own: (len(own) > 1, own["stage"].iloc[0] == "complaint", len(own))).to_dict("records")
    many = "" if len(rows) > 1 else "_one"
    item = text(
        f"finding.event_item{many}",
        label=text.low(text.stage_count(rows[0]["stage"], rows[0]["unit"], rows[0]["kind"])),
        compiler=text.compiler_short(rows[0]["country"], rows[0]["compiler"]),
        numbers=" → ".join(text.bound(side(row["low"]), side(row["high"]), row["qualifier"]) for row in rows),
        first=text.day_short(_day(rows[0]["period_end"])),
        last=text.day_short(_day(rows[-1]["period_end"])),
    )
    event = text.scope(frame["scope"].iloc[0], frame["scope_detail"].iloc[0])
    return text(f"finding.event{many}", event=text.cap(event), items=item)


def lag_check(frame: pd.DataFrame, text: Text) -> str:
    """The ratios with the later stage of the following year."""
    if frame.empty:
        return text("finding.lag_none")
    items = [
        text(
            "finding.lag_item",
            pair=text.low(pair(row, text)),
            year=row["year"],
            next=row["year"] + 1,
            rate=rate(row, text),
            n=n_of_n(row, text),
        )
        for row in frame[frame["lag"] == 1].to_dict("records")
    ]
    return text("finding.lag", items=text.listed(items))


def funnel(found: Funnel | None, row: dict[str, Any], text: Text) -> str:
    """Whether one compiler's years differ more than chance, or why no plot is drawn."""
    if found is None:
        return text("finding.funnel_none")
    verdict = text("finding.funnel_more" if found.differs else "finding.funnel_chance")
    dispersion = text.number(found.dispersion, 1)
    compiler = text.compiler_short(row["country"], row["compiler"])
    return text("finding.funnel", pair=pair(row, text), compiler=compiler, dispersion=dispersion, verdict=verdict)


def ratio_by_country(frame: pd.DataFrame, text: Text) -> str:
    """How many countries have the ratio, by name and in alphabetical order: never a ranking."""
    countries = text.alphabetical(text(f"country.{country}") for country in set(frame["country"]))
    return text("finding.compare", n=len(countries), list=", ".join(countries))


def official_documents(row: dict[str, Any], text: Text) -> str:
    """How many official figures were read in the State's own document."""
    if row["official"] == 0:
        return ""
    key = "finding.no_official_document" if row["official_primary"] == 0 else "finding.some_official_documents"
    return text(key, n=text.number(row["official"]), primary=text.number(row["official_primary"]))


def _period(row: dict[str, Any], text: Text) -> str:
    return _covering(period(row, text), row, text)


def _covering(words: str, row: dict[str, Any], text: Text) -> str:
    return text.covering(words, row.get("scope", "all"), row.get("scope_detail", ""))


def _day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value
