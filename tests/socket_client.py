"""A client that speaks to the app as a browser does, with any Host, Origin and cookie."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60
BOUNDARY = "0f9b2d"


@dataclass
class Session:
    """An open socket, and the elements of the last run."""

    socket: ClientConnection
    id: str = ""
    elements: list[Any] = field(default_factory=list)

    def send(self, message: BackMsg) -> None:
        """Send a message."""
        self.socket.send(message.SerializeToString())

    def run_page(
        self, page: str = "", *, language: str = "en", is_embedded: bool | None = False, states: Any = ()
    ) -> list[Any]:
        """Run the script of a page to its end and return the elements that it drew."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = f"language={language}"
        message.rerun_script.widget_states.widgets.extend(states)
        if is_embedded is not None:
            message.rerun_script.context_info.is_embedded = is_embedded
        self.send(message)
        self.elements = []
        while True:
            received = ForwardMsg.FromString(self.socket.recv(PATIENCE))
            kind = received.WhichOneof("type")
            if kind == "new_session":
                self.id = received.new_session.initialize.session_id
            elif kind == "delta" and received.delta.WhichOneof("type") == "new_element":
                self.elements.append(received.delta.new_element)
            elif kind == "script_finished":
                return self.elements

    def find_elements(self, kind: str) -> list[Any]:
        """Return the elements of a kind: `alert`, `file_uploader` …"""
        return [getattr(each, kind) for each in self.elements if each.WhichOneof("type") == kind]


@contextmanager
def open_session(
    port: int, *, host: str = "", origin: str | None = None, cookie: str = "", **headers: str
) -> Iterator[Session]:
    """Open a socket on a port of this machine. Raises InvalidStatus when it is refused."""
    more = headers | ({"Cookie": cookie} if cookie else {})
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE) as plain,
        connect(
            f"ws://{host or f'localhost:{port}'}/_stcore/stream",
            sock=plain,
            origin=origin,  # type: ignore[arg-type]
            additional_headers=more,
            proxy=None,
            max_size=None,
            open_timeout=PATIENCE,
        ) as opened,
    ):
        yield Session(opened)


def request(port: int, method: str, path: str, body: Any = None, **headers: str) -> HTTPResponse:
    """Send a request to a port of this machine; the body of the answer is in `answer.body`."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Host": f"localhost:{port}"} | named, encode_chunked=body is not None)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer
    finally:
        connection.close()


def upload(
    port: int, session: str, file: str, content: bytes, between: Callable[[], object] = lambda: None, **headers: str
) -> int:
    """Send a file to a session as the page does; return the status of the answer. `between` is called every 1 MB."""
    health = request(port, "GET", "/_stcore/health", Host=headers.get("Host", f"localhost:{port}"))
    token = (health.getheader("Set-Cookie") or "_streamlit_xsrf=").split("_streamlit_xsrf=")[1].split(";")[0]
    cookies = "; ".join(filter(None, [headers.pop("Cookie", ""), f"_streamlit_xsrf={token}"]))
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="list.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode()
    foot = f"\r\n--{BOUNDARY}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        for start in range(0, len(content), 1 << 20):
            yield content[start : start + (1 << 20)]
            between()
        yield foot

    sent = {"Host": f"localhost:{port}"} | headers
    sent |= {
        "Cookie": cookies,
        "X-Xsrftoken": token,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + len(content) + len(foot)),
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("PUT", f"/_stcore/upload_file/{session}/{file}", pieces(), sent)
        return connection.getresponse().status
    finally:
        connection.close()


def exchange_token(port: int, secret_address: str) -> str:
    """Open the secret address at a port as a browser does; return the cookie. The token is gone from the address."""
    answer = request(port, "GET", "/?language=ru&" + secret_address.split("?")[1])
    assert (answer.status, answer.getheader("Location")) == (303, "./?language=ru")
    return (answer.getheader("Set-Cookie") or "").split(";")[0]
