"""Proposed corrections of records, and the mutations on them; proposer, maintainer and editors see them.

What may be proposed and what follows is resolvers/corrections.py; who sees it, resolvers/contested.py.
"""

import datetime
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import strawberry
from strawberry.types import Info

import resolvers.assertion
from models import FactField
from models.writing_vocabulary import CorrectionStatus
from resolvers import contested, corrections
from schema.auditing import noted
from schema.context import Context
from schema.declare import record
from schema.entity import Entity
from schema.fields import column, computed, link
from schema.inputs import EntityRef
from schema.node import Node
from schema.source import Source
from schema.writing import KEY, reference, written

if TYPE_CHECKING:
    from schema.assertion import Assertion
    from schema.entity import Partner

SentAs = Annotated[str | None, KEY]


@record("correction", shown=contested.sees_correction)
class Correction(Node):
    """A value that somebody proposes for a field of a record. Seen by who proposes it, who maintains the
    record, and editors."""

    id: strawberry.ID = column("Its id.")
    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = link("The record.", "entity_id")
    field: FactField = column("Which field.")  # type: ignore[valid-type]
    value: str | None = computed(
        resolvers.assertion.value,
        "The proposed value as text: numbers with all their digits, lists as JSON. Null: there is none.",
    )
    unit: str | None = column("The unit of an area, the currency of money, the precision of a date.")
    source: Source | None = link("Who says so; null: the proposer.", "source_id")
    reason: str = column("Why it is right.")
    by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who proposes it; null: the platform.", "owner_id"
    )
    at: datetime.datetime = column("When it was proposed.", name="proposed_at")
    status: CorrectionStatus = column("Where it stands.", is_groupable=True)
    resolution: str | None = column("Why it was decided so.")
    resolved_at: datetime.datetime | None = column("When it was decided or taken back.")
    resolved_by: Annotated["Partner", strawberry.lazy(".entity")] | None = link(
        "The partner who decided it or took it back; null: the platform, or nobody yet.", "resolved_by"
    )
    assertion: Annotated["Assertion", strawberry.lazy(".assertion")] | None = link(
        "The statement that an editor made of it; null where the record itself was changed.", "assertion_id"
    )


@strawberry.input(description="What a field of a record that somebody else maintains should say.")
class ProposeCorrectionInput:
    """A later proposal for the same field takes the place of the open one."""

    entity: EntityRef = strawberry.field(description="The record.")
    field: FactField = strawberry.field(description="The field.")  # type: ignore[valid-type]
    value: str | None = strawberry.field(
        description="The value as the API writes the field, as in assertFact. Null: there is none."
    )
    unit: str | None = strawberry.field(
        default=None, description="The unit of an area, the currency of money, the precision of a date."
    )
    source: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the source that says so; left out: you say so yourself."
    )
    reason: str = strawberry.field(description="Why it is right: 1 to 1,000 characters.")


@strawberry.input(description="Which correction is decided, and how.")
class ResolveCorrectionInput:
    """For who maintains the record, and for editors."""

    correction: strawberry.ID = strawberry.field(description="The id of the correction.")
    accept: bool = strawberry.field(
        description="True: the record is corrected, with history. False: it stays as it is."
    )
    reason: str = strawberry.field(description="Why, for who proposed it: 1 to 1,000 characters.")


@strawberry.input(description="Which proposal of yours to take back.")
class WithdrawCorrectionInput:
    """It stays readable as WITHDRAWN."""

    correction: strawberry.ID = strawberry.field(description="The id of the correction.")


@strawberry.type(description="The correction as it now stands.")
class CorrectionPayload:
    """Answer of proposeCorrection, resolveCorrection and withdrawCorrection."""

    correction: Correction | None = strawberry.field(description="The correction.")


WHAT: Any = strawberry.argument(description="Which correction, and why.")


async def propose_correction(
    info: Info[Context, None], input: Annotated[ProposeCorrectionInput, WHAT], idempotency_key: SentAs = None
) -> CorrectionPayload | None:
    """See resolvers/corrections.py."""
    asked = corrections.Proposed(
        reference(input.entity), str(input.field), input.value, input.reason, input.unit, input.source
    )

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"correction": await corrections.propose(connection, info.context.viewer, asked)}

    return await written(info, CorrectionPayload, work, idempotency_key)


async def resolve_correction(
    info: Info[Context, None], input: Annotated[ResolveCorrectionInput, WHAT], idempotency_key: SentAs = None
) -> CorrectionPayload | None:
    """See resolvers/corrections.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        given = (connection, info.context.viewer, input.correction, input.reason)
        return {"correction": await corrections.resolve(*given, is_accepted=input.accept)}

    done = noted(info, "correction.resolve", "correction", work, accepted=input.accept)
    return await written(info, CorrectionPayload, done, idempotency_key)


async def withdraw_correction(
    info: Info[Context, None], input: Annotated[WithdrawCorrectionInput, WHAT], idempotency_key: SentAs = None
) -> CorrectionPayload | None:
    """See resolvers/corrections.py."""

    async def work(connection: asyncpg.Connection) -> dict[str, Any]:
        return {"correction": await corrections.withdraw(connection, info.context.viewer, input.correction)}

    return await written(info, CorrectionPayload, work, idempotency_key)
