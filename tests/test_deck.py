"""Is a deck one small file and an address, read back equal or refused with a reason, and never a number of its own?"""

import base64
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as some

from components import blocks
from components.chart import View
from components.deck import LONGEST, LONGEST_ADDRESS, MOST, Card, Deck, DeckRefused, seven
from components.handouts import hand_out, read_root
from components.text import LANGUAGES, Text
from data.toml import LARGEST
from data.uploads import UnknownVersion

words = some.text(max_size=40)
views = some.builds(
    View,
    some.text(min_size=1, max_size=20),
    some.dictionaries(some.sampled_from(["country", "from", "to", "scope", "stage"]), words),
)
decks = some.builds(
    Deck, some.lists(some.builds(Card, views, words, words), max_size=4).map(tuple), words, some.just("b779a4af653f")
)


def refused(read: Any, *given: Any) -> str:
    with pytest.raises(DeckRefused) as found:
        read(*given)
    return found.value.code


# There and back -------------------------------------------------------------------------


@generated(decks)
def test_a_deck_comes_back_equal_from_its_file_and_from_its_address(deck):
    assert Deck.from_toml(deck.to_toml()) == deck
    assert Deck.from_address(deck.to_address()) == deck


def test_the_ready_deck_has_seven_charts_and_an_address_that_a_mail_keeps_whole():
    assert len(seven().cards) == 7
    assert len(seven().to_address()) < 600


def test_a_chart_is_added_moved_reworded_and_removed():
    a, b, c = (Card(View(name)) for name in "abc")
    deck = Deck().with_card(a).with_card(b).with_card(c)
    assert deck.moved(2, 0).cards == (c, a, b)
    assert deck.without(1).cards == (a, c)
    assert deck.said(1, "hers", "say it slowly").cards[1] == Card(View("b"), "hers", "say it slowly")
    assert deck.cards == (a, b, c)


@pytest.mark.parametrize("letter", ["x", "ж", '"', "\n", "\x7f", "\x01", "🙂"])
def test_the_largest_deck_that_can_be_made_can_be_opened_again(letter):
    deck = Deck().with_title(letter * LONGEST["title"])
    for _ in range(MOST + 1):
        deck = deck.with_card(Card(View("allegations_by_year", {"country": "KZ", "scope": "all"})))
    assert len(deck.cards) == MOST
    said = 0
    with suppress(DeckRefused):
        for said in range(MOST):
            deck = deck.said(said, letter * LONGEST["title"], letter * LONGEST["note"])
    assert 0 < said < MOST - 1
    deck = Deck(deck.cards, deck.title, "b779a4af653f")
    assert Deck.from_toml(deck.to_toml()) == deck
    assert Deck.from_address(deck.to_address()) == deck
    assert len(deck.to_address()) <= LONGEST_ADDRESS


@generated(some.lists(some.builds(Card, views, some.text(max_size=300), some.text(max_size=6_000)), max_size=40))
def test_what_is_written_is_read_again_however_much_is_said(cards):
    deck = Deck()
    for place, card in enumerate(cards):
        if (more := deck.with_card(Card(card.view))) == deck:
            break
        with suppress(DeckRefused):
            deck = more.said(place, card.title * 9, card.note * 9)
    assert Deck.from_toml(deck.to_toml()) == deck
    assert Deck.from_address(deck.to_address()) == deck


def test_a_full_deck_takes_no_chart_and_no_word_more_and_loses_none():
    deck = Deck()
    while (more := deck.with_card(Card(View("ladder"), note="ж" * 5_000))) != deck:
        deck = more
    assert 3 < len(deck.cards) < MOST
    full = deck.with_card(Card(View("ladder"), note="ж" * 2_450))
    assert len(full.cards) == len(deck.cards) + 1
    assert refused(full.said, 0, "ж" * 200, "ж" * 5_000) == refused(full.with_title, "ж" * 200) == "too_large"
    assert full.with_title("").said(0, "", "").with_card(Card(View("ladder"))) != full


def test_an_address_that_holds_the_file_of_a_deck_is_still_read():
    handed_out = base64.urlsafe_b64encode(zlib.compress(seven().to_toml().encode(), 9)).decode().rstrip("=")
    assert Deck.from_address(handed_out) == seven()


# What is no deck ------------------------------------------------------------------------

CHART = '[[charts]]\n[charts.view]\nchart = "ladder"\n'


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("", "not_a_deck"),
        ("shape = 1", "not_a_deck"),
        ("\x00\x01", "not_toml"),
        ("deck = 1\n[[charts", "not_toml"),
        ("[" * 5000, "not_toml"),
        ("deck = 2", "other_format"),
        ('deck = "1"', "other_format"),
        ("deck = 1\ncharts = 3", "too_many"),
        ("deck = 1\n" + CHART * (MOST + 1), "too_many"),
        ("deck = 1\n[[charts]]\ntitle = 'x'", "wrong_part"),
        ("deck = 1\ncharts = [3]", "wrong_part"),
        ("deck = 1\n[[charts]]\nview = 3", "wrong_part"),
        ("deck = 1\n[[charts]]\n[charts.view]\ncountry = 'KZ'", "wrong_part"),
        ("deck = 1\n" + CHART + "country = 7", "wrong_part"),
        ("deck = 1\n" + CHART + '"<script>" = "x"', "wrong_part"),
        ("deck = 1\n" + CHART + '"ключ" = "x"', "wrong_part"),
        ("deck = 1\n[[charts]]\ntitle = 3\n[charts.view]\nchart = 'ladder'", "wrong_part"),
        ("deck = 1\ntitle = 3", "wrong_part"),
        ("deck = 1\n" + "#" * LARGEST, "too_large"),
        ("deck = 1\n" + "#" * 40_000, "too_complex"),
        ("deck = 1\n" + "a." * 700 + "a = 1", "too_complex"),
        ("deck = 1\nspeed = 3", "wrong_part"),
        ("deck = 1\n[[charts]]\nspeed = 3\n[charts.view]\nchart = 'ladder'", "wrong_part"),
        ("deck = 1\n" + CHART + "k" * 41 + " = 'x'", "wrong_part"),
        ("deck = true", "other_format"),
        ("deck = 0x" + "f" * 9000, "not_toml"),
        (b"deck = 1\ntitle = '\xff'", "not_toml"),
    ],
)
def test_a_file_that_is_no_deck_is_refused_with_its_reason(file, code):
    assert refused(Deck.from_toml, file) == code
    for language in LANGUAGES:
        assert Text(language)(f"deck.{code}", value="1")


@pytest.mark.parametrize("cut", [1, 7, 40, -1])
def test_an_address_that_was_cut_short_is_refused(cut):
    assert refused(Deck.from_address, seven().to_address()[:cut]) == "broken_address"


@pytest.mark.parametrize("parameter", ["", "!!!", "ә", "AAAA", "eNo"])
def test_an_address_that_never_was_a_deck_is_refused(parameter):
    assert refused(Deck.from_address, parameter) == "broken_address"


def test_a_small_address_that_unpacks_large_is_refused_before_it_does(monkeypatch):
    bomb = zlib.compress(b"{" + b" " * 50_000_000, 9)
    given: list[int] = []
    unpacking = zlib.decompressobj

    class Watched:
        def __init__(self):
            self.own = unpacking()

        def decompress(self, packed, most):
            given.append(len(out := self.own.decompress(packed, most)))
            return out

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    assert refused(Deck.from_address, base64.urlsafe_b64encode(bomb).decode()) == "too_large"
    assert given == [LARGEST + 1]


def packed(words: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(words.encode("utf8", "surrogatepass"))).decode()


VIEW = '{"view":{"chart":"ladder"}}'


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{", "broken_address"),
        ("{}", "not_a_deck"),
        ("{" * 60_000, "broken_address"),
        ('{"deck":1,"charts":' + "[" * 60_000, "broken_address"),
        ('{"deck":1,"deck":1}', "broken_address"),
        ('{"deck":2}', "other_format"),
        ('{"deck":true}', "other_format"),
        ('{"deck":1.0}', "broken_address"),
        ('{"deck":NaN}', "broken_address"),
        ('{"deck":' + "9" * 60_000 + "}", "other_format"),
        ('{"deck":1,"speed":1}', "wrong_part"),
        ('{"deck":1,"charts":{}}', "too_many"),
        ('{"deck":1,"charts":[' + ",".join([VIEW] * (MOST + 1)) + "]}", "too_many"),
        ('{"deck":1,"charts":[{"view":{"chart":"a"},"speed":1}]}', "wrong_part"),
        ('{"deck":1,"charts":[{"view":{"chart":1}}]}', "wrong_part"),
        ('{"deck":1,"charts":[{"view":{"chart":"a","b c":"d"}}]}', "wrong_part"),
        ('{"deck":1,"charts":[{"view":{"chart":"a","b":"\\ud800"}}]}', "wrong_part"),
        ('{"deck":1,"title":"\\udfff"}', "wrong_part"),
        ('{"deck":1,"title":["x"]}', "wrong_part"),
        ('{"deck":1,"title":"\ud800"}', "broken_address"),
        ("deck" + ".a" * 800 + " = 1", "too_complex"),  # of an older address: its 1.6 kB were hours
        ("[deck" + ".a" * 800 + "]", "too_complex"),
    ],
)
def test_an_address_that_holds_anything_but_a_deck_is_refused(words, code):
    assert refused(Deck.from_address, packed(words)) == code


def test_an_address_with_anything_behind_or_between_its_deck_is_refused():
    address = packed('{"deck":1}')
    assert Deck.from_address(address) == Deck()
    assert refused(Deck.from_address, address + "!") == "broken_address"
    more = base64.urlsafe_b64encode(zlib.compress(b'{"deck":1}') + b"x").decode()
    assert refused(Deck.from_address, more) == "broken_address"
    assert refused(Deck.from_address, "A" * (LONGEST_ADDRESS + 1)) == "too_large"


def test_a_title_and_a_note_have_their_length():
    deck = Deck.from_toml(
        f'deck = 1\n[[charts]]\ntitle = "{"x" * 9999}"\nnote = "{"y" * 9999}"\n[charts.view]\nchart = "a"'
    )
    assert (len(deck.cards[0].title), len(deck.cards[0].note)) == (LONGEST["title"], LONGEST["note"])


# A deck shown ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_of_the_ready_deck_is_had_in_every_language(store, language):
    made, missing = hand_out(seven(), language)
    assert missing == []
    assert len(made.exhibits) == 7
    assert made.title == Text(language)("deck.seven")
    assert all(exhibit.documents for exhibit in made.exhibits)


KZ = {"country": "KZ", "scope": "all"}


def test_a_code_said_many_times_is_said_once(store):
    view = View("stage_ratio", KZ | {"compilers": "ngo_coalition," * 500, "numerators": "convicted," * 500})
    made = blocks.make(view, Text("en"))
    assert (made.view.given["compilers"], made.view.given["numerators"]) == ("ngo_coalition", "convicted")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (View("pie_chart", KZ), "«pie_chart»"),
        (View("allegations_by_year", {"country": "XX"}), "«XX»"),
        (View("allegations_by_year", KZ | {"from": "soon"}), "«soon"),
        (View("coverage", KZ | {"to": "9" * 30}), "«999"),
        (View("coverage", KZ | {"from": "-1000000000"}), "«-1000000000»"),
        (View("coverage", KZ | {"from": "2020", "to": "2010"}), "«2020–2010»"),
        (View("allegations_by_year", KZ | {"stage": "<script>"}), "«<script>»"),
        (View("allegations_by_year", KZ | {"compilers": "nobody"}), "«nobody»"),
        (View("allegations_by_year", {"country": "KZ", "scope": "event/none"}), "«event/none»"),
        (View("yearly_lines", KZ), "«stage»"),
        (View("ladder", KZ | {"which": "a~b~c~d~2020-01-01~2020-12-31"}), "No published figure"),
    ],
)
def test_a_chart_that_is_gone_is_said_and_the_others_are_shown(store, view, said):
    first, last = seven().cards[0], seven().cards[-1]
    made, missing = hand_out(Deck((first, Card(view), last)), "en")
    assert [exhibit.block.view.chart for exhibit in made.exhibits] == [first.view.chart, last.view.chart]
    ((place, sentence),) = missing
    assert place == 1
    assert said in sentence


def test_a_view_is_made_again_from_what_its_block_says_of_it(store):
    for exhibit in hand_out(seven(), "kk")[0].exhibits:
        again, _ = hand_out(Deck((Card(exhibit.block.view),)), "kk")
        assert again.exhibits[0].block.finding == exhibit.block.finding
        assert again.exhibits[0].block.table.equals(exhibit.block.table)


def test_an_unknown_version_is_said_and_never_taken_for_the_latest(store):
    with pytest.raises(UnknownVersion):
        hand_out(Deck(seven().cards, version="000000000000"), "en")


def test_a_deck_of_a_version_says_that_version_and_its_date(store):
    (known, *_) = {each["version"]: each for each in store.versions()}.values()
    made, _ = hand_out(Deck(seven().cards, version=known["version"]), "en")
    assert (made.version, made.dated) == (known["version"], known["dated"])
    assert known["version"] in made.data_line


def test_hers_stands_above_the_finding_and_the_finding_stays(store):
    card = Card(seven().cards[0].view, "Two in a hundred", "pause here")
    made, _ = hand_out(Deck((card,)), "en")
    (exhibit,) = made.exhibits
    assert exhibit.headline == "Two in a hundred"
    assert exhibit.block.finding.startswith("January–November 2015")


def test_a_name_that_an_uploader_gave_is_no_markup_on_a_chart():
    text = Text("en", {"mine": '<a href="https://example.org">Org</a>'})
    assert not set("<>") & set(text.compiler("KZ", "mine"))
    assert "Org" in text.compiler("KZ", "mine")


@pytest.mark.parametrize("address", ["https://[bad", "ftp://example.org", "example.org", "https://", ""])
def test_an_address_that_is_none_leads_nowhere(monkeypatch, address):
    monkeypatch.setenv("TCP_ADDRESS", address)
    assert read_root() == ""


def test_the_address_at_which_others_reach_it_is_printed_pinned(monkeypatch, store):
    monkeypatch.setenv("TCP_ADDRESS", "https://figures.example.org/")
    made, _ = hand_out(Deck(seven().cards[-1:]), "kk")
    assert made.exhibits[0].address.startswith("https://figures.example.org/chart?language=kk&chart=un_decisions")
    assert made.exhibits[0].address.endswith(f"version={made.version}")
