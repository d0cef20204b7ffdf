"""A program that talks to the app as a browser does, and says of itself whatever it likes: any Host, Origin, cookie."""

import socket
from collections.abc import Iterator
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
    """A socket that is open, and what came over it."""

    socket: ClientConnection
    id: str = ""
    elements: list[Any] = field(default_factory=list)

    def tell(self, message: BackMsg) -> None:
        """Say something."""
        self.socket.send(message.SerializeToString())

    def run(self, page: str = "", *, is_embedded: bool | None = False, states: Any = ()) -> list[Any]:
        """Run a page's script and wait for its end: the elements that it drew."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = "language=en"
        message.rerun_script.widget_states.widgets.extend(states)
        if is_embedded is not None:
            message.rerun_script.context_info.is_embedded = is_embedded
        self.tell(message)
        self.elements = []
        while True:
            came = ForwardMsg.FromString(self.socket.recv(PATIENCE))
            what = came.WhichOneof("type")
            if what == "new_session":
                self.id = came.new_session.initialize.session_id
            elif what == "delta" and came.delta.WhichOneof("type") == "new_element":
                self.elements.append(came.delta.new_element)
            elif what == "script_finished":
                return self.elements

    def drew(self, kind: str) -> list[Any]:
        """The elements of a kind: `alert`, `file_uploader` …"""
        return [getattr(each, kind) for each in self.elements if each.WhichOneof("type") == kind]


@contextmanager
def session(
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


def ask(port: int, method: str, path: str, body: Any = None, **headers: str) -> HTTPResponse:
    """One request to a port of this machine; the answer has been read (`answer.body`)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, {"Host": f"localhost:{port}"} | named, encode_chunked=body is not None)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer
    finally:
        connection.close()


def upload(port: int, session: str, file: str, content: bytes, **headers: str) -> int:
    """Send a file to a session as the page does: the status of the answer."""
    health = ask(port, "GET", "/_stcore/health", Host=headers.get("Host", f"localhost:{port}"))
    token = (health.getheader("Set-Cookie") or "_streamlit_xsrf=").split("_streamlit_xsrf=")[1].split(";")[0]
    cookies = "; ".join(filter(None, [headers.pop("Cookie", ""), f"_streamlit_xsrf={token}"]))
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="list.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n"
    ).encode()
    told = headers | {
        "Cookie": cookies,
        "X-Xsrftoken": token,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    body += content + f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("PUT", f"/_stcore/upload_file/{session}/{file}", body, {"Host": f"localhost:{port}"} | told)
        return connection.getresponse().status
    finally:
        connection.close()
