"""A region's skill gap in Python, from the rules of docs/analysis.md, never from resolvers/skill_gap.py."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from tests.oracle.readiness import entity, visible
from tests.oracle.tables import Row

if TYPE_CHECKING:
    from tests.oracle.world import World


@dataclass(frozen=True)
class Gap:
    """What is told of one skill, and the true number of persons, which is not."""

    skill: UUID
    needs: int
    demand: int
    supply: int | None
    persons: int


def open_needs(world: "World", region: str, vertical: str | None, day: date) -> list[Row]:
    """The needs of the region that are open on the day; those for money are none for a person."""
    return [
        need
        for need in visible(world, "need", "subdivision", region)
        if need["kind"] != "FUNDING"
        and (need["opens_on"] is None or need["opens_on"] <= day)
        and (need["closes_on"] is None or need["closes_on"] >= day)
        and (vertical is None or vertical in need["verticals"])
    ]


def gaps(world: "World", region: str, vertical: str | None, day: date) -> list[Gap]:
    """A gap for each skill that is sought, the widest first."""
    sought: dict[UUID, list[Row]] = {}
    for need in open_needs(world, region, vertical, day):
        for row in visible(world, "need_skill", "need_id", need["id"]):
            if any(visible(world, "skill", "id", row["skill_id"])):
                sought.setdefault(row["skill_id"], []).append(need)
    found = []
    for skill, needs in sought.items():
        persons = 0
        for row in visible(world, "expert_skill", "skill_id", skill):
            who = entity(world, row["expert_id"])
            has_it = row["since"] is None or row["since"] <= day
            persons += who is not None and who["subdivision"] == region and has_it
        demand = sum(need["places"] for need in needs)
        told = persons - persons % 5
        found.append(Gap(skill, len(needs), demand, told or None, persons))
    labels = {row["id"]: row["label"] for row in world.tables.rows["skill"]}
    return sorted(found, key=lambda g: (-(g.demand - (g.supply or 0)), -g.demand, labels[g.skill], g.skill))
