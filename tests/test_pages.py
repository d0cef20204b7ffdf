"""Does every page open, in every language and for every country, and does trouble get a clear sentence?"""

import html
import json
import re
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import blocks, small_file
from components.chart import Block, View
from components.deck import Card, Deck, seven
from components.evidence import describe_document
from components.filters import escape
from components.gate import rights
from components.text import LANGUAGES, Text
from components.theme import LETTER, PHONE, QUIET
from data import datasets
from data.store import FORGETTING, Store, StoreDamaged, StoreLocked, StoreReadOnly, lake, open_store
from data.store.forgetting import Note, write_note
from data.store.lake import CATALOGUE
from tests.conftest import copy_shipped
from tests.test_uploads import figures

pytestmark = pytest.mark.usefixtures("store")  # made before the app looks for it
APP = Path(__file__).parent.parent / "app.py"
# Pages about the reader’s own file, about versions and decks, and of one chart: tests/browser has them.
OWN = {"chart", "present", "upload", "versions"}
PAGES = sorted({path.stem for path in (APP.parent / "components" / "pages").glob("*.py")} - OWN)
COUNTRIES = sorted({row["country"] for row in datasets.load()["figures"].to_pylist()})
UNSAID = re.compile(r"\{\w*\}|\bNone\b|\bnan\b|\bNaT\b")
TAG = re.compile(r"<[^<>]+>")


def start(page: str = "overview", **address: str) -> AppTest:
    """The app as a fresh browser opens it at this address."""
    app = AppTest.from_file(str(APP), default_timeout=300)
    for key, value in address.items():
        app.query_params[key] = value
    if page != "overview":
        app.switch_page(f"components/pages/{page}.py")
    return app.run()


@cache
def opened(page: str, language: str, country: str = "KZ") -> AppTest:
    """The same, to be looked at only: it is opened once for all tests."""
    return start(page, language=language, country=country)


def drawn(app: AppTest) -> list[Any]:
    """The chart blocks' charts: not the empty one that makes the browser fetch the chart library early."""
    return [element for element in app.get("plotly_chart") if "chart_" in element.proto.id]


def charts(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(element.proto.spec) for element in drawn(app)]


def findings(app: AppTest) -> list[str]:
    """The sentence of each chart, as the reader of a screen hears it too."""
    return [element.proto.alt for element in drawn(app)]


def said(app: AppTest) -> list[str]:
    """Everything the page says in words."""
    elements = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return [element.value for element in elements] + [element.proto.body for element in app.get("html")]


def assert_sound(app: AppTest) -> None:
    """No exception; every chart has marks and a sentence; nothing unsaid; every label fits a phone."""
    assert [error.value for error in app.exception] == []
    assert [words for words in said(app) if UNSAID.search(words)] == []
    for spec, finding in zip(charts(app), findings(app), strict=True):
        assert finding.strip()
        assert not UNSAID.search(finding)
        assert any(len(trace.get("x") or []) for trace in spec["data"])
        assert cut_labels(spec) == {}


def cut_labels(spec: dict[str, Any]) -> dict[str, float]:
    """Labels of a chart of rows, and its lines on what is missing, that are wider than a phone leaves room for, by how
    many pixels; and lines that begin left of the axis, among the years."""
    layout = spec["layout"]
    if layout["xaxis"].get("showticklabels") is not False:
        return {}
    plot, reach = PHONE - layout["margin"]["l"] - layout["margin"]["r"], layout["xaxis"]["range"][1]
    found = {}
    for note in layout.get("annotations", []):
        letters = max(len(TAG.sub("", line)) for line in note["text"].split("<br>"))
        if note["xref"] == "x":
            start = note["x"] / reach * plot + note["xshift"]
        elif note["font"]["color"] == QUIET:
            start = note["xshift"]
        else:
            continue
        end = start + LETTER * letters
        if start <= 0 or end > plot + 1:
            found[note["text"]] = end - plot
    return found


def title(page: str, text: Text, country: str) -> str:
    if page == "overview":
        return f"{text('ui.title')}: {text('country.' + country)}"
    return text("page.compare") if page == "compare" else f"{text('page.' + page)}: {text('country.' + country)}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_in_a_language_with_its_title_and_full_charts(page, language):
    app = opened(page, language)
    assert_sound(app)
    assert [each.value for each in app.title] == [title(page, Text(language), "KZ")]
    assert charts(app)
    assert app.warning.values == []


# One country here; what the charts of all the others show and say is asked without pages, in test_sentences.py.
ELSEWHERE = ["KG", *(pytest.param(each, marks=pytest.mark.long) for each in COUNTRIES if each not in {"KZ", "KG"})]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("country", ELSEWHERE)
def test_a_page_opens_for_a_country_with_full_charts_or_says_what_is_missing(page, country):
    app = opened(page, "ru", country)
    text = Text("ru")
    assert_sound(app)
    assert [each.value for each in app.title] == [title(page, text, country)]
    assert app.warning.values == []
    assert charts(app) or any(escape(text("caveat.absence")) in words for words in app.info.values)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_above_a_chart_is_its_words_for_a_screen_reader(page, language):
    app = opened(page, language)
    paragraphs = [
        re.sub("<[^>]+>", "", e.proto.body)
        for e in app.get("html")
        if re.search(r'class="(finding|sentence)"', e.proto.body)
    ]
    assert [html.unescape(words) for words in paragraphs] == findings(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_charts_in_every_language(page):
    kinds = [
        [[trace["type"] for trace in spec["data"]] for spec in charts(opened(page, language))] for language in LANGUAGES
    ]
    assert kinds[0] == kinds[1] == kinds[2]


@pytest.mark.parametrize("page", PAGES)
def test_sources_table_and_method_of_every_chart_open(page):
    app = start(page, language="kk")
    text = Text("kk")
    views = [group.key for group in app.get("button_group") if str(group.key).startswith("view_")]
    assert len(views) == len(charts(app))
    for view in ("sources", "table", "method"):
        for key in views:
            app.get("button_group")[[group.key for group in app.get("button_group")].index(key)].set_value(view)
        app.run()
        assert_sound(app)
        if view == "sources":
            assert sum(box.label == text("ui.choose_mark") for box in app.selectbox) == len(views)
            assert sum("](http" in words for words in app.markdown.values) >= len(views)
        if view == "table":
            assert sum("tcp-table" in words for words in said(app)) >= len(views)
            assert len(app.get("download_button")) == len(views)
        if view == "method":
            assert sum(block.language == "sql" for block in app.code) == len(views)


def test_the_overview_says_that_no_official_figure_comes_from_the_states_own_describe_document():
    assert "No official figure here was read in the State’s own document yet" in " ".join(
        opened("overview", "en").caption.values
    )


def test_reading_rules_stand_on_the_overview():
    text = Text("ru")
    (rules,) = [words for words in opened("overview", "ru").markdown.values if text("caveat.more_trust") in words]
    assert all(text(f"caveat.{rule}") in rules for rule in ("more_trust", "earlier_year", "absence", "not_added"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_in_the_list_of_pages_by_its_name(language):
    # AppTest does not draw the navigation: the names are those that app.py hands it.
    assert len({Text(language)(f"page.{page}") for page in PAGES}) == len(PAGES)


# Bad input --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("country", "XX", "address.country"),
        ("from", "1066", "address.years"),
        ("to", "next year", "address.years"),
        ("compilers", "nobody", "address.compilers"),
        ("scope", "event/no_such_event", "address.scope"),
    ],
)
def test_an_unknown_value_in_the_address_gets_a_sentence_and_the_usual_view(key, value, sentence):
    app = start(language="ru", **{key: value})
    assert_sound(app)
    (warning,) = app.warning.values
    assert warning.startswith(Text("ru")(sentence).split("{")[0])
    assert findings(app) == findings(opened("overview", "ru"))
    assert app.session_state["reader"] == opened("overview", "ru").session_state["reader"]


def test_an_unknown_language_gets_a_sentence_and_english():
    app = start(language="tlh")
    assert_sound(app)
    assert app.warning.values == [Text("en")("address.language", value="tlh")]
    assert findings(app) == findings(opened("overview", "en"))


def test_an_unknown_choice_of_a_page_gets_a_sentence_and_the_usual_one():
    app = start("prosecutions", language="en", out_of="heaven", ladder="x~y")
    assert_sound(app)
    assert app.warning.values == [Text("en")("address.choice", value=value) for value in ("heaven", r"x\~y")]
    assert findings(app) == findings(opened("prosecutions", "en"))


def test_years_the_wrong_way_round_get_a_sentence():
    app = start(language="en", **{"from": "2020", "to": "2012"})
    assert app.warning.values[0].startswith("The address names years without figures: «2020–2012»")


def test_a_chart_that_is_not_known_is_a_sentence():
    for query in ({"chart": "pie"}, {}, {"chart": "yearly_lines", "stage": "<script>"}):
        app = start("chart", language="ru", country="KZ", **query)
        assert [error.value for error in app.exception] == []
        assert len(app.warning.values) == 1
        assert charts(app) == []


def test_a_chart_of_a_deck_that_is_gone_and_a_version_that_nobody_knows_are_told():
    view = View("un_decisions", {"country": "KZ", "scope": "all"})
    deck = Deck((Card(View("pie_chart", {"country": "KZ"})), Card(view)), version="0123456789ab")
    app = start("present", language="ru", deck=deck.to_address())
    assert [error.value for error in app.exception] == []
    said = " ".join(app.warning.values)
    assert escape("pie_chart") in said
    assert "0123456789ab" in said
    assert len(app.get("page_link")) == 1  # to the chart that is there


TWO = Deck((seven().cards[0], Card(View("un_decisions", {"country": "KZ", "scope": "all"}))))


def test_a_deck_is_ordered_titled_undone_and_opened_again_by_its_address():
    def kept(app: AppTest) -> Deck:
        (deck,) = app.query_params["deck"] if isinstance(app.query_params["deck"], list) else [app.query_params["deck"]]
        return Deck.from_address(deck)

    def press(app: AppTest, key: str) -> AppTest:
        next(each for each in app.button if each.key == key).click()
        assert_sound(app.run())
        return app

    app = start("present", language="ru", deck=TWO.to_address())
    assert [card.view.chart for card in kept(press(app, "down_0")).cards] == ["un_decisions", TWO.cards[0].view.chart]
    next(box for box in app.text_input if box.key.endswith("_0") and "title" in box.key).set_value("Двое из всех <b>")
    app.run()
    assert kept(app).cards[0].title == "Двое из всех <b>"
    assert len(kept(press(app, "remove_1")).cards) == 1
    again = start("present", language="ru", deck=kept(app).to_address())
    assert [box.value for box in again.text_input if "title" in box.key][-1] == "Двое из всех <b>"
    for there in ([2, "Двое из всех <b>"], [2, ""]):
        next(each for each in app.button if each.label == Text("ru")("deck.take_back")).click()
        app.run()
        assert [len(kept(app).cards), kept(app).cards[0].title] == there


@pytest.mark.parametrize("content", ["deck = 1\n[[char", "deck = 9", 'shape = "cases"'])
def test_a_damaged_deck_file_is_told_and_the_deck_stays(content, monkeypatch):
    sent = SimpleNamespace(content=b64encode(content.encode()).decode())
    monkeypatch.setattr(small_file, "_component", lambda: lambda **_: sent)
    app = start("present", language="ru", deck=TWO.to_address())
    assert [error.value for error in app.exception] == []
    assert len([*app.warning.values, *app.error.values]) == 1
    assert app.session_state["deck"] == TWO


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A store of its own for one test; the shared one comes back after it."""
    monkeypatch.setenv("TCP_STORE", str(tmp_path / "store"))
    st.cache_resource.clear()
    st.cache_data.clear()
    yield tmp_path / "store"
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_store_gets_a_sentence_and_nothing_of_it_is_lost(fresh, language):
    fresh.mkdir()
    (fresh / CATALOGUE).write_bytes(b"this is no catalogue " * 200)
    app = start(language=language)
    text = Text(language)
    assert [error.value for error in app.exception] == []
    assert app.error.values == [text("error.store_damaged")]
    assert str(fresh) in app.markdown.values[0]
    assert "python -m data repair" in app.markdown.values[0]
    assert charts(app) == []
    assert (fresh / CATALOGUE).read_bytes() == b"this is no catalogue " * 200


def test_a_locked_store_gets_a_sentence_and_serves_once_it_is_free(fresh, built, monkeypatch):
    shutil.copytree(built, fresh)
    monkeypatch.setattr(lake, "PATIENCE", 0.2)
    with closing(sqlite3.connect(fresh / CATALOGUE, isolation_level=None)) as other:
        other.execute("begin exclusive")
        app = start(language="en")
        assert [error.value for error in app.exception] == []
        assert app.error.values == [Text("en")("error.store_locked")]
    assert charts(start(language="en"))


@pytest.mark.parametrize("failure", [StoreDamaged, StoreLocked, StoreReadOnly])
def test_a_store_that_fails_while_a_page_is_read_gets_a_sentence(fresh, built, monkeypatch, failure):
    shutil.copytree(built, fresh)
    answered = Store.ask

    def ask(self: Store, question: str, **given: Any) -> Any:
        if question == "of_100":
            raise failure(self.path)
        return answered(self, question, **given)

    monkeypatch.setattr(Store, "ask", ask)
    app = start(language="ru")
    assert [error.value for error in app.exception] == []
    assert Text("ru")(f"error.{failure.code}") in app.error.values


def test_a_shipped_file_with_one_wrong_cell_is_refused_with_its_row_in_hand(fresh, shipped, monkeypatch):
    load = datasets.load
    shipped.change("official/official_figures.csv", "kz-0005", stage="*no* such [stage](x)")
    monkeypatch.setattr(datasets, "load", lambda *_: load(shipped.root, shipped.locales))
    app = start(language="ru")
    text = Text("ru")
    line = shipped.line("official/official_figures.csv", "kz-0005")
    assert [error.value for error in app.exception] == []
    assert app.error.values == [text("error.data_refused")]
    (row,) = [words for words in app.markdown.values if text("rule.unknown_code") in words]
    assert f"строка {line}, столбец stage" in row
    assert r"\*no\* such \[stage\]\(x\)" in row
    assert charts(app) == []


def test_a_folder_that_cannot_be_written_gets_a_sentence(fresh):
    fresh.write_text("a file stands where the folder should")
    app = start(language="kk")
    assert [error.value for error in app.exception] == []
    assert app.error.values == [Text("kk")("error.store_unwritable")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_of_an_uploaded_figure_is_a_link_to_http_and_nothing_else(language):
    row = {"address": "upload", "title": "<b>[x](y)</b>", "publisher": "z", "published_on": "2026-11-24"}
    row |= {"language": "ru", "source_id": "abcdefabcdef", "url": ""}
    for url in ("", "javascript:alert(1)", "data:text/html,x", "//example.org/x"):
        assert "](" not in describe_document(row | {"source_url": url}, Text(language)).replace("\\](", "")
    said = describe_document(row | {"source_url": "https://example.org/a)[b](javascript:x)<i>"}, Text(language))
    assert said.endswith("(https://example.org/a%29%5Bb%5D%28javascript:x%29%3Ci%3E)")
    assert "<" not in said.replace("\\<", "")


# A deck and the version of the page ---------------------------------------------------------

OTHER = "733"  # what the complaints of 2012 are in a version that is not the latest
YEARS = Card(View("allegations_by_year", {"country": "KZ", "scope": "all", "compilers": "official_unspecified"}))


@pytest.fixture(scope="module")
def of_two_versions(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store, and the version before its latest; in it the complaints of 2012 were OTHER."""
    spoiled = copy_shipped(tmp_path_factory.mktemp("shipped"))
    spoiled.change("official/official_figures.csv", "kz-0025", value_low=OTHER, value_high=OTHER)
    path = tmp_path_factory.mktemp("two_versions") / "store"
    shutil.copytree(built, path)
    store = open_store(path, spoiled.root)
    version = store.version()
    store.close()
    open_store(path).close()
    return path, version


@pytest.fixture
def older(fresh: Path, of_two_versions: tuple[Path, str]) -> str:
    """The version before the latest, in a store of its own."""
    path, version = of_two_versions
    shutil.copytree(path, fresh)
    return version


def cards(app: AppTest) -> str:
    return " ".join(app.markdown.values)


def test_a_deck_on_a_pinned_page_shows_that_version(older):
    deck = Deck((YEARS,)).to_address()
    assert OTHER in cards(start("present", language="en", deck=deck, version=older))
    assert OTHER not in cards(start("present", language="en", deck=deck))


def test_a_deck_keeps_its_own_version_when_it_takes_the_place_of_one_without(older):
    app = start("present", language="en", deck=Deck((YEARS,)).to_address())
    app.session_state["deck"] = Deck((YEARS,), version=older)
    app.session_state["deck_edition"] += 1  # as `decks.keep` does
    assert OTHER in cards(app.run())
    assert app.session_state["deck"].version == older


def test_a_deck_that_is_let_go_of_its_version_shows_the_latest_at_once(older):
    app = start("present", language="en", deck=Deck((YEARS,), version=older).to_address())
    (pin,) = [toggle for toggle in app.toggle if toggle.key.startswith("deck_pin")]
    assert older in pin.label
    assert OTHER not in cards(pin.set_value(False).run())


# Another organisation's page ----------------------------------------------------------------


def test_a_chart_in_a_frame_explains_its_letters_and_says_its_caveats(store, monkeypatch):
    monkeypatch.setattr(type(st.context), "is_embedded", property(lambda self: True))
    view = View("yearly_lines", {"country": "KZ", "scope": "all", "stage": "complaint"})
    app = start("chart", language="en", **view.address)
    made = blocks.make(view, Text("en"))
    assert isinstance(made, Block)
    shown = html.unescape(" ".join(element.proto.body for element in app.get("html")))
    assert made.key
    assert all(line in shown for line in [made.n_line, *made.key])
    assert all(escape(caveat) in cards(app) for caveat in made.caveats)


# Undo and forget ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_upload(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store with a synthetic upload, to be copied, and the upload's id."""
    path = tmp_path_factory.mktemp("with_upload") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    publication = store.publish(figures(store, [{"value_low": 6, "value_high": 6}]))
    store.close()
    return path, publication.upload_id


@pytest.fixture
def uploaded(fresh: Path, with_upload: tuple[Path, str]) -> str:
    """The id of a synthetic upload in a store of its own."""
    path, upload = with_upload
    shutil.copytree(path, fresh)
    return upload


def test_a_country_whose_name_stands_in_no_locale_is_shown_on_every_page(fresh, built):
    shutil.copytree(built, fresh)
    store = open_store(fresh)
    rows = [{"value_low": 20.0, "value_high": 20.0}, {"stage": "registered_offence", "unit": "cases", "value_low": 6.0}]
    store.publish(figures(store, [rows[0], rows[1] | {"value_high": 6.0}], country="SN"))
    store.close()
    names = {"en": "Senegal", "ru": "Сенегал", "kk": "Сенегал"}
    for page, language in zip(PAGES, [*LANGUAGES, *LANGUAGES], strict=False):
        app = start(page, language=language, country="SN")
        assert not app.exception, page
        assert [each.value for each in app.title] == [title(page, Text(language), "SN")]
        assert names[language] in title("overview", Text(language), "SN")
        assert any(names[language] in each.options for each in app.selectbox), "a country with figures can be chosen"
        assert not any(Text(language)("country.BT") in each.options for each in app.selectbox), "one without can't"


def kinds(path: Path) -> list[tuple[str, str]]:
    """What was done to a store and by whom, without the builds."""
    store = open_store(path)
    try:
        return [(each["kind"], each["author"]) for each in store.versions() if each["kind"] != "build"]
    finally:
        store.close()


def is_shown(app: AppTest, words: str) -> bool:
    return any(words in each for each in said(app))


def test_undo_needs_a_name_and_a_second_click(fresh, uploaded, monkeypatch):
    text = Text("en")
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    app = start("versions", language="en")
    assert is_shown(app, text("versions.who_needed"))
    assert app.button("undo").disabled
    app.text_input("versions_who").set_value("  ").run()
    assert app.button("undo").disabled
    app.text_input("versions_who").set_value("tester").run()
    app.button("undo").click().run()
    assert is_shown(app, text("versions.undo_sure"))
    app.button("undo_no").click().run()
    assert not is_shown(app, text("versions.undo_sure"))
    app.button("undo").click().run()
    # A name that is taken away again takes the question away too.
    app.text_input("versions_who").set_value("").run()
    assert app.button("undo").disabled
    app.text_input("versions_who").set_value("tester").run()
    assert [kind for kind, _ in kinds(fresh)] == ["publish"]
    app.button("undo").click().run()
    app.button("undo_yes").click().run()
    assert kinds(fresh)[-1] == ("undo", "tester")
    assert not is_shown(app, text("versions.undo_sure"))


def test_forget_needs_a_name_the_number_and_a_second_click(fresh, uploaded, monkeypatch):
    text = Text("en")
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    app = start("versions", language="en")
    app.selectbox("forget_upload").set_value(uploaded).run()
    app.text_input("forget_typed").set_value(uploaded).run()
    assert app.button("forget").disabled
    app.text_input("versions_who").set_value("tester").run()
    app.button("forget").click().run()
    (named,) = app.selectbox("forget_upload").options
    assert is_shown(app, text("versions.forget_sure", upload=escape(named)))
    # Another number is another question.
    app.text_input("forget_typed").set_value(uploaded[:-1]).run()
    assert app.button("forget").disabled
    app.text_input("forget_typed").set_value(uploaded).run()
    assert [kind for kind, _ in kinds(fresh)] == ["publish"]
    app.button("forget").click().run()
    app.button("forget_yes").click().run()
    assert kinds(fresh)[-1] == ("forget", "tester")


def test_an_upload_that_is_to_be_forgotten_is_named_also_when_it_was_undone(fresh, uploaded, monkeypatch):
    """Nobody can bring back the wrong one, and a number alone tells nobody which it is."""
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    store = open_store(fresh)
    (published,) = [version for version in store.versions() if version["kind"] == "publish"]
    (organisation,) = [upload["organisation"] for upload in store.uploads()]
    app = start("versions", language="en")
    (before,) = app.selectbox("forget_upload").options
    store.undo("tester")
    store.close()
    (after,) = start("versions", language="en").selectbox("forget_upload").options
    day = f"{date.fromisoformat(published['published_at'][:10]):%d.%m.%Y}"
    for shown, words in ((before, organisation), (after, published["message"])):
        assert shown.startswith(f"{uploaded} · {words} · {day} ")


@pytest.mark.parametrize("button", ["undo", "forget"])
def test_a_name_that_cannot_stand_in_the_history_is_told_and_changes_nothing(fresh, uploaded, monkeypatch, button):
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    app = start("versions", language="kk")
    app.text_input("versions_who").set_value("8 701 234 56 78").run()
    app.selectbox("forget_upload").set_value(uploaded).run()
    app.text_input("forget_typed").set_value(uploaded).run()
    app.button(button).click().run()
    app.button(f"{button}_yes").click().run()
    assert [error.value for error in app.exception] == []
    assert [words for words in app.error.values if Text("kk")("finding_kind.phone") in words]
    assert [kind for kind, _ in kinds(fresh)] == ["publish"]


@pytest.mark.parametrize("button", ["undo", "forget"])
def test_a_session_that_loses_its_right_changes_nothing_by_a_page_that_is_still_open(
    fresh, uploaded, monkeypatch, button
):
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    app = start("versions", language="en")
    app.text_input("versions_who").set_value("tester").run()
    app.selectbox("forget_upload").set_value(uploaded).run()
    app.text_input("forget_typed").set_value(uploaded).run()
    app.button(button).click().run()
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "locked")
    app.button(f"{button}_yes").click().run()
    assert [kind for kind, _ in kinds(fresh)] == ["publish"]
    assert app.info.values == [Text("en")("gate.locked")]


# An erased upload ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built_erased(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of which one upload was erased, to be copied."""
    path = tmp_path_factory.mktemp("erased") / "store"
    shutil.copytree(built, path)
    store = open_store(path)
    publication = store.publish(figures(store, [{"value_low": 6, "value_high": 6}]))
    store.forget(publication.upload_id, "tester")
    store.close()
    return path


@pytest.fixture
def replaced(fresh: Path, built_erased: Path) -> tuple[str, str]:
    """Such a store, served: the version that is gone, and the one that replaces it."""
    shutil.copytree(built_erased, fresh)
    store = open_store(fresh)
    ((gone, see),) = store.versions()[-1]["forgotten"].items()
    store.close()
    return gone, see


def say_replaced(language: str, gone: str, see: str) -> str:
    text = Text(language)
    return text("address.latest_instead", why=text("refused.version_replaced", detail=gone, see=see))


def test_an_address_of_a_version_that_was_erased_offers_the_one_that_replaces_it(replaced):
    gone, see = replaced
    app = start("allegations", language="kk", version=gone)
    text = Text("kk")
    assert [error.value for error in app.exception] == []
    assert app.warning.values == [say_replaced("kk", gone, see)]
    assert "version" not in app.query_params
    assert app.button("version_instead").label == text("versions.open_this", version=see)
    app.button("version_instead").click().run()
    assert app.query_params["version"] in (see, [see])
    assert is_shown(app, text("versions.pinned_is_latest", version=see, latest=see))
    assert app.warning.values == []


def test_a_version_that_is_erased_while_a_page_shows_it_is_said_to_be(fresh, uploaded):
    store = open_store(fresh)  # as another process would
    gone = store.version()
    app = start("allegations", language="en", version=gone)
    assert app.warning.values == []
    store.forget(uploaded, "tester")
    see = store.version()
    store.close()
    app.switch_page("components/pages/trends.py").run()
    assert [error.value for error in app.exception] == []
    assert app.warning.values == [say_replaced("en", gone, see)]


def test_a_deck_of_a_version_that_was_erased_names_the_one_that_replaces_it(replaced):
    gone, see = replaced
    app = start("present", language="ru", deck=Deck((YEARS,), version=gone).to_address())
    assert app.warning.values == [say_replaced("ru", gone, see)]


def test_the_page_of_versions_says_which_are_gone_and_what_replaces_them(replaced):
    gone, see = replaced
    app = start("versions", language="kk")
    assert Text("kk")("versions.replaced", version=gone, see=see) in app.caption.values


@pytest.mark.parametrize(("page", "language"), [("overview", "ru"), ("upload", "kk"), ("versions", "en")])
def test_an_unfinished_forget_is_said_on_every_page(fresh, uploaded, page, language):
    (fresh / FORGETTING).write_bytes(b"{")
    app = start(page, language=language)
    said = Text(language)("versions.unfinished_unknown", note=f"`{FORGETTING}`")
    assert [error.value for error in app.exception] == []
    assert app.error.values == [said]


def test_an_unfinished_forget_of_which_nobody_knows_is_asked_for_again(fresh, uploaded, monkeypatch):
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    (fresh / FORGETTING).write_bytes(b"")
    app = start("versions", language="en")
    app.text_input("versions_who").set_value("tester").run()
    app.button("undo").click().run()
    app.button("undo_yes").click().run()
    assert Text("en")("refused.forget_unfinished") in app.error.values
    app.selectbox("forget_upload").set_value(uploaded).run()
    app.text_input("forget_typed").set_value(uploaded).run()
    app.button("forget").click().run()
    app.button("forget_yes").click().run()
    assert app.error.values == []
    assert kinds(fresh) == [("forget", "tester")]


def test_an_unfinished_forget_can_be_finished_on_the_page(fresh, uploaded, monkeypatch):
    text = Text("ru")
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: "")
    write_note(fresh, Note(uploaded, "first"))

    def fails(*_: Any) -> None:
        raise StoreLocked(fresh)

    with monkeypatch.context() as patch:
        patch.setattr("data.store.store.rewrite_history", fails)
        app = start("versions", language="ru")
        assert app.error.values == [text("versions.unfinished", upload=uploaded)]
        app.text_input("versions_who").set_value("second").run()
        app.button("forget_finish").click().run()
        assert text(f"error.{StoreLocked.code}") in app.error.values
    app.button("forget_finish").click().run()
    assert app.error.values == []
    assert kinds(fresh) == [("forget", "first")]


@pytest.mark.parametrize("code", ["hosted", "unguarded", "framed", "locked"])
@pytest.mark.parametrize("page", ["upload", "versions"])
def test_a_closed_page_says_why(monkeypatch, page, code):
    monkeypatch.setattr(rights, "_closed_reason", lambda *_, **__: code)
    app = start(page, language="ru")
    assert app.info.values == [Text("ru")(f"gate.{code}")]
    assert len(app.get("file_uploader")) == 0
    assert not {"undo", "forget"} & {str(button.key) for button in app.button}
