"""What share led to an investigation, a prosecution, a conviction?"""

import streamlit as st

from components import blocks
from components.chart_panel import show
from components.charts.ladder import list_ladders
from components.charts.shared.ratios import LADDER, tabulate_refused
from components.filters import choice, reader, switch
from components.html_table import show_table
from components.store import ask

who = reader()
text = who.text
stage_words = {"any": text("ui.any_stage")} | {stage: text(f"stage.{stage}") for stage in LADDER}

st.title(f"{text('page.prosecutions')}: {text('country.' + who.country)}", anchor=False)
with st.container(horizontal=True):
    earlier = choice("out_of", text("ui.from_stage"), ("any", *LADDER[:-1]), stage_words)
    later = choice("reached", text("ui.to_stage"), ("any", *LADDER[1:]), stage_words)
with_c = switch("grade_c", text("ui.with_c"))
numerators = LADDER[1:] if later == "any" else (later,)
denominators = LADDER[:-1] if earlier == "any" else (earlier,)
show(blocks.answer(who, "stage_ratio", numerators=numerators, denominators=denominators, with_c=with_c))
with st.expander(text("ui.not_compared"), key="refused_ratios", on_change="rerun") as opened:
    if opened.open:
        refused = ask("refused_ratios", **who.params, numerators=list(numerators), denominators=list(denominators))
        st.markdown(text("finding.refused", n=text.number(len(refused))))
        if len(refused):
            show_table(tabulate_refused(refused, text))
show(blocks.answer(who, "lag_check", heading=text("ui.lag"), numerators=numerators, denominators=denominators))

ladders = list_ladders(who, ask)
if ladders:
    st.subheader(text("ui.ladder"), anchor=False)
    words = {
        code: " · ".join(
            [
                text.compiler(who.country, row["compiler"]),
                text.scope(row["scope"], row["scope_detail"]),
                text.period(row["period_start"].date(), row["period_end"].date()),
            ]
        )
        for code, row in ladders.items()
    }
    show(blocks.answer(who, "ladder", which=choice("ladder", text("ui.which_ladder"), list(ladders), words)))
show(blocks.answer(who, "un_decisions", heading=text.cap(text("scope_detail.un_decisions"))))
