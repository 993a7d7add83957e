"""Identifiers in registers, and in partners' own systems."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, PrimaryKey, SourceId, enum_column
from models.vocabulary import IdentifierScheme


class Identifier(Base):
    """A value in a scheme, in canonical spelling (resolvers/identifiers.py).

    Unique among active rows; a record that is withdrawn or merged keeps its identifiers as inactive
    rows, so that they still find it. A PARTNER value names its partner.
    """

    __tablename__ = "identifier"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    scheme: Mapped[str] = enum_column(IdentifierScheme, nullable=False)
    value: Mapped[str]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    source_id: Mapped[SourceId]
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("(scheme = 'PARTNER') = (partner_id IS NOT NULL)", name="partner"),
        Index(
            "uq_identifier_active",
            "scheme",
            "value",
            "partner_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("is_active"),
        ),
        Index("ix_identifier_scheme_value", "scheme", "value"),
        Index("ix_identifier_entity_id", "entity_id", "scheme"),
    )
