"""Files that an analyst takes away while a file goes in: the report, and templates to fill."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from components.text import Text
from data.intake.checking import Checked, safe
from data.intake.fields import fields

# A worked example of each shape: invented rows, and the template says so in its first line.
EXAMPLES = {
    "cases": [
        {
            "case_id": "A-1",
            "allegation_date": "16.05.2019",
            "outcome": "complaint",
            "weight": "1",
        },
        {
            "case_id": "A-2",
            "allegation_date": "02.09.2019",
            "outcome": "sent_to_court",
            "weight": "1",
        },
        {
            "case_id": "A-3",
            "allegation_date": "11.02.2020",
            "outcome": "refused",
            "weight": "1",
        },
    ],
    "figures": [
        {"period": "2019", "stage": "complaint", "unit": "cases", "value": "112"},
        {"period": "2019", "stage": "sent_to_court", "unit": "cases", "value": "9"},
        {"period": "2020", "stage": "complaint", "unit": "cases", "value": ""},
    ],
}


def template(shape: str, text: Text) -> bytes:
    """A CSV to fill, in the reader's language: headers that the intake knows, and rows that pass the checks."""
    rows = EXAMPLES[shape]
    about = fields(shape)
    names = list(rows[0])

    def cell(name: str, value: str) -> str:
        if name == "value" and not value:
            return text("upload.template_bound")
        return (
            text(about[name].words.format(code=value, country="KZ")) if about[name].type == "code" and value else value
        )

    return _csv(
        [
            [text(f"field.{name}") for name in names],
            *([cell(name, row.get(name, "")) for name in names] for row in rows),
        ]
    )


def report(checked: Checked, faults: Sequence[dict[str, Any]], text: Text) -> bytes:
    """What came of the rows as a CSV: the sum first, then by rule, then row by row."""
    lines: list[list[Any]] = [
        [text("upload.in_file"), checked.in_file],
        [text("way.published"), checked.published],
        *([text("way.rejected"), n, text(f"rule.{rule}")] for rule, n in checked.rejected.items()),
        *([text("way.left_out"), n, text(f"row_left_out.{reason}")] for reason, n in checked.left_out.items()),
        *([text("way.warning"), n, text(f"rule.{rule}")] for rule, n in checked.warnings.items()),
        [],
        [text("upload.row"), text("upload.column"), text("ui.reason"), text("upload.what_came")],
        *(
            [fault["row"], fault["column"], text(f"rule.{fault['rule']}"), text(f"severity.{fault['severity']}")]
            for fault in faults
        ),
    ]
    return _csv(lines)


def _csv(lines: Sequence[Sequence[Any]]) -> bytes:
    """Semicolons and a mark of UTF-8, as an Excel of this region opens it; no cell can be a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([value if isinstance(value, int) else safe(str(value)) for value in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
