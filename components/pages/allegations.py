"""How many allegations were registered each year, and by whom?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.filters import choice, reader

who = reader()
text = who.text

st.title(f"{text('page.allegations')}: {text('country.' + who.country)}", anchor=False)
if who.scope == "event":
    show(blocks.answer(who, "event_figures", heading=text("ui.event")))
else:
    claims = {name: text(f"ui.claim_{name}") for name in ("rule", "lowest", "highest")}
    claim = choice("claim", text("ui.claim"), tuple(claims), claims)
    show(blocks.answer(who, "allegations_by_year", heading=text.stage_heading("complaint"), claim=claim))
    show(blocks.answer(who, "counts_over_years"))
    offences = text.stage_heading("registered_offence")
    show(blocks.answer(who, "allegations_by_year", heading=offences, stage="registered_offence", claim=claim))
show(blocks.answer(who, "rival_claims", heading=text("ui.rivals")))
