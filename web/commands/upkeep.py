"""`triplehelix upkeep`: once what a running server does every hour. What may go, exchange/upkeep.py knows."""

import asyncio
from datetime import timedelta

import typer

from exchange import uploads
from exchange.upkeep import Upkeep
from models import sandbox
from models.database import Database
from settings import load
from web.commands.options import DatabaseUrl, DataDir, database


def upkeep_command(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Let go what is past its time, as a running server does every hour: changes, deliveries, files sent."""
    settings = load(data_dir=data_dir, database_url=database_url)
    schemas = (settings.database_schema, sandbox.SCHEMA)

    async def work(dsn: str) -> list[int]:
        went = []
        for schema in schemas:
            made = Database(dsn, schema=schema, read_size=1, write_size=1)
            await made.open()
            try:
                went.append(await Upkeep([made], timedelta(days=settings.changes_kept_days)).once(made))
                async with made.write(uploads.EDITOR) as connection:
                    await uploads.sweep(connection)
            finally:
                await made.close()
        return went

    with database(settings) as dsn:
        for schema, count in zip(schemas, asyncio.run(work(dsn)), strict=True):
            typer.echo(
                f"{schema}: {count:,} changes were past their {settings.changes_kept_days} days and went."
            )
