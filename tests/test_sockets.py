"""graphql-transport-ws and event streams on real sockets: protocol, limits, origins, and how they end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.stub_app import application, serving, stop_rates
from tests.stub_schema import OPEN
from tests.turned import turn

PROTOCOL = Subprotocol("graphql-transport-ws")


class Peer:
    """A client that says what it likes and fails rather than waits for ever."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def say(self, message: Any) -> None:
        await self._connection.send(orjson.dumps(message).decode())

    async def say_raw(self, message: str | bytes) -> None:
        await self._connection.send(message)

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(60):
            heard: dict[str, Any] = orjson.loads(await self._connection.recv())
            return heard

    async def begin(self, payload: Any = None) -> None:
        await self.say({"type": "connection_init"} | ({} if payload is None else {"payload": payload}))
        assert await self.hear() == {"type": "connection_ack"}

    async def lives(self) -> None:
        await self.say({"type": "ping"})
        assert await self.hear() == {"type": "pong"}

    async def subscribe(self, query: str, operation_id: str = "1", **payload: Any) -> None:
        await self.say({"id": operation_id, "type": "subscribe", "payload": {"query": query} | payload})

    async def closed(self) -> tuple[int, str]:
        """Code and reason with which the server closes; other messages are left out."""
        async with asyncio.timeout(60):
            with suppress(ConnectionClosed):
                async for _ in self._connection:
                    pass
        assert self._connection.close_code is not None
        return self._connection.close_code, self._connection.close_reason or ""


@asynccontextmanager
async def peer(place: tuple[str, int], **options: Any) -> AsyncIterator[Peer]:
    given: dict[str, Any] = {"subprotocols": [PROTOCOL], "max_size": None, "proxy": None} | options
    async with connect(f"ws://{place[0]}:{place[1]}/graphql", **given) as connection:
        yield Peer(connection)


@pytest.fixture(scope="module")
async def place() -> AsyncIterator[tuple[str, int]]:
    """A server with default limits."""
    async with serving(application()) as found:
        yield found


async def test_a_query_a_mutation_and_a_subscription_are_answered(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("query ($t: String!) { echo(text: $t) }", variables={"t": "کراچی"})
        answer = await client.hear()
        assert (answer["id"], answer["type"]) == ("1", "next")
        assert answer["payload"]["data"] == {"echo": "کراچی"}
        assert await client.hear() == {"id": "1", "type": "complete"}
        await client.subscribe('mutation { shout(text: "a") }', "2")
        assert (await client.hear())["payload"]["data"] == {"shout": "A"}
        assert (await client.hear())["type"] == "complete"
        await client.subscribe("subscription { count(to: 3) }", "1")
        counted = [(await client.hear())["payload"]["data"]["count"] for _ in range(3)]
        assert counted == [1, 2, 3]
        assert await client.hear() == {"id": "1", "type": "complete"}


async def test_ready_bytes_are_spliced_into_text_frames(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("{ hello }")
        assert (await client.hear())["payload"]["data"] == {"hello": "world"}


async def test_a_bad_document_is_an_error_and_the_id_is_free_again(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        for query in ("{ nope }", "{", "subscription { nope }"):
            await client.subscribe(query)
            answer = await client.hear()
            assert (answer["type"], answer["id"]) == ("error", "1")
            assert answer["payload"][0]["extensions"]["code"] == "DOCUMENT_INVALID"


async def test_unexpected_errors_are_masked(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("subscription { crash }")
        assert (await client.hear())["payload"]["data"] == {"crash": 1}
        rest = orjson.dumps([await client.hear()]).decode()
        assert "INTERNAL" in rest
        assert "secret" not in rest


async def test_ping_is_answered_before_and_after_init(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.say({"type": "ping", "payload": {"a": 1}})
        assert await client.hear() == {"type": "pong"}
        await client.begin({})
        await client.say({"type": "pong"})
        await client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}


async def test_complete_ends_a_subscription_and_unknown_ids_are_ignored(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("subscription { wait }")
        await OPEN.reaches(1)
        await client.say({"id": "1", "type": "complete"})
        await client.say({"id": "other", "type": "complete"})
        await client.say({"type": "ping"})
        assert await client.hear() == {"type": "pong"}
        await OPEN.reaches(0)


async def test_a_client_that_leaves_ends_its_subscriptions(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("subscription { wait }", "1")
        await client.subscribe("subscription { wait }", "2")
        await OPEN.reaches(2)
    await OPEN.reaches(0)


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "1",
        "null",
        '"connection_init"',
        "{}",
        '{"type": 1}',
        '{"type": null}',
        '{"type": ["ping"]}',
        '{"type": "start"}',
        "{",
        "",
        "\x00",
        '{"type": "ping", "payload": []}',
        '{"type": "ping", "payload": {"a": "\\u0000"}}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "' + "a" * 129 + '", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": null}',
        '{"type": "subscribe", "id": "1", "payload": "{ hello }"}',
        '{"type": "subscribe", "id": "1", "payload": {}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "operationName": {}}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": []}',
        "[" * 100_000,
        b"\x00\x01",
        b'{"type": "ping"}',
    ],
)
async def test_a_malformed_message_closes_with_4400(place: tuple[str, int], message: str | bytes) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.say_raw(message)
        assert (await client.closed())[0] == 4400


@pytest.mark.parametrize("payload", [[], "x", 1, {"authorization": 1}, {"apiKey": ["x"]}])
async def test_a_malformed_init_closes_with_4400(place: tuple[str, int], payload: Any) -> None:
    async with peer(place) as client:
        await client.say({"type": "connection_init", "payload": payload})
        assert (await client.closed())[0] == 4400


async def test_an_id_of_128_characters_is_taken(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("{ hello }", "a" * 128)
        assert (await client.hear())["id"] == "a" * 128


async def test_the_protocols_close_codes(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.subscribe("{ hello }")
        assert (await client.closed())[0] == 4401
    async with peer(place) as client:
        await client.begin()
        await client.say({"type": "connection_init"})
        assert (await client.closed())[0] == 4429
    async with peer(place) as client:
        await client.begin()
        await client.subscribe("subscription { wait }", "same")
        await client.subscribe("{ hello }", "same")
        assert await client.closed() == (4409, "Subscriber for same already exists")
    await OPEN.reaches(0)


@pytest.mark.parametrize("offered", [None, ["graphql-ws"], ["graphql-ws", "x"]])
async def test_only_graphql_transport_ws_is_spoken(place: tuple[str, int], offered: Any) -> None:
    async with peer(place, subprotocols=offered) as client:
        assert (await client.closed())[0] == 4406


async def test_init_must_come_in_time() -> None:
    async with serving(application(websocket_init_seconds=100)) as place:
        async with peer(place) as client:
            await client.lives()
            turn(101)
            assert await client.closed() == (4408, "Connection initialisation timeout")
        async with peer(place) as client:
            await client.begin()
            await client.lives()
            turn(101)
            await client.lives()


async def test_a_frame_up_to_the_limit_is_read_and_one_over_it_closes(place: tuple[str, int]) -> None:
    start, end = '{"type": "ping", "payload": {"a": "', '"}}'
    for size, works in ((256_000, True), (256_001, False)):
        async with peer(place) as client:
            await client.say_raw(start + "a" * (size - len(start) - len(end)) + end)
            if works:
                assert (await client.hear())["type"] == "pong"
            else:
                assert (await client.closed())[0] == 1009


async def test_the_limit_of_a_frame_also_holds_for_what_it_expands_to(place: tuple[str, int]) -> None:
    async with peer(place, compression="deflate") as client:
        await client.say_raw('{"type": "ping", "payload": {"a": "' + "a" * 5_000_000 + '"}}')
        assert (await client.closed())[0] == 1009


async def test_a_connection_carries_20_operations_and_not_21(place: tuple[str, int]) -> None:
    async with peer(place) as client:
        await client.begin()
        for number in range(20):
            await client.subscribe("subscription { wait }", str(number))
        await client.subscribe("{ hello }", "one more")
        refused = await client.hear()
        assert (refused["id"], refused["type"]) == ("one more", "error")
        assert refused["payload"][0]["extensions"]["code"] == "SUBSCRIPTION_LIMIT"
        await client.say({"id": "0", "type": "complete"})
        await client.subscribe("{ hello }", "one more")
        assert (await client.hear())["type"] == "next"
    await OPEN.reaches(0)


async def test_the_deadline_of_http_holds_here_too() -> None:
    async with serving(application(execution_seconds=0.1)) as place, peer(place) as client:
        await client.begin()
        await client.subscribe("{ slow }")
        assert (await client.hear())["payload"][0]["extensions"]["code"] == "TIMEOUT"


async def test_the_rate_of_http_holds_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_rates(monkeypatch)
    async with serving(application(rate_anonymous=1, rate_anonymous_burst=3)) as place:
        async with peer(place) as client:
            await client.begin()
            for number, kind in enumerate(["next", "next", "error"]):
                await client.subscribe("{ hello }", str(number))
                answer = await client.hear()
                assert answer["type"] == kind
                if kind == "next":
                    await client.hear()
            assert answer["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        with pytest.raises(InvalidStatus) as refused:
            async with peer(place):
                pass
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["retry-after"]) >= 1


async def test_only_known_origins_may_connect() -> None:
    async with serving(application(websocket_origins=("https://partner.example",))) as place:
        own = f"http://{place[0]}:{place[1]}"
        for origin in (None, own, "https://partner.example"):
            async with peer(place, origin=origin) as client:
                await client.begin()
        for origin in ("https://x.test", "null", "https://partner.example.x.test", f"http://{place[0]}:1"):
            with pytest.raises(InvalidStatus) as refused:
                async with peer(place, origin=origin):
                    pass
            assert refused.value.response.status_code == 403
            assert refused.value.response.body is not None
            assert b"FORBIDDEN" in refused.value.response.body


async def test_a_key_that_cannot_be_right_is_refused(place: tuple[str, int]) -> None:
    for payload in ({"authorization": "Basic x"}, {"apiKey": "x"}, {"Authorization": ""}):
        async with peer(place) as client:
            await client.say({"type": "connection_init", "payload": payload})
            code, reason = await client.closed()
            assert code == 4403
            assert reason.startswith("KEY_MALFORMED")
    with pytest.raises(InvalidStatus) as refused:
        async with peer(place, additional_headers={"Authorization": "Bearer x"}):
            pass
    assert refused.value.response.status_code == 401


async def test_a_stopping_server_closes_its_sockets() -> None:
    async with serving(application()) as place:
        connection = await connect(f"ws://{place[0]}:{place[1]}/graphql", subprotocols=[PROTOCOL], proxy=None)
        client = Peer(connection)
        await client.begin()
        await client.subscribe("subscription { wait }")
        await OPEN.reaches(1)
    assert (await client.closed())[0] == 1012
    await OPEN.reaches(0)


# Event streams.

EVENTS = {"accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, Any]]:
    """Names and data of events, comments left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.partition(":")[::2] for line in block.splitlines() if not line.startswith(":"))
        if fields:
            data = fields["data"].strip()
            found.append((fields["event"].strip(), orjson.loads(data) if data else None))
    return found


async def stream(place: tuple[str, int], query: str, method: str = "POST", **headers: str) -> httpx2.Response:
    async with httpx2.AsyncClient(timeout=60) as client:
        url = f"http://{place[0]}:{place[1]}/graphql"
        parameters = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
        return await client.request(method, url, headers=EVENTS | headers, **parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_is_streamed(place: tuple[str, int], method: str) -> None:
    response = await stream(place, "subscription { count(to: 2) }", method)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "no-store" in response.headers["cache-control"]
    found = events(response.text)
    assert [data["data"]["count"] for name, data in found if name == "next"] == [1, 2]
    assert found[-1] == ("complete", None)


async def test_queries_and_mutations_are_streamed_too(place: tuple[str, int]) -> None:
    found = events((await stream(place, "{ hello }")).text)
    assert [name for name, _ in found] == ["next", "complete"]
    assert found[0][1]["data"] == {"hello": "world"}
    assert events((await stream(place, 'mutation { shout(text: "a") }')).text)[0][1]["data"] == {"shout": "A"}


async def test_errors_are_events_but_an_unreadable_request_is_a_status(place: tuple[str, int]) -> None:
    for query in ("{ nope }", "subscription { nope }"):
        found = events((await stream(place, query)).text)
        assert found[0][1]["errors"][0]["extensions"]["code"] == "DOCUMENT_INVALID"
        assert [name for name, _ in found] == ["next", "complete"]
    refused = await stream(place, "")
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (400, "BODY_INVALID")


async def test_a_mutation_by_get_is_not_run_on_a_stream_either(place: tuple[str, int]) -> None:
    found = events((await stream(place, 'mutation { shout(text: "a") }', "GET")).text)
    assert found[0][1]["errors"][0]["extensions"]["code"] == "OPERATION_NOT_ALLOWED"
    assert "data" not in found[0][1]


async def test_a_client_that_takes_both_gets_json_for_a_query_and_a_stream_for_a_subscription(
    place: tuple[str, int],
) -> None:
    both = "application/json, text/event-stream"
    assert (await stream(place, "{ hello }", accept=both)).json()["data"] == {"hello": "world"}
    streamed = await stream(place, "subscription { count(to: 1) }", accept=both)
    assert events(streamed.text)[0][1]["data"] == {"count": 1}


async def test_a_silent_stream_has_a_heartbeat_and_ends_when_its_client_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("web.streams.HEARTBEAT_SECONDS", 0.1)
    async with serving(application()) as place:
        reader, writer = await asyncio.open_connection(*place)
        writer.write(
            b"GET /graphql?query=subscription{wait} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n"
        )
        async with asyncio.timeout(60):
            await reader.readuntil(b"\r\n\r\n")
            for _ in range(3):
                await reader.readuntil(b":\n\n")
        await OPEN.reaches(1)
        writer.close()
        await OPEN.reaches(0)


async def test_a_stopping_server_completes_its_streams() -> None:
    async with serving(application()) as place:
        pending = asyncio.create_task(stream(place, "subscription { wait }"))
        await OPEN.reaches(1)
    async with asyncio.timeout(60):
        assert events((await pending).text) == [("complete", None)]
    await OPEN.reaches(0)
