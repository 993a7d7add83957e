"""Which statement of a field is believed, and where statements contradict each other (docs/truth.md).

Both tables are written by triggers alone (models/migrations: derive_preference), whoever writes an assertion;
only a pin is an editor's word. What the sources say is models/assertion.py.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, PrimaryKey, enum_column
from models.vocabulary import Kind


class Preference(Base):
    """A field of an entity that has assertions: the preferred one, and the one that an editor pinned.

    `assertion_id` is null where no assertion is as visible as the entity itself.
    """

    __tablename__ = "preference"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    field: Mapped[str]
    assertion_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("assertion.id", ondelete="SET NULL"), index=True
    )
    pinned_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("assertion.id", ondelete="SET NULL"), index=True
    )
    pinned_at: Mapped[datetime | None]
    pinned_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    pin_reason: Mapped[str | None]
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        UniqueConstraint("entity_id", "field"),
        CheckConstraint("pinned_id IS NULL OR (pinned_at IS NOT NULL AND pin_reason <> '')", name="pin"),
    )


class Conflict(Base):
    """A field of an entity of which two assertions of overlapping periods do not agree."""

    __tablename__ = "conflict"

    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    field: Mapped[str]
    kind: Mapped[str] = enum_column(Kind, nullable=False)

    __table_args__ = (
        PrimaryKeyConstraint("entity_id", "field"),
        Index("ix_conflict_kind", "kind", "field", "entity_id"),
    )
