"""Universities."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import University as UniversityModel
from models.vocabulary import Role, UniversityType
from schema.declare import entity
from schema.fields import Connection, column, relation
from schema.organization import Organization

if TYPE_CHECKING:
    from schema.company import Company
    from schema.expert import Expert
    from schema.zone import Zone


@entity(UniversityModel)
class University(Organization):
    """A university or other institution of higher education."""

    type: UniversityType | None = column("Who runs it.")
    student_count: int | None = column("How many students it has.")
    alumni: Connection[Annotated["Expert", strawberry.lazy(".expert")]] = relation(
        Role.STUDIED_AT, description="People who studied there."
    )
    spin_offs: Connection[Annotated["Company", strawberry.lazy(".company")]] = relation(
        Role.SPIN_OFF_OF, description="Companies that came out of it."
    )
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = relation(
        Role.HOSTS, Role.DEVELOPS, description="Zones it hosts or develops."
    )
