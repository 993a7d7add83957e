"""The change log as a live stream: pages of the compiled feed, and waiting for what comes next.

A reader goes on from its cursor and never steps over a transaction that is still open (resolvers/sources.py
keeps the horizon). NOTIFY only wakes it; what it reads is always the table, so that nothing queues up for a
reader that is slow, and several servers need not know of each other.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode

from models.database import Database
from resolvers import cost, cursors, mapping, plan
from resolvers.arguments import arguments_of
from resolvers.errors import Code, LimitExceeded
from resolvers.planner import Planner
from resolvers.reads import Operation, Reads
from resolvers.viewer import Viewer

CHANNEL = "triplehelix_change"
PAGE = 100
"""Changes read at once, fewer where one event may be large."""
POLL_SECONDS = 15.0
"""A quiet feed looks again after this long, should a notification have been lost."""
HORIZON_SECONDS = 0.2
"""After a notification without a change an open transaction still holds the horizon: look again after this
long, then after twice as long, and so on."""
SLOW_SECONDS = 10.0
"""A subscriber that takes longer to take one event is told where to resume."""
AFTER = plan.Variable(("@after",))
TYPES = ("bigint", "bigint")
TAG = cursors.tag("Change", [], "changes")


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes with their cursors, oldest first, and the cursor behind all that was looked through."""

    changes: tuple[tuple[str, bytes], ...]
    cursor: str
    is_full: bool


class Feed:
    """The changes that a subscription asks for, as JSON of its selection; `variables` are coerced."""

    def __init__(
        self, reads: Reads, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        self.reads = reads
        self.variables = variables
        self.viewer = viewer
        self.key, connection, self.node = planned(reads, operation, variables)
        self.size = connection.page.size
        self.statement = reads.print((plan.Root("c", "changes", connection, False),), viewer)

    async def page(self, database: Database, after: str) -> Page:
        """The next changes; raises INVALID_CURSOR, and CURSOR_EXPIRED where some are no longer kept."""
        cursors.decode(after, TAG, len(TYPES))
        # Asked for before the page is read: the page then holds everything below it.
        behind = await self.horizon(database)
        values = {**self.variables, "@after": after}
        (text,) = await self.reads.fetch(self.statement, values, self.viewer, database)
        edges = orjson.loads(text)["edges"]
        changes = tuple((edge["cursor"], orjson.dumps(edge["node"])) for edge in edges)
        is_full = len(changes) == self.size
        if is_full:
            return Page(changes, changes[-1][0], is_full)
        places = [after, encoded(behind), *(cursor for cursor, _ in changes[-1:])]
        return Page(changes, max(places, key=_place), is_full)

    async def horizon(self, database: Database) -> int:
        """The transaction below which all are ended, so that none can still add a change."""
        async with database.read(self.viewer) as connection:
            return int(
                await connection.fetchval("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
            )

    async def follow(self, database: Database, after: str | None) -> AsyncIterator[tuple[str, bytes]]:
        """Each change after the cursor, or from now on, with its cursor.

        Raises as `page`, and SUBSCRIBER_SLOW where the taker of an event needs longer than SLOW_SECONDS.
        """
        async with database.notified(CHANNEL) as woken:
            pace = Pace(woken)
            cursor = after or encoded(await self.horizon(database))
            while True:
                pace.begin()
                page = await self.page(database, cursor)
                for place, event in page.changes:
                    given = time.monotonic()
                    yield place, event
                    if time.monotonic() - given > SLOW_SECONDS:
                        raise too_slow(place)
                cursor = page.cursor
                if not page.changes:
                    await pace.wait()


class Pace:
    """When a reader of the feed looks again: when it is woken, soon after where it then found nothing, and
    otherwise seldom."""

    def __init__(self, woken: asyncio.Event) -> None:
        self._woken = woken
        self._seconds = HORIZON_SECONDS

    def begin(self) -> None:
        """A look begins: what is notified from now on calls for another."""
        if self._woken.is_set():
            self._woken.clear()
            self._seconds = HORIZON_SECONDS

    async def wait(self) -> None:
        """After a look that found nothing."""
        try:
            async with asyncio.timeout(min(self._seconds, POLL_SECONDS)):
                await self._woken.wait()
        except TimeoutError:
            self._seconds = min(self._seconds * 2, POLL_SECONDS)


def planned(
    reads: Reads, operation: Operation, variables: Mapping[str, Any]
) -> tuple[str, plan.Connection, FieldNode]:
    """The events of a subscription: response key, the pages that they are read by, and the field itself.

    Raises LimitExceeded COST_LIMIT for an event that may be too large, BadUserInput for arguments.
    """
    planner = Planner(reads.catalog, reads.schema, operation.fragments, variables, reads.limits)
    root = reads.schema.subscription_type
    assert root is not None
    ((key, nodes),) = planner.collect(root.name, [operation.node.selection_set]).items()
    price = cost.Price()
    today = plan.Bind(plan.TODAY, "date", "date", "asOf")
    target = reads.catalog.types["Change"]
    selection = planner.selection(target, [node.selection_set for node in nodes], today, price)
    cost.check(price, reads.limits.cost)
    arguments = arguments_of(root.fields[nodes[0].name.value], nodes[0], variables)
    binds = tuple(
        plan.Bind(AFTER, "cursor", kind, "after", part, (TAG, TYPES)) for part, kind in enumerate(TYPES)
    )
    size = max(1, min(PAGE, reads.limits.cost // max(1, price.total)))
    connection = plan.Connection(
        field=mapping.Feed("Change"),
        target=target,
        roles=(),
        direction=mapping.Direction.OUT,
        condition=planner.filters.condition(target, arguments.get("where"), today),
        order=(),
        page=plan.Page(size, False, binds, (False, False)),
        outputs=(("edges", plan.Edge((("cursor", "cursor"), ("node", selection)))),),
        as_of=today,
        tag=TAG,
        kinds=planner.filters.list_of(arguments.get("kinds"), "enum[]", "text[]", "kinds"),
    )
    return key, connection, nodes[0]


def encoded(horizon: int) -> str:
    """The cursor behind every transaction below the horizon."""
    return cursors.encode(TAG, [str(horizon - 1), str(2**63 - 1)])


def _place(cursor: str) -> tuple[int, ...]:
    return tuple(int(part or 0) for part in cursors.decode(cursor, TAG, len(TYPES)))


def too_slow(cursor: str) -> LimitExceeded:
    """The error that tells a slow subscriber where to resume."""
    return LimitExceeded(
        f"The subscriber took longer than {SLOW_SECONDS:g} s to take an event.",
        code=Code.SUBSCRIBER_SLOW,
        hint="Subscribe again with after: the cursor of this error; no change was lost.",
        cursor=cursor,
    )
