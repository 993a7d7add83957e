"""The pools of all workers fit the server's max_connections."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from models.database import SPARE_CONNECTIONS, Database, DatabaseBusy
from resolvers.viewer import ANONYMOUS


async def most(dsn: str, workers: int) -> int:
    """How many connections all pools of all workers may open."""
    total = 0
    for schema, size in (("live", 8), ("sandbox", 2)):
        database = Database(dsn, schema=schema, read_size=size, write_size=size, workers=workers)
        await database.open()
        total += sum(limit for _, limit in database.usage.values())
        await database.close()
    return total * workers


@pytest.mark.parametrize("workers", [1, 2, 4])
async def test_the_pools_of_all_workers_fit(fresh_dsn: str, workers: int) -> None:
    connection = await asyncpg.connect(fresh_dsn)
    allowed = int(await connection.fetchval("SHOW max_connections"))
    await connection.close()
    assert await most(fresh_dsn, workers) <= allowed - SPARE_CONNECTIONS


async def test_one_worker_has_the_sizes_it_was_given(fresh_dsn: str) -> None:
    database = Database(fresh_dsn, read_size=8, write_size=8)
    await database.open()
    assert {name: limit for name, (_, limit) in database.usage.items()} == {
        "read": 8, "partner": 4, "write": 8, "admin": 2, "export": 4,
    }  # fmt: skip
    await database.close()


async def test_a_reader_that_finds_no_connection_is_told_so_in_time(fresh_dsn: str) -> None:
    database = Database(fresh_dsn, read_size=1, wait_seconds=0.2)
    await database.open()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(database.read(ANONYMOUS))
        with pytest.raises(DatabaseBusy):
            async with asyncio.timeout(60):
                await database.read_row(ANONYMOUS, "SELECT 1", [])
    await database.close()
