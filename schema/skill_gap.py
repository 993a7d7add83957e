"""The skill gap of a region as clients read it.

What is counted, and how persons are protected, is resolvers/skill_gap.py's business.
"""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import mapping, skill_gap
from resolvers.skill_gap import FEWEST, MOST_SKILLS
from schema.build import argument
from schema.connection import AS_OF, KNOWN_AT
from schema.declare import computed_record
from schema.derived import derived, record, scalar

if TYPE_CHECKING:
    from schema.skill import Skill
    from schema.source import Region, Vertical

SKILL_GAP = mapping.Derived(
    "SkillGap", skill_gap.region, skill_gap.PRICE, codes={"region": "region", "vertical": "vertical"}
)
_SKILLS = mapping.Derived("SkillGapRow", skill_gap.skills, 0, most=MOST_SKILLS)
ARGUMENTS = [
    argument("region", str, "The ISO 3166-2 code of a subdivision, such as PK-SD."),
    argument("vertical", str | None, "Only needs in this field of business, by its code."),
    AS_OF,
    KNOWN_AT,
]


@computed_record
class SkillGapRow:
    """One skill: how many it is sought for, and how many have it."""

    skill: Annotated["Skill", strawberry.lazy(".skill")] | None = record("The skill.")
    needs: int = scalar("How many open needs ask for it.")
    demand: int = scalar("How many places those needs offer.")
    supply: int | None = scalar(
        f"How many experts of the region have it, rounded down to a multiple of {FEWEST}; null: fewer than "
        f"{FEWEST}, which is not told more exactly."
    )
    is_suppressed: bool = scalar(f"Whether fewer than {FEWEST} persons have it, or none.")
    gap_at_least: int = scalar(f"Demand less supply, if the supply is {FEWEST - 1} more than told.")
    gap_at_most: int = scalar("Demand less supply, if the supply is as told; of a hidden one, if it is none.")


@computed_record
class SkillGap:
    """Demand for skills in open needs of a region against supply in its experts, as far as you may see."""

    region: Annotated["Region", strawberry.lazy(".source")] | None = record("The region.", "code")
    vertical: Annotated["Vertical", strawberry.lazy(".source")] | None = record(
        "The field of business of the needs; null: any.", "code"
    )
    as_of: datetime.date = scalar("The day on which the needs are open.")
    needs: int = scalar("How many needs are open there. Needs for money are left out.")
    places: int = scalar("How many places they offer.")
    skill_count: int = scalar("How many skills they ask for.")
    skills: list[SkillGapRow] = derived(
        _SKILLS,
        "The skills that are asked for, the widest gap first.",
        [argument("first", int, f"How many, 1 to {MOST_SKILLS}.", 25)],
    )
