"""The real schema over the wire: every transport gives the same answer and holds the same limits."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import orjson
import pytest
from graphql import get_introspection_query

import server
from settings import Settings
from tests.stub_app import client, serving
from tests.test_sockets import events, peer, stream

ZONES = "query Zones($n: Int!) { zones(first: $n, orderBy: [{field: NAME}]) { nodes { name slug } } }"
MODERN = {"accept": "application/graphql-response+json"}


def settings(dsn: str, **given: Any) -> Settings:
    return Settings(database_url=dsn, metrics_port=0, log_level="error", **given)


@pytest.fixture
async def api(graph_dsn: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(server.create_app(settings(graph_dsn))) as found:
        yield found


async def test_rows_go_out_with_their_price(api: httpx2.AsyncClient) -> None:
    response = await api.post("/graphql", json={"query": ZONES, "variables": {"n": 2}})
    assert response.status_code == 200
    answer = response.json()
    assert len(answer["data"]["zones"]["nodes"]) == 2
    assert answer["extensions"]["cost"]["nodes"] == 2


async def test_every_transport_gives_the_same_answer(graph_dsn: str) -> None:
    async with serving(server.create_app(settings(graph_dsn))) as place:
        query = ZONES.replace("$n: Int!", "$n: Int! = 3")
        url = f"http://{place[0]}:{place[1]}/graphql"
        async with httpx2.AsyncClient(timeout=60) as http:
            posted = (await http.post(url, json={"query": query})).content
            got = (await http.get(url, params={"query": query})).content
        streamed = events((await stream(place, query)).text)[0][1]
        async with peer(place) as socket:
            await socket.begin()
            await socket.subscribe(query)
            said = (await socket.hear())["payload"]
    assert posted == got
    assert orjson.loads(posted) == streamed == said
    assert len(said["data"]["zones"]["nodes"]) == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ zones { nodes { companies { nodes { name } } } } }", "DEPTH_LIMIT"),
        ("{ a: __typename b: __typename c: __typename }", "ALIAS_LIMIT"),
        ("{ __typename zones { nodes { id } } companies { nodes { id } } }", "ROOT_FIELD_LIMIT"),
        ("{ zones(first: 11) { nodes { id } } }", "PAGE_SIZE"),
        (
            "{ zones(first: 10) { nodes { regionCode: id } } companies(first: 10) { nodes { id } } }",
            "COST_LIMIT",
        ),
        ("{ " + "__typename " * 60 + "}", "TOKEN_LIMIT"),
    ],
)
async def test_the_settings_limit_documents_on_every_transport(graph_dsn: str, query: str, code: str) -> None:
    limits = {
        "max_depth": 3,
        "max_aliases": 2,
        "max_root_fields": 2,
        "page_max": 10,
        "page_default": 5,
        "cost_max": 15,
        "max_tokens": 50,
    }
    async with serving(server.create_app(settings(graph_dsn, **limits))) as place:
        async with httpx2.AsyncClient(timeout=60) as http:
            url = f"http://{place[0]}:{place[1]}/graphql"
            response = await http.post(url, json={"query": query}, headers=MODERN)
        assert response.json()["errors"][0]["extensions"]["code"] == code
        assert response.status_code in {200, 400}
        streamed = events((await stream(place, query)).text)[0][1]
        async with peer(place) as socket:
            await socket.begin()
            await socket.subscribe(query)
            said = (await socket.hear())["payload"]
        errors = said if isinstance(said, list) else said["errors"]
        assert errors[0]["extensions"]["code"] == streamed["errors"][0]["extensions"]["code"] == code


async def test_several_operations_without_a_name_are_refused(api: httpx2.AsyncClient) -> None:
    body = {"query": "query A { __typename } query B { __typename }"}
    response = await api.post("/graphql", json=body, headers=MODERN)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_INVALID"
    named = await api.post("/graphql", json=body | {"operationName": "B"}, headers=MODERN)
    assert named.json()["data"] == {"__typename": "Query"}


async def test_the_explorers_introspection_passes_the_limits(api: httpx2.AsyncClient) -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )
    response = await api.post("/graphql", json={"query": query})
    assert "errors" not in response.json()


@pytest.mark.parametrize(
    "query",
    [
        'query { node(id: "x") { id } }',
        'query { zones(after: "x") { nodes { id } } }',
        "query { zones(first: 0) { nodes { id } } }",
        'query { zones(where: {name: {eq: "\\u0000"}}) { nodes { id } } }',
        "query { zones(first: 99999999999) { nodes { id } } }",
    ],
)
async def test_bad_values_are_named_and_never_internal(api: httpx2.AsyncClient, query: str) -> None:
    response = await api.post("/graphql", json={"query": query}, headers=MODERN)
    error = response.json()["errors"][0]
    assert response.status_code < 500
    assert error["extensions"]["code"] not in {"INTERNAL", "DATABASE_UNAVAILABLE"}


async def test_the_real_server_is_ready(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/readyz")).json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok"},
    }
