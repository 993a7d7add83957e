"""Which indexes PostgreSQL uses for compiled statements, under the real roles and at a size where it matters.

Asked of PostgreSQL: what it scanned while it ran the statement, functions behind the policies included.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from exchange.benchmark import scale
from models.connection import Asker
from models.database import Database
from models.embedded import EmbeddedPostgres
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import NORTH, clone, run

SCALE = 0.2
NEVER = {"entity", "entity_name", "relation", "identifier", "change"}
"""Tables that no ordinary read may scan from end to end."""


BY_ID = ("pk_entity", "uq_entity_id_kind", "ix_entity_visible")


class Explained(Database):
    """A database that tells what PostgreSQL scanned for the last statement."""

    indexes: set[str]
    """The indexes that were used."""
    whole: set[str]
    """The tables that were scanned from end to end."""
    fetched: int
    """The most rows that were fetched from one table by its indexes."""
    entries: int
    """The most entries that were read from one index."""
    records: int
    """How many entities were looked up by their id."""
    plan_cache_mode = "auto"

    async def read_row(self, viewer: Asker, sql: str, arguments: Sequence[Any]) -> Any:
        """As it is, with what PostgreSQL counted before and after."""
        async with self.read(viewer) as connection, connection.transaction():
            await connection.execute(f"SET LOCAL plan_cache_mode = {self.plan_cache_mode}")
            before = await scans(connection)
            row = await connection.fetchrow(sql, *arguments)
            after = await scans(connection)
        used = {key: [now - then for now, then in zip(after[key], before[key], strict=True)] for key in after}
        self.indexes = {name for (kind, name), (count, *_) in used.items() if kind == "i" and count}
        self.whole = {name for (kind, name), (count, *_) in used.items() if kind == "r" and count}
        self.fetched = max(fetched for _, fetched, _ in used.values())
        self.records = sum(used["i", index][0] for index in BY_ID)
        self.entries = max(returned for (kind, _), (*_, returned) in used.items() if kind == "i")
        return row


async def scans(connection: Any) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Of each index and table: scans (of a table: from end to end), rows fetched, rows or entries found."""
    rows = await connection.fetch(
        "SELECT relkind::text AS kind, relname::text AS name, pg_stat_get_xact_numscans(oid) AS count, "
        "pg_stat_get_xact_tuples_fetched(oid) AS fetched, pg_stat_get_xact_tuples_returned(oid) AS returned "
        "FROM pg_class "
        "WHERE relnamespace = 'live'::regnamespace AND relkind IN ('r', 'i')"
    )
    return {
        (row["kind"].decode(), row["name"].decode()): (row["count"], row["fetched"], row["returned"])
        for row in rows
    }


@pytest.fixture(scope="module")
async def large(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Explained]:
    """The benchmark data set, a fifth of its size, with identifiers and some records of other states."""
    dsn = await clone(postgres.dsn, migrated)
    await scale(dsn, SCALE)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    for slug, id_ in graph.PARTNERS.items():
        await connection.execute("INSERT INTO partner (id, slug, name) VALUES ($1, $2, $2)", id_, slug)
    await connection.execute(
        "INSERT INTO identifier (entity_id, scheme, value) "
        "SELECT id, 'WIKIDATA', 'Q' || row_number() OVER (ORDER BY id) FROM entity WHERE kind = 'EXPERT'"
    )
    await connection.execute("UPDATE entity SET record_status = 'WITHDRAWN' WHERE id::text LIKE '%00'")
    await connection.execute("VACUUM (ANALYZE) entity, relation, identifier, change")
    await connection.close()
    database = Explained(dsn)
    await database.open()
    yield database
    await database.close()


@dataclass(frozen=True)
class Read:
    """A query and the indexes that it must use, each one of several that would do."""

    name: str
    query: str
    indexes: tuple[str, ...]
    most: int = 1000
    """How many rows of a table it may fetch, of more than 40,000."""


READS = (
    Read("default-page", "{ companies { nodes { name } } }", ("ix_entity_kind_id",)),
    Read("last-page", "{ companies(last: 25) { nodes { name } } }", ("ix_entity_kind_id",)),
    Read("by-name", "{ experts(orderBy: [{field: NAME}]) { nodes { name } } }", ("ix_entity_kind_name",)),
    Read(
        "by-name-descending",
        "{ experts(orderBy: [{field: NAME, direction: DESC}]) { nodes { name } } }",
        ("ix_entity_kind_name",),
    ),
    Read(
        "by-change",
        "{ experts(orderBy: [{field: UPDATED_AT, direction: DESC}]) { nodes { name } } }",
        ("ix_entity_kind_updated_at",),
    ),
    Read(
        "subdivision",
        '{ companies(where: {subdivision: {eq: "PK-SD"}}) { nodes { name } } }',
        ("ix_entity_kind_subdivision", "ix_entity_subdivision"),
    ),
    Read(
        "withdrawn",
        "{ experts(where: {recordStatus: {eq: WITHDRAWN}}) { nodes { name } } }",
        ("ix_entity_kind_record_status", "ix_entity_kind_id"),
    ),
    Read(
        "dates",
        '{ companies(where: {foundedOn: {gte: "2020-01-01", lt: "2020-02-01"}}) { nodes { name } } }',
        ("ix_entity_company_founded_on",),
    ),
    Read(
        "by-date",
        "{ companies(orderBy: [{field: FOUNDED_ON}]) { nodes { name } } }",
        ("ix_entity_company_founded_on",),
    ),
    Read(
        "numbers",
        "{ companies(where: {employeeCount: {gte: 3000}}) { nodes { name } } }",
        ("ix_entity_company_employee_count",),
    ),
    Read("slug", '{ zone(by: {slug: "no-such-zone"}) { name } }', ("uq_entity_slug",)),
    Read(
        "identifier",
        '{ entity(by: {identifier: {scheme: WIKIDATA, value: "Q777"}}) { name } }',
        ("ix_identifier_scheme_value", "uq_identifier_active"),
    ),
    Read(
        "identifier-filter",
        '{ experts(where: {identifiers: {scheme: WIKIDATA, value: "Q777"}}) { nodes { name } } }',
        ("ix_identifier_scheme_value", "uq_identifier_active"),
    ),
    Read(
        "backward-relation",
        "{ zones(first: 5) { nodes { companies { nodes { name } } } } }",
        ("ix_relation_in",),
    ),
    Read(
        "forward-relation",
        "{ companies(first: 5) { nodes { zones { nodes { name } } } } }",
        ("ix_relation_out",),
    ),
    Read(
        "every-relation",
        "{ companies(first: 5) { nodes { relations { totalCount edges { role node { name } } } } } }",
        ("ix_relation_in",),
        most=5_000,
    ),
    Read(
        "three-levels",
        "{ zones(first: 20) { nodes { companies(first: 10) { nodes { name experts(first: 5) { nodes { name "
        "studiedAt { nodes { name } } } } } } } } }",
        ("ix_relation_in",),
        most=10_000,
    ),
    Read(
        "related-filter",
        '{ companies(first: 5, where: {zones: {some: {subdivision: {eq: "PK-SD"}}}}) { nodes { name } } }',
        ("ix_relation_out", "ix_relation_in"),
    ),
    Read("search", '{ search(text: "karachi univercity") { nodes { name } } }', ("ix_entity_name_trgm",)),
    Read("search-words", '{ search(text: "hosting company") { nodes { name } } }', ("ix_entity_name_trgm",)),
    Read(
        "search-beginning",
        '{ search(text: "ab") { nodes { name } } }',
        ("ix_entity_name_prefix",),
        most=5_000,
    ),
    Read(
        "search-in-a-rare-kind",
        '{ search(text: "haq", kinds: [UNIVERSITY]) { nodes { name } } }',
        ("ix_entity_kind_id",),
    ),
    Read(
        "sums-by-subdivision",
        '{ companies(where: {subdivision: {eq: "PK-SD"}}) '
        "{ groupBy(by: [SIZE_CLASS]) { keys { sizeClass } sum { employeeCount } } } }",
        ("ix_entity_company_subdivision_size",),
        most=2_000,
    ),
    Read(
        "piece-of-a-name",
        '{ experts(where: {name: {contains: "hmed K"}}) { nodes { name } } }',
        ("ix_entity_name_folded",),
    ),
    Read(
        "beginning-of-a-name",
        '{ experts(where: {name: {startsWith: "zain"}}) { nodes { name } } }',
        ("ix_entity_name_folded",),
    ),
    Read(
        "words",
        '{ experts(where: {name: {matches: "khan ahmed"}}) { nodes { name } } }',
        ("ix_entity_name_folded",),
    ),
    Read(
        "vertical",
        '{ companies(where: {verticals: {has: "GAMING"}}) { nodes { name } } }',
        ("ix_entity_verticals",),
    ),
    Read(
        "region",
        '{ region(code: "PK-SD") { zones { nodes { name } } } }',
        ("ix_entity_kind_subdivision", "ix_entity_subdivision"),
    ),
    Read(
        "changes", "{ changes(first: 10) { nodes { recordId } pageInfo { endCursor } } }", ("ix_change_feed",)
    ),
)


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
async def test_a_read_uses_its_index(large: Explained, read: Read, viewer: Viewer) -> None:
    answer = await run(large, read.query, viewer=viewer)
    assert "errors" not in answer
    assert large.indexes & set(read.indexes), (large.indexes, large.whole)
    assert not large.whole & NEVER, large.indexes
    assert large.fetched <= read.most, large.indexes


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
@pytest.mark.parametrize(
    ("order", "indexes"),
    [
        ([], {"ix_entity_kind_id", *BY_ID}),
        ([{"field": "NAME"}], {"ix_entity_kind_name"}),
        ([{"field": "UPDATED_AT", "direction": "DESC"}], {"ix_entity_kind_updated_at"}),
    ],
    ids=["id", "name", "updatedAt"],
)
async def test_a_later_page_begins_at_its_cursor(
    large: Explained, order: list[dict[str, str]], indexes: set[str], viewer: Viewer
) -> None:
    query = """query ($after: String, $order: [ExpertOrder!]) {
        experts(first: 20, after: $after, orderBy: $order) { nodes { id } pageInfo { endCursor } } }"""
    after, ids = None, []
    for _ in range(3):
        answer = await run(large, query, {"after": after, "order": order}, viewer=viewer)
        page = answer["data"]["experts"]
        after = page["pageInfo"]["endCursor"]
        ids += [row["id"] for row in page["nodes"]]
        assert large.indexes & indexes, large.indexes
        assert not large.whole & NEVER
        assert large.fetched <= 1000
    assert len(set(ids)) == 60


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
@pytest.mark.parametrize("page", ["first: 5", "last: 5"])
async def test_of_what_surrounds_a_hub_no_more_is_read_than_a_page(
    large: Explained, viewer: Viewer, page: str
) -> None:
    connection = await asyncpg.connect(large.dsn, server_settings={"search_path": "live"})
    hub, related = await connection.fetchrow(
        "SELECT object_id, count(*) FROM relation WHERE role = 'EMPLOYED_BY' GROUP BY 1 "
        "ORDER BY 2 DESC LIMIT 1"
    )
    await connection.close()
    assert related > 200
    about = {"id": str(hub)}
    experts = (
        f"query ($id: ID!) {{ company(by: {{ id: $id }}) {{ experts({page}) {{ nodes {{ name }} }} }} }}"
    )
    answer = await run(large, experts, about, viewer=viewer)
    assert len(answer["data"]["company"]["experts"]["nodes"]) == 5
    # Of every role as many as the page has, and those that are over.
    assert large.entries <= 50
    relations = experts.replace("experts", "relations").replace("nodes { name }", "edges { node { name } }")
    answer = await run(large, relations, about, viewer=viewer)
    assert len(answer["data"]["company"]["relations"]["edges"]) == 5
    # The keys are read, and put in order; records only for the page, and its company.
    assert large.records == 6


async def test_a_partners_kept_plan_finds_relations_in_one_index(
    large: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "plan_cache_mode", "force_generic_plan")
    query = """query ($province: String!) {
        experts(where: { companies: { some: { zones: { some: { subdivision: { eq: $province } } } } } }) {
            nodes { name } } }"""
    answer = await run(large, query, {"province": "PK-SD"}, viewer=NORTH)
    assert len(answer["data"]["experts"]["nodes"]) == 25
    assert {index for index in large.indexes if "relation" in index} == {"ix_relation_in", "ix_relation_out"}


async def test_a_record_by_its_id_is_read_by_its_key(large: Explained) -> None:
    (row,) = (await run(large, "{ zones(first: 1) { nodes { id } } }"))["data"]["zones"]["nodes"]
    answer = await run(large, "query ($id: ID!) { node(id: $id) { id } }", row)
    assert answer["data"] == {"node": row}
    assert set(BY_ID) & large.indexes
    assert not large.whole & NEVER


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
async def test_paths_walk_the_indexes_of_relations(large: Explained, viewer: Viewer) -> None:
    ends = "{ a: experts(first: 1) { nodes { id } } b: experts(last: 1) { nodes { id } } }"
    found = (await run(large, ends))["data"]
    query = """query ($a: ID!, $b: ID!) { paths(from: {id: $a}, to: {id: $b}) {
        visited paths { nodes { name } } } }"""
    variables = {name: page["nodes"][0]["id"] for name, page in found.items()}
    answer = await run(large, query, variables, viewer)
    assert answer["data"]["paths"]["visited"] > 1
    assert "ix_relation_in" in large.indexes
    # Both begin with the subject.
    assert {"ix_relation_out", "uq_relation_fact"} & large.indexes
    assert not large.whole & NEVER


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
async def test_what_is_near_is_found_by_the_index_of_places(large: Explained, viewer: Viewer) -> None:
    (row,) = (await run(large, "{ zones(first: 1) { nodes { id } } }"))["data"]["zones"]["nodes"]
    query = """query ($id: ID!) { companies(first: 5, where: {near:
        {entity: {id: $id}, km: 5}}) { nodes { name } } }"""
    answer = await run(large, query, row, viewer)
    assert "errors" not in answer
    assert "ix_entity_place" in large.indexes
    assert not large.whole & NEVER


async def test_a_whole_scan_and_a_long_index_scan_are_noticed(large: Explained) -> None:
    await large.read_row(ANONYMOUS, "SELECT count(*) FROM entity WHERE description = $1", ("none",))
    assert "entity" in large.whole
    await large.read_row(
        ANONYMOUS,
        "SELECT sum(length(description)) FROM entity WHERE kind = $1 AND name > $2",
        ("EXPERT", "S"),
    )
    assert large.fetched > 1000 or "entity" in large.whole


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
@pytest.mark.parametrize(
    "query",
    [
        "query ($z: ID!) { zone(by: {id: $z}) { readinessScore readiness { parts { entities { name } } } } }",
        '{ skillGap(region: "PK-SD") { needs skills(first: 100) { demand supply skill { label } } } }',
        "query ($c: ID!, $z: ID!) { eligibility(company: {id: $c}, zone: {id: $z}) { "
        "incentives { outcome rules { reason } } } }",
    ],
    ids=["readiness", "skill-gap", "eligibility"],
)
async def test_an_analysis_scans_no_large_table(large: Explained, query: str, viewer: Viewer) -> None:
    ends = "{ c: companies(first: 1) { nodes { id } } z: zones(first: 1) { nodes { id } } }"
    found = (await run(large, ends))["data"]
    variables = {name: page["nodes"][0]["id"] for name, page in found.items() if f"${name}:" in query}
    answer = await run(large, query, variables, viewer)
    assert "errors" not in answer
    assert not large.whole & (NEVER | {"expert_skill", "need", "need_skill"}), large.indexes


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH], ids=lambda viewer: viewer.role)
@pytest.mark.parametrize(
    ("field", "subject", "indexes"),
    [
        ("matchExperts", "need", {"ix_expert_skill_skill_id"}),
        ("matchExperts", "program", {"ix_expert_skill_skill_id"}),
        ("matchExperts", "company", {"ix_expert_skill_skill_id"}),
        ("matchNeeds", "expert", {"ix_need_skill_skill_id"}),
        ("matchNeeds", "university", {"ix_relation_in"}),
        ("matchPrograms", "expert", {"ix_program_skill_skill_id"}),
        ("matchPrograms", "university", {"ix_relation_in"}),
    ],
)
async def test_a_match_looks_only_at_those_with_a_skill_in_question(
    large: Explained, field: str, subject: str, indexes: set[str], viewer: Viewer
) -> None:
    where = ", where: {availability: {eq: OPEN}}" if subject == "expert" else ""
    plural = {"company": "companies", "university": "universities"}.get(subject, f"{subject}s")
    listed = await run(large, f"{{ {plural}(first: 3{where}) {{ nodes {{ id }} }} }}", viewer=viewer)
    for row in listed["data"][plural]["nodes"]:
        query = (
            f"query ($id: ID!) {{ {field}({subject}: {{id: $id}}) {{ edges {{ score node {{ id }} }} }} }}"
        )
        answer = await run(large, query, row, viewer=viewer)
        assert "errors" not in answer
        if answer["data"][field]["edges"]:
            assert large.indexes & indexes, large.indexes
        assert not large.whole & (NEVER | {"expert_skill"}), large.whole
        assert large.fetched <= 20_000
