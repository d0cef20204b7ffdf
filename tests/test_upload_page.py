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
from data.intake.recipe import Recipe
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


def answer(app: AppTest, country: str = "KZ", kind: str = "ngo") -> None:
    """Say of which country the list is and who counted, and take what is proposed for the rest."""
    named(app.selectbox, "answer_country").set_value(country)
    checked(app.run())
    named(app.button_group, "answer_kind").set_value(kind)
    checked(app.run())
    for button in [button for button in app.button if str(button.key).startswith("take_proposals")]:
        button.click()
        checked(app.run())


def pick(app: AppTest, key: str, said_there: str) -> None:
    """Choose in the box whose key begins so."""
    named([*app.selectbox, *app.radio], key).set_value(said_there)
    checked(app.run())


def buttons(app: AppTest, key: str = "publish") -> list[Any]:
    return [button for button in app.button if button.key == key]


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
    answer(app)
    say(app, organisation="Synthetic", author=f"tester {IINS[0]}")
    what = EN("finding_kind.iin")
    where = EN("typed_where.author")
    assert EN("refused.typed_personal", where=where, what=what) in [*app.error.values, *app.warning.values]
    assert [button for button in app.button if button.key == "publish"] == []


def publish(app: AppTest) -> None:
    named(app.button, "publish").click()
    checked(app.run())


def test_a_recipe_is_offered_to_the_organisation_that_kept_it_and_to_no_other(own_store: Path) -> None:
    app = choose(start("upload", language="en"), "list.csv", TWO.encode())
    say(app, organisation="Synthetic keeper", author="tester")
    understand(app)
    answer(app)
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
    assert named(other.radio, "answer_row").value == "complaint"
    assert named(other.selectbox, "answer_country").value == "KZ"


def test_a_list_is_published_strictly_and_told_so_wherever_it_stands(own_store: Path) -> None:
    rows = "Дата обращения;Результат\r\n" + "2017;осужден\r\n"
    app = choose(start("upload", language="en"), "list.csv", (rows + "2017;осужден\r\n" * 2).encode())
    say(app, organisation="Synthetic strict", author="tester")
    answer(app)
    named(app.toggle, "strict_").set_value(True)
    checked(app.run())
    assert "fewer than 5" in said(app)
    publish(app)
    page = start("allegations", language="en")
    assert escape(EN("caveat.withheld")) in said(page)
    assert "<5" in html.unescape(str(charts(page)))
    app = choose(start("upload", language="en"), "list.csv", (rows + "2017;осужден\r\n" * 3).encode())
    say(app, organisation="Synthetic strict", author="tester")
    pick(app, "replaces_", "")
    named(app.toggle, "strict_").set_value(False)
    checked(app.run())
    assert EN("refused.strict_differs").partition("(")[0] in told(app)


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


COUNTS = "District,Year,Complaints received,Convicted\r\n" + "".join(
    f"{place},{year},{number},7\r\n"
    for place, number in (("North", 107), ("South", 207), ("West", 307))
    for year in (2017, 2018, 2019)
)


def open_list(content: str) -> AppTest:
    return choose(start("upload", language="en"), "list.csv", content.encode())


def test_nothing_is_published_before_it_is_said_what_a_row_stands_for_who_counted_and_where() -> None:
    app = open_list("Дата обращения;Результат\r\n16.05.2019;осужден\r\n")
    say(app, organisation="Synthetic", author="tester")
    missing = {EN("step.row"), EN("upload.country"), EN("upload.kind")}
    assert buttons(app) == []
    (box,) = app.info.values
    assert all(escape(words) in box for words in missing)
    answer(app)
    assert len(buttons(app)) == 1
    assert "1 reported case, 2019, Kazakhstan, the whole country, counted by a non-governmental org" in said(app)


def test_a_table_of_counts_is_taken_for_one_and_what_would_follow_is_shown_before_anything_is_said() -> None:
    app = open_list(COUNTS)
    pick_unit(app, "complaints")
    row = named(app.radio, "answer_row")
    assert row.value is None
    assert [bool(caption) for caption in row.proto.captions] == [False, False, False, True]
    assert "2018: complaints received – 621" in html.unescape(said(app)).replace("\\", "")
    say(app, organisation="Synthetic", author="tester")
    answer(app, "BD", "official")
    assert row_of(app) == "count"
    assert named(app.radio, "answer_same_figure").value == "sum"
    assert "1,863 complaints, 2017–2019, Bangladesh" in said(app)


def pick_unit(app: AppTest, unit: str) -> None:
    named(app.button_group, "constant_unit").set_value(unit)
    checked(app.run())


def row_of(app: AppTest) -> Any:
    return named(app.radio, "answer_row").value


def test_rows_are_left_out_by_value_and_a_blank_outcome_is_asked_about() -> None:
    app = open_list("ill_treated,year,hearings\r\nY,2019,12\r\nN,2019,300\r\n,2019,9\r\nY,2020,15\r\nN,2020,280\r\n")
    pick(app, "column_0", "outcome")
    values = {box.label.split(" ")[0]: box for box in app.selectbox if str(box.key).startswith("value_outcome")}
    assert set(values) == {"Y", "N"}
    values["Y"].set_value("complaint")
    values["N"].set_value("leave_out")
    checked(app.run())
    say(app, organisation="Synthetic", author="tester")
    answer(app)
    assert EN("question.blank_outcome", n="1") in "".join(box.label for box in app.radio)
    pick(app, "answer_blank_outcome", "leave_out")
    assert EN("upload.sum", rows="5", published="2", rejected="0", left="3") in said(app)
    assert "27 reported cases, 2019–2020" in said(app)


def test_a_value_without_a_code_keeps_its_row_and_is_mended_where_it_is_named() -> None:
    app = open_list(TWO)
    say(app, organisation="Synthetic", author="tester")
    answer(app)
    assert EN("question.values", n="1") in told(app) or EN("question.values_wait", n="1") in told(app)
    assert html.escape(EN("mend.outcome_uncoded")) in said(app)
    named(app.selectbox, "mend_outcome").set_value("no_outcome")
    checked(app.run())
    values = {box.value for box in app.selectbox if str(box.key).startswith("value_outcome")}
    assert values == {"convicted", "no_outcome"}
    assert EN("rule.outcome_uncoded") not in said(app).lower()


def test_a_way_out_is_asked_whether_the_stages_before_it_were_reached() -> None:
    rows = ["16.05.2019;осужден", "17.05.2019;прекращено", "18.05.2019;начато досудебное расследование"]
    app = open_list("Дата обращения;Результат\r\n" + "\r\n".join(rows) + "\r\n")
    say(app, organisation="Synthetic", author="tester")
    pick(app, "answer_row", "complaint")
    question = named(app.radio, "answer_implies:terminated")
    assert question.value is None
    answer(app)
    assert named(app.radio, "answer_implies:terminated").value == "yes"
    assert "investigations opened – 3" in said(app).replace("\\", "")
    pick(app, "answer_implies:terminated", "no")
    assert "investigations opened – 2" in said(app).replace("\\", "")


TOTALS = "district,year,kind,registered\r\n" + "".join(
    f"{place},{year},{kind},{number}\r\n"
    for place in ("North", "South")
    for year in (2018, 2019)
    for kind, number in (("Beating", 4), ("Threats", 6), ("Other", 10), ("Sum", 20))
)


def test_rows_that_are_sums_of_others_are_asked_about_with_their_numbers() -> None:
    app = open_list(TOTALS)
    pick(app, "answer_row", "count")
    pick_unit(app, "cases")
    say(app, organisation="Synthetic", author="tester")
    (question,) = [box for box in app.radio if "answer_totals" in str(box.key)]
    assert "5 (20), 9 (20), 13 (20), 17 (20)" in question.label.replace("\\", "")
    answer(app)
    assert "Offences registered – 80, 2018–2019" in said(app)


def test_a_list_without_dates_is_asked_for_its_period() -> None:
    app = open_list("ref;finding\r\n" + "".join(f"A{n};{'disciplined' if n < 4 else 'refused'}\r\n" for n in range(12)))
    say(app, organisation="Synthetic", author="tester")
    answer(app)
    assert buttons(app) == []
    named(app.text_input, "answer_period").set_value("soon")
    checked(app.run())
    assert EN("upload.period_not_read") in told(app)
    named(app.text_input, "answer_period").set_value("2015–2019")
    checked(app.run())
    assert "12 reported cases, 2015–2019" in said(app)
    assert len(buttons(app)) == 1


def test_with_many_rows_rejected_the_button_says_how_many_and_asks_once_more(own_store: Path) -> None:
    app = open_list(
        "Дата обращения;Результат\r\n"
        + "".join(f"{day}.05.2019;осужден\r\n" for day in range(11, 30))
        + "soon;осужден\r\n" * 2
    )
    say(app, organisation="Synthetic", author="tester")
    answer(app)
    assert html.escape(EN("mend.not_a_date")) in said(app)
    (button,) = buttons(app)
    assert button.label == EN("upload.publish_without", n="2", rows="21", share="10%")
    publish(app)
    assert EN("upload.publish_sure", n="2", rows="21", share="10%") in told(app)
    (button,) = buttons(app, "publish_yes")
    button.click()
    checked(app.run())
    assert app.success.values


def test_a_recipe_answers_the_questions_that_it_was_made_of() -> None:
    recipe = Recipe(
        "cases",
        columns={"Дата обращения": "allegation_date", "Результат": "outcome"},
        values={"outcome": {"осужден": "convicted", "дело у министра": "no_outcome"}},
        constants={"country": "UA", "kind": "international"},
        row="complaint",
    )
    app = open_list(TWO)
    app.file_uploader[-1].set_value(("recipe.toml", recipe.to_toml().encode(), "application/toml"))
    checked(app.run())
    say(app, organisation="Synthetic", author="tester")
    assert "2 reported cases, 2019, Ukraine, the whole country, counted by an international body" in said(app)
    assert len(buttons(app)) == 1
