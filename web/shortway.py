"""The short way (web/lane.py) as an application in front of all middleware, for a body that comes late.

What came together with its head never gets here (web/direct.py). Which requests those are and how they are
answered is not its business.
"""

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.caller import Caller
from web.lane import COUNTED, PATH, Head, Lane, Rendered, failed, headers_of
from web.operation import Operation
from web.view import late_body


class ShortWay:
    """Answers what the lane can, passes on what it cannot."""

    def __init__(self, app: ASGIApp, lane: Lane) -> None:
        self.app = app
        self._lane = lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_post = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == PATH
        if not is_post or scope["query_string"] or COUNTED in scope:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        client = scope.get("client")
        head = self._lane.read(scope["headers"])
        caller = None if head is None else self._lane.caller(head, client[0] if client else None)
        if head is None or caller is None:
            await self.app(scope, receive, send)
            return
        deadlines = self._lane.body_deadlines
        task = deadlines.start()
        try:
            message = await receive()
        except asyncio.CancelledError:
            if not deadlines.is_late(task):
                raise
            answer = failed(late_body(deadlines.seconds), caller, head.media)
            await self._complete(send, answer, caller, started)
            return
        finally:
            deadlines.end(task)
        operation = self._operation(message, head)
        if operation is None or not self._lane.is_admitted(caller):
            await self.app(scope, _replayed(message, receive), send)
            return
        scope[COUNTED] = True
        found = await self._lane.answer(operation, caller, head)
        if found is None:
            await self.app(scope, _replayed(message, receive), send)
        else:
            await self._complete(send, found, caller, started)

    def _operation(self, message: Message, head: Head) -> Operation | None:
        """The operation, where the body came whole."""
        if message["type"] != "http.request" or message.get("more_body"):
            return None
        body = message.get("body", b"")
        return self._lane.operation(body) if head.length == len(body) else None

    async def _complete(self, send: Send, answer: Rendered, caller: Caller, started: float) -> None:
        """Sends the answer, then counts and logs it."""
        headers = headers_of(answer, caller)
        await send({"type": "http.response.start", "status": answer[0], "headers": headers})
        await send({"type": "http.response.body", "body": answer[2]})
        self._lane.count("POST", answer[0], started, caller)


def _replayed(message: Message, receive: Receive) -> Receive:
    """Gives the message that was read once more, then goes on."""
    messages: list[Any] = [message]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again
