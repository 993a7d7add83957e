"""Deadlines and sizes that uvicorn does not have: a request's head, a reader that does not read.

Given to uvicorn as `http="web.protocol:Protocol"` and `ws="web.protocol:SocketProtocol"`. What they need
comes through the lifespan state of the application (`head_seconds`, `write_seconds`, `head_bytes`,
`draining`), since uvicorn makes the instances. Exact limits of complete heads are web/requests.py.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from web.direct import Direct
from web.lane import COUNTED

HEAD_SECONDS = 10.0
WRITE_SECONDS = 30.0
LINGER_SECONDS = 1.0
HEAD_BYTES = 65_536

TIMED_OUT = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 36\r\nconnection: close\r\n\r\nThe request head came in too slowly."
)
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 30\r\nconnection: close\r\n\r\nThe request head is too large."
)


class JoinedWrites:
    """A transport that sends a response's head together with the body that follows it.

    uvicorn writes them one after the other, each a system call; for small answers the second costs more
    than all the work on the request. A head that nothing follows at once leaves at the next turn of the
    loop.
    """

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold a head; send anything else, after the head that is held."""
        held, self._held = self._held, b""
        if held:
            self._transport.writelines((held, data))
        elif data.endswith(b"\r\n\r\n") and data.startswith(b"HTTP/1.1 "):
            self._held = data
            self._loop.call_soon(self._flush)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is held, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._transport.write(held)


class WriteDeadline(asyncio.Protocol):
    """Cuts off a client that leaves what is sent to it unread for too long, with what is buffered for it.

    Goes in front of one of uvicorn's protocols, which have `transport`, `loop` and `app_state`.
    """

    _write_timer: asyncio.TimerHandle | None = None
    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    app_state: dict[str, Any]

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadline."""
        self._forget_write()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not read: it has so long to begin again."""
        super().pause_writing()
        if self._write_timer is None:
            seconds = self.app_state.get("write_seconds", WRITE_SECONDS)
            self._write_timer = self.loop.call_later(seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        self._forget_write()
        super().resume_writing()

    def _forget_write(self) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None


class SocketProtocol(WriteDeadline, WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol with a deadline for writes."""


class Protocol(WriteDeadline, HttpToolsProtocol):
    """uvicorn's HTTP protocol with a deadline for heads and writes, and a cap on unfinished heads.

    The deadline of a head runs from the connection, or from the first byte after a response, to the end
    of the headers. It also bounds the rest of a body that the application did not want to read.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_received = 0
        self._is_in_body = False
        self._is_in_message = False
        self._is_refused = False
        self._is_counted = False
        self._direct: Direct | None = None
        self._idle_since = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the first head's deadline."""
        super().connection_made(JoinedWrites(transport, self.loop))  # type: ignore[arg-type]
        lane = self.app_state.get("lane")
        if lane is not None and not self.root_path:
            client = self.client[0] if self.client else None
            self._direct = Direct(lane, self.transport, client, self.server_state, self.loop, self._answered)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the deadlines."""
        self._forget_head()
        self._forget_idle()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer a plain request directly, else feed the parser."""
        if self._is_refused:
            return
        direct = self._direct
        if direct is not None:
            if direct.is_answering:
                direct.hold(data)
                return
            is_free = not self._is_in_message and self._is_between_requests() and not self.flow.write_paused
            if is_free and direct.takes(data):
                self._forget_head()
                self._unset_keepalive_if_required()
                return
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        """Feed the parser, and count what it has not yet made a head of."""
        self._forget_idle()
        if self._head_timer is None and self._is_between_requests():
            self._expect_head()
        super().data_received(data)
        if self._head_timer is None or self._is_in_body:
            return
        self._head_received += len(data)
        if self._head_received > self.app_state.get("head_bytes", HEAD_BYTES) and self._is_waiting_for_head():
            self._refuse(TOO_LARGE)

    def _answered(self, data: bytes | None) -> None:
        """A request was answered directly, or comes back because it could not be."""
        direct = self._direct
        assert direct is not None
        held = direct.held()
        if self.transport.is_closing():
            return
        if data is not None:
            self._is_counted = True
            self._feed(data)
            if direct.is_last:
                self.cycle.keep_alive = False
        elif direct.is_last:
            self.transport.close()
            return
        if held:
            self.data_received(held)
        elif data is None:
            self._idle_since = self.loop.time()
            if self._idle_timer is None:
                self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_idle)

    def _close_idle(self) -> None:
        """Closes a connection that waits for a request for too long: one timer for many requests."""
        self._idle_timer = None
        if self._direct is None or self._direct.is_answering or self.transport.is_closing():
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._idle_timer = self.loop.call_later(left, self._close_idle)
        else:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins; its rate may be counted already."""
        self._is_in_message = True
        super().on_message_begin()
        if self._is_counted:
            self._is_counted = False
            cast(dict[str, Any], self.scope)[COUNTED] = True

    def on_headers_complete(self) -> None:
        """The head is here: no deadline any more."""
        self._forget_head()
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is here too."""
        self._is_in_body = False
        self._is_in_message = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Tell the application that the server drains, so that its streams end."""
        draining = self.app_state.get("draining")
        if draining is not None:
            draining.set()
        if self._direct is not None and self._direct.is_answering:
            self._direct.is_last = True
        else:
            super().shutdown()

    def _is_between_requests(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _is_waiting_for_head(self) -> bool:
        return self._is_between_requests() and not self.transport.is_closing()

    def _expect_head(self) -> None:
        self._head_received = 0
        seconds = self.app_state.get("head_seconds", HEAD_SECONDS)
        self._head_timer = self.loop.call_later(seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._is_waiting_for_head():
            self._refuse(b"" if self._is_in_body or not self._head_received else TIMED_OUT)

    def _refuse(self, answer: bytes) -> None:
        self._is_refused = True
        self._forget_head()
        if not answer:
            self.transport.close()
            return
        self.transport.write(answer)
        # Closing with bytes unread resets the connection, and the client would lose the answer.
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _forget_idle(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
