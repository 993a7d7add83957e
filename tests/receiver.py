"""A receiver of webhooks: a real HTTP server that keeps what comes, and answers as a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.listening import listening


@dataclass
class Message:
    """What came in one request; names of headers are lowercase."""

    headers: dict[str, str]
    body: bytes

    @property
    def payload(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def said(self) -> tuple[str, str]:
        """Record and type of a change."""
        return self.payload["data"]["record"]["slug"], self.payload["type"]


Answer = Callable[[Message], Awaitable[int | bytes]]
"""The status of the answer, or all of its bytes."""


@dataclass
class Receiver:
    """What came so far; `answer` may be replaced at any time."""

    url: str = ""
    messages: list[Message] = field(default_factory=list)
    answer: Answer | None = None
    has_come: asyncio.Event = field(default_factory=asyncio.Event)

    async def reaches(self, count: int, seconds: float = 60) -> list[Message]:
        """Waits until so many messages have come; gives all that have."""
        async with asyncio.timeout(seconds):
            while len(self.messages) < count:
                self.has_come.clear()
                await self.has_come.wait()
        return self.messages


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port of this machine."""
    receiver = Receiver()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        message = Message(headers, await reader.readexactly(int(headers["content-length"])))
        receiver.messages.append(message)
        receiver.has_come.set()
        said = 200 if receiver.answer is None else await receiver.answer(message)
        if isinstance(said, int):
            said = b"HTTP/1.1 %d X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok" % said
        writer.write(said)
        await writer.drain()

    async with listening(serve) as address:
        receiver.url = f"{address}/hook?a=1"
        yield receiver
