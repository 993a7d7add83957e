"""Withdrawing records, with a reason and where there is one a successor, and restoring them.

A withdrawn record stays readable by id, slug and identifier, and leaves the lists. Works in a transaction of
the viewer's, under its row security. A record that was merged is restored by resolvers/merging.py alone.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from models.vocabulary import ROLE_RULES, Kind, Role
from models.writing_vocabulary import ItemStatus
from resolvers.errors import BadUserInput, Code, Conflict, Forbidden
from resolvers.items import Done, within
from resolvers.truth import MOST_REASON
from resolvers.viewer import Viewer
from resolvers.writes import Reference, checked_text, find

LOCK = "SELECT id, kind, record_status, successor_id, version FROM entity WHERE id = $1 FOR UPDATE"
OPEN_WITHDRAWAL = (
    "SELECT id, reason, status_before FROM withdrawal WHERE entity_id = $1 AND restored_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Which record is to be withdrawn, why, and what takes its place. `expected_version`: only if it still
    has this one."""

    entity: Reference
    reason: str
    successor: Reference | None = None
    expected_version: int | None = None


async def withdraw(connection: asyncpg.Connection, viewer: Viewer, asked: Withdrawn) -> Done:
    """Withdraws a record. What is withdrawn already, for the same reason and successor, is left as it is.

    Raises NOT_FOUND, FORBIDDEN for a record that somebody else maintains, CONFLICT for one that is merged or
    has another version, or a successor that does not stand, RELATION_INVALID and RELATION_KINDS for a
    successor that cannot be one, BAD_USER_INPUT.
    """
    with within("reason"):
        reason = checked_text(asked.reason, "reason", MOST_REASON)
    entity = await _locked(connection, viewer, asked.entity, asked.expected_version)
    successor_id = None
    if asked.successor is not None:
        with within("successor"):
            successor_id = await _successor(connection, entity, asked.successor)
    was = await connection.fetchrow(OPEN_WITHDRAWAL, entity["id"])
    if entity["record_status"] == "WITHDRAWN":
        if was is not None and (was["reason"], entity["successor_id"]) == (reason, successor_id):
            return Done(ItemStatus.UNCHANGED, entity["id"])
    else:
        await connection.execute(
            "UPDATE identifier SET is_active = false WHERE entity_id = $1 AND is_active", entity["id"]
        )
    if was is None:
        before = "ACTIVE" if entity["record_status"] == "WITHDRAWN" else entity["record_status"]
        await connection.execute(
            "INSERT INTO withdrawal (entity_id, status_before, reason, withdrawn_by) VALUES ($1, $2, $3, $4)",
            *(entity["id"], before, reason, viewer.partner_id),
        )
    else:
        await connection.execute("UPDATE withdrawal SET reason = $2 WHERE id = $1", was["id"], reason)
    await connection.execute(
        "UPDATE entity SET record_status = 'WITHDRAWN', successor_id = $2 "
        "WHERE id = $1 AND (record_status, successor_id) IS DISTINCT FROM ('WITHDRAWN', $2)",
        *(entity["id"], successor_id),
    )
    return Done(ItemStatus.UPDATED, entity["id"])


async def restore(
    connection: asyncpg.Connection, viewer: Viewer, reference: Reference, expected_version: int | None = None
) -> Done:
    """Makes a withdrawn record again what it was; one that stands is left as it is.

    Raises NOT_FOUND, FORBIDDEN, CONFLICT as `withdraw`, and IDENTIFIER_TAKEN where another record carries one
    of its identifiers by now.
    """
    entity = await _locked(connection, viewer, reference, expected_version)
    if entity["record_status"] != "WITHDRAWN":
        return Done(ItemStatus.UNCHANGED, entity["id"])
    was = await connection.fetchrow(OPEN_WITHDRAWAL, entity["id"])
    await connection.execute(
        "UPDATE entity SET record_status = $2, successor_id = NULL WHERE id = $1",
        *(entity["id"], "ACTIVE" if was is None else was["status_before"]),
    )
    try:
        async with connection.transaction():
            await connection.execute(
                "UPDATE identifier SET is_active = true WHERE entity_id = $1", entity["id"]
            )
    except asyncpg.UniqueViolationError as error:
        raise Conflict(
            "Another record carries one of its identifiers by now.",
            code=Code.IDENTIFIER_TAKEN,
            hint="Take the identifier from this record, or ask an editor to merge the two.",
        ) from error
    if was is not None:
        await connection.execute(
            "UPDATE withdrawal SET restored_at = now(), restored_by = $2 WHERE id = $1",
            *(was["id"], viewer.partner_id),
        )
    return Done(ItemStatus.UPDATED, entity["id"])


async def _locked(
    connection: asyncpg.Connection, viewer: Viewer, reference: Reference, expected_version: int | None
) -> asyncpg.Record:
    """The record, which the viewer maintains and nobody changes until the end of the transaction."""
    with within("entity"):
        found = await find(connection, reference)
        owner_id = await connection.fetchval("SELECT owner_id FROM entity WHERE id = $1", found.id)
        if viewer.role != "editor" and (owner_id is None or owner_id != viewer.partner_id):
            raise Forbidden(
                f"The record {found.slug} is not yours to withdraw or restore.",
                hint="Ask who maintains it, or an editor: owner { name } tells who that is.",
            )
        row = await connection.fetchrow(LOCK, found.id)
        if row is None or row["record_status"] == "MERGED":
            raise Conflict(
                f"The record {found.slug} is merged into another.",
                hint="Withdraw its successor, or ask an editor to undo the merge.",
                successor=None if found.successor_id is None else str(found.successor_id),
            )
    if expected_version is not None and row["version"] != expected_version:
        raise Conflict(
            f"The record has version {row['version']} by now, not {expected_version}.",
            hint="Read it again, and decide again.",
            field="expectedVersion",
            version=row["version"],
        )
    return row


async def _successor(connection: asyncpg.Connection, entity: asyncpg.Record, reference: Reference) -> UUID:
    found = await find(connection, reference)
    if found.id == entity["id"]:
        raise BadUserInput(
            "A record cannot succeed itself.", code=Code.RELATION_INVALID, hint="Name another record."
        )
    if (Kind(found.kind), Kind(entity["kind"])) not in ROLE_RULES[Role.SUCCEEDS].pairs:
        raise BadUserInput(
            f"A record of kind {found.kind} cannot succeed one of kind {entity['kind']}.",
            code=Code.RELATION_KINDS,
            hint="Organizations succeed organizations, other records those of their own kind.",
        )
    if found.record_status not in ("ACTIVE", "INACTIVE"):
        raise Conflict(
            f"The record {found.slug} is {found.record_status.lower()} itself.",
            hint="Name the record that stands at the end.",
        )
    return found.id
