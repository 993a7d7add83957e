"""Institutions: organizations that are none of the other kinds."""

from sqlalchemy.orm import Mapped

from models.base import kind_column
from models.entity import Entity
from models.organization import Organization
from models.vocabulary import InstitutionType, Kind


class Institution(Organization, Entity):
    """A facility, hospital, archive, non-profit or other organization."""

    __mapper_args__ = {"polymorphic_identity": Kind.INSTITUTION}

    type: Mapped[str | None] = kind_column(enum=InstitutionType, required=True)
