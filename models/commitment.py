"""Commitments: what one has promised another, where that was said, and what became of it."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, enum_column
from models.fact import ACTORS, Fact, both_or_none, entity_reference, kind_of
from models.fact_vocabulary import FollowUpStatus
from models.vocabulary import Kind


class Commitment(Fact, Base):
    """Made by someone to someone at a meeting, after a directive or in an agreement.

    Whether it is overdue is computed from `due_on` for the day that is asked for, never stored. `zone` and
    `subdivision` say where it is to be fulfilled.
    """

    __tablename__ = "commitment"

    made_by_id: Mapped[UUID]
    made_by_kind: Mapped[str] = kind_of(*ACTORS)
    made_to_id: Mapped[UUID | None]
    made_to_kind: Mapped[str | None] = kind_of(*ACTORS)
    meeting_id: Mapped[UUID | None]
    meeting_kind: Mapped[str] = kind_of(Kind.MEETING)
    agreement_id: Mapped[UUID | None]
    agreement_kind: Mapped[str] = kind_of(Kind.AGREEMENT)
    directive_id: Mapped[UUID | None] = mapped_column(ForeignKey("directive.id"), index=True)
    zone_id: Mapped[UUID | None]
    zone_kind: Mapped[str] = kind_of(Kind.ZONE)
    subdivision: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    text: Mapped[str]
    made_on: Mapped[date | None]
    due_on: Mapped[date | None]
    status: Mapped[str] = enum_column(FollowUpStatus, nullable=False, server_default=sa.text("'OPEN'"))
    fulfilled_on: Mapped[date | None]
    evidence: Mapped[str | None]
    evidence_url: Mapped[str | None]

    __table_args__ = (
        *entity_reference("made_by", ACTORS),
        *entity_reference("made_to", ACTORS),
        *entity_reference("meeting", (Kind.MEETING,)),
        *entity_reference("agreement", (Kind.AGREEMENT,)),
        *entity_reference("zone", (Kind.ZONE,)),
        both_or_none("made_to", "made_to_id", "made_to_kind"),
        CheckConstraint("made_by_id <> made_to_id", name="two_sides"),
        CheckConstraint("num_nonnulls(meeting_id, agreement_id, directive_id) <= 1", name="origin"),
        CheckConstraint("made_on <= due_on", name="due_on"),
        CheckConstraint("fulfilled_on IS NULL OR status = 'FULFILLED'", name="fulfilled"),
        CheckConstraint("fulfilled_on >= made_on", name="fulfilled_on"),
        Index(None, "due_on", "id"),
        Index(None, "status", "due_on", "id"),
    )
