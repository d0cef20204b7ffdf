"""Who counted, which years did nobody report, and what do the codes mean?"""

import pandas as pd
import streamlit as st

from components import blocks, sentences
from components.block import document, show, table
from components.filters import reader
from components.store import ask
from components.text import USUAL_UNIT
from components.views import METHOD

who = reader()
text = who.text
MEANINGS = {
    "stage": tuple(USUAL_UNIT),
    "unit": ("complaints", "cases", "persons", "episodes", "percent"),
    "scope": ("all", "event", "institution", "region", "subset"),
    "kind": ("official", "ngo", "international", "media"),
    "confidence": ("primary", "secondary", "press"),
    "period_kind": ("counted", "yearly_rate", "window_inferred"),
    "grade": ("A", "B", "C", "published"),
}

st.title(f"{text('page.sources_and_gaps')}: {text('country.' + who.country)}", anchor=False)
show(blocks.coverage(who, heading=text("ui.gaps")))

st.subheader(text("ui.sources"), anchor=False)
known = ask("countries_known")
if said := sentences.official_documents(known[known["country"] == who.country].to_dict("records")[0], text):
    st.markdown(said)
sources = ask("sources_of_country", country=who.country)
st.markdown(text("finding.sources", n=text.number(len(sources))))
st.markdown(
    "\n".join(f"- {document(row, text)} · {text('ui.figures')}: {row['figures']}" for row in sources.to_dict("records"))
)

st.subheader(text("ui.codes"), anchor=False)
table(
    pd.DataFrame(
        [
            {text("ui.code"): code, text("ui.meaning"): text(f"{section}.{code}")}
            for section, codes in MEANINGS.items()
            for code in codes
        ]
    )
)

st.subheader(text("ui.method"), anchor=False)
parts = dict.fromkeys(part for parts in METHOD.values() for part in parts)
st.markdown("\n\n".join(text(f"method.{part}") for part in parts))

st.markdown(f"**{text('ui.left_out')}**")
table(
    pd.DataFrame(
        [
            {
                text("ui.reason"): text(f"left_out.{row['reason']}"),
                text("ui.figures"): row["figures"],
                text("ui.inferred_column"): row["inferred"],
            }
            for row in ask("left_out", country=who.country).to_dict("records")
        ]
    )
)
