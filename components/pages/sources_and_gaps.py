"""Who counted, which years did nobody report, and what do the codes mean?"""

import pandas as pd
import streamlit as st

from components import blocks
from components.chart_panel import show
from components.charts import CHARTS
from components.evidence import describe_document, describe_official_documents
from components.filters import reader
from components.html_table import show_table
from components.store import ask
from components.text import USUAL_UNIT, words

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
show(blocks.answer(who, "coverage", heading=text("ui.gaps")))

st.subheader(text("ui.sources"), anchor=False)
known = ask("countries_known")
if documents := describe_official_documents(known[known["country"] == who.country].to_dict("records")[0], text):
    st.markdown(documents)
sources = ask("sources_of_country", country=who.country)
st.markdown(text("finding.sources", n=text.number(len(sources))))
st.markdown(
    "\n".join(
        f"- {describe_document(row, text)} · {text('ui.figures')}: {row['figures']}"
        for row in sources.to_dict("records")
    )
)

st.subheader(text("ui.codes"), anchor=False)
show_table(
    pd.DataFrame(
        [
            {text("ui.code"): code, text("ui.meaning"): text(f"{section}.{code}")}
            for section, codes in MEANINGS.items()
            for code in codes
        ]
    )
)

st.subheader(text("ui.method"), anchor=False)
used = {f"method.{part}" for chart in CHARTS.values() for part in chart.method}
# In the order in which the locale has them.
st.markdown("\n\n".join(paragraph for key, paragraph in words(text.language).items() if key in used))

st.markdown(f"**{text('ui.left_out')}**")
show_table(
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
