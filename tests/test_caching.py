"""What others may keep of our answers, what need not be sent again, and what is compressed on the way."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import orjson
import pytest

import server
from resolvers.keys import create_key
from settings import Settings
from tests import graph
from tests.conftest import clone
from tests.stub_app import application, client, serving
from web.caching import entity_tag, is_held
from web.compression import ASIDE_BYTES, Compression, compressed, takes_gzip
from web.execution import Outcome, Runner

HELLO = {"query": "{ hello }"}
ECHO = "query ($t: String!) { echo(text: $t) }"
MODERN = {"accept": "application/graphql-response+json", "accept-encoding": "identity"}
PUBLIC = "public, max-age=10, must-revalidate"
TEXT = Path(__file__).read_bytes()
QUIET: dict[str, Any] = {"metrics_port": 0, "log_level": "error"}


@pytest.fixture
async def api() -> AsyncIterator[httpx2.AsyncClient]:
    async with client(application()) as found:
        found.headers["accept-encoding"] = "identity"
        yield found


def vary(response: httpx2.Response) -> set[str]:
    return {name.strip() for name in response.headers["vary"].split(",")}


def echo(text: str) -> dict[str, str]:
    return {"query": ECHO, "variables": orjson.dumps({"t": text}).decode()}


async def sized(api: httpx2.AsyncClient, size: int) -> dict[str, str]:
    """A GET's parameters whose answer has so many bytes."""
    least = len((await api.get("/graphql", params=echo(""))).content)
    return echo("a" * (size - least))


# Who may keep an answer.


async def test_an_anonymous_get_may_be_kept_for_a_while_and_says_on_what_it_depends(
    api: httpx2.AsyncClient,
) -> None:
    response = await api.get("/graphql", params=HELLO)
    assert response.headers["cache-control"] == PUBLIC
    assert response.headers["etag"].startswith('"')
    assert vary(response) == {"Accept", "Authorization", "X-API-Key", "Origin"}


@pytest.mark.parametrize("seconds", [0, 86_400])
async def test_the_operator_says_for_how_long(seconds: int) -> None:
    async with client(application(cache_seconds=seconds)) as api:
        response = await api.get("/graphql", params=HELLO)
        assert response.headers["cache-control"] == f"public, max-age={seconds}, must-revalidate"


async def test_a_post_is_never_kept(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json=HELLO, headers={"if-none-match": "*"})
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


@pytest.mark.parametrize("accept", ["application/json", MODERN["accept"]])
@pytest.mark.parametrize(
    "query",
    ["{ nope }", "{", "{ hello refuse }", "{ crash }", "{ crashAll }", 'mutation { shout(text: "a") }'],
)
async def test_an_error_is_never_kept(api: httpx2.AsyncClient, query: str, accept: str) -> None:
    headers = {"accept": accept, "if-none-match": "*"}
    response = await api.get("/graphql", params={"query": query}, headers=headers)
    assert response.json()["errors"]
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


async def test_an_event_stream_is_never_kept(api: httpx2.AsyncClient) -> None:
    headers = {"accept": "text/event-stream", "accept-encoding": "gzip"}
    response = await api.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    assert "no-store" in response.headers["cache-control"]
    assert "etag" not in response.headers
    assert "content-encoding" not in response.headers


async def test_what_comes_with_a_key_is_never_kept(postgres: Any, migrated: str) -> None:
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    secret = (await create_key(connection, "north", label="x", role="partner", scopes=[])).secret
    await connection.close()
    settings = Settings(database_url=dsn, **QUIET)
    async with client(server.create_app(settings)) as api:
        query = {"query": "{ zones(first: 1) { nodes { name } } }"}
        assert (await api.get("/graphql", params=query)).headers["cache-control"] == PUBLIC
        for credential in ({"authorization": f"Bearer {secret}"}, {"x-api-key": secret}):
            headers = {"if-none-match": "*"} | credential
            response = await api.get("/graphql", params=query, headers=headers)
            assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
            assert "etag" not in response.headers
        refused = await api.get("/graphql", params=query, headers={"x-api-key": "wrong"})
        assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")


# What a client has already.


async def test_what_a_client_holds_is_not_sent_again(api: httpx2.AsyncClient) -> None:
    for method in ("GET", "HEAD"):
        first = await api.request(method, "/graphql", params=HELLO)
        held = {"if-none-match": first.headers["etag"]}
        again = await api.request(method, "/graphql", params=HELLO, headers=held)
        assert (again.status_code, again.content) == (304, b"")
        for name in ("etag", "cache-control", "vary"):
            assert again.headers[name] == first.headers[name]
        assert "content-type" not in again.headers
        other = await api.request(method, "/graphql", params=echo("other"), headers=held)
        assert other.status_code == 200


async def test_head_and_304_have_no_body_on_a_real_connection() -> None:
    async with serving(application()) as (host, port), httpx2.AsyncClient(timeout=60) as real:
        address = f"http://{host}:{port}/graphql"
        got = await real.get(address, params=HELLO)
        head = await real.head(address, params=HELLO)
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "cache-control", "vary", "content-length", "content-type"):
            assert head.headers[name] == got.headers[name]
        held = {"if-none-match": got.headers["etag"]}
        for method in ("GET", "HEAD", "GET"):
            again = await real.request(method, address, params=HELLO, headers=held)
            assert (again.status_code, again.content) == (304, b"")


async def test_a_tag_stands_for_one_body_in_one_type_and_coding(api: httpx2.AsyncClient) -> None:
    large = await sized(api, 2000)
    tags = [
        (await api.get("/graphql", params=parameters, headers=headers)).headers["etag"]
        for parameters, headers in (
            (large, {}),
            (echo("small"), {}),
            (large, {"accept": MODERN["accept"]}),
            (large, {"accept-encoding": "gzip"}),
        )
    ]
    assert len(set(tags)) == 4
    # A client that holds the compressed body does not hold the other one.
    held = await api.get("/graphql", params=large, headers={"if-none-match": tags[3]})
    assert held.status_code == 200
    held = await api.get(
        "/graphql", params=large, headers={"if-none-match": tags[3], "accept-encoding": "gzip"}
    )
    assert (held.status_code, held.headers["etag"]) == (304, tags[3])
    assert "content-encoding" not in held.headers


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("", False),
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b","a" , "c"', True),
        ("*", True),
        (" * ", True),
        ('"b"', False),
        ("a", False),
        ('"A"', False),
        ('"a', False),
        ('"b*"', False),
    ],
)
def test_if_none_match_is_a_list_of_tags_or_any(header: str | None, expected: bool) -> None:
    assert is_held('"a"', header) is expected


def test_a_tag_depends_on_the_bytes() -> None:
    assert entity_tag("t", b"a", None) == entity_tag("t", b"a", "identity") == entity_tag("t", b"a", None)
    assert len({entity_tag("t", body, coding) for body in (b"a", b"b") for coding in (None, "gzip")}) == 4


# What is compressed.


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("GZip", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("*, gzip;q=0", False),
        ("*;q=0", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("br, zstd", False),
        ("gzip;q=x", False),
        ("gzip;q=nan", False),
        ("", False),
        (",;,", False),
    ],
)
def test_a_client_takes_gzip_when_it_says_so(header: str, expected: bool) -> None:
    assert takes_gzip(header) is expected


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_answers_from_a_thousand_bytes_on_are_compressed_for_who_takes_it(
    api: httpx2.AsyncClient, method: str
) -> None:
    for size in (999, 1000):
        parameters = await sized(api, size)
        body = {"query": parameters["query"], "variables": orjson.loads(parameters["variables"])}
        asked: dict[str, Any] = {"params": parameters} if method == "GET" else {"json": body}
        plain = await api.request(method, "/graphql", **asked)
        taking = await api.request(method, "/graphql", **asked, headers={"accept-encoding": "gzip"})
        assert len(plain.content) == size
        assert taking.content == plain.content
        assert "content-encoding" not in plain.headers
        assert taking.headers.get("content-encoding") == ("gzip" if size == 1000 else None)
        # Who keeps the answer must know that there are two, whichever it has.
        for response in (plain, taking):
            assert ("Accept-Encoding" in vary(response)) is (size == 1000)
    assert int(taking.headers["content-length"]) < 300


async def test_errors_are_not_compressed(api: httpx2.AsyncClient) -> None:
    names = ", ".join(f"a{number}: refuse" for number in range(20))
    response = await api.post(
        "/graphql", json={"query": f"{{ {names} }}"}, headers={"accept-encoding": "gzip"}
    )
    assert len(response.content) > 1000
    assert "content-encoding" not in response.headers


async def test_the_operator_says_from_which_size_on() -> None:
    async with client(application(compress_from_bytes=3000)) as api:
        for size, coding in ((2999, None), (3000, "gzip")):
            response = await api.get("/graphql", params=await sized(api, size))
            assert response.headers.get("content-encoding") == coding


@pytest.mark.parametrize("size", [1, 4096, 4097, 32_768, 40_000, ASIDE_BYTES - 1, ASIDE_BYTES])
async def test_compressed_bytes_are_the_same_each_time_and_come_back_whole(size: int) -> None:
    body = (TEXT * 20)[:size]
    assert len(body) == size
    packed = await compressed(body)
    assert gzip.decompress(packed) == body
    assert packed == await compressed(body)
    assert size < 1000 or len(packed) < size / 2


def test_a_small_body_is_left_as_it_is() -> None:
    compression = Compression(1000)
    assert compression.coding(b"a" * 999, "gzip") is None
    assert compression.coding(b"a" * 1000, "gzip") == "gzip"
    assert compression.coding(b"a" * 1000, None) == "identity"


@pytest.mark.parametrize("accept_encoding", ["gzip", "identity", "br", None])
async def test_both_ways_compress_alike(
    graph_dsn: str, accept_encoding: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    short: list[Outcome | None] = []
    known = Runner.known

    async def watched(self: Runner, *given: Any) -> Outcome | None:
        short.append(await known(self, *given))
        return short[-1]

    monkeypatch.setattr(Runner, "known", watched)
    settings = Settings(database_url=graph_dsn, **QUIET)
    async with (
        serving(server.create_app(settings)) as (host, port),
        httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=60) as real,
    ):
        for fields, is_large in (
            ("name", False),
            ("id slug name kind sphere website createdAt updatedAt", True),
        ):
            query = f"{{ zones {{ nodes {{ {fields} }} }} companies {{ nodes {{ {fields} }} }} }}"
            answers = []
            for _ in range(2):
                request = real.build_request("POST", "/graphql", json={"query": query})
                request.headers.pop("accept-encoding")
                request.headers["x-request-id"] = "the-same-request-id"
                if accept_encoding is not None:
                    request.headers["accept-encoding"] = accept_encoding
                response = await real.send(request)
                assert (len(response.content) >= 1000) is is_large
                headers = sorted((n, v) for n, v in response.headers.raw if n not in (b"date", b"server"))
                answers.append((response.status_code, response.content, headers))
            assert answers[0] == answers[1]
            is_packed = is_large and accept_encoding == "gzip"
            assert response.headers.get("content-encoding") == ("gzip" if is_packed else None)
        assert len(short) == 2
        assert all(short)
