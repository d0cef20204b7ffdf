"""What share led to an investigation, a prosecution, a conviction?"""

import streamlit as st

from components import blocks, tables
from components.block import show, table
from components.charts.stage_ratio import LADDER
from components.filters import choice, reader, switch
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
show(blocks.stage_ratio(who, numerators, denominators, with_c=with_c))
with st.expander(text("ui.not_compared"), key="refused_ratios", on_change="rerun") as opened:
    if opened.open:
        refused = ask("refused_ratios", **who.params, numerators=list(numerators), denominators=list(denominators))
        st.markdown(text("finding.refused", n=text.number(len(refused))))
        if len(refused):
            table(tables.refused(refused, text))
show(blocks.lag_check(who, numerators, denominators, heading=text("ui.lag")))

ladders = blocks.ladders(who)
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
    show(blocks.ladder(who, choice("ladder", text("ui.which_ladder"), list(ladders), words)))
show(blocks.un_decisions(who, heading=text.cap(text("scope_detail.un_decisions"))))
