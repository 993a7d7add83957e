"""What the tables themselves refuse: each wrong row fails by the constraint that is meant to refuse it.

PostgreSQL is asked directly, as the tables' owner: no code of the product stands before it.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from models import kind_models
from models.embedded import EmbeddedPostgres
from models.vocabulary import ROLE_RULES, Kind
from tests import graph
from tests.conftest import clone

REQUIRED = {
    kind: {
        name: next(iter(info["enum"])) if "enum" in info else True
        for name, info in model.declared.items()
        if info.get("required")
    }
    for kind, model in kind_models().items()
}
ONE, TWO = graph.uuid_of(1), graph.uuid_of(2)


@pytest.fixture(scope="module")
async def owner(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to an empty live schema."""
    dsn = await clone(postgres.dsn, migrated)
    made = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    yield made
    await made.close()


@pytest.fixture
async def connection(owner: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection in a transaction that is rolled back."""
    transaction = owner.transaction()
    await transaction.start()
    yield owner
    await transaction.rollback()


async def insert(connection: asyncpg.Connection, table: str, **row: Any) -> UUID:
    """Writes a row; its id."""
    names, places = ", ".join(row), ", ".join(f"${place}" for place in range(1, len(row) + 1))
    found: UUID = await connection.fetchval(
        f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING id", *row.values()
    )
    return found


async def make(connection: asyncpg.Connection, kind: Kind, **row: Any) -> UUID:
    """A valid entity of a kind, but for what `row` says."""
    number = await connection.fetchval("SELECT count(*) FROM entity")
    slug = f"{kind.lower()}-{number}"
    columns: dict[str, Any] = {"kind": str(kind), "slug": slug, "name": slug, **REQUIRED.get(kind, {})}
    return await insert(connection, "entity", **(columns | row))


async def relate(connection: asyncpg.Connection, subject: Kind, role: str, object_: Kind, **row: Any) -> UUID:
    """A relation between two new entities, but for what `row` says."""
    columns = {
        "subject_id": await make(connection, subject),
        "subject_kind": str(subject),
        "role": role,
        "object_id": await make(connection, object_),
        "object_kind": str(object_),
    }
    return await insert(connection, "relation", **(columns | row))


def refused(name: str, *errors: type[asyncpg.PostgresError]) -> Any:
    """Expects a violation of the constraint of this name."""
    return pytest.raises(errors or asyncpg.IntegrityConstraintViolationError, match=f'"{name}"')


def foreign_columns(kind: Kind) -> list[str]:
    """Columns that other kinds have and this one has not."""
    own = kind_models()[kind].declared
    table = kind_models()[kind].__table__
    everyone = {name for model in kind_models().values() for name in model.declared}
    return sorted(name for name in everyone - own.keys() if table.c[name].computed is None)


VALUES = {"bool": True, "int": 1, "str": "x", "Decimal": 1, "list": ["x"]}


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_kind_has_no_column_of_another_kind(connection: asyncpg.Connection, kind: Kind) -> None:
    await make(connection, kind)
    columns = kind_models()[kind].__table__.c
    for name in foreign_columns(kind):
        value: Any = (
            "PK" if name == "residence_country" else VALUES.get(columns[name].type.python_type.__name__)
        )
        value = graph.EPOCH if value is None else value
        with refused(f"ck_entity_kind_{kind.lower()}"):
            async with connection.transaction():
                await make(connection, kind, **{name: value})


@pytest.mark.parametrize("kind", [kind for kind in Kind if REQUIRED[kind]])
async def test_a_kind_has_what_it_requires(connection: asyncpg.Connection, kind: Kind) -> None:
    for name in REQUIRED[kind]:
        with refused(f"ck_entity_kind_{kind.lower()}"):
            async with connection.transaction():
                await make(connection, kind, **{name: None})


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_column_with_a_vocabulary_takes_no_other_word(
    connection: asyncpg.Connection, kind: Kind
) -> None:
    for name, info in kind_models()[kind].declared.items():
        if "enum" in info:
            await make(connection, kind, **{name: str(list(info["enum"])[-1])})
            with refused(f"ck_entity_kind_{kind.lower()}"):
                async with connection.transaction():
                    await make(connection, kind, **{name: "NO_SUCH_WORD"})


@pytest.mark.parametrize("column", ["sphere", "record_status", "audience"])
async def test_a_shared_column_takes_no_word_outside_its_vocabulary(
    connection: asyncpg.Connection, column: str
) -> None:
    with refused(f"ck_entity_{column}"):
        await make(connection, Kind.COMPANY, **{column: "NO_SUCH_WORD"})


async def test_there_is_no_other_kind(connection: asyncpg.Connection) -> None:
    with refused("ck_entity_kind"):
        await insert(connection, "entity", kind="SPACESHIP", slug="enterprise", name="Enterprise")


async def test_a_place_is_one_of_iso_3166(connection: asyncpg.Connection) -> None:
    with refused("fk_entity_subdivision"):
        await make(connection, Kind.ZONE, subdivision="PK-ZZ")


async def test_a_slug_is_given_once(connection: asyncpg.Connection) -> None:
    await make(connection, Kind.COMPANY, slug="same")
    with refused("uq_entity_slug"):
        await make(connection, Kind.ZONE, slug="same")


# -- relations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(ROLE_RULES))
async def test_a_role_stands_only_between_the_kinds_of_its_vocabulary(
    connection: asyncpg.Connection, role: str
) -> None:
    pairs = ROLE_RULES[role].pairs  # type: ignore[index]
    subject, object_ = min(pairs)
    await relate(connection, subject, role, object_)
    wrong = next(((s, o) for s in Kind for o in Kind if (s, o) not in pairs), None)
    if wrong is None:
        assert len(pairs) == len(Kind) ** 2
        return
    with refused("fk_relation_role_subject_kind_object_kind"):
        await relate(connection, wrong[0], role, wrong[1])


async def test_a_relation_cannot_claim_another_kind_for_its_ends(connection: asyncpg.Connection) -> None:
    zone = await make(connection, Kind.ZONE)
    for column, end in (("subject_id", "subject_kind"), ("object_id", "object_kind")):
        with refused(f"fk_relation_{column}_{end}"):
            async with connection.transaction():
                await relate(connection, Kind.EXPERT, "EMPLOYED_BY", Kind.COMPANY, **{column: zone})


async def test_an_entity_cannot_change_its_kind_under_a_relation(connection: asyncpg.Connection) -> None:
    relation = await relate(connection, Kind.EXPERT, "STUDIED_AT", Kind.UNIVERSITY)
    with refused("fk_relation_object_id_object_kind"):
        await connection.execute(
            "UPDATE entity SET kind = 'INSTITUTION', type = 'OTHER' "
            "WHERE id = (SELECT object_id FROM relation WHERE id = $1)",
            relation,
        )


async def test_a_symmetric_fact_is_stored_once(connection: asyncpg.Connection) -> None:
    small, large = await make(connection, Kind.ZONE, id=ONE), await make(connection, Kind.ZONE, id=TWO)
    await relate(connection, Kind.ZONE, "RELATED_TO", Kind.ZONE, subject_id=small, object_id=large)
    with refused("ck_relation_symmetric_once"):
        await relate(connection, Kind.ZONE, "RELATED_TO", Kind.ZONE, subject_id=large, object_id=small)


async def test_nothing_is_related_to_itself(connection: asyncpg.Connection) -> None:
    with refused("ck_relation_two_ends"):
        await relate(connection, Kind.ZONE, "SUCCEEDS", Kind.ZONE, subject_id=ONE, object_id=ONE)


async def test_a_fact_is_stored_once(connection: asyncpg.Connection) -> None:
    ends = {
        "subject_id": await make(connection, Kind.EXPERT),
        "object_id": await make(connection, Kind.COMPANY),
    }
    await relate(connection, Kind.EXPERT, "FOUNDED", Kind.COMPANY, **ends, title="Founder")
    await relate(connection, Kind.EXPERT, "FOUNDED", Kind.COMPANY, **ends)
    with refused("uq_relation_fact"):
        await relate(connection, Kind.EXPERT, "FOUNDED", Kind.COMPANY, **ends)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"valid": asyncpg.Range(graph.EPOCH, graph.EPOCH)}, "ck_relation_valid"),
        ({"confidence": 1.5}, "ck_relation_confidence"),
        ({"precision": "CENTURY"}, "ck_relation_precision"),
        ({"audience": "NOBODY"}, "ck_relation_audience"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_relation_has_a_period_and_a_confidence_that_mean_something(
    connection: asyncpg.Connection, row: dict[str, Any], name: str
) -> None:
    with refused(name):
        await relate(connection, Kind.EXPERT, "EMPLOYED_BY", Kind.COMPANY, **row)


async def test_a_zones_status_belongs_to_a_zone_and_has_a_period(connection: asyncpg.Connection) -> None:
    zone, company = await make(connection, Kind.ZONE), await make(connection, Kind.COMPANY)
    for row, name in (
        ({"zone_id": company}, "fk_zone_status_zone_id_zone_kind"),
        ({"zone_id": company, "zone_kind": "COMPANY"}, "ck_zone_status_zone_kind"),
        ({"status": "DECLARED"}, "ck_zone_status_status"),
        ({"valid": asyncpg.Range(graph.EPOCH, graph.EPOCH)}, "ck_zone_status_valid"),
    ):
        with refused(name):
            async with connection.transaction():
                await insert(connection, "zone_status", **({"zone_id": zone, "status": "PROPOSED"} | row))


# -- identifiers and names ---------------------------------------------------------------------------


async def test_an_identifier_has_one_holder_among_active_rows(connection: asyncpg.Connection) -> None:
    one, two = await make(connection, Kind.COMPANY), await make(connection, Kind.COMPANY)
    ror = {"scheme": "ROR", "value": "05bbbc791"}
    await insert(connection, "identifier", entity_id=one, **ror)
    await insert(connection, "identifier", entity_id=two, **ror, is_active=False)
    with refused("uq_identifier_active"):
        await insert(connection, "identifier", entity_id=two, **ror)


async def test_a_partners_key_is_its_own_and_names_its_partner(connection: asyncpg.Connection) -> None:
    partners = [
        await connection.fetchval("INSERT INTO partner (slug, name) VALUES ($1, $1) RETURNING id", slug)
        for slug in ("north", "south")
    ]
    entity = await make(connection, Kind.COMPANY)
    for partner in partners:
        await insert(
            connection, "identifier", entity_id=entity, scheme="PARTNER", value="1", partner_id=partner
        )
    for row in ({"scheme": "PARTNER"}, {"scheme": "ROR", "partner_id": partners[0]}):
        with refused("ck_identifier_partner"):
            async with connection.transaction():
                await insert(connection, "identifier", entity_id=entity, value="2", **row)
    with refused("uq_identifier_active"):
        await insert(
            connection, "identifier", entity_id=entity, scheme="PARTNER", value="1", partner_id=partners[0]
        )


async def test_a_name_stands_once_in_a_language(connection: asyncpg.Connection) -> None:
    entity = await make(connection, Kind.COMPANY)
    await insert(connection, "entity_name", entity_id=entity, value="Name")
    await insert(connection, "entity_name", entity_id=entity, value="Name", lang="en")
    with refused("uq_entity_name_entity_id_value_lang_type"):
        await insert(connection, "entity_name", entity_id=entity, value="Name")


async def test_a_pending_relation_names_its_other_end_in_one_way(connection: asyncpg.Connection) -> None:
    row = {
        "entity_id": await make(connection, Kind.COMPANY),
        "is_subject": True,
        "role": "TENANT_OF",
        "valid": asyncpg.Range(),
        "precision": "DAY",
    }
    await insert(connection, "pending_relation", **row, target_slug="one")
    for ends in ({}, {"target_slug": "one", "target_id": ONE}):
        with refused("ck_pending_relation_target"):
            async with connection.transaction():
                await insert(connection, "pending_relation", **row, **ends)
