"""Institutions: organizations that are none of the other kinds."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from models import Institution as InstitutionModel
from models.vocabulary import InstitutionType, Role
from schema.declare import entity
from schema.fields import Connection, column, relation
from schema.organization import Organization

if TYPE_CHECKING:
    from schema.zone import Zone


@entity(InstitutionModel)
class Institution(Organization):
    """A facility, hospital, archive, non-profit or other organization."""

    type: InstitutionType = column("What it is.")
    zones: Connection[Annotated["Zone", strawberry.lazy(".zone")]] = relation(
        Role.HOSTS, Role.DEVELOPS, description="Zones it hosts or develops."
    )
