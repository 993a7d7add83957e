"""Assertions: what sources say of a field (docs/truth.md)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Float, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OwnerId, PrimaryKey, SourceId, audience_column
from models.zone import SQUARE_METRES

_FACTORS = " ".join(f"WHEN '{unit}' THEN {factor}" for unit, factor in SQUARE_METRES.items())
COMPARABLE = f"""CASE
    WHEN jsonb_typeof(value) = 'number' THEN trim_scale((value #>> '{{}}')::numeric *
        CASE unit {_FACTORS} ELSE 1 END)::text ||
        CASE WHEN unit IS NULL OR unit IN ({", ".join(repr(str(unit)) for unit in SQUARE_METRES)})
        THEN '' ELSE ' ' || unit END
    WHEN unit = 'YEAR' THEN left(value #>> '{{}}', 4)
    WHEN unit = 'MONTH' THEN left(value #>> '{{}}', 7)
    ELSE coalesce(value #>> '{{}}', '') END"""
"""What two values are compared by: areas in square metres, dates as far as they are known."""


class Assertion(Base):
    """A value that a source gives for a field; the entity's own column holds the preferred one.

    `value` is a JSON number, text, truth value or list as the column would hold it; null says that there
    is none (any more). `unit` is the unit of an area, the currency of money, the precision of a date.
    `is_own` marks what the record itself said: it is written once another source speaks of the field.
    """

    __tablename__ = "assertion"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    field: Mapped[str]
    value: Mapped[object] = mapped_column(JSONB)
    unit: Mapped[str | None]
    comparable: Mapped[str] = mapped_column(Computed(COMPARABLE, persisted=True))
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=text("'(,)'"))
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    confidence: Mapped[float | None] = mapped_column(Float)
    rank: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    is_own: Mapped[bool] = mapped_column(server_default=text("false"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        Index("ix_assertion_entity_id", "entity_id", "field"),
        Index("uq_assertion_own", "entity_id", "field", unique=True, postgresql_where=text("is_own")),
    )
