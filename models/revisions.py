"""Runs the migrations: Alembic on one branch in one PostgreSQL schema, one process at a time.

Whether anything is due is models.migrate's business, which imports this only then: Alembic brings template
engines and highlighters that no start needs. `downgrade_async` exists for operators and tests.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from models.base import COMMON
from models.batch import Batch
from models.migrations import FOLDER, GRAPH, SCHEMAS

_LOCK = 7_236_110_441
"""Key of the advisory lock held while migrating; any fixed number of our own will do."""


def configuration(branch: str, schema: str, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one branch in one schema."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / branch))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(branch=branch, schema=schema, connection=connection)
    return config


async def upgrade_async(dsn: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """Migrates everything forward, making what schemas are missing."""

    def work(connection: Connection) -> None:
        prepare(connection, schemas)
        on(connection, COMMON, COMMON, lambda config: command.upgrade(config, "head"))
        for schema in schemas:
            on(connection, GRAPH, schema, lambda config: command.upgrade(config, "head"))

    await locked(dsn, work)


async def downgrade_async(dsn: str, revision: str, schemas: Sequence[str] = SCHEMAS) -> None:
    """Takes the data schemas back to a revision (`base`: no tables, all data lost)."""

    def back(config: Config) -> None:
        config.attributes["is_downgrade"] = True
        command.downgrade(config, revision)

    def work(connection: Connection) -> None:
        for schema in schemas:
            on(connection, GRAPH, schema, back)

    await locked(dsn, work)


async def make(dsn: str, message: str, branch: str = GRAPH, schema: str = "live") -> Path:
    """Writes a migration for what the declarations have and the database has not; returns its file."""
    made: list[Path] = []

    def work(connection: Connection) -> None:
        def revise(config: Config) -> None:
            number = f"{len(list((FOLDER / branch).glob('[0-9]*.py'))) + 1:04d}"
            script = command.revision(config, message, autogenerate=True, rev_id=number)
            scripts = script if isinstance(script, list) else [script]
            made.extend(Path(one.path) for one in scripts if one is not None)

        on(connection, branch, schema, revise, sees_common=False)

    await locked(dsn, work)
    return made[0]


async def locked(dsn: str, work: Callable[[Connection], None]) -> None:
    """Does the work on a connection of SQLAlchemy's while no other process migrates, and commits."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(dsn))
    batch = Batch(engine.sync_engine)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            await connection.commit()
            try:
                await connection.run_sync(work)
                await connection.run_sync(batch.send)
                await connection.commit()
            finally:
                await connection.rollback()
                await connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
                await connection.commit()
    finally:
        await engine.dispose()


def prepare(connection: Connection, schemas: Sequence[str]) -> None:
    """Makes the schemas that are missing."""
    for schema in (COMMON, *schemas):
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


def on(
    connection: Connection,
    branch: str,
    schema: str,
    work: Callable[[Config], None],
    *,
    sees_common: bool = True,
) -> None:
    """Does Alembic's work on a branch in a schema."""
    # Reflection leaves out the schema of what the search path sees; where declarations are compared with
    # the database, foreign keys into `common` would therefore look changed.
    # Functions keep this path: last in it, no temporary table of a caller hides a table of ours.
    path = f'"{schema}", {COMMON}, pg_temp' if sees_common else f'"{schema}"'
    connection.execute(text(f"SET search_path TO {path}"))
    # Alembic's reflection takes the first schema of the path as the default one only if told so.
    connection.dialect.default_schema_name = schema
    work(configuration(branch, schema, connection))
