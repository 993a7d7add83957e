"""knownAt under the real roles: what is looked up is found by indexes of live tables and of their history,
also where every record was corrected several times. Asked of PostgreSQL, as in tests/test_indexes.py.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models.embedded import EmbeddedPostgres
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.conftest import EDITOR, NORTH, clone, run
from tests.test_indexes import Explained

PEOPLE, CORRECTIONS = 4_000, 3
PERSON, COMPANY = graph.uuid_of(0x50_0000_0007), graph.uuid_of(0x60_0000_0000)
RECORDED = {"entity", "entity_name", "identifier", "relation"}


@pytest.fixture(scope="module")
async def corrected(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[tuple[Explained, str]]:
    """People at companies, ten at each, all of them corrected several times; and an instant amid that."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    for slug, id_ in graph.PARTNERS.items():
        await connection.execute("INSERT INTO partner (id, slug, name) VALUES ($1, $2, $2)", id_, slug)
    people = [graph.uuid_of(0x50_0000_0000 + n) for n in range(PEOPLE)]
    companies = [graph.uuid_of(0x60_0000_0000 + n) for n in range(PEOPLE // 10)]
    await connection.execute(
        "INSERT INTO entity (id, kind, slug, name, is_funder, is_freelancer) "
        "SELECT id, 'COMPANY', 'c-' || n, 'Company', false, false "
        "FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)",
        companies,
    )
    await connection.execute(
        "INSERT INTO entity (id, kind, slug, name) SELECT id, 'EXPERT', 'p-' || n, 'Person' "
        "FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)",
        people,
    )
    await connection.execute(
        "INSERT INTO identifier (entity_id, scheme, value) SELECT id, 'WIKIDATA', 'Q' || n "
        "FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)",
        people,
    )
    await connection.execute(
        "INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role) "
        "SELECT id, 'EXPERT', ($2::uuid[])[(n - 1) / 10 + 1], 'COMPANY', 'EMPLOYED_BY' "
        "FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)",
        people,
        companies,
    )
    at = ""
    for number in range(CORRECTIONS):
        await connection.execute(f"UPDATE entity SET name = 'Person {number}' WHERE kind = 'EXPERT'")
        await connection.execute(f"UPDATE relation SET title = 'Title {number}'")
        await connection.execute("UPDATE identifier SET is_active = NOT is_active")
        if number == 1:
            at = (await connection.fetchval("SELECT clock_timestamp()")).isoformat()
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()
    database = Explained(dsn)
    await database.open()
    yield database, at
    await database.close()


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH, EDITOR], ids=["reader", "partner", "editor"])
@pytest.mark.parametrize(
    ("query", "indexes"),
    [
        ('{ found: expert(by: {slug: "p-8"}, knownAt: "THEN") { name } }',
         {"ix_entity_history_slug": "uq_entity_slug"}),
        (f'{{ found: expert(by: {{id: "{PERSON}"}}, knownAt: "THEN") {{ name }} }}',
         {"ix_entity_history_id ix_entity_history_kind_id": "pk_entity ix_entity_visible"}),
        (f'{{ found: node(id: "{PERSON}", knownAt: "THEN") {{ ... on Expert {{ name }} }} }}',
         {"ix_entity_history_id ix_entity_history_kind_id": "pk_entity ix_entity_visible"}),
        ('{ found: expert(by: {identifier: {scheme: WIKIDATA, value: "Q8"}}, knownAt: "THEN") { name } }',
         {"ix_identifier_history_scheme_value": "ix_identifier_scheme_value"}),
        (f'{{ found: company(by: {{id: "{COMPANY}"}}, knownAt: "THEN") '
         "{ experts(first: 20) { edges { title node { name } } } } }",
         {"ix_relation_history_object_id": "ix_relation_in"}),
        (f'{{ found: expert(by: {{id: "{PERSON}"}}, knownAt: "THEN") '
         "{ name organizations { edges { title node { name } } } } }",
         {"ix_relation_history_subject_id": "ix_relation_out"}),
    ],
    ids=["slug", "id", "node", "identifier", "backward", "forward"],
)  # fmt: skip
async def test_what_was_believed_is_found_by_indexes(
    corrected: tuple[Explained, str], query: str, indexes: dict[str, str], viewer: Viewer
) -> None:
    database, at = corrected
    answer = await run(database, query.replace("THEN", at), None, viewer)
    assert "errors" not in answer, answer["errors"]
    found = answer["data"]["found"]
    if "experts" in found:
        edges = found["experts"]["edges"]
        assert len(edges) == 10
        assert {(edge["title"], edge["node"]["name"]) for edge in edges} == {("Title 1", "Person 1")}
    else:
        assert found["name"] == "Person 1"
    # Of several names each would do: all of them hold the id.
    for past, live in indexes.items():
        assert database.indexes & set(past.split())
        assert database.indexes & set(live.split())
    tables = RECORDED | {f"{name}_history" for name in RECORDED}
    assert not database.whole & tables
    assert database.fetched < 100
