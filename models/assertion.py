"""Assertions: what further sources say of a field (domain.md, section 5)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OwnerId, PrimaryKey, SourceId, audience_column


class Assertion(Base):
    """A value that a source gives for a field; the entity's own column holds the preferred one."""

    __tablename__ = "assertion"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    field: Mapped[str]
    value: Mapped[object] = mapped_column(JSONB)
    unit: Mapped[str | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=text("'(,)'"))
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    confidence: Mapped[float | None] = mapped_column(Float)
    rank: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        Index("ix_assertion_entity_id", "entity_id", "field"),
    )
