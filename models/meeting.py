"""Meetings at which something was decided."""

from datetime import date

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped

from models.base import kind_column, precision_column
from models.entity import Entity
from models.vocabulary import Kind


class Meeting(Entity):
    """A meeting with its place in a sequence."""

    __mapper_args__ = {"polymorphic_identity": Kind.MEETING}

    held_on: Mapped[date | None] = kind_column(indexed=True)
    held_on_precision: Mapped[str | None] = precision_column()
    place: Mapped[str | None] = kind_column()
    sequence_number: Mapped[int | None] = kind_column(Integer)
    subject: Mapped[str | None] = kind_column()
