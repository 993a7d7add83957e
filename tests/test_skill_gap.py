"""Skill gaps: every figure against an independent computation; of few persons nothing is told."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers import skill_gap as computed
from tests import random_analysis
from tests.conftest import VIEWERS, clone, run
from tests.graph import uuid_of
from tests.oracle import load
from tests.oracle import skill_gap as expected
from tests.oracle.tables import Tables
from tests.oracle.world import World
from tests.unwalled import Unwalled

GAP = """query ($region: String!, $vertical: String, $day: Date, $first: Int! = 100) {
  skillGap(region: $region, vertical: $vertical, asOf: $day) {
    region { code } vertical { code } asOf needs places skillCount
    skills(first: $first) { skill { id } needs demand supply isSuppressed gapAtLeast gapAtMost } } }"""
DAYS = [random_analysis.day(random.Random(n)) for n in range(5)]


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await random_analysis.load(connection, random_analysis.world(8, needs=200))
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


async def gap(database: Database, viewer: str = "editor", **variables: Any) -> dict[str, Any]:
    answer = await run(database, GAP, {"region": "PK-SD", **variables}, VIEWERS[viewer])
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["skillGap"]
    return found


async def refusal(database: Database, arguments: str, field: str = "needs") -> dict[str, Any]:
    answer = await run(database, f"{{ skillGap({arguments}) {{ {field} }} }}")
    assert answer["data"] in (None, {"skillGap": None})
    (error,) = answer["errors"]
    return dict(error)


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_every_figure_is_as_computed_from_what_the_viewer_may_see(
    database: Database, tables: Tables, viewer: str
) -> None:
    world = World(tables, api.CATALOG, VIEWERS[viewer], datetime.now(UTC).date())
    suppressed, told = 0, 0
    for day in DAYS:
        for region in random_analysis.PROVINCES:
            for vertical in (None, "AI", "LOGISTICS"):
                found = await gap(database, viewer, region=region, vertical=vertical, day=str(day))
                needs = expected.open_needs(world, region, vertical, day)
                wanted = expected.gaps(world, region, vertical, day)
                assert (found["needs"], found["places"]) == (len(needs), sum(n["places"] for n in needs))
                assert found["skillCount"] == len(wanted)
                assert found["region"]["code"] == region
                assert (found["vertical"] or {"code": None})["code"] == vertical
                assert found["asOf"] == str(day)
                assert found["skills"] == [
                    {
                        "skill": {"id": str(one.skill)},
                        "needs": one.needs,
                        "demand": one.demand,
                        "supply": one.supply,
                        "isSuppressed": one.supply is None,
                        "gapAtLeast": one.demand - (one.supply or 0) - 4,
                        "gapAtMost": one.demand - (one.supply or 0),
                    }
                    for one in wanted
                ]
                for row, one in zip(found["skills"], wanted, strict=True):
                    assert row["gapAtLeast"] <= one.demand - one.persons <= row["gapAtMost"]
                suppressed += sum(one.supply is None for one in wanted)
                told += sum(one.supply is not None for one in wanted)
    assert suppressed
    assert told


async def test_nothing_is_told_of_fewer_than_five_and_no_two_answers_differ_by_fewer(
    postgres: EmbeddedPostgres, migrated: str
) -> None:
    """Persons are added one by one: what is told changes only with every fifth."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    skill, need = uuid_of(50_000), uuid_of(60_000)
    rows: dict[str, list[dict[str, Any]]] = {
        "entity": [
            {"id": uuid_of(n), "kind": "EXPERT", "slug": f"e{n}", "name": f"E {n}", "subdivision": "PK-SD"}
            for n in range(1, 12)
        ],
        "skill": [{"id": skill, "scheme": "LOCAL", "code": "S", "label": "sailing"}],
        "need": [
            {
                "id": need,
                "posted_by_id": uuid_of(1),
                "posted_by_kind": "EXPERT",
                "kind": "VACANCY",
                "title": "Sailors",
                "subdivision": "PK-SD",
                "places": 20,
            }
        ],
        "need_skill": [{"need_id": need, "skill_id": skill}],
    }
    await random_analysis.load(connection, rows)
    database = Database(dsn)
    await database.open()
    told = []
    try:
        for n in range(1, 12):
            await connection.execute(
                "INSERT INTO expert_skill (expert_id, skill_id) VALUES ($1, $2)", uuid_of(n), skill
            )
            (row,) = (await gap(database, "anonymous"))["skills"]
            told.append((row["supply"], row["isSuppressed"], row["gapAtLeast"], row["gapAtMost"]))
    finally:
        await connection.close()
        await database.close()
    assert told == 4 * [(None, True, 16, 20)] + 5 * [(5, False, 11, 15)] + 2 * [(10, False, 6, 10)]


async def test_what_needs_are_asked_for_does_not_change_the_supply(database: Database) -> None:
    """Else the difference of two answers would tell of the persons of one field."""
    compared = 0
    for day in map(str, DAYS):
        everywhere = {row["skill"]["id"]: row["supply"] for row in (await gap(database, day=day))["skills"]}
        for vertical in random_analysis.VERTICALS:
            for row in (await gap(database, vertical=vertical, day=day))["skills"]:
                assert row["supply"] == everywhere[row["skill"]["id"]]
                compared += 1
    assert compared


async def test_first_takes_the_widest_gaps_of_one_to_a_hundred(database: Database) -> None:
    whole = {day: (await gap(database, day=day))["skills"] for day in map(str, DAYS)}
    day = max(whole, key=lambda one: len(whole[one]))
    assert len(whole[day]) > 2
    assert (await gap(database, day=day, first=2))["skills"] == whole[day][:2]
    for first in (0, computed.MOST_SKILLS + 1):
        error = await refusal(database, 'region: "PK-SD"', f"skills(first: {first}) {{ needs }}")
        assert error["code"] == "PAGE_SIZE"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ('region: "PK-XX"', "ENTITY_UNKNOWN", "There is no region with this code."),
        ('region: ""', "ENTITY_UNKNOWN", "There is no region with this code."),
        ('region: "PK"', "BAD_USER_INPUT", "PK is a country; a skill gap is of one of its regions."),
        ('region: "PK-SD", vertical: "MAGIC"', "ENTITY_UNKNOWN", "There is no vertical with this code."),
        ('region: "PK-SD", knownAt: "2999-01-01T00:00:00Z"', "BAD_USER_INPUT", None),
    ],
)
async def test_an_argument_that_means_nothing_is_refused_with_its_code(
    database: Database, arguments: str, code: str, said: str | None
) -> None:
    error = await refusal(database, arguments)
    assert error["code"] == code
    assert said in (None, error["message"])


async def test_one_statement_answers_at_its_price(database: Database) -> None:
    before = api.schema.reads.statements
    answer = await run(database, GAP, {"region": "PK-SD", "first": 7})
    assert api.schema.reads.statements == before + 1
    assert answer["extensions"]["cost"]["nodes"] == computed.PRICE + 1 + 7
