"""Directives: what a meeting or an authority instructs someone to do."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from models.base import Base, enum_column
from models.fact import ACTORS, Fact, both_or_none, entity_reference, kind_of
from models.fact_vocabulary import FollowUpStatus
from models.vocabulary import Kind


class Directive(Fact, Base):
    """Given by `issuer` to `addressee`, mostly at a meeting. Whether it is overdue is computed."""

    __tablename__ = "directive"

    meeting_id: Mapped[UUID | None]
    meeting_kind: Mapped[str] = kind_of(Kind.MEETING)
    issuer_id: Mapped[UUID]
    issuer_kind: Mapped[str] = kind_of(*ACTORS)
    addressee_id: Mapped[UUID | None]
    addressee_kind: Mapped[str | None] = kind_of(*ACTORS)
    text: Mapped[str]
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    status: Mapped[str] = enum_column(FollowUpStatus, nullable=False, server_default=sa.text("'OPEN'"))
    fulfilled_on: Mapped[date | None]
    evidence: Mapped[str | None]
    evidence_url: Mapped[str | None]

    __table_args__ = (
        *entity_reference("meeting", (Kind.MEETING,)),
        *entity_reference("issuer", ACTORS),
        *entity_reference("addressee", ACTORS),
        both_or_none("addressee", "addressee_id", "addressee_kind"),
        CheckConstraint("issued_on <= due_on", name="due_on"),
        CheckConstraint("fulfilled_on IS NULL OR status = 'FULFILLED'", name="fulfilled"),
        CheckConstraint("fulfilled_on >= issued_on", name="fulfilled_on"),
        Index(None, "due_on", "id"),
    )
