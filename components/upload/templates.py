"""Templates to fill, and the codebook of what each field takes."""

import pandas as pd
import streamlit as st

from components.exports.csv_text import csv_bytes
from components.html_table import show_table as table
from components.intake_files import template
from components.text import Text
from data.intake.fields import Field, fields


def show_templates(text: Text) -> None:
    """Draw the templates of both shapes, and their codebooks."""
    with st.expander(text("upload.templates"), icon=":material/table:"):
        st.markdown(text("upload.templates_help"))
        columns = st.columns(2)
        for place, shape in zip(columns, ("cases", "figures"), strict=True):
            place.download_button(
                text(f"upload.template_{shape}"),
                template(shape, text),
                file_name=f"{shape}_{text.language}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key=f"template_{shape}",
            )
        for shape in ("cases", "figures"):
            st.markdown(f"**{text(f'shape.{shape}')}**")
            table(make_codebook(shape, text))
            st.download_button(
                text("upload.codebook"),
                csv_bytes(make_codebook(shape, text)),
                file_name=f"codebook_{shape}_{text.language}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key=f"codebook_{shape}",
            )


def make_codebook(shape: str, text: Text) -> pd.DataFrame:
    """Each field of a shape: its name, what it takes, whether it must be there."""
    return pd.DataFrame(
        [
            {
                text("upload.field"): text(f"field.{name}"),
                text("upload.takes"): _say_what_it_takes(field, text),
                text("upload.needed"): text("ui.yes") if field.required else text("ui.no"),
            }
            for name, field in fields(shape).items()
        ]
    )


def _say_what_it_takes(field: Field, text: Text) -> str:
    if field.name == "country":  # there are more of them than a cell holds
        return text("takes.country")
    if field.type == "code":
        return "; ".join(name_code(field, code, text) for code in field.codes())
    return text(f"takes.{field.type}")


def name_code(field: Field, code: str, text: Text) -> str:
    """The words of a code of a field; of codes that are no stage and no place, in the words of this page."""
    if text.has(f"value_code.{code}"):
        return text(f"value_code.{code}")
    return text(field.words.format(code=code, country="KZ")) if field.words else code
