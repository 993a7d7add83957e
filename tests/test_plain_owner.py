"""A PostgreSQL of somebody else's, where the platform's own role is no superuser and inherits nothing.

A server of its own: the three roles belong to a whole server, and here a plain role is the one to make them.
"""

import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from exchange.importer import load
from exchange.sample import load_if_empty
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from models.migrations import SCHEMAS
from models.revisions import downgrade_async
from tests.conftest import EDITOR, NORTH, QUICK, database_of, run
from tests.processes import open_folder
from tests.test_migrations import catalog
from tests.test_upgrade import released

OWNER = "plain"


@pytest.fixture(scope="module")
async def server_dsn() -> AsyncIterator[str]:
    """The address of a server, as the role that owns its databases `fresh` and `older` and nothing else."""
    with open_folder() as folder, EmbeddedPostgres(folder, settings=QUICK) as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS NOINHERIT")
        for name in ("fresh", "older"):
            await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        await connection.close()
        parts = urlsplit(server.dsn)
        place = parts.netloc.rpartition("@")[2]
        yield urlunsplit(parts._replace(netloc=f"{OWNER}@{place}"))


@pytest.fixture(scope="module")
async def own_dsn(server_dsn: str) -> str:
    """A database that its plain owner migrated and filled with the sample data."""
    dsn = database_of(server_dsn, "fresh")
    await upgrade_async(dsn)
    assert await load_if_empty(dsn, load)
    return dsn


async def test_a_plain_owner_makes_the_same_tables_rights_and_functions(own_dsn: str, fresh_dsn: str) -> None:
    superuser = urlsplit(fresh_dsn).username or os.environ.get("USER", "")
    for schema in SCHEMAS:
        own, other = await catalog(own_dsn, schema), await catalog(fresh_dsn, schema)
        for what, rows in own.items():
            named = [
                row.replace(f"{OWNER}=", f"{superuser}=").replace(f"/{OWNER}", f"/{superuser}")
                for row in rows
            ]
            named = [row.replace(f" {OWNER} ", f" {superuser} ") for row in named]
            assert sorted(named) == other[what], what


async def test_each_viewer_reads_and_an_editor_writes(own_dsn: str) -> None:
    database = Database(own_dsn)
    await database.open()
    try:
        zones = 'zones(where: {name: {contains: "techno"}}) { totalCount }'
        query = f'{{ {zones} search(text: "technopolis") {{ totalCount }} }}'
        for viewer in (NORTH, EDITOR):
            answer = await run(database, query, viewer=viewer)
            assert answer["data"] == (await run(database, query))["data"]
            assert answer["data"]["zones"]["totalCount"] > 0
        assert not await load_if_empty(own_dsn, load)
        async with database.write(EDITOR) as connection:
            assert await connection.execute("UPDATE entity SET city = 'Quetta'") != "UPDATE 0"
            assert await connection.fetchval("SELECT count(*) FROM entity_history") > 0
            await connection.execute("UPDATE entity SET city = NULL WHERE kind = 'EXPERT'")
            insert = "INSERT INTO common.partner (id, slug, name) VALUES ($1, 'north', 'North')"
            await connection.execute("SET LOCAL ROLE NONE")
            await connection.execute(insert, NORTH.partner_id)
        save = 'mutation { saveCompanies(input: [{slug: "a-firm", name: "A firm"}]) { created unchanged } }'
        for viewer, found in ((NORTH, (1, 0)), (NORTH, (0, 1)), (EDITOR, (0, 1))):
            answer = await run(database, save, viewer=viewer)
            created, unchanged = found
            assert answer["data"] == {"saveCompanies": {"created": created, "unchanged": unchanged}}
    finally:
        await database.close()


async def test_row_security_binds_the_owner_itself(own_dsn: str) -> None:
    connection = await asyncpg.connect(own_dsn, server_settings={"search_path": "live, common"})
    try:
        async with connection.transaction():
            # What it may see as the owner comes of the roles that it was given, which are not superuser's.
            await connection.execute("SET LOCAL ROLE triplehelix_editor")
            count = await connection.fetchval("SELECT count(*) FROM entity")
            assert count > 0
        assert await connection.fetchval("SELECT count(*) FROM entity") == count
        forced = "SELECT count(*) FROM pg_class WHERE relname = 'entity' AND relforcerowsecurity"
        assert await connection.fetchval(forced) == len(SCHEMAS)
    finally:
        await connection.close()


async def test_an_older_database_is_brought_forward_by_its_plain_owner(server_dsn: str, own_dsn: str) -> None:
    # The roles belong to the server: those that it asks for were made with the other database.
    dsn = database_of(server_dsn, "older")
    await released(dsn)
    await upgrade_async(dsn)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    try:
        fields = await connection.fetch("SELECT field FROM assertion WHERE NOT is_own ORDER BY 1")
        assert [row[0] for row in fields] == ["AREA", "founded_on", "name"]
        rights = "SELECT DISTINCT current_audience FROM entity_history WHERE slug = 'unseen'"
        assert await connection.fetchval(rights) == "OWNER"
        # A statement that 0010 left in the old spelling, as it did where the owner could not see the row.
        await downgrade_async(dsn, "0021")
        await connection.execute(
            "UPDATE assertion SET field = 'employee_count', value = '7' WHERE field = 'name' AND NOT is_own"
        )
        await upgrade_async(dsn)
        fields = await connection.fetch("SELECT field FROM assertion WHERE NOT is_own ORDER BY 1")
        assert [row[0] for row in fields] == ["AREA", "EMPLOYEE_COUNT", "founded_on"]
    finally:
        await connection.close()
