"""`triplehelix audit`: shows what was administered. What is noted is the business of resolvers/audit.py."""

from typing import Annotated

import asyncpg
import typer

from resolvers import audit
from web.commands.options import DatabaseUrl, DataDir, with_connection


def audit_command(
    most: Annotated[int, typer.Option("--last", min=1, max=10_000, help="How many acts.")] = 100,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show who administered what: the last acts, the latest at the end."""

    async def read(connection: asyncpg.Connection) -> list[asyncpg.Record]:
        return await audit.entries(connection, most)

    for row in with_connection(data_dir, database_url, read):
        who = row["who"] if row["key_prefix"] is None else f"{row['who']} ({row['key_prefix']})"
        said = (row["outcome"], who, row["action"], row["target"], row["detail"])
        typer.echo("  ".join((f"{row['at']:%Y-%m-%d %H:%M:%S}", *said)))
