"""The pool itself, on the real PostgreSQL: bounds, waits, broken connections, cancellation, shrinking."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import asyncpg
import pytest

from models.database import Database, DatabaseBusy
from models.pool import Pool, PoolClosed, PooledConnection
from resolvers.viewer import ANONYMOUS
from tests.conftest import PATIENT
from tests.turned import turn


def connecting(dsn: str) -> Callable[[], Awaitable[PooledConnection]]:
    async def connect() -> PooledConnection:
        found: PooledConnection = await asyncpg.connect(dsn, connection_class=PooledConnection)
        return found

    return connect


@asynccontextmanager
async def opened(dsn: str, **options: Any) -> AsyncIterator[Pool]:
    pool = Pool(connecting(dsn), **{"most": 2, "wait_seconds": 60.0} | options)
    await pool.open()
    try:
        yield pool
    finally:
        # A test that failed has given nothing back.
        async with asyncio.timeout(60):
            await pool.close()


async def pid(connection: PooledConnection) -> int:
    return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - what it waits for tells nobody
            await asyncio.sleep(0.01)


async def sleeps(dsn: str) -> None:
    """Returns when a statement has begun to sleep."""
    connection = await asyncpg.connect(dsn)
    begun = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    )
    try:
        async with asyncio.timeout(60):
            while not await connection.fetchval(begun):  # noqa: ASYNC110 - another process is looked at
                await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def test_the_connection_used_last_is_handed_out_first(fresh_dsn: str) -> None:
    async with opened(fresh_dsn) as pool:
        first, second = await pool.take(), await pool.take()
        pool.release(first)
        pool.release(second)
        assert pool.at_hand() is second
        assert pool.at_hand() is first
        assert pool.at_hand() is None
        pool.release(first)
        pool.release(second)


async def test_there_are_never_more_connections_than_allowed_and_all_who_wait_are_served(
    fresh_dsn: str,
) -> None:
    async with opened(fresh_dsn) as pool:

        async def work() -> int:
            connection = await pool.take()
            try:
                assert pool.size <= 2
                return await pid(connection)
            finally:
                pool.release(connection)

        assert len(set(await asyncio.gather(*(work() for _ in range(50))))) == 2
        assert (pool.size, pool.used) == (2, 0)


async def test_who_waits_in_vain_is_told_so_and_leaves_no_trace(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=1) as pool:
        held = await pool.take()
        waiting = asyncio.create_task(pool.take())
        await asyncio.sleep(0)
        turn(30)
        await asyncio.sleep(0.05)
        assert not waiting.done()
        turn(31)
        with pytest.raises(TimeoutError):
            await waiting
        pool.release(held)
        assert pool.at_hand() is held
        pool.release(held)


async def test_who_waits_gets_the_connection_as_soon_as_it_is_free(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=1) as pool:
        held = await pool.take()
        waiting = asyncio.create_task(pool.take())
        await asyncio.sleep(0.05)
        pool.release(held)
        assert await waiting is held
        pool.release(held)


async def test_a_connection_that_was_given_to_one_who_left_goes_to_the_next(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=1) as pool:
        held = await pool.take()
        leaving, staying = asyncio.create_task(pool.take()), asyncio.create_task(pool.take())
        await asyncio.sleep(0.05)
        pool.release(held)
        leaving.cancel()
        async with asyncio.timeout(60):
            assert await staying is held
        pool.release(held)
        assert (pool.size, pool.used) == (1, 0)


async def test_a_broken_connection_is_replaced(fresh_dsn: str) -> None:
    async with opened(fresh_dsn) as pool:
        idle, other = await pool.take(), await pool.take()
        number = await pid(idle)
        pool.release(idle)
        await other.execute("SELECT pg_terminate_backend($1)", number)
        await until(idle.is_closed)
        again = await pool.take()
        assert await pid(again) != number
        assert pool.size == 2
        pool.release(again)
        pool.release(other)


async def test_a_connection_that_breaks_in_use_makes_room_for_who_waits(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=1) as pool:
        held = await pool.take()
        waiting = asyncio.create_task(pool.take())
        await asyncio.sleep(0.05)
        with pytest.raises(asyncpg.PostgresError):
            await held.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        await until(held.is_closed)
        pool.release(held)
        found = await waiting
        assert await found.fetchval("SELECT 1") == 1
        pool.release(found)
        assert (pool.size, pool.used) == (1, 0)


async def test_a_connection_in_a_transaction_is_never_handed_out(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=1) as pool:
        left = await pool.take()
        await left.execute("BEGIN")
        pool.release(left)
        found = await pool.take()
        assert found is not left
        assert not found.is_in_transaction()
        pool.release(found)


async def test_opening_waits_for_its_connection_as_long_as_that_takes(fresh_dsn: str) -> None:
    connect, begun, may_go_on = connecting(fresh_dsn), asyncio.Event(), asyncio.Event()

    async def slow() -> PooledConnection:
        begun.set()
        await may_go_on.wait()
        return await connect()

    pool = Pool(slow, most=1, wait_seconds=1)
    opening = asyncio.create_task(pool.open())
    await begun.wait()
    turn(2)
    await asyncio.sleep(0.05)
    may_go_on.set()
    await opening
    await pool.close()


async def test_a_cancelled_statement_ends_before_its_connection_is_used_again(
    fresh_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.pool.CANCEL_SECONDS", 60.0)
    async with opened(fresh_dsn, most=1) as pool:
        held = await pool.take()
        running = asyncio.create_task(held.fetchval("SELECT pg_sleep(60)"))
        await sleeps(fresh_dsn)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        pool.release(held)
        assert pool.at_hand() is None
        found = await pool.take()
        assert found is held
        for number in range(20):
            assert await found.fetchval("SELECT $1::int", number) == number
        pool.release(found)


async def test_connections_that_nobody_needs_are_closed_down_to_one(fresh_dsn: str) -> None:
    async with opened(fresh_dsn, most=3, idle_seconds=0.2) as pool:
        taken = [await pool.take() for _ in range(3)]
        for connection in taken:
            pool.release(connection)
        assert pool.size == 3
        await until(lambda: pool.size == 1)
        turn(1)
        await asyncio.sleep(0.1)
        assert pool.size == 1
        assert pool.at_hand() is taken[-1]
        pool.release(taken[-1])


async def test_closing_waits_for_what_is_in_use_and_refuses_who_waits(fresh_dsn: str) -> None:
    pool = Pool(connecting(fresh_dsn), most=1, wait_seconds=60)
    await pool.open()
    held = await pool.take()
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0.05)
    closing = asyncio.create_task(pool.close())
    with pytest.raises(PoolClosed):
        await waiting
    assert not closing.done()
    pool.release(held)
    await closing
    assert held.is_closed()
    with pytest.raises(PoolClosed):
        await pool.take()


async def test_closing_does_not_wait_for_a_connection_that_could_not_be_opened() -> None:
    begun, refused = asyncio.Event(), asyncio.Event()

    async def failing() -> PooledConnection:
        begun.set()
        await refused.wait()
        raise ConnectionRefusedError

    pool = Pool(failing, most=1, wait_seconds=60)
    taking = asyncio.create_task(pool.take())
    await begun.wait()
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0)
    refused.set()
    with pytest.raises(ConnectionRefusedError):
        await taking
    await asyncio.wait_for(closing, 60)


async def test_a_connection_that_cannot_be_opened_takes_no_place(fresh_dsn: str) -> None:
    connect, is_away = connecting(fresh_dsn), True

    async def failing() -> PooledConnection:
        if is_away:
            raise ConnectionRefusedError
        return await connect()

    pool = Pool(failing, most=1, wait_seconds=60)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await pool.take()
    is_away = False
    pool.release(await pool.take())
    assert pool.size == 1
    await pool.close()


async def test_a_read_that_was_cancelled_leaves_its_connection_for_the_next(fresh_dsn: str) -> None:
    database = Database(fresh_dsn, read_size=1, **PATIENT)
    await database.open()
    await database.read_row(ANONYMOUS, "SELECT pg_sleep(0)::text", [])
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await database.read_row(ANONYMOUS, "SELECT pg_sleep($1::float)::text", [60.0])
        row = await database.read_row(ANONYMOUS, "SELECT 'found'::text", [])
        assert row[0] == b"found"
    assert database.usage["read"] == (0, 1)
    await database.close()


async def test_a_read_goes_on_when_a_table_was_changed_since_it_was_prepared(fresh_dsn: str) -> None:
    owner = await asyncpg.connect(fresh_dsn)
    await owner.execute(
        "CREATE TABLE live.changing AS SELECT 1 AS a; GRANT SELECT ON live.changing TO PUBLIC"
    )
    database = Database(fresh_dsn, read_size=1)
    await database.open()
    for _ in range(2):
        assert (await database.read_row(ANONYMOUS, "SELECT * FROM live.changing", []))[0] == 1
    await owner.execute("ALTER TABLE live.changing ALTER a TYPE text")
    assert (await database.read_row(ANONYMOUS, "SELECT * FROM live.changing", []))[0] == b"1"
    await database.close()
    await owner.close()


async def test_more_readers_than_connections_are_all_served_or_told_in_time(fresh_dsn: str) -> None:
    database = Database(fresh_dsn, read_size=2, **PATIENT)
    await database.open()
    owner = await asyncpg.connect(fresh_dsn)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    reads = "SELECT pg_advisory_xact_lock_shared(1)::text"
    for is_late in (False, True):
        await owner.execute("SELECT pg_advisory_lock(1)")
        tasks = [asyncio.create_task(database.read_row(ANONYMOUS, reads, [])) for _ in range(8)]
        async with asyncio.timeout(60):
            while await owner.fetchval(waiting) < 2:  # noqa: ASYNC110 - another process is looked at
                await asyncio.sleep(0.01)
        if is_late:
            turn(PATIENT["wait_seconds"])
            for told in islice(asyncio.as_completed(tasks, timeout=60), 6):
                with pytest.raises(DatabaseBusy):
                    await told
        await owner.execute("SELECT pg_advisory_unlock(1)")
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(one, DatabaseBusy) for one in found) == (6 if is_late else 0)
        assert sum(not isinstance(one, BaseException) for one in found) == (2 if is_late else 8)
    await owner.close()
    await database.close()
