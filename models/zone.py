"""Zones, and the status of a zone over time."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Numeric, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from models.base import (
    Base,
    OwnerId,
    PrimaryKey,
    SourceId,
    audience_column,
    enum_column,
    kind_column,
    precision_column,
)
from models.entity import Entity
from models.exclusion import one_at_a_time, speaker
from models.vocabulary import AreaUnit, DatePrecision, Kind, ZoneModality, ZoneRegime, ZoneStatus

SQUARE_METRES = {
    AreaUnit.ACRE: "4046.8564224",
    AreaUnit.HECTARE: "10000",
    AreaUnit.SQUARE_METRE: "1",
    AreaUnit.SQUARE_FOOT: "0.09290304",
    AreaUnit.KANAL: "505.857",
}
_NORMALISED = "CASE area_unit {} END * area_value".format(
    " ".join(f"WHEN '{unit}' THEN {factor}" for unit, factor in SQUARE_METRES.items())
)


class Zone(Entity):
    """A technology or economic zone, or a science park."""

    __mapper_args__ = {"polymorphic_identity": Kind.ZONE}

    regime: Mapped[str | None] = kind_column(enum=ZoneRegime, required=True)
    modality: Mapped[str | None] = kind_column(enum=ZoneModality, required=True)
    area_value: Mapped[Decimal | None] = kind_column(Numeric)
    area_unit: Mapped[str | None] = kind_column(enum=AreaUnit)
    area_m2: Mapped[Decimal | None] = kind_column(Numeric, Computed(_NORMALISED, persisted=True))
    notified_on: Mapped[date | None] = kind_column(indexed=True)
    notified_on_precision: Mapped[str | None] = precision_column()


class ZoneStatusPeriod(Base):
    """What a source says a zone's status was in a period; of one source one status holds on a day."""

    __tablename__ = "zone_status"

    id: Mapped[PrimaryKey]
    zone_id: Mapped[UUID]
    zone_kind: Mapped[str] = mapped_column(Text, server_default=text("'ZONE'"))
    status: Mapped[str] = enum_column(ZoneStatus, nullable=False)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=text("'(,)'"))
    starts_on: Mapped[date] = mapped_column(
        Computed("coalesce(lower(valid), '-infinity'::date)", persisted=True)
    )
    ends_before: Mapped[date] = mapped_column(
        Computed("coalesce(upper(valid), 'infinity'::date)", persisted=True)
    )
    precision: Mapped[str] = enum_column(DatePrecision, nullable=False, server_default=text("'DAY'"))
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "zone_kind"], ["entity.id", "entity.kind"]),
        CheckConstraint("zone_kind = 'ZONE'", name="zone_kind"),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        one_at_a_time("ex_zone_status_period", "{row}zone_id", speaker("source_id"), speaker("owner_id")),
        Index("ix_zone_status_zone_id", "zone_id", "starts_on"),
    )
