"""An application that uses the database and can be slow: what `serve` has to start, keep and stop.

Tests of how the server is run are about processes, sockets and signals; the API itself is not asked.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=2)
    yield
    await app.state.pool.close()


async def tables(request: Request) -> JSONResponse:
    """How many tables the live schema has, and who answers; with `lock`, when that lock can be had."""
    pool = request.app.state.pool
    if lock := request.query_params.get("lock"):
        await pool.execute("SELECT pg_advisory_lock_shared($1)", int(lock))
    count = await pool.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'live'")
    return JSONResponse({"tables": count, "pid": os.getpid()})


def create_app() -> Starlette:
    return Starlette(routes=[Route("/", tables)], lifespan=lifespan)


def create_broken_app() -> Starlette:
    @asynccontextmanager
    async def broken(_: Starlette) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        raise RuntimeError("broken on purpose")
        yield

    return Starlette(lifespan=broken)
