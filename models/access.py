"""Identity providers whose tokens are taken, and the log of what administrators did (schema `common`).

How tokens are checked is web/tokens.py's business, what is noted that of resolvers/audit.py.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import COMMON, Base, Instant, PrimaryKey, enum_column
from models.writing_vocabulary import AuditOutcome


class Audit(Base):
    """An administrative act: who, what, to which, when, and what became of it. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at", "id"), {"schema": COMMON})

    id: Mapped[PrimaryKey]
    at: Mapped[Instant]
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    who: Mapped[str]
    key_prefix: Mapped[str | None]
    action: Mapped[str]
    target: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    request_id: Mapped[str | None]
    outcome: Mapped[str] = enum_column(AuditOutcome, nullable=False, server_default=text("'DONE'"))


class Issuer(Base):
    """An identity provider whose access tokens stand for a partner.

    A token is the partner's where `iss` is `url`, `aud` has `audience` and every claim in `claims` has the
    value given there. `scopes` is the most that its tokens may be allowed.
    """

    __tablename__ = "issuer"
    __table_args__ = (
        Index(
            "uq_issuer_live",
            *("url", "audience", "claims"),
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        {"schema": COMMON},
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(unique=True)
    partner_id: Mapped[UUID] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    url: Mapped[str]
    audience: Mapped[str]
    jwks_uri: Mapped[str | None]
    algorithms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    claims: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    is_test: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None]
