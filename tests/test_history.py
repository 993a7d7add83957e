"""What triggers write with every change: history, versions and the change log, in commit order.

Written through the editor role into a graph of its own; the feed is read as clients read it.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, clone, run

PATH = {"search_path": "live, common"}
ZONE, EXPERT, UNIVERSITY = graph.uuid_of(6001), graph.uuid_of(8003), graph.uuid_of(1000)


@pytest.fixture(scope="module")
async def template(postgres: EmbeddedPostgres, migrated: str) -> str:
    """The name of a database with the graph, to which nobody is connected."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.close()
    return urlsplit(dsn).path.removeprefix("/")


@pytest.fixture
async def dsn(postgres: EmbeddedPostgres, template: str) -> str:
    """A graph of its own for one test."""
    return await clone(postgres.dsn, template)


@pytest.fixture
async def writer(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """An editor's connection."""
    async with another(dsn) as connection:
        yield connection


@pytest.fixture
async def database(writer: asyncpg.Connection, dsn: str) -> AsyncIterator[Database]:
    """What clients read the same graph through."""
    made = Database(dsn)
    await made.open()
    yield made
    await made.close()


@asynccontextmanager
async def another(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of an editor."""
    connection = await asyncpg.connect(dsn, server_settings=PATH)
    await connection.execute("SET ROLE triplehelix_editor")
    try:
        yield connection
    finally:
        await connection.close()


async def history(connection: asyncpg.Connection, table: str, id_: UUID) -> list[asyncpg.Record]:
    """What was believed of a row, oldest first."""
    return list(
        await connection.fetch(f"SELECT * FROM {table}_history WHERE id = $1 ORDER BY recorded_from", id_)
    )


def believed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A history row as the row that it was: without when it ended and who may see it now."""
    return {
        name: value
        for name, value in row.items()
        if name != "recorded_until" and not name.startswith("current_")
    }


async def log_of(connection: asyncpg.Connection, id_: UUID) -> list[str]:
    """The verbs of a record's changes, in order."""
    rows = await connection.fetch("SELECT verb FROM change WHERE record_id = $1 ORDER BY xid, seq", id_)
    return [row["verb"] for row in rows]


# -- history -----------------------------------------------------------------------------------------


async def test_an_update_keeps_what_was_believed_and_counts_the_version(writer: asyncpg.Connection) -> None:
    one = "SELECT * FROM entity WHERE id = $1"
    states = [await writer.fetchrow(one, ZONE)]
    for city in ("Quetta", "Gwadar"):
        await writer.execute("UPDATE entity SET city = $2 WHERE id = $1", ZONE, city)
        states.append(await writer.fetchrow(one, ZONE))
    assert [state["version"] for state in states] == [1, 2, 3]
    assert states[0]["updated_at"] < states[1]["updated_at"] < states[2]["updated_at"]
    assert states[0]["created_at"] == states[2]["created_at"]
    kept = await history(writer, "entity", ZONE)
    assert [believed(row) for row in kept] == [dict(state) for state in states[:2]]
    assert [row["recorded_until"] for row in kept] == [state["recorded_from"] for state in states[1:]]
    assert await log_of(writer, ZONE) == ["CREATED", "UPDATED", "UPDATED"]


async def test_an_update_that_changes_nothing_counts_like_any_other(writer: asyncpg.Connection) -> None:
    # Writers leave such updates out (an import reports UNCHANGED and writes nothing); the triggers do not.
    await writer.execute("UPDATE entity SET city = city WHERE id = $1", ZONE)
    assert await writer.fetchval("SELECT version FROM entity WHERE id = $1", ZONE) == 2
    assert len(await history(writer, "entity", ZONE)) == 1
    assert await log_of(writer, ZONE) == ["CREATED", "UPDATED"]


async def test_what_was_never_committed_leaves_no_history(writer: asyncpg.Connection) -> None:
    async with writer.transaction():
        id_ = await writer.fetchval(
            "INSERT INTO entity (kind, slug, name) VALUES ('CLUSTER', 'new', 'New') RETURNING id"
        )
        await writer.execute("UPDATE entity SET name = 'Newer' WHERE id = $1", id_)
        await writer.execute("UPDATE entity SET name = 'Newest' WHERE id = $1", id_)
    assert await history(writer, "entity", id_) == []
    assert await writer.fetchval("SELECT name FROM entity WHERE id = $1", id_) == "Newest"
    transaction = writer.transaction()
    await transaction.start()
    await writer.execute("UPDATE entity SET name = 'Never' WHERE id = $1", id_)
    await transaction.rollback()
    assert await history(writer, "entity", id_) == []
    assert "Never" not in str(await log_of(writer, id_))


async def test_a_withdrawn_record_is_removed_in_the_log_and_stays_in_the_table(
    writer: asyncpg.Connection,
) -> None:
    await writer.execute("UPDATE entity SET record_status = 'WITHDRAWN' WHERE id = $1", ZONE)
    assert await log_of(writer, ZONE) == ["CREATED", "REMOVED"]
    assert await writer.fetchval("SELECT record_status FROM entity WHERE id = $1", ZONE) == "WITHDRAWN"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("relation", "title = 'Changed'"),
        ("entity_name", "script = 'Zyyy'"),
        ("identifier", "is_active = false"),
        ("zone_status", "precision = 'YEAR'"),
        ("source", "title = 'Changed'"),
    ],
)
async def test_every_recorded_table_keeps_its_history_of_updates(
    writer: asyncpg.Connection, table: str, change: str
) -> None:
    before = {row["id"]: dict(row) for row in await writer.fetch(f"SELECT * FROM {table}")}
    await writer.execute(f"UPDATE {table} SET {change}")
    kept = {row["id"]: dict(row) for row in await writer.fetch(f"SELECT * FROM {table}_history")}
    for row in kept.values():
        assert row["recorded_until"] > row["recorded_from"]
    assert {id_: believed(row) for id_, row in kept.items()} == before


async def test_a_deletion_keeps_what_was_believed(writer: asyncpg.Connection) -> None:
    row = await writer.fetchrow("SELECT * FROM relation ORDER BY id LIMIT 1")
    await writer.execute("DELETE FROM relation WHERE id = $1", row["id"])
    (kept,) = await history(writer, "relation", row["id"])
    assert {name: kept[name] for name in row.keys()} == dict(row)  # noqa: SIM118 - a record iterates values
    assert await log_of(writer, row["id"]) == ["CREATED", "REMOVED"]


async def test_a_partner_writes_history_and_log_that_it_cannot_read(writer: asyncpg.Connection) -> None:
    mine = next(
        row["id"]
        for row in graph.entity_rows()
        if row["owner_id"] == NORTH.partner_id and row["kind"] == "EXPERT"
    )
    async with writer.transaction():
        await writer.execute("RESET ROLE")
        await writer.execute("SET LOCAL ROLE triplehelix_partner")
        await writer.execute("SELECT set_config('app.partner', $1, true)", str(NORTH.partner_id))
        assert await writer.execute("UPDATE entity SET city = 'Quetta' WHERE id = $1", mine) == "UPDATE 1"
    await writer.execute("SET ROLE triplehelix_editor")
    assert len(await history(writer, "entity", mine)) == 1
    assert await log_of(writer, mine) == ["CREATED", "UPDATED"]


# -- the feed ----------------------------------------------------------------------------------------


async def follow(
    database: Database, cursor: str | None, viewer: Viewer = EDITOR
) -> tuple[list[UUID], str | None]:
    """The ids of what changed after a cursor, and where to go on."""
    found: list[UUID] = []
    while True:
        answer = await run(
            database,
            "query ($after: String) { changes(first: 1000, after: $after) {"
            " nodes { recordId } pageInfo { hasNextPage endCursor } } }",
            {"after": cursor},
            viewer=viewer,
        )
        page = answer["data"]["changes"]
        found += [UUID(row["recordId"]) for row in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"] or cursor
        if not page["pageInfo"]["hasNextPage"]:
            return found, cursor


async def rest(database: Database, cursor: str | None, count: int) -> list[UUID]:
    """The next changes, once there are so many.

    Any open transaction of the server holds the feed back, also one of its own housekeeping.
    """
    found: list[UUID] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            more, cursor = await follow(database, cursor)
            found += more
    return found


async def test_the_feed_gives_everything_once_in_commit_order(
    writer: asyncpg.Connection, database: Database
) -> None:
    rows = [row["id"] for row in graph.logged_rows()]
    assert await rest(database, None, len(rows)) == rows
    _, cursor = await follow(database, None)
    await writer.execute("UPDATE entity SET city = 'Quetta' WHERE id = $1", ZONE)
    await writer.execute("UPDATE entity SET city = 'Quetta' WHERE id = $1", EXPERT)
    assert await rest(database, cursor, 2) == [ZONE, EXPERT]


async def test_a_transaction_that_commits_late_is_not_stepped_over(
    writer: asyncpg.Connection, database: Database, dsn: str
) -> None:
    await rest(database, None, len(graph.logged_rows()))
    _, cursor = await follow(database, None)
    update = "UPDATE entity SET city = 'Quetta' WHERE id = $1"
    async with another(dsn) as late:
        transaction = late.transaction()
        await transaction.start()
        await late.execute(update, ZONE)
        # This one gets the later number and is committed first.
        await writer.execute(update, EXPERT)
        while_open, cursor = await follow(database, cursor)
        assert while_open == []
        await late.execute(update, UNIVERSITY)
        await transaction.commit()
    assert await rest(database, cursor, 3) == [ZONE, UNIVERSITY, EXPERT]


async def test_a_transaction_that_is_rolled_back_leaves_nothing_in_the_feed(
    writer: asyncpg.Connection, database: Database
) -> None:
    await rest(database, None, len(graph.logged_rows()))
    _, cursor = await follow(database, None)
    transaction = writer.transaction()
    await transaction.start()
    await writer.execute("UPDATE entity SET city = 'Quetta' WHERE id = $1", ZONE)
    await transaction.rollback()
    await writer.execute("UPDATE entity SET city = 'Quetta' WHERE id = $1", EXPERT)
    assert await rest(database, cursor, 1) == [EXPERT]


async def test_a_feed_shows_only_what_its_reader_may_see(
    writer: asyncpg.Connection, database: Database
) -> None:
    await rest(database, None, len(graph.logged_rows()))
    for viewer, audiences in ((ANONYMOUS, {"PUBLIC"}), (NORTH, {"PUBLIC", "PARTNERS"})):
        found, _ = await follow(database, None, viewer)
        rows = graph.logged_rows()
        expected = [
            row["id"]
            for row in rows
            if row["audience"] in audiences
            or (viewer.partner_id is not None and row["owner_id"] == viewer.partner_id)
        ]
        assert found == expected


async def test_a_statement_over_many_rows_logs_each_and_wakes_listeners_once(
    writer: asyncpg.Connection, dsn: str
) -> None:
    calls: asyncio.Queue[Any] = asyncio.Queue()
    async with another(dsn) as listener:

        def hear(*call: Any) -> None:
            calls.put_nowait(call[-1])

        await listener.add_listener("triplehelix_change", hear)
        before = await writer.fetchval("SELECT count(*) FROM change")
        zones = await writer.execute("UPDATE entity SET city = 'Quetta' WHERE kind = 'ZONE'")
        assert zones == f"UPDATE {graph.PER_KIND}"
        assert await asyncio.wait_for(calls.get(), 60) == ""
        await listener.execute("SELECT 1")
        assert calls.empty()
        assert await writer.fetchval("SELECT count(*) FROM change") == before + graph.PER_KIND
        await listener.remove_listener("triplehelix_change", hear)
