"""A running server that a client can write to, and what every client in this folder is expected to have seen.

The database is empty but for what the client writes, so that its answers can be written down.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

import server
from models.embedded import EmbeddedPostgres
from resolvers.keys import create_key
from settings import Settings
from tests.conftest import clone, drop
from tests.processes import environment
from tests.stub_app import serving

HERE = Path(__file__).parent
OPERATIONS = HERE / "operations.graphql"
SCHEMA = HERE.parents[1] / "schema" / "schema.graphql"
QUIET: dict[str, Any] = {"metrics_port": 0, "log_level": "error"}
EXACT = "12345678901234567.89"
"""An amount with more digits than a floating-point number has."""
SEEN = {
    "written": [["CREATED", None], ["REJECTED", "FIELD_MISSING"], ["CREATED", None]],
    "pages": [
        ["first", "PUBLIC", "1951-06-01", [["EMPLOYED_BY", "2021-09-01", "Sara Example"]]],
        ["second", None, None, []],
    ],
    "kinds": {"sara": "Teaches", "example": "Example Ltd", "second": True},
    "amounts": [EXACT, EXACT, EXACT],
    "followed": [["CREATED", "UNIVERSITY"], ["UPDATED", "UNIVERSITY"], ["UPDATED", "UNIVERSITY"]],
    "refused": [7, True, "INVALID_CURSOR"],
}
"""What the program of each generated client prints: they do the same in the same order."""


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


def workplace(language: str, folder: Path) -> Path:
    """`folder` with what a client is generated from: its settings and program, operations, schema."""
    for source in (SCHEMA, OPERATIONS, *(HERE / language).glob("*.*")):
        if source.is_file():
            shutil.copy(source, folder / source.name)
    return folder


async def run(*command: str, cwd: Path, **env: str) -> str:
    """What a program prints; fails with all that it said where it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env=environment() | env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), 100)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 0, f"{command}: {out.decode()}{err.decode()}"
    return out.decode()
