"""How many complaints are registered, and how many end in a prosecution?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.evidence import describe_official_documents
from components.filters import reader
from components.store import ask

who = reader()
text = who.text

st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
known = ask("countries_known")
if words := describe_official_documents(known[known["country"] == who.country].to_dict("records")[0], text):
    st.info(words, icon=":material/description:")
show(blocks.answer(who, "allegations_by_year", heading=text("page.allegations")))
show(
    blocks.answer(
        who,
        "stage_ratio",
        numerators=("investigation_opened", "prosecuted", "sent_to_court", "convicted"),
        denominators=("complaint", "registered_offence"),
        heading=text("page.prosecutions"),
    )
)

st.subheader(text("ui.reading_rules"), anchor=False)
st.markdown("\n".join(f"- {text('caveat.' + rule)}" for rule in ("more_trust", "earlier_year", "absence", "not_added")))
