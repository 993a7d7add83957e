"""Files sent to a server under test by several partners, and waiting for what becomes of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx2

import schema as api
import server
from models.database import Database
from resolvers.keys import create_key
from settings import Settings
from tests.conftest import PATIENT
from tests.stub_app import client

ENDS = ("SUCCEEDED", "SUCCEEDED_IN_PART", "FAILED", "CANCELLED")


@dataclass(slots=True)
class Sender:
    """A client of the application, and a key of it."""

    client: httpx2.AsyncClient | None
    key: str | None

    @property
    def http(self) -> httpx2.AsyncClient:
        """The client; there is none where only the key is wanted."""
        assert self.client is not None
        return self.client

    def _headers(self, given: dict[str, str] | None = None) -> dict[str, str]:
        return (given or {}) | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    async def send(self, body: Any, form: str = "ndjson", **options: Any) -> Any:
        """The answer to POST /import/{form}."""
        headers = self._headers(options.pop("headers", None))
        return await self.http.post(f"/import/{form}", content=body, headers=headers, params=options)

    async def get(self, path: str) -> Any:
        """The answer to a GET."""
        return await self.http.get(path, headers=self._headers())

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer of the API."""
        body = {"query": query, "variables": variables}
        answer = await self.http.post("/graphql", json=body, headers=self._headers())
        found: dict[str, Any] = answer.json()
        return found

    async def run(self, body: Any, form: str = "ndjson", **options: Any) -> dict[str, Any]:
        """The job of a file when it has ended."""
        return await self.ended(await self.send(body, form, **options))

    async def ended(self, sent: Any, seconds: float = 120) -> dict[str, Any]:
        """The job of an upload that was taken, when it has ended."""
        assert sent.status_code == 202, sent.text
        deadline = time.monotonic() + seconds
        while True:
            found: dict[str, Any] = (await self.get(sent.headers["Location"])).json()
            if found["status"] in ENDS:
                return found
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.05)

    async def failed(self, job: dict[str, Any]) -> Any:
        """The answer to GET /import/{id}/failed."""
        return await self.get(f"/import/{job['id']}/failed")


@dataclass(slots=True)
class Stack:
    """The application over a database, and senders to it."""

    dsn: str
    client: httpx2.AsyncClient | None = None

    @property
    def http(self) -> httpx2.AsyncClient:
        """The client; there is none where only the database is asked."""
        assert self.client is not None
        return self.client

    async def sender(
        self,
        partner: str = "north",
        *,
        role: Any = "partner",
        scopes: tuple[str, ...] = ("bulk", "entities:write"),
        test: bool = False,
    ) -> Sender:
        """Someone with a key."""
        connection = await asyncpg.connect(self.dsn)
        try:
            options = {"label": "test", "role": role, "scopes": scopes, "test": test}
            issued = await create_key(connection, partner, partner_name=partner, **options)
        finally:
            await connection.close()
        return Sender(self.client, issued.secret)

    async def value(self, query: str, *arguments: object, schema: str = "live") -> Any:
        """What the tables' owner, as an editor, finds."""
        connection = await asyncpg.connect(
            self.dsn, server_settings={"search_path": f"{schema}, common", "role": "triplehelix_editor"}
        )
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()


async def eventually(place: Stack, query: str, is_so: Callable[[Any], bool], seconds: float = 60) -> None:
    """Returns when what a query finds is as it should be."""
    deadline = time.monotonic() + seconds
    while not is_so(found := await place.value(query)):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


@asynccontextmanager
async def stack(dsn: str, **settings: Any) -> AsyncIterator[Stack]:
    """The real application over a database, in this process."""
    given: dict[str, Any] = {"metrics_port": 0, "log_level": "error", "rate_key_burst": 100_000} | settings
    sandbox = Database(dsn, schema="sandbox", read_size=2, write_size=2, **PATIENT)
    databases = Database(dsn, **PATIENT), sandbox
    app = server.compose(Settings(**given), api.schema, api.make_context, *databases)
    async with client(app) as http:
        yield Stack(dsn, http)
