"""Merging two records and undoing it, on the real database: what moves, what stays, who waits for whom."""

import asyncio
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import FACT_COLUMNS, Base
from models.database import Database, Timeouts
from models.moving import KEPT, entity_columns, moved_tables
from resolvers.viewer import ANONYMOUS
from tests.conftest import EDITOR, NORTH, run
from tests.writing import ASSERT, MERGE, PIN, UNDO, area, change, make, make_zone, owner_of, refused

MOMENTS = {"recorded_from", "updated_at", "version"}
"""What a record's own clock says; a merge and its undoing are two changes."""


def both(survivor: str, duplicate: str) -> dict[str, Any]:
    return {"survivor": {"slug": survivor}, "duplicate": {"slug": duplicate}}


async def state(database: Database) -> dict[str, list[str]]:
    """Every row of every table that a merge may touch, without the moments of record."""
    tables = {*moved_tables(), *KEPT} - {"entity_merge"}
    found = {}
    async with owner_of(database) as connection:
        for table in sorted(tables):
            rows = [
                json.loads(row[0]) for row in await connection.fetch(f"SELECT to_jsonb(t) FROM {table} t")
            ]
            kept = [{name: value for name, value in row.items() if name not in MOMENTS} for row in rows]
            found[table] = sorted(json.dumps(row, sort_keys=True) for row in kept)
    return found


async def relate(database: Database, subject: UUID, role: str, object_: UUID, **more: Any) -> UUID:
    kinds = {"subject_kind": "ZONE", "object_kind": "ZONE"}
    return await make(
        database, "relation", kinds | {"subject_id": subject, "role": role, "object_id": object_} | more
    )


async def ends_of(database: Database, relation: UUID) -> set[UUID] | None:
    async with owner_of(database) as connection:
        row = await connection.fetchrow("SELECT subject_id, object_id FROM relation WHERE id = $1", relation)
    return None if row is None else set(row)


async def test_the_duplicate_stays_readable_and_names_its_successor(graph_copy: Database) -> None:
    duplicate = await make_zone(graph_copy, "b")
    await make_zone(graph_copy, "a")
    answer = await change(graph_copy, MERGE, **both("a", "b"))
    assert answer["survivor"] == {"slug": "a", "recordStatus": "ACTIVE"}
    assert answer["duplicate"] == {"slug": "b", "recordStatus": "MERGED", "successor": {"slug": "a"}}
    query = """query($id: ID!) {
      entity(by: {slug: "b"}) { slug recordStatus successor { slug } }
      node(id: $id) { ... on Zone { slug successor { slug } } }
      zones(where: {slug: {in: ["a", "b"]}}) { nodes { slug } }
      merged: zones(where: {slug: {in: ["a", "b"]}, recordStatus: {eq: MERGED}}) { nodes { slug } } }"""
    found = (await run(graph_copy, query, {"id": str(duplicate)}))["data"]
    assert found["entity"]["successor"] == {"slug": "a"}
    assert found["node"] == {"slug": "b", "successor": {"slug": "a"}}
    assert found["zones"]["nodes"] == [{"slug": "a"}]
    assert found["merged"]["nodes"] == [{"slug": "b"}]


async def test_identifiers_and_names_find_the_survivor(graph_copy: Database) -> None:
    query = '{ entity(by: {identifier: {scheme: ROR, value: "05bbbc791"}}) { slug } }'
    assert (await run(graph_copy, query))["data"]["entity"]["slug"] == "university-0"
    async with owner_of(graph_copy) as connection:
        survivor = await connection.fetchval(
            "SELECT slug FROM entity WHERE kind = 'UNIVERSITY' AND record_status = 'ACTIVE' "
            "AND audience = 'PUBLIC' AND slug <> 'university-0' LIMIT 1"
        )
        await connection.execute("UPDATE entity SET record_status = 'ACTIVE' WHERE slug = 'university-0'")
    await change(graph_copy, MERGE, **both(survivor, "university-0"))
    assert (await run(graph_copy, query))["data"]["entity"]["slug"] == survivor
    hits = await run(graph_copy, '{ search(text: "جامعہ کراچی", kinds: [UNIVERSITY]) { nodes { slug } } }')
    assert survivor in [node["slug"] for node in hits["data"]["search"]["nodes"]]
    query = '{ entity(by: {slug: "university-0"}) { name names { value } identifiers { scheme isActive } } }'
    merged = (await run(graph_copy, query))["data"]["entity"]
    assert {"value": merged["name"]} in merged["names"]
    assert {one["isActive"] for one in merged["identifiers"]} == {False}
    await change(graph_copy, UNDO, duplicate={"slug": "university-0"})
    found = (await run(graph_copy, query))["data"]["entity"]["identifiers"]
    assert {one["isActive"] for one in found} == {True}


async def test_relations_move_fold_and_vanish_between_the_two(graph_copy: Database) -> None:
    a, b, other = [await make_zone(graph_copy, slug) for slug in ("a", "b", "c")]
    first, second = sorted((b, other))
    symmetric = await relate(graph_copy, first, "RELATED_TO", second)
    between = await relate(graph_copy, *_between(sorted((a, b))))
    repeated = await relate(graph_copy, b, "SUCCEEDS", other)
    standing = await relate(graph_copy, a, "SUCCEEDS", other)
    titled = await relate(graph_copy, b, "SUCCEEDS", other, title="in part")
    before = await state(graph_copy)
    await change(graph_copy, MERGE, **both("a", "b"))
    assert await ends_of(graph_copy, symmetric) == {a, other}
    assert await ends_of(graph_copy, between) is None
    assert await ends_of(graph_copy, repeated) is None
    assert await ends_of(graph_copy, standing) == {a, other}
    assert await ends_of(graph_copy, titled) == {a, other}
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await state(graph_copy) == before


def _between(ends: list[UUID]) -> tuple[UUID, str, UUID]:
    return ends[0], "RELATED_TO", ends[1]


@pytest.mark.parametrize("kind", ["UNIVERSITY", "COMPANY", "ZONE", "EXPERT", "PROGRAM", "GOVERNMENT_BODY"])
async def test_undoing_restores_every_row(kind: str, graph_copy: Database) -> None:
    async with owner_of(graph_copy) as connection:
        rows = await connection.fetch(
            "SELECT id, slug FROM entity WHERE kind = $1 AND record_status = 'ACTIVE' ORDER BY id LIMIT 2",
            kind,
        )
        for fact in FACT_COLUMNS.values():
            # A unit without a value says nothing, and is not kept.
            if fact.unit is not None:
                await connection.execute(f"UPDATE entity SET {fact.unit} = NULL WHERE {fact.value} IS NULL")
    before = await state(graph_copy)
    await change(graph_copy, MERGE, **both(rows[0]["slug"], rows[1]["slug"]))
    assert await state(graph_copy) != before
    async with owner_of(graph_copy) as connection:
        for table, columns in moved_tables().items():
            own = {"assertion": " AND NOT is_own", "identifier": " AND is_active"}.get(table, "")
            for column in columns:
                left = await connection.fetchval(
                    f"SELECT count(*) FROM {table} WHERE {column} = $1{own}", rows[1]["id"]
                )
                assert left == 0, f"{table}.{column}"
    await change(graph_copy, UNDO, duplicate={"slug": rows[1]["slug"]})
    assert await state(graph_copy) == before


def test_every_column_that_names_an_entity_is_moved_or_kept_for_a_reason() -> None:
    tables = {
        table.name: entity_columns(table) for table in Base.metadata.tables.values() if not table.schema
    }
    naming = {name for name, columns in tables.items() if columns}
    assert {"relation", "zone_status", "licence", "commitment", "expert_skill", "pending_relation"} <= naming
    assert naming == set(moved_tables()) | set(KEPT)
    assert not set(moved_tables()) & set(KEPT)
    assert set(moved_tables()["relation"]) == {"object_id", "subject_id"}
    assert moved_tables()["zone_status"] == ("zone_id",)


async def test_values_of_the_duplicate_are_kept_as_statements(graph_copy: Database) -> None:
    await make_zone(graph_copy, "a", city=None)
    await make_zone(graph_copy, "b", area_value=140, city="Lahore")
    await change(graph_copy, MERGE, **both("a", "b"))
    query = """{ zone(by: {slug: "a"}) {
      city area { value } facts(field: [AREA, CITY]) { value isPreferred rank } } }"""
    zone = (await run(graph_copy, query))["data"]["zone"]
    assert (zone["city"], zone["area"]) == ("Lahore", {"value": "150"})
    assert sorted((one["value"], one["isPreferred"], one["rank"]) for one in zone["facts"]) == [
        ("140", False, -1),
        ("150", True, 0),
        ("Lahore", True, -1),
    ]
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    zone = (await run(graph_copy, query))["data"]["zone"]
    assert (zone["city"], [one["value"] for one in zone["facts"]]) == (None, ["150"])


async def test_a_pin_goes_along_and_comes_back(graph_copy: Database) -> None:
    await make_zone(graph_copy, "a", area_value=None, area_unit=None)
    await make_zone(graph_copy, "b")
    said = await change(graph_copy, ASSERT, NORTH, input=area("b", "140"))
    await change(graph_copy, PIN, id=said["assertion"]["id"], reason="seen")
    before = await state(graph_copy)
    await change(graph_copy, MERGE, **both("a", "b"))
    query = (
        '{ zone(by: {slug: "a"}) { area { value } facts(field: AREA) { value isPinned pin { reason } } } }'
    )
    zone = (await run(graph_copy, query))["data"]["zone"]
    assert zone["area"] == {"value": "140"}
    assert [one["pin"] for one in zone["facts"] if one["isPinned"]] == [{"reason": "seen"}]
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await state(graph_copy) == before


async def test_merges_in_a_chain_lead_to_the_last_and_are_undone_backwards(graph_copy: Database) -> None:
    for slug in ("a", "b", "c"):
        await make_zone(graph_copy, slug)
    start = await state(graph_copy)
    await change(graph_copy, MERGE, **both("b", "a"))
    middle = await state(graph_copy)
    await change(graph_copy, MERGE, **both("c", "b"))
    query = '{ entity(by: {slug: "a"}) { successor { slug } } }'
    assert (await run(graph_copy, query))["data"]["entity"]["successor"] == {"slug": "c"}
    assert await refused(graph_copy, UNDO, duplicate={"slug": "a"}) == "CONFLICT"
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await state(graph_copy) == middle
    await change(graph_copy, UNDO, duplicate={"slug": "a"})
    assert await state(graph_copy) == start
    assert await refused(graph_copy, UNDO, duplicate={"slug": "a"}) == "CONFLICT"
    await change(graph_copy, MERGE, **both("b", "a"))


async def test_merges_that_cannot_be_are_refused(graph_copy: Database) -> None:
    for slug in ("a", "b", "c"):
        await make_zone(graph_copy, slug)
    await make_zone(graph_copy, "gone", record_status="WITHDRAWN")
    await change(graph_copy, MERGE, **both("a", "b"))
    before = await state(graph_copy)
    for survivor, duplicate, code in (
        ("a", "a", "BAD_USER_INPUT"), ("a", "company-0", "BAD_USER_INPUT"), ("b", "a", "CONFLICT"),
        ("b", "c", "CONFLICT"), ("c", "b", "CONFLICT"), ("gone", "c", "CONFLICT"),
        ("a", "nothing", "NOT_FOUND"),
    ):  # fmt: skip
        assert await refused(graph_copy, MERGE, **both(survivor, duplicate)) == code, (survivor, duplicate)
    assert await state(graph_copy) == before
    assert await refused(graph_copy, MERGE, NORTH, **both("a", "c")) == "FORBIDDEN"
    assert await refused(graph_copy, MERGE, ANONYMOUS, **both("a", "c")) == "UNAUTHENTICATED"
    await change(graph_copy, MERGE, **both("a", "gone"))


async def test_of_two_merges_at_once_one_is_made(graph_copy: Database) -> None:
    for round_ in range(3):
        one, other = f"one-{round_}", f"other-{round_}"
        for slug in (one, other):
            await make_zone(graph_copy, slug)
        answers = await asyncio.gather(
            run(graph_copy, MERGE, both(one, other), EDITOR),
            run(graph_copy, MERGE, both(other, one), EDITOR),
            run(graph_copy, MERGE, both(one, other), EDITOR),
        )
        codes = [answer["errors"][0]["code"] for answer in answers if "errors" in answer]
        assert codes == ["CONFLICT", "CONFLICT"]
        async with owner_of(graph_copy) as connection:
            merged = await connection.fetchval(
                "SELECT count(*) FROM entity WHERE slug = ANY ($1) AND record_status = 'MERGED'", [one, other]
            )
        assert merged == 1


async def test_a_merge_waits_for_a_writer_and_says_so_when_it_takes_too_long(graph_copy: Database) -> None:
    zone = await make_zone(graph_copy, "a")
    await make_zone(graph_copy, "b")
    hurried = Database(graph_copy.dsn, timeouts=Timeouts(lock=300))
    await hurried.open()
    try:
        async with owner_of(graph_copy) as connection, connection.transaction():
            await connection.execute("SELECT FROM entity WHERE id = $1 FOR UPDATE", zone)
            assert await refused(hurried, MERGE, **both("a", "b")) == "DATABASE_BUSY"
    finally:
        await hurried.close()
    await change(graph_copy, MERGE, **both("a", "b"))


async def test_the_change_log_tells_of_a_merge_and_of_its_undoing(graph_copy: Database) -> None:
    await make_zone(graph_copy, "a")
    duplicate = await make_zone(graph_copy, "b")

    async def verbs() -> list[str]:
        query = "{ changes(first: 1000) { nodes { verb recordId } } }"
        nodes = (await run(graph_copy, query))["data"]["changes"]["nodes"]
        return [node["verb"] for node in nodes if node["recordId"] == str(duplicate)]

    await change(graph_copy, MERGE, **both("a", "b"))
    assert await verbs() == ["CREATED", "MERGED"]
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await verbs() == ["CREATED", "MERGED", "UPDATED"]


async def test_who_merged_when_and_why_is_kept(graph_copy: Database) -> None:
    await make_zone(graph_copy, "a")
    await make_zone(graph_copy, "b")
    await change(graph_copy, MERGE, **both("a", "b"))
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    async with owner_of(graph_copy) as connection:
        row = await connection.fetchrow("SELECT reason, merged_at, undone_at FROM entity_merge")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE entity SET successor_id = id WHERE slug = 'a'")
    assert row["reason"] == "one thing"
    assert row["merged_at"] < row["undone_at"]
