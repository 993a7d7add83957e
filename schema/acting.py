"""The mutations of what partners say beside their own records: relations, withdrawals, disputes, corrections.

A part of the root (schema/mutation.py); each field's inputs and payload stand with its resolver.
"""

import strawberry

from schema.correction import CorrectionPayload, propose_correction, resolve_correction, withdraw_correction
from schema.dispute import DisputePayload, dispute, resolve_dispute, withdraw_dispute
from schema.relating import (
    EntitiesPayload,
    RelationsPayload,
    relate,
    restore_entities,
    unrelate,
    withdraw_entities,
)


@strawberry.type(description="What partners say beside their own records.")
class Acting:
    """Fields of the root of mutations."""

    relate: RelationsPayload | None = strawberry.mutation(
        resolver=relate,
        description="State relations between records that you see. They are yours to change; the owners of "
        "the records see them and may dispute them.",
    )
    unrelate: RelationsPayload | None = strawberry.mutation(
        resolver=unrelate,
        description="End relations of yours on a day, or take back those that were stated in error.",
    )
    withdraw_entities: EntitiesPayload | None = strawberry.mutation(
        resolver=withdraw_entities,
        description="Withdraw records that you maintain, with a reason and where there is one a successor.",
    )
    restore_entities: EntitiesPayload | None = strawberry.mutation(
        resolver=restore_entities, description="Make withdrawn records that you maintain stand again."
    )
    dispute: DisputePayload | None = strawberry.mutation(
        resolver=dispute,
        description="Say that a relation, an assertion or a record's value of somebody else's is wrong.",
    )
    resolve_dispute: DisputePayload | None = strawberry.mutation(
        resolver=resolve_dispute, description="For editors: decide a dispute."
    )
    withdraw_dispute: DisputePayload | None = strawberry.mutation(
        resolver=withdraw_dispute, description="Take a dispute of your own back."
    )
    propose_correction: CorrectionPayload | None = strawberry.mutation(
        resolver=propose_correction, description="Propose what a field of another's record should say."
    )
    resolve_correction: CorrectionPayload | None = strawberry.mutation(
        resolver=resolve_correction,
        description="For who maintains the record, and for editors: accept a correction or reject it.",
    )
    withdraw_correction: CorrectionPayload | None = strawberry.mutation(
        resolver=withdraw_correction, description="Take a proposal of your own back."
    )
