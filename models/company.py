"""Companies, from a one-person firm to an anchor enterprise."""

from datetime import date

from sqlalchemy import Boolean, Integer
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column, precision_column
from models.entity import Entity
from models.organization import Organization
from models.vocabulary import FundingStage, Kind, SizeClass


class Company(Organization, Entity):
    """A business."""

    __mapper_args__ = {"polymorphic_identity": Kind.COMPANY}

    legal_name: Mapped[str | None] = kind_column()
    size_class: Mapped[str | None] = kind_column(enum=SizeClass)
    founded_on: Mapped[date | None] = kind_column(indexed=True)
    founded_on_precision: Mapped[str | None] = precision_column()
    employee_count: Mapped[int | None] = kind_column(Integer, indexed=True)
    verticals: Mapped[list[str] | None] = kind_column(ARRAY(Text))
    isic: Mapped[list[str] | None] = kind_column(ARRAY(Text))
    funding_stage: Mapped[str | None] = kind_column(enum=FundingStage)
    is_freelancer: Mapped[bool | None] = kind_column(Boolean)
