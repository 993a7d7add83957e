"""Why and by whom records were withdrawn, and restored: a row for each time (resolvers/withdrawing.py).

Seen by whoever sees the record. That the record is withdrawn, and its successor, are its own columns, which
have a history.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, Instant, PrimaryKey, enum_column
from models.vocabulary import RecordStatus


class Withdrawal(Base):
    """`status_before` is what the record is again when it is restored."""

    __tablename__ = "withdrawal"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"), index=True)
    status_before: Mapped[str] = enum_column(RecordStatus, nullable=False)
    reason: Mapped[str]
    withdrawn_at: Mapped[Instant]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    restored_at: Mapped[datetime | None]
    restored_by: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))

    __table_args__ = (
        Index("uq_withdrawal_open", "entity_id", unique=True, postgresql_where=text("restored_at IS NULL")),
    )
