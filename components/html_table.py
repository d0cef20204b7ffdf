"""A table of words on a page."""

import pandas as pd
import streamlit as st


def show_table(frame: pd.DataFrame, links: bool = True) -> None:
    """Show a table as HTML, every cell escaped; wide ones scroll inside their own box.

    `links`: addresses can be clicked; those of a file that nobody has looked at can not.
    """
    body = frame.to_html(index=False, escape=True, border=0, na_rep="–", render_links=links)
    st.html(f'<div class="tcp-table" tabindex="0">{body}</div>')
