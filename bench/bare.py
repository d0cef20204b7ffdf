"""The comparison: a Streamlit page with one Plotly chart and nothing else."""

import plotly.graph_objects as go
import streamlit as st

st.plotly_chart(go.Figure(go.Bar(x=[14, 36, 52, 602], y=["2009", "2010", "2011", "2012"], orientation="h")))
