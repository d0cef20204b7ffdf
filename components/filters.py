"""Language and filters: in the address, in the frame around every page, and in one frozen Reader.

The address always holds every value, defaults included, so that whoever opens it sees exactly this view. It is
read and judged before any widget sees it, because a widget silently drops what it does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.chart import Reader
from components.deck import LONGEST_ADDRESS
from components.errors import explain_error
from components.markdown import escape as escape
from components.store import ask, organisations, pinned, store, versions
from components.text import DASH, HOME, LANGUAGES, Text
from data.uploads import UnknownVersion

FITS_A_PHONE = 34  # letters of a choice that its box shows whole on a phone
FRAME_KEYS = ("language", "country", "from", "to", "compilers", "scope")
# Of an address: names, letters of a name, and letters of a value (a deck has its own bound).
MOST_PARAMETERS, LONGEST_NAME, LONGEST_VALUE = 50, 40, 2_000
OF_COUNTRY = ("years", "compilers", "scope")  # chosen anew with the country


@dataclass(frozen=True)
class Choices:
    """What can be chosen for a country."""

    compilers: tuple[str, ...]
    scopes: tuple[str, ...]
    first_year: int
    last_year: int

    @classmethod
    def of(cls, country: str) -> "Choices":
        """From the question `filter_values`; scopes are `scope` or `scope/detail`, all cases first."""
        rows = ask("filter_values", country=country)
        scopes = [
            f"{row['value']}/{row['detail']}" if row["detail"] else row["value"]
            for row in rows[rows["field"] == "scope"].to_dict("records")
        ]
        if "all" in scopes:
            scopes = ["all", *(scope for scope in scopes if scope != "all")]
        return cls(
            tuple(rows.loc[rows["field"] == "compiler", "value"]),
            tuple(scopes),
            int(rows.loc[rows["field"] == "first_year", "value"].iloc[0]),
            int(rows.loc[rows["field"] == "last_year", "value"].iloc[0]),
        )


def choose() -> Reader:
    """Judge the address and what was chosen, and return the Reader. Called once a run, before the page."""
    state = st.session_state
    state["problems"] = []
    address = _drop_oversized(st.query_params.to_dict())
    # Another page clears the address; only an address that somebody opened or edited is read.
    if address and address != state.get("written"):
        state["address"] = address
        _forget("language", "country", *OF_COUNTRY, "choice_")
    state.setdefault("address", {})
    _judge_version()
    text = Text(_language(), organisations())
    _speak(text.language)
    reader = _judged(text)
    state["reader"] = reader
    state["chosen"] = {"language": text.language, **reader.address}
    if version := pinned():
        state["chosen"]["version"] = version
    # A run that the next click breaks off has not drawn the filters, and the framework then forgets them.
    state["address"] = state["address"] | state["chosen"]
    return reader


def _drop_oversized(address: dict[str, str]) -> dict[str, str]:
    """The address without what is too long to be one of ours: it costs nothing more than to be seen."""
    bounds = {"deck": LONGEST_ADDRESS}
    kept = {}
    for name, value in islice(address.items(), MOST_PARAMETERS):
        if len(name) <= LONGEST_NAME and len(value) <= bounds.get(name, LONGEST_VALUE):
            kept[name] = value
        else:
            _problem("address.too_long", value=name[:LONGEST_NAME])
    return kept


def draw(place: DeltaGenerator, *, has_filters: bool) -> None:
    """Draw the language into `place`, and the filters into the sidebar of a page that has them; elsewhere they keep.

    Called after the page: each kind of choice is a script that the browser fetches, and the first chart must not wait
    for them (measured: a fifth of the time to the first chart).
    """
    text = reader().text
    place.segmented_control(
        text("ui.language"),
        LANGUAGES,
        format_func=lambda code: Text(code)("language." + code),
        key="language",
        required=True,
        label_visibility="collapsed",
    )
    if not has_filters:
        return
    country = reader().country
    choices = Choices.of(country)
    countries = {code: text(f"country.{code}") for code in ask("countries_known")["country"]}
    with st.sidebar:
        st.selectbox(
            text("ui.country"),
            countries,
            format_func=lambda code: countries[code],
            key=worded("country"),
            on_change=_come_to_country,
        )
        if choices.first_year < choices.last_year:
            st.slider(text("ui.years"), choices.first_year, choices.last_year, key="years", format="%d")
        st.multiselect(
            text("ui.compilers"),
            choices.compilers,
            format_func=lambda code: text.compiler(country, code),
            key=worded("compilers"),
            placeholder=text("ui.all"),
            select_all=False,
        )
        st.selectbox(
            text("ui.scope"),
            choices.scopes,
            format_func=lambda code: scope_words(code, text),
            key=worded("scope"),
        )
        st.button(text("ui.reset"), on_click=_forget_choices, icon=":material/restart_alt:")


def worded(name: str) -> str:
    """The key of a choice whose box sends words: another key in each language.

    A browser that has not heard of the new language sends the words of the old one with the next click; under the
    same key they would not be understood, and the first option be taken in silence.
    """
    return f"{name}:{st.session_state['spoken']}"


def _speak(language: str) -> None:
    """Carry every choice that was made in the words of another language over to this one."""
    state = st.session_state
    before = state.get("spoken", language)
    state["spoken"] = language
    if before != language:
        for key in [str(key) for key in state if str(key).endswith(f":{before}")]:
            state[worded(key.removesuffix(f":{before}"))] = state.pop(key)


def _forget(*names: str) -> None:
    """Forget what was chosen under these names, in the words of any language; a name that ends in _ is a beginning."""
    for key in [str(key) for key in st.session_state]:
        name = key.partition(":")[0]
        if name in names or any(begun.endswith("_") and name.startswith(begun) for begun in names):
            st.session_state.pop(key)


def reader() -> Reader:
    """The Reader of this run; pages get it here and never read the session themselves."""
    found: Reader = st.session_state["reader"]
    return found


def choice(name: str, label: str, options: Sequence[str], words: dict[str, str], *, default: str | None = None) -> str:
    """A choice that belongs to one page, kept in the address beside the filters; returns a code of `options`."""
    key = worded(f"choice_{name}")
    usual = default if default in options else options[0]
    if key not in st.session_state or st.session_state[key] not in options:
        asked = st.session_state["address"].get(name)
        if asked is not None and asked not in options and key not in st.session_state:
            _problem("address.choice", value=asked)
        st.session_state[key] = asked if asked in options else usual
    picked = st.selectbox(label, list(options), format_func=lambda code: words[code], key=key, persist_state="session")
    if len(words[picked]) > FITS_A_PHONE:  # shown on a phone only
        with st.container(key=f"whole_{name}"):
            st.caption(escape(words[picked]))
    st.session_state["chosen"][name] = picked
    return str(picked)


def switch(name: str, label: str) -> bool:
    """A yes or no that belongs to one page, kept in the address."""
    key = f"choice_{name}"
    if key not in st.session_state:
        st.session_state[key] = st.session_state["address"].get(name) == "yes"
    on = bool(st.toggle(label, key=key, persist_state="session"))
    st.session_state["chosen"][name] = "yes" if on else "no"
    return on


def kept(names: Sequence[str]) -> dict[str, str]:
    """What the address says of choices that have no box on the page; they stay in it."""
    found = {name: value for name in names if (value := st.session_state["address"].get(name)) is not None}
    st.session_state["chosen"] |= found
    return found


def open_version(version: str) -> None:
    """Show the charts as of a version; '' for the latest. The address says it from now on."""
    _turn_to(version)
    st.rerun()


def _turn_to(version: str) -> None:
    state = st.session_state
    state["version"] = version
    state["address"] = {"version": version} if version else {}
    _forget(*OF_COUNTRY)


def keep_address() -> str:
    """Write every value to the address, after the page has added its own; returns the query string."""
    chosen: dict[str, str] = st.session_state["chosen"]
    if st.query_params.to_dict() != chosen:
        st.query_params.from_dict(chosen)
    st.session_state["written"] = dict(chosen)
    return urlencode(chosen)


def say_problems(text: Text) -> None:
    """A sentence for each part of the address that was not understood, and the way to what stands for it."""
    for key, values in st.session_state["problems"]:
        why = {name: " ".join(explain_error(each, text)) for name, each in values.items() if name == "why"}
        st.warning(text(key, **values | why))
        if see := values.get("see"):
            st.button(
                text("versions.open_this", version=see),
                icon=":material/history:",
                key="version_instead",
                on_click=_turn_to,
                args=(see,),
            )


def _problem(key: str, **values: object) -> None:
    st.session_state["problems"].append((key, {k: escape(str(v)[:80]) for k, v in values.items()}))


def _language() -> str:
    """The address first, else the reader's browser, else English; leaves a valid `language` in the session."""
    state = st.session_state
    if state.get("language") in LANGUAGES:
        return str(state["language"])
    browser = (st.context.locale or "").split("-")[0].lower()
    asked = state["address"].get("language")
    if asked is not None and asked not in LANGUAGES:
        _problem("address.language", value=asked)
    state["language"] = asked if asked in LANGUAGES else browser if browser in LANGUAGES else "en"
    return str(state["language"])


def _judged(text: Text) -> Reader:
    state, address = st.session_state, st.session_state["address"]
    countries = list(ask("countries_known")["country"])
    key = worded("country")
    if state.get(key) not in countries:
        asked = address.get("country")
        if asked is not None and asked not in countries:
            _problem("address.country", value=asked, used=text(f"country.{HOME}"))
        state[key] = asked if asked in countries else HOME
    country = str(state[key])
    choices = Choices.of(country)
    _judge_years(address, choices)
    _judge_compilers(address, choices)
    _judge_scope(address, choices)
    year_from, year_to = state["years"]
    scope, _, detail = str(state[worded("scope")]).partition("/")
    return Reader(
        text,
        country,
        int(year_from),
        int(year_to),
        tuple(state[worded("compilers")]),
        scope,
        detail,
        (year_from, year_to) != (choices.first_year, choices.last_year),
    )


def scope_words(code: str, text: Text) -> str:
    """The words of `scope` or `scope/detail`."""
    scope, _, detail = code.partition("/")
    return text.scope(scope, detail)


def _judge_version() -> None:
    """The version that the address pins; one that is not known here is said, and the latest is shown.

    One that was opened before is looked up too: somebody may have erased it since.
    """
    state = st.session_state
    asked = state["address"].get("version", "")
    if asked == pinned() and asked in {"", *(str(version["version"]) for version in versions())}:
        return
    try:
        if asked:
            store().ask("countries_known", version=asked)
    except UnknownVersion as unknown:
        st.session_state["problems"].append(("address.latest_instead", {"why": unknown, "see": unknown.see}))
        state["address"]["version"] = asked = ""
    state["version"] = asked


def _judge_years(address: dict[str, str], choices: Choices) -> None:
    state = st.session_state
    whole = (choices.first_year, choices.last_year)
    current = state.get("years")
    if current is not None and whole[0] <= current[0] <= current[1] <= whole[1]:
        return
    asked = (address.get("from"), address.get("to"))
    years = whole
    if any(asked):
        try:
            wanted = (int(asked[0] or whole[0]), int(asked[1] or whole[1]))
        except ValueError:
            wanted = (0, 0)
        if whole[0] <= wanted[0] <= wanted[1] <= whole[1]:
            years = wanted
        elif current is None:
            value = DASH.join(part for part in asked if part)
            _problem("address.years", value=value, used=f"{whole[0]}{DASH}{whole[1]}")
    state["years"] = years


def _judge_compilers(address: dict[str, str], choices: Choices) -> None:
    state, key = st.session_state, worded("compilers")
    if key in state:
        state[key] = [code for code in state[key] if code in choices.compilers]
        return
    asked = list(dict.fromkeys(code for code in address.get("compilers", "").split(",") if code))
    if unknown := [code for code in asked if code not in choices.compilers]:
        _problem("address.compilers", value=", ".join(unknown))
    state[key] = [code for code in asked if code in choices.compilers]


def _judge_scope(address: dict[str, str], choices: Choices) -> None:
    state, key = st.session_state, worded("scope")
    if state.get(key) in choices.scopes:
        return
    asked = address.get("scope")
    if asked is not None and asked not in choices.scopes and key not in state:
        _problem("address.scope", value=asked)
    state[key] = asked if asked in choices.scopes else choices.scopes[0]


def _come_to_country() -> None:
    """Start anew with another country. The framework also calls where the browser only repeats the one that is chosen:
    after a run that was broken off, or in the words of the last language."""
    if st.session_state.get(worded("country")) != reader().country:
        _forget_choices()


def _forget_choices() -> None:
    """Start anew with the country: its compilers, coverage and years are its own."""
    state = st.session_state
    state["address"] = {"version": pinned()} if pinned() else {}
    _forget(*OF_COUNTRY, "choice_")
