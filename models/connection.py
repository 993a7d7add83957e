"""One connection: whom it reads for, and the shortest way to a row.

How many there are and who waits for them is the business of models/pool.py; which transaction runs on one,
of models/database.py.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from models.pool import PooledConnection

POSTGRES_ROLE = {
    "reader": "triplehelix_reader",
    "partner": "triplehelix_partner",
    "editor": "triplehelix_editor",
}


class Asker(Protocol):
    """What a connection needs to know of a viewer."""

    @property
    def role(self) -> str: ...
    @property
    def partner_id(self) -> UUID | None: ...


async def text_as_bytes(connection: asyncpg.Connection) -> None:
    # Answers go to the client as PostgreSQL wrote them; decoding them to str and back would copy twice.
    await connection.set_type_codec(
        "text", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
    )


class ViewerConnection(PooledConnection):
    """A pooled connection that remembers whom it reads for.

    The session's role and `app.partner` are set again only when the viewer is another than before, so
    that a partner's read costs one round trip like everybody's. The pool hands a connection to one
    reader at a time, and every reader makes sure before it reads.
    """

    asker: tuple[str, UUID | None] | None = None

    async def become(self, viewer: Asker) -> None:
        """Makes the session the viewer's."""
        wanted = (viewer.role, viewer.partner_id)
        if self.asker == wanted:
            return
        self.asker = None
        await self.fetchrow(
            "SELECT set_config('role', $1, false), set_config('app.partner', $2, false)",
            POSTGRES_ROLE[viewer.role],
            "" if viewer.partner_id is None else str(viewer.partner_id),
        )
        self.asker = wanted

    async def first_row(self, sql: str, arguments: Sequence[Any]) -> Any:
        """As `fetchrow`, for a statement that was prepared on this connection before, without its layers."""
        # The key and the call are asyncpg's own (Connection._get_statement, PreparedStatement.fetchrow).
        statement = self._stmt_cache.get((sql, asyncpg.Record, False))
        if statement is None:
            return await self.fetchrow(sql, *arguments)
        try:
            rows, _, _ = await self._protocol.bind_execute(statement, arguments, "", 1, True, None)
        except (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError):
            # Tables were changed since: asyncpg prepares it anew.
            return await self.fetchrow(sql, *arguments)
        return rows[0] if rows else None
