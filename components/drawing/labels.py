"""Where labels stand: the one rule for pages and slides.

A label of a row is broken between its parts, else between words, and the axis ends where the last of them still fits. A
label of a point takes the place beside it where it lies on least; a number that lies on too much is left out. What is
measured is the renderer's: letters of a phone, points of a slide.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Spot = TypeVar("Spot")

TAG = re.compile(r"<[^<>]+>")  # as Plotly reads them: «<2%</b>» holds one tag
PART = " · "  # between the parts of a label


# Labels of rows -----------------------------------------------------------------------------


def break_label(
    label: str, room: float, measure: Callable[[str], float], wrap: Callable[[str, float], Sequence[str]]
) -> list[str]:
    """The lines of a label, none wider than `room` where that can be: broken between its parts, else between words.

    measure: how wide a line is; wrap: a part in lines. A part with markup is never broken.
    """

    def pieces(part: str) -> Sequence[str]:
        return wrap(part, room) if measure(part) > room and not TAG.search(part) else [part]

    lines: list[str] = []
    for line in label.split("<br>"):
        first, *parts = line.split(PART)
        lines += pieces(first)
        for part in parts:
            if measure(joined := f"{lines[-1]}{PART}{part}") > room:
                lines += pieces(part)
            else:
                lines[-1] = joined
    return lines


def axis_end(largest: float, marks: Iterable[tuple[float, float]], plot: float, least: float = 0.0) -> float:
    """The end of an axis from zero on which every label stands whole beside its mark.

    marks: where each ends on the axis, and how wide its label is; plot: the width of the axis; least: the share of it
    that a mark keeps, however wide its label.
    """
    ends = [end / max(1 - width / plot, least) for end, width in marks if end]
    return max([largest, *ends])


# Labels of points ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted(Generic[Key, Spot]):
    """A label to be placed.

    wordings: the spots of each wording, the fullest first, the best spot first; is_kept: its last wording is written
    whatever it lies on.
    """

    key: Key
    wordings: tuple[tuple[Spot, ...], ...]
    is_kept: bool = False


def place_labels(
    wanted: Iterable[Wanted[Key, Spot]],
    weigh: Callable[[Spot, Sequence[Spot]], float],
    cover: Callable[[Spot, Sequence[Spot]], float],
    *,
    most: float = 0.0,
    sweeps: int = 1,
) -> dict[Key, tuple[int, Spot]]:
    """Place labels beside each other; for each that is written, how many wordings were left of its own, and its spot.

    A label takes the first of the spots that weigh least beside the spots of the others; in each further sweep it may
    give way to those that were placed after it. Then the one that is covered most, if by more than `most`, is written
    in fewer words, or left out, and all are placed anew. Two that are covered alike: the later key gives way.
    """
    left = {label.key: label for label in wanted}
    placed: dict[Key, Spot] = {}

    def others(key: Key) -> list[Spot]:
        return [spot for other, spot in placed.items() if other != key]

    while True:
        for key, label in [*left.items()] * sweeps:
            beside = others(key)
            placed[key] = min(label.wordings[0], key=lambda spot: weigh(spot, beside))
        covered = [
            (cover(placed[key], others(key)), key)
            for key, label in left.items()
            if not label.is_kept or len(label.wordings) > 1
        ]
        if not covered or max(covered)[0] <= most:
            return {key: (len(label.wordings), placed[key]) for key, label in left.items()}
        _, key = max(covered)
        label = left.pop(key)
        del placed[key]
        if label.wordings[1:]:
            left[key] = replace(label, wordings=label.wordings[1:])
