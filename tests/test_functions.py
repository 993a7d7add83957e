"""The functions that look behind row security: whose they are, who may call them, where they look.

Asked of PostgreSQL, so that a new function is judged by being there.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.connection import POSTGRES_ROLE
from models.embedded import EmbeddedPostgres
from tests.conftest import clone

CLOSED = {"erase_person", "derive_preference"}
"""They are called by other functions, or by editors only."""
WRITING = {"slugs_taken", "identifiers_held"}
"""They tell what is taken, which only who writes needs to know."""
DEFINERS = """
    SELECT n.nspname AS schema, p.oid::regprocedure::text AS signature, p.proname AS name,
           p.proowner::regrole::text AS owner, coalesce(array_to_string(p.proconfig, ';'), '') AS settings,
           p.prorettype = 'trigger'::regtype AS is_trigger,
           ARRAY(SELECT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END
                 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl
                 WHERE acl.privilege_type = 'EXECUTE' ORDER BY 1) AS callers
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
"""


@pytest.fixture(scope="module")
async def owner(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to an empty database."""
    made = await asyncpg.connect(
        await clone(postgres.dsn, migrated), server_settings={"search_path": "live, common"}
    )
    yield made
    await made.close()


async def test_functions_that_look_behind_row_security_are_for_the_three_roles(
    owner: asyncpg.Connection,
) -> None:
    functions = await owner.fetch(DEFINERS)
    editor, everybody = POSTGRES_ROLE["editor"], sorted(POSTGRES_ROLE.values())
    for schema in ("live", "sandbox"):
        names = {row["name"] for row in functions if row["schema"] == schema}
        assert {"entities_named", "search_names", "keep_entity_history", *CLOSED} <= names
    for row in functions:
        is_closed = row["is_trigger"] or row["name"] in CLOSED
        hint = (
            f"{row['signature']}: end its migration with close_functions() (models/migrations/functions.py)"
        )
        # What is shared are triggers on partners and keys, which the tables' owner alone reads whole.
        is_shared = row["schema"] == "common"
        assert row["is_trigger"] if is_shared else row["schema"] in ("live", "sandbox"), hint
        assert is_shared or row["owner"] == editor, hint
        writers = sorted((editor, POSTGRES_ROLE["partner"]))
        callers = [row["owner"]] if is_closed else writers if row["name"] in WRITING else everybody
        assert sorted(row["callers"]) == callers, hint
        path = f"search_path={'pg_catalog' if is_shared else row['schema']}"
        (fixed,) = [one.replace('"', "") for one in row["settings"].split(";") if "search_path" in one]
        assert fixed.startswith(path), f"{row['signature']} does not fix its search path"
        assert fixed.endswith(", pg_temp"), f"{row['signature']} sees temporary tables before ours"


async def test_a_callers_temporary_table_hides_no_table_from_them(owner: asyncpg.Connection) -> None:
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("INSERT INTO entity (kind, slug, name) VALUES ('CLUSTER', 'taken', 'Taken')")
        await owner.execute(f"SET LOCAL ROLE {POSTGRES_ROLE['partner']}")
        await owner.execute("CREATE TEMP TABLE entity (slug text); GRANT SELECT ON pg_temp.entity TO PUBLIC")
        assert await owner.fetchval("SELECT slugs_taken('{taken}')") == "taken"
    finally:
        await transaction.rollback()


async def test_a_stranger_calls_none_of_them(owner: asyncpg.Connection) -> None:
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("CREATE ROLE stranger; GRANT USAGE ON SCHEMA live, common TO stranger")
        await owner.execute("SET LOCAL ROLE stranger")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="entities_named"):
            await owner.fetch("SELECT * FROM entities_named('{%}', '{ZONE}')")
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("level", ["reader", "partner", "editor"])
async def test_each_role_calls_the_look_ups(owner: asyncpg.Connection, level: str) -> None:
    async with owner.transaction():
        await owner.execute(f"SET LOCAL ROLE {POSTGRES_ROLE[level]}")
        assert await owner.fetch("SELECT * FROM entities_named('{%}', '{ZONE}')") == []
        assert await owner.fetch("SELECT * FROM search_names('zone', NULL, 5)") == []
