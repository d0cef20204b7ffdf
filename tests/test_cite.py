"""Can a chart be cited in three styles and three languages, with the version of the data that it showed?"""

# ruff: noqa: RUF001 – the citations are Russian and Kazakh

import re
from dataclasses import replace
from datetime import date

import pytest

from components.deck import Deck, seven
from components.exports.cite import STYLES, Work, cite, write_chart_title
from components.handouts import hand_out
from components.text import LANGUAGES, Text

OPENED = date(2026, 11, 24)
ADDRESS = "https://figures.example.org/chart?language=kk&chart=allegations_by_year&version=b779a4af653f"
TITLES = {
    "en": "Complaints received by year: Kazakhstan, 2007–2025",
    "ru": "Поступило жалоб, по годам: Казахстан, 2007–2025",
    "kk": "Түскен шағым, жылдар бойынша: Қазақстан, 2007–2025",
}
AUTHORS = {language: Text(language)("ui.title") for language in LANGUAGES}


def work(language: str, **own: str) -> Work:
    told = {"title": TITLES[language], "version": "b779a4af653f", "dated": "2026-11", "address": ADDRESS}
    return Work(text=Text(language), **(told | own))


def entry(bibtex: str) -> dict[str, str]:
    """An entry read as BibTeX reads it: braces counted, whatever stands before them. Fails when they do not pair."""
    head = re.match(r"@misc\{([^,\s]+),\n", bibtex)
    assert head
    fields, depth, start = {"key": head[1]}, 1, head.end()
    for place in range(start, len(bibtex)):
        depth += {"{": 1, "}": -1}.get(bibtex[place], 0)
        if depth == 1 and bibtex[place] == "\n":
            if line := bibtex[start:place].strip():
                name, value = line.removesuffix(",").split(" = ", 1)
                fields[name] = value
            start = place + 1
        assert depth > 0 or place == len(bibtex) - 1
    assert depth == 0
    return fields


# Word for word ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Torture complaints and prosecutions. (2026). Complaints received by year: Kazakhstan, 2007–2025 "
            "(Version b779a4af653f) [Data set]. {}",
        ),
        (
            "ru",
            "Жалобы на пытки и уголовное преследование. (2026). Поступило жалоб, по годам: Казахстан, 2007–2025 "
            "(версия b779a4af653f) [Набор данных]. {}",
        ),
        (
            "kk",
            "Азаптау туралы шағымдар және қылмыстық қудалау. (2026). Түскен шағым, жылдар бойынша: Қазақстан, "
            "2007–2025 (b779a4af653f нұсқасы) [Деректер жиынтығы]. {}",
        ),
    ],
)
def test_apa_names_group_year_title_version_and_kind_then_the_address_without_a_stop(language, words):
    assert cite(work(language), "apa", OPENED) == words.format(ADDRESS)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "Complaints received by year: Kazakhstan, 2007–2025 [Electronic resource] // Torture complaints and "
            "prosecutions : dashboard. Data version b779a4af653f. 2026. URL: {} (date of access: 24.11.2026).",
        ),
        (
            "ru",
            "Поступило жалоб, по годам: Казахстан, 2007–2025 [Электронный ресурс] // Жалобы на пытки и уголовное "
            "преследование : информационная панель. Версия данных b779a4af653f. 2026. URL: {} "
            "(дата обращения: 24.11.2026).",
        ),
        (
            "kk",
            "Түскен шағым, жылдар бойынша: Қазақстан, 2007–2025 [Электрондық ресурс] // Азаптау туралы шағымдар "
            "және қылмыстық қудалау : ақпараттық панель. Деректер нұсқасы b779a4af653f. 2026. URL: {} "
            "(қаралған күні: 24.11.2026).",
        ),
    ],
)
def test_gost_names_the_part_the_whole_the_address_and_the_day_of_access(language, words):
    assert cite(work(language), "gost", OPENED) == words.format(ADDRESS)


@pytest.mark.parametrize(("language", "langid"), [("en", "english"), ("ru", "russian"), ("kk", "kazakh")])
def test_bibtex_is_an_entry_with_every_field(language, langid):
    found = entry(cite(work(language), "bibtex", OPENED))
    assert found == {
        "key": found["key"],
        "author": f"{{{{{AUTHORS[language]}}}}}",
        "title": f"{{{{{TITLES[language]}}}}}",
        "year": "{2026}",
        "month": "nov",
        "note": f"{{{Text(language)('cite.bibtex_note', version='b779a4af653f')}}}",
        "url": f"{{{ADDRESS}}}",
        "urldate": "{2026-11-24}",
        "langid": f"{{{langid}}}",
    }
    assert re.fullmatch(r"tcp_b779a4af653f_[0-9a-f]{8}", found["key"])


# What every citation must hold --------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_style_names_title_author_year_and_version(language, style):
    for address in (ADDRESS, ""):
        told = cite(work(language, address=address), style, OPENED)
        assert all(part in told for part in (TITLES[language], AUTHORS[language], "2026", "b779a4af653f"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_address_no_address_and_no_day_of_access_are_told(language, style):
    told = cite(work(language, address=""), style, OPENED)
    assert "http" not in told
    assert "URL" not in told
    assert "24" not in told.replace("2007–2025", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_is_not_known_leaves_its_place_open(language):
    assert f": {Text(language)('cite.day_blank')})." in cite(work(language), "gost")
    assert "urldate" not in entry(cite(work(language), "bibtex"))


@pytest.mark.parametrize(("dated", "month"), [("2026", None), ("2026-02", "feb"), ("2026-12-31", "dec")])
def test_the_date_is_as_precise_as_it_is_known(dated, month):
    assert entry(cite(work("en", dated=dated), "bibtex", OPENED)).get("month") == month
    assert "(2026)" in cite(work("en", dated=dated), "apa", OPENED)


def test_two_charts_have_two_keys_and_one_chart_always_the_same():
    keys = [entry(cite(work("en", title=title), "bibtex"))["key"] for title in ("One", "Two", "One")]
    assert keys[0] == keys[2] != keys[1]


# Words that would break it --------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "{",
        "}",
        "}}} @book{x,",
        "\\",
        "\\end{document}",
        "100 % & #1 _x_ $y$ ~^",
        'said "so"',
        "a\nb\r\n\tc",
        "x,\n  url",
    ],
)
def test_no_title_breaks_an_entry(title):
    found = entry(cite(work("en", title=title), "bibtex", OPENED))
    assert set(found) == {"key", "author", "title", "year", "month", "note", "url", "urldate", "langid"}
    assert not re.search(r"(?<!\\)[%&#_$]", found["title"])


def test_the_signs_of_tex_are_escaped_and_letters_are_kept():
    [title] = [entry(cite(work("kk", title="50 % {ә ғ қ} C:\\_x"), "bibtex"))["title"]]
    assert title == r"{{50 \% \textbraceleft{}ә ғ қ\textbraceright{} C:\textbackslash{}\_x}}"


@pytest.mark.parametrize("style", STYLES)
def test_no_address_breaks_a_citation(style):
    told = cite(work("en", address="https://example.org/a b}\n{?x=%D2%9B&y=1"), style, OPENED)
    assert "https://example.org/a%20b%7D%0A%7B?x=%D2%9B&y=1" in told


@pytest.mark.parametrize("style", ["apa", "gost"])
def test_a_title_of_several_lines_is_told_on_one(style):
    told = cite(work("ru", title=" Два\n\n слова.\x00 "), style, OPENED)
    assert "Два слова." in told
    assert "\n" not in told


# What is cited ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_chart_of_the_deck_has_a_title_of_its_own_with_its_country(language):
    deck, _ = hand_out(seven(), language)
    titles = [write_chart_title(exhibit.block) for exhibit in deck.exhibits]
    assert len(set(titles)) == 7
    assert TITLES[language] in titles
    assert all(Text(language)("country.KZ") in title for title in titles)
    # The signs of a description stand in no title: a cataloguer would read them as its areas.
    assert [title for title in titles if ";" in title or title.count(":") > 1 or "((" in title] == []


def test_who_counted_stands_in_brackets_after_country_and_time():
    titles = [write_chart_title(exhibit.block) for exhibit in hand_out(seven(), "ru")[0].exhibits]
    ladder = (
        "От жалобы до приговора: Казахстан, 5\u00a0января 2022\u00a0года – 31\u00a0марта 2023\u00a0года (Генеральная "
    )
    assert any(ladder in title for title in titles), titles


def test_a_deck_is_cited_by_its_title_and_one_chart_by_what_it_shows_whatever_she_called_it():
    deck, _ = hand_out(seven(), "ru")
    assert Work.of(deck).title == "Казахстан в семи графиках"
    [card] = [card for card in seven().cards if card.view.chart == "allegations_by_year"][:1]
    [own] = hand_out(Deck((card,)), "ru")[0].exhibits
    given = replace(deck, exhibits=(replace(own, title="Мое название", address="https://example.org/?version=1"),))
    assert Work.of(given).title == TITLES["ru"]
    assert Work.of(given).address == "https://example.org/?version=1"
    assert Work.of(replace(deck, title="")).title == "Графики"
