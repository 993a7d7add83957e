"""What all contestants stand on: one PostgreSQL with the data set, the peer's tables and an API key.

Everything is made once and kept where a data folder is given. Who asks and how fast is not its business.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg

from benchmarks import usage
from exchange import benchmark
from exchange.benchmark.numbers import Sizes
from models import migrate
from models.base import COMMON
from models.embedded import EmbeddedPostgres
from resolvers.keys import create_key, list_keys, revoke_key
from resolvers.scopes import ALL_SCOPES
from resolvers.viewer import Viewer

PEER_TABLES = Path(__file__).parent / "peer" / "tables.sql"
SETTINGS = {"max_connections": "200"}
"""Room for all contestants; all else is as the product sets it."""

Result = TypeVar("Result")
Tell = Callable[[str], object]


class GroundUnfit(Exception):
    """The data folder holds something else; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A PostgreSQL with data: its address and process, and a partner's key with the viewer that it makes."""

    dsn: str
    pid: int
    key: str
    partner: Viewer

    def query(self, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
        """What `work` does with a connection that sees the live data."""
        return asyncio.run(_with_connection(self.dsn, work))


@contextmanager
def ground(data_dir: Path | None, scale: float, cores: set[int], tell: Tell) -> Iterator[Ground]:
    """Starts PostgreSQL on these cores, with data of the scale; a temporary folder goes at the end.

    Raises GroundUnfit where the folder has other data, and models.embedded's PostgresError.
    """
    folder = data_dir or Path(tempfile.mkdtemp(prefix="triplehelix-bench-"))
    if data_dir is None:
        # Root lends PostgreSQL another account, which must be able to enter.
        folder.chmod(0o755)
    try:
        with usage.bound_to(cores):
            server = EmbeddedPostgres(folder, settings=SETTINGS).start()
        try:
            migrate.upgrade(server.dsn)
            asyncio.run(_fill(server.dsn, scale, tell))
            pid = int((server.folder.pgdata / "postmaster.pid").read_text().split()[0])
            key, partner = asyncio.run(_with_connection(server.dsn, issue_key))
            yield Ground(server.dsn, pid, key, partner)
        finally:
            server.stop()
    finally:
        if data_dir is None:
            shutil.rmtree(folder)


async def _with_connection(dsn: str, work: Callable[[asyncpg.Connection], Awaitable[Result]]) -> Result:
    settings = {"search_path": f"live, {COMMON}", "statement_timeout": "0"}
    connection = await asyncpg.connect(dsn, server_settings=settings)
    try:
        return await work(connection)
    finally:
        await connection.close()


async def _fill(dsn: str, scale: float, tell: Tell) -> None:
    async def experts(connection: asyncpg.Connection) -> int:
        found: int = await connection.fetchval("SELECT count(*) FROM entity WHERE kind = 'EXPERT'")
        return found

    wanted, found = Sizes.of(scale).experts, await _with_connection(dsn, experts)
    if found not in (0, wanted):
        raise GroundUnfit(
            f"The data folder has {found:,} experts, and scale {scale:g} has {wanted:,}: "
            "give the scale that it was made with, or another --data-dir."
        )
    if not found:
        tell(f"loading the data set at scale {scale:g}")
        await benchmark.scale(dsn, scale)
    tell("making the peer's tables")
    await _with_connection(dsn, _make_peer_tables)


async def _make_peer_tables(connection: asyncpg.Connection) -> None:
    sql = PEER_TABLES.read_text(encoding="utf-8")
    made_by = "SELECT obj_description(to_regnamespace('peer')::oid, 'pg_namespace')"
    if await connection.fetchval(made_by) == sql:
        return
    async with connection.transaction():
        await connection.execute("DROP SCHEMA IF EXISTS peer CASCADE")
        await connection.execute(sql)
        # What they were made by stays with them, so that a kept folder follows a changed file.
        quoted = await connection.fetchval("SELECT quote_literal($1::text)", sql)
        await connection.execute(f"COMMENT ON SCHEMA peer IS {quoted}")
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'peer'")
    names = ", ".join(f'peer."{row[0]}"' for row in tables)
    await connection.execute(f"VACUUM (ANALYZE) {names}")


async def issue_key(connection: asyncpg.Connection, *, test: bool = False) -> tuple[str, Viewer]:
    """A new key of the partner whose keys are all revoked; with `test` one of the sandbox."""
    for key in await list_keys(connection):
        if key.partner == "benchmark" and key.prefix.startswith("th_test_") == test:
            await revoke_key(connection, key.prefix)
    issued = await create_key(
        connection, "benchmark", partner_name="Benchmark", label="benchmark", scopes=ALL_SCOPES, test=test
    )
    record = issued.record
    partner = Viewer("partner", record.partner_id, record.partner, record.scopes, record.prefix)
    return issued.secret, partner
