"""Row security of writes, asked of PostgreSQL itself: viewer by verb by owner, with no code before it.

Every check runs under the viewer's role in the small graph, in a transaction that is rolled back.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.vocabulary import Kind
from tests import graph
from tests.conftest import NORTH
from tests.row_security import DENIED, ENTITIES, EVERYBODY, SOUTH, acting, owned


@pytest.fixture(scope="module")
async def owner(graph_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """The login role's connection to the graph."""
    connection = await asyncpg.connect(graph_dsn, server_settings={"search_path": "live, common"})
    yield connection
    await connection.close()


async def entity_of(connection: asyncpg.Connection, whose: str) -> UUID:
    """A public entity that is north's own, another's or nobody's."""
    found: UUID = next(
        id_ for id_, row in ENTITIES.items() if row["audience"] == "PUBLIC" and owned(row) == whose
    )
    return found


def new_entity(owner_id: UUID | None) -> tuple[str, UUID | None]:
    """A statement that inserts a cluster for an owner."""
    return "INSERT INTO entity (kind, slug, name, owner_id) VALUES ('CLUSTER', 'new', 'New', $1)", owner_id


@pytest.mark.parametrize("viewer", ["anonymous", "partner", "editor"])
@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
async def test_who_may_insert_an_entity_for_whom(owner: asyncpg.Connection, viewer: str, whose: str) -> None:
    owner_id = {"own": graph.PARTNERS["north"], "another's": graph.PARTNERS["south"], "nobody's": None}[whose]
    is_allowed = viewer == "editor" or (viewer == "partner" and whose == "own")
    sql, argument = new_entity(owner_id)
    if is_allowed:
        async with acting(owner, EVERYBODY[viewer]):
            assert await owner.execute(sql, argument) == "INSERT 0 1"
    else:
        with pytest.raises(DENIED):
            async with acting(owner, EVERYBODY[viewer]):
                await owner.execute(sql, argument)


@pytest.mark.parametrize("viewer", ["anonymous", "partner", "editor"])
@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
@pytest.mark.parametrize("kind", list(Kind))
async def test_who_may_update_whose_entities(
    owner: asyncpg.Connection, viewer: str, whose: str, kind: Kind
) -> None:
    who = EVERYBODY[viewer]
    ids = [id_ for id_, row in ENTITIES.items() if row["kind"] == kind and owned(row) == whose]
    update = "UPDATE entity SET city = 'Quetta' WHERE id = ANY ($1)"
    if viewer == "anonymous":
        with pytest.raises(DENIED):
            async with acting(owner, who):
                await owner.execute(update, ids)
        return
    async with acting(owner, who):
        count = len(ids) if viewer == "editor" or whose == "own" else 0
        assert await owner.execute(update, ids) == f"UPDATE {count}"


@pytest.mark.parametrize("viewer", ["anonymous", "partner"])
async def test_nobody_but_editors_deletes_records(owner: asyncpg.Connection, viewer: str) -> None:
    for table in ("entity", "source", "change"):
        with pytest.raises(DENIED):
            async with acting(owner, EVERYBODY[viewer]):
                await owner.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["relation", "zone_status"])
async def test_a_partner_takes_back_what_it_stated_and_nothing_else(
    owner: asyncpg.Connection, table: str
) -> None:
    async with acting(owner, EVERYBODY["editor"]):
        own = await owner.fetchval(f"SELECT count(*) FROM {table} WHERE owner_id = $1", NORTH.partner_id)
    async with acting(owner, NORTH):
        assert await owner.execute(f"DELETE FROM {table}") == f"DELETE {own}"
    with pytest.raises(DENIED):
        async with acting(owner, EVERYBODY["anonymous"]):
            await owner.execute(f"DELETE FROM {table}")


async def test_a_partner_cannot_give_its_record_away_or_take_anothers(owner: asyncpg.Connection) -> None:
    mine, theirs = await entity_of(owner, "own"), await entity_of(owner, "another's")
    with pytest.raises(DENIED):
        async with acting(owner, NORTH):
            await owner.execute("UPDATE entity SET owner_id = $2 WHERE id = $1", mine, SOUTH.partner_id)
    async with acting(owner, NORTH):
        taken = await owner.execute("UPDATE entity SET owner_id = $2 WHERE id = $1", theirs, NORTH.partner_id)
    assert taken == "UPDATE 0"


@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
async def test_a_partner_writes_names_and_identifiers_of_its_own_entities_only(
    owner: asyncpg.Connection, whose: str
) -> None:
    entity = await entity_of(owner, whose)
    for insert in (
        "INSERT INTO entity_name (entity_id, value, lang) VALUES ($1, 'Another name', 'de')",
        "INSERT INTO identifier (entity_id, scheme, value) VALUES ($1, 'WIKIDATA', 'Q1')",
    ):
        if whose == "own":
            async with acting(owner, NORTH):
                assert await owner.execute(insert, entity) == "INSERT 0 1"
        else:
            with pytest.raises(DENIED):
                async with acting(owner, NORTH):
                    await owner.execute(insert, entity)
    async with acting(owner, NORTH):
        count = 1 if whose == "own" else 0
        label = "WHERE entity_id = $1 AND type = 'LABEL'"
        found = await owner.execute(f"UPDATE entity_name SET lang = 'fr' {label}", entity)
        assert found == f"UPDATE {count}"
        assert await owner.execute(f"DELETE FROM entity_name {label}", entity) == f"DELETE {count}"


async def test_a_partner_cannot_move_a_name_to_anothers_entity(owner: asyncpg.Connection) -> None:
    mine, theirs = await entity_of(owner, "own"), await entity_of(owner, "another's")
    with pytest.raises(DENIED):
        async with acting(owner, NORTH):
            await owner.execute("UPDATE entity_name SET entity_id = $2 WHERE entity_id = $1", mine, theirs)


@pytest.mark.parametrize("table", ["relation", "zone_status", "source", "assertion"])
async def test_a_partner_writes_its_own_facts_only(owner: asyncpg.Connection, table: str) -> None:
    zone, company = graph.uuid_of(6001), graph.uuid_of(3001)
    rows: dict[str, dict[str, Any]] = {
        "relation": {"subject_id": company, "subject_kind": "COMPANY", "role": "TENANT_OF",
                     "object_id": zone, "object_kind": "ZONE", "title": "New"},
        "zone_status": {"zone_id": zone, "status": "APPROVED"},
        "source": {"slug": "new", "kind": "PARTNER", "title": "New"},
        "assertion": {"entity_id": zone, "field": "AREA", "value": "1"},
    }  # fmt: skip
    row = rows[table]
    names = ", ".join(row)
    places = ", ".join(f"${place}" for place in range(2, len(row) + 2))
    insert = f"INSERT INTO {table} (owner_id, {names}) VALUES ($1, {places})"
    async with acting(owner, NORTH):
        assert await owner.execute(insert, NORTH.partner_id, *row.values()) == "INSERT 0 1"
    for other in (SOUTH.partner_id, None):
        with pytest.raises(DENIED):
            async with acting(owner, NORTH):
                await owner.execute(insert, other, *row.values())


async def test_a_partner_cannot_write_the_change_log(owner: asyncpg.Connection) -> None:
    with pytest.raises(DENIED):
        async with acting(owner, NORTH):
            await owner.execute(
                "INSERT INTO change (verb, kind, record_id, owner_id) VALUES ('CREATED', 'ZONE', $1, $2)",
                graph.uuid_of(6001), NORTH.partner_id,
            )  # fmt: skip
