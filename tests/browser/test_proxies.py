"""Behind the proxies of the usual tutorials, nobody from outside can publish, whatever headers they send; the person at
the machine can.

Real programs on loopback, one server behind all of them. Access is tried over the socket and by an upload.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests import socket_client
from tests.browser.app import PATIENCE, ROOT, Served, free_port

NGINX = os.environ.get("NGINX") or shutil.which("nginx")
HAPROXY = os.environ.get("HAPROXY") or shutil.which("haproxy")
pytestmark = pytest.mark.skipif(not (NGINX and HAPROXY), reason="no nginx or no haproxy here: tests/proxy.sh has them")

UPGRADE = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
FORWARDED = (
    "proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; "
    "proxy_set_header X-Forwarded-Proto $scheme;"
)
# What the tutorials say, name -> lines. {app}: the port of the app.
OF_NGINX = {
    "nginx, plain": UPGRADE,
    "nginx, Host and X-Forwarded": f"{UPGRADE} proxy_set_header Host $host; {FORWARDED}",
    "nginx, Host and Origin of the app": f"{UPGRADE} proxy_set_header Host localhost:{{app}}; "
    "proxy_set_header Origin http://localhost:{app};",
}
OF_HAPROXY = {"haproxy, http": "mode http\n  option forwardfor", "haproxy, tcp": "mode tcp"}
SET_UPS = (*OF_NGINX, *OF_HAPROXY)


@dataclass(frozen=True)
class Proxied:
    """The app, and the ports of the proxies in front of it."""

    app: Served
    port: int
    ports: dict[str, int]


@pytest.fixture(scope="module")
def proxied(app: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("proxies")
    port = app.port
    ports = {name: free_port() for name in SET_UPS}
    running = [_nginx(folder / "nginx", port, ports), _haproxy(folder / "haproxy.cfg", port, ports)]
    try:
        for listening in ports.values():
            _wait(listening)
        yield Proxied(app, port, ports)
    finally:
        for process in running:
            process.terminate()
            process.wait(10)


def wrap_nginx(servers: str, folder: Path) -> str:
    """Return a whole configuration of nginx that writes only into the folder."""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    return (
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {kept}\n{servers} }}\n"
    )


def _nginx(folder: Path, app: int, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    folder.mkdir()
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{ports[name]}; "
        f"location / {{ proxy_pass http://127.0.0.1:{app}; {lines.replace('{app}', str(app))} }} }}"
        for name, lines in OF_NGINX.items()
    )
    (folder / "nginx.conf").write_text(wrap_nginx(servers, folder))
    return subprocess.Popen(
        [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
    )


def _haproxy(file: Path, app: int, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    sections = "\n".join(
        f"listen {name.rsplit(' ', 1)[1]}\n  bind 127.0.0.1:{ports[name]}\n  {lines}\n  server app 127.0.0.1:{app}"
        for name, lines in OF_HAPROXY.items()
    )
    file.write_text(f"defaults\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n{sections}\n")
    return subprocess.Popen(
        [str(HAPROXY), "-db", "-f", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _wait(port: int) -> None:
    give_up = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < give_up:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {port}")


def check_access(port: int, *, host: str = "", origin: str | None = None, cookie: str = "") -> str:
    """Return open if the page offers an upload and a file is accepted, closed if neither."""
    try:
        with socket_client.open_session(port, host=host, origin=origin, cookie=cookie) as session:
            session.run_page("upload")
            is_offered = bool(session.find_elements("file_uploader"))
            headers = {"Host": host or f"localhost:{port}", "Cookie": cookie} | ({"Origin": origin} if origin else {})
            is_accepted = socket_client.upload(port, session.id, "a-file", b"a;b\n1;2\n", **headers) == 204
    except InvalidStatus as refused:
        return "closed" if refused.response.status_code == 403 else repr(refused)
    assert is_offered == is_accepted
    return "open" if is_offered else "closed"


CLIENTS = {
    "without Origin": lambda app: {},
    "forged Origin": lambda app: {"origin": f"http://localhost:{app}"},
    "forged Host and Origin": lambda app: {"host": f"localhost:{app}", "origin": f"http://localhost:{app}"},
    "forged Host, Origin and cookie": lambda app: {
        "host": f"localhost:{app}",
        "origin": f"http://localhost:{app}",
        "cookie": f"tcp_key_{app}=open",
    },
}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("set_up", SET_UPS)
def test_from_outside_it_is_closed(proxied: Proxied, set_up: str, client: str) -> None:
    assert check_access(proxied.ports[set_up], **CLIENTS[client](proxied.port)) == "closed"


def test_to_the_person_at_the_machine_it_is_open(proxied: Proxied) -> None:
    own = f"http://localhost:{proxied.port}"
    cookie = socket_client.exchange_token(proxied.port, proxied.app.secret_address)
    assert check_access(proxied.port, origin=own, cookie=cookie) == "open"
    # A tunnel of that person's own, as SSH makes it, is no other place.
    tunnel = proxied.ports["haproxy, tcp"]
    assert check_access(tunnel, origin=f"http://localhost:{tunnel}", cookie=cookie) == "open"
    # That browser has a page of somebody else's open, and somebody has a program that has no page.
    assert check_access(proxied.port, origin="http://localhost:3000", cookie=cookie) == "closed"
    assert check_access(proxied.port, cookie=cookie) == "closed"
    token = proxied.app.secret_address.split("token=")[1]
    assert check_access(proxied.port, origin=own, cookie=f"tcp_key_{proxied.port}={token}") == "closed"


def test_the_secret_is_printed_once_and_its_cookie_never(proxied: Proxied) -> None:
    cookie = socket_client.exchange_token(proxied.port, proxied.app.secret_address)
    socket_client.exchange_token(proxied.port, "?token=wrong")
    said = proxied.app.said()
    assert said.count("token=") == 1
    assert cookie.split("=")[1] not in said
    assert proxied.app.secret_address.split("token=")[1] not in cookie


def test_nothing_is_looked_up_whoever_connects(proxied: Proxied) -> None:
    for origin in ("http://example.org", "https://127.0.0.1.example.org", "null", f"http://localhost:{proxied.port}x"):
        assert check_access(proxied.port, origin=origin) == "closed"
    assert "ASKED THE NETWORK" not in proxied.app.said()


@pytest.mark.parametrize("program", ["nginx", "haproxy"])
def test_what_the_documents_tell_a_proxy_is_accepted_by_it(program: str, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "behind-a-proxy.md").read_text("utf8")
    (lines,) = re.findall(rf"```{program}\n(.*?)```", document, re.S)
    file = tmp_path / "proxy.cfg"
    lines = lines.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    file.write_text(wrap_nginx(lines, tmp_path) if program == "nginx" else lines)
    command = [str(NGINX), "-t", "-p", str(tmp_path), "-c"] if program == "nginx" else [str(HAPROXY), "-c", "-f"]
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
