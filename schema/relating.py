"""Mutations on relations, and on whether records stand: relate, unrelate, withdrawEntities, restoreEntities.

Up to 250 items at once, each with its own outcome. What is allowed and what follows is resolvers/relating.py
and resolvers/withdrawing.py.
"""

import datetime
from typing import Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info
from strawberry.utils.str_converters import to_camel_case

from models.vocabulary import Audience, DatePrecision, Role
from resolvers import items, relating, withdrawing
from schema.context import Context
from schema.entity import Entity
from schema.inputs import EntityRef
from schema.relation import Relation
from schema.writing import KEY, reference, written
from schema.writing_types import POLICY, ErrorPolicy, ItemCounts, ItemResult

SentAs = Annotated[str | None, KEY]
Policy = Annotated[ErrorPolicy, POLICY]
ITEMS: Any = strawberry.argument(description="At most 250 items.")
STATED = ("since", "until", "precision", "title", "is_exclusive", "confidence", "source", "audience")


@strawberry.input(
    description="A relation: subject, role, object. Two are the same fact if title and since are too."
)
class RelateInput:
    """What is absent of a relation that is stated already stays as it is; null empties it."""

    subject: EntityRef = strawberry.field(description="Of whom it is said.")
    role: Role = strawberry.field(description="What relates the two, read from subject to object.")
    object: EntityRef = strawberry.field(description="To whom the subject is so related.")
    since: datetime.date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day; left out or null: not known, or always."
    )
    until: datetime.date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day; null: not known, or still."
    )
    precision: DatePrecision | None = strawberry.field(
        default=strawberry.UNSET,
        description="How precisely the days are known: of a MONTH or YEAR all of it is meant. "
        "Unless given: DAY.",
    )
    title: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The title in the source's words, such as a post's: 1 to 500 characters.",
    )
    is_exclusive: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of a HOLDS_POST_AT with a title: one person at a time holds it. Unless given: false.",
    )
    confidence: float | None = strawberry.field(
        default=strawberry.UNSET, description="How sure the source is, 0 to 1."
    )
    source: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET,
        description="The id of the source that says so; left out: you say so yourself.",
    )
    audience: Audience | None = strawberry.field(
        default=strawberry.UNSET,
        description="Who may see it; unless given: whoever sees both records. With another partner's record "
        "it is never OWNER, unless one of the two is hidden itself.",
    )


@strawberry.input(description="How a relation of yours ends: exactly one of until and statedInError.")
class UnrelateInput:
    """A relation that ended stays in the record's past; one stated in error only in what was believed."""

    relation: strawberry.ID = strawberry.field(description="The id of the relation.")
    until: datetime.date | None = strawberry.field(default=None, description="Its last day.")
    stated_in_error: bool = strawberry.field(
        default=False, description="It never held: it is believed no longer; knownAt still shows that it was."
    )


@strawberry.input(description="A record that should not have existed, or is taken back.")
class WithdrawEntityInput:
    """It stays readable by its id, slug and identifiers, and leaves the lists."""

    entity: EntityRef = strawberry.field(description="The record, which you maintain.")
    reason: str = strawberry.field(description="Why, for those who find it: 1 to 1,000 characters.")
    successor: EntityRef | None = strawberry.field(
        default=None, description="The record that takes its place."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="Only if the record still has this version."
    )


@strawberry.input(description="A withdrawn record that is to stand again.")
class RestoreEntityInput:
    """It is again what it was."""

    entity: EntityRef = strawberry.field(description="The record, which you maintain.")
    expected_version: int | None = strawberry.field(
        default=None, description="Only if the record still has this version."
    )


@strawberry.type(description="What became of one relation.")
class RelationResult(ItemResult):
    """The relation is null where it is rejected, or taken back."""

    relation: Relation | None = strawberry.field(description="The relation as it now stands.")


@strawberry.type(description="What became of each relation.")
class RelationsPayload(ItemCounts):
    """Answer of relate and unrelate."""

    results: list[RelationResult] = strawberry.field(
        description="One for each item, in the order of the input."
    )


@strawberry.type(description="What became of one record.")
class EntityResult(ItemResult):
    """The record is null where it is rejected."""

    entity: Entity | None = strawberry.field(description="The record as it now stands.")


@strawberry.type(description="What became of each record.")
class EntitiesPayload(ItemCounts):
    """Answer of withdrawEntities and restoreEntities."""

    results: list[EntityResult] = strawberry.field(
        description="One for each item, in the order of the input."
    )


async def relate(
    info: Info[Context, None],
    input: Annotated[list[RelateInput], ITEMS],
    error_policy: Policy = ErrorPolicy.REJECT_ALL,
    idempotency_key: SentAs = None,
) -> RelationsPayload | None:
    """See resolvers/relating.py."""
    viewer = info.context.viewer

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        async def one(given: RelateInput) -> items.Done:
            values = {name: getattr(given, name) for name in STATED}
            known = {to_camel_case(k): v for k, v in values.items() if v is not strawberry.UNSET}
            stated = relating.Stated(
                reference(given.subject), reference(given.object), str(given.role), known
            )
            return await relating.relate(connection, viewer, stated)

        return (await items.each(connection, input, error_policy, one)).payload("relation")

    return await written(info, RelationsPayload, work, idempotency_key)


async def unrelate(
    info: Info[Context, None],
    input: Annotated[list[UnrelateInput], ITEMS],
    error_policy: Policy = ErrorPolicy.REJECT_ALL,
    idempotency_key: SentAs = None,
) -> RelationsPayload | None:
    """See resolvers/relating.py."""
    viewer = info.context.viewer

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        async def one(given: UnrelateInput) -> items.Done:
            return await relating.end(
                connection, viewer, given.relation, given.until, is_error=given.stated_in_error
            )

        return (await items.each(connection, input, error_policy, one)).payload("relation")

    return await written(info, RelationsPayload, work, idempotency_key)


async def withdraw_entities(
    info: Info[Context, None],
    input: Annotated[list[WithdrawEntityInput], ITEMS],
    error_policy: Policy = ErrorPolicy.REJECT_ALL,
    idempotency_key: SentAs = None,
) -> EntitiesPayload | None:
    """See resolvers/withdrawing.py."""
    viewer = info.context.viewer

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        async def one(given: WithdrawEntityInput) -> items.Done:
            successor = None if given.successor is None else reference(given.successor)
            asked = withdrawing.Withdrawn(
                reference(given.entity), given.reason, successor, given.expected_version
            )
            return await withdrawing.withdraw(connection, viewer, asked)

        return (await items.each(connection, input, error_policy, one)).payload("entity")

    return await written(info, EntitiesPayload, work, idempotency_key)


async def restore_entities(
    info: Info[Context, None],
    input: Annotated[list[RestoreEntityInput], ITEMS],
    error_policy: Policy = ErrorPolicy.REJECT_ALL,
    idempotency_key: SentAs = None,
) -> EntitiesPayload | None:
    """See resolvers/withdrawing.py."""
    viewer = info.context.viewer

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        async def one(given: RestoreEntityInput) -> items.Done:
            return await withdrawing.restore(
                connection, viewer, reference(given.entity), given.expected_version
            )

        return (await items.each(connection, input, error_policy, one)).payload("entity")

    return await written(info, EntitiesPayload, work, idempotency_key)
