"""Directives and commitments: what was ordered or promised, and what became of it."""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.fact
from models.fact_vocabulary import FollowUpStatus
from schema.declare import record
from schema.entity import Entity
from schema.fact import Fact
from schema.fields import Connection, children, column, computed, link
from schema.source import Region

if TYPE_CHECKING:
    from schema.agreement import Agreement
    from schema.meeting import Meeting
    from schema.zone import Zone

OVERDUE = "Whether it was due before the day (`asOf`; of all times: today) and not done by then."
DAYS_OVERDUE = "How many days it is overdue on the day; null: it is not."


@record("directive", has_audience=True, is_dated=True)
class Directive(Fact):
    """What a meeting or an authority instructs someone to do."""

    meeting: Annotated["Meeting", strawberry.lazy(".meeting")] | None = link(
        "The meeting that gave it.", "meeting_id"
    )
    issuer: Entity | None = link("Who gave it.", "issuer_id")
    addressee: Entity | None = link("Who is to act; null: not named.", "addressee_id")
    text: str = column("What is to be done.")
    issued_on: datetime.date | None = column("When it was given.")
    due_on: datetime.date | None = column("The last day to do it.")
    status: FollowUpStatus = column("What became of it.")
    is_overdue: bool = computed(resolvers.fact.is_overdue, OVERDUE)
    days_overdue: int | None = computed(resolvers.fact.days_overdue, DAYS_OVERDUE)
    fulfilled_on: datetime.date | None = column("When it was done.")
    evidence: str | None = column("What shows that it was done, or how far it has come.")
    evidence_url: str | None = column("Where the evidence can be read.")
    commitments: Connection[Annotated["Commitment", strawberry.lazy(".directive")]] = children(
        "What was promised because of it.", "directive_id"
    )


@record("commitment", has_audience=True, is_dated=True)
class Commitment(Fact):
    """What one has promised another at a meeting, after a directive or in an agreement."""

    made_by: Entity | None = link("Who promised.", "made_by_id")
    made_to: Entity | None = link("To whom; null: not named.", "made_to_id")
    meeting: Annotated["Meeting", strawberry.lazy(".meeting")] | None = link(
        "The meeting at which it was made.", "meeting_id"
    )
    agreement: Annotated["Agreement", strawberry.lazy(".agreement")] | None = link(
        "The agreement in which it was made.", "agreement_id"
    )
    directive: Directive | None = link("The directive that it answers.", "directive_id")
    zone: Annotated["Zone", strawberry.lazy(".zone")] | None = link("The zone it is about.", "zone_id")
    subdivision: str | None = column("ISO 3166-2 code of the province it is about.", is_groupable=True)
    region: Region | None = link("The province it is about.", "subdivision", "code")
    text: str = column("What was promised.")
    made_on: datetime.date | None = column("When it was promised.")
    due_on: datetime.date | None = column("The last day to keep it.")
    status: FollowUpStatus = column("What became of it.")
    is_overdue: bool = computed(resolvers.fact.is_overdue, OVERDUE)
    days_overdue: int | None = computed(resolvers.fact.days_overdue, DAYS_OVERDUE)
    fulfilled_on: datetime.date | None = column("When it was kept.")
    evidence: str | None = column("What shows that it was kept, or how far it has come.")
    evidence_url: str | None = column("Where the evidence can be read.")
