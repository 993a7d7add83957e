"""What partners contest: disputes of what others state, and proposed corrections of records.

Not facts: they have no history, and are decided once. Both sides and editors see them
(models/migrations: 0020); who may decide, and what follows, is resolvers/disputes.py and
resolvers/corrections.py.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, Instant, OwnerId, PrimaryKey, SourceId, enum_column
from models.writing_vocabulary import CorrectionStatus, DisputeStatus

RESOLVED = "(status = 'OPEN') = (resolved_at IS NULL)"


class Dispute(Base):
    """A relation, an assertion or a record's own value of a field, and why somebody says that it is wrong.

    The record, or both ends of the relation, are named besides: they decide who sees the dispute, and it goes
    with a person who is erased. `relation_id` and `assertion_id` are no foreign keys, since the dispute
    outlives what is taken back. `stated_by` is whose word it is, `owner_id` who disputes it.
    """

    __tablename__ = "dispute"

    id: Mapped[PrimaryKey]
    relation_id: Mapped[UUID | None]
    assertion_id: Mapped[UUID | None]
    field: Mapped[str | None]
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id"), index=True)
    object_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id"), index=True)
    stated_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    owner_id: Mapped[OwnerId]
    reason: Mapped[str]
    status: Mapped[str] = enum_column(DisputeStatus, nullable=False, server_default=text("'OPEN'"))
    disputed_at: Mapped[Instant]
    resolution: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))

    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(relation_id, field) = 1 AND (assertion_id IS NULL OR field IS NOT NULL)",
            name="what",
        ),
        CheckConstraint(RESOLVED, name="resolved"),
        Index(None, "relation_id", postgresql_where=text("relation_id IS NOT NULL")),
        Index(None, "assertion_id", postgresql_where=text("assertion_id IS NOT NULL")),
        Index(None, "status", "disputed_at", "id"),
        # Nobody disputes one thing twice at a time.
        Index(
            "uq_dispute_open",
            "owner_id",
            "relation_id",
            "assertion_id",
            "subject_id",
            "field",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
    )


class Correction(Base):
    """A value that somebody proposes for a field of a record; `value` and `unit` as in an assertion.

    `owner_id` is who proposes it, `assertion_id` the statement that was made of it, where one was.
    """

    __tablename__ = "correction"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id"), index=True)
    field: Mapped[str]
    value: Mapped[object] = mapped_column(JSONB)
    unit: Mapped[str | None]
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    reason: Mapped[str]
    status: Mapped[str] = enum_column(CorrectionStatus, nullable=False, server_default=text("'OPEN'"))
    proposed_at: Mapped[Instant]
    resolution: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    assertion_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint(RESOLVED, name="resolved"),
        Index(None, "status", "proposed_at", "id"),
        # One proposal of a partner's for a field at a time: the next one replaces it.
        Index(
            "uq_correction_open",
            "owner_id",
            "entity_id",
            "field",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status = 'OPEN'"),
        ),
    )
