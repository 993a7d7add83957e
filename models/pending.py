"""Relations whose other end is not known yet; a later import resolves them (exchange/relation_rows.py).

Not a fact: it is read by editors only, has no history and no change log. When the other end comes, the
row is deleted and becomes a row of `relation`.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, OwnerId, PrimaryKey, SourceId, enum_column
from models.vocabulary import DatePrecision, IdentifierScheme, Role


class PendingRelation(Base):
    """A relation of `entity_id` with something named by id, slug or identifier.

    `is_subject` tells whether the known entity is the subject of the role or its object.
    """

    __tablename__ = "pending_relation"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    is_subject: Mapped[bool]
    role: Mapped[str] = enum_column(Role, nullable=False)
    target_id: Mapped[UUID | None]
    target_slug: Mapped[str | None]
    target_scheme: Mapped[str | None] = enum_column(IdentifierScheme)
    target_value: Mapped[str | None]
    target_partner_id: Mapped[UUID | None]
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    precision: Mapped[str] = enum_column(DatePrecision, nullable=False)
    title: Mapped[str | None]
    is_exclusive: Mapped[bool] = mapped_column(server_default=text("false"))
    confidence: Mapped[float | None] = mapped_column(Float)
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    created_at: Mapped[Instant]

    __table_args__ = (
        CheckConstraint("num_nonnulls(target_id, target_slug, target_value) = 1", name="target"),
        Index(
            "uq_pending_relation_fact",
            "entity_id",
            "is_subject",
            "role",
            "target_id",
            "target_slug",
            "target_scheme",
            "target_value",
            "target_partner_id",
            "valid",
            "title",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )
