"""Partners and their API keys: who may write, shared by live data and sandbox (schema `common`).

How keys are made and checked is resolvers/keys.py's business; what a partner owns is in `owner_id` columns.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import COMMON, Base, Instant, PrimaryKey


class Partner(Base):
    """Who holds keys and owns rows: a university, a ministry, a registry."""

    __tablename__ = "partner"
    __table_args__ = {"schema": COMMON}

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[Instant]


class ApiKey(Base):
    """A key; only its SHA-256 digest is stored, its readable prefix tells keys apart."""

    __tablename__ = "api_key"
    __table_args__ = {"schema": COMMON}

    id: Mapped[PrimaryKey]
    partner_id: Mapped[UUID] = mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)
    label: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    role: Mapped[str] = mapped_column(server_default=text("'partner'"))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
