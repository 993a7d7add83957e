"""Is the process alive, and may it be given requests?

/healthz answers for the process alone; /readyz asks the database and compares its migrations. A server that
drains takes no connections any more, so that no probe reaches it. Numbers for operators are web/metrics.py.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from structlog import get_logger

from models.database import UNREACHABLE
from web.keyring import AdminDatabase

CHECK_SECONDS = 2.0
FRESH_SECONDS = 1.0

log = get_logger("triplehelix.health")


class Health:
    """The two probes; `is_current` says whether a database has all migrations (models.migrate.is_current)."""

    def __init__(self, database: AdminDatabase, is_current: Callable[[Any], Awaitable[bool]]) -> None:
        self._database = database
        self._is_current = is_current
        self._checking = asyncio.Lock()
        self._checked = float("-inf")
        self._found: dict[str, str] = {}

    def routes(self) -> list[BaseRoute]:
        """The routes of both probes."""
        return [Route("/healthz", self.alive), Route("/readyz", self.ready)]

    async def alive(self, _: Request) -> JSONResponse:
        """200 while the process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> JSONResponse:
        """200 when requests can be served, else 503; says for each check what it found."""
        async with self._checking:
            # The probe is open to anyone, so that the database is asked once a second at most.
            if time.monotonic() - self._checked >= FRESH_SECONDS:
                self._found = await self._check()
                self._checked = time.monotonic()
        is_ready = all(found == "ok" for found in self._found.values())
        return JSONResponse(
            {"status": "ok" if is_ready else "unavailable", "checks": self._found}, 200 if is_ready else 503
        )

    async def _check(self) -> dict[str, str]:
        try:
            async with asyncio.timeout(CHECK_SECONDS), self._database.admin() as connection:
                await connection.fetchval("SELECT 1")
                current = await self._is_current(connection)
        except UNREACHABLE as error:
            log.warning("database does not answer", error=type(error).__name__)
            return {"database": "unavailable", "migrations": "unknown"}
        return {"database": "ok", "migrations": "ok" if current else "behind: run triplehelix migrate"}
