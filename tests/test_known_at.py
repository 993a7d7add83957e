"""knownAt: a record and all below it as they were believed, compared with snapshots that were taken then."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from graphql import GraphQLSchema, build_schema
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.explain import operation as explained
from resolvers.viewer import ANONYMOUS
from tests import graph
from tests.conftest import EDITOR, NORTH, VIEWERS, clone, run
from tests.operation_scopes import Operation
from tests.operations import operations
from tests.oracle import Oracle
from tests.oracle.both_ways import disagreements
from tests.past import Stood, asks_near, differing, known_at, lived
from tests.unwalled import Unwalled

BUILT: GraphQLSchema = build_schema(api.schema.as_str())
ROUNDS = 8
ZONE, COMPANY, EXPERT = graph.uuid_of(6001), graph.uuid_of(3001), graph.uuid_of(8003)


@dataclass(frozen=True)
class Past:
    """A graph that lived through corrections: how it stood after each, and what reads it."""

    stood: list[Stood]
    walled: Database
    unwalled: Database


@pytest.fixture(scope="module")
async def past(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Past]:
    """The small graph after rounds of random corrections."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.close()
    stood = await lived(dsn, api.CATALOG, ROUNDS, seed=5)
    walled, unwalled = Database(dsn), Unwalled(dsn)
    await walled.open()
    await unwalled.open()
    yield Past(stood, walled, unwalled)
    await walled.close()
    await unwalled.close()


# -- against snapshots ---------------------------------------------------------------------------------


def test_every_table_has_a_past(past: Past) -> None:
    for table in ("entity", "entity_name", "identifier", "relation", "zone_status", "source"):
        assert differing(past.stood, table), table


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(
    operation=operations(BUILT, api.CATALOG),
    viewer=st.sampled_from(sorted(VIEWERS)),
    number=st.integers(0, ROUNDS),
    is_walled=st.booleans(),
)
async def test_a_generated_operation_answers_as_the_snapshot_of_then(
    past: Past, operation: Operation, viewer: str, number: int, is_walled: bool
) -> None:
    then = past.stood[number]
    text = known_at(operation.text, BUILT, then.at)
    assume(text is not None and not asks_near(operation))
    assert text is not None
    asked = replace(operation, text=text)
    oracle = Oracle(BUILT, then.tables, api.CATALOG)
    database = past.walled if is_walled else past.unwalled
    assert await disagreements(database, oracle, asked, VIEWERS[viewer]) == []


# -- one record through its corrections ----------------------------------------------------------------


@dataclass
class Writer:
    """An editor of a graph of its own, and what reads it."""

    connection: asyncpg.Connection
    database: Database

    async def write(self, statement: str, *values: Any) -> str:
        """Runs a statement in a transaction of its own; the instant after it, as an argument."""
        await self.connection.execute(statement, *values)
        at: datetime = await self.connection.fetchval("SELECT clock_timestamp()")
        return at.isoformat()

    async def ask(self, query: str, viewer: Any = ANONYMOUS, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await run(self.database, query, variables or None, viewer)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture
async def writer(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Writer]:
    """A zone, a company in it and a person who works there, all of them public."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    for slug, id_ in graph.PARTNERS.items():
        await connection.execute("INSERT INTO partner (id, slug, name) VALUES ($1, $2, $2)", id_, slug)
    await connection.execute("SET ROLE triplehelix_editor")
    await connection.execute(
        f"""
        INSERT INTO entity (id, kind, slug, name, regime, modality)
        VALUES ('{ZONE}', 'ZONE', 'zone', 'First name', 'STZ', 'GEOGRAPHICAL');
        INSERT INTO entity (id, kind, slug, name, is_funder, is_freelancer)
        VALUES ('{COMPANY}', 'COMPANY', 'company', 'Company', false, false);
        INSERT INTO entity (id, kind, slug, name, email, email_audience, owner_id)
        VALUES ('{EXPERT}', 'EXPERT', 'expert', 'Expert', 'a@example.org', 'PUBLIC', '{NORTH.partner_id}');
        INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role, valid)
        VALUES ('{COMPANY}', 'COMPANY', '{ZONE}', 'ZONE', 'TENANT_OF', '[2020-01-01,)'),
               ('{EXPERT}', 'EXPERT', '{COMPANY}', 'COMPANY', 'EMPLOYED_BY', '[2021-01-01,)');
        INSERT INTO zone_status (zone_id, status, valid) VALUES ('{ZONE}', 'NOTIFIED', '[2020-01-01,)');
        INSERT INTO entity_name (entity_id, value) VALUES ('{ZONE}', 'First name');
        """
    )
    database = Database(dsn)
    await database.open()
    yield Writer(connection, database)
    await database.close()
    await connection.close()


ALL_OF_IT = """
    query ($at: DateTime) {
      zone(by: {slug: "zone"}, knownAt: $at) {
        name status names { value }
        companies { totalCount edges { since until node { name experts { nodes { name } } } } }
      }
    }
"""


async def test_a_record_is_read_as_it_stood_at_each_instant(writer: Writer) -> None:
    begin = await writer.write("SELECT 1")
    seen = [(begin, await writer.ask(ALL_OF_IT))]
    for statement in (
        "UPDATE entity SET name = 'Second name' WHERE kind = 'ZONE'",
        "UPDATE entity_name SET value = 'Second name'",
        "UPDATE zone_status SET status = 'OPERATIONAL', valid = '[2021-05-01,)'",
        "UPDATE relation SET valid = '[2019-06-01,)' WHERE role = 'TENANT_OF'",
        "UPDATE entity SET name = 'Company Ltd' WHERE kind = 'COMPANY'",
        "DELETE FROM relation WHERE role = 'EMPLOYED_BY'",
        "DELETE FROM zone_status",
        "UPDATE entity SET record_status = 'WITHDRAWN' WHERE kind = 'COMPANY'",
        "DELETE FROM entity_name",
        "UPDATE entity SET name = 'First name' WHERE kind = 'ZONE'",
    ):
        at = await writer.write(statement)
        now = await writer.ask(ALL_OF_IT)
        assert now != seen[-1][1], statement
        seen.append((at, now))
    for at, then in seen:
        assert await writer.ask(ALL_OF_IT, at=at) == then
    assert await writer.ask(ALL_OF_IT, at=None) == seen[-1][1]


async def test_nothing_was_known_before_the_first_record(writer: Writer) -> None:
    for at in ("0001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"):
        found = await writer.ask(
            f'{{ zone(by: {{slug: "zone"}}, knownAt: "{at}") {{ name }}'
            f' zones(knownAt: "{at}") {{ totalCount nodes {{ id }} groupBy(by: [REGIME]) {{ count }} }}'
            f' nodes(ids: ["{ZONE}"], knownAt: "{at}") {{ id }} }}'
        )
        empty = {"totalCount": 0, "nodes": [], "groupBy": []}
        assert found == {"zone": None, "zones": empty, "nodes": [None]}


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-00:01", None),
        ("0001-01-01T14:00:00+14:00", "data"),
        ("9999-12-31T23:58:59-00:01", "BAD_USER_INPUT"),
    ],
)
async def test_an_instant_lies_in_the_years_that_it_can_be_told_in(
    ask: Any, at: str, code: str | None
) -> None:
    asked = [
        await ask("query ($at: DateTime) { zones(knownAt: $at) { totalCount } }", {"at": at}),
        await ask(f'{{ zones(knownAt: "{at}") {{ totalCount }} }}'),
    ]
    for answer in asked:
        if code == "data":
            assert answer["data"] == {"zones": {"totalCount": 0}}
        else:
            (error,) = answer["errors"]
            assert error["code"] == code
            assert code or "before the year 1 or after 9999" in error["message"]


async def test_several_instants_stand_side_by_side_in_one_statement(writer: Writer) -> None:
    first = await writer.write("SELECT 1")
    second = await writer.write("UPDATE entity SET name = 'Second name' WHERE kind = 'ZONE'")
    await writer.write("UPDATE entity SET name = 'Third name' WHERE kind = 'ZONE'")
    before = api.schema.reads.statements
    found = await writer.ask(
        'query ($a: DateTime, $b: DateTime) { a: zone(by: {slug: "zone"}, knownAt: $a) { name }'
        ' b: zones(knownAt: $b) { nodes { name } } now: zone(by: {slug: "zone"}) { name } }',
        a=first,
        b=second,
    )
    assert api.schema.reads.statements == before + 1
    assert found == {
        "a": {"name": "First name"},
        "b": {"nodes": [{"name": "Second name"}]},
        "now": {"name": "Third name"},
    }


async def test_filters_counts_and_groups_are_of_then(writer: Writer) -> None:
    before = await writer.write("SELECT 1")
    await writer.write("UPDATE entity SET name = 'Ost', subdivision = 'PK-SD' WHERE kind = 'ZONE'")
    await writer.write("UPDATE relation SET valid = '[2020-01-01,2020-02-01)' WHERE role = 'TENANT_OF'")
    query = """
        query ($at: DateTime) {
          zones(
            knownAt: $at
            where: {name: {contains: "first"}, companies: {some: {name: {eq: "Company"}}}}
          ) {
            totalCount groupBy(by: [SUBDIVISION]) { keys { subdivision } count }
          }
          region(code: "PK-SD", knownAt: $at) { zones { totalCount } }
        }
    """
    then = {"totalCount": 1, "groupBy": [{"keys": {"subdivision": None}, "count": 1}]}
    assert await writer.ask(query, at=before) == {"zones": then, "region": {"zones": {"totalCount": 0}}}
    now = {"totalCount": 0, "groupBy": []}
    assert await writer.ask(query) == {"zones": now, "region": {"zones": {"totalCount": 1}}}


async def test_as_of_and_known_at_are_two_questions(writer: Writer) -> None:
    """In 2020 it was believed that the tenancy has no end; today we know that it ended in 2022."""
    before = await writer.write("SELECT 1")
    await writer.write("UPDATE relation SET valid = '[2020-01-01,2023-01-01)' WHERE role = 'TENANT_OF'")
    query = """
        query ($day: Date, $at: DateTime) {
          zone(by: {slug: "zone"}, asOf: $day, knownAt: $at) { companies { totalCount } }
        }
    """
    for day, at, count in (
        ("2024-01-01", before, 1), ("2024-01-01", None, 0), ("2021-01-01", before, 1),
        ("2021-01-01", None, 1), ("2019-01-01", before, 0),
    ):  # fmt: skip
        found = await writer.ask(query, day=day, at=at)
        assert found["zone"]["companies"]["totalCount"] == count, (day, at)


async def test_the_future_is_not_known_yet(writer: Writer) -> None:
    query = 'query ($at: DateTime) { zone(by: {slug: "zone"}, knownAt: $at) { name } }'
    await writer.ask(query, at=datetime.now(UTC).isoformat())
    for at in (datetime.now(UTC) + timedelta(minutes=1), datetime.max.replace(tzinfo=UTC)):
        answer = await run(writer.database, query, {"at": at.isoformat()})
        (error,) = answer["errors"]
        assert (error["code"], error["path"]) == ("BAD_USER_INPUT", ["zone"])
        assert "future" in error["message"]


@pytest.mark.parametrize("field", ['search(text: "a", %s)', "changes(%s)", "roles(%s)", "conflicts(%s)"])
async def test_it_is_not_offered_where_nothing_was_recorded(writer: Writer, field: str) -> None:
    given = field % 'knownAt: "2024-01-01T00:00:00Z"'
    answer = await run(writer.database, f"{{ {given} {{ totalCount }} }}")
    assert "Unknown argument 'knownAt'" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "asked",
    [
        "zones(knownAt: $at, where: {near: $near}) { totalCount }",
        "zones(knownAt: $at, where: {companies: {some: {not: {near: $near}}}}) { totalCount }",
        "zones(knownAt: $at) { nodes { companies(where: {or: [{near: $near}]}) { totalCount } } }",
    ],
)
async def test_near_is_asked_of_now_only(writer: Writer, asked: str) -> None:
    """The index of places holds where records lie now: what it finds was not believed at the instant."""
    query = f"query ($at: DateTime, $near: NearFilter!) {{ {asked} now: zones {{ totalCount }} }}"
    given = {"near": {"entity": {"slug": "zone"}, "km": 5}}
    answer = await run(writer.database, query, given | {"at": "2024-01-01T00:00:00Z"})
    (error,) = answer["errors"]
    assert error["code"] == "BAD_USER_INPUT"
    assert "near and knownAt" in error["message"]
    located = "UPDATE entity SET latitude = 25, longitude = 67 WHERE kind = 'ZONE'"
    await writer.write(located)
    # Without an instant, also with one that is null, it is asked as ever, and of other fields beside it.
    assert "errors" not in await run(writer.database, query, given | {"at": None})
    beside = """query ($at: DateTime, $near: NearFilter!) { zones(knownAt: $at) { totalCount }
        near: zones(where: {near: $near}) { totalCount } }"""
    found = await writer.ask(beside, at="2024-01-01T00:00:00Z", **given)
    assert found == {"zones": {"totalCount": 0}, "near": {"totalCount": 1}}


# -- who may see what was believed ---------------------------------------------------------------------


async def test_a_record_that_is_hidden_today_was_never_to_be_seen(writer: Writer) -> None:
    before = await writer.write("SELECT 1")
    await writer.write("UPDATE entity SET audience = 'OWNER' WHERE kind = 'EXPERT'")
    query = """
        query ($at: DateTime) {
          expert(by: {slug: "expert"}, knownAt: $at) { name }
          experts(knownAt: $at) { totalCount }
          company(by: {slug: "company"}, knownAt: $at) { experts { totalCount nodes { name } } }
        }
    """
    hidden = {
        "expert": None,
        "experts": {"totalCount": 0},
        "company": {"experts": {"totalCount": 0, "nodes": []}},
    }
    shown = {
        "expert": {"name": "Expert"},
        "experts": {"totalCount": 1},
        "company": {"experts": {"totalCount": 1, "nodes": [{"name": "Expert"}]}},
    }
    assert await writer.ask(query, at=before) == hidden
    # The owner and editors may see it today, and so what it was.
    assert await writer.ask(query, NORTH, at=before) == shown
    assert await writer.ask(query, EDITOR, at=before) == shown
    await writer.write("UPDATE entity SET audience = 'PUBLIC' WHERE kind = 'EXPERT'")
    assert await writer.ask(query, at=before) == shown


async def test_a_withdrawn_consent_holds_for_the_past_too(writer: Writer) -> None:
    before = await writer.write("SELECT 1")
    await writer.write(
        "UPDATE entity SET email = 'b@example.org', email_audience = 'OWNER' WHERE kind = 'EXPERT'"
    )
    query = 'query ($at: DateTime) { expert(by: {slug: "expert"}, knownAt: $at) { email } }'
    assert (await writer.ask(query, at=before))["expert"] == {"email": None}
    assert (await writer.ask(query, NORTH, at=before))["expert"] == {"email": "a@example.org"}
    filtered = """
        query ($at: DateTime) { experts(knownAt: $at, where: {headline: {eq: "Known"}}) { totalCount } }
    """
    known = await writer.write("UPDATE entity SET headline = 'Known' WHERE kind = 'EXPERT'")
    assert (await writer.ask(filtered, at=known))["experts"] == {"totalCount": 1}
    await writer.write("UPDATE entity SET headline = NULL, headline_audience = 'OWNER' WHERE kind = 'EXPERT'")
    assert (await writer.ask(filtered, at=known))["experts"] == {"totalCount": 0}
    assert (await writer.ask(filtered, NORTH, at=known))["experts"] == {"totalCount": 1}


async def test_what_was_deleted_is_seen_by_whoever_saw_it_last(writer: Writer) -> None:
    query = """query ($at: DateTime) {
        zone(by: {slug: "zone"}, knownAt: $at) { status companies { totalCount } } }"""
    before = await writer.write("SELECT 1")
    await writer.write("UPDATE zone_status SET audience = 'PARTNERS'")
    await writer.write("DELETE FROM zone_status")
    await writer.write("DELETE FROM relation WHERE role = 'TENANT_OF'")
    assert (await writer.ask(query, at=before))["zone"] == {"status": None, "companies": {"totalCount": 1}}
    assert (await writer.ask(query, NORTH, at=before))["zone"]["status"] == "NOTIFIED"


async def test_a_person_who_was_erased_leaves_nothing_to_read(writer: Writer) -> None:
    before = await writer.write("SELECT 1")
    await writer.write("UPDATE entity SET name = 'Other' WHERE kind = 'EXPERT'")
    await writer.write("DELETE FROM relation WHERE role = 'EMPLOYED_BY'")
    await writer.write("DELETE FROM entity WHERE kind = 'EXPERT'")
    query = """query ($at: DateTime) {
        experts(knownAt: $at) { totalCount }
        company(by: {slug: "company"}, knownAt: $at) { experts { totalCount } } }"""
    for viewer in (ANONYMOUS, NORTH):
        found = await writer.ask(query, viewer, at=before)
        assert found == {"experts": {"totalCount": 0}, "company": {"experts": {"totalCount": 0}}}


# -- how it is done ------------------------------------------------------------------------------------


async def test_transactions_that_overlap_lose_no_belief(writer: Writer) -> None:
    other = await asyncpg.connect(writer.database.dsn, server_settings={"search_path": "live, common"})
    late = other.transaction()
    await late.start()
    await other.execute("SELECT now()")
    between = await writer.write("UPDATE entity SET name = 'Second name' WHERE kind = 'ZONE'")
    await other.execute("UPDATE entity SET name = 'Third name' WHERE kind = 'ZONE'")
    await late.commit()
    await other.close()
    rows = await writer.connection.fetch(
        "SELECT name, recorded_from, recorded_until FROM entity_history WHERE kind = 'ZONE' UNION ALL "
        "SELECT name, recorded_from, 'infinity' FROM entity WHERE kind = 'ZONE' ORDER BY 2"
    )
    assert [row["name"] for row in rows] == ["First name", "Second name", "Third name"]
    assert [row["recorded_until"] for row in rows[:2]] == [row["recorded_from"] for row in rows[1:]]
    assert (await writer.ask('{ zone(by: {slug: "zone"}) { name } }'))["zone"] == {"name": "Third name"}
    assert between


def test_it_costs_twice() -> None:
    def price(text: str) -> int:
        return explained(api.schema.reads, text, {}, ANONYMOUS).prepared.nodes

    inner = "{ nodes { companies(first: 5) { nodes { name } } } groupBy(by: [REGIME]) { count } }"
    now = price(f"{{ zones(first: 10) {inner} }}")
    assert now == 10 + 50 + 100
    at = 'knownAt: "2024-01-01T00:00:00Z"'
    assert price(f"{{ zones(first: 10, {at}) {inner} }}") == 2 * now
    assert price(f'{{ zone(by: {{slug: "a"}}, {at}) {{ name }} zones(first: 10) {inner} }}') == 2 + now
