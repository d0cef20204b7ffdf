"""Does the address open exactly the view that it was copied from, and can nothing in it do harm?"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.chart import View
from components.deck import Card, Deck
from components.filters import FRAME_KEYS, Reader, escape
from components.text import LANGUAGES, Text
from tests.test_pages import findings, opened, start

# A view of its own in every filter.
VIEW = {
    "language": "kk",
    "country": "KZ",
    "from": "2010",
    "to": "2016",
    "compilers": "official_unspecified,ombudsman",
    "scope": "institution/penal_institutions",
}


def address(app: AppTest) -> dict[str, str]:
    return {key: value[0] if isinstance(value, list) else value for key, value in app.query_params.items()}


def reader(app: AppTest) -> Reader:
    return app.session_state["reader"]


def named(elements: Any, key: str) -> Any:
    (found,) = [element for element in elements if element.key.partition(":")[0] == key]
    return found


# There and back ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_holds_every_value_defaults_and_language_included(language):
    assert address(opened("overview", language)) == {
        "language": language,
        "country": "KZ",
        "from": "2007",
        "to": "2025",
        "compilers": "",
        "scope": "all",
    }
    assert set(address(opened("overview", language))) == set(FRAME_KEYS)


def test_an_address_opens_exactly_its_view_and_stays_as_it_is():
    app = start("trends", **VIEW)
    assert address(app) == VIEW
    assert app.warning.values == []
    assert reader(app).text == Text("kk")
    assert reader(app).params == {
        "country": "KZ",
        "year_from": 2010,
        "year_to": 2016,
        "compilers": ["official_unspecified", "ombudsman"],
        "scope": "institution",
        "scope_detail": "penal_institutions",
    }


def test_a_colleague_who_opens_the_copied_link_gets_the_same_reader_and_sentences():
    app = start("prosecutions", **VIEW | {"scope": "all"})
    (link,) = [block.value for block in app.code if "?" in block.value]
    copied = dict(parse_qsl(link.split("?", 1)[1], keep_blank_values=True))
    assert copied == address(app)
    again = start("prosecutions", **copied)
    assert reader(again) == reader(app)
    assert findings(again) == findings(app)
    assert address(again) == copied


def test_the_choices_of_a_page_stand_in_its_address_and_come_back():
    choices = {"out_of": "complaint", "reached": "convicted", "grade_c": "yes"}
    app = start("prosecutions", language="en", **choices)
    assert choices.items() <= address(app).items()
    assert address(app)["ladder"].count("~") == 5
    assert named(app.selectbox, "choice_out_of").value == "complaint"
    assert named(app.toggle, "choice_grade_c").value is True
    again = start("prosecutions", **address(app))
    assert address(again) == address(app)
    assert findings(again) == findings(app)
    assert findings(app) != findings(opened("prosecutions", "en"))


def test_a_chosen_ladder_comes_back():
    default = address(opened("prosecutions", "en"))["ladder"]
    options = named(opened("prosecutions", "en").selectbox, "choice_ladder").options
    app = start("prosecutions", language="en")
    named(app.selectbox, "choice_ladder").select_index(3).run()
    chosen = address(app)["ladder"]
    assert chosen != default
    assert len(options) > 4
    assert findings(start("prosecutions", language="en", ladder=chosen)) == findings(app)


def test_the_choices_of_compare_stand_in_its_address():
    app = start("compare", language="ru", out_of="registered_offence", reached="sent_to_court", kind="ngo")
    assert {"out_of": "registered_offence", "reached": "sent_to_court", "kind": "ngo"}.items() <= address(app).items()


def test_a_changed_filter_changes_the_address():
    app = start(language="en")
    named(app.slider, "years").set_range(2012, 2015)
    named(app.multiselect, "compilers").set_value(["ombudsman"])
    app.run()
    assert {"from": "2012", "to": "2015", "compilers": "ombudsman"}.items() <= address(app).items()
    assert reader(app).params == {
        "country": "KZ",
        "year_from": 2012,
        "year_to": 2015,
        "compilers": ["ombudsman"],
        "scope": "all",
        "scope_detail": "",
    }


def test_the_language_switch_keeps_the_filters():
    app = start(**VIEW)
    named(app.get("button_group"), "language").set_value("ru")
    app.run()
    assert address(app) == VIEW | {"language": "ru"}
    assert app.title[0].value.startswith(Text("ru")("ui.title"))


@pytest.mark.parametrize(("locale", "language"), [("ru-RU", "ru"), ("kk-KZ", "kk"), ("de-DE", "en")])
def test_the_browser_decides_the_language_until_an_address_does(monkeypatch, locale, language):
    monkeypatch.setattr(type(st.context), "locale", property(lambda self: locale))
    assert address(start("compare"))["language"] == language
    other = "kk" if language == "ru" else "ru"
    assert address(start("compare", language=other))["language"] == other


def test_a_page_without_filters_shows_none_and_keeps_them_for_the_next():
    kept = {"language": "ru", "country": "MD", "from": "2012", "to": "2020", "compilers": "prosecutor_general"}
    app = start("present", **kept)
    for name in ("upload", "versions", "present"):
        app.switch_page(f"components/pages/{name}.py").run()
        assert [error.value for error in app.exception] == []
        assert kept.items() <= address(app).items()
        assert [box for box in app.sidebar.selectbox if box.key.partition(":")[0] == "country"] == []
    named(app.get("button_group"), "language").set_value("en")
    app.run()
    assert (kept | {"language": "en"}).items() <= address(app).items()
    app.switch_page("components/pages/trends.py").run()
    assert (kept | {"language": "en"}).items() <= address(app).items()
    assert named(app.slider, "years").value == (2012, 2020)


def test_an_address_edited_in_an_open_window_is_read_again():
    app = start(**VIEW)
    app.query_params["country"] = "KG"
    app.query_params["compilers"] = "prosecutor_general"
    app.query_params["scope"] = "all"
    app.run()
    assert (reader(app).country, reader(app).compilers, reader(app).scope) == ("KG", ("prosecutor_general",), "all")


def test_another_country_starts_with_its_own_years_all_compilers_and_all_cases():
    app = start(**VIEW)
    named(app.selectbox, "country").set_value("KG").run()
    whole = reader(opened("overview", "kk", "KG"))
    assert reader(app) == whole
    assert address(app)["compilers"] == ""
    assert address(app)["scope"] == "all"
    assert app.warning.values == []


def test_another_country_forgets_the_choices_of_a_page():
    app = start("prosecutions", language="en", out_of="complaint", reached="convicted")
    named(app.selectbox, "country").set_value("KG").run()
    assert {"out_of": "any", "reached": "any"}.items() <= address(app).items()
    assert app.warning.values == []


def test_reset_forgets_the_filters_but_not_the_country_and_the_language():
    app = start(**VIEW)
    (reset,) = [button for button in app.button if button.label == Text("kk")("ui.reset")]
    reset.click().run()
    assert reader(app) == reader(opened("overview", "kk"))


def test_one_compiler_of_another_country_is_left_out_and_said_and_the_others_stay():
    app = start(language="en", compilers="ombudsman,hca_vanadzor")
    assert reader(app).compilers == ("ombudsman",)
    assert app.warning.values == [Text("en")("address.compilers", value=escape("hca_vanadzor"))]


def test_one_end_of_the_years_is_enough():
    app = start(language="en", **{"from": "2012"})
    assert (reader(app).year_from, reader(app).year_to) == (2012, 2025)
    assert app.warning.values == []


# Harm -------------------------------------------------------------------------------

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "markdown": "**bold** [link](https://example.org) `code` # heading",
    "a formula and a colour": "$x^2$ :red[danger] :material/home:",
    "lines": "KZ\n\n# heading\n\n    code\n- item",
    "sql": "KZ'; drop table counts; --",
    "braces": "{value} {0} {text.language} %s",
    "letters of anywhere": "Қазақстан ☭ \u202eABC\u0000 \U0001d54f",
    "very long": "x" * 5000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_value_is_shown_as_plain_words_and_the_usual_view_stands(hostile):
    app = start("compare", language="en", **dict.fromkeys(["country", "from", "compilers", "scope"], HOSTILE[hostile]))
    assert [error.value for error in app.exception] == []
    assert len(app.warning.values) == 4
    for warning in app.warning.values:
        assert len(warning) < 400
        assert "\n" not in warning
        plain = warning
        for letter in r"\`*_{}[]()<>#+-.!|~$:&":
            plain = plain.replace(f"\\{letter}", "")
        shown = plain.split("«", 1)[1].split("»", 1)[0]
        assert not set(shown) & set("\\`*_{}[]()<>#|~$:")
    assert reader(app) == reader(opened("compare", "en"))
    assert address(app) == address(opened("compare", "en"))


def test_a_version_that_is_not_known_is_told_and_the_latest_is_shown():
    app = start("allegations", language="en", version="0123456789ab")
    text = Text("en")
    said = text("refused.version_unknown", detail="0123456789ab")
    assert app.warning.values == [text("address.latest_instead", why=said)]
    assert findings(app) == findings(opened("allegations", "en"))
    assert "version" not in address(app)


def test_a_hostile_language_is_shown_as_plain_words():
    app = start(language="<b>en</b>")
    assert app.warning.values == [Text("en")("address.language", value=r"\<b\>en\</b\>")]


def test_many_unknown_compilers_get_one_sentence():
    app = start(language="en", compilers=",".join(f"nobody{number}" for number in range(300)))
    assert len(app.warning.values) == 1


def test_a_number_with_thousands_of_digits_is_no_year():
    app = start("compare", language="en", **{"from": "9" * 5000})
    assert [error.value for error in app.exception] == []
    assert len(app.warning.values) == 1


PICTURE = "![x](https://example.org/x.png) [here](https://example.org)"
COVERAGE = View("coverage", {"country": "KZ", "scope": "all"})


def test_the_name_of_a_chart_in_an_address_is_only_words():
    (said,) = start("chart", language="en", chart=PICTURE).warning.values
    assert said == Text("en")("view.chart", value=escape(PICTURE))


def test_the_title_of_a_deck_in_an_address_is_only_words():
    deck = Deck((Card(COVERAGE),), title=PICTURE).to_address()
    assert [title.value for title in start("present", language="en", deck=deck).title] == [escape(PICTURE)]


def test_a_key_that_is_not_ours_is_dropped_from_a_deck():
    view = View("coverage", {"country": "KZ", "embed": "true", "language": "xx", "version": "nonsense"})
    app = start("present", language="kk", deck=Deck((Card(view), Card(COVERAGE))).to_address())
    assert [error.value for error in app.exception] == []
    links = [link.proto.query_string for link in app.get("page_link")]
    assert links == ["chart=coverage&country=KZ&language=kk", "chart=coverage&country=KZ&scope=all&language=kk"]


def test_a_key_that_is_not_ours_is_dropped_from_the_address():
    app = start(language="en", utm_source="letter")
    assert address(app) == address(opened("overview", "en"))
    assert app.warning.values == []


def test_the_link_to_a_view_is_safe_to_paste():
    (link,) = [block.value for block in start("trends", **VIEW).code if "?" in block.value]
    assert link.endswith("?" + urlencode(VIEW))
    assert " " not in link


@pytest.mark.parametrize("letter", list("\\`*_{}[]()<>#+-.!|~$:&"))
def test_no_mark_of_markdown_survives_an_escape(letter):
    assert escape(f"a{letter}b") == f"a\\{letter}b"


def test_an_escape_keeps_letters_and_joins_lines():
    assert escape("Қазақстан, 2012") == "Қазақстан, 2012"
    assert escape("one\n\n    two\r\n\tthree") == "one two three"


@pytest.mark.parametrize("words", ["http://e.x", "www.e.x", "a@e.x", ":material/delete:", ":smile:", ":red[x]"])
def test_no_word_becomes_a_link_or_a_picture_behind_the_markdown(words):
    said = escape(words).replace("\\", "")
    assert said.replace("\u2060", "") == words
    assert said != words or "[" in words
