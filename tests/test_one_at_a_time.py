"""One at a time: a zone's statuses by one source and the holders of an exclusive post never overlap.

PostgreSQL is asked itself, then merges, imports and an older database with overlaps; and whether the index of
the rule changes any plan of the relations.
"""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from exchange.record import ProblemCode
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from models.revisions import downgrade_async
from models.vocabulary import Kind
from tests import graph
from tests.conftest import clone, run
from tests.corpus import Watched, cases, play
from tests.imports import counts, imported
from tests.test_constraints import insert, make, refused, relate
from tests.test_merge import both, state
from tests.writing import MERGE, UNDO, change, make_zone, owner_of
from tests.writing import make as write

HANDOVER = date(2023, 1, 1)
BEFORE, AFTER = asyncpg.Range(date(2020, 1, 1), HANDOVER), asyncpg.Range(HANDOVER, None)
OVERLAPPING = asyncpg.Range(HANDOVER - timedelta(days=1), None)
POST = {"role": "HOLDS_POST_AT", "title": "Rector", "is_exclusive": True}


@pytest.fixture(scope="module")
async def owner(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to an empty live schema."""
    dsn = await clone(postgres.dsn, migrated)
    made = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    for slug, id_ in graph.PARTNERS.items():
        await made.execute("INSERT INTO partner (id, slug, name) VALUES ($1, $2, $2)", id_, slug)
    yield made
    await made.close()


@pytest.fixture
async def connection(owner: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection in a transaction that is rolled back."""
    transaction = owner.transaction()
    await transaction.start()
    yield owner
    await transaction.rollback()


# -- what the tables refuse --------------------------------------------------------------------------


async def test_by_one_source_a_zone_has_one_status_at_a_time(connection: asyncpg.Connection) -> None:
    zone = await make(connection, Kind.ZONE)
    source = await insert(connection, "source", slug="one", kind="NEWS", title="One")
    for by in (None, source):
        row = {"zone_id": zone, "source_id": by}
        await insert(connection, "zone_status", **row, status="APPROVED", valid=BEFORE)
        with refused("ex_zone_status_period", asyncpg.ExclusionViolationError):
            async with connection.transaction():
                await insert(connection, "zone_status", **row, status="OPERATIONAL", valid=OVERLAPPING)
        await insert(connection, "zone_status", **row, status="OPERATIONAL", valid=AFTER)


async def test_another_source_owner_or_zone_may_say_otherwise(connection: asyncpg.Connection) -> None:
    zone, other = await make(connection, Kind.ZONE), await make(connection, Kind.ZONE)
    source = await insert(connection, "source", slug="one", kind="NEWS", title="One")
    for row in (
        {"zone_id": zone},
        {"zone_id": zone, "source_id": source},
        {"zone_id": zone, "owner_id": graph.PARTNERS["north"]},
        {"zone_id": zone, "owner_id": graph.PARTNERS["south"]},
        {"zone_id": other},
    ):
        await insert(connection, "zone_status", **row, status="APPROVED")


async def post_of(connection: asyncpg.Connection, university: UUID, **row: Any) -> UUID:
    """A new person in a post at a university."""
    columns: dict[str, Any] = POST | {"object_id": university} | row
    role = columns.pop("role")
    return await relate(connection, Kind.EXPERT, role, Kind.UNIVERSITY, **columns)


async def test_an_exclusive_post_has_one_holder_at_a_time(connection: asyncpg.Connection) -> None:
    university = await make(connection, Kind.UNIVERSITY)
    await post_of(connection, university, valid=BEFORE)
    for title in ("Rector", "RECTOR"):
        with refused("ex_relation_holder", asyncpg.ExclusionViolationError):
            async with connection.transaction():
                await post_of(connection, university, valid=OVERLAPPING, title=title)
    later = await post_of(connection, university, valid=AFTER)
    with refused("ex_relation_holder", asyncpg.ExclusionViolationError):
        async with connection.transaction():
            await connection.execute("UPDATE relation SET valid = '(,)' WHERE id = $1", later)


async def test_other_posts_places_owners_and_shared_posts_have_holders_of_their_own(
    connection: asyncpg.Connection,
) -> None:
    university = await make(connection, Kind.UNIVERSITY)
    await post_of(connection, university)
    await post_of(connection, university, title="Dean")
    await post_of(connection, university, is_exclusive=False)
    await post_of(connection, university, is_exclusive=False)
    # Whose row it is tells nobody else that it is there: two partners never stand in each other's way.
    await post_of(connection, university, owner_id=graph.PARTNERS["north"], audience="OWNER")
    await post_of(connection, university, owner_id=graph.PARTNERS["south"])
    await post_of(connection, await make(connection, Kind.UNIVERSITY))


async def test_only_a_post_with_a_title_is_exclusive(connection: asyncpg.Connection) -> None:
    university = await make(connection, Kind.UNIVERSITY)
    for row in ({"title": None}, {"role": "EMPLOYED_BY"}):
        with refused("ck_relation_is_exclusive"):
            async with connection.transaction():
                await post_of(connection, university, **row)


# -- merges ------------------------------------------------------------------------------------------


async def test_a_merge_takes_out_what_would_overlap_and_undoing_brings_it_back(graph_copy: Database) -> None:
    one, other = await make_zone(graph_copy, "a"), await make_zone(graph_copy, "b")
    for zone, status, valid in ((one, "APPROVED", BEFORE), (other, "NOTIFIED", OVERLAPPING)):
        await write(graph_copy, "zone_status", {"zone_id": zone, "status": status, "valid": valid})
    earlier = asyncpg.Range(None, date(2020, 1, 1))
    await write(graph_copy, "zone_status", {"zone_id": other, "status": "PROPOSED", "valid": earlier})
    before = await state(graph_copy)
    await change(graph_copy, MERGE, **both("a", "b"))
    async with owner_of(graph_copy) as connection:
        rows = await connection.fetch("SELECT status FROM zone_status WHERE zone_id = $1 ORDER BY 1", one)
        assert [row[0] for row in rows] == ["APPROVED", "PROPOSED"]
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await state(graph_copy) == before


async def test_of_two_merged_organizations_a_post_keeps_the_survivors_holder(graph_copy: Database) -> None:
    async with owner_of(graph_copy) as connection:
        universities = [
            await make(connection, Kind.UNIVERSITY, slug=slug, country="PK") for slug in ("a", "b")
        ]
        first = await post_of(connection, universities[0], valid=BEFORE)
        gone = await post_of(connection, universities[1], valid=OVERLAPPING)
        stays = await post_of(connection, universities[1], valid=OVERLAPPING, title="Dean")
    before = await state(graph_copy)
    await change(graph_copy, MERGE, **both("a", "b"))
    async with owner_of(graph_copy) as connection:
        rows = await connection.fetch("SELECT id FROM relation WHERE object_id = $1", universities[0])
        assert {row[0] for row in rows} == {first, stays}
        assert await connection.fetchval("SELECT count(*) FROM relation WHERE id = $1", gone) == 0
    await change(graph_copy, UNDO, duplicate={"slug": "b"})
    assert await state(graph_copy) == before


# -- imports -----------------------------------------------------------------------------------------


def zone(*statuses: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": "ZONE", "slug": "zone", "name": "Zone", "regime": "STZ", "modality": "VIRTUAL",
        "statuses": statuses,
    }  # fmt: skip


UNIVERSITY = {"kind": "UNIVERSITY", "slug": "uni", "name": "Uni", "type": "PUBLIC"}


def rector(slug: str, **more: Any) -> dict[str, Any]:
    post = {"role": "HOLDS_POST_AT", "to": {"slug": "uni"}, "title": "Rector", "isExclusive": True} | more
    return {"kind": "EXPERT", "slug": slug, "name": slug, "relations": [post]}


async def statuses(dsn: str) -> list[tuple[str, str, str]]:
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    rows = await connection.fetch("SELECT status, valid::text, precision FROM zone_status ORDER BY starts_on")
    await connection.close()
    return [tuple(row) for row in rows]


async def test_a_status_without_an_end_holds_until_the_next_one_begins(fresh_dsn: str) -> None:
    line = zone(
        {"status": "OPERATIONAL", "since": "2022-09-05"},
        {"status": "PROPOSED", "since": "2019"},
        {"status": "APPROVED", "since": "2021"},
        {"status": "NOTIFIED", "since": "2021-12"},
    )
    assert not (await imported(fresh_dsn, line)).problems
    expected = [
        ("PROPOSED", "[2019-01-01,2021-01-01)", "YEAR"),
        ("APPROVED", "[2021-01-01,2021-12-01)", "YEAR"),
        ("NOTIFIED", "[2021-12-01,2022-09-05)", "MONTH"),
        ("OPERATIONAL", "[2022-09-05,)", "DAY"),
    ]
    assert await statuses(fresh_dsn) == expected
    assert counts(await imported(fresh_dsn, line), "ZONE") == {"UNCHANGED": 1}
    # What the same source says next replaces it whole.
    assert not (await imported(fresh_dsn, zone({"status": "WITHDRAWN", "since": "2020"}))).problems
    assert await statuses(fresh_dsn) == [("WITHDRAWN", "[2020-01-01,)", "YEAR")]


@pytest.mark.parametrize(
    "given",
    [
        (
            {"status": "APPROVED", "since": "2021", "until": "2022"},
            {"status": "NOTIFIED", "since": "2022-12"},
        ),
        ({"status": "APPROVED", "since": "2021"}, {"status": "NOTIFIED", "since": "2021-01-01"}),
        ({"status": "APPROVED", "since": "2021"}, {"status": "NOTIFIED"}, {"status": "PROPOSED"}),
    ],
)
async def test_a_line_with_two_statuses_at_a_time_is_refused(
    fresh_dsn: str, given: tuple[dict[str, str], ...]
) -> None:
    report = await imported(fresh_dsn, zone(*given), UNIVERSITY)
    (problem,) = report.problems
    assert (problem.code, problem.is_row_lost) == (ProblemCode.PERIODS_OVERLAP, True)
    assert (problem.field or "").startswith("statuses[")
    assert await statuses(fresh_dsn) == []
    assert counts(report, "UNIVERSITY") == {"CREATED": 1}


async def test_the_second_holder_of_an_exclusive_post_is_refused_and_follows_when_the_first_has_left(
    fresh_dsn: str,
) -> None:
    first, second = rector("first", since="2020"), rector("second", since="2023")
    report = await imported(fresh_dsn, UNIVERSITY, first, second, rector("dean", title="Dean"))
    (problem,) = report.problems
    assert (problem.row, problem.code) == (3, ProblemCode.PERIODS_OVERLAP)
    assert counts(report, "RELATION") == {"CREATED": 2, "REJECTED": 1}
    # The file's order does not matter: a post is left before the next person takes it.
    left = rector("first", since="2020", until="2022")
    report = await imported(fresh_dsn, second, left)
    assert not report.problems
    assert counts(report, "RELATION") == {"CREATED": 1, "UPDATED": 1}
    assert counts(await imported(fresh_dsn, second, left), "RELATION") == {"UNCHANGED": 2}


@pytest.mark.parametrize("wrong", [{"title": None}, {"role": "EMPLOYED_BY"}, {"isExclusive": "yes"}])
async def test_only_a_post_with_a_title_can_be_declared_exclusive(
    fresh_dsn: str, wrong: dict[str, Any]
) -> None:
    report = await imported(fresh_dsn, UNIVERSITY, rector("first", **wrong))
    (problem,) = report.problems
    assert problem.field == "relations[0].isExclusive"
    assert problem.hint


async def test_the_api_tells_an_exclusive_post(fresh_dsn: str) -> None:
    await imported(fresh_dsn, UNIVERSITY, rector("first"), rector("dean", title="Dean", isExclusive=False))
    database = Database(fresh_dsn)
    await database.open()
    query = """{ university(by: {slug: "uni"}) {
      relations { edges { title isExclusive } } experts { edges { title isExclusive } } } }"""
    found = (await run(database, query))["data"]["university"]
    await database.close()
    expected = [{"title": "Rector", "isExclusive": True}, {"title": "Dean", "isExclusive": False}]
    assert found["relations"]["edges"] == found["experts"]["edges"] == expected


# -- an older database -------------------------------------------------------------------------------

OLD = """
    INSERT INTO entity (id, kind, slug, name, regime, modality)
    VALUES ('{zone}', 'ZONE', 'old', 'Old', 'STZ', 'VIRTUAL');
    INSERT INTO zone_status (zone_id, status, valid, owner_id) VALUES
        ('{zone}', 'PROPOSED', '(,)', NULL), ('{zone}', 'APPROVED', '[2020-01-01,2022-01-01)', NULL),
        ('{zone}', 'NOTIFIED', '[2020-01-01,2021-01-01)', NULL),
        ('{zone}', 'SUSPENDED', '(,)', '{north}');
"""


async def test_overlaps_of_an_older_database_end_where_the_later_status_begins(fresh_dsn: str) -> None:
    await downgrade_async(fresh_dsn, "0016")
    connection = await asyncpg.connect(fresh_dsn, server_settings={"search_path": "live, common"})
    north = graph.PARTNERS["north"]
    await connection.execute("INSERT INTO partner (id, slug, name) VALUES ($1, 'north', 'North')", north)
    await connection.execute(OLD.format(zone=graph.uuid_of(1), north=north))
    await connection.close()
    database = Database(fresh_dsn)
    await database.open()
    days = [date(year, 6, 1) for year in range(2019, 2024)]
    query = (
        "{" + " ".join(f'd{d.year}: zone(by: {{slug: "old"}}, asOf: "{d}") {{ status }}' for d in days) + "}"
    )

    async def read() -> list[str]:
        async with owner_of(database) as found:
            await found.execute("UPDATE zone_status SET audience = 'PARTNERS' WHERE owner_id IS NOT NULL")
        return [row["status"] for row in (await run(database, query))["data"].values()]

    await upgrade_async(fresh_dsn)
    rows = await statuses(fresh_dsn)
    assert [row[:2] for row in rows if row[0] != "SUSPENDED"] == [
        ("PROPOSED", "(,2020-01-01)"),
        ("NOTIFIED", "[2020-01-01,2021-01-01)"),
        ("APPROVED", "[2021-01-01,2022-01-01)"),
        ("PROPOSED", "[2022-01-01,)"),
    ]
    assert ("SUSPENDED", "(,)", "DAY") in rows
    assert await read() == ["PROPOSED", "NOTIFIED", "APPROVED", "PROPOSED", "PROPOSED"]
    async with owner_of(database) as found:
        past = await found.fetch(
            "SELECT status, valid::text FROM zone_status_history WHERE owner_id IS NULL ORDER BY 1"
        )
    await database.close()
    assert [tuple(row) for row in past] == [("APPROVED", "[2020-01-01,2022-01-01)"), ("PROPOSED", "(,)")]


# -- plans -------------------------------------------------------------------------------------------


async def test_no_plan_of_relations_changes_by_the_index_of_the_rule(graph_dsn: str) -> None:
    """Every statement of the corpus, planned with the constraint and without it, where only indexes count."""
    watched = Watched(graph_dsn)
    await watched.open()
    asked: dict[str, tuple[str, tuple[Any, ...]]] = {}
    for case in cases():
        watched.statements.clear()
        await play(case, watched)
        asked |= {one.query: (one.query, one.args) for one in watched.statements if "relation" in one.query}
    assert len(asked) > 30
    drop = "ALTER TABLE relation DROP CONSTRAINT ex_relation_holder"
    plans: list[list[str]] = []
    async with owner_of(watched) as connection:
        await connection.execute("SET enable_seqscan = off; SET jit = off")
        for preparation in ("SELECT 1", drop):
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(preparation)
            found = []
            for sql, arguments in asked.values():
                rows = await connection.fetch(f"EXPLAIN (COSTS OFF) {sql}", *arguments)
                found.append("\n".join(row[0] for row in rows))
            plans.append(found)
            await transaction.rollback()
    await watched.close()
    assert plans[0] == plans[1]
    assert any("ix_relation_" in plan for plan in plans[0])
