"""`triplehelix export`: records of one kind into a file, by the engine that answers GET /export.

What is exported is the business of exchange/exporter.py.
"""

import asyncio
import sys
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from exchange.console import peak_memory, progress
from exchange.export_formats import FORMATS
from exchange.exporter import EXTRAS, Export, Exporter, Progress, Wishes
from models.database import Database
from resolvers.errors import BadUserInput
from resolvers.scopes import ALL_SCOPES
from resolvers.viewer import Viewer
from settings import load
from web.commands.options import DatabaseUrl, DataDir, Level, database


def export_command(
    kind: Annotated[str, typer.Argument(help="What to export, such as companies or licences.")],
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "ndjson",
    where: Annotated[str | None, typer.Option(help="The kind's where as in GraphQL, in JSON.")] = None,
    fields: Annotated[str | None, typer.Option(help="Fields with commas between; without it all.")] = None,
    as_of: Annotated[str | None, typer.Option(help="A day; without it all times.")] = None,
    after: Annotated[str | None, typer.Option(help="Go on after the record of this id.")] = None,
    first: Annotated[str | None, typer.Option(help="At most so many records.")] = None,
    relations: Annotated[bool, typer.Option("--relations", help="Each record with its relations.")] = False,
    assertions: Annotated[
        bool, typer.Option("--assertions", help="Each record with what other sources say of it.")
    ] = False,
    viewer: Annotated[Level, typer.Option("--as", help="Whose rights hold.")] = Level.READER,
    partner: Annotated[str | None, typer.Option(help="Slug of the partner, with --as partner.")] = None,
    output: Annotated[Path | None, typer.Option(help="The file to write; without it stdout.")] = None,
    schema: Annotated[str | None, typer.Option(help="live or sandbox.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Export records of one kind as ndjson, csv or parquet: what is public, unless --as says otherwise."""
    if (viewer is Level.PARTNER) != (partner is not None):
        raise typer.BadParameter("--partner SLUG goes with --as partner.")
    settings = load(data_dir=data_dir, database_url=database_url)
    extras = tuple(name for name, is_given in zip(EXTRAS, (relations, assertions), strict=True) if is_given)
    wishes = Wishes(where, fields, as_of, after, first, extras)
    exporter = Exporter(import_module("schema").schema.reads)
    told, started = Progress(), time.monotonic()
    with ExitStack() as stack:
        dsn = stack.enter_context(database(settings))
        tell = stack.enter_context(progress(f"exporting {kind}"))

        async def work() -> Export:
            made = Database(dsn, schema=schema or settings.database_schema, read_size=1, write_size=1)
            await made.open()
            try:
                asker = await _viewer(made, viewer, partner)
                export = exporter.prepare(kind, form, wishes, asker)
                # The file is opened once nothing can be wrong with what was asked.
                target = output.open("wb") if output is not None else sys.stdout.buffer
                nonlocal started
                started = time.monotonic()
                async with made.export(asker) as connection:
                    await _write(exporter.run(connection, export, asker, told), target, told, tell)
                if output is not None:
                    target.close()
                return export
            finally:
                await made.close()

        asyncio.run(work())
    seconds, memory = max(time.monotonic() - started, 0.001), peak_memory()
    line = f"{told.rows:,} records of {kind} in {seconds:.1f} s, {told.rows / seconds:,.0f} a second"
    typer.echo(f"{line}, with at most {memory} MB of memory." if memory else f"{line}.", err=True)
    if told.next is not None:
        typer.echo(f"There may be more: go on with --after {told.next}", err=True)


async def _write(pieces: Any, target: IO[bytes], told: Progress, tell: Any) -> None:
    async for _, piece in pieces:
        target.write(piece)
        tell(told.rows)
    target.flush()


async def _viewer(made: Database, level: Level, partner: str | None) -> Viewer:
    if partner is None:
        return Viewer(level.value, scopes=ALL_SCOPES)
    async with made.admin() as connection:
        partner_id = await connection.fetchval("SELECT id FROM common.partner WHERE slug = $1", partner)
    if partner_id is None:
        raise BadUserInput(f"There is no partner {partner!r}.", hint="`triplehelix key list` shows them.")
    return Viewer("partner", partner_id, partner, ALL_SCOPES)
