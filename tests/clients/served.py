"""A running server that a client can write to, and what every client in this folder is expected to have seen.

The database is empty but for what the client writes, so that its answers can be written down.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

import server
from models.embedded import EmbeddedPostgres
from resolvers.keys import create_key
from settings import Settings
from tests.conftest import clone, drop
from tests.stub_app import serving

HERE = Path(__file__).parent
OPERATIONS = HERE / "operations.graphql"
SCHEMA = HERE.parents[1] / "schema" / "schema.graphql"
QUIET: dict[str, Any] = {"metrics_port": 0, "log_level": "error"}
EXACT = "12345678901234567.89"
"""An amount with more digits than a floating-point number has."""


@dataclass(frozen=True, slots=True)
class Served:
    """The origin of a running server, and a partner's key that may write."""

    origin: str
    key: str

    @property
    def url(self) -> str:
        """Where GraphQL is asked."""
        return f"{self.origin}/graphql"

    @property
    def socket(self) -> str:
        """Where it is followed."""
        return f"ws{self.origin.removeprefix('http')}/graphql"


@asynccontextmanager
async def served(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    """The real server over an empty database of its own."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    issued = await create_key(
        connection, "north", partner_name="North", label="clients", scopes=("entities:write",)
    )
    await connection.close()
    async with serving(server.create_app(Settings(database_url=dsn, **QUIET))) as (host, port):
        yield Served(f"http://{host}:{port}", issued.secret)
    await drop(postgres.dsn, dsn)
