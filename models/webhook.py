"""Webhooks: where a partner has changes delivered, the secrets that sign them, and each delivery.

A webhook keeps its place in the change log, `(xid, seq)`; what comes after it becomes deliveries, a bounded
number at a time (exchange/webhook_queue.py). Not facts: no history and no change log.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import COMMON, Base, Instant, PrimaryKey, audience_column, enum_column
from models.change import ChangeKind
from models.vocabulary import Audience, ChangeVerb
from models.webhook_vocabulary import DeliveryStatus, WebhookStatus

IS_PENDING = "status = 'PENDING'"


class Webhook(Base):
    """An endpoint of a partner's. `kinds` are those of the changes that it gets, all where there is none;
    `failing_since` is the first attempt that failed since the last that did not."""

    __tablename__ = "webhook"

    id: Mapped[PrimaryKey]
    url: Mapped[str]
    description: Mapped[str | None]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    status: Mapped[str] = enum_column(WebhookStatus, nullable=False, server_default=text("'ENABLED'"))
    disabled_reason: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    given_up: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    xid: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    audience: Mapped[str] = audience_column(Audience.OWNER)


class WebhookSecret(Base):
    """A secret that signs, as it is sealed (exchange/webhook_secrets.py). Two may be live at once."""

    __tablename__ = "webhook_secret"

    id: Mapped[PrimaryKey]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime | None]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)


class WebhookDelivery(Base):
    """A change on its way to a webhook, or a ping (then of no record). `place` orders the deliveries of a
    record; `due_at` is when the next attempt may begin, also where the last one never ended."""

    __tablename__ = "webhook_delivery"

    id: Mapped[PrimaryKey]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    message_id: Mapped[str]
    xid: Mapped[int | None] = mapped_column(BigInteger)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    verb: Mapped[str | None] = enum_column(ChangeVerb, nullable=True)
    kind: Mapped[str | None] = enum_column(ChangeKind, nullable=True)
    record_id: Mapped[UUID | None]
    changed_at: Mapped[datetime | None]
    status: Mapped[str] = enum_column(DeliveryStatus, nullable=False, server_default=text("'PENDING'"))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    due_at: Mapped[Instant]
    first_at: Mapped[datetime | None]
    response_status: Mapped[int | None] = mapped_column(Integer)
    response: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[Instant]
    finished_at: Mapped[datetime | None]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    audience: Mapped[str] = audience_column(Audience.OWNER)

    __table_args__ = (
        Index("ix_webhook_delivery_waiting", "webhook_id", "place", postgresql_where=text(IS_PENDING)),
        Index(
            "ix_webhook_delivery_record",
            *("webhook_id", "record_id", "place"),
            postgresql_where=text(IS_PENDING),
        ),
        Index(None, "webhook_id", "id"),
        Index(None, "finished_at"),
    )
