"""Merges of two records of one thing, with all that is needed to undo them.

What a merge moves, and how it is undone, is resolvers/merging.py. Only editors see these rows.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, Instant, PrimaryKey


class EntityMerge(Base):
    """`merged_id` was a duplicate of `survivor_id`. `moved` says which rows were moved, added and removed."""

    __tablename__ = "entity_merge"

    id: Mapped[PrimaryKey]
    survivor_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id"), index=True)
    reason: Mapped[str]
    moved: Mapped[object] = mapped_column(JSONB)
    merged_at: Mapped[Instant]
    merged_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))

    __table_args__ = (
        CheckConstraint("survivor_id <> merged_id", name="two_ends"),
        # A record is merged at most once at a time.
        Index("uq_entity_merge_merged", "merged_id", unique=True, postgresql_where=text("undone_at IS NULL")),
    )
