"""Documents named by a hash: shipped ones by documentId, Apollo's persisted queries, on every transport."""

import hashlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

import server
from resolvers.errors import BadUserInput
from settings import Settings, SettingsError, load
from tests.stub_app import application, client, serving
from tests.test_sockets import peer
from web.execution import Outcome, Runner
from web.operation import Operation
from web.persisted import MAX_BYTES, MAX_TEXTS, Persisted, shipped

SHIPPED = "query Greeting { hello }\n"
MODERN = {"accept": "application/graphql-response+json"}


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def asked(digest: object, version: object = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


def code(response: httpx2.Response) -> str:
    assert "data" not in response.json()
    (error,) = response.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "greeting.graphql").write_text(SHIPPED)
    (tmp_path / "shout.graphql").write_text('mutation { shout(text: "a") }')
    (tmp_path / "echo.graphql").write_text("query E($t: String!) { echo(text: $t) } query H { hello }")
    (tmp_path / "count.graphql").write_text("subscription { count(to: 2) }")
    (tmp_path / "notes.txt").write_text("{ hello }")
    return tmp_path


@pytest.fixture
async def api(folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(application(trusted_documents=folder)) as found:
        yield found


async def by_both(api: httpx2.AsyncClient, **parameters: Any) -> list[httpx2.Response]:
    """The same request by POST and by GET."""
    flat = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in parameters.items()
    }
    return [
        await api.post("/graphql", json=parameters, headers=MODERN),
        await api.get("/graphql", params=flat, headers=MODERN),
    ]


# Documents that the operator ships.


async def test_a_shipped_document_is_run_by_its_id(api: httpx2.AsyncClient) -> None:
    for response in await by_both(api, documentId="sha256:" + sha256(SHIPPED)):
        assert (response.status_code, response.json()["data"]) == (200, {"hello": "world"})


async def test_a_shipped_document_takes_variables_and_an_operation_name(
    api: httpx2.AsyncClient, folder: Path
) -> None:
    known = "sha256:" + sha256((folder / "echo.graphql").read_text())
    for response in await by_both(api, documentId=known, variables={"t": "کراچی"}, operationName="E"):
        assert response.json()["data"] == {"echo": "کراچی"}


@pytest.mark.parametrize(
    "unknown",
    [
        "",
        "sha256:",
        "sha256:" + sha256("{ hello }"),
        sha256(SHIPPED),
        "SHA256:" + sha256(SHIPPED),
        "sha256:" + sha256(SHIPPED).upper(),
        "md5:" + "0" * 32,
        "greeting",
        "../greeting.graphql",
    ],
)
async def test_an_id_that_is_not_shipped_is_404(api: httpx2.AsyncClient, unknown: str) -> None:
    for response in await by_both(api, documentId=unknown):
        assert (response.status_code, code(response)) == (404, "DOCUMENT_UNKNOWN")
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("wrong", [1, ["sha256:"], {}, True])
async def test_an_id_that_is_no_string_is_400(api: httpx2.AsyncClient, wrong: Any) -> None:
    response = await api.post("/graphql", json={"documentId": wrong})
    assert (response.status_code, code(response)) == (400, "BODY_INVALID")


async def test_a_request_with_a_document_and_an_id_is_400(api: httpx2.AsyncClient) -> None:
    for response in await by_both(api, documentId="sha256:" + sha256(SHIPPED), query=SHIPPED):
        assert (response.status_code, code(response)) == (400, "BODY_INVALID")


async def test_a_shipped_mutation_is_run_by_post_only(api: httpx2.AsyncClient, folder: Path) -> None:
    known = "sha256:" + sha256((folder / "shout.graphql").read_text())
    posted, got = await by_both(api, documentId=known)
    assert posted.json()["data"] == {"shout": "A"}
    assert (got.status_code, code(got)) == (405, "OPERATION_NOT_ALLOWED")


async def test_a_shipped_subscription_is_streamed(api: httpx2.AsyncClient, folder: Path) -> None:
    known = "sha256:" + sha256((folder / "count.graphql").read_text())
    response = await api.post("/graphql", json={"documentId": known}, headers={"accept": "text/event-stream"})
    assert response.text.count("event: next") == 2
    assert '"count":2' in response.text


async def test_a_browser_that_names_a_document_gets_its_answer(api: httpx2.AsyncClient) -> None:
    response = await api.get(
        "/graphql",
        params={"documentId": "sha256:" + sha256(SHIPPED)},
        headers={"accept": "text/html,*/*;q=0.8"},
    )
    assert response.json()["data"] == {"hello": "world"}


def test_only_documents_of_the_folder_are_shipped(folder: Path) -> None:
    assert len(shipped(folder)) == 4
    assert shipped(folder)[sha256(SHIPPED)] == SHIPPED
    assert shipped(folder / "nowhere") == {}


def test_a_document_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "broken.graphql").write_bytes(b"{ hello } # \xff")
    with pytest.raises(ValueError, match=r"broken\.graphql is not UTF-8: save it"):
        shipped(folder)


def test_a_folder_that_is_missing_is_refused_at_the_start(folder: Path) -> None:
    assert load(trusted_documents=folder).trusted_documents == folder
    with pytest.raises(
        SettingsError, match=r"^TRIPLEHELIX_TRUSTED_DOCUMENTS .* must be a folder that exists\.$"
    ):
        load(trusted_documents=folder / "nowhere")


async def test_the_ready_queries_are_shipped_unless_told_otherwise() -> None:
    ready = Path(__file__).parents[1] / "examples" / "queries" / "02-zones-by-province-and-status.graphql"
    async with client(application()) as api:
        known = "sha256:" + hashlib.sha256(ready.read_bytes()).hexdigest()
        # The stub schema has no zones: the document was found and is judged.
        response = await api.post("/graphql", json={"documentId": known}, headers=MODERN)
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (
            400,
            "DOCUMENT_INVALID",
        )


# Documents that clients leave.


@pytest.mark.parametrize("which", [0, 1], ids=["POST", "GET"])
async def test_a_hash_is_known_after_it_came_with_its_document(folder: Path, which: int) -> None:
    query = "query Left($t: String!) { echo(text: $t) }"
    hashed: dict[str, Any] = {"variables": {"t": "a"}, "extensions": asked(sha256(query))}
    async with client(application(trusted_documents=folder)) as api:
        for before in await by_both(api, **hashed):
            assert before.status_code == 200
            assert before.json()["errors"][0]["message"] == "PersistedQueryNotFound"
            assert code(before) == "PERSISTED_QUERY_NOT_FOUND"
            assert before.headers["cache-control"] == "no-store"
        extensions = orjson.dumps(hashed["extensions"]).decode()
        flat = {"query": query, "variables": '{"t": "a"}', "extensions": extensions}
        if which == 0:
            registered = await api.post("/graphql", json={"query": query} | hashed)
        else:
            registered = await api.get("/graphql", params=flat)
        assert registered.json()["data"] == {"echo": "a"}
        for response in await by_both(api, **hashed):
            assert response.json() == registered.json()


async def test_a_hash_works_on_a_websocket(folder: Path) -> None:
    query = "query OnSocket { hello }"
    async with serving(application(trusted_documents=folder)) as place, peer(place) as client:
        await client.begin()
        payloads: list[tuple[dict[str, Any], str]] = [
            ({"extensions": asked(sha256(query))}, "error"),
            ({"query": query, "extensions": asked(sha256(query))}, "next"),
            ({"extensions": asked(sha256(query))}, "next"),
            ({"documentId": "sha256:" + sha256(SHIPPED)}, "next"),
            ({"documentId": "sha256:"}, "error"),
        ]
        heard = []
        for number, (payload, kind) in enumerate(payloads):
            await client.say({"id": str(number), "type": "subscribe", "payload": payload})
            message = await client.hear()
            assert message["type"] == kind
            heard.append(message["payload"])
            if kind == "next":
                assert message["payload"]["data"] == {"hello": "world"}
                assert (await client.hear())["type"] == "complete"
        assert heard[0][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        assert heard[4][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"


async def test_a_hash_of_another_document_is_refused_and_not_kept(api: httpx2.AsyncClient) -> None:
    wrong = asked(sha256("{ other }"))
    for response in await by_both(api, query="{ hello }", extensions=wrong):
        assert (response.status_code, code(response)) == (400, "BODY_INVALID")
    # Nor once something is kept under the hash.
    await api.post("/graphql", json={"query": SHIPPED, "extensions": asked(sha256(SHIPPED))})
    for response in await by_both(api, query="{ hello }", extensions=asked(sha256(SHIPPED))):
        assert (response.status_code, code(response)) == (400, "BODY_INVALID")
    for response in await by_both(api, extensions=wrong):
        assert code(response) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("invalid", ["{", "{ nope }", "fragment F on Query { hello }"])
async def test_a_document_that_is_not_valid_is_not_kept(api: httpx2.AsyncClient, invalid: str) -> None:
    for response in await by_both(api, query=invalid, extensions=asked(sha256(invalid))):
        assert code(response) == "DOCUMENT_INVALID"
    for response in await by_both(api, extensions=asked(sha256(invalid))):
        assert code(response) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "extension",
    [
        {},
        [],
        "x",
        {"version": 2, "sha256Hash": "0" * 64},
        {"version": 1},
        {"version": 1, "sha256Hash": 1},
        {"version": 1, "sha256Hash": "0" * 63},
        {"version": 1, "sha256Hash": "0" * 65},
        {"version": 1, "sha256Hash": "G" * 64},
    ],
)
async def test_a_malformed_extension_is_400(api: httpx2.AsyncClient, extension: Any) -> None:
    for more in ({}, {"query": "{ hello }"}):
        for response in await by_both(api, extensions={"persistedQuery": extension}, **more):
            assert (response.status_code, code(response)) == (400, "BODY_INVALID")


async def test_other_extensions_change_nothing(api: httpx2.AsyncClient) -> None:
    for extensions in ({}, {"trace": True}, {"persistedQuery": None}):
        for response in await by_both(api, query="{ hello }", extensions=extensions):
            assert response.json()["data"] == {"hello": "world"}
        for response in await by_both(api, extensions=extensions):
            assert (response.status_code, code(response)) == (400, "BODY_INVALID")


async def test_a_kept_mutation_is_run_by_post_only(api: httpx2.AsyncClient) -> None:
    query = 'mutation { shout(text: "b") }'
    got = await api.get(
        "/graphql", params={"query": query, "extensions": orjson.dumps(asked(sha256(query))).decode()}
    )
    assert got.status_code == 405
    assert (
        code(await api.post("/graphql", json={"extensions": asked(sha256(query))}))
        == "PERSISTED_QUERY_NOT_FOUND"
    )
    await api.post("/graphql", json={"query": query, "extensions": asked(sha256(query))})
    posted, got = await by_both(api, extensions=asked(sha256(query)))
    assert posted.json()["data"] == {"shout": "B"}
    assert got.status_code == 405


async def test_a_subscription_is_kept_too(api: httpx2.AsyncClient) -> None:
    query = "subscription { count(to: 3) }"
    events = {"accept": "text/event-stream"}
    for body in ({"query": query}, {}):
        response = await api.post(
            "/graphql", json=body | {"extensions": asked(sha256(query))}, headers=events
        )
        assert '"count":3' in response.text


async def test_a_hash_finds_a_shipped_document_too(api: httpx2.AsyncClient) -> None:
    for response in await by_both(api, extensions=asked(sha256(SHIPPED))):
        assert response.json()["data"] == {"hello": "world"}


async def test_what_a_client_left_is_not_shipped(api: httpx2.AsyncClient) -> None:
    query = "{ hello } # left"
    await api.post("/graphql", json={"query": query, "extensions": asked(sha256(query))})
    for response in await by_both(api, documentId="sha256:" + sha256(query)):
        assert code(response) == "DOCUMENT_UNKNOWN"


# The bounds of what is kept.


def left(persisted: Persisted, text: str) -> None:
    persisted.keep(Operation(text, extensions=asked(sha256(text))))


def is_kept(persisted: Persisted, text: str) -> bool:
    try:
        found = persisted.resolve(Operation("", extensions=asked(sha256(text))))
    except BadUserInput:
        return False
    assert found.query == text
    return True


def test_the_text_used_longest_ago_is_forgotten_first() -> None:
    persisted = Persisted({}, texts=3)
    for text in "abc":
        left(persisted, text)
    assert is_kept(persisted, "a")
    left(persisted, "d")
    assert [is_kept(persisted, text) for text in "abcd"] == [True, False, True, True]
    assert len(persisted) == 3


def test_the_memory_of_all_texts_is_bounded() -> None:
    small, large = "a" * 100, "ک" * 100
    room = sys.getsizeof(small) + sys.getsizeof(large)
    assert sys.getsizeof(large) > sys.getsizeof(small) + 90
    enough, short = Persisted({}, text_bytes=room), Persisted({}, text_bytes=room - 1)
    for persisted in (enough, short):
        left(persisted, small)
        left(persisted, large)
        left(persisted, large)
        assert is_kept(persisted, large)
    assert is_kept(enough, small)
    assert not is_kept(short, small)
    left(short, "b" * 10_000)
    assert is_kept(short, large), "a text that does not fit at all must not drive out others"


def test_the_bounds_are_those_of_the_documentation() -> None:
    page = (Path(__file__).parents[1] / "docs" / "queries.md").read_text()
    assert f"up to {MAX_TEXTS:,} texts and {MAX_BYTES // 1_000_000} MB" in page


# The short way.


async def test_a_hash_is_answered_on_the_short_way_as_its_document_is(
    graph_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short: list[Outcome | None] = []
    known = Runner.known

    async def watched(self: Runner, *given: Any) -> Outcome | None:
        short.append(await known(self, *given))
        return short[-1]

    monkeypatch.setattr(Runner, "known", watched)
    query = "{ zones(first: 2) { nodes { name } } } # by hash"
    headers = MODERN | {"x-request-id": "the-same-request-id"}
    given: dict[str, Any] = {"metrics_port": 0, "log_level": "error", "rate_anonymous_burst": 1000}
    settings = Settings(database_url=graph_dsn, **given)
    async with (
        serving(server.create_app(settings)) as (host, port),
        httpx2.AsyncClient(timeout=60, base_url=f"http://{host}:{port}", headers=headers) as real,
    ):
        by_hash = {"extensions": asked(sha256(query))}
        unknown = await real.post("/graphql", json=by_hash)
        assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
        first = await real.post("/graphql", json={"query": query} | by_hash)
        assert first.json()["data"]["zones"]["nodes"]
        assert short == []
        for body in ({"query": query}, {"query": query} | by_hash, by_hash):
            again = await real.post("/graphql", json=body)
            assert (again.content, again.headers["content-length"]) == (
                first.content,
                first.headers["content-length"],
            )
        assert len(short) == 3
        assert all(short)
        refused = await real.post("/graphql", json={"query": query, "extensions": asked("0" * 64)})
        assert code(refused) == "BODY_INVALID"
        # A hash that comes first with a document that is known already is kept on the short way.
        other = query + " again"
        await real.post("/graphql", json={"query": other})
        left_there = {"extensions": asked(sha256(other))}
        await real.post("/graphql", json={"query": other} | left_there)
        assert len(short) == 4
        assert (await real.post("/graphql", json=left_there)).content == first.content
