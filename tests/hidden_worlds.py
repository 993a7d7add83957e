"""Two databases that differ in nothing but what people keep to themselves: hidden values, before and now.

Both come from the small test graph; the second is a copy of the first in which hidden values were exchanged
without a trace, so that whoever may not know them must get the same bytes from both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg

from models import PERSONAL_COLUMNS, PERSONAL_FIELDS
from tests import graph
from tests.conftest import clone

VALUES: Mapping[str, tuple[Any, Any, Any]] = {
    "given_name": ("Amna", "Bilal", "Celine"),
    "family_name": ("Ansari", "Baloch", "Chandio"),
    "headline": ("builds antennas", "breeds wheat", "casts bronze"),
    "email": ("a@example.org", "b@example.org", None),
    "residence_country": ("PK", "DE", "AE"),
    "availability": ("OPEN", None, "ADVISORY"),
    "languages": (["ur", "en"], ["de"], ["sd"]),
    "is_freelancer": (True, False, None),
    "description": ("described once", "described twice", None),
    "website": ("https://a.example.org", "https://b.example.org", "https://c.example.org"),
    "country": ("PK", None, "DE"),
    "subdivision": ("PK-SD", "PK-PB", None),
    "city": ("Karachi", "Lahore", "Quetta"),
    "latitude": (24.86, 31.52, None),
    "longitude": (67.0, 74.35, None),
}
"""Column -> its value in the first world, in the second, and in both before it was hidden."""
ORCIDS = ("0000-0002-1825-0097", "0000-0001-5109-3700")
PERSONS = tuple(graph.uuid_of(8000 + index) for index in range(graph.PER_KIND))
"""The graph's experts."""


@dataclass(frozen=True)
class Worlds:
    """The addresses of the two, and an instant before anything was hidden."""

    one: str
    other: str
    before: datetime


async def make_worlds(server_dsn: str, template: str, audience: str) -> Worlds:
    """Both worlds: every personal field of every expert, whom north maintains, has this audience."""
    assert set(VALUES) == set(PERSONAL_COLUMNS)
    one = await clone(server_dsn, template)
    connection = await asyncpg.connect(one, server_settings={"search_path": "live, common"})
    await _write(connection, {name: values[2] for name, values in VALUES.items()})
    await connection.execute(
        "UPDATE entity SET owner_id = $1, audience = 'PUBLIC', record_status = 'ACTIVE', successor_id = NULL "
        "WHERE kind = 'EXPERT'",
        graph.PARTNERS["north"],
    )
    await connection.execute("DELETE FROM expert_skill")
    skills = [row["id"] for row in await connection.fetch("SELECT id FROM skill WHERE audience = 'PUBLIC'")]
    for person in PERSONS:
        await connection.execute(
            "INSERT INTO expert_skill (expert_id, skill_id, level) VALUES ($1, $2, 'EXPERT')",
            person,
            skills[0],
        )
    await _identify(connection, PERSONS[0], ORCIDS[0])
    await _seek(connection, skills[:2])
    before = await connection.fetchval("SELECT clock_timestamp()")
    audiences = {field.audience: audience for field in PERSONAL_FIELDS.values()}
    await _write(connection, {name: values[0] for name, values in VALUES.items()} | audiences)
    await connection.execute("ANALYZE")
    await connection.close()
    other = await clone(server_dsn, urlsplit(one).path.removeprefix("/"))
    connection = await asyncpg.connect(other, server_settings={"search_path": "live, common"})
    # No trigger runs: no history, no change, no new version tells that anything was exchanged.
    await connection.execute("SET session_replication_role = replica")
    await _write(connection, {name: values[1] for name, values in VALUES.items()})
    # Every second person is hidden differently, so that orders and counts differ, too.
    await _write(connection, {name: values[2] for name, values in VALUES.items()}, PERSONS[::2])
    await _write(connection, {name: values[1] for name, values in VALUES.items()}, table="entity_history")
    for table in ("expert_skill", "expert_skill_history"):
        await connection.execute(f"UPDATE {table} SET skill_id = $1, level = NULL", skills[1])
    for table in ("identifier", "identifier_history"):
        await connection.execute(f"UPDATE {table} SET value = $2 WHERE value = $1", *ORCIDS)
    await connection.execute("ANALYZE")
    await connection.close()
    return Worlds(one, other, before.astimezone(UTC))


async def _write(
    connection: asyncpg.Connection,
    values: Mapping[str, Any],
    persons: tuple[UUID, ...] = PERSONS,
    table: str = "entity",
) -> None:
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 2))
    await connection.execute(f"UPDATE {table} SET {sets} WHERE id = ANY ($1)", persons, *values.values())


async def _seek(connection: asyncpg.Connection, skills: list[UUID]) -> None:
    """A need of these skills where the first world's persons are."""
    need = await connection.fetchval(
        "UPDATE need SET subdivision = 'PK-SD', audience = 'PUBLIC', kind = 'VACANCY', opens_on = NULL, "
        "closes_on = NULL, verticals = '{}' WHERE id = (SELECT id FROM need ORDER BY id LIMIT 1) RETURNING id"
    )
    await connection.execute("DELETE FROM need_skill WHERE need_id = $1", need)
    for skill in skills:
        await connection.execute("INSERT INTO need_skill (need_id, skill_id) VALUES ($1, $2)", need, skill)


async def _identify(connection: asyncpg.Connection, person: UUID, orcid: str) -> None:
    await connection.execute(
        "INSERT INTO identifier (entity_id, scheme, value) VALUES ($1, 'ORCID', $2)", person, orcid
    )
