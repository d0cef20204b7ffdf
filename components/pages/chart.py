"""One chart alone: where a link, a citation, a QR code or another organisation's page leads."""

import streamlit as st

from components import blocks, since
from components.block import show, table
from components.filters import escape, kept, reader
from components.handouts import changes_since
from components.store import pinned
from components.views import Block, View

who = reader()
text = who.text
own = kept(("chart", *blocks.OWN))

try:
    made = blocks.make(View(own.pop("chart", ""), who.address | own), text)
except blocks.ViewRefused as refused:
    st.warning(text(f"view.{refused.code}", value=escape(refused.value)))
    st.page_link("components/pages/overview.py", label=text("page.overview"), icon=":material/home:")
else:
    if not st.context.is_embedded:
        st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
    show(made)
    if pinned() and isinstance(made, Block) and not st.context.is_embedded:
        changes, named = changes_since(made)
        st.subheader(text("since.heading"), anchor=False)
        st.markdown(escape(since.sentence(changes, named)))
        if len(changes):
            table(since.table(changes, named, made.country))
