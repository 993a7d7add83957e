"""What a partner may write through GraphQL, asked of every mutation by every way to name a record.

The mutations, and the places in their inputs where a record is named, are read from the schema, so that a new
one is asked of, too. Another's hidden record is answered as one that does not exist, byte for byte apart from
what was given; another's visible record stays as it is.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

import schema as api
from models.database import Database
from models.embedded import EmbeddedPostgres
from models.history import FACT_TABLES
from models.vocabulary import Kind
from resolvers.viewer import ANONYMOUS
from tests import graph
from tests.conftest import NORTH, clone, run
from tests.rights_world import OF_ENTITY, PARTS, World, deal
from tests.row_security import SOUTH

SCHEMA = api.schema._schema
MUTATIONS = dict(SCHEMA.mutation_type.fields) if SCHEMA.mutation_type else {}
DEEP = 4
MISSING_ID, MISSING_SLUG, MISSING_VALUE = (
    str(graph.uuid_of(123_456_789)),
    "there-is-no-such-slug",
    "Q987654321",
)
UNTOUCHED = ("entity", *OF_ENTITY, "relation", "zone_status", "source", "assertion", *FACT_TABLES, *PARTS)
KIND_OF = {
    "expert": Kind.EXPERT, "zone": Kind.ZONE, "meeting": Kind.MEETING, "agreement": Kind.AGREEMENT,
    "program": Kind.PROGRAM, "investor": Kind.INVESTOR, "issuer": Kind.GOVERNMENT_BODY,
    "addressee": Kind.GOVERNMENT_BODY, "offeredBy": Kind.ZONE,
}  # fmt: skip
"""The kind of record that a field names; a company elsewhere."""
VALUES: dict[str, Any] = {
    "String": "text", "Int": 1, "Float": 0.5, "Boolean": False, "Date": "2021-01-01", "Decimal": "1",
    "DateTime": "2021-01-01T00:00:00Z",
}  # fmt: skip
TERMS = {"Role": "RELATED_TO", "FactField": "CITY", "Audience": "PUBLIC"}
ALSO: dict[str, dict[str, Any]] = {"UnrelateInput": {"statedInError": True}}
"""What an input needs beside what its type requires, to come so far as to look the record up."""
STATES_OF_OTHERS = {"assertFact"}
"""Whoever sees a record may say something of it, which the record may then show (docs/truth.md)."""


@dataclass(frozen=True)
class Place:
    """Where an input names a record: in which mutation, by which path of fields, and how."""

    mutation: str
    path: tuple[str, ...]
    how: str
    """`ref` for an EntityRef, `key` for an identifier, `slug`, or `id`."""
    holder: str
    """The name of the input type that has the field."""

    @property
    def field(self) -> str:
        return self.path[-1]

    def __str__(self) -> str:
        return f"{self.mutation}-{'.'.join(self.path)}"


def places() -> list[Place]:
    """Every place; of a type of inputs that several mutations share, once."""
    found: list[Place] = []
    seen: set[tuple[str, str]] = set()

    def walk(mutation: str, made: Any, path: tuple[str, ...]) -> None:
        if not isinstance(made, GraphQLInputObjectType) or len(path) > DEEP:
            return
        for name, field in made.fields.items():
            inner = get_named_type(field.type)
            how = {"EntityRef": "ref", "ID": "id"}.get(inner.name)
            how = "key" if (inner.name, name) == ("IdentifierInput", "key") else how
            how = "slug" if name == "slug" and "id" in made.fields else how
            if how is None:
                walk(mutation, inner, (*path, name))
            elif (made.name, name) not in seen:
                seen.add((made.name, name))
                found.append(Place(mutation, (*path, name), how, made.name))

    for mutation, field in MUTATIONS.items():
        for name, argument in field.args.items():
            walk(mutation, get_named_type(argument.type), (name,))
    return found


PLACES = places()


@dataclass(frozen=True)
class Named:
    """A record in each of the ways in which it may be named."""

    id: str
    slug: str
    value: str

    def ways(self, how: str) -> list[Any]:
        identifier = {"scheme": "WIKIDATA", "value": self.value}
        if how == "ref":
            return [{"id": self.id}, {"slug": self.slug}, {"identifier": identifier}]
        return [{"id": self.id, "slug": self.slug, "key": identifier}[how]]


MISSING = Named(MISSING_ID, MISSING_SLUG, MISSING_VALUE)


def table_of(place: Place) -> str | Kind:
    """What kind of record, or which table's row, is named there."""
    if place.how == "ref":
        return KIND_OF.get(place.field, Kind.COMPANY)
    if place.field in ("relation", "assertion", "source"):
        return place.field
    own = "".join(f"_{letter}" if letter.isupper() else letter for letter in place.holder)
    own = own.removesuffix("_Input").strip("_").upper()
    return Kind(own) if own in set(Kind) else own.lower() if own.lower() in FACT_TABLES else Kind.COMPANY


def someones(world: World, what: str | Kind, audience: str, partner: str | None, skip: int = 0) -> Named:
    """A row of this audience and owner."""
    owner = None if partner is None else graph.PARTNERS[partner]
    rows = world.of_kind(what) if isinstance(what, Kind) else world.rows[what]
    fitting = [row for row in rows if (row["audience"], row["owner_id"]) == (audience, owner)]
    row = fitting[skip % len(fitting)]
    return Named(str(row["id"]), row.get("slug") or "no-slug", row.get("wikidata") or MISSING_VALUE)


def value_of(world: World, made: Any, path: tuple[str, ...], place: Place, given: Any) -> Any:
    """A value for an input: what must be there, and `given` at the place."""
    if path == place.path:
        return given
    if is_non_null_type(made):
        return value_of(world, made.of_type, path, place, given)
    if is_list_type(made):
        return [value_of(world, made.of_type, path, place, given)]
    if isinstance(made, GraphQLEnumType):
        return TERMS.get(made.name, next(iter(made.values)))
    if made.name == "EntityRef":
        # Another one than at the place, of what everybody sees.
        kind = KIND_OF.get(path[-1], Kind.COMPANY)
        return {"id": someones(world, kind, "PUBLIC", None).id}
    if not isinstance(made, GraphQLInputObjectType):
        own = next((row for row in world.rows.get(path[-1], ()) if row["audience"] == "PUBLIC"), None)
        return str(own["id"]) if own else VALUES.get(made.name, MISSING_ID)
    return ALSO.get(made.name, {}) | {
        name: value_of(world, field.type, (*path, name), place, given)
        for name, field in made.fields.items()
        if is_required_input_field(field) or place.path[: len(path) + 1] == (*path, name)
    }


def selected(made: Any, depth: int = 0) -> str:
    """Everything that a payload says of itself, and the ids of its records."""
    made = get_named_type(made)
    if not isinstance(made, GraphQLObjectType | GraphQLInterfaceType):
        return "__typename"
    parts = ["__typename"]
    for name, field in made.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif "id" in getattr(inner, "fields", {}):
            parts.append(f"{name} {{ id }}")
        elif depth < 2:
            parts.append(f"{name} {{ {selected(inner, depth + 1)} }}")
    return " ".join(parts)


def arguments_of(place: Place) -> dict[str, Any]:
    """The types of the arguments that must be given, and of the one with the place."""
    arguments = MUTATIONS[place.mutation].args.items()
    return {name: one.type for name, one in arguments if is_required_argument(one) or name == place.path[0]}


def operation(place: Place) -> str:
    """The text of a place's mutation with its arguments as variables."""
    arguments = arguments_of(place)
    heads = ", ".join(f"${name}: {made}" for name, made in arguments.items())
    given = ", ".join(f"{name}: ${name}" for name in arguments)
    inner = selected(MUTATIONS[place.mutation].type)
    return f"mutation({heads}) {{ {place.mutation}({given}) {{ {inner} }} }}"


def variables(world: World, place: Place, given: Any) -> dict[str, Any]:
    """The arguments of a place's mutation."""
    arguments = arguments_of(place)
    return {name: value_of(world, made, (name,), place, given) for name, made in arguments.items()}


class WorldDatabase(Database):
    """The world with what is in it, and digests of the rows that are not north's."""

    world: World
    theirs: dict[str, str]


@pytest.fixture(scope="module")
async def database(postgres: EmbeddedPostgres, graph_template: str) -> AsyncIterator[WorldDatabase]:
    """Pools over a world of this file's own, which is written to."""
    dsn = await clone(postgres.dsn, graph_template)
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    found = WorldDatabase(dsn)
    try:
        found.world = await deal(connection)
    finally:
        await connection.close()
    found.theirs = await others_rows(found)
    await found.open()
    yield found
    await found.close()


async def others_rows(database: WorldDatabase) -> dict[str, str]:
    """For each table a digest of every row that is not north's."""
    connection = await asyncpg.connect(database.dsn, server_settings={"search_path": "live, common"})
    found = {}
    try:
        for table in UNTOUCHED:
            owner = "t.owner_id"
            if table in OF_ENTITY:
                owner = "(SELECT e.owner_id FROM entity e WHERE e.id = t.entity_id)"
            found[table] = await connection.fetchval(
                f"SELECT count(*) || md5(string_agg(t::text, '' ORDER BY t.id)) FROM {table} t "
                f"WHERE {owner} IS DISTINCT FROM $1",
                NORTH.partner_id,
            )
    finally:
        await connection.close()
    return found


def codes_in(answer: Any) -> Iterator[str]:
    """Every code anywhere in an answer."""
    if isinstance(answer, dict):
        if isinstance(answer.get("code"), str):
            yield answer["code"]
        for value in answer.values():
            yield from codes_in(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from codes_in(item)


async def told(database: Database, world: World, place: Place, named: Named, given: Any) -> str:
    """The answer with the names of the record taken out of it."""
    answer = await run(database, operation(place), variables(world, place, given), viewer=NORTH)
    answer.pop("extensions")
    assert not {"DOCUMENT_INVALID", "VARIABLES_INVALID", "SCOPE_MISSING", None} & set(codes_in(answer)), (
        answer
    )
    text = json.dumps(answer, sort_keys=True)
    for name in (named.id, named.slug, named.value):
        text = text.replace(name, "*")
    return text


def test_the_places_are_those_of_the_mutations_that_there_are() -> None:
    named = {(place.mutation, place.path[-1]) for place in PLACES}
    assert {("relate", "subject"), ("relate", "object"), ("unrelate", "relation")} <= named
    assert {
        ("withdrawEntities", "entity"),
        ("withdrawEntities", "successor"),
        ("setConsent", "expert"),
    } <= named
    assert {("assertFact", "entity"), ("assertFact", "source"), ("withdrawFact", "assertion")} <= named


@pytest.mark.parametrize("whose", ["south", None], ids=["another's", "nobody's"])
@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_anothers_hidden_record_is_answered_as_one_that_does_not_exist(
    database: WorldDatabase, place: Place, whose: str | None
) -> None:
    world = database.world
    hidden = someones(world, table_of(place), "OWNER", whose)
    for one, other in zip(hidden.ways(place.how), MISSING.ways(place.how), strict=True):
        if MISSING_VALUE in str(one) or "no-slug" in str(one):
            continue
        answers = [
            await told(database, world, place, named, given)
            for named, given in ((hidden, one), (MISSING, other))
        ]
        assert answers[0] == answers[1], (one, other)
    assert await others_rows(database) == database.theirs


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_anothers_visible_record_stays_as_it_is(database: WorldDatabase, place: Place) -> None:
    if place.mutation in STATES_OF_OTHERS:
        assert place.mutation in MUTATIONS
        return
    named = someones(database.world, table_of(place), "PUBLIC", "south", skip=1)
    for given in named.ways(place.how)[:1]:
        await told(database, database.world, place, named, given)
    assert await others_rows(database) == database.theirs


@pytest.mark.parametrize("place", {place.mutation: place for place in PLACES}.values(), ids=str)
async def test_without_a_key_nothing_is_written_and_nothing_told(
    database: WorldDatabase, place: Place
) -> None:
    text = operation(place)
    for named in (someones(database.world, table_of(place), "OWNER", "south"), MISSING):
        given = variables(database.world, place, named.ways(place.how)[0])
        answer = await run(database, text, given, viewer=ANONYMOUS)
        assert set(codes_in(answer)) == {"UNAUTHENTICATED"}, answer


async def test_a_relation_with_anothers_record_is_of_who_states_it(database: WorldDatabase) -> None:
    world = database.world
    mine, theirs = (someones(world, Kind.COMPANY, "PUBLIC", partner) for partner in ("north", "south"))
    stated = """
      mutation($input: [RelateInput!]!) { relate(input: $input) {
        created results { status problems { code } relation { id } } } }"""
    ends = {"subject": {"id": mine.id}, "object": {"id": theirs.id}, "role": "RELATED_TO", "title": "stated"}
    made = (await run(database, stated, {"input": [ends]}, viewer=NORTH))["data"]["relate"]
    assert made["created"] == 1, made
    relation = made["results"][0]["relation"]["id"]
    query = f'{{ company(by: {{id: "{theirs.id}"}}) {{ relations(first: 100) {{ edges {{ id }} }} }} }}'
    seen = (await run(database, query, viewer=SOUTH))["data"]["company"]["relations"]["edges"]
    assert {"id": relation} in seen
    ended = """
      mutation($id: ID!) { unrelate(input: [{relation: $id, statedInError: true}]) {
        updated results { status problems { code } } } }"""
    theirs_to_end = await run(database, ended, {"id": relation}, viewer=SOUTH)
    assert set(codes_in(theirs_to_end)) & {"FORBIDDEN", "NOT_YOURS"}, theirs_to_end
    still = (await run(database, query, viewer=SOUTH))["data"]["company"]["relations"]["edges"]
    assert {"id": relation} in still
