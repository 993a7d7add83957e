"""Export statistics: what was sold to a market in a year."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.fact import Fact, entity_reference, kind_of
from models.vocabulary import Kind


class ExportStatistic(Fact, Base):
    """An amount by year and market country, of a vertical, a company, a zone or a whole region.

    `is_fiscal_year`: the year is the one that ends in it (Pakistan's ends on 30 June).
    """

    __tablename__ = "export_statistic"

    year: Mapped[int] = mapped_column(Integer)
    is_fiscal_year: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    market: Mapped[str] = mapped_column(ForeignKey("region.code"))
    origin: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    vertical: Mapped[str | None] = mapped_column(ForeignKey("vertical.code"))
    company_id: Mapped[UUID | None]
    company_kind: Mapped[str] = kind_of(Kind.COMPANY)
    zone_id: Mapped[UUID | None]
    zone_kind: Mapped[str] = kind_of(Kind.ZONE)
    amount: Mapped[Decimal] = mapped_column(Numeric)
    currency: Mapped[str] = mapped_column(ForeignKey("currency.code"))

    __table_args__ = (
        *entity_reference("company", (Kind.COMPANY,)),
        *entity_reference("zone", (Kind.ZONE,)),
        CheckConstraint("year BETWEEN 1900 AND 2200", name="year"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("num_nonnulls(vertical, company_id, zone_id, origin) > 0", name="of_something"),
        Index(None, "market", "year", "id"),
        Index(None, "vertical", "year", "id"),
        Index(None, "year", "id"),
    )
