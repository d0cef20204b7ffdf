"""One chart alone: where a link, a citation, a QR code or another organisation's page leads."""

import streamlit as st

from components import blocks, since
from components.chart import Block, View, ViewRefused
from components.chart_panel import show
from components.charts import CHOICES
from components.errors import say_error
from components.filters import escape, kept, reader
from components.handouts import find_changes
from components.html_table import show_table
from components.store import pinned

who = reader()
text = who.text
own = kept(("chart", *CHOICES))

try:
    outcome = blocks.make(View(own.pop("chart", ""), who.address | own), text)
except ViewRefused as refused:
    say_error(refused, text)
    st.page_link("components/pages/overview.py", label=text("page.overview"), icon=":material/home:")
else:
    if not st.context.is_embedded:
        st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
    show(outcome)
    if pinned() and isinstance(outcome, Block) and not st.context.is_embedded:
        changes, named = find_changes(outcome)
        st.subheader(text("since.heading"), anchor=False)
        st.markdown(escape(since.write_sentence(changes, named)))
        if len(changes):
            show_table(since.tabulate(changes, named, outcome.country))
