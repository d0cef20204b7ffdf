"""Short answers of the gate's own."""

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send


async def refuse(status: int, words: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer in plain words; nothing of what was asked is repeated."""
    response = PlainTextResponse(words + "\n", status, headers={"Cache-Control": "no-store"})
    await response(scope, receive, send)
