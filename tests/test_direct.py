"""Requests answered on the connection (web/direct.py), over raw sockets: corpus, order, deadlines, the end.

A request that goes out in one piece is answered directly from its second time on; in two pieces it never is.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from starlette.applications import Starlette

import server
from models.database import Database
from resolvers.keys import create_key
from resolvers.viewer import ANONYMOUS
from settings import Settings
from tests import graph
from tests.conftest import clone
from tests.corpus import Case, cases
from tests.stub_app import serving
from tests.turned import turn
from web.deadlines import Deadlines
from web.direct import Direct

KEYS: dict[str, str] = {}
PLENTY: dict[str, Any] = {"rate_anonymous": 100_000, "rate_anonymous_burst": 100_000, "rate_key": 100_000}
PLENTY |= {"rate_key_burst": 100_000, "nodes_anonymous": 10**9, "nodes_key": 10**9}
QUERY = "{ zones(first: 1) { totalCount } }"


def application(dsn: str, **given: Any) -> Starlette:
    return server.create_app(
        Settings(**{"database_url": dsn, "metrics_port": 0, "log_level": "error", **PLENTY, **given})
    )


@pytest.fixture(scope="module")
async def dsn(postgres: Any, migrated: str) -> str:
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found)
    await graph.load(connection)
    for role in ("partner", "editor"):
        issued = await create_key(connection, "north", label=role, role=role, scopes=["persons:read"])
        KEYS[role] = issued.secret
    await connection.close()
    return found


@pytest.fixture(scope="module")
async def place(dsn: str) -> AsyncIterator[tuple[str, int]]:
    async with serving(application(dsn)) as found:
        yield found


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each piece that came on a free connection, whether it was answered directly."""
    found: list[bool] = []
    takes = Direct.takes

    def watched(self: Direct, data: bytes) -> bool:
        found.append(takes(self, data))
        return found[-1]

    monkeypatch.setattr(Direct, "takes", watched)
    return found


def head(length: int, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    fixed = ["POST /graphql HTTP/1.1", "host: test", "content-type: application/json"]
    return "\r\n".join([*fixed, *lines, f"content-length: {length}", "", ""]).encode()


def request(query: str, **headers: str) -> bytes:
    body = json.dumps({"query": query}).encode()
    return head(len(body), **headers) + body


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, *pieces: bytes) -> tuple[bytes, bytes]:
        """Sends pieces a moment apart; head and body of the answer."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if piece is not pieces[-1]:
                await asyncio.sleep(0.05)
        return await self.answer()

    async def answer(self) -> tuple[bytes, bytes]:
        async with asyncio.timeout(180):
            found = await self.reader.readuntil(b"\r\n\r\n")
            length = next(line for line in found.split(b"\r\n") if line.startswith(b"content-length: "))
            return found, await self.reader.readexactly(int(length.partition(b": ")[2]))


@asynccontextmanager
async def line(place: tuple[str, int]) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection(*place)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


def undated(found: tuple[bytes, bytes]) -> tuple[list[bytes], bytes]:
    lines = found[0].split(b"\r\n")
    return sorted(line for line in lines if not line.startswith(b"date: ")), found[1]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_a_query_in_one_piece_is_answered_as_one_in_two(
    place: tuple[str, int], taken: list[bool], case: Case
) -> None:
    body = json.dumps({"query": case.read(".graphql"), "variables": case.variables}).encode()
    named = {"x_request_id": "the-same-request-id", "accept_encoding": "gzip"}
    if case.viewer in KEYS:
        named["authorization"] = f"Bearer {KEYS[case.viewer]}"
    async with line(place) as one:
        # An origin sends it the complete way.
        first = await one.ask(head(len(body), origin="https://elsewhere.example", **named), body)
        second = await one.ask(head(len(body), **named), body)
        assert not any(taken)
        is_compiled = b" 200 " in first[0] and b"__schema" not in body and b"viewer" not in body
        is_direct = is_compiled and b'"errors"' not in first[1]
        # A key is looked up anew after a second, which passes quickly where the machine stands still.
        for _ in range(30 if is_direct else 3):
            third = await one.ask(head(len(body), **named) + body)
            if any(taken):
                break
    assert undated(third) == undated(second)
    assert third[1] == first[1]
    assert any(taken) or not is_direct, "it was never answered directly"


async def test_what_comes_before_the_answer_is_answered_after_it(
    place: tuple[str, int], taken: list[bool]
) -> None:
    async with line(place) as one:
        await one.ask(request(QUERY))
        pieces = [request(QUERY, x_request_id=f"number-{number}") for number in range(20)]
        one.writer.write(pieces[0])
        for piece in pieces[1:]:
            await asyncio.sleep(0)
            one.writer.write(piece)
        for number in range(20):
            found, body = await one.answer()
            assert f"x-request-id: number-{number}".encode() in found
            assert json.loads(body)["data"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/graphql", b"/graphql?a=b"),
        (b"POST", b"PUT"),
        (b"HTTP/1.1", b"HTTP/1.0"),
        (b"host: test", b"host: test\r\nconnection: close"),
        (b"host: test", b"host: test\r\nexpect: 100-continue"),
        (b"host: test", b"host: test\r\ncontent-encoding: identity"),
        (b"host: test", b"host: test\r\naccept: text/event-stream"),
        (b"host: test", b"host: test\r\nx-forwarded-for: 192.0.2.1"),
        (b"host: test", b"host: test\r\ncontent-type: application/json"),
        (b"host: test", b"host: test\r\ncontent-length: 1"),
        (b"host: test", b"host: test\r\ntransfer-encoding: chunked"),
        (b"application/json", b"text/plain"),
    ],
)
async def test_an_unusual_head_is_left_to_the_complete_way(
    place: tuple[str, int], taken: list[bool], old: bytes, new: bytes
) -> None:
    async with line(place) as one:
        await one.ask(request(QUERY))
        await one.ask(request(QUERY))
        assert taken[-1]
    async with line(place) as one:
        one.writer.write(request(QUERY).replace(old, new, 1))
        assert await one.reader.read(12)
        assert taken[-1] is False


async def test_a_head_with_more_behind_its_body_is_left_to_the_complete_way(
    place: tuple[str, int], taken: list[bool]
) -> None:
    async with line(place) as one:
        await one.ask(request(QUERY))
        taken.clear()
        _, first = await one.ask(request(QUERY) + request(QUERY))
        assert taken == [False]
        assert (await one.answer())[1] == first
        # The connection is free again.
        assert (await one.ask(request(QUERY)))[1] == first
        assert taken[-1]


async def test_an_idle_connection_is_closed_in_time_and_not_before(dsn: str, taken: list[bool]) -> None:
    async with serving(application(dsn), timeout_keep_alive=100) as place, line(place) as one:
        for _ in range(4):
            await one.ask(request(QUERY))
            turn(60)
            # What is due happens now, before anything more is sent.
            await asyncio.sleep(0.01)
        assert taken[1:] == [True] * 3
        turn(41)
        async with asyncio.timeout(60):
            assert await one.reader.read() == b""


async def test_a_slow_head_after_an_answer_has_its_own_deadline(dsn: str, taken: list[bool]) -> None:
    settings = application(dsn, head_seconds=200.0)
    async with serving(settings, timeout_keep_alive=60) as place, line(place) as one:
        await one.ask(request(QUERY))
        await one.ask(request(QUERY))
        assert taken[-1]
        again = request(QUERY)
        # Longer than the connection may be idle, shorter than a head may take.
        await begun(one, again[:30], taken)
        turn(100)
        assert b" 200 " in (await one.ask(again[30:]))[0]
        await begun(one, again[:30], taken)
        turn(201)
        async with asyncio.timeout(60):
            assert b" 408 " in await one.reader.readline()


async def begun(one: Line, piece: bytes, taken: list[bool]) -> None:
    """Sends a piece of a head, and waits until the server has read it."""
    before = len(taken)
    one.writer.write(piece)
    async with asyncio.timeout(60):
        while len(taken) == before:  # noqa: ASYNC110 - the server appends to it
            await asyncio.sleep(0.01)


async def test_a_request_in_flight_is_answered_when_the_server_drains(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = asyncio.Event()
    answer = Direct._answer

    async def later(self: Direct, *given: Any) -> None:
        slow.set()
        # The server waits for this answer only: where it does not, the connection ends without one.
        await asyncio.sleep(0.5)
        await answer(self, *given)

    reader: asyncio.StreamReader
    async with serving(application(dsn), timeout_graceful_shutdown=60) as place:
        reader, writer = await asyncio.open_connection(*place)
        one = Line(reader, writer)
        await one.ask(request(QUERY))
        monkeypatch.setattr(Direct, "_answer", later)
        writer.write(request(QUERY))
        await slow.wait()
    found, body = await one.answer()
    assert b"\r\nconnection: close\r\n" in found
    assert json.loads(body)["data"]
    assert await reader.read() == b""
    writer.close()


async def test_a_crash_is_answered_by_the_complete_way(
    place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: Any) -> None:
        raise RuntimeError("made for this test")

    async with line(place) as one:
        _, first = await one.ask(request(QUERY))
        monkeypatch.setattr("web.lane.Lane._rendered", crash)
        # Twice: the connection stays usable.
        for _ in range(2):
            found, _ = await one.ask(request(QUERY))
            assert b" 500 " in found or b" 200 " in found
        monkeypatch.undo()
        assert (await one.ask(request(QUERY)))[1] == first


async def test_a_rate_is_counted_once_and_refused_as_on_the_complete_way(dsn: str) -> None:
    async with (
        serving(application(dsn, rate_anonymous=1, rate_anonymous_burst=5)) as place,
        line(place) as one,
    ):
        started = time.monotonic()
        statuses = [(await one.ask(request(QUERY)))[0][9:12] for _ in range(30)]
        regained = time.monotonic() - started
    assert set(statuses) == {b"200", b"429"}
    assert 5 <= statuses.count(b"200") <= 6 + regained


@pytest.mark.parametrize(("seconds", "limit"), [(0.0, 60.0), (600.0, 0.15)])
async def test_a_task_is_ended_at_its_deadline_and_not_before(seconds: float, limit: float) -> None:
    deadlines = Deadlines(limit)
    late = []

    async def work() -> None:
        task = deadlines.start()
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            late.append(deadlines.is_late(task))
        finally:
            deadlines.end(task)

    async with asyncio.timeout(60):
        await asyncio.gather(*(work() for _ in range(3)))
    assert late == ([True] * 3 if seconds else [])


async def test_a_task_that_is_cancelled_by_another_is_not_late() -> None:
    deadlines = Deadlines(600)
    begun = asyncio.Event()

    async def work() -> None:
        task = deadlines.start()
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            assert not deadlines.is_late(task)
            deadlines.end(task)

    task = asyncio.create_task(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_operation_on_the_short_way_has_the_deadline_of_every_operation(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(application(dsn, execution_seconds=100)) as place, line(place) as one:
        await one.ask(request(QUERY))
        answer = Database.read_row

        async def later(self: Database, *given: Any) -> Any:
            # The time is over when PostgreSQL is asked.
            asyncio.get_running_loop().call_later(0.1, turn, 101)
            return await answer(self, viewer, "SELECT pg_sleep(100)::text", [])

        viewer = ANONYMOUS
        monkeypatch.setattr(Database, "read_row", later)
        found, body = await one.ask(request(QUERY, accept="application/graphql-response+json"))
        assert b" 504 " in found
        assert json.loads(body)["errors"][0]["extensions"]["code"] == "TIMEOUT"
        monkeypatch.undo()
        assert b" 200 " in (await one.ask(request(QUERY)))[0]
