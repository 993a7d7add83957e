"""gql, the Python client, against a running server: as docs/clients.md tells a partner to use it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from gql.utilities import update_schema_scalars
from graphql import GraphQLError, GraphQLScalarType

from models.embedded import EmbeddedPostgres
from tests.clients.served import EXACT, OPERATIONS, PLACE, Served, blocks, run, served

DOCUMENT = OPERATIONS.read_text(encoding="utf-8")
PATIENT: dict[str, Any] = {"connect_timeout": 60, "ack_timeout": 60}
SCALARS = [
    GraphQLScalarType("Decimal", serialize=str, parse_value=Decimal),
    GraphQLScalarType("Date", serialize=date.isoformat, parse_value=date.fromisoformat),
    GraphQLScalarType("DateTime", serialize=datetime.isoformat, parse_value=datetime.fromisoformat),
]


@pytest.fixture(scope="module")
async def server(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    async with served(postgres, migrated) as found:
        yield found


@pytest.fixture(scope="module")
async def session(server: Served) -> AsyncIterator[AsyncClientSession]:
    """A session over HTTP that has asked the server for its schema."""
    transport = HTTPXAsyncTransport(server.url, headers=server.headers, timeout=60)
    client = Client(
        transport=transport,
        fetch_schema_from_transport=True,
        serialize_variables=True,
        parse_results=True,
        execute_timeout=60,
    )
    async with client as found:
        assert client.schema is not None
        update_schema_scalars(client.schema, SCALARS)
        yield found


async def ask(session: AsyncClientSession, operation: str, **variables: Any) -> dict[str, Any]:
    request = gql(DOCUMENT)
    request.variable_values, request.operation_name = variables or None, operation
    return await session.execute(request)


async def test_an_item_is_written_another_refused_and_what_is_written_is_read_typed(
    session: AsyncClientSession,
) -> None:
    items = [
        {"slug": "gql-university", "name": "University of gql", "type": "PUBLIC", "establishedOn": "1951-06"},
        {"slug": "gql-nameless"},
    ]
    saved = (await ask(session, "SaveUniversities", input=items, errorPolicy="REJECT_FAILED"))[
        "saveUniversities"
    ]
    assert (saved["created"], saved["rejected"]) == (1, 1)
    made, refused = saved["results"]
    assert (made["status"], made["entity"]["__typename"]) == ("CREATED", "University")
    assert (refused["status"], refused["entity"]) == ("REJECTED", None)
    (problem,) = refused["problems"]
    assert (problem["field"], problem["code"]) == ("name", "FIELD_MISSING")
    assert problem["hint"]

    where = {"establishedOn": {"lt": date(1951, 6, 2)}, "slug": {"eq": "gql-university"}}
    (found,) = (await ask(session, "Staff", where=where, first=5))["universities"]["nodes"]
    assert found["establishedOn"] == {"date": date(1951, 6, 1), "precision": "MONTH"}
    assert found["updatedAt"].tzinfo is not None
    assert abs(datetime.now(UTC) - found["updatedAt"]).total_seconds() < 300


async def test_an_amount_keeps_its_digits_there_and_back(session: AsyncClientSession) -> None:
    await ask(session, "SaveCompanies", input=[{"slug": "gql-company", "name": "gql Company"}])
    item = {
        "slug": "gql-round", "company": {"slug": "gql-company"}, "stage": "SEED",
        "amount": {"amount": Decimal(EXACT), "currency": "PKR"},
    }  # fmt: skip
    await ask(session, "SaveFundingRounds", input=[item])
    where = {"company": {"slug": {"eq": "gql-company"}}, "amount": {"eq": Decimal(EXACT)}}
    rounds = (await ask(session, "Rounds", where=where))["fundingRounds"]
    assert rounds["nodes"][0]["amount"] == {"amount": Decimal(EXACT), "currency": "PKR"}
    assert rounds["groupBy"] == [{"count": 1, "sum": {"amount": Decimal(EXACT)}}]


async def test_the_fetched_schema_refuses_a_wrong_query_before_it_is_sent(
    session: AsyncClientSession,
) -> None:
    with pytest.raises(GraphQLError, match="Cannot query field 'nmae'"):
        await session.execute(gql("{ universities(first: 1) { nodes { nmae } } }"))
    with pytest.raises(GraphQLError, match="'PLANET' does not exist in 'Kind'"):
        await session.execute(gql('{ search(text: "x", kinds: [PLANET]) { totalCount } }'))


async def test_an_error_says_its_code_and_leaves_the_rest_of_the_answer(session: AsyncClientSession) -> None:
    query = gql('{ viewer { role } node(id: "forged") { id } }')
    with pytest.raises(TransportQueryError) as raised:
        await session.execute(query)
    assert raised.value.errors is not None
    (error,) = raised.value.errors
    assert (error["path"], error["extensions"]["code"]) == (["node"], "BAD_USER_INPUT")
    assert error["extensions"]["hint"]
    assert raised.value.data == {"viewer": {"role": "partner"}, "node": None}


async def test_a_wrong_key_says_its_code_over_http_and_websocket(server: Served) -> None:
    wrong = f"Bearer th_live_{'x' * 51}"
    over_http = HTTPXAsyncTransport(server.url, headers={"authorization": wrong}, timeout=60)
    async with Client(transport=over_http) as session:
        with pytest.raises(TransportQueryError) as raised:
            await session.execute(gql("{ viewer { role } }"))
        assert raised.value.errors is not None
        assert raised.value.errors[0]["extensions"]["code"] == "KEY_UNKNOWN"
    # A handshake can be refused by a status only; a connection that was made closes with the reason.
    for refusal, transport in (
        ("401", WebsocketsTransport(server.socket, headers={"authorization": wrong}, **PATIENT)),
        (
            "KEY_UNKNOWN",
            WebsocketsTransport(server.socket, init_payload={"authorization": wrong}, **PATIENT),
        ),
    ):
        with pytest.raises(TransportConnectionFailed) as failed:
            async with Client(transport=transport):
                pass
        assert refusal in str(failed.value.__cause__)


async def test_a_subscription_sees_a_write_and_goes_on_after_its_cursor(
    server: Served, session: AsyncClientSession
) -> None:
    start = (await ask(session, "Place"))["changeLog"]["endCursor"]

    async def follow(after: str, count: int) -> list[dict[str, Any]]:
        transport = WebsocketsTransport(server.socket, init_payload=server.headers, **PATIENT)
        request = gql(DOCUMENT)
        request.variable_values = {"after": after, "kinds": ["UNIVERSITY"]}
        request.operation_name = "Changes"
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(60), Client(transport=transport) as live:
            async for answer in live.subscribe(request):
                seen.append(answer["changes"])
                if len(seen) == count:
                    break
        return seen

    async def write(name: str) -> None:
        item = {"slug": "gql-followed", "name": name}
        await ask(session, "SaveUniversities", input=[item])

    following = asyncio.create_task(follow(start, 1))
    await write("One")
    (first,) = await following
    assert (first["verb"], first["kind"], first["entity"]["name"]) == ("CREATED", "UNIVERSITY", "One")
    # Nobody listens.
    await write("Two")
    await write("Three")
    later = await follow(first["cursor"], 2)
    assert [change["verb"] for change in later] == ["UPDATED", "UPDATED"]
    assert len({first["cursor"], *(change["cursor"] for change in later)}) == 3


async def test_the_program_of_the_page_runs_as_it_stands(server: Served, tmp_path: Path) -> None:
    program, _ = blocks("python")
    (tmp_path / "begin.py").write_text(program.replace(PLACE, server.place), encoding="utf-8")
    printed = await run(sys.executable, "begin.py", cwd=tmp_path, TRIPLEHELIX_KEY=server.key)
    created = "CREATED [] example-university"
    assert printed.splitlines() == [created, "BAD_USER_INPUT", "CREATED example-university"]
