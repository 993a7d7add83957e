"""Calling imports off: one that waits ends at once, one that runs at its next look (exchange/job.py).

Works in a transaction of the viewer's, under its row security.
"""

from uuid import UUID

import asyncpg

from resolvers.binding import parse_uuid
from resolvers.errors import Conflict, Forbidden
from resolvers.viewer import Viewer
from resolvers.writes import not_found

CANCEL = """
    UPDATE import_job SET is_cancelled = true,
        status = CASE status WHEN 'QUEUED' THEN 'CANCELLED' ELSE status END,
        finished_at = CASE status WHEN 'QUEUED' THEN clock_timestamp() ELSE finished_at END
    WHERE id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING id
"""


async def cancel_import(connection: asyncpg.Connection, viewer: Viewer, given: str) -> UUID:
    """Calls an import off; gives its id. Again it writes nothing new.

    Raises NOT_FOUND, FORBIDDEN for another partner's, CONFLICT for one that has ended.
    """
    found = await connection.fetchrow(
        "SELECT id, owner_id, status FROM import_job WHERE id = $1", parse_uuid(given)
    )
    if found is None:
        raise not_found("import")
    if viewer.role != "editor" and (found["owner_id"] is None or found["owner_id"] != viewer.partner_id):
        raise Forbidden("Another's import is not yours to call off.", hint="Ask whose it is, or an editor.")
    cancelled: UUID | None = await connection.fetchval(CANCEL, found["id"])
    if cancelled is None:
        raise Conflict("The import has ended already.", hint="Read importJob to see what became of it.")
    return cancelled
