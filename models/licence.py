"""Licences: who may develop a zone or work in one."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, enum_column
from models.fact import Fact, entity_reference, kind_of
from models.fact_vocabulary import LicenceType
from models.vocabulary import ORGANIZATIONS, Kind

_HOLDERS = tuple(kind for kind in Kind if kind in ORGANIZATIONS)


class Licence(Fact, Base):
    """Held from `issued_on` to `expires_on`, both included, unless revoked: then to the day before that.

    Whether it has expired follows from the day that is asked for and is never stored.
    """

    __tablename__ = "licence"

    holder_id: Mapped[UUID]
    holder_kind: Mapped[str] = kind_of(*_HOLDERS)
    zone_id: Mapped[UUID | None]
    zone_kind: Mapped[str] = kind_of(Kind.ZONE)
    type: Mapped[str] = enum_column(LicenceType, nullable=False)
    number: Mapped[str | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    revocation_reason: Mapped[str | None]
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(issued_on, '-infinity'::date)", persisted=True)
    )
    ends_before: Mapped[date] = mapped_column(
        Computed("coalesce(least(expires_on + 1, revoked_on), 'infinity'::date)", persisted=True)
    )

    __table_args__ = (
        *entity_reference("holder", _HOLDERS),
        *entity_reference("zone", (Kind.ZONE,)),
        CheckConstraint("issued_on <= expires_on", name="period"),
        CheckConstraint("revoked_on >= issued_on", name="revoked_on"),
        CheckConstraint("revocation_reason IS NULL OR revoked_on IS NOT NULL", name="revocation_reason"),
        Index(None, "expires_on", "id"),
        Index(None, "number"),
    )
