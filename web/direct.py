"""Answers plain requests from a connection's bytes, before they become a request of ASGI.

One for each connection, used by web/protocol.py. It takes a request only where its head and body came
together and web/lane.py can answer it; everything else, also what follows on the connection meanwhile, is
fed to uvicorn's protocol as it came. What is answered is the business of web/lane.py.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from structlog import get_logger
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from web.caller import Caller
from web.lane import Head, Lane, Rendered, headers_of
from web.operation import Operation

log = get_logger("triplehelix.http")

START = b"POST /graphql HTTP/1.1\r\n"


class Direct:
    """The requests of one connection that are answered directly, one at a time."""

    def __init__(
        self,
        lane: Lane,
        transport: Any,
        client: str | None,
        server_state: ServerState,
        loop: asyncio.AbstractEventLoop,
        done: Callable[[bytes | None], None],
    ) -> None:
        self._lane = lane
        self._transport = transport
        self._client = client
        self._state = server_state
        self._loop = loop
        self._done = done
        self._held = b""
        self.is_answering = False
        self.is_last = False
        """Whether the connection closes after the answer, because the server drains."""

    def takes(self, data: bytes) -> bool:
        """Whether a request is answered here; `done` is called then, with its bytes where it was not."""
        end = data.find(b"\r\n\r\n") + 4
        if end == 3 or not data.startswith(START):
            return False
        started = time.perf_counter()
        head = self._lane.head(data[:end])
        if head is None or len(data) - end != head.length:
            return False
        caller = self._lane.caller(head, self._client)
        if caller is None:
            return False
        operation = self._lane.operation(data[end:])
        if operation is None or not self._lane.is_admitted(caller):
            return False
        self.is_answering = True
        task = self._loop.create_task(self._answer(data, operation, caller, head, started))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)
        return True

    def hold(self, data: bytes) -> None:
        """Keeps what comes before the answer has left, and reads no more."""
        self._held += data
        self._transport.pause_reading()

    def held(self) -> bytes:
        """What was kept; reading goes on."""
        found, self._held = self._held, b""
        if found and not self._transport.is_closing():
            self._transport.resume_reading()
        return found

    async def _answer(
        self, data: bytes, operation: Operation, caller: Caller, head: Head, started: float
    ) -> None:
        answer = None
        try:
            answer = await self._lane.answer(operation, caller, head)
        except Exception:
            # The complete way tries once more and answers a failure as it should.
            log.exception("request failed", request_id=caller.request_id)
        finally:
            self.is_answering = False
        if answer is None:
            self._done(data)
            return
        if not self._transport.is_closing():
            self._transport.write(self._bytes(answer, caller))
        self._state.total_requests += 1
        self._done(None)
        self._lane.count("POST", answer[0], started, caller)

    def _bytes(self, answer: Rendered, caller: Caller) -> bytes:
        """The response, headers as uvicorn writes them."""
        parts = [STATUS_LINE[answer[0]]]
        for name, value in (*self._state.default_headers, *headers_of(answer, caller)):
            parts += (name, b": ", value, b"\r\n")
        if self.is_last:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", answer[2])
        return b"".join(parts)
