"""Where statements come from."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, OwnerId, PrimaryKey, audience_column, enum_column
from models.vocabulary import DatePrecision, SourceKind


class Source(Base):
    """A register, a report, a partner, or the sample generator (SYNTHETIC)."""

    __tablename__ = "source"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = enum_column(SourceKind, nullable=False)
    title: Mapped[str]
    url: Mapped[str | None]
    publisher: Mapped[str | None]
    published_on: Mapped[date | None]
    published_on_precision: Mapped[str | None] = enum_column(DatePrecision)
    licence: Mapped[str | None]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    created_at: Mapped[Instant]
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))
