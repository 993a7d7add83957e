"""What tests of the feed share: waiting until a subscriber listens. It never hears what is written before."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from resolvers.feed import Pace


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
        async with asyncio.timeout(30):
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
