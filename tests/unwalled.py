"""A database whose reads pass row security by, so that tests see what the compiler itself lets through."""

from collections.abc import Sequence
from typing import Any

from models.connection import Asker
from models.database import Database


class Unwalled(Database):
    """Reads under the login role, a superuser, whoever asks."""

    def _settings(self, role: str | None) -> dict[str, str]:
        return super()._settings(None)

    async def read_row(self, viewer: Asker, sql: str, arguments: Sequence[Any]) -> Any:
        """As the login role."""
        async with self._acquire("read") as connection:
            return await connection.fetchrow(sql, *arguments)
