"""Row security, asked of PostgreSQL itself: what each role reads, with no compiler before it.

Every check runs under the viewer's role in the small graph; expectations are computed from its rows.
Writes are in tests/test_security_writes.py.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import Base
from models.base import COMMON
from models.connection import POSTGRES_ROLE
from models.database import Database
from models.history import RECORDED_TABLES
from models.vocabulary import Kind
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, PATIENT, VIEWERS
from tests.graph_facts import PARTS
from tests.row_security import DENIED, ENTITIES, EVERYBODY, SOUTH, acting, every_viewer, owned, sees


@pytest.fixture(scope="module")
async def owner(graph_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """The login role's connection to the graph."""
    connection = await asyncpg.connect(graph_dsn, server_settings={"search_path": "live, common"})
    yield connection
    await connection.close()


# -- reading -----------------------------------------------------------------------------------------


@every_viewer
@pytest.mark.parametrize("kind", list(Kind))
async def test_a_role_reads_the_entities_of_its_audience(
    owner: asyncpg.Connection, viewer: str, kind: Kind
) -> None:
    who = EVERYBODY[viewer]
    async with acting(owner, who):
        found = await owner.fetch("SELECT id FROM entity WHERE kind = $1", str(kind))
    expected = {id_ for id_, row in ENTITIES.items() if row["kind"] == kind and sees(who, row)}
    assert {row["id"] for row in found} == expected


@every_viewer
async def test_a_role_reads_the_facts_and_parts_of_its_audience(
    owner: asyncpg.Connection, viewer: str
) -> None:
    who = EVERYBODY[viewer]
    statuses = await owner.fetch("SELECT id, audience, owner_id FROM zone_status")
    sources = await owner.fetch("SELECT id, audience, owner_id FROM source")
    facts = graph.facts()
    async with acting(owner, who):
        for table, rows in (
            ("relation", graph.relation_rows()),
            ("zone_status", [dict(row) for row in statuses]),
            ("source", [dict(row) for row in sources]),
            *((table, rows) for table, rows in facts.items() if table not in PARTS),
        ):
            found = {row["id"] for row in await owner.fetch(f"SELECT id FROM {table}")}
            assert found == {row["id"] for row in rows if sees(who, row)}, table
        for table in ("entity_name", "identifier"):
            found = {row["entity_id"] for row in await owner.fetch(f"SELECT entity_id FROM {table}")}
            assert found
            assert all(sees(who, ENTITIES[id_]) for id_ in found), table
        for table, key, parents in (
            ("funding_round_investor", "round_id", by_id(facts["funding_round"])),
            ("need_skill", "need_id", by_id(facts["need"])),
            ("program_skill", "program_id", ENTITIES),
            ("expert_skill", "expert_id", ENTITIES),
        ):
            found = {row["id"] for row in await owner.fetch(f"SELECT id FROM {table}")}
            parent_of = {row["id"]: parents[row[key]] for row in facts[table]}
            assert found == {id_ for id_, parent in parent_of.items() if sees_part(who, parent)}, table


def by_id(rows: list[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def sees_part(viewer: Viewer, parent: dict[str, Any]) -> bool:
    """Whether a viewer may see the parts of a row: the row itself, and of a person the skills."""
    own = parent.get("skills_audience") or "PUBLIC"
    return sees(viewer, parent) and sees(viewer, {**parent, "audience": own})


@every_viewer
async def test_the_change_log_is_read_only_within_the_audience(
    owner: asyncpg.Connection, viewer: str
) -> None:
    who = EVERYBODY[viewer]
    rows = {row["id"]: row for row in graph.logged_rows()}
    async with acting(owner, who):
        found = {row["record_id"] for row in await owner.fetch("SELECT record_id FROM change")}
    assert found == {id_ for id_, row in rows.items() if sees(who, row)}


async def test_pending_relations_are_read_by_editors_and_by_whose_they_are(owner: asyncpg.Connection) -> None:
    transaction = owner.transaction()
    await transaction.start()
    try:
        for slug in ("north", "south"):
            await owner.execute(
                "INSERT INTO pending_relation "
                "(entity_id, is_subject, role, target_slug, valid, precision, owner_id) "
                "SELECT id, true, 'RELATED_TO', 'not-here-' || $2, '(,)', 'DAY', $1 FROM entity LIMIT 1",
                *(graph.PARTNERS[slug], slug),
            )
        asked = "SELECT owner_id FROM pending_relation WHERE target_slug LIKE 'not-here-%'"
        for viewer in (EDITOR, NORTH):
            async with acting(owner, viewer):
                rows = await owner.fetch(asked)
            assert len(rows) == (2 if viewer is EDITOR else 1)
        with pytest.raises(DENIED):
            async with acting(owner, ANONYMOUS):
                await owner.fetch("SELECT * FROM pending_relation")
    finally:
        await transaction.rollback()


@every_viewer
async def test_history_is_read_by_whoever_sees_the_record_and_written_by_nobody(
    owner: asyncpg.Connection, viewer: str
) -> None:
    for table in RECORDED_TABLES:
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute(f"UPDATE {table} SET recorded_from = recorded_from")
        async with acting(owner, EVERYBODY[viewer]):
            seen = {row["id"] for row in await owner.fetch(f"SELECT id FROM {table}")}
            believed = {row["id"] for row in await owner.fetch(f"SELECT id FROM {table}_history")}
        await transaction.rollback()
        assert believed == seen, table
        with pytest.raises(DENIED):
            async with acting(owner, EVERYBODY[viewer]):
                await owner.execute(f"DELETE FROM {table}_history")


@pytest.mark.parametrize("viewer", list(VIEWERS))
async def test_no_role_reads_keys_or_the_other_data_schema_by_rights_of_its_own(
    owner: asyncpg.Connection, viewer: str
) -> None:
    with pytest.raises(DENIED):
        async with acting(owner, EVERYBODY[viewer]):
            await owner.fetch("SELECT digest FROM common.api_key")
    with pytest.raises(DENIED):
        async with acting(owner, EVERYBODY[viewer]):
            await owner.execute("CREATE TABLE live.mine (id int)")


async def test_a_partner_setting_that_is_empty_or_of_nobody_is_nobody(owner: asyncpg.Connection) -> None:
    hidden = [row for row in ENTITIES.values() if row["audience"] == "OWNER"]
    assert {owned(row) for row in hidden} == {"own", "another's", "nobody's"}
    for partner in (None, graph.uuid_of(77)):
        async with acting(owner, Viewer("partner", partner)):
            assert await owner.fetchval("SELECT count(*) FROM entity WHERE audience = 'OWNER'") == 0


# -- the functions that look behind the policies -------------------------------------------------------


@every_viewer
async def test_lookups_behind_the_policies_give_nothing_hidden(
    owner: asyncpg.Connection, viewer: str
) -> None:
    who = EVERYBODY[viewer]
    visible = {id_ for id_, row in ENTITIES.items() if sees(who, row)}
    listed = {
        id_ for id_, row in ENTITIES.items() if set(row.get("verticals") or ()) & {"AI", "FINTECH", "ED_TECH"}
    }
    async with acting(owner, who):
        named = {row[0] for row in await owner.fetch("SELECT entity_ids_named('{%}')")}
        verticals = {
            row[0] for row in await owner.fetch("SELECT entity_ids_in_verticals('{AI,FINTECH,ED_TECH}')")
        }
        found = set()
        for text in {row["name"] for row in ENTITIES.values()}:
            hits = await owner.fetch("SELECT entity_id FROM search_names($1, NULL, 1000)", text)
            found |= {row["entity_id"] for row in hits}
    assert named == visible
    assert verticals == visible & listed
    current = {id_ for id_ in visible if ENTITIES[id_]["record_status"] in ("ACTIVE", "INACTIVE")}
    assert found == current


# -- the walls themselves --------------------------------------------------------------------------------


async def test_every_table_that_holds_somebodys_rows_forces_its_row_security(
    owner: asyncpg.Connection,
) -> None:
    rows = await owner.fetch(
        """
        SELECT n.nspname AS schema, c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS is_forced
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('live', 'sandbox') AND c.relkind = 'r'
        """
    )
    open_tables = {"region", "vertical", "market_group", "currency", "role_type", "role_pair", "migration"}
    # One row, which says how far the log of changes was let go.
    open_tables |= {"change_floor"}
    declared = {table.name for table in Base.metadata.tables.values() if table.schema != COMMON}
    for schema in ("live", "sandbox"):
        forced = {row["name"]: row["is_forced"] for row in rows if row["schema"] == schema}
        assert forced == {name: name not in open_tables for name in declared | {"migration"}}


async def test_the_roles_are_plain_and_own_nothing_but_the_functions(owner: asyncpg.Connection) -> None:
    roles = list(POSTGRES_ROLE.values())
    plain = await owner.fetch(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) AND NOT "
        "(rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb OR rolreplication)",
        roles,
    )
    assert {row["rolname"] for row in plain} == set(roles)
    tables = (
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY ($1)"
    )
    assert await owner.fetchval(tables, roles) == 0
    for role in (POSTGRES_ROLE["reader"], POSTGRES_ROLE["partner"]):
        assert not await owner.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", role, POSTGRES_ROLE["editor"])


async def test_functions_that_act_as_editor_fix_their_search_path(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        """
        SELECT p.proname AS name, n.nspname AS schema, r.rolname AS owner,
               coalesce(array_to_string(p.proconfig, ';'), '') AS settings
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
        WHERE p.prosecdef AND n.nspname IN ('live', 'sandbox')
        """
    )
    assert {"search_names", "entity_ids_named", "entity_ids_in_verticals"} <= {row["name"] for row in rows}
    for row in rows:
        assert row["owner"] == POSTGRES_ROLE["editor"], row["name"]
        assert f"search_path={row['schema']}" in row["settings"].replace('"', ""), row["name"]


# -- pooled connections ----------------------------------------------------------------------------------


async def who_is_there(connection: Any) -> tuple[str, str, int]:
    """Role, partner and the number of hidden entities that a connection sees."""
    row = await connection.fetchrow(
        "SELECT current_setting('role') AS role, current_setting('app.partner', true) AS partner, "
        "(SELECT count(*) FROM entity WHERE audience = 'OWNER') AS hidden"
    )
    return tuple(item.decode() if isinstance(item, bytes) else item for item in row)  # type: ignore[return-value]


async def test_a_viewers_rights_do_not_stay_on_a_pooled_connection(graph_dsn: str) -> None:
    database = Database(graph_dsn, read_size=1, write_size=1)
    await database.open()
    hidden = [row for row in ENTITIES.values() if row["audience"] == "OWNER"]
    try:
        for viewer in (NORTH, EDITOR, ANONYMOUS, SOUTH, NORTH, Viewer("partner"), EDITOR, SOUTH, ANONYMOUS):
            expected = (
                POSTGRES_ROLE[viewer.role],
                "" if viewer.partner_id is None else str(viewer.partner_id),
                sum(sees(viewer, row) for row in hidden),
            )
            for _ in range(4):
                async with database.read(viewer) as connection:
                    found = await who_is_there(connection)
                    assert (found[0], found[1] or "", found[2]) == expected
                sql = "SELECT count(*) FROM entity WHERE audience = 'OWNER'"
                assert (await database.read_row(viewer, sql, ()))[0] == expected[2]
            async with database.write(viewer) as connection:
                found = await who_is_there(connection)
                assert (found[0], found[1] or "", found[2]) == expected
            with pytest.raises(ZeroDivisionError):
                async with database.write(viewer):
                    raise ZeroDivisionError
    finally:
        await database.close()


async def test_a_read_that_fails_or_is_given_up_leaves_no_rights_behind(graph_dsn: str) -> None:
    database = Database(graph_dsn, read_size=1, **PATIENT)
    await database.open()
    slow = "SELECT pg_sleep(60)"
    try:
        for viewer, other in ((NORTH, SOUTH), (EDITOR, NORTH), (SOUTH, Viewer("partner"))):
            with pytest.raises(asyncpg.DivisionByZeroError):
                await database.read_row(viewer, "SELECT 1 / 0", ())
            # Both connections of the pool are given up in the middle of a read.
            for _ in range(2):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(database.read_row(viewer, slow, ()), 0.1)
            hidden = sum(sees(other, row) for row in ENTITIES.values() if row["audience"] == "OWNER")
            for _ in range(4):
                async with database.read(other) as connection:
                    assert (await who_is_there(connection))[2] == hidden
    finally:
        await database.close()


async def test_readers_side_by_side_see_each_their_own_rows(graph_dsn: str) -> None:
    database = Database(graph_dsn, read_size=4, **PATIENT)
    await database.open()
    expected = {
        viewer: sum(sees(viewer, row) for row in ENTITIES.values())
        for viewer in (NORTH, SOUTH, EDITOR, ANONYMOUS)
    }
    try:

        async def count(viewer: Viewer) -> bool:
            row = await database.read_row(viewer, "SELECT count(*) FROM entity", ())
            return bool(row[0] == expected[viewer])

        assert len(set(expected.values())) == 4
        assert all(await asyncio.gather(*(count(viewer) for viewer in list(expected) * 25)))
    finally:
        await database.close()
