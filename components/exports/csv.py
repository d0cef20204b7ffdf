"""A table as a CSV that Excel opens in any language."""

import pandas as pd


def csv_bytes(table: pd.DataFrame) -> bytes:
    """The table in UTF-8 with a mark at its start, so that Excel shows Cyrillic; no cell can run as a formula."""
    return table.map(_inert).rename(columns=_inert).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
