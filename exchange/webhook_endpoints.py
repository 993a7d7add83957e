"""What a partner does to its webhooks: make, change, rotate, remove, ping and replay.

Each runs in one transaction as the partner, whose row security says which webhooks are its own. Deliveries
are made by exchange/webhooks.py; which addresses may be called is decided in exchange/outbound.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from exchange.outbound import Outbound, Refused
from exchange.webhook_secrets import Seal, new_secret
from models.webhook_vocabulary import WebhookStatus
from resolvers import cursors
from resolvers.binding import parse_uuid
from resolvers.errors import BadUserInput, Code, LimitExceeded, raised
from resolvers.feed import CHANNEL, TAG, TYPES
from resolvers.viewer import Viewer
from resolvers.writes import checked_text, not_found

MOST = 20
"""Webhooks of one partner."""
MOST_LIVE = 2
"""Secrets of one webhook that sign at once."""
MOST_HOURS = 168
WAKE = f"SELECT pg_notify('{CHANNEL}', '')"


@dataclass(frozen=True, slots=True)
class Policy:
    """What settings say of webhooks: who may be called, and how secrets are sealed."""

    outbound: Outbound
    seal: Seal


@cache
def default_policy() -> Policy:
    """That of a server without settings: public addresses only, secrets as they are."""
    return Policy(Outbound(), Seal())


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a webhook; None leaves a field as it is."""

    url: str | None = None
    description: str | None = None
    kinds: Sequence[str] | None = None
    enabled: bool | None = None
    after: str | None = None


async def create(
    connection: asyncpg.Connection,
    viewer: Viewer,
    policy: Policy,
    url: str,
    description: str | None,
    kinds: Sequence[str],
    after: str | None,
) -> tuple[UUID, str]:
    """Makes a webhook; its id and its secret, which is shown only here.

    Raises WEBHOOK_LIMIT, BAD_USER_INPUT for an address that may not be called, and what a cursor raises.
    """
    if viewer.partner_id is None:
        raise BadUserInput("A webhook is a partner's, and this key has none.", hint="Use a partner's key.")
    count = await connection.fetchval("SELECT count(*) FROM webhook WHERE owner_id = $1", viewer.partner_id)
    if count >= MOST:
        raise LimitExceeded(
            f"A partner has at most {MOST} webhooks.",
            code=Code.WEBHOOK_LIMIT,
            hint="Remove one that is no longer needed, or let one receive more kinds.",
        )
    place = await _place(connection, after)
    webhook_id = await connection.fetchval(
        "INSERT INTO webhook (url, description, kinds, xid, seq, owner_id) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        *(_checked(policy, url), _described(description), _kinds(kinds), *place, viewer.partner_id),
    )
    secret = await _add_secret(connection, policy, webhook_id, viewer.partner_id)
    await connection.execute(WAKE)
    return webhook_id, secret


async def update(connection: asyncpg.Connection, policy: Policy, webhook: str, to: Change) -> UUID:
    """Changes a webhook. Enabled again, it goes on where it stopped, or after the given cursor."""
    row = await _own(connection, webhook)
    webhook_id: UUID = row["id"]
    if to.url is not None:
        await _set(connection, webhook_id, "url = $2", _checked(policy, to.url))
    if to.description is not None:
        await _set(connection, webhook_id, "description = $2", _described(to.description))
    if to.kinds is not None:
        await _set(connection, webhook_id, "kinds = $2", _kinds(to.kinds))
    if to.after is not None:
        await _rewind(connection, webhook_id, to.after)
    if to.enabled is False:
        reason = "Its partner has switched it off."
        await _set(
            connection,
            webhook_id,
            f"status = '{WebhookStatus.DISABLED}', disabled_reason = $2, disabled_at = now()",
            reason,
        )
    elif to.enabled and row["status"] == WebhookStatus.DISABLED:
        await _set(
            connection,
            webhook_id,
            "status = $2, disabled_reason = NULL, disabled_at = NULL, failing_since = NULL, given_up = 0",
            str(WebhookStatus.ENABLED),
        )
        await connection.execute(
            "UPDATE webhook_delivery SET due_at = now(), first_at = NULL, attempts = 0 "
            "WHERE webhook_id = $1 AND status = 'PENDING'",
            webhook_id,
        )
    await connection.execute(WAKE)
    return webhook_id


async def rotate(
    connection: asyncpg.Connection, policy: Policy, webhook: str, overlap_hours: int
) -> tuple[UUID, str]:
    """Gives a webhook another secret; the one before signs beside it for so long, older ones no more."""
    if not 0 <= overlap_hours <= MOST_HOURS:
        raise BadUserInput(
            f"overlapHours is {overlap_hours}; it must be between 0 and {MOST_HOURS}.",
            hint="Leave the old secret the time that your receiver needs to learn the new one.",
        )
    row = await _own(connection, webhook)
    await connection.execute(
        """
        UPDATE webhook_secret s SET expires_at = CASE WHEN o.age < $2 THEN
            least(s.expires_at, now() + make_interval(hours => $3)) ELSE least(s.expires_at, now()) END
        FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS age FROM webhook_secret
              WHERE webhook_id = $1) o
        WHERE s.id = o.id
        """,
        *(row["id"], MOST_LIVE, overlap_hours),
    )
    return row["id"], await _add_secret(connection, policy, row["id"], row["owner_id"])


async def remove(connection: asyncpg.Connection, webhook: str) -> UUID:
    """Removes a webhook with its secrets and deliveries."""
    webhook_id: UUID = (await _own(connection, webhook))["id"]
    await connection.execute("DELETE FROM webhook WHERE id = $1", webhook_id)
    return webhook_id


async def ping(connection: asyncpg.Connection, webhook: str) -> tuple[UUID, UUID]:
    """Sends a webhook a message of no change, once; the ids of webhook and delivery."""
    row = await _own(connection, webhook)
    if row["status"] != WebhookStatus.ENABLED:
        raise BadUserInput("The webhook is disabled.", hint="Enable it with updateWebhook first.")
    delivery_id = await connection.fetchval(
        "INSERT INTO webhook_delivery (webhook_id, message_id, owner_id) VALUES ($1, $2, $3) RETURNING id",
        *(row["id"], f"msg_{uuid4().hex}", row["owner_id"]),
    )
    await connection.execute(WAKE)
    return row["id"], delivery_id


async def replay(
    connection: asyncpg.Connection, webhook: str, delivery: str | None, after: str | None
) -> tuple[UUID, UUID | None]:
    """Delivers again: one delivery, or every change after a cursor; the ids of webhook and delivery."""
    if (delivery is None) == (after is None):
        raise BadUserInput(
            "replayWebhook takes either delivery or after.",
            hint="Give the id of one delivery, or the cursor after which all shall come again.",
        )
    webhook_id: UUID = (await _own(connection, webhook))["id"]
    again = None
    if after is not None:
        await _rewind(connection, webhook_id, after)
    else:
        again = await connection.fetchval(
            """
            INSERT INTO webhook_delivery
                (webhook_id, message_id, xid, seq, verb, kind, record_id, changed_at, owner_id)
            SELECT webhook_id, message_id, xid, seq, verb, kind, record_id, changed_at, owner_id
            FROM webhook_delivery WHERE id = $1 AND webhook_id = $2 RETURNING id
            """,
            *(parse_uuid(delivery or ""), webhook_id),
        )
        if again is None:
            raise not_found("delivery")
    await connection.execute(WAKE)
    return webhook_id, again


async def _own(connection: asyncpg.Connection, webhook: str) -> Any:
    """The webhook, which nobody else changes until the transaction ends."""
    row = await connection.fetchrow(
        "SELECT id, status, owner_id FROM webhook WHERE id = $1 FOR UPDATE", parse_uuid(webhook)
    )
    if row is None:
        raise not_found("webhook")
    return row


async def _set(connection: asyncpg.Connection, webhook_id: UUID, what: str, value: Any) -> None:
    await connection.execute(
        f"UPDATE webhook SET {what}, updated_at = now() WHERE id = $1", webhook_id, value
    )


async def _add_secret(
    connection: asyncpg.Connection, policy: Policy, webhook_id: UUID, owner_id: UUID
) -> str:
    secret = new_secret()
    await connection.execute(
        "INSERT INTO webhook_secret (webhook_id, sealed_secret, owner_id) VALUES ($1, $2, $3)",
        *(webhook_id, policy.seal.close(secret, webhook_id), owner_id),
    )
    return secret


async def _rewind(connection: asyncpg.Connection, webhook_id: UUID, after: str) -> None:
    """Puts a webhook's place behind a cursor; what waits beyond it would come twice."""
    xid, seq = await _place(connection, after)
    await connection.execute(
        "DELETE FROM webhook_delivery WHERE webhook_id = $1 AND status = 'PENDING' AND (xid, seq) > ($2, $3)",
        *(webhook_id, xid, seq),
    )
    await connection.execute(
        "UPDATE webhook SET xid = $2, seq = $3, updated_at = now() WHERE id = $1", webhook_id, xid, seq
    )


async def _place(connection: asyncpg.Connection, after: str | None) -> tuple[int, int]:
    """Where a webhook begins: after the cursor, or after everything until now."""
    if after is None:
        horizon = await connection.fetchval("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
        return horizon - 1, 2**63 - 1
    try:
        xid, seq = (int(part or "") for part in cursors.decode(after, TAG, len(TYPES)))
        await connection.execute("SELECT is_kept_after($1, $2)", xid, seq)
    except (ValueError, asyncpg.DataError) as error:
        raise BadUserInput(
            "This is not a cursor of changes.",
            code=Code.INVALID_CURSOR,
            hint="Take one of changes or of changeLog { endCursor }.",
        ) from error
    except asyncpg.PostgresError as error:
        raise (raised(error) or error) from error
    return xid, seq


def _checked(policy: Policy, url: str) -> str:
    try:
        policy.outbound.check(url)
    except Refused as error:
        raise BadUserInput(
            f"The webhook's address may not be called: {error}",
            hint="Give the https:// address of a server on the public internet.",
        ) from error
    return url


def _described(text: str | None) -> str | None:
    return None if not text else checked_text(text, "description", 200)


def _kinds(kinds: Sequence[str]) -> list[str]:
    return sorted({str(kind) for kind in kinds})
