"""`near`: what lies at most so many kilometres from an entity, against distances worked out from vectors.

Random places include both poles, the date line and places that touch; tests/oracle asks it in generated
operations too.
"""

import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models.database import Database
from models.embedded import EmbeddedPostgres
from models.vocabulary import Kind
from resolvers.viewer import ANONYMOUS
from tests import graph
from tests.conftest import EDITOR, NORTH, Ask, clone, run
from tests.oracle.globe import kilometres
from tests.random_paths import RandomGraph, entity, load

PLACES = 400


def _places() -> RandomGraph:
    rng = random.Random(31)
    made = RandomGraph()
    corners = [(90, 0), (-90, 12), (89.9, 170), (0, 180), (0, -180), (0.1, 179.95), (-0.2, -179.9), (0, 0)]
    for number in range(PLACES):
        id_ = graph.uuid_of(0x40_0000_0000 + number)
        latitude: float | None
        longitude: float | None
        latitude, longitude = rng.uniform(-90, 90), rng.uniform(-180, 180)
        if number < len(corners):
            latitude, longitude = corners[number]
        elif number % 4 == 0:
            latitude, longitude = rng.uniform(24.7, 25.2), rng.uniform(66.8, 67.4)
        elif number % 21 == 0:
            latitude = longitude = None
        audience = rng.choice(["PUBLIC"] * 4 + ["PARTNERS", "OWNER"]) if number > 30 else "PUBLIC"
        made.entities[id_] = entity(
            id_, Kind.COMPANY, latitude=latitude, longitude=longitude, audience=audience
        )
    return made


PLACED = _places()
ROWS = PLACED.entities


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Database]:
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    await load(connection, [PLACED])
    await connection.close()
    made = Database(dsn)
    await made.open()
    yield made
    await made.close()


def around(centre: UUID, km: float, audiences: tuple[str, ...]) -> set[str]:
    """The ids of what lies there and may be seen."""
    return {
        str(id_)
        for id_, row in ROWS.items()
        if row["latitude"] is not None
        and row["audience"] in audiences
        and kilometres(ROWS[centre], row) <= km
    }


@pytest.mark.parametrize("km", [0.001, 3, 25.5, 111.2, 900, 5_000, 15_000, 20_016, 20_040])
@pytest.mark.parametrize(
    ("viewer", "audiences"),
    [
        (ANONYMOUS, ("PUBLIC",)),
        (NORTH, ("PUBLIC", "PARTNERS")),
        (EDITOR, ("PUBLIC", "PARTNERS", "OWNER")),
    ],
    ids=["reader", "partner", "editor"],
)
async def test_what_is_near_is_what_the_distance_says(
    database: Database, viewer: Any, audiences: tuple[str, ...], km: float
) -> None:
    query = """query ($id: ID!, $km: Float!) { companies(first: 1000,
        where: {near: {entity: {id: $id}, km: $km}}) { totalCount nodes { id } } }"""
    sizes = set()
    for centre in [*list(ROWS)[:12], *list(ROWS)[16:29:4]]:
        if ROWS[centre]["latitude"] is None:
            continue
        answer = await run(database, query, {"id": str(centre), "km": km}, viewer)
        assert "errors" not in answer
        found = answer["data"]["companies"]
        expected = around(centre, km, audiences)
        assert {node["id"] for node in found["nodes"]} == expected
        assert found["totalCount"] == len(expected)
        sizes.add(len(expected))
    assert min(sizes) >= 1


async def test_a_circle_includes_its_rim_and_nothing_beyond(database: Database) -> None:
    centre, other = list(ROWS)[7], list(ROWS)[5]
    exact = kilometres(ROWS[centre], ROWS[other])
    query = """query ($id: ID!, $km: Float!) { companies(first: 1000,
        where: {near: {entity: {id: $id}, km: $km}}) { nodes { id } } }"""
    for km, is_inside in ((exact + 1e-6, True), (exact - 1e-6, False)):
        answer = await run(database, query, {"id": str(centre), "km": km})
        ids = {node["id"] for node in answer["data"]["companies"]["nodes"]}
        assert (str(other) in ids) is is_inside


async def test_not_near_is_everything_else_also_what_has_no_location(database: Database) -> None:
    query = """query ($id: ID!) { near: companies(where: {near: {entity: {id: $id}, km: 300}}) { totalCount }
        far: companies(where: {not: {near: {entity: {id: $id}, km: 300}}}) { totalCount }
        all: companies { totalCount } }"""
    counts = {
        name: found["totalCount"]
        for name, found in (await run(database, query, {"id": str(list(ROWS)[16])}))["data"].items()
    }
    assert 0 < counts["near"] < counts["all"]
    assert counts["near"] + counts["far"] == counts["all"]


@pytest.mark.parametrize(
    ("near", "code"),
    [
        ('{entity: {slug: "nobody"}, km: 5}', "ENTITY_UNKNOWN"),
        ('{entity: {id: "x"}, km: 5}', "BAD_USER_INPUT"),
        ('{entity: {slug: "NOWHERE"}, km: 5}', "BAD_USER_INPUT"),
        ('{entity: {slug: "SOMEWHERE"}, km: 0}', "BAD_USER_INPUT"),
        ('{entity: {slug: "SOMEWHERE"}, km: -1}', "BAD_USER_INPUT"),
        ('{entity: {slug: "SOMEWHERE"}, km: 20040.1}', "BAD_USER_INPUT"),
        ("null", "BAD_USER_INPUT"),
        ('{entity: {slug: "SOMEWHERE"}, km: 20040}', None),
        ('{entity: {slug: "SOMEWHERE"}, km: 0.001}', None),
    ],
)
async def test_bad_input_has_a_code(ask: Ask, near: str, code: str | None) -> None:
    rows = [row for row in graph.entity_rows() if row["audience"] == "PUBLIC"]
    nowhere = next(row["slug"] for row in rows if row.get("latitude") is None)
    somewhere = next(row["slug"] for row in rows if row.get("latitude") is not None)
    near = near.replace("NOWHERE", nowhere).replace("SOMEWHERE", somewhere)
    answer = await ask(f"{{ zones(where: {{near: {near}}}) {{ totalCount }} }}")
    assert [error["code"] for error in answer.get("errors", [])] == ([] if code is None else [code])


async def test_the_place_of_a_hidden_entity_is_not_told(database: Database) -> None:
    hidden = next(id_ for id_, row in ROWS.items() if row["audience"] == "OWNER" and row["latitude"])
    query = "query ($id: ID!) { companies(where: {near: {entity: {id: $id}, km: 50}}) { totalCount } }"
    answer = await run(database, query, {"id": str(hidden)})
    assert [error["code"] for error in answer["errors"]] == ["ENTITY_UNKNOWN"]
