"""What facts that are not entities share: common columns, and references to entities of certain kinds.

A fact is a row of its own table, as a relation is: with id, version, source, owner and audience, history and
change log. Rows that only join a fact or person to something (an expert's skill) are parts: they are seen by
whoever sees what they belong to. What each fact says is in its own file.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.properties import MappedColumn
from sqlalchemy.types import Text

from models.base import Instant, OwnerId, PrimaryKey, SourceId, audience_column
from models.vocabulary import ORGANIZATIONS, Kind

ACTORS = tuple(kind for kind in Kind if kind in ORGANIZATIONS or kind is Kind.EXPERT)
"""Who can promise, order or be asked: organizations and persons."""


class Fact:
    """The columns of every fact. `slug` is a readable key by which a second import finds it again."""

    id: Mapped[PrimaryKey]
    slug: Mapped[str | None] = mapped_column(unique=True)
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    created_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Part:
    """The columns of a row that joins what it belongs to with something else.

    `audience` and `owner_id` are those of what it belongs to; triggers keep them so
    (models/migrations/parts.py), so that one plain condition tells who may see the row.
    """

    id: Mapped[PrimaryKey]
    source_id: Mapped[SourceId]
    owner_id: Mapped[OwnerId]
    audience: Mapped[str] = audience_column()
    recorded_from: Mapped[datetime] = mapped_column(server_default=text("now()"))


def kind_of(*kinds: Kind) -> MappedColumn[Any]:
    """The column beside a reference that says what kind of entity is meant; one kind is its own default."""
    default = text(f"'{kinds[0]}'") if len(kinds) == 1 else None
    return mapped_column(Text, server_default=default, info={"kinds": kinds})


def entity_reference(name: str, kinds: Collection[Kind], *, is_part: bool = False) -> tuple[Any, ...]:
    """Key, CHECK and index of the columns `<name>_id` and `<name>_kind`, which point at an entity."""
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    reference = ForeignKeyConstraint(
        [f"{name}_id", f"{name}_kind"], ["entity.id", "entity.kind"], ondelete="CASCADE" if is_part else None
    )
    check = CheckConstraint(f"{name}_kind IN ({allowed})", name=f"{name}_kind")
    return reference, check, Index(None, f"{name}_id", "id")


def both_or_none(name: str, one: str, other: str) -> CheckConstraint:
    """Two columns of which neither says anything alone, such as an amount and its currency."""
    return CheckConstraint(f"({one} IS NULL) = ({other} IS NULL)", name=name)
