"""Does a label stand where it lies on nothing else, by one rule for pages and slides?"""

from collections.abc import Sequence

import pytest

from components.drawing import points as page
from components.drawing.labels import Wanted, axis_end, break_label, place_labels
from components.drawing.model import Axis, Point, Points, Series
from components.exports.slides import points as slide

# A spot is a span on a line: its first and last place.
Spot = tuple[float, float]
ABOVE, BELOW = (0.0, 10.0), (20.0, 30.0)


def overlap(one: Spot, other: Spot) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))


def place(*wanted: Wanted[str, Spot], taken: Sequence[Spot] = (), most: float = 0.0, sweeps: int = 1):
    def cover(spot: Spot, others: Sequence[Spot]) -> float:
        return sum(overlap(spot, other) for other in (*taken, *others))

    return place_labels(wanted, cover, cover, most=most, sweeps=sweeps)


def want(key: str, *spots: Spot, kept: bool = False) -> Wanted[str, Spot]:
    return Wanted(key, (spots,), is_kept=kept)


def test_pages_and_slides_place_labels_by_the_same_function():
    assert page.place_labels is slide.place_labels is place_labels


def test_a_label_takes_the_first_place_that_is_free():
    assert place(want("a", ABOVE, BELOW)) == {"a": (1, ABOVE)}
    assert place(want("a", ABOVE, BELOW), taken=[(5, 12)]) == {"a": (1, BELOW)}
    assert place(want("a", ABOVE, BELOW), want("b", ABOVE, BELOW)) == {"a": (1, ABOVE), "b": (1, BELOW)}


def test_what_only_touches_is_free():
    assert place(want("a", ABOVE, BELOW), taken=[(10, 20)]) == {"a": (1, ABOVE)}


def test_a_label_takes_the_place_where_it_lies_on_least():
    assert place(want("a", ABOVE, BELOW), taken=[(0, 2), (20, 21)], most=1) == {"a": (1, BELOW)}


def test_a_number_without_a_free_place_is_left_out():
    assert place(want("a", ABOVE), taken=[(9, 12)]) == {}
    assert place(want("a", ABOVE), taken=[(9, 12)], most=1) == {"a": (1, ABOVE)}


def test_of_two_numbers_that_cover_each_other_the_later_one_is_left_out():
    assert place(want("a", ABOVE), want("b", ABOVE)) == {"a": (1, ABOVE)}


def test_what_is_kept_is_written_whatever_lies_there_and_a_number_gives_way_to_it():
    assert place(want("a", ABOVE, kept=True), taken=[(0, 10)]) == {"a": (1, ABOVE)}
    assert place(want("number", ABOVE), want("letter", ABOVE, kept=True)) == {"letter": (1, ABOVE)}


def test_a_shorter_wording_is_written_where_the_longer_one_has_no_room():
    long, short = (0.0, 30.0), (0.0, 10.0)
    both = Wanted("a", ((long,), (short,)), is_kept=True)
    assert place(both) == {"a": (2, long)}
    assert place(both, taken=[(20, 25)]) == {"a": (1, short)}
    assert place(both, taken=[(5, 25)]) == {"a": (1, short)}
    assert place(Wanted("a", ((long,), (short,))), taken=[(5, 25)]) == {}


def test_in_a_further_sweep_a_label_gives_way_to_one_that_was_placed_after_it():
    first, second = want("a", ABOVE, BELOW), want("b", (5.0, 15.0), kept=True)
    assert place(first, second) == {"b": (1, (5.0, 15.0))}
    assert place(first, second, sweeps=2) == {"a": (1, BELOW), "b": (1, (5.0, 15.0))}


def test_a_slide_says_only_the_numbers_that_a_page_has_room_for():
    """Of three numbers in one place one has room above and one below; a level that nobody counted keeps its words."""
    points = tuple(Point(2012 + place / 10, 50, str(2012 + place)) for place in range(3))
    drawing = Points((Series("A", "official", points),), Axis(2007, 2017, "year"), Axis(0, 122, "count"), 100, 330)
    assert [point.label for point in page.keep_written_numbers(drawing).series[0].points] == ["2012", "2013", ""]
    reference = Points((Series("limit", "", points),), drawing.across, drawing.upward, 100, 330)
    assert page.keep_written_numbers(reference) == reference


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("602", ["602"]),
        ("304 · Jan–May", ["304 · Jan–May"]),
        ("304 · January to May", ["304", "January to May"]),
        ("11/63 · A · Jan–May", ["11/63 · A", "Jan–May"]),
        ("<b>304</b> · Jan–May", ["<b>304</b> · Jan–May"]),
        ("first line<br>second · line", ["first line", "second · line"]),
        ("words that are long", ["words that", "are long"]),
    ],
)
def test_a_label_is_broken_between_its_parts_else_between_words(label, lines):
    def measure(words: str) -> float:
        return len(words.replace("<b>", "").replace("</b>", ""))

    def wrap(words: str, room: float) -> list[str]:
        first, second = words.split(" ")[:2], words.split(" ")[2:]
        return [" ".join(each) for each in (first, second) if each] if measure(words) > room else [words]

    room = 10 if label.startswith("words") else 14
    assert break_label(label, room, measure, wrap) == lines


def test_an_axis_ends_where_the_label_of_every_mark_still_fits():
    end = axis_end(100, [(100, 50), (20, 150)], plot=200)
    assert end == pytest.approx(100 / (1 - 50 / 200))
    for at, width in ((100, 50), (20, 150)):
        assert at / end * 200 + width <= 200 + 1e-9
    assert axis_end(100, [(0, 199)], plot=200) == 100
    assert axis_end(100, [(50, 199)], plot=200, least=0.2) == 250
