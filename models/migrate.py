"""Brings a database to the current tables: roles, `common`, then each data schema, then the vocabularies.

Live data and sandbox are PostgreSQL schemas with the same migrations. A database that stands at the newest
revision is only asked so; how it is brought there is the business of models.revisions.
"""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import asyncpg

from models.base import COMMON
from models.migrations import GRAPH, SCHEMAS, head
from models.seed import seed


def upgrade(dsn: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """Migrates everything forward and fills the vocabularies. Safe to call at every start."""
    asyncio.run(upgrade_async(dsn, schemas))


async def upgrade_async(dsn: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """As `upgrade`, from a running event loop."""
    connection = await asyncpg.connect(dsn)
    try:
        stands = [await _stands(connection, COMMON, COMMON)]
        stands += [await _stands(connection, schema, GRAPH) for schema in schemas]
        if not all(stands):
            await revisions().upgrade_async(dsn, schemas)
        await seed(connection, *schemas)
    finally:
        await connection.close()


def revisions() -> Any:
    """What migrates, models.revisions: imported only here, see there."""
    return import_module("models.revisions")


async def is_current(connection: asyncpg.Connection, schema: str = "live") -> bool:
    """Whether the schema stands at the newest revision that this release knows."""
    return await _stands(connection, schema, GRAPH)


async def _stands(connection: asyncpg.Connection, schema: str, branch: str) -> bool:
    try:
        found = await connection.fetchval(f'SELECT version_num FROM "{schema}".migration')
    except asyncpg.UndefinedTableError:
        return False
    return bool(found == head(branch))
