"""The live change feed: commit order, rights, selections and resuming, over Strawberry's stream."""

import asyncio
from typing import Any

import asyncpg
import orjson
import pytest

import schema as api
from models.database import Database
from resolvers.viewer import ANONYMOUS
from tests.conftest import EDITOR, run

ADD = (
    "INSERT INTO live.entity (kind, slug, name, program_kind, audience) "
    "VALUES ('PROGRAM', $1::text, $1, 'OTHER', $2)"
)
FOLLOW = """
subscription Follow($after: String) {
  news: changes(after: $after) { cursor verb ... on Change { kind } entity { title: name ...P } }
}
fragment P on Program { programKind }
"""


async def follow(
    database: Database, count: int, after: str | None = None, viewer: Any = ANONYMOUS
) -> list[Any]:
    """The first `count` events."""
    context = api.make_context(viewer, database, "test")
    found: list[Any] = []
    variables = {} if after is None else {"after": after}
    stream: Any = await api.schema.stream(FOLLOW, variable_values=variables, context_value=context)
    async for result in stream:
        assert not result.errors, result.errors
        found.append(orjson.loads(orjson.dumps(result.data))["news"])
        if len(found) == count:
            break
    await stream.aclose()
    return found


@pytest.fixture
async def database(fresh_dsn: str):  # type: ignore[no-untyped-def]
    opened = Database(fresh_dsn)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_subscriber_gets_what_is_committed_from_now_on(database: Database, fresh_dsn: str) -> None:
    writer = await asyncpg.connect(fresh_dsn)
    await writer.execute(ADD, "before", "PUBLIC")
    following = asyncio.create_task(follow(database, 2))
    await asyncio.sleep(0.3)
    await writer.execute(ADD, "hidden", "OWNER")
    await writer.execute(ADD, "first", "PUBLIC")
    await writer.execute(ADD, "second", "PUBLIC")
    events = await asyncio.wait_for(following, 10)
    await writer.close()
    assert [event["entity"] for event in events] == [
        {"title": "first", "programKind": "OTHER"},
        {"title": "second", "programKind": "OTHER"},
    ]
    assert list(events[0]) == ["cursor", "verb", "kind", "entity"]


async def test_a_subscriber_resumes_after_its_cursor(database: Database, fresh_dsn: str) -> None:
    writer = await asyncpg.connect(fresh_dsn)
    for name in ("one", "two", "three"):
        await writer.execute(ADD, name, "PUBLIC")
    await writer.close()
    listed = await run(database, "{ changes(first: 1) { nodes { cursor } pageInfo { endCursor } } }")
    cursor = listed["data"]["changes"]["nodes"][0]["cursor"]
    assert cursor == listed["data"]["changes"]["pageInfo"]["endCursor"]
    events = await asyncio.wait_for(follow(database, 2, cursor), 10)
    assert [event["entity"]["title"] for event in events] == ["two", "three"]


async def test_a_change_that_commits_late_is_not_stepped_over(database: Database, fresh_dsn: str) -> None:
    slow, quick = await asyncpg.connect(fresh_dsn), await asyncpg.connect(fresh_dsn)
    following = asyncio.create_task(follow(database, 2, viewer=EDITOR))
    await asyncio.sleep(0.3)
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(ADD, "late", "PUBLIC")
    await quick.execute(ADD, "early", "PUBLIC")
    await asyncio.sleep(0.5)
    assert not following.done()
    await transaction.commit()
    events = await asyncio.wait_for(following, 10)
    assert [event["entity"]["title"] for event in events] == ["late", "early"]
    await slow.close()
    await quick.close()


async def test_a_forged_cursor_is_an_error_not_a_stream(database: Database) -> None:
    context = api.make_context(ANONYMOUS, database, "test")
    stream: Any = await api.schema.stream(FOLLOW, variable_values={"after": "abc"}, context_value=context)
    results = [result async for result in stream]
    assert len(results) == 1
    assert results[0].errors[0].original_error.code == "INVALID_CURSOR"
