"""Uploaded files: who may send them, to which session, and how many bytes one session may hold."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.gate import framework, rights
from components.gate.routes import UPLOAD, refuse

SESSION_LIMIT_BYTES = 600 << 20


class UploadGuard:
    """Refuse an upload by a client without rights (403), to an unknown session (404), under the id of a file that is
    already there (409), or beyond SESSION_LIMIT_BYTES (413).

    All of this before the body is read; the limit also while it is streamed, as Content-Length may be false or absent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.received_bytes: dict[tuple[str, str], int] = {}  # of uploads in progress, by session id and file id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on uploads that are allowed, and everything that is no upload."""
        match = UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if match is None:
            await self.app(scope, receive, send)
            return
        session, file = match["session"], match["file"]
        request = HTTPConnection(scope)
        if rights.request_closed_reason(request):
            await refuse(403, "Uploads are closed.", scope, receive, send)
        elif not framework.is_active_session(session):
            await refuse(404, "No such session.", scope, receive, send)
        elif scope["method"] == "DELETE":
            await self.app(scope, receive, send)
        elif file in framework.uploaded_sizes(session) or (session, file) in self.received_bytes:
            await refuse(409, "The file is already there.", scope, receive, send)
        elif _read_content_length(request) > self.free_bytes(session):
            await refuse(413, "The session holds too much.", scope, receive, send)
        else:
            await self._receive_upload(session, file, scope, receive, send)

    def free_bytes(self, session: str) -> int:
        """Return how many more bytes the session may hold, uploads in progress included."""
        in_progress = {file: size for (owner, file), size in self.received_bytes.items() if owner == session}
        stored = sum(size for file, size in framework.uploaded_sizes(session).items() if file not in in_progress)
        return SESSION_LIMIT_BYTES - stored - sum(in_progress.values())

    async def _receive_upload(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_within_limit() -> Message:
            message = await receive()
            size = len(message.get("body", b""))
            if size > self.free_bytes(session):
                raise HTTPException(413, "The session holds too much.")
            self.received_bytes[session, file] += size
            return message

        self.received_bytes[session, file] = 0
        try:
            await self.app(scope, receive_within_limit, send)
        finally:
            del self.received_bytes[session, file]


def _read_content_length(request: HTTPConnection) -> int:
    value = request.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else 0
