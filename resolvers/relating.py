"""Relations that partners and editors state, end and take back, one item of a mutation at a time.

Whoever states a relation owns it, whatever records it touches; the records' owners see it and may dispute it
(resolvers/disputes.py). Works in a transaction of the viewer's, under its row security. Files come by
exchange/relation_rows.py, which keeps the same rule of what is one fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from models.vocabulary import ROLE_RULES, Audience, DatePrecision, Role
from models.writing_vocabulary import ItemStatus
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Code, Conflict, Forbidden
from resolvers.items import Done, within
from resolvers.relation_rules import (
    Values,
    check_audience,
    check_order,
    check_post,
    default_audience,
    period,
    placed,
    title_of,
    values_of,
)
from resolvers.viewer import Viewer
from resolvers.writes import Reference, find, not_found

END = """
    SELECT id, kind, owner_id, audience, record_status, successor_id, slug FROM entity WHERE id = $1
"""
SAME = """
    SELECT id, owner_id, lower(valid) AS since, upper(valid) AS before, precision, is_exclusive, confidence,
           source_id, audience
    FROM relation
    WHERE subject_id = $1 AND role = $2 AND object_id = $3 AND starts_on = coalesce($4, '-infinity'::date)
      AND title IS NOT DISTINCT FROM $5 AND (audience <> 'OWNER' OR owner_id IS NOT DISTINCT FROM $6)
    ORDER BY owner_id IS NOT DISTINCT FROM $6 DESC, id LIMIT 1
"""
"""One fact: subject, role, object, first day and title. What another keeps to itself is no part of it."""
OVERLAPPING = """
    SELECT id FROM relation
    WHERE subject_id = $1 AND role = $2 AND object_id = $3 AND title IS NOT DISTINCT FROM $4
      AND owner_id IS NOT DISTINCT FROM $5 AND valid && $6 AND id IS DISTINCT FROM $7 ORDER BY id LIMIT 1
"""
INSERT = """
    INSERT INTO relation (subject_id, subject_kind, object_id, object_kind, role, title, owner_id, valid,
                          precision, is_exclusive, confidence, source_id, audience)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (subject_id, role, object_id, starts_on, title) WHERE audience <> 'OWNER' DO NOTHING
    RETURNING id
"""
INSERT_OWN = INSERT.replace(
    "(subject_id, role, object_id, starts_on, title) WHERE audience <> 'OWNER'",
    "(owner_id, subject_id, role, object_id, starts_on, title) WHERE audience = 'OWNER'",
)
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
"""Until the transaction ends nobody else states this role between the two: of two that are stated at the same
moment for overlapping periods one sees the other. An exclusion constraint on all states would do it too, and
its index would take over the plans of the table that every question goes through."""
UPDATE = """
    UPDATE relation SET valid = $2, precision = $3, is_exclusive = $4, confidence = $5, source_id = $6,
        audience = $7
    WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation as it is sent. `given` holds what is given of since, until, precision, title, isExclusive,
    confidence, source (an id) and audience; what is absent is left as it is, and None empties it."""

    subject: Reference
    object: Reference
    role: str
    given: Mapping[str, Any]


async def relate(connection: asyncpg.Connection, viewer: Viewer, stated: Stated) -> Done:
    """States a relation; said already it changes what is given, or nothing.

    Raises NOT_FOUND for an end or source that the viewer cannot see, CONFLICT for an end that is merged or
    withdrawn, RELATION_KINDS, RELATION_INVALID for one record at both ends, DATES_OUT_OF_ORDER,
    PERIODS_OVERLAP, FORBIDDEN where another partner states it otherwise, BAD_USER_INPUT.
    """
    role = Role(stated.role)
    with within("subject"):
        subject = await _end(connection, stated.subject)
    with within("object"):
        object_ = await _end(connection, stated.object)
    subject, object_ = placed(role, subject, object_)
    given, owner_id = stated.given, viewer.partner_id if viewer.role == "partner" else None
    title = None if given.get("title") is None else title_of(given["title"])
    values = await values_of(connection, given, default_audience(subject, object_))
    check_post(role, title, values)
    check_audience(values.audience, owner_id, subject, object_)
    ends = (subject["id"], str(role), object_["id"])
    await connection.execute(ALONE, " ".join(map(str, ends)))
    insert = INSERT_OWN if values.audience == Audience.OWNER else INSERT
    for _ in range(2):
        same = await connection.fetchrow(SAME, *ends, values.since, title, owner_id)
        if same is not None:
            return await _restate(connection, viewer, (*ends, title), same, values, given)
        await _check_apart(connection, (*ends, title), role, owner_id, values, None)
        made = await connection.fetchval(
            insert,
            *(subject["id"], subject["kind"], object_["id"], object_["kind"], str(role), title, owner_id),
            *values.columns,
        )
        if made is not None:
            return Done(ItemStatus.CREATED, made)
        # Somebody else stated it at the same moment: it is found now.
    raise Conflict("The relation is being changed by somebody else.", hint="Send it again.")


async def end(
    connection: asyncpg.Connection, viewer: Viewer, relation: str, until: date | None, *, is_error: bool
) -> Done:
    """Ends a relation on its last day, or takes back one that was stated in error: that is no longer
    believed, and the history keeps that it was. Only who stated it may, and editors.

    Raises NOT_FOUND, FORBIDDEN, DATES_OUT_OF_ORDER, BAD_USER_INPUT for both or none of the two.
    """
    if (until is None) != is_error:
        raise BadUserInput(
            "Exactly one of until and statedInError says how the relation ends.",
            hint="Give until, its last day, or statedInError: true where it never held.",
        )
    id_ = parse_uuid(relation)
    found = await connection.fetchrow(
        "SELECT id, owner_id, lower(valid) AS since, upper(valid) AS before, precision FROM relation "
        "WHERE id = $1",
        id_,
    )
    if found is None:
        if is_error and await _was_own(connection, viewer, id_):
            return Done(ItemStatus.UNCHANGED)
        raise not_found("relation")
    if not is_own(viewer, found["owner_id"]):
        raise Forbidden(
            "Another partner states this relation: it is not yours to end.",
            hint="Dispute it, with your reason; both sides see that.",
        )
    if is_error:
        await connection.execute("DELETE FROM relation WHERE id = $1", id_)
        return Done(ItemStatus.UPDATED)
    assert until is not None
    _, before = period(None, until, DatePrecision(found["precision"]))
    check_order(found["since"], before)
    if before == found["before"]:
        return Done(ItemStatus.UNCHANGED, id_)
    await connection.execute(
        "UPDATE relation SET valid = daterange(lower(valid), $2) WHERE id = $1", id_, before
    )
    return Done(ItemStatus.UPDATED, id_)


def is_own(viewer: Viewer, owner_id: UUID | None) -> bool:
    """Whether what an owner states is the viewer's to change."""
    return viewer.role == "editor" or (owner_id is not None and owner_id == viewer.partner_id)


async def _end(connection: asyncpg.Connection, reference: Reference) -> asyncpg.Record:
    found = await find(connection, reference)
    if found.record_status not in ("ACTIVE", "INACTIVE"):
        successor = None if found.successor_id is None else str(found.successor_id)
        raise Conflict(
            f"The record {found.slug} is {found.record_status.lower()}.",
            hint="Relate its successor." if successor else "Relate a record that stands.",
            successor=successor,
        )
    row = await connection.fetchrow(END, found.id)
    assert row is not None
    return row


async def _restate(
    connection: asyncpg.Connection,
    viewer: Viewer,
    fact: tuple[UUID, str, UUID, str | None],
    same: asyncpg.Record,
    values: Values,
    given: Mapping[str, Any],
) -> Done:
    """Changes what is given of a relation that is stated already."""

    def kept(name: str, column: str, new: Any) -> Any:
        return new if name in given else same[column]

    wanted = Values(
        same["since"],
        kept("until", "before", values.before),
        kept("precision", "precision", values.precision),
        kept("isExclusive", "is_exclusive", values.is_exclusive),
        kept("confidence", "confidence", values.confidence),
        kept("source", "source_id", values.source_id),
        kept("audience", "audience", values.audience),
    )
    now = Values(*(same[name] for name in Values.__slots__))
    if wanted == now:
        return Done(ItemStatus.UNCHANGED, same["id"])
    if not is_own(viewer, same["owner_id"]):
        raise Forbidden(
            "Another partner states this relation, and otherwise than you.",
            hint=f"Dispute the relation {same['id']}, or leave out what differs.",
        )
    check_order(wanted.since, wanted.before)
    check_post(Role(fact[1]), fact[3], wanted)
    await _check_apart(connection, fact, Role(fact[1]), same["owner_id"], wanted, same["id"])
    await connection.execute(
        UPDATE,
        same["id"],
        *wanted.columns,
    )
    return Done(ItemStatus.UPDATED, same["id"])


async def _check_apart(
    connection: asyncpg.Connection,
    fact: tuple[UUID, str, UUID, str | None],
    role: Role,
    owner_id: UUID | None,
    values: Values,
    own: UUID | None,
) -> None:
    """One partner says of a state once that it holds on a day; an event may have happened twice."""
    if ROLE_RULES[role].is_event:
        return
    other = await connection.fetchval(OVERLAPPING, *fact, owner_id, values.valid, own)
    if other is not None:
        raise BadUserInput(
            "You state the same relation for a period that overlaps this one.",
            code=Code.PERIODS_OVERLAP,
            hint=f"End the relation {other} first, or take it back with unrelate if its dates were wrong.",
            field="since",
        )


async def _was_own(connection: asyncpg.Connection, viewer: Viewer, relation: UUID) -> bool:
    """Whether it was the viewer's relation and is taken back already: sent again, that changes nothing."""
    past = await connection.fetchrow(
        "SELECT current_owner_id FROM relation_history WHERE id = $1 ORDER BY recorded_until DESC LIMIT 1",
        relation,
    )
    return past is not None and is_own(viewer, past["current_owner_id"])
