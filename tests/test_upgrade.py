"""A database of the first release (its newest migration was 0002) comes to today's tables with its rows.

The rows are written as that release wrote them, in columns that it had. That forward and back make the same
is the business of tests/test_migrations.py.
"""

from typing import Any

import asyncpg
import pytest
from alembic import command

from models.base import COMMON
from models.embedded import EmbeddedPostgres
from models.migrate import is_current, upgrade_async
from models.migrations import GRAPH, SCHEMAS
from models.revisions import locked, on, prepare
from tests.conftest import database_of
from tests.test_migrations import catalog

ROWS = """
    INSERT INTO role_type (code, label, inverse_label, description, is_symmetric, is_event)
    VALUES ('TENANT_OF', 'tenant of', 'tenants', '', false, false);
    INSERT INTO role_pair (role, subject_kind, object_kind) VALUES ('TENANT_OF', 'COMPANY', 'ZONE');
    INSERT INTO source (slug, kind, title, published_on)
    VALUES ('register', 'REGISTRY', 'A register', '2019-01-01'), ('news', 'NEWS', 'A paper', '2022-03-23');
    INSERT INTO entity (kind, slug, name, regime, modality, area_value, area_unit, source_id)
    SELECT 'ZONE', 'park', 'Park', 'STZ', 'GEOGRAPHICAL', 150, 'ACRE', id FROM source WHERE slug = 'news';
    INSERT INTO entity (kind, slug, name, size_class, founded_on, founded_on_precision, is_funder,
                        is_freelancer, audience)
    VALUES ('COMPANY', 'seen', 'Seen', 'SME', '2015-01-01', 'YEAR', false, false, 'PUBLIC'),
           ('COMPANY', 'unseen', 'Unseen', 'SME', NULL, NULL, false, false, 'PARTNERS');
    INSERT INTO entity_name (entity_id, value, lang, type)
    SELECT id, 'Seen again', 'en', 'ALIAS' FROM entity WHERE slug = 'seen';
    INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role, valid)
    SELECT c.id, c.kind, z.id, z.kind, 'TENANT_OF', '[2020-01-01,)' FROM entity c, entity z
    WHERE c.kind = 'COMPANY' AND z.kind = 'ZONE';
    INSERT INTO assertion (entity_id, field, value, unit, valid, source_id)
    SELECT e.id, x.field, x.value, x.unit, '(,)', s.id
    FROM (VALUES ('park', 'area', '"140"'::jsonb, 'ACRE'), ('seen', 'name', '"Seen Ltd"', NULL),
                 ('seen', 'founded_on', '"2016-05"', NULL)) AS x (slug, field, value, unit)
    JOIN entity e ON e.slug = x.slug CROSS JOIN source s WHERE s.slug = 'register';
    INSERT INTO common.partner (slug, name) VALUES ('north', 'Partner north');
    INSERT INTO common.api_key (partner_id, label, prefix, digest, role, scopes)
    SELECT p.id, 'x', x.prefix, sha256(x.prefix::bytea), x.role, x.scopes
    FROM common.partner p, (VALUES ('a', 'partner', '{}'::text[]), ('b', 'partner', '{write}'),
                                   ('c', 'editor', '{}')) AS x (prefix, role, scopes);
"""
LATER = """
    UPDATE entity SET city = 'Lahore' WHERE kind = 'COMPANY';
    UPDATE entity SET audience = 'OWNER', owner_id = NULL WHERE slug = 'unseen';
    UPDATE relation SET title = 'Anchor';
"""
KEPT = ("source", "entity", "entity_name", "relation", "relation_history", "pending_relation", "region")
"""Tables of which no row is added or lost; others gain what follows from them (statements, changes)."""


async def released(dsn: str) -> None:
    """Makes the tables of the first release and writes its rows."""

    def work(connection: Any) -> None:
        prepare(connection, SCHEMAS)
        on(connection, COMMON, COMMON, lambda config: command.upgrade(config, "0001"))
        for schema in SCHEMAS:
            on(connection, GRAPH, schema, lambda config: command.upgrade(config, "0002"))

    await locked(dsn, work)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    try:
        await connection.execute(ROWS)
        await connection.execute(LATER)
    finally:
        await connection.close()


@pytest.fixture
async def old_dsn(postgres: EmbeddedPostgres) -> str:
    """A database as the first release left it."""
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute("DROP DATABASE IF EXISTS released")
    await connection.execute("CREATE DATABASE released")
    await connection.close()
    dsn = database_of(postgres.dsn, "released")
    await released(dsn)
    return dsn


async def rows(connection: asyncpg.Connection, table: str) -> int:
    found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def test_a_database_of_the_first_release_keeps_its_rows(old_dsn: str, fresh_dsn: str) -> None:
    connection = await asyncpg.connect(old_dsn, server_settings={"search_path": "live, common"})
    assert not await is_current(connection)
    before = {table: await rows(connection, table) for table in KEPT}
    assert before["relation_history"] == 2
    await connection.close()
    await upgrade_async(old_dsn)
    connection = await asyncpg.connect(old_dsn, server_settings={"search_path": "live, common"})
    assert await is_current(connection)
    assert {table: await rows(connection, table) for table in KEPT if table != "region"} == {
        table: number for table, number in before.items() if table != "region"
    }
    assert await rows(connection, "region") >= before["region"]
    rights = await connection.fetch(
        "SELECT DISTINCT e.slug, h.current_audience FROM entity_history h JOIN entity e ON e.id = h.id "
        "WHERE e.kind = 'COMPANY' ORDER BY 1"
    )
    assert [tuple(row) for row in rights] == [("seen", "PUBLIC"), ("unseen", "OWNER")]
    # A partial date, which an import states anew, and what is said of names keep the spelling of then.
    fields = await connection.fetch("SELECT field FROM assertion WHERE NOT is_own ORDER BY 1")
    assert [row[0] for row in fields] == ["AREA", "founded_on", "name"]
    # Scopes meant nothing then: what the keys could do, they can by name.
    scopes = {row["prefix"]: set(row["scopes"]) for row in await connection.fetch("TABLE common.api_key")}
    could = {"entities:write", "persons:read"}
    assert scopes == {"a": could, "b": could, "c": could | {"admin"}}
    await connection.close()
    for schema in SCHEMAS:
        assert await catalog(old_dsn, schema) == await catalog(fresh_dsn, schema)
