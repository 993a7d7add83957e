"""Connections: pools and transactions by what is done and who asks.

`read(viewer)` and `write(viewer)` come from pools of their own, so that waiting writers never starve
readers. A connection starts under a plain PostgreSQL role (never the tables' owner); the search path
chooses live data or sandbox. Not its business: which SQL runs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import asyncpg

from models.base import COMMON

POSTGRES_ROLE = {
    "reader": "triplehelix_reader",
    "partner": "triplehelix_partner",
    "editor": "triplehelix_editor",
}


class Asker(Protocol):
    """What a connection needs to know of a viewer."""

    @property
    def role(self) -> str: ...
    @property
    def partner_id(self) -> UUID | None: ...


class DatabaseBusy(Exception):
    """No connection became free within the pool's wait."""


class DatabaseUnavailable(Exception):
    """PostgreSQL cannot be reached."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Server-side limits of a connection, in milliseconds (safety.md, Times)."""

    statement: int = 5_000
    lock: int = 2_000
    idle_in_transaction: int = 10_000


async def _no_reset(connection: asyncpg.Connection) -> None:
    # Connections are used only inside transactions or for single reads that set nothing, so there is
    # nothing to reset; asyncpg's default reset costs a round trip per release.
    return None


async def _text_as_bytes(connection: asyncpg.Connection) -> None:
    # Answers go to the client as PostgreSQL wrote them; decoding them to str and back would copy twice.
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )


class Database:
    """Pools over one PostgreSQL for one data schema."""

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "live",
        read_size: int = 8,
        write_size: int = 8,
        wait_seconds: float = 3.0,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.dsn = dsn
        self.schema = schema
        self._read_size = read_size
        self._write_size = write_size
        self._wait = wait_seconds
        self._timeouts = timeouts or Timeouts()
        self._pools: dict[str, asyncpg.Pool] = {}
        self._listeners: list[asyncpg.Connection] = []

    async def open(self) -> None:
        """Opens the pools; raises DatabaseUnavailable with the reason."""
        sizes = {"read": self._read_size, "partner": max(2, self._read_size // 2), "write": self._write_size}
        try:
            for name, size in sizes.items():
                role = {"read": "reader", "partner": "partner", "write": None}[name]
                self._pools[name] = await asyncpg.create_pool(
                    self.dsn,
                    min_size=1,
                    max_size=size,
                    reset=_no_reset,
                    server_settings=self._settings(role),
                    init=None if role is None else _text_as_bytes,
                    max_inactive_connection_lifetime=300,
                )
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            await self.close()
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error

    async def close(self) -> None:
        """Closes the pools once running statements are done."""
        for connection in self._listeners:
            await connection.close()
        for pool in self._pools.values():
            await pool.close()
        self._pools.clear()
        self._listeners.clear()

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
            settings["role"] = POSTGRES_ROLE[role]
        return settings

    @property
    def usage(self) -> dict[str, tuple[int, int]]:
        """For each pool: connections in use, and the most it may have."""
        return {
            name: (pool.get_size() - pool.get_idle_size(), pool.get_max_size())
            for name, pool in self._pools.items()
        }

    @asynccontextmanager
    async def _acquire(self, name: str) -> AsyncIterator[asyncpg.Connection]:
        try:
            connection = await self._pools[name].acquire(timeout=self._wait)
        except TimeoutError as error:
            raise DatabaseBusy("No database connection became free in time.") from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
            raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error
        except KeyError as error:
            raise DatabaseUnavailable("The database is not open.") from error
        try:
            yield connection
        finally:
            await self._pools[name].release(connection)

    @asynccontextmanager
    async def read(self, viewer: Asker) -> AsyncIterator[asyncpg.Connection]:
        """A connection that reads as the viewer. A text comes as bytes, as PostgreSQL wrote it.

        An anonymous read needs no transaction of its own; a partner's sets `app.partner` in one, so that
        row security knows whose rows are its own.
        """
        if viewer.role == "reader":
            async with self._acquire("read") as connection:
                yield connection
            return
        async with self._acquire("partner") as connection, connection.transaction(readonly=True):
            await self._become(connection, viewer)
            yield connection

    @asynccontextmanager
    async def write(self, viewer: Asker) -> AsyncIterator[asyncpg.Connection]:
        """A transaction that writes as the viewer: commits at the end, rolls back on any error."""
        async with self._acquire("write") as connection, connection.transaction():
            await self._become(connection, viewer)
            yield connection

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection under the login role itself: keys, readiness."""
        async with self._acquire("write") as connection:
            yield connection

    async def _become(self, connection: asyncpg.Connection, viewer: Asker) -> None:
        partner = "" if viewer.partner_id is None else str(viewer.partner_id)
        await connection.fetchrow(
            "SELECT set_config('role', $1, true), set_config('app.partner', $2, true)",
            POSTGRES_ROLE[viewer.role],
            partner,
        )

    async def listen(self, channel: str, callback: Callable[[str], None]) -> Callable[[], Awaitable[None]]:
        """Calls back for every NOTIFY on the channel, from one direct connection of its own.

        Returns a coroutine function that ends it. After a lost connection it reconnects and calls back
        once with an empty payload, because notifications may have been missed.
        """
        stopped = asyncio.Event()

        async def run() -> None:
            is_first = True
            while not stopped.is_set():
                try:
                    connection = await asyncpg.connect(self.dsn, server_settings=self._settings(None))
                    lost = asyncio.Event()
                    connection.add_termination_listener(lambda _, lost=lost: lost.set())
                    await connection.add_listener(channel, lambda _c, _p, _ch, payload: callback(payload))
                    if not is_first:
                        callback("")
                    is_first = False
                    waits = [asyncio.ensure_future(lost.wait()), asyncio.ensure_future(stopped.wait())]
                    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                    for wait in waits:
                        wait.cancel()
                    if not connection.is_closed():
                        await connection.close()
                except (OSError, asyncpg.PostgresError):
                    await asyncio.wait([asyncio.ensure_future(stopped.wait())], timeout=1)

        task = asyncio.create_task(run())

        async def stop() -> None:
            stopped.set()
            await task

        return stop
