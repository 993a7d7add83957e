"""Meetings."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Meeting as MeetingModel
from models.vocabulary import Role
from resolvers.mapping import Direction
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, children, column, composite, relation
from schema.values import PARTIAL_DATE, PartialDate

if TYPE_CHECKING:
    from schema.directive import Commitment, Directive


@entity(MeetingModel)
class Meeting(Entity):
    """A meeting at which something was decided."""

    held_on: PartialDate | None = composite("When it was held.", PARTIAL_DATE, test="date", sort="date")
    place: str | None = column("Where it was held.")
    sequence_number: int | None = column("Its place in the sequence, such as 5 for the fifth.")
    subject: str | None = column("What it was about.")
    convenors: Connection[Entity] = relation(
        Role.CONVENED, description="Who called or chaired it.", direction=Direction.IN
    )
    attendees: Connection[Entity] = relation(
        Role.ATTENDED, description="Who attended.", direction=Direction.IN
    )
    directives: Connection[Annotated["Directive", strawberry.lazy(".directive")]] = children(
        "What it instructed.", "meeting_id"
    )
    commitments: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised at it.", "meeting_id"
    )
