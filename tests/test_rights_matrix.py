"""Who may do what with whose rows, asked of PostgreSQL itself: viewer, table, verb, audience and owner.

The tables come from the declarations, so that a new one is asked of, too. What is not declared here as open
to a partner must be closed to it. No code of the product stands before the statements.
"""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from models import Base
from models.connection import POSTGRES_ROLE
from models.embedded import EmbeddedPostgres
from models.vocabulary import Kind
from resolvers.viewer import Viewer
from tests import graph
from tests.conftest import NORTH, clone
from tests.rights_world import OF_ENTITY, PAIRS, PARTS, World, deal, dealt_tables
from tests.row_security import DENIED, EVERYBODY, acting, every_viewer, sees

READ_ONLY = {"change", "import_job", "import_problem"}
"""Partners read them; triggers and the import write them."""
TAKEN_BACK = {"relation", "assertion", "zone_status", *PARTS, *OF_ENTITY}
"""Of these a partner deletes its own rows; records and other facts are withdrawn instead, and stay."""
ASKED = sorted({*dealt_tables(), *PARTS, *OF_ENTITY} - {"change"})


@pytest.fixture(scope="module")
async def dealt(
    postgres: EmbeddedPostgres, graph_template: str
) -> AsyncIterator[tuple[asyncpg.Connection, World]]:
    """The owner's connection to the world, and what is in it."""
    dsn = await clone(postgres.dsn, graph_template)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    try:
        yield connection, await deal(connection)
    finally:
        await connection.close()


def columns(table: str) -> list[str]:
    """The columns that a row is written with; of an assertion those that a partner may give."""
    declared = Base.metadata.tables[table].columns
    own = {"rank", "is_own", "comparable", "recorded_from", "created_at"} if table == "assertion" else set()
    return [
        one.name for one in declared if one.computed is None and one.identity is None and one.name not in own
    ]


async def selected(connection: asyncpg.Connection, table: str, viewer: Viewer, ids: list[UUID]) -> set[UUID]:
    async with acting(connection, viewer):
        return {row[0] for row in await connection.fetch(f"SELECT id FROM {table} WHERE id = ANY ($1)", ids)}


async def updated(connection: asyncpg.Connection, table: str, viewer: Viewer, ids: list[UUID]) -> set[UUID]:
    """The rows that an update under the viewer's role changes."""
    column = {"entity_name": "lang", "identifier": "source_id"}.get(table, "audience")
    sql = f"UPDATE {table} SET {column} = {column} WHERE id = ANY ($1) RETURNING id"
    try:
        async with acting(connection, viewer):
            return {row[0] for row in await connection.fetch(sql, ids)}
    except DENIED:
        return set()


async def one_by_one(
    connection: asyncpg.Connection, viewer: Viewer, statements: list[tuple[UUID, str, tuple[Any, ...]]]
) -> set[UUID]:
    """Which of these go through, or are stopped by a rule other than of rights; each is undone."""
    done = set()
    async with acting(connection, viewer):
        for id_, sql, arguments in statements:
            point = connection.transaction()
            await point.start()
            try:
                if not (await connection.execute(sql, *arguments)).endswith(" 0"):
                    done.add(id_)
            except asyncpg.IntegrityConstraintViolationError:
                done.add(id_)
            except DENIED:
                pass
            finally:
                await point.rollback()
    return done


async def inserts(
    connection: asyncpg.Connection, table: str, rows: list[dict[str, Any]]
) -> list[tuple[UUID, str, tuple[Any, ...]]]:
    """For each row a statement that writes another one like it, with its audience and owner."""
    names = ", ".join(columns(table))
    sql = f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1)"
    found = []
    for row in rows:
        like = json.loads(
            await connection.fetchval(f"SELECT to_jsonb(t) FROM {table} t WHERE id = $1", row["id"])
        )
        like |= {"id": str(uuid4())}
        like |= {"slug": f"new-{row['id']}"} if "slug" in like else {}
        like |= {"value": f"New {row['id']}"} if table == "entity_name" else {}
        like |= {"value": f"Q{row['id'].int % 10**9}"} if table == "identifier" else {}
        found.append((row["id"], sql, (json.dumps(like),)))
    return found


def expected(viewer: Viewer, table: str, verb: str, rows: list[dict[str, Any]]) -> set[UUID]:
    """The rows of which the rules of rights (docs/rights.md) allow it."""
    if viewer.role == "editor":
        return {row["id"] for row in rows}
    if verb == "SELECT":
        return {row["id"] for row in rows if sees(viewer, row)}
    if viewer.role == "reader" or table in READ_ONLY or (verb == "DELETE" and table not in TAKEN_BACK):
        return set()
    return {row["id"] for row in rows if row["owner_id"] == viewer.partner_id}


def sample(world: World, table: str) -> list[dict[str, Any]]:
    """Rows with every audience and owner; of entities, of every kind."""
    rows = world.rows[table]
    if table != "entity":
        return rows[: 3 * len(PAIRS)]
    return [row for kind in Kind for row in world.of_kind(kind)[: len(PAIRS)]]


@every_viewer
@pytest.mark.parametrize("table", ASKED)
async def test_a_viewer_does_with_a_row_what_its_audience_and_owner_allow(
    dealt: tuple[asyncpg.Connection, World], table: str, viewer: str
) -> None:
    connection, world = dealt
    who, rows = EVERYBODY[viewer], sample(world, table)
    if not rows:
        # A table that the small graph does not fill: the tests below ask for its walls.
        forced = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = $1::text::regclass"
        assert await connection.fetchval(forced, f"live.{table}")
        return
    ids = [row["id"] for row in rows]
    pairs = {(row["audience"], row["owner_id"]) for row in rows}
    assert pairs == set(PAIRS) or table in PARTS, "the world lacks an audience or an owner"
    assert len(pairs) >= 6
    assert await selected(connection, table, who, ids) == expected(who, table, "SELECT", rows), "SELECT"
    assert await updated(connection, table, who, ids) == expected(who, table, "UPDATE", rows), "UPDATE"
    made = await one_by_one(connection, who, await inserts(connection, table, rows))
    assert made == expected(who, table, "INSERT", rows), "INSERT"
    deletes = [(id_, f"DELETE FROM {table} WHERE id = $1", (id_,)) for id_ in ids]
    gone = await one_by_one(connection, who, deletes)
    assert gone == expected(who, table, "DELETE", rows), "DELETE"


@pytest.mark.parametrize("table", [table for table in ASKED if table not in (*PARTS, *OF_ENTITY)])
async def test_a_partner_gives_no_row_away_and_takes_none(
    dealt: tuple[asyncpg.Connection, World], table: str
) -> None:
    connection, world = dealt
    rows = sample(world, table)
    given = f"UPDATE {table} SET owner_id = $2 WHERE id = $1"
    away = [(row["id"], given, (row["id"], graph.PARTNERS["south"])) for row in rows]
    assert await one_by_one(connection, NORTH, away) == set()
    others = [row for row in rows if row["owner_id"] != NORTH.partner_id]
    taken = [(row["id"], given, (row["id"], NORTH.partner_id)) for row in others]
    assert taken or not rows
    assert await one_by_one(connection, NORTH, taken) == set()


async def test_no_reader_may_write_any_table(dealt: tuple[asyncpg.Connection, World]) -> None:
    rows = await dealt[0].fetch(
        """
        SELECT c.oid::regclass::text AS name, verb
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS verb
        WHERE n.nspname IN ('live', 'sandbox', 'common') AND c.relkind IN ('r', 'v', 'm') AND (
            has_table_privilege($1, c.oid, verb)
            OR (verb IN ('INSERT', 'UPDATE') AND has_any_column_privilege($1, c.oid, verb)))
        """,
        POSTGRES_ROLE["reader"],
    )
    assert [tuple(row) for row in rows] == []


async def test_what_a_partner_may_write_is_bound_to_its_own_rows(
    dealt: tuple[asyncpg.Connection, World],
) -> None:
    """Of every table, new ones too: forced row security, no policy for writing without the partner's id."""
    connection, _ = dealt
    writable = await connection.fetch(
        """
        SELECT c.relname AS name,
               -- The owner of what is shared looks keys up; no role is that owner.
               c.relrowsecurity AND (c.relforcerowsecurity OR n.nspname = 'common') AS is_forced
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('live', 'sandbox', 'common') AND c.relkind IN ('r', 'v', 'm') AND (
            has_table_privilege($1, c.oid, 'DELETE, TRUNCATE')
            OR has_any_column_privilege($1, c.oid, 'INSERT, UPDATE'))
        """,
        POSTGRES_ROLE["partner"],
    )
    assert {"entity", "relation", "licence"} <= {row["name"] for row in writable}
    assert {row["name"] for row in writable if not row["is_forced"]} == set()
    policies = await connection.fetch(
        """
        SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies
        WHERE schemaname IN ('live', 'sandbox', 'common') AND cmd <> 'SELECT'
          AND roles && ARRAY[$1, 'public']::name[]
        """,
        POSTGRES_ROLE["partner"],
    )
    assert len(policies) > 40
    for policy in policies:
        rules = [rule for rule in (policy["qual"], policy["with_check"]) if rule is not None]
        assert rules, policy
        assert all("app.partner" in rule for rule in rules), policy


@pytest.mark.parametrize("level", ["reader", "partner"])
async def test_history_is_written_by_no_viewer(dealt: tuple[asyncpg.Connection, World], level: str) -> None:
    tables = [name for name in Base.metadata.tables if name.endswith("_history")]
    assert len(tables) > 15
    for table in tables:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            may = f"SELECT has_table_privilege('{POSTGRES_ROLE[level]}', 'live.{table}', '{verb}')"
            assert not await dealt[0].fetchval(may), (table, verb)
