"""`triplehelix sandbox`: empties the data of test keys.

How that is done is the business of models/sandbox.py.
"""

import asyncio
from typing import Annotated

import asyncpg
import typer

from exchange import importer, sample
from models import sandbox
from resolvers.audit import note
from settings import load
from web.commands.options import DatabaseUrl, DataDir, database, with_connection

app = typer.Typer(help="Look after the sandbox, which keys th_test_... read and write.", no_args_is_help=True)


@app.command("reset")
def sandbox_reset(
    with_sample: Annotated[bool, typer.Option("--sample", help="Load the sample data into it.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Empty the sandbox for everybody; live data, partners and keys stay."""

    async def reset(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            await sandbox.reset(connection)
            await note(connection, None, "sandbox.reset", sandbox.SCHEMA)

    try:
        with_connection(data_dir, database_url, reset)
    except sandbox.SandboxBusy as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    if with_sample:
        with database(load(data_dir=data_dir, database_url=database_url)) as dsn:
            asyncio.run(sample.load_if_empty(dsn, importer.load, sandbox.SCHEMA))
    typer.echo("The sandbox holds the sample data." if with_sample else "The sandbox is empty.")
