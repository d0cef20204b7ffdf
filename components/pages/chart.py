"""One chart alone: where a link, a citation, a QR code or another organisation's page leads."""

import streamlit as st

from components import blocks
from components.block import show
from components.filters import kept, reader
from components.views import View

who = reader()
text = who.text
own = kept(("chart", *blocks.OWN))

try:
    made = blocks.make(View(own.pop("chart", ""), who.address | own), text)
except blocks.ViewRefused as refused:
    st.warning(text(f"view.{refused.code}", value=refused.value))
    st.page_link("components/pages/overview.py", label=text("page.overview"), icon=":material/home:")
else:
    if not st.context.is_embedded:
        st.title(f"{text('ui.title')}: {text('country.' + who.country)}", anchor=False)
    show(made)
