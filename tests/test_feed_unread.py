"""Subscribers that leave off reading, on sockets with little room: told where to resume, at last cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from websockets.exceptions import ConnectionClosed

import server
from resolvers import cursors
from resolvers.feed import TAG
from settings import Settings
from tests.following import Stuck
from tests.stub_app import serving
from tests.test_feed_streams import Stream
from tests.test_sockets import peer
from tests.turned import turn

RECORDS = 60
FOLLOW = 'subscription { changes(after: "%s") { cursor entity { name description } } }'
FILL = """
    INSERT INTO live.entity (kind, slug, name, program_kind, description)
    SELECT 'PROGRAM', 'p' || n, 'p' || n, 'OTHER', repeat('x', 60000) FROM generate_series(1, $1::int) AS n
"""
NEVER = 600.0
Heard = Callable[[], Awaitable[dict[str, Any]]]


def small_socket(place: tuple[str, int]) -> socket.socket:
    """A connected socket that holds little of what it does not read."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    found.connect(place)
    found.setblocking(False)
    return found


@pytest.fixture
async def start(fresh_dsn: str) -> str:
    """The cursor in front of more than sockets and transports hold: 3.6 MB of changes."""
    connection = await asyncpg.connect(fresh_dsn)
    before = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    await connection.execute(FILL, RECORDS)
    await connection.close()
    return _cursor(before)


@pytest.fixture
async def place(fresh_dsn: str) -> AsyncIterator[tuple[str, int]]:
    given: dict[str, Any] = {"database_url": fresh_dsn, "metrics_port": 0, "log_level": "error"}
    # Without pings, to which a client that does not read cannot answer: only the deadline of writes is left.
    async with serving(server.create_app(Settings(**given)), ws_ping_interval=None) as found:
        yield found


async def by_event_stream(stack: AsyncExitStack, place: tuple[str, int], after: str) -> Heard:
    """Follows as an event stream; what is heard is a result, {} at the end."""
    reader, writer = await asyncio.open_connection(sock=small_socket(place), limit=2**17)
    stack.callback(writer.close)
    head = [f"GET /graphql?query={quote(FOLLOW % after)} HTTP/1.0", "Host: x", "Accept: text/event-stream"]
    writer.write("\r\n".join([*head, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    stream = Stream(reader)

    async def hear() -> dict[str, Any]:
        name, data = await stream.event()
        return data if name == "next" else {}

    return hear


async def by_websocket(stack: AsyncExitStack, place: tuple[str, int], after: str) -> Heard:
    """As `by_event_stream`, over a websocket."""
    options: dict[str, Any] = {"sock": small_socket(place), "compression": None, "max_queue": 1}
    options |= {"ping_interval": None, "close_timeout": 0.5}
    client = await stack.enter_async_context(peer(place, **options))
    await client.begin()
    await client.subscribe(FOLLOW % after)

    async def hear() -> dict[str, Any]:
        message = await client.hear()
        return {"errors": message["payload"]} if message["type"] == "error" else message.get("payload", {})

    return hear


@pytest.mark.parametrize("follow", [by_event_stream, by_websocket])
@pytest.mark.parametrize("ends", ["all", "told", "cut"])
async def test_a_subscriber_that_stops_reading_is_told_or_cut_and_resumes_without_loss(
    place: tuple[str, int], start: str, follow: Any, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck(monkeypatch)
    monkeypatch.setattr("resolvers.feed.SLOW_SECONDS", 10.0)
    monkeypatch.setattr("web.protocol.WRITE_SECONDS", NEVER if ends != "cut" else 20.0)
    heard: list[tuple[str, str]] = []
    how = "all"
    async with AsyncExitStack() as stack:
        hear = await follow(stack, place, start)
        await stuck.reach()
        if ends == "cut":
            # What is on its way in the sockets may begin a deadline anew.
            while not stuck.is_cut:
                turn(21)
                await asyncio.sleep(0.01)
        else:
            stuck.seconds += 10.1 if ends == "told" else 9.9
        while len(heard) < RECORDS:
            try:
                result = await hear()
            except (ConnectionClosed, ConnectionError, AssertionError):
                how = "cut"
                break
            if "errors" in result:
                error = result["errors"][0]["extensions"]
                assert (error["code"], error["cursor"]) == ("SUBSCRIBER_SLOW", heard[-1][1])
                how = "told"
                break
            change = result["data"]["changes"]
            heard.append((change["entity"]["name"], change["cursor"]))
    assert how == ends
    place_to_resume = heard[-1][1] if heard else start
    names = [name for name, _ in heard]
    if how != "all":
        assert len(names) < RECORDS
        async with AsyncExitStack() as stack:
            hear = await follow(stack, place, place_to_resume)
            while len(names) < RECORDS:
                names.append((await hear())["data"]["changes"]["entity"]["name"])
    assert names == [f"p{number}" for number in range(1, RECORDS + 1)]


def _cursor(xid: int) -> str:
    return cursors.encode(TAG, [str(xid), "0"])
