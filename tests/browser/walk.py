"""A walk through the whole app, then with a deck from its first chart to its files, with no network but loopback;
prints as JSON what was asked for.

Run by test_offline.py as a process of its own: a network namespace can't be left again.
"""

import ctypes
import fcntl
import json
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Any

NEW_USER, NEW_NET = 0x10000000, 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, UP = 0x8913, 0x8914, 1


def isolate() -> bool:
    """Move this process and all it starts into a network of loopback alone; False where that is not permitted."""
    system = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if system.unshare(NEW_NET) != 0:
        if system.unshare(NEW_USER | NEW_NET) != 0:
            return False
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = struct.unpack("16sH", fcntl.ioctl(any_socket, SIOCGIFFLAGS, struct.pack("16sH", b"lo", 0))[:18])[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH", b"lo", flags | UP))
    return True


def reaches_outside() -> bool:
    """A connection to an address of the internet can at least be begun."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation; nothing is sent
        except OSError:
            return False
        return True


def asked_for(app: Any) -> list[str]:
    """What the server asked the network for."""
    return [line for line in app.said().splitlines() if line.startswith("ASKED THE NETWORK")]


def knock(app: Any) -> list[int]:
    """Open sockets as pages of other sites do, under names that the server might look up to compare them with its own
    address; return the status of each answer."""
    from tests.socket_client import request

    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    upgrade |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}
    origins = ("http://example.org", "https://192.0.2.7:8501", "null")
    return [request(app.port, "GET", "/_stcore/stream", **upgrade, Origin=origin).status for origin in origins]


def hand_out(page: Any, address: str, folder: Path) -> dict[str, Any]:
    """A deck, the ready one where the address has none: presented in Kazakh by keys alone, then taken as every form of
    file, and a picture that the browser makes."""
    from components.take_away import FORMS
    from components.text import Text
    from tests.browser.app import go, settle

    text = Text("kk")
    go(page, address)
    if "deck=" not in address:
        page.get_by_role("button", name=text("deck.seven")).press("Enter")
    start = page.get_by_role("button", name=text("present.start"))
    start.wait_for()
    settle(page)
    start.press("Enter")
    room, titles = page.frame_locator(".st-key-stage iframe"), []
    slide = room.locator(".slide:visible")
    slide.locator(".main-svg, .key").first.wait_for()
    for _ in range(room.locator(".part:not([hidden]) .slide").count()):
        slide.locator(".main-svg, .key").first.wait_for()
        titles.append(slide.locator("h2").inner_text())
        page.keyboard.press("PageDown")
    language = room.locator("html").get_attribute("lang")
    page.keyboard.press("Escape")
    page.locator(".st-key-stage").wait_for(state="detached")
    settle(page)
    for form in FORMS:
        with page.expect_download() as taken:
            page.locator(f".st-key-{form.code}_deck button").click()
        taken.value.save_as(folder / f"taken.{form.ending}")
    first = page.locator(".st-key-card_0")
    first.get_by_role("link", name=text("deck.alone")).click()
    page.wait_for_url("**/chart?**")
    settle(page)
    page.locator("[class*=st-key-block_]").get_by_role("radio").filter(has_text=text("ui.take_away")).click()
    for form in ("png", "svg"):
        with page.expect_download() as taken:
            page.locator(f".browser-picture.{form}").click()
        taken.value.save_as(folder / f"taken.{form}")
    return {"titles": titles, "language": language}


def walk(folder: Path, deck: str = "") -> dict[str, Any]:
    """Open every page, change the language, click, choose, follow links inside the app, take a CSV; then hand out a
    deck, the ready one or that of an address."""
    from playwright.sync_api import sync_playwright

    from tests.browser.app import LANGUAGES, PAGES, arrive, click_mark, launch, served, settle
    from tests.browser.conftest import LOOPBACK, faults_of, watch

    requests: list[str] = []
    failed: list[str] = []
    seen: dict[str, Any] = {"pages": 0}
    with served(folder) as app, sync_playwright() as playwright:
        browser = launch(playwright)
        page = watch(browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-US"))
        page.on("request", lambda asked: requests.append(asked.url))
        page.on("websocket", lambda met: requests.append(met.url))
        page.on("requestfailed", lambda asked: failed.append(f"{asked.url}: {asked.failure}"))
        page.goto(app.at())
        settle(page)
        for place, name in enumerate(PAGES):
            page.locator("[data-testid=stSidebarNavLink]").nth(place).click()
            arrive(page, name, "en")
            seen["pages"] += 1
        for number in (1, 2, 0):
            page.get_by_role("radio").nth(number).click()
            page.wait_for_function(f"document.documentElement.lang === '{LANGUAGES[number]}'")
            settle(page)
        page.locator("[data-testid=stSidebarNavLink]").nth(PAGES.index("allegations")).click()
        page.locator(".st-key-block_allegations_by_year_complaint").wait_for()
        settle(page)
        click_mark(page, "allegations_by_year_complaint", "602")
        panel = page.locator(".st-key-clicked_allegations_by_year_complaint")
        panel.locator("a").first.wait_for()
        seen["evidence"] = panel.inner_text()
        block = page.locator(".st-key-block_allegations_by_year_complaint")
        block.get_by_role("radio").nth(1).click()
        with page.expect_download() as taken:
            block.get_by_role("button").filter(has_text="CSV").click()
        seen["knocked"] = knock(app)
        seen["csv_rows"] = len(Path(taken.value.path()).read_text("utf-8-sig").splitlines())
        seen |= hand_out(page, app.at("present", language="kk", **({"deck": deck} if deck else {})), folder)
        seen["faults"] = faults_of(page)
        seen["server_asked_for"] = asked_for(app)
        browser.close()
    # A socket that closes with its page, and a download that takes the place of a page, are ends and no failures.
    seen["failed"] = [one for one in failed if "net::ERR_ABORTED" not in one]
    seen["requests"] = len(requests)
    seen["asked_outside"] = [url for url in requests if not LOOPBACK.match(url)]
    return seen


if __name__ == "__main__":
    isolated = isolate()
    found = walk(Path(sys.argv[1]), *sys.argv[2:])
    found["isolated"] = isolated
    found["interfaces"] = [name for _, name in socket.if_nameindex()]
    found["reaches_outside"] = reaches_outside()
    print(json.dumps(found))
