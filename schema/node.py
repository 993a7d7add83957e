"""Node: whatever has an id of its own."""

import strawberry


@strawberry.interface(description="Whatever has an id of its own; `node` finds it.")
class Node:
    """Relay's Node, with a plain UUID as id."""

    id: strawberry.ID = strawberry.field(
        description="A lowercase UUID, the same in URLs, imports and webhooks."
    )
