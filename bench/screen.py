"""`make bench`: how many identifiers the screen of personal data finds, by kind, and how often it errs.

The cells in tests/files/screen are invented, and the rules were tuned on them: others of the same kinds will be missed
more often. What is stored can hold no identifier, whatever the screen finds.
"""

import csv
from collections import Counter
from pathlib import Path

from data.intake.screen import kinds

CELLS = Path(__file__).parents[1] / "tests" / "files" / "screen"


def read_cells(name: str) -> list[dict[str, str]]:
    """Read a list of cells, each with the kind of identifier that it holds where the list tells it."""
    with (CELLS / name).open(encoding="utf8", newline="") as lines:
        return list(csv.DictReader(lines))


def report(name: str) -> None:
    """Print how many cells of each kind are found, as anything that is kept out."""
    cells = read_cells(name)
    total = Counter(row["kind"] for row in cells)
    hits = Counter(row["kind"] for row in cells if kinds(row["cell"]))
    print(f"{name}: {sum(hits.values())} of {len(cells)} found, each cell alone")
    for kind, number in total.items():
        print(f"  {kind:<12} {hits[kind]:>3} of {number:>3}")


if __name__ == "__main__":
    report("kinds.csv")
    report("second.csv")
    ordinary = read_cells("ordinary.csv")
    wrong = sum(bool(kinds(row["cell"])) for row in ordinary)
    print(f"ordinary.csv: {wrong} of {len(ordinary)} ordinary cells are taken for one")
