"""Writing truth: stating, taking back, pinning. Which statement is then preferred the database derives
itself, in the same transaction (models/migrations: derive_preference; docs/truth.md).

Every function works in a transaction of the viewer's (resolvers/writes.py), under its row security.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import asyncpg

from models import FACT_COLUMNS, Entity
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Conflict, Forbidden
from resolvers.scopes import require_editor
from resolvers.stated import stated
from resolvers.viewer import Viewer
from resolvers.writes import Reference, checked_text, find, not_found

MOST_REASON = 1_000
STATE = """
    INSERT INTO assertion (entity_id, field, owner_id, source_id, valid, value, unit, audience, confidence)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
STATE_ANEW = """
    UPDATE assertion SET value = $2, unit = $3, audience = $4, confidence = $5
    WHERE id = $1 AND (value #>> '{}', unit, audience, confidence)
        IS DISTINCT FROM ($2::jsonb #>> '{}', $3, $4, $5)
"""
"""Saying the same again writes nothing."""
SAID_ALREADY = """
    SELECT id FROM assertion
    WHERE entity_id = $1 AND field = $2 AND owner_id IS NOT DISTINCT FROM $3 AND NOT is_own
      AND source_id IS NOT DISTINCT FROM $4 AND valid = $5 ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of a field. `value` None: there is none (any more). `until` is the last day."""

    entity: Reference
    field: str
    value: str | None
    unit: str | None = None
    source_id: str | None = None
    since: date | None = None
    until: date | None = None
    confidence: float | None = None
    audience: str = "PUBLIC"
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """An assertion and the entity that it is about."""

    assertion_id: UUID
    entity_id: UUID


async def assert_fact(connection: asyncpg.Connection, viewer: Viewer, said: Statement) -> Said:
    """States a value; what the viewer said before in the name of the same source, for the same period, is
    replaced (and kept in the history).

    Raises NOT_FOUND for an entity or source that the viewer cannot see, CONFLICT for a merged entity,
    BAD_USER_INPUT for a value that the field cannot hold, FORBIDDEN for a rank by anybody but an editor.
    """
    if said.rank is not None:
        require_editor(viewer)
    entity = await find(connection, said.entity)
    if entity.record_status == "MERGED":
        raise Conflict(
            "The record is merged into another.",
            hint="State it of its successor.",
            successor=None if entity.successor_id is None else str(entity.successor_id),
        )
    columns = FACT_COLUMNS[said.field]
    value, unit = stated(columns, entity.kind, said.value, said.unit)
    if Entity.__table__.c[columns.value].foreign_keys and value != "null":
        await require_region(connection, value)
    if said.confidence is not None and not 0 <= said.confidence <= 1:
        raise BadUserInput("confidence is between 0 and 1.", hint="Leave it out where none is stated.")
    # What editors say is the platform's word; a partner's statement stays the partner's.
    owner_id = viewer.partner_id if viewer.role == "partner" else None
    source_id, valid = await source_named(connection, said.source_id), _period(said.since, said.until)
    key = (entity.id, columns.code, owner_id, source_id, valid)
    assertion_id = await connection.fetchval(SAID_ALREADY, *key)
    told = (value, unit, str(said.audience), said.confidence)
    if assertion_id is None:
        assertion_id = await connection.fetchval(STATE, *key, *told)
    else:
        await connection.execute(STATE_ANEW, assertion_id, *told)
    if said.rank is not None:
        await connection.execute(
            "UPDATE assertion SET rank = $2 WHERE id = $1 AND rank <> $2", assertion_id, said.rank
        )
    return Said(assertion_id, entity.id)


async def withdraw_fact(connection: asyncpg.Connection, viewer: Viewer, assertion: str) -> UUID:
    """Takes a statement back; gives its entity's id. Only who stated it may, and editors.

    Raises NOT_FOUND, FORBIDDEN for another's statement, BAD_USER_INPUT for a record's own word.
    """
    found = await _assertion(connection, assertion)
    if found["is_own"]:
        raise BadUserInput(
            "This is what the record itself says.", hint="Change the record, or state another value."
        )
    if viewer.role != "editor" and (found["owner_id"] is None or found["owner_id"] != viewer.partner_id):
        raise Forbidden(
            "Another partner's statement is not yours to take back.", hint="State what you know beside it."
        )
    await connection.execute("DELETE FROM assertion WHERE id = $1", found["id"])
    entity_id: UUID = found["entity_id"]
    return entity_id


async def pin_fact(connection: asyncpg.Connection, viewer: Viewer, assertion: str, reason: str) -> Said:
    """Makes a statement the preferred one whatever the rule says; what was pinned of the field is no more.

    Raises FORBIDDEN for all but editors, NOT_FOUND, BAD_USER_INPUT where the statement is less visible than
    the record that would show it.
    """
    require_editor(viewer)
    reason = checked_text(reason, "reason", MOST_REASON)
    found = await _assertion(connection, assertion)
    await connection.execute("SELECT FROM entity WHERE id = $1 FOR NO KEY UPDATE", found["entity_id"])
    await connection.execute(
        "UPDATE preference SET pinned_id = $1, pinned_at = now(), pinned_by = $2, pin_reason = $3 "
        "WHERE entity_id = $4 AND field = $5",
        *(found["id"], viewer.partner_id, reason, found["entity_id"], found["field"]),
    )
    preferred = await connection.fetchval(
        "SELECT assertion_id FROM preference WHERE entity_id = $1 AND field = $2",
        *(found["entity_id"], found["field"]),
    )
    if preferred != found["id"]:
        raise BadUserInput(
            "The statement is less visible than the record, which would show it to all.",
            hint="Pin one with the record's audience.",
        )
    return Said(found["id"], found["entity_id"])


async def unpin_fact(connection: asyncpg.Connection, viewer: Viewer, assertion: str) -> Said:
    """Takes a pin away: the rule decides again. Raises FORBIDDEN, NOT_FOUND, BAD_USER_INPUT if not pinned."""
    require_editor(viewer)
    found = await _assertion(connection, assertion)
    await connection.execute("SELECT FROM entity WHERE id = $1 FOR NO KEY UPDATE", found["entity_id"])
    done = await connection.execute(
        "UPDATE preference SET pinned_id = NULL, pinned_at = NULL, pinned_by = NULL, pin_reason = NULL "
        "WHERE pinned_id = $1",
        found["id"],
    )
    if done == "UPDATE 0":
        raise BadUserInput("The statement is not pinned.", hint="isPinned tells which one is.")
    return Said(found["id"], found["entity_id"])


async def _assertion(connection: asyncpg.Connection, given: str) -> asyncpg.Record:
    row = await connection.fetchrow(
        "SELECT id, entity_id, field, owner_id, is_own FROM assertion WHERE id = $1", parse_uuid(given)
    )
    if row is None:
        raise not_found("assertion")
    return row


async def source_named(connection: asyncpg.Connection, given: str | None) -> UUID | None:
    """The id of a source that the viewer can see; raises NOT_FOUND."""
    if given is None:
        return None
    found = parse_uuid(given)
    if await connection.fetchval("SELECT 1 FROM source WHERE id = $1", found) is None:
        raise not_found("source")
    return found


async def require_region(connection: asyncpg.Connection, value: str) -> None:
    """Raises BAD_USER_INPUT where there is no region of this code, given as JSON."""
    code = value.strip('"')
    if await connection.fetchval("SELECT 1 FROM region WHERE code = $1", code) is None:
        raise BadUserInput("There is no such region.", hint="Use a code of ISO 3166, such as PK or PK-SD.")


def _period(since: date | None, until: date | None) -> asyncpg.Range:
    if since is not None and until is not None and until < since:
        raise BadUserInput("The period ends before it begins.", hint="until is its last day.")
    if until is not None and until.year > 9000:
        raise BadUserInput("A period cannot end that late.", hint="Leave until out where it is open.")
    return asyncpg.Range(since, None if until is None else until + timedelta(days=1))
