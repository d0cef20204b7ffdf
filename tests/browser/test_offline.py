"""No request leaves the machine while the app is used."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image

from components.deck import Deck, seven
from components.exports.pictures import pictures_bytes
from components.handouts import hand_out
from components.take_away import FORMS, defer_file
from data.store import Store
from tests.browser.app import PATIENCE, ROOT


def walked(folder: Path, deck: Deck) -> dict[str, Any]:
    """What the walk saw; nothing that it asked for was elsewhere."""
    given = [] if deck == seven() else [deck.to_address()]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.browser.walk", str(folder), *given],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242"},
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE / 1000,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    seen: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    assert seen["interfaces"] == ["lo"] or not seen["isolated"]
    assert seen["reaches_outside"] is False or not seen["isolated"]
    assert seen["asked_outside"] == []
    assert seen["faults"] == []
    assert seen["server_asked_for"] == []
    return seen


# Two charts, one of them with words of her own; the ready deck of seven takes three times as long.
TWO = Deck((seven().cards[-1], replace(seven().cards[0], title="Сөз", note="143")), "Екі сурет")


@pytest.mark.parametrize(
    "deck", [pytest.param(TWO, id="two"), pytest.param(seven(), id="seven", marks=pytest.mark.long)]
)
def test_every_page_is_served_and_a_deck_presented_and_taken_in_every_form_with_no_network_but_loopback(
    tmp_path: Path, built: Path, store: Store, deck: Deck
) -> None:
    """App and Chromium run in a network namespace that holds loopback alone, and a walk through the app needs no more.

    Where a machine forbids namespaces, the walk is the same and proves less: each address that the browser asks for
    or the server looks up is still written down, and must be loopback.
    """
    shutil.copytree(built, tmp_path / "store")
    seen = walked(tmp_path, deck)
    assert seen["failed"] == []
    # The walk was one: all pages, a click, a file, fonts and scripts out of the app itself.
    assert seen["pages"] == 9
    assert seen["evidence"]
    assert seen["csv_rows"] > 10
    assert seen["requests"] > 50
    # A page of another site is refused, and the server asks nobody for its own address to do so.
    assert seen["knocked"] == [403, 403, 403]

    assert seen["language"] == "kk"
    made = hand_out(deck, "kk")[0]
    numbers = re.compile(r" \(\d/\d\)$")
    said = {exhibit.title or exhibit.block.finding for exhibit in made.exhibits}
    assert said <= {numbers.sub("", each) for each in seen["titles"]}

    # What the browser was given, another process makes on another day: the same bytes. Pictures take longer than all
    # the rest, so of these the first chart's.
    *others, pictures = FORMS
    for form in others:
        assert (tmp_path / f"taken.{form.ending}").read_bytes() == defer_file(form, deck, "kk")(), form.code
    with ZipFile(tmp_path / f"taken.{pictures.ending}") as taken:
        first = ZipFile(io.BytesIO(pictures_bytes(replace(made, exhibits=made.exhibits[:1]))))
        assert len(taken.namelist()) > len(first.namelist()) > 2
        assert all(taken.read(name) == first.read(name) for name in first.namelist())
    picture = Image.open(tmp_path / "taken.png")
    assert (picture.width > 700, picture.height > 400) == (True, True)
    assert len(picture.convert("L").getcolors(256)) > 20
    drawn = (tmp_path / "taken.svg").read_text("utf8")
    assert made.exhibits[0].block.finding[:40] in re.sub(r"</text><text[^>]*>", " ", drawn)
    assert made.version in drawn
