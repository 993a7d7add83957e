"""Government bodies."""

from sqlalchemy.orm import Mapped

from models.base import kind_column
from models.entity import Entity
from models.organization import Organization
from models.vocabulary import GovernmentLevel, Kind


class GovernmentBody(Organization, Entity):
    """A ministry, an authority, a provincial or local body."""

    __mapper_args__ = {"polymorphic_identity": Kind.GOVERNMENT_BODY}

    level: Mapped[str | None] = kind_column(enum=GovernmentLevel)
