"""The command line: takes options and settings, finds the database, and calls the rooms.

Every command works beside a running server, with DATABASE_URL, or alone (then PostgreSQL runs for the
time of the command). An error that a user can mend is one sentence on stderr: exit code 2 for a wrong
option or setting, 1 for all else. What a command does is the business of the room it calls.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from difflib import unified_diff
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType, ModuleType
from typing import Annotated

import asyncpg
import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from exchange import benchmark, console, formats, importer, sample
from exchange.dump import DumpRefused
from exchange.record import UnreadableFile
from models import erasure, migrate
from models.embedded import PostgresError
from models.provision import place
from resolvers import explain
from resolvers.audit import note
from resolvers.errors import TripleHelixError
from resolvers.reads import Reads
from resolvers.scopes import ALL_SCOPES
from resolvers.viewer import Viewer
from settings import Settings, SettingsError, environment_name, load
from web import serving
from web.commands import dump, export, issuer, key, sandbox
from web.commands.audit import audit_command
from web.commands.options import DatabaseUrl, DataDir, Level, database, with_connection
from web.commands.upkeep import upkeep_command

gc.freeze()
gc.enable()

READY_QUERY = "{ zones(first: 3) { nodes { name city } } }"

app = typer.Typer(
    name="triplehelix",
    help="Triple Helix: academia, industry and government as one graph.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(key.app, name="key")
app.add_typer(issuer.app, name="issuer")
app.add_typer(sandbox.app, name="sandbox")
app.command("audit")(audit_command)
app.command("export")(export.export_command)
app.command("dump")(dump.dump_command)
app.command("restore")(dump.restore_command)
app.command("upkeep")(upkeep_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command and leaves with its exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="triplehelix")
    except SettingsError as error:
        _fail(error, 2)
    except (PostgresError, serving.AddressNotUsable, serving.ServerFailed, erasure.NotErasable) as error:
        _fail(error, 1)
    except (DumpRefused, OSError) as error:
        _fail(error, 1)
    except TripleHelixError as error:
        _fail(f"{error.message} {error.hint or ''}".strip(), 1)


def _terminate(number: int, _: FrameType | None) -> None:
    raise serving.Terminated(128 + number)


def _fail(error: object, code: int) -> None:
    typer.echo(f"Error: {error}", err=True)
    sys.exit(code)


# serve, migrate ------------------------------------------------------------------------------------


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    data_dir: DataDir = None,
    workers: Annotated[int | None, typer.Option(help="Processes that serve requests.")] = None,
    no_sample: Annotated[bool, typer.Option("--no-sample", help="Leave an empty database empty.")] = False,
) -> None:
    """Serve the API and the explorer."""
    given = {
        "host": host,
        "port": port,
        "data_dir": data_dir,
        "workers": workers,
        "load_sample": False if no_sample else None,
    }
    settings = load(**given)
    with (
        closing(serving.listen(settings.host, settings.port)) as listener,
        database(settings, alone=True, meanwhile=partial(_prepare, settings.workers)) as dsn,
    ):
        # The workers read their settings from the environment, so what came as an option goes there.
        os.environ[environment_name("database_url")] = dsn
        for name in (name for name, value in given.items() if value is not None):
            os.environ[environment_name(name)] = str(getattr(settings, name))
        if settings.load_sample:
            _load_sample(dsn, settings.database_schema)
        _announce(serving.address_of(listener), settings)
        serving.run(
            listener,
            workers=settings.workers,
            keepalive_seconds=settings.keepalive_seconds,
            drain_seconds=settings.drain_seconds,
            websocket_frame_bytes=settings.websocket_frame_bytes,
        )


def _prepare(workers: int) -> None:
    """Imports what this process will serve; workers do that for themselves."""
    if workers == 1:
        import_module("server")


def _load_sample(dsn: str, schema: str) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        step = progress.add_task("loading the sample data", total=None)
        is_loaded = asyncio.run(
            sample.load_if_empty(
                dsn, importer.load, schema, lambda line: progress.update(step, completed=line)
            )
        )
    if is_loaded:
        typer.echo("The sample data is loaded; examples/sample holds it, docs/sample.md says what is real.")


def _announce(address: str, settings: Settings) -> None:
    where = (
        f"in {settings.data_dir}" if settings.database_url is None else f"at {place(settings.database_url)}"
    )
    typer.echo(
        f"Triple Helix serves {address}/graphql (a browser gets the explorer there).\n"
        f"A query to begin with:\n"
        f"  curl -s {address}/graphql -H 'content-type: application/json' "
        f'-d \'{{"query":"{READY_QUERY}"}}\'\n'
        f"The data lies {where}. Ctrl-C stops the server."
    )
    sys.stdout.flush()


@app.command("migrate")
def migrate_command(
    new: Annotated[
        str | None, typer.Option(help="Write a migration of this name for what the declarations have gained.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Bring the database to the current tables."""
    with database(load(data_dir=data_dir, database_url=database_url)) as dsn:
        if new is not None:
            made = asyncio.run(migrate.revisions().make(dsn, new))
            typer.echo(f"{made} is written: read it, then migrate.")
        else:
            typer.echo("The database is up to date.")


# sample --------------------------------------------------------------------------------------------


@app.command("sample")
def sample_command(
    scale: Annotated[float, typer.Option(help="Size of the benchmark data set; 1 has 200,000 experts.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Fill an empty database with the benchmark data set, which is the same every time."""
    settings = load(data_dir=data_dir, database_url=database_url)
    with database(settings) as dsn, Progress(console=Console(stderr=True)) as progress:
        steps: dict[str, TaskID] = {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in steps:
                steps[step] = progress.add_task(step, total=total)
            progress.update(steps[step], completed=done)

        sizes = asyncio.run(benchmark.scale(dsn, scale, settings.database_schema, tell))
    typer.echo(", ".join(f"{count:,} {name}" for name, count in asdict(sizes).items()))


# import --------------------------------------------------------------------------------------------


@app.command("import")
def import_command(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=f"One of {', '.join(formats.FORMATS)}.")],
    file: Annotated[Path, typer.Argument(help="The file to read; docs/importing.md describes the formats.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all of it and keep nothing.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write a report for machines, in JSON.")] = None,
    owner: Annotated[str | None, typer.Option(help="Slug of the partner who owns what is created.")] = None,
    schema: Annotated[str | None, typer.Option(help="live or sandbox.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Import a file; a row that cannot be used is reported and costs no other."""
    if form not in formats.FORMATS:
        raise typer.BadParameter(f"{form} is no format: give one of {', '.join(formats.FORMATS)}.")
    settings = load(data_dir=data_dir, database_url=database_url)
    try:
        with database(settings) as dsn, console.progress(f"importing {file.name}") as tell:
            place_of = schema or settings.database_schema
            work = importer.Importer(dsn, place_of, owner=owner, on_progress=tell, file_name=file.name)
            done = asyncio.run(work.run(formats.FORMATS[form].read(file, owner), dry_run=dry_run))
        if report is not None:
            report.write_bytes(done.as_json())
    except OSError as error:
        _fail(f"{error.filename or file} cannot be used: {error.strerror or error}.", 1)
    except UnreadableFile as error:
        _fail(error, 1)
    typer.echo(console.summary(done))


# schema, explain -----------------------------------------------------------------------------------

SDL = Path(__file__).parent / "schema" / "schema.graphql"


def _api() -> ModuleType:
    # Building the schema takes a second, for which the other commands need not wait.
    return import_module("schema")


@app.command("schema")
def schema_command(
    check: Annotated[bool, typer.Option("--check", help="Fail where schema/schema.graphql differs.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema/schema.graphql.")] = False,
) -> None:
    """Print the GraphQL schema."""
    text: str = _api().schema.as_str() + "\n"
    if write:
        SDL.write_text(text, encoding="utf-8")
    elif check:
        committed = SDL.read_text(encoding="utf-8") if SDL.exists() else ""
        lines = (committed.splitlines(), text.splitlines())
        typer.echo(
            "\n".join(unified_diff(*lines, "schema/schema.graphql", "the code", lineterm="")), nl=False
        )
        if committed != text:
            _fail("schema/schema.graphql is not what the code says: run `triplehelix schema --write`.", 1)
    else:
        typer.echo(text, nl=False)


@app.command("explain")
def explain_command(
    name: Annotated[str | None, typer.Argument(help="A type, such as company: what follows from it.")] = None,
    query: Annotated[Path | None, typer.Option(help="A query to explain; - reads it from stdin.")] = None,
    variables: Annotated[Path | None, typer.Option(help="Its variables, a JSON file.")] = None,
    operation: Annotated[str | None, typer.Option(help="Which of several operations.")] = None,
    viewer: Annotated[Level, typer.Option("--as", help="Who asks.")] = Level.READER,
    analyze: Annotated[
        bool, typer.Option("--analyze", help="Run it and show what PostgreSQL did, under the asker's role.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show what follows from a declared type, or the plan and SQL of a query."""
    if (name is None) == (query is None):
        raise typer.BadParameter("give a type, such as company, or --query FILE.")
    reads: Reads = _api().schema.reads
    if query is None:
        typer.echo(explain.declaration(reads, name or ""))
        return
    values = explain.variables_of(_read(variables)) if variables is not None else {}
    explained = explain.operation(
        reads, _read(query), values, Viewer(viewer.value, scopes=ALL_SCOPES), operation
    )
    typer.echo(explain.text(explained))
    if analyze:
        settings = load(data_dir=data_dir, database_url=database_url)
        with database(settings) as dsn:
            typer.echo("\n" + asyncio.run(explain.analyzed(explained, dsn, settings.database_schema)))


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from None


# erase ---------------------------------------------------------------------------------------------


@app.command("erase")
def erase_command(
    person: Annotated[str, typer.Argument(help="The id or slug of an expert.")],
    reason: Annotated[str, typer.Option(help="The request that it follows; kept with the tombstone.")],
    schema: Annotated[str | None, typer.Option(help="live or sandbox.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Erase a person for good: record, history, change log and statements."""
    place_of = schema or load(data_dir=data_dir, database_url=database_url).database_schema

    async def erase(connection: asyncpg.Connection) -> Mapping[str, int]:
        async with connection.transaction():
            went = await erasure.erase(connection, place_of, person, reason)
            # Records that were merged into the person's go with it.
            erased = await connection.fetchval(
                "SELECT string_agg(id::text, ' ' ORDER BY id) FROM erasure WHERE erased_at = now()"
            )
            await note(connection, None, "person.erase", erased)
        return went

    went = with_connection(data_dir, database_url, erase)
    typer.echo("Erased: " + ", ".join(f"{count} of {table}" for table, count in sorted(went.items())) + ".")


if __name__ == "__main__":
    main()
