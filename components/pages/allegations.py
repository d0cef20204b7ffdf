"""How many allegations were registered each year, and by whom?"""

import streamlit as st

from components import blocks
from components.filters import reader

who = reader()
text = who.text

st.title(f"{text('page.allegations')}: {text('country.' + who.country)}", anchor=False)
blocks.allegations_by_year(who, heading=text("stage.complaint"))
blocks.counts_over_years(who)
blocks.allegations_by_year(who, "registered_offence", heading=text("stage.registered_offence"))
