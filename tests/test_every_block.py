"""Is everything said in three languages, with the same numbers, over all the real data?"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import pytest

from components import blocks
from components.chart import Block, Outcome
from components.charts import ladder, yearly_lines
from components.charts.shared.ratios import LADDER
from components.evidence import describe_figure
from components.filters import Choices, Reader
from components.store import ask
from components.text import LANGUAGES, Text
from queries.catalog import query
from queries.measures.trend import Trend, trends
from tests.test_pages import COUNTRIES, UNSAID, cut_labels

EN, RU, KK = map(Text, ("en", "ru", "kk"))

# Marks of a label in a sentence: brackets in brackets, a middle dot, a colon after a colon, a range from a day to the
# same day; in Russian a comma between a verb and what it counts, or a clause that is not closed before the dash.
NO_SENTENCE = re.compile(
    r"\([^()]*\([^()]*\)|·|: [^.;(]*: |(\d\d\.\d\d\.\d{4}) – \1"
    r"|, (?:лиц|человек|жалоб|дел|случаев|фактов|эпизодов) –|, (?:в|по) котор[^,;.–(]* –"
)
ANSWERS: dict[str, pd.DataFrame] = {}


def asked_once(question: str, **given: Any) -> pd.DataFrame:
    """The answer of the store, which three languages need."""
    asked = {name: value for name, value in given.items() if name in query(question).params}
    key = f"{question} {sorted(asked.items())}"
    if key not in ANSWERS:
        ANSWERS[key] = ask(question, **asked)
    return ANSWERS[key].copy()


TRENDS: dict[tuple[str, ...], list[Trend]] = {}


def fitted_once(frame: pd.DataFrame) -> list[Trend]:
    """The trends of the lines, which three languages need."""
    key = tuple(frame["figure_id"])
    if key not in TRENDS:
        TRENDS[key] = trends(frame)
    return TRENDS[key]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, store: Any) -> None:
    """Every question is asked once, and every trend fitted once, for all three languages."""
    monkeypatch.setattr(blocks, "ask", asked_once)
    monkeypatch.setattr(yearly_lines, "trends", fitted_once)


def readers(country: str, text: Text, coverages: Sequence[str] = ()) -> Iterator[Reader]:
    """A reader of each coverage of a country, or of these."""
    choices = Choices.of(country)
    for code in coverages or choices.scopes:
        scope, _, detail = code.partition("/")
        yield Reader(text, country, choices.first_year, choices.last_year, (), scope, detail)


def everything(reader: Reader) -> Iterator[Outcome | None]:
    counted = asked_once("yearly_lines", **reader.params)
    for stage in dict.fromkeys(counted["stage"]):
        for chart in ("allegations_by_year", "counts_over_years", "yearly_lines"):
            yield blocks.answer(reader, chart, stage=stage)
    yield blocks.answer(reader, "stage_ratio", with_c=True)
    yield blocks.answer(reader, "rival_claims")
    yield blocks.answer(reader, "lag_check", numerators=LADDER[1:], denominators=LADDER[:-1])
    if reader.scope == "all":
        yield blocks.answer(reader, "un_decisions")
        yield blocks.answer(reader, "coverage")
        for which in ladder.list_ladders(reader, blocks.ask):
            yield blocks.answer(reader, "ladder", which=which)


# Each country in Russian, whose words are longest, for all cases; Kazakhstan in three languages, and January 2022.
# `long`: every country in three languages for every coverage.
SAID = [
    *(pytest.param(country, ["ru"], ["all"], id=country) for country in COUNTRIES if country != "KZ"),
    pytest.param("KZ", LANGUAGES, ["all"], id="KZ-all-languages"),
    pytest.param("KZ", ["ru"], ["event/january_2022"], id="KZ-january-2022"),
    *(pytest.param(each, LANGUAGES, [], id=f"{each}-everything", marks=pytest.mark.long) for each in COUNTRIES),
]


@pytest.mark.parametrize(("country", "languages", "coverages"), SAID)
def test_nothing_is_left_unsaid_or_drawn_too_wide_over_all_the_real_data(quick, country, languages, coverages):
    numbers = []
    for language in languages:
        text = Text(language)
        shown, missing = list[Block](), 0
        for reader in readers(country, text, coverages):
            for made in everything(reader):
                if isinstance(made, Block):
                    assert_all_is_said(made, reader)
                    if (language, reader.scope) == ("ru", "all"):
                        assert_it_fits_a_phone(made)
                    shown.append(made)
                elif made is not None and not made.is_aside:
                    assert text("caveat.absence") in made.said
                    missing += 1
        assert shown or missing
        numbers.append([_numbers(made.finding) for made in shown])
    assert numbers == [numbers[0]] * len(languages)


def assert_all_is_said(made: Block, reader: Reader) -> None:
    """No word is missing, every mark has its figures, and the coverage is named."""
    text = reader.text
    if reader.scope != "all" and made.name not in {"coverage", "un_decisions"}:
        assert (
            text.covering("", reader.scope, reader.scope_detail) in made.finding
            or "trend" in made.name
            or (made.name.startswith(("counts_over_years", "yearly_lines", "event_figures")))
        )
    words = [made.finding, made.n_line, made.heading, *made.caveats, *made.key]
    words += [label for label, _ in made.marks] + list(made.table.columns)
    words += [str(cell) for row in made.table.to_numpy().tolist() for cell in row if cell is not None]
    assert [each for each in words if UNSAID.search(each)] == []
    assert made.finding
    assert made.finding[-1] == "."
    assert NO_SENTENCE.search(made.finding) is None
    assert made.n_line.startswith(text(f"country.{reader.country}")) or made.question == "ratio_by_country"
    assert all(figures and all(figures) for _, figures in made.marks)


def assert_it_fits_a_phone(made: Block) -> None:
    """The chart has marks, and no label of it is cut."""
    spec = json.loads(made.figure.to_json())
    assert any(len(trace.get("x") or []) for trace in spec["data"]), made.name
    assert cut_labels(spec) == {}, made.name


def _numbers(finding: str) -> Counter[str]:
    """Every number in a sentence; of a date its day and year."""
    return Counter(re.findall(r"\d+", re.sub(r"\b0?(\d+)\.\d\d\.(\d{4})\b", r"\1 \2", finding)))


@pytest.mark.parametrize("text", map(Text, LANGUAGES), ids=LANGUAGES)
def test_every_figure_has_words_of_its_own(store, text):
    ids = [each for country in COUNTRIES for each in ask("sources_of_country", country=country)["figure_ids"].explode()]
    rows = ask("evidence", figure_ids=sorted(set(ids))).to_dict("records")
    assert len(rows) > 400
    for row in rows:
        said = describe_figure(row, text)
        assert not UNSAID.search(said)
        assert re.search(r"\d", said)
