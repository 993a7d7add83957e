"""What every table shares: the declarative base, naming of constraints, and the column shapes of the house.

A column's `info` carries what the tables' CHECKs and the schema need beyond SQL: `enum` (closed
vocabulary), `required` (NOT NULL for the kind that declares it), `indexed`, `personal`.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Date, DateTime, ForeignKey, MetaData, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.orm.properties import MappedColumn

from models.vocabulary import Audience, DatePrecision, Vocabulary

COMMON = "common"
"""The PostgreSQL schema of what live data and sandbox share: extensions, functions, partners and keys."""


class Base(DeclarativeBase):
    """Declarative base of all tables; names of constraints are fixed so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        date: Date,
        UUID: Uuid(as_uuid=True),
        list[str]: ARRAY(Text),
    }


PrimaryKey = Annotated[UUID, mapped_column(primary_key=True, server_default=text("uuidv7()"))]
Instant = Annotated[datetime, mapped_column(server_default=func.now())]
SourceId = Annotated[UUID | None, mapped_column(ForeignKey("source.id"), index=True)]
OwnerId = Annotated[UUID | None, mapped_column(ForeignKey(f"{COMMON}.partner.id"), index=True)]


def enum_column(vocabulary: type[Vocabulary], **options: Any) -> MappedColumn[Any]:
    """A text column whose values are the vocabulary's; the CHECK is generated from `info["enum"]`."""
    info = {"enum": vocabulary} | options.pop("info", {})
    return mapped_column(Text, info=info, **options)


def kind_column(
    *args: Any,
    required: bool = False,
    indexed: bool = False,
    personal: bool = False,
    enum: type[Vocabulary] | None = None,
    **options: Any,
) -> MappedColumn[Any]:
    """A column of table `entity` that belongs to the kinds that declare it.

    `required`: NOT NULL for that kind (by the kind's CHECK). `indexed`: gets an index for orderBy and
    ranges. `personal`: readable only within `<name>_audience`.
    """
    info: dict[str, Any] = {"required": required, "indexed": indexed, "personal": personal}
    if enum is not None:
        info["enum"] = enum
        args = (Text, *args)
    return mapped_column(*args, nullable=True, info=info, use_existing_column=True, **options)


def audience_column(default: Audience = Audience.PUBLIC) -> MappedColumn[Any]:
    """Who may see the row."""
    return enum_column(Audience, nullable=False, server_default=text(f"'{default}'"))


def precision_column() -> MappedColumn[Any]:
    """How precisely the date beside it is known."""
    return kind_column(enum=DatePrecision)


def personal_audience(default: Audience) -> MappedColumn[Any]:
    """Who may see the personal field beside it; NULL means the default."""
    made = kind_column(enum=Audience, server_default=None, comment=f"audience; NULL reads as {default}")
    made.column.info["default"] = default
    return made
