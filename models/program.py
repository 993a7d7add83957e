"""Programs: schemes, fundings, trainings, research projects."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Numeric
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped
from sqlalchemy.types import Text

from models.base import kind_column
from models.entity import Entity
from models.vocabulary import Kind, ProgramKind


class Program(Entity):
    """A program with dates, a budget and conditions."""

    __mapper_args__ = {"polymorphic_identity": Kind.PROGRAM}

    program_kind: Mapped[str | None] = kind_column(enum=ProgramKind, required=True)
    opens_on: Mapped[date | None] = kind_column(indexed=True)
    closes_on: Mapped[date | None] = kind_column(indexed=True)
    starts_on: Mapped[date | None] = kind_column(indexed=True)
    ends_on: Mapped[date | None] = kind_column(indexed=True)
    budget_amount: Mapped[Decimal | None] = kind_column(Numeric)
    budget_currency: Mapped[str | None] = kind_column()
    fields: Mapped[list[str] | None] = kind_column(ARRAY(Text))
    eligibility: Mapped[str | None] = kind_column()
