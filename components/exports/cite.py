"""How to cite a chart or a deck, with the version of the data that it shows: APA 7, GOST R 7.0.5-2008, BibTeX.

The style decides the form, the language of the page the words. The dashboard is the author: its name is the name of the
group, as LICENSE and data/*/dataset.toml (origin.citation) have it. A citation is plain text; italics are the writer's.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args
from urllib.parse import quote

from babel import Locale

from components.chart import Block, split_codes
from components.exports.columns import clean
from components.exports.exhibit import Handout
from components.text import DASH, USUAL_UNIT, Text

Style = Literal["apa", "gost", "bibtex"]
STYLES: tuple[Style, ...] = get_args(Style)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SOME = 3  # stages that a title names


@dataclass(frozen=True)
class Work:
    """What is cited. dated: when the version was compiled or published (a year, month or day of ISO 8601).

    address: of the view, pinning the version; '' where none is set, then version and author say how to find it.
    """

    title: str
    text: Text
    version: str
    dated: str
    address: str = ""

    @classmethod
    def of(cls, handout: Handout) -> "Work":
        """The one chart of a handout by what it shows, a deck by its title; neither by a title that a reader gave it
        beside the finding, which no page bears."""
        text, address = handout.text, ""
        title = handout.title or text("cite.several")
        if len(handout.exhibits) == 1:
            [exhibit] = handout.exhibits
            title, address = write_chart_title(exhibit.block), exhibit.address
        return cls(title, text, handout.version, handout.dated, address)


def cite(work: Work, style: Style, accessed: date | None = None) -> str:
    """The citation in one of STYLES. accessed: the day it was opened; None leaves the place for it open, which a file
    does that must be the same whenever it is made."""
    return {"apa": _write_apa, "gost": _write_gost, "bibtex": _write_bibtex}[style](work, accessed)


def write_chart_title(block: Block) -> str:
    """What a chart is about, from its view: «From complaint to verdict: Kazakhstan, 2015 (Ombudsman)».

    No semicolon and no second colon: in a list of references they are signs of the description itself.
    """
    text, given, subject = block.text, block.view.given, block.subject
    stage = given.get("stage", "")
    chart = text(f"cite.chart.{block.view.chart}", stage=text.stage_count(stage, USUAL_UNIT[stage]) if stage else "")
    parts = [] if subject.spans_countries else [text(f"country.{block.country}")]
    compilers = [*split_codes(given.get("compilers", "")), *([subject.compiler] if subject.compiler else [])]
    details = [text.compiler_short(block.country, code) for code in compilers]
    if subject.stages:
        stages = [[stage] for stage in subject.stages]
    else:
        later, earlier, some = (split_codes(given.get(name, "")) for name in ("numerators", "denominators", "stages"))
        stages = [later or some, earlier]
    if any(stages):
        details.append(" / ".join(_name_stages(codes, text) for codes in stages if codes))
    if subject.has_own_period:
        first, last = block.frame["period_start"].min().date(), block.frame["period_end"].max().date()
        parts.append(text.period(first, last))
    elif "from" in given:
        parts.append(f"{given['from']}{DASH}{given['to']}")
    scope, _, detail = given.get("scope", "all").partition("/")
    if scope != "all":
        details.append(text.scope(scope, detail))
    where = text("cite.where", chart=chart, parts=", ".join(parts)) if parts else chart
    return f"{where} ({', '.join(details)})" if details else where


def _name_stages(codes: list[str], text: Text) -> str:
    """The stages of one side of a ratio; of more than SOME, that there were several."""
    if len(codes) > SOME:
        return text("cite.several_stages")
    return ", ".join(text.low(text(f"stage.{code}")) for code in codes)


def _write_apa(work: Work, accessed: date | None) -> str:
    """Author. (Year). Title (Version) [Data set]. Publisher. Address: Publication Manual of the APA, 7th ed. (2020),
    section 10.9, data sets. A publisher that is the author is left out; the day of retrieval is given only for data
    that are designed to change, and a version is not: so `accessed` is not told."""
    text = work.text
    words = text("cite.apa", **_list_parts(work))
    return f"{words} {_write_address(work)}" if work.address else words


def _write_gost(work: Work, accessed: date | None) -> str:
    """Title [Электронный ресурс] // Whole : kind. Version. Year. URL: address (дата обращения: day.month.year).

    GOST R 7.0.5-2008, section 10 (electronic resources): the part before the whole, parted by two slashes; the edition
    before the year, and a space on both sides of the colon that is a prescribed sign (GOST 7.1-2003); where a list
    holds documents of several kinds, [Электронный ресурс] after the title; «URL» before the address, and after it in
    round brackets the day, month and year of access. (ГОСТ Р 7.0.100-2018 no longer asks for the general designation
    of material, and allows it.) Without an address there is no access to date. Kazakh journals keep the form with
    «[Электрондық ресурс]» and «қаралған күні».
    """
    text = work.text
    words = text("cite.gost", **_list_parts(work))
    if not work.address:
        return words
    day = f"{accessed:%d.%m.%Y}" if accessed else text("cite.day_blank")
    return f"{words} {text('cite.gost_address', address=_write_address(work), accessed=day)}"


def _write_bibtex(work: Work, accessed: date | None) -> str:
    """An entry @misc, which BibTeX (btxdoc, section 3.1) and biblatex (manual, section 2.1.1) both know; the fields
    url, urldate and langid are biblatex's, which classic styles pass over. Braces twice keep a group one author and a
    title in its case. An address is taken as it stands (biblatex, section 2.2.1: verbatim), so it is not escaped."""
    text, parts = work.text, {name: _escape_tex(words) for name, words in _list_parts(work).items()}
    fields = {
        "author": f"{{{parts['author']}}}",
        "title": f"{{{parts['title']}}}",
        "year": parts["year"],
        "note": text("cite.bibtex_note", version=parts["version"]),
        "url": _write_address(work),
        "urldate": accessed.isoformat() if accessed and work.address else "",
        "langid": str(Locale(work.text.language).english_name).lower(),  # as biblatex calls it
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if month := work.dated[5:7]:
        lines.insert(3, f"  month = {MONTHS[int(month) - 1]},")
    return "\n".join([f"@misc{{{_make_key(work)},", *lines, "}"])


def _list_parts(work: Work) -> dict[str, Any]:
    """Author, title, year and version, each on one line."""
    text = work.text
    return {
        "author": text("ui.title"),
        "title": " ".join(clean(work.title).split()).rstrip("."),
        "year": work.dated[:4],
        "version": work.version,
    }


def _make_key(work: Work) -> str:
    """A key of letters and digits: the same work in one language always has the same, two works never do."""
    digest = hashlib.sha256(f"{work.text.language} {work.title}".encode("utf8", "replace")).hexdigest()
    return f"tcp_{re.sub('[^0-9A-Za-z]', '', work.version)}_{digest[:8]}"


def _write_address(work: Work) -> str:
    """The address with nothing in it that could end a field or a line."""
    return quote(work.address, safe="%/:?#@!$&'()*+,;=-._~")


# A brace with a backslash before it still counts as a brace for BibTeX: only a command keeps them balanced.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#_$"},
}


def _escape_tex(words: str) -> str:
    """Words with the signs of TeX escaped; letters stay as they are, as biber and BibTeX 8-bit read UTF-8."""
    return "".join(_TEX.get(letter, letter) for letter in words)
