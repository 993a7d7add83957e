"""A graph with a past for tests of knownAt: rounds of random corrections, and how it stood after each.

The snapshots are plain rows of the live tables, read when they were true; nothing here looks into history.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
from graphql import FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, parse, print_ast, visit
from graphql.language import ArgumentNode, NameNode, StringValueNode

from models.vocabulary import RecordStatus, ZoneStatus
from resolvers.mapping import Catalog
from tests import graph
from tests.operation_scopes import Operation
from tests.operation_values import TERMS
from tests.oracle import load
from tests.oracle.tables import Row, Tables

AUDIENCES = ("PUBLIC", "PUBLIC", "PARTNERS", "OWNER")
PERSONAL = ("given_name", "family_name", "headline", "email", "residence_country", "availability")


@dataclass(frozen=True)
class Stood:
    """How the graph stood at an instant."""

    at: datetime
    tables: Tables


async def round_of_edits(connection: asyncpg.Connection, rng: random.Random) -> None:
    """One transaction of an editor who corrects things: makes, changes and deletes rows of every table."""
    async with connection.transaction():
        for entity in await _some(connection, rng, "entity", 12):
            await _correct_entity(connection, rng, entity)
        for relation in await _some(connection, rng, "relation", 25):
            await _correct_relation(connection, rng, relation)
        for name in await _some(connection, rng, "entity_name", 6):
            await _either(connection, rng, "entity_name", name, "value", f"{rng.choice(graph.TEXTS)} once")
        for identifier in await _some(connection, rng, "identifier", 1):
            await _either(connection, rng, "identifier", identifier, "is_active", rng.random() < 0.5)
        for period in await _some(connection, rng, "zone_status", 3):
            await _either(connection, rng, "zone_status", period, "status", str(rng.choice(list(ZoneStatus))))
        for source in await _some(connection, rng, "source", 1):
            await connection.execute(
                "UPDATE source SET title = $2, audience = $3 WHERE id = $1",
                source, f"Title {rng.randrange(100)}", rng.choice(AUDIENCES),
            )  # fmt: skip


async def _some(connection: asyncpg.Connection, rng: random.Random, table: str, most: int) -> list[Any]:
    ids = [row["id"] for row in await connection.fetch(f"SELECT id FROM {table} ORDER BY id")]
    return rng.sample(ids, min(most, len(ids)))


async def _correct_entity(connection: asyncpg.Connection, rng: random.Random, id_: Any) -> None:
    change, value = rng.choice(
        [
            ("name", f"{rng.choice(graph.TEXTS)} {rng.randrange(9)}"),
            ("city", rng.choice(["Quetta", "Karachi", None])),
            ("record_status", str(rng.choice([*list(RecordStatus), "ACTIVE", "ACTIVE"]))),
            ("audience", rng.choice(AUDIENCES)),
            ("owner_id", rng.choice([None, *graph.PARTNERS.values()])),
            ("subdivision", rng.choice(["PK-SD", "PK-PB", None])),
            ("source_id", rng.choice([None, graph.uuid_of(1), graph.uuid_of(2)])),
        ]
    )
    await connection.execute(f"UPDATE entity SET {change} = $2 WHERE id = $1", id_, value)
    personal = rng.choice(PERSONAL)
    await connection.execute(
        f"UPDATE entity SET {personal}_audience = $2 WHERE id = $1 AND kind = 'EXPERT'",
        id_, rng.choice([None, *AUDIENCES]),
    )  # fmt: skip


async def _correct_relation(connection: asyncpg.Connection, rng: random.Random, id_: Any) -> None:
    begin = graph.EPOCH + timedelta(days=rng.randrange(3000))
    end = rng.choice([None, begin + timedelta(days=rng.randrange(1, 2000))])
    what = rng.randrange(5)
    if what == 0:
        row = dict(await connection.fetchrow("DELETE FROM relation WHERE id = $1 RETURNING *", id_))
        if rng.random() < 0.6:
            columns = [
                "subject_id",
                "subject_kind",
                "object_id",
                "object_kind",
                "role",
                "audience",
                "owner_id",
            ]
            places = ", ".join(f"${n + 1}" for n in range(len(columns) + 1))
            await connection.execute(
                f"INSERT INTO relation ({', '.join(columns)}, valid) VALUES ({places})",
                *(row[column] for column in columns), asyncpg.Range(date(1990, 1, 1), end),
            )  # fmt: skip
    elif what == 1:
        await connection.execute(
            "UPDATE relation SET audience = $2 WHERE id = $1", id_, rng.choice(AUDIENCES)
        )
    elif what == 2:
        title = f"{rng.choice(graph.TEXTS)} {rng.randrange(10**6)}"
        await connection.execute("UPDATE relation SET title = $2 WHERE id = $1", id_, title)
    else:
        valid = asyncpg.Range(None if rng.random() < 0.2 else begin, end)
        # A fact that begins on the same day as another of its kind is left as it is.
        await connection.execute(
            "UPDATE relation x SET valid = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM relation y WHERE "
            "(y.subject_id, y.role, y.object_id) = (x.subject_id, x.role, x.object_id) AND y.id <> x.id)",
            id_, valid,
        )  # fmt: skip


async def _either(
    connection: asyncpg.Connection, rng: random.Random, table: str, id_: Any, column: str, value: Any
) -> None:
    """Deletes the row or changes it; a name that its record has already stays as it is."""
    if rng.random() < 0.3:
        await connection.execute(f"DELETE FROM {table} WHERE id = $1", id_)
        return
    if table == "entity_name":
        value = f"{value} {rng.randrange(10**6)}"
    await connection.execute(f"UPDATE {table} SET {column} = $2 WHERE id = $1", id_, value)


async def lived(dsn: str, catalog: Catalog, rounds: int, seed: int) -> list[Stood]:
    """Lets the graph of a database live through rounds of corrections; how it stood after each."""
    rng = random.Random(seed)
    stood = []
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    try:
        await connection.execute("SET ROLE triplehelix_editor")
        for number in range(rounds + 1):
            if number:
                await round_of_edits(connection, rng)
            at = await connection.fetchval("SELECT clock_timestamp()")
            stood.append(Stood(at, await load(dsn, catalog, TERMS)))
    finally:
        await connection.close()
    return _judged_today(stood)


def _judged_today(stood: list[Stood]) -> list[Stood]:
    """The snapshots, each row with the rights that its record has now, or had when it was last there."""
    rights: dict[tuple[str, Any], Row] = {}
    for one in stood:
        for table, rows in one.tables.rows.items():
            rights |= {(table, row["id"]): row for row in rows if "audience" in row and "id" in row}
    judged = []
    for one in stood:
        kept = {
            table: [_with_rights(row, rights.get((table, row.get("id")))) for row in found]
            for table, found in one.tables.rows.items()
        }
        judged.append(Stood(one.at, Tables(kept, one.tables.folded)))
    return judged


def _with_rights(row: Row, now: Row | None) -> Row:
    return row if now is None else {**row, "rights": now}


def known_at(text: str, schema: GraphQLSchema, at: datetime) -> str | None:
    """The operation with knownAt on each root field; None where one reads what changes and cannot take it."""
    info = TypeInfo(schema)
    adding = _Adding(info, at)
    changed = visit(parse(text), TypeInfoVisitor(info, adding))
    return None if adding.is_unfit else print_ast(changed)


def asks_near(operation: Operation) -> bool:
    """Whether a filter asks where records lie, which is known of now only."""
    given = repr((operation.variables, operation.again))
    return "near: " in operation.text or "'near': " in given


class _Adding(Visitor):
    def __init__(self, info: TypeInfo, at: datetime) -> None:
        super().__init__()
        self.info, self.at, self.is_unfit = info, at, False

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        parent, definition = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or parent.name != "Query" or definition is None:
            return None
        if "knownAt" not in definition.args:
            self.is_unfit |= node.name.value in ("changes", "search")
            return None
        argument = ArgumentNode(
            name=NameNode(value="knownAt"), value=StringValueNode(value=self.at.isoformat())
        )
        return FieldNode(
            alias=node.alias,
            name=node.name,
            arguments=(*(node.arguments or ()), argument),
            directives=node.directives,
            selection_set=node.selection_set,
        )


def differing(stood: list[Stood], table: str) -> int:
    """How many rows of a table were believed otherwise at some instant than they are now."""
    last: Mapping[Any, Row] = {row["id"]: row for row in stood[-1].tables.rows[table]}
    return len({row["id"] for one in stood for row in one.tables.rows[table] if last.get(row["id"]) != row})
