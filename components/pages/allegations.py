"""How many allegations were registered each year, and by whom?"""

import streamlit as st

from components import blocks
from components.block import show
from components.filters import choice, reader

who = reader()
text = who.text

st.title(f"{text('page.allegations')}: {text('country.' + who.country)}", anchor=False)
if who.scope == "event":
    show(blocks.event_figures(who, heading=text("ui.event")))
else:
    claims = {name: text(f"ui.claim_{name}") for name in ("rule", "lowest", "highest")}
    claim = choice("claim", text("ui.claim"), tuple(claims), claims)
    show(blocks.allegations_by_year(who, heading=text.stage_heading("complaint"), claim=claim))
    show(blocks.counts_over_years(who))
    show(
        blocks.allegations_by_year(
            who, "registered_offence", heading=text.stage_heading("registered_offence"), claim=claim
        )
    )
show(blocks.rival_claims(who, heading=text("ui.rivals")))
