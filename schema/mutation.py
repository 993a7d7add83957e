"""Mutations: stating, taking back and pinning facts, merging records; the root of all mutations.

Each input object is one argument `input`. Who may do what is decided in resolvers/truth.py and
resolvers/merging.py; the payloads are read as any read (schema/writing.py).
"""

import datetime
from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

from models import FactField
from models.vocabulary import Audience
from resolvers import merging, truth
from resolvers.scopes import require_editor
from schema import access
from schema.access import CreateKeyPayload, RevokeKeyPayload, RotateKeyPayload
from schema.acting import Acting
from schema.assertion import Assertion
from schema.auditing import noted
from schema.consent import SetConsentPayload, set_consent
from schema.context import Context
from schema.entity import Entity
from schema.import_job import CancelImportJobPayload, cancel_import_job
from schema.inputs import EntityRef
from schema.issuer import IssuerPayload, register_issuer, revoke_issuer
from schema.webhook_mutations import WebhookMutations
from schema.writing import KEY, reference, written


@strawberry.input(description="What somebody says of a field of a record.")
class AssertFactInput:
    """A statement; saying another value later, by the same source and period, replaces it."""

    entity: EntityRef = strawberry.field(description="Of which record.")
    field: FactField = strawberry.field(description="Of which field.")  # type: ignore[valid-type]
    value: str | None = strawberry.field(
        description="The value as the API writes the field: a number, a date, a term; a list as JSON. "
        "Null: there is none (any more)."
    )
    unit: str | None = strawberry.field(
        default=None, description="The unit of an area, the currency of money, the precision of a date."
    )
    source: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the source that says so; left out: you say so yourself."
    )
    since: datetime.date | None = strawberry.field(
        default=None, description="The first day on which it holds; left out: not limited."
    )
    until: datetime.date | None = strawberry.field(
        default=None, description="The last day on which it holds; left out: not limited."
    )
    confidence: float | None = strawberry.field(default=None, description="How sure the source is, 0 to 1.")
    audience: Audience = strawberry.field(default=Audience.PUBLIC, description="Who may see the statement.")
    rank: int | None = strawberry.field(
        default=None, description="For editors: of equal statements the higher rank is preferred."
    )


@strawberry.input(description="Which statement to take back.")
class WithdrawFactInput:
    """The history keeps that it was made."""

    assertion: strawberry.ID = strawberry.field(description="The id of the assertion.")


@strawberry.input(description="Which statement is the one to show, and why.")
class PinFactInput:
    """For editors."""

    assertion: strawberry.ID = strawberry.field(description="The id of the assertion.")
    reason: str = strawberry.field(description="Why, for those who wonder: 1 to 1,000 characters.")


@strawberry.input(description="Which pin to take away.")
class UnpinFactInput:
    """For editors."""

    assertion: strawberry.ID = strawberry.field(description="The id of the pinned assertion.")


@strawberry.input(description="Two records of one thing.")
class MergeEntitiesInput:
    """For editors. Both are of one kind."""

    survivor: EntityRef = strawberry.field(description="The record that stays.")
    duplicate: EntityRef = strawberry.field(
        description="The record that is merged into it: it stays readable, with its successor."
    )
    reason: str = strawberry.field(description="Why they are one: 1 to 1,000 characters.")


@strawberry.input(description="Which merge to undo.")
class UndoMergeInput:
    """For editors. Merges are undone backwards, the latest of a record first."""

    duplicate: EntityRef = strawberry.field(description="The record that was merged.")


@strawberry.type(description="The statement as it now stands.")
class AssertionPayload:
    """Answer of assertFact, pinFact and unpinFact."""

    assertion: Assertion | None = strawberry.field(description="The statement.")
    entity: Entity | None = strawberry.field(description="The record, which shows the preferred value.")


@strawberry.type(description="The record without the statement.")
class WithdrawFactPayload:
    """Answer of withdrawFact."""

    entity: Entity | None = strawberry.field(description="The record, which shows the preferred value.")


@strawberry.type(description="The two records as they now stand.")
class MergePayload:
    """Answer of mergeEntities and undoMerge."""

    survivor: Entity | None = strawberry.field(description="The record that stays.")
    duplicate: Entity | None = strawberry.field(description="The record that was merged or is itself again.")


WHAT: Any = strawberry.argument(description="What to do, and to which records.")
SentAs = Annotated[str | None, KEY]


def said_payload(said: truth.Said) -> dict[str, Any]:
    """The fields of AssertionPayload."""
    return {"assertion": said.assertion_id, "entity": said.entity_id}


def merge_payload(merged: merging.Merged) -> dict[str, Any]:
    """The fields of MergePayload."""
    return {"survivor": merged.survivor_id, "duplicate": merged.duplicate_id}


async def assert_fact(
    info: Info[Context, None], input: Annotated[AssertFactInput, WHAT], idempotency_key: SentAs = None
) -> AssertionPayload | None:
    """See resolvers/truth.py."""
    viewer = info.context.viewer
    said = truth.Statement(
        entity=reference(input.entity),
        field=str(input.field),
        value=input.value,
        unit=input.unit,
        source_id=input.source,
        since=input.since,
        until=input.until,
        confidence=input.confidence,
        audience=str(input.audience),
        rank=input.rank,
    )

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return said_payload(await truth.assert_fact(connection, viewer, said))

    return await written(info, AssertionPayload, work, idempotency_key)


async def withdraw_fact(
    info: Info[Context, None], input: Annotated[WithdrawFactInput, WHAT], idempotency_key: SentAs = None
) -> WithdrawFactPayload | None:
    """See resolvers/truth.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"entity": await truth.withdraw_fact(connection, info.context.viewer, input.assertion)}

    return await written(info, WithdrawFactPayload, work, idempotency_key)


async def pin_fact(
    info: Info[Context, None], input: Annotated[PinFactInput, WHAT], idempotency_key: SentAs = None
) -> AssertionPayload | None:
    """See resolvers/truth.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        viewer = info.context.viewer
        return said_payload(await truth.pin_fact(connection, viewer, input.assertion, input.reason))

    done = noted(info, "fact.pin", "assertion", work)
    return await written(info, AssertionPayload, done, idempotency_key, allowed=require_editor)


async def unpin_fact(
    info: Info[Context, None], input: Annotated[UnpinFactInput, WHAT], idempotency_key: SentAs = None
) -> AssertionPayload | None:
    """See resolvers/truth.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return said_payload(await truth.unpin_fact(connection, info.context.viewer, input.assertion))

    done = noted(info, "fact.unpin", "assertion", work)
    return await written(info, AssertionPayload, done, idempotency_key, allowed=require_editor)


async def merge_entities(
    info: Info[Context, None], input: Annotated[MergeEntitiesInput, WHAT], idempotency_key: SentAs = None
) -> MergePayload | None:
    """See resolvers/merging.py."""
    viewer = info.context.viewer
    survivor, duplicate = reference(input.survivor), reference(input.duplicate)

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return merge_payload(await merging.merge(connection, viewer, survivor, duplicate, input.reason))

    done = noted(info, "entity.merge", "duplicate", work)
    return await written(info, MergePayload, done, idempotency_key, allowed=require_editor)


async def undo_merge(
    info: Info[Context, None], input: Annotated[UndoMergeInput, WHAT], idempotency_key: SentAs = None
) -> MergePayload | None:
    """See resolvers/merging.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return merge_payload(await merging.undo(connection, info.context.viewer, reference(input.duplicate)))

    done = noted(info, "entity.unmerge", "duplicate", work)
    return await written(info, MergePayload, done, idempotency_key, allowed=require_editor)


@strawberry.type(description="Everything that can be written; each field in a transaction of its own.")
class Mutation(Acting, WebhookMutations):
    """The root of mutations."""

    assert_fact: AssertionPayload | None = strawberry.mutation(
        resolver=assert_fact,
        description="State a value of a record's field. Partners may speak of any record that they see; "
        "which statement the record then shows follows from the rule of preference.",
    )
    withdraw_fact: WithdrawFactPayload | None = strawberry.mutation(
        resolver=withdraw_fact, description="Take a statement of your own back; the history keeps it."
    )
    pin_fact: AssertionPayload | None = strawberry.mutation(
        resolver=pin_fact, description="For editors: let the record show this statement, with the reason."
    )
    unpin_fact: AssertionPayload | None = strawberry.mutation(
        resolver=unpin_fact, description="For editors: take a pin away, so that the rule decides again."
    )
    merge_entities: MergePayload | None = strawberry.mutation(
        resolver=merge_entities,
        description="For editors: make one record of two. Relations, identifiers, names, facts and "
        "statements move to the survivor; the duplicate becomes MERGED and names its successor.",
    )
    undo_merge: MergePayload | None = strawberry.mutation(
        resolver=undo_merge, description="For editors: make two records again of what was merged."
    )
    set_consent: SetConsentPayload | None = strawberry.mutation(
        resolver=set_consent,
        description="Set who may know personal fields of a person; for the partner who maintains the record, "
        "and for editors.",
    )
    create_key: CreateKeyPayload | None = strawberry.mutation(
        resolver=access.create_key,
        description="For editors with the scope admin: make a key. A partner has two valid ones at most.",
    )
    rotate_key: RotateKeyPayload | None = strawberry.mutation(
        resolver=access.rotate_key,
        description="With the scope admin: replace a key by a new one; both are valid for a while.",
    )
    revoke_key: RevokeKeyPayload | None = strawberry.mutation(
        resolver=access.revoke_key, description="With the scope admin: end a key within a second."
    )
    register_issuer: IssuerPayload | None = strawberry.mutation(
        resolver=register_issuer,
        description="For editors with the scope admin: take tokens of a partner's identity provider.",
    )
    revoke_issuer: IssuerPayload | None = strawberry.mutation(
        resolver=revoke_issuer,
        description="For editors with the scope admin: take a provider's tokens no longer, within a second.",
    )
    cancel_import_job: CancelImportJobPayload | None = strawberry.mutation(
        resolver=cancel_import_job,
        description="With the scope bulk: call an import of yours off. What was imported before stays.",
    )
