"""A zone's readiness in Python, from the rules of docs/analysis.md and never from resolvers/readiness.py."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.oracle import sight
from tests.oracle.globe import kilometres
from tests.oracle.tables import Row

if TYPE_CHECKING:
    from tests.oracle.world import Record, World


@dataclass(frozen=True)
class Part:
    """What one part gives, at most, by which measure, and by whom."""

    points: int
    weight: int
    value: float | None
    entities: frozenset[UUID]


def parts(world: "World", zone: "Record") -> dict[str, Part]:
    """The six parts by name."""
    day = zone.day or world.today
    return {
        "LICENCE": _licence(world, zone.row, day),
        "LAND": _land(world, zone, day),
        "INFRASTRUCTURE": Part(
            {"OPERATIONAL": 20, "UNDER_DEVELOPMENT": 10, "NOTIFIED": 5}.get(status(world, zone) or "", 0),
            20,
            None,
            frozenset(),
        ),
        "TENANTS": _tenants(world, zone.row, day),
        "UNIVERSITY": _university(world, zone.row, day),
        "TALENT": _talent(world, zone.row, day),
    }


def score(world: "World", zone: "Record") -> int:
    """The points together."""
    return sum(part.points for part in parts(world, zone).values())


def status(world: "World", zone: "Record") -> str | None:
    """The zone's status as its own field has it."""
    found: str | None = world.value(zone, zone.type.fields["status"])  # type: ignore[arg-type]
    return found


def visible(world: "World", table: str, column: str, value: Any) -> Iterator[Row]:
    """The rows with this value that the viewer may see; of entities, current ones."""
    for row in world.tables.where(table, column, value):
        if sight.may_see(world.viewer, row) and sight.is_current(row):
            yield row


def entity(world: "World", id_: UUID) -> Row | None:
    """A current entity that the viewer may see."""
    return next(visible(world, "entity", "id", id_), None)


def others(
    world: "World", id_: UUID, day: date, roles: tuple[str, ...], near: str, kind: str | None = None
) -> list[Row]:
    """The entities at the other end of the relations that hold on the day."""
    far = "subject_id" if near == "object_id" else "object_id"
    found: dict[UUID, Row] = {}
    for relation in visible(world, "relation", near, id_):
        other = entity(world, relation[far])
        if relation["role"] not in roles or not sight.contains(relation, day) or other is None:
            continue
        if kind in (None, other["kind"]):
            found[other["id"]] = other
    return list(found.values())


def _licence(world: "World", zone: Row, day: date) -> Part:
    held = [
        row
        for row in visible(world, "licence", "zone_id", zone["id"])
        if row["type"] in ("ZONE_DEVELOPER", "CO_ZONE_DEVELOPER") and sight.lasts("licence", row, day)
    ]
    developers = others(world, zone["id"], day, ("DEVELOPS",), "object_id")
    points = 20 if any(row["type"] == "ZONE_DEVELOPER" for row in held) else 12 if held else 0
    ids = {row["holder_id"] for row in held} | {row["id"] for row in developers}
    return Part(points or (8 if developers else 0), 20, float(len(held)), frozenset(ids))


def _land(world: "World", zone: "Record", day: date) -> Part:
    row = zone.row
    hosts = others(world, row["id"], day, ("HOSTS",), "object_id")
    area = None if row["area_value"] is None else float(row["area_value"])
    allocated = any(
        one["status"] in ("LAND_ALLOCATED", "UNDER_DEVELOPMENT", "OPERATIONAL") and sight.has_begun(one, day)
        for one in visible(world, "zone_status", "zone_id", row["id"])
    )
    has_place = (bool(hosts) or allocated) and status(world, zone) != "WITHDRAWN"
    points = 15 if row["modality"] == "VIRTUAL" else 7 * (area is not None) + 8 * has_place
    return Part(points, 15, area, frozenset(host["id"] for host in hosts))


def _tenants(world: "World", zone: Row, day: date) -> Part:
    found = others(world, zone["id"], day, ("TENANT_OF",), "object_id", "COMPANY")
    first = sorted(row["id"] for row in found)[:5]
    return Part(2 * min(10, len(found)), 20, float(len(found)), frozenset(first))


def _university(world: "World", zone: Row, day: date) -> Part:
    either = ("COLLABORATES_WITH", "RELATED_TO")
    partners = others(world, zone["id"], day, ("HOSTS", "DEVELOPS", *either), "object_id", "UNIVERSITY")
    partners += others(world, zone["id"], day, either, "subject_id", "UNIVERSITY")
    near = sorted(
        (kilometres(zone, row), row["id"])
        for row in visible(world, "entity", "kind", "UNIVERSITY")
        if zone["country"] is not None
        and row["country"] == zone["country"]
        and None not in (zone["latitude"], row["latitude"])
    )
    km = near[0][0] if near and near[0][0] < 50 else None
    points = 0 if km is None else math.floor(10 * (50 - max(km, 10)) / 40)
    ids = {row["id"] for row in partners} or ({near[0][1]} if km is not None else set())
    return Part(10 if partners else points, 10, None if km is None else round(km, 1), frozenset(ids))


def _talent(world: "World", zone: Row, day: date) -> Part:
    tenants = others(world, zone["id"], day, ("TENANT_OF",), "object_id", "COMPANY")
    clusters = others(world, zone["id"], day, ("PART_OF",), "subject_id", "CLUSTER")
    fields = {code for row in (*tenants, *clusters) for code in row["verticals"] or ()}
    wanted = {
        skill["skill_id"]
        for need in visible(world, "need", "subdivision", zone["subdivision"])
        if (need["opens_on"] is None or need["opens_on"] <= day)
        and (not fields or fields & set(need["verticals"]))
        for skill in visible(world, "need_skill", "need_id", need["id"])
    }
    persons = sum(
        1
        for row in visible(world, "entity", "subdivision", zone["subdivision"])
        if row["kind"] == "EXPERT"
        and sight.may_know(world.viewer, row, "location_audience")
        and any(
            skill["skill_id"] in wanted and (skill["since"] is None or skill["since"] <= day)
            for skill in visible(world, "expert_skill", "expert_id", row["id"])
        )
    )
    told = min(50, persons) // 5 * 5
    return Part(told * 15 // 50, 15, float(told) if told else None, frozenset())
