"""A small schema for tests of the wire: every way in which an operation can end, and no database.

Tests of what the API says use the real schema; these ask only how it is said.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.types import Info

from models.database import DatabaseBusy
from resolvers.errors import BadUserInput
from resolvers.viewer import Viewer


@dataclass(frozen=True)
class StubContext:
    viewer: Viewer
    database: object
    request_id: str


def make_context(viewer: Viewer, database: object, request_id: str) -> StubContext:
    return StubContext(viewer, database, request_id)


@strawberry.type
class Asker:
    role: str
    partner: str | None
    sandbox: bool


@strawberry.input
class Nest:
    inner: "Nest | None" = None


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "world"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def nest(self, value: Nest) -> bool:
        return True

    @strawberry.field
    def asker(self, info: Info[StubContext, None]) -> Asker:
        viewer = info.context.viewer
        return Asker(role=viewer.role, partner=viewer.partner, sandbox=viewer.sandbox)

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError("a secret of the inside")

    @strawberry.field
    def crash_all(self) -> str:
        raise RuntimeError("a secret of the inside")

    @strawberry.field
    def refuse(self) -> str | None:
        raise BadUserInput("This id is no UUID.", hint="Send a UUID.")

    @strawberry.field
    def busy(self) -> str | None:
        raise DatabaseBusy("no connection")

    @strawberry.field
    async def slow(self) -> str:
        OPEN.change(1)
        try:
            await asyncio.Event().wait()
        finally:
            OPEN.change(-1)
        return "never"

    @strawberry.field
    def spend(self, nodes: int) -> int:
        return nodes


@strawberry.type
class Mutation:
    @strawberry.mutation
    def shout(self, text: str) -> str:
        return text.upper()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def wait(self) -> AsyncGenerator[int, None]:
        OPEN.change(1)
        try:
            await asyncio.Event().wait()
            yield 1
        finally:
            OPEN.change(-1)

    @strawberry.subscription
    async def tick(self) -> AsyncGenerator[int, None]:
        number = 0
        while True:
            number += 1
            yield number
            await asyncio.sleep(0.05)

    @strawberry.subscription
    async def crash(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("a secret of the inside")


class OpenCount:
    """How many `wait` subscriptions and `slow` queries are open: a closed connection brings it to 0."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = asyncio.Event()

    def change(self, by: int) -> None:
        self._count += by
        self._changed.set()
        self._changed = asyncio.Event()

    async def reaches(self, count: int) -> None:
        """Wait for the count, a minute at most."""
        async with asyncio.timeout(60):
            while self._count != count:
                await self._changed.wait()


OPEN = OpenCount()


class Cost(SchemaExtension):
    """Prices `spend(nodes:)` as the real schema prices connections, and splices ready bytes into `hello`."""

    def on_execute(self) -> Iterator[None]:
        yield
        result: Any = self.execution_context.result
        if result is not None and getattr(result, "data", None) and "hello" in result.data:
            result.data["hello"] = orjson.Fragment(b'"world"')

    def get_results(self) -> dict[str, Any]:
        data = getattr(self.execution_context.result, "data", None) or {}
        return {"cost": {"nodes": data.get("spend", 1)}}


class QuietSchema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """The wire logs what is unexpected; Strawberry's own log would repeat it."""


schema = QuietSchema(Query, Mutation, Subscription, extensions=[Cost])
