"""Regions (ISO 3166-2), markets, verticals, currencies: the open vocabularies, filled by models/seed.py."""

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base


class Region(Base):
    """A country (ISO 3166-1 alpha-2) or one of its subdivisions (ISO 3166-2)."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    country: Mapped[str] = mapped_column(index=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)


class Vertical(Base):
    """A field of business, mapped to ISIC Rev. 4 classes."""

    __tablename__ = "vertical"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    description: Mapped[str]
    isic: Mapped[list[str]] = mapped_column(ARRAY(Text))


class MarketGroup(Base):
    """Countries that are spoken of as one market, such as the Gulf Cooperation Council."""

    __tablename__ = "market_group"

    code: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    description: Mapped[str]
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))


class Currency(Base):
    """A currency of ISO 4217; amounts refer to it, so that no other can be stored."""

    __tablename__ = "currency"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
