"""Disputes of what others state, and the mutations on them; both sides and editors see them.

What may be disputed and what follows is resolvers/disputes.py; who sees it, resolvers/contested.py.
"""

import datetime
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

from models import FactField
from models.writing_vocabulary import DisputeStatus
from resolvers import contested, disputes
from resolvers.scopes import require_editor
from schema.auditing import noted
from schema.context import Context
from schema.declare import record
from schema.fields import column, link
from schema.inputs import EntityRef
from schema.node import Node
from schema.writing import KEY, reference, written

if TYPE_CHECKING:
    from schema.assertion import Assertion
    from schema.entity import Entity, Partner
    from schema.relation import Relation

SentAs = Annotated[str | None, KEY]


@record("dispute", shown=contested.sees_dispute)
class Dispute(Node):
    """That somebody holds a relation, an assertion or a record's own value of a field to be wrong, and why.
    Seen by who disputes it, who states it, who maintains the records that it touches, and editors."""

    id: strawberry.ID = column("Its id.")
    reason: str = column("Why it is disputed.")
    by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who disputes it; null: the platform.", "owner_id"
    )
    at: datetime.datetime = column("When it was disputed.", name="disputed_at")
    status: DisputeStatus = column("Where it stands.", is_groupable=True)
    resolution: str | None = column("Why it was decided so.")
    resolved_at: datetime.datetime | None = column("When it was decided or taken back.")
    resolved_by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who decided it or took it back; null: the platform, or nobody yet.", "resolved_by"
    )
    stated_by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "Whose word is disputed; null: the platform's.", "stated_by"
    )
    relation: Annotated["Relation", strawberry.lazy(".relation")] | None = link(
        "The relation that is disputed; null: none is, or it was taken back.", "relation_id"
    )
    assertion: Annotated["Assertion", strawberry.lazy(".assertion")] | None = link(
        "The assertion that is disputed; null: none is, or it was taken back.", "assertion_id"
    )
    field: FactField | None = column(  # type: ignore[valid-type]
        "The field of which something is disputed; null: a relation is."
    )
    subject: Annotated["Entity", strawberry.lazy(".entity")] | None = link(
        "The record, or the relation's subject.", "subject_id"
    )
    object: Annotated["Entity", strawberry.lazy(".entity")] | None = link(
        "The relation's object; of a field the record again.", "object_id"
    )


@strawberry.input(description="A field of a record, as the record itself has it.")
class DisputedField:
    """What others assert of it is disputed by the assertion."""

    entity: EntityRef = strawberry.field(description="The record.")
    field: FactField = strawberry.field(description="The field.")  # type: ignore[valid-type]


@strawberry.input(one_of=True, description="What is disputed: exactly one of these.")
class DisputeTarget:
    """A statement of somebody else's."""

    relation: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The id of a relation.")
    assertion: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The id of an assertion.")
    field: strawberry.Maybe[DisputedField] = strawberry.field(description="A record's own value.")


@strawberry.input(description="What is wrong, and why.")
class DisputeInput:
    """Input of dispute."""

    what: DisputeTarget = strawberry.field(description="What is disputed.")
    reason: str = strawberry.field(description="Why it is wrong: 1 to 1,000 characters.")


@strawberry.input(description="Which dispute is decided, and how.")
class ResolveDisputeInput:
    """For editors."""

    dispute: strawberry.ID = strawberry.field(description="The id of the dispute.")
    uphold: bool = strawberry.field(
        description="True: a disputed relation or assertion is taken back; of a record's own value it is "
        "only said. False: it stands."
    )
    reason: str = strawberry.field(description="Why, for both sides: 1 to 1,000 characters.")


@strawberry.input(description="Which dispute of yours to take back.")
class WithdrawDisputeInput:
    """It stays readable as WITHDRAWN."""

    dispute: strawberry.ID = strawberry.field(description="The id of the dispute.")


@strawberry.type(description="The dispute as it now stands.")
class DisputePayload:
    """Answer of dispute, resolveDispute and withdrawDispute."""

    dispute: Dispute | None = strawberry.field(description="The dispute.")


WHAT: Any = strawberry.argument(description="Which dispute, and why.")


def _target(given: DisputeTarget) -> disputes.Target:
    if given.relation is not None:
        return disputes.Target(relation=given.relation.value)
    if given.assertion is not None:
        return disputes.Target(assertion=given.assertion.value)
    assert given.field is not None
    return disputes.Target(entity=reference(given.field.value.entity), field=str(given.field.value.field))


async def dispute(
    info: Info[Context, None], input: Annotated[DisputeInput, WHAT], idempotency_key: SentAs = None
) -> DisputePayload | None:
    """See resolvers/disputes.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        viewer = info.context.viewer
        return {"dispute": await disputes.dispute(connection, viewer, _target(input.what), input.reason)}

    return await written(info, DisputePayload, work, idempotency_key)


async def resolve_dispute(
    info: Info[Context, None], input: Annotated[ResolveDisputeInput, WHAT], idempotency_key: SentAs = None
) -> DisputePayload | None:
    """See resolvers/disputes.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        viewer = info.context.viewer
        given = (connection, viewer, input.dispute, input.reason)
        return {"dispute": await disputes.resolve(*given, is_upheld=input.uphold)}

    done = noted(info, "dispute.resolve", "dispute", work, upheld=input.uphold)
    return await written(info, DisputePayload, done, idempotency_key, allowed=require_editor)


async def withdraw_dispute(
    info: Info[Context, None], input: Annotated[WithdrawDisputeInput, WHAT], idempotency_key: SentAs = None
) -> DisputePayload | None:
    """See resolvers/disputes.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"dispute": await disputes.withdraw(connection, info.context.viewer, input.dispute)}

    return await written(info, DisputePayload, work, idempotency_key)
