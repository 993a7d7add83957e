"""Gives a command a migrated PostgreSQL: the server it names, the one that runs already, or one of its own.

How the embedded server runs is the business of models.embedded, what a migration does of models.migrate.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from models import migrate
from models.embedded import EmbeddedPostgres, PostgresError, running

OLDEST_VERSION = 18
CONNECT_SECONDS = 5.0


class DatabaseUnusable(PostgresError):
    """The server of DATABASE_URL does not answer, does not let us in, or is too old."""


@contextmanager
def provide(
    database_url: str | None,
    data_dir: Path,
    *,
    alone: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
) -> Iterator[str]:
    """The DSN of a migrated database, as long as the context lasts.

    With `database_url` it is that one. Else it is the embedded PostgreSQL on `data_dir`: the one that
    another process runs there, unless `alone` makes that an error, or one that is started now, while which
    `meanwhile` is done. Raises PostgresError.
    """
    if database_url is not None:
        _migrate(database_url)
        yield database_url
        return
    dsn = None if alone else running(data_dir)
    if dsn is not None:
        _migrate(dsn)
        yield dsn
        return
    server = EmbeddedPostgres(data_dir).start(meanwhile)
    try:
        _migrate(server.dsn)
        yield server.dsn
    finally:
        server.stop()


def place(dsn: str) -> str:
    """What may be shown of an address: host, port and database, but no user, password and options."""
    parts = urlsplit(dsn)
    return parts.netloc.rpartition("@")[2] + parts.path


def _migrate(dsn: str) -> None:
    try:
        version = asyncio.run(_major_version(dsn))
        if version < OLDEST_VERSION:
            raise DatabaseUnusable(
                f"The database at {place(dsn)} is PostgreSQL {version}, but {OLDEST_VERSION} or later is "
                "needed: upgrade it, or unset DATABASE_URL to use the embedded one."
            )
        migrate.upgrade(dsn)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
        reason = str(error).partition("\n")[0] or f"no answer in {CONNECT_SECONDS:.0f} s"
        raise DatabaseUnusable(
            f"The database at {place(dsn)} cannot be used ({reason}): check DATABASE_URL, "
            "or unset it to use the embedded PostgreSQL."
        ) from None


async def _major_version(dsn: str) -> int:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS)
    try:
        return int(connection.get_server_version().major)
    finally:
        await connection.close()
