"""A running server that a client can write to, and what every client in this folder is expected to have seen.

The database is empty but for what the client writes, so that its answers can be written down.
"""

import asyncio
import re
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
OPERATIONS = HERE / "partner.graphql"
SCHEMA = HERE.parents[1] / "schema" / "schema.graphql"
PAGE = (HERE.parents[1] / "docs" / "clients.md").read_text(encoding="utf-8")
PLACE = "127.0.0.1:8000"
"""Where the programs here and in docs/clients.md look for a server."""
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
BEGIN = """
INSERT INTO live.entity (kind, slug, name, subdivision, established_on, established_on_precision,
                         is_funder, domains, source_types)
VALUES ('UNIVERSITY', 'indus-college', 'Indus College', 'PK-SD', '2001-05-04', 'DAY', false, '{}', '{}')"""
"""What the programs of docs/clients.md find."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where a server runs, such as 127.0.0.1:8000, and a partner's key that may write."""

    place: str
    key: str

    @property
    def url(self) -> str:
        """Where GraphQL is asked."""
        return f"http://{self.place}/graphql"

    @property
    def socket(self) -> str:
        """Where it is followed."""
        return f"ws://{self.place}/graphql"

    @property
    def headers(self) -> dict[str, str]:
        """The key as it is sent."""
        return {"authorization": f"Bearer {self.key}"}


@asynccontextmanager
async def served(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    """The real server over an empty database of its own."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    try:
        issued = await create_key(
            connection, "north", partner_name="North", label="clients", scopes=("entities:write",)
        )
        await connection.execute(BEGIN)
    finally:
        await connection.close()
    async with serving(server.create_app(Settings(database_url=dsn, **QUIET))) as (host, port):
        yield Served(f"{host}:{port}", issued.secret)
    await drop(postgres.dsn, dsn)


def blocks(language: str) -> list[str]:
    """The programs and files of a language in docs/clients.md, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def workplace(folder: Path, place: str, source: Path, begin: tuple[str, str]) -> Path:
    """`folder` with what a client is generated from: operations, schema, settings and programs of `source`.

    `begin` is the name and text of a program of the page. The programs look for the server at `place`.
    """
    (folder / "operations").mkdir()
    shutil.copy(OPERATIONS, folder / "operations")
    (operation,) = blocks("graphql")
    (folder / "operations" / "begin.graphql").write_text(operation, encoding="utf-8")
    shutil.copy(SCHEMA, folder)
    files = {file.name: file.read_text("utf-8") for file in source.iterdir() if file.is_file()}
    for name, text in (*files.items(), begin):
        (folder / name).write_text(text.replace(PLACE, place), encoding="utf-8")
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
