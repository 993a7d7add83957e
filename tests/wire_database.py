"""A migrated PostgreSQL of its own for tests of keys and probes, which change what lies outside the data."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from tests.processes import open_folder


@asynccontextmanager
async def migrated() -> AsyncIterator[str]:
    """The address of the server's owner; live data and sandbox are migrated and empty."""
    with open_folder() as folder, EmbeddedPostgres(folder) as postgres:
        await upgrade_async(postgres.dsn)
        yield postgres.dsn
