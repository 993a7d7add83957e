"""GraphQL over HTTP: media types, statuses, strictness and limits, on both sides of each limit."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest
from graphql import GraphQLError

from tests.stub_app import application, client, serving
from tests.stub_schema import OPEN
from tests.turned import turn
from web.answers import formatted

MODERN = "application/graphql-response+json"
PLAIN = "application/json"
HELLO = {"query": "{ hello }"}


@pytest.fixture
async def api() -> AsyncIterator[httpx2.AsyncClient]:
    async with client(application()) as found:
        yield found


def code(response: httpx2.Response) -> str:
    """The code of the only error."""
    errors = response.json()["errors"]
    assert len(errors) == 1
    assert "data" not in response.json()
    found: str = errors[0]["extensions"]["code"]
    return found


async def post(api: httpx2.AsyncClient, body: bytes, **headers: str) -> httpx2.Response:
    given = {"content-type": PLAIN, "accept": MODERN} | {n.replace("_", "-"): v for n, v in headers.items()}
    return await api.post("/graphql", content=body, headers=given)


# What is answered, and in which type.


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, PLAIN),
        ("*/*", PLAIN),
        ("application/*", PLAIN),
        (PLAIN, PLAIN),
        (MODERN, MODERN),
        (f"{MODERN}, {PLAIN};q=0.9", MODERN),
        (f"{PLAIN}, {MODERN}", MODERN),
        (f"{MODERN};q=0.5, {PLAIN}", PLAIN),
        (f"{MODERN};q=0, */*", PLAIN),
        (f"{PLAIN}, text/event-stream", PLAIN),
        ("Application/JSON; charset=utf-8", PLAIN),
    ],
)
async def test_the_response_has_the_type_that_the_client_prefers(
    api: httpx2.AsyncClient, accept: str | None, kind: str
) -> None:
    request = api.build_request("POST", "/graphql", json=HELLO)
    request.headers.pop("accept")
    if accept is not None:
        request.headers["accept"] = accept
    response = await api.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{kind}; charset=utf-8"
    assert response.json()["data"] == {"hello": "world"}


@pytest.mark.parametrize("accept", ["text/plain", "image/*", f"{PLAIN};q=0", "multipart/mixed"])
async def test_a_type_that_cannot_be_produced_is_406(api: httpx2.AsyncClient, accept: str) -> None:
    response = await api.post("/graphql", json=HELLO, headers={"accept": accept})
    assert (response.status_code, code(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ nope }", {}, "DOCUMENT_INVALID"),
        ("{", {}, "DOCUMENT_INVALID"),
        ("query A { hello }", {"operationName": "B"}, "DOCUMENT_INVALID"),
        ("fragment F on Query { hello }", {}, "DOCUMENT_INVALID"),
        ("query ($n: Int!) { spend(nodes: $n) }", {"variables": {"n": "x"}}, "VARIABLES_INVALID"),
        ("query ($n: Int!) { spend(nodes: $n) }", {"variables": {"n": 1e40}}, "VARIABLES_INVALID"),
        ("query ($n: Int!) { spend(nodes: $n) }", {}, "VARIABLES_INVALID"),
    ],
)
async def test_a_bad_document_is_400_without_data_and_200_for_application_json(
    api: httpx2.AsyncClient, query: str, variables: dict[str, Any], expected: str
) -> None:
    body = {"query": query} | variables
    modern = await api.post("/graphql", json=body, headers={"accept": MODERN})
    assert (modern.status_code, code(modern)) == (400, expected)
    plain = await api.post("/graphql", json=body, headers={"accept": PLAIN})
    if "operation" in plain.json()["errors"][0]["message"]:
        assert plain.status_code == 400  # The request's own parameters are wrong, not its document.
    else:
        assert plain.status_code == 200
    assert plain.json() == modern.json()


async def test_a_failing_field_leaves_its_siblings(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json={"query": "{ hello refuse }"}, headers={"accept": MODERN})
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "world", "refuse": None}
    assert response.json()["errors"] == [
        {
            "message": "This id is no UUID.",
            "path": ["refuse"],
            "locations": [{"line": 1, "column": 9}],
            "extensions": {"code": "BAD_USER_INPUT", "hint": "Send a UUID."},
        }
    ]


async def test_an_unexpected_error_is_masked_and_carries_the_request_id(api: httpx2.AsyncClient) -> None:
    response = await api.post(
        "/graphql", json={"query": "{ crash }"}, headers={"x-request-id": "request-1234"}
    )
    error = response.json()["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["requestId"] == "request-1234"
    assert "secret" not in response.text


def test_a_recursion_error_is_the_fault_of_the_document() -> None:
    error = GraphQLError("maximum recursion depth exceeded", original_error=RecursionError())
    assert formatted(error, "id", executed=False)["extensions"]["code"] == "DOCUMENT_INVALID"


async def test_a_busy_database_is_named_as_such(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json={"query": "{ busy }"})
    assert response.json()["errors"][0]["extensions"]["code"] == "DATABASE_BUSY"


# Methods.


async def test_a_query_can_be_sent_by_get(api: httpx2.AsyncClient) -> None:
    parameters = {
        "query": "query A($t: String!) { echo(text: $t) } query B { hello }",
        "variables": '{"t": "کراچی"}',
        "operationName": "A",
        "extensions": "{}",
    }
    response = await api.get("/graphql", params=parameters)
    assert response.json()["data"] == {"echo": "کراچی"}


async def test_head_answers_as_get(api: httpx2.AsyncClient) -> None:
    response = await api.head("/graphql", params=HELLO)
    assert response.status_code == 200


async def test_a_mutation_by_get_is_405_and_not_run(api: httpx2.AsyncClient) -> None:
    response = await api.get("/graphql", params={"query": 'mutation { shout(text: "a") }'})
    assert (response.status_code, code(response)) == (405, "OPERATION_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"
    assert "data" not in response.json()


async def test_a_mutation_by_post_is_run(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json={"query": 'mutation { shout(text: "a") }'})
    assert response.json()["data"] == {"shout": "A"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "BREW"])
async def test_other_methods_are_405(api: httpx2.AsyncClient, method: str) -> None:
    response = await api.request(method, "/graphql", json=HELLO)
    assert (response.status_code, code(response)) == (405, "OPERATION_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


async def test_options_says_what_is_allowed(api: httpx2.AsyncClient) -> None:
    response = await api.options("/graphql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


async def test_a_subscription_without_a_stream_is_refused_with_the_way_to_go(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json={"query": "subscription { count(to: 1) }"})
    assert (response.status_code, code(response)) == (400, "OPERATION_NOT_ALLOWED")
    assert "text/event-stream" in response.json()["errors"][0]["extensions"]["hint"]


async def test_a_browser_gets_the_explorer_and_a_client_the_api(api: httpx2.AsyncClient) -> None:
    browser = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = await api.get("/graphql", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    answer = await api.get("/graphql", params=HELLO, headers=browser)
    assert answer.json()["data"] == {"hello": "world"}
    assert (await api.get("/graphql")).status_code == 400


async def test_an_unknown_address_is_404_in_the_shape_of_every_error(api: httpx2.AsyncClient) -> None:
    response = await api.get("/graphql/")
    assert response.status_code == 404
    assert response.json()["errors"][0]["extensions"]["hint"] == "The API is at /graphql."


# Strictness.


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=latin-1",
        "",
    ],
)
async def test_other_content_types_are_415(api: httpx2.AsyncClient, content_type: str) -> None:
    response = await post(api, b'{"query": "{ hello }"}', content_type=content_type)
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON ; charset="UTF-8"'])
async def test_json_in_utf8_is_taken(api: httpx2.AsyncClient, content_type: str) -> None:
    assert (await post(api, b'{"query": "{ hello }"}', content_type=content_type)).status_code == 200


async def test_a_compressed_body_is_415(api: httpx2.AsyncClient) -> None:
    response = await post(api, b'{"query": "{ hello }"}', content_encoding="gzip")
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"true",
        b"1",
        b'"{ hello }"',
        b"[]",
        b'[{"query": "{ hello }"}]',
        b"{}",
        b'{"query": null}',
        b'{"query": ""}',
        b'{"query": 1}',
        b'{"query": ["{ hello }"]}',
        b'{"query": "{ hello }", "variables": []}',
        b'{"query": "{ hello }", "variables": "{}"}',
        b'{"query": "{ hello }", "operationName": 1}',
        b'{"query": "{ hello }", "extensions": "x"}',
        b'{"query": "{ hello }"',
        b'{"query": "{ hello }"} x',
        b"{'query': '{ hello }'}",
        b'\xef\xbb\xbf{"query": "{ hello }"}',
        '{"query": "{ hello }"}'.encode("utf-16"),
        b'{"query": "{ hello \xff }"}',
        b'{"query": "{ hello }", "variables": {"a": "\xed\xa0\x80"}}',
        b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}',
        b'{"query": "{ hello }", "variables": {"a": "\\u0000"}}',
        b'{"query": "{ hello }", "variables": {"\\u0000": 1}}',
        b'{"query": "{ hello }", "variables": {"a": "\x00"}}',
        b'{"query": "{ hello }", "variables": {"a": NaN}}',
        b'{"query": "{ hello }", "variables": {"a": Infinity}}',
        b'{"query": "{ hello }", "variables": {"a": 1e999}}',
        b'{"query": "{ hello }", "variables": {"a": ' + b"9" * 5000 + b"}}",
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 63 + b"]" * 63 + b"}}",
        b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"query": "{ hello }", "variables": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001,
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("accept", [MODERN, PLAIN])
async def test_a_body_that_cannot_be_read_is_400(api: httpx2.AsyncClient, body: bytes, accept: str) -> None:
    response = await post(api, body, accept=accept)
    assert (response.status_code, code(response)) == (400, "BODY_INVALID")


@pytest.mark.parametrize(
    "variables",
    [
        b"null",
        b"{}",
        b'{"unused": "\\\\u0000"}',
        b'{"unused": ' + b"9" * 19 + b"}",
        b'{"unused": ' + b"[" * 62 + b"]" * 62 + b"}",
        b'{"unused": [' + b",".join([b"{}"] * 1000) + b"]}",
    ],
)
async def test_a_body_at_the_edge_of_strictness_is_read(api: httpx2.AsyncClient, variables: bytes) -> None:
    response = await post(api, b'{"query": "{ hello }", "variables": ' + variables + b"}")
    assert (response.status_code, response.json()["data"]) == (200, {"hello": "world"})


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "variables={}",
        "query={hello}&query={hello}",
        "query={hello}&variables=[]",
        "query={hello}&variables={",
        "query=%ff",
        "query={hello%00}",
        "query={hello}&variables=" + "[" * 2000,
        "query={hello}" + "".join(f"&p{number}=1" for number in range(20)),
    ],
)
async def test_a_query_string_that_cannot_be_read_is_400(api: httpx2.AsyncClient, query_string: str) -> None:
    response = await api.get(f"http://test/graphql?{query_string}")
    assert (response.status_code, code(response)) == (400, "BODY_INVALID")


@pytest.mark.parametrize(
    "query",
    [
        "{ hello " + "{ a " * 60_000,
        "{ nest(value: " + "{ inner: " * 900 + "{}" + " }" * 900 + ") }",
        "{ ...F0 }"
        + "".join(f" fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(2000))
        + " fragment F2000 on Query { hello }",
    ],
    ids=["selections", "literals", "fragments"],
)
async def test_a_document_too_deep_for_the_parser_is_400(api: httpx2.AsyncClient, query: str) -> None:
    response = await api.post("/graphql", json={"query": query}, headers={"accept": MODERN})
    assert (response.status_code, code(response)) == (400, "DOCUMENT_INVALID")


# Limits.


def body_of(size: int) -> bytes:
    """A valid body of exactly so many bytes."""
    body = orjson.dumps(HELLO)
    return body + b" " * (size - len(body))


async def in_chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), 65_536):
        yield body[start : start + 65_536]


async def test_the_body_limit_holds_by_length_and_while_reading(api: httpx2.AsyncClient) -> None:
    headers = {"content-type": PLAIN}
    for size, status in ((256_000, 200), (256_001, 413)):
        declared = await api.post("/graphql", content=body_of(size), headers=headers)
        chunked = await api.post("/graphql", content=in_chunks(body_of(size)), headers=headers)
        assert (declared.status_code, chunked.status_code) == (status, status)
    assert code(chunked) == code(declared) == "BODY_TOO_LARGE"


async def test_a_declared_body_over_the_limit_is_refused_before_it_is_sent() -> None:
    async with serving(application()) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(HEAD + b"Content-Length: 256001\r\n\r\n")
        async with asyncio.timeout(60):
            assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 413 ")
        writer.close()


@pytest.mark.parametrize("length", ["-1", "abc", "²", "9" * 5000])
async def test_a_content_length_that_is_no_number_is_refused(api: httpx2.AsyncClient, length: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", length.encode())]
    response = await api.post("/graphql", content=in_chunks(b"{}"), headers=headers)
    assert response.status_code in {400, 413}


async def test_the_query_string_limit_holds(api: httpx2.AsyncClient) -> None:
    start = "query={hello}&x="
    for size, status in ((8192, 200), (8193, 414)):
        response = await api.get(f"http://test/graphql?{start}{'a' * (size - len(start))}")
        assert response.status_code == status
    assert code(response) == "URI_TOO_LONG"


async def test_the_limits_of_headers_hold() -> None:
    async with client(application(header_bytes=2000, header_count=10)) as api:
        for extra, status in ((0, 200), (1, 431)):
            request = api.build_request("POST", "/graphql", json=HELLO)
            taken = sum(len(name) + len(value) + 4 for name, value in request.headers.raw)
            request.headers["x"] = "a" * (2000 - taken - 5 + extra)
            response = await api.send(request)
            assert response.status_code == status
        assert code(response) == "HEADERS_TOO_LARGE"
        for extra, status in ((0, 200), (1, 431)):
            request = api.build_request("POST", "/graphql", json=HELLO)
            for number in range(10 - len(request.headers.raw) + extra):
                request.headers[f"x-{number}"] = "a"
            assert (await api.send(request)).status_code == status


async def test_an_operation_that_takes_too_long_ends_with_timeout() -> None:
    async with client(application(execution_seconds=100)) as api:
        asking = asyncio.create_task(api.post("/graphql", json={"query": "{ slow }"}))
        await OPEN.reaches(1)
        turn(101)
        response = await asking
        assert (response.status_code, code(response)) == (504, "TIMEOUT")
        assert (await api.post("/graphql", json=HELLO)).status_code == 200


# What every response has.


async def test_every_response_has_safe_headers(api: httpx2.AsyncClient) -> None:
    responses = [
        await api.post("/graphql", json=HELLO),
        await api.post("/graphql", content=b"x"),
        await api.get("/nowhere"),
    ]
    for response in responses:
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        assert len(response.headers["x-request-id"]) >= 16
    assert "Accept" in responses[0].headers["vary"]
    assert len({response.headers["x-request-id"] for response in responses}) == 3


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("request-1234", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("short", False),
        ('x" injected=1', False),
    ],
)
async def test_a_sane_request_id_is_taken_over(api: httpx2.AsyncClient, given: str, is_taken: bool) -> None:
    response = await api.post("/graphql", json=HELLO, headers={"x-request-id": given})
    assert (response.headers["x-request-id"] == given) is is_taken


async def test_only_listed_origins_may_read_answers() -> None:
    async with client(application(cors_origins=("https://partner.example",))) as api:
        for origin, allowed in (
            ("https://partner.example", "https://partner.example"),
            ("https://x.test", None),
        ):
            preflight = {"origin": origin, "access-control-request-method": "POST"}
            first = await api.options("/graphql", headers=preflight)
            second = await api.post("/graphql", json=HELLO, headers={"origin": origin})
            assert first.headers.get("access-control-allow-origin") == allowed
            assert second.headers.get("access-control-allow-origin") == allowed
            assert "access-control-allow-credentials" not in second.headers
            assert "Origin" in second.headers["vary"]


async def test_uvicorn_does_not_log_query_strings() -> None:
    async with client(application(log_level="debug")):
        assert not logging.getLogger("uvicorn.access").hasHandlers()
        assert not logging.getLogger("uvicorn.error").isEnabledFor(logging.INFO)


async def test_logs_hold_the_request_id_and_nothing_a_client_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with client(application(log_level="info", log_format="json")) as api:
        secret = "th_live_" + "s" * 51
        body = {
            "query": "query Q($text: String!) { echo(text: $text) crash }",
            "variables": {"text": "private"},
        }
        await api.post("/graphql", json=body, headers={"x-request-id": "request-1", "x-api-key": secret})
        await api.post("/graphql", json=body, headers={"x-request-id": "request-2"})
        await api.get("/graphql", params={"query": "{ hello }", "variables": '{"a": "private"}'})
    lines = [orjson.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["request_id"] for line in lines if "request_id" in line][:4].count("request-2") == 2
    assert [line["status"] for line in lines if line["event"] == "request"] == [503, 200, 200]
    failed = next(line for line in lines if line["event"] == "operation failed")
    assert "RuntimeError: a secret of the inside" in failed["exception"]
    assert "private" not in str(lines)
    assert secret not in str(lines)


# Slow and broken clients, on real sockets.


async def talk(host: str, port: int, *parts: bytes, more: bytes = b"") -> bytes:
    """Send the parts with pauses, then more of it again and again, and return all that comes back."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.1)
        answer = asyncio.create_task(reader.read(1))
        while more and not answer.done():
            writer.write(more)
            await asyncio.wait([answer], timeout=0.1)
        async with asyncio.timeout(60):
            return await answer + await reader.read()
    finally:
        writer.close()


HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


async def test_a_head_that_comes_too_slowly_is_cut_off() -> None:
    async with serving(application(head_seconds=1)) as (host, port):
        started = asyncio.get_running_loop().time()
        answers = await asyncio.gather(
            talk(host, port, b"GET /healthz HT", b"TP/1.1\r\n", more=b"a: b\r\n"),
            talk(host, port),
            talk(host, port, b"\r\n"),
            talk(host, port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /hea"),
        )
        assert asyncio.get_running_loop().time() - started > 0.9
        assert answers[0].startswith(b"HTTP/1.1 408 ")
        assert answers[1] == b""
        assert answers[3].startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 408 " in answers[3]


async def test_a_slow_head_within_the_deadline_is_answered() -> None:
    parts = (b"GET /healthz HT", b"TP/1.1\r\n", b"Host: x\r\nConnection: close\r\n\r\n")
    async with serving(application(head_seconds=60)) as (host, port):
        assert (await talk(host, port, *parts)).startswith(b"HTTP/1.1 200 ")


async def test_a_head_without_end_is_cut_off_before_it_fills_the_memory() -> None:
    async with serving(application()) as (host, port):
        answer = await talk(host, port, b"GET / HTTP/1.1\r\nHost: x\r\nx: " + b"a" * 200_000)
        assert answer.startswith(b"HTTP/1.1 431 ")


async def test_a_body_that_comes_too_slowly_is_408() -> None:
    async with serving(application(body_seconds=0.5)) as (host, port):
        answer = await talk(host, port, HEAD + b"Content-Length: 100000\r\n\r\n{", b'"', more=b"q")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"REQUEST_TIMEOUT" in answer


async def test_a_large_upload_reads_its_413(api: httpx2.AsyncClient) -> None:
    async with serving(application()) as (host, port), httpx2.AsyncClient(timeout=60) as real:
        for _ in range(5):
            response = await real.post(
                f"http://{host}:{port}/graphql",
                content=in_chunks(body_of(3_000_000)),
                headers={"content-type": PLAIN},
            )
            assert (response.status_code, code(response)) == (413, "BODY_TOO_LARGE")


async def test_a_body_that_nobody_reads_ends_with_the_connection() -> None:
    async with serving(application(head_seconds=1)) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"PUT /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 405 ")
        async with asyncio.timeout(60):
            with pytest.raises(ConnectionError):
                await upload_for_ever(writer)
        writer.close()


async def upload_for_ever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"a" * 1000)
        await writer.drain()
        await asyncio.sleep(0.02)


async def test_bytes_that_are_no_http_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    async with serving(application()) as (host, port):
        assert (await talk(host, port, b"\x16\x03\x01\x00\xff hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


async def test_a_client_that_leaves_within_its_body_harms_nobody() -> None:
    async with serving(application()) as (host, port):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(HEAD + b"Content-Length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()
        async with httpx2.AsyncClient(timeout=60) as real:
            response = await real.post(f"http://{host}:{port}/graphql", json=HELLO)
        assert response.status_code == 200


async def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.protocol.WRITE_SECONDS", 0.5)
    async with serving(application(body_bytes_anonymous=30_000_000)) as (host, port):
        reader, writer = await asyncio.open_connection(host, port, limit=1024)
        body = orjson.dumps(
            {"query": "query ($t: String!) { echo(text: $t) }", "variables": {"t": "a" * 20_000_000}}
        )
        writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        async with asyncio.timeout(60):
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(1.5)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(20_000_000)
        writer.close()


async def test_requests_in_flight_are_answered_when_the_server_stops() -> None:
    app = application(execution_seconds=1)
    async with httpx2.AsyncClient(timeout=60) as real:
        async with serving(app) as (host, port):
            pending = asyncio.create_task(
                real.post(f"http://{host}:{port}/graphql", json={"query": "{ slow }"})
            )
            await OPEN.reaches(1)
        assert (await pending).status_code == 504
