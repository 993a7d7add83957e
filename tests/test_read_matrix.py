"""Who may see what through GraphQL: viewer, kind, audience and owner, by every way that leads to a record.

Lists, counts, groups, references, search, nodes and whatever stands nested below: no answer may hold the id
of a row that the viewer must not see, and none of the rows that it may see is missing. Expectations come from
the rows.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_required_argument,
)
from graphql.type import GraphQLField

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.history import FACT_TABLES
from models.vocabulary import Kind
from resolvers.viewer import Viewer
from tests.conftest import clone, run
from tests.kinds import KINDS, every_kind
from tests.rights_world import PAIRS, World, deal
from tests.row_security import EVERYBODY, every_viewer

limited_viewer = pytest.mark.parametrize("viewer", ["anonymous", "partner"])
"""Those from whom something is hidden."""
NESTED = 30
"""The size of a nested page: more than most records have there."""


class WorldDatabase(Database):
    """The world with what is in it."""

    world: World


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres, graph_template: str) -> AsyncIterator[WorldDatabase]:
    """Pools over the world."""
    dsn = await clone(postgres.dsn, graph_template)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    found = WorldDatabase(dsn)
    try:
        found.world = await deal(connection)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    await found.open()
    yield found
    await found.close()


async def data(database: Database, query: str, viewer: Viewer) -> dict[str, Any]:
    """What an operation gives; fails the test where there is an error."""
    answer = await run(database, query, viewer=viewer)
    assert "errors" not in answer, (query, answer["errors"])
    found: dict[str, Any] = answer["data"]
    return found


def kind_of(name: str) -> Kind:
    """The kind of an entity's type."""
    return next(kind for kind in Kind if kind.replace("_", "") == name.upper())


def ids_in(answer: Any) -> Iterator[str]:
    """Every id anywhere in an answer."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if key in ("id", "recordId") and isinstance(value, str):
                yield value
            yield from ids_in(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from ids_in(item)


def connections_in(answer: Any) -> Iterator[dict[str, Any]]:
    """Every list with a count anywhere in an answer."""
    if isinstance(answer, dict):
        if "totalCount" in answer:
            yield answer
        for value in answer.values():
            yield from connections_in(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from connections_in(item)


def hidden(world: World, viewer: Viewer) -> set[str]:
    """The ids of all rows of all tables that the viewer must not see."""
    return {
        str(row["id"])
        for table, rows in world.rows.items()
        for row in rows
        if row["id"] not in world.seen(table, viewer)
    }


# -- ways to a record of a kind ----------------------------------------------------------------------


@every_viewer
@every_kind
async def test_lists_counts_and_groups_hold_what_the_viewer_may_see(
    database: WorldDatabase, viewer: str, singular: str, plural: str, name: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    rows = world.of_kind(kind_of(name))
    seen = {str(row["id"]) for row in rows} - hidden(world, who)
    slugs = ", ".join(f'"{row["slug"]}"' for row in rows)
    found = await data(
        database,
        f"{{ all: {plural}(first: 100) {{ totalCount nodes {{ id }} groupBy(by: [CITY]) {{ count }} }} "
        f"named: {plural}(first: 100, where: {{slug: {{in: [{slugs}]}}}}) {{ totalCount nodes {{ id }} }} "
        f"not: {plural}(first: 100, where: {{slug: {{notIn: [{slugs}]}}}}) {{ totalCount }} }}",
        who,
    )
    for one in ("all", "named"):
        assert {node["id"] for node in found[one]["nodes"]} == seen
        assert found[one]["totalCount"] == len(seen)
    assert sum(group["count"] for group in found["all"]["groupBy"]) == len(seen)
    assert found["not"]["totalCount"] == 0


@limited_viewer
@every_kind
async def test_a_reference_finds_what_the_viewer_may_see_and_else_nothing(
    database: WorldDatabase, viewer: str, singular: str, plural: str, name: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    rows = world.of_kind(kind_of(name))[: len(PAIRS)]
    seen = world.seen("entity", who)
    identifier = 'identifier: {{scheme: WIKIDATA, value: "{wikidata}"}}'
    for field, references in (
        (singular, ('id: "{id}"', 'slug: "{slug}"', identifier)),
        ("entity", (identifier,)),
    ):
        for reference in references:
            parts = [
                f"a{place}: {field}(by: {{{reference.format(**row)}}}) {{ id }}"
                for place, row in enumerate(rows)
            ]
            found = await data(database, f"{{ {' '.join(parts)} }}", who)
            expected = [{"id": str(row["id"])} if row["id"] in seen else None for row in rows]
            assert list(found.values()) == expected, (field, reference)


@limited_viewer
@every_kind
async def test_search_finds_nothing_hidden(
    database: WorldDatabase, viewer: str, singular: str, plural: str, name: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    kind, rows = kind_of(name), world.of_kind(kind_of(name))
    unseen = hidden(world, who)
    texts = [row["name"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for row in rows]
    texts = ["".join(letter for letter in text if letter >= " ").replace("\t", " ") for text in texts]
    parts = [
        f's{place}: search(text: "{text}", kinds: [{kind}], first: 50) {{ totalCount nodes {{ id }} }}'
        for place, text in enumerate(texts)
    ]
    found = await data(database, f"{{ {' '.join(parts)} }}", who)
    reached = set(ids_in(found))
    assert not reached & unseen
    for one in connections_in(found):
        assert one["totalCount"] == len(one["nodes"])
    assert reached >= {str(row["id"]) for row in rows} - unseen


@every_viewer
@pytest.mark.parametrize("table", ["entity", "relation", *FACT_TABLES])
async def test_nodes_are_those_that_the_viewer_may_see(
    database: WorldDatabase, viewer: str, table: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    rows = world.rows[table][:200]
    seen = world.seen(table, who)
    for start in range(0, len(rows), 100):
        part = rows[start : start + 100]
        ids = ", ".join(f'"{row["id"]}"' for row in part)
        found = await data(database, f"{{ nodes(ids: [{ids}]) {{ id }} }}", who)
        assert found["nodes"] == [{"id": str(row["id"])} if row["id"] in seen else None for row in part]
    one = next(row for row in rows if row["id"] not in seen) if len(seen) < len(rows) else rows[0]
    found = await data(database, f'{{ node(id: "{one["id"]}") {{ id }} }}', who)
    assert (found["node"] is None) == (one["id"] not in seen)


# -- whatever stands nested --------------------------------------------------------------------------


def nested(field: GraphQLField) -> str | None:
    """What to select of a field that leads to other records; None where it leads to none."""
    if any(is_required_argument(argument) for argument in field.args.values()):
        return None
    made = get_named_type(field.type)
    if not isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
        return None
    if made.name.endswith("Connection"):
        edge: Any = get_named_type(made.fields["edges"].type)
        node: Any = get_named_type(made.fields["nodes"].type)
        if "id" not in node.fields:
            return None
        relation = "edges { id node { id } }" if "id" in edge.fields else "nodes { id }"
        return f"(first: {NESTED}) {{ totalCount {relation} }}"
    if "id" not in made.fields:
        return None
    return "(first: 30) { id }" if is_list_type(field.type) and "first" in field.args else " { id }"


def object_type(name: str) -> Any:
    found = api.schema._schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


def lists() -> list[tuple[str, str]]:
    """(root field, type of its records) of every list of records that needs no argument."""
    found = []
    for name, field in object_type("Query").fields.items():
        made = get_named_type(field.type)
        needs = any(is_required_argument(argument) for argument in field.args.values())
        # What is asked of one record, such as its matches, is the business of tests/test_consent_attack.py.
        if not made.name.endswith("Connection") or needs or name.startswith("match"):
            continue
        assert isinstance(made, GraphQLObjectType)
        node = get_named_type(made.fields["nodes"].type)
        if isinstance(node, GraphQLObjectType):
            found.append((name, node.name))
    return found


LISTS = lists()
OF_A_KEY = {"webhooks"}
"""Lists that are read with a key only."""


def test_every_kind_and_fact_is_among_the_lists() -> None:
    names = {name for name, _ in LISTS}
    assert {plural for _, plural, _ in KINDS} <= names
    assert {"licences", "incentives", "needs", "commitments", "exportStatistics", "skills"} <= names


@limited_viewer
@pytest.mark.parametrize(("root", "name"), [pytest.param(*one, id=one[0]) for one in LISTS])
async def test_no_hidden_record_is_reached_from_another_one(
    database: WorldDatabase, viewer: str, root: str, name: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    unseen = hidden(world, who)
    if root in OF_A_KEY and viewer == "anonymous":
        (error,) = (await run(database, f"{{ {root} {{ totalCount }} }}", viewer=who))["errors"]
        assert error["code"] == "UNAUTHENTICATED"
        return
    fields = object_type(name).fields
    parts = [f"{field}{inner}" for field, made in fields.items() if (inner := nested(made)) is not None]
    own = "id" if "id" in fields else "__typename"
    # In parts, since the price of all of them together is above the limit.
    for start in range(0, len(parts), 12):
        inner = " ".join(parts[start : start + 12])
        query = f"{{ {root}(first: 12) {{ totalCount nodes {{ {own} {inner} }} }} }}"
        found = await data(database, query, who)
        assert not set(ids_in(found)) & unseen, query
        for one in connections_in(found[root]["nodes"]):
            page = one["edges"] if "edges" in one else one["nodes"]
            assert len(page) == min(one["totalCount"], NESTED), query


@every_viewer
async def test_a_relation_shows_the_ends_that_the_viewer_may_see(
    database: WorldDatabase, viewer: str
) -> None:
    who, world = EVERYBODY[viewer], database.world
    seen = {str(id_) for id_ in world.seen("relation", who)}
    unseen = hidden(world, who)
    ids = [str(row["id"]) for row in world.rows["relation"][:100]]
    listed = ", ".join(f'"{id_}"' for id_ in ids)
    query = f"{{ nodes(ids: [{listed}]) {{ id ... on Relation {{ subject {{ id }} object {{ id }} }} }} }}"
    found = (await data(database, query, who))["nodes"]
    assert [node is not None for node in found] == [id_ in seen for id_ in ids]
    ends = [end for node in found if node is not None for end in (node["subject"], node["object"])]
    assert not {end["id"] for end in ends if end is not None} & unseen
    assert (None in ends) == (viewer != "editor")
