"""What the commands share: the options that find the database, and a connection of the tables' owner.

What a command does is the business of the room it calls.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import asyncpg
import typer

from models.provision import provide
from settings import Settings, load

Result = TypeVar("Result")


class Level(StrEnum):
    """Who asks."""

    READER = "reader"
    PARTNER = "partner"
    EDITOR = "editor"


DataDir = Annotated[Path | None, typer.Option(help="Folder of the embedded PostgreSQL.", show_default=False)]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="A PostgreSQL server to use instead of the embedded one.")
]


def database(
    settings: Settings, *, alone: bool = False, meanwhile: Callable[[], object] = lambda: None
) -> AbstractContextManager[str]:
    """The address of the migrated database, for the time of the command."""
    return provide(settings.database_url, settings.data_dir, alone=alone, meanwhile=meanwhile)


def with_connection(
    data_dir: Path | None,
    database_url: str | None,
    work: Callable[[asyncpg.Connection], Awaitable[Result]],
) -> Result:
    """Runs `work` on a connection of the owner of the tables."""

    async def run(dsn: str) -> Result:
        connection = await asyncpg.connect(dsn)
        try:
            return await work(connection)
        finally:
            await connection.close()

    with database(load(data_dir=data_dir, database_url=database_url)) as dsn:
        return asyncio.run(run(dsn))
