"""Brings a database to the current tables: roles, `common`, then each data schema, then the vocabularies.

Live data and sandbox are PostgreSQL schemas with the same migrations. An advisory lock lets one process
migrate at a time; `downgrade` exists for operators and tests.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.base import COMMON
from models.seed import seed

HERE = Path(__file__).parent / "migrations"
GRAPH = "graph"
SCHEMAS = ("live", "sandbox")
_LOCK = 7_236_110_441
"""Key of the advisory lock held while migrating; any fixed number of our own will do."""


def configuration(branch: str, schema: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one branch in one schema."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("version_locations", str(HERE / branch))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(branch=branch, schema=schema, connection=connection)
    return config


def head(branch: str) -> str | None:
    """The newest revision of a branch."""
    return ScriptDirectory.from_config(configuration(branch, branch)).get_current_head()


def upgrade(dsn: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """Migrates everything forward and fills the vocabularies. Safe to call at every start."""
    asyncio.run(upgrade_async(dsn, schemas))


async def upgrade_async(dsn: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """As `upgrade`, from a running event loop."""

    def work(connection: Connection) -> None:
        _prepare(connection, schemas)
        _on(connection, COMMON, COMMON, lambda config: command.upgrade(config, "head"))
        for schema in schemas:
            _on(connection, GRAPH, schema, lambda config: command.upgrade(config, "head"))

    await _locked(dsn, work)
    connection = await asyncpg.connect(dsn)
    try:
        for schema in schemas:
            await seed(connection, schema)
    finally:
        await connection.close()


async def downgrade_async(dsn: str, revision: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """Takes the data schemas back to a revision (`base`: no tables, all data lost)."""

    def back(config: Config) -> None:
        config.attributes["is_downgrade"] = True
        command.downgrade(config, revision)

    def work(connection: Connection) -> None:
        for schema in schemas:
            _on(connection, GRAPH, schema, back)

    await _locked(dsn, work)


async def make(dsn: str, message: str, branch: str = GRAPH, schema: str = "live") -> Path:
    """Writes a migration for what the declarations have and the database has not; returns its file."""
    made: list[Path] = []

    def work(connection: Connection) -> None:
        def revise(config: Config) -> None:
            number = f"{len(list((HERE / branch).glob('[0-9]*.py'))) + 1:04d}"
            script = command.revision(config, message, autogenerate=True, rev_id=number)
            scripts = script if isinstance(script, list) else [script]
            made.extend(Path(one.path) for one in scripts if one is not None)

        _on(connection, branch, schema, revise, sees_common=False)

    await _locked(dsn, work)
    return made[0]


async def is_current(connection: asyncpg.Connection, schema: str = "live") -> bool:
    """Whether the schema stands at the newest revision that this release knows."""
    try:
        found = await connection.fetchval(f'SELECT version_num FROM "{schema}".migration')
    except asyncpg.UndefinedTableError:
        return False
    return bool(found == head(GRAPH))


async def _locked(dsn: str, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn))
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            await connection.commit()
            try:
                await connection.run_sync(work)
                await connection.commit()
            finally:
                await connection.rollback()
                await connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
                await connection.commit()
    finally:
        await engine.dispose()


def _prepare(connection: Connection, schemas: Sequence[str]) -> None:
    for schema in (COMMON, *schemas):
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


def _on(
    connection: Connection,
    branch: str,
    schema: str,
    work: Callable[[Config], None],
    *,
    sees_common: bool = True,
) -> None:
    # Reflection leaves out the schema of what the search path sees; where declarations are compared with
    # the database, foreign keys into `common` would therefore look changed.
    path = f'"{schema}", {COMMON}' if sees_common else f'"{schema}"'
    connection.execute(text(f"SET search_path TO {path}"))
    # Alembic's reflection takes the first schema of the path as the default one only if told so.
    connection.dialect.default_schema_name = schema
    work(configuration(branch, schema, connection))
