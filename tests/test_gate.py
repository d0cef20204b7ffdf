"""The gate: who comes in, what may be asked for, who may change something, and what browsers are told."""

import asyncio
import os
import runpy
import stat
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Mount
from streamlit.proto.BackMsg_pb2 import BackMsg

from components import gate
from components.gate import framework, key, origin, rights, startup, uploads
from components.gate.headers import SecurityHeaders
from components.gate.routes import HOST_CONFIG_ANSWER, PAGES

PORT = 8501
LOCAL = {"host": f"localhost:{PORT}", "origin": f"http://localhost:{PORT}"}


@pytest.fixture(autouse=True)
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings of a server that its own machine alone can reach."""
    settings = {"server.address": "localhost", "server.port": PORT, "server.sslCertFile": None}
    for module in (key, startup):
        monkeypatch.setattr(module, "config", SimpleNamespace(get_option=settings.get))
    monkeypatch.delenv("TCP_ADDRESS", raising=False)
    return settings


@pytest.fixture
def made(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> key.Key:
    monkeypatch.setattr(key, "_current", None)
    made = key.create_key()
    assert made is not None
    return made


def run_async(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end in a thread of its own: that of the tests may belong to Playwright."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Answer(SimpleNamespace):
    status: int
    headers: dict[str, str]
    body: bytes


async def behind(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the gate: it takes all that comes, and says what it was asked."""
    if scope["type"] == "websocket":
        heard = [await receive()]
        while heard[-1]["type"] != "websocket.disconnect":
            heard.append(await receive())
        scope["heard"].extend(message["bytes"] for message in heard if message.get("bytes"))
        scope["seen"].update((name.decode(), value.decode()) for name, value in scope["headers"])
        return
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{scope['path']} {len(body)}")(scope, receive, send)


def guarded(app: Any = behind) -> Starlette:
    """The gate as serve.py puts it before the framework."""
    return Starlette(routes=[Mount("/", app)], middleware=gate.build_middleware())


def scope_of(path: str, query: str = "", **headers: str) -> dict[str, Any]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return {
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
        "server": ("127.0.0.1", PORT),
    }


def ask(
    path: str, query: str = "", *, method: str = "GET", app: Any = None, pieces: Any = (b"",), **headers: str
) -> Answer:
    """One request, its body in pieces."""
    scope = scope_of(path, query, **headers) | {"type": "http", "method": method, "scheme": "http"}
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming[-1]["more_body"] = False
    sent: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    run_async((app or guarded())(scope, receive, send))
    named = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(status=sent[0]["status"], headers=named, body=body)


def say(*messages: bytes, **headers: str) -> tuple[list[bytes], dict[str, str], list[Any]]:
    """Open a socket and say something: what came through, the headers as the framework saw them, and the answers."""
    heard: list[bytes] = []
    seen: dict[str, str] = {}
    scope = scope_of("/_stcore/stream", **headers) | {"type": "websocket", "scheme": "ws", "heard": heard, "seen": seen}
    coming = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": message} for message in messages),
        {"type": "websocket.disconnect", "code": 1000},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    run_async(guarded()(scope, receive, send))
    return heard, seen, sent


# What may be asked for ------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", *PAGES])
def test_every_page_is_answered(page):
    assert ask(f"/{page}").status == 200
    assert ask(f"/{page}", method="HEAD").status == 200


def test_the_pages_are_those_of_the_app():
    assert {"overview", "upload", "versions", "chart"} < set(PAGES)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_stcore/health", 200),
        ("GET", "/static/js/index.abc.js", 200),
        ("GET", "/app/static/fonts/Inter.woff2", 200),
        ("GET", "/media/0123abcd.csv", 200),
        ("GET", "/favicon.png", 200),
        ("GET", "/_stcore/metrics", 404),
        ("GET", "/_stcore/metrics/", 404),
        ("GET", "//_stcore/metrics", 404),
        ("GET", "/_stcore/script-health-check", 404),
        ("POST", "/_stcore/agent/interact", 404),
        ("POST", "/_stcore/agent/mcp", 404),
        ("GET", "/_stcore/agent/openapi.json", 404),
        ("GET", "/auth/login", 404),
        ("GET", "/oauth2callback", 404),
        ("GET", "/component/any/index.html", 404),
        ("GET", "/_stcore/bidi-components/any/index.js", 404),
        ("GET", "/upload/_stcore/health", 404),
        ("GET", "/no_such_page", 404),
        ("GET", "/index.html", 404),
        ("OPTIONS", "/_stcore/upload_file/a/b", 404),
        ("POST", "/_stcore/upload_file/a/b", 404),
        ("GET", "/_stcore/upload_file/a/b", 404),
        ("OPTIONS", "/", 404),
        ("POST", "/", 404),
        ("PUT", "/media/0123abcd.csv", 404),
        ("GET", "/_stcore/stream", 404),
    ],
)
def test_what_is_not_on_the_list_is_not_there(method, path, status):
    assert ask(path, method=method).status == status


def test_no_other_site_is_trusted_to_steer_a_page():
    answer = ask("/_stcore/host-config")
    assert b'"allowedOrigins":[]' in answer.body
    assert HOST_CONFIG_ANSWER["enableCustomParentMessages"] is False


def test_no_socket_is_answered_but_that_of_a_page():
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    scope = scope_of("/_stcore/other") | {"type": "websocket", "scheme": "ws"}
    run_async(guarded()(scope, None, keep))
    assert [message["type"] for message in sent] == ["websocket.close"]


# What browsers are told -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/upload", "/static/a.js", "/_stcore/metrics", "/_stcore/host-config", "/media/a"]
)
def test_every_answer_tells_the_browser_what_not_to_do(path):
    headers = ask(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert not [word for value in policy.values() for word in value.split() if "://" in word or "*" in word]
    assert {"'unsafe-inline'", "'unsafe-eval'"}.isdisjoint(policy["script-src"].split())
    assert policy["frame-ancestors"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


async def broken(scope: Any, receive: Any, send: Any) -> None:
    raise ZeroDivisionError


def test_the_answer_of_a_failure_tells_it_too_and_the_failure_is_still_one():
    sent: list[Any] = []

    async def keep(message: Any) -> None:
        sent.append(message)

    with pytest.raises(ZeroDivisionError):
        run_async(SecurityHeaders(broken)(scope_of("/") | {"type": "http", "method": "GET"}, None, keep))
    assert sent[0]["status"] == 500
    assert b"content-security-policy" in dict(sent[0]["headers"])


def ancestors(query: str) -> str:
    return ask("/chart", query).headers["content-security-policy"].rsplit("; ", 1)[1]


def test_another_site_may_frame_the_view_for_it_and_nothing_else():
    assert ancestors("language=ru&embed=true") == "frame-ancestors *"
    for query in (
        "",
        "embed=false",
        "embed",
        "embed=true1",
        "xembed=true",
        "a=embed=true",
        "EMBED=TRUE",
        "embed=%74rue",
    ):
        assert ancestors(query) == "frame-ancestors 'self'", query


@pytest.mark.parametrize("frame", ["iframe", "frame", "object", "embed", "fencedframe"])
def test_a_page_in_a_frame_is_the_view_for_one_or_none(frame):
    assert ask("/upload", sec_fetch_dest=frame).status == 403
    assert ask("/upload", "embed=true", sec_fetch_dest=frame).status == 200
    assert ask("/upload", sec_fetch_dest="document").status == 200


# The token and its cookie ---------------------------------------------------------------------


def test_a_right_token_leaves_a_cookie_and_no_trace_in_the_address(made):
    answer = ask("/upload", f"language=ru&token={made.token}&x=%D0%B0+b")
    assert (answer.status, answer.headers["location"]) == (303, "./upload?language=ru&x=%D0%B0+b")
    name, _, attributes = answer.headers["set-cookie"].partition("=")
    value, *flags = attributes.split("; ")
    assert (name, value) == (f"tcp_key_{PORT}", made.cookie)
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=strict", "path=/"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("query", ["token=", "token=wrong", "token=%00", "token", "%74oken=wrong", "token=ключ"])
def test_a_wrong_token_is_led_away_and_opens_nothing(made, query):
    answer = ask("/", query)
    assert (answer.status, answer.headers["location"]) == (303, "./")
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_not_the_token_nor_one_the_other(made):
    assert made.token != made.cookie
    assert not made.matches_token(made.cookie)
    assert not made.is_in({key.cookie_name(): made.token})
    assert made.is_in({key.cookie_name(): made.cookie})
    assert not made.is_in({})
    assert not made.is_in({"tcp_key_1": made.cookie})
    assert made.token not in repr(made)
    assert made.cookie not in repr(made)
    assert min(len(made.token), len(made.cookie)) >= 43  # 256 bits


def test_every_start_makes_another(made):
    again = key.create_key()
    assert again is not None
    assert {made.token, made.cookie}.isdisjoint({again.token, again.cookie})
    assert not again.is_in({key.cookie_name(): made.cookie})


def test_two_servers_on_one_host_do_not_take_each_others_cookie(options):
    first = key.cookie_name()
    options["server.port"] = PORT + 1
    assert key.cookie_name() != first


def test_a_token_is_looked_for_in_the_address_of_a_page_alone(made):
    assert "set-cookie" not in ask("/media/a", f"token={made.token}").headers
    assert ask("/_stcore/health", f"token={made.token}").status == 200


@pytest.mark.parametrize("path", ["//example.org", "//example.org/upload", "/\\example.org"])
def test_no_address_leads_to_another_host(made, path):
    assert "location" not in ask(path, f"token={made.token}").headers


# Who may change something ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "bound"),
    [("https://figures.example.org", "localhost"), ("", "0.0.0.0"), ("", ""), ("", "192.0.2.1"), ("", "::")],
)
def test_a_server_that_others_reach_makes_no_key_and_is_closed_to_everybody(made, options, monkeypatch, address, bound):
    monkeypatch.setenv("TCP_ADDRESS", address)
    options["server.address"] = bound
    held = {"cookie": f"{key.cookie_name()}={made.cookie}"}
    assert request(LOCAL | held) == "hosted"  # whatever the cookie
    assert key.create_key() is None
    assert request(LOCAL | held) == "hosted"


@pytest.mark.parametrize("bound", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_a_server_of_this_machine_alone_makes_a_key(options, bound):
    options["server.address"] = bound
    assert key.create_key() is not None


def request(headers: dict[str, str]) -> str:
    return rights.request_closed_reason(Request(scope_of("/", **headers) | {"type": "http"}))


def test_the_app_without_its_gate_is_closed(monkeypatch):
    monkeypatch.setattr(key, "_current", None)
    assert request(LOCAL) == "unguarded"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (LOCAL, ""),
        ({"host": "localhost:9000", "origin": "http://localhost:9000"}, ""),  # a tunnel of one's own
        ({"host": LOCAL["host"]}, "locked"),  # a program, which has the shell
        (LOCAL | {"origin": "null"}, "locked"),
        (LOCAL | {"origin": "http://localhost:3000"}, "locked"),  # another server of the machine, the same cookies
        (LOCAL | {"origin": "https://example.org"}, "locked"),
        (LOCAL | {"sec-fetch-dest": "iframe"}, "framed"),
    ],
)
def test_the_cookie_opens_to_our_own_pages_in_windows_of_their_own(made, monkeypatch, headers, why):
    cookies = {key.cookie_name(): made.cookie}
    assert request(headers | {"cookie": f"{key.cookie_name()}={made.cookie}"}) == why
    for wrong in ("", f"{key.cookie_name()}={made.token}", f"{key.cookie_name()}=x", f"tcp_key_1={made.cookie}"):
        assert request(headers | {"cookie": wrong}) == (why or "locked")
    # The page asks the same of its session: of the request that opened its socket.
    is_framed = "sec-fetch-dest" in headers
    page = {name.title(): value for name, value in headers.items()}
    for is_embedded in (is_framed, None):
        context = SimpleNamespace(headers=page, cookies=cookies, is_embedded=is_embedded)
        monkeypatch.setattr(rights.st, "context", context)
        assert rights.session_closed_reason() == (why if is_embedded is False else "framed")
    with pytest.raises(rights.PublishingClosed):
        rights.require_open_session()


# Sockets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "asking", "is_in"),
    [
        ("localhost:8501", "http://localhost:8501", True),
        ("LOCALHOST:8501", "http://localhost:8501", True),
        ("figures.example.org", "https://figures.example.org", False),  # that nobody said is ours: see below
        ("figures.example.org:443", "https://figures.example.org", False),
        ("[::1]:8501", "http://[::1]:8501", True),
        ("localhost:8501", None, True),  # no page: a program, for reading
        ("localhost:8501", "http://localhost:3000", False),
        ("localhost:8501", "http://127.0.0.1:8501", False),
        ("localhost:8501", "http://example.org:8501", False),
        ("localhost:8501", "http://localhost:8501.example.org", False),
        ("localhost:8501", "http://localhost:8501@example.org", False),
        ("localhost:8501", "file://localhost:8501", False),
        ("localhost:8501", "null", False),
        ("localhost:8501", "", False),
        ("", "", False),
        ("localhost:8501", "http://localhost:port", False),
        ("127.0.0.1:8501", "https://figures.example.org", False),  # a proxy in a name of its own
    ],
)
def test_a_page_of_another_site_opens_no_socket(made, host, asking, is_in):
    named = {"host": host} if asking is None else {"host": host, "origin": asking}
    heard, seen, sent = say(run().SerializeToString(), **named)
    assert bool(heard) == is_in
    assert [message["type"] for message in sent] == ([] if is_in else ["websocket.close"])
    if is_in and asking is not None:
        assert seen["host"] == asking.split("://")[1]  # so the framework has nothing to look up


def test_where_others_reach_the_server_its_pages_open_sockets_whatever_the_proxy_asks_for(monkeypatch):
    monkeypatch.setenv("TCP_ADDRESS", "https://figures.example.org/")
    ours = {"host": "127.0.0.1:8501", "origin": "https://figures.example.org"}
    heard, seen, _ = say(run().SerializeToString(), **ours)
    assert heard
    assert seen["host"] == "figures.example.org"
    assert say(run().SerializeToString(), **(ours | {"origin": "http://figures.example.org"}))[0] == []
    assert say(run().SerializeToString(), **(ours | {"origin": "https://example.org"}))[0] == []


@pytest.mark.parametrize(
    "host",
    [
        *(
            "example.org",
            "example.org:8501",
            "localhost.example.org:8501",
            "127.0.0.1.example.org",
            "localhost@example.org",
        ),
        *("192.0.2.1:8501", "0.0.0.0:8501", "[2001:db8::1]:8501", "localhost:8501:1", "[", "host name"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/upload", "/_stcore/health", "/static/a.js", "/media/a", "/other"])
def test_a_site_whose_name_leads_to_this_machine_reads_nothing(made, monkeypatch, host, path):
    assert ask(path, host=host).status == 403
    heard, _, sent = say(run().SerializeToString(), host=host, origin=f"http://{host}")
    assert (heard, [message["type"] for message in sent]) == ([], ["websocket.close"])
    monkeypatch.setenv("TCP_ADDRESS", "https://figures.example.org")
    assert ask("/", host=host).status == 200, "others are meant to read"


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:8501", "127.1.2.3", "[::1]:9000", "a.localhost", ""]
)
def test_this_machine_reads_under_all_its_names(made, host):
    assert ask("/", host=host).status == 200


def test_who_names_no_host_is_no_browser(made):
    assert ask("/_stcore/health").status == 200


def test_no_address_is_no_origin():
    assert origin.parse_origin("") is None
    assert not origin.is_same_origin({"origin": "", "host": ""})


def run() -> BackMsg:
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message


def test_a_browser_says_what_the_product_needs_and_nothing_else(made):
    wanted, clear, install, empty, download = run(), BackMsg(clear_cache=True), BackMsg(), BackMsg(), BackMsg()
    install.backend_operation_request.install_skills.SetInParent()
    empty.backend_operation_request.request_id = "1"
    download.backend_operation_request.deferred_file.file_id = "a deck"
    frames = [m.SerializeToString() for m in (wanted, clear, install, empty, BackMsg(load_git_info=True), download)]
    heard, _, _ = say(*frames, b"\xff\xff no message", **LOCAL)
    assert heard == [frames[0], frames[-1], b"\xff\xff no message"]


# Files on their way in ------------------------------------------------------------------------

HERE = "/_stcore/upload_file/session/"
MOST = 1000


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What the one session holds, file -> bytes; it may hold MOST."""
    held: dict[str, int] = {}
    monkeypatch.setattr(uploads, "SESSION_LIMIT_BYTES", MOST)
    monkeypatch.setattr(framework, "is_active_session", "session".__eq__)
    monkeypatch.setattr(framework, "uploaded_sizes", lambda session: held if session == "session" else {})
    return held


def put(made: key.Key, file: str, *pieces: bytes, method: str = "PUT", app: Any = None, **headers: str) -> int:
    cookie = {"cookie": f"{key.cookie_name()}={made.cookie}"}
    path = file if file.startswith("/") else HERE + file
    return ask(path, method=method, app=app, pieces=pieces or (b"",), **(LOCAL | cookie | headers)).status


def test_who_may_not_upload_is_refused_before_a_byte_is_read(made, files):
    def status(method: str, **headers: str) -> int:
        return ask(HERE + "a", method=method, pieces=(b"never read",), app=guarded(broken), **headers).status

    cookie = {"cookie": f"{key.cookie_name()}={made.cookie}"}
    for method in ("PUT", "DELETE"):
        assert status(method, **LOCAL) == 403
        assert status(method, **LOCAL, cookie=f"{key.cookie_name()}={made.token}") == 403
        assert status(method, **cookie, host=LOCAL["host"]) == 403
        assert status(method, **cookie, host=LOCAL["host"], origin="http://localhost:3000") == 403
        assert status(method, **cookie, **LOCAL, sec_fetch_dest="iframe") == 403


def test_a_file_goes_to_a_session_that_is_there(made, files):
    assert put(made, "a", b"x" * MOST) == 200
    assert put(made, "/_stcore/upload_file/other/a", b"x") == 404
    assert put(made, "/_stcore/upload_file/other/a", method="DELETE") == 404


def test_a_session_holds_so_much_and_a_file_that_goes_gives_its_room_back(made, files):
    files["first"] = 600
    assert put(made, "second", b"x" * 200, b"x" * 200) == 200
    assert put(made, "second", b"x" * 200, b"x" * 201) == 413
    assert put(made, "second", b"x" * 401) == 413
    assert put(made, "second", b"", content_length="401") == 413
    assert put(made, "first", b"") == 409  # a file that is here is not overwritten
    assert put(made, "first", method="DELETE") == 200
    del files["first"]
    assert put(made, "second", b"x" * 401) == 200


def test_what_is_too_much_is_refused_before_it_is_taken(made, files):
    taken = []

    async def take(scope: Any, receive: Any, send: Any) -> None:
        async for piece in Request(scope, receive).stream():
            taken.append(len(piece))

    assert put(made, "a", b"x" * 600, b"x" * 400, b"x", b"x" * 600, app=guarded(take)) == 413
    assert sum(taken) == MOST


def test_files_that_come_at_once_share_the_room(made, files):
    """Two of 600 begin together: the one that finds no room is refused, and the other comes in whole."""
    app = guarded()

    async def coming(file: str, sent: list[Any]) -> None:
        cookie = {"cookie": f"{key.cookie_name()}={made.cookie}"}
        scope = scope_of(HERE + file, **LOCAL, **cookie) | {"type": "http", "method": "PUT", "scheme": "http"}
        left = 6

        async def receive() -> Any:
            nonlocal left
            await asyncio.sleep(0)
            left -= 1
            return {"type": "http.request", "body": b"x" * 100, "more_body": left > 0}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)

    async def both() -> list[int]:
        answers: list[list[Any]] = [[], []]
        await asyncio.gather(*(coming(str(n), sent) for n, sent in enumerate(answers)))
        return sorted(sent[0]["status"] for sent in answers)

    assert run_async(both()) == [200, 413]
    assert put(made, "after", b"x" * MOST, app=app) == 200  # neither keeps its room


# The start ------------------------------------------------------------------------------------


def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start, and end."""
    monkeypatch.setattr(framework, "keep_uploads_in_memory", lambda: None)
    monkeypatch.setattr(framework, "disable_address_lookup", lambda: None)

    async def once() -> None:
        async with startup.lifespan(None):
            pass

    run_async(once())


def test_the_address_with_the_secret_is_printed_once(monkeypatch, capfd):
    started(monkeypatch)
    made = key.current_key()
    assert made is not None
    said = capfd.readouterr().out
    assert said.count("token=") == said.count(made.token) == 1
    assert f"http://localhost:{PORT}/?token={made.token}\n" in said
    assert made.cookie not in said


def test_where_others_reach_the_server_no_secret_is_printed(monkeypatch, capfd):
    monkeypatch.setenv("TCP_ADDRESS", "https://figures.example.org")
    started(monkeypatch)
    said = capfd.readouterr().out
    assert "token" not in said
    assert "reading only" in said


@pytest.mark.parametrize(
    ("asked", "display", "platform", "is_opened"),
    [
        ("yes", ":0", "linux", True),
        ("yes", "", "darwin", True),
        ("yes", "", "linux", False),  # no desktop
        ("", ":0", "linux", False),  # not asked for
    ],
)
def test_a_browser_is_opened_where_it_is_asked_for_and_there_is_a_desktop(
    monkeypatch, capfd, asked, display, platform, is_opened
):
    monkeypatch.setenv("TCP_OPEN", asked)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    opened: list[tuple[str, str, int]] = []

    class AtOnce:
        def __init__(self, target: Any, args: Any, daemon: bool) -> None:
            target(*args)

        def start(self) -> None:
            pass

    def browser(address: str) -> None:
        page = Path(address.removeprefix("file://"))
        opened.append((address, page.read_text("utf8"), stat.S_IMODE(page.stat().st_mode)))
        raise OSError("no browser")  # which is no reason not to serve

    monkeypatch.setattr(startup, "threading", SimpleNamespace(Thread=AtOnce))
    monkeypatch.setattr(startup.webbrowser, "open", browser)
    started(monkeypatch)
    made = key.current_key()
    assert made is not None
    assert bool(opened) == is_opened
    for address, page, mode in opened:
        assert made.token not in address  # which every account of the machine can read
        assert f"token={made.token}" in page
        assert mode == 0o600
        assert not Path(address.removeprefix("file://")).exists()  # once the server has ended
    assert os.environ.get("TCP_OPEN") == asked
    assert capfd.readouterr().out.count(made.token) == 1


# serve.py -------------------------------------------------------------------------------------


def test_serve_names_the_library_of_charts_or_fails_loudly(monkeypatch, tmp_path):
    (tmp_path / "static" / "static" / "js").mkdir(parents=True)
    monkeypatch.setattr(streamlit, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(FileNotFoundError, match="PlotlyChart"):
        runpy.run_path(str(Path(__file__).parent.parent / "serve.py"))


def test_a_page_names_the_library_of_charts_behind_the_gate():
    serve = runpy.run_path(str(Path(__file__).parent.parent / "serve.py"))

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await HTMLResponse("")(scope, receive, send)

    assert "PlotlyChart" in ask("/", app=serve["PreloadCharts"](page)).headers["link"]
