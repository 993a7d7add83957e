"""Companies."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Company as CompanyModel
from models.vocabulary import FundingStage, Role, SizeClass
from resolvers.mapping import Direction
from schema.declare import entity
from schema.fields import Connection, children, column, composite, parts, relation
from schema.organization import Organization
from schema.source import Vertical
from schema.values import PARTIAL_DATE, PartialDate

if TYPE_CHECKING:
    from schema.expert import Expert
    from schema.export_statistic import ExportStatistic
    from schema.funding_round import FundingRound
    from schema.university import University
    from schema.zone import Zone


@entity(CompanyModel)
class Company(Organization):
    """A business, from a one-person firm to an anchor enterprise."""

    legal_name: str | None = column("Its name in the register.")
    size_class: SizeClass | None = column("Its size class.")
    founded_on: PartialDate | None = composite("When it was founded.", PARTIAL_DATE, test="date", sort="date")
    employee_count: int | None = column("How many people it employs.")
    verticals: list[str] = column("Codes of its fields of business.", lookup="entity_ids_in_verticals")
    vertical_details: list[Vertical] = parts(
        "Its fields of business.", "code", ("code",), local="verticals", in_array=True
    )
    isic: list[str] = column("Classes of ISIC Rev. 4.")
    funding_stage: FundingStage | None = column("How far its funding has come.")
    is_freelancer: bool | None = column("Whether it is a one-person firm.")
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = relation(
        Role.TENANT_OF, description="Zones it works in."
    )
    experts: Connection[Annotated["Expert", strawberry.lazy(".expert")]] = relation(
        Role.EMPLOYED_BY,
        Role.HOLDS_POST_AT,
        Role.FOUNDED,
        Role.BOARD_MEMBER_OF,
        description="People who work or hold a post there, founded it or sit on its board.",
    )
    founders: Connection[Annotated["Expert", strawberry.lazy(".expert")]] = relation(
        Role.FOUNDED, description="People who founded it."
    )
    investors: Connection[Organization] = relation(
        Role.INVESTED_IN, description="Who put money into it.", direction=Direction.IN
    )
    spin_off_of: Connection[Annotated["University", strawberry.lazy(".university")]] = relation(
        Role.SPIN_OFF_OF, description="The university it came out of."
    )
    funding_rounds: Connection[Annotated["FundingRound", strawberry.lazy(".funding_round")]] = children(
        "Rounds in which it took in money.", "company_id"
    )
    exports: Connection[Annotated["ExportStatistic", strawberry.lazy(".export_statistic")]] = children(
        "What it sold abroad.", "company_id"
    )
