"""Several server processes over one database: who listens to one hears the other's writes, and who is shut
out by one is by the other."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
import pytest

from models.embedded import EmbeddedPostgres
from resolvers.keys import create_key
from tests.conftest import clone, drop
from tests.idp import provider
from tests.processes import CHECKOUT
from tests.test_access import REVOKE
from tests.test_audit import UNREGISTER
from tests.test_cli import serving
from tests.test_feed_streams import Stream, stream
from tests.test_sockets import Peer, peer
from tests.test_tokens import register
from web.keyring import FRESH_SECONDS

SAVE = """mutation($name: String!) {
  saveClusters(input: [{name: $name, key: {scheme: PARTNER, value: $name}}]) { created }
}"""
FOLLOW = "subscription { changes%s { cursor entity { name } } }"
NOW = "{ changeLog { endCursor } }"
LOG = "{ changes(first: 1000) { nodes { cursor entity { name } } } }"
WHO = "{ viewer { partner { slug } } }"
WRITERS, EACH = 4, 12
Place = tuple[str, int]


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[str]:
    """The database of both."""
    found = await clone(postgres.dsn, migrated)
    yield found
    await drop(postgres.dsn, found)


@pytest.fixture(scope="module")
def two(dsn: str) -> Iterator[tuple[Place, Place]]:
    """Two servers over one database, each a process of its own."""
    program = [str(CHECKOUT / "cli.py"), "serve", "--no-sample"]
    env = {"DATABASE_URL": dsn, "TRIPLEHELIX_LOG_LEVEL": "error", "TRIPLEHELIX_METRICS_PORT": "0"}
    env["TRIPLEHELIX_OUTBOUND_ALLOWED"] = "127.0.0.1"
    with ExitStack() as stack:
        starting = [serving(program=program, **env) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            found = [urlsplit(address) for _, address, _ in pool.map(stack.enter_context, starting)]
        first, second = ((str(one.hostname), int(one.port or 0)) for one in found)
        yield first, second


class Listener:
    """A subscriber by either transport: what it heard, with its cursors."""

    def __init__(self, source: Peer | Stream) -> None:
        self._source = source
        self.heard: list[tuple[str, str]] = []

    async def hear(self, most: int) -> None:
        """Listens until it has heard so many changes in all."""
        while len(self.heard) < most:
            if isinstance(self._source, Stream):
                _, data = await self._source.event()
            else:
                message = await self._source.hear()
                assert message["type"] == "next", message
                data = message["payload"]
            change = data["data"]["changes"]
            self.heard.append((change["entity"]["name"], change["cursor"]))


class Listening:
    """Subscribers of one process, by websocket and by event stream."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def by_both(self, place: Place, after: str | None = None) -> tuple[Listener, Listener]:
        """One of each kind at `place`, from the cursor on."""
        argument = "" if after is None else f'(after: "{after}")'
        # Who leaves with messages unread need not wait for the server's farewell behind them.
        client = await self._stack.enter_async_context(peer(place, close_timeout=0.5))
        await client.begin()
        await client.subscribe(FOLLOW % argument)
        headers = () if after is None else (f"Last-Event-ID: {after}",)
        events = await self._stack.enter_async_context(stream(place, *headers, query=FOLLOW % ""))
        return Listener(client), Listener(events)


@pytest.fixture
async def listening() -> AsyncIterator[Listening]:
    async with AsyncExitStack() as stack:
        yield Listening(stack)


async def posted(place: Place, secret: str, query: str, **variables: Any) -> tuple[int, Any]:
    """The status and the answer."""
    async with httpx2.AsyncClient() as client:
        answer = await client.post(
            f"http://{place[0]}:{place[1]}/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {secret}"},
            timeout=60,
        )
        return answer.status_code, answer.json()


async def post(place: Place, secret: str, query: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    _, answer = await posted(place, secret, query, **variables)
    assert "errors" not in answer, answer
    return answer["data"]


async def test_who_listens_to_one_process_hears_the_other_and_resumes_there(
    dsn: str, two: tuple[Place, Place], listening: Listening
) -> None:
    connection = await asyncpg.connect(dsn)
    key = await create_key(
        connection, "north", partner_name="North", label="test", scopes=("entities:write",)
    )
    await connection.close()
    first, second = two

    async def write(number: int) -> None:
        place = two[number % 2]
        for turn in range(EACH):
            await post(place, key.secret, SAVE, name=f"w{number}-{turn}")

    # From this place on: a subscriber that says none hears what is written once it listens.
    start = (await post(first, key.secret, NOW))["changeLog"]["endCursor"]
    at_first, at_second = await listening.by_both(first, start), await listening.by_both(second, start)
    whole = WRITERS * EACH
    # A part of what is written is heard at one process, the rest, from the cursor on, at the other.
    cut = whole // 3
    async with asyncio.TaskGroup() as together:
        for number in range(WRITERS):
            together.create_task(write(number))
        for one, most in zip((*at_first, *at_second), (cut, cut, whole, whole), strict=True):
            together.create_task(one.hear(most))
    nodes = (await post(first, key.secret, LOG))["changes"]["nodes"]
    expected = [(node["entity"]["name"], node["cursor"]) for node in nodes]
    assert len({name for name, _ in expected}) == whole
    for number in range(WRITERS):
        own = [name for name, _ in expected if name.startswith(f"w{number}-")]
        assert own == [f"w{number}-{turn}" for turn in range(EACH)]
    for one in at_second:
        assert one.heard == expected
    for one in at_first:
        assert one.heard == expected[:cut]
        for resumed in await listening.by_both(second, one.heard[-1][1]):
            await resumed.hear(whole - cut)
            assert one.heard + resumed.heard == expected


async def test_what_one_process_revokes_the_other_refuses_within_a_second(
    dsn: str, two: tuple[Place, Place]
) -> None:
    first, second = two
    async with AsyncExitStack() as stack:
        idp = await stack.enter_async_context(provider())
        connection = await asyncpg.connect(dsn)
        try:
            key = await create_key(connection, "north", partner_name="North", label="test")
            admin = await create_key(
                connection, "house", partner_name="House", label="test", role="editor", scopes=("admin",)
            )
            await register(connection, idp, "idp")
        finally:
            await connection.close()
        token = idp.token()
        client = await stack.enter_async_context(peer(second))
        await client.begin({"authorization": f"Bearer {key.secret}"})
        # Both have looked both up just now, and believe what they found.
        for place in two:
            for secret in (key.secret, token):
                assert (await post(place, secret, WHO))["viewer"]["partner"] == {"slug": "north"}
        await post(first, admin.secret, REVOKE, prefix=key.prefix)
        await post(second, admin.secret, UNREGISTER)
        await asyncio.sleep(FRESH_SECONDS)
        for place in two:
            for secret, code in ((key.secret, "KEY_REVOKED"), (token, "TOKEN_ISSUER")):
                status, answer = await posted(place, secret, WHO)
                assert (status, answer["errors"][0]["extensions"]["code"]) == (401, code), place
        await client.subscribe(WHO)
        closed, reason = await client.closed()
        assert (closed, reason.partition(":")[0]) == (4403, "KEY_REVOKED")
