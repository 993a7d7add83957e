"""The body of an upload as it comes: in pieces, within its size, fast enough, and no bomb.

Memory is bounded by one piece, whatever is sent. Not its business: who may send (web/bulk.py) and where the
pieces go (exchange/uploads.py).
"""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from resolvers.errors import Code, LimitExceeded, Unavailable
from web.operation import invalid

GZIP = b"\x1f\x8b"
_STEP = 1 << 20
"""So much is unpacked at once, to be counted and thrown away."""


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Most bytes of a body as sent and unpacked; least bytes a second, looked at after each window of waiting
    (seconds). There is no deadline for the whole."""

    sent_bytes: int
    unpacked_bytes: int
    bytes_per_second: int
    window_seconds: float = 10.0


async def received(receive: Receive, limits: IntakeLimits) -> AsyncIterator[bytes]:
    """What comes, as it comes. The time that its user takes between two pieces is not the client's.

    Raises LimitExceeded BODY_TOO_LARGE, Unavailable REQUEST_TIMEOUT, and ClientDisconnect.
    """
    clock = asyncio.get_running_loop().time
    total = got = 0
    waited = 0.0
    is_last = False
    while not is_last:
        began, chunk = clock(), b""
        try:
            async with asyncio.timeout(limits.window_seconds - waited):
                message = await receive()
        except TimeoutError:
            waited = limits.window_seconds
        else:
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk, is_last = message.get("body", b""), not message.get("more_body", False)
            waited += clock() - began
        total, got = total + len(chunk), got + len(chunk)
        if total > limits.sent_bytes:
            raise too_large(limits)
        if waited >= limits.window_seconds and not is_last:
            if got < limits.bytes_per_second * limits.window_seconds:
                raise Unavailable(
                    f"The body comes at less than {limits.bytes_per_second:,} bytes a second.",
                    code=Code.REQUEST_TIMEOUT,
                    hint="Send it over a faster line, or compressed with gzip.",
                    http_status=408,
                )
            waited, got = 0.0, 0
        if chunk:
            yield chunk


def too_large(limits: IntakeLimits) -> LimitExceeded:
    """The error of a body that is larger than may be sent."""
    return LimitExceeded(
        f"The file is larger than {limits.sent_bytes:,} bytes.",
        code=Code.BODY_TOO_LARGE,
        hint="Send it in several files, or compressed with gzip.",
        http_status=413,
    )


class Expansion:
    """Counts what a gzip stream unpacks to, and keeps nothing of it."""

    def __init__(self, limits: IntakeLimits) -> None:
        self._limits = limits
        self._decoder = zlib.decompressobj(wbits=31)
        self._total = 0
        self._is_between = True
        """Whether a member of the stream has ended, and no other has begun."""

    def feed(self, data: bytes) -> None:
        """Raises LimitExceeded BODY_TOO_LARGE, or BadUserInput where the data is damaged."""
        while data:
            if self._is_between:
                # Members may be padded with zeros (RFC 1952 leaves it open; gzip itself takes them).
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._decoder, self._is_between = zlib.decompressobj(wbits=31), False
            try:
                self._total += len(self._decoder.decompress(data, _STEP))
            except zlib.error:
                raise invalid("The gzip data is damaged.") from None
            if self._total > self._limits.unpacked_bytes:
                raise LimitExceeded(
                    f"The file unpacks to more than {self._limits.unpacked_bytes:,} bytes.",
                    code=Code.BODY_TOO_LARGE,
                    hint="Send it in several files.",
                    http_status=413,
                )
            self._is_between = self._decoder.eof
            data = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail

    def finish(self) -> None:
        """Raises BadUserInput where the data ends too early."""
        if not self._is_between:
            raise invalid("The gzip data is cut off.")
