"""Does the page on an own list ask what it must and keep what was said? Without a browser; the list is synthetic.

What only a browser shows (clicks, two who publish at once, a language changed meanwhile) is in browser/test_upload.py.
"""

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.filters import escape
from components.gate import rights
from components.text import Text
from tests.test_intake import FORMS, IINS
from tests.test_pages import charts, start

EN = Text("en")
TWO = "Дата обращения;Результат\r\n16.05.2019;осужден\r\n17.05.2019;дело у министра\r\n"


@pytest.fixture(autouse=True)
def _unlocked(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for the person at the machine."""
    monkeypatch.setattr(rights, "session_closed_reason", lambda: "")


def choose(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "text/csv"))
    return checked(app.run())


def checked(app: AppTest) -> AppTest:
    assert [error.value for error in app.exception] == []
    return app


def named(elements: Any, key: str) -> Any:
    """The one element whose key begins so."""
    (found,) = [element for element in elements if str(element.key).startswith(key)]
    return found


def labelled(elements: Any, words: str) -> Any:
    (found,) = [element for element in elements if element.label == words]
    return found


def said(app: AppTest) -> str:
    return "\n".join([*app.markdown.values, *(element.proto.body for element in app.get("html"))])


def told(app: AppTest) -> str:
    """The same, and what is said in boxes."""
    return "\n".join([said(app), *app.info.values, *app.success.values, *app.warning.values, *app.error.values])


@pytest.fixture
def own_store(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[Path]:
    """A store in which a test may publish; the shared one comes back after it."""
    monkeypatch.setenv("TCP_STORE", str(path))
    st.cache_resource.clear()
    st.cache_data.clear()
    yield path
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "empty"),
        ("renamed.xlsx", b"PK\x03\x04 no workbook", "not_a_workbook"),
        ("binary.csv", bytes(range(256)) * 40, "binary"),
        ("header.csv", "Дата;Результат\r\n".encode(), "header_only"),
        ("<img src=x onerror=alert(1)>.csv", b"MZ\x00\x01\xff\xfe\x00" * 40, "binary"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence_and_changes_nothing(name: str, content: bytes, code: str) -> None:
    app = choose(start("upload", language="en"), name, content)
    assert app.error.values == [EN(f"unreadable.{code}")]
    assert EN("upload.nothing_changed") in app.markdown.values


def test_a_new_file_in_the_place_of_another_is_asked_about_anew() -> None:
    app = choose(start("upload", language="en"), "list.csv", TWO.encode())
    named(app.selectbox, "column_0").set_value("")
    checked(app.run())
    named(app.button, "another_file").click()
    checked(app.run())
    assert app.selectbox.values == []
    choose(app, "other.csv", FORMS["utf-8.csv"])
    assert [button for button in app.button if button.key == "publish"] == []
    labelled(app.button, EN("upload.leave_all_out")).click()
    checked(app.run())
    assert named(app.selectbox, "column_3").value == "allegation_date"


def test_a_cell_as_long_as_a_book_is_not_sent_to_the_page() -> None:
    """Eight rows of thirty such cells would be 50 MB, more than a page may be sent."""
    long = "буква " * 10_000
    content = f"Дата обращения;Результат;{long}\r\n16.05.2019;осужден;{long}\r\n17.05.2019;{long};\r\n"
    app = choose(start("upload", language="en"), "list.csv", content.encode())
    for button in [button for button in app.button if button.key == "leave_all_out"]:
        button.click()
        checked(app.run())
    shown = [said(app), *(box.label for box in app.selectbox), *app.text_input.values]
    assert sum(map(len, shown)) < 60_000
    assert long[:100] in shown[0]


def understand(app: AppTest) -> None:
    """Say what the value without a code stands for."""
    (unknown, *_) = [box for box in app.selectbox if str(box.key).startswith("value_outcome") and box.value == ""]
    unknown.set_value("suspended")
    checked(app.run())


def say(app: AppTest, **words: str) -> None:
    for name, said_there in words.items():
        named(app.text_input, f"upload_{name}").set_value(said_there)
    checked(app.run())


def test_what_was_said_of_a_file_outlives_a_look_at_another_page() -> None:
    app = choose(start("upload", language="en"), "list.csv", TWO.encode())
    say(app, organisation="Synthetic")
    understand(app)
    total = EN("upload.sum", rows="2", published="2", rejected="0", left="0")
    assert total in said(app)
    app.switch_page("components/pages/versions.py")
    checked(app.run())
    app.switch_page("components/pages/upload.py")
    checked(app.run())
    assert named(app.text_input, "upload_organisation").value == "Synthetic"
    assert total in said(app)
    assert EN("stage.suspended") in said(app)  # as it is understood


def test_what_identifies_a_person_is_refused_where_it_is_typed() -> None:
    app = choose(start("upload", language="en"), "list.csv", TWO.encode())
    say(app, organisation="Synthetic", author=f"tester {IINS[0]}")
    what = EN("finding_kind.iin")
    where = EN("typed_where.author")
    assert EN("typed.personal", where=where, what=what) in [*app.error.values, *app.warning.values]
    assert [button for button in app.button if button.key == "publish"] == []


def publish(app: AppTest) -> None:
    named(app.button, "publish").click()
    checked(app.run())


def test_a_recipe_is_offered_to_the_organisation_that_kept_it_and_to_no_other(own_store: Path) -> None:
    app = choose(start("upload", language="en"), "list.csv", TWO.encode())
    say(app, organisation="Synthetic keeper", author="tester")
    understand(app)
    publish(app)
    other = choose(start("upload", language="en"), "list.csv", TWO.replace("17.05", "18.05").encode())
    known = EN("upload.recipe_known")
    assert known not in told(other), "nobody has said yet whose list it is"
    say(other, organisation="Synthetic stranger")
    assert known not in told(other)
    say(other, organisation="Synthetic keeper")
    assert known in told(other)
    assert {box.value for box in other.selectbox if str(box.key).startswith("value_outcome")} == {
        "convicted",
        "suspended",
    }


def test_a_list_is_published_strictly_and_told_so_wherever_it_stands(own_store: Path) -> None:
    rows = "Дата обращения;Результат\r\n" + "2017;осужден\r\n"
    app = choose(start("upload", language="en"), "list.csv", (rows + "2017;осужден\r\n" * 2).encode())
    say(app, organisation="Synthetic strict", author="tester")
    named(app.toggle, "strict_").set_value(True)
    checked(app.run())
    assert "fewer than 5" in said(app)
    publish(app)
    page = start("allegations", language="en")
    assert escape(EN("caveat.withheld")) in said(page)
    assert "<5" in html.unescape(str(charts(page)))
    app = choose(start("upload", language="en"), "list.csv", (rows + "2017;осужден\r\n" * 3).encode())
    say(app, organisation="Synthetic strict", author="tester")
    named(app.toggle, "strict_").set_value(False)
    checked(app.run())
    assert EN("refused.strict_differs") in told(app)


@pytest.mark.parametrize(
    ("name", "content", "words", "answers"),
    [
        (
            "tables.csv",
            "Область;2021;2022\nАлматы;12;15\nАстана;7;5\n\nОсуждено\nОбласть;2021;2022\nАлматы;1;0\n".encode(),  # noqa: RUF001
            EN("doubt.second_table", row=5),
            [EN("doubt_answer.first"), EN("doubt_answer.all")],
        ),
        (
            "letters.csv",
            "Дата;Исход\n03.02.2019;осужден\n04.02.2019;отказано\n".encode().decode("windows-1251", "replace").encode(),
            EN("doubt.letters_broken", example="Дата".encode().decode("windows-1251")),
            [EN("doubt_answer.mend"), EN("doubt_answer.as_is")],
        ),
    ],
)
def test_what_was_done_to_a_table_is_asked_on_the_page(
    name: str, content: bytes, words: str, answers: list[str]
) -> None:
    app = choose(start("upload", language="en"), name, content)
    question = labelled(app.radio, words)
    assert question.options == answers
    question.set_value(question.options[0])
    checked(app.run())
    assert [element for element in app.radio if element.label == words] == []
