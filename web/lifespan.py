"""What stands and runs as long as the application does: pools, metrics, and parts that work beside requests.

What a part does is its own business; requests are answered by the routes that server.py composes.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from models.database import Database
from web import serving
from web.metrics import Metrics


class Part(Protocol):
    """Something that works beside requests."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Works as long as the context lasts; the databases are open for longer."""


@asynccontextmanager
async def standing(
    databases: Sequence[Database],
    parts: Sequence[Part],
    metrics: Metrics,
    caches: Mapping[str, Any],
    metrics_port: int,
) -> AsyncIterator[None]:
    """Opens the databases, starts the parts, and ends all of it in the other order."""
    async with AsyncExitStack() as stack:
        for database in databases:
            await database.open()
            stack.push_async_callback(database.close)
        for part in parts:
            await stack.enter_async_context(part.running())
        metrics.watch_pools(lambda: databases[0].usage)
        metrics.watch_caches(caches)
        metrics.serve(metrics_port)
        serving.settle()
        stack.callback(metrics.stop)
        yield
