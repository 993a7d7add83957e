"""Migrations, forward and back on a database with data: what they make is what the declarations say.

Catalogs of PostgreSQL are compared, never the text of migrations. What triggers write is tested in
tests/test_history.py.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from models import Base
from models.base import COMMON
from models.embedded import EmbeddedPostgres
from models.migrate import is_current, upgrade_async
from models.migrations import GRAPH, SCHEMAS, head
from models.revisions import configuration, downgrade_async
from tests import graph
from tests.conftest import database_of
from tests.processes import CHECKOUT

Catalog = dict[str, list[str]]

CATALOG = {
    "columns": """
        SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                      a.attnotnull, a.attgenerated, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace""",
    "constraints": """
        SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "triggers": """
        SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal""",
    "policies": """
        SELECT format('%s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check)
        FROM pg_policies WHERE schemaname = current_schema()""",
    "functions": """
        SELECT format('%s %s %s', pg_get_functiondef(oid), proowner::regrole, proacl)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace""",
    "tables": """
        SELECT format('%s %s %s %s', relname, relrowsecurity, relforcerowsecurity, relacl)
        FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace = current_schema()::regnamespace""",
}


async def catalog(dsn: str, schema: str) -> Catalog:
    """All that a data schema consists of, as sorted texts that do not name it."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": f"{schema}, common"})
    try:
        found = {}
        for what, query in CATALOG.items():
            rows = [row[0] for row in await connection.fetch(query)]
            found[what] = sorted(row.replace(f"{schema}.", "").replace(f"'{schema}", "'*") for row in rows)
        return found
    finally:
        await connection.close()


async def on(dsn: str, schema: str, work: Callable[[Connection], Any], path: str | None = None) -> None:
    """Runs something of SQLAlchemy on a connection to a data schema."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn))
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SET search_path TO {path or schema}"))
            connection.sync_connection.dialect.default_schema_name = schema  # type: ignore[union-attr]
            await connection.run_sync(work)
    finally:
        await engine.dispose()


async def counts(dsn: str, schema: str = "live") -> dict[str, int]:
    """How many rows each table has that the graph fills."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": schema})
    tables = ("entity", "entity_name", "identifier", "relation", "zone_status", "source", "change", "region")
    found = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables}
    await connection.close()
    return found


async def load(dsn: str, schema: str = "live") -> None:
    """Puts the small graph into a data schema."""
    connection = await asyncpg.connect(dsn)
    await graph.load(connection, schema)
    await connection.close()


async def test_live_data_and_sandbox_are_made_of_the_same(fresh_dsn: str) -> None:
    live, sandbox = [await catalog(fresh_dsn, schema) for schema in SCHEMAS]
    assert live["policies"]
    assert live["triggers"]
    assert live == sandbox


async def test_back_to_nothing_and_forward_again_makes_the_same(fresh_dsn: str) -> None:
    before = await catalog(fresh_dsn, "live")
    for schema in SCHEMAS:
        await load(fresh_dsn, schema)
    full = await counts(fresh_dsn)
    await downgrade_async(fresh_dsn, "base")
    for schema in SCHEMAS:
        left = await catalog(fresh_dsn, schema)
        assert left.pop("columns") == ["migration.version_num character varying(32) t  "]
        assert [row.split()[0] for row in left.pop("tables")] == ["migration"]
        assert {what: rows for what, rows in left.items() if rows} == {
            "constraints": ["migration migration_pkc PRIMARY KEY (version_num)"],
            "indexes": ["CREATE UNIQUE INDEX migration_pkc ON migration USING btree (version_num)"],
        }
    await upgrade_async(fresh_dsn)
    assert await catalog(fresh_dsn, "live") == before
    assert await catalog(fresh_dsn, "sandbox") == before
    await load(fresh_dsn)
    assert await counts(fresh_dsn) == full


async def test_one_step_back_and_forward_keeps_the_data(fresh_dsn: str) -> None:
    await load(fresh_dsn)
    made, rows = await catalog(fresh_dsn, "live"), await counts(fresh_dsn)
    await downgrade_async(fresh_dsn, "0001", ["live"])
    assert await counts(fresh_dsn) == rows
    connection = await asyncpg.connect(fresh_dsn)
    assert not await is_current(connection)
    await upgrade_async(fresh_dsn)
    assert await is_current(connection)
    await connection.close()
    assert await catalog(fresh_dsn, "live") == made
    assert await counts(fresh_dsn) == rows


async def test_a_second_upgrade_changes_nothing(fresh_dsn: str) -> None:
    async def versions() -> list[Any]:
        connection = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live"})
        found = [
            [tuple(row) for row in await connection.fetch(f"SELECT ctid, xmin::text FROM {table} ORDER BY 1")]
            for table in ("region", "vertical", "role_type", "role_pair", "migration")
        ]
        await connection.close()
        return found

    made, before = await catalog(fresh_dsn, "live"), await versions()
    await upgrade_async(fresh_dsn)
    assert await versions() == before
    assert await catalog(fresh_dsn, "live") == made


async def test_a_start_brings_changed_vocabularies_up_to_date(fresh_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live, common"})

    async def vocabularies() -> dict[str, list[Any]]:
        names = ("region", "vertical", "market_group", "role_type", "role_pair", "currency")
        return {name: sorted(await connection.fetch(f"SELECT * FROM {name}")) for name in names}

    before = await vocabularies()
    await connection.execute("DELETE FROM role_pair WHERE role = 'HOSTS'")
    await connection.execute("DELETE FROM market_group WHERE code = 'GCC'")
    await connection.execute("UPDATE region SET name = 'another' WHERE code = 'PK-SD'")
    await connection.execute("UPDATE vertical SET isic = '{}' WHERE code = 'MEDIA'")
    await connection.execute("UPDATE role_type SET label = 'another' WHERE code = 'HOSTS'")
    await connection.execute("UPDATE currency SET name = 'another' WHERE code = 'PKR'")
    await upgrade_async(fresh_dsn)
    assert await vocabularies() == before
    await connection.close()


@pytest.mark.parametrize(("branch", "schema"), [(GRAPH, "live"), (GRAPH, "sandbox"), (COMMON, COMMON)])
async def test_autogenerate_finds_nothing_to_migrate(fresh_dsn: str, branch: str, schema: str) -> None:
    # `check` raises where the declarations and the database differ. Tables of `common` are declared with
    # their schema's name, which reflection gives only where it is not the default schema.
    default = "public" if branch == COMMON else schema
    await on(fresh_dsn, default, lambda connection: command.check(configuration(branch, schema, connection)))


async def test_columns_checks_and_indexes_are_those_of_the_declarations(fresh_dsn: str) -> None:
    connection = await asyncpg.connect(fresh_dsn)
    await connection.execute("CREATE SCHEMA declared")
    await connection.close()

    def create(connection: Connection) -> None:
        tables = [table for table in Base.metadata.sorted_tables if table.schema is None]
        Base.metadata.create_all(connection, tables=tables)

    await on(fresh_dsn, "declared", create, "declared, common")
    declared, migrated = await catalog(fresh_dsn, "declared"), await catalog(fresh_dsn, "live")
    for what in ("columns", "constraints", "indexes"):
        own = [row for row in migrated[what] if "migration" not in row]
        assert own == declared[what], what
    assert any("ck_entity_kind_zone" in row for row in migrated["constraints"])


@pytest.mark.parametrize("branch", [GRAPH, COMMON])
def test_the_newest_revision_is_the_one_that_alembic_finds(branch: str) -> None:
    assert ScriptDirectory.from_config(configuration(branch, branch)).get_heads() == [head(branch)]


async def test_an_empty_database_is_not_current_until_it_is_migrated(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute("CREATE DATABASE empty_one")
    await connection.close()
    dsn = database_of(postgres.dsn, "empty_one")
    connection = await asyncpg.connect(dsn)
    assert not await is_current(connection)
    await upgrade_async(dsn)
    assert await is_current(connection)
    assert await connection.fetchval("SELECT version_num FROM sandbox.migration") == head(GRAPH)
    await connection.close()


async def test_processes_that_migrate_at_once_all_succeed(postgres: EmbeddedPostgres, migrated: str) -> None:
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute("CREATE DATABASE raced")
    await connection.close()
    dsn = database_of(postgres.dsn, "raced")
    code = "import sys; from models.migrate import upgrade; upgrade(sys.argv[1])"
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, dsn, cwd=CHECKOUT, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    outcomes = [await racer.communicate() for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0, 0], outcomes
    assert await catalog(dsn, "live") == await catalog(database_of(postgres.dsn, migrated), "live")


async def test_a_migration_that_fails_leaves_everything_as_it_was(fresh_dsn: str) -> None:
    await downgrade_async(fresh_dsn, "0022")
    connection = await asyncpg.connect(fresh_dsn)
    # In the way of the second of those that are due, in the second of the two schemas.
    await connection.execute("CREATE TABLE sandbox.webhook (id int)")
    before = await catalog(fresh_dsn, "live")
    with pytest.raises(ProgrammingError, match='"webhook" already exists') as caught:
        await upgrade_async(fresh_dsn)
    # Statements are sent many at a time; which of them failed, and where it stands, is told all the same.
    assert "CREATE TABLE webhook (" in str(caught.value.statement)
    assert [Path(note).name.split(".py, line ")[0] for note in caught.value.__notes__] == ["0024_webhooks"]
    assert await catalog(fresh_dsn, "live") == before
    assert await connection.fetchval("SELECT version_num FROM live.migration") == "0022"
    await connection.execute("DROP TABLE sandbox.webhook")
    await upgrade_async(fresh_dsn)
    assert await is_current(connection)
    await connection.close()
