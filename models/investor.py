"""Investors."""

from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column
from models.entity import Entity
from models.organization import Organization
from models.vocabulary import InvestorType, Kind


class Investor(Organization, Entity):
    """Who invests in companies."""

    __mapper_args__ = {"polymorphic_identity": Kind.INVESTOR}

    type: Mapped[str | None] = kind_column(enum=InvestorType)
    verticals: Mapped[list[str] | None] = kind_column(ARRAY(Text))
