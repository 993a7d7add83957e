"""Table `entity`: everything that can stand in a relation, one row each, whatever its kind.

Single-table inheritance: the columns here belong to every kind; each kind's own file adds its own.
The CHECKs that keep kinds apart are generated from the declarations by models/checks.py.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Float, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.properties import MappedColumn

from models.base import Base, Instant, OwnerId, PrimaryKey, SourceId, audience_column, enum_column
from models.vocabulary import Kind, RecordStatus, Sphere


class Entity(Base):
    """A university, company, zone, expert... `(id, kind)` is unique so that keys can demand a kind."""

    __tablename__ = "entity"

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = enum_column(Kind, nullable=False)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(Computed("common.fold(name)", persisted=True))
    sphere: Mapped[str | None] = enum_column(Sphere)
    record_status: Mapped[str] = enum_column(RecordStatus, nullable=False, server_default=text("'ACTIVE'"))
    description: Mapped[str | None]
    website: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    subdivision: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    city: Mapped[str | None]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("entity.id"))
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    declared: ClassVar[dict[str, dict[str, Any]]] = {}
    """The kind's own columns by name, each with its `info` (see models/base.py: kind_column)."""

    def __init_subclass__(cls, **options: Any) -> None:
        # Kinds that share a column by name share one Column object, and SQLAlchemy keeps the info of the
        # first; what each kind requires of it is therefore read before the mapping replaces the attributes.
        cls.declared = {
            name: dict(attribute.column.info)
            for base in reversed(cls.__mro__)
            if base is cls or not issubclass(base, Base)
            for name, attribute in vars(base).items()
            if isinstance(attribute, MappedColumn)
        }
        super().__init_subclass__(**options)

    __mapper_args__ = {"polymorphic_on": "kind"}
    __table_args__ = (
        UniqueConstraint("id", "kind"),
        CheckConstraint("successor_id <> id", name="successor"),
        Index("ix_entity_successor_id", "successor_id", postgresql_where=text("successor_id IS NOT NULL")),
        # One composite index over all kinds serves a list of one kind as well as a partial index a kind
        # would, and eleven kinds need one index instead of eleven.
        Index("ix_entity_kind_id", "kind", "id"),
        Index("ix_entity_kind_name", "kind", "name", "id"),
        Index("ix_entity_kind_updated_at", "kind", "updated_at", "id"),
        Index("ix_entity_kind_created_at", "kind", "created_at", "id"),
        Index("ix_entity_kind_subdivision", "kind", "subdivision", "id"),
        Index("ix_entity_kind_country", "kind", "country", "id"),
        Index("ix_entity_kind_record_status", "kind", "record_status", "id"),
        # Whether a record may be seen is asked of every record that a filter or a count passes: the index
        # answers it without the record.
        Index(
            "ix_entity_visible",
            "id",
            postgresql_include=["kind", "audience", "record_status", "owner_id"],
        ),
        Index(
            "ix_entity_place", "latitude", "longitude", "id", postgresql_where=text("latitude IS NOT NULL")
        ),
        Index("ix_entity_country", "country"),
        Index("ix_entity_subdivision", "subdivision", "kind", "id"),
        Index(
            "ix_entity_name_folded",
            "name_folded",
            postgresql_using="gin",
            postgresql_ops={"name_folded": "gin_trgm_ops"},
        ),
    )
