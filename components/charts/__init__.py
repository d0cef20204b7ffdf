"""One question, one chart: a frame and a language in, a figure out. No Streamlit and no SQL here."""
