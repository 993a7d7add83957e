"""What tests of the feed share: waiting until a subscriber listens, or until it holds the server up.

A subscriber never hears what was written before it listens.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from resolvers.feed import Pace
from web.protocol import WriteDeadline


class Readers:
    """The subscribers in this process that have looked, found nothing, and wait."""

    def __init__(self) -> None:
        self._waiting: set[Pace] = set()
        self._changed = asyncio.Event()

    def note(self, reader: Pace) -> None:
        """One waits now."""
        self._waiting.add(reader)
        self._changed.set()

    async def reach(self, count: int) -> None:
        """Returns when so many have waited: each of them hears of whatever is committed from now on."""
        async with asyncio.timeout(60):
            while len(self._waiting) < count:
                self._changed.clear()
                await self._changed.wait()


@contextmanager
def watched() -> Iterator[Readers]:
    """Looks at the subscribers that begin in this context; webhooks, which have a pace too, are none."""
    readers = Readers()

    class Noted(Pace):
        async def wait(self) -> None:
            readers.note(self)
            await super().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("resolvers.feed.Pace", Noted)
        yield readers


class Stuck:
    """The clock that the feed looks at, which a test turns, and whether its one subscriber holds it up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        self._looks = 0
        self._paused: set[WriteDeadline] = set()
        self._changed = asyncio.Event()
        self.is_cut = False
        monkeypatch.setattr("resolvers.feed.time", SimpleNamespace(monotonic=self._look))
        pause, resume = WriteDeadline.pause_writing, WriteDeadline.resume_writing
        lose = WriteDeadline.connection_lost

        def paused(protocol: WriteDeadline) -> None:
            pause(protocol)
            self._paused.add(protocol)
            self._changed.set()

        def resumed(protocol: WriteDeadline) -> None:
            self._paused.discard(protocol)
            resume(protocol)

        def lost(protocol: WriteDeadline, error: Exception | None) -> None:
            self.is_cut = True
            lose(protocol, error)

        monkeypatch.setattr(WriteDeadline, "connection_lost", lost)
        monkeypatch.setattr(WriteDeadline, "pause_writing", paused)
        monkeypatch.setattr(WriteDeadline, "resume_writing", resumed)

    def _look(self) -> float:
        # The feed looks before it gives an event, and when that has been taken.
        self._looks += 1
        self._changed.set()
        return self.seconds

    async def reach(self) -> None:
        """Returns when the server can send no more, with an event that is given and not taken."""
        async with asyncio.timeout(60):
            while not self._paused or self._looks % 2 == 0:
                self._changed.clear()
                await self._changed.wait()
