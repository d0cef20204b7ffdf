"""How do countries stand side by side in the same ratio, each by its own compilers of one kind?"""

import streamlit as st

from components import blocks
from components.charts.stage_ratio import panel_title
from components.filters import choice, reader
from components.store import ask

who = reader()
text = who.text
KINDS = ("official", "ngo")
LATER = ("sent_to_court", "prosecuted", "investigation_opened", "convicted")
EARLIER = ("complaint", "registered_offence", "investigation_opened")

st.title(text("page.compare"), anchor=False)
with st.container(horizontal=True):
    kind = choice("kind", text("ui.compiler_kind"), KINDS, {code: text(f"kind.{code}") for code in KINDS})
    earlier = choice("out_of", text("ui.from_stage"), EARLIER, {code: text(f"stage.{code}") for code in EARLIER})
    later = choice("reached", text("ui.to_stage"), LATER, {code: text(f"stage.{code}") for code in LATER})
blocks.ratio_by_country(who, kind, (later,), (earlier,))

own = ask("stage_ratio", **who.params)
own = own[own["claim"] != "published"]
# A compiler that is not named is the same only within one document.
unnamed = own["compiler"].str.endswith(("_unspecified", "_unnamed"))
own = own.assign(document=own["source_id"].where(unnamed, ""))
keys = ["compiler", "document", "numerator_stage", "numerator_unit", "denominator_stage"]
groups = {"~".join(key): rows for key, rows in own.groupby(keys, sort=False)}
if groups:
    # The compiler with the most years first: the funnel is about one compiler's years.
    codes = sorted(groups, key=lambda code: -len(groups[code]))
    words = {code: panel_title(rows.to_dict("records")[0], text, by_country=False) for code, rows in groups.items()}
    st.subheader(f"{text('ui.funnel')}: {text('country.' + who.country)}", anchor=False)
    picked = choice("funnel", text("ui.funnel_of"), codes, words)
    blocks.funnel(who, groups[picked])
