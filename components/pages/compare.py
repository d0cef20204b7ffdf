"""How do countries stand side by side in the same ratio, each by its own compilers of one kind?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.charts.funnel import list_funnels
from components.charts.shared.ratios import title_panel
from components.filters import choice, reader
from components.store import ask

who = reader()
text = who.text
every = text.of("")  # the law of no one country
KINDS = ("official", "ngo")
LATER = ("sent_to_court", "prosecuted", "investigation_opened", "convicted")
EARLIER = ("complaint", "registered_offence", "investigation_opened")

st.title(text("page.compare"), anchor=False)
with st.container(horizontal=True):
    kind = choice("kind", text("ui.compiler_kind"), KINDS, {code: text(f"kind.{code}") for code in KINDS})
    earlier = choice("out_of", text("ui.from_stage"), EARLIER, {code: every(f"stage.{code}") for code in EARLIER})
    later = choice("reached", text("ui.to_stage"), LATER, {code: every(f"stage.{code}") for code in LATER})
show(blocks.answer(who, "ratio_by_country", kind=kind, numerators=(later,), denominators=(earlier,)))

if groups := list_funnels(who, ask):
    words = {code: title_panel(rows.to_dict("records")[0], text, by_country=False) for code, rows in groups.items()}
    st.subheader(f"{text('ui.funnel')}: {text('country.' + who.country)}", anchor=False)
    show(blocks.answer(who, "funnel", which=choice("funnel", text("ui.funnel_of"), list(groups), words)))
