"""Disputing what others state, deciding disputes, taking them back.

Works in a transaction of the viewer's, under its row security. What is taken back by whoever stated it closes
its disputes by itself (models/migrations: close_disputes). Who sees a dispute is resolvers/contested.py.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from models import FACT_COLUMNS
from models.vocabulary import Kind
from models.writing_vocabulary import DisputeStatus
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Conflict, Forbidden
from resolvers.truth import MOST_REASON
from resolvers.viewer import Viewer
from resolvers.writes import Reference, checked_text, find, not_found

RELATION = "SELECT id, subject_id, object_id, owner_id FROM relation WHERE id = $1"
ASSERTION = "SELECT id, entity_id, field, owner_id FROM assertion WHERE id = $1 AND field = upper(field)"
OPEN = """
    SELECT id, reason FROM dispute
    WHERE status = 'OPEN' AND owner_id IS NOT DISTINCT FROM $1 AND relation_id IS NOT DISTINCT FROM $2
      AND assertion_id IS NOT DISTINCT FROM $3 AND field IS NOT DISTINCT FROM $4 AND subject_id = $5
"""
INSERT = """
    INSERT INTO dispute (owner_id, relation_id, assertion_id, field, subject_id, object_id, stated_by, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
"""
DECIDE = """
    UPDATE dispute SET status = $2, resolution = $3, resolved_at = now(), resolved_by = $4 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What is disputed: exactly one of a relation, an assertion, and a field of a record."""

    relation: str | None = None
    assertion: str | None = None
    entity: Reference | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class _Statement:
    """What is disputed, as the table keeps it, and whose word it is."""

    relation_id: UUID | None
    assertion_id: UUID | None
    field: str | None
    subject_id: UUID
    object_id: UUID
    stated_by: UUID | None


async def dispute(connection: asyncpg.Connection, viewer: Viewer, target: Target, reason: str) -> UUID:
    """Disputes what somebody else states; gives the dispute's id. The same again writes nothing.

    Raises NOT_FOUND for what the viewer cannot see, CONFLICT where the viewer disputes it already for another
    reason, BAD_USER_INPUT for the viewer's own word or a field that the record does not have.
    """
    reason = checked_text(reason, "reason", MOST_REASON)
    what = await _statement(connection, target)
    by = viewer.partner_id
    if by is not None and by == what.stated_by:
        raise BadUserInput(
            "This is your own word.", hint="Change it, or take it back: nobody disputes what is its own."
        )
    known = (what.relation_id, what.assertion_id, what.field, what.subject_id)
    was = await connection.fetchrow(OPEN, by, *known)
    if was is not None:
        if was["reason"] == reason:
            found: UUID = was["id"]
            return found
        raise Conflict(
            "You dispute this already, for another reason.",
            hint="Take that dispute back first, with withdrawDispute.",
            dispute=str(was["id"]),
        )
    made: UUID = await connection.fetchval(INSERT, by, *known, what.object_id, what.stated_by, reason)
    return made


async def resolve(
    connection: asyncpg.Connection, viewer: Viewer, given: str, reason: str, *, is_upheld: bool
) -> UUID:
    """Decides a dispute, as an editor: what an upheld one disputes, a relation or another's assertion, is
    taken back in the same transaction, and the history keeps it. A record's own value is corrected by itself.

    Raises NOT_FOUND, CONFLICT for a dispute that is decided, BAD_USER_INPUT.
    """
    reason = checked_text(reason, "reason", MOST_REASON)
    found = await _open(connection, given)
    status = DisputeStatus.UPHELD if is_upheld else DisputeStatus.REJECTED
    await connection.execute(DECIDE, found["id"], str(status), reason, viewer.partner_id)
    if is_upheld and found["relation_id"] is not None:
        await connection.execute("DELETE FROM relation WHERE id = $1", found["relation_id"])
    elif is_upheld and found["assertion_id"] is not None:
        await connection.execute("DELETE FROM assertion WHERE id = $1 AND NOT is_own", found["assertion_id"])
    id_: UUID = found["id"]
    return id_


async def withdraw(connection: asyncpg.Connection, viewer: Viewer, given: str) -> UUID:
    """Takes a dispute of the viewer's back. Raises NOT_FOUND, FORBIDDEN for another's, CONFLICT."""
    found = await _open(connection, given)
    if found["owner_id"] != viewer.partner_id:
        raise Forbidden(
            "Another partner's dispute is not yours to take back.",
            hint="An editor decides it; what you stated you may take back.",
        )
    await connection.execute(DECIDE, found["id"], str(DisputeStatus.WITHDRAWN), None, viewer.partner_id)
    id_: UUID = found["id"]
    return id_


async def _open(connection: asyncpg.Connection, given: str) -> asyncpg.Record:
    found = await connection.fetchrow(
        "SELECT id, owner_id, status, relation_id, assertion_id FROM dispute WHERE id = $1", parse_uuid(given)
    )
    if found is None:
        raise not_found("dispute")
    if found["status"] != DisputeStatus.OPEN:
        raise Conflict(
            f"The dispute is {found['status'].lower()} already.", hint="Read its resolution, or dispute anew."
        )
    return found


async def _statement(connection: asyncpg.Connection, target: Target) -> _Statement:
    if target.relation is not None:
        row = await connection.fetchrow(RELATION, parse_uuid(target.relation))
        if row is None:
            raise not_found("relation")
        return _Statement(row["id"], None, None, row["subject_id"], row["object_id"], row["owner_id"])
    if target.assertion is not None:
        row = await connection.fetchrow(ASSERTION, parse_uuid(target.assertion))
        if row is None:
            raise not_found("assertion")
        about = row["entity_id"]
        return _Statement(None, row["id"], row["field"], about, about, row["owner_id"])
    assert target.entity is not None
    assert target.field is not None
    entity = await find(connection, target.entity)
    columns = FACT_COLUMNS[target.field]
    if Kind(entity.kind) not in columns.kinds:
        raise BadUserInput(
            f"A record of kind {entity.kind} has no field {columns.code}.",
            hint=f"{columns.code} is a field of {', '.join(columns.kinds)}.",
        )
    owner_id = await connection.fetchval("SELECT owner_id FROM entity WHERE id = $1", entity.id)
    return _Statement(None, None, columns.code, entity.id, entity.id, owner_id)
