"""The change log as a live stream: pages of the compiled feed, and waiting for what comes next.

A reader goes on from its cursor and never steps over a transaction that is still open (resolvers/sources.py
keeps the horizon). NOTIFY only wakes it; what it reads is always the table.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from models.database import Database
from resolvers import cursors, mapping, plan
from resolvers.reads import Reads
from resolvers.viewer import Viewer

CHANNEL = "triplehelix_change"
PAGE = 100
"""Changes read at once."""
POLL_SECONDS = 15.0
"""A quiet feed looks again after this long, should a notification have been lost."""
HORIZON_SECONDS = 0.2
"""After a notification without a change an open transaction still holds the horizon: look again soon."""
AFTER = plan.Variable(("@after",))
TYPES = ("bigint", "bigint")


class Feed:
    """The changes that one subscriber asked for, as JSON bytes of its selection."""

    def __init__(
        self, reads: Reads, viewer: Viewer, database: Database, variables: Mapping[str, Any]
    ) -> None:
        self.reads = reads
        self.viewer = viewer
        self.database = database
        self.variables = variables
        self.tag = cursors.tag("Change", [], "changes")

    async def since(self, selection: plan.Selection, after: str | None) -> AsyncIterator[bytes]:
        """Each change after the cursor, or from now on; raises BadUserInput INVALID_CURSOR."""
        if after is not None:
            cursors.decode(after, self.tag, len(TYPES))
        statement = self.reads.print((plan.Root("c", "changes", self._page(selection), False),), self.viewer)
        async with self.database.notified(CHANNEL) as woken:
            cursor = after or await self._now()
            while True:
                was_woken = woken.is_set()
                woken.clear()
                values = {**self.variables, "@after": cursor}
                (page,) = await self.reads.fetch(statement, values, self.viewer, self.database)
                edges = orjson.loads(page)["edges"]
                for edge in edges:
                    cursor = edge["cursor"]
                    yield orjson.dumps(edge["node"])
                if not edges:
                    await _wait(woken, HORIZON_SECONDS if was_woken else POLL_SECONDS)

    async def _now(self) -> str:
        """The cursor behind everything that is committed below the horizon."""
        async with self.database.read(self.viewer) as connection:
            horizon = await connection.fetchval(
                "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
            )
        return cursors.encode(self.tag, [str(horizon - 1), str(2**63 - 1)])

    def _page(self, selection: plan.Selection) -> plan.Connection:
        target = selection.type
        binds = tuple(
            plan.Bind(AFTER, "cursor", kind, "after", part, (self.tag, TYPES))
            for part, kind in enumerate(TYPES)
        )
        empty = plan.Connection(
            field=mapping.Feed(target.name),
            target=target,
            roles=(),
            direction=mapping.Direction.OUT,
            condition=plan.TRUE,
            order=(),
            page=plan.Page(PAGE, False, binds, (False, False)),
            outputs=(),
            as_of=plan.Bind(plan.TODAY, "date", "date", "asOf"),
            tag=self.tag,
        )
        return replace(empty, outputs=(("edges", plan.Edge((("cursor", "cursor"), ("node", selection)))),))


async def _wait(woken: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        woken.set()
