"""May this organisation's own list be drawn, and does nobody in it come to harm?"""

import streamlit as st

from components.filters import reader
from components.gate.rights import session_closed_reason
from components.upload import flow

who = reader()
text = who.text

st.title(text("page.upload"), anchor=False)
if why := session_closed_reason():
    st.info(text(f"gate.{why}"), icon=":material/visibility:")
else:
    st.markdown(text("upload.promise"))
    flow.show(who)
