"""Zone readiness: every part against an independent computation, per viewer and day; order, filter, price."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers import readiness as computed
from resolvers.cost import ROWS_JUDGED
from tests import random_analysis
from tests.conftest import VIEWERS, clone, run
from tests.oracle import load
from tests.oracle import readiness as expected
from tests.oracle.tables import Tables
from tests.oracle.world import Record, World
from tests.unwalled import Unwalled

ZONES = """query ($day: Date) { zones(first: 100, asOf: $day) { nodes { id readinessScore readiness {
    score asOf missing parts { part points weight value evidence missing entities { id } } } } } }"""
DAYS = [random_analysis.day(random.Random(n)) for n in range(6)]


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await random_analysis.load(connection, random_analysis.world(5))
    await connection.close()
    return found


@pytest.fixture(scope="module")
async def tables(dsn: str) -> Tables:
    return await load(dsn, api.CATALOG, [])


@pytest.fixture(scope="module", params=[Database, Unwalled], ids=["walled", "unwalled"])
async def database(dsn: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """With row security, and with the compiler's own conditions alone."""
    made: Database = request.param(dsn)
    await made.open()
    yield made
    await made.close()


def world_of(tables: Tables, viewer: str, today: date) -> World:
    return World(tables, api.CATALOG, VIEWERS[viewer], today)


async def zones(database: Database, day: date | None, viewer: str) -> list[dict[str, Any]]:
    answer = await run(database, ZONES, {"day": None if day is None else str(day)}, VIEWERS[viewer])
    assert "errors" not in answer, answer
    found: list[dict[str, Any]] = answer["data"]["zones"]["nodes"]
    return found


def shown(world: World, ids: frozenset[UUID]) -> set[str]:
    """Those entities that the viewer may see, of any status."""
    target = api.CATALOG.types["Entity"]
    return {str(id_) for id_ in ids if world.find(target, "id", id_, None)}


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_every_part_is_as_computed_from_what_the_viewer_may_see(
    database: Database, tables: Tables, viewer: str
) -> None:
    scores, full = set(), set()
    for day in DAYS:
        world = world_of(tables, viewer, datetime.now(UTC).date())
        for zone in await zones(database, day, viewer):
            record = world.find(api.CATALOG.types["Zone"], "id", UUID(zone["id"]), day)
            assert record is not None
            wanted = expected.parts(world, Record(record.type, record.row, day))
            told = {part["part"]: part for part in zone["readiness"]["parts"]}
            assert list(told) == list(wanted)
            for name, part in wanted.items():
                given = told[name]
                place = (zone["id"], day, name, given)
                assert (given["points"], given["weight"]) == (part.points, part.weight), place
                assert given["value"] == (
                    None if part.value is None else pytest.approx(part.value, abs=0.051)
                ), place
                assert {one["id"] for one in given["entities"]} == shown(world, part.entities), place
                assert (given["missing"] is None) == (part.points == part.weight), place
                assert given["evidence"].endswith(".")
                full |= {name} if part.points == part.weight else set()
            total = sum(part.points for part in wanted.values())
            assert zone["readiness"]["score"] == zone["readinessScore"] == total
            assert zone["readiness"]["asOf"] == str(day)
            assert zone["readiness"]["missing"] == [p["missing"] for p in told.values() if p["missing"]]
            scores.add(total)
    assert len(scores) > 10, "The drawn world shows too little."
    if viewer == "editor":
        assert full >= {"LICENCE", "LAND", "INFRASTRUCTURE", "TENANTS", "UNIVERSITY"}


def test_the_parts_together_give_one_hundred() -> None:
    assert sum(computed.WEIGHTS.values()) == 100


async def test_viewers_who_see_more_get_other_scores(database: Database) -> None:
    found = [
        {zone["id"]: zone["readinessScore"] for zone in await zones(database, DAYS[0], viewer)}
        for viewer in VIEWERS
    ]
    assert len({tuple(sorted(one.items())) for one in found}) == len(VIEWERS)


async def test_zones_are_ordered_filtered_and_paged_by_their_score(database: Database) -> None:
    query = """query ($after: String) { zones(first: 4, after: $after, asOf: "2022-01-01",
        orderBy: [{field: READINESS_SCORE, direction: DESC}], where: {readinessScore: {gte: 45}}) {
        totalCount pageInfo { endCursor hasNextPage } nodes { id readinessScore } } }"""
    everyone = {z["id"]: z["readinessScore"] for z in await zones(database, date(2022, 1, 1), "editor")}
    found: list[dict[str, Any]] = []
    after, goes_on = None, True
    while goes_on:
        answer = await run(database, query, {"after": after}, VIEWERS["editor"])
        assert "errors" not in answer
        page = answer["data"]["zones"]
        found += page["nodes"]
        after, goes_on = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert {z["id"]: z["readinessScore"] for z in found} == {i: s for i, s in everyone.items() if s >= 45}
    assert [z["readinessScore"] for z in found] == sorted((z["readinessScore"] for z in found), reverse=True)
    assert len(found) == page["totalCount"]
    assert 4 < len(found) < len(everyone)


async def test_of_all_times_a_zone_is_judged_for_today(database: Database) -> None:
    today = datetime.now(UTC).date()
    always = await zones(database, None, "editor")
    now = await zones(database, today, "editor")
    for one, other in zip(always, now, strict=True):
        parts = {p["part"]: p for p in one["readiness"]["parts"]}
        for part in other["readiness"]["parts"]:
            # The status of all times is the latest one known, also where that has ended.
            if part["part"] not in ("INFRASTRUCTURE", "LAND"):
                assert parts[part["part"]] == part
        assert one["readiness"]["asOf"] == str(today)


async def test_one_statement_answers_and_the_price_counts_each_zone(database: Database) -> None:
    before = api.schema.reads.statements
    answer = await run(database, ZONES, {"day": "2022-01-01"})
    assert api.schema.reads.statements == before + 1
    priced = await run(database, "{ zones(first: 100) { nodes { id } } }")
    nodes = [one["extensions"]["cost"]["nodes"] for one in (priced, answer)]
    # The score by itself, the readiness with its object, and its parts.
    assert nodes == [100, 100 * (1 + computed.PRICE + computed.PRICE + 1 + len(computed.WEIGHTS))]


async def test_an_order_and_a_filter_by_the_score_cost_what_judging_many_zones_costs(
    database: Database,
) -> None:
    prices = []
    for arguments in ("", ", orderBy: [{field: READINESS_SCORE}]", ", where: {readinessScore: {gt: 50}}"):
        answer = await run(database, f"{{ zones(first: 10{arguments}) {{ nodes {{ id }} }} }}")
        prices.append(answer["extensions"]["cost"]["nodes"])
    judged = computed.PRICE * ROWS_JUDGED
    assert prices == [10, 10 + judged, 10 + judged]


async def test_what_was_believed_before_can_be_judged(postgres: EmbeddedPostgres, migrated: str) -> None:
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await random_analysis.load(connection, random_analysis.world(5))
    known_at = await connection.fetchval("SELECT clock_timestamp()")
    await connection.execute("UPDATE entity SET area_value = NULL, area_unit = NULL WHERE kind = 'ZONE'")
    await connection.execute("DELETE FROM licence")
    await connection.close()
    database = Database(found)
    await database.open()
    query = """query ($at: DateTime) { zones(first: 100, asOf: "2022-01-01", knownAt: $at) { nodes {
        id readinessScore readiness { parts { part points } } } } }"""
    try:
        then = await run(database, query, {"at": known_at.isoformat()}, VIEWERS["editor"])
        now = await run(database, query, {"at": None}, VIEWERS["editor"])
    finally:
        await database.close()
    points = [
        {
            (z["id"], p["part"]): p["points"]
            for z in one["data"]["zones"]["nodes"]
            for p in z["readiness"]["parts"]
        }
        for one in (then, now)
    ]
    assert any(points[0][key] > points[1][key] for key in points[0] if key[1] == "LAND")
    assert any(points[0][key] > points[1][key] for key in points[0] if key[1] == "LICENCE")
    assert all(points[0][key] == points[1][key] for key in points[0] if key[1] not in ("LAND", "LICENCE"))
