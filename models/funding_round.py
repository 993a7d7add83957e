"""Rounds of funding, and who put money into each."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, enum_column
from models.fact import Fact, Part, both_or_none, entity_reference, kind_of
from models.fact_vocabulary import RoundStage
from models.vocabulary import ORGANIZATIONS, DatePrecision, Kind

_INVESTORS = tuple(kind for kind in Kind if kind in ORGANIZATIONS or kind is Kind.EXPERT)


class FundingRound(Fact, Base):
    """Money that a company took in at one time. The amount is null where it was not disclosed."""

    __tablename__ = "funding_round"

    company_id: Mapped[UUID]
    company_kind: Mapped[str] = kind_of(Kind.COMPANY)
    stage: Mapped[str] = enum_column(RoundStage, nullable=False)
    amount: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None] = mapped_column(ForeignKey("currency.code"))
    announced_on: Mapped[date | None]
    announced_on_precision: Mapped[str | None] = enum_column(DatePrecision)

    __table_args__ = (
        *entity_reference("company", (Kind.COMPANY,)),
        CheckConstraint("amount > 0", name="amount"),
        both_or_none("money", "amount", "currency"),
        Index(None, "announced_on", "id"),
    )


class FundingRoundInvestor(Part, Base):
    """An investor's part in a round.

    A table of its own and not the relation INVESTED_IN: that one says that an investor holds a company, once,
    and is read in paths; this one says by which rounds, how much, and who led.
    """

    __tablename__ = "funding_round_investor"

    round_id: Mapped[UUID] = mapped_column(ForeignKey("funding_round.id", ondelete="CASCADE"))
    investor_id: Mapped[UUID]
    investor_kind: Mapped[str] = kind_of(*_INVESTORS)
    is_lead: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    amount: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None] = mapped_column(ForeignKey("currency.code"))

    __table_args__ = (
        *entity_reference("investor", _INVESTORS, is_part=True),
        UniqueConstraint("round_id", "investor_id"),
        CheckConstraint("amount > 0", name="amount"),
        both_or_none("money", "amount", "currency"),
    )
