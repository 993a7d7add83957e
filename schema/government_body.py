"""Government bodies."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import GovernmentBody as GovernmentBodyModel
from models.vocabulary import GovernmentLevel, Role
from resolvers.mapping import Direction
from schema.declare import entity
from schema.fields import Connection, children, column, relation
from schema.organization import Organization

if TYPE_CHECKING:
    from schema.incentive import Incentive
    from schema.meeting import Meeting
    from schema.zone import Zone


@entity(GovernmentBodyModel)
class GovernmentBody(Organization):
    """A ministry, an authority, a provincial or local body."""

    level: GovernmentLevel | None = column("Its level.")
    parent: Connection[Annotated["GovernmentBody", strawberry.lazy(".government_body")]] = relation(
        Role.PART_OF, description="The body it is a part of.", direction=Direction.OUT
    )
    supervised_by: Connection[Organization] = relation(
        Role.SUPERVISES, description="Who supervises it.", direction=Direction.IN
    )
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = relation(
        Role.SUPERVISES, Role.DEVELOPS, Role.HOSTS, description="Zones it supervises, develops or hosts."
    )
    meetings: Connection[Annotated["Meeting", strawberry.lazy(".meeting")]] = relation(
        Role.CONVENED, Role.ATTENDED, description="Meetings it called or attended."
    )
    incentives: Connection[Annotated["Incentive", strawberry.lazy(".incentive")]] = children(
        "Incentives it offers on the day.", "offered_by_id"
    )
