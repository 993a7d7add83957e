"""Connections: pools and transactions by what is done and who asks.

`read(viewer)` and `write(viewer)` come from pools of their own, so that waiting writers never starve
readers. A connection starts under a plain PostgreSQL role (never the tables' owner); the search path
chooses live data or sandbox. Not its business: which SQL runs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg

from models.base import COMMON
from models.connection import POSTGRES_ROLE, Asker, ViewerConnection, text_as_bytes
from models.pool import FAILED, Pool, PoolClosed, PooledConnection

SPARE_CONNECTIONS = 12
"""Connections that the pools of all workers leave: listeners, commands, an operator's psql."""
RECONNECT_SECONDS = 1.0
"""How long a listener that lost its connection waits between attempts."""


class DatabaseBusy(Exception):
    """No connection became free within the pool's wait."""


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be reached."""


UNREACHABLE = (*FAILED, DatabaseBusy, DatabaseUnavailable)
"""What a piece of work may raise where the database does not do it."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Server-side limits of a connection, in milliseconds."""

    statement: int = 5_000
    lock: int = 2_000
    idle_in_transaction: int = 10_000
    bulk_statement: int = 30_000
    bulk_idle: int = 60_000
    """How long an export may wait for its reader between two pages."""


class Database:
    """Pools over one PostgreSQL for one data schema."""

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "live",
        read_size: int = 8,
        write_size: int = 8,
        export_size: int = 4,
        wait_seconds: float = 3.0,
        timeouts: Timeouts | None = None,
        workers: int = 1,
    ) -> None:
        self.dsn = dsn
        self.schema = schema
        self._read_size = read_size
        self._write_size = write_size
        self._export_size = export_size
        self._wait = wait_seconds
        self._workers = workers
        self._timeouts = timeouts or Timeouts()
        self._pools: dict[str, Pool] = {}
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._stops: list[Callable[[], Awaitable[None]]] = []

    async def open(self) -> None:
        """Opens the pools; raises DatabaseUnavailable with the reason."""
        sizes = {"read": self._read_size, "partner": max(2, self._read_size // 2), "write": self._write_size}
        sizes |= {"admin": 2, "export": self._export_size}
        try:
            for name, size in (await self._fitted(sizes)).items():
                role = {"read": "reader", "partner": "partner", "export": "export"}.get(name)
                pool = Pool(partial(self._connect, role), most=size, wait_seconds=self._wait)
                await pool.open()
                self._pools[name] = pool
        except FAILED as error:
            await self.close()
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error
        except BaseException:
            await self.close()
            raise

    async def _connect(self, role: str | None) -> PooledConnection:
        connection: PooledConnection = await asyncpg.connect(
            self.dsn, server_settings=self._settings(role), connection_class=ViewerConnection
        )
        if role is not None:
            try:
                await text_as_bytes(connection)
            except BaseException:
                connection.terminate()
                raise
        return connection

    async def _fitted(self, sizes: dict[str, int]) -> dict[str, int]:
        """The sizes, scaled down where all workers' pools would not fit the server's max_connections.

        A worker has pools for live data and for the sandbox; live data gets three quarters of its share,
        and some connections stay free for commands and operators.
        """
        connection = await asyncpg.connect(self.dsn)
        try:
            allowed = int(await connection.fetchval("SELECT current_setting('max_connections')"))
        finally:
            await connection.close()
        share = (allowed - SPARE_CONNECTIONS) // self._workers
        share = share // 4 if self.schema == "sandbox" else share * 3 // 4
        # One connection listens for changes.
        share -= 1
        wanted = sum(sizes.values())
        if wanted <= share:
            return sizes
        return {name: max(1, size * share // wanted) for name, size in sizes.items()}

    async def close(self) -> None:
        """Closes the pools once running statements are done."""
        async with AsyncExitStack() as stack:
            # The last comes first; each has its turn, also where the one before was called off.
            for clear in (self._pools.clear, self._listeners.clear, self._stops.clear):
                stack.callback(clear)
            for end in [pool.close for pool in self._pools.values()] + self._stops:
                stack.push_async_callback(end)

    def _settings(self, role: str | None) -> dict[str, str]:
        settings = {
            "search_path": f"{self.schema}, {COMMON}",
            "timezone": "UTC",
            "jit": "off",
            "statement_timeout": str(self._timeouts.statement),
            "lock_timeout": str(self._timeouts.lock),
            "idle_in_transaction_session_timeout": str(self._timeouts.idle_in_transaction),
            "application_name": "triplehelix",
        }
        if role is not None:
            settings["default_transaction_read_only"] = "on"
        if role == "export":
            settings["statement_timeout"] = str(self._timeouts.bulk_statement)
            settings["idle_in_transaction_session_timeout"] = str(self._timeouts.bulk_idle)
        elif role is not None:
            settings["role"] = POSTGRES_ROLE[role]
        return settings

    @property
    def usage(self) -> dict[str, tuple[int, int]]:
        """For each pool: connections in use, and the most it may have."""
        return {name: (pool.used, pool.most) for name, pool in self._pools.items()}

    async def _take(self, name: str) -> Any:
        try:
            return await self._pool(name).take()
        except TimeoutError as error:
            raise DatabaseBusy("No database connection became free in time.") from error
        except PoolClosed as error:
            raise DatabaseUnavailable("The database is not open.") from error
        except FAILED as error:
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error

    def _pool(self, name: str) -> Pool:
        try:
            return self._pools[name]
        except KeyError as error:
            raise DatabaseUnavailable("The database is not open.") from error

    @asynccontextmanager
    async def _acquire(self, name: str) -> AsyncIterator[Any]:
        pool = self._pool(name)
        connection = await self._take(name)
        try:
            yield connection
        except FAILED as error:
            # Work that is called off on a connection that is lost fails to roll back. If that hid the call,
            # whoever called it off, as a server that stops, would wait for ever.
            task = asyncio.current_task()
            was_called_off = isinstance(error.__context__, asyncio.CancelledError)
            # A time limit of its own that the work has kept to is over by then, and no call any more.
            if was_called_off and task is not None and task.cancelling():
                raise asyncio.CancelledError from error
            raise
        finally:
            pool.release(connection)

    @asynccontextmanager
    async def read(self, viewer: Asker) -> AsyncIterator[Any]:
        """A connection that reads as the viewer. A text comes as bytes, as PostgreSQL wrote it."""
        async with self._acquire("read" if viewer.role == "reader" else "partner") as connection:
            if viewer.role != "reader":
                await connection.become(viewer)
            yield connection

    @asynccontextmanager
    async def export(self, viewer: Asker) -> AsyncIterator[Any]:
        """As `read`, for reads that last: apart from all others, with the time limits of bulk work."""
        async with self._acquire("export") as connection:
            await connection.become(viewer)
            yield connection

    async def read_row(self, viewer: Asker, sql: str, arguments: Sequence[Any]) -> Any:
        """The one row of a read, as `read` gives it: the hot path, without context managers."""
        name = "read" if viewer.role == "reader" else "partner"
        pool = self._pool(name)
        connection = pool.at_hand() or await self._take(name)
        try:
            if viewer.role != "reader":
                await connection.become(viewer)
            row = await connection.first_row(sql, arguments)
        except GeneratorExit:
            # Whoever waited was thrown away, and the statement may still run.
            pool.discard(connection)
            raise
        except BaseException:
            pool.release(connection)
            raise
        pool.release(connection)
        return row

    @asynccontextmanager
    async def write(self, viewer: Asker) -> AsyncIterator[asyncpg.Connection]:
        """A transaction that writes as the viewer: commits at the end, rolls back on any error."""
        async with self._acquire("write") as connection, connection.transaction():
            await self._become(connection, viewer)
            yield connection

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection under the login role itself, apart from writers: keys, readiness."""
        async with self._acquire("admin") as connection:
            yield connection

    async def _become(self, connection: asyncpg.Connection, viewer: Asker) -> None:
        partner = "" if viewer.partner_id is None else str(viewer.partner_id)
        await connection.fetchrow(
            "SELECT set_config('role', $1, true), set_config('app.partner', $2, true)",
            POSTGRES_ROLE[viewer.role],
            partner,
        )

    @asynccontextmanager
    async def notified(self, channel: str) -> AsyncIterator[asyncio.Event]:
        """An event that is set at every NOTIFY on the channel; the reader clears it.

        All readers of a channel share one direct connection. It reconnects when lost and then sets the
        events, because notifications may have been missed.
        """
        if channel not in self._listeners:
            self._listeners[channel] = set()
            self._stops.append(self._listen(channel))
        event = asyncio.Event()
        self._listeners[channel].add(event)
        try:
            yield event
        finally:
            self._listeners.get(channel, set()).discard(event)

    def _listen(self, channel: str) -> Callable[[], Awaitable[None]]:
        """Starts listening; gives the way to end it."""

        def tell(*_: object) -> None:
            for event in self._listeners.get(channel, ()):
                event.set()

        async def run() -> None:
            while True:
                try:
                    connection = await asyncpg.connect(self.dsn, server_settings=self._settings(None))
                    lost = asyncio.Event()
                    try:
                        connection.add_termination_listener(lambda _, lost=lost: lost.set())
                        await connection.add_listener(channel, tell)
                        tell()
                        await lost.wait()
                    finally:
                        connection.terminate()
                except FAILED:
                    await asyncio.sleep(RECONNECT_SECONDS)

        task = asyncio.create_task(run())

        async def stop() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        return stop
