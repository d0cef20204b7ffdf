"""How many complaints are registered, and how many end in a prosecution?"""

import streamlit as st

from components import blocks, sentences
from components.block import show
from components.filters import reader
from components.store import ask

who = reader()
text = who.text

st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
known = ask("countries_known")
if said := sentences.official_documents(known[known["country"] == who.country].to_dict("records")[0], text):
    st.info(said, icon=":material/description:")
show(blocks.allegations_by_year(who, heading=text("page.allegations")))
show(
    blocks.stage_ratio(
        who,
        numerators=("investigation_opened", "prosecuted", "sent_to_court", "convicted"),
        denominators=("complaint", "registered_offence"),
        heading=text("page.prosecutions"),
    )
)

st.subheader(text("ui.reading_rules"), anchor=False)
st.markdown("\n".join(f"- {text('caveat.' + rule)}" for rule in ("more_trust", "earlier_year", "absence", "not_added")))
