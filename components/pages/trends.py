"""How did the counts move over the years, and where may they not be compared?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.filters import reader
from components.store import ask

who = reader()
text = who.text
FEWEST_POINTS = 2

st.title(f"{text('page.trends')}: {text('country.' + who.country)}", anchor=False)
frame = ask("yearly_lines", **who.params)
whole = frame[~frame["is_part_year"] & (frame["period_kind"] != "yearly_rate")]
# The stages with the longest lines first: a line is what this page is for.
longest = whole.groupby(["stage", "line"]).size().groupby("stage").max().sort_values(ascending=False, kind="stable")
stages = [stage for stage, points in longest.items() if points >= FEWEST_POINTS]
for stage in stages or ["complaint"]:
    show(blocks.answer(who, "yearly_lines", heading=text.stage_heading(str(stage)), stage=str(stage)))
