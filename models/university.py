"""Universities."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped

from models.base import kind_column
from models.entity import Entity
from models.organization import Organization
from models.vocabulary import Kind, UniversityType


class University(Organization, Entity):
    """A university or other institution of higher education."""

    __mapper_args__ = {"polymorphic_identity": Kind.UNIVERSITY}

    type: Mapped[str | None] = kind_column(enum=UniversityType)
    student_count: Mapped[int | None] = kind_column(Integer, indexed=True)
