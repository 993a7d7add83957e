"""Exports for tests: run on a database as any viewer, or asked of the real application."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx2
import orjson

import schema as api
import server
from exchange.exporter import Exporter, Progress, Wishes
from models.database import Database
from resolvers.viewer import ANONYMOUS, Viewer
from settings import Settings
from tests.conftest import PATIENT
from tests.stub_app import AbsentDatabase, client

EXPORTER = Exporter(api.schema.reads)
EXTRAS = ("relations", "assertions")


async def exported(
    database: Database,
    name: str,
    form: str = "ndjson",
    viewer: Viewer = ANONYMOUS,
    *,
    has_trailer: bool = False,
    **wishes: Any,
) -> bytes:
    """A whole file."""
    if wishes.pop("is_full", False):
        wishes["extras"] = EXTRAS if "relations" in EXPORTER.kinds[name].further else ()
    if isinstance(wishes.get("where"), dict):
        wishes["where"] = orjson.dumps(wishes["where"]).decode()
    export = EXPORTER.prepare(name, form, Wishes(**wishes), viewer)
    pieces = []
    async with database.export(viewer) as connection:
        run = EXPORTER.run(connection, export, viewer, Progress(), has_trailer=has_trailer)
        async with aclosing(run):
            async for _, piece in run:
                pieces.append(piece)
    return b"".join(pieces)


async def records(database: Database, name: str, viewer: Viewer = ANONYMOUS, **wishes: Any) -> list[Any]:
    """The records of an NDJSON file."""
    return [
        orjson.loads(line)
        for line in (await exported(database, name, "ndjson", viewer, **wishes)).splitlines()
    ]


def application(database: Database, **settings: Any) -> Any:
    """The real application over a database."""
    given: dict[str, Any] = {"metrics_port": 0, "log_level": "error"}
    live = Database(database.dsn, **PATIENT)
    return server.compose(
        Settings(**(given | settings)), api.schema, api.make_context, live, AbsentDatabase()
    )


@asynccontextmanager
async def asking(database: Database, **settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the real application over a database."""
    async with client(application(database, **settings)) as found:
        yield found
