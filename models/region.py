"""Regions (ISO 3166-2) and verticals: the open vocabularies, filled by models/seed.py."""

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
