"""A write that may be sent again: under a key of the partner's own it is done once and answered alike.

The key's row is the first thing that the transaction writes, so that of several sends at once one does the
work and the others wait for it, then repeat its answer. An error leaves no row: the same send may be tried
again. What the work is, and how its payload is read, is the business of others.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import asyncpg
import orjson

from resolvers.errors import BadUserInput, Code, Conflict, Unavailable
from resolvers.viewer import Viewer

MAX_KEY = 200
"""Characters."""
KEPT = timedelta(hours=48)
"""A key lives for so long; row security keeps every one for 24 hours at least."""
_SWEPT_AT_ONCE = 100

Work = Callable[[asyncpg.Connection], Awaitable[Mapping[str, Any]]]
"""Writes, and gives each field of the payload: a record's id (or None), or a plain value."""


async def idempotent(
    connection: asyncpg.Connection,
    viewer: Viewer,
    key: str | None,
    operation: str,
    parameters: Mapping[str, Any],
    work: Work,
) -> Mapping[str, Any]:
    """Does the work once for this key of the viewer's, within the transaction that `connection` is in.

    Sent again with the same operation and parameters it gives what the first send gave, and writes nothing;
    with others it raises Conflict IDEMPOTENCY_KEY_REUSED. Without a key the work is simply done. Ids come
    back as texts: what is answered is what JSON keeps. Raises BAD_USER_INPUT for a key that cannot be one.
    """
    if key is None:
        return await work(connection)
    _check(key)
    digest = digest_of(viewer, operation, parameters)
    made = await connection.fetchval(
        "INSERT INTO idempotency_key (partner_id, key, digest) VALUES ($1, $2, $3) "
        "ON CONFLICT (partner_id, key) DO NOTHING RETURNING id",
        *(viewer.partner_id, key, digest),
    )
    if made is None:
        return await _again(connection, viewer, key, digest)
    answer = orjson.dumps(await work(connection), default=str)
    await connection.execute("UPDATE idempotency_key SET answer = $2 WHERE id = $1", made, answer.decode())
    await _sweep(connection, viewer)
    found: dict[str, Any] = orjson.loads(answer)
    return found


def digest_of(viewer: Viewer, operation: str, parameters: Mapping[str, Any]) -> bytes:
    """What tells two sends apart: the operation, its parameters whatever their order, and the level of who
    sends, since what an editor gets is no answer for a partner."""
    said = {"operation": operation, "parameters": parameters, "role": viewer.role}
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return hashlib.sha256(orjson.dumps(said, default=str, option=options)).digest()


def _check(key: str) -> None:
    if not 1 <= len(key) <= MAX_KEY or "\x00" in key:
        raise BadUserInput(
            f"An idempotencyKey has 1 to {MAX_KEY} characters, none of them U+0000.",
            hint="Give each write a key of its own, such as a random UUID.",
        )


async def _again(
    connection: asyncpg.Connection, viewer: Viewer, key: str, digest: bytes
) -> Mapping[str, Any]:
    row = await connection.fetchrow(
        "SELECT digest, answer FROM idempotency_key WHERE partner_id IS NOT DISTINCT FROM $1 AND key = $2",
        *(viewer.partner_id, key),
    )
    if row is None:
        # It was old, and dropped between the two statements.
        raise Unavailable(
            "The idempotencyKey has just been dropped.", code=Code.DATABASE_BUSY, hint="Send it once more."
        )
    if row["digest"] != digest:
        raise Conflict(
            "This idempotencyKey was sent before with other parameters.",
            code=Code.IDEMPOTENCY_KEY_REUSED,
            hint="Give a new write a new key; send the same write with the same parameters.",
        )
    found: dict[str, Any] = orjson.loads(row["answer"])
    return found


async def _sweep(connection: asyncpg.Connection, viewer: Viewer) -> None:
    """Drops some of the viewer's old keys, but for those that another send looks at."""
    await connection.execute(
        """
        DELETE FROM idempotency_key WHERE id IN (
            SELECT id FROM idempotency_key
            WHERE partner_id IS NOT DISTINCT FROM $1 AND created_at < now() - $2::interval
            ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED)
        """,
        *(viewer.partner_id, KEPT, _SWEPT_AT_ONCE),
    )
