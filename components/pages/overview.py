"""Of every 100 complaints, how many led to prosecution, what is counted by year, and what is missing?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.evidence import describe_official_documents
from components.filters import reader
from components.first_screen import show_behind_sentence, show_first_screen
from components.store import ask

who = reader()
text = who.text

with st.container(key="first_title"):
    st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
sentence = blocks.answer(who, "of_100")
show_first_screen(who, sentence)
known = ask("countries_known")
if words := describe_official_documents(known[known["country"] == who.country].to_dict("records")[0], text):
    st.caption(words)
pairs = blocks.answer(who, "complaints_and_outcomes", heading=text("first.by_year"))
show(pairs or blocks.answer(who, "allegations_by_year", heading=text("page.allegations")))
show(blocks.answer(who, "coverage", heading=text("first.what_is_missing"), rows="short"))
show_behind_sentence(sentence)

st.subheader(text("ui.reading_rules"), anchor=False)
st.markdown("\n".join(f"- {text('caveat.' + rule)}" for rule in ("more_trust", "earlier_year", "absence", "not_added")))
