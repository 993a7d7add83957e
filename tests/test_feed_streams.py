"""The change feed on real sockets: streams that resume, keys that are revoked, readers that do not read."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson
import pytest

import server
from resolvers import cursors
from resolvers.feed import TAG, Feed
from resolvers.keys import IssuedKey, create_key, revoke_key
from settings import Settings
from tests.following import Readers, Stuck, watched
from tests.stub_app import serving
from tests.test_feed import ADD
from tests.test_sockets import peer

FOLLOW = "subscription { changes { cursor entity { name } } }"


@pytest.fixture
async def writer(fresh_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(fresh_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def key(writer: asyncpg.Connection) -> IssuedKey:
    return await create_key(writer, "north", partner_name="North", label="test", scopes=("bulk",))


@pytest.fixture
async def place(fresh_dsn: str) -> AsyncIterator[tuple[str, int]]:
    """The real server over a database of its own."""
    given: dict[str, Any] = {"database_url": fresh_dsn, "metrics_port": 0, "log_level": "error"}
    async with serving(server.create_app(Settings(**given))) as found:
        yield found


@pytest.fixture
def readers() -> Iterator[Readers]:
    with watched() as found:
        yield found


class Stream:
    """An event stream read by hand, so that a test can leave off reading."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self.reader = reader
        self.last_id: str | None = None

    async def event(self) -> tuple[str, Any]:
        """The next event that is no heartbeat: its name and data."""
        async with asyncio.timeout(60):
            while True:
                fields = {}
                while line := await self._line():
                    name, _, value = line.partition(": ")
                    fields[name] = value
                if "event" in fields:
                    self.last_id = fields.get("id", self.last_id)
                    data = fields.get("data:", fields.get("data", ""))
                    return fields["event"], orjson.loads(data) if data else None

    async def _line(self) -> str:
        """The next line; what has no end is none (as the standard of event streams says)."""
        line = (await self.reader.readline()).decode()
        assert line.endswith("\n"), "the stream is over"
        return line.rstrip("\r\n")

    async def name(self) -> str:
        """The name of the record of the next change."""
        return str((await self.event())[1]["data"]["changes"]["entity"]["name"])


@asynccontextmanager
async def stream(
    place: tuple[str, int], *headers: str, query: str = FOLLOW, limit: int = 2**16
) -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_connection(*place, limit=limit)
    head = [
        # HTTP/1.0: no chunks between the lines of an event.
        f"GET /graphql?query={quote(query)} HTTP/1.0",
        "Host: x",
        "Accept: text/event-stream",
        *headers,
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    try:
        yield Stream(reader)
    finally:
        writer.close()


async def test_an_event_stream_resumes_after_the_last_event_that_came(
    place: tuple[str, int], writer: asyncpg.Connection, readers: Readers
) -> None:
    async with stream(place) as first:
        await readers.reach(1)
        await writer.execute(ADD, "one", "PUBLIC")
        assert await first.name() == "one"
        last_id = first.last_id
    await writer.execute(ADD, "two", "PUBLIC")
    await writer.execute(ADD, "three", "PUBLIC")
    async with stream(place, f"Last-Event-ID: {last_id}") as second:
        assert [await second.name(), await second.name()] == ["two", "three"]
        assert second.last_id not in (None, last_id)
    after = FOLLOW.replace("changes", f'changes(after: "{last_id}")')
    async with stream(place, f"Last-Event-ID: {second.last_id}", query=after) as third:
        await writer.execute(ADD, "four", "PUBLIC")
        assert await third.name() == "four"
    async with stream(place, "Last-Event-ID: forged") as refused:
        assert (await refused.event())[1]["errors"][0]["extensions"]["code"] == "INVALID_CURSOR"


async def test_a_quiet_event_stream_ends_when_its_key_is_revoked(
    place: tuple[str, int],
    writer: asyncpg.Connection,
    key: IssuedKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.streams.HEARTBEAT_SECONDS", 0.2)
    async with stream(place, f"Authorization: Bearer {key.secret}") as followed:
        await asyncio.sleep(0.5)
        await revoke_key(writer, key.prefix)
        name, data = await followed.event()
        assert (name, data["errors"][0]["extensions"]["code"]) == ("next", "KEY_REVOKED")
        assert (await followed.event())[0] == "complete"


async def test_a_quiet_websocket_closes_when_its_key_is_revoked(
    place: tuple[str, int],
    writer: asyncpg.Connection,
    key: IssuedKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.transport_ws.RECHECK_SECONDS", 0.2)
    async with peer(place) as client:
        await client.begin({"authorization": f"Bearer {key.secret}"})
        await client.subscribe(FOLLOW)
        await asyncio.sleep(0.5)
        await revoke_key(writer, key.prefix)
        code, reason = await client.closed()
        assert (code, reason.partition(":")[0]) == (4403, "KEY_REVOKED")


async def test_a_subscription_ends_with_its_place_when_the_rights_of_its_key_change(
    place: tuple[str, int], writer: asyncpg.Connection, key: IssuedKey, readers: Readers
) -> None:
    async with peer(place) as client, stream(place, f"X-API-Key: {key.secret}") as followed:
        await client.begin({"apiKey": key.secret})
        await client.subscribe(FOLLOW)
        await readers.reach(2)
        await writer.execute(ADD, "seen", "PARTNERS")
        seen = (await client.hear())["payload"]["data"]["changes"]
        assert seen["entity"]["name"] == await followed.name() == "seen"
        await writer.execute("UPDATE common.api_key SET scopes = '{}'")
        await asyncio.sleep(1.1)
        await writer.execute(ADD, "unseen", "PARTNERS")
        ended = await client.hear()
        assert ended["type"] == "error"
        found = [ended["payload"][0]["extensions"], (await followed.event())[1]["errors"][0]["extensions"]]
        assert [one["code"] for one in found] == ["RIGHTS_CHANGED"] * 2
        assert {one["cursor"] for one in found} == {seen["cursor"]}


async def test_a_reader_that_does_not_read_holds_one_page_and_is_told_where_to_resume(
    place: tuple[str, int], writer: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.feed.SLOW_SECONDS", 10.0)
    stuck = Stuck(monkeypatch)
    pages = []

    async def counted(feed: Any, database: Any, after: str) -> Any:
        pages.append(after)
        return await real(feed, database, after)

    real = Feed.page
    monkeypatch.setattr(Feed, "page", counted)
    await writer.execute(
        "INSERT INTO live.entity (kind, slug, name, program_kind, description) "
        "SELECT 'PROGRAM', 'p' || n, 'p' || n, 'OTHER', repeat('x', 20000) FROM generate_series(1, 1500) AS n"
    )
    query = 'subscription { changes(after: "%s") { cursor entity { name description } } }'
    names: list[str] = []
    cursor = await writer.fetchval("SELECT min(xid) - 1 FROM live.change")
    start = _cursor(cursor)
    for _ in range(2):
        async with stream(place, query=query % start) as followed:
            if not names:
                # 30 MB wait to be read, and the server holds a page of 2 MB beside what the sockets hold.
                await stuck.reach()
                await asyncio.sleep(1)
                assert len(pages) < 10
                stuck.seconds += 10.1
            while len(names) < 1500:
                _, data = await followed.event()
                if "errors" in data:
                    assert data["errors"][0]["extensions"]["code"] == "SUBSCRIBER_SLOW"
                    start = data["errors"][0]["extensions"]["cursor"]
                    break
                names.append(data["data"]["changes"]["entity"]["name"])
            else:
                break
    assert start != _cursor(cursor)
    assert names == [f"p{number}" for number in range(1, 1501)]


def _cursor(xid: int) -> str:

    return cursors.encode(TAG, [str(xid), "0"])
