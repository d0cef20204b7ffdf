"""The gate in a real browser and on the real server: the secret address, frames, what a page may load, uploads."""

import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Request, expect
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosedError
from websockets.frames import CloseCode

from components.text import LANGUAGES, Text
from tests import socket_client
from tests.browser.app import Served, go
from tests.browser.conftest import Opened

CHOOSE = "input[type=file]"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["upload", "versions"])
def test_a_reader_is_told_who_publishes_and_how(app: Served, name: str, language: str) -> None:
    with socket_client.open_session(app.port, origin=app.url) as session:
        session.run_page(name, language=language)
        assert Text(language)("gate.locked") in [each.body for each in session.find_elements("alert")]
        assert session.find_elements("file_uploader") == []


def test_the_secret_address_opens_publishing_and_leaves_no_trace_of_the_secret(app: Served, opened: Opened) -> None:
    page = opened()
    token = app.secret_address.split("token=")[1]
    addresses: list[str] = []

    def hear(request: Request) -> None:
        addresses.append(request.url + request.headers.get("referer", ""))

    page.on("request", hear)
    go(page, app.secret_address.replace("/?", "/upload?language=ru&"))
    assert page.url.startswith(f"{app.url}/upload?language=ru")
    assert page.locator(CHOOSE).count() == 1
    (cookie,) = [each for each in page.context.cookies() if each["name"] == f"tcp_key_{app.port}"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    # The redirect asks for the secret address once; nothing afterwards holds it: no address, link, code or storage.
    assert [address for address in addresses if token in address] == [addresses[0]]
    for name in ("present", "versions"):
        go(page, app.at(name, language="ru"))
        seen = page.evaluate(
            "() => document.documentElement.outerHTML + location.href + document.cookie + document.referrer"
            " + JSON.stringify([localStorage, sessionStorage, history.state])"
        )
        assert token not in seen
        assert cookie["value"] not in seen
    assert app.said().count(token) == 1
    assert cookie["value"] not in app.said()
    page.remove_listener("request", hear)


def test_a_page_loads_and_runs_nothing_but_its_own(app: Served, opened: Opened) -> None:
    """Refused: an inline script, also of an attribute; script, image, frame and request of another host."""
    page = opened()
    go(page, app.at(language="en"))
    assert page.faults == []  # type: ignore[attr-defined]
    page.evaluate(
        """async () => {
            const add = (name, more) => document.body.append(Object.assign(document.createElement(name), more));
            add("script", {textContent: "window.ran = 1"});
            add("script", {src: "https://example.org/a.js"});
            add("img", {src: "https://example.org/a.png"});
            add("iframe", {src: "https://example.org/"});
            document.body.insertAdjacentHTML("beforeend", "<img src=x: onerror='window.ran = 1'>");
            await fetch("https://example.org/").catch(() => 0);
            await new Promise(done => setTimeout(done, 300));
        }"""
    )
    refused = [fault.partition("refused: ")[2] for fault in page.faults]  # type: ignore[attr-defined]
    for expected in (
        *("script-src-elem inline", "script-src-attr inline", "script-src-elem https://example.org/a.js"),
        *("img-src https://example.org/a.png", "frame-src https://example.org", "connect-src https://example.org"),
    ):
        assert any(each.startswith(expected) for each in refused), (expected, refused)
    assert page.evaluate("window.ran") is None
    page.faults.clear()  # type: ignore[attr-defined]


@pytest.fixture
def framed() -> Iterator[str]:
    """The address of another server on this machine, whose page frames the address given as its query."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            address = self.path.partition("?")[2]
            self.wfile.write(f'<iframe src="{address}" width=1200 height=900></iframe>'.encode())

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_in_a_frame_nothing_can_be_changed_even_by_the_person_at_the_machine(
    app: Served, opened: Opened, framed: str
) -> None:
    page = opened()
    app.unlock(page.context)
    go(page, app.at("upload", language="en"))
    expect(page.locator(CHOOSE)).to_have_count(1)
    # The other server has the same host, so that the browser sends the cookie along from its frames too.
    page.goto(f"{framed}?{app.at('upload', language='en', embed='true')}")
    frame = page.frame_locator("iframe")
    frame.get_by_text(Text("en")("gate.framed")).wait_for()
    assert frame.locator(CHOOSE).count() == 0
    # A page that is not the view for frames is not shown in one.
    with page.expect_response(lambda answer: answer.url.startswith(app.at("upload"))) as answer:
        page.goto(f"{framed}?{app.at('upload', language='en')}")
    assert answer.value.status == 403
    assert page.frame_locator("iframe").locator("#root").count() == 0
    page.faults.clear()  # type: ignore[attr-defined]


# Uploads on the real server -------------------------------------------------------------------

LINE = "16.05.2019;осужден\r\n"


def write_list(size_bytes: int) -> bytes:
    """Return a list of about this size."""
    return ("Дата обращения;Результат\r\n" + LINE * (size_bytes // len(LINE.encode()))).encode()


def writable_files(pid: int) -> set[str]:
    """Return the regular files that a process has open for writing, unlinked ones too."""
    files = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            info = Path(f"/proc/{pid}/fdinfo/{link.name}").read_text()
            flags = int(info.split("flags:")[1].split()[0], 8)
            if flags & os.O_ACCMODE != os.O_RDONLY and stat.S_ISREG(link.stat().st_mode):
                files.add(str(link.readlink()))
        except OSError:
            continue  # closed meanwhile
    return files


@contextmanager
def watched(pid: int) -> Iterator[set[str]]:
    """Collect the files that a process opens for writing meanwhile."""
    before, seen, ended = writable_files(pid), set[str](), threading.Event()

    def watch() -> None:
        while not ended.wait(0.005):
            seen.update(writable_files(pid) - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield seen
    finally:
        seen.update(writable_files(pid) - before)
        ended.set()
        watching.join()


def read_list(session: socket_client.Session, content: bytes) -> None:
    """Let the page read an uploaded file to the end, as a browser does that has sent it."""
    (uploader,) = session.find_elements("file_uploader")
    urls = FileURLs(file_id="list", upload_url="/", delete_url="/")
    state = WidgetState(id=uploader.id)
    state.file_uploader_state_value.uploaded_file_info.add(
        file_id="list", name="list.csv", size=len(content), file_urls=urls
    )
    session.run_page("upload", states=[state])
    session.run_page("upload")
    assert f"1. {Text('en')('step.file')}" in [each.body for each in session.find_elements("heading")]


def test_an_upload_never_touches_the_disk(app: Served) -> None:
    """While 30 MB arrive, and while a smaller list is read and checked, no file is written but those of the store."""
    cookie = socket_client.exchange_token(app.port, app.secret_address)
    headers = {"Cookie": cookie, "Origin": app.url}
    put = partial(socket_client.upload, app.port)
    for content in (write_list(100), write_list(1 << 20)):
        with socket_client.open_session(app.port, origin=app.url, cookie=cookie) as session:
            session.run_page("upload")
            with watched(app.pid) as seen:
                # Paced, so that a file that is open meanwhile is seen.
                pause = partial(time.sleep, 0.005)
                assert put(session.id, "large", write_list(30 * len(content)), pause, **headers) == 204
                assert put(session.id, "list", content, **headers) == 204
                read_list(session, content)
    # Of the second list: with the first one, Python tries out once where temporary files may lie.
    assert {file for file in seen if not file.startswith(str(app.store))} == set()


def test_an_upload_to_a_session_that_is_not_there_or_twice_is_refused(app: Served) -> None:
    cookie = socket_client.exchange_token(app.port, app.secret_address)
    headers = {"Cookie": cookie, "Origin": app.url}
    put = partial(socket_client.upload, app.port)
    with socket_client.open_session(app.port, origin=headers["Origin"], cookie=cookie) as session:
        session.run_page("upload")
        assert put(session.id, "list", b"a;b\n", **headers) == 204
        assert put(session.id, "list", b"a;b\n", **headers) == 409
        assert put("0123", "list", b"a;b\n", **headers) == 404
    del headers["Cookie"]
    assert put(session.id, "other", b"a;b\n", **headers) == 403


def test_a_message_that_no_page_sends_is_not_even_held(app: Served) -> None:
    """Any reader may open a socket; what he sends over it lies in memory before anybody looks at it."""
    with socket_client.open_session(app.port, origin=app.url) as session:
        session.run_page()

        def send() -> None:
            session.socket.send(bytes(20 << 20))
            session.socket.recv(socket_client.PATIENCE)

        with pytest.raises(ConnectionClosedError) as closed:
            send()
    # The socket may be shut before its last words are read.
    assert closed.value.rcvd is None or closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG
