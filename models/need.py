"""Needs: what organizations, programs and persons look for, and the skills that would meet it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import Base, enum_column
from models.fact import Fact, Part, both_or_none, entity_reference, kind_of
from models.fact_vocabulary import NeedKind, SkillLevel
from models.vocabulary import Kind

_POSTERS = tuple(Kind)


class Need(Fact, Base):
    """Open from `opens_on` to `closes_on`, both included. `places`: how many persons or teams are wanted."""

    __tablename__ = "need"

    posted_by_id: Mapped[UUID]
    posted_by_kind: Mapped[str] = kind_of(*_POSTERS)
    kind: Mapped[str] = enum_column(NeedKind, nullable=False)
    title: Mapped[str]
    title_folded: Mapped[str] = mapped_column(Computed("common.fold(title)", persisted=True))
    description: Mapped[str | None]
    verticals: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    country: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    subdivision: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    city: Mapped[str | None]
    is_remote: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    places: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    amount: Mapped[Decimal | None] = mapped_column(Numeric)
    currency: Mapped[str | None] = mapped_column(ForeignKey("currency.code"))
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]

    __table_args__ = (
        *entity_reference("posted_by", _POSTERS),
        CheckConstraint("opens_on <= closes_on", name="period"),
        CheckConstraint("places > 0", name="places"),
        CheckConstraint("amount > 0", name="amount"),
        both_or_none("money", "amount", "currency"),
        Index(None, "subdivision", "kind", "id"),
        Index(None, "closes_on", "id"),
        Index(None, "opens_on", "id"),
        Index(
            "ix_need_title_folded",
            "title_folded",
            postgresql_using="gin",
            postgresql_ops={"title_folded": "gin_trgm_ops"},
        ),
    )


class NeedSkill(Part, Base):
    """That a need asks for a skill, at least at a level; one that is not required is a plus."""

    __tablename__ = "need_skill"

    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"))
    skill_id: Mapped[UUID] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[str | None] = enum_column(SkillLevel)
    is_required: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))

    __table_args__ = (
        UniqueConstraint("need_id", "skill_id"),
        Index("ix_need_skill_skill_id", "skill_id", "need_id"),
    )
