"""Shared fixtures: one embedded PostgreSQL for the run, databases cloned from a migrated template.

`fresh_dsn` really commits into a database of its own; `graph_dsn` holds the small test graph
(tests/graph.py) and is only read; `ask` runs an operation on it as any viewer.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import orjson
import pytest
import structlog

import schema as api
from exchange.importer import load
from exchange.sample import load_if_empty
from models.database import Database, Timeouts
from models.embedded import EmbeddedPostgres
from models.migrate import upgrade_async
from resolvers.viewer import ANONYMOUS, Viewer
from tests import graph
from tests.processes import open_folder
from tests.turned import turn

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    # Its transactions hold the change log back for a moment, and its statistics change plans.
    "autovacuum": "off",
}
PATIENT: dict[str, Any] = {
    "wait_seconds": 60.0,
    "timeouts": Timeouts(statement=60_000, lock=60_000, idle_in_transaction=120_000),
}
"""Of a database whose limits in time are no matter: a machine may stand still for seconds."""
_numbers = itertools.count(1)

SCOPES = ("entities:write", "persons:read", "bulk", "webhooks", "admin")
NORTH = Viewer("partner", graph.PARTNERS["north"], "north", frozenset(SCOPES), "th_live_n")
EDITOR = Viewer("editor", None, None, frozenset(SCOPES), "th_live_e")
VIEWERS = {"anonymous": ANONYMOUS, "partner": NORTH, "editor": EDITOR}

LONG = (
    "test_migrations",
    "test_upgrade",
    "test_durability",
    "test_import_world",
    "test_new_kind",
    "test_bench",
    "test_plain_owner",
    "test_consent_attack",
    "test_partners_page",
    "test_exporting_doc",
    "test_cli",
)
"""The files with tests of half a minute."""

Ask = Callable[..., Awaitable[dict[str, Any]]]


class Failures:
    """Prints a failure when it happens: a run that is cut short has said what it knew."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._terminal.write_line(f"\n{report.nodeid} failed in its {report.when}:")
            self._terminal.write_line("\n".join(report.longreprtext.splitlines()[-40:]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process is left with it at the end."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Failures are reported at once, by the process that writes to the terminal."""
    if terminal := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(Failures(terminal))


def database_of(dsn: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """Ends what a test set up: its log may be a stream that pytest closes with it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
async def turned_clock() -> None:
    """The loop's clock can be turned from the start: who takes it once, and keeps it, has that one."""
    turn(0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the whole run."""
    with open_folder() as folder, EmbeddedPostgres(folder, settings=QUICK) as server:
        yield server


async def clone(server_dsn: str, template: str) -> str:
    """A new database with what the template has; its address."""
    name = f"test_{next(_numbers)}"
    connection = await asyncpg.connect(server_dsn)
    try:
        # Who closed a connection is still there for a moment, for which PostgreSQL waits five seconds only.
        there = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1"
        while await connection.fetchval(there, template):  # noqa: ASYNC110 - other processes are looked at
            await asyncio.sleep(0.01)
        # Files are copied in a sixth of the time that PostgreSQL's default, by way of its log, takes.
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    finally:
        await connection.close()
    return database_of(server_dsn, name)


@pytest.fixture(scope="session")
async def migrated(postgres: EmbeddedPostgres) -> str:
    """The name of the template that the real migrations made, once."""
    connection = await asyncpg.connect(postgres.dsn)
    await connection.execute("CREATE DATABASE migrated")
    await connection.close()
    await upgrade_async(database_of(postgres.dsn, "migrated"))
    return "migrated"


async def drop(server_dsn: str, dsn: str) -> None:
    """Takes a clone away: hundreds of them would be gigabytes."""
    connection = await asyncpg.connect(server_dsn)
    try:
        name = urlsplit(dsn).path.removeprefix("/")
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
async def fresh_dsn(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[str]:
    """A migrated, empty database for one test."""
    dsn = await clone(postgres.dsn, migrated)
    yield dsn
    await drop(postgres.dsn, dsn)


@pytest.fixture(scope="session")
async def graph_dsn(postgres: EmbeddedPostgres, migrated: str) -> str:
    """A database with the small test graph, only to be read."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.execute("ANALYZE")
    await connection.close()
    return dsn


@pytest.fixture(scope="session")
async def graph_database(graph_dsn: str) -> AsyncIterator[Database]:
    """Pools over the small test graph."""
    database = Database(graph_dsn, **PATIENT)
    await database.open()
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def graph_template(postgres: EmbeddedPostgres, migrated: str) -> str:
    """The name of a database with the small test graph that nobody is connected to."""
    dsn = await clone(postgres.dsn, migrated)
    connection = await asyncpg.connect(dsn)
    await graph.load(connection)
    await connection.execute("ANALYZE")
    await connection.close()
    return urlsplit(dsn).path.removeprefix("/")


@pytest.fixture
async def graph_copy(postgres: EmbeddedPostgres, graph_template: str) -> AsyncIterator[Database]:
    """Pools over a copy of the small test graph that the test may change."""
    database = Database(await clone(postgres.dsn, graph_template), **PATIENT)
    await database.open()
    yield database
    await database.close()
    await drop(postgres.dsn, database.dsn)


@pytest.fixture(scope="session")
async def sample_template(postgres: EmbeddedPostgres, migrated: str) -> str:
    """The name of a database with the sample data that nobody is connected to."""
    dsn = await clone(postgres.dsn, migrated)
    assert await load_if_empty(dsn, load)
    return urlsplit(dsn).path.removeprefix("/")


@pytest.fixture(scope="module")
async def sample_dsn(postgres: EmbeddedPostgres, sample_template: str) -> AsyncIterator[str]:
    """A database with the sample data, for the tests of one file."""
    dsn = await clone(postgres.dsn, sample_template)
    yield dsn
    await drop(postgres.dsn, dsn)


@pytest.fixture(scope="module")
async def sample(sample_dsn: str) -> AsyncIterator[Database]:
    """Pools over the sample data."""
    database = Database(sample_dsn, **PATIENT)
    await database.open()
    yield database
    await database.close()


async def run(
    database: Database,
    query: str,
    variables: dict[str, Any] | None = None,
    viewer: Viewer = ANONYMOUS,
    operation_name: str | None = None,
) -> dict[str, Any]:
    """Executes an operation and gives `data`, `errors` (with code, path, message) and `extensions`."""
    context = api.make_context(viewer, database, "test")
    result = await api.schema.execute(
        query, variable_values=variables, context_value=context, operation_name=operation_name
    )
    answer: dict[str, Any] = {"data": orjson.loads(orjson.dumps(result.data))}
    if result.errors:
        answer["errors"] = [
            {"message": e.message, "path": e.path, "code": (e.extensions or {}).get("code")}
            for e in result.errors
        ]
    answer["extensions"] = result.extensions
    return answer


@pytest.fixture
def ask(graph_database: Database) -> Ask:
    """`await ask(query, variables, viewer=...)` on the small test graph."""

    async def asked(query: str, variables: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return await run(graph_database, query, variables, **options)

    return asked
