"""Corrections of others' records: proposed by who sees them, decided by who maintains them, or by editors.

An accepted one is applied in the same transaction, with history: by the record's own partner as the record's
own word, by an editor as the platform's statement, pinned where the rule of preference would not show it
(docs/truth.md). Works in a transaction of the viewer's, under its row security.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from models import FACT_COLUMNS, Entity, FactColumns
from models.writing_vocabulary import CorrectionStatus
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Conflict, Forbidden
from resolvers.scopes import require_editor
from resolvers.stated import stated
from resolvers.truth import MOST_REASON, Statement, assert_fact, pin_fact, require_region, source_named
from resolvers.viewer import Viewer
from resolvers.writes import Reference, checked_text, find, not_found

OPEN = """
    SELECT id, (value, unit, source_id, reason) IS NOT DISTINCT FROM ($4::jsonb, $5, $6, $7) AS is_same
    FROM correction
    WHERE status = 'OPEN' AND owner_id IS NOT DISTINCT FROM $1 AND entity_id = $2 AND field = $3
"""
INSERT = """
    INSERT INTO correction (owner_id, entity_id, field, value, unit, source_id, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
"""
DECIDE = """
    UPDATE correction SET status = $2, resolution = $3, resolved_at = now(), resolved_by = $4,
                          assertion_id = $5
    WHERE id = $1
"""
READ = """
    SELECT c.id, c.entity_id, c.field, c.value, c.value #>> '{}' AS text, c.unit, c.source_id, c.owner_id,
           c.status, e.owner_id AS maintained_by
    FROM correction c LEFT JOIN entity e ON e.id = c.entity_id WHERE c.id = $1
"""
REPLACED = "Replaced by a later proposal."


@dataclass(frozen=True, slots=True)
class Proposed:
    """A value for a field of a record, in the API's spelling (as in assertFact), and why it is right."""

    entity: Reference
    field: str
    value: str | None
    reason: str
    unit: str | None = None
    source_id: str | None = None


async def propose(connection: asyncpg.Connection, viewer: Viewer, asked: Proposed) -> UUID:
    """Proposes a correction; gives its id. It takes the place of the viewer's open one of the same field; the
    same again writes nothing.

    Raises NOT_FOUND for a record or source that the viewer cannot see, CONFLICT for a merged record,
    BAD_USER_INPUT for the viewer's own record, a value that the field cannot hold or that it has already.
    """
    reason = checked_text(asked.reason, "reason", MOST_REASON)
    entity = await find(connection, asked.entity)
    if entity.record_status == "MERGED":
        raise Conflict(
            "The record is merged into another.",
            hint="Propose it for its successor.",
            successor=None if entity.successor_id is None else str(entity.successor_id),
        )
    columns = FACT_COLUMNS[asked.field]
    value, unit = stated(columns, entity.kind, asked.value, asked.unit)
    if Entity.__table__.c[columns.value].foreign_keys and value != "null":
        await require_region(connection, value)
    source_id = await source_named(connection, asked.source_id)
    by = viewer.partner_id
    if by is not None and by == await connection.fetchval(
        "SELECT owner_id FROM entity WHERE id = $1", entity.id
    ):
        raise BadUserInput("You maintain this record.", hint="Save the right value yourself.")
    if await _is_shown(connection, entity.id, columns, value, unit):
        raise BadUserInput("The record says so already.", hint="Read the record again.")
    told = (by, entity.id, columns.code, value, unit, source_id, reason)
    was = await connection.fetchrow(OPEN, *told)
    if was is not None and was["is_same"]:
        found: UUID = was["id"]
        return found
    if was is not None:
        await connection.execute(DECIDE, was["id"], str(CorrectionStatus.WITHDRAWN), REPLACED, by, None)
    made: UUID = await connection.fetchval(INSERT, *told)
    return made


async def resolve(
    connection: asyncpg.Connection, viewer: Viewer, given: str, reason: str, *, is_accepted: bool
) -> UUID:
    """Decides a correction, and applies it where it is accepted; gives its id.

    Raises NOT_FOUND, FORBIDDEN for all but who maintains the record and editors, CONFLICT for one that is
    decided, or whose value something else stands above, BAD_USER_INPUT.
    """
    reason = checked_text(reason, "reason", MOST_REASON)
    found = await _open(connection, given)
    maintained_by = found["maintained_by"]
    if maintained_by is None or maintained_by != viewer.partner_id:
        if viewer.role != "editor":
            raise Forbidden(
                "Only who maintains the record decides this, or an editor.",
                hint="A proposal of your own is taken back by withdrawCorrection.",
            )
        require_editor(viewer)
    assertion_id = await _apply(connection, viewer, found, reason) if is_accepted else None
    status = CorrectionStatus.ACCEPTED if is_accepted else CorrectionStatus.REJECTED
    await connection.execute(DECIDE, found["id"], str(status), reason, viewer.partner_id, assertion_id)
    id_: UUID = found["id"]
    return id_


async def withdraw(connection: asyncpg.Connection, viewer: Viewer, given: str) -> UUID:
    """Takes a proposal of the viewer's back. Raises NOT_FOUND, FORBIDDEN for another's, CONFLICT."""
    found = await _open(connection, given)
    if found["owner_id"] != viewer.partner_id:
        raise Forbidden(
            "Another partner's proposal is not yours to take back.",
            hint="Who maintains the record decides it with resolveCorrection.",
        )
    withdrawn = str(CorrectionStatus.WITHDRAWN)
    await connection.execute(DECIDE, found["id"], withdrawn, None, viewer.partner_id, None)
    id_: UUID = found["id"]
    return id_


async def _open(connection: asyncpg.Connection, given: str) -> asyncpg.Record:
    found = await connection.fetchrow(READ, parse_uuid(given))
    if found is None:
        raise not_found("correction")
    if found["status"] != CorrectionStatus.OPEN:
        raise Conflict(
            f"The correction is {found['status'].lower()} already.",
            hint="Read its resolution, or propose anew.",
        )
    return found


async def _apply(
    connection: asyncpg.Connection, viewer: Viewer, found: asyncpg.Record, reason: str
) -> UUID | None:
    """Gives the id of the statement that was made; None where the record itself was changed."""
    columns, entity_id = FACT_COLUMNS[found["field"]], found["entity_id"]
    if viewer.role != "editor":
        await _set_own(connection, entity_id, columns, found["value"], found["unit"])
        if not await _is_shown(connection, entity_id, columns, found["value"], found["unit"]):
            raise Conflict(
                "An editor's pin or a register's word stands above the record's own.",
                hint="Leave it to an editor, who can accept it too.",
            )
        return None
    source_id = None if found["source_id"] is None else str(found["source_id"])
    entity = Reference(id=str(entity_id))
    said = await assert_fact(
        connection, viewer, Statement(entity, columns.code, found["text"], found["unit"], source_id)
    )
    if not await _is_shown(connection, entity_id, columns, found["value"], found["unit"]):
        await pin_fact(connection, viewer, str(said.assertion_id), reason)
    return said.assertion_id


async def _set_own(
    connection: asyncpg.Connection, entity_id: UUID, columns: FactColumns, value: str, unit: str | None
) -> None:
    names = [columns.value, *([columns.unit] if columns.unit else [])]
    sets = ", ".join(f"{name} = (jsonb_populate_record(NULL::entity, said)).{name}" for name in names)
    await connection.execute(
        f"UPDATE entity SET {sets} FROM jsonb_build_object($2::text, $3::jsonb, "  # noqa: S608 - columns of the declaration
        "coalesce($4::text, '-'), $5::text) AS said WHERE entity.id = $1",
        *(entity_id, columns.value, value, columns.unit, unit),
    )


async def _is_shown(
    connection: asyncpg.Connection, entity_id: UUID, columns: FactColumns, value: str, unit: str | None
) -> bool:
    found: bool = await connection.fetchval(
        "SELECT to_jsonb(e) -> $2 = $3::jsonb AND "
        "($4::text IS NULL OR to_jsonb(e) ->> $4 IS NOT DISTINCT FROM $5) FROM entity e WHERE e.id = $1",
        *(entity_id, columns.value, value, columns.unit, unit),
    )
    return found
