"""What tests of webhooks share: a partner, a clock that a test turns, and a server's deliveries beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson

import schema as api
from exchange.outbound import Outbound
from exchange.webhook_endpoints import Policy
from exchange.webhook_secrets import Seal
from exchange.webhooks import Webhooks
from models.database import Database
from resolvers.viewer import Viewer
from tests import graph
from tests.conftest import NORTH, PATIENT

PARTNERS = {"north": NORTH, "south": Viewer("partner", graph.PARTNERS["south"], "south", NORTH.scopes)}
CREATE = """mutation Create($input: CreateWebhookInput!, $key: String) {
  createWebhook(input: $input, idempotencyKey: $key) { secret webhook { id url kinds status } }
}"""
LOG = """{ webhooks(first: 5) { nodes {
  id status disabledReason failingSince cursor
  deliveries(first: 1000) { nodes {
    id messageId status kind verb recordId attempts responseStatus response error finishedAt dueAt
  } }
} } }"""


@dataclass
class Clock:
    """A clock that stands until it is turned."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Hooked:
    """A database with the partners north and south, and what their webhooks are run with."""

    database: Database
    policy: Policy
    clock: Clock

    async def ask(self, query: str, viewer: Viewer = NORTH, **variables: Any) -> dict[str, Any]:
        """Data and errors of an operation."""
        context = api.make_context(viewer, self.database, "test", self.policy)
        result = await api.schema.execute(query, variable_values=variables, context_value=context)
        answer: dict[str, Any] = {"data": orjson.loads(orjson.dumps(result.data))}
        if result.errors:
            answer["errors"] = [
                {"message": e.message, "code": (e.extensions or {}).get("code")} for e in result.errors
            ]
        return answer

    async def create(self, url: str, viewer: Viewer = NORTH, **given: Any) -> tuple[str, str]:
        """A new webhook: id and secret."""
        answer = await self.ask(CREATE, viewer, input={"url": url, **given})
        assert "errors" not in answer, answer
        made = answer["data"]["createWebhook"]
        return made["webhook"]["id"], made["secret"]

    async def log(self, viewer: Viewer = NORTH) -> Any:
        """The first webhook of a partner with its deliveries."""
        answer = await self.ask(LOG, viewer)
        assert "errors" not in answer, answer
        return answer["data"]["webhooks"]["nodes"][0]

    async def logs(self, wanted: Callable[[Any], bool], viewer: Viewer = NORTH, seconds: float = 60) -> Any:
        """As `log`, as soon as it is as wanted."""
        async with asyncio.timeout(seconds):
            found = await self.log(viewer)
            while not wanted(found):
                await asyncio.sleep(0.02)
                found = await self.log(viewer)
            return found

    async def add(self, *slugs: str, audience: str = "PUBLIC") -> None:
        """New programs, each in a transaction."""
        for slug in slugs:
            await self.write(
                "INSERT INTO entity (kind, slug, name, program_kind, audience) "
                "VALUES ('PROGRAM', $1::text, $1, 'OTHER', $2)",
                *(slug, audience),
            )

    async def write(self, sql: str, *values: Any) -> None:
        """One statement as an editor."""
        async with self.database.write(Viewer("editor")) as connection:
            await connection.execute(sql, *values)

    @asynccontextmanager
    async def delivering(self, **options: Any) -> AsyncIterator[Webhooks]:
        """The deliveries of one server process."""
        webhooks = Webhooks([self.database], api.schema.reads, self.policy, clock=self.clock, **options)
        async with webhooks.running():
            yield webhooks


@asynccontextmanager
async def hooked(dsn: str, seal: str | None = "a key of the server for tests only") -> AsyncIterator[Hooked]:
    """An empty database with two partners."""
    connection = await asyncpg.connect(dsn)
    for name, viewer in PARTNERS.items():
        await connection.execute(
            "INSERT INTO common.partner (id, slug, name) VALUES ($1, $2::text, $2)", viewer.partner_id, name
        )
    await connection.close()
    database = Database(dsn, **PATIENT)
    await database.open()
    try:
        yield Hooked(database, Policy(Outbound(["127.0.0.1"]), Seal(seal)), Clock())
    finally:
        await database.close()
