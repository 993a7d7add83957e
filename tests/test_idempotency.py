"""Writes that are sent again under a key: once done, alike answered, each partner's keys its own."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg
import pytest

from models.database import Database
from resolvers.errors import BadUserInput, Conflict
from resolvers.idempotency import idempotent
from resolvers.viewer import Viewer
from resolvers.writes import write
from tests.conftest import EDITOR, NORTH
from tests.row_security import DENIED, SOUTH
from tests.writing import owner_of


async def send(
    database: Database, viewer: Viewer, key: str | None, parameters: dict[str, Any], name: str = "save"
) -> Mapping[str, Any]:
    """A write of one university, which the partner owns."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        made = await connection.fetchval(
            "INSERT INTO entity (kind, slug, name, sphere, is_funder, owner_id) "
            "VALUES ('UNIVERSITY', $1, $1, 'ACADEMIA', false, $2) RETURNING id",
            *(parameters["slug"], viewer.partner_id),
        )
        return {"entity": made, "note": "made"}

    async def transaction(connection: asyncpg.Connection) -> Mapping[str, Any]:
        return await idempotent(connection, viewer, key, name, parameters, work)

    return await write(database, viewer, transaction)


async def count(database: Database, slug: str) -> int:
    async with owner_of(database) as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM entity WHERE slug LIKE $1", slug)
    return found


async def test_a_write_sent_again_is_answered_alike_and_writes_nothing(graph_copy: Database) -> None:
    first = await send(graph_copy, NORTH, "k", {"slug": "once", "more": [1, {"a": None, "b": 2}]})
    again = await send(graph_copy, NORTH, "k", {"more": [1, {"b": 2, "a": None}], "slug": "once"})
    assert first == again == {"entity": first["entity"], "note": "made"}
    assert await count(graph_copy, "once") == 1


@pytest.mark.parametrize(
    ("parameters", "name"), [({"slug": "once", "more": 2}, "save"), ({"slug": "once"}, "remove")]
)
async def test_a_key_with_other_parameters_is_refused(
    parameters: dict[str, Any], name: str, graph_copy: Database
) -> None:
    await send(graph_copy, NORTH, "k", {"slug": "once"})
    with pytest.raises(Conflict) as refused:
        await send(graph_copy, NORTH, "k", parameters, name)
    assert (refused.value.code, refused.value.http_status) == ("IDEMPOTENCY_KEY_REUSED", 409)


async def test_twenty_sends_at_once_make_one_write(graph_copy: Database) -> None:
    answers = await asyncio.gather(*(send(graph_copy, NORTH, "k", {"slug": "once"}) for _ in range(20)))
    assert len({answer["entity"] for answer in answers}) == 1
    assert await count(graph_copy, "once") == 1


async def test_a_write_that_failed_may_be_tried_again_under_its_key(graph_copy: Database) -> None:
    await send(graph_copy, NORTH, None, {"slug": "taken"})
    with pytest.raises(Conflict):
        await send(graph_copy, NORTH, "k", {"slug": "taken"})
    async with owner_of(graph_copy) as connection:
        await connection.execute("SET ROLE triplehelix_editor")
        await connection.execute("UPDATE entity SET slug = 'free' WHERE slug = 'taken'")
    assert await send(graph_copy, NORTH, "k", {"slug": "taken"})


async def test_each_partner_has_keys_of_its_own(graph_copy: Database) -> None:
    found = [
        (await send(graph_copy, viewer, "k", {"slug": f"of-{viewer.role}-{viewer.partner}"}))["entity"]
        for viewer in (NORTH, SOUTH, EDITOR)
    ]
    assert len(set(found)) == 3


@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b"])
async def test_what_is_no_key_is_refused(key: str, graph_copy: Database) -> None:
    with pytest.raises(BadUserInput):
        await send(graph_copy, NORTH, key, {"slug": "once"})
    assert await count(graph_copy, "once") == 0


async def test_a_key_of_two_hundred_characters_is_taken(graph_copy: Database) -> None:
    first = await send(graph_copy, NORTH, "ü" * 200, {"slug": "once"})
    assert await send(graph_copy, NORTH, "ü" * 200, {"slug": "once"}) == first


async def test_old_keys_are_dropped_and_young_ones_stay(graph_copy: Database) -> None:
    for key in ("old", "young"):
        await send(graph_copy, NORTH, key, {"slug": key})
    await send(graph_copy, SOUTH, "old", {"slug": "of-south"})
    async with owner_of(graph_copy) as connection:
        await connection.execute("SET ROLE triplehelix_editor")
        age = "UPDATE idempotency_key SET created_at = now() - $2::text::interval WHERE key = $1"
        await connection.execute(age, "old", "49 hours")
        await connection.execute(age, "young", "47 hours")
    await send(graph_copy, NORTH, "new", {"slug": "new"})
    async with owner_of(graph_copy) as connection:
        await connection.execute("SET ROLE triplehelix_editor")
        left = await connection.fetch("SELECT key, partner_id FROM idempotency_key ORDER BY created_at, key")
    assert [(row["key"], row["partner_id"]) for row in left] == [
        ("old", SOUTH.partner_id), ("young", NORTH.partner_id), ("new", NORTH.partner_id)
    ]  # fmt: skip


async def test_row_security_keeps_keys_apart(graph_copy: Database) -> None:
    await send(graph_copy, NORTH, "k", {"slug": "once"})
    async with graph_copy.write(SOUTH) as connection:
        assert await connection.fetchval("SELECT count(*) FROM idempotency_key") == 0
        assert await connection.execute("UPDATE idempotency_key SET answer = '{}'") == "UPDATE 0"
        with pytest.raises(DENIED):
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO idempotency_key (partner_id, key, digest) VALUES ($1, 'k2', '')",
                    NORTH.partner_id,
                )
    async with graph_copy.write(NORTH) as connection:
        assert await connection.fetchval("SELECT count(*) FROM idempotency_key") == 1
        # For a day nobody can take a key back.
        assert await connection.execute("DELETE FROM idempotency_key") == "DELETE 0"
    with pytest.raises(DENIED):
        async with graph_copy.write(Viewer()) as connection:
            await connection.fetchval("SELECT count(*) FROM idempotency_key")
