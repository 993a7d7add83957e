"""The subscription root: changes and imports as they happen.

The selection of an event is compiled like any read (resolvers/feed.py); graphql-core only drives the
stream, with the rest of the document taken away (schema/execution.py).
"""

from collections.abc import AsyncGenerator
from typing import Any

import strawberry
from strawberry.types import Info

from schema.build import argument
from schema.change import WHICH, Change
from schema.context import Context
from schema.import_job import ID, ImportJob

AFTER = argument(
    "after",
    str | None,
    "Go on after this cursor (a Change's `cursor`, or endCursor of the query `changes`); without it from now "
    "on. An event stream's Last-Event-ID wins over it.",
)


async def changes(
    info: Info[Context, None],
    after: str | None = None,
    kinds: Any = None,  # noqa: ARG001 - compiled, as is `where`
    where: Any = None,  # noqa: ARG001
) -> AsyncGenerator[Change, None]:
    """Yields the compiled events that the context holds ready."""
    context = info.context
    assert context.following is not None, "schema/execution.py compiles every subscription"
    async for cursor, event in context.following(context.resume_after or after or None):
        context.cursor, context.event = cursor, event
        yield Change.__new__(Change)


async def import_job(
    info: Info[Context, None],
    id: strawberry.ID,  # noqa: ARG001 - compiled
) -> AsyncGenerator[ImportJob, None]:
    """As `changes`."""
    context = info.context
    assert context.following is not None, "schema/execution.py compiles every subscription"
    async for _, event in context.following(None):
        context.event = event
        yield ImportJob.__new__(ImportJob)


@strawberry.type(description="What can be followed.")
class Subscription:
    """Subscriptions run over graphql-transport-ws and server-sent events."""

    changes: AsyncGenerator[Change, None] = strawberry.subscription(
        resolver=changes,
        description="Each change that the viewer may see, in commit order, under the viewer's own rights.",
    )
    import_job: AsyncGenerator[ImportJob, None] = strawberry.subscription(
        resolver=import_job,
        description="An import as it stands now, again at each step, and a last time when it has ended.",
    )


_changes, _import_job = Subscription.__dict__["__strawberry_definition__"].fields
_changes.arguments = [AFTER, *WHICH]
_import_job.arguments = [ID]
