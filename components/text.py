"""Words, numbers, dates and bounds in English, Russian and Kazakh: the code holds keys, the locales hold words."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from babel import Locale, dates, numbers
from babel.plural import to_python

from data.places import LANGUAGES as LANGUAGES
from data.places import LOCALES as LOCALES
from data.words import NBSP, typeset
from data.words import words as words

# Seen in the official texts of the three languages: no space around a range of figures, spaces between dates of words.
DASH = "–"
HOME = "KZ"  # the country whose law the words for stages name; those of other countries have words of their own
NO_MARKUP = str.maketrans(
    "<>", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
)


@cache
def notes(language: str, file_name: str = "notes.csv") -> dict[str, str]:
    """Notes that stand in the data in English, in another language.

    sources.csv: publishers that the data describe in English («X citing Y»), and what they add to a title in brackets.
    """
    path = LOCALES / language / file_name
    if not path.exists():
        return {}
    with path.open(encoding="utf8", newline="") as file:
        return {row["en"]: typeset(row["text"], language) for row in csv.DictReader(file)}


@dataclass(frozen=True)
class Text:
    """One language. Call it with a key for its words; its methods write numbers, dates and bounds as people do.

    `organisations`: code -> name of those whose lists were uploaded here: their names are in no locale.
    `country`: whose figures are spoken of; the register and the Code of one State are not those of another.
    """

    language: str
    organisations: Mapping[str, str] = field(default_factory=dict, compare=False)
    country: str = HOME

    def __call__(self, key: str, **values: object) -> str:
        """The words of `section.key`, `{names}` filled in. Raises KeyError when the language has none."""
        known = words(self.language)
        found = known.get(f"{key}.elsewhere", known[key]) if self.country != HOME else known[key]
        return found.format(**values) if values else found

    def of(self, country: str) -> "Text":
        """The same language for the figures of a country; '' for those of several."""
        return self if country == self.country else replace(self, country=country)

    def has(self, key: str) -> bool:
        """There are words for the key."""
        return key in words(self.language)

    def note(self, english: str) -> str:
        """A note of the data in this language."""
        return notes(self.language).get(english, english)

    def publisher(self, english: str) -> str:
        """Who published a document, in this language where the data describe it («X citing Y»); a name stays."""
        return notes(self.language, "sources.csv").get(english, english)

    def title(self, words: str) -> str:
        """The title of a document in its own language, and in ours what the data add to it in brackets."""
        own, bracket, added = words.rpartition(" (")
        told = notes(self.language, "sources.csv").get(f"({added}")
        return f"{own} {told}" if bracket and told else words

    def tongue(self, code: str) -> str:
        """The name of a language a document is written in, by its ISO 639 code."""
        return str(Locale(self.language).languages.get(code, code))

    def number(self, value: float, digits: int | None = None) -> str:
        """A number with the language's decimal and thousands; `digits` after the point, none for whole numbers."""
        pattern = "#,##0" if digits is None else "#,##0." + "0" * digits
        return str(numbers.format_decimal(value, pattern if digits != 0 else "#,##0", locale=self.language))

    def per_cent(self, value: float, digits: int = 1) -> str:
        """`value` per 100 with the language's per cent sign («3,0 %», «3,0%»)."""
        sign = str(numbers.format_percent(0, locale=self.language)).lstrip("0")
        return self.number(value, digits) + sign

    @property
    def separators(self) -> str:
        """Decimal and thousands for Plotly's `layout.separators`."""
        symbols = Locale(self.language).number_symbols["latn"]
        return str(symbols["decimal"]) + str(symbols["group"])

    def low(self, label: str) -> str:
        """A label inside a sentence: its first letter small, unless the word is an abbreviation."""
        is_abbreviation = label[:2].isupper() and label[1:2].isalpha()
        return label if is_abbreviation else label[:1].lower() + label[1:]

    def cap(self, sentence: str) -> str:
        """A sentence with its first letter large."""
        return sentence[:1].upper() + sentence[1:]

    def listed(self, items: Iterable[str]) -> str:
        """Items one after the other; by semicolons, since in Russian and Kazakh a comma divides decimals."""
        return "; ".join(items)

    def alphabetical(self, names: Iterable[str]) -> list[str]:
        """Names in the order of the language's alphabet (Қ after К and before Л)."""
        place = {letter: i for i, letter in enumerate(self("alphabet.letters"))}
        return sorted(names, key=lambda name: [(place.get(letter, -1), letter) for letter in name.lower()])

    # Codes ------------------------------------------------------------------

    def compiler(self, country: str, compiler: str) -> str:
        """The name of who counted; an organisation that uploaded its own list is marked as such."""
        if compiler in self.organisations:
            # Charts read angle brackets as markup: a name that an uploader gave is words there too.
            name = self.organisations[compiler].translate(NO_MARKUP)
            return self("upload.by", organisation=name)
        return self(f"compiler.{country}.{compiler}")

    def compiler_short(self, country: str, compiler: str) -> str:
        """The same as it stands inside brackets: with none of its own, and no capital of a label."""
        if compiler in self.organisations:
            name = self.organisations[compiler].translate(NO_MARKUP)
            return self("upload.by_short", organisation=name)
        key = f"compiler.{country}.{compiler}"
        return self(f"{key}.short" if self.has(f"{key}.short") else key)

    def scope(self, scope: str, detail: str) -> str:
        """What a count covers: the event, institution or part, else the kind of coverage."""
        return self(f"scope_detail.{detail}") if detail else self(f"scope.{scope}")

    def covering(self, words: str, scope: str, detail: str) -> str:
        """Words of a sentence, and what they cover unless it is all cases: a sentence that is quoted alone must say it.

        Regions and events are proper names and keep their capital.
        """
        if scope == "all":
            return words
        label = self.scope(scope, detail)
        return self("sentence.covering", words=words, scope=label if scope in PROPER else self.low(label))

    def unit(self, unit: str, kind: str = "official") -> str:
        """What was counted; the cases of an NGO are not those of the State (случай, not дело)."""
        return self(f"unit.{_unit(unit, kind)}")

    def stage_heading(self, stage: str) -> str:
        """A stage over a section: «Complaints», where a mark is one «Complaint»."""
        key = f"stage.{stage}.heading"
        return self(key if self.has(key) else f"stage.{stage}")

    def stage_count(self, stage: str, unit: str, kind: str = "official") -> str:
        """A stage as a label before a number, right for the unit: «Complaints received», «Persons convicted»."""
        if self.has(key := f"stage.{stage}.count_{_unit(unit, kind)}"):
            return self(key)
        if unit == USUAL_UNIT[stage]:
            return self(f"stage.{stage}.count")
        return self("sentence.stage_unit", stage=self.cap(self(f"stage.{stage}.bare")), unit=self.unit_many(unit, kind))

    def unit_many(self, unit: str, kind: str = "official") -> str:
        """The unit in the plural that stands without a number: «осуждено лиц», where a number asks for «5 человек»."""
        key = f"unit.{_unit(unit, kind)}"
        return self(f"{key}.bare" if self.has(f"{key}.bare") else f"{key}.many")

    def counted(self, value: float, unit: str, kind: str = "official", *, after_bound: bool = False) -> str:
        """A number with its unit in the right form: «602 complaints», «21 жалоба», «более 21 жалобы»."""
        return f"{self.number(value)}{self._space}{self._noun(value, unit, kind, after_bound)}"

    def counted_stage(
        self,
        sides: tuple[float | None, float | None],
        qualifier: str,
        stage: str,
        unit: str,
        kind: str,
        *,
        in_words: bool = False,
    ) -> str:
        """A count named by its stage, for a label or in a sentence: «18 investigations», «11 дел в суде», «>70 жалоб».

        in_words: «more than 70», not «>70». Without such a name it is «label – number».
        """
        low, high = sides
        number = (self.bound if in_words else self.mark)(low, high, qualifier)
        value = _said(low, high, qualifier)
        if value is None:
            return number
        form = self._form(value, qualifier not in {"exact", "range"})
        named = f"counted.{stage}_{_unit(unit, kind)}.{form}"
        if stage != "complaint" and not self.has(named):
            return f"{self.low(self.stage_count(stage, unit, kind))} {DASH} {number}"
        noun = self(named if self.has(named) else f"unit.{_unit(unit, kind)}.{form}")
        return f"{number}{self._space if number[-1].isdigit() else ' '}{noun}"

    @property
    def _space(self) -> str:
        """What stands between a number and what it counts."""
        return " " if self.language == "en" else NBSP

    def _noun(self, value: float, unit: str, kind: str, after_bound: bool) -> str:
        return self(f"unit.{_unit(unit, kind)}.{self._form(value, after_bound)}")

    def _form(self, value: float, after_bound: bool) -> str:
        if self.language == "ru" and after_bound:
            # After более, менее, около, из the noun is genitive: «из 601 жалобы», «из 602 жалоб».
            return "few" if value % 10 == 1 and value % 100 != 11 else "many"
        form = _plural(self.language)(value)
        return form if form in {"one", "few", "many"} else "many"

    # Bounds -----------------------------------------------------------------

    def bound(self, low: float | None, high: float | None, qualifier: str, *, percent: bool = False) -> str:
        """A bound in words: «more than 70», «свыше», «70-тен астам», «350–400», «less than 2%»."""
        if qualifier == "range" and low is not None and high is not None:
            return f"{self._value(low, False)}{DASH}{self._value(high, percent)}"
        value = _said(low, high, qualifier)
        if value is None:
            return self("ui.no_data")
        n = self._value(value, percent)
        if qualifier == "exact":
            return n
        return self(f"qualifier.{qualifier}", n=n, abl=self.suffix(value, "abl", percent=percent))

    def counted_bound(self, low: float | None, high: float | None, qualifier: str, unit: str, kind: str) -> str:
        """A bound in words with its unit: «more than 70 complaints», «350–400 жалоб»."""
        value = _said(low, high, qualifier) if qualifier == "withheld" else high if high is not None else low
        if value is None:
            return self("ui.no_data")
        if unit == "percent":
            return self.bound(low, high, qualifier, percent=True)
        number = self.bound(low, high, qualifier)
        noun = self._noun(value, unit, kind, after_bound=qualifier not in {"exact", "range"})
        return f"{number}{self._space if number[-1].isdigit() else ' '}{noun}"

    def mark(self, low: float | None, high: float | None, qualifier: str, *, percent: bool = False) -> str:
        """A bound as a short label beside a mark: «>70», «≤600», «≈200», «350–400»."""
        if qualifier == "range":
            return self.bound(low, high, qualifier, percent=percent)
        value = _said(low, high, qualifier)
        return "?" if value is None else MARK[qualifier] + self._value(value, percent)

    def _value(self, value: float, percent: bool) -> str:
        digits = None if value == round(value) else 1
        if not percent:
            return self.number(value, digits)
        return self.per_cent(value, 0 if digits is None else digits)

    def suffix(self, value: float, case: str, *, percent: bool = False) -> str:
        """The Kazakh case suffix after digits, by the last word that is spoken; «» in other languages.

        Cases: abl (-дан), gen (-дың), dat (-ға), loc (-да), pos (-ы). Table: locales/kk/suffixes.toml.
        """
        if self.language != "kk":
            return ""
        return words("kk")[f"suffix_{'percent' if percent else _last_word(value)}.{case}"]

    # Dates ------------------------------------------------------------------

    def day(self, day: date) -> str:
        """«15 October 2015», «15 октября 2015 года», «2015 жылғы 15 қазан»."""
        return self("date.day", day=day.day, month=self._month(day, "gen"), year=day.year)

    def day_short(self, day: date) -> str:
        """A day beside a mark: «14 Mar 2022», «14.03.2022»."""
        mon = dates.format_date(day, "MMM", locale="en")
        return self("date.short", day=day.day, mon=mon, dd=f"{day:%d}", mm=f"{day:%m}", year=day.year)

    def year(self, year: int) -> str:
        """«2012», «2012 год», «2012 жыл»."""
        return self("date.year", year=year)

    def period(self, start: date, end: date) -> str:
        """The time counted, as precisely as it is known: a year, months of one, days."""
        if _is_year(start, end):
            return self.year(start.year) if start.year == end.year else self("date.years", a=start.year, b=end.year)
        if start == end:
            return self.day(start)
        whole_months = start.day == 1 and (_next_day(end).day == 1)
        if start.year == end.year:
            return self("date.of_year", part=self.part(start, end), year=start.year)
        if whole_months:
            return f"{self._month_of(start)} {DASH} {self._month_of(end)}"
        return f"{self.day(start)} {DASH} {self.day(end)}"

    def part(self, start: date, end: date) -> str:
        """The part of one year that was counted, without the year: «January–May», «1 January – 15 October»."""
        if start.day == 1 and _next_day(end).day == 1:
            first, last = self._month(start, "nom"), self._month(end, "nom")
            return first if start.month == end.month else f"{first}{DASH}{last}"
        if start.month == end.month:
            return self("date.day_month", day=_days(start, end), month=self._month(start, "gen"))
        first = self("date.day_month", day=start.day, month=self._month(start, "gen"))
        last = self("date.day_month", day=end.day, month=self._month(end, "gen"))
        return f"{first} {DASH} {last}"

    def part_short(self, start: date, end: date) -> str:
        """The same with short months, for a label beside a mark; of a part that is not told only that it is one."""
        if _is_year(start, end):
            return self("date.part_of_year")
        if start.day == 1 and _next_day(end).day == 1:
            first, last = self._month_short(start), self._month_short(end)
            return first if start.month == end.month else f"{first}{DASH}{last}"
        first, last = (self._month_short(day, after_day=True) for day in (start, end))
        if start.month == end.month:
            return f"{_days(start, end)}{self._space}{first}"
        return f"{start.day}{self._space}{first} {DASH} {end.day}{self._space}{last}"

    def published_on(self, when: object) -> str:
        """A date of publication, known to the year, month or day; «undated» when it is not."""
        if not isinstance(when, str) or not when:
            return self("ui.undated")
        if len(when) == 4:
            return self.year(int(when))
        if len(when) == 7:
            return self._month_of(date.fromisoformat(when + "-01"))
        return self.day(date.fromisoformat(when[:10]))  # an upload was published at a second

    def _month(self, day: date, form: str) -> str:
        return self(f"month.{day.month:02}" + (".gen" if form == "gen" else ""))

    def _month_short(self, day: date, *, after_day: bool = False) -> str:
        """Russian has the genitive after a day («1 мая») and the nominative else («янв.–май»)."""
        return str(dates.format_date(day, "MMM" if after_day else "LLL", locale=self.language))

    def _month_of(self, day: date) -> str:
        return self("date.of_year", part=self._month(day, "nom"), year=day.year)


MARK = {"exact": "", "about": "≈", "more_than": ">", "at_least": "≥", "less_than": "<", "at_most": "≤", "withheld": "<"}
# Scopes whose details are proper names.
PROPER = {"event", "region"}
USUAL_UNIT = {
    "complaint": "complaints",
    "registered_offence": "cases",
    "investigation_opened": "cases",
    "prosecuted": "persons",
    "sent_to_court": "cases",
    "convicted": "persons",
    "imprisoned": "persons",
    "refused": "complaints",
    "terminated": "cases",
    "suspended": "cases",
    "acquitted": "persons",
    "disciplined": "persons",
    "compensated": "persons",
    "death_in_custody": "persons",
    "sustained": "complaints",
    "detained": "persons",
}


@cache
def _plural(language: str):  # type: ignore[no-untyped-def]
    return to_python(Locale(language).plural_form)


def _said(low: float | None, high: float | None, qualifier: str) -> float | None:
    """The number that a bound is told by; a count of 1 to 4 persons is told as fewer than 5."""
    if qualifier == "withheld" and high is not None:
        return high + 1
    return low if low is not None else high


def _unit(unit: str, kind: str) -> str:
    return "cases_reported" if unit == "cases" and kind != "official" else unit


def _last_word(value: float) -> str:
    """The last word of a Kazakh number as it is spoken, as a digit code: 70 «жетпіс», 700 «жүз», 7 000 «мың»."""
    whole = round(value * 10) if value != round(value) else round(value)
    if whole == 0:
        return "0"
    for power, name in ((1_000_000_000, "1000000000"), (1_000_000, "1000000"), (1000, "1000"), (100, "100")):
        if whole % power == 0:
            return name
    return str(whole % 100) if whole % 10 == 0 else str(whole % 10)


def _is_year(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)


def _days(start: date, end: date) -> str:
    """The days of one month: «5», «5–22»."""
    return str(start.day) if start == end else f"{start.day}{DASH}{end.day}"


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
