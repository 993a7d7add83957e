"""What the tests of writing share: records made for a test, and the mutations' texts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx2

import schema as api
import server
from models.database import Database
from resolvers.keys import create_key
from resolvers.viewer import Viewer
from settings import Settings
from tests.conftest import EDITOR, PATIENT, SCOPES, run
from tests.stub_app import AbsentDatabase, client

QUIET: dict[str, Any] = {"metrics_port": 0, "log_level": "error"}

ASSERT = """
mutation($input: AssertFactInput!) { assertFact(input: $input) {
  assertion { id value unit isPreferred isPinned rank owner { slug } source { slug } }
  entity { id slug ... on Zone { area { value unit } } }
} }"""
WITHDRAW = "mutation($id: ID!) { withdrawFact(input: {assertion: $id}) { entity { slug } } }"
PIN = """
mutation($id: ID!, $reason: String!) { pinFact(input: {assertion: $id, reason: $reason}) {
  assertion { id isPreferred isPinned pin { reason by { slug } } } } }"""
UNPIN = "mutation($id: ID!) { unpinFact(input: {assertion: $id}) { assertion { id isPreferred isPinned } } }"
MERGE = """
mutation($survivor: EntityRef!, $duplicate: EntityRef!) {
  mergeEntities(input: {survivor: $survivor, duplicate: $duplicate, reason: "one thing"}) {
    survivor { slug recordStatus } duplicate { slug recordStatus successor { slug } } } }"""
UNDO = """
mutation($duplicate: EntityRef!) { undoMerge(input: {duplicate: $duplicate}) {
  survivor { slug } duplicate { slug recordStatus successor { slug } } } }"""


@asynccontextmanager
async def owner_of(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection under the login role, beside the pools."""
    connection = await asyncpg.connect(
        database.dsn, server_settings={"search_path": f"{database.schema}, common"}
    )
    try:
        yield connection
    finally:
        await connection.close()


async def make_zone(database: Database, slug: str, **columns: Any) -> UUID:
    """A zone of 150 acres, by nobody's word, unless told otherwise."""
    row: dict[str, Any] = {
        "kind": "ZONE",
        "slug": slug,
        "name": slug,
        "regime": "STZ",
        "modality": "GEOGRAPHICAL",
    }
    row |= {"area_value": 150, "area_unit": "ACRE"} | columns
    return await make(database, "entity", row)


async def make_source(database: Database, slug: str, kind: str, published: str | None = None) -> UUID:
    """A source, published on an ISO date."""
    on = None if published is None else date.fromisoformat(published)
    return await make(database, "source", {"slug": slug, "kind": kind, "title": slug, "published_on": on})


async def make(database: Database, table: str, row: dict[str, Any]) -> UUID:
    """A row of a table; its id."""
    places = ", ".join(f"${place + 1}" for place in range(len(row)))
    async with owner_of(database) as connection:
        made: UUID = await connection.fetchval(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) RETURNING id", *row.values()
        )
    return made


async def change(
    database: Database, mutation: str, viewer: Viewer = EDITOR, **variables: Any
) -> dict[str, Any]:
    """The payload of a mutation's one field; fails the test where there is an error."""
    answer = await run(database, mutation, variables, viewer)
    assert "errors" not in answer, answer["errors"]
    (payload,) = answer["data"].values()
    assert isinstance(payload, dict)
    return payload


async def refused(database: Database, mutation: str, viewer: Viewer = EDITOR, **variables: Any) -> str:
    """The code of a mutation's one error."""
    answer = await run(database, mutation, variables, viewer)
    assert answer["data"] is None or list(answer["data"].values()) == [None]
    (error,) = answer["errors"]
    return str(error["code"])


@asynccontextmanager
async def stack(database: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the real application over the database."""
    live = Database(database.dsn, **PATIENT)
    app = server.compose(Settings(**QUIET), api.schema, api.make_context, live, AbsentDatabase())
    async with client(app) as found:
        yield found


async def key_of(database: Database, partner: str, role: Any) -> dict[str, str]:
    """The header with a new key of a partner's."""
    async with owner_of(database) as connection:
        issued = await create_key(
            connection, partner, partner_name=partner, label="test", role=role, scopes=SCOPES
        )
    return {"authorization": f"Bearer {issued.secret}"}


def area(slug: str, value: str | None, unit: str | None = "ACRE", **more: Any) -> dict[str, Any]:
    """Input of assertFact about a zone's area."""
    return {"entity": {"slug": slug}, "field": "AREA", "value": value, "unit": unit if value else None} | more
