"""The subscription root: changes as they happen.

The selection of an event is compiled like any read (resolvers/feed.py); graphql-core only drives the
stream, with the rest of the document taken away (schema/execution.py).
"""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from strawberry.types import Info

from schema.change import Change
from schema.context import Context


@strawberry.type(description="What can be followed.")
class Subscription:
    """Subscriptions run over graphql-transport-ws and server-sent events."""

    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="Each change that the viewer may see, in commit order, under the viewer's own rights."
    )
    async def changes(
        self,
        info: Info[Context, None],
        after: Annotated[
            str | None,
            strawberry.argument(
                description="Go on after this cursor (a Change's `cursor`, or endCursor of the query "
                "`changes`); without it from now on."
            ),
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[Change, None]:
        """Yields the compiled events that the context holds ready."""
        following = info.context.following
        assert following is not None, "schema/execution.py compiles every subscription"
        async for event in following(after or None):
            info.context.event = event
            yield Change.__new__(Change)
