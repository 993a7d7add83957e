"""Erasing a person: nothing of it stays but a tombstone, whatever referred to it."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import Base
from models.database import Database
from models.erasure import NotErasable, erase
from models.history import RECORDED_TABLES
from tests import graph
from tests.conftest import EDITOR, NORTH, run
from tests.processes import CHECKOUT, python
from tests.row_security import DENIED, SOUTH, acting
from tests.test_consent import SET, make_person, settings
from tests.writing import MERGE, change, make, owner_of

HEADLINE = "builds antennas"


async def everywhere(connection: asyncpg.Connection, needles: list[str]) -> dict[str, int]:
    """How many rows of each table of the data schema hold one of these texts, in whatever column."""
    tables = [table.name for table in Base.metadata.tables.values() if table.schema is None]
    found = {}
    for table in tables:
        count = await connection.fetchval(
            f"SELECT count(*) FROM {table} t WHERE EXISTS "
            "(SELECT FROM unnest($1::text[]) AS one WHERE to_jsonb(t)::text LIKE '%' || one || '%')",
            needles,
        )
        if count:
            found[table] = count
    return found


async def make_known_person(database: Database) -> UUID:
    """A person to whom every table that can refers, with a duplicate merged into it."""
    person = await make_person(database)
    twin = {"kind": "EXPERT", "slug": "amna-again", "name": "Amna Again", "headline": HEADLINE}
    await make(database, "entity", twin)
    async with owner_of(database) as connection:
        # Every row of the small graph that refers to an expert refers to her, as far as rules allow.
        for table, column in await references(connection):
            if table in ("entity", "entity_merge", "identifier", "expert_skill", "entity_name"):
                continue
            try:
                async with connection.transaction():
                    await connection.execute(
                        f"UPDATE {table} SET {column} = $1 WHERE {column} = (SELECT {column} FROM {table} x "
                        f"JOIN entity e ON e.id = x.{column} AND e.kind = 'EXPERT' LIMIT 1)",
                        person,
                    )
            except asyncpg.IntegrityConstraintViolationError:
                continue
        await connection.execute(
            "INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role, valid) "
            "VALUES ($1, 'EXPERT', $2, 'UNIVERSITY', 'STUDIED_AT', '[2020-01-01,)')",
            *(person, graph.uuid_of(1000)),
        )
        await connection.execute(
            "INSERT INTO entity_name (entity_id, value) VALUES ($1, 'Amna Ansari')", person
        )
    await change(database, SET, NORTH, **settings("OWNER", "HEADLINE"))
    await change(database, MERGE, survivor={"slug": "amna"}, duplicate={"slug": "amna-again"})
    return person


async def references(connection: asyncpg.Connection) -> list[tuple[str, str]]:
    """The columns that refer to entities."""
    rows = await connection.fetch(
        "SELECT t.relname, a.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.confrelid = 'entity'::regclass"
    )
    return [(row[0], row[1]) for row in rows]


async def test_nothing_of_an_erased_person_stays_anywhere(graph_copy: Database) -> None:
    person = await make_known_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        needles = [str(person), '"amna', "Amna A", HEADLINE]
        before = await everywhere(connection, needles)
        assert {"entity", "entity_history", "relation", "identifier", "entity_name", "entity_merge", "change",
                "expert_skill"} <= set(before)  # fmt: skip
        went = await erase(connection, "live", "amna", "request 17 of 2026")
        assert went["entity"] == 2
        after = await everywhere(connection, needles)
        assert set(after) == {"erasure", "change"}
        left = await connection.fetch("SELECT verb FROM change WHERE record_id = $1", person)
        assert [row[0] for row in left] == ["REMOVED"]
        stone = await connection.fetchrow("SELECT * FROM erasure WHERE id = $1", person)
        assert stone["reason"] == "request 17 of 2026"
        assert "amna" not in str(dict(stone))


async def test_nobody_finds_an_erased_person_now_or_at_an_instant_before(graph_copy: Database) -> None:
    person = await make_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        before = (await connection.fetchval("SELECT clock_timestamp()")).isoformat()
        await erase(connection, "live", str(person), "request 17 of 2026")
    for viewer in (EDITOR, NORTH):
        answer = await run(
            graph_copy,
            'query($id: ID!, $at: DateTime!) { node(id: $id) { id } expert(by: {slug: "amna"}) { id } '
            'then: expert(by: {slug: "amna"}, knownAt: $at) { id } '
            'search(text: "amna ansari", kinds: [EXPERT]) { nodes { slug } } }',
            {"id": str(person), "at": before},
            viewer,
        )
        found: dict[str, Any] = answer["data"]
        assert (found["node"], found["expert"], found["then"]) == (None, None, None)
        assert "amna" not in [node["slug"] for node in found["search"]["nodes"]]


async def test_other_records_keep_what_is_their_own(graph_copy: Database) -> None:
    await make_known_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        before = await connection.fetchval("SELECT count(*) FROM entity")
        merges = await connection.fetchval("SELECT count(*) FROM entity_merge")
        await erase(connection, "live", "amna", "request 17 of 2026")
        assert await connection.fetchval("SELECT count(*) FROM entity") == before - 2
        assert await connection.fetchval("SELECT count(*) FROM entity_merge") == merges - 1
        for table in RECORDED_TABLES:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") >= 0


@pytest.mark.parametrize(("id_", "slug"), [("same", "other"), ("other", "amna")], ids=["by id", "by slug"])
async def test_an_erased_person_is_not_recorded_again(graph_copy: Database, id_: str, slug: str) -> None:
    person = await make_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        await erase(connection, "live", "amna", "request 17 of 2026")
        insert = "INSERT INTO entity (id, kind, slug, name) VALUES ($1, 'EXPERT', $2, 'Amna')"
        with pytest.raises(asyncpg.CheckViolationError, match="erased"):
            await connection.execute(insert, person if id_ == "same" else graph.uuid_of(42), slug)
        await connection.execute(insert, graph.uuid_of(43), "somebody-else")


@pytest.mark.parametrize(
    ("whom", "reason", "message"),
    [
        ("nobody-of-this-slug", "request", "no such person"),
        ("company-1", "request", "no such person"),
        ("amna", " ", "needs a reason"),
        ("amna-again", "request", "merged into another"),
    ],
)
async def test_what_cannot_be_erased_is_told_and_stays(
    graph_copy: Database, whom: str, reason: str, message: str
) -> None:
    await make_known_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        before = await connection.fetchval("SELECT count(*) FROM entity")
        with pytest.raises(NotErasable, match=message):
            await erase(connection, "live", whom, reason)
        assert await connection.fetchval("SELECT count(*) FROM entity") == before


async def test_only_the_operator_erases_and_only_editors_read_tombstones(graph_copy: Database) -> None:
    person = await make_person(graph_copy)
    async with owner_of(graph_copy) as connection:
        for viewer in (SOUTH, NORTH):
            for statement in (f"SELECT erase_person('{person}', 'why')", "SELECT * FROM erasure"):
                with pytest.raises(DENIED):
                    async with acting(connection, viewer):
                        await connection.execute(statement)
        async with acting(connection, EDITOR):
            assert await connection.fetch("SELECT * FROM erasure") == []
        with pytest.raises(DENIED):
            async with acting(connection, EDITOR):
                await connection.execute("SELECT erase_person($1, 'why')", person)


async def test_the_command_erases_and_refuses(graph_copy: Database) -> None:
    person = await make_person(graph_copy)

    def command(whom: str) -> tuple[int, str, str]:
        arguments = (
            str(CHECKOUT / "cli.py"),
            "erase",
            whom,
            "--reason",
            "request 17",
            "--database-url",
            graph_copy.dsn,
        )
        with python(*arguments) as process:
            output, errors = process.communicate(timeout=60)
            return process.returncode, output, errors

    code, output, errors = command("amna")
    assert (code, errors) == (0, "")
    assert output.startswith("Erased: 1 of entity, ")
    code, output, errors = command(str(person))
    assert (code, output) == (1, "")
    assert errors.startswith("Error: There is no such person.")
