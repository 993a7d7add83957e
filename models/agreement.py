"""Agreements between organizations."""

from datetime import date

from sqlalchemy.orm import Mapped

from models.base import kind_column, precision_column
from models.entity import Entity
from models.vocabulary import AgreementStatus, AgreementType, Kind


class Agreement(Entity):
    """A memorandum, contract or joint venture."""

    __mapper_args__ = {"polymorphic_identity": Kind.AGREEMENT}

    type: Mapped[str | None] = kind_column(enum=AgreementType, required=True)
    signed_on: Mapped[date | None] = kind_column(indexed=True)
    signed_on_precision: Mapped[str | None] = precision_column()
    valid_from: Mapped[date | None] = kind_column(indexed=True)
    valid_until: Mapped[date | None] = kind_column(indexed=True)
    agreement_status: Mapped[str | None] = kind_column(enum=AgreementStatus)
