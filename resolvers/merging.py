"""Merging two records of one thing, and undoing it.

The duplicate becomes MERGED and names its successor; what refers to it moves (models/moving.py), its names
are copied, its own values become statements about the survivor. Locks on both records, taken in the order of
their ids, let one merge of a record run at a time.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from models import FACT_COLUMNS
from models.fact_field import fact_columns_of
from models.moving import move, restore
from resolvers.errors import BadUserInput, Conflict
from resolvers.scopes import require_editor
from resolvers.truth import MOST_REASON
from resolvers.viewer import Viewer
from resolvers.writes import Found, Reference, checked_text, find

LOCK = """
    SELECT id, kind, slug, record_status, successor_id FROM entity WHERE id = ANY ($1) ORDER BY id FOR UPDATE
"""
CARRY_VALUES = """
    INSERT INTO assertion (entity_id, field, value, unit, source_id, owner_id, audience, rank, recorded_from)
    SELECT survivor.id, code, said.value, said.unit, duplicate.source_id, duplicate.owner_id,
           duplicate.audience, -1, duplicate.recorded_from
    FROM entity duplicate
    JOIN entity survivor ON survivor.id = $2
    CROSS JOIN unnest($3::text[]) AS code
    CROSS JOIN LATERAL fact_columns(to_jsonb(duplicate), code) AS c
    LEFT JOIN preference p ON p.entity_id = duplicate.id AND p.field = code
    LEFT JOIN assertion own ON own.entity_id = duplicate.id AND own.field = code AND own.is_own
    CROSS JOIN LATERAL (
        SELECT CASE WHEN p.id IS NULL THEN to_jsonb(duplicate) -> c.value_column ELSE own.value END AS value,
               CASE WHEN p.id IS NULL THEN to_jsonb(duplicate) ->> c.unit_column ELSE own.unit END AS unit
    ) AS said
    WHERE duplicate.id = $1 AND said.value <> 'null'
      AND (said.value, said.unit) IS DISTINCT FROM
          (to_jsonb(survivor) -> c.value_column, to_jsonb(survivor) ->> c.unit_column)
    ON CONFLICT DO NOTHING RETURNING id
"""
"""Rank -1: a value that was carried over stands behind what is said of the survivor itself."""
COPY_NAMES = """
    INSERT INTO entity_name (entity_id, value, lang, script, type)
    SELECT $2, value, lang, script, CASE type WHEN 'ACRONYM' THEN type ELSE 'ALIAS' END
    FROM entity_name n WHERE entity_id = $1 AND NOT EXISTS (
        SELECT 1 FROM entity_name have WHERE have.entity_id = $2 AND have.value = n.value
          AND have.lang IS NOT DISTINCT FROM n.lang)
    ON CONFLICT DO NOTHING RETURNING id
"""
KEEP_IDENTIFIERS = """
    INSERT INTO identifier (entity_id, scheme, value, partner_id, is_active, source_id)
    SELECT $1, scheme, value, partner_id, false, source_id
    FROM identifier WHERE id = ANY ($2) AND is_active RETURNING id
"""
"""By its identifiers, as by its slug, the merged record is still found where nobody else carries them."""
PINS = """
    SELECT field, pinned_id, pinned_at, pinned_by, pin_reason FROM preference
    WHERE entity_id = $1 AND pinned_id IS NOT NULL
"""
PIN = """
    UPDATE preference SET pinned_id = pin.pinned_id, pinned_at = pin.pinned_at, pinned_by = pin.pinned_by,
                          pin_reason = pin.pin_reason
    FROM jsonb_populate_recordset(NULL::preference, $2::jsonb) AS pin
    WHERE preference.entity_id = $1 AND preference.field = pin.field AND preference.pinned_id IS NULL
      AND EXISTS (SELECT 1 FROM assertion a WHERE a.id = pin.pinned_id AND a.entity_id = $1)
    RETURNING preference.field
"""
UNPIN = """
    UPDATE preference SET pinned_id = NULL, pinned_at = NULL, pinned_by = NULL, pin_reason = NULL
    WHERE entity_id = $1 AND pinned_id = ANY ($2)
"""
DERIVE = """
    SELECT derive_preference($1, field) FROM (
        SELECT field FROM assertion WHERE entity_id = $1
        UNION SELECT field FROM preference WHERE entity_id = $1 ORDER BY 1
    ) AS said
"""
DELETE_INSERTED = {
    "assertion": "DELETE FROM assertion WHERE id = ANY ($1)",
    "entity_name": "DELETE FROM entity_name WHERE id = ANY ($1)",
    "identifier": "DELETE FROM identifier WHERE id = ANY ($1)",
}


@dataclass(frozen=True, slots=True)
class Merged:
    """The two records of a merge."""

    survivor_id: UUID
    duplicate_id: UUID


async def merge(
    connection: asyncpg.Connection, viewer: Viewer, survivor: Reference, duplicate: Reference, reason: str
) -> Merged:
    """Merges the duplicate into the survivor.

    Raises FORBIDDEN for all but editors, NOT_FOUND, BAD_USER_INPUT for one record given twice or two of
    different kinds, CONFLICT where one of them is merged already (so that merges never go in circles).
    """
    require_editor(viewer)
    reason = checked_text(reason, "reason", MOST_REASON)
    kept, merged = await find(connection, survivor), await find(connection, duplicate)
    if kept.id == merged.id:
        raise BadUserInput("survivor and duplicate are the same record.", hint="Name two records.")
    if kept.kind != merged.kind:
        raise BadUserInput(
            f"A record of kind {merged.kind} cannot be merged into one of kind {kept.kind}.",
            hint="State a relation between them instead, such as SUCCEEDS.",
        )
    kept, merged = await _locked(connection, kept.id, merged.id)
    for record in (kept, merged):
        if record.record_status == "MERGED":
            raise Conflict(
                f"{record.slug} is merged already.",
                hint="Use its successor, or undo that merge first.",
                successor=None if record.successor_id is None else str(record.successor_id),
            )
    if kept.record_status == "WITHDRAWN":
        raise Conflict(f"{kept.slug} is withdrawn.", hint="Merge into a record that stands.")
    await _derive_later(connection, is_later=True)
    fields = [columns.code for columns in fact_columns_of(FACT_COLUMNS, (kept.kind,))]
    carried = await connection.fetch(CARRY_VALUES, merged.id, kept.id, fields)
    pins = [dict(row) for row in await connection.fetch(PINS, merged.id)]
    await connection.execute(UNPIN, merged.id, [pin["pinned_id"] for pin in pins])
    was = await move(connection, merged.id, kept.id)
    identifiers = [UUID(item["key"]["id"]) for item in was["moved"].get("identifier", [])]
    was["inserted"] = {
        "assertion": _ids(carried),
        "entity_name": _ids(await connection.fetch(COPY_NAMES, merged.id, kept.id)),
        "identifier": _ids(await connection.fetch(KEEP_IDENTIFIERS, merged.id, identifiers)),
    }
    was["pins"] = json.loads(json.dumps(pins, default=str))
    was["record"] = {"record_status": merged.record_status, "successor_id": _text(merged.successor_id)}
    await connection.execute("DELETE FROM conflict WHERE entity_id = $1", merged.id)
    await connection.execute(
        "UPDATE entity SET record_status = 'MERGED', successor_id = $2 WHERE id = $1", merged.id, kept.id
    )
    await _derive_later(connection, is_later=False)
    await connection.execute(DERIVE, kept.id)
    given = await connection.fetch(PIN, kept.id, json.dumps(was["pins"]))
    was["pinned"] = [
        pin["pinned_id"] for pin in was["pins"] if pin["field"] in {row["field"] for row in given}
    ]
    await connection.execute(
        "INSERT INTO entity_merge (survivor_id, merged_id, reason, moved, merged_by) "
        "VALUES ($1, $2, $3, $4, $5)",
        *(kept.id, merged.id, reason, json.dumps(was), viewer.partner_id),
    )
    return Merged(kept.id, merged.id)


async def undo(connection: asyncpg.Connection, viewer: Viewer, duplicate: Reference) -> Merged:
    """Undoes a merge: every row stands again where it stood, with its id.

    Raises FORBIDDEN for all but editors, NOT_FOUND, CONFLICT where the record is not merged, or one of the
    two took part in a later merge, which must be undone first.
    """
    require_editor(viewer)
    merged = await find(connection, duplicate)
    found = await connection.fetchrow(
        "SELECT id, survivor_id FROM entity_merge WHERE merged_id = $1 AND undone_at IS NULL", merged.id
    )
    if found is None:
        raise Conflict(f"{merged.slug} is not merged.", hint="Only a merge can be undone.")
    kept, merged = await _locked(connection, found["survivor_id"], merged.id)
    row = await connection.fetchrow(
        "SELECT moved FROM entity_merge WHERE id = $1 AND undone_at IS NULL FOR UPDATE", found["id"]
    )
    if row is None:
        raise Conflict(f"{merged.slug} is not merged.", hint="Only a merge can be undone.")
    later = await connection.fetchval(
        "SELECT e.slug FROM entity_merge m JOIN entity e ON e.id = m.merged_id WHERE m.undone_at IS NULL "
        "AND m.id > $1 AND (m.survivor_id = ANY ($2) OR m.merged_id = ANY ($2)) ORDER BY m.id DESC LIMIT 1",
        *(found["id"], [kept.id, merged.id]),
    )
    if later is not None:
        raise Conflict("A later merge builds on this one.", hint=f"Undo the merge of {later} first.")
    was: dict[str, Any] = json.loads(row["moved"])
    await _derive_later(connection, is_later=True)
    await connection.execute(UNPIN, kept.id, [UUID(pinned) for pinned in was["pinned"]])
    for table, delete in DELETE_INSERTED.items():
        await connection.execute(delete, [UUID(one) for one in was["inserted"][table]])
    await connection.execute(
        "UPDATE entity SET record_status = $2, successor_id = $3 WHERE id = $1",
        *(merged.id, was["record"]["record_status"], _uuid(was["record"]["successor_id"])),
    )
    await restore(connection, was)
    await connection.execute(PIN, merged.id, json.dumps(was["pins"]))
    await _derive_later(connection, is_later=False)
    for one in (kept.id, merged.id):
        await connection.execute(DERIVE, one)
    await connection.execute(
        "UPDATE entity_merge SET undone_at = now(), undone_by = $2 WHERE id = $1",
        found["id"],
        viewer.partner_id,
    )
    return Merged(kept.id, merged.id)


async def _locked(connection: asyncpg.Connection, kept_id: UUID, merged_id: UUID) -> tuple[Found, Found]:
    rows = await connection.fetch(LOCK, [kept_id, merged_id])
    found = {row["id"]: Found(**dict(row)) for row in rows}
    return found[kept_id], found[merged_id]


async def _derive_later(connection: asyncpg.Connection, *, is_later: bool) -> None:
    """While it is later, the triggers that derive preferred values leave them to us."""
    await connection.execute(
        "SELECT set_config('triplehelix.deriving', $1, true)", "on" if is_later else "off"
    )


def _ids(rows: list[asyncpg.Record]) -> list[str]:
    return [str(row["id"]) for row in rows]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
