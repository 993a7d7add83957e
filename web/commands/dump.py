"""`triplehelix dump` and `restore`: the whole platform in one file, and back.

What they do is the business of exchange/dump.py and exchange/restore.py.
"""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from exchange import dump, restore
from exchange.dump import OnTable
from settings import load
from web.commands.options import DatabaseUrl, DataDir, database


def dump_command(
    file: Annotated[Path, typer.Argument(help="The file to write, such as platform.thdump.")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Also digests of keys and secrets of webhooks.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Write everything into one file: data, history, change log, partners."""
    settings = load(data_dir=data_dir, database_url=database_url)
    started = time.monotonic()
    with database(settings) as dsn:
        work = dump.dump(dsn, settings.database_schema, file, with_keys=with_keys, on_table=_told())
        counts = asyncio.run(work)
    seconds = time.monotonic() - started
    size = file.stat().st_size / 1_000_000
    typer.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables, {size:.1f} MB in {seconds:.1f} s.")
    if not with_keys:
        typer.echo("It has no keys: make new ones after restoring, or dump --with-keys.")


def restore_command(
    file: Annotated[Path, typer.Argument(help="A file that dump has written.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Load a dump into an empty database: all of it or nothing."""
    settings = load(data_dir=data_dir, database_url=database_url)
    started = time.monotonic()
    with database(settings) as dsn:
        counts = asyncio.run(restore.restore(dsn, settings.database_schema, file, on_table=_told()))
    seconds = time.monotonic() - started
    typer.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables in {seconds:.1f} s.")


def _told() -> OnTable:
    """A line on stderr for each table that has rows."""

    def tell(table: str, rows: int) -> None:
        if rows:
            typer.echo(f"{table}: {rows:,} rows", err=True)

    return tell
