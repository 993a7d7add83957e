"""What works beside requests for webhooks and the change log: deliveries, and letting go what is old.

How deliveries are made is the business of exchange/webhooks.py, what may go of models/retention.py and
exchange/webhook_queue.py.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from structlog import get_logger

from exchange import webhook_queue as queue
from exchange.outbound import Outbound
from exchange.webhook_endpoints import Policy
from exchange.webhook_secrets import Seal
from exchange.webhooks import WORKER, Webhooks, utc_now
from models import retention
from models.database import UNREACHABLE, Database
from resolvers.reads import Reads

FIRST_SECONDS = 60.0
EVERY_SECONDS = 3600.0
log = get_logger("triplehelix.upkeep")


class Upkeep:
    """Lets old changes and old deliveries go, once an hour; any number of processes may do it."""

    def __init__(
        self, databases: Sequence[Database], kept: timedelta, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._databases = databases
        self._kept = kept
        self._clock = clock

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works as long as the context lasts."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            for database in self._databases:
                try:
                    await self.once(database)
                except UNREACHABLE as error:
                    log.warning("old changes cannot be dropped", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def once(self, database: Database) -> int:
        """Lets go what is old in one database, in short transactions; gives how many changes went."""
        went, batch = 0, retention.BATCH
        while batch == retention.BATCH:
            async with database.write(WORKER) as connection:
                batch = await retention.prune(connection, self._clock() - self._kept)
            went += batch
        async with database.write(WORKER) as connection:
            await queue.forget(connection, self._clock())
        return went


def policy_of(networks: Sequence[str], key: str | None) -> Policy:
    """What the settings say of webhooks."""
    return Policy(Outbound(networks), Seal(key))


def beside(
    databases: Sequence[Database], reads: Reads, policy: Policy, kept_days: int
) -> tuple[Webhooks, Upkeep]:
    """The parts that a server runs beside requests."""
    return Webhooks(databases, reads, policy), Upkeep(databases, timedelta(days=kept_days))
