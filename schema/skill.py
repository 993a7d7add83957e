"""Skills, the people who have them and the programs that seek them."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.fact_vocabulary import SkillLevel, SkillScheme, SkillType
from schema.declare import record
from schema.fact import Fact
from schema.fields import Connection, children, column, link
from schema.source import Source

if TYPE_CHECKING:
    from schema.expert import Expert
    from schema.need import NeedSkill
    from schema.program import Program


@record("skill", has_audience=True)
class Skill(Fact):
    """A skill or field of knowledge, a term of a published scheme."""

    scheme: SkillScheme = column("The classification it is a term of.")
    code: str = column("Its code in the scheme.")
    label: str = column("Its name.")
    alt_labels: list[str] = column("Other names of it.")
    labels: str = column(
        "All its names, one a line: the field to search in with contains, startsWith and matches.",
        lookup="skill_ids_labelled",
        folded="labels_folded",
        is_sortable=False,
    )
    type: SkillType | None = column("What it is.")
    description: str | None = column("What it covers.")
    uri: str | None = column("Its address in the scheme.")
    broader: Annotated["Skill", strawberry.lazy(".skill")] | None = link("The next wider term.", "broader_id")
    narrower: Connection[Annotated["Skill", strawberry.lazy(".skill")]] = children(
        "The terms below it.", "broader_id"
    )
    experts: Connection[Annotated["ExpertSkill", strawberry.lazy(".skill")]] = children(
        "People who have it.", "skill_id"
    )
    needs: Connection[Annotated["NeedSkill", strawberry.lazy(".need")]] = children(
        "Needs that ask for it.", "skill_id"
    )
    programs: Connection[Annotated["ProgramSkill", strawberry.lazy(".skill")]] = children(
        "Programs that seek it.", "skill_id"
    )


@record("expert_skill", has_audience=True)
class ExpertSkill:
    """A skill that a person has; seen as far as the person lets `skills` be seen."""

    id: strawberry.ID = column("Its id.")
    expert: Annotated["Expert", strawberry.lazy(".expert")] | None = link("The person.", "expert_id")
    skill: Skill | None = link("The skill.", "skill_id")
    level: SkillLevel | None = column("How well.")
    since: datetime.date | None = column("Since when.")
    source: Source | None = link("Who says so.", "source_id")


@record("program_skill", has_audience=True)
class ProgramSkill:
    """A skill that a program seeks."""

    id: strawberry.ID = column("Its id.")
    program: Annotated["Program", strawberry.lazy(".program")] | None = link("The program.", "program_id")
    skill: Skill | None = link("The skill.", "skill_id")
    level: SkillLevel | None = column("How well it must be commanded at least.")
    is_required: bool = column("Whether it must be there; else it is a plus.")
