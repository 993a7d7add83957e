"""Eligibility: every rule against an independent computation, per viewer and day; limits, errors, price."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers import eligibility as computed
from tests import random_analysis
from tests.conftest import VIEWERS, clone, run
from tests.oracle import eligibility as expected
from tests.oracle import load, sight
from tests.oracle.tables import Tables
from tests.oracle.world import World
from tests.unwalled import Unwalled

ASKED = """query ($company: EntityRef!, $zone: EntityRef!, $day: Date, $first: Int! = 100) {
  eligibility(company: $company, zone: $zone, asOf: $day) { company { id } zone { id } asOf
    incentives(first: $first) { incentive { id } outcome eligibleUntil daysLeft missing
      rules { rule outcome reason legalReference } } } }"""
RULES = ("PERIOD", "LICENCE", "SIZE_CLASS", "VERTICAL", "DURATION", "CONDITIONS")
# One that ended in the zone, and one that lasts and names no zone.
TWO_LICENCES = """
INSERT INTO incentive (code, kind, name, offered_by_id, offered_by_kind, licence_types, legal_reference)
SELECT 'licensed', 'INCOME_TAX', 'For the licensed', id, kind, ARRAY['ZONE_ENTERPRISE'], 'Act X'
FROM entity WHERE slug = 'zone-0';
INSERT INTO licence (holder_id, holder_kind, zone_id, type, issued_on, expires_on)
SELECT c.id, c.kind, CASE WHEN has_ended THEN z.id END, 'ZONE_ENTERPRISE', '2019-01-01',
    CASE WHEN has_ended THEN date '2020-01-01' END
FROM entity c, entity z, unnest(ARRAY[true, false]) has_ended
WHERE c.slug = 'company-12' AND z.slug = 'zone-0'
"""


@pytest.fixture(scope="module")
async def dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    found = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(found, server_settings={"search_path": "live, common"})
    await random_analysis.load(connection, random_analysis.world(21))
    await connection.execute(TWO_LICENCES)
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


async def ask_of(
    database: Database, viewer: str, company: str, zone: str, day: date, **variables: Any
) -> dict[str, Any]:
    given = {"company": {"id": company}, "zone": {"id": zone}, "day": str(day), **variables}
    answer = await run(database, ASKED, given, VIEWERS[viewer])
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]["eligibility"]
    return found


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_every_rule_is_judged_as_computed_from_what_the_viewer_may_see(
    database: Database, tables: Tables, viewer: str
) -> None:
    world, draw = World(tables, api.CATALOG, VIEWERS[viewer], datetime.now(UTC).date()), random.Random(3)
    rows = [row for row in tables.rows["entity"] if sight.may_see(world.viewer, row)]
    companies = [row for row in rows if row["kind"] == "COMPANY"][:14]
    zones = [row for row in rows if row["kind"] == "ZONE"]
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(70):
        company, zone, day = draw.choice(companies), draw.choice(zones), random_analysis.day(draw)
        found = await ask_of(database, viewer, str(company["id"]), str(zone["id"]), day)
        assert (found["company"]["id"], found["zone"]["id"]) == (str(company["id"]), str(zone["id"]))
        assert found["asOf"] == str(day)
        wanted = expected.judge(world, company, zone["id"], day)
        assert [one["incentive"]["id"] for one in found["incentives"]] == [
            str(one.incentive["id"]) for one in wanted
        ]
        for told, judged in zip(found["incentives"], wanted, strict=True):
            place = (company["slug"], zone["slug"], day, told, judged)
            assert {rule["rule"]: rule["outcome"] for rule in told["rules"]} == judged.rules, place
            assert told["outcome"] == judged.outcome, place
            assert told["eligibleUntil"] == (judged.until and str(judged.until)), place
            assert told["daysLeft"] == (judged.until and (judged.until - day).days), place
            assert told["missing"] == [r["reason"] for r in told["rules"] if r["outcome"] != "PASS"]
            assert {rule["legalReference"] for rule in told["rules"]} == {judged.incentive["legal_reference"]}
            assert all(rule["reason"] for rule in told["rules"])
            seen.update(judged.rules.items())
            seen[judged.outcome, ""] += 1
    if viewer == "editor":
        possible = {(rule, outcome) for rule in RULES for outcome in ("PASS", "FAIL", "UNKNOWN")}
        never = {("PERIOD", "UNKNOWN"), ("CONDITIONS", "PASS"), ("CONDITIONS", "FAIL")}
        assert set(seen) >= possible - never, "The drawn world shows too little."
        assert {outcome for outcome, rule in seen if not rule} == {"ELIGIBLE", "UNKNOWN", "NOT_ELIGIBLE"}


async def test_a_licence_that_names_no_zone_counts_before_one_that_ended_there(
    database: Database, tables: Tables
) -> None:
    ids = {row["slug"]: str(row["id"]) for row in tables.rows["entity"]}
    of = (ids["company-12"], ids["zone-0"], date(2021, 1, 1))
    found = (await ask_of(database, "editor", *of))["incentives"]
    (rules,) = (one["rules"] for one in found if one["rules"][0]["legalReference"] == "Act X")
    told = {rule["rule"]: (rule["outcome"], rule["reason"]) for rule in rules}
    said = "Its licence names no zone; whether it counts here is not known."
    assert told["LICENCE"] == ("UNKNOWN", said)


async def test_first_takes_the_best_of_one_to_a_hundred(database: Database, tables: Tables) -> None:
    companies = [str(row["id"]) for row in tables.rows["entity"] if row["kind"] == "COMPANY"][:12]
    zones = [str(row["id"]) for row in tables.rows["entity"] if row["kind"] == "ZONE"]
    for company, zone in zip(companies, zones, strict=False):
        whole = (await ask_of(database, "editor", company, zone, date(2021, 6, 1)))["incentives"]
        if len(whole) > 2:
            break
    assert len(whole) > 2
    best = await ask_of(database, "editor", company, zone, date(2021, 6, 1), first=2)
    assert best["incentives"] == whole[:2]
    for first in (0, computed.MOST_INCENTIVES + 1):
        given = {"company": {"id": company}, "zone": {"id": zone}, "first": first}
        answer = await run(database, ASKED, given, VIEWERS["editor"])
        assert answer["errors"][0]["code"] == "PAGE_SIZE"


@pytest.mark.parametrize(
    ("company", "zone", "code", "said"),
    [
        ('{slug: "nobody"}', '{slug: "zone-0"}', "ENTITY_UNKNOWN", "There is no company to see for company."),
        ('{slug: "company-0"}', '{slug: "nowhere"}', "ENTITY_UNKNOWN", "There is no zone to see for zone."),
        ('{slug: "zone-0"}', '{slug: "zone-0"}', "ENTITY_UNKNOWN", "There is no company to see for company."),
        ('{slug: "company-0"}', '{slug: "company-0"}', "ENTITY_UNKNOWN", "There is no zone to see for zone."),
        ('{id: "x"}', '{slug: "zone-0"}', "BAD_USER_INPUT", None),
        ('{slug: "company-0"}', '{identifier: {scheme: ROR, value: "y"}}', "IDENTIFIER_INVALID", None),
    ],
)
async def test_a_reference_that_means_nothing_is_refused_with_its_code(
    database: Database, company: str, zone: str, code: str, said: str | None
) -> None:
    query = f"{{ eligibility(company: {company}, zone: {zone}) {{ asOf }} }}"
    answer = await run(database, query, viewer=VIEWERS["editor"])
    assert answer["data"] == {"eligibility": None}
    (error,) = answer["errors"]
    assert error["code"] == code
    assert said in (None, error["message"])


async def test_a_hidden_company_is_refused_as_one_that_is_not(database: Database, tables: Tables) -> None:
    hidden = next(
        row for row in tables.rows["entity"] if row["kind"] == "COMPANY" and row["audience"] == "OWNER"
    )
    zone = next(row for row in tables.rows["entity"] if row["kind"] == "ZONE" and row["audience"] == "PUBLIC")
    query = "query ($c: ID!, $z: ID!) { eligibility(company: {id: $c}, zone: {id: $z}) { asOf } }"
    errors = []
    for id_ in (hidden["id"], "00000000-0000-7000-8000-00000000dead"):
        answer = await run(database, query, {"c": str(id_), "z": str(zone["id"])})
        errors.append(answer["errors"])
    assert errors[0] == errors[1]


async def test_one_statement_answers_at_its_price(database: Database) -> None:
    before = api.schema.reads.statements
    given = {"company": {"slug": "company-1"}, "zone": {"slug": "zone-1"}, "first": 10}
    answer = await run(database, ASKED, given, VIEWERS["editor"])
    assert api.schema.reads.statements == before + 1
    assert answer["extensions"]["cost"]["nodes"] == computed.PRICE + 1 + 10 * (1 + len(RULES))
