"""Names of an entity in its languages; the search reads them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, PrimaryKey, enum_column
from models.vocabulary import NameType


class EntityName(Base):
    """One name. The display name (`entity.name`) is among an entity's names.

    `lang` is BCP 47 or null where the source does not say, `script` ISO 15924.
    """

    __tablename__ = "entity_name"

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    value: Mapped[str]
    folded: Mapped[str] = mapped_column(Computed("common.fold(value)", persisted=True))
    lang: Mapped[str | None]
    script: Mapped[str | None]
    type: Mapped[str] = enum_column(NameType, nullable=False, server_default=text("'LABEL'"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        UniqueConstraint("entity_id", "value", "lang", "type", postgresql_nulls_not_distinct=True),
        Index(
            "ix_entity_name_trgm",
            "folded",
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
        Index("ix_entity_name_prefix", "folded"),
    )
