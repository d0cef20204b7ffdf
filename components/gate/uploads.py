"""Files on their way in: from whom, to which session, and how many bytes of them one session may hold."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.gate import framework, rights
from components.gate.addresses import UPLOAD
from components.gate.answers import refuse

SESSION_MOST = 600 << 20  # bytes that the files of one session may take


class Uploads:
    """Refuses a file from who may not upload (403), to a session that is not there (404), again (409), or when the
    session's files would take more than SESSION_MOST (413): before the bytes are taken, and while they come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.coming: dict[tuple[str, str], int] = {}  # (session, file) -> bytes so far

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in, counted."""
        where = UPLOAD.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if where is None:
            await self.app(scope, receive, send)
            return
        session, file = where["session"], where["file"]
        asked = HTTPConnection(scope)
        if rights.closed_to(asked):
            await refuse(403, "Not for uploads.", scope, receive, send)
        elif not framework.is_session(session):
            await refuse(404, "No such session.", scope, receive, send)
        elif scope["method"] == "DELETE":
            await self.app(scope, receive, send)
        elif file in framework.held(session) or (session, file) in self.coming:
            await refuse(409, "That file is here.", scope, receive, send)
        elif _length(asked) > self.room(session):
            await refuse(413, "No room for more.", scope, receive, send)
        else:
            await self._take(session, file, scope, receive, send)

    def room(self, session: str) -> int:
        """How many bytes more the session may hold; what is coming in counts."""
        coming = {file: size for (whose, file), size in self.coming.items() if whose == session}
        held = sum(size for file, size in framework.held(session).items() if file not in coming)
        return SESSION_MOST - held - sum(coming.values())

    async def _take(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            message = await receive()
            size = len(message.get("body", b""))
            if size > self.room(session):
                raise HTTPException(413, "No room for more.")
            self.coming[session, file] += size
            return message

        self.coming[session, file] = 0
        try:
            await self.app(scope, counted, send)
        finally:
            del self.coming[session, file]


def _length(asked: HTTPConnection) -> int:
    """The bytes that a request says it brings; what it brings is counted all the same."""
    said = asked.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0
