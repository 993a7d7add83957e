"""Deadlines for what runs within a request: one timer for all of them.

`asyncio.timeout` starts and stops a timer at each use, which costs as much as a small query. Here all have
the same time, so that they end in the order in which they began. What a client is told is not its business.
"""

import asyncio


class Deadlines:
    """Cancels tasks that stay longer than `seconds` between `start` and `end`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._running: dict[asyncio.Task[object], tuple[float, int]] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> asyncio.Task[object]:
        """Begins the time of the current task; every start needs its `end`."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None
        self._running[task] = loop.time() + self.seconds, task.cancelling()
        if self._timer is None:
            self._timer = loop.call_later(self.seconds, self._look, loop)
        return task

    def end(self, task: asyncio.Task[object]) -> None:
        """The task is through with it."""
        self._running.pop(task, None)
        self._late.discard(task)

    def is_late(self, task: asyncio.Task[object]) -> bool:
        """Whether it is for its deadline, and nothing else, that a task was cancelled; asked before `end`."""
        return task in self._late and task.uncancel() <= self._running[task][1]

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for task, (deadline, _) in self._running.items():
            if deadline > now:
                self._timer = loop.call_at(deadline, self._look, loop)
                return
            if task not in self._late:
                self._late.add(task)
                task.cancel()
