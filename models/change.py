"""The change log: one row for every record that a transaction made, changed or ended.

Written by triggers in the same transaction, so that no way of writing can forget it. `(xid, seq)` is
the feed's order: a reader takes rows whose transaction is older than every open one, so a row that
commits late is never stepped over.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, audience_column, enum_column
from models.history import FACT_TABLES
from models.vocabulary import ChangeVerb, Kind, Vocabulary

_functional: Any = Vocabulary
ChangeKind: type[Vocabulary] = _functional(
    "ChangeKind",
    {kind.name: (kind.value, kind.description) for kind in Kind}
    | {"RELATION": ("RELATION", "A relation between two entities.")}
    | {table.upper(): (table.upper(), f"A {table.replace('_', ' ')}.") for table in FACT_TABLES}
    | {
        "DISPUTE": ("DISPUTE", "A dispute, for those who may see it."),
        "CORRECTION": ("CORRECTION", "A proposed correction, for those who may see it."),
    },
)
ChangeKind.__doc__ = (
    "What a change is of: a kind of entity, a relation, a kind of fact, or what is contested."
)


class Change(Base):
    """A logged fact: which record, what happened, when. `xid` is a bigint because xid8 comparisons are
    not leakproof and would lose the index under row security."""

    __tablename__ = "change"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint"), nullable=False
    )
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    verb: Mapped[str] = enum_column(ChangeVerb, nullable=False)
    kind: Mapped[str] = enum_column(ChangeKind, nullable=False)
    record_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    audience: Mapped[str] = audience_column()

    __table_args__ = (
        Index("ix_change_feed", "xid", "seq"),
        Index("ix_change_record_id", "record_id"),
    )


RESTORED_XID = 2
"""The highest number in the log of before a restore: PostgreSQL gives transactions numbers from 3 on."""


class ChangeFloor(Base):
    """The last change that is no longer kept (models/retention.py): one row, none as long as all are.

    Where the log was restored and numbered anew (exchange/restore.py), `restored_xid` is the transaction that
    did it: cursors of before are refused.
    """

    __tablename__ = "change_floor"

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    xid: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    pruned_at: Mapped[Instant]
    restored_xid: Mapped[int | None] = mapped_column(BigInteger)
