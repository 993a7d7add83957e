"""The live change feed: commit order, rights, selections and resuming, over Strawberry's stream."""

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson
import pytest
from graphql import parse

import cli
import schema as api
from exchange.upkeep import Upkeep
from models import retention
from models.database import Database
from resolvers import cursors
from resolvers.arguments import shaping_variables
from resolvers.errors import LimitExceeded
from resolvers.feed import TAG, Feed
from resolvers.reads import Operation
from resolvers.viewer import ANONYMOUS
from tests.conftest import EDITOR, NORTH, PATIENT, run
from tests.following import Readers, watched

ADD = (
    "INSERT INTO live.entity (kind, slug, name, program_kind, audience) "
    "VALUES ('PROGRAM', $1::text, $1, 'OTHER', $2)"
)
FOLLOW = """
subscription Follow($after: String, $kinds: [ChangeKind!], $where: ChangeWhere) {
  news: changes(after: $after, kinds: $kinds, where: $where) {
    cursor verb ... on Change { kind } entity { title: name ...P }
  }
}
fragment P on Program { programKind }
"""


async def follow(
    database: Database, count: int, after: str | None = None, viewer: Any = ANONYMOUS, **which: Any
) -> list[Any]:
    """The first `count` events."""
    context = api.make_context(viewer, database, "test")
    found: list[Any] = []
    variables = which if after is None else {"after": after, **which}
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
    opened = Database(fresh_dsn, **PATIENT)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def readers() -> Iterator[Readers]:
    with watched() as found:
        yield found


async def test_a_subscriber_gets_what_is_committed_from_now_on(
    database: Database, fresh_dsn: str, readers: Readers
) -> None:
    writer = await asyncpg.connect(fresh_dsn)
    await writer.execute(ADD, "before", "PUBLIC")
    following = asyncio.create_task(follow(database, 2))
    await readers.reach(1)
    await writer.execute(ADD, "hidden", "OWNER")
    await writer.execute(ADD, "first", "PUBLIC")
    await writer.execute(ADD, "second", "PUBLIC")
    events = await asyncio.wait_for(following, 60)
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
    events = await asyncio.wait_for(follow(database, 2, cursor), 60)
    assert [event["entity"]["title"] for event in events] == ["two", "three"]


async def test_a_change_that_commits_late_is_not_stepped_over(
    database: Database, fresh_dsn: str, readers: Readers
) -> None:
    slow, quick = await asyncpg.connect(fresh_dsn), await asyncpg.connect(fresh_dsn)
    following = asyncio.create_task(follow(database, 2, viewer=EDITOR))
    await readers.reach(1)
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(ADD, "late", "PUBLIC")
    await quick.execute(ADD, "early", "PUBLIC")
    await asyncio.sleep(0.5)
    assert not following.done()
    await transaction.commit()
    events = await asyncio.wait_for(following, 60)
    assert [event["entity"]["title"] for event in events] == ["late", "early"]
    await slow.close()
    await quick.close()


async def test_a_forged_cursor_is_an_error_not_a_stream(database: Database) -> None:
    context = api.make_context(ANONYMOUS, database, "test")
    stream: Any = await api.schema.stream(FOLLOW, variable_values={"after": "abc"}, context_value=context)
    results = [result async for result in stream]
    assert len(results) == 1
    assert results[0].errors[0].original_error.code == "INVALID_CURSOR"


PAGE = """
query Page($after: String, $first: Int, $kinds: [ChangeKind!], $where: ChangeWhere) {
  changes(after: $after, first: $first, kinds: $kinds, where: $where) {
    nodes { cursor verb kind recordId entity { name recordStatus successor { name } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def listed(database: Database, after: str | None = None, viewer: Any = EDITOR, **which: Any) -> Any:
    """A page of the query: its nodes."""
    given = {"first": 1000} | which | ({} if after is None else {"after": after})
    answer = await run(database, PAGE, given, viewer)
    assert "errors" not in answer, answer
    return answer["data"]["changes"]["nodes"]


async def end_cursor(database: Database) -> str:
    """The cursor that a client takes before it exports everything."""
    answer = await run(database, "{ changeLog { endCursor } }")
    return str(answer["data"]["changeLog"]["endCursor"])


@pytest.fixture
async def writer(fresh_dsn: str):  # type: ignore[no-untyped-def]
    connection = await asyncpg.connect(fresh_dsn)
    yield connection
    await connection.close()


async def test_whoever_pages_while_others_commit_out_of_order_gets_each_change_once(
    database: Database, fresh_dsn: str
) -> None:
    dice = random.Random(5)
    start = await end_cursor(database)

    async def write(number: int) -> None:
        connection = await asyncpg.connect(fresh_dsn)
        for turn in range(15):
            async with connection.transaction():
                await connection.execute(ADD, f"w{number}-{turn}-a", "PUBLIC")
                await asyncio.sleep(dice.choice([0, 0, 0.001, 0.02]))
                await connection.execute(ADD, f"w{number}-{turn}-b", "PUBLIC")
        await connection.close()

    writers = [asyncio.create_task(write(number)) for number in range(6)]
    seen: list[str] = []
    async with asyncio.timeout(60):
        while len(seen) < 180 or not all(task.done() for task in writers):
            page = await listed(database, start, first=dice.choice([1, 3, 50]))
            seen += [node["entity"]["name"] for node in page]
            start = page[-1]["cursor"] if page else start
            await asyncio.sleep(0.001)
    await asyncio.gather(*writers)
    expected = [node["entity"]["name"] for node in await listed(database)]
    assert len(set(expected)) == 180
    assert seen == expected
    assert await listed(database, start) == []


async def test_kinds_and_where_choose_among_changes(database: Database, writer: asyncpg.Connection) -> None:
    start = await end_cursor(database)
    following = asyncio.create_task(follow(database, 1, start, kinds=["PROGRAM"]))
    where = {"verb": {"eq": "REMOVED"}}
    removals = asyncio.create_task(follow(database, 1, start, where=where))
    named = asyncio.create_task(follow(database, 1, start, where={"entity": {"slug": {"eq": "b"}}}))
    await writer.execute("INSERT INTO live.entity (kind, slug, name) VALUES ('CLUSTER', 'a', 'a')")
    await writer.execute(ADD, "b", "PUBLIC")
    await writer.execute("UPDATE live.entity SET record_status = 'WITHDRAWN' WHERE slug = 'b'")
    events = [(await asyncio.wait_for(task, 60))[0] for task in (following, removals, named)]
    assert [(event["kind"], event["verb"]) for event in events] == [
        ("PROGRAM", "CREATED"),
        ("PROGRAM", "REMOVED"),
        ("PROGRAM", "CREATED"),
    ]
    assert [node["kind"] for node in await listed(database)] == ["CLUSTER", "PROGRAM", "PROGRAM"]
    assert [node["kind"] for node in await listed(database, kinds=["CLUSTER", "RELATION"])] == ["CLUSTER"]
    assert [node["verb"] for node in await listed(database, where=where)] == ["REMOVED"]


async def test_removals_and_merges_are_changes_with_the_record_as_it_is_now(
    database: Database, writer: asyncpg.Connection
) -> None:
    for slug in ("stays", "goes", "doubles"):
        await writer.execute(ADD, slug, "PUBLIC")
    start = await end_cursor(database)
    await writer.execute("UPDATE live.entity SET record_status = 'WITHDRAWN' WHERE slug = 'goes'")
    merge = """mutation {
      mergeEntities(input: {survivor: {slug: "stays"}, duplicate: {slug: "doubles"}, reason: "same"}) {
        survivor { name }
      }
    }"""
    assert "errors" not in await run(database, merge, viewer=EDITOR)
    found = {
        (n["verb"], n["entity"]["name"], n["entity"]["recordStatus"]): n
        for n in await listed(database, start)
    }
    assert ("REMOVED", "goes", "WITHDRAWN") in found
    merged = found["MERGED", "doubles", "MERGED"]
    assert merged["entity"]["successor"] == {"name": "stays"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("PUBLIC", "OWNER", {"anonymous": ["REMOVED"], "partner": ["REMOVED"]}),
        ("PUBLIC", "PARTNERS", {"anonymous": ["REMOVED"], "partner": ["REMOVED", "UPDATED"]}),
        ("PARTNERS", "OWNER", {"anonymous": [], "partner": ["REMOVED"]}),
        ("OWNER", "PUBLIC", {"anonymous": ["UPDATED"], "partner": ["UPDATED"]}),
        ("PUBLIC", "PUBLIC", {"anonymous": ["UPDATED"], "partner": ["UPDATED"]}),
    ],
)
async def test_whoever_may_no_longer_see_a_record_hears_that_it_is_gone(
    database: Database, writer: asyncpg.Connection, before: str, after: str, told: dict[str, list[str]]
) -> None:
    await writer.execute(ADD, "x", before)
    start = await end_cursor(database)
    await writer.execute("UPDATE live.entity SET audience = $1, description = 'new' WHERE slug = 'x'", after)
    for name, viewer in (("anonymous", ANONYMOUS), ("partner", NORTH)):
        found = await listed(database, start, viewer)
        assert [node["verb"] for node in found] == told[name], name
        if told[name] == ["REMOVED"]:
            assert found[0]["entity"] is None


async def test_changes_are_kept_for_their_time_and_an_older_cursor_is_told_to_export_anew(
    database: Database, writer: asyncpg.Connection
) -> None:
    start = await end_cursor(database)
    for slug in ("a", "b", "c", "d"):
        await writer.execute(ADD, slug, "PUBLIC")
    first, second, third, _ = [node["cursor"] for node in await listed(database)]
    now = datetime.now(UTC)
    limit = now - timedelta(days=90)
    for record, age in (("a", 91), ("b", 90.01), ("c", 89.99)):
        await writer.execute(
            "UPDATE live.change SET changed_at = $1 "
            "WHERE record_id = (SELECT id FROM live.entity WHERE slug = $2)",
            *(now - timedelta(days=age), record),
        )
    async with database.write(EDITOR) as connection:
        assert await retention.prune(connection, limit) == 2
    async with database.write(EDITOR) as connection:
        assert await retention.prune(connection, limit) == 0
    assert [node["entity"]["name"] for node in await listed(database)] == ["c", "d"]
    for cursor in (start, first):
        answer = await run(database, PAGE, {"after": cursor})
        assert answer["errors"][0]["code"] == "CURSOR_EXPIRED"
        with pytest.raises(AssertionError, match="no longer kept"):
            await follow(database, 1, cursor)
    assert [node["entity"]["name"] for node in await listed(database, second)] == ["c", "d"]
    assert [node["entity"]["name"] for node in await listed(database, third)] == ["d"]
    log = (await run(database, "{ changeLog { startCursor endCursor } }"))["data"]["changeLog"]
    assert [node["entity"]["name"] for node in await listed(database, log["startCursor"])] == ["c", "d"]
    assert await listed(database, log["endCursor"]) == []


async def test_the_log_loses_only_its_beginning(database: Database, writer: asyncpg.Connection) -> None:
    for slug in ("a", "b", "c"):
        await writer.execute(ADD, slug, "PUBLIC")
    long_ago = datetime.now(UTC) - timedelta(days=200)
    # A transaction that began long ago and committed late stands behind a younger one.
    await writer.execute(
        "UPDATE live.change SET changed_at = $1 WHERE seq <> (SELECT min(seq) + 1 FROM live.change)", long_ago
    )
    async with database.write(EDITOR) as connection:
        assert await retention.prune(connection, datetime.now(UTC) - timedelta(days=90)) == 1
    assert [node["entity"]["name"] for node in await listed(database)] == ["b", "c"]


async def test_a_cursor_of_another_database_is_refused(database: Database) -> None:
    later = cursors.encode(TAG, [str(2**40), "1"])
    answer = await run(database, PAGE, {"after": later})
    assert answer["errors"][0]["code"] == "CURSOR_EXPIRED"


async def test_changes_that_nobody_asked_for_are_looked_through_once(
    database: Database, writer: asyncpg.Connection
) -> None:
    document = parse("subscription { changes(kinds: [MEETING]) { cursor } }")
    operation: Any = Operation(("", None), document.definitions[0], {}, shaping_variables(document))  # type: ignore[arg-type]
    feed = Feed(api.schema.reads, operation, {}, ANONYMOUS)
    start = await end_cursor(database)
    await writer.execute(ADD, "other", "PUBLIC")
    page = await feed.page(database, start)
    assert page.changes == ()
    assert len(await listed(database, start)) == 1
    assert await listed(database, page.cursor) == []


async def test_a_subscriber_that_is_slow_is_told_where_to_resume(
    database: Database, writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.feed.SLOW_SECONDS", 0.2)
    # A clock that a test turns: how long it really takes is the machine's business.
    seconds = 0.0
    monkeypatch.setattr("resolvers.feed.time", SimpleNamespace(monotonic=lambda: seconds))
    start = await end_cursor(database)
    for number in range(5):
        await writer.execute(ADD, f"n{number}", "PUBLIC")
    context = api.make_context(ANONYMOUS, database, "test")
    stream: Any = await api.schema.stream(FOLLOW, variable_values={"after": start}, context_value=context)
    taken = 0
    async for result in stream:
        if result.errors:
            break
        taken += 1
        seconds += 0.19 if taken < 3 else 0.21
    error = result.errors[0].original_error
    assert isinstance(error, LimitExceeded)
    assert (taken, str(error.code)) == (3, "SUBSCRIBER_SLOW")
    rest = await listed(database, error.extensions["cursor"])
    assert [node["entity"]["name"] for node in rest] == ["n3", "n4"]


async def test_two_servers_hear_of_each_others_writes_at_once(
    database: Database, fresh_dsn: str, readers: Readers
) -> None:
    other = Database(fresh_dsn, **PATIENT)
    await other.open()
    following = [asyncio.create_task(follow(one, 1)) for one in (database, other)]
    await readers.reach(2)
    async with other.write(EDITOR) as connection:
        await connection.execute(ADD.replace("live.", ""), "told", "PUBLIC")
    for task in following:
        assert (await asyncio.wait_for(task, 60))[0]["entity"]["title"] == "told"
    await other.close()


async def test_the_servers_upkeep_lets_go_what_is_older_than_its_days(
    database: Database, writer: asyncpg.Connection
) -> None:
    await writer.execute(ADD, "a", "PUBLIC")
    made = await writer.fetchval("SELECT changed_at FROM live.change")
    for beyond, gone in ((-1, 0), (1, 1)):
        now = made + timedelta(days=90, seconds=beyond)
        upkeep = Upkeep([database], timedelta(days=90), clock=lambda now=now: now)  # type: ignore[misc]
        assert await upkeep.once(database) == gone


async def test_an_operator_lets_old_changes_go_by_a_command(
    fresh_dsn: str, database: Database, writer: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    for slug, days in (("a", 90.01), ("b", 89.99)):
        await writer.execute(ADD, slug, "PUBLIC")
        await writer.execute(
            "UPDATE live.change SET changed_at = now() - $1 * interval '1 day' "
            "WHERE changed_at > now() - interval '1 day'",
            days,
        )
    arguments = ["upkeep", "--database-url", fresh_dsn]
    await asyncio.to_thread(cli.app, args=arguments, standalone_mode=False)
    assert capsys.readouterr().out.splitlines() == [
        "live: 1 changes were past their 90 days and went.",
        "sandbox: 0 changes were past their 90 days and went.",
    ]
    assert [node["entity"]["name"] for node in await listed(database)] == ["b"]
