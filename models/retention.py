"""How long the change log is kept: old changes go in batches, and where they went is remembered.

A reader whose cursor lies before that is told so (`is_kept_after`, models/migrations) and never silently
misses one. Who calls it, and how often, is the business of server.py and exchange/.
"""

from datetime import datetime

import asyncpg

BATCH = 10_000
"""Changes that go in one transaction."""
LEAST_DAYS = 90
"""What every client can rely on."""


async def prune(connection: asyncpg.Connection, before: datetime) -> int:
    """Lets one batch of changes go that were made before an instant; gives how many.

    Only the beginning of the log goes: a change stays where an older one must stay. The connection is in a
    transaction as editor. Where another process is at it, nothing is done.
    """
    await connection.execute(
        "INSERT INTO change_floor (xid, seq) VALUES (0, 0) ON CONFLICT (one) DO NOTHING",
    )
    if not await connection.fetchval("SELECT one FROM change_floor FOR UPDATE SKIP LOCKED"):
        return 0
    went = await connection.fetch(
        """
        WITH oldest AS MATERIALIZED (
            SELECT c.xid, c.seq, bool_and(c.changed_at < $1) OVER (ORDER BY c.xid, c.seq) AS may_go
            FROM (SELECT * FROM change ORDER BY xid, seq LIMIT $2) c
            WHERE c.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
        )
        DELETE FROM change c USING oldest o WHERE o.may_go AND c.seq = o.seq RETURNING c.xid, c.seq
        """,
        *(before, BATCH),
    )
    if went:
        xid, seq = max((row["xid"], row["seq"]) for row in went)
        await connection.execute("UPDATE change_floor SET xid = $1, seq = $2, pruned_at = now()", xid, seq)
    return len(went)
