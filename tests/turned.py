"""The clock of the event loop, which a test may put forward: what is to happen after seconds happens at once.

It is never put back, as what waits in the same loop would then wait for so much longer. Clocks that are given
to what they serve (tests/hooked.py) are no business of this module.
"""

import asyncio
from collections.abc import Callable


class _Clock:
    """A loop's clock, so many seconds ahead."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.ahead = 0.0
        self._now = now

    def __call__(self) -> float:
        return self._now() + self.ahead


def turn(seconds: float) -> None:
    """Puts the running loop's clock forward: every deadline and pause in it comes so much nearer."""
    loop = asyncio.get_running_loop()
    clock = loop.time if isinstance(loop.time, _Clock) else _Clock(loop.time)
    clock.ahead += seconds
    loop.time = clock  # type: ignore[method-assign]
