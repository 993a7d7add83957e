"""A world for the matrices of rights: of each kind and table a row for every audience and owner.

It is the small graph with its audiences and owners dealt anew, so that each pair occurs. Expectations come
from the rows alone. The matrices are tests/test_rights_matrix.py (PostgreSQL), tests/test_read_matrix.py and
tests/test_write_matrix.py (GraphQL).
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg

from models import Base
from models.vocabulary import Audience, Kind
from resolvers.viewer import Viewer
from tests import graph
from tests.row_security import sees

PAIRS = tuple(product(map(str, Audience), (graph.PARTNERS["north"], graph.PARTNERS["south"], None)))
"""Each audience with each owner."""
PARTS = ("expert_skill", "program_skill", "need_skill", "funding_round_investor")
"""Their rows have the audience and owner of what they belong to, by triggers."""
OF_ENTITY = ("entity_name", "identifier")
"""Their rows have no audience and no owner of their own: those of the entity count."""
SPOKEN = "WHERE NOT is_own AND entity_id IN (SELECT id FROM entity WHERE audience = 'PUBLIC')"
"""Assertions by others than the record itself, of records that everybody sees."""


def dealt_tables() -> list[str]:
    """The tables whose rows say whose they are and who may see them, but for history and parts."""
    tables = [table for table in Base.metadata.sorted_tables if table.schema is None]
    return [
        table.name
        for table in tables
        if {"id", "audience", "owner_id"} <= set(table.columns.keys())
        and not table.name.endswith("_history")
        and table.name not in PARTS
    ]


@dataclass
class World:
    """`rows[table]` are the rows to ask for: id, audience, owner_id, and of entities kind, slug, name."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def of_kind(self, kind: Kind) -> list[dict[str, Any]]:
        """The entities of a kind."""
        return [row for row in self.rows["entity"] if row["kind"] == kind]

    def seen(self, table: str, viewer: Viewer) -> set[UUID]:
        """The ids of the rows that a viewer may see."""
        return {row["id"] for row in self.rows[table] if sees(viewer, row)}

    def one(self, kind: Kind, audience: str, partner: str | None) -> dict[str, Any]:
        """The entity of a kind with this audience and owner."""
        owner = None if partner is None else graph.PARTNERS[partner]
        return next(
            row for row in self.of_kind(kind) if (row["audience"], row["owner_id"]) == (audience, owner)
        )


async def deal(connection: asyncpg.Connection) -> World:
    """Deals audiences and owners in a database with the small graph."""
    await connection.execute("SET session_replication_role = replica")
    await _fill(connection)
    await connection.execute(
        "UPDATE entity SET record_status = 'ACTIVE', successor_id = NULL, skills_audience = NULL, "
        "identifiers_audience = NULL"
    )
    for table in dealt_tables():
        if table == "entity":
            for kind in Kind:
                await _deal_some(connection, table, f"WHERE kind = '{kind}'")
        elif table == "assertion":
            await _deal_some(connection, table, SPOKEN)
        else:
            await _deal_some(connection, table, "")
    await connection.execute("SET session_replication_role = origin")
    for table in PARTS:
        await connection.execute(f"UPDATE {table} SET source_id = source_id")
    return await _read(connection)


async def _fill(connection: asyncpg.Connection) -> None:
    """Rows of the tables of which the graph has none or too few."""
    for place, _ in enumerate(PAIRS):
        await connection.execute(
            "INSERT INTO source (slug, kind, title) VALUES ($1, 'NEWS', $1)", f"dealt-source-{place}"
        )
        job = await connection.fetchval(
            "INSERT INTO import_job (file_name, status) VALUES ($1, 'RUNNING') RETURNING id",
            f"{place}.ndjson",
        )
        await connection.execute(
            "INSERT INTO import_problem (job_id, row, code, message, hint, is_row_lost) "
            "VALUES ($1, $2, 'VALUE_INVALID', 'x', 'y', true)",
            *(job, place),
        )
    await connection.execute("DELETE FROM identifier WHERE scheme = 'WIKIDATA'")
    await connection.execute(
        "INSERT INTO identifier (entity_id, scheme, value) "
        "SELECT id, 'WIKIDATA', 'Q' || row_number() OVER (ORDER BY id) FROM entity"
    )


async def _deal_some(connection: asyncpg.Connection, table: str, where: str) -> None:
    key = "seq" if table == "change" else "id"
    rows = await connection.fetch(f"SELECT {key} FROM {table} {where} ORDER BY {key}")
    for place, row in enumerate(rows):
        audience, owner = PAIRS[place % len(PAIRS)]
        await connection.execute(
            f"UPDATE {table} SET audience = $2, owner_id = $3 WHERE {key} = $1", row[0], audience, owner
        )


async def _read(connection: asyncpg.Connection) -> World:
    world = World()
    entities = await connection.fetch(
        "SELECT e.id, e.kind, e.slug, e.name, e.audience, e.owner_id, i.value AS wikidata FROM entity e "
        "JOIN identifier i ON i.entity_id = e.id AND i.scheme = 'WIKIDATA' ORDER BY e.id"
    )
    world.rows["entity"] = [dict(row) for row in entities]
    for table in (*dealt_tables(), *PARTS):
        if table != "entity":
            where = SPOKEN if table == "assertion" else ""
            rows = await connection.fetch(f"SELECT id, audience, owner_id FROM {table} {where} ORDER BY id")
            world.rows[table] = [dict(row) for row in rows]
    for table in OF_ENTITY:
        rows = await connection.fetch(
            f"SELECT t.id, e.audience, e.owner_id FROM {table} t JOIN entity e ON e.id = t.entity_id "
            "WHERE e.kind = 'COMPANY' ORDER BY t.id"
        )
        world.rows[table] = [dict(row) for row in rows]
    return world
