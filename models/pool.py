"""A bounded pool of connections that hands out the one used last.

Taking a connection that is at hand is a list's pop: it waits for nothing and starts no timer, which asyncpg's
own pool does at every turn. What runs on a connection, and under whose role, is the business of
models/database.py.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import asyncpg

IDLE_SECONDS = 300.0
"""How long a connection that nobody needs stays open; one always does."""
CANCEL_SECONDS = 5.0
"""How long a statement that was cancelled may take to end before its connection is closed."""
FAILED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What is raised where a connection cannot be made or used; the last where PostgreSQL says good-bye just as a
statement begins."""


def is_lost(error: BaseException | None) -> bool:
    """Whether the connection went away while it was used: PostgreSQL ended, was ended, or the network was."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return False
    gone = (ConnectionError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
    if isinstance(error, (*gone, asyncpg.InternalClientError)):
        return True
    return isinstance(error, asyncpg.InterfaceError) and "connection is closed" in str(error)


class PoolClosed(Exception):
    """The pool is closed, or closing."""


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that knows since when nobody uses it, in seconds of the loop's clock."""

    idle_since: float = 0.0


Connect = Callable[[], Awaitable[PooledConnection]]


class Pool:
    """At most `most` connections made by `connect`; whoever finds none waits for `wait_seconds`.

    A connection that comes back broken, or in a transaction, is closed; another is opened when it is needed,
    so that the pool recovers by itself when PostgreSQL was away.
    """

    def __init__(
        self, connect: Connect, *, most: int, wait_seconds: float, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.most = most
        self._connect = connect
        self._wait_seconds = wait_seconds
        self._idle_seconds = idle_seconds
        self._idle: list[PooledConnection] = []
        self._size = 0
        self._waiters: deque[asyncio.Future[PooledConnection | None]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._emptied = asyncio.Event()
        self._is_closed = False

    @property
    def size(self) -> int:
        """Connections that are open or being opened."""
        return self._size

    @property
    def used(self) -> int:
        """Connections that are not idle."""
        return self._size - len(self._idle)

    async def open(self) -> None:
        """Opens the first connection, however long that takes; raises what `connect` raises."""
        self.release(await self._opened())
        self._sweep_later()

    async def close(self) -> None:
        """Closes the pool once every connection was given back."""
        self._is_closed = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        while self._waiters:
            self._wake(None)
        try:
            while self._idle:
                await self._close(self._idle.pop())
            if self._size:
                await self._emptied.wait()
            await asyncio.gather(*self._tasks)
        finally:
            # Where the closing itself is called off.
            while self._idle:
                self._lose(self._idle.pop())

    def at_hand(self) -> PooledConnection | None:
        """An idle connection, the one used last; None where there is none."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._lose(connection)
        return None

    async def take(self) -> PooledConnection:
        """A connection, opened where there may be one more.

        Raises TimeoutError where none became free in time, PoolClosed, and what `connect` raises.
        """
        connection = None if self._is_closed else self.at_hand()
        if connection is None:
            async with asyncio.timeout(self._wait_seconds):
                connection = await self._awaited()
        return connection

    async def _awaited(self) -> PooledConnection:
        while not self._is_closed:
            if self._size < self.most:
                return await self._opened()
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                # None says that a place became free, or that the pool closes.
                connection: PooledConnection | None = await waiter
            except asyncio.CancelledError:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
                elif not waiter.cancelled():
                    self._pass_on(waiter.result())
                raise
            if connection is not None:
                return connection
        raise PoolClosed("The pool is closed.")

    async def _opened(self) -> PooledConnection:
        self._size += 1
        try:
            return await self._connect()
        except BaseException:
            self._size -= 1
            self._gone()
            raise

    def release(self, connection: PooledConnection) -> None:
        """Takes a connection back. One whose statement was cancelled is idle again once it has ended."""
        if connection.is_closed():
            self._lose(connection)
        elif connection._protocol._is_cancelling():
            task = asyncio.get_running_loop().create_task(self._settle(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif connection.is_in_transaction():
            self._lose(connection)
        elif self._waiters:
            self._pass_on(connection)
        elif self._is_closed:
            self._lose(connection)
        else:
            connection.idle_since = connection._loop.time()
            self._idle.append(connection)

    def discard(self, connection: PooledConnection) -> None:
        """Takes a connection back that nobody may use again."""
        self._lose(connection)

    async def _settle(self, connection: PooledConnection) -> None:
        """Waits until the cancelled statement has ended: the next one must not be cancelled in its place."""
        try:
            await connection._protocol._wait_for_cancellation(CANCEL_SECONDS)
        except FAILED:
            self._lose(connection)
        except BaseException:
            self._lose(connection)
            raise
        else:
            if connection._protocol._is_cancelling():
                self._lose(connection)
            else:
                self.release(connection)

    def _pass_on(self, connection: PooledConnection | None) -> None:
        """Gives a connection to who waits longest, else keeps it."""
        if not self._wake(connection) and connection is not None:
            self.release(connection)

    def _wake(self, connection: PooledConnection | None) -> bool:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    def _lose(self, connection: PooledConnection) -> None:
        # Also of a closed one: what asyncpg keeps beside the socket goes with it.
        connection.terminate()
        self._size -= 1
        self._gone()

    async def _close(self, connection: PooledConnection) -> None:
        try:
            await connection.close(timeout=CANCEL_SECONDS)
        except FAILED:
            connection.terminate()
        finally:
            self._size -= 1
            self._gone()

    def _gone(self) -> None:
        self._wake(None)
        if self._is_closed and not self._size:
            self._emptied.set()

    def _sweep_later(self) -> None:
        self._sweeper = asyncio.get_running_loop().call_later(self._idle_seconds / 4, self._sweep)

    def _sweep(self) -> None:
        """Closes what nobody needed for a while: the ones that were used longest ago, down to one."""
        before = asyncio.get_running_loop().time() - self._idle_seconds
        while len(self._idle) > 1 and self._idle[0].idle_since < before:
            task = asyncio.get_running_loop().create_task(self._close(self._idle.pop(0)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._sweep_later()
