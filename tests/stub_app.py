"""The real application over the stub schema, for tests of the wire; in this process or on a real socket.

Without a database of its own it has an absent one: keys cannot be checked and /readyz says no.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette

import server
from models.database import Database, DatabaseUnavailable
from settings import Settings
from tests.stub_schema import make_context, schema
from web.rate import Rate


class AbsentDatabase(Database):
    """A PostgreSQL that is away."""

    def __init__(self) -> None:
        super().__init__("postgresql://nobody@127.0.0.1:1/none")

    async def open(self) -> None:
        """Opens nothing, as if the server had gone after the start."""

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Any]:
        raise DatabaseUnavailable("PostgreSQL cannot be reached.")
        yield


def application(database: Database | None = None, **settings: Any) -> Starlette:
    """The application; rates are out of the way unless a test sets them."""
    given: dict[str, Any] = {
        "metrics_port": 0,
        "rate_anonymous_burst": 100_000,
        "rate_key_burst": 100_000,
        "log_level": "error",
    }
    given |= settings
    live = database or AbsentDatabase()
    return server.compose(Settings(**given), schema, make_context, live, AbsentDatabase())


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def stop_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rate of an application made from now on recovers, however long the test takes."""
    defaults = Rate.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", Clock())


@asynccontextmanager
async def client(app: Starlette, address: str = "192.0.2.1") -> AsyncIterator[httpx2.AsyncClient]:
    """A client that calls the application without a socket, its lifespan running."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            scope["state"] = dict(state or {})
            await app(scope, receive, send)

        transport = httpx2.ASGITransport(with_state, client=(address, 1234))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as found:
            yield found


@asynccontextmanager
async def serving(app: Starlette, **options: Any) -> AsyncIterator[tuple[str, int]]:
    """The application under uvicorn on a free loopback port, as `triplehelix serve` runs it."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http="web.protocol:Protocol",
        ws="web.protocol:SocketProtocol",
        lifespan="on",
        log_config=None,
        server_header=False,
        proxy_headers=False,
        **{"timeout_graceful_shutdown": 60, "timeout_keep_alive": 60, "ws_max_size": 256_000} | options,
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running._serve())
    try:
        while not running.started:
            if task.done():
                await task
            await asyncio.sleep(0.01)
        yield running.servers[0].sockets[0].getsockname()[:2]
    finally:
        running.should_exit = True
        await task
