"""The queue of deliveries in PostgreSQL: changes become deliveries, deliveries are taken, and settled.

Each step is one short transaction as the editor role. What is taken by one process is skipped by the others,
and is due again after its lease, so that a process that died costs an attempt and never a delivery. The time
is always given: it is the caller's clock.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from exchange.webhook_message import message_id
from models.webhook_vocabulary import DeliveryStatus, WebhookStatus
from resolvers import audit
from resolvers.cursors import decode, encode
from resolvers.feed import TAG, TYPES, Page
from resolvers.viewer import Viewer

MOST_WAITING = 1000
"""Deliveries of one webhook that wait; the rest stays in the change log until there is room."""
RETRY_FOR = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=5)
GROWTH = 3
LONGEST_PAUSE = timedelta(hours=12)
JITTER = 0.2
MOST_GIVEN_UP = 20
"""A webhook is disabled when so many deliveries were given up, though others succeeded."""
DELIVERER = Viewer(role="editor", partner="webhooks")
"""Who disables a webhook, in the log of administration."""
KEPT = timedelta(days=30)
"""How long a finished delivery can be read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; `is_gone`: the receiver wants no more at all."""

    status: int | None
    error: str | None
    response: str | None = None
    is_gone: bool = False


async def take_webhook(connection: asyncpg.Connection, webhook_id: UUID) -> Any:
    """An enabled webhook with its place and the room in its queue, locked; None where another has it."""
    return await connection.fetchrow(
        f"""
        SELECT w.id, w.owner_id, w.kinds, w.xid, w.seq,
               {MOST_WAITING} - (SELECT count(*) FROM webhook_delivery d
                                 WHERE d.webhook_id = w.id AND d.status = 'PENDING') AS room
        FROM webhook w WHERE w.id = $1 AND w.status = 'ENABLED' FOR UPDATE OF w SKIP LOCKED
        """,
        webhook_id,
    )


async def enabled(connection: asyncpg.Connection) -> list[UUID]:
    """The webhooks that want changes."""
    rows = await connection.fetch("SELECT id FROM webhook WHERE status = 'ENABLED' ORDER BY id")
    return [row["id"] for row in rows]


def cursor_of(webhook: Any) -> str:
    """The place of a webhook as a cursor."""
    return encode(TAG, [str(webhook["xid"]), str(webhook["seq"])])


def place_of(cursor: str) -> tuple[int, int]:
    """A cursor as a place."""
    xid, seq = (int(part or "") for part in decode(cursor, TAG, len(TYPES)))
    return xid, seq


async def spread(connection: asyncpg.Connection, webhook: Any, page: Page, now: datetime) -> None:
    """Makes deliveries of a page of changes, and moves the webhook's place behind it."""
    rows = []
    for cursor, event in page.changes:
        said, (xid, seq) = orjson.loads(event), place_of(cursor)
        changed_at = datetime.fromisoformat(said["changedAt"])
        name = message_id(webhook["id"], seq, said["recordId"], said["changedAt"])
        rows.append((name, xid, seq, said["verb"], said["kind"], UUID(said["recordId"]), changed_at))
    # One statement: asyncpg's executemany never comes back where it is cancelled while it sends.
    await connection.execute(
        """
        INSERT INTO webhook_delivery (webhook_id, due_at, owner_id, message_id, xid, seq, verb, kind,
                                      record_id, changed_at)
        SELECT $1, $2, $3, message_id, xid, seq, verb, kind, record_id, changed_at
        FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::uuid[],
                    $10::timestamptz[]) WITH ORDINALITY
            AS made (message_id, xid, seq, verb, kind, record_id, changed_at, nth)
        ORDER BY nth
        """,
        *(webhook["id"], now, webhook["owner_id"]),
        *(list(column) for column in zip(*rows, strict=True)),
    )
    await connection.execute(
        "UPDATE webhook SET xid = $2, seq = $3 WHERE id = $1", webhook["id"], *place_of(page.cursor)
    )


async def claim(
    connection: asyncpg.Connection,
    now: datetime,
    lease: timedelta,
    most: int,
    most_of_one: int,
    busy: Collection[UUID],
) -> list[Any]:
    """Takes deliveries that are due, of each record only the first that waits."""
    rows: list[Any] = await connection.fetch(
        """
        WITH due AS MATERIALIZED (
            SELECT one.id, w.url FROM webhook w CROSS JOIN LATERAL (
                SELECT d.id, d.due_at FROM webhook_delivery d
                WHERE d.webhook_id = w.id AND d.status = 'PENDING' AND d.due_at <= $1
                  AND NOT EXISTS (SELECT FROM webhook_delivery e
                                  WHERE e.webhook_id = w.id AND e.record_id = d.record_id
                                    AND e.status = 'PENDING' AND e.place < d.place)
                ORDER BY d.place LIMIT $4 FOR UPDATE SKIP LOCKED
            ) one
            WHERE w.status = 'ENABLED' AND w.id <> ALL ($5::uuid[])
            ORDER BY one.due_at LIMIT $3
        )
        UPDATE webhook_delivery d
        SET attempts = d.attempts + 1, first_at = coalesce(d.first_at, $1), due_at = $1 + $2::interval
        FROM due WHERE d.id = due.id
        RETURNING d.id, d.webhook_id, d.owner_id, d.message_id, d.xid, d.seq, d.verb, d.kind, d.record_id,
                  d.changed_at, d.created_at, d.attempts, d.first_at, d.due_at, due.url
        """,
        *(now, lease, most, most_of_one, list(busy)),
    )
    return rows


async def live_secrets(connection: asyncpg.Connection, webhook_id: UUID) -> list[bytes]:
    """The sealed secrets that sign now, the newest first."""
    rows = await connection.fetch(
        "SELECT sealed_secret FROM webhook_secret WHERE webhook_id = $1 "
        "AND (expires_at IS NULL OR expires_at > now()) ORDER BY id DESC",
        webhook_id,
    )
    return [row["sealed_secret"] for row in rows]


async def settle(
    connection: asyncpg.Connection, delivery: Any, outcome: Outcome, began: datetime, now: datetime
) -> str | None:
    """Notes what came of an attempt; gives the reason where it made the webhook disabled."""
    is_ping = delivery["record_id"] is None
    again = None
    if outcome.error is not None and not outcome.is_gone and not is_ping:
        again = next_attempt(delivery["first_at"], delivery["attempts"], now)
    status = DeliveryStatus.PENDING
    if again is None:
        status = DeliveryStatus.DELIVERED if outcome.error is None else DeliveryStatus.FAILED
    # Whoever took the delivery after this lease was over has counted another attempt.
    noted = await connection.fetchval(
        """
        UPDATE webhook_delivery SET status = $3, response_status = $4, error = $5, response = $6,
            due_at = coalesce($7::timestamptz, due_at),
            finished_at = CASE WHEN $7::timestamptz IS NULL THEN $8::timestamptz END
        WHERE id = $1 AND attempts = $2 AND status = 'PENDING' RETURNING id
        """,
        *(delivery["id"], delivery["attempts"], str(status), outcome.status, outcome.error),
        *(outcome.response, again, now),
    )
    if noted is None:
        return None
    if outcome.error is None:
        await connection.execute(
            "UPDATE webhook SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL",
            delivery["webhook_id"],
        )
        return None
    if is_ping and not outcome.is_gone:
        return None
    webhook = await connection.fetchrow(
        "UPDATE webhook SET failing_since = coalesce(failing_since, $2), given_up = given_up + $3 "
        "WHERE id = $1 RETURNING failing_since, given_up",
        *(delivery["webhook_id"], began, int(status is DeliveryStatus.FAILED)),
    )
    reason = None
    if outcome.is_gone:
        reason = "The receiver answered 410 Gone."
    elif status is DeliveryStatus.FAILED and webhook["failing_since"] <= now - RETRY_FOR:
        reason = f"No delivery has succeeded for {RETRY_FOR.days} days; the last error: {outcome.error}"
    elif webhook["given_up"] >= MOST_GIVEN_UP:
        reason = f"{MOST_GIVEN_UP} deliveries were given up; the last error: {outcome.error}"
    if reason is not None:
        await disable(connection, delivery["webhook_id"], reason, now)
    return reason


async def disable(connection: asyncpg.Connection, webhook_id: UUID, reason: str, now: datetime) -> None:
    """Ends deliveries to a webhook until its partner enables it again."""
    owner = await connection.fetchval(
        f"UPDATE webhook SET status = '{WebhookStatus.DISABLED}', disabled_reason = $2, disabled_at = $3, "
        "updated_at = $3 WHERE id = $1 AND status = 'ENABLED' RETURNING owner_id",
        *(webhook_id, reason, now),
    )
    if owner is not None:
        said = {"reason": reason, "owner": owner}
        await audit.note(connection, DELIVERER, "webhook.disable", str(webhook_id), said)


def next_attempt(first: datetime, attempts: int, now: datetime) -> datetime | None:
    """When a delivery is tried again: after pauses that grow, within three days of the first attempt and once
    at their end; None where it is given up."""
    end = first + RETRY_FOR
    if now >= end:
        return None
    pause = min(FIRST_PAUSE * GROWTH ** min(attempts - 1, 20), LONGEST_PAUSE)
    factor = 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 - spreads attempts, keeps no secret
    return min(now + timedelta(seconds=pause.total_seconds() * factor), end)


async def forget(connection: asyncpg.Connection, now: datetime) -> int:
    """Lets finished deliveries go that are old; gives how many."""
    done = await connection.execute("DELETE FROM webhook_delivery WHERE finished_at < $1", now - KEPT)
    return int(done.split()[-1])
