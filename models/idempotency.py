"""Keys under which mutations were sent: a repeated send gets the same answer and writes nothing.

One row a partner and key, made in the transaction of the write (resolvers/idempotency.py). Not a fact: no
history and no change log; a row is kept for a day at least and is then dropped by its partner's later writes.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import COMMON, Base, Instant, PrimaryKey


class IdempotencyKey(Base):
    """One key. `digest` is the SHA-256 of what was sent, `answer` what the write gave as JSON (ids of
    records and plain values), from which its payload is read again; null only while the write goes on."""

    __tablename__ = "idempotency_key"

    id: Mapped[PrimaryKey]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"))
    key: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[str | None]
    created_at: Mapped[Instant]

    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 1 AND 200", name="key"),
        Index(
            "uq_idempotency_key_partner_id_key",
            "partner_id",
            "key",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "partner_id", "created_at"),
    )
